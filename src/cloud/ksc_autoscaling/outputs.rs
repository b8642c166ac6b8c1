//! What the operations answer (ksc-autoscaling.md, 6, 11 and 12).
//!
//! One struct reads JSON and XML: lists are [`Items`], which know the element `Item`. Every field may be missing.

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::cloud::wire::Items;

/// Text that may be missing, and is not written then.
fn none<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// One thing that a changing call names in its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Named {
    /// Its id, whatever it is called there.
    #[serde(rename = "Id")]
    pub id: String,
    /// What went wrong with it, where each thing is done on its own.
    #[serde(rename = "Message", skip_serializing_if = "none")]
    pub message: String,
}

/// `ReturnSet` in all its shapes: an object with an id under some name, a list of such objects, an id as text or as a
/// number above 2^53 (register, C9 and C27). Written as a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReturnSet(pub Vec<Named>);

impl ReturnSet {
    /// The first id in it.
    pub fn first(&self) -> Option<&str> {
        self.0
            .first()
            .map(|named| named.id.as_str())
            .filter(|id| !id.is_empty())
    }

    /// Of a part of an answer.
    pub fn of(value: &Json) -> Self {
        Self(Self::read(value))
    }

    fn read(value: &Json) -> Vec<Named> {
        match value {
            Json::Null => Vec::new(),
            Json::Array(items) => items.iter().flat_map(Self::read).collect(),
            Json::Object(members) => Self::read_object(members),
            scalar => scalar_text(scalar)
                .map(|id| Named {
                    id,
                    message: String::new(),
                })
                .into_iter()
                .collect(),
        }
    }

    fn read_object(members: &serde_json::Map<String, Json>) -> Vec<Named> {
        let mut named = Named::default();
        let mut all = Vec::new();
        for (key, value) in members {
            if !named.take(key, value) {
                all.extend(Self::read_row(key, value));
            }
        }
        all.extend((named != Named::default()).then_some(named));
        all
    }

    /// XML: the list's element, or the text of an element without children.
    fn read_row(key: &str, value: &Json) -> Vec<Named> {
        match key.to_ascii_lowercase().as_str() {
            "item" | "member" | "$text" | "$value" => Self::read(value),
            _ => Vec::new(),
        }
    }
}

impl Named {
    /// Takes over a member of an object, if it is an id or a message.
    fn take(&mut self, key: &str, value: &Json) -> bool {
        let key = key.to_ascii_lowercase();
        let part = match key.as_str() {
            "message" => &mut self.message,
            key if key.ends_with("id") => &mut self.id,
            _ => return false,
        };
        *part = scalar_text(value).unwrap_or_default();
        true
    }
}

/// A scalar as text; whole numbers keep all their digits.
fn scalar_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        // XML: an element without children is an object that holds its text.
        Json::Object(members) => members.get("$text").and_then(scalar_text),
        Json::Array(items) => items.first().and_then(scalar_text),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for ReturnSet {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shapes)
    }
}

/// Reads the shapes. Not by way of a JSON object: the rows of an XML list have one name.
struct Shapes;

impl<'de> Visitor<'de> for Shapes {
    type Value = ReturnSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id, an object with an id, or a list of them")
    }

    fn visit_unit<E: de::Error>(self) -> Result<ReturnSet, E> {
        Ok(ReturnSet::default())
    }

    fn visit_none<E: de::Error>(self) -> Result<ReturnSet, E> {
        Ok(ReturnSet::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<ReturnSet, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_u64<E: de::Error>(self, id: u64) -> Result<ReturnSet, E> {
        Ok(ReturnSet::of(&id.into()))
    }

    fn visit_i64<E: de::Error>(self, id: i64) -> Result<ReturnSet, E> {
        Ok(ReturnSet::of(&id.into()))
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<ReturnSet, E> {
        Ok(ReturnSet::of(&id.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<ReturnSet, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element::<Json>()? {
            all.extend(ReturnSet::read(&item));
        }
        Ok(ReturnSet(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ReturnSet, A::Error> {
        let mut named = Named::default();
        let mut all = Vec::new();
        while let Some((key, value)) = members.next_entry::<String, Json>()? {
            if !named.take(&key, &value) {
                all.extend(ReturnSet::read_row(&key, &value));
            }
        }
        all.extend((named != Named::default()).then_some(named));
        Ok(ReturnSet(all))
    }
}

impl fmt::Display for ReturnSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.first().unwrap_or_default())
    }
}

/// Answer of most changing calls: accepted or not, and what it was about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Returned {
    /// `false` is a refusal, although the status is 200 (12.6).
    #[serde(rename = "Return", skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// What it was about.
    #[serde(rename = "ReturnSet", skip_serializing_if = "none")]
    pub set: ReturnSet,
    /// Request id.
    #[serde(rename = "RequestId", skip_serializing_if = "none")]
    pub request_id: String,
}

/// Answer of `CreateScalingConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigCreated {
    /// The new configuration.
    #[serde(rename = "ScalingConfigurationId")]
    pub id: String,
    /// Request id.
    #[serde(rename = "RequestId", skip_serializing_if = "none")]
    pub request_id: String,
}

/// Answer of `CreateScalingPolicy`: the id is at the top or in `ReturnSet` (register, C20).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyCreated {
    /// The new policy, at the top.
    #[serde(rename = "ScalingPolicyId", skip_serializing_if = "none")]
    pub id: String,
    /// The new policy, in the set.
    #[serde(rename = "ReturnSet", skip_serializing_if = "none")]
    pub set: ReturnSet,
    /// Request id.
    #[serde(rename = "RequestId", skip_serializing_if = "none")]
    pub request_id: String,
}

/// Answer of `CreateScalingNotification` and `ModifyScalingNotification`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationCreated {
    /// `false` is a refusal.
    #[serde(rename = "Return", skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// The notification.
    #[serde(rename = "ScalingNotificationId", skip_serializing_if = "none")]
    pub id: String,
    /// Request id.
    #[serde(rename = "RequestId", skip_serializing_if = "none")]
    pub request_id: String,
}

