//! Numbers, ages and times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::lang::Lang;

/// Names of the units of time, largest first, with their seconds.
const UNITS: [(&str, i64); 4] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

/// The units in which ages are told.
const AGES: &[(&str, i64)] = UNITS.split_at(3).0;

fn unit(lang: Lang, unit: &str) -> &'static str {
    match (lang, unit) {
        (Lang::En, "d") => "d",
        (Lang::En, "h") => "h",
        (Lang::En, "m") => "m",
        (Lang::En, _) => "s",
        (Lang::ZhCn, "d") => "天",
        (Lang::ZhCn, "h") => "小时",
        (Lang::ZhCn, "m") => "分",
        (Lang::ZhCn, _) => "秒",
    }
}

/// How old something is, in its largest unit: `<1m`, `6m`, `2h`, `3天`. Seconds are not told, so that a screen on
/// which nothing happens is not written once a second. What lies in the future is new.
pub fn age(lang: Lang, seconds: i64) -> String {
    let seconds = seconds.max(0);
    AGES.iter().find(|(_, size)| seconds >= *size).map_or_else(
        || format!("<1{}", unit(lang, "m")),
        |(name, size)| format!("{}{}", seconds / size, unit(lang, name)),
    )
}

/// How old something of the instant `at` is at `now`.
pub fn age_of(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    age(lang, now.as_second() - at.as_second())
}

/// How long something takes, in its two largest units: `1h 30m`, `45s`, `2天 3小时`.
pub fn duration(lang: Lang, seconds: i64) -> String {
    let seconds = seconds.max(0);
    let Some(first) = UNITS.iter().position(|(_, size)| seconds >= *size) else {
        return format!("0{}", unit(lang, "s"));
    };
    let mut left = seconds;
    let mut parts = Vec::new();
    for (name, size) in UNITS.iter().skip(first).take(2) {
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(format!("{count}{}", unit(lang, name)));
        }
    }
    parts.join(" ")
}

/// When the text of an age that is `seconds` now will change, in seconds from now: for waking up no more often than
/// something visible changes.
pub fn age_changes_in(seconds: i64) -> i64 {
    let seconds = seconds.max(0);
    let size = AGES
        .iter()
        .find(|(_, size)| seconds >= *size)
        .map_or(60, |(_, size)| *size);
    size - seconds % size
}

/// A number with three significant digits and a prefix: `96.2`, `1.43 k`, `12.0 M`, `0.5`.
pub fn number(value: f64) -> String {
    let (digits, prefix) = scaled(value, 1000.0);
    if prefix.is_empty() {
        digits
    } else {
        format!("{digits} {prefix}")
    }
}

/// A number with its unit: `1.43 MB/s`, `96.2 %`, `1.5 s` for 1500 `ms`. Units of binary kind (`GiB`) and units that
/// take no prefix (`%`, times, counts in words) keep their number.
pub fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "" => number(value),
        "ms" if value.abs() >= 1000.0 => format!("{} s", plain(value / 1000.0)),
        "B" | "B/s" | "bit" | "bit/s" | "bps" | "Bps" | "Byte" | "Byte/s" | "Bytes" | "Bytes/s"
        | "b/s" | "Hz" | "W" => {
            let (digits, prefix) = scaled(value, 1000.0);
            format!("{digits} {prefix}{unit}")
        }
        unit if value.abs() >= 100_000.0 => {
            let (digits, prefix) = scaled(value, 1000.0);
            format!("{digits} {prefix} {unit}")
        }
        unit => format!("{} {unit}", plain(value)),
    }
}

/// Three significant digits and the prefix that belongs to them.
fn scaled(value: f64, step: f64) -> (String, &'static str) {
    let mut value = value;
    if !value.is_finite() {
        return (plain(value), "");
    }
    for prefix in ["", "k", "M", "G", "T", "P"] {
        // What would be rounded up to four digits belongs to the next prefix.
        if value.abs() < 999.5 || prefix == "P" {
            return (plain(value), prefix);
        }
        value /= step;
    }
    (plain(value), "")
}

