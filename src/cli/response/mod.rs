//! Incidents, WarRooms, scripts, orders and machines on the command line: the same rules, previews and journal as on
//! the screen.

pub mod args;
mod files;
mod incidents;
mod orders;
mod patches;
mod report;
mod rows;
mod scripts;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use futures_util::FutureExt as _;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use serde_json::Value as Json;

use super::args::Global;
use super::exit::Failure;
use super::{change, output, setup};
use crate::app::pane::{Confirm, Context};
use crate::app::world::World;
use crate::clock::Clock;
use crate::cloud::client::Client;
use crate::cloud::huawei_coc::answer;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::{Action, Receipt};
use crate::domain::doubt::{Doubt, Finding, KEPT, Trace};
use crate::domain::error::ApiError;
use crate::domain::journal::{Outcome, Ticket};
use crate::domain::query::{Facts, Query, Update};
use crate::domain::record::{Record, Stored};
use crate::domain::text::SafeText;
use crate::fetch::settle;
use crate::store::{JournalId, Store};
use crate::ui::glyphs;
use crate::ui::lang::Lang;
use crate::ui::rates::Rates;
use args::{Form, Printed};

pub use incidents::{incident, report_alarm, warroom};
pub use orders::order;
pub use patches::patch;
pub use report::{bundle, handover};
pub use scripts::{resource, script};

/// A place to work from: the account's client, what has been read, the journal.
struct Desk {
    client: Client,
    account: AccountId,
    world: World,
    lang: Lang,
    zone: TimeZone,
    store: Store,
    database: PathBuf,
    tracked: Vec<SafeText>,
}

impl Desk {
    /// Opens the journal and the account. Nothing is asked yet.
    async fn open(global: &Global) -> Result<Self, Failure> {
        let client = setup::client(global, SystemId::HuaweiCoc)?;
        let account = client.account().clone();
        let database = setup::paths(global).database();
        let (store, mut replies) = Store::open(Some(&database), Clock::System);
        let id = account.id.clone();
        let mut world = World::new(vec![account], Vec::new());
        store.load_journal();
        // When that is done, everything that was kept has been handed over.
        store.close().await;
        while let Some(Some(stored)) = replies.next().now_or_never() {
            match stored {
                Stored::Tracked(tracked) => drop(world.track(tracked)),
                Stored::Links(links) => world.add_links(links),
                Stored::Notes(notes) => world.add_notes(notes),
                Stored::Journal(entries) => world.set_journal(entries),
                Stored::Problem(text) => eprintln!("watchkeeper: {text}"),
                Stored::Samples(..)
                | Stored::Settings(_)
                | Stored::Exported(_)
                | Stored::Exporting(_) => {}
            }
        }
        let tracked = world.tracked.iter().filter(|(of, _)| *of == id);
        Ok(Self {
            tracked: tracked.map(|(_, incident)| incident.clone()).collect(),
            world,
            client,
            account: id,
            lang: Lang::En,
            zone: setup::local_zone(),
            store,
            database,
        })
    }

    /// Asks, and keeps the answer.
    async fn ask(&mut self, query: Query) -> Result<Facts, Failure> {
        let facts = answer::answer(&self.client, &query).await?;
        self.world.apply(Update {
            query,
            at: self.client.now(),
            result: Ok(facts.clone()),
        });
        Ok(facts)
    }

