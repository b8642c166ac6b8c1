//! The operations, in the document's order (ksc-monitor.md, 14), and what they answer.
//!
//! Answers are written here in the casing of the JSON form; the XML form has the same tree in upper camel case
//! (section 7), so one struct reads both.

use serde::{Deserialize, Serialize};

use super::lenient::{self, Figure};
use crate::cloud::declare::{BeijingFalseZTime, Call, Entry};
use crate::{object, operation};

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
    Entry::of::<ListAlarmPolicy>(),
    Entry::of::<DescribeAlarmPolicy>(),
    Entry::of::<DescribePolicyObject>(),
    Entry::of::<DescribeAlarmReceives>(),
    Entry::of::<GetUserGroup>(),
    Entry::of::<GetAlertUser>(),
];

/// Where the older versions put the request id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResponseMetadata {
    /// Id of the request.
    #[serde(rename = "requestId", alias = "RequestId", alias = "requestid")]
    pub request_id: String,
}

/// A list inside an element called `member`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, bound = "T: Serialize + serde::de::DeserializeOwned")]
pub struct Members<T> {
    /// The elements.
    #[serde(alias = "Member", deserialize_with = "lenient::list")]
    pub member: Vec<T>,
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self { member: Vec::new() }
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
#[serde(default)]
pub struct MetricList {
    /// The list.
    #[serde(rename = "listMetricsResult", alias = "ListMetricsResult")]
    pub result: MetricListResult,
    /// Request id.
    #[serde(rename = "responseMetadata", alias = "ResponseMetadata")]
    pub metadata: ResponseMetadata,
}

/// The list in a [`MetricList`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricListResult {
    /// The metrics.
    #[serde(alias = "Metrics")]
    pub metrics: Members<Metric>,
}

/// A metric of an instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Metric {
    /// Instance.
    #[serde(alias = "InstanceId", alias = "InstanceID", alias = "instanceID")]
    pub instance_id: String,
    /// Collection period in seconds, as text.
    #[serde(alias = "Interval", deserialize_with = "lenient::text")]
    pub interval: String,
    /// Name.
    #[serde(alias = "MetricName")]
    pub metric_name: String,
    /// Name for people; not in the document, sent by the service.
    #[serde(
        alias = "MetricDesc",
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub metric_desc: Option<String>,
    /// Product namespace.
    #[serde(alias = "Namespace")]
    pub namespace: String,
    /// `Integer`, `Float`, `long`, …: opaque.
    #[serde(rename = "type", alias = "Type")]
    pub kind: String,
    /// Unit.
    #[serde(alias = "Unit", deserialize_with = "lenient::text")]
    pub unit: String,
}

// 14.2 GetMetricStatistics

operation! {
    /// Reads the history of one metric of one instance, up to 30 days back. For the newest 15 minutes there is
    /// the batch.
    GetMetricStatistics -> Statistics, "ksc-monitor.get_metric_statistics",
        Call::action("GetMetricStatistics", PRODUCTS);
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
#[serde(default)]
pub struct Statistics {
    /// The points.
    #[serde(
        rename = "getMetricStatisticsResult",
        alias = "GetMetricStatisticsResult"
    )]
    pub result: StatisticsResult,
    /// Request id.
    #[serde(rename = "responseMetadata", alias = "ResponseMetadata")]
    pub metadata: ResponseMetadata,
}

/// The points in [`Statistics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatisticsResult {
    /// The points.
    #[serde(alias = "Datapoints", alias = "dataPoints", alias = "DataPoints")]
    pub datapoints: Members<Point>,
    /// Metric.
    #[serde(alias = "Label")]
    pub label: String,
}

/// The statistics of one period. Those that were not asked for may be absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Point {
    /// Start of the period, Beijing time written with `Z`.
    #[serde(alias = "Timestamp")]
    pub timestamp: String,
    /// Start of the period in milliseconds since the Unix epoch; only in JSON.
    #[serde(
        rename = "unixTimestamp",
        alias = "UnixTimestamp",
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub unix_timestamp: Option<i64>,
    /// Mean.
    #[serde(alias = "Average", skip_serializing_if = "Option::is_none")]
    pub average: Option<Figure>,
    /// Largest value.
    #[serde(alias = "Max", skip_serializing_if = "Option::is_none")]
    pub max: Option<Figure>,
    /// Smallest value.
    #[serde(alias = "Min", skip_serializing_if = "Option::is_none")]
    pub min: Option<Figure>,
    /// Sum.
    #[serde(alias = "Sum", skip_serializing_if = "Option::is_none")]
    pub sum: Option<Figure>,
    /// Number of values; asked for as `Count`.
    #[serde(
        rename = "sampleCount",
        alias = "SampleCount",
        skip_serializing_if = "Option::is_none"
    )]
    pub sample_count: Option<Figure>,
}

