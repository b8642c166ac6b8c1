//! The state machines of orders and incidents against the tables of huawei-coc.md, 11.2 and 11.3, whatever is done to
//! them in whatever order: the simulator's, and beside it the rules by which the client offers steps. The tables are
//! written down here a second time, from the document.

use std::time::Duration;

use proptest::prelude::*;

use super::orders::{self, OrderOperation};
use super::things::incidents::{TicketStep, next};
use super::things::orders::{NewOrder, Order, RunStatus};
use super::{Cloud, Estate, OrderStatus, TicketStatus};
use crate::domain::incident::{IncidentStatus, IncidentStep};
use crate::domain::script::{OrderStep, RunStatus as Known};
use crate::sim::scenario::Scenario;

/// Machines of `worker` and the one among them whose agent is offline.
const MACHINES: [&str; 6] = [
    "worker-01",
    "worker-02",
    "worker-03",
    "worker-04",
    "worker-05",
    "worker-60",
];

/// Something that happens to an order.
#[derive(Debug, Clone)]
enum Deed {
    /// Time goes by, in tenths of a second.
    Wait(u64),
    /// A machine is cancelled, by its place among all of them; beyond the last it is none of this order.
    CancelHost(usize),
    /// A batch is skipped, so many after the one that runs.
    Skip(u32),
    Cancel,
    Pause,
    Continue,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0_u64..400).prop_map(Deed::Wait),
        2 => (0_usize..7).prop_map(Deed::CancelHost),
        2 => (0_u32..2).prop_map(Deed::Skip),
        1 => Just(Deed::Cancel),
        2 => Just(Deed::Pause),
        3 => Just(Deed::Continue),
    ]
}

/// How an order is made: its machines, how many in a batch, the success rate and whether each batch pauses.
#[derive(Debug, Clone)]
struct Plan {
    machines: Vec<usize>,
    per_batch: usize,
    rate: f64,
    pauses: bool,
}

fn plan() -> impl Strategy<Value = Plan> {
    let machines = proptest::sample::subsequence((0..MACHINES.len()).collect::<Vec<_>>(), 1..=6);
    let rate = prop_oneof![Just(100.0), Just(50.0), Just(1.0)];
    (machines, 1_usize..=3, rate, any::<bool>()).prop_map(|(machines, per_batch, rate, pauses)| {
        Plan {
            machines,
            per_batch,
            rate,
            pauses,
        }
    })
}

thread_local! {
    static SCENARIO: Scenario = Scenario::load("demo").unwrap();
}

fn begin(plan: &Plan) -> (Estate, String) {
    SCENARIO.with(|scenario| {
        let mut estate = Estate::new(scenario, scenario.start.unwrap());
        let ids: Vec<String> = plan
            .machines
            .iter()
            .map(|at| {
                let machine = estate.machine(MACHINES[*at]).unwrap();
                machine.id_in(Cloud::Huawei).unwrap().to_owned()
            })
            .collect();
        let batches = ids.chunks(plan.per_batch);
        let new = NewOrder {
            creator: "demo".into(),
            timeout: 300,
            success_rate: plan.rate,
            execute_user: "root".into(),
            resourceful: true,
            params: Vec::new(),
            batches: batches.map(|ids| (ids.to_vec(), plan.pauses)).collect(),
        };
        let mut scripts = estate.scripts.iter();
        let script = scripts.find(|one| one.name == "clean_tmp").unwrap().clone();
        let now = estate.now;
        let uuid = orders::add(&mut estate, &script, &new, now);
        (estate, uuid)
    })
}

/// What the operation is for this order, and for the client.
fn operation(deed: &Deed, order: &Order) -> Option<(OrderOperation, OrderStep)> {
    Some(match deed {
        Deed::Wait(_) => return None,
        Deed::CancelHost(at) => {
            let mut hosts = order.batches.iter().flat_map(|batch| &batch.hosts);
            let id = hosts.nth(*at).map_or(1, |host| host.id);
            (
                OrderOperation::CancelInstance(id),
                OrderStep::CancelHost(id),
            )
        }
        Deed::Skip(after) => {
            let batch = order.current + after;
            (
                OrderOperation::SkipBatch(batch),
                OrderStep::SkipBatch(batch),
            )
        }
        Deed::Cancel => (OrderOperation::CancelOrder, OrderStep::Cancel),
        Deed::Pause => (OrderOperation::PauseOrder, OrderStep::Pause),
        Deed::Continue => (OrderOperation::ContinueOrder, OrderStep::Continue),
    })
}

