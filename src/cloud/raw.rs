//! Any operation by its id with untyped input: for the explorer, the command line and everything without a pane.

use serde_json::Value as Json;

use super::client::Client;
use super::declare::Entry;
use crate::domain::action::Receipt;
use crate::domain::error::{ApiError, Class, OperationId};
use crate::domain::query::Facts;

/// Answers `Query::Raw`: calls a reading operation of the client's system with `input`, a JSON object as text
/// with keys in wire spelling (empty for none).
///
/// # Errors
/// `Invalid` when the operation is not one of this system, changes something, or `input` is not JSON; whatever
/// the call answers otherwise.
pub async fn read(client: &Client, operation: OperationId, input: &str) -> Result<Facts, ApiError> {
    let entry = find(client, operation)?;
    if entry.call.mutates {
        return Err(invalid(
            client,
            operation,
            "it changes something, so it is an action and not a question",
        ));
    }
    let input = if input.trim().is_empty() {
        Json::Object(serde_json::Map::new())
    } else {
        serde_json::from_str(input).map_err(|error| {
            invalid(client, operation, format!("the input is not JSON: {error}"))
        })?
    };
    let reply = client.call_raw(entry, input).await?;
    Ok(Facts::Raw(reply.output))
}

/// Carries out `Action::Raw`: calls an operation of the client's system, once.
///
/// # Errors
/// `Invalid` when the operation is not one of this system; whatever the call answers otherwise.
pub async fn act(
    client: &Client,
    operation: OperationId,
    input: &Json,
) -> Result<Receipt, ApiError> {
    let entry = find(client, operation)?;
    let reply = client.call_raw(entry, input.clone()).await?;
    let words = format!("{operation} done");
    Ok(Receipt {
        answer: Some(reply.output),
        ..Receipt::new(words, reply.request_id, Vec::new())
    })
}

/// The answer to a question that a system has nothing for.
pub fn unanswerable(client: &Client) -> ApiError {
    invalid(client, "", "this system does not answer that question")
}

/// The answer to an action that a system cannot carry out.
pub fn undoable(client: &Client) -> ApiError {
    invalid(client, "", "this system cannot do that")
}

fn find(client: &Client, operation: OperationId) -> Result<&'static Entry, ApiError> {
    client
        .system()
        .operations
        .iter()
        .find(|entry| entry.id == operation)
        .ok_or_else(|| invalid(client, operation, "this system has no such operation"))
}

fn invalid(client: &Client, operation: OperationId, message: impl Into<String>) -> ApiError {
    ApiError::new(
        Class::Invalid,
        client.account().id.system,
        operation,
        message.into(),
    )
}
