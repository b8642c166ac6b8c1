//! The metrics themselves: one row for each metric of each instance, and where the instances come from.
//!
//! The services list the metrics of an instance, not the instances: those come from policies, alarms, machines and
//! what is watched. Machines of one namespace have the same metrics, so one of them is asked for each namespace.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::metric::{MetricInfo, SeriesKey};
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

/// All metrics of all instances that are known, by account, namespace and instance.
pub fn all(world: &World) -> Vec<Entry> {
    let names = metrics::instance_names(world);
    let mut entries = Vec::new();
    for ((account, namespace), instances) in instances(world) {
        let infos = kind_of(world, &account, &namespace, &instances);
        for instance in &instances {
            let of = infos
                .iter()
                .filter(|info| info.key.instance.raw() == instance || !is_named(info));
            entries.extend(of.map(|info| entry(&account, instance, info, &names, world)));
        }
        if instances.is_empty() {
            let rows = infos
                .iter()
                .map(|info| entry(&account, info.key.instance.raw(), info, &names, world));
            entries.extend(rows);
        }
    }
    let place = |entry: &Entry| (entry.account.clone(), entry.key.namespace.clone());
    entries.sort_by(|a, b| {
        let by_name = || natural_order(a.name.raw(), b.name.raw());
        place(a).cmp(&place(b)).then_with(by_name)
    });
    entries
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
    Query::Metrics {
        account: account.clone(),
        namespace: namespace.to_owned(),
        instance: instances.first().cloned().unwrap_or_default(),
    }
}

fn kind_of<'w>(
    world: &'w World,
    account: &AccountId,
    namespace: &str,
    instances: &BTreeSet<String>,
) -> &'w [MetricInfo] {
    match world.facts(&question(account, namespace, instances)) {
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
