//! The form of a run, and the order it becomes, within the service's limits.

use serde_json::Value as Json;

use super::targets::{MACHINES, agent_word};
use crate::app::pane::Asking;
use crate::domain::action::{NewOrder, Target};
use crate::domain::script::{Order, Resource, Rotation, Script};
use crate::domain::text::SafeText;
use crate::panes::words;
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// Machines of a batch at most (huawei-coc.md, 8).
const PER_BATCH: usize = 10;
/// Batches at most.
const BATCHES: usize = 20;
/// Characters of a parameter's value at most.
const VALUE: usize = 1024;
/// What the names of fields begin with that are parameters.
const PARAM: &str = "param:";

/// What is wrong with what was asked for: at which field, and the sentence about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The field.
    pub field: &'static str,
    /// The key of the sentence.
    pub key: &'static str,
    /// What stands for `%{count}` and `%{name}` in it.
    pub what: String,
}

impl Wrong {
    fn new(field: &'static str, key: &'static str, what: &impl ToString) -> Self {
        Self {
            field,
            key,
            what: what.to_string(),
        }
    }

    /// The sentence.
    pub fn text(&self, lang: Lang) -> String {
        lang.tf(self.key, &[("count", &self.what), ("name", &self.what)])
    }
}

/// Parameters first, then how it is run; filled in with what was typed before, where something was.
pub fn form(script: &Script, before: Option<&Json>, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let title = lang.tf("run.form_title", &[("name", script.name.shown())]);
    let mut form = Form::new(title, t("run.preview"));
    for param in &script.params {
        let (name, label) = (field_name(param.name.raw()), param.name.shown());
        let field = if param.sensitive {
            Field::secret(name, label).required()
        } else {
            Field::text(name, label).value(param.default.raw())
        };
        form = form.field(field.len(0, 1024).help(param.description.shown()));
    }
    let rotations = vec![
        ("continue".to_owned(), t("run.rotation_continue")),
        ("pause".to_owned(), t("run.rotation_pause")),
    ];
    let whole = |name: &str, key: &str, max: f64, value: &str| {
        Field::integer(name, t(key))
            .required()
            .range(if max > 100.0 { 6.0 } else { 1.0 }, max)
            .value(value)
    };
    let mut form = form
        .field(whole("batch", "run.batch", 10.0, "10"))
        .field(Field::bool("canary", t("run.canary"), lang, true))
        .field(
            Field::text("sizes", t("run.sizes"))
                .len(0, 100)
                .help(t("run.sizes_help")),
        )
        .field(Field::choice("rotation", t("run.rotation"), rotations))
        .field(whole("timeout", "run.timeout", 1799.0, "300"))
        .field(
            Field::number("rate", t("run.rate"))
                .required()
                .range(1.0, 100.0)
                .value("100"),
        )
        .field(
            Field::text("user", t("run.user"))
                .required()
                .len(1, 32)
                .value("root"),
        );
    if let Some(Json::Object(before)) = before {
        for (name, value) in before {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            form.set(name, &text);
        }
    }
    Asking {
        tag: "run.form",
        form,
    }
}

/// The parameters of an order that a new one may begin with. Secrets come back as asterisks (huawei-coc.md, 11.1),
/// which must not be sent as their values.
pub fn values_to_repeat(order: &Order) -> impl Iterator<Item = &(SafeText, SafeText)> {
    let is_masked = |value: &str| !value.is_empty() && value.chars().all(|c| c == '*');
    let params = order.params.iter();
    params.filter(move |(_, value)| !is_masked(value.raw()))
}

/// What was filled in for an order, as far as the service tells it. Values of secrets are not among it.
pub fn values_of(order: &Order) -> Json {
    let mut values = serde_json::Map::new();
    for (name, value) in values_to_repeat(order) {
        values.insert(field_name(name.raw()), value.raw().into());
    }
    if let Some(timeout) = order.timeout {
        values.insert("timeout".to_owned(), timeout.into());
    }
    if let Some(rate) = order.success_rate {
        values.insert("rate".to_owned(), rate.into());
    }
    if !order.execute_user.is_empty() {
        values.insert("user".to_owned(), order.execute_user.raw().into());
    }
    Json::Object(values)
}

