//! Lists page by page (huawei-esm.md, 1.9): the shared walk, with the numbers as this service writes them.

use std::fmt::{self, Debug, Write as _};
use std::hash::{DefaultHasher, Hasher};

use crate::cloud::page::{self, Style, Walked};

/// One page, whatever it is of.
pub(super) struct Part<R> {
    /// All matches, where the service says so.
    pub total: Option<i64>,
    /// The rows.
    pub rows: Vec<R>,
}

/// A walk over pages. Rows have no number in common, so two are the same one when they say the same.
#[derive(Debug)]
pub(super) struct Walk<R>(page::Walk<R, u64>);

impl<R: Debug> Walk<R> {
    /// A walk over so many pages of so many rows at most.
    pub fn new(size: u32, pages: u32) -> Self {
        Self(page::Walk::new(Style::RowsOrPages, size).up_to(pages))
    }

    /// The offset of the page to read next; `None` at the end.
    pub fn next(&self) -> Option<i64> {
        let at = self.0.next()?;
        i64::try_from(at.offset()).ok()
    }

    /// Takes the page in that was read.
    pub fn take(&mut self, part: Part<R>) {
        let page = page::Page {
            rows: part.rows,
            total: part.total.and_then(|total| u64::try_from(total).ok()),
            next: None,
        };
        self.0.take(page, said);
    }

    /// What was read.
    pub fn end(self) -> Walked<R> {
        self.0.end()
    }
}

/// What a row says, as a number.
fn said<R: Debug>(row: &R) -> u64 {
    struct Hashing(DefaultHasher);
    impl fmt::Write for Hashing {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    let mut hashing = Hashing(DefaultHasher::new());
    // Hashing cannot fail.
    let _ = write!(hashing, "{row:?}");
    hashing.0.finish()
}
