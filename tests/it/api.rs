//! `:api` with keys: the documentation of an operation, a question with its answer, a change that has to be confirmed.

use watchkeeper::sim::estate::Estate;

use super::stage::{Setting, Stage, play};

/// Goes to the operation that a filter leaves.
async fn operation(stage: &mut Stage, filter: &str) {
    stage.go("api").await;
    stage.sees("list_alarm_policy").await;
    stage.press("/").await;
    stage.type_text(filter).await;
    stage.press("<enter>").await;
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_listed_described_and_can_be_asked() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        stage.go("api").await;
        stage.sees("list_alarm_policy").await;
        let count = watchkeeper::cloud::operations().count();
        stage.sees(&format!("Operations ── {count} ")).await;
        stage.press("<esc>").await;
        operation(stage, "ksc list_alarm_policy").await;
        stage.press("<enter>").await;
        stage.sees("PageSize").await;
        stage.sees("1..100").await;
        stage.press("<esc>").await;
        stage.press("s").await;
        stage.sees("PageIndex").await;
        stage.press("<tab>").await;
        // Out of range: refused here, in the words of every other way.
        stage.type_text("101").await;
        stage.send_form(1).await;
        stage.sees("must be 1 to 100").await;
        stage.press("<c-u>").await;
        stage.type_text("2").await;
        stage.send_form(1).await;
        stage.sees("\"totalCount\": 9").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_change_by_its_operation_is_confirmed_by_name_and_answered() {
    play(Setting::default(), async |stage| {
        operation(stage, "update_alert_user_status").await;
        let person = stage.sim.with_estate(|estate| estate.contacts[0].id);
        stage.press("s").await;
        stage.sees("UserStatus").await;
        stage.type_text(&person.to_string()).await;
        stage.press("<tab>").await;
        stage.type_text("2").await;
        stage.send_form(1).await;
        stage.sees("Send update_alert_user_status?").await;
        stage.type_text("update_alert_user_status").await;
        stage.press("<enter> <enter>").await;
        stage.sees("\"userStatus\": 2").await;
        let is_off = |estate: &mut Estate| !estate.contacts[0].enabled;
        assert!(stage.sim.with_estate(is_off));
    })
    .await;
}
