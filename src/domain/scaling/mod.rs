//! Scaling groups: sizes, members, what changed them and why, and what will.

mod change;
mod draft;
mod schedule;

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use super::text::SafeText;

pub use change::Change;
pub use draft::{BindingDiff, ConfigDraft, Disk, GroupDraft, PolicyDraft, TaskDraft};
pub use schedule::{Repeat, Task, cron_problem};

/// Identifies a scaling group.
pub type GroupId = SafeText;
/// Identifies a launch configuration.
pub type ConfigId = SafeText;

/// Is a group at work?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupStatus {
    /// It keeps its size and obeys policies and tasks.
    Active,
    /// It does nothing by itself.
    Inactive,
    /// A word this program does not know: treated as not active.
    Other(SafeText),
}

/// Which member leaves first when a group becomes smaller. Age is the time since it joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovePolicy {
    /// Who joined first.
    Oldest,
    /// Who joined last.
    Newest,
}

impl RemovePolicy {
    /// The word on the command line: `oldest`, `newest`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oldest => "oldest",
            Self::Newest => "newest",
        }
    }

    /// The policy with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Oldest, Self::Newest]
            .into_iter()
            .find(|known| known.name() == word)
    }
}

/// How new members are spread over the subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Into the subnet with the fewest members.
    Balanced,
    /// Into the first one that works.
    First,
}

impl Spread {
    /// The word on the command line: `balanced`, `first`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::First => "first",
        }
    }

    /// The strategy with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Balanced, Self::First]
            .into_iter()
            .find(|known| known.name() == word)
    }
}

/// A listener that sends to the members of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The load balancer.
    pub balancer: SafeText,
    /// Its listener.
    pub listener: SafeText,
    /// Ports of the members.
    pub ports: Vec<u32>,
    /// Weight, 0 to 100; the service's default when absent.
    pub weight: Option<u32>,
}

impl fmt::Display for Binding {
    /// In a word, as on the command line: `balancer/listener:80,81@20`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:", self.balancer, self.listener)?;
        for (index, port) in self.ports.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{port}")?;
        }
        match self.weight {
            Some(weight) => write!(f, "@{weight}"),
            None => Ok(()),
        }
    }
}

impl Binding {
    /// Reads a word of that form.
    pub fn parse(word: &str) -> Option<Self> {
        let (place, rest) = word.trim().rsplit_once(':')?;
        let (balancer, listener) = place.split_once('/')?;
        let (ports, weight) = match rest.split_once('@') {
            Some((ports, weight)) => (ports, Some(weight.trim().parse().ok()?)),
            None => (rest, None),
        };
        let ports: Option<Vec<u32>> = ports
            .split(',')
            .map(|port| port.trim().parse().ok())
            .collect();
        let ports = ports.filter(|ports| ports.iter().all(|port| (1..=65_535).contains(port)))?;
        if balancer.is_empty() || listener.is_empty() {
            return None;
        }
        Some(Self {
            balancer: balancer.into(),
            listener: listener.into(),
            ports,
            weight,
        })
    }
}

/// A scaling group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: SafeText,
    /// Its launch configuration.
    pub config: ConfigId,
    /// The configuration's name.
    pub config_name: SafeText,
    /// Fewest members.
    pub min: u32,
    /// Most members.
    pub max: u32,
    /// How many members it shall have.
    pub desired: u32,
    /// How many it has.
    pub members: u32,
    /// Who leaves first; `None` for a word this program does not know.
    pub remove: Option<RemovePolicy>,
    /// Subnets of the members.
    pub subnets: Vec<SafeText>,
    /// How new members are spread over them; `None` when unknown.
    pub spread: Option<Spread>,
    /// Network.
    pub vpc: SafeText,
    /// Security groups.
    pub security_groups: Vec<SafeText>,
    /// Load balancers.
    pub bindings: Vec<Binding>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// At work?
    pub status: GroupStatus,
    /// Is an activity running? `None` where the service does not say.
    pub busy: Option<bool>,
}

impl Group {
    /// Is something happening, or about to happen, as far as the list tells?
    pub fn is_moving(&self) -> bool {
        self.busy == Some(true)
            || (self.status == GroupStatus::Active && self.members != self.desired)
    }
}

/// Where a member comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The group created it, and destroys it when it leaves.
    Auto,
    /// Somebody added it; it lives on when it leaves.
    Manual,
    /// A word this program does not know.
    Other(SafeText),
}

/// A machine in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Id of the machine.
    pub id: SafeText,
    /// Its name.
    pub name: SafeText,
    /// Does it work? `None` for a word this program does not know.
    pub healthy: Option<bool>,
    /// Where it comes from.
    pub origin: Origin,
    /// When it joined.
    pub joined: Option<Timestamp>,
    /// Does it stay when the group becomes smaller?
    pub protected: bool,
}

