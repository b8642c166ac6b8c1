//! `:capacity`: how full the pools of a site are, fullest first, and when they will be full.

use std::time::Duration;

use jiff::Timestamp;

use super::course::Course;
use super::list::{Look, Row, heading};
use super::shelf::{Shelf, Shelved};
use super::{frame, words};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::query::Query;
use crate::domain::site::{Capacity, Unit};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::sparkline::Sparkline;
use crate::ui::widgets::table::Column;

/// From this share on a pool is worth a look.
pub const HIGH: f64 = 0.80;
/// From this share on somebody has to do something.
pub const FULL: f64 = 0.90;

/// Capacity.
pub type CapacityPane = Shelf<Entry>;

/// One pool.
pub struct Entry {
    account: AccountId,
    pool: Capacity,
    id: String,
    days: Vec<Option<f64>>,
}

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Pool])
    .hinted()];

/// The word for a unit.
pub fn unit_word(unit: Unit, lang: Lang) -> String {
    let key = match unit {
        Unit::Cores => "site.unit.cores",
        Unit::Terabytes => "site.unit.terabytes",
        Unit::Machines => "site.unit.machines",
        Unit::Servers => "site.unit.servers",
        Unit::Addresses => "site.unit.addresses",
        Unit::Instances => "site.unit.instances",
        Unit::Things => "site.unit.things",
    };
    lang.t(key).into_owned()
}

/// The role of a share.
fn role(share: Option<f64>) -> &'static str {
    match share {
        None => "muted",
        Some(share) if share >= FULL => "state.crit",
        Some(share) if share >= HIGH => "state.warn",
        Some(_) => "state.ok",
    }
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Pool(self.account.clone(), self.id.as_str().into())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let pool = &self.pool;
        match column {
            "service" if pool.physical => {
                let physical = look.lang.t("capacity.physical").into_owned();
                Cell::text(pool.service.shown())
                    .then(" ", "muted")
                    .then(physical, "muted")
            }
            "service" => Cell::text(pool.service.shown()),
            "pool" if pool.metric.is_empty() => {
                Cell::styled(look.lang.t("capacity.all").into_owned(), "muted")
            }
            "pool" => Cell::text(pool.metric.shown()),
            "zone" => Cell::styled(pool.zone.shown(), "muted"),
            "region" => Cell::styled(pool.region.shown(), "muted"),
            "gauge" => words::bar(pool.share(), 12, role(pool.share()), look.theme.glyphs()),
            "share" => match pool.share() {
                Some(share) => Cell::styled(format!("{:.0}%", share * 100.0), role(Some(share))),
                None => Cell::styled("-", "muted"),
            },
            "allocated" => self.amount("allocated", pool.allocated),
            "total" => self.amount("total", pool.size()),
            "left" => self.amount("available", pool.available),
            "unit" => Cell::styled(unit_word(pool.unit, look.lang), "muted"),
            "trend" => self.trend(),
            "full" => self.full(look.lang),
            "age" => match (pool.at, pool.odd.of("at")) {
                (Some(at), _) => format::age_of(look.lang, at, look.at).into(),
                (None, Some(came)) => frame::odd(came),
                (None, None) => Cell::default(),
            },
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let pool = &self.pool;
        let number = |value: Option<f64>| value.map_or(Value::Missing, Value::Number);
        match column {
            "service" => Value::text(pool.service.raw()),
            "pool" => Value::text(pool.metric.raw()),
            "zone" => Value::text(pool.zone.raw()),
            "region" => Value::text(pool.region.raw()),
            "gauge" | "share" | "trend" => number(pool.share().map(|share| share * 100.0)),
            "allocated" => number(pool.allocated),
            "total" => number(pool.size()),
            "left" => number(pool.available),
            "full" => number(pool.full_in_days()),
            "age" => pool.at.map_or(Value::Missing, |taken| {
                Value::Age(at.duration_since(taken).as_secs_f64())
            }),
            _ => Value::Missing,
        }
    }
}

impl Entry {
    /// An amount as people read it; what came in its place where that was no number; a dash when it is not known, which
    /// is not nought.
    fn amount(&self, name: &str, value: Option<f64>) -> Cell<'_> {
        match (self.pool.odd.of(name), value) {
            (Some(came), _) => frame::odd(came),
            (None, Some(value)) => format::number(value).into(),
            (None, None) => "-".into(),
        }
    }

    /// From where to where the course of the days known is drawn, so that a slow growth is seen; `None` where there is
    /// none.
    fn range(&self) -> Option<(f64, f64)> {
        let amounts = || self.days.iter().flatten().copied();
        let low = amounts().fold(f64::MAX, f64::min);
        let high = amounts().fold(f64::MIN, f64::max);
        if self.days.len() < 2 || high <= 0.0 {
            return None;
        }
        // A change of less than a tenth is a small one and looks small.
        let span = (high - low).max(high * 0.1);
        Some((high - span, high))
    }

    /// The days known.
    fn trend(&self) -> Cell<'_> {
        self.range().map_or_else(Cell::default, |(low, high)| {
            Cell::spark(Sparkline::new(self.days.as_slice()).range(low, high))
        })
    }

    /// The same as lines of a description.
    fn course(&self, ctx: &Context) -> Vec<document::Line> {
        let kept = self.pool.history();
        let (Some(range), Some(first)) = (self.range(), kept.samples.first()) else {
            return Vec::new();
        };
        let course = Course {
            samples: &kept.samples,
            period: kept.period,
            span: (first.at, ctx.at.as_second()),
            range: Some(range),
            breach: None,
        };
        course.lines(ctx)
    }

    /// "12 d", when the trend of the days known leads there within a year.
    fn full(&self, lang: Lang) -> Cell<'_> {
        let Some(days) = self.pool.full_in_days().filter(|days| *days < 365.0) else {
            return Cell::default();
        };
        let role = if days < 14.0 {
            "state.crit"
        } else {
            "state.warn"
        };
        let days = format!("{days:.0}");
        Cell::styled(lang.tf("capacity.days", &[("days", &days)]), role)
    }
}

