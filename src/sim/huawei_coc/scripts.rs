//! Scripts and their execution (huawei-coc.md, 10.2 to 10.7 and 11.1).

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::common::{data, invalid, millis, page_below};
use crate::cloud::huawei_coc::ops::{
    CreateScript, DeleteScript, ExecuteScript, GetScript, ListScripts, RotationStrategy,
    ScriptParameter, ScriptProperties, UpdateScript,
};
use crate::sim::estate::orders;
use crate::sim::estate::scripts;
use crate::sim::estate::things::orders::NewOrder;
use crate::sim::estate::things::scripts::{Course, ScriptParam, is_param_value};
use crate::sim::estate::{Estate, Script};
use crate::sim::handlers::{Caller, Handlers, Refusal};

/// What is shown of a sensitive value (11.1).
const MASK: &str = "*****************";
const PENDING: &str = "PENDING_APPROVE";
const APPROVED: &str = "APPROVED";

pub fn add(handlers: Handlers) -> Handlers {
    handlers
        .on_json::<CreateScript>(|estate, caller, ask| create(estate, caller, &ask))
        .on_json::<ListScripts>(|estate, _, ask| Ok(list(estate, &ask)))
        .on_json::<DeleteScript>(|estate, _, ask| delete(estate, &ask))
        .on_json::<UpdateScript>(|estate, caller, ask| update(estate, caller, &ask))
        .on_json::<GetScript>(|estate, _, ask| detail(estate, &ask.script_uuid))
        .on_json::<ExecuteScript>(|estate, caller, ask| execute(estate, caller, &ask))
}

fn unknown() -> Refusal {
    Refusal::new(400, "COC.00040603", "The script does not exist.")
}

fn create(estate: &mut Estate, caller: &Caller, ask: &CreateScript) -> Result<Json, Refusal> {
    let is_letter =
        |c: char| c.is_ascii_alphanumeric() || c == '_' || ('\u{4e00}'..='\u{9fa5}').contains(&c);
    if !ask.name.chars().all(is_letter) {
        return Err(invalid("name format is invalid"));
    }
    let params = params(&ask.script_params)?;
    if estate.scripts.iter().any(|known| known.name == ask.name) {
        let message = format!("Exist script with same name: {}.", ask.name);
        return Err(Refusal::new(400, "COC.00040601", message));
    }
    let script = Script {
        id: 0,
        uuid: String::new(),
        name: ask.name.clone(),
        kind: ask.kind.wire().into(),
        risk: ask.properties.risk_level.wire().into(),
        description: ask.description.clone(),
        content: ask.content.clone(),
        version: ask.properties.version.clone(),
        status: status_of_new(&ask.properties).into(),
        creator: caller.user.clone(),
        operator: None,
        reviewers: reviewers(&ask.properties),
        protocol: ask
            .properties
            .protocol
            .map(|protocol| protocol.wire().to_owned()),
        created: estate.now,
        modified: None,
        params,
        course: Course::of_content(&ask.content),
    };
    Ok(data(scripts::add(estate, script)))
}

/// Whoever names reviewers waits for them.
fn status_of_new(properties: &ScriptProperties) -> &'static str {
    if properties.reviewers.is_empty() {
        APPROVED
    } else {
        PENDING
    }
}

fn reviewers(properties: &ScriptProperties) -> Vec<(String, String)> {
    properties
        .reviewers
        .iter()
        .map(|reviewer| (reviewer.reviewer_name.clone(), reviewer.reviewer_id.clone()))
        .collect()
}

fn params(given: &[ScriptParameter]) -> Result<Vec<ScriptParam>, Refusal> {
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if let Some(wrong) = given.iter().find(|param| !is_name(&param.param_name)) {
        return Err(invalid(format!(
            "param_name {} format is invalid",
            wrong.param_name
        )));
    }
    if given
        .iter()
        .any(|param| !is_param_value(&param.param_value))
    {
        return Err(Refusal::new(
            400,
            "COC.00040601",
            "The paramValue is invalid.",
        ));
    }
    let param = |param: &ScriptParameter| ScriptParam {
        name: param.param_name.clone(),
        value: param.param_value.clone(),
        description: param.param_description.clone(),
        order: param.param_order,
        sensitive: param.sensitive,
    };
    Ok(given.iter().map(param).collect())
}

fn list(estate: &Estate, ask: &ListScripts) -> Json {
    let fits = |script: &&Script| {
        ask.name_like
            .as_ref()
            .is_none_or(|part| script.name.contains(part.as_str()))
            && ask
                .creator
                .as_ref()
                .is_none_or(|creator| &script.creator == creator)
            && ask.risk_level.is_none_or(|risk| script.risk == risk.wire())
            && ask.kind.is_none_or(|kind| script.kind == kind.wire())
    };
    let all: Vec<&Script> = estate.scripts.iter().filter(fits).collect();
    let row = |script: &&Script| {
        json!({
            "id": script.id,
            "script_uuid": script.uuid,
            "name": script.name,
            "type": script.kind,
            "status": script.status,
            "gmt_created": millis(script.created),
            "gmt_modified": script.modified.map(millis),
            "creator": script.creator,
            "creator_id": estate.identity.user_id(&script.creator),
            "operator": script.operator,
            "properties": properties(script),
        })
    };
    let page = page_below(
        all.iter().copied(),
        |script| script.id,
        ask.marker,
        ask.limit,
    );
    let rows: Vec<Json> = page.iter().map(row).collect();
    data(json!({"total": all.len(), "data": rows}))
}

