//! `:alarms`, the triage queue: what is wrong now, of all systems, worst first, then untouched, then newest.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::list::{List, Look, Row, heading};
use super::{frame, wants};
use crate::app::command::Command;
use crate::app::pane::{Context, Document, Event, ListInfo, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::SystemId;
use crate::domain::alarm::{Alarm, Severity};
use crate::domain::metric::Series;
use crate::domain::query::{Query, Want};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::sparkline::Sparkline;
use crate::ui::widgets::table::Column;

/// How old the queue may get. The ESM gateway allows 60 calls a minute to all its queries together.
const EVERY: Duration = Duration::from_secs(30);
/// How old the samples of its sparklines may get: new ones come once a minute.
const SAMPLES_EVERY: Duration = Duration::from_secs(60);
/// The systems that can be asked for alarms.
const SYSTEMS: [SystemId; 2] = [SystemId::KscMonitor, SystemId::HuaweiEsm];
/// Steps of a sparkline that are kept; a narrower column shows the highest of several.
const STEPS: usize = 30;

const COMMANDS: &[Command] = &[
    Command::new("alarm.cleared", &["z a"]),
    Command::new("open", &["<enter>"])
        .on(&[Kind::Alarm])
        .hinted(),
];

/// The triage queue.
pub struct Alarms {
    list: List<Entry>,
    /// Are alarms listed that are over?
    with_cleared: bool,
}

/// One alarm with the last hour of its metric.
struct Entry {
    alarm: Alarm,
    steps: Vec<Option<f64>>,
    last: Option<f64>,
}

impl Alarms {
    /// An empty queue.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            with_cleared: false,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = ctx
            .world
            .alarms()
            .filter(|alarm| self.with_cleared || !alarm.cleared)
            .map(|alarm| entry(alarm, ctx))
            .collect();
        entries.sort_by(|a, b| rank(&a.alarm).cmp(&rank(&b.alarm)));
        self.list.replace(entries, ctx);
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        let Some(entry) = self.list.selected() else {
            return Vec::new();
        };
        vec![Request::Document(document(&entry.alarm, ctx))]
    }
}

impl Default for Alarms {
    fn default() -> Self {
        Self::new()
    }
}

/// Worst first; among equals what nobody has touched, then what has just begun.
fn rank(alarm: &Alarm) -> (bool, Severity, bool, Reverse<Timestamp>, &str) {
    (
        alarm.cleared,
        alarm.severity,
        alarm.acknowledged,
        Reverse(alarm.since),
        alarm.id.raw(),
    )
}

fn entry(alarm: &Alarm, ctx: &Context) -> Entry {
    let series = alarm.threshold.as_ref().and_then(|line| {
        ctx.world
            .series(&alarm.account, &line.series, Some(line.statistic))
    });
    Entry {
        steps: series.map_or_else(Vec::new, |series| wants::spark(series, ctx.at, STEPS)),
        last: series.and_then(Series::last).map(|sample| sample.value),
        alarm: alarm.clone(),
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("sev", title("col.severity"), 6),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("title", title("col.alarm"), 14, 60).grow(3),
        Column::flex("resource", title("col.resource"), 8, 28).cut_middle(),
        Column::flex("region", title("col.region"), 7, 14).priority(4),
        Column::flex("trend", title("col.trend"), 8, 30)
            .grow(2)
            .priority(3),
        Column::fixed("value", title("col.value"), 8)
            .right()
            .priority(2),
        Column::fixed("count", title("col.count"), 5).right().wide(),
        Column::fixed("system", title("col.system"), 6).wide(),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Alarm(self.alarm.account.clone(), self.alarm.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let alarm = &self.alarm;
        match column {
            "sev" => severity_cell(alarm, look),
            "age" => format::age_of(look.lang, alarm.since, look.at).into(),
            "title" => Cell::text(alarm.title.shown()),
            "resource" => Cell::text(alarm.resource.shown()),
            "region" => Cell::styled(alarm.region.shown(), "muted"),
            "trend" => self.trend(),
            "value" => self.value_cell(),
            "count" => alarm.count.to_string().into(),
            "system" => Cell::styled(alarm.account.system.short(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let alarm = &self.alarm;
        match column {
            // Worst is highest, so that `sev>=3` means at least major.
            "sev" => Value::Number(4.0 - f64::from(alarm.severity as u8)),
            "age" => Value::Age(at.duration_since(alarm.since).as_secs_f64()),
            "title" => Value::text(alarm.title.raw()),
            "resource" => Value::text(alarm.resource.raw()),
            "region" => Value::text(alarm.region.raw()),
            "value" | "trend" => self.last.map_or(Value::Missing, Value::Number),
            "count" => Value::Number(alarm.count.into()),
            "system" => Value::text(alarm.account.system.id()),
            _ => Value::Missing,
        }
    }
}

impl Entry {
    fn trend(&self) -> Cell<'_> {
        if self.steps.is_empty() {
            return Cell::default();
        }
        let spark = Sparkline::new(self.steps.as_slice());
        let Some(line) = &self.alarm.threshold else {
            return Cell::spark(spark);
        };
        let role = Theme::severity_role(self.alarm.severity);
        let spark = spark.breach(line.comparison, line.value, role);
        let percent = line.unit.raw() == "%";
        Cell::spark(if percent {
            spark.range(0.0, 100.0)
        } else {
            spark
        })
    }

    fn value_cell(&self) -> Cell<'_> {
        match (self.last, &self.alarm.threshold) {
            (Some(value), Some(line)) => {
                let breached = line.comparison.holds(value, line.value) && !self.alarm.cleared;
                let role = if breached {
                    Theme::severity_role(self.alarm.severity)
                } else {
                    "text"
                };
                Cell::styled(format::with_unit(value, line.unit.shown()), role)
            }
            _ => Cell::default(),
        }
    }
}

fn severity_cell<'a>(alarm: &Alarm, look: &Look<'a>) -> Cell<'a> {
    if alarm.cleared {
        return Cell::styled(look.lang.t("severity.cleared").into_owned(), "muted");
    }
    let role = Theme::severity_role(alarm.severity);
    Cell::styled(look.theme.glyphs().severity(alarm.severity), role)
        .then(" ", role)
        .then(severity_word(alarm.severity, look.lang), role)
}

