//! The operations, in the document's order (ksc-autoscaling.md, 12).
//!
//! What they answer is in [`super::outputs`], the rules across fields are in [`super::rules`].

use super::outputs::{
    Activities, ConfigCreated, Configurations, Groups, Instances, NotificationCreated,
    Notifications, Policies, PolicyCreated, Returned, Tasks,
};
use super::rules;
use crate::cloud::declare::{BeijingTime, Call, Entry};
use crate::{object, operation};

/// Version of all operations.
const VERSION: &str = "2016-03-04";

const fn read(action: &'static str) -> Call {
    Call::action(action, VERSION)
}

const fn change(action: &'static str) -> Call {
    Call::action(action, VERSION).mutates()
}

/// All operations.
pub const OPERATIONS: &[Entry] = &[
    Entry::of::<CreateScalingGroup>(),
    Entry::of::<EnableScalingGroup>(),
    Entry::of::<DisableScalingGroup>(),
    Entry::of::<DeleteScalingGroup>(),
    Entry::of::<DescribeScalingActivity>(),
    Entry::of::<AttachInstance>(),
    Entry::of::<DetachInstance>(),
    Entry::of::<DescribeScalingInstance>(),
    Entry::of::<SetKvmProtectedDetach>(),
    Entry::of::<ModifyScalingGroup>(),
    Entry::of::<DescribeScalingGroup>(),
    Entry::of::<ModifyScalingLoadBalancers>(),
    Entry::of::<CreateScalingConfiguration>(),
    Entry::of::<ModifyScalingConfiguration>(),
    Entry::of::<DescribeScalingConfiguration>(),
    Entry::of::<DeleteScalingConfiguration>(),
    Entry::of::<CreateScalingPolicy>(),
    Entry::of::<DescribeScalingPolicy>(),
    Entry::of::<ModifyScalingPolicy>(),
    Entry::of::<DeleteScalingPolicy>(),
    Entry::of::<CreateScheduledTask>(),
    Entry::of::<DescribeScheduledTask>(),
    Entry::of::<ModifyScheduledTask>(),
    Entry::of::<DeleteScheduledTask>(),
    Entry::of::<CreateScalingNotification>(),
    Entry::of::<DescribeScalingNotification>(),
    Entry::of::<ModifyScalingNotification>(),
];

/// Which member leaves first (11.7).
pub const REMOVE_POLICIES: &[&str] = &["RemoveOldestInstance", "RemoveNewestInstance"];
/// How members are spread over subnets (11.7).
pub const SUBNET_STRATEGIES: &[&str] = &["balanced-distribution", "choice-first"];
/// How a policy changes the size (11.7).
pub const ADJUSTMENT_TYPES: &[&str] = &[
    "TotalCapacity",
    "QuantityChangeInCapacity",
    "PercentChangeInCapacity",
];
/// Units of a repetition (11.7).
pub const REPEAT_UNITS: &[&str] = &["Day", "Month", "Week"];
/// The metrics a policy can watch (11.5).
pub const METRICS: &[&str] = &[
    "cpu_usage",
    "mem_usage",
    "net_outtraffic",
    "net_intraffic",
    "listener_outtraffic",
    "listener_intraffic",
];
/// How values are compared (11.5).
pub const COMPARISONS: &[&str] = &[
    "Greater",
    "EqualOrGreater",
    "Less",
    "EqualOrLess",
    "Equal",
    "NotEqual",
];
/// How the members' values become one (11.5).
pub const FUNCTIONS: &[&str] = &["avg", "min", "max"];
/// Kinds of system disk (11.7).
pub const SYSTEM_DISKS: &[&str] = &["Local_SSD", "SSD2.0", "SATA2.0", "SSD3.0"];

object! {
    /// A listener that sends to the members (11.4).
    Slb;
    /// Load balancer.
    id: Option<String> = "Id",
    /// Listener.
    listener: Option<String> = "ListenerId",
    /// Ports of the members.
    ports: Vec<u32> = "ServerPort.M",
    /// Weight.
    weight: Option<u32> = "Weight".range(0, 100).default("20"),
}

object! {
    /// A cloud disk of new members.
    DataDisk;
    /// Kind.
    kind: Option<String> = "Type",
    /// Size in GB.
    size: Option<u32> = "Size",
    /// Does it go with its machine?
    delete: Option<bool> = "DeleteWithInstance".alias(&["deleteWithInstance"]),
}

