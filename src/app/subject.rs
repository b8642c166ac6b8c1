//! What a row is about, so that a command that works everywhere knows what it works on.

use std::fmt;

use crate::domain::account::AccountId;
use crate::domain::alarm::PolicyId;
use crate::domain::error::OperationId;
use crate::domain::incident::IncidentId;
use crate::domain::journal::Ticket;
use crate::domain::metric::SeriesKey;
use crate::domain::scaling::GroupId;
use crate::domain::script::{OrderId, ScriptId};
use crate::domain::text::SafeText;

/// A thing that can be selected, opened, copied and acted upon.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An alarm, by its id within the account.
    Alarm(AccountId, SafeText),
    /// A series of samples.
    Series(AccountId, SeriesKey),
    /// A branch of the tree of metrics, by its path: a namespace, an instance in it, or nothing for the account.
    Branch(AccountId, SafeText),
    /// An alarm policy.
    Policy(AccountId, PolicyId),
    /// A contact group.
    Group(AccountId, u64),
    /// A person who can be told.
    Contact(AccountId, u64),
    /// An incident.
    Incident(AccountId, IncidentId),
    /// A WarRoom, by its number.
    WarRoom(AccountId, SafeText),
    /// A script.
    Script(AccountId, ScriptId),
    /// A work order.
    Order(AccountId, OrderId),
    /// A machine within a work order: the order and the machine's id in it.
    Host(AccountId, OrderId, i64),
    /// A machine of the inventory, by the id its cloud service gave it.
    Resource(AccountId, SafeText),
    /// What is known of a machine's patches: the id of the report, and the name of a patch in it, which is empty for
    /// the report itself.
    Patch(AccountId, SafeText, SafeText),
    /// A pool of capacity, by its own description.
    Pool(AccountId, SafeText),
    /// A physical device.
    Asset(AccountId, SafeText),
    /// A physical host.
    SiteHost(AccountId, SafeText),
    /// An entry of the audit log.
    Deed(AccountId, SafeText),
    /// A metering job.
    MeterJob(AccountId, SafeText),
    /// A scaling group.
    ScalingGroup(AccountId, GroupId),
    /// Something within a scaling group, by its own id: a member, an activity, a policy, a task, a load balancer.
    ScalingPart(AccountId, GroupId, SafeText),
    /// A line of the journal.
    Entry(Ticket),
    /// An account.
    Account(AccountId),
    /// An operation of an account, by its id.
    Operation(AccountId, OperationId),
    /// Something that went wrong, by its own description.
    Problem(SafeText),
}

/// The sort of a [`Subject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// [`Subject::Alarm`]
    Alarm,
    /// [`Subject::Series`]
    Series,
    /// [`Subject::Branch`]
    Branch,
    /// [`Subject::Policy`]
    Policy,
    /// [`Subject::Group`]
    Group,
    /// [`Subject::Contact`]
    Contact,
    /// [`Subject::Incident`]
    Incident,
    /// [`Subject::WarRoom`]
    WarRoom,
    /// [`Subject::Script`]
    Script,
    /// [`Subject::Order`]
    Order,
    /// [`Subject::Host`]
    Host,
    /// [`Subject::Resource`]
    Resource,
    /// [`Subject::Patch`]
    Patch,
    /// [`Subject::Pool`]
    Pool,
    /// [`Subject::Asset`]
    Asset,
    /// [`Subject::SiteHost`]
    SiteHost,
    /// [`Subject::Deed`]
    Deed,
    /// [`Subject::MeterJob`]
    MeterJob,
    /// [`Subject::ScalingGroup`]
    ScalingGroup,
    /// [`Subject::ScalingPart`]
    ScalingPart,
    /// [`Subject::Entry`]
    Entry,
    /// [`Subject::Account`]
    Account,
    /// [`Subject::Operation`]
    Operation,
    /// [`Subject::Problem`]
    Problem,
}

impl Kind {
    /// All sorts.
    pub const ALL: [Self; 24] = [
        Self::Alarm,
        Self::Series,
        Self::Branch,
        Self::Policy,
        Self::Group,
        Self::Contact,
        Self::Incident,
        Self::WarRoom,
        Self::Script,
        Self::Order,
        Self::Host,
        Self::Resource,
        Self::Patch,
        Self::Pool,
        Self::Asset,
        Self::SiteHost,
        Self::Deed,
        Self::MeterJob,
        Self::ScalingGroup,
        Self::ScalingPart,
        Self::Entry,
        Self::Account,
        Self::Operation,
        Self::Problem,
    ];

