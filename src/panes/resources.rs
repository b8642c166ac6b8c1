//! `:resources`: the machines scripts can run on.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line as TextLine;

use super::list::{List, Look, Row, heading};
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::query::{Query, Want};
use crate::domain::script::Resource;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value, natural_order};
use crate::ui::widgets::document::Line;
use crate::ui::widgets::table::Column;

/// How old the list may get.
const EVERY: Duration = Duration::from_secs(60);

const ABOUT: About = About::new("resources", "resource.pane", COMMANDS)
    .aliases(&["re"])
    .opens(&[Kind::Resource]);

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Resource])
    .hinted()];

/// The list of machines.
pub struct Resources {
    list: List<Entry>,
}

struct Entry {
    account: AccountId,
    resource: Resource,
}

impl Resources {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = ctx
            .world
            .resources()
            .map(|(account, resource)| Entry {
                account: account.clone(),
                resource: resource.clone(),
            })
            .collect();
        entries.sort_by(|a, b| natural(&a.resource, &b.resource));
        self.list.replace(entries, ctx);
    }

    fn describe(&self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        let wanted = on.first();
        let entry = self
            .list
            .rows()
            .iter()
            .find(|entry| Some(&entry.subject()) == wanted);
        entry
            .map(|entry| Request::Document(document(&entry.resource, ctx.lang)))
            .into_iter()
            .collect()
    }
}

impl Default for Resources {
    fn default() -> Self {
        Self::new()
    }
}

/// As people count: `web-2` before `web-10`.
pub fn natural(a: &Resource, b: &Resource) -> std::cmp::Ordering {
    let by_name = natural_order(a.name.raw(), b.name.raw());
    by_name.then_with(|| a.resource_id.raw().cmp(b.resource_id.raw()))
}

/// Everything that is known of a machine.
fn document(machine: &Resource, lang: Lang) -> Document {
    let text = |text: &Option<crate::domain::text::SafeText>| {
        text.as_ref().map_or("-".to_owned(), ToString::to_string)
    };
    let mut lines = vec![
        frame::fact(lang, "resource.col_name", machine.name.shown()),
        frame::fact(lang, "field.id", machine.resource_id.shown()),
        frame::fact(lang, "resource.col_ip", &text(&machine.ip)),
        frame::fact(lang, "col.region", machine.region.shown()),
        frame::fact(
            lang,
            "resource.col_application",
            &text(&machine.application),
        ),
        frame::fact(lang, "resource.col_agent", &text(&machine.agent_state)),
        frame::fact(lang, "field.agent", &text(&machine.agent)),
    ];
    for (heading, pairs) in [
        ("resource.tag", &machine.tags),
        ("resource.property", &machine.properties),
    ] {
        if !pairs.is_empty() {
            lines.push(Line::default());
            lines.push(Line::styled(lang.t(heading), "header"));
        }
        for (key, value) in pairs {
            lines.push(frame::pair(key.shown(), value.shown()));
        }
    }
    Document {
        title: machine.name.shown().to_owned(),
        lines,
    }
}

fn tags(machine: &Resource) -> String {
    let tags: Vec<String> = machine
        .tags
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    tags.join(" ")
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("name", title("resource.col_name"), 10, 40).grow(2),
        Column::flex("ip", title("resource.col_ip"), 9, 39).priority(2),
        Column::flex("region", title("col.region"), 7, 16).priority(3),
        Column::flex("application", title("resource.col_application"), 8, 24),
        Column::flex("agent", title("resource.col_agent"), 7, 12),
        Column::flex("tags", title("resource.col_tags"), 8, 40).priority(4),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Resource(self.account.clone(), self.resource.resource_id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let resource = &self.resource;
        match column {
            "name" => Cell::text(resource.name.shown()),
            "ip" => resource
                .ip
                .as_ref()
                .map_or_else(Cell::default, |ip| Cell::text(ip.shown())),
            "region" => Cell::styled(resource.region.shown(), "muted"),
            "application" => resource
                .application
                .as_ref()
                .map_or_else(Cell::default, |name| Cell::text(name.shown())),
            "agent" => match (&resource.agent, &resource.agent_state) {
                (None, _) => Cell::styled(look.lang.t("resource.no_agent").into_owned(), "muted"),
                (_, Some(state)) if state.raw() == "ONLINE" => {
                    Cell::styled(words::agent_word(state, look.lang), "state.ok")
                }
                (_, Some(state)) => Cell::styled(words::agent_word(state, look.lang), "state.warn"),
                _ => Cell::default(),
            },
            "tags" => Cell::styled(tags(resource), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let resource = &self.resource;
        // Nothing of a machine has an age.
        let _ = at;
        match column {
            "name" => Value::text(resource.name.raw()),
            "ip" => resource
                .ip
                .as_ref()
                .map_or(Value::Missing, |ip| Value::text(ip.raw())),
            "region" => Value::text(resource.region.raw()),
            "application" => resource
                .application
                .as_ref()
                .map_or(Value::Missing, |name| Value::text(name.raw())),
            "agent" => resource
                .agent_state
                .as_ref()
                .map_or(Value::Missing, |state| Value::text(state.raw())),
            "tags" => Value::text(tags(resource)),
            _ => Value::Missing,
        }
    }
}

impl Pane for Resources {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        wants::of_each(ctx, &words::SYSTEMS, EVERY, Query::Resources)
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Opened { subject, .. } => {
                self.rebuild(ctx);
                if let Some(subject @ Subject::Resource(..)) = subject {
                    self.list.select((*subject).clone());
                    self.rebuild(ctx);
                }
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                on,
            } => self.describe(on, ctx),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let ctx = view.context(area);
        let needs = wants::of_each(&ctx, &words::SYSTEMS, EVERY, Query::Resources);
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        self.list
            .draw(view, &needs, &view.t("resource.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> TextLine<'static> {
        let text = self.list.rows().len().to_string();
        TextLine::styled(text, view.theme.style("muted"))
    }
}
