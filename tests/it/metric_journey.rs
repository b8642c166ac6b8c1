//! A threshold that is too lax, from finding the metric to being told: the real program and the real clients in front of
//! the simulator, in virtual time, with nothing but keys.

use watchkeeper::sim::estate::Estate;

use super::stage::{Setting, Stage, play};

/// Finds the metric by typing and charts it.
async fn find_and_chart(stage: &mut Stage) {
    stage.go("catalogue").await;
    stage.sees("cloud servers").await;
    stage.press("/").await;
    stage.type_text("checkout_lat").await;
    stage.press("<enter>").await;
    stage.sees("checkout_latency").await;
    stage.press("<enter>").await;
    stage.sees("now").await;
    assert!(stage.shows("checkout_latency"), "{}", stage.text());
}

/// Another statistic, another window; then a rule is tried on what is shown.
async fn rehearse(stage: &mut Stage) {
    stage.press("t s").await;
    stage.sees("highest").await;
    stage.press("t 3").await;
    stage.sees("3h").await;
    stage.press("t r").await;
    stage.sees("Rehearse a rule").await;
    let cycles = stage.line_with("Periods in a row");
    assert!(
        cycles.contains(" 1"),
        "one period, until something else is typed: {cycles}"
    );
    stage.press("<tab>").await;
    stage.type_text("400").await;
    stage.send_form(1).await;
    stage.sees("Would have fired 1 times").await;
}

/// The rule becomes a policy, and the policy fires.
async fn save(stage: &mut Stage) {
    stage.press("o").await;
    stage.sees("New policy for a custom metric").await;
    stage.type_text("slow checkout").await;
    stage.send_form(0).await;
    stage.confirm("Create").await;
    stage.sees("Done").await;
    let made = |estate: &mut Estate| {
        estate
            .policies
            .iter()
            .any(|one| one.name == "slow checkout")
    };
    assert!(stage.sim.with_estate(made));
    stage.go("policies").await;
    stage.press("/").await;
    stage.type_text("slow").await;
    stage.press("<enter>").await;
    stage
        .wait_until("the policy fires", |screen| {
            let mut rows = screen.lines().filter(|line| line.contains("slow checkout"));
            rows.any(|row| row.contains("firing"))
        })
        .await;
}

async fn add_a_receiver(stage: &mut Stage) {
    stage.press("a").await;
    stage.sees("Add a receiver to slow checkout").await;
    stage.send_form(0).await;
    stage.confirm("Add").await;
    stage.sees("Done").await;
    let told = |estate: &mut Estate| {
        let policy = estate
            .policies
            .iter()
            .find(|one| one.name == "slow checkout");
        policy.map(|policy| policy.receivers.len())
    };
    assert_eq!(stage.sim.with_estate(told), Some(1));
}

/// The chart of the metric now has the threshold, and one alarm more burns than before.
async fn see_the_breach(stage: &mut Stage) {
    stage.go("catalogue").await;
    stage.sees("checkout_latency").await;
    stage.press("<enter>").await;
    stage.sees("threshold > 400").await;
    stage.sees("6 critical").await;
    // It was charted before anything fired; now it is the chart of the alarm.
    stage.sees("breached for").await;
}

async fn the_whole_way(size: (u16, u16)) {
    let setting = Setting {
        size,
        ..Setting::default()
    };
    play(setting, async |stage| {
        find_and_chart(stage).await;
        rehearse(stage).await;
        save(stage).await;
        add_a_receiver(stage).await;
        see_the_breach(stage).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn from_the_metric_to_the_policy_that_fires_on_a_small_screen() {
    the_whole_way((80, 24)).await;
}

#[tokio::test(start_paused = true)]
async fn from_the_metric_to_the_policy_that_fires_on_a_large_screen() {
    the_whole_way((120, 40)).await;
}
