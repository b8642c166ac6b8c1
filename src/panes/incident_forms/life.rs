//! Accepting an incident, committing its solution, and saying whether it is solved.

use serde_json::Value as Json;

use super::{kinds, line};
use crate::app::pane::{Asking, Confirm, Guard};
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, Solution};
use crate::domain::incident::Incident;
use crate::domain::trail::Note;
use crate::panes::words::{is_yes, quoted, text};
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// How many characters the comment of a confirmation has at most (huawei-coc.md, section 9).
const COMMENT: u32 = 300;

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
            "incident solve {} --cause {} --solution {} --kind {}{}",
            quoted(id.raw()),
            quoted(&solution.cause),
            quoted(&solution.solution),
            quoted(&solution.kind),
            if solution.interrupted {
                " --interrupted"
            } else {
                ""
            }
        ),
        targets: vec![line(incident)],
        consequence: vec![lang.t("incident.solve_consequence").into_owned()],
        button: lang.t("incident.solve_button").into_owned(),
        risk: Guard::Button,
        subject: Some(Subject::Incident(account.clone(), id.clone())),
        action: Action::CommitSolution(account.clone(), id, solution),
    }
}

/// The form of a confirmation. The proof is offered as its comment: what the alarm did after a script was run for it.
pub fn verify(incident: &Incident, proof: Option<&Note>, lang: Lang) -> Asking {
    let proof = proof.map_or("", |note| note.text.raw());
    let comment: String = proof.chars().take(COMMENT as usize).collect();
    let t = |key: &str| lang.t(key).into_owned();
    let title = lang.tf("incident.confirm_title", &[("id", incident.id.shown())]);
    let form = Form::new(title, t("incident.go_on"))
        .field(Field::bool("solved", t("incident.solved"), lang, true))
        .field(
            Field::lines("comment", t("incident.comment"))
                .required()
                .len(1, COMMENT)
                .value(&comment),
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
