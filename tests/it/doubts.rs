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
