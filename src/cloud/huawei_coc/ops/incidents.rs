//! Incidents (huawei-coc.md, 10.14 to 10.18).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Envelope, checks};
use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::{object, operation};

/// Levels on the wire, worst first (huawei-coc.md, 9).
pub const LEVELS: &[&str] = &["level_10", "level_20", "level_30", "level_40", "level_50"];

/// Kinds of trouble on the wire, misspellings included (huawei-coc.md, 9).
pub const KINDS: &[&str] = &[
    "inc_type_p_security_issues",
    "inc_type_p_function_issues",
    "inc_type_p_reliability_issues",
    "inc_type_p_config_issues",
    "inc_type_p_middlewares",
    "inc_type_p_hardware_issues",
    "inc_type_p_networking_issues",
    "inc_type_p_shelter_issues",
    "inc_type_p_monitoring_issues",
    "inc_type_p_consulting_issues",
    "inc_type_p_suppliers_issues",
    "inc_type_p_ohter_issues",
    "inc_type_p_change_issues",
];

/// How an incident came to be, on the wire (huawei-coc.md, 9).
pub const SOURCES: &[&str] = &[
    "incident_source_manual",
    "incident_source_forwarding",
    "incident_source_alarm",
];

operation! {
    /// Creates an incident. Not idempotent; accepting it can fail for some seconds afterwards.
    CreateIncident -> Envelope<CreatedIncident>, "huawei-coc.create_incident",
        Call::rest("CreateCocIncident", "v1", "POST", "/v1/external/incident/create").mutates(),
        check = checks::new_incident;
    /// Region concerned: none or one.
    region: Vec<String> = "region".items(0, 1).len(0, 255),
    /// Enterprise project concerned: none or one.
    enterprise_project: Vec<String> = "enterprise_project".items(0, 1).len(0, 255),
    /// Id of the application concerned: exactly one.
    current_cloud_service: Vec<String> = "current_cloud_service".items(0, 1).len(0, 255).required(),
    /// How bad.
    incident_level: String = "incident_level".one_of(LEVELS).len(0, 255),
    /// Is the service interrupted?
    is_service_interrupt: bool = "is_service_interrupt",
    /// What kind of trouble.
    incident_type: String = "incident_type".one_of(KINDS).len(0, 255),
    /// What happened, in a line.
    incident_title: String = "incident_title".len(0, 200),
    /// What happened, at length.
    incident_description: String = "incident_description".len(0, 600),
    /// How it came to be.
    incident_source: String = "incident_source".one_of(SOURCES).len(0, 255),
    /// User id of who shall have it: none or one.
    incident_assignee: Vec<String> = "incident_assignee".items(0, 1).len(0, 255),
    /// Scene of the schedule that says who shall have it; together with the role.
    assignee_scene: Option<String> = "assignee_scene".len(0, 255),
    /// Role in that scene.
    assignee_role: Option<String> = "assignee_role".len(0, 255),
    /// User id of who creates it.
    creator: String = "creator".len(0, 255),
}

operation! {
    /// Accepts an incident.
    AcceptIncident -> Envelope<Json>, "huawei-coc.accept_incident",
        Call::rest("HandleCocIncident", "v1", "POST", "/v1/external/incident/handle")
            .mutates()
            .when("operate_key", "acceptedIncident1");
    /// Number of the incident.
    incident_num: String = "incident_num".len(0, 255),
    /// User id of who accepts it.
    operator: String = "operator".len(0, 255),
    /// Nothing goes in here.
    parameter: BTreeMap<String, Json> = "parameter",
}

object! {
    /// What the cause was and what solved it.
    SolutionParameter;
    /// What kind of trouble it was.
    mtm_type: String = "mtm_type".one_of(KINDS),
    /// Was the service interrupted?
    is_service_interrupt: bool = "is_service_interrupt",
    /// The cause.
    cause: String = "cause".max_len(10_000),
    /// What solved it.
    solution: String = "solution".max_len(10_000),
    /// When the fault began, in milliseconds since 1970; needed today when the service was interrupted.
    start_time: Option<i64> = "start_time",
    /// When it was over, in milliseconds since 1970; needed today when the service was interrupted.
    fault_recovery_time: Option<i64> = "fault_recovery_time",
}

operation! {
    /// Commits what the cause of an incident was and what solved it.
    CommitIncidentSolution -> Envelope<Json>, "huawei-coc.commit_incident_solution",
        Call::rest("HandleCocIncident", "v1", "POST", "/v1/external/incident/handle")
            .mutates()
            .when("operate_key", "commitSolution1");
    /// Number of the incident.
    incident_num: String = "incident_num".len(0, 255),
    /// User id of who commits it.
    operator: String = "operator".len(0, 255),
    /// Cause and solution.
    parameter: SolutionParameter = "parameter",
}

object! {
    /// Is it solved?
    ConfirmParameter;
    /// Solved?
    virtual_confirm_result: bool = "virtual_confirm_result".default("true"),
    /// Why.
    virtual_confirm_comment: String = "virtual_confirm_comment".max_len(300),
}

