//! Documentation made from the declarations.

use std::fmt::Write;

use crate::cloud::declare::{Call, Entry, Host, Kind, Param};
use crate::cloud::{SYSTEMS, System};

/// `docs/operations.md`: every operation with its call and parameters.
pub fn operations() -> String {
    let mut out = String::from(
        "<!-- Made from the declarations in src/cloud: UPDATE_DOCS=1 cargo test --test it registry -->\n\n\
         # Operations\n\n\
         Each of them can be called with `watchkeeper call SYSTEM OPERATION key=value…`; those that \
         change things are refused for read-only profiles and are never repeated.\n",
    );
    for system in SYSTEMS {
        section(&mut out, system);
    }
    out
}

/// One system.
fn section(out: &mut String, system: &System) {
    line(
        out,
        format_args!("\n## {} (`{}`)\n", system.title, system.id),
    );
    if system.operations.is_empty() {
        line(out, format_args!("None yet."));
    }
    for entry in system.operations {
        operation(out, entry);
    }
}

/// One operation.
fn operation(out: &mut String, entry: &Entry) {
    line(out, format_args!("### {}\n", entry.name()));
    let changes = if entry.call.mutates {
        " *Changes things.*"
    } else {
        ""
    };
    line(out, format_args!("{}{changes}\n", entry.doc));
    line(out, format_args!("`{}`\n", call(&entry.call)));
    for param in entry.params {
        parameter(out, param, 0);
    }
    if !entry.params.is_empty() {
        out.push('\n');
    }
}

/// `GET /?Action=ListMetrics&Version=2010-05-25`, `POST /v3/auth/tokens (identity service)`
fn call(call: &Call) -> String {
    let mut text = format!("{} {}", call.method, call.path);
    if call.is_rpc {
        text = format!("{text}?Action={}", call.action);
        if !call.version.is_empty() {
            text = format!("{text}&Version={}", call.version);
        }
    }
    if let Some((field, value)) = call.when {
        text = format!("{text} ({field} = {value})");
    }
    if call.host == Host::Identity {
        text.push_str(" (identity service)");
    }
    text
}

/// One parameter and the fields within it.
fn parameter(out: &mut String, param: &Param, depth: usize) {
    let mut facts = vec![kind(&param.kind)];
    if param.required {
        facts.push("required".to_owned());
    }
    facts.extend(bounds(param));
    let indent = "  ".repeat(depth);
    line(
        out,
        format_args!(
            "{indent}* `{}` ({}): {}",
            param.name,
            facts.join(", "),
            param.doc
        ),
    );
    for field in fields(&param.kind) {
        parameter(out, field, depth + 1);
    }
}

/// What limits a parameter, in words.
fn bounds(param: &Param) -> Vec<String> {
    let mut facts = Vec::new();
    let mut range = |low: Option<String>, high: Option<String>, what: &str| match (low, high) {
        (Some(low), Some(high)) if low == high => facts.push(format!("{low}{what}")),
        (Some(low), Some(high)) => facts.push(format!("{low} to {high}{what}")),
        (Some(low), None) => facts.push(format!("at least {low}{what}")),
        (None, Some(high)) => facts.push(format!("at most {high}{what}")),
        (None, None) => {}
    };
    // A bound that every number of its type keeps is none.
    let max = param.max.filter(|max| *max < i64::MAX as f64);
    range(shown(param.min), shown(max), "");
    range(shown(param.min_len), shown(param.max_len), " characters");
    range(shown(param.min_items), shown(param.max_items), " elements");
    if let Some(step) = param.multiple_of {
        facts.push(format!("a multiple of {step}"));
    }
    if !param.one_of.is_empty() {
        facts.push(words(param.one_of));
    }
    if let Some(default) = param.default {
        facts.push(format!("default {default}"));
    }
    if param.soft {
        facts.push("not enforced by the service".to_owned());
    }
    facts
}

fn shown<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// What a value is, in words.
fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Integer => "whole number".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::Time(zone) => format!("time, `{}`", zone.form()),
        Kind::Choice(choices) => words(choices),
        Kind::Object(_) => "object".to_owned(),
        Kind::List(inner) => format!("list of: {}", self::kind(inner)),
        Kind::Map(inner) => format!("object of: {}", self::kind(inner)),
        Kind::Any => "anything".to_owned(),
    }
}

fn words(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(" | ")
}

fn fields(kind: &Kind) -> &'static [Param] {
    match kind {
        Kind::Object(fields) => fields,
        Kind::List(inner) | Kind::Map(inner) => fields(inner),
        _ => &[],
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to a string cannot fail");
    out.push('\n');
}
