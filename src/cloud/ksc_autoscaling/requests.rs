//! From changes to calls: the one place where what a user wants gets the names of the wire.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::ops;
use crate::cloud::declare::{BeijingTime, Entry, Operation};
use crate::domain::scaling::{
    Adjustment, Binding, Change, ConfigDraft, Function, GroupDraft, MetricRule, PolicyDraft,
    RemovePolicy, Spread, TaskDraft,
};
use crate::domain::text::SafeText;

/// The call that carries a change out: its operation and its input.
pub fn call(change: &Change) -> (Entry, Json) {
    match change {
        Change::CreateGroup(draft) => of(&create_group(draft)),
        Change::ModifyGroup(group, draft) => of(&modify_group(group, draft)),
        Change::EnableGroup(group) => of(&ops::EnableScalingGroup { group: id(group) }),
        Change::DisableGroup(group) => of(&ops::DisableScalingGroup { group: id(group) }),
        Change::DeleteGroup(group) => of(&ops::DeleteScalingGroup { group: id(group) }),
        Change::Attach(group, machines) => of(&ops::AttachInstance {
            group: id(group),
            instances: ids(machines),
        }),
        Change::Detach(group, members) => of(&ops::DetachInstance {
            group: id(group),
            instances: ids(members),
        }),
        // The flag has no default (register, C13): it is always sent.
        Change::Protect { group, members, on } => of(&ops::SetKvmProtectedDetach {
            group: id(group),
            instances: ids(members),
            protected: Some(u32::from(*on)),
        }),
        Change::SetBindings(group, bindings) => of(&ops::ModifyScalingLoadBalancers {
            group: id(group),
            slb: slb(bindings),
        }),
        Change::CreatePolicy(group, draft) => of(&create_policy(group, draft)),
        Change::ModifyPolicy(group, policy, draft) => of(&modify_policy(group, policy, draft)),
        Change::DeletePolicy(group, policy) => of(&ops::DeleteScalingPolicy {
            group: id(group),
            policy: id(policy),
        }),
        Change::CreateTask(group, draft) => of(&create_task(group, draft)),
        Change::ModifyTask(group, task, draft) => of(&modify_task(group, task, draft)),
        Change::DeleteTask(group, task) => of(&ops::DeleteScheduledTask {
            group: id(group),
            task: id(task),
        }),
        Change::CreateNotification(group, events) => of(&ops::CreateScalingNotification {
            group: id(group),
            events: numbers(events),
        }),
        Change::ModifyNotification(group, subscription, events) => {
            of(&ops::ModifyScalingNotification {
                group: id(group),
                // 18 digits fit; what is no number is left to the check.
                id: subscription.raw().parse().unwrap_or_default(),
                events: numbers(events),
            })
        }
        Change::CreateConfig(draft) => of(&create_config(draft)),
        Change::ModifyConfig(config, draft) => of(&modify_config(config, draft)),
        Change::DeleteConfigs(configs) => {
            of(&ops::DeleteScalingConfiguration { ids: ids(configs) })
        }
    }
}

fn of<O: Operation + Serialize>(input: &O) -> (Entry, Json) {
    // A declared operation is a struct of plain fields: writing it cannot fail.
    let input = serde_json::to_value(input).unwrap_or_else(|_| json!({}));
    (Entry::of::<O>(), input)
}

fn id(id: &SafeText) -> String {
    id.raw().to_owned()
}

fn ids(all: &[SafeText]) -> Vec<String> {
    all.iter().map(id).collect()
}

fn numbers(events: &BTreeSet<u8>) -> Vec<u32> {
    events.iter().map(|event| u32::from(*event)).collect()
}

fn remove_policy(policy: RemovePolicy) -> String {
    match policy {
        RemovePolicy::Oldest => "RemoveOldestInstance",
        RemovePolicy::Newest => "RemoveNewestInstance",
    }
    .to_owned()
}

fn strategy(spread: Spread) -> String {
    match spread {
        Spread::Balanced => "balanced-distribution",
        Spread::First => "choice-first",
    }
    .to_owned()
}

