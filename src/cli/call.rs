//! `watchkeeper call`: any operation of the five APIs.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use serde_json::Value as Json;

use super::args::{CallArgs, Global, Output};
use super::exit::Failure;
use super::{change, output, setup, values};
use crate::cloud::client::Client;
use crate::cloud::declare::Entry;
use crate::cloud::explain::without_secrets;
use crate::cloud::system;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;

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
    let sending = send(&client, entry, &input, args.output == Output::Raw);
    let answer = if entry.call.mutates && !client.account().read_only {
        let action = Action::Raw {
            account: client.account().id.clone(),
            operation: entry.id,
            input: input.clone(),
        };
        let line = journal_line(global, &client, entry, &input);
        let carried = change::carry_out_by(global, &client, &action, line, sending);
        runtime.block_on(carried)?
    } else {
        runtime.block_on(sending)?.0
    };
    match (answer, args.output) {
        (Answer::Bytes(body), _) => output::raw(&body)?,
        (Answer::Json(json), Output::Table) => output::table(&mut out, &json)?,
        (Answer::Json(json), _) => output::json(&mut out, &json)?,
    }
    Ok(())
}

/// What is printed.
enum Answer {
    /// The answer as it came.
    Bytes(Bytes),
    /// The answer as JSON.
    Json(Json),
}

/// Sends the call, once, and says what came of it.
async fn send(
    client: &Client,
    entry: &Entry,
    input: &Json,
    as_it_comes: bool,
) -> Result<(Answer, Receipt), ApiError> {
    let (answer, request_id) = if as_it_comes {
        let answered = client.exchange(entry, input).await?;
        (Answer::Bytes(answered.body), None)
    } else {
        let reply = client.call_raw(entry, input.clone()).await?;
        (Answer::Json(reply.output), reply.request_id)
    };
    let receipt = Receipt::new(format!("{} done", entry.id), request_id, Vec::new());
    Ok((answer, receipt))
}

/// What the journal says of a change by `call`. A secret on the command line is not written down, and so nothing of
/// the input is.
fn journal_line(global: &Global, client: &Client, entry: &Entry, input: &Json) -> change::Entry {
    let system = client.account().id.system;
    let command = if &without_secrets(entry.params, input) == input {
        change::as_typed(global, client)
    } else {
        format!("watchkeeper call {system} {}", entry.name())
    };
    change::Entry {
        summary: format!("{} of {system}", entry.call.action),
        command,
    }
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
