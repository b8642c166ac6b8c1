//! Every change of the response side, and what the simulator's books say of it.

use jiff::Timestamp;

use watchkeeper::domain::account::AccountId;
use watchkeeper::domain::action::{
    Action, CustomAlarm, NewIncident, NewOrder, NewWarRoom, Solution, Target,
};
use watchkeeper::domain::alarm::Severity;
use watchkeeper::domain::draft::Draft;
use watchkeeper::domain::incident::Level;
use watchkeeper::domain::script::{OrderStep, Rotation};
use watchkeeper::domain::text::SafeText;
use watchkeeper::sim::Sim;
use watchkeeper::sim::estate::{Estate, OrderStatus, Ticket, TicketStatus};
use watchkeeper::sim::scenario::Scenario;

/// One machine, one script, one order that waits, and incidents in every state, none with a WarRoom: what a change
/// needs and nothing else, so that the estate is made quickly. `lists`: the service lists incidents,
/// and makes one of a critical alarm.
pub fn scenario(lists: bool) -> Scenario {
    let incident = |title: &str| {
        format!(
            "[[incident]]\ntitle = \"{title}\"\ndescription = \"d\"\nlevel = \"level_30\"\n\
             type = \"inc_type_p_function_issues\"\nstatus = \"{title}\"\nago = 600\napplication = \"portal\"\n"
        )
    };
    let incidents = ["TRIGGERED", "ACKNOWLEDGED", "RESOLVED"].map(incident);
    let text = format!(
        "seed = 7\nincident_list = {lists}\nalarms_make_incidents = {lists}\n\
         [[fleet]]\nname = \"web\"\ncount = 2\nrole = \"web\"\nclouds = [\"huawei\"]\napplication = \"portal\"\n\
         [[script]]\nname = \"restart\"\ntype = \"SHELL\"\nrisk = \"LOW\"\ndescription = \"d\"\ncontent = \"true\"\n\
         [[order]]\nscript = \"restart\"\nfleets = [\"web\"]\nbatches = 2\nper_batch = 1\nago = 60\npause = true\n{}",
        incidents.concat()
    );
    Scenario::parse("faults", &text).unwrap()
}

fn ticket<'e>(estate: &'e Estate, title: &str) -> &'e Ticket {
    let mut tickets = estate.tickets.iter();
    tickets.find(|ticket| ticket.title == title).unwrap()
}

fn is_now(estate: &Estate, title: &str, status: TicketStatus) -> usize {
    usize::from(ticket(estate, title).status == status)
}

/// A change, and how many times the simulator's books say that it was carried out.
pub struct Case {
    /// The operation.
    pub name: &'static str,
    /// What is asked for.
    pub make: fn(&Scene) -> Action,
    /// How much of it there is.
    pub count: fn(&Estate) -> usize,
    /// What the questions of the API show of it (huawei-coc.md, 13).
    pub shows: Shows,
}

/// What can be read back of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Whether it was done.
    Both,
    /// That it was done; that it was not, nothing shows.
    Done,
    /// Nothing.
    Nothing,
}

/// What changes are about. Equal scenarios make equal estates, so it holds for all of them.
pub struct Scene {
    /// Where.
    pub account: AccountId,
    /// Orders that were there before.
    pub orders: Vec<SafeText>,
    script: SafeText,
    target: Target,
    incidents: [SafeText; 3],
    application: String,
    key: String,
}

impl Scene {
    /// Looks around in the simulator.
    pub fn of(sim: &Sim, account: AccountId) -> Self {
        sim.with_estate(|estate| {
            let machine = &estate.machines[0];
            let number = |title| SafeText::from(ticket(estate, title).number.as_str());
            Self {
                account,
                orders: estate
                    .orders
                    .iter()
                    .map(|order| order.uuid.as_str().into())
                    .collect(),
                script: estate.scripts[0].uuid.as_str().into(),
                target: Target {
                    resource_id: machine
                        .id_in(watchkeeper::sim::estate::Cloud::Huawei)
                        .unwrap()
                        .to_owned(),
                    agent: machine.agent.clone(),
                    project: estate.identity.project().id.clone(),
                    region: "cn-north-4".to_owned(),
                },
                incidents: ["TRIGGERED", "ACKNOWLEDGED", "RESOLVED"].map(number),
                application: ticket(estate, "ACKNOWLEDGED").service[0].clone(),
                key: estate.identity.integration_key.clone(),
            }
        })
    }
}

