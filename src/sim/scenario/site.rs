//! What the site tells of itself, and what it does otherwise (huawei-esm.md).

use serde::Deserialize;

/// An entry of the audit log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSpec {
    /// What was done.
    pub what: String,
    /// By whom.
    pub user: String,
    /// Seconds before the start.
    pub ago: i64,
    /// 4 fatal to 1 hint.
    #[serde(default = "general")]
    pub severity: u8,
    /// What it was done to.
    pub resource: String,
    /// Kind of that.
    pub kind: String,
    /// More about it.
    #[serde(default)]
    pub note: String,
    /// Is it in the security log?
    #[serde(default)]
    pub security: bool,
    /// Did it fail?
    #[serde(default)]
    pub failed: bool,
}

fn general() -> u8 {
    2
}

/// What a site may do otherwise than the documents lead to expect (huawei-esm.md, 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SiteQuirk {
    /// Capacity is `avaliable`, as the tables spell it.
    Avaliable,
    /// JSON within text comes with bare quotes, as the document prints it.
    BareQuotes,
    /// `offset_value` counts pages.
    OffsetIsPage,
    /// Operations with two places are served at the other one only.
    OtherPlace,
    /// Dedicated clusters go by their later name.
    LaterDcc,
    /// Metrics, hosts and the load balancer are not offered, as in later releases.
    Fewer,
}
