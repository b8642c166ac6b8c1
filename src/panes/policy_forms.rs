//! The forms of policies, receivers and contacts, and what becomes of what was typed into them.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::policy_words;
use super::words::{quoted, text};
use crate::app::pane::{Asking, Confirm, Context, Guard};
use crate::app::subject::Subject;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::{Action, NewPolicy};
use crate::domain::alarm::{AlarmPolicy, Comparison};
use crate::domain::contact::{Contact, Reach, Receiver};
use crate::domain::metric::{SeriesKey, Statistic};
use crate::domain::rehearse::Trial;
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// The statistics of a rule, with their words in a form.
const STATISTICS: [(&str, Statistic); 4] = [
    ("avg", Statistic::Average),
    ("max", Statistic::Max),
    ("min", Statistic::Min),
    ("sum", Statistic::Sum),
];
/// Ways to tell somebody, with their words in a form.
const WAYS: [(&str, Reach); 3] = [
    ("both", Reach::Both),
    ("mail", Reach::Mail),
    ("sms", Reach::Sms),
];

fn t(lang: Lang, key: &str) -> String {
    lang.t(key).into_owned()
}

/// A choice of comparisons.
pub fn comparison_field(lang: Lang, chosen: Comparison) -> Field {
    let words = Comparison::ALL.map(|one| (one.sign().to_owned(), one.sign().to_owned()));
    Field::choice("comparison", t(lang, "rule.comparison"), words.to_vec()).value(chosen.sign())
}

/// The comparison in the values of a form.
pub fn comparison_of(values: &Json) -> Comparison {
    Comparison::parse(&text(values, "comparison")).unwrap_or(Comparison::Above)
}

/// The rule to be tried in the values of a form.
pub fn trial_of(values: &Json) -> Trial {
    Trial {
        comparison: comparison_of(values),
        threshold: values["threshold"].as_f64().unwrap_or_default(),
        cycles: values["cycles"]
            .as_u64()
            .and_then(|cycles| u32::try_from(cycles).ok())
            .unwrap_or(1),
    }
}

/// A choice of statistics.
pub fn statistic_field(chosen: Statistic, lang: Lang) -> Field {
    let words = STATISTICS
        .iter()
        .map(|(word, one)| ((*word).to_owned(), policy_words::statistic(*one, lang)));
    let chosen = STATISTICS.iter().find(|(_, one)| *one == chosen);
    Field::choice("statistic", t(lang, "rule.statistic"), words.collect())
        .value(chosen.map_or("avg", |(word, _)| word))
}

/// The statistic in the values of a form.
pub fn statistic_of(values: &Json) -> Statistic {
    let word = text(values, "statistic");
    let found = STATISTICS.iter().find(|(known, _)| *known == word);
    found.map_or(Statistic::Average, |(_, one)| *one)
}

/// Threshold, comparison and cycles of a rule. The threshold is in the unit of the service, which is named.
pub fn rule_fields(form: Form, trial: Option<Trial>, unit: &str, lang: Lang) -> Form {
    let mut label = t(lang, "rule.threshold");
    if !unit.is_empty() {
        let _ = write!(label, " ({unit})");
    }
    let threshold = trial.map_or(String::new(), |trial| trial.threshold.to_string());
    let cycles = trial.map_or(1, |trial| trial.cycles);
    form.field(comparison_field(
        lang,
        trial.map_or(Comparison::Above, |trial| trial.comparison),
    ))
    .field(
        Field::number("threshold", label)
            .required()
            .value(&threshold),
    )
    .field(
        Field::integer("cycles", t(lang, "rule.cycles"))
            .required()
            .range(1.0, 10.0)
            .value(&cycles.to_string())
            .help(t(lang, "rule.cycles_help")),
    )
}

