//! Metrics of products and their statistics (ksc-monitor.md, 14.1 to 14.3).

use std::time::Duration;

use jiff::Timestamp;

use super::common::page;
use crate::cloud::declare::Zone;
use crate::cloud::ksc_monitor::ops::{
    Batch, BatchResult, Figure, GetMetricStatistics, GetMetricStatisticsBatch, ListMetrics,
    Members, Metric, MetricList, MetricListResult, Point, Statistics, StatisticsResult,
};
use crate::sim::chance;
use crate::sim::dialect::ksc_invalid;
use crate::sim::estate::identity::KSC_REGION;
use crate::sim::estate::{Cloud, Estate, Machine, Measure, Role, Watched};
use crate::sim::handlers::{Caller, Handlers, Refusal};
use crate::sim::samples::Condensed;

/// Adds the functions of these operations.
pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on(|estate: &mut Estate, caller: &Caller, ask: ListMetrics| {
            list_metrics(estate, caller, &ask)
        })
        .on(get_metric_statistics)
        .on(get_metric_statistics_batch)
}

/// Samples are there after so many seconds (9).
const DELAY: Duration = Duration::from_secs(120);
/// How far history reaches back (9).
const HISTORY: Duration = Duration::from_secs(30 * 86_400);
/// Points in one answer at most (11): history, batch.
pub(super) const HISTORY_POINTS: i64 = 60_000;
const BATCH_POINTS: i64 = 6000;
/// Rows of a page of metrics when none are asked for; the document does not say.
const METRICS_PAGE: u32 = 100;
/// One value in so many is missing and sent as `"null"` (7).
const MISSING: f64 = 1.0 / 400.0;

/// Namespaces the service knows (12); it does not mind their case.
const NAMESPACES: &[&str] = &[
    "KEC",
    "KS3",
    "EIP",
    "SLB",
    "Listener",
    "PEER",
    "NAT",
    "BWS",
    "KRDS",
    "KTS",
    "KCS",
    "KCS2",
    "MONDB",
    "KAD",
    "EPC",
    "DCGW",
    "KDC",
    "GPU",
    "CDN",
    "MEMCACHED",
    "DRDS",
    "EPCGPU",
    "KDTS",
    "KCE",
    "RABBITMQ",
    "KINGDB",
    "KES",
    "KHBASE",
    "KCI",
    "SQLSERVER",
    "INFLUXDB",
    "WAF",
    "KS3AL",
    "KPFs",
    "VGPU",
    "PGS",
    "KCH",
    "KTIDB",
    "KMR",
];

/// The metrics by their names on the wire, with unit and name for people. Traffic is in bytes per second (12).
const METRICS: &[(&str, Measure, &str, &str)] = &[
    ("cpu.utilization.total", Measure::Cpu, "%", "CPU使用率"),
    ("system.cpu.load", Measure::Load, "", "系统负载"),
    (
        "memory.utilization.total",
        Measure::Memory,
        "%",
        "内存使用率",
    ),
    ("vfs.fs.size", Measure::Disk, "%", "磁盘使用率"),
    ("disk.read.bytes", Measure::DiskRead, "MB/s", "磁盘读速率"),
    ("disk.write.bytes", Measure::DiskWrite, "MB/s", "磁盘写速率"),
    ("net.if.in", Measure::NetIn, "B/s", "网卡入流量"),
    ("net.if.out", Measure::NetOut, "B/s", "网卡出流量"),
    (
        "net.if.in[eth0,packets]",
        Measure::PacketsIn,
        "pps",
        "网卡入包量",
    ),
    (
        "net.if.out[eth0,packets]",
        Measure::PacketsOut,
        "pps",
        "网卡出包量",
    ),
    (
        "net.tcp.established",
        Measure::Connections,
        "count",
        "TCP连接数",
    ),
    ("http.requests", Measure::Requests, "req/s", "请求数"),
    ("http.errors", Measure::Errors, "%", "5xx比例"),
];

fn namespace_of(role: Role) -> &'static str {
    match role {
        Role::Balancer => "SLB",
        _ => "KEC",
    }
}

/// What a metric's name means: as in the table, or as a policy of the scenario calls it.
fn measure(estate: &Estate, name: &str) -> Option<Measure> {
    let listed = METRICS.iter().find(|row| row.0 == name).map(|row| row.1);
    listed.or_else(|| {
        let mut rules = estate.policies.iter().flat_map(|policy| &policy.rules);
        rules.find_map(|rule| match rule.watched {
            Watched::Machines(measure) if rule.key == name => Some(measure),
            _ => None,
        })
    })
}

