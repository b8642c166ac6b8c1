//! Answers that are not what the document says: rows stay on the screen, with what came in the column where the value
//! would stand; and clocks that disagree.

use super::stage::{Network, Setting, Stage, play};

fn setting(scenario: &str) -> Setting {
    Setting {
        size: (160, 50),
        scenario: scenario.to_owned(),
        network: Network::Odd,
        ..Setting::default()
    }
}

/// Goes through a list, a page at a time, until it shows a text; gives the line.
async fn found(stage: &mut Stage, view: &str, there: &str, text: &str) -> String {
    stage.go(view).await;
    stage.sees(there).await;
    for _ in 0..20 {
        if stage.shows(text) {
            break;
        }
        stage.press("<c-f>").await;
    }
    stage.line_with(text)
}

#[tokio::test(start_paused = true)]
async fn an_odd_alarm_stays_in_the_queue_with_what_came() {
    play(setting("demo"), async |stage: &mut Stage| {
        stage.go("alarms").await;
        stage.press("w").await;
        stage.sees("urg…").await;
        let row = stage.line_with("urg…");
        // What cannot be ranked is not ranked low, and its age is what came for it.
        assert!(row.contains("! urg…") && row.contains("then"), "{row}");
        assert!(row.contains("many"), "{row}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn odd_amounts_stand_in_their_columns() {
    play(setting("demo"), async |stage: &mut Stage| {
        let row = found(stage, "capacity", "EVS", "lots").await;
        assert!(row.contains(r#"{"a":1}"#) && row.contains("true"), "{row}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_odd_deed_device_and_host_stand_in_their_lists() {
    play(setting("demo"), async |stage: &mut Stage| {
        let deed = found(stage, "audit", "updateDeployment", "urg…").await;
        assert!(deed.contains(r#"{"c"#), "{deed}");
        found(stage, "assets", "fw-edge-01", r#"["odd"]"#).await;
        // Damaged text is shown raw, in the list and in the description; sizes that are none as they came.
        let host = found(stage, "hosts", "host-az1-01", r#"[{"cores"#).await;
        assert!(host.contains("32 GB so"), "{host}");
        let name = host
            .split_whitespace()
            .find(|word| word.starts_with("host-"))
            .unwrap();
        stage.press("/").await;
        stage.type_text(name).await;
        stage.press("<enter>").await;
        stage.press("<enter>").await;
        stage.sees(r#"[{"cores":"22""#).await;
        stage.sees("[['/dev/sda'").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_metric_without_any_number_stays_in_its_list() {
    play(setting("demo"), async |stage: &mut Stage| {
        let row = found(stage, "network", "sw-core-01", "n/a").await;
        assert!(row.contains("sw-core-01"), "{row}");
    })
    .await;
}

/// A clock that disagrees is said, with the offset.
#[tokio::test(start_paused = true)]
async fn a_clock_that_disagrees_is_said_with_its_offset() {
    let ahead = "like = \"demo\"\n[clock_ahead]\nhuawei-esm = 300\n";
    let setting = Setting {
        network: Network::Open,
        ..setting(ahead)
    };
    play(setting, async |stage: &mut Stage| {
        stage.go("capacity").await;
        stage.sees("EVS").await;
        // Wherever the user is.
        let said = |screen: &str| {
            let status = screen.lines().last().unwrap_or_default();
            ["+299 s", "+300 s", "+301 s"]
                .iter()
                .any(|offset| status.contains(offset))
        };
        stage
            .wait_until("the offset in the status line", said)
            .await;
        stage.go("problems").await;
        stage.sees("s ahead of this machine's").await;
        stage.press("<enter>").await;
        stage.sees("Set the clock of this machine").await;
        stage.press("<esc>").await;
        stage.go("budget").await;
        stage.press("/").await;
        stage.type_text("esm").await;
        stage.press("<enter>").await;
        stage.press("d").await;
        stage.sees("s ahead of this machine's").await;
        let line = stage.line_with("s ahead of this machine's");
        assert!(
            ["299 s", "300 s", "301 s"]
                .iter()
                .any(|one| line.contains(one)),
            "{line}"
        );
    })
    .await;
}
