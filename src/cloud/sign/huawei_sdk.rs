//! Huawei SDK-HMAC-SHA256, signing with AK and SK (signing-huawei.md, 2).

use http::HeaderName;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use percent_encoding::percent_decode_str;

use super::gateway::{Authorization, Gateway, Rejection, VerifiedBy, present};
use super::raw::{self, Headers, Plus};
use super::{Add, Scheme, Signed, Signing};

const ALGORITHM: &str = "SDK-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-sdk-date");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-sdk-content-sha256");
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// The largest body that may be signed (signing-huawei.md, 2.6).
const LARGEST: usize = 12 * 1024 * 1024;

/// Signs `content-type`, `host` and every `x-` header without an underscore: no proxy or HTTP library rewrites those
/// (signing-huawei.md, 2.1).
pub(super) fn sign(head: &Parts, body: &[u8], with: &Signing<'_>) -> Signed {
    let date = raw::write_time(with.at, raw::BASIC);
    let mut add = vec![(DATE, raw::header_value(&date))];
    if let Some(session) = with.session {
        add.push((SECURITY_TOKEN, raw::header_value(session.reveal())));
    }
    if leaves_body_unsigned(head) {
        add.push((CONTENT_SHA256, raw::header_value(UNSIGNED)));
    }
    let headers = Headers::with(head, &add);
    let names = headers
        .names(|name| name == "content-type" || (name.starts_with("x-") && !name.contains('_')));
    let canonical = canonical(head, &headers, &names, body);
    let to_sign = to_sign(&date, &canonical);
    let signature = raw::hmac_sha256_hex(with.secret, &to_sign);
    let authorization = format!(
        "{ALGORITHM} Access={}, SignedHeaders={}, Signature={signature}",
        with.key_id,
        names.join(";")
    );
    add.push((AUTHORIZATION, raw::header_value(&authorization)));
    Signed {
        canonical,
        to_sign,
        signature,
        add: Add::Headers(add),
    }
}

/// A content type that is neither JSON nor BSON (signing-huawei.md, 2.2, part 6).
fn leaves_body_unsigned(head: &Parts) -> bool {
    head.headers.get(CONTENT_TYPE).is_some_and(|value| {
        let value = value.as_bytes();
        !value.is_empty()
            && !value.starts_with(b"application/json")
            && !value.starts_with(b"application/bson")
    })
}

/// The canonical request (signing-huawei.md, 2.2). A header that is absent counts as empty; the verifier looks before.
fn canonical(head: &Parts, headers: &Headers<'_>, names: &[String], body: &[u8]) -> String {
    let lines: Vec<String> = names
        .iter()
        .map(|name| format!("{name}:{}\n", headers.value(name).unwrap_or_default()))
        .collect();
    let mut pairs = raw::query(head, Plus::Itself);
    pairs.sort();
    let unsigned = names.iter().any(|name| CONTENT_SHA256 == name.as_str())
        && headers.value(CONTENT_SHA256.as_str()).as_deref() == Some(UNSIGNED);
    let payload = if unsigned && !body.is_empty() {
        UNSIGNED.to_owned()
    } else {
        raw::sha256_hex(body)
    };
    format!(
        "{}\n{}\n{}\n{}\n{}\n{payload}",
        head.method,
        path(head),
        raw::written(&pairs),
        lines.concat(),
        names.join(";")
    )
}

/// The path, decoded once and encoded again, with a slash at its end. An encoded slash becomes a plain one.
fn path(head: &Parts) -> String {
    let decoded: Vec<u8> = percent_decode_str(head.uri.path()).collect();
    let mut path = raw::encode_path(&decoded);
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

/// The string to sign (signing-huawei.md, 2.4).
fn to_sign(date: &str, canonical: &str) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{}",
        raw::sha256_hex(canonical.as_bytes())
    )
}

/// Checks a received request, in the order of signing-huawei.md, 2.6.
pub(super) fn verify(
    head: &Parts,
    body: &[u8],
    gateway: &Gateway<'_>,
) -> Result<VerifiedBy, Rejection> {
    let text = raw::header(head, AUTHORIZATION.as_str()).ok_or(Rejection::NoCredentials)?;
    if head.headers.contains_key("x-auth-token") {
        return Err(Rejection::TwoCredentials);
    }
    let authorization = Authorization::read(&text)?;
    if authorization.algorithm != ALGORITHM {
        return Err(Rejection::Algorithm(authorization.algorithm));
    }
    let key_id = authorization.part("Access")?.to_owned();
    let names = authorization.signed_headers()?;
    let signature = authorization.part("Signature")?;
    let date = raw::header(head, DATE.as_str()).ok_or(Rejection::MissingDate)?;
    if !names.iter().any(|name| DATE == name.as_str()) {
        return Err(Rejection::NotSigned("X-Sdk-Date"));
    }
    let at = raw::read_time(&date, raw::BASIC).ok_or_else(|| Rejection::BadDate(date.clone()))?;
    gateway.in_time(at)?;
    let secret = gateway.secret(&key_id)?;
    if body.len() > LARGEST {
        return Err(Rejection::TooLarge);
    }
    let headers = Headers::of(head);
    present(&headers, &names)?;
    let canonical = canonical(head, &headers, &names, body);
    let to_sign = to_sign(&date, &canonical);
    if raw::hmac_sha256_hex(&secret, &to_sign) != signature {
        return Err(Rejection::Mismatch { canonical, to_sign });
    }
    Ok(VerifiedBy {
        scheme: Scheme::HuaweiSdk,
        key_id,
        at,
        region: None,
        nonce: None,
        canonical,
        to_sign,
    })
}
