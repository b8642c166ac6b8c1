//! The chart of a series: an alarm opens on its own graph, with the threshold, the breach and what changed.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::wants::want;
use super::{alarms, chart_data, chart_events, frame, policy_forms, policy_words};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::happening::Happening;
use crate::app::pane::{About, Choice, Context, Event, Pane, Picking, Request, Tone, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::{Alarm, Comparison, Severity, Threshold};
use crate::domain::metric::{Series, SeriesKey, Statistic, Window};
use crate::domain::query::{Facts, Query, Want};
use crate::domain::rehearse::{Rehearsal, Trial, rehearse};
use crate::domain::text::SafeText;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::chart::{Chart, Limit, Marker, Plot, next_sample};
use crate::ui::width;

/// How old the samples may get: new ones come once a minute.
const EVERY: Duration = Duration::from_secs(60);
/// How old the orders may get whose starts and ends are marked.
const EVENTS_EVERY: Duration = Duration::from_secs(30);
/// The spans that can be shown, in seconds: 1 h to 30 d.
const SPANS: [u32; 8] = [
    3600, 10_800, 21_600, 43_200, 86_400, 259_200, 604_800, 2_592_000,
];

/// The shortest span that reaches so many seconds back.
fn reaching(seconds: i64) -> u32 {
    let long_enough = |span: &&u32| i64::from(**span) >= seconds;
    SPANS
        .iter()
        .find(long_enough)
        .copied()
        .unwrap_or(SPANS[SPANS.len() - 1])
}

const ABOUT: About = About::new("chart", "chart.title", COMMANDS)
    .opens(&[Kind::Alarm, Kind::Series])
    .unlisted();

const COMMANDS: &[Command] = &[
    Command::new("chart.zoom_in", &["+", "="]).hinted(),
    Command::new("chart.zoom_out", &["_"]).hinted(),
    Command::new("chart.earlier", &["<lt>"]).hinted(),
    Command::new("chart.later", &[">"]),
    Command::new("chart.cursor", &["<enter>"]).hinted(),
    Command::new("chart.hour", &["t 1"]),
    Command::new("chart.three_hours", &["t 3"]),
    Command::new("chart.six_hours", &["t 6"]),
    Command::new("chart.day", &["t d"]),
    Command::new("chart.week", &["t w"]),
    Command::new("chart.month", &["t m"]),
    Command::new("chart.statistic", &["t s"]),
    Command::new("chart.period", &["t p"]),
    Command::new("chart.add", &["t a"]),
    Command::new("chart.rehearse", &["t r"]).hinted(),
    Command::changes("policy.new", &["o"]),
    Command::new("chart.export", &["t e"]),
    Command::new("event.next", &["] e"]),
    Command::new("event.prev", &["[ e"]),
];

/// The chart.
pub struct ChartPane {
    shown: Option<Shown>,
    /// Seconds shown.
    span: u32,
    /// The right edge in seconds since the Unix epoch; `None`: now.
    until: Option<i64>,
    /// Where the value cursor stands.
    cursor: Option<i64>,
    /// Of the things that happened in the second of the cursor, the one it stands on, counted from 0; `None` when it
    /// came there by the samples.
    stop: Option<usize>,
    /// Further series beside the first, up to seven.
    others: Vec<(AccountId, SeriesKey)>,
    /// The length of a period the user chose, in seconds; `None`: what fits the span.
    chosen: Option<u32>,
    /// A rule that is being rehearsed.
    trial: Option<Trial>,
}

/// The lengths of a period that can be chosen, in seconds: all services have them.
const PERIODS: [u32; 3] = [60, 300, 3600];
/// Series in a chart at most.
const MOST: usize = 8;

/// What is shown.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    account: AccountId,
    key: SeriesKey,
    statistic: Statistic,
    /// The alarm it was opened from, with its threshold.
    alarm: Option<(SafeText, Threshold)>,
}

