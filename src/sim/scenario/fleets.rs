//! What exists, and what goes wrong with it.

use serde::Deserialize;

use super::defaults::{minute, single};
use super::words::{AlarmList, Cloud, Measure, Role};

/// Things that are alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetSpec {
    /// Their names are this with a number, `web-01`; a fleet of one is called just this.
    pub name: String,
    /// How many.
    #[serde(default = "single")]
    pub count: usize,
    /// What they do.
    pub role: Role,
    /// Whose they are.
    pub clouds: Vec<Cloud>,
    /// The application they belong to.
    pub application: String,
    /// How many of the last ones have no agent that answers.
    #[serde(default)]
    pub agents_offline: usize,
}

impl FleetSpec {
    /// The names of its machines.
    pub fn names(&self) -> impl Iterator<Item = String> {
        (1..=self.count).map(|number| match self.count {
            1 => self.name.clone(),
            _ => format!("{}-{number:02}", self.name),
        })
    }
}

/// Something that goes wrong: a metric leaves its normal course.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TroubleSpec {
    /// Names of the things concerned, or of fleets: then machines that are added to them are concerned, too.
    pub on: Vec<String>,
    /// Which metric.
    pub measure: Measure,
    /// Where it goes.
    pub to: f64,
    /// Seconds before the start at which it began; negative: it begins later.
    pub since: i64,
    /// Seconds it takes to get there.
    #[serde(default = "minute")]
    pub rise: u32,
    /// Seconds after which it ends by itself.
    #[serde(default)]
    pub lasts: Option<u32>,
    /// Names of scripts that end it.
    #[serde(default)]
    pub cured_by: Vec<String>,
    /// The alarm that ESM raises for it.
    #[serde(default)]
    pub alarm: Option<AlarmSpec>,
}

/// The alarm of a trouble.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmSpec {
    /// In which of the two lists.
    pub list: AlarmList,
    /// Its name.
    pub name: String,
    /// 1 critical to 4 warning.
    pub severity: u8,
    /// Cloud service or kind of device it belongs to.
    pub service: String,
    /// Number of its definition.
    pub code: u32,
    /// What it says besides.
    #[serde(default)]
    pub information: String,
}

/// Many alarms at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StormSpec {
    /// Seconds before the start at which it begins; negative: it begins later.
    pub since: i64,
    /// How many alarms.
    pub count: usize,
    /// Seconds within which they come.
    #[serde(default = "minute")]
    pub over: u32,
    /// Seconds each of them lasts; for ever when absent.
    #[serde(default)]
    pub lasts: Option<u32>,
    /// What they are.
    pub alarm: AlarmSpec,
}
