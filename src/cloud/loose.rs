//! Reading answers whose scalars come in more than one form: numbers as text, booleans as text, `null` for nothing
//! (huawei-esm.md, 1.10; huawei-coc.md, 12). Functions for serde's `deserialize_with`; writing is never lenient.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// Text, also when it came as a number or a boolean; `null` is empty.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(maybe_text(from)?.unwrap_or_default())
}

/// Text, also when it came as a number or a boolean; `null` is nothing, an empty text is an empty text.
pub fn maybe_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    as_text(Json::deserialize(from)?).map_err(D::Error::custom)
}

/// Any value as text: objects and lists as the JSON they are; `null` is empty. For fields that are only shown.
pub fn any_text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let value = Json::deserialize(from)?;
    Ok(as_text(value.clone()).map_or_else(|_| value.to_string(), Option::unwrap_or_default))
}

/// Texts; `null` is an empty list, one text alone is a list of one.
pub fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let items = match Json::deserialize(from)? {
        Json::Array(items) => items,
        alone => vec![alone],
    };
    let read: Result<Vec<_>, _> = items.into_iter().map(as_text).collect();
    Ok(read
        .map_err(D::Error::custom)?
        .into_iter()
        .flatten()
        .collect())
}

/// A whole number, also when it came as text or with a fraction of zero; `null`, empty text and the word `null`
/// are nothing.
pub fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    as_integer(&Json::deserialize(from)?).map_err(D::Error::custom)
}

/// Whole numbers, in the forms that [`integer`] knows; `null` is an empty list.
pub fn integers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<i64>, D::Error> {
    let items: Vec<Json> = list(from)?;
    let read: Result<Vec<_>, _> = items.iter().map(as_integer).collect();
    Ok(read
        .map_err(D::Error::custom)?
        .into_iter()
        .flatten()
        .collect())
}

/// A number, also when it came as text; `null`, empty text and the word `null` are nothing.
pub fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let value = Json::deserialize(from)?;
    match &value {
        Json::Null => Ok(None),
        Json::Number(number) => Ok(number.as_f64()),
        Json::String(text) if is_nothing(text) => Ok(None),
        Json::String(text) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(D::Error::custom(wrong("a number", &value))),
        },
        _ => Err(D::Error::custom(wrong("a number", &value))),
    }
}

/// True or false, also as text or as 1 and 0; `null` and empty text are nothing.
pub fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    let value = Json::deserialize(from)?;
    let word = match &value {
        Json::Bool(flag) => return Ok(Some(*flag)),
        Json::Null => return Ok(None),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.trim().to_ascii_lowercase(),
        _ => String::from("?"),
    };
    match word.as_str() {
        "" | "null" => Ok(None),
        "true" | "1" => Ok(Some(true)),
        "false" | "0" => Ok(Some(false)),
        _ => Err(D::Error::custom(wrong("true or false", &value))),
    }
}

/// A list; `null` is an empty one.
pub fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Json::deserialize(from)? {
        Json::Null => Ok(Vec::new()),
        value => with_path(value).map_err(D::Error::custom),
    }
}

/// Decodes a value that was read already; the error says where in it the trouble is.
pub fn with_path<T: DeserializeOwned>(value: Json) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        match error.path().to_string().as_str() {
            "." => error.inner().to_string(),
            path => format!("{path}: {}", error.inner()),
        }
    })
}

fn as_text(value: Json) -> Result<Option<String>, String> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text)),
        Json::Number(number) => Ok(Some(number.to_string())),
        Json::Bool(flag) => Ok(Some(flag.to_string())),
        other => Err(wrong("text", &other)),
    }
}

fn as_integer(value: &Json) -> Result<Option<i64>, String> {
    match value {
        Json::Null => Ok(None),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Ok(Some(whole)),
            None => whole(&number.to_string())
                .ok_or_else(|| wrong("a whole number", value))
                .map(Some),
        },
        Json::String(text) if is_nothing(text) => Ok(None),
        Json::String(text) => whole(text.trim())
            .ok_or_else(|| wrong("a whole number", value))
            .map(Some),
        _ => Err(wrong("a whole number", value)),
    }
}

/// `12`, `-3` or `12.0`: digits only, so that nothing is rounded.
fn whole(text: &str) -> Option<i64> {
    let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.is_empty() || fraction.chars().any(|c| c != '0') {
        return None;
    }
    digits.parse().ok()
}

fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "" | "null")
}

/// What was expected, and a short piece of what came.
fn wrong(expected: &str, value: &Json) -> String {
    let shown: String = value.to_string().chars().take(40).collect();
    format!("expected {expected}, found {shown}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_come_in_many_forms() {
        for (value, read) in [
            (json!(12), Some(12)),
            (json!("12"), Some(12)),
            (json!(12.0), Some(12)),
            (json!("12.00"), Some(12)),
            (json!(-3), Some(-3)),
            (json!(null), None),
            (json!(""), None),
            (json!("null"), None),
        ] {
            assert_eq!(integer(value.clone()).unwrap(), read, "{value}");
        }
        for value in [json!(1.5), json!("x"), json!([1]), json!(true), json!("1.")] {
            assert!(integer(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn numbers_and_flags_may_be_text() {
        assert_eq!(number(json!("94.6")).unwrap(), Some(94.6));
        assert_eq!(number(json!(100)).unwrap(), Some(100.0));
        assert_eq!(number(json!("")).unwrap(), None);
        assert!(number(json!("NaN")).is_err());
        assert_eq!(flag(json!("True")).unwrap(), Some(true));
        assert_eq!(flag(json!(0)).unwrap(), Some(false));
        assert_eq!(flag(json!(null)).unwrap(), None);
        assert!(flag(json!("maybe")).is_err());
    }

    #[test]
    fn texts_may_be_numbers_and_nothing() {
        assert_eq!(text(json!(7)).unwrap(), "7");
        assert_eq!(text(json!(null)).unwrap(), "");
        assert_eq!(maybe_text(json!("")).unwrap(), Some(String::new()));
        assert_eq!(texts(json!(["a", 1, null])).unwrap(), ["a", "1"]);
        assert_eq!(texts(json!("a")).unwrap(), ["a"]);
        assert_eq!(texts(json!(null)).unwrap(), Vec::<String>::new());
        assert_eq!(integers(json!([1, "2"])).unwrap(), [1, 2]);
    }

    #[test]
    fn an_error_says_where() {
        #[derive(Debug, Deserialize)]
        struct Row {
            #[expect(dead_code, reason = "only decoded")]
            id: u32,
        }
        let error = with_path::<Vec<Row>>(json!([{"id": 1}, {"id": "x"}])).unwrap_err();
        assert!(error.starts_with("[1].id: "), "{error}");
    }
}
