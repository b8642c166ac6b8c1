//! Tencent Cloud Monitor, as the estate answers it (tencent-monitor.md, 2 to 4 and 6).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::chance;
use super::estate::{Cloud, Estate, Machine, Measure};
use super::handlers::{Caller, Handlers, Refusal};
use super::samples::Condensed;
use crate::cloud::declare::{BeijingTime, Zone};
use crate::cloud::tencent_monitor::codes;
use crate::cloud::tencent_monitor::ops::{
    Cell, Condensed as Statistic, Count, DescribeMetrics, Dimension, GetMetricStatistics,
    GetMonitorData, Metric, MetricSet, MonitorData, Points,
};

/// The functions of its operations.
pub fn handlers() -> Handlers {
    Handlers::new()
        .on(|_: &mut Estate, _: &Caller, ask: DescribeMetrics| describe_metrics(&ask))
        .on(get_metric_statistics)
        .on(get_monitor_data)
}

/// Values are there after so many seconds; until then they are `null`.
const DELAY: Duration = Duration::from_secs(60);
/// Points of one object in one call at most (1.6).
const POINTS: i64 = 1440;
/// One value in so many is missing.
const MISSING: f64 = 1.0 / 400.0;
/// The period when none is asked for, and the only one of the older operation (3, 4).
const DEFAULT_PERIOD: u32 = 300;
/// How many days the values of a period are kept (1.8, later page).
const RETENTION: [(u32, i64); 5] = [(10, 1), (60, 15), (300, 31), (3600, 93), (86_400, 186)];

/// A metric of `qce/cvm` (7.1).
struct Row {
    name: &'static str,
    label: &'static str,
    measure: Measure,
    /// What the estate's unit is multiplied with.
    scale: f64,
    unit: Option<(&'static str, &'static str)>,
    periods: &'static [u32],
}

const fn row(
    name: &'static str,
    label: &'static str,
    measure: Measure,
    scale: f64,
    unit: Option<(&'static str, &'static str)>,
    periods: &'static [u32],
) -> Row {
    Row {
        name,
        label,
        measure,
        scale,
        unit,
        periods,
    }
}

/// With an agent, and without.
const AGENT: &[u32] = &[10, 60, 300];
const PLAIN: &[u32] = &[60, 300];
const PER_CENT: Option<(&str, &str)> = Some(("%", "%"));
const MEGABITS: Option<(&str, &str)> = Some(("Mbps", "兆比特每秒"));
const PACKETS: Option<(&str, &str)> = Some(("count/s", "个/秒"));
const KILOBYTES: Option<(&str, &str)> = Some(("KB/s", "千字节每秒"));
/// Bytes per second in megabits per second.
const BYTES_TO_MEGABITS: f64 = 8.0 / 1_000_000.0;

const METRICS: &[Row] = &[
    row("cpu_usage", "CPU利用率", Measure::Cpu, 1.0, PER_CENT, AGENT),
    row(
        "base_cpu_usage",
        "基础CPU使用率",
        Measure::Cpu,
        1.0,
        PER_CENT,
        AGENT,
    ),
    row(
        "cpu_loadavg",
        "CPU平均负载",
        Measure::Load,
        1.0,
        None,
        AGENT,
    ),
    row(
        "mem_usage",
        "内存利用率",
        Measure::Memory,
        1.0,
        PER_CENT,
        AGENT,
    ),
    row(
        "disk_read_traffic",
        "磁盘读流量",
        Measure::DiskRead,
        1024.0,
        KILOBYTES,
        AGENT,
    ),
    row(
        "disk_write_traffic",
        "磁盘写流量",
        Measure::DiskWrite,
        1024.0,
        KILOBYTES,
        AGENT,
    ),
    row(
        "lan_intraffic",
        "内网入带宽",
        Measure::NetIn,
        BYTES_TO_MEGABITS,
        MEGABITS,
        PLAIN,
    ),
    row(
        "lan_outtraffic",
        "内网出带宽",
        Measure::NetOut,
        BYTES_TO_MEGABITS,
        MEGABITS,
        PLAIN,
    ),
    row(
        "wan_intraffic",
        "外网入带宽",
        Measure::NetIn,
        BYTES_TO_MEGABITS,
        MEGABITS,
        PLAIN,
    ),
    row(
        "wan_outtraffic",
        "外网出带宽",
        Measure::NetOut,
        BYTES_TO_MEGABITS,
        MEGABITS,
        PLAIN,
    ),
    row(
        "wan_inpkg",
        "外网入包量",
        Measure::PacketsIn,
        1.0,
        PACKETS,
        PLAIN,
    ),
    row(
        "wan_outpkg",
        "外网出包量",
        Measure::PacketsOut,
        1.0,
        PACKETS,
        PLAIN,
    ),
    row(
        "tcp_curr_estab",
        "TCP连接数",
        Measure::Connections,
        1.0,
        Some(("个", "个")),
        AGENT,
    ),
];

