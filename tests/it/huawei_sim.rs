//! The story of a night with the two Huawei systems, told by the client to the simulator: find the machine, run a
//! script batch by batch, and take an incident from its creation to its end.

use std::sync::Arc;
use std::time::Duration;

use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::action::{
    Action, NewIncident, NewOrder, NewWarRoom, Receipt, Solution, Target,
};
use watchkeeper::domain::error::{ApiError, Class};
use watchkeeper::domain::incident::{Incident, IncidentStatus, Level};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::script::{Order, OrderStep, Resource, Rotation, RunStatus, Script};
use watchkeeper::sim::Sim;
use watchkeeper::sim::scenario::Scenario;

/// A client of one system of the demo's simulator, in memory, with time that goes by only when all wait.
struct Night {
    client: Client,
    account: AccountId,
}

impl Night {
    fn begin(system: SystemId) -> Self {
        let clock = Clock::follow_tokio("2026-11-22T02:00:00Z".parse().unwrap());
        let sim = Sim::new(Scenario::load("demo").unwrap(), clock.clone());
        let (connection, credentials) = sim
            .connections("http://127.0.0.1:1")
            .into_iter()
            .find(|(connection, _)| connection.account.id.system == system)
            .unwrap();
        let account = connection.account.id.clone();
        let client = Client::new(connection, Arc::new(credentials), sim.transport(), clock);
        Self { client, account }
    }

    async fn ask(&self, query: Query) -> Facts {
        let answer = (self.client.system().answer)(&self.client, &query).await;
        answer.unwrap_or_else(|error| panic!("{query:?}: {error}"))
    }

    async fn act(&self, action: Action) -> Result<Receipt, ApiError> {
        (self.client.system().act)(&self.client, &action).await
    }

    async fn scripts(&self) -> Vec<Script> {
        match self.ask(Query::Scripts(self.account.clone())).await {
            Facts::Scripts(scripts) => scripts,
            other => panic!("not scripts: {other:?}"),
        }
    }

    async fn script(&self, script: &Script) -> Script {
        match self
            .ask(Query::Script(self.account.clone(), script.id.clone()))
            .await
        {
            Facts::Scripts(mut scripts) => scripts.remove(0),
            other => panic!("not scripts: {other:?}"),
        }
    }

    async fn resources(&self) -> Vec<Resource> {
        match self.ask(Query::Resources(self.account.clone())).await {
            Facts::Resources(resources) => resources,
            other => panic!("not resources: {other:?}"),
        }
    }

    async fn order(&self, receipt: &Receipt) -> Order {
        let id = receipt.created.clone().expect("an order was created");
        match self.ask(Query::Order(self.account.clone(), id)).await {
            Facts::Orders(mut orders) => orders.remove(0),
            other => panic!("not orders: {other:?}"),
        }
    }

