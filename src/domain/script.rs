//! Scripts, the work orders that run them, and the machines they run on.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::SafeText;

/// How dangerous a script is, by its owner's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Risk {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High: its name must be typed before it runs.
    High,
}

/// Which scripts are asked for. What is empty does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ScriptFilter {
    /// Part of the name, up to 32 characters.
    pub name: Option<String>,
    /// Who created it, up to 64 characters.
    pub creator: Option<String>,
    /// How dangerous it is.
    pub risk: Option<Risk>,
    /// Its language: `SHELL`, `PYTHON`, `BAT`.
    pub language: Option<String>,
}

impl ScriptFilter {
    /// Does it restrict nothing?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Identifies a script.
pub type ScriptId = SafeText;

/// A parameter of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptParam {
    /// Name.
    pub name: SafeText,
    /// Default value.
    pub default: SafeText,
    /// What it is for.
    pub description: SafeText,
    /// Position, from 1.
    pub order: u32,
    /// Its value is a secret: masked on screen, in logs and in the journal.
    pub sensitive: bool,
}

/// A script that can be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// Its id.
    pub id: ScriptId,
    /// Its name.
    pub name: SafeText,
    /// Language on the wire: `SHELL`, `PYTHON`, `BAT`.
    pub language: SafeText,
    /// How dangerous; `None` for a level this program does not know.
    pub risk: Option<Risk>,
    /// Approval state on the wire: `PENDING_APPROVE`, `APPROVED`, `REJECTED`.
    pub status: SafeText,
    /// Version.
    pub version: SafeText,
    /// Who approves it, by name and id.
    pub reviewers: Vec<(SafeText, SafeText)>,
    /// How they are told, on the wire, where the service tells.
    pub protocol: Option<SafeText>,
    /// Who wrote it.
    pub creator: SafeText,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// What it is for; empty until the detail was read.
    pub description: SafeText,
    /// The text of the script; empty until the detail was read.
    pub content: SafeText,
    /// Its parameters in order; empty until the detail was read.
    pub params: Vec<ScriptParam>,
    /// Whether the three fields above have been read.
    pub has_detail: bool,
}

/// Identifies a work order.
pub type OrderId = SafeText;

/// State of an order, a batch or one machine in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RunStatus {
    /// Not begun.
    Ready,
    /// Running.
    Processing,
    /// Halted by the operator (orders only).
    Paused,
    /// Failed (a machine) or halted because too many failed (an order).
    Abnormal,
    /// Cancelled.
    Cancelled,
    /// Done.
    Finished,
    /// Rolled back.
    RolledBack,
    /// A state this program does not know, as sent.
    Other(SafeText),
}

impl RunStatus {
    /// Will it never change again? An abnormal *order* waits for the operator, an abnormal *machine* is done.
    pub const fn is_final_for_order(&self) -> bool {
        matches!(self, Self::Cancelled | Self::Finished | Self::RolledBack)
    }

    /// Will something still happen on a machine in this state?
    pub const fn is_open_for_host(&self) -> bool {
        matches!(self, Self::Ready | Self::Processing)
    }
}

/// What can be done to a running order (huawei-coc.md, 10.13 and 11.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderStep {
    /// Let what runs finish and stop before the next batch.
    Pause,
    /// Go on with the next batch.
    Continue,
    /// Cancel everything that is open.
    Cancel,
    /// Cancel what is open in this batch and go on.
    SkipBatch(u32),
    /// Cancel one machine, by its id in the order.
    CancelHost(i64),
}

impl RunStatus {
    /// Is `step` allowed for an order in this state? Unknown states allow everything: the service decides.
    pub fn allows(&self, step: &OrderStep) -> bool {
        match self {
            Self::Ready => matches!(
                step,
                OrderStep::Pause | OrderStep::Cancel | OrderStep::CancelHost(_)
            ),
            Self::Processing | Self::Other(_) => true,
            Self::Paused | Self::Abnormal => !matches!(step, OrderStep::Pause),
            Self::Cancelled | Self::Finished | Self::RolledBack => false,
        }
    }
}

