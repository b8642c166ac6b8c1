//! The journal: what this user changed, before and after.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::SafeText;

/// Identifies a change while it is under way, and its line in the journal.
pub type Ticket = u64;

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Written down, not answered yet: under way, or the program ended before the answer.
    Intent,
    /// Carried out.
    Done,
    /// Refused or failed; nothing was changed.
    Failed,
    /// The answer never came: it may have been carried out.
    Unknown,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number, ascending.
    pub ticket: Ticket,
    /// When it was written down, before the first byte left.
    pub at: Timestamp,
    /// When its outcome was written down.
    pub settled: Option<Timestamp>,
    /// Account it went to, as `profile/system`.
    pub account: String,
    /// Operation id.
    pub operation: String,
    /// What it was, in words: `accept incident IM…`.
    pub summary: SafeText,
    /// The command that repeats it, with secrets as placeholders.
    pub command: SafeText,
    /// How it ended.
    pub outcome: Outcome,
    /// The provider's id of the request.
    pub request_id: Option<SafeText>,
    /// What came of it, or the error.
    pub result: Option<SafeText>,
}