    /// The order as soon as it is in this state, within five minutes.
    async fn order_in(&self, receipt: &Receipt, status: &RunStatus) -> Order {
        for _ in 0..150 {
            let order = self.order(receipt).await;
            if order.status == *status {
                return order;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        panic!(
            "the order never became {status:?}: {:?}",
            self.order(receipt).await
        );
    }

    async fn incident(&self, receipt: &Receipt) -> Incident {
        let id = receipt.created.clone().expect("an incident was created");
        match self
            .ask(Query::Incidents(self.account.clone(), vec![id]))
            .await
        {
            Facts::Incidents(mut incidents) => incidents.remove(0),
            other => panic!("not incidents: {other:?}"),
        }
    }

    async fn warrooms(&self) -> usize {
        match self.ask(Query::WarRooms(self.account.clone())).await {
            Facts::WarRooms(rooms) => rooms.len(),
            other => panic!("not WarRooms: {other:?}"),
        }
    }

    /// A run of an approved script without parameters on machines whose agents are there.
    async fn run(&self, rotation: Rotation) -> Receipt {
        let scripts = self.scripts().await;
        let mut chosen = None;
        for script in scripts
            .iter()
            .filter(|script| script.status.raw() == "APPROVED")
        {
            let detail = self.script(script).await;
            assert!(detail.has_detail && !detail.content.is_empty());
            chosen.get_or_insert(detail);
        }
        let script = chosen.expect("an approved script");
        let machines: Vec<_> = self
            .resources()
            .await
            .into_iter()
            .filter(|machine| {
                machine
                    .agent_state
                    .as_ref()
                    .is_none_or(|state| state.raw() == "ONLINE")
            })
            .filter_map(|machine| {
                Some(vec![Target {
                    resource_id: machine.resource_id.raw().to_owned(),
                    agent: machine.agent?.raw().to_owned(),
                    project: machine.project.raw().to_owned(),
                    region: machine.region.raw().to_owned(),
                }])
            })
            .take(2)
            .collect();
        assert_eq!(machines.len(), 2, "machines with agents");
        let params = script
            .params
            .iter()
            .map(|param| {
                (
                    param.name.raw().to_owned(),
                    "value-1".to_owned(),
                    param.sensitive,
                )
            })
            .collect();
        let new = NewOrder {
            script: script.id,
            script_name: script.name,
            timeout: 300,
            success_rate: 100.0,
            execute_user: "root".into(),
            params,
            batches: machines,
            rotation,
        };
        self.act(Action::RunScript(self.account.clone(), new))
            .await
            .unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_pauses_between_its_batches_and_goes_on() {
    let night = Night::begin(SystemId::HuaweiCoc);
    let receipt = night.run(Rotation::Pause).await;
    let halted = night.order_in(&receipt, &RunStatus::Paused).await;
    let of_batch = |order: &Order, index: usize| order.batches[index].hosts[0].status.clone();
    assert_eq!(of_batch(&halted, 0), RunStatus::Finished);
    assert_eq!(of_batch(&halted, 1), RunStatus::Ready);
    assert!(!halted.batches[0].hosts[0].output.is_empty());
    let id = receipt.created.clone().unwrap();
    let step = Action::OperateOrder(night.account.clone(), id.clone(), OrderStep::Continue);
    night.act(step).await.unwrap();
    let done = night.order_in(&receipt, &RunStatus::Finished).await;
    assert_eq!(of_batch(&done, 1), RunStatus::Finished);
    assert!(done.finished.is_some());
    // What is over cannot be cancelled, and the answer says so.
    let step = Action::OperateOrder(night.account.clone(), id, OrderStep::Cancel);
    let error = night.act(step).await.unwrap_err();
    assert_eq!(error.class, Class::Conflict, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_batch_can_be_skipped_and_a_run_cancelled() {
    let night = Night::begin(SystemId::HuaweiCoc);
    for (step, end) in [
        (OrderStep::SkipBatch(2), RunStatus::Finished),
        (OrderStep::Cancel, RunStatus::Cancelled),
    ] {
        let receipt = night.run(Rotation::Pause).await;
        night.order_in(&receipt, &RunStatus::Paused).await;
        let id = receipt.created.clone().unwrap();
        night
            .act(Action::OperateOrder(night.account.clone(), id, step))
            .await
            .unwrap();
        let order = night.order_in(&receipt, &end).await;
        assert_eq!(order.batches[1].hosts[0].status, RunStatus::Cancelled);
    }
    let Facts::Orders(orders) = night.ask(Query::Orders(night.account.clone())).await else {
        panic!("not orders");
    };
    assert!(orders.len() >= 2);
    let newest_first = orders
        .windows(2)
        .all(|pair| pair[0].created >= pair[1].created);
    assert!(newest_first);
}

#[tokio::test(start_paused = true)]
async fn an_incident_is_created_accepted_solved_and_confirmed() {
    let night = Night::begin(SystemId::HuaweiCoc);
    let account = night.account.clone();
    let new = NewIncident {
        title: "支付网关超时".into(),
        description: "p99 above 3 s since 10:58".into(),
        level: Level::P2,
        kind: "inc_type_p_reliability_issues".into(),
        source: "incident_source_manual".into(),
        service: application(&night).await,
        region: Some("cn-north-4".into()),
        interrupted: true,
        assignee: None,
    };
    let receipt = night
        .act(Action::CreateIncident(account.clone(), new.clone()))
        .await
        .unwrap();
    let id = receipt.created.clone().unwrap();
    let incident = night.incident(&receipt).await;
    assert_eq!(incident.status, IncidentStatus::Triggered);
    assert_eq!(incident.title.raw(), new.title);
    assert_eq!(incident.level, Some(Level::P2));
    assert!(incident.interrupted);

    // At once, while the service still refuses it.
    night
        .act(Action::AcceptIncident(account.clone(), id.clone()))
        .await
        .unwrap();
    assert_eq!(
        night.incident(&receipt).await.status,
        IncidentStatus::Acknowledged
    );

    let before = night.warrooms().await;
    let room = NewWarRoom {
        title: "支付网关超时".into(),
        description: String::new(),
        incident: id.clone(),
        applications: vec![new.service.clone()],
        admin: String::new(),
        schedule: Vec::new(),
        enterprise_project: "0".into(),
    };
    let opened = night
        .act(Action::CreateWarRoom(account.clone(), room))
        .await
        .unwrap();
    assert_eq!(night.warrooms().await, before + 1);
    assert_eq!(night.incident(&receipt).await.warroom, opened.created);

    let solution = Solution {
        kind: "inc_type_p_config_issues".into(),
        interrupted: true,
        cause: "connection pool of 10".into(),
        solution: "pool of 100".into(),
    };
    night
        .act(Action::CommitSolution(
            account.clone(),
            id.clone(),
            solution,
        ))
        .await
        .unwrap();
    let solved = night.incident(&receipt).await;
    assert_eq!(solved.status, IncidentStatus::Resolved);
    assert!(solved.handled.is_some());
    let confirm = Action::ConfirmIncident {
        account: account.clone(),
        incident: id.clone(),
        solved: true,
        comment: "error rate back to zero".into(),
    };
    night.act(confirm).await.unwrap();
    assert_eq!(
        night.incident(&receipt).await.status,
        IncidentStatus::Completed
    );
    let again = night
        .act(Action::AcceptIncident(account, id))
        .await
        .unwrap_err();
    assert_eq!(again.class, Class::Conflict, "{again}");
}

/// The application of a machine, where the inventory names one; any id elsewhere.
async fn application(night: &Night) -> String {
    let resources = night.resources().await;
    let known = resources
        .iter()
        .find_map(|resource| resource.application.as_ref());
    known.map_or_else(
        || "65659ae2f42bf80e5f3f0635".to_owned(),
        |id| id.raw().to_owned(),
    )
}

#[tokio::test(start_paused = true)]
async fn alarms_come_up_in_both_lists_and_end() {
    let night = Night::begin(SystemId::HuaweiEsm);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let Facts::Alarms(alarms) = night.ask(Query::Alarms(night.account.clone())).await else {
        panic!("not alarms");
    };
    for list in ["service/", "device/"] {
        assert!(
            alarms.iter().any(|alarm| alarm.id.raw().starts_with(list)),
            "{list}"
        );
    }
    assert!(alarms.iter().any(|alarm| !alarm.cleared));
    let now = night.client.now();
    for alarm in &alarms {
        assert!(
            alarm.since <= alarm.latest && alarm.latest <= now,
            "{alarm:?}"
        );
        assert!(
            !alarm.title.is_empty() && !alarm.resource.is_empty(),
            "{alarm:?}"
        );
        assert_eq!(alarm.detail.len(), 37);
    }
}
