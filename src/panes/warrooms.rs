//! `:warrooms`: WarRooms, those that go on first. Enter leads to the incident.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::list::{List, Look, Row, heading};
use super::{frame, incident_forms as forms, incidents, wants, words};
use crate::app::command::Command;
use crate::app::pane::{
    About, Asking, Choice, Context, Document, Event, Listing, Pane, Picking, Request, Tone, View,
};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::incident::{Incident, IncidentId, IncidentStep, Level, WarRoom, WarRoomFilter};
use crate::domain::query::{Facts, Query, Want};
use crate::domain::text::SafeText;
use crate::ui::form::{Field, Form};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// How old the list may get.
const EVERY: Duration = Duration::from_secs(60);

const ABOUT: About = About::new("warrooms", "warroom.pane", COMMANDS)
    .aliases(&["wr"])
    .opens(&[Kind::WarRoom]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::WarRoom])
        .hinted(),
    Command::changes("warroom.create_for", &["W"]).hinted(),
    Command::new("warroom.filter", &["o"]).hinted(),
    Command::new("warroom.open_only", &["z o"]),
];

/// The list of WarRooms.
pub struct WarRooms {
    list: List<Entry>,
    /// What the service is asked to look for.
    filter: WarRoomFilter,
    /// Only those that go on are shown.
    open_only: bool,
    /// What the open form is about.
    about: Option<(AccountId, IncidentId)>,
}

struct Entry {
    account: AccountId,
    warroom: WarRoom,
    /// What its leader is called, Chinese and English, where an incident tells.
    leader: Option<(SafeText, SafeText)>,
}

impl Entry {
    /// Who leads it: a name where one is known, else the id.
    fn leader(&self, lang: Lang) -> &SafeText {
        let name = self.leader.as_ref().map(|(zh, en)| match lang {
            Lang::ZhCn => zh,
            Lang::En => en,
        });
        name.filter(|name| !name.is_empty())
            .unwrap_or(&self.warroom.admin)
    }
}

impl WarRooms {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            filter: WarRoomFilter::default(),
            open_only: false,
            about: None,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = Vec::new();
        let people = words::people(ctx.world);
        let name_of = |id: &SafeText| {
            let (zh, en) = people.get(id)?;
            Some(((*zh).clone(), (*en).clone()))
        };
        for want in self.wants(ctx) {
            let Some(Facts::WarRooms(rooms)) = ctx.world.facts(&want.query) else {
                continue;
            };
            let shown = rooms
                .iter()
                .filter(|room| !self.open_only || room.is_open());
            entries.extend(shown.map(|warroom| Entry {
                account: want.query.account().clone(),
                warroom: warroom.clone(),
                leader: name_of(&warroom.admin),
            }));
        }
        entries.sort_by_key(|entry| rank(&entry.warroom));
        self.list.replace(entries, ctx);
    }

    /// The list of each account: those of the last months, or those that the service finds.
    fn wants(&self, ctx: &Context) -> Vec<Want> {
        wants::of_each(ctx, &words::SYSTEMS, EVERY, |account| {
            if self.filter.is_empty() {
                Query::WarRooms(account)
            } else {
                Query::FoundWarRooms(account, Box::new(self.filter.clone()))
            }
        })
    }

    /// Lets the user choose an incident for which a WarRoom can be opened.
    fn choose(ctx: &Context) -> Vec<Request> {
        let items: Vec<Choice> = openable(ctx)
            .map(|(_, incident)| Choice {
                id: incident.id.raw().to_owned(),
                label: format!(
                    "{} {}",
                    incident
                        .level
                        .map_or("-", crate::domain::incident::Level::name),
                    incident.title
                ),
                note: incident.id.to_string(),
                ..Choice::default()
            })
            .collect();
        if items.is_empty() {
            let text = ctx.lang.t("warroom.no_incident").into_owned();
            return vec![Request::Toast(Tone::Info, text)];
        }
        vec![Request::Pick(Picking {
            tag: "warroom.incident",
            title: ctx.lang.t("warroom.for_which").into_owned(),
            items,
            many: false,
        })]
    }

    fn chosen(&mut self, ids: &[String], ctx: &Context) -> Vec<Request> {
        let found =
            openable(ctx).find(|(_, incident)| ids.iter().any(|id| id == incident.id.raw()));
        let Some((account, incident)) = found else {
            return Vec::new();
        };
        self.about = Some((account.clone(), incident.id.clone()));
        let account = ctx.world.account(account);
        account
            .map(|account| Request::Form(Box::new(forms::warroom(account, incident, ctx))))
            .into_iter()
            .collect()
    }

    fn filled(&self, values: &serde_json::Value, ctx: &Context) -> Vec<Request> {
        let Some((account, id)) = &self.about else {
            return Vec::new();
        };
        let Some(incident) = ctx.world.incident(account, id.raw()) else {
            return Vec::new();
        };
        vec![match forms::new_warroom(values, id) {
            Ok(new) => Request::Confirm(Box::new(forms::confirm_warroom(
                account, incident, new, ctx.lang,
            ))),
            Err((field, why)) => Request::Reject {
                field: field.to_owned(),
                why: ctx.lang.t(why).into_owned(),
            },
        }]
    }
}

