//! `:metrics`: the series that are watched, each with its last hour, and those that fire; all of them, or one group.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::course::{self, Course};
use super::list::{List, Look, Row, heading};
use super::wants::{self, Wanted};
use super::{alarms, frame, metric_forms};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, Tone, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::alarm::{Severity, Threshold};
use crate::domain::metric::{MetricInfo, Series, SeriesKey, Statistic, Watched};
use crate::domain::query::{self as domain, Query, Want};
use crate::domain::text::SafeText;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::sparkline::Sparkline;
use crate::ui::widgets::table::Column;
use crate::ui::width;

/// How old the samples may get: new ones come once a minute.
const EVERY: Duration = Duration::from_secs(60);
/// How old names and units may get: they hardly ever change.
const CATALOGUE_EVERY: Duration = Duration::from_secs(6 * 3600);
/// Distance of samples in seconds: the finest that all services give.
const PERIOD: u32 = 60;
/// From so many rows on the groups have a line of their own.
const GROUPS_FROM: u16 = 4;
/// Steps of a sparkline that are kept; a narrower column shows the highest of several.
const STEPS: usize = 30;

const ABOUT: About = About::new("metrics", "metrics.title", COMMANDS).aliases(&["metric"]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Series])
        .hinted(),
    Command::new("metrics.catalogue", &["o"]).hinted(),
    Command::new("metrics.add", &["a"]),
    Command::new("metrics.remove", &["D"]).on(&[Kind::Series]),
    Command::new("metrics.group", &["z g"]).on(&[Kind::Series]),
    Command::new("metrics.group_next", &["] g"]),
    Command::new("metrics.group_prev", &["[ g"]),
    Command::changes("metrics.upload", &["U"]),
];

/// The watched series.
pub struct Metrics {
    list: List<Entry>,
    /// The group that is shown; `None`: everything.
    group: Option<SafeText>,
    /// What a form about groups was opened for.
    asked: Vec<Subject>,
    /// What the rows need to know. Made with them: there may be tens of thousands.
    needs: Vec<Want>,
    made: Made,
}

/// What the rows were made of.
#[derive(Default)]
struct Made {
    /// The version of everything but samples.
    of: Option<u64>,
    /// Up to which version samples were taken over.
    samples: u64,
    /// Where the row of each series is.
    places: HashMap<AccountId, HashMap<SeriesKey, usize>>,
}

impl Made {
    fn of(world: &World, entries: &[Entry]) -> Self {
        let mut places: HashMap<AccountId, HashMap<SeriesKey, usize>> = HashMap::new();
        for (place, entry) in entries.iter().enumerate() {
            let of_account = places.entry(entry.account.clone()).or_default();
            of_account.insert(entry.key.clone(), place);
        }
        Self {
            of: Some(world.version_besides_samples()),
            samples: world.version(),
            places,
        }
    }

    fn place(&self, account: &AccountId, key: &SeriesKey) -> Option<usize> {
        self.places.get(account)?.get(key).copied()
    }
}

/// One series with what is known of it.
struct Entry {
    account: AccountId,
    key: SeriesKey,
    /// Name of the instance, where something on the screen knows it.
    instance: SafeText,
    /// Its group; empty for none.
    group: SafeText,
    /// The alarm it raises at present.
    alarm: Option<(Severity, Threshold)>,
    /// How it is condensed, and its period.
    statistic: Statistic,
    period: u32,
    facts: Option<Facts>,
}

/// What its samples say.
#[derive(Clone)]
struct Facts {
    label: Option<SafeText>,
    unit: SafeText,
    series: Arc<Series>,
    last: f64,
    at: i64,
    /// Lowest, mean and highest value.
    spread: (f64, f64, f64),
}

impl Facts {
    /// `before` are those that the row had.
    fn of(series: &Arc<Series>, info: Option<&MetricInfo>, before: Option<&Self>) -> Option<Self> {
        let last = series.last()?;
        let alone = (last.value, last.value, last.value);
        let same = before.filter(|before| Arc::ptr_eq(&before.series, series));
        let spread = same.map(|before| before.spread);
        let told =
            |of: fn(&MetricInfo) -> &Option<SafeText>| info.and_then(|info| of(info).clone());
        Some(Self {
            label: series.label.clone().or_else(|| told(|info| &info.label)),
            unit: series
                .unit
                .clone()
                .or_else(|| told(|info| &info.unit))
                .unwrap_or_default(),
            last: last.value,
            at: last.at,
            spread: spread.or_else(|| series.spread()).unwrap_or(alone),
            series: Arc::clone(series),
        })
    }