fn slb(bindings: &[Binding]) -> Vec<ops::Slb> {
    let one = |binding: &Binding| ops::Slb {
        id: Some(id(&binding.balancer)),
        listener: Some(id(&binding.listener)),
        ports: binding.ports.clone(),
        weight: binding.weight,
    };
    bindings.iter().map(one).collect()
}

fn create_group(draft: &GroupDraft) -> ops::CreateScalingGroup {
    ops::CreateScalingGroup {
        name: draft.name.clone().unwrap_or_default(),
        config: draft.config.clone().unwrap_or_default(),
        min: draft.min.unwrap_or_default(),
        max: draft.max.unwrap_or_default(),
        desired: draft.desired.unwrap_or_default(),
        remove: remove_policy(draft.remove.unwrap_or(RemovePolicy::Oldest)),
        subnets: draft.subnets.clone(),
        strategy: several_subnets(draft)
            .then(|| strategy(draft.spread.unwrap_or(Spread::Balanced))),
        security_group: draft.security_group.clone().unwrap_or_default(),
        slb: slb(&draft.bindings),
    }
}

/// With several subnets the strategy is always sent (register, C5).
fn several_subnets(draft: &GroupDraft) -> bool {
    draft.spread.is_some() || draft.subnets.len() > 1
}

fn modify_group(group: &SafeText, draft: &GroupDraft) -> ops::ModifyScalingGroup {
    ops::ModifyScalingGroup {
        group: id(group),
        min: draft.min,
        max: draft.max,
        desired: draft.desired,
        remove: draft.remove.map(remove_policy),
        name: draft.name.clone(),
        config: draft.config.clone(),
        subnets: draft.subnets.clone(),
        strategy: draft.spread.map(strategy),
        ..ops::ModifyScalingGroup::default()
    }
}

/// When a policy fires; travels as JSON text with lower camel case (register, C23).
fn metric(rule: &MetricRule) -> ops::Metric {
    let function = match rule.function.unwrap_or(Function::Average) {
        Function::Average => "avg",
        Function::Min => "min",
        Function::Max => "max",
    };
    ops::Metric {
        metric: id(&rule.metric),
        comparison: id(&rule.comparison),
        threshold: rule.threshold,
        repeat: Some(rule.repeat),
        function: function.to_owned(),
        period: Some(rule.period),
    }
}

fn adjustment(adjustment: Adjustment) -> (String, i64) {
    let (kind, value) = match adjustment {
        Adjustment::Total(value) => ("TotalCapacity", value),
        Adjustment::Count(value) => ("QuantityChangeInCapacity", value),
        Adjustment::Percent(value) => ("PercentChangeInCapacity", value),
    };
    (kind.to_owned(), value)
}

fn create_policy(group: &SafeText, draft: &PolicyDraft) -> ops::CreateScalingPolicy {
    let (kind, value) = adjustment(draft.adjustment);
    ops::CreateScalingPolicy {
        group: id(group),
        name: draft.name.clone(),
        metric: metric(&draft.rule),
        adjustment: kind,
        value,
        cool_down: draft.cooldown,
    }
}

fn modify_policy(
    group: &SafeText,
    policy: &SafeText,
    draft: &PolicyDraft,
) -> ops::ModifyScalingPolicy {
    let (kind, value) = adjustment(draft.adjustment);
    ops::ModifyScalingPolicy {
        policy: id(policy),
        group: id(group),
        name: Some(draft.name.clone()),
        metric: Some(metric(&draft.rule)),
        adjustment: Some(kind),
        value: Some(value),
        cool_down: Some(draft.cooldown),
    }
}

/// Unit and cycle; the cycle is a JSON list of texts (register, C29).
fn cycle(draft: &TaskDraft) -> (Option<String>, Option<String>) {
    match &draft.unit {
        Some((unit, cycle)) => (Some(unit.clone()), Some(json!(cycle).to_string())),
        None => (None, None),
    }
}

fn create_task(group: &SafeText, draft: &TaskDraft) -> ops::CreateScheduledTask {
    let (unit, cycle) = cycle(draft);
    ops::CreateScheduledTask {
        group: id(group),
        name: draft.name.clone(),
        max: draft.max,
        min: draft.min,
        desired: draft.desired,
        start: BeijingTime(draft.start),
        end: draft.end.map(BeijingTime),
        recurrence: draft.cron.clone(),
        unit,
        cycle,
    }
}