// 14.3 GetMetricStatisticsBatch

object! {
    /// One metric of one instance.
    MetricOf;
    /// Instance id; for `MONDB` with the prefix `user`.
    instance_id: String = "InstanceID".alias(&["InstanceId"]),
    /// Metric.
    metric_name: String = "MetricName",
}

operation! {
    /// Reads up to 200 series of one namespace. Meant for the newest 15 minutes; ranges above 30 minutes may
    /// time out. Series that cannot be read are named in the answer, the others are there all the same.
    GetMetricStatisticsBatch -> Batch, "ksc-monitor.get_metric_statistics_batch",
        Call::action("GetMetricStatisticsBatch", BATCH).post_json().group("batch");
    /// Product namespace, for example `KEC`.
    namespace: String = "Namespace",
    /// Start, Beijing time written with `Z`.
    start_time: BeijingFalseZTime = "StartTime",
    /// End, Beijing time written with `Z`, at least two minutes ago.
    end_time: BeijingFalseZTime = "EndTime",
    /// Length of a period in seconds, a multiple of 60.
    period: Option<u32> = "Period".at_least(60).multiple_of(60),
    /// Statistics. The service takes `Sum` and `Count` and other spellings too.
    aggregate: Vec<String> = "Aggregate".required().one_of(&["Average", "Max", "Min"]).soft(),
    /// The series.
    metrics: Vec<MetricOf> = "Metrics".required().items(1, 200),
}

/// Answer of [`GetMetricStatisticsBatch`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Batch {
    /// One sentence for each series that could not be read.
    #[serde(
        rename = "errorMessage",
        alias = "ErrorMessages",
        alias = "errorMessages",
        alias = "ErrorMessage",
        deserialize_with = "lenient::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub errors: Vec<String>,
    /// The others, in any order.
    #[serde(
        rename = "getMetricStatisticsBatchResults",
        alias = "GetMetricStatisticsBatchResults",
        deserialize_with = "lenient::list"
    )]
    pub results: Vec<BatchResult>,
    /// Request id.
    #[serde(rename = "responseMetadata", alias = "ResponseMetadata")]
    pub metadata: ResponseMetadata,
}

/// One series in a [`Batch`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BatchResult {
    /// The points.
    #[serde(alias = "Datapoints", alias = "dataPoints", alias = "DataPoints")]
    pub datapoints: Members<Point>,
    /// Instance: the one key in upper case in JSON. For `MONDB` it carries the prefix `user`.
    #[serde(rename = "Instance", alias = "instance")]
    pub instance: String,
    /// Metric.
    #[serde(alias = "Label")]
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
#[serde(default)]
pub struct PolicyList {
    /// The list.
    #[serde(alias = "Data")]
    pub data: PolicyListData,
    /// How many policies there are.
    #[serde(
        rename = "totalCount",
        alias = "TotalCount",
        alias = "totalcount",
        alias = "Totalcount",
        deserialize_with = "lenient::int"
    )]
    pub total: i64,
    /// Request id.
    #[serde(rename = "requestId", alias = "RequestId", alias = "requestid")]
    pub request_id: String,
}

/// The list in a [`PolicyList`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyListData {
    /// The policies.
    #[serde(
        rename = "alarmPolicyList",
        alias = "AlarmPolicyList",
        deserialize_with = "lenient::list"
    )]
    pub policies: Vec<Policy>,
}