/// What an activity does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityKind {
    /// Creates members.
    Out,
    /// Removes members.
    In,
    /// Somebody adds machines.
    Attach,
    /// Somebody takes members out.
    Detach,
    /// Replaces a member that does not work.
    Replace,
    /// A number this program does not know.
    Other(i64),
}

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityStatus {
    /// It runs.
    Running,
    /// It is done.
    Succeeded,
    /// It failed, in part or as a whole.
    Failed,
    /// It did not begin: another one ran, or the group was cooling down.
    Cancelled,
    /// A number this program does not know.
    Other(i64),
}

impl ActivityStatus {
    /// The word in scripts: `running`, `succeeded`, `failed`, `cancelled`, `other`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Other(_) => "other",
        }
    }
}

impl ActivityKind {
    /// The word in scripts: `out`, `in`, `attach`, `detach`, `replace`, `other`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
            Self::Attach => "attach",
            Self::Detach => "detach",
            Self::Replace => "replace",
            Self::Other(_) => "other",
        }
    }
}

/// One change of a group's size or membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Its id.
    pub id: SafeText,
    /// The group.
    pub group: GroupId,
    /// What it does.
    pub kind: ActivityKind,
    /// Where it stands.
    pub status: ActivityStatus,
    /// Why, in the service's words.
    pub cause: SafeText,
    /// More of it, in the service's words.
    pub description: SafeText,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended; `None` while it runs.
    pub ended: Option<Timestamp>,
    /// Machines it dealt with.
    pub done: Vec<SafeText>,
    /// Machines it could not deal with.
    pub failed: Vec<SafeText>,
    /// The service's number for what went wrong; 0 when nothing did.
    pub error: i64,
}

/// How a policy changes the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// To this many.
    Total(i64),
    /// By this many.
    Count(i64),
    /// By this many per cent.
    Percent(i64),
}

impl Adjustment {
    /// How many members a group of `count` gets, before its limits are applied: percentages are rounded towards zero,
    /// but change at least one (ksc-autoscaling.md, 14.7).
    pub fn applied(self, count: u32) -> i64 {
        let count = i64::from(count);
        match self {
            Self::Total(value) => value,
            Self::Count(by) => count.saturating_add(by),
            Self::Percent(per_cent) => {
                let by = count.saturating_mul(per_cent) / 100;
                let least = if by == 0 && count > 0 {
                    per_cent.signum()
                } else {
                    by
                };
                count.saturating_add(least)
            }
        }
    }
}

/// How the values of all members become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Mean.
    Average,
    /// Smallest.
    Min,
    /// Largest.
    Max,
}

/// When a metric policy fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricRule {
    /// The metric, in the service's spelling.
    pub metric: SafeText,
    /// How values are compared, in the service's spelling: `Greater`, `EqualOrLess`, …
    pub comparison: SafeText,
    /// With what.
    pub threshold: i64,
    /// Periods in a row.
    pub repeat: u32,
    /// Length of a period in seconds.
    pub period: u32,
    /// How the members' values become one; `None` for a word this program does not know.
    pub function: Option<Function>,
}

impl MetricRule {
    /// The sign of the comparison, for people.
    pub fn sign(&self) -> &str {
        match self.comparison.raw() {
            "Greater" => ">",
            "EqualOrGreater" => "≥",
            "Less" => "<",
            "EqualOrLess" => "≤",
            "Equal" => "=",
            "NotEqual" => "≠",
            _ => self.comparison.shown(),
        }
    }

    /// Unit of the metric, for people.
    pub fn unit(&self) -> &'static str {
        if self.metric.raw().ends_with("traffic") {
            "MB/s"
        } else {
            "%"
        }
    }
}

/// A metric policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its id.
    pub id: SafeText,
    /// Its name.
    pub name: SafeText,
    /// What it does; `None` for a word this program does not know.
    pub adjustment: Option<Adjustment>,
    /// When it fires.
    pub rule: MetricRule,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Seconds of rest after its activity.
    pub cooldown: u32,
}

/// Who is told of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SafeText,
    /// The events, 1 to 6 in the service's numbers.
    pub events: BTreeSet<u8>,
}

/// Everything about one group that its row does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupDetail {
    /// Members, who joined first first.
    pub members: Vec<Member>,
    /// Activities, newest first.
    pub activities: Vec<Activity>,
    /// Metric policies.
    pub policies: Vec<Policy>,
    /// Scheduled tasks.
    pub tasks: Vec<Task>,
    /// Notifications.
    pub subscriptions: Vec<Subscription>,
}

