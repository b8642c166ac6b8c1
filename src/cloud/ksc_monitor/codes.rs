//! Provider codes and what they mean (ksc-monitor.md, 8).

use bytes::Bytes;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value as Json;

use crate::cloud::Answered;
use crate::cloud::declare::Entry;
use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class};

/// A row of the error tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// HTTP status it comes with.
    pub status: u16,
    /// The code, which can be a number as text.
    pub code: &'static str,
    /// The words; `%s` stands for what is filled in.
    pub message: &'static str,
    /// What to do about it.
    pub class: Class,
}

/// A row.
pub const fn code(status: u16, code: &'static str, message: &'static str, class: Class) -> Code {
    Code {
        status,
        code,
        message,
        class,
    }
}

/// What the gateway answers (8.2), with the words of Signature Version 4. A region it does not know counts as
/// "denied", like the two other ways of saying so (15, 9).
pub const GATEWAY: &[Code] = &[
    code(
        403,
        "MissingAuthenticationToken",
        "Request is missing 'Host' header.",
        Class::Credentials,
    ),
    code(
        403,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token.",
        Class::Credentials,
    ),
    code(
        403,
        "MissingAuthenticationToken",
        "%s not in Http Header.",
        Class::Credentials,
    ),
    code(
        403,
        "SignatureDoesNotMatch",
        "'Host' must be a 'SignedHeader' in the Authorization.",
        Class::Credentials,
    ),
    code(
        403,
        "SignatureDoesNotMatch",
        "Credential should be scoped with a valid terminator: 'aws4_request', not: %s.",
        Class::Credentials,
    ),
    code(
        403,
        "SignatureDoesNotMatch",
        "Credential should be scoped to a valid region, not:%s.",
        Class::Denied,
    ),
    code(
        403,
        "SignatureDoesNotMatch",
        "Credential should be scoped to correct service: %s.",
        Class::Credentials,
    ),
    code(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided.",
        Class::Credentials,
    ),
    code(
        403,
        "SignatureDoesNotMatch",
        "Signature expired:%s.",
        Class::ClockSkew,
    ),
    code(
        403,
        "SignatureDoesNotMatch",
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
        Class::ClockSkew,
    ),
    code(
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        Class::Credentials,
    ),
    code(
        403,
        "AccessDenied",
        "User: %s is not authorized to perform: %s.",
        Class::Denied,
    ),
    code(
        400,
        "IncompleteSignature",
        "Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601 .",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "KSC query-string parameters must include %s. Re-examine the query-string parameters.",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "Unsupported ksc 'algorithm': %s.",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "Authorization header requires 'Credential' parameter. Authorization=%s.",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "Credential must have exactly 5 slash-delimited elements, e.g. accesskeyid/date/region/service/aws4_request, got: %s.",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "Authorization header format error.",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header, Authorization=%s",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "Authorization header requires 'Signature' parameter. Authorization=%s",
        Class::Invalid,
    ),
    code(
        400,
        "IncompleteSignature",
        "Authorization header requires 'SignedHeaders' parameter. Authorization=%s",
        Class::Invalid,
    ),
    code(
        500,
        "ServiceUnavailable",
        "Exception %s",
        Class::Unavailable,
    ),
    code(
        500,
        "ServiceUnavailable",
        "Auth Service is unavailable because of an unknown error, exception or failure",
        Class::Unavailable,
    ),
    code(
        404,
        "ServiceUnavailable",
        "Request was rejected because it referenced an 'InnerApi' that does not have an internal service",
        Class::Unavailable,
    ),
    code(
        500,
        "ServiceUnavailable",
        "OpenAPI or Service is unavailable because of an unknown error, exception or failure.",
        Class::Unavailable,
    ),
    code(
        412,
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set",
        Class::Invalid,
    ),
    code(
        404,
        "NoSuchEntity",
        "Request was rejected because it referenced an 'InnerApi' that does not exist.",
        Class::NotFound,
    ),
    code(
        409,
        "LimitExceeded",
        "Request was rejected because the request speed of this openAPI is beyond the current flow control limit.",
        Class::Throttled,
    ),
    code(
        400,
        "InvalidParameterValue",
        "An invalid or out-of-range value was supplied for the input parameter %s.",
        Class::Invalid,
    ),
    code(
        400,
        "InvalidMethod",
        "The method %s for is not valid for this web service.",
        Class::Invalid,
    ),
    code(
        400,
        "MissingParameter",
        "An value must be supplied for the input parameter %s.",
        Class::Invalid,
    ),
    code(
        400,
        "InvalidQueryParameter",
        "The query parameter %s is malformed or does not adhere to KSC standards.",
        Class::Invalid,
    ),
    code(
        500,
        "ServiceTimeout",
        "Internal Service is unavailable because of time out.",
        Class::Unavailable,
    ),
];

