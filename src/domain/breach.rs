//! Is a rule breached at this moment, and how badly? For services that have no alarms of their own, or none at all:
//! their samples are compared with the rules here. Pure: no calls, no clock.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::alarm::{Comparison, Condition, Severity};
use super::metric::Sample;

/// Samples arrive about this many seconds late.
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

/// Is the rule in force at this instant? The window is of Beijing's day and may span midnight; one
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::metric::Statistic;

    /// 2026-11-22 03:00:00 UTC, 11:00 in Beijing.
    const NOW: i64 = 1_795_316_400;

    fn rule(points: u32) -> Condition {
        Condition {
            metric: "cpu.utilization.total".into(),
            label: "CPU".into(),
            statistic: Statistic::Average,
            comparison: Comparison::Above,
            threshold: 90.0,
            unit: "%".into(),
            period: 60,
            points,
            effective: None,
            repeat_every: None,
            max_notifications: None,
        }
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
}
