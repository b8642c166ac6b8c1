//! One account's line to its service: the straight way of a request, and what is remembered about the way.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use tokio::sync::OnceCell;

use super::credentials::CredentialSource;
use super::declare::{Entry, Host, Operation, Violation};
use super::gate;
use super::huawei_coc::ops::{IamCreateToken, IamListProjects, Projects, TokenAnswer};
use super::retry::{self, Budget};
use super::sign::{self, Scheme, Signing};
use super::skew::{self, Verdict};
use super::token::{Token, Tokens};
use super::transport::{MAX_ANSWER, Transport, TransportError};
use super::wire::{self, Format};
use super::{Answered, System};
use crate::clock::Clock;
use crate::domain::connection::{Connection, Credentials};
use crate::domain::error::{ApiError, Class};
use crate::domain::secret::Secret;
use crate::domain::text::SafeText;

/// What every request says about its sender.
const AGENT: &str = concat!("watchkeeper/", env!("CARGO_PKG_VERSION"));

/// One account's line to its service.
pub(super) struct Line {
    pub(super) connection: Connection,
    pub(super) system: &'static System,
    pub(super) clock: Clock,
    transport: Arc<dyn Transport>,
    source: Arc<dyn CredentialSource>,
    credentials: OnceCell<Credentials>,
    tokens: Tokens,
    project: OnceCell<String>,
    /// Milliseconds to add to our clock to get the service's, as far as refused signatures have taught.
    offset: AtomicI64,
    /// Bytes of requests and answers so far.
    traffic: AtomicU64,
    /// Milliseconds by which the service's last answer was dated ahead of our clock; zero when that is little.
    seen: AtomicI64,
    /// Retries left, for the service's host and the identity service's.
    budgets: [Mutex<Budget>; 2],
    /// Random bits, for waits and nonces.
    random: fn() -> u64,
}

/// What proves who sends a request.
pub(super) enum Proof {
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

/// Why an attempt failed.
struct Failed {
    error: ApiError,
    /// Certainly no byte of the request has left.
    unsent: bool,
    /// The status, when there was an answer.
    status: Option<StatusCode>,
    /// What the answer's date says about our clock.
    verdict: Verdict,
}

/// Random bits from the operating system. Without any the waits lose their spread, and Tencent's nonce its surprise;
/// neither is a secret.
pub(super) fn random() -> u64 {
    getrandom::u64().unwrap_or_default()
}

impl Line {
    pub(super) fn new(
        connection: Connection,
        system: &'static System,
        source: Arc<dyn CredentialSource>,
        transport: Arc<dyn Transport>,
        clock: Clock,
        random: fn() -> u64,
    ) -> Self {
        Self {
            connection,
            system,
            clock,
            transport,
            source,
            credentials: OnceCell::new(),
            tokens: Tokens::default(),
            project: OnceCell::new(),
            offset: AtomicI64::new(0),
            traffic: AtomicU64::new(0),
            seen: AtomicI64::new(0),
            budgets: Default::default(),
            random,
        }
    }

    /// Sends a request until it succeeds or must not be sent again, and brings back the answer.
    ///
    /// A mutating call is sent again only when certainly no byte of it has left. Reads are sent again after transient
    /// failures, within the host's budget; once after a refused token, with a new one; once after a refused signature,
    /// when the service's clock shows that ours is wrong.
    pub(super) async fn exchange(
        self: &Arc<Self>,
        entry: &Entry,
        input: &Json,
        headers: &HeaderMap,
    ) -> Result<Answered, ApiError> {
        // Obtaining a token changes nothing that anybody would miss.
        let repeatable = !entry.call.mutates || entry.id == IamCreateToken::ID;
        let (mut attempt, mut new_token, mut new_clock) = (1, false, false);
        loop {
            let proof = self.proof(entry).await?;
            // Before it is signed: a signature must not grow old while the call waits.
            let place = gate::enter(entry).await;
            let request = self.signed(entry, input, headers, &proof).await?;
            let now = self.clock.now();
            self.count(request.body().len());
            let sent = self.transport.send(request).await;
            drop(place);
            let mut failed = match self.classify(entry, sent, now) {
                Ok(answered) => {
                    self.budget(entry).refund();
                    return Ok(answered);
                }
                Err(failed) => failed,
            };
            if let (Proof::Token(token), Some(StatusCode::UNAUTHORIZED)) = (&proof, failed.status) {
                self.tokens.refused(token);
                if repeatable && !new_token {
                    new_token = true;
                    continue;
                }
            }
            if self.is_clock_trouble(&proof, &mut failed) && repeatable && !new_clock {
                new_clock = true;
                continue;
            }
            let again = failed.unsent || (repeatable && failed.error.class.is_transient());
            let Some(wait) = retry::wait(&failed.error, attempt, self.luck()).filter(|_| again)
            else {
                return Err(failed.error);
            };
            if attempt >= retry::ATTEMPTS || !self.budget(entry).spend() {
                return Err(failed.error);
            }
            attempt += 1;
            tokio::time::sleep(wait).await;
        }
    }