/// `CRIT`, `MAJ`, … in the user's language, at most four cells.
pub fn severity_word(severity: Severity, lang: Lang) -> String {
    let key = match severity {
        Severity::Critical => "severity.critical",
        Severity::Major => "severity.major",
        Severity::Minor => "severity.minor",
        Severity::Warning => "severity.warning",
        Severity::Info => "severity.info",
    };
    lang.t(key).into_owned()
}

impl Pane for Alarms {
    fn name(&self) -> &'static str {
        "alarms"
    }

    fn title(&self) -> &'static str {
        "alarms.title"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["alarm", "al"]
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needed = wants::of_each(ctx, &SYSTEMS, EVERY, Query::Alarms);
        let wanted = self.list.rows().iter().filter_map(|entry| {
            let line = entry.alarm.threshold.as_ref()?;
            Some(wants::Wanted {
                account: entry.alarm.account.clone(),
                key: line.series.clone(),
                statistic: line.statistic,
                period: line.period,
            })
        });
        needed.extend(wants::series(wanted, SAMPLES_EVERY));
        needed
    }

    fn commands(&self) -> &'static [Command] {
        COMMANDS
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed | Event::Opened { .. } => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command { name: "open", on } => {
                on.first().cloned().map(Request::Show).into_iter().collect()
            }
            Event::Command {
                name: "describe", ..
            } => self.describe(ctx),
            Event::Command {
                name: "alarm.cleared",
                ..
            } => {
                self.with_cleared = !self.with_cleared;
                self.rebuild(ctx);
                Vec::new()
            }
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
        let needs = wants::of_each(&view.context(area), &SYSTEMS, EVERY, Query::Alarms);
        let totals = totals(&self.list, view);
        let inner = frame::draw(view, self.title(), &totals, &needs, area, buf);
        let empty = view.t("alarms.empty");
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let mut spans = Vec::new();
        for severity in [Severity::Critical, Severity::Major, Severity::Minor] {
            let count = self
                .list
                .rows()
                .iter()
                .filter(|entry| entry.alarm.severity == severity && !entry.alarm.cleared)
                .count();
            if count > 0 {
                let glyph = view.theme.glyphs().severity(severity);
                let word = severity_word(severity, view.lang);
                spans.push(Span::styled(
                    format!("{glyph} {count} {word}  "),
                    view.theme.severity(severity),
                ));
            }
        }
        if spans.is_empty() {
            spans.push(Span::styled(
                view.t("alarms.none"),
                view.theme.style("state.ok"),
            ));
        }
        Line::from(spans)
    }
}

fn totals(list: &List<Entry>, view: &View) -> String {
    let critical = list
        .rows()
        .iter()
        .filter(|entry| entry.alarm.severity == Severity::Critical && !entry.alarm.cleared)
        .count();
    let counted = frame::counted(&list.info(view.lang), view.lang);
    if critical == 0 {
        return counted;
    }
    let critical = view
        .lang
        .tf("alarms.critical", &[("count", &critical.to_string())]);
    format!("{counted} · {critical}")
}

/// Everything that is known of an alarm.
pub fn document(alarm: &Alarm, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let mut lines = vec![
        frame::fact(
            lang,
            "col.severity",
            &format!(
                "{} ({})",
                severity_word(alarm.severity, lang),
                alarm.severity_raw
            ),
        ),
        frame::fact(lang, "col.alarm", alarm.title.shown()),
        frame::fact(lang, "col.resource", alarm.resource.shown()),
        frame::fact(lang, "col.region", alarm.region.shown()),
        frame::fact(lang, "col.since", &frame::moment(alarm.since, ctx)),
        frame::fact(lang, "col.latest", &frame::moment(alarm.latest, ctx)),
        frame::fact(lang, "col.count", &alarm.count.to_string()),
        frame::fact(lang, "col.account", &alarm.account.to_string()),
    ];
    if let Some(line) = &alarm.threshold {
        let rule = format!(
            "{} {} {}",
            line.series,
            line.comparison.sign(),
            format::with_unit(line.value, line.unit.shown())
        );
        lines.push(frame::fact(lang, "col.threshold", &rule));
    }
    lines.push(document::Line::default());
    lines.extend(
        alarm
            .detail
            .iter()
            .map(|(name, text)| frame::pair(name.shown(), text.shown())),
    );
    Document {
        title: alarm.title.shown().to_owned(),
        lines,
    }
}
