//! Samples that were read before, so that a refresh asks for the end of its window only. Once an hour the whole window
//! is read again: a correction that came late is seen then, and what no window needs any more is let go.

use std::collections::HashMap;

use crate::domain::metric::{Sample, Series, SeriesKey, Statistic};

/// Samples that are kept at most, of all series together: beyond this everything is let go and read once more. It is
/// an hour of 40,000 series, and 37 MiB.
const MOST: usize = 2_400_000;
/// Samples may arrive late, or be corrected: so many seconds at the end of what is held are asked for again.
const LATE: i64 = 300;
/// Samples may be corrected even later: so many seconds after it was read as a whole, a window is once more.
const AGAIN: i64 = 3600;

/// What was read, by series, statistic and period.
#[derive(Debug, Default)]
pub struct Held {
    series: HashMap<(SeriesKey, Statistic, u32), Kept>,
    samples: usize,
}

/// One series without gaps in the asking: every sample that the service has from `from` to `to`.
#[derive(Debug)]
struct Kept {
    from: i64,
    to: i64,
    /// When everything in it was read last.
    whole: i64,
    samples: Vec<Sample>,
}

/// What has to be asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Series of which the whole window is needed.
    pub fresh: Vec<SeriesKey>,
    /// Series of which the end is needed.
    pub tail: Vec<SeriesKey>,
    /// Where that end begins, in seconds since the Unix epoch, at a multiple of the period.
    pub tail_start: i64,
}

impl Held {
    /// Which parts of the window from `start` to `end` have to be asked for.
    pub fn plan(
        &self,
        keys: &[SeriesKey],
        (statistic, period): (Statistic, u32),
        (start, end): (i64, i64),
    ) -> Plan {
        let mut plan = Plan {
            tail_start: end,
            ..Plan::default()
        };
        let step = i64::from(period.max(1));
        for key in keys {
            let kept = self.series.get(&(key.clone(), statistic, period));
            // The last period may have been incomplete.
            let again = |kept: &Kept| {
                let at = kept.to - LATE.max(step * 2);
                at - at.rem_euclid(step)
            };
            let kept = kept.filter(|kept| end - kept.whole < AGAIN);
            match kept.map(|kept| (kept.from, again(kept))) {
                Some((from, again)) if from <= start && again > start => {
                    plan.tail.push(key.clone());
                    plan.tail_start = plan.tail_start.min(again);
                }
                _ => plan.fresh.push(key.clone()),
            }
        }
        plan
    }

