//! The answer to a change is lost at five points, for every change of the response side and a hundred seeds: nothing
//! is carried out twice, whatever is not known is said to be unknown, and what can be read back is settled by reading.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, Request, Response};
use jiff::Timestamp;

use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::transport::{Transport, TransportError};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::action::{
    Action, CustomAlarm, NewIncident, NewOrder, NewWarRoom, Solution, Target,
};
use watchkeeper::domain::alarm::Severity;
use watchkeeper::domain::doubt::{Doubt, Finding, Trace};
use watchkeeper::domain::incident::Level;
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::script::{OrderStep, Rotation};
use watchkeeper::fetch::settle;
use watchkeeper::sim::Sim;
use watchkeeper::sim::estate::{Estate, OrderStatus, Ticket, TicketStatus};
use watchkeeper::sim::scenario::Scenario;

/// Where the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    BeforeConnect,
    AfterConnect,
    AfterTheLastByte,
    AfterTheServerActed,
    InMidAnswer,
}

const POINTS: [Point; 5] = [
    Point::BeforeConnect,
    Point::AfterConnect,
    Point::AfterTheLastByte,
    Point::AfterTheServerActed,
    Point::InMidAnswer,
];

/// Seeds for each point.
const SEEDS: u64 = 100;

/// The way to the simulator, cut for changes.
struct Cut {
    behind: Arc<dyn Transport>,
    point: Point,
    /// Only the first time: whoever sends again gets through.
    once: bool,
    /// Before anything happens.
    delay: Duration,
    cuts: AtomicUsize,
    /// How many changes have reached the service.
    reached: AtomicUsize,
}

fn is_change(request: &Request<Bytes>) -> bool {
    let path = request.uri().path();
    request.method() != Method::GET && !path.ends_with("/list") && !path.contains("/v3/")
}

fn lost(sent: bool) -> TransportError {
    TransportError {
        message: "the connection was cut".to_owned(),
        sent,
        timeout: false,
        too_large: false,
    }
}

impl Transport for Cut {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if !is_change(&request) {
            return self.behind.send(request);
        }
        let through = self.once && self.cuts.fetch_add(1, Ordering::SeqCst) > 0;
        Box::pin(async move {
            tokio::time::sleep(self.delay).await;
            let reaches = matches!(self.point, Point::AfterTheServerActed | Point::InMidAnswer);
            if !through && !reaches {
                return Err(lost(self.point != Point::BeforeConnect));
            }
            self.reached.fetch_add(1, Ordering::SeqCst);
            let response = self.behind.send(request).await?;
            if through {
                return Ok(response);
            }
            // A cut body is noticed on the way, or when it makes no sense.
            if self.point == Point::InMidAnswer && self.once && response.body().len() > 1 {
                let half = response.body().len() / 2;
                return Ok(response.map(|body| body.slice(..half)));
            }
            Err(lost(true))
        })
    }
}

const COC: SystemId = SystemId::HuaweiCoc;

/// Incidents in every state, none with a WarRoom.
fn scenario() -> Scenario {
    let incident = |title: &str, status: &str| {
        format!(
            "[[incident]]\ntitle = \"{title}\"\ndescription = \"d\"\nlevel = \"level_30\"\n\
             type = \"inc_type_p_function_issues\"\nstatus = \"{status}\"\nago = 600\napplication = \"门户\"\n"
        )
    };
    let text = ["TRIGGERED", "ACKNOWLEDGED", "RESOLVED"].map(|status| incident(status, status));
    Scenario::parse("faults", &format!("like = \"demo\"\n{}", text.concat())).unwrap()
}

fn ticket<'e>(estate: &'e Estate, title: &str) -> &'e Ticket {
    let mut tickets = estate.tickets.iter();
    tickets.find(|ticket| ticket.title == title).unwrap()
}

/// A change, and how many times the simulator's books say that it was carried out.
struct Case {
    name: &'static str,
    make: fn(&Scene) -> Action,
    count: fn(&Estate) -> usize,
    /// Can it be read back at all?
    readable: bool,
}

/// What a change needs to know.
struct Scene {
    account: AccountId,
    script: watchkeeper::domain::script::Script,
    target: Target,
    number: fn(&Sim, &str) -> String,
    order: String,
    sim: Arc<Sim>,
}

impl Scene {
    fn incident(&self, title: &str) -> watchkeeper::domain::text::SafeText {
        (self.number)(&self.sim, title).into()
    }
}

fn number(sim: &Sim, title: &str) -> String {
    sim.with_estate(|estate| ticket(estate, title).number.clone())
}

