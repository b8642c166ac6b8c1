//! Samples: the batch for the newest ones and for many series, the single operation for the history of a few
//! (ksc-monitor.md, 9, 11, 14.2, 14.3).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::extra::{self, Sort};
use super::ops::{Batch, GetMetricStatistics, GetMetricStatisticsBatch, MetricOf};
use super::points::{Span, assemble, halves, is_partial, is_too_much, samples, word};
use crate::cloud::client::Client;
use crate::cloud::declare::BeijingFalseZTime;
use crate::cloud::held::Plan;
use crate::domain::error::ApiError;
use crate::domain::metric::{Sample, Series, SeriesKey, Statistic, Window};
use crate::domain::query::Facts;
use crate::domain::text::SafeText;

/// Series in one batch at most (14.3).
const BATCH_SERIES: usize = 200;
/// Points in one answer of the batch at most (11).
const BATCH_POINTS: i64 = 6000;
/// Up to this span the batch is meant to be used, in seconds (14.2, 14.3).
const BATCH_SPAN: i64 = 15 * 60;
/// A batch over more than this may time out, in seconds (14.3).
const BATCH_RANGE: i64 = 30 * 60;
/// Series whose history is read one by one: as a rule those of a chart.
const FEW: usize = 8;

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
    let edges = (span.start.as_second(), span.end.as_second());
    let plan = match window {
        Window::Last(_) => client.recall().plan(keys, (statistic, span.period), edges),
        // The past is asked for as it is.
        Window::Between(..) => Plan {
            fresh: keys.to_vec(),
            ..Plan::default()
        },
    };
    let (mut series, mut problems) = (Vec::new(), Vec::new());
    let tail = Timestamp::from_second(plan.tail_start).unwrap_or(span.start);
    for (keys, start) in [(plan.fresh, span.start), (plan.tail, tail)] {
        let part = Span { start, ..span };
        let (read, refused) = either(client, keys, statistic, part, start > span.start).await?;
        series.extend(match window {
            Window::Last(_) => client.recall().complete(read, start.as_second(), edges),
            Window::Between(..) => read,
        });
        problems.extend(refused);
    }
    Ok(Facts::samples(series, problems))
}

/// Samples of products and of everything else. `known`: what came before this span is held, so that a product that says
/// nothing has nothing new, which does not make what is known untrue.
async fn either(
    client: &Client,
    keys: Vec<SeriesKey>,
    statistic: Statistic,
    span: Span,
    known: bool,
) -> Result<(Vec<Series>, Vec<SafeText>), ApiError> {
    let is_product =
        |key: &SeriesKey| extra::sort(key.namespace.raw(), key.instance.raw()) == Sort::Product;
    let (keys, others): (Vec<SeriesKey>, Vec<SeriesKey>) = keys.into_iter().partition(is_product);
    let (mut series, mut problems) = products(client, &keys, statistic, span).await?;
    if known {
        let is_silent = |key: &SeriesKey| series.iter().all(|one| &one.key != key);
        let silent = keys.into_iter().filter(is_silent);
        let silent: Vec<Series> = silent
            .map(|key| assemble(key, statistic, span.period, Vec::new()))
            .collect();
        series.extend(silent);
    }
    let (more, refused) = extra::read(client, others, statistic, span).await?;
    series.extend(more);
    problems.extend(refused);
    Ok((series, problems))
}

/// Samples of products: the newest ones in batches, and the history of many, too; that of a few series by series (9).
async fn products(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    span: Span,
) -> Result<(Vec<Series>, Vec<SafeText>), ApiError> {
    if keys.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let parts = if span.seconds() <= BATCH_SPAN {
        vec![span]
    } else {
        batch_parts(span)
    };
    if parts.len() > 1 && (keys.len() <= FEW || keys.len() < parts.len()) {
        return history(client, keys, statistic, span).await;
    }
    let mut found = Found::default();
    for part in parts {
        found.add(batch(client, keys, &[statistic], part).await?);
    }
    let found = found.in_order();
    let series = found.series.into_iter().filter_map(|((key, of), samples)| {
        (of == statistic).then(|| assemble(key, statistic, span.period, samples))
    });
    Ok((series.collect(), found.problems))
}

/// A span in parts that fit into batches of [`BATCH_SERIES`] series, the newest first.
fn batch_parts(span: Span) -> Vec<Span> {
    let period = i64::from(span.period);
    let most = BATCH_POINTS / i64::try_from(BATCH_SERIES).unwrap_or(i64::MAX);
    // With three a part no part has but one, which were no span.
    span.parts(most.min(BATCH_RANGE / period).max(3))
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

impl Found {
    /// Adds what another question brought.
    fn add(&mut self, other: Self) {
        for (key, samples) in other.series {
            self.series.entry(key).or_default().extend(samples);
        }
        self.missing.extend(other.missing);
        self.problems.extend(other.problems);
    }

    /// What several parts of one span brought, in order and without doubles. What one part has no data for, another may.
    fn in_order(mut self) -> Self {
        for samples in self.series.values_mut() {
            samples.sort_by_key(|sample| sample.at);
            samples.dedup_by_key(|sample| sample.at);
        }
        let has_some: BTreeSet<&SeriesKey> = self.series.keys().map(|(key, _)| key).collect();
        self.missing.retain(|key| !has_some.contains(key));
        self.missing.sort();
        self.missing.dedup();
        let mut said = HashSet::new();
        self.problems.retain(|problem| said.insert(problem.clone()));
        self
    }
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
        all.add(part);
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
        all.add(one_batch(client, keys, statistics, span).await?);
    }
    Ok(all.in_order())
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
    use crate::cloud::wire::Items;

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
