//! Which rules are breached at this moment. The API lists policies and no alarms (ksc-monitor.md, 14.10), so the
//! rules are compared with the samples here. Pure: no calls, no clock.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::ops::TriggerRule;
use crate::domain::alarm::{Comparison, Condition, Severity};
use crate::domain::metric::{Sample, Statistic};

/// Samples arrive about this many seconds late (section 9).
pub const DELAY: i64 = 120;

/// An unbroken run of breaching samples up to now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Streak {
    /// Start of its first period, in seconds since the Unix epoch.
    pub since: i64,
    /// The latest value.
    pub value: f64,
}

/// The streak because of which `rule` fires, if it does. `samples` ascend in time; `now` is in seconds.
///
/// The rule asks for so many periods *in a row*, so a missing period ends a streak: nobody knows what happened in
/// it. For the same reason nothing fires when the newest sample is older than three periods and the usual delay.
/// Outside the rule's daily window nothing fires either.
pub fn streak(rule: &Condition, samples: &[Sample], now: i64) -> Option<Streak> {
    let period = i64::from(rule.period.max(1));
    let latest = samples.last()?;
    if now - latest.at > 3 * period + DELAY || !in_force(rule, latest.at) {
        return None;
    }
    let mut since = latest.at;
    let mut count = 0;
    for sample in samples.iter().rev() {
        let adjacent = since - sample.at <= period;
        if !adjacent || !rule.comparison.holds(sample.value, rule.threshold) {
            break;
        }
        since = sample.at;
        count += 1;
    }
    (count >= rule.points.max(1)).then_some(Streak {
        since,
        value: latest.value,
    })
}

/// Is the rule in force at this instant? The window is of Beijing's day (section 9) and may span midnight; one
/// that cannot be read is no limit.
fn in_force(rule: &Condition, at: i64) -> bool {
    let minutes = |text: &str| -> Option<i16> {
        let (hour, minute) = text.split_once(':')?;
        let minute = minute.split(':').next().unwrap_or(minute);
        Some(hour.trim().parse::<i16>().ok()? * 60 + minute.trim().parse::<i16>().ok()?)
    };
    let window = rule
        .effective
        .as_ref()
        .and_then(|(begin, end)| Some((minutes(begin.raw())?, minutes(end.raw())?)));
    let (Some((begin, end)), Ok(at)) = (window, Timestamp::from_second(at)) else {
        return true;
    };
    let time = at.to_zoned(TimeZone::fixed(Offset::constant(8))).time();
    let minute = i16::from(time.hour()) * 60 + i16::from(time.minute());
    if begin <= end {
        (begin..=end).contains(&minute)
    } else {
        minute >= begin || minute <= end
    }
}

/// How bad a breach is. The API knows no severities, so the distance from the threshold decides: how much of the
/// way from the threshold to the end of the scale (for per cent), or to its double or to zero (for the rest), the
/// value has gone. Half of it or more is critical, a fifth or more major, anything else minor. Comparisons
/// for equality know no distance and count as major.
pub fn severity(rule: &Condition, value: f64) -> Severity {
    let upward = match rule.comparison {
        Comparison::Above | Comparison::AtLeast => true,
        Comparison::Below | Comparison::AtMost => false,
        Comparison::Equal | Comparison::NotEqual => return Severity::Major,
    };
    let is_share = rule.unit.raw().trim() == "%";
    let room = if is_share && upward && rule.threshold < 100.0 {
        100.0 - rule.threshold
    } else {
        rule.threshold.abs()
    };
    let beyond = (value - rule.threshold).abs();
    if room <= 0.0 || beyond / room >= 0.5 {
        Severity::Critical
    } else if beyond / room >= 0.2 {
        Severity::Major
    } else {
        Severity::Minor
    }
}

