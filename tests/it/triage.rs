//! The queue and the site in the whole program: a storm is folded and worked off, the change behind an alarm is found on
//! its chart, dead systems delay no key and no other system.

use std::time::Duration;

use super::stage::{Setting, Stage, play};

fn setting(scenario: &str) -> Setting {
    Setting {
        size: (120, 40),
        scenario: scenario.to_owned(),
        ..Setting::default()
    }
}

/// A storm comes while somebody watches: it is told, folded, marked as a whole, and unfolded.
#[tokio::test(start_paused = true)]
async fn a_storm_is_folded_and_marked_as_a_whole() {
    let storm = r#"
like = "demo"

[[storm]]
since = -60
count = 5000
over = 1

[storm.alarm]
list = "service"
name = "Storage link down"
severity = 2
service = "EVS"
code = 100399
"#;
    play(setting(storm), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("Disk almost full").await;
        assert!(!stage.shows("STORM"));
        stage.pass(Duration::from_secs(95)).await;
        stage.sees("STORM: 5000 within a minute").await;
        let row = stage.line_with("Storage link down");
        assert!(row.contains("×5000"), "{row}");
        assert!(row.contains("resources"), "{row}");
        // What is new is found by a key, and was not there before.
        stage.press("] a").await;
        stage.press("s").await;
        stage
            .wait_until("all of them seen", |screen| {
                screen
                    .lines()
                    .any(|line| line.contains('✓') && line.contains("×5000"))
            })
            .await;
        // Unfolded it is a list of five thousand, and keys still work.
        stage.press("<enter>").await;
        stage
            .wait_until("unfolded", |screen| !screen.contains("×5000"))
            .await;
        stage.press("j j j").await;
        stage.press("z f").await;
        stage.sees("×5000").await;
    })
    .await;
}

/// From the alarm to its graph, from the graph to what was changed before it began, and to the incident.
#[tokio::test(start_paused = true)]
async fn the_change_behind_an_alarm_is_found_on_its_chart() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("CPU使用率 > 90%").await;
        stage.press("<enter>").await;
        stage.sees("threshold > 90 %").await;
        // The latest things that happened, backwards until the deployment.
        for _ in 0..20 {
            stage.press("[ e").await;
            if stage.shows("updateDeployment") {
                break;
            }
        }
        assert!(
            stage.shows("updateDeployment web-03 (ci-deploy)"),
            "{}",
            stage.text()
        );
        stage.press("<enter>").await;
        stage.sees("portal 4.18.2 rolled out").await;
        stage.press("<esc>").await;
        stage.go("alarms").await;
        stage.press("g g").await;
        stage.press("c").await;
        stage.sees("Create an incident").await;
    })
    .await;
}

/// An alarm that is put to sleep goes to the end, says until when, and comes back as new.
#[tokio::test(start_paused = true)]
async fn an_alarm_sleeps_and_wakes_visibly() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("CPU使用率 > 90%").await;
        stage.press("g g").await;
        stage.press("z s").await;
        stage.sees("Put to sleep").await;
        stage.press("<enter>").await;
        stage
            .wait_until("asleep", |screen| {
                screen
                    .lines()
                    .any(|line| line.contains('‖') && line.contains("CPU"))
            })
            .await;
        stage.pass(Duration::from_secs(16 * 60)).await;
        stage
            .wait_until("awake and new", |screen| {
                screen
                    .lines()
                    .any(|line| line.contains('●') && line.contains("CPU"))
            })
            .await;
    })
    .await;
}

/// Each view of the site shows what the site has.
#[tokio::test(start_paused = true)]
async fn every_view_of_the_site_shows_its_data() {
    play(setting("demo"), async |stage: &mut Stage| {
        for (view, text) in [
            ("capacity", "EVS"),
            ("audit", "updateDeployment"),
            ("assets", "fw-edge-01"),
            ("hosts", "host-az1-01"),
            ("network", "sw-core-01"),
        ] {
            stage.go(view).await;
            stage.sees(text).await;
        }
        // What runs on a host is known wherever the cursor is.
        stage.go("hosts").await;
        stage.press("G").await;
        stage.pass(Duration::from_secs(3)).await;
        stage.press("<enter>").await;
        stage.sees("Gold 6161").await;
        stage.sees("last_update_time").await;
    })
    .await;
}

