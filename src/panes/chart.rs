//! The chart of a series: an alarm opens on its own graph, with the threshold, the breach and what changed.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::wants::want;
use super::{alarms, frame};
use crate::app::command::Command;
use crate::app::pane::{Context, Event, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::{Alarm, Severity, Threshold};
use crate::domain::metric::{Series, SeriesKey, Statistic, Window};
use crate::domain::query::{Facts, Query, Want};
use crate::domain::text::SafeText;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::chart::{Chart, Limit, Marker, Plot, next_sample, value_at};
use crate::ui::width;

/// How old the samples may get: new ones come once a minute.
const EVERY: Duration = Duration::from_secs(60);
/// How old the orders may get whose starts and ends are marked.
const EVENTS_EVERY: Duration = Duration::from_secs(30);
/// The spans that can be shown, in seconds: 1 h to 30 d.
const SPANS: [u32; 8] = [
    3600, 10_800, 21_600, 43_200, 86_400, 259_200, 604_800, 2_592_000,
];

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
    Command::new("chart.statistic", &["t s"]),
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
}

/// What is shown.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    account: AccountId,
    key: SeriesKey,
    statistic: Statistic,
    /// The alarm it was opened from, with its threshold.
    alarm: Option<(SafeText, Threshold)>,
}

/// Something that happened at an instant.
struct Happening {
    at: i64,
    words: String,
}

impl ChartPane {
    /// A chart of nothing.
    pub const fn new() -> Self {
        Self {
            shown: None,
            span: SPANS[0],
            until: None,
            cursor: None,
        }
    }

    fn open(&mut self, subject: &Subject, world: &World) {
        let shown = match subject {
            Subject::Alarm(account, id) => world.alarm(account, id.raw()).and_then(of_alarm),
            Subject::Series(account, key) => Some(of_series(account, key, world)),
            _ => None,
        };
        if shown.is_some() && shown != self.shown {
            self.shown = shown;
            self.until = None;
            self.cursor = None;
        }
    }

    fn query(&self) -> Option<Query> {
        let shown = self.shown.as_ref()?;
        let window = match self.until {
            None => Window::Last(self.span),
            Some(end) => Window::Between(end - i64::from(self.span), end),
        };
        Some(Query::Series {
            account: shown.account.clone(),
            keys: vec![shown.key.clone()],
            statistic: shown.statistic,
            period: self.period(shown),
            window,
        })
    }

    /// The finest period that gives no more points than a wide screen can show; an alarm's own for short spans.
    fn period(&self, shown: &Shown) -> u32 {
        let wanted = match self.span {
            0..=21_600 => 60,
            21_601..=86_400 => 300,
            _ => 3600,
        };
        let own = shown.alarm.as_ref().map_or(60, |(_, line)| line.period);
        wanted.max(own)
    }

