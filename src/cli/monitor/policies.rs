//! `policy`: the list, one in full, new ones, rehearsals and receivers.

use std::io::Write as _;

use serde_json::{Value as Json, json};

use super::args::{PolicyCommand, ReceiversCommand, WhoArgs};
use super::metrics::{instant, read};
use super::{act, monitor, named};
use crate::cli::args::Global;
use crate::cli::exit::Failure;
use crate::cli::setup;
use crate::domain::action::{Action, NewPolicy};
use crate::domain::alarm::AlarmPolicy;
use crate::domain::query::{Facts, Query};
use crate::domain::rehearse::rehearse;
use crate::panes::policy_words;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::rates::Rates;

/// `policy`.
pub fn run(global: &Global, command: &PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Ls { listing } => {
            let client = monitor(global)?;
            let query = Query::Policies(client.account().id.clone());
            let Facts::Policies(policies) = setup::runtime()?.block_on(client.answer(&query))?
            else {
                return Err(Failure::strange());
            };
            listing.print(policies.iter().map(policy_row).collect())
        }
        PolicyCommand::Show { id } => {
            let client = monitor(global)?;
            let query = Query::Policy(client.account().id.clone(), *id);
            let Facts::Policies(policies) = setup::runtime()?.block_on(client.answer(&query))?
            else {
                return Err(Failure::strange());
            };
            let policy = policies.first().ok_or_else(Failure::strange)?;
            show(policy, setup::rates(&setup::config(global).0))
        }
        PolicyCommand::New {
            name,
            namespace,
            metric,
            dimensions,
            rule,
            minutes,
            method,
            who,
            way,
        } => {
            let client = monitor(global)?;
            let trial = rule.trial();
            let reach = way.meant();
            let groups = who.group.iter().map(|id| (*id, true, reach));
            let people = who.person.iter().map(|id| (*id, false, reach));
            let new = NewPolicy {
                name: name.clone(),
                namespace: namespace.clone(),
                metric: metric.clone(),
                dimensions: dimensions.clone(),
                statistic: method.meant(),
                comparison: trial.comparison,
                threshold: trial.threshold,
                minutes: *minutes,
                cycles: trial.cycles,
                receivers: groups.chain(people).collect(),
            };
            let action = Action::CreatePolicy(client.account().id.clone(), new);
            act(
                global,
                &client,
                &action,
                format!("create alarm policy {name:?}"),
            )
        }
        PolicyCommand::Rehearse { what, rule } => {
            let mut out = std::io::stdout().lock();
            for series in read(global, what)? {
                let found = rehearse(rule.trial(), &series.samples, series.period);
                writeln!(
                    out,
                    "{}: {} {}, {} in a row: would have fired {} times, {} in all ({} samples)",
                    series.key,
                    rule.op.sign(),
                    rule.threshold,
                    rule.cycles,
                    found.burns.len(),
                    format::duration(Lang::En, found.seconds),
                    found.samples,
                )?;
                for burn in found.burns {
                    writeln!(
                        out,
                        "  {}  to  {}  worst {}",
                        instant(burn.from),
                        instant(burn.to),
                        burn.worst
                    )?;
                }
            }
            Ok(())
        }
        PolicyCommand::Receivers { command } => receivers(global, command),
    }
}

fn receivers(global: &Global, command: &ReceiversCommand) -> Result<(), Failure> {
    let client = monitor(global)?;
    let account = client.account().id.clone();
    let chosen = |who: &WhoArgs| match (who.group.as_slice(), who.person.as_slice()) {
        ([], []) => Err(Failure::Usage(
            "name somebody with --group or --person".to_owned(),
        )),
        ([], people) => Ok((people.to_vec(), false)),
        (groups, _) => Ok((groups.to_vec(), true)),
    };
    let (action, summary) = match command {
        ReceiversCommand::Add { policy, who, way } => {
            let (ids, is_group) = chosen(who)?;
            let summary = format!("tell {} of alarm policy {policy}", named(&ids, is_group));
            let action = Action::AddReceivers {
                account,
                policy: *policy,
                ids,
                is_group,
                reach: way.meant(),
            };
            (action, summary)
        }
        ReceiversCommand::Rm { policy, who } => {
            let (ids, is_group) = chosen(who)?;
            let whom = named(&ids, is_group);
            let summary = format!("tell {whom} of alarm policy {policy} no more");
            let action = Action::RemoveReceivers {
                account,
                policy: *policy,
                ids,
                is_group,
            };
            (action, summary)
        }
    };
    act(global, &client, &action, summary)
}

fn policy_row(policy: &AlarmPolicy) -> Json {
    let state = match (policy.enabled, policy.firing.len()) {
        (false, _) => "off".to_owned(),
        (true, 0) if !policy.unchecked.is_empty() => "unclear".to_owned(),
        (true, 0) => "ok".to_owned(),
        (true, count) => format!("firing on {count}"),
    };
    json!({
        "id": policy.id,
        "state": state,
        "name": policy.name.shown(),
        "rules": policy.rule_count,
        "objects": policy.bound_count,
        "receivers": policy.receiver_count,
    })
}

fn show(policy: &AlarmPolicy, rates: Rates) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}  {}", policy.id, policy.name)?;
    for rule in &policy.rules {
        writeln!(
            out,
            "rule      {}",
            policy_words::sentence(rule, rates, Lang::En)
        )?;
    }
    for firing in &policy.firing {
        writeln!(
            out,
            "firing    {}  {}  since {}",
            firing.series, firing.value, firing.since
        )?;
    }
    for unchecked in &policy.unchecked {
        writeln!(out, "unknown   {unchecked}")?;
    }
    for receiver in &policy.receivers {
        let kind = if receiver.is_group { "group" } else { "person" };
        writeln!(out, "receiver  {kind} {}  {}", receiver.id, receiver.name)?;
    }
    for bound in &policy.bound {
        writeln!(out, "object    {}  {}", bound.id, bound.name)?;
    }
    Ok(())
}
