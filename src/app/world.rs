//! The shared state: every fact that any pane shows, with its age, its last error and whether it is being asked for.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::cloud::declare::Entry;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::{AlarmPolicy, PolicyId};
use crate::domain::connection::Account;
use crate::domain::doubt::Doubt;
use crate::domain::error::{ApiError, Class, OperationId};
use crate::domain::health::{AccountHealth, Lamp};
use crate::domain::incident::IncidentId;
use crate::domain::journal::{JournalEntry, Outcome, Ticket};
use crate::domain::metric::{Sample, Series, SeriesKey, Statistic, Watched, Window};
use crate::domain::query::{Facts, Query, Update};
use crate::domain::site::{MeterExport, namespace};
use crate::domain::text::SafeText;
use crate::domain::trail::{Link, Linked, Note};

use super::marks::{Mark, Marks};
use super::samples::Samples;
use super::setbacks::Setbacks;
use super::subject::Subject;

/// What is known about a question.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The last good answer.
    pub facts: Option<Facts>,
    /// When it came.
    pub at: Option<Timestamp>,
    /// The error of the last try, when it failed; the last good answer stays.
    pub error: Option<ApiError>,
    /// When the last try ended, good or bad.
    pub tried: Option<Timestamp>,
    /// The version of the world that the last good answer made.
    version: u64,
}

impl Known {
    /// How old the last good answer is; `None` when there is none.
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        self.at.map(|at| since(at, now))
    }

    /// Is the answer older than it should be: did the last try fail, or is it three intervals old?
    pub fn stale(&self, now: Timestamp, every: Duration) -> bool {
        self.error.is_some() || self.age(now).is_some_and(|age| age > every * 3)
    }
}

/// How long ago `then` was; zero when it lies ahead.
pub fn since(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or_default()
}

/// A change that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its ticket.
    pub ticket: Ticket,
    /// What it changes, where that is one thing.
    pub subject: Option<Subject>,
    /// What it is, in words.
    pub summary: String,
    /// Since when.
    pub since: Timestamp,
}

/// Something that went wrong, for `:problems`.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// When it was last seen.
    pub at: Timestamp,
    /// Whose call it was.
    pub account: Option<AccountId>,
    /// What went wrong.
    pub what: What,
}

impl Problem {
    /// What tells it from another one, whichever operation met it.
    pub fn cause(&self) -> (Option<AccountId>, String) {
        let words = match &self.what {
            What::Call(error, _) => {
                let ApiError {
                    class,
                    code,
                    param,
                    message,
                    ..
                } = error;
                format!("{class:?} {code:?} {param:?} {message:?}")
            }
            What::Words(text) => text.clone(),
            What::Clock(_) => "clock".to_owned(),
        };
        (self.account.clone(), words)
    }

    /// The operation whose call it was, and the others that met the same.
    pub fn operations(&self) -> Vec<OperationId> {
        match &self.what {
            What::Call(error, others) => {
                let mut all = vec![error.operation];
                all.extend(others);
                all
            }
            What::Words(_) | What::Clock(_) => Vec::new(),
        }
    }

    /// Another one with the same cause.
    fn add(&mut self, same: &Self) {
        let known = self.operations();
        if let What::Call(_, others) = &mut self.what {
            let more = same.operations();
            others.extend(more.iter().filter(|one| !known.contains(one)));
        }
    }
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A call, and the other operations that met the same.
    Call(ApiError, Vec<OperationId>),
    /// Something else, in words: the store, the editor, a part of an answer.
    Words(String),
    /// The service's clock is so many seconds ahead of this machine's.
    Clock(i64),
}

/// How many problems in words are kept.
const PROBLEMS_KEPT: usize = 200;

