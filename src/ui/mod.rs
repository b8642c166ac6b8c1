//! The building blocks of the screen. They know no facts: what they draw is handed to them.

pub mod filter;
pub mod form;
pub mod format;
pub mod glyphs;
pub mod keys;
pub mod lang;
pub mod theme;
pub mod widgets;
pub mod width;
