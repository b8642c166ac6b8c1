//! Everything that exists, and how to find it. Nothing happens here.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::things::alarms::Storm;
use super::things::clusters::Cluster;
use super::things::contacts::{Contact, Group};
use super::things::custom::CustomSeries;
use super::things::identity::Identity;
use super::things::incidents::Ticket;
use super::things::machines::{self, Application, Machine};
use super::things::orders::Order;
use super::things::patches::Report;
use super::things::policies::Policy;
use super::things::scaling::{self, Scaling};
use super::things::scripts::Script;
use super::things::site::{Deed, MeterJob};
use super::things::troubles::Trouble;
use super::things::warrooms::WarRoom;
use crate::sim::chance;
use crate::sim::samples::{self, Condensed};
use crate::sim::scenario::{Cloud, Measure, SiteQuirk};

/// Everything that exists.
#[derive(Debug)]
pub struct Estate {
    /// Everything random comes from it.
    pub seed: u64,
    /// When the scenario began.
    pub start: Timestamp,
    /// Now: [`Estate::advance`] sets it.
    pub now: Timestamp,
    /// How much faster than in life scripts run and workflows move.
    pub speed: f64,
    /// Machines and load balancers.
    pub machines: Vec<Machine>,
    /// Applications they belong to.
    pub applications: Vec<Application>,
    /// What is wrong, was wrong or will be.
    pub troubles: Vec<Trouble>,
    /// Passing alarms per hour in each ESM list.
    pub passing_alarms_per_hour: u32,
    /// Alarm policies.
    pub policies: Vec<Policy>,
    /// Custom metrics.
    pub custom: Vec<CustomSeries>,
    /// Clusters of the container engine.
    pub clusters: Vec<Cluster>,
    /// Contact groups.
    pub groups: Vec<Group>,
    /// Contacts.
    pub contacts: Vec<Contact>,
    /// Scripts, oldest first.
    pub scripts: Vec<Script>,
    /// Orders, oldest first.
    pub orders: Vec<Order>,
    /// Incidents, oldest first.
    pub tickets: Vec<Ticket>,
    /// WarRooms, oldest first.
    pub warrooms: Vec<WarRoom>,
    /// Patch compliance.
    pub reports: Vec<Report>,
    /// Custom alarms as they were reported.
    pub custom_alarms: Vec<Json>,
    /// Alarms that come all at once.
    pub storms: Vec<Storm>,
    /// Entries of the audit log that the scenario tells.
    pub told: Vec<Deed>,
    /// Metering jobs, oldest first.
    pub meter_jobs: Vec<MeterJob>,
    /// What the site does otherwise than the documents lead to expect.
    pub site_quirks: Vec<SiteQuirk>,
    /// Scaling groups.
    pub scaling: Scaling,
    /// Users, projects, keys, tokens.
    pub identity: Identity,
    /// An incident whose solution is not confirmed is rejected instead of going back to its handler.
    pub refused_solution_rejects: bool,
    /// Custom alarms that are critical become incidents (huawei-coc.md, 11.5).
    pub alarms_make_incidents: bool,
    /// Incidents are listed, which the document knows nothing of.
    pub lists_incidents: bool,
}

impl Estate {
    /// The machine or load balancer with this name.
    pub fn machine(&self, name: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| machine.name == name)
    }

    /// The machine with this id in this cloud.
    pub fn machine_by_id(&self, cloud: Cloud, id: &str) -> Option<&Machine> {
        self.machines
            .iter()
            .find(|machine| machine.id_in(cloud) == Some(id))
    }

    /// The policy with this id.
    pub fn policy(&self, id: u64) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.id == id)
    }

    /// The script with this id.
    pub fn script(&self, uuid: &str) -> Option<&Script> {
        self.scripts.iter().find(|script| script.uuid == uuid)
    }

    /// The order with this id.
    pub fn order(&self, uuid: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.uuid == uuid)
    }

    /// The incident with this number.
    pub fn ticket(&self, number: &str) -> Option<&Ticket> {
        self.tickets.iter().find(|ticket| ticket.number == number)
    }

    /// The incident with this number, to be changed.
    pub fn ticket_mut(&mut self, number: &str) -> Option<&mut Ticket> {
        self.tickets
            .iter_mut()
            .find(|ticket| ticket.number == number)
    }

    /// The metering job with this id.
    pub fn meter_job(&self, id: &str) -> Option<&MeterJob> {
        self.meter_jobs.iter().find(|job| job.id == id)
    }

    /// A metric of a machine; `None` when it has no such metric.
    pub fn signal(&self, machine: &Machine, measure: Measure) -> Option<Signal<'_>> {
        let shape = machines::shape(machine.role, measure)?;
        let series = chance::number(self.seed, &[&machine.name, measure.name()]);
        // Machines of one fleet are alike, not equal.
        let own = 0.75 + 0.5 * chance::unit(chance::scramble(series));
        let concerns = |trouble: &&Trouble| {
            trouble.measure == measure
                && (trouble.on == machine.name || trouble.on == machine.fleet)
        };
        Some(Signal {
            series,
            shape: samples::Shape {
                level: shape.level * own,
                swing: shape.swing * own,
                ..shape
            },
            troubles: self.troubles.iter().filter(concerns).collect(),
            share: scaling::share(&self.scaling.groups, machine, measure, self.start),
            now: self.now,
        })
    }

    /// A metric of a machine at an instant; `None` when it has no such metric.
    pub fn value(&self, machine: &Machine, measure: Measure, at: Timestamp) -> Option<f64> {
        Some(self.signal(machine, measure)?.value(at))
    }

    /// One period of a metric; `None` when there is no such metric or the period has not begun. For many periods of
    /// one metric take [`Estate::signal`] once.
    pub fn condensed(
        &self,
        machine: &Machine,
        measure: Measure,
        from: Timestamp,
        period: Duration,
    ) -> Option<Condensed> {
        self.signal(machine, measure)?.condensed(from, period)
    }

    /// A duration of life in this estate's time.
    pub fn scaled(&self, life: Duration) -> Duration {
        life.div_f64(self.speed)
    }
}

/// A metric of a machine, with everything that is wrong with it.
#[derive(Debug)]
pub struct Signal<'a> {
    series: u64,
    shape: samples::Shape,
    troubles: Vec<&'a Trouble>,
    share: Option<scaling::Share>,
    now: Timestamp,
}

impl Signal<'_> {
    /// Its value at an instant.
    pub fn value(&self, at: Timestamp) -> f64 {
        let normal = samples::value(self.series, &self.shape, at);
        let value = self.troubles.iter().fold(normal, |value, trouble| {
            let shake = samples::noise(self.series ^ 0xa5a5, at.as_millisecond(), 20_000);
            let target = trouble.to * (1.0 + 0.012 * shake);
            value + (target - value) * trouble.weight(at)
        });
        let value = value * self.share.as_ref().map_or(1.0, |share| share.at(at));
        value.clamp(self.shape.floor, self.shape.ceiling)
    }

    /// One period, from raw values every ten seconds (or thirty in all, when the period is long). What lies in the
    /// future does not exist: `None` when the period has not begun.
    pub fn condensed(&self, from: Timestamp, period: Duration) -> Option<Condensed> {
        let step = (period / 30).max(Duration::from_secs(10)).min(period);
        let count = (period.as_millis() / step.as_millis().max(1)).max(1);
        let values = (0..u32::try_from(count).unwrap_or(30))
            .map(|index| from + step * index)
            .take_while(|at| *at <= self.now)
            .map(|at| self.value(at));
        samples::condense(values)
    }
}
