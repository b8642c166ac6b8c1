//! All operations of Kingsoft Cloud Monitor with every signature scheme and in both formats of answers: the same
//! questions get the same typed answers, whatever the way.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderValue, Request, Response};
use serde_json::{Value as Json, json};
use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::declare::Operation;
use watchkeeper::cloud::ksc_monitor::ops;
use watchkeeper::cloud::system;
use watchkeeper::cloud::transport::{Transport, TransportError};
use watchkeeper::domain::account::SystemId;
use watchkeeper::sim::Sim;
use watchkeeper::sim::estate::Cloud;
use watchkeeper::sim::scenario::Scenario;

/// 03:12 in Beijing.
const NOW: &str = "2026-11-21T19:12:00Z";
const SCHEMES: [&str; 3] = ["sigv4", "sigv4-query", "ksc-simple"];

/// Asks for answers in this format, and insists that they come in it.
struct Wants {
    inner: Arc<dyn Transport>,
    kind: &'static str,
}

impl Transport for Wants {
    fn send(
        &self,
        mut request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let accept = HeaderValue::from_static(self.kind);
        request.headers_mut().insert("accept", accept);
        Box::pin(async {
            let response = self.inner.send(request).await?;
            let first = response
                .body()
                .iter()
                .find(|byte| !byte.is_ascii_whitespace());
            let is_xml = first == Some(&b'<');
            assert_eq!(is_xml, self.kind.ends_with("xml"), "{response:?}");
            Ok(response)
        })
    }
}

/// A client of a fresh simulator.
fn client(scheme: &str, kind: &'static str) -> (Arc<Sim>, Client) {
    let clock = Clock::manual(NOW.parse().unwrap());
    let sim = Sim::new(Scenario::load("demo").unwrap(), clock.clone());
    let (mut connection, credentials) = sim
        .connections("http://127.0.0.1:8790")
        .into_iter()
        .find(|(connection, _)| connection.account.id.system == SystemId::KscMonitor)
        .unwrap();
    connection.scheme = Some(scheme.to_owned());
    let inner = sim.transport();
    let transport = Arc::new(Wants { inner, kind });
    let client = Client::new(connection, Arc::new(credentials), transport, clock);
    (sim, client)
}

