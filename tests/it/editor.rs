//! A script in the user's own editor, in a real terminal: what the editor leaves is read, a mistake is told with its
//! line, and the difference is shown before anything is sent.

use super::pty::{Pty, demo};

/// The draft of a script after an editor that changes every line by this `sed` command.
fn edited(change: &str) -> (Pty, tempfile::TempDir) {
    let editor = format!("sed -i {change}");
    let (mut pty, home) = demo(None, &[("EDITOR", &editor), ("VISUAL", "")], (120, 40));
    pty.send(b":scripts /clean_tmp\r");
    pty.wait_for("Scripts");
    pty.wait("the script", |screen| screen.contents().contains("340d"));
    pty.send(b"gE");
    (pty, home)
}

#[test]
fn what_an_editor_left_is_shown_as_a_difference_and_sent() {
    let (mut pty, _home) = edited("s/-print/-ls/");
    pty.wait_for("not sent yet");
    pty.send(b"s");
    pty.wait_for("Change script clean_tmp?");
    pty.wait_for("1 lines go, 1 lines come");
    pty.wait_for("-atime +${days} -ls");
    pty.wait_for("[ Change ]");
    pty.send(b"\t\r");
    pty.wait_for("Done");
    pty.send(b"\x03\x03");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_its_line_and_not_lost() {
    let (mut pty, _home) = edited("s/\"LOW\"/LOW/");
    pty.wait_for("The file cannot be read, nothing was taken over");
    pty.wait_for("line 4");
    pty.send(b"\x03\x03");
    assert_eq!(pty.end(), 0);
}

#[test]
fn what_the_service_would_refuse_is_said_before_it_is_sent() {
    let (mut pty, _home) = edited("s/#!.bin.bash//;s/^find.*//;s/^df.*//");
    pty.wait_for("Script clean_tmp");
    pty.send(b"s");
    pty.wait_for("has to be given");
    pty.send(b"\x03\x03");
    pty.send(b"\x03");
    pty.end();
}
