//! Huawei ESM, as the estate answers it (huawei-esm.md, A6, A7 and 7.4).

use jiff::{Span, Timestamp};
use serde_json::{Value as Json, json};

use super::estate::alarms::EsmAlarm;
use super::estate::identity::HUAWEI_REGION;
use super::estate::troubles::AlarmList;
use super::estate::{Cloud, Estate};
use super::handlers::{Handlers, Refusal};
use crate::cloud::huawei_esm::ops::{Cleared, QueryCloudServiceAlarms, QueryDeviceAlarms};

/// The functions of its operations.
pub fn handlers() -> Handlers {
    Handlers::new()
        .on_json::<QueryCloudServiceAlarms>(|estate, _, ask| {
            let window = Window::read(&ask.begin_time, &ask.end_time)?;
            window.within_two_months()?;
            let page = Page::of(ask.page_size, ask.offset_value);
            Ok(alarms(
                estate,
                AlarmList::Service,
                &window,
                ask.cleared,
                ask.service_type.as_deref(),
                page,
            ))
        })
        .on_json::<QueryDeviceAlarms>(|estate, _, ask| {
            let window = Window::read(&ask.begin_time, &ask.end_time)?;
            let page = Page::of(ask.page_size, ask.offset_value);
            Ok(alarms(
                estate,
                AlarmList::Device,
                &window,
                ask.cleared,
                ask.service_type.as_deref(),
                page,
            ))
        })
}

/// A bad parameter. The code is made up: the document has none (7.2).
fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ESM.0400", message)
}

/// From the first instant to before the second.
struct Window {
    from: Timestamp,
    to: Timestamp,
}

impl Window {
    /// Reads two instants given as text of milliseconds since 1970.
    fn read(begin: &str, end: &str) -> Result<Self, Refusal> {
        let instant = |name: &str, text: &str| {
            text.trim()
                .parse()
                .ok()
                .and_then(|ms| Timestamp::from_millisecond(ms).ok())
                .ok_or_else(|| wrong(format!("{name} must be milliseconds since 1970")))
        };
        let (from, to) = (instant("begin_time", begin)?, instant("end_time", end)?);
        if to < from {
            return Err(wrong("end_time must not be before begin_time"));
        }
        Ok(Self { from, to })
    }

    /// Later editions answer no more than two months (A6).
    fn within_two_months(&self) -> Result<(), Refusal> {
        let latest = self
            .from
            .checked_add(Span::new().hours(62 * 24))
            .unwrap_or(Timestamp::MAX);
        if self.to > latest {
            return Err(wrong("the time range must not exceed two months"));
        }
        Ok(())
    }
}

/// Rows to pass over and rows to give.
#[derive(Clone, Copy)]
struct Page {
    skip: usize,
    take: usize,
}

impl Page {
    fn of(page_size: i64, offset_value: i64) -> Self {
        Self {
            skip: usize::try_from(offset_value).unwrap_or(usize::MAX),
            take: usize::try_from(page_size).unwrap_or(0),
        }
    }
}

fn alarms(
    estate: &Estate,
    list: AlarmList,
    window: &Window,
    cleared: Option<Cleared>,
    service: Option<&str>,
    page: Page,
) -> Json {
    let fits = |alarm: &EsmAlarm| {
        cleared.is_none_or(|cleared| (cleared == Cleared::Yes) == alarm.cleared.is_some())
            && service.is_none_or(|service| service.is_empty() || service == alarm.what.service)
    };
    let mut found = estate.alarms(list, window.from, window.to);
    found.retain(fits);
    let rows: Vec<Json> = found
        .iter()
        .skip(page.skip)
        .take(page.take)
        .map(|alarm| row(estate, alarm))
        .collect();
    json!({"total": found.len(), "list": rows})
}

/// One alarm: 37 fields, three naming styles, digits as text, empty text for what has not happened (A6).
fn row(estate: &Estate, alarm: &EsmAlarm) -> Json {
    let ms =
        |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.as_millisecond().to_string());
    let flag = |is: bool| if is { "1" } else { "0" };
    let acked = alarm.acked.map(|(at, _)| at);
    let native = estate
        .machine(&alarm.on)
        .and_then(|machine| machine.id_in(Cloud::Huawei))
        .unwrap_or_default();
    let service = alarm.what.service.as_str();
    let product = match service {
        "ECS" => "nova-compute",
        "ELB" => "elb-v3",
        "RDS" => "rds-mysql",
        "EVS" => "cinder-volume",
        _ => "ironic",
    };
    json!({
        "csn": alarm.csn.to_string(),
        "alarm_name": alarm.what.name,
        "alarm_id": alarm.what.code,
        "severity": alarm.what.severity.to_string(),
        "event_type": "1",
        "origin_system_type": "CES",
        "origin_system_name": "CES",
        "moi": format!("host={};name={}", alarm.ip, alarm.on),
        "additional_information": alarm.what.information,
        "latest_occur_utc": ms(Some(alarm.latest)),
        "first_occur_utc": ms(Some(alarm.first)),
        "meName": alarm.on,
        "count": alarm.count.to_string(),
        "probable_cause": "",
        "region": "华北-北京四",
        "dc_name": "wuhd22",
        "res_pool_name": "POD01",
        "azone_name": "az1",
        "tenant": estate.identity.domain,
        "nativeMeDn": native,
        "moc": if alarm.what.list == AlarmList::Service { "instance" } else { "host" },
        "cleared": flag(alarm.cleared.is_some()),
        "clear_category": "1",
        "clear_utc": ms(alarm.cleared),
        "clear_user": if alarm.cleared.is_some() { "system" } else { "" },
        "clear_type": if alarm.cleared.is_some() { "1" } else { "" },
        "acked": flag(acked.is_some()),
        "ack_user": alarm.acked.map_or("", |(_, who)| who),
        "ack_utc": ms(acked),
        "merge_key": format!("{}-{}", alarm.what.code, alarm.on),
        "me_category": service,
        "me_type": service.to_lowercase(),
        "product_name": product,
        "LogicalRegionId": HUAWEI_REGION,
        "serviceAffectedType": flag(alarm.what.severity <= 2),
        "affectedService": "",
        "meDn": native,
    })
}
