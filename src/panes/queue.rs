//! What needs somebody, of all systems, as one sort of row: alarms, incidents that nobody has accepted, orders that
//! failed, scaling groups whose activities fail. Equal ones are folded.
//!
//! One scale for all: how each system's severities map onto it is in docs/severity.md and tested here and in the
//! systems' `answer`.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::Timestamp;

use crate::app::marks::{Mark, Marks};
use crate::app::scaling::{self, Trouble};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::alarm::{Alarm, Severity};
use crate::domain::incident::{Incident, IncidentStatus, Level};
use crate::domain::odd::Odd;
use crate::domain::query::Query;
use crate::domain::script::{Order, RunStatus};
use crate::domain::text::SafeText;
use crate::ui::lang::Lang;

/// So many equal alarms and more are one row.
pub const FOLD_FROM: usize = 5;
/// In a storm fewer are enough.
const FOLD_FROM_IN_STORM: usize = 2;
/// So many alarms that began within [`STORM_SECONDS`] are a storm.
const STORM: usize = 60;
/// The span in which the alarms of a storm begin.
const STORM_SECONDS: i64 = 60;
/// How long ago an order may have failed to be in the queue, in seconds.
const FAILED_WITHIN: i64 = 86_400;
/// Steps of an arrival histogram, which spans the last hour.
pub const ARRIVALS: usize = 30;
const ARRIVAL_SECONDS: i64 = 120;

/// One thing that needs somebody.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub subject: Subject,
    /// What is shown of it; for what is no alarm, put together.
    pub alarm: Alarm,
    /// What this user noted about it.
    pub mark: Mark,
}

/// Equal things, at least one.
#[derive(Debug, Clone)]
pub struct Group {
    /// The oldest of them: the row is about it.
    pub first: Item,
    /// All of them when there are several, the first one too; empty for one alone.
    pub all: Vec<Subject>,
    /// When they began, as seconds since 1970.
    pub since: Vec<i64>,
    /// How many different things they are about.
    pub resources: usize,
    /// Is it shown although it is part of a group that was unfolded?
    pub unfolded: bool,
}

/// Severity of an incident by its level: P1 is critical. A level that this program does not know must not sink.
pub const fn severity_of_level(level: Option<Level>) -> Severity {
    match level {
        Some(Level::P1) => Severity::Critical,
        Some(Level::P2) | None => Severity::Major,
        Some(Level::P3) => Severity::Minor,
        Some(Level::P4) => Severity::Warning,
        Some(Level::P5) => Severity::Info,
    }
}

/// Severity of an order that failed: it was meant to help, and did not.
pub const FAILED_ORDER: Severity = Severity::Major;

/// Severity of a group whose activities fail: it is as large as it was, which may do for a while.
pub const FAILED_SCALING: Severity = Severity::Major;

/// What the rows of other things are called.
pub struct Words {
    /// "Not accepted"
    pub unaccepted: String,
    /// "Order failed"
    pub failed_order: String,
    /// "Scaling failed"
    pub failed_scaling: String,
    /// The language of what is put together here.
    pub lang: Lang,
}

/// Everything that needs somebody now; with `cleared` also alarms that are over.
pub fn items(world: &World, words: &Words, cleared: bool, now: Timestamp) -> Vec<Item> {
    // Before anybody was asked for alarms the others would stand on top, where the worst belongs.
    let asked = world.accounts.iter().any(|account| {
        let known = world.known(&Query::Alarms(account.id.clone()));
        known.is_some_and(|known| known.tried.is_some())
    });
    if !asked {
        return Vec::new();
    }
    let item = |alarm: Alarm, subject: Subject| Item {
        mark: world.marks.of(&subject),
        alarm,
        subject,
    };
    let alarms = world
        .alarms()
        .filter(|alarm| cleared || !alarm.cleared)
        .map(|alarm| {
            let subject = Subject::Alarm(alarm.account.clone(), alarm.id.clone());
            item(slim(alarm), subject)
        });
    let incidents = world
        .incidents()
        .into_iter()
        .filter(|(_, incident)| incident.status == IncidentStatus::Triggered)
        .map(|(account, incident)| {
            let subject = Subject::Incident(account.clone(), incident.id.clone());
            item(
                of_incident(account, incident, &words.unaccepted, now),
                subject,
            )
        });
    let orders = world
        .orders()
        .filter(|(_, order)| order.status == RunStatus::Abnormal)
        .filter(|(_, order)| {
            let at = order.finished.or(order.created);
            at.is_some_and(|at| now.as_second() - at.as_second() < FAILED_WITHIN)
        })
        .map(|(account, order)| {
            let subject = Subject::Order(account.clone(), order.id.clone());
            item(of_order(account, order, &words.failed_order, now), subject)
        });
    let groups = world.scaling_troubles(now).map(|trouble| {
        let subject = Subject::ScalingPart(
            trouble.account.clone(),
            trouble.group.id.clone(),
            trouble.latest.id.clone(),
        );
        item(of_group(&trouble, words), subject)
    });
    alarms
        .chain(incidents)
        .chain(orders)
        .chain(groups)
        .collect()
}

