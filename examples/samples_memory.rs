//! What 36,000 series of 60 samples take in memory, as the screen holds them: 180 answers of 200 series.
//! `cargo run --example samples_memory` (Linux); what is counted is the growth of the resident memory of this process.

use watchkeeper::app::world::World;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::metric::{Sample, Series, SeriesKey, Statistic, Window};
use watchkeeper::domain::query::{Facts, Query, Update};

const SERIES: u32 = 36_000;
const SAMPLES: u32 = 60;
const NOW: i64 = 1_800_000_000;
const PERIOD: u32 = 60;

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
    let mut world = World::default();
    for batch in 0..SERIES / 200 {
        let keys: Vec<SeriesKey> = (batch * 200..(batch + 1) * 200).map(key).collect();
        let series = (batch * 200..)
            .zip(&keys)
            .map(|(number, key)| Series {
                key: key.clone(),
                label: None,
                unit: None,
                statistic: Statistic::Average,
                period: PERIOD,
                samples: samples(number),
                odd: None,
            })
            .collect();
        world.apply(Update {
            query: Query::Series {
                account: account.clone(),
                keys,
                statistic: Statistic::Average,
                period: PERIOD,
                window: Window::Last(SAMPLES * PERIOD),
            },
            at: jiff::Timestamp::UNIX_EPOCH,
            result: Ok(Facts::samples(series, Vec::new())),
        });
    }
    say("36,000 series of 60 samples", resident()? - begun);
    // All of it is in use until here.
    drop(world);
    Ok(())
}
