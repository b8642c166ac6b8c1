//! AWS Signature Version 4 as KSC uses it (signing-ksc.md, 2).

use http::HeaderName;
use http::header::AUTHORIZATION;
use http::request::Parts;
use zeroize::Zeroizing;

use super::raw::{self, Headers, Pair, Plus};
use super::{Add, Signed, Signing};
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
    let lines: String = names
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
        "{}\n{path}\n{}\n{lines}\n{}\n{}",
        head.method,
        raw::sorted_after_encoding(query),
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