fn properties(script: &Script) -> Json {
    let reviewers: Vec<Json> = script
        .reviewers
        .iter()
        .map(|(name, id)| json!({"reviewer_name": name, "reviewer_id": id}))
        .collect();
    json!({
        "risk_level": script.risk,
        "version": script.version,
        "reviewers": reviewers,
        "protocol": script.protocol,
    })
}

fn detail(estate: &Estate, uuid: &str) -> Result<Json, Refusal> {
    let script = estate.script(uuid).ok_or_else(unknown)?;
    let params: Vec<Json> = script
        .params
        .iter()
        .map(|param| {
            json!({
                "param_name": param.name,
                "param_value": if param.sensitive { MASK } else { &param.value },
                "param_description": param.description,
                "param_order": param.order,
                "sensitive": param.sensitive,
            })
        })
        .collect();
    Ok(data(json!({
        "script_uuid": script.uuid,
        "name": script.name,
        "version": script.version,
        "description": script.description,
        "type": script.kind,
        "content": script.content,
        "status": script.status,
        "script_params": params,
        "gmt_created": millis(script.created),
        "gmt_modified": script.modified.map(millis),
        "creator": script.creator,
        "creator_id": estate.identity.user_id(&script.creator),
        "operator": script.operator,
        "properties": properties(script),
    })))
}

fn delete(estate: &mut Estate, ask: &DeleteScript) -> Result<Json, Refusal> {
    let place = estate
        .scripts
        .iter()
        .position(|script| script.uuid == ask.script_uuid)
        .ok_or_else(unknown)?;
    estate.scripts.remove(place);
    Ok(data(ask.script_uuid.as_str()))
}

fn update(estate: &mut Estate, caller: &Caller, ask: &UpdateScript) -> Result<Json, Refusal> {
    let params = params(&ask.script_params)?;
    let now = estate.now;
    let script = estate
        .scripts
        .iter_mut()
        .find(|script| script.uuid == ask.script_uuid)
        .ok_or_else(unknown)?;
    let chosen = ask.properties.as_ref().map(reviewers);
    let chosen = chosen.filter(|chosen| !chosen.is_empty());
    match &chosen {
        None if !script.reviewers.is_empty() => {
            return Err(invalid(
                "reviewers must be chosen again for a script that has reviewers",
            ));
        }
        None => {}
        Some(reviewers) => {
            script.reviewers.clone_from(reviewers);
            PENDING.clone_into(&mut script.status);
        }
    }
    if let Some(properties) = &ask.properties {
        properties.risk_level.wire().clone_into(&mut script.risk);
        script.version.clone_from(&properties.version);
        script.protocol = properties
            .protocol
            .map(|protocol| protocol.wire().to_owned());
    }
    script.description.clone_from(&ask.description);
    if script.content != ask.content {
        script.content.clone_from(&ask.content);
        script.course = Course::of_content(&ask.content);
    }
    script.params = params;
    script.modified = Some(now);
    script.operator = Some(caller.user.clone());
    Ok(data(ask.script_uuid.as_str()))
}

/// Starts an order, after the checks of 11.2 that the declaration does not make.
fn execute(estate: &mut Estate, caller: &Caller, ask: &ExecuteScript) -> Result<Json, Refusal> {
    let script = estate
        .script(&ask.script_uuid)
        .cloned()
        .ok_or_else(unknown)?;
    if script.status != APPROVED {
        return Err(invalid(format!(
            "script in status {} can not be executed",
            script.status
        )));
    }
    let given = &ask.execute_param.script_params;
    let known: BTreeSet<&str> = script
        .params
        .iter()
        .map(|param| param.name.as_str())
        .collect();
    if let Some(wrong) = given
        .iter()
        .find(|param| !known.contains(param.param_name.as_str()))
    {
        return Err(invalid(format!(
            "script param {} does not exist",
            wrong.param_name
        )));
    }
    if given
        .iter()
        .any(|param| !is_param_value(&param.param_value) && param.param_value != MASK)
    {
        return Err(Refusal::new(
            400,
            "COC.00040601",
            "The paramValue is invalid.",
        ));
    }
    let new = NewOrder {
        creator: caller.user.clone(),
        timeout: u32::try_from(ask.execute_param.timeout).unwrap_or(300),
        success_rate: ask.execute_param.success_rate,
        execute_user: ask.execute_param.execute_user.clone(),
        resourceful: ask.execute_param.resourceful,
        params: given
            .iter()
            .map(|param| {
                (
                    param.param_name.clone(),
                    param.param_value.clone(),
                    param.param_order,
                )
            })
            .collect(),
        batches: ask
            .execute_batches
            .iter()
            .map(|batch| {
                let ids = batch
                    .target_instances
                    .iter()
                    .map(|target| target.resource_id.clone());
                (
                    ids.collect(),
                    batch.rotation_strategy == RotationStrategy::Pause,
                )
            })
            .collect(),
    };
    let now = estate.now;
    Ok(data(orders::add(estate, &script, &new, now)))
}
