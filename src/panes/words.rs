//! Words, signs and small rules that the panes of the response side share: incidents, scripts, orders, machines.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::app::pane::Context;
use crate::app::world::World;
use crate::domain::account::SystemId;
use crate::domain::connection::Account;
use crate::domain::incident::IncidentStatus;
use crate::domain::script::{Risk, RunStatus};
use crate::domain::text::SafeText;
use crate::ui::glyphs::Glyphs;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::Cell;

pub use crate::domain::command_line::{option, quoted};

/// The systems that have incidents, scripts, orders and machines.
pub const SYSTEMS: [SystemId; 1] = [SystemId::HuaweiCoc];

/// The account a new thing is created in: that of the pinned incident, else the first that may be changed, else the
/// first.
pub fn home<'w>(ctx: &Context<'w>) -> Option<&'w Account> {
    let accounts = || ctx.world.accounts_of(SystemId::HuaweiCoc);
    let of_pinned = ctx.world.pinned.as_ref().map(|(account, _)| account);
    accounts()
        .find(|account| Some(&account.id) == of_pinned)
        .or_else(|| accounts().find(|account| !account.read_only))
        .or_else(|| accounts().next())
}

/// Names of people by their user id, Chinese and English, as far as incidents tell them: WarRooms have ids only.
pub fn people(world: &World) -> HashMap<&SafeText, (&SafeText, &SafeText)> {
    let mut people = HashMap::new();
    for (_, incident) in world.incidents() {
        let is_person = |id: &SafeText| incident.assignees.contains(id) || &incident.creator == id;
        let named = incident.names.iter().filter(|(id, ..)| is_person(id));
        people.extend(named.map(|(id, zh, en)| (id, (zh, en))));
    }
    people
}

/// Sign and role of a state of an order or of a machine in it.
pub const fn run_sign(status: &RunStatus, glyphs: &Glyphs) -> (&'static str, &'static str) {
    match status {
        RunStatus::Ready => (glyphs.waiting, "muted"),
        RunStatus::Processing => (glyphs.running, "state.running"),
        RunStatus::Paused => (glyphs.paused, "state.warn"),
        RunStatus::Abnormal => (glyphs.failed, "state.crit"),
        RunStatus::Cancelled | RunStatus::RolledBack => (glyphs.cancelled, "muted"),
        RunStatus::Finished => (glyphs.ok, "state.ok"),
        RunStatus::Other(_) => (glyphs.unknown, "state.unknown"),
    }
}

/// The word for a state of an order or of a machine in it.
pub fn run_word(status: &RunStatus, lang: Lang) -> String {
    let key = match status {
        RunStatus::Ready => "run_status.ready",
        RunStatus::Processing => "run_status.processing",
        RunStatus::Paused => "run_status.paused",
        RunStatus::Abnormal => "run_status.abnormal",
        RunStatus::Cancelled => "run_status.cancelled",
        RunStatus::Finished => "run_status.finished",
        RunStatus::RolledBack => "run_status.rolled_back",
        RunStatus::Other(raw) => return raw.shown().to_owned(),
    };
    lang.t(key).into_owned()
}

/// The word for a state of an incident.
pub fn incident_word(status: &IncidentStatus, lang: Lang) -> String {
    let key = match status {
        IncidentStatus::Draft => "incident_status.draft",
        IncidentStatus::Triggered => "incident_status.triggered",
        IncidentStatus::Acknowledged => "incident_status.acknowledged",
        IncidentStatus::Rejected => "incident_status.rejected",
        IncidentStatus::Resolved => "incident_status.resolved",
        IncidentStatus::Completed => "incident_status.completed",
        IncidentStatus::Other(raw) => return raw.shown().to_owned(),
    };
    lang.t(key).into_owned()
}

/// The word for a script's risk and its role.
pub fn risk_word(risk: Option<Risk>, lang: Lang) -> (String, &'static str) {
    let (key, role) = match risk {
        Some(Risk::Low) => ("risk.low", "muted"),
        Some(Risk::Medium) => ("risk.medium", "state.warn"),
        Some(Risk::High) => ("risk.high", "state.crit"),
        None => ("risk.unknown", "state.unknown"),
    };
    (lang.t(key).into_owned(), role)
}

/// The word for a script's approval, or the state as sent.
pub fn approval_word(status: &str, lang: Lang) -> String {
    let key = match status {
        "APPROVED" => "approval.approved",
        "PENDING_APPROVE" => "approval.pending",
        "REJECTED" => "approval.rejected",
        other => return other.to_owned(),
    };
    lang.t(key).into_owned()
}

/// The word for the state of a machine's agent, or the state as sent.
pub fn agent_word(state: &SafeText, lang: Lang) -> String {
    let key = match state.raw() {
        "ONLINE" => "agent.online",
        "OFFLINE" => "agent.offline",
        "INSTALLING" => "agent.installing",
        "FAILED" => "agent.failed",
        "UNINSTALLED" => "agent.uninstalled",
        _ => return state.shown().to_owned(),
    };
    lang.t(key).into_owned()
}

/// A bar of so many cells for a share of 0 to 1; nothing at all for one that is not known.
pub fn bar(share: Option<f64>, cells: u8, role: &'static str, glyphs: &Glyphs) -> Cell<'static> {
    let Some(share) = share else {
        return Cell::default();
    };
    let filled = (1..=cells)
        .filter(|cell| share >= (f64::from(*cell) - 0.5) / f64::from(cells))
        .count();
    let whole = glyphs.bar.last().copied().unwrap_or("#");
    let rest = usize::from(cells).saturating_sub(filled);
    Cell::styled(whole.repeat(filled), role).then(glyphs.bar_rest.repeat(rest), "muted")
}

/// A text of a form; empty when it was left empty.
pub fn text(values: &Json, name: &str) -> String {
    values[name].as_str().unwrap_or_default().trim().to_owned()
}

/// A yes or no of a form.
pub fn is_yes(values: &Json, name: &str) -> bool {
    values[name] == Json::Bool(true)
}

/// The first `max` characters of a text.
pub fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_counts_characters() {
        assert_eq!(cut("支付网关", 2), "支付");
        assert_eq!(cut("ab", 5), "ab");
    }
}
