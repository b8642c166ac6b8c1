//! What answers about work orders contradicted of the answers before them, as long as the program runs.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::account::AccountId;
use crate::domain::query::Facts;
use crate::domain::script::OrderId;
use crate::domain::setback::{Setback, setbacks};

/// How many are kept of one order; the oldest go first.
const KEPT: usize = 20;

/// Setbacks by order.
#[derive(Debug, Default)]
pub struct Setbacks(HashMap<(AccountId, OrderId), Vec<(Timestamp, Setback)>>);

impl Setbacks {
    /// Compares what was known of an order with what was read of it at `at`.
    pub fn note(
        &mut self,
        order: (AccountId, OrderId),
        before: &Facts,
        now: &Facts,
        at: Timestamp,
    ) {
        let (Facts::Orders(before), Facts::Orders(now)) = (before, now) else {
            return;
        };
        let (Some(before), Some(now)) = (before.first(), now.first()) else {
            return;
        };
        let found = setbacks(before, now);
        if found.is_empty() {
            return;
        }
        let kept = self.0.entry(order).or_default();
        kept.extend(found.into_iter().map(|one| (at, one)));
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }

    /// Those of an order with when each was read, oldest first.
    pub fn of(&self, account: &AccountId, id: &OrderId) -> &[(Timestamp, Setback)] {
        let key = (account.clone(), id.clone());
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }
}
