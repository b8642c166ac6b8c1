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
        stage.go("hosts").await;
        stage.pass(Duration::from_secs(3)).await;
        stage.press("<enter>").await;
        stage.sees("Gold 6161").await;
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

/// Killed, broken, cut and lying systems: each says what is wrong with it, the others go on, and keys are answered.
#[tokio::test(start_paused = true)]
async fn a_dead_system_delays_no_key_and_no_other_system() {
    for kind in ["kill", "stall", "truncated"] {
        let scenario = format!(
            "like = \"demo\"\n[[fault]]\nsystem = \"huawei-esm\"\nkind = \"{kind}\"\nafter = 60\n"
        );
        play(setting(&scenario), async |stage: &mut Stage| {
            stage.go("capacity").await;
            stage.sees("EVS").await;
            stage.go("alarms").await;
            stage.sees("Disk almost full").await;
            stage.pass(Duration::from_secs(150)).await;
            // What is old stays, with what is wrong; the other systems' alarms go on.
            stage.sees("ESM:").await;
            assert!(stage.shows("Disk almost full"), "{kind}: {}", stage.text());
            assert!(stage.shows("CPU使用率"), "{kind}: {}", stage.text());
            stage.go("orders").await;
            stage.sees("rolling_upgrade").await;
            stage.go("problems").await;
            stage.sees("ESM").await;
        })
        .await;
    }
}
