//! Auto Scaling in the pretend cloud: what grows helps, who is protected stays, what rests is not disturbed
//! (ksc-autoscaling.md, 14.11).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use http::Request;
use watchkeeper::cloud::ksc_autoscaling::{ops, outputs};
use watchkeeper::cloud::sign::Scheme;
use watchkeeper::cloud::wire::{self, Format};
use watchkeeper::sim::estate::things::scaling::{Kind, Status};
use watchkeeper::sim::estate::{Estate, Measure};
use watchkeeper::sim::handlers::{Caller, Handlers};
use watchkeeper::sim::ksc_autoscaling;
use watchkeeper::sim::scenario::Scenario;

/// The pretend cloud with a hand on its clock.
struct World {
    estate: Estate,
    handlers: Handlers,
}

impl World {
    fn new(more: &str) -> Self {
        let text = format!("like = \"rush\"\nspeed = 1.0\n{more}");
        let scenario = Scenario::parse("x", &text).unwrap();
        let start: Timestamp = "2026-11-11T12:00:00Z".parse().unwrap();
        Self {
            estate: Estate::new(&scenario, start),
            handlers: ksc_autoscaling::handlers(),
        }
    }

    fn wait(&mut self, seconds: u64) {
        let to = self.estate.now + Duration::from_secs(seconds);
        self.estate.advance(to);
    }

    fn id(&self) -> String {
        self.estate.scaling.groups[0].id.clone()
    }

    /// Calls an operation on the first group; its code when it is refused.
    fn ask(&mut self, name: &str, mut input: Json) -> Result<Json, String> {
        let entry = watchkeeper::cloud::operation(&format!("ksc-autoscaling.{name}")).unwrap();
        if input.get("ScalingGroupId").is_none() {
            input["ScalingGroupId"] = json!(self.id());
        }
        let caller = Caller {
            user: "demo".into(),
            user_id: "1".into(),
            scheme: Scheme::None,
            region: None,
            request_id: "r".into(),
        };
        let answer = self
            .handlers
            .handle(entry.id, &mut self.estate, &caller, input);
        answer
            .unwrap()
            .map(|answer| answer.body)
            .map_err(|refusal| refusal.code)
    }

    fn names(&self) -> Vec<String> {
        let members = self.estate.scaling.groups[0].members.iter();
        members.map(|member| member.name.clone()).collect()
    }

    fn cpu(&self, name: &str) -> f64 {
        let machine = self.estate.machine(name).unwrap();
        self.estate
            .value(machine, Measure::Cpu, self.estate.now)
            .unwrap()
    }

    fn last(&self) -> (Kind, Status, i64) {
        let activity = self.estate.scaling.groups[0].activities.last().unwrap();
        (activity.kind, activity.status, activity.error)
    }
}

#[test]
fn growing_under_load_makes_the_metric_fall_and_the_new_member_is_watched() {
    let mut world = World::new("");
    assert!(world.cpu("shop-02") > 90.0, "{}", world.cpu("shop-02"));
    world
        .ask("modify_scaling_group", json!({"DesiredCapacity": 6}))
        .unwrap();
    assert_eq!(world.last(), (Kind::Out, Status::Running, 0));
    assert_eq!(
        world.names().len(),
        4,
        "machines come when the activity ends"
    );
    world.wait(80);
    assert_eq!(world.last(), (Kind::Out, Status::Succeeded, 0));
    assert_eq!(world.names().len(), 6);
    world.wait(60);
    assert!(world.cpu("shop-02") < 75.0, "{}", world.cpu("shop-02"));
    let fresh = world.names().pop().unwrap();
    assert!(
        (10.0..80.0).contains(&world.cpu(&fresh)),
        "{}",
        world.cpu(&fresh)
    );
    assert!(world.estate.policies[0].machines.contains(&fresh));
    assert_eq!(world.estate.scaling.told.last().map(|told| told.2), Some(1));
}

