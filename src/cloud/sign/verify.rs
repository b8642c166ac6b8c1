//! The receiving side of the signatures: what a gateway checks, in a gateway's order.
//!
//! It derives the signature again from the *received* head and body. A client that signs one form and sends another is
//! caught; clients other than ours, with other lists of signed headers and other habits, are served.

use std::time::Duration;

use http::request::Parts;
use jiff::Timestamp;

use super::raw::{self, Plus};
use super::{Scheme, huawei_sdk, ksc_simple, sigv4, tencent_v2};
use crate::domain::secret::Secret;

/// What a gateway knows.
pub struct Gateway<'a> {
    /// Its time.
    pub now: Timestamp,
    /// How far a request's time may be from it, either way.
    pub window: Duration,
    /// Regions that it serves (SigV4 scope, KSC's `Region`). Empty: any.
    pub regions: &'a [&'a str],
    /// Hosts that a Tencent client may have signed besides the one it sent (signing-tencent.md, 4).
    pub hosts: &'a [&'a str],
    /// The secret of a key id; for [`Scheme::Token`] anything when the token is good.
    pub secret_of: &'a dyn Fn(&str) -> Option<Secret>,
}

/// The window in which providers accept a request's time (signing-ksc.md, 1.4; signing-tencent.md, 5;
/// signing-huawei.md, 2.6).
pub const fn usual_window(scheme: Scheme) -> Duration {
    match scheme {
        Scheme::TencentSha1 | Scheme::TencentSha256 => Duration::from_secs(2 * 60 * 60),
        _ => Duration::from_secs(15 * 60),
    }
}

/// A request whose signature holds, with the intermediate steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedBy {
    /// How it was signed.
    pub scheme: Scheme,
    /// With which key; the token itself for [`Scheme::Token`].
    pub key_id: String,
    /// When, as the client says. The gateway's own time for [`Scheme::Token`].
    pub at: Timestamp,
    /// The region that the request is for, where the scheme names one.
    pub region: Option<String>,
    /// The number used once (Tencent). Whether it was used before is for the caller to know.
    pub nonce: Option<u64>,
    /// The canonical form.
    pub canonical: String,
    /// What was signed.
    pub to_sign: String,
}

/// Why a gateway refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// Nothing to authenticate with.
    NoCredentials,
    /// A signature and a token at once (signing-huawei.md, top).
    TwoCredentials,
    /// No `Host`.
    MissingHost,
    /// A header is listed as signed and absent.
    MissingHeader(String),
    /// The `Authorization` header has another shape.
    Unreadable(String),
    /// A part of the `Authorization` header, or a parameter of the scheme, is missing.
    MissingPart(&'static str),
    /// No header says when.
    MissingDate,
    /// The time is not written as the scheme demands.
    BadDate(String),
    /// The nonce is not a number.
    BadNonce(String),
    /// Another algorithm than this scheme's.
    Algorithm(String),
    /// The credential has not five parts.
    BadCredential(String),
    /// The scope names something else than this gateway serves.
    Scope(ScopePart, String),
    /// The day of the scope is not that of the request.
    ScopeDate(String),
    /// A header that must be signed is not.
    NotSigned(&'static str),
    /// Signed too long ago, or too far in the future.
    Expired(Timestamp),
    /// No such key, or no such token.
    UnknownKey,
    /// The body is larger than may be signed (12 MiB, signing-huawei.md, 2.6).
    TooLarge,
    /// The signature is not that of this request.
    Mismatch {
        /// The canonical form as received.
        canonical: String,
        /// What should have been signed.
        to_sign: String,
    },
}

/// A part of a SigV4 scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopePart {
    /// `aws4_request`.
    Terminator,
    /// The region.
    Region,
    /// The service.
    Service,
}

/// Which of these schemes a request uses, by its marker. `None`: it carries nothing to authenticate with.
pub fn detect(head: &Parts, body: &[u8], schemes: &[Scheme]) -> Option<Scheme> {
    schemes.iter().find_map(|scheme| {
        let marked = match scheme {
            Scheme::SigV4 { .. } | Scheme::HuaweiSdk => head.headers.contains_key("authorization"),
            Scheme::SigV4Query { .. } => {
                let query = raw::query(head, Plus::Space);
                ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"]
                    .iter()
                    .any(|name| raw::find(&query, name).is_some())
            }
            Scheme::KscSimple { .. } => ksc_simple::received(head, body).is_some(),
            Scheme::TencentSha1 | Scheme::TencentSha256 => return tencent_v2::detect(head, body),
            Scheme::Token => head.headers.contains_key("x-auth-token"),
            Scheme::None => false,
        };
        marked.then_some(*scheme)
    })
}

