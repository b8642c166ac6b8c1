//! Paging: page numbers, offsets and markers, walked the same way. A walk always ends, returns no row twice, and says
//! when it may have missed some.

use std::collections::HashSet;
use std::hash::Hash;

use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class, OperationId};

/// No list is walked further than this many pages.
pub const MAX_PAGES: u32 = 1000;

/// How a service counts its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Numbers, from this one (ksc-monitor.md, 10).
    Index(u64),
    /// Rows to skip, from 0 (huawei-coc.md, 7; ksc-autoscaling.md, 9).
    Offset,
    /// Rows to skip, or pages: which is not proven (huawei-esm.md, 1.9). Rows are assumed, and pages as soon as a page
    /// shows it.
    RowsOrPages,
    /// The last row of the page before, or a marker that the answer names (huawei-coc.md, 7; huawei-esm.md, 1.9).
    Marker,
}

/// Where the next page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// The first page of a marker list: no marker is sent.
    Start,
    /// Page number.
    Index(u64),
    /// Rows to skip.
    Offset(u64),
    /// Marker to send.
    Marker(String),
}

impl At {
    /// The number of the page, for [`Style::Index`]; 0 otherwise.
    pub const fn index(&self) -> u64 {
        match self {
            Self::Index(index) => *index,
            _ => 0,
        }
    }

    /// The rows (or pages) to skip, for [`Style::Offset`] and [`Style::RowsOrPages`]; 0 otherwise.
    pub const fn offset(&self) -> u64 {
        match self {
            Self::Offset(rows) => *rows,
            _ => 0,
        }
    }

    /// The marker to send, for [`Style::Marker`]; `None` for the first page.
    pub fn marker(self) -> Option<String> {
        match self {
            Self::Marker(marker) => Some(marker),
            _ => None,
        }
    }
}

/// One page as it came.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// How many rows there are in all pages, when the service says so. It is not believed when it is smaller than what
    /// came.
    pub total: Option<u64>,
    /// The marker of the next page, for [`Style::Marker`]; `None` when there is none.
    pub next: Option<String>,
}

/// All rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked<T> {
    /// The rows, in the order they came, none twice.
    pub rows: Vec<T>,
    /// The greatest total that a page named.
    pub total: Option<u64>,
    /// The walk was cut short, or rows that the total promises did not come.
    pub cut: bool,
    /// The walk stopped at its limit of pages: there may be any number of rows more.
    pub endless: bool,
}

impl<T> Walked<T> {
    /// The rows, when the list came to its end. Rows that a total promised and that did not come are no error: totals
    /// lie, and rows go while the list is read.
    ///
    /// # Errors
    ///
    /// [`Class::Unreadable`] when there was no end: part of a list must not pass for the whole.
    pub fn whole(self, system: SystemId, operation: OperationId) -> Result<Vec<T>, ApiError> {
        if self.endless {
            let count = self.rows.len();
            let message = format!("the list did not end after {count} rows; ask for less of it");
            return Err(ApiError::new(Class::Unreadable, system, operation, message));
        }
        Ok(self.rows)
    }
}

/// A walk through a list: says where the next page starts, takes it in, and keeps the rows.
///
/// ```text
/// while let Some(at) = walk.next() { walk.take(page at that place, key of a row) }
/// walk.end()
/// ```
///
/// It ends at an empty page, at a page shorter than asked for, at a page without news, at a marker that came before,
/// and at its limit of pages at the latest. A total does not end it while pages are full: totals lie, and the one more
/// page that proves this one true is asked for only when a list ends exactly at a page's border.
#[derive(Debug)]
pub struct Walk<T, K> {
    style: Style,
    size: u64,
    next: Option<At>,
    pages_left: u32,
    /// Rows that the service has sent, doubles included.
    received: u64,
    rows: Vec<T>,
    known: HashSet<K>,
    markers: HashSet<String>,
    total: Option<u64>,
    /// For [`Style::RowsOrPages`]: it is pages.
    counts_pages: bool,
    /// The walk ended for a reason that is not the end of the list.
    stuck: bool,
    endless: bool,
}

impl<T, K: Hash + Eq> Walk<T, K> {
    /// A walk in pages of `size` rows.
    pub fn new(style: Style, size: u32) -> Self {
        Self {
            style,
            size: u64::from(size),
            next: Some(match style {
                Style::Index(first) => At::Index(first),
                Style::Offset | Style::RowsOrPages => At::Offset(0),
                Style::Marker => At::Start,
            }),
            pages_left: MAX_PAGES,
            received: 0,
            rows: Vec::new(),
            known: HashSet::new(),
            markers: HashSet::new(),
            total: None,
            counts_pages: false,
            stuck: false,
            endless: false,
        }
    }

    /// The same walk over at most `pages` pages.
    pub fn up_to(self, pages: u32) -> Self {
        Self {
            pages_left: pages,
            ..self
        }
    }

    /// Where the next page starts; `None` when there is none.
    pub fn next(&self) -> Option<At> {
        self.next.clone()
    }

