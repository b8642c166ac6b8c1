//! `watchkeeper call`: any operation of the five APIs.

use std::io::{Read as _, Write as _};

use serde_json::Value as Json;

use super::args::{CallArgs, Global, Output};
use super::exit::Failure;
use super::{output, setup, values};
use crate::cloud::declare::Entry;
use crate::cloud::system;
use crate::domain::account::SystemId;

/// Calls one operation.
pub fn run(global: &Global, args: &CallArgs) -> Result<(), Failure> {
    let id = super::system_named(&args.system)?;
    let entry = operation_named(id, &args.operation)?;
    let input = input(entry, args)?;
    let client = setup::client(global, id)?;
    let runtime = setup::runtime()?;
    let mut out = std::io::stdout().lock();
    if args.dry_run {
        let explained = runtime.block_on(client.explain(entry, &input))?;
        write!(out, "{explained}")?;
        return Ok(());
    }
    if args.output == Output::Raw {
        let answered = runtime.block_on(client.exchange(entry, &input))?;
        return Ok(output::raw(&answered.body)?);
    }
    let reply = runtime.block_on(client.call_raw(entry, input))?;
    match args.output {
        Output::Table => output::table(&mut out, &reply.output)?,
        Output::Json | Output::Raw => output::json(&mut out, &reply.output)?,
    }
    Ok(())
}

/// The operation that is meant: by its name in the catalogue (`list_scripts`, `list-scripts`, with or without the
/// system) or, where only one has it, by its action (`ListScripts`).
fn operation_named(system_id: SystemId, name: &str) -> Result<&'static Entry, Failure> {
    let operations = system(system_id).operations;
    let plain = name
        .strip_prefix(system_id.id())
        .map_or(name, |rest| rest.trim_start_matches('.'));
    let plain = plain.replace('-', "_");
    if let Some(entry) = operations.iter().find(|entry| entry.name() == plain) {
        return Ok(entry);
    }
    let by_action: Vec<&Entry> = operations
        .iter()
        .filter(|entry| entry.call.action == name)
        .collect();
    if let [entry] = by_action[..] {
        return Ok(entry);
    }
    let nearest = operations
        .iter()
        .min_by_key(|entry| strsim::damerau_levenshtein(entry.name(), &plain))
        .map_or(String::new(), |entry| {
            format!("; did you mean {:?}?", entry.name())
        });
    Err(Failure::Usage(format!(
        "{system_id} has no operation {name:?}{nearest} (`watchkeeper ops {system_id}` lists them)"
    )))
}

fn input(entry: &Entry, args: &CallArgs) -> Result<Json, Failure> {
    let now = crate::clock::Clock::System.now();
    let words = values::input(entry.params, &args.params, now).map_err(Failure::Usage)?;
    let Some(source) = &args.input else {
        return Ok(words);
    };
    let text = if source == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(source)
            .map_err(|error| Failure::Usage(format!("{source} cannot be read: {error}")))?
    };
    let mut input: Json = serde_json::from_str(&text)
        .map_err(|error| Failure::Usage(format!("{source} is not JSON: {error}")))?;
    let Some(object) = input.as_object_mut() else {
        return Err(Failure::Usage(format!("{source} must hold a JSON object")));
    };
    // Words on the command line win over the file.
    if let Json::Object(words) = words {
        object.extend(words);
    }
    Ok(input)
}
