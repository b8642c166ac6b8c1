//! Samples of hosts, servers, machines and network devices as series (huawei-esm.md, B1, B2, B6 and B8).
//!
//! The operations answer with rows of all metrics mixed, at any second. A series is made of the rows of one metric,
//! condensed into periods as everywhere else.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::walk::Walk;
use super::{ZONE, part};
use crate::cloud::client::Client;
use crate::cloud::huawei_esm::ops::{
    HostMetricRow, Loose, NetworkRow, QueryHostMetricData, QueryNetworkDeviceMetrics,
    QueryServerPerformanceData, QueryVmPerformance, ServerPerformanceRow, VmPerformanceRow,
};
use crate::cloud::page::Walked;
use crate::cloud::raw;
use crate::domain::error::ApiError;
use crate::domain::metric::{MetricInfo, Sample, Series, SeriesKey, Statistic, Window};
use crate::domain::query::Facts;
use crate::domain::site::namespace;
use crate::domain::text::SafeText;

/// Pages of samples at most: a day of a host's metrics.
const PAGES: u32 = 30;
/// Seconds of the latest samples of all network devices.
const LATEST: u32 = 900;

/// One sample of whatever it is of.
struct Point {
    instance: String,
    metric: String,
    unit: Option<String>,
    at: i64,
    /// The value, or what came in its place.
    value: Result<f64, SafeText>,
}

/// Samples of one instance over a window, as points; how many rows there would have been, when not all were read.
struct Points {
    points: Vec<Point>,
    left: Option<u64>,
}

/// The series asked for. They are all of one namespace.
pub(super) async fn series(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    period: u32,
    window: Window,
) -> Result<Facts, ApiError> {
    let mut instances: Vec<(&SafeText, &SafeText)> = keys
        .iter()
        .map(|key| (&key.namespace, &key.instance))
        .collect();
    instances.sort();
    instances.dedup();
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for (namespace, instance) in instances {
        let points = read(client, namespace.raw(), instance.raw(), window).await?;
        if let Some(left) = points.left {
            problems.push(SafeText::from(format!(
                "{instance}: {left} older rows were not read"
            )));
        }
        let series = condensed(namespace, points.points, statistic, period);
        problems.extend(series.iter().filter_map(|series| {
            let odd = series.odd.as_ref().filter(|_| keys.contains(&series.key))?;
            let (instance, metric) = (&series.key.instance, &series.key.metric);
            Some(format!("{instance} {metric}: {odd:?} is no value", odd = odd.raw()).into())
        }));
        found.extend(series);
    }
    found.retain(|series| keys.contains(&series.key));
    Ok(Facts::samples(found, problems))
}

/// The latest samples of all network devices.
pub(super) async fn network(client: &Client) -> Result<Facts, ApiError> {
    let rows = network_rows(client, None, Window::Last(LATEST)).await?;
    let points = points(&rows, network_point);
    let namespace = SafeText::from(namespace::NETWORK);
    let series = condensed(&namespace, points.points, Statistic::Average, 60);
    Ok(Facts::samples(series, Vec::new()))
}

/// The metrics that an instance has had within the last quarter of an hour.
pub(super) async fn metrics(
    client: &Client,
    namespace: &str,
    instance: &str,
) -> Result<Vec<MetricInfo>, ApiError> {
    // Servers are told of by the hour.
    let seconds = if namespace == namespace::SERVER {
        2 * 3600
    } else {
        LATEST
    };
    let points = read(client, namespace, instance, Window::Last(seconds)).await?;
    let mut found: BTreeMap<SeriesKey, Option<String>> = BTreeMap::new();
    for point in points.points {
        let key = SeriesKey::new(namespace, &point.instance, &point.metric);
        found.insert(key, point.unit);
    }
    Ok(found
        .into_iter()
        .map(|(key, unit)| MetricInfo {
            key,
            label: None,
            unit: unit.map(SafeText::from),
            period: None,
        })
        .collect())
}

async fn read(
    client: &Client,
    namespace: &str,
    instance: &str,
    window: Window,
) -> Result<Points, ApiError> {
    match namespace {
        namespace::HOST => Ok(points(
            &host_rows(client, instance, window).await?,
            host_point,
        )),
        namespace::SERVER => {
            let rows = server_rows(client, instance, window).await?;
            Ok(points(&rows, server_point))
        }
        namespace::NETWORK => {
            let rows = network_rows(client, Some(instance), window).await?;
            Ok(points(&rows, network_point))
        }
        namespace::VM => Ok(points(&vm_rows(client, instance, window).await?, vm_point)),
        _ => Err(raw::unanswerable(client)),
    }
}

fn bounds(client: &Client, window: Window) -> (i64, i64) {
    let (begin, end) = window.bounds(client.now());
    // The end is excluded, and samples of this very second count.
    let end = end + SignedDuration::from_secs(1);
    (begin.as_millisecond(), end.as_millisecond())
}

