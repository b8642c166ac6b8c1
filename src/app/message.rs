//! What comes into the core.

use crate::domain::action::Receipt;
use crate::domain::error::ApiError;
use crate::domain::health::AccountHealth;
use crate::domain::journal::Ticket;
use crate::domain::query::Update;
use crate::domain::record::Stored;
use crate::ui::keys::Key;

/// Something happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted (bracketed paste); it never runs keys.
    Paste(String),
    /// The terminal has this size now: columns, rows.
    Resize(u16, u16),
    /// The terminal got or lost the focus.
    Focus(bool),
    /// Facts arrived: everything that was in the mailbox.
    Fresh(Vec<Update>),
    /// How the background task is doing.
    Health(Vec<AccountHealth>),
    /// A change was carried out, failed, or has an unknown outcome.
    Done(Ticket, Result<Receipt, ApiError>),
    /// The store answered.
    Stored(Stored),
    /// The instant asked for with [`super::effect::Effect::WakeAt`] has come.
    Woke,
    /// The external editor came back with this text, or was left without saving.
    Edited(Option<String>),
    /// The program was asked to end (signal, terminal gone).
    Terminate,
}
