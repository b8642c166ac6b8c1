//! Reads the terminal on a thread of its own, and notices when it goes away.
//!
//! The thread sleeps until there is something to read. End of file and errors are the end of the terminal; they are
//! never tried again.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::sync::{Arc, mpsc};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::mpsc as channel;

use super::tty::Tty;

/// The reading thread. It ends with this value.
#[derive(Debug)]
pub struct Reader {
    control: PipeWriter,
    paused: mpsc::Receiver<()>,
}

const PAUSE: u8 = b'p';
const RESUME: u8 = b'r';

impl Reader {
    /// Begins to read. `gone` is called on the thread when the terminal goes away.
    pub fn start(
        tty: Arc<Tty>,
        bytes: channel::UnboundedSender<Vec<u8>>,
        gone: impl FnOnce() + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, control) = io::pipe()?;
        let (pausing, paused) = mpsc::channel();
        std::thread::Builder::new()
            .name("terminal".to_owned())
            .spawn(move || {
                if matches!(read_on(&tty, orders, &bytes, &pausing), End::Gone) {
                    gone();
                }
            })?;
        Ok(Self { control, paused })
    }

    /// Leaves the terminal's input to somebody else; when this returns nothing is read any more.
    pub fn pause(&mut self) -> io::Result<()> {
        self.control.write_all(&[PAUSE])?;
        // An error means that the thread has ended: then nothing is read either.
        let _ = self.paused.recv();
        Ok(())
    }

    /// Reads again.
    pub fn resume(&mut self) -> io::Result<()> {
        self.control.write_all(&[RESUME])
    }
}

/// Why the thread ends.
enum End {
    Gone,
    /// Nobody wants to know any more.
    Done,
}

fn read_on(
    tty: &Tty,
    mut orders: PipeReader,
    bytes: &channel::UnboundedSender<Vec<u8>>,
    pausing: &mpsc::Sender<()>,
) -> End {
    let mut buffer = [0; 4096];
    loop {
        let (readable, gone, ordered) = {
            let input = tty.input();
            let mut waiting = [
                PollFd::new(&input, PollFlags::IN),
                PollFd::new(&orders, PollFlags::IN),
            ];
            match poll(&mut waiting, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => return End::Gone,
            }
            let state = waiting[0].revents();
            let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
            (
                state.contains(PollFlags::IN),
                state.intersects(gone),
                !waiting[1].revents().is_empty(),
            )
        };
        if ordered && !obey(&mut orders, pausing) {
            return End::Done;
        }
        if ordered {
            // Another may have read meanwhile what was there.
            continue;
        }
        if readable {
            match rustix::io::read(tty.input(), &mut buffer) {
                Ok(0) => return End::Gone,
                Ok(read) => {
                    if bytes.send(buffer[..read].to_vec()).is_err() {
                        return End::Done;
                    }
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return End::Gone,
            }
        } else if gone {
            return End::Gone;
        }
    }
}

/// Pauses until told otherwise; returns whether to go on.
fn obey(orders: &mut PipeReader, pausing: &mpsc::Sender<()>) -> bool {
    let mut order = [0];
    if !matches!(orders.read(&mut order), Ok(1)) {
        return false;
    }
    if order[0] == PAUSE {
        let _ = pausing.send(());
        return matches!(orders.read(&mut order), Ok(1));
    }
    true
}