object! {
    /// When a policy fires (11.5).
    Metric;
    /// Metric.
    metric: String = "dimensionName".alias(&["DimensionName"]).one_of(METRICS),
    /// How its value is compared.
    comparison: String = "comparisonOperator".alias(&["ComparisonOperator"]).one_of(COMPARISONS),
    /// With what: per cent, or MB/s for traffic.
    threshold: i64 = "threshold".alias(&["Threshold"]),
    /// How the members' values become one.
    function: String = "function".alias(&["Function"]).one_of(FUNCTIONS),
    /// Periods in a row.
    repeat: Option<u32> = "repeatTimes".alias(&["RepeatTimes"]).range(1, 10).default("3"),
    /// Length of a period in seconds.
    period: Option<u32> = "period".alias(&["Period"]),
}

object! {
    /// A tag of new members.
    Tag;
    /// Key.
    key: Option<String> = "Key".len(1, 128),
    /// Value.
    value: Option<String> = "Value".max_len(256),
}

// 12.1 CreateScalingGroup

operation! {
    /// Creates a scaling group from a launch configuration. It goes to work at once.
    CreateScalingGroup -> Returned, "ksc-autoscaling.create_scaling_group",
        change("CreateScalingGroup"), check = rules::group;
    /// Name.
    name: String = "ScalingGroupName",
    /// Launch configuration.
    config: String = "ScalingConfigurationId",
    /// Fewest members; 0 is accepted, too.
    min: u32 = "MinSize".range(1, 50).soft(),
    /// Most members.
    max: u32 = "MaxSize".range(1, 50).soft(),
    /// Members it shall have, between the other two.
    desired: u32 = "DesiredCapacity".range(0, 10).soft(),
    /// Which member leaves first.
    remove: String = "RemovePolicy".one_of(REMOVE_POLICIES),
    /// Subnets, all of one network.
    subnets: Vec<String> = "SubnetId.N".required(),
    /// How members are spread over several subnets.
    strategy: Option<String> = "SubnetStrategy".one_of(SUBNET_STRATEGIES).default("balanced-distribution"),
    /// Security group.
    security_group: String = "SecurityGroupId",
    /// Load balancers.
    slb: Vec<Slb> = "Slb.N",
}

// 12.2 EnableScalingGroup

operation! {
    /// Puts a group back to work.
    EnableScalingGroup -> Returned, "ksc-autoscaling.enable_scaling_group",
        change("EnableScalingGroup");
    /// The group.
    group: String = "ScalingGroupId",
}

// 12.3 DisableScalingGroup

operation! {
    /// Stops the automatic work of a group. Its members stay.
    DisableScalingGroup -> Returned, "ksc-autoscaling.disable_scaling_group",
        change("DisableScalingGroup");
    /// The group.
    group: String = "ScalingGroupId",
}

// 12.4 DeleteScalingGroup

operation! {
    /// Deletes a group that has no members.
    DeleteScalingGroup -> Returned, "ksc-autoscaling.delete_scaling_group",
        change("DeleteScalingGroup");
    /// The group.
    group: String = "ScalingGroupId".alias(&["ScalingGroupId.1", "ScalingGroupId.0"]),
}

// 12.5 DescribeScalingActivity

operation! {
    /// Lists the activities of a group.
    DescribeScalingActivity -> Activities, "ksc-autoscaling.describe_scaling_activity",
        read("DescribeScalingActivity");
    /// The group.
    group: String = "ScalingGroupId",
    /// Only these.
    ids: Vec<String> = "ScalingActivityId.N",
    /// Where the page starts, from 0.
    marker: Option<u32> = "Marker".at_least(0).default("0"),
    /// Rows of a page.
    max_results: Option<u32> = "MaxResults".range(5, 1000).default("10"),
    /// Start of a window of time.
    start: Option<BeijingTime> = "StartTime",
    /// End of that window.
    end: Option<BeijingTime> = "EndTime",
}

// 12.6 AttachInstance

operation! {
    /// Adds machines to a group. They must be in its network and in one of its subnets.
    AttachInstance -> Returned, "ksc-autoscaling.attach_instance",
        change("AttachInstance");
    /// The group.
    group: String = "ScalingGroupId",
    /// Machines.
    instances: Vec<String> = "ScalingInstanceId.N".required(),
}

// 12.7 DetachInstance

operation! {
    /// Takes machines out of a group.
    DetachInstance -> Returned, "ksc-autoscaling.detach_instance",
        change("DetachInstance");
    /// The group.
    group: String = "ScalingGroupId",
    /// Machines.
    instances: Vec<String> = "ScalingInstanceId.N".required(),
}

