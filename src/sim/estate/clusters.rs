//! The metrics of the container engine (ksc-monitor.md, 14.8).

use std::time::Duration;

use jiff::Timestamp;

use super::state::Estate;
use crate::sim::chance;
use crate::sim::samples::{self, Condensed, Shape};

/// A metric of the container engine: name, unit, name for people, how it runs.
pub type KceMetric = (&'static str, &'static str, &'static str, Shape);

const fn shape(level: f64, swing: f64, jitter: f64) -> Shape {
    Shape {
        level,
        swing,
        jitter,
        floor: 0.0,
        ceiling: f64::MAX,
    }
}

const OF_CLUSTER: &[KceMetric] = &[
    (
        "cluster.cpu.usage",
        "%",
        "集群CPU使用率",
        shape(38.0, 12.0, 4.0),
    ),
    (
        "cluster.memory.usage",
        "%",
        "集群内存使用率",
        shape(61.0, 4.0, 2.0),
    ),
];
const OF_POD: &[KceMetric] = &[
    ("pod.network.rx", "MB", "Pod入流量", shape(14.0, 6.0, 2.0)),
    ("pod.network.tx", "MB", "Pod出流量", shape(46.0, 18.0, 5.0)),
];
const OF_CONTAINER: &[KceMetric] = &[
    (
        "container.cpu.usage",
        "cores",
        "容器CPU使用量",
        shape(0.7, 0.3, 0.1),
    ),
    (
        "container.cpu.usage_for_request",
        "%",
        "CPU占request",
        shape(64.0, 20.0, 9.0),
    ),
    (
        "container.cpu.usage_for_limit",
        "%",
        "CPU占limit",
        shape(35.0, 14.0, 5.0),
    ),
    (
        "container.memory.usage",
        "MiB",
        "容器内存使用量",
        shape(410.0, 30.0, 12.0),
    ),
    (
        "container.memory.usage_for_request",
        "%",
        "内存占request",
        shape(80.0, 6.0, 3.0),
    ),
    (
        "container.memory.usage_for_limit",
        "%",
        "内存占limit",
        shape(40.0, 3.0, 2.0),
    ),
];

impl Estate {
    /// The metrics of what these dimensions mean, outermost first; `None` when there is no such thing.
    pub fn kce_metrics(&self, dimensions: &[(&str, &str)]) -> Option<&'static [KceMetric]> {
        let value = |wanted: &str| {
            let found = dimensions.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| *value)
        };
        let cluster = self
            .clusters
            .iter()
            .find(|cluster| Some(cluster.id.as_str()) == value("ClusterId"))?;
        if dimensions.len() == 1 {
            return Some(OF_CLUSTER);
        }
        let pod = cluster.pods.iter().find(|pod| {
            value("Namespace") == Some(&pod.namespace)
                && value("WorkloadType") == Some(&pod.workload_type)
                && value("WorkloadName") == Some(&pod.workload)
                && value("PodName") == Some(&pod.name)
        })?;
        match (dimensions.len(), value("ContainerName")) {
            (5, None) => Some(OF_POD),
            (6, Some(name)) if pod.containers.iter().any(|known| known == name) => {
                Some(OF_CONTAINER)
            }
            _ => None,
        }
    }

    /// One period of a metric of the container engine.
    pub fn kce_condensed(
        &self,
        metric: &KceMetric,
        dimensions: &[(&str, &str)],
        from: Timestamp,
        period: Duration,
    ) -> Option<Condensed> {
        let words: Vec<&str> = std::iter::once(metric.0)
            .chain(dimensions.iter().map(|(_, value)| *value))
            .collect();
        let series = chance::number(self.seed, &words);
        let step = Duration::from_secs(15);
        let count = u32::try_from(period.as_secs() / 15).unwrap_or(60).max(1);
        let values = (0..count)
            .map(|index| from + step * index)
            .take_while(|at| *at <= self.now)
            .map(|at| samples::value(series, &metric.3, at));
        samples::condense(values)
    }
}
