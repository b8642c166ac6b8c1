//! The groups of a scenario, with what happened to them before it begins.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use super::{
    Activity, Binding, Config, Group, Kind, Member, MetricRule, Plan, Policy, RemovePolicy,
    Scaling, Status, Switches, Task,
};
use crate::domain::scaling::Adjustment;
use crate::sim::chance;
use crate::sim::estate::things::machines::Machine;
use crate::sim::estate::things::stamp::before;
use crate::sim::scenario::{
    Cloud, PastActivitySpec, ScalingConfigSpec, ScalingGroupSpec, Scenario,
};

/// Groups were created so many days before, one after the other.
const DAYS_OLD: i64 = 40;
const DAY: i64 = 86_400;

/// Everything of a scenario.
pub fn build(scenario: &Scenario, machines: &[Machine], start: Timestamp) -> Scaling {
    let seed = scenario.seed;
    let mut scaling = Scaling {
        switches: Switches {
            public_answers: scenario.scaling_public_answers,
            cooldown_blocks_manual: scenario.scaling_cooldown_blocks_manual,
            ..Switches::default()
        },
        security_groups: vec![chance::uuid(seed, &["security-group"])],
        ..Scaling::default()
    };
    for (index, spec) in (0_i64..).zip(&scenario.scaling_config) {
        let created = before(start, (DAYS_OLD + 5) * DAY - index * 3600);
        let id = scaling.new_id(created);
        scaling.configs.push(config(spec, id, created, seed));
    }
    for (index, spec) in (0_i64..).zip(&scenario.scaling_group) {
        let created = before(start, DAYS_OLD * DAY - index * 7200);
        let group = group(&mut scaling, spec, machines, created, start, seed);
        scaling.groups.push(group);
    }
    scaling
}

fn config(spec: &ScalingConfigSpec, id: String, created: Timestamp, seed: u64) -> Config {
    let mut given = Map::new();
    let image = format!("IMG-{}", chance::uuid(seed, &["image", &spec.image]));
    given.insert("ImageId".into(), image.into());
    given.insert("InstanceName".into(), spec.machine_name.clone().into());
    given.insert("SystemDisk.DiskType".into(), "SSD3.0".into());
    given.insert("SystemDisk.DiskSize".into(), spec.system_disk.into());
    given.insert("ChargeType".into(), "HourlyInstantSettlement".into());
    given.insert("KeepImageLogin".into(), false.into());
    if spec.data_disk > 0 {
        let disk = json!([{"Type": "SSD3.0", "Size": spec.data_disk, "DeleteWithInstance": true}]);
        given.insert("DataDisk.N".into(), disk);
    }
    let tags: Vec<Json> = spec
        .tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    if !tags.is_empty() {
        given.insert("Tag.N".into(), tags.into());
    }
    Config {
        id,
        name: spec.name.clone(),
        types: spec.types.clone(),
        created,
        given,
    }
}

fn group(
    scaling: &mut Scaling,
    spec: &ScalingGroupSpec,
    machines: &[Machine],
    created: Timestamp,
    start: Timestamp,
    seed: u64,
) -> Group {
    let of_fleet: Vec<&Machine> = machines
        .iter()
        .filter(|machine| machine.fleet == spec.fleet && machine.id_in(Cloud::Ksc).is_some())
        .collect();
    let mut subnets: Vec<String> = of_fleet.iter().map(|m| m.subnet.clone()).collect();
    subnets.sort();
    subnets.dedup();
    let members = members(spec, &of_fleet, created, start);
    let id = scaling.new_id(created);
    let config = scaling
        .configs
        .iter()
        .find(|config| config.name == spec.config)
        .map_or_else(String::new, |config| config.id.clone());
    let bindings: Vec<Binding> = spec
        .bindings
        .iter()
        .map(|(name, port)| Binding {
            balancer: chance::uuid(seed, &["slb", name]),
            listener: chance::uuid(seed, &["listener", name, &port.to_string()]),
            ports: vec![*port],
            weight: 20,
        })
        .collect();
    for binding in &bindings {
        let pair = (binding.balancer.clone(), binding.listener.clone());
        if !scaling.balancers.contains(&pair) {
            scaling.balancers.push(pair);
        }
    }
    let size = i64::try_from(members.len()).unwrap_or(0);
    let policies = policies(scaling, spec, created, start);
    let tasks = tasks(scaling, spec, created, start);
    let events = spec.events.iter().copied().collect();
    let subscription = (!spec.events.is_empty())
        .then(|| (scaling.new_id(created + Duration::from_secs(300)), events));
    let past = spec.past.iter();
    let activities = past
        .map(|past| activity(scaling, past, &config, &members, start, seed))
        .collect();
    let mut group = Group {
        id,
        name: spec.name.clone(),
        config,
        min: spec.min,
        max: spec.max,
        desired: spec.desired.unwrap_or(size),
        remove: if spec.newest_first {
            RemovePolicy::Newest
        } else {
            RemovePolicy::Oldest
        },
        subnets,
        strategy: "balanced-distribution".to_owned(),
        security_group: scaling.security_groups[0].clone(),
        bindings,
        created,
        active: spec.active,
        counter: u32::try_from(of_fleet.len()).unwrap_or(0),
        members,
        activities,
        policies,
        tasks,
        subscription,
        cooling_until: None,
        hold_until: None,
        waits: false,
        cause: "修改期望实例数触发".to_owned(),
        load_of: None,
        fleet: spec.fleet.clone(),
        sizes: Vec::new(),
        growing_fails: spec.growing_fails,
    };
    group.bears(created);
    group
}

