//! Questions and actions of the two Huawei systems, against a service that answers from a script: what is asked, how
//! often, and what comes of answers that are not as they should be.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use serde_json::{Value as Json, json};
use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::transport::{Transport, TransportError};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::action::{Action, NewIncident, NewOrder, Receipt, Solution, Target};
use watchkeeper::domain::connection::{Account, AppCodes, Connection, Credentials};
use watchkeeper::domain::error::{ApiError, Class};
use watchkeeper::domain::incident::{IncidentStatus, Level};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::script::{OrderStep, Rotation, RunStatus};

const NOW: &str = "2026-11-22T03:00:00Z";

/// What a test looks at of a request.
struct Asked {
    method: String,
    /// Path with query.
    target: String,
    headers: http::HeaderMap,
    body: Json,
}

/// Answers a request: status and body.
type Answer = Box<dyn Fn(&Asked) -> (u16, Json) + Send + Sync>;

/// A service that answers from a script and remembers what it was asked.
struct Scripted {
    answer: Answer,
    asked: Mutex<Vec<Asked>>,
}

impl Scripted {
    fn new(answer: impl Fn(&Asked) -> (u16, Json) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            answer: Box::new(answer),
            asked: Mutex::new(Vec::new()),
        })
    }

    /// The requests so far as `GET /path?query`.
    fn targets(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .map(|one| format!("{} {}", one.method, one.target))
            .collect()
    }

    /// How many requests had this in their target.
    fn count(&self, part: &str) -> usize {
        self.targets()
            .iter()
            .filter(|target| target.contains(part))
            .count()
    }

    fn body(&self, index: usize) -> Json {
        self.asked.lock().unwrap()[index].body.clone()
    }
}

impl Transport for Scripted {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let (head, body) = request.into_parts();
        let asked = Asked {
            method: head.method.to_string(),
            target: head.uri.path_and_query().unwrap().to_string(),
            headers: head.headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        };
        let (status, answer) = (self.answer)(&asked);
        self.asked.lock().unwrap().push(asked);
        let response = Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .header("x-request-id", "request-1")
            .body(Bytes::from(answer.to_string()))
            .unwrap();
        Box::pin(async move { Ok(response) })
    }
}

fn account(system: SystemId) -> AccountId {
    AccountId::new("test", system)
}

fn connection(system: SystemId) -> Connection {
    Connection {
        account: Account {
            id: account(system),
            region: "cn-north-4".into(),
            read_only: false,
            production: false,
            operator: "7da46971b7e24eed90cf777cc2ff8b91".into(),
            limits: Vec::new(),
        },
        endpoint: Some("https://service.test".into()),
        identity_endpoint: Some("https://identity.test".into()),
        scheme: None,
        project_id: Some("a4a5d4098fb4474fa22cd05f897d6b99".into()),
        project_name: Some("cn-north-4".into()),
        domain_scope: false,
        app_codes: Some(AppCodes {
            app_code: "code-1".into(),
            hcso_app_code: "code-2".into(),
            hcso_domain_id: Some("tenant-1".into()),
        }),
        ca_file: None,
        skip_certificate_checks: false,
    }
}

fn client(service: &Arc<Scripted>) -> Client {
    let credentials = Credentials::AccessKey {
        id: "AK".into(),
        secret: "SK".into(),
        session: None,
    };
    let transport: Arc<dyn Transport> = Arc::clone(service) as Arc<dyn Transport>;
    let clock = Clock::follow_tokio(NOW.parse().unwrap());
    Client::new(connection(COC), Arc::new(credentials), transport, clock)
}

async fn ask(client: &Client, query: Query) -> Result<Facts, ApiError> {
    (client.system().answer)(client, &query).await
}

async fn act(client: &Client, action: Action) -> Result<Receipt, ApiError> {
    (client.system().act)(client, &action).await
}

fn ok(data: impl Into<Json>) -> (u16, Json) {
    let data = data.into();
    (
        200,
        json!({"provider_code": "049", "error_code": "GOM.00000000", "error_msg": null, "data": data}),
    )
}

