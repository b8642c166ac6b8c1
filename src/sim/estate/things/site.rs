//! The physical site behind the Huawei machines: hosts, network devices, the audit log, metering jobs
//! (huawei-esm.md, 7.1, 7.5 and 7.6).

use jiff::Timestamp;
use jiff::civil::Date;

use super::stamp::before;
use crate::sim::scenario::AuditSpec;

/// A physical host.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its serial number.
    pub serial: String,
    /// The address it is managed at.
    pub ip: String,
    /// Its rack.
    pub rack: String,
    /// Which of the hosts it is.
    pub index: usize,
}

/// A network device.
#[derive(Debug, Clone)]
pub struct NetworkDevice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `switch`, `router` or `firewall`.
    pub kind: &'static str,
    /// Its model.
    pub model: &'static str,
    /// The address it is managed at.
    pub ip: String,
    /// Version of its operating system.
    pub os: &'static str,
}

/// Something that was done.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Id, which grows with time.
    pub id: i64,
    /// What.
    pub what: String,
    /// By whom.
    pub user: String,
    /// 4 fatal to 1 hint.
    pub severity: u8,
    /// Is it in the security log?
    pub security: bool,
    /// Did it fail?
    pub failed: bool,
    /// What it was done to.
    pub resource: String,
    /// Kind of that.
    pub resource_type: String,
    /// More about it.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// A metering job.
#[derive(Debug, Clone)]
pub struct MeterJob {
    /// Its id.
    pub id: String,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last one.
    pub to: Option<Date>,
    /// The region asked for.
    pub region: String,
    /// Who created it.
    pub user: String,
    /// When.
    pub created: Timestamp,
}

/// How a metering job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterPhase {
    /// It waits.
    Pending,
    /// It works: per cent.
    Running(u8),
    /// It is done.
    Success,
    /// It failed at so many per cent.
    Failure(u8),
    /// It is forgotten.
    Expired,
}

/// Records that a resource has a day: one an hour.
pub const RECORDS_A_DAY: u64 = 24;

impl MeterJob {
    /// How many days it spans.
    pub fn days(&self) -> u64 {
        let (Some(from), Some(to)) = (self.from, self.to) else {
            return 1;
        };
        let days = from.until(to).map_or(0, |span| {
            i64::from(span.get_days()) + i64::from(span.get_months()) * 30
        });
        u64::try_from(days).unwrap_or(0)
    }
}

/// What the scenario tells of the audit log.
pub fn build(specs: &[AuditSpec], start: Timestamp) -> Vec<Deed> {
    specs
        .iter()
        .enumerate()
        .map(|(index, spec)| Deed {
            id: 6_000_000 + i64::try_from(index).unwrap_or(0),
            what: spec.what.clone(),
            user: spec.user.clone(),
            severity: spec.severity,
            security: spec.security,
            failed: spec.failed,
            resource: spec.resource.clone(),
            resource_type: spec.kind.clone(),
            note: spec.note.clone(),
            at: before(start, spec.ago),
        })
        .collect()
}