/// Incidents for which a WarRoom can be opened.
fn openable<'w>(ctx: &Context<'w>) -> impl Iterator<Item = (&'w AccountId, &'w Incident)> {
    ctx.world.incidents().into_iter().filter(|(_, incident)| {
        incident.warroom.is_none() && incident.status.allows(IncidentStep::OpenWarRoom)
    })
}

/// Everything that is known of a WarRoom.
fn document(entry: &Entry, ctx: &Context) -> Document {
    let room = &entry.warroom;
    let lang = ctx.lang;
    let fact = |key: &str, text: &str| frame::fact(lang, key, text);
    let names = |texts: &[SafeText]| {
        let all: Vec<&str> = texts.iter().map(SafeText::shown).collect();
        all.join(", ")
    };
    let moment =
        |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| frame::moment(at, ctx));
    let lasted = lasted(room, ctx.at).map_or_else(|| "-".to_owned(), |s| format::duration(lang, s));
    let incident = room.incident.as_ref().map_or("-", |id| id.shown());
    Document {
        title: format!("{} {}", room.number, room.title),
        lines: vec![
            fact("warroom.col_number", room.number.shown()),
            fact("warroom.col_title", room.title.shown()),
            fact("warroom.col_status", status(room, lang)),
            fact("warroom.col_length", &lasted),
            fact("warroom.col_incident", incident),
            fact("warroom.col_admin", entry.leader(lang).shown()),
            fact("warroom.applications", &names(&room.applications)),
            fact("col.region", &names(&room.regions)),
            fact("incident.fault_began", &moment(room.occurred)),
            fact("incident.room_opened", &moment(room.created)),
            fact("incident.fault_over", &moment(room.recovered)),
            fact("col.account", &entry.account.to_string()),
        ],
    }
}

/// How many go on, how many are over, and how long those that are over took, by their median.
fn statistics(rooms: &[Entry], at: Timestamp, lang: Lang) -> String {
    let open = rooms.iter().filter(|entry| entry.warroom.is_open()).count();
    let mut spans: Vec<i64> = rooms
        .iter()
        .filter(|entry| entry.warroom.recovered.is_some())
        .filter_map(|entry| lasted(&entry.warroom, at))
        .collect();
    spans.sort_unstable();
    let mut text = lang.tf("warroom.open_count", &[("count", &open.to_string())]);
    if let Some(median) = spans.get(spans.len() / 2) {
        let median = format::duration(lang, *median);
        text.push_str(" · ");
        text.push_str(&lang.tf("warroom.median", &[("span", &median)]));
    }
    text
}

/// The states of a WarRoom on the wire, with the key of each word (huawei-coc.md, 9).
const STATES: [(&str, &str); 4] = [
    ("1", "warroom.state_started"),
    ("3", "warroom.state_located"),
    ("7", "warroom.state_recovered"),
    ("20", "warroom.state_closed"),
];

/// The form of the service's filter.
fn filter_form(filter: &WarRoomFilter, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let any = || (String::new(), t("script.any"));
    let states = STATES.map(|(wire, key)| (wire.to_owned(), t(key)));
    let levels = Level::ALL.map(|level| (level.name().to_owned(), level.name().to_owned()));
    let options = |of: &[(String, String)]| -> Vec<(String, String)> {
        std::iter::once(any()).chain(of.iter().cloned()).collect()
    };
    let text = |name: &str, key: &str, max: u32, of: &Option<String>| {
        Field::text(name, t(key))
            .len(0, max)
            .value(of.as_deref().unwrap_or_default())
    };
    let days = filter.days.map(|days| days.to_string()).unwrap_or_default();
    let form = Form::new(t("warroom.filter_title"), t("script.filter_button"))
        .field(text("title", "warroom.filter_name", 1000, &filter.title))
        .field(text(
            "incident",
            "warroom.col_incident",
            64,
            &filter.incident,
        ))
        .field(text("number", "warroom.col_number", 255, &filter.number))
        .field(text("admin", "warroom.filter_admin", 200, &filter.admin))
        .field(
            Field::choice("level", t("warroom.filter_level"), options(&levels))
                .value(filter.level.map_or("", Level::name)),
        )
        .field(
            Field::choice("status", t("warroom.col_status"), options(&states))
                .value(filter.status.as_deref().unwrap_or_default()),
        )
        .field(
            Field::integer("days", t("warroom.filter_days"))
                .range(1.0, 3650.0)
                .value(&days)
                .help(t("warroom.filter_days_help")),
        );
    Asking {
        tag: "warroom.filter",
        form,
    }
}

