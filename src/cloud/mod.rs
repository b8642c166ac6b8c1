//! Typed clients of the five APIs. A request takes one straight way: encode, sign, send, classify, decode
//! ([`client`]); what it looks like is declared once ([`declare`]).

pub mod client;
pub mod credentials;
pub mod declare;
pub mod explain;
pub mod gate;
pub mod held;
pub mod huawei;
pub mod huawei_coc;
pub mod huawei_esm;
pub mod ksc_autoscaling;
pub mod ksc_monitor;
mod line;
pub mod loose;
pub mod page;
pub mod raw;
pub mod recall;
mod retry;
pub mod sign;
mod skew;
pub mod tencent_monitor;
pub mod token;
pub mod transport;
pub mod wire;

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, StatusCode};

use crate::domain::account::SystemId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;
use crate::domain::query::{Facts, Query};

use client::Client;
use declare::{Entry, Violation};
use sign::Scheme;

/// What one API is: one constant for each.
pub struct System {
    /// Its id.
    pub id: SystemId,
    /// Its name for people.
    pub title: &'static str,
    /// Base URL of the service in a region, when the configuration names none.
    pub endpoint: fn(region: &str) -> String,
    /// Base URL of the identity service in a region (Huawei only; empty for the others).
    pub identity_endpoint: fn(region: &str) -> String,
    /// Signature schemes it accepts; the first is the default.
    pub schemes: &'static [Scheme],
    /// Where lists start in dotted parameter names: `Id.0` or `Id.1`.
    pub list_base: u32,
    /// Published limits; the first is the default group.
    pub limits: &'static [Limit],
    /// Its operations.
    pub operations: &'static [Entry],
    /// Headers that every call carries besides those of the signature, for example ESM's application codes.
    pub headers: fn(&Client, &Entry) -> HeaderMap,
    /// Recognises this provider's error bodies, also inside HTTP 200. `None` when the answer is a success.
    pub problem: fn(&Entry, &Answered) -> Option<ApiError>,
    /// Answers a query with this system's operations.
    pub answer: for<'a> fn(&'a Client, &'a Query) -> BoxFuture<'a, Result<Facts, ApiError>>,
    /// The rules that an action breaks, fields named as the action names them. Only what can be said without asking.
    pub check: fn(&Action) -> Vec<Violation>,
    /// Carries out an action with this system's operations. Sends at most one mutating call.
    pub act: for<'a> fn(&'a Client, &'a Action) -> BoxFuture<'a, Result<Receipt, ApiError>>,
}

/// A published limit: so many calls in so long, for a group of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The group's name, as in [`declare::Call::group`]; the default group has an empty name.
    pub group: &'static str,
    /// How many calls.
    pub calls: u32,
    /// In how long.
    pub per: Duration,
    /// How many of them at once.
    pub concurrent: u32,
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Answered {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, whole.
    pub body: Bytes,
}

/// All systems, in the order in which they are shown.
pub const SYSTEMS: &[&System] = &[
    &ksc_monitor::SYSTEM,
    &ksc_autoscaling::SYSTEM,
    &tencent_monitor::SYSTEM,
    &huawei_esm::SYSTEM,
    &huawei_coc::SYSTEM,
];

/// All operations of all systems, in the order in which they are shown.
pub fn operations() -> impl Iterator<Item = &'static Entry> {
    SYSTEMS.iter().flat_map(|system| system.operations)
}

/// The rules that an action breaks and that its service enforces: what must not be asked, written down or sent.
pub fn broken_rules(action: &Action) -> Vec<Violation> {
    let mut broken = match action {
        Action::Raw {
            operation: id,
            input,
            ..
        } => operation(id).map_or_else(Vec::new, |entry| wire::check_entry(entry, input)),
        _ => (system(action.account().system).check)(action),
    };
    broken.retain(|one| !one.soft);
    broken
}

/// The rules that an action breaks, where its operations check them when they are sent.
pub const fn unchecked(_: &Action) -> Vec<Violation> {
    Vec::new()
}

/// The constant of a system.
pub const fn system(id: SystemId) -> &'static System {
    match id {
        SystemId::KscMonitor => &ksc_monitor::SYSTEM,
        SystemId::KscAutoscaling => &ksc_autoscaling::SYSTEM,
        SystemId::TencentMonitor => &tencent_monitor::SYSTEM,
        SystemId::HuaweiEsm => &huawei_esm::SYSTEM,
        SystemId::HuaweiCoc => &huawei_coc::SYSTEM,
    }
}

/// The operation with this id, for example `huawei-coc.get_script`.
pub fn operation(id: &str) -> Option<&'static Entry> {
    SYSTEMS
        .iter()
        .flat_map(|system| system.operations)
        .find(|entry| entry.id == id)
}
