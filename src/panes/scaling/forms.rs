//! Forms of groups, policies, tasks, notifications and load balancers, and what was typed into them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::app::pane::{Asking, Context};
use crate::domain::scaling::{
    Adjustment, Binding, Config, Function, Group, GroupDraft, MetricRule, Policy, PolicyDraft,
    RemovePolicy, Repeat, Spread, Task, TaskDraft, cron_problem,
};
use crate::panes::words::text;
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

use super::texts;

/// A field and the key of what is wrong with it.
pub type Wrong = (&'static str, &'static str);

fn t(lang: Lang, key: &str) -> String {
    lang.t(key).into_owned()
}

fn size(name: &'static str, lang: Lang, value: u32) -> Field {
    Field::integer(name, t(lang, &format!("scaling.field_{name}")))
        .required()
        .range(0.0, 1000.0)
        .value(&value.to_string())
}

/// Asks for the number of members.
pub fn desired(group: &Group, lang: Lang) -> Asking {
    let title = lang.tf("scaling.desired_form", &[("name", group.name.shown())]);
    let field = Field::integer("desired", t(lang, "scaling.field_desired"))
        .required()
        .range(group.min.into(), group.max.into())
        .value(&group.desired.to_string());
    let form = Form::new(title, t(lang, "scaling.go_on")).field(field);
    Asking {
        tag: "scaling.desired",
        form,
    }
}

fn removes(lang: Lang) -> Vec<(String, String)> {
    [RemovePolicy::Oldest, RemovePolicy::Newest]
        .map(|policy| {
            (
                policy.name().to_owned(),
                texts::remove_policy(Some(policy), lang),
            )
        })
        .to_vec()
}

fn configs<'c>(configs: impl Iterator<Item = &'c Config>) -> Vec<(String, String)> {
    configs
        .map(|config| (config.id.raw().to_owned(), config.name.shown().to_owned()))
        .collect()
}

/// Changes a group.
pub fn modify<'c>(group: &Group, known: impl Iterator<Item = &'c Config>, lang: Lang) -> Asking {
    let title = lang.tf("scaling.modify_form", &[("name", group.name.shown())]);
    let form = Form::new(title, t(lang, "scaling.go_on"))
        .field(
            Field::text("name", t(lang, "scaling.field_name"))
                .required()
                .value(group.name.raw()),
        )
        .field(size("min", lang, group.min))
        .field(size("desired", lang, group.desired))
        .field(size("max", lang, group.max))
        .field(
            Field::choice("remove", t(lang, "scaling.field_remove"), removes(lang))
                .value(group.remove.map_or("oldest", RemovePolicy::name)),
        )
        .field(
            Field::choice("config", t(lang, "scaling.field_config"), configs(known))
                .value(group.config.raw()),
        );
    Asking {
        tag: "scaling.modify",
        form,
    }
}

/// The last step of the wizard: everything about a new group but its configuration.
pub fn create(config: &Config, like: Option<&Group>, lang: Lang) -> Asking {
    let title = lang.tf("scaling.create_form", &[("config", config.name.shown())]);
    let subnets: Vec<&str> = like
        .map(|group| {
            group
                .subnets
                .iter()
                .map(crate::domain::text::SafeText::raw)
                .collect()
        })
        .unwrap_or_default();
    let security = like
        .and_then(|group| group.security_groups.first())
        .map_or("", |group| group.raw());
    let spreads = [Spread::Balanced, Spread::First]
        .map(|spread| (spread.name().to_owned(), texts::spread(Some(spread), lang)))
        .to_vec();
    let form = Form::new(title, t(lang, "scaling.go_on"))
        .field(Field::text("name", t(lang, "scaling.field_name")).required())
        .field(size("min", lang, 1))
        .field(size("desired", lang, 1))
        .field(size("max", lang, 4))
        .field(Field::choice(
            "remove",
            t(lang, "scaling.field_remove"),
            removes(lang),
        ))
        .field(
            Field::texts("subnets", t(lang, "scaling.field_subnets"))
                .required()
                .value(&subnets.join("\n"))
                .help(t(lang, "scaling.subnets_help")),
        )
        .field(Field::choice(
            "spread",
            t(lang, "scaling.field_spread"),
            spreads,
        ))
        .field(
            Field::text("security", t(lang, "scaling.field_security"))
                .required()
                .value(security),
        );
    Asking {
        tag: "scaling.create",
        form,
    }
}