/// Group and first run are always sent (register, C31).
fn modify_task(group: &SafeText, task: &SafeText, draft: &TaskDraft) -> ops::ModifyScheduledTask {
    let (unit, cycle) = cycle(draft);
    ops::ModifyScheduledTask {
        group: Some(id(group)),
        task: id(task),
        name: Some(draft.name.clone()),
        max: Some(draft.max),
        min: Some(draft.min),
        desired: Some(draft.desired),
        start: BeijingTime(draft.start),
        end: draft.end.map(BeijingTime),
        recurrence: draft.cron.clone(),
        unit,
        cycle,
    }
}

/// One type travels alone, several as a list (register, C16).
fn types(draft: &ConfigDraft) -> (Option<String>, Vec<String>) {
    match draft.types.as_slice() {
        [one] => (Some(one.clone()), Vec::new()),
        several => (None, several.to_vec()),
    }
}

fn disks(draft: &ConfigDraft) -> Vec<ops::DataDisk> {
    let one = |disk: &crate::domain::scaling::Disk| ops::DataDisk {
        kind: Some(disk.kind.clone()),
        size: Some(disk.size),
        delete: Some(disk.goes_with_machine),
    };
    draft.disks.iter().map(one).collect()
}

fn create_config(draft: &ConfigDraft) -> ops::CreateScalingConfiguration {
    let (instance_type, instance_types) = types(draft);
    ops::CreateScalingConfiguration {
        name: draft.name.clone().unwrap_or_default(),
        image: draft.image.clone().unwrap_or_default(),
        instance_type,
        instance_types,
        keep_image_login: draft.keep_image_login,
        keys: draft.keys.clone(),
        disks: disks(draft),
        system_disk_type: draft.system_disk.as_ref().map(|(kind, _)| kind.clone()),
        system_disk_size: draft.system_disk.as_ref().map(|(_, size)| *size),
        instance_name: draft.machine_name.clone(),
        ..ops::CreateScalingConfiguration::default()
    }
}

fn modify_config(config: &SafeText, draft: &ConfigDraft) -> ops::ModifyScalingConfiguration {
    let (instance_type, instance_types) = types(draft);
    ops::ModifyScalingConfiguration {
        config: id(config),
        name: draft.name.clone(),
        image: draft.image.clone(),
        instance_type,
        instance_types,
        keep_image_login: draft.keep_image_login,
        keys: draft.keys.clone(),
        disks: disks(draft),
        system_disk_type: draft.system_disk.as_ref().map(|(kind, _)| kind.clone()),
        system_disk_size: draft.system_disk.as_ref().map(|(_, size)| *size),
        instance_name: draft.machine_name.clone(),
        ..ops::ModifyScalingConfiguration::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_names_the_operation_that_carries_it_out() {
        let group: SafeText = "1".into();
        let changes = [
            Change::CreateGroup(GroupDraft::default()),
            Change::ModifyGroup(group.clone(), GroupDraft::default()),
            Change::EnableGroup(group.clone()),
            Change::Attach(group.clone(), vec!["i".into()]),
            Change::SetBindings(group.clone(), Vec::new()),
            Change::DeletePolicy(group.clone(), "2".into()),
            Change::CreateNotification(group.clone(), BTreeSet::from([1])),
            Change::DeleteConfigs(vec![group]),
        ];
        for change in &changes {
            assert_eq!(call(change).0.id, change.operation());
        }
    }

    #[test]
    fn a_change_of_size_sends_nothing_else() {
        let draft = GroupDraft {
            desired: Some(3),
            ..GroupDraft::default()
        };
        let (_, input) = call(&Change::ModifyGroup("1".into(), draft));
        assert_eq!(input, json!({"ScalingGroupId": "1", "DesiredCapacity": 3}));
    }

    #[test]
    fn an_end_of_protection_is_sent_as_zero() {
        let change = Change::Protect {
            group: "1".into(),
            members: vec!["i".into()],
            on: false,
        };
        assert_eq!(call(&change).1["ProtectedFromDetach"], json!(0));
    }
}