/// Row 17 of the table of errors: metric and region do not fit, or there is no data.
pub(super) fn no_such_metric(metric: &str, instance: &str) -> String {
    format!("No such name for 'metrics': '{metric}.{instance}'")
}

fn check_namespace(namespace: &str) -> Result<(), Refusal> {
    let is_known = NAMESPACES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(namespace));
    if is_known {
        return Ok(());
    }
    Err(Refusal::new(
        400,
        "InvalidParameterNamespace",
        "No such namespace",
    ))
}

/// The machine, if the namespace is that of its product and the request went to its region (15, 9).
fn machine<'e>(
    estate: &'e Estate,
    caller: &Caller,
    namespace: &str,
    instance: &str,
) -> Result<&'e Machine, Refusal> {
    check_namespace(namespace)?;
    let found = estate
        .machine_by_id(Cloud::Ksc, instance)
        .filter(|machine| namespace_of(machine.role).eq_ignore_ascii_case(namespace));
    let Some(machine) = found else {
        let words = format!("[{namespace}]产品不属于该用户");
        return Err(Refusal::new(403, "403", words));
    };
    if caller
        .region
        .as_deref()
        .is_some_and(|region| region != KSC_REGION)
    {
        return Err(Refusal::new(404, "404", "No such name for 'metrics'"));
    }
    Ok(machine)
}

/// A page of metrics, in the shape that products and the container engine share (14.1, 14.8).
pub(super) fn metric_list(
    rows: impl Iterator<Item = Metric>,
    index: u32,
    size: Option<u32>,
) -> MetricList {
    MetricList {
        result: MetricListResult {
            metrics: Members {
                member: page(rows, Some(index), size.unwrap_or(METRICS_PAGE)),
            },
        },
        ..MetricList::default()
    }
}

fn list_metrics(
    estate: &Estate,
    caller: &Caller,
    ask: &ListMetrics,
) -> Result<MetricList, Refusal> {
    let machine = machine(estate, caller, &ask.namespace, &ask.instance_id)?;
    let measures: Vec<Measure> = machine.measures().collect();
    let rows = METRICS
        .iter()
        .filter(|row| measures.contains(&row.1))
        .filter(|row| ask.metric_name.as_deref().is_none_or(|name| name == row.0))
        .map(|(name, _, unit, label)| Metric {
            instance_id: ask.instance_id.clone(),
            interval: "60".to_owned(),
            metric_name: (*name).to_owned(),
            metric_desc: Some((*label).to_owned()),
            namespace: namespace_of(machine.role).to_owned(),
            kind: "Float".to_owned(),
            unit: (*unit).to_owned(),
        });
    Ok(metric_list(rows, ask.page_index, ask.page_size))
}

/// A span that was asked for, and which statistics.
pub(super) struct Frame {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) period: i64,
    pub(super) wanted: Vec<Wanted>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Average,
    Max,
    Min,
    Sum,
    Count,
}

impl Frame {
    pub(super) fn new<'a>(
        start: Timestamp,
        end: Timestamp,
        period: Option<u32>,
        words: impl Iterator<Item = &'a str>,
        most: i64,
    ) -> Result<Self, Refusal> {
        let period = i64::from(period.unwrap_or(60));
        let (start, end) = (start.as_second(), end.as_second());
        if end < start {
            return Err(ksc_invalid("EndTime"));
        }
        if (end - start) / period + 1 > most {
            return Err(Refusal::new(
                400,
                "InvalidParameterRequestInformation",
                "Request information is too large",
            ));
        }
        // Blanks after commas and other cases are accepted: the document's own samples have them.
        let wanted: Option<Vec<Wanted>> = words.map(|word| wanted(word.trim())).collect();
        Ok(Self {
            start,
            end,
            period,
            wanted: wanted.ok_or_else(|| ksc_invalid("Aggregate"))?,
        })
    }

    /// Starts of the periods that have data by now.
    pub(super) fn periods(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> + use<> {
        let period = self.period;
        let oldest = (now - HISTORY).as_second();
        let start = self.start.max(oldest);
        let first = start + (period - start.rem_euclid(period)) % period;
        let last = self.end.min((now - DELAY).as_second());
        (0..)
            .map(move |i| first + i * period)
            .take_while(move |at| *at <= last)
            .filter_map(|at| Timestamp::from_second(at).ok())
    }
}