#[test]
fn a_protected_member_stays_and_the_second_oldest_leaves() {
    let mut world = World::new("");
    let before = world.names();
    world
        .ask("modify_scaling_group", json!({"DesiredCapacity": 3}))
        .unwrap();
    world.wait(100);
    let after = world.names();
    assert!(after.contains(&before[0]), "the first is protected");
    assert!(
        !after.contains(&before[1]),
        "the second is the oldest of the others"
    );
    assert!(
        world.estate.machine(&before[1]).is_none(),
        "what the group created is destroyed"
    );
}

#[test]
fn when_nobody_may_leave_that_is_said_once() {
    let mut world = World::new("");
    let all: Vec<String> = world.estate.scaling.groups[0]
        .members
        .iter()
        .map(|member| member.id.clone())
        .collect();
    let protect = json!({"ScalingInstanceId.N": all, "ProtectedFromDetach": 1});
    world.ask("set_kvm_protected_detach", protect).unwrap();
    world
        .ask("modify_scaling_group", json!({"DesiredCapacity": 2}))
        .unwrap();
    world.wait(4000);
    let failed = world.estate.scaling.groups[0]
        .activities
        .iter()
        .filter(|activity| activity.status == Status::Failed);
    assert_eq!(failed.count(), 1);
    assert_eq!(world.names().len(), 4);
}

#[test]
fn what_fires_while_a_group_rests_is_cancelled_and_changes_nothing() {
    let mut world = World::new("");
    let metric = json!({"dimensionName": "cpu_usage", "comparisonOperator": "Greater", "threshold": 1,
        "repeatTimes": 1, "function": "avg", "period": 60});
    let policy = json!({"ScalingPolicyName": "p", "Metric": metric, "AdjustmentType": "QuantityChangeInCapacity",
        "AdjustmentValue": 1, "CoolDown": 300});
    world.ask("create_scaling_policy", policy).unwrap();
    world.wait(140);
    assert_eq!(world.names().len(), 5, "it fired once");
    world.wait(60);
    assert_eq!(world.last(), (Kind::Out, Status::Cancelled, 40_001));
    assert_eq!(world.names().len(), 5);
    assert_eq!(world.estate.scaling.groups[0].desired, 5);
}

#[test]
fn a_group_that_is_disabled_does_nothing_until_it_is_enabled() {
    let mut world = World::new("");
    world.ask("disable_scaling_group", json!({})).unwrap();
    let before = world.estate.scaling.groups[0].activities.len();
    world
        .ask("modify_scaling_group", json!({"DesiredCapacity": 5}))
        .unwrap();
    world.wait(600);
    assert_eq!(world.estate.scaling.groups[0].activities.len(), before);
    let attach = json!({"ScalingInstanceId.N": ["x"]});
    assert_eq!(
        world.ask("attach_instance", attach),
        Err("ScalingGroupNotActive".into())
    );
    world.ask("enable_scaling_group", json!({})).unwrap();
    assert_eq!(world.last(), (Kind::Out, Status::Running, 0));
}

