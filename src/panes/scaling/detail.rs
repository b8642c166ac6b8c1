//! One group: its head, its tabs, and what stands below the list of a tab.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::rows::{Part, PartRow};
use super::texts;
use crate::app::pane::{Context, Document, View};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::Comparison;
use crate::domain::metric::{Sample, SeriesKey, Statistic, Window};
use crate::domain::query::{Query, Want};
use crate::domain::scaling::{
    ActivityStatus, Config, Function, Group, GroupDetail, MetricRule, Policy, Task,
};
use crate::domain::text::SafeText;
use crate::panes::{frame, wants};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::chart::{Chart, Limit, Marker, Plot};
use crate::ui::widgets::document;

/// Members whose samples are read for the chart of a policy.
const CHARTED: usize = 40;
/// How far the chart of a policy reaches back, in seconds.
const CHART_SECONDS: u32 = 3600;
/// Cells of the bar in the head.
const BAR: usize = 30;
/// Next runs that are shown.
const RUNS: usize = 5;

/// The tabs of a group, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Members,
    Activities,
    Policies,
    Tasks,
    Notifications,
    Config,
    Bindings,
}

impl Tab {
    pub const ALL: [Self; 7] = [
        Self::Members,
        Self::Activities,
        Self::Policies,
        Self::Tasks,
        Self::Notifications,
        Self::Config,
        Self::Bindings,
    ];

    pub fn next(self, forward: bool) -> Self {
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        let to = if forward {
            (at + 1).min(Self::ALL.len() - 1)
        } else {
            at.saturating_sub(1)
        };
        Self::ALL[to]
    }

    fn key(self) -> &'static str {
        match self {
            Self::Members => "scaling.tab_members",
            Self::Activities => "scaling.tab_activities",
            Self::Policies => "scaling.tab_policies",
            Self::Tasks => "scaling.tab_tasks",
            Self::Notifications => "scaling.tab_notifications",
            Self::Config => "scaling.tab_config",
            Self::Bindings => "scaling.tab_bindings",
        }
    }

    fn count(self, group: &Group, detail: Option<&GroupDetail>) -> Option<usize> {
        match self {
            Self::Members => detail.map(|detail| detail.members.len()),
            Self::Activities => detail.map(|detail| detail.activities.len()),
            Self::Policies => detail.map(|detail| detail.policies.len()),
            Self::Tasks => detail.map(|detail| detail.tasks.len()),
            Self::Notifications => detail.map(|detail| {
                detail
                    .subscriptions
                    .iter()
                    .map(|one| one.events.len())
                    .sum()
            }),
            Self::Config => None,
            Self::Bindings => Some(group.bindings.len()),
        }
    }
}

/// The tab that lists the part of a group with this id.
pub fn tab_of(detail: &GroupDetail, part: &SafeText) -> Tab {
    if detail.activities.iter().any(|one| one.id == *part) {
        Tab::Activities
    } else if detail.policies.iter().any(|one| one.id == *part) {
        Tab::Policies
    } else if detail.tasks.iter().any(|one| one.id == *part) {
        Tab::Tasks
    } else {
        Tab::Members
    }
}

/// Where the parts of the view stand: head, tabs, list, and what is below it.
pub struct Layout {
    pub head: Rect,
    pub tabs: Rect,
    pub list: Rect,
    pub below: Rect,
}

/// Rows of what stands below the list of this tab, when there is room.
fn below(tab: Tab, height: u16) -> u16 {
    match tab {
        Tab::Policies if height >= 14 => (height / 2).min(16),
        Tab::Tasks if height >= 12 => 7,
        _ => 0,
    }
}

pub fn layout(tab: Tab, inner: Rect) -> Layout {
    let head = inner.height.min(2);
    let tabs = u16::from(inner.height > 3);
    let rest = inner.height.saturating_sub(head + tabs);
    let below = below(tab, rest);
    let row = |y: u16, height: u16| Rect::new(inner.x, inner.y + y, inner.width, height);
    Layout {
        head: row(0, head),
        tabs: row(head, tabs),
        list: row(head + tabs, rest - below),
        below: row(head + tabs + rest - below, below),
    }
}

