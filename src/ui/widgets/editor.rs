//! A text of many lines that is written: undo, search, line numbers, colours, and how much of the room is used.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tui_textarea::{CursorMove, TextArea};

use super::prompt::{Prompt, Typed};
use crate::ui::form::area_input;
use crate::ui::keys::{Key, KeyCode, KeyModifiers};
use crate::ui::syntax::{Language, Painter};
use crate::ui::theme::Theme;
use crate::ui::width;

/// Cells of a tab at most.
const TAB: usize = 4;

/// What a key did to an [`Editor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Still open.
    Open,
    /// The user is done: ask for [`Editor::text`].
    Done,
    /// The user gave up.
    Cancelled,
    /// The user wants to go on in an editor outside.
    Outside,
}

/// An editor.
pub struct Editor {
    area: TextArea<'static>,
    language: Language,
    /// The first line shown, and the first cell of lines.
    top: usize,
    left: usize,
    /// The search that is being typed.
    search: Option<Prompt>,
    query: String,
    /// What it began with.
    before: String,
    /// Esc was pressed once.
    leaving: bool,
}

impl fmt::Debug for Editor {
    /// Without the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Editor")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

impl Editor {
    /// An editor at the beginning of `text`.
    pub fn new(text: &str, language: Language) -> Self {
        Self {
            area: area(text),
            language,
            top: 0,
            left: 0,
            search: None,
            query: String::new(),
            before: text.to_owned(),
            leaving: false,
        }
    }

    /// What has been written.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Characters of [`Editor::text`].
    pub fn count(&self) -> usize {
        let lines = self.area.lines();
        let breaks = lines.len().saturating_sub(1);
        lines.iter().map(|line| line.chars().count()).sum::<usize>() + breaks
    }

    /// Is it another text than at the beginning?
    pub fn is_changed(&self) -> bool {
        self.text() != self.before
    }

    /// Was it about to be left with a changed text? The next Esc does it.
    pub const fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// The search that is being typed.
    pub const fn search(&self) -> Option<&Prompt> {
        self.search.as_ref()
    }

    /// Line and character of the cursor, from 1.
    pub fn place(&self) -> (usize, usize) {
        let at = self.area.cursor();
        (at.0 + 1, at.1 + 1)
    }

    /// Takes over a text that was changed outside; it can be undone.
    pub fn replace(&mut self, text: &str) {
        self.area.select_all();
        self.area.cut();
        self.area.insert_str(plain(text));
        self.area.move_cursor(CursorMove::Top);
    }

    /// Takes pasted text; it never runs keys.
    pub fn paste(&mut self, text: &str) {
        match &mut self.search {
            Some(prompt) => prompt.paste(text),
            None => {
                self.area.insert_str(plain(text));
            }
        }
    }

    /// Takes a key. `size` is the room that the text has.
    pub fn key(&mut self, key: Key, size: (u16, u16)) -> Written {
        let written = if self.search.is_some() {
            self.search_key(key);
            Written::Open
        } else {
            self.text_key(key)
        };
        self.follow(size);
        written
    }

    fn text_key(&mut self, key: Key) -> Written {
        if key.code == KeyCode::Esc {
            if self.is_changed() && !self.leaving {
                self.leaving = true;
                return Written::Open;
            }
            return Written::Cancelled;
        }
        self.leaving = false;
        if key.mods == KeyModifiers::CONTROL {
            match key.code {
                KeyCode::Char('s' | 'd') => return Written::Done,
                KeyCode::Char('o') => return Written::Outside,
                KeyCode::Char('z' | 'u') => {
                    self.area.undo();
                    return Written::Open;
                }
                KeyCode::Char('y' | 'r') => {
                    self.area.redo();
                    return Written::Open;
                }
                KeyCode::Char('f') => {
                    self.search = Some(Prompt::new(&self.query));
                    return Written::Open;
                }
                KeyCode::Char('n') => {
                    self.find(true);
                    return Written::Open;
                }
                KeyCode::Char('p') => {
                    self.find(false);
                    return Written::Open;
                }
                KeyCode::Home => {
                    self.area.move_cursor(CursorMove::Top);
                    self.area.move_cursor(CursorMove::Head);
                    return Written::Open;
                }
                KeyCode::End => {
                    self.area.move_cursor(CursorMove::Bottom);
                    self.area.move_cursor(CursorMove::End);
                    return Written::Open;
                }
                _ => {}
            }
        }
        self.area.input(area_input(key));
        Written::Open
    }

    fn search_key(&mut self, key: Key) {
        let Some(prompt) = &mut self.search else {
            return;
        };
        match prompt.key(key) {
            Typed::Submitted => {
                prompt.text().clone_into(&mut self.query);
                self.search = None;
                self.find(true);
            }
            Typed::Cancelled => self.search = None,
            Typed::Changed | Typed::Moved | Typed::Ignored => {}
        }
    }