/// What Cloud Monitor itself answers (8.3), with the words of the simplified signature.
pub const MONITOR: &[Code] = &[
    code(
        400,
        "MissingParameter",
        "The request is missing parameter",
        Class::Invalid,
    ),
    code(
        400,
        "MissingSignature",
        "The Request is missing Signature Parameter",
        Class::Credentials,
    ),
    code(
        400,
        "MissingAccesskey",
        "Access Key is Missing",
        Class::Credentials,
    ),
    code(
        400,
        "MissingTimestamp",
        "The request is missing timestamp parameter",
        Class::Credentials,
    ),
    code(
        400,
        "InvalidParameterNamespace",
        "No such namespace",
        Class::Invalid,
    ),
    code(
        400,
        "InvalidParameterRequestInformation",
        "Request information is too large",
        Class::Invalid,
    ),
    code(
        400,
        "InvalidActionOrVersion",
        "The action or version is not valid for this web service",
        Class::Invalid,
    ),
    code(
        400,
        "InvalidTimestamp",
        "Invalid Timestamp. Pls in 15mins",
        Class::ClockSkew,
    ),
    code(
        400,
        "InvalidAccesskey",
        "Invalid Accesskey",
        Class::Credentials,
    ),
    code(
        400,
        "SignatureNotMatch",
        "The Signature is not matched",
        Class::Credentials,
    ),
    code(
        400,
        "UnavailableRegion",
        "The region is unavailable for the openapi",
        Class::Denied,
    ),
    code(
        401,
        "InaccessibleOpenapi",
        "Without access to call Inner Openapi",
        Class::Denied,
    ),
    code(
        401,
        "UnavailableAccountID",
        "The Account ID is invalid",
        Class::Credentials,
    ),
    code(
        403,
        "InvalidAuthenticationCode",
        "lack of policy to [monitor:getmetricstatistics] the resources[]",
        Class::Denied,
    ),
    code(403, "403", "[%s]产品不属于该用户", Class::Denied),
    code(
        404,
        "ServiceUnavailable",
        "Invalid service",
        Class::Unavailable,
    ),
    code(404, "404", "No such name for 'metrics'", Class::NotFound),
    code(
        409,
        "FlowLimitExceeded",
        "Request was rejected because it referenced an 'InnerApi' that does not exist",
        Class::Throttled,
    ),
    code(
        412,
        "ErrorDryRun",
        "Request would have succeeded, but DryRun flag is set",
        Class::Invalid,
    ),
    code(
        500,
        "ServiceUnavailable",
        "Internal Service is unavailable because of time out",
        Class::Unavailable,
    ),
];

/// An error body in one of its four forms (8.1), read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Body {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

/// The error in an answer, if it is one.
pub fn problem(entry: &Entry, answered: &Answered) -> Option<ApiError> {
    problem_of(SystemId::KscMonitor, MONITOR, entry, answered)
}

