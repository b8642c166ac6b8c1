//! `:journal`: every change this user made, what is unresolved on top.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::frame;
use super::list::{List, Look, Row, heading};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::journal::{JournalEntry, Outcome};
use crate::domain::query::Want;
use crate::domain::record::Record;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::table::Column;
use crate::ui::width;

/// Cells of the frame around a description, and the least and most that a line of a sentence has.
const MARGIN: u16 = 8;
const NARROW: usize = 40;
const WIDE: usize = 100;

const ABOUT: About = About::new("journal", "journal.title", COMMANDS)
    .aliases(&["log", "jo"])
    .opens(&[Kind::Entry]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Entry])
        .hinted(),
    Command::new("journal.copy", &["z y"])
        .on(&[Kind::Entry])
        .hinted(),
    Command::new("journal.was_done", &["z d"])
        .on(&[Kind::Entry])
        .hinted(),
    Command::new("journal.was_not_done", &["z n"])
        .on(&[Kind::Entry])
        .hinted(),
];

/// The journal.
pub struct Journal {
    list: List<JournalEntry>,
}

impl Journal {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries = ctx.world.journal.clone();
        // Stable: within both parts the newest stays first.
        entries.sort_by_key(|entry| !unresolved(entry.outcome));
        self.list.replace(entries, ctx);
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self::new()
    }
}

/// How a change ended, as the user says with this command.
fn settles(command: &str) -> Option<Outcome> {
    match command {
        "journal.was_done" => Some(Outcome::Done),
        "journal.was_not_done" => Some(Outcome::Failed),
        _ => None,
    }
}

const fn unresolved(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Intent | Outcome::Unknown)
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("outcome", title("journal.outcome"), 9),
        Column::fixed("time", title("journal.time"), 11),
        Column::flex("summary", title("journal.summary"), 16, 70).grow(3),
        Column::flex("account", title("journal.account"), 10, 24).priority(4),
        Column::flex("result", title("journal.result"), 10, 50)
            .grow(2)
            .priority(3),
        Column::flex("request", title("journal.request"), 12, 40)
            .cut_middle()
            .priority(5),
        Column::flex("operation", title("journal.operation"), 12, 40).wide(),
    ]
}

