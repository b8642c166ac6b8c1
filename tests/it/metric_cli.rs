//! The metrics on the command line against the simulator on a port: units, and the older operation of Tencent Cloud.

use serde_json::json;
use watchkeeper::clock::Clock;
use watchkeeper::sim::Sim;
use watchkeeper::sim::estate::Cloud;
use watchkeeper::sim::scenario::Scenario;

use super::cli::Served;

/// The id of a machine of the demo in a cloud; it is the same in every simulator.
fn id(machine: &str, cloud: Cloud) -> String {
    let now = "2026-11-21T19:12:00Z".parse().unwrap();
    let sim = Sim::new(Scenario::load("demo").unwrap(), Clock::manual(now));
    sim.with_estate(|estate| {
        let machine = estate.machine(machine).unwrap();
        machine.id_in(cloud).unwrap().to_owned()
    })
}

#[test]
fn samples_have_their_unit_in_every_form() {
    let served = Served::start("demo");
    let ksc = format!("KEC:{}:cpu.utilization.total", id("web-01", Cloud::Ksc));
    let tencent = format!("qce/cvm:{}:cpu_usage", id("api-01", Cloud::Tencent));
    for series in [[ksc.as_str()].as_slice(), &[&tencent, "--tencent"]] {
        let get = |form| {
            let words = [&["get"][..], series, &["--output", form]].concat();
            let ran = served.with(&["metric"], &words);
            assert_eq!(ran.code, 0, "{ran:?}");
            ran
        };
        let chart = get("chart").out;
        let line = chart.lines().find(|line| line.contains("now ")).unwrap();
        assert_eq!(line.matches('%').count(), 4, "{line}");
        let csv = get("csv").out;
        assert!(csv.starts_with("series,time,value,unit\n"), "{csv}");
        let rows: Vec<&str> = csv.lines().skip(1).collect();
        assert!(rows.len() > 50, "{csv}");
        assert!(rows.iter().all(|row| row.ends_with(",\"%\"")), "{csv}");
        assert_eq!(get("json").json()[0]["unit"], "%");
    }
}

#[test]
fn the_older_operation_of_tencent_is_called_by_its_name() {
    let served = Served::start("demo");
    let input = json!({
        "namespace": "qce/cvm",
        "metricName": "cpu_usage",
        "dimensions": [{"name": "instanceId", "value": id("api-01", Cloud::Tencent)}],
        "statistics": "max",
    });
    let file = served.home.path().join("question.json");
    std::fs::write(&file, input.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let words = ["tencent-monitor", "get_metric_statistics", "--input", file];
    let ran = served.with(&["call"], &[&words[..], &["-o", "json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    let answer = ran.json();
    let points = answer["dataPoints"].as_array().expect("points");
    assert!(points.iter().any(serde_json::Value::is_number), "{answer}");
    // A statistic that it does not have is refused here.
    let words = [
        "tencent-monitor",
        "get_metric_statistics",
        "namespace=qce/cvm",
        "metricName=cpu_usage",
        "statistics=median",
    ];
    let ran = served.with(&["call"], &words);
    assert_eq!(ran.code, 2, "{ran:?}");
    let rule = "statistics must be one of avg, max, min, sum, last, given";
    assert!(ran.err.contains(rule), "{ran:?}");
}
