//! Samples (tencent-monitor.md, 1.7, 1.8, 3, 4): one metric of up to 50 objects a call, values without times.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::ops::{
    Cell, Condensed, Dimension, GetMetricStatistics, GetMonitorData, MonitorData, Points, Subject,
};
use crate::cloud::client::Client;
use crate::cloud::declare::{BeijingTime, Zone};
use crate::cloud::held::Plan;
use crate::domain::error::{ApiError, Class};
use crate::domain::metric::{Sample, Series, SeriesKey, Statistic, Window};
use crate::domain::query::Facts;
use crate::domain::text::SafeText;

/// Objects in one call at most (1.6).
const OBJECTS: usize = 50;
/// Points of one object in one call at most (1.6, taken over from the later API).
const POINTS: i64 = 1440;
/// Calls for one series at most; a longer span is read with a longer period.
const PARTS: i64 = 8;
/// Calls at once (1.6: 50 a second).
const AT_ONCE: usize = 4;
/// Periods that are offered, in seconds, and for how many days each is kept (1.8, the shorter of the two pages).
const PERIODS: [(u32, i64); 5] = [(10, 1), (60, 15), (300, 31), (3600, 93), (86_400, 186)];
/// The only period of the older operation (4).
const STATISTICS_PERIOD: u32 = 300;

/// A span of time with a period, as this service accepts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: Timestamp,
    end: Timestamp,
    period: u32,
}

impl Span {
    /// The span for `window` with the shortest offered period that is not shorter than `period`, is kept long
    /// enough for the start, and does not need more than [`PARTS`] calls. The start is aligned down, as the service
    /// does.
    fn of(window: Window, period: u32, now: Timestamp) -> Option<Self> {
        let (start, end) = window.bounds(now);
        let end = end.min(now);
        let age = now.duration_since(start).as_secs();
        let fits = |&&(offered, days): &&(u32, i64)| {
            let points = (end.as_second() - start.as_second()) / i64::from(offered) + 2;
            offered >= period && age <= days * 86_400 && points <= POINTS * PARTS
        };
        let longest = PERIODS[PERIODS.len() - 1].0;
        let offered = PERIODS.iter().find(fits);
        Self::aligned(start, end, offered.map_or(longest, |&(period, _)| period))
    }

    fn aligned(start: Timestamp, end: Timestamp, period: u32) -> Option<Self> {
        // Periods are aligned in Beijing time, which matters for days only.
        let beijing = 8 * 3600;
        let into = (start.as_second() + beijing).rem_euclid(i64::from(period));
        let start = Timestamp::from_second(start.as_second() - into).ok()?;
        (start < end).then_some(Self { start, end, period })
    }

    /// Spans of at most [`POINTS`] points. The interval is closed at both ends, so the next one starts one period
    /// after the end of the one before.
    fn parts(self) -> Vec<Self> {
        let step = Duration::from_secs(u64::from(self.period));
        let most = Duration::from_secs(u64::from(self.period) * (POINTS.unsigned_abs() - 1));
        let mut parts = Vec::new();
        let mut start = self.start;
        while start <= self.end {
            let end = self.end.min(start + most);
            parts.push(Self { start, end, ..self });
            start = end + step;
        }
        parts
    }
}

