//! Script orders (huawei-coc.md, 10.8 to 10.13 and 11.2).

use serde_json::{Value as Json, json};

use super::common::{costs, data, instant, invalid, millis, page_below};
use crate::cloud::huawei_coc::ops::{
    GetScriptOrder, GetScriptOrderBatch, GetScriptOrderStatistics, ListScriptOrderBatches,
    ListScriptOrders, OperateScriptOrder, OrderOperation as Operation,
};
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::orders::{self, OrderOperation};
use crate::sim::estate::things::orders::{HostRun, RunStatus};
use crate::sim::estate::{Cloud, Estate, Order, Script};
use crate::sim::handlers::{Handlers, Refusal};

/// Rows of a page when the caller does not say (14: not settled).
const DEFAULT_LIMIT: i64 = 10;

pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<GetScriptOrder>(|estate, _, ask| {
            found(estate, &ask.execute_uuid).map(|order| detail(estate, order))
        })
        .on_json::<ListScriptOrderBatches>(|estate, _, ask| {
            found(estate, &ask.execute_uuid).map(batches)
        })
        .on_json::<GetScriptOrderStatistics>(|estate, _, ask| {
            found(estate, &ask.execute_uuid).map(statistics)
        })
        .on_json::<GetScriptOrderBatch>(|estate, _, ask| batch(estate, &ask))
        .on_json::<ListScriptOrders>(|estate, _, ask| Ok(list(estate, &ask)))
        .on_json::<OperateScriptOrder>(|estate, _, ask| operate(estate, &ask))
}

fn found<'a>(estate: &'a Estate, uuid: &str) -> Result<&'a Order, Refusal> {
    let unknown = || Refusal::new(400, "COC.00040709", "The script order does not exist.");
    estate.order(uuid).ok_or_else(unknown)
}

fn detail(estate: &Estate, order: &Order) -> Json {
    // Values that were sensitive in the script are not shown again.
    let script = estate.script(&order.script);
    let is_sensitive = |script: &Script, name: &str| {
        script
            .params
            .iter()
            .any(|param| param.name == name && param.sensitive)
    };
    let params: Vec<Json> = order
        .params
        .iter()
        .map(|(name, value, place)| {
            let hidden = script.is_some_and(|script| is_sensitive(script, name));
            json!({
                "param_name": name,
                "param_value": if hidden { "*****************" } else { value },
                "param_order": place,
            })
        })
        .collect();
    data(json!({
        "execute_uuid": order.uuid,
        "gmt_created": millis(order.created),
        "gmt_finished": order.finished.map(millis),
        "execute_costs": costs(Some(order.created), order.finished),
        "creator": order.creator,
        "status": order.status.word(),
        "properties": {
            "script_uuid": order.script,
            "script_name": order.name,
            "script_version_name": order.version,
            "current_execute_batch_index": order.current.max(1),
            "script_source": "CUSTOM_SCRIPT",
            "execute_param": {
                "resourceful": order.resourceful,
                "timeout": order.timeout,
                "success_rate": order.success_rate,
                "execute_user": order.execute_user,
                "script_params": params,
            },
        },
    }))
}

fn batches(order: &Order) -> Json {
    let rows: Vec<Json> = order
        .batches
        .iter()
        .map(|batch| {
            json!({
                "batch_index": batch.index,
                "total_instances": batch.hosts.len(),
                "rotation_strategy": if batch.pause_after { "PAUSE" } else { "CONTINUE" },
            })
        })
        .collect();
    data(rows)
}

fn statistics(order: &Order) -> Json {
    let hosts = || order.batches.iter().flat_map(|batch| &batch.hosts);
    let row = |status: RunStatus| {
        let with = |hosts: &[HostRun]| hosts.iter().any(|host| host.status == status);
        let indexes: Vec<u32> = order
            .batches
            .iter()
            .filter(|batch| with(&batch.hosts))
            .map(|batch| batch.index)
            .collect();
        json!({
            "instance_status": status.word(),
            "instance_count": hosts().filter(|host| host.status == status).count(),
            "batch_indexes": indexes,
        })
    };
    let rows: Vec<Json> = RunStatus::ALL.into_iter().map(row).collect();
    data(json!({"total_instance": hosts().count(), "execute_statistics": rows}))
}

