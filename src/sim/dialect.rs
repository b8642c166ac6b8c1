//! How each provider writes answers and refusals: status, headers, body shape.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HeaderName};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::handlers::{Answer, Refusal, RefusedBy};
use super::limits::Exceeded;
use super::route::{Given, Miss, Route};
use super::xml;
use crate::cloud::declare::Violation;
use crate::cloud::sign::Scheme;
use crate::domain::account::SystemId;

/// What writing an answer depends on besides the answer.
pub struct Envelope<'a> {
    /// The request's line and headers.
    pub head: &'a Parts,
    /// The request's body.
    pub body: &'a [u8],
    /// Where it went.
    pub route: &'a Route,
    /// The gateway's time.
    pub now: Timestamp,
    /// The id the gateway gave the request.
    pub request_id: &'a str,
}

/// Writes an answer.
pub fn answered(with: &Envelope<'_>, answer: Answer) -> Response<Bytes> {
    let body = match with.route.system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => ksc_body(with, answer.body),
        _ => Bytes::from(answer.body.to_string()),
    };
    response(with, answer.status, &answer.headers, body)
}

/// Writes a refusal.
pub fn refused(with: &Envelope<'_>, refusal: &Refusal) -> Response<Bytes> {
    let body = match with.route.system {
        SystemId::KscMonitor | SystemId::KscAutoscaling if wants_json(with) => {
            ksc_problem(with, refusal).to_string()
        }
        SystemId::KscMonitor | SystemId::KscAutoscaling => ksc_problem_xml(with, refusal),
        SystemId::TencentMonitor => tencent_problem(refusal).to_string(),
        SystemId::HuaweiEsm => huawei_gateway(with, refusal).to_string(),
        SystemId::HuaweiCoc => coc_problem(with, refusal).to_string(),
    };
    response(with, refusal.status, &refusal.headers, Bytes::from(body))
}

fn response(
    with: &Envelope<'_>,
    status: u16,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> Response<Bytes> {
    let system = with.route.system;
    let kind = match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling if !wants_json(with) => "text/xml",
        SystemId::HuaweiEsm => "application/json;charset=UTF8",
        SystemId::TencentMonitor => "application/json; charset=utf-8",
        _ => "application/json",
    };
    // ESM's gateway forgets the blank (huawei-esm.md, 1.1).
    let form = match system {
        SystemId::HuaweiEsm => "%a,%d %b %Y %H:%M:%S GMT",
        _ => "%a, %d %b %Y %H:%M:%S GMT",
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let own = [
        ("date", with.now.strftime(form).to_string()),
        ("x-request-id", with.request_id.to_owned()),
    ];
    for (name, value) in own.iter().chain(headers) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::from_str(value)) {
            out.insert(name, value);
        }
    }
    debug_assert!(
        out.contains_key(DATE),
        "every answer says when it was written"
    );
    response
}

/// Nothing of ours is at this path.
pub fn not_ours(now: Timestamp) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(b"404 page not found\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// JSON rather than XML: KSC's choice depends on the request (ksc-monitor.md, 3).
fn wants_json(with: &Envelope<'_>) -> bool {
    let accepts = with
        .head
        .headers
        .get("accept")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("json"));
    accepts || Given::read(with.head, with.body).text("Format") == "json"
}

/// KSC: the request id goes where the version of the operation has it (ksc-monitor.md, 7).
fn ksc_body(with: &Envelope<'_>, mut body: Json) -> Bytes {
    let entry = with.route.entry.as_ref().ok();
    let version = entry.map_or("", |entry| entry.call.version);
    if let Json::Object(members) = &mut body {
        add_request_id(members, version, with);
    }
    if wants_json(with) {
        return Bytes::from(body.to_string());
    }
    let action = match entry.map_or("", |entry| entry.call.action) {
        "GetMetricStatisticsBatch" => "GetMetricStatisticsBatchV2",
        action => action,
    };
    if with.route.system == SystemId::KscAutoscaling {
        return Bytes::from(xml::items_document(action, &body));
    }
    Bytes::from(xml::document(action, version, &body))
}

fn add_request_id(members: &mut Map<String, Json>, version: &str, with: &Envelope<'_>) {
    let is_blank =
        |value: Option<&Json>| value.is_none_or(|id| id.is_null() || id.as_str() == Some(""));
    let system = with.route.system;
    let plain = version == "2021-01-01";
    let key = match system {
        SystemId::KscAutoscaling => "RequestId",
        _ if plain => "requestId",
        _ => "responseMetadata",
    };
    let elsewhere = [
        "RequestId",
        "requestId",
        "requestid",
        "ResponseMetadata",
        "responseMetadata",
    ]
    .iter()
    .any(|known| *known != key && members.contains_key(*known));
    if elsewhere {
        return;
    }
    if key == "responseMetadata" {
        let inner = members.entry(key).or_insert_with(|| json!({}));
        if is_blank(inner.get("requestId"))
            && let Json::Object(inner) = inner
        {
            inner.insert("requestId".into(), with.request_id.into());
        }
    } else if is_blank(members.get(key)) {
        members.insert(key.into(), with.request_id.into());
    }
}