fn whole(values: &Json, name: &str) -> Option<u32> {
    values[name]
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
}

/// What the form of a group says, with sizes that are in order.
pub fn group(values: &Json) -> Result<GroupDraft, Wrong> {
    let (min, desired, max) = (
        whole(values, "min").unwrap_or(0),
        whole(values, "desired").unwrap_or(0),
        whole(values, "max").unwrap_or(0),
    );
    sizes(min, desired, max)?;
    let given = |name: &str| Some(text(values, name)).filter(|text| !text.is_empty());
    Ok(GroupDraft {
        name: given("name"),
        config: given("config"),
        min: Some(min),
        max: Some(max),
        desired: Some(desired),
        remove: RemovePolicy::parse(&text(values, "remove")),
        subnets: lines(values, "subnets"),
        spread: Spread::parse(&text(values, "spread")),
        security_group: given("security"),
        bindings: Vec::new(),
    })
}

fn sizes(min: u32, desired: u32, max: u32) -> Result<(), Wrong> {
    if max < 1 {
        return Err(("max", "scaling.max_at_least_one"));
    }
    if min > max {
        return Err(("min", "scaling.min_above_max"));
    }
    if desired < min || desired > max {
        return Err(("desired", "scaling.desired_between"));
    }
    Ok(())
}

