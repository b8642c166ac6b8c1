//! What exists in the pretend cloud and what goes wrong in it, as a TOML file.
//!
//! A scenario may start from a built-in one (`like = "demo"`) and name only what differs; top-level keys replace those
//! of the other. Unknown keys are refused, so that a slip of the pen is found at once.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::estate::troubles::AlarmList;
use super::estate::{Cloud, Measure, Role};
use crate::domain::account::SystemId;

/// The built-in scenarios: name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("demo", include_str!("scenarios/demo.toml")),
    ("rush", include_str!("scenarios/rush.toml")),
    ("quiet", include_str!("scenarios/quiet.toml")),
    ("throttled", include_str!("scenarios/throttled.toml")),
    ("skewed-clock", include_str!("scenarios/skewed-clock.toml")),
    ("slow", include_str!("scenarios/slow.toml")),
    ("dead", include_str!("scenarios/dead.toml")),
    ("storm", include_str!("scenarios/storm.toml")),
];

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// No built-in scenario has this name and no file has this path.
    #[error("there is no scenario and no file called {name}; built-in scenarios are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The file cannot be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the operating system says.
        why: std::io::Error,
    },
    /// The text is not a scenario.
    #[error("scenario {name}: {why}")]
    Invalid {
        /// Which scenario.
        name: String,
        /// Where and what.
        why: toml::de::Error,
    },
    /// Something in it names something that is not in it.
    #[error("scenario {name}: {why}")]
    Dangling {
        /// Which scenario.
        name: String,
        /// What names what.
        why: String,
    },
    /// Scenarios build upon each other in a circle.
    #[error("scenario {0} builds upon itself")]
    Circular(String),
}

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

/// Things that are alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetSpec {
    /// Their names are this with a number, `web-01`; a fleet of one is called just this.
    pub name: String,
    /// How many.
    #[serde(default = "single")]
    pub count: usize,
    /// What they do.
    pub role: Role,
    /// Whose they are.
    pub clouds: Vec<Cloud>,
    /// The application they belong to.
    pub application: String,
    /// How many of the last ones have no agent that answers.
    #[serde(default)]
    pub agents_offline: usize,
}

fn single() -> usize {
    1
}

/// Something that goes wrong: a metric leaves its normal course.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TroubleSpec {
    /// Names of the things concerned, or of fleets: then machines that are added to them are concerned, too.
    pub on: Vec<String>,
    /// Which metric.
    pub measure: Measure,
    /// Where it goes.
    pub to: f64,
    /// Seconds before the start at which it began; negative: it begins later.
    pub since: i64,
    /// Seconds it takes to get there.
    #[serde(default = "minute")]
    pub rise: u32,
    /// Seconds after which it ends by itself.
    #[serde(default)]
    pub lasts: Option<u32>,
    /// Names of scripts that end it.
    #[serde(default)]
    pub cured_by: Vec<String>,
    /// The alarm that ESM raises for it.
    #[serde(default)]
    pub alarm: Option<AlarmSpec>,
}

fn minute() -> u32 {
    60
}

/// The alarm of a trouble.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmSpec {
    /// In which of the two lists.
    pub list: AlarmList,
    /// Its name.
    pub name: String,
    /// 1 critical to 4 warning.
    pub severity: u8,
    /// Cloud service or kind of device it belongs to.
    pub service: String,
    /// Number of its definition.
    pub code: u32,
    /// What it says besides.
    #[serde(default)]
    pub information: String,
}

/// Many alarms at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StormSpec {
    /// Seconds before the start at which it begins; negative: it begins later.
    pub since: i64,
    /// How many alarms.
    pub count: usize,
    /// Seconds within which they come.
    #[serde(default = "minute")]
    pub over: u32,
    /// Seconds each of them lasts; for ever when absent.
    #[serde(default)]
    pub lasts: Option<u32>,
    /// What they are.
    pub alarm: AlarmSpec,
}

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

