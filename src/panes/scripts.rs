//! `:scripts`: scripts that can be run, and their text with its syntax in colours.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use super::list::{List, Look, Row, heading};
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{About, Asking, Context, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::draft::{LANGUAGES, risk_name, risk_of};
use crate::domain::query::{Facts, Query, Want};
use crate::domain::script::{Risk, Script, ScriptFilter, ScriptId};
use crate::domain::text::SafeText;
use crate::ui::form::{Field, Form};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value, natural_order};
use crate::ui::widgets::table::Column;

/// How old the list may get.
const EVERY: Duration = Duration::from_secs(60);

const ABOUT: About = About::new("scripts", "script.pane", COMMANDS)
    .aliases(&["sc"])
    .opens(&[Kind::Script]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Script])
        .hinted(),
    Command::new("script.filter", &["o"]).hinted(),
];

/// The list of scripts.
pub struct Scripts {
    list: List<Entry>,
    /// What the service is asked to look for.
    filter: ScriptFilter,
    /// The script that is shown as soon as its text has been read.
    opening: Option<(AccountId, ScriptId)>,
}

struct Entry {
    account: AccountId,
    script: Script,
}

impl Scripts {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            filter: ScriptFilter::default(),
            opening: None,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries = Vec::new();
        for want in self.wants(ctx) {
            if let Some(Facts::Scripts(scripts)) = ctx.world.facts(&want.query) {
                entries.extend(scripts.iter().map(|script| Entry {
                    account: want.query.account().clone(),
                    script: script.clone(),
                }));
            }
        }
        entries.sort_by(|a, b| by_name(&a.script, &b.script));
        self.list.replace(entries, ctx);
    }

    /// The list of each account: all scripts, or those that the service finds.
    fn wants(&self, ctx: &Context) -> Vec<Want> {
        wants::of_each(ctx, &words::SYSTEMS, EVERY, |account| {
            if self.filter.is_empty() {
                Query::Scripts(account)
            } else {
                Query::FoundScripts(account, Box::new(self.filter.clone()))
            }
        })
    }

    fn open(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        let Some(Subject::Script(account, id)) = on.first() else {
            return Vec::new();
        };
        self.opening = Some((account.clone(), id.clone()));
        self.show(ctx)
    }

    /// Shows the script that was opened, once its text is there.
    fn show(&mut self, ctx: &Context) -> Vec<Request> {
        let found = self
            .opening
            .as_ref()
            .and_then(|(account, id)| ctx.world.script(account, id.raw()))
            .filter(|script| script.has_detail);
        let Some(script) = found else {
            return Vec::new();
        };
        self.opening = None;
        vec![Request::Document(super::script_text::document(script, ctx))]
    }
}

impl Default for Scripts {
    fn default() -> Self {
        Self::new()
    }
}

fn by_name(a: &Script, b: &Script) -> std::cmp::Ordering {
    let by_name = natural_order(a.name.raw(), b.name.raw());
    by_name.then_with(|| a.id.raw().cmp(b.id.raw()))
}

/// The form of the service's filter.
fn filter_form(filter: &ScriptFilter, lang: Lang) -> Asking {
    let any = || (String::new(), lang.t("script.any").into_owned());
    let risks = [Risk::Low, Risk::Medium, Risk::High].map(|risk| {
        let word = words::risk_word(Some(risk), lang).0;
        (risk_name(risk).to_owned(), word)
    });
    let languages = LANGUAGES.map(|(word, _)| (word.to_owned(), word.to_owned()));
    let text = |of: &Option<String>| of.clone().unwrap_or_default();
    let options = |of: &[(String, String)]| -> Vec<(String, String)> {
        std::iter::once(any()).chain(of.iter().cloned()).collect()
    };
    let form = Form::new(
        lang.t("script.filter_title"),
        lang.t("script.filter_button"),
    )
    .field(
        Field::text("name", lang.t("script.filter_name"))
            .len(0, 32)
            .value(&text(&filter.name)),
    )
    .field(
        Field::text("creator", lang.t("script.creator"))
            .len(0, 64)
            .value(&text(&filter.creator)),
    )
    .field(
        Field::choice("risk", lang.t("script.risk"), options(&risks))
            .value(filter.risk.map_or("", risk_name)),
    )
    .field(
        Field::choice("language", lang.t("script.language"), options(&languages))
            .value(&text(&filter.language)),
    );
    Asking {
        tag: "script.filter",
        form,
    }
}