/// Everybody who can be told, as `g879` and `p1001`, with their names.
fn everybody(account: &AccountId, ctx: &Context) -> Vec<(String, String)> {
    let groups = ctx
        .world
        .groups()
        .filter(|(of, _)| *of == account)
        .map(|(_, group)| {
            let label = format!("{}: {}", t(ctx.lang, "policies.group"), group.name);
            (format!("g{}", group.id), label)
        });
    let people = ctx
        .world
        .people()
        .filter(|(of, _)| *of == account)
        .map(|(_, person)| {
            let label = format!("{}: {}", t(ctx.lang, "policies.person"), person.name);
            (format!("p{}", person.id), label)
        });
    groups.chain(people).collect()
}

fn ways(lang: Lang) -> Vec<(String, String)> {
    WAYS.iter()
        .map(|(word, reach)| ((*word).to_owned(), policy_words::reach(*reach, lang)))
        .collect()
}

/// Who is meant in the values of a form: id, and whether it is a group's.
fn who(values: &Json) -> Option<(u64, bool)> {
    let word = text(values, "who");
    let id = word.strip_prefix(['g', 'p'])?.parse().ok()?;
    Some((id, word.starts_with('g')))
}

fn way(values: &Json) -> Reach {
    let word = text(values, "way");
    let found = WAYS.iter().find(|(known, _)| *known == word);
    found.map_or(Reach::Both, |(_, reach)| *reach)
}

/// The word for a way to tell somebody on a command line.
pub const fn way_word(reach: Reach) -> &'static str {
    match reach {
        Reach::Mail => "mail",
        Reach::Sms => "sms",
        Reach::Both | Reach::Other(_) => "both",
    }
}

/// The form of a new receiver; `None` while nobody is known who could be told.
pub fn add_receiver(account: &AccountId, policy: &AlarmPolicy, ctx: &Context) -> Option<Asking> {
    let lang = ctx.lang;
    let everybody = everybody(account, ctx);
    if everybody.is_empty() {
        return None;
    }
    let title = lang.tf("policies.add_title", &[("name", policy.name.shown())]);
    let form = Form::new(title, t(lang, "incident.go_on"))
        .field(Field::choice("who", t(lang, "policies.who"), everybody).required())
        .field(Field::choice("way", t(lang, "policies.way"), ways(lang)).required());
    Some(Asking {
        tag: "policy.receiver_add",
        form,
    })
}

/// The question before a receiver is added; `None` when nobody was chosen.
pub fn confirm_add(
    account: &AccountId,
    policy: &AlarmPolicy,
    values: &Json,
    ctx: &Context,
) -> Option<Confirm> {
    let lang = ctx.lang;
    let (id, is_group) = who(values)?;
    let reach = way(values);
    let name = everybody(account, ctx)
        .into_iter()
        .find(|(word, _)| *word == text(values, "who"))
        .map_or(id.to_string(), |(_, name)| name);
    let kind = if is_group { "group" } else { "person" };
    let how = policy_words::reach(reach, lang);
    Some(Confirm {
        title: lang.tf("policies.add_title", &[("name", policy.name.shown())]),
        summary: lang.tf(
            "policies.add_summary",
            &[("who", &name), ("name", policy.name.shown())],
        ),
        command: format!(
            "policy receivers add {} --{kind} {id} --way {}",
            policy.id,
            way_word(reach)
        ),
        targets: vec![format!("{name}  {how}")],
        consequence: vec![lang.t("policies.add_consequence").into_owned()],
        button: t(lang, "policies.add_button"),
        risk: Guard::Button,
        subject: Some(Subject::Policy(account.clone(), policy.id)),
        action: Action::AddReceivers {
            account: account.clone(),
            policy: policy.id,
            ids: vec![id],
            is_group,
            reach,
        },
    })
}

