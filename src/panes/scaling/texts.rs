//! What groups, activities, policies and tasks say in words.

use jiff::Timestamp;

use crate::app::pane::Context;
use crate::app::scaling::is_stuck;
pub use crate::app::scaling::{activity_what, cause, error};
use crate::domain::scaling::{
    Activity, ActivityStatus, Adjustment, Function, Group, GroupDetail, GroupStatus, MetricRule,
    Policy, RemovePolicy, Repeat, Spread, Task,
};
use crate::ui::format;
use crate::ui::glyphs::Glyphs;
use crate::ui::lang::Lang;

fn t(lang: Lang, key: &str) -> String {
    lang.t(key).into_owned()
}

/// What a group does now, as far as its activities tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// An activity runs.
    Runs,
    /// It keeps from its size, because its activities fail.
    Stuck,
    /// Neither, or nobody has looked yet.
    Rests,
}

impl Motion {
    pub fn of(group: &Group, detail: Option<&GroupDetail>) -> Self {
        match detail {
            Some(detail) if detail.running().is_some() => Self::Runs,
            Some(detail) if is_stuck(group, detail) => Self::Stuck,
            _ => Self::Rests,
        }
    }

    /// Does something happen, or is about to happen? Then it is worth asking often.
    pub fn is_live(self, group: &Group) -> bool {
        match self {
            Self::Runs => true,
            Self::Stuck => false,
            Self::Rests => group.is_moving(),
        }
    }
}

/// Sign, word and role of a group's state.
pub fn state(
    group: &Group,
    motion: Motion,
    glyphs: &Glyphs,
    lang: Lang,
) -> (&'static str, String, &'static str) {
    match &group.status {
        GroupStatus::Active if motion == Motion::Stuck => {
            (glyphs.failed, t(lang, "scaling.stuck"), "state.crit")
        }
        GroupStatus::Active if motion.is_live(group) => {
            (glyphs.running, t(lang, "scaling.moving"), "state.running")
        }
        GroupStatus::Active => (glyphs.ok, t(lang, "scaling.active"), "state.ok"),
        GroupStatus::Inactive => (glyphs.paused, t(lang, "scaling.inactive"), "muted"),
        GroupStatus::Other(raw) => (glyphs.unknown, raw.shown().to_owned(), "state.unknown"),
    }
}

/// Sign and role of an activity's state.
pub const fn activity_sign(
    status: ActivityStatus,
    glyphs: &Glyphs,
) -> (&'static str, &'static str) {
    match status {
        ActivityStatus::Running => (glyphs.running, "state.running"),
        ActivityStatus::Succeeded => (glyphs.ok, "state.ok"),
        ActivityStatus::Failed => (glyphs.failed, "state.crit"),
        ActivityStatus::Cancelled => (glyphs.cancelled, "muted"),
        ActivityStatus::Other(_) => (glyphs.unknown, "state.unknown"),
    }
}

/// The word for an activity's state.
pub fn activity_status(status: ActivityStatus, lang: Lang) -> String {
    match status {
        ActivityStatus::Other(number) => number.to_string(),
        known => t(lang, &format!("scaling.activity_{}", known.name())),
    }
}

/// How long an activity took, or has been running.
pub fn took(activity: &Activity, now: Timestamp, lang: Lang) -> String {
    let Some(started) = activity.started else {
        return String::new();
    };
    let end = activity.ended.unwrap_or(now);
    let seconds = end.duration_since(started).as_secs().max(0);
    if seconds == 0 && activity.ended.is_some() {
        return String::new();
    }
    format::duration(lang, seconds)
}

/// The name of a metric.
pub fn metric(rule: &MetricRule, lang: Lang) -> String {
    match rule.metric.raw() {
        known @ ("cpu_usage"
        | "mem_usage"
        | "net_outtraffic"
        | "net_intraffic"
        | "listener_outtraffic"
        | "listener_intraffic") => t(lang, &format!("scaling.{known}")),
        _ => rule.metric.shown().to_owned(),
    }
}

/// How the members' values become one.
fn function(function: Option<Function>, lang: Lang) -> String {
    t(
        lang,
        match function {
            Some(Function::Min) => "scaling.function_min",
            Some(Function::Max) => "scaling.function_max",
            Some(Function::Average) | None => "scaling.function_avg",
        },
    )
}

/// What a policy does, in words: `add 2`.
pub fn adjustment(adjustment: Option<Adjustment>, lang: Lang) -> String {
    let number =
        |key: &str, value: i64| lang.tf(key, &[("count", &value.unsigned_abs().to_string())]);
    match adjustment {
        Some(Adjustment::Total(value)) => number("scaling.adjust_to", value),
        Some(Adjustment::Count(value)) if value < 0 => number("scaling.adjust_less", value),
        Some(Adjustment::Count(value)) => number("scaling.adjust_more", value),
        Some(Adjustment::Percent(value)) if value < 0 => {
            number("scaling.adjust_less_percent", value)
        }
        Some(Adjustment::Percent(value)) => number("scaling.adjust_more_percent", value),
        None => t(lang, "scaling.unknown"),
    }
}

/// A policy as a sentence.
pub fn sentence(policy: &Policy, lang: Lang) -> String {
    let rule = &policy.rule;
    lang.tf(
        "scaling.sentence",
        &[
            ("function", &function(rule.function, lang)),
            ("metric", &metric(rule, lang)),
            ("sign", rule.sign()),
            ("threshold", &format!("{} {}", rule.threshold, rule.unit())),
            ("repeat", &rule.repeat.to_string()),
            ("period", &format::duration(lang, rule.period.into())),
            ("change", &adjustment(policy.adjustment, lang)),
            ("rest", &format::duration(lang, policy.cooldown.into())),
        ],
    )
}

