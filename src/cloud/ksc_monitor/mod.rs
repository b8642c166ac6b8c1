//! Kingsoft Cloud Monitor.

use std::time::Duration;

use http::HeaderMap;

use super::sign::Scheme;
use super::{Limit, System};
use crate::domain::account::SystemId;

pub mod answer;
pub mod change;
pub mod codes;
pub mod evaluate;
pub mod extra;
pub mod ops;
pub mod points;
pub mod policies;
pub mod series;

/// Kingsoft Cloud Monitor. The region of the signature decides whose data is read, so every region has the same
/// host (ksc-monitor.md, 2).
pub const SYSTEM: System = System {
    id: SystemId::KscMonitor,
    title: "Kingsoft Cloud Monitor",
    endpoint: |_| "https://monitor.api.ksyun.com".to_owned(),
    identity_endpoint: |_| String::new(),
    schemes: &[
        Scheme::SigV4 { service: "monitor" },
        Scheme::SigV4Query { service: "monitor" },
        Scheme::KscSimple { service: "monitor" },
    ],
    // Only the container engine's dimensions are dotted: from 0 (14.8).
    list_base: 0,
    // Section 11. "Low concurrency" has no number in the document.
    limits: &[
        Limit {
            group: "",
            calls: 3600,
            per: Duration::from_secs(60),
            concurrent: 4,
        },
        Limit {
            group: "batch",
            calls: 180,
            per: Duration::from_secs(60),
            concurrent: 2,
        },
    ],
    operations: ops::OPERATIONS,
    headers: |_, _| HeaderMap::new(),
    problem: codes::problem,
    answer: |client, query| Box::pin(answer::answer(client, query)),
    check: change::check,
    act: |client, action| Box::pin(answer::act(client, action)),
};
