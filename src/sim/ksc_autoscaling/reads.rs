//! The seven lists (ksc-autoscaling.md, 12).

use serde_json::{Map, Value as Json, json};

use super::common::{page, place, wanted};
use crate::cloud::declare::Zone;
use crate::cloud::ksc_autoscaling::ops;
use crate::sim::chance;
use crate::sim::dialect::ksc_invalid;
use crate::sim::estate::Estate;
use crate::sim::estate::identity::KSC_REGION;
use crate::sim::estate::things::scaling::{
    Activity, Config, Group, Member, Policy, RemovePolicy, Status, Task,
};
use crate::sim::handlers::Refusal;

/// Rows of a page without a documented maximum (9).
const MOST: u32 = 1000;

/// What the newer public clients get besides is left out in the document's shape (14.0).
fn also(row: &mut Json, estate: &Estate, members: &Json) {
    if let (true, Json::Object(row), Json::Object(more)) =
        (estate.scaling.switches.public_answers, row, members)
    {
        row.extend(more.clone());
    }
}

fn size(asked: Option<u32>, default: u32) -> Result<u32, Refusal> {
    match asked {
        None => Ok(default),
        Some(rows) if (1..=MOST).contains(&rows) => Ok(rows),
        Some(_) => Err(ksc_invalid("MaxResults")),
    }
}

fn time(at: jiff::Timestamp) -> String {
    Zone::BeijingPlain.write(at)
}

pub fn groups(estate: &Estate, ask: &ops::DescribeScalingGroup) -> Result<Json, Refusal> {
    let size = size(ask.max_results, 10)?;
    let vpc = vpc(estate);
    let is_wanted = |group: &&Group| {
        let name = ask.name.as_deref().unwrap_or("");
        wanted(&ask.ids, &group.id)
            && group.name.contains(name)
            && ask
                .config
                .as_ref()
                .is_none_or(|config| *config == group.config)
            && ask.vpc.as_ref().is_none_or(|asked| *asked == vpc)
    };
    // Newest first (9).
    let newest = estate.scaling.groups.iter().rev().filter(is_wanted);
    let rows: Vec<Json> = newest.map(|row| group(estate, row, &vpc)).collect();
    Ok(json!({
        "ScalingGroupCount": rows.len(),
        "ScalingGroupSet": page(rows, ask.marker, size),
    }))
}

fn vpc(estate: &Estate) -> String {
    chance::uuid(estate.seed, &["vpc"])
}

fn group(estate: &Estate, group: &Group, vpc: &str) -> Json {
    let config = estate
        .scaling
        .configs
        .iter()
        .find(|config| config.id == group.config);
    let bindings: Vec<Json> = group
        .bindings
        .iter()
        .map(|binding| {
            json!({
                "SlbId": binding.balancer,
                "ListenerId": binding.listener,
                "ServerPortSet": binding.ports,
                "Weight": binding.weight,
            })
        })
        .collect();
    let mut row = json!({
        "ScalingGroupId": group.id,
        "ScalingGroupName": group.name,
        "ScalingConfigurationId": group.config,
        "ScalingConfigurationName": config.map_or("", |config| config.name.as_str()),
        "MinSize": group.min,
        "MaxSize": group.max,
        "InstanceNum": group.members.len(),
        "CreateTime": time(group.created),
        "RemovePolicy": match group.remove {
            RemovePolicy::Oldest => "RemoveOldestInstance",
            RemovePolicy::Newest => "RemoveNewestInstance",
        },
        "VpcId": vpc,
        "SecurityGroupId": group.security_group,
        "Status": if group.active { "Active" } else { "UnActive" },
        "ProductLine": "KEC",
        "DesiredCapacity": group.desired,
        "SubnetIdSet": group.subnets,
        "SubnetStrategy": group.strategy,
        "SlbConfigSet": bindings,
    });
    let busy = i32::from(group.running().is_some());
    let more = json!({"BInScalingActivity": busy, "SecurityGroupIdSet": [group.security_group]});
    also(&mut row, estate, &more);
    row
}

