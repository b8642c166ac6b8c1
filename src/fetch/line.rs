//! One account's questions: what is wanted, when each is due, and what happens after a failure. Pure.
//!
//! Accounts know nothing of each other, so that a dead service delays nobody else.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::budget::{Budget, Lane};
use crate::cloud::{self, Limit};
use crate::domain::account::AccountId;
use crate::domain::error::{ApiError, Class};
use crate::domain::health::{AccountHealth, Lamp};
use crate::domain::query::{Priority, Query, Want};

/// Names a job.
pub type JobId = u64;

/// A question that is to be asked now. A place in the budget of the default group is taken already.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What to ask.
    pub query: Query,
    /// Which part of the budget its further calls may use.
    pub lane: Lane,
}

/// After so many failures without a success in between, one question at a time is tried, until one is answered.
const TROUBLE: u32 = 3;
/// The first wait after a failure; doubled after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between two tries of an account that does not answer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The longest wait that a service may impose on us.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);
/// How often a question that is refused for good is asked again at most, whatever its interval.
const LONGEST_REFUSED: Duration = Duration::from_secs(600);
/// How many failed questions may be asked again before their interval is over; each success earns a tenth back.
/// Thus a failing service gets at most a tenth more requests than a healthy one.
const RETRIES: f64 = 10.0;
/// What nobody wants is forgotten after this; until then its last success still counts.
const MEMORY: Duration = Duration::from_secs(600);

/// A seeded source of jitter (`SplitMix64`): the same seed gives the same schedule.
#[derive(Debug, Clone)]
pub struct Jitter(u64);

impl Jitter {
    /// A source that starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `span`, made up to `part` shorter or longer at random.
    fn around(&mut self, span: Duration, part: f64) -> Duration {
        span.mul_f64(1.0 + part * (2.0 * self.unit() - 1.0))
    }

    /// A number from 0 up to, not including, 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z >> 40) as f64 / (1u64 << 24) as f64
    }
}

/// What is known of one question.
#[derive(Debug)]
struct Entry {
    wanted: Option<(Priority, Duration)>,
    /// Order in which questions were first asked: decides between equals.
    seq: u64,
    due: Timestamp,
    succeeded: Option<Timestamp>,
    touched: Timestamp,
    running: Option<JobId>,
    /// Asked for by the user: comes first.
    urgent: bool,
    /// Ask again when the running job ends: its answer may be older than the change that made us ask.
    again: bool,
    failures: u32,
    /// It was said that the account is paused.
    told: bool,
}

/// One account's questions and budgets.
#[derive(Debug)]
pub struct Line {
    account: AccountId,
    budgets: Vec<(&'static str, Budget)>,
    entries: HashMap<Query, Entry>,
    paused: Option<ApiError>,
    error: Option<ApiError>,
    lamp: Lamp,
    fails: u32,
    wait_until: Option<Timestamp>,
    retries: f64,
    seq: u64,
}

impl Line {
    /// An account with its published limits; the first one is the default group.
    pub fn new(account: AccountId, limits: &[Limit]) -> Self {
        let budgets = limits
            .iter()
            .map(|limit| (limit.group, Budget::new(*limit)))
            .collect();
        Self {
            account,
            budgets,
            entries: HashMap::new(),
            lamp: Lamp::Idle,
            error: None,
            paused: None,
            fails: 0,
            wait_until: None,
            retries: RETRIES,
            seq: 0,
        }
    }

    /// Replaces what is wanted. Returns the jobs whose answers nobody waits for any more.
    pub fn want(&mut self, wants: &[&Want], now: Timestamp) -> Vec<JobId> {
        let mut before: HashMap<Query, (Priority, Duration)> = HashMap::new();
        for (query, entry) in &mut self.entries {
            if let Some(wanted) = entry.wanted.take() {
                before.insert(query.clone(), wanted);
            }
        }
        for want in wants {
            self.want_one(want, before.contains_key(&want.query), now);
        }
        let mut cancelled = Vec::new();
        for entry in self.entries.values_mut() {
            if entry.wanted.is_none() {
                cancelled.extend(entry.running.take());
                entry.urgent = false;
                entry.again = false;
            }
        }
        self.entries
            .retain(|_, entry| entry.wanted.is_some() || now < entry.touched + MEMORY);
        cancelled.sort_unstable();
        cancelled
    }

