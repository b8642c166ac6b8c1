//! The response side on its worst night: 10,000 incidents, 20,000 orders, and an order of 200 machines with 1 MB of
//! output each: a cockpit that scrolls and folds, and the most memory that was ever taken.

use std::fmt::Write as _;

use watchkeeper::app::pane::Event;
use watchkeeper::app::subject::Subject;
use watchkeeper::app::world::World;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::fold;
use watchkeeper::domain::incident::{Incident, IncidentStatus, Level};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::script::{Batch, HostRun, Order, RunStatus};
use watchkeeper::panes::cockpit::Cockpit;
use watchkeeper::panes::incidents::Incidents;
use watchkeeper::panes::orders::Orders;

use crate::stage::{Desk, FEW, TIMES, answer, at, list, measure, peak, world};

const INCIDENTS: u32 = 10_000;
const ORDERS: u32 = 20_000;
const BATCHES: u32 = 20;
const HOSTS: u32 = 10;
/// Bytes of a machine's output.
const OUTPUT: usize = 1_000_000;

fn account() -> AccountId {
    AccountId::new("night", SystemId::HuaweiCoc)
}

fn incident(number: u32) -> Incident {
    let states = [
        IncidentStatus::Triggered,
        IncidentStatus::Acknowledged,
        IncidentStatus::Resolved,
        IncidentStatus::Completed,
    ];
    let levels = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
    let turn = number as usize;
    Incident {
        id: format!("IM2026112200{number:06}").as_str().into(),
        title: format!("CPU of web-{} over 90 % 门户 {number}", number % 700)
            .as_str()
            .into(),
        description: "The portal answers slowly.".into(),
        level: Some(levels[turn % levels.len()]),
        status: states[turn % states.len()].clone(),
        kind: "inc_type_p_function_issues".into(),
        source: "incident_source_alarm".into(),
        service: format!("service-{}", number % 40).as_str().into(),
        region: "cn-north-4".into(),
        interrupted: number.is_multiple_of(9),
        assignees: vec![format!("user-{}", number % 60).as_str().into()],
        creator: "demo".into(),
        warroom: None,
        created: Some(at(number * 7)),
        handled: None,
        names: Vec::new(),
    }
}

fn order(number: u32) -> Order {
    let states = [
        RunStatus::Finished,
        RunStatus::Processing,
        RunStatus::Abnormal,
        RunStatus::Cancelled,
    ];
    Order {
        id: format!("SCT20261122{number:014}").as_str().into(),
        name: format!("restart_nginx_{}", number % 90).as_str().into(),
        script: None,
        status: states[number as usize % states.len()].clone(),
        creator: format!("user-{}", number % 60).as_str().into(),
        created: Some(at(number * 5)),
        finished: Some(at(number * 5)),
        current_batch: None,
        timeout: None,
        success_rate: None,
        execute_user: "root".into(),
        params: Vec::new(),
        counts: Vec::new(),
        batches: Vec::new(),
        outputs: Vec::new(),
    }
}

/// What a machine said: all the same but for its name, three of two hundred with a line of their own.
fn output(number: u32) -> String {
    let mut text = String::with_capacity(OUTPUT + 200);
    let mut line = 0_u32;
    while text.len() < OUTPUT {
        line += 1;
        let word = match (number % 67, line) {
            (3, 9_000) => "skipped",
            _ => "done",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "2026-11-22T03:12:{:02} web-{number:03} step {line} of the long way to a clean disk: {word}",
            line % 60
        );
    }
    text
}

fn host(batch: u32, place: u32) -> HostRun {
    let number = batch * HOSTS + place;
    let mut host = HostRun {
        id: i64::from(number),
        batch: batch + 1,
        resource_id: format!("r-{number}").as_str().into(),
        name: format!("web-{number:03}").as_str().into(),
        ip: format!("10.0.{batch}.{place}").as_str().into(),
        status: if number == 77 {
            RunStatus::Abnormal
        } else {
            RunStatus::Finished
        },
        output: output(number).as_str().into(),
        shortened: None,
        started: Some(at(300)),
        finished: Some(at(200)),
    };
    // As the client keeps it.
    fold::shorten(&mut host);
    host
}

/// The order of two hundred machines, not folded yet.
fn large() -> Order {
    let batch = |index: u32| Batch {
        index: index + 1,
        total: HOSTS,
        rotation: None,
        hosts: (0..HOSTS).map(|place| host(index, place)).collect(),
    };
    Order {
        batches: (0..BATCHES).map(batch).collect(),
        ..order(0)
    }
}

fn cockpit(world: &World, id: &Order) {
    let mut desk = Desk::new();
    let mut pane = Cockpit::new();
    let shown = Subject::Order(account(), id.id.clone());
    let opened = Event::Opened {
        subject: Some(&shown),
        args: "",
    };
    desk.update(&mut pane, world, &opened);
    measure(
        "cockpit: to the next machine, and the frame",
        TIMES,
        |turn| {
            let name = ["move.right", "move.down", "move.left", "host.next_failed"][turn % 4];
            desk.update(&mut pane, world, &Event::Command { name, on: &[] });
            desk.draw(&pane, world);
        },
    );
    for (what, name) in [
        ("the groups as a text with their differences", "host.diff"),
        ("the whole output of a machine", "host.output"),
    ] {
        measure(&format!("cockpit: {what}"), FEW, |_| {
            desk.update(&mut pane, world, &Event::Command { name, on: &[] });
        });
    }
}

/// Runs this part.
pub fn run() {
    let mut world = world(account());
    let incidents: Vec<Incident> = (0..INCIDENTS).map(incident).collect();
    let numbers = incidents.iter().map(|one| one.id.clone()).collect();
    list(
        "10,000 incidents",
        &mut Incidents::new(),
        &mut world,
        (
            Query::Incidents(account(), numbers),
            Facts::Incidents(incidents),
        ),
        &["web-66 门户", "service-3", "user-12"],
        &["age", "level", "title"],
    );
    list(
        "20,000 orders",
        &mut Orders::new(),
        &mut world,
        (
            Query::Orders(account()),
            Facts::Orders((0..ORDERS).map(order).collect()),
        ),
        &["restart_nginx_7", "user-33"],
        &["age", "name", "creator"],
    );
    println!("  most memory with the lists: {}", peak());
    let mut large = large();
    // This is what the background does, never the task of the screen.
    measure(
        "200 machines with 1 MB each folded, in the background",
        3,
        |_| {
            large.outputs = fold::fold(&large);
        },
    );
    let query = Query::Order(account(), large.id.clone());
    answer(&mut world, query, Facts::Orders(vec![large.clone()]));
    cockpit(&world, &large);
    println!("  most memory with the order of 200 machines: {}", peak());
}
