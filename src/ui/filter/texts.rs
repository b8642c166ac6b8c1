//! What filters look for, and in what.

use crate::ui::widgets::cell::Value;

/// Stands behind each text of a row, so that nothing is found across two of them.
const END: char = '\u{1f}';

/// The texts of all rows of a list, in lower case and in one piece of memory: the texts themselves lie all over it, and
/// a hundred thousand rows are to be searched within a frame.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    all: String,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Texts {
    /// The texts among the values of each of so many rows; `value` says what stands in a row's column.
    pub fn of<'v>(rows: usize, columns: usize, value: impl Fn(usize, usize) -> Value<'v>) -> Self {
        let mut texts = Self::default();
        texts.reach(rows, columns, value);
        texts
    }

    /// Of how many rows they are.
    pub const fn reached(&self) -> usize {
        self.ends.len()
    }

    /// Adds those of further rows, so that they are of so many.
    pub fn reach<'v>(
        &mut self,
        rows: usize,
        columns: usize,
        value: impl Fn(usize, usize) -> Value<'v>,
    ) {
        self.ends.reserve(rows.saturating_sub(self.reached()));
        for row in self.reached()..rows {
            for column in 0..columns {
                if let Value::Text(text) | Value::Grade(_, text) = value(row, column) {
                    self.push(&text);
                }
            }
            self.ends.push(self.all.len());
        }
    }

    fn push(&mut self, text: &str) {
        if text.is_ascii() {
            let begun = self.all.len();
            self.all.push_str(text);
            if let Some(pushed) = self.all.get_mut(begun..) {
                pushed.make_ascii_lowercase();
            }
        } else {
            self.all.push_str(&text.to_lowercase());
        }
        self.all.push(END);
    }

    /// Those of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &str> {
        let mut begin = 0;
        self.ends.iter().map(move |end| {
            let row = self.all.get(begin..*end).unwrap_or_default();
            begin = *end;
            row
        })
    }
}

/// A text to look for without regard to case, prepared once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Needle {
    lower: String,
    /// Could it be part of a number?
    numeric: bool,
    /// The least number that has so many digits before the point.
    least: f64,
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let digits = lower.chars().filter(char::is_ascii_digit).count();
        Self {
            // Each number has one digit at least.
            least: match i32::try_from(digits) {
                Ok(digits @ 2..) => 10_f64.powi(digits - 1),
                _ => 0.0,
            },
            numeric: lower
                .chars()
                .all(|c| c.is_ascii_digit() || c == '.' || c == '-'),
            lower,
        }
    }

    /// Is it in one of the texts of a row?
    pub(super) fn is_in(&self, texts: &str) -> bool {
        texts.contains(&self.lower)
    }

    /// Is it in the number that stands in a column? Digits behind the point count only for who types a point: nobody
    /// sees all of them.
    pub(super) fn is_in_number<'v>(
        &self,
        value: &impl Fn(usize) -> Value<'v>,
        column: usize,
    ) -> bool {
        if !self.numeric {
            return false;
        }
        let Value::Number(number) = value(column) else {
            return false;
        };
        if self.lower.contains('.') {
            return number.to_string().contains(&self.lower);
        }
        // Most numbers are shorter than what is typed, and need not be written to be seen not to have it.
        if number.abs() < self.least {
            return false;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a number that large has no whole part that anybody types"
        )]
        let whole = number as i64;
        whole.to_string().contains(&self.lower)
    }
}

/// Characters to look for in their order, in lower case.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pattern {
    /// All of them ASCII: compared byte by byte.
    Ascii(Vec<u8>),
    /// Any.
    Any(Vec<char>),
}

impl Pattern {
    /// `None` when there is nothing to look for.
    pub(super) fn new(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        if lower.is_empty() {
            return None;
        }
        Some(if lower.is_ascii() {
            Self::Ascii(lower.into_bytes())
        } else {
            Self::Any(lower.chars().collect())
        })
    }

    /// Are its characters in one of the texts of a row, in this order?
    pub(super) fn is_in(&self, texts: &str) -> bool {
        texts.split(END).any(|text| match self {
            Self::Ascii(pattern) => are_in_order(pattern, text.bytes()),
            Self::Any(pattern) => are_in_order(pattern, text.chars()),
        })
    }
}

fn are_in_order<T: PartialEq>(wanted: &[T], mut text: impl Iterator<Item = T>) -> bool {
    wanted
        .iter()
        .all(|wanted| text.any(|found| found == *wanted))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_has_what_is_typed_or_not(thousandths in -2_000_000_i64..2_000_000, typed in "-?[0-9]{1,4}") {
            let number = thousandths as f64 / 1000.0;
            let found = Needle::new(&typed).is_in_number(&|_| Value::Number(number), 0);
            prop_assert_eq!(found, (thousandths / 1000).to_string().contains(&typed));
        }
    }
}