/// A metering job is created by a form, watched, and its records are paged.
#[tokio::test(start_paused = true)]
async fn a_metering_job_is_created_watched_and_paged() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.go("metering").await;
        stage.sees("No job").await;
        stage.press("n").await;
        stage.sees("Gather metering records").await;
        stage.send_form(0).await;
        stage.confirm("Gather").await;
        stage.sees("is done").await;
        stage.sees("hws.resource.type.vm").await;
        stage.press(">").await;
        stage.sees("there is more").await;
    })
    .await;
}

/// A key is answered by the next frame, whatever the systems do.
async fn keys_are_answered(stage: &mut Stage, what: &str) {
    for key in ["j", "k", ":", "<esc>", "?", "<esc>"] {
        let pressed = tokio::time::Instant::now();
        stage.press(key).await;
        let took = pressed.elapsed();
        assert!(took <= Duration::from_millis(50), "{what}: {key}: {took:?}");
    }
}

/// A system, the view that needs it, what that shows, and a view of another system with what it shows.
struct Case {
    system: &'static str,
    short: &'static str,
    view: (&'static str, &'static str),
    other: (&'static str, &'static str),
}

const ORDERS: (&str, &str) = ("orders", "rolling_upgrade");
const CAPACITY: (&str, &str) = ("capacity", "EVS");