/// The error in an answer of a service behind the same gateway, which answers `own` besides.
pub fn problem_of(
    system: SystemId,
    own: &[Code],
    entry: &Entry,
    answered: &Answered,
) -> Option<ApiError> {
    let status = answered.status.as_u16();
    if answered.status.is_success() && !looks_like_error(&answered.body) {
        return None;
    }
    let body = read(&answered.body).unwrap_or_default();
    if answered.status.is_success() && body.code.is_none() {
        return None;
    }
    let message = body
        .message
        .clone()
        .unwrap_or_else(|| format!("HTTP {}", answered.status));
    let class = class(own, status, body.code.as_deref(), &message);
    let mut error = ApiError::new(class, system, entry.id, message.as_str());
    error.param = param(class, body.code.as_deref(), &message);
    error.code = body.code.map(Into::into);
    error.request_id = body.request_id.map(Into::into);
    error.outcome_unknown = entry.call.mutates && status >= 500;
    Some(error)
}

/// The class of an error: by code and, where one code has several meanings, by the beginning of its words.
/// Codes outside the tables go by status; 409 is how this service says "too many requests".
fn class(own: &[Code], status: u16, code: Option<&str>, message: &str) -> Class {
    let rows = || {
        GATEWAY
            .iter()
            .chain(own)
            .filter(|row| Some(row.code) == code)
    };
    let same_words = |row: &&Code| {
        let fixed = row.message.split("%s").next().unwrap_or_default();
        !fixed.is_empty() && message.starts_with(fixed)
    };
    if let Some(row) = rows().find(same_words).or_else(|| rows().next()) {
        return row.class;
    }
    match status {
        401 => Class::Credentials,
        403 => Class::Denied,
        404 => Class::NotFound,
        409 | 429 | 509 => Class::Throttled,
        408 | 500.. => Class::Unavailable,
        _ => Class::Invalid,
    }
}

/// The parameter that an error names: at the end of the gateway's words, or in back-quotes.
fn param(class: Class, code: Option<&str>, message: &str) -> Option<String> {
    if class == Class::Denied {
        let about_region = code == Some("UnavailableRegion") || message.contains("valid region");
        return about_region.then(|| "Region".to_owned());
    }
    if class != Class::Invalid {
        return None;
    }
    if code == Some("InvalidParameterNamespace") {
        return Some("Namespace".to_owned());
    }
    let quoted = message.split('`').nth(1);
    let named = ["for the input parameter ", "The query parameter "]
        .iter()
        .find_map(|before| message.split_once(before))
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .map(|word| word.trim_end_matches('.'));
    quoted
        .or(named)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

/// Is it worth reading a successful answer as an error? Its first words tell.
fn looks_like_error(body: &Bytes) -> bool {
    let head = body.get(..512).unwrap_or(body);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.contains("<errorresponse") || head.contains("\"error\"") || head.contains("\"codedesc\"")
}

fn read(body: &[u8]) -> Option<Body> {
    let start = body.iter().find(|byte| !byte.is_ascii_whitespace())?;
    match start {
        b'{' => Some(read_json(&serde_json::from_slice(body).ok()?)),
        b'<' => read_xml(std::str::from_utf8(body).ok()?),
        _ => None,
    }
}

/// Cloud Monitor's own form (all lower case), the gateway's form and the flat one of older clients.
fn read_json(body: &Json) -> Body {
    let field = |object: &Json, name: &str| {
        let found = object
            .as_object()?
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(found.1.clone())
    };
    let words = |value: Option<Json>| match value? {
        Json::String(text) => Some(text),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let error = field(body, "error").unwrap_or_else(|| body.clone());
    let metadata = field(body, "responseMetadata").unwrap_or_default();
    Body {
        code: words(field(&error, "codeDesc")).or_else(|| words(field(&error, "code"))),
        message: words(field(&error, "message")),
        request_id: words(field(body, "requestId"))
            .or_else(|| words(field(&metadata, "requestId"))),
    }
}

fn read_xml(text: &str) -> Option<Body> {
    let mut reader = Reader::from_str(text);
    let mut body = Body::default();
    let mut name = String::new();
    let mut words = String::new();
    let mut is_error = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                name = start.local_name().as_ref().to_ascii_lowercase();
                is_error |= name == "errorresponse" || name == "error";
                words.clear();
            }
            Event::Text(part) => words.push_str(&part.xml10_content()),
            Event::CData(part) => words.push_str(&part.xml10_content()),
            Event::GeneralRef(part) => words.push_str(&entity(&part)),
            Event::End(_) => {
                let words = std::mem::take(&mut words).trim().to_owned();
                match name.as_str() {
                    "code" => body.code = Some(words),
                    "message" => body.message = Some(words),
                    "requestid" => body.request_id = Some(words),
                    _ => {}
                }
                name.clear();
            }
            Event::Eof => return is_error.then_some(body),
            _ => {}
        }
    }
}

