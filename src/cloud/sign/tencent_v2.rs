//! Tencent Cloud API v2, HmacSHA1 and HmacSHA256 (signing-tencent.md).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::request::Parts;

use super::raw::{self, Pair, Plus};
use super::{Add, Scheme, Signed, Signing};
use crate::domain::secret::Secret;

const SHA256: &str = "HmacSHA256";

/// Signs the parameters of the query (`GET`) or of the form body (`POST`), and adds those of the scheme there.
pub(super) fn sign(head: &Parts, body: &[u8], with: &Signing<'_>) -> Signed {
    let present = parameters(head, body);
    let mut add = Vec::new();
    let mut offer = |name, value: String| raw::add_missing(&present, &mut add, name, value);
    offer("Nonce", with.nonce.to_string());
    if !with.region.is_empty() {
        offer("Region", with.region.to_owned());
    }
    offer("SecretId", with.key_id.to_owned());
    if with.scheme == Scheme::TencentSha256 {
        offer("SignatureMethod", SHA256.to_owned());
    }
    offer("Timestamp", with.at.as_second().to_string());
    if let Some(session) = with.session {
        offer("Token", session.reveal().to_owned());
    }
    let all = raw::joined(&present, &add);
    let canonical = canonical(head, &all);
    let host = raw::host(head).unwrap_or_default();
    let to_sign = to_sign(head, &host, &canonical);
    let signature = digest(with.secret, &all, &to_sign);
    add.push(("Signature", signature.clone()));
    Signed {
        canonical: String::from_utf8_lossy(&canonical).into_owned(),
        to_sign: String::from_utf8_lossy(&to_sign).into_owned(),
        signature,
        add: if head.method == Method::POST {
            Add::Form(add)
        } else {
            Add::Query(add)
        },
    }
}

/// Where the service reads parameters: `POST` from the body only (signing-tencent.md, 2).
fn parameters(head: &Parts, body: &[u8]) -> Vec<Pair> {
    if head.method == Method::POST {
        raw::pairs(body, Plus::Space)
    } else {
        raw::query(head, Plus::Space)
    }
}

/// The sorted parameters: names with dots for underscores, values raw (signing-tencent.md, 1).
fn canonical(head: &Parts, pairs: &[Pair]) -> Vec<u8> {
    let mut pairs: Vec<Pair> = pairs
        .iter()
        .filter(|(_, value)| head.method != Method::POST || !value.starts_with(b"@"))
        .map(|(name, value)| (dotted(name), value.clone()))
        .collect();
    pairs.sort_by(|left, right| left.0.cmp(&right.0));
    let joined: Vec<Vec<u8>> = pairs
        .into_iter()
        .map(|(name, value)| [name, value].join(&b'='))
        .collect();
    joined.join(&b'&')
}

fn dotted(name: &[u8]) -> Vec<u8> {
    name.iter()
        .map(|byte| if *byte == b'_' { b'.' } else { *byte })
        .collect()
}

/// Method, host, path and parameters, with nothing in between (signing-tencent.md, 1).
fn to_sign(head: &Parts, host: &str, canonical: &[u8]) -> Vec<u8> {
    let mut text = format!("{}{host}{}?", head.method, head.uri.path()).into_bytes();
    text.extend_from_slice(canonical);
    text
}

/// What `SignatureMethod` says as sent decides, because that is what the service goes by.
fn digest(secret: &Secret, pairs: &[Pair], to_sign: &[u8]) -> String {
    let key = secret.reveal().as_bytes();
    let digest = if raw::find(pairs, "SignatureMethod").is_some_and(|method| method == SHA256) {
        raw::hmac_sha256(key, to_sign)
    } else {
        raw::hmac_sha1(key, to_sign)
    };
    STANDARD.encode(digest)
}
