//! Spans that the service accepts, and points as samples (ksc-monitor.md, 9, 11, 14.2).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::ops::Point;
use crate::cloud::declare::Zone;
use crate::domain::breach::DELAY;
use crate::domain::error::{ApiError, Class};
use crate::domain::metric::{Sample, Series, SeriesKey, Statistic, Window};
use crate::domain::text::SafeText;

/// How far history reaches back (9).
const HISTORY: Duration = Duration::from_secs(30 * 86_400);

/// A span of time with a period, as this service accepts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Start, at a multiple of the period.
    pub start: Timestamp,
    /// End, at least two minutes ago.
    pub end: Timestamp,
    /// Length of a period in seconds, a multiple of 60.
    pub period: u32,
}

impl Span {
    /// The span for `window` at `now`: the period rounded up to a multiple of 60, the start down to a multiple of
    /// the period, so that the periods of two refreshes are the same; not beyond the history that is kept, and not
    /// closer to now than samples arrive. `None` when nothing is left.
    pub fn of(window: Window, period: u32, now: Timestamp) -> Option<Self> {
        let period = period.max(1).div_ceil(60).saturating_mul(60);
        let (start, end) = window.bounds(now);
        let start = start.max(now - HISTORY).as_second();
        let start = start - start.rem_euclid(i64::from(period));
        let end = end.as_second().min(now.as_second() - DELAY);
        (start < end).then_some(Self {
            start: Timestamp::from_second(start).ok()?,
            end: Timestamp::from_second(end).ok()?,
            period,
        })
    }

    /// How long it is.
    pub fn seconds(self) -> i64 {
        self.end.as_second() - self.start.as_second()
    }

    /// How many points one series has in it.
    pub fn points(self) -> i64 {
        self.seconds() / i64::from(self.period) + 1
    }

    /// The same in as few parts of at most `most` points as possible, alike in size, the newest first. No point is in two
    /// of them.
    pub fn parts(self, most: i64) -> Vec<Self> {
        let all = self.points();
        let parts = (all + most - 1) / most;
        let at = |point: i64| {
            self.start + Duration::from_secs((point * i64::from(self.period)).unsigned_abs())
        };
        let mut cut: Vec<Self> = (0..parts)
            .map(|part| Self {
                start: at(all * part / parts),
                end: at(all * (part + 1) / parts - 1),
                ..self
            })
            .collect();
        // The end need not be that of a period.
        if let Some(newest) = cut.last_mut() {
            newest.end = self.end;
        }
        cut.reverse();
        cut
    }
}

/// The first and the second half of a span.
pub fn halves(span: Span) -> [Span; 2] {
    let period = i64::from(span.period);
    let steps = (span.points() / 2) * period;
    let middle = span.start + Duration::from_secs(steps.unsigned_abs());
    [
        Span {
            end: middle,
            ..span
        },
        Span {
            start: middle,
            ..span
        },
    ]
}

/// The service finds the question too large: a smaller one may be answered (8.4, "too much").
pub fn is_too_much(error: &ApiError) -> bool {
    let code = error.code.as_ref().map(SafeText::raw);
    code == Some("InvalidParameterRequestInformation")
}

/// Errors about one series or namespace, which say nothing about the others. A missing permission does.
pub fn is_partial(error: &ApiError) -> bool {
    let not_ours = error.code.as_ref().map(SafeText::raw) == Some("403");
    matches!(error.class, Class::NotFound | Class::Invalid) || not_ours
}

/// A series of these samples, as this service knows it: without name and unit.
pub fn assemble(key: SeriesKey, statistic: Statistic, period: u32, samples: Vec<Sample>) -> Series {
    Series {
        key,
        label: None,
        unit: None,
        statistic,
        period,
        samples,
        odd: None,
    }
}

/// The values of one statistic, ascending and without duplicates. A point without a time or a finite value is no
/// sample; of two points at the same time the later one in the answer counts.
pub fn samples(points: &[Point], statistic: Statistic) -> Vec<Sample> {
    let by_time: BTreeMap<i64, f64> = points
        .iter()
        .filter_map(|point| {
            let figure = match statistic {
                Statistic::Average | Statistic::Last => point.average,
                Statistic::Max => point.max,
                Statistic::Min => point.min,
                Statistic::Sum => point.sum,
            };
            Some((time(point)?, figure?.0?))
        })
        .collect();
    by_time
        .into_iter()
        .map(|(at, value)| Sample { at, value })
        .collect()
}

