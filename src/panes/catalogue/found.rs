//! The metrics themselves: one row for each metric of each instance, and where the instances come from.
//!
//! The services list the metrics of an instance, not the instances: those come from policies, alarms, machines and
//! what is watched. Machines of one namespace have the same metrics, so one of them is asked for each namespace.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::metric::{KSC_NAMESPACES, MetricInfo, SeriesKey};
use crate::domain::query::{Facts, Query};
use crate::domain::text::SafeText;
use crate::panes::list::{Look, Row, heading};
use crate::panes::{chart_data, metrics};
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value, natural_order};
use crate::ui::widgets::table::Column;

/// One metric of one instance.
pub struct Entry {
    /// Where it is measured.
    pub account: AccountId,
    /// Namespace, instance and metric.
    pub key: SeriesKey,
    /// What the instance is called.
    pub name: SafeText,
    /// What the service calls the metric.
    pub label: Option<SafeText>,
    /// Its unit, as the service writes it.
    pub unit: Option<SafeText>,
    /// It is on the watch list.
    pub watched: bool,
}

impl Entry {
    /// Not a metric, but the place of a namespace in which no instance is known yet.
    pub fn is_place(&self) -> bool {
        self.key.metric.is_empty()
    }
}

/// An instance that the user named, in a namespace of an account.
pub type Named = (AccountId, String, String);

/// All metrics of all instances that are known, by account, namespace and instance.
/// Beside them the instances that the user `named`, and a place for every namespace in which nothing is known.
pub fn all(world: &World, named: &BTreeSet<Named>, lang: Lang) -> Vec<Entry> {
    let called = metrics::instance_names(world);
    let mut entries = Vec::new();
    for ((account, namespace), instances) in instances(world) {
        let infos = kind_of(world, &account, &namespace, &instances);
        for instance in &instances {
            let of = infos
                .iter()
                .filter(|info| info.key.instance.raw() == instance || !is_named(info));
            entries.extend(of.map(|info| entry(&account, instance, info, &called, world)));
        }
        if instances.is_empty() {
            let rows = infos
                .iter()
                .map(|info| entry(&account, info.key.instance.raw(), info, &called, world));
            entries.extend(rows);
        }
    }
    entries.extend(of_named(world, named, &entries, &called));
    entries.extend(places(world, &entries, lang));
    // What can be opened comes before what has to be asked for.
    let place = |entry: &Entry| {
        let namespace = entry.key.namespace.clone();
        (entry.account.clone(), entry.is_place(), namespace)
    };
    entries.sort_by(|a, b| {
        let by_name = || natural_order(a.name.raw(), b.name.raw());
        place(a).cmp(&place(b)).then_with(by_name)
    });
    entries
}

/// The metrics of the instances that the user named, which are not `known` anyhow.
fn of_named(
    world: &World,
    named: &BTreeSet<Named>,
    known: &[Entry],
    called: &HashMap<SafeText, SafeText>,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (account, namespace, instance) in named {
        let is_there = |entry: &Entry| {
            &entry.account == account
                && entry.key.namespace.raw().eq_ignore_ascii_case(namespace)
                && entry.key.instance.raw() == instance
        };
        if !known.iter().any(is_there) {
            let infos = answered(world, &question_of(account, namespace, instance)).iter();
            entries.extend(infos.map(|info| entry(account, instance, info, called, world)));
        }
    }
    entries
}

/// The namespaces of Kingsoft Cloud in which nothing is known, by name and in the language of the user.
fn places(world: &World, known: &[Entry], lang: Lang) -> Vec<Entry> {
    let mut places = Vec::new();
    for account in world.accounts_of(SystemId::KscMonitor) {
        let own: BTreeSet<String> = known
            .iter()
            .filter(|entry| entry.account == account.id)
            .map(|entry| entry.key.namespace.raw().to_uppercase())
            .collect();
        let is_new = |namespace: &&&str| !own.contains(&namespace.to_uppercase());
        places.extend(KSC_NAMESPACES.iter().filter(is_new).map(|namespace| {
            Entry {
                account: account.id.clone(),
                key: SeriesKey::new(namespace, "", ""),
                name: SafeText::default(),
                label: lang
                    .maybe(&format!("namespace.{}", namespace.to_lowercase()))
                    .map(|text| SafeText::new(&text)),
                unit: None,
                watched: false,
            }
        }));
    }
    places
}

/// A custom metric has the dimensions that it has; other metrics are those of every instance.
fn is_named(info: &MetricInfo) -> bool {
    info.key.instance.raw().contains('=')
}

