//! Metering records: a job is created, watched and paged (huawei-esm.md, 5).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::WIDE;
use super::rows::Loose;
use crate::cloud::declare::{BeijingTime, Call, Violation};
use crate::cloud::loose;
use crate::operation;

operation! {
    /// Creates a job that gathers metering records. Of both times only the date counts, and the second one is
    /// excluded. Creating it twice makes two jobs.
    CreateSdrQueryJob -> CreatedJob, "huawei-esm.create_sdr_query_job",
        Call::rest("CreateQueryJob", "v1", "POST", "/meter/v1/{domain_id}/query-jobs")
            .mutates()
            .group(WIDE),
        check = check_job;
    /// Id of the tenant.
    domain_id: String = "domain_id".max_len(36),
    /// Id of the site.
    hcso_id: Option<String> = "hcso_id".max_len(36),
    /// Region; the document calls it a site id by mistake.
    region_id: Option<String> = "region_id".max_len(255),
    /// First day. Later editions require it.
    min_sdr_time: Option<BeijingTime> = "min_sdr_time",
    /// The day after the last one. Later editions require it.
    max_sdr_time: Option<BeijingTime> = "max_sdr_time",
}

/// A job that was created.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CreatedJob {
    /// Its id. Without one the job cannot be found again.
    #[serde(deserialize_with = "loose::text")]
    pub job_id: String,
}

operation! {
    /// Tells how far a job is.
    GetSdrQueryJob -> JobState, "huawei-esm.get_sdr_query_job",
        Call::rest("QueryJobStatus", "v1", "GET", "/meter/v1/{domain_id}/query-jobs/{job_id}").group(WIDE),
        check = check_ids;
    /// Id of the tenant.
    domain_id: String = "domain_id".max_len(36),
    /// Id of the job.
    job_id: String = "job_id".max_len(36),
}

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JobState {
    /// Its id; called `job_id` when it was created.
    #[serde(default, skip_serializing_if = "Loose::is_missing")]
    pub id: Loose,
    /// `pending`, `running`, `success` or `failure`. Only this decides: a job may be running at 100 per cent.
    #[serde(default, skip_serializing_if = "Loose::is_missing")]
    pub status: Loose,
    /// Per cent.
    #[serde(default, skip_serializing_if = "Loose::is_missing")]
    pub progress: Loose,
}

operation! {
    /// Pages through the records of a job. The document's table says POST, its sample GET with a body; the other one is
    /// tried where the first is refused.
    QuerySdrJobData -> SdrPage, "huawei-esm.query_sdr_job_data",
        Call::rest("QueryJobSdr", "v1", "POST", "/meter/v1/{domain_id}/query-jobs/{job_id}/sdr")
            .or(&[("GET", "/meter/v1/{domain_id}/query-jobs/{job_id}/sdr")])
            .group(WIDE),
        check = check_ids;
    /// Id of the tenant.
    domain_id: String = "domain_id".max_len(36),
    /// Id of the job.
    job_id: String = "job_id".max_len(36),
    /// Marker of the page before; none for the first.
    marker: Option<String> = "marker".max_len(200).default(""),
    /// Records per page.
    limit: Option<i64> = "limit".range(1, 200).default("100"),
}

/// One page of records.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SdrPage {
    /// The records; their fields are not documented. An empty page is not the end.
    #[serde(default, deserialize_with = "loose::list")]
    pub data: Vec<Map<String, Json>>,
    /// Where the next page begins; empty when there is none.
    #[serde(default, deserialize_with = "loose::text")]
    pub marker: String,
}

/// Letters, digits, `-` and `_`, and at least one of them in a path.
fn check_ids(input: &Json) -> Vec<Violation> {
    ["domain_id", "job_id"]
        .into_iter()
        .filter_map(|name| check_id(input, name, true))
        .collect()
}

fn check_job(input: &Json) -> Vec<Violation> {
    let mut broken: Vec<Violation> = [
        ("domain_id", true),
        ("hcso_id", false),
        ("region_id", false),
    ]
    .into_iter()
    .filter_map(|(name, in_path)| check_id(input, name, in_path))
    .collect();
    let day = |name: &str| {
        let text = input.get(name)?.as_str()?;
        text.split([' ', 'T']).next().map(str::to_owned)
    };
    if let (Some(from), Some(to)) = (day("min_sdr_time"), day("max_sdr_time"))
        && to <= from
    {
        broken.push(Violation::new(
            "max_sdr_time",
            "must be a later day than min_sdr_time; it is excluded",
            &to,
        ));
    }
    broken
}

fn check_id(input: &Json, name: &str, in_path: bool) -> Option<Violation> {
    let text = input.get(name)?.as_str()?;
    let fits = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !fits {
        return Some(Violation::new(
            name,
            "may have letters, digits, - and _",
            text,
        ));
    }
    (in_path && text.is_empty()).then(|| Violation::new(name, "must not be empty", text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_have_letters_digits_and_dashes() {
        assert!(check_ids(&json!({"domain_id": "a-B_9", "job_id": "1"})).is_empty());
        let broken = check_ids(&json!({"domain_id": "a/b", "job_id": ""}));
        let fields: Vec<_> = broken.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["domain_id", "job_id"]);
    }

    #[test]
    fn the_last_day_is_after_the_first() {
        let job = |from: &str, to: &str| {
            check_job(&json!({"domain_id": "d", "min_sdr_time": from, "max_sdr_time": to})).len()
        };
        assert_eq!(job("2022-01-01 00:00:00", "2022-02-01 00:00:00"), 0);
        // Only the date counts, so that this would be no day at all.
        assert_eq!(job("2022-01-01 00:00:00", "2022-01-01 23:00:00"), 1);
        assert_eq!(job("2022-02-01 00:00:00", "2022-01-01 00:00:00"), 1);
    }
}
