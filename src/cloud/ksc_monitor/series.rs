//! Samples: the batch for the newest ones and for many series, the single operation for history
//! (ksc-monitor.md, 9, 11, 14.2, 14.3).

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::extra::{self, Sort};
use super::ops::{Batch, GetMetricStatistics, GetMetricStatisticsBatch, MetricOf, Point};
use crate::cloud::client::Client;
use crate::cloud::declare::{BeijingFalseZTime, Zone};
use crate::cloud::held::Plan;
use crate::domain::breach::DELAY;
use crate::domain::error::{ApiError, Class};
use crate::domain::metric::{Sample, Series, SeriesKey, Statistic, Window};
use crate::domain::query::Facts;
use crate::domain::text::SafeText;

/// Series in one batch at most (14.3).
const BATCH_SERIES: usize = 200;
/// Points in one answer of the batch at most (11).
const BATCH_POINTS: i64 = 6000;
/// Up to this span the batch is meant to be used, in seconds (11).
const BATCH_SPAN: i64 = 30 * 60;
/// With more series than this the batch is cheaper whatever the span.
const FEW_SERIES: usize = 8;
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

    fn seconds(self) -> i64 {
        self.end.as_second() - self.start.as_second()
    }

    /// How many points one series has in it.
    pub fn points(self) -> i64 {
        self.seconds() / i64::from(self.period) + 1
    }
}

/// Answers `Query::Series`.
pub async fn read(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    period: u32,
    window: Window,
) -> Result<Facts, ApiError> {
    let Some(span) = Span::of(window, period, client.now()) else {
        return Ok(Facts::samples(Vec::new(), Vec::new()));
    };
    // The service has no "last of the period": the mean is answered, and the series says so.
    let statistic = match statistic {
        Statistic::Last => Statistic::Average,
        other => other,
    };
    let (keys, others): (Vec<SeriesKey>, Vec<SeriesKey>) = keys
        .iter()
        .cloned()
        .partition(|key| extra::sort(key.namespace.raw(), key.instance.raw()) == Sort::Product);
    let edges = (span.start.as_second(), span.end.as_second());
    let plan = match window {
        Window::Last(_) => client.recall().plan(&keys, (statistic, span.period), edges),
        // The past is asked for as it is.
        Window::Between(..) => Plan {
            fresh: keys,
            ..Plan::default()
        },
    };
    let (mut series, mut problems) = (Vec::new(), Vec::new());
    let tail = Timestamp::from_second(plan.tail_start).unwrap_or(span.start);
    for (keys, start) in [(plan.fresh, span.start), (plan.tail, tail)] {
        let (mut read, refused) =
            products(client, &keys, statistic, Span { start, ..span }).await?;
        if start > span.start {
            // Nothing new does not make what is known untrue.
            let silent = keys
                .into_iter()
                .filter(|key| read.iter().all(|one| &one.key != key));
            let silent: Vec<Series> = silent
                .map(|key| assemble(key, statistic, span.period, Vec::new()))
                .collect();
            read.extend(silent);
        }
        series.extend(match window {
            Window::Last(_) => client.recall().complete(read, start.as_second(), edges),
            Window::Between(..) => read,
        });
        problems.extend(refused);
    }
    let (more, refused) = extra::read(client, others, statistic, span).await?;
    series.extend(more);
    problems.extend(refused);
    Ok(Facts::samples(series, problems))
}

/// Samples of products: the newest ones in batches, history series by series.
async fn products(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    span: Span,
) -> Result<(Vec<Series>, Vec<SafeText>), ApiError> {
    if keys.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    if span.seconds() > BATCH_SPAN && keys.len() <= FEW_SERIES {
        return history(client, keys, statistic, span).await;
    }
    let found = batch(client, keys, &[statistic], span).await?;
    let series = found.series.into_iter().filter_map(|((key, of), samples)| {
        (of == statistic).then(|| assemble(key, statistic, span.period, samples))
    });
    Ok((series.collect(), found.problems))
}

/// What a batch brought: samples by series and statistic, and what was refused.
#[derive(Debug, Default)]
pub struct Found {
    /// Samples, ascending.
    pub series: BTreeMap<(SeriesKey, Statistic), Vec<Sample>>,
    /// Series the service has no data for.
    pub missing: Vec<SeriesKey>,
    /// One sentence for each part that was refused.
    pub problems: Vec<SafeText>,
}

