//! Questions to the two monitoring systems, answered by the simulator in memory: what an engineer gets to see, and
//! how many calls it takes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderValue, Request, Response};
use serde_json::Value as Json;
use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::transport::{Transport, TransportError};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::alarm::{Alarm, AlarmPolicy, Severity};
use watchkeeper::domain::error::Class;
use watchkeeper::domain::metric::{Series, SeriesKey, Statistic, Window};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::text::SafeText;
use watchkeeper::sim::Sim;
use watchkeeper::sim::estate::Cloud;
use watchkeeper::sim::scenario::Scenario;

const NOW: &str = "2026-11-21T19:12:00Z";

/// Counts what goes through, and asks for XML where a test wants it.
struct Counting {
    inner: Arc<dyn Transport>,
    asked: Mutex<Vec<String>>,
    /// So many questions for samples are refused as too large.
    too_large: Mutex<usize>,
    /// Sizes of the answers.
    bytes: Arc<Mutex<Vec<usize>>>,
    xml: bool,
}

impl Transport for Counting {
    fn send(
        &self,
        mut request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let query = request.uri().query().unwrap_or_default();
        let action = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("Action="));
        self.asked
            .lock()
            .unwrap()
            .push(action.unwrap_or_default().to_owned());
        let mut too_large = self.too_large.lock().unwrap();
        if *too_large > 0 && action.is_some_and(|action| action.starts_with("GetMetricStatistics"))
        {
            *too_large -= 1;
            let body = r#"{"Error":{"Type":"Sender","Code":"InvalidParameterRequestInformation","Message":"Request information is too large"},"RequestId":"1"}"#;
            let refused = Response::builder()
                .status(400)
                .body(Bytes::from_static(body.as_bytes()));
            return Box::pin(async { Ok(refused.unwrap()) });
        }
        if self.xml {
            let accept = HeaderValue::from_static("application/xml");
            request.headers_mut().insert("accept", accept);
        }
        let (sent, bytes) = (self.inner.send(request), Arc::clone(&self.bytes));
        Box::pin(async move {
            let response = sent.await?;
            bytes.lock().unwrap().push(response.body().len());
            Ok(response)
        })
    }
}

struct Stage {
    sim: Arc<Sim>,
    clock: Clock,
    transport: Arc<Counting>,
    client: Client,
}

impl Stage {
    fn of(system: SystemId) -> Self {
        Self::with(system, &Scenario::load("demo").unwrap(), false)
    }

    fn with(system: SystemId, scenario: &Scenario, xml: bool) -> Self {
        let clock = Clock::manual(NOW.parse().unwrap());
        let sim = Sim::new(scenario.clone(), clock.clone());
        let (connection, credentials) = sim
            .connections("http://127.0.0.1:8790")
            .into_iter()
            .find(|(connection, _)| connection.account.id.system == system)
            .unwrap();
        let transport = Arc::new(Counting {
            inner: sim.transport(),
            asked: Mutex::new(Vec::new()),
            bytes: Arc::default(),
            too_large: Mutex::new(0),
            xml,
        });
        let client = Client::new(
            connection,
            Arc::new(credentials),
            Arc::clone(&transport) as Arc<dyn Transport>,
            clock.clone(),
        );
        Self {
            sim,
            clock,
            transport,
            client,
        }
    }

    fn account(&self) -> AccountId {
        self.client.account().id.clone()
    }

    fn id(&self, cloud: Cloud, machine: &str) -> String {
        self.sim.with_estate(|estate| {
            let machine = estate.machine(machine).unwrap();
            machine.id_in(cloud).unwrap().to_owned()
        })
    }

    async fn ask(&self, query: Query) -> Facts {
        let answer = self.client.system().answer;
        match answer(&self.client, &query).await {
            Ok(facts) => facts,
            Err(error) => panic!("{query:?}: {error}"),
        }
    }

    async fn alarms(&self) -> Vec<Alarm> {
        match self.ask(Query::Alarms(self.account())).await {
            Facts::Alarms(alarms) => alarms,
            other => panic!("{other:?}"),
        }
    }

