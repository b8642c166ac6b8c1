//! What several handlers of ESM need: spans, pages, times, refusals.

use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};
use serde_json::{Value as Json, json};

use crate::sim::estate::Estate;
use crate::sim::handlers::Refusal;
use crate::sim::scenario::SiteQuirk;

/// The zone of times that name none.
pub(super) const ZONE: Offset = Offset::constant(8);

/// A bad parameter. The code is made up: the document has none (7.2).
pub(super) fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ESM.0400", message)
}

/// From the first instant to before the second.
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Window {
    /// Reads two instants given as text of milliseconds since 1970.
    pub(super) fn read(begin: &str, end: &str) -> Result<Self, Refusal> {
        let number = |name: &str, text: &str| {
            let read = text.trim().parse::<i64>();
            read.map_err(|_| wrong(format!("{name} must be milliseconds since 1970")))
        };
        Self::of(number("begin_time", begin)?, number("end_time", end)?)
    }

    /// Two instants in milliseconds since 1970.
    pub(super) fn of(begin: i64, end: i64) -> Result<Self, Refusal> {
        let instant = |name: &str, ms: i64| {
            Timestamp::from_millisecond(ms)
                .map_err(|_| wrong(format!("{name} must be milliseconds since 1970")))
        };
        let (from, to) = (instant("begin_time", begin)?, instant("end_time", end)?);
        if to < from {
            return Err(wrong("end_time must not be before begin_time"));
        }
        Ok(Self { from, to })
    }

    /// The same, where zero in both means so many seconds before now.
    pub(super) fn or_last(
        begin: i64,
        end: i64,
        seconds: i64,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if begin == 0 && end == 0 {
            let from = now.checked_sub(Span::new().seconds(seconds));
            return Ok(Self {
                from: from.unwrap_or(now),
                to: now,
            });
        }
        Self::of(begin, end)
    }

    /// Later editions answer no more than two months (A6).
    pub(super) fn within_two_months(&self) -> Result<(), Refusal> {
        let latest = self
            .from
            .checked_add(Span::new().hours(62 * 24))
            .unwrap_or(Timestamp::MAX);
        if self.to > latest {
            return Err(wrong("the time range must not exceed two months"));
        }
        Ok(())
    }

    /// The first instants of all steps of so many seconds in it, as far as time has come: the first one, and how many.
    pub(super) fn steps(&self, step: i64, now: Timestamp) -> (i64, u64) {
        let end = self.to.min(now + std::time::Duration::from_millis(1));
        let ceiling = |at: Timestamp| {
            let second = at.as_millisecond().div_euclid(1000)
                + i64::from(at.as_millisecond().rem_euclid(1000) > 0);
            second.div_euclid(step) + i64::from(second.rem_euclid(step) > 0)
        };
        let (first, last) = (ceiling(self.from), ceiling(end));
        (
            first * step,
            u64::try_from(last - first).unwrap_or_default(),
        )
    }
}

/// Rows to pass over and rows to give.
#[derive(Clone, Copy)]
pub(super) struct Slice {
    pub(super) skip: u64,
    pub(super) take: u64,
}

impl Slice {
    pub(super) fn of(estate: &Estate, page_size: i64, offset_value: i64) -> Self {
        let take = u64::try_from(page_size).unwrap_or(0);
        let offset = u64::try_from(offset_value).unwrap_or(u64::MAX);
        let by_page = estate.site_quirks.contains(&SiteQuirk::OffsetIsPage);
        Self {
            skip: if by_page {
                offset.saturating_mul(take)
            } else {
                offset
            },
            take,
        }
    }

    /// The page of `total` rows, each made when it is needed.
    pub(super) fn page(self, total: u64, row: impl Fn(u64) -> Json) -> Json {
        let end = self.skip.saturating_add(self.take).min(total);
        let rows: Vec<Json> = (self.skip.min(total)..end).map(row).collect();
        json!({"total": total, "list": rows})
    }

    /// The page of rows that are there already.
    pub(super) fn of_rows(self, rows: &[Json]) -> Json {
        self.page(rows.len() as u64, |index| {
            usize::try_from(index)
                .ok()
                .and_then(|index| rows.get(index).cloned())
                .unwrap_or_default()
        })
    }
}

/// A wall clock of Beijing, in a form of `strftime`.
pub(super) fn wall(at: Timestamp, form: &str) -> String {
    at.to_zoned(TimeZone::fixed(ZONE))
        .strftime(form)
        .to_string()
}

/// Milliseconds since 1970, as text.
pub(super) fn millis(at: Timestamp) -> String {
    at.as_millisecond().to_string()
}
