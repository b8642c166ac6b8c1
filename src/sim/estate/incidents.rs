//! Incidents and their workflow (huawei-coc.md, 11.3).

use std::time::Duration;

use jiff::Timestamp;

use super::scripts::beijing_stamp;
use super::{Estate, before, warrooms};
use crate::sim::chance;
use crate::sim::scenario::IncidentSpec;

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketStatus {
    /// Saved, not sent.
    Draft,
    /// Nobody has accepted it.
    Triggered,
    /// Being handled.
    Acknowledged,
    /// Sent back.
    Rejected,
    /// Solution committed, to be verified.
    Resolved,
    /// Closed.
    Completed,
}

impl TicketStatus {
    /// Key on the wire.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "incident_draft",
            Self::Triggered => "INCIDENT_STATUS_TRIGGERED",
            Self::Acknowledged => "INCIDENT_STATUS_ACKNOWLEDGED",
            Self::Rejected => "INCIDENT_STATUS_REJECTED",
            Self::Resolved => "INCIDENT_STATUS_RESOLVED",
            Self::Completed => "INCIDENT_STATUS_COMPLETED",
        }
    }

    /// Is there still something to do?
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Completed | Self::Rejected)
    }
}

/// A step in its workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketStep {
    /// Take it.
    Accept,
    /// Say what solved it.
    Commit,
    /// Say that it is solved.
    ConfirmSolved,
    /// Say that it is not.
    ConfirmUnsolved,
}

/// An incident.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its number: `IM` and 24 digits.
    pub number: String,
    /// Region, at most one.
    pub region: Vec<String>,
    /// Enterprise project, at most one.
    pub enterprise_project: Vec<String>,
    /// Id of the application, at most one.
    pub service: Vec<String>,
    /// `level_10` to `level_50`.
    pub level: String,
    /// Is the service interrupted?
    pub interrupted: bool,
    /// Kind.
    pub kind: String,
    /// What happened, in a line.
    pub title: String,
    /// What happened, at length.
    pub description: String,
    /// How it came to be.
    pub source: String,
    /// User id of who has it, at most one.
    pub assignee: Vec<String>,
    /// Scene of the schedule that finds somebody.
    pub scene: String,
    /// Role in that scene.
    pub role: String,
    /// User id of its creator.
    pub creator: String,
    /// Number of its WarRoom.
    pub warroom: Option<String>,
    /// Where it stands.
    pub status: TicketStatus,
    /// When it was created.
    pub created: Timestamp,
    /// When a solution was last committed.
    pub handled: Option<Timestamp>,
    /// The cause, as committed.
    pub cause: String,
    /// The solution, as committed.
    pub solution: String,
    /// When its workflow is ready for steps.
    pub ready: Timestamp,
}

/// How long after its creation the workflow of an incident takes no steps (huawei-coc.md, 11.3).
pub const SETTLING: Duration = Duration::from_secs(2);

/// Where a step leads from here; `None` when it is not allowed. `rejects`: a refused solution rejects the incident.
pub fn next(status: TicketStatus, step: TicketStep, rejects: bool) -> Option<TicketStatus> {
    let after_refusal = if rejects {
        TicketStatus::Rejected
    } else {
        TicketStatus::Acknowledged
    };
    match (status, step) {
        (TicketStatus::Triggered, TicketStep::Accept) => Some(TicketStatus::Acknowledged),
        (TicketStatus::Acknowledged, TicketStep::Commit) => Some(TicketStatus::Resolved),
        (TicketStatus::Resolved, TicketStep::ConfirmSolved) => Some(TicketStatus::Completed),
        (TicketStatus::Resolved, TicketStep::ConfirmUnsolved) => Some(after_refusal),
        _ => None,
    }
}

