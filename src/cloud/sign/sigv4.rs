//! AWS Signature Version 4 as KSC uses it (signing-ksc.md, 2).

use http::HeaderName;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::gateway::{
    Authorization, Gateway, Rejection, ScopePart, VerifiedBy, header_names, present,
};
use super::raw::{self, Headers, Pair, Plus};
use super::{Add, Scheme, Signed, Signing};
use crate::domain::secret::Secret;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Header form (signing-ksc.md, 2.5). Signed are `content-type`, `host` and every `x-amz-` header: no proxy or HTTP
/// library rewrites those.
pub(super) fn sign(head: &Parts, body: &[u8], with: &Signing<'_>, service: &str) -> Signed {
    let date = raw::write_time(with.at, raw::BASIC);
    let mut add = vec![(DATE, raw::header_value(&date))];
    if let Some(session) = with.session {
        add.push((SECURITY_TOKEN, raw::header_value(session.reveal())));
    }
    let headers = Headers::with(head, &add);
    let names = headers.names(|name| name == "content-type" || name.starts_with("x-amz-"));
    let scope = Scope::new(&date, with.region, service);
    let steps = Steps::new(
        &canonical(head, &headers, &names, &raw::query(head, Plus::Space), body),
        &date,
        &scope,
        with.secret,
    );
    let authorization = format!(
        "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={}",
        with.key_id,
        scope.text(),
        names.join(";"),
        steps.signature
    );
    add.push((AUTHORIZATION, raw::header_value(&authorization)));
    steps.signed(Add::Headers(add))
}

/// Query form (signing-ksc.md, 2.6). Only `host` is signed besides the query.
pub(super) fn sign_query(head: &Parts, body: &[u8], with: &Signing<'_>, service: &str) -> Signed {
    let date = raw::write_time(with.at, raw::BASIC);
    let scope = Scope::new(&date, with.region, service);
    let mut add = vec![
        ("X-Amz-Algorithm", ALGORITHM.to_owned()),
        (
            "X-Amz-Credential",
            format!("{}/{}", with.key_id, scope.text()),
        ),
        ("X-Amz-Date", date.clone()),
    ];
    if let Some(session) = with.session {
        add.push(("X-Amz-Security-Token", session.reveal().to_owned()));
    }
    add.push(("X-Amz-SignedHeaders", "host".to_owned()));
    let query = raw::joined(&raw::query(head, Plus::Space), &add);
    let names = ["host".to_owned()];
    let steps = Steps::new(
        &canonical(head, &Headers::of(head), &names, &query, body),
        &date,
        &scope,
        with.secret,
    );
    add.push(("X-Amz-Signature", steps.signature.clone()));
    steps.signed(Add::Query(add))
}

/// The canonical request (signing-ksc.md, 2.3). A header that is absent counts as empty; the verifier looks before.
fn canonical(
    head: &Parts,
    headers: &Headers<'_>,
    names: &[String],
    query: &[Pair],
    body: &[u8],
) -> String {
    let lines: Vec<String> = names
        .iter()
        .map(|name| {
            let value = headers.value(name).unwrap_or_default();
            let words: Vec<&str> = value.split_ascii_whitespace().collect();
            format!("{name}:{}\n", words.join(" "))
        })
        .collect();
    let path = match head.uri.path() {
        "" => "/".to_owned(),
        path => raw::encode_path(path.as_bytes()),
    };
    format!(
        "{}\n{path}\n{}\n{}\n{}\n{}",
        head.method,
        raw::sorted_after_encoding(query),
        lines.concat(),
        names.join(";"),
        raw::sha256_hex(body)
    )
}

/// The credential scope (signing-ksc.md, 2.1).
struct Scope {
    day: String,
    region: String,
    service: String,
}

impl Scope {
    fn new(date: &str, region: &str, service: &str) -> Self {
        Self {
            day: date.chars().take(8).collect(),
            region: region.to_owned(),
            service: service.to_owned(),
        }
    }

