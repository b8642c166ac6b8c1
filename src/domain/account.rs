//! The names of systems and of accounts in them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One of the five cloud operations APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SystemId {
    /// Kingsoft Cloud Monitor.
    KscMonitor,
    /// Kingsoft Cloud Auto Scaling.
    KscAutoscaling,
    /// Tencent Cloud Monitor, API version 2.
    TencentMonitor,
    /// Huawei Enterprise Self-Service Management.
    HuaweiEsm,
    /// Huawei Cloud Operations Center, with the identity service it needs.
    HuaweiCoc,
}

impl SystemId {
    /// All systems, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::KscMonitor,
        Self::KscAutoscaling,
        Self::TencentMonitor,
        Self::HuaweiEsm,
        Self::HuaweiCoc,
    ];

    /// The identifier used in the configuration, on the command line and in operation ids.
    pub const fn id(self) -> &'static str {
        match self {
            Self::KscMonitor => "ksc-monitor",
            Self::KscAutoscaling => "ksc-autoscaling",
            Self::TencentMonitor => "tencent-monitor",
            Self::HuaweiEsm => "huawei-esm",
            Self::HuaweiCoc => "huawei-coc",
        }
    }

    /// A few letters for narrow places such as the status line.
    pub const fn short(self) -> &'static str {
        match self {
            Self::KscMonitor => "KSC",
            Self::KscAutoscaling => "KSC-AS",
            Self::TencentMonitor => "TC",
            Self::HuaweiEsm => "ESM",
            Self::HuaweiCoc => "COC",
        }
    }

    /// The system with this identifier.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.id() == id)
    }
}

impl fmt::Display for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Names one account: the profile's name and the system it belongs to, for example `prod/huawei-coc`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId {
    /// The profile's name in the configuration.
    pub profile: Arc<str>,
    /// The system the credentials are for.
    pub system: SystemId,
}

impl AccountId {
    /// The account of `profile` in `system`.
    pub fn new(profile: &str, system: SystemId) -> Self {
        Self {
            profile: profile.into(),
            system,
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.profile, self.system)
    }
}
