//! What the two Huawei systems share: error bodies, the gateway in front of them, the request's id.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::Value as Json;

use super::Answered;
use super::declare::{Entry, Kind, Param};
use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class};
use crate::domain::text::SafeText;

/// What an error body says, whichever of the providers' forms it has (huawei-coc.md, 5.2; huawei-esm.md, 1.5;
/// signing-huawei.md, 2.7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fault {
    /// Error code.
    pub code: Option<String>,
    /// What is wrong, in the provider's words.
    pub message: Option<String>,
    /// The provider's id of the request, when the body tells.
    pub request_id: Option<String>,
}

impl Fault {
    /// Reads an error body. A body that is not JSON says nothing.
    pub fn read(body: &[u8]) -> Self {
        let Ok(body) = serde_json::from_slice::<Json>(body) else {
            return Self::default();
        };
        // Either pair of names, at the top or one level down (`{"error": {"code", "message", "title"}}`).
        let inner = body.get("error").filter(|inner| inner.is_object());
        let first = |names: &[&str]| {
            [Some(&body), inner]
                .into_iter()
                .flatten()
                .flat_map(|at| names.iter().filter_map(|name| at.get(*name)))
                .find_map(scalar)
        };
        Self {
            code: first(&["error_code", "errorCode", "code"]),
            message: first(&["error_msg", "errorMsg", "errorMessage", "message", "msg"])
                .map(|text| without_tokens(&text)),
            request_id: first(&["request_id", "requestId"]),
        }
    }

    /// Does its code say "success"? All digits after the last dot are zero; no code at all counts as success
    /// (huawei-coc.md, 5.1).
    pub fn is_success(&self) -> bool {
        self.code.as_deref().is_none_or(|code| {
            let tail = code.rsplit('.').next().unwrap_or(code);
            tail.chars().all(|c| c == '0')
        })
    }
}

/// A text or number, as text; anything else and the empty text are nothing.
fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The gateway repeats the canonical request when a signature is wrong, with the values of all signed headers: those
/// that are secrets are masked (signing-huawei.md, 2.6).
fn without_tokens(message: &str) -> String {
    let mut parts = message.split('|').map(|part| {
        let name = part
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if name.ends_with("x-security-token") || name.ends_with("x-auth-token") {
            format!("{name}:***")
        } else {
            part.to_owned()
        }
    });
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |whole, part| whole + "|" + &part)
}

/// Base URL of the identity service: of the region, or the global one (signing-huawei.md, 1.1).
pub fn identity_endpoint(region: &str) -> String {
    let top = if region.starts_with("eu-") {
        "eu"
    } else {
        "com"
    };
    if region.is_empty() {
        "https://iam.myhuaweicloud.com".to_owned()
    } else {
        format!("https://iam.{region}.myhuaweicloud.{top}")
    }
}

/// The class that follows from the HTTP status and the words of the gateway.
pub fn class(status: StatusCode, message: &str) -> Class {
    if status == StatusCode::UNAUTHORIZED && is_skew(message) {
        return Class::ClockSkew;
    }
    match status.as_u16() {
        401 => Class::Credentials,
        403 => Class::Denied,
        404 | 405 | 410 | 501 => Class::NotFound,
        409 => Class::Conflict,
        408 | 425 | 500 | 502..=599 => Class::Unavailable,
        429 => Class::Throttled,
        300..=399 => Class::Unreadable,
        _ => Class::Invalid,
    }
}

/// Does the gateway say that the signature is too old or too new?
fn is_skew(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("signature expired") || message.contains("signature is expired")
}

/// Puts the error together: class and words are given, the rest is read from the answer.
pub fn error(
    system: SystemId,
    entry: &Entry,
    answered: &Answered,
    class: Class,
    fault: Fault,
) -> ApiError {
    let message = fault
        .message
        .unwrap_or_else(|| format!("HTTP {}", answered.status));
    let param = named_param(entry.params, &message);
    let mut error = ApiError::new(class, system, entry.id, SafeText::new(&message));
    // An identity service error repeats the status as its code.
    error.code = fault
        .code
        .filter(|code| code != answered.status.as_str())
        .map(SafeText::from);
    error.request_id = request_id(&answered.headers).or(fault.request_id.map(SafeText::from));
    error.param = param;
    error.retry_after = retry_after(&answered.headers);
    // A gateway that got no answer does not know whether the service carried the call out (signing-huawei.md, 2.7).
    error.outcome_unknown =
        entry.call.mutates && matches!(answered.status.as_u16(), 500 | 502 | 504);
    error
}

