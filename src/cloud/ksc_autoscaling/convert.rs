//! From answers to facts. Unknown words are kept as they came; times are Beijing's wall clock (ksc-autoscaling.md, 8).

use jiff::Timestamp;
use serde_json::Value as Json;

use super::outputs;
use crate::cloud::declare::Zone;
use crate::domain::scaling::{
    Activity, ActivityKind, ActivityStatus, Adjustment, Binding, Config, Function, Group,
    GroupStatus, Member, MetricRule, Origin, Policy, RemovePolicy, Repeat, Spread, Subscription,
    Task,
};
use crate::domain::text::SafeText;

fn text(value: &str) -> SafeText {
    SafeText::new(value)
}

fn texts(values: &[String]) -> Vec<SafeText> {
    let filled = values.iter().filter(|value| !value.is_empty());
    filled.map(|value| text(value)).collect()
}

/// A size that cannot be negative.
fn size(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// An instant; empty text and the date of zeros are none (8.1).
fn instant(value: &str) -> Option<Timestamp> {
    Zone::BeijingPlain
        .read(value)
        .filter(|at| at.as_second() > 0)
}

pub fn group(row: &outputs::Group) -> Group {
    let mut security_groups = texts(&row.security_group_id_set.0);
    if security_groups.is_empty() && !row.security_group_id.is_empty() {
        security_groups.push(text(&row.security_group_id));
    }
    Group {
        id: text(&row.scaling_group_id),
        name: text(&row.scaling_group_name),
        config: text(&row.scaling_configuration_id),
        config_name: text(&row.scaling_configuration_name),
        min: size(row.min_size),
        max: size(row.max_size),
        desired: size(row.desired_capacity),
        members: size(row.instance_num),
        remove: match row.remove_policy.as_str() {
            "RemoveOldestInstance" => Some(RemovePolicy::Oldest),
            "RemoveNewestInstance" => Some(RemovePolicy::Newest),
            _ => None,
        },
        subnets: texts(&row.subnet_id_set.0),
        spread: match row.subnet_strategy.as_str() {
            "balanced-distribution" => Some(Spread::Balanced),
            "choice-first" => Some(Spread::First),
            _ => None,
        },
        vpc: text(&row.vpc_id),
        security_groups,
        bindings: row.slb_config_set.0.iter().map(binding).collect(),
        created: instant(&row.create_time),
        status: match row.status.as_str() {
            "Active" => GroupStatus::Active,
            "UnActive" | "Inactive" | "" => GroupStatus::Inactive,
            other => GroupStatus::Other(text(other)),
        },
        busy: row.in_activity.map(|flag| flag != 0),
    }
}

fn binding(row: &outputs::SlbConfig) -> Binding {
    Binding {
        balancer: text(&row.slb_id),
        listener: text(&row.listener_id),
        ports: row
            .server_port_set
            .0
            .iter()
            .map(|port| size(*port))
            .collect(),
        weight: row.weight.map(size),
    }
}

pub fn member(row: &outputs::Instance) -> Member {
    let health = row.health_status.to_ascii_lowercase();
    Member {
        id: text(&row.instance_id),
        name: text(&row.instance_name),
        healthy: match health.as_str() {
            "healthy" => Some(true),
            "unhealthy" => Some(false),
            _ => None,
        },
        origin: match row.creation_type.as_str() {
            "Auto" => Origin::Auto,
            "Manual" => Origin::Manual,
            other => Origin::Other(text(other)),
        },
        joined: instant(&row.add_time),
        protected: row.protected_from_scale_in != 0,
    }
}

pub fn activity(row: &outputs::Activity) -> Activity {
    Activity {
        id: text(&row.scaling_activity_id),
        group: text(&row.scaling_group_id),
        kind: match row.kind {
            0 => ActivityKind::Out,
            1 => ActivityKind::In,
            2 => ActivityKind::Attach,
            3 => ActivityKind::Detach,
            10 => ActivityKind::Replace,
            other => ActivityKind::Other(other),
        },
        status: match row.status {
            1 => ActivityStatus::Running,
            2 => ActivityStatus::Succeeded,
            3 => ActivityStatus::Failed,
            4 => ActivityStatus::Cancelled,
            other => ActivityStatus::Other(other),
        },
        cause: text(&row.cause),
        description: text(&row.description),
        started: instant(&row.start_time),
        ended: instant(&row.end_time),
        done: texts(&row.succ_ins_list.0),
        failed: texts(&row.fail_ins_list.0),
        error: row.error_code,
    }
}

pub fn policy(row: &outputs::Policy) -> Policy {
    let value = row.adjustment_value;
    Policy {
        id: text(&row.scaling_policy_id),
        name: text(&row.scaling_policy_name),
        adjustment: match row.adjustment_type.as_str() {
            "TotalCapacity" => Some(Adjustment::Total(value)),
            "QuantityChangeInCapacity" => Some(Adjustment::Count(value)),
            "PercentChangeInCapacity" => Some(Adjustment::Percent(value)),
            _ => None,
        },
        rule: MetricRule {
            metric: text(&row.metric.dimension_name),
            comparison: text(&row.metric.comparison_operator),
            threshold: row.metric.threshold,
            repeat: row.metric.repeat_times.map_or(3, size),
            period: row.metric.period.map_or(60, size),
            function: match row.metric.function.as_str() {
                "avg" => Some(Function::Average),
                "min" => Some(Function::Min),
                "max" => Some(Function::Max),
                _ => None,
            },
        },
        created: instant(&row.create_time),
        cooldown: size(row.cool_down),
    }
}

pub fn task(row: &outputs::Task) -> Task {
    Task {
        id: text(&row.scaling_scheduled_task_id),
        name: text(&row.scaling_scheduled_task_name),
        min: size(row.readjust_min_size),
        max: size(row.readjust_max_size),
        desired: size(row.readjust_expect_size),
        start: instant(&row.start_time),
        end: instant(&row.end_time),
        repeat: Repeat::read(&row.recurrence, &row.repeat_unit, &row.repeat_cycle),
        created: instant(&row.create_time),
    }
}

pub fn subscription(row: &outputs::Notification) -> Subscription {
    let types = row.scaling_notification_types.0.iter();
    Subscription {
        id: text(&row.scaling_notification_id),
        events: types.filter_map(|word| word.trim().parse().ok()).collect(),
    }
}

pub fn config(row: &outputs::Configuration) -> Config {
    let mut types = texts(&row.instance_type_set.0);
    if types.is_empty() {
        types = row
            .instance_type
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(text)
            .collect();
    }
    let used_by = row.scaling_group_id_set.0.iter();
    Config {
        id: text(&row.scaling_configuration_id),
        name: text(&row.scaling_configuration_name),
        groups: used_by
            .map(|group| {
                (
                    text(&group.scaling_group_id),
                    text(&group.scaling_group_name),
                )
            })
            .collect(),
        image: text(&row.image_id),
        cpu: row.cpu.filter(|_| types.len() < 2).map(size),
        memory: row.mem.filter(|_| types.len() < 2).map(size),
        types,
        created: instant(&row.create_time),
        properties: properties(row),
    }
}

/// The properties that are set, in the order of the document's form of creation.
fn properties(row: &outputs::Configuration) -> Vec<(&'static str, SafeText)> {
    let number = |value: Option<i64>| value.map_or(String::new(), |value| value.to_string());
    let flag = |value: Option<bool>| value.map_or(String::new(), |value| value.to_string());
    let tags = row
        .tag_set
        .0
        .iter()
        .map(|tag| format!("{}={}", tag.key, tag.value));
    let all = [
        ("ChargeType", row.charge_type.clone()),
        ("DataDiskGb", number(row.storage_size.filter(|gb| *gb > 0))),
        ("ProjectId", number(row.project_id)),
        ("KeepImageLogin", flag(row.keep_image_login)),
        ("KeyId", joined(&row.key_ids)),
        ("DataDisk", disks(&row.data_disk_ebs_detail)),
        (
            "SystemDisk",
            match row.system_disk_size {
                Some(gb) => format!("{} {gb} GB", row.system_disk_type),
                None => row.system_disk_type.clone(),
            },
        ),
        ("AddressBandWidth", number(row.address_band_width)),
        ("BandWidthShareId", row.band_width_share_id.clone()),
        ("LineId", row.line_id.clone()),
        ("InstanceName", row.instance_name.clone()),
        ("InstanceNameSuffix", row.instance_name_suffix.clone()),
        (
            "InstanceNameTimeSuffix",
            flag(row.instance_name_time_suffix),
        ),
        ("Tag", tags.collect::<Vec<_>>().join(", ")),
        (
            "SupportAvailabilityZones",
            row.support_availability_zones.0.join(", "),
        ),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name, SafeText::from(value)))
        .collect()
}