/// An alarm policy. The list has the counts, the description has rules and receivers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Policy {
    /// Id.
    #[serde(alias = "PolicyId", deserialize_with = "lenient::int")]
    pub policy_id: i64,
    /// Name.
    #[serde(alias = "PolicyName")]
    pub policy_name: String,
    /// Number of the product; the service has no list of them.
    #[serde(alias = "ProductType", deserialize_with = "lenient::opt_int")]
    pub product_type: Option<i64>,
    /// 0 standard, 1 default.
    #[serde(alias = "PolicyType", deserialize_with = "lenient::int")]
    pub policy_type: i64,
    /// 0 off, 1 on.
    #[serde(alias = "Enabled", deserialize_with = "lenient::int")]
    pub enabled: i64,
    /// How many instances are bound, as the list spells it.
    #[serde(
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub instance_info_count: Option<i64>,
    /// How many instances are bound, as the description (and XML) spells it.
    #[serde(
        rename = "InstanceInfoCount",
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub instance_info_count_described: Option<i64>,
    /// How many rules; list only.
    #[serde(
        alias = "TriggerRuleCount",
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub trigger_rule_count: Option<i64>,
    /// How many receivers; list only.
    #[serde(
        alias = "ContactInfoCount",
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub contact_info_count: Option<i64>,
    /// Rules; description only.
    #[serde(
        alias = "TriggerRuleList",
        deserialize_with = "lenient::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub trigger_rule_list: Vec<TriggerRule>,
    /// Receivers; description only.
    #[serde(
        alias = "ContactInfoList",
        deserialize_with = "lenient::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub contact_info_list: Vec<ContactInfo>,
    /// Address called when it fires; may be empty.
    #[serde(alias = "CallbackUrl", deserialize_with = "lenient::text")]
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
    #[serde(alias = "TriggerId", deserialize_with = "lenient::int")]
    pub trigger_id: i64,
    /// Length of a period: `3m`.
    #[serde(alias = "Period", deserialize_with = "lenient::text")]
    pub period: String,
    /// Statistic: `avg`, …
    #[serde(alias = "Method")]
    pub method: String,
    /// Comparison: `>`, … XML carries it as the text `\u003e`.
    #[serde(alias = "Compare")]
    pub compare: String,
    /// Threshold.
    #[serde(alias = "TriggerValue", serialize_with = "plain_figure")]
    pub trigger_value: Figure,
    /// Metric's name for people.
    #[serde(alias = "ItemName")]
    pub item_name: String,
    /// Metric.
    #[serde(alias = "ItemKey")]
    pub item_key: String,
    /// Unit.
    #[serde(alias = "Units", deserialize_with = "lenient::text")]
    pub units: String,
    /// Start of the daily window in which the rule is in force, `HH:MM`.
    #[serde(
        rename = "effectBT",
        alias = "EffectBT",
        deserialize_with = "lenient::text"
    )]
    pub effect_begin: String,
    /// End of that window, `HH:MM`.
    #[serde(
        rename = "effectET",
        alias = "EffectET",
        deserialize_with = "lenient::text"
    )]
    pub effect_end: String,
    /// What narrows the metric down: `p2=pused`.
    #[serde(alias = "Tags", deserialize_with = "lenient::text")]
    pub tags: String,
    /// Distance of two notifications: `5m`.
    #[serde(alias = "Interval", deserialize_with = "lenient::text")]
    pub interval: String,
    /// How many periods in a row must breach.
    #[serde(alias = "Points", deserialize_with = "lenient::int")]
    pub points: i64,
    /// Notifications at most.
    #[serde(alias = "MaxCount", deserialize_with = "lenient::opt_int")]
    pub max_count: Option<i64>,
}

/// The threshold is a number in the document's sample, although statistics are text.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde calls"
)]
fn plain_figure<S: serde::Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
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
    #[serde(alias = "ContactId", deserialize_with = "lenient::int")]
    pub contact_id: i64,
    /// Name.
    #[serde(alias = "ContactName")]
    pub contact_name: String,
    /// 1 mail, 2 text message, 3 both.
    #[serde(alias = "ContactWay", deserialize_with = "lenient::int")]
    pub contact_way: i64,
    /// 1 group, 2 person.
    #[serde(alias = "ContactFlag", deserialize_with = "lenient::int")]
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
#[serde(default)]
pub struct PolicyObjects {
    /// The list.
    #[serde(alias = "Data")]
    pub data: PolicyObjectsData,
    /// How many instances are bound.
    #[serde(
        rename = "totalCount",
        alias = "TotalCount",
        deserialize_with = "lenient::int"
    )]
    pub total: i64,
    /// Request id; absent from the document's sample.
    #[serde(
        rename = "requestId",
        alias = "RequestId",
        alias = "requestid",
        skip_serializing_if = "String::is_empty"
    )]
    pub request_id: String,
}

/// The list in [`PolicyObjects`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PolicyObjectsData {
    /// The instances.
    #[serde(alias = "InstanceInfoList", deserialize_with = "lenient::list")]
    pub instance_info_list: Vec<InstanceInfo>,
    /// Number of the product.
    #[serde(alias = "ProductType", deserialize_with = "lenient::opt_int")]
    pub product_type: Option<i64>,
}

