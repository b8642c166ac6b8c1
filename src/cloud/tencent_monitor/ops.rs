//! The operations (tencent-monitor.md, 2 to 4) and what they answer.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
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

/// Answer of [`DescribeMetrics`]. `code` 0 is success and nothing else is (1.3).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricSet {
    /// 0 for success.
    pub code: i64,
    /// Free text, also on success.
    #[serde(default)]
    pub message: String,
    /// English name of the error, or `Success`.
    #[serde(default, rename = "codeDesc", skip_serializing_if = "Option::is_none")]
    pub code_desc: Option<String>,
    /// The metrics.
    #[serde(default, rename = "metricSet")]
    pub metrics: Vec<Metric>,
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
    #[serde(rename = "metricCname")]
    pub label: String,
    /// Name of the dimension; several are separated by commas.
    pub dimensions: String,
    /// Periods it is offered in, in seconds.
    pub period: Vec<u32>,
    /// Unit; none for plain numbers.
    pub unit: Option<String>,
    /// Unit, Chinese.
    #[serde(rename = "unitCname")]
    pub unit_label: Option<String>,
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
    let (rule, both_or_neither) = match (given("dimensions"), given("batch")) {
        (true, true) => ("must not be given together with batch", "both"),
        (false, false) => ("must be given", "neither this nor batch"),
        _ => return Vec::new(),
    };
    vec![Violation::new("dimensions", rule, both_or_neither)]
}

/// Answer of [`GetMonitorData`] and [`GetMetricStatistics`]; the latter without times and period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MonitorData {
    /// 0 for success.
    pub code: i64,
    /// Free text, also on success.
    pub message: String,
    /// English name of the error, or `Success`.
    #[serde(rename = "codeDesc", skip_serializing_if = "Option::is_none")]
    pub code_desc: Option<String>,
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
    #[serde(rename = "dataPoints")]
    pub points: Points,
}

/// Values of one object, or of several by their dimensions.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Points {
    /// One object of a product's namespace.
    One(Vec<Cell>),
    /// A batch, or a custom namespace: by `name=value` joined by `&`, names ascending.
    ByObject(BTreeMap<String, Vec<Cell>>),
}

impl Default for Points {
    fn default() -> Self {
        Self::One(Vec::new())
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;

        impl<'de> Visitor<'de> for Shape {
            type Value = Points;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of values, or lists of values by object")
            }

            fn visit_unit<E>(self) -> Result<Points, E> {
                Ok(Points::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Points, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Points::One)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Points, A::Error> {
                let mut objects = BTreeMap::new();
                while let Some((object, cells)) = map.next_entry()? {
                    objects.insert(object, cells);
                }
                Ok(Points::ByObject(objects))
            }
        }

        deserializer.deserialize_any(Shape)
    }
}

/// One value: a number, text in custom namespaces, nothing where a point is missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// As a number.
    Number(f64),
    /// As text.
    Text(String),
    /// A missing point, `null`.
    Missing,
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;

        impl Visitor<'_> for Shape {
            type Value = Cell;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a text or null")
            }

            fn visit_f64<E>(self, value: f64) -> Result<Cell, E> {
                Ok(Cell::Number(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Cell, E> {
                Ok(Cell::Number(value as f64))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Cell, E> {
                Ok(Cell::Number(value as f64))
            }

            fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
                Ok(Cell::Text(text.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell::Missing)
            }
        }

        deserializer.deserialize_any(Shape)
    }
}

impl Cell {
    /// The value, if there is a finite one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Missing => None,
        }
        .filter(|value| value.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::declare::Operation;
    use crate::cloud::wire::{Format, decode_answer};
    use serde_json::json;

    fn read(text: &str) -> MonitorData {
        decode_answer(Format::Json, text.as_bytes()).expect("readable")
    }

    fn values(points: &[Cell]) -> Vec<Option<f64>> {
        points.iter().map(Cell::value).collect()
    }

    #[test]
    fn one_object_answers_with_a_list_of_numbers_and_gaps() {
        let text = r#"{"code":0,"message":"","metricName":"cpu_usage","startTime":"2016-06-28 14:10:00",
            "endTime":"2016-06-28 14:20:00","period":"300","dataPoints":[5.6,null,"7.7"]}"#;
        let data = read(text);
        let Points::One(points) = &data.points else {
            panic!("one object")
        };
        assert_eq!(values(points), [Some(5.6), None, Some(7.7)]);
        assert_eq!(data.period.and_then(|period| period.value()), Some(300));
    }

    #[test]
    fn several_objects_answer_by_their_dimensions() {
        let text = r#"{"code":"0","message":"ok","dataPoints":{"ip=1.2.3.5&proc_name=d":["20.0"],"x=y":null}}"#;
        let data = read(text);
        assert_eq!(data.code, 0);
        let Points::ByObject(points) = &data.points else {
            panic!("several objects")
        };
        assert_eq!(points.len(), 2);
        assert!(points["x=y"].is_empty());
    }

    #[test]
    fn no_points_are_no_error() {
        for text in [
            r#"{"code":0}"#,
            r#"{"code":0,"dataPoints":null}"#,
            r#"{"code":0,"dataPoints":[]}"#,
        ] {
            let data = read(text);
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
