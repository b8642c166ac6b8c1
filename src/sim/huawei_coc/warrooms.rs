//! WarRooms (huawei-coc.md, 10.20, 10.21 and 11.4).

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::common::{application_name, envelope, millis};
use crate::cloud::huawei_coc::ops::{CreateWarRoom, ListWarRooms};
use crate::sim::estate::{Estate, TicketStatus, WarRoom, before, warrooms};
use crate::sim::handlers::{Handlers, Refusal};

/// Without a time filter only WarRooms of the last 30 days are listed.
const DEFAULT_DAYS: i64 = 30;

pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<CreateWarRoom>(|estate, _, ask| create(estate, ask))
        .on_json::<ListWarRooms>(|estate, _, ask| Ok(list(estate, &ask)))
}

fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "GOM.00007256", message)
}

fn create(estate: &mut Estate, ask: CreateWarRoom) -> Result<Json, Refusal> {
    let ticket = estate
        .ticket(&ask.incident_number)
        .ok_or_else(|| Refusal::new(400, "COC.00067003", "The ticket does not exist."))?;
    let is_accepted = matches!(
        ticket.status,
        TicketStatus::Acknowledged | TicketStatus::Resolved
    );
    if !is_accepted {
        return Err(wrong(format!(
            "a WarRoom can not be started for an incident in status {}",
            ticket.status.key()
        )));
    }
    if estate.has_open_warroom(&ask.incident_number) {
        return Err(wrong("the incident already has a WarRoom"));
    }
    let room = WarRoom {
        id: 0,
        number: String::new(),
        title: ask.war_room_name,
        description: ask.description.unwrap_or_default(),
        admin: ask.war_room_admin,
        participants: ask.participant,
        incident: ask.incident_number,
        regions: ask.region_code_list,
        applications: ask.application_id_list,
        enterprise_project: ask.enterprise_project_id,
        status: 1,
        created: estate.now,
        recovered: None,
    };
    Ok(envelope(warrooms::add(estate, room)))
}

fn list(estate: &Estate, ask: &ListWarRooms) -> Json {
    let matching: Vec<&WarRoom> = estate
        .warrooms
        .iter()
        .rev()
        .filter(|room| fits(estate, room, ask))
        .collect();
    let closed = matching.iter().filter(|room| room.status == 20).count();
    let counters = json!({
        "total": matching.len(),
        "running_num": matching.len() - closed,
        "closed_num": closed,
        "total_num": matching.len(),
    });
    if ask.statistic_flag == Some(true) {
        return envelope(counters);
    }
    // Taken literally, the documented defaults give an empty list: a trap that the real service sets too.
    let limit = usize::try_from(ask.limit.unwrap_or(0)).unwrap_or(0);
    let offset = usize::try_from(ask.offset.unwrap_or(10)).unwrap_or(usize::MAX);
    let rows: Vec<Json> = matching
        .into_iter()
        .skip(offset)
        .take(limit)
        .map(|room| row(estate, room))
        .collect();
    let mut page = json!({ "list": rows });
    if let (Json::Object(page), Json::Object(counters)) = (&mut page, counters) {
        page.extend(counters);
    }
    envelope(page)
}

/// Filters join with and, entries of one list with or.
fn fits(estate: &Estate, room: &WarRoom, ask: &ListWarRooms) -> bool {
    let ticket = estate.ticket(&room.incident);
    let level = ticket.map_or("", |ticket| ticket.level.as_str());
    let any = |asked: &[String], have: &[String]| {
        asked.is_empty() || asked.iter().any(|asked| have.contains(asked))
    };
    let one =
        |asked: &[String], have: &str| asked.is_empty() || asked.iter().any(|asked| asked == have);
    let same = |asked: Option<&String>, have: &str| {
        asked.is_none_or(|asked| asked.is_empty() || asked == have)
    };
    let opened_from = ask
        .triggered_start_time
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let opened_from = opened_from.unwrap_or_else(|| before(estate.now, DEFAULT_DAYS * 86_400));
    same(ask.incident_num.as_ref(), &room.incident)
        && same(ask.war_room_num.as_ref(), &room.number)
        && ask
            .title
            .as_ref()
            .is_none_or(|part| room.title.contains(part.as_str()))
        && any(&ask.region_code_list, &room.regions)
        && any(&ask.impacted_application_ids, &room.applications)
        && one(&ask.incident_levels, level)
        && one(&ask.notification_level, level)
        && one(&ask.admin, &room.admin)
        && one(&ask.status, &room.status.to_string())
        && one(&ask.enterprise_project_ids, &room.enterprise_project)
        && opened_from <= room.created
        && within(room.created, None, ask.triggered_end_time)
        && ticket
            .is_none_or(|ticket| within(ticket.created, ask.occur_start_time, ask.occur_end_time))
        && recovered_within(room, ask)
}

fn within(at: Timestamp, from: Option<i64>, to: Option<i64>) -> bool {
    from.is_none_or(|from| from <= millis(at)) && to.is_none_or(|to| millis(at) <= to)
}

fn recovered_within(room: &WarRoom, ask: &ListWarRooms) -> bool {
    match (ask.recover_start_time, ask.recover_end_time) {
        (None, None) => true,
        (from, to) => room.recovered.is_some_and(|at| within(at, from, to)),
    }
}

fn row(estate: &Estate, room: &WarRoom) -> Json {
    let ticket = estate.ticket(&room.incident);
    let level = ticket.map_or("", |ticket| ticket.level.as_str());
    let occurred = ticket.map_or(room.created, |ticket| ticket.created);
    let (zh, en) = match room.status {
        1 => ("启动WarRoom", "Start WarRoom"),
        3 => ("故障定界", "Fault Delimitation"),
        7 => ("故障恢复", "Fault Recovered"),
        _ => ("关闭WarRoom", "Close WarRoom"),
    };
    let regions: Vec<Json> = room
        .regions
        .iter()
        .map(|code| json!({"code": code, "name": region_name(code)}))
        .collect();
    let applications: Vec<Json> = room
        .applications
        .iter()
        .map(|id| json!({"id": id, "name": application_name(estate, id)}))
        .collect();
    let minutes = |to: Option<Timestamp>| to.map(|to| (millis(to) - millis(occurred)) / 60_000);
    json!({
        "id": room.id.to_string(),
        "war_room_num": room.number,
        "title": room.title,
        "admin": room.admin,
        "recover_member": room.participants,
        "recover_leader": [room.admin],
        "incident": {
            "id": room.id.to_string(),
            "incident_id": room.incident,
            "is_change_event": false,
            "failure_level": level,
            "incident_url": "",
        },
        "source": ticket.map_or("", |ticket| ticket.source.as_str()),
        "regions": regions,
        "change_num": "",
        "occur_time": millis(occurred),
        "recover_time": room.recovered.map(millis),
        "fault_cause": ticket.map_or("", |ticket| ticket.cause.as_str()),
        "create_time": millis(room.created),
        "first_report_time": null,
        "recovery_notification_time": null,
        "fault_impact": "",
        "description": room.description,
        "circular_level": level,
        "war_room_status": {
            "id": room.status.to_string(),
            "name_zh": zh,
            "name_en": en,
            "type": "war_room_status",
        },
        "impacted_application": applications,
        "processing_duration": minutes(ticket.and_then(|ticket| ticket.handled)),
        "restoration_duration": minutes(room.recovered),
        "enterprise_project_id": room.enterprise_project,
    })
}

fn region_name(code: &str) -> &str {
    match code {
        "cn-north-4" => "华北-北京四",
        "cn-south-1" => "华南-广州",
        other => other,
    }
}
