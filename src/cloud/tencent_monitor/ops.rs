//! The operations (tencent-monitor.md, 2 to 4) and what they answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use crate::cloud::declare::{BeijingTime, Call, Entry, Violation};
use crate::{choices, object, operation};

/// The one path of this API.
const PATH: &str = "/v2/index.php";

/// All operations.
pub const OPERATIONS: &[Entry] = &[
    Entry::of::<DescribeMetrics>(),
    Entry::of::<GetMetricStatistics>(),
    Entry::of::<GetMonitorData>(),
];

const fn call(action: &'static str) -> Call {
    Call::action(action, "").path(PATH)
}

// 2. DescribeMetrics

operation! {
    /// Lists the metrics of a namespace. Later editions call it `DescribeBaseMetrics`.
    DescribeMetrics -> MetricSet, "tencent-monitor.describe_metrics", call("DescribeMetrics");
    /// Namespace. The older edition allows `qce/cvm` only.
    namespace: String = "namespace".one_of(&["qce/cvm"]).soft(),
    /// Only this metric, for example `cpu_usage`.
    metric_name: Option<String> = "metricName".len(1, 64),
}

/// Answer of [`DescribeMetrics`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricSet {
    /// How it went.
    #[serde(flatten)]
    pub envelope: Envelope,
    /// The metrics.
    #[serde(rename = "metricSet", deserialize_with = "or_default")]
    pub metrics: Vec<Metric>,
}

/// What every answer carries (1.3). Success is `code` 0 and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Envelope {
    /// 0 for success; a number as text is accepted.
    pub code: Count,
    /// Free text, also on success.
    pub message: String,
    /// English name of the error, or `Success`.
    #[serde(rename = "codeDesc", skip_serializing_if = "Option::is_none")]
    pub code_desc: Option<String>,
}

/// A whole number that some answers send as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Count {
    /// As a number.
    Number(i64),
    /// As text.
    Text(String),
}

impl Default for Count {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Count {
    /// The number, if it is one.
    pub fn value(&self) -> Option<i64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

/// A metric of a namespace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metric {
    /// Namespace.
    pub namespace: String,
    /// Name.
    #[serde(rename = "metricName")]
    pub name: String,
    /// Name for people, Chinese.
    #[serde(rename = "metricCname", deserialize_with = "or_default")]
    pub label: String,
    /// Name of the dimension; several are separated by commas.
    #[serde(deserialize_with = "or_default")]
    pub dimensions: String,
    /// Periods it is offered in, in seconds.
    #[serde(deserialize_with = "or_default")]
    pub period: Vec<Count>,
    /// Unit; none for plain numbers.
    pub unit: Option<String>,
    /// Unit, Chinese.
    #[serde(rename = "unitCname")]
    pub unit_label: Option<String>,
}

/// `null` is as good as absent.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

// 3. GetMonitorData, 4. GetMetricStatistics

object! {
    /// A name and a value that together identify the object.
    Dimension;
    /// Name, for example `unInstanceId`. Its case matters.
    name: String = "name",
    /// Value, for example an instance id.
    value: String = "value",
}

object! {
    /// One object of several.
    Subject;
    /// Its dimensions, the complete set.
    dimensions: Vec<Dimension> = "dimensions".required(),
}

choices! {
    /// How a period is condensed.
    Condensed;
    /// Mean.
    Average = "avg",
    /// Largest value.
    Max = "max",
    /// Smallest value.
    Min = "min",
    /// Sum.
    Sum = "sum",
    /// Last value.
    Last = "last",
}

operation! {
    /// Reads one metric of one object, by the older and frozen operation; only here `statistics` is taken for
    /// products. The answer has no times: the period and start that were asked for count.
    GetMetricStatistics -> MonitorData, "tencent-monitor.get_metric_statistics", call("GetMetricStatistics");
    /// Namespace, for example `qce/cvm`.
    namespace: String = "namespace",
    /// Metric, for example `cpu_usage`.
    metric_name: String = "metricName".len(1, 64),
    /// The object; for `qce/cvm` the dimension is `instanceId`.
    dimensions: Vec<Dimension> = "dimensions".required(),
    /// Length of a period in seconds; only 300 is documented.
    period: Option<u32> = "period".default("300"),
    /// How a period is condensed.
    statistics: Option<Condensed> = "statistics".default("avg"),
    /// Start, Beijing time; the beginning of the day when absent.
    start_time: Option<BeijingTime> = "startTime",
    /// End, Beijing time; now when absent.
    end_time: Option<BeijingTime> = "endTime",
}

operation! {
    /// Reads one metric of one object, or of up to 50 with `batch`.
    GetMonitorData -> MonitorData, "tencent-monitor.get_monitor_data", call("GetMonitorData"),
        check = one_way_to_name_the_objects;
    /// Namespace, for example `qce/cvm`.
    namespace: String = "namespace",
    /// Metric, for example `cpu_usage`.
    metric_name: String = "metricName".len(1, 64),
    /// The object, by its complete set of dimensions; not together with `batch`.
    dimensions: Vec<Dimension> = "dimensions",
    /// Length of a period in seconds: 10, 60, 300, 3600 or 86400, as far as the metric offers it.
    period: Option<u32> = "period".default("300"),
    /// Start, Beijing time; the beginning of the day when absent.
    start_time: Option<BeijingTime> = "startTime",
    /// End, Beijing time; now when absent.
    end_time: Option<BeijingTime> = "endTime",
    /// How a period is condensed; for custom namespaces only.
    statistics: Option<Condensed> = "statistics",
    /// Several objects, instead of `dimensions`.
    batch: Vec<Subject> = "batch".items(0, 50),
}

/// The objects are named by `dimensions` or by `batch`.
fn one_way_to_name_the_objects(input: &Json) -> Vec<Violation> {
    let given = |name: &str| {
        let list = input.get(name).and_then(Json::as_array);
        list.is_some_and(|list| !list.is_empty())
    };
    if given("dimensions") != given("batch") {
        return Vec::new();
    }
    vec![Violation {
        field: "dimensions".to_owned(),
        rule: "either dimensions or batch must be given, not both".to_owned(),
        given: if given("batch") { "both" } else { "neither" }.to_owned(),
        soft: false,
    }]
}

/// Answer of [`GetMonitorData`] and [`GetMetricStatistics`]; the latter without times and period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MonitorData {
    /// How it went.
    #[serde(flatten)]
    pub envelope: Envelope,
    /// Metric.
    #[serde(rename = "metricName")]
    pub metric_name: String,
    /// Start, aligned down to the period.
    #[serde(rename = "startTime", skip_serializing_if = "Option::is_none")]
    pub start_time: Option<String>,
    /// End, aligned down to the period.
    #[serde(rename = "endTime", skip_serializing_if = "Option::is_none")]
    pub end_time: Option<String>,
    /// Length of a period in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Count>,
    /// The values: point *i* belongs to start + *i* × period.
    #[serde(rename = "dataPoints", deserialize_with = "or_default")]
    pub points: Points,
}

