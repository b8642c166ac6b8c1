//! Members: added, taken out and protected by hand.

use std::collections::BTreeSet;

use crate::sim::estate::scaling::activities::{begin, leave, reconcile, resized};
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::{Group, Kind, Member, Refused};
use crate::sim::scenario::Cloud;

/// Sibling limit (10).
const MOST_AT_ONCE: usize = 20;

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
