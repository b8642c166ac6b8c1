//! Keys: their notation (`j`, `<c-d>`, `<enter>`, `g g`), and the key map that turns keys into command names.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

pub use crossterm::event::{KeyCode, KeyModifiers};
use crossterm::event::{KeyEvent, KeyEventKind};

/// A key press: a code with modifiers. Shift is not kept for characters; the character says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Control, alt and, for keys that are no characters, shift.
    pub mods: KeyModifiers,
}

/// A key's name that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a key; write `j`, `<c-d>`, `<enter>`, `<s-tab>`, `<f1>`, or several with blanks between them"
)]
pub struct BadKey(pub String);

/// Keys with names, as they are written between `<` and `>`, and as people read them.
const NAMED: [(&str, KeyCode, &str); 19] = [
    ("enter", KeyCode::Enter, "Enter"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("space", KeyCode::Char(' '), "Space"),
    ("lt", KeyCode::Char('<'), "<"),
    ("backspace", KeyCode::Backspace, "Backspace"),
    ("del", KeyCode::Delete, "Del"),
    ("ins", KeyCode::Insert, "Ins"),
    ("up", KeyCode::Up, "Up"),
    ("down", KeyCode::Down, "Down"),
    ("left", KeyCode::Left, "Left"),
    ("right", KeyCode::Right, "Right"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("pageup", KeyCode::PageUp, "PgUp"),
    ("pagedown", KeyCode::PageDown, "PgDn"),
    ("menu", KeyCode::Menu, "Menu"),
    ("null", KeyCode::Null, "Null"),
    ("pause", KeyCode::Pause, "Pause"),
];

impl Key {
    /// The key of a terminal's event; `None` for releases. Different ways in which terminals report one key
    /// (`BackTab`, shift beside a capital) become one.
    pub fn of(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let kept = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        Some(Self::new(event.code, event.modifiers & kept))
    }

    /// A key in its one form.
    pub fn new(code: KeyCode, mods: KeyModifiers) -> Self {
        match code {
            KeyCode::BackTab => Self {
                code: KeyCode::Tab,
                mods: mods | KeyModifiers::SHIFT,
            },
            KeyCode::Char(c) if mods.contains(KeyModifiers::CONTROL) => Self {
                code: KeyCode::Char(c.to_ascii_lowercase()),
                mods: mods - KeyModifiers::SHIFT,
            },
            KeyCode::Char(c) => Self {
                code: KeyCode::Char(if mods.contains(KeyModifiers::SHIFT) {
                    c.to_ascii_uppercase()
                } else {
                    c
                }),
                mods: mods - KeyModifiers::SHIFT,
            },
            code => Self { code, mods },
        }
    }

    /// The character that this key types, if it types one.
    pub fn text(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.mods.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The key as people read it: `Enter`, `ctrl-d`, `j`.
    pub fn label(self) -> String {
        let mut out = String::new();
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.mods.contains(modifier) {
                out.push_str(name);
            }
        }
        match (self.code, self.named()) {
            (_, Some((_, label))) => out.push_str(label),
            (KeyCode::Char(c), None) => out.push(c),
            (KeyCode::F(n), None) => {
                out.push('F');
                out.push_str(&n.to_string());
            }
            _ => out.push('?'),
        }
        out
    }

    fn named(self) -> Option<(&'static str, &'static str)> {
        NAMED
            .iter()
            .find(|(_, code, _)| *code == self.code)
            .map(|(name, _, label)| (*name, *label))
    }
}

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let bad = || BadKey(text.to_owned());
        let mut chars = text.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return if c.is_control() || c == ' ' {
                Err(bad())
            } else {
                Ok(Self::new(KeyCode::Char(c), KeyModifiers::NONE))
            };
        }
        let mut name = text
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .ok_or_else(bad)?;
        let mut mods = KeyModifiers::NONE;
        loop {
            let (modifier, rest) = if let Some(rest) = name.strip_prefix("c-") {
                (KeyModifiers::CONTROL, rest)
            } else if let Some(rest) = name.strip_prefix("a-") {
                (KeyModifiers::ALT, rest)
            } else if let Some(rest) = name.strip_prefix("s-") {
                (KeyModifiers::SHIFT, rest)
            } else {
                break;
            };
            mods |= modifier;
            name = rest;
        }
        let code = match NAMED.iter().find(|(known, _, _)| *known == name) {
            Some((_, code, _)) => *code,
            None => unnamed(name).ok_or_else(bad)?,
        };
        Ok(Self::new(code, mods))
    }
}

