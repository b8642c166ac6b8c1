//! The only reader of time. Everything else is handed a [`Clock`] or an instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

/// Where "now" comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that a test moves by hand: milliseconds since the Unix epoch.
    Manual(Arc<AtomicI64>),
    /// A clock that follows tokio's timer, so that paused time in a test moves it too.
    Virtual {
        /// What the clock showed at `origin`.
        start: Timestamp,
        /// The tokio instant that `start` belongs to.
        origin: tokio::time::Instant,
    },
}

impl Clock {
    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.as_millisecond())))
    }

    /// A clock that shows `start` now and goes on with tokio's (possibly paused) time.
    pub fn follow_tokio(start: Timestamp) -> Self {
        Self::Virtual {
            start,
            origin: tokio::time::Instant::now(),
        }
    }

    /// The present instant.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the clock is read"
    )]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Manual(at) => {
                Timestamp::from_millisecond(at.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
            }
            Self::Virtual { start, origin } => *start + origin.elapsed(),
        }
    }

    /// Waits until this clock shows `at`. A manual clock does not move while somebody waits: the wait is as long
    /// as it would be if it did.
    pub async fn sleep_until(&self, at: Timestamp) {
        let wait = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
        // tokio counts whole milliseconds; a moment too early would be a wake-up too many.
        tokio::time::sleep(wait + Duration::from_millis(1)).await;
    }

    /// Moves a manual clock forward; the other clocks go by themselves and ignore it.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(at) = self {
            let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            at.fetch_add(by, Ordering::SeqCst);
        }
    }
}