/// An alarm policy with one rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySpec {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Kind of product.
    pub product: i64,
    /// In force?
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Fleets it is bound to.
    pub fleets: Vec<String>,
    /// Its rules.
    pub rule: Vec<RuleSpec>,
    /// Groups that are told.
    #[serde(default)]
    pub groups: Vec<u64>,
    /// Persons that are told.
    #[serde(default)]
    pub contacts: Vec<u64>,
    /// 1 by mail, 2 by text message, 3 both.
    #[serde(default = "both")]
    pub way: i64,
    /// Called when it fires.
    #[serde(default)]
    pub callback: String,
}

fn yes() -> bool {
    true
}

fn both() -> i64 {
    3
}

/// A rule of a policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Which metric.
    pub measure: Measure,
    /// Its name on the wire.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// How values are compared: `>`, `>=`, `<`, `<=`.
    pub compare: String,
    /// With what.
    pub value: f64,
    /// Minutes of one period.
    #[serde(default = "one_u32")]
    pub period: u32,
    /// Periods in a row that must breach.
    #[serde(default = "three")]
    pub points: u32,
    /// Further dimensions, for example `p2=pused`.
    #[serde(default)]
    pub tags: String,
}

fn one_u32() -> u32 {
    1
}

fn three() -> u32 {
    3
}

/// A custom metric that runs by itself: around a level, and to another one when something is wrong.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomSpec {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub metric: String,
    /// Dimensions, each `key=value`.
    #[serde(default)]
    pub dimensions: Vec<String>,
    /// Unit.
    pub unit: String,
    /// Its usual value.
    pub level: f64,
    /// Where it goes when something is wrong.
    #[serde(default)]
    pub surge: Option<SurgeSpec>,
}

/// What is wrong with a custom metric.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurgeSpec {
    /// Where it goes.
    pub to: f64,
    /// Since how many seconds before the start.
    pub since: i64,
    /// How many seconds it takes.
    #[serde(default = "minute")]
    pub rise: u32,
}

/// A cluster of the container engine with one workload.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterSpec {
    /// Its name, from which its id comes.
    pub name: String,
    /// Namespace in the cluster.
    pub namespace: String,
    /// Name of its workload.
    pub workload: String,
    /// How many pods the workload has.
    #[serde(default = "three")]
    pub pods: u32,
}

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

/// A contact group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
}

/// A contact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactSpec {
    /// Their id.
    pub id: u64,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their number.
    pub phone: String,
    /// The groups they are in.
    pub groups: Vec<u64>,
    /// Switched on?
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// A script.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptSpec {
    /// Its name.
    pub name: String,
    /// `SHELL`, `PYTHON` or `BAT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `LOW`, `MEDIUM` or `HIGH`.
    pub risk: String,
    /// What it is for.
    pub description: String,
    /// Its text.
    pub content: String,
    /// Version.
    #[serde(default = "first_version")]
    pub version: String,
    /// Approval state.
    #[serde(default = "approved")]
    pub status: String,
    /// Name of its creator.
    #[serde(default = "creator")]
    pub creator: String,
    /// Name of its reviewer.
    #[serde(default)]
    pub reviewer: Option<String>,
    /// Days before the start at which it was created.
    #[serde(default = "ten")]
    pub days_old: i64,
    /// Parameters.
    #[serde(default)]
    pub param: Vec<ScriptParamSpec>,
    /// Shortest and longest run on a machine.
    #[serde(default = "short_run")]
    pub seconds: (u32, u32),
    /// Machines of a thousand on which it fails.
    #[serde(default)]
    pub fails_per_mille: u32,
    /// Lines it prints, spread over its run. `{host}` is the machine's name, `{ip}` its address.
    #[serde(default)]
    pub prints: Vec<String>,
}

fn first_version() -> String {
    "1.0.0".into()
}

fn approved() -> String {
    "APPROVED".into()
}

fn creator() -> String {
    "demo".into()
}