/// Sizes in words and as a bar, and what happens now.
pub fn draw_head(
    view: &View,
    group: &Group,
    detail: Option<&GroupDetail>,
    area: Rect,
    buf: &mut Buffer,
) {
    let (lang, glyphs) = (view.lang, view.theme.glyphs());
    let running = detail.and_then(GroupDetail::running);
    let motion = texts::Motion::of(group, detail);
    let (sign, word, role) = texts::state(group, motion, glyphs, lang);
    let style = |role: &'static str| view.theme.style(role);
    let mut spans = vec![Span::styled(format!("{sign} {word}  "), style(role))];
    for (text, role) in texts::bar(group, BAR, glyphs) {
        spans.push(Span::styled(text, style(role)));
    }
    spans.push(Span::styled(
        format!("  {}", texts::sizes(group, lang)),
        style("text"),
    ));
    let last = detail.and_then(|detail| detail.activities.first());
    let told = running.or(last.filter(|_| motion == texts::Motion::Stuck));
    let second = match told {
        Some(activity) => {
            let (sign, role) = texts::activity_sign(activity.status, glyphs);
            Line::from(vec![
                Span::styled(format!("{sign} "), style(role)),
                Span::styled(texts::activity_what(activity, lang), style(role)),
                Span::styled(
                    match activity.ended {
                        None => format!(
                            " · {} · {}",
                            texts::cause(activity, lang),
                            texts::took(activity, view.at, lang)
                        ),
                        Some(at) => format!(
                            " · {} · {}",
                            texts::error(activity, lang),
                            format::age_of(lang, at, view.at)
                        ),
                    },
                    style("muted"),
                ),
            ])
        }
        None => Line::styled(
            format!(
                "{} · {} · {}",
                group.config_name,
                texts::remove_policy(group.remove, lang),
                texts::spread(group.spread, lang)
            ),
            style("muted"),
        ),
    };
    let mut row = Rect {
        height: area.height.min(1),
        ..area
    };
    Line::from(spans).render(row, buf);
    if area.height > 1 {
        row.y += 1;
        second.render(row, buf);
    }
}

pub fn draw_tabs(
    view: &View,
    tab: Tab,
    group: &Group,
    detail: Option<&GroupDetail>,
    area: Rect,
    buf: &mut Buffer,
) {
    if area.height == 0 {
        return;
    }
    let mut spans = Vec::new();
    for one in Tab::ALL {
        let mut text = view.t(one.key());
        if let Some(count) = one.count(group, detail) {
            let _ = write!(text, " {count}");
        }
        let role = if one == tab { "title.focused" } else { "muted" };
        let text = if one == tab {
            format!("[{text}]")
        } else {
            format!(" {text} ")
        };
        spans.push(Span::styled(text, view.theme.style(role)));
    }
    Line::from(spans).render(area, buf);
}

/// The rows of a tab that is a list.
pub fn rows(
    tab: Tab,
    account: &AccountId,
    group: &Group,
    detail: &GroupDetail,
    ctx: &Context,
) -> Vec<PartRow> {
    let row = |part| PartRow::new(account, &group.id, part, ctx);
    match tab {
        Tab::Members => detail
            .members
            .iter()
            .map(|one| row(Part::Member(one.clone())))
            .collect(),
        Tab::Activities => detail
            .activities
            .iter()
            .map(|one| row(Part::Activity(one.clone())))
            .collect(),
        Tab::Policies => detail
            .policies
            .iter()
            .map(|one| row(Part::Policy(one.clone())))
            .collect(),
        Tab::Tasks => detail
            .tasks
            .iter()
            .map(|one| row(Part::Task(one.clone())))
            .collect(),
        Tab::Bindings => group
            .bindings
            .iter()
            .map(|one| row(Part::Binding(one.clone())))
            .collect(),
        Tab::Notifications | Tab::Config => Vec::new(),
    }
}

