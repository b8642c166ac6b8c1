//! Metrics: which series, over which window, and the samples.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::account::AccountId;
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

/// Names of several series, in the order in which they are asked for. They are part of questions, and with tens of
/// thousands of them watched the questions are cloned, compared and looked up at every key: a clone is shared, and the
/// names are hashed once.
#[derive(Clone)]
pub struct SeriesKeys {
    keys: Arc<[SeriesKey]>,
    hash: u64,
}

impl From<Vec<SeriesKey>> for SeriesKeys {
    fn from(keys: Vec<SeriesKey>) -> Self {
        let mut hasher = DefaultHasher::new();
        keys.hash(&mut hasher);
        Self {
            keys: keys.into(),
            hash: hasher.finish(),
        }
    }
}

impl FromIterator<SeriesKey> for SeriesKeys {
    fn from_iter<I: IntoIterator<Item = SeriesKey>>(keys: I) -> Self {
        keys.into_iter().collect::<Vec<_>>().into()
    }
}

impl Deref for SeriesKeys {
    type Target = [SeriesKey];

    fn deref(&self) -> &[SeriesKey] {
        &self.keys
    }
}

impl PartialEq for SeriesKeys {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys) || self.hash == other.hash && self.keys == other.keys
    }
}

impl Eq for SeriesKeys {}

impl Hash for SeriesKeys {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl fmt::Debug for SeriesKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&*self.keys).finish()
    }
}

/// A series that somebody keeps an eye on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Whose it is.
    pub account: AccountId,
    /// Which one.
    pub key: SeriesKey,
    /// The group that its user put it into; empty for none.
    pub group: SafeText,
}

impl Watched {
    /// A series in no group.
    pub fn new(account: AccountId, key: SeriesKey) -> Self {
        Self {
            account,
            key,
            group: SafeText::default(),
        }
    }

    /// Is it this series?
    pub fn is(&self, account: &AccountId, key: &SeriesKey) -> bool {
        &self.account == account && &self.key == key
    }
}

/// The namespaces of Kingsoft Cloud Monitor, the frequent ones first (ksc-monitor.md, 12). Unknown ones are accepted.
pub const KSC_NAMESPACES: &[&str] = &[
    "KEC",
    "EIP",
    "SLB",
    "KRDS",
    "KCS2",
    "KCS",
    "NAT",
    "BWS",
    "EPC",
    "GPU",
    "MONDB",
    "KS3",
    "Listener",
    "PEER",
    "KES",
    "RABBITMQ",
    "KTS",
    "MEMCACHED",
    "DRDS",
    "KINGDB",
    "PGS",
    "SQLSERVER",
    "INFLUXDB",
    "KHBASE",
    "KCH",
    "KTIDB",
    "KMR",
    "KCI",
    "KPFs",
    "VGPU",
    "EPCGPU",
    "KDC",
    "DCGW",
    "KAD",
    "WAF",
    "CDN",
    "KS3AL",
    "KDTS",
    "KCE",
];

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
    /// What came in place of a value after the last one that could be read.
    pub odd: Option<SafeText>,
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

impl Series {
    /// The values between `start` and `end` (seconds since the Unix epoch) in `cells` equal steps, oldest first: of
    /// several samples in a step the highest, of none a gap. Where samples are rarer than steps, a sample holds for
    /// its whole period.
    pub fn steps(&self, start: i64, end: i64, cells: usize) -> Vec<Option<f64>> {
        let mut values = vec![None; cells];
        let (span, count) = ((end - start).max(1), i64::try_from(cells).unwrap_or(0));
        let step_of = |at: i64| (at - start) * count / span;
        for sample in self.samples.iter().filter(|sample| sample.at < end) {
            let first = step_of(sample.at);
            let after = step_of(sample.at + i64::from(self.period)).max(first + 1);
            for step in first.max(0)..after.min(count) {
                let Ok(step) = usize::try_from(step) else {
                    continue;
                };
                let held: &mut Option<f64> = &mut values[step];
                *held = Some(held.map_or(sample.value, |value| value.max(sample.value)));
            }
        }
        values
    }

    /// Smallest, mean and largest value; `None` without samples.
    pub fn spread(&self) -> Option<(f64, f64, f64)> {
        let first = self.samples.first()?.value;
        let (low, sum, high) = self
            .samples
            .iter()
            .fold((first, 0.0, first), |(low, sum, high), s| {
                (s.value.min(low), sum + s.value, s.value.max(high))
            });
        Some((low, sum / self.samples.len() as f64, high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(period: u32, samples: &[(i64, f64)]) -> Series {
        Series {
            key: SeriesKey::new("KEC", "i-1", "cpu"),
            label: None,
            unit: None,
            statistic: Statistic::Average,
            period,
            samples: samples
                .iter()
                .map(|(at, value)| Sample {
                    at: *at,
                    value: *value,
                })
                .collect(),
            odd: None,
        }
    }

    #[test]
    fn steps_keep_gaps_and_peaks() {
        let s = series(60, &[(0, 1.0), (60, 9.0), (120, 2.0), (300, 4.0)]);
        assert_eq!(s.steps(0, 360, 3), [Some(9.0), Some(2.0), Some(4.0)]);
        assert_eq!(
            s.steps(0, 360, 6),
            [Some(1.0), Some(9.0), Some(2.0), None, None, Some(4.0)]
        );
    }

    #[test]
    fn a_rare_sample_holds_for_its_period() {
        let s = series(300, &[(0, 5.0), (300, 7.0)]);
        assert_eq!(
            s.steps(0, 600, 4),
            [Some(5.0), Some(5.0), Some(7.0), Some(7.0)]
        );
    }

    #[test]
    fn samples_outside_are_left_out() {
        let s = series(60, &[(-120, 5.0), (600, 7.0)]);
        assert_eq!(s.steps(0, 600, 5), [None; 5]);
        assert_eq!(s.steps(0, 600, 0), []);
    }

    #[test]
    fn the_spread_is_of_all_samples() {
        assert_eq!(
            series(60, &[(0, 2.0), (60, 4.0)]).spread(),
            Some((2.0, 3.0, 4.0))
        );
        assert_eq!(series(60, &[]).spread(), None);
    }
}
