//! `watchkeeper journal`: what this user changed.

use std::io::Write as _;

use serde_json::json;

use super::args::{Global, JournalArgs};
use super::exit::Failure;
use super::setup;
use crate::domain::journal::{JournalEntry, Outcome};
use crate::domain::text::SafeText;

/// Prints the journal, newest first.
pub fn run(global: &Global, args: &JournalArgs) -> Result<(), Failure> {
    let database = setup::paths(global).database();
    let entries = crate::store::read_journal(&database, args.limit)
        .map_err(|error| Failure::Other(error.to_string()))?;
    let mut out = std::io::stdout().lock();
    if entries.is_empty() && !args.json {
        writeln!(
            std::io::stderr(),
            "nothing was changed yet ({})",
            database.display()
        )?;
    }
    for entry in entries {
        if args.json {
            writeln!(out, "{}", as_json(&entry))?;
        } else {
            print(&mut out, &entry)?;
        }
    }
    Ok(())
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Intent => "open",
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    }
}

fn print(out: &mut impl std::io::Write, entry: &JournalEntry) -> std::io::Result<()> {
    writeln!(
        out,
        "{:.0}  {:<7}  {:<24}  {}",
        entry.at,
        word(entry.outcome),
        entry.account,
        entry.summary
    )?;
    if let Some(result) = &entry.result {
        writeln!(out, "{:32}{result}", "")?;
    }
    if let Some(id) = &entry.request_id {
        writeln!(out, "{:32}request {id}", "")?;
    }
    writeln!(out, "{:32}{}", "", entry.command)
}

fn as_json(entry: &JournalEntry) -> serde_json::Value {
    json!({
        "ticket": entry.ticket,
        "at": entry.at.to_string(),
        "settled": entry.settled.map(|at| at.to_string()),
        "account": entry.account,
        "operation": entry.operation,
        "summary": entry.summary.shown(),
        "command": entry.command.shown(),
        "outcome": word(entry.outcome),
        "request_id": entry.request_id.as_ref().map(SafeText::shown),
        "result": entry.result.as_ref().map(SafeText::shown),
    })
}
