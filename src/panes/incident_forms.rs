//! The forms of an incident's life, and what becomes of what was typed into them.

use serde_json::Value as Json;

use super::frame;
use super::words::{self, cut, is_yes, quoted, text};
use crate::app::pane::{Asking, Confirm, Context, Guard};
use crate::app::subject::Subject;
use crate::domain::account::{Account, AccountId};
use crate::domain::action::{Action, NewIncident, NewWarRoom, Solution};
use crate::domain::alarm::{Alarm, Severity};
use crate::domain::incident::{Incident, IncidentId, Level};
use crate::ui::form::{Field, Form};
use crate::ui::format;
use crate::ui::lang::Lang;

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

/// An alarm of the cloud led to it.
const FROM_ALARM: &str = "incident_source_alarm";
/// Somebody created it by hand.
const BY_HAND: &str = "incident_source_manual";

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

/// The level an incident about an alarm of this severity gets to begin with.
pub const fn level_of(severity: Severity) -> Level {
    match severity {
        Severity::Critical => Level::P2,
        Severity::Major => Level::P3,
        Severity::Minor => Level::P4,
        Severity::Warning | Severity::Info => Level::P5,
    }
}

/// "CPU over 90 % on web-03".
pub fn title_of(alarm: &Alarm, lang: Lang) -> String {
    let title = alarm.title.shown();
    let name = alarm.resource.shown();
    if name.is_empty() || title.contains(name) {
        return cut(title, 200);
    }
    let text = lang.tf("incident.title_on", &[("title", title), ("name", name)]);
    cut(&text, 200)
}

/// What is known of an alarm, for the description of its incident.
pub fn description_of(alarm: &Alarm, ctx: &Context) -> String {
    let lang = ctx.lang;
    let mut lines = vec![format!("{} ({})", alarm.title, alarm.severity_raw)];
    let mut add = |key: &str, text: &str| lines.push(format!("{}: {text}", lang.t(key)));
    add("col.since", &format::exact(alarm.since, ctx.zone));
    if let Some(line) = &alarm.threshold {
        let unit = line.unit.shown();
        let value = ctx
            .world
            .series(&alarm.account, &line.series, Some(line.statistic))
            .and_then(crate::domain::metric::Series::last)
            .map_or_else(
                || "-".to_owned(),
                |last| format::with_unit(last.value, unit),
            );
        let limit = format::with_unit(line.value, unit);
        let rule = format!(
            "{}: {value} ({} {limit})",
            line.series,
            line.comparison.sign()
        );
        add("incident.measured", &rule);
    }
    let name = alarm.resource_id.as_ref().map_or_else(
        || alarm.resource.to_string(),
        |id| format!("{} ({id})", alarm.resource),
    );
    add("incident.where", &format!("{name} {}", alarm.region));
    add(
        "incident.alarm_id",
        &format!("{} {}", alarm.account, alarm.id),
    );
    cut(&lines.join("\n"), 600)
}

/// The form of a new incident, filled in from an alarm where there is one.
pub fn create(alarm: Option<&Alarm>, account: &Account, ctx: &Context) -> Asking {
    let lang = ctx.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let levels = Level::ALL
        .map(|level| (level.name().to_owned(), level.name().to_owned()))
        .to_vec();
    let level = alarm.map_or(Level::P3, |alarm| level_of(alarm.severity));
    let service = alarm.map_or(String::new(), |alarm| service_of(alarm, ctx));
    let kind = if alarm.is_some_and(|alarm| alarm.threshold.is_some()) {
        "inc_type_p_reliability_issues"
    } else {
        "inc_type_p_function_issues"
    };
    let form = Form::new(t("incident.create_title"), t("incident.go_on"))
        .field(
            Field::text("title", t("incident.title"))
                .required()
                .len(1, 200)
                .value(&alarm.map_or(String::new(), |alarm| title_of(alarm, lang))),
        )
        .field(
            Field::lines("description", t("incident.description"))
                .required()
                .len(1, 600)
                .height(6)
                .value(&alarm.map_or(String::new(), |alarm| description_of(alarm, ctx))),
        )
        .field(Field::choice("level", t("incident.level"), levels).value(level.name()))
        .field(Field::choice("kind", t("incident.kind"), kinds(lang)).value(kind))
        .field(
            Field::text("service", t("incident.service"))
                .required()
                .value(&service)
                .help(t("incident.service_help")),
        )
        .field(Field::text("region", t("incident.region")).value(&account.region))
        .field(Field::bool(
            "interrupted",
            t("incident.interrupted"),
            lang,
            false,
        ))
        .field(Field::text("assignee", t("incident.assignee")).value(&account.operator));
    Asking {
        tag: "incident.create",
        form,
    }
}

