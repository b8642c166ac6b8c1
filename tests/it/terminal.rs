//! Manners and endings of the program in a real terminal.
//!
//! The program under test is this very test binary, started once more with [`CHILD`] set: the real loop on the real
//! terminal, around a small core that panics where a test wants it to.

use std::env;
use std::fs;
use std::num::NonZeroU16;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use portable_pty::PtySize;
use ratatui::Frame;
use ratatui::text::{Line, Text};
use rustix::process::{Pid, Signal, kill_process};
use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::clock::Clock;
use watchkeeper::fetch;
use watchkeeper::shell::terminal::run_on_terminal;
use watchkeeper::shell::{Core, Ports};
use watchkeeper::store::Store;

use super::pty::{Pty, demo, modes};

/// Set for the program under test.
const CHILD: &str = "WATCHKEEPER_TERMINAL_TEST";

/// Columns and rows of the terminals here.
const SMALL: (u16, u16) = (80, 24);

/// A core that shows what it was told last, and panics on request.
struct Probe {
    keys: u32,
    last: String,
    size: (u16, u16),
    panic_in_view: bool,
    dirty: bool,
}

impl Core for Probe {
    fn start(&mut self, _at: Timestamp) -> Vec<Effect> {
        Vec::new()
    }

    fn update(&mut self, _at: Timestamp, message: Message) -> Vec<Effect> {
        self.dirty = true;
        match message {
            Message::Key(key) => return self.press(&key.to_string()),
            Message::Paste(text) => self.last = format!("paste {text:?}"),
            Message::Resize(columns, rows) => self.size = (columns, rows),
            Message::Edited(text) => self.last = format!("edited {text:?}"),
            _ => {}
        }
        Vec::new()
    }

    fn view(&self, frame: &mut Frame) {
        assert!(!self.panic_in_view, "a panic while drawing");
        let (columns, rows) = self.size;
        let lines = [
            format!("ready {}", std::process::id()),
            format!("size {columns}x{rows}"),
            format!("keys {} last {}.", self.keys, self.last),
        ];
        let text: Text = lines.into_iter().map(Line::from).collect();
        frame.render_widget(text, frame.area());
    }

    fn dirty(&self) -> bool {
        self.dirty
    }

    fn drawn(&mut self) {
        self.dirty = false;
    }
}

impl Probe {
    fn press(&mut self, key: &str) -> Vec<Effect> {
        self.keys += 1;
        key.clone_into(&mut self.last);
        match key {
            "q" => return vec![Effect::Quit { keep: false }],
            "Q" => return vec![Effect::Quit { keep: true }],
            "w" => "磁盘 w".clone_into(&mut self.last),
            "z" => return vec![Effect::Suspend],
            "e" => return vec![Effect::Edit("draft".to_owned(), ".md")],
            "y" => return vec![Effect::Copy("copied".to_owned())],
            "U" => panic!("a panic in the core"),
            "D" => self.panic_in_view = true,
            "T" => drop(tokio::spawn(async { panic!("a panic in a task") })),
            "S" => drop(std::thread::spawn(|| panic!("a panic in a thread"))),
            _ => {}
        }
        Vec::new()
    }
}

/// The program under test; nothing when it is run as one of the tests.
#[test]
fn program() {
    if env::var_os(CHILD).is_none() {
        return;
    }
    let probe = Probe {
        keys: 0,
        last: String::new(),
        size: (0, 0),
        panic_in_view: false,
        dirty: true,
    };
    let connect = || async {
        let (fetch, inbox) = fetch::spawn(Vec::new(), Clock::System, 1);
        let (store, replies) = Store::in_memory(Clock::System);
        Ports {
            fetch,
            inbox,
            store,
            replies,
            folder: std::env::temp_dir(),
        }
    };
    let status = match run_on_terminal(probe, connect, Clock::System) {
        Ok(ended) => ended.signal.map_or(0, watchkeeper::shell::Signal::status),
        Err(error) => {
            eprintln!("watchkeeper: {error}");
            2
        }
    };
    std::process::exit(status.into());
}

/// The command line that starts the program under test.
fn program_words() -> Vec<String> {
    let binary = env::current_exe().unwrap().to_str().unwrap().to_owned();
    let words = [
        "terminal::program",
        "--exact",
        "--nocapture",
        "--test-threads=1",
    ];
    std::iter::once(binary)
        .chain(words.map(str::to_owned))
        .collect()
}

