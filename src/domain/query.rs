//! What can be asked, and what comes back.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::account::AccountId;
use super::alarm::{Alarm, AlarmPolicy, PolicyId};
use super::contact::{Contact, ContactGroup};
use super::error::{ApiError, OperationId};
use super::incident::{Incident, IncidentId, WarRoom};
use super::metric::{MetricInfo, Series, SeriesKey, Statistic, Window};
use super::script::{Order, OrderId, Resource, Script, ScriptId};

/// A question a pane wants kept answered. Equal questions are one, so this is also the key of the cache.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// Samples of up to 200 series of one namespace. → [`Facts::Series`]
    Series {
        /// Whom to ask.
        account: AccountId,
        /// Which series; all of one namespace.
        keys: Vec<SeriesKey>,
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
    /// Incidents by number: the API has no list. → [`Facts::Incidents`]
    Incidents(AccountId, Vec<IncidentId>),
    /// All scripts, without content. → [`Facts::Scripts`]
    Scripts(AccountId),
    /// One script with content and parameters. → [`Facts::Scripts`] with one entry
    Script(AccountId, ScriptId),
    /// Work orders of the last days, newest first, without batches; running ones with counts. → [`Facts::Orders`]
    Orders(AccountId),
    /// One order with batches, machines and their output. → [`Facts::Orders`] with one entry
    Order(AccountId, OrderId),
    /// Machines. → [`Facts::Resources`]
    Resources(AccountId),
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
            | Self::Incidents(account, _)
            | Self::Scripts(account)
            | Self::Script(account, _)
            | Self::Orders(account)
            | Self::Order(account, _)
            | Self::Resources(account)
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
        /// What was read.
        series: Vec<Series>,
        /// One sentence for each part the service refused while it answered the rest.
        problems: Vec<super::text::SafeText>,
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
    /// An answer as JSON.
    Raw(Json),
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
