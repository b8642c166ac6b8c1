//! From a request as it arrived to typed input: the inverse of [`encode`](super::encode()), and more tolerant than it.
//!
//! Accepts aliases, parameters in the query, in a form or in a JSON body whatever the declaration says, numbers and
//! booleans as text, lists as `Id.0`, `Id.1`, `Id[0]`, repeated keys or arrays (ksc-monitor.md, 13;
//! ksc-autoscaling.md, 3.3; tencent-monitor.md, 1.1). Unknown parameters are ignored, as the services do.

use http::header::CONTENT_TYPE;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value as Json};

use super::split_index;
use crate::cloud::declare::{Entry, Kind, Param, Violation};

/// Deeper names are not taken apart: no declaration needs more, and hostile ones must not exhaust the stack.
const MAX_SEGMENTS: usize = 16;

/// The typed input in a request: an object with canonical names, values of the declared kinds.
///
/// Missing and out-of-range values are [`check`](super::check())'s business, not this function's.
///
/// # Errors
///
/// The values that cannot be read as their declared kind.
pub fn decode_request(entry: &Entry, head: &Parts, body: &[u8]) -> Result<Json, Vec<Violation>> {
    let mut found = Vec::new();
    let arrived = Arrived::read(entry, head, body, &mut found);
    let mut input = Map::new();
    for param in entry.params {
        if let Some(value) = arrived.value(entry, param, head, &mut found) {
            input.insert(param.name.to_owned(), value);
        }
    }
    if found.is_empty() {
        Ok(Json::Object(input))
    } else {
        Err(found)
    }
}

/// Matches a path against a template such as `/v1/job/scripts/{script_uuid}`; the values are percent-decoded.
pub fn match_path<'t>(template: &'t str, path: &str) -> Option<Vec<(&'t str, String)>> {
    let mut values = Vec::new();
    let mut given = path.split('/');
    for wanted in template.split('/') {
        let given = given.next()?;
        match wanted
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) if !given.is_empty() => {
                values.push((
                    name,
                    percent_decode_str(given).decode_utf8_lossy().into_owned(),
                ));
            }
            None if wanted == given => {}
            Some(_) | None => return None,
        }
    }
    given.next().is_none().then_some(values)
}

/// A text as a value of this kind: `5` as a number, `true` or `1` as a boolean, JSON text as an object or a list,
/// `a,b` as a list of texts. `None` when it cannot be one.
pub fn parse_text(kind: &Kind, text: &str) -> Option<Json> {
    match kind {
        Kind::Text | Kind::Choice(_) => Some(text.into()),
        Kind::Integer => integer(text).map(Json::Number),
        Kind::Number => number(text).map(Json::Number),
        Kind::Bool => match text.trim() {
            "1" => Some(true.into()),
            "0" => Some(false.into()),
            word if word.eq_ignore_ascii_case("true") => Some(true.into()),
            word if word.eq_ignore_ascii_case("false") => Some(false.into()),
            _ => None,
        },
        Kind::Time(zone) => zone.read(text).map(|at| zone.write(at).into()),
        Kind::List(inner) if !text.trim_start().starts_with('[') => text
            .split(',')
            .map(|part| parse_text(inner, part.trim()))
            .collect(),
        Kind::Object(_) | Kind::Map(_) | Kind::List(_) => {
            let value = serde_json::from_str(text).ok()?;
            from_json(kind, &value)
        }
        Kind::Any => Some(match serde_json::from_str(text) {
            Ok(Json::String(_)) | Err(_) => text.into(),
            Ok(other) => other,
        }),
    }
}

fn integer(text: &str) -> Option<Number> {
    let text = text.trim();
    text.parse::<i64>()
        .map(Number::from)
        .or_else(|_| text.parse::<u64>().map(Number::from))
        .ok()
}

fn number(text: &str) -> Option<Number> {
    integer(text).or_else(|| Number::from_f64(text.trim().parse().ok()?))
}

/// A JSON value as a value of this kind, with the usual looseness between text, number and boolean.
fn from_json(kind: &Kind, value: &Json) -> Option<Json> {
    match (kind, value) {
        (Kind::Text | Kind::Choice(_), Json::Number(_) | Json::Bool(_)) => {
            Some(value.to_string().into())
        }
        (Kind::Any, _)
        | (Kind::Text | Kind::Choice(_), Json::String(_))
        | (Kind::Number, Json::Number(_))
        | (Kind::Bool, Json::Bool(_)) => Some(value.clone()),
        (Kind::Integer, Json::Number(number)) if !number.is_f64() => Some(value.clone()),
        (Kind::Bool, Json::Number(_)) | (_, Json::String(_)) => {
            parse_text(kind, &super::text_of(value))
        }
        (Kind::Object(fields), Json::Object(members)) => {
            let mut object = Map::new();
            for field in *fields {
                if let Some((_, value)) = super::given(field, fields, members) {
                    object.insert(field.name.to_owned(), from_json(&field.kind, value)?);
                }
            }
            Some(object.into())
        }
        (Kind::Map(inner), Json::Object(members)) => members
            .iter()
            .map(|(key, value)| Some((key.clone(), from_json(inner, value)?)))
            .collect::<Option<Map<_, _>>>()
            .map(Json::Object),
        (Kind::List(inner), Json::Array(elements)) => elements
            .iter()
            .map(|element| from_json(inner, element))
            .collect(),
        // One element where a list is expected.
        (Kind::List(inner), other) => from_json(inner, other).map(|one| Json::Array(vec![one])),
        _ => None,
    }
}

