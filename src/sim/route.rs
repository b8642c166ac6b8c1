//! Which operation a request is for. All systems share one port, so the shape of the request decides: the path, and
//! `Action` with `Version` where there is no path.

use http::Method;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::Value as Json;

use crate::cloud::declare::{Entry, Host};
use crate::cloud::{huawei_coc, system, wire};
use crate::domain::account::SystemId;

/// Where a request goes.
#[derive(Debug, Clone)]
pub struct Route {
    /// Which system.
    pub system: SystemId,
    /// Its identity service rather than itself.
    pub identity: bool,
    /// Which operation, or why there is none.
    pub entry: Result<&'static Entry, Miss>,
    /// What the request calls the operation.
    pub action: String,
}

/// Why there is no operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// Nothing is at this path.
    Path,
    /// Something is at this path, not for this method.
    Method,
    /// No operation has this name and version.
    Action,
    /// The field that tells operations of one path apart holds another word: field and word.
    Word(&'static str, String),
}

/// An action with its version.
type ActionName = (&'static str, &'static str);

/// Other names of operations: what the wire says, and what it means (ksc-monitor.md, 8.4 and 14.17;
/// tencent-monitor.md, 2).
const ALIASES: &[(ActionName, ActionName)] = &[
    (
        ("GetAlertUserByUserGrpId", "2021-01-01"),
        ("GetAlertUser", "2021-01-01"),
    ),
    (
        ("GetMetricStatisticsBatch", "2018-09-29"),
        ("GetMetricStatisticsBatch", "2018-11-14"),
    ),
    (
        ("GetMetricStatisticsBatchV2", "2018-11-14"),
        ("GetMetricStatisticsBatch", "2018-11-14"),
    ),
    (("DescribeBaseMetrics", ""), ("DescribeMetrics", "")),
];

/// The version of Auto Scaling: all of its operations have it, none of the monitor's has.
const SCALING_VERSION: &str = "2016-03-04";

/// Finds where a request goes. `None`: no system has such a path.
pub fn find(head: &Parts, body: &[u8]) -> Option<Route> {
    let path = head.uri.path();
    if path == "/" || path.is_empty() || path == "/v3" {
        return Some(of_ksc(head, body));
    }
    if path == "/v2/index.php" {
        return Some(of_tencent(head, body));
    }
    let (system, identity) = match path.split('/').nth(1)? {
        "rest" | "meter" => (SystemId::HuaweiEsm, false),
        "v1" => (SystemId::HuaweiCoc, false),
        "v3" => (SystemId::HuaweiCoc, true),
        _ => return None,
    };
    Some(of_rest(head, body, system, identity))
}

fn of_ksc(head: &Parts, body: &[u8]) -> Route {
    let given = Given::read(head, body);
    let (action, version) = (given.text("Action"), given.text("Version"));
    let (name, version) = renamed(&action, &version);
    let systems = [SystemId::KscMonitor, SystemId::KscAutoscaling];
    let entry = systems
        .into_iter()
        .flat_map(|id| system(id).operations)
        .find(|entry| entry.call.action == name && entry.call.version == version);
    let is_scaling = version == SCALING_VERSION;
    let right_method = |entry: &&'static Entry| {
        // Auto Scaling takes every operation by either method (signing-ksc.md, 2.7).
        head.method == entry.call.method || (is_scaling && head.method == Method::POST)
    };
    Route {
        system: if is_scaling {
            SystemId::KscAutoscaling
        } else {
            SystemId::KscMonitor
        },
        identity: false,
        entry: match entry {
            None => Err(Miss::Action),
            Some(entry) if right_method(&entry) => Ok(entry),
            Some(_) => Err(Miss::Method),
        },
        action,
    }
}

