//! What can be changed, and what came of it.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::account::AccountId;
use super::alarm::{Comparison, PolicyId, Severity};
use super::contact::Reach;
use super::draft::Draft;
use super::error::OperationId;
use super::incident::{IncidentId, Level};
use super::metric::Statistic;
use super::query::Query;
use super::scaling::Change;
use super::script::{OrderId, OrderStep, Rotation, ScriptId};
use super::secret::Secret;
use super::text::SafeText;

/// A change somebody confirmed. It is journalled before it is sent, sent at most once, and never superseded.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Creates an incident.
    CreateIncident(AccountId, NewIncident),
    /// Accepts an incident.
    AcceptIncident(AccountId, IncidentId),
    /// Commits what the cause was and what solved it.
    CommitSolution(AccountId, IncidentId, Solution),
    /// Confirms that it is solved, or says that it is not.
    ConfirmIncident {
        /// Where.
        account: AccountId,
        /// Which.
        incident: IncidentId,
        /// Solved?
        solved: bool,
        /// Why, up to 300 characters.
        comment: String,
    },
    /// Opens a WarRoom for an incident.
    CreateWarRoom(AccountId, NewWarRoom),
    /// Creates a script.
    CreateScript(AccountId, Box<Draft>),
    /// Makes a script what the draft says.
    UpdateScript(AccountId, ScriptId, Box<Draft>),
    /// Deletes a script.
    DeleteScript {
        /// Where.
        account: AccountId,
        /// Which.
        script: ScriptId,
        /// Its name, for the journal.
        name: SafeText,
    },
    /// Runs a script.
    RunScript(AccountId, NewOrder),
    /// Pauses, continues, cancels, … an order.
    OperateOrder(AccountId, OrderId, OrderStep),
    /// Creates a job that gathers metering records.
    CreateMeterJob(AccountId, NewMeterJob),
    /// Changes something about scaling groups.
    Scaling(AccountId, Box<Change>),
    /// Tells more receivers of a policy.
    AddReceivers {
        /// Where.
        account: AccountId,
        /// Which policy.
        policy: PolicyId,
        /// Ids of groups, or of persons.
        ids: Vec<u64>,
        /// Of groups?
        is_group: bool,
        /// How they are told.
        reach: Reach,
    },
    /// Tells fewer receivers of a policy.
    RemoveReceivers {
        /// Where.
        account: AccountId,
        /// Which policy.
        policy: PolicyId,
        /// Ids of groups, or of persons.
        ids: Vec<u64>,
        /// Of groups?
        is_group: bool,
    },
    /// Creates a policy for a custom metric.
    CreatePolicy(AccountId, NewPolicy),
    /// Switches contacts on or off everywhere.
    SwitchContacts {
        /// Where.
        account: AccountId,
        /// Which.
        ids: Vec<u64>,
        /// On?
        enabled: bool,
    },
    /// Uploads values of custom metrics.
    Upload(AccountId, Vec<Upload>),
    /// Reports an alarm of a monitoring system of one's own, or that it is over.
    ReportAlarm(AccountId, Box<CustomAlarm>),
    /// Any changing operation.
    Raw {
        /// Where.
        account: AccountId,
        /// Which operation.
        operation: OperationId,
        /// Its input, keys in wire spelling.
        input: Json,
    },
}

impl Action {
    /// The account it changes something in.
    pub fn account(&self) -> &AccountId {
        match self {
            Self::CreateIncident(account, _)
            | Self::AcceptIncident(account, _)
            | Self::CommitSolution(account, _, _)
            | Self::ConfirmIncident { account, .. }
            | Self::CreateWarRoom(account, _)
            | Self::CreateScript(account, _)
            | Self::UpdateScript(account, _, _)
            | Self::DeleteScript { account, .. }
            | Self::RunScript(account, _)
            | Self::OperateOrder(account, _, _)
            | Self::CreateMeterJob(account, _)
            | Self::Scaling(account, _)
            | Self::AddReceivers { account, .. }
            | Self::RemoveReceivers { account, .. }
            | Self::CreatePolicy(account, _)
            | Self::SwitchContacts { account, .. }
            | Self::Upload(account, _)
            | Self::ReportAlarm(account, _)
            | Self::Raw { account, .. } => account,
        }
    }

