//! What an operator can do to an order: the table of huawei-coc.md, 11.2.

use jiff::Timestamp;

use super::progress::{advance, finish, start_batch};
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::orders::{Order, OrderStatus, RunStatus};

/// An operation on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderOperation {
    /// Cancel one machine, by its id.
    CancelInstance(i64),
    /// Cancel what is open of a batch and go on.
    SkipBatch(u32),
    /// Cancel everything that is open.
    CancelOrder,
    /// Stop before the next batch.
    PauseOrder,
    /// Go on with the next batch.
    ContinueOrder,
}

impl OrderOperation {
    /// Word on the wire.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::CancelInstance(_) => "CANCEL_INSTANCE",
            Self::SkipBatch(_) => "SKIP_BATCH",
            Self::CancelOrder => "CANCEL_ORDER",
            Self::PauseOrder => "PAUSE_ORDER",
            Self::ContinueOrder => "CONTINUE_ORDER",
        }
    }
}

/// Does something to an order now. The error says in words why not.
pub fn operate(estate: &mut Estate, uuid: &str, operation: &OrderOperation) -> Result<(), String> {
    let now = estate.now;
    operate_at(estate, uuid, operation, now)?;
    advance(estate);
    Ok(())
}

/// Does something to an order at an instant.
pub(super) fn operate_at(
    estate: &mut Estate,
    uuid: &str,
    operation: &OrderOperation,
    at: Timestamp,
) -> Result<(), String> {
    let order = estate
        .orders
        .iter_mut()
        .find(|order| order.uuid == uuid)
        .ok_or_else(|| format!("order {uuid} does not exist"))?;
    match operation {
        OrderOperation::CancelInstance(id) => cancel_instance(order, *id, at),
        OrderOperation::SkipBatch(index) => skip_batch(order, *index, at),
        OrderOperation::CancelOrder => cancel_order(order, at),
        OrderOperation::PauseOrder => pause(order),
        OrderOperation::ContinueOrder => go_on(order, at),
    }
}

fn refused(order: &Order, operation: &OrderOperation) -> String {
    format!(
        "operation {} is not allowed in status {}",
        operation.word(),
        order.status.word()
    )
}

fn cancel_instance(order: &mut Order, id: i64, at: Timestamp) -> Result<(), String> {
    if order.status.is_final() {
        return Err(refused(order, &OrderOperation::CancelInstance(id)));
    }
    let running_too = order.status == OrderStatus::Processing;
    let host = order
        .hosts_mut()
        .find(|host| host.id == id)
        .ok_or_else(|| format!("instance {id} is not in this order"))?;
    match host.status {
        RunStatus::Ready => host.cancel(at),
        RunStatus::Processing if running_too => host.cancel(at),
        other => {
            return Err(format!(
                "operation CANCEL_INSTANCE is not allowed for an instance in status {}",
                other.word()
            ));
        }
    }
    Ok(())
}

fn skip_batch(order: &mut Order, index: u32, at: Timestamp) -> Result<(), String> {
    let operation = OrderOperation::SkipBatch(index);
    if order.status.is_final() || order.status == OrderStatus::Ready {
        return Err(refused(order, &operation));
    }
    if index != order.current {
        return Err(format!(
            "batch {index} is not the one that can be skipped, batch {} is",
            order.current
        ));
    }
    if let Some(batch) = order.batch_mut(index) {
        for host in &mut batch.hosts {
            host.cancel(at);
        }
    }
    let next = index + 1;
    let is_last = order.batch(next).is_none();
    match order.status {
        _ if is_last => finish(order, at),
        // A paused order goes on waiting, now before the batch after.
        OrderStatus::Paused => order.current = next,
        _ => start_batch(order, next, at),
    }
    Ok(())
}

fn cancel_order(order: &mut Order, at: Timestamp) -> Result<(), String> {
    if order.status.is_final() {
        return Err(refused(order, &OrderOperation::CancelOrder));
    }
    for host in order.hosts_mut() {
        host.cancel(at);
    }
    order.status = OrderStatus::Canceled;
    order.finished = Some(at);
    Ok(())
}

fn pause(order: &mut Order) -> Result<(), String> {
    match order.status {
        OrderStatus::Ready => {
            order.current = 1;
            order.status = OrderStatus::Paused;
        }
        // On the last batch there is no next one to stop before: no effect.
        OrderStatus::Processing => order.pause_pending = order.batch(order.current + 1).is_some(),
        _ => return Err(refused(order, &OrderOperation::PauseOrder)),
    }
    Ok(())
}

fn go_on(order: &mut Order, at: Timestamp) -> Result<(), String> {
    match order.status {
        OrderStatus::Processing if order.pause_pending => order.pause_pending = false,
        // A paused order stands before the batch to come, an abnormal one in the batch that failed.
        OrderStatus::Paused => start_batch(order, order.current, at),
        OrderStatus::Abnormal => match order.batch(order.current + 1).map(|batch| batch.index) {
            Some(next) => start_batch(order, next, at),
            None => finish(order, at),
        },
        _ => return Err(refused(order, &OrderOperation::ContinueOrder)),
    }
    Ok(())
}
