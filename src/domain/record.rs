//! What is kept on disk besides the journal, and what is read back at the start.

use std::sync::Arc;

use super::account::AccountId;
use super::incident::IncidentId;
use super::journal::{JournalEntry, Outcome, Ticket};
use super::metric::Series;
use super::site::MeterExport;
use super::text::SafeText;
use super::trail::{Link, Note};

/// Something to keep.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// Follow this incident: it was created here or its number was typed in.
    Track(AccountId, IncidentId),
    /// Stop following it.
    Untrack(AccountId, IncidentId),
    /// New samples, for an offline start and for trends.
    Samples(AccountId, Vec<Arc<Series>>),
    /// A line of an incident's time line.
    Note(Note),
    /// What led to an incident or an order.
    Link(Box<Link>),
    /// How the change in this line of the journal ended after all.
    Settled(Ticket, Outcome, SafeText),
    /// A setting of the screen (sort order, columns, last view) under a name.
    Setting(String, String),
}

/// What was kept.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// The journal's latest entries, newest first.
    Journal(Vec<JournalEntry>),
    /// Incidents that are followed.
    Tracked(Vec<(AccountId, IncidentId)>),
    /// The samples of the last hours, with when they were written (seconds since the Unix epoch).
    Samples(AccountId, Vec<Series>, i64),
    /// Lines of time lines, oldest first.
    Notes(Vec<Note>),
    /// What led to incidents and orders, oldest first.
    Links(Vec<Link>),
    /// Settings of the screen.
    Settings(Vec<(String, String)>),
    /// Files were written: where they are.
    Exported(String),
    /// How the writing of records to a file stands.
    Exporting(Box<MeterExport>),
    /// Something could not be kept or read: what, and why.
    Problem(String),
}
