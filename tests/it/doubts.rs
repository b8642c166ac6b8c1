//! Changes whose answer is lost on the way: each is sent once, looked for, and settled or put to the user.

use watchkeeper::sim::estate::TicketStatus;

use super::stage::{Setting, Stage, play};

/// The night of the demo, with something that goes wrong with one operation of COC.
fn night(operation: &str, kind: &str) -> Setting {
    Setting {
        size: (120, 40),
        scenario: format!(
            "like = \"demo\"\n[[fault]]\nsystem = \"huawei-coc\"\noperation = \"{operation}\"\nkind = \"{kind}\"\n"
        ),
        ..Setting::default()
    }
}

async fn run_a_script(stage: &mut Stage) {
    stage.sees("CPU使用率 > 90%").await;
    stage.press("x").await;
    stage.sees("Which script?").await;
    stage.type_text("restart_nginx").await;
    stage.press("<enter>").await;
    stage.sees("Run restart_nginx").await;
    stage.press("<c-d>").await;
    stage.sees("1 of 80 machines of 门户").await;
    stage.confirm("Run").await;
}

fn orders(stage: &Stage) -> usize {
    stage.sim.with_estate(|estate| estate.orders.len())
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_answer_was_lost_is_found_and_not_run_twice() {
    play(night("execute_script", "kill-after"), async |stage| {
        let before = orders(stage);
        run_a_script(stage).await;
        stage.sees("1 unknown, being checked").await;
        // It goes on as if the answer had come: the cockpit opens on the order, which knows its alarm.
        stage.sees("Cockpit ▸ restart_nginx").await;
        stage.sees("recovered for").await;
        assert!(!stage.shows("being checked"), "{}", stage.text());
        assert_eq!(orders(stage), before + 1);
        stage.press("@").await;
        stage.sees("✓ done").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_order_that_never_arrived_is_said_not_to_have_run() {
    play(night("execute_script", "kill"), async |stage| {
        let before = orders(stage);
        run_a_script(stage).await;
        stage.sees("1 unknown, being checked").await;
        stage.sees("It was not carried out").await;
        // The form is there again, with everything that was typed.
        stage.sees("Machines per batch").await;
        assert_eq!(orders(stage), before);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_accepted_incident_shows_that_it_was_accepted() {
    play(night("accept_incident", "kill-after"), async |stage| {
        stage.go("incidents").await;
        stage.sees("Public load balancer").await;
        stage.press("/").await;
        stage.type_text("balancer").await;
        stage.press("<enter>").await;
        stage.press("a").await;
        stage.confirm("Accept").await;
        stage.sees("It was carried out").await;
        let accepted = stage.sim.with_estate(|estate| {
            let ours = estate
                .tickets
                .iter()
                .find(|ticket| ticket.title.contains("balancer"));
            ours.unwrap().status
        });
        assert_eq!(accepted, TicketStatus::Acknowledged);
    })
    .await;
}

/// Fills in the form of a custom alarm and sends it.
async fn report_an_alarm(stage: &mut Stage) {
    let key = stage
        .sim
        .with_estate(|estate| estate.identity.integration_key.clone());
    stage.go("incidents").await;
    stage.sees("Public load balancer").await;
    stage.press("z p").await;
    stage.sees("Report a custom alarm?").await;
    stage.type_text(&key).await;
    assert!(!stage.shows(&key), "{}", stage.text());
    stage.press("<tab>").await;
    stage.type_text("disk-1").await;
    stage.press("<tab>").await;
    stage.type_text("disk almost full").await;
    stage.press("<tab> <tab> <tab>").await;
    stage.type_text("92 % of /data").await;
    stage.press("<tab>").await;
    stage.type_text("host").await;
    stage.send_form(6).await;
    stage.confirm("Report").await;
}

fn alarms(stage: &Stage) -> usize {
    stage.sim.with_estate(|estate| estate.custom_alarms.len())
}

#[tokio::test(start_paused = true)]
async fn a_custom_alarm_is_reported_from_its_form() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        report_an_alarm(stage).await;
        stage.sees("Done").await;
        assert_eq!(alarms(stage), 1);
        let sent = stage
            .sim
            .with_estate(|estate| estate.custom_alarms[0].to_string());
        for part in ["disk-1", "disk almost full", "92 % of /data"] {
            assert!(sent.contains(part), "{sent}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_nothing_shows_is_put_to_the_user_and_settled_by_hand() {
    play(night("report_custom_alarm", "kill-after"), async |stage| {
        report_an_alarm(stage).await;
        stage.sees("1 unknown, being checked").await;
        // After a minute the user is told what to look at, and the journal keeps it.
        stage.sees("Nothing reads alarms back").await;
        assert_eq!(alarms(stage), 1, "never sent again");
        stage.go("journal").await;
        stage.sees("? unknown").await;
        stage.press("z d").await;
        stage.sees("✓ done").await;
        assert!(!stage.shows("? unknown"), "{}", stage.text());
        stage.sees("settled by hand").await;
        // What is known is not to be settled again.
        stage.press("z n").await;
        stage.sees("It is known how this one ended").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_incident_in_doubt_is_settled_by_its_number() {
    play(night("create_incident", "kill-after"), async |stage| {
        stage.sees("CPU使用率 > 90%").await;
        stage.press("c").await;
        stage.send_form(0).await;
        stage.confirm("Create").await;
        stage.sees("1 unknown, being checked").await;
        stage.sees("This service does not list incidents").await;
        assert!(stage.shows("1 unknown, being checked"), "{}", stage.text());
        let number = stage
            .sim
            .with_estate(|estate| estate.tickets.last().unwrap().number.clone());
        stage.go("incidents").await;
        stage.press("T").await;
        stage.type_text(&number).await;
        stage.send_form(0).await;
        stage.sees("It was carried out").await;
        assert!(!stage.shows("being checked"), "{}", stage.text());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_deleted_script_is_known_by_its_absence() {
    play(night("delete_script", "kill-after"), async |stage| {
        stage.go("scripts /clean_tmp").await;
        stage.sees("clean_tmp").await;
        stage.press("g D").await;
        stage.sees("Delete script clean_tmp?").await;
        stage.type_text("clean_tmp").await;
        stage.press("<enter> <enter>").await;
        stage.sees("1 unknown, being checked").await;
        stage.sees("It was carried out").await;
    })
    .await;
}
