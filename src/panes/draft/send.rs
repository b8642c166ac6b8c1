//! The questions before a script is written or deleted.

use crate::app::pane::{Confirm, Guard};
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::action::Action;
use crate::domain::draft::{Draft, Flaw, Part};
use crate::domain::script::{Risk, Script};
use crate::domain::text::SafeText;
use crate::panes::words;
use crate::ui::diff::{self, Change};
use crate::ui::lang::Lang;

/// Lines shown around each difference.
const AROUND: usize = 2;

/// What a draft is, for a title.
pub fn title(base: Option<&Script>, draft: &Draft, lang: Lang) -> String {
    let key = if base.is_some() {
        "draft.edit_title"
    } else {
        "draft.new_title_of"
    };
    lang.tf(key, &[("name", &draft.name)])
}

/// What is wrong with a draft, in a sentence.
pub fn flaw_text(flaw: &Flaw, lang: Lang) -> String {
    let part = match flaw.part {
        Part::Name => lang.t("draft.name").into_owned(),
        Part::Language => lang.t("script.language").into_owned(),
        Part::Version => lang.t("script.version").into_owned(),
        Part::Description => lang.t("script.description").into_owned(),
        Part::Reviewers => lang.t("draft.reviewers").into_owned(),
        Part::Protocol => lang.t("draft.protocol").into_owned(),
        Part::Param(at) => lang.tf("draft.param_at", &[("place", &(at + 1).to_string())]),
        Part::Params => lang.t("draft.params_word").into_owned(),
        Part::Content => lang.t("draft.content_word").into_owned(),
    };
    let key = match flaw.what {
        "empty" => "draft.flaw_empty",
        "too_long" => "draft.flaw_too_long",
        "too_many" => "draft.flaw_too_many",
        "name_letters" => "draft.flaw_name_letters",
        "name_fixed" => "draft.flaw_name_fixed",
        "language" => "draft.flaw_language",
        "language_fixed" => "draft.flaw_language_fixed",
        "reviewer" => "draft.flaw_reviewer",
        "reviewers_again" => "draft.flaw_reviewers_again",
        "protocol" => "draft.flaw_protocol",
        "param_letters" => "draft.flaw_param_letters",
        "param_twice" => "draft.flaw_param_twice",
        "param_secret" => "draft.flaw_param_secret",
        _ => "draft.flaw_param_value",
    };
    let value = SafeText::new(&flaw.value);
    format!("{part}: {}", lang.tf(key, &[("value", value.shown())]))
}

/// The question before a script is created, or changed from what `base` says: with the whole difference.
pub fn confirm(account: &AccountId, base: Option<&Script>, draft: &Draft, lang: Lang) -> Confirm {
    let name = SafeText::new(&draft.name);
    let values = [("name", name.shown())];
    let (title, summary, button) = if base.is_some() {
        (
            "draft.change_title",
            "draft.change_summary",
            "draft.change_button",
        )
    } else {
        (
            "draft.create_title",
            "draft.create_summary",
            "draft.create_button",
        )
    };
    let mut consequence = notes(base, draft, lang);
    let old = base
        .map(|base| Draft::of(base).to_file())
        .unwrap_or_default();
    consequence.extend(difference(&old, &draft.to_file(), lang));
    let file = format!("{}.{}", draft.name, draft.ending());
    Confirm {
        title: lang.tf(title, &values),
        summary: lang.tf(summary, &values),
        command: format!("script apply {}", words::quoted(&file)),
        targets: Vec::new(),
        consequence,
        button: lang.t(button).into_owned(),
        risk: Guard::Button,
        subject: base.map(|base| Subject::Script(account.clone(), base.id.clone())),
        action: match base {
            Some(base) => {
                Action::UpdateScript(account.clone(), base.id.clone(), Box::new(draft.clone()))
            }
            None => Action::CreateScript(account.clone(), Box::new(draft.clone())),
        },
    }
}

