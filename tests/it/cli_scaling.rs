//! `watchkeeper scaling`, run by the real binary against the simulator: changes, what they print, and how they end.

use std::fs;
use std::process::Command;

use serde_json::Value as Json;

use super::cli::{Ran, Served, journal};

/// The demo's groups, in a world in which everything that takes time takes a hundredth of it.
struct Desk {
    served: Served,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scenario.toml");
        fs::write(&file, "like = \"demo\"\nspeed = 100.0\n").unwrap();
        Self {
            served: Served::start(file.to_str().unwrap()),
            _folder: folder,
        }
    }

    fn run(&self, words: &str) -> Ran {
        let words: Vec<&str> = words.split_whitespace().collect();
        self.served.with(&["scaling"], &words)
    }

    /// Runs what must succeed.
    fn ok(&self, words: &str) -> Ran {
        let ran = self.run(words);
        assert_eq!(ran.code, 0, "{words}: {ran:?}");
        ran
    }

    /// Runs what is refused before it is sent, and says why.
    fn refused(&self, words: &str, why: &str) {
        let before = journal(&self.served).len();
        let ran = self.run(words);
        assert_eq!(ran.code, 2, "{words}: {ran:?}");
        assert!(ran.err.contains(why), "{words}: {ran:?}");
        assert!(ran.out.is_empty(), "{words}: {ran:?}");
        // An intent that was never sent is settled as such, or was not even written.
        let kept = journal(&self.served);
        let sent = kept.iter().skip(before).any(|entry| entry.1 == "done");
        assert!(!sent, "{kept:?}");
    }

    fn show(&self, group: &str) -> Json {
        self.ok(&format!("show {group} --json")).json()
    }

    fn names(&self, group: &str, list: &str) -> Vec<String> {
        names(&self.show(group)[list])
    }
}

fn names(list: &Json) -> Vec<String> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn groups_are_listed_and_shown() {
    let desk = Desk::new();
    let groups = desk.ok("ls --json").json();
    let known = names(&groups);
    for name in ["shop", "图片", "batch", "edge"] {
        assert!(known.iter().any(|known| known == name), "{known:?}");
    }
    assert!(desk.ok("ls").out.contains("图片"));
    let shop = desk.show("shop");
    assert_eq!((&shop["min"], &shop["max"]), (&2.into(), &10.into()));
    assert_eq!(shop["member_list"].as_array().unwrap().len(), 4);
    assert_eq!(shop["events"], serde_json::json!([1, 2, 4]));
    // By its id it is the same.
    let id = shop["id"].as_str().unwrap();
    assert_eq!(desk.show(id)["name"], "shop");
    let in_words = desk.ok("show shop").out;
    assert!(in_words.contains("grow when hot"), "{in_words}");
    let activities = desk.ok("activities 图片 --json").json();
    assert_eq!(activities[0]["status"], "failed", "{activities}");
    let none = desk.run("show nobody");
    assert_eq!(none.code, 4, "{none:?}");
}

#[test]
fn a_size_is_set_and_waited_for() {
    let desk = Desk::new();
    let dry = desk.ok("set-desired shop 5 --dry-run");
    assert!(dry.out.contains("DesiredCapacity=5"), "{dry:?}");
    assert!(journal(&desk.served).is_empty());
    let grown = desk.ok("set-desired shop 5 --wait");
    assert!(grown.out.contains("5 members of 5"), "{grown:?}");
    assert_eq!(desk.names("shop", "member_list").len(), 5);
    // The service's own error, and everything stays.
    let refused = desk.run("set-desired shop 11");
    assert_eq!(refused.code, 7, "{refused:?}");
    assert_eq!(desk.show("shop")["desired"], 5);
    let modified = desk.ok("modify shop --min 3 --max 12 --remove newest");
    assert!(modified.err.is_empty(), "{modified:?}");
    let shop = desk.show("shop");
    assert_eq!((&shop["min"], &shop["max"]), (&3.into(), &12.into()));
    assert_eq!(shop["remove"], "newest");
    desk.refused(
        "modify shop --min 7 --max 6",
        "MinSize must not be above MaxSize",
    );
    let journalled = journal(&desk.served);
    assert_eq!(journalled[0].2, "scaling set-desired shop 5 --wait");
    assert_eq!(journalled[0].1, "done");
}

