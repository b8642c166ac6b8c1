//! `watchkeeper ops`: the operations of the five APIs.

use std::io::Write as _;

use serde_json::{Value as Json, json};

use super::args::OpsArgs;
use super::exit::Failure;
use crate::cloud::SYSTEMS;
use crate::cloud::declare::{Call, Entry, Form, Kind, Param, Place};
use crate::domain::account::SystemId;

/// Lists operations.
pub fn run(args: &OpsArgs) -> Result<(), Failure> {
    let only = args
        .system
        .as_deref()
        .map(super::system_named)
        .transpose()?;
    let entries = SYSTEMS
        .iter()
        .filter(|system| only.is_none_or(|only| system.id == only))
        .flat_map(|system| system.operations.iter().map(|entry| (system.id, entry)));
    let mut out = std::io::stdout().lock();
    if args.json {
        let operations: Vec<Json> = entries.map(|(id, entry)| describe(id, entry)).collect();
        serde_json::to_writer_pretty(&mut out, &json!({ "operations": operations }))
            .map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for (_, entry) in entries {
        let change = if entry.call.mutates { "changes" } else { "" };
        let sentence = entry.doc.split_inclusive(". ").next().unwrap_or(entry.doc);
        writeln!(
            out,
            "{:<46} {:<6} {change:<7} {sentence}",
            entry.id, entry.call.method
        )?;
    }
    Ok(())
}

/// One operation as JSON, in the words of the catalogues.
pub fn describe(system: SystemId, entry: &Entry) -> Json {
    json!({
        "id": entry.id,
        "system": system.id(),
        "action": entry.call.action,
        "version": entry.call.version,
        "method": entry.call.method,
        "path": entry.call.path,
        "mutates": entry.call.mutates,
        "doc": entry.doc,
        "params": entry.params.iter().map(|param| parameter(&entry.call, param)).collect::<Vec<_>>(),
    })
}

fn parameter(call: &Call, param: &Param) -> Json {
    let mut object = fields(param);
    object["in"] = place(call, param).into();
    object
}

/// Where a parameter travels, in the catalogues' words.
pub fn place(call: &Call, param: &Param) -> &'static str {
    let in_path = call.path.contains(&format!("{{{}}}", param.name));
    match (param.place, call.form) {
        (place, _) if in_path || place == Some(Place::Path) => "path",
        (Some(Place::Header), _) => "header",
        (Some(Place::Query), _) | (None, Form::Query) => "query",
        _ => "body",
    }
}

fn fields(param: &Param) -> Json {
    let mut object = json!({
        "name": param.name,
        "type": type_name(param.kind),
        "required": param.required,
        "doc": param.doc,
    });
    let mut set = |key: &str, value: Option<Json>| {
        if let Some(value) = value {
            object[key] = value;
        }
    };
    set("min", param.min.map(number));
    set("max", param.max.map(number));
    set("min_len", param.min_len.or(param.min_items).map(Json::from));
    set("max_len", param.max_len.or(param.max_items).map(Json::from));
    set("default", param.default.map(Json::from));
    set("enum", words(param).map(Json::from));
    set(
        "fields",
        nested(param.kind).map(|params| params.iter().map(fields).collect()),
    );
    object
}

/// Whole numbers without a point.
fn number(value: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "bounds are whole or small")]
    let whole = value as i64;
    if value.fract() == 0.0 {
        whole.into()
    } else {
        value.into()
    }
}

fn words(param: &Param) -> Option<Vec<&'static str>> {
    match param.kind {
        Kind::Choice(words) | Kind::List(&Kind::Choice(words)) => Some(words.to_vec()),
        _ if !param.one_of.is_empty() => Some(param.one_of.to_vec()),
        _ => None,
    }
}

fn nested(kind: Kind) -> Option<&'static [Param]> {
    match kind {
        Kind::Object(params) => Some(params),
        Kind::List(item) | Kind::Map(item) => nested(*item),
        _ => None,
    }
}

/// The type in the catalogues' words.
pub fn type_name(kind: Kind) -> String {
    match kind {
        Kind::Text | Kind::Choice(_) => "string".to_owned(),
        Kind::Integer => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Bool => "boolean".to_owned(),
        Kind::Time(_) => "datetime".to_owned(),
        Kind::Object(_) => "object".to_owned(),
        Kind::Any => "any".to_owned(),
        Kind::List(item) => format!("array<{}>", type_name(*item)),
        Kind::Map(item) => format!("map<string,{}>", type_name(*item)),
    }
}
