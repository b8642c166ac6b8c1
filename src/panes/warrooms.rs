//! `:warrooms`: WarRooms, those that go on first. Enter leads to the incident.

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
use crate::domain::incident::WarRoom;
use crate::domain::query::{Query, Want};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// How old the list may get.
const EVERY: Duration = Duration::from_secs(60);

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::WarRoom])
    .hinted()];

/// The list of WarRooms.
pub struct WarRooms {
    list: List<Entry>,
}

struct Entry {
    account: AccountId,
    warroom: WarRoom,
}

impl WarRooms {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = ctx
            .world
            .warrooms()
            .map(|(account, warroom)| Entry {
                account: account.clone(),
                warroom: warroom.clone(),
            })
            .collect();
        entries.sort_by_key(|entry| rank(&entry.warroom));
        self.list.replace(entries, ctx);
    }
}

impl Default for WarRooms {
    fn default() -> Self {
        Self::new()
    }
}

/// Those that go on first, the newest of them first.
fn rank(room: &WarRoom) -> (bool, std::cmp::Reverse<Option<Timestamp>>) {
    (!room.is_open(), std::cmp::Reverse(room.created))
}

/// Seconds from its beginning to its end, or to now while it goes on.
fn lasted(room: &WarRoom, now: Timestamp) -> Option<i64> {
    let from = room.occurred.or(room.created)?;
    let to = room.recovered.unwrap_or(now);
    Some((to.as_second() - from.as_second()).max(0))
}

/// The service's own name of the state in the user's language, else the state as sent.
fn status(room: &WarRoom, lang: Lang) -> &str {
    let (zh, en) = &room.status_names;
    let name = if lang == Lang::ZhCn { zh } else { en };
    if name.is_empty() {
        room.status.shown()
    } else {
        name.shown()
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("status", title("warroom.col_status"), 8, 16),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("title", title("warroom.col_title"), 12, 60).grow(3),
        Column::flex("length", title("warroom.col_length"), 6, 12).right(),
        Column::flex("admin", title("warroom.col_admin"), 6, 20).priority(3),
        Column::flex("incident", title("warroom.col_incident"), 10, 28)
            .cut_middle()
            .priority(2),
        Column::flex("number", title("warroom.col_number"), 10, 28)
            .cut_middle()
            .priority(4),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::WarRoom(self.account.clone(), self.warroom.number.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let warroom = &self.warroom;
        match column {
            "status" => {
                let role = if warroom.is_open() {
                    "state.running"
                } else {
                    "muted"
                };
                Cell::styled(status(warroom, look.lang), role)
            }
            "age" => warroom.created.map_or_else(Cell::default, |at| {
                format::age_of(look.lang, at, look.at).into()
            }),
            "title" => Cell::text(warroom.title.shown()),
            "length" => lasted(warroom, look.at).map_or_else(Cell::default, |seconds| {
                format::duration(look.lang, seconds).into()
            }),
            "admin" => Cell::text(warroom.admin.shown()),
            "incident" => warroom
                .incident
                .as_ref()
                .map_or_else(Cell::default, |id| Cell::text(id.shown())),
            "number" => Cell::styled(warroom.number.shown(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let warroom = &self.warroom;
        match column {
            "status" => Value::text(status(warroom, Lang::En)),
            "age" => warroom.created.map_or(Value::Missing, |created| {
                Value::Age(at.duration_since(created).as_secs_f64())
            }),
            "title" => Value::text(warroom.title.raw()),
            "length" => lasted(warroom, at).map_or(Value::Missing, |seconds| {
                Value::Age(std::time::Duration::from_secs(seconds.unsigned_abs()).as_secs_f64())
            }),
            "admin" => Value::text(warroom.admin.raw()),
            "incident" => warroom
                .incident
                .as_ref()
                .map_or(Value::Missing, |id| Value::text(id.raw())),
            "number" => Value::text(warroom.number.raw()),
            _ => Value::Missing,
        }
    }
}

impl Pane for WarRooms {
    fn name(&self) -> &'static str {
        "warrooms"
    }

    fn title(&self) -> &'static str {
        "warroom.pane"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["wr"]
    }

    fn opens(&self) -> &'static [Kind] {
        &[Kind::WarRoom]
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        wants::of_each(ctx, &words::SYSTEMS, EVERY, Query::WarRooms)
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
                Vec::new()
            }
            Event::Opened { subject, .. } => {
                self.rebuild(ctx);
                if let Some(subject @ Subject::WarRoom(..)) = subject {
                    self.list.select((*subject).clone());
                    self.rebuild(ctx);
                }
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                on,
            } => on
                .iter()
                .take(1)
                .flat_map(|room| ctx.world.related(room, Kind::Incident))
                .map(Request::Show)
                .collect(),
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
        let needs = wants::of_each(&ctx, &words::SYSTEMS, EVERY, Query::WarRooms);
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, self.title(), &totals, &needs, area, buf);
        let key = view.key("warroom.create");
        let empty = view.lang.tf("warroom.empty", &[("key", &key)]);
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let text = self.list.rows().len().to_string();
        Line::styled(text, view.theme.style("muted"))
    }
}
