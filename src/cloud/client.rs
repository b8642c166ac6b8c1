//! One account's client: encode, sign, send, classify, decode.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::declare::{Entry, Operation};
use super::recall::Recall;
use super::transport::Transport;
use super::{System, system};
use crate::clock::Clock;
use crate::domain::account::{Account, Connection};
use crate::domain::error::ApiError;
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
    connection: Connection,
    transport: Arc<dyn Transport>,
    clock: Clock,
    recall: Recall,
}

impl Client {
    /// Whose calls these are.
    pub fn account(&self) -> &Account {
        &self.connection.account
    }

    /// How to reach it.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The system's constant.
    pub fn system(&self) -> &'static System {
        system(self.account().id.system)
    }

    /// Now, by the clock this client was given.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What earlier calls taught.
    pub fn recall(&self) -> &Recall {
        &self.recall
    }

    /// Calls an operation: a thin typed shell.
    pub async fn call<O: Operation>(&self, _input: &O) -> Result<Reply<O::Output>, ApiError> {
        let _ = &self.transport;
        todo!()
    }

    /// Calls any operation with untyped input, keys in wire spelling; the answer as JSON, also when it came as XML.
    pub async fn call_raw(&self, _entry: &Entry, _input: Json) -> Result<Reply<Json>, ApiError> {
        todo!()
    }
}