/// Which events the contacts are told of.
pub fn notification_lines(detail: &GroupDetail, view: &View) -> Vec<document::Line> {
    let glyphs = view.theme.glyphs();
    let told = |event: u8| {
        detail
            .subscriptions
            .iter()
            .any(|one| one.events.contains(&event))
    };
    let mut lines: Vec<document::Line> = (1..=6_u8)
        .map(|event| {
            let text = view.t(&format!("scaling.event_{event}"));
            if told(event) {
                document::Line::styled(format!("  {} ", glyphs.ok), "state.ok").then(text, "text")
            } else {
                document::Line::styled(format!("  {} ", glyphs.bar_rest), "border")
                    .then(text, "muted")
            }
        })
        .collect();
    lines.push(document::Line::default());
    lines.push(document::Line::styled(
        format!("  {}", view.t("scaling.told_whom")),
        "muted",
    ));
    lines
}

/// A launch configuration as lines.
pub fn config_lines(config: &Config, ctx: &Context) -> Vec<document::Line> {
    let lang = ctx.lang;
    let mut lines = vec![
        frame::fact(lang, "scaling.field_name", config.name.shown()),
        frame::fact(lang, "scaling.config_id", config.id.shown()),
    ];
    if let Some(created) = config.created {
        lines.push(frame::fact(
            lang,
            "scaling.config_created",
            &frame::moment(created, ctx),
        ));
    }
    for (name, value) in properties(config) {
        lines.push(frame::pair(&name, &value));
    }
    let groups: Vec<&str> = config.groups.iter().map(|(_, name)| name.shown()).collect();
    lines.push(document::Line::default());
    lines.push(frame::fact(
        lang,
        "scaling.config_used_by",
        &groups.join(", "),
    ));
    lines
}

/// The properties of a configuration by which two are compared: name and value.
fn properties(config: &Config) -> Vec<(String, String)> {
    let types: Vec<&str> = config
        .types
        .iter()
        .map(crate::domain::text::SafeText::shown)
        .collect();
    let number = |value: Option<u32>, unit: &str| value.map(|value| format!("{value}{unit}"));
    let mut all = vec![
        ("ImageId".to_owned(), config.image.shown().to_owned()),
        ("InstanceType".to_owned(), types.join(", ")),
    ];
    let hardware = [
        ("Cpu", number(config.cpu, "")),
        ("Mem", number(config.memory, " GB")),
    ];
    all.extend(
        hardware
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?))),
    );
    all.extend(
        config
            .properties
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.shown().to_owned())),
    );
    all
}

/// What differs between two configurations; what is equal is named at the end.
pub fn config_diff(one: &Config, other: &Config, lang: Lang) -> Vec<document::Line> {
    let mut by_name: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for (index, config) in [one, other].into_iter().enumerate() {
        for (name, value) in properties(config) {
            by_name.entry(name).or_default()[index] = value;
        }
    }
    let mut lines = vec![
        document::Line::styled(format!("- {}  {}", one.name, one.id), "diff.removed"),
        document::Line::styled(format!("+ {}  {}", other.name, other.id), "diff.added"),
        document::Line::default(),
    ];
    let mut equal = Vec::new();
    for (name, [before, after]) in &by_name {
        if before == after {
            equal.push(name.as_str());
            continue;
        }
        lines.push(document::Line::styled(name.clone(), "header"));
        for (sign, value, role) in [("-", before, "diff.removed"), ("+", after, "diff.added")] {
            if !value.is_empty() {
                lines.push(document::Line::styled(format!("  {sign} {value}"), role));
            }
        }
    }
    if lines.len() == 3 {
        lines.push(document::Line::styled(
            lang.t("scaling.no_difference").into_owned(),
            "text",
        ));
    }
    lines.push(document::Line::default());
    let same = lang.tf("scaling.equal", &[("names", &equal.join(", "))]);
    lines.push(document::Line::styled(same, "muted"));
    lines
}