/// The question before a receiver is removed.
pub fn confirm_remove(
    account: &AccountId,
    policy: &AlarmPolicy,
    receiver: &Receiver,
    lang: Lang,
) -> Confirm {
    let kind = if receiver.is_group { "group" } else { "person" };
    let mut consequence = vec![lang.t("policies.remove_consequence").into_owned()];
    if policy.receivers.len() == 1 {
        consequence.push(lang.t("policies.nobody_left").into_owned());
    }
    Confirm {
        title: lang.tf("policies.remove_title", &[("name", policy.name.shown())]),
        summary: lang.tf(
            "policies.remove_summary",
            &[
                ("who", receiver.name.shown()),
                ("name", policy.name.shown()),
            ],
        ),
        command: format!("policy receivers rm {} --{kind} {}", policy.id, receiver.id),
        targets: vec![receiver.name.shown().to_owned()],
        consequence,
        button: t(lang, "policies.remove_button"),
        risk: Guard::Button,
        subject: Some(Subject::Policy(account.clone(), policy.id)),
        action: Action::RemoveReceivers {
            account: account.clone(),
            policy: policy.id,
            ids: vec![receiver.id],
            is_group: receiver.is_group,
        },
    }
}

/// The form of a new policy, filled in from a custom metric and a rehearsed rule where there are some.
pub fn new_policy(
    series: Option<(&SeriesKey, Statistic, u32)>,
    trial: Option<Trial>,
    account: &AccountId,
    ctx: &Context,
) -> Asking {
    let lang = ctx.lang;
    let key = series.map(|(key, _, _)| key);
    let part = |pick: fn(&SeriesKey) -> &str| key.map_or("", pick);
    let statistic = series.map_or(Statistic::Average, |(_, statistic, _)| statistic);
    let minutes = ["1", "5", "15", "60"];
    let wanted = series.map_or(60, |(_, _, period)| period).div_ceil(60);
    let period = minutes
        .iter()
        .find(|minutes| {
            minutes
                .parse::<u32>()
                .is_ok_and(|minutes| minutes >= wanted)
        })
        .unwrap_or(&"60");
    let mut nobody = vec![("-".to_owned(), t(lang, "policies.nobody"))];
    nobody.extend(everybody(account, ctx));
    let form = Form::new(t(lang, "policies.new_title"), t(lang, "incident.go_on"))
        .field(Field::text("name", t(lang, "policies.label_name")).required())
        .field(
            Field::text("namespace", t(lang, "rule.namespace"))
                .required()
                .value(part(|key| key.namespace.raw()))
                .help(t(lang, "rule.namespace_help")),
        )
        .field(
            Field::text("metric", t(lang, "rule.metric"))
                .required()
                .value(part(|key| key.metric.raw())),
        )
        .field(
            Field::text("dimensions", t(lang, "rule.dimensions"))
                .value(part(|key| key.instance.raw()))
                .help(t(lang, "rule.dimensions_help")),
        )
        .field(statistic_field(statistic, lang))
        .field(
            Field::choice(
                "minutes",
                t(lang, "rule.minutes"),
                minutes
                    .map(|word| (word.to_owned(), word.to_owned()))
                    .to_vec(),
            )
            .value(period),
        );
    let form = rule_fields(form, trial, "", lang)
        .field(Field::choice("who", t(lang, "policies.who"), nobody).value("-"))
        .field(Field::choice("way", t(lang, "policies.way"), ways(lang)));
    Asking {
        tag: "policy.new",
        form,
    }
}

