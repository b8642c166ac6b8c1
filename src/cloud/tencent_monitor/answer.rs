//! From queries to operations to facts, and from actions to operations to receipts.
//!
//! This API has samples and metrics, nothing else; alarms come from limits in the configuration.

use serde_json::json;

use super::ops::{DescribeMetrics, Metric, MetricSet};
use super::{limits, series};
use crate::cloud::client::Client;
use crate::cloud::declare::{Entry, Operation};
use crate::cloud::raw;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::metric::{MetricInfo, SeriesKey};
use crate::domain::query::{Facts, Query};
use crate::domain::text::SafeText;

/// The name under which later editions serve [`DescribeMetrics`] (tencent-monitor.md, 2).
const OTHER_NAME: &str = "DescribeBaseMetrics";
/// Under which word the name that works is remembered.
const NAME: &str = "action of describe_metrics";

/// Answers a query.
pub async fn answer(client: &Client, query: &Query) -> Result<Facts, ApiError> {
    match query {
        Query::Series {
            keys,
            statistic,
            period,
            window,
            ..
        } => series::read(client, keys, *statistic, *period, *window).await,
        Query::Alarms(_) => limits::alarms(client).await.map(Facts::Alarms),
        Query::Metrics {
            namespace,
            instance,
            ..
        } => metrics(client, namespace, instance).await,
        Query::Raw {
            operation, input, ..
        } => raw::read(client, operation, input).await,
        _ => Err(raw::unanswerable(client)),
    }
}

/// Carries out an action. No operation of this API changes anything.
pub async fn act(client: &Client, action: &Action) -> Result<Receipt, ApiError> {
    match action {
        Action::Raw {
            operation, input, ..
        } => raw::act(client, operation, input).await,
        _ => Err(raw::undoable(client)),
    }
}

/// The metrics of a namespace; `instance` only completes the keys. When the service does not know the
/// operation by its first name, it is asked once by the other, and what worked is remembered.
async fn metrics(client: &Client, namespace: &str, instance: &str) -> Result<Facts, ApiError> {
    let name = client.recall().word(NAME);
    let set = match name {
        Some(_) => describe(client, OTHER_NAME, namespace).await?,
        None => match describe(client, DescribeMetrics::CALL.action, namespace).await {
            Err(error) if is_unknown_action(&error) => {
                let set = describe(client, OTHER_NAME, namespace).await?;
                client.recall().learn(NAME, OTHER_NAME);
                set
            }
            other => other?,
        },
    };
    let infos = set.metrics.iter();
    Ok(Facts::Metrics(
        infos
            .map(|metric| info(metric, namespace, instance))
            .collect(),
    ))
}

async fn describe(
    client: &Client,
    action: &'static str,
    namespace: &str,
) -> Result<MetricSet, ApiError> {
    let mut entry = Entry::of::<DescribeMetrics>();
    entry.call.action = action;
    let reply = client
        .call_raw(&entry, json!({"namespace": namespace}))
        .await?;
    serde_json::from_value(reply.output).map_err(|error| {
        let words = format!("the answer makes no sense: {error}");
        ApiError::new(Class::Unreadable, SystemId::TencentMonitor, entry.id, words)
    })
}

/// Code 6100, or 4000 about the action (2): the operation has another name there.
fn is_unknown_action(error: &ApiError) -> bool {
    let message = error.message.raw().to_lowercase();
    match error.code.as_ref().map(SafeText::raw) {
        Some("6100") => true,
        Some("4000") => message.contains("action") || message.contains("接口"),
        _ => false,
    }
}

fn info(metric: &Metric, namespace: &str, instance: &str) -> MetricInfo {
    let some = |text: &str| {
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(SafeText::new)
    };
    MetricInfo {
        key: SeriesKey::new(namespace, instance, &metric.name),
        label: some(&metric.label),
        unit: metric.unit.as_deref().and_then(some),
        period: metric.period.iter().copied().min(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::wire::{Format, decode_answer};

    fn refused(code: &str, message: &str) -> ApiError {
        let mut error = ApiError::new(Class::Invalid, SystemId::TencentMonitor, "", message);
        error.code = Some(code.into());
        error
    }

    #[test]
    fn only_an_unknown_action_asks_for_the_other_name() {
        assert!(is_unknown_action(&refused("6100", "not supported")));
        assert!(is_unknown_action(&refused("4000", "Action not found")));
        assert!(!is_unknown_action(&refused(
            "4000 (-505)",
            "(-505) namespace"
        )));
        assert!(!is_unknown_action(&refused("4400", "too many requests")));
    }

    #[test]
    fn a_metric_without_a_unit_has_none() {
        let text = r#"{"namespace":"qce/cvm","metricName":"cpu_loadavg","metricCname":"负载","dimensions":"unInstanceId",
            "period":[300,"60"],"unit":null,"unitCname":null}"#;
        let metric: Metric = decode_answer(Format::Json, text.as_bytes()).expect("readable");
        let info = info(&metric, "qce/cvm", "ins-1");
        assert_eq!(info.unit, None);
        assert_eq!(info.period, Some(60));
        assert_eq!(info.label, Some("负载".into()));
    }
}
