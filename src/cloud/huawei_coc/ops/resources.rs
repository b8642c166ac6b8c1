//! Resources (huawei-coc.md, 10.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use super::Data;
use crate::cloud::declare::Call;
use crate::cloud::loose;
use crate::operation;

operation! {
    /// Lists resources of one service and kind, for example servers: where scripts can run.
    ListResources -> Data<Vec<ResourceRow>>, "huawei-coc.list_resources",
        Call::rest("ListResources", "v1", "GET", "/v1/resources");
    /// Only these, by the id the cloud service gave.
    resource_id_list: Vec<String> = "resource_id_list",
    /// Cloud service, for example `ecs`.
    provider: String = "provider",
    /// Kind, for example `cloudservers`.
    kind: String = "type",
    /// Rows per page.
    limit: i64 = "limit".range(1, 100),
    /// `id` of the last row of the previous page.
    marker: Option<String> = "marker",
}

/// A resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceRow {
    /// Id in the inventory, and key for paging.
    #[serde(deserialize_with = "loose::text")]
    pub id: String,
    /// Id given by the cloud service.
    #[serde(deserialize_with = "loose::text")]
    pub resource_id: String,
    /// Name.
    #[serde(deserialize_with = "loose::text")]
    pub name: String,
    /// Cloud service.
    #[serde(deserialize_with = "loose::text")]
    pub provider: String,
    /// Kind.
    #[serde(rename = "type", deserialize_with = "loose::text")]
    pub kind: String,
    /// Project it is in.
    #[serde(deserialize_with = "loose::text")]
    pub project_id: String,
    /// Region it is in.
    #[serde(deserialize_with = "loose::text")]
    pub region_id: String,
    /// Enterprise project it is in.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub ep_id: Option<String>,
    /// Tags; an object in the document, a list of `{key, value}` today. Both are read.
    #[serde(deserialize_with = "tags")]
    pub tags: BTreeMap<String, String>,
    /// What the cloud service says of it.
    #[serde(deserialize_with = "properties")]
    pub properties: BTreeMap<String, Json>,
    /// Id of its agent; nothing can run without one.
    #[serde(deserialize_with = "loose::maybe_text")]
    pub agent_id: Option<String>,
    /// State of its agent: `ONLINE`, `OFFLINE`, `INSTALLING`, `FAILED`, `UNINSTALLED`. Not in the document.
    #[serde(
        deserialize_with = "loose::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub agent_state: Option<String>,
    /// Its address in the network. Not in the document.
    #[serde(
        deserialize_with = "loose::maybe_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub inner_ip: Option<String>,
}

/// One tag of the list form.
#[derive(Deserialize)]
struct Tag {
    #[serde(deserialize_with = "loose::text")]
    key: String,
    #[serde(default, deserialize_with = "loose::text")]
    value: String,
}

/// One tag's value of the object form.
#[derive(Deserialize)]
struct TagValue(#[serde(deserialize_with = "loose::text")] String);

#[derive(Deserialize)]
#[serde(untagged)]
enum Tags {
    Map(BTreeMap<String, TagValue>),
    List(Vec<Tag>),
    Nothing(()),
}

fn tags<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    Ok(match Tags::deserialize(from)? {
        Tags::Map(map) => map.into_iter().map(|(key, value)| (key, value.0)).collect(),
        Tags::List(list) => list.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        Tags::Nothing(()) => BTreeMap::new(),
    })
}

fn properties<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Json>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tags_are_an_object_or_a_list() {
        for form in [
            json!({"team": "payments", "tier": 1}),
            json!([{"key": "team", "value": "payments"}, {"key": "tier", "value": 1}]),
        ] {
            let row: ResourceRow =
                serde_json::from_value(json!({"id": "1", "tags": form})).unwrap();
            assert_eq!(row.tags["team"], "payments");
            assert_eq!(row.tags["tier"], "1");
        }
        let row: ResourceRow =
            serde_json::from_value(json!({"tags": null, "properties": null})).unwrap();
        assert!(row.tags.is_empty() && row.properties.is_empty());
    }
}