// 12.8 DescribeScalingInstance

operation! {
    /// Lists the members of a group.
    DescribeScalingInstance -> Instances, "ksc-autoscaling.describe_scaling_instance",
        read("DescribeScalingInstance");
    /// The group.
    group: String = "ScalingGroupId",
    /// Only these.
    instances: Vec<String> = "ScalingInstanceId.N",
    /// Only those of this origin.
    origin: Option<String> = "CreationType".one_of(&["Auto", "Manual"]),
    /// Only those in this state.
    health: Option<String> = "HealthStatus".one_of(&["Healthy", "UnHealthy"]),
    /// Where the page starts, from 0.
    marker: Option<u32> = "Marker".at_least(0).default("0"),
    /// Rows of a page.
    max_results: Option<u32> = "MaxResults".range(5, 1000).default("10"),
}

// 12.9 SetKvmProtectedDetach

operation! {
    /// Protects members from being removed when the group becomes smaller, or ends that.
    SetKvmProtectedDetach -> Instances, "ksc-autoscaling.set_kvm_protected_detach",
        change("SetKvmProtectedDetach");
    /// The group.
    group: String = "ScalingGroupId",
    /// Machines.
    instances: Vec<String> = "ScalingInstanceId.N".required(),
    /// 1 protects, 0 ends it; there is no default.
    protected: Option<u32> = "ProtectedFromDetach".range(0, 1),
}

// 12.10 ModifyScalingGroup

operation! {
    /// Changes a group. What is not given stays as it is. Load balancers have a call of their own.
    ModifyScalingGroup -> Returned, "ksc-autoscaling.modify_scaling_group",
        change("ModifyScalingGroup"), check = rules::group;
    /// The group.
    group: String = "ScalingGroupId",
    /// Fewest members.
    min: Option<u32> = "MinSize",
    /// Most members.
    max: Option<u32> = "MaxSize",
    /// Members it shall have.
    desired: Option<u32> = "DesiredCapacity",
    /// Which member leaves first.
    remove: Option<String> = "RemovePolicy".one_of(REMOVE_POLICIES),
    /// Name.
    name: Option<String> = "ScalingGroupName",
    /// Launch configuration.
    config: Option<String> = "ScalingConfigurationId",
    /// Subnets.
    subnets: Vec<String> = "SubnetId.N",
    /// How members are spread over several subnets.
    strategy: Option<String> = "SubnetStrategy".one_of(SUBNET_STRATEGIES),
    /// Load balancers.
    slb: Vec<Slb> = "Slb.N",
    /// Subnets of the container product.
    container_subnets: Vec<String> = "ContainerSubnetId.N",
}

// 12.11 DescribeScalingGroup

operation! {
    /// Lists the groups of the region.
    DescribeScalingGroup -> Groups, "ksc-autoscaling.describe_scaling_group",
        read("DescribeScalingGroup");
    /// Only these.
    ids: Vec<String> = "ScalingGroupId.N",
    /// Only those with this in their name.
    name: Option<String> = "ScalingGroupName",
    /// Only those that use this launch configuration.
    config: Option<String> = "ScalingConfigurationId",
    /// Only those in this network.
    vpc: Option<String> = "VpcId",
    /// Where the page starts, from 0.
    marker: Option<u32> = "Marker".at_least(0).default("0"),
    /// Rows of a page.
    max_results: Option<u32> = "MaxResults".at_least(5).default("10"),
}

// 12.12 ModifyScalingLoadBalancers

operation! {
    /// Replaces all load balancers of a group by those given. Without any, all are taken away.
    ModifyScalingLoadBalancers -> Returned, "ksc-autoscaling.modify_scaling_load_balancers",
        change("ModifyScalingLoadBalancers"), check = rules::balancers;
    /// The group.
    group: String = "ScalingGroupId",
    /// The whole new set.
    slb: Vec<Slb> = "Slb.N",
}

// 12.13 CreateScalingConfiguration

