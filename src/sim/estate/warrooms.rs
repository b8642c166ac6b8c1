//! WarRooms (huawei-coc.md, 11.4). Nobody moves them by hand: they follow their incident.

use std::time::Duration;

use super::state::Estate;
use super::things::incidents::TicketStatus;
use super::things::stamp::beijing_stamp;
use super::things::warrooms::WarRoom;
use crate::sim::chance;

/// How long after its start the fault is being delimited.
const DELIMITATION: Duration = Duration::from_secs(120);

/// Opens the WarRoom of an incident of the scenario.
pub fn of_scenario(estate: &mut Estate, incident: &str, title: &str) {
    let Some(ticket) = estate.ticket(incident).cloned() else {
        return;
    };
    let room = WarRoom {
        id: 0,
        number: String::new(),
        title: title.to_owned(),
        description: ticket.description.clone(),
        admin: ticket.assignee.first().cloned().unwrap_or_default(),
        participants: ticket.assignee.clone(),
        incident: ticket.number.clone(),
        regions: ticket.region.clone(),
        applications: ticket.service.clone(),
        enterprise_project: "0".to_owned(),
        status: 1,
        created: ticket.created + Duration::from_secs(90),
        recovered: None,
    };
    add(estate, room);
}

/// Adds a WarRoom, which gets its number here, and tells its incident.
pub fn add(estate: &mut Estate, mut room: WarRoom) -> String {
    room.id = estate.warrooms.last().map_or(36_180, |last| last.id) + 1;
    let tail = chance::digits(estate.seed, &["warroom", &room.id.to_string()], 10);
    room.number = format!("WR{}{tail}", beijing_stamp(room.created));
    let number = room.number.clone();
    if let Some(ticket) = estate.ticket_mut(&room.incident) {
        ticket.warroom = Some(number.clone());
    }
    estate.warrooms.push(room);
    number
}

/// Moves every WarRoom to where its incident is.
pub fn advance(estate: &mut Estate) {
    let now = estate.now;
    let delimitation = estate.scaled(DELIMITATION);
    for index in 0..estate.warrooms.len() {
        let room = &estate.warrooms[index];
        let Some(ticket) = estate.ticket(&room.incident) else {
            continue;
        };
        let handled = ticket.handled;
        let status = match ticket.status {
            TicketStatus::Completed | TicketStatus::Rejected => 20,
            TicketStatus::Resolved => 7,
            _ if room.created + delimitation <= now => 3,
            _ => 1,
        };
        let room = &mut estate.warrooms[index];
        room.status = status;
        // A solution that turned out not to be one leaves no recovery behind.
        room.recovered = (status >= 7).then(|| room.recovered.or(handled).unwrap_or(now));
    }
}

impl Estate {
    /// Does an incident have a WarRoom that is still open?
    pub fn has_open_warroom(&self, incident: &str) -> bool {
        self.warrooms
            .iter()
            .any(|room| room.incident == incident && room.status != 20)
    }
}
