use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use http::{Request, Response};
use serde_json::json;

use super::*;
use crate::cloud::declare::Call;
use crate::cloud::transport::TransportError;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::connection::Credentials;
use crate::domain::secret::Secret;

#[derive(Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Things {
    pub things: Vec<String>,
}

crate::operation! {
    /// Reads things.
    ReadThings -> Things, "ksc-monitor.read_things", Call::action("ReadThings", "2021-01-01");
    /// Which.
    which: Option<u32> = "Which".range(1, 10),
}

crate::operation! {
    /// Changes things.
    ChangeThings -> (), "ksc-monitor.change_things", Call::action("ChangeThings", "2021-01-01").mutates();
    /// Password.
    password: Option<String> = "Password".secret(),
}

crate::operation! {
    /// Reads from Huawei.
    ReadHuawei -> Things, "huawei-coc.read_huawei", Call::rest("ReadHuawei", "v1", "GET", "/v1/things");
}

crate::operation! {
    /// Changes something at Huawei.
    ChangeHuawei -> (), "huawei-coc.change_huawei", Call::rest("ChangeHuawei", "v1", "POST", "/v1/things").mutates();
}

/// How a test answers a request.
type Answerer = Box<dyn Fn(&Request<Bytes>) -> Sent + Send + Sync>;

