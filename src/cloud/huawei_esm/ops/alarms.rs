//! The two lists of alarms (huawei-esm.md, 3, A6 and A7).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::{choices, operation};

choices! {
    /// Is an alarm over?
    Cleared;
    /// It goes on.
    No = "0",
    /// It is over.
    Yes = "1",
}

operation! {
    /// Lists alarms of cloud services, open or cleared.
    QueryCloudServiceAlarms -> AlarmPage, "huawei-esm.query_cloud_service_alarms",
        Call::rest(
            "QueryCloudServiceAlarms",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/CloudServiceAlarm/info",
        );
    /// Only open or only cleared ones; both when absent.
    cleared: Option<Cleared> = "cleared",
    /// Cloud service, for example `ECS` or `EVS`.
    service_type: Option<String> = "service_type",
    /// From this instant on, in milliseconds since 1970. Later editions limit the span to two months.
    begin_time: String = "begin_time",
    /// Until this instant, in milliseconds since 1970.
    end_time: String = "end_time",
    /// Rows per page; what 0 means is not documented.
    page_size: i64 = "page_size".range(0, 1000),
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
}

operation! {
    /// Lists alarms of hardware, open or cleared.
    QueryDeviceAlarms -> AlarmPage, "huawei-esm.query_device_alarms",
        Call::rest(
            "QueryHardwareAlarmInformation",
            "v1",
            "GET",
            "/rest/dataapi/homs/open-api/v1/DeviceAlarm/info",
        );
    /// Only open or only cleared ones; both when absent.
    cleared: Option<Cleared> = "cleared",
    /// Kind of device: `Server` or `Network`.
    service_type: Option<String> = "service_type",
    /// From this instant on, in milliseconds since 1970.
    begin_time: String = "begin_time",
    /// Until this instant, in milliseconds since 1970.
    end_time: String = "end_time",
    /// Rows per page; what 0 means is not documented.
    page_size: i64 = "page_size".range(0, 1000),
    /// Rows to pass over.
    offset_value: i64 = "offset_value".at_least(0),
}

/// One page of alarms.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AlarmPage {
    /// All matches; a text with a description in the document's sample, and then nothing here.
    #[serde(default, deserialize_with = "total")]
    pub total: Option<i64>,
    /// The rows.
    #[serde(deserialize_with = "loose::list")]
    pub list: Vec<AlarmRow>,
}

