//! Series that are no cloud product's: custom metrics and the container engine (ksc-monitor.md, 14.4 to 14.9). Their
//! instance is their dimensions, `key=value` joined by commas.

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::ops::kce::LEVELS;
use super::ops::{
    GetCustomMetricStatistics, GetKceMetricStatistics, ListCustomMetrics, ListKceMetrics, Metric,
    custom,
};
use super::points::{Span, assemble, halves, is_partial, is_too_much, samples, word};
use crate::cloud::client::Client;
use crate::cloud::declare::{BeijingFalseZTime, Operation, UtcTime, Zone};
use crate::cloud::page::{Page, Style, Walk};
use crate::domain::account::SystemId;
use crate::domain::error::ApiError;
use crate::domain::metric::{KSC_NAMESPACES, MetricInfo, Sample, Series, SeriesKey, Statistic};
use crate::domain::query::Facts;
use crate::domain::text::SafeText;

/// Calls at once (14.2: "low concurrency").
const AT_ONCE: usize = 4;
/// Rows of a page of metrics.
const PAGE: u32 = 100;
/// Pages of metrics at most.
const PAGES: u32 = 100;
/// Under this name the client remembers which name the Kubernetes namespace has.
const NAMESPACE_NAME: &str = "name of the dimension Namespace";

/// How a series is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A metric of an instance of a cloud product.
    Product,
    /// A custom metric.
    Custom,
    /// A metric of the container engine.
    Kce,
}

/// How this series is asked for. Namespaces that the document does not know are products' when they have an instance
/// and customers' when they have dimensions.
pub fn sort(namespace: &str, instance: &str) -> Sort {
    if namespace.eq_ignore_ascii_case("KCE") {
        return Sort::Kce;
    }
    let is_product = KSC_NAMESPACES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(namespace));
    if !is_product && (instance.is_empty() || instance.contains('=')) {
        Sort::Custom
    } else {
        Sort::Product
    }
}

