//! What comes back: sorted into answers and errors.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};

use super::Line;
use crate::cloud::Answered;
use crate::cloud::declare::{Entry, Violation};
use crate::cloud::skew::{self, Verdict};
use crate::cloud::transport::{MAX_ANSWER, TransportError};
use crate::cloud::wire::Format;
use crate::domain::error::{ApiError, Class};
use crate::domain::text::SafeText;

/// Why an attempt failed.
pub(super) struct Failed {
    pub(super) error: ApiError,
    /// Certainly no byte of the request has left.
    pub(super) unsent: bool,
    /// The status, when there was an answer.
    pub(super) status: Option<StatusCode>,
    /// What the answer's date says about the time of the signature.
    pub(super) verdict: Verdict,
}

impl Line {
    /// Sorts what came back into answers and errors. `offset` was added to our clock for the signature.
    pub(super) fn classify(
        &self,
        entry: &Entry,
        sent: Result<Response<Bytes>, TransportError>,
        now: Timestamp,
        offset: SignedDuration,
    ) -> Result<Answered, Failed> {
        let response = sent.map_err(|error| self.not_answered(entry, &error))?;
        let (head, body) = response.into_parts();
        self.look_at_clock(&head.headers, now);
        self.count(body.len());
        let answered = Answered {
            status: head.status,
            headers: head.headers,
            body,
        };
        let Some(mut error) = self.problem(entry, &answered) else {
            return Ok(answered);
        };
        error.system = self.connection.account.id.system;
        error.operation = entry.id;
        error.request_id = error.request_id.or_else(|| request_id(&answered));
        error.retry_after = error
            .retry_after
            .or_else(|| retry_after(&answered.headers, now));
        Err(Failed {
            error,
            unsent: false,
            status: Some(answered.status),
            verdict: skew::compare(&answered.headers, now, offset),
        })
    }

    /// The error in an answer: the provider's own, else what the status says, else an answer that is none.
    fn problem(&self, entry: &Entry, answered: &Answered) -> Option<ApiError> {
        if answered.body.len() > MAX_ANSWER {
            let mut error =
                self.error(Class::Unreadable, entry, "the answer is larger than 50 MiB");
            error.outcome_unknown = entry.call.mutates;
            return Some(error);
        }
        let status = answered.status;
        let may_be_done = status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        if status.is_redirection() {
            // Never followed: the signature belongs to this host, and a login page is no answer.
            return Some(self.error(Class::Unreadable, entry, &status_words(answered)));
        }
        if let Some(mut error) = (self.system.problem)(entry, answered) {
            // A gateway that got no answer does not know what the service behind it has done.
            let lost = may_be_done && error.class == Class::Unavailable;
            error.outcome_unknown |= entry.call.mutates && lost;
            return Some(error);
        }
        if status.is_success() {
            return None;
        }
        let class = match status.as_u16() {
            401 => Class::Credentials,
            403 => Class::Denied,
            404 | 410 => Class::NotFound,
            409 => Class::Conflict,
            408 | 425 | 500..=599 => Class::Unavailable,
            429 => Class::Throttled,
            _ => Class::Invalid,
        };
        let mut error = self.error(class, entry, &status_words(answered));
        error.outcome_unknown = entry.call.mutates && may_be_done;
        Some(error)
    }

    fn not_answered(&self, entry: &Entry, error: &TransportError) -> Failed {
        let class = if error.too_large {
            Class::Unreadable
        } else {
            Class::Network
        };
        let mut failed = self.error(class, entry, &error.message);
        failed.outcome_unknown = error.sent && entry.call.mutates;
        Failed {
            error: failed,
            unsent: !error.sent,
            status: None,
            verdict: Verdict::Unknown,
        }
    }

    pub(in crate::cloud) fn error(&self, class: Class, entry: &Entry, message: &str) -> ApiError {
        ApiError::new(class, self.connection.account.id.system, entry.id, message)
    }

