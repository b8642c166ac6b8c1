//! Custom monitoring, version 2017-07-01 (ksc-monitor.md, 14.4, 14.6, 14.7): JSON bodies, one of them a bare array, keys
//! in lower camel case, and times that are true UTC, unlike those of every other version.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Figure, ResponseMetadata};
use crate::cloud::declare::{Call, UtcTime, Violation};
use crate::cloud::wire::Items;
use crate::domain::action::UPLOAD_UNITS;
use crate::{object, operation};

/// Version of custom monitoring.
const CUSTOM: &str = "2017-07-01";

/// The statistics of a custom metric, one for each call (14.7).
pub const METHODS: &[&str] = &["avg", "sum", "samplecount", "max", "min"];

// 14.4 PutMetricData

object! {
    /// One value of a custom metric. The keys are those of the sample; the table of the document and public clients
    /// have two other spellings.
    MetricPoint;
    /// Namespace, chosen by whoever uploads.
    namespace: String = "namespace".alias(&["NameSpace", "Namespace"]),
    /// Metric, chosen by whoever uploads.
    metric_name: String = "metricname".alias(&["MetricName", "metricName"]),
    /// What the value is of: texts of the form `key=value`.
    dimensions: Vec<String> = "dimensions".alias(&["Dimensions"]).required(),
    /// When, true UTC.
    timestamp: UtcTime = "timestamp".alias(&["Timestamp"]),
    /// The value.
    value: f64 = "value".alias(&["Value"]),
    /// Its unit.
    unit: Option<String> = "unit".alias(&["Unit"]).one_of(UPLOAD_UNITS),
}

operation! {
    /// Uploads values of custom metrics; a metric that does not exist yet is created. The body is a bare array.
    PutMetricData -> Uploaded, "ksc-monitor.put_metric_data",
        Call::action("PutMetricData", CUSTOM).post_json().bare_body().mutates(), check = check_points;
    /// The values.
    points: Vec<MetricPoint> = "Points".required().at_least_items(1),
}

/// Answer of [`PutMetricData`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Uploaded {
    /// `SUCCESS`.
    pub message: String,
    /// Request id.
    #[serde(rename = "responseMetadata", default)]
    pub metadata: ResponseMetadata,
}

// 14.6 ListMetrics

operation! {
    /// Lists custom metrics. Some of a metric's dimensions are enough to find it.
    ListCustomMetrics -> CustomMetricList, "ksc-monitor.list_custom_metrics",
        Call::action("ListMetrics", CUSTOM).post_json(), check = check_dimensions;
    /// Only metrics of this namespace.
    namespace: Option<String> = "namespace".alias(&["Namespace"]),
    /// Only metrics of this name.
    metric_name: Option<String> = "metricName".alias(&["MetricName", "metricname"]),
    /// Only metrics with all of these dimensions: texts of the form `key=value`.
    dimensions: Vec<String> = "dimensions".alias(&["Dimensions"]),
}

/// Answer of [`ListCustomMetrics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomMetricList {
    /// Request id, at the top and short.
    #[serde(
        default,
        rename = "requestId",
        skip_serializing_if = "String::is_empty"
    )]
    pub request_id: String,
    /// The list.
    #[serde(rename = "listMetricsResult")]
    pub result: CustomMetrics,
    /// Request id, where XML has it.
    #[serde(
        default,
        rename = "responseMetadata",
        skip_serializing_if = "Option::is_none"
    )]
    pub metadata: Option<ResponseMetadata>,
}

/// The list in a [`CustomMetricList`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomMetrics {
    /// The metrics: a plain array with a capital, unlike that of cloud products.
    #[serde(rename = "Metrics")]
    pub metrics: Items<CustomMetric>,
}

/// A custom metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CustomMetric {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub metric_name: String,
    /// Dimensions, each `key=value`.
    pub dimensions: Items<String>,
}

// 14.7 GetMetricStatistics

