//! Incidents and WarRooms. There is no list of incidents: they are found through WarRooms and by number
//! (huawei-coc.md, 13).

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::{SignedDuration, Timestamp};

use super::convert::{self, instant};
use super::{AT_ONCE, lacks};
use crate::cloud::client::{Client, Reply};
use crate::cloud::declare::Operation;
use crate::cloud::huawei_coc::ops::{
    AcceptIncident, AlarmLevel, AlarmStatus, CommitIncidentSolution, ConfirmIncident,
    ConfirmParameter, CreateIncident, CreateWarRoom, Envelope, GetIncident, IncidentDetail,
    ListIncidentTickets, ListWarRooms, ReportCustomAlarm, ScheduleGroup, SolutionParameter,
};
use crate::cloud::page::{Page, Style, Walk};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::{CustomAlarm, NewIncident, NewWarRoom, Receipt, Solution};
use crate::domain::alarm::Severity;
use crate::domain::error::{ApiError, Class};
use crate::domain::incident::{Incident, IncidentId, IncidentStatus, WarRoom, WarRoomFilter};
use crate::domain::query::Query;
use crate::domain::text::SafeText;

/// How far back WarRooms are looked for; the service's own default is 30 days.
const WARROOM_DAYS: i64 = 90;
/// Rows of a page of WarRooms.
const WARROOM_PAGE: u32 = 200;
/// Pages of WarRooms at most; the newest come first.
const WARROOM_PAGES: u32 = 10;
/// Rows of a page of incidents, where the service lists them.
const TICKET_PAGE: u32 = 100;
/// Under this name the client remembers that the service does not list incidents.
const NO_LIST: &str = "incidents are not listed";
/// How long after its creation an incident may refuse to be accepted (huawei-coc.md, 11.3).
const SETTLING: SignedDuration = SignedDuration::from_secs(30);
/// Pauses before accepting is tried again: 31 seconds in all.
const PATIENCE: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
];

/// WarRooms of the last months, open and closed, that the filter lets pass.
pub async fn warrooms(client: &Client, filter: &WarRoomFilter) -> Result<Vec<WarRoom>, ApiError> {
    let days = filter.days.map_or(WARROOM_DAYS, i64::from);
    let since = client.now() - SignedDuration::from_hours(24 * days);
    let level = filter
        .level
        .map(|level| convert::level_key(level).to_owned());
    let mut walk = Walk::new(Style::Offset, WARROOM_PAGE).up_to(WARROOM_PAGES);
    while let Some(at) = walk.next() {
        let ask = ListWarRooms {
            // Both always: with the defaults the list comes back empty (huawei-coc.md, 7).
            limit: Some(i64::from(WARROOM_PAGE)),
            offset: i64::try_from(at.offset()).ok(),
            triggered_start_time: Some(since.as_millisecond()),
            title: filter.title.clone(),
            incident_num: filter.incident.clone(),
            war_room_num: filter.number.clone(),
            admin: filter.admin.iter().cloned().collect(),
            incident_levels: level.iter().cloned().collect(),
            status: filter.status.iter().cloned().collect(),
            ..ListWarRooms::default()
        };
        let data = client.call(&ask).await?.output.data;
        let read = data.ok_or_else(|| lacks::<ListWarRooms>("data"))?;
        let page = Page {
            rows: read.list,
            total: read.total.and_then(|total| u64::try_from(total).ok()),
            next: None,
        };
        walk.take(page, |room| (room.id.clone(), room.war_room_num.clone()));
    }
    Ok(walk.end().rows.into_iter().map(convert::warroom).collect())
}