operation! {
    /// Creates a launch configuration: the template of new members.
    CreateScalingConfiguration -> ConfigCreated, "ksc-autoscaling.create_scaling_configuration",
        change("CreateScalingConfiguration"), check = rules::create_config;
    /// Name.
    name: String = "ScalingConfigurationName",
    /// Image.
    image: String = "ImageId",
    /// Password of the machines.
    password: Option<String> = "Password".secret(),
    /// Type of machine; not together with a list of types.
    instance_type: Option<String> = "InstanceType",
    /// Types of machine, the first with stock wins.
    instance_types: Vec<String> = "InstanceType.N".items(0, 10),
    /// How machines are paid for.
    charge: Option<String> = "ChargeType".default("HourlyInstantSettlement"),
    /// Local data disk in GB.
    data_disk_gb: Option<u32> = "DataDiskGb",
    /// Project.
    project: Option<u32> = "ProjectId".default("0"),
    /// Keep the way of logging in that the image has.
    keep_image_login: Option<bool> = "KeepImageLogin",
    /// Keys for logging in.
    keys: Vec<String> = "KeyId.N",
    /// Cloud disks.
    disks: Vec<DataDisk> = "DataDisk.N",
    /// Kind of system disk.
    system_disk_type: Option<String> = "SystemDisk.DiskType".one_of(SYSTEM_DISKS),
    /// Size of the system disk in GB.
    system_disk_size: Option<u32> = "SystemDisk.DiskSize",
    /// Bandwidth of the public address in Mbps.
    bandwidth: Option<u32> = "AddressBandWidth",
    /// Shared bandwidth that the address joins.
    shared_bandwidth: Option<String> = "BandWidthShareId",
    /// Line of the address.
    line: Option<String> = "LineId".default("BGP"),
    /// Project of the address.
    address_project: Option<u32> = "AddressProjectId",
    /// Names of machines begin with this.
    instance_name: Option<String> = "InstanceName",
    /// Number at the end of names.
    name_suffix: Option<String> = "InstanceNameSuffix",
    /// What machines run when they start, in base64.
    user_data: Option<String> = "UserData".secret(),
    /// Put the time into names.
    time_suffix: Option<bool> = "InstanceNameTimeSuffix",
    /// Tags of machines.
    tags: Vec<Tag> = "Tag.N".items(0, 10),
}

// 12.14 ModifyScalingConfiguration

operation! {
    /// Changes a launch configuration. Machines that exist stay as they are.
    ModifyScalingConfiguration -> Returned, "ksc-autoscaling.modify_scaling_configuration",
        change("ModifyScalingConfiguration"), check = rules::config;
    /// The configuration.
    config: String = "ScalingConfigurationId",
    /// Name.
    name: Option<String> = "ScalingConfigurationName",
    /// Image.
    image: Option<String> = "ImageId",
    /// Password of the machines.
    password: Option<String> = "Password".secret(),
    /// Type of machine; not together with a list of types.
    instance_type: Option<String> = "InstanceType",
    /// Types of machine, the first with stock wins.
    instance_types: Vec<String> = "InstanceType.N".items(0, 10),
    /// How machines are paid for.
    charge: Option<String> = "ChargeType",
    /// Local data disk in GB.
    data_disk_gb: Option<u32> = "DataDiskGb",
    /// Project.
    project: Option<u32> = "ProjectId",
    /// Keep the way of logging in that the image has.
    keep_image_login: Option<bool> = "KeepImageLogin",
    /// Keys for logging in.
    keys: Vec<String> = "KeyId.N",
    /// Cloud disks.
    disks: Vec<DataDisk> = "DataDisk.N",
    /// Kind of system disk.
    system_disk_type: Option<String> = "SystemDisk.DiskType".one_of(SYSTEM_DISKS),
    /// Size of the system disk in GB.
    system_disk_size: Option<u32> = "SystemDisk.DiskSize",
    /// Bandwidth of the public address in Mbps.
    bandwidth: Option<u32> = "AddressBandWidth",
    /// Shared bandwidth that the address joins.
    shared_bandwidth: Option<String> = "BandWidthShareId",
    /// Line of the address.
    line: Option<String> = "LineId",
    /// Project of the address.
    address_project: Option<u32> = "AddressProjectId",
    /// Names of machines begin with this.
    instance_name: Option<String> = "InstanceName",
    /// Number at the end of names.
    name_suffix: Option<String> = "InstanceNameSuffix",
    /// What machines run when they start, in base64.
    user_data: Option<String> = "UserData".secret(),
    /// Put the time into names.
    time_suffix: Option<bool> = "InstanceNameTimeSuffix",
    /// Tags of machines.
    tags: Vec<Tag> = "Tag.N".items(0, 10),
}

// 12.15 DescribeScalingConfiguration