    fn series<'w>(&self, world: &'w World) -> Option<&'w Series> {
        match world.facts(&self.query()?)? {
            Facts::Series { series, .. } => series.first(),
            _ => None,
        }
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

    fn toggle_cursor(&mut self, ctx: &Context) {
        self.cursor = match self.cursor {
            Some(_) => None,
            None => self
                .series(ctx.world)
                .and_then(Series::last)
                .map(|sample| sample.at),
        };
    }

    fn move_cursor(&mut self, forward: bool, ctx: &Context) {
        let (Some(at), Some(series)) = (self.cursor, self.series(ctx.world)) else {
            return;
        };
        if let Some(next) = next_sample(&plot(series), at, forward) {
            self.cursor = Some(next);
        }
    }

    /// Puts the cursor on the next thing that happened.
    fn jump(&mut self, forward: bool, ctx: &Context) -> Vec<Request> {
        let happenings = happenings(ctx.world, ctx.lang, self.edges(ctx.at));
        let from = self.cursor.unwrap_or(self.edges(ctx.at).1);
        let next = if forward {
            happenings.iter().find(|event| event.at > from)
        } else {
            happenings.iter().rev().find(|event| event.at < from)
        };
        if let Some(event) = next {
            self.cursor = Some(event.at);
        }
        Vec::new()
    }

    fn next_statistic(&mut self) {
        if let Some(shown) = &mut self.shown {
            shown.statistic = match shown.statistic {
                Statistic::Average => Statistic::Max,
                Statistic::Max => Statistic::Min,
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
            "chart.cursor" | "open" => self.toggle_cursor(ctx),
            "move.left" => self.move_cursor(false, ctx),
            "move.right" => self.move_cursor(true, ctx),
            "chart.hour" => self.span = SPANS[0],
            "chart.three_hours" => self.span = SPANS[1],
            "chart.six_hours" => self.span = SPANS[2],
            "chart.day" => self.span = SPANS[4],
            "chart.week" => self.span = SPANS[6],
            "chart.statistic" => self.next_statistic(),
            "event.next" => return self.jump(true, ctx),
            "event.prev" => return self.jump(false, ctx),
            _ => {}
        }
        Vec::new()
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
                format::with_unit(last.value, unit),
                self.role(last.value, view),
            ));
        }
        if let Some((low, mean, high)) = series.spread() {
            for (key, value) in [("chart.min", low), ("chart.avg", mean), ("chart.max", high)] {
                first.push(Span::styled(
                    format!("   {} ", view.t(key)),
                    view.theme.style("muted"),
                ));
                first.push(Span::raw(format::with_unit(value, unit)));
            }
        }
        vec![Line::from(first), self.second_line(view, series, unit)]
    }

    fn second_line(&self, view: &View, series: &Series, unit: &str) -> Line<'static> {
        if let Some(at) = self.cursor {
            let when =
                Timestamp::from_second(at).map_or(String::new(), |at| format::exact(at, view.zone));
            let value = value_at(&plot(series), at)
                .map_or_else(|| "-".to_owned(), |value| format::with_unit(value, unit));
            let events = happenings(view.world, view.lang, self.edges(view.at));
            let near: Vec<&str> = events
                .iter()
                .filter(|event| (event.at - at).abs() < i64::from(series.period))
                .map(|event| event.words.as_str())
                .collect();
            return Line::from(vec![
                Span::styled(format!("{when}  {value}  "), view.theme.style("accent")),
                Span::raw(near.join(" · ")),
            ]);
        }
        let Some((id, line)) = self.shown.as_ref().and_then(|shown| shown.alarm.as_ref()) else {
            return Line::default();
        };
        let mut text = format!(
            "{} {} {}",
            view.t("chart.limit"),
            line.comparison.sign(),
            format::with_unit(line.value, unit)
        );
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
            return view.t(self.title());
        };
        let statistic = view.t(statistic_key(shown.statistic));
        match shown
            .alarm
            .as_ref()
            .and_then(|(id, _)| view.world.alarm(&shown.account, id.raw()))
        {
            Some(alarm) => format!(
                "{} {}  {} {}",
                alarms::severity_word(alarm.severity, view.lang),
                alarm.resource,
                alarm.title,
                statistic
            ),
            None => format!("{} {} {statistic}", shown.key.instance, shown.key.metric),
        }
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
    let alarm = world.alarms().find(|alarm| {
        &alarm.account == account
            && !alarm.cleared
            && alarm
                .threshold
                .as_ref()
                .is_some_and(|line| &line.series == key)
    });
    alarm.and_then(of_alarm).unwrap_or_else(|| Shown {
        account: account.clone(),
        key: key.clone(),
        statistic: Statistic::Average,
        alarm: None,
    })
}

const fn statistic_key(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Average => "statistic.average",
        Statistic::Max => "statistic.max",
        Statistic::Min => "statistic.min",
        Statistic::Sum => "statistic.sum",
        Statistic::Last => "statistic.last",
    }
}

