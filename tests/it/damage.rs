//! Whatever a site sends in place of a field: the row stays, and what came is told. Every field of every list of the
//! site is damaged in every way, one at a time.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response, Uri};
use serde_json::{Value as Json, json};

use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::transport::{Transport, TransportError};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::metric::Window;
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::sim::Sim;
use watchkeeper::sim::scenario::Scenario;

/// The demo without limits on calls.
const SCENARIO: &str = r#"
like = "demo"

[[limit]]
system = "huawei-esm"
calls = 1000000
seconds = 1
"#;

/// What stands in the damaged field, where it is text of some kind.
const MARK: char = '⚑';

/// One damage: the field is gone when there is no value.
#[derive(Debug, Clone)]
struct Damage {
    field: String,
    value: Option<Json>,
}

/// A way to the simulator on which the first row of each list is damaged.
struct Way {
    behind: Arc<dyn Transport>,
    damage: Mutex<Option<Damage>>,
    /// Are all rows damaged?
    all: AtomicBool,
    /// Names of the fields that came.
    seen: Mutex<BTreeSet<String>>,
    /// What the simulator answered, and what it says: from one question to the next only the damage differs.
    answers: Mutex<HashMap<(Uri, Bytes), Answered>>,
}

type Answered = (Response<Bytes>, Option<Json>);

impl Way {
    /// The undamaged answer.
    async fn answer(&self, request: Request<Bytes>) -> Result<Answered, TransportError> {
        let key = (request.uri().clone(), request.body().clone());
        let known = self.answers.lock().unwrap().get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let response = self.behind.send(request).await?;
        let said = serde_json::from_slice(response.body()).ok();
        let answered = (response, said);
        self.answers.lock().unwrap().insert(key, answered.clone());
        Ok(answered)
    }

    fn spoil(&self, body: &Bytes, said: Option<Json>) -> Bytes {
        let Some(mut json) = said else {
            return body.clone();
        };
        let Some(rows) = json["list"].as_array_mut() else {
            return body.clone();
        };
        let count = if self.all.load(Ordering::Relaxed) {
            rows.len()
        } else {
            1
        };
        for row in rows.iter_mut().take(count).filter_map(Json::as_object_mut) {
            self.seen.lock().unwrap().extend(row.keys().cloned());
            if let Some(damage) = &*self.damage.lock().unwrap()
                && row.contains_key(&damage.field)
            {
                match &damage.value {
                    Some(value) => row[&damage.field] = value.clone(),
                    None => drop(row.remove(&damage.field)),
                }
            }
        }
        serde_json::to_vec(&json).unwrap().into()
    }
}

impl Transport for Way {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async {
            let (response, said) = self.answer(request).await?;
            Ok(response.map(|body| self.spoil(&body, said)))
        })
    }
}

struct Site {
    client: Client,
    account: AccountId,
    way: Arc<Way>,
}

impl Site {
    fn new() -> Self {
        let clock = Clock::follow_tokio("2026-11-22T02:00:00Z".parse().unwrap());
        let scenario = Scenario::parse("test", SCENARIO).unwrap();
        let sim = Sim::new(scenario, clock.clone());
        let (connection, credentials) = sim
            .connections("http://127.0.0.1:1")
            .into_iter()
            .find(|(connection, _)| connection.account.id.system == SystemId::HuaweiEsm)
            .unwrap();
        let way = Arc::new(Way {
            behind: sim.transport(),
            damage: Mutex::new(None),
            all: AtomicBool::new(false),
            seen: Mutex::default(),
            answers: Mutex::default(),
        });
        let account = connection.account.id.clone();
        let transport = Arc::clone(&way) as Arc<dyn Transport>;
        let client = Client::new(connection, Arc::new(credentials), transport, clock);
        Self {
            client,
            account,
            way,
        }
    }

    /// The answer, and how many rows it has.
    async fn ask(&self, query: &Query) -> (Facts, usize) {
        let answer = self.client.answer(query).await;
        let facts = answer.unwrap_or_else(|error| {
            let damage = self.way.damage.lock().unwrap().clone();
            panic!("{query:?} {damage:?}: {error}")
        });
        let rows = match &facts {
            Facts::Alarms(alarms) => alarms.len(),
            Facts::Capacity { pools, .. } => pools.len(),
            Facts::Audit { entries, .. } => entries.len(),
            Facts::Assets(assets) => assets.len(),
            Facts::SiteHosts(hosts) => hosts.len(),
            Facts::HostedVms(hosted) => hosted.len(),
            Facts::Series { series, .. } => series.len(),
            other => panic!("no list: {other:?}"),
        };
        (facts, rows)
    }

    /// Damages every field of a list in every way. `told`: what came has to be told, too.
    async fn survives(&self, query: Query, told: bool) {
        self.way.seen.lock().unwrap().clear();
        let (_, whole) = self.ask(&query).await;
        assert!(whole > 0, "{query:?}");
        let fields = std::mem::take(&mut *self.way.seen.lock().unwrap());
        assert!(fields.len() > 4, "{query:?}: {fields:?}");
        for field in fields {
            let damages = [
                None,
                Some(json!(null)),
                Some(json!("")),
                Some(json!(true)),
                Some(json!(-7)),
                Some(json!(format!("{MARK} odd"))),
                Some(json!({ "odd": MARK.to_string() })),
                Some(json!([MARK.to_string()])),
            ];
            for value in damages {
                let damage = Damage {
                    field: field.clone(),
                    value: value.clone(),
                };
                *self.way.damage.lock().unwrap() = Some(damage.clone());
                let (facts, rows) = self.ask(&query).await;
                assert!(rows >= whole, "{query:?} {damage:?}: {rows} of {whole}");
                let is_marked = value.is_some_and(|value| value.to_string().contains(MARK));
                if told && is_marked && !format!("{facts:?}").contains(MARK) {
                    // The row may be an older one of the same thing: then all of them tell.
                    self.way.all.store(true, Ordering::Relaxed);
                    let (facts, _) = self.ask(&query).await;
                    let facts = format!("{facts:?}");
                    assert!(facts.contains(MARK), "{query:?} {damage:?} is not told");
                    self.way.all.store(false, Ordering::Relaxed);
                }
            }
        }
        *self.way.damage.lock().unwrap() = None;
    }
}

#[tokio::test(start_paused = true)]
async fn no_damage_hides_an_alarm() {
    let site = Site::new();
    site.survives(Query::Alarms(site.account.clone()), true)
        .await;
}

#[tokio::test(start_paused = true)]
async fn no_damage_hides_a_pool() {
    let site = Site::new();
    site.survives(Query::Capacity(site.account.clone()), true)
        .await;
}

#[tokio::test(start_paused = true)]
async fn no_damage_hides_a_deed() {
    let site = Site::new();
    let query = Query::Audit(site.account.clone(), Window::Last(3600));
    site.survives(query, true).await;
}

#[tokio::test(start_paused = true)]
async fn no_damage_hides_a_device_or_a_host() {
    let site = Site::new();
    site.survives(Query::Assets(site.account.clone()), true)
        .await;
    site.survives(Query::SiteHosts(site.account.clone()), true)
        .await;
    let query = Query::SiteHosts(site.account.clone());
    let (Facts::SiteHosts(hosts), _) = site.ask(&query).await else {
        panic!("no hosts");
    };
    let query = Query::HostedVms(site.account.clone(), hosts[0].id.clone());
    site.survives(query, true).await;
}

/// One sample less is no row less.
#[tokio::test(start_paused = true)]
async fn no_damage_hides_a_series() {
    let site = Site::new();
    site.survives(Query::Network(site.account.clone()), false)
        .await;
}
