//! Changes: the one way from a pane's wish to an effect. A pane asks, the user decides in a dialog that names
//! account, region, targets and consequence, and only then the change gets a ticket and leaves, once.

use jiff::Timestamp;

use crate::domain::account::AccountId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;
use crate::domain::journal::Ticket;
use crate::domain::query::Query;
use crate::domain::record::Record;
use crate::domain::text::SafeText;

use super::App;
use super::effect::Effect;
use super::overlay::{Layer, Overlay};
use super::pane::{Confirm, Each, Event, Tone};
use super::world::{Pending, Problem, What};

/// A change that was sent and has not been answered.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) ticket: Ticket,
    /// Index of the pane that asked.
    pub(super) pane: usize,
    pub(super) action: Action,
    /// What the user confirmed, in the user's language.
    pub(super) summary: String,
}

impl App {
    /// Puts the question to the user, or says why it is of no use.
    pub(super) fn ask(&mut self, pane: usize, confirm: Confirm) {
        if let Some(why) = self.refused(confirm.action.account()) {
            self.say(Tone::Warn, why);
            return;
        }
        if let Some(broken) = (self.settings.check)(&confirm.action).first() {
            // At the field of the form that led here, if one did; and where it is seen in any case.
            let why = broken.sentence();
            self.say(Tone::Bad, why.clone());
            self.rejected = Some((broken.field.clone(), why));
            return;
        }
        let overlay = Overlay::confirm(confirm, &self.world, self.settings.lang);
        self.open(Layer::of(pane, overlay));
    }

    /// Puts one question for several changes to the user, or says why it is of no use.
    pub(super) fn ask_for_each(&mut self, pane: usize, each: Each) {
        let accounts = each.changes.iter().map(|change| change.action.account());
        if let Some(why) = accounts
            .into_iter()
            .find_map(|account| self.refused(account))
        {
            self.say(Tone::Warn, why);
            return;
        }
        let overlay = Overlay::confirm_each(each, &self.world, self.settings.lang);
        self.open(Layer::of(pane, overlay));
    }

    /// Why nothing can be changed in this account.
    pub(super) fn refused(&self, account: &AccountId) -> Option<String> {
        if !self.large_enough() {
            return Some(self.t("app.too_small_to_act"));
        }
        match self.world.account(account) {
            None => Some(self.tf("app.no_account", &[("account", &account.to_string())])),
            Some(known) if known.read_only => {
                Some(self.tf("app.read_only", &[("account", &account.to_string())]))
            }
            Some(_) => None,
        }
    }

    /// The user said yes: the change gets its ticket and leaves.
    pub(super) fn act(&mut self, pane: usize, confirm: Confirm) {
        let summary = confirm.summary.clone();
        match self.send(pane, confirm) {
            Ok(_) => self.say(Tone::Info, self.tf("app.sent", &[("what", &summary)])),
            Err(why) => self.say(Tone::Warn, why),
        }
    }

    /// Sends a change, or says why it is not sent.
    pub(super) fn send(&mut self, pane: usize, confirm: Confirm) -> Result<Ticket, String> {
        // Asked again: the account may have become read-only while the dialog stood open.
        if let Some(why) = self.refused(confirm.action.account()) {
            return Err(why);
        }
        let confirm = Confirm {
            summary: self.attached(confirm.summary),
            ..confirm
        };
        let ticket = self.next_ticket();
        self.world.begin(Pending {
            ticket,
            subject: confirm.subject,
            summary: confirm.summary.clone(),
            since: self.now,
        });
        self.sent.push(Sent {
            ticket,
            pane,
            action: confirm.action.clone(),
            summary: confirm.summary.clone(),
        });
        let action = confirm.action.clone();
        self.tell(pane, &Event::Sent { action: &action });
        let profile = confirm.action.account().profile.clone();
        let command = Self::command_line(&profile, &confirm.command);
        self.expect_answer(ticket, &action, &confirm.summary, &command);
        self.effects.push(Effect::Act {
            ticket,
            action: confirm.action,
            summary: confirm.summary,
            command,
        });
        Ok(ticket)
    }

    /// Ascending over restarts: microseconds since the Unix epoch, or one more than the last.
    fn next_ticket(&mut self) -> Ticket {
        let now = Ticket::try_from(self.now.as_microsecond()).unwrap_or_default();
        self.last_ticket = now.max(self.last_ticket + 1);
        self.last_ticket
    }

