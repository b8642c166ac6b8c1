//! From queries to operations to facts, and from actions to operations to receipts.
//!
//! What is scripts and orders is in `runs`, what is incidents and WarRooms in `tickets`; `convert` maps answers to
//! facts and knows no client.

use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::raw;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::query::{Facts, Query};
use crate::domain::text::SafeText;

mod convert;
mod runs;
mod tickets;

/// Calls of one question that run at once.
const AT_ONCE: usize = 4;

/// Answers a query.
pub async fn answer(client: &Client, query: &Query) -> Result<Facts, ApiError> {
    match query {
        Query::WarRooms(_) => tickets::warrooms(client).await.map(Facts::WarRooms),
        Query::Incidents(_, numbers) => tickets::incidents(client, numbers)
            .await
            .map(Facts::Incidents),
        Query::Scripts(_) => runs::scripts(client).await.map(Facts::Scripts),
        Query::Script(_, id) => runs::script(client, id)
            .await
            .map(|script| Facts::Scripts(vec![script])),
        Query::Orders(_) => runs::orders(client).await.map(Facts::Orders),
        Query::Order(_, id) => runs::order(client, id)
            .await
            .map(|order| Facts::Orders(vec![order])),
        Query::Resources(_) => runs::resources(client).await.map(Facts::Resources),
        Query::Raw {
            operation, input, ..
        } => raw::read(client, operation, input).await,
        _ => Err(raw::unanswerable(client)),
    }
}

/// Carries out an action.
pub async fn act(client: &Client, action: &Action) -> Result<Receipt, ApiError> {
    match action {
        Action::CreateIncident(account, new) => tickets::create(client, account, new).await,
        Action::AcceptIncident(account, id) => tickets::accept(client, account, id).await,
        Action::CommitSolution(account, id, solution) => {
            tickets::commit(client, account, id, solution).await
        }
        Action::ConfirmIncident {
            account,
            incident,
            solved,
            comment,
        } => tickets::confirm(client, account, incident, *solved, comment).await,
        Action::CreateWarRoom(account, new) => tickets::open_warroom(client, account, new).await,
        Action::ReportAlarm(_, new) => tickets::report_alarm(client, new).await,
        Action::RunScript(account, new) => runs::run(client, account, new).await,
        Action::OperateOrder(account, id, step) => runs::operate(client, account, id, step).await,
        Action::Raw {
            operation, input, ..
        } => raw::act(client, operation, input).await,
        _ => Err(raw::undoable(client)),
    }
}

/// An answer that came and lacks what it is for.
fn lacks<O: Operation>(what: &str) -> ApiError {
    ApiError::new(
        Class::Unreadable,
        SystemId::HuaweiCoc,
        O::ID,
        format!("the answer has no {what}"),
    )
}

/// A receipt for something that made nothing new.
fn receipt(summary: String, request_id: Option<SafeText>, refresh: Vec<Query>) -> Receipt {
    Receipt {
        summary: summary.into(),
        created: None,
        left_out: Vec::new(),
        request_id,
        refresh,
        answer: None,
    }
}
