//! Signatures against the published vectors in `tests/sign`, step by step, and properties of the signer.
//!
//! Every vector is signed by [`sign`] and compared in each intermediate step, and its finished request is judged by
//! [`verify`]. The few that sign what our client would not (another list of headers, parameters inside a JSON body)
//! are compared through the verifier, which passes through the same steps; [`ONLY_VERIFIED`] names them.

mod gateways;
mod properties;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value as Json;
use watchkeeper::cloud::sign::gateway::{Gateway, Rejection, VerifiedBy};
use watchkeeper::cloud::sign::verify::{detect, usual_window, verify};
use watchkeeper::cloud::sign::{Scheme, Signed, Signing, apply, sign};
use watchkeeper::domain::secret::Secret;

const KSC: &str = include_str!("../sign/ksc.json");
const HUAWEI: &str = include_str!("../sign/huawei.json");
const TENCENT: &str = include_str!("../sign/tencent.json");

/// Vectors whose signed part our own client does not choose.
const ONLY_VERIFIED: &[&str] = &["ksc-v4-13", "ksc-simple-08", "extra_signed_headers"];

/// One case of a file: what differs is collected, so that a failure names all of it.
struct Case {
    name: String,
    differs: Vec<String>,
}

impl Case {
    fn new(name: &Json) -> Self {
        Self {
            name: text(name),
            differs: Vec::new(),
        }
    }

    fn same(&mut self, step: &str, got: &str, want: &str) {
        if got != want {
            self.differs.push(format!(
                "{}: {step}\n   got {got:?}\n  want {want:?}",
                self.name
            ));
        }
    }

    /// The request as sent must pass, over the same steps.
    fn passes(&mut self, result: &Result<VerifiedBy, Rejection>, canonical: &str, to_sign: &str) {
        match result {
            Ok(verified) => {
                self.same("canonical of the verifier", &verified.canonical, canonical);
                self.same("to sign of the verifier", &verified.to_sign, to_sign);
            }
            Err(rejection) => self.same("verdict", &format!("{rejection:?}"), "accepted"),
        }
    }

    fn is_only_verified(&self) -> bool {
        ONLY_VERIFIED.contains(&self.name.as_str())
    }
}

fn report(cases: &[Case], count: usize) {
    let differs: Vec<&str> = cases
        .iter()
        .flat_map(|case| &case.differs)
        .map(String::as_str)
        .collect();
    assert!(differs.is_empty(), "{}", differs.join("\n"));
    assert_eq!(cases.len(), count, "number of cases");
}

