//! Does what the scheduler decides: runs jobs, cancels what nobody looks at any more, reports.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};

use super::budget::Lane;
use super::gate::{Counter, Pass, Place};
use super::mailbox::Mailbox;
use super::scheduler::{Job, JobId, Scheduler, Step};
use crate::clock::Clock;
use crate::cloud::Limit;
use crate::cloud::client::Client;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::health::AccountHealth;
use crate::domain::journal::Ticket;
use crate::domain::query::{Facts, Query, Update, Want};

/// Something that can be asked: a client, or a stand-in for one.
pub trait Remote: Send + Sync {
    /// Whom.
    fn account(&self) -> AccountId;
    /// The limits its calls are counted against; the first is the default group.
    fn limits(&self) -> &[Limit];
    /// Seconds the service's clock is ahead of ours, when that is far enough to matter.
    fn clock_offset(&self) -> Option<i64> {
        None
    }
    /// Bytes of requests and answers so far.
    fn traffic(&self) -> u64 {
        0
    }
    /// Answers a question.
    fn answer<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Facts, ApiError>>;
    /// Carries out a change, at most once.
    fn act<'a>(&'a self, action: &'a Action) -> BoxFuture<'a, Result<Receipt, ApiError>>;
}

impl Remote for Client {
    fn account(&self) -> AccountId {
        Client::account(self).id.clone()
    }

    fn limits(&self) -> &[Limit] {
        self.system().limits
    }

    fn traffic(&self) -> u64 {
        Self::traffic(self)
    }

    fn clock_offset(&self) -> Option<i64> {
        self.clock_difference()
            .map(|difference| difference.as_secs())
    }

    fn answer<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Facts, ApiError>> {
        Self::answer(self, query)
    }

    fn act<'a>(&'a self, action: &'a Action) -> BoxFuture<'a, Result<Receipt, ApiError>> {
        Self::act(self, action)
    }
}

/// What the screen asks of the task.
#[derive(Debug)]
pub enum Order {
    /// Keep these answered, and no others.
    Watch(Vec<Want>),
    /// Ask these now.
    Refresh(Vec<Query>),
    /// Ask this once, for one who waits.
    Ask(Query, oneshot::Sender<Result<Facts, ApiError>>),
    /// Try this account again.
    Resume(AccountId),
    /// Change something.
    Act(Ticket, Action),
}

/// How long changes of the accounts' health are gathered before they are reported.
const HEALTH_EVERY: Duration = Duration::from_secs(1);

/// What a piece of work brought.
#[derive(Debug)]
enum Ended {
    Asked(JobId, Query, Result<Facts, ApiError>),
    /// A change, or a question of one who waited.
    Told(AccountId, Result<(), ApiError>),
    /// Nobody waits for it any more.
    Left,
}

/// The background task.
pub struct Task {
    remotes: HashMap<AccountId, Arc<dyn Remote>>,
    counter: Arc<Counter>,
    clock: Clock,
    facts: Mailbox,
    outcomes: mpsc::Sender<(Ticket, Result<Receipt, ApiError>)>,
    health: watch::Sender<Vec<AccountHealth>>,
    work: JoinSet<Ended>,
    aborts: HashMap<JobId, AbortHandle>,
}

impl Task {
    /// A task that waits for orders.
    pub fn new(
        remotes: Vec<Arc<dyn Remote>>,
        clock: Clock,
        seed: u64,
        facts: Mailbox,
        outcomes: mpsc::Sender<(Ticket, Result<Receipt, ApiError>)>,
        health: watch::Sender<Vec<AccountHealth>>,
    ) -> Self {
        let mut scheduler = Scheduler::new(seed);
        let mut by_account = HashMap::new();
        for remote in remotes {
            scheduler.add(remote.account(), remote.limits());
            by_account.insert(remote.account(), remote);
        }
        Self {
            remotes: by_account,
            counter: Counter::new(scheduler, clock.clone()),
            clock,
            facts,
            outcomes,
            health,
            work: JoinSet::new(),
            aborts: HashMap::new(),
        }
    }

