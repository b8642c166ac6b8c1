//! The main job of a night with the real program in a real terminal: `watchkeeper demo`, real HTTP on a loopback port, and
//! nothing but the bytes that a keyboard sends. The same story in virtual time is in `journeys.rs`; there the metric is
//! seen to recover. Samples arrive here as late as in life, some minutes after the script, so this walk goes on as soon
//! as the cockpit says that it waits for them.

use super::pty::{Pty, demo};

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

fn the_whole_night(size: (u16, u16)) {
    let (pty, _home) = demo(None, &[], size);
    let mut user = User { pty };
    // The alarm on its own graph.
    user.sees("CPU使用率 > 90%");
    user.types(ENTER);
    user.sees("threshold > 90 %");
    // The incident and its WarRoom.
    user.types("c");
    user.sees("Create an incident?");
    user.send_form(0);
    user.confirm("Create");
    user.row_says("new");
    user.types("a");
    user.confirm("Accept");
    user.row_says("accepted");
    user.types("W");
    user.sees("Open a WarRoom");
    user.send_form(0);
    user.confirm("Open");
    user.sees("Done, WR");
    // The script on the alarm's machine.
    user.types("0");
    user.sees("LAST HOUR");
    user.types("x");
    user.sees("Which script?");
    user.types("restart_nginx");
    user.types(ENTER);
    user.sees("Run restart_nginx");
    user.send_form(0);
    user.sees("1 of 80 machines of 门户");
    user.confirm("Run");
    user.sees("GET /healthz 200");
    user.sees("not known yet");
    // Cause and solution, and the end of the incident.
    user.types(":incidents");
    user.types(ENTER);
    user.row_says("accepted");
    user.types("/web-03");
    user.types(ENTER);
    user.types("X");
    user.sees("Commit the solution");
    user.types("nginx workers were stuck");
    user.types(TAB);
    user.types("nginx 重启了");
    user.sees("nginx 重启了");
    user.send_form(1);
    user.confirm("Commit");
    user.row_says("solved");
    user.types("V");
    user.sees("Confirm incident");
    user.types(TAB);
    user.types("CPU is normal again");
    user.send_form(1);
    user.confirm("Confirm");
    user.row_says("closed");
    // Everything is in the journal.
    user.types("@");
    user.pty.wait("six changes that are done", |screen| {
        screen.contents().matches("✓ done").count() == 6
    });
    user.types("\x03\x03");
    assert_eq!(user.pty.end(), 0);
}

#[test]
fn the_main_job_is_done_in_a_small_terminal() {
    the_whole_night((80, 24));
}

#[test]
fn the_main_job_is_done_in_a_large_terminal() {
    the_whole_night((120, 40));
}