/// When a point's period starts: the true instant where given, else Beijing's wall clock with its false `Z`.
fn time(point: &Point) -> Option<i64> {
    match point.unix_timestamp {
        Some(milliseconds) => Some(milliseconds.div_euclid(1000)),
        None => Zone::BeijingFalseZ
            .read(&point.timestamp)
            .map(Timestamp::as_second),
    }
}

/// The name of a statistic in a request.
pub const fn word(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Average | Statistic::Last => "Average",
        Statistic::Max => "Max",
        Statistic::Min => "Min",
        Statistic::Sum => "Sum",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cloud::ksc_monitor::ops::Members;
    use crate::cloud::wire::{Format, decode_answer};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_span_is_what_the_service_accepts() {
        let now = at("2026-11-22T03:00:30Z");
        let span = Span::of(Window::Last(900), 50, now).expect("something");
        assert_eq!(span.period, 60);
        assert_eq!(span.start, at("2026-11-22T02:45:00Z"));
        assert_eq!(span.end, at("2026-11-22T02:58:30Z"));
        assert_eq!(span.points(), 14);
        assert_eq!(Span::of(Window::Last(60), 60, now), None);
        let long = Span::of(Window::Last(90 * 86_400), 3600, now).expect("something");
        assert_eq!(long.start, at("2026-10-23T03:00:00Z"));
    }

    #[test]
    fn halves_meet_at_a_period() {
        let span = Span::of(Window::Last(7260), 60, at("2026-11-22T03:00:00Z")).expect("a span");
        let [first, second] = halves(span);
        assert_eq!(first.end, second.start);
        assert_eq!(first.end.as_second() % 60, 0);
        assert!(first.points() < span.points() && second.points() < span.points());
    }

    proptest! {
        #[test]
        fn parts_hold_every_point_once(points in 1_i64..3000, most in 3_i64..40, late in 0_i64..60) {
            let start = 1_795_000_000 - 1_795_000_000 % 60;
            let second = |at| Timestamp::from_second(at).expect("a time");
            let end = start + (points - 1) * 60 + late;
            let span = Span { start: second(start), end: second(end), period: 60 };
            let parts = span.parts(most);
            let sizes: Vec<i64> = parts.iter().map(|part| part.points()).collect();
            prop_assert_eq!(sizes.iter().sum::<i64>(), span.points());
            prop_assert!(sizes.iter().all(|size| *size <= most), "{:?}", sizes);
            prop_assert!(points == 1 || sizes.iter().all(|size| *size > 1), "{:?}", sizes);
            prop_assert_eq!(parts[0].end, span.end);
            prop_assert_eq!(parts[parts.len() - 1].start, span.start);
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[1].end + Duration::from_secs(60), pair[0].start);
            }
        }
    }

    #[test]
    fn samples_are_sorted_and_gaps_are_left_out() {
        let text = r#"{"member": [
            {"timestamp": "2017-02-28T17:02:00Z", "average": "3"},
            {"timestamp": "2017-02-28T17:00:00Z", "unixTimestamp": 1488272400000, "average": "0.158"},
            {"timestamp": "2017-02-28T17:01:00Z", "average": "null"},
            {"timestamp": "2017-02-28T17:03:00Z", "average": "NaN"},
            {"timestamp": "yesterday", "average": "4"},
            {"timestamp": "2017-02-28T17:02:00Z", "average": 5}
        ]}"#;
        let members: Members<Point> =
            decode_answer(Format::Json, text.as_bytes()).expect("readable");
        let points = members.member;
        let expected = [
            Sample {
                at: 1_488_272_400,
                value: 0.158,
            },
            Sample {
                at: 1_488_272_520,
                value: 5.0,
            },
        ];
        assert_eq!(samples(&points, Statistic::Average), expected);
        assert!(samples(&points, Statistic::Max).is_empty());
    }
}
