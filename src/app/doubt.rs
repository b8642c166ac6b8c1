//! Unknown outcomes: they are kept over restarts, looked up until they are settled, and shown until they are. Nothing
//! is ever sent a second time.

use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::action::{Action, Receipt};
use crate::domain::doubt::{Doubt, Finding, KEPT, LATE, Trace};
use crate::domain::error::{ApiError, Class};
use crate::domain::journal::{Outcome, Ticket};
use crate::domain::query::{Priority, Want};
use crate::domain::record::Record;
use crate::domain::text::SafeText;

use super::App;
use super::effect::Effect;
use super::pane::{Event, Tone};
use crate::ui::format;

/// How often the traces are looked for.
const EVERY: Duration = Duration::from_secs(5);

impl App {
    /// A change is about to be sent: what it would leave behind is kept first, so that a restart can look for it.
    pub(super) fn expect_answer(
        &mut self,
        ticket: Ticket,
        action: &Action,
        summary: &str,
        command: &str,
    ) {
        let account = action.account().clone();
        let known = self
            .world
            .orders()
            .filter(|(of, _)| **of == account)
            .map(|(_, order)| order.id.clone())
            .collect();
        let doubt = Doubt {
            ticket,
            at: self.now,
            account,
            summary: summary.to_owned(),
            command: command.to_owned(),
            trace: Trace::of(action, known),
        };
        self.keep_doubt(ticket, doubt.to_json().to_string());
        self.awaited.push(doubt);
    }

    fn keep_doubt(&mut self, ticket: Ticket, text: String) {
        let record = Record::Setting(format!("{KEPT}{ticket}"), text);
        self.effects.push(Effect::Save(record));
    }

    /// The answer came: nothing has to be looked for.
    pub(super) fn answered(&mut self, ticket: Ticket) {
        self.awaited.retain(|doubt| doubt.ticket != ticket);
        self.keep_doubt(ticket, "null".to_owned());
    }

    /// The answer was lost: from now on it is looked for.
    pub(super) fn doubt(&mut self, ticket: Ticket) {
        if let Some(at) = self.awaited.iter().position(|doubt| doubt.ticket == ticket) {
            let doubt = self.awaited.remove(at);
            self.world.doubts.push(doubt);
        }
    }

    /// A change of an earlier session whose answer never came.
    pub(super) fn restore_doubt(&mut self, ticket: &str, kept: &serde_json::Value) {
        let Some(doubt) = ticket
            .parse()
            .ok()
            .and_then(|ticket| Doubt::from_json(ticket, kept))
        else {
            return;
        };
        let known = |other: &Doubt| other.ticket == doubt.ticket;
        if !self.world.doubts.iter().any(known) && !self.awaited.iter().any(known) {
            self.say(
                Tone::Warn,
                self.tf("doubt.found", &[("what", &doubt.summary)]),
            );
            self.world.doubts.push(doubt);
        }
    }

    /// What has to be read to settle what is open.
    pub(super) fn doubt_wants(&self) -> Vec<Want> {
        let queries = self
            .world
            .doubts
            .iter()
            .filter_map(|doubt| doubt.trace.query(&doubt.account));
        queries
            .map(|query| Want {
                query,
                priority: Priority::Visible,
                every: EVERY,
            })
            .collect()
    }

    /// Settles what can be settled by what has been read since.
    pub(super) fn settle_doubts(&mut self) {
        let found: Vec<(Doubt, Finding)> = self
            .world
            .doubts
            .iter()
            .map(|doubt| (doubt.clone(), self.find(doubt)))
            .collect();
        for (doubt, finding) in found {
            match finding {
                Finding::Open => self.nothing_shows(&doubt),
                Finding::Done(created) => self.was_done(&doubt, created),
                Finding::NotDone => self.was_not_done(&doubt),
                Finding::Several(count) => self.ask_to_look(&doubt, count),
            }
        }
    }

    fn find(&self, doubt: &Doubt) -> Finding {
        if let Trace::Incident { title } = &doubt.trace
            && let found @ Finding::Done(_) = self.find_incident(doubt, title)
        {
            return found;
        }
        let Some(query) = doubt.trace.query(&doubt.account) else {
            return Finding::Open;
        };
        let Some(known) = self.world.known(&query) else {
            return Finding::Open;
        };
        let Some(read) = known.at else {
            return Finding::Open;
        };
        doubt.judge(known.facts.as_ref(), read)
    }

    /// Where incidents cannot be looked for, one is found when somebody follows its number.
    fn find_incident(&self, doubt: &Doubt, title: &SafeText) -> Finding {
        let since = doubt.at - SignedDuration::from_mins(2);
        let found = self.world.incidents().into_iter().find(|(of, incident)| {
            **of == doubt.account
                && &incident.title == title
                && incident.created.is_some_and(|created| created >= since)
        });
        found.map_or(Finding::Open, |(_, incident)| {
            Finding::Done(Some(incident.id.clone()))
        })
    }