/// A number with as many decimals as three significant digits need, and no `-0`.
fn plain(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "-".to_owned();
    }
    let text = if size >= 99.95 || (value.fract() == 0.0 && size < 1e15) {
        format!("{value:.0}")
    } else if size >= 9.995 {
        format!("{value:.1}")
    } else if size >= 0.0095 {
        format!("{value:.2}")
    } else if size > 0.0 {
        format!("{value:.1e}")
    } else {
        "0".to_owned()
    };
    if text == "-0" { "0".to_owned() } else { text }
}

/// An exact time in a zone, with its offset: `2026-11-22 11:12:08 +08:00`.
pub fn exact(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S %:z")
        .to_string()
}

/// The time of day in a zone: `11:12:08`.
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// Hours and minutes in a zone: `11:12`.
pub fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// Month and day in a zone: `11-22`.
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_one_unit() {
        let cases = [
            (-5, "<1m", "<1分"),
            (0, "<1m", "<1分"),
            (59, "<1m", "<1分"),
            (60, "1m", "1分"),
            (399, "6m", "6分"),
            (7200, "2h", "2小时"),
            (86_400 * 3 + 5, "3d", "3天"),
        ];
        for (seconds, en, zh) in cases {
            assert_eq!(age(Lang::En, seconds), en);
            assert_eq!(age(Lang::ZhCn, seconds), zh);
        }
    }

    #[test]
    fn durations_have_two() {
        assert_eq!(duration(Lang::En, 5400), "1h 30m");
        assert_eq!(duration(Lang::En, 3600), "1h");
        assert_eq!(duration(Lang::En, 45), "45s");
        assert_eq!(duration(Lang::En, 0), "0s");
        assert_eq!(duration(Lang::ZhCn, 183_600), "2天 3小时");
    }

    #[test]
    fn an_age_changes_when_it_says() {
        for seconds in [0, 1, 59, 60, 61, 3599, 3600, 86_399, 100_000] {
            let wait = age_changes_in(seconds);
            assert_ne!(age(Lang::En, seconds), age(Lang::En, seconds + wait));
            assert_eq!(age(Lang::En, seconds), age(Lang::En, seconds + wait - 1));
        }
    }

    #[test]
    fn numbers_have_three_digits_and_a_prefix() {
        let cases = [
            (0.0, "0"),
            (-0.001, "-1.0e-3"),
            (0.5, "0.50"),
            (7.0, "7"),
            (96.24, "96.2"),
            (142.0, "142"),
            (999.4, "999"),
            (999.6, "1.00 k"),
            (1_430.0, "1.43 k"),
            (12_000_000.0, "12 M"),
            (-2_500_000_000.0, "-2.50 G"),
            (f64::NAN, "-"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn units_take_the_prefix() {
        let cases = [
            (1_430_000.0, "B/s", "1.43 MB/s"),
            (96.24, "%", "96.2 %"),
            (1500.0, "ms", "1.50 s"),
            (15.0, "ms", "15 ms"),
            (2_000_000.0, "bit/s", "2 Mbit/s"),
            (3.5, "GiB", "3.50 GiB"),
            (3_500_000.0, "count", "3.50 M count"),
        ];
        for (value, unit, text) in cases {
            assert_eq!(with_unit(value, unit), text);
        }
    }

    #[test]
    fn times_are_shown_in_the_zone_asked_for() {
        let at: Timestamp = "2026-11-22T03:12:08Z".parse().unwrap();
        let beijing = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(exact(at, &beijing), "2026-11-22 11:12:08 +08:00");
        assert_eq!(exact(at, &TimeZone::UTC), "2026-11-22 03:12:08 +00:00");
        assert_eq!(clock(at, &beijing), "11:12:08");
        assert_eq!(minute(at, &beijing), "11:12");
        assert_eq!(day(at, &beijing), "11-22");
    }
}
