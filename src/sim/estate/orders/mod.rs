//! Work orders: scripts that run on machines, batch by batch (huawei-coc.md, 11.2).

mod operate;
mod output;
mod progress;

use std::time::Duration;

use jiff::Timestamp;

use super::identity::HUAWEI_REGION;
use super::scripts::{Course, Script, stamped};
use super::{Cloud, Estate, Machine, before};
use crate::sim::scenario::OrderSpec;

pub use operate::{OrderOperation, operate};
pub use output::{MAX_OUTPUT, output};
pub use progress::advance;

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

/// Starts the orders of a scenario; they have run as far as they could before its start.
pub fn build(estate: &mut Estate, specs: &[OrderSpec]) {
    let mut order: Vec<&OrderSpec> = specs.iter().collect();
    order.sort_by_key(|spec| std::cmp::Reverse(spec.ago));
    for spec in order {
        let Some(script) = estate
            .scripts
            .iter()
            .find(|script| script.name == spec.script)
            .cloned()
        else {
            continue;
        };
        let ids: Vec<String> = spec
            .fleets
            .iter()
            .flat_map(|fleet| {
                estate
                    .machines
                    .iter()
                    .filter(move |machine| &machine.fleet == fleet)
            })
            .filter_map(|machine| machine.id_in(Cloud::Huawei).map(str::to_owned))
            .collect();
        let batches = ids
            .chunks(spec.per_batch.max(1))
            .take(spec.batches)
            .map(|ids| (ids.to_vec(), spec.pause))
            .collect();
        let new = NewOrder {
            creator: spec.creator.clone(),
            timeout: 300,
            success_rate: spec.success_rate,
            execute_user: "root".into(),
            resourceful: true,
            params: script
                .params
                .iter()
                .map(|param| (param.name.clone(), param.value.clone(), param.order))
                .collect(),
            batches,
        };
        let created = before(estate.start, spec.ago);
        let uuid = add(estate, &script, &new, created);
        if let Some(seconds) = spec.cancelled_after {
            let at = before(created, -seconds);
            progress::advance_order(estate, &uuid, at);
            // An order that has ended before that stays as it is.
            let _ = operate::operate_at(estate, &uuid, &OrderOperation::CancelOrder, at);
        }
    }
}

/// Adds an order; answers its id.
pub fn add(estate: &mut Estate, script: &Script, new: &NewOrder, created: Timestamp) -> String {
    let id = estate.orders.last().map_or(870, |last| last.id) + 1;
    let uuid = stamped(estate.seed, "SCT", created, id, 9);
    let mut host_id = estate
        .orders
        .iter()
        .flat_map(|order| &order.batches)
        .flat_map(|batch| &batch.hosts)
        .map(|host| host.id)
        .max()
        .unwrap_or(15_800);
    let mut batches = Vec::new();
    for (index, (ids, pause_after)) in (1..).zip(&new.batches) {
        let mut hosts = Vec::new();
        for resource_id in ids {
            host_id += 1;
            hosts.push(host_run(estate, script, new, &uuid, resource_id, host_id));
        }
        batches.push(Batch {
            index,
            pause_after: *pause_after,
            hosts,
        });
    }
    estate.orders.push(Order {
        id,
        uuid: uuid.clone(),
        script: script.uuid.clone(),
        name: script.name.clone(),
        version: script.version.clone(),
        course: script.course.clone(),
        creator: new.creator.clone(),
        created,
        finished: None,
        status: OrderStatus::Ready,
        timeout: new.timeout,
        success_rate: new.success_rate,
        execute_user: new.execute_user.clone(),
        resourceful: new.resourceful,
        params: new.params.clone(),
        batches,
        current: 0,
        pause_pending: false,
    });
    uuid
}

fn host_run(
    estate: &Estate,
    script: &Script,
    new: &NewOrder,
    uuid: &str,
    resource_id: &str,
    id: i64,
) -> HostRun {
    let machine = estate.machine_by_id(Cloud::Huawei, resource_id);
    let name = machine.map_or(resource_id, |machine| machine.name.as_str());
    let life = script.course.duration(estate.seed, uuid, name);
    let limit = Duration::from_secs(new.timeout.into());
    let is_cured = |machine: &Machine| {
        let cures = |cure: &String| cure == &script.name;
        estate
            .troubles
            .iter()
            .any(|trouble| trouble.on == machine.name && trouble.cured_by.iter().any(cures))
    };
    let (ending, takes) = match machine {
        Some(machine) if machine.agent_online => match life > limit {
            true => (Ending::Timeout, limit),
            // What is meant to help does not fail by chance.
            false if script.course.fails(estate.seed, uuid, name) && !is_cured(machine) => {
                (Ending::Failure, life)
            }
            false => (Ending::Success, life),
        },
        _ => (Ending::AgentOffline, Duration::from_secs(3)),
    };
    HostRun {
        id,
        resource_id: resource_id.to_owned(),
        agent: machine.map_or_else(String::new, |machine| machine.agent.clone()),
        project: estate.identity.project().id.clone(),
        region: HUAWEI_REGION.to_owned(),
        host: name.to_owned(),
        ip: machine.map_or_else(String::new, |machine| machine.ip.clone()),
        status: RunStatus::Ready,
        started: None,
        finished: None,
        ending,
        takes: estate.scaled(takes),
    }
}

impl Order {
    /// The batch at this place, from 1.
    pub fn batch(&self, index: u32) -> Option<&Batch> {
        self.batches.iter().find(|batch| batch.index == index)
    }

    fn batch_mut(&mut self, index: u32) -> Option<&mut Batch> {
        self.batches.iter_mut().find(|batch| batch.index == index)
    }

    fn hosts_mut(&mut self) -> impl Iterator<Item = &mut HostRun> {
        self.batches.iter_mut().flat_map(|batch| &mut batch.hosts)
    }
}

impl HostRun {
    /// Ends a run that has not ended, by the operator's word.
    fn cancel(&mut self, at: Timestamp) {
        if self.status.is_open() {
            self.status = RunStatus::Canceled;
            self.ending = Ending::Canceled;
            self.finished = Some(at);
        }
    }
}

impl Estate {
    /// The order with this id.
    pub fn order(&self, uuid: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.uuid == uuid)
    }
}
