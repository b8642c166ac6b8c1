//! Text to read: details, scripts, raw answers, logs. Scrolls, searches, numbers its lines.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::table::{draw_empty, draw_thumb};
use crate::ui::theme::Theme;
use crate::ui::width;

/// A line: texts with their roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(pub Vec<(String, &'static str)>);

impl Line {
    /// A line in one role.
    pub fn styled(text: impl Into<String>, role: &'static str) -> Self {
        Self(vec![(text.into(), role)])
    }

    /// With more text after what is there.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>, role: &'static str) -> Self {
        self.0.push((text.into(), role));
        self
    }

    /// A label and a value, as in a detail view; the label takes `cells` cells.
    pub fn pair(label: &str, cells: usize, value: impl Into<String>) -> Self {
        let label = width::fit(label, cells, width::Align::Left, "");
        Self::styled(format!("{label} "), "muted").then(value, "text")
    }

    /// Its text.
    pub fn plain(&self) -> String {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::styled(text, "text")
    }
}

/// The lines of a text, tabs as blanks.
pub fn plain_lines(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| Line::from(line.replace('\t', "    ").as_str()))
        .collect()
}

/// What a document remembers between two frames.
#[derive(Debug, Clone, Default)]
pub struct DocumentState {
    top: usize,
    left: usize,
    query: String,
    /// The line of the match the user is at.
    current: Option<usize>,
}

impl DocumentState {
    /// Carries out a command of every document: `move.*`, `match.next`, `match.prev`. `height` is that of its area.
    /// Says whether it was one.
    pub fn command(&mut self, name: &str, lines: &[Line], height: u16) -> bool {
        let page = usize::from(height).max(1);
        let last = lines.len().saturating_sub(page);
        match name {
            "move.down" => self.top += 1,
            "move.up" => self.top = self.top.saturating_sub(1),
            "move.half_down" => self.top += page / 2,
            "move.half_up" => self.top = self.top.saturating_sub(page / 2),
            "move.page_down" => self.top += page,
            "move.page_up" => self.top = self.top.saturating_sub(page),
            "move.top" => self.top = 0,
            "move.bottom" => self.top = last,
            "move.left" => self.left = self.left.saturating_sub(8),
            "move.right" => self.left = (self.left + 8).min(longest(lines)),
            "match.next" => self.visit_match(lines, page, true),
            "match.prev" => self.visit_match(lines, page, false),
            _ => return false,
        }
        self.top = self.top.min(last);
        true
    }

    /// Searches without regard to case, and goes to the first match at or below the first line shown. Says how many
    /// lines match.
    pub fn search(&mut self, text: &str, lines: &[Line], height: u16) -> usize {
        text.clone_into(&mut self.query);
        self.current = None;
        let matches = self.matches(lines);
        let first = matches.iter().find(|line| **line >= self.top);
        if let Some(line) = first.or_else(|| matches.first()) {
            self.show(*line, usize::from(height).max(1));
        }
        matches.len()
    }

    /// What is searched for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Stays at the end of a text that grows.
    pub fn follow(&mut self, lines: &[Line], height: u16) {
        self.top = lines.len().saturating_sub(usize::from(height));
    }

    fn matches(&self, lines: &[Line]) -> Vec<usize> {
        lines
            .iter()
            .enumerate()
            .filter(|(_, line)| !find(&line.plain(), &self.query).is_empty())
            .map(|(number, _)| number)
            .collect()
    }

    fn visit_match(&mut self, lines: &[Line], page: usize, forward: bool) {
        let matches = self.matches(lines);
        let from = self.current.unwrap_or(self.top);
        let next = if forward {
            let after = matches.iter().find(|line| **line > from);
            after.or(matches.first())
        } else {
            let before = matches.iter().rev().find(|line| **line < from);
            before.or(matches.last())
        };
        if let Some(line) = next {
            self.show(*line, page);
        }
    }

    fn show(&mut self, line: usize, page: usize) {
        self.current = Some(line);
        if line < self.top || line >= self.top + page {
            self.top = line.saturating_sub(page / 3);
        }
    }
}

fn longest(lines: &[Line]) -> usize {
    lines
        .iter()
        .map(|line| width::width(&line.plain()))
        .max()
        .unwrap_or(0)
}

/// Where `query` stands in `text`, without regard to case: byte ranges, ascending.
fn find(text: &str, query: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = query.chars().flat_map(char::to_lowercase).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, _) in text.char_indices() {
        if found.last().is_some_and(|last| start < last.end) {
            continue;
        }
        if let Some(length) = matched(text.get(start..).unwrap_or_default(), &wanted) {
            found.push(start..start + length);
        }
    }
    found
}

/// How many bytes of the beginning of `text` are `wanted`, which is in lower case.
fn matched(text: &str, wanted: &[char]) -> Option<usize> {
    let mut rest = wanted;
    for (at, c) in text.char_indices() {
        if rest.is_empty() {
            return Some(at);
        }
        for lower in c.to_lowercase() {
            rest = rest.split_first().filter(|(first, _)| **first == lower)?.1;
        }
    }
    rest.is_empty().then_some(text.len())
}

/// A document, ready to be drawn.
#[derive(Debug)]
pub struct Document<'a> {
    /// Its lines.
    pub lines: &'a [Line],
    /// What it remembers.
    pub state: &'a DocumentState,
    /// Are the lines numbered?
    pub numbers: bool,
    /// What to say when there are none.
    pub empty: &'a str,
}

