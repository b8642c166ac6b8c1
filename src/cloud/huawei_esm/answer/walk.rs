//! Lists page by page (huawei-esm.md, 1.9).

/// One page, whatever it is of.
pub(super) struct Part<R> {
    /// All matches, where the service says so.
    pub total: Option<i64>,
    /// The rows.
    pub rows: Vec<R>,
}

/// Rows, and how many there would be.
#[derive(Debug)]
pub(super) struct Walked<R> {
    /// Rows that were read.
    pub rows: Vec<R>,
    /// All matches, where the service says so.
    pub total: Option<i64>,
}

/// A walk over pages. Whether `offset_value` counts rows or pages is not proven: rows are assumed, and pages as soon as
/// the second page shows it.
#[derive(Debug)]
pub(super) struct Walk<R> {
    /// Pages that may still be read.
    left: usize,
    rows: Vec<R>,
    total: Option<i64>,
    size: i64,
    offset: i64,
    counts_pages: bool,
}

impl<R: PartialEq> Walk<R> {
    /// A walk over so many pages of so many rows at most.
    pub const fn new(size: i64, pages: usize) -> Self {
        Self {
            left: pages,
            rows: Vec::new(),
            total: None,
            size,
            offset: 0,
            counts_pages: false,
        }
    }

    /// The offset of the page to read next; `None` at the end.
    pub fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        Some(self.offset)
    }

    /// Takes the page in that was read.
    pub fn take(&mut self, page: Part<R>) {
        if self.is_last(page) {
            self.left = 0;
        }
    }

    /// What was read.
    pub fn end(self) -> Walked<R> {
        Walked {
            rows: self.rows,
            total: self.total,
        }
    }

    /// Takes a page in. Was it the last one?
    fn is_last(&mut self, page: Part<R>) -> bool {
        self.total = self.total.max(page.total);
        let total = page.total.unwrap_or(i64::MAX);
        let known = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let is_first = self.rows.is_empty();
        let is_repeated = !is_first && page.rows.first() == self.rows.first();
        let is_early_end =
            page.rows.is_empty() && !is_first && page.total.is_some() && known < total;
        if is_repeated || is_early_end {
            // A second page that is the first again, or empty: the number was taken for a page's.
            let is_lost = self.counts_pages;
            self.counts_pages = true;
            self.offset = 1;
            return is_lost;
        }
        let read = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
        self.rows.extend(page.rows);
        let known = known.saturating_add(read);
        self.offset = if self.counts_pages {
            self.offset + 1
        } else {
            known
        };
        read < self.size || known >= total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: i64 = 1000;

    fn page(first: i64, rows: i64, total: Option<i64>) -> Part<i64> {
        Part {
            total,
            rows: (first..first + rows).collect(),
        }
    }

    #[test]
    fn a_walk_counts_rows() {
        let mut walk = Walk::new(PAGE, 8);
        assert!(!walk.is_last(page(0, PAGE, Some(1500))));
        assert_eq!(walk.offset, PAGE);
        assert!(walk.is_last(page(PAGE, 500, Some(1500))));
        assert_eq!(walk.rows.len(), 1500);
    }

    #[test]
    fn a_walk_finds_out_that_pages_are_counted() {
        for second in [page(0, 0, Some(1500)), page(0, PAGE, Some(1500))] {
            let mut walk = Walk::new(PAGE, 8);
            assert!(!walk.is_last(page(0, PAGE, Some(1500))));
            assert!(!walk.is_last(second));
            assert_eq!(walk.offset, 1);
            assert!(walk.is_last(page(PAGE, 500, Some(1500))));
            assert_eq!(walk.rows.len(), 1500);
        }
    }

    #[test]
    fn a_walk_ends_when_the_service_repeats_itself() {
        let mut walk = Walk::new(PAGE, 8);
        assert!(!walk.is_last(page(0, PAGE, None)));
        assert!(!walk.is_last(page(0, PAGE, None)));
        assert!(walk.is_last(page(0, PAGE, None)));
        assert_eq!(walk.rows.len(), 1000);
    }
}
