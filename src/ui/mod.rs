//! The building blocks of the screen. They know no facts: what they draw is handed to them.
//!
//! * [`keys`]: [`Key`](keys::Key) with its notation, and the [`Keymap`](keys::Keymap): keys of a mode to a command's
//!   name, with sequences, the user's own keys, and conflicts found.
//! * [`theme`]: [`Theme::style`](theme::Theme::style) gives the look of a role (`severity.critical`); colours are
//!   named in `themes/*.toml` only. [`glyphs`] has the signs, in Unicode and in ASCII.
//! * [`lang`]: texts in two languages. [`mod@format`]: ages, durations, numbers with units, times in a zone;
//!   [`rates`] has the unit in which rates of data are preferred.
//! * [`syntax`]: colours for scripts; [`diff`]: what is different between two texts.
//! * [`width`]: cells and graphemes; the only place where texts are cut, and `put`, with which they are drawn.
//! * [`filter`]: the filter language of all lists.
//! * [`form`]: fields with labels, limits and messages; a form for the parameters of any operation.
//! * [`widgets`]: what is drawn.
//!   * [`table`](widgets::table) is the list; [`cell`](widgets::cell) is what stands in it, and what that means.
//!   * [`sparkline`](widgets::sparkline), [`chart`](widgets::chart), [`gauge`](widgets::gauge) and
//!     [`grid`](widgets::grid) show numbers and states.
//!   * [`document`](widgets::document) is text to read.
//!   * [`editor`](widgets::editor) is a text of many lines that is written here.
//!   * [`pane`](widgets::pane) is the frame around a pane, with the age of its data.
//!   * [`prompt`](widgets::prompt) is a line of input, [`picker`](widgets::picker) a list to choose from by typing,
//!     [`dialog`](widgets::dialog) the question before a change, [`toast`](widgets::toast) a passing message.
//!
//! Two conventions hold everywhere. What is drawn takes `&self` and draws within its area, whatever its size, down to
//! nothing. What takes keys says what they did with a small enum, and does nothing else: no text is ever sent, copied
//! or saved from here.

pub mod filter;
pub mod form;
pub mod format;
pub mod glyphs;
pub mod keys;
pub mod lang;
pub mod rates;
pub mod syntax;
pub mod theme;
pub mod widgets;
pub mod width;

pub use crate::domain::diff;