/// A text that holds a JSON list of texts; as it is when it holds none.
fn joined(text: &str) -> String {
    serde_json::from_str::<Vec<String>>(text).map_or_else(|_| text.to_owned(), |all| all.join(", "))
}

/// The text that holds cloud disks as JSON, in words: `SSD3.0 50 GB`.
fn disks(text: &str) -> String {
    let Ok(Json::Array(disks)) = serde_json::from_str(text) else {
        return text.to_owned();
    };
    let disk = |disk: &Json| {
        let get = |name: &str| {
            let members = disk.as_object()?;
            let found = members
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        let kind = get("type").unwrap_or_default();
        let size = get("size").unwrap_or_default();
        let goes = get("deleteWithInstance") == Some(Json::Bool(true));
        let kept = if goes { "" } else { " kept" };
        format!("{} {size} GB{kept}", kind.as_str().unwrap_or("?"))
    };
    disks.iter().map(disk).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_beijings_and_zeros_are_none() {
        assert_eq!(
            instant("2020-02-17 17:39:34").map(|at| at.to_string()),
            Some("2020-02-17T09:39:34Z".to_owned())
        );
        for none in ["", "0000-00-00 00:00:00"] {
            assert_eq!(instant(none), None);
        }
    }

    #[test]
    fn disks_are_read_from_a_text_in_an_answer() {
        let text = r#"[{"deleteWithInstance": false, "size": 50, "type": "SSD3.0"}]"#;
        assert_eq!(disks(text), "SSD3.0 50 GB kept");
        assert_eq!(disks("broken ["), "broken [");
    }

    #[test]
    fn a_group_that_is_not_active_is_not_active() {
        let status = |word: &str| {
            group(&outputs::Group {
                status: word.to_owned(),
                ..outputs::Group::default()
            })
            .status
        };
        assert_eq!(status("Active"), GroupStatus::Active);
        assert_eq!(status("UnActive"), GroupStatus::Inactive);
        assert_eq!(status("Frozen"), GroupStatus::Other("Frozen".into()));
    }
}