/// Parameters have names of their own, which must not meet those of the other fields.
pub fn field_name(param: &str) -> String {
    format!("{PARAM}{param}")
}

/// Sizes of the batches of so many machines: a single one first where that is wanted.
fn sizes(count: usize, per_batch: usize, canary: bool) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut left = count;
    if canary && left > 1 {
        sizes.push(1);
        left -= 1;
    }
    let per_batch = per_batch.clamp(1, PER_BATCH);
    while left > 0 {
        let size = left.min(per_batch);
        sizes.push(size);
        left -= size;
    }
    sizes
}

/// Sizes as typed, `1 5 10`; the last one is repeated until every machine has a place.
fn typed_sizes(text: &str, count: usize) -> Result<Vec<usize>, Wrong> {
    let mut sizes = Vec::new();
    let mut left = count;
    let between = |c: char| c.is_whitespace() || c == ',' || c == '+' || c == '，';
    for word in text.split(between).filter(|word| !word.is_empty()) {
        let size = word
            .parse()
            .ok()
            .filter(|size| (1..=PER_BATCH).contains(size))
            .ok_or_else(|| Wrong::new("sizes", "run.wrong_size", &word))?;
        if left == 0 {
            break;
        }
        sizes.push(size.min(left));
        left -= size.min(left);
    }
    let last = sizes.last().copied().unwrap_or(PER_BATCH);
    while left > 0 {
        sizes.push(last.min(left));
        left -= last.min(left);
    }
    Ok(sizes)
}

/// How the script is to be run, against the service's limits (huawei-coc.md, 10.7). The form holds most of it back
/// already; the command line has no form.
fn check_values(script: &Script, values: &Json) -> Result<(), Wrong> {
    let timeout = values["timeout"].as_u64().unwrap_or(300);
    if !(6..=1799).contains(&timeout) {
        return Err(Wrong::new("timeout", "run.wrong_timeout", &timeout));
    }
    let rate = values["rate"].as_f64().unwrap_or(100.0);
    let tenths = rate * 10.0;
    if !(1.0..=100.0).contains(&rate) || (tenths - tenths.round()).abs() > 1e-6 {
        return Err(Wrong::new("rate", "run.wrong_rate", &rate));
    }
    let user = words::text(values, "user");
    if !(1..=32).contains(&user.chars().count()) {
        return Err(Wrong::new("user", "run.wrong_user", &SafeText::new(&user)));
    }
    let given = values.as_object().into_iter().flatten();
    for name in given.filter_map(|(name, _)| name.strip_prefix(PARAM)) {
        if !script.params.iter().any(|param| param.name.raw() == name) {
            return Err(Wrong::new("batch", "run.no_param", &SafeText::new(name)));
        }
    }
    for param in &script.params {
        let value = values[field_name(param.name.raw())].as_str();
        if param.sensitive && value.is_none_or(str::is_empty) {
            return Err(Wrong::new("batch", "run.secret_missing", &param.name));
        }
        if value.is_some_and(|value| value.chars().count() > VALUE) {
            return Err(Wrong::new("batch", "run.long_value", &param.name));
        }
    }
    Ok(())
}

