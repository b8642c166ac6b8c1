//! The forms of an incident's life, what becomes of what was typed into them, and how an incident is described.

mod alarm;
mod create;
mod describe;
mod life;
mod warroom;

use crate::domain::incident::{Incident, Level};
use crate::ui::lang::Lang;

pub use alarm::{SEVERITIES, confirm_report, report, reported};
pub use create::{confirm_create, create, created};
pub use describe::describe;
pub use life::{confirm_accept, confirm_solve, confirm_verify, solve, verify};
pub use warroom::{confirm_warroom, new_warroom, warroom};

/// Kinds of trouble: the service's key and the key of its name.
const KINDS: [(&str, &str); 13] = [
    ("inc_type_p_function_issues", "incident_kind.function"),
    ("inc_type_p_reliability_issues", "incident_kind.reliability"),
    ("inc_type_p_config_issues", "incident_kind.config"),
    ("inc_type_p_change_issues", "incident_kind.change"),
    ("inc_type_p_middlewares", "incident_kind.middleware"),
    ("inc_type_p_hardware_issues", "incident_kind.hardware"),
    ("inc_type_p_networking_issues", "incident_kind.networking"),
    ("inc_type_p_security_issues", "incident_kind.security"),
    ("inc_type_p_shelter_issues", "incident_kind.shelter"),
    ("inc_type_p_monitoring_issues", "incident_kind.monitoring"),
    ("inc_type_p_consulting_issues", "incident_kind.consulting"),
    ("inc_type_p_suppliers_issues", "incident_kind.suppliers"),
    // The service spells it so.
    ("inc_type_p_ohter_issues", "incident_kind.other"),
];

fn kinds(lang: Lang) -> Vec<(String, String)> {
    KINDS
        .iter()
        .map(|(wire, key)| ((*wire).to_owned(), lang.t(key).into_owned()))
        .collect()
}

/// The name of a kind of trouble, or the key as sent.
pub fn kind_word(wire: &str, lang: Lang) -> String {
    KINDS
        .iter()
        .find(|(key, _)| *key == wire)
        .map_or_else(|| wire.to_owned(), |(_, key)| lang.t(key).into_owned())
}

/// An incident in a line: level, number, title.
fn line(incident: &Incident) -> String {
    let level = incident.level.map_or("-", Level::name);
    format!("{level} {} {}", incident.id, incident.title)
}