/// What came, what the service sends, how often it was asked, how the call ended, and how long it took at most in
/// milliseconds (the longest waits are drawn).
type Case = (&'static str, Vec<Sent>, usize, Result<(), Class>, u64);

/// What came, what the service sends, how often it was asked, the error and whether the outcome is unknown.
type ChangeCase = (&'static str, Vec<Sent>, usize, Option<(Class, bool)>);

type Sent = Result<Response<Bytes>, TransportError>;

/// Answers in order, or by a function; keeps what was asked.
struct Script {
    answers: Mutex<VecDeque<Sent>>,
    otherwise: Answerer,
    asked: Mutex<Vec<Request<Bytes>>>,
    latency: Duration,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Sent>) -> Arc<Self> {
        Self::by(answers, |_| panic!("asked too often"))
    }

    fn by(
        answers: impl IntoIterator<Item = Sent>,
        otherwise: impl Fn(&Request<Bytes>) -> Sent + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            otherwise: Box::new(otherwise),
            asked: Mutex::default(),
            latency: Duration::from_millis(10),
        })
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Transport for Script {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Sent> {
        async move {
            tokio::time::sleep(self.latency).await;
            let scripted = self.answers.lock().unwrap().pop_front();
            let answer = scripted.unwrap_or_else(|| (self.otherwise)(&request));
            self.asked.lock().unwrap().push(request);
            answer
        }
        .boxed()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside answers that fail")]
fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Sent {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap())
}

fn good() -> Sent {
    answer(200, &[], r#"{"things":["a"],"requestId":"r-1"}"#)
}

fn cut(sent: bool) -> Sent {
    Err(TransportError {
        message: "the connection to host broke".into(),
        sent,
        timeout: false,
        too_large: false,
    })
}

fn connection(system: SystemId) -> Connection {
    Connection {
        account: Account {
            id: AccountId::new("p", system),
            region: "cn-north-4".into(),
            read_only: false,
            production: false,
            operator: String::new(),
            limits: Vec::new(),
        },
        endpoint: Some("http://service.example".into()),
        identity_endpoint: Some("http://iam.example".into()),
        scheme: None,
        project_id: None,
        project_name: None,
        domain_scope: false,
        app_codes: None,
        ca_file: None,
        skip_certificate_checks: false,
    }
}

fn key() -> Credentials {
    Credentials::AccessKey {
        id: "AKLT1".into(),
        secret: Secret::from("canary-secret"),
        session: Some(Secret::from("canary-session/+")),
    }
}

fn password() -> Credentials {
    Credentials::Password {
        user: "u".into(),
        password: Secret::from("canary-password"),
        domain: "d".into(),
    }
}

const START: &str = "2026-11-22T03:00:00Z";

fn client(system: SystemId, credentials: Credentials, script: &Arc<Script>) -> Client {
    let transport: Arc<dyn Transport> = Arc::<Script>::clone(script);
    let clock = Clock::follow_tokio(START.parse().unwrap());
    // Always the longest wait.
    Client::with_random(
        connection(system),
        Arc::new(credentials),
        transport,
        clock,
        || u64::MAX,
    )
}

fn ksc(script: &Arc<Script>) -> Client {
    client(SystemId::KscMonitor, key(), script)
}

#[tokio::test(start_paused = true)]
async fn a_call_is_encoded_signed_and_decoded() {
    let script = Script::new([good()]);
    let reply = ksc(&script)
        .call(&ReadThings { which: Some(3) })
        .await
        .unwrap();
    assert_eq!(reply.output.things, ["a"]);
    assert_eq!(reply.request_id.unwrap().raw(), "r-1");
    let asked = script.asked.lock().unwrap();
    let head = asked[0].headers();
    assert!(
        asked[0]
            .uri()
            .to_string()
            .starts_with("http://service.example/?Action=ReadThings&Version=2021-01-01&Which=3")
    );
    assert_eq!(head["accept"], "application/json");
    assert_eq!(
        head["user-agent"],
        concat!("watchkeeper/", env!("CARGO_PKG_VERSION"))
    );
    assert!(
        head["authorization"]
            .to_str()
            .unwrap()
            .starts_with("AWS4-HMAC-SHA256 Credential=AKLT1/20261122/cn-north-4/monitor")
    );
}

#[tokio::test(start_paused = true)]
async fn xml_answers_the_same_call() {
    let xml =
        "<R><Things>a</Things><ResponseMetadata><RequestId>x-9</RequestId></ResponseMetadata></R>";
    let script = Script::new([
        answer(200, &[("content-type", "text/xml")], xml),
        answer(200, &[], xml),
    ]);
    let client = ksc(&script);
    let reply = client.call(&ReadThings::default()).await.unwrap();
    assert_eq!(reply.output.things, ["a"]);
    assert_eq!(reply.request_id.unwrap().raw(), "x-9");
    let raw = client
        .call_raw(&Entry::of::<ReadThings>(), json!({}))
        .await
        .unwrap();
    assert_eq!(raw.output["Things"], "a");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_for_bad_input_or_a_read_only_profile() {
    let script = Script::new([]);
    let client = ksc(&script);
    let error = client
        .call(&ReadThings { which: Some(11) })
        .await
        .unwrap_err();
    assert_eq!(error.class, Class::Invalid);
    assert_eq!(error.param.as_deref(), Some("Which"));
    assert_eq!(error.message.raw(), "Which must be 1 to 10, given 11");
    let entry = Entry::of::<ReadThings>();
    assert_eq!(
        client
            .call_raw(&entry, json!({"Wich": 1}))
            .await
            .unwrap_err()
            .class,
        Class::Invalid
    );
    let mut read_only = connection(SystemId::KscMonitor);
    read_only.account.read_only = true;
    let transport: Arc<dyn Transport> = Arc::<Script>::clone(&script);
    let client = Client::new(
        read_only,
        Arc::new(key()),
        transport,
        Clock::follow_tokio(START.parse().unwrap()),
    );
    let error = client.call(&ChangeThings::default()).await.unwrap_err();
    assert_eq!(error.class, Class::ReadOnly);
    assert_eq!(script.count(), 0);
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn read_cases() -> Vec<Case> {
    let busy = || answer(503, &[], "");
    let throttled = || answer(429, &[], "");
    let after = |seconds: &'static str| answer(429, &[("retry-after", seconds)], "");
    vec![
        ("good", vec![good()], 1, Ok(()), 10),
        ("busy, good", vec![busy(), good()], 2, Ok(()), 120),
        (
            "busy twice, good",
            vec![busy(), busy(), good()],
            3,
            Ok(()),
            330,
        ),
        (
            "busy for ever",
            vec![busy(), busy(), busy()],
            3,
            Err(Class::Unavailable),
            330,
        ),
        (
            "throttled, good",
            vec![throttled(), good()],
            2,
            Ok(()),
            1020,
        ),
        (
            "throttled for ever",
            vec![throttled(), throttled(), throttled()],
            3,
            Err(Class::Throttled),
            3030,
        ),
        (
            "told to wait 3 s",
            vec![after("3"), good()],
            2,
            Ok(()),
            4020,
        ),
        (
            "told to wait until a date",
            vec![after("Sun, 22 Nov 2026 03:00:10 GMT"), good()],
            2,
            Ok(()),
            11_020,
        ),
        (
            "told to wait for ever",
            vec![after("1000000000")],
            1,
            Err(Class::Throttled),
            10,
        ),
        ("told nonsense", vec![after("-5"), good()], 2, Ok(()), 1020),
        (
            "a date in the past",
            vec![after("Sun, 22 Nov 2020 03:00:10 GMT"), good()],
            2,
            Ok(()),
            1020,
        ),
        ("cut, good", vec![cut(true), good()], 2, Ok(()), 120),
        (
            "not connected, good",
            vec![cut(false), good()],
            2,
            Ok(()),
            120,
        ),
        (
            "cut for ever",
            vec![cut(true), cut(true), cut(true)],
            3,
            Err(Class::Network),
            330,
        ),
        (
            "504 html",
            vec![answer(504, &[], "<html>"), good()],
            2,
            Ok(()),
            120,
        ),
        ("408", vec![answer(408, &[], ""), good()], 2, Ok(()), 120),
        (
            "400",
            vec![answer(400, &[], "")],
            1,
            Err(Class::Invalid),
            10,
        ),
        (
            "401",
            vec![answer(401, &[], "")],
            1,
            Err(Class::Credentials),
            10,
        ),
        ("403", vec![answer(403, &[], "")], 1, Err(Class::Denied), 10),
        (
            "404",
            vec![answer(404, &[], "")],
            1,
            Err(Class::NotFound),
            10,
        ),
        (
            "302",
            vec![answer(302, &[("location", "http://evil/?ticket=1")], "")],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "html",
            vec![answer(200, &[], "<!DOCTYPE html><html>")],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "empty",
            vec![answer(200, &[], "")],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "204",
            vec![answer(204, &[], "")],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "null",
            vec![answer(200, &[("content-type", "application/json")], "null")],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "truncated",
            vec![answer(200, &[], r#"{"things":["a""#)],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "wrong object",
            vec![answer(200, &[], "{}")],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "wrong type",
            vec![answer(200, &[], r#"{"things":{"a":[]}}"#)],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            "a picture",
            vec![answer(
                200,
                &[("content-type", "image/png")],
                r#"{"things":[]}"#,
            )],
            1,
            Err(Class::Unreadable),
            10,
        ),
        (
            // What machines print is passed on as it is: the letters are replaced, the answer is read.
            "GBK",
            vec![Ok(Response::new(Bytes::from_static(
                b"{\"things\":[\"\xb0\xa1\"]}",
            )))],
            1,
            Ok(()),
            10,
        ),
        (
            "GBK, truncated",
            vec![Ok(Response::new(Bytes::from_static(
                b"{\"things\":[\"\xb0\xa1",
            )))],
            1,
            Err(Class::Unreadable),
            10,
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn the_retry_table() {
    let read = read_cases();
    for (what, answers, sent, end, at_most) in read {
        let script = Script::new(answers);
        let client = ksc(&script);
        let began = tokio::time::Instant::now();
        let result = client.call(&ReadThings::default()).await;
        let took = u64::try_from(began.elapsed().as_millis()).unwrap();
        assert_eq!(script.count(), sent, "{what}");
        assert_eq!(
            result.as_ref().map(|_| ()).map_err(|error| error.class),
            end,
            "{what}"
        );
        assert!(took <= at_most && took + 20 >= at_most, "{what}: {took} ms");
        if let Err(error) = result {
            assert!(!error.outcome_unknown, "{what}: a read has no outcome");
            assert_eq!(error.operation, "ksc-monitor.read_things", "{what}");
            assert!(!error.message.raw().contains("ticket"), "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_never_sent_twice_once_a_byte_has_left() {
    let changes: Vec<ChangeCase> = vec![
        ("good", vec![answer(200, &[], "")], 1, None),
        (
            "before the connection",
            vec![cut(false), answer(200, &[], "")],
            2,
            None,
        ),
        (
            "never connected",
            vec![cut(false), cut(false), cut(false)],
            3,
            Some((Class::Network, false)),
        ),
        (
            "after the connection",
            vec![cut(true)],
            1,
            Some((Class::Network, true)),
        ),
        (
            "connected at last, then cut",
            vec![cut(false), cut(true)],
            2,
            Some((Class::Network, true)),
        ),
        (
            "503 without words",
            vec![answer(503, &[], "")],
            1,
            Some((Class::Unavailable, true)),
        ),
        (
            "502 html",
            vec![answer(502, &[], "<html>")],
            1,
            Some((Class::Unavailable, true)),
        ),
        (
            "408",
            vec![answer(408, &[], "")],
            1,
            Some((Class::Unavailable, true)),
        ),
        (
            "429",
            vec![answer(429, &[], "")],
            1,
            Some((Class::Throttled, false)),
        ),
        (
            "400",
            vec![answer(400, &[], "")],
            1,
            Some((Class::Invalid, false)),
        ),
        (
            "401",
            vec![answer(401, &[], "")],
            1,
            Some((Class::Credentials, false)),
        ),
        (
            "redirect",
            vec![answer(307, &[("location", "http://x/")], "")],
            1,
            Some((Class::Unreadable, false)),
        ),
        (
            "html",
            vec![answer(200, &[], "<html>")],
            1,
            Some((Class::Unreadable, true)),
        ),
        (
            "truncated",
            vec![answer(200, &[], "{")],
            1,
            Some((Class::Unreadable, true)),
        ),
    ];
    for (what, answers, sent, end) in changes {
        let script = Script::new(answers);
        let result = ksc(&script).call(&ChangeThings::default()).await;
        assert_eq!(script.count(), sent, "{what}");
        assert_eq!(
            result
                .err()
                .map(|error| (error.class, error.outcome_unknown)),
            end,
            "{what}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_made_worse() {
    let script = Script::by([], |_| answer(503, &[], ""));
    let client = ksc(&script);
    let wanted = 120;
    for _ in 0..wanted {
        assert!(client.call(&ReadThings::default()).await.is_err());
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    assert!(
        script.count() * 100 <= wanted * 110,
        "{} requests",
        script.count()
    );
    // Nearly a third of all requests fail, evenly spread.
    let turn = AtomicUsize::new(0);
    let script = Script::by([], move |_| {
        let turn = turn.fetch_add(1, Ordering::SeqCst);
        if [3, 6, 9].contains(&(turn % 10)) {
            answer(503, &[], "")
        } else {
            good()
        }
    });
    let client = ksc(&script);
    for _ in 0..1000 {
        let _ = client.call(&ReadThings::default()).await;
    }
    assert!(script.count() <= 1300, "{} requests", script.count());
}

fn skewed(date: &str) -> Sent {
    let body = r#"{"RequestId":"r","Error":{"Type":"Sender","Code":"SignatureDoesNotMatch","Message":"Signature expired:x."}}"#;
    answer(
        403,
        &[("date", date), ("content-type", "application/json")],
        body,
    )
}

#[tokio::test(start_paused = true)]
async fn a_wrong_clock_costs_one_request_once() {
    for hours in -24_i64..=24 {
        if hours == 0 {
            continue;
        }
        let start: Timestamp = START.parse().unwrap();
        let theirs = start + SignedDuration::from_hours(hours);
        let date = theirs.strftime("%a,%d %b %Y %H:%M:%S GMT").to_string();
        let script = Script::new([skewed(&date), good(), good()]);
        let client = ksc(&script);
        assert!(client.call(&ReadThings::default()).await.is_ok(), "{hours}");
        assert!(client.call(&ReadThings::default()).await.is_ok(), "{hours}");
        assert_eq!(script.count(), 3);
        assert_eq!(client.clock_offset().as_hours(), hours);
        let asked = script.asked.lock().unwrap();
        let signed_at = asked[2].headers()["x-amz-date"]
            .to_str()
            .unwrap()
            .to_owned();
        let expected = theirs.strftime("%Y%m%dT%H").to_string();
        assert!(signed_at.starts_with(&expected), "{signed_at} {expected}");
    }
}

/// At the start several calls are under way before the first answer shows the service's clock.
#[tokio::test(start_paused = true)]
async fn calls_that_were_signed_before_the_clock_was_known_are_sent_again() {
    let theirs = START.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(20);
    let date = theirs.strftime("%a,%d %b %Y %H:%M:%S GMT").to_string();
    let refused: Vec<Sent> = (0..3).map(|_| skewed(&date)).collect();
    let script = Script::by(refused, |_| good());
    let client = ksc(&script);
    let things = ReadThings::default();
    let calls = futures_util::future::join_all((0..3).map(|_| client.call(&things)));
    for called in calls.await {
        called.unwrap();
    }
    assert_eq!(script.count(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_refused_signature_with_equal_clocks_is_a_wrong_key() {
    let script = Script::new([skewed("Sun, 22 Nov 2026 03:00:20 GMT")]);
    let client = ksc(&script);
    let error = client.call(&ReadThings::default()).await.unwrap_err();
    assert_eq!(error.class, Class::Credentials);
    assert!(error.message.raw().contains("agrees with ours"), "{error}");
    assert!(client.clock_offset().is_zero());
    // A change is not sent again, but the next call has the right time.
    let script = Script::new([skewed("Sun, 22 Nov 2026 05:00:00 GMT"), good()]);
    let client = ksc(&script);
    let error = client.call(&ChangeThings::default()).await.unwrap_err();
    assert_eq!(
        (error.class, error.outcome_unknown),
        (Class::ClockSkew, false)
    );
    assert!(client.call(&ReadThings::default()).await.is_ok());
}

/// An identity service that hands out numbered tokens, and a service that takes those not revoked.
struct Huawei {
    logins: AtomicUsize,
    login_works: std::sync::atomic::AtomicBool,
    revoked: AtomicUsize,
}

fn huawei(state: &Arc<Huawei>) -> Arc<Script> {
    let state = Arc::clone(state);
    Script::by([], move |request| {
        if request.uri().host() == Some("iam.example") {
            if !state.login_works.load(Ordering::SeqCst) {
                return answer(503, &[], "");
            }
            let number = state.logins.fetch_add(1, Ordering::SeqCst) + 1;
            let body = r#"{"token":{"issued_at":"2019-02-12T06:52:13.855000Z","expires_at":"2019-02-13T06:52:13.855000Z",
                "project":{"id":"p1","name":"cn-north-4","domain":{"id":"d1","name":"d"}},
                "user":{"id":"u1","name":"u","domain":{"id":"d1","name":"d"}}}}"#;
            return answer(
                201,
                &[("X-Subject-Token", &format!("token-{number}"))],
                body,
            );
        }
        let token = request.headers()["x-auth-token"].to_str().unwrap();
        let number: usize = token.strip_prefix("token-").unwrap().parse().unwrap();
        if number <= state.revoked.load(Ordering::SeqCst) {
            return answer(
                401,
                &[],
                r#"{"error_code":"APIGW.0301","error_msg":"token expires"}"#,
            );
        }
        good()
    })
}

fn site() -> (Arc<Huawei>, Arc<Script>, Client) {
    let state = Arc::new(Huawei {
        logins: AtomicUsize::new(0),
        login_works: true.into(),
        revoked: AtomicUsize::new(0),
    });
    let script = huawei(&state);
    let client = client(SystemId::HuaweiCoc, password(), &script);
    (state, script, client)
}

async fn many(client: &Client) -> usize {
    let calls = (0..64).map(|_| client.call(&ReadHuawei {}));
    join_all(calls).await.into_iter().flatten().count()
}

#[tokio::test(start_paused = true)]
async fn sixty_four_callers_log_in_once() {
    let (state, _, client) = site();
    assert_eq!(many(&client).await, 64);
    assert_eq!(state.logins.load(Ordering::SeqCst), 1);
    let identity = client.identity().await.unwrap().unwrap();
    assert_eq!(
        (
            identity.user_id.as_str(),
            identity.project_id.as_str(),
            identity.domain_id.as_str()
        ),
        ("u1", "p1", "d1")
    );
    // Revoked early: one renewal, one further request for each reader.
    state.revoked.store(1, Ordering::SeqCst);
    assert_eq!(many(&client).await, 64);
    assert_eq!(state.logins.load(Ordering::SeqCst), 2);
    // A change is not sent again, but the next one has a new token.
    state.revoked.store(2, Ordering::SeqCst);
    assert_eq!(
        client.call(&ChangeHuawei {}).await.unwrap_err().class,
        Class::Credentials
    );
    assert!(client.call(&ChangeHuawei {}).await.is_ok());
    assert_eq!(state.logins.load(Ordering::SeqCst), 3);
    // Revoked at once, every time: no endless circle.
    state.revoked.store(usize::MAX, Ordering::SeqCst);
    assert_eq!(
        client.call(&ReadHuawei {}).await.unwrap_err().class,
        Class::Credentials
    );
    assert_eq!(state.logins.load(Ordering::SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn tokens_are_renewed_before_they_lapse() {
    let (state, _, client) = site();
    assert_eq!(many(&client).await, 64);
    tokio::time::sleep(Duration::from_secs(22 * 3600)).await;
    assert_eq!(many(&client).await, 64);
    assert_eq!(state.logins.load(Ordering::SeqCst), 1);
    // From 23 hours on in the background; while that fails, the old one is used.
    state.login_works.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    for _ in 0..55 {
        assert_eq!(many(&client).await, 64);
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    state.login_works.store(true, Ordering::SeqCst);
    assert_eq!(many(&client).await, 64);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(state.logins.load(Ordering::SeqCst), 2);
    // Lapsed while nobody looked: all wait for one.
    tokio::time::sleep(Duration::from_secs(30 * 3600)).await;
    assert_eq!(many(&client).await, 64);
    assert_eq!(state.logins.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failed_login_is_told_to_all_and_tried_again_later() {
    let (state, script, client) = site();
    state.login_works.store(false, Ordering::SeqCst);
    assert_eq!(many(&client).await, 0);
    assert_eq!(script.count(), 3, "one login, tried three times");
    let error = client.call(&ChangeHuawei {}).await.unwrap_err();
    assert_eq!(
        (error.class, error.outcome_unknown),
        (Class::Unavailable, false)
    );
    state.login_works.store(true, Ordering::SeqCst);
    assert_eq!(many(&client).await, 64);
}

#[tokio::test(start_paused = true)]
async fn a_login_survives_those_who_waited_for_it() {
    let (state, _, client) = site();
    assert!(client.call(&ReadHuawei {}).now_or_never().is_none());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(state.logins.load(Ordering::SeqCst), 1);
    assert!(client.call(&ReadHuawei {}).await.is_ok());
    assert_eq!(state.logins.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_missing_project_is_looked_up_once() {
    let projects = |body: &str| answer(200, &[], body);
    let one = r#"{"projects":[{"id":"p9","name":"cn-north-4"},{"id":"p8","name":"cn-north-4_sub"}],"links":null}"#;
    let script = Script::new([projects(one), good(), good()]);
    let client = client(SystemId::HuaweiCoc, key(), &script);
    assert!(client.call(&ReadHuawei {}).await.is_ok());
    assert!(client.call(&ReadHuawei {}).await.is_ok());
    let asked = script.asked.lock().unwrap();
    assert_eq!(
        asked[0].uri(),
        "http://iam.example/v3/projects?name=cn-north-4"
    );
    assert_eq!(asked[1].headers()["x-project-id"], "p9");
    assert!(
        asked[1].headers()["authorization"]
            .to_str()
            .unwrap()
            .contains("x-project-id")
    );
    assert_eq!(asked[2].headers()["x-project-id"], "p9");
}

#[tokio::test(start_paused = true)]
async fn explanations_hold_no_secret() {
    let script = Script::new([]);
    let client = ksc(&script);
    let entry = Entry::of::<ChangeThings>();
    let explained = client
        .explain(&entry, &json!({"Password": "canary-input"}))
        .await
        .unwrap();
    let all = format!("{explained}\n{}\n{explained:?}", explained.curl());
    assert!(!all.contains("canary"), "{all}");
    assert!(
        all.contains("Signature=<signature>") && all.contains("<session-token>"),
        "{all}"
    );
    assert!(explained.to_sign.starts_with("AWS4-HMAC-SHA256\n"), "{all}");
    assert!(
        explained
            .curl()
            .starts_with("curl -X GET 'http://service.example/?Action=ChangeThings"),
        "{all}"
    );
    let client = self::client(SystemId::HuaweiCoc, password(), &script);
    let explained = client
        .explain(&Entry::of::<ReadHuawei>(), &json!({}))
        .await
        .unwrap();
    assert!(
        explained
            .headers
            .contains(&("x-auth-token".into(), "<token>".into())),
        "{explained}"
    );
    assert_eq!(script.count(), 0);
}

/// Credentials of a helper program that is slow, counted.
struct Helper(AtomicUsize, Result<Credentials, String>);

impl CredentialSource for Helper {
    fn ready(&self) -> Option<Credentials> {
        None
    }

    fn load(&self) -> Result<Credentials, String> {
        self.0.fetch_add(1, Ordering::SeqCst);
        self.1.clone()
    }
}

#[tokio::test]
async fn credentials_are_fetched_once_and_their_lack_is_explained() {
    let script = Script::by([], |_| good());
    let transport: Arc<dyn Transport> = Arc::<Script>::clone(&script);
    let helper = Arc::new(Helper(AtomicUsize::new(0), Ok(key())));
    let source: Arc<dyn CredentialSource> = Arc::<Helper>::clone(&helper);
    let client = Client::new(
        connection(SystemId::KscMonitor),
        source,
        Arc::clone(&transport),
        Clock::System,
    );
    let calls = (0..8).map(|_| client.call(&ReadThings { which: None }));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(helper.0.load(Ordering::SeqCst), 1);
    let missing = Helper(AtomicUsize::new(0), Err("set WATCHKEEPER_P_SECRET".into()));
    let client = Client::new(
        connection(SystemId::KscMonitor),
        Arc::new(missing),
        transport,
        Clock::System,
    );
    let error = client.call(&ReadThings { which: None }).await.unwrap_err();
    assert_eq!(error.class, Class::Credentials);
    assert!(error.message.raw().contains("WATCHKEEPER_P_SECRET"));
    assert_eq!(script.count(), 8);
}
