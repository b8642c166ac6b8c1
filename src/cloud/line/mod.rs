//! One account's line to its service: the straight way of a request, and what is remembered about the way.

mod answer;
mod identity;
mod proof;
mod times;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use serde_json::Value as Json;
use tokio::sync::OnceCell;

use super::credentials::CredentialSource;
use super::declare::{Entry, Host, Operation};
use super::gate;
use super::huawei_coc::ops::IamCreateToken;
use super::retry::{self, Budget};
use super::token::Tokens;
use super::transport::Transport;
use super::wire;
use super::{Answered, System};
use crate::clock::Clock;
use crate::domain::connection::{Connection, Credentials};
use crate::domain::error::ApiError;

pub(super) use answer::request_id;
pub(super) use proof::Proof;

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
            let (request, offset) = self.signed(entry, input, headers, &proof).await?;
            let now = self.clock.now();
            self.count(request.body().len());
            let sent = self.transport.send(request).await;
            drop(place);
            let mut failed = match self.classify(entry, sent, now, offset) {
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

    fn count(&self, bytes: usize) {
        self.traffic.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Bytes of requests and answers so far, bodies only.
    pub(super) fn traffic(&self) -> u64 {
        self.traffic.load(Ordering::Relaxed)
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
}