/// The system is killed, stalls and is slow, each from the first minute on: what it said before stays with its age and
/// with what is wrong, the other systems go on, and keys are answered at once.
async fn it_delays_nobody(case: Case) {
    for kind in ["kill", "stall", "latency"] {
        let what = format!("{} {kind}", case.system);
        let scenario = format!(
            "like = \"demo\"\n[[fault]]\nsystem = \"{}\"\nkind = \"{kind}\"\nafter = 60\nmillis = [6000, 6000]\n",
            case.system
        );
        play(setting(&scenario), async |stage: &mut Stage| {
            stage.go(case.other.0).await;
            stage.sees(case.other.1).await;
            stage.go(case.view.0).await;
            stage.sees(case.view.1).await;
            stage.pass(Duration::from_secs(65)).await;
            // Asked again while it is out: nothing waits for the answer.
            stage.press("r").await;
            keys_are_answered(stage, &what).await;
            stage.pass(Duration::from_secs(60)).await;
            keys_are_answered(stage, &what).await;
            assert!(stage.shows(case.view.1), "{what}: {}", stage.text());
            let trouble = format!("✗ {} (", case.short);
            if kind == "latency" {
                assert!(!stage.shows(&trouble), "{what}: {}", stage.text());
            } else {
                stage.sees(&trouble).await;
                // How old the last good answer is.
                let aged = |screen: &str| screen.contains("1m ago") || screen.contains("2m ago");
                stage.wait_until(&what, aged).await;
                stage.go("budget").await;
                stage.sees("failing").await;
            }
            // The others know nothing of it: asked now, they answer now.
            stage.go(case.other.0).await;
            stage.press("r").await;
            let asked = tokio::time::Instant::now();
            let answered =
                |screen: &str| screen.contains(case.other.1) && screen.contains("<1m ago");
            stage.wait_until(&what, answered).await;
            let took = asked.elapsed();
            assert!(took <= Duration::from_secs(3), "{what}: it took {took:?}");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_ksc_monitor_delays_nobody() {
    it_delays_nobody(Case {
        system: "ksc-monitor",
        short: "KSC",
        view: ("policies", "Disk writes"),
        other: ORDERS,
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_broken_tencent_monitor_delays_nobody() {
    it_delays_nobody(Case {
        system: "tencent-monitor",
        short: "TC",
        view: ("metrics", "cpu_usage"),
        other: CAPACITY,
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_broken_huawei_esm_delays_nobody() {
    it_delays_nobody(Case {
        system: "huawei-esm",
        short: "ESM",
        view: CAPACITY,
        other: ORDERS,
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_broken_huawei_coc_delays_nobody() {
    it_delays_nobody(Case {
        system: "huawei-coc",
        short: "COC",
        view: ORDERS,
        other: CAPACITY,
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_broken_ksc_autoscaling_delays_nobody() {
    it_delays_nobody(Case {
        system: "ksc-autoscaling",
        short: "KSC-AS",
        view: ("scaling", "shop"),
        other: ORDERS,
    })
    .await;
}

/// A site that offers less is no failure: its pane says so calmly, nothing is among the problems.
#[tokio::test(start_paused = true)]
async fn what_a_site_does_not_offer_is_told_calmly() {
    let scenario = "like = \"demo\"\nsite_quirk = [\"fewer\"]\n";
    play(setting(scenario), async |stage: &mut Stage| {
        for view in ["hosts", "network"] {
            stage.go(view).await;
            stage.sees("this site does not offer it").await;
            assert!(!stage.shows("cannot be asked"), "{}", stage.text());
            assert!(!stage.shows("✗"), "{}", stage.text());
        }
        // What is offered is there without a word about the rest.
        stage.go("capacity").await;
        stage.sees("EVS").await;
        stage.go("problems").await;
        stage.pass(Duration::from_secs(5)).await;
        assert!(!stage.shows("not offer"), "{}", stage.text());
    })
    .await;
}

/// A storm from its first sign to the incident: folded, marked as a whole, its graph and the change behind it.
#[tokio::test(start_paused = true)]
async fn a_storm_is_worked_off() {
    play(setting("storm"), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("STORM").await;
        stage.sees("×2000").await;
        let on_it = |screen: &str| {
            let row = screen.lines().find(|line| line.contains("×2000"));
            row.is_some_and(|row| row.contains('✓'))
        };
        // The folded row is found by its name and marked as a whole.
        stage.press("/").await;
        stage.type_text("storage").await;
        stage.press("<enter>").await;
        stage.press("s").await;
        stage.wait_until("two thousand seen", on_it).await;
        stage.press("<esc>").await;
        // What is left is little: the alarm with a graph of its own.
        stage.press("/").await;
        stage.type_text("web-03").await;
        stage.press("<enter>").await;
        stage.sees("CPU使用率 > 90%").await;
        stage.press("g g").await;
        stage.press("<enter>").await;
        stage.sees("threshold > 90 %").await;
        for _ in 0..40 {
            stage.press("[ e").await;
            if stage.shows("updateDeployment") {
                break;
            }
        }
        assert!(
            stage.shows("updateDeployment web-03 (ci-deploy)"),
            "{}",
            stage.text()
        );
        stage.press("<esc>").await;
        stage.press("c").await;
        stage.sees("Create an incident?").await;
        assert!(stage.line_with("Title").contains("web-03"));
        stage.send_form(0).await;
        stage.confirm("Create").await;
        stage.sees("Done, IM").await;
        let ticket = stage
            .sim
            .with_estate(|estate| estate.tickets.last().unwrap().clone());
        assert!(ticket.title.contains("web-03"), "{}", ticket.title);
    })
    .await;
}

/// Five thousand alarms come within a second while somebody types: every key counts, and the rows are folded.
#[tokio::test(start_paused = true)]
async fn no_key_is_lost_in_a_storm() {
    let storm = r#"
like = "demo"

[[storm]]
since = -20
count = 5000
over = 1

[storm.alarm]
list = "service"
name = "Storage link down"
severity = 2
service = "EVS"
code = 100399
"#;
    play(setting(storm), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("Disk almost full").await;
        stage.press("/").await;
        let mut typed = String::new();
        // A key every 100 ms, before, while and after the storm is told.
        for number in 0..800 {
            let c = char::from(b'a' + u8::try_from(number % 26).unwrap());
            typed.push(c);
            stage.hit(&c.to_string());
            stage.pass(Duration::from_millis(100)).await;
            if number % 40 == 39 {
                let shown: String = typed.chars().rev().take(12).collect();
                let shown: String = shown.chars().rev().collect();
                stage.sees(&shown).await;
                stage.hit(&"<backspace> ".repeat(typed.len()));
                typed.clear();
            }
        }
        stage.press("<esc>").await;
        stage.sees("×5000").await;
    })
    .await;
}

/// Where every byte counts: two frames a second however fast the keys come, questions asked four times as rarely, and
/// a count of bytes in the status line.
#[tokio::test(start_paused = true)]
async fn low_traffic_draws_and_asks_little() {
    let mut asked = [0; 2];
    for (index, low_traffic) in [false, true].into_iter().enumerate() {
        let setting = Setting {
            low_traffic,
            ..setting("demo")
        };
        asked[index] = play(setting, async |stage: &mut Stage| {
            stage.go("alarms").await;
            stage.sees("Disk almost full").await;
            stage.pass(Duration::from_secs(5)).await;
            let before = stage.frames();
            for _ in 0..100 {
                stage.hit("j");
                stage.hit("k");
                stage.pass(Duration::from_millis(50)).await;
            }
            let drawn = stage.frames() - before;
            if low_traffic {
                assert!((8..=11).contains(&drawn), "{drawn} frames in 5 s");
                let status = stage.text();
                let status = status.lines().last().unwrap();
                assert!(status.contains("kB") || status.contains("MB"), "{status}");
            } else {
                assert!(drawn > 50, "{drawn} frames in 5 s");
            }
            let before = stage.calls();
            stage.pass(Duration::from_secs(600)).await;
            stage.calls() - before
        })
        .await;
    }
    let [usual, low] = asked;
    assert!(low * 3 < usual, "{low} calls instead of {usual}");
    assert!(low > 0);
}

/// A cloud without alarm policies: what breaches a limit of the configuration is in the queue, and opens on its graph with
/// the limit.
#[tokio::test(start_paused = true)]
async fn a_limit_of_the_configuration_makes_an_alarm() {
    let trouble = r#"
like = "quiet"

[[trouble]]
on = ["api-01"]
measure = "cpu"
to = 97.0
since = 600
"#;
    play(setting(trouble), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("cpu_usage > 85%").await;
        let row = stage.line_with("cpu_usage > 85%");
        assert!(row.contains("MAJ") && row.contains("api-01"), "{row}");
        assert!(!stage.shows("mem_usage > 90%"), "{}", stage.text());
        stage.press("/").await;
        stage.type_text("cpu_usage").await;
        stage.press("<enter>").await;
        stage.press("<enter>").await;
        stage.sees("threshold > 85 %").await;
    })
    .await;
}

/// A limit whose series cannot be read is said to be unchecked: nobody watches it.
#[tokio::test(start_paused = true)]
async fn a_limit_that_cannot_be_checked_is_told() {
    let broken = "like = \"quiet\"\n[[fault]]\nsystem = \"tencent-monitor\"\nkind = \"kill\"\n";
    play(setting(broken), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("✗ TC (").await;
    })
    .await;
}

/// Everything that these keys lead to on the chart that is shown, as lines of the screen.
async fn marks(stage: &mut Stage, keys: &str) -> String {
    let mut found = String::new();
    for _ in 0..30 {
        stage.press(keys).await;
        found.push_str(&stage.text());
    }
    found
}

/// A policy that became another and a WarRoom that was opened are marks under charts.
#[tokio::test(start_paused = true)]
async fn changes_of_policies_and_warrooms_are_marks() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("CPU使用率 > 90%").await;
        stage.press("g g").await;
        stage.press("<enter>").await;
        stage.sees("threshold > 90 %").await;
        // Known as it is, before somebody changes it.
        stage.pass(Duration::from_secs(130)).await;
        let before = marks(stage, "[ e").await;
        assert!(before.contains("WarRoom Login slow"), "{}", stage.text());
        assert!(!before.contains("policy Disk writes changed"), "{before}");
        stage.sim.with_estate(|estate| {
            let mut policies = estate.policies.iter_mut();
            let policy = policies.find(|policy| policy.name == "Disk writes");
            policy.unwrap().enabled = false;
        });
        stage.pass(Duration::from_secs(250)).await;
        stage.press("<esc>").await;
        stage.press("g g").await;
        stage.press("<enter>").await;
        stage.sees("mean ── 1h").await;
        let after = marks(stage, "[ e").await;
        assert!(
            after.contains("policy Disk writes changed"),
            "{}",
            stage.text()
        );
    })
    .await;
}

/// A description with a course has ticks below it, and says what they are.
#[tokio::test(start_paused = true)]
async fn descriptions_with_a_course_mark_what_changed() {
    play(setting("demo"), async |stage: &mut Stage| {
        let tick = |screen: &str| screen.lines().any(|line| line.contains('▴'));
        let course = |screen: &str| {
            let mut lines = screen.lines();
            lines.any(|line| line.matches(['▂', '▅', '▇', '█']).count() > 30)
        };
        for view in ["alarms", "metrics", "network"] {
            stage.go(view).await;
            stage.pass(Duration::from_secs(20)).await;
            if view == "network" {
                stage.sees("sw-core-01").await;
            } else {
                stage.sees("web-03").await;
            }
            stage.press("g g").await;
            stage.press("d").await;
            stage.sees("Changed in the hour before").await;
            let drawn = |screen: &str| tick(screen) && (course(screen) || view == "network");
            stage.wait_until(view, drawn).await;
            stage.press("<esc>").await;
        }
        stage.go("capacity").await;
        stage.sees("EVS").await;
        stage.press("g g").await;
        stage.press("d").await;
        stage.wait_until("days", course).await;
        stage.press("<esc>").await;
    })
    .await;
}

/// A view whose question was not even sent, because its system fails, says that and not that it waits.
#[tokio::test(start_paused = true)]
async fn a_view_of_a_dead_system_says_so_before_it_is_asked() {
    let dead = "like = \"demo\"\n[[fault]]\nsystem = \"huawei-esm\"\nkind = \"kill\"\n";
    play(setting(dead), async |stage: &mut Stage| {
        stage.go("capacity").await;
        stage.sees("ESM cannot be asked").await;
        for view in ["assets", "network", "audit", "hosts"] {
            stage.go(view).await;
            assert!(stage.shows("ESM cannot be asked"), "{}", stage.text());
        }
    })
    .await;
}

/// Whatever is wrong in whichever system is in the one queue, under the one scale of severities.
#[tokio::test(start_paused = true)]
async fn every_source_of_trouble_is_in_the_one_queue() {
    let setting = Setting {
        size: (180, 50),
        ..setting("demo")
    };
    play(setting, async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.press("w").await;
        for (what, severity, system) in [
            ("CPU使用率 > 90%", "▲ CRIT", "KSC"),
            ("系统负载 > 16", "~ MIN", "KSC"),
            ("Disk almost full", "▲ CRIT", "ESM"),
            ("硬盘预故障", "~ MIN", "ESM"),
            ("Snapshot failed", "· WARN", "ESM"),
            ("Not accepted: ", "! MAJ", "COC"),
            ("Order failed: rolling_upgrade", "! MAJ", "COC"),
            ("Scaling failed: sold out", "! MAJ", "KSC-AS"),
        ] {
            stage.sees(what).await;
            let row = stage.line_with(what);
            assert!(row.contains(severity) && row.contains(system), "{row}");
        }
    })
    .await;
}

/// The description of an alarm has each of the 37 fields by its name, and what this user noted.
#[tokio::test(start_paused = true)]
async fn an_alarm_is_described_with_all_its_fields() {
    let setting = Setting {
        size: (120, 90),
        ..setting("demo")
    };
    play(setting, async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("硬盘预故障").await;
        stage.press("/").await;
        stage.type_text("硬盘").await;
        stage.press("<enter>").await;
        stage.press("m").await;
        stage.press("z s").await;
        stage.sees("Put to sleep").await;
        stage.press("<enter>").await;
        stage.press("d").await;
        stage.sees("mine · asleep until 2026-11-22 03:2").await;
        let names = "csn alarm_name alarm_id severity event_type origin_system_type origin_system_name moi \
                     additional_information latest_occur_utc first_occur_utc meName count probable_cause region dc_name \
                     res_pool_name azone_name tenant nativeMeDn moc cleared clear_category clear_utc clear_user \
                     clear_type acked ack_user ack_utc merge_key me_category me_type product_name LogicalRegionId \
                     serviceAffectedType affectedService meDn";
        let screen = stage.text();
        let labels: Vec<&str> = screen
            .lines()
            .filter_map(|line| line.trim_matches([' ', '│', '▐']).split_whitespace().next())
            .collect();
        let missing: Vec<&str> = names
            .split_whitespace()
            .filter(|name| !labels.contains(name))
            .collect();
        assert!(missing.is_empty(), "{missing:?}\n{screen}");
    })
    .await;
}

/// Every kind of change is a mark under a chart that keys lead to, and opens as what it is.
#[tokio::test(start_paused = true)]
async fn every_kind_of_change_opens_from_its_mark() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("CPU使用率 > 90%").await;
        stage.press("g g").await;
        stage.press("<enter>").await;
        stage.sees("threshold > 90 %").await;
        // Further back, so that all of them are on it.
        stage.press("_ _").await;
        stage.pass(Duration::from_secs(20)).await;
        let mut kinds = vec![
            ("order rolling_upgrade started", "Cockpit"),
            ("updateDeployment web-03 (ci-deploy)", "Audit log"),
            ("WarRoom Login slow", "WarRoom"),
            ("incident: ", "Incident"),
            ("图片: ", "Scaling"),
        ];
        for _ in 0..120 {
            if kinds.is_empty() {
                break;
            }
            stage.press("[ e").await;
            let screen = stage.text();
            let words = screen.lines().nth(3).unwrap_or_default().to_owned();
            let Some(at) = kinds.iter().position(|(what, _)| words.contains(what)) else {
                continue;
            };
            let (what, view) = kinds.remove(at);
            stage.press("<enter>").await;
            let opened = |screen: &str| {
                screen
                    .lines()
                    .next()
                    .is_some_and(|line| line.contains(view))
            };
            stage.wait_until(what, opened).await;
            for _ in 0..3 {
                if stage.shows("Chart") {
                    break;
                }
                stage.press("<esc>").await;
            }
        }
        assert!(kinds.is_empty(), "{kinds:?} {}", stage.text());
        // And forwards again.
        stage.press("] e").await;
        assert!(stage.shows("Chart"), "{}", stage.text());
    })
    .await;
}

/// The audit log by severity, by who did it, by when, and by any text of it.
#[tokio::test(start_paused = true)]
async fn the_audit_log_is_filtered_and_searched() {
    let setting = Setting {
        size: (160, 50),
        ..setting("demo")
    };
    play(setting, async |stage: &mut Stage| {
        stage.go("audit").await;
        stage.sees("updateDeployment").await;
        for (filter, there, gone) in [
            ("sev>=3", "updateDeployment", "queryTenantBill"),
            ("sev=maj", "updateDeployment", "executeScript"),
            ("user=ci-deploy", "updateDeployment", "wang.fang"),
            ("age<20m", "updateDeployment", "updateSecurityGroup"),
            ("result=failed", "failed", "updateDeployment"),
            // In the words beside the deed.
            ("\"4.18.2\"", "updateDeployment", "executeScript"),
        ] {
            stage.press("/").await;
            stage.type_text(filter).await;
            stage.press("<enter>").await;
            stage
                .wait_until(filter, |screen| {
                    screen.contains(there) && !screen.contains(gone)
                })
                .await;
            stage.press("<esc>").await;
            stage.sees("queryTenantBill").await;
        }
    })
    .await;
}

/// As long as a system has not said whether anything is wrong, the queue says that it waits for it.
#[tokio::test(start_paused = true)]
async fn the_queue_says_whom_it_waits_for() {
    let slow = r#"
like = "demo"

[[fault]]
system = "ksc-monitor"
kind = "latency"
millis = [9000, 9000]
"#;
    play(setting(slow), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("Disk almost full").await;
        stage.sees("waiting for KSC").await;
        stage.sees("CPU使用率 > 90%").await;
        assert!(!stage.shows("waiting for"), "{}", stage.text());
    })
    .await;
}

/// Keys lead to what is new: forwards and backwards, around the end, each once; then they say that nothing is.
#[tokio::test(start_paused = true)]
async fn new_alarms_are_found_forwards_and_backwards() {
    let storm = |(name, severity): (&str, u8)| {
        format!(
            "[[storm]]\nsince = -60\ncount = 1\nover = 1\n[storm.alarm]\nlist = \"service\"\n\
             name = \"{name} link down\"\nseverity = {severity}\nservice = \"EVS\"\ncode = 100399\n"
        )
    };
    let storms: Vec<String> = [("Alpha", 1), ("Bravo", 3), ("Charlie", 4)]
        .map(storm)
        .into();
    let scenario = format!("like = \"demo\"\n{}", storms.concat());
    play(setting(&scenario), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("Disk almost full").await;
        stage.pass(Duration::from_secs(95)).await;
        stage.sees("4 new").await;
        // Around the end to the first new one, then backwards: around the end to the last one.
        stage.press("G").await;
        for (keys, name) in [
            ("] a", "Alpha link down"),
            ("[ a", "Snapshot failed"),
            ("[ a", "Charlie link down"),
            ("[ a", "Bravo link down"),
        ] {
            stage.press(keys).await;
            // Whoever went there has looked at it.
            let looked_at = |screen: &str| {
                let mut lines = screen.lines();
                lines.any(|line| line.contains(name) && !line.contains('●'))
            };
            stage.wait_until("looked at", looked_at).await;
            stage.press("d").await;
            stage.sees(&format!("╭ {name}")).await;
            stage.press("<esc>").await;
        }
        stage.press("[ a").await;
        stage.sees("Nothing is new").await;
        stage.press("] a").await;
        assert!(!stage.shows("link down ──"), "{}", stage.text());
    })
    .await;
}

/// From the row of an alarm its id, any of its fields, and the command line are copied.
#[tokio::test(start_paused = true)]
async fn an_alarm_is_copied_from_its_row() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.sees("Snapshot failed").await;
        stage.press("/").await;
        stage.type_text("snapshot").await;
        stage.press("<enter>").await;
        stage.press("d").await;
        stage.sees("csn").await;
        let csn = stage.line_with("csn");
        let csn = csn
            .split_whitespace()
            .find(|word| word.parse::<u64>().is_ok());
        let csn = csn.unwrap().to_owned();
        stage.press("<esc>").await;
        stage.press("y").await;
        stage.sees("Copied: ").await;
        let copied = stage.line_with("Copied: ");
        assert!(copied.contains(&csn), "{csn}: {copied}");
        stage.press("Y").await;
        stage.sees("resource id").await;
        stage.type_text("title").await;
        stage.press("<enter>").await;
        stage.sees("Copied: Snapshot failed").await;
        stage.press("C").await;
        stage
            .sees("Copied: watchkeeper --profile demo alarm ls")
            .await;
    })
    .await;
}

