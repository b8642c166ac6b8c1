//! KSC's XML, which is what it sends to those who do not ask for JSON (ksc-monitor.md, 3 and 7).
//!
//! The same tree as in JSON: keys begin with a capital, rows of a list are repeated elements, `member` keeps its name.

use std::fmt::Write;

use quick_xml::escape::escape;
use serde_json::Value as Json;

const NAMESPACE: &str = "https://ksyun.kingeyes.com/";

/// A whole answer.
pub fn document(action: &str, version: &str, body: &Json) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>");
    let space = if version == "2021-01-01" {
        String::new()
    } else {
        format!(" xmlns=\"{NAMESPACE}\"")
    };
    let _ = write!(out, "<{action}Response{space}>");
    inner(body, &mut out);
    let _ = write!(out, "</{action}Response>");
    out
}

/// A whole answer of Auto Scaling: every list is an element with one `Item` for each row, the request id is in
/// `ResponseMetadata` (ksc-autoscaling.md, 6.2).
pub fn items_document(action: &str, body: &Json) -> String {
    let mut out = format!("<{action}Response>");
    let mut rest = String::new();
    for (key, value) in body.as_object().into_iter().flatten() {
        if key == "RequestId" {
            out.push_str("<ResponseMetadata>");
            write_items(key, value, &mut out);
            out.push_str("</ResponseMetadata>");
        } else {
            write_items(key, value, &mut rest);
        }
    }
    let _ = write!(out, "{rest}</{action}Response>");
    out
}

fn write_items(name: &str, value: &Json, out: &mut String) {
    let _ = write!(out, "<{name}>");
    match value {
        Json::Object(members) => {
            for (key, value) in members {
                write_items(key, value, out);
            }
        }
        Json::Array(rows) => {
            for row in rows {
                write_items("Item", row, out);
            }
        }
        scalar => inner(scalar, out),
    }
    let _ = write!(out, "</{name}>");
}

/// One element and all within.
pub fn element(name: &str, value: &Json) -> String {
    let mut out = String::new();
    write_element(name, value, &mut out);
    out
}

fn inner(value: &Json, out: &mut String) {
    match value {
        Json::Object(members) => {
            for (key, value) in members {
                // The true instant is in JSON only.
                if key != "unixTimestamp" {
                    member(key, value, out);
                }
            }
        }
        Json::Array(rows) => {
            for row in rows {
                write_element("member", row, out);
            }
        }
        Json::Null => {}
        Json::String(text) => out.push_str(&escape(text.as_str())),
        other => out.push_str(&other.to_string()),
    }
}

fn member(key: &str, value: &Json, out: &mut String) {
    let name = named(key);
    match (key, value) {
        // Lists that have an element around them although JSON has none.
        ("errorMessage", Json::Array(rows)) => wrapped("ErrorMessages", "ErrorMessage", rows, out),
        ("getMetricStatisticsBatchResults", Json::Array(rows)) => {
            wrapped(&name, "GetMetricStatisticsBatchResult", rows, out);
        }
        ("Metrics" | "DataPoints", Json::Array(rows)) => {
            let name = if key == "DataPoints" {
                "Datapoints"
            } else {
                key
            };
            wrapped(name, "member", rows, out);
        }
        // The dimensions of a custom metric, in the spelling of the vendor's own client (ksc-monitor.md, 14.6).
        ("dimensions", Json::Array(rows)) => wrapped(&name, "Member", rows, out),
        (_, Json::Array(rows)) => {
            for row in rows {
                write_element(&name, row, out);
            }
        }
        _ => write_element(&name, value, out),
    }
}

fn wrapped(outer: &str, name: &str, rows: &[Json], out: &mut String) {
    let _ = write!(out, "<{outer}>");
    for row in rows {
        write_element(name, row, out);
    }
    let _ = write!(out, "</{outer}>");
}

fn write_element(name: &str, value: &Json, out: &mut String) {
    let _ = write!(out, "<{name}>");
    inner(value, out);
    let _ = write!(out, "</{name}>");
}

/// A key with a capital, `member` excepted.
fn named(key: &str) -> String {
    let mut letters = key.chars();
    match letters.next() {
        Some(first) if key != "member" => first.to_uppercase().chain(letters).collect(),
        _ => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_of_metrics_is_written_as_documented() {
        let body = json!({
            "listMetricsResult": {"metrics": {"member": [{"instanceId": "i<1>", "unit": "%"}]}},
            "responseMetadata": {"requestId": "r"},
        });
        let text = document("ListMetrics", "2010-05-25", &body);
        assert!(text.ends_with(
            "<ListMetricsResponse xmlns=\"https://ksyun.kingeyes.com/\"><ListMetricsResult><Metrics><member>\
             <InstanceId>i&lt;1&gt;</InstanceId><Unit>%</Unit></member></Metrics></ListMetricsResult>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></ListMetricsResponse>"
        ));
    }

    #[test]
    fn lists_of_auto_scaling_have_items() {
        let body = json!({"Count": 1, "Set": [{"Id": "a", "Ports": [80, 81]}], "RequestId": "r"});
        assert_eq!(
            items_document("DescribeX", &body),
            "<DescribeXResponse><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata><Count>1</Count>\
             <Set><Item><Id>a</Id><Ports><Item>80</Item><Item>81</Item></Ports></Item></Set></DescribeXResponse>"
        );
    }

    #[test]
    fn rows_of_a_policy_list_are_repeated() {
        let body = json!({"data": {"alarmPolicyList": [{"policyId": 1}, {"policyId": 2}]}, "totalCount": 2});
        let text = document("ListAlarmPolicy", "2021-01-01", &body);
        assert!(text.contains(
            "<Data><AlarmPolicyList><PolicyId>1</PolicyId></AlarmPolicyList>\
             <AlarmPolicyList><PolicyId>2</PolicyId></AlarmPolicyList></Data><TotalCount>2</TotalCount>"
        ));
    }
}
