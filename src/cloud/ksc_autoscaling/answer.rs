//! From queries to operations to facts, and from actions to operations to receipts.
//!
//! No operation of this API is declared yet; whatever comes is answered by its id.

use crate::cloud::client::Client;
use crate::cloud::raw;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;
use crate::domain::query::{Facts, Query};

/// Answers a query.
pub async fn answer(client: &Client, query: &Query) -> Result<Facts, ApiError> {
    match query {
        Query::Raw {
            operation, input, ..
        } => raw::read(client, operation, input).await,
        _ => Err(raw::unanswerable(client)),
    }
}

/// Carries out an action.
pub async fn act(client: &Client, action: &Action) -> Result<Receipt, ApiError> {
    match action {
        Action::Raw {
            operation, input, ..
        } => raw::act(client, operation, input).await,
        _ => Err(raw::undoable(client)),
    }
}