impl ChartPane {
    /// A chart of nothing.
    pub const fn new() -> Self {
        Self {
            shown: None,
            span: SPANS[0],
            until: None,
            cursor: None,
            stop: None,
            others: Vec::new(),
            chosen: None,
            trial: None,
        }
    }

    fn open(&mut self, subject: &Subject, world: &World, now: Timestamp) {
        let shown = match subject {
            Subject::Alarm(account, id) => world.alarm(account, id.raw()).and_then(of_alarm),
            Subject::Series(account, key) => Some(of_series(account, key, world)),
            _ => None,
        };
        if shown.is_some() && shown != self.shown {
            self.shown = shown;
            self.until = None;
            self.set_cursor(None);
            self.others.clear();
            self.trial = None;
            if let Some(since) = world.pinned_since() {
                self.span = reaching(now.as_second() - since.as_second());
            }
        }
    }

    /// All series shown, the first one first.
    fn keys(&self) -> Vec<(AccountId, SeriesKey)> {
        let first = self
            .shown
            .iter()
            .map(|shown| (shown.account.clone(), shown.key.clone()));
        first.chain(self.others.iter().cloned()).collect()
    }

    /// One question for each account and namespace.
    fn queries(&self) -> Vec<Query> {
        let Some(shown) = &self.shown else {
            return Vec::new();
        };
        let window = match self.until {
            None => Window::Last(self.span),
            Some(end) => Window::Between(end - i64::from(self.span), end),
        };
        let mut groups: Vec<(AccountId, Vec<SeriesKey>)> = Vec::new();
        for (account, key) in self.keys() {
            let fits = |group: &&mut (AccountId, Vec<SeriesKey>)| {
                group.0 == account && group.1[0].namespace == key.namespace
            };
            match groups.iter_mut().find(fits) {
                Some(group) => group.1.push(key),
                None => groups.push((account, vec![key])),
            }
        }
        groups
            .into_iter()
            .map(|(account, keys)| Query::Series {
                account,
                keys: keys.into(),
                statistic: shown.statistic,
                period: self.period(shown),
                window,
            })
            .collect()
    }

