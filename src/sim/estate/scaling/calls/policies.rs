//! Metric policies.

use crate::domain::scaling::Adjustment;
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::{Group, MetricRule, Policy, Refused};

/// Sibling limit (10).
const MOST_POLICIES: usize = 100;

/// What a caller says of a policy; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct PolicyInput {
    /// Name.
    pub name: Option<String>,
    /// When it fires.
    pub rule: Option<MetricRule>,
    /// What it does.
    pub adjustment: Option<Adjustment>,
    /// Seconds of rest afterwards.
    pub cooldown: Option<u32>,
}

/// Creates a policy; gives its id.
pub fn create_policy(estate: &mut Estate, id: &str, input: PolicyInput) -> Result<u64, Refused> {
    let place = estate.scaling.place(id)?;
    let group = &estate.scaling.groups[place];
    let name = input.name.unwrap_or_default();
    if group.policies.iter().any(|policy| policy.name == name) {
        return Err(Refused::NameTaken(name));
    }
    if group.policies.len() >= MOST_POLICIES {
        return Err(Refused::Quota("ScalingPolicy"));
    }
    let rule = input.rule.ok_or(Refused::Missing("Metric"))?;
    let adjustment = input.adjustment.ok_or(Refused::Missing("AdjustmentType"))?;
    let cooldown = input.cooldown.ok_or(Refused::Missing("CoolDown"))?;
    let now = estate.now;
    let policy = estate.scaling.new_policy_id();
    estate.scaling.groups[place].policies.push(Policy {
        id: policy,
        name,
        rule,
        adjustment,
        cooldown,
        created: now,
        run: 0,
        seen: now,
    });
    Ok(policy)
}

fn policy_place(group: &Group, policy: &str) -> Result<usize, Refused> {
    let mut policies = group.policies.iter();
    policies
        .position(|known| known.id.to_string() == policy)
        .ok_or_else(|| Refused::NoPolicy(policy.to_owned()))
}

/// Changes a policy; counting starts anew.
pub fn modify_policy(
    estate: &mut Estate,
    id: &str,
    policy: &str,
    input: PolicyInput,
) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let index = policy_place(&estate.scaling.groups[place], policy)?;
    let now = estate.now;
    let group = &mut estate.scaling.groups[place];
    if let Some(name) = &input.name {
        let mut others = group.policies.iter().enumerate();
        if others.any(|(other, known)| other != index && known.name == *name) {
            return Err(Refused::NameTaken(name.clone()));
        }
    }
    let known = &mut group.policies[index];
    known.name = input.name.unwrap_or_else(|| known.name.clone());
    known.rule = input.rule.unwrap_or_else(|| known.rule.clone());
    known.adjustment = input.adjustment.unwrap_or(known.adjustment);
    known.cooldown = input.cooldown.unwrap_or(known.cooldown);
    known.run = 0;
    known.seen = now;
    Ok(())
}

/// Deletes a policy.
pub fn delete_policy(estate: &mut Estate, id: &str, policy: &str) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let index = policy_place(&estate.scaling.groups[place], policy)?;
    estate.scaling.groups[place].policies.remove(index);
    Ok(())
}
