//! Who is told of what.

use std::collections::BTreeSet;

use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::Refused;

/// Subscribes to events; a group has one subscription, a second one replaces its events. Gives its id.
pub fn create_notification(
    estate: &mut Estate,
    group: &str,
    events: BTreeSet<u8>,
) -> Result<String, Refused> {
    let place = estate.scaling.place(group)?;
    let now = estate.now;
    let known = estate.scaling.groups[place].subscription.as_ref();
    let id = match known.map(|(id, _)| id.clone()) {
        Some(id) => id,
        None => estate.scaling.new_id(now),
    };
    estate.scaling.groups[place].subscription = Some((id.clone(), events));
    Ok(id)
}

/// Replaces the events of a subscription.
pub fn modify_notification(
    estate: &mut Estate,
    group: &str,
    id: &str,
    events: BTreeSet<u8>,
) -> Result<(), Refused> {
    let place = estate.scaling.place(group)?;
    match &mut estate.scaling.groups[place].subscription {
        Some((known, kept)) if known == id => {
            *kept = events;
            Ok(())
        }
        _ => Err(Refused::NoNotification(id.to_owned())),
    }
}
