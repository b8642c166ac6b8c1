//! Look-ups in the [`World`]: what changed between two instants, for the marks under charts and in details.

use jiff::Timestamp;

use crate::domain::alarm::Severity;
use crate::domain::journal::JournalEntry;
use crate::domain::scaling::{Activity, ActivityStatus, Group};
use crate::domain::site::AuditEntry;
use crate::ui::lang::Lang;

use super::scaling;
use super::subject::Subject;
use super::world::World;

/// So many seconds after it was made a change of a policy is noticed at the latest.
const EDIT_NOTICED: i64 = 300;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// When, in seconds since 1970.
    pub at: i64,
    /// What, in the user's language.
    pub words: String,
    /// What to open for more.
    pub subject: Subject,
}

impl World {
    /// What happened between two instants (seconds since 1970), oldest first: entries of the audit log, orders,
    /// incidents, WarRooms, activities of scaling groups, policies that became others, and what this user changed.
    pub fn happenings(&self, lang: Lang, (from, to): (i64, i64)) -> Vec<Happening> {
        let mut found = Vec::new();
        let within = |at: Option<Timestamp>| {
            let second = at.map(Timestamp::as_second);
            second.filter(|at| (from..=to).contains(at))
        };
        let mut add = |at: Option<Timestamp>, key: &str, name: &str, subject: Subject| {
            if let Some(at) = within(at) {
                let words = lang.tf(key, &[("name", name)]);
                found.push(Happening { at, words, subject });
            }
        };
        for (account, order) in self.orders() {
            let subject = || Subject::Order(account.clone(), order.id.clone());
            let name = order.name.shown();
            add(order.created, "chart.order_started", name, subject());
            add(order.finished, "chart.order_ended", name, subject());
        }
        for (account, incident) in self.incidents() {
            let subject = Subject::Incident(account.clone(), incident.id.clone());
            let title = incident.title.shown();
            add(incident.created, "chart.incident", title, subject);
        }
        for (account, room) in self.warrooms() {
            let subject = Subject::WarRoom(account.clone(), room.number.clone());
            add(room.created, "chart.warroom", room.title.shown(), subject);
        }
        for edit in &self.edits {
            let subject = Subject::Policy(edit.account.clone(), edit.policy);
            let own = self.journal.iter().any(|entry| {
                let near = (edit.at.as_second() - entry.at.as_second()).abs() < EDIT_NOTICED;
                near && entry.operation.contains("alarm")
            });
            // What this user changed is told by the journal.
            if !own {
                add(Some(edit.at), "chart.policy", edit.name.shown(), subject);
            }
        }
        let telling = |deed: &AuditEntry| {
            // Logins and reports change nothing: hints are in the log, not under charts.
            let matters = deed.severity < Severity::Info || deed.failed == Some(true);
            matters && !is_own(deed, &self.journal)
        };
        let deeds = self.audit().filter(|(_, deed)| within(deed.at).is_some());
        for (account, deed) in deeds.filter(|(_, deed)| telling(deed)) {
            let subject = Subject::Deed(account.clone(), deed.id.clone());
            let name = format!("{} {} ({})", deed.what, deed.resource, deed.user);
            add(deed.at, "chart.deed", &name, subject);
        }
        for (account, group, detail) in self.scaling_details() {
            for activity in &detail.activities {
                let subject =
                    Subject::ScalingPart(account.clone(), group.id.clone(), activity.id.clone());
                let name = told(group, activity, lang);
                // A failed one is told when that was known, another when it began to have its effect.
                let at = match activity.status {
                    ActivityStatus::Failed => activity.ended.or(activity.started),
                    _ => activity.started,
                };
                add(at, "chart.scaling", &name, subject);
            }
        }
        for entry in &self.journal {
            let subject = Subject::Entry(entry.ticket);
            add(Some(entry.at), "chart.own", entry.summary.shown(), subject);
        }
        found.sort_by(|a, b| (a.at, &a.words).cmp(&(b.at, &b.words)));
        found
    }
}

/// What happened to a scaling group and why: `shop: 2 added, policy grow fired`.
fn told(group: &Group, activity: &Activity, lang: Lang) -> String {
    let mut words = format!(
        "{}: {}, {}",
        group.name,
        scaling::activity_what(activity, lang),
        scaling::cause(activity, lang)
    );
    let state = activity.status;
    if matches!(state, ActivityStatus::Failed | ActivityStatus::Cancelled) {
        let key = format!("scaling.activity_{}", state.name());
        words = format!("{words} ({})", lang.t(&key));
    }
    words
}

/// Is this entry of the audit log one that the journal has, too? Orders are told by their own service.
fn is_own(deed: &AuditEntry, journal: &[JournalEntry]) -> bool {
    deed.what.raw() == "executeScript"
        || journal.iter().any(|entry| {
            let near = deed
                .at
                .is_some_and(|at| (at.as_second() - entry.at.as_second()).abs() < 5);
            near && entry.operation.contains("sdr_query_job") && deed.what.raw() == "createQueryJob"
        })
}
