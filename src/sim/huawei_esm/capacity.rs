//! Health and capacity (huawei-esm.md, A1 to A3, B4 and 7.3). One row per pool and day, at midnight of Beijing.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::common::{Slice, Window, millis};
use crate::cloud::huawei_esm::ops::{
    PhysicalDevice, QueryCloudServiceCapacity, QueryElbv3Resources, QueryPhysicalCapacity,
    QueryServiceHealth, Zone,
};
use crate::sim::chance;
use crate::sim::estate::Estate;
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::handlers::{Answer, Handlers, Refusal};
use crate::sim::samples;
use crate::sim::scenario::SiteQuirk;

pub(super) fn add(handlers: Handlers) -> Handlers {
    handlers
        .answering::<QueryServiceHealth>(|_, _, ask| health(&ask.share_id))
        .on_json::<QueryPhysicalCapacity>(|estate, _, ask| {
            let window = Window::of(ask.begin_time, ask.end_time)?;
            let fits = |pool: &Pool| {
                ask.device_type
                    .is_none_or(|device| pool.service == device.wire())
                    && ask.zone_type.is_none_or(|zone| is_in(pool, zone.wire()))
            };
            let pools: Vec<Pool> = PHYSICAL.iter().copied().filter(fits).collect();
            let slice = Slice::of(estate, ask.page_size, ask.offset_value);
            Ok(slice.of_rows(&rows(estate, &pools, &window, physical_row)))
        })
        .on_json::<QueryCloudServiceCapacity>(|estate, _, ask| {
            let window = Window::of(ask.begin_time, ask.end_time)?;
            let asked = ask.service_type.as_deref();
            let service = known_service(estate, asked);
            let fits = |pool: &Pool| {
                service == Some(pool.service)
                    && ask
                        .zone_type
                        .as_deref()
                        .is_none_or(|zone| is_in(pool, zone))
            };
            let pools: Vec<Pool> = SERVICES.iter().copied().filter(fits).collect();
            let slice = Slice::of(estate, ask.page_size, ask.offset_value);
            Ok(slice.of_rows(&rows(estate, &pools, &window, service_row)))
        })
        .on_json::<QueryElbv3Resources>(|estate, _, ask| {
            let slice = Slice::of(estate, ask.page_size, ask.offset_value);
            Ok(slice.page(2, |index| elb_row(estate, index)))
        })
}

/// The health of services on a shared screen. The body is made up; the document has none.
fn health(share: &str) -> Result<Answer, Refusal> {
    match share {
        "overview" | "night" | "wall" => {
            let services = ["ECS", "EVS", "ELB", "RDS", "OBS"]
                .map(|name| json!({"name": name, "status": "normal"}));
            Ok(Answer::from(json!({"services": services})))
        }
        "login" => Ok(Answer {
            status: 302,
            body: Json::Null,
            headers: vec![("location", "https://console.example.com/login".to_owned())],
        }),
        _ => Err(Refusal::new(404, "ESM.0404", "the screen does not exist")),
    }
}

/// A pool: what it is, how large, and how much of it is given out on an average day.
#[derive(Clone, Copy)]
struct Pool {
    service: &'static str,
    /// As it is written in answers.
    spelled: &'static str,
    model: &'static str,
    metric: &'static str,
    zone: &'static str,
    size: f64,
    share: f64,
    /// By how much that grows in a day.
    growth: f64,
    /// Whole things rather than terabytes.
    whole: bool,
}

const fn pool(
    service: &'static str,
    spelled: &'static str,
    metric: &'static str,
    zone: &'static str,
    size: f64,
    share: f64,
) -> Pool {
    Pool {
        service,
        spelled,
        model: "",
        metric,
        zone,
        size,
        share,
        growth: 0.0,
        whole: true,
    }
}

impl Pool {
    const fn model(mut self, model: &'static str) -> Self {
        self.model = model;
        self
    }

    const fn growing(mut self, growth: f64) -> Self {
        self.growth = growth;
        self
    }

    const fn parts(mut self) -> Self {
        self.whole = false;
        self
    }
}

const PHYSICAL: &[Pool] = &[
    pool("ECS", "ECS", "vCpu", "KVM_POD", 10_792.0, 0.46).model("M6xLarge"),
    pool("ECS", "ECS", "memory", "KVM_POD", 44.07, 0.35)
        .model("C6xLarge")
        .parts(),
    pool("ECS", "ECS", "vCpu", "MANAGE", 1536.0, 0.71).model("C6xLarge"),
    pool("EVS", "EVS", "SAS", "MANAGE", 206.8, 0.54)
        .model("SAS")
        .parts(),
    pool("EVS", "EVS", "SSD", "POD", 412.0, 0.86)
        .model("SSD")
        .parts()
        .growing(0.004),
];

