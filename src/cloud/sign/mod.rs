//! Request signatures. Signing is pure: it reads a wire-ready request and says what to add; it never rewrites.

use http::{HeaderName, HeaderValue};
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
    /// Region in the credential scope or parameter.
    pub region: &'a str,
    /// When.
    pub at: Timestamp,
    /// A number used once (Tencent).
    pub nonce: u64,
}

/// A signature with its intermediate steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The canonical request (KSC, Huawei) or the sorted parameter string (Tencent, KSC simplified).
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
    /// Nothing.
    Nothing,
}
