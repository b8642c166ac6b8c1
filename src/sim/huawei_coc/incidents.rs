//! Incidents (huawei-coc.md, 9, 10.14 to 10.18 and 11.3).

use serde_json::{Value as Json, json};

use super::common::{application_name, envelope, millis, user_name};
use crate::cloud::huawei_coc::ops::{
    AcceptIncident, CommitIncidentSolution, ConfirmIncident, CreateIncident, GetIncident,
    ListIncidentTickets,
};
use crate::sim::estate::incidents;
use crate::sim::estate::things::incidents::{SETTLING, TicketStep, next};
use crate::sim::estate::{Estate, Ticket, TicketStatus};
use crate::sim::handlers::{Handlers, Refusal};

/// Keys of section 9 with their Chinese and English names.
const LEVELS: &[(&str, &str, &str)] = &[
    ("level_10", "P1", "P1"),
    ("level_20", "P2", "P2"),
    ("level_30", "P3", "P3"),
    ("level_40", "P4", "P4"),
    ("level_50", "P5", "P5"),
];

const KINDS: &[(&str, &str, &str)] = &[
    ("inc_type_p_security_issues", "安全问题", "Security issues"),
    ("inc_type_p_function_issues", "功能问题", "function issues"),
    (
        "inc_type_p_reliability_issues",
        "性能/可靠性问题",
        "reliability issues",
    ),
    ("inc_type_p_config_issues", "配置问题", "config issues"),
    ("inc_type_p_middlewares", "中间件问题", "middleware issues"),
    ("inc_type_p_hardware_issues", "硬件问题", "hardware issues"),
    (
        "inc_type_p_networking_issues",
        "网络问题",
        "networking issues",
    ),
    ("inc_type_p_shelter_issues", "机房问题", "shelter issues"),
    (
        "inc_type_p_monitoring_issues",
        "监控问题",
        "monitoring issues",
    ),
    (
        "inc_type_p_consulting_issues",
        "业务咨询类",
        "consulting issues",
    ),
    (
        "inc_type_p_suppliers_issues",
        "供应商问题",
        "suppliers issues",
    ),
    ("inc_type_p_ohter_issues", "其他", "ohter issues"),
    (
        "inc_type_p_change_issues",
        "变更操作问题",
        "Change operation problem",
    ),
];

const SOURCES: &[(&str, &str, &str)] = &[
    ("incident_source_manual", "人工创建", "Manual Creation"),
    (
        "incident_source_forwarding",
        "流转创建",
        "Transfer creation",
    ),
    ("incident_source_alarm", "告警", "alarm"),
];

const STATES: &[(&str, &str, &str)] = &[
    ("incident_draft", "草稿", "DRAFT"),
    ("INCIDENT_STATUS_TRIGGERED", "未受理", "TRIGGERED"),
    ("INCIDENT_STATUS_ACKNOWLEDGED", "已受理", "ACKNOWLEDGED"),
    ("INCIDENT_STATUS_REJECTED", "被驳回", "REJECTED"),
    ("INCIDENT_STATUS_RESOLVED", "已解决待验证", "RESOLVED"),
    ("INCIDENT_STATUS_COMPLETED", "已完成", "COMPLETED"),
];

pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<CreateIncident>(|estate, _, ask| Ok(create(estate, ask)))
        .on_json::<AcceptIncident>(|estate, _, ask| {
            step(
                estate,
                &ask.incident_num,
                &ask.operator,
                TicketStep::Accept,
                |_| {},
            )
        })
        .on_json::<CommitIncidentSolution>(|estate, _, ask| commit(estate, ask))
        .on_json::<ConfirmIncident>(|estate, _, ask| {
            let verdict = if ask.parameter.virtual_confirm_result {
                TicketStep::ConfirmSolved
            } else {
                TicketStep::ConfirmUnsolved
            };
            step(estate, &ask.incident_num, &ask.operator, verdict, |_| {})
        })
        .on_json::<GetIncident>(|estate, _, ask| get(estate, &ask.incident_num))
        .on_json::<ListIncidentTickets>(|estate, _, ask| list(estate, &ask))
}

fn unknown() -> Refusal {
    Refusal::new(400, "COC.00067003", "The ticket does not exist.")
}

fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "GOM.00007256", message)
}

/// Entries that say something: the document's own samples send lists of one empty text.
fn filled(list: Vec<String>) -> Vec<String> {
    list.into_iter().filter(|text| !text.is_empty()).collect()
}

fn create(estate: &mut Estate, ask: CreateIncident) -> Json {
    let now = estate.now;
    let settling = estate.scaled(SETTLING);
    let ticket = Ticket {
        number: String::new(),
        region: ask.region,
        enterprise_project: ask.enterprise_project,
        service: filled(ask.current_cloud_service),
        level: ask.incident_level,
        interrupted: ask.is_service_interrupt,
        kind: ask.incident_type,
        title: ask.incident_title,
        description: ask.incident_description,
        source: ask.incident_source,
        assignee: filled(ask.incident_assignee),
        scene: ask.assignee_scene.unwrap_or_default(),
        role: ask.assignee_role.unwrap_or_default(),
        creator: ask.creator,
        warroom: None,
        status: TicketStatus::Triggered,
        created: now,
        handled: None,
        cause: String::new(),
        solution: String::new(),
        ready: now + settling,
    };
    let number = incidents::add(estate, ticket);
    envelope(json!({ "incident_num": number }))
}

