//! The incident side beyond the main job: working on a pinned incident, accepting several at once.

use watchkeeper::sim::estate::TicketStatus;

use super::stage::{Setting, Stage, play};

/// The demo with these incidents and nothing else of them.
fn with_incidents(titles: &[&str]) -> Setting {
    let one = |title: &&str| {
        format!(
            "[[incident]]\ntitle = \"{title}\"\ndescription = \"d\"\nlevel = \"level_30\"\n\
             type = \"inc_type_p_function_issues\"\nstatus = \"TRIGGERED\"\nago = 600\napplication = \"门户\"\n\
             warroom = \"{title}\"\n"
        )
    };
    Setting {
        size: (120, 40),
        scenario: format!(
            "like = \"demo\"\n{}",
            titles.iter().map(one).collect::<String>()
        ),
        ..Setting::default()
    }
}

fn status_of(stage: &Stage, title: &str) -> TicketStatus {
    stage.sim.with_estate(|estate| {
        let mut tickets = estate.tickets.iter();
        tickets.find(|ticket| ticket.title == title).unwrap().status
    })
}

#[tokio::test(start_paused = true)]
async fn several_incidents_are_accepted_with_one_word_and_one_result_each() {
    play(with_incidents(&["one", "two", "three"]), async |stage| {
        stage.go("incidents").await;
        stage.sees("three").await;
        stage.press("<space> <space> <space>").await;
        stage.press("a").await;
        stage.sees("Accept 3 incidents?").await;
        // Meanwhile somebody else takes one of them: that one fails, the others do not.
        stage.sim.with_estate(|estate| {
            let mut tickets = estate.tickets.iter_mut();
            let two = tickets.find(|ticket| ticket.title == "two").unwrap();
            two.status = TicketStatus::Acknowledged;
        });
        stage.confirm("Accept").await;
        stage.sees("2 of 3 done").await;
        let screen = stage.text();
        let is_result = |line: &&str| {
            ["✓ accept", "✗ accept"]
                .iter()
                .any(|sign| line.contains(sign))
        };
        assert_eq!(screen.lines().filter(is_result).count(), 3, "{screen}");
        assert_eq!(status_of(stage, "one"), TicketStatus::Acknowledged);
        assert_eq!(status_of(stage, "three"), TicketStatus::Acknowledged);
        // The list is kept.
        stage.press("<esc>").await;
        stage.press("z l").await;
        stage.sees("2 of 3 done").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_pinned_incident_is_what_other_views_begin_with_and_what_is_done_belongs_to_it() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        stage.sees("CPU使用率 > 90%").await;
        stage.press("c").await;
        stage.send_form(0).await;
        stage.confirm("Create").await;
        stage.sees("Done, IM").await;
        stage.press("m").await;
        stage.sees("pinned: CPU使用率").await;
        let number = stage
            .sim
            .with_estate(|estate| estate.tickets.last().unwrap().number.clone());
        // Machines: only the one the incident is about, and Esc shows all of them.
        stage.go("resources").await;
        stage.sees("web-03").await;
        assert!(!stage.shows("web-04"), "{}", stage.text());
        stage.press("<esc>").await;
        stage.sees("web-04").await;
        // A change that has nothing to do with an incident is attached to it.
        stage.go("scripts").await;
        stage.sees("clean_tmp").await;
        stage.go("journal").await;
        stage.sees(&number).await;
        // Another night: nothing is hidden any more.
        stage.press("M").await;
        stage.sees("No longer working on").await;
        assert!(!stage.shows("pinned:"), "{}", stage.text());
        stage.go("resources").await;
        stage.sees("web-04").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn warrooms_are_opened_filtered_here_and_by_the_service_and_their_time_runs() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        stage.go("warrooms").await;
        stage.sees("机房空调告警").await;
        stage.sees("going on").await;
        // Durations go on by themselves.
        let before = stage.line_with("支付网关超时");
        stage.pass(std::time::Duration::from_secs(30 * 60)).await;
        stage
            .wait_until("the time runs", |screen| {
                let now = screen.lines().find(|line| line.contains("支付网关超时"));
                now.is_some_and(|now| now != before)
            })
            .await;
        // Only those that go on; Esc takes it back.
        stage.press("z o").await;
        stage.sees("only those that go on").await;
        assert!(!stage.shows("机房空调告警"), "{}", stage.text());
        stage.press("<esc>").await;
        stage.sees("机房空调告警").await;
        // The service looks.
        stage.press("o").await;
        stage
            .sees("Which WarRooms shall the service look for?")
            .await;
        stage.type_text("Login").await;
        stage.send_form(0).await;
        stage.sees("of the service: Login").await;
        stage
            .wait_until("others are gone", |screen| {
                screen.contains("Login slow") && !screen.contains("支付网关超时")
            })
            .await;
        stage.press("<esc>").await;
        stage.sees("支付网关超时").await;
        // Enter leads to the incident.
        stage.press("/").await;
        stage.type_text("Login").await;
        stage.press("<enter>").await;
        stage.press("<enter>").await;
        stage.sees("╭ Incidents").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_run_sends_is_within_the_limits_and_secrets_are_masked() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        stage.go("resources /web-04").await;
        stage.sees("web-04").await;
        stage.press("x").await;
        stage.sees("Which script?").await;
        stage.type_text("重启应用").await;
        stage.press("<enter>").await;
        stage.sees("Run 重启应用").await;
        stage.press("<tab>").await;
        stage.type_text("s3cret").await;
        // Five seconds is too short for the service, and the form says so before anything is sent.
        stage.press("<tab> <tab> <tab> <tab> <tab>").await;
        stage.press("<c-u>").await;
        stage.type_text("5").await;
        stage.send_form(6).await;
        stage.sees("must be 6 to ").await;
        assert!(!stage.shows("[ Run ]"), "{}", stage.text());
        stage.press("<c-u>").await;
        stage.type_text("60").await;
        stage.send_form(6).await;
        // A dangerous script wants its name.
        stage.sees("1 of 80 machines of 门户").await;
        assert!(!stage.shows("s3cret"), "{}", stage.text());
        stage.type_text("重启应用").await;
        stage.press("<enter> <enter>").await;
        stage.sees("Done, SCT").await;
        let sent = stage
            .sim
            .with_estate(|estate| format!("{:?}", estate.orders.last().unwrap().params));
        assert!(sent.contains("s3cret"), "{sent}");
        stage.go("journal").await;
        stage.sees("✓ done").await;
        stage.press("<enter>").await;
        stage.sees("huawei-coc.execute_script").await;
        assert!(!stage.shows("s3cret"), "{}", stage.text());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_warroom_is_opened_from_the_list_and_a_bundle_holds_what_was_run() {
    let setting = Setting {
        size: (120, 40),
        ..Setting::default()
    };
    play(setting, async |stage| {
        stage.sees("CPU使用率 > 90%").await;
        // Nothing is accepted and without a WarRoom yet.
        stage.go("warrooms").await;
        stage.sees("支付网关超时").await;
        stage.press("W").await;
        stage.sees("No incident can have a WarRoom now").await;
        stage.press("0").await;
        stage.sees("LAST HOUR").await;
        stage.press("c").await;
        stage.send_form(0).await;
        stage.confirm("Create").await;
        stage.sees("Done, IM").await;
        stage.press("a").await;
        stage.confirm("Accept").await;
        stage
            .wait_until("accepted", |screen| {
                let ours = screen.lines().find(|line| line.contains("CPU使用率"));
                ours.is_some_and(|line| line.contains("accepted"))
            })
            .await;
        stage.go("warrooms").await;
        stage.press("W").await;
        stage.sees("Open a WarRoom for which incident?").await;
        stage.press("<enter>").await;
        stage.sees("Schedule groups").await;
        stage.press("<c-d>").await;
        stage.confirm("Open").await;
        stage
            .wait_until("the new WarRoom", |screen| {
                let ours = screen.lines().find(|line| line.contains("CPU使用率"));
                // Who leads it is told by name.
                ours.is_some_and(|line| line.contains("Start") && line.contains("demo"))
            })
            .await;
        stage.press("0").await;
        stage.sees("LAST HOUR").await;
        stage.press("x").await;
        stage.sees("Which script?").await;
        stage.type_text("restart_nginx").await;
        stage.press("<enter>").await;
        stage.sees("Run restart_nginx").await;
        stage.press("<c-d>").await;
        stage.confirm("Run").await;
        stage.sees("recovered for").await;
        stage.go("incidents /CPU").await;
        stage.sees("CPU使用率").await;
        stage.press("b").await;
        for file in [
            "incident.txt",
            "timeline.csv",
            "orders/SCT",
            "charts/metric.csv",
            "charts/metric.txt",
            "requests.csv",
            "manifest.json",
            "SHA256SUMS",
        ] {
            stage.sees(file).await;
        }
    })
    .await;
}