/// What there is to know besides the difference: approval, secrets, doubtful values.
fn notes(base: Option<&Script>, draft: &Draft, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    if draft.reviewers.is_empty() {
        notes.push(lang.t("draft.runs_at_once").into_owned());
    } else {
        let names: Vec<&str> = draft
            .reviewers
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        notes.push(lang.tf("draft.waits_for", &[("names", &names.join(", "))]));
    }
    let old = base.map(|base| base.risk.unwrap_or(Risk::High));
    if let Some(old) = old.filter(|old| *old > draft.risk) {
        let (old, new) = (
            words::risk_word(Some(old), lang).0,
            words::risk_word(Some(draft.risk), lang).0,
        );
        notes.push(lang.tf("draft.risk_lowered", &[("old", &old), ("new", &new)]));
    }
    let secrets = draft.params.iter().filter(|param| param.sensitive);
    notes.extend(secrets.map(|param| lang.tf("draft.secret_sent", &[("name", &param.name)])));
    let doubtful = draft.flaws().into_iter().filter(|flaw| flaw.soft);
    notes.extend(doubtful.map(|flaw| flaw_text(&flaw, lang)));
    notes
}

/// The lines that differ with some around them, and how many there are; signs in front. Secrets are in neither text.
fn difference(old: &str, new: &str, lang: Lang) -> Vec<String> {
    let all = diff::lines(old, new);
    let differs: Vec<usize> = (0..all.len())
        .filter(|at| all[*at].0 != Change::Same)
        .collect();
    let count = |wanted| {
        all.iter()
            .filter(|(change, _)| *change == wanted)
            .count()
            .to_string()
    };
    let (gone, come) = (count(Change::Gone), count(Change::New));
    let mut lines = vec![lang.tf("draft.difference", &[("gone", &gone), ("come", &come)])];
    let mut last = None;
    for (at, (change, line)) in all.iter().enumerate() {
        let is_near = differs.iter().any(|other| at.abs_diff(*other) <= AROUND);
        if !is_near {
            continue;
        }
        if last.is_some_and(|last: usize| at > last + 1) {
            lines.push("  …".to_owned());
        }
        last = Some(at);
        let sign = match change {
            Change::Same => ' ',
            Change::Gone => '-',
            Change::New => '+',
        };
        let line = SafeText::new(&line.replace('\t', "    "));
        lines.push(format!("{sign} {}", line.shown()));
    }
    lines
}

/// The question before a script is deleted: its name has to be typed.
pub fn confirm_delete(account: &AccountId, script: &Script, lang: Lang) -> Confirm {
    let values = [("name", script.name.shown())];
    Confirm {
        title: lang.tf("draft.delete_title", &values),
        summary: lang.tf("draft.delete_summary", &values),
        command: format!("script rm {}", words::quoted(script.id.raw())),
        targets: vec![format!("{} {} {}", script.name, script.version, script.id)],
        consequence: vec![lang.t("draft.delete_effect").into_owned()],
        button: lang.t("draft.delete_button").into_owned(),
        risk: Guard::Name(script.name.raw().to_owned()),
        subject: Some(Subject::Script(account.clone(), script.id.clone())),
        action: Action::DeleteScript {
            account: account.clone(),
            script: script.id.clone(),
            name: script.name.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::run::{sample_account as account, sample_script as script};

    #[test]
    fn the_question_shows_what_changes_and_no_secret() {
        let mut base = script(Some(Risk::High));
        let lines: Vec<String> = (1..30).map(|n| format!("echo {n}\n")).collect();
        base.content = lines.concat().into();
        let mut draft = Draft::of(&base);
        draft.content = draft.content.replace("echo 15\n", "echo fifteen\n");
        draft.risk = Risk::Low;
        let confirm = confirm(&account(), Some(&base), &draft, Lang::En);
        let text = confirm.consequence.join("\n");
        for line in [
            "- echo 15",
            "+ echo fifteen",
            "  echo 14",
            "- risk = \"HIGH\"",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("echo 20"), "{text}");
        assert!(matches!(confirm.action, Action::UpdateScript(..)));
    }

    #[test]
    fn deleting_asks_for_the_name() {
        let script = script(Some(Risk::Low));
        let confirm = confirm_delete(&account(), &script, Lang::En);
        assert_eq!(confirm.risk, Guard::Name(script.name.raw().to_owned()));
    }

    #[test]
    fn every_flaw_has_its_sentence() {
        let mut draft = Draft::new();
        draft.language = "PERL".to_owned();
        for lang in [Lang::En, Lang::ZhCn] {
            for flaw in draft.flaws() {
                assert!(!flaw_text(&flaw, lang).contains("draft."), "{flaw:?}");
            }
        }
    }
}
