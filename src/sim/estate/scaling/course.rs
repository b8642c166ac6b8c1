//! What time brings: ends of activities, runs of tasks, policies, replacements (ksc-autoscaling.md, 14.5 to 14.9).

use std::time::Duration;

use jiff::Timestamp;

use super::activities::{self, BUSY, COOLING, begin, cancel, reconcile};
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::{Group, Kind, MetricRule};

/// A member that does not work is replaced after this long.
const PATIENCE: Duration = Duration::from_secs(60);
/// Periods of a policy that are looked at after a long time without calls.
const PERIODS: i32 = 240;

/// Something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The activity ends.
    End,
    /// A task runs: its place.
    Task(usize),
    /// A period of a policy is over: its place.
    Policy(usize),
    /// The rest or a pause is over, or a member has been ill for long enough.
    Look,
}

/// Lets everything happen that happens until `now`, in the order of time.
pub fn advance(estate: &mut Estate, now: Timestamp) {
    for place in 0..estate.scaling.groups.len() {
        skip_old_periods(&mut estate.scaling.groups[place], now);
        while let Some((at, due)) = next_due(estate, place).filter(|(at, _)| *at <= now) {
            happen(estate, place, at, due);
        }
    }
}

/// After a long time without calls nobody looks at every minute of it.
fn skip_old_periods(group: &mut Group, now: Timestamp) {
    for policy in &mut group.policies {
        let period = Duration::from_secs(policy.rule.period.max(1).into());
        let oldest = now - period.saturating_mul(PERIODS.unsigned_abs());
        if policy.seen < oldest {
            policy.seen = oldest;
            policy.run = 0;
        }
    }
}

fn next_due(estate: &Estate, place: usize) -> Option<(Timestamp, Due)> {
    let group = &estate.scaling.groups[place];
    let end = group.running().map(|activity| (activity.plan.at, Due::End));
    let tasks = group
        .tasks
        .iter()
        .enumerate()
        .filter_map(|(index, task)| Some((task.next?, Due::Task(index))));
    let policies = group.policies.iter().enumerate().map(|(index, policy)| {
        let period = Duration::from_secs(policy.rule.period.max(1).into());
        (policy.seen + period, Due::Policy(index))
    });
    let look = looks(estate, group).map(|at| (at, Due::Look));
    end.into_iter()
        .chain(tasks)
        .chain(policies)
        .chain(look)
        .min()
}

/// When a group at work has to be looked at again.
fn looks(estate: &Estate, group: &Group) -> Option<Timestamp> {
    if !group.active || group.running().is_some() {
        return None;
    }
    let rested = group.cooling_until.filter(|_| group.waits);
    let again = group.hold_until.filter(|until| *until < Timestamp::MAX);
    let ill = group
        .members
        .iter()
        .filter(|member| !member.protected)
        .filter_map(|member| member.ill_since)
        .min()
        .map(|since| since + estate.scaled(PATIENCE));
    [rested, again, ill].into_iter().flatten().min()
}

fn happen(estate: &mut Estate, place: usize, at: Timestamp, due: Due) {
    match due {
        Due::End => {
            activities::end(estate, place);
            reconcile(estate, place, at, 0);
        }
        Due::Task(index) => run_task(estate, place, at, index),
        Due::Policy(index) => look_at_policy(estate, place, at, index),
        Due::Look => {
            let group = &mut estate.scaling.groups[place];
            if group.hold_until.is_some_and(|until| until <= at) {
                group.hold_until = None;
            }
            if group.waits && !group.cools_at(at) {
                group.waits = false;
            }
            reconcile(estate, place, at, 0);
            replace_ill(estate, place, at);
        }
    }
}

