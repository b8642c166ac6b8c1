//! The story of the demo at the level of the estate, and the tables of huawei-coc.md, 11.2.

use std::time::Duration;

use jiff::Timestamp;

use super::AlarmList;
use super::orders::{self, OrderOperation};
use super::things::orders::{Ending, NewOrder, RunStatus};
use super::{Cloud, Estate, Measure, OrderStatus};
use crate::sim::scenario::Scenario;

fn demo() -> Estate {
    let scenario = Scenario::load("demo").unwrap();
    let start = scenario.start.unwrap();
    Estate::new(&scenario, start)
}

fn later(estate: &mut Estate, seconds: u64) {
    let now = estate.now + Duration::from_secs(seconds);
    estate.advance(now);
}

/// Starts an order of `clean_tmp` on so many batches of two machines each.
fn order(estate: &mut Estate, batches: usize, pause: bool) -> String {
    run(
        estate,
        "clean_tmp",
        &["worker-01", "worker-02", "worker-03", "worker-04"],
        batches,
        pause,
    )
}

fn run(estate: &mut Estate, script: &str, names: &[&str], batches: usize, pause: bool) -> String {
    let ids: Vec<String> = names
        .iter()
        .map(|name| {
            estate
                .machine(name)
                .unwrap()
                .id_in(Cloud::Huawei)
                .unwrap()
                .to_owned()
        })
        .collect();
    let per_batch = ids.len() / batches;
    let new = NewOrder {
        creator: "demo".into(),
        timeout: 300,
        success_rate: 100.0,
        execute_user: "root".into(),
        resourceful: true,
        params: Vec::new(),
        batches: ids
            .chunks(per_batch)
            .map(|ids| (ids.to_vec(), pause))
            .collect(),
    };
    let script = estate
        .scripts
        .iter()
        .find(|known| known.name == script)
        .unwrap()
        .clone();
    let now = estate.now;
    orders::add(estate, &script, &new, now)
}

fn status(estate: &Estate, uuid: &str) -> OrderStatus {
    estate.order(uuid).unwrap().status
}

fn hosts(estate: &Estate, uuid: &str, batch: u32) -> Vec<RunStatus> {
    let order = estate.order(uuid).unwrap();
    order
        .batch(batch)
        .unwrap()
        .hosts
        .iter()
        .map(|host| host.status)
        .collect()
}

fn firing(estate: &Estate) -> Vec<(u64, String)> {
    let now = Timestamp::from_second(estate.now.as_second().div_euclid(60) * 60).unwrap();
    estate
        .policies
        .iter()
        .flat_map(|policy| {
            estate
                .firing(policy, now)
                .into_iter()
                .map(|machine| (policy.id, machine.name.clone()))
        })
        .collect()
}

#[test]
fn the_demo_begins_with_something_on_fire() {
    let mut estate = demo();
    let names = ["web-03".to_owned(), "web-03".to_owned()];
    let on_fire = firing(&estate);
    assert_eq!(
        on_fire.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        [20001, 20004]
    );
    assert_eq!(
        on_fire
            .into_iter()
            .map(|(_, name)| name)
            .collect::<Vec<_>>(),
        names
    );
    let month = Duration::from_secs(30 * 86_400);
    let open = |estate: &Estate, list| {
        let mut alarms = estate.alarms(list, estate.now - month, estate.now);
        alarms.retain(|alarm| alarm.cleared.is_none());
        alarms
    };
    let alarms = open(&estate, AlarmList::Service);
    let critical: Vec<&str> = alarms
        .iter()
        .filter(|alarm| alarm.what.severity == 1)
        .map(|alarm| alarm.on.as_str())
        .collect();
    assert_eq!(critical, ["db-01", "db-02", "db-03", "db-04"]);
    assert!(!open(&estate, AlarmList::Device).is_empty());
    assert!(estate.machines.len() >= 200);
    assert!(
        estate
            .tickets
            .iter()
            .filter(|ticket| ticket.status.is_open())
            .count()
            >= 3
    );
    let running: Vec<_> = estate
        .orders
        .iter()
        .filter(|order| order.status == OrderStatus::Processing)
        .collect();
    let [running] = running.as_slice() else {
        panic!("one order runs");
    };
    assert_eq!((running.batches.len(), running.current), (5, 3));
    let words: Vec<&str> = estate
        .orders
        .iter()
        .map(|order| order.status.word())
        .collect();
    for wanted in ["FINISHED", "ABNORMAL", "PAUSED", "CANCELED"] {
        assert!(words.contains(&wanted), "{words:?} lacks {wanted}");
    }
    // The same night again is the same night.
    later(&mut estate, 100);
    let mut again = demo();
    later(&mut again, 50);
    later(&mut again, 50);
    assert_eq!(
        format!("{:?}", estate.orders),
        format!("{:?}", again.orders)
    );
}