/// The application of the machine an alarm is about, else one that other WarRooms name.
fn service_of(alarm: &Alarm, ctx: &Context) -> String {
    let of_machine = ctx
        .world
        .resources()
        .find(|(_, machine)| {
            machine.name == alarm.resource
                || alarm.resource_id.as_ref() == Some(&machine.resource_id)
        })
        .and_then(|(_, machine)| machine.application.clone());
    of_machine
        .or_else(|| {
            ctx.world
                .incidents()
                .first()
                .map(|(_, incident)| incident.service.clone())
        })
        .map_or(String::new(), |name| name.raw().to_owned())
}

/// What the form of a new incident asks for.
pub fn created(values: &Json, from_alarm: bool) -> NewIncident {
    let level = text(values, "level");
    let given = |name| Some(text(values, name)).filter(|text| !text.is_empty());
    NewIncident {
        title: text(values, "title"),
        description: text(values, "description"),
        level: Level::ALL
            .into_iter()
            .find(|known| known.name() == level)
            .unwrap_or(Level::P3),
        kind: text(values, "kind"),
        source: if from_alarm { FROM_ALARM } else { BY_HAND }.to_owned(),
        service: text(values, "service"),
        region: given("region"),
        interrupted: is_yes(values, "interrupted"),
        assignee: given("assignee"),
    }
}

/// The question before an incident is created.
pub fn confirm_create(account: &AccountId, new: NewIncident, lang: Lang) -> Confirm {
    let command = format!(
        "incident create --title {} --level {} --service {}",
        quoted(&new.title),
        new.level.name(),
        quoted(&new.service)
    );
    let assignee = new.assignee.clone().unwrap_or_else(|| "-".to_owned());
    Confirm {
        title: lang.t("incident.create_title").into_owned(),
        summary: lang.tf("incident.create_summary", &[("title", &new.title)]),
        command,
        targets: vec![
            format!("{} {}", new.level.name(), new.title),
            format!("{} · {}", new.service, kind_word(&new.kind, lang)),
        ],
        consequence: vec![lang.tf("incident.create_consequence", &[("who", &assignee)])],
        button: lang.t("incident.create_button").into_owned(),
        risk: Guard::Button,
        subject: None,
        action: Action::CreateIncident(account.clone(), new),
    }
}

/// The question before an incident is accepted.
pub fn confirm_accept(account: &AccountId, incident: &Incident, lang: Lang) -> Confirm {
    let id = incident.id.clone();
    Confirm {
        title: lang.tf("incident.accept_title", &[("id", id.shown())]),
        summary: lang.tf("incident.accept_summary", &[("id", id.shown())]),
        command: format!("incident accept {}", quoted(id.raw())),
        targets: vec![line(incident)],
        consequence: vec![lang.t("incident.accept_consequence").into_owned()],
        button: lang.t("incident.accept_button").into_owned(),
        risk: Guard::Low,
        subject: Some(Subject::Incident(account.clone(), id.clone())),
        action: Action::AcceptIncident(account.clone(), id),
    }
}