    /// Takes over the page that [`Walk::next`] named; `id` tells its rows apart.
    pub fn take(&mut self, page: Page<T>, id: impl Fn(&T) -> K) {
        self.pages_left = self.pages_left.saturating_sub(1);
        let came = page.rows.len() as u64;
        self.received += came;
        self.total = self.total.max(page.total);
        let before = self.rows.len();
        for row in page.rows {
            if self.known.insert(id(&row)) {
                self.rows.push(row);
            }
        }
        let next = if self.is_misunderstood(came, before) {
            self.counts_pages = true;
            Some(At::Offset(1))
        } else if came == 0 {
            None
        } else if self.rows.len() == before {
            // Only rows that came before: the service repeats itself.
            self.stuck = self.total.is_none_or(|total| (before as u64) < total);
            None
        } else {
            self.after(came, page.next)
        };
        self.endless = next.is_some() && self.pages_left == 0;
        self.next = next.filter(|_| !self.endless);
    }

    /// Was the number of rows taken for a number of pages? Then the second page is the first one again, or empty
    /// although there is more.
    fn is_misunderstood(&self, came: u64, before: usize) -> bool {
        let no_news = before > 0 && self.rows.len() == before;
        let more = self.total.is_some_and(|total| (before as u64) < total);
        self.style == Style::RowsOrPages && !self.counts_pages && no_news && (came > 0 || more)
    }

    /// Where the page after one of `came` rows starts.
    fn after(&mut self, came: u64, marker: Option<String>) -> Option<At> {
        match self.style {
            // A marker says that there is more, short page or not.
            Style::Marker => {
                let marker = marker?;
                self.stuck = !self.markers.insert(marker.clone());
                (!self.stuck).then_some(At::Marker(marker))
            }
            Style::Index(first) => {
                let index = self.next.as_ref().map_or(first, At::index);
                (came >= self.size).then_some(At::Index(index + 1))
            }
            Style::RowsOrPages if self.counts_pages => {
                let page = self.next.as_ref().map_or(0, At::offset);
                (came >= self.size).then_some(At::Offset(page + 1))
            }
            Style::Offset | Style::RowsOrPages => {
                (came >= self.size).then_some(At::Offset(self.received))
            }
        }
    }

