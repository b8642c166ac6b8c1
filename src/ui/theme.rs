//! Themes: roles, never colours.

/// What the terminal can show and how.
#[derive(Debug, Clone)]
pub struct Theme {}