fn lines(values: &Json, name: &str) -> Vec<String> {
    values[name]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// Asks for machines to add.
pub fn attach(group: &Group, lang: Lang) -> Asking {
    let title = lang.tf("scaling.attach_form", &[("name", group.name.shown())]);
    let form = Form::new(title, t(lang, "scaling.go_on")).field(
        Field::texts("machines", t(lang, "scaling.field_machines"))
            .required()
            .help(t(lang, "scaling.machines_help")),
    );
    Asking {
        tag: "scaling.attach",
        form,
    }
}

/// The ids in the form of machines to add.
pub fn machines(values: &Json) -> Vec<crate::domain::text::SafeText> {
    let ids = lines(values, "machines");
    ids.iter().map(|id| id.as_str().into()).collect()
}

/// A policy, new or known.
pub fn policy(group: &Group, known: Option<&Policy>, lang: Lang) -> Asking {
    let (tag, title) = match known {
        Some(_) => ("scaling.policy_modify", "scaling.policy_modify_form"),
        None => ("scaling.policy_create", "scaling.policy_create_form"),
    };
    let title = lang.tf(title, &[("name", group.name.shown())]);
    let metrics = [
        "cpu_usage",
        "mem_usage",
        "net_outtraffic",
        "net_intraffic",
        "listener_outtraffic",
        "listener_intraffic",
    ]
    .map(|name| (name.to_owned(), t(lang, &format!("scaling.{name}"))))
    .to_vec();
    let comparisons = [
        ("Greater", ">"),
        ("EqualOrGreater", "≥"),
        ("Less", "<"),
        ("EqualOrLess", "≤"),
        ("Equal", "="),
        ("NotEqual", "≠"),
    ]
    .map(|(word, sign)| (word.to_owned(), sign.to_owned()))
    .to_vec();
    let functions = ["avg", "max", "min"]
        .map(|name| {
            (
                name.to_owned(),
                t(lang, &format!("scaling.function_{name}")),
            )
        })
        .to_vec();
    let kinds = ["count", "percent", "total"]
        .map(|name| (name.to_owned(), t(lang, &format!("scaling.by_{name}"))))
        .to_vec();
    let rule = known.map(|policy| &policy.rule);
    let (kind, value) = match known.and_then(|policy| policy.adjustment) {
        Some(Adjustment::Total(value)) => ("total", value),
        Some(Adjustment::Percent(value)) => ("percent", value),
        Some(Adjustment::Count(value)) => ("count", value),
        None => ("count", 1),
    };
    let label = |name: &str| t(lang, &format!("scaling.field_{name}"));
    let number = |name: &'static str, from: f64, to: f64, value: i64| {
        Field::integer(name, label(name))
            .required()
            .range(from, to)
            .value(&value.to_string())
    };
    let function = match rule.and_then(|rule| rule.function) {
        Some(Function::Max) => "max",
        Some(Function::Min) => "min",
        _ => "avg",
    };
    let form = Form::new(title, t(lang, "scaling.go_on"))
        .field(
            Field::text("name", label("name"))
                .required()
                .value(known.map_or("", |policy| policy.name.raw())),
        )
        .field(
            Field::choice("metric", label("metric"), metrics)
                .value(rule.map_or("cpu_usage", |rule| rule.metric.raw())),
        )
        .field(Field::choice("function", label("function"), functions).value(function))
        .field(
            Field::choice("comparison", label("comparison"), comparisons)
                .value(rule.map_or("Greater", |rule| rule.comparison.raw())),
        )
        .field(number(
            "threshold",
            0.0,
            1e6,
            rule.map_or(80, |rule| rule.threshold),
        ))
        .field(number(
            "repeat",
            1.0,
            10.0,
            rule.map_or(3, |rule| rule.repeat.into()),
        ))
        .field(number(
            "period",
            60.0,
            86_400.0,
            rule.map_or(60, |rule| rule.period.into()),
        ))
        .field(Field::choice("kind", label("kind"), kinds).value(kind))
        // Percentages beyond a hundred are refused when the form is sent, other values beyond the document's are doubtful.
        .field(number("value", -1000.0, 1000.0, value))
        .field(number(
            "cooldown",
            60.0,
            86_400.0,
            known.map_or(300, |policy| policy.cooldown.into()),
        ));
    Asking { tag, form }
}

/// What the form of a policy says.
pub fn policy_draft(values: &Json) -> Result<PolicyDraft, Wrong> {
    let value = values["value"].as_i64().unwrap_or_default();
    let adjustment = match text(values, "kind").as_str() {
        "total" if value < 0 => return Err(("value", "scaling.total_not_negative")),
        "total" => Adjustment::Total(value),
        "percent" if value.abs() > 100 => return Err(("value", "scaling.percent_at_most_hundred")),
        "percent" => Adjustment::Percent(value),
        _ => Adjustment::Count(value),
    };
    let metric = text(values, "metric");
    let threshold = values["threshold"].as_i64().unwrap_or_default();
    if metric.ends_with("usage") && threshold > 100 {
        return Err(("threshold", "scaling.at_most_hundred"));
    }
    Ok(PolicyDraft {
        name: text(values, "name"),
        rule: MetricRule {
            metric: metric.as_str().into(),
            comparison: text(values, "comparison").as_str().into(),
            threshold,
            repeat: whole(values, "repeat").unwrap_or(3),
            period: whole(values, "period").unwrap_or(60),
            function: Some(match text(values, "function").as_str() {
                "max" => Function::Max,
                "min" => Function::Min,
                _ => Function::Average,
            }),
        },
        adjustment,
        cooldown: whole(values, "cooldown").unwrap_or(300),
    })
}

/// Bounds that the document names and contradicts elsewhere (ksc-autoscaling.md, 12.1 and 12.17): what lies beyond is
/// said, and left to the service.
const DOUBTFUL_SIZE: u32 = 50;
const DOUBTFUL_DESIRED: u32 = 10;
const DOUBTFUL_CHANGE: i64 = 10;

