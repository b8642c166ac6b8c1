//! What the core asks the shell to do.

use jiff::Timestamp;

use crate::domain::account::AccountId;
use crate::domain::action::Action;
use crate::domain::journal::Ticket;
use crate::domain::query::{Query, Want};
use crate::domain::record::Record;
use crate::domain::text::SafeText;

/// Something to do. The shell performs it; the core never waits for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Keep these questions answered; replaces the previous set. What is not in it is cancelled.
    Watch(Vec<Want>),
    /// Ask this now, whatever its age.
    Refresh(Vec<Query>),
    /// Try an account again that waits or is paused.
    Resume(AccountId),
    /// Carry out a change. The shell writes the intent to the journal first, then sends it, at most once.
    Act {
        /// Its ticket: comes back in `Message::Done`.
        ticket: Ticket,
        /// The change.
        action: Action,
        /// What it is, in words, for the journal.
        summary: String,
        /// The command that repeats it, secrets as placeholders.
        command: String,
    },
    /// Keep something.
    Save(Record),
    /// Read the journal again.
    LoadJournal,
    /// Send [`super::message::Message::Woke`] at this instant; replaces the previous one. `None`: not at all.
    WakeAt(Option<Timestamp>),
    /// Put text into the user's clipboard (OSC 52).
    Copy(String),
    /// Write these files, name and text, into the working folder or a new folder in it. Where they are comes back as
    /// [`crate::domain::record::Stored::Exported`].
    Export {
        /// The new folder.
        folder: Option<String>,
        /// The files.
        files: Vec<(String, String)>,
    },
    /// Write all records of this metering job to a file in the working folder, page by page, or go on with that. How it
    /// stands comes as [`crate::domain::record::Stored::Exporting`]. One at a time: nothing while another is under way.
    WriteRecords(AccountId, SafeText),
    /// Stop that. What was written stays, so that it can go on.
    StopRecords,
    /// Open this text in `$EDITOR`, with this file name ending.
    Edit(String, &'static str),
    /// Ring the bell.
    Bell,
    /// Tell this on the desktop (OSC 9), where the terminal can.
    Notify(String),
    /// Draw the whole screen anew.
    Redraw,
    /// Suspend the program (`ctrl-z`).
    Suspend,
    /// End the program; `keep`: leave the last screen behind as text.
    Quit {
        /// Leave the last screen behind as text.
        keep: bool,
    },
}
