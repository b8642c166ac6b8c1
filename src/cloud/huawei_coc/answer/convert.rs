//! From answers to facts. Unknown words are kept as they came (huawei-coc.md, 9).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::cloud::huawei_coc::ops::{
    BatchRow, ExecuteInstance, IncidentDetail, OrderDetail, OrderRow, ResourceRow, ReviewerRead,
    ScriptDetail, ScriptParameterRead, ScriptPropertiesRead, ScriptRow, StatusStatistic,
    WarRoomRow,
};
use crate::domain::incident::{Incident, IncidentStatus, Level, WarRoom};
use crate::domain::script::{
    Batch, HostRun, Order, Resource, Risk, Rotation, RunStatus, Script, ScriptParam, StatusCount,
};
use crate::domain::text::SafeText;

/// An instant from milliseconds since 1970 (huawei-coc.md, 6). Zero and less mean "not yet".
pub fn instant(milliseconds: Option<i64>) -> Option<Timestamp> {
    milliseconds
        .filter(|at| *at > 0)
        .and_then(|at| Timestamp::from_millisecond(at).ok())
}

/// A count or place that cannot be negative.
pub fn count(number: Option<i64>) -> u32 {
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or_default()
}

fn text(value: String) -> SafeText {
    value.into()
}

/// A text that says something.
fn filled(value: Option<String>) -> Option<SafeText> {
    value.filter(|value| !value.is_empty()).map(SafeText::from)
}

fn texts(values: Vec<String>) -> Vec<SafeText> {
    values
        .into_iter()
        .filter(|value| !value.is_empty())
        .map(SafeText::from)
        .collect()
}

/// `level_10` is P1, `level_50` is P5.
const LEVELS: [(&str, Level); 5] = [
    ("level_10", Level::P1),
    ("level_20", Level::P2),
    ("level_30", Level::P3),
    ("level_40", Level::P4),
    ("level_50", Level::P5),
];

/// The level of a wire key.
fn level(key: &str) -> Option<Level> {
    LEVELS
        .iter()
        .find(|(known, _)| *known == key)
        .map(|(_, level)| *level)
}

/// The wire key of a level.
pub fn level_key(level: Level) -> &'static str {
    match level {
        Level::P1 => "level_10",
        Level::P2 => "level_20",
        Level::P3 => "level_30",
        Level::P4 => "level_40",
        Level::P5 => "level_50",
    }
}

/// The state of an incident; the draft's key is the only one in lower case.
fn incident_status(key: &str) -> IncidentStatus {
    match key.to_ascii_uppercase().as_str() {
        "INCIDENT_DRAFT" => IncidentStatus::Draft,
        "INCIDENT_STATUS_TRIGGERED" => IncidentStatus::Triggered,
        "INCIDENT_STATUS_ACKNOWLEDGED" => IncidentStatus::Acknowledged,
        "INCIDENT_STATUS_REJECTED" => IncidentStatus::Rejected,
        "INCIDENT_STATUS_RESOLVED" => IncidentStatus::Resolved,
        "INCIDENT_STATUS_COMPLETED" => IncidentStatus::Completed,
        _ => IncidentStatus::Other(key.into()),
    }
}

/// An incident (10.18).
pub fn incident(read: IncidentDetail) -> Incident {
    let names = read.enum_data_list.into_iter();
    Incident {
        id: text(read.incident_num),
        title: text(read.incident_title),
        description: text(read.incident_description),
        level: level(&read.incident_level),
        status: incident_status(&read.status),
        kind: text(read.incident_type),
        source: text(read.incident_source),
        service: read.current_cloud_service.join(", ").into(),
        region: texts(read.region).into_iter().next().unwrap_or_default(),
        interrupted: read.is_service_interrupt.unwrap_or_default(),
        assignees: texts(read.incident_assignee),
        creator: text(read.creator),
        warroom: filled(read.warroom_id),
        created: instant(read.create_time),
        handled: instant(read.handle_time),
        names: names
            .map(|name| (text(name.enum_key), text(name.name_zh), text(name.name_en)))
            .collect(),
    }
}