    /// How far the last value is from the mean.
    fn change(&self) -> f64 {
        self.last - self.spread.1
    }
}

impl Metrics {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            group: None,
            asked: Vec::new(),
            needs: Vec::new(),
            made: Made::default(),
        }
    }

    /// Brings the rows up to date. Where only samples came, those are taken over: there may be three answers a second,
    /// and tens of thousands of rows.
    fn refresh(&mut self, ctx: &Context) {
        if self.made.of != Some(ctx.world.version_besides_samples()) {
            self.rebuild(ctx);
            return;
        }
        let told = Told::of(ctx.world);
        let made = &mut self.made;
        self.list.renumber(ctx, |rows| {
            for (account, series) in ctx.world.series_since(made.samples) {
                let place = made.place(account, &series.key);
                if let Some(entry) = place.and_then(|place| rows.get_mut(place)) {
                    entry.measure(ctx.world, &told, None);
                }
            }
        });
        made.samples = ctx.world.version();
    }

    fn rebuild(&mut self, ctx: &Context) {
        let names = instance_names(ctx.world);
        let groups = metric_forms::groups(ctx.world);
        // A group that has become empty is no group any more.
        self.group = self.group.take().filter(|group| groups.contains(&group));
        let told = Told::of(ctx.world);
        let mut entries = firing(ctx);
        let fires: HashMap<_, usize> = (0..)
            .zip(&entries)
            .map(|(place, entry)| ((entry.account.clone(), entry.key.clone()), place))
            .collect();
        // The members of a group stand together.
        let mut watched: Vec<&Watched> = ctx.world.watch.iter().collect();
        watched.sort_by_key(|one| groups.iter().position(|group| *group == &one.group));
        for one in watched {
            let place = fires.get(&(one.account.clone(), one.key.clone()));
            match place.and_then(|place| entries.get_mut(*place)) {
                Some(entry) => entry.group = one.group.clone(),
                None => entries.push(Entry::of(one)),
            }
        }
        if let Some(group) = &self.group {
            entries.retain(|entry| &entry.group == group);
        }
        let before = self.list.rows();
        for (place, entry) in entries.iter_mut().enumerate() {
            if let Some(name) = names.get(&entry.key.instance) {
                entry.instance = name.clone();
            }
            let before = before.get(place).and_then(|before| before.facts.as_ref());
            entry.measure(ctx.world, &told, before);
        }
        if !before
            .iter()
            .map(Entry::asks)
            .eq(entries.iter().map(Entry::asks))
        {
            self.needs = needs(&entries);
        }
        self.made = Made::of(ctx.world, &entries);
        self.list.replace(entries, ctx);
    }

    /// Goes on to the next group, or back to the one before; everything stands between the last and the first.
    fn turn(&mut self, forward: bool, ctx: &Context) -> Vec<Request> {
        let groups = metric_forms::groups(ctx.world);
        if groups.is_empty() {
            let words = ctx.lang.t("metrics.no_groups").into_owned();
            return vec![Request::Toast(Tone::Info, words)];
        }
        let places = groups.len() + 1;
        let shown = self.group.as_ref();
        let at = groups.iter().position(|group| shown == Some(*group));
        let at = at.map_or(0, |at| at + 1);
        let next = if forward { at + 1 } else { at + places - 1 } % places;
        self.group = next
            .checked_sub(1)
            .and_then(|at| groups.get(at))
            .map(|group| (*group).clone());
        self.rebuild(ctx);
        if self.list.selected().is_none() {
            // What was selected is in another group.
            let top = Event::Command {
                name: "move.top",
                on: &[],
            };
            self.list.event(&top, ctx);
        }
        Vec::new()
    }

    /// Everything and the groups in one line, what is shown among them marked.
    fn draw_groups(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let groups = metric_forms::groups(view.world);
        let all = view.t("metrics.all_groups");
        let names = groups.iter().map(|group| (group.shown(), Some(*group)));
        let mut x = area.x;
        for (name, group) in std::iter::once((all.as_str(), None)).chain(names) {
            let role = if group == self.group.as_ref() {
                "title.focused"
            } else {
                "muted"
            };
            let room = area.right().saturating_sub(x);
            x += width::put(
                buf,
                x,
                area.y,
                &format!(" {name} "),
                room,
                view.theme.style(role),
            );
        }
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
    let mut seen = HashSet::new();
    let mut entries: Vec<Entry> = Vec::new();
    for alarm in active {
        let Some(line) = &alarm.threshold else {
            continue;
        };
        if !seen.insert((&alarm.account, &line.series)) {
            continue;
        }
        entries.push(Entry {
            account: alarm.account.clone(),
            key: line.series.clone(),
            instance: alarm.resource.clone(),
            group: SafeText::default(),
            alarm: Some((alarm.severity, line.clone())),
            statistic: line.statistic,
            period: line.period,
            facts: None,
        });
    }
    entries
}

