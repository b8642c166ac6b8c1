//! The shift report as Markdown.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::app::pane::Context;
use crate::domain::account::AccountId;
use crate::domain::incident::{Incident, IncidentStatus, Level};
use crate::domain::journal::{JournalEntry, Outcome};
use crate::domain::redact::redact;
use crate::domain::text::SafeText;
use crate::domain::trail::{Linked, NoteKind};
use crate::panes::orders::Progress;
use crate::panes::{wants, words};
use crate::ui::format;
use crate::ui::lang::Lang;

/// Cells of a text graph.
const GRAPH: usize = 24;
/// Eighths of a cell.
const BLOCKS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A report as it grows.
struct Report<'c, 'w> {
    ctx: &'c Context<'w>,
    since: Timestamp,
    out: String,
}

/// What happened since an instant and what is left: incidents by state, orders, changes, what is not known.
pub fn markdown(ctx: &Context, since: Timestamp) -> String {
    let mut report = Report {
        ctx,
        since,
        out: String::new(),
    };
    report.head();
    report.incidents();
    report.orders();
    report.doubts();
    report.changes();
    redact(&report.out)
}

/// A text from outside within Markdown: one line, and nothing in it is markup.
fn escaped(text: &SafeText) -> String {
    let mut out = String::new();
    for c in text.shown().chars() {
        if "\\`*_[]<>|#".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The course of an alarm's metric over the last hour, as blocks.
fn graph(values: &[Option<f64>]) -> String {
    let known = || values.iter().flatten().copied();
    let (low, high) = (
        known().fold(f64::INFINITY, f64::min),
        known().fold(f64::NEG_INFINITY, f64::max),
    );
    let block = |value: &Option<f64>| {
        let Some(value) = value else { return " " };
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.0
        };
        let level = (0_u8..7)
            .take_while(|level| share * 8.0 >= f64::from(*level) + 1.0)
            .count();
        BLOCKS[level]
    };
    values.iter().map(block).collect()
}

impl Report<'_, '_> {
    fn line(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    fn t(&self, key: &str) -> String {
        self.ctx.lang.t(key).into_owned()
    }

    fn heading(&mut self, key: &str, count: usize) {
        let title = self.t(key);
        self.line("");
        self.line(&format!("## {title} ({count})"));
        self.line("");
        if count == 0 {
            let none = self.t("handover.none");
            self.line(&none);
        }
    }

    fn head(&mut self) {
        let zone = self.ctx.zone;
        let values = [
            ("from", &*format::exact(self.since, zone)),
            ("to", &*format::exact(self.ctx.at, zone)),
        ];
        let title = self.ctx.lang.tf("handover.title", &values);
        self.line(&format!("# {title}"));
        self.line("");
        let accounts: Vec<String> = self
            .ctx
            .world
            .accounts
            .iter()
            .map(|account| account.id.to_string())
            .collect();
        let accounts = accounts.join(", ");
        self.line(&accounts);
    }

    fn incidents(&mut self) {
        let all = self.ctx.world.incidents();
        let of = |wanted: fn(&IncidentStatus) -> bool| -> Vec<(AccountId, Incident)> {
            let mut found: Vec<_> = all
                .iter()
                .filter(|(_, incident)| wanted(&incident.status))
                .map(|(account, incident)| ((*account).clone(), (*incident).clone()))
                .collect();
            found.sort_by_key(|(_, one)| (one.level.unwrap_or(Level::P5), one.created));
            found
        };
        let open = of(|status| {
            !matches!(
                status,
                IncidentStatus::Acknowledged
                    | IncidentStatus::Resolved
                    | IncidentStatus::Completed
                    | IncidentStatus::Rejected
            )
        });
        let accepted = of(|status| *status == IncidentStatus::Acknowledged);
        let mut solved = of(|status| {
            matches!(
                status,
                IncidentStatus::Resolved | IncidentStatus::Completed | IncidentStatus::Rejected
            )
        });
        // What was closed before the shift is nobody's news.
        solved.retain(|(account, one)| {
            let touched = self.ctx.world.notes_of(account, &one.id).last();
            let latest = one.handled.max(touched.map(|note| note.at));
            one.status == IncidentStatus::Resolved || latest.is_some_and(|at| at >= self.since)
        });
        for (key, list) in [
            ("handover.open", open),
            ("handover.accepted", accepted),
            ("handover.solved", solved),
        ] {
            self.heading(key, list.len());
            for (account, incident) in &list {
                self.incident(account, incident);
            }
        }
    }

    fn incident(&mut self, account: &AccountId, incident: &Incident) {
        let lang = self.ctx.lang;
        let mut parts = vec![words::incident_word(&incident.status, lang)];
        if let Some(created) = incident.created {
            parts.push(format::age_of(lang, created, self.ctx.at));
        }
        let people = incident.people(lang == Lang::ZhCn).map(escaped);
        let people: Vec<String> = people.collect();
        parts.push(people.join(", "));
        if let Some(room) = &incident.warroom {
            parts.push(room.to_string());
        }
        if self.ctx.world.pinned == Some((account.clone(), incident.id.clone())) {
            parts.push(self.t("handover.pinned"));
        }
        parts.retain(|part| !part.is_empty());
        let level = incident.level.map_or("-", Level::name);
        let title = escaped(&incident.title);
        self.line(&format!(
            "- **{level}** {} {title}: {}",
            incident.id,
            parts.join(", ")
        ));
        self.alarm_of(account, incident);
        let notes: Vec<String> = self
            .ctx
            .world
            .notes_of(account, &incident.id)
            .filter(|note| note.at >= self.since || note.kind == NoteKind::Remark)
            .map(|note| {
                let at = format::minute(note.at, self.ctx.zone);
                format!("  - {at} {}", escaped(&note.text))
            })
            .collect();
        for note in notes {
            self.line(&note);
        }
    }

    /// How the metric goes that led to an incident.
    fn alarm_of(&mut self, account: &AccountId, incident: &Incident) {
        let of = Linked::Incident(account.clone(), incident.id.clone());
        let world = self.ctx.world;
        let Some(alarm) = world.link(&of).and_then(|link| link.alarm.as_ref()) else {
            return;
        };
        let limit = &alarm.line;
        let found = world.series(&alarm.account, &limit.series, Some(limit.statistic));
        let Some(series) = found else {
            return;
        };
        let course = graph(&wants::spark(series, self.ctx.at, GRAPH));
        let last = series.last().map_or_else(
            || "-".to_owned(),
            |last| format::with_unit(last.value, limit.unit.shown()),
        );
        let bound = format::with_unit(limit.value, limit.unit.shown());
        let (title, name) = (escaped(&alarm.title), escaped(&alarm.resource));
        self.line(&format!(
            "  - {title} {name}: `{course}` {last} ({} {bound})",
            limit.comparison.sign()
        ));
    }

    fn orders(&mut self) {
        let ctx = self.ctx;
        let row = |account: &AccountId, order: &crate::domain::script::Order| {
            // The list knows no machines; what was read of the order itself does.
            let read = ctx.world.order(account, order.id.raw()).unwrap_or(order);
            let age = order.created.map_or_else(String::new, |created| {
                format::age_of(ctx.lang, created, ctx.at)
            });
            let incident = ctx
                .world
                .link(&Linked::Order(account.clone(), order.id.clone()))
                .and_then(|link| link.incident.as_ref())
                .map_or_else(String::new, |(_, id)| format!(" → {id}"));
            // One that is over was read in full before it was, perhaps.
            let status = if order.status.is_final_for_order() {
                &order.status
            } else {
                &read.status
            };
            let mut parts = vec![
                words::run_word(status, ctx.lang),
                Progress::of(read).words(ctx.lang),
                age,
            ];
            parts.retain(|part| !part.is_empty());
            format!(
                "- {} {}: {}{incident}",
                order.id,
                escaped(&order.name),
                parts.join(", ")
            )
        };
        let running: Vec<String> = ctx
            .world
            .orders()
            .filter(|(_, order)| !order.status.is_final_for_order())
            .map(|(account, order)| row(account, order))
            .collect();
        let ended: Vec<String> = ctx
            .world
            .orders()
            .filter(|(_, order)| order.status.is_final_for_order())
            .filter(|(_, order)| order.finished.is_some_and(|at| at >= self.since))
            .map(|(account, order)| row(account, order))
            .collect();
        for (key, rows) in [("handover.running", running), ("handover.ended", ended)] {
            self.heading(key, rows.len());
            for row in rows {
                self.line(&row);
            }
        }
    }

    /// Changes of which nobody knows how they ended, whenever they were made.
    fn doubts(&mut self) {
        let open: Vec<&JournalEntry> = self.ctx.world.unresolved().collect();
        if open.is_empty() {
            return;
        }
        self.heading("handover.unknown", open.len());
        for entry in open {
            self.change(entry);
        }
    }

    fn changes(&mut self) {
        let since = self.since;
        let made: Vec<&JournalEntry> = self
            .ctx
            .world
            .journal
            .iter()
            .filter(|entry| entry.at >= since)
            .filter(|entry| matches!(entry.outcome, Outcome::Done | Outcome::Failed))
            .collect();
        self.heading("handover.changes", made.len());
        // The journal has the newest first; a report is read in order.
        for entry in made.into_iter().rev() {
            self.change(entry);
        }
    }

    fn change(&mut self, entry: &JournalEntry) {
        let outcome = match entry.outcome {
            Outcome::Intent => "outcome.intent",
            Outcome::Done => "outcome.done",
            Outcome::Failed => "outcome.failed",
            Outcome::Unknown => "outcome.unknown",
        };
        let request = entry
            .request_id
            .as_ref()
            .map_or_else(String::new, |id| format!(" `{id}`"));
        let at = format::minute(entry.at, self.ctx.zone);
        let line = format!(
            "- {at} {}: {}, {}{request}",
            self.t(outcome),
            escaped(&entry.summary),
            entry.account,
        );
        self.line(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_is_as_high_as_its_values() {
        assert_eq!(graph(&[Some(0.0), None, Some(4.0), Some(8.0)]), "▁ ▅█");
        assert_eq!(graph(&[Some(5.0), Some(5.0)]), "▁▁");
        assert_eq!(graph(&[]), "");
    }

    #[test]
    fn text_from_outside_is_no_markup() {
        assert_eq!(
            escaped(&"a*b_[x](y)<b>".into()),
            "a\\*b\\_\\[x\\](y)\\<b\\>"
        );
    }
}