/// An alarm without what only its description shows: with ten thousand of them that counts.
fn slim(alarm: &Alarm) -> Alarm {
    Alarm {
        id: alarm.id.clone(),
        account: alarm.account.clone(),
        severity: alarm.severity,
        severity_raw: alarm.severity_raw.clone(),
        title: alarm.title.clone(),
        resource: alarm.resource.clone(),
        resource_id: alarm.resource_id.clone(),
        region: alarm.region.clone(),
        since: alarm.since,
        latest: alarm.latest,
        count: alarm.count,
        cleared: alarm.cleared,
        acknowledged: alarm.acknowledged,
        threshold: alarm.threshold.clone(),
        policy: alarm.policy,
        detail: Vec::new(),
        odd: alarm.odd.clone(),
    }
}

/// A row that is no alarm.
fn plain(account: &AccountId, id: &SafeText, severity: Severity, since: Timestamp) -> Alarm {
    Alarm {
        id: id.clone(),
        account: account.clone(),
        severity,
        severity_raw: SafeText::default(),
        title: SafeText::default(),
        resource: SafeText::default(),
        resource_id: None,
        region: SafeText::default(),
        since,
        latest: since,
        count: 1,
        cleared: false,
        acknowledged: false,
        threshold: None,
        policy: None,
        detail: Vec::new(),
        odd: Odd::default(),
    }
}

fn of_incident(account: &AccountId, incident: &Incident, word: &str, now: Timestamp) -> Alarm {
    let since = incident.created.unwrap_or(now);
    Alarm {
        title: format!("{word}: {}", incident.title.raw()).into(),
        resource: incident.id.clone(),
        region: incident.region.clone(),
        ..plain(
            account,
            &incident.id,
            severity_of_level(incident.level),
            since,
        )
    }
}

fn of_order(account: &AccountId, order: &Order, word: &str, now: Timestamp) -> Alarm {
    let since = order.finished.or(order.created).unwrap_or(now);
    Alarm {
        title: format!("{word}: {}", order.name.raw()).into(),
        resource: order.id.clone(),
        ..plain(account, &order.id, FAILED_ORDER, since)
    }
}

/// One row for each group, however often it has failed in a row.
fn of_group(trouble: &Trouble<'_>, words: &Words) -> Alarm {
    let activity = trouble.latest;
    let title = format!(
        "{}: {}",
        words.failed_scaling,
        scaling::failure(activity, words.lang)
    );
    let latest = activity.started.unwrap_or(trouble.since);
    Alarm {
        title: title.into(),
        resource: trouble.group.name.clone(),
        latest,
        count: trouble.count,
        ..plain(trouble.account, &activity.id, FAILED_SCALING, trouble.since)
    }
}

/// Worst first; among equals what nobody has touched, then what has just begun. What sleeps and what is over comes last.
pub fn rank(item: &Item, now: Timestamp) -> (bool, bool, Severity, bool, Reverse<Timestamp>, &str) {
    let alarm = &item.alarm;
    (
        alarm.cleared,
        item.mark.sleeps(now),
        alarm.severity,
        alarm.acknowledged || item.mark.seen || item.mark.mine,
        Reverse(alarm.since),
        alarm.id.raw(),
    )
}

/// Do so many alarms begin at once that only folded rows can be read? How many, when they do.
pub fn storm(items: &[Item], now: Timestamp) -> Option<usize> {
    let from = now.as_second() - STORM_SECONDS;
    let count = items
        .iter()
        .filter(|item| !item.alarm.cleared && item.alarm.since.as_second() >= from)
        .count();
    (count >= STORM).then_some(count)
}

/// What is equal: the same thing in the same system, as bad, and alike touched.
#[derive(PartialEq, Eq, Hash, Clone)]
pub struct Likeness {
    account: AccountId,
    title: SafeText,
    severity: Severity,
    cleared: bool,
    sleeps: bool,
    touched: bool,
}

