//! Keys.

pub use crossterm::event::{KeyCode, KeyModifiers};

/// A key press: a code with modifiers. Shift is not kept for characters; the character says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Control, alt and, for keys that are no characters, shift.
    pub mods: KeyModifiers,
}
