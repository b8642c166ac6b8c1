//! What callers change (ksc-autoscaling.md, 14.3): each call checks everything, then changes.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::activities::{begin, leave, reconcile, resized};
use crate::domain::scaling::Adjustment;
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::{
    Binding, Config, Group, Kind, Member, MetricRule, Policy, Refused, RemovePolicy, Task,
};
use crate::sim::scenario::Cloud;

/// Sibling limits (10).
const MOST_POLICIES: usize = 100;
const MOST_TASKS: usize = 10;
const MOST_AT_ONCE: usize = 20;

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

/// What a caller says of a task.
#[derive(Debug, Clone)]
pub struct TaskInput {
    /// Name; `None` stays as it is.
    pub name: Option<String>,
    /// Fewest members from then on.
    pub min: Option<i64>,
    /// Most members from then on.
    pub max: Option<i64>,
    /// Members from then on.
    pub desired: Option<i64>,
    /// First run.
    pub start: jiff::Timestamp,
    /// End of the repetition.
    pub end: Option<jiff::Timestamp>,
    /// Crontab text.
    pub recurrence: Option<String>,
    /// Unit and cycle.
    pub unit: Option<(String, String)>,
}

fn sizes(estate: &Estate, min: i64, desired: i64, max: i64) -> Result<(), Refused> {
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

/// May somebody add machines to a group, or take some out?
fn is_open(estate: &Estate, group: &Group) -> Result<(), Refused> {
    let switches = &estate.scaling.switches;
    if switches.manual_needs_active && !group.active {
        return Err(Refused::NotActive(group.id.clone()));
    }
    if group.running().is_some() {
        return Err(Refused::Busy(group.id.clone()));
    }
    if switches.cooldown_blocks_manual && group.cools_at(estate.now) {
        return Err(Refused::Cooling(group.id.clone()));
    }
    Ok(())
}

fn distinct(ids: &[String]) -> Result<i64, Refused> {
    let all: BTreeSet<&String> = ids.iter().collect();
    if ids.is_empty() || all.len() < ids.len() || ids.len() > MOST_AT_ONCE {
        return Err(Refused::Invalid("ScalingInstanceId.N"));
    }
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// Adds machines to a group; it shall have as many more from now on.
pub fn attach(estate: &mut Estate, id: &str, ids: &[String]) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let group = &estate.scaling.groups[place];
    let count = distinct(ids)?;
    is_open(estate, group)?;
    let mut joining = Vec::new();
    for machine in ids {
        let found = estate
            .machine_by_id(Cloud::Ksc, machine)
            .filter(|found| found.is_server())
            .ok_or_else(|| Refused::NoInstance(machine.clone()))?;
        if estate.scaling.group_of(machine).is_some() || !group.subnets.contains(&found.subnet) {
            return Err(Refused::Invalid("ScalingInstanceId.N"));
        }
        joining.push(Member {
            id: machine.clone(),
            name: found.name.clone(),
            subnet: found.subnet.clone(),
            joined: estate.now,
            auto: false,
            protected: false,
            ill_since: None,
        });
    }
    if group.size() + count > group.max || group.desired + count > group.max {
        return Err(Refused::Size(id.to_owned()));
    }
    let now = estate.now;
    let group = &mut estate.scaling.groups[place];
    group.members.extend(joining);
    group.desired += count;
    group.hold_until = None;
    group.cause = format!("用户添加云主机[{}]", ids.join(","));
    resized(group, now);
    by_hand(estate, place, Kind::Attach, ids);
    Ok(())
}

/// Takes members out; the group shall have as many fewer from now on.
pub fn detach(estate: &mut Estate, id: &str, ids: &[String]) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let group = &estate.scaling.groups[place];
    let count = distinct(ids)?;
    is_open(estate, group)?;
    for machine in ids {
        let member = group.members.iter().find(|member| member.id == *machine);
        let member = member.ok_or_else(|| Refused::NoInstance(machine.clone()))?;
        if member.protected && !estate.scaling.switches.detach_protected {
            return Err(Refused::Protected(machine.clone()));
        }
    }
    if group.size() - count < group.min || group.desired - count < group.min {
        return Err(Refused::Size(id.to_owned()));
    }
    let now = estate.now;
    let destroy = estate.scaling.switches.destroy_auto_on_detach;
    let group = &mut estate.scaling.groups[place];
    group.desired -= count;
    group.hold_until = None;
    group.cause = format!("用户移出云主机[{}]", ids.join(","));
    for machine in ids {
        leave(estate, place, machine, destroy);
    }
    resized(&mut estate.scaling.groups[place], now);
    by_hand(estate, place, Kind::Detach, ids);
    Ok(())
}

