//! One account's client: encode, sign, send, classify, decode. [`Client::call`] is a thin typed shell around the one
//! way that every request takes; `Line::exchange` is that way.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::credentials::CredentialSource;
use super::declare::{Entry, Operation};
use super::explain::Explained;
use super::line::{self, Line};
use super::recall::Recall;
use super::token::Token;
use super::transport::Transport;
use super::wire::{self, DecodeError, Format};
use super::{Answered, System, system};
use crate::clock::Clock;
use crate::domain::action::{Action, Receipt};
use crate::domain::connection::{Account, Connection};
use crate::domain::error::{ApiError, Class};
use crate::domain::query::{Facts, Query};
use crate::domain::text::SafeText;

/// A decoded answer.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// What the service said.
    pub output: T,
    /// Its id of the request.
    pub request_id: Option<SafeText>,
}

/// The client of one account.
pub struct Client {
    line: Arc<Line>,
    recall: Recall,
}

impl Client {
    /// A client for `connection`. Nothing is sent and no credentials are fetched before the first call.
    pub fn new(
        connection: Connection,
        credentials: Arc<dyn CredentialSource>,
        transport: Arc<dyn Transport>,
        clock: Clock,
    ) -> Self {
        Self::with_random(connection, credentials, transport, clock, line::random)
    }

    /// The same with another source of random bits, for tests of waits and nonces.
    pub fn with_random(
        connection: Connection,
        credentials: Arc<dyn CredentialSource>,
        transport: Arc<dyn Transport>,
        clock: Clock,
        random: fn() -> u64,
    ) -> Self {
        let system = system(connection.account.id.system);
        let line = Line::new(connection, system, credentials, transport, clock, random);
        Self {
            line: Arc::new(line),
            recall: Recall::default(),
        }
    }

    /// Whose calls these are.
    pub fn account(&self) -> &Account {
        &self.line.connection.account
    }

    /// How to reach it.
    pub fn connection(&self) -> &Connection {
        &self.line.connection
    }

