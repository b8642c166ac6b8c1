//! From typed input to a wire-ready request.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json};

use super::check::is_path_segment;
use super::{given, is_scalar, place_of, split_index, text_of};
use crate::cloud::declare::{Entry, Form, Kind, Param, Place, Violation};

/// Everything but RFC 3986's unreserved characters.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Percent-encodes all but `A-Z a-z 0-9 - _ . ~` (RFC 3986, section 2.3), in upper case.
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, STRICT).to_string()
}

/// A wire-ready request without authentication: absolute URI, `Host`, and `Content-Type` where there is a body.
///
/// `base` is the service's base URL; `list_base` is where dotted lists start. Parameters keep their declared order.
///
/// # Errors
///
/// A violation when the base URL is none, or when a value cannot travel in a path or a header.
pub fn encode(
    entry: &Entry,
    input: &Json,
    base: &str,
    list_base: u32,
) -> Result<http::Request<Bytes>, Violation> {
    let empty = Map::new();
    let members = input.as_object().unwrap_or(&empty);
    let call = &entry.call;
    let mut sorted = Sorted::default();
    if call.is_rpc {
        sorted.query.push(("Action".into(), call.action.into()));
        if !call.version.is_empty() {
            sorted.query.push(("Version".into(), call.version.into()));
        }
    }
    if let Some((name, value)) = call.when {
        match call.form {
            Form::Json => drop(sorted.body.insert(name.into(), value.into())),
            Form::Form => sorted.form.push((name.into(), value.into())),
            Form::Query => sorted.query.push((name.into(), value.into())),
        }
    }
    let mut path = call.path.to_owned();
    for param in entry.params {
        let place = place_of(call, param);
        sorted.declares_body |= place == Place::Body;
        let Some((_, value)) = given(param, entry.params, members) else {
            continue;
        };
        if call.when.is_some_and(|(name, _)| name == param.name) {
            continue;
        }
        match place {
            Place::Path => {
                let text = text_of(value);
                if !is_path_segment(&text) {
                    return Err(Violation::new(
                        param.name,
                        "cannot be part of the path",
                        text,
                    ));
                }
                path = path.replace(&format!("{{{}}}", param.name), &percent_encode(&text));
            }
            Place::Header => sorted.headers.push(header(param, value)?),
            Place::Body if call.bare_body => sorted.bare = Some(to_json(param, &param.kind, value)),
            Place::Body => {
                sorted
                    .body
                    .insert(param.name.to_owned(), to_json(param, &param.kind, value));
            }
            Place::Query => {
                let pairs = if call.form == Form::Form && param.place.is_none() {
                    &mut sorted.form
                } else {
                    &mut sorted.query
                };
                flatten(param, param.name, &param.kind, value, list_base, pairs);
            }
        }
    }
    sorted.into_request(entry, base, &path)
}

/// The parameters, sorted by where they travel.
#[derive(Default)]
struct Sorted {
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Map<String, Json>,
    bare: Option<Json>,
    declares_body: bool,
}