/// Answer of `DescribeScalingGroup`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Groups {
    /// How many there are; not to be relied upon (register, C39).
    pub scaling_group_count: i64,
    /// The groups.
    #[serde(rename = "ScalingGroupSet")]
    pub rows: Items<Group>,
    /// Request id.
    #[serde(skip_serializing_if = "none")]
    pub request_id: String,
}

/// A scaling group (12.11). The older fields of a single load balancer are left out: they contradict the set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Group {
    /// Id.
    pub scaling_group_id: String,
    /// Name.
    pub scaling_group_name: String,
    /// Launch configuration.
    pub scaling_configuration_id: String,
    /// Its name.
    pub scaling_configuration_name: String,
    /// Fewest members.
    pub min_size: i64,
    /// Most members.
    pub max_size: i64,
    /// Members it shall have.
    pub desired_capacity: i64,
    /// Members it has.
    pub instance_num: i64,
    /// Which member leaves first.
    pub remove_policy: String,
    /// Subnets.
    pub subnet_id_set: Items<String>,
    /// How members are spread.
    pub subnet_strategy: String,
    /// Network.
    pub vpc_id: String,
    /// Security group.
    pub security_group_id: String,
    /// Security groups, in newer answers.
    #[serde(skip_serializing_if = "Items::is_empty")]
    pub security_group_id_set: Items<String>,
    /// Load balancers.
    pub slb_config_set: Items<SlbConfig>,
    /// When it was created.
    pub create_time: String,
    /// `Active`, `UnActive` or another word.
    pub status: String,
    /// 1 while an activity runs; newer answers only.
    #[serde(rename = "BInScalingActivity", skip_serializing_if = "Option::is_none")]
    pub in_activity: Option<i64>,
}

/// A load balancer of a group (11.4).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct SlbConfig {
    /// Load balancer.
    pub slb_id: String,
    /// Listener.
    pub listener_id: String,
    /// Ports.
    pub server_port_set: Items<i64>,
    /// Weight.
    pub weight: Option<i64>,
}

/// Answer of `DescribeScalingInstance`, and of `SetKvmProtectedDetach` in one of its two shapes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Instances {
    /// `false` is a refusal.
    #[serde(rename = "Return", skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// How many there are; not to be relied upon.
    pub scaling_instance_count: i64,
    /// The members.
    #[serde(rename = "ScalingInstanceSet")]
    pub rows: Items<Instance>,
    /// Members the group shall have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desired_capacity: Option<i64>,
    /// Request id.
    #[serde(skip_serializing_if = "none")]
    pub request_id: String,
}

/// A member of a group (11.2).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Instance {
    /// Id of the machine.
    pub instance_id: String,
    /// Its name.
    pub instance_name: String,
    /// `Healthy` or `UnHealthy`, in any case.
    pub health_status: String,
    /// `Auto` or `Manual`.
    pub creation_type: String,
    /// When it joined.
    pub add_time: String,
    /// 1: it stays when the group becomes smaller.
    pub protected_from_scale_in: i64,
    /// What it is going through; newer answers only.
    #[serde(skip_serializing_if = "none")]
    pub life_cycle_state: String,
}