/// The activity of a change by hand: its members have joined or left already.
fn by_hand(estate: &mut Estate, place: usize, kind: Kind, ids: &[String]) {
    let now = estate.now;
    let description = estate.scaling.groups[place].cause.clone();
    begin(estate, place, now, kind, description, |_| {});
    if let Some(activity) = estate.scaling.groups[place].activities.last_mut() {
        activity.done = ids.to_vec();
    }
}

/// Protects members, or ends that; without a flag nothing changes (14.3).
pub fn protect(
    estate: &mut Estate,
    id: &str,
    ids: &[String],
    on: Option<bool>,
) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    let now = estate.now;
    let group = &mut estate.scaling.groups[place];
    for machine in ids {
        if !group.members.iter().any(|member| member.id == *machine) {
            return Err(Refused::NoInstance(machine.clone()));
        }
    }
    let Some(on) = on else { return Ok(()) };
    let mut changed = false;
    for member in group.members.iter_mut().filter(|m| ids.contains(&m.id)) {
        changed |= member.protected != on;
        member.protected = on;
    }
    if changed && group.hold_until == Some(jiff::Timestamp::MAX) {
        group.hold_until = None;
        reconcile(estate, place, now, 0);
    }
    Ok(())
}

/// Replaces all load balancers of a group.
pub fn set_bindings(estate: &mut Estate, id: &str, bindings: Vec<Binding>) -> Result<(), Refused> {
    let place = estate.scaling.place(id)?;
    bindings_exist(estate, &bindings)?;
    estate.scaling.groups[place].bindings = bindings;
    Ok(())
}

/// Creates a launch configuration; gives its id.
pub fn create_config(
    estate: &mut Estate,
    name: String,
    types: Vec<String>,
    given: Map<String, Json>,
) -> Result<String, Refused> {
    if types.is_empty() {
        return Err(Refused::Missing("InstanceType"));
    }
    if estate
        .scaling
        .configs
        .iter()
        .any(|config| config.name == name)
    {
        return Err(Refused::NameTaken(name));
    }
    let now = estate.now;
    let id = estate.scaling.new_id(now);
    estate.scaling.configs.push(Config {
        id: id.clone(),
        name,
        types,
        created: now,
        given,
    });
    Ok(id)
}

/// Changes a launch configuration: only what is given. Machines that exist stay as they are.
pub fn modify_config(
    estate: &mut Estate,
    id: &str,
    name: Option<String>,
    types: Vec<String>,
    given: Map<String, Json>,
) -> Result<(), Refused> {
    let place = config_place(estate, id)?;
    if let Some(name) = &name {
        let mut others = estate.scaling.configs.iter().enumerate();
        if others.any(|(other, config)| other != place && config.name == *name) {
            return Err(Refused::NameTaken(name.clone()));
        }
    }
    let config = &mut estate.scaling.configs[place];
    config.name = name.unwrap_or_else(|| config.name.clone());
    if !types.is_empty() {
        config.types = types;
    }
    config.given.extend(given);
    Ok(())
}

fn config_place(estate: &Estate, id: &str) -> Result<usize, Refused> {
    let mut configs = estate.scaling.configs.iter();
    configs
        .position(|config| config.id == id)
        .ok_or_else(|| Refused::NoConfig(id.to_owned()))
}