    /// No question shows what became of it: after a while that is put to the user, once, with what to look at. What
    /// leaves nothing behind at all is not waited for any longer; the journal keeps it open.
    fn nothing_shows(&mut self, doubt: &Doubt) {
        let late = self.now.duration_since(doubt.at) >= LATE;
        if !late || self.is_asked(doubt) {
            return;
        }
        let at = format::minute(doubt.at, &self.settings.zone);
        let (key, id) = match &doubt.trace {
            Trace::Incident { title } => ("doubt.look_for_incident", title.shown()),
            Trace::Alarm { id, .. } => ("doubt.look_for_alarm", id.shown()),
            _ => ("doubt.look", ""),
        };
        let values = [("what", doubt.summary.as_str()), ("id", id), ("at", &at)];
        let said = self.tf(key, &values);
        if matches!(doubt.trace, Trace::Alarm { .. } | Trace::None) {
            self.say(Tone::Warn, said.clone());
            self.close_doubt(doubt, Outcome::Unknown, &said);
            self.unsure.retain(|sent| sent.ticket != doubt.ticket);
        } else if !self.asked.contains(&doubt.ticket) {
            self.asked.push(doubt.ticket);
            self.say(Tone::Warn, said);
        }
    }

    /// Is there a question that may show what became of it? One that the service does not offer shows nothing.
    fn is_asked(&self, doubt: &Doubt) -> bool {
        let Some(query) = doubt.trace.query(&doubt.account) else {
            return false;
        };
        if matches!(doubt.trace, Trace::Alarm { .. }) {
            // What has not shown by now may never show.
            return false;
        }
        let error = self
            .world
            .known(&query)
            .and_then(|known| known.error.as_ref());
        !error.is_some_and(|error| error.class == Class::NotOffered)
    }

    /// The user has looked, and says how a change in the journal ended.
    pub(super) fn settled_by_hand(&mut self, line: Ticket, outcome: Outcome, result: SafeText) {
        let entry = self.world.journal.iter().find(|entry| entry.ticket == line);
        if let Some(entry) = entry {
            let doubts = self.world.doubts.iter();
            let found: Vec<Doubt> = doubts.filter(|doubt| doubt.is_in(entry)).cloned().collect();
            for doubt in found {
                self.world
                    .doubts
                    .retain(|other| other.ticket != doubt.ticket);
                self.unsure.retain(|sent| sent.ticket != doubt.ticket);
                self.keep_doubt(doubt.ticket, "null".to_owned());
            }
        }
        self.effects
            .push(Effect::Save(Record::Settled(line, outcome, result)));
        self.effects.push(Effect::LoadJournal);
    }

    fn was_done(&mut self, doubt: &Doubt, created: Option<SafeText>) {
        let said = self.tf("doubt.done", &[("what", &doubt.summary)]);
        self.close_doubt(doubt, Outcome::Done, &said);
        let at = self
            .unsure
            .iter()
            .position(|sent| sent.ticket == doubt.ticket);
        self.say(Tone::Good, said.clone());
        let Some(sent) = at.map(|at| self.unsure.remove(at)) else {
            return;
        };
        // The pane that asked goes on as if the answer had come.
        let receipt = Receipt {
            created,
            ..Receipt::new(said, None, doubt.trace.concerned(&doubt.account))
        };
        let receipt = Ok(receipt);
        self.round_ended(doubt.ticket, &receipt);
        if let Ok(receipt) = &receipt {
            self.follow_up(&sent, receipt);
        }
        self.tell(
            sent.pane,
            &Event::Done {
                ticket: doubt.ticket,
                action: &sent.action,
                result: &receipt,
            },
        );
    }

    fn was_not_done(&mut self, doubt: &Doubt) {
        let said = self.tf("doubt.not_done", &[("what", &doubt.summary)]);
        self.say(Tone::Warn, said.clone());
        self.close_doubt(doubt, Outcome::Failed, &said);
        let at = self
            .unsure
            .iter()
            .position(|sent| sent.ticket == doubt.ticket);
        if let Some(sent) = at.map(|at| self.unsure.remove(at)) {
            let (system, operation) = (doubt.account.system, sent.action.operation());
            let error = Err(ApiError::new(Class::Network, system, operation, said));
            self.round_ended(doubt.ticket, &error);
            self.tell(
                sent.pane,
                &Event::Done {
                    ticket: doubt.ticket,
                    action: &sent.action,
                    result: &error,
                },
            );
        }
    }

    /// Several things may be it: it is put to the user, and stays unknown in the journal.
    fn ask_to_look(&mut self, doubt: &Doubt, count: usize) {
        let count = count.to_string();
        let values = [("what", doubt.summary.as_str()), ("count", &count)];
        let said = self.tf("doubt.several", &values);
        self.say(Tone::Warn, said.clone());
        self.close_doubt(doubt, Outcome::Unknown, &said);
        self.unsure.retain(|sent| sent.ticket != doubt.ticket);
    }

    /// Nothing is looked for any longer; the journal says how it ended.
    fn close_doubt(&mut self, doubt: &Doubt, outcome: Outcome, result: &str) {
        self.world
            .doubts
            .retain(|other| other.ticket != doubt.ticket);
        self.keep_doubt(doubt.ticket, "null".to_owned());
        let mut journal = self.world.journal.iter();
        let line = journal.find(|line| line.outcome == Outcome::Unknown && doubt.is_in(line));
        if let Some(line) = line {
            let record = Record::Settled(line.ticket, outcome, result.into());
            self.effects.push(Effect::Save(record));
            self.effects.push(Effect::LoadJournal);
        }
    }
}