/// All facts. `apply` is its only writer of facts, called by `App::update`.
#[derive(Debug, Default)]
pub struct World {
    /// The accounts in use, in the order in which they are shown.
    pub accounts: Vec<Account>,
    /// The operations of all systems.
    pub operations: Vec<&'static Entry>,
    /// Answers.
    known: HashMap<Query, Known>,
    /// The series among them.
    samples: Samples,
    /// Incidents that are followed, in the order in which they were added.
    pub tracked: Vec<(AccountId, IncidentId)>,
    /// The incident that is worked on.
    pub pinned: Option<(AccountId, IncidentId)>,
    /// The metering job that was looked at last, also in an earlier session.
    pub metered: Option<(AccountId, SafeText)>,
    /// Changes whose answer never came, being looked up.
    pub doubts: Vec<Doubt>,
    /// Lines of incidents' time lines that are kept here, oldest first.
    pub notes: Vec<Note>,
    /// Which alarm and incident led to what, oldest first.
    pub links: Vec<Link>,
    /// Series to keep on the dashboard, besides those that fire, in the order in which they are shown.
    pub watch: Vec<Watched>,
    /// The journal's latest entries, newest first.
    pub journal: Vec<JournalEntry>,
    /// How the background task is doing.
    pub health: Vec<AccountHealth>,
    /// Changes under way.
    pub pending: Vec<Pending>,
    /// What this user noted about alarms.
    pub marks: Marks,
    /// Problems that belong to no question, newest first.
    noted: Vec<Problem>,
    /// Daily amounts of pools of capacity that were kept, by the pool's id.
    days: HashMap<(AccountId, SafeText), Vec<Sample>>,
    /// Policies whose rules, instances or receivers became others while this program looked, oldest first.
    pub edits: Vec<PolicyEdit>,
    /// What answers about orders contradicted of those before.
    pub setbacks: Setbacks,
    /// The writing of metering records to a file that was begun last.
    pub export: Option<MeterExport>,
    /// Changes whenever anything here does.
    version: u64,
    /// The version in which anything but samples changed last.
    besides_samples: u64,
}

/// A policy that somebody changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyEdit {
    /// Whose it is.
    pub account: AccountId,
    /// The policy.
    pub policy: PolicyId,
    /// Its name.
    pub name: SafeText,
    /// When it was noticed: the service does not say when it happened.
    pub at: Timestamp,
}

/// How many changes of policies are kept.
const EDITS_KEPT: usize = 200;

impl World {
    /// A world in which nothing is known but the accounts.
    pub fn new(accounts: Vec<Account>, watch: Vec<Watched>) -> Self {
        Self {
            accounts,
            watch,
            ..Self::default()
        }
    }

    /// With the operations of the systems, for the explorer.
    #[must_use]
    pub fn with_operations(mut self, operations: Vec<&'static Entry>) -> Self {
        self.operations = operations;
        self
    }

    /// A number that changes whenever anything here does: lists that were made of the same version need not be
    /// made again.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The version in which anything but samples and the state of the connections changed last: a list of tens of
    /// thousands of series is not made anew while samples come, three answers a second.
    pub const fn version_besides_samples(&self) -> u64 {
        self.besides_samples
    }

    /// The series that came after this version.
    pub fn series_since(&self, version: u64) -> impl Iterator<Item = (&AccountId, &Arc<Series>)> {
        let news = self.known.iter();
        news.filter(move |(_, known)| known.version > version)
            .flat_map(|(query, known)| {
                let series: &[Arc<Series>] = match &known.facts {
                    Some(Facts::Series { series, .. }) => series,
                    _ => &[],
                };
                series.iter().map(move |one| (query.account(), one))
            })
    }

    fn changed(&mut self) {
        self.version += 1;
        self.besides_samples = self.version;
    }

    /// Takes over what the background task says of itself.
    pub fn set_health(&mut self, health: Vec<AccountHealth>) {
        self.health = health;
        self.version += 1;
    }

    /// Takes over the journal as it was read.
    pub fn set_journal(&mut self, entries: Vec<JournalEntry>) {
        self.journal = entries;
        self.changed();
    }

    /// Watches these series instead of those before.
    pub fn set_watch(&mut self, list: Vec<Watched>) {
        self.watch = list;
        self.changed();
    }

    /// Follows these incidents, too. `true` when one of them is new.
    pub fn track(&mut self, incidents: Vec<(AccountId, IncidentId)>) -> bool {
        let before = self.tracked.len();
        let mut seen: HashSet<_> = self.tracked.iter().cloned().collect();
        let new = incidents.into_iter();
        self.tracked
            .extend(new.filter(|one| seen.insert(one.clone())));
        self.changed();
        self.tracked.len() > before
    }

    /// This incident is worked on, or none.
    pub fn pin(&mut self, incident: Option<(AccountId, IncidentId)>) {
        self.pinned = incident;
        self.changed();
    }

    /// This metering job was looked at last.
    pub fn meter(&mut self, job: Option<(AccountId, SafeText)>) {
        self.metered = job;
        self.version += 1;
    }

    /// Does not follow this incident any longer.
    pub fn untrack(&mut self, account: &AccountId, incident: &IncidentId) {
        self.tracked
            .retain(|(of, id)| of != account || id != incident);
        self.changed();
    }

    /// Takes over lines of time lines.
    pub fn add_notes(&mut self, notes: impl IntoIterator<Item = Note>) {
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self.changed();
    }

