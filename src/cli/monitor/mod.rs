//! Metrics, alarm policies and contacts without a screen: `metric`, `policy` and `contact`.

pub mod args;
pub mod metrics;
pub mod policies;

use std::io::Write as _;

use serde_json::json;

use self::args::ContactCommand;
use super::args::Global;
use super::change::carry_out_typed;
use super::exit::Failure;
use super::setup;
use crate::cloud::client::Client;
use crate::domain::account::SystemId;
use crate::domain::action::Action;
use crate::domain::query::{Facts, Query};
use crate::domain::text::SafeText;

/// Carries out a change, with a line in the journal, and says what came of it.
fn act(global: &Global, client: &Client, action: &Action, summary: String) -> Result<(), Failure> {
    let sent = carry_out_typed(global, client, action, summary);
    let receipt = setup::runtime()?.block_on(sent)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", receipt.summary)?;
    if receipt.left_out.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = receipt.left_out.iter().map(SafeText::shown).collect();
    let words = format!("done only in part: not for {}", names.join(", "));
    Err(Failure::Other(words))
}

fn monitor(global: &Global) -> Result<Client, Failure> {
    setup::client(global, SystemId::KscMonitor)
}

/// Contacts in words, by their ids.
fn named(ids: &[u64], is_group: bool) -> String {
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    let kind = if is_group { "group" } else { "person" };
    format!("{kind} {}", ids.join(", "))
}

/// `contact`.
pub fn contact(global: &Global, command: &ContactCommand) -> Result<(), Failure> {
    let client = monitor(global)?;
    let account = client.account().id.clone();
    let (ids, enabled) = match command {
        ContactCommand::Ls { reveal, listing } => {
            let query = Query::Contacts(account);
            let Facts::Contacts { groups, people } =
                setup::runtime()?.block_on(client.answer(&query))?
            else {
                return Err(Failure::strange());
            };
            let shown = |text: &str| {
                if *reveal {
                    text.to_owned()
                } else {
                    crate::panes::contacts::masked(text)
                }
            };
            let groups = groups.iter().map(|group| {
                json!({"kind": "group", "id": group.id, "name": group.name.shown(), "members": group.members})
            });
            let people = people.iter().map(|person| {
                let of: Vec<&str> = person.groups.iter().map(SafeText::shown).collect();
                json!({
                    "kind": "person",
                    "id": person.id,
                    "name": person.name.shown(),
                    "state": if person.enabled { "on" } else { "off" },
                    "groups": of.join(", "),
                    "email": shown(person.email.shown()),
                    "phone": shown(person.phone.shown()),
                })
            });
            return listing.print(groups.chain(people).collect());
        }
        ContactCommand::Enable { ids } => (ids, true),
        ContactCommand::Disable { ids } => (ids, false),
    };
    let verb = if enabled { "enable" } else { "disable" };
    let summary = format!("{verb} {}", named(ids, false));
    let action = Action::SwitchContacts {
        account,
        ids: ids.clone(),
        enabled,
    };
    act(global, &client, &action, summary)
}
