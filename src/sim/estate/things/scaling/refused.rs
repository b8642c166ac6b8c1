//! Why a call is refused (ksc-autoscaling.md, 7.4).

/// Why a call is refused. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There is no such group.
    NoGroup(String),
    /// There is no such launch configuration.
    NoConfig(String),
    /// The group has no such policy.
    NoPolicy(String),
    /// The group has no such task.
    NoTask(String),
    /// The group has no such notification.
    NoNotification(String),
    /// There is no such machine, or it is no member.
    NoInstance(String),
    /// A value is wrong: which parameter.
    Invalid(&'static str),
    /// A parameter is missing.
    Missing(&'static str),
    /// The name is taken.
    NameTaken(String),
    /// There may be no more of these.
    Quota(&'static str),
    /// A group uses the launch configuration.
    ConfigInUse(String),
    /// The group has members.
    GroupInUse(String),
    /// An activity runs.
    Busy(String),
    /// The group rests.
    Cooling(String),
    /// The group is not at work.
    NotActive(String),
    /// It would have too many or too few members.
    Size(String),
    /// A member is protected.
    Protected(String),
}