/// An instance bound to a policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct InstanceInfo {
    /// Id.
    #[serde(alias = "InstanceId")]
    pub instance_id: String,
    /// Address.
    #[serde(alias = "Ip", deserialize_with = "lenient::text")]
    pub ip: String,
    /// Name.
    #[serde(alias = "InstanceName", deserialize_with = "lenient::text")]
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
    #[serde(alias = "Data")]
    pub data: ReceiversData,
    /// The list where newer versions put it: at the top.
    #[serde(
        rename = "contactInfoList",
        alias = "ContactInfoList",
        deserialize_with = "lenient::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub contact_info_list: Vec<ContactInfo>,
    /// How many receivers there are.
    #[serde(
        rename = "totalCount",
        alias = "TotalCount",
        deserialize_with = "lenient::int"
    )]
    pub total: i64,
    /// Request id.
    #[serde(rename = "requestId", alias = "RequestId", alias = "requestid")]
    pub request_id: String,
}

/// The list in [`Receivers`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReceiversData {
    /// The receivers.
    #[serde(alias = "ContactInfoList", deserialize_with = "lenient::list")]
    pub contact_info_list: Vec<ContactInfo>,
}

// 14.16 GetUserGroup

operation! {
    /// Lists the contact groups of the account.
    GetUserGroup -> UserGroups, "ksc-monitor.get_user_group", Call::action("GetUserGroup", ALARMS);
}

/// Answer of [`GetUserGroup`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserGroups {
    /// The list.
    #[serde(alias = "Data")]
    pub data: UserGroupsData,
    /// How many groups there are, where XML puts it.
    #[serde(
        rename = "TotalCount",
        alias = "totalCount",
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub total: Option<i64>,
    /// Request id.
    #[serde(rename = "requestId", alias = "RequestId", alias = "requestid")]
    pub request_id: String,
}

/// The list in [`UserGroups`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UserGroupsData {
    /// The groups.
    #[serde(alias = "UserGrpList", deserialize_with = "lenient::list")]
    pub user_grp_list: Vec<UserGroup>,
    /// How many groups there are, where JSON puts it.
    #[serde(
        alias = "TotalCount",
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub total_count: Option<i64>,
}

/// A contact group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UserGroup {
    /// Id.
    #[serde(alias = "UserGrpId", deserialize_with = "lenient::int")]
    pub user_grp_id: i64,
    /// Name.
    #[serde(alias = "Name", alias = "groupName", alias = "GroupName")]
    pub name: String,
    /// Members.
    #[serde(alias = "UserCount", deserialize_with = "lenient::int")]
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
#[serde(default)]
pub struct AlertUsers {
    /// The list.
    #[serde(alias = "Data")]
    pub data: AlertUsersData,
    /// How many entries there are.
    #[serde(
        rename = "totalcount",
        alias = "totalCount",
        alias = "Totalcount",
        alias = "TotalCount",
        deserialize_with = "lenient::int"
    )]
    pub total: i64,
    /// Request id.
    #[serde(rename = "requestId", alias = "RequestId", alias = "requestid")]
    pub request_id: String,
}

/// The list in [`AlertUsers`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertUsersData {
    /// The contacts; a person in several groups may be there several times.
    #[serde(
        rename = "userlist",
        alias = "userList",
        alias = "Userlist",
        alias = "UserList",
        deserialize_with = "lenient::list"
    )]
    pub users: Vec<AlertUser>,
}

/// A contact.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AlertUser {
    /// Id.
    #[serde(alias = "UserId", deserialize_with = "lenient::int")]
    pub user_id: i64,
    /// Name.
    #[serde(alias = "UserName")]
    pub user_name: String,
    /// Address.
    #[serde(alias = "UserEmail", deserialize_with = "lenient::text")]
    pub user_email: String,
    /// Number.
    #[serde(alias = "UserPhone", deserialize_with = "lenient::text")]
    pub user_phone: String,
    /// Name of the group.
    #[serde(
        alias = "GroupName",
        deserialize_with = "lenient::text",
        skip_serializing_if = "String::is_empty"
    )]
    pub group_name: String,
    /// Id of the group.
    #[serde(
        alias = "UserGrpId",
        deserialize_with = "lenient::opt_int",
        skip_serializing_if = "Option::is_none"
    )]
    pub user_grp_id: Option<i64>,
    /// 1 enabled, 2 disabled.
    #[serde(alias = "UserStatus", deserialize_with = "lenient::int")]
    pub user_status: i64,
    /// The groups, in the newer form of the answer.
    #[serde(
        alias = "UserGroups",
        deserialize_with = "lenient::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub user_groups: Vec<MemberOf>,
}

/// A group somebody is in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MemberOf {
    /// Id of the group.
    #[serde(alias = "UserGrpId", deserialize_with = "lenient::int")]
    pub user_grp_id: i64,
    /// Name of the group.
    #[serde(alias = "GroupName")]
    pub group_name: String,
}
