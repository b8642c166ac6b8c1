//! Groups: created, changed, switched, deleted; what they are bound to.

use std::collections::BTreeSet;

use crate::sim::estate::scaling::activities::reconcile;
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::{Binding, Group, Refused, RemovePolicy};
use crate::sim::scenario::Cloud;

/// What a caller says of a group; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct GroupInput {
    /// Name.
    pub name: Option<String>,
    /// Launch configuration.
    pub config: Option<String>,
    /// Fewest members.
    pub min: Option<i64>,
    /// Most members.
    pub max: Option<i64>,
    /// Members it shall have.
    pub desired: Option<i64>,
    /// Who leaves first.
    pub remove: Option<RemovePolicy>,
    /// Subnets; empty: as they are.
    pub subnets: Vec<String>,
    /// How members are spread.
    pub strategy: Option<String>,
    /// Security group.
    pub security_group: Option<String>,
    /// Load balancers.
    pub bindings: Option<Vec<Binding>>,
}

pub(super) fn sizes(estate: &Estate, min: i64, desired: i64, max: i64) -> Result<(), Refused> {
    let quota = estate.scaling.switches.quota;
    if max < 1 || max > quota {
        return Err(Refused::Invalid("MaxSize"));
    }
    if min < 0 || min > max {
        return Err(Refused::Invalid("MinSize"));
    }
    if desired < min || desired > max {
        return Err(Refused::Invalid("DesiredCapacity"));
    }
    Ok(())
}

fn subnets_exist(estate: &Estate, subnets: &[String]) -> Result<(), Refused> {
    let is_known = |subnet: &String| {
        let mut machines = estate.machines.iter();
        machines.any(|machine| machine.subnet == *subnet && machine.id_in(Cloud::Ksc).is_some())
            || estate
                .scaling
                .groups
                .iter()
                .any(|group| group.subnets.contains(subnet))
    };
    if subnets.iter().all(is_known) {
        Ok(())
    } else {
        Err(Refused::Invalid("SubnetId.N"))
    }
}

fn bindings_exist(estate: &Estate, bindings: &[Binding]) -> Result<(), Refused> {
    let mut seen = BTreeSet::new();
    for binding in bindings {
        let pair = (binding.balancer.clone(), binding.listener.clone());
        let is_known = estate.scaling.balancers.contains(&pair);
        if !is_known || binding.ports.is_empty() || !seen.insert(pair) {
            return Err(Refused::Invalid("Slb.N"));
        }
    }
    Ok(())
}

fn config_exists(estate: &Estate, id: &str) -> Result<(), Refused> {
    if estate.scaling.configs.iter().any(|config| config.id == id) {
        Ok(())
    } else {
        Err(Refused::NoConfig(id.to_owned()))
    }
}

fn name_is_free(estate: &Estate, name: &str, besides: Option<usize>) -> Result<(), Refused> {
    let mut groups = estate.scaling.groups.iter().enumerate();
    if name.is_empty() {
        return Err(Refused::Invalid("ScalingGroupName"));
    }
    if groups.any(|(place, group)| Some(place) != besides && group.name == name) {
        return Err(Refused::NameTaken(name.to_owned()));
    }
    Ok(())
}

