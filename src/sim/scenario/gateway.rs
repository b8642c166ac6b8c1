//! How the gateways behave: faults and limits.

use serde::Deserialize;

use crate::domain::account::SystemId;

/// A fault of a gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// Which system; all when absent.
    #[serde(default)]
    pub system: Option<SystemId>,
    /// Only operations whose id contains this.
    #[serde(default)]
    pub operation: String,
    /// What happens.
    pub kind: FaultKind,
    /// How many calls of a hundred it hits.
    #[serde(default = "hundred")]
    pub percent: f64,
    /// Milliseconds of delay: shortest and longest.
    #[serde(default)]
    pub millis: (u64, u64),
    /// Seconds after the start at which it begins.
    #[serde(default)]
    pub after: u32,
    /// Seconds after which it ends.
    #[serde(default)]
    pub lasts: Option<u32>,
}

fn hundred() -> f64 {
    100.0
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The answer comes late.
    Latency,
    /// The provider's own internal error.
    Error,
    /// The connection is cut before anything is answered.
    Kill,
    /// The request is carried out, then the connection is cut.
    KillAfter,
    /// Nothing is answered for two minutes.
    Stall,
    /// Half of the answer comes, then the connection is cut.
    Truncated,
    /// A page of HTML with status 502.
    Html,
    /// An empty body with status 200.
    Empty,
    /// 50 MB of blanks.
    Huge,
    /// JSON of another type than expected.
    WrongType,
}

/// Another limit than the published one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSpec {
    /// Which system.
    pub system: SystemId,
    /// Which group; the default group when empty.
    #[serde(default)]
    pub group: String,
    /// How many calls.
    pub calls: u32,
    /// In how many seconds.
    pub seconds: u32,
}
