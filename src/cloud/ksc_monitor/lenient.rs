//! Reading what this service sends although its documents promise something else: numbers as text, the text
//! `null`, one object where a list is expected (ksc-monitor.md, 7).

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

/// One statistic of one point: sent as text in JSON, as `"null"` where there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figure(pub Option<f64>);

impl Figure {
    /// A value. What is not finite has no form on the wire and becomes a missing one.
    pub fn new(value: f64) -> Self {
        Self(value.is_finite().then_some(value))
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(value) => serializer.collect_str(&value),
            None => serializer.serialize_str("null"),
        }
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(deserializer
            .deserialize_any(Loose)?
            .number()
            .map_or(Self(None), Self::new))
    }
}

/// A whole number from a number or text; `None` for nothing, blank or `null`.
pub fn opt_int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let scalar = deserializer.deserialize_any(Loose)?;
    Ok(scalar.integer())
}

/// A whole number from a number or text; 0 for nothing, blank or `null`.
pub fn int<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Ok(opt_int(deserializer)?.unwrap_or(0))
}

/// A text from text, a number or a boolean; empty for nothing.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(deserializer.deserialize_any(Loose)?.text())
}

/// A text as above; `None` for nothing.
pub fn opt_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match deserializer.deserialize_any(Loose)? {
        Scalar::Nothing => None,
        scalar => Some(scalar.text()),
    })
}

/// A list from a list, a single element, the XML wrapper around repeated elements, or nothing.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_any(Items(PhantomData))
}

/// A value that is not a container.
enum Scalar {
    Nothing,
    Int(i64),
    Float(f64),
    Text(String),
}

impl Scalar {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Nothing => None,
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole numbers within the exact range of f64 only"
    )]
    fn integer(&self) -> Option<i64> {
        let whole = |value: f64| {
            (value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0).then_some(value as i64)
        };
        match self {
            Self::Nothing => None,
            Self::Int(value) => Some(*value),
            Self::Float(value) => whole(*value),
            Self::Text(text) => {
                let text = text.trim();
                text.parse()
                    .ok()
                    .or_else(|| text.parse().ok().and_then(whole))
            }
        }
    }

    fn text(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(text) => text,
        }
    }
}

struct Loose;

impl<'de> Visitor<'de> for Loose {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text or nothing")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Int(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::Float(value as f64), Scalar::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_none<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Scalar, D::Error> {
        deserializer.deserialize_any(self)
    }
}

struct Items<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Items<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, one element of it, or nothing")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        let mut object = serde_json::Map::deserialize(MapAccessDeserializer::new(map))?;
        let wrapped = object
            .keys()
            .next()
            .filter(|key| object.len() == 1 && is_wrapper(key))
            .cloned();
        let items = match wrapped.and_then(|key| object.remove(&key)) {
            Some(Json::Array(items)) => items,
            Some(Json::Null) => Vec::new(),
            Some(item) => vec![item],
            None => vec![Json::Object(object)],
        };
        items
            .into_iter()
            .map(|item| serde_json::from_value(item).map_err(serde::de::Error::custom))
            .collect()
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Vec<T>, E> {
        if value.trim().is_empty() {
            return Ok(Vec::new());
        }
        let item = serde_json::from_value(Json::String(value.to_owned())).map_err(E::custom)?;
        Ok(vec![item])
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_none<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
}

/// Elements that XML puts around the items of a list, where JSON has the list itself.
fn is_wrapper(name: &str) -> bool {
    ["member", "ErrorMessage", "GetMetricStatisticsBatchResult"]
        .iter()
        .any(|wrapper| wrapper.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Item {
        #[serde(default, deserialize_with = "int")]
        id: i64,
    }

    fn items(value: Json) -> Vec<i64> {
        let items: Vec<Item> = list(value).expect("readable");
        items.into_iter().map(|item| item.id).collect()
    }

    #[test]
    fn a_list_has_many_forms() {
        assert_eq!(items(json!([{"id": 1}, {"id": "2"}])), [1, 2]);
        assert_eq!(items(json!({"id": 3})), [3]);
        assert_eq!(items(json!({"member": [{"id": 4}, {}]})), [4, 0]);
        assert_eq!(items(json!({"member": {"id": 5}})), [5]);
        assert_eq!(
            items(json!({"GetMetricStatisticsBatchResult": [{"id": 6}]})),
            [6]
        );
        assert!(items(json!("")).is_empty());
        assert!(items(json!(null)).is_empty());
        assert!(items(json!({"member": null})).is_empty());
        let texts: Vec<String> = list(json!("only one")).expect("readable");
        assert_eq!(texts, ["only one"]);
    }

    #[test]
    fn a_figure_is_a_number_a_text_or_missing() {
        let read = |value: Json| serde_json::from_value::<Figure>(value).expect("readable").0;
        assert_eq!(read(json!("0.158")), Some(0.158));
        assert_eq!(read(json!(2)), Some(2.0));
        for missing in [
            json!("null"),
            json!(null),
            json!(""),
            json!("NaN"),
            json!("inf"),
        ] {
            assert_eq!(read(missing), None);
        }
        assert_eq!(
            serde_json::to_value(Figure::new(0.5)).ok(),
            Some(json!("0.5"))
        );
        assert_eq!(serde_json::to_value(Figure(None)).ok(), Some(json!("null")));
    }

    #[test]
    fn an_integer_is_read_from_text_too() {
        let read = |value: Json| opt_int(value).expect("readable");
        assert_eq!(read(json!(" 60 ")), Some(60));
        assert_eq!(read(json!("1.0")), Some(1));
        assert_eq!(read(json!(1.5)), None);
        assert_eq!(read(json!("null")), None);
        assert_eq!(read(json!(u64::MAX)), None);
    }
}