pub fn members(estate: &Estate, ask: &ops::DescribeScalingInstance) -> Result<Json, Refusal> {
    let size = size(ask.max_results, 10)?;
    let group = &estate.scaling.groups[place(estate, &ask.group)?];
    let is_wanted = |member: &&Member| {
        let origin = if member.auto { "Auto" } else { "Manual" };
        wanted(&ask.instances, &member.id)
            && ask.origin.as_deref().is_none_or(|asked| asked == origin)
            && ask
                .health
                .as_deref()
                .is_none_or(|asked| asked == health(member))
    };
    Ok(member_list(estate, group, is_wanted, ask.marker, size))
}

/// The members with these ids, as `SetKvmProtectedDetach` answers (12.9).
pub fn members_of(estate: &Estate, group: &str, ids: &[String]) -> Result<Json, Refusal> {
    let group = &estate.scaling.groups[place(estate, group)?];
    Ok(member_list(
        estate,
        group,
        |member| wanted(ids, &member.id),
        None,
        MOST,
    ))
}

fn health(member: &Member) -> &'static str {
    if member.ill_since.is_some() {
        "UnHealthy"
    } else {
        "Healthy"
    }
}

fn member_list(
    estate: &Estate,
    group: &Group,
    is_wanted: impl Fn(&&Member) -> bool,
    marker: Option<u32>,
    size: u32,
) -> Json {
    let mut members: Vec<&Member> = group.members.iter().filter(is_wanted).collect();
    members.sort_by_key(|member| member.joined);
    let rows: Vec<Json> = members
        .into_iter()
        .map(|member| {
            let mut row = json!({
                "InstanceId": member.id,
                "InstanceName": member.name,
                "HealthStatus": health(member),
                "CreationType": if member.auto { "Auto" } else { "Manual" },
                "AddTime": time(member.joined),
                "ProtectedFromScaleIn": i32::from(member.protected),
            });
            let more = json!({"HostName": member.name, "LifeCycleState": "InService"});
            also(&mut row, estate, &more);
            row
        })
        .collect();
    json!({
        "ScalingInstanceCount": rows.len(),
        "ScalingInstanceSet": page(rows, marker, size),
        "DesiredCapacity": group.desired,
    })
}

pub fn activities(estate: &Estate, ask: &ops::DescribeScalingActivity) -> Result<Json, Refusal> {
    let size = size(ask.max_results, 10)?;
    let group = &estate.scaling.groups[place(estate, &ask.group)?];
    let is_wanted = |activity: &&Activity| {
        wanted(&ask.ids, &activity.id)
            && ask.start.is_none_or(|start| activity.started >= start.0)
            && ask.end.is_none_or(|end| activity.started <= end.0)
    };
    let newest = group.activities.iter().rev().filter(is_wanted);
    let rows: Vec<Json> = newest.map(|row| activity(estate, group, row)).collect();
    Ok(json!({
        "ScalingActivityCount": rows.len(),
        "ScalingActivitySet": page(rows, ask.marker, size),
    }))
}

fn activity(estate: &Estate, group: &Group, activity: &Activity) -> Json {
    let is_over = activity.status != Status::Running;
    let mut row = json!({
        "ScalingGroupId": group.id,
        "Status": activity.status as i64,
        "Cause": activity.cause,
        "Description": activity.description,
        "StartTime": time(activity.started),
        "ScalingActivityId": activity.id,
        "EndTime": activity.ended.map(time),
        "Type": activity.kind as i64,
        "SuccInsList": if is_over { activity.done.as_slice() } else { &[] },
        "ErrorCode": activity.error,
    });
    if !activity.failed.is_empty() {
        let failed = json!({"FailInsList": activity.failed});
        also(&mut row, estate, &failed);
    }
    if let Json::Object(members) = &mut row {
        members.retain(|_, value| !value.is_null());
    }
    row
}