const CASES: [Case; 8] = [
    Case {
        name: "execute_script",
        make: |scene| {
            Action::RunScript(
                scene.account.clone(),
                NewOrder {
                    script: scene.script.id.clone(),
                    script_name: scene.script.name.clone(),
                    timeout: 300,
                    success_rate: 100.0,
                    execute_user: "root".to_owned(),
                    params: Vec::new(),
                    batches: vec![vec![scene.target.clone()]],
                    rotation: Rotation::Continue,
                },
            )
        },
        count: |estate| estate.orders.len(),
        readable: true,
    },
    Case {
        name: "operate_script_order",
        make: |scene| {
            Action::OperateOrder(
                scene.account.clone(),
                scene.order.as_str().into(),
                OrderStep::Cancel,
            )
        },
        count: |estate| {
            let cancelled =
                |order: &&watchkeeper::sim::estate::Order| order.status == OrderStatus::Canceled;
            estate.orders.iter().filter(cancelled).count()
        },
        readable: true,
    },
    Case {
        name: "create_incident",
        make: |scene| {
            Action::CreateIncident(
                scene.account.clone(),
                NewIncident {
                    title: "new".to_owned(),
                    description: "d".to_owned(),
                    level: Level::P3,
                    kind: "inc_type_p_function_issues".to_owned(),
                    source: "incident_source_manual".to_owned(),
                    service: "portal".to_owned(),
                    region: None,
                    interrupted: false,
                    assignee: None,
                },
            )
        },
        count: |estate| estate.tickets.len(),
        readable: false,
    },
    Case {
        name: "accept_incident",
        make: |scene| Action::AcceptIncident(scene.account.clone(), scene.incident("TRIGGERED")),
        count: |estate| {
            usize::from(ticket(estate, "TRIGGERED").status == TicketStatus::Acknowledged)
        },
        readable: true,
    },
    Case {
        name: "commit_incident_solution",
        make: |scene| {
            Action::CommitSolution(
                scene.account.clone(),
                scene.incident("ACKNOWLEDGED"),
                Solution {
                    kind: "inc_type_p_function_issues".to_owned(),
                    interrupted: false,
                    cause: "c".to_owned(),
                    solution: "s".to_owned(),
                },
            )
        },
        count: |estate| {
            usize::from(ticket(estate, "ACKNOWLEDGED").status == TicketStatus::Resolved)
        },
        readable: true,
    },
    Case {
        name: "confirm_incident",
        make: |scene| Action::ConfirmIncident {
            account: scene.account.clone(),
            incident: scene.incident("RESOLVED"),
            solved: true,
            comment: "ok".to_owned(),
        },
        count: |estate| usize::from(ticket(estate, "RESOLVED").status == TicketStatus::Completed),
        readable: true,
    },
    Case {
        name: "create_warroom",
        make: |scene| {
            let application = scene
                .sim
                .with_estate(|estate| ticket(estate, "ACKNOWLEDGED").service[0].clone());
            Action::CreateWarRoom(
                scene.account.clone(),
                NewWarRoom {
                    title: "w".to_owned(),
                    description: String::new(),
                    incident: scene.incident("ACKNOWLEDGED"),
                    applications: vec![application],
                    admin: String::new(),
                    schedule: Vec::new(),
                    enterprise_project: "0".to_owned(),
                },
            )
        },
        count: |estate| estate.warrooms.len(),
        readable: true,
    },
    Case {
        name: "report_custom_alarm",
        make: |scene| {
            let key = scene
                .sim
                .with_estate(|estate| estate.identity.integration_key.clone());
            let alarm = CustomAlarm {
                key: key.as_str().into(),
                id: "a-1".to_owned(),
                name: "disk".to_owned(),
                severity: Severity::Major,
                at: Timestamp::UNIX_EPOCH,
                namespace: "host".to_owned(),
                region: None,
                application: "portal".to_owned(),
                resource: None,
                resource_id: None,
                description: "full".to_owned(),
                url: None,
                over: false,
                source: "test".to_owned(),
            };
            Action::ReportAlarm(scene.account.clone(), Box::new(alarm))
        },
        count: |estate| estate.custom_alarms.len(),
        readable: false,
    },
];

/// What became of all the changes of one case.
#[derive(Debug, Default)]
struct Tally {
    unknown: usize,
    settled: usize,
}

async fn scene(sim: &Arc<Sim>, client: &Client) -> Scene {
    let account = client.account().id.clone();
    let ask = async |query| (client.system().answer)(client, &query).await.unwrap();
    let Facts::Resources(machines) = ask(Query::Resources(account.clone())).await else {
        panic!("no machines");
    };
    let Facts::Scripts(scripts) = ask(Query::Scripts(account.clone())).await else {
        panic!("no scripts");
    };
    let machine = machines
        .iter()
        .find(|machine| {
            machine
                .agent_state
                .as_ref()
                .is_some_and(|s| s.raw() == "ONLINE")
        })
        .unwrap();
    let script = scripts
        .into_iter()
        .find(|script| script.name.raw() == "restart_nginx");
    let mut scene = Scene {
        account: account.clone(),
        script: script.unwrap(),
        target: Target {
            resource_id: machine.resource_id.raw().to_owned(),
            agent: machine.agent.as_ref().unwrap().raw().to_owned(),
            project: machine.project.raw().to_owned(),
            region: machine.region.raw().to_owned(),
        },
        number,
        order: String::new(),
        sim: Arc::clone(sim),
    };
    // An order that can be cancelled.
    let run = (CASES[0].make)(&scene);
    let receipt = (client.system().act)(client, &run).await.unwrap();
    scene.order = receipt.created.unwrap().raw().to_owned();
    // Old enough not to be taken for another one.
    tokio::time::sleep(Duration::from_secs(1)).await;
    scene
}

