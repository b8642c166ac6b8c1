//! From requests to what they change (ksc-autoscaling.md, 12 and 14.3).

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::common::refusal;
use crate::cloud::ksc_autoscaling::ops;
use crate::domain::scaling::Adjustment;
use crate::sim::dialect::ksc_invalid;
use crate::sim::estate::Estate;
use crate::sim::estate::scaling::calls::{self, GroupInput, PolicyInput, TaskInput};
use crate::sim::estate::things::scaling::{Binding, MetricRule, RemovePolicy};
use crate::sim::handlers::Refusal;

/// Weight of a port when none is given (12.1).
const WEIGHT: u32 = 20;

pub fn bindings(slb: &[ops::Slb]) -> Result<Vec<Binding>, Refusal> {
    slb.iter()
        .map(|one| {
            Ok(Binding {
                balancer: one.id.clone().ok_or_else(|| ksc_invalid("Slb.N.Id"))?,
                listener: one
                    .listener
                    .clone()
                    .ok_or_else(|| ksc_invalid("Slb.N.ListenerId"))?,
                ports: one.ports.clone(),
                weight: one.weight.unwrap_or(WEIGHT),
            })
        })
        .collect()
}

fn remove_policy(word: &str) -> Result<RemovePolicy, Refusal> {
    match word {
        "RemoveOldestInstance" => Ok(RemovePolicy::Oldest),
        "RemoveNewestInstance" => Ok(RemovePolicy::Newest),
        _ => Err(ksc_invalid("RemovePolicy")),
    }
}

pub fn create_group(estate: &mut Estate, ask: ops::CreateScalingGroup) -> Result<String, Refusal> {
    let input = GroupInput {
        name: Some(ask.name),
        config: Some(ask.config),
        min: Some(ask.min.into()),
        max: Some(ask.max.into()),
        desired: Some(ask.desired.into()),
        remove: Some(remove_policy(&ask.remove)?),
        subnets: ask.subnets,
        strategy: ask.strategy,
        security_group: Some(ask.security_group),
        bindings: Some(bindings(&ask.slb)?),
    };
    calls::create_group(estate, input).map_err(refusal)
}

pub fn modify_group(estate: &mut Estate, ask: ops::ModifyScalingGroup) -> Result<(), Refusal> {
    let input = GroupInput {
        name: ask.name,
        config: ask.config,
        min: ask.min.map(Into::into),
        max: ask.max.map(Into::into),
        desired: ask.desired.map(Into::into),
        remove: ask.remove.as_deref().map(remove_policy).transpose()?,
        subnets: ask.subnets,
        strategy: ask.strategy,
        security_group: None,
        bindings: match ask.slb.as_slice() {
            [] => None,
            slb => Some(bindings(slb)?),
        },
    };
    calls::modify_group(estate, &ask.group, input).map_err(refusal)
}

/// What was given of a configuration besides name and types, by its names on the wire.
fn given<O: Serialize>(ask: &O) -> Map<String, Json> {
    let mut given = match serde_json::to_value(ask) {
        Ok(Json::Object(members)) => members,
        _ => Map::new(),
    };
    for kept_apart in [
        "ScalingConfigurationId",
        "ScalingConfigurationName",
        "InstanceType",
        "InstanceType.N",
    ] {
        given.remove(kept_apart);
    }
    given
}

/// The list wins over the single type (register, C16).
fn types(one: Option<String>, several: Vec<String>) -> Vec<String> {
    if several.is_empty() {
        one.into_iter().collect()
    } else {
        several
    }
}

pub fn create_config(
    estate: &mut Estate,
    ask: ops::CreateScalingConfiguration,
) -> Result<Json, Refusal> {
    let mut given = given(&ask);
    given
        .entry("ChargeType")
        .or_insert_with(|| "HourlyInstantSettlement".into());
    let types = types(ask.instance_type, ask.instance_types);
    let id = calls::create_config(estate, ask.name, types, given).map_err(refusal)?;
    Ok(json!({"ScalingConfigurationId": id}))
}

pub fn modify_config(
    estate: &mut Estate,
    ask: ops::ModifyScalingConfiguration,
) -> Result<Json, Refusal> {
    let given = given(&ask);
    let types = types(ask.instance_type, ask.instance_types);
    calls::modify_config(estate, &ask.config, ask.name, types, given).map_err(refusal)?;
    Ok(json!({"Return": true}))
}