    /// All series that have been read, in the order of their keys.
    fn all_series<'w>(&self, world: &'w World) -> Vec<&'w Series> {
        let queries = self.queries();
        let read = |(account, key): &(AccountId, SeriesKey)| {
            let mut mine = queries.iter().filter(|query| query.account() == account);
            mine.find_map(|query| match world.facts(query)? {
                Facts::Series { series, .. } => series
                    .iter()
                    .map(AsRef::as_ref)
                    .find(|one: &&Series| &one.key == key),
                _ => None,
            })
        };
        self.keys().iter().filter_map(read).collect()
    }

    fn series<'w>(&self, world: &'w World) -> Option<&'w Series> {
        let key = &self.shown.as_ref()?.key;
        let mut all = self.all_series(world).into_iter();
        all.find(|series| &series.key == key)
    }

    /// The limits in force, each once: the alarm's first, then those of the policies.
    fn limits(&self, world: &World) -> Vec<(Comparison, f64)> {
        let Some(shown) = &self.shown else {
            return Vec::new();
        };
        let of_alarm = shown.alarm.iter().map(|(_, line)| line.clone());
        let of_policies = chart_data::limits_of(world, &shown.account, &shown.key);
        let mut limits: Vec<(Comparison, f64)> = Vec::new();
        for line in of_alarm.chain(of_policies) {
            let limit = (line.comparison, line.value);
            if !limits.contains(&limit) {
                limits.push(limit);
            }
        }
        limits
    }

    /// The lines that are drawn: a rehearsed limit before those in force.
    fn lines_drawn(&self, world: &World) -> Vec<Limit> {
        let tried = self.trial.map(|trial| (trial.comparison, trial.threshold));
        let all = tried.into_iter().chain(self.limits(world));
        all.map(|(comparison, value)| Limit {
            comparison,
            value,
            role: self.severity_role(world),
        })
        .collect()
    }

    /// An alarm about the series that came while it was looked at; what the user chose to see stays.
    fn notice_alarm(&mut self, world: &World) {
        let Some(shown) = &mut self.shown else {
            return;
        };
        let known = shown.alarm.as_ref();
        let known = known.and_then(|(id, _)| world.alarm(&shown.account, id.raw()));
        if known.is_some_and(|alarm| !alarm.cleared) {
            return;
        }
        if let Some(alarm) = chart_data::alarm_about(world, &shown.account, &shown.key) {
            shown.alarm = Some(alarm);
        }
    }

    /// What the rehearsed rule would have done to the first series.
    fn rehearsal(&self, world: &World) -> Option<(Trial, Rehearsal)> {
        let trial = self.trial?;
        let series = self.series(world)?;
        Some((trial, rehearse(trial, &series.samples, series.period)))
    }

    /// A rule to begin with: the last one tried, else the limit in force.
    fn first_trial(&self, world: &World) -> Option<Trial> {
        self.trial.or_else(|| {
            let (comparison, threshold) = self.limits(world).first().copied()?;
            Some(Trial {
                comparison,
                threshold,
                cycles: 1,
            })
        })
    }

    /// Lets the user choose what is shown beside the first series.
    fn add(&self, ctx: &Context) -> Vec<Request> {
        let Some(shown) = &self.shown else {
            return Vec::new();
        };
        let names = super::metrics::instance_names(ctx.world);
        let name = |key: &SeriesKey| {
            let known = names.get(&key.instance).unwrap_or(&key.instance);
            known.shown().to_owned()
        };
        let items = chart_data::candidates(&shown.account, &shown.key, ctx);
        let items: Vec<Choice> = items
            .iter()
            .map(|one| chart_data::choice(one, self.others.contains(one), &name(&one.1)))
            .collect();
        vec![Request::Pick(Picking {
            tag: "chart.add",
            title: ctx.lang.t("command.chart.add").into_owned(),
            items,
            many: true,
        })]
    }

    /// A policy from the rehearsed rule, where the service can make one.
    fn save(&self, ctx: &Context) -> Vec<Request> {
        let Some(shown) = &self.shown else {
            return Vec::new();
        };
        if !chart_data::is_custom(&shown.key) {
            let words = ctx.lang.t("rehearsal.not_custom").into_owned();
            return vec![Request::Toast(Tone::Warn, words)];
        }
        let series = (&shown.key, shown.statistic, self.period(shown));
        let trial = self.first_trial(ctx.world);
        let asking = policy_forms::new_policy(Some(series), trial, &shown.account, ctx);
        vec![Request::Form(Box::new(asking))]
    }

    fn filled(&mut self, tag: &str, values: &serde_json::Value, ctx: &Context) -> Vec<Request> {
        match (tag, &self.shown) {
            ("chart.rehearse", _) => {
                self.trial = Some(policy_forms::trial_of(values));
                if let Some(shown) = &mut self.shown {
                    shown.statistic = policy_forms::statistic_of(values);
                }
                Vec::new()
            }
            ("policy.new", Some(shown)) => {
                let confirm = policy_forms::confirm_new(&shown.account, values, ctx);
                vec![Request::Confirm(Box::new(confirm))]
            }
            _ => Vec::new(),
        }
    }

    fn picked(&mut self, tag: &str, ids: &[String], ctx: &Context) -> Vec<Request> {
        if tag == chart_events::CHOICE {
            let happenings = ctx.world.happenings(ctx.lang, self.edges(ctx.at));
            return chart_events::chosen(&self.near(&happenings, ctx.world), ids);
        }
        if tag == "chart.add" {
            if let Some(shown) = &self.shown {
                let all = chart_data::candidates(&shown.account, &shown.key, ctx);
                let chosen = all
                    .into_iter()
                    .filter(|one| ids.contains(&chart_data::word(one)));
                self.others = chosen.collect();
            }
            return self.bounded(ctx.lang).into_iter().collect();
        }
        let series = self.all_series(ctx.world);
        let effect = match ids.first().map(String::as_str) {
            Some("csv") => Effect::Copy(chart_data::csv(&series, ctx)),
            Some("json") => Effect::Copy(chart_data::as_json(&series)),
            Some(name @ ("csv.file" | "json.file")) => Effect::Export {
                folder: None,
                files: self.file(name, &series, ctx).into_iter().collect(),
            },
            Some("csv.edit") => Effect::Edit(chart_data::csv(&series, ctx), ".csv"),
            Some("json.edit") => Effect::Edit(chart_data::as_json(&series), ".json"),
            _ => return Vec::new(),
        };
        vec![Request::Effect(effect)]
    }

    /// Leaves out what is beyond the series that one chart has, and says so.
    fn bounded(&mut self, lang: Lang) -> Option<Request> {
        if self.others.len() < MOST {
            return None;
        }
        let left = (self.others.len() + 1 - MOST).to_string();
        self.others.truncate(MOST - 1);
        let values = [("most", MOST.to_string()), ("left", left)];
        let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
        let words = lang.tf("chart.too_many", &values);
        Some(Request::Toast(Tone::Warn, words))
    }

    /// The data as a file, named after the metric and the end of what is shown.
    fn file(&self, name: &str, series: &[&Series], ctx: &Context) -> Option<(String, String)> {
        let shown = self.shown.as_ref()?;
        let metric: String = shown.key.metric.raw().chars().map(plain).collect();
        let end = Timestamp::from_second(self.edges(ctx.at).1).ok()?;
        let end = end.to_zoned(ctx.zone.clone()).strftime("%Y%m%d-%H%M%S");
        let (ending, text) = if name == "csv.file" {
            ("csv", chart_data::csv(series, ctx))
        } else {
            ("json", chart_data::as_json(series))
        };
        Some((format!("{metric}-{end}.{ending}"), text))
    }

    fn next_period(&mut self) {
        self.chosen = match self.chosen {
            None => Some(PERIODS[0]),
            Some(period) => PERIODS.into_iter().find(|next| *next > period),
        };
    }

    /// The finest period that gives no more points than a wide screen can show; an alarm's own for short spans.
    fn period(&self, shown: &Shown) -> u32 {
        let wanted = match self.span {
            0..=21_600 => 60,
            21_601..=86_400 => 300,
            _ => 3600,
        };
        if let Some(chosen) = self.chosen {
            return chosen;
        }
        let own = shown.alarm.as_ref().map_or(60, |(_, line)| line.period);
        wanted.max(own)
    }

    /// The unit of the values: the service's with the samples, the alarm's, or the catalogue's.
    fn unit(&self, world: &World, series: &Series) -> SafeText {
        let of_alarm = || {
            let (_, line) = self.shown.as_ref()?.alarm.as_ref()?;
            Some(line.unit.clone())
        };
        let of_catalogue = || {
            let account = &self.shown.as_ref()?.account;
            super::metrics::info(world, account, &series.key)?
                .unit
                .clone()
        };
        series
            .unit
            .clone()
            .or_else(of_alarm)
            .or_else(of_catalogue)
            .unwrap_or_default()
    }

    fn edges(&self, now: Timestamp) -> (i64, i64) {
        let end = self.until.unwrap_or(now.as_second());
        (end - i64::from(self.span), end)
    }

    fn zoom(&mut self, out: bool) {
        let at = SPANS
            .iter()
            .position(|span| *span >= self.span)
            .unwrap_or(0);
        let next = if out {
            (at + 1).min(SPANS.len() - 1)
        } else {
            at.saturating_sub(1)
        };
        self.span = SPANS[next];
    }

    /// Moves by half of what is shown; the future is not shown.
    fn pan(&mut self, earlier: bool, now: Timestamp) {
        let half = i64::from(self.span / 2);
        let end = self.until.unwrap_or(now.as_second());
        let end = if earlier { end - half } else { end + half };
        self.until = (end < now.as_second()).then_some(end);
    }

    /// Puts the cursor on a sample, or takes it away.
    fn set_cursor(&mut self, at: Option<i64>) {
        self.cursor = at;
        self.stop = None;
    }

    fn toggle_cursor(&mut self, ctx: &Context) {
        let at = match self.cursor {
            Some(_) => None,
            None => self
                .series(ctx.world)
                .and_then(Series::last)
                .map(|sample| sample.at),
        };
        self.set_cursor(at);
    }

    fn move_cursor(&mut self, forward: bool, ctx: &Context) {
        let (Some(at), Some(series)) = (self.cursor, self.series(ctx.world)) else {
            return;
        };
        if let Some(next) = next_sample(&plot(series), at, forward) {
            self.set_cursor(Some(next));
        }
    }

    /// On something that happened `Enter` opens it, where several things did it lets the user choose; elsewhere it sets
    /// the cursor or takes it away.
    fn cursor_or_event(&mut self, ctx: &Context) -> Vec<Request> {
        let happenings = ctx.world.happenings(ctx.lang, self.edges(ctx.at));
        if let Some(event) = self.stopped_at(&happenings) {
            return vec![Request::Show(event.subject.clone())];
        }
        match self.near(&happenings, ctx.world).as_slice() {
            [] => self.toggle_cursor(ctx),
            [event] => return vec![Request::Show(event.subject.clone())],
            events => return vec![chart_events::choose(events, ctx)],
        }
        Vec::new()
    }

    /// What the cursor was put on by the keys that lead from one thing that happened to the next.
    fn stopped_at<'e>(&self, happenings: &'e [Happening]) -> Option<&'e Happening> {
        chart_events::at(happenings, (self.cursor?, self.stop?))
    }

    /// What happened within a period of the cursor: as near as the eye can tell.
    fn near<'e>(&self, happenings: &'e [Happening], world: &World) -> Vec<&'e Happening> {
        let period = self.series(world).map_or(60, |series| series.period);
        let near = |at| chart_events::near(happenings, at, period);
        self.cursor.map(near).unwrap_or_default()
    }

    /// Puts the cursor on the next thing that happened: each is a stop of its own, also where several happened in the
    /// same second.
    fn jump(&mut self, forward: bool, ctx: &Context) -> Vec<Request> {
        let happenings = ctx.world.happenings(ctx.lang, self.edges(ctx.at));
        // A cursor that came by the samples is before what happened there when it goes forward, behind it otherwise.
        let from = match (self.cursor, self.stop) {
            (Some(at), Some(stop)) => (at, stop),
            (Some(at), None) if forward => (at - 1, usize::MAX),
            (Some(at), None) => (at + 1, 0),
            (None, _) => (self.edges(ctx.at).1, usize::MAX),
        };
        if let Some((at, number)) = chart_events::next(&happenings, from, forward) {
            self.cursor = Some(at);
            self.stop = Some(number);
            return Vec::new();
        }
        let key = if forward {
            "chart.no_later"
        } else {
            "chart.no_earlier"
        };
        vec![Request::Toast(Tone::Info, ctx.lang.t(key).into_owned())]
    }

    fn next_statistic(&mut self) {
        if let Some(shown) = &mut self.shown {
            shown.statistic = match shown.statistic {
                Statistic::Average => Statistic::Max,
                Statistic::Max => Statistic::Min,
                Statistic::Min => Statistic::Sum,
                _ => Statistic::Average,
            };
        }
    }

    fn command(&mut self, name: &str, ctx: &Context) -> Vec<Request> {
        match name {
            "chart.zoom_in" => self.zoom(false),
            "chart.zoom_out" => self.zoom(true),
            "chart.earlier" => self.pan(true, ctx.at),
            "chart.later" => self.pan(false, ctx.at),
            "chart.cursor" | "open" => return self.cursor_or_event(ctx),
            "move.left" => self.move_cursor(false, ctx),
            "move.right" => self.move_cursor(true, ctx),
            "chart.hour" => self.span = SPANS[0],
            "chart.three_hours" => self.span = SPANS[1],
            "chart.six_hours" => self.span = SPANS[2],
            "chart.day" => self.span = SPANS[4],
            "chart.week" => self.span = SPANS[6],
            "chart.month" => self.span = SPANS[7],
            "chart.period" => self.next_period(),
            "chart.add" => return self.add(ctx),
            "chart.rehearse" => {
                return self.ask_rule(ctx);
            }
            "policy.new" => return self.save(ctx),
            "chart.export" => return vec![export(ctx.lang)],
            "chart.statistic" => self.next_statistic(),
            "event.next" => return self.jump(true, ctx),
            "event.prev" => return self.jump(false, ctx),
            _ => {}
        }
        Vec::new()
    }

    /// The form of a rule that is tried on what is shown.
    fn ask_rule(&self, ctx: &Context) -> Vec<Request> {
        let Some(shown) = &self.shown else {
            return Vec::new();
        };
        let series = self.series(ctx.world);
        let unit = series.map(|series| self.unit(ctx.world, series));
        let unit = unit.as_ref().map_or("", SafeText::shown);
        let trial = self.first_trial(ctx.world);
        let asking = chart_data::ask(trial, shown.statistic, unit, ctx.lang);
        vec![Request::Form(Box::new(asking))]
    }

    /// What stands above the chart: value, threshold and since when; with a cursor, what stands under it.
    fn lines(&self, view: &View, series: &Series) -> Vec<Line<'static>> {
        let unit = self.unit(view.world, series);
        let unit = unit.shown();
        let mut first = vec![
            Span::styled(view.t("chart.now"), view.theme.style("muted")),
            Span::raw(" "),
        ];
        if let Some(last) = series.last() {
            first.push(Span::styled(
                view.rates.text(last.value, unit),
                self.role(last.value, view),
            ));
        }
        if let Some((low, mean, high)) = series.spread() {
            for (key, value) in [("chart.min", low), ("chart.avg", mean), ("chart.max", high)] {
                first.push(Span::styled(
                    format!("   {} ", view.t(key)),
                    view.theme.style("muted"),
                ));
                first.push(Span::raw(view.rates.text(value, unit)));
            }
        }
        vec![Line::from(first), self.second_line(view, unit)]
    }

    fn second_line(&self, view: &View, unit: &str) -> Line<'static> {
        let happened = self.happened_at_cursor(view);
        if !happened.is_empty() {
            return Line::styled(happened, view.theme.style("accent"));
        }
        if let Some((trial, found)) = self.rehearsal(view.world) {
            let words = (view.rates, view.lang);
            let text = chart_data::sentence(&found, trial, unit, words);
            let role = if found.burns.is_empty() {
                "state.ok"
            } else {
                "state.warn"
            };
            return Line::styled(text, view.theme.style(role));
        }
        let limits = self.limits(view.world);
        if limits.is_empty() {
            return Line::default();
        }
        let limits = limits.iter().map(|(comparison, value)| {
            format!("{} {}", comparison.sign(), view.rates.text(*value, unit))
        });
        let limits: Vec<String> = limits.collect();
        let mut text = format!("{} {}", view.t("chart.limit"), limits.join(", "));
        let Some((id, _)) = self.shown.as_ref().and_then(|shown| shown.alarm.as_ref()) else {
            return Line::styled(text, view.theme.style("muted"));
        };
        let account = self.shown.as_ref().map(|shown| &shown.account);
        let alarm = account.and_then(|account| view.world.alarm(account, id.raw()));
        match alarm {
            Some(alarm) if !alarm.cleared => {
                let age = format::age_of(view.lang, alarm.since, view.at);
                text.push_str("   ");
                text.push_str(&view.lang.tf("chart.burning", &[("age", &age)]));
            }
            _ => {
                text.push_str("   ");
                text.push_str(&view.t("chart.over"));
            }
        }
        Line::styled(text, view.theme.style("text"))
    }

    /// What happened where the cursor stands; the time and the values there are in the chart's legend.
    fn happened_at_cursor(&self, view: &View) -> String {
        let happenings = view.world.happenings(view.lang, self.edges(view.at));
        let near = self.near(&happenings, view.world);
        chart_events::words(&near, self.stopped_at(&happenings))
    }

    fn role(&self, value: f64, view: &View) -> ratatui::style::Style {
        let breached = self
            .shown
            .as_ref()
            .and_then(|shown| shown.alarm.as_ref())
            .is_some_and(|(_, line)| line.comparison.holds(value, line.value));
        view.theme.style(if breached {
            self.severity_role(view.world)
        } else {
            "text"
        })
    }

    fn severity_role(&self, world: &World) -> &'static str {
        let severity = self.shown.as_ref().and_then(|shown| {
            let (id, _) = shown.alarm.as_ref()?;
            world
                .alarm(&shown.account, id.raw())
                .map(|alarm| alarm.severity)
        });
        Theme::severity_role(severity.unwrap_or(Severity::Critical))
    }

    fn title_of(&self, view: &View) -> String {
        let Some(shown) = &self.shown else {
            return view.t(ABOUT.title);
        };
        let statistic = policy_words::statistic(shown.statistic, view.lang);
        let alarm = shown
            .alarm
            .as_ref()
            .and_then(|(id, _)| view.world.alarm(&shown.account, id.raw()));
        if let Some(alarm) = alarm {
            return format!(
                "{} {}  {} {}",
                alarms::severity_word(alarm.severity, view.lang),
                alarm.resource,
                alarm.title,
                statistic
            );
        }
        let names = super::metrics::instance_names(view.world);
        let instance = &shown.key.instance;
        let name = names.get(instance).unwrap_or(instance);
        format!("{name} {} {statistic}", shown.key.metric)
    }
}

