//! The words in which scenarios say whose, what and where.

use std::fmt;

use serde::Deserialize;

/// Whose machine it is. One machine can be in several: it is monitored by one provider and managed by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Kingsoft Cloud, product `KEC`.
    Ksc,
    /// Tencent Cloud, product CVM.
    Tencent,
    /// Huawei Cloud, product ECS.
    Huawei,
}

/// What a machine does; its metrics run accordingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answers requests.
    Web,
    /// Passes payments on.
    Gateway,
    /// Works queues off.
    Worker,
    /// Keeps data.
    Database,
    /// Not a machine: a load balancer.
    Balancer,
}

/// What can be measured, in one unit for all clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// CPU in use, per cent.
    Cpu,
    /// Load average of a minute.
    Load,
    /// Memory in use, per cent.
    Memory,
    /// Disk in use, per cent.
    Disk,
    /// Read from disk, MB/s.
    DiskRead,
    /// Written to disk, MB/s.
    DiskWrite,
    /// Received, bytes per second.
    NetIn,
    /// Sent, bytes per second.
    NetOut,
    /// Received, packets per second.
    PacketsIn,
    /// Sent, packets per second.
    PacketsOut,
    /// Established TCP connections.
    Connections,
    /// Requests per second.
    Requests,
    /// Answers with a 5xx status, per cent of all.
    Errors,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Cpu,
        Self::Load,
        Self::Memory,
        Self::Disk,
        Self::DiskRead,
        Self::DiskWrite,
        Self::NetIn,
        Self::NetOut,
        Self::PacketsIn,
        Self::PacketsOut,
        Self::Connections,
        Self::Requests,
        Self::Errors,
    ];

    /// Its name in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Load => "load",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::DiskRead => "disk-read",
            Self::DiskWrite => "disk-write",
            Self::NetIn => "net-in",
            Self::NetOut => "net-out",
            Self::PacketsIn => "packets-in",
            Self::PacketsOut => "packets-out",
            Self::Connections => "connections",
            Self::Requests => "requests",
            Self::Errors => "errors",
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// In which of ESM's two lists an alarm is (huawei-esm.md, A6 and A7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmList {
    /// Alarms of cloud services.
    Service,
    /// Alarms of devices.
    Device,
}