/// Names of instances by id, from policies, machines and the limits of the configuration.
pub fn instance_names(world: &World) -> HashMap<SafeText, SafeText> {
    let bound = world
        .policies()
        .flat_map(|(_, policy)| &policy.bound)
        .map(|instance| (instance.id.clone(), instance.name.clone()));
    let machines = world
        .resources()
        .map(|(_, machine)| (machine.resource_id.clone(), machine.name.clone()));
    let members = world
        .scaling_details()
        .flat_map(|(_, _, detail)| &detail.members)
        .map(|member| (member.id.clone(), member.name.clone()));
    let limits = world.accounts.iter().flat_map(|account| &account.limits);
    let limited =
        limits.filter_map(|limit| Some((limit.series.instance.clone(), limit.name.clone()?)));
    members
        .chain(limited)
        .chain(machines)
        .chain(bound)
        .filter(|(_, name)| !name.is_empty())
        .collect()
}

/// The samples of these series, and names and units of their metrics: machines of one namespace have the same metrics, so
/// one of them is asked for each.
fn needs(entries: &[Entry]) -> Vec<Want> {
    let mut needs = wants::series(entries.iter().map(Entry::wanted), EVERY);
    let mut told = HashSet::new();
    let mut asked = HashSet::new();
    for Entry { account, key, .. } in entries {
        if !told.insert((account, &key.namespace, &key.metric)) {
            continue;
        }
        let query = Query::Metrics {
            account: account.clone(),
            namespace: key.namespace.raw().to_owned(),
            instance: key.instance.raw().to_owned(),
        };
        if asked.insert(query.clone()) {
            needs.push(wants::want(query, CATALOGUE_EVERY));
        }
    }
    needs
}

/// What services have told of their metrics.
struct Told<'w> {
    of_instances: HashMap<(&'w AccountId, &'w SeriesKey), &'w MetricInfo>,
    of_metrics: HashMap<(&'w AccountId, &'w SafeText, &'w SafeText), &'w MetricInfo>,
}

impl<'w> Told<'w> {
    fn of(world: &'w World) -> Self {
        let (mut of_instances, mut of_metrics) = (HashMap::new(), HashMap::new());
        for (query, known) in world.all_known() {
            let Some(domain::Facts::Metrics(metrics)) = &known.facts else {
                continue;
            };
            for info in metrics {
                let SeriesKey {
                    namespace, metric, ..
                } = &info.key;
                of_instances.insert((query.account(), &info.key), info);
                of_metrics.insert((query.account(), namespace, metric), info);
            }
        }
        Self {
            of_instances,
            of_metrics,
        }
    }

    fn info(&self, account: &AccountId, key: &SeriesKey) -> Option<&'w MetricInfo> {
        let own = self.of_instances.get(&(account, key));
        let same = || self.of_metrics.get(&(account, &key.namespace, &key.metric));
        own.or_else(same).copied()
    }
}

