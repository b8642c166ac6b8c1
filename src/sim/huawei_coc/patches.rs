//! Patch compliance (huawei-coc.md, 10.23, 10.24 and 11.6).

use std::cmp::Reverse;

use serde_json::{Value as Json, json};

use super::common::{millis, numbered_page};
use crate::cloud::huawei_coc::ops::{
    Compliance, GetPatchComplianceItems, ListPatchCompliance, ReportScene, SortDirection,
};
use crate::sim::estate::Estate;
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::things::patches::{Patch, Report};
use crate::sim::handlers::{Handlers, Refusal};

const BASELINE: (&str, &str) = (
    "JX-f2d85e2554f7385cbbf2c23a01f41",
    "COC-EulerOSDefaultPatchBaseline",
);

pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<ListPatchCompliance>(|estate, _, ask| Ok(list(estate, &ask)))
        .on_json::<GetPatchComplianceItems>(|estate, _, ask| items(estate, &ask))
}

fn list(estate: &Estate, ask: &ListPatchCompliance) -> Json {
    let same = |asked: Option<&String>, have: &str| {
        asked.is_none_or(|asked| asked.is_empty() || asked == have)
    };
    let fits = |report: &&Report| {
        let compliance = if report.is_compliant() {
            Compliance::Compliant
        } else {
            Compliance::NonCompliant
        };
        same(ask.name.as_ref(), &report.machine)
            && same(ask.instance_id.as_ref(), &report.instance_id)
            && same(ask.ip.as_ref(), &report.ip)
            && same(ask.region.as_ref(), HUAWEI_REGION)
            && same(ask.enterprise_project_id.as_ref(), "0")
            && ask
                .operating_system
                .is_none_or(|system| system.wire() == report.system)
            && ask
                .compliant_status
                .is_none_or(|status| status == compliance)
            && ask
                .report_scene
                .is_none_or(|scene| scene == ReportScene::Ecs)
            && [&ask.eip, &ask.group, &ask.order_id, &ask.cce_info_id]
                .iter()
                .all(|asked| asked.as_ref().is_none_or(String::is_empty))
    };
    let mut reports: Vec<&Report> = estate.reports.iter().filter(fits).collect();
    match ask.sort_dir {
        Some(SortDirection::Ascending) => reports.sort_by_key(|report| report.at),
        _ => reports.sort_by_key(|report| Reverse(report.at)),
    }
    let count = reports.len();
    let rows: Vec<Json> = numbered_page(reports, ask.offset, ask.limit)
        .into_iter()
        .map(row)
        .collect();
    json!({"count": count, "instance_compliant": rows})
}

fn row(report: &Report) -> Json {
    let (good, bad): (Vec<&Patch>, Vec<&Patch>) =
        report.items.iter().partition(|item| item.is_compliant());
    json!({
        "id": report.id,
        "name": report.machine,
        "instance_id": report.instance_id,
        "node_id": "",
        "ip": report.ip,
        "eip": null,
        "region": HUAWEI_REGION,
        "group": null,
        "enterprise_project_id": "0",
        "report_scene": "ECS",
        "cce_info_id": null,
        "status": if bad.is_empty() { "compliant" } else { "non_compliant" },
        "baseline_id": BASELINE.0,
        "baseline_name": BASELINE.1,
        "rule_type": "standard",
        "operating_system": report.system,
        "compliant_summary": {"compliant_count": good.len(), "severity_summary": severities(&good)},
        "non_compliant_summary": {"non_compliant_count": bad.len(), "severity_summary": severities(&bad)},
        "execution_summary": {"order_id": "", "job_id": "", "report_time": millis(report.at)},
    })
}

fn severities(items: &[&Patch]) -> Json {
    let of = |severity: &str| {
        items
            .iter()
            .filter(|item| item.severity == severity)
            .count()
    };
    json!({
        "critical_count": of("Critical"),
        "high_count": of("High"),
        "medium_count": of("Medium"),
        "low_count": of("Low"),
        "informational_count": 0,
        "unspecified_count": 0,
    })
}

fn items(estate: &Estate, ask: &GetPatchComplianceItems) -> Result<Json, Refusal> {
    let report = estate
        .reports
        .iter()
        .find(|report| report.id == ask.instance_compliant_id)
        .ok_or_else(|| Refusal::new(500, "COC.00010002", "Invalid parameter values."))?;
    let same = |asked: Option<&String>, have: &str| {
        asked.is_none_or(|asked| asked.is_empty() || asked == have)
    };
    let fits = |item: &&Patch| {
        ask.title
            .as_ref()
            .is_none_or(|part| item.title.contains(part.as_str()))
            && ask
                .patch_status
                .is_none_or(|status| status.wire() == item.status)
            && same(ask.classification.as_ref(), item.class)
            && same(ask.severity_level.as_ref(), item.severity)
            && same(ask.compliance_level.as_ref(), "UNSPECIFIED")
    };
    let mut found: Vec<&Patch> = report.items.iter().filter(fits).collect();
    match (ask.sort_key, ask.sort_dir) {
        (None, _) => {}
        (Some(_), Some(SortDirection::Descending)) => {
            found.sort_by_key(|item| Reverse(item.installed));
        }
        (Some(_), _) => found.sort_by_key(|item| item.installed),
    }
    let count = found.len();
    let rows: Vec<Json> = numbered_page(found, ask.offset, ask.limit)
        .into_iter()
        .map(|item| {
            json!({
                "instance_id": report.instance_id,
                "title": item.title,
                "classification": item.class,
                "severity_level": item.severity,
                "compliance_level": "UNSPECIFIED",
                "patch_detail": {
                    "installed_time": item.installed.map(millis),
                    "patch_baseline_id": BASELINE.0,
                    "patch_baseline_name": BASELINE.1,
                    "patch_status": item.status,
                },
            })
        })
        .collect();
    Ok(json!({"count": count, "compliance_items": rows}))
}
