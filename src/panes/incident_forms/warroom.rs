//! Opening a WarRoom for an incident.

use serde_json::Value as Json;

use super::line;
use crate::app::pane::{Asking, Confirm, Context, Guard};
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, NewWarRoom};
use crate::domain::connection::Account;
use crate::domain::incident::{Incident, IncidentId};
use crate::panes::words::{cut, option, quoted, text};
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// The form of a WarRoom, filled in from the incident and from what other WarRooms of the account name.
pub fn warroom(account: &Account, incident: &Incident, ctx: &Context) -> Asking {
    let lang = ctx.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let applications = if incident.service.is_empty() {
        ctx.world
            .warrooms()
            .find(|(of, room)| **of == account.id && !room.applications.is_empty())
            .map_or(String::new(), |(_, room)| {
                room.applications[0].raw().to_owned()
            })
    } else {
        incident.service.raw().to_owned()
    };
    let title = lang.tf("warroom.create_title", &[("id", incident.id.shown())]);
    let form = Form::new(title, t("incident.go_on"))
        .field(
            Field::text("title", t("incident.title"))
                .required()
                .len(1, 255)
                .value(&cut(incident.title.shown(), 255)),
        )
        .field(
            Field::lines("description", t("incident.description"))
                .len(0, 255)
                .value(&cut(incident.description.raw(), 255)),
        )
        .field(
            Field::texts("applications", t("warroom.applications"))
                .required()
                .len(1, 1000)
                .value(&applications)
                .help(t("warroom.applications_help")),
        )
        .field(
            Field::text("admin", t("warroom.admin"))
                .value(&account.operator)
                .help(t("warroom.admin_help")),
        )
        .field(
            Field::texts("schedule", t("warroom.schedule"))
                .len(0, 1000)
                .help(t("warroom.schedule_help")),
        )
        .field(
            Field::text("project", t("warroom.project"))
                .required()
                .len(1, 64)
                .value("0"),
        );
    Asking {
        tag: "warroom.create",
        form,
    }
}

/// What the form of a WarRoom asks for; the field and the key of what is wrong with it otherwise.
pub fn new_warroom(
    values: &Json,
    incident: &IncidentId,
) -> Result<NewWarRoom, (&'static str, &'static str)> {
    let list = |name: &str| -> Vec<String> {
        values[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    };
    let mut schedule = Vec::new();
    for line in list("schedule") {
        let pair = line
            .split_once('/')
            .filter(|(role, scene)| !role.trim().is_empty() && !scene.trim().is_empty())
            .ok_or(("schedule", "warroom.schedule_wrong"))?;
        schedule.push((pair.0.trim().to_owned(), pair.1.trim().to_owned()));
    }
    Ok(NewWarRoom {
        title: text(values, "title"),
        description: text(values, "description"),
        incident: incident.clone(),
        applications: list("applications"),
        admin: text(values, "admin"),
        schedule,
        enterprise_project: text(values, "project"),
    })
}

/// Who is called in.
fn called_in(new: &NewWarRoom, lang: Lang) -> String {
    if new.schedule.is_empty() {
        return lang.t("warroom.calls_nobody").into_owned();
    }
    let groups: Vec<String> = new
        .schedule
        .iter()
        .map(|(role, scene)| format!("{role}/{scene}"))
        .collect();
    lang.tf("warroom.calls", &[("groups", &groups.join(", "))])
}

/// The command line that opens the same WarRoom.
fn command(new: &NewWarRoom) -> String {
    let mut line = format!("warroom create {}", quoted(new.incident.raw()));
    let mut add = |name: &str, value: &str| option(&mut line, name, value);
    add("title", &new.title);
    if !new.description.is_empty() {
        add("description", &new.description);
    }
    for id in &new.applications {
        add("application", id);
    }
    if !new.admin.is_empty() {
        add("admin", &new.admin);
    }
    for (role, scene) in &new.schedule {
        add("schedule", &format!("{role}/{scene}"));
    }
    add("project", &new.enterprise_project);
    line
}

/// The question before a WarRoom is opened.
pub fn confirm_warroom(
    account: &AccountId,
    incident: &Incident,
    new: NewWarRoom,
    lang: Lang,
) -> Confirm {
    let id = &incident.id;
    Confirm {
        title: lang.tf("warroom.create_title", &[("id", id.shown())]),
        summary: lang.tf("warroom.create_summary", &[("id", id.shown())]),
        command: command(&new),
        targets: vec![line(incident)],
        consequence: vec![
            lang.tf(
                "warroom.create_applications",
                &[("names", &new.applications.join(", "))],
            ),
            called_in(&new, lang),
        ],
        button: lang.t("warroom.create_button").into_owned(),
        risk: Guard::Button,
        subject: Some(Subject::Incident(account.clone(), id.clone())),
        action: Action::CreateWarRoom(account.clone(), new),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schedule_groups_are_pairs() {
        let id = IncidentId::from("IM1");
        let good = json!({"title": "t", "applications": ["a", " "], "project": "0", "schedule": ["r / s"]});
        let new = new_warroom(&good, &id).unwrap();
        assert_eq!(new.schedule, [("r".to_owned(), "s".to_owned())]);
        assert_eq!(new.applications, ["a"]);
        let bad = json!({"title": "t", "applications": ["a"], "project": "0", "schedule": ["r"]});
        assert_eq!(new_warroom(&bad, &id).unwrap_err().0, "schedule");
    }
}