    async fn policies(&self) -> Vec<AlarmPolicy> {
        match self.ask(Query::Policies(self.account())).await {
            Facts::Policies(policies) => policies,
            other => panic!("{other:?}"),
        }
    }

    async fn series(
        &self,
        keys: Vec<SeriesKey>,
        statistic: Statistic,
        period: u32,
        window: Window,
    ) -> (Vec<Arc<Series>>, Vec<SafeText>) {
        let query = Query::Series {
            account: self.account(),
            keys: keys.into(),
            statistic,
            period,
            window,
        };
        match self.ask(query).await {
            Facts::Series { series, problems } => (series, problems),
            other => panic!("{other:?}"),
        }
    }

    /// How many calls went out since the last time, by action.
    fn calls(&self, action: &str) -> usize {
        let asked = self.transport.asked.lock().unwrap();
        asked.iter().filter(|asked| *asked == action).count()
    }

    fn forget_calls(&self) {
        self.transport.asked.lock().unwrap().clear();
    }

    fn all_calls(&self) -> usize {
        self.transport.asked.lock().unwrap().len()
    }
}

#[tokio::test(start_paused = true)]
async fn the_hot_machine_is_an_alarm() {
    let stage = Stage::of(SystemId::KscMonitor);
    let alarms = stage.alarms().await;
    let hot: Vec<&Alarm> = alarms
        .iter()
        .filter(|alarm| alarm.policy == Some(20001))
        .collect();
    assert_eq!(hot.len(), 1, "{alarms:#?}");
    let alarm = hot[0];
    assert_eq!(alarm.resource.raw(), "web-03");
    assert_eq!(alarm.title.raw(), "CPU使用率 > 90%");
    assert_eq!(alarm.severity, Severity::Critical);
    let age = alarm.latest.duration_since(alarm.since).as_secs();
    assert!((300..=420).contains(&age), "since {age} s");
    let threshold = alarm.threshold.as_ref().unwrap();
    assert_eq!(threshold.series.namespace.raw(), "KEC");
    assert_eq!(
        threshold.series.instance.raw(),
        stage.id(Cloud::Ksc, "web-03")
    );
}

#[tokio::test(start_paused = true)]
async fn the_client_and_the_estate_agree_about_what_fires() {
    let stage = Stage::of(SystemId::KscMonitor);
    let policies = stage.policies().await;
    assert_eq!(policies.len(), 9);
    for policy in &policies {
        assert!(policy.unchecked.is_empty(), "{:?}", policy.unchecked);
        let mut seen: Vec<&str> = policy
            .firing
            .iter()
            .map(|firing| firing.instance.name.raw())
            .collect();
        seen.dedup();
        let expected: Vec<String> = stage.sim.with_estate(|estate| {
            let at = estate.now - Duration::from_secs(120);
            let of_estate = estate.policy(policy.id).unwrap();
            let machines = estate.firing(of_estate, at);
            machines
                .iter()
                .map(|machine| machine.name.clone())
                .collect()
        });
        assert_eq!(seen, expected, "{}", policy.name);
    }
    let disk = policies.iter().find(|policy| policy.id == 20002).unwrap();
    assert_eq!(disk.bound.len(), 140);
    assert_eq!(disk.bound_count, 140);
    assert_eq!(disk.receivers.len(), 1);
    assert!(disk.receivers[0].is_group);
    let idle = policies.iter().find(|policy| policy.id == 20007).unwrap();
    assert!(!idle.enabled && idle.firing.is_empty());
}

#[tokio::test(start_paused = true)]
async fn xml_says_the_same_as_json() {
    let json = Stage::of(SystemId::KscMonitor);
    let scenario = Scenario::load("demo").unwrap();
    let xml = Stage::with(SystemId::KscMonitor, &scenario, true);
    assert_eq!(xml.policies().await, json.policies().await);
    assert_eq!(
        xml.ask(Query::Contacts(xml.account())).await,
        json.ask(Query::Contacts(json.account())).await
    );
}

