//! The wire, both directions side by side: the client encodes requests and decodes answers, the simulator decodes
//! requests with the same declarations.
//!
//! Input is a JSON object whose keys are the declared wire names, exactly as a declared operation serializes itself:
//! `{"Id.N": ["a"], "Slb.N": [{"Id": "lb", "ServerPort.M": [80]}]}`. Aliases and names without their index letter
//! (`Id` for `Id.N`) are understood too.

mod answer;
mod check;
mod encode;
mod halves;
mod mend;
mod request;
#[cfg(test)]
mod tests;
mod tolerant;
mod xml;

pub use answer::{DecodeError, Format, decode_answer, xml_to_json};
pub use check::{check, check_entry};
pub use encode::{encode, percent_encode};
pub use mend::mend;
pub use request::{decode_request, match_path, parse_text};
pub use tolerant::Items;

use serde_json::{Map, Value as Json};

use super::declare::{Call, Form, Kind, Param, Place};

/// Where a parameter of this call travels.
pub fn place_of(call: &Call, param: &Param) -> Place {
    if let Some(place) = param.place {
        return place;
    }
    let braced = call.path.split('/').any(|segment| {
        segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            == Some(param.name)
    });
    match call.form {
        _ if braced => Place::Path,
        Form::Query | Form::Form => Place::Query,
        Form::Json => Place::Body,
    }
}

/// The value given for a parameter: under its name, an alias, or its name without the index letter, unless that is the
/// name of another one of `all` (`InstanceType` and `InstanceType.N`).
fn given<'a>(
    param: &Param,
    all: &[Param],
    input: &'a Map<String, Json>,
) -> Option<(&'a str, &'a Json)> {
    let plain = param
        .name
        .strip_suffix(".N")
        .or_else(|| param.name.strip_suffix(".M"))
        .filter(|plain| all.iter().all(|other| other.name != *plain));
    std::iter::once(param.name)
        .chain(param.aliases.iter().copied())
        .chain(plain)
        .find_map(|name| input.get_key_value(name))
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.as_str(), value))
}

/// The part of a declared name before and after its index letter: `Dimensions.N.Name` is `("Dimensions", "Name")`.
fn split_index(name: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    for segment in name.split('.') {
        let to = from + segment.len();
        if matches!(segment, "N" | "M") && from > 0 {
            let before = name.get(..from - 1)?;
            return Some((before, name.get(to..)?.trim_start_matches('.')));
        }
        from = to + 1;
    }
    None
}

/// Is a value of this kind a single text on the wire?
fn is_scalar(kind: &Kind) -> bool {
    !matches!(kind, Kind::Object(_) | Kind::List(_) | Kind::Map(_))
}

/// A scalar as text; anything else as JSON text.
fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