impl Default for ChartPane {
    fn default() -> Self {
        Self::new()
    }
}

fn of_alarm(alarm: &Alarm) -> Option<Shown> {
    let line = alarm.threshold.as_ref()?;
    Some(Shown {
        account: alarm.account.clone(),
        key: line.series.clone(),
        statistic: line.statistic,
        alarm: Some((alarm.id.clone(), line.clone())),
    })
}

/// A series that an active alarm is about is shown with the alarm's threshold.
fn of_series(account: &AccountId, key: &SeriesKey, world: &World) -> Shown {
    let alarm = chart_data::alarm_about(world, account, key);
    let statistic = alarm.as_ref().map(|(_, line)| line.statistic);
    Shown {
        account: account.clone(),
        key: key.clone(),
        statistic: statistic.unwrap_or_default(),
        alarm,
    }
}

/// A character as the name of a file can have it everywhere.
const fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') {
        c
    } else {
        '_'
    }
}

/// Lets the user choose in which form the data goes where.
fn export(lang: Lang) -> Request {
    let item = |id: &str, key: &str| Choice {
        id: id.to_owned(),
        label: lang.t(key).into_owned(),
        ..Choice::default()
    };
    Request::Pick(Picking {
        tag: "chart.export",
        title: lang.t("command.chart.export").into_owned(),
        items: vec![
            item("csv", "chart.csv"),
            item("json", "chart.json"),
            item("csv.file", "chart.csv_file"),
            item("json.file", "chart.json_file"),
            item("csv.edit", "chart.csv_edit"),
            item("json.edit", "chart.json_edit"),
        ],
        many: false,
    })
}