fn entry(
    account: &AccountId,
    instance: &str,
    info: &MetricInfo,
    names: &HashMap<SafeText, SafeText>,
    world: &World,
) -> Entry {
    let key = SeriesKey {
        instance: instance.into(),
        ..info.key.clone()
    };
    let watched = world.watch.iter().any(|one| one.is(account, &key));
    Entry {
        name: names.get(&key.instance).unwrap_or(&key.instance).clone(),
        account: account.clone(),
        key,
        label: info.label.clone(),
        unit: info.unit.clone(),
        watched,
    }
}

/// The instances that are known, by account and namespace. An account's custom metrics stand under the empty namespace.
pub fn instances(world: &World) -> BTreeMap<(AccountId, String), BTreeSet<String>> {
    let mut found: BTreeMap<(AccountId, String), BTreeSet<String>> = BTreeMap::new();
    for account in world.accounts_of(SystemId::KscMonitor) {
        found
            .entry((account.id.clone(), String::new()))
            .or_default();
    }
    let mut add = |account: &AccountId, key: &SeriesKey| {
        if !chart_data::is_custom(key) {
            let place = (account.clone(), key.namespace.raw().to_owned());
            let instance = key.instance.raw().to_owned();
            found.entry(place).or_default().insert(instance);
        }
    };
    for one in &world.watch {
        add(&one.account, &one.key);
    }
    for alarm in world.alarms() {
        if let Some(line) = &alarm.threshold {
            add(&alarm.account, &line.series);
        }
    }
    for (account, policy) in world.policies() {
        let Some(series) = &policy.series else {
            continue;
        };
        for bound in &policy.bound {
            let key = SeriesKey {
                instance: bound.id.clone(),
                ..series.clone()
            };
            add(account, &key);
        }
    }
    found
}

/// The question for the metrics of a namespace: one instance stands for all.
pub fn question(account: &AccountId, namespace: &str, instances: &BTreeSet<String>) -> Query {
    let instance = instances.first().map_or("", String::as_str);
    question_of(account, namespace, instance)
}

/// The question for the metrics of one instance.
pub fn question_of(account: &AccountId, namespace: &str, instance: &str) -> Query {
    Query::Metrics {
        account: account.clone(),
        namespace: namespace.to_owned(),
        instance: instance.to_owned(),
    }
}

fn kind_of<'w>(
    world: &'w World,
    account: &AccountId,
    namespace: &str,
    instances: &BTreeSet<String>,
) -> &'w [MetricInfo] {
    answered(world, &question(account, namespace, instances))
}

fn answered<'w>(world: &'w World, question: &Query) -> &'w [MetricInfo] {
    match world.facts(question) {
        Some(Facts::Metrics(metrics)) => metrics,
        _ => &[],
    }
}

/// The columns of the flat list.
pub fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("watched", "", 1),
        Column::fixed("system", title("col.system"), 6).priority(4),
        Column::flex("namespace", title("col.namespace"), 6, 14).priority(2),
        Column::flex("resource", title("col.resource"), 10, 34)
            .grow(2)
            .cut_middle(),
        Column::flex("metric", title("col.metric"), 14, 36)
            .grow(3)
            .cut_middle(),
        Column::flex("label", title("catalogue.label"), 8, 24).priority(3),
        Column::flex("unit", title("col.unit"), 4, 10).priority(1),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        if self.is_place() {
            return Subject::Branch(self.account.clone(), self.key.namespace.clone());
        }
        Subject::Series(self.account.clone(), self.key.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        match column {
            "watched" if self.watched => Cell::styled(look.theme.glyphs().ok, "accent"),
            "system" => Cell::styled(self.account.system.short(), "muted"),
            "namespace" => Cell::styled(self.key.namespace.shown(), "muted"),
            "resource" => Cell::text(self.name.shown()),
            "metric" => Cell::text(self.key.metric.shown()),
            "label" => self
                .label
                .as_ref()
                .map_or_else(Cell::default, |label| Cell::text(label.shown())),
            "unit" => self
                .unit
                .as_ref()
                .map_or_else(Cell::default, |unit| Cell::styled(unit.shown(), "muted")),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        let some = |text: &'a Option<SafeText>| {
            text.as_ref()
                .map_or(Value::Missing, |text| Value::text(text.raw()))
        };
        match column {
            "watched" => Value::text(if self.watched { "yes" } else { "no" }),
            "system" => Value::text(self.account.system.id()),
            "namespace" => Value::text(self.key.namespace.raw()),
            "resource" => Value::text(self.name.raw()),
            "metric" => Value::text(self.key.metric.raw()),
            "label" => some(&self.label),
            "unit" => some(&self.unit),
            _ => Value::Missing,
        }
    }
}
