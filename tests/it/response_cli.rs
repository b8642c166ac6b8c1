//! The response side on the command line, with the real binary in front of the simulator on a loopback port: changes
//! whose answer is lost, custom alarms, retries, the shift report and the bundle.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::cli::{Ran, Served};
use super::pty::Pty;

/// The demo with faults.
fn with_faults(faults: &[(&str, &str)]) -> (tempfile::TempDir, Served) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faults.toml");
    let mut text = "like = \"demo\"\nspeed = 20\n".to_owned();
    for (operation, kind) in faults {
        write!(
            text,
            "[[fault]]\nsystem = \"huawei-coc\"\noperation = \"{operation}\"\nkind = \"{kind}\"\n"
        )
        .unwrap();
    }
    fs::write(&file, text).unwrap();
    let served = Served::start(file.to_str().unwrap());
    (folder, served)
}

fn run(served: &Served, words: &[&str]) -> Ran {
    served.with(&[], words)
}

/// Runs a command that must end well.
fn well(served: &Served, words: &[&str]) -> Ran {
    let ran = run(served, words);
    assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
    ran
}

/// The latest line of the journal.
fn latest(served: &Served) -> Json {
    let listed = well(served, &["journal", "--json", "-n", "1"]);
    serde_json::from_str(&listed.out).unwrap()
}

fn orders(served: &Served) -> usize {
    let all = well(served, &["order", "ls", "-o", "json"]).json();
    all.as_array().unwrap().len()
}

/// Reports a custom alarm with the integration's key out of a file.
fn report(served: &Served, key: &str) -> Ran {
    let file = served.home.path().join("key");
    fs::write(&file, key).unwrap();
    let source = format!("file:{}", file.display());
    let application = served.announced["huawei_coc"]["application_id"].clone();
    run(
        served,
        &[
            "alarm",
            "report",
            "--key",
            &source,
            "--id",
            "disk-1",
            "--name",
            "disk almost full",
            "--description",
            "92 %",
            "--namespace",
            "host",
            "--application",
            application.as_str().unwrap(),
        ],
    )
}

fn key(served: &Served) -> String {
    let key = &served.announced["huawei_coc"]["integration_key"];
    key.as_str().unwrap().to_owned()
}

/// The screen, in the same home.
fn screen(served: &Served) -> Pty {
    let binary = env!("CARGO_BIN_EXE_watchkeeper");
    let words = [binary, "--config", &served.config].map(str::to_owned);
    let home = served.home.path().to_str().unwrap();
    let places = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"].map(|name| (name, home));
    let lang = [("WATCHKEEPER_LANG", "en")];
    let variables: Vec<_> = places.into_iter().chain(lang).collect();
    Pty::run(&words, &variables, (120, 40))
}

#[test]
fn an_order_whose_answer_was_lost_is_found_by_the_command_that_sent_it() {
    let (_folder, served) = with_faults(&[("execute_script", "kill-after")]);
    let before = orders(&served);
    let words = [
        "script",
        "run",
        "restart_nginx",
        "--on",
        "web-03",
        "--yes",
        "--wait",
    ];
    let ran = well(&served, &words);
    assert!(ran.err.contains("the answer was lost"), "{ran:?}");
    assert!(ran.out.contains("it was carried out"), "{ran:?}");
    assert_eq!(orders(&served), before + 1);
    assert_eq!(latest(&served)["outcome"], "done");
}

