//! From TOML text to [`Config`], one key at a time, so that a mistake costs one value and is named with its line.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::section::{Reader, Section};
use super::{Config, Env, Problem, Profile};
use crate::domain::alarm::Severity;

/// Reads `text`, the content of `file`. `private`: nobody else can read the file, so it may hold secrets.
pub(super) fn read(file: &Path, text: &str, private: bool, env: Env<'_>) -> (Config, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        file,
        text,
        private,
        env,
        problems: Vec::new(),
    };
    for error in errors {
        let start = error.span().map_or(0, |span| span.start);
        reader.problem(start, error.message().to_owned(), None);
    }
    let config = reader.config(table.get_ref());
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.line);
    (config, problems)
}

impl Reader<'_> {
    fn config(&mut self, table: &DeTable<'_>) -> Config {
        let mut root = Section::new(table, 0);
        let config = Config {
            lang: root.word(self, "lang", &["en", "zh-CN", "zh"]),
            theme: root.text(self, "theme"),
            timezone: root.text(self, "timezone"),
            rates: root.word(self, "rates", &["as-sent", "bits", "bytes"]),
            profile: root.text(self, "profile"),
            read_only: root.flag(self, "read_only").unwrap_or(false),
            confirm_quit: root.flag(self, "confirm_quit"),
            ascii: root.flag(self, "ascii"),
            bell: self.severities(&mut root, "bell"),
            notify: self.severities(&mut root, "notify"),
            keys: root
                .table(self, "keys")
                .map(|(keys, _)| self.keys(keys))
                .unwrap_or_default(),
            profiles: root
                .table(self, "profiles")
                .map(|(profiles, _)| self.profiles(profiles))
                .unwrap_or_default(),
        };
        root.finish(self);
        config
    }

    fn keys(&mut self, table: &DeTable<'_>) -> Vec<(String, Vec<String>)> {
        let mut keys = Vec::new();
        for (name, value) in table {
            let bound = match value.get_ref() {
                DeValue::String(key) => Some(vec![key.to_string()]),
                DeValue::Array(list) => list
                    .iter()
                    .map(|key| key.get_ref().as_str().map(str::to_owned))
                    .collect(),
                _ => None,
            };
            match bound {
                Some(bound) => keys.push((name.get_ref().to_string(), bound)),
                None => self.problem(
                    value.span().start,
                    format!(
                        "the keys of {:?} must be a text or a list of texts",
                        name.get_ref()
                    ),
                    Some("for example [\"j\", \"<down>\"]; an empty list unbinds it".to_owned()),
                ),
            }
        }
        keys
    }

    fn profiles(&mut self, table: &DeTable<'_>) -> Vec<Profile> {
        let mut profiles = Vec::new();
        for (name, value) in table {
            let Some(table) = value.get_ref().as_table() else {
                let message = format!("profile {:?} must be a table", name.get_ref());
                self.problem(value.span().start, message, None);
                continue;
            };
            profiles.push(self.profile(name.get_ref(), table, name.span().start));
        }
        profiles
    }

    /// A list of severities.
    fn severities(&mut self, section: &mut Section<'_>, key: &'static str) -> Vec<Severity> {
        let Some(value) = section.take(key) else {
            return Vec::new();
        };
        let words: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut found = Vec::new();
        for word in words {
            match word.get_ref().as_str().and_then(Severity::parse) {
                Some(severity) => found.push(severity),
                None => self.problem(
                    word.span().start,
                    format!("{key} must be a list of severities"),
                    Some(Severity::ALL.map(Severity::name).join(", ")),
                ),
            }
        }
        found
    }
}
