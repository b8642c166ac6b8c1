//! What holds for every request, however odd.

use super::*;
use percent_encoding::percent_decode;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::FileFailurePersistence;

const SCHEMES: &[Scheme] = &[
    Scheme::SigV4 { service: "monitor" },
    Scheme::SigV4Query { service: "monitor" },
    Scheme::KscSimple { service: "monitor" },
    Scheme::TencentSha1,
    Scheme::TencentSha256,
    Scheme::HuaweiSdk,
];

/// A request before it is signed, in parts.
#[derive(Debug, Clone)]
struct Ask {
    scheme: Scheme,
    is_form: bool,
    path: String,
    pairs: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    session: Option<String>,
}

fn asks() -> impl Strategy<Value = Ask> {
    // A value that begins with `@` is not signed in Tencent's POST; a vector holds that.
    let pairs = vec(("[a-z._]{0,4}[A-Z0-9/é ]{1,4}", "([^@].{0,6})?"), 1..6);
    let headers = vec(
        ("x-(amz|sdk|user)-[a-c]{1,3}", "[!-~][ -~]{0,6}[!-~]"),
        0..4,
    );
    (
        select(SCHEMES),
        any::<bool>(),
        "(/[a-zA-Z0-9~._-]{1,5}){0,3}/?",
        pairs,
        headers,
        proptest::option::of("[a-zA-Z0-9+/=]{8}"),
    )
        .prop_map(|(scheme, is_form, path, pairs, headers, session)| Ask {
            scheme,
            is_form,
            path: format!("/{}", path.trim_start_matches('/')),
            pairs,
            headers,
            session,
        })
}

impl Ask {
    fn request(&self) -> Request<Bytes> {
        let address = format!("https://api.example.com:8443{}", self.path);
        let mut headers = self.headers.clone();
        if self.is_form {
            // With another content type than JSON, Huawei's scheme leaves the body unsigned; a vector holds that.
            match self.scheme {
                Scheme::HuaweiSdk => {
                    headers.push(("content-type".to_owned(), "application/json".to_owned()));
                }
                _ => headers.extend(form()),
            }
            request("POST", &address, &headers, joined(&self.pairs).as_bytes())
        } else {
            let address = format!("{address}?{}", joined(&self.pairs));
            request("GET", &address, &headers, b"")
        }
    }

    /// Runs a check with the means of signing this request.
    fn with<T>(&self, check: impl FnOnce(&Signing<'_>) -> T) -> T {
        let secret = Secret::from("a secret");
        let session = self.session.as_deref().map(Secret::from);
        check(&Signing {
            scheme: self.scheme,
            key_id: "key",
            secret: &secret,
            session: session.as_ref(),
            region: "cn-beijing-6",
            at: at(BASIC, "20260318T063000Z"),
            nonce: 7,
        })
    }

    /// Do the two requests say the same, as far as this scheme covers it?
    fn same_meaning(&self, left: &Request<Bytes>, right: &Request<Bytes>) -> bool {
        let is_simple = matches!(self.scheme, Scheme::KscSimple { .. });
        let is_tencent = matches!(self.scheme, Scheme::TencentSha1 | Scheme::TencentSha256);
        let path = |request: &Request<Bytes>| -> Vec<u8> {
            match self.scheme {
                Scheme::HuaweiSdk => percent_decode(request.uri().path().as_bytes()).collect(),
                _ => request.uri().path().as_bytes().to_vec(),
            }
        };
        let query = |request: &Request<Bytes>| {
            meaning(
                request.uri().query().unwrap_or_default().as_bytes(),
                self.scheme,
            )
        };
        let body = |request: &Request<Bytes>| {
            if is_simple || is_tencent {
                meaning(request.body(), self.scheme)
            } else {
                vec![(request.body().to_vec(), Vec::new())]
            }
        };
        let reads_query = !(is_tencent && self.is_form);
        (is_simple || path(left) == path(right))
            && (!reads_query || query(left) == query(right))
            && body(left) == body(right)
            && (is_simple || left.headers() == right.headers())
    }
}

/// Decoded pairs in no order.
fn meaning(raw: &[u8], scheme: Scheme) -> Vec<(Vec<u8>, Vec<u8>)> {
    let decoded = |part: &[u8]| -> Vec<u8> {
        let part: Vec<u8> = part
            .iter()
            .map(|byte| match byte {
                b'+' if scheme != Scheme::HuaweiSdk => b' ',
                other => *other,
            })
            .collect();
        percent_decode(&part).collect()
    };
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = raw
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = pair.split_at(at.unwrap_or(pair.len()));
            (decoded(name), decoded(value.get(1..).unwrap_or_default()))
        })
        .collect();
    pairs.sort();
    pairs
}

/// Does a signature of ours cover this header?
fn covers(scheme: Scheme, name: &str) -> bool {
    match scheme {
        Scheme::SigV4 { .. } => {
            ["content-type", "host"].contains(&name) || name.starts_with("x-amz-")
        }
        Scheme::HuaweiSdk => ["content-type", "host"].contains(&name) || name.starts_with("x-"),
        Scheme::KscSimple { .. } => false,
        _ => name == "host",
    }
}

