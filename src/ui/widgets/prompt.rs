//! A line of input: filter, palette, and the fields of forms.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::ui::keys::{Key, KeyCode, KeyModifiers};
use crate::ui::theme::Theme;
use crate::ui::width;

/// What a key did to a [`Prompt`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The text is another one now.
    Changed,
    /// The key was used, the text is the same.
    Moved,
    /// The user is done.
    Submitted,
    /// The user gave up.
    Cancelled,
    /// The key is none of an input's.
    Ignored,
}

/// One line of text that is being typed.
#[derive(Debug, Clone, Default)]
pub struct Prompt {
    text: String,
    /// Byte position, always between two graphemes.
    cursor: usize,
    /// Earlier entries, oldest first.
    history: Vec<String>,
    /// Which of them is shown.
    recalled: Option<usize>,
    /// What was typed before looking at the history.
    draft: String,
    /// Shown as dots?
    secret: bool,
}

impl Prompt {
    /// A prompt with a text to begin with; the cursor is behind it.
    pub fn new(text: &str) -> Self {
        let mut prompt = Self::default();
        prompt.set(text);
        prompt
    }

    /// A prompt whose text is not shown.
    pub fn secret() -> Self {
        Self {
            secret: true,
            ..Self::default()
        }
    }

    /// With earlier entries, oldest first, for the up key.
    #[must_use]
    pub fn with_history(mut self, history: Vec<String>) -> Self {
        self.history = history;
        self
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the text; the cursor is behind it.
    pub fn set(&mut self, text: &str) {
        self.text = one_line(text);
        self.cursor = self.text.len();
    }

    /// Inserts what was pasted: line breaks become blanks, other control characters are left out.
    pub fn paste(&mut self, text: &str) {
        let text = one_line(text);
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) -> Typed {
        if let Some(c) = key.text() {
            self.paste(c.encode_utf8(&mut [0; 4]));
            return Typed::Changed;
        }
        let control = key.mods == KeyModifiers::CONTROL;
        match key.code {
            KeyCode::Enter => Typed::Submitted,
            KeyCode::Esc => Typed::Cancelled,
            KeyCode::Char(c) if control => self.control(c),
            KeyCode::Left => self.go(width::before(&self.text, self.cursor)),
            KeyCode::Right => self.go(width::after(&self.text, self.cursor)),
            KeyCode::Home => self.go(0),
            KeyCode::End => self.go(self.text.len()),
            KeyCode::Backspace => self.remove(width::before(&self.text, self.cursor)),
            KeyCode::Delete => self.remove(width::after(&self.text, self.cursor)),
            KeyCode::Up => self.recall(true),
            KeyCode::Down => self.recall(false),
            _ => Typed::Ignored,
        }
    }

    fn control(&mut self, c: char) -> Typed {
        match c {
            'a' => self.go(0),
            'e' => self.go(self.text.len()),
            'b' => self.go(width::before(&self.text, self.cursor)),
            'f' => self.go(width::after(&self.text, self.cursor)),
            'u' => self.remove(0),
            'k' => self.remove(self.text.len()),
            'w' => self.remove(self.word_start()),
            'd' => self.remove(width::after(&self.text, self.cursor)),
            'h' => self.remove(width::before(&self.text, self.cursor)),
            'p' => self.recall(true),
            'n' => self.recall(false),
            _ => Typed::Ignored,
        }
    }

    fn go(&mut self, to: usize) -> Typed {
        self.cursor = to;
        Typed::Moved
    }

    /// Removes what lies between the cursor and `to`.
    fn remove(&mut self, to: usize) -> Typed {
        let (from, to) = (self.cursor.min(to), self.cursor.max(to));
        if from == to {
            return Typed::Moved;
        }
        self.text.replace_range(from..to, "");
        self.cursor = from;
        Typed::Changed
    }

    /// Where the word before the cursor begins.
    fn word_start(&self) -> usize {
        let head = self.text.get(..self.cursor).unwrap_or_default();
        let word = head.trim_end();
        word.char_indices()
            .rev()
            .find(|(_, c)| c.is_whitespace())
            .map_or(0, |(at, c)| at + c.len_utf8())
    }

    fn recall(&mut self, older: bool) -> Typed {
        let next = match (self.recalled, older) {
            (None, true) => self.history.len().checked_sub(1),
            (None, false) => return Typed::Moved,
            (Some(at), true) => Some(at.saturating_sub(1)),
            (Some(at), false) => Some(at + 1).filter(|at| *at < self.history.len()),
        };
        if self.recalled.is_none() {
            self.draft.clone_from(&self.text);
        }
        let Some(at) = next else {
            if self.recalled.take().is_some() {
                self.set(&self.draft.clone());
            }
            return Typed::Changed;
        };
        self.recalled = Some(at);
        if let Some(text) = self.history.get(at).cloned() {
            self.set(&text);
        }
        Typed::Changed
    }

    /// Draws the text into the first row of `area`, scrolled so that the cursor can be seen, and says where the
    /// cursor is, for the terminal's own (input methods open their window there).
    pub fn draw(
        &self,
        theme: &Theme,
        role: &str,
        focused: bool,
        area: Rect,
        buf: &mut Buffer,
    ) -> Option<(u16, u16)> {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return None;
        }
        let style = theme.style(role);
        let masked;
        let (text, cursor) = if self.secret {
            let count = self.text.chars().count();
            masked = theme.glyphs().secret.repeat(count);
            let head = self.text.get(..self.cursor).unwrap_or_default();
            (masked.as_str(), head.chars().count())
        } else {
            let head = self.text.get(..self.cursor).unwrap_or_default();
            (self.text.as_str(), width::width(head))
        };
        let room = usize::from(area.width);
        // The cursor itself needs a cell.
        let scrolled = if focused {
            (cursor + 1).saturating_sub(room)
        } else {
            0
        };
        let shown = width::skip(text, scrolled);
        let blank = " ".repeat(room);
        width::put(buf, area.x, area.y, &blank, area.width, style);
        width::put(buf, area.x, area.y, &shown, area.width, style);
        if !focused {
            return None;
        }
        let x = area.x + u16::try_from(cursor - scrolled).unwrap_or(0);
        if let Some(cell) = buf.cell_mut((x, area.y)) {
            cell.modifier.toggle(Modifier::REVERSED);
        }
        Some((x, area.y))
    }
}