/// A function key or a single character between `<` and `>`.
fn unnamed(name: &str) -> Option<KeyCode> {
    if let Some(number) = name.strip_prefix('f').and_then(|n| n.parse().ok()) {
        return (1..=24).contains(&number).then_some(KeyCode::F(number));
    }
    let mut chars = name.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if !c.is_control() => Some(KeyCode::Char(c)),
        _ => None,
    }
}

impl fmt::Display for Key {
    /// Writes the notation that [`Key::from_str`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(c), None) = (self.text(), self.named()) {
            return write!(f, "{c}");
        }
        f.write_str("<")?;
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "c-"),
            (KeyModifiers::ALT, "a-"),
            (KeyModifiers::SHIFT, "s-"),
        ] {
            if self.mods.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match (self.named(), self.code) {
            (Some((name, _)), _) => f.write_str(name)?,
            (None, KeyCode::Char(c)) => write!(f, "{c}")?,
            (None, KeyCode::F(n)) => write!(f, "f{n}")?,
            (None, _) => f.write_str("?")?,
        }
        f.write_str(">")
    }
}

/// Keys that are pressed one after another, written with blanks between them: `g g`.
pub fn parse_sequence(text: &str) -> Result<Vec<Key>, BadKey> {
    let keys: Vec<Key> = text
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    if keys.is_empty() {
        return Err(BadKey(text.to_owned()));
    }
    Ok(keys)
}

/// The keys of a sequence as people read them: `gg`, `]a`, `ctrl-d`.
pub fn sequence_label(keys: &[Key]) -> String {
    let labels: Vec<String> = keys.iter().map(|key| key.label()).collect();
    let short = labels.iter().all(|label| label.chars().count() == 1);
    labels.join(if short { "" } else { " " })
}

/// A command and its keys in one mode.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The kind of view in which it holds, for example `list`, `document`, `global`.
    pub mode: &'static str,
    /// The command's name.
    pub command: &'static str,
    /// Its keys.
    pub keys: &'static [&'static str],
}

/// Something wrong with a key map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// A key that cannot be read.
    #[error("keys of `{command}`: {error}")]
    Key {
        /// Whose key.
        command: String,
        /// What is wrong.
        error: BadKey,
    },
    /// An override for a command that does not exist.
    #[error("there is no command `{0}`")]
    UnknownCommand(String),
    /// Two commands with the same keys in the same mode, or keys that begin like those of another command.
    #[error("in mode `{mode}`, `{keys}` belongs to both `{first}` and `{second}`")]
    Conflict {
        /// The mode.
        mode: String,
        /// The keys.
        keys: String,
        /// The command that has them.
        first: String,
        /// The command that wants them too.
        second: String,
    },
}

/// What a row of keys means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Nothing.
    None,
    /// The beginning of one or more commands: each next key, and the command it leads to, or `None` where more keys
    /// must follow. Sorted by key; for the which-key window.
    Pending(Vec<(Key, Option<&'static str>)>),
    /// This command.
    Command(&'static str),
}

/// A node of the trie: either a command or further keys.
#[derive(Debug, Clone, Default)]
struct Node {
    command: Option<&'static str>,
    next: Vec<(Key, Node)>,
}

impl Node {
    fn child(&self, key: Key) -> Option<&Self> {
        self.next
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, node)| node)
    }

    /// The first command at or below this node.
    fn any_command(&self) -> Option<&'static str> {
        self.command
            .or_else(|| self.next.iter().find_map(|(_, node)| node.any_command()))
    }

    /// Adds `command` at `keys`, or names the command that stands in the way.
    fn insert(&mut self, keys: &[Key], command: &'static str) -> Result<(), &'static str> {
        let Some((key, rest)) = keys.split_first() else {
            return match self.any_command() {
                Some(other) if other != command => Err(other),
                _ => {
                    self.command = Some(command);
                    Ok(())
                }
            };
        };
        if let Some(other) = self.command {
            return Err(other);
        }
        let known = self.next.iter().position(|(known, _)| known == key);
        let at = known.unwrap_or_else(|| {
            self.next.push((*key, Self::default()));
            self.next.len() - 1
        });
        match self.next.get_mut(at) {
            Some((_, node)) => node.insert(rest, command),
            None => Ok(()),
        }
    }
}

