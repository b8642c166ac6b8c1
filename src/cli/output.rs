//! Answers as JSON, as a table or as they came. Nothing that a service sent reaches a terminal with its control
//! characters alive.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write};

use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr as _;

use crate::domain::text::SafeText;

/// Prints indented JSON. Characters that could act on a terminal are written as `\u….` sequences, so that the
/// output stays JSON and is the same after parsing.
pub fn json(out: &mut impl Write, value: &Json) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", escaped(&text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |line| (line, "\n"));
        if SafeText::new(line).shown() == line {
            out.push_str(line);
        } else {
            line.chars().for_each(|c| push_escaped(&mut out, c));
        }
        out.push_str(end);
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    let alone = SafeText::from(c.to_string());
    if alone.shown() == alone.raw() {
        out.push(c);
        return;
    }
    let mut units = [0; 2];
    for unit in c.encode_utf16(&mut units) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Prints a body as it came; on a terminal with its control characters made visible, line by line.
pub fn raw(body: &[u8]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if !out.is_terminal() {
        return out.write_all(body);
    }
    for line in String::from_utf8_lossy(body).lines() {
        writeln!(out, "{}", SafeText::new(line))?;
    }
    Ok(())
}

/// Prints the rows of an answer: its first list of objects, wherever it is; without one, names and values.
pub fn table(out: &mut impl Write, value: &Json) -> std::io::Result<()> {
    let rows = rows(value);
    if rows.is_empty() {
        return names(out, value);
    }
    let mut columns: Vec<String> = Vec::new();
    let cells: Vec<Vec<(String, String)>> = rows.iter().map(|row| pairs("", row)).collect();
    for (name, _) in cells.iter().flatten() {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let text_of = |row: &[(String, String)], column: &str| {
        row.iter()
            .find(|(name, _)| name == column)
            .map_or(String::new(), |(_, text)| text.clone())
    };
    let mut lines = vec![columns.clone()];
    for row in &cells {
        lines.push(columns.iter().map(|column| text_of(row, column)).collect());
    }
    let widths: Vec<usize> = (0..columns.len())
        .map(|i| lines.iter().map(|line| line[i].width()).max().unwrap_or(0))
        .collect();
    for line in lines {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// Prints names and values, one to a line; lists as JSON.
pub fn names(out: &mut impl Write, value: &Json) -> std::io::Result<()> {
    let pairs = pairs("", value);
    let widths = pairs.iter().map(|(name, _)| name.width());
    let wide = widths.max().unwrap_or(0);
    for (name, text) in pairs {
        writeln!(out, "{name}{:pad$}  {text}", "", pad = wide - name.width())?;
    }
    Ok(())
}

fn rows(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(items) if items.iter().any(Json::is_object) => items.iter().collect(),
        Json::Object(fields) => fields
            .values()
            .map(rows)
            .find(|rows| !rows.is_empty())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Every scalar below `value` with its dotted name; lists are shown as JSON.
fn pairs(prefix: &str, value: &Json) -> Vec<(String, String)> {
    match value {
        Json::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| {
                let name = SafeText::new(name).shown().to_owned();
                let path = if prefix.is_empty() {
                    name
                } else {
                    format!("{prefix}.{name}")
                };
                pairs(&path, value)
            })
            .collect(),
        Json::Null => vec![(prefix.to_owned(), "-".to_owned())],
        Json::String(text) => vec![(prefix.to_owned(), SafeText::new(text).shown().to_owned())],
        other => vec![(prefix.to_owned(), escaped(&other.to_string()))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn printed(value: &Json, print: fn(&mut Vec<u8>, &Json) -> std::io::Result<()>) -> String {
        let mut out = Vec::new();
        print(&mut out, value).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn rows_are_aligned_by_cell_width() {
        let answer = json!({"total": 2, "data": [{"id": 1, "name": "磁盘"}, {"id": 20, "name": "x", "tag": {"k": true}}]});
        assert_eq!(
            printed(&answer, table),
            "id  name  tag.k\n1   磁盘\n20  x     true\n"
        );
    }

    #[test]
    fn hostile_text_is_escaped_and_json_stays_json() {
        let answer = json!({"name": "a\u{9b}31m\u{202e}\u{1b}[2J"});
        let text = printed(&answer, super::json);
        assert!(
            text.chars()
                .all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'),
            "{text:?}"
        );
        assert_eq!(serde_json::from_str::<Json>(&text).expect("JSON"), answer);
        let text = printed(&answer, table);
        assert!(!text.contains('\u{1b}'));
    }
}