    /// The error for an input that breaks rules.
    pub(in crate::cloud) fn invalid(&self, entry: &Entry, broken: &[Violation]) -> ApiError {
        let words: Vec<String> = broken.iter().map(Violation::sentence).collect();
        let mut error = self.error(Class::Invalid, entry, &words.join("; "));
        error.param = broken.first().map(|one| one.field.clone());
        error
    }

    /// The error for an answer that makes no sense.
    pub(in crate::cloud) fn unreadable(
        &self,
        entry: &Entry,
        answered: &Answered,
        why: &str,
    ) -> ApiError {
        let words = format!(
            "the answer (HTTP {}) cannot be read: {why}",
            answered.status.as_u16()
        );
        let mut error = self.error(Class::Unreadable, entry, &words);
        error.request_id = request_id(answered);
        error.outcome_unknown = entry.call.mutates;
        error
    }
}

/// What a refusal without the provider's words says.
fn status_words(answered: &Answered) -> String {
    let status = answered.status;
    let reason = status.canonical_reason().unwrap_or("unknown status");
    let target = answered
        .headers
        .get(LOCATION)
        .and_then(|value| value.to_str().ok());
    if status.is_redirection() {
        // Without its query, which may carry a ticket.
        let target = target
            .unwrap_or("nowhere")
            .split(['?', '#'])
            .next()
            .unwrap_or_default();
        return format!(
            "HTTP {} {reason}: redirected to {target}, which is not followed",
            status.as_u16()
        );
    }
    let kind = answered
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let what = match Format::detect(&answered.headers, &answered.body) {
        Some(_) => "an unknown error body".to_owned(),
        None if answered.body.is_empty() => "no body".to_owned(),
        None => format!("a body of type {}", kind.unwrap_or("unknown")),
    };
    format!("HTTP {} {reason}, with {what}", status.as_u16())
}

/// How long the provider asks to wait: seconds or a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = skew::parse_date(text)?.duration_since(now);
    Some(Duration::try_from(until).unwrap_or_default())
}

/// The provider's id of a request: from the headers, or from the places in the body that the references name
/// (ksc-monitor.md, 7; ksc-autoscaling.md, 6.4; signing-huawei.md, 2.7).
pub(in crate::cloud) fn request_id(answered: &Answered) -> Option<SafeText> {
    ["x-request-id", "x-iam-trace-id", "x-ksc-request-id"]
        .into_iter()
        .find_map(|name| answered.headers.get(name)?.to_str().ok())
        .map(SafeText::new)
        .or_else(|| id_in_body(&answered.body))
}

/// Looks for `"requestId":"…"` or `<RequestId>…</RequestId>`, in any case, near the start and the end of a body:
/// parsing a large body a second time for its id would cost as much as decoding it.
fn id_in_body(body: &[u8]) -> Option<SafeText> {
    const NEAR: usize = 1024;
    let head = body.get(..body.len().min(NEAR)).unwrap_or_default();
    let tail = body
        .get(body.len().saturating_sub(NEAR)..)
        .unwrap_or_default();
    [head, tail].into_iter().find_map(|part| {
        let text = String::from_utf8_lossy(part);
        let lower = text.to_ascii_lowercase();
        ["requestid", "request_id"].into_iter().find_map(|name| {
            lower.match_indices(name).find_map(|(at, _)| {
                let rest = text.get(at + name.len()..)?;
                let value = rest.strip_prefix('>').or_else(|| {
                    rest.strip_prefix('"')?
                        .trim_start()
                        .strip_prefix(':')?
                        .trim_start()
                        .strip_prefix('"')
                })?;
                let id: String = value
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || "-_.:".contains(*c))
                    .collect();
                let ends = value.get(id.len()..)?.starts_with(['"', '<']);
                (ends && !id.is_empty()).then(|| SafeText::new(&id))
            })
        })
    })
}
