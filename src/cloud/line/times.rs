//! The service's clock: seen in its answers, followed where a signature needs it.

use std::sync::atomic::Ordering;

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use super::Line;
use super::answer::Failed;
use super::proof::Proof;
use crate::cloud::skew::{self, Verdict};
use crate::domain::error::Class;

impl Line {
    /// Was the signature refused because of the time? Then the service's clock is followed from now on. When the
    /// clocks agree, it was the key, and the error says so.
    pub(super) fn is_clock_trouble(&self, proof: &Proof, failed: &mut Failed) -> bool {
        let Proof::Key { .. } = proof else {
            return false;
        };
        match (failed.error.class, failed.verdict) {
            (Class::ClockSkew, Verdict::Apart(offset) | Verdict::Differs(offset))
            | (Class::Credentials, Verdict::Apart(offset)) => {
                let millis = i64::try_from(offset.as_millis()).unwrap_or_default();
                self.offset.store(millis, Ordering::SeqCst);
                failed.error.class = Class::ClockSkew;
                let said = failed.error.message.raw();
                let by = SignedDuration::from_secs(offset.as_secs());
                failed.error.message =
                    format!("{said} (this machine's clock is off by {by:#}; calls follow the service's clock now)").into();
                true
            }
            (Class::ClockSkew, Verdict::Agrees) => {
                failed.error.class = Class::Credentials;
                let said = failed.error.message.raw();
                failed.error.message = format!(
                    "{said} (the service's clock agrees with ours: the key or its secret is wrong)"
                )
                .into();
                false
            }
            _ => false,
        }
    }

    /// Notes what an answer's date says about our clock, whether or not anything was refused for it.
    pub(super) fn look_at_clock(&self, headers: &HeaderMap, now: Timestamp) {
        let seen = match skew::compare(headers, now, SignedDuration::ZERO) {
            Verdict::Differs(offset) | Verdict::Apart(offset) => {
                i64::try_from(offset.as_millis()).unwrap_or_default()
            }
            Verdict::Agrees => 0,
            Verdict::Unknown => return,
        };
        self.seen.store(seen, Ordering::SeqCst);
    }

    /// How far the service's clock is ahead of ours, when that is a minute or more.
    pub(in crate::cloud) fn difference(&self) -> Option<SignedDuration> {
        let seen = self.seen.load(Ordering::SeqCst);
        (seen != 0).then(|| SignedDuration::from_millis(seen))
    }

    /// What must be added to our clock to get the service's.
    pub(in crate::cloud) fn offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.offset.load(Ordering::SeqCst))
    }
}