operation! {
    /// Lists launch configurations.
    DescribeScalingConfiguration -> Configurations, "ksc-autoscaling.describe_scaling_configuration",
        read("DescribeScalingConfiguration");
    /// Only those with this name.
    name: Option<String> = "ScalingConfigurationName",
    /// Only these.
    ids: Vec<String> = "ScalingConfigurationId.N".items(0, 20),
    /// Where the page starts, from 0.
    marker: Option<u32> = "Marker".at_least(0).default("0"),
    /// Only those of these projects.
    projects: Vec<String> = "ProjectId.N",
    /// Rows of a page.
    max_results: Option<u32> = "MaxResults".at_least(5).default("10"),
}

// 12.16 DeleteScalingConfiguration

operation! {
    /// Deletes launch configurations, each on its own: one may fail while another is deleted.
    DeleteScalingConfiguration -> Returned, "ksc-autoscaling.delete_scaling_configuration",
        change("DeleteScalingConfiguration");
    /// Which.
    ids: Vec<String> = "ScalingConfigurationId.N".required(),
}

// 12.17 CreateScalingPolicy

operation! {
    /// Creates a policy that changes the size when a metric crosses a threshold.
    CreateScalingPolicy -> PolicyCreated, "ksc-autoscaling.create_scaling_policy",
        change("CreateScalingPolicy"), check = rules::policy;
    /// The group.
    group: String = "ScalingGroupId",
    /// Name.
    name: String = "ScalingPolicyName",
    /// When it fires; travels as JSON text.
    metric: Metric = "Metric".as_text(),
    /// How the size changes.
    adjustment: String = "AdjustmentType".one_of(ADJUSTMENT_TYPES),
    /// By how much, or to what; negative takes away.
    value: i64 = "AdjustmentValue".range(-100, 100).soft(),
    /// Seconds of rest after its activity.
    cool_down: u32 = "CoolDown".alias(&["Cooldown", "cooldown"]).at_least(60),
}

// 12.18 DescribeScalingPolicy

operation! {
    /// Lists the metric policies of a group.
    DescribeScalingPolicy -> Policies, "ksc-autoscaling.describe_scaling_policy",
        read("DescribeScalingPolicy");
    /// The group.
    group: String = "ScalingGroupId",
    /// Only these.
    ids: Vec<String> = "ScalingPolicyId.N",
    /// Only those with this name.
    name: Option<String> = "ScalingPolicyName",
    /// Where the page starts, from 0.
    marker: Option<u32> = "Marker".at_least(0).default("0"),
    /// Rows of a page.
    max_results: Option<u32> = "MaxResults".at_least(5).default("10"),
}

// 12.19 ModifyScalingPolicy

operation! {
    /// Changes a metric policy. The metric is always given whole.
    ModifyScalingPolicy -> Returned, "ksc-autoscaling.modify_scaling_policy",
        change("ModifyScalingPolicy"), check = rules::policy;
    /// The policy.
    policy: String = "ScalingPolicyId",
    /// Its group.
    group: String = "ScalingGroupId",
    /// Name.
    name: Option<String> = "ScalingPolicyName",
    /// When it fires, whole.
    metric: Option<Metric> = "Metric".as_text(),
    /// How the size changes.
    adjustment: Option<String> = "AdjustmentType".one_of(ADJUSTMENT_TYPES),
    /// By how much, or to what; negative takes away.
    value: Option<i64> = "AdjustmentValue".range(-100, 100).soft(),
    /// Seconds of rest after its activity.
    cool_down: Option<u32> = "CoolDown".alias(&["Cooldown", "cooldown"]),
}

// 12.20 DeleteScalingPolicy

operation! {
    /// Deletes a metric policy.
    DeleteScalingPolicy -> Returned, "ksc-autoscaling.delete_scaling_policy",
        change("DeleteScalingPolicy");
    /// Its group.
    group: String = "ScalingGroupId",
    /// The policy.
    policy: String = "ScalingPolicyId",
}

// 12.21 CreateScheduledTask

operation! {
    /// Creates a task that sets the three sizes of a group at a time, once or again and again.
    CreateScheduledTask -> Returned, "ksc-autoscaling.create_scheduled_task",
        change("CreateScheduledTask"), check = rules::task;
    /// The group.
    group: String = "ScalingGroupId",
    /// Name.
    name: String = "ScalingScheduledTaskName",
    /// Most members from then on.
    max: u32 = "ReadjustMaxSize",
    /// Fewest members from then on.
    min: u32 = "ReadjustMinSize",
    /// Members from then on.
    desired: u32 = "ReadjustExpectSize",
    /// First run.
    start: BeijingTime = "StartTime",
    /// End of the repetition: given exactly when the task repeats.
    end: Option<BeijingTime> = "EndTime",
    /// Crontab text with * for minute and hour; not together with a unit.
    recurrence: Option<String> = "Recurrence",
    /// Unit of the repetition.
    unit: Option<String> = "RepeatUnit".one_of(REPEAT_UNITS),
    /// Its cycle as a JSON list of texts: every so many days, days of month from and to, or days of the week.
    cycle: Option<String> = "RepeatCycle",
}

