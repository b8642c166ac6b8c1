//! What the event loop needs of a terminal, real or not.

use std::collections::VecDeque;
use std::io;

use futures_util::stream::{Fuse, Stream, StreamExt};
use ratatui::backend::Backend;
use ratatui::{Frame, Terminal};

use crate::ui::keys::Key;

/// Something came from the terminal or from the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal got or lost the focus.
    Focus(bool),
    /// The terminal has this size now: columns, rows.
    Resize(u16, u16),
    /// The program is to end.
    End(Signal),
    /// The program is to stop until it is continued.
    Stop,
    /// The screen may have been written over: the program was continued after a stop.
    Continued,
}

/// Why the program is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The terminal is gone, or `SIGHUP` came.
    HangUp,
    /// `SIGINT`. Ctrl-C is a key, not this.
    Interrupt,
    /// `SIGQUIT`.
    Quit,
    /// `SIGTERM`.
    Terminate,
}

impl Signal {
    /// The exit status of a program ended by this signal: 128 and the signal's number.
    pub const fn status(self) -> u8 {
        128 + match self {
            Self::HangUp => 1,
            Self::Interrupt => 2,
            Self::Quit => 3,
            Self::Terminate => 15,
        }
    }
}

/// A terminal as the event loop sees it.
pub trait Console {
    /// Columns and rows.
    fn size(&self) -> io::Result<(u16, u16)>;
    /// Draws a frame.
    fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> io::Result<()>;
    /// Waits for input; `None` when there will be none any more. Nothing is lost when the future is dropped.
    fn input(&mut self) -> impl Future<Output = Option<Input>> + Send;
    /// Input that is there already.
    fn ready_input(&mut self) -> Option<Input>;
    /// The next frame is drawn whole, whatever is on the screen.
    fn redraw(&mut self) -> io::Result<()>;
    /// Puts text into the user's clipboard.
    fn copy(&mut self, text: &str) -> io::Result<()>;
    /// Rings the bell.
    fn bell(&mut self) -> io::Result<()>;
    /// Tells a text on the desktop.
    fn notify(&mut self, text: &str) -> io::Result<()>;
    /// Gives the terminal back, stops the program, and takes the terminal again when it is continued.
    fn suspend(&mut self) -> io::Result<()>;
    /// Lets the user edit `text` in their editor; `None` when they left it without saving.
    fn edit(&mut self, text: &str, ending: &str) -> io::Result<Option<String>>;
}

/// A console without a terminal: any ratatui backend, input from a stream. What a terminal would have been asked
/// for besides drawing is kept for whoever wants to see it. Tests and pictures are made with it.
#[derive(Debug)]
pub struct Headless<B: Backend, I> {
    /// What was drawn.
    pub terminal: Terminal<B>,
    /// Texts that were copied, oldest first.
    pub copied: Vec<String>,
    /// How often the bell rang.
    pub bells: u32,
    /// What was told on the desktop.
    pub notices: Vec<String>,
    /// How often the program was to be stopped.
    pub stops: u32,
    /// How many frames were drawn.
    pub frames: u64,
    /// Texts that were to be edited, with their file name endings, oldest first.
    pub edited: Vec<(String, String)>,
    /// What the editor will give back, one for each time it is opened; after that it is left without saving.
    pub edits: VecDeque<Option<String>>,
    input: Fuse<I>,
}

impl<B: Backend, I: Stream> Headless<B, I> {
    /// A console that draws on `terminal` and reads `input`.
    pub fn new(terminal: Terminal<B>, input: I) -> Self {
        Self {
            terminal,
            copied: Vec::new(),
            bells: 0,
            notices: Vec::new(),
            stops: 0,
            frames: 0,
            edited: Vec::new(),
            edits: VecDeque::new(),
            input: input.fuse(),
        }
    }
}

/// A backend's error as an I/O error.
fn io_error<E: std::error::Error + Send + Sync + 'static>(error: E) -> io::Error {
    io::Error::other(error)
}

impl<B, I> Console for Headless<B, I>
where
    B: Backend<Error: Send + Sync + 'static> + Send,
    I: Stream<Item = Input> + Unpin + Send,
{
    fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size().map_err(io_error)?;
        Ok((size.width, size.height))
    }

    fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.frames += 1;
        self.terminal.draw(render).map_err(io_error)?;
        Ok(())
    }

    async fn input(&mut self) -> Option<Input> {
        self.input.next().await
    }

    fn ready_input(&mut self) -> Option<Input> {
        futures_util::FutureExt::now_or_never(self.input.next()).flatten()
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.clear().map_err(io_error)
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.copied.push(text.to_owned());
        Ok(())
    }

    fn notify(&mut self, text: &str) -> io::Result<()> {
        self.notices.push(text.to_owned());
        Ok(())
    }

    fn bell(&mut self) -> io::Result<()> {
        self.bells += 1;
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.stops += 1;
        Ok(())
    }

    fn edit(&mut self, text: &str, ending: &str) -> io::Result<Option<String>> {
        self.edited.push((text.to_owned(), ending.to_owned()));
        Ok(self.edits.pop_front().flatten())
    }
}