impl GroupDetail {
    /// The activity that runs.
    pub fn running(&self) -> Option<&Activity> {
        self.activities
            .iter()
            .find(|activity| activity.status == ActivityStatus::Running)
    }
}

/// A launch configuration: the template of new members.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// Its id.
    pub id: ConfigId,
    /// Its name.
    pub name: SafeText,
    /// Groups that use it, as far as the service says: id and name.
    pub groups: Vec<(GroupId, SafeText)>,
    /// Image.
    pub image: SafeText,
    /// Types of machine, the first one with stock wins.
    pub types: Vec<SafeText>,
    /// CPUs; says nothing when there are several types.
    pub cpu: Option<u32>,
    /// Memory in GB; says nothing when there are several types.
    pub memory: Option<u32>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Its other properties that are set, for the comparison of two: name on the wire and value.
    pub properties: Vec<(&'static str, SafeText)>,
}

/// Who leaves when a group shrinks by `count`: members that are not protected, in the order of its policy. Fewer when
/// there are not enough. Members that joined in the same second leave in an order nobody knows.
pub fn leaving(members: &[Member], remove: Option<RemovePolicy>, count: usize) -> Vec<&Member> {
    let mut free: Vec<&Member> = members.iter().filter(|member| !member.protected).collect();
    match remove.unwrap_or(RemovePolicy::Oldest) {
        RemovePolicy::Oldest => free.sort_by_key(|member| member.joined),
        RemovePolicy::Newest => free.sort_by_key(|member| std::cmp::Reverse(member.joined)),
    }
    free.truncate(count);
    free
}

#[cfg(test)]
impl Group {
    /// An active group that may have up to nine members, for tests.
    pub fn sample(members: u32, desired: u32) -> Self {
        Self {
            id: "1".into(),
            name: "shop".into(),
            config: "2".into(),
            config_name: "c".into(),
            min: 0,
            max: 9,
            desired,
            members,
            remove: None,
            subnets: Vec::new(),
            spread: None,
            vpc: "v".into(),
            security_groups: Vec::new(),
            bindings: Vec::new(),
            created: None,
            status: GroupStatus::Active,
            busy: None,
        }
    }
}

#[cfg(test)]
impl Activity {
    /// An activity of the group above that began at this second, for tests.
    pub fn sample(kind: ActivityKind, status: ActivityStatus, second: i64) -> Self {
        Self {
            id: second.to_string().as_str().into(),
            group: "1".into(),
            kind,
            status,
            cause: "".into(),
            description: "".into(),
            started: Timestamp::from_second(second).ok(),
            ended: None,
            done: Vec::new(),
            failed: Vec::new(),
            error: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, second: i64, protected: bool) -> Member {
        Member {
            id: id.into(),
            name: id.into(),
            healthy: Some(true),
            origin: Origin::Auto,
            joined: Timestamp::from_second(second).ok(),
            protected,
        }
    }

    #[test]
    fn protected_members_stay_and_the_policy_says_who_goes() {
        let members = [
            member("a", 1, true),
            member("b", 2, false),
            member("c", 3, false),
        ];
        let ids = |policy, count| -> Vec<String> {
            leaving(&members, Some(policy), count)
                .iter()
                .map(|member| member.id.to_string())
                .collect()
        };
        assert_eq!(ids(RemovePolicy::Oldest, 1), ["b"]);
        assert_eq!(ids(RemovePolicy::Newest, 1), ["c"]);
        assert_eq!(ids(RemovePolicy::Oldest, 9), ["b", "c"]);
    }

    #[test]
    fn a_load_balancer_is_read_as_it_is_written() {
        let word = "b-1/l-1:80,81@20";
        let binding = Binding::parse(word).expect("readable");
        assert_eq!(binding.ports, [80, 81]);
        assert_eq!(binding.to_string(), word);
        for broken in ["", "b:80", "b/l", "b/l:", "b/l:0", "b/l:80@x", "/l:80"] {
            assert!(Binding::parse(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_percentage_changes_at_least_one() {
        assert_eq!(Adjustment::Percent(10).applied(5), 6);
        assert_eq!(Adjustment::Percent(-10).applied(5), 4);
        assert_eq!(Adjustment::Percent(50).applied(5), 7);
        assert_eq!(Adjustment::Percent(-50).applied(5), 3);
        assert_eq!(Adjustment::Percent(50).applied(0), 0);
        assert_eq!(Adjustment::Count(-3).applied(2), -1);
        assert_eq!(Adjustment::Total(4).applied(9), 4);
    }
}