/// Name and unit of a series, where they have been read: for its instance, or else for another one of its namespace,
/// which has the same metrics.
pub fn info<'w>(world: &'w World, account: &AccountId, key: &SeriesKey) -> Option<&'w MetricInfo> {
    Told::of(world).info(account, key)
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("resource", title("col.resource"), 8, 24).cut_middle(),
        Column::flex("metric", title("col.metric"), 12, 34)
            .grow(2)
            .cut_middle(),
        Column::flex("trend", title("col.trend"), 9, 30)
            .grow(2)
            .priority(3),
        Column::fixed("value", title("col.value"), 11).right(),
        Column::fixed("change", title("col.change"), 8)
            .right()
            .priority(2),
        Column::fixed("min", title("col.min"), 11)
            .right()
            .priority(5),
        Column::fixed("avg", title("col.avg"), 11)
            .right()
            .priority(6),
        Column::fixed("max", title("col.max"), 11)
            .right()
            .priority(4),
        Column::fixed("age", title("col.age"), frame::age_cells(lang))
            .right()
            .wide(),
        Column::fixed("system", title("col.system"), 6).wide(),
        Column::flex("namespace", title("col.namespace"), 6, 16).wide(),
        Column::flex("group", title("col.group"), 5, 14).wide(),
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
            "group" => Cell::styled(self.group.shown(), "muted"),
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
            "group" => Value::text(self.group.raw()),
            "system" => Value::text(self.account.system.id()),
            "value" | "trend" => number(|facts| facts.last),
            "change" => number(Facts::change),
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
    fn of(watched: &Watched) -> Self {
        Self {
            account: watched.account.clone(),
            key: watched.key.clone(),
            instance: watched.key.instance.clone(),
            group: watched.group.clone(),
            alarm: None,
            statistic: Statistic::Average,
            period: PERIOD,
            facts: None,
        }
    }

    /// Takes over the newest samples; `before` are those that stood in its place.
    fn measure(&mut self, world: &World, told: &Told, before: Option<&Facts>) {
        let series = world.series(&self.account, &self.key, Some(self.statistic));
        let info = told.info(&self.account, &self.key);
        self.facts = series.and_then(|series| Facts::of(series, info, before));
    }

    /// What of it decides what is asked.
    fn asks(&self) -> (&AccountId, &SeriesKey, Statistic, u32) {
        (&self.account, &self.key, self.statistic, self.period)
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            account: self.account.clone(),
            key: self.key.clone(),
            statistic: self.statistic,
            period: self.period,
        }
    }

    fn role(&self, calm: &'static str) -> &'static str {
        self.alarm
            .as_ref()
            .map_or(calm, |(severity, _)| Theme::severity_role(*severity))
    }

    fn measured<'a>(&self, facts: &'a Facts, column: &str, look: &Look<'a>) -> Cell<'a> {
        let unit = facts.unit.shown();
        let number = |value: f64, role| Cell::styled(look.rates.text(value, unit), role);
        match column {
            "trend" => self.spark(facts, look.at),
            "value" => number(facts.last, self.role("text")),
            "change" => {
                let (change, mean) = (facts.change(), facts.spread.1);
                let arrow = look.theme.glyphs().trend(change / mean.abs().max(1e-9));
                let shown = format::number(change.abs() * look.rates.of(unit).0);
                Cell::styled(arrow, "muted")
                    .then(" ", "muted")
                    .then(shown, "muted")
            }
            "min" => number(facts.spread.0, "muted"),
            "avg" => number(facts.spread.1, "muted"),
            "max" => number(facts.spread.2, "muted"),
            "age" => format::age(look.lang, look.at.as_second() - facts.at).into(),
            _ => Cell::default(),
        }
    }

    fn spark<'a>(&self, facts: &Facts, now: Timestamp) -> Cell<'a> {
        let mut spark = Sparkline::new(wants::spark(&facts.series, now, STEPS));
        if let Some((severity, line)) = &self.alarm {
            spark = spark.breach(line.comparison, line.value, Theme::severity_role(*severity));
        }
        Cell::spark(spark.in_unit(facts.unit.raw()))
    }
}

