//! A terminal for tests: a pseudo-terminal with an emulator behind it, which is drained all the time. Nothing waits
//! for time; everything waits for a condition of the screen.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// So long a condition may take on a busy machine before the test has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// The emulator and what it has seen.
pub struct Seen {
    pub parser: vt100::Parser,
    pub bytes: Vec<u8>,
}

/// A terminal with a program in it.
pub struct Pty {
    pub master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    pub child: Box<dyn Child + Send + Sync>,
    pub seen: Arc<(Mutex<Seen>, Condvar)>,
    hang_up: Arc<AtomicBool>,
    pub before: String,
}

impl Pty {
    /// Starts a program, given by its command line, in a terminal of so many columns and rows.
    pub fn run(words: &[String], variables: &[(&str, &str)], (columns, rows): (u16, u16)) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let before = modes(&*pair.master);
        let mut command = CommandBuilder::from_argv(words.iter().map(Into::into).collect());
        command.env("TERM", "xterm-256color");
        command.env("RUST_BACKTRACE", "0");
        // Whoever runs the tests may have wishes of their own.
        for name in [
            "COLORTERM",
            "NO_COLOR",
            "WATCHKEEPER_COLOR",
            "LC_ALL",
            "LANG",
        ] {
            command.env_remove(name);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let cells = |n| NonZeroU16::new(n).unwrap();
        let seen = Arc::new((
            Mutex::new(Seen {
                parser: vt100::Parser::new(cells(rows), cells(columns), 0),
                bytes: Vec::new(),
            }),
            Condvar::new(),
        ));
        let hang_up = Arc::new(AtomicBool::new(false));
        drain(
            pair.master.try_clone_reader().unwrap(),
            seen.clone(),
            hang_up.clone(),
        );
        Self {
            writer: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            child,
            seen,
            hang_up,
            before,
        }
    }

    /// Waits until what the terminal shows fulfils a condition.
    pub fn wait(&self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        let (seen, changed) = &*self.seen;
        let seen = seen.lock().unwrap();
        let (seen, late) = changed
            .wait_timeout_while(seen, PATIENCE, |seen| !condition(seen.parser.screen()))
            .unwrap();
        let screen = seen.parser.screen();
        assert!(
            !late.timed_out(),
            "never came: {what}\n{}",
            screen.contents()
        );
    }

    /// Waits until the terminal shows a text.
    pub fn wait_for(&self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// The terminal's user types.
    pub fn send(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
    }

    /// The screen as text.
    pub fn contents(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// The end of the program: its status, when the terminal is as it was before.
    pub fn end(mut self) -> u32 {
        // This has an end even if the program has none.
        self.wait("the terminal as it was", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        let status = self.child.wait().unwrap().exit_code();
        assert_eq!(
            modes(self.master.as_deref().unwrap()),
            self.before,
            "modes of the terminal"
        );
        let seen = self.seen.0.lock().unwrap();
        let bytes = String::from_utf8_lossy(&seen.bytes);
        let last = |sequence: &str| bytes.rfind(sequence);
        assert!(
            last("\x1b[?1004l") > last("\x1b[?1004h"),
            "focus events are off"
        );
        assert!(
            last("\x1b[?2026l") >= last("\x1b[?2026h"),
            "no frame is left open"
        );
        status
    }

    /// The terminal disappears.
    pub fn vanish(&mut self) {
        self.hang_up.store(true, Ordering::SeqCst);
        // Something is drawn, and the reader lets go; then nobody holds the terminal any more.
        self.send(b"?");
        self.writer = None;
        self.master = None;
    }
}

/// The terminal's modes.
pub fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

/// Feeds the emulator with everything that comes.
fn drain(
    mut reader: Box<dyn Read + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    hang_up: Arc<AtomicBool>,
) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        // At the end of a terminal there is an error, not an end.
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            let mut seen_now = seen.0.lock().unwrap();
            seen_now.parser.process(&buffer[..read]);
            seen_now.bytes.extend_from_slice(&buffer[..read]);
            drop(seen_now);
            seen.1.notify_all();
            if hang_up.load(Ordering::SeqCst) {
                return;
            }
        }
    });
}
/// The demo in a terminal, with folders of its own, which go with the second value.
pub fn demo(
    script: Option<&str>,
    variables: &[(&str, &str)],
    size: (u16, u16),
) -> (Pty, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let mut words: Vec<String> = script
        .map(|script| ["sh", "-c", script, "sh"].map(str::to_owned).to_vec())
        .unwrap_or_default();
    words.extend([env!("CARGO_BIN_EXE_watchkeeper"), "demo"].map(str::to_owned));
    let path = home.path().to_str().unwrap();
    let mut all = vec![
        ("HOME", path),
        ("XDG_CONFIG_HOME", path),
        ("XDG_STATE_HOME", path),
        ("XDG_DATA_HOME", path),
        ("XDG_CACHE_HOME", path),
        ("WATCHKEEPER_LANG", "en"),
    ];
    all.extend(variables);
    let pty = Pty::run(&words, &all, size);
    pty.wait("the dashboard with an answer in it", |screen| {
        screen.alternate_screen() && screen.contents().contains("web-")
    });
    (pty, home)
}
