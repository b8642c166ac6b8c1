//! Capacity of physical pools, of ten services and of the load balancer (huawei-esm.md, A2, A3 and B4).
//!
//! One row is one metric of one pool on one day; the newest row is the pool's, those before it are its past.

use std::collections::BTreeMap;

use futures_util::future::{join, join_all};
use jiff::{SignedDuration, Timestamp};

use super::walk::Walk;
use super::{ZONE, detail, part};
use crate::cloud::client::Client;
use crate::cloud::huawei_esm::ops::{
    CAPACITY_SERVICES, ElbRow, Loose, PhysicalCapacityRow, QueryCloudServiceCapacity,
    QueryElbv3Resources, QueryPhysicalCapacity, ServiceCapacityRow,
};
use crate::domain::error::{ApiError, Class};
use crate::domain::odd::Odd;
use crate::domain::query::Facts;
use crate::domain::site::{Capacity, Unit};
use crate::domain::text::SafeText;

/// How far back is asked for: the newest row of each pool, and enough before it for a trend. A window of less than
/// two days may be empty, because rows are taken at midnight.
const DAYS: i64 = 14;
/// Rows of a page, the most the service gives.
const PAGE: u32 = 1000;
/// Pages at most.
const PAGES: u32 = 4;

/// A row with what tells its pool from others.
struct Taken {
    pool: Capacity,
    at: i64,
}

