//! Things that are drawn. Each is a plain value that is built, drawn into a rectangle, and forgotten; what has to be
//! remembered between two frames is in a state that belongs to the pane.

pub mod cell;
pub mod chart;
pub mod dialog;
pub mod document;
pub mod editor;
pub mod gauge;
pub mod grid;
pub mod pane;
pub mod picker;
pub mod prompt;
pub mod sparkline;
pub mod table;
pub mod toast;
