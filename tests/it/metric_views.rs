//! `:metrics`, the chart and `:contacts` with keys, in front of the simulator in virtual time.

use watchkeeper::sim::estate::Estate;

use super::stage::{Setting, Stage, play};

fn large() -> Setting {
    Setting {
        size: (120, 40),
        ..Setting::default()
    }
}

/// Goes to the row of `:metrics` that a filter leaves.
async fn series(stage: &mut Stage, filter: &str) {
    stage.go("metrics").await;
    stage.sees("web-03").await;
    stage.press("/").await;
    stage.type_text(filter).await;
    stage.press("<enter>").await;
}

#[tokio::test(start_paused = true)]
async fn rates_are_shown_in_the_unit_that_is_preferred_in_table_and_chart() {
    play(large(), async |stage| {
        series(stage, "web-01 net.if.in").await;
        stage.sees("B/s").await;
        stage.press("z u").await;
        stage.sees("bit/s").await;
        let row = stage.line_with("net.if.in  ");
        assert!(row.contains("Mbit/s") || row.contains("kbit/s"), "{row}");
        assert!(!row.contains("B/s"), "never both in a row: {row}");
        stage.press("<enter>").await;
        stage.sees("now ").await;
        let shown = stage.text();
        assert!(
            shown.contains("bit/s┤") && !shown.contains("B/s"),
            "{shown}"
        );
        stage.press("z u").await;
        stage.sees("B/s┤").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_chart_is_zoomed_moved_and_read_off() {
    play(large(), async |stage| {
        series(stage, "web-01 cpu").await;
        stage.press("<enter>").await;
        stage.sees("now ").await;
        // From an hour to thirty days and back.
        for span in ["3h", "6h", "12h", "1d", "3d", "7d", "30d"] {
            stage.press("_").await;
            stage.sees(&format!("── {span}")).await;
            stage.sees("now ").await;
        }
        stage.press("_").await;
        assert!(stage.shows("── 30d"), "{}", stage.text());
        for _ in 0..7 {
            stage.press("+").await;
        }
        stage.sees("── 1h").await;
        stage.sees("03:00").await;
        // Half an hour back, and never into the future.
        stage.press("<lt> <lt>").await;
        stage.sees("02:00").await;
        stage.sees("now ").await;
        assert!(!stage.shows("03:00"), "{}", stage.text());
        stage.press("> > >").await;
        stage.sees("03:00").await;
        // The cursor says when, and what the value was.
        stage.press("<enter>").await;
        stage.sees("2026-11-22 03:").await;
        let first = stage.line_with("2026-11-22 03:");
        assert!(first.contains('%'), "{first}");
        stage.press("h h h").await;
        let second = stage.line_with("2026-11-22 03:");
        assert_ne!(first, second);
        stage.press("<esc>").await;
        stage
            .wait_until("the cursor is gone", |screen| {
                !screen.contains("2026-11-22 03:")
            })
            .await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn statistic_and_period_are_changed_and_the_zone_is_the_chosen_one() {
    play(large(), async |stage| {
        series(stage, "web-01 cpu").await;
        stage.press("<enter>").await;
        stage.sees(" mean").await;
        for word in ["highest", "lowest", "sum", "mean"] {
            stage.press("t s").await;
            stage.sees(&format!(" {word} ")).await;
        }
        for period in ["1h / 1m", "1h / 5m", "1h / 1h"] {
            stage.press("t p").await;
            stage.sees(period).await;
        }
        stage.press("t d").await;
        stage.sees("── 1d / 1h").await;
        // Midnight is Beijing's.
        stage.sees("00:00").await;
        stage.sees("now ").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn eight_series_are_compared_and_exported() {
    play(large(), async |stage| {
        series(stage, "web-01 cpu").await;
        stage.press("<enter>").await;
        stage.sees("now ").await;
        stage.press("t a").await;
        stage.sees("web-02").await;
        // More than fit: the first seven are taken beside the one that is shown.
        stage
            .press("<tab> <tab> <tab> <tab> <tab> <tab> <tab> <tab> <tab>")
            .await;
        stage.press("<enter>").await;
        stage.sees("A chart has 8 series at most").await;
        stage.sees("left out: 2").await;
        stage.sees("web-01 ").await;
        stage.sees("● ").await;
        let wide = |screen: &str| {
            let legend = screen.lines().find(|line| line.contains("● web-01"));
            legend.is_some_and(|line| line.matches('●').count() >= 4)
        };
        stage.wait_until("a legend", wide).await;
        stage.press("t e").await;
        stage.sees("CSV to the clipboard").await;
        stage.press("<enter>").await;
        stage.sees("time,").await;
        let said = stage.line_with("time,");
        assert!(said.contains("cpu.utilization.total"), "{said}");
        stage.press("t e").await;
        stage.type_text("json to").await;
        stage.press("<enter>").await;
        stage.sees("[{\"").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_value_is_uploaded_with_the_form() {
    play(large(), async |stage| {
        stage.go("metrics").await;
        stage.sees("web-03").await;
        stage.press("U").await;
        stage.sees("Upload a value").await;
        for text in ["shop", "queue_length", "service=checkout", "12.5"] {
            stage.type_text(text).await;
            stage.press("<tab>").await;
        }
        stage.send_form(4).await;
        stage.confirm("Upload").await;
        stage.sees("Done").await;
        let arrived = |estate: &mut Estate| {
            let found = estate
                .custom
                .iter()
                .find(|one| one.metric == "queue_length");
            found.map(|one| {
                one.uploaded
                    .iter()
                    .map(|(_, value)| *value)
                    .collect::<Vec<f64>>()
            })
        };
        assert_eq!(stage.sim.with_estate(arrived), Some(vec![12.5]));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn many_marked_contacts_are_switched_and_each_has_its_result() {
    play(large(), async |stage| {
        stage.go("contacts").await;
        stage.sees("person").await;
        // Masked until they are asked for, and again at the next visit.
        assert!(
            stage.shows("***@") && stage.shows("****"),
            "{}",
            stage.text()
        );
        stage.press("z r").await;
        stage
            .wait_until("in full", |screen| {
                screen.contains('@') && !screen.contains("***@")
            })
            .await;
        stage.press("z r").await;
        stage.sees("***@").await;
        stage.press("/").await;
        stage.type_text("kind=person state=on").await;
        stage.press("<enter>").await;
        let on = |estate: &mut Estate| estate.contacts.iter().filter(|one| one.enabled).count();
        let before = stage.sim.with_estate(on);
        assert!(before >= 3);
        // Somebody else takes one of them away before they are switched.
        stage.press("g g <space> <space> <space>").await;
        stage.press("D").await;
        stage.sees("Switch contacts off: 3").await;
        let gone = stage.sim.with_estate(|estate| {
            let at = estate.contacts.iter().position(|one| one.enabled).unwrap();
            estate.contacts.remove(at)
        });
        // So many at once: the number is typed.
        stage.type_text("3").await;
        stage.press("<enter> <enter>").await;
        stage.sees(&format!("Not for: {}", gone.id)).await;
        assert_eq!(stage.sim.with_estate(on), before - 3);
    })
    .await;
}
