//! From queries to operations to facts, and from actions to operations to receipts.

use std::collections::HashSet;

use futures_util::future::{try_join, try_join3};
use serde_json::Value as Json;

use super::outputs::{self, ReturnSet};
use super::{convert, ops, requests};
use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::raw;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::query::{Facts, Query};
use crate::domain::scaling::{Change, Group, GroupDetail, GroupId};
use crate::domain::text::SafeText;

/// Rows of a page (ksc-autoscaling.md, 9).
const PAGE: u32 = 100;
/// Pages of a list at most.
const PAGES: u32 = 100;
/// Activities of a group at most: the newest ones come first.
const ACTIVITIES: u32 = 100;

/// Answers a query.
pub async fn answer(client: &Client, query: &Query) -> Result<Facts, ApiError> {
    match query {
        Query::ScalingGroups(_) => groups(client).await.map(Facts::ScalingGroups),
        Query::ScalingGroup(_, group) => detail(client, group)
            .await
            .map(|detail| Facts::ScalingGroup(Box::new(detail))),
        Query::ScalingConfigs(_) => configs(client).await,
        Query::Raw {
            operation, input, ..
        } => raw::read(client, operation, input).await,
        _ => Err(raw::unanswerable(client)),
    }
}

/// Carries out an action.
pub async fn act(client: &Client, action: &Action) -> Result<Receipt, ApiError> {
    match action {
        Action::Scaling(_, change) => carry_out(client, change).await,
        Action::Raw {
            operation, input, ..
        } => raw::act(client, operation, input).await,
        _ => Err(raw::undoable(client)),
    }
}

/// How one list is walked.
struct List<O: Operation, T> {
    /// Sets where the page starts and how many rows it has.
    place: fn(&mut O, u32),
    rows: fn(O::Output) -> Vec<T>,
    id: fn(&T) -> &str,
}

/// Walks a list: rows to skip, until a page is short or brings nothing new; no row comes twice. Counts are not believed
/// (ksc-autoscaling.md, 9 and C39).
async fn walk<O: Operation, T: Send>(
    client: &Client,
    mut ask: O,
    list: List<O, T>,
) -> Result<Vec<T>, ApiError> {
    let mut all: Vec<T> = Vec::new();
    let mut seen = HashSet::new();
    let mut received = 0;
    for _ in 0..PAGES {
        (list.place)(&mut ask, received);
        let rows = (list.rows)(client.call(&ask).await?.output);
        let came = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let before = all.len();
        all.extend(
            rows.into_iter()
                .filter(|row| seen.insert((list.id)(row).to_owned())),
        );
        received = received.saturating_add(came);
        if came < PAGE || all.len() == before {
            break;
        }
    }
    Ok(all)
}

async fn groups(client: &Client) -> Result<Vec<Group>, ApiError> {
    let list = List {
        place: |ask: &mut ops::DescribeScalingGroup, marker| {
            ask.marker = Some(marker);
            ask.max_results = Some(PAGE);
        },
        rows: |page| page.rows.0,
        id: |row| &row.scaling_group_id,
    };
    let rows = walk(client, ops::DescribeScalingGroup::default(), list).await?;
    Ok(rows.iter().map(convert::group).collect())
}

/// All about one group but its row, in five calls.
async fn detail(client: &Client, group: &GroupId) -> Result<GroupDetail, ApiError> {
    let group = group.raw();
    let (members, activities, policies) = try_join3(
        members(client, group),
        activities(client, group),
        policies(client, group),
    )
    .await?;
    let (tasks, subscriptions) =
        try_join(tasks(client, group), subscriptions(client, group)).await?;
    let mut detail = GroupDetail {
        members: members.iter().map(convert::member).collect(),
        activities: activities.iter().map(convert::activity).collect(),
        policies: policies.iter().map(convert::policy).collect(),
        tasks: tasks.iter().map(convert::task).collect(),
        subscriptions: subscriptions.iter().map(convert::subscription).collect(),
    };
    detail.members.sort_by_key(|member| member.joined);
    // The order of the service is not documented (12.5).
    detail
        .activities
        .sort_by(|a, b| (b.started, &b.id).cmp(&(a.started, &a.id)));
    Ok(detail)
}

async fn members(client: &Client, group: &str) -> Result<Vec<outputs::Instance>, ApiError> {
    let ask = ops::DescribeScalingInstance {
        group: group.to_owned(),
        ..ops::DescribeScalingInstance::default()
    };
    let list = List {
        place: |ask: &mut ops::DescribeScalingInstance, marker| {
            ask.marker = Some(marker);
            ask.max_results = Some(PAGE);
        },
        rows: |page| page.rows.0,
        id: |row| &row.instance_id,
    };
    walk(client, ask, list).await
}

