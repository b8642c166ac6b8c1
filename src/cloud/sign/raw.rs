//! Reading a wire-ready request: its pairs, its headers, its host; and the primitives that every scheme shares.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::domain::secret::Secret;

/// A decoded name and value. Bytes, because what arrives need not be UTF-8 and must not collide after repair.
pub(super) type Pair = (Vec<u8>, Vec<u8>);

/// All that RFC 3986 does not call unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The same within a whole path.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// What a raw `+` means in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plus {
    /// A space, as forms write it.
    Space,
    /// A plus sign.
    Itself,
}

/// Percent-encodes strictly (RFC 3986): only letters, digits and `-_.~` stay; hex digits are upper case.
pub(super) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// Percent-encodes a path, leaving its slashes.
pub(super) fn encode_path(path: &[u8]) -> String {
    percent_encode(path, RESERVED_IN_PATH).to_string()
}

/// Decodes a query string or a form body once, in order of appearance. Empty pairs (`a=1&&b=2`) are dropped.
pub(super) fn pairs(raw: &[u8], plus: Plus) -> Vec<Pair> {
    raw.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = halves.next().unwrap_or_default();
            let value = halves.next().unwrap_or_default();
            (decode(name, plus), decode(value, plus))
        })
        .collect()
}

fn decode(raw: &[u8], plus: Plus) -> Vec<u8> {
    let spaced: Cow<'_, [u8]> = match plus {
        Plus::Space if raw.contains(&b'+') => raw
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect(),
        _ => Cow::Borrowed(raw),
    };
    percent_decode(&spaced).collect()
}

/// The pairs of the request's query string.
pub(super) fn query(head: &Parts, plus: Plus) -> Vec<Pair> {
    pairs(head.uri.query().unwrap_or_default().as_bytes(), plus)
}

/// The first value of this name, as text.
pub(super) fn find<'a>(pairs: &'a [Pair], name: &str) -> Option<Cow<'a, str>> {
    pairs
        .iter()
        .find(|(candidate, _)| candidate == name.as_bytes())
        .map(|(_, value)| String::from_utf8_lossy(value))
}

/// Adds a pair unless the request carries the name already: what is there is signed as it is.
pub(super) fn add_missing(
    present: &[Pair],
    add: &mut Vec<(&'static str, String)>,
    name: &'static str,
    value: String,
) {
    if find(present, name).is_none() {
        add.push((name, value));
    }
}

/// The pairs of `present` together with those to be added.
pub(super) fn joined(present: &[Pair], add: &[(&'static str, String)]) -> Vec<Pair> {
    let added = add
        .iter()
        .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()));
    present.iter().cloned().chain(added).collect()
}

/// Pairs as they travel: strictly encoded, in the order given.
pub(super) fn written<N: AsRef<[u8]>, V: AsRef<[u8]>>(pairs: &[(N, V)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name.as_ref()), encode(value.as_ref())))
        .collect();
    pairs.join("&")
}

/// The canonical query of SigV4 and of KSC's simplified scheme: encode, then sort by name, then by value
/// (signing-ksc.md, 1.2 and 2.3).
pub(super) fn sorted_after_encoding(pairs: &[Pair]) -> String {
    let mut encoded: Vec<(String, String)> = pairs
        .iter()
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    encoded.sort();
    let joined: Vec<String> = encoded
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    joined.join("&")
}

/// Does the body hold form pairs?
pub(super) fn is_form(head: &Parts) -> bool {
    media_type(head).starts_with("application/x-www-form-urlencoded")
}

/// Does the body hold JSON?
pub(super) fn is_json(head: &Parts) -> bool {
    media_type(head).starts_with("application/json")
}

fn media_type(head: &Parts) -> String {
    head.headers
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase())
        .unwrap_or_default()
}

/// The host as it travels: the `Host` header, else the authority of the address without the default port.
pub(super) fn host(head: &Parts) -> Option<String> {
    if let Some(value) = head.headers.get(HOST) {
        return Some(String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    // HTTP libraries lower-case the host of an address before they send it.
    let host = head.uri.host()?.to_lowercase();
    let default = match head.uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    Some(match head.uri.port_u16() {
        port if port == default || port.is_none() => host,
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

/// A request's headers together with those that the signer is about to add.
pub(super) struct Headers<'a> {
    head: &'a Parts,
    added: &'a [(HeaderName, HeaderValue)],
}

impl<'a> Headers<'a> {
    pub(super) fn of(head: &'a Parts) -> Self {
        Self { head, added: &[] }
    }

    pub(super) fn with(head: &'a Parts, added: &'a [(HeaderName, HeaderValue)]) -> Self {
        Self { head, added }
    }

    /// The names for which `wanted` holds, sorted; `host` is always among them.
    pub(super) fn names(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut names: Vec<String> = self
            .head
            .headers
            .keys()
            .chain(self.added.iter().map(|(name, _)| name))
            .map(|name| name.as_str().to_owned())
            .filter(|name| wanted(name))
            .collect();
        names.push("host".to_owned());
        names.sort();
        names.dedup();
        names
    }

    /// A header's value without surrounding blanks; several values of one name are joined with commas.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        if let Some((_, value)) = self.added.iter().find(|(added, _)| added == name) {
            return Some(trimmed(value));
        }
        if name == "host" {
            return host(self.head).map(|host| host.trim().to_owned());
        }
        let values: Vec<String> = self
            .head
            .headers
            .get_all(name)
            .iter()
            .map(trimmed)
            .collect();
        (!values.is_empty()).then(|| values.join(","))
    }
}

fn trimmed(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).trim().to_owned()
}

/// The first value of a header, as text.
pub(super) fn header(head: &Parts, name: &str) -> Option<String> {
    head.headers.get(name).map(trimmed)
}

/// A header value that logs do not show. What no header can carry (a line break in a key) is left out: the service
/// will refuse the request, and nothing else of it can be forged that way.
pub(super) fn header_value(text: &str) -> HeaderValue {
    let clean: Vec<u8> = text
        .bytes()
        .filter(|byte| *byte >= b' ' && *byte != 0x7f)
        .collect();
    let mut value =
        HeaderValue::from_bytes(&clean).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// Lower-case hex of the SHA-256.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// HMAC-SHA256.
pub(super) fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// Lower-case hex of the HMAC-SHA256 of a text, by a secret.
pub(super) fn hmac_sha256_hex(secret: &Secret, text: &str) -> String {
    hex::encode(hmac_sha256(secret.reveal().as_bytes(), text.as_bytes()))
}

/// HMAC-SHA1.
pub(super) fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// `20260318T063000Z`.
pub(super) const BASIC: &str = "%Y%m%dT%H%M%SZ";
/// `2026-03-18T06:30:00Z`.
pub(super) const EXTENDED: &str = "%Y-%m-%dT%H:%M:%SZ";

/// Writes an instant as UTC in one of the two forms, to the second.
pub(super) fn write_time(at: Timestamp, form: &str) -> String {
    at.strftime(form).to_string()
}

/// Reads an instant in exactly this form: what it would be written as must be what was read.
pub(super) fn read_time(text: &str, form: &str) -> Option<Timestamp> {
    let at = DateTime::strptime(form, text)
        .ok()?
        .to_zoned(TimeZone::UTC)
        .ok()?
        .timestamp();
    (write_time(at, form) == text).then_some(at)
}
