//! The operations, in the document's order.

use crate::cloud::declare::Entry;

/// All operations.
pub const OPERATIONS: &[Entry] = &[];