/// Answer of `DescribeScalingActivity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Activities {
    /// How many there are; not to be relied upon.
    pub scaling_activity_count: i64,
    /// The activities.
    #[serde(rename = "ScalingActivitySet")]
    pub rows: Items<Activity>,
    /// Request id.
    #[serde(skip_serializing_if = "none")]
    pub request_id: String,
}

/// An activity (11.1).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Activity {
    /// The group.
    pub scaling_group_id: String,
    /// Id.
    pub scaling_activity_id: String,
    /// 0 out, 1 in, 2 added, 3 taken out, 10 replaced.
    #[serde(rename = "Type")]
    pub kind: i64,
    /// 1 running, 2 succeeded, 3 failed, 4 cancelled.
    pub status: i64,
    /// Why.
    pub cause: String,
    /// More of it; a sibling of this API misspells the name.
    #[serde(alias = "Desciption")]
    pub description: String,
    /// When it began.
    pub start_time: String,
    /// When it ended; missing or empty while it runs.
    #[serde(skip_serializing_if = "none")]
    pub end_time: String,
    /// Machines it dealt with.
    pub succ_ins_list: Items<String>,
    /// Machines it could not deal with.
    #[serde(skip_serializing_if = "Items::is_empty")]
    pub fail_ins_list: Items<String>,
    /// 0: nothing went wrong.
    pub error_code: i64,
}

/// Answer of `DescribeScalingPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Policies {
    /// How many there are.
    pub scaling_policy_size: i64,
    /// The policies.
    #[serde(rename = "ScalingPolicySet")]
    pub rows: Items<Policy>,
    /// Request id.
    #[serde(skip_serializing_if = "none")]
    pub request_id: String,
}

/// A metric policy (12.18).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Policy {
    /// The group.
    pub scaling_group_id: String,
    /// Id.
    pub scaling_policy_id: String,
    /// Name.
    pub scaling_policy_name: String,
    /// How the size changes.
    pub adjustment_type: String,
    /// By how much, or to what.
    pub adjustment_value: i64,
    /// When it fires.
    pub metric: Metric,
    /// When it was created.
    pub create_time: String,
    /// Seconds of rest after its activity.
    pub cool_down: i64,
}

/// When a policy fires: an object with capitals here, JSON text without in requests (register, C23).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Metric {
    /// Metric.
    pub dimension_name: String,
    /// Comparison.
    pub comparison_operator: String,
    /// Threshold.
    pub threshold: i64,
    /// Periods in a row.
    pub repeat_times: Option<i64>,
    /// Length of a period in seconds.
    pub period: Option<i64>,
    /// `avg`, `min` or `max`.
    pub function: String,
}

/// Answer of `DescribeScheduledTask`. Names are with and without the `d` of "scheduled" (register, C30).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Tasks {
    /// How many there are.
    pub scheduled_task_size: i64,
    /// The tasks.
    #[serde(rename = "ScalingScheduleTaskSet", alias = "ScalingScheduledTaskSet")]
    pub rows: Items<Task>,
    /// Request id.
    #[serde(skip_serializing_if = "none")]
    pub request_id: String,
}

/// A scheduled task (12.22).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Task {
    /// The group.
    pub scaling_group_id: String,
    /// Id.
    #[serde(alias = "ScalingScheduleTaskId")]
    pub scaling_scheduled_task_id: String,
    /// Name.
    #[serde(alias = "ScalingScheduleTaskName")]
    pub scaling_scheduled_task_name: String,
    /// Most members from then on.
    pub readjust_max_size: i64,
    /// Fewest members from then on.
    pub readjust_min_size: i64,
    /// Members from then on.
    pub readjust_expect_size: i64,
    /// First run.
    pub start_time: String,
    /// End of the repetition; may be a date of zeros.
    #[serde(skip_serializing_if = "none")]
    pub end_time: String,
    /// Crontab text.
    #[serde(skip_serializing_if = "none")]
    pub recurrence: String,
    /// Unit of the repetition.
    #[serde(skip_serializing_if = "none")]
    pub repeat_unit: String,
    /// Its cycle.
    #[serde(skip_serializing_if = "none")]
    pub repeat_cycle: String,
    /// When it was created.
    pub create_time: String,
}

/// Answer of `DescribeScalingNotification`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Notifications {
    /// How many there are.
    pub scaling_notification_count: i64,
    /// The notifications.
    #[serde(rename = "ScalingNotificationSet")]
    pub rows: Items<Notification>,
    /// Request id.
    #[serde(skip_serializing_if = "none")]
    pub request_id: String,
}

/// A notification (12.26).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Notification {
    /// Id.
    pub scaling_notification_id: String,
    /// The group.
    pub scaling_group_id: String,
    /// Events, as text although they are sent as numbers.
    pub scaling_notification_types: Items<String>,
}

