//! Alarm policies: read, remembered for a while, and compared with the samples (ksc-monitor.md, 14.10 to 14.13).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::ops::{
    ContactInfo, DescribeAlarmPolicy, DescribePolicyObject, ListAlarmPolicy, ListMetrics, Policy,
    TriggerRule, custom::CustomMetric,
};
use super::points::{Span, is_partial};
use super::series::{self, Found};
use super::{evaluate, extra};
use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::page::{Page, Style, Walk};
use crate::cloud::recall::KnownPolicies;
use crate::domain::account::SystemId;
use crate::domain::alarm::{AlarmPolicy, BoundInstance, Condition, Firing, PolicyId};
use crate::domain::breach;
use crate::domain::contact::{Reach, Receiver};
use crate::domain::error::{ApiError, Class};
use crate::domain::metric::{KSC_NAMESPACES, SeriesKey, Statistic, Window};
use crate::domain::text::SafeText;

/// Rows of a page: the most that is allowed (10).
const PAGE: u32 = 100;
/// Calls at once: "low concurrency" (14.2).
const AT_ONCE: usize = 4;
/// Samples that are compared reach back at least so far, in seconds, so that one can say since when it fires.
const LOOK_BACK: u32 = 15 * 60;
/// How long a comparison with the samples stays good: two questions of one refresh share it.
const EVALUATION_AGE: Duration = Duration::from_secs(20);
/// How long a product without a known namespace is left alone, in seconds.
const GIVE_UP: i64 = 600;

/// The account's policies with where they fire. Rules, instances and receivers are read again when they are
/// older than `details`; samples are compared again when the last time is longer ago than one refresh. Whoever
/// asks at the same time waits for the first one and shares its answer.
pub async fn known(client: &Client, details: Duration) -> Result<KnownPolicies, ApiError> {
    let mut memory = client.recall().policies.lock().await;
    let now = client.now();
    let is_older = |then: Timestamp, than: Duration| now.duration_since(then).unsigned_abs() > than;
    let mut known = match memory.take() {
        Some(known) if !is_older(known.read_at, details) => known,
        _ => KnownPolicies {
            described: read_all(client).await?,
            policies: Vec::new(),
            read_at: now,
            evaluated_at: Timestamp::MIN,
        },
    };
    if is_older(known.evaluated_at, EVALUATION_AGE) {
        known.policies = evaluate(client, &known.described).await?;
        known.evaluated_at = client.now();
    }
    *memory = Some(known.clone());
    Ok(known)
}

/// One policy in full, read now.
pub async fn one(client: &Client, id: PolicyId) -> Result<AlarmPolicy, ApiError> {
    let policy = describe(client, id).await?.ok_or_else(|| {
        let words = format!("there is no policy {id}");
        ApiError::new(
            Class::NotFound,
            SystemId::KscMonitor,
            DescribeAlarmPolicy::ID,
            words,
        )
    })?;
    let described = details(client, policy).await?;
    let evaluated = evaluate(client, std::slice::from_ref(&described)).await?;
    let policy = evaluated
        .into_iter()
        .next()
        .unwrap_or_else(|| described.clone());
    if let Some(known) = client.recall().policies.lock().await.as_mut() {
        replace(&mut known.described, described);
        replace(&mut known.policies, policy.clone());
    }
    Ok(policy)
}

fn replace(policies: &mut [AlarmPolicy], policy: AlarmPolicy) {
    if let Some(old) = policies.iter_mut().find(|old| old.id == policy.id) {
        *old = policy;
    }
}

async fn read_all(client: &Client) -> Result<Vec<AlarmPolicy>, ApiError> {
    let rows = list(client).await?;
    let policies: Vec<Option<AlarmPolicy>> = stream::iter(rows)
        .map(|row| read_one(client, row))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(policies.into_iter().flatten().collect())
}

/// All rows of the list.
async fn list(client: &Client) -> Result<Vec<Policy>, ApiError> {
    let mut walk = Walk::new(Style::Index(1), PAGE);
    while let Some(at) = walk.next() {
        let ask = ListAlarmPolicy {
            page_index: u32::try_from(at.index()).ok(),
            page_size: Some(PAGE),
        };
        let answer = client.call(&ask).await?.output;
        let page = Page {
            rows: answer.data.policies,
            total: u64::try_from(answer.total).ok(),
            next: None,
        };
        walk.take(page, |row| row.policy_id);
    }
    walk.end().whole(SystemId::KscMonitor, ListAlarmPolicy::ID)
}

