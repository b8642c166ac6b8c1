//! Reporting an alarm of a monitoring system of one's own.

use jiff::Timestamp;
use serde_json::Value as Json;

use crate::app::pane::{Asking, Confirm, Context, Guard};
use crate::domain::account::AccountId;
use crate::domain::action::{Action, CustomAlarm};
use crate::domain::alarm::Severity;
use crate::domain::connection::Account;
use crate::panes::words::{is_yes, option, text};
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// Severities the intake knows, with their names on the command line.
pub const SEVERITIES: [(&str, Severity); 4] = [
    ("critical", Severity::Critical),
    ("major", Severity::Major),
    ("minor", Severity::Minor),
    ("info", Severity::Info),
];

/// The form of a custom alarm.
pub fn report(account: &Account, ctx: &Context) -> Asking {
    let lang = ctx.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let levels = SEVERITIES
        .map(|(name, _)| (name.to_owned(), t(&format!("severity.{name}"))))
        .to_vec();
    let required = |name: &str, key: &str| Field::text(name, t(key)).required().len(1, 255);
    let optional = |name: &str, key: &str| Field::text(name, t(key)).len(0, 255);
    let service = ctx
        .world
        .incidents()
        .first()
        .map_or(String::new(), |(_, incident)| {
            incident.service.raw().to_owned()
        });
    let form = Form::new(t("custom_alarm.title"), t("incident.go_on"))
        .field(
            Field::secret("key", t("custom_alarm.key"))
                .required()
                .len(1, 255)
                .help(t("custom_alarm.key_help")),
        )
        .field(required("id", "custom_alarm.id").help(t("custom_alarm.id_help")))
        .field(required("name", "custom_alarm.name"))
        .field(Field::choice("level", t("custom_alarm.level"), levels).value("major"))
        .field(Field::bool("over", t("custom_alarm.over"), lang, false))
        .field(
            Field::lines("description", t("custom_alarm.description"))
                .required()
                .len(1, 255)
                .height(3),
        )
        .field(required("namespace", "custom_alarm.namespace"))
        .field(required("application", "custom_alarm.application").value(&service))
        .field(optional("resource", "custom_alarm.resource"))
        .field(optional("resource_id", "custom_alarm.resource_id"))
        .field(optional("region", "custom_alarm.region").value(&account.region))
        .field(optional("url", "custom_alarm.url"))
        .field(required("source", "custom_alarm.source").value("watchkeeper"));
    Asking {
        tag: "alarm.report",
        form,
    }
}

/// What the form of a custom alarm asks for.
pub fn reported(values: &Json, at: Timestamp) -> CustomAlarm {
    let level = text(values, "level");
    let given = |name: &str| Some(text(values, name)).filter(|text| !text.is_empty());
    CustomAlarm {
        key: text(values, "key").as_str().into(),
        id: text(values, "id"),
        name: text(values, "name"),
        severity: SEVERITIES
            .into_iter()
            .find(|(name, _)| *name == level)
            .map_or(Severity::Major, |(_, severity)| severity),
        at,
        namespace: text(values, "namespace"),
        region: given("region"),
        application: text(values, "application"),
        resource: given("resource"),
        resource_id: given("resource_id"),
        description: text(values, "description"),
        url: given("url"),
        over: is_yes(values, "over"),
        source: text(values, "source"),
    }
}

/// The command line that reports the same alarm; the key is a placeholder.
fn command(new: &CustomAlarm) -> String {
    let mut line = "alarm report --key env:WATCHKEEPER_INTEGRATION_KEY".to_owned();
    let mut add = |name: &str, value: &str| option(&mut line, name, value);
    add("id", &new.id);
    add("name", &new.name);
    let level = SEVERITIES.iter().find(|(_, known)| *known == new.severity);
    add("level", level.map_or("major", |(name, _)| name));
    add("description", &new.description);
    add("namespace", &new.namespace);
    add("application", &new.application);
    add("source", &new.source);
    let given = [
        ("resource", &new.resource),
        ("resource-id", &new.resource_id),
        ("region", &new.region),
        ("url", &new.url),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            add(name, value);
        }
    }
    if new.over {
        line.push_str(" --over");
    }
    line
}

/// The question before an alarm is reported.
pub fn confirm_report(account: &AccountId, new: CustomAlarm, lang: Lang) -> Confirm {
    let values = [("id", new.id.as_str()), ("name", new.name.as_str())];
    let consequence = if new.over {
        "custom_alarm.clears"
    } else {
        "custom_alarm.fires"
    };
    Confirm {
        title: lang.t("custom_alarm.title").into_owned(),
        summary: lang.tf("custom_alarm.summary", &values),
        command: command(&new),
        targets: vec![format!("{} {}", new.id, new.name)],
        consequence: vec![
            lang.t(consequence).into_owned(),
            lang.t("custom_alarm.write_only").into_owned(),
        ],
        button: lang.t("custom_alarm.button").into_owned(),
        risk: Guard::Button,
        subject: None,
        action: Action::ReportAlarm(account.clone(), Box::new(new)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_key_is_in_the_request_and_nowhere_else() {
        let values = json!({
            "key": "hush-hush", "id": "a-1", "name": "disk", "level": "critical", "description": "full",
            "namespace": "host", "application": "portal", "source": "me",
        });
        let new = reported(&values, Timestamp::UNIX_EPOCH);
        assert_eq!((new.severity, new.over), (Severity::Critical, false));
        assert_eq!(new.key.reveal(), "hush-hush");
        let account = AccountId::new("demo", crate::domain::account::SystemId::HuaweiCoc);
        let confirm = confirm_report(&account, new, Lang::En);
        assert!(!format!("{confirm:?}").contains("hush-hush"));
        assert!(confirm.command.contains("--level critical"));
    }
}
