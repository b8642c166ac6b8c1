//! Every noun and verb of the response side on the command line, with the real binary in front of the simulator on a
//! loopback port: what each prints, and the exit code it ends with.

use std::fs;

use serde_json::Value as Json;

use super::cli::{Ran, Served};

fn run(served: &Served, words: &[&str]) -> Ran {
    served.with(&[], words)
}

/// Runs a command that must end with this code.
fn ends(served: &Served, code: i32, words: &[&str]) -> Ran {
    let ran = run(served, words);
    assert_eq!(ran.code, code, "{words:?}: {ran:?}");
    ran
}

fn rows(served: &Served, words: &[&str]) -> Vec<Json> {
    let ran = ends(served, 0, words);
    ran.json().as_array().unwrap().clone()
}

#[test]
fn an_incident_goes_from_new_to_closed_and_refuses_what_does_not_fit() {
    let served = Served::start("demo");
    let all = rows(&served, &["incident", "ls", "-o", "json"]);
    let new = all.iter().find(|one| one["status"] == "new").unwrap();
    let id = new["number"].as_str().unwrap();
    // Names, not ids of users.
    assert!(all.iter().any(|one| one["assignee"] == "li.wei"), "{all:?}");
    ends(
        &served,
        11,
        &["incident", "solve", id, "--cause", "c", "--solution", "s"],
    );
    // One of two exists: the result is mixed.
    let mixed = ends(&served, 9, &["incident", "accept", id, "IM1"]);
    assert!(mixed.out.contains("accepted"), "{mixed:?}");
    ends(&served, 4, &["incident", "accept", "IM1"]);
    ends(&served, 11, &["incident", "accept", id]);
    ends(
        &served,
        0,
        &["incident", "solve", id, "--cause", "c", "--solution", "s"],
    );
    let long = "x".repeat(301);
    let too_long = [
        "incident",
        "confirm",
        id,
        "--solved",
        "yes",
        "--comment",
        &long,
    ];
    ends(&served, 2, &too_long);
    ends(
        &served,
        0,
        &[
            "incident",
            "confirm",
            id,
            "--solved",
            "yes",
            "--comment",
            "ok",
        ],
    );
    ends(&served, 0, &["incident", "note", id, "told the owner"]);
    let shown = ends(&served, 0, &["incident", "show", id, "-o", "json"]).json();
    assert_eq!(shown["status"], "closed");
    let open = rows(&served, &["incident", "ls", "--open", "-o", "json"]);
    assert!(!open.iter().any(|one| one["number"] == id), "{open:?}");
    ends(&served, 4, &["incident", "track", "IM1"]);
    let report = ends(&served, 0, &["handover", "--since", "1h"]).out;
    assert!(
        report.contains("told the owner") && report.contains("demo"),
        "{report}"
    );
    // A WarRoom is only for what is handled.
    ends(
        &served,
        11,
        &["warroom", "create", id, "--application", "a"],
    );
}

#[test]
fn scripts_are_files_that_are_pulled_compared_and_applied() {
    let served = Served::start("demo");
    let folder = served.home.path().join("scripts");
    let at = folder.to_str().unwrap();
    ends(
        &served,
        0,
        &["script", "pull", "restart_nginx", "--dir", at],
    );
    let path = folder.join("restart_nginx.sh");
    let file = path.to_str().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("name = \"restart_nginx\"") && text.contains("#!/bin/bash"),
        "{text}"
    );
    let same = ends(&served, 0, &["script", "apply", file]);
    assert!(same.out.contains("unchanged"), "{same:?}");
    let content = || {
        let shown = ends(
            &served,
            0,
            &["script", "show", "restart_nginx", "-o", "json"],
        );
        shown.json()["content"].as_str().unwrap().to_owned()
    };
    fs::write(&path, format!("{text}echo done\n")).unwrap();
    let dry = ends(&served, 0, &["script", "apply", file, "--dry-run"]);
    assert!(dry.err.contains("+ echo done"), "{dry:?}");
    assert!(!content().contains("echo done"), "nothing was sent");
    // What says something else here is not overwritten without a word.
    ends(
        &served,
        11,
        &["script", "pull", "restart_nginx", "--dir", at],
    );
    ends(&served, 0, &["script", "apply", file]);
    assert!(content().contains("echo done"));
    // A file with another name is another script.
    let other = text.replace("name = \"restart_nginx\"", "name = \"restart_x\"");
    fs::write(&path, &other).unwrap();
    ends(&served, 0, &["script", "apply", file]);
    let found = rows(
        &served,
        &["script", "ls", "--name", "restart_x", "-o", "json"],
    );
    assert_eq!(found.len(), 1, "{found:?}");
    ends(&served, 11, &["script", "rm", "restart_x"]);
    ends(
        &served,
        0,
        &["script", "rm", "restart_x", "--confirm", "restart_x"],
    );
    ends(&served, 4, &["script", "show", "restart_x"]);
    // Mistakes are told with their place, before anything is sent.
    fs::write(&path, other.replace("risk = \"MEDIUM\"", "risk = MEDIUM")).unwrap();
    let broken = ends(&served, 2, &["script", "apply", file]);
    assert!(broken.err.contains("line 4"), "{broken:?}");
    fs::write(
        &path,
        other.replace("name = \"restart_x\"", "name = \"restart-x\""),
    )
    .unwrap();
    ends(&served, 2, &["script", "apply", file]);
    let high = rows(&served, &["script", "ls", "--risk", "HIGH", "-o", "json"]);
    assert!(high.iter().all(|one| one["risk"] == "HIGH"), "{high:?}");
}