/// Creates a group; it goes to work at once. Gives its id.
pub fn create_group(estate: &mut Estate, input: GroupInput) -> Result<String, Refused> {
    let name = input.name.unwrap_or_default();
    let config = input.config.unwrap_or_default();
    let (min, max) = (input.min.unwrap_or(0), input.max.unwrap_or(0));
    let desired = input.desired.unwrap_or(0);
    let bindings = input.bindings.unwrap_or_default();
    let security_group = input.security_group.unwrap_or_default();
    name_is_free(estate, &name, None)?;
    config_exists(estate, &config)?;
    sizes(estate, min, desired, max)?;
    if input.subnets.is_empty() {
        return Err(Refused::Missing("SubnetId.N"));
    }
    subnets_exist(estate, &input.subnets)?;
    bindings_exist(estate, &bindings)?;
    if !estate.scaling.security_groups.contains(&security_group) {
        return Err(Refused::Invalid("SecurityGroupId"));
    }
    let now = estate.now;
    let id = estate.scaling.new_id(now);
    estate.scaling.groups.push(Group {
        id: id.clone(),
        name,
        config,
        min,
        max,
        desired,
        remove: input.remove.unwrap_or(RemovePolicy::Oldest),
        subnets: input.subnets,
        strategy: input
            .strategy
            .unwrap_or_else(|| "balanced-distribution".to_owned()),
        security_group,
        bindings,
        created: now,
        active: true,
        members: Vec::new(),
        activities: Vec::new(),
        policies: Vec::new(),
        tasks: Vec::new(),
        subscription: None,
        cooling_until: None,
        hold_until: None,
        waits: false,
        cause: "创建伸缩组触发".to_owned(),
        counter: 0,
        load_of: None,
        fleet: String::new(),
        sizes: vec![(now, 0)],
        growing_fails: 0,
    });
    let place = estate.scaling.groups.len() - 1;
    reconcile(estate, place, now, 0);
    Ok(id)
}

/// Changes a group: only what is given.
pub fn modify_group(estate: &mut Estate, id: &str, input: GroupInput) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let group = &estate.scaling.groups[place];
    let (min, max) = (
        input.min.unwrap_or(group.min),
        input.max.unwrap_or(group.max),
    );
    let desired = input.desired.unwrap_or(group.desired);
    sizes(estate, min, desired, max)?;
    if let Some(name) = &input.name {
        name_is_free(estate, name, Some(place))?;
    }
    if let Some(config) = &input.config {
        config_exists(estate, config)?;
    }
    subnets_exist(estate, &input.subnets)?;
    if let Some(bindings) = &input.bindings {
        bindings_exist(estate, bindings)?;
    }
    let now = estate.now;
    let group = &mut estate.scaling.groups[place];
    let moved = (group.min, group.max, group.desired) != (min, max, desired);
    (group.min, group.max, group.desired) = (min, max, desired);
    if let Some(name) = input.name {
        group.name = name;
    }
    if let Some(config) = input.config {
        group.config = config;
        group.hold_until = None;
    }
    if let Some(remove) = input.remove {
        group.remove = remove;
    }
    if !input.subnets.is_empty() {
        group.subnets = input.subnets;
    }
    if let Some(strategy) = input.strategy {
        group.strategy = strategy;
    }
    if let Some(bindings) = input.bindings {
        group.bindings = bindings;
    }
    if moved {
        "修改期望实例数触发".clone_into(&mut group.cause);
        group.hold_until = None;
        group.waits = false;
    }
    reconcile(estate, place, now, 0);
    Ok(())
}

/// Puts a group to work, or stops its automatic work.
pub fn set_active(estate: &mut Estate, id: &str, active: bool) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let now = estate.now;
    let group = &mut estate.scaling.groups[place];
    if group.active == active {
        return Ok(());
    }
    group.active = active;
    if active {
        "启用伸缩组触发".clone_into(&mut group.cause);
        group.hold_until = None;
        for policy in &mut group.policies {
            policy.run = 0;
        }
        reconcile(estate, place, now, 0);
    }
    Ok(())
}

/// Deletes a group without members.
pub fn delete_group(estate: &mut Estate, id: &str) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let group = &estate.scaling.groups[place];
    if group.running().is_some() {
        return Err(Refused::Busy(id.to_owned()));
    }
    if !group.members.is_empty() {
        return Err(Refused::GroupInUse(id.to_owned()));
    }
    estate.scaling.groups.remove(place);
    Ok(())
}

/// Replaces all load balancers of a group.
pub fn set_bindings(estate: &mut Estate, id: &str, bindings: Vec<Binding>) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    bindings_exist(estate, &bindings)?;
    estate.scaling.groups[place].bindings = bindings;
    Ok(())
}