    /// The whole window from `start` to `end`, of which `read` holds what begins at `asked`; keeps it.
    pub fn complete(&mut self, read: Series, asked: i64, (start, end): (i64, i64)) -> Series {
        let name = (read.key.clone(), read.statistic, read.period);
        let kept = self.series.remove(&name);
        self.samples -= kept.as_ref().map_or(0, |kept| kept.samples.len());
        let is_of_use = |kept: &Kept| kept.to >= asked && end - kept.whole < AGAIN;
        let (from, whole, mut samples) = match kept.filter(is_of_use) {
            Some(kept) if kept.from < asked => (kept.from, kept.whole, kept.samples),
            _ => (asked, end, Vec::new()),
        };
        samples.truncate(samples.partition_point(|sample| sample.at < asked));
        samples.reserve_exact(read.samples.len());
        samples.extend_from_slice(&read.samples);
        let shown = samples.partition_point(|sample| sample.at < start);
        let window = samples[shown..].to_vec();
        if self.samples + samples.len() > MOST {
            self.series.clear();
            self.samples = 0;
        }
        self.samples += samples.len();
        let kept = Kept {
            from,
            to: end,
            whole,
            samples,
        };
        self.series.insert(name, kept);
        Series {
            samples: window,
            ..read
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WHAT: (Statistic, u32) = (Statistic::Average, 60);

    fn key() -> SeriesKey {
        SeriesKey::new("KEC", "i-1", "cpu")
    }

    /// What a service has of the series from `start` to `end`: a gap now and then.
    fn service(start: i64, end: i64) -> Series {
        let first = start.div_euclid(60) + i64::from(start.rem_euclid(60) > 0);
        let times = (first * 60..=end).step_by(60).filter(|at| at / 60 % 7 != 3);
        Series {
            key: key(),
            label: None,
            unit: None,
            statistic: WHAT.0,
            period: WHAT.1,
            samples: times
                .map(|at| Sample {
                    at,
                    value: at as f64,
                })
                .collect(),
            odd: None,
        }
    }

    fn refresh(held: &mut Held, start: i64, end: i64) -> (Series, i64) {
        let plan = held.plan(&[key()], WHAT, (start, end));
        let asked = if plan.tail.is_empty() {
            start
        } else {
            plan.tail_start
        };
        (
            held.complete(service(asked, end), asked, (start, end)),
            asked,
        )
    }

    #[test]
    fn the_second_time_the_end_is_asked_for() {
        let mut held = Held::default();
        assert_eq!(refresh(&mut held, 0, 3600).1, 0);
        let (series, asked) = refresh(&mut held, 60, 3660);
        assert_eq!(asked, 3300);
        assert_eq!(series, service(60, 3660));
        // A longer window is read as a whole, a shorter one is there.
        assert_eq!(refresh(&mut held, -3600, 3720).1, -3600);
        assert_eq!(refresh(&mut held, 3000, 3780).1, 3420);
        assert_eq!(refresh(&mut held, -3540, 3840).1, 3480);
    }

    #[test]
    fn every_hour_the_whole_window_is_read_and_what_is_older_is_let_go() {
        let mut held = Held::default();
        refresh(&mut held, 0, 3600);
        let mut asked = Vec::new();
        for minute in 1..=120 {
            let (start, end) = (minute * 60, 3600 + minute * 60);
            let (series, from) = refresh(&mut held, start, end);
            assert_eq!(series, service(start, end));
            if from == start {
                asked.push(minute);
            }
            assert!(held.samples <= 125, "{minute}: {}", held.samples);
        }
        assert_eq!(asked, [60, 120]);
    }

    #[test]
    fn a_correction_that_comes_late_is_seen_within_the_hour() {
        let mut held = Held::default();
        refresh(&mut held, 0, 3600);
        let corrected = |start: i64, end: i64| {
            let mut series = service(start, end);
            for sample in &mut series.samples {
                sample.value += 1.0;
            }
            series
        };
        let mut seen = false;
        for minute in 1..=60 {
            let (start, end) = (minute * 60, 3600 + minute * 60);
            let plan = held.plan(&[key()], WHAT, (start, end));
            let asked = if plan.tail.is_empty() {
                start
            } else {
                plan.tail_start
            };
            let series = held.complete(corrected(asked, end), asked, (start, end));
            seen = series == corrected(start, end);
        }
        assert!(seen);
    }

    #[test]
    fn another_statistic_or_period_is_another_series() {
        let mut held = Held::default();
        refresh(&mut held, 0, 3600);
        for what in [(Statistic::Max, 60), (Statistic::Average, 300)] {
            assert_eq!(held.plan(&[key()], what, (0, 3600)).fresh, [key()]);
        }
    }

    #[test]
    fn a_full_shelf_is_emptied() {
        let mut held = Held::default();
        refresh(&mut held, 0, 3600);
        let many = i64::try_from(MOST).expect("small") * 70;
        refresh(&mut held, 0, many);
        assert_eq!(
            held.samples,
            held.series
                .values()
                .map(|kept| kept.samples.len())
                .sum::<usize>()
        );
        held.complete(
            Series {
                statistic: Statistic::Max,
                ..service(0, 3600)
            },
            0,
            (0, 3600),
        );
        assert!(held.samples < 100, "{}", held.samples);
    }

    proptest! {
        #[test]
        fn whatever_was_asked_before_the_window_is_whole(
            windows in proptest::collection::vec((0_i64..400, 1_i64..200), 1..20),
        ) {
            let mut held = Held::default();
            let mut now = 0;
            for (later, length) in windows {
                now += later * 30;
                let start = (now - length * 60).div_euclid(60) * 60;
                let (series, _) = refresh(&mut held, start, now);
                prop_assert_eq!(series, service(start, now));
            }
        }
    }
}
