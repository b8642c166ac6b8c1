//! The command line of the real binary, against the simulator on a loopback port, in a clean environment; and the bytes
//! that the screen sends to a terminal.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value as Json;

use super::pty::{Pty, demo};

/// A user's home.
pub struct Home(tempfile::TempDir);

impl Home {
    /// A new one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The program with nothing in its environment but this home.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_watchkeeper"));
        command.args(words).env_clear().stdin(Stdio::null());
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            command.env(name, self.path());
        }
        command
    }

    /// Runs the program there.
    pub fn run(&self, words: &[&str]) -> Ran {
        Ran::of(&self.command(words).output().unwrap())
    }

    /// A configuration file that only its owner can read.
    fn config(&self, text: &str) -> PathBuf {
        let file = self.path().join("config.toml");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        file
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// How this ended.
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("an exit status"),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// What was printed, as JSON.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error object on standard error.
    fn error(&self) -> Json {
        let said: Json =
            serde_json::from_str(&self.err).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        said["error"].clone()
    }
}

/// The simulator in a process of its own.
pub struct Served {
    pub home: Home,
    child: Child,
    /// What it announced.
    pub announced: Json,
    pub config: String,
}

impl Served {
    /// Starts it with a scenario by name or file.
    pub fn start(scenario: &str) -> Self {
        let home = Home::new();
        let config = home.path().join("sim.toml").to_str().unwrap().to_owned();
        let mut child = home
            .command(&[
                "sim",
                "--listen",
                "127.0.0.1:0",
                "--scenario",
                scenario,
                "--write-config",
                &config,
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            announced: serde_json::from_str(&line).unwrap(),
            home,
            child,
            config,
        }
    }

    fn call(&self, words: &[&str]) -> Ran {
        self.with(&["call"], words)
    }

    /// Runs the program against it.
    pub fn with(&self, before: &[&str], words: &[&str]) -> Ran {
        let all = [&["--config", &self.config], before, words].concat();
        self.home.run(&all)
    }

    /// Ends it with a signal and says how it ended.
    fn stop(&mut self, signal: Signal) -> Option<i32> {
        let pid = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have been stopped already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const POLICIES: [&str; 3] = ["ksc-monitor", "list_alarm_policy", "PageSize=1"];

#[test]
fn ops_lists_every_operation_as_text_and_as_json() {
    let home = Home::new();
    let listed = home.run(&["ops", "--json"]);
    assert_eq!(listed.code, 0);
    let listed = listed.json();
    let operations = listed["operations"].as_array().unwrap();
    let ids: BTreeSet<&str> = operations
        .iter()
        .map(|entry| entry["id"].as_str().unwrap())
        .collect();
    let declared: BTreeSet<&str> = watchkeeper::cloud::SYSTEMS
        .iter()
        .flat_map(|system| system.operations)
        .map(|entry| entry.id)
        .collect();
    assert_eq!(ids, declared);
    for entry in operations {
        for name in ["system", "action", "version", "method", "path"] {
            assert!(entry[name].is_string(), "{name} of {entry}");
        }
        assert!(entry["mutates"].is_boolean() && entry["params"].is_array());
    }
    let text = home.run(&["ops"]);
    assert!(ids.iter().all(|id| text.out.contains(id)));
}

#[test]
fn the_simulator_announces_itself_answers_calls_and_ends_with_a_signal() {
    let mut served = Served::start("demo");
    for (system, keys) in [
        (
            "ksc",
            &[
                "endpoint",
                "access_key",
                "secret_key",
                "region",
                "instance_id",
                "namespace",
                "metric",
                "policy_id",
            ][..],
        ),
        (
            "tencent",
            &[
                "endpoint",
                "secret_id",
                "secret_key",
                "region",
                "instance_id",
            ],
        ),
        (
            "huawei_coc",
            &[
                "endpoint",
                "iam_endpoint",
                "ak",
                "sk",
                "project_id",
                "project_name",
                "user",
                "password",
                "domain",
                "domain_id",
                "application_id",
                "user_id",
                "integration_key",
            ],
        ),
        (
            "huawei_esm",
            &[
                "endpoint",
                "iam_endpoint",
                "user",
                "password",
                "domain",
                "domain_id",
                "project_name",
                "appcode",
                "hcso_appcode",
                "hcso_domain_id",
                "host_id",
                "vm_id",
            ],
        ),
    ] {
        for key in keys {
            assert!(!served.announced[system][key].is_null(), "{system}.{key}");
        }
    }
    let answer = served.call(&[&POLICIES[..], &["-o", "json"]].concat());
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["totalCount"], 9);
    let table = served.call(&["huawei-coc", "list_scripts", "limit=20", "-o", "table"]);
    assert_eq!(table.code, 0);
    assert!(table.out.lines().next().unwrap().contains("script_uuid"));
    assert!(table.out.contains("重启应用"));
    let raw = served.call(&[&POLICIES[..], &["-o", "raw"]].concat());
    assert!(raw.out.contains("\"totalCount\""), "{raw:?}");
    assert_eq!(served.stop(Signal::TERM), Some(0));
}

#[test]
fn the_parameters_of_a_call_can_come_from_a_file() {
    let served = Served::start("demo");
    let file = served.home.path().join("input.json");
    fs::write(&file, r#"{"PageSize": 2}"#).unwrap();
    let file = file.to_str().unwrap();
    let answer = served.call(&["ksc-monitor", "list_alarm_policy", "--input", file]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let rows = answer.json();
    let rows = rows.pointer("/data/alarmPolicyList").unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
}

#[test]
fn each_failure_of_a_call_has_its_exit_code_and_one_error_object() {
    let mut served = Served::start("demo");
    let accept = [
        "huawei-coc",
        "accept_incident",
        "incident_num=IM1",
        "operator=x",
    ];
    let cases: [(&[&str], &[&str], i32, &str); 5] = [
        (&["call"], &["ksc-monitor", "list_alarm_polic"], 2, "usage"),
        (
            &["call"],
            &["ksc-monitor", "list_alarm_policy", "PagSize=1"],
            2,
            "invalid",
        ),
        (
            &["call"],
            &["huawei-coc", "get_incident", "incident_num=IM1"],
            4,
            "not-found",
        ),
        (&["--read-only", "call"], &accept, 11, "read-only"),
        (&["call"], &["huawei-coc", "list_scripts"], 2, "invalid"),
    ];
    for (before, words, code, kind) in cases {
        let ran = served.with(before, &[words, &["-o", "json"]].concat());
        assert_eq!(ran.code, code, "{words:?}: {ran:?}");
        assert_eq!(ran.error()["kind"], kind, "{words:?}");
        assert_eq!(ran.out, "", "no diagnostics on standard output");
    }
    let near = served.call(&["ksc-monitor", "list_alarm_policy", "PagSize=1"]);
    assert!(near.err.contains("did you mean PageSize?"), "{near:?}");
    let missing = served.call(&[
        "huawei-coc",
        "get_incident",
        "incident_num=IM1",
        "-o",
        "json",
    ]);
    let error = missing.error();
    assert_eq!(error["code"], "COC.00067003");
    assert!(error["request_id"].as_str().unwrap().len() > 30);
    // Keys that are refused.
    let text = fs::read_to_string(&served.config).unwrap();
    let secret = served.announced["ksc"]["secret_key"].as_str().unwrap();
    fs::write(&served.config, text.replace(secret, "wrong")).unwrap();
    let refused = served.call(&POLICIES);
    assert_eq!(refused.code, 3, "{refused:?}");
    fs::write(&served.config, text).unwrap();
    // Nobody answers.
    served.stop(Signal::INT);
    let alone = served.call(&POLICIES);
    assert_eq!(alone.code, 6, "{alone:?}");
    assert!(alone.err.contains("127.0.0.1"), "{alone:?}");
}

#[test]
fn a_service_in_trouble_gives_status_7_and_one_that_throttles_5() {
    let served = Served::start("dead");
    let broken = served.call(&["tencent-monitor", "describe_metrics", "namespace=qce/cvm"]);
    assert_eq!(broken.code, 7, "{broken:?}");
    let home = Home::new();
    let scenario = home.path().join("tight.toml");
    let limit = "like = \"demo\"\n[[limit]]\nsystem = \"ksc-monitor\"\ncalls = 0\nseconds = 60\n";
    fs::write(&scenario, limit).unwrap();
    let served = Served::start(scenario.to_str().unwrap());
    let throttled = served.call(&POLICIES);
    assert_eq!(throttled.code, 5, "{throttled:?}");
}

#[test]
fn a_dry_run_shows_the_signed_request_without_its_secrets_and_sends_nothing() {
    let mut served = Served::start("demo");
    // Nobody would answer.
    served.stop(Signal::TERM);
    let ran = served.call(&[&POLICIES[..], &["--dry-run"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    for part in [
        "GET http://127.0.0.1",
        "Action=ListAlarmPolicy",
        "x-amz-date: 2",
        "string to sign:",
        "Signature=<signature>",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let secret = served.announced["ksc"]["secret_key"].as_str().unwrap();
    assert!(!ran.out.contains(secret));
    let order = served.with(
        &["call"],
        &["huawei-coc", "list_scripts", "limit=20", "--dry-run"],
    );
    assert_eq!(order.code, 0, "{order:?}");
    for secret in ["sk", "password"] {
        let secret = served.announced["huawei_coc"][secret].as_str().unwrap();
        assert!(!order.out.contains(secret));
    }
}

#[test]
fn an_unknown_key_of_the_configuration_is_named_with_file_line_and_the_nearest_one() {
    let home = Home::new();
    let file = home.config("theme = \"dark\"\nlnag = \"zh\"\n");
    let ran = home.run(&["--config", file.to_str().unwrap(), "config", "check"]);
    assert_eq!(ran.code, 2);
    let expected = format!(
        "{}:2: unknown key \"lnag\" (did you mean \"lang\"?)\n",
        file.display()
    );
    assert_eq!(ran.err, expected);
}

#[test]
fn the_sample_configuration_has_no_mistakes() {
    let home = Home::new();
    let sample = home.run(&["config", "sample"]);
    let file = home.config(&sample.out);
    let check = ["--config", file.to_str().unwrap(), "config", "check"];
    let ran = Ran::of(
        &home
            .command(&check)
            .env("ESM_APPCODE", "x")
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn missing_credentials_are_named_by_field_and_variable() {
    let home = Home::new();
    let file = home.config(
        "profile = \"p\"\n[profiles.p.ksc-monitor]\nregion = \"cn-beijing-6\"\n\
         [profiles.p.tencent-monitor]\nregion = \"gz\"\naccess_key = \"env:NOBODY_SET_THIS\"\nsecret_key = \"x\"\n",
    );
    let call =
        |words: &[&str]| home.run(&[&["--config", file.to_str().unwrap(), "call"], words].concat());
    let ran = call(&POLICIES);
    assert_eq!(ran.code, 3, "{ran:?}");
    for name in ["access_key", "KSYUN_ACCESS_KEY", "ksc-monitor"] {
        assert!(ran.err.contains(name), "{name}: {ran:?}");
    }
    let ran = call(&["tencent-monitor", "describe_metrics", "namespace=qce/cvm"]);
    assert!(ran.err.contains("NOBODY_SET_THIS"), "{ran:?}");
    assert_eq!(
        home.run(&["call", "ksc-monitor", "list_alarm_policy"]).code,
        2
    );
}

#[test]
fn without_a_terminal_the_dashboard_says_so_in_one_line() {
    let ran = Home::new().run(&["demo"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    assert!(ran.err.contains("terminal"), "{ran:?}");
    assert_eq!(ran.out, "");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = Home::new()
        .command(&["ops", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

/// Closes whatever is open and quits.
const QUIT: &[u8] = b"\x03\x03\x03\x03\x03\x03";

/// Every escape sequence in what was sent to a terminal: the letters that follow ESC.
fn sequences(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.split('\u{1b}')
        .skip(1)
        .map(|rest| {
            let is_string = rest.starts_with([']', 'P', '^', '_']);
            let end = match rest.chars().next() {
                Some('[') => rest.find(|c: char| ('@'..='~').contains(&c) && c != '['),
                _ if is_string => rest.find('\u{7}'),
                _ => Some(0),
            };
            rest.chars()
                .take(end.map_or(rest.len(), |end| end + 1))
                .collect()
        })
        .collect()
}

/// Does this sequence set a colour?
fn is_colour(sequence: &str) -> bool {
    let Some(codes) = sequence
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix('m'))
    else {
        return false;
    };
    codes
        .split([';', ':'])
        .filter_map(|code| code.parse::<u32>().ok())
        .any(|code| {
            (30..=49).contains(&code) || (58..=59).contains(&code) || (90..=107).contains(&code)
        })
}

fn sent(pty: &Pty) -> Vec<u8> {
    pty.seen.0.lock().unwrap().bytes.clone()
}

#[test]
fn colours_are_told_from_other_sequences() {
    let found = sequences(b"\x1b[?25l\x1b[38;5;1ma\x1b[0;1mb\x1b[m\x1b]52;c;YQ==\x07\x1b7");
    assert_eq!(
        found,
        ["[?25l", "[38;5;1m", "[0;1m", "[m", "]52;c;YQ==\u{7}", "7"]
    );
    let colours: Vec<bool> = found.iter().map(|one| is_colour(one)).collect();
    assert_eq!(colours, [false, true, false, false, false, false]);
}

#[test]
fn without_colours_the_selection_is_reversed_and_no_colour_is_sent() {
    let (mut pty, _home) = demo(
        None,
        &[("NO_COLOR", "1"), ("COLORTERM", "truecolor")],
        (80, 24),
    );
    let reversed = |text: &'static str| {
        move |screen: &vt100::Screen| {
            let (rows, columns) = screen.size();
            (0..rows.get()).any(|row| {
                let worn: String = (0..columns.get())
                    .filter_map(|column| screen.cell(row, column))
                    .filter(|cell| cell.inverse())
                    .map(|cell| cell.contents().to_owned())
                    .collect();
                worn.contains(text)
            })
        }
    };
    // Until the alarm on top has come, the cursor stands on one from which no form can be filled.
    pty.wait("the selected row", reversed("CPU使用率"));
    pty.send(b"c");
    pty.wait_for("Create an incident?");
    pty.send(b"\x1b[Z\x1b[Z\r");
    pty.wait("the button with the focus", reversed("[ Cancel ]"));
    pty.send(b"\x1b");
    pty.wait("the dashboard again", |screen| {
        !screen.contents().contains("[ Cancel ]")
    });
    pty.send(b"?");
    pty.wait_for("type to search");
    let colours: Vec<String> = sequences(&sent(&pty))
        .into_iter()
        .filter(|one| is_colour(one))
        .collect();
    assert_eq!(colours, Vec::<String>::new());
    pty.send(QUIT);
    pty.end();
}

#[test]
fn with_colours_there_are_colours() {
    let (mut pty, _home) = demo(None, &[("COLORTERM", "truecolor")], (80, 24));
    assert!(sequences(&sent(&pty)).iter().any(|one| is_colour(one)));
    pty.send(QUIT);
    pty.end();
}

/// A title that would rename the window, clear the screen, turn the text around and ring the bell.
const HOSTILE: &str = "evil\\u001b]0;owned\\u0007\\u001b[31337m\\u009b2J\\u202etxet\\r\\n\\u0008";

#[test]
fn text_of_an_api_cannot_drive_the_terminal() {
    let home = Home::new();
    let scenario = home.path().join("hostile.toml");
    let text = format!(
        "like = \"demo\"\n\
         incident = [{{ title = \"{HOSTILE}\", description = \"{HOSTILE}\", level = \"level_10\", \
         type = \"inc_type_p_config_issues\", status = \"TRIGGERED\", ago = 60, application = \"门户\", \
         warroom = \"{HOSTILE}\" }}]\n"
    );
    fs::write(&scenario, text).unwrap();
    let scenario = scenario.to_str().unwrap().to_owned();
    let script = format!("\"$@\" --scenario '{scenario}'");
    let (mut pty, _home) = demo(Some(&script), &[], (120, 40));
    pty.send(b":incidents\r");
    pty.wait_for("evil");
    pty.send(b"\r");
    pty.wait_for("Number");
    let bytes = sent(&pty);
    let text = String::from_utf8_lossy(&bytes);
    let allowed = |one: &String| {
        let inner = one.strip_prefix('[').unwrap_or_default();
        let parameters = inner.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        !inner.is_empty() && parameters.chars().all(|c| "0123456789;?".contains(c))
    };
    let strange: Vec<String> = sequences(&bytes)
        .into_iter()
        .filter(|one| !allowed(one) || one.contains("31337"))
        .collect();
    assert_eq!(strange, Vec::<String>::new());
    let controls = |c: char| c.is_control() && !"\u{1b}\r\n".contains(c) || c == '\u{202e}';
    let found: Vec<char> = text.chars().filter(|c| controls(*c)).collect();
    assert_eq!(found, Vec::<char>::new());
    assert!(pty.contents().contains("owned"), "it is shown as text");
    pty.send(QUIT);
    pty.end();
}

/// What the journal holds, oldest first: operation, outcome and the last words of the command.
pub fn journal(served: &Served) -> Vec<(String, String, String)> {
    let listed = served.with(&["journal"], &["--json"]);
    let mut entries: Vec<(String, String, String)> = listed
        .out
        .lines()
        .map(|line| {
            let entry: Json = serde_json::from_str(line).unwrap();
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            let command = text("command");
            let typed = command
                .split_once("sim.toml ")
                .map_or("", |(_, typed)| typed);
            (text("operation"), text("outcome"), typed.to_owned())
        })
        .collect();
    entries.reverse();
    entries
}

#[test]
fn a_change_by_call_is_in_the_journal_and_what_was_refused_is_not() {
    let served = Served::start("demo");
    let refused = served.call(&["huawei-coc", "accept_incident", "incident_num=IM1"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert_eq!(journal(&served), []);
    let unknown = [
        "huawei-coc",
        "accept_incident",
        "incident_num=IM1",
        "operator=x",
    ];
    let ran = served.call(&unknown);
    assert_eq!(ran.code, 4, "{ran:?}");
    let kept = journal(&served);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0].0, "huawei-coc.accept_incident");
    assert_eq!(kept[0].1, "failed");
    assert!(
        kept[0].2.starts_with("call huawei-coc accept_incident"),
        "{kept:?}"
    );
}

#[test]
fn changes_of_metrics_policies_and_contacts_are_in_the_journal() {
    let served = Served::start("demo");
    let people = served.with(&["contact", "ls"], &["--json"]).json();
    let person = people
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["kind"] == "person" && one["state"] == "on")
        .and_then(|one| one["id"].as_u64())
        .expect("somebody who is told")
        .to_string();
    let policies = served.with(&["policy", "ls"], &["--json"]).json();
    let policy = policies[0]["id"].as_u64().expect("a policy").to_string();
    let put = ["metric", "put", "shop:service=checkout:latency", "5"];
    let new = [
        "policy",
        "new",
        "too slow",
        "--namespace",
        "shop",
        "--metric",
        "latency",
        "--op",
        ">",
        "--threshold",
        "9",
        "--person",
        &person,
    ];
    let add = ["policy", "receivers", "add", &policy, "--person", &person];
    let rm = ["policy", "receivers", "rm", &policy, "--person", &person];
    let off = ["contact", "disable", &person];
    let on = ["contact", "enable", &person];
    let all: [(&[&str], &str); 6] = [
        (&put, "ksc-monitor.put_metric_data"),
        (&new, "ksc-monitor.new_alarm_policy"),
        (&add, "ksc-monitor.add_alarm_receives"),
        (&rm, "ksc-monitor.delete_alarm_receives"),
        (&off, "ksc-monitor.update_alert_user_status"),
        (&on, "ksc-monitor.update_alert_user_status"),
    ];
    for (words, _) in all {
        let ran = served.with(&[], words);
        assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
    }
    let kept = journal(&served);
    let wanted: Vec<_> = all
        .iter()
        .map(|(_, operation)| ((*operation).to_owned(), "done".to_owned()))
        .collect();
    let got: Vec<_> = kept
        .iter()
        .map(|(operation, outcome, _)| (operation.clone(), outcome.clone()))
        .collect();
    assert_eq!(got, wanted);
    assert_eq!(kept[0].2, put.join(" "));
    assert!(
        kept[1]
            .2
            .starts_with("policy new 'too slow' --namespace shop"),
        "{kept:?}"
    );
    assert!(kept[1].2.contains("--op '>'"), "{kept:?}");

    // What is refused by the service is a line, too; what is refused here is none.
    let refused = served.with(
        &[],
        &["policy", "receivers", "add", "999999", "--person", &person],
    );
    assert_ne!(refused.code, 0, "{refused:?}");
    let read_only = served.with(&["--read-only"], &off);
    assert_eq!(read_only.code, 11, "{read_only:?}");
    let kept = journal(&served);
    assert_eq!(kept.len(), all.len() + 1, "{kept:?}");
    assert_eq!(kept[all.len()].1, "failed");

    // Each of several has its result, and what was not done for all is no success.
    let in_part = served.with(&[], &["contact", "enable", &person, "999999"]);
    assert_eq!(in_part.code, 1, "{in_part:?}");
    assert!(
        in_part.out.contains(" on, 999999: no such contact"),
        "{in_part:?}"
    );
    assert!(
        in_part.err.contains("done only in part: not for 999999"),
        "{in_part:?}"
    );
}

#[test]
fn nothing_is_sent_when_the_journal_cannot_be_written() {
    let served = Served::start("demo");
    let people = || served.with(&["contact", "ls"], &["--json"]).json();
    let before = people();
    // A file where the folder of the state should be.
    fs::write(served.home.path().join("watchkeeper"), "in the way").unwrap();
    let ids: Vec<String> = before
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| {
            Some(
                one["id"]
                    .as_u64()
                    .filter(|_| one["kind"] == "person")?
                    .to_string(),
            )
        })
        .collect();
    let words: Vec<&str> = ["contact", "disable"]
        .into_iter()
        .chain(ids.iter().map(String::as_str))
        .collect();
    let ran = served.with(&[], &words);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("nothing was sent"), "{ran:?}");
    assert_eq!(people(), before);
}
