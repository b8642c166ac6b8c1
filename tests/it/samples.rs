//! What is asked for so that samples are known, read off the requests: as little as possible, in questions that the
//! service takes, and within its limits.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::transport::{Transport, TransportError};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::metric::{Series, SeriesKey, Statistic, Window};
use watchkeeper::domain::query::{Facts, Priority, Query, Want};
use watchkeeper::domain::text::SafeText;
use watchkeeper::fetch::{self, Arrival};
use watchkeeper::sim::Sim;
use watchkeeper::sim::estate::{Cloud, Role};
use watchkeeper::sim::scenario::{FleetSpec, Scenario};

const NOW: &str = "2026-11-21T19:12:00Z";
const CPU: &str = "cpu.utilization.total";

/// A request for samples, as it left.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    at: Timestamp,
    batch: bool,
    /// Instances and metrics.
    series: Vec<(String, String)>,
    start: Timestamp,
    end: Timestamp,
}

impl Asked {
    /// `None` when the request is not one for a product's samples.
    fn of(request: &Request<Bytes>, at: Timestamp) -> Option<Self> {
        let query = request.uri().query().unwrap_or_default();
        let word = |name: &str| {
            let pair = query.split('&').find_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                (key == name).then_some(value)
            })?;
            Some(pair.replace("%3A", ":"))
        };
        // Beijing's wall clock with a false Z.
        let instant = |text: &str| {
            let wall: Timestamp = text.parse().expect("an instant");
            wall - Duration::from_secs(8 * 3600)
        };
        let body: Json = serde_json::from_slice(request.body()).unwrap_or_default();
        let text = |value: &Json| value.as_str().expect("a text").to_owned();
        match word("Action")?.as_str() {
            "GetMetricStatisticsBatch" => Some(Self {
                at,
                batch: true,
                series: body["Metrics"]
                    .as_array()
                    .expect("metrics")
                    .iter()
                    .map(|one| (text(&one["InstanceID"]), text(&one["MetricName"])))
                    .collect(),
                start: instant(&text(&body["StartTime"])),
                end: instant(&text(&body["EndTime"])),
            }),
            "GetMetricStatistics" => Some(Self {
                at,
                batch: false,
                series: vec![(word("InstanceID")?, word("MetricName")?)],
                start: instant(&word("StartTime")?),
                end: instant(&word("EndTime")?),
            }),
            _ => None,
        }
    }

    fn minutes(&self) -> i64 {
        (self.end.as_second() - self.start.as_second()) / 60 + 1
    }

    fn points(&self) -> i64 {
        self.minutes() * i64::try_from(self.series.len()).expect("few")
    }
}

/// The simulator behind a gateway that writes down what is asked for, and finds large questions too large.
struct Gateway {
    inner: Arc<dyn Transport>,
    clock: Clock,
    asked: Mutex<Vec<Asked>>,
    most_points: Mutex<i64>,
}

impl Transport for Gateway {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let asked = Asked::of(&request, self.clock.now());
        let is_too_much = asked
            .as_ref()
            .is_some_and(|asked| asked.points() > *self.most_points.lock().unwrap());
        self.asked.lock().unwrap().extend(asked);
        if !is_too_much {
            return self.inner.send(request);
        }
        let words = json!({
            "requestid": "7106664e-bce9-4871-b5df-9cf6e25ce142",
            "error": {
                "type": "sender",
                "code": "InvalidParameterRequestInformation",
                "message": "Request information is too large",
            },
        });
        let mut response = Response::new(Bytes::from(words.to_string()));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        let kind = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert("content-type", kind);
        Box::pin(std::future::ready(Ok(response)))
    }
}

struct Place {
    sim: Arc<Sim>,
    clock: Clock,
    gateway: Arc<Gateway>,
    client: Arc<Client>,
}

impl Place {
    fn with(scenario: Scenario, clock: Clock) -> Self {
        let sim = Sim::new(scenario, clock.clone());
        let (connection, credentials) = sim
            .connections("http://127.0.0.1:8790")
            .into_iter()
            .find(|(connection, _)| connection.account.id.system == SystemId::KscMonitor)
            .unwrap();
        let gateway = Arc::new(Gateway {
            inner: sim.transport(),
            clock: clock.clone(),
            asked: Mutex::default(),
            most_points: Mutex::new(i64::MAX),
        });
        let transport = Arc::clone(&gateway) as Arc<dyn Transport>;
        let client = Client::new(connection, Arc::new(credentials), transport, clock.clone());
        Self {
            sim,
            clock,
            gateway,
            client: Arc::new(client),
        }
    }

    fn demo() -> Self {
        let scenario = Scenario::load("demo").unwrap();
        Self::with(scenario, Clock::manual(NOW.parse().unwrap()))
    }

    fn account(&self) -> AccountId {
        self.client.account().id.clone()
    }

    fn key(&self, machine: &str, metric: &str) -> SeriesKey {
        self.sim.with_estate(|estate| {
            let machine = estate.machine(machine).unwrap();
            SeriesKey::new("KEC", machine.id_in(Cloud::Ksc).unwrap(), metric)
        })
    }

