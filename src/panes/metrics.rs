//! `:metrics`: the series that are watched, each with its last hour, and those that fire.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::list::{List, Look, Row, heading};
use super::wants::{self, Wanted};
use super::{alarms, frame};
use crate::app::command::Command;
use crate::app::pane::{Context, Document, Event, ListInfo, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::alarm::{Severity, Threshold};
use crate::domain::metric::{MetricInfo, Series, SeriesKey, Statistic};
use crate::domain::query::{self as domain, Query, Want};
use crate::domain::text::SafeText;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::sparkline::Sparkline;
use crate::ui::widgets::table::Column;

/// How old the samples may get: new ones come once a minute.
const EVERY: Duration = Duration::from_secs(60);
/// How old names and units may get: they hardly ever change.
const CATALOGUE_EVERY: Duration = Duration::from_secs(6 * 3600);
/// Distance of samples in seconds: the finest that all services give.
const PERIOD: u32 = 60;
/// Steps of a sparkline that are kept; a narrower column shows the highest of several.
const STEPS: usize = 30;

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Series])
    .hinted()];

/// The watched series.
pub struct Metrics {
    list: List<Entry>,
}

/// One series with what is known of it.
struct Entry {
    account: AccountId,
    key: SeriesKey,
    /// Name of the instance, where something on the screen knows it.
    instance: SafeText,
    /// The alarm it raises at present.
    alarm: Option<(Severity, Threshold)>,
    /// How it is condensed, and its period.
    statistic: Statistic,
    period: u32,
    facts: Option<Facts>,
}

/// What its samples say.
struct Facts {
    label: Option<SafeText>,
    unit: SafeText,
    steps: Vec<Option<f64>>,
    last: f64,
    at: i64,
    spread: (f64, f64, f64),
    change: f64,
}

impl Metrics {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let names = instance_names(ctx.world);
        let mut entries = firing(ctx);
        for (account, key) in &ctx.world.watch {
            if !entries
                .iter()
                .any(|entry| &entry.account == account && &entry.key == key)
            {
                entries.push(Entry {
                    account: account.clone(),
                    key: key.clone(),
                    instance: key.instance.clone(),
                    alarm: None,
                    statistic: Statistic::Average,
                    period: PERIOD,
                    facts: None,
                });
            }
        }
        for entry in &mut entries {
            if let Some(name) = names.get(&entry.key.instance) {
                entry.instance = name.clone();
            }
            let info = info(ctx.world, &entry.account, &entry.key);
            entry.facts = ctx
                .world
                .series(&entry.account, &entry.key, Some(entry.statistic))
                .and_then(|series| facts(series, info, ctx.at));
        }
        self.list.replace(entries, ctx);
    }

    fn wanted(&self) -> impl Iterator<Item = Wanted> {
        self.list.rows().iter().map(|entry| Wanted {
            account: entry.account.clone(),
            key: entry.key.clone(),
            statistic: entry.statistic,
            period: entry.period,
        })
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        let Some(entry) = self.list.selected() else {
            return Vec::new();
        };
        vec![Request::Document(document(entry, ctx))]
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// The series of active alarms: they are watched whether the user asked for them or not.
fn firing(ctx: &Context) -> Vec<Entry> {
    let mut active: Vec<_> = ctx.world.alarms().filter(|alarm| !alarm.cleared).collect();
    active.sort_by_key(|alarm| (alarm.severity, alarm.since));
    let mut entries: Vec<Entry> = Vec::new();
    for alarm in active {
        let Some(line) = &alarm.threshold else {
            continue;
        };
        let known = |entry: &Entry| entry.account == alarm.account && entry.key == line.series;
        if entries.iter().any(known) {
            continue;
        }
        entries.push(Entry {
            account: alarm.account.clone(),
            key: line.series.clone(),
            instance: alarm.resource.clone(),
            alarm: Some((alarm.severity, line.clone())),
            statistic: line.statistic,
            period: line.period,
            facts: None,
        });
    }
    entries
}

/// Names of instances by id, from policies and machines.
pub fn instance_names(world: &World) -> HashMap<SafeText, SafeText> {
    let bound = world
        .policies()
        .flat_map(|(_, policy)| &policy.bound)
        .map(|instance| (instance.id.clone(), instance.name.clone()));
    let machines = world
        .resources()
        .map(|(_, machine)| (machine.resource_id.clone(), machine.name.clone()));
    machines
        .chain(bound)
        .filter(|(_, name)| !name.is_empty())
        .collect()
}

/// The question that tells name and unit of a series.
fn catalogue(account: &AccountId, key: &SeriesKey) -> Query {
    Query::Metrics {
        account: account.clone(),
        namespace: key.namespace.raw().to_owned(),
        instance: key.instance.raw().to_owned(),
    }
}

/// Name and unit of a series, where its catalogue has been read.
pub fn info<'w>(world: &'w World, account: &AccountId, key: &SeriesKey) -> Option<&'w MetricInfo> {
    match world.facts(&catalogue(account, key))? {
        domain::Facts::Metrics(metrics) => {
            metrics.iter().find(|info| info.key.metric == key.metric)
        }
        _ => None,
    }
}

