//! The background task: panes say what they want to know, this asks for it, at the right time and within the
//! published limits. [`scheduler`] decides and is pure; [`task`] does.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::cloud::client::Client;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::health::AccountHealth;
use crate::domain::journal::Ticket;
use crate::domain::query::{Facts, Query, Update, Want};

pub mod budget;
pub mod gate;
mod line;
pub mod mailbox;
pub mod scheduler;
pub mod settle;
pub mod task;

use mailbox::Mailbox;
use task::{Order, Remote};

/// Tells the background task what to do. Never blocks; clones are the same task. The task ends with its last handle.
#[derive(Debug, Clone)]
pub struct Handle {
    orders: mpsc::UnboundedSender<Order>,
}

impl Handle {
    /// Keep these questions answered, and no others.
    pub fn watch(&self, wants: Vec<Want>) {
        self.order(Order::Watch(wants));
    }

    /// Ask these now, whatever their age.
    pub fn refresh(&self, queries: Vec<Query>) {
        self.order(Order::Refresh(queries));
    }

    /// Try an account again that is paused or waits.
    pub fn resume(&self, account: AccountId) {
        self.order(Order::Resume(account));
    }

    /// Carry out a change, at most once. Its outcome comes as [`Arrival::Done`]. The caller has written down the
    /// intent before.
    pub fn act(&self, ticket: Ticket, action: Action) {
        self.order(Order::Act(ticket, action));
    }

    /// Asks this once, in the background's part of the budget, for somebody who waits for the answer and nobody else:
    /// it is not among the facts. Whoever stops waiting ends the question.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn ask(&self, query: Query) -> Result<Facts, ApiError> {
        let system = query.account().system;
        let (answer, answered) = oneshot::channel();
        self.order(Order::Ask(query, answer));
        answered.await.unwrap_or_else(|_| {
            let words = "the background task has ended";
            Err(ApiError::new(Class::Unavailable, system, "", words))
        })
    }

    fn order(&self, order: Order) {
        // The task ends only with its last handle or by a panic, which ends the program.
        let _ = self.orders.send(order);
    }
}

/// Something came from the background task.
#[derive(Debug)]
pub enum Arrival {
    /// A change ended; never dropped, never superseded.
    Done(Ticket, Result<Receipt, ApiError>),
    /// Facts: everything that was unread.
    Fresh(Vec<Update>),
    /// How the accounts are doing has changed.
    Health(Vec<AccountHealth>),
}

/// What comes from the background task.
#[derive(Debug)]
pub struct Inbox {
    facts: Mailbox,
    outcomes: mpsc::Receiver<(Ticket, Result<Receipt, ApiError>)>,
    health: watch::Receiver<Vec<AccountHealth>>,
}

impl Inbox {
    /// Waits for the next arrival: outcomes before facts before health. `None` when the task has ended. Nothing is
    /// lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Arrival> {
        tokio::select! {
            biased;
            outcome = self.outcomes.recv() => outcome.map(|(ticket, result)| Arrival::Done(ticket, result)),
            facts = self.facts.taken() => Some(Arrival::Fresh(facts)),
            changed = self.health.changed() => {
                changed.ok()?;
                Some(Arrival::Health(self.health.borrow_and_update().clone()))
            }
        }
    }

    /// How many facts were replaced by newer ones before anybody read them.
    pub fn superseded(&self) -> u64 {
        self.facts.superseded()
    }
}

/// Starts the background task on the current tokio runtime. `seed` decides every jitter.
pub fn spawn(clients: Vec<Arc<Client>>, clock: Clock, seed: u64) -> (Handle, Inbox) {
    let remotes = clients
        .into_iter()
        .map(|client| client as Arc<dyn Remote>)
        .collect();
    spawn_remotes(remotes, clock, seed)
}

/// As [`spawn`], for anything that can be asked.
pub fn spawn_remotes(remotes: Vec<Arc<dyn Remote>>, clock: Clock, seed: u64) -> (Handle, Inbox) {
    let (orders, received) = mpsc::unbounded_channel();
    let (done, outcomes) = mpsc::channel(64);
    let (health, changes) = watch::channel(Vec::new());
    let facts = Mailbox::default();
    let task = task::Task::new(remotes, clock, seed, facts.clone(), done, health);
    tokio::spawn(task.run(received));
    let inbox = Inbox {
        facts,
        outcomes,
        health: changes,
    };
    (Handle { orders }, inbox)
}

#[cfg(test)]
mod tests;
