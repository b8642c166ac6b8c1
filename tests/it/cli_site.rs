//! The commands of the site and of the alarms, run by the real binary against the simulator: what they print, and how
//! they end.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::Duration;

use serde_json::Value as Json;
use watchkeeper::shell::records;

use super::cli::{Served, journal};

/// A scenario in which everything that takes time takes a hundredth of it.
fn quick(more: &str) -> (tempfile::TempDir, Served) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.toml");
    fs::write(&file, format!("speed = 100.0\n{more}")).unwrap();
    let served = Served::start(file.to_str().unwrap());
    (folder, served)
}

/// The texts of a column of a list.
fn column<'j>(list: &'j Json, name: &str) -> Vec<&'j str> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row[name].as_str().unwrap_or_default())
        .collect()
}

#[test]
fn capacity_is_listed_fullest_first() {
    let served = Served::start("demo");
    let listed = served.with(&["capacity"], &["--json"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    let pools = listed.json();
    let shares: Vec<f64> = pools
        .as_array()
        .unwrap()
        .iter()
        .map(|pool| pool["percent"].as_f64().unwrap_or(-1.0))
        .collect();
    assert!(shares.len() > 20 && shares[0] > 80.0, "{shares:?}");
    assert!(shares.is_sorted_by(|one, other| one >= other), "{shares:?}");
    let full = &pools[0]["full_in_days"];
    assert!(full.is_null() || full.is_number());
    let table = served.with(&["capacity"], &[]);
    assert!(table.out.lines().count() == shares.len() + 1, "{table:?}");
    assert!(
        table.out.contains("EVS") && table.err.is_empty(),
        "{table:?}"
    );
}

#[test]
fn hosts_are_listed_and_shown_with_what_runs_on_them() {
    let served = Served::start("demo");
    let hosts = served.with(&["host", "ls"], &["--json"]).json();
    let (name, ip) = (column(&hosts, "name")[0], column(&hosts, "ip")[0]);
    for word in [name, ip] {
        let shown = served.with(&["host", "show"], &[word, "--json"]);
        assert_eq!(shown.code, 0, "{shown:?}");
        let host = shown.json();
        assert_eq!(host["name"], name);
        let model = host["cpu"][0]["model"].as_str().unwrap();
        assert!(model.contains("Gold 6161"), "{host}");
        assert!(host["memory"][0]["size"].is_string(), "{host}");
        assert!(host["disks"][0]["device"].is_string(), "{host}");
        assert!(!host["vms"].as_array().unwrap().is_empty(), "{host}");
    }
    let in_words = served.with(&["host", "show"], &[name]);
    assert!(in_words.out.contains("Gold 6161"), "{in_words:?}");
    let none = served.with(&["host", "show"], &["nobody"]);
    assert_eq!(none.code, 4, "{none:?}");
    assert!(none.out.is_empty() && none.err.contains("nobody"));
}

#[test]
fn the_audit_log_and_the_devices_are_listed() {
    let served = Served::start("demo");
    let hour = served.with(&["audit", "ls"], &["--hours", "1", "--json"]);
    assert_eq!(hour.code, 0, "{hour:?}");
    let hour = hour.json();
    assert!(
        column(&hour, "what").contains(&"updateDeployment"),
        "{hour}"
    );
    let times = column(&hour, "time");
    assert!(times.is_sorted_by(|one, other| one >= other), "{times:?}");
    let day = served.with(&["audit", "ls"], &["--json"]).json();
    assert!(column(&day, "what").len() > times.len());
    assert_eq!(served.with(&["audit", "ls"], &["--hours", "0"]).code, 2);

    let assets = served.with(&["asset", "ls"], &[]);
    assert_eq!(assets.code, 0, "{assets:?}");
    assert!(assets.out.contains("fw-edge-01"), "{assets:?}");
}

#[test]
fn a_check_ends_with_12_when_an_alarm_is_active_and_with_0_when_none_is() {
    let served = Served::start("demo");
    let bad = served.with(&["alarm", "check"], &[]);
    assert_eq!(bad.code, 12, "{bad:?}");
    assert!(bad.out.starts_with("critical  "), "worst first: {bad:?}");
    let critical = served.with(&["alarm", "check"], &["--severity", "critical"]);
    assert_eq!(critical.code, 12);
    assert!(
        critical
            .out
            .lines()
            .all(|line| line.starts_with("critical"))
    );
    let listed = served.with(&["alarm", "ls"], &["--json"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    let severities = listed.json();
    let open = column(&severities, "severity");
    assert!(!open.contains(&"cleared"), "{open:?}");
    // Waiting says for what, and ends.
    let late = served.with(&["alarm", "ls"], &["--wait-clear", "--wait-timeout", "0"]);
    assert_eq!(late.code, 10, "{late:?}");
    assert!(late.err.contains("active, the worst: critical"), "{late:?}");

    let quiet = Served::start("quiet");
    let good = quiet.with(&["alarm", "check"], &[]);
    assert_eq!((good.code, good.out.as_str()), (0, ""), "{good:?}");
    let clear = quiet.with(&["alarm", "ls"], &["--wait-clear"]);
    assert_eq!(clear.code, 0, "{clear:?}");
}

/// "No alarm" is claimed only when everybody has answered.
#[test]
fn a_check_that_gets_no_answer_does_not_end_with_0() {
    let broken = "like = \"quiet\"\n[[fault]]\nsystem = \"huawei-esm\"\nkind = \"error\"\noperation = \"alarms\"\n";
    let (_folder, served) = quick(broken);
    let ran = served.with(&["alarm", "check"], &[]);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(ran.out.is_empty() && !ran.err.is_empty(), "{ran:?}");
    let late = served.with(&["alarm", "ls"], &["--wait-clear", "--wait-timeout", "0"]);
    assert_eq!(late.code, 10, "{late:?}");
    assert!(late.err.contains("an answer"), "{late:?}");
}

#[test]
fn metering_records_are_written_to_a_file() {
    let (folder, served) = quick("like = \"demo\"\n");
    let file = folder.path().join("records.csv");
    let file = file.to_str().unwrap();
    let run = |more: &[&str]| {
        let words = [&["run", "--csv", file], more].concat();
        served.with(&["metering"], &words)
    };
    for (words, why) in [
        (&[][..], "--from and --to"),
        (&["--from", "2026-11-02", "--to", "2026-11-02"], "later day"),
        (&["--from", "2026-11-32", "--to", "2026-12-02"], "--from"),
    ] {
        let refused = run(words);
        assert_eq!(refused.code, 2, "{words:?}: {refused:?}");
        assert!(refused.err.contains(why), "{words:?}: {refused:?}");
    }
    assert!(journal(&served).is_empty(), "nothing was sent");
    let failed = run(&[
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-02",
        "--region",
        "fail-1",
    ]);
    assert_eq!(failed.code, 8, "{failed:?}");
    let done = run(&["--from", "2026-11-01", "--to", "2026-11-02"]);
    assert_eq!(done.code, 0, "{done:?}");
    let text = fs::read_to_string(file).unwrap();
    let records = text.lines().count() - 1;
    assert!(records > 1000 && records.is_multiple_of(24), "{records}");
    let totals = format!(
        "hws.resource.type.vm  {records} records  {}",
        records * 3600
    );
    assert!(done.out.contains(&totals), "{done:?}");
    assert!(
        done.out.contains(&format!("{records} records in ")),
        "{done:?}"
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "no note is left"
    );
    let kept = journal(&served);
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert_eq!(kept[1].0, "huawei-esm.create_sdr_query_job");
}

/// Waits until a program has noted that it wrote records to this file.
fn wait_for_records(program: &mut Child, file: &Path) {
    while records::unfinished(file).is_none_or(|noted| noted.records == 0) {
        let ended = program.try_wait().unwrap();
        assert!(ended.is_none(), "it ended before: {ended:?}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn metering_goes_on_after_the_program_was_killed() {
    // Each page takes long enough for the program to be killed between two of them; no limit makes it wait.
    let slow = r#"
        like = "demo"
        [[fault]]
        system = "huawei-esm"
        kind = "latency"
        operation = "job_data"
        millis = [200, 200]
        [[limit]]
        system = "huawei-esm"
        calls = 1000
        seconds = 1
        [[limit]]
        system = "huawei-esm"
        group = "wide"
        calls = 1000
        seconds = 1
    "#;
    let (folder, served) = quick(slow);
    let file = folder.path().join("records.csv");
    let words = |more: &[&'static str]| -> Vec<String> {
        let file = file.to_str().unwrap();
        let all = ["--config", &served.config, "metering", "run", "--csv", file];
        let all = all.iter().chain(more);
        all.map(|word| (*word).to_owned()).collect()
    };
    let words = words(&["--from", "2026-11-01", "--to", "2026-11-03"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut first = served.home.command(&words).spawn().unwrap();
    wait_for_records(&mut first, &file);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(!file.exists(), "it is not whole");
    let before = records::unfinished(&file).unwrap().records;

    let second = served.home.run(&words);
    assert_eq!(second.code, 0, "{second:?}");
    assert!(second.err.contains("going on with job"), "{second:?}");
    let text = fs::read_to_string(&file).unwrap();
    let lines: BTreeSet<&str> = text.lines().collect();
    let records = lines.len() - 1;
    assert_eq!(text.lines().count(), lines.len(), "one is there twice");
    assert!(
        second.out.contains(&format!("{records} records in ")),
        "{second:?}"
    );
    assert!(records as u64 > before, "{records}, {before} before");
    assert_eq!(journal(&served).len(), 1, "one job was created");

    // The same job, read by a program that nobody kills.
    let whole = folder.path().join("whole.csv");
    let job = second.err.split("going on with job ").nth(1);
    let job = job.and_then(|rest| rest.split_whitespace().next()).unwrap();
    let third = served.with(
        &["metering", "run"],
        &["--csv", whole.to_str().unwrap(), "--job", job],
    );
    assert_eq!(third.code, 0, "{third:?}");
    assert_eq!(text, fs::read_to_string(&whole).unwrap());
}