/// What the form asks for, within the service's limits.
pub fn order(
    script: &Script,
    machines: &[&Resource],
    values: &Json,
    lang: Lang,
) -> Result<NewOrder, Wrong> {
    check_values(script, values)?;
    if machines.is_empty() {
        return Err(Wrong::new("batch", "run.nothing", &""));
    }
    if machines.len() > MACHINES {
        return Err(Wrong::new("batch", "run.too_many", &machines.len()));
    }
    if let Some(deaf) = machines.iter().find(|machine| machine.agent.is_none()) {
        let what = format!("{} {}", deaf.name, agent_word(deaf, lang));
        return Err(Wrong::new("batch", "run.cannot", &what));
    }
    let whole = |name: &str| values[name].as_u64();
    let per_batch = whole("batch")
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(PER_BATCH);
    let by_hand = words::text(values, "sizes");
    let sizes = if by_hand.is_empty() {
        sizes(machines.len(), per_batch, words::is_yes(values, "canary"))
    } else {
        typed_sizes(&by_hand, machines.len())?
    };
    if sizes.len() > BATCHES {
        return Err(Wrong::new("batch", "run.too_many_batches", &sizes.len()));
    }
    let mut rest = machines.iter().map(|machine| target(machine));
    let batches = sizes
        .iter()
        .map(|size| rest.by_ref().take(*size).collect())
        .collect();
    let params = script.params.iter().filter_map(|param| {
        let value = values[field_name(param.name.raw())].as_str()?;
        Some((
            param.name.raw().to_owned(),
            value.to_owned(),
            param.sensitive,
        ))
    });
    Ok(NewOrder {
        script: script.id.clone(),
        script_name: script.name.clone(),
        timeout: whole("timeout")
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(300),
        success_rate: values["rate"].as_f64().unwrap_or(100.0),
        execute_user: words::text(values, "user"),
        params: params.collect(),
        batches,
        rotation: if words::text(values, "rotation") == "pause" {
            Rotation::Pause
        } else {
            Rotation::Continue
        },
    })
}

fn target(machine: &Resource) -> Target {
    Target {
        resource_id: machine.resource_id.raw().to_owned(),
        agent: machine
            .agent
            .as_ref()
            .map_or("", |agent| agent.raw())
            .to_owned(),
        project: machine.project.raw().to_owned(),
        region: machine.region.raw().to_owned(),
    }
}

