//! Tencent Cloud Monitor.

use std::time::Duration;

use http::HeaderMap;

use super::sign::Scheme;
use super::{Limit, System, unchecked};
use crate::domain::account::SystemId;

pub mod answer;
pub mod codes;
pub mod limits;
pub mod ops;
pub mod series;

/// Tencent Cloud Monitor, API version 2. One host for all regions: the region is a parameter of the signature
/// (tencent-monitor.md, 1).
pub const SYSTEM: System = System {
    id: SystemId::TencentMonitor,
    title: "Tencent Cloud Monitor",
    endpoint: |_| "https://monitor.api.qcloud.com".to_owned(),
    identity_endpoint: |_| String::new(),
    schemes: &[Scheme::TencentSha256, Scheme::TencentSha1],
    list_base: 0,
    // 50 a second and 500 a minute (section 1.6); a margin below both: four calls at once of a tenth of a
    // second each make 40 a second.
    limits: &[Limit {
        group: "",
        calls: 450,
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
