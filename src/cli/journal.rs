//! `watchkeeper journal`: what this user changed.

use std::io::Write as _;

use serde_json::json;

use std::path::Path;

use futures_util::FutureExt as _;

use super::args::{Global, JournalArgs, JournalCommand, Verdict};
use super::exit::Failure;
use super::setup;
use crate::clock::Clock;
use crate::domain::doubt::Doubt;
use crate::domain::journal::{JournalEntry, Outcome, Ticket};
use crate::domain::record::{Record, Stored};
use crate::domain::text::SafeText;
use crate::store::Store;

/// Among so many of the latest lines one is looked for that is to be settled.
const LATEST: u32 = 1_000;

/// Prints the journal, newest first.
pub fn run(global: &Global, args: &JournalArgs) -> Result<(), Failure> {
    let database = setup::paths(global).database();
    if let Some(JournalCommand::Settle { entry, outcome }) = args.command {
        return settle(&database, entry, outcome);
    }
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

/// Writes down how a change ended that nobody knew of. Nothing is looked for any longer.
fn settle(database: &Path, ticket: Ticket, verdict: Verdict) -> Result<(), Failure> {
    let entries = crate::store::read_journal(database, LATEST)
        .map_err(|error| Failure::Other(error.to_string()))?;
    let entry = entries
        .into_iter()
        .find(|entry| entry.ticket == ticket)
        .ok_or_else(|| Failure::Missing(format!("there is no entry {ticket} in the journal")))?;
    if entry.outcome != Outcome::Unknown {
        let said = word(entry.outcome);
        return Err(Failure::Refused(format!(
            "entry {ticket} is {said} already"
        )));
    }
    let outcome = match verdict {
        Verdict::Done => Outcome::Done,
        Verdict::NotDone => Outcome::Failed,
    };
    setup::runtime()?.block_on(async {
        let (store, mut replies) = Store::open(Some(database), Clock::System);
        store.close().await;
        while let Some(Some(stored)) = replies.next().now_or_never() {
            match stored {
                Stored::Settings(settings) => {
                    for (name, _) in settings.iter().filter(|kept| is_about(kept, &entry)) {
                        store.save(Record::Setting(name.clone(), "null".to_owned()));
                    }
                }
                Stored::Problem(text) => return Err(Failure::Other(text)),
                _ => {}
            }
        }
        store.save(Record::Settled(ticket, outcome, "settled by hand".into()));
        store.close().await;
        Ok(())
    })?;
    writeln!(
        std::io::stdout(),
        "entry {ticket} is {}: {}",
        word(outcome),
        entry.summary
    )?;
    Ok(())
}

/// Is this what was kept to look for the change in this line?
fn is_about((name, value): &(String, String), entry: &JournalEntry) -> bool {
    Doubt::kept(name, value).is_some_and(|doubt| doubt.is_in(entry))
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
        "{:>4}  {:.0}  {:<7}  {:<24}  {}",
        entry.ticket,
        entry.at,
        word(entry.outcome),
        entry.account,
        entry.summary
    )?;
    if let Some(result) = &entry.result {
        writeln!(out, "{:38}{result}", "")?;
    }
    if let Some(id) = &entry.request_id {
        writeln!(out, "{:38}request {id}", "")?;
    }
    writeln!(out, "{:38}{}", "", entry.command)
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
