//! The operations, in the document's order (ksc-monitor.md, 14), and what they answer.
//!
//! Answers are written here in the casing of the JSON form; the XML form has the same tree in upper camel case
//! (section 7), so one struct reads both ([`wire`](crate::cloud::wire) compares keys without regard to case).

use std::fmt;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::cloud::declare::{BeijingFalseZTime, Call, Entry, Violation};
use crate::cloud::wire::Items;
use crate::{object, operation};

pub mod changes;
pub mod custom;
pub mod kce;

pub use changes::{AddAlarmReceives, DeleteAlarmReceives, NewAlarmPolicy, UpdateAlertUserStatus};
pub use custom::{GetCustomMetricStatistics, ListCustomMetrics, PutMetricData};
pub use kce::{GetKceMetricStatistics, ListKceMetrics};

/// Version of the operations on cloud products.
const PRODUCTS: &str = "2010-05-25";
/// Version of the batch.
const BATCH: &str = "2018-11-14";
/// Version of alarms and contacts.
const ALARMS: &str = "2021-01-01";

/// All operations.
pub const OPERATIONS: &[Entry] = &[
    Entry::of::<ListMetrics>(),
    Entry::of::<GetMetricStatistics>(),
    Entry::of::<GetMetricStatisticsBatch>(),
    Entry::of::<PutMetricData>(),
    Entry::of::<NewAlarmPolicy>(),
    Entry::of::<ListCustomMetrics>(),
    Entry::of::<GetCustomMetricStatistics>(),
    Entry::of::<ListKceMetrics>(),
    Entry::of::<GetKceMetricStatistics>(),
    Entry::of::<ListAlarmPolicy>(),
    Entry::of::<DescribeAlarmPolicy>(),
    Entry::of::<DescribePolicyObject>(),
    Entry::of::<DescribeAlarmReceives>(),
    Entry::of::<AddAlarmReceives>(),
    Entry::of::<DeleteAlarmReceives>(),
    Entry::of::<GetUserGroup>(),
    Entry::of::<GetAlertUser>(),
    Entry::of::<UpdateAlertUserStatus>(),
];

/// The words of a comma-separated `Aggregate`: those of the tables, and the spellings that the samples and public
/// clients have besides (14.2, 14.3).
fn check_aggregate(input: &Json) -> Vec<Violation> {
    const WORDS: &[&str] = &[
        "average",
        "avg",
        "max",
        "min",
        "sum",
        "count",
        "samplecount",
    ];
    let text = input["Aggregate"].as_str().unwrap_or_default();
    let is_known = |word: &&str| WORDS.contains(&word.trim().to_ascii_lowercase().as_str());
    let words = text.split(',').filter(|_| !text.is_empty());
    words
        .filter(|word| !is_known(word))
        .map(|word| {
            Violation::new(
                "Aggregate",
                "must be some of Average, Max, Min, Sum, Count, with commas between",
                format!("\"{word}\""),
            )
        })
        .collect()
}

/// Where the older versions put the request id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResponseMetadata {
    /// Id of the request.
    #[serde(rename = "requestId")]
    pub request_id: String,
}

/// A list inside an element called `member`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Members<T> {
    /// The elements.
    #[serde(default)]
    pub member: Vec<T>,
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self { member: Vec::new() }
    }
}

/// A number that is sent as text, and as `"null"` where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figure(pub Option<f64>);

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FigureVisitor)
    }
}

struct FigureVisitor;