/// `text` in one line, without control characters.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, '\n' | '\r' | '\t') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::sync::LazyLock;

    use super::*;
    use crate::ui::keys::parse_sequence;

    static THEME: LazyLock<Theme> = LazyLock::new(Theme::default);

    fn press(prompt: &mut Prompt, keys: &str) {
        for key in parse_sequence(keys).unwrap() {
            prompt.key(key);
        }
    }

    #[test]
    fn readline_keys_edit() {
        let cases = [
            ("a b c", "abc"),
            ("a b <left> x", "axb"),
            ("a b <c-a> x", "xab"),
            ("a <space> b <c-w> c", "a c"),
            ("a <space> b <space> <c-w> c", "a c"),
            ("a b <c-u> c", "c"),
            ("a b c <left> <left> <c-k>", "a"),
            ("磁 盘 <backspace>", "磁"),
            ("磁 盘 <left> <del>", "磁"),
            ("a <home> <backspace> b", "ba"),
            (": q ! ~ = ? / @", ":q!~=?/@"),
        ];
        for (keys, text) in cases {
            let mut prompt = Prompt::default();
            press(&mut prompt, keys);
            assert_eq!(prompt.text(), text, "{keys}");
        }
    }

    #[test]
    fn every_ascii_character_is_typed() {
        let mut prompt = Prompt::default();
        let all: String = (0x20u8..0x7f).map(char::from).collect();
        for c in all.chars() {
            assert_eq!(
                prompt.key(Key::new(KeyCode::Char(c), KeyModifiers::NONE)),
                Typed::Changed
            );
        }
        assert_eq!(prompt.text(), all);
    }

    #[test]
    fn history_comes_back_and_the_draft_too() {
        let mut prompt = Prompt::new("dra").with_history(vec!["one".into(), "two".into()]);
        press(&mut prompt, "<up>");
        assert_eq!(prompt.text(), "two");
        press(&mut prompt, "<up> <up>");
        assert_eq!(prompt.text(), "one");
        press(&mut prompt, "<down> <down>");
        assert_eq!(prompt.text(), "dra");
        press(&mut prompt, "<down>");
        assert_eq!(prompt.text(), "dra");
    }

    #[test]
    fn pasted_lines_become_one() {
        let mut prompt = Prompt::default();
        prompt.paste("rm -rf\r\n\u{1b}[2J/tmp\n");
        assert_eq!(prompt.text(), "rm -rf  [2J/tmp ");
    }

    #[test]
    fn the_cursor_stands_behind_wide_characters() {
        let area = Rect::new(0, 0, 8, 1);
        let mut buf = Buffer::empty(area);
        let prompt = Prompt::new("磁盘");
        let at = prompt.draw(&Theme::default(), "input", true, area, &mut buf);
        assert_eq!(at, Some((4, 0)));
        let prompt = Prompt::new("磁盘监控告警");
        let at = prompt.draw(&Theme::default(), "input", true, area, &mut buf);
        assert_eq!(at, Some((7, 0)));
    }

    #[test]
    fn a_secret_is_not_drawn() {
        let area = Rect::new(0, 0, 10, 1);
        let mut buf = Buffer::empty(area);
        let mut prompt = Prompt::secret();
        prompt.paste("hunter2");
        prompt.draw(&Theme::default(), "input", true, area, &mut buf);
        let drawn: String = buf
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(drawn.trim_end(), "•••••••");
    }

    proptest! {
        #[test]
        fn editing_never_panics(text in any::<String>(), moves in prop::collection::vec(0usize..12, 0..40), cells in 1u16..12) {
            let keys = ["<left>", "<right>", "<home>", "<end>", "<backspace>", "<del>", "<c-w>", "<c-k>", "<c-u>", "x", "盘", "<up>"];
            prop_assume!(text.len() < 400);
            let mut prompt = Prompt::new(&text).with_history(vec![text.clone()]);
            for at in moves {
                press(&mut prompt, keys[at]);
                let area = Rect::new(0, 0, cells, 1);
                let at = prompt.draw(&THEME, "input", true, area, &mut Buffer::empty(area));
                prop_assert!(at.is_some_and(|(x, _)| x < cells));
            }
        }
    }
}