/// What of a request gets a bit flipped.
#[derive(Debug, Clone, Copy)]
enum Spot {
    Path,
    Query,
    Body,
    Header,
}

/// The request with one bit flipped; `None` when the spot is empty or nothing could send the result.
fn flipped(
    request: &Request<Bytes>,
    scheme: Scheme,
    (spot, index, bit): (Spot, Index, u8),
) -> Option<Request<Bytes>> {
    let flip = |bytes: &[u8]| -> Option<Vec<u8>> {
        let mut bytes = bytes.to_vec();
        let at = (!bytes.is_empty()).then(|| index.index(bytes.len()))?;
        bytes[at] ^= 1 << bit;
        Some(bytes)
    };
    let mut request = request.clone();
    let (path, query) = (
        request.uri().path(),
        request.uri().query().unwrap_or_default(),
    );
    match spot {
        Spot::Path => {
            let path = flip(path.as_bytes())?;
            let target = [path.as_slice(), b"?", query.as_bytes()].concat();
            *request.uri_mut() = target_of(target)?;
        }
        Spot::Query => {
            let target = [path.as_bytes(), b"?", &flip(query.as_bytes())?].concat();
            *request.uri_mut() = target_of(target)?;
        }
        Spot::Body => *request.body_mut() = flip(request.body())?.into(),
        Spot::Header => {
            let names: Vec<HeaderName> = request
                .headers()
                .keys()
                .filter(|name| covers(scheme, name.as_str()))
                .cloned()
                .collect();
            let name = (!names.is_empty()).then(|| index.get(&names))?;
            let value = flip(request.headers()[name].as_bytes())?;
            let value = HeaderValue::from_bytes(&value).ok()?;
            request.headers_mut().insert(name, value);
        }
    }
    Some(request)
}

fn target_of(bytes: Vec<u8>) -> Option<Uri> {
    let text = String::from_utf8(bytes).ok()?;
    text.starts_with('/').then(|| text.parse().ok()).flatten()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::with_cases(128)
    })]

    #[test]
    fn what_is_signed_is_accepted(ask in asks()) {
        let verdict = ask.with(|with| judged(&received(signed(&ask.request(), with).1), ask.scheme, with));
        prop_assert!(verdict.is_ok(), "{verdict:?}");
    }

    #[test]
    fn the_verifier_passes_through_the_signers_steps(ask in asks()) {
        let (signed, verdict) = ask.with(|with| {
            let (signed, sent) = signed(&ask.request(), with);
            (signed, judged(&received(sent), ask.scheme, with).unwrap())
        });
        prop_assert_eq!(verdict.canonical, signed.canonical);
        prop_assert_eq!(verdict.to_sign, signed.to_sign);
    }

    #[test]
    fn the_order_of_headers_does_not_matter(ask in asks()) {
        let mut names = std::collections::HashSet::new();
        let mut straight = ask.clone();
        straight.headers.retain(|(name, _)| names.insert(name.clone()));
        let mut turned = straight.clone();
        turned.headers.reverse();
        let both = ask.with(|with| {
            (signed(&straight.request(), with).0, signed(&turned.request(), with).0)
        });
        prop_assert_eq!(both.0, both.1);
    }

    #[test]
    fn a_signature_only_adds(ask in asks()) {
        let before = ask.request();
        let after = ask.with(|with| signed(&before, with).1);
        let whole = |request: &Request<Bytes>| request.uri().to_string();
        prop_assert!(whole(&after).starts_with(&whole(&before)));
        prop_assert!(after.body().starts_with(before.body()));
        prop_assert_eq!(after.method(), before.method());
        for name in before.headers().keys() {
            let values = |request: &Request<Bytes>| -> Vec<HeaderValue> {
                request.headers().get_all(name).iter().cloned().collect()
            };
            prop_assert_eq!(values(&after), values(&before));
        }
    }

    #[test]
    fn a_flipped_bit_is_noticed(
        ask in asks(),
        spot in select(&[Spot::Path, Spot::Query, Spot::Body, Spot::Header][..]),
        index in any::<Index>(),
        bit in 0_u8..8,
    ) {
        ask.with(|with| {
            let sent = received(signed(&ask.request(), with).1);
            let Some(forged) = flipped(&sent, ask.scheme, (spot, index, bit)) else {
                return Ok(());
            };
            let accepted = verdict_of(&forged, ask.scheme, with);
            prop_assert_eq!(accepted, ask.same_meaning(&sent, &forged), "{:?}", forged);
            Ok(())
        })?;
    }
}

fn verdict_of(request: &Request<Bytes>, scheme: Scheme, with: &Signing<'_>) -> bool {
    let (head, body) = request.clone().into_parts();
    let gateway = Gateway {
        now: with.at,
        window: usual_window(scheme),
        regions: &[],
        hosts: &[],
        secret_of: &|key_id| (key_id == with.key_id).then(|| with.secret.clone()),
    };
    verify(&head, &body, scheme, &gateway).is_ok()
}
