//! Incidents that come into being: those of the scenario, of a caller, of an alarm.

use super::state::Estate;
use super::things::identity::HUAWEI_REGION;
use super::things::incidents::{Ticket, TicketStatus};
use super::things::stamp::{before, beijing_stamp};
use super::warrooms;
use crate::sim::chance;
use crate::sim::scenario::IncidentSpec;

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
            region: vec![HUAWEI_REGION.to_owned()],
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
        region: vec![HUAWEI_REGION.to_owned()],
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