    /// Goes to the next place where the text stands that is searched for, around the end; in any case.
    fn find(&mut self, forward: bool) {
        let places = self.places();
        let at = self.area.cursor();
        let here = (at.0, at.1);
        let found = if forward {
            let next = places.iter().find(|place| **place > here);
            next.or(places.first())
        } else {
            let previous = places.iter().rev().find(|place| **place < here);
            previous.or(places.last())
        };
        if let Some((line, column)) = found.copied() {
            self.jump(line, column);
        }
    }

    fn jump(&mut self, line: usize, column: usize) {
        let number = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        self.area
            .move_cursor(CursorMove::Jump(number(line), number(column)));
    }

    /// Where the text stands that is searched for: lines and characters.
    fn places(&self) -> Vec<(usize, usize)> {
        let wanted = folded(&self.query);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut places = Vec::new();
        for (at, line) in self.area.lines().iter().enumerate() {
            let line = folded(line);
            let starts = (0..line.len()).filter(|start| line[*start..].starts_with(&wanted));
            places.extend(starts.map(|start| (at, start)));
        }
        places
    }

    /// Moves what is shown so that the cursor is in it.
    fn follow(&mut self, (columns, rows): (u16, u16)) {
        let at = self.area.cursor();
        let rows = usize::from(rows).max(1);
        self.top = self.top.min(at.0).max((at.0 + 1).saturating_sub(rows));
        let numbers = self.number_cells();
        let cells = usize::from(columns).saturating_sub(numbers).max(1);
        let line = self.area.lines().get(at.0).map_or("", String::as_str);
        let x = cells_before(line, at.1);
        self.left = self.left.min(x).max((x + 1).saturating_sub(cells));
    }

    /// Cells for the numbers of lines, with a blank after them.
    fn number_cells(&self) -> usize {
        self.area.lines().len().to_string().len().max(3) + 1
    }

    /// Draws the text.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let numbers = self.number_cells();
        let indent = u16::try_from(numbers).unwrap_or(0).min(area.width);
        let mut painter = Painter::new(self.language);
        let found = self.places();
        let wanted = self.query.chars().count();
        let cursor = self.area.cursor();
        let bottom = self.top + usize::from(area.height);
        for (number, line) in self.area.lines().iter().enumerate().take(bottom) {
            // Lines above are painted, too: what they begin may go on.
            let pieces = painter.line(line);
            let Some(y) = number
                .checked_sub(self.top)
                .and_then(|y| u16::try_from(y).ok())
            else {
                continue;
            };
            let y = area.y + y;
            let is_here = number == cursor.0;
            let label = format!("{:>1$} ", number + 1, numbers - 1);
            let role = if is_here { "accent" } else { "muted" };
            width::put(buf, area.x, y, &label, indent, theme.style(role));
            let row = Rect {
                x: area.x + indent,
                y,
                width: area.width - indent,
                height: 1,
            };
            let marked: Vec<usize> = found
                .iter()
                .filter(|(line, _)| *line == number)
                .flat_map(|(_, start)| *start..start + wanted)
                .collect();
            let at = is_here.then_some(cursor.1);
            self.draw_line(&pieces, &marked, at, theme, row, buf);
        }
    }

