//! Metric values: a pure function of seed, series and time.
//!
//! A value is a level, a daily curve with its top in the afternoon of Beijing, and smooth noise of two speeds. There
//! is no state, so that any window can be asked for in any order and overlapping windows agree.

use jiff::Timestamp;

use super::chance;

/// How a series runs when nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Mean over the day.
    pub level: f64,
    /// How far the afternoon is above and the night below the mean.
    pub swing: f64,
    /// How far noise leads away from that.
    pub jitter: f64,
    /// No value is smaller.
    pub floor: f64,
    /// No value is larger.
    pub ceiling: f64,
}

/// One period condensed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condensed {
    /// Mean.
    pub average: f64,
    /// Largest value.
    pub max: f64,
    /// Smallest value.
    pub min: f64,
    /// Sum.
    pub sum: f64,
    /// How many raw values there were.
    pub count: u32,
    /// The last one.
    pub last: f64,
}

const DAY_MS: i64 = 86_400_000;
/// 15:00 in Beijing, as milliseconds of a UTC day.
const TOP_MS: i64 = 7 * 3_600_000;

/// The value of the series named by `series` at an instant.
pub fn value(series: u64, shape: &Shape, at: Timestamp) -> f64 {
    let ms = at.as_millisecond();
    let of_day = (ms - TOP_MS).rem_euclid(DAY_MS) as f64 / DAY_MS as f64;
    let curve = (of_day * std::f64::consts::TAU).cos();
    let slow = noise(series, ms, 900_000);
    let fast = noise(series ^ 0x5bd1_e995, ms, 45_000);
    let raw = shape.level + shape.swing * curve + shape.jitter * (0.6 * slow + 0.4 * fast);
    raw.clamp(shape.floor, shape.ceiling)
}

/// Smooth noise between -1 and 1: chance at every `step` milliseconds, an even curve between.
pub fn noise(series: u64, ms: i64, step: i64) -> f64 {
    let cell = ms.div_euclid(step);
    let within = smooth(ms.rem_euclid(step) as f64 / step as f64);
    let corner = |cell: i64| {
        chance::unit(chance::scramble(
            series ^ chance::scramble(cell.cast_unsigned()),
        )) * 2.0
            - 1.0
    };
    let (left, right) = (corner(cell), corner(cell + 1));
    left + (right - left) * within
}

/// From 0 to 1 without a corner at either end; outside of that it stays.
pub fn smooth(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}

/// Condenses raw values; `None` of none.
pub fn condense(values: impl IntoIterator<Item = f64>) -> Option<Condensed> {
    let mut values = values.into_iter();
    let first = values.next()?;
    let mut condensed = Condensed {
        average: first,
        max: first,
        min: first,
        sum: first,
        count: 1,
        last: first,
    };
    for value in values {
        condensed.max = condensed.max.max(value);
        condensed.min = condensed.min.min(value);
        condensed.sum += value;
        condensed.count += 1;
        condensed.last = value;
    }
    condensed.average = condensed.sum / f64::from(condensed.count);
    Some(condensed)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const CPU: Shape = Shape {
        level: 40.0,
        swing: 10.0,
        jitter: 8.0,
        floor: 0.0,
        ceiling: 100.0,
    };

    #[test]
    fn a_value_depends_on_series_and_time_only() {
        let at = Timestamp::from_second(1_795_000_000).unwrap();
        assert!((value(7, &CPU, at) - value(7, &CPU, at)).abs() < f64::EPSILON);
        assert!((value(7, &CPU, at) - value(8, &CPU, at)).abs() > 1e-9);
    }

    #[test]
    fn values_are_continuous_and_stay_within_bounds() {
        let start = Timestamp::from_second(1_795_000_000).unwrap();
        let mut before = value(7, &CPU, start);
        for second in 1..7200 {
            let now = value(7, &CPU, start + Duration::from_secs(second));
            assert!(
                (now - before).abs() < 1.0,
                "jump at {second}: {before} to {now}"
            );
            assert!((0.0..=100.0).contains(&now));
            before = now;
        }
    }

    #[test]
    fn the_afternoon_of_beijing_is_above_the_night() {
        let calm = Shape { jitter: 0.0, ..CPU };
        let afternoon: Timestamp = "2026-11-22T07:00:00Z".parse().unwrap();
        let night: Timestamp = "2026-11-22T19:00:00Z".parse().unwrap();
        assert!((value(1, &calm, afternoon) - 50.0).abs() < 1e-9);
        assert!((value(1, &calm, night) - 30.0).abs() < 1e-9);
    }

    #[test]
    fn a_period_is_condensed() {
        let condensed = condense([1.0, 4.0, 1.0]).unwrap();
        assert!((condensed.average - 2.0).abs() < f64::EPSILON);
        assert_eq!(condensed.count, 3);
        assert!((condensed.max - 4.0).abs() < f64::EPSILON);
        assert!((condensed.min - 1.0).abs() < f64::EPSILON);
        assert_eq!(condense([]), None);
    }
}