/// Which keys run which command, for each mode.
#[derive(Debug, Clone, Default)]
pub struct Keymap {
    modes: BTreeMap<&'static str, Node>,
    /// The keys of each command, in the order in which they were given, with the mode they hold in.
    keys: BTreeMap<&'static str, Vec<(&'static str, Vec<Key>)>>,
}

impl Keymap {
    /// Builds the map. `overrides` replaces all keys of the commands it names (no keys: unbound). Every binding
    /// that is in order is in the map, even when others are not: the errors are for showing, not for giving up.
    pub fn new(
        bindings: &[Binding],
        overrides: &[(String, Vec<String>)],
    ) -> (Self, Vec<KeymapError>) {
        let mut map = Self::default();
        let mut errors = Vec::new();
        for (name, _) in overrides {
            if !bindings.iter().any(|binding| binding.command == name) {
                errors.push(KeymapError::UnknownCommand(name.clone()));
            }
        }
        // The user's own keys come first, so that in a conflict the user wins.
        for binding in bindings {
            for (_, keys) in overrides
                .iter()
                .filter(|(name, _)| *name == binding.command)
            {
                map.bind(binding, keys.iter().map(String::as_str), &mut errors);
            }
        }
        for binding in bindings {
            if !overrides.iter().any(|(name, _)| *name == binding.command) {
                map.bind(binding, binding.keys.iter().copied(), &mut errors);
            }
        }
        (map, errors)
    }

