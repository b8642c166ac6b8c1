//! Request signatures. Signing is pure: it reads a wire-ready request and says what to add; it never rewrites.
//!
//! [`sign`] is the client's half, [`verify::verify`] the gateway's. Both canonicalize with the same functions, which
//! the published vectors in `tests/sign` hold in every step.

pub mod gateway;
mod huawei_sdk;
mod ksc_simple;
mod raw;
mod sigv4;
mod tencent_v2;
pub mod verify;

use bytes::Bytes;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Request, Uri};
use jiff::Timestamp;

use crate::domain::secret::Secret;

/// A way to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// AWS Signature Version 4 in headers, for this service name (KSC).
    SigV4 {
        /// Service in the credential scope, for example `monitor`.
        service: &'static str,
    },
    /// AWS Signature Version 4 in the query string (KSC).
    SigV4Query {
        /// Service in the credential scope.
        service: &'static str,
    },
    /// KSC's simplified scheme (signing-ksc.md, 1).
    KscSimple {
        /// `Service` parameter.
        service: &'static str,
    },
    /// Tencent Cloud API v2 with HmacSHA1 (signing-tencent.md).
    TencentSha1,
    /// Tencent Cloud API v2 with HmacSHA256.
    TencentSha256,
    /// Huawei SDK-HMAC-SHA256, AK/SK (signing-huawei.md, 2).
    HuaweiSdk,
    /// `X-Auth-Token`: no signature, a token of the identity service (signing-huawei.md, 1).
    Token,
    /// Nothing: the call that obtains a token.
    None,
}

impl Scheme {
    /// The name that configurations use for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SigV4 { .. } => "sigv4",
            Self::SigV4Query { .. } => "sigv4-query",
            Self::KscSimple { .. } => "ksc-simple",
            Self::TencentSha1 => "hmac-sha1",
            Self::TencentSha256 => "hmac-sha256",
            Self::HuaweiSdk => "ak-sk",
            Self::Token => "token",
            Self::None => "none",
        }
    }
}

/// Everything besides the request that a signature depends on.
#[derive(Debug, Clone)]
pub struct Signing<'a> {
    /// How.
    pub scheme: Scheme,
    /// Public half of the key.
    pub key_id: &'a str,
    /// Secret half.
    pub secret: &'a Secret,
    /// Session token of temporary credentials.
    pub session: Option<&'a Secret>,
    /// Region in the credential scope or parameter. Empty: no `Region` parameter.
    pub region: &'a str,
    /// When.
    pub at: Timestamp,
    /// A number used once (Tencent).
    pub nonce: u64,
}

/// A signature with its intermediate steps.
///
/// `canonical` and `to_sign` hold the session token in clear when there is one; [`Signed::masked`] hides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The canonical request (SigV4, Huawei) or the sorted parameter string (Tencent, KSC simplified).
    pub canonical: String,
    /// What was signed.
    pub to_sign: String,
    /// The signature, as sent.
    pub signature: String,
    /// What to add to the request.
    pub add: Add,
}

/// What to add to a request to sign it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Add {
    /// Headers.
    Headers(Vec<(HeaderName, HeaderValue)>),
    /// Query pairs, not yet percent-encoded.
    Query(Vec<(&'static str, String)>),
    /// Pairs of the form body, not yet percent-encoded: where a service reads its parameters from the body, those of
    /// the signature travel there too.
    Form(Vec<(&'static str, String)>),
    /// Nothing.
    Nothing,
}

/// Signs a wire-ready request.
///
/// The head is read exactly as it will be sent: path and query already percent-encoded, a `Host` header only where it
/// differs from the address. Parameters of the scheme that the request carries already are signed as they are and not
/// added again. [`Scheme::Token`] and [`Scheme::None`] sign nothing.
pub fn sign(head: &Parts, body: &[u8], with: &Signing<'_>) -> Signed {
    match with.scheme {
        Scheme::SigV4 { service } => sigv4::sign(head, body, with, service),
        Scheme::SigV4Query { service } => sigv4::sign_query(head, body, with, service),
        Scheme::KscSimple { service } => ksc_simple::sign(head, body, with, service),
        Scheme::TencentSha1 | Scheme::TencentSha256 => tencent_v2::sign(head, body, with),
        Scheme::HuaweiSdk => huawei_sdk::sign(head, body, with),
        Scheme::Token | Scheme::None => Signed {
            canonical: String::new(),
            to_sign: String::new(),
            signature: String::new(),
            add: Add::Nothing,
        },
    }
}

/// Adds a signature to its request: headers as they are, pairs percent-encoded strictly (RFC 3986) and appended.
///
/// # Errors
///
/// The address becomes longer than an address may be (64 KiB).
pub fn apply(request: &mut Request<Bytes>, signed: &Signed) -> Result<(), http::Error> {
    match &signed.add {
        Add::Headers(headers) => {
            for (name, value) in headers {
                request.headers_mut().insert(name, value.clone());
            }
        }
        Add::Query(pairs) => {
            let uri = request.uri();
            let query = appended(uri.query().unwrap_or_default(), pairs);
            let mut parts = uri.clone().into_parts();
            let target = format!("{}?{query}", uri.path());
            parts.path_and_query = Some(PathAndQuery::try_from(target)?);
            *request.uri_mut() = Uri::from_parts(parts)?;
        }
        Add::Form(pairs) => {
            let mut body = request.body().to_vec();
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(raw::written(pairs).as_bytes());
            *request.body_mut() = body.into();
        }
        Add::Nothing => {}
    }
    Ok(())
}

fn appended(query: &str, pairs: &[(&'static str, String)]) -> String {
    let added = raw::written(pairs);
    if query.is_empty() {
        added
    } else {
        format!("{query}&{added}")
    }
}

impl Signed {
    /// The two texts of the derivation, canonical form and string to sign, with the session token hidden: fit to be
    /// shown.
    pub fn masked(&self, with: &Signing<'_>) -> (String, String) {
        let hide = |text: &str| match with.session {
            Some(session) if !session.is_empty() => text
                .replace(session.reveal(), "***")
                .replace(&raw::encode(session.reveal().as_bytes()), "***"),
            _ => text.to_owned(),
        };
        (hide(&self.canonical), hide(&self.to_sign))
    }
}
