//! Custom monitoring (ksc-monitor.md, 14.4, 14.6, 14.7): times are true UTC.

use std::collections::BTreeSet;
use std::time::Duration;

use super::metrics::{Frame, HISTORY_POINTS, Wanted, no_such_metric};
use crate::cloud::declare::Zone;
use crate::cloud::ksc_monitor::ops::custom::{
    CustomMetric, CustomMetricList, CustomMetrics, CustomPoint, CustomPoints, CustomStatistics,
    GetCustomMetricStatistics, ListCustomMetrics, PutMetricData, Uploaded,
};
use crate::cloud::ksc_monitor::ops::{Figure, ResponseMetadata};
use crate::cloud::wire::Items;
use crate::sim::dialect::ksc_invalid;
use crate::sim::estate::Estate;
use crate::sim::estate::things::custom::CustomSeries;
use crate::sim::handlers::{Caller, Handlers, Refusal};

/// Adds the functions of these operations.
pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on(|estate: &mut Estate, _: &Caller, ask: PutMetricData| put_metric_data(estate, &ask))
        .on(
            |estate: &mut Estate, caller: &Caller, ask: ListCustomMetrics| {
                Ok(list_metrics(estate, caller, &ask))
            },
        )
        .on(
            |estate: &mut Estate, _: &Caller, ask: GetCustomMetricStatistics| {
                statistics(estate, &ask)
            },
        )
}

fn put_metric_data(estate: &mut Estate, ask: &PutMetricData) -> Result<Uploaded, Refusal> {
    if ask.points.iter().any(|point| !point.value.is_finite()) {
        return Err(ksc_invalid("value"));
    }
    for point in &ask.points {
        estate.upload(
            &point.namespace,
            &point.metric_name,
            trimmed(&point.dimensions),
            point.unit.as_deref(),
            (point.timestamp.0, point.value),
        );
    }
    Ok(Uploaded {
        message: "SUCCESS".to_owned(),
        metadata: ResponseMetadata::default(),
    })
}

fn trimmed(dimensions: &[String]) -> BTreeSet<String> {
    dimensions
        .iter()
        .map(|dimension| dimension.trim().to_owned())
        .collect()
}

fn list_metrics(estate: &Estate, caller: &Caller, ask: &ListCustomMetrics) -> CustomMetricList {
    let is_wanted = |series: &&CustomSeries| {
        let fits = |wanted: &Option<String>, given: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == given)
        };
        fits(&ask.namespace, &series.namespace)
            && fits(&ask.metric_name, &series.metric)
            && series.has(ask.dimensions.iter().map(String::as_str))
    };
    let metrics = estate.custom.iter().filter(is_wanted);
    CustomMetricList {
        request_id: caller.request_id.clone(),
        result: CustomMetrics {
            metrics: Items(
                metrics
                    .map(|series| CustomMetric {
                        namespace: series.namespace.clone(),
                        metric_name: series.metric.clone(),
                        dimensions: Items(series.dimensions.iter().cloned().collect()),
                    })
                    .collect(),
            ),
        },
        metadata: None,
    }
}

fn statistics(
    estate: &Estate,
    ask: &GetCustomMetricStatistics,
) -> Result<CustomStatistics, Refusal> {
    let frame = Frame::new(
        ask.start_time.0,
        ask.end_time.0,
        Some(ask.period),
        std::iter::once(ask.method.as_str()),
        HISTORY_POINTS,
    )?;
    let dimensions = trimmed(&ask.dimensions);
    let series = estate
        .custom_metric(&ask.namespace, &ask.metric_name, &dimensions)
        .ok_or_else(|| {
            let named = dimensions.into_iter().collect::<Vec<_>>().join(",");
            Refusal::new(404, "404", no_such_metric(&ask.metric_name, &named))
        })?;
    let period = Duration::from_secs(ask.period.into());
    let points = frame.periods(estate.now).filter_map(|at| {
        let condensed = series.condensed(at, period, estate.now)?;
        let value = match frame.wanted.first()? {
            Wanted::Average => condensed.average,
            Wanted::Max => condensed.max,
            Wanted::Min => condensed.min,
            Wanted::Sum => condensed.sum,
            Wanted::Count => f64::from(condensed.count),
        };
        Some(CustomPoint {
            value: Figure::new((value * 1000.0).round() / 1000.0),
            timestamp: Zone::Utc.write(at),
        })
    });
    Ok(CustomStatistics {
        metadata: ResponseMetadata::default(),
        result: CustomPoints {
            points: Items(points.collect()),
            label: ask.metric_name.clone(),
        },
    })
}