    /// What the rules of the screen are told.
    fn context(&self) -> Context<'_> {
        Context {
            world: &self.world,
            at: self.client.now(),
            lang: self.lang,
            zone: &self.zone,
            rates: Rates::AsSent,
            glyphs: &glyphs::UNICODE,
            area: Rect::ZERO,
        }
    }

    /// Carries a change out, with a line in the journal that is on the disk before the first byte leaves.
    async fn carry_out(&mut self, confirm: Confirm) -> Result<Receipt, Failure> {
        let doubt = self.expect_answer(&confirm).await?;
        let entry = change::Entry {
            summary: confirm.summary,
            command: doubt.command.clone(),
        };
        let journal = (&self.store, self.database.as_path());
        let line = change::write_down(&self.client, journal, &confirm.action, entry).await?;
        let kept = format!("{KEPT}{}", doubt.ticket);
        let text = doubt.to_json().to_string();
        self.store.save(Record::Setting(kept.clone(), text));
        let mut result = answer::act(&self.client, &confirm.action).await;
        self.store.settle(line, &result);
        let mut settled = true;
        if matches!(&result, Err(error) if error.outcome_unknown) {
            (result, settled) = self.look_up(&doubt, line, result).await;
        }
        if settled {
            self.store.save(Record::Setting(kept, "null".to_owned()));
        }
        if let (Action::CreateIncident(account, _), Ok(receipt)) = (&confirm.action, &result)
            && let Some(id) = &receipt.created
        {
            self.store.save(Record::Track(account.clone(), id.clone()));
        }
        self.store.close().await;
        Ok(result?)
    }

    /// What a change would leave behind, to be looked for when its answer is lost.
    async fn expect_answer(&mut self, confirm: &Confirm) -> Result<Doubt, Failure> {
        let mut known = Vec::new();
        if matches!(confirm.action, Action::RunScript(..)) {
            // An order is told from those that were there before.
            if let Facts::Orders(orders) = self.ask(Query::Orders(self.account.clone())).await? {
                known = orders.into_iter().map(|order| order.id).collect();
            }
        }
        let at = self.client.now();
        let profile = &self.account.profile;
        Ok(Doubt {
            ticket: Ticket::try_from(at.as_microsecond()).unwrap_or_default(),
            at,
            account: self.account.clone(),
            summary: confirm.summary.clone(),
            command: format!("watchkeeper --profile {profile} {}", confirm.command),
            trace: Trace::of(&confirm.action, known),
        })
    }

    /// The answer was lost: it is looked for, and never asked for again. What is found out goes into the journal;
    /// `false`: nothing was, and the dashboard goes on looking.
    async fn look_up(
        &self,
        doubt: &Doubt,
        line: JournalId,
        lost: Result<Receipt, ApiError>,
    ) -> (Result<Receipt, ApiError>, bool) {
        eprintln!(
            "watchkeeper: the answer was lost; looking for what came of it, nothing is sent again"
        );
        let finding = settle::look_up(&self.client, doubt).await;
        let ticket = Ticket::try_from(line).unwrap_or_default();
        let note = |outcome, text: &str| {
            self.store
                .save(Record::Settled(ticket, outcome, text.into()));
        };
        match finding {
            Finding::Done(created) => {
                let text = format!("it was carried out: {}", doubt.summary);
                note(Outcome::Done, &text);
                let receipt = Receipt {
                    created,
                    ..Receipt::new(text, None, Vec::new())
                };
                (Ok(receipt), true)
            }
            Finding::NotDone => {
                let text = format!("it was not carried out: {}", doubt.summary);
                note(Outcome::Failed, &text);
                eprintln!("watchkeeper: {text}");
                (lost, true)
            }
            Finding::Several(count) => {
                eprintln!(
                    "watchkeeper: {count} things may have come of it; look at them before you repeat it"
                );
                (lost, true)
            }
            Finding::Open => {
                eprintln!(
                    "watchkeeper: it is not known; `watchkeeper journal` keeps it, and the dashboard goes on looking"
                );
                (lost, false)
            }
        }
    }

    /// Carries a change out and says what came of it.
    async fn act(&mut self, confirm: Confirm) -> Result<Receipt, Failure> {
        let receipt = self.carry_out(confirm).await?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", receipt.summary)?;
        if let Some(id) = &receipt.request_id {
            writeln!(std::io::stderr(), "request {id}")?;
        }
        Ok(receipt)
    }
}

/// Runs a command on a runtime of its own.
fn on_runtime<T>(command: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    setup::runtime()?.block_on(command)
}

