//! Provider codes and what they mean.

use crate::cloud::Answered;
use crate::cloud::declare::Entry;
use crate::domain::error::ApiError;

/// The error in an answer, if it is one.
pub fn problem(_entry: &Entry, _answered: &Answered) -> Option<ApiError> {
    None
}