impl Shelved for Entry {
    const ABOUT: About = About::new("capacity", "capacity.title", COMMANDS)
        .aliases(&["cap"])
        .opens(&[Kind::Pool]);
    const EMPTY: &'static str = "capacity.empty";
    // New rows come once a day; the load balancer's every five minutes.
    const EVERY: Duration = Duration::from_secs(1200);
    const REPEAT: &'static str = "capacity";
    const REMARK: Option<(&'static str, &'static str)> =
        Some(("capacity.nearly_full", "state.crit"));

    fn columns(lang: Lang) -> Vec<Column> {
        let title = |key| heading(lang, key);
        vec![
            Column::flex("service", title("capacity.service"), 7, 14),
            Column::flex("pool", title("capacity.pool"), 8, 30).grow(2),
            Column::flex("zone", title("capacity.zone"), 7, 24)
                .priority(5)
                .cut_middle(),
            Column::flex("region", title("col.region"), 7, 14).wide(),
            Column::fixed("gauge", title("capacity.gauge"), 12).priority(3),
            Column::fixed("share", title("capacity.share"), 4).right(),
            Column::fixed("allocated", title("capacity.allocated"), 8).right(),
            Column::fixed("total", title("capacity.total"), 8).right(),
            Column::fixed("left", title("capacity.left"), 8)
                .right()
                .priority(4),
            Column::flex("unit", title("capacity.unit"), 5, 10).priority(2),
            Column::flex("trend", title("capacity.days_known"), 8, 14).priority(6),
            Column::fixed("full", title("capacity.full"), 6)
                .right()
                .priority(2),
            Column::fixed("age", title("col.age"), frame::age_cells(lang))
                .right()
                .priority(7),
        ]
    }

    fn question(account: AccountId) -> Query {
        Query::Capacity(account)
    }

    fn rows(ctx: &Context) -> Vec<Self> {
        let mut rows: Vec<Self> = ctx
            .world
            .capacity()
            .map(|(account, pool)| {
                let (id, mut pool) = (pool.id(), pool.clone());
                pool.remember(ctx.world.days_of(account, &id));
                Self {
                    account: account.clone(),
                    id,
                    days: pool.past.iter().map(|(_, amount)| Some(*amount)).collect(),
                    pool,
                }
            })
            .collect();
        rows.sort_by(|one, other| {
            let share = |entry: &Self| entry.pool.share().unwrap_or(-1.0);
            share(other)
                .total_cmp(&share(one))
                .then_with(|| one.id.cmp(&other.id))
        });
        rows
    }

    fn document(&self, ctx: &Context) -> Document {
        let (lang, pool) = (ctx.lang, &self.pool);
        let unit = unit_word(pool.unit, lang);
        let with_unit = |value: Option<f64>| match value {
            Some(value) => format!("{} {unit}", format::number(value)),
            None => "-".to_owned(),
        };
        let share = pool
            .share()
            .map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0));
        let mut lines = vec![
            frame::fact(lang, "capacity.service", pool.service.shown()),
            frame::fact(lang, "capacity.pool", pool.metric.shown()),
            frame::fact(lang, "capacity.zone", pool.zone.shown()),
            frame::fact(lang, "col.region", pool.region.shown()),
            frame::fact(lang, "capacity.share", &share),
            frame::fact(lang, "capacity.allocated", &with_unit(pool.allocated)),
            frame::fact(lang, "capacity.total", &with_unit(pool.size())),
            frame::fact(lang, "capacity.left", &with_unit(pool.available)),
        ];
        if let Some(at) = pool.at {
            lines.push(frame::fact(lang, "capacity.taken", &frame::moment(at, ctx)));
        }
        lines.push(document::Line::default());
        let cells = frame::document_cells(ctx);
        lines.extend(frame::sentence(&outlook(pool, ctx), cells));
        lines.extend(self.course(ctx));
        lines.push(document::Line::default());
        let fields = pool.detail.iter();
        lines.extend(fields.map(|(name, text)| frame::pair(name.shown(), text.shown())));
        Document {
            title: format!("{} {}", pool.service, pool.metric),
            lines,
        }
    }

    fn is_remarkable(&self) -> bool {
        self.pool.share().is_some_and(|share| share >= FULL)
    }
}

/// When the pool will be full, and how that was computed; or why that is not known.
fn outlook(pool: &Capacity, ctx: &Context) -> String {
    let lang = ctx.lang;
    let count = pool.past.len().to_string();
    let first = pool.past.first().map_or(0, |(at, _)| *at);
    let since = Timestamp::from_second(first).unwrap_or(ctx.at);
    let since = since.to_zoned(ctx.zone.clone()).date().to_string();
    match (pool.growth_per_day(), pool.full_in_days()) {
        (None, _) => lang.tf("capacity.too_short", &[("count", &count)]),
        (Some(growth), Some(days)) => lang.tf(
            "capacity.outlook",
            &[
                ("days", &format!("{days:.0}")),
                ("growth", &format::number(growth)),
                ("unit", &unit_word(pool.unit, lang)),
                ("count", &count),
                ("since", &since),
            ],
        ),
        (Some(_), None) => lang.tf("capacity.steady", &[("count", &count), ("since", &since)]),
    }
}
