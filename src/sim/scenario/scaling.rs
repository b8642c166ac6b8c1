//! Launch configurations and scaling groups (ksc-autoscaling.md).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::defaults::{three, yes};

/// A launch configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalingConfigSpec {
    /// Its name.
    pub name: String,
    /// Name of its image.
    pub image: String,
    /// Types of machine.
    pub types: Vec<String>,
    /// Names of its machines begin with this.
    pub machine_name: String,
    /// Size of the system disk in GB.
    #[serde(default = "forty")]
    pub system_disk: u32,
    /// Size of a cloud disk in GB; 0: none.
    #[serde(default)]
    pub data_disk: u32,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

fn forty() -> u32 {
    40
}

/// A scaling group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalingGroupSpec {
    /// Its name.
    pub name: String,
    /// Name of its launch configuration.
    pub config: String,
    /// The fleet whose first machines are its members.
    pub fleet: String,
    /// How many of them.
    pub members: usize,
    /// How many of those were added by hand: the last ones.
    #[serde(default)]
    pub manual: usize,
    /// How many are protected: the first ones.
    #[serde(default)]
    pub protected: usize,
    /// Has the last one just stopped to work?
    #[serde(default)]
    pub last_is_ill: bool,
    /// Fewest members.
    pub min: i64,
    /// Most members.
    pub max: i64,
    /// Members it shall have; as many as it has when absent.
    #[serde(default)]
    pub desired: Option<i64>,
    /// Does the one leave first that joined last?
    #[serde(default)]
    pub newest_first: bool,
    /// At work?
    #[serde(default = "yes")]
    pub active: bool,
    /// Load balancers: name and port.
    #[serde(default)]
    pub bindings: Vec<(String, u32)>,
    /// Metric policies.
    #[serde(default)]
    pub policies: Vec<ScalingPolicySpec>,
    /// Scheduled tasks.
    #[serde(default)]
    pub tasks: Vec<ScalingTaskSpec>,
    /// Events the contacts are told of.
    #[serde(default)]
    pub events: Vec<u8>,
    /// What happened before, oldest first.
    #[serde(default)]
    pub past: Vec<PastActivitySpec>,
    /// Growing fails with this number (ksc-autoscaling.md, 14.4).
    #[serde(default)]
    pub growing_fails: i64,
}

/// A metric policy that adds or removes members.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalingPolicySpec {
    /// Its name.
    pub name: String,
    /// Metric, in the service's spelling.
    pub metric: String,
    /// Comparison, in the service's spelling.
    pub comparison: String,
    /// Threshold.
    pub threshold: i64,
    /// Periods in a row.
    #[serde(default = "three")]
    pub repeat: u32,
    /// How many members more; negative: fewer.
    pub change: i64,
    /// Seconds of rest afterwards.
    pub cooldown: u32,
}

/// A scheduled task.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalingTaskSpec {
    /// Its name.
    pub name: String,
    /// Fewest members, members it shall have, most members.
    pub sizes: (i64, i64, i64),
    /// Seconds after the start of its first run.
    pub after: i64,
    /// Crontab text.
    #[serde(default)]
    pub recurrence: Option<String>,
}

/// An activity that is over.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastActivitySpec {
    /// Seconds before the start at which it began.
    pub ago: i64,
    /// What it did, by its number on the wire.
    pub kind: u8,
    /// How it ended, by its number on the wire.
    #[serde(default = "succeeded")]
    pub status: u8,
    /// How many machines it was about.
    pub count: u32,
    /// Why.
    pub cause: String,
    /// What went wrong.
    #[serde(default)]
    pub error: i64,
}

fn succeeded() -> u8 {
    2
}
