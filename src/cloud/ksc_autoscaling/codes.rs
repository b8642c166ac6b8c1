//! Provider codes and what they mean (ksc-autoscaling.md, 7). The gateway's table is that of Cloud Monitor.

use serde::Deserialize;

use crate::cloud::Answered;
use crate::cloud::declare::Entry;
use crate::cloud::ksc_monitor::codes::{Code, code, problem_of};
use crate::cloud::wire::{Format, decode_answer};
use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class};

/// What Auto Scaling itself answers. The document names no codes (7.4): these are the simulator's.
pub const SCALING: &[Code] = &[
    code(403, "MissingAuthentication", "", Class::Credentials),
    code(
        404,
        "ScalingGroupNotFound",
        "The scaling group %s does not exist.",
        Class::NotFound,
    ),
    code(
        404,
        "ScalingConfigurationNotFound",
        "The launch configuration %s does not exist.",
        Class::NotFound,
    ),
    code(
        404,
        "ScalingPolicyNotFound",
        "The scaling policy %s does not exist.",
        Class::NotFound,
    ),
    code(
        404,
        "ScheduledTaskNotFound",
        "The scheduled task %s does not exist.",
        Class::NotFound,
    ),
    code(
        404,
        "ScalingNotificationNotFound",
        "The notification %s does not exist.",
        Class::NotFound,
    ),
    code(
        404,
        "InstanceNotFound",
        "The instance %s does not exist.",
        Class::NotFound,
    ),
    code(
        400,
        "NameDuplicate",
        "The name %s is already in use.",
        Class::Conflict,
    ),
    code(
        400,
        "QuotaExceeded",
        "The quota of %s is reached.",
        Class::Conflict,
    ),
    code(
        400,
        "ScalingConfigurationInUse",
        "The launch configuration %s is used by a scaling group.",
        Class::Conflict,
    ),
    code(
        400,
        "ScalingGroupInUse",
        "The scaling group %s still has instances.",
        Class::Conflict,
    ),
    code(
        400,
        "ScalingActivityInProgress",
        "An activity of the scaling group %s is running.",
        Class::Conflict,
    ),
    code(
        400,
        "ScalingGroupCoolingDown",
        "The scaling group %s is cooling down.",
        Class::Conflict,
    ),
    code(
        400,
        "ScalingGroupNotActive",
        "The scaling group %s is not active.",
        Class::Conflict,
    ),
    code(
        400,
        "ScalingGroupSizeExceeded",
        "The size limits of the scaling group %s do not allow it.",
        Class::Conflict,
    ),
];

/// The part of an answer that says whether the call was accepted.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Accepted {
    #[serde(rename = "Return")]
    accepted: Option<bool>,
    #[serde(rename = "RequestId")]
    request_id: String,
}

/// The error in an answer, if it is one. `Return: false` with status 200 is one, too (12.6).
pub fn problem(entry: &Entry, answered: &Answered) -> Option<ApiError> {
    if let Some(mut error) = problem_of(SystemId::KscAutoscaling, SCALING, entry, answered) {
        let says_gone = error.code.as_ref().is_some_and(|code| {
            let code = code.raw().to_ascii_lowercase().replace('_', "");
            code.contains("notfound") || code.contains("notexist")
        });
        if says_gone {
            error.class = Class::NotFound;
        }
        return Some(error);
    }
    if !entry.call.mutates || !answered.status.is_success() {
        return None;
    }
    let format = Format::detect(&answered.headers, &answered.body)?;
    let said: Accepted = decode_answer(format, &answered.body).ok()?;
    if said.accepted != Some(false) {
        return None;
    }
    let message = "The service did not accept the call (Return: false).";
    let mut error = ApiError::new(Class::Conflict, SystemId::KscAutoscaling, entry.id, message);
    error.request_id = Some(said.request_id)
        .filter(|id| !id.is_empty())
        .map(Into::into);
    Some(error)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::cloud::declare::Operation;
    use crate::cloud::ksc_autoscaling::ops::{AttachInstance, DescribeScalingGroup};

    fn ask(entry: &Entry, status: u16, body: &str) -> Option<ApiError> {
        let answered = Answered {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: Bytes::from(body.to_owned()),
        };
        problem(entry, &answered)
    }

    fn attach() -> Entry {
        assert_eq!(AttachInstance::ID, "ksc-autoscaling.attach_instance");
        Entry::of::<AttachInstance>()
    }

    #[test]
    fn a_refusal_inside_a_success_is_found() {
        for body in [
            r#"{"RequestId": "r", "Return": false}"#,
            r#"{"RequestId": "r", "Return": "false"}"#,
            "<R><RequestId>r</RequestId><Return>false</Return></R>",
        ] {
            let error = ask(&attach(), 200, body).expect("an error");
            assert_eq!(error.class, Class::Conflict, "{body}");
            assert_eq!(error.request_id, Some("r".into()));
        }
        assert_eq!(
            ask(&attach(), 200, r#"{"RequestId": "r", "Return": true}"#),
            None
        );
        let read = Entry::of::<DescribeScalingGroup>();
        assert_eq!(ask(&read, 200, r#"{"ScalingGroupSet": []}"#), None);
    }

    #[test]
    fn every_row_has_its_class_and_unknown_codes_go_by_their_words() {
        for row in SCALING {
            let body = serde_json::json!({"Error": {"Code": row.code, "Message": row.message}});
            let error = ask(&attach(), row.status, &body.to_string()).expect("an error");
            assert_eq!(error.class, row.class, "{}", row.code);
        }
        let gone = r#"{"Error": {"Code": "Scaling_Not_Exist", "Message": "x"}}"#;
        assert_eq!(
            ask(&attach(), 400, gone).map(|error| error.class),
            Some(Class::NotFound)
        );
        let busy = ask(&attach(), 409, "").map(|error| error.class);
        assert_eq!(busy, Some(Class::Throttled));
    }
}
