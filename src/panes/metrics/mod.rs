//! `:metrics`: the series that are watched, each with its last hour, and those that fire; all of them, or one group.

mod entry;
mod told;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use self::entry::{Entry, columns, document};
use self::told::Told;
pub use self::told::{info, instance_names};
use super::list::List;
use super::{frame, metric_forms, wants};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Event, Listing, Pane, Request, Tone, View};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::metric::{SeriesKey, Watched};
use crate::domain::query::{Query, Want};
use crate::domain::text::SafeText;
use crate::ui::width;

/// How old the samples may get: new ones come once a minute.
const EVERY: Duration = Duration::from_secs(60);
/// How old names and units may get: they hardly ever change.
const CATALOGUE_EVERY: Duration = Duration::from_secs(6 * 3600);
/// From so many rows on the groups have a line of their own.
const GROUPS_FROM: u16 = 4;
const ABOUT: About = About::new("metrics", "metrics.title", COMMANDS).aliases(&["metric"]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Series])
        .hinted(),
    Command::new("metrics.catalogue", &["o"]).hinted(),
    Command::new("metrics.add", &["a"]),
    Command::new("metrics.remove", &["D"]).on(&[Kind::Series]),
    Command::new("metrics.group", &["z g"]).on(&[Kind::Series]),
    Command::new("metrics.group_next", &["] g"]),
    Command::new("metrics.group_prev", &["[ g"]),
    Command::changes("metrics.upload", &["U"]),
];

/// The watched series.
pub struct Metrics {
    list: List<Entry>,
    /// The group that is shown; `None`: everything.
    group: Option<SafeText>,
    /// What a form about groups was opened for.
    asked: Vec<Subject>,
    /// What the rows need to know. Made with them: there may be tens of thousands.
    needs: Vec<Want>,
    made: Made,
}

/// What the rows were made of.
#[derive(Default)]
struct Made {
    /// The version of everything but samples, and the group.
    of: Option<(u64, Option<SafeText>)>,
    /// Up to which version samples were taken over.
    samples: u64,
    places: Places,
}

/// Where the row of each series is.
#[derive(Default)]
struct Places(HashMap<AccountId, HashMap<SeriesKey, usize>>);

impl Places {
    fn of(entries: &[Entry]) -> Self {
        let mut places = Self::default();
        for (place, entry) in entries.iter().enumerate() {
            let of_account = places.0.entry(entry.account.clone()).or_default();
            of_account.insert(entry.key.clone(), place);
        }
        places
    }

    fn get(&self, account: &AccountId, key: &SeriesKey) -> Option<usize> {
        self.0.get(account)?.get(key).copied()
    }
}