    async fn series(
        &self,
        keys: &[SeriesKey],
        window: Window,
    ) -> (Vec<Arc<Series>>, Vec<SafeText>) {
        let query = Query::Series {
            account: self.account(),
            keys: keys.to_vec().into(),
            statistic: Statistic::Average,
            period: 60,
            window,
        };
        match (self.client.system().answer)(&self.client, &query).await {
            Ok(Facts::Series { series, problems }) => (series, problems),
            other => panic!("{other:?}"),
        }
    }

    /// What was asked for since the last time.
    fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.gateway.asked.lock().unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn many_series_of_a_namespace_are_one_question() {
    let place = Place::demo();
    let machines: Vec<String> = place.sim.with_estate(|estate| {
        let all = estate.machines.iter();
        let ours = all.filter(|machine| machine.id_in(Cloud::Ksc).is_some());
        let names = ours.map(|machine| machine.name.clone());
        names.filter(|name| name.starts_with("web")).collect()
    });
    let metrics = [CPU, "memory.utilization.total", "net.if.in", "net.if.out"];
    let keys: Vec<SeriesKey> = machines
        .iter()
        .flat_map(|name| metrics.map(|metric| place.key(name, metric)))
        .take(200)
        .collect();
    assert!(keys.len() > 12, "{machines:?}");
    let (series, _) = place.series(&keys, Window::Last(900)).await;
    let asked = place.asked();
    assert_eq!(series.len(), keys.len());
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].series.len(), keys.len());
}

/// So many series: four metrics of each machine.
fn watched(place: &Place, count: usize) -> Vec<SeriesKey> {
    let ids: Vec<String> = place.sim.with_estate(|estate| {
        let all = estate.machines.iter();
        all.filter_map(|machine| machine.id_in(Cloud::Ksc).map(str::to_owned))
            .collect()
    });
    let metrics = [CPU, "memory.utilization.total", "net.if.in", "net.if.out"];
    let keys = ids
        .iter()
        .flat_map(|id| metrics.map(|metric| SeriesKey::new("KEC", id, metric)));
    let keys: Vec<SeriesKey> = keys.take(count).collect();
    assert_eq!(keys.len(), count);
    keys
}

