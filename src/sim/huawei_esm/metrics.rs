//! Samples of hosts, servers, machines and network devices (huawei-esm.md, B1, B2, B6, B8 and 7.3).
//!
//! Rows are made when they are asked for: the list of everything has millions.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::common::{Slice, Window, wall};
use crate::cloud::huawei_esm::ops::{
    NetworkMetric, QueryHostMetricData, QueryNetworkDeviceMetrics, QueryServerPerformanceData,
    QueryVmPerformance,
};
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::things::site::Host;
use crate::sim::estate::{Cloud, Estate, Machine, Measure};
use crate::sim::handlers::Handlers;
use crate::sim::{chance, samples};

/// How far back zero in both bounds reaches.
const WEEK: i64 = 7 * 86_400;

pub(super) fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<QueryHostMetricData>(|estate, _, ask| {
            let window = Window::of(ask.begin_time, ask.end_time)?;
            let slice = slice_or(estate, ask.page_size, ask.offset_value);
            let host = estate
                .hosts()
                .into_iter()
                .find(|host| host.id == ask.host_id);
            let Some(host) = host else {
                return Ok(slice.page(0, |_| Json::Null));
            };
            let (first, minutes) = window.steps(60, estate.now);
            Ok(slice.page(minutes * METRICS.len() as u64, |index| {
                let (step, metric) = divided(index, METRICS.len());
                host_row(estate, &host, metric, first + step * 60)
            }))
        })
        .on_json::<QueryServerPerformanceData>(|estate, _, ask| {
            let window = Window::of(ask.begin_time, ask.end_time)?;
            let slice = slice_or(estate, ask.page_size, ask.offset_value);
            let mut hosts = estate.hosts();
            hosts.retain(|host| ask.sn.as_deref().is_none_or(|sn| sn == host.serial));
            let (first, hours) = window.steps(3600, estate.now);
            let columns = hosts.len() * SERVER_METRICS.len();
            Ok(slice.page(hours * columns as u64, |index| {
                let (step, column) = divided(index, columns);
                let host = &hosts[column / SERVER_METRICS.len()];
                server_row(
                    estate,
                    host,
                    column % SERVER_METRICS.len(),
                    first + step * 3600,
                )
            }))
        })
        .on_json::<QueryNetworkDeviceMetrics>(|estate, _, ask| {
            let window = Window::or_last(ask.begin_time, ask.end_time, WEEK, estate.now)?;
            let slice = Slice::of(estate, ask.page_size, ask.offset_value);
            let mut devices: Vec<String> = estate
                .network_devices()
                .into_iter()
                .map(|device| device.ip)
                .collect();
            devices.retain(|ip| ask.management_ip.as_deref().is_none_or(|asked| asked == ip));
            let metrics: Vec<&str> = NETWORK_METRICS
                .iter()
                .copied()
                .filter(|code| ask.metric.is_none_or(|asked| asked.wire() == *code))
                .collect();
            let (first, minutes) = window.steps(60, estate.now);
            let columns = devices.len() * metrics.len();
            Ok(slice.page(minutes * columns as u64, |index| {
                let (step, column) = divided(index, columns);
                let (device, metric) = (
                    &devices[column / metrics.len()],
                    metrics[column % metrics.len()],
                );
                network_row(estate, device, metric, first + step * 60)
            }))
        })
        .on_json::<QueryVmPerformance>(|estate, _, ask| {
            let window = Window::or_last(ask.begin_time, ask.end_time, WEEK, estate.now)?;
            let slice = Slice::of(estate, ask.page_size, ask.offset_value);
            let machines: Vec<&Machine> = estate
                .site_machines()
                .filter(|machine| {
                    let id = ask.vm_id.as_deref();
                    id.is_none_or(|id| machine.id_in(Cloud::Huawei) == Some(id))
                })
                .collect();
            let (first, steps) = window.steps(300, estate.now);
            let columns = machines.len() * VM_METRICS.len();
            Ok(slice.page(steps * columns as u64, |index| {
                let (step, column) = divided(index, columns);
                let machine = machines[column / VM_METRICS.len()];
                vm_row(
                    estate,
                    machine,
                    column % VM_METRICS.len(),
                    first + step * 300,
                )
            }))
        })
}

/// What these two operations take where nothing is given (7.3).
fn slice_or(estate: &Estate, page_size: Option<i64>, offset_value: Option<i64>) -> Slice {
    Slice::of(estate, page_size.unwrap_or(100), offset_value.unwrap_or(0))
}

/// Which step of time, and which column of it.
fn divided(index: u64, columns: usize) -> (i64, usize) {
    let columns = columns.max(1) as u64;
    (
        (index / columns).cast_signed(),
        usize::try_from(index % columns).unwrap_or(0),
    )
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}

