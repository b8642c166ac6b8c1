//! What gateways refuse, in their order of checks, and what clients other than ours may send.

use super::*;
use watchkeeper::cloud::sign::gateway::ScopePart;

const MONITOR: Scheme = Scheme::SigV4 { service: "monitor" };
const MONITOR_QUERY: Scheme = Scheme::SigV4Query { service: "monitor" };
const MONITOR_SIMPLE: Scheme = Scheme::KscSimple { service: "monitor" };

/// 2026-03-18T06:30:00Z.
const NOW: i64 = 1_773_815_400;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

/// Judged by a gateway in Beijing that knows the key `key` with the secret `secret`.
fn verdict(request: Request<Bytes>, scheme: Scheme) -> Result<VerifiedBy, Rejection> {
    let (head, body) = request.into_parts();
    verify(
        &head,
        &body,
        scheme,
        &Gateway {
            now: now(),
            window: usual_window(scheme),
            regions: &["cn-beijing-6"],
            hosts: &["monitor.api.qcloud.com"],
            secret_of: &|key_id| (key_id == "key").then(|| Secret::from("secret")),
        },
    )
}

/// A signed request as the server receives it.
fn asked(scheme: Scheme, adjust: impl FnOnce(&mut Signing<'_>)) -> Request<Bytes> {
    let secret = Secret::from("secret");
    let mut with = Signing {
        scheme,
        key_id: "key",
        secret: &secret,
        session: None,
        region: "cn-beijing-6",
        at: now(),
        nonce: 7,
    };
    adjust(&mut with);
    let address = "https://monitor.example.com/?Action=ListMetrics&Version=2010-05-25";
    received(signed(&request("GET", address, &[], b""), &with).1)
}

fn with_header(mut request: Request<Bytes>, name: &'static str, value: &str) -> Request<Bytes> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

fn without_header(mut request: Request<Bytes>, name: &str) -> Request<Bytes> {
    request.headers_mut().remove(name);
    request
}

/// Replaces a part of the `Authorization` header.
fn authorized(request: Request<Bytes>, part: &str, by: &str) -> Request<Bytes> {
    let value = request.headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(value.contains(part), "{value} contains {part}");
    with_header(request, "authorization", &value.replacen(part, by, 1))
}

/// Replaces a part of the address.
fn addressed(mut request: Request<Bytes>, part: &str, by: &str) -> Request<Bytes> {
    let target = request.uri().to_string();
    assert!(target.contains(part), "{target} contains {part}");
    *request.uri_mut() = target.replacen(part, by, 1).parse().unwrap();
    request
}

fn refuses(cases: Vec<(Request<Bytes>, Rejection)>, scheme: Scheme) {
    for (request, want) in cases {
        let shown = format!("{request:?}");
        assert_eq!(verdict(request, scheme), Err(want), "{shown}");
    }
}

#[test]
fn sigv4_headers_are_refused_for_the_reasons_of_the_table() {
    let good = || asked(MONITOR, |_| ());
    assert!(verdict(good(), MONITOR).is_ok());
    let missing = Rejection::MissingPart;
    let plain = request("GET", "/?Action=ListMetrics", &[], b"");
    let cases = vec![
        (plain, Rejection::NoCredentials),
        (without_header(good(), "host"), Rejection::MissingHost),
        (
            authorized(good(), "host;x-amz-date", "host;x-absent;x-amz-date"),
            Rejection::MissingHeader("x-absent".into()),
        ),
        (
            with_header(good(), "authorization", "Bearer abc"),
            Rejection::Unreadable("Bearer abc".into()),
        ),
        (
            authorized(good(), "Credential", "Credentials"),
            missing("Credential"),
        ),
        (
            authorized(good(), "Signature=", "Sig="),
            missing("Signature"),
        ),
        (
            authorized(good(), "SignedHeaders", "Headers"),
            missing("SignedHeaders"),
        ),
        (
            without_header(authorized(good(), "host;x-amz-date", "host"), "x-amz-date"),
            Rejection::MissingDate,
        ),
        (
            with_header(good(), "x-amz-date", "20260318T063000+00:00"),
            Rejection::BadDate("20260318T063000+00:00".into()),
        ),
        (
            authorized(good(), "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
            Rejection::Algorithm("AWS4-HMAC-SHA1".into()),
        ),
        (
            authorized(good(), "/aws4_request", ""),
            Rejection::BadCredential("key/20260318/cn-beijing-6/monitor".into()),
        ),
        (
            authorized(good(), "aws4_request", "ksc_request"),
            Rejection::Scope(ScopePart::Terminator, "ksc_request".into()),
        ),
        (
            asked(MONITOR, |with| with.region = "eu-moon-1"),
            Rejection::Scope(ScopePart::Region, "eu-moon-1".into()),
        ),
        (
            asked(Scheme::SigV4 { service: "kec" }, |_| ()),
            Rejection::Scope(ScopePart::Service, "kec".into()),
        ),
        (
            authorized(good(), "/20260318/", "/20260317/"),
            Rejection::ScopeDate("20260317".into()),
        ),
        (
            authorized(good(), "host;x-amz-date", "x-amz-date"),
            Rejection::NotSigned("host"),
        ),
        (
            asked(MONITOR, |with| {
                with.at = now() - jiff::SignedDuration::from_secs(901);
            }),
            Rejection::Expired(Timestamp::from_second(NOW - 901).unwrap()),
        ),
        (
            asked(MONITOR, |with| {
                with.at = now() + jiff::SignedDuration::from_secs(901);
            }),
            Rejection::Expired(Timestamp::from_second(NOW + 901).unwrap()),
        ),
        (
            asked(MONITOR, |with| with.key_id = "stranger"),
            Rejection::UnknownKey,
        ),
    ];
    refuses(cases, MONITOR);
    assert_mismatch(addressed(good(), "ListMetrics", "ListMetric"), MONITOR);
}

#[test]
fn sigv4_queries_are_refused_for_the_reasons_of_the_table() {
    let good = || asked(MONITOR_QUERY, |_| ());
    assert!(verdict(good(), MONITOR_QUERY).is_ok());
    let parts = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-SignedHeaders",
    ];
    let mut cases: Vec<(Request<Bytes>, Rejection)> = parts
        .into_iter()
        .map(|part| {
            (
                addressed(good(), part, "Else"),
                Rejection::MissingPart(part),
            )
        })
        .collect();
    cases.push((
        addressed(good(), "20260318T063000Z", "2026-03-18"),
        Rejection::BadDate("2026-03-18".into()),
    ));
    refuses(cases, MONITOR_QUERY);
    assert_mismatch(addressed(good(), "X-Amz-Signature", "Else"), MONITOR_QUERY);
}

#[test]
fn ksc_simplified_is_refused_for_the_reasons_of_the_table() {
    let good = || asked(MONITOR_SIMPLE, |_| ());
    assert!(verdict(good(), MONITOR_SIMPLE).is_ok());
    let parts = [
        ("Signature=", "Signature"),
        ("Accesskey", "Accesskey"),
        ("Timestamp", "Timestamp"),
        ("Service", "Service"),
        ("SignatureMethod", "SignatureMethod"),
        ("SignatureVersion", "SignatureVersion"),
    ];
    let mut cases: Vec<(Request<Bytes>, Rejection)> = parts
        .into_iter()
        .map(|(part, name)| {
            (
                addressed(good(), part, "Else="),
                Rejection::MissingPart(name),
            )
        })
        .collect();
    cases.extend([
        (
            addressed(good(), "06%3A30%3A00Z", "06%3A30Z"),
            Rejection::BadDate("2026-03-18T06:30Z".into()),
        ),
        (
            asked(MONITOR_SIMPLE, |with| {
                with.at = now() + jiff::SignedDuration::from_secs(901);
            }),
            Rejection::Expired(Timestamp::from_second(NOW + 901).unwrap()),
        ),
        (
            asked(MONITOR_SIMPLE, |with| with.key_id = "stranger"),
            Rejection::UnknownKey,
        ),
        (
            asked(MONITOR_SIMPLE, |with| with.region = "eu-moon-1"),
            Rejection::Scope(ScopePart::Region, "eu-moon-1".into()),
        ),
    ]);
    refuses(cases, MONITOR_SIMPLE);
    assert_mismatch(
        addressed(good(), "ListMetrics", "ListMetric"),
        MONITOR_SIMPLE,
    );
}

#[test]
fn tencent_is_refused_for_the_reasons_of_its_codes() {
    let ask = |adjust: &dyn Fn(&mut Signing<'_>)| asked(Scheme::TencentSha256, adjust);
    let good = || ask(&|_| ());
    assert_eq!(
        verdict(good(), Scheme::TencentSha256).unwrap().nonce,
        Some(7)
    );
    let late = now() - jiff::SignedDuration::from_secs(7201);
    let cases = vec![
        (
            addressed(good(), "SecretId", "Else"),
            Rejection::MissingPart("SecretId"),
        ),
        (ask(&|with| with.key_id = "stranger"), Rejection::UnknownKey),
        (
            addressed(good(), "Signature=", "Else="),
            Rejection::MissingPart("Signature"),
        ),
        (ask(&|with| with.at = late), Rejection::Expired(late)),
    ];
    refuses(cases, Scheme::TencentSha256);
    assert_mismatch(
        addressed(good(), "Nonce=7", "Nonce=8"),
        Scheme::TencentSha256,
    );
}

#[test]
fn tencent_numbers_that_are_none_are_refused_after_the_signature() {
    for (pair, want) in [
        ("Nonce=many", Rejection::BadNonce("many".into())),
        ("Timestamp=today", Rejection::BadDate("today".into())),
    ] {
        let secret = Secret::from("secret");
        let with = Signing {
            scheme: Scheme::TencentSha1,
            key_id: "key",
            secret: &secret,
            session: None,
            region: "",
            at: now(),
            nonce: 7,
        };
        let unsigned = request("GET", &format!("https://h/v2/index.php?{pair}"), &[], b"");
        let sent = received(signed(&unsigned, &with).1);
        assert_eq!(verdict(sent, Scheme::TencentSha1), Err(want));
    }
}

/// A client behind a redirected connection signs the host that it believes in (signing-tencent.md, 4).
#[test]
fn tencent_clients_may_sign_the_canonical_host_or_leave_the_port_out() {
    for believed in ["monitor.api.qcloud.com", "127.0.0.1:18443", "127.0.0.1"] {
        let secret = Secret::from("secret");
        let with = Signing {
            scheme: Scheme::TencentSha1,
            key_id: "key",
            secret: &secret,
            session: None,
            region: "gz",
            at: now(),
            nonce: 7,
        };
        let address = format!("http://{believed}/v2/index.php?Action=DescribeMetrics");
        let sent = received(signed(&request("GET", &address, &[], b""), &with).1);
        let sent = with_header(sent, "host", "127.0.0.1:18443");
        assert!(verdict(sent, Scheme::TencentSha1).is_ok(), "{believed}");
    }
}

/// A plus sign is what PHP, Java and Python form encoders make of a space.
#[test]
fn plus_and_percent_20_are_the_same_space_where_gateways_decode() {
    for scheme in [MONITOR, MONITOR_QUERY, MONITOR_SIMPLE, Scheme::TencentSha1] {
        let secret = Secret::from("secret");
        let with = Signing {
            scheme,
            key_id: "key",
            secret: &secret,
            session: None,
            region: "cn-beijing-6",
            at: now(),
            nonce: 7,
        };
        let unsigned = request("GET", "https://h/?startTime=2017-09-19%2012%3A00", &[], b"");
        let sent = received(signed(&unsigned, &with).1);
        let sent = addressed(sent, "19%2012%3A00", "19+12:00");
        assert!(verdict(sent, scheme).is_ok(), "{scheme:?}");
    }
}

#[test]
fn an_authorization_may_come_without_blanks_and_with_a_date_header() {
    let good = asked(MONITOR, |_| ());
    let tight = authorized(
        authorized(good, ", SignedHeaders", ",SignedHeaders"),
        ", Sig",
        ",Sig",
    );
    assert!(verdict(tight, MONITOR).is_ok());

    // Signed over `host` only, so that the date may be said in another header.
    let query = asked(MONITOR, |_| ());
    let dated = without_header(authorized(query, "host;x-amz-date", "host"), "x-amz-date");
    for date in ["20260318T063000Z", "Wed, 18 Mar 2026 06:30:00 GMT"] {
        let refused = verdict(with_header(dated.clone(), "date", date), MONITOR);
        let Err(Rejection::Mismatch { to_sign, .. }) = refused else {
            panic!("the date is read, the signature of another request refused: {refused:?}");
        };
        assert!(to_sign.contains("\n20260318T063000Z\n"), "{to_sign}");
    }
}

#[test]
fn a_token_and_a_signature_exclude_each_other() {
    let with = |name, value: &str| with_header(request("GET", "/v1", &[], b""), name, value);
    let token = with("x-auth-token", "key");
    assert_eq!(verdict(token.clone(), Scheme::Token).unwrap().key_id, "key");
    let both = with_header(token, "authorization", "SDK-HMAC-SHA256 Access=key");
    refuses(
        vec![
            (both.clone(), Rejection::TwoCredentials),
            (with("x-auth-token", "stranger"), Rejection::UnknownKey),
            (with("x-other", "key"), Rejection::NoCredentials),
        ],
        Scheme::Token,
    );
    refuses(vec![(both, Rejection::TwoCredentials)], Scheme::HuaweiSdk);
}

#[test]
fn huawei_names_what_is_wrong_with_an_authorization() {
    let good = || asked(Scheme::HuaweiSdk, |_| ());
    assert!(verdict(good(), Scheme::HuaweiSdk).is_ok());
    let cases = vec![
        (request("GET", "/v1", &[], b""), Rejection::NoCredentials),
        (
            authorized(good(), "SDK-HMAC-SHA256", "SDK-HMAC-SM3"),
            Rejection::Algorithm("SDK-HMAC-SM3".into()),
        ),
        (
            authorized(good(), "Access=", "Key="),
            Rejection::MissingPart("Access"),
        ),
        (without_header(good(), "x-sdk-date"), Rejection::MissingDate),
        (
            authorized(good(), "host;", "host;x-absent;"),
            Rejection::MissingHeader("x-absent".into()),
        ),
    ];
    refuses(cases, Scheme::HuaweiSdk);
}

#[test]
fn the_scheme_of_a_request_is_told_by_its_marker() {
    let ksc = [MONITOR, MONITOR_QUERY, MONITOR_SIMPLE];
    let tencent = [Scheme::TencentSha1, Scheme::TencentSha256];
    let huawei = [Scheme::HuaweiSdk, Scheme::Token];
    for (schemes, scheme) in [
        (&ksc[..], MONITOR),
        (&ksc, MONITOR_QUERY),
        (&ksc, MONITOR_SIMPLE),
        (&tencent, Scheme::TencentSha1),
        (&tencent, Scheme::TencentSha256),
        (&huawei, Scheme::HuaweiSdk),
    ] {
        let (head, body) = asked(scheme, |_| ()).into_parts();
        assert_eq!(detect(&head, &body, schemes), Some(scheme));
        let (head, body) = request("GET", "/?Action=ListMetrics", &[], b"").into_parts();
        assert_eq!(detect(&head, &body, schemes), None);
    }
}

#[test]
fn a_session_token_is_not_shown_with_the_steps() {
    let (secret, session) = (Secret::from("secret"), Secret::from("to+ken=="));
    for scheme in [
        MONITOR,
        MONITOR_QUERY,
        MONITOR_SIMPLE,
        Scheme::TencentSha1,
        Scheme::HuaweiSdk,
    ] {
        let with = Signing {
            scheme,
            key_id: "key",
            secret: &secret,
            session: Some(&session),
            region: "cn-beijing-6",
            at: now(),
            nonce: 7,
        };
        let unsigned = request("GET", "https://h/?Action=A", &[], b"");
        let (canonical, to_sign) = signed(&unsigned, &with).0.masked(&with);
        assert!(canonical.contains("***"), "{canonical}");
        for shown in [canonical, to_sign] {
            assert!(!shown.contains("ken=="), "{shown}");
            assert!(!shown.contains("ken%3D%3D"), "{shown}");
        }
    }
}

fn assert_mismatch(request: Request<Bytes>, scheme: Scheme) {
    let verdict = verdict(request, scheme);
    assert!(
        matches!(verdict, Err(Rejection::Mismatch { .. })),
        "{verdict:?}"
    );
}
