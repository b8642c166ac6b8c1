//! JSON within JSON whose quotes nobody escaped: `"CPU": "[{"cores":"22"}]"` (huawei-esm.md, B7 and B9).

/// The body with the quotes inside the values of these fields escaped; `None` when there is nothing to mend or the text
/// is not UTF-8. A value is taken to begin with `[` behind its quote and to end at the first `]"` with only blanks
/// between it and the next comma or bracket.
pub fn mend(body: &[u8], fields: &[&str]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut rest = text;
    let mut mended = String::with_capacity(text.len() + text.len() / 8);
    let mut changed = false;
    while let Some((before, value)) = next_value(rest, fields) {
        mended.push_str(before);
        let Some(end) = end_of(value) else {
            mended.push_str(value);
            rest = "";
            break;
        };
        let (inside, after) = value.split_at_checked(end)?;
        changed |= escape(inside, &mut mended);
        rest = after;
    }
    mended.push_str(rest);
    changed.then(|| mended.into_bytes())
}

/// The text up to and with the opening quote of the next such value, and the text from there on.
fn next_value<'t>(text: &'t str, fields: &[&str]) -> Option<(&'t str, &'t str)> {
    fields
        .iter()
        .filter_map(|field| {
            let mut from = 0;
            let name = format!("\"{field}\"");
            while let Some(found) = text.get(from..)?.find(&name) {
                let after = from + found + name.len();
                if let Some(open) = opening(text.get(after..)?) {
                    return Some(after + open);
                }
                from = after;
            }
            None
        })
        .min()
        .and_then(|at| text.split_at_checked(at))
}

/// Where behind a name the value begins, when it is text that begins with a bracket: behind `: "`.
fn opening(text: &str) -> Option<usize> {
    let value = text.trim_start().strip_prefix(':')?.trim_start();
    let inside = value.strip_prefix('"')?;
    inside
        .trim_start()
        .starts_with('[')
        .then(|| text.len() - inside.len())
}

/// The length of a value: up to the quote behind its last bracket.
fn end_of(value: &str) -> Option<usize> {
    value.match_indices("]\"").find_map(|(at, _)| {
        let after = value.get(at + 2..)?.trim_start();
        let is_end = match after.chars().next() {
            None | Some('}') => true,
            // Another member follows, not a further element of the embedded list.
            Some(',') => after.get(1..)?.trim_start().starts_with('"'),
            Some(_) => false,
        };
        is_end.then_some(at + 1)
    })
}

/// Writes a text with bare quotes escaped. Were there any?
fn escape(inside: &str, to: &mut String) -> bool {
    let mut changed = false;
    let mut escaped = false;
    for c in inside.chars() {
        if c == '"' && !escaped {
            to.push('\\');
            changed = true;
        }
        escaped = c == '\\' && !escaped;
        to.push(c);
    }
    changed
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    const FIELDS: &[&str] = &["CPU", "DISK", "vm_list"];

    fn read(text: &str) -> Json {
        let mended = mend(text.as_bytes(), FIELDS).expect("something to mend");
        serde_json::from_slice(&mended).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&mended));
        })
    }

    #[test]
    fn bare_quotes_are_escaped() {
        let read = read(
            r#"{"total": 1, "list": [{"ID": "h", "CPU": "[{"cores":"22","cpu":"2 * 22"}]", "DISK": "[{"disk":"/dev/sda:599.0GB"}]"}]}"#,
        );
        assert_eq!(read["list"][0]["CPU"], r#"[{"cores":"22","cpu":"2 * 22"}]"#);
        assert_eq!(read["list"][0]["DISK"], r#"[{"disk":"/dev/sda:599.0GB"}]"#);
    }

    #[test]
    fn json_within_python_within_json_is_escaped() {
        let read = read(
            r#"{"vm_list": "[['', '', 'Euler', '[{"cores":"1","model":""}]']]", "host_id": "h"}"#,
        );
        assert_eq!(
            read,
            json!({"vm_list": r#"[['', '', 'Euler', '[{"cores":"1","model":""}]']]"#, "host_id": "h"})
        );
    }

    #[test]
    fn what_is_whole_is_left_alone() {
        for text in [
            r#"{"CPU": "[{\"cores\":\"22\"}]"}"#,
            r#"{"CPU": [{"cores": "22"}]}"#,
            r#"{"CPU": ""}"#,
            r#"{"list": []}"#,
            "",
            r#"{"CPU": "[unfinished"#,
        ] {
            assert_eq!(mend(text.as_bytes(), FIELDS), None, "{text}");
        }
        assert_eq!(mend(b"\xff", FIELDS), None);
        assert_eq!(mend(br#"{"CPU": "[{"a":1}]"}"#, &[]), None);
    }
}