/// Refuses with a module code (1.5).
fn refuse(module: i64, words: &str) -> Refusal {
    let common = if matches!(module, -506 | -513) {
        "5100"
    } else {
        "4000"
    };
    let refusal = Refusal::new(200, common, format!("({module}) {words}"));
    match codes::name(module) {
        Some(name) => refusal.named(name),
        None => refusal,
    }
}

fn metric(namespace: &str, name: &str) -> Result<&'static Row, Refusal> {
    if namespace != "qce/cvm" {
        return Err(refuse(-502, "namespace does not exist"));
    }
    let found = METRICS.iter().find(|row| row.name == name);
    found.ok_or_else(|| refuse(-502, "metric does not exist"))
}

/// The machine that a set of dimensions names: both generations of the name are accepted (4, quirk 2).
fn machine<'e>(
    estate: &'e Estate,
    caller: &Caller,
    dimensions: &[Dimension],
) -> Result<&'e Machine, Refusal> {
    let id = match dimensions {
        [only] if matches!(only.name.as_str(), "unInstanceId" | "instanceId") => &only.value,
        _ => return Err(refuse(-509, "incorrect combination of dimensions")),
    };
    let is_here = matches!(
        caller.region.as_deref(),
        None | Some("" | "gz" | "ap-guangzhou")
    );
    estate
        .machine_by_id(Cloud::Tencent, id)
        .filter(|_| is_here)
        .ok_or_else(|| refuse(-502, "instance does not exist"))
}

fn describe_metrics(ask: &DescribeMetrics) -> Result<MetricSet, Refusal> {
    if let Some(name) = &ask.metric_name {
        metric(&ask.namespace, name)?;
    } else if ask.namespace != "qce/cvm" {
        return Err(refuse(-502, "namespace does not exist"));
    }
    let rows = METRICS.iter().filter(|row| {
        ask.metric_name
            .as_deref()
            .is_none_or(|name| name == row.name)
    });
    let metrics = rows.map(|row| Metric {
        namespace: ask.namespace.clone(),
        name: row.name.to_owned(),
        label: row.label.to_owned(),
        dimensions: "unInstanceId".to_owned(),
        period: row.periods.to_vec(),
        unit: row.unit.map(|(unit, _)| unit.to_owned()),
        unit_label: row.unit.map(|(_, label)| label.to_owned()),
    });
    Ok(MetricSet {
        code: 0,
        message: "ok".to_owned(),
        code_desc: Some("Success".to_owned()),
        metrics: metrics.collect(),
    })
}

/// The span of an answer: both ends aligned down, both included (1.7).
struct Frame {
    start: i64,
    end: i64,
    period: i64,
}

impl Frame {
    fn new(
        estate: &Estate,
        start: Option<BeijingTime>,
        end: Option<BeijingTime>,
        period: u32,
    ) -> Result<Self, Refusal> {
        let start = start.map_or_else(|| midnight(estate.now), |start| start.0);
        let end = end.map_or(estate.now, |end| end.0);
        if end < start {
            return Err(refuse(-503, "endTime is before startTime"));
        }
        let period = i64::from(period);
        // Aligned by Beijing's clock, which matters for days only.
        let aligned = |at: Timestamp| {
            let at = at.as_second();
            at - (at + 8 * 3600).rem_euclid(period)
        };
        let frame = Self {
            start: aligned(start),
            end: aligned(end),
            period,
        };
        if frame.points() > POINTS {
            return Err(refuse(-507, "too many data points in one request"));
        }
        Ok(frame)
    }

    fn points(&self) -> i64 {
        (self.end - self.start) / self.period + 1
    }

    fn cells(
        &self,
        estate: &Estate,
        machine: &Machine,
        row: &Row,
        statistic: Statistic,
    ) -> Vec<Cell> {
        (0..self.points())
            .map(|i| self.start + i * self.period)
            .map(|at| {
                self.value(estate, machine, row, statistic, at)
                    .map_or(Cell::Missing, Cell::Number)
            })
            .collect()
    }

