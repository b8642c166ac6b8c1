//! `:api`: every operation of the systems in use, with its documentation; a form sends it, and the answer is shown as it
//! came. The same catalogue as `watchkeeper call`.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use super::list::{List, Look, Row, heading};
use super::words::quoted;
use super::{frame, wants};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{
    About, Asking, Confirm, Context, Document, Event, Guard, Listing, Pane, Request, Tone, View,
};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::cloud::declare::{Entry, Kind as Shape, Param};
use crate::domain::account::AccountId;
use crate::domain::action::Action;
use crate::domain::error::ApiError;
use crate::domain::query::{Facts, Query, Want};
use crate::domain::text::SafeText;
use crate::ui::form::Form;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::table::Column;
use crate::ui::width;

/// An answer is not asked for again by itself: somebody asked once.
const EVERY: Duration = Duration::from_secs(24 * 3600);

const ABOUT: About = About::new("api", "api.title", COMMANDS)
    .aliases(&["operations", "call"])
    .opens(&[Kind::Operation]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Operation])
        .hinted(),
    Command::new("api.send", &["s"])
        .on(&[Kind::Operation])
        .hinted(),
];

/// All operations.
pub struct Api {
    list: List<Callable>,
    /// The operation that a form was opened for.
    asked: Option<Callable>,
    /// The question that was sent last, while its answer is awaited; then for the next time.
    question: Option<Query>,
    /// When it was sent, until the answer has been shown.
    waiting: Option<Timestamp>,
}

/// One operation of one account.
#[derive(Debug, Clone)]
struct Callable {
    account: AccountId,
    entry: &'static Entry,
}

impl Api {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            asked: None,
            question: None,
            waiting: None,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let rows = ctx.world.accounts.iter().flat_map(|account| {
            let of_system =
                move |entry: &&&'static Entry| entry.system() == Some(account.id.system);
            let entries = ctx.world.operations.iter().filter(of_system);
            entries.map(|entry| Callable {
                account: account.id.clone(),
                entry,
            })
        });
        self.list.replace(rows.collect(), ctx);
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        let row = self.list.selected();
        row.map(|row| Request::Document(documentation(row, ctx)))
            .into_iter()
            .collect()
    }

    /// The form of an operation. One that needs a secret is left to the command line: what is typed here is kept as
    /// long as its answer.
    fn ask(&mut self, ctx: &Context) -> Vec<Request> {
        let Some(row) = self.list.selected().cloned() else {
            return Vec::new();
        };
        if has_secret(row.entry.params) {
            let words = ctx.lang.t("api.secret").into_owned();
            return vec![Request::Toast(Tone::Warn, words)];
        }
        let form = Form::from_params(
            format!("{} {}", row.account, row.entry.name()),
            ctx.lang.t("api.send").into_owned(),
            row.entry.params,
            ctx.lang,
        );
        self.asked = Some(row);
        vec![Request::Form(Box::new(Asking {
            tag: "api.input",
            form,
        }))]
    }

    /// A question is asked; a change is put to the user first.
    fn send(&mut self, values: &Json, ctx: &Context) -> Vec<Request> {
        let Some(row) = self.asked.clone() else {
            return Vec::new();
        };
        if row.entry.call.mutates {
            return vec![Request::Confirm(Box::new(confirm(&row, values, ctx)))];
        }
        let question = Query::Raw {
            account: row.account,
            operation: row.entry.id,
            input: values.to_string(),
        };
        self.question = Some(question.clone());
        self.waiting = Some(ctx.at);
        vec![Request::Effect(Effect::Refresh(vec![question]))]
    }

    /// The answer, as soon as it has come.
    fn arrived(&mut self, ctx: &Context) -> Vec<Request> {
        let (Some(since), Some(question)) = (self.waiting, &self.question) else {
            return Vec::new();
        };
        let known = ctx.world.known(question);
        let Some(known) = known.filter(|known| known.tried.is_some_and(|tried| tried >= since))
        else {
            return Vec::new();
        };
        self.waiting = None;
        let lines = match (&known.error, &known.facts) {
            (Some(error), _) => refused(error),
            (None, Some(Facts::Raw(answer))) => pretty(answer),
            _ => return Vec::new(),
        };
        let title = self.asked.as_ref().map_or("", |row| row.entry.id);
        vec![Request::Document(Document {
            title: title.to_owned(),
            lines,
        })]
    }
}

