//! The container engine, version 2019-08-12 (ksc-monitor.md, 14.8, 14.9): one dimension for each level from the cluster
//! down instead of an instance, Beijing's clock with a false `Z`.

use serde_json::Value as Json;

use super::{MetricList, Statistics};
use crate::cloud::declare::{BeijingFalseZTime, Call, Violation};
use crate::operation;

/// Version of the container engine.
const CONTAINERS: &str = "2019-08-12";

/// The dimensions from the cluster down, in the document's order (14.8).
pub const LEVELS: &[&str] = &[
    "ClusterId",
    "Namespace",
    "WorkloadType",
    "WorkloadName",
    "PodName",
    "ContainerName",
];

operation! {
    /// Lists the metrics of a cluster, a pod or a container.
    ListKceMetrics -> MetricList, "ksc-monitor.list_kce_metrics",
        Call::action("ListMetrics", CONTAINERS), check = check_dimensions;
    /// Always `KCE`.
    namespace: String = "Namespace".one_of(&["KCE"]),
    /// Names of the dimensions: `ClusterId`, `Namespace`, `WorkloadType`, `WorkloadName`, `PodName`, `ContainerName`,
    /// from the first down to the level that is meant.
    names: Vec<String> = "Dimensions.N.Name".required(),
    /// Their values, in the same order.
    values: Vec<String> = "Dimensions.N.Value".required(),
    /// Only this metric.
    metric_name: Option<String> = "MetricName",
    /// Page number, from 1.
    page_index: u32 = "PageIndex".at_least(1),
    /// Rows of a page.
    page_size: Option<u32> = "PageSize",
}

operation! {
    /// Reads one metric of a cluster, a pod or a container.
    GetKceMetricStatistics -> Statistics, "ksc-monitor.get_kce_metric_statistics",
        Call::action("GetMetricStatistics", CONTAINERS), check = check_dimensions;
    /// Always `KCE`.
    namespace: String = "Namespace".one_of(&["KCE"]),
    /// Metric.
    metric_name: String = "MetricName",
    /// Names of the dimensions, as for the list of metrics.
    names: Vec<String> = "Dimensions.N.Name".required(),
    /// Their values, in the same order.
    values: Vec<String> = "Dimensions.N.Value".required(),
    /// Start, Beijing time written with `Z`.
    start_time: BeijingFalseZTime = "StartTime",
    /// End, Beijing time written with `Z`, at least two minutes ago.
    end_time: BeijingFalseZTime = "EndTime",
    /// Length of a period in seconds, a multiple of 60.
    period: u32 = "Period".range(60, 900).multiple_of(60),
    /// Statistics, comma-separated: `Average`, `Sum`, `Count`, `Max`, `Min`.
    aggregate: String = "Aggregate",
}

/// Every dimension has a name and a value.
fn check_dimensions(input: &Json) -> Vec<Violation> {
    let count = |name: &str| input[name].as_array().map_or(0, Vec::len);
    let (names, values) = (count("Dimensions.N.Name"), count("Dimensions.N.Value"));
    let mut found = super::check_aggregate(input);
    if names != values {
        found.push(Violation::new(
            "Dimensions.N.Value",
            format!("must have as many values as there are names: {names}"),
            values.to_string(),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::declare::Operation;

    #[test]
    fn every_dimension_has_a_value_and_every_statistic_a_meaning() {
        let rules = |input: &Json| -> Vec<String> {
            (GetKceMetricStatistics::CHECK)(input)
                .into_iter()
                .map(|broken| broken.field)
                .collect()
        };
        let good = json!({
            "Dimensions.N.Name": ["ClusterId"], "Dimensions.N.Value": ["c"], "Aggregate": "Average, Max",
        });
        assert!(rules(&good).is_empty());
        let bad = json!({
            "Dimensions.N.Name": ["ClusterId", "Namespace"], "Dimensions.N.Value": ["c"], "Aggregate": "Median",
        });
        assert_eq!(rules(&bad), ["Aggregate", "Dimensions.N.Value"]);
    }
}
