//! The imperative rim: the event loop, the terminal, and whatever the core asks to be done.
//!
//! There is no tick. The loop sleeps until something comes: input, a fact, an outcome, an answer of the store, or the
//! one instant at which something on the screen ages. The first frame is drawn before anything else is built. Before it
//! sleeps it lets the core make ready, piece by piece, what the user may ask for next.

use std::io;
use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::Frame;
use rustix::io::Errno;
use tokio::task::yield_now;

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::message::Message;
use crate::clock::Clock;
use crate::fetch::Arrival;

pub mod clipboard;
pub mod console;
pub mod decode;
pub mod effects;
pub mod export;
pub mod frame;
mod reader;
pub mod records;
pub mod terminal;
mod tty;
mod writing;

pub use console::{Console, Headless, Input, Signal};
use effects::Performer;
pub use effects::Ports;

/// The core as the loop sees it.
pub trait Core {
    /// The first effects. Called once, after a first [`Message::Resize`].
    fn start(&mut self, at: Timestamp) -> Vec<Effect>;
    /// Takes in what happened and says what to do about it.
    fn update(&mut self, at: Timestamp, message: Message) -> Vec<Effect>;
    /// Draws the whole screen.
    fn view(&self, frame: &mut Frame);
    /// Has anything changed since [`Core::drawn`]?
    fn dirty(&self) -> bool;
    /// The screen shows the present state.
    fn drawn(&mut self);
    /// Nothing is to be done: makes a piece ready of what the user may ask for next, which takes a small part of a frame,
    /// and says whether there is more.
    fn prepare(&mut self) -> bool {
        false
    }
    /// The shortest time between a frame and the next one; `pressed`: the user has pressed a key since.
    fn pace(&self, pressed: bool) -> Duration {
        if pressed { ANSWER } else { FRAME }
    }
}

impl Core for App {
    fn start(&mut self, at: Timestamp) -> Vec<Effect> {
        Self::start(self, at)
    }

    fn update(&mut self, at: Timestamp, message: Message) -> Vec<Effect> {
        Self::update(self, at, message)
    }

    fn view(&self, frame: &mut Frame) {
        Self::view(self, frame);
    }

    fn dirty(&self) -> bool {
        Self::dirty(self)
    }

    fn drawn(&mut self) {
        Self::drawn(self);
    }

    fn prepare(&mut self) -> bool {
        Self::prepare(self)
    }

    fn pace(&self, pressed: bool) -> Duration {
        match (self.low_traffic(), pressed) {
            (true, _) => FRAME_OF_LOW_TRAFFIC,
            (false, true) => ANSWER,
            (false, false) => FRAME,
        }
    }
}

/// The shortest time between two frames: at most 30 a second.
const FRAME: Duration = Duration::from_millis(33);

/// The shortest time between a frame and the one that shows what a key did: keys that come together share a frame.
const ANSWER: Duration = Duration::from_millis(8);

/// The shortest time between two frames over a line on which every byte counts: at most 2 a second.
const FRAME_OF_LOW_TRAFFIC: Duration = Duration::from_millis(500);

/// How many keys are handled before a frame is drawn in between.
const KEYS_AT_ONCE: usize = 1_000;

/// How the loop ended.
#[derive(Debug)]
pub struct Ended<A> {
    /// The core in its last state.
    pub app: A,
    /// Leave the last screen behind as text.
    pub keep: bool,
    /// The signal that ended it, if one did.
    pub signal: Option<Signal>,
}

/// Runs the program on `console` until it ends. `ports` builds what takes time (clients, TLS, the database); it
/// is polled after the first frame, and what is asked for before it is ready is done then.
pub async fn run<A: Core, C: Console>(
    app: A,
    console: &mut C,
    ports: impl Future<Output = Ports>,
    clock: Clock,
) -> io::Result<Ended<A>> {
    let mut lane = Loop {
        app,
        console,
        performer: Performer::default(),
        clock,
        drawn_at: Timestamp::MIN,
        pressed: false,
        idle: false,
        wake: None,
        keep: None,
        signal: None,
    };
    let turned = match lane.begin() {
        Ok(()) => lane.turn(ports).await,
        Err(error) => Err(error),
    };
    match turned {
        Ok(()) => {}
        // Whoever writes to a terminal that is gone may notice it before whoever reads it.
        Err(error) if is_gone(&error) => lane.signal = Some(Signal::HangUp),
        Err(error) => return Err(error),
    }
    lane.performer.close().await;
    Ok(Ended {
        app: lane.app,
        keep: lane.keep.unwrap_or(false),
        signal: lane.signal,
    })
}

/// The state of the loop.
struct Loop<'c, A, C> {
    app: A,
    console: &'c mut C,
    performer: Performer,
    clock: Clock,
    /// When the last frame was drawn.
    drawn_at: Timestamp,
    /// Has the user done something since then?
    pressed: bool,
    /// Is there something left to make ready while nothing else is to be done?
    idle: bool,
    /// When the core wants to be woken.
    wake: Option<Timestamp>,
    /// Set when the program ends: whether the last screen is left behind.
    keep: Option<bool>,
    signal: Option<Signal>,
}