fn members(
    spec: &ScalingGroupSpec,
    of_fleet: &[&Machine],
    created: Timestamp,
    start: Timestamp,
) -> Vec<Member> {
    let first_by_hand = spec.members.saturating_sub(spec.manual);
    let life = start.as_second() - created.as_second();
    let count = i64::try_from(spec.members.max(1)).unwrap_or(1);
    (0_i64..)
        .zip(of_fleet.iter().take(spec.members).enumerate())
        .map(|(step, (index, machine))| Member {
            id: machine.id_in(Cloud::Ksc).unwrap_or_default().to_owned(),
            name: machine.name.clone(),
            subnet: machine.subnet.clone(),
            joined: before(start, life - 90 - step * (life / 2) / count),
            auto: index < first_by_hand,
            protected: index < spec.protected,
            ill_since: (index + 1 == spec.members && spec.last_is_ill).then_some(start),
        })
        .collect()
}

fn policies(
    scaling: &mut Scaling,
    spec: &ScalingGroupSpec,
    created: Timestamp,
    start: Timestamp,
) -> Vec<Policy> {
    spec.policies
        .iter()
        .map(|policy| Policy {
            id: scaling.new_policy_id(),
            name: policy.name.clone(),
            rule: MetricRule {
                metric: policy.metric.clone(),
                comparison: policy.comparison.clone(),
                threshold: policy.threshold,
                repeat: policy.repeat,
                period: 60,
                function: "avg".to_owned(),
            },
            adjustment: Adjustment::Count(policy.change),
            cooldown: policy.cooldown,
            created: created + Duration::from_secs(600),
            run: 0,
            seen: start,
        })
        .collect()
}

fn tasks(
    scaling: &mut Scaling,
    spec: &ScalingGroupSpec,
    created: Timestamp,
    start: Timestamp,
) -> Vec<Task> {
    let mut tasks = Vec::new();
    for wanted in &spec.tasks {
        let (min, desired, max) = wanted.sizes;
        // At full minutes, as people choose them.
        let at = start.as_second().div_euclid(60) * 60 + wanted.after;
        let first = Timestamp::from_second(at).unwrap_or(start);
        let mut task = Task {
            id: scaling.new_id(created),
            name: wanted.name.clone(),
            min,
            max,
            desired,
            start: first,
            end: None,
            recurrence: wanted.recurrence.clone(),
            unit: None,
            created,
            next: None,
        };
        if wanted.recurrence.is_some() {
            task.end = Some(before(start, -180 * DAY));
        }
        task.next = task.run_after(start);
        tasks.push(task);
    }
    tasks
}

fn activity(
    scaling: &mut Scaling,
    past: &PastActivitySpec,
    config: &str,
    members: &[Member],
    start: Timestamp,
    seed: u64,
) -> Activity {
    let began = before(start, past.ago);
    let kind = match past.kind {
        1 => Kind::In,
        2 => Kind::Attach,
        3 => Kind::Detach,
        10 => Kind::Replace,
        _ => Kind::Out,
    };
    let status = match past.status {
        3 => Status::Failed,
        4 => Status::Cancelled,
        _ => Status::Succeeded,
    };
    let took = if status == Status::Cancelled {
        0
    } else {
        60 + 10 * i64::from(past.count)
    };
    let ids = |word: &str| -> Vec<String> {
        let newest = members.iter().rev().map(|member| member.id.clone());
        if word == "done" && kind == Kind::Out {
            return newest.take(past.count as usize).collect();
        }
        (0..past.count)
            .map(|number| {
                chance::uuid(
                    seed,
                    &["gone", word, &past.ago.to_string(), &number.to_string()],
                )
            })
            .collect()
    };
    Activity {
        id: scaling.new_id(began),
        kind,
        status,
        cause: past.cause.clone(),
        description: if kind == Kind::Out {
            config.to_owned()
        } else {
            past.cause.clone()
        },
        started: began,
        ended: Some(before(began, -took)),
        done: if status == Status::Succeeded {
            ids("done")
        } else {
            Vec::new()
        },
        failed: if status == Status::Failed {
            ids("failed")
        } else {
            Vec::new()
        },
        error: past.error,
        plan: Plan {
            at: began,
            create: 0,
            leave: Vec::new(),
            cooldown: 0,
        },
    }
}
