//! What a chart shows besides its lines: the limits of policies, a rehearsed rule, and the data as text.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::policy_forms;
use crate::app::pane::{Asking, Choice, Context};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::alarm::{Alarm, LocalLimit, Threshold};
use crate::domain::metric::{KSC_NAMESPACES, Series, SeriesKey, Statistic};
use crate::domain::rehearse::{Rehearsal, Trial};
use crate::domain::text::SafeText;
use crate::ui::form::Form;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::rates::Rates;

/// The limits that the configuration and the policies in force set to a series.
pub fn limits_of(world: &World, account: &AccountId, key: &SeriesKey) -> Vec<Threshold> {
    let configured = world.account(account).into_iter();
    let configured = configured
        .flat_map(|account| &account.limits)
        .filter(|limit| &limit.series == key)
        .map(LocalLimit::threshold);
    let policies = world
        .policies()
        .filter(|(of, policy)| *of == account && policy.enabled);
    let ruled = policies
        .filter(|(_, policy)| policy.bound.iter().any(|bound| bound.id == key.instance))
        .flat_map(|(_, policy)| &policy.rules)
        .filter(|rule| rule.metric == key.metric)
        .map(|rule| Threshold {
            series: key.clone(),
            statistic: rule.statistic,
            period: rule.period,
            comparison: rule.comparison,
            value: rule.threshold,
            unit: rule.unit.clone(),
        });
    configured.chain(ruled).collect()
}

/// The active alarm that is about a series, with its threshold.
pub fn alarm_about(
    world: &World,
    account: &AccountId,
    key: &SeriesKey,
) -> Option<(SafeText, Threshold)> {
    let about = |alarm: &&Alarm| {
        let line = alarm.threshold.as_ref();
        &alarm.account == account && line.is_some_and(|line| &line.series == key)
    };
    let alarm = world.alarms().filter(|alarm| !alarm.cleared).find(about)?;
    Some((alarm.id.clone(), alarm.threshold.clone()?))
}

/// Is it a custom metric, for which the service can make policies?
pub fn is_custom(key: &SeriesKey) -> bool {
    let is_product = KSC_NAMESPACES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key.namespace.raw()));
    !is_product && (key.instance.raw().contains('=') || key.instance.is_empty())
}

/// The form of a rule to be rehearsed on a series with this statistic and unit.
pub fn ask(trial: Option<Trial>, statistic: Statistic, unit: &str, lang: Lang) -> Asking {
    let form = Form::new(
        lang.t("rehearsal.title").into_owned(),
        lang.t("rehearsal.go").into_owned(),
    );
    let form = policy_forms::rule_fields(form, trial, unit, lang)
        .field(policy_forms::statistic_field(statistic, lang));
    Asking {
        tag: "chart.rehearse",
        form,
    }
}

/// What a rehearsal found, in a sentence.
pub fn sentence(
    found: &Rehearsal,
    trial: Trial,
    unit: &str,
    (rates, lang): (Rates, Lang),
) -> String {
    let rule = lang.tf(
        "rehearsal.rule",
        &[
            ("sign", trial.comparison.sign()),
            ("threshold", &rates.text(trial.threshold, unit)),
            ("cycles", &trial.cycles.to_string()),
        ],
    );
    let distance = |value: f64| (value - trial.threshold).abs();
    let worst = found
        .burns
        .iter()
        .max_by(|a, b| distance(a.worst).total_cmp(&distance(b.worst)));
    let words = match worst {
        None => lang.tf("rehearsal.none", &[("samples", &found.samples.to_string())]),
        Some(worst) => lang.tf(
            "rehearsal.found",
            &[
                ("count", &found.burns.len().to_string()),
                ("duration", &format::duration(lang, found.seconds)),
                ("worst", &rates.text(worst.worst, unit)),
            ],
        ),
    };
    format!("{rule}   {words}")
}

/// Everything on the screen that can be put beside a series: what is watched, fires, or is known of its kind.
pub fn candidates(
    account: &AccountId,
    key: &SeriesKey,
    ctx: &Context,
) -> Vec<(AccountId, SeriesKey)> {
    let watched = ctx.world.watch.iter();
    let watched = watched.map(|one| (one.account.clone(), one.key.clone()));
    let firing = ctx.world.alarms().filter_map(|alarm| {
        let line = alarm.threshold.as_ref()?;
        Some((alarm.account.clone(), line.series.clone()))
    });
    let bound = ctx.world.policies().flat_map(|(of, policy)| {
        let is_same = policy.rules.iter().any(|rule| rule.metric == key.metric);
        let bound = policy
            .bound
            .iter()
            .filter(move |_| is_same && of == account);
        bound.map(|instance| {
            let key = SeriesKey {
                instance: instance.id.clone(),
                ..key.clone()
            };
            (of.clone(), key)
        })
    });
    let mut seen = BTreeSet::new();
    watched
        .chain(firing)
        .chain(bound)
        // Units are never mixed: the same metric has the same unit.
        .filter(|(_, other)| other.metric == key.metric)
        .filter(|(of, other)| (of, other) != (account, key))
        .filter(|one| seen.insert(word(one)))
        .collect()
}

/// A series as a word, for choices.
pub fn word((account, key): &(AccountId, SeriesKey)) -> String {
    format!("{account} {key}")
}

/// A series to choose.
pub fn choice(one: &(AccountId, SeriesKey), chosen: bool, name: &str) -> Choice {
    Choice {
        id: word(one),
        label: format!("{name}  {}", one.1.metric),
        note: one.1.namespace.shown().to_owned(),
        chosen,
        ..Choice::default()
    }
}

/// The data as lines of comma-separated values: the time, then a column for each series; a gap is an empty field.
pub fn csv(series: &[&Series], ctx: &Context) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = String::from("time");
    for one in series {
        out.push(',');
        out.push_str(&quoted(&format!("{} {}", one.key.instance, one.key.metric)));
    }
    out.push('\n');
    let times: BTreeSet<i64> = series
        .iter()
        .flat_map(|one| one.samples.iter().map(|sample| sample.at))
        .collect();
    for at in times {
        let when = Timestamp::from_second(at).map_or(String::new(), |at| {
            at.to_zoned(ctx.zone.clone())
                .strftime("%Y-%m-%dT%H:%M:%S%:z")
                .to_string()
        });
        out.push_str(&when);
        for one in series {
            out.push(',');
            let found = one.samples.binary_search_by_key(&at, |sample| sample.at);
            if let Some(sample) = found.ok().and_then(|index| one.samples.get(index)) {
                out.push_str(&sample.value.to_string());
            }
        }
        out.push('\n');
    }
    out
}

/// The data as JSON: an object for each series.
pub fn as_json(series: &[&Series]) -> String {
    let all: Json = series
        .iter()
        .map(|one| {
            let samples: Json = one
                .samples
                .iter()
                .map(|sample| json!([sample.at, sample.value]))
                .collect();
            json!({
                "namespace": one.key.namespace.raw(),
                "instance": one.key.instance.raw(),
                "metric": one.key.metric.raw(),
                "period": one.period,
                "unit": one.unit.as_ref().map(|unit| unit.raw().to_owned()),
                "samples": samples,
            })
        })
        .collect();
    all.to_string()
}
