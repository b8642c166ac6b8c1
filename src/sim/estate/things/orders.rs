//! Work orders: scripts that run on machines, batch by batch (huawei-coc.md, 11.2).

use std::time::Duration;

use jiff::Timestamp;

use super::scripts::Course;

/// Where an order stands. `ROLLBACKED` exists on the wire, and no operation leads there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStatus {
    /// Accepted, not begun.
    Ready,
    /// Running.
    Processing,
    /// Halted by its operator, or between two batches.
    Paused,
    /// Too many failed: it waits for the operator.
    Abnormal,
    /// Cancelled.
    Canceled,
    /// Done.
    Finished,
}

impl OrderStatus {
    /// Word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ready => "READY",
            Self::Processing => "PROCESSING",
            Self::Paused => "PAUSED",
            Self::Abnormal => "ABNORMAL",
            Self::Canceled => "CANCELED",
            Self::Finished => "FINISHED",
        }
    }

    /// Will it never change again?
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Canceled | Self::Finished)
    }
}

/// Where one machine of an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// Not begun.
    Ready,
    /// Running.
    Processing,
    /// Failed.
    Abnormal,
    /// Cancelled.
    Canceled,
    /// Done.
    Finished,
}

impl RunStatus {
    /// All, in the order of the statistics.
    pub const ALL: [Self; 5] = [
        Self::Ready,
        Self::Processing,
        Self::Abnormal,
        Self::Canceled,
        Self::Finished,
    ];

    /// Word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ready => "READY",
            Self::Processing => "PROCESSING",
            Self::Abnormal => "ABNORMAL",
            Self::Canceled => "CANCELED",
            Self::Finished => "FINISHED",
        }
    }

    /// Is there still something to come?
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Ready | Self::Processing)
    }
}

/// How a run on a machine ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Exit code 0.
    Success,
    /// Exit code 1.
    Failure,
    /// It took longer than the order allows.
    Timeout,
    /// Its agent does not answer.
    AgentOffline,
    /// Cancelled by the operator.
    Canceled,
}

/// One machine of an order.
#[derive(Debug, Clone)]
pub struct HostRun {
    /// Its id within all orders.
    pub id: i64,
    /// Id of the machine in its cloud.
    pub resource_id: String,
    /// Id of its agent.
    pub agent: String,
    /// Its project.
    pub project: String,
    /// Its region.
    pub region: String,
    /// Its name.
    pub host: String,
    /// Its address.
    pub ip: String,
    /// Where it stands.
    pub status: RunStatus,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// How it ends, or has ended.
    pub ending: Ending,
    /// How long it takes.
    pub takes: Duration,
}

/// A batch of an order.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its place, from 1.
    pub index: u32,
    /// Does the order wait after it?
    pub pause_after: bool,
    /// Its machines.
    pub hosts: Vec<HostRun>,
}

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    /// Key for paging.
    pub id: i64,
    /// Its id: `SCT` and 23 characters.
    pub uuid: String,
    /// The script's id.
    pub script: String,
    /// The script's name.
    pub name: String,
    /// The script's version when it was started.
    pub version: String,
    /// How the script runs.
    pub course: Course,
    /// Name of who started it.
    pub creator: String,
    /// When.
    pub created: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Where it stands.
    pub status: OrderStatus,
    /// Seconds a machine may take.
    pub timeout: u32,
    /// Per cent of a batch that must succeed.
    pub success_rate: f64,
    /// User it runs as.
    pub execute_user: String,
    /// As it was sent.
    pub resourceful: bool,
    /// Parameters: name, value, position.
    pub params: Vec<(String, String, i64)>,
    /// Its batches.
    pub batches: Vec<Batch>,
    /// The batch that runs or comes next, from 1; 0 before the first.
    pub current: u32,
    /// Stop before the next batch.
    pub pause_pending: bool,
}

/// An order to be started.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Name of who starts it.
    pub creator: String,
    /// Seconds a machine may take.
    pub timeout: u32,
    /// Per cent of a batch that must succeed.
    pub success_rate: f64,
    /// User it runs as.
    pub execute_user: String,
    /// As it was sent.
    pub resourceful: bool,
    /// Parameters: name, value, position.
    pub params: Vec<(String, String, i64)>,
    /// Ids of machines, batch by batch, with what happens after each.
    pub batches: Vec<(Vec<String>, bool)>,
}

impl Order {
    /// The batch at this place, from 1.
    pub fn batch(&self, index: u32) -> Option<&Batch> {
        self.batches.iter().find(|batch| batch.index == index)
    }

    /// The batch at this place, to be changed.
    pub fn batch_mut(&mut self, index: u32) -> Option<&mut Batch> {
        self.batches.iter_mut().find(|batch| batch.index == index)
    }

    /// Every machine of it, to be changed.
    pub fn hosts_mut(&mut self) -> impl Iterator<Item = &mut HostRun> {
        self.batches.iter_mut().flat_map(|batch| &mut batch.hosts)
    }
}

impl HostRun {
    /// Ends a run that has not ended, by the operator's word.
    pub fn cancel(&mut self, at: Timestamp) {
        if self.status.is_open() {
            self.status = RunStatus::Canceled;
            self.ending = Ending::Canceled;
            self.finished = Some(at);
        }
    }
}
