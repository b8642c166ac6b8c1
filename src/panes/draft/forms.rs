//! The forms of a draft: its facts, and one parameter.

use serde_json::Value as Json;

use super::languages;
use crate::app::pane::Asking;
use crate::domain::draft::{
    DESCRIPTION, Draft, DraftParam, Flaw, NAME, PARAM, PROTOCOLS, Part, REVIEWERS, Reviewer,
    VERSION, risk_name, risk_of,
};
use crate::domain::script::{Risk, Script};
use crate::panes::words;
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// A limit as forms count.
fn limit(characters: usize) -> u32 {
    u32::try_from(characters).unwrap_or(u32::MAX)
}

/// The form of the facts; name and language only while they may still be chosen.
pub fn facts(draft: &Draft, new: bool, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let title = if new {
        t("draft.new_title")
    } else {
        lang.tf("draft.edit_title", &[("name", &draft.name)])
    };
    let mut form = Form::new(title, t("incident.go_on"));
    if new {
        form = form
            .field(
                Field::text("name", t("draft.name"))
                    .required()
                    .len(1, limit(NAME))
                    .help(t("draft.name_help"))
                    .value(&draft.name),
            )
            .field(
                Field::choice("language", t("script.language"), languages()).value(&draft.language),
            );
    }
    let risks = [Risk::Low, Risk::Medium, Risk::High].map(|risk| {
        let word = words::risk_word(Some(risk), lang).0;
        (risk_name(risk).to_owned(), word)
    });
    let protocols = std::iter::once((String::new(), "-".to_owned())).chain(
        PROTOCOLS
            .iter()
            .map(|word| ((*word).to_owned(), protocol_word(word, lang))),
    );
    let reviewers: Vec<String> = draft
        .reviewers
        .iter()
        .map(|one| format!("{} {}", one.name, one.id))
        .collect();
    let form = form
        .field(
            Field::text("description", t("script.description"))
                .required()
                .len(1, limit(DESCRIPTION))
                .value(&draft.description),
        )
        .field(
            Field::choice("risk", t("script.risk"), risks.to_vec())
                .help(t("draft.risk_help"))
                .value(risk_name(draft.risk)),
        )
        .field(
            Field::text("version", t("script.version"))
                .required()
                .len(1, limit(VERSION))
                .value(&draft.version),
        )
        .field(
            Field::texts("reviewers", t("draft.reviewers"))
                .len(0, limit(REVIEWERS))
                .height(3)
                .help(t("draft.reviewers_help"))
                .value(&reviewers.join("\n")),
        )
        .field(
            Field::choice("protocol", t("draft.protocol"), protocols.collect())
                .value(draft.protocol.as_deref().unwrap_or_default()),
        );
    Asking {
        tag: "draft.facts",
        form,
    }
}

/// How reviewers are told, in words.
pub fn protocol_word(word: &str, lang: Lang) -> String {
    match word {
        "DEFAULT" => lang.t("draft.protocol_default").into_owned(),
        "SMS" => lang.t("draft.protocol_sms").into_owned(),
        "EMAIL" => lang.t("draft.protocol_email").into_owned(),
        "DING_TALK" => "DingTalk".to_owned(),
        "WE_LINK" => "WeLink".to_owned(),
        "WECHAT" => "WeChat".to_owned(),
        "CALLNOTIFY" => lang.t("draft.protocol_call").into_owned(),
        "NOT_TO_NOTIFY" => lang.t("draft.protocol_none").into_owned(),
        other => other.to_owned(),
    }
}

