//! What to ask when: wants become jobs. Pure: no clock, no tokio, no network; the same history and the same seed
//! give the same schedule.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::budget::Lane;
use super::line::{Jitter, Line};
use crate::cloud::Limit;
use crate::domain::account::AccountId;
use crate::domain::error::ApiError;
use crate::domain::health::AccountHealth;
use crate::domain::query::{Query, Want};

pub use super::line::{Job, JobId};

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Start these.
    Start(Vec<Job>),
    /// Nothing before this instant, unless something changes.
    SleepUntil(Timestamp),
    /// Nothing, unless something changes.
    Idle,
}

/// All accounts' questions.
#[derive(Debug)]
pub struct Scheduler {
    lines: BTreeMap<AccountId, Line>,
    running: HashMap<JobId, Query>,
    next_job: JobId,
    jitter: Jitter,
}

impl Scheduler {
    /// A scheduler without accounts. `seed` decides every jitter.
    pub fn new(seed: u64) -> Self {
        Self {
            lines: BTreeMap::new(),
            running: HashMap::new(),
            next_job: 0,
            jitter: Jitter::new(seed),
        }
    }

    /// Adds an account with its published limits.
    pub fn add(&mut self, account: AccountId, limits: &[Limit]) {
        self.lines
            .insert(account.clone(), Line::new(account, limits));
    }

    /// Replaces the set of wanted questions. Returns the jobs to cancel: nobody waits for their answers any more.
    /// Questions to accounts that do not exist are ignored.
    pub fn want(&mut self, wants: &[Want], now: Timestamp) -> Vec<JobId> {
        let mut cancelled = Vec::new();
        for (account, line) in &mut self.lines {
            let wants: Vec<&Want> = wants
                .iter()
                .filter(|want| want.query.account() == account)
                .collect();
            cancelled.extend(line.want(&wants, now));
        }
        for job in &cancelled {
            self.running.remove(job);
        }
        cancelled
    }

    /// Makes these questions due now, before all others.
    pub fn refresh(&mut self, queries: &[Query], now: Timestamp) {
        for query in queries {
            if let Some(line) = self.lines.get_mut(query.account()) {
                line.refresh(query, now);
            }
        }
    }

    /// Ends an account's pause or back-off.
    pub fn resume(&mut self, account: &AccountId, now: Timestamp) {
        if let Some(line) = self.lines.get_mut(account) {
            line.resume(now);
        }
    }

    /// Questions that cannot be asked because their account is paused, with the reason; each once.
    pub fn refused(&mut self) -> Vec<(Query, ApiError)> {
        self.lines.values_mut().flat_map(Line::refused).collect()
    }

    /// What to do at `now`. After [`Step::Start`] ask again.
    pub fn step(&mut self, now: Timestamp) -> Step {
        let mut jobs = Vec::new();
        let mut wake: Option<Timestamp> = None;
        for line in self.lines.values_mut() {
            let (started, next) = line.start(&mut self.next_job, now);
            jobs.extend(started);
            if let Some(next) = next {
                wake = Some(wake.map_or(next, |wake| wake.min(next)));
            }
        }
        for job in &jobs {
            self.running.insert(job.id, job.query.clone());
        }
        match (jobs.is_empty(), wake) {
            (false, _) => Step::Start(jobs),
            (true, Some(at)) => Step::SleepUntil(at),
            (true, None) => Step::Idle,
        }
    }

    /// A job ended. Jobs that were cancelled meanwhile are ignored; returns whether this one was not.
    pub fn finished(&mut self, job: JobId, result: Result<(), &ApiError>, now: Timestamp) -> bool {
        let Some(query) = self.running.remove(&job) else {
            return false;
        };
        if let Some(line) = self.lines.get_mut(query.account()) {
            line.finished(&query, job, result, now, &mut self.jitter);
        }
        true
    }

    /// An action ended: what it tells about its account.
    pub fn acted(&mut self, account: &AccountId, result: Result<(), &ApiError>, now: Timestamp) {
        if let Some(line) = self.lines.get_mut(account) {
            match result {
                Ok(()) => line.reached(),
                Err(error) => {
                    line.trouble(error, now, &mut self.jitter);
                }
            }
        }
    }

    /// Takes a place for a further call, or says when to ask again: an instant, or `None` when a call has to end first.
    pub fn take(
        &mut self,
        account: &AccountId,
        group: &str,
        lane: Lane,
        now: Timestamp,
    ) -> Result<(), Option<Timestamp>> {
        self.lines
            .get_mut(account)
            .map_or(Ok(()), |line| line.take(group, lane, now))
    }

    /// A call that had a place has ended.
    pub fn give_back(&mut self, account: &AccountId, group: &str, now: Timestamp) {
        if let Some(line) = self.lines.get_mut(account) {
            line.give_back(group, now);
        }
    }

    /// How all accounts are doing.
    pub fn health(&mut self, now: Timestamp) -> Vec<AccountHealth> {
        self.lines
            .values_mut()
            .map(|line| line.health(now))
            .collect()
    }
}

#[cfg(test)]
#[path = "scheduler_tests.rs"]
mod tests;
