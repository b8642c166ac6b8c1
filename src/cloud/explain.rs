//! What a call would send, for people: every secret, token and signature replaced by a word.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use serde_json::{Map, Value as Json};

use super::declare::Operation;
use super::declare::{Entry, Host, Kind, Param};
use super::huawei_coc::ops::IamCreateToken;
use super::line::{Line, Proof};
use super::sign::{self, Scheme};
use super::wire::percent_encode;
use crate::domain::connection::Credentials;
use crate::domain::error::{ApiError, Class};
use crate::domain::secret::Secret;

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// HTTP method.
    pub method: String,
    /// Address with the query.
    pub url: String,
    /// Headers, in the order of sending.
    pub headers: Vec<(String, String)>,
    /// Body, as text.
    pub body: String,
    /// Name of the signature scheme, as in the configuration.
    pub scheme: &'static str,
    /// The canonical request or parameter string; empty without a signature.
    pub canonical: String,
    /// What is signed; empty without a signature.
    pub to_sign: String,
}

impl Explained {
    /// The same as a command line for cURL.
    pub fn curl(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        let mut parts = vec![format!("curl -X {} {}", self.method, quoted(&self.url))];
        let headers = self.headers.iter().filter(|(name, _)| name != "host");
        parts.extend(
            headers.map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))),
        );
        if !self.body.is_empty() {
            parts.push(format!("--data-raw {}", quoted(&self.body)));
        }
        parts.join(" \\\n  ")
    }
}

impl fmt::Display for Explained {
    /// The request in the form of HTTP, then the steps of the signature.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        if !self.body.is_empty() {
            writeln!(f, "\n{}", self.body)?;
        }
        if !self.to_sign.is_empty() {
            writeln!(f, "\ncanonical ({}):\n{}", self.scheme, self.canonical)?;
            writeln!(f, "\nstring to sign:\n{}", self.to_sign)?;
        }
        Ok(())
    }
}

/// Builds and signs the request without sending it.
pub(super) async fn explain(
    line: &Arc<Line>,
    entry: &Entry,
    input: &Json,
    headers: &HeaderMap,
) -> Result<Explained, ApiError> {
    let input = without_secrets(entry.params, input);
    let mut request = line.encoded(entry, &input, headers)?;
    let credentials = match line.credentials(entry).await {
        Ok(credentials) => credentials.clone(),
        Err(_) => placeholder(line),
    };
    let scheme = if entry.id == IamCreateToken::ID {
        Scheme::None
    } else {
        line.scheme(entry, &credentials)?
    };
    let mut hidden = Vec::new();
    let mut steps = (String::new(), String::new());
    match (scheme, credentials) {
        (Scheme::Token, _) => {
            request
                .headers_mut()
                .insert("x-auth-token", HeaderValue::from_static("<token>"));
        }
        (Scheme::None, _) | (_, Credentials::Password { .. }) => {}
        (
            scheme,
            Credentials::AccessKey {
                id,
                secret,
                session,
            },
        ) => {
            if let Some(session) = &session {
                hidden.push((session.reveal().to_owned(), "<session-token>"));
            }
            let project = line
                .known_project()
                .and_then(|id| HeaderValue::try_from(id).ok());
            if let Some(project) = project.filter(|_| entry.call.host == Host::Service) {
                request.headers_mut().insert("x-project-id", project);
            }
            let proof = Proof::Key {
                scheme,
                id,
                secret,
                session,
            };
            let signed = line.signature(&proof, &request, line.offset());
            sign::apply(&mut request, &signed)
                .map_err(|error| line.error(Class::Invalid, entry, &error.to_string()))?;
            hidden.push((signed.signature, "<signature>"));
            steps = (signed.canonical, signed.to_sign);
        }
    }
    Ok(masked(&request, scheme, steps, &hidden))
}

/// Credentials that show where real ones would stand.
fn placeholder(line: &Line) -> Credentials {
    if line.system.schemes.first() == Some(&Scheme::Token) {
        return Credentials::Password {
            user: "<user>".into(),
            password: Secret::from(""),
            domain: "<domain>".into(),
        };
    }
    Credentials::AccessKey {
        id: "<access-key-id>".into(),
        secret: Secret::from(""),
        session: None,
    }
}

fn masked(
    request: &Request<Bytes>,
    scheme: Scheme,
    (canonical, to_sign): (String, String),
    hidden: &[(String, &str)],
) -> Explained {
    let hide = |text: &str| {
        hidden.iter().filter(|(secret, _)| !secret.is_empty()).fold(
            text.to_owned(),
            |text, (secret, word)| {
                text.replace(secret.as_str(), word)
                    .replace(&percent_encode(secret), word)
            },
        )
    };
    let header = |name: &str, value: &HeaderValue| {
        // The time of the signature is in the text that was signed anyway.
        let is_date = name.ends_with("-date");
        let is_word = value.as_bytes().starts_with(b"<");
        if value.is_sensitive() && !is_date && !is_word && !hides(value, hidden) {
            return "<secret>".to_owned();
        }
        hide(&String::from_utf8_lossy(value.as_bytes()))
    };
    Explained {
        method: request.method().to_string(),
        url: hide(&request.uri().to_string()),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), header(name.as_str(), value)))
            .collect(),
        body: hide(&String::from_utf8_lossy(request.body())),
        scheme: scheme.name(),
        canonical: hide(&canonical),
        to_sign: hide(&to_sign),
    }
}

/// Does the value hold one of the secrets that are replaced by a word? Then the rest of it can be shown.
fn hides(value: &HeaderValue, hidden: &[(String, &str)]) -> bool {
    let text = String::from_utf8_lossy(value.as_bytes());
    hidden
        .iter()
        .any(|(secret, _)| !secret.is_empty() && text.contains(secret.as_str()))
}

/// The input with secret parameters replaced by a word, at every depth.
/// The same input with a word in the place of every secret.
pub fn without_secrets(params: &[Param], input: &Json) -> Json {
    let Json::Object(members) = input else {
        return input.clone();
    };
    let masked: Map<String, Json> = members
        .iter()
        .map(|(name, value)| {
            let param = params
                .iter()
                .find(|param| param.name == name || param.aliases.contains(&name.as_str()));
            let value = match param {
                Some(param) if param.secret => "<secret>".into(),
                Some(param) => within(&param.kind, value),
                None => value.clone(),
            };
            (name.clone(), value)
        })
        .collect();
    Json::Object(masked)
}

fn within(kind: &Kind, value: &Json) -> Json {
    match (kind, value) {
        (Kind::Object(fields), _) => without_secrets(fields, value),
        (Kind::List(inner), Json::Array(elements)) => elements
            .iter()
            .map(|element| within(inner, element))
            .collect(),
        _ => value.clone(),
    }
}
