//! The two lists of alarms (huawei-esm.md, A6, A7 and 7.4).

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::common::{Slice, Window};
use crate::cloud::huawei_esm::ops::{Cleared, QueryCloudServiceAlarms, QueryDeviceAlarms};
use crate::sim::estate::AlarmList;
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::things::alarms::EsmAlarm;
use crate::sim::estate::{Cloud, Estate};
use crate::sim::handlers::Handlers;

pub(super) fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<QueryCloudServiceAlarms>(|estate, _, ask| {
            let window = Window::read(&ask.begin_time, &ask.end_time)?;
            window.within_two_months()?;
            let page = Slice::of(estate, ask.page_size, ask.offset_value);
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
            let page = Slice::of(estate, ask.page_size, ask.offset_value);
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

fn alarms(
    estate: &Estate,
    list: AlarmList,
    window: &Window,
    cleared: Option<Cleared>,
    service: Option<&str>,
    page: Slice,
) -> Json {
    let fits = |alarm: &EsmAlarm| {
        cleared.is_none_or(|cleared| (cleared == Cleared::Yes) == alarm.cleared.is_some())
            && service.is_none_or(|service| service.is_empty() || service == alarm.what.service)
    };
    let mut found = estate.alarms(list, window.from, window.to);
    found.retain(fits);
    page.page(found.len() as u64, |index| {
        let alarm = usize::try_from(index)
            .ok()
            .and_then(|index| found.get(index));
        alarm.map_or(Json::Null, |alarm| row(estate, alarm))
    })
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