    /// Sorts what came back into answers and errors.
    fn classify(
        &self,
        entry: &Entry,
        sent: Result<Response<Bytes>, TransportError>,
        now: Timestamp,
    ) -> Result<Answered, Failed> {
        let response = sent.map_err(|error| self.not_answered(entry, &error))?;
        let (head, body) = response.into_parts();
        self.look_at_clock(&head.headers, now);
        self.count(body.len());
        let answered = Answered {
            status: head.status,
            headers: head.headers,
            body,
        };
        let Some(mut error) = self.problem(entry, &answered) else {
            return Ok(answered);
        };
        error.system = self.connection.account.id.system;
        error.operation = entry.id;
        error.request_id = error.request_id.or_else(|| request_id(&answered));
        error.retry_after = error
            .retry_after
            .or_else(|| retry_after(&answered.headers, now));
        Err(Failed {
            error,
            unsent: false,
            status: Some(answered.status),
            verdict: skew::compare(&answered.headers, now, self.offset()),
        })
    }

    /// The error in an answer: the provider's own, else what the status says, else an answer that is none.
    fn problem(&self, entry: &Entry, answered: &Answered) -> Option<ApiError> {
        if answered.body.len() > MAX_ANSWER {
            let mut error =
                self.error(Class::Unreadable, entry, "the answer is larger than 50 MiB");
            error.outcome_unknown = entry.call.mutates;
            return Some(error);
        }
        let status = answered.status;
        let may_be_done = status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        if status.is_redirection() {
            // Never followed: the signature belongs to this host, and a login page is no answer.
            return Some(self.error(Class::Unreadable, entry, &status_words(answered)));
        }
        if let Some(mut error) = (self.system.problem)(entry, answered) {
            // A gateway that got no answer does not know what the service behind it has done.
            let lost = may_be_done && error.class == Class::Unavailable;
            error.outcome_unknown |= entry.call.mutates && lost;
            return Some(error);
        }
        if status.is_success() {
            return None;
        }
        let class = match status.as_u16() {
            401 => Class::Credentials,
            403 => Class::Denied,
            404 | 410 => Class::NotFound,
            409 => Class::Conflict,
            408 | 425 | 500..=599 => Class::Unavailable,
            429 => Class::Throttled,
            _ => Class::Invalid,
        };
        let mut error = self.error(class, entry, &status_words(answered));
        error.outcome_unknown = entry.call.mutates && may_be_done;
        Some(error)
    }

    fn not_answered(&self, entry: &Entry, error: &TransportError) -> Failed {
        let class = if error.too_large {
            Class::Unreadable
        } else {
            Class::Network
        };
        let mut failed = self.error(class, entry, &error.message);
        failed.outcome_unknown = error.sent && entry.call.mutates;
        Failed {
            error: failed,
            unsent: !error.sent,
            status: None,
            verdict: Verdict::Unknown,
        }
    }

    /// Was the signature refused because of the time? Then the service's clock is followed from now on. When the
    /// clocks agree, it was the key, and the error says so.
    fn is_clock_trouble(&self, proof: &Proof, failed: &mut Failed) -> bool {
        let Proof::Key { .. } = proof else {
            return false;
        };
        match (failed.error.class, failed.verdict) {
            (Class::ClockSkew, Verdict::Apart(offset) | Verdict::Differs(offset))
            | (Class::Credentials, Verdict::Apart(offset)) => {
                let millis = i64::try_from(offset.as_millis()).unwrap_or_default();
                self.offset.store(millis, Ordering::SeqCst);
                failed.error.class = Class::ClockSkew;
                let said = failed.error.message.raw();
                let by = SignedDuration::from_secs(offset.as_secs());
                failed.error.message =
                    format!("{said} (this machine's clock is off by {by:#}; calls follow the service's clock now)").into();
                true
            }
            (Class::ClockSkew, Verdict::Agrees) => {
                failed.error.class = Class::Credentials;
                let said = failed.error.message.raw();
                failed.error.message = format!(
                    "{said} (the service's clock agrees with ours: the key or its secret is wrong)"
                )
                .into();
                false
            }
            _ => false,
        }
    }

