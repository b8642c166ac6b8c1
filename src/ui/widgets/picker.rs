//! A list to choose from by typing: palette, help, action menus, every picker.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use super::dialog::centered;
use super::pane::Frame;
use super::prompt::{Prompt, Typed};
use super::table::{draw_empty, draw_thumb};
use crate::ui::keys::{Key, KeyCode};
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::width;

/// Something to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// What the user reads.
    pub label: String,
    /// At the right: the key that does the same, an age, a number.
    pub hint: String,
    /// Searched like the label but not shown: a name in another language, an id.
    pub also: String,
    /// Role of the label.
    pub role: &'static str,
}

impl Item {
    /// An item with a label.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            role: "text",
            ..Self::default()
        }
    }

    /// With something at the right.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Found by this as well.
    #[must_use]
    pub fn also(mut self, text: impl Into<String>) -> Self {
        self.also = text.into();
        self
    }

    /// Drawn in this role.
    #[must_use]
    pub const fn role(mut self, role: &'static str) -> Self {
        self.role = role;
        self
    }
}

/// What a key did to a [`Picker`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked {
    /// Still open.
    Open,
    /// The text is another one now.
    Typed,
    /// The item with this number was chosen.
    Chosen(usize),
    /// Enter was pressed while nothing matched: what was typed may mean something by itself.
    Entered,
    /// The user gave up.
    Cancelled,
}

/// An item that matches, and where.
#[derive(Debug, Clone)]
struct Found {
    item: usize,
    score: u32,
    /// Graphemes of the label that were matched, ascending.
    at: Vec<u32>,
}

/// A list to choose from by typing.
#[derive(Debug, Clone)]
pub struct Picker {
    title: String,
    prompt: Prompt,
    items: Vec<Item>,
    found: Vec<Found>,
    cursor: usize,
}