/// Answers `Query::Series`. Products have no statistics in the newer operation, so anything but the mean is read
/// with the older one, which knows one period only.
pub async fn read(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    period: u32,
    window: Window,
) -> Result<Facts, ApiError> {
    let frozen = |key: &SeriesKey| statistic != Statistic::Average && is_product(key);
    let (older, newer): (Vec<SeriesKey>, Vec<SeriesKey>) = keys.iter().cloned().partition(frozen);
    let mut found = Found::default();
    if let Some(span) = Span::of(window, period, client.now()) {
        let edges = (span.start.as_second(), span.end.as_second());
        let plan = match window {
            Window::Last(_) => client
                .recall()
                .plan(&newer, (statistic, span.period), edges),
            // The past is asked for as it is.
            Window::Between(..) => Plan {
                fresh: newer,
                ..Plan::default()
            },
        };
        let tail = Timestamp::from_second(plan.tail_start).unwrap_or(span.start);
        for (keys, start) in [(plan.fresh, span.start), (plan.tail, tail)] {
            let mut part = by_metric(client, keys, statistic, Span { start, ..span }).await?;
            if matches!(window, Window::Last(_)) {
                let read = std::mem::take(&mut part.series);
                part.series = client.recall().complete(read, start.as_second(), edges);
            }
            found.add(part);
        }
    }
    let (start, end) = window.bounds(client.now());
    if let Some(span) = Span::aligned(start, end.min(client.now()), STATISTICS_PERIOD) {
        let parts: Vec<Found> = stream::iter(older)
            .map(|key| condensed(client, key, statistic, span))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for part in parts {
            found.add(part);
        }
    }
    Ok(Facts::samples(found.series, found.problems))
}

/// As few calls as possible: one for each metric and [`OBJECTS`] objects.
async fn by_metric(
    client: &Client,
    keys: Vec<SeriesKey>,
    statistic: Statistic,
    span: Span,
) -> Result<Found, ApiError> {
    let mut by_metric: BTreeMap<(SafeText, SafeText), Vec<SeriesKey>> = BTreeMap::new();
    for key in keys {
        let metric = (key.namespace.clone(), key.metric.clone());
        by_metric.entry(metric).or_default().push(key);
    }
    let jobs: Vec<Vec<SeriesKey>> = by_metric
        .values()
        .flat_map(|keys| keys.chunks(OBJECTS))
        .map(<[SeriesKey]>::to_vec)
        .collect();
    let parts: Vec<Found> = stream::iter(jobs)
        .map(|keys| objects(client, keys, statistic, span))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut found = Found::default();
    for part in parts {
        found.add(part);
    }
    Ok(found)
}

#[derive(Debug, Default)]
struct Found {
    series: Vec<Series>,
    problems: Vec<SafeText>,
}

impl Found {
    fn add(&mut self, other: Self) {
        self.series.extend(other.series);
        self.problems.extend(other.problems);
    }

    fn refused(key: &SeriesKey, error: &ApiError) -> Self {
        Self {
            series: Vec::new(),
            problems: vec![format!("{}: {}", key.instance.raw(), error.message.raw()).into()],
        }
    }
}

/// One metric of up to 50 objects. One object that the service does not know makes it refuse all of them, so a
/// refused batch is read object by object.
async fn objects(
    client: &Client,
    keys: Vec<SeriesKey>,
    statistic: Statistic,
    span: Span,
) -> Result<Found, ApiError> {
    match call(client, &keys, statistic, span).await {
        Ok(series) => Ok(Found {
            series,
            problems: Vec::new(),
        }),
        Err(error) if !is_partial(&error) => Err(error),
        Err(error) if keys.len() == 1 => Ok(Found::refused(&keys[0], &error)),
        Err(_) => {
            let mut found = Found::default();
            for key in keys {
                match call(client, std::slice::from_ref(&key), statistic, span).await {
                    Ok(series) => found.series.extend(series),
                    Err(error) if is_partial(&error) => found.add(Found::refused(&key, &error)),
                    Err(error) => return Err(error),
                }
            }
            Ok(found)
        }
    }
}

/// Reads objects with one period; a period that the metric does not offer is replaced by 300 seconds, which all
/// of them do, and that is remembered.
async fn call(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    span: Span,
) -> Result<Vec<Series>, ApiError> {
    let metric = format!(
        "coarse {} {}",
        keys[0].namespace.raw(),
        keys[0].metric.raw()
    );
    let coarse = || Span::aligned(span.start, span.end, span.period.max(300)).unwrap_or(span);
    if span.period < 300 && client.recall().word(&metric).is_some() {
        return call_as_asked(client, keys, statistic, coarse()).await;
    }
    match call_as_asked(client, keys, statistic, span).await {
        Err(error) if span.period < 300 && is_about_period(&error) => {
            let series = call_as_asked(client, keys, statistic, coarse()).await?;
            client.recall().learn(&metric, "300");
            Ok(series)
        }
        other => other,
    }
}