#[test]
fn a_script_ends_the_trouble_of_its_machine() {
    let mut estate = demo();
    let cpu = |estate: &Estate| {
        let machine = estate.machine("web-03").unwrap();
        estate.value(machine, Measure::Cpu, estate.now).unwrap()
    };
    assert!(cpu(&estate) > 90.0);
    let uuid = run(&mut estate, "restart_nginx", &["web-03"], 1, false);
    later(&mut estate, 4);
    assert_eq!(hosts(&estate, &uuid, 1), [RunStatus::Processing]);
    assert!(cpu(&estate) > 90.0, "nothing has happened yet");
    later(&mut estate, 30);
    assert_eq!(status(&estate, &uuid), OrderStatus::Finished);
    assert!(cpu(&estate) < 60.0);
    later(&mut estate, 180);
    assert_eq!(firing(&estate), [], "the policies are calm");
}

#[test]
fn a_script_that_cures_nothing_changes_nothing() {
    let mut estate = demo();
    let uuid = run(&mut estate, "clean_tmp", &["web-03"], 1, false);
    later(&mut estate, 240);
    assert_eq!(status(&estate, &uuid), OrderStatus::Finished);
    assert!(!firing(&estate).is_empty());
}

#[test]
fn a_cleared_alarm_says_since_when() {
    let mut estate = demo();
    run(&mut estate, "archive_binlog", &["db-01"], 1, false);
    later(&mut estate, 120);
    let alarms = estate.alarms(AlarmList::Service, Timestamp::UNIX_EPOCH, estate.now);
    let of = |name: &str| {
        alarms
            .iter()
            .find(|alarm| alarm.on == name && alarm.what.severity == 1)
            .unwrap()
    };
    assert!(
        of("db-01")
            .cleared
            .is_some_and(|at| estate.start < at && at < estate.now)
    );
    assert_eq!(of("db-02").cleared, None);
}

#[test]
fn batches_run_one_after_the_other_and_output_grows() {
    let mut estate = demo();
    let uuid = order(&mut estate, 2, false);
    assert_eq!(status(&estate, &uuid), OrderStatus::Ready);
    later(&mut estate, 1);
    assert_eq!(status(&estate, &uuid), OrderStatus::Processing);
    assert_eq!(hosts(&estate, &uuid, 1), [RunStatus::Processing; 2]);
    assert_eq!(hosts(&estate, &uuid, 2), [RunStatus::Ready; 2]);
    let length = |estate: &Estate| {
        let order = estate.order(&uuid).unwrap();
        let host = &order.batch(1).unwrap().hosts[0];
        orders::output(order, host, estate.now).unwrap().len()
    };
    let before = length(&estate);
    later(&mut estate, 20);
    assert!(length(&estate) > before);
    assert_eq!(hosts(&estate, &uuid, 1), [RunStatus::Finished; 2]);
    assert_eq!(hosts(&estate, &uuid, 2), [RunStatus::Processing; 2]);
    later(&mut estate, 20);
    let order = estate.order(&uuid).unwrap();
    assert_eq!(order.status, OrderStatus::Finished);
    let last = order
        .batches
        .iter()
        .flat_map(|batch| &batch.hosts)
        .filter_map(|host| host.finished)
        .max();
    assert_eq!(order.finished, last);
    let output = orders::output(order, &order.batches[0].hosts[0], estate.now).unwrap();
    assert!(output.ends_with("exit code 0"), "{output}");
}

#[test]
fn seldom_looks_see_the_same_as_frequent_ones() {
    let (mut often, mut seldom) = (demo(), demo());
    let uuid = order(&mut often, 4, false);
    order(&mut seldom, 4, false);
    for _ in 0..300 {
        let now = often.now + Duration::from_millis(250);
        often.advance(now);
    }
    later(&mut seldom, 75);
    assert_eq!(
        format!("{:?}", often.order(&uuid)),
        format!("{:?}", seldom.order(&uuid))
    );
}

#[test]
fn machines_without_an_agent_and_slow_ones_fail() {
    let mut estate = demo();
    let uuid = run(&mut estate, "clean_tmp", &["worker-60"], 1, false);
    later(&mut estate, 60);
    assert_eq!(status(&estate, &uuid), OrderStatus::Abnormal);
    let order = estate.order(&uuid).unwrap();
    let host = &order.batches[0].hosts[0];
    assert_eq!(
        (host.status, host.ending),
        (RunStatus::Abnormal, Ending::AgentOffline)
    );
    assert_eq!(order.finished, None, "it waits for the operator");
    assert_eq!(
        orders::output(order, host, estate.now).as_deref(),
        Some("agent offline")
    );
}