/// A task sets the sizes at once; its activity waits for what runs and for the end of the rest (14.8).
fn run_task(estate: &mut Estate, place: usize, at: Timestamp, index: usize) {
    let group = &mut estate.scaling.groups[place];
    let task = &mut group.tasks[index];
    task.next = task.run_after(at);
    if !group.active {
        return;
    }
    let cause = format!("定时任务触发[{}]", group.tasks[index].name);
    let task = &group.tasks[index];
    (group.min, group.max, group.desired) = (task.min, task.max, task.desired);
    group.cause.clone_from(&cause);
    group.hold_until = None;
    let apart = group.desired - group.size();
    let kind = if apart < 0 { Kind::In } else { Kind::Out };
    if group.running().is_some() {
        cancel(estate, place, at, kind, &cause, BUSY);
    } else if group.cools_at(at) && apart != 0 {
        group.waits = true;
        cancel(estate, place, at, kind, &cause, COOLING);
    } else {
        reconcile(estate, place, at, 0);
    }
}

/// Looks at the period of a policy that ends at `at` (14.7).
fn look_at_policy(estate: &mut Estate, place: usize, at: Timestamp, index: usize) {
    let group = &estate.scaling.groups[place];
    let policy = &group.policies[index];
    let holds = group.active
        && value(estate, group, &policy.rule, policy.seen)
            .is_some_and(|value| policy.rule.holds(value));
    let policy = &mut estate.scaling.groups[place].policies[index];
    policy.seen = at;
    // A period without data breaks the run.
    policy.run = if holds { policy.run + 1 } else { 0 };
    if policy.run >= policy.rule.repeat {
        policy.run = 0;
        fire(estate, place, at, index);
    }
}

/// A policy fires: a new size, or a cancelled activity.
fn fire(estate: &mut Estate, place: usize, at: Timestamp, index: usize) {
    let group = &mut estate.scaling.groups[place];
    let policy = &group.policies[index];
    let size = u32::try_from(group.members.len()).unwrap_or(u32::MAX);
    let wanted = policy.adjustment.applied(size).clamp(group.min, group.max);
    if wanted == group.size() {
        return;
    }
    let cause = format!("自定义策略触发[{}]", policy.name);
    let kind = if wanted < group.size() {
        Kind::In
    } else {
        Kind::Out
    };
    let cooldown = policy.cooldown;
    if group.running().is_some() {
        cancel(estate, place, at, kind, &cause, BUSY);
    } else if group.cools_at(at) {
        cancel(estate, place, at, kind, &cause, COOLING);
    } else {
        if group.desired != wanted {
            // The sizes have changed: what could not be done before may be possible now.
            group.hold_until = None;
        }
        group.desired = wanted;
        group.cause = cause;
        reconcile(estate, place, at, cooldown);
    }
}

/// The value of a rule's metric over all members that work, in one period.
fn value(estate: &Estate, group: &Group, rule: &MetricRule, from: Timestamp) -> Option<f64> {
    let (measure, unit) = rule.measure()?;
    if rule.metric.starts_with("listener_") && group.bindings.is_empty() {
        return None;
    }
    let period = Duration::from_secs(rule.period.max(1).into());
    let values: Vec<f64> = group
        .members
        .iter()
        .filter(|member| member.ill_since.is_none())
        .filter_map(|member| estate.machine(&member.name))
        .filter_map(|machine| {
            let condensed = estate.condensed(machine, measure, from, period)?;
            Some(condensed.average / unit)
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    Some(match rule.function.as_str() {
        "max" => values.iter().copied().fold(f64::MIN, f64::max),
        "min" => values.iter().copied().fold(f64::MAX, f64::min),
        _ => values.iter().sum::<f64>() / values.len() as f64,
    })
}

/// Replaces a member that does not work (14.9).
fn replace_ill(estate: &mut Estate, place: usize, at: Timestamp) {
    let patience = estate.scaled(PATIENCE);
    let group = &mut estate.scaling.groups[place];
    if !group.active || group.running().is_some() {
        return;
    }
    let is_due = |since: Timestamp| since + patience <= at;
    let ill = group
        .members
        .iter()
        .find(|member| !member.protected && member.ill_since.is_some_and(is_due));
    let Some(id) = ill.map(|member| member.id.clone()) else {
        return;
    };
    group.cause = format!("替换不健康子机[{id}]");
    let description = group.cause.clone();
    begin(estate, place, at, Kind::Replace, description, |plan| {
        plan.create = 1;
        plan.leave = vec![id];
    });
}