    fn text(&self) -> String {
        format!("{}/{}/{}/{TERMINATOR}", self.day, self.region, self.service)
    }

    /// The key of this scope (signing-ksc.md, 2.4).
    fn key(&self, secret: &Secret) -> Zeroizing<Vec<u8>> {
        let secret = Zeroizing::new(format!("AWS4{}", secret.reveal()));
        let first = Zeroizing::new(secret.as_bytes().to_vec());
        [self.day.as_str(), &self.region, &self.service, TERMINATOR]
            .iter()
            .fold(first, |key, part| {
                Zeroizing::new(raw::hmac_sha256(&key, part.as_bytes()))
            })
    }
}

/// What the derivation passes through.
struct Steps {
    canonical: String,
    to_sign: String,
    signature: String,
}

impl Steps {
    fn new(canonical: &str, date: &str, scope: &Scope, secret: &Secret) -> Self {
        let hash = raw::sha256_hex(canonical.as_bytes());
        let to_sign = format!("{ALGORITHM}\n{date}\n{}\n{hash}", scope.text());
        let signature = hex::encode(raw::hmac_sha256(&scope.key(secret), to_sign.as_bytes()));
        Self {
            canonical: canonical.to_owned(),
            to_sign,
            signature,
        }
    }

    fn signed(self, add: Add) -> Signed {
        Signed {
            canonical: self.canonical,
            to_sign: self.to_sign,
            signature: self.signature,
            add,
        }
    }
}

/// What a received request says of its own signature, whichever form it came in.
struct Claim {
    scheme: Scheme,
    algorithm: String,
    credential: String,
    names: Vec<String>,
    at: Timestamp,
    signature: Option<String>,
    query: Vec<Pair>,
}

/// Checks the header form, in the order of signing-ksc.md, 4.
pub(super) fn verify(
    head: &Parts,
    body: &[u8],
    service: &'static str,
    gateway: &Gateway<'_>,
) -> Result<VerifiedBy, Rejection> {
    let text = raw::header(head, AUTHORIZATION.as_str()).ok_or(Rejection::NoCredentials)?;
    let authorization = Authorization::read(&text);
    raw::host(head).ok_or(Rejection::MissingHost)?;
    if let Ok(names) = authorization
        .as_ref()
        .map_err(Clone::clone)
        .and_then(Authorization::signed_headers)
    {
        present(&Headers::of(head), &names)?;
    }
    let authorization = authorization?;
    let claim = Claim {
        scheme: Scheme::SigV4 { service },
        credential: authorization.part("Credential")?.to_owned(),
        signature: Some(authorization.part("Signature")?.to_owned()),
        names: authorization.signed_headers()?,
        at: header_date(head)?,
        algorithm: authorization.algorithm,
        query: raw::query(head, Plus::Space),
    };
    claim.check(head, body, service, gateway)
}

/// Checks the query form, in the order of signing-ksc.md, 4.
pub(super) fn verify_query(
    head: &Parts,
    body: &[u8],
    service: &'static str,
    gateway: &Gateway<'_>,
) -> Result<VerifiedBy, Rejection> {
    raw::host(head).ok_or(Rejection::MissingHost)?;
    let mut query = raw::query(head, Plus::Space);
    let part = |name: &'static str| {
        raw::find(&query, name)
            .map(std::borrow::Cow::into_owned)
            .ok_or(Rejection::MissingPart(name))
    };
    let names = part("X-Amz-SignedHeaders").map(|list| header_names(&list));
    if let Ok(names) = &names {
        present(&Headers::of(head), names)?;
    }
    let date = part("X-Amz-Date");
    let at = match &date {
        Ok(date) => basic(date)?,
        Err(_) => Timestamp::UNIX_EPOCH,
    };
    let algorithm = part("X-Amz-Algorithm")?;
    let credential = part("X-Amz-Credential")?;
    date?;
    let signature = part("X-Amz-Signature").ok();
    query.retain(|(name, _)| name != b"X-Amz-Signature");
    let claim = Claim {
        scheme: Scheme::SigV4Query { service },
        algorithm,
        credential,
        names: names?,
        at,
        signature,
        query,
    };
    claim.check(head, body, service, gateway)
}