const SERVICES: &[Pool] = &[
    pool("ECS_VM", "ecs-vm", "C6-2", "KVM_POD", 640.0, 0.78).growing(0.003),
    pool("ECS_VM", "ecs-vm", "M6-8", "KVM_POD", 320.0, 0.41),
    pool("ECS_VM", "ecs-vm", "C6-4", "MANAGE", 96.0, 0.66),
    pool("BMS", "BMS", "physical.kd1ne.2xlarge", "POD", 4.0, 0.25),
    pool("EVS", "EVS", "SAS", "MANAGE", 206.8, 0.54).parts(),
    pool("EVS", "EVS", "SSD", "POD", 412.0, 0.93)
        .parts()
        .growing(0.004),
    pool("OBS", "OBS", "a", "", 80.0, 0.25).parts(),
    pool("EIP", "EIP", "5_bgp", "EIP_POD", 490.0, 0.73),
    pool("EIP", "EIP", "5_static", "EIP_POD", 64.0, 0.12),
    pool(
        "RDS",
        "RDS",
        "dbtype:sqlServer/nosqlServer",
        "RDS_POD",
        60.0,
        0.68,
    ),
    pool("DCC", "dcc", "vCPU", "DCC_POD", 400.0, 0.55),
    pool("DCC", "dcc", "memory", "DCC_POD", 3.2, 0.61).parts(),
    pool("DeH", "deh", "s3", "DEH_POD", 20.0, 0.55),
    pool("SFS", "sfs", "null", "SFS_POD", 200.0, 0.55).parts(),
    pool("VPN", "VPN", "connection", "VPN_POD", 0.0, 0.0),
    pool("VPN", "VPN", "gateway", "VPN_POD", 5.0, 0.0),
];

/// The service that a request means; later releases know dedicated clusters by another name.
fn known_service(estate: &Estate, asked: Option<&str>) -> Option<&'static str> {
    let later = estate.site_quirks.contains(&SiteQuirk::LaterDcc);
    let asked = match asked? {
        "DCC_GENERATE" if later => "DCC",
        "DCC" if later => return None,
        other => other,
    };
    SERVICES
        .iter()
        .map(|pool| pool.service)
        .find(|service| *service == asked)
}

/// `manage` is `MANAGE`; `pod` is everything else; the services' own words are theirs.
fn is_in(pool: &Pool, zone: &str) -> bool {
    match zone {
        word if word == Zone::Manage.wire() => pool.zone == "MANAGE",
        word if word == Zone::Pod.wire() => pool.zone != "MANAGE",
        word => pool.zone.eq_ignore_ascii_case(word) || word.starts_with(pool.service),
    }
}

const DAY: i64 = 86_400;
/// Midnight of Beijing, as seconds of a UTC day.
const MIDNIGHT: i64 = 16 * 3600;

type ToRow = fn(&Estate, &Pool, Timestamp) -> Json;

fn rows(estate: &Estate, pools: &[Pool], window: &Window, row: ToRow) -> Vec<Json> {
    let shift = std::time::Duration::from_secs(MIDNIGHT.unsigned_abs());
    let shifted = Window {
        from: window.from - shift,
        to: window.to - shift,
    };
    let (first, count) = shifted.steps(DAY, estate.now - shift);
    // Nobody keeps it longer than a year.
    let count = i64::try_from(count).unwrap_or(0).min(366);
    let days =
        (0..count).filter_map(|day| Timestamp::from_second(first + MIDNIGHT + day * DAY).ok());
    days.flat_map(|at| pools.iter().map(move |pool| row(estate, pool, at)))
        .collect()
}

/// How much is given out, and how much is left: some is held in reserve.
fn amounts(estate: &Estate, pool: &Pool, at: Timestamp) -> (f64, f64) {
    let series = chance::number(
        estate.seed,
        &["capacity", pool.service, pool.zone, pool.metric],
    );
    let wobble = samples::noise(series, at.as_millisecond(), 4 * DAY * 1000) * 0.015;
    let days = (estate.start.as_second() - at.as_second()) as f64 / DAY as f64;
    let share = (pool.share + wobble - pool.growth * days).clamp(0.0, 0.985);
    let share = if pool.share == 0.0 { 0.0 } else { share };
    let allocated = pool.size * share;
    let reserve = if pool.service == "EIP" { 0.0 } else { 0.045 };
    let available = (pool.size * (1.0 - reserve) - allocated).max(0.0);
    if pool.whole {
        let allocated = allocated.round();
        let left = if pool.service == "EIP" {
            pool.size - allocated
        } else {
            available.round()
        };
        (allocated, left)
    } else {
        (allocated, available)
    }
}