/// An alarm, field by field as it came. Empty text, the word `null` and a missing field all mean "not known".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlarmRow {
    /// Serial number: the identity of the record within its list.
    #[serde(deserialize_with = "loose::any_text")]
    pub csn: String,
    /// Name of the alarm.
    #[serde(deserialize_with = "loose::any_text")]
    pub alarm_name: String,
    /// Identifies the alarm's definition, not the record; a number in the document, hexadecimal text elsewhere.
    #[serde(
        serialize_with = "number_if_digits",
        deserialize_with = "loose::any_text"
    )]
    pub alarm_id: String,
    /// `1` critical, `2` major, `3` minor, `4` warning.
    #[serde(deserialize_with = "loose::any_text")]
    pub severity: String,
    /// Kind of event; codes are not documented.
    #[serde(deserialize_with = "loose::any_text")]
    pub event_type: String,
    /// Kind of the system that reported it.
    #[serde(deserialize_with = "loose::any_text")]
    pub origin_system_type: String,
    /// Name of the system that reported it.
    #[serde(deserialize_with = "loose::any_text")]
    pub origin_system_name: String,
    /// Where: free text, often `key=value,…`.
    #[serde(deserialize_with = "loose::any_text")]
    pub moi: String,
    /// Anything else.
    #[serde(deserialize_with = "loose::any_text")]
    pub additional_information: String,
    /// When it was reported last.
    #[serde(deserialize_with = "loose::any_text")]
    pub latest_occur_utc: String,
    /// When it was reported first.
    #[serde(deserialize_with = "loose::any_text")]
    pub first_occur_utc: String,
    /// Name of the object it is about.
    #[serde(
        rename = "meName",
        alias = "me_name",
        deserialize_with = "loose::any_text"
    )]
    pub me_name: String,
    /// How often it was reported.
    #[serde(deserialize_with = "loose::any_text")]
    pub count: String,
    /// What may have caused it.
    #[serde(deserialize_with = "loose::any_text")]
    pub probable_cause: String,
    /// Name of the region.
    #[serde(deserialize_with = "loose::any_text")]
    pub region: String,
    /// Name of the data centre.
    #[serde(deserialize_with = "loose::any_text")]
    pub dc_name: String,
    /// Name of the resource pool.
    #[serde(deserialize_with = "loose::any_text")]
    pub res_pool_name: String,
    /// Name of the availability zone.
    #[serde(deserialize_with = "loose::any_text")]
    pub azone_name: String,
    /// Name of the tenant.
    #[serde(deserialize_with = "loose::any_text")]
    pub tenant: String,
    /// Id of the object in the system that reported it.
    #[serde(
        rename = "nativeMeDn",
        alias = "native_me_dn",
        deserialize_with = "loose::any_text"
    )]
    pub native_me_dn: String,
    /// Kind of the object.
    #[serde(deserialize_with = "loose::any_text")]
    pub moc: String,
    /// `0` open, `1` cleared.
    #[serde(deserialize_with = "loose::any_text")]
    pub cleared: String,
    /// How it can be cleared: `1` by itself, `2` by hand.
    #[serde(deserialize_with = "loose::any_text")]
    pub clear_category: String,
    /// When it was cleared.
    #[serde(deserialize_with = "loose::any_text")]
    pub clear_utc: String,
    /// Who cleared it.
    #[serde(deserialize_with = "loose::any_text")]
    pub clear_user: String,
    /// How it was cleared; codes are not documented.
    #[serde(deserialize_with = "loose::any_text")]
    pub clear_type: String,
    /// `0` not acknowledged, `1` acknowledged.
    #[serde(deserialize_with = "loose::any_text")]
    pub acked: String,
    /// Who acknowledged it.
    #[serde(deserialize_with = "loose::any_text")]
    pub ack_user: String,
    /// When it was acknowledged.
    #[serde(deserialize_with = "loose::any_text")]
    pub ack_utc: String,
    /// Key by which reports are merged.
    #[serde(deserialize_with = "loose::any_text")]
    pub merge_key: String,
    /// Cloud service it belongs to.
    #[serde(deserialize_with = "loose::any_text")]
    pub me_category: String,
    /// Service it belongs to.
    #[serde(deserialize_with = "loose::any_text")]
    pub me_type: String,
    /// Micro-service it belongs to.
    #[serde(deserialize_with = "loose::any_text")]
    pub product_name: String,
    /// Code of the region.
    #[serde(
        rename = "LogicalRegionId",
        alias = "logical_region_id",
        deserialize_with = "loose::any_text"
    )]
    pub logical_region_id: String,
    /// Is business affected? `0` no, `1` yes.
    #[serde(
        rename = "serviceAffectedType",
        alias = "service_affected_type",
        deserialize_with = "loose::any_text"
    )]
    pub service_affected_type: String,
    /// Name of the business affected.
    #[serde(
        rename = "affectedService",
        alias = "affected_service",
        deserialize_with = "loose::any_text"
    )]
    pub affected_service: String,
    /// Id of the object it is about.
    #[serde(rename = "meDn", alias = "me_dn", deserialize_with = "loose::any_text")]
    pub me_dn: String,
    /// Fields the document does not have.
    #[serde(flatten)]
    pub further: BTreeMap<String, Json>,
}

/// The count of all matches, where it is one.
fn total<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(loose::integer(Json::deserialize(from)?).unwrap_or_default())
}

/// Written as the number it is in the document, where it is one.
fn number_if_digits<S: Serializer>(id: &str, to: S) -> Result<S::Ok, S::Error> {
    match id.parse::<u64>() {
        Ok(number) if number.to_string() == id => to.serialize_u64(number),
        _ => to.serialize_str(id),
    }
}