fn line(incident: &Incident) -> String {
    let level = incident.level.map_or("-", Level::name);
    format!("{level} {} {}", incident.id, incident.title)
}

/// The form of a solution.
pub fn solve(incident: &Incident, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let title = lang.tf("incident.solve_title", &[("id", incident.id.shown())]);
    let lines = |name: &str, key: &str| {
        Field::lines(name, t(key))
            .required()
            .len(1, 10_000)
            .height(5)
    };
    let form = Form::new(title, t("incident.go_on"))
        .field(lines("cause", "incident.cause"))
        .field(lines("solution", "incident.solution"))
        .field(Field::choice("kind", t("incident.kind"), kinds(lang)).value(incident.kind.raw()))
        .field(Field::bool(
            "interrupted",
            t("incident.interrupted"),
            lang,
            incident.interrupted,
        ));
    Asking {
        tag: "incident.solve",
        form,
    }
}

/// The question before a solution is committed.
pub fn confirm_solve(
    account: &AccountId,
    incident: &Incident,
    values: &Json,
    lang: Lang,
) -> Confirm {
    let id = incident.id.clone();
    let solution = Solution {
        kind: text(values, "kind"),
        interrupted: is_yes(values, "interrupted"),
        cause: text(values, "cause"),
        solution: text(values, "solution"),
    };
    Confirm {
        title: lang.tf("incident.solve_title", &[("id", id.shown())]),
        summary: lang.tf("incident.solve_summary", &[("id", id.shown())]),
        command: format!(
            "incident solve {} --cause {} --solution {}",
            quoted(id.raw()),
            quoted(&solution.cause),
            quoted(&solution.solution)
        ),
        targets: vec![line(incident)],
        consequence: vec![lang.t("incident.solve_consequence").into_owned()],
        button: lang.t("incident.solve_button").into_owned(),
        risk: Guard::Button,
        subject: Some(Subject::Incident(account.clone(), id.clone())),
        action: Action::CommitSolution(account.clone(), id, solution),
    }
}

/// The form of a confirmation.
pub fn verify(incident: &Incident, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let title = lang.tf("incident.confirm_title", &[("id", incident.id.shown())]);
    let form = Form::new(title, t("incident.go_on"))
        .field(Field::bool("solved", t("incident.solved"), lang, true))
        .field(
            Field::lines("comment", t("incident.comment"))
                .required()
                .len(1, 300),
        );
    Asking {
        tag: "incident.confirm",
        form,
    }
}

/// The question before an incident is confirmed as solved or sent back.
pub fn confirm_verify(
    account: &AccountId,
    incident: &Incident,
    values: &Json,
    lang: Lang,
) -> Confirm {
    let id = incident.id.clone();
    let solved = is_yes(values, "solved");
    let comment = text(values, "comment");
    let (consequence, word) = if solved {
        ("incident.confirm_yes", "yes")
    } else {
        ("incident.confirm_no", "no")
    };
    Confirm {
        title: lang.tf("incident.confirm_title", &[("id", id.shown())]),
        summary: lang.tf("incident.confirm_summary", &[("id", id.shown())]),
        command: format!(
            "incident confirm {} --solved {word} --comment {}",
            quoted(id.raw()),
            quoted(&comment)
        ),
        targets: vec![line(incident)],
        consequence: vec![lang.t(consequence).into_owned()],
        button: lang.t("incident.confirm_button").into_owned(),
        risk: Guard::Button,
        subject: Some(Subject::Incident(account.clone(), id.clone())),
        action: Action::ConfirmIncident {
            account: account.clone(),
            incident: id,
            solved,
            comment,
        },
    }
}

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
        command: format!(
            "incident warroom {} --title {}",
            quoted(id.raw()),
            quoted(&new.title)
        ),
        targets: vec![line(incident), new.applications.join(", ")],
        consequence: vec![lang.t("warroom.create_consequence").into_owned()],
        button: lang.t("warroom.create_button").into_owned(),
        risk: Guard::Button,
        subject: Some(Subject::Incident(account.clone(), id.clone())),
        action: Action::CreateWarRoom(account.clone(), new),
    }
}

