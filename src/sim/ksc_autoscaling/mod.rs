//! Kingsoft Cloud Auto Scaling, as the estate answers it (ksc-autoscaling.md, 12 and 14).
//!
//! Answers are written here in the form of the document's samples, so that client and simulator cannot share a mistake
//! in their shape. What is checked and changed is in [`super::estate::scaling`].

mod changes;
mod common;
mod reads;

use serde_json::json;

use self::common::refusal;
use super::estate::scaling::calls;
use super::handlers::{Caller, Handlers};
use crate::cloud::ksc_autoscaling::ops;

/// The functions of its operations.
pub fn handlers() -> Handlers {
    let groups = Handlers::new()
        .on_json(|estate, _, ask: ops::CreateScalingGroup| {
            let id = changes::create_group(estate, ask)?;
            Ok(json!({"ReturnSet": {"ScalingGroupId": id}}))
        })
        .on_json(|estate, _, ask: ops::EnableScalingGroup| {
            calls::set_active(estate, &ask.group, true).map_err(refusal)?;
            Ok(json!({"ReturnSet": {"ScalingGroupId": ask.group}}))
        })
        .on_json(|estate, _, ask: ops::DisableScalingGroup| {
            calls::set_active(estate, &ask.group, false).map_err(refusal)?;
            Ok(json!({"ReturnSet": {"ScalingGroupId": ask.group}}))
        })
        .on_json(|estate, _, ask: ops::DeleteScalingGroup| {
            calls::delete_group(estate, &ask.group).map_err(refusal)?;
            Ok(json!({"ReturnSet": {"ScalingGroupId": ask.group}}))
        })
        .on_json(|estate, _, ask: ops::ModifyScalingGroup| {
            let id = ask.group.clone();
            changes::modify_group(estate, ask)?;
            Ok(json!({"Return": true, "ReturnSet": {"ScalingGroupId": id}}))
        })
        .on_json(|estate, _, ask: ops::ModifyScalingLoadBalancers| {
            let bindings = changes::bindings(&ask.slb)?;
            calls::set_bindings(estate, &ask.group, bindings).map_err(refusal)?;
            Ok(json!({"Return": true, "ReturnSet": {"ScalingGroupId": ask.group}}))
        })
        .on_json(|estate, _, ask| reads::groups(estate, &ask))
        .on_json(|estate, _, ask| reads::activities(estate, &ask));
    others(members(groups))
}

fn members(handlers: Handlers) -> Handlers {
    handlers
        .on_json(|estate, _, ask: ops::AttachInstance| {
            calls::attach(estate, &ask.group, &ask.instances).map_err(refusal)?;
            Ok(json!({"Return": true}))
        })
        .on_json(|estate, _, ask: ops::DetachInstance| {
            calls::detach(estate, &ask.group, &ask.instances).map_err(refusal)?;
            Ok(json!({"Return": true}))
        })
        .on_json(|estate, _, ask: ops::SetKvmProtectedDetach| {
            let on = ask.protected.map(|flag| flag == 1);
            calls::protect(estate, &ask.group, &ask.instances, on).map_err(refusal)?;
            if estate.scaling.switches.public_answers {
                return Ok(json!({"Return": true}));
            }
            reads::members_of(estate, &ask.group, &ask.instances)
        })
        .on_json(|estate, _, ask| reads::members(estate, &ask))
}

fn others(handlers: Handlers) -> Handlers {
    handlers
        .on_json(|estate, _, ask| changes::create_config(estate, ask))
        .on_json(|estate, _, ask| changes::modify_config(estate, ask))
        .on_json(|estate, _, ask: ops::DeleteScalingConfiguration| {
            changes::delete_configs(estate, &ask.ids)
        })
        .on_json(|estate, _, ask| reads::configs(estate, &ask))
        .on_json(|estate, _, ask| changes::create_policy(estate, ask))
        .on_json(|estate, _, ask| changes::modify_policy(estate, ask))
        .on_json(|estate, _, ask: ops::DeleteScalingPolicy| {
            calls::delete_policy(estate, &ask.group, &ask.policy).map_err(refusal)?;
            Ok(json!({"ReturnSet": {"ScalingPolicyId": ask.policy}}))
        })
        .on_json(|estate, _, ask| reads::policies(estate, &ask))
        .on_json(|estate, _, ask| changes::create_task(estate, ask))
        .on_json(|estate, _, ask| changes::modify_task(estate, ask))
        .on_json(|estate, _, ask: ops::DeleteScheduledTask| {
            calls::delete_task(estate, &ask.group, &ask.task).map_err(refusal)?;
            Ok(json!({"ReturnSet": {"ScalingScheduleTaskId": ask.task}}))
        })
        .on_json(|estate, _, ask| reads::tasks(estate, &ask))
        .on_json(|estate, _, ask: ops::CreateScalingNotification| {
            let events = changes::events(&ask.events);
            let id = calls::create_notification(estate, &ask.group, events).map_err(refusal)?;
            Ok(json!({"ScalingNotificationId": id}))
        })
        .on_json(|estate, _, ask: ops::ModifyScalingNotification| {
            let (id, events) = (ask.id.to_string(), changes::events(&ask.events));
            calls::modify_notification(estate, &ask.group, &id, events).map_err(refusal)?;
            Ok(json!({"Return": true, "ScalingNotificationId": id}))
        })
        .on_json(|estate, _: &Caller, ask| reads::notifications(estate, &ask))
}
