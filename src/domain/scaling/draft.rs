//! What is asked for when something of a group is created or changed. What is `None` stays as it is.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Adjustment, Binding, MetricRule, RemovePolicy, Spread};

/// A group to be created, or what changes about one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupDraft {
    /// Name.
    pub name: Option<String>,
    /// Launch configuration.
    pub config: Option<String>,
    /// Fewest members.
    pub min: Option<u32>,
    /// Most members.
    pub max: Option<u32>,
    /// Members it shall have.
    pub desired: Option<u32>,
    /// Who leaves first.
    pub remove: Option<RemovePolicy>,
    /// Subnets; empty: as they are.
    pub subnets: Vec<String>,
    /// How members are spread over them.
    pub spread: Option<Spread>,
    /// Security group; only when it is created.
    pub security_group: Option<String>,
    /// Load balancers; only when it is created.
    pub bindings: Vec<Binding>,
}

/// A metric policy to be created or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDraft {
    /// Name.
    pub name: String,
    /// When it fires: always sent whole.
    pub rule: MetricRule,
    /// What it does.
    pub adjustment: Adjustment,
    /// Seconds of rest after its activity, at least 60.
    pub cooldown: u32,
}

/// A scheduled task to be created or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDraft {
    /// Name.
    pub name: String,
    /// Fewest members from then on.
    pub min: u32,
    /// Most members from then on.
    pub max: u32,
    /// Members from then on.
    pub desired: u32,
    /// First run.
    pub start: Timestamp,
    /// End of the repetition: given exactly when the task repeats.
    pub end: Option<Timestamp>,
    /// Crontab text, with `*` for minute and hour; not together with `unit`.
    pub cron: Option<String>,
    /// Unit of the repetition (`Day`, `Month`, `Week`) and its cycle.
    pub unit: Option<(String, Vec<String>)>,
}

/// A cloud disk of new members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// Kind, for example `SSD3.0`.
    pub kind: String,
    /// Size in GB.
    pub size: u32,
    /// Does it go with its machine?
    pub goes_with_machine: bool,
}

/// A launch configuration to be created, or what changes about one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigDraft {
    /// Name.
    pub name: Option<String>,
    /// Image.
    pub image: Option<String>,
    /// Types of machine; the first with stock wins. Empty: as they are.
    pub types: Vec<String>,
    /// Names of new machines begin with this.
    pub machine_name: Option<String>,
    /// Kind and size (GB) of the system disk.
    pub system_disk: Option<(String, u32)>,
    /// Cloud disks. Empty: as they are.
    pub disks: Vec<Disk>,
    /// Keys for logging in. Empty: as they are.
    pub keys: Vec<String>,
    /// Does the image say how to log in?
    pub keep_image_login: Option<bool>,
}

/// What replacing the load balancers of a group does to each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BindingDiff {
    /// They are gone afterwards.
    pub removed: Vec<Binding>,
    /// They stay as they are.
    pub kept: Vec<Binding>,
    /// They stay with other ports or another weight: before and after.
    pub changed: Vec<(Binding, Binding)>,
    /// They are new.
    pub added: Vec<Binding>,
}

impl BindingDiff {
    /// Of the set there is and the set that replaces it. Load balancer and listener together tell one from another.
    pub fn between(before: &[Binding], after: &[Binding]) -> Self {
        let key = |binding: &Binding| {
            (
                binding.balancer.raw().to_owned(),
                binding.listener.raw().to_owned(),
            )
        };
        let mut old: BTreeMap<_, &Binding> = before.iter().map(|one| (key(one), one)).collect();
        let mut diff = Self::default();
        for new in after {
            match old.remove(&key(new)) {
                Some(known) if known == new => diff.kept.push(new.clone()),
                Some(known) => diff.changed.push((known.clone(), new.clone())),
                None => diff.added.push(new.clone()),
            }
        }
        diff.removed = before
            .iter()
            .filter(|one| old.contains_key(&key(one)))
            .cloned()
            .collect();
        diff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_a_set_says_what_happens_to_each() {
        let one = |balancer: &str, port: u32| Binding {
            balancer: balancer.into(),
            listener: "l".into(),
            ports: vec![port],
            weight: Some(20),
        };
        let before = [one("a", 80), one("b", 80), one("d", 80)];
        let after = [one("b", 80), one("c", 80), one("d", 81)];
        let diff = BindingDiff::between(&before, &after);
        assert_eq!(diff.removed, [one("a", 80)]);
        assert_eq!(diff.kept, [one("b", 80)]);
        assert_eq!(diff.added, [one("c", 80)]);
        assert_eq!(diff.changed, [(one("d", 80), one("d", 81))]);
    }
}
