//! WarRooms (huawei-coc.md, 10.20 and 10.21).

use serde::{Deserialize, Serialize};

use super::Envelope;
use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::{object, operation};

object! {
    /// A role of a schedule whose people are called in.
    ScheduleGroup;
    /// Id of the role.
    role_id: String = "role_id".len(0, 255),
    /// Id of the scene.
    scene_id: String = "scene_id".len(0, 255),
}

operation! {
    /// Opens a WarRoom for an incident.
    CreateWarRoom -> Envelope<String>, "huawei-coc.create_warroom",
        Call::rest("CreateWarRoom", "v1", "POST", "/v1/external/warrooms").mutates();
    /// Its name.
    war_room_name: String = "war_room_name".len(1, 255),
    /// What it is about.
    description: Option<String> = "description".len(0, 255),
    /// Regions concerned.
    region_code_list: Vec<String> = "region_code_list".items(0, 1000).len(1, 255),
    /// Ids of the applications concerned.
    application_id_list: Vec<String> = "application_id_list".items(1, 1000).len(1, 255).required(),
    /// Number of the incident.
    incident_number: String = "incident_number".len(1, 255),
    /// Roles whose people are called in; must be given, may be an empty list.
    schedule_group: Option<Vec<ScheduleGroup>> = "schedule_group".items(0, 1000).required(),
    /// User ids of further people.
    participant: Vec<String> = "participant".items(0, 1000).len(0, 255),
    /// User id of who leads it.
    war_room_admin: String = "war_room_admin".len(1, 255),
    /// Names of the applications concerned.
    application_names: Vec<String> = "application_names".items(0, 1000).len(0, 1000),
    /// Names of the regions concerned.
    region_names: Vec<String> = "region_names".items(0, 1000).len(0, 1000),
    /// Enterprise project, `0` for the default one.
    enterprise_project_id: String = "enterprise_project_id".len(1, 64),
    /// How people are told: `WECHAT`, `DING_TALK`, `LARK`, `NULL_GROUP`.
    notification_type: Option<String> = "notification_type".len(0, 64),
}

operation! {
    /// Lists WarRooms; without a time filter those of the last 30 days. A read through `POST`.
    ListWarRooms -> Envelope<WarRoomPage>, "huawei-coc.list_warrooms",
        Call::rest("ListWarRooms", "v1", "POST", "/v1/external/warrooms/list");
    /// Rows per page. Send it always: with the default the list comes back empty.
    limit: Option<i64> = "limit".range(0, 1000).default("0"),
    /// Records to pass over, from 0. Send it always.
    offset: Option<i64> = "offset".range(0, i64::MAX).default("10"),
    /// Number of the incident.
    incident_num: Option<String> = "incident_num".len(0, 64),
    /// Part of the title.
    title: Option<String> = "title".len(0, 1000),
    /// Regions.
    region_code_list: Vec<String> = "region_code_list".items(0, 1000).len(0, 200),
    /// Levels of the incident.
    incident_levels: Vec<String> = "incident_levels".items(0, 1000).len(0, 32),
    /// Ids of applications.
    impacted_application_ids: Vec<String> = "impacted_application_ids".items(0, 1000).len(0, 200),
    /// User ids of who leads.
    admin: Vec<String> = "admin".items(0, 1000).len(0, 200),
    /// States: `1` started, `3` delimitation, `7` recovered, `20` closed.
    status: Vec<String> = "status".items(0, 100).len(0, 10),
    /// Opened from this instant on, in milliseconds since 1970; 30 days ago when absent.
    triggered_start_time: Option<i64> = "triggered_start_time".range(0, i64::MAX),
    /// Opened until this instant, in milliseconds since 1970; now when absent.
    triggered_end_time: Option<i64> = "triggered_end_time".range(0, i64::MAX),
    /// The fault began from this instant on, in milliseconds since 1970.
    occur_start_time: Option<i64> = "occur_start_time".range(0, i64::MAX),
    /// The fault began until this instant, in milliseconds since 1970.
    occur_end_time: Option<i64> = "occur_end_time".range(0, i64::MAX),
    /// The fault was over from this instant on, in milliseconds since 1970.
    recover_start_time: Option<i64> = "recover_start_time".range(0, i64::MAX),
    /// The fault was over until this instant, in milliseconds since 1970.
    recover_end_time: Option<i64> = "recover_end_time".range(0, i64::MAX),
    /// Levels of the notification.
    notification_level: Vec<String> = "notification_level".items(0, 1000).len(0, 32),
    /// Enterprise projects.
    enterprise_project_ids: Vec<String> = "enterprise_project_ids".items(0, 500).len(0, 64),
    /// Number of the WarRoom.
    war_room_num: Option<String> = "war_room_num".len(0, 255),
    /// Only the counters, no rows.
    statistic_flag: Option<bool> = "statistic_flag".default("false"),
}