fn batch(estate: &Estate, ask: &GetScriptOrderBatch) -> Result<Json, Refusal> {
    let order = found(estate, &ask.execute_uuid)?;
    let batch = u32::try_from(ask.batch_index)
        .ok()
        .and_then(|index| order.batch(index))
        .ok_or_else(|| invalid(format!("batch {} does not exist", ask.batch_index)))?;
    let rows: Vec<Json> = batch
        .hosts
        .iter()
        .filter(|host| {
            ask.status
                .is_none_or(|status| host.status.word() == status.wire())
        })
        .filter(|host| host.id > ask.marker.unwrap_or(0))
        .take(usize::try_from(ask.limit).unwrap_or(0))
        .map(|host| instance(estate, order, host))
        .collect();
    Ok(data(json!({
        "batch_index": batch.index,
        "total_instances": batch.hosts.len(),
        "execute_instances": rows,
    })))
}

fn instance(estate: &Estate, order: &Order, host: &HostRun) -> Json {
    let machine = estate.machine_by_id(Cloud::Huawei, &host.resource_id);
    let agent = machine.map(|machine| {
        if machine.agent_online {
            "ONLINE"
        } else {
            "OFFLINE"
        }
    });
    let application =
        machine.map(|machine| super::common::application_name(estate, &machine.application));
    json!({
        "id": host.id,
        "target_instance": {
            "resource_id": host.resource_id,
            "agent_sn": host.agent,
            "agent_status": agent,
            "region_id": host.region,
            "project_id": host.project,
            "properties": {
                "host_name": host.host,
                "fixed_ip": host.ip,
                "floating_ip": null,
                "region_id": host.region,
                "zone_id": format!("{}a", host.region),
                "application": application,
                "group": null,
                "project_id": host.project,
            },
        },
        "gmt_created": millis(host.started.unwrap_or(order.created)),
        "gmt_finished": host.finished.map(millis),
        "execute_costs": costs(host.started, host.finished),
        "status": host.status.word(),
        "message": orders::output(order, host, estate.now),
    })
}

fn list(estate: &Estate, ask: &ListScriptOrders) -> Json {
    let from = ask.start_time.and_then(instant);
    let to = ask.end_time.and_then(instant);
    let fits = |order: &&Order| {
        from.is_none_or(|from| from <= order.created)
            && to.is_none_or(|to| order.created <= to)
            && ask
                .creator
                .as_ref()
                .is_none_or(|creator| &order.creator == creator)
            && ask
                .status
                .is_none_or(|status| order.status.word() == status.wire())
    };
    let all: Vec<&Order> = estate.orders.iter().filter(fits).collect();
    let limit = ask.limit.unwrap_or(DEFAULT_LIMIT);
    let rows: Vec<Json> = page_below(all.iter().copied(), |order| order.id, ask.marker, limit)
        .into_iter()
        .map(|order| {
            json!({
                "order_id": order.id,
                "order_name": order.name,
                "execute_uuid": order.uuid,
                "gmt_created": millis(order.created),
                "gmt_finished": order.finished.map(millis),
                "execute_costs": costs(Some(order.created), order.finished),
                "creator": order.creator,
                "status": order.status.word(),
                "properties": {"region_ids": HUAWEI_REGION},
            })
        })
        .collect();
    data(json!({"total": all.len(), "data": rows}))
}

fn operate(estate: &mut Estate, ask: &OperateScriptOrder) -> Result<Json, Refusal> {
    found(estate, &ask.execute_uuid)?;
    let operation = match ask.operation_type {
        Operation::CancelInstance => OrderOperation::CancelInstance(
            ask.instance_id
                .ok_or_else(|| invalid("instance_id must not be null"))?,
        ),
        Operation::SkipBatch => {
            let index = ask
                .batch_index
                .ok_or_else(|| invalid("batch_index must not be null"))?;
            OrderOperation::SkipBatch(u32::try_from(index).unwrap_or(0))
        }
        Operation::CancelOrder => OrderOperation::CancelOrder,
        Operation::PauseOrder => OrderOperation::PauseOrder,
        Operation::ContinueOrder => OrderOperation::ContinueOrder,
    };
    orders::operate(estate, &ask.execute_uuid, &operation).map_err(invalid)?;
    Ok(data(ask.execute_uuid.as_str()))
}