/// On which days a task repeats.
pub fn repeat(task: &Task, lang: Lang) -> String {
    match &task.repeat {
        Repeat::Once => t(lang, "scaling.once"),
        Repeat::Cron(text) => cron(text.shown(), lang),
        Repeat::Days(1) => t(lang, "scaling.daily"),
        Repeat::Days(days) => lang.tf("scaling.every_days", &[("count", &days.to_string())]),
        Repeat::Month(from, to) if from == to => {
            lang.tf("scaling.month_day", &[("day", &from.to_string())])
        }
        Repeat::Month(from, to) => lang.tf(
            "scaling.month_days",
            &[("from", &from.to_string()), ("to", &to.to_string())],
        ),
        Repeat::Week(days) => {
            let names: Vec<String> = days.iter().map(|day| weekday(*day, lang)).collect();
            names.join(lang.t("scaling.and").as_ref())
        }
        Repeat::Unknown(text) => text.shown().to_owned(),
    }
}

fn weekday(day: u8, lang: Lang) -> String {
    t(lang, &format!("scaling.weekday_{}", day.clamp(1, 7)))
}

/// The common crontab texts in words, the others as they are.
fn cron(text: &str, lang: Lang) -> String {
    let fields: Vec<&str> = text.split_whitespace().collect();
    match fields.as_slice() {
        [_, _, "*", "*", "*"] => t(lang, "scaling.daily"),
        [_, _, "*", "*", "1-5"] => t(lang, "scaling.workdays"),
        [_, _, "*", "*", "6,7" | "6-7" | "0,6" | "6,0"] => t(lang, "scaling.weekend"),
        _ => format!("crontab {text}"),
    }
}

/// Minimum, desired and maximum that a task sets.
pub fn task_sizes(task: &Task, lang: Lang) -> String {
    lang.tf(
        "scaling.task_sizes",
        &[
            ("desired", &task.desired.to_string()),
            ("min", &task.min.to_string()),
            ("max", &task.max.to_string()),
        ],
    )
}

/// When a task runs next, in the chosen zone.
pub fn next_run(task: &Task, ctx: &Context) -> String {
    match task.next_run(ctx.at) {
        Some(at) => format::exact(at, ctx.zone),
        None => t(ctx.lang, "scaling.no_run"),
    }
}

/// Who leaves first.
pub fn remove_policy(policy: Option<RemovePolicy>, lang: Lang) -> String {
    let key = match policy {
        Some(RemovePolicy::Oldest) => "scaling.oldest_first",
        Some(RemovePolicy::Newest) => "scaling.newest_first",
        None => "scaling.unknown",
    };
    t(lang, key)
}

/// How members are spread over subnets.
pub fn spread(spread: Option<Spread>, lang: Lang) -> String {
    let key = match spread {
        Some(Spread::Balanced) => "scaling.spread_balanced",
        Some(Spread::First) => "scaling.spread_first",
        None => "scaling.unknown",
    };
    t(lang, key)
}

/// `4 of 2–10`, and where it is going.
pub fn sizes(group: &Group, lang: Lang) -> String {
    let numbers = [
        ("members", group.members.to_string()),
        ("desired", group.desired.to_string()),
        ("min", group.min.to_string()),
        ("max", group.max.to_string()),
    ];
    let values: Vec<(&str, &str)> = numbers.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let key = if group.members == group.desired {
        "scaling.sizes"
    } else {
        "scaling.sizes_moving"
    };
    lang.tf(key, &values)
}

/// A bar of so many cells from 0 to the maximum: members there are, members on their way, members too many, room.
pub fn bar(group: &Group, cells: usize, glyphs: &Glyphs) -> [(String, &'static str); 4] {
    let full = glyphs.bar.last().copied().unwrap_or("#");
    let half = glyphs.bar.get(glyphs.bar.len() / 2).copied().unwrap_or("-");
    let whole = group.max.max(group.members).max(group.desired).max(1);
    let upto = |count: u32| {
        // Whoever is there is seen, however many fit.
        let exact = count as usize * cells / whole as usize;
        exact.max(usize::from(count > 0)).min(cells)
    };
    let (members, desired) = (upto(group.members), upto(group.desired));
    let kept = members.min(desired);
    [
        (full.repeat(kept), "state.ok"),
        (
            half.repeat(desired.saturating_sub(members)),
            "state.running",
        ),
        (full.repeat(members.saturating_sub(desired)), "state.warn"),
        (
            glyphs.bar_rest.repeat(cells - members.max(desired)),
            "border",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::glyphs::ASCII;

    fn group(members: u32, desired: u32, max: u32) -> Group {
        Group {
            max,
            ..Group::sample(members, desired)
        }
    }

    #[test]
    fn a_bar_has_its_cells_whatever_the_sizes() {
        for (members, desired, max) in [(0, 0, 1), (4, 6, 10), (6, 4, 10), (12, 0, 10), (1, 1, 900)]
        {
            let parts = bar(&group(members, desired, max), 12, &ASCII);
            let cells: usize = parts.iter().map(|(text, _)| text.chars().count()).sum();
            assert_eq!(cells, 12, "{members} {desired} {max}");
        }
        let growing = bar(&group(4, 6, 12), 12, &ASCII);
        assert_eq!(growing[0].0.len(), 4);
        assert_eq!(growing[1].0.chars().count(), 2);
    }
}