#[test]
fn runs_end_with_the_code_of_how_they_ended() {
    let served = Served::start("demo");
    let run_on = |machine: &str, more: &[&str]| {
        let mut words = vec!["script", "run", "clean_tmp", "--on", machine];
        words.extend(more);
        run(&served, &words)
    };
    // Only looked at.
    let looked = run_on("web-51", &[]);
    assert_eq!(looked.code, 11, "{looked:?}");
    assert!(
        looked.err.contains("1 of 80 machines of 门户"),
        "{looked:?}"
    );
    assert_eq!(run_on("nowhere-1", &["--yes"]).code, 2);
    assert_eq!(run_on("web-51", &["--yes", "--timeout", "5"]).code, 2);
    let late = run_on("web-51", &["--yes", "--wait", "--wait-timeout", "0"]);
    assert_eq!(late.code, 10, "{late:?}");
    // Its agent is offline.
    let failed = run_on("worker-60", &["--yes", "--wait"]);
    assert_eq!(failed.code, 8, "{failed:?}");
    let orders = rows(&served, &["order", "ls", "-o", "json"]);
    let id = orders[0]["id"].as_str().unwrap();
    let shown = ends(&served, 0, &["order", "show", id, "-o", "json"]).json();
    assert_eq!(shown["hosts"][0]["name"], "worker-60");
    let logs = ends(&served, 0, &["order", "logs", id]);
    assert!(logs.out.contains("agent offline"), "{logs:?}");
    ends(&served, 4, &["order", "logs", id, "--host", "web-01"]);
    // It waits for its operator: nothing to pause, its batch can be skipped, and then it is over.
    ends(&served, 11, &["order", "pause", id]);
    ends(&served, 8, &["order", "watch", id]);
    ends(&served, 0, &["order", "skip", id, "--batch", "1"]);
    ends(&served, 11, &["order", "cancel", id]);
    ends(&served, 4, &["order", "show", "SCT1"]);
    // A dangerous script wants its name.
    let words = [
        "script",
        "run",
        "重启应用",
        "--on",
        "web-51",
        "--param",
        "lb_token=x",
        "--yes",
    ];
    let refused = ends(&served, 11, &words);
    assert!(refused.err.contains("--confirm"), "{refused:?}");
    // One that pauses goes on by command.
    let words = [
        "script",
        "run",
        "clean_tmp",
        "--on",
        "web-61",
        "--on",
        "web-62",
        "--sizes",
        "1",
        "--pause",
        "--yes",
    ];
    ends(&served, 0, &words);
    let orders = rows(&served, &["order", "ls", "-o", "json"]);
    let id = orders[0]["id"].as_str().unwrap().to_owned();
    let status =
        || ends(&served, 0, &["order", "show", &id, "-o", "json"]).json()["status"].clone();
    while status() != "paused" {}
    ends(&served, 0, &["order", "continue", &id]);
    ends(&served, 0, &["order", "watch", &id]);
    assert_eq!(status(), "done");
}

#[test]
fn machines_and_patches_are_listed_by_the_service_s_own_filters() {
    let served = Served::start("demo");
    let machines = rows(&served, &["resource", "ls", "-o", "json"]);
    assert!(
        machines.iter().any(|one| one["name"] == "web-03"),
        "{machines:?}"
    );
    let words = [
        "patch",
        "ls",
        "--lacking",
        "yes",
        "--name",
        "web-12",
        "-o",
        "json",
    ];
    let lacking = rows(&served, &words);
    assert_eq!(lacking.len(), 1, "{lacking:?}");
    assert_eq!(lacking[0]["compliant"], false);
    let missing = rows(
        &served,
        &[
            "patch", "show", "web-12", "--status", "MISSING", "-o", "json",
        ],
    );
    assert!(!missing.is_empty());
    assert!(
        missing.iter().all(|one| one["status"] == "MISSING"),
        "{missing:?}"
    );
    ends(&served, 2, &["patch", "ls", "--system", "DOS"]);
    ends(&served, 4, &["patch", "show", "nowhere-1"]);
}