/// An order in the state, with the first batch over where that can be.
fn in_state(wanted: OrderStatus) -> (Estate, String) {
    let mut estate = demo();
    let uuid = match wanted {
        OrderStatus::Paused => order(&mut estate, 2, true),
        OrderStatus::Abnormal => run(
            &mut estate,
            "clean_tmp",
            &["worker-60", "worker-01"],
            2,
            false,
        ),
        _ => order(&mut estate, 2, false),
    };
    let seconds = match wanted {
        OrderStatus::Ready => 0,
        OrderStatus::Processing | OrderStatus::Canceled => 1,
        OrderStatus::Paused | OrderStatus::Abnormal => 30,
        OrderStatus::Finished => 90,
    };
    later(&mut estate, seconds);
    if wanted == OrderStatus::Canceled {
        orders::operate(&mut estate, &uuid, &OrderOperation::CancelOrder).unwrap();
    }
    assert_eq!(status(&estate, &uuid), wanted);
    (estate, uuid)
}

#[test]
fn what_an_operator_may_do_and_where_it_leads() {
    use OrderStatus::{Abnormal, Canceled, Finished, Paused, Processing, Ready};
    // State, and what comes of: cancel an instance of the last batch, skip the current batch, cancel, pause, continue.
    let table = [
        (
            Ready,
            [Some(Ready), None, Some(Canceled), Some(Paused), None],
        ),
        (
            Processing,
            [
                Some(Processing),
                Some(Processing),
                Some(Canceled),
                Some(Processing),
                None,
            ],
        ),
        (
            Paused,
            [
                Some(Paused),
                Some(Finished),
                Some(Canceled),
                None,
                Some(Processing),
            ],
        ),
        (
            Abnormal,
            [
                Some(Abnormal),
                Some(Processing),
                Some(Canceled),
                None,
                Some(Processing),
            ],
        ),
        (Canceled, [None; 5]),
        (Finished, [None; 5]),
    ];
    for (state, expected) in table {
        for (place, expected) in expected.into_iter().enumerate() {
            let (mut estate, uuid) = in_state(state);
            let order = estate.order(&uuid).unwrap();
            let operation = match place {
                0 => OrderOperation::CancelInstance(order.batches[1].hosts[0].id),
                1 => OrderOperation::SkipBatch(order.current),
                2 => OrderOperation::CancelOrder,
                3 => OrderOperation::PauseOrder,
                _ => OrderOperation::ContinueOrder,
            };
            let result = orders::operate(&mut estate, &uuid, &operation);
            let reached = result.ok().map(|()| status(&estate, &uuid));
            assert_eq!(reached, expected, "{operation:?} in {state:?}");
        }
    }
}

#[test]
fn a_pause_lets_what_runs_finish_and_can_be_withdrawn() {
    let mut estate = demo();
    let uuid = order(&mut estate, 2, false);
    later(&mut estate, 1);
    orders::operate(&mut estate, &uuid, &OrderOperation::PauseOrder).unwrap();
    assert_eq!(status(&estate, &uuid), OrderStatus::Processing);
    later(&mut estate, 30);
    assert_eq!(status(&estate, &uuid), OrderStatus::Paused);
    assert_eq!(hosts(&estate, &uuid, 1), [RunStatus::Finished; 2]);
    assert_eq!(hosts(&estate, &uuid, 2), [RunStatus::Ready; 2]);
    orders::operate(&mut estate, &uuid, &OrderOperation::ContinueOrder).unwrap();
    assert_eq!(hosts(&estate, &uuid, 2), [RunStatus::Processing; 2]);

    let other = order(&mut estate, 2, false);
    later(&mut estate, 1);
    orders::operate(&mut estate, &other, &OrderOperation::PauseOrder).unwrap();
    orders::operate(&mut estate, &other, &OrderOperation::ContinueOrder).unwrap();
    later(&mut estate, 90);
    assert_eq!(status(&estate, &other), OrderStatus::Finished);
}

#[test]
fn a_skipped_batch_is_cancelled_and_the_next_one_runs() {
    let (mut estate, uuid) = in_state(OrderStatus::Processing);
    orders::operate(&mut estate, &uuid, &OrderOperation::SkipBatch(1)).unwrap();
    assert_eq!(hosts(&estate, &uuid, 1), [RunStatus::Canceled; 2]);
    assert_eq!(hosts(&estate, &uuid, 2), [RunStatus::Processing; 2]);
    let error = orders::operate(&mut estate, &uuid, &OrderOperation::SkipBatch(1)).unwrap_err();
    assert!(error.contains("batch 1"), "{error}");
}

#[test]
fn a_warroom_follows_its_incident() {
    let mut estate = demo();
    let number = |title: &str| {
        let room = estate
            .warrooms
            .iter()
            .find(|room| room.title == title)
            .unwrap();
        (room.incident.clone(), room.status)
    };
    assert_eq!(number("Backup job late").1, 7);
    let (incident, status) = number("Login slow");
    assert_eq!(status, 3);
    estate.ticket_mut(&incident).unwrap().status = super::TicketStatus::Completed;
    later(&mut estate, 1);
    let room = estate
        .warrooms
        .iter()
        .find(|room| room.incident == incident)
        .unwrap();
    assert_eq!(room.status, 20);
    assert_eq!(room.recovered, Some(estate.now));
}