operation! {
    /// Confirms that an incident is solved, or says that it is not.
    ConfirmIncident -> Envelope<Json>, "huawei-coc.confirm_incident",
        Call::rest("HandleCocIncident", "v1", "POST", "/v1/external/incident/handle")
            .mutates()
            .when("operate_key", "confirm");
    /// Number of the incident.
    incident_num: String = "incident_num".len(0, 255),
    /// User id of who confirms.
    operator: String = "operator".len(0, 255),
    /// The verdict.
    parameter: ConfirmParameter = "parameter",
}

operation! {
    /// Reads an incident by its number.
    GetIncident -> Envelope<IncidentDetail>, "huawei-coc.get_incident",
        Call::rest("ShowCocIncidentDetail", "v1", "GET", "/v1/external/incident/{incident_num}");
    /// Number of the incident.
    incident_num: String = "incident_num".len(0, 255),
}

operation! {
    /// Lists incidents. Not in the document that the other operations are from: a service may offer it or not, and is
    /// asked only when the answer to a creation was lost (huawei-coc.md, 13 and 15.1).
    ListIncidentTickets -> Envelope<IncidentTickets>, "huawei-coc.list_incident_tickets",
        Call::rest("ListIncidentSimpleTickets", "v1", "GET", "/v1/incident-tickets");
    /// Page, from 1.
    offset: Option<i64> = "offset".range(1, 1_000_000).default("1"),
    /// Rows per page.
    limit: Option<i64> = "limit".range(1, 100).default("50"),
}

/// A page of incidents (15.1).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentTickets {
    /// The rows.
    #[serde(rename = "IncidentSimpleTicketInfos", deserialize_with = "loose::list")]
    pub rows: Vec<IncidentTicket>,
    /// All incidents, not only those of the page.
    #[serde(deserialize_with = "loose::integer")]
    pub total: Option<i64>,
}

/// An incident in such a list; when it was created is not told.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentTicket {
    /// Its number.
    #[serde(deserialize_with = "loose::text")]
    pub ticket_id: String,
    /// What happened, in a line.
    #[serde(deserialize_with = "loose::text")]
    pub title: String,
}

/// What creating an incident answers (10.14).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CreatedIncident {
    /// Number of the incident.
    #[serde(deserialize_with = "loose::text")]
    pub incident_num: String,
}

/// An incident in full (10.18).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentDetail {
    /// Its number.
    #[serde(deserialize_with = "loose::text")]
    pub incident_num: String,
    /// Region concerned; may hold one empty text.
    #[serde(deserialize_with = "loose::texts")]
    pub region: Vec<String>,
    /// Enterprise project concerned.
    #[serde(deserialize_with = "loose::texts")]
    pub enterprise_project: Vec<String>,
    /// Id of the application concerned.
    #[serde(deserialize_with = "loose::texts")]
    pub current_cloud_service: Vec<String>,
    /// How bad.
    #[serde(deserialize_with = "loose::text")]
    pub incident_level: String,
    /// Is the service interrupted?
    #[serde(deserialize_with = "loose::flag")]
    pub is_service_interrupt: Option<bool>,
    /// What kind of trouble.
    #[serde(deserialize_with = "loose::text")]
    pub incident_type: String,
    /// What happened, in a line.
    #[serde(deserialize_with = "loose::text")]
    pub incident_title: String,
    /// What happened, at length.
    #[serde(deserialize_with = "loose::text")]
    pub incident_description: String,
    /// How it came to be.
    #[serde(deserialize_with = "loose::text")]
    pub incident_source: String,
    /// User id of who has it.
    #[serde(deserialize_with = "loose::texts")]
    pub incident_assignee: Vec<String>,
    /// Scene of the schedule that chose the assignee; empty when unused.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub assignee_scene: Option<String>,
    /// Role in that scene; empty when unused.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub assignee_role: Option<String>,
    /// Number of its WarRoom.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub warroom_id: Option<String>,
    /// When its solution was committed last, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub handle_time: Option<i64>,
    /// Its state.
    #[serde(deserialize_with = "loose::text")]
    pub status: String,
    /// When it was created, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub create_time: Option<i64>,
    /// User id of who created it.
    #[serde(deserialize_with = "loose::text")]
    pub creator: String,
    /// Names of the keys and ids above.
    #[serde(deserialize_with = "loose::list")]
    pub enum_data_list: Vec<EnumName>,
}

/// The name of a key or id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnumName {
    /// Which field it is for; misspelt on the wire.
    #[serde(alias = "field_key", deserialize_with = "loose::text")]
    pub filed_key: String,
    /// The key or id.
    #[serde(deserialize_with = "loose::text")]
    pub enum_key: String,
    /// Its name in Chinese.
    #[serde(deserialize_with = "loose::text")]
    pub name_zh: String,
    /// Its name in English.
    #[serde(deserialize_with = "loose::text")]
    pub name_en: String,
}