/// The question before a policy is created.
pub fn confirm_new(account: &AccountId, values: &Json, ctx: &Context) -> Confirm {
    let lang = ctx.lang;
    let trial = trial_of(values);
    let statistic = statistic_of(values);
    let found = STATISTICS.iter().find(|(_, one)| *one == statistic);
    let receivers: Vec<(u64, bool, Reach)> = who(values)
        .map(|(id, is_group)| (id, is_group, way(values)))
        .into_iter()
        .collect();
    let new = NewPolicy {
        name: text(values, "name"),
        namespace: text(values, "namespace"),
        metric: text(values, "metric"),
        dimensions: text(values, "dimensions"),
        statistic,
        comparison: trial.comparison,
        threshold: trial.threshold,
        minutes: text(values, "minutes").parse().unwrap_or(1),
        cycles: trial.cycles,
        receivers,
    };
    let mut command = format!(
        "policy new {} --namespace {} --metric {} --op {} --threshold {} --minutes {} --cycles {} --method {}",
        quoted(&new.name),
        quoted(&new.namespace),
        quoted(&new.metric),
        quoted(new.comparison.sign()),
        new.threshold,
        new.minutes,
        new.cycles,
        found.map_or("avg", |(word, _)| *word),
    );
    if !new.dimensions.is_empty() {
        command.push_str(" --dimensions ");
        command.push_str(&quoted(&new.dimensions));
    }
    for (id, is_group, reach) in &new.receivers {
        let kind = if *is_group { "group" } else { "person" };
        let _ = write!(command, " --{kind} {id} --way {}", way_word(*reach));
    }
    let rule = format!(
        "{}:{} {} {} {}, {} × {} min",
        new.namespace,
        new.metric,
        policy_words::statistic(new.statistic, lang),
        new.comparison.sign(),
        new.threshold,
        new.cycles,
        new.minutes
    );
    let mut consequence = vec![t(lang, "policies.new_consequence")];
    if new.receivers.is_empty() {
        consequence.push(t(lang, "policies.nobody_left"));
    }
    Confirm {
        title: t(lang, "policies.new_title"),
        summary: lang.tf("policies.new_summary", &[("name", &new.name)]),
        command,
        targets: vec![format!("{}  {rule}", new.name)],
        consequence,
        button: t(lang, "policies.new_button"),
        risk: Guard::Button,
        subject: None,
        action: Action::CreatePolicy(account.clone(), new),
    }
}

/// The account in which a policy is made: the first of the system that may be changed, else the first.
pub fn home(ctx: &Context) -> Option<AccountId> {
    let accounts = || ctx.world.accounts_of(SystemId::KscMonitor);
    accounts()
        .find(|account| !account.read_only)
        .or_else(|| accounts().next())
        .map(|account| account.id.clone())
}

/// The question before contacts are switched.
pub fn confirm_switch(
    account: &AccountId,
    people: &[&Contact],
    enabled: bool,
    ctx: &Context,
) -> Confirm {
    let lang = ctx.lang;
    let verb = if enabled { "enable" } else { "disable" };
    let ids: Vec<String> = people.iter().map(|person| person.id.to_string()).collect();
    let count = people.len().to_string();
    let title = lang.tf(&format!("contacts.{verb}_title"), &[("count", &count)]);
    let mut consequence = vec![t(lang, &format!("contacts.{verb}_consequence"))];
    if !enabled {
        let silenced = ctx
            .world
            .policies()
            .filter(|(of, policy)| *of == account && tells(policy, people))
            .count()
            .to_string();
        consequence.push(lang.tf("contacts.silenced", &[("count", &silenced)]));
    }
    Confirm {
        summary: title.clone(),
        title,
        command: format!("contact {verb} {}", ids.join(" ")),
        targets: people
            .iter()
            .map(|person| person.name.shown().to_owned())
            .collect(),
        consequence,
        button: t(lang, &format!("contacts.{verb}_button")),
        risk: if people.len() > 1 && !enabled {
            Guard::Count(people.len())
        } else {
            Guard::Button
        },
        subject: match people {
            [one] => Some(Subject::Contact(account.clone(), one.id)),
            _ => None,
        },
        action: Action::SwitchContacts {
            account: account.clone(),
            ids: people.iter().map(|person| person.id).collect(),
            enabled,
        },
    }
}

/// Does the policy reach one of these people, by themselves or through a group?
fn tells(policy: &AlarmPolicy, people: &[&Contact]) -> bool {
    policy.receivers.iter().any(|receiver| {
        people.iter().any(|person| {
            if receiver.is_group {
                person.groups.contains(&receiver.name)
            } else {
                person.id == receiver.id
            }
        })
    })
}
