//! `--wait`: until a scaling group has come to rest, saying what is waited for, and never for a group in which nothing
//! moves any more.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;

use super::Desk;
use crate::app::scaling::{activity_what, cause, error};
use crate::cli::exit::Failure;
use crate::domain::scaling::{Activity, ActivityStatus, Group, GroupDetail, GroupStatus};
use crate::domain::text::SafeText;
use crate::ui::lang::Lang;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(3);
/// So many seconds after the change something must have begun: the service looks at its groups every few seconds.
const BEGINS_WITHIN: i64 = 30;

/// How a group stands after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stand {
    /// Nothing runs and it is as large as it shall be.
    Rests(String),
    /// What the change led to did not come off.
    Failed(String),
    /// Something moves, or shall.
    Moves {
        what: String,
        /// Nothing runs: it is waited for a beginning.
        idle: bool,
    },
}

fn stand(group: &Group, detail: &GroupDetail, since: Timestamp) -> Stand {
    // To the second: the service writes no fractions.
    let fresh = |one: &&Activity| {
        let at = one.started;
        at.is_some_and(|at| at.as_second() >= since.as_second())
    };
    let newest = detail.activities.first();
    if let Some(activity) = newest.filter(fresh).filter(|one| is_lost(one)) {
        return Stand::Failed(told(activity));
    }
    let (members, desired) = (group.members, group.desired);
    let sizes = format!("{members} members of {desired}");
    match detail.running() {
        Some(activity) => Stand::Moves {
            what: format!(
                "{sizes}, running: {}, {}",
                activity_what(activity, Lang::En),
                cause(activity, Lang::En)
            ),
            idle: false,
        },
        None if group.status != GroupStatus::Active => {
            Stand::Rests(format!("{sizes}; the group is disabled, nothing moves"))
        }
        None if members == desired => Stand::Rests(sizes),
        None => {
            let last = newest.filter(|one| is_lost(one)).map(told);
            let last = last.map_or_else(String::new, |last| format!("; the last attempt {last}"));
            Stand::Moves {
                what: format!("{sizes}, nothing runs{last}"),
                idle: true,
            }
        }
    }
}

const fn is_lost(activity: &Activity) -> bool {
    matches!(
        activity.status,
        ActivityStatus::Failed | ActivityStatus::Cancelled
    )
}

/// `failed: 1 added, the size was changed (sold out?)`
fn told(activity: &Activity) -> String {
    let why = error(activity, Lang::En);
    format!(
        "{}: {}, {}{}",
        activity.status.name(),
        activity_what(activity, Lang::En),
        cause(activity, Lang::En),
        if why.is_empty() {
            why
        } else {
            format!(" ({why})")
        }
    )
}

impl Desk<'_> {
    /// Waits until a group has come to rest, at most so long.
    ///
    /// # Errors
    /// `Job` when what was waited for failed or never began, `Late` when it takes longer.
    pub(super) async fn wait(
        &self,
        id: &SafeText,
        since: Timestamp,
        patience: Duration,
    ) -> Result<ExitCode, Failure> {
        let mut said = String::new();
        loop {
            let groups = self.groups().await?;
            let Some(group) = groups.iter().find(|group| group.id == *id) else {
                // Whoever deletes a group waits for exactly that.
                return Ok(ExitCode::SUCCESS);
            };
            let detail = self.detail(group).await?;
            let waited = self.client.now().duration_since(since);
            match stand(group, &detail, since) {
                Stand::Rests(words) => {
                    writeln!(std::io::stdout(), "{words}")?;
                    return Ok(ExitCode::SUCCESS);
                }
                Stand::Failed(words) => return Err(Failure::Job(words)),
                Stand::Moves { what, idle: true } if waited.as_secs() >= BEGINS_WITHIN => {
                    return Err(Failure::Job(format!("{}: {what}", group.name)));
                }
                Stand::Moves { what, .. } if waited.unsigned_abs() >= patience => {
                    let seconds = patience.as_secs();
                    let words = format!("{} is not at rest after {seconds} s: {what}", group.name);
                    return Err(Failure::Late(words));
                }
                Stand::Moves { what, .. } if what != said => {
                    writeln!(std::io::stderr(), "waiting for {}: {what}", group.name)?;
                    said = what;
                }
                Stand::Moves { .. } => {}
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scaling::ActivityKind;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    fn one(status: ActivityStatus, started: i64) -> GroupDetail {
        let activity = Activity::sample(ActivityKind::Out, status, at(started).as_second());
        GroupDetail {
            activities: vec![activity],
            ..GroupDetail::default()
        }
    }

    #[test]
    fn a_group_rests_when_nothing_runs_and_it_is_as_large_as_it_shall_be() {
        let rests = |stand| matches!(stand, Stand::Rests(_));
        assert!(rests(stand(
            &Group::sample(4, 4),
            &GroupDetail::default(),
            at(0)
        )));
        let running = one(ActivityStatus::Running, 1);
        assert!(!rests(stand(&Group::sample(4, 4), &running, at(0))));
        assert!(!rests(stand(
            &Group::sample(3, 4),
            &GroupDetail::default(),
            at(0)
        )));
        let disabled = Group {
            status: GroupStatus::Inactive,
            ..Group::sample(3, 4)
        };
        assert!(rests(stand(&disabled, &GroupDetail::default(), at(0))));
    }

    #[test]
    fn what_failed_before_the_change_is_no_failure_of_it_but_is_told() {
        let failed = one(ActivityStatus::Failed, -100);
        let Stand::Moves { what, idle: true } = stand(&Group::sample(3, 4), &failed, at(0)) else {
            panic!("nothing runs");
        };
        assert!(what.contains("3 members of 4"), "{what}");
        assert!(what.contains("the last attempt failed"), "{what}");
        let failed = one(ActivityStatus::Failed, 2);
        assert!(matches!(
            stand(&Group::sample(3, 4), &failed, at(0)),
            Stand::Failed(_)
        ));
    }
}
