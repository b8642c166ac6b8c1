//! WarRooms (huawei-coc.md, 11.4).

use jiff::Timestamp;

/// A WarRoom.
#[derive(Debug, Clone)]
pub struct WarRoom {
    /// Primary key.
    pub id: u64,
    /// Its number: `WR` and 24 digits.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// What it is about, at length.
    pub description: String,
    /// User id of who leads it.
    pub admin: String,
    /// User ids of those who take part.
    pub participants: Vec<String>,
    /// Number of its incident.
    pub incident: String,
    /// Regions concerned.
    pub regions: Vec<String>,
    /// Ids of applications concerned.
    pub applications: Vec<String>,
    /// Enterprise project.
    pub enterprise_project: String,
    /// 1 started, 3 delimitation, 7 recovered, 20 closed.
    pub status: u32,
    /// When it was opened.
    pub created: Timestamp,
    /// When the fault was over.
    pub recovered: Option<Timestamp>,
}