/// Reads any number of series with as few batches as possible.
pub async fn batch(
    client: &Client,
    keys: &[SeriesKey],
    statistics: &[Statistic],
    span: Span,
) -> Result<Found, ApiError> {
    let mut by_namespace: BTreeMap<&str, Vec<SeriesKey>> = BTreeMap::new();
    for key in keys {
        let namespace = by_namespace.entry(key.namespace.raw()).or_default();
        namespace.push(key.clone());
    }
    let fit = usize::try_from(BATCH_POINTS / span.points().max(1)).unwrap_or(1);
    let chunks: Vec<Vec<SeriesKey>> = by_namespace
        .values()
        .flat_map(|keys| keys.chunks(fit.clamp(1, BATCH_SERIES)))
        .map(<[SeriesKey]>::to_vec)
        .collect();
    let parts: Vec<Found> = stream::iter(chunks)
        .map(|chunk| one_batch(client, chunk, statistics, span))
        .buffered(2)
        .try_collect()
        .await?;
    let mut all = Found::default();
    for part in parts {
        all.series.extend(part.series);
        all.missing.extend(part.missing);
        all.problems.extend(part.problems);
    }
    Ok(all)
}

async fn one_batch(
    client: &Client,
    keys: Vec<SeriesKey>,
    statistics: &[Statistic],
    span: Span,
) -> Result<Found, ApiError> {
    let namespace = keys.first().map(|key| key.namespace.raw().to_owned());
    let ask = GetMetricStatisticsBatch {
        namespace: namespace.unwrap_or_default(),
        start_time: BeijingFalseZTime(span.start),
        end_time: BeijingFalseZTime(span.end),
        period: Some(span.period),
        aggregate: statistics.iter().map(|of| word(*of).to_owned()).collect(),
        metrics: keys
            .iter()
            .map(|key| MetricOf {
                instance_id: wire_instance(key),
                metric_name: key.metric.raw().to_owned(),
            })
            .collect(),
    };
    match client.call(&ask).await {
        Ok(reply) => Ok(sort_out(&reply.output, &keys, statistics)),
        // Smaller questions, not an error on the screen (8.4, "too much").
        Err(error) if is_too_much(&error) && (keys.len() > 1 || span.points() > 60) => {
            Box::pin(in_halves(client, keys, statistics, span)).await
        }
        // A namespace that this account may not see, or no data at all: the rest is worth having.
        Err(error) if is_partial(&error) => Ok(Found {
            problems: vec![format!("{}: {}", ask.namespace, error.message).into()],
            missing: keys,
            ..Found::default()
        }),
        Err(error) => Err(error),
    }
}

/// The same question in two: half of the series, or half of the span when there is but one.
async fn in_halves(
    client: &Client,
    keys: Vec<SeriesKey>,
    statistics: &[Statistic],
    span: Span,
) -> Result<Found, ApiError> {
    let (first, second) = keys.split_at(keys.len() / 2);
    let parts = if first.is_empty() {
        halves(span).map(|part| (keys.clone(), part))
    } else {
        [(first.to_vec(), span), (second.to_vec(), span)]
    };
    let mut all = Found::default();
    for (keys, span) in parts {
        let part = one_batch(client, keys, statistics, span).await?;
        for (key, samples) in part.series {
            all.series.entry(key).or_default().extend(samples);
        }
        all.missing.extend(part.missing);
        all.problems.extend(part.problems);
    }
    for samples in all.series.values_mut() {
        samples.sort_by_key(|sample| sample.at);
        samples.dedup_by_key(|sample| sample.at);
    }
    Ok(all)
}

/// Matches the results, which come in any order, with what was asked for.
fn sort_out(answer: &Batch, keys: &[SeriesKey], statistics: &[Statistic]) -> Found {
    let mut found = Found {
        problems: answer
            .errors
            .0
            .iter()
            .map(|text| text.as_str().into())
            .collect(),
        ..Found::default()
    };
    for key in keys {
        let result =
            answer.results.0.iter().find(|result| {
                result.label == key.metric.raw() && is_instance(&result.instance, key)
            });
        match result {
            Some(result) => {
                for &statistic in statistics {
                    let samples = samples(&result.datapoints.member, statistic);
                    found.series.insert((key.clone(), statistic), samples);
                }
            }
            None => found.missing.push(key.clone()),
        }
    }
    found
}

