//! The main job of a night, from the dashboard to the confirmed incident, with nothing but keys: the real program and
//! the real clients in front of the simulator, in virtual time. What the screen says is held against what the
//! simulator knows.

use watchkeeper::sim::estate::{Measure, OrderStatus, Ticket, TicketStatus};

use watchkeeper::ui::lang::Lang;

use super::stage::{Setting, Stage, play};
use super::words::said;

/// What an on-call engineer does, step by step.
struct Night<'s> {
    stage: &'s mut Stage,
    lang: Lang,
}

impl Night<'_> {
    /// The alarm that burns is on top and selected; it opens on its own graph.
    async fn open_the_alarm(&mut self) {
        let lang = self.lang;
        let stage = &mut *self.stage;
        stage.sees("CPU使用率 > 90%").await;
        let first = stage.line_with("CPU使用率 > 90%");
        for part in [said(lang, "CRIT"), "web-03", "96.7 %"] {
            assert!(first.contains(part), "{first}");
        }
        stage.press("<enter>").await;
        stage.sees(said(lang, "breached for")).await;
        assert!(
            stage.shows(said(lang, "threshold > 90 %")),
            "{}",
            stage.text()
        );
    }

    /// The form is filled in from the alarm and sent as it is.
    async fn create_the_incident(&mut self) {
        let lang = self.lang;
        let stage = &mut *self.stage;
        stage.press("c").await;
        stage.sees(said(lang, "Create an incident?")).await;
        assert!(stage.line_with(said(lang, "Title")).contains("web-03"));
        stage.send_form(0).await;
        stage.confirm(said(lang, "Create")).await;
        stage.sees(&format!("{}IM", said(lang, "Done, "))).await;
        assert_eq!(self.ticket().status, TicketStatus::Triggered);
        assert!(self.ticket().title.contains("web-03"));
    }

    /// The incident is new for some seconds before the service takes steps; the client waits for it.
    async fn accept_it(&mut self) {
        let lang = self.lang;
        self.stage.press("a").await;
        self.stage.confirm(said(lang, "Accept")).await;
        self.stage.sees(&self.done("accept incident ")).await;
        assert_eq!(self.ticket().status, TicketStatus::Acknowledged);
        self.row_says(said(lang, "accepted")).await;
    }

    async fn open_a_warroom(&mut self) {
        let lang = self.lang;
        self.stage.press("W").await;
        self.stage.sees(said(lang, "Open a WarRoom")).await;
        self.stage.send_form(0).await;
        self.stage.confirm(said(lang, "Open")).await;
        self.stage
            .sees(&format!("{}WR", said(lang, "Done, ")))
            .await;
        let number = self.ticket().number;
        let rooms = |estate: &mut watchkeeper::sim::estate::Estate| {
            let of_ticket = |room: &&watchkeeper::sim::estate::WarRoom| room.incident == number;
            estate.warrooms.iter().filter(of_ticket).count()
        };
        assert_eq!(self.stage.sim.with_estate(rooms), 1);
    }

    /// Back at the dashboard the alarm is still selected: the script runs on its machine.
    async fn run_the_script(&mut self) {
        let lang = self.lang;
        let stage = &mut *self.stage;
        stage.press("0").await;
        stage.sees(said(lang, "Alarms")).await;
        stage.press("x").await;
        stage.sees(said(lang, "Which script?")).await;
        stage.type_text("restart_nginx").await;
        stage.press("<enter>").await;
        stage.sees(said(lang, "Run restart_nginx")).await;
        stage.send_form(0).await;
        // How far it reaches is said before anything runs.
        stage.sees(said(lang, "1 of 80 machines of 门户")).await;
        assert!(stage.shows("web-03 10.16.0.13"), "{}", stage.text());
        stage.confirm(said(lang, "Run")).await;
        stage.sees(&format!("{}SCT", said(lang, "Done, "))).await;
    }

    /// The cockpit shows the order's end and then goes on watching the alarm's metric.
    async fn see_that_it_helped(&mut self) {
        let lang = self.lang;
        let stage = &mut *self.stage;
        stage.sees("GET /healthz 200").await;
        stage.sees(said(lang, "recovered for")).await;
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
        assert!(stage.shows(said(lang, "4 critical")), "{}", stage.text());
    }

    async fn commit_the_solution(&mut self) {
        let lang = self.lang;
        self.stage.go("incidents").await;
        self.row_says(said(lang, "accepted")).await;
        self.select_it().await;
        let stage = &mut *self.stage;
        stage.press("X").await;
        stage.sees(said(lang, "Commit the solution")).await;
        stage.type_text("nginx workers were stuck").await;
        stage.press("<tab>").await;
        stage.type_text("nginx 重启了").await;
        stage.send_form(1).await;
        stage.confirm(said(lang, "Commit")).await;
        self.stage
            .sees(&self.done("commit the solution of incident "))
            .await;
        let ticket = self.ticket();
        assert_eq!(ticket.status, TicketStatus::Resolved);
        assert_eq!(
            (ticket.cause.as_str(), ticket.solution.as_str()),
            ("nginx workers were stuck", "nginx 重启了")
        );
        self.row_says(said(lang, "solved")).await;
    }

    async fn confirm_it(&mut self) {
        let lang = self.lang;
        let stage = &mut *self.stage;
        stage.press("V").await;
        stage.sees(said(lang, "Confirm incident")).await;
        stage.press("<tab>").await;
        stage.type_text("CPU is normal again").await;
        stage.send_form(1).await;
        stage.confirm(said(lang, "Confirm")).await;
        self.stage.sees(&self.done("confirm incident ")).await;
        assert_eq!(self.ticket().status, TicketStatus::Completed);
        self.row_says(said(lang, "closed")).await;
    }

    /// Every change of the night is in the journal, each with the id of its request.
    async fn read_the_journal(&mut self) {
        let lang = self.lang;
        let stage = &mut *self.stage;
        stage.press("@").await;
        stage.sees(said(lang, "confirm incident")).await;
        let rows: Vec<String> = stage
            .text()
            .lines()
            .filter(|line| line.contains(said(lang, "✓ done")))
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
            let words = said(lang, words);
            assert!(row.contains(words), "{words}: {row}");
            let id = row.split_whitespace().rev().nth(1).unwrap();
            assert!(id.contains('…') && id.len() >= 12, "request id {id:?}");
        }
        stage.press("<enter>").await;
        stage.sees("huawei-coc.confirm_incident").await;
        let screen = stage.text();
        let request = said(lang, "Request ");
        let mut lines = screen.lines();
        assert!(lines.any(|line| line.contains(request) && line.contains('-')));
    }

    /// With the incident its WarRoom is over.
    async fn see_that_the_warroom_is_closed(&mut self) {
        let number = self.ticket().number;
        let open = |estate: &mut watchkeeper::sim::estate::Estate| estate.has_open_warroom(&number);
        assert!(!self.stage.sim.with_estate(open));
        // The document lies over the list until it is closed.
        self.stage.press("<esc>").await;
        self.stage.go("warrooms").await;
        self.stage.press("r").await;
        let is_ours = |line: &str| line.contains("CPU使用率") && line.contains("关闭");
        let is_closed = |line: &str| line.contains("CPU使用率") && line.contains("Close");
        self.stage
            .wait_until("our WarRoom is closed", |screen| {
                screen.lines().any(|line| is_ours(line) || is_closed(line))
            })
            .await;
    }

    /// The report of the shift tells all of it, and what the metric did.
    async fn hand_over(&mut self) {
        let lang = self.lang;
        let number = self.ticket().number;
        let stage = &mut *self.stage;
        stage.go("handover").await;
        stage.sees(said(lang, "# Handover, ")).await;
        let mut report = Vec::new();
        // Page by page, to its end.
        for _ in 0..20 {
            report.extend(stage.text().lines().map(str::to_owned));
            let before = stage.text();
            stage.hit("<pagedown>");
            stage.pass(std::time::Duration::from_secs(1)).await;
            if stage.text() == before {
                break;
            }
        }
        let report = report.join("\n");
        for part in [
            said(lang, "## Solved or closed ("),
            said(lang, "## Orders that ended in this shift ("),
            said(lang, "## Changes made in this shift (6)"),
            &number,
            "restart",
            said(lang, "is over: before"),
        ] {
            assert!(report.contains(part), "{part}\n{report}");
        }
    }

    /// The newest incident of the simulator: the one of this night.
    fn ticket(&self) -> Ticket {
        let sim = &self.stage.sim;
        sim.with_estate(|estate| estate.tickets.last().unwrap().clone())
    }

    fn done(&self, step: &'static str) -> String {
        let (number, done) = (self.ticket().number, said(self.lang, "Done: "));
        match (self.lang, step) {
            // In Chinese the number stands in the middle.
            (Lang::ZhCn, "commit the solution of incident ") => {
                format!("{done}提交事件单 {number} 的解决方案")
            }
            _ => format!("{done}{}{number}", said(self.lang, step)),
        }
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

async fn the_whole_night(size: (u16, u16), lang: Lang) {
    let setting = Setting {
        size,
        lang,
        ..Setting::default()
    };
    play(setting, async |stage| {
        let mut night = Night { stage, lang };
        night.open_the_alarm().await;
        night.create_the_incident().await;
        night.accept_it().await;
        night.open_a_warroom().await;
        night.run_the_script().await;
        night.see_that_it_helped().await;
        night.commit_the_solution().await;
        night.confirm_it().await;
        night.read_the_journal().await;
        night.see_that_the_warroom_is_closed().await;
        night.hand_over().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_the_confirmed_incident_on_a_small_screen() {
    the_whole_night((80, 24), Lang::En).await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_the_confirmed_incident_on_a_large_screen() {
    the_whole_night((120, 40), Lang::En).await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_the_handover_in_chinese_on_a_small_screen() {
    the_whole_night((80, 24), Lang::ZhCn).await;
}

#[tokio::test(start_paused = true)]
async fn from_the_alarm_to_the_handover_in_chinese_on_a_large_screen() {
    the_whole_night((120, 40), Lang::ZhCn).await;
}
