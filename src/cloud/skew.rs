//! What the service's clock says: the `Date` header, and whether ours is far from it.

use http::HeaderMap;
use http::header::DATE;
use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Clocks this close agree: a refused signature then has another cause.
const AGREE: SignedDuration = SignedDuration::from_secs(60);

/// Clocks this far apart are a likely cause of a refused signature even when the service does not say so. Half of the
/// narrowest window that any edition of the references names is 2.5 minutes (signing-tencent.md, 5).
const APART: SignedDuration = SignedDuration::from_secs(150);

/// What a `Date` header means for our signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The clocks agree.
    Agrees,
    /// They differ, too little to matter by itself.
    Differs(SignedDuration),
    /// They differ so much that signatures are refused.
    Apart(SignedDuration),
    /// There is no readable date.
    Unknown,
}

/// Compares the service's clock with ours. The durations are what must be added to `now` to get the service's time;
/// `assumed` is what is added already.
pub(super) fn compare(headers: &HeaderMap, now: Timestamp, assumed: SignedDuration) -> Verdict {
    let Some(date) = headers
        .get(DATE)
        .and_then(|date| parse_date(date.to_str().ok()?))
    else {
        return Verdict::Unknown;
    };
    let offset = date.duration_since(now);
    let wrong_by = (offset - assumed).abs();
    if wrong_by < AGREE {
        Verdict::Agrees
    } else if wrong_by < APART {
        Verdict::Differs(offset)
    } else {
        Verdict::Apart(offset)
    }
}

/// Reads an HTTP date in any of its three forms, and without the blank after the comma as ESM writes it
/// (huawei-esm.md, 1.1).
pub(super) fn parse_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let (mut day, mut month, mut year, mut time) = (None, None, None, None);
    for token in text
        .split([',', ' ', '-'])
        .filter(|token| !token.is_empty())
    {
        if token.contains(':') {
            time = civil::Time::strptime("%H:%M:%S", token).ok();
        } else if let Ok(number) = token.parse::<i16>() {
            match (token.len(), day) {
                (1 | 2, None) => day = i8::try_from(number).ok(),
                (2, Some(_)) if number < 70 => year = Some(2000 + number),
                (2, Some(_)) => year = Some(1900 + number),
                _ => year = Some(number),
            }
        } else {
            let short: String = token
                .chars()
                .take(3)
                .collect::<String>()
                .to_ascii_lowercase();
            let at = MONTHS.iter().position(|month| *month == short);
            month = month.or_else(|| i8::try_from(at? + 1).ok());
        }
    }
    let date = civil::Date::new(year?, month?, day?).ok()?;
    let at = date.to_datetime(time?).to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_form_are_read() {
        let forms = [
            "Tue, 18 Jul 2023 09:58:01 GMT",
            "Tue,18 Jul 2023 09:58:01 GMT",
            "Tuesday, 18-Jul-23 09:58:01 GMT",
            "Tue Jul 18 09:58:01 2023",
            " tue, 18 jul 2023 09:58:01 gmt ",
        ];
        let expected: Timestamp = "2023-07-18T09:58:01Z".parse().unwrap();
        for form in forms {
            assert_eq!(parse_date(form), Some(expected), "{form}");
        }
        for broken in [
            "",
            "now",
            "Tue, 99 Jul 2023 09:58:01 GMT",
            "18 Jul 2023",
            "09:58:01",
            "中, 1 é 1 1:1:1",
        ] {
            assert_eq!(parse_date(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_small_difference_is_none() {
        let now: Timestamp = "2023-07-18T09:58:01Z".parse().unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(
            compare(&headers, now, SignedDuration::ZERO),
            Verdict::Unknown
        );
        headers.insert(DATE, "Tue, 18 Jul 2023 09:58:31 GMT".parse().unwrap());
        assert_eq!(
            compare(&headers, now, SignedDuration::ZERO),
            Verdict::Agrees
        );
        headers.insert(DATE, "Tue, 18 Jul 2023 10:58:01 GMT".parse().unwrap());
        let hour = SignedDuration::from_hours(1);
        assert_eq!(
            compare(&headers, now, SignedDuration::ZERO),
            Verdict::Apart(hour)
        );
        assert_eq!(compare(&headers, now, hour), Verdict::Agrees);
    }
}
