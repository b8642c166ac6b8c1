//! From actions to the operations that change something (ksc-monitor.md, 14.4, 14.5, 14.14, 14.15, 14.18).

use std::fmt::Write as _;

use super::extra::{dimensions, method};
use super::ops::changes::{PolicyContact, UpdateAlertUserStatus};
use super::ops::custom::MetricPoint;
use super::ops::{AddAlarmReceives, DeleteAlarmReceives, NewAlarmPolicy, PutMetricData};
use crate::cloud::client::Client;
use crate::cloud::declare::{Entry, Operation, UtcTime, Violation};
use crate::cloud::wire::check_entry;
use crate::domain::action::{Action, NewPolicy, Receipt, Upload};
use crate::domain::alarm::PolicyId;
use crate::domain::contact::Reach;
use crate::domain::error::ApiError;
use crate::domain::query::Query;

/// What is out of date after a change of a policy.
async fn policies_changed(client: &Client, id: Option<PolicyId>) -> Vec<Query> {
    *client.recall().policies.lock().await = None;
    let account = client.account().id.clone();
    let mut queries = vec![Query::Policies(account.clone())];
    queries.extend(id.map(|id| Query::Policy(account, id)));
    queries
}

/// A number of the service for how somebody is told.
const fn way(reach: Reach) -> i64 {
    match reach {
        Reach::Mail => 1,
        Reach::Sms => 2,
        Reach::Both => 3,
        Reach::Other(number) => number,
    }
}

const fn flag(is_group: bool) -> i64 {
    if is_group { 1 } else { 2 }
}

/// What the fields of an action are called on the wire.
const FIELDS: &[(&str, &str)] = &[
    ("PolicyName", "name"),
    ("NameSpace", "namespace"),
    ("MetricName", "metric"),
    ("metricname", "metric"),
    ("Dimension", "dimensions"),
    ("Cycles", "cycles"),
    ("Op", "comparison"),
    ("ThreshHold", "threshold"),
    ("Period", "minutes"),
    ("Method", "statistic"),
    ("ContactList", "receivers"),
    ("ContactId", "ids"),
    ("ContactWay", "way"),
    ("UserId", "ids"),
];

/// The rules that an action breaks: those that its operation has. Fields are named as the action names them.
pub fn check(action: &Action) -> Vec<Violation> {
    let mut broken = match action {
        Action::AddReceivers {
            policy,
            ids,
            is_group,
            reach,
            ..
        } => broken_by(&asked_to_add(*policy, ids, *is_group, *reach)),
        Action::RemoveReceivers {
            policy,
            ids,
            is_group,
            ..
        } => broken_by(&asked_to_remove(*policy, ids, *is_group)),
        Action::CreatePolicy(_, new) => broken_by(&asked_to_create(new)),
        Action::SwitchContacts { ids, enabled, .. } => broken_by(&asked_to_switch(ids, *enabled)),
        Action::Upload(_, values) => broken_by(&asked_to_upload(values)),
        _ => Vec::new(),
    };
    for one in &mut broken {
        one.field = name_of(&one.field);
    }
    broken
}

fn broken_by<O: Operation>(ask: &O) -> Vec<Violation> {
    let input = serde_json::to_value(ask).unwrap_or_default();
    check_entry(&Entry::of::<O>(), &input)
}

/// What an action calls the field at this place: `dimensions` for `Points[0].dimensions[1]`.
fn name_of(place: &str) -> String {
    let (_, last) = place.rsplit_once('.').unwrap_or(("", place));
    let (plain, _) = last.split_once('[').unwrap_or((last, ""));
    let found = FIELDS.iter().find(|(wire, _)| *wire == plain);
    found.map_or(plain, |(_, name)| name).to_owned()
}

fn asked_to_add(policy: PolicyId, ids: &[u64], is_group: bool, reach: Reach) -> AddAlarmReceives {
    AddAlarmReceives {
        policy_id: policy,
        contact_flag: flag(is_group),
        contact_way: way(reach),
        contact_ids: ids.to_vec(),
    }
}

/// Adds receivers.
pub async fn add_receivers(
    client: &Client,
    policy: PolicyId,
    ids: &[u64],
    is_group: bool,
    reach: Reach,
) -> Result<Receipt, ApiError> {
    let ask = asked_to_add(policy, ids, is_group, reach);
    let reply = client.call(&ask).await?;
    let refresh = policies_changed(client, Some(policy)).await;
    let words = format!("policy {policy} tells {} more", ids.len());
    Ok(Receipt::new(words, reply.request_id, refresh))
}

