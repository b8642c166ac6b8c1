//! Huawei Cloud Operations Center.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};

use super::client::Client;
use super::declare::{Entry, Host};
use super::sign::Scheme;
use super::{Limit, System, huawei, unchecked};
use crate::domain::account::SystemId;

pub mod answer;
pub mod codes;
pub mod ops;

/// Huawei Cloud Operations Center.
pub const SYSTEM: System = System {
    id: SystemId::HuaweiCoc,
    title: "Huawei Cloud Operations Center",
    endpoint: |region| endpoint(region).to_owned(),
    identity_endpoint: huawei::identity_endpoint,
    schemes: &[Scheme::HuaweiSdk, Scheme::Token],
    list_base: 1,
    // The document names none; 200 a second for each operation is the gateway's default (huawei-coc.md, 8).
    limits: &[Limit {
        group: "",
        calls: 200,
        per: Duration::from_secs(1),
        concurrent: 8,
    }],
    operations: ops::OPERATIONS,
    headers,
    problem: codes::problem,
    answer: |client, query| Box::pin(answer::answer(client, query)),
    check: unchecked,
    act: |client, action| Box::pin(answer::act(client, action)),
};

/// One host serves all regions of a site (huawei-coc.md, 2).
fn endpoint(region: &str) -> &'static str {
    if region.starts_with("eu-") {
        "https://coc-eu-west-101-open-api.myhuaweicloud.eu"
    } else if region.starts_with("cn-") || region.is_empty() {
        "https://coc.myhuaweicloud.com"
    } else {
        "https://coc-intl.myhuaweicloud.com"
    }
}

/// The project, where it is known, and the language of messages (huawei-coc.md, 4). The identity service wants neither.
fn headers(client: &Client, entry: &Entry) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if entry.call.host == Host::Identity {
        return headers;
    }
    headers.insert("x-language", HeaderValue::from_static("en-us"));
    let connection = client.connection();
    let project = connection
        .project_id
        .as_deref()
        .filter(|_| !connection.domain_scope);
    if let Some(Ok(project)) = project.map(HeaderValue::from_str) {
        headers.insert("x-project-id", project);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_site_has_one_host() {
        assert_eq!(
            (SYSTEM.endpoint)("cn-north-4"),
            "https://coc.myhuaweicloud.com"
        );
        assert_eq!(
            (SYSTEM.endpoint)("ap-southeast-3"),
            "https://coc-intl.myhuaweicloud.com"
        );
        assert_eq!(
            (SYSTEM.endpoint)("eu-west-101"),
            "https://coc-eu-west-101-open-api.myhuaweicloud.eu"
        );
        assert_eq!(
            (SYSTEM.identity_endpoint)("cn-north-4"),
            "https://iam.cn-north-4.myhuaweicloud.com"
        );
    }
}
