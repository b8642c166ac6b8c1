//! Every declared operation against the lists that were written from the providers' documents by other hands
//! (`tests/catalogue/*.json`): a wrong wire name would otherwise agree with itself on both sides.
//!
//! What is compared: id, action, version, method, path, whether it changes anything; of every parameter, at any
//! depth and in any order, its name, place, type, requiredness, words allowed and bounds (but not the words of
//! comma-separated lists). Where a declaration
//! differs on purpose, [`DIFFERENCES`] says why; a reason without a difference fails too.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value as Json;
use watchkeeper::cloud::declare::{Call, Entry, Form, Kind, Param, Place};
use watchkeeper::cloud::{SYSTEMS, operation};

/// Declarations that differ from the catalogue on purpose: operation, parameter and property, reason.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "huawei-coc.update_script",
        "script_params: max_items",
        "5 in the document's table, 20 in its text and on creation (huawei-coc.md, 12, item 1)",
    ),
    (
        "huawei-coc.list_script_orders",
        "start_time: max",
        "the printed maximum is in seconds, the service takes milliseconds (huawei-coc.md, 12, item 16)",
    ),
    (
        "huawei-coc.list_script_orders",
        "end_time: max",
        "the printed maximum is in seconds, the service takes milliseconds (huawei-coc.md, 12, item 16)",
    ),
    (
        "huawei-coc.get_script_order_batch",
        "marker: required",
        "the vendor's own client may leave it out today (huawei-coc.md, 10.11); this one always sends it",
    ),
    (
        "ksc-autoscaling.modify_scheduled_task",
        "ScalingGroupId",
        "missing in the document's list, sent by public clients (ksc-autoscaling.md, C31)",
    ),
    (
        "ksc-autoscaling.modify_scaling_notification",
        "NotificationType: required",
        "public clients leave it out to end a subscription (ksc-autoscaling.md, C34)",
    ),
    (
        "tencent-monitor.get_monitor_data",
        "dimensions: required",
        "not given together with batch (tencent-monitor.md, 4)",
    ),
    (
        "tencent-monitor.get_monitor_data",
        "period: words",
        "which periods there are depends on the metric (tencent-monitor.md, 4)",
    ),
    (
        "tencent-monitor.get_monitor_data",
        "batch: max_items",
        "50 by the usage text of a public client (tencent-monitor.md, 1.6)",
    ),
];

const CATALOGUES: &[&str] = &[
    include_str!("../catalogue/ksc-monitor.json"),
    include_str!("../catalogue/ksc-autoscaling.json"),
    include_str!("../catalogue/tencent-monitor.json"),
    include_str!("../catalogue/huawei-esm.json"),
    include_str!("../catalogue/huawei-coc.json"),
];

/// One of the lists.
#[derive(Deserialize)]
struct Catalogue {
    system: String,
    operations: Vec<Listed>,
}

/// An operation in a list.
#[derive(Deserialize)]
struct Listed {
    id: String,
    action: String,
    version: Option<String>,
    method: String,
    path: String,
    mutates: bool,
    params: Vec<ListedParam>,
}

/// A parameter in a list.
#[derive(Deserialize)]
struct ListedParam {
    name: String,
    #[serde(rename = "in")]
    place: String,
    #[serde(rename = "type")]
    kind: String,
    required: bool,
    #[serde(rename = "enum", default)]
    words: Vec<Json>,
    min: Option<f64>,
    max: Option<f64>,
    min_len: Option<u32>,
    max_len: Option<u32>,
    min_items: Option<u32>,
    max_items: Option<u32>,
    multiple_of: Option<u32>,
    #[serde(default)]
    fields: Vec<ListedParam>,
}

/// A parameter as both sides are brought to it: properties by name, `-` for none.
type Properties = BTreeMap<&'static str, String>;

/// All parameters of an operation by path, `execute_batches.batch_index`.
type Shape = BTreeMap<String, Properties>;

fn catalogues() -> Vec<Catalogue> {
    CATALOGUES
        .iter()
        .map(|text| serde_json::from_str(text).expect("a catalogue is JSON of the known form"))
        .collect()
}

#[test]
fn declarations_agree_with_the_catalogues() {
    let mut found = BTreeSet::new();
    let mut details = Vec::new();
    for catalogue in catalogues() {
        for listed in &catalogue.operations {
            let Some(entry) = operation(&listed.id) else {
                continue;
            };
            for (what, detail) in differences(listed, entry) {
                if !is_explained(&listed.id, &what) {
                    details.push(format!("{}: {what}: {detail}", listed.id));
                }
                found.insert((listed.id.clone(), what));
            }
        }
    }
    assert!(
        details.is_empty(),
        "declared otherwise than listed:\n{}",
        details.join("\n")
    );
    for (id, what, reason) in DIFFERENCES {
        assert!(
            found.contains(&((*id).to_owned(), (*what).to_owned())),
            "{id}: {what}: no difference any more, take the reason out of the list: {reason}"
        );
    }
}