/// A group that is stuck is not waited for: what is wrong is said.
#[test]
fn a_group_that_is_stuck_is_not_waited_for_without_a_word() {
    let desk = Desk::new();
    let stuck = desk.show("图片");
    let member = stuck["member_list"][0]["name"].as_str().unwrap().to_owned();
    let late = desk.run(&format!("protect 图片 on {member} --wait --wait-timeout 0"));
    assert_eq!(late.code, 10, "{late:?}");
    assert!(late.err.contains("3 members of 4"), "{late:?}");
    assert!(late.err.contains("the last attempt failed"), "{late:?}");
    // Another attempt fails again.
    let failed = desk.run("set-desired 图片 5 --wait");
    assert_eq!(failed.code, 8, "{failed:?}");
    assert!(failed.err.contains("failed"), "{failed:?}");
}

#[test]
fn members_are_protected_taken_out_and_added() {
    let desk = Desk::new();
    let members = desk.names("shop", "member_list");
    let (first, second) = (&members[0], &members[1]);
    desk.ok(&format!("protect shop on {first} {second}"));
    desk.ok(&format!("protect shop off {first}"));
    let shop = desk.show("shop");
    let list = shop["member_list"].as_array().unwrap();
    let flags: Vec<&Json> = list.iter().map(|one| &one["protected"]).collect();
    assert_eq!(flags[..2], [&Json::Bool(false), &Json::Bool(true)]);
    let manual = desk.show("edge")["member_list"][0].clone();
    let id = manual["id"].as_str().unwrap();
    // The group is disabled: the service says so, and nothing changes.
    let refused = desk.run(&format!("detach edge {id}"));
    assert_ne!(refused.code, 0, "{refused:?}");
    assert_eq!(desk.show("edge")["members"], 2);
    let out = desk.ok(&format!("detach shop {first} --wait"));
    assert!(out.out.contains("3 members of 3"), "{out:?}");
    assert!(!desk.names("shop", "member_list").contains(first));
    let unknown = desk.run("attach shop no-such-machine");
    assert_eq!(unknown.code, 4, "{unknown:?}");
    assert_eq!(desk.run("protect shop maybe x").code, 2);
}

#[test]
fn policies_are_created_changed_and_deleted() {
    let desk = Desk::new();
    desk.refused(
        "policy create shop --name p --threshold 101 --value 1",
        "Metric.threshold must be 0 to 100 per cent",
    );
    desk.refused(
        "policy create shop --name p --threshold 80 --by percent --value 101",
        "must be -100 to 100",
    );
    desk.refused(
        "policy create shop --name p --threshold 80 --by total --value -1",
        "must not be negative for TotalCapacity",
    );
    desk.refused(
        "policy create shop --name p --threshold 80 --value 1 --repeat 11",
        "Metric.repeatTimes must be 1 to 10",
    );
    desk.refused(
        "policy create shop --name p --threshold 80 --value 1 --metric disk_usage",
        "must be one of cpu_usage",
    );
    desk.refused(
        "policy create shop --name p --threshold 80 --value 1 --cooldown 59",
        "CoolDown must be at least 60",
    );
    // What the document contradicts elsewhere is doubtful, not refused.
    let doubtful = desk.ok("policy create shop --name burst --threshold 80 --value 11");
    assert!(
        doubtful.err.contains("warning: AdjustmentValue"),
        "{doubtful:?}"
    );
    assert!(desk.names("shop", "policies").contains(&"burst".to_owned()));
    desk.ok("policy modify shop burst --name burst --threshold 70 --value 2 --function max");
    let policies = desk.ok("policy ls shop --json").json();
    let burst = policies.as_array().unwrap();
    let burst = burst.iter().find(|one| one["name"] == "burst").unwrap();
    assert_eq!(burst["value"], 2);
    assert!(burst["when"].as_str().unwrap().contains("70"), "{burst}");
    desk.ok("policy delete shop burst");
    assert!(!desk.names("shop", "policies").contains(&"burst".to_owned()));
    let gone = desk.run("policy delete shop burst");
    assert_eq!(gone.code, 4, "{gone:?}");
}

