//! `:problems`: what went wrong: calls that failed, accounts that are paused, what could not be kept.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::frame;
use super::list::{List, Look, Row, heading};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::{Problem, What, World};
use crate::domain::error::{ApiError, Class, OperationId};
use crate::domain::query::Want;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::table::Column;

const ABOUT: About = About::new("problems", "problems.title", COMMANDS).aliases(&["errors", "pr"]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Problem])
        .hinted(),
    Command::new("account.resume", &["z r"])
        .on(&[Kind::Problem, Kind::Account])
        .hinted(),
];

/// What went wrong.
pub struct Problems {
    list: List<Problem>,
}

impl Problems {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }
}

impl Default for Problems {
    fn default() -> Self {
        Self::new()
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("age", title("problems.age"), frame::age_cells(lang)).right(),
        Column::fixed("class", title("problems.class"), 12),
        Column::flex("what", title("problems.what"), 30, 120).grow(5),
        Column::flex("account", title("problems.account"), 10, 24).priority(2),
        Column::flex("operation", title("problems.operation"), 12, 40).priority(3),
        Column::flex("request", title("problems.request"), 12, 40)
            .cut_middle()
            .priority(4),
    ]
}

impl Row for Problem {
    fn subject(&self) -> Subject {
        let (account, cause) = self.cause();
        let account = account.map_or_else(String::new, |account| account.to_string());
        Subject::Problem(format!("{account} {cause}").into())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let call = match &self.what {
            What::Call(error, _) => Some(error),
            What::Words(_) | What::Clock(_) => None,
        };
        match (column, call) {
            ("age", _) if self.at == Timestamp::UNIX_EPOCH => Cell::default(),
            ("age", _) => format::age_of(look.lang, self.at, look.at).into(),
            ("class", Some(error)) => {
                Cell::styled(class(error.class, look.lang), role(error.class))
            }
            ("what", Some(error)) => Cell::text(error.message.shown()),
            ("class", None) if matches!(self.what, What::Clock(_)) => {
                Cell::styled(class(Class::ClockSkew, look.lang), "state.warn")
            }
            ("what", None) => match &self.what {
                What::Words(text) => Cell::text(text.as_str()),
                What::Clock(seconds) => clock(*seconds, look.lang).into(),
                What::Call(..) => Cell::default(),
            },
            ("account", _) => match &self.account {
                Some(account) => Cell::styled(account.to_string(), "muted"),
                None => Cell::default(),
            },
            ("operation", Some(error)) => {
                let first = Cell::styled(error.operation, "muted");
                match self.operations().len() - 1 {
                    0 => first,
                    others => first.then(format!(" +{others}"), "muted"),
                }
            }
            ("request", Some(error)) => match &error.request_id {
                Some(id) => Cell::styled(id.shown(), "muted"),
                None => Cell::default(),
            },
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        match (column, &self.what) {
            ("age", _) => Value::Age(at.duration_since(self.at).as_secs_f64()),
            ("class", What::Call(error, _)) => Value::text(error.class.name()),
            ("what", What::Call(error, _)) => Value::text(error.message.raw()),
            ("what", What::Words(text)) => Value::text(text.as_str()),
            ("class", What::Clock(_)) => Value::text(Class::ClockSkew.name()),
            ("what", What::Clock(seconds)) => Value::Number(*seconds as f64),
            ("account", _) => match &self.account {
                Some(account) => Value::text(account.to_string()),
                None => Value::Missing,
            },
            ("operation", What::Call(..)) => Value::text(self.operations().join(" ")),
            ("request", What::Call(error, _)) => match &error.request_id {
                Some(id) => Value::text(id.raw()),
                None => Value::Missing,
            },
            _ => Value::Missing,
        }
    }
}

/// By how much a clock disagrees.
pub fn clock(seconds: i64, lang: Lang) -> String {
    let key = if seconds < 0 {
        "budget.skew_behind"
    } else {
        "budget.skew"
    };
    let seconds = seconds.unsigned_abs().to_string();
    lang.tf(key, &[("seconds", &seconds)])
}

/// What a class of error is called.
fn class(class: Class, lang: Lang) -> String {
    lang.t(&format!("class.{}", class.name())).into_owned()
}

const fn role(class: Class) -> &'static str {
    match class {
        Class::NotOffered => "muted",
        Class::Throttled | Class::ReadOnly | Class::NotFound | Class::Conflict => "state.warn",
        _ => "state.crit",
    }
}