operation! {
    /// Reads one statistic of one custom metric.
    GetCustomMetricStatistics -> CustomStatistics, "ksc-monitor.get_custom_metric_statistics",
        Call::action("GetMetricStatistics", CUSTOM).post_json(), check = check_dimensions;
    /// Namespace.
    namespace: String = "namespace".alias(&["Namespace"]),
    /// Metric.
    metric_name: String = "metricName".alias(&["MetricName", "metricname"]),
    /// All dimensions of the metric; left out only for a metric that has none.
    dimensions: Vec<String> = "dimensions".alias(&["Dimensions"]),
    /// Length of a period in seconds.
    period: u32 = "period".alias(&["Period"]).one_of(&["60", "300", "900", "3600"]),
    /// The statistic. The document's table calls this parameter `Aggregate`, its sample `method`.
    method: String = "method".alias(&["Aggregate", "aggregate", "Method"]).one_of(METHODS),
    /// Start, true UTC.
    start_time: UtcTime = "startTime".alias(&["StartTime"]),
    /// End, true UTC, at least two minutes ago.
    end_time: UtcTime = "endTime".alias(&["EndTime"]),
}

/// Answer of [`GetCustomMetricStatistics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CustomStatistics {
    /// Request id.
    #[serde(rename = "responseMetadata", default)]
    pub metadata: ResponseMetadata,
    /// The points.
    #[serde(rename = "getMetricStatisticsResult")]
    pub result: CustomPoints,
}

/// The points in [`CustomStatistics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomPoints {
    /// The points: a plain array with two capitals, unlike that of cloud products.
    #[serde(rename = "DataPoints")]
    pub points: Items<CustomPoint>,
    /// Metric.
    pub label: String,
}

/// The one value of a period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomPoint {
    /// The value; a number here.
    #[serde(serialize_with = "super::plain_figure")]
    pub value: Figure,
    /// Start of the period, true UTC.
    pub timestamp: String,
}

/// The value of a key in any of the spellings the service takes.
fn spelled<'j>(object: &'j Json, name: &str) -> Option<&'j Json> {
    let members = object.as_object()?;
    let found = members
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// Dimensions are `key=value`.
fn check_dimensions(input: &Json) -> Vec<Violation> {
    let given = spelled(input, "dimensions").and_then(Json::as_array);
    let texts = given.into_iter().flatten().filter_map(Json::as_str);
    texts
        .enumerate()
        .filter(|(_, text)| !is_pair(text))
        .map(|(index, text)| not_a_pair(&format!("dimensions[{index}]"), text))
        .collect()
}

/// The same for every uploaded value.
fn check_points(input: &Json) -> Vec<Violation> {
    let points = spelled(input, "Points").and_then(Json::as_array);
    let points = points.into_iter().flatten().enumerate();
    points
        .flat_map(|(index, point)| {
            check_dimensions(point).into_iter().map(move |mut broken| {
                broken.field = format!("Points[{index}].{}", broken.field);
                broken
            })
        })
        .collect()
}

/// Is it `key=value`, both with something in them?
pub fn is_pair(text: &str) -> bool {
    text.split_once('=')
        .is_some_and(|(key, value)| !key.trim().is_empty() && !value.trim().is_empty())
}

pub(super) fn not_a_pair(field: &str, text: &str) -> Violation {
    Violation::new(field, "must have the form key=value", format!("\"{text}\""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::declare::Operation;

    #[test]
    fn a_dimension_has_a_key_and_a_value() {
        let input =
            json!({"Points": [{"dimensions": ["a=1", "b", "=2", "c="]}, {"Dimensions": ["d"]}]});
        let fields: Vec<String> = (PutMetricData::CHECK)(&input)
            .into_iter()
            .map(|broken| broken.field)
            .collect();
        let expected = [
            "Points[0].dimensions[1]",
            "Points[0].dimensions[2]",
            "Points[0].dimensions[3]",
            "Points[1].dimensions[0]",
        ];
        assert_eq!(fields, expected);
        assert!((ListCustomMetrics::CHECK)(&json!({})).is_empty());
    }
}
