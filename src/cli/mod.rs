//! The command line.

pub mod docs;
