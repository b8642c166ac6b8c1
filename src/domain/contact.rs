//! Who is told.

use super::text::SafeText;

/// A group of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactGroup {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: SafeText,
    /// How many people are in it.
    pub members: u32,
}

/// A person who can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their id.
    pub id: u64,
    /// Their name.
    pub name: SafeText,
    /// Their address; masked on screen unless revealed.
    pub email: SafeText,
    /// Their number; masked on screen unless revealed.
    pub phone: SafeText,
    /// The groups they are in.
    pub groups: Vec<SafeText>,
    /// Switched on?
    pub enabled: bool,
}

/// How somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By mail.
    Mail,
    /// By text message.
    Sms,
    /// By both.
    Both,
    /// A way this program does not know, by its number on the wire.
    Other(i64),
}

/// Somebody a policy tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Id of the contact or the group.
    pub id: u64,
    /// Name of the contact or the group.
    pub name: SafeText,
    /// How they are told.
    pub reach: Reach,
    /// A group rather than a person?
    pub is_group: bool,
}