    /// Takes over what led to what; what was known of the same thing is replaced.
    pub fn add_links(&mut self, links: impl IntoIterator<Item = Link>) {
        for link in links {
            self.links.retain(|known| known.of != link.of);
            self.links.push(link);
        }
        self.changed();
    }

    /// What led to something, where that is known.
    pub fn link(&self, of: &Linked) -> Option<&Link> {
        self.links.iter().rev().find(|link| &link.of == of)
    }

    /// The lines of an incident's time line that are kept here, oldest first.
    pub fn notes_of(
        &self,
        account: &AccountId,
        incident: &IncidentId,
    ) -> impl Iterator<Item = &Note> {
        self.notes
            .iter()
            .filter(move |note| &note.account == account && &note.incident == incident)
    }

    /// Notes something about alarms.
    pub fn note_marks(&mut self, marks: Vec<(Subject, Mark)>, now: Timestamp) {
        for (subject, mark) in marks {
            self.marks.set(&subject, mark);
        }
        self.marks.prune(now);
        self.changed();
    }

    /// Takes over what was noted in an earlier session.
    pub fn set_marks(&mut self, marks: Marks) {
        self.marks = marks;
        self.changed();
    }

    /// A change began.
    pub fn begin(&mut self, pending: Pending) {
        self.pending.push(pending);
        self.changed();
    }

    /// A change ended.
    pub fn end(&mut self, ticket: Ticket) {
        self.pending.retain(|pending| pending.ticket != ticket);
        self.changed();
    }

    /// Takes over an answer. An error leaves the last good answer where it is.
    pub fn apply(&mut self, update: Update) {
        self.version += 1;
        if !matches!(update.query, Query::Series { .. }) {
            self.besides_samples = self.version;
        }
        let account = update.query.account().clone();
        let is_list = matches!(update.query, Query::Policies(_));
        let order = match &update.query {
            Query::Order(_, id) => Some((account.clone(), id.clone())),
            _ => None,
        };
        let is_orders = matches!(update.query, Query::Orders(_));
        let known = self.known.entry(update.query).or_default();
        known.tried = Some(update.at);
        match update.result {
            Ok(facts) => {
                let before = known.facts.take();
                if let Some(before) = &before {
                    self.samples.remove(&account, before);
                }
                self.samples.add(&account, &facts);
                if let (true, Some(before)) = (is_list, &before) {
                    self.edits
                        .extend(edits(before, &facts, &account, update.at));
                }
                if let (Some(order), Some(before)) = (order, &before) {
                    self.setbacks.note(order, before, &facts, update.at);
                }
                if let (true, Some(before)) = (is_orders, &before) {
                    self.setbacks
                        .note_states(&account, before, &facts, update.at);
                }
                let surplus = self.edits.len().saturating_sub(EDITS_KEPT);
                self.edits.drain(..surplus);
                known.facts = Some(facts);
                known.version = self.version;
                known.at = Some(update.at);
                known.error = None;
            }
            Err(error) => known.error = Some(error),
        }
    }

    /// Takes over samples of an earlier session, as an answer to a question nobody asked. Fresh ones win because
    /// they are newer.
    pub fn remember(&mut self, account: AccountId, series: Vec<Series>, at: Timestamp) {
        let is_pool = |one: &Series| one.key.namespace.raw() == namespace::CAPACITY;
        let (pools, series): (Vec<Series>, Vec<Series>) = series.into_iter().partition(is_pool);
        for pool in pools {
            let id = (account.clone(), pool.key.instance);
            self.days.insert(id, pool.samples);
        }
        self.changed();
        let Some(first) = series.first() else {
            return;
        };
        let query = Query::Series {
            account,
            keys: series.iter().map(|series| series.key.clone()).collect(),
            statistic: first.statistic,
            period: first.period,
            window: Window::Last(0),
        };
        self.apply(Update {
            query,
            at,
            result: Ok(Facts::samples(series, Vec::new())),
        });
    }