async fn activities(client: &Client, group: &str) -> Result<Vec<outputs::Activity>, ApiError> {
    let ask = ops::DescribeScalingActivity {
        group: group.to_owned(),
        marker: Some(0),
        max_results: Some(ACTIVITIES),
        ..ops::DescribeScalingActivity::default()
    };
    Ok(client.call(&ask).await?.output.rows.0)
}

async fn policies(client: &Client, group: &str) -> Result<Vec<outputs::Policy>, ApiError> {
    let ask = ops::DescribeScalingPolicy {
        group: group.to_owned(),
        ..ops::DescribeScalingPolicy::default()
    };
    let list = List {
        place: |ask: &mut ops::DescribeScalingPolicy, marker| {
            ask.marker = Some(marker);
            ask.max_results = Some(PAGE);
        },
        rows: |page| page.rows.0,
        id: |row| &row.scaling_policy_id,
    };
    walk(client, ask, list).await
}

async fn tasks(client: &Client, group: &str) -> Result<Vec<outputs::Task>, ApiError> {
    let ask = ops::DescribeScheduledTask {
        group: group.to_owned(),
        ..ops::DescribeScheduledTask::default()
    };
    let list = List {
        place: |ask: &mut ops::DescribeScheduledTask, marker| {
            ask.marker = Some(marker);
            ask.max_results = Some(PAGE);
        },
        rows: |page| page.rows.0,
        id: |row| &row.scaling_scheduled_task_id,
    };
    walk(client, ask, list).await
}

async fn subscriptions(
    client: &Client,
    group: &str,
) -> Result<Vec<outputs::Notification>, ApiError> {
    let ask = ops::DescribeScalingNotification {
        group: group.to_owned(),
        id: None,
    };
    Ok(client.call(&ask).await?.output.rows.0)
}

async fn configs(client: &Client) -> Result<Facts, ApiError> {
    let list = List {
        place: |ask: &mut ops::DescribeScalingConfiguration, marker| {
            ask.marker = Some(marker);
            ask.max_results = Some(PAGE);
        },
        rows: |page| page.rows.0,
        id: |row| &row.scaling_configuration_id,
    };
    let rows = walk(client, ops::DescribeScalingConfiguration::default(), list).await?;
    Ok(Facts::ScalingConfigs(
        rows.iter().map(convert::config).collect(),
    ))
}

/// Carries a change out, once.
async fn carry_out(client: &Client, change: &Change) -> Result<Receipt, ApiError> {
    let (entry, input) = requests::call(change);
    let reply = client.call_raw(&entry, input).await?;
    let set = ReturnSet::of(&reply.output["ReturnSet"]);
    // Several things are deleted each on its own: one may have failed although the call did not (12.16).
    let failed: Vec<String> = set
        .0
        .iter()
        .filter(|named| matches!(change, Change::DeleteConfigs(_)) && !named.message.is_empty())
        .map(|named| format!("{}: {}", named.id, named.message))
        .collect();
    if !failed.is_empty() {
        let system = client.account().id.system;
        let mut error = ApiError::new(Class::Conflict, system, entry.id, failed.join("; "));
        error.request_id = reply.request_id;
        return Err(error);
    }
    let account = client.account().id.clone();
    let created = created(change, &reply.output, &set);
    let mut refresh = vec![Query::ScalingGroups(account.clone())];
    refresh.extend(
        change
            .group()
            .map(|group| Query::ScalingGroup(account.clone(), group.clone())),
    );
    if matches!(
        change,
        Change::CreateConfig(_) | Change::ModifyConfig(..) | Change::DeleteConfigs(_)
    ) {
        refresh.push(Query::ScalingConfigs(account));
    }
    let words = format!("{} accepted", entry.call.action);
    Ok(Receipt {
        created,
        answer: Some(reply.output),
        ..Receipt::new(words, reply.request_id, refresh)
    })
}

/// The id of what was created, wherever the answer has it (register, C9, C20 and C27).
fn created(change: &Change, answer: &Json, set: &ReturnSet) -> Option<SafeText> {
    let key = match change {
        Change::CreateGroup(_) => "ScalingGroupId",
        Change::CreatePolicy(..) => "ScalingPolicyId",
        Change::CreateTask(..) => "ScalingScheduleTaskId",
        Change::CreateNotification(..) => "ScalingNotificationId",
        Change::CreateConfig(_) => "ScalingConfigurationId",
        _ => return None,
    };
    let top = ReturnSet::of(&answer[key]);
    top.first().or_else(|| set.first()).map(SafeText::new)
}
