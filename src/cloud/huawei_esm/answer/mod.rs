//! From queries to operations to facts. This API changes nothing but the jobs it makes for metering.

mod alarms;
mod capacity;
mod hosts;
mod meter;
mod records;
mod series;
mod walk;

use jiff::tz::Offset;

use super::ops::{Page, WireRow};
use crate::cloud::client::Client;
use crate::cloud::raw;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;
use crate::domain::query::{Facts, Query};
use crate::domain::text::SafeText;

use walk::Part;

/// The zone of times that name none: the sites are in China (huawei-esm.md, 1.8).
const ZONE: Offset = Offset::constant(8);

/// Answers a query.
pub async fn answer(client: &Client, query: &Query) -> Result<Facts, ApiError> {
    match query {
        Query::Alarms(account) => alarms::alarms(client, account).await.map(Facts::Alarms),
        Query::Capacity(_) => capacity::capacity(client).await,
        Query::Audit(_, window) => records::audit(client, *window).await,
        Query::Assets(_) => records::assets(client).await.map(Facts::Assets),
        Query::SiteHosts(_) => hosts::hosts(client).await.map(Facts::SiteHosts),
        Query::HostedVms(_, host) => hosts::vms(client, host).await.map(Facts::HostedVms),
        Query::Network(_) => series::network(client).await,
        Query::Series {
            keys,
            statistic,
            period,
            window,
            ..
        } => series::series(client, keys, *statistic, *period, *window).await,
        Query::Metrics {
            namespace,
            instance,
            ..
        } => series::metrics(client, namespace, instance)
            .await
            .map(Facts::Metrics),
        Query::MeterJob(_, job) => meter::job(client, job).await.map(Facts::MeterJob),
        Query::MeterPage(_, job, marker) => {
            meter::page(client, job, marker).await.map(Facts::MeterPage)
        }
        Query::Raw {
            operation, input, ..
        } => raw::read(client, operation, input).await,
        _ => Err(raw::unanswerable(client)),
    }
}

/// Carries out an action.
pub async fn act(client: &Client, action: &Action) -> Result<Receipt, ApiError> {
    match action {
        Action::CreateMeterJob(account, job) => meter::create(client, account, job).await,
        Action::Raw {
            operation, input, ..
        } => raw::act(client, operation, input).await,
        _ => Err(raw::undoable(client)),
    }
}

/// A page as the walk wants it.
fn part<R>(page: Page<R>) -> Part<R> {
    Part {
        total: page.total.integer(),
        rows: page.list,
    }
}

/// Every field of a row under its wire name.
fn detail(row: &impl WireRow) -> Vec<(SafeText, SafeText)> {
    row.fields()
        .into_iter()
        .map(|(name, text)| (name.as_str().into(), text.as_str().into()))
        .collect()
}
