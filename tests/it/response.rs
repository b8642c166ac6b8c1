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