    fn draw_line(
        &self,
        pieces: &[(String, &'static str)],
        marked: &[usize],
        cursor: Option<usize>,
        theme: &Theme,
        row: Rect,
        buf: &mut Buffer,
    ) {
        let mut x = 0;
        let letters = pieces
            .iter()
            .flat_map(|(text, role)| text.chars().map(move |c| (c, *role)));
        let end = letters.clone().count();
        for (place, (c, role)) in letters.enumerate() {
            let cells = cells_of(c, x);
            let style = if marked.contains(&place) {
                theme.style("match")
            } else {
                theme.style(role)
            };
            let style = if cursor == Some(place) {
                style.add_modifier(ratatui::style::Modifier::REVERSED)
            } else {
                style
            };
            if let Some(from) = x.checked_sub(self.left)
                && from + cells <= usize::from(row.width)
                && let Ok(from) = u16::try_from(from)
            {
                let text = shown(c, cells);
                let room = row.width - from;
                width::put(buf, row.x + from, row.y, &text, room, style);
            }
            x += cells;
        }
        // The cursor behind the last character.
        if cursor.is_some_and(|at| at >= end)
            && let Some(from) = x.checked_sub(self.left)
            && from < usize::from(row.width)
            && let Ok(from) = u16::try_from(from)
        {
            let style = theme
                .style("text")
                .add_modifier(ratatui::style::Modifier::REVERSED);
            width::put(buf, row.x + from, row.y, " ", 1, style);
        }
    }
}

fn area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_tab_length(4);
    area
}

/// A text from outside without what is no text.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// Characters in one case. One for each, so that places stay.
fn folded(text: &str) -> Vec<char> {
    text.chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect()
}

/// Cells that a character takes at this cell of its line.
fn cells_of(c: char, x: usize) -> usize {
    match c {
        '\t' => TAB - x % TAB,
        c if c.is_control() => 1,
        c => width::width(c.encode_utf8(&mut [0; 4])),
    }
}

/// What stands for a character.
fn shown(c: char, cells: usize) -> String {
    match c {
        '\t' => " ".repeat(cells),
        // Control characters have pictures.
        c if u32::from(c) < 0x20 => char::from_u32(0x2400 + u32::from(c)).unwrap_or('?').into(),
        c if c.is_control() => "?".to_owned(),
        c => c.into(),
    }
}

/// Cells before a character of a line.
fn cells_before(line: &str, characters: usize) -> usize {
    line.chars()
        .take(characters)
        .fold(0, |x, c| x + cells_of(c, x))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::keys::parse_sequence;

    const SIZE: (u16, u16) = (20, 4);

    fn press(editor: &mut Editor, keys: &str) -> Written {
        let keys = parse_sequence(keys).unwrap();
        keys.into_iter()
            .fold(Written::Open, |_, key| editor.key(key, SIZE))
    }

    fn screen(editor: &Editor) -> Vec<String> {
        let area = Rect::new(0, 0, SIZE.0, SIZE.1);
        let mut buf = Buffer::empty(area);
        editor.draw(&Theme::default(), area, &mut buf);
        buf.content
            .chunks(usize::from(SIZE.0))
            .map(|row| {
                let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
                row.trim_end().to_owned()
            })
            .collect()
    }

    #[test]
    fn what_is_written_can_be_undone_and_done_again() {
        let mut editor = Editor::new("ab", Language::Shell);
        press(&mut editor, "<end> c <enter> d");
        assert_eq!(editor.text(), "abc\nd");
        assert_eq!((editor.count(), editor.place()), (5, (2, 2)));
        press(&mut editor, "<c-z> <c-z> <c-z>");
        assert_eq!(editor.text(), "ab");
        press(&mut editor, "<c-y>");
        assert_eq!(editor.text(), "abc");
        assert_eq!(press(&mut editor, "<c-s>"), Written::Done);
        assert_eq!(press(&mut editor, "<c-o>"), Written::Outside);
    }

    #[test]
    fn a_changed_text_is_not_lost_to_one_key() {
        let mut editor = Editor::new("", Language::Plain);
        assert_eq!(press(&mut editor, "<esc>"), Written::Cancelled);
        assert_eq!(press(&mut editor, "a <esc>"), Written::Open);
        assert!(editor.is_leaving());
        assert_eq!(press(&mut editor, "b <esc> <esc>"), Written::Cancelled);
    }

    #[test]
    fn a_search_goes_around_in_any_case() {
        let mut editor = Editor::new("Echo\nx\necho\n", Language::Shell);
        press(&mut editor, "<c-f> e c h <enter>");
        assert_eq!(editor.place(), (3, 1));
        press(&mut editor, "<c-n>");
        assert_eq!(editor.place(), (1, 1));
        press(&mut editor, "<c-p>");
        assert_eq!(editor.place(), (3, 1));
        press(&mut editor, "<c-f> <esc>");
        assert!(editor.search().is_none());
    }

    #[test]
    fn lines_have_numbers_and_the_cursor_is_always_seen() {
        let mut editor = Editor::new("a\nb\nc\nd\ne\n\t宽\u{1b}", Language::Plain);
        assert_eq!(screen(&editor)[..2], ["  1 a", "  2 b"]);
        press(&mut editor, "<c-end>");
        assert_eq!(screen(&editor)[3], "  6     宽 ␛");
        assert_eq!(screen(&editor)[0], "  3 c");
        press(&mut editor, "<end>");
        editor.paste(&"x".repeat(30));
        press(&mut editor, "<right>");
        assert!(
            screen(&editor)[3].ends_with("xxxx"),
            "{:?}",
            screen(&editor)
        );
    }

    #[test]
    fn what_comes_from_outside_can_be_undone() {
        let mut editor = Editor::new("old", Language::Plain);
        editor.replace("new\r\ntext\u{7}");
        assert_eq!(editor.text(), "new\ntext");
        press(&mut editor, "<c-z> <c-z>");
        assert_eq!(editor.text(), "old");
    }
}