/// Of two things that happened in the same second each is a stop of its own and opens as what it is; between the stops
/// the user chooses.
#[tokio::test(start_paused = true)]
async fn two_events_of_the_same_second_are_two_stops() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.sim.with_estate(|estate| {
            let mut told = estate.told.iter();
            let deed = told.find(|deed| deed.what == "updateDeployment");
            let mut twin = deed.unwrap().clone();
            twin.id += 1;
            twin.what = "updateFirewall".to_owned();
            estate.told.push(twin);
        });
        stage.go("alarms").await;
        stage.sees("CPU使用率 > 90%").await;
        stage.press("g g").await;
        stage.press("<enter>").await;
        stage.sees("threshold > 90 %").await;
        stage.pass(Duration::from_secs(60)).await;
        let mut seen = Vec::new();
        for _ in 0..20 {
            stage.press("[ e").await;
            let screen = stage.text();
            let line = screen.lines().nth(3).unwrap_or_default();
            for what in ["updateDeployment web-03", "updateFirewall web-03"] {
                if line.contains(what) {
                    seen.push((what, line.contains("1/2") || line.contains("2/2")));
                }
            }
        }
        assert_eq!(
            seen,
            [
                ("updateFirewall web-03", true),
                ("updateDeployment web-03", true)
            ]
        );
    })
    .await;
}

/// Each service is followed although several calls were under way when its clock became known.
#[tokio::test(start_paused = true)]
async fn clocks_that_disagree_are_followed_and_said() {
    let slowly = "like = \"skewed-clock\"\n[[fault]]\nkind = \"latency\"\nmillis = [300, 300]\n";
    play(setting(slowly), async |stage| {
        stage.sees("5/5 live").await;
        stage.go("problems").await;
        stage.sees(" s behind").await;
        stage.pass(Duration::from_secs(90)).await;
        let text = stage.text();
        assert!(text.contains("5/5 live"), "{text}");
        assert_eq!(text.matches("ahead of this machi").count(), 3, "{text}");
        assert!(!text.contains("credentials"), "{text}");
    })
    .await;
}
