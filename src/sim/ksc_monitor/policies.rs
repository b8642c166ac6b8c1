//! Alarm policies, what they watch and whom they tell (ksc-monitor.md, 14.10 to 14.13).

use super::common::{count, id, page};
use crate::cloud::ksc_monitor::ops::{
    self, ContactInfo, DescribeAlarmPolicy, DescribeAlarmReceives, DescribePolicyObject, Figure,
    InstanceInfo, ListAlarmPolicy, PolicyList, PolicyListData, PolicyObjects, PolicyObjectsData,
    Receivers, ReceiversData, TriggerRule,
};
use crate::sim::estate::{Cloud, Estate, Policy, Rule};
use crate::sim::handlers::{Caller, Handlers};

/// Adds the functions of these operations.
pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on(|estate: &mut Estate, _: &Caller, ask: ListAlarmPolicy| {
            Ok(list_alarm_policy(estate, &ask))
        })
        .on(
            |estate: &mut Estate, _: &Caller, ask: DescribeAlarmPolicy| {
                Ok(describe_alarm_policy(estate, &ask))
            },
        )
        .on(
            |estate: &mut Estate, _: &Caller, ask: DescribePolicyObject| {
                Ok(describe_policy_object(estate, &ask))
            },
        )
        .on(
            |estate: &mut Estate, _: &Caller, ask: DescribeAlarmReceives| {
                Ok(describe_alarm_receives(estate, &ask))
            },
        )
}

fn list_alarm_policy(estate: &Estate, ask: &ListAlarmPolicy) -> PolicyList {
    let rows = estate.policies.iter().map(|policy| ops::Policy {
        instance_info_count: Some(count(policy.machines.len())),
        trigger_rule_count: Some(count(policy.rules.len())),
        contact_info_count: Some(count(policy.receivers.len())),
        ..head(policy)
    });
    let rows = page(rows, ask.page_index, ask.page_size.unwrap_or(10));
    policy_list(rows, estate.policies.len())
}

/// The document does not say what a policy that does not exist is answered with: an empty list here.
fn describe_alarm_policy(estate: &Estate, ask: &DescribeAlarmPolicy) -> PolicyList {
    let policies: Vec<ops::Policy> = estate
        .policy(ask.policy_id)
        .map(|policy| ops::Policy {
            instance_info_count_described: Some(count(policy.machines.len())),
            trigger_rule_list: policy.rules.iter().map(rule).collect(),
            contact_info_list: receivers(estate, policy),
            ..head(policy)
        })
        .into_iter()
        .collect();
    let total = policies.len();
    policy_list(policies, total)
}

fn policy_list(policies: Vec<ops::Policy>, total: usize) -> PolicyList {
    PolicyList {
        data: PolicyListData { policies },
        total: count(total),
        request_id: String::new(),
    }
}

fn head(policy: &Policy) -> ops::Policy {
    ops::Policy {
        policy_id: id(policy.id),
        policy_name: policy.name.clone(),
        product_type: Some(policy.product),
        policy_type: 0,
        enabled: i64::from(policy.enabled),
        callback_url: policy.callback.clone(),
        ..ops::Policy::default()
    }
}

fn rule(rule: &Rule) -> TriggerRule {
    TriggerRule {
        trigger_id: id(rule.id),
        period: format!("{}m", rule.period),
        method: rule.method.clone(),
        compare: rule.compare.clone(),
        trigger_value: Figure::new(rule.value),
        item_name: rule.label.clone(),
        item_key: rule.key.clone(),
        units: rule.unit.clone(),
        effect_begin: "00:00".to_owned(),
        effect_end: "23:59".to_owned(),
        tags: rule.tags.clone(),
        interval: "5m".to_owned(),
        points: i64::from(rule.points),
        max_count: Some(3),
    }
}

fn receivers(estate: &Estate, policy: &Policy) -> Vec<ContactInfo> {
    let name = |of: u64, is_group: bool| {
        if is_group {
            let group = estate.groups.iter().find(|group| group.id == of);
            group.map(|group| group.name.clone())
        } else {
            let contact = estate.contacts.iter().find(|contact| contact.id == of);
            contact.map(|contact| contact.name.clone())
        }
    };
    let receivers = policy.receivers.iter();
    receivers
        .map(|receiver| ContactInfo {
            contact_id: id(receiver.id),
            contact_name: name(receiver.id, receiver.is_group).unwrap_or_default(),
            contact_way: receiver.way,
            contact_flag: if receiver.is_group { 1 } else { 2 },
        })
        .collect()
}

fn describe_policy_object(estate: &Estate, ask: &DescribePolicyObject) -> PolicyObjects {
    let Some(policy) = estate.policy(ask.policy_id) else {
        return PolicyObjects::default();
    };
    let rows: Vec<InstanceInfo> = policy
        .machines
        .iter()
        .filter_map(|name| estate.machine(name))
        .filter_map(|machine| {
            Some(InstanceInfo {
                instance_id: machine.id_in(Cloud::Ksc)?.to_owned(),
                ip: machine.ip.clone(),
                instance_name: machine.name.clone(),
            })
        })
        .collect();
    let total = count(rows.len());
    let size = ask.page_size.unwrap_or(10);
    PolicyObjects {
        data: PolicyObjectsData {
            instance_info_list: page(rows.into_iter(), ask.page_index, size),
            product_type: Some(policy.product),
        },
        total,
        request_id: String::new(),
    }
}

fn describe_alarm_receives(estate: &Estate, ask: &DescribeAlarmReceives) -> Receivers {
    let policy = estate.policy(ask.policy_id);
    let rows = policy.map_or_else(Vec::new, |policy| receivers(estate, policy));
    Receivers {
        total: count(rows.len()),
        data: ReceiversData {
            contact_info_list: rows,
        },
        ..Receivers::default()
    }
}