/// One row with its details, or nothing when it was deleted in the meantime. A row whose details make no sense
/// stays, and says so.
async fn read_one(client: &Client, row: Policy) -> Result<Option<AlarmPolicy>, ApiError> {
    let id = number(row.policy_id);
    let described = match describe(client, id).await {
        Ok(Some(mut described)) => {
            described.instance_info_count = row.instance_info_count;
            described.trigger_rule_count = row.trigger_rule_count;
            described.contact_info_count = row.contact_info_count;
            details(client, described).await
        }
        Ok(None) => return Ok(None),
        Err(error) => Err(error),
    };
    match described {
        Ok(policy) => Ok(Some(policy)),
        Err(error) if error.class == Class::NotFound => Ok(None),
        Err(error) if matches!(error.class, Class::Invalid | Class::Unreadable) => {
            let mut policy = convert(row);
            policy.unchecked.push(error.message);
            Ok(Some(policy))
        }
        Err(error) => Err(error),
    }
}

async fn describe(client: &Client, id: PolicyId) -> Result<Option<Policy>, ApiError> {
    let answer = client.call(&DescribeAlarmPolicy { policy_id: id }).await?;
    Ok(answer.output.data.policies.into_iter().next())
}

/// Adds the bound instances to a description.
async fn details(client: &Client, described: Policy) -> Result<AlarmPolicy, ApiError> {
    let rules = described.trigger_rule_list.clone();
    let mut policy = convert(described);
    let mut walk = Walk::new(Style::Index(1), PAGE);
    while let Some(at) = walk.next() {
        let ask = DescribePolicyObject {
            policy_id: policy.id,
            page_index: u32::try_from(at.index()).ok(),
            page_size: Some(PAGE),
        };
        let answer = client.call(&ask).await?.output;
        let page = Page {
            rows: answer.data.instance_info_list,
            total: u64::try_from(answer.total).ok(),
            next: None,
        };
        walk.take(page, |instance| instance.instance_id.clone());
    }
    let bound = walk
        .end()
        .whole(SystemId::KscMonitor, DescribePolicyObject::ID)?;
    policy.bound = bound
        .into_iter()
        .map(|instance| BoundInstance {
            id: instance.instance_id.into(),
            name: instance.instance_name.into(),
            ip: Some(instance.ip)
                .filter(|ip| !ip.is_empty())
                .map(SafeText::from),
        })
        .collect();
    if policy.bound.is_empty() {
        policy.bound = custom_metrics(client, policy.id, &rules).await?;
    }
    policy.bound_count = count(policy.bound.len());
    Ok(policy)
}