impl Default for Api {
    fn default() -> Self {
        Self::new()
    }
}

fn has_secret(params: &[Param]) -> bool {
    params.iter().any(|param| {
        param.secret
            || match param.kind {
                Shape::Object(fields) | Shape::List(&Shape::Object(fields)) => has_secret(fields),
                _ => false,
            }
    })
}

/// The command line that sends the same.
fn command(row: &Callable, values: &Json) -> String {
    let mut command = format!("call {} {}", row.account.system, row.entry.name());
    for (name, value) in values.as_object().into_iter().flatten() {
        let parts = match value {
            Json::Array(values) => values.iter().collect(),
            value => vec![value],
        };
        for part in parts {
            let text = part
                .as_str()
                .map_or_else(|| part.to_string(), str::to_owned);
            command.push(' ');
            command.push_str(&quoted(&format!("{name}={text}")));
        }
    }
    command
}

fn confirm(row: &Callable, values: &Json, ctx: &Context) -> Confirm {
    let name = row.entry.name();
    let inputs = values.as_object().into_iter().flatten();
    let inputs =
        inputs.map(|(name, value)| SafeText::new(&format!("{name} = {value}")).to_string());
    Confirm {
        title: ctx.lang.tf("api.confirm_title", &[("name", name)]),
        summary: ctx.lang.tf("api.summary", &[("name", name)]),
        command: command(row, values),
        targets: inputs.collect(),
        consequence: vec![row.entry.doc.to_owned()],
        button: ctx.lang.t("api.send").into_owned(),
        // Nothing here knows how much is at stake, so the name is typed.
        risk: Guard::Name(name.to_owned()),
        subject: None,
        action: Action::Raw {
            account: row.account.clone(),
            operation: row.entry.id,
            input: values.clone(),
        },
    }
}

/// An answer with one member a line.
fn pretty(answer: &Json) -> Vec<document::Line> {
    let text = serde_json::to_string_pretty(answer).unwrap_or_default();
    text.lines()
        .map(|line| document::Line::styled(SafeText::new(line).shown().to_owned(), "text"))
        .collect()
}

/// A refusal in full.
fn refused(error: &ApiError) -> Vec<document::Line> {
    let mut lines = vec![document::Line::styled(
        error.message.shown().to_owned(),
        "state.crit",
    )];
    let code = error.code.as_ref().map(|code| ("code", code.shown()));
    let request = error.request_id.as_ref().map(|id| ("request", id.shown()));
    for (name, text) in code.into_iter().chain(request) {
        lines.push(frame::pair(name, text));
    }
    lines
}

/// What the catalogue says of an operation.
fn documentation(row: &Callable, ctx: &Context) -> Document {
    let (entry, lang) = (row.entry, ctx.lang);
    let call = &entry.call;
    let room = usize::from(ctx.area.width.saturating_sub(8).max(30));
    let mut lines: Vec<document::Line> = width::wrap(entry.doc, room)
        .into_iter()
        .map(|line| document::Line::styled(line, "text"))
        .collect();
    lines.push(document::Line::default());
    lines.push(frame::fact(lang, "api.account", &row.account.to_string()));
    lines.push(frame::fact(lang, "api.kind", &lang.t(kind_key(entry))));
    lines.push(frame::fact(
        lang,
        "api.request",
        &format!("{} {}", call.method, call.path),
    ));
    if call.is_rpc {
        let action = format!("{} {}", call.action, call.version);
        lines.push(frame::fact(lang, "api.action", &action));
    }
    for param in entry.params {
        lines.push(document::Line::default());
        let needed = if param.required {
            "api.required"
        } else {
            "api.optional"
        };
        lines.push(
            document::Line::styled(param.name.to_owned(), "header")
                .then(format!("  {}", lang.t(needed)), "muted"),
        );
        let text = described(param);
        let wrapped = width::wrap(&text, room).into_iter();
        lines.extend(wrapped.map(|line| document::Line::styled(format!("  {line}"), "text")));
    }
    Document {
        title: format!("{} {}", row.account.system.short(), entry.name()),
        lines,
    }
}