impl Visitor<'_> for FigureVisitor {
    type Value = Figure;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, also as text")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Figure, E> {
        Ok(Figure::new(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Figure, E> {
        Ok(Figure::new(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Figure, E> {
        Ok(Figure::new(value as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Figure, E> {
        match text.trim() {
            "" | "null" => Ok(Figure(None)),
            text => text
                .parse()
                .map(Figure::new)
                .map_err(|_| E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Figure, E> {
        Ok(Figure(None))
    }
}

impl Figure {
    /// A value. What is not finite has no form on the wire and becomes a missing one.
    pub fn new(value: f64) -> Self {
        Self(Some(value).filter(|value| value.is_finite()))
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(value) => serializer.collect_str(&value),
            None => serializer.serialize_str("null"),
        }
    }
}

// 14.1 ListMetrics

operation! {
    /// Lists the metrics that one instance of a cloud product has. Not for the container engine.
    ListMetrics -> MetricList, "ksc-monitor.list_metrics", Call::action("ListMetrics", PRODUCTS);
    /// Product namespace, for example `KEC`.
    namespace: String = "Namespace",
    /// Instance id, 36 characters for most products.
    instance_id: String = "InstanceId".alias(&["InstanceID"]),
    /// Only this metric.
    metric_name: Option<String> = "MetricName",
    /// Page number, from 1.
    page_index: u32 = "PageIndex".at_least(1),
    /// Rows of a page.
    page_size: Option<u32> = "PageSize",
}

/// Answer of [`ListMetrics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricList {
    /// The list.
    #[serde(rename = "listMetricsResult")]
    pub result: MetricListResult,
    /// Request id.
    #[serde(rename = "responseMetadata", default)]
    pub metadata: ResponseMetadata,
}

/// The list in a [`MetricList`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricListResult {
    /// The metrics.
    pub metrics: Members<Metric>,
}

/// A metric of an instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Metric {
    /// Instance.
    pub instance_id: String,
    /// Collection period in seconds, as text.
    pub interval: String,
    /// Name.
    pub metric_name: String,
    /// Name for people; not in the document, sent by the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_desc: Option<String>,
    /// Product namespace.
    pub namespace: String,
    /// `Integer`, `Float`, `long`, …: opaque.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unit.
    pub unit: String,
}

// 14.2 GetMetricStatistics

operation! {
    /// Reads the history of one metric of one instance, up to 30 days back. For the newest 15 minutes there is
    /// the batch.
    GetMetricStatistics -> Statistics, "ksc-monitor.get_metric_statistics",
        Call::action("GetMetricStatistics", PRODUCTS), check = check_aggregate;
    /// Product namespace, for example `KEC`.
    namespace: String = "Namespace",
    /// Instance id; for `MONDB` with the prefix `user`, for `KS3` the bucket's name.
    instance_id: String = "InstanceID".alias(&["InstanceId"]),
    /// Metric.
    metric_name: String = "MetricName",
    /// Start, Beijing time written with `Z`.
    start_time: BeijingFalseZTime = "StartTime",
    /// End, Beijing time written with `Z`, at least two minutes ago.
    end_time: BeijingFalseZTime = "EndTime",
    /// Length of a period in seconds, a multiple of 60; the interval of collection when absent.
    period: Option<u32> = "Period".at_least(60).multiple_of(60),
    /// Statistics, comma-separated: `Average`, `Max`, `Min`.
    aggregate: String = "Aggregate",
}

/// Answer of [`GetMetricStatistics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// The points.
    #[serde(rename = "getMetricStatisticsResult")]
    pub result: StatisticsResult,
    /// Request id.
    #[serde(rename = "responseMetadata", default)]
    pub metadata: ResponseMetadata,
}

/// The points in [`Statistics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatisticsResult {
    /// The points.
    pub datapoints: Members<Point>,
    /// Metric.
    pub label: String,
}

/// The statistics of one period. Those that were not asked for may be absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Point {
    /// Start of the period, Beijing time written with `Z`.
    pub timestamp: String,
    /// Start of the period in milliseconds since the Unix epoch; only in JSON.
    #[serde(rename = "unixTimestamp", skip_serializing_if = "Option::is_none")]
    pub unix_timestamp: Option<i64>,
    /// Mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average: Option<Figure>,
    /// Largest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Figure>,
    /// Smallest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Figure>,
    /// Sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum: Option<Figure>,
    /// Number of values; asked for as `Count`.
    #[serde(rename = "sampleCount", skip_serializing_if = "Option::is_none")]
    pub sample_count: Option<Figure>,
}

// 14.3 GetMetricStatisticsBatch

// Keys of the body are matched without regard to case (14.3, quirks): aliases say so.

object! {
    /// One metric of one instance.
    MetricOf;
    /// Instance id; for `MONDB` with the prefix `user`.
    instance_id: String = "InstanceID".alias(&["InstanceId", "instanceid"]),
    /// Metric.
    metric_name: String = "MetricName".alias(&["metricname"]),
}

operation! {
    /// Reads up to 200 series of one namespace. Meant for the newest 15 minutes; ranges above 30 minutes may
    /// time out. Series that cannot be read are named in the answer, the others are there all the same.
    GetMetricStatisticsBatch -> Batch, "ksc-monitor.get_metric_statistics_batch",
        Call::action("GetMetricStatisticsBatch", BATCH).post_json().group("batch");
    /// Product namespace, for example `KEC`.
    namespace: String = "Namespace".alias(&["namespace"]),
    /// Start, Beijing time written with `Z`.
    start_time: BeijingFalseZTime = "StartTime".alias(&["starttime"]),
    /// End, Beijing time written with `Z`, at least two minutes ago.
    end_time: BeijingFalseZTime = "EndTime".alias(&["endtime"]),
    /// Length of a period in seconds, a multiple of 60.
    period: Option<u32> = "Period".alias(&["period"]).at_least(60).multiple_of(60),
    /// Statistics. The service takes `Sum` and `Count` and other spellings too.
    aggregate: Vec<String> = "Aggregate".alias(&["aggregate"]).required().one_of(&["Average", "Max", "Min"]).soft(),
    /// The series.
    metrics: Vec<MetricOf> = "Metrics".alias(&["metrics"]).required().items(1, 200),
}

/// Answer of [`GetMetricStatisticsBatch`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Batch {
    /// One sentence for each series that could not be read.
    #[serde(
        rename = "errorMessage",
        alias = "ErrorMessages",
        skip_serializing_if = "Items::is_empty"
    )]
    pub errors: Items<String>,
    /// The others, in any order.
    #[serde(rename = "getMetricStatisticsBatchResults")]
    pub results: Items<BatchResult>,
    /// Request id.
    #[serde(rename = "responseMetadata")]
    pub metadata: ResponseMetadata,
}