/// Deletes a launch configuration that no group uses.
pub fn delete_config(estate: &mut Estate, id: &str) -> Result<(), Refused> {
    let place = config_place(estate, id)?;
    if estate.scaling.groups.iter().any(|group| group.config == id) {
        return Err(Refused::ConfigInUse(id.to_owned()));
    }
    estate.scaling.configs.remove(place);
    Ok(())
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

fn task_sizes(estate: &Estate, min: i64, desired: i64, max: i64) -> Result<(), Refused> {
    sizes(estate, min, desired, max).map_err(|refused| match refused {
        Refused::Invalid("MaxSize") => Refused::Invalid("ReadjustMaxSize"),
        Refused::Invalid("MinSize") => Refused::Invalid("ReadjustMinSize"),
        _ => Refused::Invalid("ReadjustExpectSize"),
    })
}

/// Is there a task of the group that runs at the same instant?
fn clashes(group: &Group, task: &Task, besides: Option<usize>) -> bool {
    group.tasks.iter().enumerate().any(|(other, known)| {
        Some(other) != besides && known.next.is_some() && known.next == task.next
    })
}

/// Creates a scheduled task; gives its id.
pub fn create_task(estate: &mut Estate, id: &str, input: TaskInput) -> Result<String, Refused> {
    let place = estate.scaling.place(id)?;
    let (min, max) = (input.min.unwrap_or(0), input.max.unwrap_or(0));
    let desired = input.desired.unwrap_or(0);
    task_sizes(estate, min, desired, max)?;
    let name = input.name.unwrap_or_default();
    let now = estate.now;
    let repeats = input.recurrence.is_some() || input.unit.is_some();
    if !repeats && input.start <= now {
        return Err(Refused::Invalid("StartTime"));
    }
    if repeats != input.end.is_some() || input.end.is_some_and(|end| end <= input.start) {
        return Err(Refused::Invalid("EndTime"));
    }
    let mut task = Task {
        id: String::new(),
        name,
        min,
        max,
        desired,
        start: input.start,
        end: input.end,
        recurrence: input.recurrence,
        unit: input.unit,
        created: now,
        next: None,
    };
    task.next = task.run_after(now);
    let group = &estate.scaling.groups[place];
    if group.tasks.iter().any(|known| known.name == task.name) {
        return Err(Refused::NameTaken(task.name));
    }
    if clashes(group, &task, None) {
        return Err(Refused::Invalid("StartTime"));
    }
    if group.tasks.len() >= MOST_TASKS {
        return Err(Refused::Quota("ScheduledTask"));
    }
    task.id = estate.scaling.new_id(now);
    let id = task.id.clone();
    estate.scaling.groups[place].tasks.push(task);
    Ok(id)
}

/// Changes a task; `group`, where it is given, must be its own.
pub fn modify_task(
    estate: &mut Estate,
    group: Option<&str>,
    id: &str,
    input: TaskInput,
) -> Result<(), Refused> {
    let (place, index) = task_place(estate, group, id)?;
    let known = &estate.scaling.groups[place].tasks[index];
    let mut task = known.clone();
    task.name = input.name.unwrap_or(task.name);
    task.min = input.min.unwrap_or(task.min);
    task.max = input.max.unwrap_or(task.max);
    task.desired = input.desired.unwrap_or(task.desired);
    task.start = input.start;
    task.end = input.end.or(task.end);
    if input.recurrence.is_some() || input.unit.is_some() {
        task.recurrence = input.recurrence;
        task.unit = input.unit;
    }
    task_sizes(estate, task.min, task.desired, task.max)?;
    if task.end.is_some_and(|end| end <= task.start) {
        return Err(Refused::Invalid("EndTime"));
    }
    let group = &estate.scaling.groups[place];
    let mut others = group.tasks.iter().enumerate();
    if others.any(|(other, known)| other != index && known.name == task.name) {
        return Err(Refused::NameTaken(task.name));
    }
    task.next = task.run_after(estate.now);
    if clashes(group, &task, Some(index)) {
        return Err(Refused::Invalid("StartTime"));
    }
    estate.scaling.groups[place].tasks[index] = task;
    Ok(())
}

fn task_place(estate: &Estate, group: Option<&str>, id: &str) -> Result<(usize, usize), Refused> {
    if let Some(group) = group {
        estate.scaling.place(group)?;
    }
    let groups = estate.scaling.groups.iter().enumerate();
    groups
        .filter(|(_, known)| group.is_none_or(|group| known.id == group))
        .find_map(|(place, known)| {
            let index = known.tasks.iter().position(|task| task.id == id)?;
            Some((place, index))
        })
        .ok_or_else(|| Refused::NoTask(id.to_owned()))
}

/// Deletes a task.
pub fn delete_task(estate: &mut Estate, group: &str, id: &str) -> Result<(), Refused> {
    let (place, index) = task_place(estate, Some(group), id)?;
    estate.scaling.groups[place].tasks.remove(index);
    Ok(())
}

/// Subscribes to events; a group has one subscription, a second one replaces its events. Gives its id.
pub fn create_notification(
    estate: &mut Estate,
    group: &str,
    events: BTreeSet<u8>,
) -> Result<String, Refused> {
    let place = estate.scaling.place(group)?;
    let now = estate.now;
    let known = estate.scaling.groups[place].subscription.as_ref();
    let id = match known.map(|(id, _)| id.clone()) {
        Some(id) => id,
        None => estate.scaling.new_id(now),
    };
    estate.scaling.groups[place].subscription = Some((id.clone(), events));
    Ok(id)
}

/// Replaces the events of a subscription.
pub fn modify_notification(
    estate: &mut Estate,
    group: &str,
    id: &str,
    events: BTreeSet<u8>,
) -> Result<(), Refused> {
    let place = estate.scaling.place(group)?;
    match &mut estate.scaling.groups[place].subscription {
        Some((known, kept)) if known == id => {
            *kept = events;
            Ok(())
        }
        _ => Err(Refused::NoNotification(id.to_owned())),
    }
}
