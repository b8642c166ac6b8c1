//! The orders that run scripts, and the machines they run on.

use std::cell::Cell;

use futures_util::future::try_join;
use futures_util::stream;
use futures_util::{StreamExt, TryStreamExt};
use jiff::SignedDuration;

use super::convert;
use super::{AT_ONCE, lacks};
use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::huawei_coc::ops::{
    BatchRow, ExecuteBatch, ExecuteParam, ExecuteScript, GetScriptOrder, GetScriptOrderBatch,
    GetScriptOrderStatistics, ListResources, ListScriptOrderBatches, ListScriptOrders,
    OperateScriptOrder, OrderOperation, ParameterValue, RotationStrategy, TargetInstance,
};
use crate::cloud::page::{At, Page, Style, Walk};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::{NewOrder, Receipt, Target};
use crate::domain::error::ApiError;
use crate::domain::fold;
use crate::domain::query::Query;
use crate::domain::script::{
    Batch, HostRun, Order, OrderId, OrderStep, Resource, Rotation, StatusCount,
};
use crate::domain::text::SafeText;

/// Rows of a page, the most the service gives.
pub(super) const PAGE: u32 = 100;
/// How far back orders are listed.
const ORDER_DAYS: i64 = 7;
/// Pages of orders at most.
const ORDER_PAGES: u32 = 3;
/// Orders at most whose machines are counted.
const COUNTED_ORDERS: usize = 20;
/// Batches of an order that are read at once: each may be 10 MB, and more while it is decoded.
const BATCHES_AT_ONCE: usize = 2;
/// Machines of a page of a batch. Each may carry 1 MB of output, so pages are small; a batch has ten at most
/// (huawei-coc.md, 10.11).
const HOSTS_PAGE: u32 = 10;

/// A page whose successor begins after the key of its last row; one that is not full is the last (huawei-coc.md, 7).
pub(super) fn page<T>(rows: Vec<T>, size: u32, last: Option<impl ToString>) -> Page<T> {
    let is_full = u32::try_from(rows.len()).is_ok_and(|count| count >= size);
    let next = last.filter(|_| is_full).map(|key| key.to_string());
    Page {
        rows,
        total: None,
        next,
    }
}

/// A marker that is a number.
pub(super) fn number(at: At) -> Option<i64> {
    at.marker().and_then(|marker| marker.parse().ok())
}

/// Orders of the last days, newest first; those that are not over with counts.
pub async fn orders(client: &Client) -> Result<Vec<Order>, ApiError> {
    let since = client.now() - SignedDuration::from_hours(24 * ORDER_DAYS);
    let mut walk = Walk::new(Style::Marker, PAGE).up_to(ORDER_PAGES);
    while let Some(at) = walk.next() {
        let ask = ListScriptOrders {
            limit: Some(i64::from(PAGE)),
            start_time: Some(since.as_millisecond()),
            marker: number(at),
            ..ListScriptOrders::default()
        };
        let rows = client.call(&ask).await?.output.data.data;
        let next = rows.last().and_then(|row| row.order_id);
        walk.take(page(rows, PAGE, next), |row| row.execute_uuid.clone());
    }
    // The newest come first: what is beyond the last page is old.
    let rows = walk.end().rows;
    let mut orders: Vec<Order> = rows.into_iter().map(convert::order_row).collect();
    let open = orders
        .iter_mut()
        .filter(|order| !order.status.is_final_for_order());
    stream::iter(open.take(COUNTED_ORDERS))
        .for_each_concurrent(AT_ONCE, |order| async {
            // An order without counts is still worth a row.
            order.counts = counts(client, &order.id).await.unwrap_or_default();
        })
        .await;
    Ok(orders)
}

/// How many machines of an order are in which state.
async fn counts(client: &Client, id: &OrderId) -> Result<Vec<StatusCount>, ApiError> {
    let ask = GetScriptOrderStatistics {
        execute_uuid: id.raw().to_owned(),
    };
    let read = client.call(&ask).await?.output.data;
    Ok(read
        .execute_statistics
        .iter()
        .map(convert::status_count)
        .collect())
}

/// How much of the machines' outputs is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outputs {
    /// All of them.
    Whole,
    /// Of very long ones the end.
    Ends,
}

