//! Activities: begun, cancelled, ended (ksc-autoscaling.md, 14.4 and 14.5).

use std::time::Duration;

use jiff::Timestamp;

use crate::sim::chance;
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::machines::Machine;
use crate::sim::estate::things::scaling::{
    Activity, Group, Kind, Member, Plan, RemovePolicy, Status,
};
use crate::sim::scenario::Cloud;

/// An activity takes so long, and so much longer for each machine (14.4).
const BASE: Duration = Duration::from_secs(60);
const EACH: Duration = Duration::from_secs(10);
/// A group whose growing failed tries again after this long.
const AGAIN: Duration = Duration::from_secs(600);
/// Another activity runs (14.4).
pub const BUSY: i64 = 40_000;
/// The group rests (14.4).
pub const COOLING: i64 = 40_001;

/// Brings a group on its way to its size, when it is at work and nothing runs (14.5).
pub(super) fn reconcile(estate: &mut Estate, place: usize, at: Timestamp, cooldown: u32) {
    let group = &estate.scaling.groups[place];
    let is_held = group.hold_until.is_some_and(|until| at < until);
    if !group.active || group.running().is_some() || is_held || group.waits && group.cools_at(at) {
        return;
    }
    let target = group.desired.clamp(group.min, group.max);
    let apart = target - group.size();
    let group = &mut estate.scaling.groups[place];
    group.waits = false;
    if apart > 0 {
        let count = usize::try_from(apart).unwrap_or(0);
        let description = group.config.clone();
        begin(estate, place, at, Kind::Out, description, |plan| {
            plan.create = count;
            plan.cooldown = cooldown;
        });
    } else if apart < 0 {
        let count = usize::try_from(-apart).unwrap_or(0);
        let leave = leaving(group, estate.seed, count);
        let description = group.cause.clone();
        if leave.is_empty() {
            // Nobody may leave: said once, until something changes.
            estate.scaling.groups[place].hold_until = Some(Timestamp::MAX);
            fail_at_once(estate, place, at, &description);
            return;
        }
        begin(estate, place, at, Kind::In, description, |plan| {
            plan.leave = leave;
            plan.cooldown = cooldown;
        });
    }
}

/// Who leaves: unprotected members by the group's policy; those that joined in one second in the order of chance.
fn leaving(group: &Group, seed: u64, count: usize) -> Vec<String> {
    let mut free: Vec<&Member> = group.members.iter().filter(|m| !m.protected).collect();
    free.sort_by_key(|member| {
        let second = member.joined.as_second();
        let order = match group.remove {
            RemovePolicy::Oldest => second,
            RemovePolicy::Newest => -second,
        };
        (order, chance::number(seed, &["leaves", &member.id]))
    });
    free.iter()
        .take(count)
        .map(|member| member.id.clone())
        .collect()
}

/// Begins an activity; `plan` fills in what it does.
pub(super) fn begin(
    estate: &mut Estate,
    place: usize,
    at: Timestamp,
    kind: Kind,
    description: String,
    fill: impl FnOnce(&mut Plan),
) {
    let mut plan = Plan {
        at,
        create: 0,
        leave: Vec::new(),
        cooldown: 0,
    };
    fill(&mut plan);
    let machines = u32::try_from(plan.create.max(plan.leave.len())).unwrap_or(u32::MAX);
    plan.at = at + estate.scaled(BASE + EACH * machines);
    let id = estate.scaling.new_id(at);
    let group = &mut estate.scaling.groups[place];
    group.activities.push(Activity {
        id,
        kind,
        status: Status::Running,
        cause: group.cause.clone(),
        description,
        started: at,
        ended: None,
        done: Vec::new(),
        failed: Vec::new(),
        error: 0,
        plan,
    });
}

/// Records an activity that did not happen, because another one runs or the group rests.
pub(super) fn cancel(
    estate: &mut Estate,
    place: usize,
    at: Timestamp,
    kind: Kind,
    cause: &str,
    error: i64,
) {
    let activity = over(estate, at, kind, Status::Cancelled, cause, error);
    estate.scaling.groups[place].activities.push(activity);
}

fn fail_at_once(estate: &mut Estate, place: usize, at: Timestamp, cause: &str) {
    let activity = over(estate, at, Kind::In, Status::Failed, cause, 0);
    estate.scaling.groups[place].activities.push(activity);
    tell(estate, place, at, Kind::In, Status::Failed);
}

fn over(
    estate: &mut Estate,
    at: Timestamp,
    kind: Kind,
    status: Status,
    cause: &str,
    error: i64,
) -> Activity {
    Activity {
        id: estate.scaling.new_id(at),
        kind,
        status,
        cause: cause.to_owned(),
        description: cause.to_owned(),
        started: at,
        ended: Some(at),
        done: Vec::new(),
        failed: Vec::new(),
        error,
        plan: Plan {
            at,
            create: 0,
            leave: Vec::new(),
            cooldown: 0,
        },
    }
}

