//! How groups and what belongs to them are printed: a table, or JSON for other programs.

use std::io::Write as _;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::args::Printing;
use crate::cli::exit::Failure;
use crate::cli::output;
use crate::domain::scaling::{
    Adjustment, Config, Function, Group, GroupDetail, GroupStatus, Origin, RemovePolicy,
};
use crate::domain::text::SafeText;

fn out(rows: Vec<Json>, printing: Printing) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let empty = rows.is_empty();
    let rows = Json::Array(rows);
    if printing.json {
        output::json(&mut out, &rows)?;
    } else if empty {
        writeln!(std::io::stderr(), "nothing to list")?;
    } else {
        output::table(&mut out, &rows)?;
    }
    Ok(())
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

fn status(status: &GroupStatus) -> &str {
    match status {
        GroupStatus::Active => "active",
        GroupStatus::Inactive => "disabled",
        GroupStatus::Other(raw) => raw.raw(),
    }
}

fn texts(all: &[SafeText]) -> Vec<&str> {
    all.iter().map(SafeText::raw).collect()
}

fn row(group: &Group) -> Json {
    json!({
        "id": group.id.raw(),
        "name": group.name.raw(),
        "status": status(&group.status),
        "members": group.members,
        "desired": group.desired,
        "min": group.min,
        "max": group.max,
        "config": group.config_name.raw(),
    })
}

pub fn groups(groups: &[Group], printing: Printing) -> Result<(), Failure> {
    out(groups.iter().map(row).collect(), printing)
}

fn members(detail: &GroupDetail) -> Vec<Json> {
    let members = detail.members.iter().map(|member| {
        let origin = match &member.origin {
            Origin::Auto => "auto",
            Origin::Manual => "manual",
            Origin::Other(raw) => raw.raw(),
        };
        json!({
            "id": member.id.raw(),
            "name": member.name.raw(),
            "healthy": member.healthy,
            "origin": origin,
            "protected": member.protected,
            "joined": time(member.joined),
        })
    });
    members.collect()
}

fn activity_rows(detail: &GroupDetail) -> Vec<Json> {
    let activities = detail.activities.iter().map(|activity| {
        json!({
            "id": activity.id.raw(),
            "kind": activity.kind.name(),
            "status": activity.status.name(),
            "started": time(activity.started),
            "ended": time(activity.ended),
            "cause": activity.cause.raw(),
            "machines": activity.done.len(),
            "failed": activity.failed.len(),
            "error": activity.error,
        })
    });
    activities.collect()
}

pub fn activities(detail: &GroupDetail, printing: Printing) -> Result<(), Failure> {
    out(activity_rows(detail), printing)
}

fn policy_rows(detail: &GroupDetail) -> Vec<Json> {
    let policies = detail.policies.iter().map(|policy| {
        let rule = &policy.rule;
        let (by, value) = match policy.adjustment {
            Some(Adjustment::Total(value)) => ("total", Some(value)),
            Some(Adjustment::Count(value)) => ("count", Some(value)),
            Some(Adjustment::Percent(value)) => ("percent", Some(value)),
            None => ("unknown", None),
        };
        let function = match rule.function {
            Some(Function::Average) => "avg",
            Some(Function::Min) => "min",
            Some(Function::Max) => "max",
            None => "unknown",
        };
        json!({
            "id": policy.id.raw(),
            "name": policy.name.raw(),
            "when": format!("{function} {} {} {}", rule.metric.raw(), rule.sign(), rule.threshold),
            "repeat": rule.repeat,
            "period": rule.period,
            "by": by,
            "value": value,
            "cooldown": policy.cooldown,
        })
    });
    policies.collect()
}

pub fn policies(detail: &GroupDetail, printing: Printing) -> Result<(), Failure> {
    out(policy_rows(detail), printing)
}

fn task_rows(detail: &GroupDetail, now: Option<Timestamp>) -> Vec<Json> {
    let tasks = detail.tasks.iter().map(|task| {
        let mut row = json!({
            "id": task.id.raw(),
            "name": task.name.raw(),
            "min": task.min,
            "desired": task.desired,
            "max": task.max,
            "start": time(task.start),
            "end": time(task.end),
        });
        if let Some(now) = now {
            let runs: Vec<String> = task
                .next_runs(now, 5)
                .iter()
                .map(ToString::to_string)
                .collect();
            row["next"] = runs.join(" ").into();
        }
        row
    });
    tasks.collect()
}

pub fn tasks(detail: &GroupDetail, now: Timestamp, printing: Printing) -> Result<(), Failure> {
    out(task_rows(detail, Some(now)), printing)
}

pub fn group(group: &Group, detail: &GroupDetail, printing: Printing) -> Result<(), Failure> {
    let mut whole = row(group);
    whole["remove"] = group.remove.map(RemovePolicy::name).into();
    whole["vpc"] = group.vpc.raw().into();
    whole["subnets"] = texts(&group.subnets).into();
    whole["security_groups"] = texts(&group.security_groups).into();
    whole["balancers"] = group
        .bindings
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .into();
    whole["created"] = time(group.created).into();
    if printing.json {
        whole["member_list"] = members(detail).into();
        whole["activities"] = activity_rows(detail).into();
        whole["policies"] = policy_rows(detail).into();
        whole["tasks"] = task_rows(detail, None).into();
        let events: Vec<u8> = detail
            .subscriptions
            .iter()
            .flat_map(|one| one.events.iter().copied())
            .collect();
        whole["events"] = events.into();
        output::json(&mut std::io::stdout().lock(), &whole)?;
        return Ok(());
    }
    output::table(&mut std::io::stdout().lock(), &whole)?;
    for (title, rows) in [
        ("members", members(detail)),
        ("policies", policy_rows(detail)),
        ("tasks", task_rows(detail, None)),
    ] {
        if !rows.is_empty() {
            writeln!(std::io::stdout(), "\n{title}")?;
            out(rows, printing)?;
        }
    }
    Ok(())
}

pub fn configs(configs: &[Config], printing: Printing) -> Result<(), Failure> {
    let rows = configs.iter().map(|config| {
        let groups: Vec<&str> = config.groups.iter().map(|(_, name)| name.raw()).collect();
        json!({
            "id": config.id.raw(),
            "name": config.name.raw(),
            "types": texts(&config.types).join(","),
            "image": config.image.raw(),
            "used_by": groups.join(","),
            "created": time(config.created),
        })
    });
    out(rows.collect(), printing)
}

/// What differs, one property a line.
pub fn diff(one: &Config, other: &Config) -> Result<(), Failure> {
    let properties = |config: &Config| {
        let mut all = vec![
            ("ImageId", config.image.shown().to_owned()),
            ("InstanceType", texts(&config.types).join(",")),
        ];
        let rest = config.properties.iter();
        all.extend(rest.map(|(name, value)| (*name, value.shown().to_owned())));
        all
    };
    let (before, after) = (properties(one), properties(other));
    let mut names: Vec<&str> = before.iter().chain(&after).map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    let value = |all: &[(&'static str, String)], name: &str| {
        let found = all.iter().find(|(known, _)| *known == name);
        found.map_or_else(|| "-".to_owned(), |(_, value)| value.clone())
    };
    let mut out = std::io::stdout().lock();
    for name in names {
        let (from, to) = (value(&before, name), value(&after, name));
        if from != to {
            writeln!(out, "{name}: {from} -> {to}")?;
        }
    }
    Ok(())
}
