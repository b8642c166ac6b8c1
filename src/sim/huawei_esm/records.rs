//! The audit log and the devices (huawei-esm.md, A4, A5 and 7.5).

use serde_json::{Value as Json, json};

use super::common::{Slice, Window, wall};
use crate::cloud::huawei_esm::ops::{LogType, QueryAuditLogs, QueryDeviceAssets};
use crate::sim::estate::Estate;
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::things::site::Deed;
use crate::sim::handlers::Handlers;

pub(super) fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<QueryAuditLogs>(|estate, _, ask| {
            let window = Window::of(ask.begin_time, ask.end_time)?;
            let mut deeds = estate.deeds(window.from, window.to);
            deeds.retain(|deed| {
                ask.log_type
                    .is_none_or(|log| deed.security == (log == LogType::Security))
            });
            let slice = Slice::of(estate, ask.page_size, ask.offset_value);
            Ok(slice.page(deeds.len() as u64, |index| {
                let deed = usize::try_from(index)
                    .ok()
                    .and_then(|index| deeds.get(index));
                deed.map_or(Json::Null, audit_row)
            }))
        })
        .on_json::<QueryDeviceAssets>(|estate, _, ask| {
            let mut rows = devices(estate);
            rows.retain(|row| {
                ask.device_type
                    .as_deref()
                    .is_none_or(|kind| row["device_type"] == kind)
            });
            let slice = Slice::of(estate, ask.page_size, ask.offset_value);
            let mut page = slice.of_rows(&rows);
            // Here the count is text.
            page["total"] = json!(rows.len().to_string());
            Ok(page)
        })
}

fn audit_row(deed: &Deed) -> Json {
    let at = wall(deed.at, "%Y-%m-%d %H:%M:%S");
    json!({
        "id": deed.id.to_string(), "operating_name": deed.what, "operating_source": 1,
        "operation_result": if deed.failed { "1" } else { "0" }, "operation_detail": deed.note,
        "resource_name": deed.resource, "resource_type": deed.resource_type, "operating_user": deed.user,
        "department": "ops", "severity": deed.severity.to_string(), "type": if deed.security { "1" } else { "0" },
        "start_time": at, "end_time": at, "resource_id": "", "resource_region": HUAWEI_REGION,
        "source_addr": "regionIp: 10.0.25.204", "region_id": HUAWEI_REGION, "region_name": "华北-北京四",
        "resource_region_name": "华北-北京四",
    })
}

fn devices(estate: &Estate) -> Vec<Json> {
    let hosts = estate.hosts().into_iter().map(|host| {
        let status = match estate.trouble_with(&host) {
            None => "normal",
            Some(1) => "offline",
            Some(_) => "abnormal",
        };
        json!({
            "device_id": host.id, "name": host.name, "device_type": "server", "running_status": status,
            "model": "2288X V5", "management_ip": host.ip, "os": "EulerOS V2.0SP12", "region": HUAWEI_REGION,
        })
    });
    let network = estate.network_devices().into_iter().map(|device| {
        json!({
            "device_id": device.id, "name": device.name, "device_type": device.kind, "running_status": "normal",
            "model": device.model, "management_ip": device.ip, "os": device.os, "region": HUAWEI_REGION,
        })
    });
    let mut rows: Vec<Json> = hosts.chain(network).collect();
    rows.sort_by(|one, other| one["device_id"].as_str().cmp(&other["device_id"].as_str()));
    rows
}
