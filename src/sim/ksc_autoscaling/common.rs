//! What several handlers of Auto Scaling need: pages and refusals.

use serde_json::Value as Json;

use crate::cloud::ksc_autoscaling::codes::SCALING;
use crate::sim::dialect::{ksc_invalid, ksc_missing};
use crate::sim::estate::Estate;
use crate::sim::estate::things::scaling::Refused;
use crate::sim::handlers::Refusal;

/// A refusal as the service words it (7.4).
pub(super) fn refusal(refused: Refused) -> Refusal {
    let (code, what) = match refused {
        Refused::Invalid(parameter) => return ksc_invalid(parameter),
        Refused::Missing(parameter) => return ksc_missing(parameter),
        Refused::Protected(_) => return ksc_invalid("ScalingInstanceId.N"),
        Refused::NoGroup(id) => ("ScalingGroupNotFound", id),
        Refused::NoConfig(id) => ("ScalingConfigurationNotFound", id),
        Refused::NoPolicy(id) => ("ScalingPolicyNotFound", id),
        Refused::NoTask(id) => ("ScheduledTaskNotFound", id),
        Refused::NoNotification(id) => ("ScalingNotificationNotFound", id),
        Refused::NoInstance(id) => ("InstanceNotFound", id),
        Refused::NameTaken(name) => ("NameDuplicate", name),
        Refused::Quota(what) => ("QuotaExceeded", what.to_owned()),
        Refused::ConfigInUse(id) => ("ScalingConfigurationInUse", id),
        Refused::GroupInUse(id) => ("ScalingGroupInUse", id),
        Refused::Busy(id) => ("ScalingActivityInProgress", id),
        Refused::Cooling(id) => ("ScalingGroupCoolingDown", id),
        Refused::NotActive(id) => ("ScalingGroupNotActive", id),
        Refused::Size(id) => ("ScalingGroupSizeExceeded", id),
    };
    let row = SCALING.iter().find(|row| row.code == code);
    let (status, words) = row.map_or((400, "%s"), |row| (row.status, row.message));
    Refusal::new(status, code, words.replace("%s", &what))
}

/// A page of rows: `Marker` rows are skipped (9).
pub(super) fn page(rows: Vec<Json>, marker: Option<u32>, size: u32) -> Vec<Json> {
    let skip = marker.unwrap_or(0) as usize;
    rows.into_iter().skip(skip).take(size as usize).collect()
}

/// Is a thing wanted? An empty list wants all.
pub(super) fn wanted(ids: &[String], id: &str) -> bool {
    ids.is_empty() || ids.iter().any(|known| known == id)
}

/// The place of a group, or the service's words for that there is none.
pub(super) fn place(estate: &Estate, group: &str) -> Result<usize, Refusal> {
    estate.scaling.place(group).map_err(refusal)
}