/// A WarRoom (10.21).
pub fn warroom(read: WarRoomRow) -> WarRoom {
    let status = read.war_room_status.unwrap_or_default();
    // A name where there is one, else the id or code.
    let named = |name: String, id: String| text(if name.is_empty() { id } else { name });
    WarRoom {
        number: text(read.war_room_num),
        title: text(read.title),
        admin: text(read.admin),
        incident: read
            .incident
            .and_then(|incident| filled(Some(incident.incident_id))),
        status: text(status.id),
        status_names: (text(status.name_zh), text(status.name_en)),
        applications: read
            .impacted_application
            .into_iter()
            .map(|app| named(app.name, app.id))
            .collect(),
        regions: read
            .regions
            .into_iter()
            .map(|region| named(region.name, region.code))
            .collect(),
        created: instant(read.create_time),
        occurred: instant(read.occur_time),
        recovered: instant(read.recover_time),
    }
}

fn risk(word: &str) -> Option<Risk> {
    match word {
        "LOW" => Some(Risk::Low),
        "MEDIUM" => Some(Risk::Medium),
        "HIGH" => Some(Risk::High),
        _ => None,
    }
}

/// A script of the list (10.3).
pub fn script_row(read: ScriptRow) -> Script {
    let ScriptPropertiesRead {
        risk_level,
        version,
        reviewers,
        protocol,
    } = read.properties.unwrap_or_default();
    Script {
        id: text(read.script_uuid),
        name: text(read.name),
        language: text(read.kind),
        risk: risk(&risk_level),
        status: text(read.status),
        version: text(version),
        reviewers: self::reviewers(reviewers),
        protocol: filled(protocol),
        creator: text(read.creator),
        created: instant(read.gmt_created),
        modified: instant(read.gmt_modified),
        description: SafeText::default(),
        content: SafeText::default(),
        params: Vec::new(),
        has_detail: false,
    }
}

/// A script in full (10.6).
pub fn script_detail(read: ScriptDetail) -> Script {
    let ScriptPropertiesRead {
        risk_level,
        version,
        reviewers,
        protocol,
    } = read.properties.unwrap_or_default();
    let mut params: Vec<_> = read
        .script_params
        .into_iter()
        .zip(1..)
        .map(script_param)
        .collect();
    params.sort_by_key(|param| param.order);
    Script {
        id: text(read.script_uuid),
        name: text(read.name),
        language: text(read.kind),
        risk: risk(&risk_level),
        status: text(read.status),
        version: text(if version.is_empty() {
            read.version.unwrap_or_default()
        } else {
            version
        }),
        reviewers: self::reviewers(reviewers),
        protocol: filled(protocol),
        creator: text(read.creator),
        created: instant(read.gmt_created),
        modified: instant(read.gmt_modified),
        description: text(read.description),
        content: text(read.content),
        params,
        has_detail: true,
    }
}

/// Who approves a script, by name and id.
fn reviewers(read: Vec<ReviewerRead>) -> Vec<(SafeText, SafeText)> {
    let pair = |one: ReviewerRead| (text(one.reviewer_name), text(one.reviewer_id));
    read.into_iter().map(pair).collect()
}

/// A parameter; its place in the list stands in for a missing position.
fn script_param((read, place): (ScriptParameterRead, u32)) -> ScriptParam {
    ScriptParam {
        name: text(read.param_name),
        default: text(read.param_value),
        description: text(read.param_description),
        order: read.param_order.map_or(place, |order| count(Some(order))),
        sensitive: read.sensitive.unwrap_or_default(),
    }
}

