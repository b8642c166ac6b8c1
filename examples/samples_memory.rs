//! What 36,000 series of 60 samples take in memory: 180 answers of 200 series, as the client holds them so that a refresh
//! asks for the end of a window only, and as the screen holds them. `cargo run --release --example samples_memory`
//! (Linux); what is counted is the growth of the resident memory of this process. It fails above 120 MiB.

use watchkeeper::app::world::World;
use watchkeeper::cloud::held::Held;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::metric::{Sample, Series, SeriesKey, Statistic, Window};
use watchkeeper::domain::query::{Facts, Query, Update};

const SERIES: u32 = 36_000;
const SAMPLES: u32 = 60;
const NOW: i64 = 1_800_000_000;
const PERIOD: u32 = 60;
/// MiB that both may take together.
const MOST: u64 = 120;

/// Resident memory of this process in KiB.
fn resident() -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| "the memory in use cannot be read".to_owned())
}

fn key(number: u32) -> SeriesKey {
    // An id as long as those of the service; twelve metrics each.
    let instance = format!("{:08x}-9f2c-4c1a-a54d-00006e3f7a21", number / 12);
    SeriesKey::new("KEC", &instance, &format!("net.if.in.{:02}", number % 12))
}

fn samples(number: u32) -> Vec<Sample> {
    (0..SAMPLES)
        .map(|minute| Sample {
            at: NOW + i64::from(minute * PERIOD),
            value: f64::from(number + minute),
        })
        .collect()
}

fn say(what: &str, kib: u64) {
    let bytes = kib * 1024;
    let (series, samples) = (u64::from(SERIES), u64::from(SERIES * SAMPLES));
    println!(
        "{what}: {:.1} MiB, {} bytes a series, {} bytes a sample",
        kib as f64 / 1024.0,
        bytes / series,
        bytes / samples
    );
}

fn main() -> Result<(), String> {
    let begun = resident()?;
    let account = AccountId::new("sweep", SystemId::KscMonitor);
    let (mut held, mut world) = (Held::default(), World::default());
    let span = (NOW, NOW + i64::from(SAMPLES * PERIOD));
    for batch in 0..SERIES / 200 {
        let keys: Vec<SeriesKey> = (batch * 200..(batch + 1) * 200).map(key).collect();
        let read = (batch * 200..).zip(&keys).map(|(number, key)| Series {
            key: key.clone(),
            label: None,
            unit: None,
            statistic: Statistic::Average,
            period: PERIOD,
            samples: samples(number),
            odd: None,
        });
        let series = read.map(|one| held.complete(one, span.0, span)).collect();
        world.apply(Update {
            query: Query::Series {
                account: account.clone(),
                keys: keys.into(),
                statistic: Statistic::Average,
                period: PERIOD,
                window: Window::Last(SAMPLES * PERIOD),
            },
            at: jiff::Timestamp::UNIX_EPOCH,
            result: Ok(Facts::samples(series, Vec::new())),
        });
    }
    let grown = resident()? - begun;
    say("36,000 series of 60 samples, client and screen", grown);
    // Everything is still held: the next refresh asks for the end only.
    let keys: Vec<SeriesKey> = (0..SERIES).map(key).collect();
    let later = (span.0 + 60, span.1 + 60);
    let plan = held.plan(&keys, (Statistic::Average, PERIOD), later);
    println!(
        "asked for again: {} series, the end of {}",
        plan.fresh.len(),
        plan.tail.len()
    );
    // All of it is in use until here.
    drop((held, world));
    if plan.fresh.is_empty() && grown / 1024 < MOST {
        Ok(())
    } else {
        Err(format!("more than {MOST} MiB, or not all is held"))
    }
}