impl<A: Core, C: Console> Loop<'_, A, C> {
    /// The first frame.
    fn begin(&mut self) -> io::Result<()> {
        let (columns, rows) = self.console.size()?;
        self.tell(Message::Resize(columns, rows))?;
        let effects = self.app.start(self.clock.now());
        self.perform(effects)?;
        self.draw()
    }

    /// Goes on until the program is to end.
    async fn turn(&mut self, ports: impl Future<Output = Ports>) -> io::Result<()> {
        let mut ports = pin!(ports);
        loop {
            self.handle_ready_input()?;
            if self.keep.is_some() {
                return Ok(());
            }
            if self.app.dirty() && self.may_draw() {
                self.draw()?;
            }
            let frame_at = self.app.dirty().then(|| self.next_frame());
            let building = !self.performer.is_ready();
            tokio::select! {
                biased;
                input = self.console.input() => match input {
                    Some(input) => self.handle(input)?,
                    None => self.end(Signal::HangUp)?,
                },
                () = until(&self.clock, frame_at) => self.draw()?,
                ports = &mut ports, if building => self.performer.connect(ports),
                arrival = self.performer.next() => self.arrived(arrival)?,
                () = until(&self.clock, self.wake) => {
                    self.wake = None;
                    self.tell(Message::Woke)?;
                }
                () = yield_now(), if self.idle => self.idle = self.app.prepare(),
            }
        }
    }

    /// Handles all input that is there before a frame is drawn.
    fn handle_ready_input(&mut self) -> io::Result<()> {
        for _ in 0..KEYS_AT_ONCE {
            if self.keep.is_some() {
                break;
            }
            let Some(input) = self.console.ready_input() else {
                break;
            };
            self.handle(input)?;
        }
        Ok(())
    }

    fn handle(&mut self, input: Input) -> io::Result<()> {
        self.pressed |= matches!(input, Input::Key(_) | Input::Paste(_));
        match input {
            Input::Key(key) => self.tell(Message::Key(key)),
            Input::Paste(text) => self.tell(Message::Paste(text)),
            Input::Focus(gained) => self.tell(Message::Focus(gained)),
            Input::Resize(columns, rows) => self.tell(Message::Resize(columns, rows)),
            Input::End(signal) => self.end(signal),
            Input::Stop => self.suspend(),
            Input::Continued => {
                self.console.redraw()?;
                let (columns, rows) = self.console.size()?;
                self.tell(Message::Resize(columns, rows))?;
                self.draw()
            }
        }
    }

    fn arrived(&mut self, arrival: effects::Arrived) -> io::Result<()> {
        use effects::Arrived;
        match arrival {
            Arrived::Fetched(Arrival::Done(ticket, result)) => {
                self.performer.settle_journal(ticket, &result);
                self.tell(Message::Done(ticket, result))
            }
            Arrived::Fetched(Arrival::Fresh(updates)) => self.tell(Message::Fresh(updates)),
            Arrived::Fetched(Arrival::Health(health)) => self.tell(Message::Health(health)),
            Arrived::Stored(stored) => self.tell(Message::Stored(stored)),
            Arrived::Refused(ticket, error) => self.tell(Message::Done(ticket, Err(error))),
            Arrived::Broken => Err(io::Error::other("the background task has ended")),
        }
    }

    /// Tells the core what happened and does what it asks for.
    fn tell(&mut self, message: Message) -> io::Result<()> {
        let effects = self.app.update(self.clock.now(), message);
        self.perform(effects)
    }

    /// Does what concerns the loop and the terminal here; the rest is the performer's.
    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::WakeAt(at) => self.wake = at,
                Effect::Copy(text) => {
                    if let Err(error) = self.console.copy(&text) {
                        self.performer.problem(error.to_string());
                    }
                }
                Effect::Bell => self.console.bell()?,
                Effect::Notify(text) => self.console.notify(&text)?,
                Effect::Redraw => {
                    self.console.redraw()?;
                    self.draw()?;
                }
                Effect::Suspend => self.suspend()?,
                Effect::Edit(text, ending) => {
                    let edited = match self.console.edit(&text, ending) {
                        Ok(edited) => edited,
                        Err(error) => {
                            self.performer.problem(error.to_string());
                            None
                        }
                    };
                    let (columns, rows) = self.console.size()?;
                    self.tell(Message::Resize(columns, rows))?;
                    self.tell(Message::Edited(edited))?;
                }
                Effect::Quit { keep } => self.keep = Some(keep),
                effect => self.performer.perform(effect),
            }
        }
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.console.suspend()?;
        self.handle(Input::Continued)
    }

    /// A signal ends the program whatever the core makes of it.
    fn end(&mut self, signal: Signal) -> io::Result<()> {
        self.signal = Some(signal);
        self.tell(Message::Terminate)?;
        self.keep.get_or_insert(false);
        Ok(())
    }

    /// Not before this instant. Whoever pressed a key does not wait because an answer was drawn a moment ago.
    fn next_frame(&self) -> Timestamp {
        let pace = self.app.pace(self.pressed);
        self.drawn_at.saturating_add(pace).unwrap_or(self.drawn_at)
    }

    /// When the last frame is in the future, the clock was set back.
    fn may_draw(&self) -> bool {
        let now = self.clock.now();
        now >= self.next_frame() || self.drawn_at > now
    }

    fn draw(&mut self) -> io::Result<()> {
        self.console.draw(|frame| self.app.view(frame))?;
        self.app.drawn();
        self.drawn_at = self.clock.now();
        self.pressed = false;
        self.idle = true;
        Ok(())
    }
}

/// Does this error say that the terminal does not exist any more?
fn is_gone(error: &io::Error) -> bool {
    let gone = [Errno::IO, Errno::PIPE, Errno::NXIO, Errno::NODEV];
    Errno::from_io_error(error).is_some_and(|error| gone.contains(&error))
}

/// Waits for an instant; for ever when there is none.
async fn until(clock: &Clock, at: Option<Timestamp>) {
    match at {
        Some(at) => clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
