//! Scaling groups where they concern other views: what their activities did, in words; which groups cannot do what they
//! shall; and which of them an incident is about.

use jiff::Timestamp;

use super::subject::{Kind, Subject};
use super::world::World;
use crate::domain::account::AccountId;
use crate::domain::scaling::{Activity, ActivityKind, ActivityStatus, Group, GroupDetail, GroupId};
use crate::ui::lang::Lang;

/// How long ago an activity may have failed to need somebody, in seconds.
const FAILED_WITHIN: i64 = 86_400;
/// How long before an incident the changes of its groups belong to its time line, in seconds.
pub const BEFORE_INCIDENT: i64 = 1800;

/// Numbers of errors that are known from a sibling of this service (ksc-autoscaling.md, 14.4).
const KNOWN_ERRORS: [i64; 13] = [
    10_000, 10_001, 10_002, 10_003, 10_004, 20_000, 20_001, 20_002, 30_000, 30_001, 40_000, 40_001,
    50_000,
];

/// What an activity does, in a few words: `2 added`.
pub fn activity_what(activity: &Activity, lang: Lang) -> String {
    let kind = match activity.kind {
        ActivityKind::Other(number) => return number.to_string(),
        kind => kind.name(),
    };
    // Of what failed as a whole there is nothing to be counted.
    if activity.kind == ActivityKind::Replace || activity.done.is_empty() {
        return lang.t(&format!("scaling.kind_{kind}")).into_owned();
    }
    let count = activity.done.len().to_string();
    lang.tf(&format!("scaling.kind_{kind}_count"), &[("count", &count)])
}

/// Why an activity happened. The service's words are free text; those that are known to be its own are translated, the
/// names in them are kept.
pub fn cause(activity: &Activity, lang: Lang) -> String {
    const KNOWN: [(&str, &str); 8] = [
        ("创建伸缩组触发", "scaling.cause_create"),
        ("修改期望实例数触发", "scaling.cause_size"),
        ("启用伸缩组触发", "scaling.cause_enable"),
        ("自定义策略触发[", "scaling.cause_policy"),
        ("定时任务触发[", "scaling.cause_task"),
        ("用户添加云主机[", "scaling.cause_attach"),
        ("用户移出云主机[", "scaling.cause_detach"),
        ("替换不健康子机[", "scaling.cause_replace"),
    ];
    let raw = activity.cause.shown();
    KNOWN
        .into_iter()
        .find_map(|(beginning, key)| {
            let name = raw.strip_prefix(beginning)?.trim_end_matches(']');
            Some(lang.tf(key, &[("name", name)]))
        })
        .unwrap_or_else(|| raw.to_owned())
}

/// What went wrong with an activity; empty when nothing did. The numbers are documented for a sibling of this service
/// only (ksc-autoscaling.md, 14.4), so the words say "probably".
pub fn error(activity: &Activity, lang: Lang) -> String {
    if activity.error == 0 {
        return String::new();
    }
    let number = activity.error.to_string();
    if !KNOWN_ERRORS.contains(&activity.error) {
        return lang.tf("scaling.error", &[("number", &number)]);
    }
    let key = format!("scaling.error_{number}");
    let words = lang.t(&key);
    lang.tf(
        "scaling.error_probably",
        &[("number", &number), ("words", &words)],
    )
}

/// What went wrong in as few words as possible: `sold out?`; what was tried when no reason is given.
pub fn failure(activity: &Activity, lang: Lang) -> String {
    if activity.error == 0 {
        return activity_what(activity, lang);
    }
    let number = activity.error.to_string();
    if !KNOWN_ERRORS.contains(&activity.error) {
        return lang.tf("scaling.error", &[("number", &number)]);
    }
    let key = format!("scaling.error_{number}");
    let words = lang.t(&key);
    lang.tf("scaling.error_short", &[("words", &words)])
}

/// A group whose activities fail.
#[derive(Debug, Clone)]
pub struct Trouble<'w> {
    /// Its account.
    pub account: &'w AccountId,
    /// The group.
    pub group: &'w Group,
    /// The failed activity that came last.
    pub latest: &'w Activity,
    /// When the first of them in a row began.
    pub since: Timestamp,
    /// How many failed in a row.
    pub count: u32,
}

