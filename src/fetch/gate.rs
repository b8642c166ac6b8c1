//! The gate through which the background task's calls leave, so that budgets count calls and not questions: an answer
//! that takes five pages costs five.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use super::budget::Lane;
use super::scheduler::Scheduler;
use crate::clock::Clock;
use crate::cloud::gate::{self, Gate};
use crate::domain::account::AccountId;

/// The scheduler, shared by the background task and the calls under way; locked for moments only.
#[derive(Debug)]
pub struct Counter {
    /// The schedule with its budgets.
    scheduler: Mutex<Scheduler>,
    /// Rung when a call ended: somebody who waits may have a place now.
    freed: Notify,
    clock: Clock,
}

impl Counter {
    /// A counter over `scheduler`.
    pub fn new(scheduler: Scheduler, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            scheduler: Mutex::new(scheduler),
            freed: Notify::new(),
            clock,
        })
    }

    /// Uses the scheduler.
    pub fn with<T>(&self, use_it: impl FnOnce(&mut Scheduler) -> T) -> T {
        use_it(
            &mut self
                .scheduler
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Waits until a call has ended.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Waits for a place for a call.
    async fn place(
        self: &Arc<Self>,
        account: &AccountId,
        group: &'static str,
        lane: Lane,
    ) -> Place {
        loop {
            // Created before the question is asked, so that a place freed in between is not missed.
            let freed = self.freed.notified();
            let now = self.clock.now();
            match self.with(|scheduler| scheduler.take(account, group, lane, now)) {
                Ok(()) => return Place::taken(self, account, group),
                Err(Some(until)) => {
                    tokio::select! {
                        () = freed => {}
                        () = self.clock.sleep_until(until) => {}
                    }
                }
                Err(None) => freed.await,
            }
        }
    }
}

/// A place in a budget, given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    counter: Arc<Counter>,
    account: AccountId,
    group: &'static str,
}

impl Place {
    /// A place that was taken already.
    pub fn taken(counter: &Arc<Counter>, account: &AccountId, group: &'static str) -> Self {
        Self {
            counter: counter.clone(),
            account: account.clone(),
            group,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let now = self.counter.clock.now();
        self.counter
            .with(|scheduler| scheduler.give_back(&self.account, self.group, now));
        // All of them: the first to wake may be in a lane that has no place yet. And one for the task, which
        // may not be waiting at this moment.
        self.counter.freed.notify_waiters();
        self.counter.freed.notify_one();
    }
}

/// A job's way through the gate.
#[derive(Debug)]
pub struct Pass {
    counter: Arc<Counter>,
    account: AccountId,
    lane: Lane,
    /// The place the scheduler took when it started the job: for the first call of the default group.
    first: Mutex<Option<Place>>,
}

impl Pass {
    /// A pass for calls to `account`. `first`: a place that was taken already.
    pub fn new(
        counter: &Arc<Counter>,
        account: &AccountId,
        lane: Lane,
        first: Option<Place>,
    ) -> Self {
        Self {
            counter: counter.clone(),
            account: account.clone(),
            lane,
            first: Mutex::new(first),
        }
    }

    /// Runs `job` with this pass. A first place that the job did not need is given back at its end.
    pub async fn carry<T>(self, job: impl Future<Output = T>) -> T {
        gate::carry(Arc::new(self), job).await
    }
}

impl Gate for Pass {
    fn enter(&self, group: &'static str) -> BoxFuture<'_, gate::Place> {
        Box::pin(async move {
            let first = if group.is_empty() {
                self.first
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take()
            } else {
                None
            };
            let place = match first {
                Some(place) => place,
                None => self.counter.place(&self.account, group, self.lane).await,
            };
            Box::new(place) as gate::Place
        })
    }
}