fn of_tencent(head: &Parts, body: &[u8]) -> Route {
    let action = Given::read(head, body).text("Action");
    let (name, _) = renamed(&action, "");
    let entry = system(SystemId::TencentMonitor)
        .operations
        .iter()
        .find(|entry| entry.call.action == name);
    Route {
        system: SystemId::TencentMonitor,
        identity: false,
        entry: match entry {
            _ if head.method != Method::GET && head.method != Method::POST => Err(Miss::Method),
            Some(entry) => Ok(entry),
            None => Err(Miss::Action),
        },
        action,
    }
}

fn renamed<'a>(action: &'a str, version: &'a str) -> (&'a str, &'a str) {
    ALIASES
        .iter()
        .find(|(alias, _)| *alias == (action, version))
        .map_or((action, version), |(_, meant)| *meant)
}

fn of_rest(head: &Parts, body: &[u8], system_id: SystemId, identity: bool) -> Route {
    let host = if identity {
        Host::Identity
    } else {
        Host::Service
    };
    let path = head.uri.path();
    let path = path.strip_suffix('/').unwrap_or(path);
    let besides: &[Entry] = match system_id {
        SystemId::HuaweiCoc => huawei_coc::ops::BESIDES,
        _ => &[],
    };
    let at_path: Vec<&'static Entry> = system(system_id)
        .operations
        .iter()
        .chain(besides)
        .filter(|entry| entry.call.host == host && is_at(entry, path))
        .collect();
    // `/a/b` is meant where both `/a/b` and `/a/{id}` are offered.
    let literal = at_path.iter().any(|entry| entry.call.path == path);
    let found: Vec<_> = at_path
        .iter()
        .filter(|entry| !literal || entry.call.path == path)
        .filter(|entry| takes(entry, &head.method, path))
        .collect();
    let entry = match found.as_slice() {
        [] if at_path.is_empty() => Err(Miss::Path),
        [] => Err(Miss::Method),
        several => told_apart(several, body),
    };
    Route {
        system: system_id,
        identity,
        action: entry
            .as_ref()
            .map_or_else(|_| path.to_owned(), |entry| entry.call.action.to_owned()),
        entry,
    }
}

/// Is an operation served at this path, be it by the document's other word?
fn is_at(entry: &Entry, path: &str) -> bool {
    let others = entry.call.or.iter().map(|(_, path)| *path);
    std::iter::once(entry.call.path)
        .chain(others)
        .any(|template| wire::match_path(template, path).is_some())
}

/// Is it served there for this method?
fn takes(entry: &Entry, method: &Method, path: &str) -> bool {
    let first = (entry.call.method, entry.call.path);
    std::iter::once(&first)
        .chain(entry.call.or)
        .any(|(by, template)| method == by && wire::match_path(template, path).is_some())
}

/// The one of several operations at one path whose distinguishing field fits.
fn told_apart(several: &[&&'static Entry], body: &[u8]) -> Result<&'static Entry, Miss> {
    let body: Json = serde_json::from_slice(body).unwrap_or_default();
    let mut miss = Miss::Path;
    for entry in several {
        match entry.call.when {
            None => return Ok(entry),
            Some((field, word)) => match body.get(field).and_then(Json::as_str) {
                Some(given) if given == word => return Ok(entry),
                given => miss = Miss::Word(field, given.unwrap_or_default().to_owned()),
            },
        }
    }
    Err(miss)
}

/// The parameters of a request that name its operation, wherever they stand.
pub struct Given(Vec<(String, String)>);

impl Given {
    /// Reads query, form body and the top of a JSON body; the query comes first.
    pub fn read(head: &Parts, body: &[u8]) -> Self {
        let mut pairs = Self::pairs(head.uri.query().unwrap_or_default());
        let kind = head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            pairs.extend(Self::pairs(&String::from_utf8_lossy(body)));
        } else if let Ok(Json::Object(members)) = serde_json::from_slice(body) {
            let texts = members
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
            pairs.extend(texts);
        }
        Self(pairs)
    }

    fn pairs(text: &str) -> Vec<(String, String)> {
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        };
        text.split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect()
    }

    /// The first value of a name; empty when there is none.
    pub fn text(&self, name: &str) -> String {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }
}