#[test]
fn refusals_have_the_services_codes_and_change_nothing() {
    let mut world = World::new("");
    let free: Vec<String> = (5..=7)
        .map(|number| {
            let name = format!("shop-0{number}");
            let machine = world.estate.machine(&name).unwrap();
            machine
                .id_in(watchkeeper::sim::estate::Cloud::Ksc)
                .unwrap()
                .to_owned()
        })
        .collect();
    let picture = |world: &World| format!("{:?}", world.estate.scaling.groups);
    let before = picture(&world);
    let config = world.estate.scaling.configs[0].id.clone();
    let cases = [
        ("delete_scaling_group", json!({}), "ScalingGroupInUse"),
        (
            "delete_scaling_group",
            json!({"ScalingGroupId": "1"}),
            "ScalingGroupNotFound",
        ),
        (
            "modify_scaling_group",
            json!({"DesiredCapacity": 11}),
            "InvalidParameterValue",
        ),
        (
            "attach_instance",
            json!({"ScalingInstanceId.N": ["x"]}),
            "InstanceNotFound",
        ),
        (
            "detach_instance",
            json!({"ScalingInstanceId.N": [free[0]]}),
            "InstanceNotFound",
        ),
        (
            "delete_scaling_policy",
            json!({"ScalingPolicyId": "1"}),
            "ScalingPolicyNotFound",
        ),
        (
            "delete_scheduled_task",
            json!({"ScalingScheduledTaskId": "1"}),
            "ScheduledTaskNotFound",
        ),
        (
            "delete_scaling_configuration",
            json!({"ScalingConfigurationId.N": [config]}),
            "ScalingConfigurationInUse",
        ),
        (
            "modify_scaling_load_balancers",
            json!({"Slb.N": [{"Id": "no", "ListenerId": "no", "ServerPort.M": [80]}]}),
            "InvalidParameterValue",
        ),
    ];
    for (name, input, code) in cases {
        assert_eq!(world.ask(name, input), Err(code.to_owned()), "{name}");
        assert_eq!(picture(&world), before, "{name}");
    }
    world
        .ask("modify_scaling_group", json!({"MaxSize": 5}))
        .unwrap();
    let attach = json!({"ScalingInstanceId.N": [free[0], free[1]]});
    assert_eq!(
        world.ask("attach_instance", attach),
        Err("ScalingGroupSizeExceeded".into())
    );
    world
        .ask("attach_instance", json!({"ScalingInstanceId.N": [free[0]]}))
        .unwrap();
    assert_eq!(world.estate.scaling.groups[0].desired, 5);
    let detach = json!({"ScalingInstanceId.N": [free[0]]});
    assert_eq!(
        world.ask("detach_instance", detach),
        Err("ScalingActivityInProgress".into())
    );
    world.wait(100);
    assert_eq!(world.names().len(), 5, "nobody is sent away again");
}

#[test]
fn load_balancers_are_replaced_as_a_whole() {
    let mut world = World::new("");
    assert_eq!(world.estate.scaling.groups[0].bindings.len(), 1);
    world
        .ask("modify_scaling_load_balancers", json!({}))
        .unwrap();
    assert!(world.estate.scaling.groups[0].bindings.is_empty());
}

#[test]
fn a_task_sets_the_sizes_for_good() {
    let mut world = World::new("");
    let task = json!({"ScalingScheduledTaskName": "t", "ReadjustMaxSize": 8, "ReadjustMinSize": 3,
        "ReadjustExpectSize": 6, "StartTime": "2026-11-11 20:05:00"});
    world.ask("create_scheduled_task", task).unwrap();
    world.wait(299);
    assert_eq!(world.estate.scaling.groups[0].desired, 4);
    world.wait(200);
    let group = &world.estate.scaling.groups[0];
    assert_eq!((group.min, group.desired, group.max), (3, 6, 8));
    assert_eq!(world.names().len(), 6);
    assert!(
        world.estate.scaling.groups[0].tasks[0].next.is_none(),
        "it stays listed"
    );
}

#[test]
fn both_shapes_of_an_answer_are_understood() {
    for public in [false, true] {
        let mut world = World::new(&format!("scaling_public_answers = {public}"));
        let task = json!({"ScalingScheduledTaskName": "t", "ReadjustMaxSize": 8, "ReadjustMinSize": 3,
            "ReadjustExpectSize": 6, "StartTime": "2026-11-11 20:05:00"});
        let answer = world.ask("create_scheduled_task", task).unwrap();
        let read: outputs::Returned =
            wire::decode_answer(Format::Json, answer.to_string().as_bytes()).unwrap();
        let id = world.estate.scaling.groups[0].tasks[0].id.clone();
        assert_eq!(read.set.first(), Some(id.as_str()), "{answer}");
        let metric = json!({"dimensionName": "cpu_usage", "comparisonOperator": "Less", "threshold": 1,
            "function": "avg"});
        let policy = json!({"ScalingPolicyName": "p", "Metric": metric, "AdjustmentType": "TotalCapacity",
            "AdjustmentValue": 1, "CoolDown": 300});
        let answer = world.ask("create_scaling_policy", policy).unwrap();
        let read: outputs::PolicyCreated =
            wire::decode_answer(Format::Json, answer.to_string().as_bytes()).unwrap();
        let id = world.estate.scaling.groups[0]
            .policies
            .last()
            .unwrap()
            .id
            .to_string();
        assert!(
            read.id == id || read.set.first() == Some(id.as_str()),
            "{answer}"
        );
    }
    assert_eq!(ops::OPERATIONS.len(), 27);
}