pub fn policies(estate: &Estate, ask: &ops::DescribeScalingPolicy) -> Result<Json, Refusal> {
    let size = size(ask.max_results, 10)?;
    let group = &estate.scaling.groups[place(estate, &ask.group)?];
    let is_wanted = |policy: &&Policy| {
        wanted(&ask.ids, &policy.id.to_string())
            && ask.name.as_ref().is_none_or(|name| *name == policy.name)
    };
    let rows: Vec<Json> = group
        .policies
        .iter()
        .filter(is_wanted)
        .map(|row| policy(group, row))
        .collect();
    Ok(json!({
        "ScalingPolicySize": rows.len(),
        "ScalingPolicySet": page(rows, ask.marker, size),
    }))
}

fn policy(group: &Group, policy: &Policy) -> Json {
    let (kind, value) = super::changes::adjustment_words(policy.adjustment);
    json!({
        "ScalingGroupId": group.id,
        "ScalingPolicyId": policy.id.to_string(),
        "ScalingPolicyName": policy.name,
        "AdjustmentType": kind,
        "AdjustmentValue": value,
        "Metric": {
            "DimensionName": policy.rule.metric,
            "ComparisonOperator": policy.rule.comparison,
            "Threshold": policy.rule.threshold,
            "RepeatTimes": policy.rule.repeat,
            "Period": policy.rule.period,
            "Function": policy.rule.function,
        },
        "CreateTime": time(policy.created),
        "CoolDown": policy.cooldown,
        "AvailabilityZone": format!("{KSC_REGION}a"),
    })
}

pub fn tasks(estate: &Estate, ask: &ops::DescribeScheduledTask) -> Result<Json, Refusal> {
    let size = size(ask.max_results, 20)?;
    let group = &estate.scaling.groups[place(estate, &ask.group)?];
    let is_wanted = |task: &&Task| {
        wanted(&ask.ids, &task.id) && ask.name.as_ref().is_none_or(|name| *name == task.name)
    };
    let rows: Vec<Json> = group
        .tasks
        .iter()
        .filter(is_wanted)
        .map(|row| task(group, row))
        .collect();
    Ok(json!({
        "ScheduledTaskSize": rows.len(),
        "ScalingScheduleTaskSet": page(rows, ask.marker, size),
    }))
}

fn task(group: &Group, task: &Task) -> Json {
    let mut row = json!({
        "ScalingGroupId": group.id,
        "ScalingScheduledTaskId": task.id,
        "ScalingScheduledTaskName": task.name,
        "ReadjustMaxSize": task.max,
        "ReadjustMinSize": task.min,
        "ReadjustExpectSize": task.desired,
        "StartTime": time(task.start),
        "EndTime": task.end.map(time),
        "Recurrence": task.recurrence,
        "RepeatUnit": task.unit.as_ref().map(|(unit, _)| unit),
        "RepeatCycle": task.unit.as_ref().map(|(_, cycle)| cycle),
        "CreateTime": time(task.created),
        "AvailabilityZone": format!("{KSC_REGION}a"),
    });
    if let Json::Object(members) = &mut row {
        members.retain(|_, value| !value.is_null());
    }
    row
}

pub fn notifications(
    estate: &Estate,
    ask: &ops::DescribeScalingNotification,
) -> Result<Json, Refusal> {
    let group = &estate.scaling.groups[place(estate, &ask.group)?];
    let rows: Vec<Json> = group
        .subscription
        .iter()
        .filter(|(id, _)| ask.id.as_ref().is_none_or(|asked| asked == id))
        .map(|(id, events)| {
            let types: Vec<String> = events.iter().map(ToString::to_string).collect();
            json!({
                "ScalingNotificationId": id,
                "ScalingGroupId": group.id,
                "ScalingNotificationTypes": types,
                "AvailabilityZone": format!("{KSC_REGION}a"),
            })
        })
        .collect();
    Ok(json!({
        "ScalingNotificationCount": rows.len(),
        "ScalingNotificationSet": rows,
    }))
}