    fn value(
        &self,
        estate: &Estate,
        machine: &Machine,
        row: &Row,
        statistic: Statistic,
        at: i64,
    ) -> Option<f64> {
        let days = RETENTION
            .iter()
            .find(|(period, _)| i64::from(*period) == self.period)
            .map_or(31, |(_, days)| *days);
        let oldest = estate.now.as_second() - days * 86_400;
        let newest = (estate.now - DELAY).as_second();
        if at < oldest || at > newest || is_missing(estate, machine, row, at) {
            return None;
        }
        let period = Duration::from_secs(self.period.unsigned_abs());
        let from = Timestamp::from_second(at).ok()?;
        let condensed = estate.condensed(machine, row.measure, from, period)?;
        let value = pick(&condensed, statistic) * row.scale;
        Some((value * 1000.0).round() / 1000.0)
    }
}

/// 00:00:00 of the day in Beijing.
fn midnight(now: Timestamp) -> Timestamp {
    let zone = TimeZone::fixed(Offset::constant(8));
    now.to_zoned(zone)
        .start_of_day()
        .map_or(now, |day| day.timestamp())
}

fn pick(condensed: &Condensed, statistic: Statistic) -> f64 {
    match statistic {
        Statistic::Average => condensed.average,
        Statistic::Max => condensed.max,
        Statistic::Min => condensed.min,
        Statistic::Sum => condensed.sum,
        Statistic::Last => condensed.last,
    }
}

/// Chance leaves out a value now and then.
fn is_missing(estate: &Estate, machine: &Machine, row: &Row, at: i64) -> bool {
    let luck = chance::fraction(
        estate.seed,
        &["missing", &machine.name, row.name, &at.to_string()],
    );
    luck < MISSING
}

fn get_monitor_data(
    estate: &mut Estate,
    caller: &Caller,
    ask: GetMonitorData,
) -> Result<MonitorData, Refusal> {
    let row = metric(&ask.namespace, &ask.metric_name)?;
    let period = ask.period.unwrap_or(DEFAULT_PERIOD);
    if !row.periods.contains(&period) && !matches!(period, 3600 | 86_400) {
        return Err(refuse(-503, "period is not supported by this metric"));
    }
    let frame = Frame::new(estate, ask.start_time, ask.end_time, period)?;
    let cells = |dimensions: &[Dimension]| {
        let machine = machine(estate, caller, dimensions)?;
        Ok(frame.cells(estate, machine, row, Statistic::Average))
    };
    let points = if ask.batch.is_empty() {
        Points::One(cells(&ask.dimensions)?)
    } else {
        let objects: Result<BTreeMap<String, Vec<Cell>>, Refusal> = ask
            .batch
            .iter()
            .map(|subject| Ok((key(&subject.dimensions), cells(&subject.dimensions)?)))
            .collect();
        Points::ByObject(objects?)
    };
    let written = |at: i64| {
        let at = Timestamp::from_second(at).ok()?;
        Some(Zone::BeijingPlain.write(at))
    };
    Ok(MonitorData {
        code_desc: Some("Success".to_owned()),
        metric_name: ask.metric_name,
        start_time: written(frame.start),
        end_time: written(frame.end),
        // As text where the request named it, as a number where it did not (6).
        period: Some(match ask.period {
            Some(period) => Count::Text(period.to_string()),
            None => Count::Number(i64::from(period)),
        }),
        points,
        ..MonitorData::default()
    })
}

/// `name=value` joined by `&`, names ascending (3).
fn key(dimensions: &[Dimension]) -> String {
    let mut pairs: Vec<String> = dimensions
        .iter()
        .map(|dimension| format!("{}={}", dimension.name, dimension.value))
        .collect();
    pairs.sort();
    pairs.join("&")
}

/// The older operation: one period, and an answer without times.
fn get_metric_statistics(
    estate: &mut Estate,
    caller: &Caller,
    ask: GetMetricStatistics,
) -> Result<MonitorData, Refusal> {
    let row = metric(&ask.namespace, &ask.metric_name)?;
    let period = ask.period.unwrap_or(DEFAULT_PERIOD);
    if period != DEFAULT_PERIOD {
        return Err(refuse(-503, "period is not supported"));
    }
    let frame = Frame::new(estate, ask.start_time, ask.end_time, period)?;
    let machine = machine(estate, caller, &ask.dimensions)?;
    let statistic = ask.statistics.unwrap_or(Statistic::Average);
    Ok(MonitorData {
        metric_name: ask.metric_name,
        points: Points::One(frame.cells(estate, machine, row, statistic)),
        ..MonitorData::default()
    })
}