    /// What was found.
    pub fn end(self) -> Walked<T> {
        let short = self
            .total
            .is_some_and(|total| (self.rows.len() as u64) < total);
        Walked {
            cut: self.endless || self.stuck || short,
            endless: self.endless,
            rows: self.rows,
            total: self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    use super::*;

    /// What a service does wrong.
    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Quirk {
        None,
        NoTotal,
        TotalTooLow,
        TotalTooHigh,
        /// Answers the first page whatever is asked.
        Repeats,
        /// Starts each page one row early.
        Overlaps,
        /// Loses its last page.
        EmptyTail,
        /// A page may be shorter than asked for although there is more.
        ShortPages,
    }

    fn service(style: Style, count: u64, size: u64, quirk: Quirk, at: &At) -> Page<u64> {
        let start = match (at, style) {
            (At::Start, _) => 0,
            (At::Index(index), Style::Index(first)) => (index - first) * size,
            (At::Offset(offset), _) => *offset,
            (At::Marker(marker), _) => marker.parse::<u64>().unwrap(),
            (At::Index(_), _) => unreachable!("only asked in its own style"),
        };
        let start = match quirk {
            Quirk::Repeats => 0,
            Quirk::Overlaps => start.saturating_sub(1),
            _ => start,
        };
        let end = match quirk {
            Quirk::EmptyTail if start + size >= count && start > 0 => start,
            Quirk::ShortPages => (start + (size / 2).max(1)).min(count),
            _ => (start + size).min(count),
        };
        Page {
            rows: (start..end.max(start)).collect(),
            total: match quirk {
                Quirk::NoTotal | Quirk::ShortPages => None,
                Quirk::TotalTooLow => Some(count.saturating_sub(1)),
                Quirk::TotalTooHigh => Some(count + 1),
                _ => Some(count),
            },
            next: (style == Style::Marker && end < count).then(|| end.to_string()),
        }
    }

    fn run(style: Style, count: u64, size: u64, quirk: Quirk) -> (Walked<u64>, u32) {
        let mut pages = 0;
        let mut walk = Walk::new(style, u32::try_from(size).unwrap()).up_to(50);
        while let Some(at) = walk.next() {
            pages += 1;
            walk.take(service(style, count, size, quirk, &at), |row| *row);
        }
        (walk.end(), pages)
    }

    #[test]
    fn the_end_of_a_list_costs_no_page_more_than_needed() {
        for style in [Style::Index(1), Style::Offset, Style::Marker] {
            let (walked, pages) = run(style, 25, 10, Quirk::None);
            assert_eq!(
                (walked.rows.len(), walked.cut, pages),
                (25, false, 3),
                "{style:?}"
            );
            // Only one more page tells whether a full one is the last; a marker list says it itself.
            let expected = if style == Style::Marker { 2 } else { 3 };
            let (walked, pages) = run(style, 20, 10, Quirk::None);
            assert_eq!(
                (walked.rows.len(), walked.cut, pages),
                (20, false, expected),
                "{style:?}"
            );
            let (walked, pages) = run(style, 0, 10, Quirk::None);
            assert_eq!(
                (walked.rows.len(), walked.cut, pages),
                (0, false, 1),
                "{style:?}"
            );
        }
    }

    #[test]
    fn endless_and_repeating_lists_are_cut_with_a_mark() {
        let (walked, pages) = run(Style::Index(1), 10_000, 10, Quirk::None);
        assert_eq!((walked.rows.len(), walked.cut, pages), (500, true, 50));
        assert!(walked.whole(SystemId::KscMonitor, "list").is_err());
        let (walked, pages) = run(Style::Offset, 100, 10, Quirk::Repeats);
        assert_eq!((walked.rows.len(), walked.cut, pages), (10, true, 2));
        let (walked, _) = run(Style::Marker, 100, 10, Quirk::Repeats);
        assert_eq!((walked.rows.len(), walked.cut), (10, true));
        let (walked, _) = run(Style::Index(1), 30, 10, Quirk::EmptyTail);
        assert_eq!((walked.rows.len(), walked.cut), (20, true));
    }

    #[test]
    fn an_empty_list_with_a_total_is_not_complete() {
        let mut walk = Walk::new(Style::Offset, 10);
        let page = Page {
            rows: vec![],
            total: Some(3),
            next: None,
        };
        walk.take(page, |row: &u8| *row);
        assert_eq!(walk.next(), None);
        assert!(walk.end().cut);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Whatever the service does, the walk ends, repeats no row, and misses none without saying so.
        #[test]
        fn a_walk_ends_and_is_honest(
            style in prop_oneof![Just(Style::Index(0)), Just(Style::Index(1)), Just(Style::Offset), Just(Style::Marker)],
            count in 0_u64..120,
            size in 1_u64..20,
            quirk in prop_oneof![
                Just(Quirk::None), Just(Quirk::NoTotal), Just(Quirk::TotalTooLow), Just(Quirk::TotalTooHigh),
                Just(Quirk::Repeats), Just(Quirk::Overlaps), Just(Quirk::EmptyTail),
            ],
        ) {
            let (walked, pages) = run(style, count, size, quirk);
            prop_assert!(pages <= 50);
            let distinct: BTreeSet<_> = walked.rows.iter().collect();
            prop_assert_eq!(distinct.len(), walked.rows.len());
            let complete = walked.rows.len() as u64 == count;
            prop_assert!(complete || walked.cut, "{:?}", walked);
            if quirk == Quirk::None && count < 50 * size {
                prop_assert!(complete && !walked.cut);
            }
        }

        /// A marker list goes on through short pages.
        #[test]
        fn markers_lead_through_short_pages(count in 0_u64..40, size in 1_u64..20) {
            let (walked, _) = run(Style::Marker, count, size, Quirk::ShortPages);
            prop_assert!(walked.cut || walked.rows.len() as u64 == count);
        }
    }

    /// A page of a service that may count pages.
    fn sheet(first: u64, rows: u64, total: Option<u64>) -> Page<u64> {
        Page {
            rows: (first..first + rows).collect(),
            total,
            next: None,
        }
    }

    #[test]
    fn an_offset_of_unknown_meaning_is_of_rows() {
        let mut walk = Walk::new(Style::RowsOrPages, 1000);
        walk.take(sheet(0, 1000, Some(1500)), |row| *row);
        assert_eq!(walk.next(), Some(At::Offset(1000)));
        walk.take(sheet(1000, 500, Some(1500)), |row| *row);
        assert_eq!(walk.next(), None);
        let walked = walk.end();
        assert_eq!((walked.rows.len(), walked.cut), (1500, false));
    }

    #[test]
    fn an_offset_of_unknown_meaning_is_of_pages_when_a_page_shows_it() {
        for second in [sheet(0, 0, Some(2500)), sheet(0, 1000, Some(2500))] {
            let mut walk = Walk::new(Style::RowsOrPages, 1000);
            walk.take(sheet(0, 1000, Some(2500)), |row| *row);
            walk.take(second, |row| *row);
            assert_eq!(walk.next(), Some(At::Offset(1)));
            walk.take(sheet(1000, 1000, Some(2500)), |row| *row);
            assert_eq!(walk.next(), Some(At::Offset(2)));
            walk.take(sheet(2000, 500, Some(2500)), |row| *row);
            assert_eq!(walk.next(), None);
            let walked = walk.end();
            assert_eq!((walked.rows.len(), walked.cut), (2500, false));
        }
    }

    #[test]
    fn a_service_that_repeats_its_first_page_for_ever_is_left() {
        let mut walk = Walk::new(Style::RowsOrPages, 1000);
        for _ in 0..3 {
            walk.take(sheet(0, 1000, None), |row| *row);
        }
        assert_eq!(walk.next(), None);
        let walked = walk.end();
        assert_eq!((walked.rows.len(), walked.cut), (1000, true));
    }
}