/// One series in a [`Batch`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BatchResult {
    /// The points.
    pub datapoints: Members<Point>,
    /// Instance: the one key in upper case in JSON. For `MONDB` it carries the prefix `user`.
    #[serde(rename = "Instance")]
    pub instance: String,
    /// Metric.
    pub label: String,
}

// 14.10 ListAlarmPolicy

operation! {
    /// Lists the alarm policies of the account. It says what is watched, not what is wrong.
    ListAlarmPolicy -> PolicyList, "ksc-monitor.list_alarm_policy", Call::action("ListAlarmPolicy", ALARMS);
    /// Page number, from 1.
    page_index: Option<u32> = "PageIndex".at_least(1).default("1"),
    /// Rows of a page.
    page_size: Option<u32> = "PageSize".range(1, 100).default("10"),
}

/// Answer of [`ListAlarmPolicy`] and [`DescribeAlarmPolicy`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyList {
    /// The list.
    pub data: PolicyListData,
    /// How many policies there are.
    #[serde(default, rename = "totalCount")]
    pub total: i64,
    /// Request id.
    #[serde(default, rename = "requestId")]
    pub request_id: String,
}

/// The list in a [`PolicyList`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyListData {
    /// The policies.
    #[serde(rename = "alarmPolicyList")]
    pub policies: Vec<Policy>,
}

/// An alarm policy. The list has the counts, the description has rules and receivers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Policy {
    /// Id.
    pub policy_id: i64,
    /// Name.
    pub policy_name: String,
    /// Number of the product; the service has no list of them.
    pub product_type: Option<i64>,
    /// 0 standard, 1 default.
    pub policy_type: i64,
    /// 0 off, 1 on.
    pub enabled: i64,
    /// How many instances are bound, as the list spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_info_count: Option<i64>,
    /// How many instances are bound, as the description (and XML) spells it.
    #[serde(rename = "InstanceInfoCount", skip_serializing_if = "Option::is_none")]
    pub instance_info_count_described: Option<i64>,
    /// How many rules; list only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_rule_count: Option<i64>,
    /// How many receivers; list only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_info_count: Option<i64>,
    /// Rules; description only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trigger_rule_list: Vec<TriggerRule>,
    /// Receivers; description only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contact_info_list: Vec<ContactInfo>,
    /// Address called when it fires; may be empty.
    pub callback_url: String,
}

impl Policy {
    /// How many instances are bound, in whichever spelling it came.
    pub fn instances(&self) -> i64 {
        self.instance_info_count
            .or(self.instance_info_count_described)
            .unwrap_or(0)
    }
}

