//! Both languages say the same things, and the program asks for nothing that they do not say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use watchkeeper::ui::lang::Lang;

/// Keys and texts of a language, `a.b.c` for nested tables.
fn texts(locale: &str) -> BTreeMap<String, String> {
    let path = root().join(format!("locales/{locale}.toml"));
    let table: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let mut out = BTreeMap::new();
    for (key, value) in &table {
        if key != "_version" {
            flatten(key, value, &mut out);
        }
    }
    out
}

fn flatten(prefix: &str, value: &toml::Value, out: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&format!("{prefix}.{key}"), value, out);
            }
        }
        toml::Value::String(text) => {
            out.insert(prefix.to_owned(), text.clone());
        }
        other => panic!("{prefix} is no text: {other}"),
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The names between `%{` and `}`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("%{")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// Text of every source file, with its path.
fn sources(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            out.push((path, text));
        }
    }
}

/// What follows `start` up to the next quotation mark, at every place where the source says `start`.
fn literals<'s>(source: &'s str, start: &'s str) -> impl Iterator<Item = &'s str> {
    source
        .split(start)
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"'))
        .filter_map(|rest| rest.split_once('"'))
        .map(|(key, _)| key)
}

#[test]
fn both_languages_have_the_same_keys() {
    let (en, zh) = (texts("en"), texts("zh-CN"));
    let keys = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<BTreeSet<_>>();
    let (en, zh) = (keys(&en), keys(&zh));
    let only: Vec<_> = en.symmetric_difference(&zh).collect();
    assert!(only.is_empty(), "in one language only: {only:?}");
}

#[test]
fn both_languages_have_the_same_placeholders() {
    let (en, zh) = (texts("en"), texts("zh-CN"));
    for (key, text) in &en {
        let other = zh.get(key).map_or("", String::as_str);
        assert_eq!(placeholders(text), placeholders(other), "{key}");
    }
}

#[test]
fn no_text_is_empty_or_left_in_the_other_language() {
    let (en, zh) = (texts("en"), texts("zh-CN"));
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (key, text) in &en {
        assert!(!text.trim().is_empty(), "{key} is empty");
        assert!(!is_chinese(text), "{key} is Chinese in English: {text}");
    }
    for (key, text) in &zh {
        assert!(!text.trim().is_empty(), "{key} is empty");
        // Names, units and signs are the same in both languages; a sentence of words is not.
        let words = text
            .split_whitespace()
            .filter(|word| word.len() > 3)
            .count();
        assert!(
            is_chinese(text) || words < 4,
            "{key} is not Chinese: {text}"
        );
    }
}

#[test]
fn every_key_that_the_program_asks_for_exists() {
    let known = texts("en");
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut missing = BTreeSet::new();
    for (path, source) in &files {
        // What stands below is for tests.
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let asked = [".t(", ".tf("]
            .into_iter()
            .flat_map(|start| literals(code, start));
        let commands = ["Command::new(", "Command::changes("]
            .into_iter()
            .flat_map(|start| literals(code, start))
            .map(|name| format!("command.{name}"));
        for key in asked.map(str::to_owned).chain(commands) {
            if !known.contains_key(&key) {
                missing.insert((path.clone(), key));
            }
        }
    }
    assert!(missing.is_empty(), "no text for {missing:#?}");
}

#[test]
fn placeholders_are_filled_in() {
    for lang in [Lang::En, Lang::ZhCn] {
        let text = lang.tf("pane.ago", &[("age", "6m")]);
        assert!(text.contains("6m") && !text.contains('%'), "{text}");
        assert_eq!(lang.maybe("no.such.key"), None);
    }
}
