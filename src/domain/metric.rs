//! Metrics: which series, over which window, and the samples.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::text::SafeText;

/// Names one series of one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesKey {
    /// Product namespace, for example `KEC` or `qce/cvm`.
    pub namespace: SafeText,
    /// The instance the metric is of, by its id.
    pub instance: SafeText,
    /// The metric's name on the wire, for example `cpu.utilizition.total`.
    pub metric: SafeText,
}

impl SeriesKey {
    /// A key from its three parts.
    pub fn new(namespace: &str, instance: &str, metric: &str) -> Self {
        Self {
            namespace: namespace.into(),
            instance: instance.into(),
            metric: metric.into(),
        }
    }
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.namespace, self.instance, self.metric)
    }
}

/// How samples of one period are condensed into one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Statistic {
    /// Mean of the period.
    #[default]
    Average,
    /// Largest value.
    Max,
    /// Smallest value.
    Min,
    /// Sum.
    Sum,
    /// Last value.
    Last,
}

/// A span of time that is asked for. Relative windows stay equal while time goes on, so that equal questions
/// of different panes and refreshes are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Window {
    /// The last so many seconds before now.
    Last(u32),
    /// From the first to the second instant, in seconds since the Unix epoch.
    Between(i64, i64),
}

impl Window {
    /// Start and end when now is `now`.
    pub fn bounds(self, now: Timestamp) -> (Timestamp, Timestamp) {
        let second = |s| Timestamp::from_second(s).unwrap_or(now);
        match self {
            Self::Last(seconds) => (now - Duration::from_secs(seconds.into()), now),
            Self::Between(start, end) => (second(start), second(end)),
        }
    }
}

/// One value at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Seconds since the Unix epoch: the start of the period the value is of.
    pub at: i64,
    /// The value, in the series' unit; always finite. A missing value is a missing sample.
    pub value: f64,
}

/// The samples of one series, ascending in time, without duplicates. Where two samples are further apart than
/// the period there is a gap, and it is shown as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Which series.
    pub key: SeriesKey,
    /// Name for people, where the service gives one (often Chinese).
    pub label: Option<SafeText>,
    /// Unit as the service writes it, for example `%` or `B/s`.
    pub unit: Option<SafeText>,
    /// How each value was condensed.
    pub statistic: Statistic,
    /// Distance of two samples in seconds.
    pub period: u32,
    /// The values.
    pub samples: Vec<Sample>,
}

impl Series {
    /// The latest value.
    pub fn last(&self) -> Option<Sample> {
        self.samples.last().copied()
    }
}

/// Which instances and metrics exist: one metric of one instance as a catalogue knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricInfo {
    /// Which series it would be.
    pub key: SeriesKey,
    /// Name for people.
    pub label: Option<SafeText>,
    /// Unit as the service writes it.
    pub unit: Option<SafeText>,
    /// Collection period in seconds, where known.
    pub period: Option<u32>,
}
