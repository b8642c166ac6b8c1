//! How orders move on. Everything happens at its exact instant, however seldom somebody looks.

use std::time::Duration;

use jiff::Timestamp;

use crate::sim::estate::state::Estate;
use crate::sim::estate::things::orders::{Batch, Ending, HostRun, Order, OrderStatus, RunStatus};

/// How long an order stays `READY`.
const STARTING: Duration = Duration::from_millis(700);

/// Moves every order on to the estate's now; what scripts cure is cured.
pub fn advance(estate: &mut Estate) {
    let now = estate.now;
    let open: Vec<String> = estate
        .orders
        .iter()
        .filter(|order| !order.status.is_final())
        .map(|order| order.uuid.clone())
        .collect();
    for uuid in open {
        advance_order(estate, &uuid, now);
    }
}

/// Moves one order on to an instant.
pub fn advance_order(estate: &mut Estate, uuid: &str, until: Timestamp) {
    let starting = estate.scaled(STARTING);
    let Some(order) = estate.orders.iter_mut().find(|order| order.uuid == uuid) else {
        return;
    };
    let mut ended = Vec::new();
    while step(order, until, starting, &mut ended) {}
    let script = order.name.clone();
    for (host, at) in ended {
        cure(estate, &script, &host, at);
    }
}

/// A script has ended well on a machine: what it cures there is over shortly after.
fn cure(estate: &mut Estate, script: &str, machine: &str, at: Timestamp) {
    let until = at + estate.scaled(Duration::from_secs(2));
    for trouble in &mut estate.troubles {
        let cured = trouble.on == machine && trouble.cured_by.iter().any(|name| name == script);
        if cured && trouble.is_on(at) {
            trouble.until = Some(until);
        }
    }
}

/// One step of an order, if there is one until then. `ended` gets the machines on which the script ended well.
fn step(
    order: &mut Order,
    until: Timestamp,
    starting: Duration,
    ended: &mut Vec<(String, Timestamp)>,
) -> bool {
    match order.status {
        OrderStatus::Ready => {
            let at = order.created + starting;
            if at <= until {
                order.status = OrderStatus::Processing;
                start_batch(order, 1, at);
            }
            at <= until
        }
        // A pause lets what runs come to its end.
        OrderStatus::Processing | OrderStatus::Paused => {
            let current = order.current;
            let Some(batch) = order.batch_mut(current) else {
                return false;
            };
            let moved = end_runs(batch, until, ended);
            let over = batch.hosts.iter().all(|host| !host.status.is_open());
            if order.status == OrderStatus::Processing && over {
                evaluate(order);
                return true;
            }
            moved
        }
        OrderStatus::Abnormal | OrderStatus::Canceled | OrderStatus::Finished => false,
    }
}

/// Ends the runs of a batch whose time has come.
fn end_runs(batch: &mut Batch, until: Timestamp, ended: &mut Vec<(String, Timestamp)>) -> bool {
    let mut moved = false;
    for host in &mut batch.hosts {
        let Some(at) = end_of(host).filter(|at| *at <= until) else {
            continue;
        };
        host.finished = Some(at);
        host.status = if host.ending == Ending::Success {
            ended.push((host.host.clone(), at));
            RunStatus::Finished
        } else {
            RunStatus::Abnormal
        };
        moved = true;
    }
    moved
}

fn end_of(host: &HostRun) -> Option<Timestamp> {
    let started = host
        .started
        .filter(|_| host.status == RunStatus::Processing)?;
    Some(started + host.takes)
}

/// Decides what comes after a batch in which nothing is open any more.
fn evaluate(order: &mut Order) {
    let Some(batch) = order.batch(order.current) else {
        return;
    };
    let at = batch
        .hosts
        .iter()
        .filter_map(|host| host.finished)
        .max()
        .unwrap_or(order.created);
    let of = |status: RunStatus| {
        batch
            .hosts
            .iter()
            .filter(|host| host.status == status)
            .count()
    };
    let counted = batch.hosts.len() - of(RunStatus::Canceled);
    let rate = match counted {
        0 => 100.0,
        counted => of(RunStatus::Finished) as f64 / counted as f64 * 100.0,
    };
    let pause = batch.pause_after || order.pause_pending;
    let is_last = order
        .batches
        .last()
        .is_none_or(|last| last.index == order.current);
    if rate < order.success_rate {
        order.status = OrderStatus::Abnormal;
    } else if is_last {
        finish(order, at);
    } else if pause {
        order.pause_pending = false;
        order.current += 1;
        order.status = OrderStatus::Paused;
    } else {
        start_batch(order, order.current + 1, at);
    }
}

/// Ends an order well.
pub(super) fn finish(order: &mut Order, at: Timestamp) {
    order.status = OrderStatus::Finished;
    order.finished = Some(at);
}

/// Starts a batch: all of its machines at once. Those that were cancelled before stay so.
pub(super) fn start_batch(order: &mut Order, index: u32, at: Timestamp) {
    order.current = index;
    order.status = OrderStatus::Processing;
    let Some(batch) = order.batch_mut(index) else {
        return;
    };
    for host in &mut batch.hosts {
        if host.status == RunStatus::Ready {
            host.status = RunStatus::Processing;
            host.started = Some(at);
        }
    }
}