fn is_last(order: &Order) -> bool {
    usize::try_from(order.current).unwrap() == order.batches.len()
}

/// The table of 11.2: the state after an operation, `None` where it is refused. What happens at once afterwards, because
/// nothing is open any more, is not in it.
#[expect(
    clippy::match_same_arms,
    reason = "each arm is a cell of the document's table"
)]
fn table(order: &Order, operation: &OrderOperation) -> Option<OrderStatus> {
    use OrderStatus::{Abnormal, Canceled, Finished, Paused, Processing, Ready};
    let skipped = |rest: OrderStatus| if is_last(order) { Finished } else { rest };
    match (operation, order.status) {
        (_, Canceled | Finished) => None,
        (OrderOperation::CancelInstance(id), status) => {
            let mut hosts = order.batches.iter().flat_map(|batch| &batch.hosts);
            let host = hosts.find(|host| host.id == *id)?;
            let may = match host.status {
                RunStatus::Ready => true,
                RunStatus::Processing => status == Processing,
                _ => false,
            };
            may.then_some(status)
        }
        (OrderOperation::SkipBatch(_), Ready) => None,
        (OrderOperation::SkipBatch(index), _) if *index != order.current => None,
        (OrderOperation::SkipBatch(_), Paused) => Some(skipped(Paused)),
        (OrderOperation::SkipBatch(_), Processing | Abnormal) => Some(skipped(Processing)),
        (OrderOperation::CancelOrder, _) => Some(Canceled),
        (OrderOperation::PauseOrder, Ready) => Some(Paused),
        (OrderOperation::PauseOrder, Processing) => Some(Processing),
        (OrderOperation::PauseOrder, Paused | Abnormal) => None,
        (OrderOperation::ContinueOrder, Ready) => None,
        // It withdraws a pause that has not come yet.
        (OrderOperation::ContinueOrder, Processing) => order.pause_pending.then_some(Processing),
        // A failed last batch has no next one: nothing is left to do.
        (OrderOperation::ContinueOrder, Abnormal) => Some(skipped(Processing)),
        (OrderOperation::ContinueOrder, Paused) => Some(Processing),
    }
}

/// Is the batch that runs without an open machine, so that the order moves on by itself?
fn moves_on(order: &Order) -> bool {
    let open = |status: RunStatus| matches!(status, RunStatus::Ready | RunStatus::Processing);
    order.status == OrderStatus::Processing
        && order
            .batch(order.current)
            .is_none_or(|batch| !batch.hosts.iter().any(|host| open(host.status)))
}

/// The state as the client reads it.
fn as_read(status: OrderStatus) -> Known {
    match status {
        OrderStatus::Ready => Known::Ready,
        OrderStatus::Processing => Known::Processing,
        OrderStatus::Paused => Known::Paused,
        OrderStatus::Abnormal => Known::Abnormal,
        OrderStatus::Canceled => Known::Cancelled,
        OrderStatus::Finished => Known::Finished,
    }
}

/// May a machine get from one state into the other, in one step or several?
fn leads(from: RunStatus, to: RunStatus) -> bool {
    from == to
        || match from {
            RunStatus::Ready => true,
            RunStatus::Processing => to != RunStatus::Ready,
            RunStatus::Abnormal | RunStatus::Canceled | RunStatus::Finished => false,
        }
}