/// Creates the incidents of a scenario.
pub fn build(estate: &mut Estate, specs: &[IncidentSpec]) {
    let mut order: Vec<&IncidentSpec> = specs.iter().collect();
    order.sort_by_key(|spec| std::cmp::Reverse(spec.ago));
    for spec in order {
        let created = before(estate.start, spec.ago);
        let status = match spec.status.as_str() {
            "ACKNOWLEDGED" => TicketStatus::Acknowledged,
            "RESOLVED" => TicketStatus::Resolved,
            "COMPLETED" => TicketStatus::Completed,
            "REJECTED" => TicketStatus::Rejected,
            _ => TicketStatus::Triggered,
        };
        let is_handled = matches!(status, TicketStatus::Resolved | TicketStatus::Completed);
        let application = estate
            .applications
            .iter()
            .find(|known| known.name == spec.application);
        let assignee = spec.assignee.as_deref().unwrap_or("demo");
        let ticket = Ticket {
            number: String::new(),
            region: vec![super::identity::HUAWEI_REGION.to_owned()],
            enterprise_project: vec!["0".to_owned()],
            service: application.iter().map(|known| known.id.clone()).collect(),
            level: spec.level.clone(),
            interrupted: spec.interrupted,
            kind: spec.kind.clone(),
            title: spec.title.clone(),
            description: spec.description.clone(),
            source: spec.source.clone(),
            assignee: vec![estate.identity.user_id(assignee)],
            scene: String::new(),
            role: String::new(),
            creator: estate.identity.user_id("admin"),
            warroom: None,
            status,
            created,
            handled: is_handled.then(|| before(estate.start, spec.ago / 4)),
            cause: String::new(),
            solution: String::new(),
            ready: created,
        };
        let number = add(estate, ticket);
        if let Some(title) = &spec.warroom {
            warrooms::of_scenario(estate, &number, title);
        }
    }
}

/// Adds an incident, which gets its number here.
pub fn add(estate: &mut Estate, mut ticket: Ticket) -> String {
    let count = estate.tickets.len().to_string();
    let tail = chance::digits(estate.seed, &["incident", &count], 10);
    ticket.number = format!("IM{}{tail}", beijing_stamp(ticket.created));
    let number = ticket.number.clone();
    estate.tickets.push(ticket);
    number
}

/// Adds the incident that the service makes of an alarm.
pub fn of_alarm(estate: &mut Estate, name: &str, description: &str) -> String {
    let now = estate.now;
    let ticket = Ticket {
        number: String::new(),
        region: vec![super::identity::HUAWEI_REGION.to_owned()],
        enterprise_project: vec!["0".to_owned()],
        service: Vec::new(),
        level: "level_20".to_owned(),
        interrupted: false,
        kind: "inc_type_p_monitoring_issues".to_owned(),
        title: name.to_owned(),
        description: description.to_owned(),
        source: "incident_source_alarm".to_owned(),
        assignee: Vec::new(),
        scene: String::new(),
        role: String::new(),
        creator: estate.identity.user_id("admin"),
        warroom: None,
        status: TicketStatus::Triggered,
        created: now,
        handled: None,
        cause: String::new(),
        solution: String::new(),
        ready: now,
    };
    add(estate, ticket)
}

impl Estate {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflow_of_an_incident() {
        use TicketStatus::{Acknowledged, Completed, Draft, Rejected, Resolved, Triggered};
        use TicketStep::{Accept, Commit, ConfirmSolved, ConfirmUnsolved};
        let table = [
            (Draft, [None, None, None, None]),
            (Triggered, [Some(Acknowledged), None, None, None]),
            (Acknowledged, [None, Some(Resolved), None, None]),
            (Resolved, [None, None, Some(Completed), Some(Acknowledged)]),
            (Rejected, [None, None, None, None]),
            (Completed, [None, None, None, None]),
        ];
        for (from, to) in table {
            let steps = [Accept, Commit, ConfirmSolved, ConfirmUnsolved];
            assert_eq!(steps.map(|step| next(from, step, false)), to, "{from:?}");
        }
        assert_eq!(next(Resolved, ConfirmUnsolved, true), Some(Rejected));
    }
}
