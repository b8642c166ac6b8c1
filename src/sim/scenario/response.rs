//! Scripts, orders and incidents (huawei-coc.md).

use serde::Deserialize;

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
