//! The identity service: tokens and projects (huawei-coc.md, 10.25 and 10.26; signing-huawei.md, 1).

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::checks;
use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::{object, operation};

object! {
    /// Something of the identity service by its name.
    Named;
    /// Name.
    name: String = "name",
}

object! {
    /// A project or account by name or id.
    NameOrId;
    /// Name.
    name: Option<String> = "name",
    /// Id.
    id: Option<String> = "id",
}

object! {
    /// A user with the password.
    User;
    /// IAM user name.
    name: String = "name",
    /// Login password.
    password: String = "password".secret(),
    /// The account the user belongs to.
    domain: Named = "domain",
}

object! {
    /// A password to prove who one is.
    Password;
    /// Whose.
    user: User = "user",
}

object! {
    /// Who one is.
    Identity;
    /// How that is proven: `password`.
    methods: Vec<String> = "methods".one_of(&["password"]).required(),
    /// The password.
    password: Password = "password",
}

object! {
    /// What a token is for: one of the two.
    Scope;
    /// A project.
    project: Option<NameOrId> = "project",
    /// An account.
    domain: Option<NameOrId> = "domain",
}

object! {
    /// Who one is and what the token is for.
    Auth;
    /// Who one is.
    identity: Identity = "identity",
    /// What the token is for.
    scope: Scope = "scope",
}

operation! {
    /// Obtains a token with a user name and a password. The token is in the answer's header `X-Subject-Token`.
    IamCreateToken -> TokenAnswer, "huawei-coc.iam_create_token",
        Call::rest("KeystoneCreateUserTokenByPassword", "v3", "POST", "/v3/auth/tokens").identity().mutates(),
        check = checks::token_scope;
    /// Any text leaves the long list of services out of the answer.
    nocatalog: Option<String> = "nocatalog".query(),
    /// Who one is and what the token is for.
    auth: Auth = "auth",
}

operation! {
    /// Lists the projects of the account.
    IamListProjects -> Projects, "huawei-coc.iam_list_projects",
        Call::rest("KeystoneListProjects", "v3", "GET", "/v3/projects").identity();
    /// Only the project of this name, which for default projects is the region's.
    name: Option<String> = "name",
}

operation! {
    /// Lists the projects the user can reach.
    IamListAuthProjects -> Projects, "huawei-coc.iam_list_auth_projects",
        Call::rest("KeystoneListAuthProjects", "v3", "GET", "/v3/auth/projects").identity();
}

/// What a request for a token answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TokenAnswer {
    /// What the token is good for.
    pub token: TokenInfo,
}

/// What a token is good for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenInfo {
    /// When it ends, `2019-02-13T06:52:13.855000Z`.
    #[serde(deserialize_with = "loose::text")]
    pub expires_at: String,
    /// When it was issued.
    #[serde(deserialize_with = "loose::text")]
    pub issued_at: String,
    /// How the user was recognised.
    #[serde(deserialize_with = "loose::texts")]
    pub methods: Vec<String>,
    /// Services; left out on request.
    #[serde(
        deserialize_with = "loose::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub catalog: Vec<Json>,
    /// The project it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Owned>,
    /// The account it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<IdAndName>,
    /// The user's roles.
    #[serde(deserialize_with = "loose::list")]
    pub roles: Vec<IdAndName>,
    /// The user: their id is what incidents want as operator.
    pub user: Owned,
}

/// Id and name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IdAndName {
    /// Id.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
}

/// A project or user and the account it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Owned {
    /// Id.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
    /// The account.
    pub domain: IdAndName,
    /// When the user's password ends; empty for never.
    #[serde(
        deserialize_with = "loose::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub password_expires_at: Option<String>,
}

/// Projects (10.26).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Projects {
    /// The projects.
    #[serde(deserialize_with = "loose::list")]
    pub projects: Vec<Project>,
    /// Where this list and its neighbours are.
    #[serde(default)]
    pub links: Option<Links>,
}

/// A project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    /// Id.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
    /// The account it belongs to.
    #[serde(deserialize_with = "loose::text")]
    pub domain_id: String,
    /// The project above it, or the account.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub parent_id: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub description: Option<String>,
    /// Is it an account?
    #[serde(deserialize_with = "loose::flag")]
    pub is_domain: Option<bool>,
    /// In use?
    #[serde(deserialize_with = "loose::flag")]
    pub enabled: Option<bool>,
    /// Where it is.
    pub links: Option<Links>,
}

/// Where a thing and its neighbours are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    /// Itself.
    #[serde(rename = "self", deserialize_with = "loose::maybe_text")]
    pub own: Option<String>,
    /// The next page.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub next: Option<String>,
    /// The previous page.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub previous: Option<String>,
}