fn plot(series: &Series) -> Plot<'_> {
    Plot {
        label: series.key.metric.shown(),
        samples: &series.samples,
        period: series.period,
    }
}

/// What happened between two instants, oldest first: orders, incidents, and what this user changed.
fn happenings(world: &World, lang: Lang, (from, to): (i64, i64)) -> Vec<Happening> {
    let mut found = Vec::new();
    let mut add = |at: Option<Timestamp>, key: &str, name: &str| {
        if let Some(at) = at
            .map(Timestamp::as_second)
            .filter(|at| (from..=to).contains(at))
        {
            let words = lang.tf(key, &[("name", name)]);
            found.push(Happening { at, words });
        }
    };
    for (_, order) in world.orders() {
        add(order.created, "chart.order_started", order.name.shown());
        add(order.finished, "chart.order_ended", order.name.shown());
    }
    for (_, incident) in world.incidents() {
        add(incident.created, "chart.incident", incident.title.shown());
    }
    for entry in &world.journal {
        add(Some(entry.at), "chart.own", entry.summary.shown());
    }
    found.sort_by(|a, b| (a.at, &a.words).cmp(&(b.at, &b.words)));
    found
}

impl Pane for ChartPane {
    fn name(&self) -> &'static str {
        "chart"
    }

    fn title(&self) -> &'static str {
        "chart.title"
    }

    fn listed(&self) -> bool {
        false
    }

    fn opens(&self) -> &'static [Kind] {
        &[Kind::Alarm, Kind::Series]
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needs: Vec<Want> = self
            .query()
            .map(|query| want(query, EVERY))
            .into_iter()
            .collect();
        needs.extend(super::wants::of_each(
            ctx,
            &[SystemId::HuaweiCoc],
            EVENTS_EVERY,
            Query::Orders,
        ));
        needs
    }

    fn commands(&self) -> &'static [Command] {
        COMMANDS
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Opened {
                subject: Some(subject),
                ..
            }
            | Event::Follow(subject) => {
                self.open(subject, ctx.world);
                Vec::new()
            }
            Event::Command { name, .. } => self.command(name, ctx),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.cursor.take().is_some()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let shown = self.shown.as_ref()?;
        Some(match &shown.alarm {
            Some((id, _)) => Subject::Alarm(shown.account.clone(), id.clone()),
            None => Subject::Series(shown.account.clone(), shown.key.clone()),
        })
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs: Vec<Want> = self
            .query()
            .map(|query| want(query, EVERY))
            .into_iter()
            .collect();
        let totals = format::duration(view.lang, self.span.into());
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
    fn draw_chart(&self, view: &View, series: Option<&Series>, area: Rect, buf: &mut Buffer) {
        let (from, to) = self.edges(view.at);
        let line = self.shown.as_ref().and_then(|shown| shown.alarm.as_ref());
        let marks: Vec<(i64, &'static str)> = happenings(view.world, view.lang, (from, to))
            .iter()
            .map(|event| (event.at, "accent"))
            .collect();
        let unit = series.map_or_else(SafeText::default, |series| self.unit(view.world, series));
        let unit = unit.shown();
        let empty = match (&self.shown, series) {
            (None, _) => "chart.nothing",
            (Some(_), None) => "chart.loading",
            (Some(_), Some(_)) => "chart.empty",
        };
        let plots: Vec<Plot> = series.map(plot).into_iter().collect();
        let chart = Chart {
            plots: &plots,
            from,
            to,
            zone: view.zone,
            unit,
            range: (unit == "%").then_some((0.0, 100.0)),
            limit: line.map(|(_, line)| Limit {
                comparison: line.comparison,
                value: line.value,
                role: self.severity_role(view.world),
            }),
            events: &marks,
            cursor: self.cursor,
            marker: Marker::default(),
            empty: &view.t(empty),
        };
        chart.draw(view.theme, area, buf);
    }
}
