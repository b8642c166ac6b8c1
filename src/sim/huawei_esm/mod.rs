//! Huawei ESM, as the estate answers it (huawei-esm.md, 7).

mod alarms;
mod capacity;
mod common;
mod hosts;
mod meter;
mod metrics;
mod records;
mod tenants;

use super::handlers::Handlers;

/// The functions of its operations.
pub fn handlers() -> Handlers {
    let parts = [
        capacity::add,
        records::add,
        alarms::add,
        metrics::add,
        tenants::add,
        hosts::add,
        meter::add,
    ];
    parts
        .into_iter()
        .fold(Handlers::new(), |handlers, add| add(handlers))
}