impl Picker {
    /// A picker of these items, in this order while nothing is typed.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        let mut picker = Self {
            title: title.into(),
            prompt: Prompt::default(),
            items,
            found: Vec::new(),
            cursor: 0,
        };
        picker.search();
        picker
    }

    /// With earlier entries, oldest first, and a text to begin with.
    #[must_use]
    pub fn with_prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = prompt;
        self.search();
        self
    }

    /// With the cursor on this item.
    #[must_use]
    pub fn at(mut self, item: usize) -> Self {
        let position = self.found.iter().position(|found| found.item == item);
        self.cursor = position.unwrap_or(0);
        self
    }

    /// What has been typed.
    pub fn text(&self) -> &str {
        self.prompt.text()
    }

    /// Replaces the items; the cursor stays where it is.
    pub fn set_items(&mut self, items: Vec<Item>) {
        let cursor = self.cursor;
        self.items = items;
        self.search();
        self.cursor = cursor.min(self.found.len().saturating_sub(1));
    }

    /// The number of the item under the cursor.
    pub fn current(&self) -> Option<usize> {
        self.found.get(self.cursor).map(|found| found.item)
    }

    /// How many items match.
    pub fn matching(&self) -> usize {
        self.found.len()
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) -> Picked {
        let last = self.found.len().saturating_sub(1);
        let control = |c| key == Key::new(KeyCode::Char(c), crate::ui::keys::KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Down => self.cursor = (self.cursor + 1).min(last),
            KeyCode::Up => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::PageDown => self.cursor = (self.cursor + 10).min(last),
            KeyCode::PageUp => self.cursor = self.cursor.saturating_sub(10),
            _ if control('n') => self.cursor = (self.cursor + 1).min(last),
            _ if control('p') => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Tab => self.complete(),
            _ => return self.edit(key),
        }
        Picked::Open
    }

    fn edit(&mut self, key: Key) -> Picked {
        match self.prompt.key(key) {
            Typed::Submitted => self.current().map_or(Picked::Entered, Picked::Chosen),
            Typed::Cancelled => Picked::Cancelled,
            Typed::Changed => {
                self.search();
                Picked::Typed
            }
            Typed::Moved | Typed::Ignored => Picked::Open,
        }
    }

    /// Takes pasted text; it never chooses.
    pub fn paste(&mut self, text: &str) {
        self.prompt.paste(text);
        self.search();
    }

    /// Puts the item under the cursor into the input.
    fn complete(&mut self) {
        if let Some(item) = self.current().and_then(|at| self.items.get(at)) {
            let label = item.label.clone();
            self.prompt.set(&label);
            self.search();
        }
    }

    /// Finds what matches, best first; equally good ones stay in their order.
    fn search(&mut self) {
        self.cursor = 0;
        let pattern = Pattern::parse(
            self.prompt.text(),
            CaseMatching::Smart,
            Normalization::Smart,
        );
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        self.found = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(number, item)| {
                let mut at = Vec::new();
                let label = Utf32Str::new(&item.label, &mut buffer);
                let score = if let Some(score) = pattern.indices(label, &mut matcher, &mut at) {
                    // The label counts more than what is not seen.
                    score.saturating_mul(2).saturating_add(1)
                } else {
                    at.clear();
                    let whole = format!("{} {}", item.label, item.also);
                    pattern.score(Utf32Str::new(&whole, &mut buffer), &mut matcher)?
                };
                at.sort_unstable();
                at.dedup();
                Some(Found {
                    item: number,
                    score,
                    at,
                })
            })
            .collect();
        if !pattern.atoms.is_empty() {
            self.found
                .sort_by_key(|found| std::cmp::Reverse(found.score));
        }
    }

    /// Draws the picker over `screen`, in the upper middle, and says where the cursor of the input is.
    pub fn draw(
        &self,
        theme: &Theme,
        lang: Lang,
        screen: Rect,
        buf: &mut Buffer,
    ) -> Option<(u16, u16)> {
        let width = usize::from(screen.width.saturating_sub(4).min(76));
        let height = (self.items.len() + 3)
            .max(5)
            .min(usize::from(screen.height).min(24));
        let area = centered(screen, width, height);
        width::clear(area, buf);
        let totals = if self.found.len() == self.items.len() {
            self.items.len().to_string()
        } else {
            format!("{}/{}", self.found.len(), self.items.len())
        };
        let inner = Frame {
            title: &self.title,
            totals: &totals,
            focused: true,
            ..Frame::default()
        }
        .draw(theme, area, buf);
        if inner.is_empty() {
            return None;
        }
        let sign = theme.glyphs().more[1];
        width::put(buf, inner.x, inner.y, sign, 1, theme.style("key"));
        let input = Rect {
            x: inner.x + inner.width.min(2),
            width: inner.width.saturating_sub(2),
            height: 1,
            ..inner
        };
        let cursor = self.prompt.draw(theme, "input", true, input, buf);
        let body = Rect {
            y: inner.y + 1,
            height: inner.height - 1,
            ..inner
        };
        if self.found.is_empty() {
            draw_empty(&lang.t("picker.nothing"), theme, body, buf);
        } else {
            self.draw_items(theme, body, buf);
        }
        cursor
    }

    fn draw_items(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let page = usize::from(area.height);
        // The cursor stays in the middle where it can.
        let first = self
            .cursor
            .saturating_sub(page / 2)
            .min(self.found.len().saturating_sub(page));
        for (y, position) in (area.top()..area.bottom()).zip(first..self.found.len()) {
            let line = Rect {
                y,
                height: 1,
                ..area
            };
            self.draw_item(theme, position, line, buf);
        }
        draw_thumb(theme, area, first, self.found.len(), buf);
    }

    fn draw_item(&self, theme: &Theme, position: usize, line: Rect, buf: &mut Buffer) {
        let Some(found) = self.found.get(position) else {
            return;
        };
        let Some(item) = self.items.get(found.item) else {
            return;
        };
        let hint = u16::try_from(width::width(&item.hint)).unwrap_or(0);
        let hint = if hint + 12 < line.width { hint } else { 0 };
        let room = line.width.saturating_sub(hint + 4);
        let label = width::truncate(&item.label, usize::from(room), theme.glyphs().ellipsis);
        let x = line.x + 1;
        width::put(buf, x, line.y, &label, room, theme.style(item.role));
        if position == self.cursor {
            buf.set_style(line, theme.style("selected"));
        }
        let mut at = x;
        for (number, grapheme) in (0u32..).zip(label.graphemes(true)) {
            let cells = u16::try_from(width::width(grapheme)).unwrap_or(0);
            if found.at.binary_search(&number).is_ok() && at + cells <= line.right() {
                let place = Rect {
                    x: at,
                    width: cells,
                    ..line
                };
                buf.set_style(place, theme.style("picker.match"));
            }
            at += cells;
        }
        if hint > 0 {
            let x = line.right() - hint - 2;
            width::put(buf, x, line.y, &item.hint, hint, theme.style("key"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::ui::keys::parse_sequence;

    static THEME: LazyLock<Theme> = LazyLock::new(Theme::default);

    fn picker() -> Picker {
        Picker::new(
            "Go to",
            vec![
                Item::new("Alarms").hint("ga").also("alarms"),
                Item::new("Incidents").hint("gi"),
                Item::new("告警策略").also("policies gaojing"),
                Item::new("Audit log"),
            ],
        )
    }

    fn press(picker: &mut Picker, keys: &str) -> Picked {
        let keys = parse_sequence(keys).unwrap();
        keys.into_iter()
            .fold(Picked::Open, |_, key| picker.key(key))
    }

    #[test]
    fn typing_narrows_and_enter_chooses() {
        let cases = [
            ("<enter>", Picked::Chosen(0)),
            ("<down> <enter>", Picked::Chosen(1)),
            ("i n c <enter>", Picked::Chosen(1)),
            ("p o l i <enter>", Picked::Chosen(2)),
            ("策 略 <enter>", Picked::Chosen(2)),
            ("a l o g <enter>", Picked::Chosen(3)),
            ("z z z <enter>", Picked::Entered),
            ("<up> <pagedown> <enter>", Picked::Chosen(3)),
            ("a <esc>", Picked::Cancelled),
        ];
        for (keys, picked) in cases {
            assert_eq!(press(&mut picker(), keys), picked, "{keys}");
        }
    }

    #[test]
    fn the_order_stays_while_nothing_is_typed() {
        let mut picker = picker();
        press(&mut picker, "x <backspace>");
        let order: Vec<_> = picker.found.iter().map(|found| found.item).collect();
        assert_eq!(order, [0, 1, 2, 3]);
        assert_eq!(picker.at(2).current(), Some(2));
    }

    #[test]
    fn it_fits_everywhere() {
        let mut picker = picker();
        press(&mut picker, "a l");
        for width in 1..80 {
            for height in 1..9 {
                let area = Rect::new(0, 0, width, height);
                let at = picker.draw(&THEME, Lang::En, area, &mut Buffer::empty(area));
                assert!(at.is_none_or(|(x, y)| x < width && y < height));
            }
        }
    }

    #[test]
    fn what_matched_is_seen() {
        let area = Rect::new(0, 0, 60, 9);
        let mut buf = Buffer::empty(area);
        let mut picker = picker();
        press(&mut picker, "告");
        picker.draw(&THEME, Lang::En, area, &mut buf);
        let at = buf.content.iter().position(|cell| {
            cell.symbol() == "告" && cell.fg == THEME.style("picker.match").fg.unwrap()
        });
        assert!(at.is_some());
    }
}