/// Prints rows or one thing.
fn print(printed: Printed, value: &Json) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    match printed.output {
        Form::Json => output::json(&mut out, value)?,
        Form::Table if value.as_array().is_some_and(Vec::is_empty) => {}
        Form::Table => output::table(&mut out, value)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Something that does not exist.
fn missing(what: &str, name: &str) -> Failure {
    Failure::Missing(format!(
        "there is no {what} {:?}",
        SafeText::new(name).shown()
    ))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use serde_json::json;

    use crate::cli::args::Cli;
    use crate::domain::account::{AccountId, SystemId};
    use crate::domain::action::{NewIncident, NewWarRoom};
    use crate::domain::incident::{Incident, IncidentStatus, Level};
    use crate::panes::incident_forms as forms;
    use crate::ui::lang::Lang;

    /// The words of a command line as a shell reads them.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quoted, mut escaped) = (vec![String::new()], false, false);
        for c in line.chars() {
            let last = words.len() - 1;
            match c {
                _ if escaped => {
                    words[last].push(c);
                    escaped = false;
                }
                '\'' => quoted = !quoted,
                '\\' if !quoted => escaped = true,
                ' ' if !quoted => words.push(String::new()),
                c => words[last].push(c),
            }
        }
        words
    }

    fn incident() -> Incident {
        Incident {
            id: "IM1".into(),
            title: "it's down".into(),
            description: "a\nb".into(),
            level: Some(Level::P2),
            status: IncidentStatus::Triggered,
            kind: "inc_type_p_function_issues".into(),
            source: "incident_source_alarm".into(),
            service: "portal".into(),
            region: "cn-north-4".into(),
            interrupted: true,
            assignees: Vec::new(),
            creator: "demo".into(),
            warroom: None,
            created: None,
            handled: None,
            names: Vec::new(),
        }
    }

    #[test]
    fn what_the_screen_offers_to_repeat_is_a_command_line_of_this_program() {
        let account = AccountId::new("demo", SystemId::HuaweiCoc);
        let (lang, incident) = (Lang::En, incident());
        let solved =
            json!({"cause": "it's\nfull", "solution": "-", "kind": "k", "interrupted": true});
        let new = NewIncident {
            title: "it's down".to_owned(),
            description: "a\n--b".to_owned(),
            level: Level::P1,
            kind: "inc_type_p_function_issues".to_owned(),
            source: "incident_source_alarm".to_owned(),
            service: "portal".to_owned(),
            region: Some("cn-north-4".to_owned()),
            interrupted: true,
            assignee: Some("me".to_owned()),
        };
        let room = NewWarRoom {
            title: "$(reboot)".to_owned(),
            description: String::new(),
            incident: "IM1".into(),
            applications: vec!["a".to_owned(), "b".to_owned()],
            admin: "me".to_owned(),
            schedule: vec![("r".to_owned(), "s".to_owned())],
            enterprise_project: "0".to_owned(),
        };
        let lines = [
            forms::confirm_create(&account, new, lang),
            forms::confirm_accept(&account, &incident, lang),
            forms::confirm_solve(&account, &incident, &solved, lang),
            forms::confirm_verify(
                &account,
                &incident,
                &json!({"solved": true, "comment": "ok"}),
                lang,
            ),
            forms::confirm_warroom(&account, &incident, room, lang),
        ]
        .map(|confirm| confirm.command);
        let others = [
            "script apply restart_nginx.sh",
            "script rm SC1",
            "order pause SCT1",
            "order continue SCT1",
            "order cancel SCT1",
            "order skip SCT1 --batch 2",
            "order cancel-host SCT1 --host 383",
            "order show SCT1",
            "incident ls",
            "script run SC1 --on web-03 --param 'port=8 0' --sizes 1,5 --timeout 300 --rate 99.5 --user root --pause",
        ];
        for line in lines.iter().map(String::as_str).chain(others) {
            let all = words(&format!("watchkeeper --profile demo {line}"));
            if let Err(error) = Cli::try_parse_from(&all) {
                panic!("{line}\n{error}");
            }
        }
    }
}
