//! A site as its operators see it: capacity, devices, hosts, the audit log and metering.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::account::AccountId;
use super::alarm::Severity;
use super::error::ApiError;
use super::metric::{Sample, Series, SeriesKey, Statistic};
use super::odd::Odd;
use super::text::SafeText;

/// Namespaces of the series that a site has.
pub mod namespace {
    /// Physical hosts, by their id.
    pub const HOST: &str = "site/host";
    /// Physical servers, by their serial number.
    pub const SERVER: &str = "site/server";
    /// Network devices, by the address they are managed at.
    pub const NETWORK: &str = "site/network";
    /// Virtual machines, by their id.
    pub const VM: &str = "site/vm";
    /// Pools of capacity, by their id: kept from day to day, no service can be asked for them.
    pub const CAPACITY: &str = "site/capacity";
}

/// What a quantity is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Processor cores.
    Cores,
    /// Terabytes.
    Terabytes,
    /// Virtual machines.
    Machines,
    /// Physical servers or dedicated hosts.
    Servers,
    /// Addresses.
    Addresses,
    /// Database instances.
    Instances,
    /// Load balancers, listeners, members, connections, gateways: things.
    Things,
}

/// Seconds of a day.
const DAY: u32 = 86_400;

/// The first second of the day, at the sites in China, that an instant is of.
fn day(at: i64) -> i64 {
    let (day, beijing) = (i64::from(DAY), 8 * 3600);
    at - (at + beijing).rem_euclid(day)
}

/// One pool of capacity: how much there is, how much of it is given out, how much is left.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Is it a physical pool rather than a service's?
    pub physical: bool,
    /// Service or kind of device, in one spelling: `ECS_VM`, `EVS`, `ELB`, …
    pub service: SafeText,
    /// What is measured: flavor, medium, line, `vCpu`, … with the server model of physical pools in front.
    pub metric: SafeText,
    /// Zone, as the service names it; empty where it names none.
    pub zone: SafeText,
    /// Region.
    pub region: SafeText,
    /// What it is counted in.
    pub unit: Unit,
    /// All there is; often more than the sum of the other two, because some is held in reserve.
    pub total: Option<f64>,
    /// Given out.
    pub allocated: Option<f64>,
    /// Left.
    pub available: Option<f64>,
    /// When it was taken.
    pub at: Option<Timestamp>,
    /// Allocated amounts of the days that the service still tells of, oldest first, as seconds since 1970 and amount.
    pub past: Vec<(i64, f64)>,
    /// Every field under its wire name, as it came.
    pub detail: Vec<(SafeText, SafeText)>,
    /// What came in place of `total`, `allocated`, `available` and `at`, where that could not be read.
    pub odd: Odd,
}

impl Capacity {
    /// What tells it from other pools of the account.
    pub fn id(&self) -> String {
        format!(
            "{}/{}/{}/{}/{}",
            if self.physical { "physical" } else { "service" },
            self.service.raw(),
            self.region.raw(),
            self.zone.raw(),
            self.metric.raw()
        )
    }

    /// The allocated amounts of the days known, as a series to keep: one value a day, the last one of each.
    pub fn history(&self) -> Series {
        let mut samples: Vec<Sample> = Vec::new();
        for (at, value) in &self.past {
            let at = day(*at);
            match samples.last_mut().filter(|last| last.at == at) {
                Some(last) => last.value = *value,
                None => samples.push(Sample { at, value: *value }),
            }
        }
        Series {
            key: SeriesKey::new(namespace::CAPACITY, &self.id(), "allocated"),
            label: None,
            unit: None,
            statistic: Statistic::Last,
            period: DAY,
            samples,
            odd: None,
        }
    }

    /// Adds days of an earlier session before and between those that the service tells of; the service's count.
    pub fn remember(&mut self, kept: &[Sample]) {
        let told: BTreeSet<i64> = self.past.iter().map(|(at, _)| day(*at)).collect();
        let older = kept.iter().filter(|sample| !told.contains(&day(sample.at)));
        self.past
            .extend(older.map(|sample| (sample.at, sample.value)));
        self.past.sort_by_key(|(at, _)| *at);
    }