/// The document says both that there is one port for each index and that ports are joined by commas: the client sends
/// the one, the simulator takes both (C6).
#[test]
fn ports_joined_by_commas_are_several() {
    let entry =
        watchkeeper::cloud::operation("ksc-autoscaling.modify_scaling_load_balancers").unwrap();
    let query = "Action=ModifyScalingLoadBalancers&Version=2016-03-04&ScalingGroupId=1&Slb.1.Id=a\
                 &Slb.1.ListenerId=b&Slb.1.ServerPort.1=80%2C8080&Slb.1.ServerPort.2=443";
    let request = Request::get(format!("http://x/?{query}")).body(()).unwrap();
    let (head, ()) = request.into_parts();
    let input = wire::decode_request(entry, &head, b"").unwrap();
    assert_eq!(input["Slb.N"][0]["ServerPort.M"], json!([80, 8080, 443]));
    let odd = query.replace("8080", "x");
    let request = Request::get(format!("http://x/?{odd}")).body(()).unwrap();
    let (head, ()) = request.into_parts();
    assert!(wire::decode_request(entry, &head, b"").is_err());
}

/// A subscription without events is how public clients end one (C34).
#[test]
fn a_notification_without_events_tells_nothing_any_more() {
    let mut world = World::new("");
    let answer = world
        .ask("describe_scaling_notification", json!({}))
        .unwrap();
    let id = world.estate.scaling.groups[0]
        .subscription
        .clone()
        .unwrap()
        .0;
    assert!(answer.to_string().contains(&id));
    let number: u64 = id.parse().unwrap();
    let input = json!({"ScalingGroupId": world.id(), "ScalingNotificationId": number});
    let entry =
        watchkeeper::cloud::operation("ksc-autoscaling.modify_scaling_notification").unwrap();
    assert!(wire::check_entry(entry, &input).is_empty());
    world.ask("modify_scaling_notification", input).unwrap();
    let (same, events) = world.estate.scaling.groups[0].subscription.clone().unwrap();
    assert!(same == id && events.is_empty());
    world
        .ask("modify_scaling_group", json!({"DesiredCapacity": 5}))
        .unwrap();
    world.wait(100);
    assert!(world.estate.scaling.told.is_empty());
    // Creating one without events says nothing.
    let entry =
        watchkeeper::cloud::operation("ksc-autoscaling.create_scaling_notification").unwrap();
    let empty = wire::check_entry(entry, &json!({"ScalingGroupId": "1"}));
    assert!(
        empty
            .iter()
            .any(|broken| broken.field == "NotificationType.N")
    );
}

/// While a group rests nobody may add or take out, where the service reads its own sentence so (14.7).
#[test]
fn a_second_activity_while_a_group_rests_is_refused_and_changes_nothing() {
    let mut world = World::new("scaling_cooldown_blocks_manual = true");
    let metric = json!({"dimensionName": "cpu_usage", "comparisonOperator": "Greater", "threshold": 1,
        "repeatTimes": 1, "function": "avg", "period": 60});
    let policy = json!({"ScalingPolicyName": "p", "Metric": metric, "AdjustmentType": "QuantityChangeInCapacity",
        "AdjustmentValue": 1, "CoolDown": 300});
    world.ask("create_scaling_policy", policy).unwrap();
    world.wait(62);
    let free = world.estate.machine("shop-05").unwrap();
    let free = free
        .id_in(watchkeeper::sim::estate::Cloud::Ksc)
        .unwrap()
        .to_owned();
    let attach = json!({"ScalingInstanceId.N": [free]});
    let member = world.estate.scaling.groups[0].members[1].id.clone();
    let detach = json!({"ScalingInstanceId.N": [member]});
    for code in ["ScalingActivityInProgress", "ScalingGroupCoolingDown"] {
        for (name, input) in [("attach_instance", &attach), ("detach_instance", &detach)] {
            let before = world.estate.scaling.clone();
            assert_eq!(
                world.ask(name, input.clone()),
                Err(code.to_owned()),
                "{name}"
            );
            assert!(world.estate.scaling == before, "{name} {code}");
        }
        world.wait(75);
    }
}
