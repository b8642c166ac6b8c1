//! What outlives the program: journal, followed incidents, metric history, settings; in SQLite, on its own thread.
//!
//! Nothing here can keep the program from starting or make the screen wait: a damaged file is moved aside, a folder
//! that cannot be written to is replaced by memory, and both are said ([`Stored::Problem`]).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use futures_util::FutureExt;
use tokio::sync::{mpsc as channel, oneshot};

use crate::clock::Clock;
use crate::domain::action::Receipt;
use crate::domain::error::ApiError;
use crate::domain::journal::JournalEntry;
use crate::domain::record::{Record, Stored};

mod database;
mod entry;
mod worker;

use worker::{Request, Worker};

pub use entry::{Intent, JournalId, Settled};

/// Keeps things. Never blocks; clones are the same store.
#[derive(Debug, Clone)]
pub struct Store {
    way: Way,
}

/// How requests reach the database.
#[derive(Debug, Clone)]
enum Way {
    /// Over a channel to the store's thread.
    Thread(mpsc::Sender<Request>),
    /// Directly, in memory: no thread, no file, nothing to wait for.
    Here(Arc<Mutex<Worker>>),
}

/// What comes from a store without being waited for: what was kept, and troubles.
#[derive(Debug)]
pub struct Replies(channel::UnboundedReceiver<Stored>);

impl Replies {
    /// Waits for the next one; `None` when the store is gone. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Stored> {
        self.0.recv().await
    }
}

impl Store {
    /// Opens the store whose file is `path`, in memory when there is none. Returns at once: the file is opened on the
    /// store's thread, and what was kept comes as replies.
    pub fn open(path: Option<&Path>, clock: Clock) -> (Self, Replies) {
        let Some(path) = path.map(Path::to_owned) else {
            return Self::in_memory(clock);
        };
        let (requests, received) = mpsc::channel();
        let (replies, inbox) = channel::unbounded_channel();
        let problems = replies.clone();
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || Worker::on_disk(path, clock, replies).serve(&received));
        if let Err(error) = thread {
            // Requests go nowhere; those that wait for an answer are told so.
            let _ = problems.send(Stored::Problem(error.to_string()));
        }
        let way = Way::Thread(requests);
        (Self { way }, Replies(inbox))
    }

    /// A store that forgets everything at the end, without a thread.
    pub fn in_memory(clock: Clock) -> (Self, Replies) {
        let (replies, inbox) = channel::unbounded_channel();
        let worker = Worker::in_memory(clock, replies);
        let way = Way::Here(Arc::new(Mutex::new(worker)));
        (Self { way }, Replies(inbox))
    }

    /// Keeps something. Troubles come as replies.
    pub fn save(&self, record: Record) {
        self.request(Request::Save(record));
    }

    /// Asks for the journal's latest entries; they come as a reply.
    pub fn load_journal(&self) {
        self.request(Request::LoadJournal);
    }

    /// Writes down a change that is about to be sent. When the future is done and good, the line is on the disk and
    /// will survive a crash; until then nothing may be sent.
    pub fn intent(
        &self,
        intent: Intent,
    ) -> impl Future<Output = Result<JournalId, String>> + Send + 'static {
        let (reply, replied) = oneshot::channel();
        self.request(Request::Intent(intent, reply));
        replied.map(|result| result.unwrap_or_else(|_| Err("the store has ended".to_owned())))
    }

    /// Writes down how a change ended.
    pub fn settle(&self, line: JournalId, result: &Result<Receipt, ApiError>) {
        self.request(Request::Settle(line, Settled::of(result)));
    }

    /// Waits until everything asked for so far is done.
    pub async fn close(&self) {
        let (reply, replied) = oneshot::channel();
        self.request(Request::Barrier(reply));
        // An error means that the store has ended: then there is nothing left to wait for.
        let _ = replied.await;
    }

    fn request(&self, request: Request) {
        match &self.way {
            // The thread ends only with the last sender, or by a panic, which ends the program.
            Way::Thread(requests) => drop(requests.send(request)),
            Way::Here(worker) => worker
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .handle(request),
        }
    }
}

/// Why a journal could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}", path = path.display())]
pub struct Unreadable {
    /// Which file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// Reads up to `limit` of the latest entries of the journal in `path`, newest first, without a store. A file that
/// does not exist is an empty journal.
pub fn read_journal(path: &Path, limit: u32) -> Result<Vec<JournalEntry>, Unreadable> {
    database::read_journal(path, limit).map_err(|error| Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests;
