//! The one error of all calls: plain data, so that panes can show it without knowing a cloud.

use std::fmt;
use std::time::Duration;

use super::account::SystemId;
use super::text::SafeText;

/// The id of an operation as in the catalogues, for example `ksc-monitor.list_alarm_policy`.
pub type OperationId = &'static str;

/// What went wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// What to do about it; nothing else decides behaviour.
    pub class: Class,
    /// The system that was called.
    pub system: SystemId,
    /// The operation that was called; empty when it failed before one was chosen.
    pub operation: OperationId,
    /// The provider's error code, as sent.
    pub code: Option<SafeText>,
    /// The provider's words, or ours when the call never got an answer.
    pub message: SafeText,
    /// The provider's id of this request, when it gave one.
    pub request_id: Option<SafeText>,
    /// The parameter that was refused, in wire spelling.
    pub param: Option<String>,
    /// How long the provider asks us to wait.
    pub retry_after: Option<Duration>,
    /// Whether the provider may have carried the call out although no answer says so. For a mutating call this
    /// is an *unknown outcome*: it is looked up, never repeated.
    pub outcome_unknown: bool,
}

/// Decides who retries, whether the account is paused, the exit code, and the hint for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The credentials are missing, wrong or expired: fix them, then resume the account.
    Credentials,
    /// The credentials are good but not allowed to do this: ask for the permission.
    Denied,
    /// Too many calls: wait.
    Throttled,
    /// The thing does not exist (any more).
    NotFound,
    /// This site does not offer the interface. Nothing is wrong: there is nothing to see there.
    NotOffered,
    /// The request was wrong: change the named parameter.
    Invalid,
    /// The thing is in a state that forbids this: read it again.
    Conflict,
    /// The service cannot answer now: try again later.
    Unavailable,
    /// No answer: name resolution, connection, TLS, time-out, or a connection cut half-way.
    Network,
    /// An answer came that makes no sense: truncated, HTML, of the wrong type or too large.
    Unreadable,
    /// The profile is read-only; nothing was sent.
    ReadOnly,
    /// The local clock is too far from the service's: set the clock.
    ClockSkew,
}

impl Class {
    /// A word for messages and JSON output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::NotFound => "not-found",
            Self::NotOffered => "not-offered",
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::Unavailable => "unavailable",
            Self::Network => "network",
            Self::Unreadable => "unreadable",
            Self::ReadOnly => "read-only",
            Self::ClockSkew => "clock-skew",
        }
    }

    /// May a *read* be repeated after this?
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable | Self::Network)
    }
}

impl ApiError {
    /// An error with a class and our own words; the rest is filled in by whoever knows it.
    pub fn new(
        class: Class,
        system: SystemId,
        operation: OperationId,
        message: impl Into<SafeText>,
    ) -> Self {
        Self {
            class,
            system,
            operation,
            code: None,
            message: message.into(),
            request_id: None,
            param: None,
            retry_after: None,
            outcome_unknown: false,
        }
    }
}

impl fmt::Display for ApiError {
    /// `ksc-monitor.list_alarm_policy: throttled: Rate exceeded (Throttling, request 1234)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.operation.is_empty() {
            write!(f, "{}", self.system)?;
        } else {
            f.write_str(self.operation)?;
        }
        write!(f, ": {}: {}", self.class.name(), self.message)?;
        match (&self.code, &self.request_id) {
            (Some(code), Some(id)) => write!(f, " ({code}, request {id})"),
            (Some(code), None) => write!(f, " ({code})"),
            (None, Some(id)) => write!(f, " (request {id})"),
            (None, None) => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}
