//! What is written of a change, before it is sent and when it is over.

use crate::domain::action::Receipt;
use crate::domain::error::ApiError;
use crate::domain::journal::Outcome;
use crate::domain::text::SafeText;

/// A line of the journal.
pub type JournalId = i64;

/// A change that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Account it goes to, as `profile/system`.
    pub account: String,
    /// Operation id.
    pub operation: String,
    /// What it is, in words.
    pub summary: String,
    /// The command that repeats it, secrets as placeholders.
    pub command: String,
}

/// How a change ended, for its line in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// How.
    pub outcome: Outcome,
    /// The provider's id of the request.
    pub request_id: Option<SafeText>,
    /// What came of it, or the error.
    pub result: SafeText,
}

impl Settled {
    /// What the result of an action means.
    pub fn of(result: &Result<Receipt, ApiError>) -> Self {
        match result {
            Ok(receipt) => Self {
                outcome: Outcome::Done,
                request_id: receipt.request_id.clone(),
                result: receipt.summary.clone(),
            },
            Err(error) => Self {
                outcome: if error.outcome_unknown {
                    Outcome::Unknown
                } else {
                    Outcome::Failed
                },
                request_id: error.request_id.clone(),
                result: error.to_string().into(),
            },
        }
    }
}
