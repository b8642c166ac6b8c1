//! The pure core: a message comes in, effects go out. It reads no clock and does no I/O.

pub mod command;
pub mod effect;
pub mod message;
pub mod pane;
pub mod world;