fn asked_to_remove(policy: PolicyId, ids: &[u64], is_group: bool) -> DeleteAlarmReceives {
    DeleteAlarmReceives {
        policy_id: policy,
        contact_flag: flag(is_group),
        contact_ids: ids.to_vec(),
    }
}

/// Removes receivers.
pub async fn remove_receivers(
    client: &Client,
    policy: PolicyId,
    ids: &[u64],
    is_group: bool,
) -> Result<Receipt, ApiError> {
    let ask = asked_to_remove(policy, ids, is_group);
    let reply = client.call(&ask).await?;
    let refresh = policies_changed(client, Some(policy)).await;
    let words = format!("policy {policy} tells {} fewer", ids.len());
    Ok(Receipt::new(words, reply.request_id, refresh))
}

fn asked_to_create(new: &NewPolicy) -> NewAlarmPolicy {
    NewAlarmPolicy {
        policy_name: new.name.clone(),
        namespace: new.namespace.clone(),
        metric_name: new.metric.clone(),
        dimension: Some(new.dimensions.clone()).filter(|text| !text.is_empty()),
        cycles: new.cycles,
        op: new.comparison.sign().to_owned(),
        threshold: new.threshold,
        period: new.minutes,
        method: method(new.statistic).to_owned(),
        contacts: new
            .receivers
            .iter()
            .map(|(id, is_group, reach)| PolicyContact {
                contact_id: *id,
                contact_way: way(*reach),
                contact_flag: flag(*is_group),
            })
            .collect(),
    }
}

/// Creates a policy. The answer names no id (14.5): the list is read again and shows it.
pub async fn new_policy(client: &Client, new: &NewPolicy) -> Result<Receipt, ApiError> {
    let ask = asked_to_create(new);
    let reply = client.call(&ask).await?;
    let refresh = policies_changed(client, None).await;
    let words = format!("policy {} created", new.name);
    Ok(Receipt::new(words, reply.request_id, refresh))
}

/// The service's number for a contact that is on, or off.
const fn status(enabled: bool) -> i64 {
    if enabled { 1 } else { 2 }
}

fn asked_to_switch(ids: &[u64], enabled: bool) -> UpdateAlertUserStatus {
    UpdateAlertUserStatus {
        user_ids: ids.to_vec(),
        status: status(enabled),
    }
}

/// Switches contacts on or off. The answer lists those that were switched: the receipt says who was not.
pub async fn switch_contacts(
    client: &Client,
    ids: &[u64],
    enabled: bool,
) -> Result<Receipt, ApiError> {
    let wanted = status(enabled);
    let ask = asked_to_switch(ids, enabled);
    let reply = client.call(&ask).await?;
    let rows = &reply.output.data.users;
    let state = if enabled { "on" } else { "off" };
    let mut words = String::new();
    let mut left_out = Vec::new();
    for id in ids {
        let row = rows
            .iter()
            .find(|row| u64::try_from(row.user_id) == Ok(*id));
        let separator = if words.is_empty() { "" } else { ", " };
        let _ = match row {
            Some(row) if row.user_status == wanted => {
                write!(words, "{separator}{} {state}", row.user_name)
            }
            Some(row) => {
                left_out.push(row.user_name.as_str().into());
                write!(words, "{separator}{} not {state}", row.user_name)
            }
            None => {
                left_out.push(id.to_string().into());
                write!(words, "{separator}{id}: no such contact")
            }
        };
    }
    let refresh = vec![Query::Contacts(client.account().id.clone())];
    Ok(Receipt {
        left_out,
        ..Receipt::new(words, reply.request_id, refresh)
    })
}

fn asked_to_upload(values: &[Upload]) -> PutMetricData {
    let point = |value: &Upload| MetricPoint {
        namespace: value.namespace.clone(),
        metric_name: value.metric.clone(),
        dimensions: dimensions(&value.dimensions),
        timestamp: UtcTime(value.at),
        value: value.value,
        unit: value.unit.clone(),
    };
    PutMetricData {
        points: values.iter().map(point).collect(),
    }
}

/// Uploads values.
pub async fn upload(client: &Client, values: &[Upload]) -> Result<Receipt, ApiError> {
    let ask = asked_to_upload(values);
    let reply = client.call(&ask).await?;
    let refresh = vec![Query::Metrics {
        account: client.account().id.clone(),
        namespace: String::new(),
        instance: String::new(),
    }];
    let words = format!("{} uploaded: {}", values.len(), reply.output.message);
    Ok(Receipt::new(words, reply.request_id, refresh))
}
