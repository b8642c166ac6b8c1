//! What a chart shows besides its lines: the limits of policies, a rehearsed rule, and the data as text.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::policy_forms;
use crate::app::pane::{Asking, Choice, Context};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::alarm::Threshold;
use crate::domain::metric::{KSC_NAMESPACES, Series, SeriesKey};
use crate::domain::rehearse::{Rehearsal, Trial};
use crate::ui::form::Form;
use crate::ui::format;
use crate::ui::lang::Lang;

/// The limit that the configuration or a policy in force sets to a series, the first of several.
pub fn limit_of(world: &World, account: &AccountId, key: &SeriesKey) -> Option<Threshold> {
    let configured = world.account(account).into_iter();
    let mut configured = configured.flat_map(|account| &account.limits);
    if let Some(limit) = configured.find(|limit| &limit.series == key) {
        return Some(limit.threshold());
    }
    let policies = world
        .policies()
        .filter(|(of, policy)| *of == account && policy.enabled);
    policies
        .filter(|(_, policy)| policy.bound.iter().any(|bound| bound.id == key.instance))
        .flat_map(|(_, policy)| &policy.rules)
        .find(|rule| rule.metric == key.metric)
        .map(|rule| Threshold {
            series: key.clone(),
            statistic: rule.statistic,
            period: rule.period,
            comparison: rule.comparison,
            value: rule.threshold,
            unit: rule.unit.clone(),
        })
}

/// Is it a custom metric, for which the service can make policies?
pub fn is_custom(key: &SeriesKey) -> bool {
    let is_product = KSC_NAMESPACES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key.namespace.raw()));
    !is_product && (key.instance.raw().contains('=') || key.instance.is_empty())
}

/// The form of a rule to be rehearsed.
pub fn ask(trial: Option<Trial>, lang: Lang) -> Asking {
    let form = Form::new(
        lang.t("rehearsal.title").into_owned(),
        lang.t("rehearsal.go").into_owned(),
    );
    Asking {
        tag: "chart.rehearse",
        form: policy_forms::rule_fields(form, trial, lang),
    }
}

/// What a rehearsal found, in a sentence.
pub fn sentence(found: &Rehearsal, trial: Trial, unit: &str, lang: Lang) -> String {
    let rule = lang.tf(
        "rehearsal.rule",
        &[
            ("sign", trial.comparison.sign()),
            ("threshold", &format::with_unit(trial.threshold, unit)),
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
                ("worst", &format::with_unit(worst.worst, unit)),
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
    let watched = ctx.world.watch.iter().cloned();
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