/// A state of an order or machine; `ERROR` is the detail's word for `ABNORMAL` (12, item 8).
pub fn run_status(word: &str) -> RunStatus {
    match word {
        "READY" => RunStatus::Ready,
        "PROCESSING" => RunStatus::Processing,
        "PAUSED" => RunStatus::Paused,
        "ABNORMAL" | "ERROR" => RunStatus::Abnormal,
        "CANCELED" => RunStatus::Cancelled,
        "FINISHED" => RunStatus::Finished,
        "ROLLBACKED" => RunStatus::RolledBack,
        _ => RunStatus::Other(word.into()),
    }
}

/// An order of the list (10.12).
pub fn order_row(read: OrderRow) -> Order {
    Order {
        id: text(read.execute_uuid),
        name: text(read.order_name),
        script: None,
        status: run_status(&read.status),
        creator: text(read.creator),
        created: instant(read.gmt_created),
        finished: instant(read.gmt_finished),
        current_batch: None,
        timeout: None,
        success_rate: None,
        execute_user: SafeText::default(),
        params: Vec::new(),
        counts: Vec::new(),
        batches: Vec::new(),
        outputs: Vec::new(),
    }
}

/// An order in full (10.8), without its batches.
pub fn order_detail(read: OrderDetail) -> Order {
    let properties = read.properties.unwrap_or_default();
    let param = properties.execute_param.unwrap_or_default();
    let mut values = param.script_params;
    values.sort_by_key(|value| value.param_order);
    Order {
        id: text(read.execute_uuid),
        name: text(properties.script_name),
        script: filled(Some(properties.script_uuid)),
        status: run_status(&read.status),
        creator: text(read.creator),
        created: instant(read.gmt_created),
        finished: instant(read.gmt_finished),
        current_batch: properties
            .current_execute_batch_index
            .map(|index| count(Some(index))),
        timeout: param.timeout.map(|seconds| count(Some(seconds))),
        success_rate: param.success_rate,
        execute_user: text(param.execute_user),
        params: values
            .into_iter()
            .map(|value| (text(value.param_name), text(value.param_value)))
            .collect(),
        counts: Vec::new(),
        batches: Vec::new(),
        outputs: Vec::new(),
    }
}

/// How many machines are in one state (10.10).
pub fn status_count(read: &StatusStatistic) -> StatusCount {
    StatusCount {
        status: run_status(&read.instance_status),
        count: count(read.instance_count),
        batches: read
            .batch_indexes
            .iter()
            .map(|index| count(Some(*index)))
            .collect(),
    }
}

/// The same, from machines that have been read.
pub fn counted(batches: &[Batch]) -> Vec<StatusCount> {
    let mut counts: BTreeMap<&RunStatus, (u32, Vec<u32>)> = BTreeMap::new();
    for (batch, host) in batches
        .iter()
        .flat_map(|batch| batch.hosts.iter().map(move |host| (batch, host)))
    {
        let (count, indexes) = counts.entry(&host.status).or_default();
        *count += 1;
        if indexes.last() != Some(&batch.index) {
            indexes.push(batch.index);
        }
    }
    counts
        .into_iter()
        .map(|(status, (count, batches))| StatusCount {
            status: status.clone(),
            count,
            batches,
        })
        .collect()
}

/// A batch of the list (10.9) with its machines.
pub fn batch(read: &BatchRow, hosts: Vec<HostRun>) -> Batch {
    Batch {
        index: count(read.batch_index),
        total: count(read.total_instances),
        rotation: match read.rotation_strategy.as_str() {
            "CONTINUE" => Some(Rotation::Continue),
            "PAUSE" => Some(Rotation::Pause),
            _ => None,
        },
        hosts,
    }
}

