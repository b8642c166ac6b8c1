//! From queries to operations to facts, and from actions to operations to receipts.
//!
//! The API knows policies and no alarms: an alarm here is a rule that its samples breach at this moment
//! ([`breach`] says when, and how severity is chosen).

use std::collections::BTreeMap;
use std::time::Duration;

use super::change;
use super::extra::{self, Sort};
use super::ops::{AlertUser, GetAlertUser, GetUserGroup, ListMetrics};
use super::policies::{self, number};
use super::series;
use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::page::{Page, Style, Walk};
use crate::cloud::raw;
use crate::cloud::recall::KnownPolicies;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, Receipt};
use crate::domain::alarm::{Alarm, AlarmPolicy, Firing, Threshold};
use crate::domain::breach;
use crate::domain::contact::{Contact, ContactGroup};
use crate::domain::error::ApiError;
use crate::domain::odd::Odd;
use crate::domain::query::{Facts, Query};
use crate::domain::text::SafeText;

/// Rules and bound instances change rarely: the queue of alarms lives with rules of this age.
const RULES_FOR_ALARMS: Duration = Duration::from_secs(300);
/// Whoever looks at policies sees them as they are; a question of the same refresh is shared.
const RULES_FOR_POLICIES: Duration = Duration::from_secs(20);
/// Rows of a page of metrics; the documents name no limit.
const METRICS_PAGE: u32 = 100;
/// Pages of metrics at most.
const METRICS_PAGES: u32 = 100;

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
        Query::Metrics {
            namespace,
            instance,
            ..
        } => match extra::sort(namespace, instance) {
            Sort::Product => metrics(client, namespace, instance).await,
            kind => extra::metrics(client, kind, namespace, instance).await,
        },
        Query::Alarms(_) => {
            let known = policies::known(client, RULES_FOR_ALARMS).await?;
            Ok(Facts::Alarms(alarms(client, &known)))
        }
        Query::Policies(_) => {
            let known = policies::known(client, RULES_FOR_POLICIES).await?;
            Ok(Facts::Policies(known.policies))
        }
        Query::Policy(_, id) => Ok(Facts::Policies(vec![policies::one(client, *id).await?])),
        Query::Contacts(_) => contacts(client).await,
        Query::Raw {
            operation, input, ..
        } => raw::read(client, operation, input).await,
        _ => Err(raw::unanswerable(client)),
    }
}

/// Carries out an action.
pub async fn act(client: &Client, action: &Action) -> Result<Receipt, ApiError> {
    match action {
        Action::Raw {
            operation, input, ..
        } => raw::act(client, operation, input).await,
        Action::AddReceivers {
            policy,
            ids,
            is_group,
            reach,
            ..
        } => change::add_receivers(client, *policy, ids, *is_group, *reach).await,
        Action::RemoveReceivers {
            policy,
            ids,
            is_group,
            ..
        } => change::remove_receivers(client, *policy, ids, *is_group).await,
        Action::CreatePolicy(_, new) => change::new_policy(client, new).await,
        Action::SwitchContacts { ids, enabled, .. } => {
            change::switch_contacts(client, ids, *enabled).await
        }
        Action::Upload(_, values) => change::upload(client, values).await,
        _ => Err(raw::undoable(client)),
    }
}

/// All metrics of an instance. There is no total: a short, empty or repeated page is the last one
/// (ksc-monitor.md, 10).
async fn metrics(client: &Client, namespace: &str, instance: &str) -> Result<Facts, ApiError> {
    let mut walk = Walk::new(Style::Index(1), METRICS_PAGE).up_to(METRICS_PAGES);
    while let Some(at) = walk.next() {
        let ask = ListMetrics {
            namespace: namespace.to_owned(),
            instance_id: instance.to_owned(),
            metric_name: None,
            page_index: u32::try_from(at.index()).unwrap_or(u32::MAX),
            page_size: Some(METRICS_PAGE),
        };
        let members = client.call(&ask).await?.output.result.metrics.member;
        let rows = members
            .iter()
            .map(|metric| extra::metric_info(metric, namespace, instance));
        let page = Page {
            rows: rows.collect(),
            total: None,
            next: None,
        };
        walk.take(page, |info| info.key.clone());
    }
    let rows = walk.end().whole(SystemId::KscMonitor, ListMetrics::ID)?;
    Ok(Facts::Metrics(rows))
}

fn alarms(client: &Client, known: &KnownPolicies) -> Vec<Alarm> {
    let all = known.policies.iter().flat_map(|policy| {
        policy
            .firing
            .iter()
            .filter_map(move |firing| alarm(client, known, policy, firing))
    });
    all.collect()
}