fn commit(estate: &mut Estate, ask: CommitIncidentSolution) -> Result<Json, Refusal> {
    let now = estate.now;
    let given = ask.parameter;
    step(
        estate,
        &ask.incident_num,
        &ask.operator,
        TicketStep::Commit,
        |ticket| {
            ticket.handled = Some(now);
            ticket.kind = given.mtm_type;
            ticket.interrupted = given.is_service_interrupt;
            ticket.cause = given.cause;
            ticket.solution = given.solution;
        },
    )
}

/// Takes a step in an incident's workflow, if it is ready and the step is allowed.
fn step(
    estate: &mut Estate,
    number: &str,
    operator: &str,
    step: TicketStep,
    then: impl FnOnce(&mut Ticket),
) -> Result<Json, Refusal> {
    let (now, rejects) = (estate.now, estate.refused_solution_rejects);
    let is_known = estate.identity.user(operator).is_some();
    let ticket = estate.ticket_mut(number).ok_or_else(unknown)?;
    if !is_known {
        return Err(wrong(format!("operator {operator} does not exist")));
    }
    if now < ticket.ready {
        return Err(wrong("the workflow of the incident has not started yet"));
    }
    let next = next(ticket.status, step, rejects).ok_or_else(|| {
        wrong(format!(
            "the operation is not allowed in status {}",
            ticket.status.key()
        ))
    })?;
    ticket.status = next;
    then(ticket);
    if step == TicketStep::Accept && ticket.assignee.is_empty() {
        ticket.assignee = vec![operator.to_owned()];
    }
    // The WarRoom follows at once.
    crate::sim::estate::warrooms::advance(estate);
    Ok(envelope(Json::Null))
}

fn get(estate: &Estate, number: &str) -> Result<Json, Refusal> {
    if number.chars().count() > 255 {
        return Err(wrong("incidentNum size must be between 0 and 255"));
    }
    let ticket = estate.ticket(number).ok_or_else(unknown)?;
    Ok(envelope(json!({
        "incident_num": ticket.number,
        "region": ticket.region,
        "enterprise_project": ticket.enterprise_project,
        "current_cloud_service": ticket.service,
        "incident_level": ticket.level,
        "is_service_interrupt": ticket.interrupted,
        "incident_type": ticket.kind,
        "incident_title": ticket.title,
        "incident_description": ticket.description,
        "incident_source": ticket.source,
        "incident_assignee": ticket.assignee,
        "assignee_scene": ticket.scene,
        "assignee_role": ticket.role,
        "warroom_id": ticket.warroom,
        "handle_time": ticket.handled.map(millis),
        "status": ticket.status.key(),
        "create_time": millis(ticket.created),
        "creator": ticket.creator,
        "enum_data_list": names(estate, ticket),
    })))
}

/// A page of all incidents, newest first, where they are listed (15.1).
fn list(estate: &Estate, ask: &ListIncidentTickets) -> Result<Json, Refusal> {
    if !estate.lists_incidents {
        let words = "The API does not exist or has not been published in the environment";
        return Err(Refusal::gateway(404, "APIGW.0101", words));
    }
    let size = |number: Option<i64>, usual: usize| {
        let given = number.and_then(|number| usize::try_from(number).ok());
        given.unwrap_or(usual)
    };
    let (page, limit) = (size(ask.offset, 1), size(ask.limit, 50));
    let newest = estate.tickets.iter().rev();
    let rows = newest.skip(page.saturating_sub(1) * limit).take(limit);
    let rows: Vec<Json> = rows
        .map(|ticket| {
            json!({
                "ticket_id": ticket.number,
                "title": ticket.title,
                "description": ticket.description,
                "status": ticket.status.key(),
                "level": ticket.level,
                "enterprise_project": ticket.enterprise_project.first(),
                "source": ticket.source,
                "creator": ticket.creator,
                "assignee": ticket.assignee,
            })
        })
        .collect();
    Ok(envelope(json!({
        "IncidentSimpleTicketInfos": rows,
        "total": estate.tickets.len(),
    })))
}

/// Display names of everything the ticket gives only as a key (10.18).
fn names(estate: &Estate, ticket: &Ticket) -> Vec<Json> {
    let named = |field: &str, key: &str, zh: &str, en: &str| json!({"filed_key": field, "enum_key": key, "name_zh": zh, "name_en": en});
    let of_table = |field: &str, key: &str, table: &[(&str, &str, &str)]| {
        table
            .iter()
            .find(|row| row.0 == key)
            .map(|row| named(field, key, row.1, row.2))
    };
    let mut list = Vec::new();
    for id in &ticket.service {
        let name = application_name(estate, id);
        list.push(named("current_cloud_service_id", id, &name, &name));
    }
    let creator = user_name(estate, &ticket.creator);
    list.push(named("creator", &ticket.creator, &creator, &creator));
    list.extend(of_table("level_id", &ticket.level, LEVELS));
    list.extend(of_table("work_flow_status", ticket.status.key(), STATES));
    list.extend(of_table("mtm_type", &ticket.kind, KINDS));
    list.extend(of_table("source_id", &ticket.source, SOURCES));
    for id in &ticket.assignee {
        let name = user_name(estate, id);
        list.push(named("assignee", id, &name, &name));
    }
    list
}
