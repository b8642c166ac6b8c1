//! What stands in one cell of a list: styled texts, or a sparkline.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::iter;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sparkline::Sparkline;
use crate::ui::theme::Theme;
use crate::ui::width::{self, Align};

/// A piece of a cell.
#[derive(Debug, Clone, PartialEq)]
enum Part<'a> {
    Text(Cow<'a, str>, &'static str),
    Spark(Sparkline<'a>),
}

/// What stands in one cell: nothing, texts with roles, or a sparkline. Texts are drawn as they are: there is no markup.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell<'a> {
    first: Option<Part<'a>>,
    /// Empty for nearly all cells, and then it costs no allocation.
    rest: Vec<Part<'a>>,
}

impl<'a> Cell<'a> {
    /// Plain text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::styled(text, "text")
    }

    /// Text in a role.
    pub fn styled(text: impl Into<Cow<'a, str>>, role: &'static str) -> Self {
        Self {
            first: Some(Part::Text(text.into(), role)),
            rest: Vec::new(),
        }
    }

    /// A sparkline over the whole width of the column.
    pub fn spark(spark: Sparkline<'a>) -> Self {
        Self {
            first: Some(Part::Spark(spark)),
            rest: Vec::new(),
        }
    }

    /// With more text after what is there.
    #[must_use]
    pub fn then(mut self, text: impl Into<Cow<'a, str>>, role: &'static str) -> Self {
        self.rest.push(Part::Text(text.into(), role));
        self
    }

    fn parts(&self) -> impl Iterator<Item = &Part<'a>> {
        self.first.iter().chain(&self.rest)
    }

    /// The texts of the cell, for export.
    pub fn plain(&self) -> String {
        self.parts()
            .filter_map(|part| match part {
                Part::Text(text, _) => Some(text.as_ref()),
                Part::Spark(_) => None,
            })
            .collect()
    }

    /// Cells that the texts take.
    pub fn width(&self) -> usize {
        self.parts()
            .map(|part| match part {
                Part::Text(text, _) => width::width(text),
                Part::Spark(_) => 0,
            })
            .sum()
    }

    /// Draws it into the first row of `area`; `in_middle`: what is too long is cut in its middle.
    pub fn draw(&self, theme: &Theme, area: Rect, align: Align, in_middle: bool, buf: &mut Buffer) {
        let room = usize::from(area.width);
        let indent = match align {
            Align::Left => 0,
            Align::Right => room.saturating_sub(self.width()),
            Align::Center => room.saturating_sub(self.width()) / 2,
        };
        let ellipsis = theme.glyphs().ellipsis;
        let mut x = area.x + u16::try_from(indent).unwrap_or(0);
        let count = usize::from(self.first.is_some()) + self.rest.len();
        for (index, part) in self.parts().enumerate() {
            let left = area.right().saturating_sub(x);
            match part {
                Part::Spark(spark) => {
                    spark.draw(
                        theme,
                        Rect {
                            x,
                            width: left,
                            ..area
                        },
                        buf,
                    );
                    return;
                }
                Part::Text(text, role) => {
                    // A text that is followed by another and fills the room exactly is not cut.
                    let last = index + 1 == count;
                    let cut = if in_middle && last {
                        width::middle(text, usize::from(left), ellipsis)
                    } else {
                        width::truncate(text, usize::from(left), ellipsis)
                    };
                    x += width::put(buf, x, area.y, &cut, left, theme.style(role));
                }
            }
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

/// What a cell means, for sorting and filtering.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing is known: sorted last, whatever the direction.
    Missing,
    /// A text.
    Text(Cow<'a, str>),
    /// A number in the column's unit.
    Number(f64),
    /// How old something is, in seconds.
    Age(f64),
    /// How bad something is, from 0 (for the record) to 4 (critical), and the word that stands in the column. In
    /// filters it compares with that number and with words such as `crit`, `major`, `次要`.
    Grade(f64, Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// A text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Appends bytes that order this value among those of its column, ascending, when they are compared as bytes; `None`
    /// for [`Value::Missing`], which has no place. Numbers stand before texts.
    pub fn sort_key(&self, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Missing => return None,
            Self::Number(number) | Self::Age(number) => number_key(*number, out),
            Self::Grade(grade, word) => {
                number_key(*grade, out);
                // Of the same grade P1 is worse than P2.
                let begun = out.len();
                text_key(word, out);
                out.iter_mut().skip(begun).for_each(|byte| *byte = !*byte);
                out.push(u8::MAX);
            }
            Self::Text(text) => {
                out.push(b'T');
                text_key(text, out);
            }
        }
        Some(())
    }
}

/// The bytes of a number as `f64::total_cmp` orders numbers.
fn number_key(number: f64, out: &mut Vec<u8>) {
    let bits = number.to_bits();
    let negative = bits >> 63 == 1;
    let ordered = if negative { !bits } else { bits | 1 << 63 };
    out.push(b'N');
    out.extend(ordered.to_be_bytes());
}

/// The bytes of a text as [`natural_order`] orders texts. Nearly all are ASCII, and a hundred thousand are to be ready
/// within a frame.
fn text_key(text: &str, out: &mut Vec<u8>) {
    if text.is_ascii() {
        return ascii_key(text.as_bytes(), out);
    }
    for (letter, _, digits) in elements(text) {
        match letter {
            NUMBER => digits_key(digits.as_bytes(), out),
            letter => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

fn ascii_key(mut text: &[u8], out: &mut Vec<u8>) {
    while let [first, after @ ..] = text {
        if !first.is_ascii_digit() {
            out.push(first.to_ascii_lowercase());
            text = after;
            continue;
        }
        let end = text.iter().position(|byte| !byte.is_ascii_digit());
        let (number, after) = text.split_at(end.unwrap_or(text.len()));
        let zeros = number.iter().take_while(|digit| **digit == b'0').count();
        digits_key(number.get(zeros..).unwrap_or_default(), out);
        text = after;
    }
}

/// The bytes of a number without leading zeros: the more digits, the larger.
fn digits_key(digits: &[u8], out: &mut Vec<u8>) {
    out.extend([NUMBER_BYTE, u8::try_from(digits.len()).unwrap_or(u8::MAX)]);
    out.extend_from_slice(digits);
}

/// Orders texts as people do: without regard to case, and `web-2` before `web-10`.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    elements(a).cmp(elements(b)).then_with(|| a.cmp(b))
}

/// Stands for a number among the letters: where its digits would stand.
const NUMBER: char = '0';
/// It as a byte.
const NUMBER_BYTE: u8 = b'0';

/// What people compare in a text, one after another: a letter without its case, or a number by its length without leading
/// zeros and then by its digits.
fn elements(mut rest: &str) -> impl Iterator<Item = (char, usize, &str)> {
    iter::from_fn(move || element(&mut rest))
}

/// The first of them, which is taken away from the text.
fn element<'t>(rest: &mut &'t str) -> Option<(char, usize, &'t str)> {
    let mut letters = rest.chars();
    let first = letters.next()?;
    if !first.is_ascii_digit() {
        *rest = letters.as_str();
        let plain = first.to_lowercase().next().unwrap_or(first);
        return Some((plain, 0, ""));
    }
    let end = rest.bytes().position(|b| !b.is_ascii_digit());
    let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = after;
    let digits = number.trim_start_matches('0');
    Some((NUMBER, digits.len(), digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(cell: &Cell, cells: u16, align: Align) -> String {
        let area = Rect::new(0, 0, cells, 1);
        let mut buf = Buffer::empty(area);
        cell.draw(&Theme::default(), area, align, false, &mut buf);
        buf.content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect()
    }

    #[test]
    fn texts_stand_one_after_another() {
        let cell = Cell::styled("▲", "severity.critical").then(" CRIT", "text");
        assert_eq!(drawn(&cell, 8, Align::Left), "▲ CRIT  ");
        assert_eq!(drawn(&cell, 8, Align::Right), "  ▲ CRIT");
        assert_eq!(drawn(&cell, 4, Align::Left), "▲ C…");
        assert_eq!(cell.plain(), "▲ CRIT");
    }

    #[test]
    fn brackets_are_not_markup() {
        assert_eq!(drawn(&Cell::text("[red]x"), 8, Align::Left), "[red]x  ");
    }

    #[test]
    fn people_count_web_10_after_web_2() {
        let mut names = ["web-10", "Web-2", "web-1", "web-02", "磁盘", "web"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["web", "web-1", "Web-2", "web-02", "web-10", "磁盘"]);
    }

    fn key(value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        value.sort_key(&mut out);
        out
    }

    #[test]
    fn of_one_grade_the_first_word_is_the_worst() {
        let grade = |grade, word| key(&Value::Grade(grade, Cow::Borrowed(word)));
        assert!(grade(4.0, "P1") > grade(4.0, "P2"));
        assert!(grade(4.0, "P1") > grade(4.0, "P10"));
        assert!(grade(3.0, "P1") < grade(4.0, "P2"));
    }

    proptest! {
        #[test]
        fn keys_order_numbers(a: f64, b: f64) {
            let keys = key(&Value::Number(a)).cmp(&key(&Value::Number(b)));
            prop_assert_eq!(keys, a.total_cmp(&b));
        }

        #[test]
        fn keys_order_texts(a in "[aAbß0-3 -]{0,6}", b in "[aAbß0-3 -]{0,6}") {
            let keys = key(&Value::text(&a)).cmp(&key(&Value::text(&b)));
            prop_assert_eq!(keys, elements(&a).cmp(elements(&b)));
        }
    }
}
