//! Paging: page numbers, offsets and markers, walked the same way. A walk always ends, returns no row twice, and says
//! when it may have missed some.

use std::collections::HashSet;
use std::hash::Hash;

/// No list is walked further than this many pages.
pub const MAX_PAGES: u32 = 1000;

/// How a service counts its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Numbers, from this one (ksc-monitor.md, 10).
    Index(u64),
    /// Rows to skip, from 0 (huawei-esm.md, 1.9; huawei-coc.md, 7; ksc-autoscaling.md, 9).
    Offset,
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
    /// The walk was cut short, or rows that the total promises did not come: say so on the screen.
    pub cut: bool,
}

/// Walks a list to its end: `fetch` brings the page that starts at a place, `id` tells rows apart, `size` is the page
/// size that `fetch` asks for.
///
/// The walk ends at an empty page, at a page shorter than asked for, at a page without news, at a marker that came
/// before, and after `max_pages` pages at the latest (at most [`MAX_PAGES`]). A total does not end it while pages are
/// full: totals lie, and the one more page that proves this one true is asked for only when a list ends exactly at a
/// page's border.
///
/// # Errors
///
/// The first error of `fetch`; rows that came before it are lost with it, because half a list is no answer.
pub async fn walk<T, K: Hash + Eq, E>(
    style: Style,
    size: u32,
    max_pages: u32,
    id: impl Fn(&T) -> K,
    mut fetch: impl AsyncFnMut(At) -> Result<Page<T>, E>,
) -> Result<Walked<T>, E> {
    let mut walk = Walk::new(style, size);
    for _ in 0..max_pages.min(MAX_PAGES) {
        let page = fetch(walk.at.clone()).await?;
        if !walk.take(page, &id) {
            return Ok(walk.end(false));
        }
    }
    Ok(walk.end(true))
}

/// The state of a walk.
struct Walk<T, K> {
    style: Style,
    size: u64,
    at: At,
    /// Rows that the service has sent, doubles included.
    received: u64,
    rows: Vec<T>,
    known: HashSet<K>,
    markers: HashSet<String>,
    total: Option<u64>,
    /// The walk ended for a reason that is not the end of the list.
    stuck: bool,
}

impl<T, K: Hash + Eq> Walk<T, K> {
    fn new(style: Style, size: u32) -> Self {
        Self {
            style,
            size: u64::from(size),
            at: match style {
                Style::Index(first) => At::Index(first),
                Style::Offset => At::Offset(0),
                Style::Marker => At::Start,
            },
            received: 0,
            rows: Vec::new(),
            known: HashSet::new(),
            markers: HashSet::new(),
            total: None,
            stuck: false,
        }
    }

    /// Takes over a page; is there another one?
    fn take(&mut self, page: Page<T>, id: &impl Fn(&T) -> K) -> bool {
        let came = page.rows.len() as u64;
        self.received += came;
        self.total = self.total.max(page.total);
        let before = self.rows.len();
        for row in page.rows {
            if self.known.insert(id(&row)) {
                self.rows.push(row);
            }
        }
        let news = self.rows.len() > before;
        let reached = self
            .total
            .is_some_and(|total| self.rows.len() as u64 >= total);
        if came == 0 {
            return false;
        }
        if !news {
            // Only rows that came before: the service repeats itself.
            self.stuck = !reached;
            return false;
        }
        match (self.style, page.next) {
            (Style::Marker, Some(next)) => {
                if !self.markers.insert(next.clone()) {
                    self.stuck = true;
                    return false;
                }
                self.at = At::Marker(next);
                // A marker says that there is more, short page or not.
                true
            }
            (Style::Marker, None) => false,
            (Style::Index(first), _) => {
                let index = match self.at {
                    At::Index(index) => index,
                    _ => first,
                };
                self.at = At::Index(index + 1);
                came >= self.size
            }
            (Style::Offset, _) => {
                self.at = At::Offset(self.received);
                came >= self.size
            }
        }
    }

    fn end(self, cut: bool) -> Walked<T> {
        let short = self
            .total
            .is_some_and(|total| (self.rows.len() as u64) < total);
        Walked {
            cut: cut || self.stuck || short,
            rows: self.rows,
            total: self.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::convert::Infallible;

    use futures_util::FutureExt;
    use proptest::prelude::*;

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
        let walked = walk(
            style,
            u32::try_from(size).unwrap(),
            50,
            |row| *row,
            async |at| {
                pages += 1;
                Ok::<_, Infallible>(service(style, count, size, quirk, &at))
            },
        )
        .now_or_never()
        .unwrap()
        .unwrap();
        (walked, pages)
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
        let (walked, pages) = run(Style::Offset, 100, 10, Quirk::Repeats);
        assert_eq!((walked.rows.len(), walked.cut, pages), (10, true, 2));
        let (walked, _) = run(Style::Marker, 100, 10, Quirk::Repeats);
        assert_eq!((walked.rows.len(), walked.cut), (10, true));
        let (walked, _) = run(Style::Index(1), 30, 10, Quirk::EmptyTail);
        assert_eq!((walked.rows.len(), walked.cut), (20, true));
    }

    #[test]
    fn an_empty_list_with_a_total_is_not_complete() {
        let walked = walk(
            Style::Offset,
            10,
            5,
            |row: &u8| *row,
            async |_| {
                Ok::<_, Infallible>(Page {
                    rows: vec![],
                    total: Some(3),
                    next: None,
                })
            },
        );
        assert!(walked.now_or_never().unwrap().unwrap().cut);
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
}
