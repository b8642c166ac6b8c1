//! Incidents and their workflow (huawei-coc.md, 11.3).

use std::time::Duration;

use jiff::Timestamp;

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