    /// Works until the last [`super::Handle`] is gone.
    pub async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let mut report_at = None;
        loop {
            let wake = self.step();
            let now = self.clock.now();
            if self.report_due(&mut report_at, now) {
                report_at = None;
            }
            let clock = self.clock.clone();
            let wake = [wake, report_at].into_iter().flatten().min();
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
                Some(ended) = self.work.join_next() => match ended {
                    Ok(ended) => self.ended(ended),
                    Err(error) => if let Ok(panic) = error.try_into_panic() {
                        // A fault of ours: it ends the program, it is not hidden as a failed job.
                        std::panic::resume_unwind(panic);
                    }
                },
                () = self.counter.freed() => {}
                () = clock.sleep_until(wake.unwrap_or(Timestamp::MAX)), if wake.is_some() => {}
            }
        }
    }

    /// Starts everything that can be started; returns when to look again.
    fn step(&mut self) -> Option<Timestamp> {
        for (query, error) in self.counter.with(Scheduler::refused) {
            self.tell(query, Err(error));
        }
        loop {
            let now = self.clock.now();
            match self.counter.with(|scheduler| scheduler.step(now)) {
                Step::Start(jobs) => jobs.into_iter().for_each(|job| self.start(job)),
                Step::SleepUntil(at) => return Some(at),
                Step::Idle => return None,
            }
        }
    }

    fn start(&mut self, job: Job) {
        let Job { id, query, lane } = job;
        let Some(remote) = self.remotes.get(query.account()).cloned() else {
            return;
        };
        let place = Place::taken(&self.counter, query.account(), "");
        let pass = Pass::new(&self.counter, query.account(), lane, Some(place));
        let abort = self.work.spawn(async move {
            let result = pass.carry(remote.answer(&query)).await;
            Ended::Asked(id, query, result)
        });
        self.aborts.insert(id, abort);
    }

    fn obey(&mut self, order: Order) {
        let now = self.clock.now();
        match order {
            Order::Watch(wants) => {
                for job in self.counter.with(|scheduler| scheduler.want(&wants, now)) {
                    if let Some(abort) = self.aborts.remove(&job) {
                        abort.abort();
                    }
                }
            }
            Order::Refresh(queries) => self
                .counter
                .with(|scheduler| scheduler.refresh(&queries, now)),
            Order::Resume(account) => self
                .counter
                .with(|scheduler| scheduler.resume(&account, now)),
            Order::Ask(query, answer) => self.ask(query, answer),
            Order::Act(ticket, action) => self.act(ticket, action),
        }
    }

    /// Asks for one who waits, until the answer comes or they do not wait any more.
    fn ask(&mut self, query: Query, mut answer: oneshot::Sender<Result<Facts, ApiError>>) {
        let account = query.account().clone();
        let remote = self.remotes.get(&account).cloned();
        let pass = Pass::new(&self.counter, &account, Lane::Background, None);
        self.work.spawn(async move {
            let asked = async {
                match remote {
                    Some(remote) => pass.carry(remote.answer(&query)).await,
                    None => Err(unusable(&account)),
                }
            };
            let result = tokio::select! {
                result = asked => result,
                () = answer.closed() => return Ended::Left,
            };
            let told = result.as_ref().map(|_| ()).map_err(ApiError::clone);
            // Whoever has just stopped waiting does not need it.
            let _ = answer.send(result);
            Ended::Told(account, told)
        });
    }

    /// Sends a change. It waits for nothing but a place in its reserved part of the budget.
    fn act(&mut self, ticket: Ticket, action: Action) {
        let outcomes = self.outcomes.clone();
        let account = action.account().clone();
        let remote = self.remotes.get(&account).cloned();
        let pass = Pass::new(&self.counter, &account, Lane::Action, None);
        self.work.spawn(async move {
            let result = match remote {
                Some(remote) => pass.carry(remote.act(&action)).await,
                None => Err(unusable(&account)),
            };
            let told = result.as_ref().map(|_| ()).map_err(ApiError::clone);
            // A full queue makes this wait; the outcome is never dropped.
            let _ = outcomes.send((ticket, result)).await;
            Ended::Told(account, told)
        });
    }

    fn ended(&mut self, ended: Ended) {
        let now = self.clock.now();
        match ended {
            Ended::Asked(job, query, result) => {
                self.aborts.remove(&job);
                let outcome = result.as_ref().map(|_| ());
                if self
                    .counter
                    .with(|scheduler| scheduler.finished(job, outcome, now))
                {
                    self.tell(query, result);
                }
            }
            Ended::Left => {}
            Ended::Told(account, result) => {
                self.counter
                    .with(|scheduler| scheduler.acted(&account, result.as_ref().copied(), now));
            }
        }
    }

    fn tell(&self, query: Query, result: Result<Facts, ApiError>) {
        self.facts.put(Update {
            query,
            at: self.clock.now(),
            result,
        });
    }

    /// Reports health when it has changed: at once when a lamp has, otherwise at most once a second. `at` is when a
    /// change that waits is to be reported; returns whether that is settled.
    fn report_due(&self, at: &mut Option<Timestamp>, now: Timestamp) -> bool {
        let mut health = self.counter.with(|scheduler| scheduler.health(now));
        for one in &mut health {
            let remote = self.remotes.get(&one.account);
            one.clock_offset = remote.and_then(|remote| remote.clock_offset());
            one.traffic = remote.map_or(0, |remote| remote.traffic());
        }
        let before = self.health.borrow().clone();
        if health == before {
            return true;
        }
        let lamps =
            |health: &[AccountHealth]| health.iter().map(|one| one.lamp).collect::<Vec<_>>();
        let ripe = at.is_some_and(|at| at <= now);
        if ripe || lamps(&health) != lamps(&before) {
            self.health.send_replace(health);
            return true;
        }
        if at.is_none() {
            *at = Some(now + HEALTH_EVERY);
        }
        false
    }
}

/// Nobody can be asked for this account.
fn unusable(account: &AccountId) -> ApiError {
    ApiError::new(
        Class::Credentials,
        account.system,
        "",
        "this account has no usable credentials; nothing was sent",
    )
}
