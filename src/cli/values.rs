//! From `name=value` on the command line to an operation's input.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use crate::cloud::declare::{Kind, Param};

/// Builds the input of an operation with these parameters from `name=value` words.
///
/// A name may be a parameter's own spelling or one of its aliases. A repeated name makes a list; a value that
/// begins with `[` or `{` is JSON where a list, an object or a map is expected. Times may be `now` or an offset
/// from it such as `-15m`, and are then written the way the service expects.
///
/// # Errors
/// Which word cannot be used, and what was expected.
pub fn input(params: &[Param], words: &[String], now: Timestamp) -> Result<Json, String> {
    let mut given: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut place: HashMap<&str, usize> = HashMap::new();
    for word in words {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| format!("{word:?} is not of the form name=value"))?;
        let index = *place.entry(name).or_insert_with(|| {
            given.push((name, Vec::new()));
            given.len() - 1
        });
        given[index].1.push(value);
    }
    let mut object = Map::new();
    for (name, values) in given {
        let param = params.iter().find(|param| is_called(param, name));
        // An unknown name goes through as text: the check that follows knows the names and suggests the nearest.
        let (key, value) = match param {
            Some(param) => (param.name, value(param.kind, name, &values, now)?),
            None => (name, Json::from(values[0])),
        };
        object.insert(key.to_owned(), value);
    }
    Ok(Json::Object(object))
}

fn is_called(param: &Param, name: &str) -> bool {
    param.name == name || param.name.trim_end_matches(".N") == name || param.aliases.contains(&name)
}

fn value(kind: Kind, name: &str, values: &[&str], now: Timestamp) -> Result<Json, String> {
    match (kind, values) {
        (Kind::List(_) | Kind::Any, [one]) if one.starts_with('[') => json(name, one),
        (Kind::Object(_) | Kind::Map(_) | Kind::Any, [one]) if one.starts_with(['{', '[']) => {
            json(name, one)
        }
        (Kind::List(item), values) => values
            .iter()
            .map(|text| value(*item, name, &[text], now))
            .collect::<Result<Vec<Json>, String>>()
            .map(Json::Array),
        (Kind::Object(_) | Kind::Map(_), _) => Err(format!(
            "{name} is an object: write it as JSON, for example {name}='{{\"key\": \"value\"}}'"
        )),
        (kind, [one]) => scalar(kind, name, one, now),
        (_, _) => Err(format!("{name} is given more than once and is not a list")),
    }
}

fn json(name: &str, text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|error| format!("{name} is not JSON: {error}"))
}

/// A value that cannot be read as its kind goes through as text: the check that follows names field and rule.
fn scalar(kind: Kind, name: &str, text: &str, now: Timestamp) -> Result<Json, String> {
    Ok(match kind {
        Kind::Integer => text.parse::<i64>().map_or_else(|_| text.into(), Json::from),
        Kind::Number => text.parse::<f64>().map_or_else(|_| text.into(), Json::from),
        Kind::Bool => text
            .parse::<bool>()
            .map_or_else(|_| text.into(), Json::from),
        Kind::Time(zone) => match relative(text, now) {
            Some(at) => zone.write(at).into(),
            None => text.into(),
        },
        Kind::Any => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        Kind::Text | Kind::Choice(_) => text.into(),
        Kind::Object(_) | Kind::List(_) | Kind::Map(_) => {
            return Err(format!("{name} must be written as JSON"));
        }
    })
}

/// `now`, `-15m`, `-2h`, `-1d`: an instant relative to `now`.
pub fn relative(text: &str, now: Timestamp) -> Option<Timestamp> {
    if text == "now" {
        return Some(now);
    }
    let span: jiff::Span = text.parse().ok()?;
    let seconds = span.total((
        jiff::Unit::Second,
        jiff::SpanRelativeTo::days_are_24_hours(),
    ));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole seconds are asked for"
    )]
    let seconds = seconds.ok()? as i64;
    now.checked_add(jiff::SignedDuration::from_secs(seconds))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::declare::Zone;
    use serde_json::json;

    const PARAMS: &[Param] = &[
        Param::new("Namespace", "n", Kind::Text, true).alias(&["NameSpace"]),
        Param::new("PageSize", "n", Kind::Integer, false),
        Param::new("Id.N", "n", Kind::List(&Kind::Text), false),
        Param::new("StartTime", "n", Kind::Time(Zone::BeijingFalseZ), false),
        Param::new("parameter", "n", Kind::Object(&[]), false),
        Param::new("flag", "n", Kind::Bool, false),
    ];

    fn parse(words: &[&str]) -> Result<Json, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let now = "2026-11-22T03:00:00Z".parse().expect("a time");
        input(PARAMS, &words, now)
    }

    #[test]
    fn words_become_typed_values() {
        let parsed = parse(&["NameSpace=KEC", "PageSize=20", "Id=a", "Id=b", "flag=true"]);
        let expected =
            json!({"Namespace": "KEC", "PageSize": 20, "Id.N": ["a", "b"], "flag": true});
        assert_eq!(parsed, Ok(expected));
    }

    #[test]
    fn times_relative_to_now_are_written_as_the_service_expects() {
        assert_eq!(
            parse(&["StartTime=-15m"]),
            Ok(json!({"StartTime": "2026-11-22T10:45:00Z"}))
        );
        assert_eq!(
            parse(&["StartTime=now"]),
            Ok(json!({"StartTime": "2026-11-22T11:00:00Z"}))
        );
        let exact = "2026-11-22T01:02:03Z";
        assert_eq!(
            parse(&[&format!("StartTime={exact}")]),
            Ok(json!({"StartTime": exact}))
        );
    }

    #[test]
    fn objects_and_lists_may_be_json() {
        assert_eq!(
            parse(&["parameter={\"a\": 1}", "Id=[\"x\"]"]),
            Ok(json!({"parameter": {"a": 1}, "Id.N": ["x"]}))
        );
        assert!(parse(&["parameter=x"]).is_err());
        assert!(parse(&["Namespace=a", "Namespace=b"]).is_err());
        assert!(parse(&["no-equals-sign"]).is_err());
    }

    #[test]
    fn what_cannot_be_read_is_left_to_the_check() {
        assert_eq!(parse(&["PageSize=many"]), Ok(json!({"PageSize": "many"})));
    }
}