/// What holds of an order whatever was done to it.
fn holds(order: &Order) -> Result<(), TestCaseError> {
    let hosts = || order.batches.iter().flat_map(|batch| &batch.hosts);
    prop_assert_eq!(order.finished.is_some(), order.status.is_final());
    if order.status.is_final() {
        prop_assert!(hosts().all(|host| !host.status.is_open()), "{:?}", order);
    }
    if order.status == OrderStatus::Abnormal {
        let batch = order.batch(order.current).unwrap();
        let of = |wanted: RunStatus| {
            batch
                .hosts
                .iter()
                .filter(|one| one.status == wanted)
                .count()
        };
        let counted = batch.hosts.len() - of(RunStatus::Canceled);
        let rate = of(RunStatus::Finished) as f64 * 100.0 / counted as f64;
        prop_assert!(
            counted > 0 && rate < order.success_rate,
            "{rate}: {:?}",
            batch
        );
    }
    // Nothing of a later batch has begun.
    for batch in order
        .batches
        .iter()
        .filter(|batch| batch.index > order.current)
    {
        prop_assert!(batch.hosts.iter().all(|host| host.started.is_none()));
    }
    for host in hosts() {
        prop_assert_eq!(host.finished.is_some(), !host.status.is_open());
    }
    Ok(())
}

