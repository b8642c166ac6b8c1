//! The main job of a night, from the dashboard to the confirmed incident, with nothing but keys: the real program and
//! the real clients in front of the simulator, in virtual time. What the screen says is held against what the
//! simulator knows.

use watchkeeper::sim::estate::{Measure, OrderStatus, Ticket, TicketStatus};

use super::stage::{Setting, Stage, play};

/// What an on-call engineer does, step by step.
struct Night<'s> {
    stage: &'s mut Stage,
}

impl Night<'_> {
    /// The alarm that burns is on top and selected; it opens on its own graph.
    async fn open_the_alarm(&mut self) {
        let stage = &mut *self.stage;
        stage.sees("CPU使用率 > 90%").await;
        let first = stage.line_with("CRIT");
        for part in ["CPU使用率 > 90%", "web-03", "96.7 %"] {
            assert!(first.contains(part), "{first}");
        }
        stage.press("<enter>").await;
        stage.sees("breached for 6m").await;
        assert!(stage.shows("threshold > 90 %"), "{}", stage.text());
    }

    /// The form is filled in from the alarm and sent as it is.
    async fn create_the_incident(&mut self) {
        let stage = &mut *self.stage;
        stage.press("c").await;
        stage.sees("Create an incident?").await;
        assert!(stage.line_with("Title").contains("web-03"));
        stage.send_form(0).await;
        stage.confirm("Create").await;
        stage.sees("Done, IM").await;
        assert_eq!(self.ticket().status, TicketStatus::Triggered);
        assert!(self.ticket().title.contains("web-03"));
    }

    /// The incident is new for some seconds before the service takes steps; the client waits for it.
    async fn accept_it(&mut self) {
        self.stage.press("a").await;
        self.stage.confirm("Accept").await;
        self.stage.sees(&self.done("accept")).await;
        assert_eq!(self.ticket().status, TicketStatus::Acknowledged);
        self.row_says("accepted").await;
    }

    async fn open_a_warroom(&mut self) {
        self.stage.press("W").await;
        self.stage.sees("Open a WarRoom").await;
        self.stage.send_form(0).await;
        self.stage.confirm("Open").await;
        self.stage.sees("Done, WR").await;
        let number = self.ticket().number;
        let rooms = |estate: &mut watchkeeper::sim::estate::Estate| {
            let of_ticket = |room: &&watchkeeper::sim::estate::WarRoom| room.incident == number;
            estate.warrooms.iter().filter(of_ticket).count()
        };
        assert_eq!(self.stage.sim.with_estate(rooms), 1);
    }

    /// Back at the dashboard the alarm is still selected: the script runs on its machine.
    async fn run_the_script(&mut self) {
        let stage = &mut *self.stage;
        stage.press("0").await;
        stage.sees("Alarms").await;
        stage.press("x").await;
        stage.sees("Which script?").await;
        stage.type_text("restart_nginx").await;
        stage.press("<enter>").await;
        stage.sees("Run restart_nginx").await;
        stage.send_form(0).await;
        // How far it reaches is said before anything runs.
        stage.sees("1 of 80 machines of 门户").await;
        assert!(stage.shows("web-03 10.16.0.13"), "{}", stage.text());
        stage.confirm("Run").await;
        stage.sees("Done, SCT").await;
    }

    /// The cockpit shows the order's end and then goes on watching the alarm's metric.
    async fn see_that_it_helped(&mut self) {
        let stage = &mut *self.stage;
        stage.sees("GET /healthz 200").await;
        stage.sees("recovered for").await;
        let order = stage
            .sim
            .with_estate(|estate| estate.orders.last().unwrap().clone());
        assert_eq!(order.status, OrderStatus::Finished);
        let cpu = stage.sim.with_estate(|estate| {
            let machine = estate.machine("web-03").unwrap();
            estate.value(machine, Measure::Cpu, estate.now).unwrap()
        });
        assert!(cpu < 50.0, "{cpu}");
        // The title counts what still burns.
        assert!(stage.shows("4 critical"), "{}", stage.text());
    }

    async fn commit_the_solution(&mut self) {
        self.stage.go("incidents").await;
        self.row_says("accepted").await;
        self.select_it().await;
        let stage = &mut *self.stage;
        stage.press("X").await;
        stage.sees("Commit the solution").await;
        stage.type_text("nginx workers were stuck").await;
        stage.press("<tab>").await;
        stage.type_text("nginx 重启了").await;
        stage.send_form(1).await;
        stage.confirm("Commit").await;
        self.stage.sees(&self.done("commit the solution of")).await;
        let ticket = self.ticket();
        assert_eq!(ticket.status, TicketStatus::Resolved);
        assert_eq!(
            (ticket.cause.as_str(), ticket.solution.as_str()),
            ("nginx workers were stuck", "nginx 重启了")
        );
        self.row_says("solved").await;
    }

    async fn confirm_it(&mut self) {
        let stage = &mut *self.stage;
        stage.press("V").await;
        stage.sees("Confirm incident").await;
        stage.press("<tab>").await;
        stage.type_text("CPU is normal again").await;
        stage.send_form(1).await;
        stage.confirm("Confirm").await;
        self.stage.sees(&self.done("confirm")).await;
        assert_eq!(self.ticket().status, TicketStatus::Completed);
        self.row_says("closed").await;
    }

    /// Every change of the night is in the journal, each with the id of its request.
    async fn read_the_journal(&mut self) {
        let stage = &mut *self.stage;
        stage.press("@").await;
        stage.sees("confirm incident").await;
        let rows: Vec<String> = stage
            .text()
            .lines()
            .filter(|line| line.contains("✓ done"))
            .map(str::to_owned)
            .collect();
        assert_eq!(rows.len(), 6, "{rows:#?}");
        let words = [
            "confirm incident",
            "commit the sol",
            "run restart_ngi",
            "open a WarRoom",
            "accept incident",
            "create incident",
        ];
        for (row, words) in rows.iter().zip(words) {
            assert!(row.contains(words), "{words}: {row}");
            let id = row.split_whitespace().rev().nth(1).unwrap();
            assert!(id.contains('…') && id.len() >= 12, "request id {id:?}");
        }
        stage.press("<enter>").await;
        stage.sees("huawei-coc.confirm_incident").await;
        assert!(stage.line_with("Request ").contains('-'));
    }

    /// The newest incident of the simulator: the one of this night.
    fn ticket(&self) -> Ticket {
        let sim = &self.stage.sim;
        sim.with_estate(|estate| estate.tickets.last().unwrap().clone())
    }

    fn done(&self, step: &str) -> String {
        format!("Done: {step} incident {}", self.ticket().number)
    }

    /// The incident's row shows this state.
    async fn row_says(&self, state: &str) {
        let is_ours = |line: &&str| line.contains("CPU使用率");
        self.stage
            .wait_until(state, |screen| {
                screen
                    .lines()
                    .find(is_ours)
                    .is_some_and(|line| line.contains(state))
            })
            .await;
    }

    /// Selects the incident's row through a filter.
    async fn select_it(&mut self) {
        self.stage.press("/").await;
        self.stage.type_text("web-03").await;
        self.stage.press("<enter>").await;
    }
}

async fn the_whole_night(size: (u16, u16)) {
    let setting = Setting {
        size,
        ..Setting::default()
    };
    play(setting, async |stage| {
        let mut night = Night { stage };
        night.open_the_alarm().await;
        night.create_the_incident().await;
        night.accept_it().await;
        night.open_a_warroom().await;
        night.run_the_script().await;
        night.see_that_it_helped().await;
        night.commit_the_solution().await;
        night.confirm_it().await;
        night.read_the_journal().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_the_confirmed_incident_on_a_small_screen() {
    the_whole_night((80, 24)).await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_the_confirmed_incident_on_a_large_screen() {
    the_whole_night((120, 40)).await;
}
