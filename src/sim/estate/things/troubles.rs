//! What goes wrong: a metric leaves its normal course, and comes back when it is cured.

use std::time::Duration;

use jiff::Timestamp;

use super::stamp::before;
use crate::sim::samples::smooth;
use crate::sim::scenario::{AlarmSpec, Measure, TroubleSpec};

/// Something that is wrong with one machine.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The machine's name.
    pub on: String,
    /// Which metric leaves its course.
    pub measure: Measure,
    /// Where it goes.
    pub to: f64,
    /// When it begins.
    pub from: Timestamp,
    /// How long it takes to get there.
    pub rise: Duration,
    /// When it ends; `None` while nobody does anything about it.
    pub until: Option<Timestamp>,
    /// Names of the scripts that end it.
    pub cured_by: Vec<String>,
    /// The alarm that ESM raises for it.
    pub alarm: Option<AlarmSpec>,
}

/// How long a metric takes to come back.
pub const RELIEF: Duration = Duration::from_secs(8);

impl Trouble {
    /// How far the metric is on its way from normal (0) to [`Trouble::to`] (1).
    pub fn weight(&self, at: Timestamp) -> f64 {
        let rising = smooth(seconds_between(self.from, at) / self.rise.as_secs_f64().max(0.001));
        let falling = self.until.map_or(0.0, |until| {
            smooth(seconds_between(until, at) / RELIEF.as_secs_f64())
        });
        rising * (1.0 - falling)
    }

    /// Is it felt at this instant?
    pub fn is_on(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.as_millisecond() - from.as_millisecond()) as f64 / 1000.0
}

/// One trouble for each machine named.
pub fn build(specs: &[TroubleSpec], start: Timestamp) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    for spec in specs {
        let from = before(start, spec.since);
        for on in &spec.on {
            troubles.push(Trouble {
                on: on.clone(),
                measure: spec.measure,
                to: spec.to,
                from,
                rise: Duration::from_secs(spec.rise.into()),
                until: spec
                    .lasts
                    .map(|lasts| from + Duration::from_secs(lasts.into())),
                cured_by: spec.cured_by.clone(),
                alarm: spec.alarm.clone(),
            });
        }
    }
    troubles
}