/// A machine of a batch (10.11).
pub fn host(batch: u32, read: ExecuteInstance) -> HostRun {
    let target = read.target_instance.unwrap_or_default();
    let known = target.properties.unwrap_or_default();
    let resource_id = text(target.resource_id);
    HostRun {
        id: read.id.unwrap_or_default(),
        batch,
        name: filled(known.host_name).unwrap_or_else(|| resource_id.clone()),
        ip: filled(known.fixed_ip)
            .or_else(|| filled(known.floating_ip))
            .unwrap_or_default(),
        resource_id,
        status: run_status(&read.status),
        output: text(read.message.unwrap_or_default()),
        shortened: None,
        started: instant(read.gmt_created),
        finished: instant(read.gmt_finished),
    }
}

/// A resource (10.1).
pub fn resource(read: ResourceRow) -> Resource {
    // What the service says beyond the document, where it says it.
    let property = |names: &[&str]| {
        let value = names
            .iter()
            .find_map(|name| read.properties.get(*name)?.as_str());
        filled(value.map(str::to_owned))
    };
    let ip = filled(read.inner_ip).or_else(|| property(&["fixed_ip", "inner_ip", "ip"]));
    let application = property(&["application", "application_name"]);
    // One text for each, whatever form it has.
    let properties = read.properties.iter().filter_map(|(key, value)| {
        let value = match value {
            Json::Null => return None,
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some((text(key.clone()), text(value)))
    });
    Resource {
        properties: properties.collect(),
        id: text(read.id),
        resource_id: text(read.resource_id),
        name: text(read.name),
        provider: text(read.provider),
        kind: text(read.kind),
        project: text(read.project_id),
        region: text(read.region_id),
        ip,
        agent: filled(read.agent_id),
        agent_state: filled(read.agent_state),
        application,
        tags: read
            .tags
            .into_iter()
            .map(|(key, value)| (text(key), text(value)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;

    fn read<T: DeserializeOwned>(value: Json) -> T {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_incident_keeps_its_names_and_drops_empty_texts() {
        let read: IncidentDetail = read(json!({
            "incident_num": "IM202403181322030178042608", "region": [""], "enterprise_project": ["0"],
            "current_cloud_service": ["6470681a31da2a47ed50a919"], "incident_level": "level_50",
            "is_service_interrupt": true, "incident_type": "inc_type_p_function_issues", "incident_title": "tet",
            "incident_source": "incident_source_manual", "incident_assignee": ["25819b46251b46218bf6ad238ddd860c"],
            "assignee_scene": "", "warroom_id": "WR202403181334366050100030", "handle_time": null,
            "status": "INCIDENT_STATUS_ACKNOWLEDGED", "create_time": 1_710_739_323_172_i64, "creator": "1",
            "enum_data_list": [
                {"filed_key": "level_id", "enum_key": "level_50", "name_zh": "P5", "name_en": "P5"},
                {"filed_key": "work_flow_status", "enum_key": "INCIDENT_STATUS_ACKNOWLEDGED", "name_zh": "已受理", "name_en": "ACKNOWLEDGED"},
            ],
        }));
        let incident = incident(read);
        assert_eq!(incident.level, Some(Level::P5));
        assert_eq!(incident.status, IncidentStatus::Acknowledged);
        assert!(incident.region.is_empty());
        assert!(incident.interrupted);
        assert_eq!(
            incident.warroom.unwrap().raw(),
            "WR202403181334366050100030"
        );
        assert_eq!(
            incident.created.unwrap().to_string(),
            "2024-03-18T05:22:03.172Z"
        );
        assert_eq!(incident.handled, None);
        assert_eq!(incident.names[1].1.raw(), "已受理");
    }

    #[test]
    fn unknown_words_are_kept() {
        assert_eq!(
            incident_status("INCIDENT_STATUS_PAUSED"),
            IncidentStatus::Other("INCIDENT_STATUS_PAUSED".into())
        );
        assert_eq!(incident_status("incident_draft"), IncidentStatus::Draft);
        assert_eq!(run_status("ERROR"), RunStatus::Abnormal);
        assert_eq!(run_status("ASLEEP"), RunStatus::Other("ASLEEP".into()));
        assert_eq!(level("level_60"), None);
        assert_eq!(risk("EXTREME"), None);
        for (key, level) in LEVELS {
            assert_eq!(level_key(level), key);
        }
    }

    #[test]
    fn a_warroom_shows_names_and_falls_back_to_ids() {
        let read: WarRoomRow = read(json!({
            "war_room_num": "WR202403181334366050100030", "title": "支付网关超时", "admin": "7da4",
            "incident": {"id": "1", "incident_id": "IM202403181322030178042608"},
            "regions": [{"code": "cn-north-4", "name": "华北-北京四"}],
            "war_room_status": {"id": 7, "name_zh": "故障恢复", "name_en": "Recovered"},
            "impacted_application": [{"id": "6470", "name": ""}],
            "create_time": 1_710_740_076_000_i64, "recover_time": null,
        }));
        let room = warroom(read);
        assert_eq!(room.status.raw(), "7");
        assert_eq!(room.regions[0].raw(), "华北-北京四");
        assert_eq!(room.applications[0].raw(), "6470");
        assert_eq!(room.incident.unwrap().raw(), "IM202403181322030178042608");
        assert_eq!(room.recovered, None);
    }

    #[test]
    fn a_script_has_its_parameters_in_order() {
        let read: ScriptDetail = read(json!({
            "script_uuid": "SC2023102521413701c4a8a62", "name": "09101112", "version": "0.9", "type": "SHELL",
            "content": "echo ${a}", "status": "PENDING_APPROVE",
            "script_params": [
                {"param_name": "b", "param_value": "2", "param_order": 2, "sensitive": false},
                {"param_name": "a", "param_value": "*****************", "param_order": 1, "sensitive": true},
            ],
            "gmt_created": 1_698_241_297_000_i64, "gmt_modified": null,
            "properties": {"risk_level": "HIGH", "version": "1.0.0", "reviewers": [], "protocol": "WECHAT"},
        }));
        let script = script_detail(read);
        assert_eq!(script.risk, Some(Risk::High));
        assert_eq!(script.version.raw(), "1.0.0");
        assert_eq!(script.params[0].name.raw(), "a");
        assert!(script.params[0].sensitive && script.has_detail);
    }

    #[test]
    fn an_order_is_read_with_its_machines() {
        let detail: OrderDetail = read(json!({
            "execute_uuid": "SCT2023102211473", "gmt_created": 1_697_946_452_186_i64,
            "gmt_finished": 1_697_946_763_469_i64, "execute_costs": 311_282, "creator": "c", "status": "CANCELED",
            "properties": {
                "script_uuid": "SC2023101717", "script_name": "restart", "current_execute_batch_index": 1,
                "execute_param": {"resourceful": true, "timeout": 300, "execute_user": "root", "success_rate": "99.5", "script_params": []},
            },
        }));
        let order = order_detail(detail);
        assert_eq!(order.status, RunStatus::Cancelled);
        assert_eq!(order.success_rate, Some(99.5));
        let instance: ExecuteInstance = read(json!({
            "id": 1588,
            "target_instance": {"resource_id": "r", "properties": {"host_name": null, "fixed_ip": "10.0.0.1"}},
            "gmt_created": 1_697_946_452_436_i64, "status": "CANCELED", "message": "a\u{1b}[2Jb",
        }));
        let row: BatchRow =
            read(json!({"batch_index": "1", "total_instances": 1, "rotation_strategy": "PAUSE"}));
        let batch = batch(&row, vec![host(1, instance)]);
        assert_eq!(batch.rotation, Some(Rotation::Pause));
        assert_eq!(batch.hosts[0].name.raw(), "r");
        assert_eq!(batch.hosts[0].output.shown(), "a\u{241b}[2Jb");
        assert_eq!(
            counted(&[batch]),
            [StatusCount {
                status: RunStatus::Cancelled,
                count: 1,
                batches: vec![1]
            }]
        );
    }
}
