//! What proves who sends a request: schemes, keys, signatures.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::Line;
use crate::cloud::declare::{Entry, Form, Operation};
use crate::cloud::huawei_coc::ops::IamCreateToken;
use crate::cloud::sign::{self, Scheme, Signing};
use crate::cloud::token::Token;
use crate::domain::connection::Credentials;
use crate::domain::error::{ApiError, Class};
use crate::domain::secret::Secret;

/// What proves who sends a request.
pub(in crate::cloud) enum Proof {
    /// Nothing: the call that obtains a token.
    Nothing,
    /// A token.
    Token(Arc<Token>),
    /// A signature.
    Key {
        scheme: Scheme,
        id: String,
        secret: Secret,
        session: Option<Secret>,
    },
}

impl Line {
    /// What will prove who sends this call.
    pub(super) async fn proof(self: &Arc<Self>, entry: &Entry) -> Result<Proof, ApiError> {
        if entry.id == IamCreateToken::ID {
            return Ok(Proof::Nothing);
        }
        let credentials = self.credentials(entry).await?;
        match (self.scheme(entry, credentials)?, credentials) {
            (Scheme::None, _) => Ok(Proof::Nothing),
            (Scheme::Token, _) => self.token().await.map(Proof::Token),
            (
                scheme,
                Credentials::AccessKey {
                    id,
                    secret,
                    session,
                },
            ) => Ok(Proof::Key {
                scheme,
                id: id.clone(),
                secret: secret.clone(),
                session: session.clone(),
            }),
            (_, Credentials::Password { .. }) => Err(self.error(
                Class::Credentials,
                entry,
                "this signature needs an access key, the profile has a user name and a password",
            )),
        }
    }

    /// The request as it is sent, and what was added to our clock for its signature: while it is under way, another
    /// answer may say more about the service's clock.
    pub(super) async fn signed(
        self: &Arc<Self>,
        entry: &Entry,
        input: &Json,
        headers: &HeaderMap,
        proof: &Proof,
    ) -> Result<(Request<Bytes>, SignedDuration), ApiError> {
        let mut request = self.encoded(entry, input, headers)?;
        let mut offset = SignedDuration::ZERO;
        match proof {
            Proof::Nothing => {}
            Proof::Token(token) => {
                let mut value = HeaderValue::try_from(token.secret.reveal()).map_err(|_| {
                    self.error(
                        Class::Unreadable,
                        entry,
                        "the token cannot travel in a header",
                    )
                })?;
                value.set_sensitive(true);
                request.headers_mut().insert("x-auth-token", value);
            }
            Proof::Key { scheme, .. } => {
                if let Some(project) = self.project(*scheme, entry, &request).await? {
                    let value = HeaderValue::try_from(project).map_err(|_| {
                        self.error(
                            Class::Invalid,
                            entry,
                            "the project id cannot travel in a header",
                        )
                    })?;
                    request.headers_mut().insert("x-project-id", value);
                }
                offset = self.offset();
                let signed = self.signature(proof, &request, offset);
                sign::apply(&mut request, &signed)
                    .map_err(|error| self.error(Class::Invalid, entry, &error.to_string()))?;
            }
        }
        Ok((request, offset))
    }

    /// Signs with the service's time, which is ours and `offset`. Nothing to sign without a key.
    pub(in crate::cloud) fn signature(
        &self,
        proof: &Proof,
        request: &Request<Bytes>,
        offset: SignedDuration,
    ) -> sign::Signed {
        let empty = Secret::from("");
        let (scheme, key_id, secret, session) = match proof {
            Proof::Key {
                scheme,
                id,
                secret,
                session,
            } => (*scheme, id.as_str(), secret, session.as_ref()),
            Proof::Nothing | Proof::Token(_) => (Scheme::None, "", &empty, None),
        };
        let (head, ()) = request_head(request);
        let signing = Signing {
            scheme,
            key_id,
            secret,
            session,
            region: &self.connection.account.region,
            at: self
                .clock
                .now()
                .saturating_add(offset)
                .unwrap_or(Timestamp::MAX),
            // Signed 64-bit parsers read it too.
            nonce: (self.random)() >> 1,
        };
        sign::sign(&head, request.body(), &signing)
    }

    /// The credentials, fetched once.
    pub(in crate::cloud) async fn credentials(
        &self,
        entry: &Entry,
    ) -> Result<&Credentials, ApiError> {
        let fetch = async || {
            if let Some(ready) = self.source.ready() {
                return Ok(ready);
            }
            let source = Arc::clone(&self.source);
            match tokio::task::spawn_blocking(move || source.load()).await {
                Ok(Ok(credentials)) => Ok(credentials),
                Ok(Err(words)) => Err(self.error(Class::Credentials, entry, &words)),
                Err(_) => Err(self.error(
                    Class::Credentials,
                    entry,
                    "the credentials could not be fetched",
                )),
            }
        };
        self.credentials.get_or_try_init(fetch).await
    }

    /// The scheme that the profile names, else the first that its credentials fit.
    pub(in crate::cloud) fn scheme(
        &self,
        entry: &Entry,
        credentials: &Credentials,
    ) -> Result<Scheme, ApiError> {
        let schemes = self.system.schemes;
        let is_password = matches!(credentials, Credentials::Password { .. });
        let fits = |scheme: &&Scheme| match scheme {
            Scheme::None => true,
            Scheme::Token => is_password,
            _ => !is_password,
        };
        let named = self.connection.scheme.as_deref();
        let found = match named {
            Some(name) => schemes.iter().find(|scheme| scheme.name() == name),
            None => schemes.iter().find(fits),
        };
        let Some(&scheme) = found else {
            let known: Vec<&str> = schemes.iter().map(|scheme| scheme.name()).collect();
            let words = match named {
                Some(name) => format!(
                    "this system has no signature scheme {name}; it has {}",
                    known.join(", ")
                ),
                None => format!(
                    "these credentials fit none of this system's schemes: {}",
                    known.join(", ")
                ),
            };
            return Err(self.error(Class::Credentials, entry, &words));
        };
        if !fits(&&scheme) {
            let wanted = if is_password {
                "an access key"
            } else {
                "a user name and a password"
            };
            let words = format!("the signature scheme {} needs {wanted}", scheme.name());
            return Err(self.error(Class::Credentials, entry, &words));
        }
        // JSON bodies are signed by SigV4 only (ksc-monitor.md, 4); the key is the same.
        if matches!(scheme, Scheme::KscSimple { .. }) && entry.call.form == Form::Json {
            let sigv4 = schemes
                .iter()
                .find(|scheme| matches!(scheme, Scheme::SigV4 { .. }));
            return Ok(*sigv4.unwrap_or(&scheme));
        }
        Ok(scheme)
    }
}

/// A copy of a request's head: signers read one.
fn request_head(request: &Request<Bytes>) -> (http::request::Parts, ()) {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy.into_parts()
}