#[test]
fn tasks_are_created_changed_and_deleted() {
    let desk = Desk::new();
    let sizes = "--min 2 --desired 5 --max 10 --start 2030-01-07T08:00:00+08:00";
    let create = format!("task create shop --name peak {sizes}");
    desk.refused(
        &format!("{create} --every week --cycle 1,2"),
        "EndTime must be given when the task repeats",
    );
    let end = "--end 2030-02-01T00:00:00+08:00";
    desk.refused(
        &format!("{create} {end}"),
        "EndTime must not be given when the task does not repeat",
    );
    desk.refused(
        &format!("{create} {end} --every week --cycle 8"),
        "RepeatCycle",
    );
    desk.refused(
        "task create shop --name p --min 6 --desired 5 --max 10 --start 2030-01-07T08:00:00Z",
        "ReadjustExpectSize must not be below ReadjustMinSize",
    );
    let words = format!("task create shop --name late {sizes} {end} --cron");
    let mut all: Vec<&str> = words.split(' ').collect();
    all.push("0 3 * * *");
    let bad = desk.served.with(&["scaling"], &all);
    assert_eq!(bad.code, 2, "{bad:?}");
    assert!(bad.err.contains("Recurrence"), "{bad:?}");
    desk.ok(&format!("{create} {end} --every week --cycle 1,2"));
    let tasks = desk.ok("task ls shop --json").json();
    let peak = tasks.as_array().unwrap();
    let peak = peak.iter().find(|one| one["name"] == "peak").unwrap();
    let runs: Vec<&str> = peak["next"].as_str().unwrap().split(' ').collect();
    assert_eq!(runs.len(), 5, "{peak}");
    assert!(runs[0].starts_with("2030-01-07T00:00:00"), "{peak}");
    desk.ok(&format!(
        "task modify shop peak --name peak --min 2 --desired 6 --max 10 --start 2030-01-07T08:00:00+08:00 {end} --every day --cycle 2"
    ));
    let tasks = desk.ok("task ls shop --json").json();
    let peak = tasks.as_array().unwrap();
    let peak = peak.iter().find(|one| one["name"] == "peak").unwrap();
    assert_eq!(peak["desired"], 6);
    desk.ok("task delete shop peak");
    assert!(!desk.names("shop", "tasks").contains(&"peak".to_owned()));
}

#[test]
fn notifications_and_load_balancers_are_replaced_as_a_whole() {
    let desk = Desk::new();
    desk.ok("notify shop 1 3");
    assert_eq!(desk.show("shop")["events"], serde_json::json!([1, 3]));
    desk.ok("notify shop --none");
    assert_eq!(desk.show("shop")["events"], serde_json::json!([]));
    assert_eq!(desk.run("notify shop 7").code, 2);
    assert_eq!(desk.run("notify shop").code, 2);
    let set = desk.show("shop")["balancers"].clone();
    let set: Vec<&str> = set
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Json::as_str)
        .collect();
    assert_eq!(set.len(), 2);
    desk.ok(&format!("balancers shop {}", set[1]));
    assert_eq!(desk.show("shop")["balancers"], serde_json::json!([set[1]]));
    let bad = desk.run("balancers shop nonsense");
    assert_eq!(bad.code, 2, "{bad:?}");
    let unknown = desk.run("balancers shop no/such:80");
    assert_eq!(unknown.code, 7, "{unknown:?}");
    assert_eq!(desk.show("shop")["balancers"], serde_json::json!([set[1]]));
    let none = desk.ok("balancers shop --none");
    assert!(
        none.err.contains("every load balancer is taken away"),
        "{none:?}"
    );
    assert_eq!(desk.show("shop")["balancers"], serde_json::json!([]));
}