fn doubtful(label: &str, value: i64, bounds: (i64, i64), lang: Lang) -> Option<String> {
    let (from, to) = bounds;
    (value < from || value > to).then(|| {
        lang.tf(
            "scaling.doubtful",
            &[
                ("field", &t(lang, label)),
                ("value", &value.to_string()),
                ("from", &from.to_string()),
                ("to", &to.to_string()),
            ],
        )
    })
}

/// What is doubtful about the sizes of a new group.
pub fn doubtful_sizes(draft: &GroupDraft, lang: Lang) -> Vec<String> {
    let sizes = [
        ("scaling.field_max", draft.max, DOUBTFUL_SIZE),
        ("scaling.field_desired", draft.desired, DOUBTFUL_DESIRED),
    ];
    let beyond = |(label, size, most): (&str, Option<u32>, u32)| {
        doubtful(label, size?.into(), (0, most.into()), lang)
    };
    sizes.into_iter().filter_map(beyond).collect()
}

/// What is doubtful about the value of a policy.
pub fn doubtful_value(adjustment: Adjustment, lang: Lang) -> Option<String> {
    let (value, from) = match adjustment {
        Adjustment::Total(value) => (value, 0),
        Adjustment::Count(value) => (value, -DOUBTFUL_CHANGE),
        Adjustment::Percent(_) => return None,
    };
    doubtful("scaling.field_value", value, (from, DOUBTFUL_CHANGE), lang)
}

/// A policy as a sentence, before it exists.
pub fn policy_sentence(draft: &PolicyDraft, lang: Lang) -> String {
    let policy = Policy {
        id: "".into(),
        name: draft.name.as_str().into(),
        adjustment: Some(draft.adjustment),
        rule: draft.rule.clone(),
        created: None,
        cooldown: draft.cooldown,
    };
    texts::sentence(&policy, lang)
}