fn facts(series: &Series, info: Option<&MetricInfo>, now: Timestamp) -> Option<Facts> {
    let last = series.last()?;
    let spread = series.spread()?;
    Some(Facts {
        label: series
            .label
            .clone()
            .or(info.and_then(|info| info.label.clone())),
        unit: series
            .unit
            .clone()
            .or(info.and_then(|info| info.unit.clone()))
            .unwrap_or_default(),
        steps: wants::spark(series, now, STEPS),
        last: last.value,
        at: last.at,
        spread,
        change: last.value - spread.1,
    })
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("resource", title("col.resource"), 8, 24).cut_middle(),
        Column::flex("metric", title("col.metric"), 12, 34)
            .grow(2)
            .cut_middle(),
        Column::flex("trend", title("col.trend"), 8, 30)
            .grow(2)
            .priority(3),
        Column::fixed("value", title("col.value"), 10).right(),
        Column::fixed("change", title("col.change"), 7)
            .right()
            .priority(2),
        Column::fixed("min", title("col.min"), 10)
            .right()
            .priority(5),
        Column::fixed("avg", title("col.avg"), 10)
            .right()
            .priority(6),
        Column::fixed("max", title("col.max"), 10)
            .right()
            .priority(4),
        Column::fixed("age", title("col.age"), frame::age_cells(lang))
            .right()
            .wide(),
        Column::fixed("system", title("col.system"), 6).wide(),
        Column::flex("namespace", title("col.namespace"), 6, 16).wide(),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Series(self.account.clone(), self.key.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        match column {
            "resource" => Cell::text(self.instance.shown()),
            "metric" => Cell::styled(self.key.metric.shown(), self.role("text")),
            "namespace" => Cell::styled(self.key.namespace.shown(), "muted"),
            "system" => Cell::styled(self.account.system.short(), "muted"),
            _ => self
                .facts
                .as_ref()
                .map(|facts| self.measured(facts, column, look))
                .unwrap_or_default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let number = |pick: fn(&Facts) -> f64| {
            self.facts
                .as_ref()
                .map_or(Value::Missing, |facts| Value::Number(pick(facts)))
        };
        match column {
            "resource" => Value::text(self.instance.raw()),
            "metric" => Value::text(self.key.metric.raw()),
            "namespace" => Value::text(self.key.namespace.raw()),
            "system" => Value::text(self.account.system.id()),
            "value" | "trend" => number(|facts| facts.last),
            "change" => number(|facts| facts.change),
            "min" => number(|facts| facts.spread.0),
            "avg" => number(|facts| facts.spread.1),
            "max" => number(|facts| facts.spread.2),
            "age" => self.facts.as_ref().map_or(Value::Missing, |facts| {
                Value::Age((at.as_second() - facts.at) as f64)
            }),
            _ => Value::Missing,
        }
    }
}

impl Entry {
    fn role(&self, calm: &'static str) -> &'static str {
        self.alarm
            .as_ref()
            .map_or(calm, |(severity, _)| Theme::severity_role(*severity))
    }

    fn measured<'a>(&self, facts: &'a Facts, column: &str, look: &Look<'a>) -> Cell<'a> {
        let unit = facts.unit.shown();
        let number = |value: f64, role| Cell::styled(format::with_unit(value, unit), role);
        match column {
            "trend" => self.spark(facts),
            "value" => number(facts.last, self.role("text")),
            "change" => {
                let arrow = look
                    .theme
                    .glyphs()
                    .trend(facts.change / facts.spread.1.abs().max(1e-9));
                Cell::styled(arrow, "muted")
                    .then(" ", "muted")
                    .then(format::number(facts.change.abs()), "muted")
            }
            "min" => number(facts.spread.0, "muted"),
            "avg" => number(facts.spread.1, "muted"),
            "max" => number(facts.spread.2, "muted"),
            "age" => format::age(look.lang, look.at.as_second() - facts.at).into(),
            _ => Cell::default(),
        }
    }

    fn spark<'a>(&self, facts: &'a Facts) -> Cell<'a> {
        let mut spark = Sparkline::new(facts.steps.as_slice());
        if let Some((severity, line)) = &self.alarm {
            spark = spark.breach(line.comparison, line.value, Theme::severity_role(*severity));
        }
        Cell::spark(if facts.unit.raw() == "%" {
            spark.range(0.0, 100.0)
        } else {
            spark
        })
    }
}