// 12.22 DescribeScheduledTask

operation! {
    /// Lists the scheduled tasks of a group.
    DescribeScheduledTask -> Tasks, "ksc-autoscaling.describe_scheduled_task",
        read("DescribeScheduledTask");
    /// The group.
    group: String = "ScalingGroupId",
    /// Only these.
    ids: Vec<String> = "ScalingScheduledTaskId.N",
    /// Only those with this name.
    name: Option<String> = "ScalingScheduledTaskName",
    /// Where the page starts, from 0.
    marker: Option<u32> = "Marker".at_least(0).default("0"),
    /// Rows of a page.
    max_results: Option<u32> = "MaxResults".default("20"),
}

// 12.23 ModifyScheduledTask

operation! {
    /// Changes a scheduled task. The first run is always given.
    ModifyScheduledTask -> Returned, "ksc-autoscaling.modify_scheduled_task",
        change("ModifyScheduledTask"), check = rules::task;
    /// Its group; the document forgets it.
    group: Option<String> = "ScalingGroupId",
    /// The task.
    task: String = "ScalingScheduledTaskId".alias(&["ScalingScheduleTaskId"]),
    /// Name.
    name: Option<String> = "ScalingScheduledTaskName",
    /// Most members from then on.
    max: Option<u32> = "ReadjustMaxSize",
    /// Fewest members from then on.
    min: Option<u32> = "ReadjustMinSize",
    /// Members from then on.
    desired: Option<u32> = "ReadjustExpectSize",
    /// First run.
    start: BeijingTime = "StartTime",
    /// End of the repetition: given exactly when the task repeats.
    end: Option<BeijingTime> = "EndTime",
    /// Crontab text with * for minute and hour; not together with a unit.
    recurrence: Option<String> = "Recurrence",
    /// Unit of the repetition.
    unit: Option<String> = "RepeatUnit".one_of(REPEAT_UNITS),
    /// Its cycle as a JSON list of texts: every so many days, days of month from and to, or days of the week.
    cycle: Option<String> = "RepeatCycle",
}

// 12.24 DeleteScheduledTask

operation! {
    /// Deletes a scheduled task.
    DeleteScheduledTask -> Returned, "ksc-autoscaling.delete_scheduled_task",
        change("DeleteScheduledTask");
    /// Its group.
    group: String = "ScalingGroupId",
    /// The task.
    task: String = "ScalingScheduledTaskId".alias(&["ScalingScheduleTaskId"]),
}

// 12.25 CreateScalingNotification

operation! {
    /// Tells the account's contacts of events of a group.
    CreateScalingNotification -> NotificationCreated, "ksc-autoscaling.create_scaling_notification",
        change("CreateScalingNotification");
    /// The group.
    group: String = "ScalingGroupId",
    /// Events: 1 grown, 2 growing failed, 3 shrunk, 4 shrinking failed, 5 member replaced, 6 replacing failed.
    events: Vec<u32> = "NotificationType.N".alias(&["ScalingNotificationType.N"]).required().range(1, 6),
}

// 12.26 DescribeScalingNotification

operation! {
    /// Lists the notifications of a group.
    DescribeScalingNotification -> Notifications, "ksc-autoscaling.describe_scaling_notification",
        read("DescribeScalingNotification");
    /// The group.
    group: String = "ScalingGroupId",
    /// Only this one.
    id: Option<String> = "NotificationId".alias(&["ScalingNotificationId", "ScalingNotificationId.1"]),
}

// 12.27 ModifyScalingNotification

operation! {
    /// Replaces the events of a notification. The main account only.
    ModifyScalingNotification -> NotificationCreated, "ksc-autoscaling.modify_scaling_notification",
        change("ModifyScalingNotification");
    /// Its group.
    group: String = "ScalingGroupId",
    /// The notification, 18 digits.
    id: u64 = "ScalingNotificationId",
    /// Events: 1 grown, 2 growing failed, 3 shrunk, 4 shrinking failed, 5 member replaced, 6 replacing failed. Without
    /// any, nothing is told any more (register, C34).
    events: Vec<u32> = "NotificationType.N".range(1, 6),
}
