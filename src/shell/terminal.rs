//! The program in a real terminal: taken over, drawn on, read, and given back in every way a program can end.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use color_eyre::config::{HookBuilder, Theme};
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use ratatui::{Frame, Terminal};
use rustix::process::{Signal as OsSignal, getpid, getsid, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::Sleep;
use unicode_width::UnicodeWidthStr;

use super::clipboard::{self, Between};
use super::console::{Console, Input, Signal};
use super::decode::Decoder;
use super::frame::{FrameWriter, Sink};
use super::reader::Reader;
use super::tty::Tty;
use super::{Core, Ended, Ports, run};
use crate::clock::Clock;

/// Exit status after a panic.
const PANICKED: i32 = 101;
/// How long the loop may take to end when the terminal is gone.
const GRACE_GONE: Duration = Duration::from_millis(100);
/// How long the loop may take to end when it was asked to.
const GRACE_ASKED: Duration = Duration::from_secs(2);
/// How long giving the terminal back may take before the program ends without: a terminal may be stuck.
const GRACE_LEAVE: Duration = Duration::from_millis(50);

/// Takes the terminal over, runs `app` until it ends, and gives the terminal back. `connect` builds what takes time,
/// in the background, after the first frame. Returns how it ended; the caller turns a signal into an exit status
/// ([`Signal::status`]). Fails with one sentence when there is no terminal.
pub fn run_on_terminal<A, F>(
    app: A,
    connect: impl FnOnce() -> F,
    clock: Clock,
) -> io::Result<Ended<A>>
where
    A: Core,
    F: Future<Output = Ports>,
{
    let tty = Arc::new(Tty::open()?);
    restore_on_panic(&tty);
    tty.enter()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("network")
        .enable_all()
        .build()?;
    let ended = runtime.block_on(async {
        let mut console = TerminalConsole::new(&tty)?;
        run(app, &mut console, async { connect().await }, clock).await
    });
    tty.leave();
    // Calls that are still under way are of no interest any more.
    runtime.shutdown_background();
    let ended = ended?;
    if ended.keep {
        tty.write(last_screen(&ended.app, tty.size()?).as_bytes())?;
    }
    Ok(ended)
}

/// What the screen showed last, as text.
fn last_screen<A: Core>(app: &A, size: Size) -> String {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(size.width, size.height));
    let Ok(_) = terminal.draw(|frame| app.view(frame));
    let buffer = terminal.backend().buffer();
    let mut text = String::new();
    for row in buffer.content.chunks(usize::from(size.width.max(1))) {
        let mut line = String::new();
        let mut covered = 0;
        for cell in row {
            if covered == 0 {
                line.push_str(cell.symbol());
                // The cells behind a wide character are covered by it.
                covered = cell.symbol().width().max(1);
            }
            covered -= 1;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A panic anywhere, in any task or thread, gives the terminal back, says what happened and ends the program.
fn restore_on_panic(tty: &Arc<Tty>) {
    let tty = tty.clone();
    let panicked = AtomicBool::new(false);
    let (report, errors) = HookBuilder::default()
        .theme(Theme::new())
        .display_env_section(false)
        .into_hooks();
    // Whoever set up error reports before has done the same.
    let _ = errors.install();
    std::panic::set_hook(Box::new(move |info| {
        if panicked.swap(true, Ordering::SeqCst) {
            // Another thread is ending the program already.
            loop {
                std::thread::park();
            }
        }
        tty.leave();
        eprintln!("{}", report.panic_report(info));
        std::process::exit(PANICKED);
    }));
}

/// Ends the program if it has not ended by itself after `grace`: the loop may be stuck in a write to a terminal that
/// takes nothing any more.
fn end_hard_after(grace: Duration, tty: &Arc<Tty>, signal: Signal) {
    let tty = tty.clone();
    // Without a thread there is nobody who could wait; the loop has been told all the same.
    let _ = std::thread::Builder::new()
        .name("watchdog".to_owned())
        .spawn(move || {
            std::thread::sleep(grace);
            let _ = std::thread::Builder::new().spawn(move || tty.leave());
            std::thread::sleep(GRACE_LEAVE);
            std::process::exit(signal.status().into());
        });
}

/// How long a stop may take to take effect.
const LONGEST_STOPPING: Duration = Duration::from_secs(1);

impl Sink for Arc<Tty> {
    fn write_frame(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(bytes)
    }

    fn size(&self) -> io::Result<Size> {
        Tty::size(self)
    }
}

/// A console on a real terminal.
struct TerminalConsole {
    tty: Arc<Tty>,
    terminal: Terminal<FrameWriter<Arc<Tty>>>,
    reader: Reader,
    bytes: mpsc::UnboundedReceiver<Vec<u8>>,
    events: mpsc::UnboundedReceiver<Input>,
    decoder: Decoder,
    decoded: std::collections::VecDeque<Input>,
    /// When what the decoder holds back is complete anyway.
    expiry: Option<Pin<Box<Sleep>>>,
    between: Between,
    shared: Arc<Shared>,
}

/// What the console and the task that waits for signals share.
#[derive(Debug, Default)]
struct Shared {
    /// We have stopped ourselves and were not continued yet.
    stopped: Mutex<bool>,
    /// Rung when that is over.
    continued: Condvar,
    /// An editor has the terminal: interrupts are meant for it.
    lent: AtomicBool,
}

impl Shared {
    /// Stops this program, and with it its whole group: a program that started us, such as cargo, stops too, and the
    /// shell takes over. Returns when we are continued.
    fn stop(&self) -> io::Result<()> {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        *stopped = true;
        kill_current_process_group(OsSignal::STOP)?;
        // The signal may reach another thread first, and this one run on for a moment.
        let waited = self
            .continued
            .wait_timeout_while(stopped, LONGEST_STOPPING, |stopped| *stopped);
        let (mut stopped, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *stopped = false;
        Ok(())
    }

    /// We were continued; returns whether it was after a stop of our own.
    fn go_on(&self) -> bool {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        self.continued.notify_all();
        std::mem::take(&mut *stopped)
    }
}

impl TerminalConsole {
    /// A console on `tty`, which has been taken over. Has to be called within a tokio runtime.
    fn new(tty: &Arc<Tty>) -> io::Result<Self> {
        let terminal = Terminal::new(FrameWriter::new(tty.clone()))?;
        let (send_bytes, bytes) = mpsc::unbounded_channel();
        let (send_event, events) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::default());
        watch_signals(tty, send_event.clone(), &shared)?;
        let watched = tty.clone();
        let reader = Reader::start(tty.clone(), send_bytes, move || {
            end_hard_after(GRACE_GONE, &watched, Signal::HangUp);
            let _ = send_event.send(Input::End(Signal::HangUp));
        })?;
        Ok(Self {
            tty: tty.clone(),
            terminal,
            reader,
            bytes,
            events,
            decoder: Decoder::default(),
            decoded: std::collections::VecDeque::new(),
            expiry: None,
            between: Between::find(|name| std::env::var_os(name)),
            shared,
        })
    }

    fn decode(&mut self, bytes: &[u8]) {
        self.decoded.extend(self.decoder.feed(bytes));
        self.expiry = self
            .decoder
            .patience()
            .map(|wait| Box::pin(tokio::time::sleep(wait)));
    }

    fn expire(&mut self) {
        self.decoded.extend(self.decoder.expire());
        self.expiry = None;
    }

    /// What is there already, events of the system before keys.
    fn ready(&mut self) -> Option<Input> {
        if let Ok(event) = self.events.try_recv() {
            return Some(self.prepared(event));
        }
        if self.decoded.is_empty() {
            while let Ok(bytes) = self.bytes.try_recv() {
                self.decode(&bytes);
            }
        }
        self.decoded.pop_front()
    }

    /// Somebody else had the terminal while we were stopped: take it again before anything is drawn.
    fn prepared(&mut self, event: Input) -> Input {
        if event == Input::Continued {
            // Should that fail, the next write will too, and end the program.
            let _ = self.tty.enter_again();
        }
        event
    }

    /// Gives the terminal to `user` for a while.
    fn lend<T>(&mut self, user: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        self.reader.pause()?;
        self.tty.leave();
        let result = user();
        self.tty.enter_again()?;
        self.reader.resume()?;
        self.redraw()?;
        result
    }
}

impl Console for TerminalConsole {
    fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.tty.size()?;
        Ok((size.width, size.height))
    }

    fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.terminal.draw(render)?;
        Ok(())
    }

    async fn input(&mut self) -> Option<Input> {
        loop {
            if let Some(input) = self.ready() {
                return Some(input);
            }
            let expiry = async {
                match &mut self.expiry {
                    Some(sleep) => sleep.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                event = self.events.recv() => return event.map(|event| self.prepared(event)),
                Some(bytes) = self.bytes.recv() => self.decode(&bytes),
                () = expiry => self.expire(),
            }
        }
    }

    fn ready_input(&mut self) -> Option<Input> {
        self.ready()
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        let sequence = clipboard::sequence(text, self.between).map_err(io::Error::other)?;
        self.tty.write(&sequence)
    }

    fn bell(&mut self) -> io::Result<()> {
        self.tty.write(b"\x07")
    }

    fn notify(&mut self, text: &str) -> io::Result<()> {
        self.tty.write(&clipboard::notice(text, self.between))
    }

    fn suspend(&mut self) -> io::Result<()> {
        // Without a shell that could continue us we would be stopped for ever.
        if getsid(None).is_ok_and(|leader| leader == getpid()) {
            return self.bell();
        }
        let shared = self.shared.clone();
        self.lend(|| shared.stop())
    }

    fn edit(&mut self, text: &str, ending: &str) -> io::Result<Option<String>> {
        let draft = Draft::write(text, ending)?;
        self.shared.lent.store(true, Ordering::SeqCst);
        let status = self.lend(|| edit_file(&draft.0));
        self.shared.lent.store(false, Ordering::SeqCst);
        if !status? {
            return Ok(None);
        }
        let edited = std::fs::read(&draft.0)?;
        let edited = String::from_utf8_lossy(&edited).into_owned();
        Ok((edited != text).then_some(edited))
    }
}

/// Turns the system's signals into input.
fn watch_signals(
    tty: &Arc<Tty>,
    inputs: mpsc::UnboundedSender<Input>,
    shared: &Arc<Shared>,
) -> io::Result<()> {
    let kind = |signal: OsSignal| SignalKind::from_raw(signal.as_raw());
    let mut resized = signal(kind(OsSignal::WINCH))?;
    let mut hung_up = signal(kind(OsSignal::HUP))?;
    let mut interrupted = signal(kind(OsSignal::INT))?;
    let mut quit = signal(kind(OsSignal::QUIT))?;
    let mut terminated = signal(kind(OsSignal::TERM))?;
    let mut stopped = signal(kind(OsSignal::TSTP))?;
    let mut continued = signal(kind(OsSignal::CONT))?;
    let (tty, shared) = (tty.clone(), shared.clone());
    tokio::spawn(async move {
        loop {
            let input = tokio::select! {
                _ = hung_up.recv() => Input::End(Signal::HangUp),
                _ = terminated.recv() => Input::End(Signal::Terminate),
                _ = interrupted.recv() => Input::End(Signal::Interrupt),
                _ = quit.recv() => Input::End(Signal::Quit),
                _ = stopped.recv() => Input::Stop,
                _ = continued.recv() => Input::Continued,
                _ = resized.recv() => match tty.size() {
                    Ok(size) => Input::Resize(size.width, size.height),
                    Err(_) => continue,
                },
            };
            let lent = shared.lent.load(Ordering::SeqCst);
            match input {
                Input::End(Signal::Interrupt | Signal::Quit) | Input::Stop if lent => continue,
                Input::Continued if shared.go_on() || lent => {
                    continue;
                }
                Input::End(Signal::HangUp) => end_hard_after(GRACE_GONE, &tty, Signal::HangUp),
                Input::End(signal) => end_hard_after(GRACE_ASKED, &tty, signal),
                _ => {}
            }
            if inputs.send(input).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// A file for the editor, readable by its owner only and removed afterwards.
struct Draft(PathBuf);

impl Draft {
    fn write(text: &str, ending: &str) -> io::Result<Self> {
        let folder = std::env::temp_dir();
        for number in 0..1_000 {
            let name = format!("watchkeeper-{}-{number}{ending}", std::process::id());
            let path = folder.join(name);
            let file: io::Result<File> = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path);
            match file {
                Ok(mut file) => {
                    let draft = Self(path);
                    file.write_all(text.as_bytes())?;
                    return Ok(draft);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Runs the user's editor on a file; returns whether it ended well.
fn edit_file(path: &Path) -> io::Result<bool> {
    let editor = ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|editor| !editor.is_empty())
        .unwrap_or_else(|| OsString::from("vi"));
    // `code --wait`: a command with arguments, as git and others take it, but without a shell.
    let editor = editor.to_string_lossy().into_owned();
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(path).status();
    match status {
        Ok(status) => Ok(status.success()),
        Err(error) => Err(io::Error::new(error.kind(), format!("{program}: {error}"))),
    }
}
