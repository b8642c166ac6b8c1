//! Provider codes and what they mean (tencent-monitor.md, 1.3 to 1.5; signing-tencent.md, 8).
//!
//! Errors come with HTTP 200; the body's `code` decides. A module code in parentheses at the beginning of the
//! message is more exact than the common code and goes first.

use serde::Deserialize;

use super::ops::Count;
use crate::cloud::Answered;
use crate::cloud::declare::Entry;
use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class};

/// A row of the error tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The code: positive for common ones, negative for those of the monitor module.
    pub code: i64,
    /// What the service calls it in English.
    pub name: &'static str,
    /// What to do about it.
    pub class: Class,
}

const fn code(code: i64, name: &'static str, class: Class) -> Code {
    Code { code, name, class }
}

/// Common codes (1.4 and signing-tencent.md, 8).
pub const COMMON: &[Code] = &[
    code(4000, "InvalidParameter", Class::Invalid),
    code(4100, "AuthFailure", Class::Credentials),
    code(4101, "UnauthorizedOperation", Class::Denied),
    code(4102, "UnauthorizedOperation", Class::Denied),
    code(4103, "UnauthorizedOperation", Class::Denied),
    code(4104, "SecretIdNotFound", Class::Credentials),
    code(4105, "TokenFailure", Class::Credentials),
    code(4106, "MFAFailure", Class::Denied),
    code(4110, "UnauthorizedOperation", Class::Denied),
    code(4200, "RequestExpired", Class::ClockSkew),
    code(4300, "AccessDenied", Class::Denied),
    code(4400, "QuotaExceeded", Class::Throttled),
    code(4500, "ReplayAttack", Class::ClockSkew),
    code(4600, "UnsupportedProtocol", Class::Invalid),
    code(5000, "ResourceNotFound", Class::NotFound),
    code(5100, "ResourceOpFailed", Class::Unavailable),
    code(5200, "ResourcePurchaseFailed", Class::Conflict),
    code(5300, "BalanceNotEnough", Class::Conflict),
    code(5400, "PartialSuccess", Class::Conflict),
    code(5500, "UserUnverified", Class::Denied),
    code(6000, "InternalError", Class::Unavailable),
    code(6100, "VersionUnsupported", Class::Invalid),
    code(6200, "ServiceUnavailable", Class::Unavailable),
];

/// Codes of the monitor module (1.5).
pub const MODULE: &[Code] = &[
    code(-502, "OperationDenied.SourceNotExists", Class::NotFound),
    code(-503, "InvalidParameter", Class::Invalid),
    code(-505, "InvalidParameter.MissingParameter", Class::Invalid),
    code(-506, "ResourceOpFailed", Class::Unavailable),
    code(-507, "OperationDenied.ExceedLimit", Class::Invalid),
    code(-509, "InvalidParameter.DimensionGroupError", Class::Invalid),
    code(-513, "InternalError.DBoperationFail", Class::Unavailable),
    code(-514, "OperationDenied.SourceAlreadyExists", Class::Conflict),
    code(-515, "OperationDenied.SubresourceExist", Class::Conflict),
];

#[derive(Deserialize)]
struct Head {
    code: Count,
    #[serde(default)]
    message: Option<String>,
}

/// The error in an answer, if it is one.
pub fn problem(entry: &Entry, answered: &Answered) -> Option<ApiError> {
    let head: Option<Head> = serde_json::from_slice(&answered.body).ok();
    let Some(head) = head else {
        return (!answered.status.is_success()).then(|| without_body(entry, answered));
    };
    let code = head.code.value();
    if code == Some(0) && answered.status.is_success() {
        return None;
    }
    let message = head.message.unwrap_or_default();
    let module = module_code(&message);
    let class = class(module, code);
    let words = match (message.trim(), code) {
        ("", Some(code)) => name(code)
            .unwrap_or("the service gave no reason")
            .to_owned(),
        (message, _) => message.to_owned(),
    };
    let mut error = ApiError::new(class, SystemId::TencentMonitor, entry.id, words);
    error.code = Some(match (&head.code, module) {
        (Count::Number(code), Some(module)) => format!("{code} ({module})").into(),
        (Count::Number(code), None) => code.to_string().into(),
        (Count::Text(code), _) => code.as_str().into(),
    });
    Some(error)
}