/// A configuration, a group from it, and both away again; whoever has members cannot be deleted.
#[test]
fn a_configuration_and_a_group_come_and_go() {
    let desk = Desk::new();
    let configs = desk.ok("config ls --json").json();
    let known = configs.as_array().unwrap();
    let shop = known.iter().find(|one| one["name"] == "shop-2026").unwrap();
    let (image, own) = (
        shop["image"].as_str().unwrap(),
        shop["id"].as_str().unwrap(),
    );
    desk.refused(
        &format!("config create --name new --image {image}"),
        "InstanceType must be given",
    );
    let made = desk.ok(&format!(
        "config create --name new --image {image} --types N3.2B,N3.4B --machine-name n"
    ));
    let id = made.out.split_whitespace().last().unwrap().to_owned();
    let differs = desk.ok("config diff shop-2026 new").out;
    assert!(differs.contains("InstanceType: "), "{differs}");
    desk.ok(&format!("config modify {id} --name newer"));
    assert_eq!(desk.run("config diff shop-2026 new").code, 4);
    let used = desk.run(&format!("config delete {own}"));
    assert_eq!(used.code, 7, "{used:?}");

    let like = desk.show("shop");
    let subnet = like["subnets"][0].as_str().unwrap();
    let security = like["security_groups"][0].as_str().unwrap();
    let create = format!(
        "create --launch-config {id} --remove oldest --subnets {subnet} --security-group {security} --name fresh"
    );
    desk.refused(
        &format!("{create} --min 2 --desired 1 --max 3"),
        "DesiredCapacity must not be below MinSize",
    );
    let created = desk.ok(&format!("{create} --min 0 --desired 1 --max 3 --wait"));
    assert!(created.out.contains("1 members of 1"), "{created:?}");
    assert!(
        created.err.contains("warning: MinSize"),
        "0 is doubtful: {created:?}"
    );
    let full = desk.run("delete fresh");
    assert_eq!(full.code, 7, "{full:?}");
    desk.ok("set-desired fresh 0 --wait");
    desk.ok("disable fresh");
    assert_eq!(desk.show("fresh")["status"], "disabled");
    desk.ok("enable fresh");
    assert_eq!(desk.show("fresh")["status"], "active");
    desk.ok("delete fresh");
    assert_eq!(desk.run("show fresh").code, 4);
    desk.ok(&format!("config delete {id}"));
}

/// What the journal holds can be pasted into a shell, whatever is in it.
#[test]
fn a_command_of_the_journal_repeats_what_was_done() {
    let desk = Desk::new();
    let name = "it's \"hot\" * $HOME `id` 扩容 ~ #1 \\ !x";
    let words = [
        "policy",
        "create",
        "shop",
        "--threshold",
        "90",
        "--value",
        "1",
        "--name",
        name,
    ];
    let ran = desk.served.with(&["scaling"], &words);
    assert_eq!(ran.code, 0, "{ran:?}");
    let listed = desk.served.with(&["journal"], &["--json"]);
    let entry: Json = serde_json::from_str(listed.out.lines().next().unwrap()).unwrap();
    let command = entry["command"].as_str().unwrap();
    desk.ok_words(&["policy", "delete", "shop", name]);
    assert!(!desk.names("shop", "policies").iter().any(|one| one == name));
    // As a shell reads it, with the program in its path.
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_watchkeeper"));
    let output = Command::new("sh")
        .args(["-c", command])
        .env_clear()
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", binary.parent().unwrap().display()),
        )
        .envs(
            ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"].map(|one| (one, desk.served.home.path())),
        )
        .output()
        .unwrap();
    let ran = Ran::of(&output);
    assert_eq!(ran.code, 0, "{command}: {ran:?}");
    let policies = desk.names("shop", "policies");
    assert!(policies.iter().any(|one| one == name), "{policies:?}");
}

impl Desk {
    fn ok_words(&self, words: &[&str]) {
        let ran = self.served.with(&["scaling"], words);
        assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
    }
}

/// A shell makes the same words of what is quoted, whatever is in them.
#[test]
fn quoted_words_survive_a_shell() {
    let words = [
        "",
        "plain",
        "two words",
        "it's",
        "\"q\" 'q' `id` $(id) $HOME",
        "*.toml [a-z]? {a,b}",
        "扩容 🚀",
        "-n",
        "~",
        "#x",
        "a\\b\\",
        "!history",
        "=ls",
        "line\nbreak\ttab",
        "\u{1b}[31mred\u{7}\u{9b}",
        "a;b|c&d<e>f(g)",
    ];
    let quoted: Vec<String> = words
        .iter()
        .map(|word| watchkeeper::domain::command_line::quoted(word))
        .collect();
    let script = format!("printf '%s\\0' {}", quoted.join(" "));
    let seen = Command::new("sh").args(["-c", &script]).output().unwrap();
    let seen = String::from_utf8(seen.stdout).unwrap();
    let seen: Vec<&str> = seen.trim_end_matches('\0').split('\0').collect();
    // The empty word at the beginning is one, too.
    assert_eq!(seen, words);
    assert!(quoted.iter().all(|word| !word.contains('\u{1b}')));
}
