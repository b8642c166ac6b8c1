//! From an answer's bytes to a typed value.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::halves::mended;
use super::tolerant::{Lenient, Track};
use super::xml;

/// Deeper XML is refused; `serde_json` has the same bound.
const MAX_DEPTH: usize = 128;

/// What an answer is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// XML: what KSC sends unless asked for JSON, and sometimes even then.
    Xml,
}

impl Format {
    /// The format of an answer, by its first byte; `None` for HTML, for an empty answer, and for content types that
    /// carry neither (pictures, archives).
    ///
    /// The content type alone is no guide: JSON arrives as `text/html` (tencent-monitor.md, 1) and XML errors where
    /// JSON was asked for (ksc-autoscaling.md, 6.1).
    pub fn detect(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let carries = kind.is_empty()
            || kind.starts_with("text/")
            || ["json", "xml", "octet-stream", "form"]
                .iter()
                .any(|word| kind.contains(word));
        if !carries {
            return None;
        }
        let body = without_bom(body).trim_ascii_start();
        match body.first()? {
            b'{' | b'[' => Some(Self::Json),
            b'<' if is_html(body) => None,
            b'<' => Some(Self::Xml),
            _ if kind.contains("json") => Some(Self::Json),
            _ => None,
        }
    }
}

fn is_html(body: &[u8]) -> bool {
    let start = body.get(..body.len().min(512)).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.contains("<html")
}

fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Why an answer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{reason}", path, if path.is_empty() { "" } else { ": " })]
pub struct DecodeError {
    /// Where: `data[3].average`; empty at the top.
    pub path: String,
    /// Why, in the parser's words.
    pub reason: String,
}

/// Decodes an answer straight from its bytes, in the tolerant way that the references ask for. The root
/// element of XML has no counterpart in the struct.
///
/// # Errors
///
/// The place and the reason; also when something follows the value.
pub fn decode_answer<T: DeserializeOwned>(format: Format, body: &[u8]) -> Result<T, DecodeError> {
    let body = without_bom(body);
    read_answer(format, body).or_else(|error| match mended(body) {
        Some(body) => read_answer(format, &body),
        None => Err(error),
    })
}

fn read_answer<T: DeserializeOwned>(format: Format, body: &[u8]) -> Result<T, DecodeError> {
    let track = Track::default();
    let place = |reason: String| DecodeError {
        path: track.path(),
        reason,
    };
    match format {
        // `null` is an answer only for a type that says so itself.
        Format::Json if body.trim_ascii() == b"null" => {
            serde_json::from_slice(body).map_err(|error| place(error.to_string()))
        }
        Format::Json => {
            let mut json = serde_json::Deserializer::from_slice(body);
            let value = T::deserialize(Lenient::new(&mut json, &track));
            value
                .and_then(|value| json.end().map(|()| value))
                .map_err(|error| place(error.to_string()))
        }
        Format::Xml => {
            let text = std::str::from_utf8(body).map_err(|error| place(error.to_string()))?;
            xml::read(text, &track).map_err(|error| place(error.to_string()))
        }
    }
}

/// XML as JSON, for people and untyped calls: elements become members, repeated elements lists, everything else text;
/// attributes are dropped, and so is the root element. Without a root element around them all elements are members.
///
/// # Errors
///
/// What is wrong with the XML.
pub fn xml_to_json(body: &[u8]) -> Result<Json, DecodeError> {
    let broken = |reason: String| DecodeError {
        path: String::new(),
        reason,
    };
    let text = std::str::from_utf8(without_bom(body)).map_err(|error| broken(error.to_string()))?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut whole = Element::named("");
    loop {
        let event = reader
            .read_event()
            .map_err(|error| broken(error.to_string()))?;
        match event {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err(broken("elements are nested too deeply".into()));
                }
                open.push(Element::named(start.local_name().as_ref()));
            }
            Event::Empty(start) => {
                let element = Element::named(start.local_name().as_ref());
                close(element, &mut open, &mut whole);
            }
            Event::End(_) => {
                let element = open
                    .pop()
                    .ok_or_else(|| broken("an end without a start".into()))?;
                close(element, &mut open, &mut whole);
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content()),
            Event::CData(text) => add_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => {
                let reference = format!("&{};", name.xml10_content());
                let plain = quick_xml::escape::unescape(&reference)
                    .map_err(|error| broken(error.to_string()))?;
                add_text(&mut open, &plain);
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if !open.is_empty() || whole.members.is_empty() {
        return Err(broken("the XML ends before its root element does".into()));
    }
    let mut members = whole.members.values();
    match (members.next(), members.next()) {
        (Some(Json::Object(root)), None) => Ok(Json::Object(root.clone())),
        (Some(Json::String(text)), None) if text.is_empty() => Ok(Json::String(String::new())),
        _ => Ok(Json::Object(whole.members)),
    }
}

/// An element that is being read.
struct Element {
    name: String,
    text: String,
    members: Map<String, Json>,
    /// Members that have become lists, so that a list of lists is not taken for one.
    lists: Vec<String>,
}

impl Element {
    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            text: String::new(),
            members: Map::new(),
            lists: Vec::new(),
        }
    }

    fn add(&mut self, name: String, value: Json) {
        match self.members.get_mut(&name) {
            None => drop(self.members.insert(name, value)),
            Some(Json::Array(list)) if self.lists.contains(&name) => list.push(value),
            Some(first) => {
                *first = Json::Array(vec![first.take(), value]);
                self.lists.push(name);
            }
        }
    }
}

fn close(element: Element, open: &mut [Element], whole: &mut Element) {
    let value = if element.members.is_empty() {
        Json::String(element.text.trim().to_owned())
    } else {
        Json::Object(element.members)
    };
    open.last_mut().unwrap_or(whole).add(element.name, value);
}

fn add_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}