    /// The operation that carries it out, as in the catalogues.
    pub const fn operation(&self) -> OperationId {
        match self {
            Self::CreateIncident(..) => "huawei-coc.create_incident",
            Self::AcceptIncident(..) => "huawei-coc.accept_incident",
            Self::CommitSolution(..) => "huawei-coc.commit_incident_solution",
            Self::ConfirmIncident { .. } => "huawei-coc.confirm_incident",
            Self::CreateWarRoom(..) => "huawei-coc.create_warroom",
            Self::CreateScript(..) => "huawei-coc.create_script",
            Self::UpdateScript(..) => "huawei-coc.update_script",
            Self::DeleteScript { .. } => "huawei-coc.delete_script",
            Self::RunScript(..) => "huawei-coc.execute_script",
            Self::OperateOrder(..) => "huawei-coc.operate_script_order",
            Self::CreateMeterJob(..) => "huawei-esm.create_sdr_query_job",
            Self::Scaling(_, change) => change.operation(),
            Self::AddReceivers { .. } => "ksc-monitor.add_alarm_receives",
            Self::RemoveReceivers { .. } => "ksc-monitor.delete_alarm_receives",
            Self::CreatePolicy(..) => "ksc-monitor.new_alarm_policy",
            Self::SwitchContacts { .. } => "ksc-monitor.update_alert_user_status",
            Self::Upload(..) => "ksc-monitor.put_metric_data",
            Self::ReportAlarm(..) => "huawei-coc.report_custom_alarm",
            Self::Raw { operation, .. } => operation,
        }
    }
}

/// An incident to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncident {
    /// What happened, in a line: up to 200 characters.
    pub title: String,
    /// What happened, at length: up to 600 characters.
    pub description: String,
    /// How bad.
    pub level: Level,
    /// What kind of trouble, by its wire key (`inc_type_p_…`).
    pub kind: String,
    /// How it came to be, by its wire key (`incident_source_…`).
    pub source: String,
    /// Service concerned.
    pub service: String,
    /// Region concerned.
    pub region: Option<String>,
    /// Is the service interrupted?
    pub interrupted: bool,
    /// Who shall have it; empty for nobody in particular.
    pub assignee: Option<String>,
}

/// What the cause was and what solved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// What kind of trouble it was, by its wire key.
    pub kind: String,
    /// Was the service interrupted?
    pub interrupted: bool,
    /// The cause, up to 10,000 characters.
    pub cause: String,
    /// What solved it, up to 10,000 characters.
    pub solution: String,
}

/// A WarRoom to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWarRoom {
    /// Its name, up to 255 characters.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The incident.
    pub incident: IncidentId,
    /// Ids of the applications concerned.
    pub applications: Vec<String>,
    /// Who leads it: a user id.
    pub admin: String,
    /// Schedule groups that are called in, as role id and scene id.
    pub schedule: Vec<(String, String)>,
    /// Enterprise project, `0` for the default one.
    pub enterprise_project: String,
}

/// A machine of an order to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The resource's id.
    pub resource_id: String,
    /// Id of its agent.
    pub agent: String,
    /// Its project.
    pub project: String,
    /// Its region.
    pub region: String,
}

/// A run of a script to be started.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOrder {
    /// Which script.
    pub script: ScriptId,
    /// Its name, for the journal.
    pub script_name: SafeText,
    /// Seconds a machine may take: 5 to 1,800.
    pub timeout: u32,
    /// Per cent of a batch that must succeed: 1 to 100.
    pub success_rate: f64,
    /// User it runs as.
    pub execute_user: String,
    /// Parameters in order: name, value, whether the value is a secret.
    pub params: Vec<(String, String, bool)>,
    /// Machines batch by batch: 1 to 20 batches of 1 to 10.
    pub batches: Vec<Vec<Target>>,
    /// What happens between two batches.
    pub rotation: Rotation,
}