/// A request's parameters, wherever they stood.
struct Arrived<'t> {
    path: Vec<(&'t str, String)>,
    pairs: Node,
    body: Json,
}

impl<'t> Arrived<'t> {
    fn read(entry: &'t Entry, head: &Parts, body: &[u8], found: &mut Vec<Violation>) -> Self {
        let mut pairs = Node::default();
        // Clients of the query-RPC systems are form encoders; for REST a plus sign is a plus sign
        // (signing-huawei.md, 2.2).
        pairs.read(head.uri.query().unwrap_or_default(), entry.call.is_rpc);
        let kind = head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let mut json = Json::Null;
        let is_form = kind.starts_with("application/x-www-form-urlencoded");
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        if is_form && !matches!(first, Some(b'{' | b'[')) {
            pairs.read(&String::from_utf8_lossy(body), true);
        } else if first.is_some() {
            match serde_json::from_slice(body) {
                Ok(value) => json = value,
                Err(error) => found.push(Violation::new(
                    "body",
                    format!("must be JSON: {error}"),
                    format!("{} bytes", body.len()),
                )),
            }
        }
        Self {
            path: match_path(entry.call.path, head.uri.path()).unwrap_or_default(),
            pairs,
            body: json,
        }
    }

    fn value(
        &self,
        entry: &Entry,
        param: &Param,
        head: &Parts,
        found: &mut Vec<Violation>,
    ) -> Option<Json> {
        if let Some((_, text)) = self.path.iter().find(|(name, _)| *name == param.name) {
            return typed(param, &param.kind, text, param.name, found);
        }
        if entry.call.bare_body && !self.body.is_null() {
            let value = from_json(&param.kind, &self.body);
            return value.or_else(|| refuse(param, param.name, &self.body.to_string(), found));
        }
        if param.place == Some(crate::cloud::declare::Place::Header) {
            let text = head.headers.get(param.name)?.to_str().ok()?;
            return typed(param, &param.kind, text, param.name, found);
        }
        let names = std::iter::once(param.name).chain(param.aliases.iter().copied());
        for name in names {
            if let Some(value) = self.pairs.param(entry.params, param, name, name, found) {
                return Some(value);
            }
        }
        let (key, value) = super::given(param, entry.params, self.body.as_object()?)?;
        let loose = match value {
            Json::String(text) if param.csv || param.as_text => parse_text(&param.kind, text),
            _ => from_json(&param.kind, value),
        };
        loose.or_else(|| refuse(param, key, &value.to_string(), found))
    }
}

/// Query or form pairs, as a tree over the dots in their names.
#[derive(Default)]
struct Node {
    values: Vec<String>,
    children: Vec<(String, Self)>,
}

