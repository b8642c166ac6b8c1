//! The pretend cloud: plain structs in which everything is connected.
//!
//! One machine has metrics, may be watched by policies, may run scripts and may be what an alarm is about; a script
//! that ends well there ends the trouble that it is a cure for, and the metric, the policy and the alarm follow.
//! Nothing here knows HTTP or JSON; the handlers do.

pub mod alarms;
pub mod clusters;
pub mod contacts;
pub mod custom;
pub mod identity;
pub mod incidents;
pub mod machines;
pub mod orders;
pub mod patches;
pub mod policies;
pub mod scaling;
pub mod scripts;
pub mod site;
pub mod troubles;
pub mod warrooms;

use std::time::Duration;

use jiff::{Span, Timestamp};
use serde_json::Value as Json;

use super::chance;
use super::samples::{self, Condensed};
use super::scenario::{Scenario, SiteQuirk};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use alarms::{Storm, storms};

pub use alarms::EsmAlarm;
pub use clusters::{Cluster, Pod};
pub use contacts::{Contact, Group};
pub use custom::CustomSeries;
pub use identity::Identity;
pub use incidents::{Ticket, TicketStatus};
pub use machines::{Application, Cloud, Machine, Measure, Role};
pub use orders::{Order, OrderStatus};
pub use patches::Report;
pub use policies::{Policy, PolicyReceiver, Rule, Watched};
pub use scripts::Script;
pub use troubles::Trouble;
pub use warrooms::WarRoom;

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
    pub told: Vec<site::Deed>,
    /// Metering jobs, oldest first.
    pub meter_jobs: Vec<site::MeterJob>,
    /// What the site does otherwise than the documents lead to expect.
    pub site_quirks: Vec<SiteQuirk>,
    /// Scaling groups.
    pub scaling: scaling::Scaling,
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
    /// The estate of a scenario that begins at `start`.
    pub fn new(scenario: &Scenario, start: Timestamp) -> Self {
        let seed = scenario.seed;
        let (machines, applications) = machines::build(seed, &scenario.fleet);
        let mut estate = Self {
            seed,
            start,
            now: start,
            speed: scenario.speed.clamp(0.001, 1000.0),
            troubles: troubles::build(&scenario.trouble, start),
            passing_alarms_per_hour: scenario.passing_alarms_per_hour,
            policies: policies::build(&scenario.policy, &machines),
            custom: custom::build(seed, &scenario.custom, start),
            clusters: clusters::build(seed, &scenario.cluster),
            groups: contacts::groups(&scenario.group),
            contacts: contacts::contacts(&scenario.contact),
            scripts: Vec::new(),
            orders: Vec::new(),
            tickets: Vec::new(),
            warrooms: Vec::new(),
            reports: patches::build(seed, &machines, scenario.unpatched, start),
            custom_alarms: Vec::new(),
            storms: storms(&scenario.storm, start),
            told: site::build(&scenario.audit, start),
            meter_jobs: Vec::new(),
            site_quirks: scenario.site_quirk.clone(),
            scaling: scaling::build(scenario, &machines, start),
            identity: Identity::new(seed),
            refused_solution_rejects: scenario.refused_solution_rejects,
            alarms_make_incidents: scenario.alarms_make_incidents,
            lists_incidents: scenario.incident_list,
            machines,
            applications,
        };
        scripts::build(&mut estate, &scenario.script);
        orders::build(&mut estate, &scenario.order);
        incidents::build(&mut estate, &scenario.incident);
        estate.advance(start);
        estate
    }

    /// Lets everything happen that happens until `now`. Time never goes back.
    pub fn advance(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        orders::advance(self);
        warrooms::advance(self);
        let now = self.now;
        scaling::advance(self, now);
    }

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
            share: scaling::share(self, machine, measure),
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

/// An instant some seconds before another; negative seconds are after it.
pub fn before(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_sub(Span::new().seconds(seconds)).unwrap_or(at)
}
