//! What exists in the pretend cloud and what goes wrong in it, as a TOML file.
//!
//! A scenario may start from a built-in one (`like = "demo"`) and name only what differs; top-level keys replace those
//! of the other. Unknown keys are refused, so that a slip of the pen is found at once.

mod defaults;
mod fleets;
mod gateway;
mod monitor;
mod read;
mod response;
mod scaling;
mod site;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::account::SystemId;

pub use fleets::{AlarmSpec, FleetSpec, StormSpec, TroubleSpec};
pub use gateway::{FaultKind, FaultSpec, LimitSpec};
pub use monitor::{
    ClusterSpec, ContactSpec, CustomSpec, GroupSpec, PolicySpec, RuleSpec, SurgeSpec,
};
pub use read::{BUILT_IN, ScenarioError};
pub use response::{IncidentSpec, OrderSpec, ScriptParamSpec, ScriptSpec};
pub use scaling::{
    PastActivitySpec, ScalingConfigSpec, ScalingGroupSpec, ScalingPolicySpec, ScalingTaskSpec,
};
pub use site::{AuditSpec, SiteQuirk};
pub use words::{AlarmList, Cloud, Measure, Role};

/// A whole scenario. Durations are in seconds.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in a file that people write"
)]
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Everything random comes from it.
    pub seed: u64,
    /// The instant at which it begins when a test moves the clock; people see it begin now.
    #[serde(default)]
    pub start: Option<Timestamp>,
    /// How much faster than in life scripts run and workflows move.
    #[serde(default = "one")]
    pub speed: f64,
    /// Machines and other things that have metrics.
    #[serde(default)]
    pub fleet: Vec<FleetSpec>,
    /// What goes wrong.
    #[serde(default)]
    pub trouble: Vec<TroubleSpec>,
    /// Passing alarms per hour in each of the two ESM lists.
    #[serde(default)]
    pub passing_alarms_per_hour: u32,
    /// Alarm policies.
    #[serde(default)]
    pub policy: Vec<PolicySpec>,
    /// Custom metrics that run by themselves.
    #[serde(default)]
    pub custom: Vec<CustomSpec>,
    /// Clusters of the container engine.
    #[serde(default)]
    pub cluster: Vec<ClusterSpec>,
    /// Launch configurations.
    #[serde(default)]
    pub scaling_config: Vec<ScalingConfigSpec>,
    /// Scaling groups.
    #[serde(default)]
    pub scaling_group: Vec<ScalingGroupSpec>,
    /// Answers of Auto Scaling have the newer shape where there are two (ksc-autoscaling.md, 14.0).
    #[serde(default)]
    pub scaling_public_answers: bool,
    /// While a scaling group rests nobody may add or take out machines either (ksc-autoscaling.md, 14.7).
    #[serde(default)]
    pub scaling_cooldown_blocks_manual: bool,
    /// Contact groups.
    #[serde(default)]
    pub group: Vec<GroupSpec>,
    /// Contacts.
    #[serde(default)]
    pub contact: Vec<ContactSpec>,
    /// Scripts.
    #[serde(default)]
    pub script: Vec<ScriptSpec>,
    /// Orders that were started before.
    #[serde(default)]
    pub order: Vec<OrderSpec>,
    /// Incidents that were created before.
    #[serde(default)]
    pub incident: Vec<IncidentSpec>,
    /// How many machines lack patches.
    #[serde(default)]
    pub unpatched: usize,
    /// Alarms that come all at once.
    #[serde(default)]
    pub storm: Vec<StormSpec>,
    /// Entries of the audit log.
    #[serde(default)]
    pub audit: Vec<AuditSpec>,
    /// What the site does otherwise than the documents lead to expect.
    #[serde(default)]
    pub site_quirk: Vec<SiteQuirk>,
    /// Faults of the gateways.
    #[serde(default)]
    pub fault: Vec<FaultSpec>,
    /// Limits other than the published ones.
    #[serde(default)]
    pub limit: Vec<LimitSpec>,
    /// Seconds by which a system's clock is ahead of ours.
    #[serde(default)]
    pub clock_ahead: BTreeMap<SystemId, i64>,
    /// How confirming an incident with "not solved" ends (huawei-coc.md, 11.3).
    #[serde(default)]
    pub refused_solution_rejects: bool,
    /// Do custom alarms that are critical become incidents (huawei-coc.md, 11.5)?
    #[serde(default)]
    pub alarms_make_incidents: bool,
    /// Does the operations center list incidents (huawei-coc.md, 13)?
    #[serde(default)]
    pub incident_list: bool,
}

fn one() -> f64 {
    1.0
}
