//! `:budget`: how many calls are left for each account, how it is doing, and what is under way.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::frame;
use super::list::{List, Look, Row, heading};
use super::problems::{clock, explanation};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::connection::Account;
use crate::domain::health::{AccountHealth, Lamp};
use crate::domain::query::Want;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::table::Column;

/// Cells of the bar that shows how much is left.
const BAR: usize = 16;

const ABOUT: About = About::new("budget", "budget.title", COMMANDS)
    .aliases(&["tasks", "bu"])
    .opens(&[Kind::Account]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"]).on(&[Kind::Account]),
    Command::new("account.resume", &["z r"])
        .on(&[Kind::Problem, Kind::Account])
        .hinted(),
];

/// Accounts and the calls they have left.
pub struct Budget {
    list: List<Entry>,
}

/// One account.
struct Entry {
    account: Account,
    health: Option<AccountHealth>,
}

impl Budget {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let entries = ctx
            .world
            .accounts
            .iter()
            .map(|account| Entry {
                account: account.clone(),
                health: ctx.world.health_of(&account.id).cloned(),
            })
            .collect();
        self.list.replace(entries, ctx);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    let bar = u16::try_from(BAR).unwrap_or(16);
    vec![
        Column::flex("account", title("budget.account"), 14, 34),
        Column::fixed("state", title("budget.state"), 8),
        Column::fixed("left", title("budget.left"), 9).right(),
        Column::fixed("bar", "", bar).priority(3),
        Column::fixed("flight", title("budget.in_flight"), 9)
            .right()
            .priority(2),
        Column::fixed("next", title("budget.next_try"), 9)
            .right()
            .priority(4),
        Column::fixed("clock", title("budget.clock"), 7)
            .right()
            .priority(5),
        Column::flex("region", title("budget.region"), 8, 20).priority(6),
        Column::flex("error", title("budget.error"), 10, 80)
            .grow(3)
            .priority(1),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Account(self.account.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let health = self.health.as_ref();
        match (column, health) {
            ("account", _) => Cell::text(self.account.id.to_string()),
            ("region", _) => Cell::styled(self.account.region.as_str(), "muted"),
            ("state", _) => {
                let (key, role) = lamp(health.map_or(Lamp::Idle, |health| health.lamp));
                Cell::styled(look.lang.t(key).into_owned(), role)
            }
            ("left", Some(health)) if health.limit > 0 => {
                format!("{}/{}", health.left, health.limit).into()
            }
            ("bar", Some(health)) if health.limit > 0 => {
                let full = BAR * health.left as usize / health.limit as usize;
                let glyphs = look.theme.glyphs();
                let whole = glyphs.bar.last().copied().unwrap_or("#");
                let role = if low(health) { "state.warn" } else { "accent" };
                Cell::styled(whole.repeat(full.min(BAR)), role)
                    .then(glyphs.bar_rest.repeat(BAR.saturating_sub(full)), "muted")
            }
            ("flight", Some(health)) => health.in_flight.to_string().into(),
            ("next", Some(health)) => match health.next_try {
                Some(at) => {
                    format::age(look.lang, at.duration_since(look.at).as_secs().max(0)).into()
                }
                None => Cell::default(),
            },
            ("clock", Some(health)) => match health.clock_offset {
                Some(seconds) => Cell::styled(format!("{seconds:+} s"), "state.warn"),
                None => Cell::default(),
            },
            ("error", Some(health)) => match &health.error {
                Some(error) => Cell::styled(error.message.shown(), "state.crit"),
                None => Cell::default(),
            },
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        let health = self.health.as_ref();
        match (column, health) {
            ("account", _) => Value::text(self.account.id.to_string()),
            ("region", _) => Value::text(self.account.region.as_str()),
            ("state", _) => Value::text(match health.map(|health| health.lamp) {
                None | Some(Lamp::Idle) => "idle",
                Some(Lamp::Live) => "live",
                Some(Lamp::Failing) => "failing",
                Some(Lamp::Paused) => "paused",
            }),
            ("left" | "bar", Some(health)) => Value::Number(health.left.into()),
            ("flight", Some(health)) => Value::Number(health.in_flight.into()),
            ("clock", Some(health)) => match health.clock_offset {
                Some(seconds) => Value::Number(seconds as f64),
                None => Value::Missing,
            },
            ("error", Some(health)) => match &health.error {
                Some(error) => Value::text(error.message.raw()),
                None => Value::Missing,
            },
            _ => Value::Missing,
        }
    }
}

const fn low(health: &AccountHealth) -> bool {
    health.left * 5 < health.limit
}

const fn lamp(lamp: Lamp) -> (&'static str, &'static str) {
    match lamp {
        Lamp::Idle => ("lamp.idle", "muted"),
        Lamp::Live => ("lamp.live", "state.ok"),
        Lamp::Failing => ("lamp.failing", "state.crit"),
        Lamp::Paused => ("lamp.paused", "state.warn"),
    }
}

fn document(entry: &Entry, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let fact = |key, text: &str| frame::fact(lang, key, text);
    let account = &entry.account;
    let mut lines = vec![
        fact("budget.account", &account.id.to_string()),
        fact("budget.region", &account.region),
        fact("budget.operator", &account.operator),
    ];
    if account.read_only {
        lines.push(document::Line::from(lang.t("app.badge_read_only").as_ref()));
    }
    if account.production {
        lines.push(document::Line::from(lang.t("app.badge_prod").as_ref()));
    }
    if let Some(health) = &entry.health {
        lines.push(fact("budget.state", &lang.t(lamp(health.lamp).0)));
        lines.push(fact(
            "budget.left",
            &format!("{}/{}", health.left, health.limit),
        ));
        if let Some(seconds) = health.clock_offset {
            lines.push(document::Line::styled(clock(seconds, lang), "state.warn"));
        }
        if let Some(error) = &health.error {
            lines.push(document::Line::default());
            lines.extend(explanation(error, &[], ctx));
        }
    }
    let under_way = ctx.world.pending.iter().map(|pending| {
        let age = format::age_of(lang, pending.since, ctx.at);
        document::Line::styled(format!("  {age}  {}", pending.summary), "text")
    });
    lines.push(document::Line::default());
    lines.push(document::Line::from(lang.t("budget.under_way").as_ref()));
    lines.extend(under_way);
    Document {
        title: account.id.to_string(),
        lines,
    }
}

impl Pane for Budget {
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
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                ..
            } => selected
                .map(|entry| Request::Document(document(entry, ctx)))
                .into_iter()
                .collect(),
            Event::Command {
                name: "account.resume",
                ..
            } => selected
                .map(|entry| Request::Effect(Effect::Resume(entry.account.id.clone())))
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
            .draw(view, &[], &view.t("budget.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let (live, all) = view.world.live();
        Line::styled(format!("{live}/{all}"), view.theme.style("text"))
    }
}
