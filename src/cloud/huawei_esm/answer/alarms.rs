//! The alarms of both lists (huawei-esm.md, A6 and A7).

use std::collections::{BTreeMap, HashMap};

use futures_util::future::{join, try_join};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::walk::{Part, Walk};
use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::huawei_esm::ops::{
    AlarmPage, AlarmRow, Cleared, QueryCloudServiceAlarms, QueryDeviceAlarms,
};
use crate::cloud::huawei_esm::time::instant;
use crate::domain::account::AccountId;
use crate::domain::alarm::{Alarm, Comparison, Severity, Threshold};
use crate::domain::error::{ApiError, Class};
use crate::domain::metric::{SeriesKey, Statistic};
use crate::domain::odd::Odd;
use crate::domain::site::namespace;
use crate::domain::text::SafeText;

/// How far back open alarms are looked for: later editions allow two months (huawei-esm.md, A6).
const OPEN_DAYS: i64 = 59;
/// How far back alarms that are over are looked for.
const CLEARED_DAYS: i64 = 1;
/// How far ahead of now alarms are asked for.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// Rows of a page, the most the service gives.
const PAGE: u32 = 1000;
/// Pages of a list at most, so that a storm does not eat the minute's calls.
const PAGES: u32 = 8;

/// Alarms of both lists: those that are open, however old, and those that ended within a day.
pub(super) async fn alarms(client: &Client, account: &AccountId) -> Result<Vec<Alarm>, ApiError> {
    let (services, devices) = join(
        both::<QueryCloudServiceAlarms>(client),
        both::<QueryDeviceAlarms>(client),
    )
    .await;
    // Not every site offers both lists (huawei-esm.md, 1.6); without either there is nothing to show but that.
    let (services, devices) = match (services, devices) {
        (Err(error), Ok(devices)) if error.class == Class::NotOffered => (Vec::new(), devices),
        (Ok(services), Err(error)) if error.class == Class::NotOffered => (services, Vec::new()),
        (services, devices) => (services?, devices?),
    };
    let now = client.now();
    let mut found = Vec::with_capacity(services.len() + devices.len());
    let mut known: HashMap<SafeText, u32> = HashMap::new();
    for (list, rows) in [("service", services), ("device", devices)] {
        for (cleared, row) in rows {
            let mut alarm = alarm(account, list, cleared, &row, now);
            // Numbers that are missing or damaged may be the same for several.
            let times = known.entry(alarm.id.clone()).or_default();
            *times += 1;
            if *times > 1 {
                alarm.id = format!("{}#{times}", alarm.id.raw()).into();
            }
            found.push(alarm);
        }
    }
    // The order of the service's lists is not documented.
    found.sort_by(|one, other| {
        other
            .latest
            .cmp(&one.latest)
            .then_with(|| one.id.cmp(&other.id))
    });
    Ok(found)
}

/// One of the two lists of alarms, which are asked alike.
trait AlarmList: Operation<Output = AlarmPage> {
    /// The request for a page.
    fn page(cleared: Cleared, begin: Timestamp, end: Timestamp, offset: i64) -> Self;
}

impl AlarmList for QueryCloudServiceAlarms {
    fn page(cleared: Cleared, begin: Timestamp, end: Timestamp, offset: i64) -> Self {
        Self {
            cleared: Some(cleared),
            service_type: None,
            begin_time: begin.as_millisecond().to_string(),
            end_time: end.as_millisecond().to_string(),
            page_size: PAGE.into(),
            offset_value: offset,
        }
    }
}

impl AlarmList for QueryDeviceAlarms {
    fn page(cleared: Cleared, begin: Timestamp, end: Timestamp, offset: i64) -> Self {
        Self {
            cleared: Some(cleared),
            service_type: None,
            begin_time: begin.as_millisecond().to_string(),
            end_time: end.as_millisecond().to_string(),
            page_size: PAGE.into(),
            offset_value: offset,
        }
    }
}

