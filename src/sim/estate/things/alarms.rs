//! Alarms of ESM's two lists, and storms of them (huawei-esm.md, 7.4).

use std::time::Duration;

use jiff::Timestamp;

use super::stamp::before;
use crate::sim::scenario::{AlarmSpec, StormSpec};

/// An alarm.
#[derive(Debug, Clone)]
pub struct EsmAlarm {
    /// Serial number within its list.
    pub csn: u64,
    /// What it is.
    pub what: AlarmSpec,
    /// Name of the thing concerned.
    pub on: String,
    /// Its address.
    pub ip: String,
    /// First time.
    pub first: Timestamp,
    /// Latest time.
    pub latest: Timestamp,
    /// How often.
    pub count: u32,
    /// When it was over.
    pub cleared: Option<Timestamp>,
    /// When somebody took note, and who.
    pub acked: Option<(Timestamp, &'static str)>,
}

/// Many alarms at once.
#[derive(Debug, Clone)]
pub struct Storm {
    /// When it begins.
    pub from: Timestamp,
    /// How many alarms.
    pub count: usize,
    /// Within which time they come.
    pub over: Duration,
    /// How long each lasts.
    pub lasts: Option<Duration>,
    /// What they are.
    pub what: AlarmSpec,
}

/// The storms of a scenario.
pub fn storms(specs: &[StormSpec], start: Timestamp) -> Vec<Storm> {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    specs
        .iter()
        .map(|spec| Storm {
            from: before(start, spec.since),
            count: spec.count,
            over: seconds(spec.over),
            lasts: spec.lasts.map(seconds),
            what: spec.alarm.clone(),
        })
        .collect()
}