    /// All there is: the total, or what is given out and left together.
    pub fn size(&self) -> Option<f64> {
        match (self.total, self.allocated, self.available) {
            (Some(total), _, _) if total > 0.0 => Some(total),
            (_, Some(allocated), Some(available)) => Some(allocated + available),
            _ => None,
        }
    }

    /// The part that is given out, 0 to 1 (more when too much is given out); `None` when it is not known, and for a
    /// pool in which there is nothing.
    pub fn share(&self) -> Option<f64> {
        let size = self.size().filter(|size| *size > 0.0)?;
        Some(self.allocated? / size)
    }

    /// When the pool will be full if it goes on as over the days known: a straight line through the allocated amounts
    /// by least squares. `None` with fewer than three days, and when it does not grow.
    pub fn full_in_days(&self) -> Option<f64> {
        let size = self.size()?;
        let growth = self.growth_per_day()?;
        let left = size - self.allocated?;
        (growth > size * 1e-6 && left >= 0.0).then(|| left / growth)
    }

    /// By how much the allocated amount grows a day, by least squares; `None` with fewer than three days.
    pub fn growth_per_day(&self) -> Option<f64> {
        const DAY: f64 = 86_400.0;
        if self.past.len() < 3 {
            return None;
        }
        let first = self.past.first()?.0;
        let count = self.past.len() as f64;
        let points = || {
            self.past
                .iter()
                .map(|(at, amount)| ((at - first) as f64 / DAY, *amount))
        };
        let mean_x = points().map(|(x, _)| x).sum::<f64>() / count;
        let mean_y = points().map(|(_, y)| y).sum::<f64>() / count;
        let covered: f64 = points().map(|(x, _)| (x - mean_x).powi(2)).sum();
        let together: f64 = points().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        (covered > 0.0).then(|| together / covered)
    }
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its id.
    pub id: SafeText,
    /// What was done, in the service's word.
    pub what: SafeText,
    /// Who did it.
    pub user: SafeText,
    /// How much it may do harm, on the scale of alarms.
    pub severity: Severity,
    /// The same as the service wrote it.
    pub severity_raw: SafeText,
    /// Is it in the security log?
    pub security: bool,
    /// Did it fail? `None` when the service does not say.
    pub failed: Option<bool>,
    /// Name of what it was done to.
    pub resource: SafeText,
    /// Kind of what it was done to.
    pub resource_type: SafeText,
    /// Where it came from.
    pub source: SafeText,
    /// When it began; `None` when the time cannot be read.
    pub at: Option<Timestamp>,
    /// The same as the service wrote it.
    pub at_raw: SafeText,
    /// More about it.
    pub note: SafeText,
    /// Every field under its wire name, as it came.
    pub detail: Vec<(SafeText, SafeText)>,
    /// What came in place of `severity` and `failed`, where that could not be read.
    pub odd: Odd,
}

/// How a device does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Running {
    /// As it should.
    Well,
    /// Not as it should.
    Badly,
    /// Not at all.
    Not,
    /// The service's word is none this program knows.
    Unknown,
}

/// A physical device.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// Its id.
    pub id: SafeText,
    /// Its name.
    pub name: SafeText,
    /// Its kind: `server`, `switch`, …
    pub kind: SafeText,
    /// How it does, in the service's word.
    pub status: SafeText,
    /// What that means.
    pub running: Running,
    /// Its model.
    pub model: SafeText,
    /// The address it is managed at.
    pub ip: SafeText,
    /// Version of its operating system.
    pub os: SafeText,
    /// Its region.
    pub region: SafeText,
    /// Every field under its wire name, as it came.
    pub detail: Vec<(SafeText, SafeText)>,
}

/// Something that arrived as text within text: read, or raw where it could not be.
#[derive(Debug, Clone, PartialEq)]
pub enum Embedded<T> {
    /// What it says.
    Read(Vec<T>),
    /// The text as it came, which makes no sense.
    Raw(SafeText),
    /// Nothing came.
    Nothing,
}

