//! What several handlers of the operations center need: envelopes, pages, times, names, refusals.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::sim::estate::Estate;
use crate::sim::handlers::Refusal;

/// The envelope of scripts, orders and resources (5.1).
pub(super) fn data(inner: impl Into<Json>) -> Json {
    json!({ "data": inner.into() })
}

/// The envelope of incidents and WarRooms (5.1).
pub(super) fn envelope(inner: impl Into<Json>) -> Json {
    json!({
        "provider_code": "049",
        "error_code": "GOM.00000000",
        "error_msg": null,
        "data": inner.into(),
    })
}

/// Milliseconds since 1970 (6).
pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// Milliseconds between two instants, when the second has come.
pub(super) fn costs(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<i64> {
    Some(millis(to?) - millis(from?))
}

/// An instant given in milliseconds, or in seconds when it is too small for that (12, item 16).
pub(super) fn instant(given: i64) -> Option<Timestamp> {
    if given < 100_000_000_000 {
        Timestamp::from_second(given).ok()
    } else {
        Timestamp::from_millisecond(given).ok()
    }
}

/// A validation failure of scripts and orders (5.3).
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "COC.00040701", message)
}

/// The page of a descending list that comes after a marker.
pub(super) fn page_below<'a, T>(
    rows: impl DoubleEndedIterator<Item = &'a T>,
    id: impl Fn(&T) -> i64,
    marker: Option<i64>,
    limit: i64,
) -> Vec<&'a T> {
    rows.rev()
        .filter(|row| marker.is_none_or(|marker| marker == 0 || id(row) < marker))
        .take(usize::try_from(limit).unwrap_or(0))
        .collect()
}

/// The page of a numbered list: pages count from 1 (12, item 24).
pub(super) fn numbered_page<T>(rows: Vec<T>, offset: Option<i64>, limit: Option<i64>) -> Vec<T> {
    let limit = usize::try_from(limit.unwrap_or(10)).unwrap_or(10);
    let page = usize::try_from(offset.unwrap_or(1) - 1).unwrap_or(0);
    rows.into_iter()
        .skip(page.saturating_mul(limit))
        .take(limit)
        .collect()
}

/// Name of an application; its id when nobody knows it.
pub(super) fn application_name(estate: &Estate, id: &str) -> String {
    estate
        .applications
        .iter()
        .find(|known| known.id == id)
        .map_or_else(|| id.to_owned(), |known| known.name.clone())
}

/// Name of a user; the id when nobody knows it.
pub(super) fn user_name(estate: &Estate, id: &str) -> String {
    estate
        .identity
        .user(id)
        .map_or_else(|| id.to_owned(), |user| user.name.clone())
}
