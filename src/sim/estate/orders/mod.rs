//! How work orders begin, move on and obey their operator (huawei-coc.md, 11.2).

mod operate;
mod output;
mod progress;

use std::time::Duration;

use jiff::Timestamp;

use super::state::Estate;
use super::things::identity::HUAWEI_REGION;
use super::things::machines::Machine;
use super::things::orders::{Batch, Ending, HostRun, NewOrder, Order, OrderStatus, RunStatus};
use super::things::scripts::Script;
use super::things::stamp::{before, stamped};
use crate::sim::scenario::{Cloud, OrderSpec};

pub use operate::{OrderOperation, operate};
pub use output::{MAX_OUTPUT, output};
pub use progress::advance;

/// Starts the orders of a scenario; they have run as far as they could before its start.
pub fn build(estate: &mut Estate, specs: &[OrderSpec]) {
    let mut order: Vec<&OrderSpec> = specs.iter().collect();
    order.sort_by_key(|spec| std::cmp::Reverse(spec.ago));
    for spec in order {
        let Some(script) = estate
            .scripts
            .iter()
            .find(|script| script.name == spec.script)
            .cloned()
        else {
            continue;
        };
        let ids: Vec<String> = spec
            .fleets
            .iter()
            .flat_map(|fleet| {
                estate
                    .machines
                    .iter()
                    .filter(move |machine| &machine.fleet == fleet)
            })
            .filter_map(|machine| machine.id_in(Cloud::Huawei).map(str::to_owned))
            .collect();
        let batches = ids
            .chunks(spec.per_batch.max(1))
            .take(spec.batches)
            .map(|ids| (ids.to_vec(), spec.pause))
            .collect();
        let new = NewOrder {
            creator: spec.creator.clone(),
            timeout: 300,
            success_rate: spec.success_rate,
            execute_user: "root".into(),
            resourceful: true,
            params: script
                .params
                .iter()
                .map(|param| (param.name.clone(), param.value.clone(), param.order))
                .collect(),
            batches,
        };
        let created = before(estate.start, spec.ago);
        let uuid = add(estate, &script, &new, created);
        if let Some(seconds) = spec.cancelled_after {
            let at = before(created, -seconds);
            progress::advance_order(estate, &uuid, at);
            // An order that has ended before that stays as it is.
            let _ = operate::operate_at(estate, &uuid, &OrderOperation::CancelOrder, at);
        }
    }
}

/// Adds an order; answers its id.
pub fn add(estate: &mut Estate, script: &Script, new: &NewOrder, created: Timestamp) -> String {
    let id = estate.orders.last().map_or(870, |last| last.id) + 1;
    let uuid = stamped(estate.seed, "SCT", created, id, 9);
    let mut host_id = estate
        .orders
        .iter()
        .flat_map(|order| &order.batches)
        .flat_map(|batch| &batch.hosts)
        .map(|host| host.id)
        .max()
        .unwrap_or(15_800);
    let mut batches = Vec::new();
    for (index, (ids, pause_after)) in (1..).zip(&new.batches) {
        let mut hosts = Vec::new();
        for resource_id in ids {
            host_id += 1;
            hosts.push(host_run(estate, script, new, &uuid, resource_id, host_id));
        }
        batches.push(Batch {
            index,
            pause_after: *pause_after,
            hosts,
        });
    }
    estate.orders.push(Order {
        id,
        uuid: uuid.clone(),
        script: script.uuid.clone(),
        name: script.name.clone(),
        version: script.version.clone(),
        course: script.course.clone(),
        creator: new.creator.clone(),
        created,
        finished: None,
        status: OrderStatus::Ready,
        timeout: new.timeout,
        success_rate: new.success_rate,
        execute_user: new.execute_user.clone(),
        resourceful: new.resourceful,
        params: new.params.clone(),
        batches,
        current: 0,
        pause_pending: false,
    });
    uuid
}

fn host_run(
    estate: &Estate,
    script: &Script,
    new: &NewOrder,
    uuid: &str,
    resource_id: &str,
    id: i64,
) -> HostRun {
    let machine = estate.machine_by_id(Cloud::Huawei, resource_id);
    let name = machine.map_or(resource_id, |machine| machine.name.as_str());
    let life = script.course.duration(estate.seed, uuid, name);
    let limit = Duration::from_secs(new.timeout.into());
    let is_cured = |machine: &Machine| {
        let cures = |cure: &String| cure == &script.name;
        estate
            .troubles
            .iter()
            .any(|trouble| trouble.on == machine.name && trouble.cured_by.iter().any(cures))
    };
    let (ending, takes) = match machine {
        Some(machine) if machine.agent_online => match life > limit {
            true => (Ending::Timeout, limit),
            // What is meant to help does not fail by chance.
            false if script.course.fails(estate.seed, uuid, name) && !is_cured(machine) => {
                (Ending::Failure, life)
            }
            false => (Ending::Success, life),
        },
        _ => (Ending::AgentOffline, Duration::from_secs(3)),
    };
    HostRun {
        id,
        resource_id: resource_id.to_owned(),
        agent: machine.map_or_else(String::new, |machine| machine.agent.clone()),
        project: estate.identity.project().id.clone(),
        region: HUAWEI_REGION.to_owned(),
        host: name.to_owned(),
        ip: machine.map_or_else(String::new, |machine| machine.ip.clone()),
        status: RunStatus::Ready,
        started: None,
        finished: None,
        ending,
        takes: estate.scaled(takes),
    }
}