/// Prints what is declared and what is missing: `cargo test --test it catalogue -- --nocapture`.
#[test]
fn what_is_missing_is_visible() {
    let mut listed_ids = BTreeSet::new();
    let mut declared = 0;
    for catalogue in catalogues() {
        let (present, missing): (Vec<_>, Vec<_>) = catalogue
            .operations
            .iter()
            .map(|listed| listed.id.as_str())
            .partition(|id| operation(id).is_some());
        println!(
            "{}: {} of {} declared",
            catalogue.system,
            present.len(),
            catalogue.operations.len()
        );
        for id in missing {
            println!("  missing: {id}");
        }
        declared += present.len();
        listed_ids.extend(catalogue.operations.iter().map(|listed| listed.id.clone()));
    }
    println!("all systems: {declared} of {} declared", listed_ids.len());
    assert_eq!(listed_ids.len(), 96, "operations in the documents");
    for entry in SYSTEMS.iter().flat_map(|system| system.operations) {
        assert!(
            listed_ids.contains(entry.id),
            "{} is in no catalogue",
            entry.id
        );
    }
}

fn is_explained(id: &str, what: &str) -> bool {
    DIFFERENCES
        .iter()
        .any(|(known, property, _)| *known == id && *property == what)
}

/// What differs, as a key for [`DIFFERENCES`] and a sentence.
fn differences(listed: &Listed, entry: &Entry) -> Vec<(String, String)> {
    let call = &entry.call;
    let mut found = Vec::new();
    let mut compare = |what: &str, expected: &str, declared: &str| {
        if expected != declared {
            found.push((
                what.to_owned(),
                format!("listed {expected}, declared {declared}"),
            ));
        }
    };
    compare("action", &listed.action, call.action);
    compare(
        "version",
        listed.version.as_deref().unwrap_or(""),
        call.version,
    );
    compare("method", &listed.method, call.method);
    compare("path", &listed.path, call.path);
    compare(
        "mutates",
        &listed.mutates.to_string(),
        &call.mutates.to_string(),
    );

    let mut expected = Shape::new();
    for param in &listed.params {
        if !is_fixed(param, call) {
            add_listed(&mut expected, "", param);
        }
    }
    let mut declared = Shape::new();
    for param in entry.params {
        add_declared(&mut declared, "", param, call, entry.params);
    }
    let paths: BTreeSet<_> = expected.keys().chain(declared.keys()).cloned().collect();
    for path in paths {
        match (expected.get(&path), declared.get(&path)) {
            (Some(expected), Some(declared)) => {
                for (property, value) in expected {
                    compare(&format!("{path}: {property}"), value, &declared[property]);
                }
            }
            (Some(_), None) => compare(&path, "it", "nothing"),
            (None, _) => compare(&path, "nothing", "it"),
        }
    }
    found
}

/// The field that tells operations at one path apart; the client fills it in.
fn is_fixed(param: &ListedParam, call: &Call) -> bool {
    call.when
        .is_some_and(|(name, value)| param.name == name && param.words == [Json::from(value)])
}

/// `Slb.N` and `Slb` are the same list: how a list is written is the encoder's business.
fn plain(name: &str) -> &str {
    name.strip_suffix(".N")
        .or_else(|| name.strip_suffix(".M"))
        .unwrap_or(name)
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() {
        plain(name).to_owned()
    } else {
        format!("{above}.{}", plain(name))
    }
}

fn add_listed(shape: &mut Shape, above: &str, param: &ListedParam) {
    let path = join(above, &param.name);
    let is_list = param.kind.starts_with("array<");
    // The lengths of a list are those of its elements where its size is given apart, else its size.
    let (lengths, items) = if is_list && param.min_items.is_none() && param.max_items.is_none() {
        ((None, None), (param.min_len, param.max_len))
    } else {
        (
            (param.min_len, param.max_len),
            (param.min_items, param.max_items),
        )
    };
    let (min, max, words) = numbers_as_range(param);
    let place = if above.is_empty() { &param.place } else { "" };
    shape.insert(
        path.clone(),
        properties(
            place,
            &param.kind,
            param.required,
            &words,
            min,
            max,
            lengths,
            items,
            param.multiple_of,
        ),
    );
    for field in &param.fields {
        add_listed(shape, &path, field);
    }
}

/// A list of whole numbers in a row is a range.
fn numbers_as_range(param: &ListedParam) -> (Option<f64>, Option<f64>, Vec<String>) {
    let numbers: Vec<i64> = param.words.iter().filter_map(Json::as_i64).collect();
    let in_a_row = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if let (Some(first), Some(last), true) = (numbers.first(), numbers.last(), in_a_row) {
        return (Some(*first as f64), Some(*last as f64), Vec::new());
    }
    let words = param
        .words
        .iter()
        .map(|word| {
            word.as_str()
                .map_or_else(|| word.to_string(), str::to_owned)
        })
        .collect();
    (param.min, param.max, words)
}

