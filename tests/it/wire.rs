//! Bytes transcribed from the documents: one folder is one case, and no code is needed for another one.
//!
//! `tests/wire/<system>/<operation>/` (a further case of the same operation has `~` and a word behind it) holds
//!
//! * `input.json`: the input, keys in wire spelling;
//! * `request.http`: the request before it is signed. The client must produce it, the simulator must read it back
//!   into the same input;
//! * `response.http`: an answer. The client must read it into
//! * `output.json`: the typed output as it serializes, or `{"error": …}` for a refusal.
//!
//! What the documents do not show is constructed. For `ksc-autoscaling`: the document shows XML for the envelope of an
//! answer and for an error only, so all answers of cases called `~xml` are its JSON samples written by the rule of
//! ksc-autoscaling.md, 6.2 (`~error-xml` is the document's own). It shows no answer at all for six calls
//! (`create_scaling_notification`, `delete_scaling_policy`, `delete_scheduled_task`, `describe_scaling_notification`,
//! `describe_scheduled_task`, `modify_scheduled_task`): theirs follow public clients, as do the cases called `~public`.
//! `~empty`, `~not-accepted` and `~throttled` vary a sample.
//!
//! With `WIRE_WRITE=1` in the environment missing `output.json` files are written; read them against the document
//! before they are committed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value as Json, json};

use watchkeeper::cloud::declare::{Entry, Operation};
use watchkeeper::cloud::wire::{self, Format};
use watchkeeper::cloud::{Answered, SYSTEMS, operation, system};

type Decode = fn(Format, &[u8]) -> Result<Json, String>;

fn decode<O: Operation>(format: Format, body: &[u8]) -> Result<Json, String> {
    let output: O::Output = wire::decode_answer(format, body).map_err(|error| error.to_string())?;
    serde_json::to_value(output).map_err(|error| error.to_string())
}

/// How the answer of each operation is read.
fn decoders() -> BTreeMap<&'static str, Decode> {
    macro_rules! table {
        ($($system:ident: $($name:ident),* $(,)?;)*) => {
            BTreeMap::from([$($(
                (
                    <watchkeeper::cloud::$system::ops::$name as Operation>::ID,
                    decode::<watchkeeper::cloud::$system::ops::$name> as Decode,
                ),
            )*)*])
        };
    }
    table! {
        ksc_monitor:
            ListMetrics, GetMetricStatistics, GetMetricStatisticsBatch, ListAlarmPolicy, DescribeAlarmPolicy,
            DescribePolicyObject, DescribeAlarmReceives, GetUserGroup, GetAlertUser, PutMetricData, NewAlarmPolicy,
            ListCustomMetrics, GetCustomMetricStatistics, ListKceMetrics, GetKceMetricStatistics, AddAlarmReceives,
            DeleteAlarmReceives, UpdateAlertUserStatus;
        ksc_autoscaling:
            CreateScalingGroup, EnableScalingGroup, DisableScalingGroup, DeleteScalingGroup,
            DescribeScalingActivity, AttachInstance, DetachInstance, DescribeScalingInstance,
            SetKvmProtectedDetach, ModifyScalingGroup, DescribeScalingGroup, ModifyScalingLoadBalancers,
            CreateScalingConfiguration, ModifyScalingConfiguration, DescribeScalingConfiguration,
            DeleteScalingConfiguration, CreateScalingPolicy, DescribeScalingPolicy, ModifyScalingPolicy,
            DeleteScalingPolicy, CreateScheduledTask, DescribeScheduledTask, ModifyScheduledTask,
            DeleteScheduledTask, CreateScalingNotification, DescribeScalingNotification,
            ModifyScalingNotification;
        tencent_monitor: DescribeMetrics, GetMetricStatistics, GetMonitorData;
        huawei_esm:
            QueryServiceHealth, QueryPhysicalCapacity, QueryCloudServiceCapacity, QueryAuditLogs, QueryDeviceAssets,
            QueryCloudServiceAlarms, QueryDeviceAlarms, QueryHostMetricData, QueryServerPerformanceData,
            QueryTenantEcsResources, QueryTenantEvsResources, QueryTenantObsResources, QueryTenantBmsResources,
            QueryElbv3Resources, QueryExternalTenantResources, QueryNetworkDeviceMetrics, QueryHostDetails,
            QueryVmPerformance, QueryHostVms, CreateSdrQueryJob, GetSdrQueryJob, QuerySdrJobData;
        huawei_coc:
            ListResources, CreateScript, ListScripts, DeleteScript, UpdateScript, GetScript, ExecuteScript,
            GetScriptOrder, ListScriptOrderBatches, GetScriptOrderStatistics, GetScriptOrderBatch, ListScriptOrders,
            OperateScriptOrder, CreateIncident, AcceptIncident, CommitIncidentSolution, ConfirmIncident, GetIncident,
            CreateWarRoom, ListWarRooms, ReportCustomAlarm, ListPatchCompliance, GetPatchComplianceItems,
            IamCreateToken, IamListProjects, IamListAuthProjects;
    }
}

/// One folder.
struct Case {
    name: String,
    folder: PathBuf,
    entry: &'static Entry,
}

impl Case {
    fn text(&self, file: &str) -> String {
        let path = self.folder.join(file);
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        text.replace("\r\n", "\n")
    }

    fn json(&self, file: &str) -> Json {
        serde_json::from_str(&self.text(file))
            .unwrap_or_else(|error| panic!("{}/{file}: {error}", self.name))
    }