async fn one(case: &Case, point: Point, seed: u64, scenario: &Scenario, tally: &mut Tally) {
    let clock = Clock::follow_tokio("2026-11-21T19:12:00Z".parse().unwrap());
    let sim = Sim::new(scenario.clone(), clock.clone());
    let (connection, keys) = sim
        .connections("http://127.0.0.1:1")
        .into_iter()
        .find(|(connection, _)| connection.account.id.system == COC)
        .unwrap();
    let client = |transport| {
        Client::new(
            connection.clone(),
            Arc::new(keys.clone()),
            transport,
            clock.clone(),
        )
    };
    let open = client(sim.transport());
    let scene = scene(&sim, &open).await;
    let way = Arc::new(Cut {
        behind: sim.transport(),
        point,
        once: seed % 2 == 0,
        delay: Duration::from_millis(seed * 97 % 20_000),
        cuts: AtomicUsize::new(0),
        reached: AtomicUsize::new(0),
    });
    let cut = client(Arc::clone(&way) as Arc<dyn Transport>);
    let Facts::Orders(known) = (open.system().answer)(&open, &Query::Orders(scene.account.clone()))
        .await
        .unwrap()
    else {
        panic!("no orders");
    };
    let action = (case.make)(&scene);
    let doubt = Doubt {
        ticket: seed,
        at: cut.now(),
        account: scene.account.clone(),
        summary: case.name.to_owned(),
        command: String::new(),
        trace: Trace::of(&action, known.into_iter().map(|order| order.id).collect()),
    };
    let count = |estate: &mut Estate| (case.count)(estate);
    let before = sim.with_estate(count);
    let result = (cut.system().act)(&cut, &action).await;
    let done = || sim.with_estate(count) - before;
    let what = format!("{} {point:?} seed {seed}: {result:?}", case.name);
    assert!(
        way.reached.load(Ordering::SeqCst) <= 1,
        "sent twice: {what}"
    );
    match &result {
        Ok(_) => assert_eq!(done(), 1, "{what}"),
        Err(error) if !error.outcome_unknown => assert_eq!(done(), 0, "{what}"),
        Err(_) => {
            tally.unknown += 1;
            match settle::look_up(&open, &doubt).await {
                Finding::Done(_) => {
                    assert_eq!(done(), 1, "found, but not there: {what}");
                    tally.settled += 1;
                }
                Finding::NotDone => {
                    assert_eq!(done(), 0, "there, but not found: {what}");
                    tally.settled += 1;
                }
                Finding::Open | Finding::Several(_) => {}
            }
        }
    }
    assert!(done() <= 1, "carried out twice: {what}");
}

async fn all(name: &str) {
    let case = CASES.iter().find(|case| case.name == name).unwrap();
    let scenario = scenario();
    let mut tally = Tally::default();
    for point in POINTS {
        for seed in 0..SEEDS {
            one(case, point, seed, &scenario, &mut tally).await;
        }
    }
    // Only what a cut left in doubt can be unknown, and that is most of it.
    assert!(tally.unknown >= 300, "{name}: {tally:?}");
    if case.readable {
        assert!(
            tally.settled * 100 >= tally.unknown * 95,
            "{name}: {tally:?}"
        );
    } else {
        assert_eq!(tally.settled, 0, "{name}: {tally:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_script_is_never_run_twice() {
    all("execute_script").await;
}

#[tokio::test(start_paused = true)]
async fn an_order_is_never_operated_twice() {
    all("operate_script_order").await;
}

#[tokio::test(start_paused = true)]
async fn an_incident_is_never_created_twice() {
    all("create_incident").await;
}

#[tokio::test(start_paused = true)]
async fn an_incident_is_never_accepted_twice() {
    all("accept_incident").await;
}

#[tokio::test(start_paused = true)]
async fn a_solution_is_never_committed_twice() {
    all("commit_incident_solution").await;
}

#[tokio::test(start_paused = true)]
async fn an_incident_is_never_confirmed_twice() {
    all("confirm_incident").await;
}

#[tokio::test(start_paused = true)]
async fn a_warroom_is_never_opened_twice() {
    all("create_warroom").await;
}

#[tokio::test(start_paused = true)]
async fn an_alarm_is_never_reported_twice() {
    all("report_custom_alarm").await;
}