/// KSC: the gateway and the monitor write errors in different ways (ksc-monitor.md, 8.1).
fn ksc_problem(with: &Envelope<'_>, refusal: &Refusal) -> Json {
    let is_gateway =
        refusal.by == RefusedBy::Gateway || with.route.system == SystemId::KscAutoscaling;
    if is_gateway {
        json!({
            "RequestId": with.request_id,
            "Error": {"Type": blame(refusal), "Code": refusal.code, "Message": refusal.message},
        })
    } else {
        json!({
            "requestid": with.request_id,
            "error": {
                "type": blame(refusal).to_lowercase(),
                "code": refusal.code,
                "message": refusal.message,
            },
        })
    }
}

fn ksc_problem_xml(with: &Envelope<'_>, refusal: &Refusal) -> String {
    let error = json!({
        "RequestId": with.request_id,
        "Error": {"Type": blame(refusal), "Code": refusal.code, "Message": refusal.message},
    });
    xml::element("ErrorResponse", &error)
}

fn blame(refusal: &Refusal) -> &'static str {
    if refusal.status >= 500 {
        "Receiver"
    } else {
        "Sender"
    }
}

/// Tencent: the code is in the body, the status is 200 (tencent-monitor.md, 1.3).
fn tencent_problem(refusal: &Refusal) -> Json {
    let code = refusal.code.parse::<i64>().unwrap_or(6000);
    match refusal.name {
        Some(name) => json!({"code": code, "message": refusal.message, "codeDesc": name}),
        None => json!({"code": code, "message": refusal.message}),
    }
}

fn huawei_gateway(with: &Envelope<'_>, refusal: &Refusal) -> Json {
    match refusal.by {
        RefusedBy::Gateway => json!({
            "error_msg": refusal.message,
            "error_code": refusal.code,
            "request_id": with.request_id,
        }),
        RefusedBy::Service => json!({"error_code": refusal.code, "error_msg": refusal.message}),
    }
}