/// One order with its batches, their machines and their output.
pub async fn order(client: &Client, id: &OrderId, outputs: Outputs) -> Result<Order, ApiError> {
    let detail = GetScriptOrder {
        execute_uuid: id.raw().to_owned(),
    };
    let rows = ListScriptOrderBatches {
        execute_uuid: id.raw().to_owned(),
    };
    let (detail, rows) = try_join(client.call(&detail), client.call(&rows)).await?;
    if detail.output.data.execute_uuid.is_empty() {
        return Err(lacks::<GetScriptOrder>("order"));
    }
    let mut batches: Vec<Batch> = stream::iter(rows.output.data)
        .map(|row| async move {
            let mut batch = batch(client, id, &row).await?;
            if outputs == Outputs::Ends {
                batch.hosts.iter_mut().for_each(fold::shorten);
            }
            Ok(batch)
        })
        .buffered(BATCHES_AT_ONCE)
        .try_collect()
        .await?;
    batches.sort_by_key(|batch| batch.index);
    let mut order = convert::order_detail(detail.output.data);
    order.counts = convert::counted(&batches);
    order.batches = batches;
    folded(order).await
}

/// Outputs of more bytes than this are folded on a thread of their own, so that other calls go on.
const LARGE: usize = 1 << 20;

/// The order with its outputs folded.
async fn folded(mut order: Order) -> Result<Order, ApiError> {
    let is_small = fold::size(&order) < LARGE;
    let work = move || {
        order.outputs = fold::fold(&order);
        order
    };
    if is_small {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| lacks::<GetScriptOrder>("outputs that can be folded"))
}

/// One batch with its machines.
async fn batch(client: &Client, id: &OrderId, row: &BatchRow) -> Result<Batch, ApiError> {
    let index = convert::count(row.batch_index);
    // Machines without a key are taken as they come.
    let unnamed = Cell::new(0_usize);
    let mut walk = Walk::new(Style::Marker, HOSTS_PAGE);
    while let Some(at) = walk.next() {
        let ask = GetScriptOrderBatch {
            batch_index: i64::from(index),
            execute_uuid: id.raw().to_owned(),
            limit: i64::from(HOSTS_PAGE),
            // Always: the document asks for it.
            marker: Some(number(at).unwrap_or(0)),
            ..GetScriptOrderBatch::default()
        };
        let rows = client.call(&ask).await?.output.data.execute_instances;
        let next = rows.last().and_then(|host| host.id);
        walk.take(page(rows, HOSTS_PAGE, next), |host| {
            host.id.ok_or_else(|| unnamed.replace(unnamed.get() + 1))
        });
    }
    let rows = walk
        .end()
        .whole(SystemId::HuaweiCoc, GetScriptOrderBatch::ID)?;
    let hosts: Vec<HostRun> = rows
        .into_iter()
        .map(|host| convert::host(index, host))
        .collect();
    Ok(convert::batch(row, hosts))
}

/// All servers.
pub async fn resources(client: &Client) -> Result<Vec<Resource>, ApiError> {
    let mut walk = Walk::new(Style::Marker, PAGE);
    while let Some(at) = walk.next() {
        let ask = ListResources {
            provider: "ecs".to_owned(),
            kind: "cloudservers".to_owned(),
            limit: i64::from(PAGE),
            marker: at.marker(),
            ..ListResources::default()
        };
        let rows = client.call(&ask).await?.output.data;
        let next = rows.last().map(|row| row.id.clone());
        walk.take(page(rows, PAGE, next), |row| row.id.clone());
    }
    let rows = walk.end().whole(SystemId::HuaweiCoc, ListResources::ID)?;
    Ok(rows.into_iter().map(convert::resource).collect())
}

/// Runs a script. Values of parameters go into the request and nowhere else.
pub async fn run(
    client: &Client,
    account: &AccountId,
    new: &NewOrder,
) -> Result<Receipt, ApiError> {
    let reply = client.call(&execution(new)).await?;
    let order = Some(SafeText::from(reply.output.data)).filter(|id| !id.is_empty());
    let machines: usize = new.batches.iter().map(Vec::len).sum();
    let mut refresh = vec![Query::Orders(account.clone())];
    refresh.extend(
        order
            .iter()
            .map(|id| Query::Order(account.clone(), id.clone())),
    );
    Ok(Receipt {
        created: order.clone(),
        ..Receipt::new(
            format!(
                "order {} runs {} on {machines} machines",
                order.as_ref().map_or("without an id", SafeText::raw),
                new.script_name.raw()
            ),
            reply.request_id,
            refresh,
        )
    })
}

