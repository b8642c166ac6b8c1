//! Scaling groups and everything that belongs to them (ksc-autoscaling.md, 14).

mod build;
mod load;
mod refused;

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::scaling::{Adjustment, Repeat};
use crate::sim::scenario::Measure;

pub use build::build;
pub use load::{Share, share};
pub use refused::Refused;

/// First policy id.
const FIRST_POLICY: u64 = 10_000_355;

/// What the document leaves open (14): each is a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent questions, each answered with yes or no by a scenario"
)]
pub struct Switches {
    /// Answers have the newer shape of public clients instead of the document's (14.0).
    pub public_answers: bool,
    /// Members that a group created are destroyed when they are taken out.
    pub destroy_auto_on_detach: bool,
    /// Members that are protected may be taken out by hand.
    pub detach_protected: bool,
    /// Adding and taking out needs a group at work.
    pub manual_needs_active: bool,
    /// Nobody may add or take out while a group cools down.
    pub cooldown_blocks_manual: bool,
    /// Most members of a group.
    pub quota: i64,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            public_answers: false,
            destroy_auto_on_detach: true,
            detach_protected: true,
            manual_needs_active: true,
            cooldown_blocks_manual: false,
            quota: 50,
        }
    }
}

/// All groups and what they refer to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scaling {
    /// Groups, oldest first.
    pub groups: Vec<Group>,
    /// Launch configurations, oldest first.
    pub configs: Vec<Config>,
    /// What the document leaves open.
    pub switches: Switches,
    /// Load balancers with their listeners, by id.
    pub balancers: Vec<(String, String)>,
    /// Security groups.
    pub security_groups: Vec<String>,
    /// What was sent to the account's contacts: when, for which group, which event.
    pub told: Vec<(Timestamp, String, u8)>,
    next_policy: u64,
    last_id: u64,
}

/// Which member leaves first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovePolicy {
    /// Who joined first.
    Oldest,
    /// Who joined last.
    Newest,
}

/// A load balancer that sends to the members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Load balancer.
    pub balancer: String,
    /// Listener.
    pub listener: String,
    /// Ports.
    pub ports: Vec<u32>,
    /// Weight.
    pub weight: u32,
}

/// A scaling group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Id, 18 digits.
    pub id: String,
    /// Name.
    pub name: String,
    /// Launch configuration.
    pub config: String,
    /// Fewest members.
    pub min: i64,
    /// Most members.
    pub max: i64,
    /// Members it shall have.
    pub desired: i64,
    /// Who leaves first.
    pub remove: RemovePolicy,
    /// Subnets.
    pub subnets: Vec<String>,
    /// How members are spread over them, in the service's word.
    pub strategy: String,
    /// Security group.
    pub security_group: String,
    /// Load balancers.
    pub bindings: Vec<Binding>,
    /// When it was created.
    pub created: Timestamp,
    /// At work?
    pub active: bool,
    /// Members, in the order in which they joined.
    pub members: Vec<Member>,
    /// Activities, oldest first.
    pub activities: Vec<Activity>,
    /// Metric policies.
    pub policies: Vec<Policy>,
    /// Scheduled tasks.
    pub tasks: Vec<Task>,
    /// Who is told of what: id and events.
    pub subscription: Option<(String, BTreeSet<u8>)>,
    /// Until when it rests after the activity of a policy.
    pub cooling_until: Option<Timestamp>,
    /// Tries again by itself not before this instant; a change makes it try at once.
    pub(in crate::sim::estate) hold_until: Option<Timestamp>,
    /// A scheduled task waits for the end of the rest.
    pub(in crate::sim::estate) waits: bool,
    /// Why the next activity will happen.
    pub(in crate::sim::estate) cause: String,
    /// Where the next member's number starts.
    pub(in crate::sim::estate) counter: u32,
    /// The load on the members is that of so many (`None`: it does not depend on their number).
    pub(in crate::sim::estate) load_of: Option<f64>,
    /// The fleet that its first members came from: who of it is no member bears none of the load.
    pub(in crate::sim::estate) fleet: String,
    /// How many members there were since when.
    pub(in crate::sim::estate) sizes: Vec<(Timestamp, usize)>,
    /// Growing fails with this number.
    pub(in crate::sim::estate) growing_fails: i64,
}

/// A machine in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Id of the machine.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its subnet.
    pub subnet: String,
    /// When it joined.
    pub joined: Timestamp,
    /// Did the group create it?
    pub auto: bool,
    /// Does it stay when the group becomes smaller?
    pub protected: bool,
    /// Since when it does not work.
    pub ill_since: Option<Timestamp>,
}

/// What an activity does, by its number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 0: creates members.
    Out = 0,
    /// 1: removes members.
    In = 1,
    /// 2: machines were added.
    Attach = 2,
    /// 3: members were taken out.
    Detach = 3,
    /// 10: replaces a member.
    Replace = 10,
}

/// Where an activity stands, by its number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 1
    Running = 1,
    /// 2
    Succeeded = 2,
    /// 3
    Failed = 3,
    /// 4
    Cancelled = 4,
}

/// An activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Id.
    pub id: String,
    /// What it does.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub cause: String,
    /// More of it.
    pub description: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Machines it dealt with.
    pub done: Vec<String>,
    /// Machines it could not deal with.
    pub failed: Vec<String>,
    /// What went wrong (14.4).
    pub error: i64,
    pub(in crate::sim::estate) plan: Plan,
}

