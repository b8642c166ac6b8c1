//! Published limits, as sliding windows.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use super::scenario::LimitSpec;
use crate::cloud::declare::Entry;
use crate::domain::account::SystemId;

/// So many calls in so long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What is counted together.
    pub name: String,
    /// How many calls.
    pub calls: u32,
    /// In how long.
    pub per: Duration,
}

/// A call that came too early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceeded {
    /// The rule it broke.
    pub rule: Rule,
    /// When the next call will be taken.
    pub retry_after: Duration,
}

/// Counts the calls of every caller.
#[derive(Debug, Default)]
pub struct Limits {
    other: Vec<LimitSpec>,
    taken: HashMap<(SystemId, String, String), VecDeque<Timestamp>>,
}

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// Paths of ESM's data family with the narrow limit (huawei-esm.md, 1.7): capacity, audit, assets and alarms.
const NARROW: &[&str] = &[
    "/host-physical/capacity",
    "/CloudService/capacity",
    "/cloudAuditlog",
    "/DeviceAsset/info",
    "/CloudServiceAlarm/info",
    "/DeviceAlarm/info",
];

impl Limits {
    /// The published limits, or the scenario's where it names one.
    pub fn new(other: &[LimitSpec]) -> Self {
        Self {
            other: other.to_vec(),
            taken: HashMap::new(),
        }
    }

    /// Counts one call of a caller, unless a rule forbids it; a refused call is not counted.
    pub fn take(
        &mut self,
        system: SystemId,
        entry: &Entry,
        caller: &str,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        let rules = self.rules(system, entry);
        for rule in &rules {
            let taken = self.window(system, rule, caller);
            let oldest = now - rule.per;
            while taken.front().is_some_and(|at| *at <= oldest) {
                taken.pop_front();
            }
            if taken.len() >= rule.calls as usize {
                let first = taken.front().copied().unwrap_or(now);
                return Err(Exceeded {
                    rule: rule.clone(),
                    retry_after: (first + rule.per).duration_since(now).unsigned_abs(),
                });
            }
        }
        for rule in &rules {
            self.window(system, rule, caller).push_back(now);
        }
        Ok(())
    }

    fn window(&mut self, system: SystemId, rule: &Rule, caller: &str) -> &mut VecDeque<Timestamp> {
        // Two rules of one group, per second and per minute, are two windows.
        let name = format!("{}/{}", rule.name, rule.per.as_secs());
        self.taken
            .entry((system, name, caller.to_owned()))
            .or_default()
    }

    fn rules(&self, system: SystemId, entry: &Entry) -> Vec<Rule> {
        let other: Vec<Rule> = self
            .other
            .iter()
            .filter(|spec| spec.system == system && spec.group == entry.call.group)
            .map(|spec| Rule {
                name: format!("group {}", spec.group),
                calls: spec.calls,
                per: Duration::from_secs(spec.seconds.into()),
            })
            .collect();
        if other.is_empty() {
            published(system, entry)
        } else {
            other
        }
    }
}

/// The limits the documents name (ksc-monitor.md, 11; tencent-monitor.md, 1.6; huawei-esm.md, 1.7; huawei-coc.md, 8).
fn published(system: SystemId, entry: &Entry) -> Vec<Rule> {
    let rule = |name: &str, calls, per| Rule {
        name: name.to_owned(),
        calls,
        per,
    };
    match system {
        SystemId::KscMonitor => match (entry.call.action, entry.call.version) {
            ("ListMetrics" | "GetMetricStatistics", "2010-05-25") => {
                vec![rule(entry.id, 3600, MINUTE)]
            }
            ("GetMetricStatisticsBatch", _) => vec![rule(entry.id, 180, MINUTE)],
            _ => Vec::new(),
        },
        SystemId::KscAutoscaling => Vec::new(),
        SystemId::TencentMonitor => vec![rule("all", 50, SECOND), rule("all", 500, MINUTE)],
        SystemId::HuaweiEsm if NARROW.iter().any(|end| entry.call.path.ends_with(end)) => {
            vec![rule("T2", 60, MINUTE)]
        }
        SystemId::HuaweiEsm => vec![rule("T1", 4000, SECOND)],
        SystemId::HuaweiCoc => vec![rule(entry.id, 200, SECOND)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_window_slides_and_callers_do_not_share_it() {
        let entry = cloud::operation("huawei-esm.query_cloud_service_alarms").unwrap();
        let mut limits = Limits::new(&[]);
        for second in 0..60 {
            limits
                .take(SystemId::HuaweiEsm, entry, "a", at(second / 2))
                .unwrap();
        }
        let exceeded = limits
            .take(SystemId::HuaweiEsm, entry, "a", at(40))
            .unwrap_err();
        assert_eq!(exceeded.retry_after, Duration::from_secs(20));
        limits
            .take(SystemId::HuaweiEsm, entry, "b", at(40))
            .unwrap();
        // Both calls of the first second are a minute old now.
        limits
            .take(SystemId::HuaweiEsm, entry, "a", at(60))
            .unwrap();
        limits
            .take(SystemId::HuaweiEsm, entry, "a", at(60))
            .unwrap();
        assert!(
            limits
                .take(SystemId::HuaweiEsm, entry, "a", at(60))
                .is_err()
        );
    }

    #[test]
    fn a_scenario_can_be_stricter() {
        let entry = cloud::operation("huawei-coc.list_scripts").unwrap();
        let spec = LimitSpec {
            system: SystemId::HuaweiCoc,
            group: String::new(),
            calls: 1,
            seconds: 10,
        };
        let mut limits = Limits::new(&[spec]);
        limits.take(SystemId::HuaweiCoc, entry, "a", at(0)).unwrap();
        assert!(limits.take(SystemId::HuaweiCoc, entry, "a", at(9)).is_err());
        limits
            .take(SystemId::HuaweiCoc, entry, "a", at(10))
            .unwrap();
    }
}