/// The request for a run.
fn execution(new: &NewOrder) -> ExecuteScript {
    let values = new
        .params
        .iter()
        .zip(1..)
        .map(|((name, value, _), place)| ParameterValue {
            param_name: name.clone(),
            param_value: value.clone(),
            param_order: place,
        });
    let target = |target: &Target| TargetInstance {
        resource_id: target.resource_id.clone(),
        agent_sn: target.agent.clone(),
        project_id: target.project.clone(),
        region_id: target.region.clone(),
    };
    let batches = new
        .batches
        .iter()
        .zip(1..)
        .map(|(targets, place)| ExecuteBatch {
            batch_index: place,
            target_instances: targets.iter().map(target).collect(),
            rotation_strategy: match new.rotation {
                Rotation::Continue => RotationStrategy::Continue,
                Rotation::Pause => RotationStrategy::Pause,
            },
        });
    ExecuteScript {
        script_uuid: new.script.raw().to_owned(),
        execute_param: ExecuteParam {
            resourceful: true,
            timeout: i64::from(new.timeout),
            // One decimal is all the service takes.
            success_rate: (new.success_rate * 10.0).round() / 10.0,
            execute_user: new.execute_user.clone(),
            script_params: values.collect(),
        },
        execute_batches: batches.collect(),
    }
}

/// Pauses, continues or cancels an order, skips a batch or cancels a machine.
pub async fn operate(
    client: &Client,
    account: &AccountId,
    id: &OrderId,
    step: &OrderStep,
) -> Result<Receipt, ApiError> {
    let (operation_type, batch_index, instance_id, done) = match step {
        OrderStep::Pause => (
            OrderOperation::PauseOrder,
            None,
            None,
            "pauses before its next batch".to_owned(),
        ),
        OrderStep::Continue => (
            OrderOperation::ContinueOrder,
            None,
            None,
            "goes on".to_owned(),
        ),
        OrderStep::Cancel => (
            OrderOperation::CancelOrder,
            None,
            None,
            "is cancelled".to_owned(),
        ),
        OrderStep::SkipBatch(index) => (
            OrderOperation::SkipBatch,
            Some(i64::from(*index)),
            None,
            format!("skips batch {index}"),
        ),
        OrderStep::CancelHost(host) => (
            OrderOperation::CancelInstance,
            None,
            Some(*host),
            format!("cancels machine {host}"),
        ),
    };
    let ask = OperateScriptOrder {
        execute_uuid: id.raw().to_owned(),
        batch_index,
        instance_id,
        operation_type,
    };
    let reply = client.call(&ask).await?;
    let refresh = vec![
        Query::Order(account.clone(), id.clone()),
        Query::Orders(account.clone()),
    ];
    Ok(Receipt::new(
        format!("order {} {done}", id.raw()),
        reply.request_id,
        refresh,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::declare::Operation;

    #[test]
    fn an_execution_numbers_batches_and_parameters_from_one() {
        let target = |id: &str| Target {
            resource_id: id.into(),
            agent: "agent".into(),
            project: "project".into(),
            region: "cn-north-4".into(),
        };
        let new = NewOrder {
            script: "SC1".into(),
            script_name: "restart".into(),
            timeout: 300,
            success_rate: 99.96,
            execute_user: "root".into(),
            params: vec![
                ("a".into(), "1".into(), false),
                ("b".into(), "2".into(), true),
            ],
            batches: vec![vec![target("x")], vec![target("y")]],
            rotation: Rotation::Pause,
        };
        let request = serde_json::to_value(execution(&new)).unwrap();
        assert_eq!(
            request["execute_param"]["script_params"][1]["param_order"],
            2
        );
        assert_eq!(request["execute_batches"][1]["batch_index"], 2);
        assert_eq!(request["execute_batches"][0]["rotation_strategy"], "PAUSE");
        assert_eq!(request["execute_param"]["success_rate"], 100.0);
        assert_eq!(ExecuteScript::CHECK(&request), []);
    }
}