/// What an item is equal by.
pub fn likeness(item: &Item, now: Timestamp) -> Likeness {
    Likeness {
        account: item.alarm.account.clone(),
        title: item.alarm.title.clone(),
        severity: item.alarm.severity,
        cleared: item.alarm.cleared,
        sleeps: item.mark.sleeps(now),
        touched: item.mark.seen || item.mark.mine,
    }
}

/// Folds equal items, except those that the user unfolded, and brings the rows in order.
pub fn fold(
    mut items: Vec<Item>,
    unfolded: &[Likeness],
    in_storm: bool,
    now: Timestamp,
) -> Vec<Group> {
    items.sort_by(|a, b| rank(a, now).cmp(&rank(b, now)));
    let enough = if in_storm {
        FOLD_FROM_IN_STORM
    } else {
        FOLD_FROM
    };
    let mut places: HashMap<Likeness, Vec<usize>> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        places.entry(likeness(item, now)).or_default().push(at);
    }
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    let mut rows: Vec<(usize, Group)> = Vec::new();
    for (like, places) in places {
        let opened = unfolded.contains(&like);
        if places.len() < enough || opened {
            for at in places {
                rows.extend(items[at].take().map(|item| (at, alone(item, opened))));
            }
        } else {
            let top = places[0];
            let all: Vec<Item> = places
                .into_iter()
                .filter_map(|at| items[at].take())
                .collect();
            rows.extend(folded(all).map(|group| (top, group)));
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, group)| group).collect()
}

fn alone(item: Item, unfolded: bool) -> Group {
    Group {
        since: vec![item.alarm.since.as_second()],
        first: item,
        all: Vec::new(),
        resources: 1,
        unfolded,
    }
}

fn folded(items: Vec<Item>) -> Option<Group> {
    let mut resources: Vec<&SafeText> = items.iter().map(|item| &item.alarm.resource).collect();
    resources.sort_unstable();
    resources.dedup();
    let resources = resources.len();
    let since = items
        .iter()
        .map(|item| item.alarm.since.as_second())
        .collect();
    let all = items.iter().map(|item| item.subject.clone()).collect();
    let count = items.iter().map(|item| item.alarm.count).sum();
    // The oldest stays the oldest while others come.
    let mut first = items
        .into_iter()
        .min_by(|a, b| (a.alarm.since, a.alarm.id.raw()).cmp(&(b.alarm.since, b.alarm.id.raw())))?;
    first.alarm.count = count;
    Some(Group {
        first,
        all,
        since,
        resources,
        unfolded: false,
    })
}

impl Group {
    /// Everything it stands for.
    pub fn subjects(&self) -> Vec<Subject> {
        if self.all.is_empty() {
            vec![self.first.subject.clone()]
        } else {
            self.all.clone()
        }
    }

    /// How many alarms it stands for.
    pub fn len(&self) -> usize {
        self.all.len().max(1)
    }

    /// When its alarms began, over the last hour: how many in each step, gaps where none did.
    pub fn arrivals(&self, now: Timestamp) -> Vec<Option<f64>> {
        let span = ARRIVAL_SECONDS * i64::try_from(ARRIVALS).unwrap_or(1);
        let from = now.as_second() - span;
        let mut steps = vec![None; ARRIVALS];
        for at in &self.since {
            let step = usize::try_from((at - from).div_euclid(ARRIVAL_SECONDS)).ok();
            if let Some(count) = step.and_then(|step| steps.get_mut(step)) {
                *count = Some(count.unwrap_or(0.0) + 1.0);
            }
        }
        steps
    }
}