/// Everything that is known of an incident: fields, then what happened when.
pub fn describe(
    account: &AccountId,
    incident: &Incident,
    ctx: &Context,
) -> Vec<crate::ui::widgets::document::Line> {
    let lang = ctx.lang;
    let fact = |key: &str, text: &str| frame::fact(lang, key, text);
    // The service names its enumerated values itself, in both languages.
    let named = |wire: &str| {
        incident
            .names
            .iter()
            .find(|(key, _, _)| key.raw() == wire)
            .map(|(_, zh, en)| if lang == Lang::ZhCn { zh } else { en })
            .filter(|name| !name.is_empty())
            .map_or_else(|| wire.to_owned(), |name| format!("{name} ({wire})"))
    };
    let people: Vec<&str> = incident
        .assignees
        .iter()
        .map(crate::domain::text::SafeText::shown)
        .collect();
    let mut lines = vec![
        fact("incident.number", incident.id.shown()),
        fact("incident.title", incident.title.shown()),
        fact("incident.level", incident.level.map_or("-", Level::name)),
        fact(
            "incident.status",
            &words::incident_word(&incident.status, lang),
        ),
        fact("incident.kind", &named(incident.kind.shown())),
        fact("incident.source", &named(incident.source.shown())),
        fact("incident.service", &named(incident.service.shown())),
        fact("incident.region", incident.region.shown()),
        fact(
            "incident.interrupted",
            &lang.t(if incident.interrupted {
                "incident.yes"
            } else {
                "incident.no"
            }),
        ),
        fact("incident.assignee", &people.join(", ")),
        fact("incident.creator", incident.creator.shown()),
        fact(
            "incident.warroom",
            incident.warroom.as_ref().map_or("-", |room| room.shown()),
        ),
        fact("col.account", &account.to_string()),
        "".into(),
    ];
    lines.extend(crate::ui::widgets::document::plain_lines(
        &incident
            .description
            .raw()
            .lines()
            .map(|line| crate::domain::text::SafeText::new(line).to_string())
            .collect::<Vec<_>>()
            .join("\n"),
    ));
    lines.push("".into());
    let room = ctx
        .world
        .warrooms()
        .find(|(of, room)| *of == account && room.incident.as_ref() == Some(&incident.id))
        .map(|(_, room)| room);
    let mut moments = vec![
        (incident.created, "incident.was_created"),
        (incident.handled, "incident.was_handled"),
    ];
    if let Some(room) = room {
        moments.push((room.occurred, "incident.fault_began"));
        moments.push((room.created, "incident.room_opened"));
        moments.push((room.recovered, "incident.fault_over"));
    }
    let mut known: Vec<_> = moments
        .into_iter()
        .filter_map(|(at, key)| Some((at?, key)))
        .collect();
    known.sort();
    for (at, key) in known {
        lines.push(fact(key, &frame::moment(at, ctx)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_typed_becomes_an_incident() {
        let values = json!({
            "title": " CPU over 90 % on web-03 ", "description": "d", "level": "P2",
            "kind": "inc_type_p_config_issues", "service": "portal", "interrupted": true,
        });
        let new = created(&values, true);
        assert_eq!(new.title, "CPU over 90 % on web-03");
        assert_eq!((new.level, new.interrupted), (Level::P2, true));
        assert_eq!(new.source, FROM_ALARM);
        assert_eq!((new.region, new.assignee), (None, None));
    }

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

    #[test]
    fn worse_alarms_make_worse_incidents() {
        assert_eq!(level_of(Severity::Critical), Level::P2);
        assert_eq!(level_of(Severity::Info), Level::P5);
    }
}
