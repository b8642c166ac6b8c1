//! Lists within text: JSON, or what Python prints (huawei-esm.md, B7 and B9). Tolerant: either quote, words of either
//! language, missing commas between elements.

use serde_json::{Map, Number, Value as Json};

/// Deeper nesting is not read: no document needs more, and hostile text must not exhaust the stack.
const MAX_DEPTH: usize = 24;

/// Reads a list or an object from a text; `None` when it is neither or does not end where it should.
pub fn read(text: &str) -> Option<Json> {
    let text = text.trim();
    if let Ok(value) = serde_json::from_str::<Json>(text) {
        return (value.is_array() || value.is_object()).then_some(value);
    }
    let mut reader = Reader {
        rest: text,
        depth: 0,
    };
    let value = reader.value()?;
    reader.skip();
    (reader.rest.is_empty() && (value.is_array() || value.is_object())).then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, c: char) -> bool {
        self.skip();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<Json> {
        self.skip();
        match self.rest.chars().next()? {
            '[' => self.list('[', ']'),
            '(' => self.list('(', ')'),
            '{' => self.object(),
            quote @ ('\'' | '"') => self.text(quote).map(Json::String),
            _ => self.word(),
        }
    }

    fn list(&mut self, open: char, close: char) -> Option<Json> {
        self.enter(open)?;
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.value()?);
            // Commas get lost (huawei-esm.md, B7).
            self.take(',');
        }
        self.depth -= 1;
        Some(Json::Array(items))
    }

    fn object(&mut self) -> Option<Json> {
        self.enter('{')?;
        let mut members = Map::new();
        while !self.take('}') {
            self.skip();
            let quote = self.rest.chars().next().filter(|c| "'\"".contains(*c))?;
            let name = self.text(quote)?;
            if !self.take(':') {
                return None;
            }
            members.insert(name, self.value()?);
            self.take(',');
        }
        self.depth -= 1;
        Some(Json::Object(members))
    }

    fn enter(&mut self, open: char) -> Option<()> {
        self.depth += 1;
        (self.take(open) && self.depth <= MAX_DEPTH).then_some(())
    }

    fn text(&mut self, quote: char) -> Option<String> {
        let mut letters = self.rest.strip_prefix(quote)?.chars();
        let mut text = String::new();
        loop {
            match letters.next()? {
                c if c == quote => break,
                '\\' => match letters.next()? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    c @ ('\\' | '\'' | '"' | '/') => text.push(c),
                    other => text.extend(['\\', other]),
                },
                c => text.push(c),
            }
        }
        self.rest = letters.as_str();
        Some(text)
    }

    fn word(&mut self) -> Option<Json> {
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || ",]}):[({".contains(c))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        match word {
            "None" | "null" => Some(Json::Null),
            "True" | "true" => Some(Json::Bool(true)),
            "False" | "false" => Some(Json::Bool(false)),
            number => {
                let whole = number.parse::<i64>().map(Number::from).ok();
                whole
                    .or_else(|| Number::from_f64(number.parse().ok()?))
                    .map(Json::Number)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_python_prints_is_read() {
        let text = r#"[['', '', 'Euler', '[{"cores":"1","model":"","cpu":"16 * 1 * 1 * ","sockets":"16"}]']]"#;
        let inner = r#"[{"cores":"1","model":"","cpu":"16 * 1 * 1 * ","sockets":"16"}]"#;
        assert_eq!(read(text), Some(json!([["", "", "Euler", inner]])));
        assert_eq!(
            read(r"[('it\'s', None, True, -2.5), {'a': 1}]"),
            Some(json!([["it's", null, true, -2.5], {"a": 1}]))
        );
    }

    #[test]
    fn json_is_read_and_lost_commas_are_forgiven() {
        assert_eq!(read(r#"[{"a":"b"}]"#), Some(json!([{"a": "b"}])));
        assert_eq!(
            read(r#"[{"disk":"x"} {"disk":"y"}]"#),
            Some(json!([{"disk": "x"}, {"disk": "y"}]))
        );
        assert_eq!(read("[]"), Some(json!([])));
    }

    #[test]
    fn damaged_text_is_nothing() {
        for text in [
            "",
            "x",
            "7",
            "'a'",
            "[",
            "['a",
            "[{'a' 1}]",
            "[1]]",
            "[nonsense]",
            "{1: 2}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        assert_eq!(read(&deep), None);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in r#"[\[\](){}'",:\\ a-z0-9\u{4e00}-\u{4e20}]{0,60}"#) {
            let _ = read(&text);
        }
    }
}
