//! The forms in which this API writes instants (huawei-esm.md, 1.8).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// Reads an instant in any of the forms the document has: milliseconds since 1970 (as text or number),
/// `2020-11-01 01:13:59`, `2024-01-08 0:00` (the hour unpadded), `2024-01-08`, `20240301220000`; ISO 8601 besides.
/// `zone` is for those that name none. Empty text, the word `null` and anything else are nothing.
pub fn instant(text: &str, zone: Offset) -> Option<Timestamp> {
    let text = text.trim();
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
        return match text.len() {
            14 => at(DateTime::strptime("%Y%m%d%H%M%S", text).ok()?, zone),
            11..=13 => Timestamp::from_millisecond(text.parse().ok()?).ok(),
            // Not in the document; nobody means the first months of 1970.
            9 | 10 => Timestamp::from_second(text.parse().ok()?).ok(),
            _ => None,
        };
    }
    if let Ok(stamp) = text.parse::<Timestamp>() {
        return Some(stamp);
    }
    let civil = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        .into_iter()
        .find_map(|form| DateTime::strptime(form, text).ok())
        .or_else(|| Date::strptime("%Y-%m-%d", text).ok().map(DateTime::from))?;
    at(civil, zone)
}

fn at(civil: DateTime, zone: Offset) -> Option<Timestamp> {
    let zoned = civil.to_zoned(TimeZone::fixed(zone)).ok()?;
    Some(zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_documented_forms_are_read() {
        let beijing = Offset::constant(8);
        let cases = [
            ("1649692800000", "2022-04-11T16:00:00Z"),
            ("1711029340291", "2024-03-21T13:55:40.291Z"),
            ("2020-11-01 01:13:59", "2020-10-31T17:13:59Z"),
            ("2024-01-08", "2024-01-07T16:00:00Z"),
            ("2024-01-08 0:00", "2024-01-07T16:00:00Z"),
            ("20240301220000", "2024-03-01T14:00:00Z"),
            ("2024-03-01T14:00:00Z", "2024-03-01T14:00:00Z"),
        ];
        for (text, expected) in cases {
            let read = instant(text, beijing).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(
            instant("2020-11-01 01:13:59", Offset::UTC)
                .unwrap()
                .to_string(),
            "2020-11-01T01:13:59Z"
        );
    }

    #[test]
    fn nothing_is_made_of_nonsense() {
        for text in [
            "",
            " ",
            "null",
            "0",
            "-",
            "yesterday",
            "20241301220000",
            "2024-13-01",
            "99999999999999999999",
        ] {
            assert_eq!(instant(text, Offset::UTC), None, "{text:?}");
        }
    }
}
