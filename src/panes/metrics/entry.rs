//! One row of `:metrics`: a series with what its samples say.

use std::sync::Arc;

use jiff::Timestamp;

use super::Told;
use crate::app::pane::{Context, Document};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::alarm::{Alarm, Severity, Threshold};
use crate::domain::metric::{MetricInfo, Series, SeriesKey, Statistic, Watched};
use crate::domain::text::SafeText;
use crate::panes::course::{self, Course};
use crate::panes::list::{Look, Row, heading};
use crate::panes::wants::{self, Wanted};
use crate::panes::{alarms, frame};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::sparkline::Sparkline;
use crate::ui::widgets::table::Column;

/// Distance of samples in seconds: the finest that all services give.
const PERIOD: u32 = 60;
/// Steps of a sparkline that are kept; a narrower column shows the highest of several.
const STEPS: usize = 30;

/// The columns of the list.
pub(super) fn columns(lang: Lang) -> Vec<Column> {
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

/// One series with what is known of it.
pub(super) struct Entry {
    pub account: AccountId,
    pub key: SeriesKey,
    /// Name of the instance, where something on the screen knows it.
    pub instance: SafeText,
    /// Its group; empty for none.
    pub group: SafeText,
    /// The alarm it raises at present.
    pub alarm: Option<(Severity, Threshold)>,
    /// How it is condensed, and its period.
    pub statistic: Statistic,
    pub period: u32,
    pub facts: Option<Facts>,
}

/// What its samples say.
#[derive(Clone)]
pub(super) struct Facts {
    pub label: Option<SafeText>,
    pub unit: SafeText,
    pub series: Arc<Series>,
    pub last: f64,
    pub at: i64,
    /// Lowest, mean and highest value.
    pub spread: (f64, f64, f64),
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
    /// The series of an alarm: it is watched whether the user asked for it or not.
    pub fn firing(alarm: &Alarm, line: &Threshold) -> Self {
        Self {
            account: alarm.account.clone(),
            key: line.series.clone(),
            instance: alarm.resource.clone(),
            group: SafeText::default(),
            alarm: Some((alarm.severity, line.clone())),
            statistic: line.statistic,
            period: line.period,
            facts: None,
        }
    }

    /// A series that the user watches.
    pub fn of(watched: &Watched) -> Self {
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
    pub fn measure(&mut self, world: &World, told: &Told, before: Option<&Facts>) {
        let series = world.series(&self.account, &self.key, Some(self.statistic));
        let info = told.info(&self.account, &self.key);
        self.facts = series.and_then(|series| Facts::of(series, info, before));
    }

    /// What of it decides what is asked.
    pub fn asks(&self) -> (&AccountId, &SeriesKey, Statistic, u32) {
        (&self.account, &self.key, self.statistic, self.period)
    }

    pub fn wanted(&self) -> Wanted {
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

/// Everything that is known of a series.
pub(super) fn document(entry: &Entry, ctx: &Context) -> Document {
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