    /// A change ended, one way or another.
    pub(super) fn done(&mut self, ticket: Ticket, result: &Result<Receipt, ApiError>) {
        self.world.end(ticket);
        self.effects.push(Effect::LoadJournal);
        let Some(at) = self.sent.iter().position(|sent| sent.ticket == ticket) else {
            return;
        };
        let sent = self.sent.remove(at);
        let lost = matches!(result, Err(error) if error.outcome_unknown);
        if lost {
            self.doubt(ticket);
        } else {
            self.answered(ticket);
        }
        self.round_ended(ticket, result);
        match result {
            Ok(receipt) => self.succeeded(&sent, receipt),
            Err(error) => self.failed(&sent, error),
        }
        self.tell(
            sent.pane,
            &Event::Done {
                ticket,
                action: &sent.action,
                result,
            },
        );
        if lost {
            self.unsure.push(sent);
        }
    }

    fn succeeded(&mut self, sent: &Sent, receipt: &Receipt) {
        let (tone, said) = self.outcome(sent, receipt);
        self.say(tone, said);
        self.follow_up(sent, receipt);
    }

    /// What a change that was carried out brings with it.
    pub(super) fn follow_up(&mut self, sent: &Sent, receipt: &Receipt) {
        let refresh = self.out_of_date(&receipt.refresh);
        if !refresh.is_empty() {
            self.effects.push(Effect::Refresh(refresh));
        }
        if let (Action::CreateIncident(account, _), Some(id)) = (&sent.action, &receipt.created) {
            self.track(account.clone(), id.clone());
        }
        self.note_step(sent, receipt);
    }

    /// What the user is told of a change that the service carried out, wholly or in part.
    fn outcome(&self, sent: &Sent, receipt: &Receipt) -> (Tone, String) {
        let what = ("what", sent.summary.as_str());
        if !receipt.left_out.is_empty() {
            let names: Vec<&str> = receipt.left_out.iter().map(SafeText::shown).collect();
            let values = [what, ("items", &names.join(", "))];
            return (Tone::Warn, self.tf("app.partly_done", &values));
        }
        let said = match &receipt.created {
            Some(id) => self.tf("app.done_as", &[what, ("id", id.shown())]),
            None => self.tf("app.done", &[what]),
        };
        (Tone::Good, said)
    }

    /// The questions on the screen whose answers are out of date. A board asks for many incidents at once: when one of
    /// them has changed, it is that question which has to be asked again.
    fn out_of_date(&self, changed: &[Query]) -> Vec<Query> {
        let mut queries = changed.to_vec();
        for query in self.wants.iter().map(|want| &want.query) {
            let Query::Incidents(account, wanted) = query else {
                continue;
            };
            let holds = changed.iter().any(|one| {
                matches!(one, Query::Incidents(of, ids)
                    if of == account && ids.iter().any(|id| wanted.contains(id)))
            });
            if holds && !queries.contains(query) {
                queries.push(query.clone());
            }
        }
        queries
    }

    fn failed(&mut self, sent: &Sent, error: &ApiError) {
        let account = sent.action.account().clone();
        self.world.note(Problem {
            at: self.now,
            account: Some(account.clone()),
            what: What::Call(error.clone(), Vec::new()),
        });
        let values = [
            ("what", sent.summary.as_str()),
            ("error", error.message.shown()),
        ];
        if error.outcome_unknown {
            // It is not repeated: what can be seen of it is looked up instead.
            self.say(Tone::Warn, self.tf("app.unknown", &values));
            let look_up: Vec<Query> = self
                .wants
                .iter()
                .map(|want| want.query.clone())
                .filter(|query| query.account() == &account)
                .collect();
            if !look_up.is_empty() {
                self.effects.push(Effect::Refresh(look_up));
            }
        } else {
            self.say(Tone::Bad, self.tf("app.failed", &values));
        }
    }

    /// Follows an incident from now on.
    pub(super) fn track(&mut self, account: AccountId, id: SafeText) {
        if self.world.track(vec![(account.clone(), id.clone())]) {
            self.effects.push(Effect::Save(Record::Track(account, id)));
        }
    }

    /// How many changes are under way, and since when the oldest.
    pub fn under_way(&self) -> Option<(usize, Timestamp)> {
        let oldest = self.world.pending.iter().map(|p| p.since).min()?;
        Some((self.world.pending.len(), oldest))
    }
}