/// Open and cleared rows of one list, each once. An alarm that ended between the two calls is in both answers: that
/// it is over counts. Rows with one number that are not the same alarm both stay.
async fn both<L: AlarmList>(client: &Client) -> Result<Vec<(bool, AlarmRow)>, ApiError> {
    let (open, cleared) = try_join(
        rows::<L>(client, Cleared::No, OPEN_DAYS),
        rows::<L>(client, Cleared::Yes, CLEARED_DAYS),
    )
    .await?;
    let mut by_number = BTreeMap::new();
    let mut nameless = Vec::new();
    for (is_cleared, row) in open
        .into_iter()
        .map(|row| (false, row))
        .chain(cleared.into_iter().map(|row| (true, row)))
    {
        if row.csn.is_empty() {
            nameless.push((is_cleared, row));
        } else {
            let same = [&row.csn, &row.alarm_name, &row.me_name].map(String::clone);
            by_number.insert(same, (is_cleared, row));
        }
    }
    Ok(by_number.into_values().chain(nameless).collect())
}

/// All rows of the last days, page by page.
async fn rows<L: AlarmList>(
    client: &Client,
    cleared: Cleared,
    days: i64,
) -> Result<Vec<AlarmRow>, ApiError> {
    let now = client.now();
    let begin = now - SignedDuration::from_hours(24 * days);
    // The end is excluded, and alarms are reported again and again: one that was reported while the question was under
    // way, or by a clock that is a little ahead, would be missing for once.
    let end = now + AHEAD;
    let mut walk = Walk::new(PAGE, PAGES);
    while let Some(offset) = walk.next() {
        let page = client.call(&L::page(cleared, begin, end, offset)).await?;
        walk.take(Part {
            total: page.output.total,
            rows: page.output.list,
        });
    }
    let walked = walk.end();
    Ok(walked.rows)
}

/// An alarm from a row. Fields that cannot be read as what they should be stay visible as they came.
fn alarm(account: &AccountId, list: &str, cleared: bool, row: &AlarmRow, now: Timestamp) -> Alarm {
    // These fields are UTC by their names, whatever the zone of others (huawei-esm.md, 1.8).
    let at = |text: &str| instant(text, jiff::tz::Offset::UTC);
    let (first, latest) = (at(&row.first_occur_utc), at(&row.latest_occur_utc));
    let resource = known(&[&row.me_name, &row.moi, &row.native_me_dn, &row.me_dn]);
    let resource_id = known(&[&row.me_dn, &row.native_me_dn]);
    Alarm {
        // The numbers of the two lists may overlap (huawei-esm.md, A7).
        id: format!("{list}/{}", row.csn).into(),
        account: account.clone(),
        severity: severity(&row.severity),
        severity_raw: row.severity.as_str().into(),
        title: known(&[&row.alarm_name, &row.alarm_id]).into(),
        resource_id: Some(resource_id)
            .filter(|id| !id.is_empty() && *id != resource)
            .map(SafeText::from),
        resource: resource.into(),
        region: known(&[&row.region, &row.logical_region_id]).into(),
        since: first.or(latest).unwrap_or(now),
        latest: latest.or(first).unwrap_or(now),
        count: row.count.trim().parse().unwrap_or(1),
        cleared: match row.cleared.trim() {
            "1" => true,
            "0" => false,
            // What was asked for decides where the row does not say.
            _ => cleared,
        },
        acknowledged: row.acked.trim() == "1",
        threshold: threshold(row),
        policy: None,
        detail: detail(row),
        odd: odd(row, first),
    }
}

/// What is shown as it came, because it is no severity, no time or no number.
fn odd(row: &AlarmRow, first: Option<Timestamp>) -> Odd {
    let mut odd = Odd::default();
    if !matches!(row.severity.trim(), "1" | "2" | "3" | "4") {
        odd.note("severity", known(&[&row.severity]));
    }
    if first.is_none() {
        odd.note("since", known(&[&row.first_occur_utc]));
    }
    if row.count.trim().parse::<u32>().is_err() {
        odd.note("count", known(&[&row.count]));
    }
    odd
}

