//! Metering: a job is created, watched and paged (huawei-esm.md, 5).

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::ZONE;
use crate::cloud::client::Client;
use crate::cloud::declare::{BeijingTime, Operation};
use crate::cloud::huawei_esm::ops::{
    CreateSdrQueryJob, GetSdrQueryJob, Loose, QuerySdrJobData, SdrPage,
};
use crate::domain::account::AccountId;
use crate::domain::action::{NewMeterJob, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::query::Query;
use crate::domain::site::{MeterJob, MeterPage, MeterStatus};
use crate::domain::text::SafeText;

/// Records of a page, the most the service gives.
const PAGE: i64 = 200;

/// The tenant whose records are read: the one configured, else the token's.
async fn tenant(client: &Client) -> Result<String, ApiError> {
    let configured = client
        .connection()
        .app_codes
        .as_ref()
        .and_then(|codes| codes.hcso_domain_id.clone());
    match configured {
        Some(tenant) => Ok(tenant),
        None => Ok(client
            .identity()
            .await?
            .map(|token| token.domain_id.clone())
            .unwrap_or_default()),
    }
}

/// Creates a job. Twice is two jobs: it is never sent again.
pub(super) async fn create(
    client: &Client,
    account: &AccountId,
    job: &NewMeterJob,
) -> Result<Receipt, ApiError> {
    let ask = CreateSdrQueryJob {
        domain_id: tenant(client).await?,
        hcso_id: job.site.clone(),
        region_id: job.region.clone(),
        min_sdr_time: midnight(job.from),
        max_sdr_time: midnight(job.to),
    };
    let reply = client.call(&ask).await?;
    let id = reply.output.job_id;
    if id.is_empty() {
        // It may well have been created; without its id nobody will ever find it.
        let mut error = ApiError::new(
            Class::Unreadable,
            client.account().id.system,
            CreateSdrQueryJob::ID,
            "the answer names no job",
        );
        error.outcome_unknown = true;
        error.request_id = reply.request_id;
        return Err(error);
    }
    let id = SafeText::from(id);
    let words = format!("metering job {id} from {} to {} created", job.from, job.to);
    let refresh = vec![Query::MeterJob(account.clone(), id.clone())];
    Ok(Receipt {
        created: Some(id),
        ..Receipt::new(words, reply.request_id, refresh)
    })
}

fn midnight(day: Date) -> Option<BeijingTime> {
    let zoned = day.to_zoned(TimeZone::fixed(ZONE)).ok()?;
    Some(BeijingTime(zoned.timestamp()))
}

/// How a job stands.
pub(super) async fn job(client: &Client, job: &SafeText) -> Result<MeterJob, ApiError> {
    let ask = GetSdrQueryJob {
        domain_id: tenant(client).await?,
        job_id: job.raw().to_owned(),
    };
    let state = client.call(&ask).await?.output;
    let word = state.status.raw();
    Ok(MeterJob {
        id: job.clone(),
        status: status(&word),
        status_raw: word.into(),
        progress: state
            .progress
            .integer()
            .and_then(|progress| u8::try_from(progress.clamp(0, 100)).ok())
            .unwrap_or(0),
    })
}

fn status(word: &str) -> MeterStatus {
    match word.trim().to_ascii_lowercase().as_str() {
        "pending" => MeterStatus::Pending,
        "running" => MeterStatus::Running,
        "success" => MeterStatus::Done,
        "failure" => MeterStatus::Failed,
        _ => MeterStatus::Unknown,
    }
}

/// One page of a job's records.
pub(super) async fn page(
    client: &Client,
    job: &SafeText,
    marker: &str,
) -> Result<MeterPage, ApiError> {
    let ask = QuerySdrJobData {
        domain_id: tenant(client).await?,
        job_id: job.raw().to_owned(),
        marker: (!marker.is_empty()).then(|| marker.to_owned()),
        limit: Some(PAGE),
    };
    let page = client.call(&ask).await?.output;
    Ok(records(page))
}

fn records(page: SdrPage) -> MeterPage {
    MeterPage {
        next: page.marker,
        records: page
            .data
            .into_iter()
            .map(|record| {
                record
                    .into_iter()
                    .map(|(name, value)| (name.into(), Loose::from(value).raw().into()))
                    .collect()
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_says_how_a_job_stands() {
        assert_eq!(status("success"), MeterStatus::Done);
        assert_eq!(status("failure"), MeterStatus::Failed);
        assert_eq!(status("RUNNING"), MeterStatus::Running);
        assert_eq!(status("queued"), MeterStatus::Unknown);
    }

    #[test]
    fn a_day_begins_at_midnight_of_beijing() {
        let at = midnight(Date::constant(2022, 1, 1)).unwrap().0;
        assert_eq!(at.to_string(), "2021-12-31T16:00:00Z");
    }
}