/// A field, and what is wrong with it.
type Wrong = (&'static str, Flaw);

/// Takes over what was filled in for the facts.
///
/// # Errors
/// The field with the first mistake.
pub fn read_facts(draft: &mut Draft, values: &Json) -> Result<(), Wrong> {
    let mut next = draft.clone();
    if let Some(name) = values["name"].as_str() {
        name.trim().clone_into(&mut next.name);
    }
    if let Some(language) = values["language"].as_str() {
        language.clone_into(&mut next.language);
    }
    next.description = words::text(values, "description");
    next.version = words::text(values, "version");
    next.risk = risk_of(&words::text(values, "risk")).unwrap_or(next.risk);
    next.protocol = Some(words::text(values, "protocol")).filter(|word| !word.is_empty());
    let lines = values["reviewers"].as_array().into_iter().flatten();
    next.reviewers = lines.filter_map(Json::as_str).map(reviewer).collect();
    let field = |part: &Part| match part {
        Part::Name => Some("name"),
        Part::Version => Some("version"),
        Part::Description => Some("description"),
        Part::Reviewers => Some("reviewers"),
        Part::Protocol => Some("protocol"),
        _ => None,
    };
    let mut flaws = next.flaws().into_iter().filter(|flaw| !flaw.soft);
    if let Some(wrong) = flaws.find_map(|flaw| Some((field(&flaw.part)?, flaw))) {
        return Err(wrong);
    }
    *draft = next;
    Ok(())
}

/// `name id`: the id is the last word.
fn reviewer(line: &str) -> Reviewer {
    let (name, id) = line.rsplit_once(char::is_whitespace).unwrap_or((line, ""));
    Reviewer {
        name: name.trim().to_owned(),
        id: id.trim().to_owned(),
    }
}

/// The form of a parameter; without a place, of a new one.
pub fn param(params: &[DraftParam], at: Option<usize>, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let known = at.and_then(|at| params.get(at));
    let last = params.len() + usize::from(known.is_none());
    let place = at.map_or(last, |at| at + 1);
    let value = known.and_then(|param| param.value.as_deref()).unwrap_or("");
    let is_secret = known.is_some_and(|param| param.sensitive);
    let (name, most, description) = PARAM;
    // What is a secret is masked from the beginning; what becomes one is masked from then on.
    let field = if is_secret {
        Field::secret("value", t("draft.param_secret_value")).help(t("draft.secret_help"))
    } else {
        Field::text("value", t("draft.param_value")).help(t("draft.value_help"))
    };
    let form = Form::new(t("draft.param_title"), t("incident.go_on"))
        .field(
            Field::text("name", t("draft.param_name"))
                .required()
                .len(1, limit(name))
                .help(t("draft.param_name_help"))
                .value(known.map_or("", |param| &param.name)),
        )
        .field(field.len(0, limit(most)).value(value))
        .field(
            Field::text("description", t("script.description"))
                .len(0, limit(description))
                .value(known.map_or("", |param| &param.description)),
        )
        .field(
            Field::bool("sensitive", t("draft.sensitive"), lang, is_secret)
                .help(t("draft.sensitive_help")),
        )
        .field(
            Field::integer("place", t("draft.place"))
                .required()
                .range(1.0, f64::from(limit(last)))
                .value(&place.to_string()),
        );
    Asking {
        tag: "draft.param",
        form,
    }
}

/// Takes over what was filled in for a parameter, and says where it stands now.
///
/// # Errors
/// The field with the first mistake.
pub fn read_param(draft: &mut Draft, at: Option<usize>, values: &Json) -> Result<usize, Wrong> {
    let mut next = draft.clone();
    let before = at.filter(|at| *at < next.params.len());
    let known = before.map(|at| next.params.remove(at));
    let sensitive = words::is_yes(values, "sensitive");
    let typed = values["value"].as_str().map(str::to_owned);
    let kept = known.and_then(|param| param.value);
    let param = DraftParam {
        name: words::text(values, "name"),
        // A secret that nobody has given cannot be told from one that is left as it is: it has to be given.
        value: typed.or(if sensitive { kept } else { Some(String::new()) }),
        description: words::text(values, "description"),
        sensitive,
    };
    let place = values["place"]
        .as_u64()
        .and_then(|place| usize::try_from(place).ok())
        .unwrap_or(usize::MAX);
    let place = place.saturating_sub(1).min(next.params.len());
    next.params.insert(place, param);
    let flaws = next.flaws().into_iter().filter(|flaw| !flaw.soft);
    for flaw in flaws.filter(|flaw| matches!(flaw.part, Part::Param(at) if at >= place)) {
        let is_here = flaw.part == Part::Param(place);
        // The one that stands later is the one that is told to be there twice.
        if is_here || flaw.what == "param_twice" {
            let field = match flaw.what {
                "param_secret" => "value",
                "too_long" => "description",
                _ => "name",
            };
            return Err((field, flaw));
        }
    }
    *draft = next;
    Ok(place)
}

/// The facts as they are shown: label, value, role.
pub fn shown_facts(
    draft: &Draft,
    base: Option<&Script>,
    lang: Lang,
) -> Vec<(String, String, &'static str)> {
    let t = |key: &str| lang.t(key).into_owned();
    let (risk, role) = words::risk_word(Some(draft.risk), lang);
    let reviewers: Vec<&str> = draft
        .reviewers
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let approval = if draft.reviewers.is_empty() {
        t("draft.no_approval")
    } else {
        lang.tf("draft.approval_by", &[("names", &reviewers.join(", "))])
    };
    let status = base.map(|base| words::approval_word(base.status.shown(), lang));
    let approval = match status {
        Some(status) => lang.tf(
            "draft.approval_now",
            &[("status", &status), ("next", &approval)],
        ),
        None => approval,
    };
    let protocol = draft
        .protocol
        .as_deref()
        .map(|word| protocol_word(word, lang));
    let mut facts = vec![
        (t("draft.name"), draft.name.clone(), "text"),
        (t("script.language"), draft.language.clone(), "text"),
        (t("script.description"), draft.description.clone(), "text"),
        (t("script.risk"), risk, role),
        (t("script.version"), draft.version.clone(), "text"),
        (t("script.approval"), approval, "text"),
    ];
    facts.extend(protocol.map(|word| (t("draft.protocol"), word, "text")));
    facts
}

/// A parameter in a line; a secret is masked.
pub fn shown_param(param: &DraftParam, lang: Lang) -> String {
    let value = match (&param.value, param.sensitive) {
        (Some(_), true) => "***".to_owned(),
        (None, _) => lang.t("draft.not_given").into_owned(),
        (Some(value), false) => value.clone(),
    };
    let secret = if param.sensitive {
        format!("  [{}]", lang.t("script.secret"))
    } else {
        String::new()
    };
    let text = format!("{} = {value}{secret}  {}", param.name, param.description);
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft() -> Draft {
        let param = |name: &str| DraftParam {
            name: name.to_owned(),
            value: Some(name.to_uppercase()),
            description: String::new(),
            sensitive: false,
        };
        Draft {
            params: vec![param("a"), param("b")],
            ..Draft::new()
        }
    }

    fn names(draft: &Draft) -> Vec<&str> {
        draft
            .params
            .iter()
            .map(|param| param.name.as_str())
            .collect()
    }

    #[test]
    fn a_parameter_is_put_where_it_is_wanted() {
        let mut draft = draft();
        let values = json!({"name": "c", "value": "x", "sensitive": false, "place": 1});
        assert_eq!(read_param(&mut draft, None, &values), Ok(0));
        assert_eq!(names(&draft), ["c", "a", "b"]);
        let values = json!({"name": "c", "sensitive": false, "place": 3});
        assert_eq!(read_param(&mut draft, Some(0), &values), Ok(2));
        assert_eq!(names(&draft), ["a", "b", "c"]);
        assert_eq!(draft.params[2].value.as_deref(), Some(""));
    }

    #[test]
    fn what_is_wrong_with_a_parameter_is_said_at_its_field() {
        let mut draft = draft();
        let wrong = |draft: &mut Draft, values: &Json| {
            let (field, flaw) = read_param(draft, None, values).unwrap_err();
            (field, flaw.what)
        };
        let twice = json!({"name": "b", "sensitive": false, "place": 1});
        assert_eq!(wrong(&mut draft, &twice), ("name", "param_twice"));
        let secret = json!({"name": "c", "sensitive": true, "place": 3});
        assert_eq!(wrong(&mut draft, &secret), ("value", "param_secret"));
        let letters = json!({"name": "c-d", "sensitive": false, "place": 3});
        assert_eq!(wrong(&mut draft, &letters), ("name", "param_letters"));
        assert_eq!(names(&draft), ["a", "b"]);
    }

    #[test]
    fn facts_are_taken_over_or_refused() {
        let mut draft = draft();
        let values = json!({
            "name": "重启_web", "language": "PYTHON", "description": "d", "risk": "HIGH", "version": "2",
            "reviewers": ["Li Lei 7a85"], "protocol": "SMS",
        });
        assert_eq!(read_facts(&mut draft, &values), Ok(()));
        assert_eq!(
            (
                draft.reviewers[0].name.as_str(),
                draft.reviewers[0].id.as_str()
            ),
            ("Li Lei", "7a85")
        );
        assert_eq!(
            (draft.risk, draft.language.as_str()),
            (Risk::High, "PYTHON")
        );
        let values = json!({"name": "a b", "description": "d", "version": "2"});
        let (field, flaw) = read_facts(&mut draft, &values).unwrap_err();
        assert_eq!((field, flaw.what), ("name", "name_letters"));
        assert_eq!(draft.name, "重启_web");
    }

    #[test]
    fn a_secret_is_never_shown() {
        let param = DraftParam {
            name: "token".to_owned(),
            value: Some("s3cret".to_owned()),
            description: String::new(),
            sensitive: true,
        };
        assert!(!shown_param(&param, Lang::En).contains("s3cret"));
    }
}