/// The series and the threshold that an alarm about a virtual machine names in its words. The service has no field for
/// them; an alarm whose words do not say which metric it is about, and which threshold, has none.
fn threshold(row: &AlarmRow) -> Option<Threshold> {
    let machine = known(&[&row.native_me_dn, &row.me_dn]);
    let is_id = machine.len() == 36 && machine.bytes().filter(|byte| *byte == b'-').count() == 4;
    let words = format!("{} {}", row.alarm_name, row.additional_information).to_lowercase();
    let has = |some: [&str; 2]| some.iter().any(|word| words.contains(word));
    let metric = match () {
        () if !is_id => return None,
        () if has(["disk", "磁盘"]) => "disk_util",
        () if has(["memory", "内存"]) => "mem_usage",
        () if has(["cpu", "处理器"]) => "cpu_usage",
        () => return None,
    };
    let (_, value) = words.split_once("threshold=")?;
    let digits: String = value
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    Some(Threshold {
        series: SeriesKey::new(namespace::VM, machine, metric),
        statistic: Statistic::Average,
        // Samples come every five minutes (huawei-esm.md, B8).
        period: 300,
        comparison: Comparison::Above,
        value: digits.parse().ok()?,
        unit: "%".into(),
    })
}

/// 1 is critical and 4 a warning; the audit log's scale runs the other way (huawei-esm.md, 1.10). A severity this
/// program does not know must not sink to the bottom of the queue.
fn severity(digit: &str) -> Severity {
    match digit.trim() {
        "1" => Severity::Critical,
        "3" => Severity::Minor,
        "4" => Severity::Warning,
        _ => Severity::Major,
    }
}

/// The first of these that says something: empty text and the word `null` do not (huawei-esm.md, 1.10).
fn known<'a>(values: &[&'a String]) -> &'a str {
    values
        .iter()
        .map(|value| value.trim())
        .find(|value| !matches!(*value, "" | "null"))
        .unwrap_or_default()
}

