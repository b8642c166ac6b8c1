//! From queries to operations to facts, and from actions to operations to receipts.

use crate::cloud::client::Client;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::query::{Facts, Query};

/// Answers a query.
pub async fn answer(client: &Client, _query: &Query) -> Result<Facts, ApiError> {
    let system = client.account().id.system;
    Err(ApiError::new(
        Class::Invalid,
        system,
        "",
        "this system does not answer that question",
    ))
}

/// Carries out an action.
pub async fn act(client: &Client, _action: &Action) -> Result<Receipt, ApiError> {
    let system = client.account().id.system;
    Err(ApiError::new(
        Class::Invalid,
        system,
        "",
        "this system cannot do that",
    ))
}