/// An activity in full.
pub fn activity_lines(
    activity: &crate::domain::scaling::Activity,
    detail: &GroupDetail,
    ctx: &Context,
) -> Vec<document::Line> {
    let lang = ctx.lang;
    let moment =
        |at: Option<jiff::Timestamp>| at.map_or("-".to_owned(), |at| frame::moment(at, ctx));
    let mut lines = vec![
        frame::fact(
            lang,
            "scaling.col_what",
            &texts::activity_what(activity, lang),
        ),
        frame::fact(
            lang,
            "scaling.col_state",
            &texts::activity_status(activity.status, lang),
        ),
        frame::fact(lang, "scaling.col_cause", &texts::cause(activity, lang)),
        frame::fact(lang, "scaling.cause_raw", activity.cause.shown()),
        frame::fact(lang, "scaling.description", activity.description.shown()),
        frame::fact(lang, "scaling.started", &moment(activity.started)),
        frame::fact(lang, "scaling.ended", &moment(activity.ended)),
        frame::fact(
            lang,
            "scaling.col_took",
            &texts::took(activity, ctx.at, lang),
        ),
        frame::fact(lang, "scaling.col_id", activity.id.shown()),
    ];
    let error = texts::error(activity, lang);
    if !error.is_empty() {
        lines.push(frame::fact(lang, "scaling.what_error", &error));
    }
    for (key, role, machines) in [
        ("scaling.machines_done", "state.ok", &activity.done),
        ("scaling.machines_failed", "state.crit", &activity.failed),
    ] {
        if machines.is_empty() {
            continue;
        }
        lines.push(document::Line::default());
        lines.push(document::Line::styled(lang.t(key).into_owned(), "header"));
        for id in machines {
            let name = detail.members.iter().find(|member| member.id == *id);
            let name = name.map_or(String::new(), |member| format!("{}  ", member.name));
            lines.push(document::Line::styled(format!("  {name}"), role).then(id.shown(), "text"));
        }
    }
    lines
}

/// A policy in full.
pub fn policy_document(policy: &Policy, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let mut lines = vec![
        frame::fact(lang, "scaling.field_name", policy.name.shown()),
        frame::fact(lang, "scaling.col_id", policy.id.shown()),
        document::Line::default(),
        document::Line::styled(texts::sentence(policy, lang), "text"),
    ];
    if let Some(created) = policy.created {
        let moment = frame::moment(created, ctx);
        lines.insert(2, frame::fact(lang, "scaling.config_created", &moment));
    }
    Document {
        title: policy.name.to_string(),
        lines,
    }
}

/// A task in full, with its next runs.
pub fn task_document(task: &Task, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let mut lines = vec![
        frame::fact(lang, "scaling.field_name", task.name.shown()),
        frame::fact(lang, "scaling.col_id", task.id.shown()),
        frame::fact(lang, "scaling.col_sets", &texts::task_sizes(task, lang)),
        frame::fact(lang, "scaling.col_repeat", &texts::repeat(task, lang)),
    ];
    let moments = [
        ("scaling.field_start", task.start),
        ("scaling.field_end", task.end),
        ("scaling.config_created", task.created),
    ];
    for (key, at) in moments {
        lines.extend(at.map(|at| frame::fact(lang, key, &frame::moment(at, ctx))));
    }
    lines.push(document::Line::default());
    lines.push(document::Line::styled(
        lang.tf("scaling.next_runs", &[("name", task.name.shown())]),
        "header",
    ));
    let runs = task.next_runs(ctx.at, RUNS);
    lines.extend(
        runs.iter().map(|at| {
            document::Line::styled(format!("  {}", format::exact(*at, ctx.zone)), "text")
        }),
    );
    if runs.is_empty() {
        let none = lang.t("scaling.no_run").into_owned();
        lines.push(document::Line::styled(format!("  {none}"), "muted"));
    }
    Document {
        title: task.name.to_string(),
        lines,
    }
}