/// What happens between two batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rotation {
    /// Go on by itself.
    Continue,
    /// Wait for the operator.
    Pause,
}

/// How many machines of an order are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCount {
    /// The state.
    pub status: RunStatus,
    /// How many.
    pub count: u32,
    /// In which batches.
    pub batches: Vec<u32>,
}

/// One batch of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its place, from 1.
    pub index: u32,
    /// How many machines are in it.
    pub total: u32,
    /// What happens after it.
    pub rotation: Option<Rotation>,
    /// Its machines, when they have been read.
    pub hosts: Vec<HostRun>,
}

/// One machine in an order.
#[derive(Debug, Clone, PartialEq)]
pub struct HostRun {
    /// Its id within the order, for [`OrderStep::CancelHost`].
    pub id: i64,
    /// Batch it is in, from 1.
    pub batch: u32,
    /// The resource's id.
    pub resource_id: SafeText,
    /// Host name.
    pub name: SafeText,
    /// Address.
    pub ip: SafeText,
    /// State.
    pub status: RunStatus,
    /// Output so far, with the reason of an end as its last line.
    pub output: SafeText,
    /// What of a very long output is not in `output`.
    pub shortened: Option<Shortened>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
}

/// What is known of an output of which only the end is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shortened {
    /// Bytes before what is kept.
    pub bytes: usize,
    /// Equal for outputs that are the same in full, but for what is the machine's own.
    pub print: u64,
}

/// Machines that ended alike and said the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// How they ended.
    pub status: RunStatus,
    /// Names of the machines.
    pub names: Vec<SafeText>,
    /// What they said, with `*` where each names itself.
    pub output: Arc<str>,
    /// In how many lines that is different from what the first group said.
    pub differs: usize,
}

/// A work order: one run of a script on machines, batch by batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its id (`execute_uuid`).
    pub id: OrderId,
    /// Name of what it runs.
    pub name: SafeText,
    /// The script, when the detail was read.
    pub script: Option<ScriptId>,
    /// State.
    pub status: RunStatus,
    /// Who started it.
    pub creator: SafeText,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// The batch that runs, from 1, when the detail was read.
    pub current_batch: Option<u32>,
    /// Seconds a machine may take, when the detail was read.
    pub timeout: Option<u32>,
    /// Per cent of machines of a batch that must succeed, when the detail was read.
    pub success_rate: Option<f64>,
    /// User it runs as, when the detail was read.
    pub execute_user: SafeText,
    /// Parameters it runs with, name and value, when the detail was read.
    pub params: Vec<(SafeText, SafeText)>,
    /// Machines per state, when it was read.
    pub counts: Vec<StatusCount>,
    /// Its batches, when they were read.
    pub batches: Vec<Batch>,
    /// What its machines said, folded by sameness, when its batches were read.
    pub outputs: Vec<Group>,
}

/// A machine scripts can run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Id in the inventory.
    pub id: SafeText,
    /// Id given by the cloud service.
    pub resource_id: SafeText,
    /// Name.
    pub name: SafeText,
    /// Cloud service, for example `ecs`.
    pub provider: SafeText,
    /// Kind, for example `cloudservers`.
    pub kind: SafeText,
    /// Project it is in.
    pub project: SafeText,
    /// Region it is in.
    pub region: SafeText,
    /// Address, where the service tells.
    pub ip: Option<SafeText>,
    /// Id of the agent that runs scripts; nothing can run without one.
    pub agent: Option<SafeText>,
    /// State of the agent on the wire (`ONLINE`, `OFFLINE`, …), where the service tells.
    pub agent_state: Option<SafeText>,
    /// Application it belongs to, where the service tells.
    pub application: Option<SafeText>,
    /// Tags as key and value.
    pub tags: Vec<(SafeText, SafeText)>,
    /// What else the cloud service tells of it, as key and value.
    pub properties: Vec<(SafeText, SafeText)>,
}
