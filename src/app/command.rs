//! The command table: the only place where a key is written. Help, hints, palette and docs/keys.md come from it.

use super::subject::Kind;

/// How dangerous a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// Looks, moves, or changes something on the screen only.
    None,
    /// Opens a dialog or form that can change something in a cloud.
    Changes,
}

/// Where a command works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// While the pane that declares it has the focus.
    Pane,
    /// Whoever has the focus. The pane that declares it is told, with the subjects of the focused pane.
    Anywhere,
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
    /// Where it works.
    pub scope: Scope,
    /// The sorts of subject it works on; empty when it needs none.
    pub on: &'static [Kind],
    /// Is it named in the line of hints while its pane has the focus?
    pub hinted: bool,
}

impl Command {
    /// A harmless command.
    pub const fn new(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self {
            name,
            keys,
            danger: Danger::None,
            scope: Scope::Pane,
            on: &[],
            hinted: false,
        }
    }

    /// A command that leads to a change.
    pub const fn changes(name: &'static str, keys: &'static [&'static str]) -> Self {
        let mut command = Self::new(name, keys);
        command.danger = Danger::Changes;
        command
    }

    /// The same, working on these sorts of subject only.
    #[must_use]
    pub const fn on(mut self, kinds: &'static [Kind]) -> Self {
        self.on = kinds;
        self
    }

    /// The same, working whoever has the focus.
    #[must_use]
    pub const fn anywhere(mut self) -> Self {
        self.scope = Scope::Anywhere;
        self
    }

    /// The same, named in the line of hints.
    #[must_use]
    pub const fn hinted(mut self) -> Self {
        self.hinted = true;
        self
    }
}
