//! What the identity service is asked for: tokens and the ids of projects (signing-huawei.md, 1).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::Line;
use crate::cloud::declare::{Entry, Host};
use crate::cloud::huawei_coc::ops::{IamCreateToken, IamListProjects, Projects, TokenAnswer};
use crate::cloud::sign::Scheme;
use crate::cloud::token::Token;
use crate::cloud::wire::{self, Format};
use crate::domain::connection::Credentials;
use crate::domain::error::{ApiError, Class};
use crate::domain::secret::Secret;

impl Line {
    /// The token of this identity, obtained when there is none (signing-huawei.md, 1).
    pub(in crate::cloud) async fn token(self: &Arc<Self>) -> Result<Arc<Token>, ApiError> {
        let line = Arc::clone(self);
        self.tokens
            .get(self.clock.now(), move || line.login())
            .await
    }

    fn login(self: Arc<Self>) -> BoxFuture<'static, Result<Token, ApiError>> {
        async move {
            let entry = Entry::of::<IamCreateToken>();
            let Credentials::Password {
                user,
                password,
                domain,
            } = self.credentials(&entry).await?
            else {
                return Err(self.error(
                    Class::Credentials,
                    &entry,
                    "a token needs a user name and a password",
                ));
            };
            let input = json!({
                // The list of services would be most of the answer.
                "nocatalog": "true",
                "auth": {
                    "identity": {
                        "methods": ["password"],
                        "password": {"user": {
                            "name": user, "password": password.reveal(), "domain": {"name": domain},
                        }},
                    },
                    "scope": self.scope(domain),
                },
            });
            let mut answered = self
                .exchange(&entry, &input, &HeaderMap::new())
                .await
                .map_err(|mut error| {
                    // Nothing of what the user wanted has been sent.
                    error.outcome_unknown = false;
                    error
                })?;
            let secret = answered.headers.remove("x-subject-token");
            let secret = secret
                .as_ref()
                .and_then(|value| value.to_str().ok())
                .filter(|text| !text.is_empty());
            let Some(secret) = secret.map(Secret::from) else {
                return Err(self.unreadable(&entry, &answered, "it has no header X-Subject-Token"));
            };
            let answer: TokenAnswer = wire::decode_answer(Format::Json, &answered.body)
                .map_err(|error| self.unreadable(&entry, &answered, &error.to_string()))?;
            let now = self.clock.now();
            let project = answer.token.project.unwrap_or_default();
            // The answer's times are the service's; only their distance is ours to use.
            let life = lifetime(&answer.token.issued_at, &answer.token.expires_at);
            let expires_at = now.saturating_add(life).unwrap_or(Timestamp::MAX);
            Ok(Token {
                secret,
                obtained_at: now,
                expires_at,
                user_id: answer.token.user.id,
                project_id: project.id,
                domain_id: answer
                    .token
                    .domain
                    .map_or(project.domain.id, |domain| domain.id),
                renew_at: Token::renew_at(now, expires_at, self.luck()),
            })
        }
        .boxed()
    }

    /// What tokens are for: a project by id or name (by default that of the region), or the account.
    fn scope(&self, domain: &str) -> Json {
        let connection = &self.connection;
        if connection.domain_scope {
            json!({"domain": {"name": domain}})
        } else if let Some(id) = &connection.project_id {
            json!({"project": {"id": id}})
        } else {
            let name = connection
                .project_name
                .as_deref()
                .unwrap_or(&connection.account.region);
            json!({"project": {"name": name}})
        }
    }

    /// The project id that a signed call of Huawei's carries and the configuration does not name
    /// (signing-huawei.md, 1.5 and 2.1). Looked up once, by the project's name.
    pub(super) async fn project(
        self: &Arc<Self>,
        scheme: Scheme,
        entry: &Entry,
        request: &Request<Bytes>,
    ) -> Result<Option<String>, ApiError> {
        let connection = &self.connection;
        let is_given = request.headers().contains_key("x-project-id");
        let name = connection
            .project_name
            .as_deref()
            .unwrap_or(&connection.account.region);
        if scheme != Scheme::HuaweiSdk
            || entry.call.host == Host::Identity
            || is_given
            || connection.domain_scope
            || name.is_empty()
        {
            return Ok(None);
        }
        let line = Arc::clone(self);
        let id = self
            .project
            .get_or_try_init(|| line.look_up_project(name.to_owned()))
            .await?;
        Ok(Some(id.clone()))
    }

    /// The project id, as far as it was looked up already.
    pub(in crate::cloud) fn known_project(&self) -> Option<&str> {
        self.project.get().map(String::as_str)
    }

    fn look_up_project(
        self: Arc<Self>,
        name: String,
    ) -> BoxFuture<'static, Result<String, ApiError>> {
        async move {
            let entry = Entry::of::<IamListProjects>();
            let answered = self
                .exchange(&entry, &json!({"name": name}), &HeaderMap::new())
                .await?;
            let found: Projects = wire::decode_answer(Format::Json, &answered.body)
                .map_err(|error| self.unreadable(&entry, &answered, &error.to_string()))?;
            let mut named = found
                .projects
                .into_iter()
                .filter(|project| project.name == name);
            match (named.next(), named.next()) {
                (Some(project), None) => Ok(project.id),
                (one, _) => {
                    let many = if one.is_none() {
                        "no project is"
                    } else {
                        "several projects are"
                    };
                    let words = format!("{many} named {name}: set project_id in the profile");
                    let mut error = self.error(Class::Invalid, &entry, &words);
                    error.param = Some("project_id".into());
                    Err(error)
                }
            }
        }
        .boxed()
    }
}

/// How long a token lives: 24 hours when its times cannot be read (huawei-esm.md, 1.3).
fn lifetime(issued_at: &str, expires_at: &str) -> Duration {
    let read = |text: &str| text.parse::<Timestamp>().ok();
    let life = read(issued_at)
        .zip(read(expires_at))
        .map(|(from, to)| to.duration_since(from));
    life.and_then(|life| Duration::try_from(life).ok())
        .filter(|life| !life.is_zero())
        .unwrap_or(Duration::from_secs(24 * 60 * 60))
}
