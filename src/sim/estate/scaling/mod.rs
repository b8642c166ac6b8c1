//! What happens to scaling groups (ksc-autoscaling.md, 14).
//!
//! Calls check first and change afterwards, so that a refused one leaves everything as it was ([`calls`]). Sizes are
//! changed by activities, of which a group runs one at a time (`activities`); time brings their ends, the runs of
//! scheduled tasks, the evaluation of policies and the replacement of members that do not work (`course`).

mod activities;
pub mod calls;
mod course;

pub use course::advance;