impl Sorted {
    fn into_request(
        self,
        entry: &Entry,
        base: &str,
        path: &str,
    ) -> Result<http::Request<Bytes>, Violation> {
        let (uri, host) = absolute(base, path, &self.query)?;
        let (body, content_type) = match entry.call.form {
            Form::Form => (
                pairs(&self.form),
                Some("application/x-www-form-urlencoded; charset=utf-8"),
            ),
            _ if self.bare.is_some() => (
                self.bare.unwrap_or_default().to_string(),
                Some("application/json"),
            ),
            _ if self.declares_body || !self.body.is_empty() => (
                Json::Object(self.body).to_string(),
                Some("application/json"),
            ),
            _ => (String::new(), None),
        };
        let mut request = http::Request::builder()
            .method(entry.call.method)
            .uri(uri)
            .header(HOST, host)
            .body(Bytes::from(body))
            .map_err(|error| {
                Violation::new("endpoint", "must give a usable URL", error.to_string())
            })?;
        if let Some(kind) = content_type {
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        request.headers_mut().extend(self.headers);
        Ok(request)
    }
}

/// The absolute URI, and the host as it belongs into the `Host` header: without the scheme's default port.
fn absolute(
    base: &str,
    path: &str,
    query: &[(String, String)],
) -> Result<(http::Uri, String), Violation> {
    let bad = |rule: &str| Violation::new("endpoint", rule, base);
    let parsed: http::Uri = base
        .trim_end_matches('/')
        .parse()
        .map_err(|_| bad("must be a URL such as https://host"))?;
    let (Some(scheme), Some(authority)) = (parsed.scheme_str(), parsed.authority()) else {
        return Err(bad(
            "must be a URL with scheme and host, such as https://host",
        ));
    };
    if !matches!(scheme, "http" | "https") || parsed.query().is_some() {
        return Err(bad("must be an http or https URL without a query"));
    }
    if authority.as_str().contains('@') {
        return Err(Violation::new(
            "endpoint",
            "must not contain credentials",
            "***",
        ));
    }
    let default_port = if scheme == "http" { 80 } else { 443 };
    let host = match authority.port_u16() {
        Some(port) if port != default_port => format!("{}:{port}", authority.host()),
        _ => authority.host().to_owned(),
    };
    let prefix = parsed.path().trim_end_matches('/');
    let query = pairs(query);
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{authority}{prefix}{path}{mark}{query}")
        .parse()
        .map(|uri| (uri, host))
        .map_err(|_| bad("must give a usable URL"))
}

/// Pairs in the strict percent-encoding, joined: a query string or a form body.
pub(super) fn pairs(pairs: &[(String, String)]) -> String {
    let encoded: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect();
    encoded.join("&")
}

fn header(param: &Param, value: &Json) -> Result<(HeaderName, HeaderValue), Violation> {
    let text = text_of(value);
    let name = HeaderName::try_from(param.name);
    let value = HeaderValue::try_from(text.as_str());
    match (name, value) {
        (Ok(name), Ok(mut value)) => {
            value.set_sensitive(param.secret);
            Ok((name, value))
        }
        _ if param.secret => Err(Violation::new(
            param.name,
            "cannot travel in a header",
            "***",
        )),
        _ => Err(Violation::new(
            param.name,
            "cannot travel in a header",
            text,
        )),
    }
}

/// A value as it stands in a JSON body: members in declared order, canonical names, numbers as text where declared.
fn to_json(param: &Param, kind: &Kind, value: &Json) -> Json {
    match (kind, value) {
        (Kind::Object(fields), Json::Object(members)) => {
            let object: Map<String, Json> = fields
                .iter()
                .filter_map(|field| {
                    let (_, value) = given(field, fields, members)?;
                    Some((field.name.to_owned(), to_json(field, &field.kind, value)))
                })
                .collect();
            if param.as_text {
                Json::String(Json::Object(object).to_string())
            } else {
                object.into()
            }
        }
        (Kind::List(_), Json::Array(elements)) if param.csv => csv(elements).into(),
        (Kind::List(inner), Json::Array(elements)) => elements
            .iter()
            .map(|element| to_json(param, inner, element))
            .collect(),
        (Kind::Map(inner), Json::Object(members)) => members
            .iter()
            .map(|(key, value)| (key.clone(), to_json(param, inner, value)))
            .collect::<Map<_, _>>()
            .into(),
        _ if param.as_text => text_of(value).into(),
        _ => value.clone(),
    }
}

fn csv(elements: &[Json]) -> String {
    elements.iter().map(text_of).collect::<Vec<_>>().join(",")
}

/// Flattens a value into query pairs: a repeated key for plain lists, `Id.1` for `Id.N`, `Slb.1.Id` for lists of
/// objects (ksc-autoscaling.md, 3.3; ksc-monitor.md, 13; tencent-monitor.md, 1.1).
fn flatten(
    param: &Param,
    name: &str,
    kind: &Kind,
    value: &Json,
    base: u32,
    out: &mut Vec<(String, String)>,
) {
    match (kind, value) {
        (Kind::Object(_) | Kind::List(_) | Kind::Map(_), _) if param.as_text => {
            let plain = Param {
                as_text: false,
                ..*param
            };
            out.push((name.to_owned(), to_json(&plain, kind, value).to_string()));
        }
        (Kind::Object(fields), Json::Object(members)) => {
            for field in *fields {
                if let Some((_, value)) = given(field, fields, members) {
                    let name = format!("{name}.{}", field.name);
                    // The index letter of the parent is filled in already, so the first one left is the field's.
                    flatten(field, &name, &field.kind, value, base, out);
                }
            }
        }
        (Kind::List(_), Json::Array(elements)) if param.csv => {
            out.push((name.to_owned(), csv(elements)));
        }
        (Kind::List(inner), Json::Array(elements)) => {
            for (index, element) in (u64::from(base)..).zip(elements) {
                let name = match split_index(name) {
                    Some((before, "")) => format!("{before}.{index}"),
                    Some((before, after)) => format!("{before}.{index}.{after}"),
                    None if is_scalar(inner) => name.to_owned(),
                    None => format!("{name}.{index}"),
                };
                flatten(param, &name, inner, element, base, out);
            }
        }
        (Kind::Map(inner), Json::Object(members)) => {
            for (key, value) in members {
                flatten(param, &format!("{name}.{key}"), inner, value, base, out);
            }
        }
        _ => out.push((name.to_owned(), text_of(value))),
    }
}