/// Answer of `DescribeScalingConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Configurations {
    /// How many there are.
    pub scaling_configuration_count: i64,
    /// The configurations.
    #[serde(rename = "ScalingConfigurationSet")]
    pub rows: Items<Configuration>,
    /// Request id.
    #[serde(skip_serializing_if = "none")]
    pub request_id: String,
}

/// A group that uses a configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct UsedBy {
    /// Id.
    pub scaling_group_id: String,
    /// Name.
    pub scaling_group_name: String,
}

/// A tag.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct TagOf {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
}

/// A launch configuration (12.15). Password and start-up data are left out on purpose: nobody shall see them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Configuration {
    /// Id.
    pub scaling_configuration_id: String,
    /// Name.
    pub scaling_configuration_name: String,
    /// Groups that use it.
    pub scaling_group_id_set: Items<UsedBy>,
    /// CPUs.
    pub cpu: Option<i64>,
    /// Memory in GB.
    pub mem: Option<i64>,
    /// Graphics processors.
    pub gpu: Option<i64>,
    /// Local data disk in GB.
    pub storage_size: Option<i64>,
    /// Image.
    pub image_id: String,
    /// How machines are paid for.
    pub charge_type: String,
    /// Types, joined by commas.
    pub instance_type: String,
    /// Types.
    pub instance_type_set: Items<String>,
    /// When it was created.
    pub create_time: String,
    /// Names of machines begin with this.
    pub instance_name: String,
    /// Number at the end of names.
    pub instance_name_suffix: String,
    /// Put the time into names?
    pub instance_name_time_suffix: Option<bool>,
    /// Project.
    pub project_id: Option<i64>,
    /// Keep the way of logging in that the image has?
    pub keep_image_login: Option<bool>,
    /// Cloud disks: a text that holds a JSON list.
    pub data_disk_ebs_detail: String,
    /// Kind of system disk.
    pub system_disk_type: String,
    /// Its size in GB.
    pub system_disk_size: Option<i64>,
    /// Zones in which there are such machines.
    pub support_availability_zones: Items<String>,
    /// Bandwidth of the public address in Mbps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_band_width: Option<i64>,
    /// Shared bandwidth.
    #[serde(skip_serializing_if = "none")]
    pub band_width_share_id: String,
    /// Line of the address.
    #[serde(skip_serializing_if = "none")]
    pub line_id: String,
    /// Tags.
    #[serde(skip_serializing_if = "Items::is_empty")]
    pub tag_set: Items<TagOf>,
    /// Keys for logging in: a text that holds a JSON list.
    #[serde(skip_serializing_if = "none")]
    pub key_ids: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::wire::{Format, decode_answer};

    fn ids(format: Format, text: &str) -> Vec<String> {
        let answer: Returned = decode_answer(format, text.as_bytes()).expect("readable");
        answer.set.0.into_iter().map(|named| named.id).collect()
    }

    #[test]
    fn a_return_set_is_read_in_all_its_shapes() {
        for set in [
            r#"{"ScalingScheduleTaskId": "537276906367950848"}"#,
            r#"{"ScalingScheduledTaskId": 537276906367950848}"#,
            r#"[{"ScalingGroupId": "537276906367950848"}]"#,
            r"[537276906367950848]",
            r#""537276906367950848""#,
            r"537276906367950848",
        ] {
            let text = format!(r#"{{"RequestId": "r", "ReturnSet": {set}}}"#);
            assert_eq!(ids(Format::Json, &text), ["537276906367950848"], "{set}");
        }
        assert!(ids(Format::Json, r#"{"ReturnSet": null}"#).is_empty());
        assert!(ids(Format::Json, r#"{"RequestId": "r"}"#).is_empty());
    }

    #[test]
    fn a_return_set_is_read_from_xml_too() {
        for set in [
            "<ScalingGroupId>5</ScalingGroupId>",
            "<Item><ScalingConfigurationId>5</ScalingConfigurationId></Item>",
            "5",
        ] {
            let text = format!(
                "<R><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata><ReturnSet>{set}</ReturnSet></R>"
            );
            assert_eq!(ids(Format::Xml, &text), ["5"], "{set}");
        }
        let two = "<R><ReturnSet><Item><Id>5</Id></Item><Item><Id>6</Id></Item></ReturnSet></R>";
        assert_eq!(ids(Format::Xml, two), ["5", "6"]);
    }

    #[test]
    fn a_missing_or_empty_list_is_empty() {
        for text in [
            r#"{"ScalingGroupSet": null}"#,
            r#"{"ScalingGroupSet": []}"#,
            "{}",
        ] {
            let groups: Groups = decode_answer(Format::Json, text.as_bytes()).expect("readable");
            assert!(groups.rows.is_empty(), "{text}");
        }
    }
}