/// Values of one object, or of several by their dimensions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Points {
    /// One object of a product's namespace.
    One(Vec<Cell>),
    /// A batch, or a custom namespace: by `name=value` joined by `&`, names ascending.
    ByObject(BTreeMap<String, Option<Vec<Cell>>>),
}

impl Default for Points {
    fn default() -> Self {
        Self::One(Vec::new())
    }
}

/// One value: a number, text in custom namespaces, nothing where a point is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// As a number.
    Number(f64),
    /// As text.
    Text(String),
    /// A missing point, `null`.
    Missing(()),
}

impl Cell {
    /// The value, if there is a finite one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Missing(()) => None,
        }
        .filter(|value| value.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::declare::Operation;
    use serde_json::json;

    fn values(points: &[Cell]) -> Vec<Option<f64>> {
        points.iter().map(Cell::value).collect()
    }

    #[test]
    fn one_object_answers_with_a_list_of_numbers_and_gaps() {
        let text = r#"{"code":0,"message":"","metricName":"cpu_usage","startTime":"2016-06-28 14:10:00",
            "endTime":"2016-06-28 14:20:00","period":"300","dataPoints":[5.6,null,"7.7"]}"#;
        let data: MonitorData = serde_json::from_str(text).expect("readable");
        let Points::One(points) = &data.points else {
            panic!("one object")
        };
        assert_eq!(values(points), [Some(5.6), None, Some(7.7)]);
        assert_eq!(data.period.and_then(|period| period.value()), Some(300));
    }

    #[test]
    fn several_objects_answer_by_their_dimensions() {
        let text = r#"{"code":"0","message":"ok","dataPoints":{"ip=1.2.3.5&proc_name=d":["20.0"],"x=y":null}}"#;
        let data: MonitorData = serde_json::from_str(text).expect("readable");
        assert_eq!(data.envelope.code.value(), Some(0));
        let Points::ByObject(points) = &data.points else {
            panic!("several objects")
        };
        assert_eq!(points.len(), 2);
        assert_eq!(points["x=y"], None);
    }

    #[test]
    fn no_points_are_no_error() {
        for text in [
            r#"{"code":0}"#,
            r#"{"code":0,"dataPoints":null}"#,
            r#"{"code":0,"dataPoints":[]}"#,
        ] {
            let data: MonitorData = serde_json::from_str(text).expect("readable");
            assert_eq!(data.points, Points::default());
        }
    }

    #[test]
    fn the_objects_are_named_in_exactly_one_way() {
        let check = GetMonitorData::CHECK;
        let one = json!([{"name": "unInstanceId", "value": "ins-1"}]);
        assert!(check(&json!({"dimensions": one})).is_empty());
        assert!(check(&json!({"batch": [{"dimensions": one}]})).is_empty());
        assert_eq!(check(&json!({})).len(), 1);
        assert_eq!(check(&json!({"dimensions": one, "batch": [{}]})).len(), 1);
    }
}