/// A rule of a policy (14.11).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TriggerRule {
    /// Id.
    pub trigger_id: i64,
    /// Length of a period: `3m`.
    pub period: String,
    /// Statistic: `avg`, …
    pub method: String,
    /// Comparison: `>`, … XML carries it as the text `\u003e`.
    pub compare: String,
    /// Threshold.
    #[serde(serialize_with = "plain_figure")]
    pub trigger_value: Figure,
    /// Metric's name for people.
    pub item_name: String,
    /// Metric.
    pub item_key: String,
    /// Unit.
    pub units: String,
    /// Start of the daily window in which the rule is in force, `HH:MM`.
    #[serde(rename = "effectBT")]
    pub effect_begin: String,
    /// End of that window, `HH:MM`.
    #[serde(rename = "effectET")]
    pub effect_end: String,
    /// What narrows the metric down: `p2=pused`.
    pub tags: String,
    /// Distance of two notifications: `5m`.
    pub interval: String,
    /// How many periods in a row must breach.
    pub points: i64,
    /// Notifications at most.
    pub max_count: Option<i64>,
}

/// The threshold is a number in the document's sample, although statistics are text.
fn plain_figure<S: Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole")]
    match figure.0 {
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
            serializer.serialize_i64(value as i64)
        }
        Some(value) => serializer.serialize_f64(value),
        None => serializer.serialize_none(),
    }
}

/// A receiver of a policy (14.11, 14.13).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ContactInfo {
    /// Id of a group or a person: separate number spaces.
    pub contact_id: i64,
    /// Name.
    pub contact_name: String,
    /// 1 mail, 2 text message, 3 both.
    pub contact_way: i64,
    /// 1 group, 2 person.
    pub contact_flag: i64,
}

// 14.11 DescribeAlarmPolicy

operation! {
    /// Describes one policy: rules and receivers, without instances.
    DescribeAlarmPolicy -> PolicyList, "ksc-monitor.describe_alarm_policy",
        Call::action("DescribeAlarmPolicy", ALARMS);
    /// Policy.
    policy_id: u64 = "PolicyId",
}

// 14.12 DescribePolicyObject

operation! {
    /// Lists the instances bound to a policy.
    DescribePolicyObject -> PolicyObjects, "ksc-monitor.describe_policy_object",
        Call::action("DescribePolicyObject", ALARMS);
    /// Policy.
    policy_id: u64 = "PolicyId",
    /// Page number, from 1.
    page_index: Option<u32> = "PageIndex".at_least(1).default("1"),
    /// Rows of a page.
    page_size: Option<u32> = "PageSize".range(1, 100).default("10"),
}

/// Answer of [`DescribePolicyObject`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PolicyObjects {
    /// The list.
    pub data: PolicyObjectsData,
    /// How many instances are bound.
    #[serde(default, rename = "totalCount")]
    pub total: i64,
    /// Request id; absent from the document's sample.
    #[serde(
        default,
        rename = "requestId",
        skip_serializing_if = "String::is_empty"
    )]
    pub request_id: String,
}

/// The list in [`PolicyObjects`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PolicyObjectsData {
    /// The instances.
    pub instance_info_list: Vec<InstanceInfo>,
    /// Number of the product.
    pub product_type: Option<i64>,
}

/// An instance bound to a policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct InstanceInfo {
    /// Id.
    pub instance_id: String,
    /// Address.
    pub ip: String,
    /// Name.
    pub instance_name: String,
}

// 14.13 DescribeAlarmReceives

operation! {
    /// Lists the receivers of a policy.
    DescribeAlarmReceives -> Receivers, "ksc-monitor.describe_alarm_receives",
        Call::action("DescribeAlarmReceives", ALARMS);
    /// Policy.
    policy_id: u64 = "PolicyId",
}

/// Answer of [`DescribeAlarmReceives`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receivers {
    /// The list.
    pub data: ReceiversData,
    /// The list where newer versions put it: at the top.
    #[serde(rename = "contactInfoList", skip_serializing_if = "Vec::is_empty")]
    pub contact_info_list: Vec<ContactInfo>,
    /// How many receivers there are.
    #[serde(rename = "totalCount")]
    pub total: i64,
    /// Request id.
    #[serde(rename = "requestId")]
    pub request_id: String,
}

/// The list in [`Receivers`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReceiversData {
    /// The receivers.
    pub contact_info_list: Vec<ContactInfo>,
}

// 14.16 GetUserGroup

operation! {
    /// Lists the contact groups of the account.
    GetUserGroup -> UserGroups, "ksc-monitor.get_user_group", Call::action("GetUserGroup", ALARMS);
}