impl Node {
    fn read(&mut self, query: &str, plus_is_blank: bool) {
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name, plus_is_blank);
            // `Id[0]` is `Id.0`.
            let name = name.replace('[', ".").replace(']', "");
            let mut node = &mut *self;
            for segment in name.splitn(MAX_SEGMENTS, '.') {
                node = node.child_mut(segment);
            }
            node.values.push(decoded(value, plus_is_blank));
        }
    }

    fn child_mut(&mut self, name: &str) -> &mut Self {
        let known = self.children.iter().position(|(known, _)| known == name);
        let at = known.unwrap_or_else(|| {
            self.children.push((name.to_owned(), Self::default()));
            self.children.len() - 1
        });
        &mut self.children[at].1
    }

    fn walk(&self, path: &str) -> Option<&Self> {
        if path.is_empty() {
            return Some(self);
        }
        path.split('.').try_fold(self, |node, segment| {
            let child = node.children.iter().find(|(name, _)| name == segment);
            child.map(|(_, node)| node)
        })
    }

    /// The children with a number for a name, in the order of those numbers.
    fn indexed(&self) -> Vec<(u64, &Self)> {
        let mut all: Vec<_> = self
            .children
            .iter()
            .filter_map(|(name, node)| Some((name.parse().ok()?, node)))
            .collect();
        all.sort_by_key(|(index, _)| *index);
        all
    }

    /// The value of `param`, sent under `name`; `siblings` are the parameters at the same level.
    fn param(
        &self,
        siblings: &[Param],
        param: &Param,
        name: &str,
        field: &str,
        found: &mut Vec<Violation>,
    ) -> Option<Json> {
        let Some((before, after)) = split_index(name) else {
            return self.walk(name)?.kind(param, &param.kind, field, found);
        };
        let Kind::List(inner) = &param.kind else {
            return self.walk(name)?.kind(param, &param.kind, field, found);
        };
        let node = self.walk(before)?;
        // A key without an index is this list's only when no other parameter has that name.
        let takes_plain = after.is_empty() && siblings.iter().all(|other| other.name != before);
        let takes_named = |child: &str| {
            child.is_empty()
                || child.parse::<u64>().is_ok()
                || siblings.iter().any(|other| {
                    let rest = other
                        .name
                        .strip_prefix(before)
                        .and_then(|rest| rest.strip_prefix('.'));
                    rest.is_some_and(|rest| rest.split('.').next() == Some(child))
                })
        };
        for (child, _) in &node.children {
            if !takes_named(child) {
                found.push(Violation::new(
                    format!("{before}.{child}"),
                    "must have a number after the dot",
                    child.clone(),
                ));
            }
        }
        let mut elements = Vec::new();
        for (index, child) in node.indexed() {
            if let Some(child) = child.walk(after) {
                let field = format!("{field}[{index}]");
                match (inner, child.values.as_slice()) {
                    // No number has a comma in it: this is several (ksc-autoscaling.md, C6).
                    (Kind::Integer, [joined]) if joined.contains(',') => {
                        let parts = joined.split(',').map(str::trim);
                        elements.extend(
                            parts.filter_map(|part| typed(param, inner, part, &field, found)),
                        );
                    }
                    _ => elements.extend(child.kind(param, inner, &field, found)),
                }
            }
        }
        if takes_plain {
            elements.extend(node.plain(param, inner, field, found));
        }
        (!elements.is_empty()).then_some(Json::Array(elements))
    }

    /// Values of a repeated key, also written `Id[]=1`.
    fn plain(
        &self,
        param: &Param,
        inner: &Kind,
        field: &str,
        found: &mut Vec<Violation>,
    ) -> Vec<Json> {
        let nameless = self.walk_child("");
        self.values
            .iter()
            .chain(nameless.iter().flat_map(|node| &node.values))
            .filter_map(|text| typed(param, inner, text, field, found))
            .collect()
    }

    fn walk_child(&self, name: &str) -> Option<&Self> {
        let child = self.children.iter().find(|(known, _)| known == name);
        child.map(|(_, node)| node)
    }

    fn kind(
        &self,
        param: &Param,
        kind: &Kind,
        field: &str,
        found: &mut Vec<Violation>,
    ) -> Option<Json> {
        match kind {
            Kind::List(_) | Kind::Object(_) | Kind::Map(_)
                if (param.csv || param.as_text) && self.values.len() == 1 =>
            {
                typed(param, kind, &self.values[0], field, found)
            }
            Kind::List(inner) => {
                let mut elements: Vec<Json> = self
                    .indexed()
                    .into_iter()
                    .filter_map(|(index, node)| {
                        node.kind(param, inner, &format!("{field}[{index}]"), found)
                    })
                    .collect();
                elements.extend(self.plain(param, inner, field, found));
                (!elements.is_empty()).then_some(Json::Array(elements))
            }
            Kind::Object(fields) => {
                let mut object = Map::new();
                for part in *fields {
                    let names = std::iter::once(part.name).chain(part.aliases.iter().copied());
                    for name in names {
                        let path = format!("{field}.{name}");
                        if let Some(value) = self.param(fields, part, name, &path, found) {
                            object.insert(part.name.to_owned(), value);
                            break;
                        }
                    }
                }
                match self.values.first() {
                    Some(text) if object.is_empty() && !text.is_empty() => {
                        typed(param, kind, text, field, found)
                    }
                    _ => (!object.is_empty()).then_some(Json::Object(object)),
                }
            }
            Kind::Map(inner) => {
                let object: Map<String, Json> = self
                    .children
                    .iter()
                    .filter_map(|(key, node)| {
                        let value = node.kind(param, inner, &format!("{field}.{key}"), found)?;
                        Some((key.clone(), value))
                    })
                    .collect();
                (!object.is_empty()).then_some(Json::Object(object))
            }
            _ => typed(param, kind, self.values.first()?, field, found),
        }
    }
}

fn typed(
    param: &Param,
    kind: &Kind,
    text: &str,
    field: &str,
    found: &mut Vec<Violation>,
) -> Option<Json> {
    parse_text(kind, text).or_else(|| refuse(param, field, text, found))
}

fn refuse(param: &Param, field: &str, given: &str, found: &mut Vec<Violation>) -> Option<Json> {
    let given = if param.secret { "***" } else { given };
    found.push(Violation::new(
        field,
        format!("must be {}", article(&param.kind)),
        given.chars().take(80).collect::<String>(),
    ));
    None
}

fn article(kind: &Kind) -> &'static str {
    match kind {
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Bool => "true or false",
        Kind::Time(_) => "a time",
        Kind::Object(_) | Kind::Map(_) => "an object",
        Kind::List(_) => "a list of the declared kind",
        Kind::Text | Kind::Choice(_) | Kind::Any => "a text",
    }
}

fn decoded(text: &str, plus_is_blank: bool) -> String {
    if plus_is_blank && text.contains('+') {
        let blank = text.replace('+', " ");
        return percent_decode_str(&blank).decode_utf8_lossy().into_owned();
    }
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