/// The failed activities of a group since the last one that succeeded, newest first. What was cancelled did not begin,
/// and what somebody did by hand says nothing about what the group itself can do.
fn failed_in_a_row(detail: &GroupDetail) -> impl Iterator<Item = &Activity> {
    let by_itself = |activity: &&Activity| {
        let by_hand = matches!(activity.kind, ActivityKind::Attach | ActivityKind::Detach);
        let over = matches!(
            activity.status,
            ActivityStatus::Succeeded | ActivityStatus::Failed
        );
        over && !by_hand
    };
    detail
        .activities
        .iter()
        .filter(by_itself)
        .take_while(|activity| activity.status == ActivityStatus::Failed)
}

/// Does a group keep from its size because its activities fail?
pub fn is_stuck(group: &Group, detail: &GroupDetail) -> bool {
    group.members != group.desired && failed_in_a_row(detail).next().is_some()
}

impl World {
    /// The groups whose activities failed within the last day, and have not reached their size since.
    pub fn scaling_troubles(&self, now: Timestamp) -> impl Iterator<Item = Trouble<'_>> {
        self.scaling_details()
            .filter_map(move |(account, group, detail)| {
                let failed: Vec<&Activity> = failed_in_a_row(detail).collect();
                let latest = *failed.first()?;
                let at = latest.ended.or(latest.started)?;
                let is_old = now.as_second() - at.as_second() >= FAILED_WITHIN;
                let is_past =
                    latest.kind != ActivityKind::Replace && group.members == group.desired;
                if is_old || is_past {
                    return None;
                }
                let since = failed.last().and_then(|first| first.started).unwrap_or(at);
                Some(Trouble {
                    account,
                    group,
                    latest,
                    since,
                    count: u32::try_from(failed.len()).unwrap_or(u32::MAX),
                })
            })
    }

    /// The scaling groups that an incident is about: those of the machines of its alarms.
    pub fn scaling_groups_of_incident(&self, incident: &Subject) -> Vec<(AccountId, GroupId)> {
        let mut groups = Vec::new();
        for alarm in self.related(incident, Kind::Alarm) {
            for part in self.related(&alarm, Kind::ScalingPart) {
                if let Subject::ScalingPart(account, group, _) = part
                    && !groups.contains(&(account.clone(), group.clone()))
                {
                    groups.push((account, group));
                }
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(kind: ActivityKind, status: ActivityStatus, second: i64) -> Activity {
        Activity {
            cause: "自定义策略触发[grow when hot]".into(),
            ended: Timestamp::from_second(second + 70).ok(),
            failed: vec!["x".into()],
            error: 20_000,
            ..Activity::sample(kind, status, second)
        }
    }

    #[test]
    fn a_group_is_stuck_while_its_own_activities_fail() {
        use ActivityKind::{Attach, Out};
        use ActivityStatus::{Cancelled, Failed, Succeeded};
        let detail = |list: &[(ActivityKind, ActivityStatus)]| GroupDetail {
            activities: (0..)
                .zip(list)
                .map(|(age, (kind, status))| activity(*kind, *status, 9000 - 100 * age))
                .collect(),
            ..GroupDetail::default()
        };
        let failing = detail(&[(Attach, Succeeded), (Out, Cancelled), (Out, Failed)]);
        assert!(is_stuck(&Group::sample(3, 4), &failing));
        assert!(
            !is_stuck(&Group::sample(4, 4), &failing),
            "it got there by hand"
        );
        let grown = detail(&[(Out, Succeeded), (Out, Failed)]);
        assert!(!is_stuck(&Group::sample(3, 4), &grown));
        let row = detail(&[(Out, Failed), (Out, Failed), (Out, Succeeded)]);
        assert_eq!(failed_in_a_row(&row).count(), 2);
    }

    #[test]
    fn known_causes_are_said_in_the_users_language_and_others_as_they_came() {
        let mut one = activity(ActivityKind::Out, ActivityStatus::Succeeded, 0);
        one.failed.clear();
        one.done = vec!["a".into(), "b".into()];
        assert_eq!(cause(&one, Lang::En), "policy grow when hot fired");
        assert_eq!(activity_what(&one, Lang::En), "2 added");
        assert_eq!(error(&one, Lang::En), "20000, probably: sold out");
        assert_eq!(failure(&one, Lang::En), "sold out?");
        one.cause = "磁盘坏了".into();
        assert_eq!(cause(&one, Lang::En), "磁盘坏了");
    }
}
