//! Custom metrics: those of the scenario, which run by themselves, and those that somebody uploads
//! (ksc-monitor.md, 14.4, 14.6, 14.7).

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::stamp::before;
use crate::sim::chance;
use crate::sim::samples::{self, Condensed, Shape};
use crate::sim::scenario::CustomSpec;

/// One custom metric with its dimensions.
#[derive(Debug, Clone)]
pub struct CustomSeries {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub metric: String,
    /// Dimensions, each `key=value`.
    pub dimensions: BTreeSet<String>,
    /// Unit, where one was given.
    pub unit: String,
    /// How it runs by itself; `None` when only uploads give it values.
    pub course: Option<Course>,
    /// Uploaded values, in the order of their arrival.
    pub uploaded: Vec<(Timestamp, f64)>,
}

/// How a custom metric runs by itself.
#[derive(Debug, Clone)]
pub struct Course {
    /// Number of the series for chance.
    series: u64,
    shape: Shape,
    /// Where it goes when something is wrong, since when, and how long it takes.
    surge: Option<(f64, Timestamp, Duration)>,
}

impl Course {
    fn value(&self, at: Timestamp) -> f64 {
        let normal = samples::value(self.series, &self.shape, at);
        let Some((to, from, rise)) = self.surge else {
            return normal;
        };
        let since = (at.as_millisecond() - from.as_millisecond()) as f64 / 1000.0;
        let weight = samples::smooth(since / rise.as_secs_f64().max(0.001));
        let shake = samples::noise(self.series ^ 0xa5a5, at.as_millisecond(), 30_000);
        normal + (to * (1.0 + 0.03 * shake) - normal) * weight
    }
}

impl CustomSeries {
    /// Has it all of these dimensions?
    pub fn has<'t>(&self, dimensions: impl IntoIterator<Item = &'t str>) -> bool {
        let mut dimensions = dimensions.into_iter();
        dimensions.all(|dimension| self.dimensions.contains(dimension.trim()))
    }

    /// One period; `None` when nothing was measured in it.
    pub fn condensed(
        &self,
        from: Timestamp,
        period: Duration,
        now: Timestamp,
    ) -> Option<Condensed> {
        let step = (period / 30).max(Duration::from_secs(10));
        let count = u32::try_from(period.as_millis() / step.as_millis().max(1)).unwrap_or(30);
        let end = from + period;
        let own = self.course.iter().flat_map(|course| {
            (0..count)
                .map(|index| from + step * index)
                .take_while(|at| *at <= now)
                .map(|at| course.value(at))
        });
        let uploaded = self
            .uploaded
            .iter()
            .filter(|(at, _)| from <= *at && *at < end)
            .map(|(_, value)| *value);
        samples::condense(own.chain(uploaded))
    }
}

/// The custom metrics of a scenario.
pub fn build(seed: u64, specs: &[CustomSpec], start: Timestamp) -> Vec<CustomSeries> {
    specs.iter().map(|spec| one(seed, spec, start)).collect()
}

fn one(seed: u64, spec: &CustomSpec, start: Timestamp) -> CustomSeries {
    let words: Vec<&str> = [spec.namespace.as_str(), spec.metric.as_str()]
        .into_iter()
        .chain(spec.dimensions.iter().map(String::as_str))
        .collect();
    let surge = spec.surge.as_ref().map(|surge| {
        let from = before(start, surge.since);
        (surge.to, from, Duration::from_secs(surge.rise.into()))
    });
    CustomSeries {
        namespace: spec.namespace.clone(),
        metric: spec.metric.clone(),
        dimensions: spec.dimensions.iter().cloned().collect(),
        unit: spec.unit.clone(),
        course: Some(Course {
            series: chance::number(seed, &words),
            shape: Shape {
                level: spec.level,
                swing: spec.level * 0.2,
                jitter: spec.level * 0.1,
                floor: 0.0,
                ceiling: f64::MAX,
            },
            surge,
        }),
        uploaded: Vec::new(),
    }
}