/// Incidents by number, in the order asked for. One that does not exist does not spoil the rest; when none exists, the
/// service's words say so.
pub async fn incidents(client: &Client, numbers: &[IncidentId]) -> Result<Vec<Incident>, ApiError> {
    let mut answers = stream::iter(numbers.to_vec())
        .map(|number| async move { incident(client, &number).await })
        .buffered(AT_ONCE);
    let mut found = Vec::new();
    let mut missing = None;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(incident) => found.push(convert::incident(incident)),
            Err(error) if matches!(error.class, Class::NotFound | Class::Invalid) => {
                missing = Some(error);
            }
            // Anything else concerns all of them: what was known before is better than half of it.
            Err(error) => return Err(error),
        }
    }
    match missing {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// Incidents with exactly this title, each in full, where the service lists incidents. Whether it does is tried once
/// (huawei-coc.md, 13); `NotOffered` when it does not.
pub async fn called(client: &Client, title: &SafeText) -> Result<Vec<Incident>, ApiError> {
    if client.recall().word(NO_LIST).is_some() {
        return Err(no_list());
    }
    let mut walk = Walk::new(Style::Index(1), TICKET_PAGE);
    while let Some(at) = walk.next() {
        let ask = ListIncidentTickets {
            offset: i64::try_from(at.index()).ok(),
            limit: Some(i64::from(TICKET_PAGE)),
        };
        let reply = client.call(&ask).await.map_err(|error| {
            let refused = matches!(
                error.class,
                Class::NotOffered | Class::NotFound | Class::Denied
            );
            if !refused {
                return error;
            }
            client.recall().learn(NO_LIST, "tried");
            no_list()
        })?;
        let data = reply.output.data;
        let read = data.ok_or_else(|| lacks::<ListIncidentTickets>("data"))?;
        let page = Page {
            rows: read.rows,
            total: read.total.and_then(|total| u64::try_from(total).ok()),
            next: None,
        };
        walk.take(page, |row| row.ticket_id.clone());
    }
    // What is not among some of them may be among the others.
    let rows = walk
        .end()
        .whole(SystemId::HuaweiCoc, ListIncidentTickets::ID)?;
    let called = rows.into_iter().filter(|row| row.title == title.raw());
    let numbers: Vec<IncidentId> = called.map(|row| row.ticket_id.into()).collect();
    incidents(client, &numbers).await
}

fn no_list() -> ApiError {
    let words = "this service does not list incidents";
    ApiError::new(
        Class::NotOffered,
        SystemId::HuaweiCoc,
        ListIncidentTickets::ID,
        words,
    )
}

/// One incident.
async fn incident(client: &Client, number: &IncidentId) -> Result<IncidentDetail, ApiError> {
    let ask = GetIncident {
        incident_num: number.raw().to_owned(),
    };
    let reply = client.call(&ask).await?;
    reply
        .output
        .data
        .filter(|incident| !incident.incident_num.is_empty())
        .ok_or_else(|| lacks::<GetIncident>("incident"))
}

/// Creates an incident. Nobody in particular shall have it: then whoever creates it has it, because the service wants
/// somebody (huawei-coc.md, 10.14).
pub async fn create(
    client: &Client,
    account: &AccountId,
    new: &NewIncident,
) -> Result<Receipt, ApiError> {
    let operator = operator::<CreateIncident>(client).await?;
    let assignee = new
        .assignee
        .as_deref()
        .filter(|id| !id.is_empty())
        .unwrap_or(&operator);
    let ask = CreateIncident {
        region: new
            .region
            .iter()
            .filter(|region| !region.is_empty())
            .cloned()
            .collect(),
        current_cloud_service: vec![new.service.clone()],
        incident_level: convert::level_key(new.level).to_owned(),
        is_service_interrupt: new.interrupted,
        incident_type: new.kind.clone(),
        incident_title: new.title.clone(),
        incident_description: new.description.clone(),
        incident_source: new.source.clone(),
        incident_assignee: vec![assignee.to_owned()],
        creator: operator,
        ..CreateIncident::default()
    };
    let reply = client.call(&ask).await?;
    let number = reply
        .output
        .data
        .map(|data| SafeText::from(data.incident_num))
        .filter(|number| !number.is_empty());
    let name = number.as_ref().map_or("without a number", SafeText::raw);
    Ok(Receipt {
        created: number.clone(),
        ..Receipt::new(
            format!("incident {name} created"),
            reply.request_id,
            number
                .map(|number| about(account, &number))
                .unwrap_or_default(),
        )
    })
}

/// Accepts an incident. Right after its creation the service may refuse that for some seconds; such a refusal is a
/// definite answer, so it is tried again (huawei-coc.md, 11.3).
pub async fn accept(
    client: &Client,
    account: &AccountId,
    id: &IncidentId,
) -> Result<Receipt, ApiError> {
    let ask = AcceptIncident {
        incident_num: id.raw().to_owned(),
        operator: operator::<AcceptIncident>(client).await?,
        ..AcceptIncident::default()
    };
    let mut pauses = PATIENCE.into_iter();
    loop {
        let refused = match client.call(&ask).await {
            Ok(reply) => return Ok(handled(account, id, "accepted", reply)),
            Err(error) => error,
        };
        let pause = match pauses.next() {
            Some(pause) if is_settling(client, id, &refused).await => pause,
            _ => return Err(refused),
        };
        tokio::time::sleep(pause).await;
    }
}

/// Is the refusal one that passes: definite, and of an incident that is seconds old and still to be accepted?
async fn is_settling(client: &Client, id: &IncidentId, refused: &ApiError) -> bool {
    let definite = matches!(
        refused.class,
        Class::Invalid | Class::Conflict | Class::NotFound
    );
    if !definite || refused.outcome_unknown {
        return false;
    }
    let Ok(read) = incident(client, id).await.map(convert::incident) else {
        return false;
    };
    let is_young = |created: Timestamp| client.now().duration_since(created) < SETTLING;
    read.status == IncidentStatus::Triggered && read.created.is_some_and(is_young)
}

/// Commits cause and solution. When the service was interrupted, today's service wants to know from when to when
/// (huawei-coc.md, 10.16): from the incident's creation until now.
pub async fn commit(
    client: &Client,
    account: &AccountId,
    id: &IncidentId,
    solution: &Solution,
) -> Result<Receipt, ApiError> {
    let operator = operator::<CommitIncidentSolution>(client).await?;
    let created = if solution.interrupted {
        incident(client, id)
            .await
            .ok()
            .and_then(|read| instant(read.create_time))
    } else {
        None
    };
    let ask = CommitIncidentSolution {
        incident_num: id.raw().to_owned(),
        operator,
        parameter: SolutionParameter {
            mtm_type: solution.kind.clone(),
            is_service_interrupt: solution.interrupted,
            cause: solution.cause.clone(),
            solution: solution.solution.clone(),
            start_time: created.map(Timestamp::as_millisecond),
            fault_recovery_time: created.map(|_| client.now().as_millisecond()),
        },
    };
    let reply = client.call(&ask).await?;
    Ok(handled(
        account,
        id,
        "has a solution to be confirmed",
        reply,
    ))
}

/// Confirms an incident, or says that it is not solved.
pub async fn confirm(
    client: &Client,
    account: &AccountId,
    id: &IncidentId,
    solved: bool,
    comment: &str,
) -> Result<Receipt, ApiError> {
    let ask = ConfirmIncident {
        incident_num: id.raw().to_owned(),
        operator: operator::<ConfirmIncident>(client).await?,
        parameter: ConfirmParameter {
            virtual_confirm_result: solved,
            virtual_confirm_comment: comment.to_owned(),
        },
    };
    let reply = client.call(&ask).await?;
    let outcome = if solved {
        "confirmed as solved"
    } else {
        "sent back as not solved"
    };
    Ok(handled(account, id, outcome, reply))
}

/// Opens a WarRoom; whoever opens it leads it when nobody else is named.
pub async fn open_warroom(
    client: &Client,
    account: &AccountId,
    new: &NewWarRoom,
) -> Result<Receipt, ApiError> {
    let admin = match new.admin.as_str() {
        "" => operator::<CreateWarRoom>(client).await?,
        named => named.to_owned(),
    };
    let groups = new.schedule.iter().map(|(role, scene)| ScheduleGroup {
        role_id: role.clone(),
        scene_id: scene.clone(),
    });
    let ask = CreateWarRoom {
        war_room_name: new.title.clone(),
        description: Some(new.description.clone()).filter(|text| !text.is_empty()),
        application_id_list: new.applications.clone(),
        incident_number: new.incident.raw().to_owned(),
        // Must be given, may be empty (huawei-coc.md, 10.20).
        schedule_group: Some(groups.collect()),
        war_room_admin: admin,
        enterprise_project_id: new.enterprise_project.clone(),
        ..CreateWarRoom::default()
    };
    let reply = client.call(&ask).await?;
    let number = reply
        .output
        .data
        .map(SafeText::from)
        .filter(|number| !number.is_empty());
    let name = number.as_ref().map_or("without a number", SafeText::raw);
    Ok(Receipt {
        created: number.clone(),
        ..Receipt::new(
            format!("WarRoom {name} opened for incident {}", new.incident.raw()),
            reply.request_id,
            about(account, &new.incident),
        )
    })
}

/// Reports an alarm of a monitoring system of one's own, or that it is over. Nothing reads it back (huawei-coc.md,
/// 10.22).
pub async fn report_alarm(client: &Client, new: &CustomAlarm) -> Result<Receipt, ApiError> {
    let ask = ReportCustomAlarm {
        integration_key: new.key.reveal().to_owned(),
        alarm_id: new.id.clone(),
        alarm_name: new.name.clone(),
        alarm_level: match new.severity {
            Severity::Critical => AlarmLevel::Critical,
            Severity::Major => AlarmLevel::Major,
            Severity::Minor => AlarmLevel::Minor,
            Severity::Warning | Severity::Info => AlarmLevel::Info,
        },
        time: new.at.as_millisecond(),
        name_space: new.namespace.clone(),
        region_id: new.region.clone(),
        application_id: new.application.clone(),
        resource_name: new.resource.clone(),
        resource_id: new.resource_id.clone(),
        alarm_desc: new.description.clone(),
        url: new.url.clone(),
        alarm_status: Some(if new.over {
            AlarmStatus::Ok
        } else {
            AlarmStatus::Alarm
        }),
        alarm_source: new.source.clone(),
        additional: std::collections::BTreeMap::new(),
    };
    let reply = client.call(&ask).await?;
    let done = if new.over { "is over" } else { "reported" };
    Ok(Receipt::new(
        format!("custom alarm {} {done}", new.id),
        reply.request_id,
        Vec::new(),
    ))
}

/// The receipt of a step of an incident.
fn handled<T>(
    account: &AccountId,
    id: &IncidentId,
    outcome: &str,
    reply: Reply<Envelope<T>>,
) -> Receipt {
    Receipt::new(
        format!("incident {} {outcome}", id.raw()),
        reply.request_id,
        about(account, id),
    )
}

/// What is out of date after something happened to an incident.
fn about(account: &AccountId, id: &IncidentId) -> Vec<Query> {
    vec![
        Query::Incidents(account.clone(), vec![id.clone()]),
        Query::WarRooms(account.clone()),
    ]
}

/// Who acts: the service wants a user id with every change of an incident. That of the configuration, else that of
/// the token (signing-huawei.md, 1.1).
async fn operator<O: Operation>(client: &Client) -> Result<String, ApiError> {
    let configured = &client.account().operator;
    if !configured.is_empty() {
        return Ok(configured.clone());
    }
    let of_token = client.identity().await?.map(|token| token.user_id.clone());
    of_token.filter(|id| !id.is_empty()).ok_or_else(|| {
        let words = "who acts is not known: set `operator` to a user id in the configuration of this account";
        ApiError::new(Class::Invalid, SystemId::HuaweiCoc, O::ID, words)
    })
}