/// Ends the activity of a group that has come to its end by `at`.
pub(super) fn end(estate: &mut Estate, place: usize) {
    let group = &estate.scaling.groups[place];
    let Some(index) = group
        .activities
        .iter()
        .rposition(|activity| activity.status == Status::Running)
    else {
        return;
    };
    let activity = group.activities[index].clone();
    let at = activity.plan.at;
    let fails = activity.plan.create > 0 && group.growing_fails != 0;
    let error = if fails { group.growing_fails } else { 0 };
    let mut done = Vec::new();
    let mut failed = Vec::new();
    if fails {
        failed = (0..activity.plan.create)
            .map(|number| chance::uuid(estate.seed, &["failed", &activity.id, &number.to_string()]))
            .collect();
        estate.scaling.groups[place].hold_until = Some(at + estate.scaled(AGAIN));
    } else {
        let destroy =
            activity.kind != Kind::Detach || estate.scaling.switches.destroy_auto_on_detach;
        for id in &activity.plan.leave {
            leave(estate, place, id, destroy);
            done.push(id.clone());
        }
        for number in 0..activity.plan.create {
            // Machines come up one after the other; the last one ends the activity.
            let later = activity.plan.create - 1 - number;
            let joined = at - Duration::from_secs(u64::try_from(later).unwrap_or(0));
            done.extend(join_new(estate, place, joined.max(activity.started)));
        }
    }
    let group = &mut estate.scaling.groups[place];
    let status = if fails {
        Status::Failed
    } else {
        Status::Succeeded
    };
    let kept = &mut group.activities[index];
    kept.status = status;
    kept.ended = Some(at);
    kept.error = error;
    kept.failed = failed;
    if kept.done.is_empty() {
        kept.done = done;
    }
    if activity.plan.cooldown > 0 {
        group.cooling_until =
            Some(at + Duration::from_secs(activity.plan.cooldown.into()).div_f64(estate.speed));
    }
    resized(group, at);
    tell(estate, place, at, activity.kind, status);
}

/// Remembers how many members there are from now on.
pub(super) fn resized(group: &mut Group, at: Timestamp) {
    let size = group.members.len();
    if group.sizes.last().is_none_or(|(_, known)| *known != size) {
        group.sizes.push((at, size));
    }
}

/// Sends a message to the account's contacts, if they want it (14.10).
fn tell(estate: &mut Estate, place: usize, at: Timestamp, kind: Kind, status: Status) {
    let event = match (kind, status) {
        (Kind::Out, Status::Succeeded) => 1,
        (Kind::Out, Status::Failed) => 2,
        (Kind::In, Status::Succeeded) => 3,
        (Kind::In, Status::Failed) => 4,
        (Kind::Replace, Status::Succeeded) => 5,
        (Kind::Replace, Status::Failed) => 6,
        _ => return,
    };
    let group = &estate.scaling.groups[place];
    let wanted = group
        .subscription
        .as_ref()
        .is_some_and(|(_, events)| events.contains(&event));
    if wanted {
        let id = group.id.clone();
        estate.scaling.told.push((at, id, event));
    }
}

/// Takes a member out of its group; a machine that the group created is destroyed if that is asked for.
pub(super) fn leave(estate: &mut Estate, place: usize, id: &str, destroy: bool) {
    let group = &mut estate.scaling.groups[place];
    let Some(index) = group.members.iter().position(|member| member.id == id) else {
        return;
    };
    let member = group.members.remove(index);
    if member.auto && destroy {
        estate
            .machines
            .retain(|machine| machine.name != member.name);
        for policy in &mut estate.policies {
            policy.machines.retain(|name| *name != member.name);
        }
    }
}

/// Creates a machine and makes it a member; gives its id.
fn join_new(estate: &mut Estate, place: usize, joined: Timestamp) -> Option<String> {
    let group = &estate.scaling.groups[place];
    let subnet = next_subnet(group)?;
    let stem = estate
        .scaling
        .configs
        .iter()
        .find(|config| config.id == group.config)
        .and_then(|config| config.given.get("InstanceName"))
        .and_then(serde_json::Value::as_str)
        .unwrap_or("as")
        .to_owned();
    let template = estate
        .machines
        .iter()
        .find(|machine| machine.subnet == subnet && machine.id_in(Cloud::Ksc).is_some())
        .or_else(|| {
            estate
                .machines
                .iter()
                .find(|m| m.id_in(Cloud::Ksc).is_some())
        })?
        .clone();
    let mut number = group.counter;
    let name = loop {
        number += 1;
        let name = format!("{stem}-{number:02}");
        if estate.machine(&name).is_none() {
            break name;
        }
    };
    // A number is never used again, so no id comes back.
    let machine = Machine::created(estate.seed, &template, &name, &subnet, number);
    let id = machine.id_in(Cloud::Ksc)?.to_owned();
    watch(estate, place, &name);
    estate.machines.push(machine);
    let group = &mut estate.scaling.groups[place];
    group.counter = number;
    group.members.push(Member {
        id: id.clone(),
        name,
        subnet,
        joined,
        auto: true,
        protected: false,
        ill_since: None,
    });
    Some(id)
}

/// Alarm policies that watch a member watch the new one, too.
fn watch(estate: &mut Estate, place: usize, name: &str) {
    let group = &estate.scaling.groups[place];
    for policy in &mut estate.policies {
        let watches = |member: &Member| policy.machines.contains(&member.name);
        if group.members.iter().any(watches) {
            policy.machines.push(name.to_owned());
        }
    }
}

/// Into which subnet the next member goes: the one with the fewest, or the first (14.5).
fn next_subnet(group: &Group) -> Option<String> {
    if group.strategy == "choice-first" {
        return group.subnets.first().cloned();
    }
    let members = |subnet: &String| {
        let all = group.members.iter();
        all.filter(|member| member.subnet == *subnet).count()
    };
    group
        .subnets
        .iter()
        .min_by_key(|subnet| members(subnet))
        .cloned()
}
