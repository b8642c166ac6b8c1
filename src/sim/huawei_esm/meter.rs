//! Metering jobs and their records (huawei-esm.md, 5 and 7.6). The fields of a record are made up, in the shape of B5.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value as Json, json};

use super::common::{ZONE, wall, wrong};
use crate::cloud::declare::BeijingTime;
use crate::cloud::huawei_esm::ops::{CreateSdrQueryJob, GetSdrQueryJob, QuerySdrJobData};
use crate::sim::estate::identity::HUAWEI_REGION;
use crate::sim::estate::things::site::{MeterJob, MeterPhase, RECORDS_A_DAY};
use crate::sim::estate::{Cloud, Estate};
use crate::sim::handlers::{Answer, Caller, Handlers, Refusal};

/// Unfinished jobs of a tenant at most.
const UNFINISHED: usize = 10;

pub(super) fn add(handlers: Handlers) -> Handlers {
    handlers
        .answering::<CreateSdrQueryJob>(create)
        .on_json::<GetSdrQueryJob>(|estate, _, ask| {
            let job = job(estate, &ask.domain_id, &ask.job_id)?;
            let (status, progress) = match estate.meter_phase(job) {
                MeterPhase::Pending => ("pending", 0),
                MeterPhase::Running(progress) => ("running", progress),
                MeterPhase::Success => ("success", 100),
                MeterPhase::Failure(progress) => ("failure", progress),
                MeterPhase::Expired => return Err(gone()),
            };
            Ok(json!({"id": job.id, "status": status, "progress": progress}))
        })
        .on_json::<QuerySdrJobData>(|estate, _, ask| records(estate, &ask))
}

fn gone() -> Refusal {
    Refusal::new(404, "ESM.0404", "the job does not exist")
}

fn check_tenant(estate: &Estate, domain: &str) -> Result<(), Refusal> {
    let identity = &estate.identity;
    if domain == identity.domain_id || domain == identity.hcso_domain_id {
        return Ok(());
    }
    Err(Refusal::new(
        403,
        "ESM.0403",
        "the tenant is not that of the token",
    ))
}

fn create(estate: &mut Estate, caller: &Caller, ask: CreateSdrQueryJob) -> Result<Answer, Refusal> {
    check_tenant(estate, &ask.domain_id)?;
    let unfinished = estate
        .meter_jobs
        .iter()
        .filter(|job| {
            matches!(
                estate.meter_phase(job),
                MeterPhase::Pending | MeterPhase::Running(_)
            )
        })
        .count();
    if unfinished >= UNFINISHED {
        return Err(Refusal::new(429, "ESM.0429", "too many unfinished jobs"));
    }
    let job = MeterJob {
        id: String::new(),
        from: day(ask.min_sdr_time),
        to: day(ask.max_sdr_time),
        region: ask.region_id.unwrap_or_default(),
        user: caller.user.clone(),
        created: estate.now,
    };
    let id = estate.add_meter_job(job);
    Ok(Answer {
        status: 201,
        body: json!({"job_id": id}),
        headers: Vec::new(),
    })
}

/// Only the day counts.
fn day(time: Option<BeijingTime>) -> Option<Date> {
    Some(time?.0.to_zoned(TimeZone::fixed(ZONE)).date())
}

fn job<'e>(estate: &'e Estate, domain: &str, id: &str) -> Result<&'e MeterJob, Refusal> {
    check_tenant(estate, domain)?;
    estate.meter_job(id).ok_or_else(gone)
}

fn records(estate: &Estate, ask: &QuerySdrJobData) -> Result<Json, Refusal> {
    let job = job(estate, &ask.domain_id, &ask.job_id)?;
    if estate.meter_phase(job) != MeterPhase::Success {
        return Err(wrong("the job is not done"));
    }
    let limit = u64::try_from(ask.limit.unwrap_or(100)).unwrap_or(100);
    let total = estate.meter_records(job);
    let place = match ask.marker.as_deref().unwrap_or_default() {
        "" => Place::At(0),
        marker => Place::read(marker, &job.id).ok_or_else(|| wrong("the marker is unknown"))?,
    };
    let from = match place {
        // The sample has an empty page that is not the end.
        Place::Blank(at) => {
            return Ok(json!({"data": [], "marker": Place::At(at).marker(&job.id)}));
        }
        Place::At(at) => at,
    };
    let end = (from + limit).min(total);
    let machines: Vec<&str> = estate
        .site_machines()
        .filter_map(|machine| machine.id_in(Cloud::Huawei))
        .collect();
    let first = job
        .from
        .and_then(|day| day.to_zoned(TimeZone::fixed(ZONE)).ok())
        .map_or(estate.now, |day| day.timestamp());
    let data: Vec<Json> = (from..end)
        .map(|index| record(estate, &machines, first, index))
        .collect();
    let marker = match (end >= total, from) {
        (true, _) => String::new(),
        (false, 0) => Place::Blank(end).marker(&job.id),
        (false, _) => Place::At(end).marker(&job.id),
    };
    Ok(json!({"data": data, "marker": marker}))
}

/// Where a page begins.
enum Place {
    /// At a record.
    At(u64),
    /// Nowhere: an empty page, and then at a record.
    Blank(u64),
}

impl Place {
    fn marker(&self, job: &str) -> String {
        let text = match self {
            Self::At(at) => format!("{job}@{at}"),
            Self::Blank(at) => format!("{job}~{at}"),
        };
        STANDARD.encode(text)
    }

    fn read(marker: &str, job: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(marker).ok()?).ok()?;
        let rest = text.strip_prefix(job)?;
        match (rest.strip_prefix('@'), rest.strip_prefix('~')) {
            (Some(at), _) => at.parse().ok().map(Self::At),
            (None, Some(at)) => at.parse().ok().map(Self::Blank),
            (None, None) => None,
        }
    }
}

fn record(estate: &Estate, machines: &[&str], first: Timestamp, index: u64) -> Json {
    let count = machines.len().max(1) as u64;
    let hours = (index / count).min(RECORDS_A_DAY * 366 * 10);
    let begin = first
        .checked_add(Span::new().hours(hours.cast_signed()))
        .unwrap_or(first);
    let id = usize::try_from(index % count)
        .ok()
        .and_then(|at| machines.get(at).copied())
        .unwrap_or_default();
    json!({
        "resource_id": id, "resource_type_code": "hws.resource.type.vm", "resource_spec_code": "ks1.xlarge.2.linux",
        "cloud_service_type_code": "hws.service.type.ec2", "region_code": HUAWEI_REGION,
        "domain_id": estate.identity.domain_id, "begin_time": wall(begin, "%Y%m%d%H%M%S"),
        "accumulate_factor_name": "Duration", "accumulate_factor_value": "3600",
    })
}
