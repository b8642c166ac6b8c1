//! `:scripts`: scripts that can be run, and their text with its syntax in colours.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::list::{List, Look, Row, heading};
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{Context, Event, ListInfo, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::query::{Query, Want};
use crate::domain::script::{Script, ScriptId};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// How old the list may get.
const EVERY: Duration = Duration::from_secs(60);

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Script])
    .hinted()];

/// The list of scripts.
pub struct Scripts {
    list: List<Entry>,
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
            opening: None,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = ctx
            .world
            .scripts()
            .map(|(account, script)| Entry {
                account: account.clone(),
                script: script.clone(),
            })
            .collect();
        entries.sort_by(|a, b| rank(&a.script).cmp(&rank(&b.script)));
        self.list.replace(entries, ctx);
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

fn rank(script: &Script) -> (&str, &str) {
    (script.name.raw(), script.id.raw())
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
    fn name(&self) -> &'static str {
        "scripts"
    }

    fn title(&self) -> &'static str {
        "script.pane"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["sc"]
    }

    fn opens(&self) -> &'static [Kind] {
        &[Kind::Script]
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        wants::of_each(ctx, &words::SYSTEMS, EVERY, Query::Scripts)
            .into_iter()
            .chain(self.opening.as_ref().map(|(account, id)| {
                wants::want(Query::Script(account.clone(), id.clone()), EVERY)
            }))
            .collect()
    }

    fn commands(&self) -> &'static [Command] {
        COMMANDS
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
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        self.list.subject()
    }

    fn marked(&self, _world: &World) -> Vec<Subject> {
        self.list.marked()
    }

    fn list(&self, ctx: &Context) -> Option<ListInfo> {
        Some(self.list.info(ctx.lang))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let ctx = view.context(area);
        let needs = wants::of_each(&ctx, &words::SYSTEMS, EVERY, Query::Scripts);
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, self.title(), &totals, &needs, area, buf);
        self.list
            .draw(view, &needs, &view.t("script.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let text = self.list.rows().len().to_string();
        Line::styled(text, view.theme.style("muted"))
    }
}
