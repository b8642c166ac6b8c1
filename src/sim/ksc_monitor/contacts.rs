//! Contacts and their groups (ksc-monitor.md, 14.16 and 14.17).

use super::common::{count, id};
use crate::cloud::ksc_monitor::ops::{
    AlertUser, AlertUsers, AlertUsersData, GetAlertUser, GetUserGroup, UserGroup, UserGroups,
    UserGroupsData,
};
use crate::sim::estate::Estate;
use crate::sim::handlers::{Caller, Handlers};

/// Adds the functions of these operations.
pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on(|estate: &mut Estate, _: &Caller, _: GetUserGroup| Ok(user_groups(estate)))
        .on(|estate: &mut Estate, _: &Caller, ask: GetAlertUser| Ok(alert_users(estate, &ask)))
}

fn user_groups(estate: &Estate) -> UserGroups {
    let members = |group: u64| {
        let contacts = estate.contacts.iter();
        contacts
            .filter(|contact| contact.groups.contains(&group))
            .count()
    };
    let groups = estate.groups.iter().map(|group| UserGroup {
        user_grp_id: id(group.id),
        name: group.name.clone(),
        user_count: count(members(group.id)),
    });
    UserGroups {
        data: UserGroupsData {
            user_grp_list: groups.collect(),
            total_count: Some(count(estate.groups.len())),
        },
        ..UserGroups::default()
    }
}

fn alert_users(estate: &Estate, ask: &GetAlertUser) -> AlertUsers {
    user_rows(estate, &ask.groups, |_| true)
}

/// One row for each group somebody is in; who is in none is there once. Only members of `groups`, unless it is empty,
/// and only contacts that are `wanted`, by their ids.
pub(super) fn user_rows(
    estate: &Estate,
    groups: &[u64],
    wanted: impl Fn(u64) -> bool,
) -> AlertUsers {
    let mut users = Vec::new();
    for contact in estate.contacts.iter().filter(|contact| wanted(contact.id)) {
        let row = AlertUser {
            user_id: id(contact.id),
            user_name: contact.name.clone(),
            user_email: contact.email.clone(),
            user_phone: contact.phone.clone(),
            user_status: if contact.enabled { 1 } else { 2 },
            ..AlertUser::default()
        };
        let is_asked_for = |group: &&u64| groups.is_empty() || groups.contains(*group);
        for group in contact.groups.iter().filter(is_asked_for) {
            let name = estate.groups.iter().find(|known| known.id == *group);
            users.push(AlertUser {
                group_name: name.map_or_else(String::new, |known| known.name.clone()),
                user_grp_id: Some(id(*group)),
                ..row.clone()
            });
        }
        if contact.groups.is_empty() && groups.is_empty() {
            users.push(row);
        }
    }
    AlertUsers {
        total: count(users.len()),
        data: AlertUsersData { users },
        request_id: String::new(),
    }
}