/// What a parameter is, with its bounds.
fn described(param: &Param) -> String {
    let mut text = param.doc.to_owned();
    let words = match param.kind {
        Shape::Choice(words) => words,
        _ => param.one_of,
    };
    let bounds = match (param.min, param.max) {
        (Some(min), Some(max)) => format!("{min}..{max}"),
        (Some(min), None) => format!(">= {min}"),
        (None, Some(max)) => format!("<= {max}"),
        (None, None) => words.join(", "),
    };
    if !bounds.is_empty() {
        let _ = write!(text, " ({bounds})");
    }
    if let Some(default) = param.default {
        let _ = write!(text, " [{default}]");
    }
    text
}

const fn kind_key(entry: &Entry) -> &'static str {
    if entry.call.mutates {
        "api.changes"
    } else {
        "api.reads"
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("system", title("col.system"), 6),
        Column::flex("operation", title("api.operation"), 16, 36).grow(1),
        Column::fixed("kind", title("api.kind_column"), 7),
        Column::flex("doc", title("api.doc"), 20, 90)
            .grow(3)
            .priority(2),
        Column::flex("action", title("api.action_column"), 10, 34).wide(),
    ]
}

impl Row for Callable {
    fn subject(&self) -> Subject {
        Subject::Operation(self.account.clone(), self.entry.id)
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        match column {
            "system" => Cell::styled(self.account.system.short(), "muted"),
            "operation" => Cell::text(self.entry.name()),
            "kind" => {
                let role = if self.entry.call.mutates {
                    "state.warn"
                } else {
                    "muted"
                };
                Cell::styled(look.lang.t(kind_key(self.entry)).into_owned(), role)
            }
            "doc" => Cell::styled(self.entry.doc, "muted"),
            "action" => Cell::styled(self.entry.call.action, "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        match column {
            "system" => Value::text(self.account.system.id()),
            "operation" => Value::text(self.entry.name()),
            "kind" => Value::text(if self.entry.call.mutates {
                "changes"
            } else {
                "reads"
            }),
            "doc" => Value::text(self.entry.doc),
            "action" => Value::text(self.entry.call.action),
            _ => Value::Missing,
        }
    }
}

impl Pane for Api {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, _ctx: &Context) -> Vec<Want> {
        let question = self.question.iter().cloned();
        question
            .map(|question| wants::want(question, EVERY))
            .collect()
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
                Vec::new()
            }
            Event::Changed => {
                if self.list.rows().is_empty() {
                    self.rebuild(ctx);
                }
                self.arrived(ctx)
            }
            Event::Command {
                name: "open" | "describe",
                ..
            } => self.describe(ctx),
            Event::Command {
                name: "api.send", ..
            } => self.ask(ctx),
            Event::Form { values, .. } => self.send(values, ctx),
            Event::Done {
                action: Action::Raw { operation, .. },
                result,
                ..
            } => vec![Request::Document(Document {
                title: (*operation).to_owned(),
                lines: match result {
                    Ok(receipt) => receipt.answer.as_ref().map(pretty).unwrap_or_default(),
                    Err(error) => refused(error),
                },
            })],
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        let row = self.list.selected();
        Some(row.map_or_else(
            || "ops".to_owned(),
            |row| format!("call {} {}", row.account.system, row.entry.name()),
        ))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let mut inner = frame::draw(view, ABOUT.title, &totals, &[], area, buf);
        if let Some(since) = self.waiting
            && inner.height > 1
        {
            let row = self.asked.as_ref();
            let what = row.map_or("", |row| row.entry.name());
            let since = since.to_zoned(view.zone.clone()).strftime("%H:%M:%S");
            let values = [("what", what), ("time", &since.to_string())];
            let waiting = view.lang.tf("api.waiting", &values);
            inner.height -= 1;
            let (x, y) = (inner.x, inner.bottom());
            let style = view.theme.style("state.running");
            width::put(buf, x, y, &format!(" {waiting}"), inner.width, style);
        }
        self.list.draw(view, &[], &view.t("api.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let count = self.list.rows().len().to_string();
        Line::styled(count, view.theme.style("text"))
    }
}