    fn count(&self, bytes: usize) {
        self.traffic.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes of requests and answers so far, bodies only.
    pub(super) fn traffic(&self) -> u64 {
        self.traffic.load(Ordering::Relaxed)
    }

    /// Notes what an answer's date says about our clock, whether or not anything was refused for it.
    fn look_at_clock(&self, headers: &HeaderMap, now: Timestamp) {
        let seen = match skew::compare(headers, now, SignedDuration::ZERO) {
            Verdict::Differs(offset) | Verdict::Apart(offset) => {
                i64::try_from(offset.as_millis()).unwrap_or_default()
            }
            Verdict::Agrees => 0,
            Verdict::Unknown => return,
        };
        self.seen.store(seen, Ordering::SeqCst);
    }

    /// How far the service's clock is ahead of ours, when that is a minute or more.
    pub(super) fn difference(&self) -> Option<SignedDuration> {
        let seen = self.seen.load(Ordering::SeqCst);
        (seen != 0).then(|| SignedDuration::from_millis(seen))
    }

    /// What must be added to our clock to get the service's.
    pub(super) fn offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.offset.load(Ordering::SeqCst))
    }

    fn budget(&self, entry: &Entry) -> std::sync::MutexGuard<'_, Budget> {
        let which = usize::from(entry.call.host == Host::Identity);
        self.budgets[which]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// From 0 to 1, exclusive.
    fn luck(&self) -> f64 {
        ((self.random)() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn error(&self, class: Class, entry: &Entry, message: &str) -> ApiError {
        ApiError::new(class, self.connection.account.id.system, entry.id, message)
    }

    /// The error for an input that breaks rules.
    pub(super) fn invalid(&self, entry: &Entry, broken: &[Violation]) -> ApiError {
        let words: Vec<String> = broken.iter().map(Violation::sentence).collect();
        let mut error = self.error(Class::Invalid, entry, &words.join("; "));
        error.param = broken.first().map(|one| one.field.clone());
        error
    }

    /// A request ready to be signed: encoded, with the headers of every call.
    pub(super) fn encoded(
        &self,
        entry: &Entry,
        input: &Json,
        headers: &HeaderMap,
    ) -> Result<Request<Bytes>, ApiError> {
        let region = &self.connection.account.region;
        let base = match entry.call.host {
            Host::Service => self
                .connection
                .endpoint
                .clone()
                .unwrap_or_else(|| (self.system.endpoint)(region)),
            Host::Identity => {
                let configured = self.connection.identity_endpoint.clone();
                configured.unwrap_or_else(|| (self.system.identity_endpoint)(region))
            }
        };
        let mut request = wire::encode(entry, input, &base, self.system.list_base)
            .map_err(|broken| self.invalid(entry, &[broken]))?;
        let out = request.headers_mut();
        out.insert(ACCEPT, HeaderValue::from_static("application/json"));
        out.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        out.extend(headers.clone());
        Ok(request)
    }

    async fn signed(
        self: &Arc<Self>,
        entry: &Entry,
        input: &Json,
        headers: &HeaderMap,
        proof: &Proof,
    ) -> Result<Request<Bytes>, ApiError> {
        let mut request = self.encoded(entry, input, headers)?;
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
                let signed = self.signature(proof, &request);
                sign::apply(&mut request, &signed)
                    .map_err(|error| self.error(Class::Invalid, entry, &error.to_string()))?;
            }
        }
        Ok(request)
    }

