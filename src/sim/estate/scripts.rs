//! Scripts that come into being: those of the scenario and those of a caller.

use super::state::Estate;
use super::things::scripts::{Course, Script, ScriptParam};
use super::things::stamp::{before, stamped};
use crate::sim::scenario::{ScriptParamSpec, ScriptSpec};

/// Creates the scripts of a scenario.
pub fn build(estate: &mut Estate, specs: &[ScriptSpec]) {
    let mut order: Vec<&ScriptSpec> = specs.iter().collect();
    order.sort_by_key(|spec| std::cmp::Reverse(spec.days_old));
    for spec in order {
        let created = before(estate.start, spec.days_old * 86_400 + 3_333);
        let reviewer = |name: &String| (name.clone(), estate.identity.user_id(name));
        let script = Script {
            id: 0,
            uuid: String::new(),
            name: spec.name.clone(),
            kind: spec.kind.clone(),
            risk: spec.risk.clone(),
            description: spec.description.clone(),
            content: spec.content.trim_start_matches('\n').to_owned(),
            version: spec.version.clone(),
            status: spec.status.clone(),
            creator: spec.creator.clone(),
            operator: None,
            reviewers: spec.reviewer.iter().map(reviewer).collect(),
            protocol: None,
            created,
            modified: None,
            params: (1..).zip(&spec.param).map(param).collect(),
            course: Course {
                seconds: spec.seconds,
                fails_per_mille: spec.fails_per_mille,
                prints: spec.prints.clone(),
            },
        };
        add(estate, script);
    }
}

fn param((order, spec): (i64, &ScriptParamSpec)) -> ScriptParam {
    ScriptParam {
        name: spec.name.clone(),
        value: spec.value.clone(),
        description: spec.about.clone(),
        order,
        sensitive: spec.sensitive,
    }
}

/// Adds a script, which gets its ids here; answers its id.
pub fn add(estate: &mut Estate, mut script: Script) -> String {
    script.id = estate.scripts.last().map_or(6200, |last| last.id) + 1;
    script.uuid = stamped(estate.seed, "SC", script.created, script.id, 9);
    let uuid = script.uuid.clone();
    estate.scripts.push(script);
    uuid
}
