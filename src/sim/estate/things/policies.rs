//! Alarm policies.

use super::machines::Machine;
use crate::sim::scenario::{Measure, PolicySpec, RuleSpec};

/// An alarm policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Kind of product.
    pub product: i64,
    /// In force?
    pub enabled: bool,
    /// Names of the machines it is bound to.
    pub machines: Vec<String>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// Who is told.
    pub receivers: Vec<PolicyReceiver>,
    /// Called when it fires.
    pub callback: String,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// A metric of the machines that the policy is bound to.
    Machines(Measure),
    /// Custom metrics of this namespace that have all of these dimensions.
    Custom {
        /// Namespace.
        namespace: String,
        /// Dimensions, each `key=value`.
        dimensions: Vec<String>,
    },
}

/// A rule of a policy.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id.
    pub id: u64,
    /// Which metric.
    pub watched: Watched,
    /// Statistic: `avg`, `max`, `min`, `sum` or `samplecount`.
    pub method: String,
    /// The metric's name on the wire.
    pub key: String,
    /// The metric's name for people.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// `>`, `>=`, `<`, `<=`, `=` or `!=`.
    pub compare: String,
    /// With what.
    pub value: f64,
    /// Minutes of a period.
    pub period: u32,
    /// Periods in a row that must breach.
    pub points: u32,
    /// Further dimensions.
    pub tags: String,
}

/// Somebody a policy tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyReceiver {
    /// Id of the contact or the group.
    pub id: u64,
    /// 1 by mail, 2 by text message, 3 both.
    pub way: i64,
    /// A group rather than a person?
    pub is_group: bool,
}

impl Rule {
    /// Does a value breach it?
    pub fn breaches(&self, value: f64) -> bool {
        match self.compare.as_str() {
            ">=" => value >= self.value,
            "<" => value < self.value,
            "<=" => value <= self.value,
            "=" => (value - self.value).abs() < f64::EPSILON,
            "!=" => (value - self.value).abs() >= f64::EPSILON,
            _ => value > self.value,
        }
    }
}

/// The policies of a scenario.
pub fn build(specs: &[PolicySpec], machines: &[Machine]) -> Vec<Policy> {
    specs.iter().map(|spec| policy(spec, machines)).collect()
}

fn policy(spec: &PolicySpec, machines: &[Machine]) -> Policy {
    let receiver = |is_group: bool| {
        move |id: &u64| PolicyReceiver {
            id: *id,
            way: spec.way,
            is_group,
        }
    };
    let rule = |(index, rule): (usize, &RuleSpec)| Rule {
        id: spec.id * 10 + index as u64 + 1,
        watched: Watched::Machines(rule.measure),
        method: "avg".to_owned(),
        key: rule.key.clone(),
        label: rule.label.clone(),
        unit: rule.unit.clone(),
        compare: rule.compare.clone(),
        value: rule.value,
        period: rule.period,
        points: rule.points,
        tags: rule.tags.clone(),
    };
    Policy {
        id: spec.id,
        name: spec.name.clone(),
        product: spec.product,
        enabled: spec.enabled,
        machines: machines
            .iter()
            .filter(|machine| spec.fleets.contains(&machine.fleet))
            .map(|machine| machine.name.clone())
            .collect(),
        rules: spec.rule.iter().enumerate().map(rule).collect(),
        receivers: spec
            .groups
            .iter()
            .map(receiver(true))
            .chain(spec.contacts.iter().map(receiver(false)))
            .collect(),
        callback: spec.callback.clone(),
    }
}