async fn host_rows(
    client: &Client,
    host: &str,
    window: Window,
) -> Result<Walked<HostMetricRow>, ApiError> {
    let (begin_time, end_time) = bounds(client, window);
    let mut walk = Walk::new(1000, PAGES);
    while let Some(offset) = walk.next() {
        let ask = QueryHostMetricData {
            host_id: host.to_owned(),
            begin_time,
            end_time,
            offset_value: Some(offset),
            page_size: Some(1000),
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    Ok(walk.end())
}

async fn server_rows(
    client: &Client,
    serial: &str,
    window: Window,
) -> Result<Walked<ServerPerformanceRow>, ApiError> {
    let (begin_time, end_time) = bounds(client, window);
    let mut walk = Walk::new(1000, PAGES);
    while let Some(offset) = walk.next() {
        let ask = QueryServerPerformanceData {
            sn: Some(serial.to_owned()),
            begin_time,
            end_time,
            offset_value: Some(offset),
            page_size: Some(1000),
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    Ok(walk.end())
}

async fn network_rows(
    client: &Client,
    device: Option<&str>,
    window: Window,
) -> Result<Walked<NetworkRow>, ApiError> {
    let (begin_time, end_time) = bounds(client, window);
    let mut walk = Walk::new(500, PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryNetworkDeviceMetrics {
            begin_time,
            end_time,
            offset_value,
            page_size: 500,
            management_ip: device.map(str::to_owned),
            metric: None,
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    Ok(walk.end())
}

async fn vm_rows(
    client: &Client,
    machine: &str,
    window: Window,
) -> Result<Walked<VmPerformanceRow>, ApiError> {
    let (begin_time, end_time) = bounds(client, window);
    let mut walk = Walk::new(500, PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryVmPerformance {
            begin_time,
            end_time,
            offset_value,
            page_size: 500,
            // Without it all machines come.
            vm_id: Some(machine.to_owned()),
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    Ok(walk.end())
}

/// The value of a row, or what came in its place; `None` when nothing did.
fn value(of: &Loose) -> Option<Result<f64, SafeText>> {
    let came = of.text()?;
    Some(of.number().ok_or_else(|| came.into()))
}

/// The rows that have an instant and a value, or something in its place. What else they say is in `call`.
fn points<R>(walked: &Walked<R>, point: fn(&R) -> Option<Point>) -> Points {
    let read = walked.rows.len() as u64;
    Points {
        points: walked.rows.iter().filter_map(point).collect(),
        left: walked
            .total
            .map(|total| total.saturating_sub(read))
            .filter(|left| *left > 0),
    }
}

fn host_point(row: &HostMetricRow) -> Option<Point> {
    let parts = [
        &row.monitor_item,
        &row.metrics_name,
        &row.data_item,
        &row.operator,
    ];
    let parts: Vec<String> = parts.into_iter().filter_map(Loose::text).collect();
    Some(Point {
        instance: row.host_id.raw(),
        metric: parts.join("."),
        // `\%` (huawei-esm.md, B1).
        unit: row
            .unit
            .text()
            .map(|unit| unit.trim_start_matches('\\').to_owned()),
        at: row.time_stamp.instant(ZONE)?.as_second(),
        value: value(&row.value)?,
    })
}

fn server_point(row: &ServerPerformanceRow) -> Option<Point> {
    let metric = row.metric.raw();
    Some(Point {
        instance: row.sn.raw(),
        unit: metric.ends_with("Percent").then(|| "%".to_owned()),
        metric,
        at: row.time.instant(ZONE)?.as_second(),
        value: value(&row.value)?,
    })
}

fn network_point(row: &NetworkRow) -> Option<Point> {
    Some(Point {
        instance: row.device_ip.raw(),
        metric: row.metric.raw(),
        unit: None,
        at: row.timestamp.instant(ZONE)?.as_second(),
        value: value(&row.value)?,
    })
}

fn vm_point(row: &VmPerformanceRow) -> Option<Point> {
    Some(Point {
        instance: row.instance_id.raw(),
        metric: row.metric_name.raw(),
        unit: row.metric_unit.text(),
        at: row.timestamp.instant(ZONE)?.as_second(),
        value: value(&row.metric_value)?,
    })
}

/// What came of one metric of one instance.
#[derive(Default)]
struct Came {
    unit: Option<String>,
    /// The values of each period, by its first second.
    periods: BTreeMap<i64, Vec<f64>>,
    /// The latest thing that was no value, and its instant.
    odd: Option<(i64, SafeText)>,
}

/// Points as series, several points of a period as one sample.
fn condensed(
    namespace: &SafeText,
    points: Vec<Point>,
    statistic: Statistic,
    period: u32,
) -> Vec<Series> {
    let period = period.max(1);
    let mut found: BTreeMap<(String, String), Came> = BTreeMap::new();
    for point in points {
        let came = found.entry((point.instance, point.metric)).or_default();
        came.unit = point.unit.or_else(|| came.unit.take());
        let start = point.at.div_euclid(i64::from(period)) * i64::from(period);
        match point.value {
            Ok(value) => came.periods.entry(start).or_default().push(value),
            Err(_) if came.odd.as_ref().is_some_and(|(at, _)| *at > start) => {}
            Err(odd) => came.odd = Some((start, odd)),
        }
    }
    found
        .into_iter()
        .map(|((instance, metric), came)| {
            let last = came.periods.last_key_value().map(|(at, _)| *at);
            Series {
                key: SeriesKey::new(namespace.raw(), &instance, &metric),
                label: None,
                unit: came.unit.map(SafeText::from),
                statistic,
                period,
                odd: came
                    .odd
                    .filter(|(at, _)| last.is_none_or(|last| last < *at))
                    .map(|(_, odd)| odd),
                samples: came
                    .periods
                    .into_iter()
                    .map(|(at, values)| Sample {
                        at,
                        value: of_period(statistic, &values),
                    })
                    .collect(),
            }
        })
        .collect()
}

fn of_period(statistic: Statistic, values: &[f64]) -> f64 {
    let sum: f64 = values.iter().sum();
    match statistic {
        Statistic::Average => sum / values.len().max(1) as f64,
        Statistic::Max => values.iter().copied().fold(f64::MIN, f64::max),
        Statistic::Min => values.iter().copied().fold(f64::MAX, f64::min),
        Statistic::Sum => sum,
        Statistic::Last => values.last().copied().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    #[test]
    fn a_hosts_sample_is_read() {
        let row: HostMetricRow = serde_json::from_value(json!({
            "time_stamp": "1697372808000", "monitor_item": "memory", "metrics_name": "Memory", "operator": "AVG",
            "host_id": "h", "unit": "\\%", "data_item": "usage", "value": "79.81",
        }))
        .unwrap();
        let point = host_point(&row).unwrap();
        assert_eq!(point.metric, "memory.Memory.usage.AVG");
        assert_eq!(point.unit.as_deref(), Some("%"));
        assert_eq!((point.at, point.value), (1_697_372_808, Ok(79.81)));
    }

    #[test]
    fn a_servers_sample_is_its_value_and_not_its_usage() {
        let row: ServerPerformanceRow = serde_json::from_value(json!({
            "usage": "mgt|mgt-can", "metric": "CPUUsagePercent", "time": "2024-01-08 0:00", "sn": "s", "Value": "38",
        }))
        .unwrap();
        let point = server_point(&row).unwrap();
        assert_eq!((point.value, point.at), (Ok(38.0), 1_704_643_200));
    }

    #[test]
    fn rows_without_value_or_time_are_gaps() {
        for row in [
            json!({"timestamp": "1726819320000", "value": ""}),
            json!({"value": "1"}),
        ] {
            let row: NetworkRow = serde_json::from_value(row).unwrap();
            assert!(network_point(&row).is_none());
        }
    }

    #[test]
    fn what_is_no_value_is_kept_until_one_comes() {
        let row = |at: &str, value: Json| {
            let row =
                json!({"timestamp": at, "value": value, "device_ip": "10.0.0.1", "metric": "7"});
            network_point(&serde_json::from_value::<NetworkRow>(row).unwrap()).unwrap()
        };
        let read = |points| {
            let mut all = condensed(&namespace::NETWORK.into(), points, Statistic::Average, 60);
            assert_eq!(all.len(), 1, "the row stays");
            all.remove(0)
        };
        let broken = || row("1726819380000", json!("n/a"));
        let alone = read(vec![broken()]);
        assert_eq!(alone.samples, []);
        assert_eq!(alone.odd.unwrap().raw(), "n/a");
        let good = |at| row(at, json!("3"));
        let before = read(vec![good("1726819320000"), broken()]);
        assert_eq!(
            (before.samples.len(), before.odd.unwrap().raw()),
            (1, "n/a")
        );
        let after = read(vec![broken(), good("1726819440000")]);
        assert_eq!(after.odd, None, "a value came since");
    }

    #[test]
    fn points_of_one_period_are_one_sample() {
        let point = |at, value| Point {
            instance: "h".into(),
            metric: "m".into(),
            unit: None,
            at,
            value: Ok(value),
        };
        let points = || vec![point(68, 3.0), point(61, 1.0), point(125, 5.0)];
        let values = |statistic| {
            let series = condensed(&namespace::HOST.into(), points(), statistic, 60);
            assert_eq!(series.len(), 1);
            let samples = &series[0].samples;
            assert_eq!((samples[0].at, samples[1].at), (60, 120));
            (samples[0].value, samples[1].value)
        };
        assert_eq!(values(Statistic::Average), (2.0, 5.0));
        assert_eq!(values(Statistic::Max), (3.0, 5.0));
        assert_eq!(values(Statistic::Min), (1.0, 5.0));
        assert_eq!(values(Statistic::Sum), (4.0, 5.0));
    }
}
