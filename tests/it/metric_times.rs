//! Times of the metrics' four API versions: three write Beijing's wall clock with a false `Z`, one writes true UTC
//! (ksc-monitor.md, 9; 14.4). A mistake here moves every sample by eight hours, and nothing else would notice.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use watchkeeper::cloud::SYSTEMS;
use watchkeeper::cloud::declare::{Kind, Param, Zone};

/// Collects the zones of these parameters, at any depth.
fn zones(params: &'static [Param], found: &mut Vec<Zone>) {
    for param in params {
        zones_of(&param.kind, found);
    }
}

fn zones_of(kind: &'static Kind, found: &mut Vec<Zone>) {
    match kind {
        Kind::Time(zone) => found.push(*zone),
        Kind::List(inner) => zones_of(inner, found),
        Kind::Object(params) => zones(params, found),
        _ => {}
    }
}

/// The zone of each version that has times in its requests.
fn by_version() -> BTreeMap<&'static str, Zone> {
    let mut known = BTreeMap::new();
    let system = SYSTEMS
        .iter()
        .find(|one| one.id.id() == "ksc-monitor")
        .unwrap();
    for entry in system.operations {
        let mut found = Vec::new();
        zones(entry.params, &mut found);
        for zone in found {
            let version = entry.call.version;
            let before = known.insert(version, zone);
            assert!(before.is_none_or(|before| before == zone), "{version}");
        }
    }
    known
}

/// Date and time of day without any library for times: days since the epoch, in the Gregorian calendar.
fn civil(seconds: i64) -> String {
    let (mut day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut year = 1970;
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while day >= 365 + i64::from(is_leap(year)) {
        day -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{year}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
        day + 1
    )
}

proptest! {
    /// From 1970 to 2100, in every version, there and back.
    #[test]
    fn every_version_writes_its_clock_and_reads_it_back(at in 0_i64..4_102_444_800) {
        let known = by_version();
        prop_assert_eq!(known.len(), 4, "{:?}", known);
        for (version, zone) in known {
            let ahead = if version == "2017-07-01" { 0 } else { 8 * 3600 };
            let instant = Timestamp::from_second(at).unwrap();
            let text = zone.write(instant);
            prop_assert_eq!(&text, &civil(at + ahead), "{}", version);
            prop_assert_eq!(zone.read(&text), Some(instant), "{}", version);
        }
    }
}