/// Nothing of an order goes back.
fn goes_on(before: &Order, after: &Order) -> Result<(), TestCaseError> {
    prop_assert!(after.current >= before.current);
    prop_assert!(after.status == before.status || after.status != OrderStatus::Ready);
    if before.status.is_final() {
        prop_assert_eq!(format!("{before:?}"), format!("{after:?}"));
    }
    for (old, new) in before.batches.iter().zip(&after.batches) {
        for (old, new) in old.hosts.iter().zip(&new.hosts) {
            prop_assert!(leads(old.status, new.status), "{:?} {:?}", old, new);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_to_an_order_the_table_says_where_it_leads(
        plan in plan(),
        deeds in prop::collection::vec(deed(), 1..24),
    ) {
        let (mut estate, uuid) = begin(&plan);
        let look = |estate: &Estate| estate.order(&uuid).unwrap().clone();
        for deed in deeds {
            let before = look(&estate);
            let Some((operation, step)) = operation(&deed, &before) else {
                if let Deed::Wait(tenths) = deed {
                    let now = estate.now + Duration::from_millis(tenths * 100);
                    estate.advance(now);
                }
                let after = look(&estate);
                goes_on(&before, &after)?;
                holds(&after)?;
                continue;
            };
            let expected = table(&before, &operation);
            let result = orders::operate(&mut estate, &uuid, &operation);
            let after = look(&estate);
            goes_on(&before, &after)?;
            holds(&after)?;
            prop_assert_eq!(result.is_ok(), expected.is_some(), "{:?} {:?}: {:?}", operation, before, result);
            let Some(expected) = expected else {
                prop_assert_eq!(format!("{before:?}"), format!("{after:?}"), "a refusal changes nothing");
                continue;
            };
            // The client offers everything that the service takes.
            prop_assert!(as_read(before.status).allows(&step), "{:?} in {:?}", step, before.status);
            if expected != OrderStatus::Processing || !could_move_on(&before, &operation) {
                prop_assert_eq!(after.status, expected, "{:?} {:?}", operation, before);
            }
        }
    }

    #[test]
    fn whatever_is_done_to_an_incident_the_table_says_where_it_leads(
        steps in prop::collection::vec(0_usize..5, 1..12),
        rejects in any::<bool>(),
    ) {
        let mut status = TicketStatus::Triggered;
        for step in steps {
            let step = [
                TicketStep::Accept,
                TicketStep::Commit,
                TicketStep::ConfirmSolved,
                TicketStep::ConfirmUnsolved,
                TicketStep::Accept,
            ][step];
            let expected = incident_table(status, step, rejects);
            let reached = next(status, step, rejects);
            prop_assert_eq!(reached, expected);
            // The client offers exactly what the service takes.
            prop_assert_eq!(incident_as_read(status).allows(offered(step)), expected.is_some());
            status = reached.unwrap_or(status);
        }
    }
}

/// Can what an operation leads to be over at once, because no machine is left that is open?
fn could_move_on(before: &Order, operation: &OrderOperation) -> bool {
    match operation {
        OrderOperation::CancelInstance(_) | OrderOperation::PauseOrder => true,
        OrderOperation::SkipBatch(_) | OrderOperation::ContinueOrder => {
            let open = |host: &super::things::orders::HostRun| host.status.is_open();
            let later = before
                .batches
                .iter()
                .filter(|batch| batch.index >= before.current);
            moves_on(before) || later.into_iter().any(|batch| !batch.hosts.iter().any(open))
        }
        OrderOperation::CancelOrder => false,
    }
}

/// The table of 11.3.
fn incident_table(status: TicketStatus, step: TicketStep, rejects: bool) -> Option<TicketStatus> {
    match (status.key(), step) {
        ("INCIDENT_STATUS_TRIGGERED", TicketStep::Accept) => Some(TicketStatus::Acknowledged),
        ("INCIDENT_STATUS_ACKNOWLEDGED", TicketStep::Commit) => Some(TicketStatus::Resolved),
        ("INCIDENT_STATUS_RESOLVED", TicketStep::ConfirmSolved) => Some(TicketStatus::Completed),
        ("INCIDENT_STATUS_RESOLVED", TicketStep::ConfirmUnsolved) if rejects => {
            Some(TicketStatus::Rejected)
        }
        ("INCIDENT_STATUS_RESOLVED", TicketStep::ConfirmUnsolved) => {
            Some(TicketStatus::Acknowledged)
        }
        _ => None,
    }
}

fn incident_as_read(status: TicketStatus) -> IncidentStatus {
    match status {
        TicketStatus::Draft => IncidentStatus::Draft,
        TicketStatus::Triggered => IncidentStatus::Triggered,
        TicketStatus::Acknowledged => IncidentStatus::Acknowledged,
        TicketStatus::Rejected => IncidentStatus::Rejected,
        TicketStatus::Resolved => IncidentStatus::Resolved,
        TicketStatus::Completed => IncidentStatus::Completed,
    }
}

const fn offered(step: TicketStep) -> IncidentStep {
    match step {
        TicketStep::Accept => IncidentStep::Accept,
        TicketStep::Commit => IncidentStep::CommitSolution,
        TicketStep::ConfirmSolved | TicketStep::ConfirmUnsolved => IncidentStep::Confirm,
    }
}

#[test]
fn every_state_of_an_incident_offers_what_the_document_says() {
    use IncidentStep::{Accept, CommitSolution, Confirm, OpenWarRoom};
    let steps = [Accept, CommitSolution, Confirm];
    let expected = [
        (TicketStatus::Draft, [false, false, false]),
        (TicketStatus::Triggered, [true, false, false]),
        (TicketStatus::Acknowledged, [false, true, false]),
        (TicketStatus::Resolved, [false, false, true]),
        (TicketStatus::Rejected, [false, false, false]),
        (TicketStatus::Completed, [false, false, false]),
    ];
    for (status, allowed) in expected {
        let read = incident_as_read(status);
        assert_eq!(steps.map(|step| read.allows(step)), allowed, "{status:?}");
        // A WarRoom is for what is accepted and not over (11.4).
        let is_handled = matches!(status, TicketStatus::Acknowledged | TicketStatus::Resolved);
        assert_eq!(read.allows(OpenWarRoom), is_handled, "{status:?}");
    }
}

#[test]
fn every_state_of_an_order_offers_what_the_document_says() {
    let steps = [
        OrderStep::CancelHost(1),
        OrderStep::SkipBatch(1),
        OrderStep::Cancel,
        OrderStep::Pause,
        OrderStep::Continue,
    ];
    let expected = [
        (OrderStatus::Ready, [true, false, true, true, false]),
        // To go on while it runs withdraws a pause; whether there is one only the service knows.
        (OrderStatus::Processing, [true; 5]),
        (OrderStatus::Paused, [true, true, true, false, true]),
        (OrderStatus::Abnormal, [true, true, true, false, true]),
        (OrderStatus::Canceled, [false; 5]),
        (OrderStatus::Finished, [false; 5]),
    ];
    for (status, allowed) in expected {
        let read = as_read(status);
        let offers = steps.clone().map(|step| read.allows(&step));
        assert_eq!(offers, allowed, "{status:?}");
    }
}
