//! Provider codes and what they mean (huawei-coc.md, 5.3).

use http::StatusCode;

use crate::cloud::Answered;
use crate::cloud::declare::Entry;
use crate::cloud::huawei::{self, Fault};
use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class};

/// The error in an answer, if it is one: any status but 2xx, 204 where a result is due, and any answer whose
/// `error_code` is not all zeros, HTTP 200 or not (huawei-coc.md, 5.1).
pub fn problem(entry: &Entry, answered: &Answered) -> Option<ApiError> {
    // Headers and body of a large success are not looked at twice: the scan keeps nothing but the code.
    if answered.status.is_success()
        && !is_empty_execution(entry, answered)
        && !says_error(&answered.body)
    {
        return None;
    }
    let mut fault = Fault::read(&answered.body);
    if fault.message.is_none() && answered.status == StatusCode::NO_CONTENT {
        fault.message = Some("refused without a reason (HTTP 204)".to_owned());
    }
    let class = class(entry, answered.status, &fault);
    let mut error = huawei::error(SystemId::HuaweiCoc, entry, answered, class, fault);
    // An internal error, which this service sends as 400, may have struck half-way.
    error.outcome_unknown |= entry.call.mutates && class == Class::Unavailable;
    Some(error)
}

/// The document gives 204 as the status of a refused execution (huawei-coc.md, 12, item 4).
fn is_empty_execution(entry: &Entry, answered: &Answered) -> bool {
    entry.name() == "execute_script" && answered.status == StatusCode::NO_CONTENT
}

/// Does the body have an `error_code` that is not success?
fn says_error(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Code {
        #[serde(default)]
        error_code: serde_json::Value,
    }
    serde_json::from_slice::<Code>(body).is_ok_and(|read| {
        let fault = Fault::read(
            serde_json::json!({ "code": read.error_code })
                .to_string()
                .as_bytes(),
        );
        !fault.is_success()
    })
}

/// The class of a refusal. One code has several meanings, so the words count too; missing things come as 400.
fn class(entry: &Entry, status: StatusCode, fault: &Fault) -> Class {
    let message = fault.message.as_deref().unwrap_or_default();
    match fault.code.as_deref().unwrap_or_default() {
        "COC.00040603" | "COC.00040604" | "COC.00040709" | "COC.00067003" => Class::NotFound,
        "common.01010001" | "COC.00011013" => Class::Credentials,
        "COC.00040701" if message.contains("Internal server error") => Class::Unavailable,
        "COC.00040701" if message.contains("not allowed in status") => Class::Conflict,
        // A parameter error by the list; what a step that does not fit the incident's state is refused with.
        "GOM.00007256" if entry.call.when.is_some() && !message.contains("must be") => {
            Class::Conflict
        }
        _ if status.is_success() => Class::Invalid,
        _ => huawei::class(status, message),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;
    use crate::cloud::huawei_coc::ops::{
        AcceptIncident, ExecuteScript, GetIncident, ListScripts, ReportCustomAlarm,
    };

    fn answered(status: u16, body: &str) -> Answered {
        Answered {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    #[test]
    fn the_documented_answers_are_told_apart() {
        let accept = Entry::of::<AcceptIncident>();
        let report = Entry::of::<ReportCustomAlarm>();
        let scripts = Entry::of::<ListScripts>();
        let incident = Entry::of::<GetIncident>();
        let execute = Entry::of::<ExecuteScript>();
        let cases = [
            (
                &accept,
                200,
                r#"{"provider_code":"049","error_code":"GOM.00000000","error_msg":null,"data":null}"#,
                None,
            ),
            (
                &report,
                200,
                r#"{"error_code":"COC.00000000","error_msg":"success","data":null}"#,
                None,
            ),
            (&scripts, 200, r#"{"data":{"total":0,"data":[]}}"#, None),
            (
                &accept,
                200,
                r#"{"error_code":"GOM.00007256","error_msg":"no"}"#,
                Some(Class::Conflict),
            ),
            (
                &incident,
                200,
                r#"{"error_code":"GOM.00007256","error_msg":"no"}"#,
                Some(Class::Invalid),
            ),
            (
                &incident,
                400,
                r#"{"error_code":"COC.00067003","error_msg":"no"}"#,
                Some(Class::NotFound),
            ),
            (&execute, 204, "", Some(Class::Invalid)),
            (
                &execute,
                400,
                r#"{"error_code":"COC.00040603","error_msg":"gone"}"#,
                Some(Class::NotFound),
            ),
            (
                &execute,
                400,
                r#"{"error_code":"COC.00040701","error_msg":"Internal server error"}"#,
                Some(Class::Unavailable),
            ),
            (
                &execute,
                400,
                r#"{"error_code":"COC.00040601","error_msg":"The paramValue is invalid."}"#,
                Some(Class::Invalid),
            ),
            (
                &report,
                401,
                r#"{"error_code":"common.01010001","error_msg":"Token missing or invalid."}"#,
                Some(Class::Credentials),
            ),
            (
                &scripts,
                502,
                "<html>Bad Gateway</html>",
                Some(Class::Unavailable),
            ),
        ];
        for (entry, status, body, expected) in cases {
            let found = problem(entry, &answered(status, body)).map(|error| error.class);
            assert_eq!(found, expected, "{} {status} {body}", entry.id);
        }
    }

    #[test]
    fn the_parameter_a_message_names_is_found() {
        let accept = Entry::of::<AcceptIncident>();
        let report = Entry::of::<ReportCustomAlarm>();
        let execute = Entry::of::<ExecuteScript>();
        let cases = [
            (
                &accept,
                "incidentNum size must be between 0 and 255",
                Some("incident_num"),
            ),
            (
                &report,
                "alarmName must not be null | alarmId must not be null",
                Some("alarmName"),
            ),
            (
                &execute,
                "script_params size must be between 0 and 50",
                Some("script_params"),
            ),
            (&execute, "The paramValue is invalid.", None),
        ];
        for (entry, message, param) in cases {
            let body =
                serde_json::json!({"error_code": "COC.00000001", "error_msg": message}).to_string();
            let error = problem(entry, &answered(400, &body)).unwrap();
            assert_eq!(error.param.as_deref(), param, "{message}");
        }
    }

    #[test]
    fn a_change_that_the_gateway_lost_sight_of_has_an_unknown_outcome() {
        let execute = Entry::of::<ExecuteScript>();
        assert!(
            problem(&execute, &answered(504, ""))
                .unwrap()
                .outcome_unknown
        );
        assert!(
            !problem(&Entry::of::<ListScripts>(), &answered(504, ""))
                .unwrap()
                .outcome_unknown
        );
    }
}
