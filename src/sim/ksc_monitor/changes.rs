//! What changes policies, receivers and contacts (ksc-monitor.md, 14.5, 14.14, 14.15, 14.18).

use super::contacts::user_rows;
use crate::cloud::ksc_monitor::ops::AlertUsers;
use crate::cloud::ksc_monitor::ops::changes::{
    Acknowledged, AddAlarmReceives, CapitalMetadata, DeleteAlarmReceives, NewAlarmPolicy,
    PolicyCreated, UpdateAlertUserStatus,
};
use crate::sim::dialect::ksc_invalid;
use crate::sim::estate::{Estate, Policy, PolicyReceiver, Rule, Watched};
use crate::sim::handlers::{Caller, Handlers, Refusal};

/// Number of the product of custom metrics; the document has no list of the numbers (14.10).
const CUSTOM_PRODUCT: i64 = 1000;

/// Adds the functions of these operations.
pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on(
            |estate: &mut Estate, caller: &Caller, ask: NewAlarmPolicy| {
                new_alarm_policy(estate, caller, &ask)
            },
        )
        .on(|estate: &mut Estate, _: &Caller, ask: AddAlarmReceives| add_receivers(estate, &ask))
        .on(
            |estate: &mut Estate, _: &Caller, ask: DeleteAlarmReceives| {
                delete_receivers(estate, &ask)
            },
        )
        .on(
            |estate: &mut Estate, _: &Caller, ask: UpdateAlertUserStatus| {
                update_status(estate, &ask)
            },
        )
}

/// Is there such a group (1) or person (2)?
fn exists(estate: &Estate, flag: i64, id: u64) -> bool {
    if flag == 1 {
        estate.groups.iter().any(|group| group.id == id)
    } else {
        estate.contacts.iter().any(|contact| contact.id == id)
    }
}

fn new_alarm_policy(
    estate: &mut Estate,
    caller: &Caller,
    ask: &NewAlarmPolicy,
) -> Result<PolicyCreated, Refusal> {
    let mut contacts = ask.contacts.iter();
    if contacts.any(|contact| !exists(estate, contact.contact_flag, contact.contact_id)) {
        return Err(ksc_invalid("ContactList"));
    }
    let dimension = ask.dimension.clone().unwrap_or_default();
    let dimensions: Vec<String> = dimension
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
        .map(str::to_owned)
        .collect();
    let unit = estate
        .custom
        .iter()
        .find(|series| series.namespace == ask.namespace && series.metric == ask.metric_name)
        .map_or_else(String::new, |series| series.unit.clone());
    let id = estate
        .policies
        .iter()
        .map(|policy| policy.id)
        .max()
        .unwrap_or(20_000)
        + 1;
    estate.policies.push(Policy {
        id,
        name: ask.policy_name.clone(),
        product: CUSTOM_PRODUCT,
        enabled: true,
        machines: Vec::new(),
        rules: vec![Rule {
            id: id * 10 + 1,
            watched: Watched::Custom {
                namespace: ask.namespace.clone(),
                dimensions,
            },
            method: ask.method.clone(),
            key: ask.metric_name.clone(),
            label: ask.metric_name.clone(),
            unit,
            compare: ask.op.clone(),
            value: ask.threshold,
            period: ask.period,
            points: ask.cycles,
            tags: dimension,
        }],
        receivers: ask
            .contacts
            .iter()
            .map(|contact| PolicyReceiver {
                id: contact.contact_id,
                way: contact.contact_way,
                is_group: contact.contact_flag == 1,
            })
            .collect(),
        callback: String::new(),
    });
    Ok(PolicyCreated {
        metadata: CapitalMetadata {
            request_id: caller.request_id.clone(),
        },
    })
}

/// The policy that is to be changed. What the service answers when there is none is not documented.
fn policy(estate: &mut Estate, id: u64) -> Result<&mut Policy, Refusal> {
    let mut policies = estate.policies.iter_mut();
    policies
        .find(|policy| policy.id == id)
        .ok_or_else(|| ksc_invalid("PolicyId"))
}

/// Somebody who is told already is told in the new way from now on.
fn add_receivers(estate: &mut Estate, ask: &AddAlarmReceives) -> Result<Acknowledged, Refusal> {
    let is_group = ask.contact_flag == 1;
    if !ask
        .contact_ids
        .iter()
        .all(|id| exists(estate, ask.contact_flag, *id))
    {
        return Err(ksc_invalid("ContactId"));
    }
    let policy = policy(estate, ask.policy_id)?;
    for id in &ask.contact_ids {
        policy
            .receivers
            .retain(|known| known.id != *id || known.is_group != is_group);
        policy.receivers.push(PolicyReceiver {
            id: *id,
            way: ask.contact_way,
            is_group,
        });
    }
    Ok(Acknowledged::default())
}

/// Ids of the other number space are left alone.
fn delete_receivers(
    estate: &mut Estate,
    ask: &DeleteAlarmReceives,
) -> Result<Acknowledged, Refusal> {
    let is_group = ask.contact_flag == 1;
    let policy = policy(estate, ask.policy_id)?;
    policy
        .receivers
        .retain(|known| known.is_group != is_group || !ask.contact_ids.contains(&known.id));
    Ok(Acknowledged::default())
}

/// Contacts that do not exist are left out of the answer; that none of them does is an error.
fn update_status(estate: &mut Estate, ask: &UpdateAlertUserStatus) -> Result<AlertUsers, Refusal> {
    let is_meant = |id: u64| ask.user_ids.contains(&id);
    for contact in estate
        .contacts
        .iter_mut()
        .filter(|contact| is_meant(contact.id))
    {
        contact.enabled = ask.status == 1;
    }
    let rows = user_rows(estate, &[], is_meant);
    if rows.data.users.is_empty() {
        return Err(ksc_invalid("UserId"));
    }
    Ok(rows)
}
