//! The simulator as its clients see it: the ordinary client, real signatures, time that runs only when somebody waits.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value as Json, json};
use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::huawei_coc::ops::BESIDES;
use watchkeeper::cloud::{SYSTEMS, operation};
use watchkeeper::domain::account::SystemId;
use watchkeeper::domain::action::{Action, NewOrder, Target};
use watchkeeper::domain::alarm::AlarmPolicy;
use watchkeeper::domain::error::Class;
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::script::{Rotation, RunStatus};
use watchkeeper::sim::scenario::Scenario;
use watchkeeper::sim::{Sim, handled_ids};

const BASE: &str = "http://127.0.0.1:18443";

/// A running scenario and one client for each system.
struct Night {
    sim: Arc<Sim>,
    clients: Vec<Client>,
}

impl Night {
    fn of(scenario: &str) -> Self {
        let scenario = Scenario::load(scenario).unwrap();
        let clock = Clock::follow_tokio(scenario.start.unwrap());
        let sim = Sim::new(scenario, clock.clone());
        let clients = sim
            .connections(BASE)
            .into_iter()
            .map(|(connection, credentials)| {
                Client::new(
                    connection,
                    Arc::new(credentials),
                    sim.transport(),
                    clock.clone(),
                )
            })
            .collect();
        Self { sim, clients }
    }

    fn client(&self, system: SystemId) -> &Client {
        self.clients
            .iter()
            .find(|client| client.account().id.system == system)
            .unwrap()
    }

    async fn ask(&self, query: Query) -> Facts {
        let client = self.client(query.account().system);
        (client.system().answer)(client, &query).await.unwrap()
    }

    async fn policies(&self) -> Vec<AlarmPolicy> {
        let account = self.client(SystemId::KscMonitor).account().id.clone();
        match self.ask(Query::Policies(account)).await {
            Facts::Policies(policies) => policies,
            other => panic!("{other:?}"),
        }
    }

    async fn call(&self, id: &str, input: Json) -> Result<Json, Class> {
        let entry = operation(id).unwrap();
        let reply = self
            .client(entry.system().unwrap())
            .call_raw(entry, input)
            .await;
        reply.map(|reply| reply.output).map_err(|error| error.class)
    }
}

fn firing(policies: &[AlarmPolicy]) -> Vec<&str> {
    policies
        .iter()
        .flat_map(|policy| &policy.firing)
        .map(|firing| firing.instance.name.raw())
        .collect()
}