/// All pools of a site. Parts that fail are named; only when nothing was answered it is an error.
pub(super) async fn capacity(client: &Client) -> Result<Facts, ApiError> {
    let services = join_all(
        CAPACITY_SERVICES
            .iter()
            .map(|service| of_service(client, service)),
    );
    let ((physical, elb), services) = join(join(physical(client), elb(client)), services).await;
    let mut taken = Vec::new();
    let mut problems = Vec::new();
    let mut first_error = None;
    let mut answered = false;
    let parts = [("physical", physical), ("ELBv3", elb)]
        .into_iter()
        .chain(CAPACITY_SERVICES.into_iter().zip(services));
    for (name, part) in parts {
        match part {
            Ok(rows) => {
                answered = true;
                taken.extend(rows);
            }
            // A site need not offer everything (huawei-esm.md, 1.6).
            Err(error) if error.class == Class::NotOffered => {
                first_error.get_or_insert(error);
            }
            Err(error) => {
                problems.push(SafeText::from(format!("{name}: {}", error.message)));
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if !answered => Err(error),
        _ => Ok(Facts::Capacity {
            pools: newest(taken),
            problems,
        }),
    }
}

/// The newest row of each pool, with the amounts of the days before.
fn newest(mut taken: Vec<Taken>) -> Vec<Capacity> {
    taken.sort_by_key(|row| row.at);
    let mut pools: BTreeMap<String, Capacity> = BTreeMap::new();
    for Taken { mut pool, at } in taken {
        let id = pool.id();
        let before = pools.remove(&id);
        pool.past = before.map_or_else(Vec::new, |before| before.past);
        if let (Some(allocated), true) = (pool.allocated, pool.at.is_some()) {
            pool.past.retain(|(day, _)| *day != at);
            pool.past.push((at, allocated));
        }
        pools.insert(id, pool);
    }
    pools.into_values().collect()
}

fn window(client: &Client) -> (i64, i64) {
    let end = client.now();
    let begin = end - SignedDuration::from_hours(24 * DAYS);
    (begin.as_millisecond(), end.as_millisecond())
}

async fn physical(client: &Client) -> Result<Vec<Taken>, ApiError> {
    let (begin_time, end_time) = window(client);
    let mut walk = Walk::new(PAGE, PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryPhysicalCapacity {
            begin_time,
            end_time,
            page_size: PAGE.into(),
            offset_value,
            ..QueryPhysicalCapacity::default()
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    let walked = walk.end();
    Ok(walked.rows.iter().map(physical_pool).collect())
}

fn physical_pool(row: &PhysicalCapacityRow) -> Taken {
    let service = row.device_type.text().or_else(|| row.service_type.text());
    let service = spelled(&service.unwrap_or_default());
    let metric = row.metric_type.text().unwrap_or_default();
    let model = row.resource_type.text().unwrap_or_default();
    let unit = if metric.eq_ignore_ascii_case("vcpu") {
        Unit::Cores
    } else {
        Unit::Terabytes
    };
    let metric = if model.is_empty() || model == metric {
        metric
    } else {
        format!("{model} {metric}")
    };
    taken(
        Capacity {
            physical: true,
            service: service.into(),
            metric: metric.into(),
            zone: row.zone_type.raw().into(),
            region: row.region.raw().into(),
            unit,
            total: row.total.number(),
            allocated: row.allocated.number(),
            available: row.available.number(),
            at: None,
            past: Vec::new(),
            detail: detail(row),
            odd: odd([
                ("total", &row.total),
                ("allocated", &row.allocated),
                ("available", &row.available),
            ]),
        },
        &row.timestamp,
    )
}

/// The amounts that say something, but no number.
fn odd<const N: usize>(amounts: [(&'static str, &Loose); N]) -> Odd {
    let mut odd = Odd::default();
    for (name, amount) in amounts {
        if amount.number().is_none() {
            odd.note(name, amount.text().unwrap_or_default());
        }
    }
    odd
}

fn taken(mut pool: Capacity, timestamp: &Loose) -> Taken {
    pool.at = timestamp.instant(ZONE);
    if pool.at.is_none() {
        pool.odd.note("at", timestamp.text().unwrap_or_default());
    }
    Taken {
        at: pool.at.map_or(0, Timestamp::as_second),
        pool,
    }
}

/// The word under which later editions know dedicated clusters.
const LATER_DCC: &str = "DCC_GENERATE";

async fn of_service(client: &Client, service: &str) -> Result<Vec<Taken>, ApiError> {
    if service != "DCC" {
        return service_rows(client, service, service).await;
    }
    if let Some(word) = client.recall().word("capacity of DCC") {
        return service_rows(client, service, &word).await;
    }
    let first = service_rows(client, service, service).await;
    let is_unknown = match &first {
        Ok(rows) => rows.is_empty(),
        Err(error) => error.class == Class::Invalid,
    };
    if !is_unknown {
        return first;
    }
    let later = service_rows(client, service, LATER_DCC).await;
    let word = match &later {
        Ok(rows) if !rows.is_empty() => LATER_DCC,
        // Neither word finds anything: a site without dedicated clusters is not asked twice every time.
        _ => service,
    };
    client.recall().learn("capacity of DCC", word);
    if word == LATER_DCC { later } else { first }
}

async fn service_rows(client: &Client, service: &str, word: &str) -> Result<Vec<Taken>, ApiError> {
    let (begin_time, end_time) = window(client);
    let mut walk = Walk::new(PAGE, PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryCloudServiceCapacity {
            begin_time,
            end_time,
            service_type: Some(word.to_owned()),
            page_size: PAGE.into(),
            offset_value,
            ..QueryCloudServiceCapacity::default()
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    let walked = walk.end();
    Ok(walked
        .rows
        .iter()
        .map(|row| service_pool(service, row))
        .collect())
}

fn service_pool(asked: &str, row: &ServiceCapacityRow) -> Taken {
    let metric = row.metric_type.text().unwrap_or_default();
    let (mut allocated, available) = (row.allocated.number(), row.available.number());
    let is_nought = |amount: Option<f64>| amount.is_none_or(|amount| amount == 0.0);
    if asked == "OBS" && is_nought(allocated) && is_nought(available) {
        // Object storage tells what is used in place of what is given out (huawei-esm.md, A3.4).
        allocated = row.used.number().filter(|used| *used > 0.0).or(allocated);
    }
    taken(
        Capacity {
            physical: false,
            service: asked.to_ascii_uppercase().into(),
            unit: unit(asked, &metric),
            metric: metric.into(),
            zone: row.zone_type.text().unwrap_or_default().into(),
            region: row.region.raw().into(),
            total: row.total.number(),
            allocated,
            available,
            at: None,
            past: Vec::new(),
            detail: detail(row),
            odd: odd([
                ("total", &row.total),
                ("allocated", &row.allocated),
                ("available", &row.available),
            ]),
        },
        &row.timestamp,
    )
}

/// The unit of a service's amounts, by the table of A3.
fn unit(service: &str, metric: &str) -> Unit {
    match service {
        "ECS_VM" => Unit::Machines,
        "BMS" | "DeH" => Unit::Servers,
        "EIP" => Unit::Addresses,
        "RDS" => Unit::Instances,
        "DCC" if metric.to_ascii_lowercase().contains("cpu") => Unit::Cores,
        // Of dedicated clusters that is memory.
        "EVS" | "OBS" | "SFS" | "DCC" => Unit::Terabytes,
        _ => Unit::Things,
    }
}

/// `ecs-vm` is `ECS_VM` (huawei-esm.md, 1.10).
fn spelled(word: &str) -> String {
    word.to_ascii_uppercase().replace('-', "_")
}

async fn elb(client: &Client) -> Result<Vec<Taken>, ApiError> {
    let mut walk = Walk::new(PAGE, PAGES);
    while let Some(offset_value) = walk.next() {
        let ask = QueryElbv3Resources {
            page_size: PAGE.into(),
            offset_value,
        };
        walk.take(part(client.call(&ask).await?.output));
    }
    let walked = walk.end();
    Ok(walked.rows.iter().flat_map(elb_pools).collect())
}

/// A cluster is five pools: what there is against what there may be. A count that is not known stays unknown.
fn elb_pools(row: &ElbRow) -> [Taken; 5] {
    let name = [&row.cluster_name, &row.cluster_code, &row.cluster_id]
        .into_iter()
        .find_map(Loose::text)
        .unwrap_or_default();
    let pool = |metric: &str, count: &Loose, capacity: &Loose| {
        let odd = odd([("allocated", count), ("total", capacity)]);
        let (count, capacity) = (count.number(), capacity.number());
        taken(
            Capacity {
                physical: false,
                service: "ELB".into(),
                metric: metric.into(),
                zone: name.as_str().into(),
                region: row.region_id.raw().into(),
                unit: Unit::Things,
                total: capacity,
                allocated: count,
                available: count
                    .zip(capacity)
                    .map(|(count, capacity)| capacity - count),
                at: None,
                past: Vec::new(),
                detail: detail(row),
                odd,
            },
            &row.time_stamp,
        )
    };
    [
        pool("lb", &row.lb_count, &row.lb_capacity),
        pool(
            "l4 listener",
            &row.l4_listener_count,
            &row.l4_listener_capacity,
        ),
        pool(
            "l7 listener",
            &row.l7_listener_count,
            &row.l7_listener_capacity,
        ),
        pool("l4 member", &row.l4_member_count, &row.l4_member_capacity),
        pool("l7 member", &row.l7_member_count, &row.l7_member_capacity),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(asked: &str, row: serde_json::Value) -> Capacity {
        let row: ServiceCapacityRow = serde_json::from_value(row).unwrap();
        service_pool(asked, &row).pool
    }

    #[test]
    fn the_word_null_is_no_amount() {
        let pool = service(
            "ECS_VM",
            json!({
                "service_type": "ecs-vm", "metric_type": "xxx/C6", "total": "null", "used": "null", "free": "null",
                "allocated": "120", "available": "40", "used_ratio": "null", "allocated_ratio": "0.75",
                "resource_count": "null", "zone_type": "KVM_POD", "timestamp": "1650211200000", "region": "cn-north-1",
            }),
        );
        assert_eq!((pool.total, pool.size()), (None, Some(160.0)));
        assert_eq!(pool.share(), Some(0.75));
        assert_eq!(pool.unit, Unit::Machines);
        assert_eq!(pool.at.unwrap().to_string(), "2022-04-17T16:00:00Z");
        assert_eq!(pool.service.raw(), "ECS_VM");
    }

    #[test]
    fn object_storage_tells_what_is_used() {
        let pool = service(
            "OBS",
            json!({"total": "80", "available": "0", "used": "20", "free": "0", "allocated": "0"}),
        );
        assert_eq!(pool.share(), Some(0.25));
        let none = service(
            "VPN",
            json!({"total": "0", "available": "0", "allocated": "0"}),
        );
        assert_eq!(none.share(), None);
        let odd = service("EIP", json!({"total": {"a": 1}, "allocated": "lots"}));
        assert_eq!((odd.total, odd.allocated), (None, None));
        assert!(odd.detail.iter().any(|(_, text)| text.raw() == "lots"));
        let came = |name| odd.odd.of(name).map(SafeText::raw);
        assert_eq!(came("allocated"), Some("lots"));
        assert_eq!(came("total"), Some(r#"{"a":1}"#));
        assert_eq!((came("available"), came("at")), (None, None));
        let late = service("EIP", json!({"timestamp": "yesterday", "available": true}));
        assert_eq!(late.odd.of("at").map(SafeText::raw), Some("yesterday"));
        assert_eq!(late.odd.of("available").map(SafeText::raw), Some("true"));
    }

    #[test]
    fn computing_pools_name_their_kind_otherwise() {
        let row: PhysicalCapacityRow = serde_json::from_value(json!({
            "service_type": "ECS", "total": "10792", "avaliable": "5408", "metric_type": "vCpu", "zone_type": "KVM_POD",
            "region": "cn-east-264", "allocated": "4964", "resource_type": "M6xLarge", "timestamp": "1649865600000",
        }))
        .unwrap();
        let pool = physical_pool(&row).pool;
        assert_eq!(pool.service.raw(), "ECS");
        assert_eq!(pool.metric.raw(), "M6xLarge vCpu");
        assert_eq!(pool.unit, Unit::Cores);
        assert_eq!(pool.available, Some(5408.0));
        assert!((pool.share().unwrap() - 4964.0 / 10792.0).abs() < 1e-12);
    }

    #[test]
    fn the_newest_row_is_the_pool_and_the_others_its_past() {
        let row = |ms: i64, allocated: &str| {
            let row: ServiceCapacityRow = serde_json::from_value(json!({
                "metric_type": "SAS", "zone_type": "POD", "region": "r", "allocated": allocated, "available": "9",
                "timestamp": ms.to_string(),
            }))
            .unwrap();
            service_pool("EVS", &row)
        };
        let pools = newest(vec![
            row(1_650_211_200_000, "3"),
            row(1_650_038_400_000, "1"),
            row(1_650_124_800_000, "2"),
            row(1_650_211_200_000, "3"),
        ]);
        assert_eq!(pools.len(), 1);
        assert_eq!(pools[0].allocated, Some(3.0));
        let amounts: Vec<f64> = pools[0].past.iter().map(|(_, amount)| *amount).collect();
        assert_eq!(amounts, [1.0, 2.0, 3.0]);
        assert!((pools[0].growth_per_day().unwrap() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn an_empty_count_is_unknown() {
        let row: ElbRow = serde_json::from_value(json!({
            "l4_member_count": "", "l4_member_capacity": "30000", "lb_count": "164", "lb_capacity": "8000",
            "cluster_name": "", "cluster_code": "elbv3-cluster01-az1",
        }))
        .unwrap();
        let pools = elb_pools(&row);
        assert_eq!(pools[0].pool.share(), Some(164.0 / 8000.0));
        assert_eq!(pools[0].pool.zone.raw(), "elbv3-cluster01-az1");
        assert_eq!(
            (pools[3].pool.allocated, pools[3].pool.share()),
            (None, None)
        );
    }
}