pub fn configs(estate: &Estate, ask: &ops::DescribeScalingConfiguration) -> Result<Json, Refusal> {
    let size = size(ask.max_results, 10)?;
    let is_wanted = |config: &&Config| {
        let project = config
            .given
            .get("ProjectId")
            .map_or("0".to_owned(), Json::to_string);
        wanted(&ask.ids, &config.id)
            && ask
                .name
                .as_ref()
                .is_none_or(|name| config.name.contains(name.as_str()))
            && wanted(&ask.projects, &project)
    };
    let newest = estate.scaling.configs.iter().rev().filter(is_wanted);
    let rows: Vec<Json> = newest.map(|row| config(estate, row)).collect();
    Ok(json!({
        "ScalingConfigurationCount": rows.len(),
        "ScalingConfigurationSet": page(rows, ask.marker, size),
    }))
}

/// CPUs, memory in GB and graphics processors of a type of machine, from its name: `N3.4B` has four CPUs.
fn hardware(kind: &str) -> (i64, i64, i64) {
    let digits: String = kind
        .split('.')
        .nth(1)
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let cpus = digits.parse().unwrap_or(1);
    (cpus, cpus * 4, i64::from(kind.starts_with('G')))
}

fn config(estate: &Estate, config: &Config) -> Json {
    let given = |name: &str| config.given.get(name).cloned().unwrap_or_default();
    let (cpu, memory, gpu) = hardware(config.types.first().map_or("", String::as_str));
    let used_by: Vec<Json> = estate
        .scaling
        .groups
        .iter()
        .filter(|group| group.config == config.id)
        .map(|group| json!({"ScalingGroupId": group.id, "ScalingGroupName": group.name}))
        .collect();
    let disks: Vec<Json> = given("DataDisk.N")
        .as_array()
        .into_iter()
        .flatten()
        .map(|disk| {
            json!({
                "deleteWithInstance": disk["DeleteWithInstance"].as_bool().unwrap_or(false),
                "size": disk["Size"],
                "type": disk["Type"],
            })
        })
        .collect();
    let row = json!({
        "ScalingConfigurationId": config.id,
        "ScalingConfigurationName": config.name,
        "ScalingGroupIdSet": used_by,
        "Cpu": cpu,
        "Mem": memory,
        "StorageType": "KDFS",
        "StorageSize": given("DataDiskGb"),
        "RootSize": given("SystemDisk.DiskSize"),
        "Gpu": gpu,
        "ImageId": given("ImageId"),
        "NeedMonitorAgent": 1,
        "NeedSecurityAgent": 1,
        "ChargeType": given("ChargeType"),
        "InstanceType": config.types.join(","),
        "InstanceTypeSet": config.types,
        "Available": 1,
        "CreateTime": time(config.created),
        "ProductLine": "KEC",
        "InstanceName": given("InstanceName"),
        "InstanceNameSuffix": given("InstanceNameSuffix"),
        "InstanceNameTimeSuffix": given("InstanceNameTimeSuffix"),
        "ProjectId": config.given.get("ProjectId").cloned().unwrap_or(json!(0)),
        "KeepImageLogin": given("KeepImageLogin"),
        "DataDiskEbsDetail": Json::Array(disks).to_string(),
        "SystemDiskType": given("SystemDisk.DiskType"),
        "SystemDiskSize": given("SystemDisk.DiskSize"),
        "SupportAvailabilityZones": [format!("{KSC_REGION}a"), format!("{KSC_REGION}b")],
        "AddressBandWidth": given("AddressBandWidth"),
        "BandWidthShareId": given("BandWidthShareId"),
        "LineId": given("LineId"),
        "AddressProjectId": given("AddressProjectId"),
        "TagSet": given("Tag.N"),
        "KeyIds": config.given.get("KeyId.N").map(Json::to_string),
    });
    match row {
        Json::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}