async fn history(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    span: Span,
) -> Result<(Vec<Series>, Vec<SafeText>), ApiError> {
    let parts: Vec<Result<Series, SafeText>> = stream::iter(keys.to_vec())
        .map(|key| one_history(client, key, statistic, span))
        .buffered(4)
        .try_collect()
        .await?;
    let mut series = Vec::new();
    let mut problems = Vec::new();
    for part in parts {
        match part {
            Ok(part) => series.push(part),
            Err(problem) => problems.push(problem),
        }
    }
    Ok((series, problems))
}

/// Reads one series; a span that the service finds too large is halved (8.4, "too much").
async fn one_history(
    client: &Client,
    key: SeriesKey,
    statistic: Statistic,
    span: Span,
) -> Result<Result<Series, SafeText>, ApiError> {
    let mut open = vec![span];
    let mut points = Vec::new();
    while let Some(part) = open.pop() {
        let ask = GetMetricStatistics {
            namespace: key.namespace.raw().to_owned(),
            instance_id: wire_instance(&key),
            metric_name: key.metric.raw().to_owned(),
            start_time: BeijingFalseZTime(part.start),
            end_time: BeijingFalseZTime(part.end),
            period: Some(part.period),
            aggregate: word(statistic).to_owned(),
        };
        match client.call(&ask).await {
            Ok(reply) => points.extend(reply.output.result.datapoints.member),
            Err(error) if is_too_much(&error) && part.points() > 60 => open.extend(halves(part)),
            Err(error) if is_partial(&error) => {
                return Ok(Err(format!("{key}: {}", error.message).into()));
            }
            Err(error) => return Err(error),
        }
    }
    let samples = samples(&points, statistic);
    Ok(Ok(assemble(key, statistic, span.period, samples)))
}

pub(super) fn halves(span: Span) -> [Span; 2] {
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

pub(super) fn is_too_much(error: &ApiError) -> bool {
    let code = error.code.as_ref().map(SafeText::raw);
    code == Some("InvalidParameterRequestInformation")
}

/// Errors about one series or namespace, which say nothing about the others. A missing permission does.
pub fn is_partial(error: &ApiError) -> bool {
    let not_ours = error.code.as_ref().map(SafeText::raw) == Some("403");
    matches!(error.class, Class::NotFound | Class::Invalid) || not_ours
}

pub(super) fn assemble(
    key: SeriesKey,
    statistic: Statistic,
    period: u32,
    samples: Vec<Sample>,
) -> Series {
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
pub(super) const fn word(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Average | Statistic::Last => "Average",
        Statistic::Max => "Max",
        Statistic::Min => "Min",
        Statistic::Sum => "Sum",
    }
}

/// The instance as requests name it: `MongoDB` wants a prefix (14.2).
fn wire_instance(key: &SeriesKey) -> String {
    let prefix = if is_mongo(key) { "user" } else { "" };
    format!("{prefix}{}", key.instance.raw())
}

fn is_instance(answered: &str, key: &SeriesKey) -> bool {
    let plain = answered
        .strip_prefix("user")
        .filter(|_| is_mongo(key))
        .unwrap_or(answered);
    plain == key.instance.raw()
}

fn is_mongo(key: &SeriesKey) -> bool {
    key.namespace.raw().eq_ignore_ascii_case("MONDB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::ksc_monitor::ops::{BatchResult, Members};
    use crate::cloud::wire::{Format, Items, decode_answer};

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

    #[test]
    fn results_are_matched_in_any_order_and_the_rest_is_missing() {
        let keys = [
            SeriesKey::new("MONDB", "abc", "cpu"),
            SeriesKey::new("MONDB", "def", "cpu"),
        ];
        let answer = Batch {
            errors: Items(vec!["No such name for 'metrics': 'cpu.userdef'".to_owned()]),
            results: Items(vec![BatchResult {
                datapoints: Members::default(),
                instance: "userabc".to_owned(),
                label: "cpu".to_owned(),
            }]),
            ..Batch::default()
        };
        let found = sort_out(&answer, &keys, &[Statistic::Average]);
        assert_eq!(found.series.len(), 1);
        assert_eq!(found.missing, [keys[1].clone()]);
        assert_eq!(found.problems.len(), 1);
        assert_eq!(wire_instance(&keys[0]), "userabc");
    }
}