    fn want_one(&mut self, want: &Want, was_wanted: bool, now: Timestamp) {
        self.seq += 1;
        let seq = self.seq;
        let entry = self.entries.entry(want.query.clone()).or_insert(Entry {
            wanted: None,
            seq,
            due: now,
            succeeded: None,
            touched: now,
            running: None,
            urgent: false,
            again: false,
            failures: 0,
            told: false,
        });
        entry.touched = now;
        let (priority, every) = entry.wanted.unwrap_or((want.priority, want.every));
        let (priority, every) = (priority.max(want.priority), every.min(want.every));
        entry.wanted = Some((priority, every));
        let fresh_until = entry.succeeded.map_or(now, |at| at + every);
        if was_wanted {
            // A shorter interval than before takes effect at once; a failed question keeps its waiting time.
            if entry.failures == 0 {
                entry.due = entry.due.min(fresh_until);
            }
        } else {
            entry.due = fresh_until.max(now);
            entry.told = false;
        }
    }

    /// The user wants this now. What nobody watches is only marked as out of date.
    pub fn refresh(&mut self, query: &Query, now: Timestamp) {
        for (known, entry) in &mut self.entries {
            if known.concerns(query) {
                entry.succeeded = None;
                entry.due = now;
                entry.told = false;
                if entry.wanted.is_some() {
                    entry.urgent = true;
                    entry.again = entry.running.is_some();
                }
            }
        }
        // A person asks: do not make them wait for the end of a back-off.
        self.wait_until = None;
    }

    /// Ends a pause or a back-off: everything wanted is due.
    pub fn resume(&mut self, now: Timestamp) {
        if self.paused.take().is_some() {
            self.lamp = Lamp::Idle;
            self.error = None;
        }
        self.fails = 0;
        self.wait_until = None;
        for entry in self.entries.values_mut() {
            entry.told = false;
            if entry.failures > 0 || entry.succeeded.is_none() {
                entry.failures = 0;
                entry.due = entry.due.min(now);
            }
        }
    }

    /// Asks nothing more until it is resumed.
    fn pause(&mut self, error: &ApiError) {
        self.paused = Some(error.clone());
        self.lamp = Lamp::Paused;
        self.error = Some(error.clone());
        self.wait_until = None;
    }

    /// Questions that were wanted but cannot be asked because the account is paused, with the reason; each once.
    pub fn refused(&mut self) -> Vec<(Query, ApiError)> {
        let Some(error) = &self.paused else {
            return Vec::new();
        };
        let mut refused: Vec<(u64, Query)> = Vec::new();
        for (query, entry) in &mut self.entries {
            if entry.wanted.is_some() && entry.running.is_none() && !entry.told {
                entry.told = true;
                refused.push((entry.seq, query.clone()));
            }
        }
        refused.sort_by_key(|(seq, _)| *seq);
        refused
            .into_iter()
            .map(|(_, query)| (query, error.clone()))
            .collect()
    }

    /// Starts what is due and has a place, and says when to look again.
    pub fn start(&mut self, next_job: &mut JobId, now: Timestamp) -> (Vec<Job>, Option<Timestamp>) {
        if self.paused.is_some() {
            return (Vec::new(), None);
        }
        if let Some(until) = self.wait_until
            && now < until
        {
            return (Vec::new(), Some(until));
        }
        let (due, mut wake) = due(&self.entries, now);
        let mut running = self.running();
        let mut jobs = Vec::new();
        for (query, lane) in due {
            if self.fails >= TROUBLE && running > 0 {
                break;
            }
            match budget(&mut self.budgets, "").map_or(Ok(()), |budget| budget.take(lane, now)) {
                Ok(()) => {
                    *next_job += 1;
                    running += 1;
                    jobs.push(Job {
                        id: *next_job,
                        query: query.clone(),
                        lane,
                    });
                }
                Err(until) => {
                    wake = earlier(wake, until);
                    break;
                }
            }
        }
        for job in &jobs {
            if let Some(entry) = self.entries.get_mut(&job.query) {
                entry.running = Some(job.id);
                entry.urgent = false;
            }
        }
        (jobs, wake)
    }