/// `X-Amz-Date`, else `Date`, which may have the form of RFC 1123 as well (signing-ksc.md, 2.2).
fn header_date(head: &Parts) -> Result<Timestamp, Rejection> {
    if let Some(date) = raw::header(head, DATE.as_str()) {
        return basic(&date);
    }
    let date = raw::header(head, "date").ok_or(Rejection::MissingDate)?;
    basic(&date).or_else(|malformed| {
        jiff::fmt::rfc2822::parse(&date)
            .map(|zoned| zoned.timestamp())
            .map_err(|_| malformed)
    })
}

fn basic(date: &str) -> Result<Timestamp, Rejection> {
    raw::read_time(date, raw::BASIC).ok_or_else(|| Rejection::BadDate(date.to_owned()))
}

impl Claim {
    fn check(
        self,
        head: &Parts,
        body: &[u8],
        service: &str,
        gateway: &Gateway<'_>,
    ) -> Result<VerifiedBy, Rejection> {
        if self.algorithm != ALGORITHM {
            return Err(Rejection::Algorithm(self.algorithm));
        }
        let date = raw::write_time(self.at, raw::BASIC);
        let (key_id, scope) = scoped(&self.credential, &date, service, gateway)?;
        if !self.names.iter().any(|name| name == "host") {
            return Err(Rejection::NotSigned("host"));
        }
        gateway.in_time(self.at)?;
        let secret = gateway.secret(&key_id)?;
        let canonical = canonical(head, &Headers::of(head), &self.names, &self.query, body);
        let steps = Steps::new(&canonical, &date, &scope, &secret);
        if self.signature.as_ref() != Some(&steps.signature) {
            return Err(Rejection::Mismatch {
                canonical: steps.canonical,
                to_sign: steps.to_sign,
            });
        }
        Ok(VerifiedBy {
            scheme: self.scheme,
            key_id,
            at: self.at,
            region: Some(scope.region),
            nonce: None,
            canonical: steps.canonical,
            to_sign: steps.to_sign,
        })
    }
}

/// Splits a credential into key id and scope, and checks the scope.
fn scoped(
    credential: &str,
    date: &str,
    service: &str,
    gateway: &Gateway<'_>,
) -> Result<(String, Scope), Rejection> {
    let parts: Vec<&str> = credential.split('/').collect();
    let [key_id, day, region, named, terminator] = parts[..] else {
        return Err(Rejection::BadCredential(credential.to_owned()));
    };
    if terminator != TERMINATOR {
        return Err(Rejection::Scope(
            ScopePart::Terminator,
            terminator.to_owned(),
        ));
    }
    gateway.serves(region)?;
    if named != service {
        return Err(Rejection::Scope(ScopePart::Service, named.to_owned()));
    }
    let scope = Scope::new(date, region, service);
    if scope.day != day {
        return Err(Rejection::ScopeDate(day.to_owned()));
    }
    Ok((key_id.to_owned(), scope))
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;

    /// The one step of the vectors that never leaves this file; tests/it/sign.rs compares the others.
    #[test]
    fn the_key_of_a_scope_is_that_of_the_vectors() {
        let file: Json =
            serde_json::from_str(include_str!("../../../tests/sign/ksc.json")).unwrap();
        let vectors = file.as_array().unwrap();
        let keys: Vec<(String, &str)> = vectors
            .iter()
            .filter_map(|vector| {
                let input = &vector["input"];
                let scope = Scope::new(
                    input["amz_date"].as_str()?,
                    input["region"].as_str()?,
                    input["service"].as_str()?,
                );
                let secret = Secret::from(input["secret_key"].as_str()?);
                let want = vector["signing_key_hex"].as_str()?;
                Some((hex::encode(&*scope.key(&secret)), want))
            })
            .collect();
        assert_eq!(keys.len(), 14);
        for (got, want) in keys {
            assert_eq!(got, want);
        }
    }
}