fn read_filter(values: &serde_json::Value) -> WarRoomFilter {
    let given = |name| Some(words::text(values, name)).filter(|text| !text.is_empty());
    let days = values["days"].as_u64();
    WarRoomFilter {
        title: given("title"),
        incident: given("incident"),
        number: given("number"),
        admin: given("admin"),
        level: given("level")
            .and_then(|name| Level::ALL.into_iter().find(|level| level.name() == name)),
        status: given("status"),
        days: days.and_then(|days| u32::try_from(days).ok()),
    }
}

/// The service's filter in words.
fn filter_words(filter: &WarRoomFilter, lang: Lang) -> String {
    let state = filter.status.as_deref().map(|wire| {
        let known = STATES.iter().find(|(known, _)| *known == wire);
        known.map_or_else(|| wire.to_owned(), |(_, key)| lang.t(key).into_owned())
    });
    let days = filter.days.map(|days| {
        let seconds = i64::from(days) * 86_400;
        format::duration(lang, seconds)
    });
    let parts: Vec<String> = [
        filter.title.clone(),
        filter.incident.clone(),
        filter.number.clone(),
        filter.admin.clone(),
        filter.level.map(|level| level.name().to_owned()),
        state,
        days,
    ]
    .into_iter()
    .flatten()
    .collect();
    SafeText::new(&parts.join(" ")).shown().to_owned()
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
        // The service's words are long, and what they tell apart comes last: "Fault Delimitation".
        Column::flex("status", title("warroom.col_status"), 18, 24),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("title", title("warroom.col_title"), 12, 60).grow(3),
        Column::flex("length", title("warroom.col_length"), 6, 12).right(),
        Column::flex("admin", title("warroom.col_admin"), 6, 20).priority(3),
        Column::flex("incident", title("warroom.col_incident"), 10, 28)
            .cut_middle()
            .priority(2),
        Column::flex("number", title("warroom.col_number"), 18, 28)
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
            "admin" => Cell::text(self.leader(look.lang).shown()),
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
            "admin" => Value::text(self.leader(Lang::En).raw()),
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
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        // The incidents, too: a WarRoom is opened for one.
        let mut needed = incidents::questions(ctx);
        if !self.filter.is_empty() {
            needed.extend(self.wants(ctx));
        }
        needed
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
                name: "warroom.create_for",
                ..
            } => Self::choose(ctx),
            Event::Command {
                name: "warroom.open_only",
                ..
            } => {
                self.open_only = !self.open_only;
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "warroom.filter",
                ..
            } => vec![Request::Form(Box::new(filter_form(&self.filter, ctx.lang)))],
            Event::Form {
                tag: "warroom.filter",
                values,
            } => {
                self.filter = read_filter(values);
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "describe", ..
            } => self
                .list
                .selected()
                .map(|entry| Request::Document(document(entry, ctx)))
                .into_iter()
                .collect(),
            Event::Picked {
                tag: "warroom.incident",
                ids,
            } => self.chosen(ids, ctx),
            Event::Form {
                tag: "warroom.create",
                values,
            } => self.filled(values, ctx),
            Event::Command { name: "open", on } => on
                .iter()
                .take(1)
                .flat_map(|room| ctx.world.related(room, Kind::Incident))
                .map(Request::Show)
                .collect(),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        if self.list.back() {
            return true;
        }
        // What hides others goes one after the other, the service's filter last.
        if self.open_only {
            self.open_only = false;
            return true;
        }
        let filtered = !self.filter.is_empty();
        self.filter = WarRoomFilter::default();
        filtered
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let ctx = view.context(area);
        let needs = self.wants(&ctx);
        let counted = frame::counted(&self.list.info(view.lang), view.lang);
        let rooms = statistics(self.list.rows(), view.at, view.lang);
        let mut totals = format!("{counted} · {rooms}");
        if self.open_only {
            totals = format!("{totals} · {}", view.t("warroom.only_open"));
        }
        if !self.filter.is_empty() {
            let words = filter_words(&self.filter, view.lang);
            let words = view.lang.tf("warroom.filtered", &[("filter", &words)]);
            totals = format!("{totals} · {words}");
        }
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        let key = view.key("warroom.create_for");
        let mut empty = view.lang.tf("warroom.empty", &[("key", &key)]);
        if !self.filter.is_empty() {
            let key = view.key("warroom.filter");
            empty = view.lang.tf("warroom.empty_filtered", &[("key", &key)]);
        }
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let text = statistics(self.list.rows(), view.at, view.lang);
        Line::styled(text, view.theme.style("muted"))
    }
}
