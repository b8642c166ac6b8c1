//! The watch list of a large estate: 36,000 series of 60 samples, in 180 answers.

use watchkeeper::app::pane::{Event, Pane as _};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::metric::{Sample, Series, SeriesKey, Statistic, Watched, Window};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::panes::metrics::Metrics;

use crate::stage::{Desk, TIMES, answer, at, list, measure, peak, world};

const ANSWERS: u32 = 180;
const SERIES: u32 = 200;
const SAMPLES: u32 = 60;
const PERIOD: u32 = 60;
/// Metrics of a machine.
const METRICS: [&str; 4] = [
    "cpu.utilization.total",
    "memory.utilization.total",
    "net.if.in",
    "net.if.out",
];

fn account() -> AccountId {
    AccountId::new("large", SystemId::KscMonitor)
}

fn keys(number: u32) -> Vec<SeriesKey> {
    let machines = number * SERIES / 4..(number + 1) * SERIES / 4;
    let instances = machines.map(|machine| format!("55e38556-8f92-4c7a-99d4-{machine:012}"));
    instances
        .flat_map(|instance| METRICS.map(|metric| SeriesKey::new("KEC", &instance, metric)))
        .collect()
}

fn series(key: &SeriesKey) -> Series {
    let sample = |minute: u32| Sample {
        at: at((SAMPLES - minute) * PERIOD).as_second(),
        value: f64::from(minute % 17),
    };
    Series {
        key: key.clone(),
        label: None,
        unit: None,
        statistic: Statistic::Average,
        period: PERIOD,
        samples: (0..SAMPLES).map(sample).collect(),
        odd: None,
    }
}

fn batch(number: u32) -> (Query, Facts) {
    let keys = keys(number);
    let read = keys.iter().map(series).collect();
    let query = Query::Series {
        account: account(),
        keys: keys.into(),
        statistic: Statistic::Average,
        period: PERIOD,
        window: Window::Last(SAMPLES * PERIOD),
    };
    (query, Facts::samples(read, Vec::new()))
}

/// Runs this part.
pub fn run() {
    println!("  memory before: {}", peak());
    let mut world = world(account());
    let watched = (0..ANSWERS)
        .flat_map(keys)
        .map(|key| Watched::new(account(), key));
    world.set_watch(watched.collect());
    for number in 0..ANSWERS {
        let (query, facts) = batch(number);
        answer(&mut world, query, facts);
    }
    println!("  most memory with all samples: {}", peak());
    let mut pane = Metrics::new();
    list(
        "36,000 series",
        &mut pane,
        &mut world,
        batch(7),
        &["00077", "net.if", "cpu value>9"],
        &["value", "resource", "avg"],
    );
    let mut desk = Desk::new();
    measure(
        "36,000 series: a step down, what is asked, a frame",
        TIMES,
        |_| {
            let name = "move.down";
            desk.update(&mut pane, &world, &Event::Command { name, on: &[] });
            std::hint::black_box(pane.needs(&desk.context(&world)));
            desk.draw(&pane, &world);
        },
    );
    println!("  most memory with the list: {}", peak());
}