/// Answer of [`GetUserGroup`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UserGroups {
    /// The list.
    pub data: UserGroupsData,
    /// How many groups there are, where XML puts it.
    #[serde(
        default,
        rename = "TotalCount",
        skip_serializing_if = "Option::is_none"
    )]
    pub total: Option<i64>,
    /// Request id.
    #[serde(default, rename = "requestId")]
    pub request_id: String,
}

/// The list in [`UserGroups`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UserGroupsData {
    /// The groups.
    pub user_grp_list: Vec<UserGroup>,
    /// How many groups there are, where JSON puts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
}

/// A contact group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UserGroup {
    /// Id.
    pub user_grp_id: i64,
    /// Name.
    #[serde(alias = "groupName")]
    pub name: String,
    /// Members.
    pub user_count: i64,
}

// 14.17 GetAlertUser

operation! {
    /// Lists the contacts of the account.
    GetAlertUser -> AlertUsers, "ksc-monitor.get_alert_user", Call::action("GetAlertUser", ALARMS);
    /// Only members of these groups.
    groups: Vec<u64> = "UserGrpId",
}

/// Answer of [`GetAlertUser`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AlertUsers {
    /// The list.
    pub data: AlertUsersData,
    /// How many entries there are.
    #[serde(default, rename = "totalcount")]
    pub total: i64,
    /// Request id.
    #[serde(default, rename = "requestId")]
    pub request_id: String,
}

/// The list in [`AlertUsers`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertUsersData {
    /// The contacts; a person in several groups may be there several times.
    #[serde(rename = "userlist")]
    pub users: Vec<AlertUser>,
}

/// A contact.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AlertUser {
    /// Id.
    pub user_id: i64,
    /// Name.
    pub user_name: String,
    /// Address.
    pub user_email: String,
    /// Number.
    pub user_phone: String,
    /// Name of the group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group_name: String,
    /// Id of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_grp_id: Option<i64>,
    /// 1 enabled, 2 disabled.
    pub user_status: i64,
    /// The groups, in the newer form of the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_groups: Vec<MemberOf>,
}

/// A group somebody is in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MemberOf {
    /// Id of the group.
    pub user_grp_id: i64,
    /// Name of the group.
    pub group_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::wire::{Format, decode_answer};

    #[test]
    fn a_figure_is_a_number_a_text_or_missing() {
        let read = |value: &str| {
            let text = format!(r#"{{"average": {value}}}"#);
            let point: Point = decode_answer(Format::Json, text.as_bytes()).expect("readable");
            point.average.and_then(|figure| figure.0)
        };
        assert_eq!(read(r#""0.158""#), Some(0.158));
        assert_eq!(read("2"), Some(2.0));
        for missing in [r#""null""#, "null", r#""""#, r#""NaN""#] {
            assert_eq!(read(missing), None, "{missing}");
        }
        let text = |figure: Figure| serde_json::to_string(&figure).expect("a text");
        assert_eq!(text(Figure::new(0.5)), r#""0.5""#);
        assert_eq!(text(Figure::new(f64::INFINITY)), r#""null""#);
    }

    #[test]
    fn one_struct_reads_the_batch_in_both_forms() {
        let json = r#"{"errorMessage": ["No such name"], "getMetricStatisticsBatchResults": [
            {"datapoints": {"member": [{"timestamp": "2018-10-18T15:00:00Z", "average": "0.06"}]},
             "Instance": "i-1", "label": "cpu"}], "responseMetadata": {"requestId": "r"}}"#;
        let xml = "<GetMetricStatisticsBatchV2Response><ErrorMessages><ErrorMessage>No such name</ErrorMessage>\
            </ErrorMessages><GetMetricStatisticsBatchResults><GetMetricStatisticsBatchResult><Datapoints><member>\
            <Average>0.06</Average><Timestamp>2018-10-18T15:00:00Z</Timestamp></member></Datapoints>\
            <Instance>i-1</Instance><Label>cpu</Label></GetMetricStatisticsBatchResult>\
            </GetMetricStatisticsBatchResults><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
            </GetMetricStatisticsBatchV2Response>";
        let from_json: Batch = decode_answer(Format::Json, json.as_bytes()).expect("JSON");
        let from_xml: Batch = decode_answer(Format::Xml, xml.as_bytes()).expect("XML");
        assert_eq!(from_json, from_xml);
        assert_eq!(from_xml.results.0[0].datapoints.member.len(), 1);
    }
}