fn draft(name: &str) -> Box<Draft> {
    Box::new(Draft {
        name: name.to_owned(),
        description: "d".to_owned(),
        content: "echo new".to_owned(),
        ..Draft::new()
    })
}

/// All changing operations of the system.
pub const CASES: [Case; 11] = [
    Case {
        name: "huawei-coc.create_script",
        make: |scene| {
            // Longer than what the service looks for.
            let name = "tidy_the_spool_folders_of_all_machines";
            Action::CreateScript(scene.account.clone(), draft(name))
        },
        count: |estate| estate.scripts.len(),
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.update_script",
        make: |scene| {
            let draft = draft("restart");
            Action::UpdateScript(scene.account.clone(), scene.script.clone(), draft)
        },
        count: |estate| {
            let is_new = |script: &&watchkeeper::sim::estate::Script| script.content == "echo new";
            estate.scripts.iter().filter(is_new).count()
        },
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.delete_script",
        make: |scene| Action::DeleteScript {
            account: scene.account.clone(),
            script: scene.script.clone(),
            name: "restart".into(),
        },
        count: |estate| usize::from(estate.scripts.is_empty()),
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.execute_script",
        make: |scene| {
            Action::RunScript(
                scene.account.clone(),
                NewOrder {
                    script: scene.script.clone(),
                    script_name: "restart".into(),
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
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.operate_script_order",
        make: |scene| {
            let order = scene.orders[0].clone();
            Action::OperateOrder(scene.account.clone(), order, OrderStep::Cancel)
        },
        count: |estate| {
            let mut orders = estate.orders.iter();
            usize::from(orders.any(|order| order.status == OrderStatus::Canceled))
        },
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.create_incident",
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
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.accept_incident",
        make: |scene| Action::AcceptIncident(scene.account.clone(), scene.incidents[0].clone()),
        count: |estate| is_now(estate, "TRIGGERED", TicketStatus::Acknowledged),
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.commit_incident_solution",
        make: |scene| {
            Action::CommitSolution(
                scene.account.clone(),
                scene.incidents[1].clone(),
                Solution {
                    kind: "inc_type_p_function_issues".to_owned(),
                    interrupted: false,
                    cause: "c".to_owned(),
                    solution: "s".to_owned(),
                },
            )
        },
        count: |estate| is_now(estate, "ACKNOWLEDGED", TicketStatus::Resolved),
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.confirm_incident",
        make: |scene| Action::ConfirmIncident {
            account: scene.account.clone(),
            incident: scene.incidents[2].clone(),
            solved: true,
            comment: "ok".to_owned(),
        },
        count: |estate| is_now(estate, "RESOLVED", TicketStatus::Completed),
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.create_warroom",
        make: |scene| {
            Action::CreateWarRoom(
                scene.account.clone(),
                NewWarRoom {
                    title: "w".to_owned(),
                    description: String::new(),
                    incident: scene.incidents[1].clone(),
                    applications: vec![scene.application.clone()],
                    admin: String::new(),
                    schedule: Vec::new(),
                    enterprise_project: "0".to_owned(),
                },
            )
        },
        count: |estate| estate.warrooms.len(),
        shows: Shows::Both,
    },
    Case {
        name: "huawei-coc.report_custom_alarm",
        make: |scene| {
            let alarm = CustomAlarm {
                key: scene.key.as_str().into(),
                id: "a-1".to_owned(),
                name: "disk".to_owned(),
                severity: Severity::Critical,
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
        shows: Shows::Done,
    },
];
