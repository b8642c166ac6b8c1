//! `:alarms`, the triage queue: what is wrong now, of all systems, worst first, then untouched, then newest.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::course::{self, Course};
use super::list::{List, Look, Row, heading};
use super::queue::{self, Group, Likeness, Words};
use super::{frame, wants};
use crate::app::command::Command;
use crate::app::marks::Mark;
use crate::app::pane::{
    About, Choice, Context, Document, Event, Listing, Pane, Picking, Request, Tone, View,
};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::{Alarm, Severity};
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
/// How old incidents and orders may get, which are only in the queue when something is wrong with them.
const OTHERS_EVERY: Duration = Duration::from_secs(60);
/// Steps of a sparkline that are kept; a narrower column shows the highest of several.
const STEPS: usize = 30;
/// Answers come one by one at the start: what comes within so many seconds is not new.
const SETTLES: i64 = 15;
/// How long an alarm can be put to sleep: seconds, and the locale key of the choice.
const SLEEPS: [(i64, &str); 5] = [
    (900, "alarms.sleep.quarter"),
    (3600, "alarms.sleep.hour"),
    (4 * 3600, "alarms.sleep.hours"),
    (12 * 3600, "alarms.sleep.half_day"),
    (0, "alarms.sleep.wake"),
];

const ROWS: &[Kind] = &[Kind::Alarm, Kind::Incident, Kind::Order, Kind::ScalingPart];

const ABOUT: About = About::new("alarms", "alarms.title", COMMANDS).aliases(&["alarm", "al"]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"]).on(ROWS).hinted(),
    Command::new("alarm.seen", &["s"]).on(ROWS).hinted(),
    Command::new("alarm.mine", &["m"]).on(ROWS),
    Command::new("alarm.snooze", &["z s"]).on(ROWS),
    Command::new("alarm.fold", &["z f"]),
    Command::new("alarm.cleared", &["z a"]),
    Command::new("alarm.next_new", &["] a"]),
    Command::new("alarm.prev_new", &["[ a"]),
];

/// The triage queue.
pub struct Alarms {
    list: List<Entry>,
    /// Are alarms listed that are over?
    with_cleared: bool,
    /// Groups that the user unfolded.
    unfolded: Vec<Likeness>,
    /// What has been in the queue.
    known: HashSet<Subject>,
    /// What came in since the user last looked at it.
    fresh: HashSet<Subject>,
    /// When the first rows came.
    began: Option<Timestamp>,
    /// Of which facts and which second the rows are.
    made_of: Option<(u64, i64)>,
    /// How many came within a minute, when that is a storm.
    storm: Option<usize>,
    /// What is put to sleep, while the user chooses for how long.
    putting: Vec<Subject>,
}

/// One row with the last hour of its metric, or of its arrivals.
struct Entry {
    group: Group,
    steps: Vec<Option<f64>>,
    last: Option<f64>,
    fresh: bool,
}

