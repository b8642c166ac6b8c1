//! Which policies fire. It is nowhere written down: it follows from the metric.

use std::time::Duration;

use jiff::Timestamp;

use super::state::Estate;
use super::things::machines::Machine;
use super::things::policies::{Policy, Rule, Watched};

impl Estate {
    /// The machines on which a policy fires at an instant: the averages of the last periods all breach a rule.
    pub fn firing(&self, policy: &Policy, at: Timestamp) -> Vec<&Machine> {
        if !policy.enabled {
            return Vec::new();
        }
        policy
            .machines
            .iter()
            .filter_map(|name| self.machine(name))
            .filter(|machine| {
                policy
                    .rules
                    .iter()
                    .any(|rule| self.breaches(machine, rule, at))
            })
            .collect()
    }

    fn breaches(&self, machine: &Machine, rule: &Rule, at: Timestamp) -> bool {
        let Watched::Machines(measure) = rule.watched else {
            return false;
        };
        let period = Duration::from_secs(u64::from(rule.period) * 60);
        (1..=rule.points).all(|back| {
            self.condensed(machine, measure, at - period * back, period)
                .is_some_and(|condensed| rule.breaches(condensed.average))
        })
    }
}
