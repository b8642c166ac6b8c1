//! When a call is sent again, and when it is not: a budget for each host, waits with full jitter.
//!
//! Retries must not make an outage worse. Every retry costs a token, a call that succeeds returns a quarter of one, so
//! in a total outage a client sends [`CAPACITY`] requests more than it was asked for and then none, and under partial
//! failures at most a quarter more.

use std::time::Duration;

use crate::domain::error::{ApiError, Class};

/// How often a call is sent at most, the first time included.
pub(super) const ATTEMPTS: u32 = 3;

/// How many retries a host allows without a success in between.
const CAPACITY: f64 = 8.0;

/// What a successful call returns to the budget.
const REFUND: f64 = 0.25;

/// Longest wait between two attempts. A provider that asks for more gets its error shown instead.
const CAP: Duration = Duration::from_secs(20);

/// First wait after a failure, doubled each time.
const BASE: Duration = Duration::from_millis(100);

/// First wait after a throttled call.
const THROTTLED_BASE: Duration = Duration::from_secs(1);

/// The spread added to a wait that the provider asks for.
const SPREAD: Duration = Duration::from_secs(5);

/// What may still be retried at one host.
#[derive(Debug)]
pub(super) struct Budget {
    tokens: f64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tokens: CAPACITY }
    }
}

impl Budget {
    /// A call succeeded.
    pub(super) fn refund(&mut self) {
        self.tokens = (self.tokens + REFUND).min(CAPACITY);
    }

    /// Takes a token for one retry; false when there is none.
    pub(super) fn spend(&mut self) -> bool {
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

/// How long to wait after the attempt number `attempt` (from 1) failed with `error`; `None` when the provider asks for
/// longer than anybody wants to wait. `luck` is from 0 to 1.
pub(super) fn wait(error: &ApiError, attempt: u32, luck: f64) -> Option<Duration> {
    let base = if error.class == Class::Throttled {
        THROTTLED_BASE
    } else {
        BASE
    };
    let doubled = base
        .saturating_mul(1 << attempt.saturating_sub(1).min(16))
        .min(CAP);
    match error.retry_after {
        Some(asked) if asked > CAP => None,
        Some(asked) => Some(asked + doubled.min(SPREAD).mul_f64(luck)),
        None => Some(doubled.mul_f64(luck)),
    }
}
