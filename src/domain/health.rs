//! How the background task is doing: for the status line and `:budget`.

use jiff::Timestamp;

use super::account::AccountId;
use super::error::ApiError;

/// Can an account be reached?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lamp {
    /// Nothing was asked yet.
    Idle,
    /// The last answer was good.
    Live,
    /// The last calls failed; it is tried again by itself.
    Failing,
    /// Nothing is asked until the user resumes it: the credentials were refused or are missing.
    Paused,
}

/// One account as the background task sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountHealth {
    /// Which account.
    pub account: AccountId,
    /// Can it be reached?
    pub lamp: Lamp,
    /// Calls that may be made now without waiting, in the tightest limit group in use.
    pub left: u32,
    /// The most that group allows.
    pub limit: u32,
    /// Calls under way.
    pub in_flight: u32,
    /// The last error, when the lamp is not live.
    pub error: Option<ApiError>,
    /// When it is tried again, when it is waiting.
    pub next_try: Option<Timestamp>,
    /// Bytes of requests and answers so far, bodies only.
    pub traffic: u64,
    /// Seconds the service's clock is ahead of ours, when it is far enough off to matter.
    pub clock_offset: Option<i64>,
}
