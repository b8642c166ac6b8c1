//! What the site tells: its hosts and devices, its audit log, its metering jobs (huawei-esm.md, 7.1, 7.5 and 7.6).

use std::time::Duration;

use jiff::Timestamp;

use super::state::Estate;
use super::things::machines::Machine;
use super::things::site::{Deed, Host, MeterJob, MeterPhase, NetworkDevice, RECORDS_A_DAY};
use super::things::stamp::before;
use crate::sim::chance;
use crate::sim::scenario::{AlarmList, Cloud, Measure};

/// Machines that share a host.
const SHARED_BY: usize = 8;

/// How long a job is kept.
const KEPT: Duration = Duration::from_secs(24 * 3600);

impl Estate {
    /// The machines of the site, in their order.
    pub fn site_machines(&self) -> impl Iterator<Item = &Machine> {
        self.machines
            .iter()
            .filter(|machine| machine.id_in(Cloud::Huawei).is_some() && machine.is_server())
    }

    /// The physical hosts.
    pub fn hosts(&self) -> Vec<Host> {
        let count = self.machines.len().div_ceil(SHARED_BY);
        (0..count).map(|index| self.host_number(index)).collect()
    }

    fn host_number(&self, index: usize) -> Host {
        let word = index.to_string();
        Host {
            id: chance::uuid(self.seed, &["host", &word]),
            name: format!("host-az{}-{:02}", 1 + index % 2, index + 1),
            serial: chance::uuid(self.seed, &["serial", &word]),
            ip: format!("10.9.{}.{}", index / 200, 11 + index % 200),
            rack: format!("wuhd22-c-{:02}-{}", 1 + index / 8, 1 + index % 8),
            index,
        }
    }

    /// The machines on a host that are in the Huawei cloud.
    pub fn machines_on(&self, host: &Host) -> impl Iterator<Item = &Machine> {
        self.machines
            .iter()
            .skip(host.index * SHARED_BY)
            .take(SHARED_BY)
            .filter(|machine| machine.id_in(Cloud::Huawei).is_some() && machine.is_server())
    }