/// The next runs of a task in the chosen zone and in the service's own time.
pub fn draw_runs(view: &View, task: &Task, area: Rect, buf: &mut Buffer) {
    let runs = task.next_runs(view.at, RUNS);
    let mut lines = vec![Line::styled(
        view.lang
            .tf("scaling.next_runs", &[("name", task.name.shown())]),
        view.theme.style("header"),
    )];
    let beijing = jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(8));
    for at in &runs {
        let wait = at.duration_since(view.at).as_secs().max(0);
        let mut spans = vec![
            Span::styled(
                format!("  {}", format::exact(*at, view.zone)),
                view.theme.style("text"),
            ),
            Span::styled(
                format!(
                    "  {}",
                    view.lang.tf(
                        "scaling.in",
                        &[("time", &format::duration(view.lang, wait))]
                    )
                ),
                view.theme.style("muted"),
            ),
        ];
        let here = at.to_zoned(view.zone.clone()).offset();
        if here.seconds() != 8 * 3600 {
            let there = format::exact(*at, &beijing);
            spans.push(Span::styled(
                format!("  ({there})"),
                view.theme.style("muted"),
            ));
        }
        lines.push(Line::from(spans));
    }
    if runs.is_empty() {
        let key = if task.start.is_some() {
            "scaling.no_run"
        } else {
            "scaling.no_time"
        };
        lines.push(Line::styled(
            format!("  {}", view.t(key)),
            view.theme.style("muted"),
        ));
    }
    for (index, line) in lines.iter().enumerate().take(usize::from(area.height)) {
        let y = area.y + u16::try_from(index).unwrap_or(u16::MAX);
        line.render(Rect::new(area.x, y, area.width, 1), buf);
    }
}

/// The metric of a policy in the monitoring system of the same cloud.
fn monitored(rule: &MetricRule) -> Option<(&'static str, f64)> {
    Some(match rule.metric.raw() {
        "cpu_usage" => ("cpu.utilization.total", 1.0),
        "mem_usage" => ("memory.utilization.total", 1.0),
        "net_outtraffic" | "listener_outtraffic" => ("net.if.out", 1e6),
        "net_intraffic" | "listener_intraffic" => ("net.if.in", 1e6),
        _ => return None,
    })
}

/// The question for the samples of all members that a policy looks at.
pub fn chart_query(
    world: &World,
    account: &AccountId,
    detail: &GroupDetail,
    policy: &Policy,
) -> Option<Query> {
    let (metric, _) = monitored(&policy.rule)?;
    let monitor = world
        .accounts_of(SystemId::KscMonitor)
        .find(|known| known.id.profile == account.profile)?;
    let mut keys: Vec<SeriesKey> = detail
        .members
        .iter()
        .take(CHARTED)
        .map(|member| SeriesKey::new("KEC", member.id.raw(), metric))
        .collect();
    keys.sort();
    (!keys.is_empty()).then(|| Query::Series {
        account: monitor.id.clone(),
        keys: keys.into(),
        statistic: Statistic::Average,
        period: 60,
        window: Window::Last(CHART_SECONDS),
    })
}

/// The same as a want.
pub fn chart_want(
    world: &World,
    account: &AccountId,
    detail: &GroupDetail,
    policy: &Policy,
) -> Option<Want> {
    let query = chart_query(world, account, detail, policy)?;
    Some(wants::want(query, std::time::Duration::from_secs(30)))
}

/// One value for each minute, as the policy sees the group: mean, smallest or largest of its members.
fn aggregated(world: &World, query: &Query, policy: &Policy) -> Vec<Sample> {
    let unit = monitored(&policy.rule).map_or(1.0, |(_, unit)| unit);
    let Some(crate::domain::query::Facts::Series { series, .. }) = world.facts(query) else {
        return Vec::new();
    };
    let mut by_minute: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for sample in series.iter().flat_map(|series| &series.samples) {
        by_minute
            .entry(sample.at)
            .or_default()
            .push(sample.value / unit);
    }
    by_minute
        .into_iter()
        .map(|(at, values)| {
            let value = match policy.rule.function {
                Some(Function::Min) => values.iter().copied().fold(f64::MAX, f64::min),
                Some(Function::Max) => values.iter().copied().fold(f64::MIN, f64::max),
                _ => values.iter().sum::<f64>() / values.len() as f64,
            };
            Sample { at, value }
        })
        .collect()
}