impl Document<'_> {
    /// Draws the lines that fit.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        if self.lines.is_empty() {
            draw_empty(self.empty, theme, area, buf);
            return;
        }
        let page = usize::from(area.height);
        let top = self.state.top.min(self.lines.len().saturating_sub(page));
        let digits = self.lines.len().to_string().len();
        let gutter = if self.numbers {
            u16::try_from(digits + 1).unwrap_or(0)
        } else {
            0
        };
        let body = Rect {
            x: area.x + gutter.min(area.width),
            // The last column is the thumb's.
            width: area.width.saturating_sub(gutter + 1),
            ..area
        };
        for (y, number) in (area.top()..area.bottom()).zip(top..self.lines.len()) {
            if self.numbers {
                let text = format!("{:>digits$}", number + 1);
                width::put(
                    buf,
                    area.x,
                    y,
                    &text,
                    gutter.min(area.width),
                    theme.style("muted"),
                );
            }
            if let Some(line) = self.lines.get(number) {
                let place = Rect {
                    y,
                    height: 1,
                    ..body
                };
                self.draw_line(line, number, theme, place, buf);
            }
        }
        draw_thumb(theme, area, top, self.lines.len(), buf);
    }

    fn draw_line(&self, line: &Line, number: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let mut skip = self.state.left;
        let mut x = area.x;
        for (text, role) in &line.0 {
            let cells = width::width(text);
            if skip >= cells {
                skip -= cells;
                continue;
            }
            let shown = width::skip(text, skip);
            skip = 0;
            let left = area.right().saturating_sub(x);
            x += width::put(buf, x, area.y, &shown, left, theme.style(role));
        }
        if self.state.query.is_empty() {
            return;
        }
        let plain = line.plain();
        let role = if self.state.current == Some(number) {
            "match"
        } else {
            "match.other"
        };
        for range in find(&plain, &self.state.query) {
            let cells = |end: usize| {
                let text = plain.get(..end).unwrap_or_default();
                width::width(text).saturating_sub(self.state.left)
            };
            let place = |cells: usize| {
                area.x
                    .saturating_add(u16::try_from(cells).unwrap_or(u16::MAX))
                    .min(area.right())
            };
            let (from, to) = (place(cells(range.start)), place(cells(range.end)));
            let hit = Rect {
                x: from,
                width: to - from,
                ..area
            };
            buf.set_style(hit, theme.style(role));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static THEME: LazyLock<Theme> = LazyLock::new(Theme::default);

    fn text(count: usize) -> Vec<Line> {
        (0..count)
            .map(|n| {
                Line::from(if n % 10 == 7 {
                    "Disk 磁盘 full"
                } else {
                    "ok"
                })
            })
            .collect()
    }

    #[test]
    fn matches_are_visited_in_a_circle() {
        let lines = text(30);
        let mut state = DocumentState::default();
        assert_eq!(state.search("DISK", &lines, 5), 3);
        assert_eq!(state.current, Some(7));
        for expected in [17, 27, 7] {
            state.command("match.next", &lines, 5);
            assert_eq!(state.current, Some(expected));
            assert!((state.top..state.top + 5).contains(&expected));
        }
        state.command("match.prev", &lines, 5);
        assert_eq!(state.current, Some(27));
        assert_eq!(state.search("nothing", &lines, 5), 0);
        state.command("match.next", &lines, 5);
        assert_eq!(state.current, None);
    }

    #[test]
    fn text_is_found_in_any_case_and_script() {
        assert_eq!(find("Disk disk", "dIsK"), [0..4, 5..9]);
        assert_eq!(find("磁盘满盘", "盘"), [3..6, 9..12]);
        assert_eq!(find("aaaaa", "aa"), [0..2, 2..4]);
        assert_eq!(find("İxÉx", "x"), [2..3, 5..6]);
        assert!(find("abc", "").is_empty());
    }

    #[test]
    fn lines_are_numbered_and_highlighted() {
        let lines = text(12);
        let mut state = DocumentState::default();
        state.search("磁盘", &lines, 12);
        let area = Rect::new(0, 0, 20, 12);
        let mut buf = Buffer::empty(area);
        Document {
            lines: &lines,
            state: &state,
            numbers: true,
            empty: "",
        }
        .draw(&THEME, area, &mut buf);
        let row: String = (0..20).map(|x| buf[(x, 7)].symbol()).collect();
        assert!(row.starts_with(" 8 Disk 磁"), "{row}");
        assert_eq!(buf[(8, 7)].bg, THEME.style("match").bg.unwrap());
        assert_ne!(buf[(7, 7)].bg, THEME.style("match").bg.unwrap());
    }

    proptest! {
        #[test]
        fn it_never_panics(
            parts in prop::collection::vec("[a-z磁盘é ]{0,30}", 0..20),
            query in "[a-z磁é]{0,3}",
            commands in prop::collection::vec(0usize..11, 0..20),
            width in 1u16..30,
            height in 1u16..10,
        ) {
            let names = ["move.down", "move.up", "move.half_down", "move.half_up", "move.page_down", "move.page_up",
                "move.top", "move.bottom", "move.left", "move.right", "match.next"];
            let lines: Vec<Line> = parts.iter().map(|part| Line::from(part.as_str()).then("x", "muted")).collect();
            let mut state = DocumentState::default();
            state.search(&query, &lines, height);
            let area = Rect::new(0, 0, width, height);
            for at in commands {
                state.command(names[at], &lines, height);
                let document = Document { lines: &lines, state: &state, numbers: at % 2 == 0, empty: "none" };
                document.draw(&THEME, area, &mut Buffer::empty(area));
                prop_assert!(state.top <= lines.len());
            }
        }
    }
}
