//! What stands in one cell of a list: styled texts, or a sparkline.

use std::borrow::Cow;
use std::cmp::Ordering;

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

    /// The order of two values in a column, ascending; `Missing` stands at the end.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Missing, Self::Missing) => Ordering::Equal,
            (Self::Missing, _) => Ordering::Greater,
            (_, Self::Missing) => Ordering::Less,
            (Self::Text(a), Self::Text(b)) => natural_order(a, b),
            // Of the same grade P1 is worse than P2.
            (Self::Grade(a, x), Self::Grade(b, y)) => {
                a.total_cmp(b).then_with(|| natural_order(y, x))
            }
            (
                Self::Number(a) | Self::Age(a) | Self::Grade(a, _),
                Self::Number(b) | Self::Age(b) | Self::Grade(b, _),
            ) => a.total_cmp(b),
            (Self::Text(_), _) => Ordering::Greater,
            (_, Self::Text(_)) => Ordering::Less,
        }
    }
}

/// Orders texts as people do: without regard to case, and `web-2` before `web-10`.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let order = digits(&mut left).cmp(&digits(&mut right));
                if order.is_ne() {
                    return order;
                }
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                if order.is_ne() {
                    return order;
                }
                left.next();
                right.next();
            }
        }
    }
}

/// The number that begins here, as something that can be compared: its length without leading zeros, its digits.
fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> (usize, String) {
    let mut out = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if digit != '0' || !out.is_empty() {
            out.push(digit);
        }
    }
    (out.len(), out)
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn missing_values_come_last() {
        let mut values = [Value::Missing, Value::Number(2.0), Value::Number(-1.0)];
        values.sort_by(Value::order);
        assert_eq!(
            values,
            [Value::Number(-1.0), Value::Number(2.0), Value::Missing]
        );
    }
}