/// A processor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Processor {
    /// Its model.
    pub model: SafeText,
    /// How many sockets.
    pub sockets: Option<u32>,
    /// Cores per socket.
    pub cores: Option<u32>,
    /// Threads per core.
    pub threads: Option<u32>,
}

/// A memory module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemoryModule {
    /// Its size, as the service writes it: `32 GB`.
    pub size: SafeText,
    /// Its kind: `DDR4`.
    pub kind: SafeText,
    /// Its frequency: `2666 MHz`.
    pub frequency: SafeText,
    /// Who made it.
    pub manufacturer: SafeText,
}

/// A disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disk {
    /// Its device: `/dev/sda`.
    pub device: SafeText,
    /// Its size, as the service writes it: `599.0GB`.
    pub size: SafeText,
}

/// Gigabytes in a size such as `32 GB`, `599.0GB` or `1.5 TB`; `None` when it is none.
pub fn gigabytes(size: &str) -> Option<f64> {
    let size = size.trim();
    let digits = size
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(size.len());
    let (number, unit) = size.split_at_checked(digits)?;
    let number: f64 = number.parse().ok()?;
    match unit.trim().to_ascii_uppercase().as_str() {
        "GB" | "G" | "GIB" => Some(number),
        "TB" | "T" | "TIB" => Some(number * 1024.0),
        "MB" | "M" | "MIB" => Some(number / 1024.0),
        _ => None,
    }
}

/// A physical host.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteHost {
    /// Its id.
    pub id: SafeText,
    /// Its name.
    pub name: SafeText,
    /// Its serial number.
    pub serial: SafeText,
    /// Its address.
    pub ip: SafeText,
    /// Its architecture.
    pub arch: SafeText,
    /// Its region.
    pub region: SafeText,
    /// Where it stands: pool, room, rack.
    pub place: SafeText,
    /// Its processors.
    pub cpu: Embedded<Processor>,
    /// Its memory modules.
    pub memory: Embedded<MemoryModule>,
    /// Its disks.
    pub disks: Embedded<Disk>,
    /// Every field under its wire name, as it came.
    pub detail: Vec<(SafeText, SafeText)>,
}

/// A machine that runs on a host.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostedVm {
    /// Its id; often empty.
    pub id: SafeText,
    /// Its name; often empty.
    pub name: SafeText,
    /// Its operating system.
    pub os: SafeText,
    /// Its processors, in words.
    pub cpu: SafeText,
}

/// What runs on a host.
#[derive(Debug, Clone, PartialEq)]
pub struct HostedVms {
    /// The host's id.
    pub host: SafeText,
    /// The machines.
    pub vms: Embedded<HostedVm>,
    /// When the list was brought up to date.
    pub at: Option<Timestamp>,
    /// Everything the service said, as label and text. Labels are wire names.
    pub detail: Vec<(SafeText, SafeText)>,
}

/// How a metering job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeterStatus {
    /// It waits.
    Pending,
    /// It works.
    Running,
    /// Its records can be read.
    Done,
    /// It failed; the service gives no reason.
    Failed,
    /// The service's word is none this program knows: it is watched on.
    Unknown,
}

/// A metering job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterJob {
    /// Its id.
    pub id: SafeText,
    /// How it stands.
    pub status: MeterStatus,
    /// The service's word for that.
    pub status_raw: SafeText,
    /// Per cent, 0 to 100.
    pub progress: u8,
}

/// One page of a metering job's records. What columns they have is not documented: it follows from what came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MeterPage {
    /// The records: fields as name and text.
    pub records: Vec<Vec<(SafeText, SafeText)>>,
    /// Where the next page begins; empty when there is none.
    pub next: String,
}

/// The instant of a record's time, written `20240301220000` by Beijing's clock; `None` for anything else.
pub fn record_time(text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    Offset::constant(8).to_timestamp(time).ok()
}

/// How the writing of a metering job's records to a file stands.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterExport {
    /// Whose job it is.
    pub account: AccountId,
    /// The job.
    pub job: SafeText,
    /// The file, as a path for people.
    pub file: String,
    /// Records written.
    pub records: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Records and sum for each kind of resource.
    pub totals: BTreeMap<String, (u64, f64)>,
    /// What is being done.
    pub state: ExportState,
}

