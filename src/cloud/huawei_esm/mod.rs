//! Huawei ESM.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};

use super::client::Client;
use super::declare::{Entry, Host};
use super::sign::Scheme;
use super::{Limit, System, huawei, unchecked};
use crate::domain::account::SystemId;

pub mod answer;
pub mod codes;
mod literal;
pub mod ops;
mod time;

/// Huawei ESM.
pub const SYSTEM: System = System {
    id: SystemId::HuaweiEsm,
    title: "Huawei ESM",
    // Every site has its own host, which the configuration names; this is the document's sample (huawei-esm.md, 1.1).
    endpoint: |region| format!("https://esm-api.{region}.myhuaweicloud.com"),
    identity_endpoint: huawei::identity_endpoint,
    schemes: &[Scheme::Token],
    list_base: 1,
    // Alarms, capacity, audit and assets share 60 calls a minute (huawei-esm.md, 1.7).
    limits: &[
        Limit {
            group: "",
            calls: 60,
            per: Duration::from_secs(60),
            concurrent: 4,
        },
        // Everything else; nothing is published for metering.
        Limit {
            group: ops::WIDE,
            calls: 4000,
            per: Duration::from_secs(1),
            concurrent: 6,
        },
    ],
    operations: ops::OPERATIONS,
    headers,
    problem: codes::problem,
    answer: |client, query| Box::pin(answer::answer(client, query)),
    check: unchecked,
    act: |client, action| Box::pin(answer::act(client, action)),
};

/// The application codes and the tenant, on every call: the document's profiles contradict each other, and no service
/// minds one too many (huawei-esm.md, 1.4). The token, the fourth header, comes from the scheme.
fn headers(client: &Client, entry: &Entry) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(codes) = &client.connection().app_codes else {
        return headers;
    };
    if entry.call.host == Host::Identity {
        return headers;
    }
    let domain = codes.hcso_domain_id.as_deref();
    for (name, value) in [
        ("x-apig-appcode", Some(codes.app_code.reveal())),
        ("x-hcso-appcode", Some(codes.hcso_app_code.reveal())),
        ("x-hcso-domainid", domain),
    ] {
        if let Some(Ok(mut value)) = value.map(HeaderValue::from_str) {
            // Keeps codes out of anything that prints headers.
            value.set_sensitive(name != "x-hcso-domainid");
            headers.insert(name, value);
        }
    }
    headers
}