    /// The daily amounts of a pool that were kept, oldest first.
    pub fn days_of(&self, account: &AccountId, pool: &str) -> &[Sample] {
        let id = (account.clone(), SafeText::from(pool));
        self.days.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Forgets the answers to questions that `keep` does not want and that are older than `before`.
    pub fn forget(&mut self, before: Timestamp, keep: impl Fn(&Query) -> bool) {
        self.known.retain(|query, known| {
            let stays = keep(query) || known.tried.is_some_and(|at| at >= before);
            if let Some(facts) = known.facts.as_ref().filter(|_| !stays) {
                self.samples.remove(query.account(), facts);
            }
            stays
        });
    }

    /// The newest samples of a series, whoever asked for them; with a statistic, only condensed that way.
    pub fn series(
        &self,
        account: &AccountId,
        key: &SeriesKey,
        statistic: Option<Statistic>,
    ) -> Option<&Arc<Series>> {
        self.samples.newest(account, key, statistic)
    }

    /// Takes over how the writing of records to a file stands.
    pub fn set_export(&mut self, export: MeterExport) {
        self.export = Some(export);
        self.changed();
    }

    /// Notes a problem that belongs to no question.
    pub fn note(&mut self, problem: Problem) {
        self.changed();
        self.noted.insert(0, problem);
        self.noted.truncate(PROBLEMS_KEPT);
    }

    /// What is known about `query`.
    pub fn known(&self, query: &Query) -> Option<&Known> {
        self.known.get(query)
    }

    /// The last good answer to `query`.
    pub fn facts(&self, query: &Query) -> Option<&Facts> {
        self.known(query)?.facts.as_ref()
    }

    /// Everything that is known, in no order.
    pub fn all_known(&self) -> impl Iterator<Item = (&Query, &Known)> {
        self.known.iter()
    }

    /// Accounts of one system.
    pub fn accounts_of(&self, system: SystemId) -> impl Iterator<Item = &Account> {
        self.accounts
            .iter()
            .filter(move |account| account.id.system == system)
    }

    /// Accounts that can be asked for alarms.
    pub fn alarm_accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(|account| account.has_alarms())
    }

    /// The account with this id.
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| &account.id == id)
    }

    /// How the background task does with this account.
    pub fn health_of(&self, id: &AccountId) -> Option<&AccountHealth> {
        self.health.iter().find(|health| &health.account == id)
    }

    /// How many accounts are live, and how many have been asked anything.
    pub fn live(&self) -> (usize, usize) {
        let asked = self
            .health
            .iter()
            .filter(|health| health.lamp != Lamp::Idle);
        let live = asked.clone().filter(|health| health.lamp == Lamp::Live);
        (live.count(), asked.count())
    }

    /// Is a change to this thing under way?
    pub fn is_pending(&self, subject: &Subject) -> bool {
        self.pending
            .iter()
            .any(|pending| pending.subject.as_ref() == Some(subject))
    }

    /// Journal entries whose outcome is open or unknown, newest first.
    pub fn unresolved(&self) -> impl Iterator<Item = &JournalEntry> {
        self.journal
            .iter()
            .filter(|entry| matches!(entry.outcome, Outcome::Intent | Outcome::Unknown))
    }

    /// The answers of all accounts to one sort of question, in the accounts' order.
    pub(super) fn each<'w>(
        &'w self,
        question: impl Fn(&AccountId) -> Query + 'w,
    ) -> impl Iterator<Item = (&'w AccountId, &'w Facts)> {
        self.accounts
            .iter()
            .filter_map(move |account| Some((&account.id, self.facts(&question(&account.id))?)))
    }

    /// The age of the oldest and the first error among the answers to these questions, for a pane's frame.
    pub fn state_of<'q>(&self, queries: impl IntoIterator<Item = &'q Query>) -> Freshness<'_> {
        let mut state = Freshness::default();
        for query in queries {
            state.asked += 1;
            let Some(known) = self.known(query) else {
                // What waits because its system fails is not merely on its way.
                let health = self.health_of(query.account());
                let health = health.filter(|one| matches!(one.lamp, Lamp::Failing | Lamp::Paused));
                state.error = state.error.or(health.and_then(|one| one.error.as_ref()));
                continue;
            };
            if let Some(at) = known.at {
                state.answered += 1;
                state.oldest = Some(state.oldest.map_or(at, |oldest| oldest.min(at)));
            }
            // What a site does not offer is worth telling only when nothing is wrong.
            let nothing_worse = |error: &ApiError| error.class == Class::NotOffered;
            if state.error.is_none_or(nothing_worse) {
                state.error = known.error.as_ref().or(state.error);
            }
        }
        state
    }

    /// All problems, newest first: calls whose last try failed, accounts that are paused, and what was noted. What several
    /// operations of an account met is one.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.noted.clone();
        problems.extend(self.known.iter().filter_map(|(query, known)| {
            let error = known.error.as_ref()?;
            // Nothing is wrong with a site that offers less; its panes say so.
            (error.class != Class::NotOffered).then_some(())?;
            Some(Problem {
                at: known.tried?,
                account: Some(query.account().clone()),
                what: What::Call(error.clone(), Vec::new()),
            })
        }));
        for (query, known) in &self.known {
            if let (
                Some(Facts::Series {
                    problems: parts, ..
                }),
                Some(at),
            ) = (&known.facts, known.at)
            {
                problems.extend(parts.iter().map(|part| Problem {
                    at,
                    account: Some(query.account().clone()),
                    what: What::Words(part.shown().to_owned()),
                }));
            }
        }
        problems.sort_by(|a, b| {
            (b.at, &a.account, format!("{:?}", a.what)).cmp(&(
                a.at,
                &b.account,
                format!("{:?}", b.what),
            ))
        });
        // A clock is wrong until it is right: its age says nothing, and whatever else fails may come from it.
        let clocks = self.health.iter().filter_map(|health| {
            Some(Problem {
                at: Timestamp::UNIX_EPOCH,
                account: Some(health.account.clone()),
                what: What::Clock(health.clock_offset?),
            })
        });
        problems.splice(0..0, clocks);
        let mut causes = HashMap::new();
        let mut told: Vec<Problem> = Vec::new();
        for problem in problems {
            let place = *causes.entry(problem.cause()).or_insert(told.len());
            match told.get_mut(place) {
                Some(same) => same.add(&problem),
                None => told.push(problem),
            }
        }
        told
    }
}

