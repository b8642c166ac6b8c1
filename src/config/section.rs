//! A TOML table that is read key by key, so that a mistake costs one value and is named with its line.

use std::collections::BTreeSet;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Env, Problem};

/// What is being read, and what was found wrong with it so far.
pub(super) struct Reader<'a> {
    pub file: &'a Path,
    pub text: &'a str,
    /// Nobody else can read the file, so it may hold secrets.
    pub private: bool,
    pub env: Env<'a>,
    pub problems: Vec<Problem>,
}

impl Reader<'_> {
    /// Notes what is wrong at a byte of the text.
    pub fn problem(&mut self, at: usize, message: String, hint: Option<String>) {
        let line = self
            .text
            .bytes()
            .take(at)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1;
        self.problems.push(Problem {
            file: self.file.to_owned(),
            line,
            message,
            hint,
        });
    }
}

/// A table that is read key by key; what nobody asked for is an unknown key.
pub(super) struct Section<'t> {
    table: &'t DeTable<'t>,
    /// Where it begins in the text.
    pub at: usize,
    known: BTreeSet<&'static str>,
}

impl<'t> Section<'t> {
    /// A table that begins at this byte of the text.
    pub fn new(table: &'t DeTable<'t>, at: usize) -> Self {
        Self {
            table,
            at,
            known: BTreeSet::new(),
        }
    }

    /// The value of a key, which is known from then on.
    pub fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.insert(key);
        self.table.get(key)
    }

    /// A text, and where it stands.
    pub fn text_at(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<(String, usize)> {
        let value = self.take(key)?;
        let start = value.span().start;
        if let Some(text) = value.get_ref().as_str() {
            return Some((text.to_owned(), start));
        }
        reader.problem(start, format!("{key} must be a text in quotes"), None);
        None
    }

    /// A text.
    pub fn text(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<String> {
        self.text_at(reader, key).map(|(text, _)| text)
    }

    /// One of these words.
    pub fn word(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        words: &[&str],
    ) -> Option<String> {
        let (text, at) = self.text_at(reader, key)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let message = format!("{key} must be one of {}, not {text:?}", words.join(", "));
        reader.problem(at, message, nearest(&text, words.iter().copied()));
        None
    }

    /// An address without the slash at its end.
    pub fn url(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<String> {
        let (text, at) = self.text_at(reader, key)?;
        if text.starts_with("https://") || text.starts_with("http://") {
            return Some(text.trim_end_matches('/').to_owned());
        }
        let message = format!("{key} must begin with https:// or http://, not {text:?}");
        reader.problem(at, message, None);
        None
    }

    /// A finite number.
    pub fn number(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<f64> {
        let value = self.take(key)?;
        let digits = |text: &str| text.replace('_', "").parse::<f64>().ok();
        let number = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => digits(integer.as_str()),
            DeValue::Float(float) => digits(float.as_str()),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            reader.problem(value.span().start, format!("{key} must be a number"), None);
        }
        number
    }

    /// A whole number from 1 to `most`.
    pub fn count(&mut self, reader: &mut Reader<'_>, key: &'static str, most: u32) -> Option<u32> {
        let value = self.take(key)?;
        let count = match value.get_ref() {
            DeValue::Integer(integer) => integer.as_str().parse().ok(),
            _ => None,
        };
        let count = count.filter(|count| (1..=most).contains(count));
        if count.is_none() {
            let message = format!("{key} must be a whole number from 1 to {most}");
            reader.problem(value.span().start, message, None);
        }
        count
    }

    /// Yes or no.
    pub fn flag(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            let message = format!("{key} must be true or false");
            reader.problem(value.span().start, message, None);
        }
        flag
    }

    /// A table within, and where it begins.
    pub fn table(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<(&'t DeTable<'t>, usize)> {
        let value = self.take(key)?;
        let start = value.span().start;
        let table = value.get_ref().as_table();
        if table.is_none() {
            reader.problem(start, format!("{key} must be a table: [{key}]"), None);
        }
        table.map(|table| (table, start))
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self, reader: &mut Reader<'_>) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !self.known.contains(name) {
                let hint = nearest(name, self.known.iter().copied());
                reader.problem(key.span().start, format!("unknown key {name:?}"), hint);
            }
        }
    }
}

/// `did you mean "region"?`, when something is near enough.
fn nearest<'k>(given: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    known
        .map(|key| (strsim::damerau_levenshtein(given, key), key))
        .min()
        .filter(|(distance, key)| *distance <= 2.max(key.chars().count() / 3))
        .map(|(_, key)| format!("did you mean {key:?}?"))
}
