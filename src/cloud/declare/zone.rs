//! How instants are written on the wire.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// How an instant is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// `2026-11-22T03:00:00Z`, true UTC.
    Utc,
    /// `2026-11-22T11:00:00Z` for 03:00 UTC: Beijing's wall clock with a false `Z` (ksc-monitor.md, 9).
    BeijingFalseZ,
    /// `2026-11-22 11:00:00`: Beijing's wall clock (tencent-monitor.md, 1.7; huawei-esm.md, 1.8).
    BeijingPlain,
}

impl Zone {
    fn offset(self) -> Offset {
        match self {
            Self::Utc => Offset::UTC,
            Self::BeijingFalseZ | Self::BeijingPlain => Offset::constant(8),
        }
    }

    /// The form in which times are written, for people.
    pub const fn form(self) -> &'static str {
        match self {
            Self::Utc => "2026-11-22T03:00:00Z",
            Self::BeijingFalseZ => "2026-11-22T11:00:00Z (Beijing time)",
            Self::BeijingPlain => "2026-11-22 11:00:00 (Beijing time)",
        }
    }

    /// Writes an instant, to the second.
    pub fn write(self, at: Timestamp) -> String {
        let zoned = at.to_zoned(TimeZone::fixed(self.offset()));
        let form = match self {
            Self::Utc | Self::BeijingFalseZ => "%Y-%m-%dT%H:%M:%SZ",
            Self::BeijingPlain => "%Y-%m-%d %H:%M:%S",
        };
        zoned.strftime(form).to_string()
    }

    /// Reads an instant: `T` or blank between date and time, with or without `Z`, fractions allowed.
    pub fn read(self, text: &str) -> Option<Timestamp> {
        let text = text.trim().trim_end_matches('Z').replacen('T', " ", 1);
        let at = match text.parse() {
            Ok(at) => at,
            Err(_) if self == Self::BeijingPlain => unpadded(&text)?,
            Err(_) => return None,
        };
        at.to_zoned(TimeZone::fixed(self.offset()))
            .ok()
            .map(|zoned| zoned.timestamp())
    }
}

/// A wall clock whose numbers have no leading zeros, `2017-9-3 4:5:0`: public clients write it so
/// (tencent-monitor.md, 1.7).
fn unpadded(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ').unwrap_or((text, "0:0:0"));
    let (year, date) = date.split_once('-')?;
    let numbers: Result<Vec<i8>, _> = date
        .split('-')
        .chain(time.split(':'))
        .map(str::parse)
        .collect();
    let [month, day, hour, minute, second] = numbers.ok()?.try_into().ok()?;
    DateTime::new(year.parse().ok()?, month, day, hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_instant_has_a_form_in_each_zone() {
        let at: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        assert_eq!(Zone::Utc.write(at), "2026-11-22T03:00:00Z");
        assert_eq!(Zone::BeijingFalseZ.write(at), "2026-11-22T11:00:00Z");
        assert_eq!(Zone::BeijingPlain.write(at), "2026-11-22 11:00:00");
        for zone in [Zone::Utc, Zone::BeijingFalseZ, Zone::BeijingPlain] {
            assert_eq!(zone.read(&zone.write(at)), Some(at));
        }
    }

    #[test]
    fn a_plain_time_may_lack_zeros_and_the_time_of_day() {
        let read = |text: &str| Zone::BeijingPlain.read(text).map(|at| at.to_string());
        let expected = Some("2017-09-02T20:05:00Z".to_owned());
        assert_eq!(read("2017-9-3 4:5:0"), expected);
        assert_eq!(read("2017-09-03 04:05:00"), expected);
        let midnight = Some("2017-09-02T16:00:00Z".to_owned());
        assert_eq!(read("2017-09-03"), midnight);
        assert_eq!(read("2017-9-3"), midnight);
        for text in [
            "",
            "2017-13-1 0:0:0",
            "2017-9-3 4:5",
            "a-b-c d:e:f",
            "2017-9-3 4:5:0:0",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        // Three digits of an hour are a slip in a document, not a form (ksc-monitor.md, 14.2).
        assert_eq!(Zone::BeijingFalseZ.read("2017-02-28T017:00:00Z"), None);
    }
}
