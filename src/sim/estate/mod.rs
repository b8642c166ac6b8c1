//! The pretend cloud: plain structs in which everything is connected.
//!
//! One machine has metrics, may be watched by policies, may run scripts and may be what an alarm is about; a script
//! that ends well there ends the trouble that it is a cure for, and the metric, the policy and the alarm follow.
//! Nothing here knows HTTP or JSON; the handlers do.
//!
//! `things` says what may exist and how a scenario describes it, `state` holds all of it, and the other modules say what
//! happens to it.

pub mod alarms;
pub mod clusters;
pub mod custom;
pub mod incidents;
pub mod orders;
pub mod policies;
pub mod scaling;
pub mod scripts;
pub mod site;
mod state;
pub mod things;
pub mod warrooms;

use jiff::Timestamp;

use super::scenario::Scenario;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use super::scenario::{AlarmList, Cloud, Measure, Role};
pub use state::{Estate, Signal};
pub use things::identity;
pub use things::incidents::{Ticket, TicketStatus};
pub use things::machines::{Application, Machine};
pub use things::orders::{Order, OrderStatus};
pub use things::policies::{Policy, PolicyReceiver, Rule, Watched};
pub use things::scripts::Script;
pub use things::stamp::before;
pub use things::warrooms::WarRoom;

impl Estate {
    /// The estate of a scenario that begins at `start`.
    pub fn new(scenario: &Scenario, start: Timestamp) -> Self {
        let seed = scenario.seed;
        let (machines, applications) = things::machines::build(seed, &scenario.fleet);
        let mut estate = Self {
            seed,
            start,
            now: start,
            speed: scenario.speed.clamp(0.001, 1000.0),
            troubles: things::troubles::build(&scenario.trouble, start),
            passing_alarms_per_hour: scenario.passing_alarms_per_hour,
            policies: things::policies::build(&scenario.policy, &machines),
            custom: things::custom::build(seed, &scenario.custom, start),
            clusters: things::clusters::build(seed, &scenario.cluster),
            groups: things::contacts::groups(&scenario.group),
            contacts: things::contacts::contacts(&scenario.contact),
            scripts: Vec::new(),
            orders: Vec::new(),
            tickets: Vec::new(),
            warrooms: Vec::new(),
            reports: things::patches::build(seed, &machines, scenario.unpatched, start),
            custom_alarms: Vec::new(),
            storms: things::alarms::storms(&scenario.storm, start),
            told: things::site::build(&scenario.audit, start),
            meter_jobs: Vec::new(),
            site_quirks: scenario.site_quirk.clone(),
            scaling: things::scaling::build(scenario, &machines, start),
            identity: identity::Identity::new(seed),
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
}