async fn call_as_asked(
    client: &Client,
    keys: &[SeriesKey],
    statistic: Statistic,
    span: Span,
) -> Result<Vec<Series>, ApiError> {
    let mut series: Vec<Series> = keys
        .iter()
        .map(|key| empty(key.clone(), statistic, span.period))
        .collect();
    for part in span.parts() {
        let mut ask = GetMonitorData {
            namespace: keys[0].namespace.raw().to_owned(),
            metric_name: keys[0].metric.raw().to_owned(),
            period: Some(part.period),
            start_time: Some(BeijingTime(part.start)),
            end_time: Some(BeijingTime(part.end)),
            statistics: (!is_product(&keys[0])).then_some(word(statistic)),
            ..GetMonitorData::default()
        };
        match keys {
            [only] => ask.dimensions = dimensions(only, false),
            several => {
                ask.batch = several
                    .iter()
                    .map(|key| Subject {
                        dimensions: dimensions(key, false),
                    })
                    .collect();
            }
        }
        let answer = client.call(&ask).await?.output;
        for (key, series) in keys.iter().zip(&mut series) {
            let cells = cells(&answer.points, &dimensions(key, false), keys.len());
            append(series, &answer, cells, part);
        }
    }
    Ok(series)
}

/// One series with the older operation (4).
async fn condensed(
    client: &Client,
    key: SeriesKey,
    statistic: Statistic,
    span: Span,
) -> Result<Found, ApiError> {
    let mut series = empty(key.clone(), statistic, span.period);
    for part in span.parts() {
        let ask = GetMetricStatistics {
            namespace: key.namespace.raw().to_owned(),
            metric_name: key.metric.raw().to_owned(),
            dimensions: dimensions(&key, true),
            period: Some(part.period),
            statistics: Some(word(statistic)),
            start_time: Some(BeijingTime(part.start)),
            end_time: Some(BeijingTime(part.end)),
        };
        match client.call(&ask).await {
            Ok(reply) => {
                let cells = cells(&reply.output.points, &ask.dimensions, 1);
                append(&mut series, &reply.output, cells, part);
            }
            Err(error) if is_partial(&error) => return Ok(Found::refused(&key, &error)),
            Err(error) => return Err(error),
        }
    }
    Ok(Found {
        series: vec![series],
        problems: Vec::new(),
    })
}

/// The values of one object. A single object's may come under its dimensions too (custom namespaces).
fn cells<'a>(points: &'a Points, dimensions: &[Dimension], objects: usize) -> &'a [Cell] {
    match points {
        Points::One(cells) if objects == 1 => cells,
        Points::One(_) => &[],
        Points::ByObject(by_object) => {
            let of_object = by_object.get(&object_key(dimensions));
            let only = by_object.values().next().filter(|_| objects == 1);
            of_object.or(only).map(Vec::as_slice).unwrap_or_default()
        }
    }
}

