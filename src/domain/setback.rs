//! What a work order cannot do and a service may say of it nevertheless: go back to an earlier state, have fewer
//! batches than before, lose machines. What was said before is not thrown away: the difference is shown.

use std::collections::HashSet;

use super::script::{HostRun, Order, RunStatus};
use super::text::SafeText;

/// Something in an answer that contradicts the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setback {
    /// The order has left a state that nothing leads out of, or has not begun any more.
    State {
        /// What it was.
        before: RunStatus,
        /// What it is said to be.
        now: RunStatus,
    },
    /// An earlier batch runs than before.
    Batch {
        /// The batch that ran, from 1.
        before: u32,
        /// The batch that is said to run.
        now: u32,
    },
    /// There are fewer batches than before.
    Batches {
        /// How many there were.
        before: usize,
        /// How many there are said to be.
        now: usize,
    },
    /// Machines that were in the order are not in the answer, by name.
    Missing(Vec<SafeText>),
    /// Machines that had ended are said to run or to wait, by name.
    Reopened(Vec<SafeText>),
}

/// A batch of which not every machine is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The batch, from 1.
    pub batch: u32,
    /// How many machines are listed.
    pub listed: usize,
    /// How many it has by its own word.
    pub total: u32,
}

/// What an answer says of an order that contradicts the answer before it; nothing when they agree. Both were read with
/// their batches.
pub fn setbacks(before: &Order, now: &Order) -> Vec<Setback> {
    let mut found: Vec<Setback> = state_back(before, now).into_iter().collect();
    if let (Some(earlier), Some(later)) = (before.current_batch, now.current_batch)
        && later < earlier
    {
        found.push(Setback::Batch {
            before: earlier,
            now: later,
        });
    }
    if now.batches.len() < before.batches.len() {
        found.push(Setback::Batches {
            before: before.batches.len(),
            now: now.batches.len(),
        });
    }
    found.extend(machines(before, now));
    found
}

/// The state that an order has gone back to, if it has.
pub fn state_back(before: &Order, now: &Order) -> Option<Setback> {
    is_back(&before.status, &now.status).then(|| Setback::State {
        before: before.status.clone(),
        now: now.status.clone(),
    })
}

/// The batches of an order that lack machines.
pub fn gaps(order: &Order) -> impl Iterator<Item = Gap> {
    order.batches.iter().filter_map(|batch| {
        let listed = batch.hosts.len();
        let total = usize::try_from(batch.total).unwrap_or(usize::MAX);
        (listed < total).then_some(Gap {
            batch: batch.index,
            listed,
            total: batch.total,
        })
    })
}

/// Can an order not have come from one state into the other (huawei-coc.md, 11.2)? What is done may be rolled back; of
/// states this program does not know nothing is said.
fn is_back(before: &RunStatus, now: &RunStatus) -> bool {
    let is_unknown = |status: &RunStatus| matches!(status, RunStatus::Other(_));
    if before == now || is_unknown(before) || is_unknown(now) || *now == RunStatus::RolledBack {
        return false;
    }
    before.is_final_for_order() || *now == RunStatus::Ready
}

fn hosts(order: &Order) -> impl Iterator<Item = &HostRun> {
    order.batches.iter().flat_map(|batch| &batch.hosts)
}

/// Machines that are not there any more, and those that have ended and have not.
fn machines(before: &Order, now: &Order) -> Vec<Setback> {
    let there: HashSet<i64> = hosts(now).map(|host| host.id).collect();
    let open: HashSet<i64> = hosts(now)
        .filter(|host| host.status.is_open_for_host())
        .map(|host| host.id)
        .collect();
    let names = |wanted: &dyn Fn(&HostRun) -> bool| -> Vec<SafeText> {
        let found = hosts(before).filter(|host| wanted(host));
        found.map(|host| host.name.clone()).collect()
    };
    let missing = names(&|host| !there.contains(&host.id));
    let has_ended = |status: &RunStatus| {
        matches!(
            status,
            RunStatus::Finished | RunStatus::Abnormal | RunStatus::Cancelled
        )
    };
    let reopened = names(&|host| has_ended(&host.status) && open.contains(&host.id));
    let mut found = Vec::new();
    if !missing.is_empty() {
        found.push(Setback::Missing(missing));
    }
    if !reopened.is_empty() {
        found.push(Setback::Reopened(reopened));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::script::Batch;

    fn host(id: i64, batch: u32, status: RunStatus) -> HostRun {
        HostRun {
            id,
            batch,
            resource_id: "".into(),
            name: format!("web-{id}").as_str().into(),
            ip: "".into(),
            status,
            output: "".into(),
            shortened: None,
            started: None,
            finished: None,
        }
    }

    fn order(status: RunStatus, current: u32, batches: Vec<Vec<HostRun>>) -> Order {
        let batch = |(index, hosts): (u32, Vec<HostRun>)| Batch {
            index,
            total: 2,
            rotation: None,
            hosts,
        };
        Order {
            id: "SCT1".into(),
            name: "restart".into(),
            script: None,
            status,
            creator: "demo".into(),
            created: None,
            finished: None,
            current_batch: Some(current),
            timeout: None,
            success_rate: None,
            execute_user: "".into(),
            params: Vec::new(),
            counts: Vec::new(),
            batches: (1..).zip(batches).map(batch).collect(),
            outputs: Vec::new(),
        }
    }

    #[test]
    fn an_order_that_goes_on_has_no_setbacks() {
        use RunStatus::{Abnormal, Cancelled, Finished, Paused, Processing, Ready, RolledBack};
        let of = |status: RunStatus| order(status, 1, Vec::new());
        for (before, now) in [
            (Ready, Processing),
            (Ready, Paused),
            (Processing, Paused),
            (Paused, Processing),
            (Processing, Abnormal),
            (Abnormal, Processing),
            (Abnormal, Cancelled),
            (Processing, Finished),
            (Finished, Finished),
            (Finished, RolledBack),
        ] {
            assert_eq!(setbacks(&of(before), &of(now)), []);
        }
    }

    #[test]
    fn what_goes_back_is_told() {
        use RunStatus::{Cancelled, Finished, Processing, Ready};
        let before = order(
            Finished,
            2,
            vec![
                vec![host(1, 1, Finished), host(2, 1, Cancelled)],
                vec![host(3, 2, Finished)],
            ],
        );
        let now = order(Processing, 1, vec![vec![host(1, 1, Processing)]]);
        let expected = [
            Setback::State {
                before: Finished,
                now: Processing,
            },
            Setback::Batch { before: 2, now: 1 },
            Setback::Batches { before: 2, now: 1 },
            Setback::Missing(vec!["web-2".into(), "web-3".into()]),
            Setback::Reopened(vec!["web-1".into()]),
        ];
        assert_eq!(setbacks(&before, &now), expected);
        let ready = order(Ready, 1, Vec::new());
        let running = order(Processing, 1, Vec::new());
        assert_eq!(setbacks(&running, &ready).len(), 1);
        let missing: Vec<Gap> = gaps(&now).collect();
        let gap = Gap {
            batch: 1,
            listed: 1,
            total: 2,
        };
        assert_eq!(missing, [gap]);
    }
}