/// The last hour has 59 minutes of samples: the service is two minutes late. A batch takes 200 series, 6,000 points and
/// half an hour (11), so two batches hold 200 series; one by one the same would be 200 calls. What is held is not asked
/// for again: then one batch brings the end.
#[tokio::test(start_paused = true)]
async fn the_last_hour_of_many_series_is_read_in_batches_and_that_of_a_few_one_by_one() {
    let mut scenario = Scenario::load("quiet").unwrap();
    scenario.fleet.push(FleetSpec {
        name: "many".to_owned(),
        count: 100,
        role: Role::Web,
        clouds: vec![Cloud::Ksc],
        application: "many".to_owned(),
        agents_offline: 0,
    });
    for (count, batches, later) in [(400, 4, 2), (200, 2, 1), (9, 2, 1), (8, 0, 1), (1, 0, 1)] {
        let [place, singly] =
            [(); 2].map(|()| Place::with(scenario.clone(), Clock::manual(NOW.parse().unwrap())));
        let keys = watched(&place, count);
        let (series, problems) = place.series(&keys, Window::Last(3600)).await;
        assert_eq!(problems, []);
        assert_eq!(series.len(), count);
        let longest = series.iter().map(|one| one.samples.len()).max();
        assert_eq!(longest, Some(59), "{count}");
        for one in &series {
            let (alone, _) = singly
                .series(std::slice::from_ref(&one.key), Window::Last(3600))
                .await;
            assert_eq!(alone, [Arc::clone(one)]);
        }
        let asked = place.asked();
        let one_by_one = if batches == 0 { count } else { 0 };
        assert_eq!(
            asked.iter().filter(|one| one.batch).count(),
            batches,
            "{count}"
        );
        assert_eq!(
            asked.iter().filter(|one| !one.batch).count(),
            one_by_one,
            "{count}"
        );
        assert!(asked.iter().all(|one| one.points() <= 6000), "{asked:?}");
        assert!(
            asked
                .iter()
                .filter(|one| one.batch)
                .all(|one| one.minutes() <= 30)
        );
        // The newest part comes first.
        let ends: Vec<Timestamp> = asked.iter().map(|one| one.end).collect();
        assert!(ends.is_sorted_by(|one, next| one >= next), "{asked:?}");
        place.clock.advance(Duration::from_secs(60));
        let (series, _) = place.series(&keys, Window::Last(3600)).await;
        let longest = series.iter().map(|one| one.samples.len()).max();
        assert_eq!(longest, Some(59), "{count}");
        let asked = place.asked();
        assert_eq!(asked.len(), later, "{asked:?}");
        assert!(
            asked.iter().all(|one| one.batch && one.minutes() < 10),
            "{asked:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_asked_in_parts_and_nobody_sees_an_error() {
    let whole = Place::demo();
    let place = Place::demo();
    let keys = ["web-01", "web-02", "web-03", "web-04"].map(|name| place.key(name, CPU));
    for (window, most) in [
        (Window::Last(900), 20),
        (Window::Last(6 * 3600), 100),
        (Window::Between(1_795_260_000, 1_795_280_000), 64),
    ] {
        *place.gateway.most_points.lock().unwrap() = most;
        let (series, problems) = place.series(&keys, window).await;
        let asked = place.asked();
        assert_eq!(problems, [], "{window:?}");
        assert!(asked.iter().any(|one| one.points() > most), "{asked:?}");
        assert!(asked.iter().filter(|one| one.points() <= most).count() > 2);
        assert_eq!(series, whole.series(&keys, window).await.0, "{window:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_failed_in_part_brings_the_rest() {
    let place = Place::demo();
    let keys = [
        place.key("web-01", CPU),
        place.key("web-01", "net.if.inl"),
        place.key("web-02", CPU),
    ];
    for minute in 0..3 {
        let (series, problems) = place.series(&keys, Window::Last(900)).await;
        let known: BTreeSet<&SeriesKey> = series.iter().map(|series| &series.key).collect();
        assert_eq!(known, BTreeSet::from([&keys[0], &keys[2]]));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].raw().contains("net.if.inl"), "{problems:?}");
        let asked = place.asked();
        let wide = asked.iter().filter(|one| one.minutes() > 13).count();
        assert!(asked.len() <= 2, "{minute}: {asked:?}");
        assert!(wide <= 1, "{minute}: {asked:?}");
        place.clock.advance(Duration::from_secs(60));
    }
}

/// 180 batches of 200 series with the published limit, on a clock that is moved by waiting alone. The simulator checks
/// every signature and refuses the call that is one too many, so a pace that is too fast is an error here.
#[tokio::test(start_paused = true)]
async fn a_sweep_of_36000_series_keeps_to_the_limit_and_needs_one_window_of_it() {
    let mut scenario = Scenario::load("quiet").unwrap();
    scenario.fleet.push(FleetSpec {
        name: "sweep".to_owned(),
        count: 3000,
        role: Role::Web,
        clouds: vec![Cloud::Ksc],
        application: "sweep".to_owned(),
        agents_offline: 0,
    });
    let place = Place::with(scenario, Clock::follow_tokio(NOW.parse().unwrap()));
    let ids: Vec<String> = place.sim.with_estate(|estate| {
        let all = estate.machines.iter();
        let ours = all.filter(|machine| machine.name.starts_with("sweep-"));
        ours.filter_map(|machine| machine.id_in(Cloud::Ksc).map(str::to_owned))
            .collect()
    });
    let names = [
        CPU,
        "system.cpu.load",
        "memory.utilization.total",
        "vfs.fs.size",
        "disk.read.bytes",
        "disk.write.bytes",
        "net.if.in",
        "net.if.out",
        "net.if.in[eth0,packets]",
        "net.if.out[eth0,packets]",
        "net.tcp.established",
        "http.requests",
    ];
    let keys: Vec<SeriesKey> = ids
        .iter()
        .flat_map(|id| names.map(|name| SeriesKey::new("KEC", id, name)))
        .take(36_000)
        .collect();
    assert_eq!(keys.len(), 36_000);
    let wants: Vec<Want> = keys
        .chunks(200)
        .map(|keys| Want {
            query: Query::Series {
                account: place.account(),
                keys: keys.to_vec().into(),
                statistic: Statistic::Average,
                period: 60,
                window: Window::Last(240),
            },
            priority: Priority::Visible,
            every: Duration::from_secs(3600),
        })
        .collect();
    let begun = place.clock.now();
    let clients = vec![Arc::clone(&place.client)];
    let (handle, mut inbox) = fetch::spawn(clients, place.clock.clone(), 1);
    handle.watch(wants);
    let (mut answered, mut known) = (0, 0);
    while answered < 180 {
        let Arrival::Fresh(updates) = inbox.next().await.expect("the task goes on") else {
            continue;
        };
        for update in updates {
            match update.result {
                Ok(Facts::Series { series, problems }) => {
                    assert_eq!(problems, []);
                    answered += 1;
                    known += series.len();
                }
                other => panic!("{other:?}"),
            }
        }
    }
    let took = place.clock.now().duration_since(begun);
    let asked = place.asked();
    assert_eq!((known, asked.len()), (36_000, 180));
    assert!(asked.iter().all(|one| one.batch && one.series.len() == 200));
    // A fifth of the limit is kept for changes, whatever the screen wants.
    for (index, one) in asked.iter().enumerate() {
        let minute = asked.iter().skip(index).take_while(|other| {
            other.at.duration_since(one.at) < jiff::SignedDuration::from_secs(60)
        });
        assert!(minute.count() <= 144);
    }
    // One published window: what is kept for clocks that run differently costs nothing here.
    assert_eq!(took.as_secs(), 60, "{took:?}");
}