    /// The locale key of its name ("an alarm"), used when a command says what it needs.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Alarm => "kind.alarm",
            Self::Series => "kind.series",
            Self::Branch => "kind.branch",
            Self::Policy => "kind.policy",
            Self::Group => "kind.group",
            Self::Contact => "kind.contact",
            Self::Incident => "kind.incident",
            Self::WarRoom => "kind.warroom",
            Self::Script => "kind.script",
            Self::Order => "kind.order",
            Self::Host => "kind.host",
            Self::Resource => "kind.resource",
            Self::Patch => "kind.patch",
            Self::Pool => "kind.pool",
            Self::Asset => "kind.asset",
            Self::SiteHost => "kind.site_host",
            Self::Deed => "kind.deed",
            Self::MeterJob => "kind.meter_job",
            Self::ScalingGroup => "kind.scaling_group",
            Self::ScalingPart => "kind.scaling_part",
            Self::Entry => "kind.entry",
            Self::Account => "kind.account",
            Self::Operation => "kind.operation",
            Self::Problem => "kind.problem",
        }
    }
}

impl Subject {
    /// Its sort.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Alarm(..) => Kind::Alarm,
            Self::Series(..) => Kind::Series,
            Self::Branch(..) => Kind::Branch,
            Self::Policy(..) => Kind::Policy,
            Self::Group(..) => Kind::Group,
            Self::Contact(..) => Kind::Contact,
            Self::Incident(..) => Kind::Incident,
            Self::WarRoom(..) => Kind::WarRoom,
            Self::Script(..) => Kind::Script,
            Self::Order(..) => Kind::Order,
            Self::Host(..) => Kind::Host,
            Self::Resource(..) => Kind::Resource,
            Self::Patch(..) => Kind::Patch,
            Self::Pool(..) => Kind::Pool,
            Self::Asset(..) => Kind::Asset,
            Self::SiteHost(..) => Kind::SiteHost,
            Self::Deed(..) => Kind::Deed,
            Self::MeterJob(..) => Kind::MeterJob,
            Self::ScalingGroup(..) => Kind::ScalingGroup,
            Self::ScalingPart(..) => Kind::ScalingPart,
            Self::Entry(..) => Kind::Entry,
            Self::Account(..) => Kind::Account,
            Self::Operation(..) => Kind::Operation,
            Self::Problem(..) => Kind::Problem,
        }
    }

    /// The account it lives in; a line of the journal or a problem has none.
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Operation(account, _)
            | Self::Alarm(account, _)
            | Self::Series(account, _)
            | Self::Branch(account, _)
            | Self::Policy(account, _)
            | Self::Group(account, _)
            | Self::Contact(account, _)
            | Self::Incident(account, _)
            | Self::WarRoom(account, _)
            | Self::Script(account, _)
            | Self::Order(account, _)
            | Self::Host(account, _, _)
            | Self::Resource(account, _)
            | Self::Patch(account, _, _)
            | Self::Pool(account, _)
            | Self::Asset(account, _)
            | Self::SiteHost(account, _)
            | Self::Deed(account, _)
            | Self::MeterJob(account, _)
            | Self::ScalingGroup(account, _)
            | Self::ScalingPart(account, _, _)
            | Self::Account(account) => Some(account),
            Self::Entry(_) | Self::Problem(_) => None,
        }
    }

    /// Its id in its original spelling, for the clipboard.
    pub fn id(&self) -> String {
        match self {
            Self::Alarm(_, id)
            | Self::Branch(_, id)
            | Self::Incident(_, id)
            | Self::WarRoom(_, id)
            | Self::Script(_, id)
            | Self::Order(_, id)
            | Self::Resource(_, id)
            | Self::Pool(_, id)
            | Self::Asset(_, id)
            | Self::SiteHost(_, id)
            | Self::Deed(_, id)
            | Self::MeterJob(_, id)
            | Self::ScalingGroup(_, id)
            | Self::ScalingPart(_, _, id)
            | Self::Problem(id) => id.raw().to_owned(),
            Self::Operation(_, id) => (*id).to_owned(),
            Self::Patch(_, report, title) if title.is_empty() => report.raw().to_owned(),
            Self::Patch(_, _, title) => title.raw().to_owned(),
            Self::Series(_, key) => format!(
                "{}:{}:{}",
                key.namespace.raw(),
                key.instance.raw(),
                key.metric.raw()
            ),
            Self::Policy(_, id) | Self::Group(_, id) | Self::Contact(_, id) => id.to_string(),
            Self::Host(_, order, host) => format!("{}:{host}", order.raw()),
            Self::Entry(ticket) => ticket.to_string(),
            Self::Account(account) => account.to_string(),
        }
    }
}

impl fmt::Display for Subject {
    /// The id in its visible form, safe for the screen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(SafeText::new(&self.id()).shown())
    }
}