/// The command line that repeats it; values of secrets are placeholders.
pub fn command(new: &NewOrder, machines: &[&Resource]) -> String {
    let mut line = format!("script run {}", words::quoted(new.script.raw()));
    let mut add = |name: &str, value: &str| words::option(&mut line, name, value);
    for machine in machines {
        add("on", machine.name.raw());
    }
    for (name, value, secret) in &new.params {
        let value = if *secret { "***" } else { value };
        add("param", &format!("{name}={value}"));
    }
    let sizes: Vec<String> = new
        .batches
        .iter()
        .map(|batch| batch.len().to_string())
        .collect();
    add("sizes", &sizes.join(","));
    add("timeout", &new.timeout.to_string());
    add("rate", &new.success_rate.to_string());
    add("user", &new.execute_user);
    if new.rotation == Rotation::Pause {
        line.push_str(" --pause");
    }
    line
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::script::{Risk, ScriptParam};
    use crate::panes::run::targets::tests::machine;

    /// A script with a plain and a secret parameter.
    pub fn script(risk: Option<Risk>) -> Script {
        let param = |name: &str, sensitive| ScriptParam {
            name: name.into(),
            default: "".into(),
            description: "".into(),
            order: 1,
            sensitive,
        };
        Script {
            id: "SC1".into(),
            name: "restart-nginx".into(),
            language: "SHELL".into(),
            risk,
            status: "APPROVED".into(),
            version: "1".into(),
            creator: "demo".into(),
            created: None,
            modified: None,
            description: "".into(),
            content: "".into(),
            params: vec![param("batch", false), param("token", true)],
            reviewers: Vec::new(),
            protocol: None,
            has_detail: true,
        }
    }

    fn filled(batch: u64) -> Json {
        json!({"batch": batch, "canary": true, "rotation": "pause", "timeout": 60, "rate": 99.5,
            "user": "app", "param:batch": "7", "param:token": "s3cret"})
    }

    #[test]
    fn batches_begin_with_a_canary_and_hold_every_machine_once() {
        assert_eq!(sizes(1, 10, true), [1]);
        assert_eq!(sizes(12, 5, true), [1, 5, 5, 1]);
        assert_eq!(sizes(12, 5, false), [5, 5, 2]);
        assert_eq!(sizes(30, 99, false), [10, 10, 10]);
        assert_eq!(sizes(2, 0, false), [1, 1]);
        assert!(sizes(0, 5, true).is_empty());
    }

    #[test]
    fn batches_by_hand_repeat_the_last_size() {
        assert_eq!(typed_sizes("1, 3 5", 12).unwrap(), [1, 3, 5, 3]);
        assert_eq!(typed_sizes("1 3 5", 22).unwrap(), [1, 3, 5, 5, 5, 3]);
        assert_eq!(typed_sizes("4 4 4", 5).unwrap(), [4, 1]);
        assert_eq!(typed_sizes("11", 12).unwrap_err().what, "11");
        assert_eq!(typed_sizes("0", 12).unwrap_err().field, "sizes");
        assert!(typed_sizes("x", 12).is_err());
        for count in 1..40 {
            assert_eq!(
                typed_sizes("2 7", count).unwrap().iter().sum::<usize>(),
                count
            );
        }
    }

    #[test]
    fn the_form_becomes_an_order() {
        let all: Vec<Resource> = (0..12).map(machine).collect();
        let all: Vec<&Resource> = all.iter().collect();
        let script = script(Some(Risk::Low));
        let new = order(&script, &all, &filled(5), Lang::En).unwrap();
        assert_eq!(
            new.batches.iter().map(Vec::len).collect::<Vec<_>>(),
            [1, 5, 5, 1]
        );
        assert_eq!(
            (new.timeout, new.execute_user.as_str(), new.rotation),
            (60, "app", Rotation::Pause)
        );
        assert_eq!(new.params[0], ("batch".to_owned(), "7".to_owned(), false));
        let line = command(&new, &all);
        assert!(line.contains("--on web-011 --param batch=7"), "{line}");
        assert!(line.contains("--sizes 1,5,5,1 --timeout 60"), "{line}");
        assert!(
            line.contains("token=***") && !line.contains("s3cret"),
            "{line}"
        );
    }

    #[test]
    fn the_limits_of_the_service_are_kept_before_anything_is_sent() {
        let all: Vec<Resource> = (0..201).map(machine).collect();
        let all: Vec<&Resource> = all.iter().collect();
        let script = script(Some(Risk::Low));
        let refused = |machines: &[&Resource], values: &Json| {
            order(&script, machines, values, Lang::En).unwrap_err().key
        };
        assert_eq!(refused(&all, &filled(10)), "run.too_many");
        assert_eq!(refused(&all[..50], &filled(1)), "run.too_many_batches");
        assert_eq!(refused(&[], &filled(1)), "run.nothing");
        let with = |name: &str, value: Json| {
            let mut values = filled(10);
            values[name] = value;
            refused(&all[..1], &values)
        };
        assert_eq!(with("timeout", json!(5)), "run.wrong_timeout");
        assert_eq!(with("timeout", json!(1800)), "run.wrong_timeout");
        assert_eq!(with("rate", json!(0.9)), "run.wrong_rate");
        assert_eq!(with("rate", json!(99.55)), "run.wrong_rate");
        assert_eq!(with("user", json!("u".repeat(33))), "run.wrong_user");
        assert_eq!(with("param:none", json!("x")), "run.no_param");
        assert_eq!(with("param:token", json!("")), "run.secret_missing");
        assert_eq!(
            with("param:batch", json!("x".repeat(1025))),
            "run.long_value"
        );
    }

    #[test]
    fn nothing_is_sent_to_a_machine_without_an_agent() {
        let mut deaf = machine(1);
        deaf.agent = None;
        let wrong = order(&script(None), &[&deaf], &filled(1), Lang::En).unwrap_err();
        assert!(wrong.text(Lang::En).contains("web-001"), "{wrong:?}");
    }

    #[test]
    fn what_was_typed_stands_in_the_form_again() {
        let script = script(None);
        let asking = form(&script, Some(&filled(3)), Lang::En);
        assert_eq!(asking.form.content("batch").unwrap(), "3");
        assert_eq!(asking.form.content("rotation").unwrap(), "pause");
        assert_eq!(asking.form.values()["param:batch"], json!("7"));
    }
}
