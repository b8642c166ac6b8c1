//! Runs on many machines, seen on the screen: lists that are pasted, batches by hand, a canary, counts that have to be
//! typed; and what a service may send of an order: text that wants to drive the terminal, and answers that contradict
//! those before.

use watchkeeper::sim::estate::{Order, OrderStatus};

use super::stage::{Setting, Stage, play};

fn setting() -> Setting {
    Setting {
        size: (120, 40),
        ..Setting::default()
    }
}

/// Chooses a script in its list and asks for a run of it.
async fn ask_to_run(stage: &mut Stage, script: &str) {
    stage.go(&format!("scripts /{script}")).await;
    stage.sees(script).await;
    stage.press("x").await;
    stage.sees("On which machines?").await;
}

fn latest(stage: &Stage) -> Order {
    stage
        .sim
        .with_estate(|estate| estate.orders.last().unwrap().clone())
}

fn orders(stage: &Stage) -> usize {
    stage.sim.with_estate(|estate| estate.orders.len())
}

#[tokio::test(start_paused = true)]
async fn a_pasted_list_runs_in_batches_by_hand_and_waits_between_them() {
    play(setting(), async |stage| {
        ask_to_run(stage, "clean_tmp").await;
        stage.type_text("paste").await;
        stage.press("<enter>").await;
        stage.sees("Names, ids or addresses").await;
        // What is not a machine here is said, and nothing is lost of what was typed.
        stage
            .paste("worker-01, 10.19.0.12\nworker-03 worker-04 nowhere-1")
            .await;
        stage.press("<c-d>").await;
        stage.sees("nowhere-1 is not among the machines").await;
        stage.press(&"<backspace> ".repeat(10)).await;
        stage.press("<c-d>").await;
        stage.sees("Run clean_tmp").await;
        // Two parameters, machines per batch and the canary come before.
        stage.press("<tab> <tab> <tab> <tab>").await;
        stage.type_text("1 11").await;
        stage.press("<c-d>").await;
        stage.sees("11 is not a size from 1 to 10").await;
        stage.press("<backspace> <backspace>").await;
        stage.type_text("2").await;
        stage.press("<tab> <right>").await;
        stage.press("<c-d>").await;
        stage
            .sees("3 batches, waiting for you after each: 1 + 2 + 1 machines")
            .await;
        stage.sees("4 of 72 machines of 订单").await;
        stage.sees("Last run").await;
        stage.confirm("Run").await;
        stage.sees("‖ paused").await;
        let order = latest(stage);
        let sizes: Vec<usize> = order
            .batches
            .iter()
            .map(|batch| batch.hosts.len())
            .collect();
        assert_eq!(sizes, [1, 2, 1]);
        assert!(
            order.batches[1]
                .hosts
                .iter()
                .all(|host| host.started.is_none())
        );
        stage.press("U").await;
        stage.sees("The next batch starts").await;
        stage.confirm("Continue the order").await;
        stage
            .wait_until("the second batch is over", |screen| {
                screen.contains("3/4 ok")
            })
            .await;
        assert_eq!(latest(stage).status, OrderStatus::Paused);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn many_machines_want_their_number_and_begin_with_one() {
    play(setting(), async |stage| {
        ask_to_run(stage, "clean_tmp").await;
        stage.type_text("all machines of 门户").await;
        stage.press("<enter>").await;
        stage.sees("Run clean_tmp").await;
        stage.press("<c-d>").await;
        stage.sees("80 of 80 machines of 门户").await;
        stage
            .sees("one after the other: 1 + 10 + 10 + 10 + 10 + 10 + 10 + 10 + 9")
            .await;
        let before = orders(stage);
        // Neither Enter nor another number is enough.
        stage.press("<enter> <enter>").await;
        stage.type_text("8").await;
        stage.press("<enter> <enter>").await;
        assert_eq!(orders(stage), before);
        stage.type_text("0").await;
        stage.press("<enter> <enter>").await;
        stage.sees("Cockpit").await;
        assert_eq!(orders(stage), before + 1);
        assert_eq!(latest(stage).batches[0].hosts.len(), 1);
    })
    .await;
}

/// Opens the cockpit of the order that is selected after its list was filtered.
async fn open_order(stage: &mut Stage, filter: &str) {
    stage.go(&format!("orders /{filter}")).await;
    stage.sees(filter).await;
    stage.press("<enter>").await;
    stage.sees("Cockpit").await;
    stage.sees("batch 3 of 5").await;
}

/// What comes of the order that runs, changed behind the client's back.
fn change(stage: &Stage, by: impl FnOnce(&mut Order)) {
    stage.sim.with_estate(|estate| {
        let mut orders = estate.orders.iter_mut();
        by(orders
            .find(|order| order.status == OrderStatus::Processing)
            .unwrap());
    });
}

#[tokio::test(start_paused = true)]
async fn an_order_that_goes_back_and_loses_parts_is_shown_as_such() {
    play(setting(), async |stage| {
        open_order(stage, "rolling_upgrade").await;
        assert!(!stage.shows("Missing in the answer"), "{}", stage.text());
        let mut gone = String::new();
        change(stage, |order| {
            gone = order.batches[0].hosts.remove(0).host;
            order.batches.pop();
            order.status = OrderStatus::Ready;
            order.created = "2100-01-01T00:00:00Z".parse().unwrap();
            order.current = 1;
        });
        stage.sees(&format!("Missing in the answer: {gone}")).await;
        stage.sees("There were 5 batches; now 4 are listed").await;
        stage.sees("Batch 3 ran; now batch 1 is said to run").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_machines_print_is_shown_and_not_obeyed() {
    play(setting(), async |stage| {
        open_order(stage, "rolling_upgrade").await;
        change(stage, |order| {
            let mut prints = vec!["x".repeat(1 << 19)];
            prints.push("\u{1b}[2J\u{1b}]0;mine\u{7}\u{202e}evil\u{9b}31m".to_owned());
            order.course.prints = prints;
        });
        stage.sees("evil").await;
        let line = stage.line_with("evil");
        for hostile in ['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}'] {
            assert!(!line.contains(hostile), "{line:?}");
        }
        // Its whole output, too.
        stage.press("<enter>").await;
        stage.press("G").await;
        stage.sees("evil").await;
        assert!(!stage.text().contains('\u{1b}'));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn scripts_are_coloured_by_their_language() {
    play(setting(), async |stage| {
        stage.sim.with_estate(|estate| {
            for script in &mut estate.scripts {
                if script.name == "windows_update" {
                    script.content =
                        "@echo off\r\nrem look for updates\r\nwuauclt /detectnow".to_owned();
                }
            }
        });
        for (script, text, role) in [
            ("clean_tmp", "#!/bin/bash", "syntax.comment"),
            ("archive_binlog", "import", "syntax.keyword"),
            ("windows_update", "rem look for updates", "syntax.comment"),
        ] {
            stage.go(&format!("scripts /{script}")).await;
            stage.sees(script).await;
            stage.press("<enter>").await;
            stage.sees(text).await;
            assert!(stage.wears(text, role), "{script}\n{}", stage.text());
            stage.press("<esc>").await;
        }
    })
    .await;
}