/// `name=value` joined by `&`, names ascending, not encoded (3).
fn object_key(dimensions: &[Dimension]) -> String {
    let mut pairs: Vec<_> = dimensions
        .iter()
        .map(|dimension| (&dimension.name, &dimension.value))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Adds values to a series: counted forward from the start in the answer, or from the one asked for where the
/// answer has none; never from the end, because samples disagree about how many points there are (3, quirk 1).
fn append(series: &mut Series, answer: &MonitorData, cells: &[Cell], asked: Span) {
    let start = answer
        .start_time
        .as_deref()
        .and_then(|text| Zone::BeijingPlain.read(text))
        .unwrap_or(asked.start)
        .as_second();
    let period = answer
        .period
        .as_ref()
        .and_then(super::ops::Count::value)
        .filter(|period| *period > 0)
        .unwrap_or(i64::from(asked.period));
    let last = series.samples.last().map(|sample| sample.at);
    let times = (0..).map(|i: i64| start.saturating_add(i.saturating_mul(period)));
    let fresh = times
        .zip(cells)
        .filter(|(at, _)| last.is_none_or(|last| *at > last))
        .filter_map(|(at, cell)| cell.value().map(|value| Sample { at, value }));
    series.samples.extend(fresh);
    if let Ok(period) = u32::try_from(period) {
        series.period = period;
    }
}

fn empty(key: SeriesKey, statistic: Statistic, period: u32) -> Series {
    Series {
        key,
        label: None,
        unit: None,
        statistic,
        period,
        samples: Vec::new(),
        odd: None,
    }
}

const fn word(statistic: Statistic) -> Condensed {
    match statistic {
        Statistic::Average => Condensed::Average,
        Statistic::Max => Condensed::Max,
        Statistic::Min => Condensed::Min,
        Statistic::Sum => Condensed::Sum,
        Statistic::Last => Condensed::Last,
    }
}

/// Product namespaces begin with `qce/`, custom ones do not (7).
fn is_product(key: &SeriesKey) -> bool {
    key.namespace.raw().starts_with("qce/")
}

/// The dimensions of an object. An instance is written as its plain id, or as `name=value&name=value` where the
/// namespace needs more than one. `older` is for the older operation, which has another name for machines.
fn dimensions(key: &SeriesKey, older: bool) -> Vec<Dimension> {
    let instance = key.instance.raw();
    if instance.contains('=') {
        let pairs = instance.split('&').filter_map(|pair| pair.split_once('='));
        return pairs.map(|(name, value)| dimension(name, value)).collect();
    }
    let name = match key.namespace.raw() {
        "qce/cvm" if older => "instanceId",
        namespace => dimension_name(namespace),
    };
    vec![dimension(name, instance)]
}

fn dimension(name: &str, value: &str) -> Dimension {
    Dimension {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// The dimension of namespaces that need only one (7); its case matters.
fn dimension_name(namespace: &str) -> &'static str {
    match namespace {
        "qce/cvm" => "unInstanceId",
        "qce/block_storage" => "diskId",
        "qce/lb_public" | "qce/bm_lb" | "qce/bm_intra_lb" => "vip",
        "qce/lb" => "eip",
        "qce/cdb" => "uInstanceId",
        "qce/redis" => "redis_uuid",
        "qce/cmongo" => "target",
        "qce/postgres" | "qce/sqlserver" => "resourceId",
        "qce/tdsql" | "qce/dcdb" => "uuid",
        "qce/vpngw" => "vpnGwId",
        "qce/vpnx" => "vpnConnId",
        "qce/dcg" => "directConnectGatewayId",
        "qce/dc" => "directConnectId",
        "qce/dcx" => "directConnectConnId",
        "qce/pcx" => "peeringConnectionId",
        "qce/vbc" => "CcnId",
        "qce/bwp" => "bandwidthPackageId",
        "qce/qaap" => "channelId",
        "qce/scf" => "functionName",
        _ => "instanceId",
    }
}

/// Errors about one object or metric, which say nothing about the others.
fn is_partial(error: &ApiError) -> bool {
    matches!(error.class, Class::NotFound | Class::Invalid)
}

/// A value that is not accepted, and the period is the one thing in the request that can be such.
fn is_about_period(error: &ApiError) -> bool {
    error
        .code
        .as_ref()
        .is_some_and(|code| code.raw().contains("(-503)"))
        || error.message.raw().starts_with("(-503)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::wire::{Format, decode_answer};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn the_period_is_one_that_is_offered_and_kept() {
        let now = at("2026-11-22T03:00:30Z");
        let period = |seconds: u32, period: u32| {
            Span::of(Window::Last(seconds), period, now).map(|span| span.period)
        };
        assert_eq!(period(3600, 60), Some(60));
        assert_eq!(period(3600, 61), Some(300));
        assert_eq!(period(7 * 86_400, 60), Some(60));
        assert_eq!(period(9 * 86_400, 60), Some(300));
        assert_eq!(period(20 * 86_400, 60), Some(300));
        assert_eq!(period(60 * 86_400, 60), Some(3600));
        assert_eq!(period(400 * 86_400, 60), Some(86_400));
        let span = Span::of(Window::Last(3600), 300, now).expect("a span");
        assert_eq!(span.start, at("2026-11-22T02:00:00Z"));
        let days = Span::of(Window::Last(100 * 86_400), 60, now).expect("a span");
        assert_eq!(days.start.as_second().rem_euclid(86_400), 16 * 3600);
    }

    #[test]
    fn parts_follow_each_other_without_a_shared_point() {
        let span = Span::aligned(at("2026-11-20T00:00:00Z"), at("2026-11-22T00:00:00Z"), 60);
        let parts = span.expect("a span").parts();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0].end, at("2026-11-20T23:59:00Z"));
        assert_eq!(parts[1].start, at("2026-11-21T00:00:00Z"));
        assert_eq!(parts[2].start, parts[2].end);
    }

    #[test]
    fn values_get_their_times_by_counting_from_the_start() {
        let text = r#"{"code":0,"startTime":"2016-06-28 14:10:00","period":"300","dataPoints":[5.6,null,"7.7","NaN"]}"#;
        let answer: MonitorData = decode_answer(Format::Json, text.as_bytes()).expect("readable");
        let asked = Span::aligned(at("2016-06-28T06:11:00Z"), at("2016-06-28T06:21:00Z"), 60);
        let mut series = empty(
            SeriesKey::new("qce/cvm", "ins-1", "cpu"),
            Statistic::Average,
            60,
        );
        let points = cells(&answer.points, &[], 1);
        append(&mut series, &answer, points, asked.expect("a span"));
        let start = at("2016-06-28T06:10:00Z").as_second();
        let expected = [
            Sample {
                at: start,
                value: 5.6,
            },
            Sample {
                at: start + 600,
                value: 7.7,
            },
        ];
        assert_eq!(series.samples, expected);
        assert_eq!(series.period, 300);
    }

    #[test]
    fn an_answer_without_times_starts_where_it_was_asked_to() {
        let answer: MonitorData =
            decode_answer(Format::Json, r#"{"code":0,"dataPoints":[0.4]}"#.as_bytes())
                .expect("readable");
        let asked = Span::aligned(at("2016-06-28T06:11:00Z"), at("2016-06-28T06:21:00Z"), 300);
        let mut series = empty(SeriesKey::new("a", "b", "c"), Statistic::Max, 300);
        append(
            &mut series,
            &answer,
            cells(&answer.points, &[], 1),
            asked.expect("a span"),
        );
        assert_eq!(series.samples[0].at, at("2016-06-28T06:10:00Z").as_second());
    }

    #[test]
    fn an_object_is_named_by_its_dimensions_in_order_of_their_names() {
        let key = SeriesKey::new("proc_monitor", "proc_name=daemon2&ip=1.2.3.5", "proc_cpu");
        assert_eq!(
            object_key(&dimensions(&key, false)),
            "ip=1.2.3.5&proc_name=daemon2"
        );
        let machine = SeriesKey::new("qce/cvm", "ins-1", "cpu_usage");
        assert_eq!(
            object_key(&dimensions(&machine, false)),
            "unInstanceId=ins-1"
        );
        assert_eq!(object_key(&dimensions(&machine, true)), "instanceId=ins-1");
    }

    #[test]
    fn an_object_that_is_missing_from_a_batch_has_no_samples() {
        let answer: MonitorData = decode_answer(
            Format::Json,
            r#"{"code":0,"dataPoints":{"unInstanceId=ins-a":[1.0]}}"#.as_bytes(),
        )
        .expect("readable");
        let of = |instance: &str| {
            let key = SeriesKey::new("qce/cvm", instance, "cpu_usage");
            cells(&answer.points, &dimensions(&key, false), 2).len()
        };
        assert_eq!((of("ins-a"), of("ins-b")), (1, 0));
    }
}
