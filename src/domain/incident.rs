//! Incidents and WarRooms.

use jiff::Timestamp;

use super::text::SafeText;

/// Number of an incident, for example `IM2023112200001`.
pub type IncidentId = SafeText;

/// Level of an incident, P1 (worst) to P5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// P1
    P1,
    /// P2
    P2,
    /// P3
    P3,
    /// P4
    P4,
    /// P5
    P5,
}

impl Level {
    /// All levels, worst first.
    pub const ALL: [Self; 5] = [Self::P1, Self::P2, Self::P3, Self::P4, Self::P5];

    /// `P1` … `P5`
    pub const fn name(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
            Self::P5 => "P5",
        }
    }
}

/// Where an incident stands in its life.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IncidentStatus {
    /// Saved, not sent.
    Draft,
    /// Nobody has accepted it.
    Triggered,
    /// Accepted, being handled.
    Acknowledged,
    /// Sent back.
    Rejected,
    /// A solution is committed and waits to be verified.
    Resolved,
    /// Verified and closed.
    Completed,
    /// A state this program does not know, as sent.
    Other(SafeText),
}

/// A step in an incident's life that can be taken from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentStep {
    /// Take it.
    Accept,
    /// Say what the cause was and what solved it.
    CommitSolution,
    /// Say whether it is solved.
    Confirm,
    /// Open a WarRoom for it.
    OpenWarRoom,
}

impl IncidentStatus {
    /// Is `step` allowed in this state (huawei-coc.md, 11.3)? Unknown states allow everything: the service decides.
    pub fn allows(&self, step: IncidentStep) -> bool {
        match self {
            Self::Draft | Self::Rejected | Self::Completed => false,
            Self::Triggered => step == IncidentStep::Accept,
            Self::Acknowledged => {
                matches!(
                    step,
                    IncidentStep::CommitSolution | IncidentStep::OpenWarRoom
                )
            }
            Self::Resolved => step == IncidentStep::Confirm || step == IncidentStep::OpenWarRoom,
            Self::Other(_) => true,
        }
    }

    /// Is there still something to do?
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Completed | Self::Rejected)
    }
}

/// An incident ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// What happened, in a line.
    pub title: SafeText,
    /// What happened, at length.
    pub description: SafeText,
    /// How bad; `None` for a level this program does not know.
    pub level: Option<Level>,
    /// Where it stands.
    pub status: IncidentStatus,
    /// What kind of trouble, as sent (`inc_type_p_…`).
    pub kind: SafeText,
    /// How it came to be, as sent (`incident_source_…`).
    pub source: SafeText,
    /// Service concerned.
    pub service: SafeText,
    /// Region concerned.
    pub region: SafeText,
    /// Is the service interrupted?
    pub interrupted: bool,
    /// Who has it.
    pub assignees: Vec<SafeText>,
    /// Who created it.
    pub creator: SafeText,
    /// Number of its WarRoom.
    pub warroom: Option<SafeText>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When its solution was committed.
    pub handled: Option<Timestamp>,
    /// Names of the enumerated values above, as the service gives them: wire key, Chinese, English.
    pub names: Vec<(SafeText, SafeText, SafeText)>,
}

impl Incident {
    /// What the service calls this key or id, in Chinese or English; `None` when it does not say.
    pub fn named(&self, wire: &SafeText, chinese: bool) -> Option<&SafeText> {
        let (_, zh, en) = self.names.iter().find(|(key, ..)| key == wire)?;
        let name = if chinese { zh } else { en };
        Some(name).filter(|name| !name.is_empty())
    }

    /// Who has it, by name where the service tells, else by id.
    pub fn people(&self, chinese: bool) -> impl Iterator<Item = &SafeText> {
        let ids = self.assignees.iter();
        ids.map(move |id| self.named(id, chinese).unwrap_or(id))
    }
}

/// Which WarRooms are asked for. What is empty does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct WarRoomFilter {
    /// Part of the name, up to 1,000 characters.
    pub title: Option<String>,
    /// Number of its incident, up to 64 characters.
    pub incident: Option<String>,
    /// Its number, up to 255 characters.
    pub number: Option<String>,
    /// User id of who leads it, up to 200 characters.
    pub admin: Option<String>,
    /// Level of its incident.
    pub level: Option<Level>,
    /// Its state on the wire: `1` started, `3` delimitation, `7` recovered, `20` closed.
    pub status: Option<String>,
    /// Opened in the last so many days; 90 when absent.
    pub days: Option<u32>,
}

impl WarRoomFilter {
    /// Does it restrict nothing?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A WarRoom: people working on one incident.
#[derive(Debug, Clone, PartialEq)]
pub struct WarRoom {
    /// Its number.
    pub number: SafeText,
    /// What it is about.
    pub title: SafeText,
    /// Who leads it.
    pub admin: SafeText,
    /// Number of its incident.
    pub incident: Option<IncidentId>,
    /// State on the wire: `1` started, `3` delimitation, `7` recovered, `20` closed.
    pub status: SafeText,
    /// The state's names, Chinese and English, as the service gives them.
    pub status_names: (SafeText, SafeText),
    /// Applications concerned.
    pub applications: Vec<SafeText>,
    /// Regions concerned.
    pub regions: Vec<SafeText>,
    /// When it was opened.
    pub created: Option<Timestamp>,
    /// When the fault began.
    pub occurred: Option<Timestamp>,
    /// When the fault was over.
    pub recovered: Option<Timestamp>,
}

impl WarRoom {
    /// Still going on?
    pub fn is_open(&self) -> bool {
        self.status.raw() != "20"
    }
}
