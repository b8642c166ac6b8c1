//! The operations, in the document's order.
//!
//! Answers come in three envelopes (huawei-coc.md, 5.1): [`Data`], [`Envelope`], and bare objects for patches and
//! the identity service.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use crate::cloud::declare::Entry;
use crate::cloud::loose;

mod alarms;
mod checks;
mod identity;
mod incidents;
mod orders;
mod patches;
mod resources;
mod scripts;
mod warrooms;

pub use alarms::*;
pub use identity::*;
pub use incidents::*;
pub use orders::*;
pub use patches::*;
pub use resources::*;
pub use scripts::*;
pub use warrooms::*;

/// All operations.
pub const OPERATIONS: &[Entry] = &[
    Entry::of::<ListResources>(),
    Entry::of::<CreateScript>(),
    Entry::of::<ListScripts>(),
    Entry::of::<DeleteScript>(),
    Entry::of::<UpdateScript>(),
    Entry::of::<GetScript>(),
    Entry::of::<ExecuteScript>(),
    Entry::of::<GetScriptOrder>(),
    Entry::of::<ListScriptOrderBatches>(),
    Entry::of::<GetScriptOrderStatistics>(),
    Entry::of::<GetScriptOrderBatch>(),
    Entry::of::<ListScriptOrders>(),
    Entry::of::<OperateScriptOrder>(),
    Entry::of::<CreateIncident>(),
    Entry::of::<AcceptIncident>(),
    Entry::of::<CommitIncidentSolution>(),
    Entry::of::<ConfirmIncident>(),
    Entry::of::<GetIncident>(),
    Entry::of::<CreateWarRoom>(),
    Entry::of::<ListWarRooms>(),
    Entry::of::<ReportCustomAlarm>(),
    Entry::of::<ListPatchCompliance>(),
    Entry::of::<GetPatchComplianceItems>(),
    Entry::of::<IamCreateToken>(),
    Entry::of::<IamListProjects>(),
    Entry::of::<IamListAuthProjects>(),
];

/// Operations beside the document's, which a service may offer or not (huawei-coc.md, 13).
pub const BESIDES: &[Entry] = &[Entry::of::<ListIncidentTickets>()];

/// The envelope of scripts, orders and resources: `{"data": …}` on the wire, missing in the document's tables. Both
/// forms are read (huawei-coc.md, 5.1 and 12, item 6); an empty body and `{}` are read as `null`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Data<T> {
    /// What is inside.
    pub data: T,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Data<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let inner = match Json::deserialize(from)? {
            Json::Object(object) if object.is_empty() => Json::Null,
            // A bare page has `total` beside its rows.
            Json::Object(mut object)
                if object.contains_key("data") && !object.contains_key("total") =>
            {
                object.remove("data").unwrap_or_default()
            }
            bare => bare,
        };
        let data = loose::with_path(inner).map_err(D::Error::custom)?;
        Ok(Self { data })
    }
}

/// One page of a list with the count of all matches (huawei-coc.md, 7).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// All matches, not only those of the page.
    #[serde(default, deserialize_with = "loose::integer")]
    pub total: Option<i64>,
    /// The rows.
    #[serde(
        bound(deserialize = "T: DeserializeOwned"),
        deserialize_with = "loose::list"
    )]
    pub data: Vec<T>,
}

/// The envelope of incidents, WarRooms and custom alarms (huawei-coc.md, 5.1). HTTP 200 does not imply success:
/// [`super::codes::problem`] looks at `error_code` before this is read.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Envelope<T> {
    /// `049` in samples; nobody checks it.
    pub provider_code: String,
    /// Success when all of its digits after the last dot are zero.
    pub error_code: String,
    /// What is wrong; `null` or `success` when nothing is.
    pub error_msg: Option<String>,
    /// What is inside.
    pub data: Option<T>,
}

/// [`Envelope`] as it is read.
#[derive(Deserialize)]
struct AnyEnvelope {
    #[serde(default, deserialize_with = "loose::text")]
    provider_code: String,
    #[serde(default, deserialize_with = "loose::text")]
    error_code: String,
    #[serde(default, deserialize_with = "loose::maybe_text")]
    error_msg: Option<String>,
    #[serde(default)]
    data: Json,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Envelope<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut value = Json::deserialize(from)?;
        let is_bare = ["data", "error_code", "provider_code"]
            .iter()
            .all(|key| value.get(key).is_none());
        if is_bare {
            value = serde_json::json!({ "data": value });
        }
        let outer: AnyEnvelope = loose::with_path(value).map_err(D::Error::custom)?;
        let data = match outer.data {
            Json::Null => None,
            inner => Some(
                loose::with_path(inner)
                    .map_err(|error| D::Error::custom(format!("data: {error}")))?,
            ),
        };
        Ok(Self {
            provider_code: outer.provider_code,
            error_code: outer.error_code,
            error_msg: outer.error_msg,
            data,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_read_with_and_without_data() {
        let page: Data<Page<i64>> =
            serde_json::from_value(json!({"data": {"total": 70, "data": [1]}})).unwrap();
        assert_eq!(page.data.data, [1]);
        let bare: Data<Page<i64>> =
            serde_json::from_value(json!({"total": "70", "data": [1]})).unwrap();
        assert_eq!(bare, page);
        let list: Data<Vec<i64>> = serde_json::from_value(json!([1, 2])).unwrap();
        assert_eq!(list.data, [1, 2]);
        let empty: Data<Option<String>> = serde_json::from_value(json!({})).unwrap();
        assert_eq!(empty.data, None);
    }

    #[test]
    fn a_page_without_rows_is_an_error() {
        assert!(serde_json::from_value::<Data<Page<i64>>>(json!({"data": {"total": 1}})).is_err());
        assert!(serde_json::from_value::<Data<Page<i64>>>(json!({})).is_err());
    }

    #[test]
    fn envelopes_may_lack_everything_but_their_content() {
        let full: Envelope<String> = serde_json::from_value(
            json!({"provider_code": 49, "error_code": "GOM.00000000", "error_msg": null, "data": "WR1"}),
        )
        .unwrap();
        assert_eq!(full.data.as_deref(), Some("WR1"));
        assert_eq!(full.provider_code, "49");
        let bare: Envelope<String> = serde_json::from_value(json!("WR1")).unwrap();
        assert_eq!(bare.data, full.data);
    }
}