/// What tells one answer from another one without meaning anything, and what only JSON has.
fn essence(mut answer: Json) -> Json {
    fn strip(value: &mut Json) {
        match value {
            Json::Object(members) => {
                // The two formats write names in different cases.
                let named = std::mem::take(members).into_iter();
                members.extend(named.map(|(name, value)| (name.to_lowercase(), value)));
                members.retain(|name, value| {
                    !name.contains("requestid") && name != "unixtimestamp" && !value.is_null()
                });
                members.values_mut().for_each(strip);
                members.retain(|_, value| value.as_object().is_none_or(|inner| !inner.is_empty()));
            }
            Json::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut answer);
    answer
}

async fn call<O: Operation>(client: &Client, input: Json, all: &mut Vec<(&'static str, Json)>) {
    let ask: O = serde_json::from_value(input).unwrap();
    let answer = client.call(&ask).await;
    let answer = answer.unwrap_or_else(|error| panic!("{}: {error:?}", O::ID));
    let output = serde_json::to_value(answer.output).unwrap();
    all.push((O::ID, essence(output)));
}

/// Every operation once, with what exists in the demo.
async fn everything(scheme: &str, kind: &'static str) -> Vec<(&'static str, Json)> {
    let (sim, client) = client(scheme, kind);
    let (machine, cluster, custom, person, group) = sim.with_estate(|estate| {
        let machine = estate.machine("web-03").unwrap();
        (
            machine.id_in(Cloud::Ksc).unwrap().to_owned(),
            estate.clusters[0].id.clone(),
            estate.custom[0].clone(),
            estate.contacts[0].id,
            estate.groups[0].id,
        )
    });
    let dimensions: Vec<&String> = custom.dimensions.iter().collect();
    let (start, end) = ("2026-11-22T02:55:00Z", "2026-11-22T03:09:00Z");
    let cpu = "cpu.utilization.total";
    let of_cluster = |more: Json| {
        let mut input = json!({
            "Namespace": "KCE",
            "Dimensions.N.Name": ["ClusterId"],
            "Dimensions.N.Value": [cluster],
        });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    let mut all = Vec::new();
    macro_rules! ask {
        ($($operation:ident: $input:expr;)*) => {
            $(call::<ops::$operation>(&client, $input, &mut all).await;)*
        };
    }
    ask! {
        ListMetrics: json!({"Namespace": "KEC", "InstanceId": machine, "PageIndex": 1, "PageSize": 5});
        GetMetricStatistics: json!({
            "Namespace": "KEC", "InstanceID": machine, "MetricName": cpu, "StartTime": start, "EndTime": end,
            "Period": 60, "Aggregate": "Average,Max,Min"
        });
        GetMetricStatisticsBatch: json!({
            "Namespace": "KEC", "StartTime": start, "EndTime": end, "Period": 60, "Aggregate": ["Average"],
            "Metrics": [
                {"InstanceID": machine, "MetricName": cpu},
                {"InstanceID": machine, "MetricName": "no.such.metric"}
            ]
        });
        PutMetricData: json!({"Points": [{
            "namespace": "shop & co", "metricname": "延迟", "timestamp": "2026-11-21T19:10:00Z", "value": 1.5,
            "dimensions": ["service=checkout", "zone=a b"], "unit": "Milliseconds"
        }]});
        ListCustomMetrics: json!({"namespace": "shop & co"});
        GetCustomMetricStatistics: json!({
            "namespace": custom.namespace, "metricName": custom.metric, "dimensions": dimensions, "period": 60,
            "method": "avg", "startTime": "2026-11-21T18:55:00Z", "endTime": "2026-11-21T19:09:00Z"
        });
        ListKceMetrics: of_cluster(json!({"PageIndex": 1}));
        GetKceMetricStatistics: of_cluster(json!({
            "MetricName": "cluster.cpu.usage", "StartTime": start, "EndTime": end, "Period": 300, "Aggregate": "Average"
        }));
        ListAlarmPolicy: json!({"PageIndex": 1, "PageSize": 3});
        DescribeAlarmPolicy: json!({"PolicyId": 20001});
        DescribePolicyObject: json!({"PolicyId": 20002, "PageIndex": 2, "PageSize": 50});
        NewAlarmPolicy: json!({
            "PolicyName": "p & q=1", "NameSpace": custom.namespace, "MetricName": custom.metric, "Cycles": 3,
            "Op": ">=", "ThreshHold": 0.95, "Period": 5, "Method": "avg",
            "ContactList": [{"ContactId": person, "ContactWay": 3, "ContactFlag": 2}]
        });
        AddAlarmReceives: json!({
            "PolicyId": 20001, "ContactFlag": 2, "ContactWay": 1, "ContactId": [person]
        });
        DescribeAlarmReceives: json!({"PolicyId": 20001});
        DeleteAlarmReceives: json!({"PolicyId": 20001, "ContactFlag": 2, "ContactId": [person]});
        GetUserGroup: json!({});
        GetAlertUser: json!({"UserGrpId": [group]});
        UpdateAlertUserStatus: json!({"UserId": [person], "UserStatus": 2});
    }
    all
}

#[tokio::test(start_paused = true)]
async fn every_operation_says_the_same_with_every_scheme_and_in_both_formats() {
    let expected = everything("sigv4", "application/json").await;
    let asked: Vec<&str> = expected.iter().map(|(id, _)| *id).collect();
    for entry in system(SystemId::KscMonitor).operations {
        assert!(asked.contains(&entry.id), "{} is not asked", entry.id);
    }
    assert_eq!(asked.len(), 18);
    // What is asked for is there: an answer with nothing in it would be equal to any other such answer.
    for (id, answer) in &expected {
        let silent = [
            "put_metric_data",
            "new_alarm_policy",
            "add_alarm_receives",
            "delete_alarm_receives",
        ];
        let is_silent = silent.iter().any(|name| id.ends_with(name));
        assert!(is_silent || answer.to_string().len() > 60, "{id}: {answer}");
    }
    for scheme in SCHEMES {
        for kind in ["application/json", "application/xml"] {
            let got = everything(scheme, kind).await;
            for ((id, want), (_, got)) in expected.iter().zip(&got) {
                assert_eq!(got, want, "{id} with {scheme} as {kind}");
            }
        }
    }
}
