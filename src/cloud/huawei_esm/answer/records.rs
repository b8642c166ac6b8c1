//! The audit log and the devices (huawei-esm.md, A4 and A5).

use std::cmp::Reverse;
use std::sync::Arc;

use super::walk::Walk;
use super::{ZONE, detail, part};
use crate::cloud::client::Client;
use crate::cloud::huawei_esm::ops::{AssetRow, AuditRow, QueryAuditLogs, QueryDeviceAssets};
use crate::domain::alarm::Severity;
use crate::domain::error::ApiError;
use crate::domain::metric::Window;
use crate::domain::odd::Odd;
use crate::domain::query::Facts;
use crate::domain::site::{Asset, AuditEntry, Running};

/// Rows of a page, the most the service gives.
const PAGE: u32 = 1000;
/// Pages of the audit log at most: the rest is counted, not read.
const AUDIT_PAGES: u32 = 20;
/// Pages of devices at most.
const ASSET_PAGES: u32 = 10;

/// The audit log over a window, newest first.
pub(super) async fn audit(client: &Client, window: Window) -> Result<Facts, ApiError> {
    let (begin, end) = window.bounds(client.now());
    let mut walk = Walk::new(PAGE, AUDIT_PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryAuditLogs {
            log_type: None,
            begin_time: begin.as_millisecond(),
            end_time: end.as_millisecond(),
            page_size: PAGE.into(),
            offset_value,
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    let walked = walk.end();
    let mut entries: Vec<AuditEntry> = walked.rows.iter().map(entry).collect();
    // The order of the service's list is not documented.
    entries.sort_by(|one, other| (Reverse(one.at), &other.id).cmp(&(Reverse(other.at), &one.id)));
    Ok(Facts::Audit {
        entries: entries.into_iter().map(Arc::new).collect(),
        total: walked.total,
    })
}

/// What is said besides the deed's name; some sites only say the name again.
fn note(row: &AuditRow) -> String {
    let note = row.operation_detail.raw();
    if note.trim() == row.operating_name.raw().trim() {
        return String::new();
    }
    note
}

fn entry(row: &AuditRow) -> AuditEntry {
    AuditEntry {
        id: row.id.raw().into(),
        what: row.operating_name.raw().into(),
        user: row.operating_user.raw().into(),
        severity: severity(&row.severity.raw()),
        severity_raw: row.severity.raw().into(),
        security: row.kind.raw().trim() == "1",
        failed: match row.operation_result.raw().trim() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        },
        resource: row.resource_name.raw().into(),
        resource_type: row.resource_type.raw().into(),
        source: row.source_addr.raw().into(),
        at: row.start_time.instant(ZONE),
        at_raw: row.start_time.raw().into(),
        note: note(row).into(),
        detail: detail(row),
        odd: odd(row),
    }
}

/// What is shown as it came, because it is no severity and no result.
fn odd(row: &AuditRow) -> Odd {
    let mut odd = Odd::default();
    for (name, field, words) in [
        ("severity", &row.severity, &["1", "2", "3", "4"][..]),
        ("failed", &row.operation_result, &["0", "1"]),
    ] {
        let came = field.text().unwrap_or_default();
        if !words.contains(&came.as_str()) {
            odd.note(name, came);
        }
    }
    odd
}

/// 4 is fatal and 1 a hint: the other way round than alarms (huawei-esm.md, 1.10). A severity this program does not
/// know must not sink to the bottom.
fn severity(digit: &str) -> Severity {
    match digit.trim() {
        "4" => Severity::Critical,
        "2" => Severity::Minor,
        "1" => Severity::Info,
        _ => Severity::Major,
    }
}

/// All devices.
pub(super) async fn assets(client: &Client) -> Result<Vec<Asset>, ApiError> {
    let mut walk = Walk::new(PAGE, ASSET_PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryDeviceAssets {
            device_type: None,
            page_size: PAGE.into(),
            offset_value,
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    let walked = walk.end();
    Ok(walked.rows.iter().map(asset).collect())
}

fn asset(row: &AssetRow) -> Asset {
    let status = row.running_status.raw();
    Asset {
        id: row.device_id.raw().into(),
        name: row.name.raw().into(),
        kind: row.device_type.raw().into(),
        running: running(&status),
        status: status.into(),
        model: row.model.raw().into(),
        ip: row.management_ip.raw().into(),
        os: row.os.raw().into(),
        region: row.region.raw().into(),
        detail: detail(row),
    }
}

/// The words are not documented; those that say what they mean are understood.
fn running(status: &str) -> Running {
    match status.trim().to_ascii_lowercase().as_str() {
        "normal" | "online" | "running" | "ok" | "up" => Running::Well,
        "abnormal" | "fault" | "degraded" | "alarm" | "error" => Running::Badly,
        "offline" | "down" | "stopped" | "disconnected" => Running::Not,
        _ => Running::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_read_and_its_scale_turned_round() {
        let read = |severity: serde_json::Value| {
            let row: AuditRow = serde_json::from_value(json!({
                "id": "2030", "operating_name": "addScheduleSchedule", "operating_source": 1, "operation_result": "0",
                "severity": severity, "type": "0", "start_time": "2020-11-01 01:13:59",
            }))
            .unwrap();
            entry(&row)
        };
        let hint = read(json!("1"));
        assert_eq!(hint.at.unwrap().to_string(), "2020-10-31T17:13:59Z");
        assert_eq!((hint.failed, hint.security), (Some(false), false));
        let scale = [
            (json!("4"), Severity::Critical),
            (json!(3), Severity::Major),
            (json!("2"), Severity::Minor),
            (json!("1"), Severity::Info),
            (json!("urgent"), Severity::Major),
        ];
        for (digit, severity) in scale {
            assert_eq!(read(digit.clone()).severity, severity, "{digit}");
        }
    }

    #[test]
    fn an_entry_with_odd_fields_stays_visible() {
        let row: AuditRow = serde_json::from_value(json!({
            "id": 7, "start_time": "the other day", "operation_result": {"code": 1}, "operating_name": ["a"],
        }))
        .unwrap();
        let entry = entry(&row);
        assert_eq!(entry.at, None);
        assert_eq!(entry.at_raw.raw(), "the other day");
        assert_eq!(entry.failed, None);
        assert_eq!(entry.odd.of("failed").unwrap().raw(), r#"{"code":1}"#);
        assert_eq!(entry.odd.of("severity"), None, "nothing came");
        assert_eq!(entry.what.raw(), r#"["a"]"#);
    }

    #[test]
    fn only_known_words_say_how_a_device_does() {
        assert_eq!(running("Normal"), Running::Well);
        assert_eq!(running("offline"), Running::Not);
        assert_eq!(running("abnormal"), Running::Badly);
        assert_eq!(running("3"), Running::Unknown);
    }
}