fn read_filter(values: &Json) -> ScriptFilter {
    let given = |name| Some(words::text(values, name)).filter(|text| !text.is_empty());
    ScriptFilter {
        name: given("name"),
        creator: given("creator"),
        risk: given("risk").as_deref().and_then(risk_of),
        language: given("language"),
    }
}

/// The service's filter in words.
fn filter_words(filter: &ScriptFilter, lang: Lang) -> String {
    let risk = filter.risk.map(|risk| words::risk_word(Some(risk), lang).0);
    let parts: Vec<String> = [
        filter.name.clone(),
        filter.creator.clone(),
        risk,
        filter.language.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    SafeText::new(&parts.join(" ")).shown().to_owned()
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("risk", title("script.col_risk"), 4, 8),
        Column::flex("status", title("script.col_status"), 8, 18),
        Column::flex("language", title("script.col_language"), 5, 7).priority(3),
        Column::flex("name", title("script.col_name"), 10, 48).grow(3),
        Column::flex("version", title("script.col_version"), 5, 10).priority(4),
        Column::flex("creator", title("script.col_creator"), 6, 16).priority(2),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Script(self.account.clone(), self.script.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let script = &self.script;
        match column {
            "risk" => {
                let (word, role) = words::risk_word(script.risk, look.lang);
                Cell::styled(word, role)
            }
            "status" => {
                let role = if script.status.raw() == "APPROVED" {
                    "text"
                } else {
                    "state.warn"
                };
                Cell::styled(words::approval_word(script.status.shown(), look.lang), role)
            }
            "language" => Cell::styled(script.language.shown(), "muted"),
            "name" => Cell::text(script.name.shown()),
            "version" => Cell::styled(script.version.shown(), "muted"),
            "creator" => Cell::styled(script.creator.shown(), "muted"),
            "age" => script
                .modified
                .or(script.created)
                .map_or_else(Cell::default, |at| {
                    format::age_of(look.lang, at, look.at).into()
                }),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let script = &self.script;
        match column {
            "risk" => script
                .risk
                .map_or(Value::Missing, |risk| Value::Number(f64::from(risk as u8))),
            "status" => Value::text(script.status.raw()),
            "language" => Value::text(script.language.raw()),
            "name" => Value::text(script.name.raw()),
            "version" => Value::text(script.version.raw()),
            "creator" => Value::text(script.creator.raw()),
            "age" => script
                .modified
                .or(script.created)
                .map_or(Value::Missing, |created| {
                    Value::Age(at.duration_since(created).as_secs_f64())
                }),
            _ => Value::Missing,
        }
    }
}

impl Pane for Scripts {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        self.wants(ctx)
            .into_iter()
            .chain(self.opening.as_ref().map(|(account, id)| {
                wants::want(Query::Script(account.clone(), id.clone()), EVERY)
            }))
            .collect()
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed => {
                self.rebuild(ctx);
                self.show(ctx)
            }
            Event::Opened { subject, .. } => {
                self.rebuild(ctx);
                if let Some(subject @ Subject::Script(..)) = subject {
                    self.list.select((*subject).clone());
                    self.rebuild(ctx);
                }
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                on,
            } => self.open(on, ctx),
            Event::Command {
                name: "script.filter",
                ..
            } => vec![Request::Form(Box::new(filter_form(&self.filter, ctx.lang)))],
            Event::Form { values, .. } => {
                self.filter = read_filter(values);
                self.rebuild(ctx);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        if self.list.back() {
            return true;
        }
        // The service's filter is the last thing to go.
        let filtered = !self.filter.is_empty();
        self.filter = ScriptFilter::default();
        filtered
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let ctx = view.context(area);
        let needs = self.wants(&ctx);
        let mut totals = frame::counted(&self.list.info(view.lang), view.lang);
        let mut empty = view.t("script.empty");
        if !self.filter.is_empty() {
            let words = filter_words(&self.filter, view.lang);
            let words = view.lang.tf("script.filtered", &[("filter", &words)]);
            totals = format!("{totals} · {words}");
            let key = view.key("script.filter");
            empty = view.lang.tf("script.empty_filtered", &[("key", &key)]);
        }
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let text = self.list.rows().len().to_string();
        Line::styled(text, view.theme.style("muted"))
    }
}