fn entity(part: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(c)) = part.resolve_char_ref() {
        return c.to_string();
    }
    let name: &str = part;
    quick_xml::escape::resolve_predefined_entity(name)
        .map_or_else(|| format!("&{name};"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::ksc_monitor::ops::OPERATIONS;
    use http::{HeaderMap, StatusCode};

    fn ask(status: u16, body: &str) -> Option<ApiError> {
        let answered = Answered {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: Bytes::from(body.to_owned()),
        };
        problem(&OPERATIONS[0], &answered)
    }

    #[test]
    fn xml_and_the_json_forms_say_the_same() {
        let bodies = [
            r"<ErrorResponse><RequestId>r-1</RequestId><Error><Type>Sender</Type><Code>InvalidParameterValue</Code>
               <Message>An value must be supplied for the input parameter Namespace.</Message></Error></ErrorResponse>",
            r#"{"requestid":"r-1","error":{"type":"sender","code":"InvalidParameterValue",
               "message":"An value must be supplied for the input parameter Namespace."}}"#,
            r#"{"RequestId":"r-1","Error":{"Type":"Sender","Code":"InvalidParameterValue",
               "Message":"An value must be supplied for the input parameter Namespace."}}"#,
        ];
        for body in bodies {
            let error = ask(400, body).expect("an error");
            assert_eq!(error.class, Class::Invalid, "{body}");
            assert_eq!(error.code, Some("InvalidParameterValue".into()));
            assert_eq!(error.param.as_deref(), Some("Namespace"));
            assert_eq!(error.request_id, Some("r-1".into()));
        }
    }

    #[test]
    fn every_row_of_the_tables_is_recognised_by_status_code_and_words() {
        for row in GATEWAY.iter().chain(MONITOR) {
            let words = row.message.replace("%s", "x");
            let body = serde_json::json!({"RequestId": "r", "Error": {"Code": row.code, "Message": words}});
            let error = ask(row.status, &body.to_string()).expect("an error");
            assert_eq!(error.class, row.class, "{} {words}", row.code);
            assert_eq!(error.message.raw(), words);
        }
    }

    #[test]
    fn a_clock_that_is_wrong_is_told_from_a_key_that_is_wrong() {
        let say = |message: &str| {
            let body =
                format!(r#"{{"Error":{{"Code":"SignatureDoesNotMatch","Message":"{message}"}}}}"#);
            ask(403, &body).expect("an error").class
        };
        assert_eq!(say("Signature expired:20261122T030000Z."), Class::ClockSkew);
        assert_eq!(
            say("The request signature we calculated does not match the signature you provided."),
            Class::Credentials
        );
    }

    #[test]
    fn a_conflict_status_means_too_many_requests() {
        let class = ask(409, "").map(|error| error.class);
        assert_eq!(class, Some(Class::Throttled));
    }

    #[test]
    fn an_error_inside_a_success_is_found_and_a_success_is_none() {
        let error = ask(
            200,
            r#"{"requestid":"r","error":{"code":"404","message":"No such name for 'metrics'"}}"#,
        );
        assert_eq!(error.map(|error| error.class), Some(Class::NotFound));
        let batch = r#"{"errorMessage":["x"],"getMetricStatisticsBatchResults":[]}"#;
        assert_eq!(ask(200, batch), None);
        assert_eq!(ask(200, "<ListMetricsResponse/>"), None);
    }

    #[test]
    fn a_page_of_a_proxy_is_unavailable() {
        let error = ask(502, "<html><body>Bad gateway</body></html>").expect("an error");
        assert_eq!(error.class, Class::Unavailable);
        assert_eq!(error.message.raw(), "HTTP 502 Bad Gateway");
        assert_eq!(error.code, None);
    }
}