fn plot(series: &Series) -> Plot<'_> {
    Plot {
        label: series.key.metric.shown(),
        samples: &series.samples,
        period: series.period,
    }
}

impl Pane for ChartPane {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needs: Vec<Want> = self.samples();
        needs.extend(super::wants::of_each(
            ctx,
            &[SystemId::HuaweiCoc],
            EVENTS_EVERY,
            Query::Orders,
        ));
        needs.extend(super::wants::changes(ctx));
        needs.extend(super::wants::groups(ctx));
        needs
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Opened {
                subject: Some(subject),
                ..
            }
            | Event::Follow(subject) => {
                self.open(subject, ctx.world, ctx.at);
                Vec::new()
            }
            Event::Changed => {
                self.notice_alarm(ctx.world);
                Vec::new()
            }
            Event::Command { name, .. } => self.command(name, ctx),
            Event::Form { tag, values } => self.filled(tag, values, ctx),
            Event::Picked { tag, ids } => self.picked(tag, ids, ctx),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.stop = None;
        self.cursor.take().is_some() || self.trial.take().is_some()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let shown = self.shown.as_ref()?;
        Some(match &shown.alarm {
            Some((id, _)) => Subject::Alarm(shown.account.clone(), id.clone()),
            None => Subject::Series(shown.account.clone(), shown.key.clone()),
        })
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.samples();
        let mut totals = format::duration(view.lang, self.span.into());
        if let Some(period) = self.chosen {
            totals.push_str(" / ");
            totals.push_str(&format::duration(view.lang, period.into()));
        }
        let inner = frame::titled(view, &self.title_of(view), &totals, &needs, area, buf);
        let series = self.series(view.world);
        let mut rest = inner;
        if let Some(series) = series.filter(|_| inner.height > 6) {
            for (line, y) in self.lines(view, series).into_iter().zip(inner.y..) {
                buf.set_line(inner.x, y, &line, inner.width);
            }
            rest.y += 2;
            rest.height -= 2;
        }
        self.draw_chart(view, series, rest, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        Line::from(
            width::truncate(&self.title_of(view), 60, view.theme.glyphs().ellipsis).into_owned(),
        )
    }
}