/// WarRooms and how many there are (10.21).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarRoomPage {
    /// The rows; absent when only counters were asked for.
    #[serde(deserialize_with = "loose::list")]
    pub list: Vec<WarRoomRow>,
    /// All matches.
    #[serde(deserialize_with = "loose::integer")]
    pub total: Option<i64>,
    /// Those that go on.
    #[serde(deserialize_with = "loose::integer")]
    pub running_num: Option<i64>,
    /// Those that are closed.
    #[serde(deserialize_with = "loose::integer")]
    pub closed_num: Option<i64>,
    /// Both together.
    #[serde(deserialize_with = "loose::integer")]
    pub total_num: Option<i64>,
}

/// A WarRoom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarRoomRow {
    /// Primary key.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Its number.
    #[serde(deserialize_with = "loose::text")]
    pub war_room_num: String,
    /// Its name.
    #[serde(deserialize_with = "loose::text")]
    pub title: String,
    /// User id of who leads it.
    #[serde(deserialize_with = "loose::text")]
    pub admin: String,
    /// People who work on the recovery.
    #[serde(deserialize_with = "loose::texts")]
    pub recover_member: Vec<String>,
    /// People who lead the recovery.
    #[serde(deserialize_with = "loose::texts")]
    pub recover_leader: Vec<String>,
    /// Its incident.
    pub incident: Option<WarRoomIncident>,
    /// How the incident came to be.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub source: Option<String>,
    /// Regions concerned.
    #[serde(deserialize_with = "loose::list")]
    pub regions: Vec<WarRoomRegion>,
    /// Number of the change that caused it.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub change_num: Option<String>,
    /// When the fault began, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub occur_time: Option<i64>,
    /// When the fault was over, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub recover_time: Option<i64>,
    /// Cause of the fault.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub fault_cause: Option<String>,
    /// When it was opened, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub create_time: Option<i64>,
    /// When the fault was first reported, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub first_report_time: Option<i64>,
    /// When the recovery was reported, in milliseconds.
    #[serde(deserialize_with = "loose::integer")]
    pub recovery_notification_time: Option<i64>,
    /// What the fault did.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub fault_impact: Option<String>,
    /// What it is about.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub description: Option<String>,
    /// Level of the incident.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub circular_level: Option<String>,
    /// Its state.
    pub war_room_status: Option<WarRoomStatus>,
    /// Applications concerned.
    #[serde(deserialize_with = "loose::list")]
    pub impacted_application: Vec<WarRoomApplication>,
    /// Minutes from the beginning to the end of the work.
    #[serde(deserialize_with = "loose::integer")]
    pub processing_duration: Option<i64>,
    /// Minutes until the service was back.
    #[serde(deserialize_with = "loose::integer")]
    pub restoration_duration: Option<i64>,
    /// Enterprise project.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub enterprise_project_id: Option<String>,
}

/// The incident of a WarRoom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarRoomIncident {
    /// Primary key.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub id: Option<String>,
    /// Number of the incident.
    #[serde(deserialize_with = "loose::text")]
    pub incident_id: String,
    /// Did a change cause it?
    #[serde(deserialize_with = "loose::flag")]
    pub is_change_event: Option<bool>,
    /// How bad.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub failure_level: Option<String>,
    /// Where the console shows it.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub incident_url: Option<String>,
}

/// A region of a WarRoom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarRoomRegion {
    /// Its code.
    #[serde(deserialize_with = "loose::text")]
    pub code: String,
    /// Its name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
}

/// State of a WarRoom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarRoomStatus {
    /// `1`, `3`, `7` or `20`.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Its name in Chinese.
    #[serde(deserialize_with = "loose::text")]
    pub name_zh: String,
    /// Its name in English.
    #[serde(deserialize_with = "loose::text")]
    pub name_en: String,
    /// `war_room_status`.
    #[serde(rename = "type", deserialize_with = "loose::text")]
    pub kind: String,
}

/// An application of a WarRoom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WarRoomApplication {
    /// Its id.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
}
