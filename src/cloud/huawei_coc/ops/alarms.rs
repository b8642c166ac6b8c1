//! Custom alarms (huawei-coc.md, 10.22).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Envelope;
use crate::cloud::declare::Call;
use crate::{choices, operation};

choices! {
    /// How bad a custom alarm is.
    AlarmLevel;
    /// Critical.
    Critical = "Critical",
    /// Major.
    Major = "Major",
    /// Minor.
    Minor = "Minor",
    /// For the record.
    Info = "Info",
}

choices! {
    /// Does a custom alarm fire?
    AlarmStatus;
    /// It fires.
    Alarm = "alarm",
    /// It is over.
    Ok = "ok",
}

operation! {
    /// Reports an alarm of a monitoring system of one's own. Nothing reads it back.
    ReportCustomAlarm -> Envelope<Json>, "huawei-coc.report_custom_alarm",
        Call::rest("CreateReportCustomEvent", "v1", "POST", "/v1/event/huawei/custom/{integration_key}").mutates();
    /// Key of the integration, made in the console.
    integration_key: String = "integration_key".len(1, 255).secret(),
    /// Id of the alarm; the same id with `ok` clears it.
    alarm_id: String = "alarmId".len(1, 255),
    /// Name of the alarm.
    alarm_name: String = "alarmName".len(1, 255),
    /// How bad.
    alarm_level: AlarmLevel = "alarmLevel",
    /// When, in milliseconds since 1970.
    time: i64 = "time",
    /// Namespace of the resource.
    name_space: String = "nameSpace".len(1, 255),
    /// Region.
    region_id: Option<String> = "regionId".len(0, 255),
    /// Id of the application.
    application_id: String = "applicationId".len(1, 255),
    /// Name of the resource.
    resource_name: Option<String> = "resourceName".len(0, 255),
    /// Id of the resource.
    resource_id: Option<String> = "resourceId".len(0, 255),
    /// What is wrong.
    alarm_desc: String = "alarmDesc".len(1, 255),
    /// Where to read more.
    url: Option<String> = "URL".len(0, 255),
    /// Does it fire?
    alarm_status: Option<AlarmStatus> = "alarmStatus",
    /// Which system reports it.
    alarm_source: String = "alarmSource".len(1, 255),
    /// Anything else.
    additional: BTreeMap<String, Json> = "additional",
}