/// A metering job to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeterJob {
    /// First day.
    pub from: jiff::civil::Date,
    /// The day after the last one.
    pub to: jiff::civil::Date,
    /// Only this site.
    pub site: Option<String>,
    /// Only this region.
    pub region: Option<String>,
}

/// A policy for a custom metric.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPolicy {
    /// Its name.
    pub name: String,
    /// Namespace of the metric.
    pub namespace: String,
    /// The metric.
    pub metric: String,
    /// Its dimensions, `key=value` joined by commas; empty for all.
    pub dimensions: String,
    /// How a period is condensed.
    pub statistic: Statistic,
    /// How the value is compared.
    pub comparison: Comparison,
    /// With what.
    pub threshold: f64,
    /// Minutes of a period: 1, 5, 15 or 60.
    pub minutes: u32,
    /// Periods in a row that must breach: 1 to 10.
    pub cycles: u32,
    /// Who is told: id, whether it is a group's, and how.
    pub receivers: Vec<(u64, bool, Reach)>,
}

/// The units a value may be uploaded in (ksc-monitor.md, 14.4).
pub const UPLOAD_UNITS: &[&str] = &[
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// A value of a custom metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// Namespace.
    pub namespace: String,
    /// Metric.
    pub metric: String,
    /// Dimensions, `key=value` joined by commas.
    pub dimensions: String,
    /// When.
    pub at: Timestamp,
    /// The value.
    pub value: f64,
    /// Its unit, one of the service's words.
    pub unit: Option<String>,
}

/// An alarm of a monitoring system of one's own (huawei-coc.md, 10.22). Texts are up to 255 characters.
#[derive(Debug, Clone)]
pub struct CustomAlarm {
    /// Key of the integration, made in the console.
    pub key: Secret,
    /// Id of the alarm; the same id clears it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How bad.
    pub severity: Severity,
    /// When.
    pub at: Timestamp,
    /// Namespace of the resource.
    pub namespace: String,
    /// Region.
    pub region: Option<String>,
    /// Id of the application.
    pub application: String,
    /// Name of the resource.
    pub resource: Option<String>,
    /// Id of the resource.
    pub resource_id: Option<String>,
    /// What is wrong.
    pub description: String,
    /// Where to read more.
    pub url: Option<String>,
    /// Is it over?
    pub over: bool,
    /// Which system reports it.
    pub source: String,
}

impl PartialEq for CustomAlarm {
    /// Two reports are the same when they say the same of the same alarm; keys are not compared.
    fn eq(&self, other: &Self) -> bool {
        let facts = |one: &Self| (one.severity, one.at, one.over);
        let texts = |one: &Self| {
            [
                Some(one.id.clone()),
                Some(one.name.clone()),
                Some(one.namespace.clone()),
                one.region.clone(),
                Some(one.application.clone()),
                one.resource.clone(),
                one.resource_id.clone(),
                Some(one.description.clone()),
                one.url.clone(),
                Some(one.source.clone()),
            ]
        };
        facts(self) == facts(other) && texts(self) == texts(other)
    }
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// What was done, in words: for the command line and the log. The screen says it in the user's language, with what
    /// the user confirmed.
    pub summary: SafeText,
    /// Id of the thing that was created, if one was.
    pub created: Option<SafeText>,
    /// Those of several for which the service says that it was not done. Empty: it was done for all.
    pub left_out: Vec<SafeText>,
    /// The provider's id of the request.
    pub request_id: Option<SafeText>,
    /// Questions whose answers are out of date now.
    pub refresh: Vec<Query>,
    /// The answer, for raw operations.
    pub answer: Option<Json>,
}

impl Receipt {
    /// A receipt for something that made nothing new and was done for all.
    pub fn new(
        summary: impl Into<SafeText>,
        request_id: Option<SafeText>,
        refresh: Vec<Query>,
    ) -> Self {
        Self {
            summary: summary.into(),
            created: None,
            left_out: Vec::new(),
            request_id,
            refresh,
            answer: None,
        }
    }
}