/// The dimensions in an instance of a custom metric.
pub fn dimensions(instance: &str) -> Vec<String> {
    instance
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Names and values of the dimensions of something in a cluster. A bare id is a cluster's.
fn levels(client: &Client, instance: &str) -> (Vec<String>, Vec<String>) {
    if !instance.contains('=') {
        return (vec![LEVELS[0].to_owned()], vec![instance.to_owned()]);
    }
    let namespace = client.recall().word(NAMESPACE_NAME);
    let name = |name: &str| match &namespace {
        Some(other) if name == "Namespace" => other.clone(),
        _ => name.to_owned(),
    };
    let pairs = dimensions(instance);
    let split = pairs.iter().filter_map(|pair| pair.split_once('='));
    split
        .map(|(key, value)| (name(key.trim()), value.trim().to_owned()))
        .unzip()
}

/// Public clients call the Kubernetes namespace `NamespaceName`: after a 404 that name is tried, once (14.8).
fn try_other_name(client: &Client, error: &ApiError, instance: &str) -> bool {
    let not_found = error.code.as_ref().map(SafeText::raw) == Some("404");
    let is_new = client.recall().word(NAMESPACE_NAME).is_none();
    let is_meant = not_found && is_new && instance.contains("Namespace=");
    if is_meant {
        client.recall().learn(NAMESPACE_NAME, "NamespaceName");
    }
    is_meant
}

/// Reads series of these two sorts one by one; those that the service refuses are named.
pub async fn read(
    client: &Client,
    keys: Vec<SeriesKey>,
    statistic: Statistic,
    span: Span,
) -> Result<(Vec<Series>, Vec<SafeText>), ApiError> {
    let parts: Vec<Result<Series, SafeText>> = stream::iter(keys)
        .map(|key| one(client, key, statistic, span))
        .buffered(AT_ONCE)
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

async fn one(
    client: &Client,
    key: SeriesKey,
    statistic: Statistic,
    span: Span,
) -> Result<Result<Series, SafeText>, ApiError> {
    let kind = sort(key.namespace.raw(), key.instance.raw());
    let period = match kind {
        Sort::Kce => span.period.clamp(60, 900).div_ceil(60) * 60,
        _ => [60, 300, 900, 3600]
            .into_iter()
            .find(|offered| *offered >= span.period)
            .unwrap_or(3600),
    };
    let mut open = vec![Span { period, ..span }];
    let mut found: Vec<Sample> = Vec::new();
    while let Some(part) = open.pop() {
        let answer = match kind {
            Sort::Kce => of_container(client, &key, statistic, part).await,
            _ => of_custom(client, &key, statistic, part).await,
        };
        match answer {
            Ok(samples) => found.extend(samples),
            Err(error) if is_too_much(&error) && part.points() > 60 => open.extend(halves(part)),
            Err(error)
                if kind == Sort::Kce && try_other_name(client, &error, key.instance.raw()) =>
            {
                open.push(part);
            }
            Err(error) if is_partial(&error) => {
                return Ok(Err(format!("{key}: {}", error.message).into()));
            }
            Err(error) => return Err(error),
        }
    }
    found.sort_by_key(|sample| sample.at);
    found.dedup_by_key(|sample| sample.at);
    Ok(Ok(assemble(key, statistic, period, found)))
}

/// The samples of a custom metric: true UTC, one statistic a call (14.7).
async fn of_custom(
    client: &Client,
    key: &SeriesKey,
    statistic: Statistic,
    span: Span,
) -> Result<Vec<Sample>, ApiError> {
    let ask = GetCustomMetricStatistics {
        namespace: key.namespace.raw().to_owned(),
        metric_name: key.metric.raw().to_owned(),
        dimensions: dimensions(key.instance.raw()),
        period: span.period,
        method: method(statistic).to_owned(),
        start_time: UtcTime(span.start),
        end_time: UtcTime(span.end),
    };
    let answer = client.call(&ask).await?.output;
    let samples = answer.result.points.0.iter().filter_map(|point| {
        Some(Sample {
            at: Zone::Utc.read(&point.timestamp)?.as_second(),
            value: point.value.0?,
        })
    });
    Ok(samples.collect())
}

/// The samples of something in a cluster: Beijing's clock with a false `Z` (14.9).
async fn of_container(
    client: &Client,
    key: &SeriesKey,
    statistic: Statistic,
    span: Span,
) -> Result<Vec<Sample>, ApiError> {
    let (names, values) = levels(client, key.instance.raw());
    let ask = GetKceMetricStatistics {
        namespace: "KCE".to_owned(),
        metric_name: key.metric.raw().to_owned(),
        names,
        values,
        start_time: BeijingFalseZTime(span.start),
        end_time: BeijingFalseZTime(span.end),
        period: span.period,
        aggregate: word(statistic).to_owned(),
    };
    let answer = client.call(&ask).await?.output;
    Ok(samples(&answer.result.datapoints.member, statistic))
}

/// The name of a statistic of custom metrics and of rules about them.
pub const fn method(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Average | Statistic::Last => "avg",
        Statistic::Max => "max",
        Statistic::Min => "min",
        Statistic::Sum => "sum",
    }
}

/// A metric as the catalogue knows it, for an instance.
pub fn metric_info(metric: &Metric, namespace: &str, instance: &str) -> MetricInfo {
    let some = |text: &str| {
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(SafeText::new)
    };
    MetricInfo {
        key: SeriesKey::new(namespace, instance, &metric.metric_name),
        label: metric.metric_desc.as_deref().and_then(some),
        unit: some(&metric.unit),
        period: metric.interval.trim().parse().ok(),
    }
}

/// The custom metrics of a namespace, or all of them when it is empty.
pub async fn custom_metrics(
    client: &Client,
    namespace: &str,
) -> Result<Vec<custom::CustomMetric>, ApiError> {
    let ask = ListCustomMetrics {
        namespace: Some(namespace.to_owned()).filter(|name| !name.is_empty()),
        ..ListCustomMetrics::default()
    };
    Ok(client.call(&ask).await?.output.result.metrics.0)
}

/// The key of a custom metric.
pub fn custom_key(metric: &custom::CustomMetric) -> SeriesKey {
    let instance = metric.dimensions.0.join(",");
    SeriesKey::new(&metric.namespace, &instance, &metric.metric_name)
}

/// Answers a question for metrics that are no product's; an empty namespace asks for all custom metrics.
pub async fn metrics(
    client: &Client,
    kind: Sort,
    namespace: &str,
    instance: &str,
) -> Result<Facts, ApiError> {
    if kind != Sort::Kce {
        let metrics = custom_metrics(client, namespace).await?;
        let info = metrics.iter().map(|metric| MetricInfo {
            key: custom_key(metric),
            label: None,
            unit: None,
            period: Some(60),
        });
        return Ok(Facts::Metrics(info.collect()));
    }
    let mut walk = Walk::new(Style::Index(1), PAGE).up_to(PAGES);
    while let Some(at) = walk.next() {
        let (names, values) = levels(client, instance);
        let ask = ListKceMetrics {
            namespace: "KCE".to_owned(),
            names,
            values,
            metric_name: None,
            page_index: u32::try_from(at.index()).unwrap_or(u32::MAX),
            page_size: Some(PAGE),
        };
        let members = match client.call(&ask).await {
            Ok(reply) => reply.output.result.metrics.member,
            // The same page once more.
            Err(error) if try_other_name(client, &error, instance) => continue,
            Err(error) => return Err(error),
        };
        let rows = members
            .iter()
            .map(|metric| metric_info(metric, "KCE", instance));
        let page = Page {
            rows: rows.collect(),
            total: None,
            next: None,
        };
        walk.take(page, |info| info.key.clone());
    }
    let rows = walk.end().whole(SystemId::KscMonitor, ListKceMetrics::ID)?;
    Ok(Facts::Metrics(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_a_products_a_containers_or_a_customers() {
        assert_eq!(sort("kec", "8b759ff8"), Sort::Product);
        assert_eq!(sort("KEC", "a=b"), Sort::Product);
        assert_eq!(sort("Kce", "ClusterId=c"), Sort::Kce);
        assert_eq!(sort("shop", "service=checkout"), Sort::Custom);
        assert_eq!(sort("shop", ""), Sort::Custom);
        // A product that is newer than the document.
        assert_eq!(sort("KEC/EBS", "vol-1"), Sort::Product);
    }

    #[test]
    fn dimensions_are_pairs() {
        assert_eq!(dimensions("a=1, b=2,"), ["a=1", "b=2"]);
        assert!(dimensions("").is_empty());
    }
}