/// The policies that are not as they were: where they fire and what could not be checked is no change of theirs.
fn edits(before: &Facts, after: &Facts, account: &AccountId, at: Timestamp) -> Vec<PolicyEdit> {
    let (Facts::Policies(before), Facts::Policies(after)) = (before, after) else {
        return Vec::new();
    };
    let as_made = |policy: &AlarmPolicy| AlarmPolicy {
        series: None,
        firing: Vec::new(),
        unchecked: Vec::new(),
        ..policy.clone()
    };
    let known: HashMap<PolicyId, &AlarmPolicy> =
        before.iter().map(|policy| (policy.id, policy)).collect();
    let is_edited = |policy: &&AlarmPolicy| {
        known
            .get(&policy.id)
            .is_none_or(|known| as_made(known) != as_made(policy))
    };
    after
        .iter()
        .filter(is_edited)
        .map(|policy| PolicyEdit {
            account: account.clone(),
            policy: policy.id,
            name: policy.name.clone(),
            at,
        })
        .collect()
}

/// How fresh several answers are together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Freshness<'a> {
    /// Questions looked at.
    pub asked: usize,
    /// Questions with an answer.
    pub answered: usize,
    /// When the oldest answer came.
    pub oldest: Option<Timestamp>,
    /// The first error.
    pub error: Option<&'a ApiError>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::SystemId;

    #[test]
    fn old_answers_that_nobody_wants_are_forgotten() {
        let account = |profile| AccountId::new(profile, SystemId::HuaweiEsm);
        let [old, wanted, young] =
            ["old", "wanted", "young"].map(|name| Query::Alarms(account(name)));
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut world = World::new(Vec::new(), Vec::new());
        for (query, second) in [(&old, 10), (&wanted, 10), (&young, 30)] {
            world.apply(Update {
                query: query.clone(),
                at: at(second),
                result: Ok(Facts::Alarms(Vec::new())),
            });
        }
        world.forget(at(20), |query| *query == wanted);
        assert!(world.known(&old).is_none());
        assert!(world.known(&wanted).is_some() && world.known(&young).is_some());
    }

    #[test]
    fn what_several_operations_met_is_one_problem() {
        let account = |profile| AccountId::new(profile, SystemId::HuaweiEsm);
        let mut world = World::new(Vec::new(), Vec::new());
        let mut fail = |second, query, class, operation, request: &str| {
            let mut error = ApiError::new(class, SystemId::HuaweiEsm, operation, "gone");
            error.request_id = Some(request.into());
            world.apply(Update {
                query,
                at: Timestamp::from_second(second).unwrap(),
                result: Err(error),
            });
        };
        let (one, other) = (account("one"), account("other"));
        fail(
            10,
            Query::Alarms(one.clone()),
            Class::Network,
            "alarms",
            "r-1",
        );
        fail(
            30,
            Query::Assets(one.clone()),
            Class::Network,
            "assets",
            "r-2",
        );
        fail(
            20,
            Query::SiteHosts(one.clone()),
            Class::Denied,
            "hosts",
            "r-3",
        );
        fail(
            40,
            Query::Alarms(other.clone()),
            Class::Network,
            "alarms",
            "r-4",
        );
        let told: Vec<_> = world
            .problems()
            .iter()
            .map(|problem| (problem.account.clone(), problem.operations()))
            .collect();
        let expected = [
            (Some(other), vec!["alarms"]),
            (Some(one.clone()), vec!["assets", "alarms"]),
            (Some(one), vec!["hosts"]),
        ];
        assert_eq!(told, expected);
    }
}
