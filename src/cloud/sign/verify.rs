//! The receiving side of the signatures: what a gateway checks, in a gateway's order.
//!
//! It derives the signature again from the *received* head and body. A client that signs one form and sends another is
//! caught; clients other than ours, with other lists of signed headers and other habits, are served.

use std::time::Duration;

use http::request::Parts;

use super::gateway::{Gateway, Rejection, VerifiedBy};
use super::raw::{self, Plus};
use super::{Scheme, huawei_sdk, ksc_simple, sigv4, tencent_v2};

/// The window in which providers accept a request's time (signing-ksc.md, 1.4; signing-tencent.md, 5;
/// signing-huawei.md, 2.6).
pub const fn usual_window(scheme: Scheme) -> Duration {
    match scheme {
        Scheme::TencentSha1 | Scheme::TencentSha256 => Duration::from_secs(2 * 60 * 60),
        _ => Duration::from_secs(15 * 60),
    }
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