#[tokio::test(start_paused = true)]
async fn a_refresh_of_alarms_and_policies_is_cheap() {
    let stage = Stage::of(SystemId::KscMonitor);
    let _ = tokio::join!(stage.alarms(), stage.policies());
    assert_eq!(stage.calls("ListAlarmPolicy"), 1);
    assert_eq!(stage.calls("DescribeAlarmPolicy"), 9);
    stage.forget_calls();
    // Half a minute later: the rules are known, only samples are read.
    stage.clock.advance(Duration::from_secs(30));
    stage.alarms().await;
    assert_eq!(stage.all_calls(), stage.calls("GetMetricStatisticsBatch"));
    assert!(stage.all_calls() <= 8, "{} calls", stage.all_calls());
    stage.forget_calls();
    // Whoever asks again in the same refresh gets the same answer.
    stage.alarms().await;
    assert_eq!(stage.all_calls(), 0);
    // After five minutes somebody may have changed a rule.
    stage.clock.advance(Duration::from_secs(301));
    stage.alarms().await;
    assert_eq!(stage.calls("ListAlarmPolicy"), 1);
    assert_eq!(stage.calls("ListMetrics"), 0, "the namespace is remembered");
}

#[tokio::test(start_paused = true)]
async fn one_policy_is_read_fresh() {
    let stage = Stage::of(SystemId::KscMonitor);
    let facts = stage.ask(Query::Policy(stage.account(), 20001)).await;
    let Facts::Policies(policies) = facts else {
        panic!("policies")
    };
    assert_eq!(policies[0].firing.len(), 1);
    let answer = stage.client.system().answer;
    let gone = Query::Policy(stage.account(), 1);
    let error = answer(&stage.client, &gone).await.unwrap_err();
    assert_eq!(error.class, Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_ends_when_its_trouble_does() {
    let stage = Stage::of(SystemId::KscMonitor);
    assert!(!stage.alarms().await.is_empty());
    stage.sim.with_estate(|estate| {
        let now = estate.now;
        for trouble in &mut estate.troubles {
            trouble.until = Some(now);
        }
    });
    stage.clock.advance(Duration::from_secs(240));
    assert!(stage.alarms().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_newest_samples_come_in_one_batch_and_history_series_by_series() {
    let stage = Stage::of(SystemId::KscMonitor);
    let keys: Vec<SeriesKey> = ["web-01", "web-02", "web-03"]
        .iter()
        .map(|name| SeriesKey::new("KEC", &stage.id(Cloud::Ksc, name), "cpu.utilization.total"))
        .collect();
    let (series, problems) = stage
        .series(keys.clone(), Statistic::Average, 60, Window::Last(900))
        .await;
    assert_eq!((series.len(), problems.len()), (3, 0));
    assert_eq!(stage.all_calls(), 1);
    let hot = &series.iter().find(|series| series.key == keys[2]).unwrap();
    assert!(hot.last().unwrap().value > 90.0);
    let samples = &hot.samples;
    assert!(samples.windows(2).all(|two| two[1].at - two[0].at == 60));
    // Samples are two minutes late, and the instants are true ones, not Beijing's clock read as UTC.
    let now = stage.client.now().as_second();
    assert!((120..=180).contains(&(now - samples.last().unwrap().at)));

    stage.forget_calls();
    let (day, _) = stage
        .series(keys, Statistic::Max, 300, Window::Last(86_400))
        .await;
    assert_eq!(stage.calls("GetMetricStatistics"), 3);
    assert!(day[0].samples.len() > 280);
    assert_eq!((day[0].period, day[0].statistic), (300, Statistic::Max));
}

#[tokio::test(start_paused = true)]
async fn samples_that_are_held_are_not_asked_for_again() {
    let ksc = |machine| {
        (
            SystemId::KscMonitor,
            Cloud::Ksc,
            "KEC",
            "cpu.utilization.total",
            machine,
        )
    };
    let tencent = (
        SystemId::TencentMonitor,
        Cloud::Tencent,
        "qce/cvm",
        "cpu_usage",
        "api-01",
    );
    for (system, cloud, namespace, metric, machine) in [ksc("web-01"), tencent] {
        let window = Window::Last(6 * 3600);
        let key = |stage: &Stage| SeriesKey::new(namespace, &stage.id(cloud, machine), metric);
        let stage = Stage::of(system);
        stage
            .series(vec![key(&stage)], Statistic::Average, 60, window)
            .await;
        stage.clock.advance(Duration::from_secs(600));
        stage.forget_calls();
        let (held, _) = stage
            .series(vec![key(&stage)], Statistic::Average, 60, window)
            .await;
        assert_eq!(stage.all_calls(), 1);
        assert_eq!(
            stage.calls("GetMetricStatistics"),
            0,
            "history is not read again"
        );
        let answered = stage
            .transport
            .bytes
            .lock()
            .unwrap()
            .last()
            .copied()
            .unwrap();
        assert!(answered < 4000, "{answered} bytes for ten minutes");
        // The same as somebody who has seen nothing yet.
        let other = Stage::of(system);
        other.clock.advance(Duration::from_secs(600));
        let (whole, _) = other
            .series(vec![key(&other)], Statistic::Average, 60, window)
            .await;
        assert!(whole[0].samples.len() > 300);
        assert_eq!(held, whole);
    }
}

#[tokio::test(start_paused = true)]
async fn a_window_that_is_too_large_is_read_in_smaller_ones() {
    let stage = Stage::of(SystemId::KscMonitor);
    let web = stage.id(Cloud::Ksc, "web-01");
    let key = SeriesKey::new("KEC", &web, "cpu.utilization.total");
    let window = Window::Last(6 * 3600);
    *stage.transport.too_large.lock().unwrap() = 2;
    let (series, problems) = stage
        .series(vec![key.clone()], Statistic::Average, 60, window)
        .await;
    assert!(problems.is_empty(), "{problems:?}");
    // The whole and its second half are refused; the first half and two quarters are not.
    assert_eq!(stage.calls("GetMetricStatistics"), 5);
    let other = Stage::of(SystemId::KscMonitor);
    let (whole, _) = other
        .series(vec![key.clone()], Statistic::Average, 60, window)
        .await;
    assert_eq!(series, whole);

    // A batch: fewer series at a time.
    let web = stage.id(Cloud::Ksc, "web-02");
    let keys = vec![key, SeriesKey::new("KEC", &web, "cpu.utilization.total")];
    *stage.transport.too_large.lock().unwrap() = 1;
    let (series, problems) = stage
        .series(keys, Statistic::Max, 60, Window::Last(900))
        .await;
    assert_eq!((series.len(), problems.len()), (2, 0));
    assert_eq!(stage.calls("GetMetricStatisticsBatch"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_metric_that_does_not_exist_leaves_the_others() {
    let stage = Stage::of(SystemId::KscMonitor);
    let web = stage.id(Cloud::Ksc, "web-01");
    let keys = vec![
        SeriesKey::new("KEC", &web, "cpu.utilization.total"),
        SeriesKey::new("KEC", &web, "net.if.inl"),
    ];
    for window in [Window::Last(900), Window::Last(7200)] {
        let (series, problems) = stage
            .series(keys.clone(), Statistic::Average, 60, window)
            .await;
        assert_eq!(series.len(), 1);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].raw().contains("net.if.inl"), "{problems:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_and_contacts_are_listed() {
    let stage = Stage::of(SystemId::KscMonitor);
    let facts = stage
        .ask(Query::Metrics {
            account: stage.account(),
            namespace: "kec".into(),
            instance: stage.id(Cloud::Ksc, "web-01"),
        })
        .await;
    let Facts::Metrics(metrics) = facts else {
        panic!("metrics")
    };
    let cpu = metrics
        .iter()
        .find(|info| info.key.metric.raw() == "cpu.utilization.total")
        .unwrap();
    assert_eq!(cpu.period, Some(60));
    assert_eq!(cpu.unit, Some("%".into()));

    let Facts::Contacts { groups, people } = stage.ask(Query::Contacts(stage.account())).await
    else {
        panic!("contacts")
    };
    let (known_groups, known_people) = stage
        .sim
        .with_estate(|estate| (estate.groups.len(), estate.contacts.len()));
    assert_eq!((groups.len(), people.len()), (known_groups, known_people));
}

#[tokio::test(start_paused = true)]
async fn tencent_answers_samples_of_many_machines_in_one_call() {
    let stage = Stage::of(SystemId::TencentMonitor);
    let keys: Vec<SeriesKey> = (1..=24)
        .map(|index| {
            let id = stage.id(Cloud::Tencent, &format!("api-{index:02}"));
            SeriesKey::new("qce/cvm", &id, "cpu_usage")
        })
        .collect();
    let (series, problems) = stage
        .series(keys.clone(), Statistic::Average, 60, Window::Last(3600))
        .await;
    assert_eq!((series.len(), problems.len()), (24, 0));
    assert_eq!(stage.all_calls(), 1);
    let now = stage.client.now().as_second();
    for series in &series {
        assert_eq!(series.period, 60);
        assert!(series.samples.len() > 50);
        assert!((60..=180).contains(&(now - series.last().unwrap().at)));
    }
    // Anything but the mean is the older operation's business, which knows 300 seconds only.
    stage.forget_calls();
    let few = keys[..2].to_vec();
    let (series, _) = stage
        .series(few, Statistic::Max, 60, Window::Last(3600))
        .await;
    assert_eq!(stage.calls("GetMetricStatistics"), 2);
    assert_eq!(series[0].period, 300);
}

#[tokio::test(start_paused = true)]
async fn tencent_one_unknown_machine_does_not_hide_the_others() {
    let stage = Stage::of(SystemId::TencentMonitor);
    let keys = vec![
        SeriesKey::new("qce/cvm", &stage.id(Cloud::Tencent, "api-01"), "mem_usage"),
        SeriesKey::new("qce/cvm", "ins-gone", "mem_usage"),
    ];
    let (series, problems) = stage
        .series(keys, Statistic::Average, 300, Window::Last(3600))
        .await;
    assert_eq!(series.len(), 1);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].raw().starts_with("ins-gone: "), "{problems:?}");
}

#[tokio::test(start_paused = true)]
async fn tencent_a_period_that_is_not_offered_is_replaced_once() {
    let stage = Stage::of(SystemId::TencentMonitor);
    let key = SeriesKey::new(
        "qce/cvm",
        &stage.id(Cloud::Tencent, "api-01"),
        "wan_intraffic",
    );
    let ask = || {
        stage.series(
            vec![key.clone()],
            Statistic::Average,
            10,
            Window::Last(1800),
        )
    };
    let (series, _) = ask().await;
    assert_eq!(series[0].period, 300);
    assert_eq!(stage.all_calls(), 2);
    stage.forget_calls();
    ask().await;
    assert_eq!(stage.all_calls(), 1, "what was learnt is remembered");
}

#[tokio::test(start_paused = true)]
async fn tencent_lists_metrics_and_has_no_alarms_to_list() {
    let stage = Stage::of(SystemId::TencentMonitor);
    let facts = stage
        .ask(Query::Metrics {
            account: stage.account(),
            namespace: "qce/cvm".into(),
            instance: "ins-1".into(),
        })
        .await;
    let Facts::Metrics(metrics) = facts else {
        panic!("metrics")
    };
    assert!(metrics.len() > 8);
    let answer = stage.client.system().answer;
    let query = Query::Alarms(stage.account());
    let facts = answer(&stage.client, &query).await.unwrap();
    assert!(matches!(facts, Facts::Alarms(list) if list.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn raw_questions_are_answered_and_changes_are_not_questions() {
    let stage = Stage::of(SystemId::KscMonitor);
    let raw = |operation, input: &str| Query::Raw {
        account: stage.account(),
        operation,
        input: input.into(),
    };
    let facts = stage
        .ask(raw("ksc-monitor.list_alarm_policy", r#"{"PageSize": 2}"#))
        .await;
    let Facts::Raw(answer) = facts else {
        panic!("raw")
    };
    let rows = answer
        .pointer("/data/alarmPolicyList")
        .and_then(Json::as_array);
    assert_eq!(rows.map(Vec::len), Some(2));
    assert_eq!(answer["totalCount"], 9);
    let answer = stage.client.system().answer;
    for (operation, input) in [
        ("huawei-coc.list_scripts", ""),
        ("ksc-monitor.list_alarm_policy", "{"),
    ] {
        let query = raw(operation, input);
        let error = answer(&stage.client, &query).await.unwrap_err();
        assert_eq!(error.class, Class::Invalid, "{operation}");
    }
}