    /// The system's constant.
    pub fn system(&self) -> &'static System {
        self.line.system
    }

    /// Now, by the clock this client was given.
    pub fn now(&self) -> Timestamp {
        self.line.clock.now()
    }

    /// What earlier calls taught.
    pub fn recall(&self) -> &Recall {
        &self.recall
    }

    /// What must be added to our clock to get the service's, as far as refused signatures have taught; zero at first.
    pub fn clock_offset(&self) -> SignedDuration {
        self.line.offset()
    }

    /// Bytes of requests and answers so far, bodies only.
    pub fn traffic(&self) -> u64 {
        self.line.traffic()
    }

    /// How far the service's clock is ahead of ours, by its last answer: only when it is a minute or more, less may be
    /// the way there.
    pub fn clock_difference(&self) -> Option<SignedDuration> {
        self.line.difference()
    }

    /// The token this client works with, obtained if need be, with the ids of user, project and account (Huawei with
    /// user name and password). `None` where calls are signed with a key.
    ///
    /// # Errors
    ///
    /// Those of the call to the identity service.
    pub async fn identity(&self) -> Result<Option<Arc<Token>>, ApiError> {
        let entry = Entry::of::<super::huawei_coc::ops::IamCreateToken>();
        let credentials = self.line.credentials(&entry).await?;
        match self.line.scheme(&entry, credentials)? {
            super::sign::Scheme::Token => self.line.token().await.map(Some),
            _ => Ok(None),
        }
    }

    /// Calls an operation: a thin typed shell.
    ///
    /// # Errors
    ///
    /// `Invalid` and `ReadOnly` before anything is sent; otherwise what the service, the way there or its answer says.
    pub async fn call<O: Operation>(&self, input: &O) -> Result<Reply<O::Output>, ApiError> {
        let entry = Entry::of::<O>();
        let input = serde_json::to_value(input)
            .map_err(|error| self.line.error(Class::Invalid, &entry, &error.to_string()))?;
        let answered = self.exchange(&entry, &input).await?;
        self.reply(&entry, &answered, typed::<O::Output>)
    }

    /// Calls any operation with untyped input, keys in wire spelling; the answer as JSON, also when it came as XML.
    ///
    /// # Errors
    ///
    /// As [`Client::call`].
    pub async fn call_raw(&self, entry: &Entry, input: Json) -> Result<Reply<Json>, ApiError> {
        let answered = self.exchange(entry, &input).await?;
        self.reply(entry, &answered, untyped)
    }

    /// What [`Client::call_raw`] would send, with secrets, tokens and signatures masked. Nothing is sent, and missing
    /// credentials are shown as placeholders.
    ///
    /// # Errors
    ///
    /// `Invalid` when the input breaks a rule.
    pub async fn explain(&self, entry: &Entry, input: &Json) -> Result<Explained, ApiError> {
        self.check(entry, input)?;
        let headers = (self.system().headers)(self, entry);
        super::explain::explain(&self.line, entry, input, &headers).await
    }

    /// Answers a query with the operations of the account's system.
    ///
    /// # Errors
    ///
    /// As [`Client::call`].
    pub fn answer<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Facts, ApiError>> {
        (self.system().answer)(self, query)
    }

    /// Carries out an action with the operations of the account's system. Sends at most one changing call.
    ///
    /// # Errors
    ///
    /// As [`Client::call`]; where the answer to the changing call is missing, the outcome is unknown.
    pub fn act<'a>(&'a self, action: &'a Action) -> BoxFuture<'a, Result<Receipt, ApiError>> {
        (self.system().act)(self, action)
    }

    /// Refuses a change that must not be sent: what is refused before it is sent is no change.
    ///
    /// # Errors
    ///
    /// `Invalid` when the change breaks a rule.
    pub fn check_action(&self, action: &Action) -> Result<(), ApiError> {
        let broken = super::broken_rules(action);
        match super::operation(action.operation()) {
            Some(entry) if !broken.is_empty() => Err(self.line.invalid(entry, &broken)),
            _ => Ok(()),
        }
    }

    /// Refuses what must not be sent.
    ///
    /// # Errors
    ///
    /// `Invalid` when the input breaks a rule.
    pub fn check(&self, entry: &Entry, input: &Json) -> Result<(), ApiError> {
        let broken: Vec<_> = wire::check_entry(entry, input)
            .into_iter()
            .filter(|violation| !violation.soft)
            .collect();
        if broken.is_empty() {
            Ok(())
        } else {
            Err(self.line.invalid(entry, &broken))
        }
    }

    /// Calls any operation and brings back the answer as it came, once it is known to be no error.
    ///
    /// # Errors
    ///
    /// As [`Client::call`], save that the body is not decoded.
    pub async fn exchange(&self, entry: &Entry, input: &Json) -> Result<Answered, ApiError> {
        if entry.call.mutates && self.account().read_only {
            let words = "this profile is read-only; nothing was sent";
            return Err(self.line.error(Class::ReadOnly, entry, words));
        }
        self.check(entry, input)?;
        let headers = (self.system().headers)(self, entry);
        let first = self.where_served(entry);
        let answer = self.line.exchange(&first, input, &headers).await;
        if entry.call.or.is_empty() || !is_elsewhere(&answer) {
            return answer;
        }
        for other in places(entry).filter(|other| other.call != first.call) {
            let there = self.line.exchange(&other, input, &headers).await;
            if !is_elsewhere(&there) {
                let place = format!("{} {}", other.call.method, other.call.path);
                self.recall.learn(entry.id, &place);
                return there;
            }
        }
        // What the document names first says best why there is no answer.
        answer
    }

    /// The operation at the place where it was found to be served, or else where the document has it first.
    fn where_served(&self, entry: &Entry) -> Entry {
        let known = (!entry.call.or.is_empty())
            .then(|| self.recall.word(entry.id))
            .flatten();
        places(entry)
            .find(|place| {
                known.as_deref() == Some(&format!("{} {}", place.call.method, place.call.path))
            })
            .unwrap_or(*entry)
    }

    fn reply<T>(
        &self,
        entry: &Entry,
        answered: &Answered,
        decode: fn(Option<Format>, &[u8]) -> Result<T, DecodeError>,
    ) -> Result<Reply<T>, ApiError> {
        let format = Format::detect(&answered.headers, &answered.body);
        if format.is_none() && !answered.body.is_empty() {
            return Err(self
                .line
                .unreadable(entry, answered, "it is neither JSON nor XML"));
        }
        let output = decode(format, &answered.body)
            .or_else(|error| {
                // Quotes within quotes: once they are mended the answer may make sense.
                let mended = wire::mend(&answered.body, entry.call.embeds).ok_or(error)?;
                decode(format, &mended)
            })
            .map_err(|error| self.line.unreadable(entry, answered, &error.to_string()))?;
        Ok(Reply {
            output,
            request_id: line::request_id(answered),
        })
    }
}

/// The operation at every place where it may be served, the document's first one first.
fn places(entry: &Entry) -> impl Iterator<Item = Entry> {
    let others = entry.call.or.iter().map(|(method, path)| {
        let mut other = *entry;
        (other.call.method, other.call.path) = (*method, *path);
        other
    });
    std::iter::once(*entry).chain(others)
}

/// Does this answer say that nothing is served there?
fn is_elsewhere(answer: &Result<Answered, ApiError>) -> bool {
    matches!(answer, Err(error) if matches!(error.class, Class::NotFound | Class::NotOffered))
}

/// An empty answer is one only for a type without content, such as `()`.
fn typed<T: DeserializeOwned>(format: Option<Format>, body: &[u8]) -> Result<T, DecodeError> {
    match format {
        Some(format) => wire::decode_answer(format, body),
        None => wire::decode_answer(Format::Json, b"null").map_err(|_| empty()),
    }
}

fn untyped(format: Option<Format>, body: &[u8]) -> Result<Json, DecodeError> {
    match format {
        Some(Format::Json) => wire::decode_answer(Format::Json, body),
        Some(Format::Xml) => wire::xml_to_json(body),
        None => Err(empty()),
    }
}

fn empty() -> DecodeError {
    DecodeError {
        path: String::new(),
        reason: "it is empty".into(),
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