/// Every field under its wire name, in the service's order; instants also in a form for people.
fn detail(row: &AlarmRow) -> Vec<(SafeText, SafeText)> {
    let Ok(Json::Object(fields)) = serde_json::to_value(row) else {
        return Vec::new();
    };
    fields
        .into_iter()
        .map(|(name, value)| {
            let text = match value {
                Json::String(text) => text,
                Json::Null => String::new(),
                other => other.to_string(),
            };
            let readable = Some(&name)
                .filter(|name| name.ends_with("_utc"))
                .and_then(|_| instant(&text, jiff::tz::Offset::UTC));
            let text = readable.map_or_else(|| text.clone(), |at| format!("{text} ({at})"));
            (name.into(), text.into())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::account::SystemId;

    /// The sample of the reference.
    fn sample() -> Json {
        json!({
            "csn": "12346578", "alarm_name": "ECS宿主机内存使用率过高", "alarm_id": 100_201, "severity": "2",
            "event_type": "1", "origin_system_type": "CES", "origin_system_name": "CES", "moi": "host=10.1.2.3",
            "additional_information": "usage=96%", "latest_occur_utc": "1726819320000",
            "first_occur_utc": "1726818420000", "meName": "host-10-1-2-3", "count": "4", "probable_cause": "",
            "region": "xx-region", "dc_name": "dc1", "res_pool_name": "POD01", "azone_name": "az1", "tenant": "",
            "nativeMeDn": "host-10-1-2-3", "moc": "host", "cleared": "0", "clear_category": "1", "clear_utc": "",
            "clear_user": "", "clear_type": "", "acked": "0", "ack_user": "", "ack_utc": "",
            "merge_key": "100201-host-10-1-2-3", "me_category": "ECS", "me_type": "nova",
            "product_name": "nova-compute", "LogicalRegionId": "cn-north-201", "serviceAffectedType": "0",
            "affectedService": "", "meDn": "host-10-1-2-3",
        })
    }

    fn read(row: Json) -> Alarm {
        let row: AlarmRow = serde_json::from_value(row).unwrap();
        let account = AccountId::new("test", SystemId::HuaweiEsm);
        alarm(
            &account,
            "service",
            false,
            &row,
            "2026-11-22T00:00:00Z".parse().unwrap(),
        )
    }

    fn field<'a>(alarm: &'a Alarm, name: &str) -> &'a str {
        let found = alarm.detail.iter().find(|(label, _)| label.raw() == name);
        found.map_or("(missing)", |(_, text)| text.raw())
    }

    #[test]
    fn the_sample_is_read_with_all_its_fields() {
        let alarm = read(sample());
        assert_eq!(alarm.id.raw(), "service/12346578");
        assert_eq!(alarm.severity, Severity::Major);
        assert_eq!(alarm.title.raw(), "ECS宿主机内存使用率过高");
        assert_eq!(alarm.resource.raw(), "host-10-1-2-3");
        assert_eq!(alarm.resource_id, None);
        assert_eq!(alarm.region.raw(), "xx-region");
        assert_eq!(alarm.since.to_string(), "2024-09-20T07:47:00Z");
        assert_eq!(alarm.latest.to_string(), "2024-09-20T08:02:00Z");
        assert_eq!(
            (alarm.count, alarm.cleared, alarm.acknowledged),
            (4, false, false)
        );
        assert_eq!(alarm.detail.len(), 37);
        assert_eq!(field(&alarm, "alarm_id"), "100201");
        assert_eq!(field(&alarm, "LogicalRegionId"), "cn-north-201");
        assert_eq!(
            field(&alarm, "latest_occur_utc"),
            "1726819320000 (2024-09-20T08:02:00Z)"
        );
        assert_eq!(field(&alarm, "clear_utc"), "");
    }

    /// The fields of huawei-esm.md, A6, in its order.
    const FIELDS: [&str; 37] = [
        "csn",
        "alarm_name",
        "alarm_id",
        "severity",
        "event_type",
        "origin_system_type",
        "origin_system_name",
        "moi",
        "additional_information",
        "latest_occur_utc",
        "first_occur_utc",
        "meName",
        "count",
        "probable_cause",
        "region",
        "dc_name",
        "res_pool_name",
        "azone_name",
        "tenant",
        "nativeMeDn",
        "moc",
        "cleared",
        "clear_category",
        "clear_utc",
        "clear_user",
        "clear_type",
        "acked",
        "ack_user",
        "ack_utc",
        "merge_key",
        "me_category",
        "me_type",
        "product_name",
        "LogicalRegionId",
        "serviceAffectedType",
        "affectedService",
        "meDn",
    ];

    #[test]
    fn each_field_is_told_under_its_name_and_damaged_ones_as_they_came() {
        let names: Vec<String> = read(sample())
            .detail
            .iter()
            .map(|(name, _)| name.raw().to_owned())
            .collect();
        assert_eq!(names, FIELDS);
        // What is missing is an empty field, not a missing one.
        assert_eq!(read(json!({})).detail.len(), FIELDS.len());
        for name in FIELDS {
            let with = |value: Json| {
                let mut row = sample();
                row[name] = value;
                read(row)
            };
            let damaged = [
                (json!("⚑ as it came"), "⚑ as it came"),
                (json!(-7.5), "-7.5"),
                (json!(true), "true"),
                (json!({"a": [1]}), r#"{"a":[1]}"#),
                (json!(["x"]), r#"["x"]"#),
                (json!(""), ""),
                (json!(null), ""),
            ];
            for (value, told) in damaged {
                let alarm = with(value);
                assert_eq!(field(&alarm, name), told, "{name}");
                assert_eq!(alarm.detail.len(), FIELDS.len(), "{name}");
            }
        }
    }

    #[test]
    fn each_field_has_its_own_value_in_the_detail() {
        let times = [
            "latest_occur_utc",
            "first_occur_utc",
            "clear_utc",
            "ack_utc",
        ];
        let number = |index: usize| i64::try_from(index).unwrap();
        // Every value is another one, so that none can stand for its neighbour.
        let moment = |index: usize| 1_726_819_320_000 + 1000 * number(index);
        let mut row = json!({});
        for (index, name) in FIELDS.into_iter().enumerate() {
            row[name] = match name {
                "alarm_id" => json!(100_200 + index),
                name if times.contains(&name) => json!(moment(index).to_string()),
                _ => json!(format!("value {index} of {name}")),
            };
        }
        let alarm = read(row);
        assert_eq!(alarm.detail.len(), FIELDS.len());
        for (index, name) in FIELDS.into_iter().enumerate() {
            let told = match name {
                "alarm_id" => (100_200 + index).to_string(),
                name if times.contains(&name) => {
                    let at = Timestamp::from_millisecond(moment(index)).unwrap();
                    format!("{} ({at})", moment(index))
                }
                _ => format!("value {index} of {name}"),
            };
            assert_eq!(field(&alarm, name), told, "{name}");
        }
    }

    #[test]
    fn odd_fields_stay_visible() {
        let mut row = sample();
        row["severity"] = json!("urgent");
        row["first_occur_utc"] = json!("the other day");
        row["count"] = json!("many");
        row["meName"] = json!("null");
        row["acked"] = json!(1);
        row["cleared"] = json!(null);
        row["moi"] = json!({"host": "10.1.2.3"});
        row["new_field"] = json!([1]);
        let alarm = read(row);
        assert_eq!(alarm.severity, Severity::Major);
        assert_eq!(alarm.severity_raw.raw(), "urgent");
        assert_eq!(alarm.since, alarm.latest);
        assert_eq!(alarm.count, 1);
        let odd = |name| alarm.odd.of(name).map(SafeText::raw);
        assert_eq!(odd("severity"), Some("urgent"));
        assert_eq!(odd("since"), Some("the other day"));
        assert_eq!(odd("count"), Some("many"));
        assert_eq!(alarm.resource.raw(), r#"{"host":"10.1.2.3"}"#);
        assert!(alarm.acknowledged && !alarm.cleared);
        assert_eq!(field(&alarm, "first_occur_utc"), "the other day");
        assert_eq!(field(&alarm, "new_field"), "[1]");
    }

    #[test]
    fn an_alarm_about_a_machine_has_a_graph_when_its_words_say_which() {
        let mut row = sample();
        assert_eq!(read(row.clone()).threshold, None);
        row["nativeMeDn"] = json!("abfa96bc-29f6-4571-bfba-fcfdf6ad6ebb");
        row["additional_information"] = json!("usage=96%");
        assert_eq!(read(row.clone()).threshold, None);
        row["additional_information"] = json!("usage=96%;threshold=92.5%");
        let line = read(row.clone()).threshold.unwrap();
        assert_eq!(line.series.metric.raw(), "mem_usage");
        assert!((line.value - 92.5).abs() < f64::EPSILON);
        row["alarm_name"] = json!("Something else");
        assert_eq!(read(row).threshold, None);
    }

    #[test]
    fn an_alarm_without_any_time_is_shown_as_of_now() {
        let alarm = read(json!({"csn": "1", "alarm_name": "x"}));
        assert_eq!(alarm.since.to_string(), "2026-11-22T00:00:00Z");
    }

    #[test]
    fn variants_of_names_are_read() {
        let row: AlarmRow =
            serde_json::from_value(json!({"logical_region_id": "cn-1", "me_name": "h"})).unwrap();
        assert_eq!(
            (row.logical_region_id.as_str(), row.me_name.as_str()),
            ("cn-1", "h")
        );
    }

    #[test]
    fn a_page_whose_total_is_a_description_is_read() {
        let page: AlarmPage =
            serde_json::from_value(json!({"total": "number of alarms", "list": [sample()]}))
                .unwrap();
        assert_eq!(page.total, None);
        assert_eq!(page.list.len(), 1);
    }
}