/// Each on its own: the call fails only when there is one and it fails.
pub fn delete_configs(estate: &mut Estate, ids: &[String]) -> Result<Json, Refusal> {
    if let [one] = ids {
        calls::delete_config(estate, one).map_err(refusal)?;
        return Ok(json!({"ReturnSet": [{"ScalingConfigurationId": one}]}));
    }
    let rows: Vec<Json> = ids
        .iter()
        .map(|id| match calls::delete_config(estate, id) {
            Ok(()) => json!({"ScalingConfigurationId": id}),
            Err(why) => {
                json!({"ScalingConfigurationId": id, "Message": refusal(why).message})
            }
        })
        .collect();
    Ok(json!({"ReturnSet": rows}))
}

/// An adjustment in the service's words.
pub fn adjustment_words(adjustment: Adjustment) -> (&'static str, i64) {
    match adjustment {
        Adjustment::Total(value) => ("TotalCapacity", value),
        Adjustment::Count(value) => ("QuantityChangeInCapacity", value),
        Adjustment::Percent(value) => ("PercentChangeInCapacity", value),
    }
}

fn adjustment(word: &str, value: i64) -> Result<Adjustment, Refusal> {
    match word {
        "TotalCapacity" => Ok(Adjustment::Total(value)),
        "QuantityChangeInCapacity" => Ok(Adjustment::Count(value)),
        "PercentChangeInCapacity" => Ok(Adjustment::Percent(value)),
        _ => Err(ksc_invalid("AdjustmentType")),
    }
}

/// When a policy fires. Words and ranges were checked before.
fn rule(metric: ops::Metric) -> MetricRule {
    MetricRule {
        metric: metric.metric,
        comparison: metric.comparison,
        threshold: metric.threshold,
        repeat: metric.repeat.unwrap_or(3),
        period: metric.period.unwrap_or(60),
        function: metric.function,
    }
}

pub fn create_policy(estate: &mut Estate, ask: ops::CreateScalingPolicy) -> Result<Json, Refusal> {
    let input = PolicyInput {
        name: Some(ask.name),
        rule: Some(rule(ask.metric)),
        adjustment: Some(adjustment(&ask.adjustment, ask.value)?),
        cooldown: Some(ask.cool_down),
    };
    let id = calls::create_policy(estate, &ask.group, input).map_err(refusal)?;
    if estate.scaling.switches.public_answers {
        return Ok(json!({"ReturnSet": {"ScalingPolicyId": id.to_string()}}));
    }
    Ok(json!({"ScalingPolicyId": id}))
}

pub fn modify_policy(estate: &mut Estate, ask: ops::ModifyScalingPolicy) -> Result<Json, Refusal> {
    let adjustment = match (&ask.adjustment, ask.value) {
        (Some(word), Some(value)) => Some(adjustment(word, value)?),
        (None, None) => None,
        _ => return Err(ksc_invalid("AdjustmentValue")),
    };
    let input = PolicyInput {
        name: ask.name,
        rule: ask.metric.map(rule),
        adjustment,
        cooldown: ask.cool_down,
    };
    calls::modify_policy(estate, &ask.group, &ask.policy, input).map_err(refusal)?;
    Ok(json!({"Return": true, "ReturnSet": {"ScalingPolicyId": ask.policy}}))
}

pub fn create_task(estate: &mut Estate, ask: ops::CreateScheduledTask) -> Result<Json, Refusal> {
    let input = TaskInput {
        name: Some(ask.name),
        min: Some(ask.min.into()),
        max: Some(ask.max.into()),
        desired: Some(ask.desired.into()),
        start: ask.start.0,
        end: ask.end.map(|end| end.0),
        recurrence: ask.recurrence,
        unit: ask.unit.zip(ask.cycle),
    };
    let id = calls::create_task(estate, &ask.group, input).map_err(refusal)?;
    if estate.scaling.switches.public_answers {
        return Ok(json!({"ReturnSet": {"ScalingScheduleTaskId": id}}));
    }
    let number: u64 = id.parse().unwrap_or_default();
    Ok(json!({"ReturnSet": number}))
}

pub fn modify_task(estate: &mut Estate, ask: ops::ModifyScheduledTask) -> Result<Json, Refusal> {
    let input = TaskInput {
        name: ask.name,
        min: ask.min.map(Into::into),
        max: ask.max.map(Into::into),
        desired: ask.desired.map(Into::into),
        start: ask.start.0,
        end: ask.end.map(|end| end.0),
        recurrence: ask.recurrence,
        unit: ask.unit.zip(ask.cycle),
    };
    calls::modify_task(estate, ask.group.as_deref(), &ask.task, input).map_err(refusal)?;
    Ok(json!({"Return": true, "ReturnSet": {"ScalingScheduleTaskId": ask.task}}))
}

pub fn events(numbers: &[u32]) -> BTreeSet<u8> {
    let small = numbers
        .iter()
        .filter_map(|number| u8::try_from(*number).ok());
    small.collect()
}