/// The provider's id of the request.
fn request_id(headers: &HeaderMap) -> Option<SafeText> {
    ["x-request-id", "x-iam-trace-id"]
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok())
        .map(SafeText::new)
}

/// How many seconds the provider asks to wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}

/// The parameter that a message is about, in wire spelling: `The field[operate_key] value[…] invalid`,
/// `incidentNum size must be …`, `batch_index must not be null | …`.
fn named_param(params: &[Param], message: &str) -> Option<String> {
    let word = match message.split_once("field[") {
        Some((_, rest)) => rest.split(']').next()?,
        None => message.split_once(' ')?.0,
    };
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    find_param(params, &|name| plain(name) == plain(word)).map(str::to_owned)
}

fn find_param(params: &[Param], is_it: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    params.iter().find_map(|param| {
        let fields = match param.kind {
            Kind::Object(fields) => fields,
            Kind::List(Kind::Object(fields)) => *fields,
            _ => &[],
        };
        if is_it(param.name) {
            Some(param.name)
        } else {
            find_param(fields, is_it)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(body: &str) -> Fault {
        Fault::read(body.as_bytes())
    }

    #[test]
    fn error_bodies_of_all_forms_are_read() {
        let cases = [
            (
                r#"{"error_code":"COC.00040701","error_msg":"m"}"#,
                Some("COC.00040701"),
            ),
            (r#"{"errorCode":"X.1","errorMsg":"m"}"#, Some("X.1")),
            (r#"{"code":"X.1","msg":"m"}"#, Some("X.1")),
            (
                r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#,
                Some("401"),
            ),
            (
                r#"{"error":{"error_code":"X.2","error_msg":"m"}}"#,
                Some("X.2"),
            ),
            (
                r#"{"error_msg":"m","error_code":"APIGW.0301","request_id":"r"}"#,
                Some("APIGW.0301"),
            ),
        ];
        for (body, code) in cases {
            let read = fault(body);
            assert_eq!(read.code.as_deref(), code, "{body}");
            assert_eq!(read.message.as_deref(), Some("m"), "{body}");
        }
        for body in [
            "",
            "<html>",
            "[]",
            "7",
            r#"{"error":"no"}"#,
            r#"{"error_msg":null}"#,
        ] {
            assert_eq!(fault(body), Fault::default(), "{body}");
        }
    }

    #[test]
    fn success_is_all_zeros_after_the_last_dot() {
        for code in [
            r#""0""#,
            r#""GOM.00000000""#,
            r#""COC.00000000""#,
            "0",
            "null",
            r#""""#,
        ] {
            assert!(
                fault(&format!(r#"{{"error_code":{code}}}"#)).is_success(),
                "{code}"
            );
        }
        for code in [r#""COC.00000001""#, r#""GOM.00007256""#, "1", r#""OK""#] {
            assert!(
                !fault(&format!(r#"{{"error_code":{code}}}"#)).is_success(),
                "{code}"
            );
        }
    }

    #[test]
    fn tokens_in_a_repeated_request_are_masked() {
        let message = "verify aksk signature fail,canonicalRequest:GET|/v1/|host:h|x-security-token:SECRET|x-sdk-date:1|";
        assert_eq!(
            without_tokens(message),
            "verify aksk signature fail,canonicalRequest:GET|/v1/|host:h|x-security-token:***|x-sdk-date:1|"
        );
    }

    #[test]
    fn the_class_follows_from_status_and_words() {
        let cases = [
            (401, "decrypt token fail", Class::Credentials),
            (
                401,
                "Incorrect IAM authentication information: signature expired",
                Class::ClockSkew,
            ),
            (403, "", Class::Denied),
            (404, "", Class::NotFound),
            (413, "", Class::Invalid),
            (494, "", Class::Invalid),
            (429, "", Class::Throttled),
            (302, "", Class::Unreadable),
            (504, "", Class::Unavailable),
        ];
        for (status, message, expected) in cases {
            assert_eq!(
                class(StatusCode::from_u16(status).unwrap(), message),
                expected,
                "{status} {message}"
            );
        }
    }
}