    /// A job ended.
    pub fn finished(
        &mut self,
        query: &Query,
        job: JobId,
        result: Result<(), &ApiError>,
        now: Timestamp,
        jitter: &mut Jitter,
    ) {
        let Some(mut entry) = self.entries.remove(query) else {
            return;
        };
        if entry.running == Some(job) {
            entry.running = None;
            entry.touched = now;
            match result {
                Ok(()) => self.answered(&mut entry, now, jitter),
                Err(error) => self.failed(&mut entry, error, now, jitter),
            }
            if std::mem::take(&mut entry.again) {
                entry.due = now;
                entry.urgent = true;
                entry.succeeded = None;
            }
        }
        self.entries.insert(query.clone(), entry);
    }

    fn answered(&mut self, entry: &mut Entry, now: Timestamp, jitter: &mut Jitter) {
        if self.fails >= TROUBLE {
            // The service is back: ask again soon what failed meanwhile, but not all at once.
            for other in self.entries.values_mut().filter(|other| other.failures > 0) {
                other.due = other.due.min(now + FIRST_WAIT.mul_f64(jitter.unit()));
            }
        }
        self.reached();
        self.retries = (self.retries + 0.1).min(RETRIES);
        entry.failures = 0;
        entry.succeeded = Some(now);
        if let Some((_, every)) = entry.wanted {
            entry.due = now + jitter.around(every, 0.05);
        }
    }

    /// The service answered something sensible.
    pub fn reached(&mut self) {
        self.fails = 0;
        self.wait_until = None;
        if self.paused.is_none() {
            self.lamp = Lamp::Live;
            self.error = None;
        }
    }

    fn failed(&mut self, entry: &mut Entry, error: &ApiError, now: Timestamp, jitter: &mut Jitter) {
        entry.failures = entry.failures.saturating_add(1);
        let every = entry.wanted.map_or(LONGEST_WAIT, |(_, every)| every);
        let until = self.trouble(error, now, jitter);
        entry.due = match error.class {
            Class::Throttled => until.unwrap_or(now) + FIRST_WAIT.mul_f64(jitter.unit()),
            Class::Network | Class::Unavailable => {
                let wait = backoff(entry.failures, jitter);
                if wait < every && self.retries >= 1.0 {
                    self.retries -= 1.0;
                    now + wait
                } else {
                    now + jitter.around(every, 0.05).max(wait)
                }
            }
            Class::Credentials => now,
            _ => {
                let factor = 1u32 << (entry.failures - 1).min(4);
                now + jitter.around(
                    every.saturating_mul(factor).min(LONGEST_REFUSED.max(every)),
                    0.05,
                )
            }
        };
        // The error itself has just been shown for this question.
        entry.told = error.class == Class::Credentials;
    }

    /// What an error means for the whole account, whoever met it. Returns when a closed budget opens again.
    pub fn trouble(
        &mut self,
        error: &ApiError,
        now: Timestamp,
        jitter: &mut Jitter,
    ) -> Option<Timestamp> {
        match error.class {
            Class::Credentials => {
                self.pause(error);
                return None;
            }
            Class::Denied
            | Class::NotFound
            | Class::NotOffered
            | Class::Invalid
            | Class::Conflict
            | Class::ReadOnly => {
                self.reached();
                return None;
            }
            Class::Throttled
            | Class::Network
            | Class::Unavailable
            | Class::Unreadable
            | Class::ClockSkew => {}
        }
        if self.paused.is_none() {
            self.lamp = Lamp::Failing;
            self.error = Some(error.clone());
        }
        match error.class {
            Class::Throttled => {
                let wait = error
                    .retry_after
                    .unwrap_or_else(|| backoff(2, jitter))
                    .min(LONGEST_RETRY_AFTER);
                let group = cloud::operation(error.operation).map_or("", |entry| entry.call.group);
                budget(&mut self.budgets, group)?.throttled(now + wait, now);
                Some(now + wait)
            }
            Class::Network | Class::Unavailable => {
                self.fails = self.fails.saturating_add(1);
                if self.fails >= TROUBLE {
                    self.wait_until = Some(now + backoff(self.fails - TROUBLE + 1, jitter));
                }
                None
            }
            _ => None,
        }
    }

