//! The shared state: every fact that any pane shows, with its age, its last error and whether it is being asked for.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::account::{Account, AccountId};
use crate::domain::error::ApiError;
use crate::domain::health::AccountHealth;
use crate::domain::incident::IncidentId;
use crate::domain::journal::JournalEntry;
use crate::domain::query::{Facts, Query, Update};

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
}

impl World {
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

    /// What is known about `query`.
    pub fn known(&self, query: &Query) -> Option<&Known> {
        self.known.get(query)
    }

    /// The last good answer to `query`.
    pub fn facts(&self, query: &Query) -> Option<&Facts> {
        self.known(query)?.facts.as_ref()
    }

    /// Accounts of one system.
    pub fn accounts_of(
        &self,
        system: crate::domain::account::SystemId,
    ) -> impl Iterator<Item = &Account> {
        self.accounts
            .iter()
            .filter(move |account| account.id.system == system)
    }
}
