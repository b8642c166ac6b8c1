//! What can be asked, and what comes back.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::account::AccountId;
use super::alarm::{Alarm, AlarmPolicy, PolicyId};
use super::contact::{Contact, ContactGroup};
use super::error::{ApiError, OperationId};
use super::incident::{Incident, IncidentId, WarRoom, WarRoomFilter};
use super::metric::{MetricInfo, Series, SeriesKeys, Statistic, Window};
use super::patch::{PatchFilter, PatchItem, PatchItemFilter, PatchReport};
use super::scaling::{Config, Group, GroupDetail, GroupId};
use super::script::{Order, OrderId, Resource, Script, ScriptFilter, ScriptId};
use super::site::{Asset, AuditEntry, Capacity, HostedVms, MeterJob, MeterPage, SiteHost};
use super::text::SafeText;

/// A question a pane wants kept answered. Equal questions are one, so this is also the key of the cache.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// Samples of up to 200 series of one namespace. → [`Facts::Series`]
    Series {
        /// Whom to ask.
        account: AccountId,
        /// Which series; all of one namespace.
        keys: SeriesKeys,
        /// How a period is condensed.
        statistic: Statistic,
        /// Length of a period in seconds.
        period: u32,
        /// Over which span.
        window: Window,
    },
    /// The metrics an instance has. → [`Facts::Metrics`]
    Metrics {
        /// Whom to ask.
        account: AccountId,
        /// Product namespace.
        namespace: String,
        /// Instance id; systems whose metrics do not depend on it ignore it.
        instance: String,
    },
    /// Alarms that are active now, or were within the last day. → [`Facts::Alarms`]
    Alarms(AccountId),
    /// All alarm policies, with rules, bound instances and where they fire. → [`Facts::Policies`]
    Policies(AccountId),
    /// One policy in full. → [`Facts::Policies`] with one entry
    Policy(AccountId, PolicyId),
    /// Contact groups and contacts. → [`Facts::Contacts`]
    Contacts(AccountId),
    /// WarRooms. → [`Facts::WarRooms`]
    WarRooms(AccountId),
    /// WarRooms that the service finds by this filter. → [`Facts::WarRooms`]
    FoundWarRooms(AccountId, Box<WarRoomFilter>),
    /// Incidents by number: the API has no list. → [`Facts::Incidents`]
    Incidents(AccountId, Vec<IncidentId>),
    /// Incidents with exactly this title, where the service lists incidents; most do not. → [`Facts::Incidents`]
    FoundIncidents(AccountId, SafeText),
    /// All scripts, without content. → [`Facts::Scripts`]
    Scripts(AccountId),
    /// Scripts that the service finds by this filter, without content. → [`Facts::Scripts`]
    FoundScripts(AccountId, Box<ScriptFilter>),
    /// One script with content and parameters. → [`Facts::Scripts`] with one entry
    Script(AccountId, ScriptId),
    /// Work orders of the last days, newest first, without batches; running ones with counts. → [`Facts::Orders`]
    Orders(AccountId),
    /// One order with batches, machines and their output. → [`Facts::Orders`] with one entry
    Order(AccountId, OrderId),
    /// Machines. → [`Facts::Resources`]
    Resources(AccountId),
    /// Reports on patches of machines. → [`Facts::Patches`]
    Patches(AccountId, Box<PatchFilter>),
    /// Patches of one machine, by the id of its report. → [`Facts::PatchItems`]
    PatchItems(AccountId, SafeText, Box<PatchItemFilter>),
    /// Capacity of all pools of a site, with the days before. → [`Facts::Capacity`]
    Capacity(AccountId),
    /// The audit log over a window, newest first. → [`Facts::Audit`]
    Audit(AccountId, Window),
    /// Physical devices. → [`Facts::Assets`]
    Assets(AccountId),
    /// Physical hosts. → [`Facts::SiteHosts`]
    SiteHosts(AccountId),
    /// What runs on a host, by its id. → [`Facts::HostedVms`]
    HostedVms(AccountId, SafeText),
    /// The latest samples of all network devices. → [`Facts::Series`]
    Network(AccountId),
    /// How a metering job stands, by its id. → [`Facts::MeterJob`]
    MeterJob(AccountId, SafeText),
    /// One page of a metering job's records, by the job's id and the page's marker (empty for the first page).
    /// → [`Facts::MeterPage`]
    MeterPage(AccountId, SafeText, String),
    /// Scaling groups. → [`Facts::ScalingGroups`]
    ScalingGroups(AccountId),
    /// Members, activities, policies, tasks and notifications of a scaling group. → [`Facts::ScalingGroup`]
    ScalingGroup(AccountId, GroupId),
    /// Launch configurations. → [`Facts::ScalingConfigs`]
    ScalingConfigs(AccountId),
    /// Any reading operation. → [`Facts::Raw`]
    Raw {
        /// Whom to ask.
        account: AccountId,
        /// Which operation.
        operation: OperationId,
        /// Its input as JSON text, keys in wire spelling.
        input: String,
    },
}