    fn bind<'k>(
        &mut self,
        binding: &Binding,
        keys: impl Iterator<Item = &'k str>,
        errors: &mut Vec<KeymapError>,
    ) {
        for text in keys {
            let sequence = match parse_sequence(text) {
                Ok(sequence) => sequence,
                Err(error) => {
                    errors.push(KeymapError::Key {
                        command: binding.command.to_owned(),
                        error,
                    });
                    continue;
                }
            };
            let root = self.modes.entry(binding.mode).or_default();
            match root.insert(&sequence, binding.command) {
                Ok(()) => {
                    let known = self.keys.entry(binding.command).or_default();
                    if !known.contains(&(binding.mode, sequence.clone())) {
                        known.push((binding.mode, sequence));
                    }
                }
                Err(other) => errors.push(KeymapError::Conflict {
                    mode: binding.mode.to_owned(),
                    keys: text.to_owned(),
                    first: other.to_owned(),
                    second: binding.command.to_owned(),
                }),
            }
        }
    }

    /// What `keys` means where these modes hold, the most particular one first.
    pub fn lookup(&self, modes: &[&str], keys: &[Key]) -> Lookup {
        let mut pending: Vec<(Key, Option<&'static str>)> = Vec::new();
        for mode in modes {
            let Some(node) = self.walk(mode, keys) else {
                continue;
            };
            match node.command {
                Some(command) if pending.is_empty() => return Lookup::Command(command),
                Some(_) => {}
                None => {
                    for (key, next) in &node.next {
                        if !pending.iter().any(|(known, _)| known == key) {
                            pending.push((*key, next.command));
                        }
                    }
                }
            }
        }
        if pending.is_empty() || keys.is_empty() {
            return Lookup::None;
        }
        pending.sort_by_cached_key(|(key, _)| key.label());
        Lookup::Pending(pending)
    }

    fn walk(&self, mode: &str, keys: &[Key]) -> Option<&Node> {
        keys.iter()
            .try_fold(self.modes.get(mode)?, |node, key| node.child(*key))
    }

    /// All keys of a command, with the mode each holds in; the first is the one to show.
    pub fn keys_for(&self, command: &str) -> &[(&'static str, Vec<Key>)] {
        self.keys.get(command).map_or(&[], Vec::as_slice)
    }

    /// A command's first keys as people read them: `gg`, `Enter`, `ctrl-d`.
    pub fn label(&self, command: &str) -> Option<String> {
        self.keys_for(command)
            .first()
            .map(|(_, keys)| sequence_label(keys))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BINDINGS: [Binding; 5] = [
        Binding {
            mode: "list",
            command: "move.down",
            keys: &["j", "<down>"],
        },
        Binding {
            mode: "list",
            command: "move.top",
            keys: &["g g", "<home>"],
        },
        Binding {
            mode: "list",
            command: "go.incident",
            keys: &["g i"],
        },
        Binding {
            mode: "global",
            command: "go.audit",
            keys: &["g l"],
        },
        Binding {
            mode: "global",
            command: "quit",
            keys: &["q"],
        },
    ];

    fn keys(text: &str) -> Vec<Key> {
        parse_sequence(text).unwrap()
    }

    #[test]
    fn notation_round_trips() {
        for text in [
            "j",
            "J",
            "<c-d>",
            "<enter>",
            "<s-tab>",
            "<space>",
            "<lt>",
            ">",
            "]",
            "<f1>",
            "<a-x>",
            "<c-a-x>",
            "<s-up>",
            "<pagedown>",
            "告",
        ] {
            let key: Key = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
        for text in ["", "jj", "<", "<c-", "<nokey>", "<f99>", " "] {
            if text != "<" {
                assert!(text.parse::<Key>().is_err(), "{text}");
            }
        }
        assert!(parse_sequence("  ").is_err());
        assert_eq!(keys("] a").len(), 2);
    }

    #[test]
    fn terminals_agree_on_one_form() {
        let of = |code, mods| Key::of(&KeyEvent::new(code, mods)).unwrap().to_string();
        assert_eq!(of(KeyCode::BackTab, KeyModifiers::SHIFT), "<s-tab>");
        assert_eq!(of(KeyCode::BackTab, KeyModifiers::NONE), "<s-tab>");
        assert_eq!(of(KeyCode::Char('G'), KeyModifiers::SHIFT), "G");
        assert_eq!(of(KeyCode::Char('g'), KeyModifiers::SHIFT), "G");
        assert_eq!(of(KeyCode::Char('D'), KeyModifiers::CONTROL), "<c-d>");
        let mut release = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(Key::of(&release), None);
    }

    #[test]
    fn sequences_wait_for_the_rest() {
        let (map, errors) = Keymap::new(&BINDINGS, &[]);
        assert_eq!(errors, []);
        let modes = ["list", "global"];
        assert_eq!(map.lookup(&modes, &keys("j")), Lookup::Command("move.down"));
        assert_eq!(map.lookup(&modes, &keys("q")), Lookup::Command("quit"));
        assert_eq!(
            map.lookup(&modes, &keys("g g")),
            Lookup::Command("move.top")
        );
        assert_eq!(
            map.lookup(&modes, &keys("g l")),
            Lookup::Command("go.audit")
        );
        assert_eq!(map.lookup(&modes, &keys("g x")), Lookup::None);
        assert_eq!(map.lookup(&["global"], &keys("j")), Lookup::None);
        let Lookup::Pending(next) = map.lookup(&modes, &keys("g")) else {
            panic!("g waits");
        };
        let names: Vec<_> = next.iter().map(|(_, command)| command.unwrap()).collect();
        assert_eq!(names, ["move.top", "go.incident", "go.audit"]);
    }

    #[test]
    fn conflicts_and_prefixes_are_found() {
        let mut bindings = BINDINGS.to_vec();
        bindings.push(Binding {
            mode: "list",
            command: "other",
            keys: &["j", "g", "g g x"],
        });
        let (map, errors) = Keymap::new(&bindings, &[]);
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert_eq!(
            map.lookup(&["list"], &keys("j")),
            Lookup::Command("move.down")
        );
    }

    #[test]
    fn overrides_replace_and_win() {
        let overrides = [
            ("quit".to_owned(), vec!["j".to_owned(), "<c-q>".to_owned()]),
            ("move.top".to_owned(), vec![]),
            ("no.such".to_owned(), vec!["x".to_owned()]),
        ];
        let (map, errors) = Keymap::new(&BINDINGS, &overrides);
        assert_eq!(errors, [KeymapError::UnknownCommand("no.such".to_owned())]);
        assert_eq!(map.lookup(&["global"], &keys("q")), Lookup::None);
        assert_eq!(map.lookup(&["global"], &keys("j")), Lookup::Command("quit"));
        assert_eq!(map.label("quit").as_deref(), Some("j"));
        assert_eq!(map.label("move.top"), None);
        assert_eq!(map.label("go.audit").as_deref(), Some("gl"));
    }

    proptest! {
        #[test]
        fn any_character_can_be_written_and_read(c in any::<char>(), bits in 0u8..4) {
            prop_assume!(!c.is_control());
            let mods = KeyModifiers::from_bits_truncate(bits << 1);
            let key = Key::new(KeyCode::Char(c), mods);
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }
    }
}
