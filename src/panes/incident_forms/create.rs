//! A new incident, filled in from the alarm it is about.

use serde_json::Value as Json;

use super::{kind_word, kinds};
use crate::app::pane::{Asking, Confirm, Context, Guard};
use crate::domain::account::AccountId;
use crate::domain::action::{Action, NewIncident};
use crate::domain::alarm::{Alarm, Severity};
use crate::domain::connection::Account;
use crate::domain::incident::Level;
use crate::panes::words::{cut, is_yes, option, text};
use crate::ui::form::{Field, Form};
use crate::ui::format;
use crate::ui::lang::Lang;

/// An alarm of the cloud led to it.
const FROM_ALARM: &str = "incident_source_alarm";
/// Somebody created it by hand.
const BY_HAND: &str = "incident_source_manual";

/// The level an incident about an alarm of this severity gets to begin with.
const fn level_of(severity: Severity) -> Level {
    match severity {
        Severity::Critical => Level::P2,
        Severity::Major => Level::P3,
        Severity::Minor => Level::P4,
        Severity::Warning | Severity::Info => Level::P5,
    }
}

/// "CPU over 90 % on web-03".
fn title_of(alarm: &Alarm, lang: Lang) -> String {
    let title = alarm.title.shown();
    let name = alarm.resource.shown();
    if name.is_empty() || title.contains(name) {
        return cut(title, 200);
    }
    let text = lang.tf("incident.title_on", &[("title", title), ("name", name)]);
    cut(&text, 200)
}

/// What is known of an alarm, for the description of its incident.
fn description_of(alarm: &Alarm, ctx: &Context) -> String {
    let lang = ctx.lang;
    let severity = match alarm.severity_raw.shown() {
        "" => String::new(),
        raw => format!(" ({raw})"),
    };
    let mut lines = vec![format!("{}{severity}", alarm.title)];
    let mut add = |key: &str, text: &str| lines.push(format!("{}: {text}", lang.t(key)));
    add("col.since", &format::exact(alarm.since, ctx.zone));
    if let Some(line) = &alarm.threshold {
        let unit = line.unit.shown();
        let value = ctx
            .world
            .series(&alarm.account, &line.series, Some(line.statistic))
            .and_then(|series| series.last())
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

/// The command line that creates the same incident.
fn create_command(new: &NewIncident) -> String {
    let mut line = "incident create".to_owned();
    let mut add = |name: &str, value: &str| option(&mut line, name, value);
    add("title", &new.title);
    add("description", &new.description);
    add("level", new.level.name());
    add("kind", &new.kind);
    add("source", &new.source);
    add("service", &new.service);
    if let Some(region) = &new.region {
        add("region", region);
    }
    if let Some(assignee) = &new.assignee {
        add("assignee", assignee);
    }
    if new.interrupted {
        line.push_str(" --interrupted");
    }
    line
}

/// The question before an incident is created.
pub fn confirm_create(account: &AccountId, new: NewIncident, lang: Lang) -> Confirm {
    let command = create_command(&new);
    let assignee = new.assignee.clone().unwrap_or_else(|| "-".to_owned());
    Confirm {
        title: lang.t("incident.create_title").into_owned(),
        summary: lang.tf("incident.create_summary", &[("title", &new.title)]),
        command,
        targets: vec![format!("{} {}", new.level.name(), new.title)],
        consequence: vec![
            format!("{} · {}", new.service, kind_word(&new.kind, lang)),
            lang.tf("incident.create_consequence", &[("who", &assignee)]),
        ],
        button: lang.t("incident.create_button").into_owned(),
        risk: Guard::Button,
        subject: None,
        action: Action::CreateIncident(account.clone(), new),
    }
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
    fn worse_alarms_make_worse_incidents() {
        assert_eq!(level_of(Severity::Critical), Level::P2);
        assert_eq!(level_of(Severity::Info), Level::P5);
    }
}
