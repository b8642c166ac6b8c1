//! Alarms and the policies that raise them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::AccountId;
use super::contact::Receiver;
use super::metric::{SeriesKey, Statistic};
use super::odd::Odd;
use super::text::SafeText;

/// One scale for the severities of all systems, worst first. How each system's scale maps onto it is written
/// down in that system's `answer.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Service is down or about to be.
    Critical,
    /// Service suffers.
    Major,
    /// Something is degraded.
    Minor,
    /// Worth a look in daylight.
    Warning,
    /// For the record.
    Info,
}

impl Severity {
    /// All of them, worst first.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::Major,
        Self::Minor,
        Self::Warning,
        Self::Info,
    ];

    /// Its word in the configuration, on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// The severity with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == word)
    }
}

/// How a value is compared with a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
}

impl Comparison {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Above,
        Self::AtLeast,
        Self::Below,
        Self::AtMost,
        Self::NotEqual,
        Self::Equal,
    ];

    /// The one with this sign.
    pub fn parse(sign: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.sign() == sign)
    }

    /// Does `value` breach `threshold`?
    pub fn holds(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::Above => value > threshold,
            Self::AtLeast => value >= threshold,
            Self::Below => value < threshold,
            Self::AtMost => value <= threshold,
            Self::Equal => (value - threshold).abs() < f64::EPSILON,
            Self::NotEqual => (value - threshold).abs() >= f64::EPSILON,
        }
    }

    /// The usual sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::NotEqual => "!=",
        }
    }
}

/// One rule of a policy: fires when `statistic` of `metric` over `period`, `points` times in a row, breaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The metric's name on the wire.
    pub metric: SafeText,
    /// The metric's name for people.
    pub label: SafeText,
    /// How a period is condensed.
    pub statistic: Statistic,
    /// How the value is compared.
    pub comparison: Comparison,
    /// With what, in `unit`.
    pub threshold: f64,
    /// Unit as the service writes it.
    pub unit: SafeText,
    /// Length of a period in seconds.
    pub period: u32,
    /// How many periods in a row must breach, at least 1.
    pub points: u32,
    /// Daily window in which the rule is in force, as the service writes it (`00:00`, `23:59`).
    pub effective: Option<(SafeText, SafeText)>,
    /// Seconds between two notifications.
    pub repeat_every: Option<u32>,
    /// Notifications at most.
    pub max_notifications: Option<u32>,
}

/// A limit that the user's configuration sets to a series, for services that know no alarm policies.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalLimit {
    /// Which series.
    pub series: SeriesKey,
    /// What the instance is called; its id where no name is given.
    pub name: Option<SafeText>,
    /// When it is breached.
    pub rule: Condition,
    /// How bad a breach is; where it is not given, the distance from the limit decides.
    pub severity: Option<Severity>,
}

impl LocalLimit {
    /// The line for the chart.
    pub fn threshold(&self) -> Threshold {
        Threshold {
            series: self.series.clone(),
            statistic: self.rule.statistic,
            period: self.rule.period,
            comparison: self.rule.comparison,
            value: self.rule.threshold,
            unit: self.rule.unit.clone(),
        }
    }
}

/// Identifies a policy within its account.
pub type PolicyId = u64;

/// What a policy watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundInstance {
    /// Instance id.
    pub id: SafeText,
    /// Instance name.
    pub name: SafeText,
    /// Its address, where given.
    pub ip: Option<SafeText>,
}

/// Is a rule breached at this moment?
#[derive(Debug, Clone, PartialEq)]
pub struct Firing {
    /// The instance concerned.
    pub instance: BoundInstance,
    /// Index of the rule in [`AlarmPolicy::rules`].
    pub rule: usize,
    /// Since when without a break, as far as the samples reach back.
    pub since: Timestamp,
    /// Latest value.
    pub value: f64,
    /// The series that was evaluated.
    pub series: SeriesKey,
}

/// An alarm policy.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmPolicy {
    /// Its id.
    pub id: PolicyId,
    /// Its name.
    pub name: SafeText,
    /// What kind of product it is about, as the service numbers them.
    pub product: Option<i64>,
    /// In force?
    pub enabled: bool,
    /// How many instances are bound to it.
    pub bound_count: u32,
    /// How many rules it has; `rules` may not have been read yet.
    pub rule_count: u32,
    /// How many receivers it has; `receivers` may not have been read yet.
    pub receiver_count: u32,
    /// The rules, when they have been read.
    pub rules: Vec<Condition>,
    /// The bound instances, when they have been read.
    pub bound: Vec<BoundInstance>,
    /// Who is told, when it has been read.
    pub receivers: Vec<Receiver>,
    /// A series that it is about, for its chart: the first firing one, else the first.
    pub series: Option<SeriesKey>,
    /// Where it fires now, when its samples have been evaluated.
    pub firing: Vec<Firing>,
    /// One sentence for each rule or instance that could not be compared with its samples: there, "not firing"
    /// means "not known".
    pub unchecked: Vec<SafeText>,
    /// The address that is called when it fires.
    pub callback: Option<SafeText>,
}

/// The threshold an alarm is about, for its graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// The series to draw.
    pub series: SeriesKey,
    /// How it is condensed.
    pub statistic: Statistic,
    /// Length of a period in seconds.
    pub period: u32,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what.
    pub value: f64,
    /// Unit as the service writes it.
    pub unit: SafeText,
}

/// An alarm in the triage queue: something is wrong now, or was.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Unique within the account and stable over refreshes.
    pub id: SafeText,
    /// Where it comes from.
    pub account: AccountId,
    /// How bad.
    pub severity: Severity,
    /// The severity as the service wrote it, for the detail.
    pub severity_raw: SafeText,
    /// What is wrong, in the service's words.
    pub title: SafeText,
    /// What it is wrong with: name of a host, a load balancer, …
    pub resource: SafeText,
    /// The resource's id, where it differs from its name.
    pub resource_id: Option<SafeText>,
    /// Where.
    pub region: SafeText,
    /// Since when.
    pub since: Timestamp,
    /// When it was last reported.
    pub latest: Timestamp,
    /// How often it was reported.
    pub count: u32,
    /// Over?
    pub cleared: bool,
    /// Has somebody taken note, as far as the service knows?
    pub acknowledged: bool,
    /// The metric and threshold behind it, when there is one.
    pub threshold: Option<Threshold>,
    /// The policy behind it, when there is one.
    pub policy: Option<PolicyId>,
    /// Everything else the service said, as label and text, for the detail. Labels are wire names.
    pub detail: Vec<(SafeText, SafeText)>,
    /// What came in place of `severity`, `since` and `count`, where that could not be read.
    pub odd: Odd,
}