impl Alarms {
    /// An empty queue.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            with_cleared: false,
            unfolded: Vec::new(),
            known: HashSet::new(),
            fresh: HashSet::new(),
            began: None,
            made_of: None,
            storm: None,
            putting: Vec::new(),
        }
    }

    /// Makes the rows anew, unless neither facts nor the minute have changed.
    fn refresh(&mut self, ctx: &Context) {
        let made_of = (ctx.world.version(), ctx.at.as_second() / 10);
        if self.made_of != Some(made_of) {
            self.rebuild(ctx);
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        self.made_of = Some((ctx.world.version(), ctx.at.as_second() / 10));
        let words = Words {
            unaccepted: ctx.lang.t("alarms.unaccepted").into_owned(),
            failed_order: ctx.lang.t("alarms.failed_order").into_owned(),
            failed_scaling: ctx.lang.t("alarms.failed_scaling").into_owned(),
            lang: ctx.lang,
        };
        let items = queue::items(ctx.world, &words, self.with_cleared, ctx.at);
        self.notice(&items, ctx);
        self.storm = queue::storm(&items, ctx.at);
        let groups = queue::fold(items, &self.unfolded, self.storm.is_some(), ctx.at);
        let entries = groups
            .into_iter()
            .map(|group| self.entry(group, ctx))
            .collect();
        self.list.replace(entries, ctx);
    }

    /// Finds out what is new. What is over or touched is not.
    fn notice(&mut self, items: &[queue::Item], ctx: &Context) {
        if items.is_empty() && self.began.is_none() {
            return;
        }
        let began = *self.began.get_or_insert(ctx.at);
        let is_start = ctx.at.as_second() - began.as_second() < SETTLES;
        for item in items {
            if self.known.contains(&item.subject) {
                continue;
            }
            self.known.insert(item.subject.clone());
            if !is_start && !item.alarm.cleared && !item.mark.seen {
                self.fresh.insert(item.subject.clone());
            }
        }
        // What woke up is as new.
        let woke = items
            .iter()
            .filter(|item| item.mark.woke(ctx.at) && !item.mark.seen);
        self.fresh.extend(woke.map(|item| item.subject.clone()));
        if self.known.len() > 2 * items.len() + 1000 {
            let there: HashSet<Subject> = items.iter().map(|item| item.subject.clone()).collect();
            self.known.retain(|subject| there.contains(subject));
            self.fresh.retain(|subject| there.contains(subject));
        }
    }

    fn entry(&self, group: Group, ctx: &Context) -> Entry {
        let fresh = if group.all.is_empty() {
            self.fresh.contains(&group.first.subject)
        } else {
            group.all.iter().any(|subject| self.fresh.contains(subject))
        };
        let alarm = &group.first.alarm;
        let series = alarm.threshold.as_ref().and_then(|line| {
            ctx.world
                .series(&alarm.account, &line.series, Some(line.statistic))
        });
        let is_folded = group.len() > 1;
        Entry {
            steps: match series {
                _ if is_folded => group.arrivals(ctx.at),
                Some(series) => wants::spark(series, ctx.at, STEPS),
                None => Vec::new(),
            },
            last: series
                .filter(|_| !is_folded)
                .and_then(|series| series.last())
                .map(|sample| sample.value),
            fresh,
            group,
        }
    }

    /// The row under the cursor has been looked at.
    fn looked(&mut self) {
        let Some(entry) = self.list.selected() else {
            return;
        };
        for subject in entry.group.subjects() {
            self.fresh.remove(&subject);
        }
    }

    /// Everything that these rows stand for.
    fn meant(&self, on: &[Subject]) -> Vec<Subject> {
        let mut meant = Vec::new();
        for subject in on {
            let rows = self.list.rows().iter();
            let row = rows
                .filter(|entry| entry.group.len() > 1)
                .find(|entry| &entry.group.first.subject == subject);
            match row {
                Some(entry) => meant.extend(entry.group.subjects()),
                None => meant.push(subject.clone()),
            }
        }
        meant
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        let Some(entry) = self.list.selected() else {
            return Vec::new();
        };
        let item = &entry.group.first;
        match &item.subject {
            Subject::Alarm(account, id) => {
                // With every field that the service sent.
                let alarm = ctx.world.alarm(account, id.raw()).unwrap_or(&item.alarm);
                vec![Request::Document(document(alarm, ctx))]
            }
            other => vec![Request::Show(other.clone())],
        }
    }

    /// A folded row unfolds, any other is opened.
    fn open(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        match self.list.selected() {
            Some(entry) if entry.group.len() > 1 => {
                self.unfold(ctx);
                Vec::new()
            }
            // Without a series there is no graph, and a description says more than an empty one.
            Some(entry)
                if entry.group.first.alarm.threshold.is_none()
                    && entry.group.first.subject.kind() == Kind::Alarm =>
            {
                self.describe(ctx)
            }
            _ => on.first().cloned().map(Request::Show).into_iter().collect(),
        }
    }

    /// Folds or unfolds what is like the row under the cursor.
    fn unfold(&mut self, ctx: &Context) {
        let Some(entry) = self.list.selected() else {
            return;
        };
        let like = queue::likeness(&entry.group.first, ctx.at);
        match self.unfolded.iter().position(|known| *known == like) {
            Some(at) => drop(self.unfolded.remove(at)),
            None => self.unfolded.push(like),
        }
        self.rebuild(ctx);
    }

    fn mark(
        &mut self,
        on: &[Subject],
        which: fn(&mut Mark) -> &mut bool,
        ctx: &Context,
    ) -> Vec<Request> {
        let meant = self.meant(on);
        self.known_by_now(&meant);
        let marks = queue::toggled(&ctx.world.marks, &meant, which, ctx.at.as_second());
        vec![Request::Mark(marks)]
    }

    /// Whoever marks something has looked at it.
    fn known_by_now(&mut self, subjects: &[Subject]) {
        for subject in subjects {
            self.fresh.remove(subject);
        }
    }

    fn ask_how_long(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        self.putting = self.meant(on);
        let putting = self.putting.clone();
        self.known_by_now(&putting);
        let items = SLEEPS.iter().map(|(seconds, key)| Choice {
            id: seconds.to_string(),
            label: ctx.lang.t(key).into_owned(),
            ..Choice::default()
        });
        vec![Request::Pick(Picking {
            tag: "snooze",
            title: ctx.lang.t("alarms.sleep.title").into_owned(),
            items: items.collect(),
            many: false,
        })]
    }

    fn put_to_sleep(&mut self, ids: &[String], ctx: &Context) -> Vec<Request> {
        let seconds: i64 = ids.first().and_then(|id| id.parse().ok()).unwrap_or(0);
        let until = (seconds > 0).then(|| ctx.at.as_second() + seconds);
        let marks = std::mem::take(&mut self.putting)
            .into_iter()
            .map(|subject| {
                let mark = Mark {
                    until,
                    at: ctx.at.as_second(),
                    ..ctx.world.marks.of(&subject)
                };
                (subject, mark)
            });
        vec![Request::Mark(marks.collect())]
    }

    /// Moves the cursor to the next new row, around the end.
    fn go_to_fresh(&mut self, forward: bool, ctx: &Context) -> Vec<Request> {
        let rows = self.list.rows();
        let here = self.list.subject();
        let at = rows
            .iter()
            .position(|entry| Some(&entry.group.first.subject) == here.as_ref())
            .unwrap_or(0);
        let count = rows.len();
        let next = (1..=count)
            .map(|step| {
                if forward {
                    (at + step) % count
                } else {
                    (at + count - step) % count
                }
            })
            .find(|row| rows[*row].fresh)
            .map(|row| rows[row].group.first.subject.clone());
        let Some(subject) = next else {
            let words = ctx.lang.t("alarms.no_fresh").into_owned();
            return vec![Request::Toast(Tone::Info, words)];
        };
        self.list.select(subject);
        self.rebuild(ctx);
        self.looked();
        Vec::new()
    }

    fn command(&mut self, name: &str, on: &[Subject], ctx: &Context) -> Vec<Request> {
        match name {
            "open" => return self.open(on, ctx),
            "describe" => return self.describe(ctx),
            "alarm.seen" => return self.mark(on, |mark| &mut mark.seen, ctx),
            "alarm.mine" => return self.mark(on, |mark| &mut mark.mine, ctx),
            "alarm.snooze" => return self.ask_how_long(on, ctx),
            "alarm.fold" => self.unfold(ctx),
            "alarm.next_new" => return self.go_to_fresh(true, ctx),
            "alarm.prev_new" => return self.go_to_fresh(false, ctx),
            "alarm.cleared" => {
                self.with_cleared = !self.with_cleared;
                self.rebuild(ctx);
            }
            _ => {}
        }
        Vec::new()
    }
}

