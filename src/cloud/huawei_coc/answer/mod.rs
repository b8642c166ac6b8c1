//! From queries to operations to facts, and from actions to operations to receipts.
//!
//! What is scripts is in `library`, what is orders and machines in `runs`, what is incidents and WarRooms in
//! `tickets`, what is patches in `patches`; `convert` maps answers to facts and knows no client.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::cloud::client::Client;
use crate::cloud::declare::{Field, Kind, Operation};
use crate::cloud::raw;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::incident::WarRoomFilter;
use crate::domain::query::{Facts, Query};
use crate::domain::script::{Order, OrderId, ScriptFilter};

mod convert;
mod library;
mod patches;
mod runs;
mod tickets;

use runs::Outputs;

/// Calls of one question that run at once.
const AT_ONCE: usize = 4;

/// Answers a query.
pub async fn answer(client: &Client, query: &Query) -> Result<Facts, ApiError> {
    match query {
        Query::WarRooms(_) => tickets::warrooms(client, &WarRoomFilter::default())
            .await
            .map(Facts::WarRooms),
        Query::FoundWarRooms(_, filter) => {
            tickets::warrooms(client, filter).await.map(Facts::WarRooms)
        }
        Query::Incidents(_, numbers) => tickets::incidents(client, numbers)
            .await
            .map(Facts::Incidents),
        Query::FoundIncidents(_, title) => {
            tickets::called(client, title).await.map(Facts::Incidents)
        }
        Query::Scripts(_) => library::scripts(client, &ScriptFilter::default())
            .await
            .map(Facts::Scripts),
        Query::FoundScripts(_, filter) => {
            library::scripts(client, filter).await.map(Facts::Scripts)
        }
        Query::Script(_, id) => library::script(client, id)
            .await
            .map(|script| Facts::Scripts(vec![script])),
        Query::Orders(_) => runs::orders(client).await.map(Facts::Orders),
        Query::Order(_, id) => runs::order(client, id, Outputs::Ends)
            .await
            .map(|order| Facts::Orders(vec![order])),
        Query::Resources(_) => runs::resources(client).await.map(Facts::Resources),
        Query::Patches(_, filter) => patches::reports(client, filter).await.map(Facts::Patches),
        Query::PatchItems(_, id, filter) => patches::items(client, id, filter)
            .await
            .map(Facts::PatchItems),
        Query::Raw {
            operation, input, ..
        } => raw::read(client, operation, input).await,
        _ => Err(raw::unanswerable(client)),
    }
}

/// One order with all that its machines said, however long.
///
/// # Errors
/// Those of the calls.
pub async fn whole_order(client: &Client, id: &OrderId) -> Result<Order, ApiError> {
    runs::order(client, id, Outputs::Whole).await
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
        Action::CreateScript(account, draft) => library::create(client, account, draft).await,
        Action::UpdateScript(account, id, draft) => {
            library::update(client, account, id, draft).await
        }
        Action::DeleteScript {
            account,
            script,
            name,
        } => library::delete(client, account, script, name).await,
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

/// The choice that is spelt like this, whatever the case.
fn chosen<O: Operation, T: Field + DeserializeOwned>(word: &str) -> Result<T, ApiError> {
    let known = match T::KIND {
        Kind::Choice(words) => words,
        _ => &[],
    };
    let found = known.iter().find(|known| known.eq_ignore_ascii_case(word));
    let read = found.and_then(|known| serde_json::from_value(Json::from(*known)).ok());
    read.ok_or_else(|| {
        let words = format!("{word:?} is none of {}", known.join(", "));
        ApiError::new(Class::Invalid, SystemId::HuaweiCoc, O::ID, words)
    })
}
