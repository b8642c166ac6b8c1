//! Rows as they came (huawei-esm.md, 1.10): numbers as text, three ways to say "nothing", fields of the wrong type. A
//! field keeps what was sent; what it means is asked of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::cloud::huawei_esm::time::instant;

/// A value as it came: text, a number, anything. Missing, `null`, empty text, the word `null` and `-` all mean that
/// it is not known, never zero.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loose(Json);

impl Loose {
    /// Was it not sent at all?
    pub const fn is_missing(&self) -> bool {
        matches!(self.0, Json::Null)
    }

    /// The text as it came, numbers in their digits, objects and lists as JSON; empty when it was not sent.
    pub fn raw(&self) -> String {
        match &self.0 {
            Json::Null => String::new(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The text, when it says anything.
    pub fn text(&self) -> Option<String> {
        let text = self.raw();
        let text = text.trim();
        (!matches!(text, "" | "null" | "-")).then(|| text.to_owned())
    }

    /// The number it is or spells; infinity and the like are none.
    pub fn number(&self) -> Option<f64> {
        let number: f64 = self.text()?.parse().ok()?;
        number.is_finite().then_some(number)
    }

    /// The whole number it is or spells.
    pub fn integer(&self) -> Option<i64> {
        let text = self.text()?;
        match text.split_once('.') {
            None => text.parse().ok(),
            Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => {
                whole.parse().ok()
            }
            Some(_) => None,
        }
    }

    /// The instant it names, in any of the document's forms; `zone` is for those that name none.
    pub fn instant(&self, zone: Offset) -> Option<Timestamp> {
        instant(&self.text()?, zone)
    }

    /// The value itself.
    pub const fn json(&self) -> &Json {
        &self.0
    }
}

impl From<Json> for Loose {
    fn from(value: Json) -> Self {
        Self(value)
    }
}

impl Serialize for Loose {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Json::deserialize(from).map(Self)
    }
}

/// A row that can be had of anything.
pub trait WireRow: Serialize + DeserializeOwned {
    /// A row whose fields could not be told apart: all of them under the names they came with.
    fn unsorted(fields: BTreeMap<String, Json>) -> Self;

    /// Every field that was sent, under its wire name and in the document's order.
    fn fields(&self) -> Vec<(String, String)> {
        let Ok(Json::Object(fields)) = serde_json::to_value(self) else {
            return Vec::new();
        };
        let text = |value: Json| Loose(value).raw();
        fields
            .into_iter()
            .map(|(name, value)| (name, text(value)))
            .collect()
    }
}

/// One page of a list. `total` counts all matches; it is a number, a number as text, or a description
/// (huawei-esm.md, 1.10), and comes before or after the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "R: Serialize", deserialize = "R: WireRow"))]
pub struct Page<R> {
    /// Return code; documented for capacity, never seen.
    #[serde(default, skip_serializing_if = "Loose::is_missing")]
    pub code: Loose,
    /// Message; documented for capacity, never seen.
    #[serde(default, skip_serializing_if = "Loose::is_missing")]
    pub msg: Loose,
    /// All matches.
    #[serde(default, skip_serializing_if = "Loose::is_missing")]
    pub total: Loose,
    /// The rows.
    #[serde(default = "Vec::new", deserialize_with = "rows")]
    pub list: Vec<R>,
}

/// The rows of a list, each kept whatever it looks like; `null` is an empty list.
pub fn rows<'de, D: Deserializer<'de>, R: WireRow>(from: D) -> Result<Vec<R>, D::Error> {
    let items = match Json::deserialize(from)? {
        Json::Null => Vec::new(),
        Json::Array(items) => items,
        other => {
            return Err(serde::de::Error::custom(format!(
                "expected a list of rows, found {}",
                other.to_string().chars().take(40).collect::<String>()
            )));
        }
    };
    Ok(items.into_iter().map(row).collect())
}

fn row<R: WireRow>(item: Json) -> R {
    let fields: BTreeMap<String, Json> = match &item {
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        other => BTreeMap::from([("?".to_owned(), other.clone())]),
    };
    if item.is_object()
        && let Ok(row) = serde_json::from_value(item)
    {
        return row;
    }
    R::unsorted(fields)
}

/// Declares a row: its fields and their wire names, with other spellings behind bars.
macro_rules! wire_row {
    (
        $(#[doc = $doc:literal])+
        $name:ident;
        $( $(#[doc = $fdoc:literal])+ $field:ident = $wire:literal $(| $alias:literal)* ),* $(,)?
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $(
                $(#[doc = $fdoc])+
                #[serde(
                    rename = $wire,
                    $(alias = $alias,)*
                    default,
                    skip_serializing_if = "crate::cloud::huawei_esm::ops::Loose::is_missing"
                )]
                pub $field: $crate::cloud::huawei_esm::ops::Loose,
            )*
            /// Fields the document does not have.
            #[serde(flatten)]
            pub further: std::collections::BTreeMap<String, serde_json::Value>,
        }

        impl $crate::cloud::huawei_esm::ops::WireRow for $name {
            fn unsorted(further: std::collections::BTreeMap<String, serde_json::Value>) -> Self {
                Self {
                    further,
                    ..Self::default()
                }
            }
        }
    };
}
pub(super) use wire_row;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    wire_row! {
        /// A row for the tests.
        Sample;
        /// Left over.
        available = "available" | "avaliable",
        /// When.
        at = "timestamp",
    }

    fn page(body: Json) -> Page<Sample> {
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn nothing_has_many_forms_and_is_never_zero() {
        for nothing in [
            json!(null),
            json!(""),
            json!(" "),
            json!("null"),
            json!("-"),
        ] {
            let value = Loose::from(nothing.clone());
            assert_eq!(value.number(), None, "{nothing}");
            assert_eq!(value.integer(), None, "{nothing}");
            assert_eq!(value.text(), None, "{nothing}");
            assert_eq!(value.instant(Offset::UTC), None, "{nothing}");
        }
        assert_eq!(Loose::from(json!("0")).number(), Some(0.0));
    }

    #[test]
    fn numbers_come_as_text_and_as_numbers() {
        assert_eq!(
            Loose::from(json!("94.5693359375")).number(),
            Some(94.569_335_937_5)
        );
        assert_eq!(Loose::from(json!(7)).integer(), Some(7));
        assert_eq!(Loose::from(json!("33")).integer(), Some(33));
        assert_eq!(Loose::from(json!("33.0")).integer(), Some(33));
        assert_eq!(Loose::from(json!("33.5")).integer(), None);
        assert_eq!(Loose::from(json!("total number")).integer(), None);
        assert_eq!(Loose::from(json!("inf")).number(), None);
    }

    #[test]
    fn both_spellings_are_read_and_no_row_is_lost() {
        let page = page(json!({
            "total": "2",
            "list": [
                {"available": "1"},
                {"avaliable": "2", "timestamp": ["odd"]},
                {"available": "3", "avaliable": "4"},
                "not a row",
            ],
        }));
        assert_eq!(page.total.integer(), Some(2));
        let available: Vec<_> = page.list.iter().map(|row| row.available.number()).collect();
        assert_eq!(available, [Some(1.0), Some(2.0), None, None]);
        assert_eq!(page.list[1].at.raw(), r#"["odd"]"#);
        assert_eq!(page.list[2].further.len(), 2);
        assert_eq!(
            page.list[3].fields(),
            [("?".to_owned(), "not a row".to_owned())]
        );
    }

    #[test]
    fn no_list_is_an_empty_one() {
        assert!(page(json!({"total": 0})).list.is_empty());
        assert!(page(json!({"list": null})).list.is_empty());
        assert!(serde_json::from_value::<Page<Sample>>(json!({"list": 7})).is_err());
    }
}