    /// How much of a host is in use, per cent: the mean of its machines, a quiet value without any.
    pub fn host_value(&self, host: &Host, measure: Measure, at: Timestamp) -> f64 {
        let values: Vec<f64> = self
            .machines_on(host)
            .filter_map(|machine| self.value(machine, measure, at))
            .collect();
        if values.is_empty() {
            return 4.0 + chance::fraction(self.seed, &["idle", &host.id]) * 6.0;
        }
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// The network devices.
    pub fn network_devices(&self) -> Vec<NetworkDevice> {
        const DEVICES: [(&str, &str, &str, &str); 12] = [
            ("sw-core-01", "switch", "CE12808", "V200R019"),
            ("sw-core-02", "switch", "CE12808", "V200R019"),
            ("sw-tor-01", "switch", "CE6857", "V200R005"),
            ("sw-tor-02", "switch", "CE6857", "V200R005"),
            ("sw-tor-03", "switch", "CE6857", "V200R005"),
            ("sw-tor-04", "switch", "CE6857", "V200R005"),
            ("sw-tor-05", "switch", "CE6857", "V200R005"),
            ("sw-tor-06", "switch", "CE6857", "V200R005"),
            ("rt-edge-01", "router", "NE40E-X8A", "V800R021"),
            ("rt-edge-02", "router", "NE40E-X8A", "V800R021"),
            ("fw-edge-01", "firewall", "USG6680E", "V600R007"),
            ("fw-edge-02", "firewall", "USG6680E", "V600R007"),
        ];
        DEVICES
            .iter()
            .enumerate()
            .map(|(index, (name, kind, model, os))| NetworkDevice {
                id: chance::uuid(self.seed, &["device", name]),
                name: (*name).to_owned(),
                kind,
                model,
                ip: format!("10.8.0.{}", 1 + index),
                os,
            })
            .collect()
    }

    /// Is there an open device alarm about one of the machines on this host, and how bad is the worst (1 to 4)?
    pub fn trouble_with(&self, host: &Host) -> Option<u8> {
        let names: Vec<&str> = self
            .machines_on(host)
            .map(|machine| machine.name.as_str())
            .collect();
        self.alarms(AlarmList::Device, before(self.now, 7200), self.now)
            .iter()
            .filter(|alarm| alarm.cleared.is_none() && names.contains(&alarm.on.as_str()))
            .map(|alarm| alarm.what.severity)
            .min()
    }

    /// What was done between two instants, oldest first: what the scenario tells, what the estate itself knows of, and
    /// the routine of every hour.
    pub fn deeds(&self, from: Timestamp, to: Timestamp) -> Vec<Deed> {
        let to = to.min(self.now + Duration::from_millis(1));
        let mut deeds = self.routine(from, to);
        deeds.extend(self.told.iter().cloned());
        deeds.extend(self.orders.iter().map(|order| Deed {
            id: 7_000_000 + order.id,
            what: "executeScript".into(),
            user: order.creator.clone(),
            severity: 2,
            security: false,
            failed: false,
            resource: order.name.clone(),
            resource_type: "script".into(),
            note: format!("order {}", order.uuid),
            at: order.created,
        }));
        deeds.extend(self.meter_jobs.iter().map(|job| Deed {
            id: 8_000_000 + job.created.as_second() % 1_000_000,
            what: "createQueryJob".into(),
            user: job.user.clone(),
            severity: 1,
            security: false,
            failed: false,
            resource: job.id.clone(),
            resource_type: "sdr".into(),
            note: "metering job".into(),
            at: job.created,
        }));
        deeds.retain(|deed| from <= deed.at && deed.at < to);
        deeds.sort_by_key(|deed| (deed.at, deed.id));
        deeds
    }

    /// Up to six entries an hour, three of a hundred of which failed.
    fn routine(&self, from: Timestamp, to: Timestamp) -> Vec<Deed> {
        const SLOT: i64 = 600;
        const KINDS: [(&str, &str, &str, u8); 6] = [
            ("addScheduleSchedule", "CloudCapacity", "schedule", 1),
            ("login", "console", "session", 1),
            ("exportCapacityReport", "CloudCapacity", "report", 1),
            ("updateAlarmThreshold", "alarm-rule-17", "alarmRule", 2),
            ("queryTenantBill", "billing", "bill", 1),
            ("resetPassword", "ops-reader", "user", 3),
        ];
        // Not further back than a year: nobody keeps it longer.
        let from = from.max(before(self.now, 366 * 86_400));
        let slots = from.as_second().div_euclid(SLOT)..=to.as_second().div_euclid(SLOT);
        slots
            .filter_map(|slot| {
                let word = slot.to_string();
                let luck = |what: &str| chance::fraction(self.seed, &["deed", &word, what]);
                if luck("is") > 0.55 {
                    return None;
                }
                let kind = usize::try_from(chance::part(luck("kind"), 6)).unwrap_or(0);
                let (what, resource, resource_type, severity) = KINDS[kind];
                let users = ["capacityApi", "li.wei", "wang.fang", "dba"];
                let user = usize::try_from(chance::part(luck("user"), 4)).unwrap_or(0);
                let within = chance::part(luck("at"), SLOT.unsigned_abs()).cast_signed();
                Some(Deed {
                    id: slot,
                    what: what.to_owned(),
                    user: users[user].to_owned(),
                    severity,
                    security: matches!(what, "login" | "resetPassword"),
                    failed: luck("fails") < 0.03,
                    resource: resource.to_owned(),
                    resource_type: resource_type.to_owned(),
                    note: what.to_owned(),
                    at: Timestamp::from_second(slot * SLOT + within).ok()?,
                })
            })
            .collect()
    }

    /// Creates a metering job and gives its id.
    pub fn add_meter_job(&mut self, mut job: MeterJob) -> String {
        job.id = chance::uuid(self.seed, &["job", &self.meter_jobs.len().to_string()]);
        job.created = self.now;
        let id = job.id.clone();
        self.meter_jobs.push(job);
        id
    }

    /// How a metering job stands now. Longer spans take longer; 5 of a hundred fail; regions whose names begin with
    /// `fail` or `slow` do what they say.
    pub fn meter_phase(&self, job: &MeterJob) -> MeterPhase {
        let luck = |what: &str| chance::fraction(self.seed, &["job", &job.id, what]);
        let age = Duration::try_from(self.now.duration_since(job.created)).unwrap_or_default();
        if age > KEPT {
            return MeterPhase::Expired;
        }
        let waits = self.scaled(Duration::from_secs_f64(2.0 + 3.0 * luck("waits")));
        if age < waits {
            return MeterPhase::Pending;
        }
        let days = job.days() as f64;
        let works = self.scaled(Duration::from_secs_f64((5.0 + days * 0.25).min(30.0)));
        let part = age.saturating_sub(waits).as_millis() * 100 / works.as_millis().max(1);
        let per_cent = u8::try_from(part.min(99)).unwrap_or(99);
        let fails = job.region.starts_with("fail") || luck("fails") < 0.05;
        match per_cent {
            _ if job.region.starts_with("slow") => MeterPhase::Running(per_cent.min(60)),
            at if fails && at >= 40 => MeterPhase::Failure(40),
            99 => MeterPhase::Success,
            at => MeterPhase::Running(at),
        }
    }

    /// How many records a job has: one for each machine and hour.
    pub fn meter_records(&self, job: &MeterJob) -> u64 {
        job.days() * RECORDS_A_DAY * self.site_machines().count() as u64
    }

    /// Id of the physical host that a machine runs on: about eight machines share one.
    pub fn physical_host(&self, name: &str) -> String {
        let place = self
            .machines
            .iter()
            .position(|machine| machine.name == name)
            .unwrap_or(0);
        chance::uuid(self.seed, &["host", &(place / SHARED_BY).to_string()])
    }
}