    /// Signs with the service's time. Nothing to sign without a key.
    pub(super) fn signature(&self, proof: &Proof, request: &Request<Bytes>) -> sign::Signed {
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
                .saturating_add(self.offset())
                .unwrap_or(Timestamp::MAX),
            // Signed 64-bit parsers read it too.
            nonce: (self.random)() >> 1,
        };
        sign::sign(&head, request.body(), &signing)
    }

    /// What will prove who sends this call.
    async fn proof(self: &Arc<Self>, entry: &Entry) -> Result<Proof, ApiError> {
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

    /// The credentials, fetched once.
    pub(super) async fn credentials(&self, entry: &Entry) -> Result<&Credentials, ApiError> {
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
    pub(super) fn scheme(
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
            Some(name) => schemes.iter().find(|scheme| scheme_name(**scheme) == name),
            None => schemes.iter().find(fits),
        };
        let Some(&scheme) = found else {
            let known: Vec<&str> = schemes.iter().map(|scheme| scheme_name(*scheme)).collect();
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
            let words = format!(
                "the signature scheme {} needs {wanted}",
                scheme_name(scheme)
            );
            return Err(self.error(Class::Credentials, entry, &words));
        }
        // JSON bodies are signed by SigV4 only (ksc-monitor.md, 4); the key is the same.
        if matches!(scheme, Scheme::KscSimple { .. })
            && entry.call.form == super::declare::Form::Json
        {
            let sigv4 = schemes
                .iter()
                .find(|scheme| matches!(scheme, Scheme::SigV4 { .. }));
            return Ok(*sigv4.unwrap_or(&scheme));
        }
        Ok(scheme)
    }

    /// The token of this identity, obtained when there is none (signing-huawei.md, 1).
    pub(super) async fn token(self: &Arc<Self>) -> Result<Arc<Token>, ApiError> {
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
    async fn project(
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
    pub(super) fn known_project(&self) -> Option<&str> {
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

    /// The error for an answer that makes no sense.
    pub(super) fn unreadable(&self, entry: &Entry, answered: &Answered, why: &str) -> ApiError {
        let words = format!(
            "the answer (HTTP {}) cannot be read: {why}",
            answered.status.as_u16()
        );
        let mut error = self.error(Class::Unreadable, entry, &words);
        error.request_id = request_id(answered);
        error.outcome_unknown = entry.call.mutates;
        error
    }
}

/// The name that configurations use for a scheme.
pub(super) const fn scheme_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::SigV4 { .. } => "sigv4",
        Scheme::SigV4Query { .. } => "sigv4-query",
        Scheme::KscSimple { .. } => "ksc-simple",
        Scheme::TencentSha1 => "hmac-sha1",
        Scheme::TencentSha256 => "hmac-sha256",
        Scheme::HuaweiSdk => "ak-sk",
        Scheme::Token => "token",
        Scheme::None => "none",
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

/// What a refusal without the provider's words says.
fn status_words(answered: &Answered) -> String {
    let status = answered.status;
    let reason = status.canonical_reason().unwrap_or("unknown status");
    let target = answered
        .headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok());
    if status.is_redirection() {
        // Without its query, which may carry a ticket.
        let target = target
            .unwrap_or("nowhere")
            .split(['?', '#'])
            .next()
            .unwrap_or_default();
        return format!(
            "HTTP {} {reason}: redirected to {target}, which is not followed",
            status.as_u16()
        );
    }
    let kind = answered
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let what = match Format::detect(&answered.headers, &answered.body) {
        Some(_) => "an unknown error body".to_owned(),
        None if answered.body.is_empty() => "no body".to_owned(),
        None => format!("a body of type {}", kind.unwrap_or("unknown")),
    };
    format!("HTTP {} {reason}, with {what}", status.as_u16())
}

/// How long the provider asks to wait: seconds or a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = skew::parse_date(text)?.duration_since(now);
    Some(Duration::try_from(until).unwrap_or_default())
}

/// The provider's id of a request: from the headers, or from the places in the body that the references name
/// (ksc-monitor.md, 7; ksc-autoscaling.md, 6.4; signing-huawei.md, 2.7).
pub(super) fn request_id(answered: &Answered) -> Option<SafeText> {
    ["x-request-id", "x-iam-trace-id", "x-ksc-request-id"]
        .into_iter()
        .find_map(|name| answered.headers.get(name)?.to_str().ok())
        .map(SafeText::new)
        .or_else(|| id_in_body(&answered.body))
}

/// Looks for `"requestId":"…"` or `<RequestId>…</RequestId>`, in any case, near the start and the end of a body:
/// parsing a large body a second time for its id would cost as much as decoding it.
fn id_in_body(body: &[u8]) -> Option<SafeText> {
    const NEAR: usize = 1024;
    let head = body.get(..body.len().min(NEAR)).unwrap_or_default();
    let tail = body
        .get(body.len().saturating_sub(NEAR)..)
        .unwrap_or_default();
    [head, tail].into_iter().find_map(|part| {
        let text = String::from_utf8_lossy(part);
        let lower = text.to_ascii_lowercase();
        ["requestid", "request_id"].into_iter().find_map(|name| {
            lower.match_indices(name).find_map(|(at, _)| {
                let rest = text.get(at + name.len()..)?;
                let value = rest.strip_prefix('>').or_else(|| {
                    rest.strip_prefix('"')?
                        .trim_start()
                        .strip_prefix(':')?
                        .trim_start()
                        .strip_prefix('"')
                })?;
                let id: String = value
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || "-_.:".contains(*c))
                    .collect();
                let ends = value.get(id.len()..)?.starts_with(['"', '<']);
                (ends && !id.is_empty()).then(|| SafeText::new(&id))
            })
        })
    })
}
