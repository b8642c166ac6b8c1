//! Alarms from limits in the configuration: this API has samples and nothing that watches them (tencent-monitor.md, 1.2).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::series;
use crate::cloud::client::Client;
use crate::domain::alarm::{Alarm, LocalLimit, Severity};
use crate::domain::breach;
use crate::domain::error::ApiError;
use crate::domain::metric::{Series, SeriesKey, Statistic, Window};
use crate::domain::odd::Odd;
use crate::domain::query::Facts;
use crate::domain::text::SafeText;

/// How far back samples are read at least, in seconds: so long an alarm is known to last.
const SPAN: u32 = 3600;

/// What the samples say about every configured limit now. A limit that cannot be compared with samples is a row, too:
/// nobody watches its series.
pub(super) async fn alarms(client: &Client) -> Result<Vec<Alarm>, ApiError> {
    let limits = &client.account().limits;
    let mut asked: BTreeMap<(&SafeText, u32), Vec<&LocalLimit>> = BTreeMap::new();
    for limit in limits {
        asked
            .entry((&limit.series.namespace, limit.rule.period))
            .or_default()
            .push(limit);
    }
    let mut alarms = Vec::new();
    for ((_, period), limits) in asked {
        let mut keys: Vec<SeriesKey> = limits.iter().map(|limit| limit.series.clone()).collect();
        keys.sort();
        keys.dedup();
        let most = limits.iter().map(|limit| limit.rule.points).max();
        let span = period.saturating_mul(most.unwrap_or(1) + 5).max(SPAN);
        let window = Window::Last(span);
        let read = series::read(client, &keys, Statistic::Average, period, window).await?;
        let Facts::Series { series, problems } = read else {
            continue;
        };
        alarms.extend(limits.iter().filter_map(|limit| {
            let found = series.iter().find(|one| one.key == limit.series);
            judge(limit, found.map(AsRef::as_ref), &problems, client)
        }));
    }
    Ok(alarms)
}

fn judge(
    limit: &LocalLimit,
    series: Option<&Series>,
    problems: &[SafeText],
    client: &Client,
) -> Option<Alarm> {
    let now = client.now();
    let Some(series) = series.filter(|series| !series.samples.is_empty()) else {
        let of_instance = |problem: &&SafeText| {
            let instance = limit.series.instance.raw();
            problem.raw().starts_with(instance)
        };
        let why = problems.iter().find(of_instance).cloned();
        let why = why.unwrap_or_else(|| "no samples".into());
        return Some(unchecked(limit, &why, client));
    };
    // The service may have answered with a longer period than was asked for.
    let mut rule = limit.rule.clone();
    rule.period = series.period.max(1);
    let streak = breach::streak(&rule, &series.samples, now.as_second())?;
    let mut alarm = row(limit, client);
    alarm.severity = limit
        .severity
        .unwrap_or_else(|| breach::severity(&rule, streak.value));
    alarm.since = Timestamp::from_second(streak.since).unwrap_or(now);
    alarm.detail.push((
        "value".into(),
        format!("{}{}", streak.value, rule.unit.raw()).into(),
    ));
    Some(alarm)
}

/// A limit that nothing could be compared with.
fn unchecked(limit: &LocalLimit, why: &SafeText, client: &Client) -> Alarm {
    let mut alarm = row(limit, client);
    alarm.severity = Severity::Warning;
    alarm.title = format!("not checked: {}", alarm.title.raw()).into();
    alarm.detail.push(("why".into(), why.clone()));
    alarm
}

fn row(limit: &LocalLimit, client: &Client) -> Alarm {
    let (key, rule, now) = (&limit.series, &limit.rule, client.now());
    let wanted = format!(
        "{} {}{}",
        rule.comparison.sign(),
        rule.threshold,
        rule.unit.raw()
    );
    let fact = |label: &str, text: &str| (label.into(), text.into());
    Alarm {
        id: format!("limit/{key}/{wanted}").into(),
        account: client.account().id.clone(),
        severity: Severity::Major,
        severity_raw: SafeText::default(),
        title: format!("{} {wanted}", rule.label.raw()).into(),
        resource: limit.name.clone().unwrap_or_else(|| key.instance.clone()),
        resource_id: limit.name.is_some().then(|| key.instance.clone()),
        region: client.account().region.as_str().into(),
        since: now,
        latest: now,
        count: 1,
        cleared: false,
        acknowledged: false,
        threshold: Some(limit.threshold()),
        policy: None,
        detail: vec![
            fact("source", "limits in the configuration"),
            fact("namespace", key.namespace.raw()),
            fact("instance", key.instance.raw()),
            fact("metric", key.metric.raw()),
            fact("limit", &wanted),
            fact("period", &format!("{}s", rule.period)),
            fact("points", &rule.points.to_string()),
        ],
        odd: Odd::default(),
    }
}