/// Any status but 200 is a failure of the way there: the service itself always answers with 200.
fn without_body(entry: &Entry, answered: &Answered) -> ApiError {
    let class = match answered.status.as_u16() {
        404 | 405 => Class::Invalid,
        429 => Class::Throttled,
        _ => Class::Unavailable,
    };
    let words = format!("HTTP {}", answered.status);
    ApiError::new(class, SystemId::TencentMonitor, entry.id, words)
}

/// The number in parentheses at the beginning of a message: `(-514) Resource already exists`, in the Chinese
/// edition without a blank after it.
pub fn module_code(message: &str) -> Option<i64> {
    let (number, _) = message.trim_start().strip_prefix('(')?.split_once(')')?;
    number.trim().parse().ok()
}

/// The English name of a code, where the tables have one.
pub fn name(code: i64) -> Option<&'static str> {
    let mut rows = COMMON.iter().chain(MODULE);
    rows.find(|row| row.code == code).map(|row| row.name)
}

/// By the module code when the tables know it, else by the common code; unknown codes go by their family:
/// 41xx authentication, 4xxx the caller, 5xxx the operation, 6xxx the server.
fn class(module: Option<i64>, code: Option<i64>) -> Class {
    let row = |table: &[Code], wanted: Option<i64>| {
        table
            .iter()
            .find(|row| Some(row.code) == wanted)
            .map(|row| row.class)
    };
    row(MODULE, module)
        .or_else(|| row(COMMON, code))
        .unwrap_or(match code {
            Some(4100..=4199) => Class::Denied,
            Some(5000..=6999) => Class::Unavailable,
            _ => Class::Invalid,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::tencent_monitor::ops::OPERATIONS;
    use bytes::Bytes;
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
    fn an_error_comes_with_status_200() {
        let error = ask(200, r#"{"code":4400,"message":"too many requests"}"#).expect("an error");
        assert_eq!(error.class, Class::Throttled);
        assert_eq!(error.message.raw(), "too many requests");
        assert_eq!(error.code, Some("4400".into()));
    }

    #[test]
    fn the_module_code_goes_first() {
        let cases = [
            ("(-514) Resource already exists", Class::Conflict),
            ("(-514)资源重复", Class::Conflict),
            ("(-502) no such metric", Class::NotFound),
            ("(-999) unknown", Class::Invalid),
            ("plain", Class::Invalid),
        ];
        for (message, class) in cases {
            let body = serde_json::json!({"code": 4000, "message": message});
            let error = ask(200, &body.to_string()).expect("an error");
            assert_eq!(error.class, class, "{message}");
            assert_eq!(error.message.raw(), message);
        }
    }

    #[test]
    fn code_0_is_success_whatever_the_message_says() {
        assert_eq!(ask(200, r#"{"code":0,"message":"ok"}"#), None);
        assert_eq!(ask(200, r#"{"code":"0","message":""}"#), None);
    }

    #[test]
    fn the_code_may_be_text() {
        let error = ask(
            200,
            r#"{"code":"5100","message":"(-513) DB operation failed"}"#,
        );
        let error = error.expect("an error");
        assert_eq!(error.class, Class::Unavailable);
        assert_eq!(error.code, Some("5100".into()));
    }

    #[test]
    fn a_nonce_or_time_that_is_refused_points_at_the_clock() {
        for code in [4200, 4500] {
            let body = format!(r#"{{"code":{code},"message":""}}"#);
            assert_eq!(
                ask(200, &body).map(|error| error.class),
                Some(Class::ClockSkew)
            );
        }
    }

    #[test]
    fn unknown_codes_go_by_their_family() {
        let class = |code: i64| {
            let body = format!(r#"{{"code":{code},"message":"x"}}"#);
            ask(200, &body).map(|error| error.class)
        };
        assert_eq!(class(4199), Some(Class::Denied));
        assert_eq!(class(4700), Some(Class::Invalid));
        assert_eq!(class(5999), Some(Class::Unavailable));
        assert_eq!(class(6999), Some(Class::Unavailable));
    }

    #[test]
    fn a_page_of_a_proxy_is_unavailable_and_an_unreadable_success_is_left_to_the_decoder() {
        let error = ask(502, "<html>Bad gateway</html>").expect("an error");
        assert_eq!(error.class, Class::Unavailable);
        assert_eq!(ask(200, "<html>Hello</html>"), None);
    }
}