#[test]
fn what_nothing_shows_is_kept_as_unknown_shown_after_a_restart_and_settled_by_hand() {
    let (_folder, served) = with_faults(&[("report_custom_alarm", "kill-after")]);
    let lost = report(&served, &key(&served));
    assert_eq!(lost.code, 6, "{lost:?}");
    assert!(lost.err.contains("it is not known"), "{lost:?}");
    let entry = latest(&served);
    assert_eq!(entry["outcome"], "unknown");
    let number = entry["ticket"].to_string();
    // The dashboard goes on with it.
    let mut pty = screen(&served);
    pty.wait_for("1 unknown, being checked");
    pty.wait_for("Not known how this ended");
    pty.send(b"\x03\x03");
    assert_eq!(pty.end(), 0);
    // Somebody has looked.
    assert_eq!(run(&served, &["journal", "settle", "4711", "done"]).code, 4);
    let settled = well(&served, &["journal", "settle", &number, "not-done"]);
    assert!(settled.out.contains("is failed"), "{settled:?}");
    let entry = latest(&served);
    assert_eq!(entry["outcome"], "failed");
    assert_eq!(entry["result"], "settled by hand");
    let again = run(&served, &["journal", "settle", &number, "done"]);
    assert_eq!(again.code, 11, "{again:?}");
    let mut pty = screen(&served);
    pty.wait_for("web-");
    assert!(!pty.contents().contains("being checked"));
    pty.send(b"\x03\x03");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_custom_alarm_is_reported_and_its_key_stays_secret() {
    let served = Served::start("demo");
    let secret = key(&served);
    let ran = report(&served, &secret);
    assert_eq!(ran.code, 0, "{ran:?}");
    let entry = latest(&served);
    assert_eq!(entry["operation"], "huawei-coc.report_custom_alarm");
    assert_eq!(entry["outcome"], "done");
    for text in [&ran.out, &ran.err, &entry.to_string()] {
        assert!(!text.contains(&secret), "{text}");
    }
    let refused = report(&served, "0000");
    assert_ne!(refused.code, 0, "{refused:?}");
    assert_eq!(latest(&served)["outcome"], "failed");
    let level = run(
        &served,
        &["alarm", "report", "--key", "env:NOT_SET", "--id", "a"],
    );
    assert_eq!(level.code, 2, "{level:?}");
}

#[test]
fn what_is_left_over_of_an_order_is_run_again_with_its_parameters() {
    let (_folder, served) = with_faults(&[]);
    let words = [
        "script",
        "run",
        "restart_nginx",
        "--on",
        "web-03",
        "--on",
        "web-04",
        "--param",
        "retries=7",
        "--sizes",
        "1",
        "--pause",
        "--timeout",
        "77",
        "--yes",
    ];
    well(&served, &words);
    let all = well(&served, &["order", "ls", "-o", "json"]).json();
    let id = all[0]["id"].as_str().unwrap().to_owned();
    // It waits after its first machine; then it is cancelled, and one machine has never begun.
    let paused = || {
        let order = well(&served, &["order", "show", &id, "-o", "json"]).json();
        order["status"].as_str().map(str::to_owned)
    };
    while paused().as_deref() != Some("paused") {}
    well(&served, &["order", "cancel", &id]);
    let asked = run(&served, &["order", "retry", &id]);
    assert_eq!(asked.code, 11, "{asked:?}");
    assert!(
        asked.err.starts_with("Run restart_nginx on web-04?"),
        "{asked:?}"
    );
    let before = orders(&served);
    well(&served, &["order", "retry", &id, "--yes", "--wait"]);
    assert_eq!(orders(&served), before + 1);
    let all = well(&served, &["order", "ls", "-o", "json"]).json();
    let again = all[0]["id"].as_str().unwrap();
    assert_ne!(again, id);
    let input = format!("execute_uuid={again}");
    let detail = served.with(&["call"], &["huawei-coc", "get_script_order", &input]);
    assert!(
        detail.out.contains("\"7\"") && detail.out.contains("77"),
        "{detail:?}"
    );
    let nothing = run(&served, &["order", "retry", again]);
    assert_eq!(nothing.code, 11, "{nothing:?}");
}

/// An incident with everything that a night leaves behind: accepted, remarked upon, with a WarRoom.
fn incident(served: &Served) -> String {
    let application = served.announced["huawei_coc"]["application_id"].clone();
    let application = application.as_str().unwrap();
    well(
        served,
        &[
            "incident",
            "create",
            "--title",
            "disk | full",
            "--description",
            "no space",
            "--service",
            application,
        ],
    );
    let listed = well(served, &["incident", "ls", "-o", "json"]).json();
    let ours = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["title"] == "disk | full");
    let id = ours.unwrap()["number"].as_str().unwrap().to_owned();
    well(served, &["incident", "accept", &id]);
    well(
        served,
        &["incident", "note", &id, "login with password=hunter2 fails"],
    );
    well(
        served,
        &["warroom", "create", &id, "--application", application],
    );
    id
}

