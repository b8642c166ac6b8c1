//! What exists: plain data, and how it follows from a scenario. Nothing happens here, and nothing here knows the estate.

pub mod alarms;
pub mod clusters;
pub mod contacts;
pub mod custom;
pub mod identity;
pub mod incidents;
pub mod machines;
pub mod orders;
pub mod patches;
pub mod policies;
pub mod scaling;
pub mod scripts;
pub mod site;
pub mod stamp;
pub mod troubles;
pub mod warrooms;
