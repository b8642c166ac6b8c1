//! `:catalogue` as its user walks it: the tree, the search, the chart of what was found.

use watchkeeper::domain::metric::KSC_NAMESPACES;
use watchkeeper::sim::estate::Cloud;

use super::stage::{Setting, play};

#[tokio::test(start_paused = true)]
async fn the_tree_opens_level_by_level_and_a_metric_of_it_is_charted() {
    play(Setting::default(), async |stage| {
        stage.go("catalogue").await;
        stage.sees("cloud servers").await;
        assert!(!stage.shows("web-03"), "{}", stage.text());
        stage.press("<down> <right>").await;
        stage.sees("cache-01").await;
        stage.press("<down> <right>").await;
        stage.sees("cpu.utilization.total").await;
        stage.press("<down> <enter>").await;
        // Its unit is that of the machine which was asked for the whole namespace.
        stage.sees("cache-01 cpu.utilization.total mean").await;
        stage.sees("now ").await;
        let line = stage.line_with("now ");
        assert!(line.contains(" %"), "{line}");
        // Back in the tree, the first step out closes the machine, the second the namespace.
        stage.press("<esc>").await;
        stage.press("<left> <left>").await;
        stage
            .wait_until("closed", |screen| {
                screen.contains("cache-02") && !screen.contains("cpu.utilization")
            })
            .await;
        stage.press("<left> <left>").await;
        stage
            .wait_until("closed", |screen| !screen.contains("cache-02"))
            .await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_search_goes_through_everything_whatever_is_open() {
    play(Setting::default(), async |stage| {
        stage.go("catalogue").await;
        stage.sees("cloud servers").await;
        stage.press("/").await;
        stage.type_text("web-03 cpu").await;
        stage.sees("2 of ").await;
        stage.press("<enter>").await;
        stage.press("<enter>").await;
        stage.sees("web-03  CPU使用率 > 90%").await;
        stage.press("<esc>").await;
        stage.press("<esc>").await;
        // The tree is as it was.
        stage.sees("cloud servers").await;
        assert!(!stage.shows("2 of "), "{}", stage.text());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn every_namespace_is_found_by_typing_and_one_without_instances_asks_for_one() {
    play(Setting::default(), async |stage| {
        stage.go("catalogue").await;
        stage.sees("cloud servers").await;
        for namespace in KSC_NAMESPACES {
            stage.press("/ <c-u>").await;
            stage.type_text(&format!("namespace={namespace}")).await;
            stage.press("<enter>").await;
            let listed = |screen: &str| {
                let mut rows = screen.lines().skip(1);
                rows.any(|row| row.contains(namespace) && row.contains("KSC"))
            };
            stage.wait_until(namespace, listed).await;
        }
        // By what it is called, too.
        stage.press("/ <c-u>").await;
        stage.type_text("anti-ddos").await;
        stage.press("<enter>").await;
        stage.sees("KAD").await;
        stage.press("<enter>").await;
        stage.sees("Metrics of an instance").await;
        // The namespace is filled in, and can be another one: here that of a machine that exists.
        let web = stage.sim.with_estate(|estate| {
            let machine = estate.machine("web-01").unwrap();
            machine.id_in(Cloud::Ksc).unwrap().to_owned()
        });
        stage.type_text(&web).await;
        stage.press("<tab>").await;
        assert!(
            stage.line_with("Namespace").contains("KAD"),
            "{}",
            stage.text()
        );
        stage.press("<c-u>").await;
        stage.type_text("VGPU").await;
        stage.send_form(1).await;
        stage
            .wait_until("asked", |screen| !screen.contains("Metrics of an instance"))
            .await;
        stage.press("<esc>").await;
        stage.sees("cloud servers").await;
    })
    .await;
}