    fn request(&self) -> http::Request<Bytes> {
        let text = self.text("request.http");
        let (line, headers, body) = parts(&text);
        let mut words = line.split_whitespace();
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let host = headers
            .get("host")
            .expect("a Host header")
            .to_str()
            .unwrap();
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("https://{host}{target}"))
            .body(body)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        *request.headers_mut() = headers;
        request
    }

    fn answered(&self) -> Answered {
        let text = self.text("response.http");
        let (line, headers, body) = parts(&text);
        let status = line.split_whitespace().nth(1).expect("a status");
        Answered {
            status: StatusCode::from_bytes(status.as_bytes()).expect("a status"),
            headers,
            body,
        }
    }
}

/// First line, headers and body.
fn parts(text: &str) -> (&str, HeaderMap, Bytes) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let line = lines.next().expect("a first line");
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| {
            let name = HeaderName::try_from(name).expect("a header name");
            (name, HeaderValue::try_from(value.trim()).expect("a value"))
        });
    let body = body.trim_end_matches('\n');
    (line, headers.collect(), Bytes::from(body.to_owned()))
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
    let mut cases = Vec::new();
    for system in folders(&root) {
        for folder in folders(&system) {
            let word = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
            let name = format!("{}.{}", word(&system), word(&folder));
            let id = name.split('~').next().unwrap();
            let entry = operation(id).unwrap_or_else(|| panic!("{name} is no declared operation"));
            cases.push(Case {
                name,
                folder,
                entry,
            });
        }
    }
    cases
}

/// A request as it matters: method, host, path, pairs of the query and the form as sent, in any order, other headers,
/// JSON by value.
fn essence(request: &http::Request<Bytes>) -> Json {
    let sorted = |text: &str| {
        let mut pairs: Vec<&str> = text.split('&').filter(|pair| !pair.is_empty()).collect();
        pairs.sort_unstable();
        json!(pairs)
    };
    let headers: BTreeMap<&str, &str> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    let body = std::str::from_utf8(request.body()).expect("text");
    let body = serde_json::from_str(body).unwrap_or_else(|_| sorted(body));
    json!({
        "method": request.method().as_str(),
        "path": request.uri().path(),
        "query": sorted(request.uri().query().unwrap_or_default()),
        "headers": headers,
        "body": plain(&body),
    })
}

/// The same with numbers that are equal written alike.
fn plain(value: &Json) -> Json {
    match value {
        Json::Number(number) => json!(number.as_f64()),
        Json::Array(values) => values.iter().map(plain).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[test]
fn the_client_sends_what_the_documents_show() {
    for case in cases() {
        let expected = case.request();
        let host = expected.headers()["host"].to_str().unwrap();
        let list_base = system(case.entry.system().unwrap()).list_base;
        let base = format!("https://{host}");
        let sent = wire::encode(case.entry, &case.json("input.json"), &base, list_base)
            .unwrap_or_else(|violation| panic!("{}: {violation:?}", case.name));
        assert_eq!(essence(&sent), essence(&expected), "{}", case.name);
    }
}

#[test]
fn no_input_of_the_documents_breaks_a_rule() {
    for case in cases() {
        let broken = wire::check_entry(case.entry, &case.json("input.json"));
        let hard: Vec<_> = broken.iter().filter(|violation| !violation.soft).collect();
        assert!(hard.is_empty(), "{}: {hard:?}", case.name);
    }
}

#[test]
fn the_simulator_reads_the_same_request_back() {
    for case in cases() {
        let (head, body) = case.request().into_parts();
        let read = wire::decode_request(case.entry, &head, &body)
            .unwrap_or_else(|violations| panic!("{}: {violations:?}", case.name));
        assert_eq!(
            plain(&read),
            plain(&case.json("input.json")),
            "{}",
            case.name
        );
    }
}

#[test]
fn the_client_understands_the_answers_of_the_documents() {
    let decoders = decoders();
    let write = std::env::var_os("WIRE_WRITE").is_some();
    for case in cases() {
        let answered = case.answered();
        let system = system(case.entry.system().unwrap());
        let output = if let Some(error) = (system.problem)(case.entry, &answered) {
            json!({"error": {
                "class": error.class.name(),
                "code": error.code,
                "message": error.message,
                "request_id": error.request_id,
                "param": error.param,
            }})
        } else {
            let decode = decoders.get(case.entry.id);
            let decode =
                decode.unwrap_or_else(|| panic!("{} has no line in decoders()", case.name));
            match Format::detect(&answered.headers, &answered.body) {
                Some(format) => decode(format, &answered.body)
                    .unwrap_or_else(|error| panic!("{}: {error}", case.name)),
                None => Json::Null,
            }
        };
        let path = case.folder.join("output.json");
        if write && !path.exists() {
            let text = serde_json::to_string_pretty(&output).unwrap();
            std::fs::write(&path, text + "\n").unwrap();
        }
        assert_eq!(
            plain(&output),
            plain(&case.json("output.json")),
            "{}",
            case.name
        );
    }
}

#[test]
fn every_operation_has_a_case() {
    let cases = cases();
    let covered: BTreeSet<&str> = cases.iter().map(|case| case.entry.id).collect();
    for system in SYSTEMS {
        for entry in system.operations {
            assert!(
                covered.contains(entry.id),
                "{} has no folder in tests/wire",
                entry.id
            );
        }
    }
}