/// The same harmless question to each system.
fn questions() -> [(&'static str, Json); 4] {
    [
        ("ksc-monitor.list_alarm_policy", json!({})),
        (
            "tencent-monitor.describe_metrics",
            json!({"namespace": "qce/cvm"}),
        ),
        (
            "huawei-esm.query_device_alarms",
            json!({"begin_time": "1795000000000", "end_time": "1795300000000", "page_size": 10, "offset_value": 0}),
        ),
        ("huawei-coc.list_scripts", json!({"limit": 10})),
    ]
}

#[test]
fn every_declared_operation_is_carried_out() {
    let declared: BTreeSet<_> = SYSTEMS
        .iter()
        .flat_map(|system| system.operations)
        .chain(BESIDES)
        .map(|entry| entry.id)
        .collect();
    let handled: BTreeSet<_> = handled_ids().into_iter().collect();
    assert_eq!(declared, handled);
}

#[tokio::test(start_paused = true)]
async fn a_script_run_through_the_client_silences_the_alarm() {
    let night = Night::of("demo");
    let before = night.policies().await;
    assert!(firing(&before).contains(&"web-03"), "{:?}", firing(&before));

    let account = night.client(SystemId::HuaweiCoc).account().id.clone();
    let Facts::Resources(machines) = night.ask(Query::Resources(account.clone())).await else {
        panic!("machines");
    };
    let machine = machines
        .iter()
        .find(|machine| machine.name.raw() == "web-03")
        .unwrap();
    let Facts::Scripts(scripts) = night.ask(Query::Scripts(account.clone())).await else {
        panic!("scripts");
    };
    let script = scripts
        .iter()
        .find(|script| script.name.raw() == "restart_nginx")
        .unwrap();
    let order = NewOrder {
        script: script.id.clone(),
        script_name: script.name.clone(),
        timeout: 300,
        success_rate: 100.0,
        execute_user: "root".into(),
        params: vec![("port".into(), "80".into(), false)],
        batches: vec![vec![Target {
            resource_id: machine.resource_id.raw().to_owned(),
            agent: machine.agent.as_ref().unwrap().raw().to_owned(),
            project: machine.project.raw().to_owned(),
            region: machine.region.raw().to_owned(),
        }]],
        rotation: Rotation::Continue,
    };
    let client = night.client(SystemId::HuaweiCoc);
    let action = Action::RunScript(account.clone(), order);
    let receipt = (client.system().act)(client, &action).await.unwrap();
    let id = receipt.created.unwrap();

    tokio::time::sleep(Duration::from_secs(15)).await;
    let Facts::Orders(orders) = night.ask(Query::Order(account, id)).await else {
        panic!("orders");
    };
    assert_eq!(orders[0].status, RunStatus::Finished);
    let host = &orders[0].batches[0].hosts[0];
    assert!(
        host.output.raw().ends_with("exit code 0"),
        "{}",
        host.output.raw()
    );

    // Samples arrive two minutes late, and a rule looks at three of them.
    tokio::time::sleep(Duration::from_secs(300)).await;
    let after = night.policies().await;
    assert_eq!(firing(&after), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_night_is_quiet() {
    let night = Night::of("quiet");
    assert_eq!(firing(&night.policies().await), [""; 0]);
    let account = night.client(SystemId::HuaweiEsm).account().id.clone();
    let Facts::Alarms(alarms) = night.ask(Query::Alarms(account)).await else {
        panic!("alarms");
    };
    assert_eq!(alarms, []);
}

#[tokio::test(start_paused = true)]
async fn the_announcement_names_things_that_exist() {
    let night = Night::of("demo");
    let told = night.sim.announcement(BASE);
    let ksc = &told["ksc"];
    let metrics = night
        .call(
            "ksc-monitor.list_metrics",
            json!({
                "Namespace": ksc["namespace"], "InstanceID": ksc["instance_id"],
                "MetricName": ksc["metric"], "PageIndex": 1,
            }),
        )
        .await
        .unwrap();
    assert!(
        metrics
            .to_string()
            .contains(ksc["metric"].as_str().unwrap())
    );
    let policy = night
        .call(
            "ksc-monitor.describe_alarm_policy",
            json!({"PolicyId": ksc["policy_id"]}),
        )
        .await
        .unwrap();
    assert!(policy.to_string().contains("CPU over 90 %"));
    let coc = &told["huawei_coc"];
    let projects = night
        .call("huawei-coc.iam_list_projects", json!({}))
        .await
        .unwrap();
    assert_eq!(projects["projects"][0]["id"], coc["project_id"]);
    let now = night.client(SystemId::HuaweiCoc).now().as_millisecond();
    let alarm = json!({
        "integration_key": coc["integration_key"], "alarmId": "1", "alarmName": "n", "alarmLevel": "Critical",
        "time": now, "nameSpace": "x", "applicationId": coc["application_id"], "alarmDesc": "d", "alarmSource": "s",
    });
    night
        .call("huawei-coc.report_custom_alarm", alarm)
        .await
        .unwrap();
    let kept = night.sim.with_estate(|estate| estate.custom_alarms.clone());
    assert_eq!(kept.len(), 1);
    assert_eq!(
        kept[0].get("integration_key"),
        None,
        "the key is not kept with the alarm"
    );
}

#[tokio::test(start_paused = true)]
async fn an_incident_goes_its_way_and_no_other() {
    let night = Night::of("demo");
    let told = night.sim.announcement(BASE)["huawei_coc"].clone();
    let user = &told["user_id"];
    let created = night
        .call(
            "huawei-coc.create_incident",
            json!({
                "current_cloud_service": [told["application_id"]], "incident_level": "level_20",
                "is_service_interrupt": false, "incident_type": "inc_type_p_function_issues",
                "incident_title": "CPU web-03", "incident_description": "over 90 %",
                "incident_source": "incident_source_manual", "incident_assignee": [user], "creator": user,
            }),
        )
        .await
        .unwrap();
    let number = &created["data"]["incident_num"];
    let accept = json!({"incident_num": number, "operator": user});
    let room = json!({
        "war_room_name": "CPU", "application_id_list": [told["application_id"]], "incident_number": number,
        "schedule_group": [], "war_room_admin": user, "enterprise_project_id": "0",
    });
    let refused = night
        .call("huawei-coc.accept_incident", accept.clone())
        .await;
    assert!(refused.is_err(), "its workflow has not started yet");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let refused = night.call("huawei-coc.create_warroom", room.clone()).await;
    assert!(refused.is_err(), "nobody has accepted it");
    night
        .call("huawei-coc.accept_incident", accept.clone())
        .await
        .unwrap();
    assert!(
        night
            .call("huawei-coc.accept_incident", accept)
            .await
            .is_err()
    );
    let number_of_room = night
        .call("huawei-coc.create_warroom", room.clone())
        .await
        .unwrap();
    assert!(
        night.call("huawei-coc.create_warroom", room).await.is_err(),
        "one WarRoom at a time"
    );
    let commit = json!({
        "incident_num": number, "operator": user,
        "parameter": {
            "mtm_type": "inc_type_p_config_issues", "is_service_interrupt": false, "cause": "c", "solution": "s",
        },
    });
    night
        .call("huawei-coc.commit_incident_solution", commit)
        .await
        .unwrap();
    let confirm = json!({
        "incident_num": number, "operator": user,
        "parameter": {"virtual_confirm_result": true, "virtual_confirm_comment": "calm for five minutes"},
    });
    night
        .call("huawei-coc.confirm_incident", confirm)
        .await
        .unwrap();
    let incident = night
        .call("huawei-coc.get_incident", json!({"incident_num": number}))
        .await
        .unwrap();
    assert_eq!(incident["data"]["status"], "INCIDENT_STATUS_COMPLETED");
    assert_eq!(incident["data"]["warroom_id"], number_of_room["data"]);
    let rooms = json!({"limit": 10, "offset": 0, "incident_num": number});
    let rooms = night.call("huawei-coc.list_warrooms", rooms).await.unwrap();
    assert_eq!(rooms["data"]["list"][0]["war_room_status"]["id"], "20");
}

#[tokio::test(start_paused = true)]
async fn every_system_is_broken_in_its_own_way_on_a_dead_night() {
    let night = Night::of("dead");
    let account = |system| night.client(system).account().id.clone();
    let cases = [
        (
            Query::Policies(account(SystemId::KscMonitor)),
            Class::Network,
        ),
        (
            Query::Metrics {
                account: account(SystemId::TencentMonitor),
                namespace: "qce/cvm".into(),
                instance: String::new(),
            },
            Class::Unavailable,
        ),
        (Query::Alarms(account(SystemId::HuaweiEsm)), Class::Network),
        (
            Query::Scripts(account(SystemId::HuaweiCoc)),
            Class::Unreadable,
        ),
    ];
    for (query, class) in cases {
        let client = night.client(query.account().system);
        let error = (client.system().answer)(client, &query).await.unwrap_err();
        assert_eq!(error.class, class, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn callers_who_ask_too_often_are_refused_until_they_wait() {
    let night = Night::of("throttled");
    for (id, input) in questions() {
        let entry = operation(id).unwrap();
        let client = night.client(entry.system().unwrap());
        let began = client.now();
        let mut refused = 0;
        for _ in 0..30 {
            if let Err(error) = client.call_raw(entry, input.clone()).await {
                assert_eq!(error.class, Class::Throttled, "{id}: {error}");
                refused += 1;
            }
        }
        // The client may also have waited by itself and asked again.
        let waited = client.now().duration_since(began).as_secs();
        assert!(refused > 0 || waited > 0, "{id} was never refused");
        tokio::time::sleep(Duration::from_secs(61)).await;
        assert!(
            client.call_raw(entry, input).await.is_ok(),
            "{id} after {refused} refusals"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn strangers_get_each_providers_own_refusal() {
    let night = Night::of("demo");
    let cases = [
        (
            "/?Action=ListAlarmPolicy&Version=2021-01-01",
            403,
            "MissingAuthenticationToken",
        ),
        (
            "/?Action=Nope&Version=2021-01-01",
            403,
            "MissingAuthenticationToken",
        ),
        ("/v2/index.php?Action=DescribeMetrics", 200, "\"code\":4000"),
        ("/v1/job/scripts?limit=1", 401, "APIGW.0301"),
        ("/v1/no/such/path", 404, "APIGW.0101"),
        ("/v3/projects", 401, "{\"error\":{\"code\":401"),
        (
            "/rest/dataapi/homs/open-api/v1/DeviceAlarm/info",
            401,
            "APIG.0301",
        ),
        ("/rest/dataapi/homs/open-api/v1/nothing", 404, "APIG.0101"),
        ("/favicon.ico", 404, "404 page not found"),
    ];
    for (path, status, words) in cases {
        let request = Request::get(format!("{BASE}{path}")).header("host", "127.0.0.1:18443");
        let response = night.sim.handle(request.body(Bytes::new()).unwrap()).await;
        let body = String::from_utf8_lossy(response.body()).into_owned();
        assert_eq!(
            response.status(),
            StatusCode::from_u16(status).unwrap(),
            "{path}: {body}"
        );
        assert!(body.contains(words), "{path}: {body}");
        assert!(response.headers().contains_key("date"), "{path}");
    }
}
