//! What is written into an incident's time line by itself: every step that was taken from here.

use crate::domain::account::AccountId;
use crate::domain::action::{Action, Receipt};
use crate::domain::incident::IncidentId;
use crate::domain::trail::{Linked, Note, NoteKind};

use super::App;
use super::act::Sent;
use super::subject::Subject;

/// Characters of a text that was typed which are taken over into a time line.
const QUOTED: usize = 200;

impl App {
    /// A change was carried out: when it concerns an incident, its time line says so.
    pub(super) fn note_step(&mut self, sent: &Sent, receipt: &Receipt) {
        // What is done while an incident is pinned belongs to it. A run is noted where it began, with its machines.
        let attached = || {
            let own = matches!(sent.action, Action::RunScript(..));
            self.world.pinned.clone().filter(|_| !own)
        };
        let about = self
            .incident_of(&sent.action, receipt)
            .or_else(attached)
            .or_else(|| self.incident_of_group(&sent.action));
        let Some((account, incident)) = about else {
            return;
        };
        let mut text = self.step_text(sent, receipt);
        if let Some(id) = &receipt.request_id {
            text.push_str(&self.tf("trail.request", &[("id", id.shown())]));
        }
        self.add_note(Note {
            account,
            incident,
            at: self.now,
            kind: NoteKind::Step,
            text: text.into(),
        });
    }

    fn incident_of(&self, action: &Action, receipt: &Receipt) -> Option<(AccountId, IncidentId)> {
        match action {
            Action::CreateIncident(account, _) => Some((account.clone(), receipt.created.clone()?)),
            Action::AcceptIncident(account, id) | Action::CommitSolution(account, id, _) => {
                Some((account.clone(), id.clone()))
            }
            Action::ConfirmIncident {
                account, incident, ..
            } => Some((account.clone(), incident.clone())),
            Action::CreateWarRoom(account, new) => Some((account.clone(), new.incident.clone())),
            Action::OperateOrder(account, id, _) => self
                .world
                .link(&Linked::Order(account.clone(), id.clone()))?
                .incident
                .clone(),
            Action::CreateScript(..)
            | Action::UpdateScript(..)
            | Action::DeleteScript { .. }
            | Action::RunScript(..)
            | Action::CreateMeterJob(..)
            | Action::Scaling(..)
            | Action::AddReceivers { .. }
            | Action::RemoveReceivers { .. }
            | Action::CreatePolicy(..)
            | Action::SwitchContacts { .. }
            | Action::Upload(..)
            | Action::ReportAlarm(..)
            | Action::Raw { .. } => None,
        }
    }

    /// The open incident that is about machines of the scaling group that was changed; of several the newest.
    fn incident_of_group(&self, action: &Action) -> Option<(AccountId, IncidentId)> {
        let Action::Scaling(account, change) = action else {
            return None;
        };
        let group = (account.clone(), change.group()?.clone());
        let open = self.world.incidents().into_iter().filter(|(of, incident)| {
            let subject = Subject::Incident((*of).clone(), incident.id.clone());
            let groups = self.world.scaling_groups_of_incident(&subject);
            incident.status.is_open() && groups.contains(&group)
        });
        open.max_by_key(|(_, incident)| incident.created)
            .map(|(of, incident)| (of.clone(), incident.id.clone()))
    }

    fn step_text(&self, sent: &Sent, receipt: &Receipt) -> String {
        let quoted = |text: &str| text.chars().take(QUOTED).collect::<String>();
        match &sent.action {
            Action::CreateIncident(..) => self.t("trail.created"),
            Action::AcceptIncident(..) => self.t("trail.accepted"),
            Action::CommitSolution(_, _, solution) => self.tf(
                "trail.solved",
                &[
                    ("cause", &quoted(&solution.cause)),
                    ("solution", &quoted(&solution.solution)),
                ],
            ),
            Action::ConfirmIncident {
                solved, comment, ..
            } => {
                let key = if *solved {
                    "trail.confirmed"
                } else {
                    "trail.sent_back"
                };
                self.tf(key, &[("comment", &quoted(comment))])
            }
            Action::CreateWarRoom(..) => {
                let number = receipt.created.as_ref().map_or("", |number| number.shown());
                self.tf("trail.warroom", &[("number", number)])
            }
            Action::CreateScript(..)
            | Action::UpdateScript(..)
            | Action::DeleteScript { .. }
            | Action::RunScript(..)
            | Action::OperateOrder(..)
            | Action::CreateMeterJob(..)
            | Action::Scaling(..)
            | Action::AddReceivers { .. }
            | Action::RemoveReceivers { .. }
            | Action::CreatePolicy(..)
            | Action::SwitchContacts { .. }
            | Action::Upload(..)
            | Action::ReportAlarm(..)
            | Action::Raw { .. } => match &receipt.created {
                Some(id) => format!("{} → {}", sent.summary, id.shown()),
                None => sent.summary.clone(),
            },
        }
    }
}