/// A rule in the terms of the domain.
///
/// # Errors
/// One sentence about what in it is not understood.
pub fn condition(rule: &TriggerRule) -> Result<Condition, String> {
    let name = if rule.item_name.is_empty() {
        &rule.item_key
    } else {
        &rule.item_name
    };
    let unclear = |what: &str, text: &str| format!("{name}: {what} \"{text}\" is not understood");
    let statistic =
        statistic(&rule.method).ok_or_else(|| unclear("the statistic", &rule.method))?;
    let comparison =
        comparison(&rule.compare).ok_or_else(|| unclear("the comparison", &rule.compare))?;
    let period = span(&rule.period).ok_or_else(|| unclear("the period", &rule.period))?;
    let threshold = rule
        .trigger_value
        .0
        .ok_or_else(|| unclear("the threshold", "null"))?;
    let window = (rule.effect_begin.as_str(), rule.effect_end.as_str());
    Ok(Condition {
        metric: rule.item_key.as_str().into(),
        label: name.as_str().into(),
        statistic,
        comparison,
        threshold,
        unit: rule.units.as_str().into(),
        period,
        points: u32::try_from(rule.points).unwrap_or(1).max(1),
        effective: (!window.0.is_empty() && !window.1.is_empty())
            .then(|| (window.0.into(), window.1.into())),
        repeat_every: span(&rule.interval),
        max_notifications: rule.max_count.and_then(|count| u32::try_from(count).ok()),
    })
}

/// The statistic a rule names. Counting samples is none of the domain's statistics.
fn statistic(method: &str) -> Option<Statistic> {
    match method.trim().to_ascii_lowercase().as_str() {
        "avg" | "average" => Some(Statistic::Average),
        "max" => Some(Statistic::Max),
        "min" => Some(Statistic::Min),
        "sum" => Some(Statistic::Sum),
        _ => None,
    }
}

/// The comparison a rule names. XML carries the sign as the six characters `\u003e` (14.11).
fn comparison(sign: &str) -> Option<Comparison> {
    let sign = sign
        .replace("\\u003e", ">")
        .replace("\\u003c", "<")
        .replace("\\u003d", "=")
        .replace("&gt;", ">")
        .replace("&lt;", "<");
    match sign.trim() {
        ">" => Some(Comparison::Above),
        ">=" => Some(Comparison::AtLeast),
        "<" => Some(Comparison::Below),
        "<=" => Some(Comparison::AtMost),
        "=" | "==" => Some(Comparison::Equal),
        "!=" | "<>" => Some(Comparison::NotEqual),
        _ => None,
    }
}