fn ten() -> i64 {
    10
}

fn short_run() -> (u32, u32) {
    (4, 9)
}

/// A parameter of a script.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptParamSpec {
    /// Name.
    pub name: String,
    /// Default value.
    pub value: String,
    /// What it is for.
    pub about: String,
    /// Is its value a secret?
    #[serde(default)]
    pub sensitive: bool,
}

/// An order that was started before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderSpec {
    /// Name of the script.
    pub script: String,
    /// Fleets it runs on, in their order.
    pub fleets: Vec<String>,
    /// How many batches.
    pub batches: usize,
    /// Machines per batch.
    pub per_batch: usize,
    /// Seconds before the start.
    pub ago: i64,
    /// Does it wait after each batch?
    #[serde(default)]
    pub pause: bool,
    /// Per cent that must succeed.
    #[serde(default = "ninety")]
    pub success_rate: f64,
    /// Name of who started it.
    #[serde(default = "creator")]
    pub creator: String,
    /// Seconds after its start at which its operator cancelled it.
    #[serde(default)]
    pub cancelled_after: Option<i64>,
}

fn ninety() -> f64 {
    90.0
}

/// An incident that was created before.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentSpec {
    /// What happened, in a line.
    pub title: String,
    /// What happened, at length.
    pub description: String,
    /// `level_10` to `level_50`.
    pub level: String,
    /// Kind, `inc_type_p_…`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it came to be, `incident_source_…`.
    #[serde(default = "by_hand")]
    pub source: String,
    /// `TRIGGERED`, `ACKNOWLEDGED`, `RESOLVED`, `COMPLETED`, `REJECTED`.
    pub status: String,
    /// Seconds before the start.
    pub ago: i64,
    /// Application concerned, by its name.
    pub application: String,
    /// Name of who has it.
    #[serde(default)]
    pub assignee: Option<String>,
    /// Is the service interrupted?
    #[serde(default)]
    pub interrupted: bool,
    /// Title of its WarRoom.
    #[serde(default)]
    pub warroom: Option<String>,
}

fn by_hand() -> String {
    "incident_source_manual".into()
}

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

impl Scenario {
    /// A built-in scenario by its name, or one from a file.
    pub fn load(name_or_path: &str) -> Result<Self, ScenarioError> {
        Self::from_table(name_or_path, table_of(name_or_path, &mut Vec::new())?)
    }

    /// A scenario from its text; `name` is for errors.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let table = merged(name, text, &mut vec![name.to_owned()])?;
        Self::from_table(name, table)
    }

    fn from_table(name: &str, table: toml::Table) -> Result<Self, ScenarioError> {
        let invalid = |why| ScenarioError::Invalid {
            name: name.to_owned(),
            why,
        };
        let scenario: Self = table.try_into().map_err(invalid)?;
        match scenario.dangling() {
            None => Ok(scenario),
            Some(why) => Err(ScenarioError::Dangling {
                name: name.to_owned(),
                why,
            }),
        }
    }

    /// The first name in it that names nothing.
    fn dangling(&self) -> Option<String> {
        let is_fleet = |name: &String| self.fleet.iter().any(|fleet| &fleet.name == name);
        let is_machine = |name: &String| {
            self.fleet
                .iter()
                .any(|fleet| fleet.names().any(|known| &known == name))
        };
        let is_script = |name: &String| self.script.iter().any(|script| &script.name == name);
        let is_group = |id: &u64| self.group.iter().any(|group| &group.id == id);
        for trouble in &self.trouble {
            let is_there = |name: &&String| !is_machine(name) && !is_fleet(name);
            if let Some(name) = trouble.on.iter().find(is_there) {
                return Some(format!("a trouble is on {name}, which is in no fleet"));
            }
        }
        for policy in &self.policy {
            if let Some(name) = policy.fleets.iter().find(|name| !is_fleet(name)) {
                return Some(format!(
                    "policy {} is bound to {name}, which is no fleet",
                    policy.id
                ));
            }
            if let Some(id) = policy.groups.iter().find(|id| !is_group(id)) {
                return Some(format!(
                    "policy {} tells {id}, which is no group",
                    policy.id
                ));
            }
        }
        for group in &self.scaling_group {
            if !is_fleet(&group.fleet) {
                let (name, fleet) = (&group.name, &group.fleet);
                return Some(format!(
                    "scaling group {name} is made of {fleet}, which is no fleet"
                ));
            }
            let mut configs = self.scaling_config.iter();
            if !configs.any(|config| config.name == group.config) {
                let (name, config) = (&group.name, &group.config);
                return Some(format!(
                    "scaling group {name} uses {config}, which is no launch configuration"
                ));
            }
        }
        for order in &self.order {
            if !is_script(&order.script) {
                return Some(format!(
                    "an order runs {}, which is no script",
                    order.script
                ));
            }
            if let Some(name) = order.fleets.iter().find(|name| !is_fleet(name)) {
                return Some(format!("an order runs on {name}, which is no fleet"));
            }
        }
        None
    }
}