fn wanted(word: &str) -> Option<Wanted> {
    match word.to_ascii_lowercase().as_str() {
        "average" | "avg" => Some(Wanted::Average),
        "max" => Some(Wanted::Max),
        "min" => Some(Wanted::Min),
        "sum" => Some(Wanted::Sum),
        "count" | "samplecount" => Some(Wanted::Count),
        _ => None,
    }
}

fn get_metric_statistics(
    estate: &mut Estate,
    caller: &Caller,
    ask: GetMetricStatistics,
) -> Result<Statistics, Refusal> {
    let frame = Frame::new(
        ask.start_time.0,
        ask.end_time.0,
        ask.period,
        ask.aggregate.split(','),
        HISTORY_POINTS,
    )?;
    let machine = machine(estate, caller, &ask.namespace, &ask.instance_id)?;
    let points = measure(estate, &ask.metric_name)
        .and_then(|measure| points(estate, machine, measure, &frame))
        .ok_or_else(|| {
            let words = no_such_metric(&ask.metric_name, &ask.instance_id);
            Refusal::new(404, "404", words)
        })?;
    Ok(Statistics {
        result: StatisticsResult {
            datapoints: Members { member: points },
            label: ask.metric_name,
        },
        ..Statistics::default()
    })
}

fn get_metric_statistics_batch(
    estate: &mut Estate,
    caller: &Caller,
    ask: GetMetricStatisticsBatch,
) -> Result<Batch, Refusal> {
    check_namespace(&ask.namespace)?;
    let series = i64::try_from(ask.metrics.len()).unwrap_or(i64::MAX);
    let frame = Frame::new(
        ask.start_time.0,
        ask.end_time.0,
        ask.period,
        ask.aggregate.iter().map(String::as_str),
        BATCH_POINTS / series.max(1),
    )?;
    let mut batch = Batch::default();
    for of in ask.metrics {
        let machine = machine(estate, caller, &ask.namespace, &of.instance_id);
        let points = machine
            .ok()
            .and_then(|machine| points(estate, machine, measure(estate, &of.metric_name)?, &frame));
        let Some(member) = points else {
            let words = no_such_metric(&of.metric_name, &of.instance_id);
            batch.errors.0.push(words);
            continue;
        };
        batch.results.0.push(BatchResult {
            datapoints: Members { member },
            instance: of.instance_id,
            label: of.metric_name,
        });
    }
    Ok(batch)
}

/// The points of a series; `None` when the machine has no such metric.
fn points(
    estate: &Estate,
    machine: &Machine,
    measure: Measure,
    frame: &Frame,
) -> Option<Vec<Point>> {
    if !machine.measures().any(|other| other == measure) {
        return None;
    }
    let period = Duration::from_secs(frame.period.unsigned_abs());
    let points = frame.periods(estate.now).filter_map(|at| {
        let condensed = estate.condensed(machine, measure, at, period)?;
        let is_missing = is_missing(estate, machine, measure, at);
        Some(point(at, &condensed, &frame.wanted, is_missing))
    });
    Some(points.collect())
}

/// Chance leaves out a value now and then, though not while something is wrong with the machine: a lesson about
/// gaps must not hide the alarm.
fn is_missing(estate: &Estate, machine: &Machine, measure: Measure, at: Timestamp) -> bool {
    let second = at.as_second().to_string();
    let luck = chance::fraction(
        estate.seed,
        &["missing", &machine.name, measure.name(), &second],
    );
    let in_trouble = |at| {
        let mut troubles = estate.troubles.iter();
        troubles.any(|trouble| trouble.on == machine.name && trouble.is_on(at))
    };
    luck < MISSING && !in_trouble(at)
}

pub(super) fn point(
    at: Timestamp,
    condensed: &Condensed,
    wanted: &[Wanted],
    is_missing: bool,
) -> Point {
    let figure = |what: Wanted, value: f64| {
        let rounded = (value * 1000.0).round() / 1000.0;
        let figure = if is_missing {
            Figure::default()
        } else {
            Figure::new(rounded)
        };
        wanted.contains(&what).then_some(figure)
    };
    Point {
        timestamp: Zone::BeijingFalseZ.write(at),
        unix_timestamp: Some(at.as_millisecond()),
        average: figure(Wanted::Average, condensed.average),
        max: figure(Wanted::Max, condensed.max),
        min: figure(Wanted::Min, condensed.min),
        sum: figure(Wanted::Sum, condensed.sum),
        sample_count: figure(Wanted::Count, f64::from(condensed.count)),
    }
}