fn add_declared(shape: &mut Shape, above: &str, param: &Param, call: &Call, all: &[Param]) {
    // A parameter that is the whole body has no name on the wire.
    let is_body = call.bare_body && above.is_empty() && is_only_body(param, all);
    let path = if is_body {
        "$body".to_owned()
    } else {
        join(above, param.name)
    };
    let place = if above.is_empty() {
        place(param, call)
    } else {
        ""
    };
    let words = match param.kind {
        // The words of a comma-separated list are not words that the text must equal.
        _ if param.csv => &[],
        Kind::Choice(words) => words,
        Kind::List(Kind::Choice(words)) => *words,
        _ => param.one_of,
    };
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let kind = if param.as_text || param.csv {
        "string".to_owned()
    } else {
        kind_name(&param.kind)
    };
    shape.insert(
        path.clone(),
        properties(
            place,
            &kind,
            param.required,
            &words,
            param.min,
            param.max,
            (param.min_len, param.max_len),
            (param.min_items, param.max_items),
            param.multiple_of,
        ),
    );
    for field in fields(&param.kind) {
        add_declared(shape, &path, field, call, all);
    }
}

fn is_only_body(param: &Param, all: &[Param]) -> bool {
    param.place == Some(Place::Body) || all.len() == 1
}

fn fields(kind: &Kind) -> &'static [Param] {
    match kind {
        Kind::Object(fields) => fields,
        Kind::List(inner) => fields(inner),
        _ => &[],
    }
}

fn kind_name(kind: &Kind) -> String {
    match kind {
        Kind::Text | Kind::Choice(_) => "string".to_owned(),
        Kind::Integer => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Bool => "boolean".to_owned(),
        Kind::Time(_) => "datetime".to_owned(),
        Kind::Object(_) | Kind::Map(_) => "object".to_owned(),
        Kind::List(inner) => format!("array<{}>", kind_name(inner)),
        Kind::Any => "any".to_owned(),
    }
}

fn place(param: &Param, call: &Call) -> &'static str {
    let by_form = match call.form {
        Form::Query => Place::Query,
        Form::Json | Form::Form => Place::Body,
    };
    let is_in_path = call.path.contains(&format!("{{{}}}", param.name));
    match param.place.unwrap_or(by_form) {
        _ if is_in_path => "path",
        Place::Path => "path",
        Place::Query => "query",
        Place::Body => "body",
        Place::Header => "header",
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one line for each thing that is compared"
)]
fn properties(
    place: &str,
    kind: &str,
    required: bool,
    words: &[String],
    min: Option<f64>,
    max: Option<f64>,
    lengths: (Option<u32>, Option<u32>),
    items: (Option<u32>, Option<u32>),
    multiple_of: Option<u32>,
) -> Properties {
    let words: BTreeSet<_> = words.iter().map(String::as_str).collect();
    // The words have the lengths they have.
    let lengths = if words.is_empty() {
        lengths
    } else {
        (None, None)
    };
    BTreeMap::from([
        ("place", place.to_owned()),
        ("type", kind.to_owned()),
        ("required", required.to_string()),
        ("words", words.into_iter().collect::<Vec<_>>().join(", ")),
        ("min", shown(min)),
        ("max", shown(max)),
        // "At least nothing" says nothing.
        ("min_len", shown(lengths.0.filter(|min| *min > 0))),
        ("max_len", shown(lengths.1)),
        ("min_items", shown(items.0.filter(|min| *min > 0))),
        ("max_items", shown(items.1)),
        ("multiple_of", shown(multiple_of)),
    ])
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// The comparison itself: each property that is changed is found.
#[test]
fn a_changed_declaration_is_found() {
    let listed: Listed = serde_json::from_value(serde_json::json!({
        "id": "huawei-coc.list_scripts", "action": "ListScripts", "version": "v2", "method": "GET",
        "path": "/v1/job/scripts", "mutates": true,
        "params": [
            {"name": "limit", "in": "body", "type": "string", "required": false, "min": 1, "max": 99},
            {"name": "marker", "in": "query", "type": "integer", "required": false, "min": 0, "max": i64::MAX},
            {"name": "name_like", "in": "query", "type": "string", "required": false, "min_len": 1, "max_len": 31},
            {"name": "creator", "in": "query", "type": "string", "required": false, "min_len": 1, "max_len": 64},
            {"name": "risk_level", "in": "query", "type": "string", "required": false, "enum": ["LOW"]},
            {"name": "kind", "in": "query", "type": "string", "required": false}
        ]
    }))
    .unwrap();
    let entry = operation("huawei-coc.list_scripts").unwrap();
    let found: Vec<String> = differences(&listed, entry)
        .into_iter()
        .map(|(what, _)| what)
        .collect();
    assert_eq!(
        found,
        [
            "version",
            "mutates",
            "kind",
            "limit: max",
            "limit: place",
            "limit: required",
            "limit: type",
            "name_like: max_len",
            "risk_level: words",
            "type",
        ]
    );
}