fn read(file: &str) -> Json {
    serde_json::from_str(file).unwrap()
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// `[["name", "value"], …]`.
fn listed(value: &Json) -> Vec<(String, String)> {
    list(value)
        .iter()
        .map(|pair| (text(&pair[0]), text(&pair[1])))
        .collect()
}

/// `{"name": "value", …}`.
fn members(value: &Json) -> Vec<(String, String)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

/// Strict percent-encoding, written a second time on purpose.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn joined(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

/// Raw pairs in an order of their own, to compare what is free in order.
fn unordered(raw: &str) -> String {
    let mut pairs: Vec<&str> = raw.split('&').collect();
    pairs.sort_unstable();
    pairs.join("&")
}

fn request(
    method: &str,
    address: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Request<Bytes> {
    let mut request = Request::new(Bytes::copy_from_slice(body));
    *request.method_mut() = method.parse::<Method>().unwrap();
    *request.uri_mut() = address.parse::<Uri>().unwrap();
    for (name, value) in headers {
        request.headers_mut().append(
            name.parse::<HeaderName>().unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    request
}

/// Turns a request as the client has it into what the server receives: the host moves into its header.
fn received(request: Request<Bytes>) -> Request<Bytes> {
    let (mut head, body) = request.into_parts();
    if let Some(authority) = head.uri.authority()
        && !head.headers.contains_key("host")
    {
        let host = HeaderValue::from_str(authority.as_str()).unwrap();
        head.headers.insert("host", host);
    }
    head.uri = head.uri.path_and_query().unwrap().as_str().parse().unwrap();
    Request::from_parts(head, body)
}

/// Signs a copy of the request, and applies the signature.
fn signed(request: &Request<Bytes>, with: &Signing<'_>) -> (Signed, Request<Bytes>) {
    let (head, body) = request.clone().into_parts();
    let signed = sign(&head, &body, with);
    let mut request = Request::from_parts(head, body);
    apply(&mut request, &signed).unwrap();
    (signed, request)
}

/// A gateway that knows one key and stands at the time of signing.
fn judged(
    request: &Request<Bytes>,
    scheme: Scheme,
    with: &Signing<'_>,
) -> Result<VerifiedBy, Rejection> {
    let (head, body) = request.clone().into_parts();
    let found = detect(&head, &body, &[scheme]);
    assert_eq!(found, Some(scheme), "the scheme is recognised");
    verify(
        &head,
        &body,
        scheme,
        &Gateway {
            now: with.at,
            window: usual_window(scheme),
            regions: &[],
            hosts: &[],
            secret_of: &|key_id| (key_id == with.key_id).then(|| with.secret.clone()),
        },
    )
}

fn at(form: &str, text: &str) -> Timestamp {
    DateTime::strptime(form, text)
        .unwrap()
        .to_zoned(TimeZone::UTC)
        .unwrap()
        .timestamp()
}

const BASIC: &str = "%Y%m%dT%H%M%SZ";
const EXTENDED: &str = "%Y-%m-%dT%H:%M:%SZ";

fn known(service: &str) -> &'static str {
    ["iam", "monitor", "kec"]
        .into_iter()
        .find(|known| *known == service)
        .expect("a service of the vectors")
}

#[test]
fn every_ksc_vector_holds() {
    let file = read(KSC);
    let cases: Vec<Case> = list(&file)
        .iter()
        .map(|vector| {
            let mut case = Case::new(&vector["id"]);
            if text(&vector["scheme"]) == "ksc-simple-hmac-sha256" {
                ksc_simple(vector, &mut case);
            } else {
                ksc_sigv4(vector, &mut case);
            }
            case
        })
        .collect();
    report(&cases, 25);
}

/// The finished request of a KSC vector, as a server receives it.
fn ksc_final(vector: &Json) -> Request<Bytes> {
    let last = &vector["final_url_or_headers"];
    received(request(
        &text(&last["method"]),
        &text(&last["url"]),
        &members(&last["headers"]),
        text(&last["body"]).as_bytes(),
    ))
}

fn ksc_simple(vector: &Json, case: &mut Case) {
    let input = &vector["input"];
    let (want, signature) = (text(&vector["string_to_sign"]), text(&vector["signature"]));
    let secret = Secret::new(text(&input["secret_key"]));
    let session = input["security_token"].as_str().map(Secret::from);
    let (key_id, region) = (text(&input["access_key"]), text(&input["region"]));
    let scheme = Scheme::KscSimple {
        service: known(&text(&input["service"])),
    };
    let with = Signing {
        scheme,
        key_id: &key_id,
        secret: &secret,
        session: session.as_ref(),
        region: &region,
        at: at(EXTENDED, &text(&input["timestamp"])),
        nonce: 0,
    };
    let last = ksc_final(vector);
    case.passes(&judged(&last, scheme, &with), &want, &want);
    if case.is_only_verified() {
        return;
    }
    let ours = [
        "Accesskey",
        "Service",
        "Timestamp",
        "SignatureMethod",
        "Region",
        "SecurityToken",
    ];
    let mut params = listed(&input["params"]);
    params.retain(|(name, value)| {
        !(ours.contains(&name.as_str()) || name == "SignatureVersion" && value == "1.0")
    });
    let address = format!("{}{}", text(&input["scheme_host"]), text(&input["path"]));
    let mut headers = members(&vector["final_url_or_headers"]["headers"]);
    headers.retain(|(name, _)| name != "Host");
    let is_form = headers
        .iter()
        .any(|(_, value)| value.contains("form-urlencoded"));
    let unsigned = if is_form {
        request("POST", &address, &headers, joined(&params).as_bytes())
    } else {
        let address = format!("{address}?{}", joined(&params));
        let body = text(&input["unsigned_body"]);
        request(&text(&input["method"]), &address, &headers, body.as_bytes())
    };
    let (signed, sent) = signed(&unsigned, &with);
    case.same("canonical", &signed.canonical, &want);
    case.same("to sign", &signed.to_sign, &want);
    case.same("signature", &signed.signature, &signature);
    let query = |request: &Request<Bytes>| unordered(request.uri().query().unwrap_or_default());
    case.same("query", &query(&sent), &query(&last));
    let body = |request: &Request<Bytes>| unordered(str::from_utf8(request.body()).unwrap());
    case.same("body", &body(&sent), &body(&last));
}

fn ksc_sigv4(vector: &Json, case: &mut Case) {
    let input = &vector["input"];
    let secret = Secret::new(text(&input["secret_key"]));
    let session = input["security_token"].as_str().map(Secret::from);
    let (key_id, region) = (text(&input["access_key"]), text(&input["region"]));
    let service = known(&text(&input["service"]));
    let is_query = text(&vector["scheme"]) == "aws4-hmac-sha256-query";
    let scheme = if is_query {
        Scheme::SigV4Query { service }
    } else {
        Scheme::SigV4 { service }
    };
    let with = Signing {
        scheme,
        key_id: &key_id,
        secret: &secret,
        session: session.as_ref(),
        region: &region,
        at: at(BASIC, &text(&input["amz_date"])),
        nonce: 0,
    };
    let (canonical, to_sign) = (
        text(&vector["canonical_request"]),
        text(&vector["string_to_sign"]),
    );
    let last = ksc_final(vector);
    case.passes(&judged(&last, scheme, &with), &canonical, &to_sign);
    if case.is_only_verified() {
        return;
    }
    let mut params = listed(&input["params"]);
    if let (true, Some(expires)) = (is_query, input["expires"].as_u64()) {
        params.push(("X-Amz-Expires".to_owned(), expires.to_string()));
    }
    let unsigned = request(
        &text(&input["method"]),
        &format!(
            "{}{}?{}",
            text(&input["scheme_host"]),
            text(&input["path"]),
            joined(&params)
        ),
        &members(&input["headers"]),
        text(&input["body"]).as_bytes(),
    );
    let (signed, sent) = signed(&unsigned, &with);
    case.same("canonical", &signed.canonical, &canonical);
    case.same("to sign", &signed.to_sign, &to_sign);
    case.same("signature", &signed.signature, &text(&vector["signature"]));
    let sent = received(sent);
    let query = |request: &Request<Bytes>| unordered(request.uri().query().unwrap_or_default());
    case.same("query", &query(&sent), &query(&last));
    case.same("headers", &headers(&sent), &headers(&last));
    case.same(
        "body",
        &format!("{:?}", sent.body()),
        &format!("{:?}", last.body()),
    );
}

/// All headers, sorted, one per line.
fn headers(request: &Request<Bytes>) -> String {
    let mut lines: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    lines.join("\n")
}

#[test]
fn every_tencent_vector_holds() {
    let file = read(TENCENT);
    let cases: Vec<Case> = list(&file["vectors"])
        .iter()
        .map(|vector| {
            let mut case = Case::new(&vector["name"]);
            tencent(vector, &mut case);
            case
        })
        .collect();
    report(&cases, 22);
}

fn tencent(vector: &Json, case: &mut Case) {
    let params = members(&vector["params"]);
    let param = |name: &str| {
        let found = params.iter().find(|(candidate, _)| candidate == name);
        found.map(|(_, value)| value.clone())
    };
    let scheme = match text(&vector["signature_method"]).as_str() {
        "HmacSHA256" => Scheme::TencentSha256,
        _ => Scheme::TencentSha1,
    };
    let secret = Secret::new(text(&vector["secret_key"]));
    let session = param("Token").as_deref().map(Secret::from);
    let (key_id, region) = (
        param("SecretId").unwrap(),
        param("Region").unwrap_or_default(),
    );
    let with = Signing {
        scheme,
        key_id: &key_id,
        secret: &secret,
        session: session.as_ref(),
        region: &region,
        at: Timestamp::from_second(param("Timestamp").unwrap().parse().unwrap()).unwrap(),
        nonce: param("Nonce").unwrap().parse().unwrap(),
    };
    let to_sign = text(&vector["string_to_sign"]);
    let canonical = to_sign.split_once('?').unwrap().1.to_owned();
    let (method, wire) = (text(&vector["method"]), text(&vector["wire"]));
    let address = format!("https://{}{}", text(&vector["host"]), text(&vector["path"]));
    let build = |parameters: &str| {
        if method == "POST" {
            request("POST", &address, &form(), parameters.as_bytes())
        } else {
            request("GET", &format!("{address}?{parameters}"), &[], b"")
        }
    };
    let last = received(build(&wire));
    case.passes(&judged(&last, scheme, &with), &canonical, &to_sign);
    for other in list(&vector["also_accept"]) {
        let encoded_signature = encoded(&text(&other["signature"]));
        let wire = wire.replace(&text(&vector["signature_urlencoded"]), &encoded_signature);
        let to_sign = text(&other["string_to_sign"]);
        let canonical = to_sign.split_once('?').unwrap().1;
        let verdict = judged(&received(build(&wire)), scheme, &with);
        case.passes(&verdict, canonical, &to_sign);
    }
    let added_by_us = |name: &str, value: &str| match name {
        "SecretId" | "Region" | "Timestamp" | "Nonce" | "Token" => true,
        "SignatureMethod" => value == "HmacSHA256",
        _ => false,
    };
    let mut rest = params.clone();
    rest.retain(|(name, value)| !added_by_us(name, value));
    let (signed, sent) = signed(&build(&joined(&rest)), &with);
    case.same("canonical", &signed.canonical, &canonical);
    case.same("to sign", &signed.to_sign, &to_sign);
    case.same("signature", &signed.signature, &text(&vector["signature"]));
    let sent = if method == "POST" {
        String::from_utf8(sent.body().to_vec()).unwrap()
    } else {
        sent.uri().query().unwrap().to_owned()
    };
    case.same("parameters", &unordered(&sent), &unordered(&wire));
}

fn form() -> Vec<(String, String)> {
    vec![(
        "content-type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    )]
}

#[test]
fn every_huawei_vector_holds() {
    let file = read(HUAWEI);
    let cases: Vec<Case> = list(&file["vectors"])
        .iter()
        .map(|vector| {
            let mut case = Case::new(&vector["name"]);
            huawei(vector, &mut case);
            case
        })
        .collect();
    report(&cases, 20);
}

/// A Huawei vector: its key, its time and its requests.
struct Huawei {
    key_id: String,
    secret: Secret,
    session: Option<Secret>,
    at: Timestamp,
    unsigned: Request<Bytes>,
    finished: Request<Bytes>,
}

impl Huawei {
    fn new(vector: &Json) -> Self {
        let ask = &vector["request"];
        let body = STANDARD.decode(text(&ask["body_base64"])).unwrap();
        let address = format!("{}://{}", text(&ask["scheme"]), text(&ask["host"]));
        let mut headers = listed(&ask["headers"]);
        let mut finished = headers.clone();
        let authorization = text(&vector["expected"]["authorization"]);
        if authorization.contains("x-sdk-content-sha256") {
            let value = "UNSIGNED-PAYLOAD".to_owned();
            finished.push(("X-Sdk-Content-Sha256".to_owned(), value));
        }
        finished.push(("Authorization".to_owned(), authorization));
        let session = headers.iter().find(|(name, _)| name == "X-Security-Token");
        let session = session.map(|(_, value)| Secret::from(value.as_str()));
        headers.retain(|(name, _)| {
            !["Host", "X-Sdk-Date", "X-Security-Token"].contains(&name.as_str())
        });
        let query = joined(&listed(&ask["query"]));
        let mark = if query.is_empty() { "" } else { "?" };
        let method = text(&ask["method"]);
        let path = text(&ask["path"]);
        let target = text(&vector["expected"]["request_target"]);
        Self {
            key_id: text(&vector["ak"]),
            secret: Secret::new(text(&vector["sk"])),
            session,
            at: at(BASIC, &text(&vector["x_sdk_date"])),
            unsigned: request(
                &method,
                &format!("{address}{path}{mark}{query}"),
                &headers,
                &body,
            ),
            finished: request(&method, &target, &finished, &body),
        }
    }

    fn with(&self) -> Signing<'_> {
        Signing {
            scheme: Scheme::HuaweiSdk,
            key_id: &self.key_id,
            secret: &self.secret,
            session: self.session.as_ref(),
            region: "",
            at: self.at,
            nonce: 0,
        }
    }
}

fn huawei(vector: &Json, case: &mut Case) {
    let expected = &vector["expected"];
    let huawei = Huawei::new(vector);
    let with = huawei.with();
    let (canonical, to_sign) = (
        text(&expected["canonical_request"]),
        text(&expected["string_to_sign"]),
    );
    let verdict = judged(&huawei.finished, Scheme::HuaweiSdk, &with);
    case.passes(&verdict, &canonical, &to_sign);
    let steps = verdict.map(|verified| verified.canonical);
    huawei_steps(&steps.unwrap_or_default(), expected, case);
    if case.is_only_verified() {
        return;
    }
    let (signed, sent) = signed(&huawei.unsigned, &with);
    huawei_steps(&signed.canonical, expected, case);
    case.same("canonical", &signed.canonical, &canonical);
    case.same("to sign", &signed.to_sign, &to_sign);
    let hash = signed.to_sign.lines().last().unwrap_or_default();
    case.same("hash", hash, &text(&expected["canonical_request_sha256"]));
    case.same(
        "signature",
        &signed.signature,
        &text(&expected["signature"]),
    );
    case.same(
        "headers",
        &headers(&received(sent)),
        &headers(&huawei.finished),
    );
}

/// The six parts of the canonical request, one by one.
fn huawei_steps(canonical: &str, expected: &Json, case: &mut Case) {
    let parts: Vec<&str> = canonical.splitn(4, '\n').collect();
    let [_, uri, query, rest] = parts[..] else {
        case.same("parts of the canonical request", canonical, "at least four");
        return;
    };
    let (rest, payload) = rest.rsplit_once('\n').unwrap_or_default();
    let (lines, names) = rest.rsplit_once('\n').unwrap_or_default();
    case.same("canonical_uri", uri, &text(&expected["canonical_uri"]));
    case.same(
        "canonical_query",
        query,
        &text(&expected["canonical_query"]),
    );
    case.same(
        "canonical_headers",
        lines,
        &text(&expected["canonical_headers"]),
    );
    case.same("signed_headers", names, &text(&expected["signed_headers"]));
    case.same("payload_hash", payload, &text(&expected["payload_hash"]));
}

#[test]
fn every_negative_huawei_case_is_refused() {
    let file = read(HUAWEI);
    let cases: Vec<Case> = list(&file["negative"])
        .iter()
        .map(|negative| {
            let mut case = Case::new(&negative["name"]);
            let base = list(&file["vectors"])
                .iter()
                .find(|vector| vector["name"] == negative["base"])
                .expect("the base of a negative case");
            refused(&Huawei::new(base), &mut case);
            case
        })
        .collect();
    report(&cases, 10);
}

fn refused(base: &Huawei, case: &mut Case) {
    let mut request = base.finished.clone();
    let mut secret = base.secret.clone();
    let mut key_id = base.key_id.as_str();
    let mut clocks = vec![base.at];
    let minutes = |count: i64| base.at + jiff::SignedDuration::from_mins(count);
    let want = match case.name.as_str() {
        "tampered_body" => {
            let mut body = request.body().to_vec();
            body[0] = b'[';
            *request.body_mut() = body.into();
            "Mismatch"
        }
        "tampered_query" => {
            let target = request.uri().to_string().replace("limit=100", "limit=99");
            *request.uri_mut() = target.parse().unwrap();
            "Mismatch"
        }
        "wrong_sk" => {
            secret = Secret::from("another");
            "Mismatch"
        }
        "unknown_ak" => {
            key_id = "ANOTHER";
            "UnknownKey"
        }
        "skew_16_minutes_past" => {
            clocks = vec![minutes(16)];
            "Expired"
        }
        "skew_16_minutes_future" => {
            clocks = vec![minutes(-16)];
            "Expired"
        }
        "skew_14_minutes" => {
            clocks = vec![minutes(14), minutes(-14)];
            "accepted"
        }
        "date_header_not_signed" => {
            let value = request.headers()["authorization"].to_str().unwrap();
            let value = value.replace("host;x-sdk-date", "host");
            request
                .headers_mut()
                .insert("authorization", value.parse().unwrap());
            "NotSigned"
        }
        "date_header_malformed" => {
            let date = HeaderValue::from_static("2026-01-15T08:30:05Z");
            request.headers_mut().insert("x-sdk-date", date);
            "BadDate"
        }
        "body_over_12_mib" => {
            *request.body_mut() = vec![b' '; 12 * 1024 * 1024 + 1].into();
            "TooLarge"
        }
        unknown => panic!("no test for the case {unknown}"),
    };
    for now in clocks {
        let with = Signing {
            key_id,
            secret: &secret,
            at: now,
            ..base.with()
        };
        let verdict = match judged(&request, Scheme::HuaweiSdk, &with) {
            Ok(_) => "accepted".to_owned(),
            Err(rejection) => format!("{rejection:?}"),
        };
        let name = verdict.split(['(', ' ']).next().unwrap_or_default();
        case.same("verdict", name, want);
    }
}
