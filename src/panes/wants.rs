//! Questions that several panes ask alike.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::app::pane::Context;
use crate::app::site::AUDIT_SPAN;
use crate::app::world::Freshness;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::metric::{Series, SeriesKey, Statistic, Window};
use crate::domain::query::{Priority, Query, Want};

/// How far sparklines reach back, in seconds.
pub const SPARK_SECONDS: u32 = 3600;

/// A series somebody wants to see, and how it is condensed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Whose it is.
    pub account: AccountId,
    /// Which one.
    pub key: SeriesKey,
    /// How a period is condensed.
    pub statistic: Statistic,
    /// Length of a period in seconds.
    pub period: u32,
}

/// As few questions as possible for these series over the last hour: one for each account, namespace, statistic and
/// period.
pub fn series(wanted: impl IntoIterator<Item = Wanted>, every: Duration) -> Vec<Want> {
    let mut groups: BTreeMap<(AccountId, String, Statistic, u32), Vec<SeriesKey>> = BTreeMap::new();
    for one in wanted {
        let namespace = one.key.namespace.raw().to_owned();
        groups
            .entry((one.account, namespace, one.statistic, one.period))
            .or_default()
            .push(one.key);
    }
    let mut wants = Vec::new();
    for ((account, _, statistic, period), mut keys) in groups {
        keys.sort();
        keys.dedup();
        // The largest batch a service takes.
        for keys in keys.chunks(200) {
            let query = Query::Series {
                account: account.clone(),
                keys: keys.to_vec().into(),
                statistic,
                period,
                window: Window::Last(SPARK_SECONDS),
            };
            wants.push(want(query, every));
        }
    }
    wants
}

/// One question, kept `every` fresh. The core raises the priority of what the user looks at.
pub fn want(query: Query, every: Duration) -> Want {
    Want {
        query,
        priority: Priority::Visible,
        every,
    }
}

/// The same question to every account of these systems.
pub fn of_each(
    ctx: &Context,
    systems: &[SystemId],
    every: Duration,
    question: impl Fn(AccountId) -> Query,
) -> Vec<Want> {
    systems
        .iter()
        .flat_map(|system| ctx.world.accounts_of(*system))
        .map(|account| want(question(account.id.clone()), every))
        .collect()
}

/// How old the list of scaling groups may get where it is not the matter itself.
const GROUPS_EVERY: Duration = Duration::from_secs(60);
/// How old the details of groups may get that are not known to move.
const CALM_GROUPS_EVERY: Duration = Duration::from_secs(300);
/// Groups at most whose details are read for the sake of another view: each is five calls.
const GROUPS: usize = 20;

/// The scaling groups, and all about those that have not the size they shall have: something moves there, or fails to.
pub fn moving_groups(ctx: &Context) -> Vec<Want> {
    let mut wants = of_each(
        ctx,
        &[SystemId::KscAutoscaling],
        GROUPS_EVERY,
        Query::ScalingGroups,
    );
    let moving = ctx.world.scaling_groups();
    let moving = moving.filter(|(_, group)| group.is_moving()).take(GROUPS);
    wants.extend(moving.map(|(account, group)| {
        let query = Query::ScalingGroup(account.clone(), group.id.clone());
        want(query, GROUPS_EVERY)
    }));
    wants
}

/// The same, and all about further groups, so that it is known which machine is a member of which, and what changed.
pub fn groups(ctx: &Context) -> Vec<Want> {
    let mut wants = moving_groups(ctx);
    let calm = ctx.world.scaling_groups();
    let calm = calm.filter(|(_, group)| !group.is_moving()).take(GROUPS);
    wants.extend(calm.map(|(account, group)| {
        let query = Query::ScalingGroup(account.clone(), group.id.clone());
        want(query, CALM_GROUPS_EVERY)
    }));
    wants
}

/// How old may get what is only asked because it is marked under charts and told in descriptions.
const CHANGES_EVERY: Duration = Duration::from_secs(120);

/// What was changed: the audit log, orders, WarRooms, policies. Scaling groups are asked for by [`moving_groups`] or
/// [`groups`].
pub fn changes(ctx: &Context) -> Vec<Want> {
    let audit = |account| Query::Audit(account, AUDIT_SPAN);
    let coc = &[SystemId::HuaweiCoc];
    let mut wants = of_each(ctx, &[SystemId::HuaweiEsm], CHANGES_EVERY, audit);
    wants.extend(of_each(ctx, coc, CHANGES_EVERY, Query::Orders));
    wants.extend(of_each(ctx, coc, CHANGES_EVERY, Query::WarRooms));
    let policies = of_each(ctx, &[SystemId::KscMonitor], CHANGES_EVERY, Query::Policies);
    wants.extend(policies);
    wants
}

/// How fresh the answers to these questions are together.
pub fn freshness<'w>(ctx: &Context<'w>, wants: &[Want]) -> Freshness<'w> {
    ctx.world.state_of(wants.iter().map(|want| &want.query))
}

/// The last hour of a series in `cells` steps that end now, for a sparkline.
pub fn spark(series: &Series, now: Timestamp, cells: usize) -> Vec<Option<f64>> {
    // The step that has just begun has no sample yet: it would look like a gap.
    let period = i64::from(series.period.max(1));
    let end = now.as_second() / period * period;
    series.steps(end - i64::from(SPARK_SECONDS), end, cells)
}