/// What only concerns the small core.
impl Pty {
    /// Starts the program.
    fn start() -> Self {
        Self::run(&program_words(), &[(CHILD, "1")], SMALL)
    }

    /// Starts it through a shell script in which `"$@"` is its command line.
    fn script(script: &str) -> Self {
        let mut words = ["sh", "-c", script, "sh"].map(str::to_owned).to_vec();
        words.extend(program_words());
        Self::run(&words, &[(CHILD, "1")], SMALL)
    }

    fn wait_until_ready(&self) {
        self.wait("the program on its own screen", |screen| {
            screen.alternate_screen() && screen.contents().contains("ready ")
        });
    }

    /// The process id that the program shows.
    fn shown_pid(&self) -> Pid {
        let contents = self.contents();
        let pid = contents.split("ready ").nth(1).unwrap();
        let pid = pid.split_whitespace().next().unwrap();
        Pid::from_raw(pid.parse().unwrap()).unwrap()
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.shown_pid(), signal).unwrap();
    }
}

#[test]
fn the_quit_key_ends_it_and_the_terminal_is_as_it_was() {
    let mut pty = Pty::start();
    pty.wait_until_ready();
    pty.send(b"q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn the_last_screen_can_be_left_behind_as_text() {
    let mut pty = Pty::start();
    pty.wait_until_ready();
    pty.send(b"w");
    pty.wait_for("磁盘 w.");
    pty.send(b"Q");
    pty.wait("the last screen as text", |screen| {
        !screen.alternate_screen() && screen.contents().contains("keys 2 last Q.")
    });
    assert_eq!(pty.end(), 0);
}

#[test]
fn every_ending_signal_restores_the_terminal_and_gives_its_status() {
    let cases = [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ];
    for (signal, status) in cases {
        let pty = Pty::start();
        pty.wait_until_ready();
        pty.signal(signal);
        assert_eq!(pty.end(), status, "{signal:?}");
    }
}

#[test]
fn a_panic_anywhere_restores_the_terminal_says_where_and_gives_101() {
    let cases: [(&[u8], &str); 4] = [
        (b"U", "a panic in the core"),
        (b"D", "a panic while drawing"),
        (b"T", "a panic in a task"),
        (b"S", "a panic in a thread"),
    ];
    for (key, words) in cases {
        let mut pty = Pty::start();
        pty.wait_until_ready();
        pty.send(key);
        // The report arrives in pieces: what happened, then where.
        pty.wait(words, |screen| {
            let said = screen.contents();
            !screen.alternate_screen()
                && said.contains(words)
                && said.contains("tests/it/terminal.rs")
        });
        assert_eq!(pty.end(), 101, "{words}");
    }
}

#[test]
fn it_ends_when_the_terminal_disappears() {
    let mut pty = Pty::start();
    pty.wait_until_ready();
    pty.vanish();
    assert_eq!(pty.child.wait().unwrap().exit_code(), 129);
}

#[test]
fn it_ends_when_the_terminal_disappears_and_no_signal_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("status");
    // In a session of its own the program gets no signal when its terminal goes; and it was told to ignore it.
    let script = format!(
        "trap '' HUP; setsid -w \"$@\"; echo $? > '{0}.new'; mv '{0}.new' '{0}'",
        note.display()
    );
    let mut pty = Pty::script(&script);
    pty.wait_until_ready();
    pty.vanish();
    pty.child.wait().unwrap();
    assert_eq!(fs::read_to_string(note).unwrap(), "129\n");
}

#[test]
fn it_can_be_stopped_and_continued_by_key_and_by_signal() {
    let mut pty =
        Pty::script("set -m; \"$@\"; echo FIRST; read x; fg; echo SECOND; read x; fg; echo LAST");
    pty.wait_until_ready();
    pty.send(b"z");
    for note in ["FIRST", "SECOND"] {
        pty.wait(note, |screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && screen.contents().contains(note)
        });
        assert_eq!(modes(pty.master.as_deref().unwrap()), pty.before);
        pty.send(b"\n");
        pty.wait_until_ready();
        if note == "FIRST" {
            pty.signal(Signal::TSTP);
        }
    }
    pty.send(b"q");
    pty.wait_for("LAST");
    pty.end();
}

