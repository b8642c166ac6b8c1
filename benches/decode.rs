//! Reading one batch of 200 series with 15 samples each: what a refresh of a full screen pays for its answer, against
//! readers that do less.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Deserialize;
use watchkeeper::cloud::ksc_monitor::ops::Batch;
use watchkeeper::cloud::wire::{Format, decode_answer};

const SERIES: u32 = 200;
const SAMPLES: u32 = 15;

/// The same answer for a reader without leniency: keys in one spelling, figures left as text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plain {
    get_metric_statistics_batch_results: Vec<PlainResult>,
}

#[derive(Deserialize)]
struct PlainResult {
    datapoints: PlainMembers,
    #[serde(rename = "Instance")]
    instance: String,
    label: String,
}

#[derive(Deserialize)]
struct PlainMembers {
    member: Vec<PlainPoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainPoint {
    timestamp: String,
    unix_timestamp: i64,
    average: String,
    max: String,
    min: String,
}

impl Plain {
    /// Touches everything that was read.
    fn weight(&self) -> usize {
        let point = |point: &PlainPoint| {
            point.timestamp.len()
                + point.average.len()
                + point.max.len()
                + point.min.len()
                + usize::from(point.unix_timestamp > 0)
        };
        let result = |result: &PlainResult| {
            let points: usize = result.datapoints.member.iter().map(point).sum();
            points + result.instance.len() + result.label.len()
        };
        self.get_metric_statistics_batch_results
            .iter()
            .map(result)
            .sum()
    }
}

fn json() -> String {
    let mut out = String::from(r#"{"getMetricStatisticsBatchResults":["#);
    for series in 0..SERIES {
        let comma = if series > 0 { "," } else { "" };
        let _ = write!(out, r#"{comma}{{"datapoints":{{"member":["#);
        for sample in 0..SAMPLES {
            let comma = if sample > 0 { "," } else { "" };
            let _ = write!(
                out,
                r#"{comma}{{"timestamp":"2026-11-22T11:{sample:02}:00Z","unixTimestamp":1795316{sample:03}000,"average":"{}.158","max":"{}.217","min":"0.117"}}"#,
                series % 100,
                series % 97,
            );
        }
        let _ = write!(
            out,
            r#"]}},"Instance":"55e38556-8f92-4c7a-99d4-{series:012}","label":"cpu.utilization.total"}}"#
        );
    }
    out.push_str(r#"],"responseMetadata":{"requestId":"b19ddb6b-c828-4a42-b90a-f27a88680fdf"}}"#);
    out
}

fn xml() -> String {
    let mut out =
        String::from("<GetMetricStatisticsBatchV2Response><GetMetricStatisticsBatchResults>");
    for series in 0..SERIES {
        out.push_str("<GetMetricStatisticsBatchResult><Datapoints>");
        for sample in 0..SAMPLES {
            let _ = write!(
                out,
                "<member><Average>{}.158</Average><Max>{}.217</Max><Min>0.117</Min>\
                 <Timestamp>2026-11-22T11:{sample:02}:00Z</Timestamp></member>",
                series % 100,
                series % 97,
            );
        }
        let _ = write!(
            out,
            "</Datapoints><Instance>55e38556-8f92-4c7a-99d4-{series:012}</Instance>\
             <Label>cpu.utilization.total</Label></GetMetricStatisticsBatchResult>"
        );
    }
    out.push_str("</GetMetricStatisticsBatchResults></GetMetricStatisticsBatchV2Response>");
    out
}

/// Walks over all events and looks at their texts.
fn events(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut weight = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Text(text) => weight += text.len(),
            Event::Eof => return weight,
            _ => {}
        }
    }
}

fn ours(format: Format, text: &str) -> Batch {
    let batch: Batch = decode_answer(format, text.as_bytes()).expect("readable");
    assert_eq!(batch.results.0.len(), SERIES as usize);
    batch
}

fn decoding(c: &mut Criterion) {
    let (json, xml) = (json(), xml());
    let mut group = c.benchmark_group("decode a batch of 200 series");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("JSON", |b| b.iter(|| ours(Format::Json, black_box(&json))));
    group.bench_function("JSON, without leniency", |b| {
        b.iter(|| {
            let plain: Plain = serde_json::from_str(black_box(&json)).expect("readable");
            plain.weight()
        });
    });
    group.throughput(Throughput::Bytes(xml.len() as u64));
    group.bench_function("XML", |b| b.iter(|| ours(Format::Xml, black_box(&xml))));
    group.bench_function("XML, events only", |b| b.iter(|| events(black_box(&xml))));
    group.finish();
}

criterion_group!(benches, decoding);
criterion_main!(benches);