/// Group, name, part, unit, what it follows. The first is attested to be the CPU as a whole, memory to be spelled so;
/// the other names are made up (7.3).
const METRICS: [(&str, &str, &str, &str, Source); 19] = [
    ("cpu", "CPU", "usage", "\\%", Source::Of(Measure::Cpu)),
    (
        "memory",
        "Memory",
        "usage",
        "\\%",
        Source::Of(Measure::Memory),
    ),
    ("disk", "Disk", "usage", "\\%", Source::Of(Measure::Disk)),
    (
        "disk",
        "DiskRead",
        "rate",
        "MB/s",
        Source::Of(Measure::DiskRead),
    ),
    (
        "disk",
        "DiskWrite",
        "rate",
        "MB/s",
        Source::Of(Measure::DiskWrite),
    ),
    (
        "network",
        "NetIn",
        "rate",
        "B/s",
        Source::Of(Measure::NetIn),
    ),
    (
        "network",
        "NetOut",
        "rate",
        "B/s",
        Source::Of(Measure::NetOut),
    ),
    (
        "network",
        "PacketsIn",
        "rate",
        "pps",
        Source::Of(Measure::PacketsIn),
    ),
    (
        "network",
        "PacketsOut",
        "rate",
        "pps",
        Source::Of(Measure::PacketsOut),
    ),
    (
        "network",
        "Connections",
        "count",
        "",
        Source::Of(Measure::Connections),
    ),
    ("cpu", "Load", "1min", "", Source::Of(Measure::Load)),
    ("cpu", "CPU", "steal", "\\%", Source::Noise(0.6, 0.4)),
    ("cpu", "CPU", "iowait", "\\%", Source::Noise(2.0, 1.5)),
    ("cpu", "Temperature", "max", "C", Source::Noise(58.0, 6.0)),
    ("memory", "Swap", "usage", "\\%", Source::Noise(1.0, 0.8)),
    ("power", "Power", "input", "W", Source::Noise(420.0, 60.0)),
    ("fan", "Fan", "speed", "rpm", Source::Noise(7200.0, 800.0)),
    (
        "disk",
        "DiskLatency",
        "await",
        "ms",
        Source::Noise(3.2, 1.4),
    ),
    ("network", "Errors", "rate", "pps", Source::Noise(0.1, 0.1)),
];

/// Where the values of a metric come from.
#[derive(Clone, Copy)]
enum Source {
    /// From the machines on the host.
    Of(Measure),
    /// From chance: level and swing.
    Noise(f64, f64),
}

fn host_row(estate: &Estate, host: &Host, metric: usize, second: i64) -> Json {
    let (item, name, part, unit, source) = METRICS[metric];
    // Not aligned to minutes: every host has a second of its own.
    let own = chance::part(chance::fraction(estate.seed, &["second", &host.id]), 60).cast_signed();
    let when = at((second + own).min(estate.now.as_second()));
    let value = match source {
        Source::Of(measure) => estate.host_value(host, measure, when),
        Source::Noise(level, swing) => {
            let series = chance::number(estate.seed, &["host", &host.id, name, part]);
            level + swing * samples::noise(series, when.as_millisecond(), 300_000)
        }
    };
    json!({
        "time_stamp": when.as_millisecond().to_string(), "monitor_item": item, "region_id": HUAWEI_REGION,
        "az_name": "", "metrics_name": name, "operator": "AVG", "host_id": host.id, "az_id": "", "unit": unit,
        "az_name_en": "", "region_name": "", "data_item": part, "region_name_en": "",
        "value": format!("{:.2}", value.max(0.0)),
    })
}

const SERVER_METRICS: [(&str, Measure); 2] = [
    ("CPUUsagePercent", Measure::Cpu),
    ("MemoryUsagePercent", Measure::Memory),
];

fn server_row(estate: &Estate, host: &Host, metric: usize, second: i64) -> Json {
    let (name, measure) = SERVER_METRICS[metric];
    let when = at(second);
    json!({
        "dc_code": "WC_WUH_18", "az_code": HUAWEI_REGION, "usage": "mgt|mgt-can", "room_code": "wuhd22",
        "dates": wall(when, "%Y-%m-%d"), "metric": name, "pack_code": host.rack, "model": "2288X V5",
        // The hour has no leading zero.
        "time": wall(when, "%Y-%m-%d %-H:%M"), "sn": host.serial,
        "value": format!("{:.0}", estate.host_value(host, measure, when)), "region_code": HUAWEI_REGION,
        "slot_number": (1 + host.index % 8).to_string(),
    })
}

const NETWORK_METRICS: [&str; 8] = [
    NetworkMetric::M59.wire(),
    NetworkMetric::M60.wire(),
    NetworkMetric::M14.wire(),
    NetworkMetric::M18.wire(),
    NetworkMetric::M101.wire(),
    NetworkMetric::M102.wire(),
    NetworkMetric::M61.wire(),
    NetworkMetric::M52.wire(),
];

fn network_row(estate: &Estate, ip: &str, metric: &str, second: i64) -> Json {
    let series = chance::number(estate.seed, &["network", ip, metric]);
    let level = 8.0 + 60.0 * chance::unit(chance::scramble(series));
    let swing = 12.0 * samples::noise(series, second * 1000, 900_000);
    // Errors are nought most of the time.
    let value = match metric {
        "14" | "18" => 0.0,
        _ => (level + swing).clamp(0.0, 100.0),
    };
    json!({
        "device_ip": ip, "res_type": "2", "metric": metric, "region_id": HUAWEI_REGION,
        "value": format!("{value:.0}"), "timestamp": (second * 1000).to_string(),
    })
}

const VM_METRICS: [(&str, Measure); 3] = [
    ("cpu_usage", Measure::Cpu),
    ("mem_usage", Measure::Memory),
    ("disk_util", Measure::Disk),
];

fn vm_row(estate: &Estate, machine: &Machine, metric: usize, second: i64) -> Json {
    let (name, measure) = VM_METRICS[metric];
    let value = estate
        .value(machine, measure, at(second))
        .unwrap_or_default();
    json!({
        "SERVICE": "ECS", "REGION_ID": HUAWEI_REGION, "NAMESPACE": "ecs", "SOURCE_SERVICE": "CES",
        "SOURCE_TYPE": "TenantMon", "SOURCE_TAG": "CN_NORTH_4_ECS", "TENANT_NAME": estate.identity.domain,
        "METRIC_NAME": name, "METRIC_VALUE": format!("{value:.1}"), "METRIC_UNIT": "%",
        "INSTANCE_ID": machine.id_in(Cloud::Huawei), "TIMESTAMP": (second * 1000).to_string(),
    })
}