/// The custom metrics that a policy without instances is about: those with its metric's name and all the dimensions
/// that its rules name. Their namespace, which the description does not have, is remembered.
async fn custom_metrics(
    client: &Client,
    policy: PolicyId,
    rules: &[TriggerRule],
) -> Result<Vec<BoundInstance>, ApiError> {
    let known = match extra::custom_metrics(client, "").await {
        Ok(known) => known,
        Err(error) if is_partial(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    let is_meant = |metric: &&CustomMetric| {
        rules.iter().any(|rule| {
            let wanted = extra::dimensions(&rule.tags.replace("\\u003d", "="));
            rule.item_key == metric.metric_name
                && wanted.iter().all(|pair| metric.dimensions.0.contains(pair))
        })
    };
    let meant: Vec<&CustomMetric> = known.iter().filter(is_meant).collect();
    if let Some(first) = meant.first() {
        client
            .recall()
            .learn(&custom_namespace(policy), &first.namespace);
    }
    Ok(meant
        .iter()
        .map(|metric| BoundInstance {
            id: metric.dimensions.0.join(",").into(),
            name: SafeText::default(),
            ip: None,
        })
        .collect())
}

/// Under this name the client remembers the namespace of a policy's custom metrics.
fn custom_namespace(policy: PolicyId) -> String {
    format!("custom namespace of policy {policy}")
}

/// A policy in the terms of the domain, without its bound instances.
fn convert(policy: Policy) -> AlarmPolicy {
    let bound_count = u32::try_from(policy.instances()).unwrap_or(0);
    let mut rules = Vec::new();
    let mut unchecked = Vec::new();
    for rule in &policy.trigger_rule_list {
        match evaluate::condition(rule) {
            Ok(rule) => rules.push(rule),
            Err(problem) => unchecked.push(problem.into()),
        }
    }
    let or_length = |given: Option<i64>, length: usize| {
        given
            .and_then(|given| u32::try_from(given).ok())
            .filter(|_| length == 0)
            .unwrap_or(count(length))
    };
    AlarmPolicy {
        id: number(policy.policy_id),
        name: policy.policy_name.into(),
        product: policy.product_type,
        enabled: policy.enabled == 1,
        bound_count,
        rule_count: or_length(policy.trigger_rule_count, policy.trigger_rule_list.len()),
        receiver_count: or_length(policy.contact_info_count, policy.contact_info_list.len()),
        rules,
        bound: Vec::new(),
        receivers: policy.contact_info_list.iter().map(receiver).collect(),
        series: None,
        firing: Vec::new(),
        unchecked,
        callback: Some(policy.callback_url)
            .filter(|url| !url.is_empty())
            .map(SafeText::from),
    }
}

fn receiver(contact: &ContactInfo) -> Receiver {
    Receiver {
        id: number(contact.contact_id),
        name: contact.contact_name.as_str().into(),
        reach: match contact.contact_way {
            1 => Reach::Mail,
            2 => Reach::Sms,
            3 => Reach::Both,
            other => Reach::Other(other),
        },
        is_group: contact.contact_flag == 1,
    }
}

/// Compares the samples with the rules of all policies in force. The answer says where they fire and what could
/// not be compared.
async fn evaluate(client: &Client, policies: &[AlarmPolicy]) -> Result<Vec<AlarmPolicy>, ApiError> {
    let namespaces = namespaces(client, policies).await?;
    let namespace = |policy: &AlarmPolicy| {
        let of_custom = client.recall().word(&custom_namespace(policy.id));
        of_custom.or_else(|| namespaces.get(&policy.product?)?.clone())
    };
    // One round of batches for each length of a period; a series that two rules share is read once.
    let mut rounds: BTreeMap<u32, Round> = BTreeMap::new();
    for policy in policies.iter().filter(|policy| policy.enabled) {
        let Some(namespace) = namespace(policy) else {
            continue;
        };
        for rule in &policy.rules {
            let round = rounds.entry(rule.period).or_default();
            round.points = round.points.max(rule.points);
            round.statistics.insert(rule.statistic);
            round.keys.extend(
                policy
                    .bound
                    .iter()
                    .map(|instance| key(&namespace, instance, rule)),
            );
        }
    }
    let mut found: BTreeMap<u32, Found> = BTreeMap::new();
    for (period, round) in rounds {
        let back = LOOK_BACK.max((round.points + 2).saturating_mul(period));
        let Some(span) = Span::of(Window::Last(back), period, client.now()) else {
            continue;
        };
        let keys: Vec<SeriesKey> = round.keys.into_iter().collect();
        let statistics: Vec<_> = round.statistics.into_iter().collect();
        found.insert(period, samples(client, keys, &statistics, span).await?);
    }
    let now = client.now().as_second();
    let judged = policies
        .iter()
        .map(|policy| judge(policy.clone(), namespace(policy).as_deref(), &found, now));
    Ok(judged.collect())
}

/// The samples of one round: products' in batches, the others one by one.
async fn samples(
    client: &Client,
    keys: Vec<SeriesKey>,
    statistics: &[Statistic],
    span: Span,
) -> Result<Found, ApiError> {
    let (products, others): (Vec<SeriesKey>, Vec<SeriesKey>) = keys.into_iter().partition(|key| {
        extra::sort(key.namespace.raw(), key.instance.raw()) == extra::Sort::Product
    });
    let mut found = series::batch(client, &products, statistics, span).await?;
    for &statistic in statistics {
        let (more, problems) = extra::read(client, others.clone(), statistic, span).await?;
        let more = more
            .into_iter()
            .map(|series| ((series.key, statistic), series.samples));
        found.series.extend(more);
        found.problems.extend(problems);
    }
    Ok(found)
}

#[derive(Debug, Default)]
struct Round {
    points: u32,
    statistics: BTreeSet<Statistic>,
    keys: BTreeSet<SeriesKey>,
}

/// A policy with where it fires, from samples by length of the period. Pure.
fn judge(
    mut policy: AlarmPolicy,
    namespace: Option<&str>,
    found: &BTreeMap<u32, Found>,
    now: i64,
) -> AlarmPolicy {
    if !policy.enabled || policy.bound.is_empty() {
        return policy;
    }
    let Some(namespace) = namespace else {
        let product = policy
            .product
            .map_or_else(String::new, |id| format!(" {id}"));
        let problem = format!("no namespace is known for product{product}");
        policy.unchecked.push(problem.into());
        return policy;
    };
    let first = policy.rules.first().zip(policy.bound.first());
    policy.series = first.map(|(rule, instance)| key(namespace, instance, rule));
    for (index, rule) in policy.rules.iter().enumerate() {
        for instance in &policy.bound {
            let key = key(namespace, instance, rule);
            let samples = found
                .get(&rule.period)
                .and_then(|found| found.series.get(&(key.clone(), rule.statistic)));
            let Some(samples) = samples else {
                let problem = format!("{} has no {}", name_of(instance).raw(), rule.metric.raw());
                policy.unchecked.push(problem.into());
                continue;
            };
            let Some(streak) = breach::streak(rule, samples, now) else {
                continue;
            };
            policy.firing.push(Firing {
                instance: instance.clone(),
                rule: index,
                since: Timestamp::from_second(streak.since).unwrap_or_default(),
                value: streak.value,
                series: key,
            });
        }
    }
    if let Some(firing) = policy.firing.first() {
        policy.series = Some(firing.series.clone());
    }
    policy
}

fn name_of(instance: &BoundInstance) -> &SafeText {
    if instance.name.is_empty() {
        &instance.id
    } else {
        &instance.name
    }
}

fn key(namespace: &str, instance: &BoundInstance, rule: &Condition) -> SeriesKey {
    SeriesKey {
        namespace: namespace.into(),
        instance: instance.id.clone(),
        metric: rule.metric.clone(),
    }
}

/// The namespace of each product number. The documents have no table of them, so it is found out once by asking
/// for the metrics of a bound instance in one namespace after the other, and remembered.
async fn namespaces(
    client: &Client,
    policies: &[AlarmPolicy],
) -> Result<BTreeMap<i64, Option<String>>, ApiError> {
    let mut known = BTreeMap::new();
    for policy in policies.iter().filter(|policy| policy.enabled) {
        let (Some(product), Some(instance)) = (policy.product, policy.bound.first()) else {
            continue;
        };
        if client.recall().word(&custom_namespace(policy.id)).is_some() {
            continue;
        }
        if known.get(&product).is_none_or(Option::is_none) {
            known.insert(product, namespace_of(client, product, instance).await?);
        }
    }
    Ok(known)
}

async fn namespace_of(
    client: &Client,
    product: i64,
    instance: &BoundInstance,
) -> Result<Option<String>, ApiError> {
    let found = format!("namespace of product {product}");
    let tried = format!("tried product {product} with {}", instance.id.raw());
    if let Some(namespace) = client.recall().word(&found) {
        return Ok(Some(namespace));
    }
    let now = client.now().as_second();
    let last = client.recall().word(&tried).and_then(|at| at.parse().ok());
    if last.is_some_and(|at: i64| now - at < GIVE_UP) {
        return Ok(None);
    }
    for namespace in KSC_NAMESPACES.iter().filter(|name| **name != "KCE") {
        let ask = ListMetrics {
            namespace: (*namespace).to_owned(),
            instance_id: instance.id.raw().to_owned(),
            page_index: 1,
            page_size: Some(1),
            ..ListMetrics::default()
        };
        match client.call(&ask).await {
            Ok(answer) if !answer.output.result.metrics.member.is_empty() => {
                client.recall().learn(&found, namespace);
                return Ok(Some((*namespace).to_owned()));
            }
            Ok(_) => {}
            Err(error) if is_partial(&error) => {}
            Err(error) => return Err(error),
        }
    }
    client.recall().learn(&tried, &now.to_string());
    Ok(None)
}

/// An id; the service's are never negative.
pub fn number(id: i64) -> u64 {
    id.try_into().unwrap_or(0)
}

fn count(length: usize) -> u32 {
    length.try_into().unwrap_or(u32::MAX)
}
