//! Patch compliance: a report for each machine.

use jiff::Timestamp;

use super::machines::Machine;
use super::stamp::before;
use crate::sim::chance;
use crate::sim::scenario::Cloud;

/// A report on one machine.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its id, 32 hexadecimal digits.
    pub id: String,
    /// The machine's name.
    pub machine: String,
    /// The machine's id.
    pub instance_id: String,
    /// The machine's address.
    pub ip: String,
    /// `HuaweiCloudEulerOS`, `CentOS` or `EulerOS`.
    pub system: &'static str,
    /// When it was made.
    pub at: Timestamp,
    /// The patches.
    pub items: Vec<Patch>,
}

/// One patch on one machine.
#[derive(Debug, Clone)]
pub struct Patch {
    /// Its name.
    pub title: String,
    /// `INSTALLED`, `MISSING`, `PENDING_REBOOT`, …
    pub status: &'static str,
    /// `Critical`, `High`, `Medium` or `Low`.
    pub severity: &'static str,
    /// `Security` or `Bugfix`.
    pub class: &'static str,
    /// When it was installed.
    pub installed: Option<Timestamp>,
}

const PACKAGES: &[(&str, &str, &str)] = &[
    ("openssl-1.1.1k-14.x86_64", "Critical", "Security"),
    ("kernel-5.10.0-182.0.0.95.x86_64", "High", "Security"),
    ("glibc-2.34-152.x86_64", "Critical", "Security"),
    ("sudo-1.9.8p2-13.x86_64", "High", "Security"),
    ("curl-7.79.1-27.x86_64", "Medium", "Security"),
    ("systemd-249-68.x86_64", "Medium", "Bugfix"),
    ("nginx-1.24.0-3.x86_64", "High", "Security"),
    ("python3-3.9.9-28.x86_64", "Low", "Bugfix"),
    ("bash-5.1.8-9.x86_64", "Low", "Bugfix"),
    ("tzdata-2024a-2.noarch", "Low", "Bugfix"),
    ("openssh-8.8p1-29.x86_64", "Critical", "Security"),
    ("zlib-1.2.11-24.x86_64", "Medium", "Security"),
];

impl Report {
    /// Does nothing lack?
    pub fn is_compliant(&self) -> bool {
        self.items.iter().all(Patch::is_compliant)
    }
}

impl Patch {
    /// Is it where it should be?
    pub fn is_compliant(&self) -> bool {
        matches!(self.status, "INSTALLED" | "INSTALLED_OTHER")
    }
}

/// A report for each server of the Huawei account; `unpatched` of them lack something.
pub fn build(seed: u64, machines: &[Machine], unpatched: usize, start: Timestamp) -> Vec<Report> {
    let mut servers: Vec<&Machine> = machines
        .iter()
        .filter(|machine| machine.is_server() && machine.id_in(Cloud::Huawei).is_some())
        .collect();
    servers.sort_by_key(|machine| chance::number(seed, &["patch order", &machine.name]));
    servers
        .iter()
        .enumerate()
        .map(|(index, machine)| report(seed, machine, index < unpatched, start))
        .collect()
}

fn report(seed: u64, machine: &Machine, lacks: bool, start: Timestamp) -> Report {
    let name = machine.name.as_str();
    let systems = ["HuaweiCloudEulerOS", "CentOS", "EulerOS"];
    let items = PACKAGES
        .iter()
        .enumerate()
        .map(|(index, (title, severity, class))| {
            let luck = chance::fraction(seed, &["patch", name, title]);
            let status = match (lacks, index) {
                // Every machine that lacks something lacks at least the first.
                (true, 0) => "MISSING",
                (true, _) if luck < 0.25 => "MISSING",
                (true, _) if luck < 0.32 => "PENDING_REBOOT",
                (true, _) if luck < 0.34 => "FAILED",
                (_, _) if luck > 0.9 => "INSTALLED_OTHER",
                _ => "INSTALLED",
            };
            let days = 5 + chance::part(luck, 60).cast_signed();
            Patch {
                title: (*title).to_owned(),
                status,
                severity,
                class,
                installed: (status != "MISSING").then(|| before(start, days * 86_400)),
            }
        })
        .collect();
    Report {
        id: chance::hexadecimal(seed, &["report", name], 32),
        machine: name.to_owned(),
        instance_id: machine.id_in(Cloud::Huawei).unwrap_or_default().to_owned(),
        ip: machine.ip.clone(),
        system: systems[(chance::number(seed, &["system", name]) % 3) as usize],
        at: before(
            start,
            3600 + (chance::number(seed, &["report at", name]) % 20_000).cast_signed(),
        ),
        items,
    }
}