impl FleetSpec {
    /// The names of its machines.
    pub fn names(&self) -> impl Iterator<Item = String> {
        (1..=self.count).map(|number| match self.count {
            1 => self.name.clone(),
            _ => format!("{}-{number:02}", self.name),
        })
    }
}

fn table_of(name: &str, seen: &mut Vec<String>) -> Result<toml::Table, ScenarioError> {
    if seen.iter().any(|other| other == name) {
        return Err(ScenarioError::Circular(name.to_owned()));
    }
    seen.push(name.to_owned());
    if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
        return merged(name, text, seen);
    }
    if !Path::new(name).exists() {
        let known: Vec<_> = BUILT_IN.iter().map(|(known, _)| *known).collect();
        return Err(ScenarioError::Unknown {
            name: name.to_owned(),
            known: known.join(", "),
        });
    }
    let text = std::fs::read_to_string(name).map_err(|why| ScenarioError::Unreadable {
        path: name.to_owned(),
        why,
    })?;
    merged(name, &text, seen)
}

fn merged(name: &str, text: &str, seen: &mut Vec<String>) -> Result<toml::Table, ScenarioError> {
    let mut table: toml::Table = text.parse().map_err(|why| ScenarioError::Invalid {
        name: name.to_owned(),
        why,
    })?;
    let Some(like) = table.remove("like") else {
        return Ok(table);
    };
    let mut below = table_of(like.as_str().unwrap_or_default(), seen)?;
    below.extend(table);
    Ok(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_can_be_read() {
        for (name, _) in BUILT_IN {
            let scenario = Scenario::load(name).unwrap_or_else(|error| panic!("{error}"));
            assert!(!scenario.fleet.is_empty(), "{name} has machines");
        }
    }

    #[test]
    fn unknown_keys_and_names_are_refused() {
        let error = Scenario::parse("x", "seed = 1\nspeeed = 2").unwrap_err();
        assert!(error.to_string().contains("speeed"), "{error}");
        let error = Scenario::load("no-such").unwrap_err();
        assert!(error.to_string().contains("demo, rush, quiet"), "{error}");
    }

    #[test]
    fn names_that_name_nothing_are_refused() {
        let error = Scenario::parse("x", "like = \"demo\"\nfleet = []").unwrap_err();
        assert!(error.to_string().contains("web-03"), "{error}");
        let error = Scenario::parse("x", "like = \"demo\"\nscript = []").unwrap_err();
        assert!(error.to_string().contains("no script"), "{error}");
    }

    #[test]
    fn a_scenario_replaces_only_what_it_names() {
        let scenario = Scenario::parse("x", "like = \"demo\"\nseed = 5").unwrap();
        let demo = Scenario::load("demo").unwrap();
        assert_eq!(scenario.seed, 5);
        assert_eq!(scenario.fleet.len(), demo.fleet.len());
    }
}