impl Pane for Metrics {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needs = self.needs.clone();
        // What a description tells beside the course of a metric.
        needs.extend(wants::changes(ctx));
        needs
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed | Event::Opened { .. } => {
                self.refresh(ctx);
                Vec::new()
            }
            Event::Command { name: "open", on } => {
                on.first().cloned().map(Request::Show).into_iter().collect()
            }
            Event::Command {
                name: "describe", ..
            } => self.describe(ctx),
            Event::Command {
                name: "metrics.catalogue",
                ..
            } => vec![Request::Go("catalogue".to_owned())],
            Event::Command {
                name: "metrics.add",
                ..
            } => metric_forms::ask_series(self.group.as_ref(), ctx)
                .map(|asking| Request::Form(Box::new(asking)))
                .into_iter()
                .collect(),
            Event::Command {
                name: "metrics.remove",
                on,
            } => vec![metric_forms::watch(on, ctx.world)],
            Event::Command {
                name: "metrics.group",
                on,
            } => {
                self.asked = on.to_vec();
                let asking = metric_forms::ask_group(on, ctx);
                vec![Request::Form(Box::new(asking))]
            }
            Event::Command {
                name: name @ ("metrics.group_next" | "metrics.group_prev"),
                ..
            } => self.turn(*name == "metrics.group_next", ctx),
            Event::Command {
                name: "metrics.upload",
                ..
            } => {
                let of = self.list.selected().map(|entry| &entry.key);
                vec![Request::Form(Box::new(metric_forms::ask_upload(
                    of, ctx.lang,
                )))]
            }
            Event::Form {
                tag: "metrics.add",
                values,
            } => metric_forms::added(values, ctx.world),
            Event::Form {
                tag: "metrics.group",
                values,
            } => vec![metric_forms::grouped(&self.asked, values, ctx.world)],
            Event::Form {
                tag: "metrics.upload",
                values,
            } => metric_forms::uploaded(values, ctx),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back() || self.group.take().is_some()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = &self.needs;
        let mut totals = frame::counted(&self.list.info(view.lang), view.lang);
        if let Some(group) = &self.group {
            totals = format!("{} {} {totals}", group.shown(), view.theme.glyphs().bullet);
        }
        let mut inner = frame::draw(view, ABOUT.title, &totals, needs, area, buf);
        let has_groups = view.world.watch.iter().any(|one| !one.group.is_empty());
        if has_groups && !view.board && inner.height > GROUPS_FROM {
            self.draw_groups(view, Rect { height: 1, ..inner }, buf);
            inner.y += 1;
            inner.height -= 1;
        }
        self.list
            .draw(view, needs, &view.t("metrics.empty"), inner, buf);
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
                    view.rates.text(facts.last, facts.unit.shown())
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
        let with_unit = |value| ctx.rates.text(value, facts.unit.shown());
        if let Some(label) = &facts.label {
            lines.push(frame::fact(lang, "col.label", label.shown()));
        }
        lines.push(frame::fact(lang, "col.value", &with_unit(facts.last)));
        let (low, mean, high) = facts.spread;
        lines.push(frame::fact(lang, "col.min", &with_unit(low)));
        lines.push(frame::fact(lang, "col.avg", &with_unit(mean)));
        lines.push(frame::fact(lang, "col.max", &with_unit(high)));
        if let Ok(at) = Timestamp::from_second(facts.at) {
            lines.push(frame::fact(lang, "col.latest", &frame::moment(at, ctx)));
        }
    }
    if let Some((severity, line)) = &entry.alarm {
        let rule = format!(
            "{} {} {}",
            alarms::severity_word(*severity, lang),
            line.comparison.sign(),
            ctx.rates.text(line.value, line.unit.shown())
        );
        lines.push(frame::fact(lang, "col.threshold", &rule));
    }
    let series = ctx.world.series(&entry.account, &entry.key, None);
    let drawn = series.map(|series| {
        let mut course = Course::last(series, wants::SPARK_SECONDS.into(), ctx);
        if let Some((severity, line)) = &entry.alarm {
            let role = Theme::severity_role(*severity);
            course.breach = Some((line.comparison, line.value, role));
        }
        course
    });
    lines.extend(course::with_changes(drawn, ctx.at, ctx));
    Document {
        title: format!("{} {}", entry.instance, entry.key.metric),
        lines,
    }
}