impl ChartPane {
    /// The questions for the samples shown.
    fn samples(&self) -> Vec<Want> {
        let queries = self.queries().into_iter();
        queries.map(|query| want(query, EVERY)).collect()
    }

    fn draw_chart(&self, view: &View, series: Option<&Series>, area: Rect, buf: &mut Buffer) {
        let (from, to) = self.edges(view.at);
        let mut marks: Vec<(i64, &'static str)> = view
            .world
            .happenings(view.lang, (from, to))
            .iter()
            .map(|event| (event.at, "accent"))
            .collect();
        let burns = self.rehearsal(view.world).map(|(_, found)| found.burns);
        marks.extend(burns.iter().flatten().map(|burn| (burn.from, "state.crit")));
        let unit = series.map_or_else(SafeText::default, |series| self.unit(view.world, series));
        let unit = unit.shown();
        let empty = match (&self.shown, series) {
            (None, _) => "chart.nothing",
            (Some(_), None) => "chart.loading",
            (Some(_), Some(_)) => "chart.empty",
        };
        let names = super::metrics::instance_names(view.world);
        let all = self.all_series(view.world);
        let label = |one: &Series| {
            let name = names.get(&one.key.instance).unwrap_or(&one.key.instance);
            name.shown().to_owned()
        };
        let labels: Vec<String> = all.iter().map(|one| label(one)).collect();
        let plots: Vec<Plot> = all
            .iter()
            .zip(&labels)
            .map(|(one, label)| Plot { label, ..plot(one) })
            .collect();
        let limits = self.lines_drawn(view.world);
        let chart = Chart {
            plots: &plots,
            from,
            to,
            zone: view.zone,
            unit,
            rates: view.rates,
            range: (unit == "%").then_some((0.0, 100.0)),
            limits: &limits,
            events: &marks,
            cursor: self.cursor,
            marker: Marker::default(),
            empty: &view.t(empty),
        };
        chart.draw(view.theme, area, buf);
    }
}