/// Seconds of a span such as `3m`; a bare number counts minutes.
fn span(text: &str) -> Option<u32> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, text.chars().next_back()?),
        None => (text, 'm'),
    };
    let seconds = match unit {
        's' => 1,
        'h' => 3600,
        'd' => 86_400,
        _ => 60,
    };
    number
        .trim()
        .parse::<u32>()
        .ok()?
        .checked_mul(seconds)
        .filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::ksc_monitor::ops::Figure;

    /// 2026-11-22 03:00:00 UTC, 11:00 in Beijing.
    const NOW: i64 = 1_795_316_400;

    fn rule(points: u32) -> Condition {
        let rule = TriggerRule {
            period: "1m".into(),
            method: "avg".into(),
            compare: ">".into(),
            trigger_value: Figure::new(90.0),
            item_key: "cpu.utilization.total".into(),
            units: "%".into(),
            points: points.into(),
            ..TriggerRule::default()
        };
        condition(&rule).expect("understood")
    }

    /// One sample a minute, the last one at `end`.
    fn minutes(end: i64, values: &[f64]) -> Vec<Sample> {
        let first = end - 60 * (i64::try_from(values.len()).expect("few") - 1);
        let times = (0..).map(|i| first + 60 * i);
        times
            .zip(values)
            .map(|(at, &value)| Sample { at, value })
            .collect()
    }

    #[test]
    fn as_many_breaches_in_a_row_as_the_rule_asks_for_fire() {
        let samples = minutes(NOW - 120, &[95.0, 10.0, 91.0, 92.0, 93.0]);
        let expected = Streak {
            since: NOW - 240,
            value: 93.0,
        };
        assert_eq!(streak(&rule(3), &samples, NOW), Some(expected));
        assert_eq!(streak(&rule(4), &samples, NOW), None);
    }

    #[test]
    fn a_gap_ends_a_streak() {
        let mut samples = minutes(NOW - 120, &[95.0, 95.0, 95.0, 95.0]);
        samples.remove(2);
        assert_eq!(streak(&rule(2), &samples, NOW), None);
        let found = streak(&rule(1), &samples, NOW).expect("one is enough");
        assert_eq!(found.since, NOW - 120);
    }

    #[test]
    fn one_good_value_at_the_end_is_the_end() {
        let samples = minutes(NOW - 120, &[95.0, 95.0, 95.0, 50.0]);
        assert_eq!(streak(&rule(1), &samples, NOW), None);
    }

    #[test]
    fn old_samples_and_no_samples_do_not_fire() {
        let samples = minutes(NOW - 301, &[95.0, 95.0]);
        assert_eq!(streak(&rule(1), &samples, NOW), None);
        let samples = minutes(NOW - 300, &[95.0, 95.0]);
        assert!(streak(&rule(1), &samples, NOW).is_some());
        assert_eq!(streak(&rule(1), &[], NOW), None);
    }

    #[test]
    fn the_daily_window_is_beijing_time_and_may_span_midnight() {
        let samples = minutes(NOW - 120, &[95.0]);
        let fires = |begin: &str, end: &str| {
            let mut rule = rule(1);
            rule.effective = Some((begin.into(), end.into()));
            streak(&rule, &samples, NOW).is_some()
        };
        // The sample is of 10:58 in Beijing.
        assert!(fires("00:00", "23:59"));
        assert!(fires("10:58", "10:58"));
        assert!(!fires("11:00", "12:00"));
        assert!(!fires("02:00", "03:30"));
        assert!(fires("22:00", "11:00"));
        assert!(!fires("22:00", "06:00"));
        assert!(fires("whenever", "25"));
    }

    #[test]
    fn the_farther_the_worse() {
        let cases = [
            (90.5, Severity::Minor),
            (92.0, Severity::Major),
            (95.0, Severity::Critical),
        ];
        for (value, expected) in cases {
            assert_eq!(severity(&rule(1), value), expected, "{value}");
        }
        let mut low = rule(1);
        low.comparison = Comparison::Below;
        low.threshold = 10.0;
        assert_eq!(severity(&low, 9.0), Severity::Minor);
        assert_eq!(severity(&low, 8.0), Severity::Major);
        assert_eq!(severity(&low, 0.0), Severity::Critical);
        let mut state = rule(1);
        state.comparison = Comparison::NotEqual;
        assert_eq!(severity(&state, 1.0), Severity::Major);
        let mut none = rule(1);
        none.threshold = 0.0;
        none.unit = "".into();
        assert_eq!(severity(&none, 3.0), Severity::Critical);
    }

    #[test]
    fn a_rule_is_read_from_both_forms() {
        let mut wire = TriggerRule {
            period: "3m".into(),
            method: "avg".into(),
            compare: "\\u003e".into(),
            trigger_value: Figure::new(90.0),
            item_name: "磁盘使用率".into(),
            item_key: "vfs.fs.size".into(),
            interval: "5m".into(),
            points: 0,
            ..TriggerRule::default()
        };
        let read = condition(&wire).expect("understood");
        assert_eq!(read.comparison, Comparison::Above);
        assert_eq!((read.period, read.points), (180, 1));
        assert_eq!(read.repeat_every, Some(300));
        wire.compare = "~".into();
        let words = condition(&wire).expect_err("not understood");
        assert_eq!(words, "磁盘使用率: the comparison \"~\" is not understood");
    }

    #[test]
    fn spans_are_read_without_panics() {
        let cases = [
            ("3m", Some(180)),
            ("1h", Some(3600)),
            ("60s", Some(60)),
            ("5", Some(300)),
            ("0m", None),
            ("", None),
            ("m", None),
            ("三m", None),
            ("99999999d", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(span(text), seconds, "{text}");
        }
    }
}