impl Query {
    /// Whom it asks.
    pub fn account(&self) -> &AccountId {
        match self {
            Self::Series { account, .. }
            | Self::Metrics { account, .. }
            | Self::Alarms(account)
            | Self::Policies(account)
            | Self::Policy(account, _)
            | Self::Contacts(account)
            | Self::WarRooms(account)
            | Self::FoundWarRooms(account, _)
            | Self::Incidents(account, _)
            | Self::FoundIncidents(account, _)
            | Self::Scripts(account)
            | Self::FoundScripts(account, _)
            | Self::Script(account, _)
            | Self::Orders(account)
            | Self::Order(account, _)
            | Self::Resources(account)
            | Self::Patches(account, _)
            | Self::PatchItems(account, _, _)
            | Self::Capacity(account)
            | Self::Audit(account, _)
            | Self::Assets(account)
            | Self::SiteHosts(account)
            | Self::HostedVms(account, _)
            | Self::Network(account)
            | Self::MeterJob(account, _)
            | Self::MeterPage(account, _, _)
            | Self::ScalingGroups(account)
            | Self::ScalingGroup(account, _)
            | Self::ScalingConfigs(account)
            | Self::Raw { account, .. } => account,
        }
    }

    /// Is the answer to `self` out of date when the one to `other` is? So it is for the same question, and for
    /// questions about incidents that have one in common.
    pub fn concerns(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Incidents(account, ids), Self::Incidents(of, others)) => {
                account == of && ids.iter().any(|id| others.contains(id))
            }
            _ => self == other,
        }
    }
}

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    /// Samples. Series that could not be read are missing; why is in `problems`.
    Series {
        /// What was read; shared, because the world finds each by its key, too.
        series: Vec<Arc<Series>>,
        /// One sentence for each part the service refused while it answered the rest.
        problems: Vec<SafeText>,
    },
    /// Metrics of an instance.
    Metrics(Vec<MetricInfo>),
    /// Alarms.
    Alarms(Vec<Alarm>),
    /// Policies.
    Policies(Vec<AlarmPolicy>),
    /// Groups and people.
    Contacts {
        /// Groups.
        groups: Vec<ContactGroup>,
        /// People.
        people: Vec<Contact>,
    },
    /// WarRooms and how many there are of each sort.
    WarRooms(Vec<WarRoom>),
    /// Incidents.
    Incidents(Vec<Incident>),
    /// Scripts.
    Scripts(Vec<Script>),
    /// Orders.
    Orders(Vec<Order>),
    /// Machines.
    Resources(Vec<Resource>),
    /// Reports on patches.
    Patches(Vec<PatchReport>),
    /// Patches of a machine.
    PatchItems(Vec<PatchItem>),
    /// Capacity.
    Capacity {
        /// The pools.
        pools: Vec<Capacity>,
        /// One sentence for each part that was refused or is not offered while others were answered.
        problems: Vec<SafeText>,
    },
    /// The audit log.
    Audit {
        /// Its entries, newest first; shared, for there may be a hundred thousand.
        entries: Vec<Arc<AuditEntry>>,
        /// How many the service says there are; more than `entries` when not all pages were read.
        total: Option<u64>,
    },
    /// Physical devices.
    Assets(Vec<Asset>),
    /// Physical hosts.
    SiteHosts(Vec<SiteHost>),
    /// What runs on a host.
    HostedVms(Vec<HostedVms>),
    /// A metering job.
    MeterJob(MeterJob),
    /// Records of a metering job.
    MeterPage(MeterPage),
    /// Scaling groups.
    ScalingGroups(Vec<Group>),
    /// All about one scaling group but its row.
    ScalingGroup(Box<GroupDetail>),
    /// Launch configurations.
    ScalingConfigs(Vec<Config>),
    /// An answer as JSON.
    Raw(Json),
}

impl Facts {
    /// Samples as they were read, with a sentence for each part that was refused.
    pub fn samples(series: Vec<Series>, problems: Vec<SafeText>) -> Self {
        Self::Series {
            series: series.into_iter().map(Arc::new).collect(),
            problems,
        }
    }
}

/// A fact that arrived: it supersedes what was known for the same query.
#[derive(Debug, Clone)]
pub struct Update {
    /// The question.
    pub query: Query,
    /// When the answer (or the error) came.
    pub at: Timestamp,
    /// The answer.
    pub result: Result<Facts, ApiError>,
}

/// How much somebody wants an answer; later variants come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Nobody looks at it.
    Background,
    /// On the screen.
    Visible,
    /// In the focused pane, or asked for by a key.
    Focused,
}

/// A question to be kept answered, and how fresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// The question.
    pub query: Query,
    /// How much.
    pub priority: Priority,
    /// How old the answer may get.
    pub every: std::time::Duration,
}
