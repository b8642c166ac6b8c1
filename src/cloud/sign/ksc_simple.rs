//! KSC's simplified scheme: an HMAC over the sorted parameters and nothing else (signing-ksc.md, 1).

use http::request::Parts;
use serde_json::Value as Json;

use super::gateway::{Gateway, Rejection, VerifiedBy};
use super::raw::{self, Pair, Plus};
use super::{Add, Scheme, Signed, Signing};

/// Signs the parameters where they are: in a form body, otherwise in the query. A JSON body is not covered
/// (signing-ksc.md, 1.3).
pub(super) fn sign(head: &Parts, body: &[u8], with: &Signing<'_>, service: &str) -> Signed {
    let present = parameters(head, body);
    let mut add = Vec::new();
    let mut offer =
        |name, value: &str| raw::add_missing(&present, &mut add, name, value.to_owned());
    offer("Accesskey", with.key_id);
    offer("Service", service);
    offer("Timestamp", &raw::write_time(with.at, raw::EXTENDED));
    offer("SignatureVersion", "1.0");
    offer("SignatureMethod", "HMAC-SHA256");
    if !with.region.is_empty() {
        offer("Region", with.region);
    }
    if let Some(session) = with.session {
        offer("SecurityToken", session.reveal());
    }
    let to_sign = raw::sorted_after_encoding(&raw::joined(&present, &add));
    let signature = raw::hmac_sha256_hex(with.secret, &to_sign);
    add.push(("Signature", signature.clone()));
    Signed {
        canonical: to_sign.clone(),
        to_sign,
        signature,
        add: if raw::is_form(head) {
            Add::Form(add)
        } else {
            Add::Query(add)
        },
    }
}

/// All parameters of the request: those of a form body, and those of the query.
fn parameters(head: &Parts, body: &[u8]) -> Vec<Pair> {
    let query = raw::query(head, Plus::Space);
    if raw::is_form(head) {
        merged(raw::pairs(body, Plus::Space), query)
    } else {
        query
    }
}

/// `Action` and `Version` may be repeated in the query; a name that the body has is not signed a second time
/// (signing-ksc.md, 1.3).
fn merged(mut body: Vec<Pair>, query: Vec<Pair>) -> Vec<Pair> {
    let added: Vec<Pair> = query
        .into_iter()
        .filter(|(name, _)| body.iter().all(|(taken, _)| taken != name))
        .collect();
    body.extend(added);
    body
}

/// The parameters that a received request signs, wherever they travel: query, form, or flat JSON. `None` when nothing
/// marks it as signed in this scheme.
pub(super) fn received(head: &Parts, body: &[u8]) -> Option<Vec<Pair>> {
    let marked = |pairs: &[Pair]| {
        ["Accesskey", "SignatureMethod", "Signature"]
            .iter()
            .any(|name| raw::find(pairs, name).is_some())
    };
    let plain = parameters(head, body);
    if marked(&plain) {
        return Some(plain);
    }
    if !raw::is_json(head) {
        return None;
    }
    let members = members(body)?;
    marked(&members).then(|| merged(members, plain))
}

/// The members of a flat JSON body, lists written as `Name.0` (signing-ksc.md, 1.3).
fn members(body: &[u8]) -> Option<Vec<Pair>> {
    let object: serde_json::Map<String, Json> = serde_json::from_slice(body).ok()?;
    let mut pairs = Vec::new();
    for (name, value) in &object {
        flatten(name, value, &mut pairs);
    }
    Some(pairs)
}

fn flatten(name: &str, value: &Json, pairs: &mut Vec<Pair>) {
    let text = match value {
        Json::Null => return,
        Json::String(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{name}.{index}"), item, pairs);
            }
            return;
        }
        Json::Object(members) => {
            for (member, value) in members {
                flatten(&format!("{name}.{member}"), value, pairs);
            }
            return;
        }
    };
    pairs.push((name.as_bytes().to_vec(), text.into_bytes()));
}

/// Checks a received request, in the order of signing-ksc.md, 4.
pub(super) fn verify(
    head: &Parts,
    body: &[u8],
    scheme: Scheme,
    gateway: &Gateway<'_>,
) -> Result<VerifiedBy, Rejection> {
    let mut pairs = received(head, body).ok_or(Rejection::NoCredentials)?;
    let part = |name: &'static str| {
        raw::find(&pairs, name)
            .map(std::borrow::Cow::into_owned)
            .ok_or(Rejection::MissingPart(name))
    };
    let signature = part("Signature")?;
    let key_id = part("Accesskey")?;
    let timestamp = part("Timestamp")?;
    for name in ["Service", "SignatureMethod", "SignatureVersion"] {
        part(name)?;
    }
    let region = part("Region").ok();
    let at = raw::read_time(&timestamp, raw::EXTENDED).ok_or(Rejection::BadDate(timestamp))?;
    gateway.in_time(at)?;
    let secret = gateway.secret(&key_id)?;
    pairs.retain(|(name, _)| name != b"Signature");
    // No vendor text orders equal names: by value, as SigV4 does, or as they came (signing-ksc.md, 1.2).
    let to_sign = [raw::sorted_after_encoding(&pairs), sorted_by_name(pairs)];
    let Some(signed) = to_sign
        .iter()
        .find(|text| raw::hmac_sha256_hex(&secret, text) == signature)
    else {
        let [text, _] = to_sign;
        return Err(Rejection::Mismatch {
            canonical: text.clone(),
            to_sign: text,
        });
    };
    if let Some(region) = &region {
        gateway.serves(region)?;
    }
    Ok(VerifiedBy {
        scheme,
        key_id,
        at,
        region,
        nonce: None,
        canonical: signed.clone(),
        to_sign: signed.clone(),
    })
}

fn sorted_by_name(mut pairs: Vec<Pair>) -> String {
    pairs.sort_by_cached_key(|(name, _)| raw::encode(name));
    raw::written(&pairs)
}
