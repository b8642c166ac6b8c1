//! Rules across fields.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::cloud::declare::Violation;
use crate::domain::draft::is_plain_value;

/// What values of parameters may hold (huawei-coc.md, 10.2).
const PLAIN: &str = "should hold ASCII letters, digits, blanks and _-/.*?:\"',=+@\\[]{} only, and no two dots in a row";

fn rows<'a>(input: &'a Json, path: &str) -> &'a [Json] {
    input
        .pointer(path)
        .and_then(Json::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Is there anything in it: not absent, not an empty list or text, not a list of empty texts?
fn is_given(value: Option<&Json>) -> bool {
    match value {
        Some(Json::String(text)) => !text.is_empty(),
        Some(Json::Array(items)) => items.iter().any(|item| is_given(Some(item))),
        Some(Json::Null) | None => false,
        Some(_) => true,
    }
}

/// Parameters of a script that is created or changed (huawei-coc.md, 11.1).
pub fn script(input: &Json) -> Vec<Violation> {
    let params = rows(input, "/script_params");
    let mut found = parameters(params, "script_params");
    let orders: BTreeSet<_> = params
        .iter()
        .filter_map(|row| row["param_order"].as_i64())
        .collect();
    let expected: BTreeSet<_> = (1..).take(params.len()).collect();
    if orders != expected {
        found.push(Violation::new(
            "script_params",
            "param_order must count from 1 without gaps",
            params.len().to_string(),
        ));
    }
    found
}

/// A run of a script (huawei-coc.md, 11.2): batches in order, 200 machines at most, each once.
pub fn execution(input: &Json) -> Vec<Violation> {
    let mut found = parameters(
        rows(input, "/execute_param/script_params"),
        "execute_param.script_params",
    );
    if let Some(timeout @ (5 | 1800)) = input["execute_param"]["timeout"].as_i64() {
        found.push(
            Violation::new(
                "execute_param.timeout",
                "should be 6 to 1799: the document contradicts itself",
                timeout.to_string(),
            )
            .softly(),
        );
    }
    let rate = input["execute_param"]["success_rate"]
        .as_f64()
        .unwrap_or(100.0)
        * 10.0;
    if (rate - rate.round()).abs() > 1e-6 {
        found.push(Violation::new(
            "execute_param.success_rate",
            "must have one decimal at most",
            (rate / 10.0).to_string(),
        ));
    }
    let mut machines = BTreeSet::new();
    let mut count = 0;
    for (place, batch) in (1_i64..).zip(rows(input, "/execute_batches")) {
        let field = format!("execute_batches[{}]", place - 1);
        if batch["batch_index"]
            .as_i64()
            .is_some_and(|index| index != place)
        {
            let rule = format!("must be {place}: batches count from 1 without gaps");
            found.push(Violation::new(
                format!("{field}.batch_index"),
                rule,
                batch["batch_index"].to_string(),
            ));
        }
        for machine in rows(batch, "/target_instances") {
            count += 1;
            let id = machine["resource_id"].as_str().unwrap_or_default();
            if !machines.insert(id) {
                found.push(Violation::new(
                    format!("{field}.target_instances"),
                    "each machine may be given once",
                    id,
                ));
            }
        }
    }
    if count > 200 {
        found.push(Violation::new(
            "execute_batches",
            "must hold 200 machines at most",
            count.to_string(),
        ));
    }
    found
}

/// Names once only; values of the documented characters, which the service alone decides (huawei-coc.md, 10.2).
fn parameters(params: &[Json], list: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut names = BTreeSet::new();
    for (index, param) in params.iter().enumerate() {
        let name = param["param_name"].as_str().unwrap_or_default();
        if !names.insert(name) {
            found.push(Violation::new(
                format!("{list}[{index}].param_name"),
                "must not be given twice",
                name,
            ));
        }
        if !is_plain_value(param["param_value"].as_str().unwrap_or_default()) {
            // The value may be a secret: it is not repeated here.
            let field = format!("{list}[{index}].param_value");
            found.push(Violation::new(field, PLAIN, "another character").softly());
        }
    }
    found
}

/// Companions of an operation on an order (huawei-coc.md, 10.13).
pub fn order_operation(input: &Json) -> Vec<Violation> {
    let needs = |field: &str, rule: &str| {
        if is_given(input.get(field)) {
            Vec::new()
        } else {
            vec![Violation::new(field, rule, "nothing")]
        }
    };
    match input["operation_type"].as_str() {
        Some("SKIP_BATCH") => needs("batch_index", "must be given with SKIP_BATCH"),
        Some("CANCEL_INSTANCE") => needs("instance_id", "must be given with CANCEL_INSTANCE"),
        _ => Vec::new(),
    }
}

/// Who shall have a new incident, and which application it is about (huawei-coc.md, 10.14).
pub fn new_incident(input: &Json) -> Vec<Violation> {
    let mut found = Vec::new();
    let by_schedule = is_given(input.get("assignee_scene")) && is_given(input.get("assignee_role"));
    if !is_given(input.get("incident_assignee")) && !by_schedule {
        found.push(Violation::new(
            "incident_assignee",
            "must be given, or assignee_scene together with assignee_role",
            "nothing",
        ));
    }
    found
}

/// A token is for a project or for an account (signing-huawei.md, 1.1).
pub fn token_scope(input: &Json) -> Vec<Violation> {
    let scope = &input["auth"]["scope"];
    let given = ["project", "domain"]
        .into_iter()
        .filter(|key| is_given(scope.get(key)))
        .count();
    if given == 1 {
        Vec::new()
    } else {
        vec![Violation::new(
            "auth.scope",
            "must hold either project or domain",
            format!("{given} of them"),
        )]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(found: &[Violation]) -> Vec<(&str, bool)> {
        found
            .iter()
            .map(|rule| (rule.field.as_str(), rule.soft))
            .collect()
    }

    #[test]
    fn an_execution_counts_its_batches_and_names_each_machine_once() {
        let good = json!({
            "execute_param": {"timeout": 300, "success_rate": 99.5},
            "execute_batches": [
                {"batch_index": 1, "target_instances": [{"resource_id": "a"}]},
                {"batch_index": 2, "target_instances": [{"resource_id": "b"}]},
            ],
        });
        assert_eq!(execution(&good), []);
        let mut bad = good;
        bad["execute_batches"][1] =
            json!({"batch_index": 3, "target_instances": [{"resource_id": "a"}]});
        bad["execute_param"]["success_rate"] = json!(99.55);
        bad["execute_param"]["timeout"] = json!(1800);
        assert_eq!(
            fields(&execution(&bad)),
            [
                ("execute_param.timeout", true),
                ("execute_param.success_rate", false),
                ("execute_batches[1].batch_index", false),
                ("execute_batches[1].target_instances", false),
            ]
        );
    }

    #[test]
    fn odd_values_are_warned_about_without_showing_them() {
        let input = json!({"script_params": [
            {"param_name": "a", "param_value": "s3cret!", "param_order": 1},
            {"param_name": "a", "param_value": "../x", "param_order": 3},
        ]});
        let found = script(&input);
        assert_eq!(
            fields(&found),
            [
                ("script_params[0].param_value", true),
                ("script_params[1].param_name", false),
                ("script_params[1].param_value", true),
                ("script_params", false),
            ]
        );
        assert!(!format!("{found:?}").contains("s3cret"));
    }

    #[test]
    fn companions_are_asked_for() {
        assert_eq!(
            fields(&order_operation(&json!({"operation_type": "SKIP_BATCH"}))),
            [("batch_index", false)]
        );
        assert_eq!(
            order_operation(&json!({"operation_type": "CANCEL_ORDER"})),
            []
        );
        assert_eq!(
            fields(&new_incident(&json!({"incident_assignee": [""]}))),
            [("incident_assignee", false)]
        );
        assert_eq!(
            new_incident(&json!({"assignee_scene": "s", "assignee_role": "r"})),
            []
        );
        assert_eq!(
            fields(&token_scope(&json!({"auth": {"scope": {}}}))),
            [("auth.scope", false)]
        );
        assert_eq!(
            token_scope(&json!({"auth": {"scope": {"project": {"name": "p"}}}})),
            []
        );
    }
}
