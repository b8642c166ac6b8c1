//! The terminal as a device: taken over and given back, whatever happens in between.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Mutex;
use std::sync::PoisonError;

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr};

/// Alternate screen, bracketed paste, focus events, no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?25l";
/// All of that undone, also what a frame that was cut off may have left behind.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?25h\x1b[?1004l\x1b[?2004l\x1b[?1049l";

/// A terminal that reads from standard input and shows what goes to standard output.
#[derive(Debug)]
pub struct Tty {
    input: OwnedFd,
    output: OwnedFd,
    /// The modes before we came.
    original: Termios,
    taken: Mutex<bool>,
}

impl Tty {
    /// The terminal this program was started in. Fails with a sentence for the user when there is none.
    pub fn open() -> io::Result<Self> {
        let (input, output) = (rustix::stdio::stdin(), rustix::stdio::stdout());
        if !isatty(input) || !isatty(output) {
            return Err(io::Error::new(
                io::ErrorKind::NotConnected,
                "standard input and output must be a terminal",
            ));
        }
        Ok(Self {
            original: tcgetattr(input)?,
            input: input.try_clone_to_owned()?,
            output: output.try_clone_to_owned()?,
            taken: Mutex::new(false),
        })
    }

    /// Takes the terminal over: raw mode, alternate screen. Does nothing when that is so already.
    pub fn enter(&self) -> io::Result<()> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !*taken {
            let mut raw = self.original.clone();
            raw.make_raw();
            tcsetattr(&self.input, OptionalActions::Now, &raw)?;
            *taken = true;
            self.write(ENTER)?;
        }
        Ok(())
    }

    /// Takes it over once more, after somebody else may have changed its modes.
    pub fn enter_again(&self) -> io::Result<()> {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.enter()
    }

    /// Gives the terminal back as it was. Does nothing when that was done already. Errors are of no use here: the
    /// terminal may be gone.
    pub fn leave(&self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut *taken) {
            let _ = self.write(LEAVE);
            let _ = tcsetattr(&self.input, OptionalActions::Now, &self.original);
        }
    }

    /// Where bytes come from.
    pub fn input(&self) -> BorrowedFd<'_> {
        self.input.as_fd()
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<Size> {
        let size = tcgetwinsize(&self.output)?;
        // A terminal that does not know its size says zero.
        match (size.ws_col, size.ws_row) {
            (0, _) | (_, 0) => Ok(Size::new(80, 24)),
            (columns, rows) => Ok(Size::new(columns, rows)),
        }
    }

    /// Writes everything: with one system call, when the terminal takes it at once.
    pub fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match rustix::io::write(&self.output, bytes) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                // Somebody who shares the terminal made it non-blocking.
                Err(Errno::AGAIN) => {
                    poll(&mut [PollFd::new(&self.output, PollFlags::OUT)], None)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        self.leave();
    }
}
