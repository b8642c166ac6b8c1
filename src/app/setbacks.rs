//! What answers about work orders contradicted of the answers before them, as long as the program runs.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::account::AccountId;
use crate::domain::query::Facts;
use crate::domain::script::{Order, OrderId};
use crate::domain::setback::{Setback, setbacks, state_back};

/// How many are kept of one order; the oldest go first.
const KEPT: usize = 20;
/// The same that is read again within so many seconds is the same.
const AGAIN: i64 = 60;

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
        if !found.is_empty() {
            self.keep(order, found, at);
        }
    }

    /// Compares the states of orders in a list with those in the list before it.
    pub fn note_states(&mut self, account: &AccountId, before: &Facts, now: &Facts, at: Timestamp) {
        let (Facts::Orders(before), Facts::Orders(now)) = (before, now) else {
            return;
        };
        let before: HashMap<&OrderId, &Order> =
            before.iter().map(|order| (&order.id, order)).collect();
        for order in now {
            let earlier = before.get(&order.id);
            if let Some(found) = earlier.and_then(|earlier| state_back(earlier, order)) {
                self.keep((account.clone(), order.id.clone()), vec![found], at);
            }
        }
    }

    /// What both the list and the order itself tell is kept once.
    fn keep(&mut self, order: (AccountId, OrderId), found: Vec<Setback>, at: Timestamp) {
        let kept = self.0.entry(order).or_default();
        for one in found {
            let again = |(then, known): &(Timestamp, Setback)| {
                *known == one && at.duration_since(*then).as_secs() < AGAIN
            };
            if !kept.iter().any(again) {
                kept.push((at, one));
            }
        }
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }

    /// Those of an order with when each was read, oldest first.
    pub fn of(&self, account: &AccountId, id: &OrderId) -> &[(Timestamp, Setback)] {
        let key = (account.clone(), id.clone());
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }
}
