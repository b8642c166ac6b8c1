//! The shared state: every fact that any pane shows, with its age, its last error and whether it is being asked for.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::account::{Account, AccountId, SystemId};
use crate::domain::alarm::{Alarm, AlarmPolicy, PolicyId};
use crate::domain::contact::{Contact, ContactGroup};
use crate::domain::error::ApiError;
use crate::domain::health::{AccountHealth, Lamp};
use crate::domain::incident::{Incident, IncidentId, WarRoom};
use crate::domain::journal::{JournalEntry, Outcome, Ticket};
use crate::domain::metric::{Series, SeriesKey, Statistic};
use crate::domain::query::{Facts, Query, Update};
use crate::domain::script::{Order, Resource, Script};

use super::subject::{Kind, Subject};

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

/// What went wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A call.
    Call(ApiError),
    /// Something else, in words: the store, the editor, a part of an answer.
    Words(String),
}

/// How many problems in words are kept.
const PROBLEMS_KEPT: usize = 200;

/// All facts. `apply` is its only writer of facts, called by `App::update`.
#[derive(Debug, Default)]
pub struct World {
    /// The accounts in use, in the order in which they are shown.
    pub accounts: Vec<Account>,
    /// Answers.
    known: HashMap<Query, Known>,
    /// Incidents that are followed, in the order in which they were added.
    pub tracked: Vec<(AccountId, IncidentId)>,
    /// The journal's latest entries, newest first.
    pub journal: Vec<JournalEntry>,
    /// How the background task is doing.
    pub health: Vec<AccountHealth>,
    /// Changes under way.
    pub pending: Vec<Pending>,
    /// Problems that belong to no question, newest first.
    noted: Vec<Problem>,
}

