//! Everything that can be changed about groups and launch configurations.

use std::collections::BTreeSet;

use super::{Binding, ConfigDraft, ConfigId, GroupDraft, GroupId, PolicyDraft, TaskDraft};
use crate::domain::error::OperationId;
use crate::domain::text::SafeText;

/// A change. Each is one call.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Creates a group.
    CreateGroup(GroupDraft),
    /// Changes a group; load balancers have a change of their own.
    ModifyGroup(GroupId, GroupDraft),
    /// Puts a group to work.
    EnableGroup(GroupId),
    /// Stops the automatic work of a group.
    DisableGroup(GroupId),
    /// Deletes a group without members.
    DeleteGroup(GroupId),
    /// Adds machines.
    Attach(GroupId, Vec<SafeText>),
    /// Takes members out.
    Detach(GroupId, Vec<SafeText>),
    /// Protects members from leaving when the group becomes smaller, or ends that.
    Protect {
        /// The group.
        group: GroupId,
        /// The members.
        members: Vec<SafeText>,
        /// Protect?
        on: bool,
    },
    /// Replaces all load balancers; an empty set takes all away.
    SetBindings(GroupId, Vec<Binding>),
    /// Creates a metric policy.
    CreatePolicy(GroupId, PolicyDraft),
    /// Changes a metric policy.
    ModifyPolicy(GroupId, SafeText, PolicyDraft),
    /// Deletes a metric policy.
    DeletePolicy(GroupId, SafeText),
    /// Creates a scheduled task.
    CreateTask(GroupId, TaskDraft),
    /// Changes a scheduled task.
    ModifyTask(GroupId, SafeText, TaskDraft),
    /// Deletes a scheduled task.
    DeleteTask(GroupId, SafeText),
    /// Subscribes to events, 1 to 6.
    CreateNotification(GroupId, BTreeSet<u8>),
    /// Replaces the events of a subscription.
    ModifyNotification(GroupId, SafeText, BTreeSet<u8>),
    /// Creates a launch configuration.
    CreateConfig(ConfigDraft),
    /// Changes a launch configuration.
    ModifyConfig(ConfigId, ConfigDraft),
    /// Deletes launch configurations.
    DeleteConfigs(Vec<ConfigId>),
}

impl Change {
    /// The operation that carries it out, as in the catalogue.
    pub const fn operation(&self) -> OperationId {
        match self {
            Self::CreateGroup(_) => "ksc-autoscaling.create_scaling_group",
            Self::ModifyGroup(..) => "ksc-autoscaling.modify_scaling_group",
            Self::EnableGroup(_) => "ksc-autoscaling.enable_scaling_group",
            Self::DisableGroup(_) => "ksc-autoscaling.disable_scaling_group",
            Self::DeleteGroup(_) => "ksc-autoscaling.delete_scaling_group",
            Self::Attach(..) => "ksc-autoscaling.attach_instance",
            Self::Detach(..) => "ksc-autoscaling.detach_instance",
            Self::Protect { .. } => "ksc-autoscaling.set_kvm_protected_detach",
            Self::SetBindings(..) => "ksc-autoscaling.modify_scaling_load_balancers",
            Self::CreatePolicy(..) => "ksc-autoscaling.create_scaling_policy",
            Self::ModifyPolicy(..) => "ksc-autoscaling.modify_scaling_policy",
            Self::DeletePolicy(..) => "ksc-autoscaling.delete_scaling_policy",
            Self::CreateTask(..) => "ksc-autoscaling.create_scheduled_task",
            Self::ModifyTask(..) => "ksc-autoscaling.modify_scheduled_task",
            Self::DeleteTask(..) => "ksc-autoscaling.delete_scheduled_task",
            Self::CreateNotification(..) => "ksc-autoscaling.create_scaling_notification",
            Self::ModifyNotification(..) => "ksc-autoscaling.modify_scaling_notification",
            Self::CreateConfig(_) => "ksc-autoscaling.create_scaling_configuration",
            Self::ModifyConfig(..) => "ksc-autoscaling.modify_scaling_configuration",
            Self::DeleteConfigs(_) => "ksc-autoscaling.delete_scaling_configuration",
        }
    }

    /// The group it changes, where there is one already.
    pub const fn group(&self) -> Option<&GroupId> {
        match self {
            Self::ModifyGroup(group, _)
            | Self::EnableGroup(group)
            | Self::DisableGroup(group)
            | Self::DeleteGroup(group)
            | Self::Attach(group, _)
            | Self::Detach(group, _)
            | Self::Protect { group, .. }
            | Self::SetBindings(group, _)
            | Self::CreatePolicy(group, _)
            | Self::ModifyPolicy(group, ..)
            | Self::DeletePolicy(group, _)
            | Self::CreateTask(group, _)
            | Self::ModifyTask(group, ..)
            | Self::DeleteTask(group, _)
            | Self::CreateNotification(group, _)
            | Self::ModifyNotification(group, ..) => Some(group),
            Self::CreateGroup(_)
            | Self::CreateConfig(_)
            | Self::ModifyConfig(..)
            | Self::DeleteConfigs(_) => None,
        }
    }
}