/// How a running activity will end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim::estate) struct Plan {
    /// When.
    pub at: Timestamp,
    /// How many members it creates.
    pub create: usize,
    /// Ids of members that leave.
    pub leave: Vec<String>,
    /// Seconds of rest afterwards.
    pub cooldown: u32,
}

/// When a policy fires, in the service's words (11.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricRule {
    /// Metric.
    pub metric: String,
    /// Comparison.
    pub comparison: String,
    /// Threshold.
    pub threshold: i64,
    /// Periods in a row.
    pub repeat: u32,
    /// Seconds of a period.
    pub period: u32,
    /// How the members' values become one.
    pub function: String,
}

impl MetricRule {
    /// Does a value fulfil the condition?
    pub fn holds(&self, value: f64) -> bool {
        let threshold = self.threshold as f64;
        match self.comparison.as_str() {
            "Greater" => value > threshold,
            "EqualOrGreater" => value >= threshold,
            "Less" => value < threshold,
            "EqualOrLess" => value <= threshold,
            "NotEqual" => (value - threshold).abs() > f64::EPSILON,
            _ => (value - threshold).abs() <= f64::EPSILON,
        }
    }

    /// The metric of a machine behind it, and by what its values are divided to get the service's unit.
    pub(in crate::sim::estate) fn measure(&self) -> Option<(Measure, f64)> {
        Some(match self.metric.as_str() {
            "cpu_usage" => (Measure::Cpu, 1.0),
            "mem_usage" => (Measure::Memory, 1.0),
            "net_outtraffic" | "listener_outtraffic" => (Measure::NetOut, 1e6),
            "net_intraffic" | "listener_intraffic" => (Measure::NetIn, 1e6),
            _ => return None,
        })
    }
}

/// A metric policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Id.
    pub id: u64,
    /// Name.
    pub name: String,
    /// When it fires.
    pub rule: MetricRule,
    /// What it does.
    pub adjustment: Adjustment,
    /// Seconds of rest afterwards.
    pub cooldown: u32,
    /// When it was created.
    pub created: Timestamp,
    /// Periods in a row in which the condition held.
    pub(in crate::sim::estate) run: u32,
    /// The period up to this instant was looked at.
    pub(in crate::sim::estate) seen: Timestamp,
}

/// A scheduled task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Fewest members from then on.
    pub min: i64,
    /// Most members from then on.
    pub max: i64,
    /// Members from then on.
    pub desired: i64,
    /// First run.
    pub start: Timestamp,
    /// End of the repetition.
    pub end: Option<Timestamp>,
    /// Crontab text as it was given.
    pub recurrence: Option<String>,
    /// Unit and cycle as they were given.
    pub unit: Option<(String, String)>,
    /// When it was created.
    pub created: Timestamp,
    /// Its next run.
    pub next: Option<Timestamp>,
}

impl Task {
    /// Its first run after an instant.
    pub fn run_after(&self, after: Timestamp) -> Option<Timestamp> {
        let (unit, cycle) = self.unit.as_ref().map_or(("", ""), |(u, c)| (u, c));
        let repeat = Repeat::read(self.recurrence.as_deref().unwrap_or(""), unit, cycle);
        let task = crate::domain::scaling::Task {
            id: "".into(),
            name: "".into(),
            min: 0,
            max: 0,
            desired: 0,
            start: Some(self.start),
            end: self.end,
            repeat,
            created: None,
        };
        task.next_run(after)
    }
}

/// A launch configuration. Everything but the name and the types is kept as it was given, by its name on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Types of machine.
    pub types: Vec<String>,
    /// When it was created.
    pub created: Timestamp,
    /// The rest.
    pub given: serde_json::Map<String, serde_json::Value>,
}

impl Group {
    /// The activity that runs.
    pub fn running(&self) -> Option<&Activity> {
        self.activities
            .iter()
            .rev()
            .find(|activity| activity.status == Status::Running)
    }

    /// Ids of the members that leave when the activity that runs ends.
    pub fn leavers(&self) -> Vec<String> {
        self.running()
            .map_or_else(Vec::new, |activity| activity.plan.leave.clone())
    }

    /// How many members it has.
    pub fn size(&self) -> i64 {
        i64::try_from(self.members.len()).unwrap_or(i64::MAX)
    }

    /// Does it rest at this instant?
    pub fn cools_at(&self, at: Timestamp) -> bool {
        self.cooling_until.is_some_and(|until| at < until)
    }
}

impl Scaling {
    /// The place of a group.
    pub fn place(&self, id: &str) -> Result<usize, Refused> {
        self.groups
            .iter()
            .position(|group| group.id == id)
            .ok_or_else(|| Refused::NoGroup(id.to_owned()))
    }

    /// The group that a machine is in.
    pub fn group_of(&self, machine: &str) -> Option<&Group> {
        self.groups
            .iter()
            .find(|group| group.members.iter().any(|member| member.id == machine))
    }

    /// A new id: time-ordered, as the service makes them (8.2).
    pub fn new_id(&mut self, at: Timestamp) -> String {
        const EPOCH: i64 = 1_480_166_465_631;
        let since = (at.as_millisecond() - EPOCH).max(0).cast_unsigned();
        let id = (since << 22) | (10 << 17) | (18 << 12);
        self.last_id = id.max(self.last_id + 1);
        self.last_id.to_string()
    }

    /// A new id of a policy.
    pub fn new_policy_id(&mut self) -> u64 {
        self.next_policy = self.next_policy.max(FIRST_POLICY) + 1;
        self.next_policy
    }
}
