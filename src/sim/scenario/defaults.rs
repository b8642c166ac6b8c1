//! What holds where a scenario says nothing, when several kinds of things share it.

/// One of them.
pub fn single() -> usize {
    1
}

/// A minute, in seconds.
pub fn minute() -> u32 {
    60
}

/// Switched on.
pub fn yes() -> bool {
    true
}

/// Three of them.
pub fn three() -> u32 {
    3
}
