//! Instants, and ids that tell one.

use jiff::{Span, Timestamp};

use crate::sim::chance;

/// An instant some seconds before another; negative seconds are after it.
pub fn before(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_sub(Span::new().seconds(seconds)).unwrap_or(at)
}

/// An id of the form prefix, Beijing's wall clock, hexadecimal digits (huawei-coc.md, 6).
pub fn stamped(seed: u64, prefix: &str, at: Timestamp, number: i64, digits: usize) -> String {
    let wall = beijing_stamp(at);
    let tail = chance::hexadecimal(seed, &[prefix, &number.to_string()], digits);
    format!("{prefix}{wall}{tail}")
}

/// `yyyyMMddHHmmss` in Beijing.
pub fn beijing_stamp(at: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(8));
    at.to_zoned(zone).strftime("%Y%m%d%H%M%S").to_string()
}
