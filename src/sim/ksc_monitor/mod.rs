//! Kingsoft Cloud Monitor, as the estate answers it (ksc-monitor.md, 14).

mod changes;
mod common;
mod contacts;
mod custom;
mod kce;
mod metrics;
mod policies;

use super::handlers::Handlers;

/// The functions of its operations.
pub fn handlers() -> Handlers {
    let parts = [
        metrics::add,
        custom::add,
        kce::add,
        policies::add,
        changes::add,
        contacts::add,
    ];
    parts
        .into_iter()
        .fold(Handlers::new(), |handlers, add| add(handlers))
}