/// What the writing of records to a file is at.
#[derive(Debug, Clone, PartialEq)]
pub enum ExportState {
    /// Reading and writing.
    Running,
    /// A page did not arrive; it is asked for again soon.
    Waiting(ApiError),
    /// The file has everything.
    Whole,
    /// The user stopped it; it can go on.
    Stopped,
    /// The service refused a page; what was written stays, and it can go on.
    Refused(ApiError),
    /// The service has forgotten the job: there is nothing to go on with.
    Gone,
    /// The service leads in a circle: the list may not be complete.
    Circle,
    /// The file could not be written: what the system says.
    Unwritten(String),
}

impl ExportState {
    /// Is it under way?
    pub const fn is_running(&self) -> bool {
        matches!(self, Self::Running | Self::Waiting(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(total: Option<f64>, allocated: Option<f64>, available: Option<f64>) -> Capacity {
        Capacity {
            physical: false,
            service: "EVS".into(),
            metric: "SAS".into(),
            zone: "POD".into(),
            region: "r".into(),
            unit: Unit::Terabytes,
            total,
            allocated,
            available,
            at: None,
            past: Vec::new(),
            detail: Vec::new(),
            odd: Odd::default(),
        }
    }

    #[test]
    fn the_share_is_of_the_total_or_of_both_parts() {
        let close = |a: Option<f64>, b: f64| (a.unwrap() - b).abs() < 1e-9;
        assert!(close(
            pool(Some(490.0), Some(358.0), Some(132.0)).share(),
            358.0 / 490.0
        ));
        assert!(close(pool(None, Some(3.0), Some(1.0)).share(), 0.75));
        assert_eq!(pool(Some(0.0), Some(0.0), Some(0.0)).share(), None);
        assert_eq!(pool(None, Some(3.0), None).share(), None);
        assert_eq!(pool(Some(5.0), None, None).share(), None);
    }

    #[test]
    fn days_of_an_earlier_session_lengthen_the_trend() {
        let day = i64::from(DAY);
        // Midnight at the sites.
        let night = |number: i64| number * day - 8 * 3600;
        let mut pool = pool(Some(100.0), Some(60.0), None);
        // Two values of one day: the later one counts.
        pool.past = vec![(night(10), 58.0), (night(10) + 60, 59.0), (night(11), 60.0)];
        let kept = pool.history();
        assert_eq!(kept.samples.len(), 2);
        assert!((kept.samples[0].value - 59.0).abs() < f64::EPSILON);
        let mut later = pool.clone();
        later.past = vec![(night(12), 61.0)];
        assert_eq!(later.full_in_days(), None);
        later.remember(&kept.samples);
        assert_eq!(later.past.len(), 3);
        // One a day, 40 to go.
        assert!((later.full_in_days().unwrap() - 40.0).abs() < 1e-9);
        // What is known twice is there once.
        later.remember(&kept.samples);
        assert_eq!(later.past.len(), 3);
    }

    #[test]
    fn a_growing_pool_is_full_some_day() {
        let day = 86_400;
        let mut growing = pool(Some(100.0), Some(60.0), None);
        assert_eq!(growing.full_in_days(), None);
        growing.past = vec![(0, 50.0), (day, 55.0), (2 * day, 60.0)];
        assert!((growing.full_in_days().unwrap() - 8.0).abs() < 1e-9);
        growing.past = vec![(0, 60.0), (day, 60.0), (2 * day, 60.0)];
        assert_eq!(growing.full_in_days(), None);
        growing.past = vec![(0, 60.0), (0, 60.0), (0, 60.0)];
        assert_eq!(growing.full_in_days(), None);
    }

    #[test]
    fn sizes_are_read_with_their_unit() {
        assert_eq!(gigabytes("32 GB"), Some(32.0));
        assert_eq!(gigabytes("599.0GB"), Some(599.0));
        assert_eq!(gigabytes("2 TB"), Some(2048.0));
        for odd in ["", "GB", "many", "3", "1.2.3 GB"] {
            assert_eq!(gigabytes(odd), None, "{odd}");
        }
    }
}
