//! `:catalogue`: every metric that is known to exist, to be searched by typing, charted and watched.
//!
//! The services list the metrics of an instance, not the instances: those come from policies, alarms, machines and
//! what is watched. Machines of one namespace have the same metrics, so one of them is asked for each namespace.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::list::{List, Look, Row, heading};
use super::{frame, metrics, wants};
use crate::app::command::Command;
use crate::app::pane::{Context, Event, ListInfo, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::metric::{MetricInfo, SeriesKey};
use crate::domain::query::{Facts, Query, Want};
use crate::domain::text::SafeText;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// How old the list may get: metrics hardly ever change.
const EVERY: Duration = Duration::from_secs(3600);

const COMMANDS: &[Command] = &[
    Command::new("catalogue.open", &["<enter>"])
        .on(&[Kind::Series])
        .hinted(),
    Command::new("catalogue.watch", &["a"])
        .on(&[Kind::Series])
        .hinted(),
];

/// All metrics.
pub struct Catalogue {
    list: List<Entry>,
}

/// One metric of one instance.
struct Entry {
    account: AccountId,
    key: SeriesKey,
    name: SafeText,
    label: Option<SafeText>,
    unit: Option<SafeText>,
    watched: bool,
}

impl Catalogue {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let names = metrics::instance_names(ctx.world);
        let mut entries = Vec::new();
        for ((account, namespace), instances) in instances(ctx.world) {
            let infos = kind_of(ctx.world, &account, &namespace, &instances);
            for instance in &instances {
                let of = infos
                    .iter()
                    .filter(|info| info.key.instance.raw() == instance || !is_named(info));
                entries.extend(of.map(|info| entry(&account, instance, info, &names, ctx.world)));
            }
            if instances.is_empty() {
                let rows = infos
                    .iter()
                    .map(|info| entry(&account, info.key.instance.raw(), info, &names, ctx.world));
                entries.extend(rows);
            }
        }
        self.list.replace(entries, ctx);
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new()
    }
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
    let watched = world
        .watch
        .iter()
        .any(|(of, known)| of == account && known == &key);
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
fn instances(world: &World) -> BTreeMap<(AccountId, String), BTreeSet<String>> {
    let mut found: BTreeMap<(AccountId, String), BTreeSet<String>> = BTreeMap::new();
    for account in world.accounts_of(SystemId::KscMonitor) {
        found
            .entry((account.id.clone(), String::new()))
            .or_default();
    }
    let mut add = |account: &AccountId, key: &SeriesKey| {
        if !super::chart_data::is_custom(key) {
            let place = (account.clone(), key.namespace.raw().to_owned());
            let instance = key.instance.raw().to_owned();
            found.entry(place).or_default().insert(instance);
        }
    };
    for (account, key) in &world.watch {
        add(account, key);
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
fn question(account: &AccountId, namespace: &str, instances: &BTreeSet<String>) -> Query {
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

fn columns(lang: Lang) -> Vec<Column> {
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
        Column::flex("label", title("col.label"), 8, 24).priority(3),
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

impl Pane for Catalogue {
    fn name(&self) -> &'static str {
        "catalogue"
    }

    fn title(&self) -> &'static str {
        "catalogue.title"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["catalog"]
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        instances(ctx.world)
            .iter()
            .map(|((account, namespace), of)| wants::want(question(account, namespace, of), EVERY))
            .collect()
    }

    fn commands(&self) -> &'static [Command] {
        COMMANDS
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed | Event::Opened { .. } => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "catalogue.open" | "open",
                on,
            } => on.first().cloned().map(Request::Show).into_iter().collect(),
            Event::Command {
                name: "catalogue.watch",
                on,
            } => vec![metrics::watch(on, ctx.world)],
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        self.list.subject()
    }

    fn marked(&self, _world: &World) -> Vec<Subject> {
        self.list.marked()
    }

    fn list(&self, ctx: &Context) -> Option<ListInfo> {
        Some(self.list.info(ctx.lang))
    }

    fn repeat(&self, world: &World) -> Option<String> {
        world.accounts_of(SystemId::KscMonitor).next()?;
        Some("metric ls".to_owned())
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let inner = frame::draw(view, self.title(), &totals, &needs, area, buf);
        self.list
            .draw(view, &needs, &view.t("catalogue.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let count = self.list.rows().len().to_string();
        Line::raw(view.lang.tf("metrics.summary", &[("count", &count)]))
    }
}