    /// Takes a place for a call of `group`; an unknown group counts as the default one.
    pub fn take(
        &mut self,
        group: &str,
        lane: Lane,
        now: Timestamp,
    ) -> Result<(), Option<Timestamp>> {
        budget(&mut self.budgets, group).map_or(Ok(()), |budget| budget.take(lane, now))
    }

    /// A call of `group` that had a place has ended.
    pub fn give_back(&mut self, group: &str, now: Timestamp) {
        if let Some(budget) = budget(&mut self.budgets, group) {
            budget.give_back(now);
        }
    }

    fn running(&self) -> usize {
        self.entries
            .values()
            .filter(|entry| entry.running.is_some())
            .count()
    }

    /// How the account is doing.
    pub fn health(&mut self, now: Timestamp) -> AccountHealth {
        let under_way = self
            .budgets
            .iter()
            .map(|(_, budget)| budget.under_way())
            .sum();
        let mut tightest: Option<(u32, u32)> = None;
        for (index, (_, budget)) in self.budgets.iter_mut().enumerate() {
            let room = (budget.left(now), budget.most_left());
            if index == 0 || budget.in_use() {
                let tighter = tightest.is_none_or(|best| {
                    u64::from(room.0) * u64::from(best.1) < u64::from(best.0) * u64::from(room.1)
                });
                if tighter {
                    tightest = Some(room);
                }
            }
        }
        let (left, limit) = tightest.unwrap_or_default();
        AccountHealth {
            account: self.account.clone(),
            lamp: self.lamp,
            left,
            limit,
            in_flight: under_way,
            error: self.error.clone(),
            next_try: self.wait_until.filter(|until| *until > now),
            traffic: 0,
            clock_offset: None,
        }
    }
}

/// What is due, the most wanted first, and when the next of the others is.
fn due(
    entries: &HashMap<Query, Entry>,
    now: Timestamp,
) -> (Vec<(&Query, Lane)>, Option<Timestamp>) {
    let mut wake = None;
    let mut due = Vec::new();
    for (query, entry) in entries {
        let Some((priority, _)) = entry.wanted else {
            continue;
        };
        if entry.running.is_some() {
            continue;
        }
        if entry.due > now {
            wake = earlier(wake, Some(entry.due));
            continue;
        }
        let lane = if entry.urgent {
            Lane::Screen
        } else {
            priority.into()
        };
        // What burns comes before how full something is: they share one narrow limit (huawei-esm.md, 1.7).
        let burns = matches!(query, Query::Alarms(_));
        let rank = std::cmp::Reverse((entry.urgent, burns, priority));
        due.push(((rank, entry.due, entry.seq), query, lane));
    }
    due.sort_unstable_by_key(|(order, ..)| *order);
    let due = due
        .into_iter()
        .map(|(_, query, lane)| (query, lane))
        .collect();
    (due, wake)
}

/// The budget of a limit group; an unknown group counts as the default one.
fn budget<'b>(budgets: &'b mut [(&'static str, Budget)], group: &str) -> Option<&'b mut Budget> {
    let index = budgets
        .iter()
        .position(|(name, _)| *name == group)
        .unwrap_or(0);
    budgets.get_mut(index).map(|(_, budget)| budget)
}

/// The wait after the `failures`th failure in a row: doubled each time, half of it by chance.
fn backoff(failures: u32, jitter: &mut Jitter) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(10));
    doubled.min(LONGEST_WAIT).mul_f64(0.5 + 0.5 * jitter.unit())
}

/// The earlier of two instants, either of which may be "never".
fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