/// An error in full, with the other operations that met it and what can be done about it.
pub fn explanation(error: &ApiError, others: &[OperationId], ctx: &Context) -> Vec<document::Line> {
    let lang = ctx.lang;
    let cells = frame::document_cells(ctx);
    let told = |key, text: &str| frame::long(&lang.t(key), text, cells);
    let mut lines = vec![frame::fact(
        lang,
        "problems.class",
        &class(error.class, lang),
    )];
    lines.extend(told("problems.what", error.message.shown()));
    lines.push(frame::fact(lang, "problems.operation", error.operation));
    lines.extend(others.iter().map(|other| frame::pair("", other)));
    if let Some(code) = &error.code {
        lines.extend(told("problems.code", code.shown()));
    }
    if let Some(param) = &error.param {
        lines.extend(told("problems.param", param));
    }
    if let Some(id) = &error.request_id {
        lines.extend(told("problems.request", id.shown()));
    }
    lines.push(document::Line::default());
    let advice = format!("advice.{}", error.class.name());
    lines.extend(frame::sentence(&lang.t(&advice), cells));
    lines
}

fn document(problem: &Problem, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let sentence = |text: &str| frame::sentence(text, frame::document_cells(ctx));
    let mut lines = Vec::new();
    if problem.at != Timestamp::UNIX_EPOCH {
        let at = frame::moment(problem.at, ctx);
        lines.push(frame::fact(lang, "problems.age", &at));
    }
    if let Some(account) = &problem.account {
        lines.push(frame::fact(lang, "problems.account", &account.to_string()));
    }
    let title = match &problem.what {
        What::Call(error, others) => {
            lines.extend(explanation(error, others, ctx));
            class(error.class, lang)
        }
        What::Words(text) => {
            lines.extend(sentence(text));
            lang.t("problems.title").into_owned()
        }
        What::Clock(seconds) => {
            lines.extend(sentence(&clock(*seconds, lang)));
            lines.push(document::Line::default());
            lines.extend(sentence(&lang.t("budget.skew_advice")));
            class(Class::ClockSkew, lang)
        }
    };
    Document { title, lines }
}

impl Pane for Problems {
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
        let selected = self.list.selected();
        match event {
            Event::Opened { .. } | Event::Changed => {
                self.list.replace(ctx.world.problems(), ctx);
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                ..
            } => selected
                .map(|problem| Request::Document(document(problem, ctx)))
                .into_iter()
                .collect(),
            Event::Command {
                name: "account.resume",
                ..
            } => selected
                .and_then(|problem| problem.account.clone())
                .map(|account| Request::Effect(Effect::Resume(account)))
                .into_iter()
                .collect(),
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
        Some("doctor".to_owned())
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, ABOUT.title, &totals, &[], area, buf);
        self.list
            .draw(view, &[], &view.t("problems.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let count = view.world.problems().len();
        let role = if count == 0 { "muted" } else { "state.crit" };
        Line::styled(count.to_string(), view.theme.style(role))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::account::SystemId;
    use crate::ui::glyphs::UNICODE;
    use crate::ui::rates::Rates;
    use crate::ui::width::width;

    #[test]
    fn an_error_can_be_read_in_full_on_a_narrow_screen() {
        let world = World::new(Vec::new(), Vec::new());
        let ctx = Context {
            world: &world,
            at: Timestamp::UNIX_EPOCH,
            lang: Lang::En,
            zone: &TimeZone::UTC,
            rates: Rates::AsSent,
            glyphs: &UNICODE,
            area: Rect::new(0, 0, 80, 24),
        };
        let words: Vec<String> = (0..60).map(|word| format!("word{word}")).collect();
        let error = ApiError::new(
            Class::Network,
            SystemId::KscMonitor,
            "ksc-monitor.list_alarm_policy",
            words.join(" "),
        );
        let others = ["ksc-monitor.get_metric_statistics"; 4];
        let lines = explanation(&error, &others, &ctx);
        let cells = frame::document_cells(&ctx);
        let text: Vec<String> = lines.iter().map(document::Line::plain).collect();
        assert!(text.iter().all(|line| width(line) <= cells), "{text:#?}");
        let all = text.join(" ");
        let read: Vec<&str> = all.split_whitespace().collect();
        assert!(words.iter().all(|word| read.contains(&word.as_str())));
        let told = read.iter().filter(|word| word.contains("ksc-monitor."));
        assert_eq!(told.count(), 1 + others.len(), "{text:#?}");
    }
}