/// The mark that follows from a wish: all get what the first one does not have yet.
pub fn toggled(
    marks: &Marks,
    on: &[Subject],
    which: fn(&mut Mark) -> &mut bool,
    at: i64,
) -> Vec<(Subject, Mark)> {
    let has = |subject: &Subject| *which(&mut marks.of(subject).clone());
    let wanted = !on.iter().all(has);
    on.iter()
        .map(|subject| {
            let mut mark = marks.of(subject);
            *which(&mut mark) = wanted;
            mark.at = at;
            (subject.clone(), mark)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::SystemId;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    fn item(id: i64, title: &str, severity: Severity, second: i64) -> Item {
        let account = AccountId::new("p", SystemId::HuaweiEsm);
        let id = SafeText::from(format!("service/{id}"));
        let alarm = Alarm {
            title: title.into(),
            resource: format!("host-{}", id.raw()).into(),
            ..plain(&account, &id, severity, at(second))
        };
        Item {
            subject: Subject::Alarm(account, id),
            alarm,
            mark: Mark::default(),
        }
    }

    #[test]
    fn one_scale_for_incidents_and_orders() {
        let scale = [
            (Some(Level::P1), Severity::Critical),
            (Some(Level::P2), Severity::Major),
            (Some(Level::P3), Severity::Minor),
            (Some(Level::P4), Severity::Warning),
            (Some(Level::P5), Severity::Info),
            (None, Severity::Major),
        ];
        for (level, severity) in scale {
            assert_eq!(severity_of_level(level), severity, "{level:?}");
        }
        assert_eq!(FAILED_ORDER, Severity::Major);
        assert_eq!(FAILED_SCALING, Severity::Major);
    }

    #[test]
    fn the_order_of_the_queue() {
        let mut seen = item(1, "a", Severity::Critical, 100);
        seen.mark.seen = true;
        let mut asleep = item(2, "b", Severity::Critical, 100);
        asleep.mark.until = Some(at(1000).as_second());
        let mut over = item(3, "c", Severity::Critical, 100);
        over.alarm.cleared = true;
        let items = vec![
            over,
            asleep,
            item(4, "d", Severity::Major, 150),
            seen,
            item(5, "e", Severity::Critical, 50),
            item(6, "f", Severity::Critical, 90),
        ];
        let rows = fold(items, &[], false, at(200));
        let titles: String = rows.iter().map(|row| row.first.alarm.title.raw()).collect();
        assert_eq!(titles, "feadbc");
    }

    #[test]
    fn equal_alarms_are_one_row_that_can_be_unfolded() {
        let items: Vec<Item> = (0..7)
            .map(|id| item(id, "Port down", Severity::Minor, 10 * id))
            .chain([item(9, "Port down", Severity::Major, 0)])
            .collect();
        let rows = fold(items.clone(), &[], false, at(100));
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[1].len(), rows[1].resources), (7, 7));
        // The row is about the oldest, so that it stays the same row.
        assert_eq!(rows[1].first.alarm.id.raw(), "service/0");
        let arrived: f64 = rows[1].arrivals(at(100)).iter().flatten().sum();
        assert!((arrived - 7.0).abs() < f64::EPSILON);
        let like = likeness(&rows[1].first, at(100));
        assert_eq!(fold(items, &[like], false, at(100)).len(), 8);
    }

    #[test]
    fn few_are_not_folded_unless_it_storms() {
        let items: Vec<Item> = (0..3).map(|id| item(id, "x", Severity::Minor, 0)).collect();
        assert_eq!(fold(items.clone(), &[], false, at(1)).len(), 3);
        assert_eq!(fold(items, &[], true, at(1)).len(), 1);
    }

    #[test]
    fn a_storm_is_many_at_once() {
        let many: Vec<Item> = (0..100)
            .map(|id| item(id, "x", Severity::Minor, 0))
            .collect();
        assert_eq!(storm(&many, at(30)), Some(100));
        assert_eq!(storm(&many, at(120)), None);
        assert_eq!(storm(&many[..10], at(30)), None);
    }

    #[test]
    fn marks_of_several_become_alike() {
        let (one, two) = (
            item(1, "a", Severity::Major, 0),
            item(2, "b", Severity::Major, 0),
        );
        let both = [one.subject.clone(), two.subject.clone()];
        let mut marks = Marks::default();
        marks.set(
            &both[0],
            Mark {
                seen: true,
                ..Mark::default()
            },
        );
        for (subject, mark) in toggled(&marks, &both, |mark| &mut mark.seen, 5) {
            assert!(mark.seen);
            marks.set(&subject, mark);
        }
        let cleared = toggled(&marks, &both, |mark| &mut mark.seen, 6);
        assert!(cleared.iter().all(|(_, mark)| !mark.seen));
    }

    /// Ten thousand alarms are brought in order and folded within a frame's time (33 ms), in an unoptimised build too
    /// within the budget's tenfold.
    #[test]
    fn ten_thousand_alarms_are_folded_quickly() {
        let items: Vec<Item> = (0..10_000)
            .map(|id| item(id, &format!("kind {}", id % 40), Severity::Minor, id % 900))
            .collect();
        let rows = fold(items, &[], true, at(1000));
        assert_eq!(rows.len(), 40);
        assert_eq!(rows.iter().map(Group::len).sum::<usize>(), 10_000);
    }
}
