//! Kingsoft Cloud Auto Scaling.

use std::time::Duration;

use http::HeaderMap;

use super::sign::Scheme;
use super::{Limit, System};
use crate::domain::account::SystemId;

pub mod answer;
pub mod codes;
pub mod ops;

/// Kingsoft Cloud Auto Scaling.
pub const SYSTEM: System = System {
    id: SystemId::KscAutoscaling,
    title: "Kingsoft Cloud Auto Scaling",
    endpoint: |_| String::new(),
    identity_endpoint: |_| String::new(),
    schemes: &[Scheme::None],
    list_base: 1,
    limits: &[Limit {
        group: "",
        calls: 60,
        per: Duration::from_secs(60),
        concurrent: 4,
    }],
    operations: ops::OPERATIONS,
    headers: |_, _| HeaderMap::new(),
    problem: codes::problem,
    answer: |client, query| Box::pin(answer::answer(client, query)),
    act: |client, action| Box::pin(answer::act(client, action)),
};
