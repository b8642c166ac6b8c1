//! Checks an input against the declaration before anything is sent, and on arrival in the simulator.

use serde_json::{Map, Value as Json};

use super::{given, place_of, text_of};
use crate::cloud::declare::{Entry, Kind, Param, Place, Violation};

/// How many characters of an offending value are quoted.
const QUOTED: usize = 80;

/// All rules that `input` breaks: those of the parameters, those of the path, and the entry's own rules across
/// fields.
pub fn check_entry(entry: &Entry, input: &Json) -> Vec<Violation> {
    let mut found = check(entry.params, input);
    if let Json::Object(members) = input {
        for param in entry.params {
            if place_of(&entry.call, param) == Place::Path
                && let Some((_, value)) = given(param, entry.params, members)
                && !is_path_segment(&text_of(value))
            {
                found.push(violation(
                    param.name,
                    "must not be empty, contain a slash or consist of dots, because it is part of the path",
                    value,
                ));
            }
        }
    }
    found.extend((entry.check)(input));
    found
}

/// Can this be one segment of a path without changing its meaning (signing-huawei.md, 2.2)?
pub(super) fn is_path_segment(text: &str) -> bool {
    !text.is_empty() && !text.contains(['/', '\\']) && text != "." && text != ".."
}

/// All rules of `params` that `input` breaks, in declaration order; unknown keys last.
pub fn check(params: &[Param], input: &Json) -> Vec<Violation> {
    let mut found = Vec::new();
    match input {
        Json::Object(members) => object(params, members, "", &mut found),
        Json::Null => object(params, &Map::new(), "", &mut found),
        other => found.push(violation("", "must be an object", other)),
    }
    found
}

fn object(params: &[Param], members: &Map<String, Json>, path: &str, found: &mut Vec<Violation>) {
    let mut known = Vec::with_capacity(members.len());
    for param in params {
        let field = join(path, param.name);
        match given(param, params, members) {
            Some((key, value)) => {
                known.push(key);
                self::value(param, &param.kind, value, &field, found);
            }
            None if param.required => found.push(Violation::new(field, "must be given", "nothing")),
            None => {}
        }
    }
    for (key, value) in members {
        if !value.is_null() && !known.contains(&key.as_str()) {
            let mut unknown = violation(&join(path, key), &unknown_rule(params, key), value);
            if params.iter().any(|param| param.secret) {
                unknown.given = "***".into();
            }
            found.push(unknown);
        }
    }
}

fn unknown_rule(params: &[Param], key: &str) -> String {
    if params
        .iter()
        .any(|param| param.name == key || param.aliases.contains(&key))
    {
        return "is given twice, under two spellings".into();
    }
    let nearest = params
        .iter()
        .map(|param| {
            let likeness = strsim::jaro_winkler(&param.name.to_lowercase(), &key.to_lowercase());
            (param.name, likeness)
        })
        .filter(|(_, likeness)| *likeness > 0.75)
        .max_by(|one, other| one.1.total_cmp(&other.1));
    match nearest {
        Some((name, _)) => format!("is not a parameter; did you mean {name}?"),
        None => "is not a parameter".into(),
    }
}

/// Checks one value. The bounds of a list's elements are those of the list's parameter.
fn value(param: &Param, kind: &Kind, value: &Json, field: &str, found: &mut Vec<Violation>) {
    if let Some(rule) = wrong_kind(kind, value) {
        found.push(masked(param, violation(field, &rule, value)));
        return;
    }
    match (kind, value) {
        (Kind::Object(fields), Json::Object(members)) => object(fields, members, field, found),
        (Kind::List(inner), Json::Array(elements)) => {
            count(param, elements.len(), field, found);
            for (index, element) in elements.iter().enumerate() {
                self::value(param, inner, element, &format!("{field}[{index}]"), found);
            }
        }
        (Kind::Map(inner), Json::Object(members)) => {
            count(param, members.len(), field, found);
            for (key, element) in members {
                self::value(param, inner, element, &join(field, key), found);
            }
        }
        _ => {
            let mut rules = Vec::new();
            bounds(param, value, &mut rules);
            found.extend(rules.into_iter().map(|rule| {
                let mut broken = masked(param, violation(field, &rule, value));
                broken.soft = param.soft;
                broken
            }));
        }
    }
}

fn wrong_kind(kind: &Kind, value: &Json) -> Option<String> {
    let fits = match kind {
        Kind::Text => value.is_string(),
        Kind::Integer => value.is_i64() || value.is_u64(),
        Kind::Number => value.is_number(),
        Kind::Bool => value.is_boolean(),
        Kind::Time(zone) => value.as_str().is_some_and(|text| zone.read(text).is_some()),
        Kind::Choice(words) => value.as_str().is_some_and(|text| words.contains(&text)),
        Kind::Object(_) | Kind::Map(_) => value.is_object(),
        Kind::List(_) => value.is_array(),
        Kind::Any => true,
    };
    if fits {
        return None;
    }
    Some(match kind {
        Kind::Text => "must be a text".into(),
        Kind::Integer => "must be a whole number".into(),
        Kind::Number => "must be a number".into(),
        Kind::Bool => "must be true or false".into(),
        Kind::Time(zone) => format!("must be a time of the form {}", zone.form()),
        Kind::Choice(words) => format!("must be one of {}", words.join(", ")),
        Kind::Object(_) | Kind::Map(_) => "must be an object".into(),
        Kind::List(_) | Kind::Any => "must be a list".into(),
    })
}

fn count(param: &Param, len: usize, field: &str, found: &mut Vec<Violation>) {
    let (min, max) = (param.min_items, param.max_items);
    // A required list needs an element, unless its declaration says that it may be empty.
    let min = if param.required { min.or(Some(1)) } else { min };
    let few = min.is_some_and(|min| len < min as usize) && (len > 0 || param.required);
    if few || max.is_some_and(|max| len > max as usize) {
        found.push(Violation {
            field: field.to_owned(),
            rule: format!("must have {} elements", span(min, max)),
            given: len.to_string(),
            soft: param.soft && len > 0,
        });
    }
}

fn bounds(param: &Param, value: &Json, rules: &mut Vec<String>) {
    if let Some(number) = value.as_f64() {
        if param.min.is_some_and(|min| number < min) || param.max.is_some_and(|max| number > max) {
            rules.push(format!("must be {}", span(param.min, param.max)));
        }
        if let Some(step) = param.multiple_of
            && number % f64::from(step) != 0.0
        {
            rules.push(format!("must be a multiple of {step}"));
        }
    }
    if let Json::String(text) = value {
        let len = text.chars().count();
        if param.min_len.is_some_and(|min| len < min as usize)
            || param.max_len.is_some_and(|max| len > max as usize)
        {
            rules.push(format!(
                "must have {} characters, has {len}",
                span(param.min_len, param.max_len)
            ));
        }
    }
    if !param.one_of.is_empty() && !param.one_of.contains(&text_of(value).as_str()) {
        rules.push(format!("must be one of {}", param.one_of.join(", ")));
    }
}

/// `1 to 100`, `at least 1` or `at most 100`.
fn span<T: std::fmt::Display + PartialEq>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "other".into(),
    }
}

fn masked(param: &Param, mut violation: Violation) -> Violation {
    if param.secret {
        violation.given = "***".into();
    }
    violation
}

fn violation(field: &str, rule: &str, given: &Json) -> Violation {
    let text = match given {
        Json::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    };
    let mut short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    Violation::new(field, rule, short)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