/// A breached rule as an alarm.
fn alarm(
    client: &Client,
    known: &KnownPolicies,
    policy: &AlarmPolicy,
    firing: &Firing,
) -> Option<Alarm> {
    let rule = policy.rules.get(firing.rule)?;
    let instance = &firing.instance;
    let limit = format!(
        "{} {}{}",
        rule.comparison.sign(),
        rule.threshold,
        rule.unit.raw()
    );
    let is_named = !instance.name.is_empty();
    let detail = [
        ("policyName", policy.name.raw().to_owned()),
        ("instanceId", instance.id.raw().to_owned()),
        (
            "ip",
            instance
                .ip
                .as_ref()
                .map_or(String::new(), |ip| ip.raw().to_owned()),
        ),
        ("itemKey", rule.metric.raw().to_owned()),
        ("triggerValue", limit.clone()),
        ("value", format!("{}{}", firing.value, rule.unit.raw())),
        ("period", format!("{}s", rule.period)),
        ("points", rule.points.to_string()),
    ];
    Some(Alarm {
        id: format!("{}/{}/{}", policy.id, firing.rule, instance.id.raw()).into(),
        account: client.account().id.clone(),
        severity: breach::severity(rule, firing.value),
        severity_raw: SafeText::default(),
        title: format!("{} {limit}", rule.label.raw()).into(),
        resource: if is_named {
            instance.name.clone()
        } else {
            instance.id.clone()
        },
        resource_id: is_named.then(|| instance.id.clone()),
        region: client.account().region.as_str().into(),
        since: firing.since,
        latest: known.evaluated_at,
        count: 1,
        cleared: false,
        acknowledged: false,
        threshold: Some(Threshold {
            series: firing.series.clone(),
            statistic: rule.statistic,
            period: rule.period,
            comparison: rule.comparison,
            value: rule.threshold,
            unit: rule.unit.clone(),
        }),
        policy: Some(policy.id),
        detail: detail
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(label, text)| (label.into(), text.into()))
            .collect(),
        odd: Odd::default(),
    })
}

async fn contacts(client: &Client) -> Result<Facts, ApiError> {
    let groups = client.call(&GetUserGroup {}).await?.output;
    let users = client.call(&GetAlertUser::default()).await?.output;
    let groups = groups.data.user_grp_list.into_iter();
    Ok(Facts::Contacts {
        groups: groups
            .map(|group| ContactGroup {
                id: number(group.user_grp_id),
                name: group.name.into(),
                members: group.user_count.try_into().unwrap_or(0),
            })
            .collect(),
        people: people(&users.data.users),
    })
}

/// The people behind the rows: somebody in several groups is listed once for each (14.17).
fn people(rows: &[AlertUser]) -> Vec<Contact> {
    let mut order = Vec::new();
    let mut by_id: BTreeMap<i64, Contact> = BTreeMap::new();
    for row in rows {
        let contact = by_id.entry(row.user_id).or_insert_with(|| {
            order.push(row.user_id);
            Contact {
                id: number(row.user_id),
                name: row.user_name.as_str().into(),
                email: row.user_email.as_str().into(),
                phone: row.user_phone.as_str().into(),
                groups: Vec::new(),
                enabled: row.user_status == 1,
            }
        });
        let nested = row
            .user_groups
            .iter()
            .map(|group| group.group_name.as_str());
        for name in nested.chain([row.group_name.as_str()]) {
            let name = SafeText::new(name);
            if !name.is_empty() && !contact.groups.contains(&name) {
                contact.groups.push(name);
            }
        }
    }
    order
        .into_iter()
        .filter_map(|id| by_id.remove(&id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::wire::{Format, decode_answer};

    #[test]
    fn somebody_in_two_groups_is_one_person() {
        let text = r#"[
            {"userId": 1, "userName": "a", "groupName": "night", "userGrpId": 8, "userStatus": 1},
            {"userId": 2, "userName": "b", "userStatus": 2, "userGroups": [{"userGrpId": 9, "groupName": "day"}]},
            {"userId": 1, "userName": "a", "groupName": "day", "userGrpId": 9, "userStatus": 1}
        ]"#;
        let rows: Vec<AlertUser> = decode_answer(Format::Json, text.as_bytes()).expect("readable");
        let people = people(&rows);
        assert_eq!(people.len(), 2);
        assert_eq!(people[0].groups, ["night".into(), "day".into()]);
        assert!(people[0].enabled);
        assert_eq!(people[1].groups, ["day".into()]);
        assert!(!people[1].enabled);
    }
}
