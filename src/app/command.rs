//! The command table: the only place where a key is written. Help, hints, palette and docs/keys.md come from it.

/// How dangerous a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// Looks, moves, or changes something on the screen only.
    None,
    /// Opens a dialog or form that can change something in a cloud.
    Changes,
}

/// Something a user can do. Its sentence is the text `command.<name>` in `locales/*.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Its name, for example `move.down` or `incident.accept`.
    pub name: &'static str,
    /// Its default keys in the notation of the key map: `j`, `<down>`, `g g`, `<c-d>`.
    pub keys: &'static [&'static str],
    /// How dangerous.
    pub danger: Danger,
}

impl Command {
    /// A harmless command.
    pub const fn new(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self {
            name,
            keys,
            danger: Danger::None,
        }
    }

    /// A command that leads to a change.
    pub const fn changes(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self {
            name,
            keys,
            danger: Danger::Changes,
        }
    }
}