impl Metrics {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            group: None,
            asked: Vec::new(),
            needs: Vec::new(),
            made: Made::default(),
        }
    }

    /// Brings the rows up to date. Where only samples came, those are taken over: there may be three answers a second,
    /// and tens of thousands of rows.
    fn refresh(&mut self, ctx: &Context) {
        let of = (ctx.world.version_besides_samples(), self.group.clone());
        if self.made.of != Some(of) {
            self.rebuild(ctx);
            return;
        }
        let told = Told::of(ctx.world);
        let made = &mut self.made;
        self.list.renumber(ctx, |rows| {
            for (account, series) in ctx.world.series_since(made.samples) {
                let place = made.places.get(account, &series.key);
                if let Some(entry) = place.and_then(|place| rows.get_mut(place)) {
                    entry.measure(ctx.world, &told, None);
                }
            }
        });
        made.samples = ctx.world.version();
    }

    fn rebuild(&mut self, ctx: &Context) {
        let names = instance_names(ctx.world);
        let groups = metric_forms::groups(ctx.world);
        // A group that has become empty is no group any more.
        self.group = self.group.take().filter(|group| groups.contains(&group));
        let told = Told::of(ctx.world);
        let mut entries = firing(ctx);
        let fires = Places::of(&entries);
        // The members of a group stand together.
        let mut watched: Vec<&Watched> = ctx.world.watch.iter().collect();
        watched.sort_by_key(|one| groups.iter().position(|group| *group == &one.group));
        for one in watched {
            let place = fires.get(&one.account, &one.key);
            match place.and_then(|place| entries.get_mut(place)) {
                Some(entry) => entry.group = one.group.clone(),
                None => entries.push(Entry::of(one)),
            }
        }
        if let Some(group) = &self.group {
            entries.retain(|entry| &entry.group == group);
        }
        let before = self.list.rows();
        for (place, entry) in entries.iter_mut().enumerate() {
            if let Some(name) = names.get(&entry.key.instance) {
                entry.instance = name.clone();
            }
            let before = before.get(place).and_then(|before| before.facts.as_ref());
            entry.measure(ctx.world, &told, before);
        }
        if !before
            .iter()
            .map(Entry::asks)
            .eq(entries.iter().map(Entry::asks))
        {
            self.needs = needs(&entries);
        }
        self.made = Made {
            of: Some((ctx.world.version_besides_samples(), self.group.clone())),
            samples: ctx.world.version(),
            places: Places::of(&entries),
        };
        self.list.replace(entries, ctx);
    }

    /// Goes on to the next group, or back to the one before; everything stands between the last and the first.
    fn turn(&mut self, forward: bool, ctx: &Context) -> Vec<Request> {
        let groups = metric_forms::groups(ctx.world);
        if groups.is_empty() {
            let words = ctx.lang.t("metrics.no_groups").into_owned();
            return vec![Request::Toast(Tone::Info, words)];
        }
        let places = groups.len() + 1;
        let shown = self.group.as_ref();
        let at = groups.iter().position(|group| shown == Some(*group));
        let at = at.map_or(0, |at| at + 1);
        let next = if forward { at + 1 } else { at + places - 1 } % places;
        self.group = next
            .checked_sub(1)
            .and_then(|at| groups.get(at))
            .map(|group| (*group).clone());
        self.refresh(ctx);
        if self.list.selected().is_none() {
            // What was selected is in another group.
            let top = Event::Command {
                name: "move.top",
                on: &[],
            };
            self.list.event(&top, ctx);
        }
        Vec::new()
    }

    /// Everything and the groups in one line, what is shown among them marked.
    fn draw_groups(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let groups = metric_forms::groups(view.world);
        let all = view.t("metrics.all_groups");
        let names = groups.iter().map(|group| (group.shown(), Some(*group)));
        let mut x = area.x;
        for (name, group) in std::iter::once((all.as_str(), None)).chain(names) {
            let role = if group == self.group.as_ref() {
                "title.focused"
            } else {
                "muted"
            };
            let room = area.right().saturating_sub(x);
            x += width::put(
                buf,
                x,
                area.y,
                &format!(" {name} "),
                room,
                view.theme.style(role),
            );
        }
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        let Some(entry) = self.list.selected() else {
            return Vec::new();
        };
        vec![Request::Document(document(entry, ctx))]
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// The series of active alarms: they are watched whether the user asked for them or not.
fn firing(ctx: &Context) -> Vec<Entry> {
    let mut active: Vec<_> = ctx.world.alarms().filter(|alarm| !alarm.cleared).collect();
    active.sort_by_key(|alarm| (alarm.severity, alarm.since));
    let mut seen = HashSet::new();
    let mut entries: Vec<Entry> = Vec::new();
    for alarm in active {
        let Some(line) = &alarm.threshold else {
            continue;
        };
        if !seen.insert((&alarm.account, &line.series)) {
            continue;
        }
        entries.push(Entry::firing(alarm, line));
    }
    entries
}

/// The samples of these series, and names and units of their metrics: machines of one namespace have the same metrics, so
/// one of them is asked for each.
fn needs(entries: &[Entry]) -> Vec<Want> {
    let mut needs = wants::series(entries.iter().map(Entry::wanted), EVERY);
    let mut told = HashSet::new();
    let mut asked = HashSet::new();
    for Entry { account, key, .. } in entries {
        if !told.insert((account, &key.namespace, &key.metric)) {
            continue;
        }
        let query = Query::Metrics {
            account: account.clone(),
            namespace: key.namespace.raw().to_owned(),
            instance: key.instance.raw().to_owned(),
        };
        if asked.insert(query.clone()) {
            needs.push(wants::want(query, CATALOGUE_EVERY));
        }
    }
    needs
}

impl Pane for Metrics {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needs = self.needs.clone();
        // What a description tells beside the course of a metric.
        needs.extend(wants::changes(ctx));
        needs
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed | Event::Opened { .. } => {
                self.refresh(ctx);
                Vec::new()
            }
            Event::Command { name: "open", on } => {
                on.first().cloned().map(Request::Show).into_iter().collect()
            }
            Event::Command {
                name: "describe", ..
            } => self.describe(ctx),
            Event::Command {
                name: "metrics.catalogue",
                ..
            } => vec![Request::Go("catalogue".to_owned())],
            Event::Command {
                name: "metrics.add",
                ..
            } => metric_forms::ask_series(self.group.as_ref(), ctx)
                .map(|asking| Request::Form(Box::new(asking)))
                .into_iter()
                .collect(),
            Event::Command {
                name: "metrics.remove",
                on,
            } => vec![metric_forms::watch(on, ctx.world)],
            Event::Command {
                name: "metrics.group",
                on,
            } => {
                self.asked = on.to_vec();
                let asking = metric_forms::ask_group(on, ctx);
                vec![Request::Form(Box::new(asking))]
            }
            Event::Command {
                name: name @ ("metrics.group_next" | "metrics.group_prev"),
                ..
            } => self.turn(*name == "metrics.group_next", ctx),
            Event::Command {
                name: "metrics.upload",
                ..
            } => {
                let of = self.list.selected().map(|entry| &entry.key);
                vec![Request::Form(Box::new(metric_forms::ask_upload(
                    of, ctx.lang,
                )))]
            }
            Event::Form {
                tag: "metrics.add",
                values,
            } => metric_forms::added(values, ctx.world),
            Event::Form {
                tag: "metrics.group",
                values,
            } => vec![metric_forms::grouped(&self.asked, values, ctx.world)],
            Event::Form {
                tag: "metrics.upload",
                values,
            } => metric_forms::uploaded(values, ctx),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back() || self.group.take().is_some()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = &self.needs;
        let mut totals = frame::counted(&self.list.info(view.lang), view.lang);
        if let Some(group) = &self.group {
            totals = format!("{} {} {totals}", group.shown(), view.theme.glyphs().bullet);
        }
        let mut inner = frame::draw(view, ABOUT.title, &totals, needs, area, buf);
        let has_groups = view.world.watch.iter().any(|one| !one.group.is_empty());
        if has_groups && !view.board && inner.height > GROUPS_FROM {
            self.draw_groups(view, Rect { height: 1, ..inner }, buf);
            inner.y += 1;
            inner.height -= 1;
        }
        self.list
            .draw(view, needs, &view.t("metrics.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let count = self.list.rows().len().to_string();
        let mut spans = vec![Span::raw(
            view.lang.tf("metrics.summary", &[("count", &count)]),
        )];
        let worst = self.list.rows().iter().find_map(|entry| {
            let (severity, _) = entry.alarm.as_ref()?;
            Some((severity, entry, entry.facts.as_ref()?))
        });
        if let Some((severity, entry, facts)) = worst {
            spans.push(Span::styled(
                format!(
                    "  {} {} {}",
                    entry.instance,
                    entry.key.metric,
                    view.rates.text(facts.last, facts.unit.shown())
                ),
                view.theme.severity(*severity),
            ));
        }
        Line::from(spans)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::app::world::World;
    use crate::domain::account::SystemId;
    use crate::domain::connection::Account;
    use crate::domain::metric::{Sample, Series, Statistic, Window};
    use crate::domain::query::{Facts, Update};
    use crate::ui::glyphs::UNICODE;
    use crate::ui::lang::Lang;
    use crate::ui::rates::Rates;

    const PERIOD: u32 = 60;

    fn account() -> AccountId {
        AccountId::new("main", SystemId::KscMonitor)
    }

    fn key(instance: &str) -> SeriesKey {
        SeriesKey::new("KEC", instance, "cpu.utilization.total")
    }

    /// A world in which these instances are watched.
    fn watching(instances: &[&str]) -> World {
        let account = Account {
            id: account(),
            region: "cn-beijing-6".to_owned(),
            read_only: false,
            production: false,
            operator: String::new(),
            limits: Vec::new(),
        };
        let watched = instances
            .iter()
            .map(|one| Watched::new(account.id.clone(), key(one)));
        let watched = watched.collect();
        World::new(vec![account], watched)
    }

    /// Two samples of each of these instances come, the last one at `at`.
    fn samples_come(world: &mut World, statistic: Statistic, at: i64, values: &[(&str, f64)]) {
        let series = |(instance, value): &(&str, f64)| Series {
            key: key(instance),
            label: None,
            unit: None,
            statistic,
            period: PERIOD,
            samples: [(at - 60, 1.0), (at, *value)]
                .map(|(at, value)| Sample { at, value })
                .to_vec(),
            odd: None,
        };
        world.apply(Update {
            query: Query::Series {
                account: account(),
                keys: values.iter().map(|(instance, _)| key(instance)).collect(),
                statistic,
                period: PERIOD,
                window: Window::Last(3600),
            },
            at: Timestamp::from_second(at).unwrap(),
            result: Ok(Facts::samples(
                values.iter().map(series).collect(),
                Vec::new(),
            )),
        });
    }

    fn changed(pane: &mut Metrics, world: &World) {
        let ctx = Context {
            world,
            at: Timestamp::from_second(10_000).unwrap(),
            lang: Lang::En,
            zone: &TimeZone::UTC,
            rates: Rates::AsSent,
            glyphs: &UNICODE,
            area: Rect::new(0, 0, 80, 24),
        };
        pane.update(&Event::Changed, &ctx);
    }

    /// What the rows say: the instance, its last value and the mean.
    fn rows(pane: &Metrics) -> Vec<(String, Option<(f64, f64)>)> {
        let said = |entry: &Entry| {
            let facts = entry.facts.as_ref();
            let numbers = facts.map(|facts| (facts.last, facts.spread.1));
            (entry.instance.to_string(), numbers)
        };
        pane.list.rows().iter().map(said).collect()
    }

    #[test]
    fn samples_that_come_stand_in_their_rows_as_if_all_were_made_anew() {
        let mut world = watching(&["a", "b", "c"]);
        let mut pane = Metrics::new();
        changed(&mut pane, &world);
        let whole = world.version_besides_samples();
        let (mean, max) = (Statistic::Average, Statistic::Max);
        samples_come(&mut world, mean, 600, &[("a", 3.0), ("b", 5.0)]);
        changed(&mut pane, &world);
        let expected = [
            ("a", Some((3.0, 2.0))),
            ("b", Some((5.0, 3.0))),
            ("c", None),
        ];
        let expected = expected.map(|(name, numbers)| (name.to_owned(), numbers));
        assert_eq!(rows(&pane), expected);
        samples_come(&mut world, mean, 660, &[("c", 7.0), ("a", 9.0)]);
        samples_come(&mut world, max, 720, &[("b", 99.0)]);
        samples_come(&mut world, mean, 540, &[("c", 1.0)]);
        changed(&mut pane, &world);
        assert_eq!(world.version_besides_samples(), whole);
        let mut anew = Metrics::new();
        changed(&mut anew, &world);
        assert_eq!(rows(&pane), rows(&anew));
        let last = rows(&pane)
            .into_iter()
            .map(|(_, numbers)| numbers.unwrap().0);
        assert_eq!(last.collect::<Vec<_>>(), [9.0, 5.0, 7.0]);
    }

    #[test]
    fn what_is_not_samples_makes_the_rows_anew() {
        let mut world = watching(&["a"]);
        let mut pane = Metrics::new();
        changed(&mut pane, &world);
        samples_come(&mut world, Statistic::Average, 600, &[("a", 3.0)]);
        changed(&mut pane, &world);
        let mut list = world.watch.clone();
        list.insert(0, Watched::new(account(), key("b")));
        world.set_watch(list);
        changed(&mut pane, &world);
        let expected = [("b", None), ("a", Some((3.0, 2.0)))];
        assert_eq!(
            rows(&pane),
            expected.map(|(name, numbers)| (name.to_owned(), numbers))
        );
    }
}