/// A time as people type it in the chosen zone.
pub fn written(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn read_time(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil: jiff::civil::DateTime = text.replacen(' ', "T", 1).parse().ok()?;
    Some(civil.to_zoned(zone.clone()).ok()?.timestamp())
}

/// A task, new or known. Times are in the zone of the screen.
pub fn task(group: &Group, known: Option<&Task>, ctx: &Context) -> Asking {
    let lang = ctx.lang;
    let (tag, title) = match known {
        Some(_) => ("scaling.task_modify", "scaling.task_modify_form"),
        None => ("scaling.task_create", "scaling.task_create_form"),
    };
    let title = lang.tf(title, &[("name", group.name.shown())]);
    let label = |name: &str| t(lang, &format!("scaling.field_{name}"));
    let repeats = ["once", "day", "week", "month", "cron"]
        .map(|name| (name.to_owned(), t(lang, &format!("scaling.repeat_{name}"))))
        .to_vec();
    let (repeat, cycle) = match known.map(|task| &task.repeat) {
        Some(Repeat::Days(days)) => ("day", days.to_string()),
        Some(Repeat::Week(days)) => {
            let days: Vec<String> = days.iter().map(ToString::to_string).collect();
            ("week", days.join(","))
        }
        Some(Repeat::Month(from, to)) => ("month", format!("{from},{to}")),
        Some(Repeat::Cron(text)) => ("cron", text.raw().to_owned()),
        _ => ("once", String::new()),
    };
    let time = |at: Option<Timestamp>| at.map_or(String::new(), |at| written(at, ctx.zone));
    let sizes = known.map_or((group.min, group.desired, group.max), |task| {
        (task.min, task.desired, task.max)
    });
    let zone = ctx
        .at
        .to_zoned(ctx.zone.clone())
        .strftime("%:z")
        .to_string();
    let form = Form::new(title, t(lang, "scaling.go_on"))
        .field(
            Field::text("name", label("name"))
                .required()
                .value(known.map_or("", |task| task.name.raw())),
        )
        .field(size("min", lang, sizes.0))
        .field(size("desired", lang, sizes.1))
        .field(size("max", lang, sizes.2))
        .field(
            Field::text("start", label("start"))
                .required()
                .value(&time(known.and_then(|task| task.start)))
                .help(lang.tf("scaling.start_help", &[("zone", &zone)])),
        )
        .field(Field::choice("repeat", label("repeats"), repeats).value(repeat))
        .field(
            Field::text("cycle", label("cycle"))
                .value(&cycle)
                .help(t(lang, "scaling.cycle_help")),
        )
        .field(
            Field::text("end", label("end"))
                .value(&time(known.and_then(|task| task.end)))
                .help(t(lang, "scaling.end_help")),
        );
    Asking { tag, form }
}

/// What the form of a task says.
pub fn task_draft(values: &Json, ctx: &Context) -> Result<TaskDraft, Wrong> {
    let (min, desired, max) = (
        whole(values, "min").unwrap_or(0),
        whole(values, "desired").unwrap_or(0),
        whole(values, "max").unwrap_or(0),
    );
    sizes(min, desired, max)?;
    let start = read_time(&text(values, "start"), ctx.zone).ok_or(("start", "scaling.no_time"))?;
    let end = match text(values, "end") {
        none if none.is_empty() => None,
        given => Some(read_time(&given, ctx.zone).ok_or(("end", "scaling.no_time"))?),
    };
    let cycle = text(values, "cycle");
    let numbers: Vec<String> = cycle
        .split(',')
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    let (cron, unit) = match text(values, "repeat").as_str() {
        "day" => (None, Some(("Day".to_owned(), numbers))),
        "week" => (None, Some(("Week".to_owned(), numbers))),
        "month" => (None, Some(("Month".to_owned(), numbers))),
        "cron" if cron_problem(&cycle).is_some() => return Err(("cycle", "scaling.no_cron")),
        "cron" => (Some(cycle), None),
        _ => (None, None),
    };
    if unit.as_ref().is_some_and(|(_, numbers)| numbers.is_empty()) {
        return Err(("cycle", "scaling.no_cycle"));
    }
    let repeats = cron.is_some() || unit.is_some();
    match end {
        None if repeats => return Err(("end", "scaling.needs_end")),
        Some(_) if !repeats => return Err(("end", "scaling.end_without_repeat")),
        Some(end) if end <= start => return Err(("end", "scaling.end_before_start")),
        None if start <= ctx.at => return Err(("start", "scaling.start_is_past")),
        _ => {}
    }
    Ok(TaskDraft {
        name: text(values, "name"),
        min,
        max,
        desired,
        start,
        end,
        cron,
        unit,
    })
}

/// The task that a draft would be, for its next runs.
pub fn task_of(draft: &TaskDraft) -> Task {
    let (unit, cycle) = draft
        .unit
        .clone()
        .map_or((String::new(), String::new()), |(unit, cycle)| {
            (unit, cycle.join(","))
        });
    Task {
        id: "".into(),
        name: draft.name.as_str().into(),
        min: draft.min,
        max: draft.max,
        desired: draft.desired,
        start: Some(draft.start),
        end: draft.end,
        repeat: Repeat::read(draft.cron.as_deref().unwrap_or(""), &unit, &cycle),
        created: None,
    }
}

/// Which events the contacts are told of.
pub fn notify(group: &Group, events: &BTreeSet<u8>, lang: Lang) -> Asking {
    let title = lang.tf("scaling.notify_form", &[("name", group.name.shown())]);
    let mut form = Form::new(title, t(lang, "scaling.go_on"));
    for event in 1..=6_u8 {
        let label = t(lang, &format!("scaling.event_{event}"));
        form = form.field(Field::bool(
            format!("event{event}"),
            label,
            lang,
            events.contains(&event),
        ));
    }
    Asking {
        tag: "scaling.notify",
        form,
    }
}

/// The events in that form.
pub fn events(values: &Json) -> BTreeSet<u8> {
    (1..=6_u8)
        .filter(|event| values[format!("event{event}")] == Json::Bool(true))
        .collect()
}

/// The whole set of load balancers, one on each line.
pub fn bindings(group: &Group, lang: Lang) -> Asking {
    let title = lang.tf("scaling.bindings_form", &[("name", group.name.shown())]);
    let now: Vec<String> = group.bindings.iter().map(ToString::to_string).collect();
    let form = Form::new(title, t(lang, "scaling.go_on")).field(
        Field::texts("set", t(lang, "scaling.field_bindings"))
            .value(&now.join("\n"))
            .help(t(lang, "scaling.bindings_help")),
    );
    Asking {
        tag: "scaling.bindings",
        form,
    }
}

/// The set in that form: `balancer/listener:80,81@20`.
pub fn binding_set(values: &Json) -> Result<Vec<Binding>, Wrong> {
    lines(values, "set")
        .iter()
        .map(|line| Binding::parse(line).ok_or(("set", "scaling.no_binding")))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_that_are_out_of_order_are_sent_back_to_their_field() {
        let draft = |min, desired, max| {
            group(&json!({"name": "a", "min": min, "desired": desired, "max": max}))
        };
        assert!(draft(0, 0, 1).is_ok());
        assert_eq!(draft(0, 0, 0).map_err(|wrong| wrong.0), Err("max"));
        assert_eq!(draft(3, 3, 2).map_err(|wrong| wrong.0), Err("min"));
        assert_eq!(draft(1, 3, 2).map_err(|wrong| wrong.0), Err("desired"));
    }

    #[test]
    fn a_policy_is_checked_by_its_kind_and_what_is_doubtful_is_said() {
        let draft = |kind: &str, value: i64| {
            let values = json!({"name": "p", "kind": kind, "value": value, "metric": "cpu_usage", "threshold": 80});
            policy_draft(&values).map(|draft| doubtful_value(draft.adjustment, Lang::En))
        };
        assert_eq!(draft("total", -1).map_err(|wrong| wrong.0), Err("value"));
        assert_eq!(draft("percent", 101).map_err(|wrong| wrong.0), Err("value"));
        assert_eq!(draft("percent", -100), Ok(None));
        assert_eq!(draft("count", -10), Ok(None));
        let said = draft("count", 11).unwrap().unwrap();
        assert!(said.contains("11") && said.contains("10"), "{said}");
        assert!(draft("total", 11).unwrap().is_some());
        let hot = json!({"name": "p", "kind": "count", "value": 1, "metric": "cpu_usage", "threshold": 101});
        assert_eq!(
            policy_draft(&hot).map_err(|wrong| wrong.0),
            Err("threshold")
        );
    }

    #[test]
    fn sizes_beyond_the_document_are_doubtful_and_not_refused() {
        let draft = |desired, max| {
            let values = json!({"name": "a", "min": 1, "desired": desired, "max": max});
            doubtful_sizes(&group(&values).unwrap(), Lang::En).len()
        };
        assert_eq!(draft(10, 50), 0);
        assert_eq!(draft(11, 51), 2);
    }

    #[test]
    fn times_are_read_in_the_zone_of_the_screen() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(2));
        let read = |text| read_time(text, &zone).map(|at| at.to_string());
        assert_eq!(
            read("2026-11-23 08:00:00").as_deref(),
            Some("2026-11-23T06:00:00Z")
        );
        assert_eq!(
            read("2026-11-23 08:00").as_deref(),
            Some("2026-11-23T06:00:00Z")
        );
        assert_eq!(
            read("2026-11-23T08:00:00Z").as_deref(),
            Some("2026-11-23T08:00:00Z")
        );
        assert_eq!(read("tomorrow"), None);
    }
}