fn refused(code: &str, message: &str) -> (u16, Json) {
    (400, json!({"error_code": code, "error_msg": message}))
}

fn incident(number: &str, status: &str, created: &str) -> Json {
    let created: jiff::Timestamp = created.parse().unwrap();
    json!({"incident_num": number, "incident_title": "t", "status": status, "incident_level": "level_10",
           "create_time": created.as_millisecond(), "current_cloud_service": ["app"]})
}

const COC: SystemId = SystemId::HuaweiCoc;

#[tokio::test(start_paused = true)]
async fn scripts_are_read_page_by_page() {
    let service = Scripted::new(|asked| {
        let last = if asked.target.contains("marker=901") {
            900
        } else {
            1000
        };
        let rows = if last == 900 { 3 } else { 100 };
        let row =
            |n: i64| json!({"id": last - n, "script_uuid": format!("SC{}", last - n), "name": "n"});
        (
            200,
            json!({"data": {"total": 103, "data": (0..rows).map(row).collect::<Vec<_>>()}}),
        )
    });
    let client = client(&service);
    let Facts::Scripts(scripts) = ask(&client, Query::Scripts(account(COC))).await.unwrap() else {
        panic!("not scripts");
    };
    assert_eq!(scripts.len(), 103);
    assert_eq!(
        service.targets(),
        [
            "GET /v1/job/scripts?limit=100",
            "GET /v1/job/scripts?limit=100&marker=901"
        ]
    );
    let asked = service.asked.lock().unwrap();
    assert_eq!(
        asked[0].headers["x-project-id"],
        "a4a5d4098fb4474fa22cd05f897d6b99"
    );
    assert_eq!(asked[0].headers["x-language"], "en-us");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_repeats_its_page_is_not_asked_for_ever() {
    let service = Scripted::new(|_| {
        let row = |n: i64| json!({"id": n, "script_uuid": format!("SC{n}")});
        (
            200,
            json!({"data": {"total": 1000, "data": (0..100).map(row).collect::<Vec<_>>()}}),
        )
    });
    let client = client(&service);
    ask(&client, Query::Scripts(account(COC))).await.unwrap();
    assert_eq!(service.targets().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_missing_incident_does_not_spoil_the_others() {
    let service = Scripted::new(|asked| match asked.target.rsplit('/').next().unwrap() {
        "IM2" => refused("COC.00067003", "no such ticket"),
        number => ok(incident(number, "INCIDENT_STATUS_TRIGGERED", NOW)),
    });
    let client = client(&service);
    let query = |numbers: &[&str]| {
        Query::Incidents(
            account(COC),
            numbers.iter().map(|number| (*number).into()).collect(),
        )
    };
    let Facts::Incidents(found) = ask(&client, query(&["IM1", "IM2", "IM3"])).await.unwrap() else {
        panic!("not incidents");
    };
    let numbers: Vec<_> = found.iter().map(|incident| incident.id.raw()).collect();
    assert_eq!(numbers, ["IM1", "IM3"]);
    assert_eq!(found[0].status, IncidentStatus::Triggered);
    let error = ask(&client, query(&["IM2"])).await.unwrap_err();
    assert_eq!(error.class, Class::NotFound);
    assert_eq!(error.operation, "huawei-coc.get_incident");
    assert_eq!(error.request_id.unwrap().raw(), "request-1");
}

#[tokio::test(start_paused = true)]
async fn trouble_that_concerns_all_incidents_is_an_error() {
    let service = Scripted::new(|asked| {
        if asked.target.ends_with("IM2") {
            (
                403,
                json!({"error_code": "APIGW.0302", "error_msg": "not allowed"}),
            )
        } else {
            ok(incident("IM1", "INCIDENT_STATUS_TRIGGERED", NOW))
        }
    });
    let client = client(&service);
    let query = Query::Incidents(account(COC), vec!["IM1".into(), "IM2".into()]);
    assert_eq!(ask(&client, query).await.unwrap_err().class, Class::Denied);
}

#[tokio::test(start_paused = true)]
async fn a_fresh_incident_is_accepted_as_soon_as_the_service_lets_it() {
    let refusals = Mutex::new(VecDeque::from([(); 2]));
    let service = Scripted::new(move |asked| {
        if asked.method == "GET" {
            ok(incident(
                "IM1",
                "INCIDENT_STATUS_TRIGGERED",
                "2026-11-22T02:59:59Z",
            ))
        } else if refusals.lock().unwrap().pop_front().is_some() {
            refused("GOM.00007256", "the workflow has not started")
        } else {
            ok(Json::Null)
        }
    });
    let client = client(&service);
    let receipt = act(&client, Action::AcceptIncident(account(COC), "IM1".into()))
        .await
        .unwrap();
    assert_eq!(receipt.summary.raw(), "incident IM1 accepted");
    assert_eq!(service.count("/handle"), 3);
    assert_eq!(
        service.body(0),
        json!({"operate_key": "acceptedIncident1", "incident_num": "IM1", "operator": "7da46971b7e24eed90cf777cc2ff8b91"})
    );
}

#[tokio::test(start_paused = true)]
async fn an_old_or_accepted_incident_is_refused_once() {
    for (status, created) in [
        ("INCIDENT_STATUS_TRIGGERED", "2026-11-22T02:00:00Z"),
        ("INCIDENT_STATUS_ACKNOWLEDGED", NOW),
    ] {
        let service = Scripted::new(move |asked| {
            if asked.method == "GET" {
                ok(incident("IM1", status, created))
            } else {
                refused("GOM.00007256", "not in this state")
            }
        });
        let client = client(&service);
        let error = act(&client, Action::AcceptIncident(account(COC), "IM1".into()))
            .await
            .unwrap_err();
        assert_eq!(error.class, Class::Conflict);
        assert_eq!(service.count("/handle"), 1, "{status} {created}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_an_acceptance_is_not_repeated() {
    let service = Scripted::new(|_| {
        (
            504,
            json!({"error_code": "APIGW.0201", "error_msg": "Backend timeout."}),
        )
    });
    let client = client(&service);
    let error = act(&client, Action::AcceptIncident(account(COC), "IM1".into()))
        .await
        .unwrap_err();
    assert!(error.outcome_unknown);
    assert_eq!(service.targets().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_incident_is_created_for_whoever_creates_it() {
    let service = Scripted::new(|_| ok(json!({"incident_num": "IM202403221515060171753781"})));
    let client = client(&service);
    let new = NewIncident {
        title: "支付网关超时".into(),
        description: "since 10:58".into(),
        level: Level::P2,
        kind: "inc_type_p_reliability_issues".into(),
        source: "incident_source_manual".into(),
        service: "65659ae2f42bf80e5f3f0635".into(),
        region: None,
        interrupted: true,
        assignee: None,
    };
    let receipt = act(&client, Action::CreateIncident(account(COC), new))
        .await
        .unwrap();
    assert_eq!(receipt.created.unwrap().raw(), "IM202403221515060171753781");
    assert_eq!(receipt.request_id.unwrap().raw(), "request-1");
    let body = service.body(0);
    assert_eq!(body["incident_level"], "level_20");
    assert_eq!(body["is_service_interrupt"], true);
    assert_eq!(
        body["incident_assignee"],
        json!(["7da46971b7e24eed90cf777cc2ff8b91"])
    );
    assert_eq!(body.get("region"), None);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_inside_a_success_is_an_error() {
    let service = Scripted::new(|_| {
        (
            200,
            json!({"provider_code": "049", "error_code": "GOM.00007256", "error_msg": "no", "data": null}),
        )
    });
    let client = client(&service);
    let action = Action::ConfirmIncident {
        account: account(COC),
        incident: "IM1".into(),
        solved: true,
        comment: "looks good".into(),
    };
    assert_eq!(
        act(&client, action).await.unwrap_err().class,
        Class::Conflict
    );
}

#[tokio::test(start_paused = true)]
async fn a_solution_of_an_interruption_says_from_when_to_when() {
    let service = Scripted::new(|asked| match asked.method.as_str() {
        "GET" => ok(incident(
            "IM1",
            "INCIDENT_STATUS_ACKNOWLEDGED",
            "2026-11-22T02:30:00Z",
        )),
        _ => ok(Json::Null),
    });
    let client = client(&service);
    let solution = Solution {
        kind: "inc_type_p_config_issues".into(),
        interrupted: true,
        cause: "c".into(),
        solution: "s".into(),
    };
    act(
        &client,
        Action::CommitSolution(account(COC), "IM1".into(), solution),
    )
    .await
    .unwrap();
    let parameter = service.body(1)["parameter"].clone();
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert_eq!(parameter["start_time"], at("2026-11-22T02:30:00Z"));
    assert_eq!(parameter["fault_recovery_time"], at(NOW));
}

fn order_service() -> Arc<Scripted> {
    Scripted::new(|asked| {
        let path = asked.target.split('?').next().unwrap();
        let host = |n: i64| {
            json!({"id": n, "status": if n == 1 { "ABNORMAL" } else { "FINISHED" }, "message": "out",
                   "target_instance": {"resource_id": format!("r{n}"), "properties": {"host_name": format!("web-{n}")}}})
        };
        let hosts = match asked.target.rsplit("marker=").next().unwrap() {
            "0" => (1..=10).map(host).collect::<Vec<_>>(),
            "10" => vec![host(11)],
            _ => Vec::new(),
        };
        (
            200,
            match path.rsplit('/').next().unwrap() {
                "SCT1" => json!({"data": {"execute_uuid": "SCT1", "status": "PROCESSING",
                                      "properties": {"script_name": "restart", "current_execute_batch_index": 1}}}),
                "batches" => json!({"data": [
                    {"batch_index": 2, "total_instances": 0, "rotation_strategy": "CONTINUE"},
                    {"batch_index": 1, "total_instances": 11, "rotation_strategy": "PAUSE"},
                ]}),
                "1" => {
                    json!({"data": {"batch_index": 1, "total_instances": 11, "execute_instances": hosts}})
                }
                "2" => {
                    json!({"data": {"batch_index": 2, "total_instances": 0, "execute_instances": []}})
                }
                "statistics" => json!({"data": {"total_instance": 1, "execute_statistics": [
                {"instance_status": "READY", "instance_count": 1, "batch_indexes": [1]}]}}),
                _ => json!({"data": {"total": 2, "data": [
                    {"order_id": 2, "execute_uuid": "SCT1", "order_name": "restart", "status": "PROCESSING"},
                    {"order_id": 1, "execute_uuid": "SCT0", "order_name": "restart", "status": "FINISHED"},
                ]}}),
            },
        )
    })
}

#[tokio::test(start_paused = true)]
async fn an_order_comes_with_all_its_machines() {
    let service = order_service();
    let client = client(&service);
    let Facts::Orders(orders) = ask(&client, Query::Order(account(COC), "SCT1".into()))
        .await
        .unwrap()
    else {
        panic!("not orders");
    };
    let order = &orders[0];
    assert_eq!(order.name.raw(), "restart");
    let sizes: Vec<_> = order
        .batches
        .iter()
        .map(|batch| (batch.index, batch.hosts.len()))
        .collect();
    assert_eq!(sizes, [(1, 11), (2, 0)]);
    assert_eq!(order.batches[0].hosts[10].name.raw(), "web-11");
    let failed = order
        .counts
        .iter()
        .find(|count| count.status == RunStatus::Abnormal)
        .unwrap();
    assert_eq!((failed.count, failed.batches.as_slice()), (1, &[1][..]));
}

#[tokio::test(start_paused = true)]
async fn orders_that_run_are_counted_and_others_are_not() {
    let service = order_service();
    let client = client(&service);
    let Facts::Orders(orders) = ask(&client, Query::Orders(account(COC))).await.unwrap() else {
        panic!("not orders");
    };
    assert_eq!(orders[0].counts[0].count, 1);
    assert!(orders[1].counts.is_empty());
    assert_eq!(service.count("/statistics"), 1);
    let since = "2026-11-15T03:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_millisecond();
    assert_eq!(
        service.targets()[0],
        format!("GET /v1/job/script/orders?limit=100&start_time={since}")
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_shows_its_secrets_to_nobody_but_the_service() {
    let action = |secret: &str| {
        Action::RunScript(
            account(COC),
            NewOrder {
                script: "SC1".into(),
                script_name: "rotate key".into(),
                timeout: 300,
                success_rate: 100.0,
                execute_user: "root".into(),
                params: vec![("key".into(), secret.into(), true)],
                batches: vec![vec![Target {
                    resource_id: "r1".into(),
                    agent: "a1".into(),
                    project: "p1".into(),
                    region: "cn-north-4".into(),
                }]],
                rotation: Rotation::Continue,
            },
        )
    };
    let service = Scripted::new(|_| (200, json!({"data": "SCT1"})));
    let client = client(&service);
    let receipt = act(&client, action("hunter2")).await.unwrap();
    assert_eq!(
        receipt.summary.raw(),
        "order SCT1 runs rotate key on 1 machines"
    );
    assert_eq!(
        service.body(0)["execute_param"]["script_params"][0]["param_value"],
        "hunter2"
    );
    // A value that is too long is refused without being quoted.
    let error = act(&client, action(&"hunter2".repeat(200)))
        .await
        .unwrap_err();
    assert_eq!(error.class, Class::Invalid);
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert_eq!(service.targets().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn steps_of_an_order_carry_their_companions() {
    let service = Scripted::new(|_| (200, json!({"data": "SCT1"})));
    let client = client(&service);
    for (step, body) in [
        (OrderStep::Pause, json!({"operation_type": "PAUSE_ORDER"})),
        (
            OrderStep::Continue,
            json!({"operation_type": "CONTINUE_ORDER"}),
        ),
        (OrderStep::Cancel, json!({"operation_type": "CANCEL_ORDER"})),
        (
            OrderStep::SkipBatch(2),
            json!({"operation_type": "SKIP_BATCH", "batch_index": 2}),
        ),
        (
            OrderStep::CancelHost(383),
            json!({"operation_type": "CANCEL_INSTANCE", "instance_id": 383}),
        ),
    ] {
        act(
            &client,
            Action::OperateOrder(account(COC), "SCT1".into(), step),
        )
        .await
        .unwrap();
        let last = service.targets().len() - 1;
        assert_eq!(service.body(last), body);
    }
}

#[tokio::test(start_paused = true)]
async fn warrooms_are_asked_for_with_limit_and_offset() {
    let service = Scripted::new(|asked| {
        let row =
            |n: i64| json!({"war_room_num": format!("WR{n}"), "incident": {"incident_id": "IM1"}});
        let offset = asked.body["offset"].as_i64().unwrap();
        let rows = if offset == 0 { 200 } else { 5 };
        ok(json!({"list": (0..rows).map(|n| row(offset + n)).collect::<Vec<_>>(), "total": 205}))
    });
    let client = client(&service);
    let Facts::WarRooms(rooms) = ask(&client, Query::WarRooms(account(COC))).await.unwrap() else {
        panic!("not WarRooms");
    };
    assert_eq!(rooms.len(), 205);
    assert_eq!(service.body(0)["limit"], 200);
    assert_eq!(service.body(1)["offset"], 200);
}

#[tokio::test(start_paused = true)]
async fn an_empty_object_is_not_an_empty_list() {
    let service = Scripted::new(|_| (200, json!({})));
    let client = client(&service);
    for query in [
        Query::Scripts(account(COC)),
        Query::Script(account(COC), "SC1".into()),
        Query::Orders(account(COC)),
        Query::Order(account(COC), "SCT1".into()),
        Query::Resources(account(COC)),
    ] {
        let error = ask(&client, query.clone()).await.unwrap_err();
        assert_eq!(error.class, Class::Unreadable, "{query:?}");
    }
}

const ESM: SystemId = SystemId::HuaweiEsm;

/// An ESM site that has these rows by list and state.
fn site(rows: fn(&str, &str) -> (u16, Json)) -> Arc<Scripted> {
    Scripted::new(move |asked| {
        let list = if asked.target.contains("CloudService") {
            "service"
        } else {
            "device"
        };
        let cleared = if asked.target.contains("cleared=1") {
            "1"
        } else {
            "0"
        };
        rows(list, cleared)
    })
}

fn site_client(service: &Arc<Scripted>) -> Client {
    let transport: Arc<dyn Transport> = Arc::new(WithToken(Arc::clone(service)));
    let credentials = Credentials::Password {
        user: "user".into(),
        password: "password".into(),
        domain: "domain".into(),
    };
    let clock = Clock::follow_tokio(NOW.parse().unwrap());
    Client::new(connection(ESM), Arc::new(credentials), transport, clock)
}

/// Hands out a token before it lets the script answer.
struct WithToken(Arc<Scripted>);

impl Transport for WithToken {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if request.uri().path() != "/v3/auth/tokens" {
            return self.0.send(request);
        }
        let body = json!({"token": {"expires_at": "2026-11-23T03:00:00Z", "user": {"id": "u"}}});
        let response = Response::builder()
            .status(201)
            .header("content-type", "application/json")
            .header("x-subject-token", "TOKEN")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        Box::pin(async move { Ok(response) })
    }
}

fn rows(list: &str, cleared: &str) -> (u16, Json) {
    let row = |csn: &str, severity: &str, latest: &str| {
        json!({"csn": csn, "alarm_name": "a", "severity": severity, "cleared": cleared,
               "latest_occur_utc": latest, "first_occur_utc": "1795312800000"})
    };
    let rows = match (list, cleared) {
        ("service", "0") => vec![
            row("1", "1", "1795316400000"),
            row("2", "4", "1795312800000"),
        ],
        ("service", _) => vec![row("2", "4", "1795312800001")],
        (_, "0") => vec![row("1", "2", "1795316400001")],
        _ => Vec::new(),
    };
    (200, json!({"total": rows.len().to_string(), "list": rows}))
}

async fn alarms(service: &Arc<Scripted>) -> Result<Vec<(String, bool)>, ApiError> {
    match ask(&site_client(service), Query::Alarms(account(ESM))).await? {
        Facts::Alarms(alarms) => Ok(alarms
            .into_iter()
            .map(|alarm| (alarm.id.raw().to_owned(), alarm.cleared))
            .collect()),
        other => panic!("not alarms: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn alarms_of_both_lists_are_told_apart_and_an_ended_one_is_there_once() {
    let service = site(rows);
    let found = alarms(&service).await.unwrap();
    assert_eq!(
        found,
        [
            ("device/1".to_owned(), false),
            ("service/1".to_owned(), false),
            ("service/2".to_owned(), true),
        ]
    );
    assert_eq!(service.targets().len(), 4);
    let asked = service.asked.lock().unwrap();
    for (name, value) in [
        ("x-auth-token", "TOKEN"),
        ("x-apig-appcode", "code-1"),
        ("x-hcso-appcode", "code-2"),
        ("x-hcso-domainid", "tenant-1"),
    ] {
        assert!(asked.iter().all(|one| one.headers[name] == value), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_a_site_does_not_offer_is_left_out() {
    let missing = (
        404,
        json!({"error_code": "APIG.0101", "error_msg": "The API does not exist"}),
    );
    let service = Scripted::new({
        let missing = missing.clone();
        move |asked| {
            if asked.target.contains("DeviceAlarm") {
                missing.clone()
            } else {
                rows("service", "0")
            }
        }
    });
    assert_eq!(alarms(&service).await.unwrap().len(), 2);
    let service = Scripted::new(move |_| missing.clone());
    assert_eq!(alarms(&service).await.unwrap_err().class, Class::NotOffered);
}