/// The metric of a policy with its threshold, and when the group changed.
pub fn draw_chart(
    view: &View,
    account: &AccountId,
    detail: &GroupDetail,
    policy: &Policy,
    area: Rect,
    buf: &mut Buffer,
) {
    let mut area = area;
    let title = format!(
        "{} · {}",
        policy.name,
        texts::metric(&policy.rule, view.lang)
    );
    Line::styled(title, view.theme.style("header")).render(Rect { height: 1, ..area }, buf);
    area.y += 1;
    area.height = area.height.saturating_sub(1);
    let samples = chart_query(view.world, account, detail, policy)
        .map(|query| aggregated(view.world, &query, policy))
        .unwrap_or_default();
    let label = texts::metric(&policy.rule, view.lang);
    let plots = [Plot {
        label: &label,
        samples: &samples,
        period: 60,
    }];
    let now = view.at.as_second();
    let from = now - i64::from(CHART_SECONDS);
    // What this group did is told apart; what changed besides is marked as everywhere.
    let own = |subject: &Subject| {
        matches!(subject, Subject::ScalingPart(of, _, part)
        if of == account && detail.activities.iter().any(|one| one.id == *part))
    };
    let others = view.world.happenings(view.lang, (from, now));
    let others = others.iter().filter(|event| !own(&event.subject));
    let others = others.map(|event| (event.at, "event"));
    let events: Vec<(i64, &'static str)> = others
        .chain(detail.activities.iter().filter_map(|activity| {
            let at = activity.started?.as_second();
            let role = match activity.status {
                ActivityStatus::Failed => "state.crit",
                ActivityStatus::Cancelled => "muted",
                _ => "accent",
            };
            (at >= from).then_some((at, role))
        }))
        .collect();
    let limit = comparison(&policy.rule).into_iter();
    let limit = limit.map(|comparison| Limit {
        comparison,
        value: policy.rule.threshold as f64,
        role: "state.warn",
    });
    let limits: Vec<Limit> = limit.collect();
    let empty = view.t("scaling.no_samples");
    let chart = Chart {
        plots: &plots,
        from,
        to: now,
        zone: view.zone,
        unit: policy.rule.unit(),
        rates: view.rates,
        range: (policy.rule.unit() == "%").then_some((0.0, 100.0)),
        limits: &limits,
        events: &events,
        cursor: None,
        marker: Marker::default(),
        empty: &empty,
    };
    chart.draw(view.theme, area, buf);
}

fn comparison(rule: &MetricRule) -> Option<Comparison> {
    Some(match rule.comparison.raw() {
        "Greater" => Comparison::Above,
        "EqualOrGreater" => Comparison::AtLeast,
        "Less" => Comparison::Below,
        "EqualOrLess" => Comparison::AtMost,
        "Equal" => Comparison::Equal,
        "NotEqual" => Comparison::NotEqual,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_configurations_are_compared_by_what_differs() {
        let config = |name: &str, disk: &str| Config {
            id: name.into(),
            name: name.into(),
            image: "IMG-1".into(),
            properties: vec![("SystemDisk", disk.into())],
            ..Config::default()
        };
        let lines = config_diff(&config("a", "40 GB"), &config("b", "60 GB"), Lang::En);
        let text: Vec<String> = lines.iter().map(document::Line::plain).collect();
        assert!(text.contains(&"  - 40 GB".to_owned()) && text.contains(&"  + 60 GB".to_owned()));
        assert!(
            !text.iter().any(|line| line.contains("- IMG-1")),
            "{text:?}"
        );
        let same = config_diff(&config("a", "x"), &config("a", "x"), Lang::En);
        assert!(
            same.iter()
                .any(|line| line.plain().contains("no difference"))
        );
    }

    #[test]
    fn every_part_of_the_view_lies_inside_it() {
        for height in 0..60 {
            for tab in Tab::ALL {
                let area = Rect::new(1, 1, 70, height);
                let parts = layout(tab, area);
                let rows =
                    parts.head.height + parts.tabs.height + parts.list.height + parts.below.height;
                assert_eq!(rows, height, "{tab:?} {height}");
            }
        }
    }
}
