//! The main job of a night with the real program in a real terminal: `watchkeeper demo`, real HTTP on a loopback port, and
//! nothing but the bytes that a keyboard sends. The same story in virtual time is in `journeys.rs`; there the metric is
//! seen to recover. Samples arrive here as late as in life, some minutes after the script, so this walk goes on as soon
//! as the cockpit says that it waits for them.

use watchkeeper::ui::lang::Lang;

use super::pty::{Pty, demo};
use super::words::said;

const ENTER: &str = "\r";
const TAB: &str = "\t";
const BACK_TAB: &str = "\x1b[Z";

/// The user at the terminal.
struct User {
    pty: Pty,
}

impl User {
    fn types(&mut self, text: &str) {
        self.pty.send(text.as_bytes());
    }

    fn sees(&self, text: &str) {
        self.pty.wait_for(text);
    }

    /// Sends a form off from its field with this number.
    fn send_form(&mut self, from: usize) {
        self.types(&BACK_TAB.repeat(from + 2));
        self.types(ENTER);
    }

    /// Goes from Cancel to this button and presses it.
    fn confirm(&mut self, button: &str) {
        self.sees(&format!("[ {button} ]"));
        self.types(TAB);
        self.types(ENTER);
    }

    /// The row of this night's incident shows a state.
    fn row_says(&self, state: &str) {
        self.pty.wait(state, |screen| {
            screen
                .contents()
                .lines()
                .any(|line| line.contains("CPU使用率") && line.contains(state))
        });
    }
}

fn the_whole_night(size: (u16, u16), lang: Lang) {
    let chinese = [("WATCHKEEPER_LANG", "zh-CN")];
    let variables: &[_] = if lang == Lang::ZhCn { &chinese } else { &[] };
    let (pty, _home) = demo(None, variables, size);
    let mut user = User { pty };
    // The alarm on its own graph.
    user.sees("CPU使用率 > 90%");
    user.types(ENTER);
    user.sees(said(lang, "threshold > 90 %"));
    // The incident and its WarRoom.
    user.types("c");
    user.sees(said(lang, "Create an incident?"));
    user.send_form(0);
    user.confirm(said(lang, "Create"));
    user.row_says(said(lang, "new"));
    user.types("a");
    user.confirm(said(lang, "Accept"));
    user.row_says(said(lang, "accepted"));
    user.types("W");
    user.sees(said(lang, "Open a WarRoom"));
    user.send_form(0);
    user.confirm(said(lang, "Open"));
    user.sees(&format!("{}WR", said(lang, "Done, ")));
    // The script on the alarm's machine.
    user.types("0");
    user.sees(said(lang, "LAST HOUR"));
    user.types("x");
    user.sees(said(lang, "Which script?"));
    user.types("restart_nginx");
    user.types(ENTER);
    user.sees(said(lang, "Run restart_nginx"));
    user.send_form(0);
    user.sees(said(lang, "1 of 80 machines of 门户"));
    user.confirm(said(lang, "Run"));
    user.sees("GET /healthz 200");
    user.sees(said(lang, "not known yet"));
    // Cause and solution, and the end of the incident.
    user.types(":incidents");
    user.types(ENTER);
    user.row_says(said(lang, "accepted"));
    user.types("/web-03");
    user.types(ENTER);
    user.types("X");
    user.sees(said(lang, "Commit the solution"));
    user.types("nginx workers were stuck");
    user.types(TAB);
    user.types("nginx 重启了");
    user.sees("nginx 重启了");
    user.send_form(1);
    user.confirm(said(lang, "Commit"));
    user.row_says(said(lang, "solved"));
    user.types("V");
    user.sees(said(lang, "Confirm incident"));
    user.types(TAB);
    user.types("CPU is normal again");
    user.send_form(1);
    user.confirm(said(lang, "Confirm"));
    user.row_says(said(lang, "closed"));
    // Everything is in the journal.
    user.types("@");
    user.pty.wait("six changes that are done", |screen| {
        let done = said(lang, "✓ done");
        screen.contents().matches(done).count() == 6
    });
    // The WarRoom is over, and the shift report tells what was done.
    user.types(":warrooms");
    user.types(ENTER);
    user.pty.wait("a closed WarRoom", |screen| {
        let text = screen.contents();
        let is_ours = |line: &str| line.contains("CPU使用率");
        text.lines()
            .any(|line| is_ours(line) && (line.contains("Close") || line.contains("关闭")))
    });
    user.types(":handover");
    user.types(ENTER);
    user.sees(said(lang, "# Handover, "));
    user.types("G");
    user.sees(said(lang, "## Changes made in this shift (6)"));
    user.types("\x03\x03");
    assert_eq!(user.pty.end(), 0);
}

#[test]
fn the_main_job_is_done_in_a_small_terminal() {
    the_whole_night((80, 24), Lang::En);
}

#[test]
fn the_main_job_is_done_in_a_large_terminal() {
    the_whole_night((120, 40), Lang::En);
}

#[test]
fn the_main_job_is_done_in_chinese() {
    the_whole_night((120, 40), Lang::ZhCn);
}
