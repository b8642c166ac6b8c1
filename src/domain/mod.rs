//! Provider-neutral facts: plain data that every layer may use. No I/O, no wire names.

pub mod account;
pub mod action;
pub mod alarm;
pub mod breach;
pub mod contact;
pub mod diff;
pub mod doubt;
pub mod draft;
pub mod error;
pub mod fold;
pub mod health;
pub mod incident;
pub mod journal;
pub mod metric;
pub mod patch;
pub mod query;
pub mod record;
pub mod redact;
pub mod rehearse;
pub mod scaling;
pub mod script;
pub mod secret;
pub mod site;
pub mod text;
pub mod trail;