impl Row for JournalEntry {
    fn subject(&self) -> Subject {
        Subject::Entry(self.ticket)
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        match column {
            "outcome" => {
                let glyphs = look.theme.glyphs();
                let (sign, role) = match self.outcome {
                    Outcome::Intent => (glyphs.running, "state.running"),
                    Outcome::Done => (glyphs.ok, "state.ok"),
                    Outcome::Failed => (glyphs.failed, "state.crit"),
                    Outcome::Unknown => (glyphs.unknown, "state.unknown"),
                };
                Cell::styled(sign, role)
                    .then(" ", role)
                    .then(outcome(self.outcome, look.lang), role)
            }
            "time" => Cell::styled(format::minute(self.at, look.zone), "muted"),
            "summary" => Cell::text(self.summary.shown()),
            "account" => Cell::styled(self.account.as_str(), "muted"),
            "result" => self
                .result
                .as_ref()
                .map_or_else(Cell::default, |text| Cell::text(text.shown())),
            "request" => self
                .request_id
                .as_ref()
                .map_or_else(Cell::default, |id| Cell::styled(id.shown(), "muted")),
            "operation" => Cell::styled(self.operation.as_str(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        match column {
            "outcome" => Value::text(match self.outcome {
                Outcome::Intent => "intent",
                Outcome::Done => "done",
                Outcome::Failed => "failed",
                Outcome::Unknown => "unknown",
            }),
            "time" => Value::Age(at.duration_since(self.at).as_secs_f64()),
            "summary" => Value::text(self.summary.raw()),
            "account" => Value::text(self.account.as_str()),
            "result" => self
                .result
                .as_ref()
                .map_or(Value::Missing, |text| Value::text(text.raw())),
            "request" => self
                .request_id
                .as_ref()
                .map_or(Value::Missing, |id| Value::text(id.raw())),
            "operation" => Value::text(self.operation.as_str()),
            _ => Value::Missing,
        }
    }
}

/// What shows whether a change of this sort was carried out.
fn look_at(operation: &str) -> &'static str {
    match operation {
        "huawei-coc.create_incident" => "journal.look_incident",
        "huawei-coc.execute_script" | "huawei-coc.operate_script_order" => "journal.look_orders",
        "huawei-coc.create_warroom" => "journal.look_warrooms",
        "huawei-coc.report_custom_alarm" => "journal.look_alarm",
        _ => "journal.look",
    }
}

fn outcome(outcome: Outcome, lang: Lang) -> String {
    let key = match outcome {
        Outcome::Intent => "outcome.intent",
        Outcome::Done => "outcome.done",
        Outcome::Failed => "outcome.failed",
        Outcome::Unknown => "outcome.unknown",
    };
    lang.t(key).into_owned()
}

fn document(entry: &JournalEntry, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let fact = |key, text: &str| frame::fact(lang, key, text);
    let mut lines = vec![
        fact("journal.outcome", &outcome(entry.outcome, lang)),
        fact("journal.summary", entry.summary.shown()),
        fact("journal.time", &frame::moment(entry.at, ctx)),
    ];
    if let Some(at) = entry.settled {
        lines.push(fact("journal.settled", &frame::moment(at, ctx)));
    }
    lines.extend([
        fact("journal.account", &entry.account),
        fact("journal.operation", &entry.operation),
    ]);
    if let Some(id) = &entry.request_id {
        lines.push(fact("journal.request", id.shown()));
    }
    if let Some(result) = &entry.result {
        lines.push(fact("journal.result", result.shown()));
    }
    lines.extend([
        document::Line::default(),
        fact("journal.command", entry.command.shown()),
    ]);
    if unresolved(entry.outcome) {
        // What has to be done stands in full, however narrow the screen is.
        let cells = usize::from(ctx.area.width.saturating_sub(MARGIN)).clamp(NARROW, WIDE);
        for key in ["journal.unresolved_text", look_at(&entry.operation)] {
            lines.push(document::Line::default());
            let wrapped = width::wrap(&lang.t(key), cells);
            lines.extend(
                wrapped
                    .iter()
                    .map(|line| document::Line::from(line.as_str())),
            );
        }
    }
    Document {
        title: entry.summary.shown().to_owned(),
        lines,
    }
}

impl Pane for Journal {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, _ctx: &Context) -> Vec<Want> {
        Vec::new()
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Opened { subject, .. } => {
                if let Some(subject) = subject {
                    self.list.select((*subject).clone());
                }
                self.rebuild(ctx);
                vec![Request::Effect(Effect::LoadJournal)]
            }
            Event::Changed => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                ..
            } => self
                .list
                .selected()
                .map(|entry| Request::Document(document(entry, ctx)))
                .into_iter()
                .collect(),
            Event::Command {
                name: "journal.copy",
                ..
            } => self
                .list
                .selected()
                .map(|entry| Request::Effect(Effect::Copy(entry.command.raw().to_owned())))
                .into_iter()
                .collect(),
            Event::Command { name, .. } if settles(name).is_some() => {
                let entry = self.list.selected();
                let outcome = settles(name).unwrap_or(Outcome::Unknown);
                let result = ctx.lang.t("journal.by_hand").into_owned().into();
                entry
                    .map(|entry| Record::Settled(entry.ticket, outcome, result))
                    .map(|record| Request::Effect(Effect::Save(record)))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn refusal(&self, command: &str, _on: &[Subject], ctx: &Context) -> Option<String> {
        settles(command)?;
        let entry = self.list.selected()?;
        let open = entry.outcome == Outcome::Unknown;
        (!open).then(|| ctx.lang.t("journal.not_open").into_owned())
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        Some("journal".to_owned())
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, ABOUT.title, &totals, &[], area, buf);
        self.list
            .draw(view, &[], &view.t("journal.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let open = view.world.unresolved().count();
        let role = if open == 0 { "muted" } else { "state.unknown" };
        let text = view
            .lang
            .tf("journal.unresolved", &[("count", &open.to_string())]);
        Line::from(Span::styled(text, view.theme.style(role)))
    }
}
