//! Tencent Cloud API v2, HmacSHA1 and HmacSHA256 (signing-tencent.md).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::request::Parts;
use jiff::Timestamp;

use super::gateway::{Gateway, Rejection, VerifiedBy};
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
    let canonical = canonical(head, &all, Habit::OURS);
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

/// How a client treats underscores in names. The vendor's own clients differ (signing-tencent.md, 3).
#[derive(Debug, Clone, Copy)]
struct Habit {
    /// Names are sorted before their underscores are replaced.
    sorts_first: bool,
    /// A name that starts with an underscore stays as it is.
    keeps_leading: bool,
}

impl Habit {
    /// As the Python client does; ours too.
    const OURS: Self = Self::new(false, false);
    /// All that a gateway accepts.
    const ALL: [Self; 4] = [
        Self::OURS,
        Self::new(true, false),
        Self::new(false, true),
        Self::new(true, true),
    ];

    const fn new(sorts_first: bool, keeps_leading: bool) -> Self {
        Self {
            sorts_first,
            keeps_leading,
        }
    }

    fn rename(self, name: &[u8]) -> Vec<u8> {
        if self.keeps_leading && name.starts_with(b"_") {
            return name.to_vec();
        }
        name.iter()
            .map(|byte| if *byte == b'_' { b'.' } else { *byte })
            .collect()
    }
}

/// The sorted parameters: names with dots for underscores, values raw (signing-tencent.md, 1). Values that begin with
/// `@` are left out of a `POST`: once they named files.
fn canonical(head: &Parts, pairs: &[Pair], habit: Habit) -> Vec<u8> {
    let mut pairs: Vec<(Vec<u8>, &Pair)> = pairs
        .iter()
        .filter(|(_, value)| head.method != Method::POST || !value.starts_with(b"@"))
        .map(|pair| (habit.rename(&pair.0), pair))
        .collect();
    if habit.sorts_first {
        pairs.sort_by(|left, right| left.1.0.cmp(&right.1.0));
    } else {
        pairs.sort_by(|left, right| left.0.cmp(&right.0));
    }
    let joined: Vec<Vec<u8>> = pairs
        .into_iter()
        .map(|(name, (_, value))| [name.as_slice(), value.as_slice()].join(&b'='))
        .collect();
    joined.join(&b'&')
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

/// The scheme of a received request that carries this provider's parameters.
pub(super) fn detect(head: &Parts, body: &[u8]) -> Option<Scheme> {
    let pairs = parameters(head, body);
    let marked = raw::find(&pairs, "SecretId").or_else(|| raw::find(&pairs, "Signature"));
    marked?;
    Some(match raw::find(&pairs, "SignatureMethod") {
        Some(method) if method == SHA256 => Scheme::TencentSha256,
        _ => Scheme::TencentSha1,
    })
}

/// Checks a received request, in the order of signing-tencent.md, 5: key, signature, then time and nonce.
pub(super) fn verify(
    head: &Parts,
    body: &[u8],
    scheme: Scheme,
    gateway: &Gateway<'_>,
) -> Result<VerifiedBy, Rejection> {
    let mut pairs = parameters(head, body);
    let part = |name: &'static str| {
        raw::find(&pairs, name)
            .map(std::borrow::Cow::into_owned)
            .ok_or(Rejection::MissingPart(name))
    };
    let key_id = part("SecretId")?;
    let secret = gateway.secret(&key_id)?;
    let signature = part("Signature")?;
    let (timestamp, nonce) = (part("Timestamp"), part("Nonce"));
    let region = part("Region").ok();
    pairs.retain(|(name, _)| name != b"Signature");
    let (canonical, to_sign) = signed_form(head, &pairs, &secret, &signature, gateway)?;
    let at = seconds(&timestamp?)?;
    let nonce = nonce?;
    let nonce = nonce.parse().map_err(|_| Rejection::BadNonce(nonce))?;
    gateway.in_time(at)?;
    Ok(VerifiedBy {
        scheme,
        key_id,
        at,
        region,
        nonce: Some(nonce),
        canonical,
        to_sign,
    })
}

/// The form of the request that the client signed, among all hosts and habits (signing-tencent.md, 3 and 4).
fn signed_form(
    head: &Parts,
    pairs: &[Pair],
    secret: &Secret,
    signature: &str,
    gateway: &Gateway<'_>,
) -> Result<(String, String), Rejection> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let host = raw::host(head).ok_or(Rejection::MissingHost)?;
    let hosts = [host.as_str(), without_port(&host)];
    for habit in Habit::ALL {
        let canonical = canonical(head, pairs, habit);
        for host in hosts.iter().chain(gateway.hosts) {
            let to_sign = to_sign(head, host, &canonical);
            if digest(secret, pairs, &to_sign) == signature {
                return Ok((text(&canonical), text(&to_sign)));
            }
        }
    }
    let canonical = canonical(head, pairs, Habit::OURS);
    Err(Rejection::Mismatch {
        to_sign: text(&to_sign(head, &host, &canonical)),
        canonical: text(&canonical),
    })
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn seconds(text: &str) -> Result<Timestamp, Rejection> {
    let bad = || Rejection::BadDate(text.to_owned());
    let seconds: u32 = text.parse().map_err(|_| bad())?;
    Timestamp::from_second(i64::from(seconds)).map_err(|_| bad())
}