impl Default for Alarms {
    fn default() -> Self {
        Self::new()
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("sev", title("col.severity"), 6),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("title", title("col.alarm"), 18, 60).grow(3),
        Column::flex("resource", title("col.resource"), 8, 28).cut_middle(),
        Column::flex("region", title("col.region"), 12, 12)
            .priority(4)
            .cut_middle(),
        Column::flex("trend", title("col.trend"), 10, 30)
            .grow(2)
            .priority(3),
        Column::fixed("value", title("col.value"), 8)
            .right()
            .priority(2),
        Column::fixed("count", title("col.count"), 5).right().wide(),
        Column::fixed("system", title("col.system"), 6).priority(5),
        Column::fixed("mark", title("col.mark"), 6).wide(),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        self.group.first.subject.clone()
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let alarm = &self.group.first.alarm;
        match column {
            "sev" => severity_cell(alarm, look),
            "age" => match alarm.odd.of("since") {
                Some(came) => frame::odd(came),
                None => format::age_of(look.lang, alarm.since, look.at).into(),
            },
            "title" => self.title(look),
            "resource" if self.group.len() > 1 => {
                let count = self.group.resources.to_string();
                look.lang
                    .tf("alarms.resources", &[("count", &count)])
                    .into()
            }
            "resource" => Cell::text(alarm.resource.shown()),
            "region" => Cell::styled(alarm.region.shown(), "muted"),
            "trend" => self.trend(),
            "value" => self.value_cell(look),
            "count" => match alarm.odd.of("count") {
                Some(came) => frame::odd(came),
                None => alarm.count.to_string().into(),
            },
            "system" => Cell::styled(alarm.account.system.short(), "muted"),
            "mark" => Cell::styled(self.state().to_owned(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let alarm = &self.group.first.alarm;
        match column {
            // Worst is highest, so that `sev>=3` means at least major.
            "sev" => Value::Grade(
                4.0 - f64::from(alarm.severity as u8),
                alarm.severity.name().into(),
            ),
            "age" => Value::Age(at.duration_since(alarm.since).as_secs_f64()),
            "title" => Value::text(alarm.title.raw()),
            "resource" => Value::text(alarm.resource.raw()),
            "region" => Value::text(alarm.region.raw()),
            "value" | "trend" => self.last.map_or(Value::Missing, Value::Number),
            "count" => Value::Number(alarm.count.into()),
            "system" => Value::text(alarm.account.system.id()),
            "mark" => Value::text(self.state()),
            _ => Value::Missing,
        }
    }
}

impl Entry {
    /// What this user noted, as a word that filters know.
    fn state(&self) -> &'static str {
        let mark = &self.group.first.mark;
        match () {
            () if self.fresh => "new",
            () if mark.mine => "mine",
            () if mark.until.is_some() => "asleep",
            () if mark.seen => "seen",
            () => "",
        }
    }

    /// What is wrong, with what this user noted in front and how many behind.
    fn title<'a>(&'a self, look: &Look<'a>) -> Cell<'a> {
        let (item, glyphs) = (&self.group.first, look.theme.glyphs());
        let asleep = item.mark.sleeps(look.at);
        let role = if asleep || item.alarm.cleared {
            "muted"
        } else {
            "text"
        };
        let mut cell = if self.fresh {
            Cell::styled(glyphs.lamp, "accent").then(" ", "text")
        } else if item.mark.mine {
            Cell::styled("@", "accent").then(" ", "text")
        } else if let (true, Some(until)) = (asleep, item.mark.until) {
            let until = Timestamp::from_second(until).unwrap_or(look.at);
            Cell::styled(glyphs.paused, "muted")
                .then(format!(" {} ", format::minute(until, look.zone)), "muted")
        } else if item.mark.seen {
            Cell::styled(glyphs.ok, "muted").then(" ", "text")
        } else {
            Cell::default()
        };
        if self.group.unfolded {
            cell = cell.then("  ", "muted");
        }
        cell = cell.then(item.alarm.title.shown(), role);
        if self.group.len() > 1 {
            cell = cell.then(format!("  ×{}", self.group.len()), "accent");
        }
        cell
    }

    fn trend(&self) -> Cell<'_> {
        if self.steps.is_empty() {
            return Cell::default();
        }
        let spark = Sparkline::new(self.steps.as_slice());
        let alarm = &self.group.first.alarm;
        let Some(line) = alarm.threshold.as_ref().filter(|_| self.group.len() == 1) else {
            return Cell::spark(spark);
        };
        let role = Theme::severity_role(alarm.severity);
        let spark = spark.breach(line.comparison, line.value, role);
        Cell::spark(spark.in_unit(line.unit.raw()))
    }

    fn value_cell(&self, look: &Look) -> Cell<'_> {
        let alarm = &self.group.first.alarm;
        match (self.last, &alarm.threshold) {
            (Some(value), Some(line)) => {
                let breached = line.comparison.holds(value, line.value) && !alarm.cleared;
                let role = if breached {
                    Theme::severity_role(alarm.severity)
                } else {
                    "text"
                };
                Cell::styled(look.rates.text(value, line.unit.shown()), role)
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
    let word = match alarm.odd.of("severity") {
        Some(came) => came.shown().to_owned(),
        None => severity_word(alarm.severity, look.lang),
    };
    Cell::styled(look.theme.glyphs().severity(alarm.severity), role)
        .then(" ", role)
        .then(word, role)
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
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needed = asked(ctx);
        // In a storm only what can be seen is worth its samples.
        let wanted = self
            .list
            .rows()
            .iter()
            .filter(|entry| entry.group.len() == 1)
            .take(200)
            .filter_map(|entry| {
                let alarm = &entry.group.first.alarm;
                let line = alarm.threshold.as_ref()?;
                Some(wants::Wanted {
                    account: alarm.account.clone(),
                    key: line.series.clone(),
                    statistic: line.statistic,
                    period: line.period,
                })
            });
        needed.extend(wants::series(wanted, SAMPLES_EVERY));
        needed.extend(wants::moving_groups(ctx));
        // What a description tells beside the course of a metric.
        needed.extend(wants::changes(ctx));
        for account in ctx.world.accounts_of(SystemId::HuaweiCoc) {
            let id = &account.id;
            let followed = ctx.world.incident_ids(id);
            needed.push(wants::want(Query::Orders(id.clone()), OTHERS_EVERY));
            if !followed.is_empty() {
                needed.push(wants::want(
                    Query::Incidents(id.clone(), followed),
                    OTHERS_EVERY,
                ));
            }
        }
        needed
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            if matches!(event, Event::Command { .. }) {
                self.looked();
            }
            return Vec::new();
        }
        match event {
            Event::Opened { .. } => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Changed => {
                self.refresh(ctx);
                Vec::new()
            }
            Event::Command { name, on } => self.command(name, on, ctx),
            Event::Picked { tag: "snooze", ids } => self.put_to_sleep(ids, ctx),
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
        Some("alarm ls".to_owned())
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = asked(&view.context(area));
        let totals = self.totals(view);
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        let empty = view.t("alarms.empty");
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let mut spans = Vec::new();
        for severity in [Severity::Critical, Severity::Major, Severity::Minor] {
            let count = count(&self.list, severity);
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

/// The questions for the alarms of all accounts that have any.
fn asked(ctx: &Context) -> Vec<Want> {
    ctx.world
        .alarm_accounts()
        .map(|account| wants::want(Query::Alarms(account.id.clone()), EVERY))
        .collect()
}

/// The systems that have not said yet whether anything is wrong.
fn awaited(world: &World) -> Vec<&'static str> {
    let is_awaited = |id: &AccountId| {
        let known = world.known(&Query::Alarms(id.clone()));
        known.is_none_or(|known| known.tried.is_none())
    };
    world
        .alarm_accounts()
        .filter(|account| is_awaited(&account.id))
        .map(|account| account.id.system.short())
        .collect()
}

/// How many alarms of a severity burn.
fn count(list: &List<Entry>, severity: Severity) -> usize {
    list.rows()
        .iter()
        .filter(|entry| {
            let alarm = &entry.group.first.alarm;
            alarm.severity == severity && !alarm.cleared
        })
        .map(|entry| entry.group.len())
        .sum()
}

impl Alarms {
    fn totals(&self, view: &View) -> String {
        let mut totals = frame::counted(&self.list.info(view.lang), view.lang);
        let mut add = |key: &str, count: usize| {
            if count > 0 {
                totals.push_str(" · ");
                totals.push_str(&view.lang.tf(key, &[("count", &count.to_string())]));
            }
        };
        let alarms: usize = self.list.rows().iter().map(|entry| entry.group.len()).sum();
        if alarms > self.list.rows().len() {
            add("alarms.folded", alarms);
        }
        add("alarms.critical", count(&self.list, Severity::Critical));
        let fresh = self.list.rows().iter().filter(|entry| entry.fresh).count();
        add("alarms.fresh", fresh);
        add("alarms.storm", self.storm.unwrap_or(0));
        // Whoever has not answered yet may have the worst of all.
        let awaited = awaited(view.world).join(", ");
        if !awaited.is_empty() {
            totals.push_str(" · ");
            let text = view.lang.tf("alarms.awaited", &[("systems", &awaited)]);
            totals.push_str(&text);
        }
        totals
    }
}

/// The word of a severity with the service's own spelling behind it, where it sent one.
fn severity_text(alarm: &Alarm, lang: Lang) -> String {
    let word = severity_word(alarm.severity, lang);
    match alarm.severity_raw.shown() {
        "" => word,
        raw => format!("{word} ({raw})"),
    }
}

/// The course of the metric behind an alarm over the last hour, where it has one.
fn drawn<'a>(alarm: &Alarm, ctx: &Context<'a>) -> Option<Course<'a>> {
    let line = alarm.threshold.as_ref()?;
    let series = ctx
        .world
        .series(&alarm.account, &line.series, Some(line.statistic))?;
    let mut course = Course::last(series, wants::SPARK_SECONDS.into(), ctx);
    let role = Theme::severity_role(alarm.severity);
    course.breach = Some((line.comparison, line.value, role));
    if line.unit.raw() == "%" {
        course.range = Some((0.0, 100.0));
    }
    Some(course)
}

/// What this user noted about an alarm, in words.
fn noted(alarm: &Alarm, ctx: &Context) -> Option<document::Line> {
    let subject = Subject::Alarm(alarm.account.clone(), alarm.id.clone());
    let mark = ctx.world.marks.of(&subject);
    let mut words: Vec<String> = Vec::new();
    for (is_so, key) in [(mark.mine, "alarms.is_mine"), (mark.seen, "alarms.is_seen")] {
        words.extend(is_so.then(|| ctx.lang.t(key).into_owned()));
    }
    if let (true, Some(until)) = (mark.sleeps(ctx.at), mark.until) {
        let until = Timestamp::from_second(until).unwrap_or(ctx.at);
        let until = format::exact(until, ctx.zone);
        words.push(ctx.lang.tf("alarms.is_asleep", &[("until", &until)]));
    }
    let text = words.join(" · ");
    (!text.is_empty()).then(|| frame::fact(ctx.lang, "col.mark", &text))
}

/// Everything that is known of an alarm.
pub fn document(alarm: &Alarm, ctx: &Context) -> Document {
    let lang = ctx.lang;
    // What could not be read as what it should be is told as it came.
    let came = |name: &'static str, key: &str, read: String| match alarm.odd.of(name) {
        Some(came) => frame::fact_in(lang, key, came.shown(), "state.unknown"),
        None => frame::fact(lang, key, &read),
    };
    let cells = frame::document_cells(ctx);
    let mut lines = vec![frame::fact(
        lang,
        "col.severity",
        &severity_text(alarm, lang),
    )];
    lines.extend(frame::long(
        &lang.t("col.alarm"),
        alarm.title.shown(),
        cells,
    ));
    lines.extend([
        frame::fact(lang, "col.resource", alarm.resource.shown()),
        frame::fact(lang, "col.region", alarm.region.shown()),
        came("since", "col.since", frame::moment(alarm.since, ctx)),
        frame::fact(lang, "col.latest", &frame::moment(alarm.latest, ctx)),
        came("count", "col.count", alarm.count.to_string()),
        frame::fact(lang, "col.account", &alarm.account.to_string()),
    ]);
    lines.extend(noted(alarm, ctx));
    if let Some(line) = &alarm.threshold {
        let rule = format!(
            "{} {} {}",
            line.series,
            line.comparison.sign(),
            ctx.rates.text(line.value, line.unit.shown())
        );
        lines.extend(frame::long(&lang.t("col.threshold"), &rule, cells));
    }
    lines.extend(course::with_changes(drawn(alarm, ctx), alarm.since, ctx));
    lines.push(document::Line::default());
    let fields = alarm.detail.iter();
    lines.extend(fields.flat_map(|(name, text)| frame::long(name.shown(), text.shown(), cells)));
    Document {
        title: alarm.title.shown().to_owned(),
        lines,
    }
}