impl Pane for Metrics {
    fn name(&self) -> &'static str {
        "metrics"
    }

    fn title(&self) -> &'static str {
        "metrics.title"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["metric"]
    }

    fn needs(&self, _ctx: &Context) -> Vec<Want> {
        let mut needs = wants::series(self.wanted(), EVERY);
        let mut asked = HashSet::new();
        for entry in self.list.rows() {
            let query = catalogue(&entry.account, &entry.key);
            if asked.insert(query.clone()) {
                needs.push(wants::want(query, CATALOGUE_EVERY));
            }
        }
        needs
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
        let needs = wants::series(self.wanted(), EVERY);
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, self.title(), &totals, &needs, area, buf);
        self.list
            .draw(view, &needs, &view.t("metrics.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let count = self.list.rows().len().to_string();
        let mut spans = vec![Span::raw(
            view.lang.tf("metrics.summary", &[("count", &count)]),
        )];
        let worst = self.list.rows().iter().find_map(|entry| {
            let (severity, _) = entry.alarm.as_ref()?;
            Some((severity, entry, entry.facts.as_ref()?))
        });
        if let Some((severity, entry, facts)) = worst {
            spans.push(Span::styled(
                format!(
                    "  {} {} {}",
                    entry.instance,
                    entry.key.metric,
                    format::with_unit(facts.last, facts.unit.shown())
                ),
                view.theme.severity(*severity),
            ));
        }
        Line::from(spans)
    }
}

/// Everything that is known of a series.
fn document(entry: &Entry, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let mut lines = vec![
        frame::fact(lang, "col.resource", entry.instance.shown()),
        frame::fact(lang, "col.instance", entry.key.instance.shown()),
        frame::fact(lang, "col.namespace", entry.key.namespace.shown()),
        frame::fact(lang, "col.metric", entry.key.metric.shown()),
        frame::fact(lang, "col.account", &entry.account.to_string()),
        frame::fact(
            lang,
            "col.period",
            &format::duration(lang, entry.period.into()),
        ),
    ];
    if let Some(facts) = &entry.facts {
        let with_unit = |value| format::with_unit(value, facts.unit.shown());
        if let Some(label) = &facts.label {
            lines.push(frame::fact(lang, "col.label", label.shown()));
        }
        lines.push(frame::fact(lang, "col.value", &with_unit(facts.last)));
        lines.push(frame::fact(lang, "col.min", &with_unit(facts.spread.0)));
        lines.push(frame::fact(lang, "col.avg", &with_unit(facts.spread.1)));
        lines.push(frame::fact(lang, "col.max", &with_unit(facts.spread.2)));
        if let Ok(at) = Timestamp::from_second(facts.at) {
            lines.push(frame::fact(lang, "col.latest", &frame::moment(at, ctx)));
        }
    }
    if let Some((severity, line)) = &entry.alarm {
        let rule = format!(
            "{} {} {}",
            alarms::severity_word(*severity, lang),
            line.comparison.sign(),
            format::with_unit(line.value, line.unit.shown())
        );
        lines.push(frame::fact(lang, "col.threshold", &rule));
    }
    Document {
        title: format!("{} {}", entry.instance, entry.key.metric),
        lines,
    }
}