#[test]
fn an_external_stop_and_continuation_give_a_whole_screen_again() {
    let mut pty = Pty::script(
        "set -m; \"$@\"; echo STOPPED; printf '\\033[?1049l\\033[2J'; stty sane; echo OVER; read x; fg",
    );
    pty.wait_until_ready();
    pty.signal(Signal::STOP);
    pty.wait_for("OVER");
    pty.send(b"\n");
    pty.wait_until_ready();
    pty.send(b"j");
    pty.wait_for("last j.");
    pty.send(b"q");
    pty.end();
}

#[test]
fn a_new_size_is_drawn() {
    let mut pty = Pty::start();
    pty.wait_until_ready();
    for (columns, rows) in [(120, 40), (1, 1), (200, 60), (80, 24)] {
        let cells = |n| NonZeroU16::new(n).unwrap();
        let screen = &pty.seen.0;
        screen
            .lock()
            .unwrap()
            .parser
            .set_size(cells(rows), cells(columns));
        let size = PtySize {
            rows,
            cols: columns,
            ..PtySize::default()
        };
        pty.master.as_ref().unwrap().resize(size).unwrap();
        if columns > 10 {
            pty.wait_for(&format!("size {columns}x{rows}"));
        }
    }
    pty.send(b"q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn keys_pastes_and_what_the_terminal_says_unasked_are_told_apart() {
    let mut pty = Pty::start();
    pty.wait_until_ready();
    pty.send(b"\x1b[5~");
    pty.wait_for("keys 1 last <pageup>.");
    pty.send(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[24;80R\x1b[?62;22c\x1bP>|xterm(379)\x1b\\j");
    pty.wait_for("keys 2 last j.");
    pty.send(b"\x1b[200~q\rq\x1b[201~");
    pty.wait_for("paste \"q\\nq\".");
    pty.send(b"\x1b");
    pty.wait_for("keys 3 last <esc>.");
    pty.send(b"q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn copied_text_goes_to_the_clipboard_of_the_terminal() {
    let mut pty = Pty::start();
    pty.wait_until_ready();
    pty.send(b"y");
    pty.wait_for("last y.");
    pty.send(b"q");
    let seen = pty.seen.clone();
    assert_eq!(pty.end(), 0);
    let bytes = String::from_utf8_lossy(&seen.0.lock().unwrap().bytes).into_owned();
    assert!(
        bytes.contains("\x1b]52;c;Y29waWVk\x07"),
        "{}",
        bytes.escape_debug()
    );
}

#[test]
fn the_editor_gets_the_terminal_and_gives_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let editor = folder.path().join("editor");
    write_script(
        &editor,
        "#!/bin/sh\necho EDITING \"$1\"\nread line\nprintf ' %s' \"$line\" >> \"$2\"\n",
    );
    let command = format!("{} --wait", editor.display());
    let mut pty = Pty::run(
        &program_words(),
        &[(CHILD, "1"), ("VISUAL", &command)],
        SMALL,
    );
    pty.wait_until_ready();
    pty.send(b"e");
    pty.wait("the editor", |screen| {
        !screen.alternate_screen() && screen.contents().contains("EDITING --wait")
    });
    pty.send(b"and q\n");
    pty.wait_for("edited Some(\"draft and q\").");
    pty.send(b"q");
    assert_eq!(pty.end(), 0);
}

fn write_script(path: &Path, script: &str) {
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn the_demo_ends_when_ctrl_c_is_pressed_twice() {
    let (mut pty, _home) = demo(None, &[], SMALL);
    pty.send(b"\x03\x03");
    assert_eq!(pty.end(), 0);
}

#[test]
fn the_demo_ends_with_each_ending_signal() {
    let cases = [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ];
    for (signal, status) in cases {
        let (pty, _home) = demo(None, &[], SMALL);
        let pid = i32::try_from(pty.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
        assert_eq!(pty.end(), status, "{signal:?}");
    }
}

#[test]
fn the_demo_ends_when_the_terminal_disappears_and_no_signal_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("status");
    let script = format!(
        "trap '' HUP; setsid -w \"$@\"; echo $? > '{0}.new'; mv '{0}.new' '{0}'",
        note.display()
    );
    let (mut pty, _home) = demo(Some(&script), &[], SMALL);
    pty.vanish();
    pty.child.wait().unwrap();
    assert_eq!(fs::read_to_string(note).unwrap(), "129\n");
}

#[test]
fn without_a_terminal_there_is_one_line_and_status_2() {
    let words = program_words();
    let output = Command::new(&words[0])
        .args(&words[1..])
        .env(CHILD, "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        message,
        "watchkeeper: standard input and output must be a terminal\n"
    );
}
