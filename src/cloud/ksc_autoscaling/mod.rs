//! Kingsoft Cloud Auto Scaling.

use std::time::Duration;

use http::HeaderMap;

use super::sign::Scheme;
use super::{Limit, System, unchecked};
use crate::domain::account::SystemId;

pub mod answer;
pub mod codes;
mod convert;
pub mod ops;
pub mod outputs;
pub mod requests;
pub mod rules;

/// Kingsoft Cloud Auto Scaling: a part of the cloud server service (ksc-autoscaling.md, 2 and 4).
pub const SYSTEM: System = System {
    id: SystemId::KscAutoscaling,
    title: "Kingsoft Cloud Auto Scaling",
    endpoint: |region| format!("https://kec.{region}.api.ksyun.com"),
    identity_endpoint: |_| String::new(),
    schemes: &[
        Scheme::SigV4 { service: "kec" },
        Scheme::SigV4Query { service: "kec" },
        Scheme::KscSimple { service: "kec" },
    ],
    list_base: 1,
    // Section 10: the document names no figure; five calls a second are this program's own measure.
    limits: &[Limit {
        group: "",
        calls: 300,
        per: Duration::from_secs(60),
        concurrent: 4,
    }],
    operations: ops::OPERATIONS,
    headers: |_, _| HeaderMap::new(),
    problem: codes::problem,
    answer: |client, query| Box::pin(answer::answer(client, query)),
    check: unchecked,
    act: |client, action| Box::pin(answer::act(client, action)),
};