fn amount(pool: &Pool, value: f64) -> String {
    if pool.whole {
        format!("{value:.0}")
    } else {
        // As precise as the samples.
        let text = format!("{value:.10}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

fn with_available(estate: &Estate, mut row: Json, available: String) -> Json {
    let name = if estate.site_quirks.contains(&SiteQuirk::Avaliable) {
        "avaliable"
    } else {
        "available"
    };
    row[name] = Json::String(available);
    row
}

fn physical_row(estate: &Estate, pool: &Pool, at: Timestamp) -> Json {
    let (allocated, available) = amounts(estate, pool, at);
    let mut row = json!({
        "metric_type": pool.metric, "zone_type": pool.zone, "region": HUAWEI_REGION,
        "allocated": amount(pool, allocated), "resource_type": pool.model, "timestamp": millis(at),
    });
    if pool.service == PhysicalDevice::Storage.wire() {
        row["device_type"] = json!(pool.service);
    } else {
        // Rows of computing pools: another name for the kind, and fillers.
        row["service_type"] = json!(pool.service);
        row["total"] = json!(amount(pool, pool.size));
        row["used"] = json!("0");
        row["free"] = json!(amount(pool, pool.size));
        row["used_ratio"] = json!("0");
        row["resource_count"] = json!("0");
    }
    with_available(estate, row, amount(pool, available))
}

fn service_row(estate: &Estate, pool: &Pool, at: Timestamp) -> Json {
    let (allocated, available) = amounts(estate, pool, at);
    let mut row = json!({
        "service_type": pool.spelled, "metric_type": pool.metric, "region": HUAWEI_REGION,
        "allocated": amount(pool, allocated), "timestamp": millis(at),
    });
    let mut fill = |values: [(&str, String); 5]| {
        for (name, value) in values {
            row[name] = Json::String(value);
        }
    };
    let null = || "null".to_owned();
    let zero = || "0".to_owned();
    let total = amount(pool, pool.size);
    match pool.service {
        "ECS_VM" => fill([
            ("total", null()),
            ("used", null()),
            ("free", null()),
            ("used_ratio", null()),
            ("resource_count", null()),
        ]),
        // No total at all.
        "EVS" => {}
        "OBS" => {
            fill([
                ("total", total),
                ("used", amount(pool, allocated)),
                ("free", zero()),
                ("used_ratio", zero()),
                ("resource_count", zero()),
            ]);
            row["allocated"] = json!("0");
            return with_available(estate, row, zero());
        }
        "RDS" | "DCC" | "DeH" | "SFS" => fill([
            ("total", total),
            ("used", amount(pool, allocated)),
            ("free", amount(pool, available)),
            ("used_ratio", format!("{:.4}", allocated / pool.size)),
            ("resource_count", null()),
        ]),
        _ => fill([
            ("total", total),
            ("used", zero()),
            ("free", zero()),
            ("used_ratio", zero()),
            ("resource_count", zero()),
        ]),
    }
    if !pool.zone.is_empty() {
        row["zone_type"] = json!(pool.zone);
    }
    with_available(estate, row, amount(pool, available))
}

/// One cluster per zone; the members of layer 4 are not always counted.
fn elb_row(estate: &Estate, index: u64) -> Json {
    let cluster = format!("elbv3-cluster01-az{}", index + 1);
    let mark = estate.now.as_second().div_euclid(300) * 300;
    let count = |what: &str, capacity: f64| {
        let series = chance::number(estate.seed, &["elb", &cluster, what]);
        let share = 0.02 + 0.05 * chance::unit(chance::scramble(series));
        let drift = samples::noise(series, mark * 1000, 3_600_000) * 0.004;
        format!("{:.0}", capacity * (share + drift))
    };
    let uncounted = mark / 300 % 4 == 0;
    json!({
        "ms_nodes_list": "", "cluster_name": "", "lb_count": count("lb", 8000.0),
        "time_stamp": (mark * 1000).to_string(), "l4_member_capacity": "30000", "l7_member_capacity": "20000",
        "region_id": HUAWEI_REGION, "type": "ELBv3", "l4_listener_capacity": "10000",
        "l4_listener_count": count("l4", 10_000.0), "lb_v5_count": count("v5", 2000.0),
        "l7_listener_capacity": "5000", "lb_capacity": "8000",
        "cluster_id": chance::uuid(estate.seed, &["elb", &cluster]),
        "l4_member_count": if uncounted { String::new() } else { count("m4", 30_000.0) },
        "l7_member_count": count("m7", 20_000.0), "l7_listener_count": count("l7", 5000.0), "region_name": "",
        "cluster_code": cluster,
    })
}
