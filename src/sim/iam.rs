//! The identity service of Huawei Cloud (signing-huawei.md, 1; huawei-coc.md, 10.25 and 10.26).

use http::request::Parts;
use serde_json::{Value as Json, json};

use super::estate::Estate;
use super::estate::identity::{Project, Scope, TOKEN_LIFE, User};
use super::handlers::{Answer, Handlers, Refusal};
use super::route::Route;
use crate::cloud::huawei_coc::ops::{IamCreateToken, IamListAuthProjects, IamListProjects};

/// The functions of its operations.
pub fn handlers() -> Handlers {
    Handlers::new()
        .answering::<IamCreateToken>(|estate, _, ask| create_token(estate, &ask))
        .on_json::<IamListProjects>(|estate, _, ask| {
            Ok(projects(estate, ask.name.as_deref(), "/v3/projects"))
        })
        .on_json::<IamListAuthProjects>(|estate, _, _| {
            Ok(projects(estate, None, "/v3/auth/projects"))
        })
}

/// Calls that the vendor's clients make besides: with the account's credentials they ask for the account's id.
pub fn extra(route: &Route, head: &Parts) -> Option<fn(&Estate) -> Answer> {
    let is_domains =
        route.identity && head.method == http::Method::GET && head.uri.path() == "/v3/auth/domains";
    is_domains.then_some(|estate: &Estate| Answer::from(domains(estate)))
}

fn domains(estate: &Estate) -> Json {
    let identity = &estate.identity;
    json!({
        "domains": [{
            "id": identity.domain_id,
            "name": identity.domain,
            "description": "",
            "enabled": true,
            "links": {"self": link(&format!("/v3/domains/{}", identity.domain_id))},
        }],
        "links": {"self": link("/v3/auth/domains"), "previous": null, "next": null},
    })
}

fn link(path: &str) -> String {
    format!("https://iam.cn-north-4.myhuaweicloud.com{path}")
}

fn create_token(estate: &mut Estate, ask: &IamCreateToken) -> Result<Answer, Refusal> {
    let given = &ask.auth.identity.password.user;
    let wrong = || Refusal::new(401, "", "The username or password is wrong.");
    let identity = &estate.identity;
    let user = identity
        .user_named(&given.name)
        .cloned()
        .ok_or_else(wrong)?;
    if user.password != given.password || identity.domain != given.domain.name {
        return Err(wrong());
    }
    let scope = ask.auth.scope.clone();
    let unknown = || Refusal::new(404, "", "Could not find the scope of the token.");
    let fits = |name: Option<&str>, id: Option<&str>, known: (&str, &str)| {
        name.is_none_or(|name| name == known.0) && id.is_none_or(|id| id == known.1)
    };
    let (kind, about) = if let Some(project) = &scope.project {
        let found = identity.projects.iter().find(|known| {
            fits(
                project.name.as_deref(),
                project.id.as_deref(),
                (&known.name, &known.id),
            )
        });
        let found = found.ok_or_else(unknown)?;
        (
            Scope::Project,
            json!({"id": found.id, "name": found.name, "domain": domain(estate)}),
        )
    } else {
        let asked = scope.domain.as_ref().ok_or_else(unknown)?;
        let known = (identity.domain.as_str(), identity.domain_id.as_str());
        if !fits(asked.name.as_deref(), asked.id.as_deref(), known) {
            return Err(unknown());
        }
        (Scope::Domain, domain(estate))
    };
    let token = token(estate, &user, kind, about);
    let text = estate.identity.issue(&user.id, kind, estate.now);
    Ok(Answer {
        status: 201,
        body: json!({ "token": token }),
        headers: vec![("x-subject-token", text)],
    })
}

fn token(estate: &Estate, user: &User, scope: Scope, about: Json) -> Json {
    let form = "%Y-%m-%dT%H:%M:%S.%6fZ";
    let mut token = json!({
        "expires_at": (estate.now + TOKEN_LIFE).strftime(form).to_string(),
        "issued_at": estate.now.strftime(form).to_string(),
        "methods": ["password"],
        "catalog": [],
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": {
            "id": user.id,
            "name": user.name,
            "domain": domain(estate),
            "password_expires_at": "",
        },
    });
    let key = match scope {
        Scope::Project => "project",
        Scope::Domain => "domain",
    };
    token[key] = about;
    token
}

fn domain(estate: &Estate) -> Json {
    json!({"id": estate.identity.domain_id, "name": estate.identity.domain})
}

fn projects(estate: &Estate, name: Option<&str>, path: &str) -> Json {
    let domain = &estate.identity.domain_id;
    let project = |project: &Project| {
        json!({
            "domain_id": domain,
            "is_domain": false,
            "parent_id": domain,
            "name": project.name,
            "description": "",
            "links": {"next": null, "previous": null, "self": link(&format!("/v3/projects/{}", project.id))},
            "id": project.id,
            "enabled": true,
        })
    };
    let found: Vec<Json> = estate
        .identity
        .projects
        .iter()
        .filter(|known| name.is_none_or(|name| known.name == name))
        .map(project)
        .collect();
    json!({"projects": found, "links": {"next": null, "previous": null, "self": link(path)}})
}
