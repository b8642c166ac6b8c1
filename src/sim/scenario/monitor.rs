//! Policies, custom metrics, clusters and contacts (ksc-monitor.md).

use serde::Deserialize;

use super::defaults::{minute, three, yes};
use super::words::Measure;

/// An alarm policy with one rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySpec {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Kind of product.
    pub product: i64,
    /// In force?
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Fleets it is bound to.
    pub fleets: Vec<String>,
    /// Its rules.
    pub rule: Vec<RuleSpec>,
    /// Groups that are told.
    #[serde(default)]
    pub groups: Vec<u64>,
    /// Persons that are told.
    #[serde(default)]
    pub contacts: Vec<u64>,
    /// 1 by mail, 2 by text message, 3 both.
    #[serde(default = "both")]
    pub way: i64,
    /// Called when it fires.
    #[serde(default)]
    pub callback: String,
}

fn both() -> i64 {
    3
}

/// A rule of a policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Which metric.
    pub measure: Measure,
    /// Its name on the wire.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// How values are compared: `>`, `>=`, `<`, `<=`.
    pub compare: String,
    /// With what.
    pub value: f64,
    /// Minutes of one period.
    #[serde(default = "one_u32")]
    pub period: u32,
    /// Periods in a row that must breach.
    #[serde(default = "three")]
    pub points: u32,
    /// Further dimensions, for example `p2=pused`.
    #[serde(default)]
    pub tags: String,
}

fn one_u32() -> u32 {
    1
}

/// A custom metric that runs by itself: around a level, and to another one when something is wrong.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomSpec {
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub metric: String,
    /// Dimensions, each `key=value`.
    #[serde(default)]
    pub dimensions: Vec<String>,
    /// Unit.
    pub unit: String,
    /// Its usual value.
    pub level: f64,
    /// Where it goes when something is wrong.
    #[serde(default)]
    pub surge: Option<SurgeSpec>,
}

/// What is wrong with a custom metric.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurgeSpec {
    /// Where it goes.
    pub to: f64,
    /// Since how many seconds before the start.
    pub since: i64,
    /// How many seconds it takes.
    #[serde(default = "minute")]
    pub rise: u32,
}

/// A cluster of the container engine with one workload.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterSpec {
    /// Its name, from which its id comes.
    pub name: String,
    /// Namespace in the cluster.
    pub namespace: String,
    /// Name of its workload.
    pub workload: String,
    /// How many pods the workload has.
    #[serde(default = "three")]
    pub pods: u32,
}

/// A contact group.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupSpec {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
}

/// A contact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactSpec {
    /// Their id.
    pub id: u64,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their number.
    pub phone: String,
    /// The groups they are in.
    pub groups: Vec<u64>,
    /// Switched on?
    #[serde(default = "yes")]
    pub enabled: bool,
}
