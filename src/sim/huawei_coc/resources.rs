//! Resources and custom alarms (huawei-coc.md, 10.1, 10.22, 11.5 and 11.7).

use serde_json::{Value as Json, json};

use super::common::data;
use crate::cloud::huawei_coc::ops::{AlarmLevel, AlarmStatus, ListResources, ReportCustomAlarm};
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::{Cloud, Estate, Machine, Role, incidents};
use crate::sim::handlers::{Handlers, Refusal};

pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<ListResources>(|estate, _, ask| Ok(list(estate, &ask)))
        .on_json::<ReportCustomAlarm>(|estate, _, ask| report(estate, &ask))
}

fn list(estate: &Estate, ask: &ListResources) -> Json {
    let is_asked_for = |machine: &&Machine| {
        let kind = match machine.role {
            Role::Balancer => ("elb", "loadbalancers"),
            _ => ("ecs", "cloudservers"),
        };
        let id = machine.id_in(Cloud::Huawei);
        let listed = ask.resource_id_list.is_empty()
            || id.is_some_and(|id| ask.resource_id_list.iter().any(|asked| asked == id));
        id.is_some() && listed && (ask.provider.as_str(), ask.kind.as_str()) == kind
    };
    let rows: Vec<&Machine> = estate.machines.iter().filter(is_asked_for).collect();
    let after = ask
        .marker
        .as_ref()
        .filter(|marker| !marker.is_empty())
        .map(|marker| rows.iter().position(|row| &row.inventory_id == marker));
    let from = match after {
        None => 0,
        Some(Some(place)) => place + 1,
        // Nothing comes after what does not exist.
        Some(None) => rows.len(),
    };
    let limit = usize::try_from(ask.limit).unwrap_or(0);
    let page: Vec<Json> = rows
        .into_iter()
        .skip(from)
        .take(limit)
        .map(|machine| resource(estate, machine, ask))
        .collect();
    data(page)
}

fn resource(estate: &Estate, machine: &Machine, ask: &ListResources) -> Json {
    let agent_state = if machine.agent_online {
        "ONLINE"
    } else {
        "OFFLINE"
    };
    let mut row = json!({
        "id": machine.inventory_id,
        "resource_id": machine.id_in(Cloud::Huawei),
        "name": machine.name,
        "provider": ask.provider,
        "type": ask.kind,
        "project_id": estate.identity.project().id,
        "region_id": HUAWEI_REGION,
        "ep_id": "0",
        "tags": {"fleet": machine.fleet},
        "properties": {
            "status": "ACTIVE",
            "hostName": machine.name,
            "fixedIp": machine.ip,
            "application": super::common::application_name(estate, &machine.application),
        },
        "inner_ip": machine.ip,
    });
    if machine.is_server() {
        row["agent_id"] = machine.agent.as_str().into();
        row["agent_state"] = agent_state.into();
    }
    row
}

/// Custom alarms are kept and nothing reads them back; the same id with `ok` clears one.
fn report(estate: &mut Estate, ask: &ReportCustomAlarm) -> Result<Json, Refusal> {
    if ask.integration_key != estate.identity.integration_key {
        return Err(Refusal::new(
            400,
            "COC.00000001",
            "integration key does not exist",
        ));
    }
    let id = ask.alarm_id.as_str();
    estate.custom_alarms.retain(|alarm| alarm["alarmId"] != id);
    if ask.alarm_status != Some(AlarmStatus::Ok)
        && let Ok(mut alarm) = serde_json::to_value(ask)
    {
        if let Json::Object(members) = &mut alarm {
            members.remove("integration_key");
        }
        estate.custom_alarms.push(alarm);
        if estate.alarms_make_incidents && ask.alarm_level == AlarmLevel::Critical {
            incidents::of_alarm(estate, &ask.alarm_name, &ask.alarm_desc);
        }
    }
    Ok(json!({
        "error_code": "COC.00000000",
        "error_msg": "success",
        "data": null,
        "provider_code": "049",
    }))
}