/// Checks a received request against a scheme, usually the one that [`detect`] found.
///
/// # Errors
///
/// The first reason, in the gateway's order of checks, to refuse the request. Nothing is remembered: whether a nonce
/// was used before, or a key failed too often, is for the caller to know.
pub fn verify(
    head: &Parts,
    body: &[u8],
    scheme: Scheme,
    gateway: &Gateway<'_>,
) -> Result<VerifiedBy, Rejection> {
    match scheme {
        Scheme::SigV4 { service } => sigv4::verify(head, body, service, gateway),
        Scheme::SigV4Query { service } => sigv4::verify_query(head, body, service, gateway),
        Scheme::KscSimple { .. } => ksc_simple::verify(head, body, scheme, gateway),
        Scheme::TencentSha1 | Scheme::TencentSha256 => {
            tencent_v2::verify(head, body, scheme, gateway)
        }
        Scheme::HuaweiSdk => huawei_sdk::verify(head, body, gateway),
        Scheme::Token => token(head, gateway),
        Scheme::None => Err(Rejection::NoCredentials),
    }
}

fn token(head: &Parts, gateway: &Gateway<'_>) -> Result<VerifiedBy, Rejection> {
    if head.headers.contains_key("authorization") {
        return Err(Rejection::TwoCredentials);
    }
    let token = raw::header(head, "x-auth-token").ok_or(Rejection::NoCredentials)?;
    gateway.secret(&token)?;
    Ok(VerifiedBy {
        scheme: Scheme::Token,
        key_id: token,
        at: gateway.now,
        region: None,
        nonce: None,
        canonical: String::new(),
        to_sign: String::new(),
    })
}

impl Gateway<'_> {
    pub(super) fn secret(&self, key_id: &str) -> Result<Secret, Rejection> {
        (self.secret_of)(key_id).ok_or(Rejection::UnknownKey)
    }

    pub(super) fn in_time(&self, at: Timestamp) -> Result<(), Rejection> {
        if self.now.duration_since(at).unsigned_abs() <= self.window {
            Ok(())
        } else {
            Err(Rejection::Expired(at))
        }
    }

    pub(super) fn serves(&self, region: &str) -> Result<(), Rejection> {
        if self.regions.is_empty() || self.regions.contains(&region) {
            Ok(())
        } else {
            Err(Rejection::Scope(ScopePart::Region, region.to_owned()))
        }
    }
}

/// An `Authorization` header: an algorithm and named parts, separated by commas with or without a blank.
pub(super) struct Authorization {
    pub(super) algorithm: String,
    parts: Vec<(String, String)>,
}

impl Authorization {
    pub(super) fn read(text: &str) -> Result<Self, Rejection> {
        let unreadable = || Rejection::Unreadable(text.to_owned());
        let (algorithm, rest) = text.trim().split_once(' ').ok_or_else(unreadable)?;
        let parts = rest
            .split(',')
            .map(|part| {
                let (name, value) = part.trim().split_once('=')?;
                Some((name.to_owned(), value.to_owned()))
            })
            .collect::<Option<_>>()
            .ok_or_else(unreadable)?;
        Ok(Self {
            algorithm: algorithm.to_owned(),
            parts,
        })
    }

    pub(super) fn part(&self, name: &'static str) -> Result<&str, Rejection> {
        self.parts
            .iter()
            .find(|(candidate, value)| candidate == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .ok_or(Rejection::MissingPart(name))
    }

    /// The names in `SignedHeaders`, in the order given, in lower case.
    pub(super) fn signed_headers(&self) -> Result<Vec<String>, Rejection> {
        self.part("SignedHeaders").map(names)
    }
}

/// A list of header names.
pub(super) fn names(list: &str) -> Vec<String> {
    list.split(';').map(str::to_lowercase).collect()
}

/// Every listed header must be there.
pub(super) fn present(headers: &raw::Headers<'_>, names: &[String]) -> Result<(), Rejection> {
    match names.iter().find(|name| headers.value(name).is_none()) {
        Some(name) => Err(Rejection::MissingHeader(name.clone())),
        None => Ok(()),
    }
}