#[test]
fn the_shift_report_has_all_its_parts_in_both_languages() {
    let (_folder, served) = with_faults(&[("report_custom_alarm", "kill-after")]);
    let id = incident(&served);
    report(&served, &key(&served));
    let english = well(&served, &["handover", "--since", "8h"]).out;
    for part in [
        "# Handover, ",
        "## Open, nobody has accepted them (",
        "## Accepted (",
        "## Solved or closed (",
        "## Orders not over (",
        "## Orders that ended in this shift (",
        "## Not known how it ended (1)",
        "## Changes made in this shift (3)",
    ] {
        assert!(english.contains(part), "{part}\n{english}");
    }
    let line = english.lines().find(|line| line.contains(&id)).unwrap();
    // Nothing of a title is markup, and the WarRoom is named.
    assert!(
        line.contains("disk \\| full") && line.contains("WR"),
        "{line}"
    );
    assert!(
        english.contains("password=***") && !english.contains("hunter2"),
        "{english}"
    );
    let requests = english.lines().filter(|line| line.ends_with('`'));
    assert!(requests.count() >= 3, "ids of requests\n{english}");
    let chinese = well(&served, &["handover", "--since", "90m", "--in", "zh"]).out;
    for part in [
        "# 交接班报告",
        "## 处理中 (",
        "## 结果未知的操作 (1)",
        "## 本班次所做的变更 (3)",
    ] {
        assert!(chinese.contains(part), "{part}\n{chinese}");
    }
    assert_eq!(run(&served, &["handover", "--since", "soon"]).code, 2);
    assert_eq!(run(&served, &["handover", "--in", "fr"]).code, 2);
}

fn files_below(folder: &Path, found: &mut BTreeSet<String>, root: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found, root);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.insert(name.to_owned());
        }
    }
}

#[test]
fn a_bundle_has_its_files_their_checksums_and_no_secrets() {
    let served = Served::start("demo");
    let id = incident(&served);
    let into = served.home.path().join("out");
    fs::create_dir(&into).unwrap();
    let words = ["bundle", &id, "--into", into.to_str().unwrap()];
    let place = well(&served, &words).out.trim().to_owned();
    let place = Path::new(&place);
    let mut files = BTreeSet::new();
    files_below(place, &mut files, place);
    for name in [
        "incident.txt",
        "timeline.csv",
        "requests.csv",
        "manifest.json",
        "SHA256SUMS",
    ] {
        assert!(files.contains(name), "{name}: {files:?}");
    }
    // Every file but the list itself is in the list, with the sum that it has.
    let sums = fs::read_to_string(place.join("SHA256SUMS")).unwrap();
    let mut summed = BTreeSet::from(["SHA256SUMS".to_owned()]);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let digest = Sha256::digest(fs::read(place.join(name)).unwrap());
        assert_eq!(sum, hex::encode(digest), "{name}");
        summed.insert(name.to_owned());
    }
    assert_eq!(summed, files);
    let manifest: Json =
        serde_json::from_slice(&fs::read(place.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["incident"], id.as_str());
    assert_eq!(manifest["redacted"], true);
    let timeline = fs::read_to_string(place.join("timeline.csv")).unwrap();
    assert!(timeline.contains("password=***"), "{timeline}");
    let requests = fs::read_to_string(place.join("requests.csv")).unwrap();
    for operation in ["accept_incident", "create_warroom"] {
        assert!(requests.contains(operation), "{requests}");
    }
    for name in &files {
        let text = fs::read_to_string(place.join(name)).unwrap();
        assert!(!text.contains("hunter2"), "{name}: {text}");
    }
    // Nothing is ever overwritten.
    let second = well(&served, &words).out;
    assert_ne!(second.trim(), place.to_str().unwrap());
    let unknown = run(&served, &["bundle", "IM1"]);
    assert_eq!(unknown.code, 4, "{unknown:?}");
}

#[test]
fn warrooms_are_listed_by_whether_they_go_on() {
    let served = Served::start("demo");
    let id = incident(&served);
    let all = well(&served, &["warroom", "ls", "-o", "json"]).json();
    let open = well(&served, &["warroom", "ls", "--open", "-o", "json"]).json();
    let (all, open) = (all.as_array().unwrap(), open.as_array().unwrap());
    assert!(
        open.iter().any(|room| room["incident"] == id.as_str()),
        "{open:?}"
    );
    let going = all.iter().filter(|room| room["open"] == true).count();
    assert_eq!(open.len(), going);
}
