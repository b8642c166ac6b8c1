//! Who is told.

use crate::sim::scenario::{ContactSpec, GroupSpec};

/// A group of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Their id.
    pub id: u64,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their number.
    pub phone: String,
    /// Ids of their groups.
    pub groups: Vec<u64>,
    /// Switched on?
    pub enabled: bool,
}

/// The groups of a scenario.
pub fn groups(specs: &[GroupSpec]) -> Vec<Group> {
    let group = |spec: &GroupSpec| Group {
        id: spec.id,
        name: spec.name.clone(),
    };
    specs.iter().map(group).collect()
}

/// The contacts of a scenario.
pub fn contacts(specs: &[ContactSpec]) -> Vec<Contact> {
    let contact = |spec: &ContactSpec| Contact {
        id: spec.id,
        name: spec.name.clone(),
        email: spec.email.clone(),
        phone: spec.phone.clone(),
        groups: spec.groups.clone(),
        enabled: spec.enabled,
    };
    specs.iter().map(contact).collect()
}
