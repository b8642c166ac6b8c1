//! The container engine (ksc-monitor.md, 14.8, 14.9).

use std::time::Duration;

use super::metrics::{Frame, HISTORY_POINTS, metric_list, no_such_metric, point};
use crate::cloud::ksc_monitor::ops::{
    GetKceMetricStatistics, ListKceMetrics, Members, Metric, MetricList, Statistics,
    StatisticsResult,
};
use crate::sim::estate::Estate;
use crate::sim::estate::clusters::KceMetric;
use crate::sim::estate::identity::KSC_REGION;
use crate::sim::handlers::{Caller, Handlers, Refusal};

/// Adds the functions of these operations.
pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on(
            |estate: &mut Estate, caller: &Caller, ask: ListKceMetrics| {
                list_metrics(estate, caller, &ask)
            },
        )
        .on(
            |estate: &mut Estate, caller: &Caller, ask: GetKceMetricStatistics| {
                statistics(estate, caller, &ask)
            },
        )
}

/// Pairs of names and values. The Kubernetes namespace has two names: `Namespace` in the document, `NamespaceName` in
/// the vendor's own clients (14.8).
fn pairs<'a>(names: &'a [String], values: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let name = |name: &'a String| match name.as_str() {
        "NamespaceName" => "Namespace",
        name => name,
    };
    names
        .iter()
        .map(name)
        .zip(values.iter().map(String::as_str))
        .collect()
}

/// The metrics of what is meant; refused when there is no such thing in the region of the request.
fn metrics(
    estate: &Estate,
    caller: &Caller,
    dimensions: &[(&str, &str)],
) -> Result<&'static [KceMetric], Refusal> {
    let is_here = caller
        .region
        .as_deref()
        .is_none_or(|region| region == KSC_REGION);
    estate
        .kce_metrics(dimensions)
        .filter(|_| is_here)
        .ok_or_else(|| Refusal::new(404, "404", "No such name for 'metrics'"))
}

fn list_metrics(
    estate: &Estate,
    caller: &Caller,
    ask: &ListKceMetrics,
) -> Result<MetricList, Refusal> {
    let dimensions = pairs(&ask.names, &ask.values);
    let known = metrics(estate, caller, &dimensions)?;
    let rows = known
        .iter()
        .filter(|row| ask.metric_name.as_deref().is_none_or(|name| name == row.0))
        .map(|(name, unit, label, _)| Metric {
            instance_id: ask.values.first().cloned().unwrap_or_default(),
            interval: "60".to_owned(),
            metric_name: (*name).to_owned(),
            metric_desc: Some((*label).to_owned()),
            namespace: "KCE".to_owned(),
            kind: "long".to_owned(),
            unit: (*unit).to_owned(),
        });
    Ok(metric_list(rows, ask.page_index, ask.page_size))
}

fn statistics(
    estate: &Estate,
    caller: &Caller,
    ask: &GetKceMetricStatistics,
) -> Result<Statistics, Refusal> {
    let frame = Frame::new(
        ask.start_time.0,
        ask.end_time.0,
        Some(ask.period),
        ask.aggregate.split(','),
        HISTORY_POINTS,
    )?;
    let dimensions = pairs(&ask.names, &ask.values);
    let known = metrics(estate, caller, &dimensions)?;
    let metric = known
        .iter()
        .find(|row| row.0 == ask.metric_name)
        .ok_or_else(|| {
            let named = ask.values.last().map_or("", String::as_str);
            Refusal::new(404, "404", no_such_metric(&ask.metric_name, named))
        })?;
    let period = Duration::from_secs(ask.period.into());
    let points = frame.periods(estate.now).filter_map(|at| {
        let condensed = estate.kce_condensed(metric, &dimensions, at, period)?;
        Some(point(at, &condensed, &frame.wanted, false))
    });
    Ok(Statistics {
        result: StatisticsResult {
            datapoints: Members {
                member: points.collect(),
            },
            label: ask.metric_name.clone(),
        },
        ..Statistics::default()
    })
}