impl World {
    /// A world in which nothing is known but the accounts.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self {
            accounts,
            ..Self::default()
        }
    }

    /// Takes over an answer. An error leaves the last good answer where it is.
    pub fn apply(&mut self, update: Update) {
        let known = self.known.entry(update.query).or_default();
        known.tried = Some(update.at);
        match update.result {
            Ok(facts) => {
                known.facts = Some(facts);
                known.at = Some(update.at);
                known.error = None;
            }
            Err(error) => known.error = Some(error),
        }
    }

    /// Forgets the answers to questions that `keep` does not want and that are older than `before`.
    pub fn forget(&mut self, before: Timestamp, keep: impl Fn(&Query) -> bool) {
        self.known
            .retain(|query, known| keep(query) || known.tried.is_some_and(|at| at >= before));
    }

    /// Notes a problem that belongs to no question.
    pub fn note(&mut self, problem: Problem) {
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

    /// The account with this id.
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| &account.id == id)
    }

    /// How the background task does with this account.
    pub fn health_of(&self, id: &AccountId) -> Option<&AccountHealth> {
        self.health.iter().find(|health| &health.account == id)
    }

    /// How many accounts are live, and how many there are.
    pub fn live(&self) -> (usize, usize) {
        let live = self
            .accounts
            .iter()
            .filter(|account| {
                self.health_of(&account.id)
                    .is_some_and(|health| health.lamp == Lamp::Live)
            })
            .count();
        (live, self.accounts.len())
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

    /// The age of the oldest and the first error among the answers to these questions, for a pane's frame.
    pub fn state_of<'q>(&self, queries: impl IntoIterator<Item = &'q Query>) -> Freshness<'_> {
        let mut state = Freshness::default();
        for query in queries {
            state.asked += 1;
            let Some(known) = self.known(query) else {
                continue;
            };
            if let Some(at) = known.at {
                state.answered += 1;
                state.oldest = Some(state.oldest.map_or(at, |oldest| oldest.min(at)));
            }
            if state.error.is_none() {
                state.error = known.error.as_ref();
            }
        }
        state
    }

    /// All problems, newest first: calls whose last try failed, accounts that are paused, and what was noted.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.noted.clone();
        problems.extend(self.known.iter().filter_map(|(query, known)| {
            Some(Problem {
                at: known.tried?,
                account: Some(query.account().clone()),
                what: What::Call(known.error.clone()?),
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
        problems.dedup_by(|a, b| a.account == b.account && a.what == b.what);
        problems
    }
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

/// Look-ups that join the answers of several accounts.
impl World {
    /// The alarms of all accounts, unordered, cleared ones too.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.each(|account| Query::Alarms(account.clone()))
            .flat_map(|(_, facts)| match facts {
                Facts::Alarms(alarms) => alarms.as_slice(),
                _ => &[],
            })
    }

    /// One alarm.
    pub fn alarm(&self, account: &AccountId, id: &str) -> Option<&Alarm> {
        self.alarms()
            .find(|alarm| &alarm.account == account && alarm.id.raw() == id)
    }

    /// The policies of all accounts.
    pub fn policies(&self) -> impl Iterator<Item = (&AccountId, &AlarmPolicy)> {
        self.each(|account| Query::Policies(account.clone()))
            .flat_map(|(account, facts)| {
                let policies: &[AlarmPolicy] = match facts {
                    Facts::Policies(policies) => policies,
                    _ => &[],
                };
                policies.iter().map(move |policy| (account, policy))
            })
    }

    /// One policy, in full when that was read.
    pub fn policy(&self, account: &AccountId, id: PolicyId) -> Option<&AlarmPolicy> {
        if let Some(Facts::Policies(policies)) = self.facts(&Query::Policy(account.clone(), id))
            && let Some(policy) = policies.first()
        {
            return Some(policy);
        }
        self.policies()
            .find(|(of, policy)| *of == account && policy.id == id)
            .map(|(_, policy)| policy)
    }

    /// The contact groups of all accounts.
    pub fn groups(&self) -> impl Iterator<Item = (&AccountId, &ContactGroup)> {
        self.each(|account| Query::Contacts(account.clone()))
            .flat_map(|(account, facts)| {
                let groups: &[ContactGroup] = match facts {
                    Facts::Contacts { groups, .. } => groups,
                    _ => &[],
                };
                groups.iter().map(move |group| (account, group))
            })
    }

    /// The people of all accounts.
    pub fn people(&self) -> impl Iterator<Item = (&AccountId, &Contact)> {
        self.each(|account| Query::Contacts(account.clone()))
            .flat_map(|(account, facts)| {
                let people: &[Contact] = match facts {
                    Facts::Contacts { people, .. } => people,
                    _ => &[],
                };
                people.iter().map(move |person| (account, person))
            })
    }

    /// The WarRooms of all accounts.
    pub fn warrooms(&self) -> impl Iterator<Item = (&AccountId, &WarRoom)> {
        self.each(|account| Query::WarRooms(account.clone()))
            .flat_map(|(account, facts)| {
                let rooms: &[WarRoom] = match facts {
                    Facts::WarRooms(rooms) => rooms,
                    _ => &[],
                };
                rooms.iter().map(move |room| (account, room))
            })
    }

    /// The numbers of the incidents of an account that can be known: those followed, then those of its WarRooms.
    /// This is the list to put into [`Query::Incidents`].
    pub fn incident_ids(&self, account: &AccountId) -> Vec<IncidentId> {
        let followed = self
            .tracked
            .iter()
            .filter(|(of, _)| of == account)
            .map(|(_, id)| id);
        let of_rooms = self
            .warrooms()
            .filter(|(of, _)| *of == account)
            .filter_map(|(_, room)| room.incident.as_ref());
        let mut ids: Vec<IncidentId> = Vec::new();
        for id in followed.chain(of_rooms) {
            if !id.is_empty() && !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids
    }

    /// All incidents that have been read: each once, from its newest answer.
    pub fn incidents(&self) -> Vec<(&AccountId, &Incident)> {
        let mut answers: Vec<_> = self
            .known
            .iter()
            .filter_map(|(query, known)| match (query, &known.facts) {
                (Query::Incidents(account, _), Some(Facts::Incidents(incidents))) => {
                    Some((known.at, account, incidents))
                }
                _ => None,
            })
            .collect();
        answers.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
        let mut found: Vec<(&AccountId, &Incident)> = Vec::new();
        for (_, account, incidents) in answers {
            for incident in incidents {
                let seen = found
                    .iter()
                    .any(|(of, other)| *of == account && other.id == incident.id);
                if !seen {
                    found.push((account, incident));
                }
            }
        }
        found
    }

    /// One incident.
    pub fn incident(&self, account: &AccountId, id: &str) -> Option<&Incident> {
        self.incidents()
            .into_iter()
            .find(|(of, incident)| *of == account && incident.id.raw() == id)
            .map(|(_, incident)| incident)
    }

    /// The scripts of all accounts.
    pub fn scripts(&self) -> impl Iterator<Item = (&AccountId, &Script)> {
        self.each(|account| Query::Scripts(account.clone()))
            .flat_map(|(account, facts)| {
                let scripts: &[Script] = match facts {
                    Facts::Scripts(scripts) => scripts,
                    _ => &[],
                };
                scripts.iter().map(move |script| (account, script))
            })
    }

    /// One script, with content and parameters when they were read.
    pub fn script(&self, account: &AccountId, id: &str) -> Option<&Script> {
        if let Some(Facts::Scripts(scripts)) =
            self.facts(&Query::Script(account.clone(), id.into()))
            && let Some(script) = scripts.first()
        {
            return Some(script);
        }
        self.scripts()
            .find(|(of, script)| *of == account && script.id.raw() == id)
            .map(|(_, script)| script)
    }

    /// The work orders of all accounts.
    pub fn orders(&self) -> impl Iterator<Item = (&AccountId, &Order)> {
        self.each(|account| Query::Orders(account.clone()))
            .flat_map(|(account, facts)| {
                let orders: &[Order] = match facts {
                    Facts::Orders(orders) => orders,
                    _ => &[],
                };
                orders.iter().map(move |order| (account, order))
            })
    }

    /// One order, with batches when they were read.
    pub fn order(&self, account: &AccountId, id: &str) -> Option<&Order> {
        if let Some(Facts::Orders(orders)) = self.facts(&Query::Order(account.clone(), id.into()))
            && let Some(order) = orders.first()
        {
            return Some(order);
        }
        self.orders()
            .find(|(of, order)| *of == account && order.id.raw() == id)
            .map(|(_, order)| order)
    }

    /// The machines of all accounts.
    pub fn resources(&self) -> impl Iterator<Item = (&AccountId, &Resource)> {
        self.each(|account| Query::Resources(account.clone()))
            .flat_map(|(account, facts)| {
                let resources: &[Resource] = match facts {
                    Facts::Resources(resources) => resources,
                    _ => &[],
                };
                resources.iter().map(move |resource| (account, resource))
            })
    }

    /// The newest samples of a series, whoever asked for them; with a statistic, only condensed that way.
    pub fn series(
        &self,
        account: &AccountId,
        key: &SeriesKey,
        statistic: Option<Statistic>,
    ) -> Option<&Series> {
        self.known
            .iter()
            .filter_map(|(query, known)| match (query, &known.facts) {
                (
                    Query::Series {
                        account: of, keys, ..
                    },
                    Some(Facts::Series { series, .. }),
                ) if of == account && keys.contains(key) => {
                    let found = series.iter().find(|series| {
                        &series.key == key
                            && statistic.is_none_or(|wanted| series.statistic == wanted)
                    })?;
                    Some((
                        found.last().map(|sample| sample.at),
                        found.samples.len(),
                        found,
                    ))
                }
                _ => None,
            })
            .max_by_key(|(at, count, _)| (*at, *count))
            .map(|(_, _, series)| series)
    }

    /// What a subject is related to, of one sort: the policy and the metric of an alarm, the incident of a
    /// WarRoom, the alarms of a machine, …
    pub fn related(&self, subject: &Subject, kind: Kind) -> Vec<Subject> {
        if subject.kind() == kind {
            return vec![subject.clone()];
        }
        match subject {
            Subject::Alarm(account, id) => self
                .alarm(account, id.raw())
                .map(|alarm| self.related_to_alarm(alarm, kind))
                .unwrap_or_default(),
            Subject::Policy(account, id) => self.related_to_policy(account, *id, kind),
            Subject::Incident(account, id) if kind == Kind::WarRoom => self
                .warrooms()
                .filter(|(of, room)| *of == account && room.incident.as_ref() == Some(id))
                .map(|(of, room)| Subject::WarRoom(of.clone(), room.number.clone()))
                .collect(),
            Subject::WarRoom(account, number) if kind == Kind::Incident => self
                .warrooms()
                .filter(|(of, room)| *of == account && &room.number == number)
                .filter_map(|(of, room)| {
                    Some(Subject::Incident(of.clone(), room.incident.clone()?))
                })
                .collect(),
            Subject::Order(account, id) if kind == Kind::Script => self
                .order(account, id.raw())
                .and_then(|order| order.script.clone())
                .map(|script| Subject::Script(account.clone(), script))
                .into_iter()
                .collect(),
            Subject::Host(account, order, _) if kind == Kind::Order => {
                vec![Subject::Order(account.clone(), order.clone())]
            }
            Subject::Series(account, key) if kind == Kind::Alarm => self
                .alarms()
                .filter(|alarm| {
                    &alarm.account == account
                        && alarm
                            .threshold
                            .as_ref()
                            .is_some_and(|line| &line.series == key)
                })
                .map(|alarm| Subject::Alarm(alarm.account.clone(), alarm.id.clone()))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn related_to_alarm(&self, alarm: &Alarm, kind: Kind) -> Vec<Subject> {
        match kind {
            Kind::Policy => alarm
                .policy
                .map(|id| Subject::Policy(alarm.account.clone(), id))
                .into_iter()
                .collect(),
            Kind::Series => alarm
                .threshold
                .iter()
                .map(|line| Subject::Series(alarm.account.clone(), line.series.clone()))
                .collect(),
            Kind::Resource => self
                .resources()
                .filter(|(_, resource)| {
                    resource.name == alarm.resource
                        || alarm.resource_id.as_ref() == Some(&resource.resource_id)
                })
                .map(|(of, resource)| Subject::Resource(of.clone(), resource.resource_id.clone()))
                .collect(),
            Kind::Incident => self
                .incidents()
                .into_iter()
                .filter(|(_, incident)| {
                    let name = alarm.resource.raw();
                    incident.status.is_open()
                        && !name.is_empty()
                        && (incident.title.raw().contains(name)
                            || incident.description.raw().contains(name))
                })
                .map(|(of, incident)| Subject::Incident(of.clone(), incident.id.clone()))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn related_to_policy(&self, account: &AccountId, id: PolicyId, kind: Kind) -> Vec<Subject> {
        let Some(policy) = self.policy(account, id) else {
            return Vec::new();
        };
        match kind {
            Kind::Series => policy
                .firing
                .iter()
                .map(|firing| Subject::Series(account.clone(), firing.series.clone()))
                .collect(),
            Kind::Alarm => self
                .alarms()
                .filter(|alarm| &alarm.account == account && alarm.policy == Some(id))
                .map(|alarm| Subject::Alarm(alarm.account.clone(), alarm.id.clone()))
                .collect(),
            Kind::Group => policy
                .receivers
                .iter()
                .filter(|receiver| receiver.is_group)
                .map(|receiver| Subject::Group(account.clone(), receiver.id))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The answers of all accounts to one sort of question, in the accounts' order.
    fn each<'w>(
        &'w self,
        question: impl Fn(&AccountId) -> Query + 'w,
    ) -> impl Iterator<Item = (&'w AccountId, &'w Facts)> {
        self.accounts
            .iter()
            .filter_map(move |account| Some((&account.id, self.facts(&question(&account.id))?)))
    }
}
