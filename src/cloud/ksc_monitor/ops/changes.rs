//! What changes policies, receivers and contacts, version 2021-01-01 (ksc-monitor.md, 14.5, 14.14, 14.15, 14.18).

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::custom::{self, METHODS};
use super::{ALARMS, AlertUsers};
use crate::cloud::declare::{Call, Violation};
use crate::{object, operation};

// 14.5 NewAlarmPolicy

object! {
    /// Somebody a new policy tells.
    PolicyContact;
    /// Id of a group or a person: separate number spaces.
    contact_id: u64 = "ContactId",
    /// 1 mail, 2 text message, 3 both.
    contact_way: i64 = "ContactWay".range(1, 3),
    /// 1 group, 2 person.
    contact_flag: i64 = "ContactFlag".range(1, 2),
}

operation! {
    /// Creates an alarm policy for a custom metric. The answer has no id: find the policy by its name. Nothing in the
    /// document changes or deletes a policy.
    NewAlarmPolicy -> PolicyCreated, "ksc-monitor.new_alarm_policy",
        Call::action("NewAlarmPolicy", ALARMS).post_form().mutates(), check = check_dimension;
    /// Name of the policy.
    policy_name: String = "PolicyName",
    /// Namespace of the custom metric.
    namespace: String = "NameSpace".alias(&["Namespace"]),
    /// Custom metric.
    metric_name: String = "MetricName",
    /// Its dimensions, `key=value`, joined by commas.
    dimension: Option<String> = "Dimension",
    /// How many periods in a row must breach.
    cycles: u32 = "Cycles".range(1, 10),
    /// Comparison.
    op: String = "Op".one_of(&[">", ">=", "<", "<=", "!=", "="]),
    /// Threshold. The name is misspelt on the wire.
    threshold: f64 = "ThreshHold",
    /// Length of a period in minutes.
    period: u32 = "Period".one_of(&["1", "5", "15", "60"]),
    /// Statistic.
    method: String = "Method".one_of(METHODS),
    /// Who is told, as JSON text.
    contacts: Vec<PolicyContact> = "ContactList".as_text(),
}

/// Answer of [`NewAlarmPolicy`]: no id, and capitals in JSON too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyCreated {
    /// Request id.
    #[serde(rename = "ResponseMetadata")]
    pub metadata: CapitalMetadata,
}

/// Where this one answer has its request id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CapitalMetadata {
    /// Id of the request.
    #[serde(rename = "RequestId")]
    pub request_id: String,
}

/// Dimensions are pairs joined by commas.
fn check_dimension(input: &Json) -> Vec<Violation> {
    let text = input["Dimension"].as_str().unwrap_or_default();
    let pairs = text.split(',').filter(|_| !text.is_empty());
    pairs
        .filter(|pair| !custom::is_pair(pair))
        .map(|pair| custom::not_a_pair("Dimension", pair))
        .collect()
}

// 14.14 AddAlarmReceives

operation! {
    /// Adds receivers to a policy: groups or persons, all told in the same way.
    AddAlarmReceives -> Acknowledged, "ksc-monitor.add_alarm_receives",
        Call::action("AddAlarmReceives", ALARMS).post_query().mutates();
    /// Policy.
    policy_id: u64 = "PolicyId",
    /// Whose ids are given: 1 of groups, 2 of persons.
    contact_flag: i64 = "ContactFlag".range(1, 2),
    /// How they are told: 1 mail, 2 text message, 3 both.
    contact_way: i64 = "ContactWay".range(1, 3),
    /// The ids.
    contact_ids: Vec<u64> = "ContactId".required().at_least_items(1),
}

/// An answer that says nothing but its request id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acknowledged {
    /// Request id.
    #[serde(rename = "requestId")]
    pub request_id: String,
}

// 14.15 DeleteAlarmReceives

operation! {
    /// Removes receivers from a policy. Ids of groups and of persons are separate number spaces.
    DeleteAlarmReceives -> Acknowledged, "ksc-monitor.delete_alarm_receives",
        Call::action("DeleteAlarmReceives", ALARMS).post_query().mutates();
    /// Policy.
    policy_id: u64 = "PolicyId",
    /// Whose ids are given: 1 of groups, 2 of persons.
    contact_flag: i64 = "ContactFlag".range(1, 2),
    /// The ids.
    contact_ids: Vec<u64> = "ContactId".required().at_least_items(1),
}

// 14.18 UpdateAlertUserStatus

operation! {
    /// Switches contacts on or off everywhere: a contact that is off is told by no policy.
    UpdateAlertUserStatus -> AlertUsers, "ksc-monitor.update_alert_user_status",
        Call::action("UpdateAlertUserStatus", ALARMS).post_query().mutates();
    /// The contacts.
    user_ids: Vec<u64> = "UserId".required().at_least_items(1),
    /// 1 on, 2 off.
    status: i64 = "UserStatus".range(1, 2),
}