/// COC: each family has its own shape (huawei-coc.md, 5.2).
fn coc_problem(with: &Envelope<'_>, refusal: &Refusal) -> Json {
    if with.route.identity {
        let title = StatusCode::from_u16(refusal.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default();
        return json!({"error": {"code": refusal.status, "message": refusal.message, "title": title}});
    }
    match family(with.head.uri.path()) {
        Family::Incidents | Family::Alarms if refusal.by == RefusedBy::Service => json!({
            "provider_code": "049",
            "error_code": refusal.code,
            "error_msg": refusal.message,
            "data": null,
        }),
        _ => huawei_gateway(with, refusal),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Scripts,
    Incidents,
    Alarms,
    Patches,
}

fn family(path: &str) -> Family {
    if path.starts_with("/v1/external/") {
        Family::Incidents
    } else if path.starts_with("/v1/event/") {
        Family::Alarms
    } else if path.starts_with("/v1/patch/") {
        Family::Patches
    } else {
        Family::Scripts
    }
}

/// There is no such operation.
pub fn missed(route: &Route, miss: &Miss, head: &Parts) -> Refusal {
    let action = &route.action;
    match (route.system, miss) {
        (SystemId::KscMonitor | SystemId::KscAutoscaling, Miss::Method) => Refusal::gateway(
            400,
            "InvalidMethod",
            format!(
                "The method {} for is not valid for this web service.",
                head.method
            ),
        ),
        (SystemId::KscAutoscaling, _) => Refusal::gateway(
            400,
            "InvalidMethod",
            format!("The method {action} for is not valid for this web service."),
        ),
        (SystemId::KscMonitor, _) => Refusal::gateway(
            400,
            "InvalidActionOrVersion",
            "The action or version is not valid for this web service",
        ),
        (SystemId::TencentMonitor, Miss::Method) => {
            Refusal::gateway(405, "4000", "method not allowed")
        }
        (SystemId::TencentMonitor, _) => Refusal::gateway(
            200,
            "6100",
            format!("版本不支持: Action {action} not found"),
        )
        .named("NotSupported"),
        (SystemId::HuaweiEsm, Miss::Method) => {
            Refusal::gateway(405, "APIG.0101", "The request method is not offered")
        }
        (SystemId::HuaweiEsm, _) => Refusal::gateway(
            404,
            "APIG.0101",
            "The API does not exist or has not been published in the environment",
        ),
        (SystemId::HuaweiCoc, Miss::Word(field, value)) => Refusal::new(
            400,
            "GOM.00007256",
            format!("The field[{field}] value[{value}] invalid"),
        ),
        (SystemId::HuaweiCoc, _) => Refusal::gateway(
            404,
            "APIGW.0101",
            "The API does not exist or has not been published in the environment",
        ),
    }
}

/// Too many calls.
pub fn throttled(system: SystemId, scheme: Scheme, exceeded: &Exceeded) -> Refusal {
    let seconds = exceeded.retry_after.as_secs() + 1;
    let rule = &exceeded.rule;
    match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => match scheme {
            // The message is the document's own copy error (ksc-monitor.md, 8.3).
            Scheme::KscSimple { .. } => Refusal::gateway(
                409,
                "FlowLimitExceeded",
                "Request was rejected because it referenced an 'InnerApi' that does not exist",
            ),
            _ => Refusal::gateway(
                409,
                "LimitExceeded",
                "Request was rejected because the request speed of this openAPI is beyond the current flow \
                 control limit.",
            ),
        },
        SystemId::TencentMonitor => Refusal::gateway(200, "4400", "配额限制，请求次数超过限制")
            .named("RequestLimitExceeded"),
        SystemId::HuaweiEsm | SystemId::HuaweiCoc => {
            let code = if system == SystemId::HuaweiEsm {
                "APIG.0308"
            } else {
                "APIGW.0308"
            };
            let message = format!(
                "The throttling threshold has been reached: policy {} over ratelimit,limit:{},time:{} second",
                rule.name,
                rule.calls,
                rule.per.as_secs()
            );
            Refusal::gateway(429, code, message).header("retry-after", seconds.to_string())
        }
    }
}

/// A parameter that is missing, in the words of KSC's services (ksc-monitor.md, 15; ksc-autoscaling.md, 7.4).
pub fn ksc_missing(parameter: &str) -> Refusal {
    let words = format!("An value must be supplied for the input parameter {parameter}.");
    Refusal::new(400, "MissingParameter", words)
}

/// A parameter that is wrong, in the same words.
pub fn ksc_invalid(parameter: &str) -> Refusal {
    let words = format!(
        "An invalid or out-of-range value was supplied for the input parameter {parameter}."
    );
    Refusal::new(400, "InvalidParameterValue", words)
}

/// The request's parameters are wrong.
pub fn invalid(route: &Route, path: &str, violations: &[Violation]) -> Refusal {
    let missing = |violation: &&Violation| violation.rule == "must be given";
    let first_missing = violations.iter().find(missing);
    // One call for too many things is too large, not wrong (ksc-monitor.md, 15; tencent-monitor.md, 1.6).
    let is_too_much = violations
        .iter()
        .any(|violation| violation.rule.starts_with("must have "));
    match route.system {
        SystemId::KscMonitor if is_too_much && first_missing.is_none() => Refusal::new(
            400,
            "InvalidParameterRequestInformation",
            "Request information is too large",
        ),
        SystemId::KscMonitor | SystemId::KscAutoscaling => match first_missing {
            Some(violation) => ksc_missing(&violation.field),
            None => ksc_invalid(violations.first().map_or("", |violation| &violation.field)),
        },
        SystemId::TencentMonitor => {
            let (module, name) = match first_missing {
                Some(_) => (-505, "InvalidParameter.MissingParameter"),
                None if is_too_much => (-507, "OperationDenied.ExceedLimit"),
                None => (-503, "InvalidParameter"),
            };
            Refusal::new(200, "4000", format!("({module}) {}", words(violations))).named(name)
        }
        SystemId::HuaweiEsm => Refusal::new(400, "ESM.0400", words(violations)),
        SystemId::HuaweiCoc if route.identity => {
            Refusal::new(400, "", "The request body is invalid")
        }
        SystemId::HuaweiCoc => {
            let (status, code) = match family(path) {
                Family::Scripts => (400, "COC.00040701"),
                Family::Incidents => (400, "GOM.00007256"),
                Family::Alarms => (400, "COC.00000001"),
                Family::Patches => (500, "COC.00010002"),
            };
            Refusal::new(status, code, words(violations))
        }
    }
}

/// Violations as Huawei words them (huawei-coc.md, 5.2).
fn words(violations: &[Violation]) -> String {
    let word = |violation: &Violation| match violation.rule.as_str() {
        "must be given" => format!("{} must not be null", violation.field),
        rule => format!("{} {rule}", violation.field),
    };
    violations.iter().map(word).collect::<Vec<_>>().join(" | ")
}

/// The provider's own internal error, and what it says of an operation that nobody has written yet.
pub fn broken(system: SystemId) -> Refusal {
    match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => Refusal::gateway(
            500,
            "ServiceUnavailable",
            "OpenAPI or Service is unavailable because of an unknown error, exception or failure.",
        ),
        SystemId::TencentMonitor => {
            Refusal::gateway(200, "6000", "服务器内部错误").named("InternalError")
        }
        SystemId::HuaweiEsm => Refusal::new(500, "ESM.0500", "Internal error"),
        SystemId::HuaweiCoc => Refusal::new(500, "COC.00040701", "Internal server error"),
    }
}

/// A dry run would have succeeded (ksc-monitor.md, 3).
pub fn dry_run(scheme: Scheme) -> Refusal {
    let code = match scheme {
        Scheme::KscSimple { .. } => "ErrorDryRun",
        _ => "DryRunOperation",
    };
    Refusal::gateway(
        412,
        code,
        "Request would have succeeded, but DryRun flag is set",
    )
}
