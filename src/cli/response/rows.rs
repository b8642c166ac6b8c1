//! Facts as JSON: the rows of tables, and what programs read.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::domain::incident::{Incident, Level, WarRoom};
use crate::domain::patch::{PatchItem, PatchReport};
use crate::domain::script::{HostRun, Order, Resource, RunStatus, Script};
use crate::domain::text::SafeText;
use crate::panes::words;
use crate::ui::lang::Lang;

fn time(at: Option<Timestamp>) -> Json {
    at.map_or(Json::Null, |at| Json::from(format!("{at:.0}")))
}

fn texts<'t>(texts: impl Iterator<Item = &'t SafeText>) -> String {
    let all: Vec<&str> = texts.map(SafeText::raw).collect();
    all.join(", ")
}

/// An incident in a row.
pub fn incident(incident: &Incident) -> Json {
    json!({
        "number": incident.id.raw(),
        "level": incident.level.map(Level::name),
        "status": words::incident_word(&incident.status, Lang::En),
        "title": incident.title.raw(),
        "assignee": texts(incident.people(false)),
        "created": time(incident.created),
        "warroom": incident.warroom.as_ref().map(SafeText::raw),
    })
}

/// Everything about an incident.
pub fn incident_detail(incident: &Incident) -> Json {
    let mut all = self::incident(incident);
    all["description"] = incident.description.raw().into();
    all["kind"] = incident.kind.raw().into();
    all["source"] = incident.source.raw().into();
    all["service"] = incident.service.raw().into();
    all["region"] = incident.region.raw().into();
    all["interrupted"] = incident.interrupted.into();
    all["assignee_ids"] = texts(incident.assignees.iter()).into();
    all["creator"] = incident.creator.raw().into();
    all["handled"] = time(incident.handled);
    all
}

/// A WarRoom in a row.
pub fn warroom(room: &WarRoom) -> Json {
    json!({
        "number": room.number.raw(),
        "open": room.is_open(),
        "status": room.status_names.1.raw(),
        "title": room.title.raw(),
        "incident": room.incident.as_ref().map(SafeText::raw),
        "admin": room.admin.raw(),
        "created": time(room.created),
        "recovered": time(room.recovered),
    })
}

/// A script in a row.
pub fn script(script: &Script) -> Json {
    json!({
        "id": script.id.raw(),
        "name": script.name.raw(),
        "language": script.language.raw(),
        "risk": words::risk_word(script.risk, Lang::En).0,
        "approval": words::approval_word(script.status.raw(), Lang::En),
        "version": script.version.raw(),
        "creator": script.creator.raw(),
    })
}

/// Everything about a script.
pub fn script_detail(script: &Script) -> Json {
    let mut all = self::script(script);
    all["description"] = script.description.raw().into();
    all["params"] = script
        .params
        .iter()
        .map(|param| {
            json!({
                "name": param.name.raw(),
                "default": if param.sensitive { "***" } else { param.default.raw() },
                "description": param.description.raw(),
                "sensitive": param.sensitive,
            })
        })
        .collect();
    all["content"] = script.content.raw().into();
    all
}

/// An order in a row.
pub fn order(order: &Order) -> Json {
    let count = |wanted: &RunStatus| {
        let of = order.counts.iter().filter(|one| &one.status == wanted);
        of.map(|one| one.count).sum::<u32>()
    };
    json!({
        "id": order.id.raw(),
        "name": order.name.raw(),
        "status": words::run_word(&order.status, Lang::En),
        "ok": count(&RunStatus::Finished),
        "failed": count(&RunStatus::Abnormal),
        "creator": order.creator.raw(),
        "created": time(order.created),
        "finished": time(order.finished),
    })
}

/// A machine of an order in a row.
pub fn host(host: &HostRun) -> Json {
    json!({
        "host": host.id,
        "batch": host.batch,
        "name": host.name.raw(),
        "ip": host.ip.raw(),
        "status": words::run_word(&host.status, Lang::En),
        "started": time(host.started),
        "finished": time(host.finished),
    })
}

/// Keys and values in a text.
fn pairs(pairs: &[(SafeText, SafeText)]) -> String {
    let all: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", key.raw(), value.raw()))
        .collect();
    all.join(" ")
}

/// A machine in a row.
pub fn resource(machine: &Resource) -> Json {
    json!({
        "name": machine.name.raw(),
        "id": machine.resource_id.raw(),
        "ip": machine.ip.as_ref().map(SafeText::raw),
        "region": machine.region.raw(),
        "application": machine.application.as_ref().map(SafeText::raw),
        "agent": machine.agent_state.as_ref().map(SafeText::raw),
        "tags": pairs(&machine.tags),
    })
}

/// A report on patches in a row.
pub fn patch_report(report: &PatchReport) -> Json {
    let by = report.lacking_by;
    json!({
        "name": report.name.raw(),
        "compliant": report.compliant,
        "lacking": report.lacking,
        "critical": by.critical,
        "high": by.high,
        "medium": by.medium,
        "low": by.low,
        "present": report.present,
        "system": report.system.raw(),
        "ip": report.ip.raw(),
        "baseline": report.baseline.0.raw(),
        "at": time(report.at),
        "id": report.id.raw(),
    })
}

/// A patch in a row.
pub fn patch_item(item: &PatchItem) -> Json {
    json!({
        "status": item.status.raw(),
        "severity": item.severity.raw(),
        "title": item.title.raw(),
        "class": item.class.raw(),
        "compliance": item.compliance.raw(),
        "installed": time(item.installed),
    })
}
