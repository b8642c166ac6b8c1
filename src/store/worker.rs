//! Serves the store's requests, one after the other.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use tokio::sync::{mpsc as channel, oneshot};

use super::database::{Database, Fault};
use super::entry::{Intent, JournalId, Settled};
use crate::clock::Clock;
use crate::domain::record::{Record, Stored};

/// How many entries of the journal are shown.
const JOURNAL_SHOWN: u32 = 1_000;
/// How many lines of time lines are read back.
const NOTES_SHOWN: u32 = 5_000;
/// After how many saved batches of samples the old ones are thrown away.
const PRUNE_EVERY: u32 = 60;

/// What the store can be asked.
#[derive(Debug)]
pub enum Request {
    /// Keep this.
    Save(Record),
    /// Reply with the journal.
    LoadJournal,
    /// Write down a change, synced, before it is sent.
    Intent(Intent, oneshot::Sender<Result<JournalId, String>>),
    /// Write down how a change ended.
    Settle(JournalId, Settled),
    /// Answer when everything before is done.
    Barrier(oneshot::Sender<()>),
}

/// The database, and what to do when it fails.
#[derive(Debug)]
pub struct Worker {
    database: Database,
    /// Where the database is; `None` when it is in memory.
    path: Option<PathBuf>,
    clock: Clock,
    replies: channel::UnboundedSender<Stored>,
    batches: u32,
}

impl Worker {
    /// A worker on the file `path`. Replies with what was kept there. It always works, in memory if need be.
    pub fn on_disk(path: PathBuf, clock: Clock, replies: channel::UnboundedSender<Stored>) -> Self {
        let mut worker = match open(&path, &clock, &replies) {
            Ok(database) => Self {
                database,
                path: Some(path),
                clock,
                replies,
                batches: 0,
            },
            Err(fault) => {
                let worker = Self::in_memory(clock, replies);
                worker.problem(format!(
                    "{}: {fault}; the journal and the history are kept in memory only",
                    path.display()
                ));
                worker
            }
        };
        worker.load();
        worker
    }

    /// A worker in memory.
    pub fn in_memory(clock: Clock, replies: channel::UnboundedSender<Stored>) -> Self {
        Self {
            database: Database::in_memory(),
            path: None,
            clock,
            replies,
            batches: 0,
        }
    }

    /// Serves requests until there is nobody left who could send one.
    pub fn serve(mut self, requests: &mpsc::Receiver<Request>) {
        while let Ok(request) = requests.recv() {
            self.handle(request);
        }
    }

    /// Serves one request.
    pub fn handle(&mut self, request: Request) {
        match request {
            Request::Save(record) => {
                let _ = self.save(&record);
            }
            Request::LoadJournal => {
                if let Ok(entries) = self.attempt(|database, _| database.journal(JOURNAL_SHOWN)) {
                    self.reply(Stored::Journal(entries));
                }
            }
            Request::Intent(intent, reply) => {
                let written = self.attempt(|database, now| database.intent(&intent, now));
                let _ = reply.send(written.map_err(|fault| fault.to_string()));
            }
            Request::Settle(line, settled) => {
                let _ = self.attempt(|database, now| database.settle(line, &settled, now));
            }
            Request::Barrier(reply) => {
                let _ = reply.send(());
            }
        }
    }

    fn save(&mut self, record: &Record) -> Result<(), Fault> {
        match record {
            Record::Track(account, incident) => {
                self.attempt(|database, _| database.track(account, incident))
            }
            Record::Untrack(account, incident) => {
                self.attempt(|database, _| database.untrack(account, incident))
            }
            Record::Settled(line, outcome, result) => {
                let line = JournalId::try_from(*line).unwrap_or(JournalId::MAX);
                let settled = Settled {
                    outcome: *outcome,
                    request_id: None,
                    result: result.clone(),
                };
                self.attempt(|database, now| database.settle(line, &settled, now))
            }
            Record::Note(note) => self.attempt(|database, _| database.note(note)),
            Record::Link(link) => self.attempt(|database, _| database.link(link)),
            Record::Setting(name, value) => self.attempt(|database, _| database.set(name, value)),
            Record::Samples(account, series) => {
                self.batches += 1;
                if self.batches.is_multiple_of(PRUNE_EVERY) {
                    self.attempt(Database::prune)?;
                }
                self.attempt(|database, now| database.add_samples(account, series, now))
            }
        }
    }

    /// Replies with everything that was kept, except for the journal.
    fn load(&mut self) {
        let _ = self.attempt(Database::prune);
        if let Ok(tracked) = self.attempt(|database, _| database.tracked()) {
            self.reply(Stored::Tracked(tracked));
        }
        if let Ok(links) = self.attempt(|database, _| database.links()) {
            self.reply(Stored::Links(links));
        }
        if let Ok(notes) = self.attempt(|database, _| database.notes(NOTES_SHOWN)) {
            self.reply(Stored::Notes(notes));
        }
        if let Ok(settings) = self.attempt(|database, _| database.settings()) {
            self.reply(Stored::Settings(settings));
        }
        if let Ok(accounts) = self.attempt(Database::samples) {
            for (account, series, written) in accounts {
                self.reply(Stored::Samples(account, series, written));
            }
        }
    }

    /// Does something with the database. A damaged file is replaced and the attempt repeated. When the disk fails,
    /// what is known moves into memory: this attempt fails, and the next one works there.
    fn attempt<T>(
        &mut self,
        work: impl Fn(&mut Database, jiff::Timestamp) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let now = self.clock.now();
        let fault = match work(&mut self.database, now) {
            Ok(value) => return Ok(value),
            Err(fault) => fault,
        };
        let Some(path) = self.path.clone() else {
            self.problem(fault.to_string());
            return Err(fault);
        };
        if fault.is_damage()
            && let Ok(database) = replace(&path, &self.clock, &self.replies, &fault)
        {
            self.database = database;
            return work(&mut self.database, now)
                .inspect_err(|fault| self.problem(fault.to_string()));
        }
        self.problem(format!(
            "{}: {fault}; from now on the journal and the history are kept in memory only",
            path.display()
        ));
        self.database = self.database.copy_in_memory();
        self.path = None;
        Err(fault)
    }

    fn problem(&self, text: String) {
        self.reply(Stored::Problem(text));
    }

    fn reply(&self, stored: Stored) {
        // Nobody may be listening any more while the last requests are served.
        let _ = self.replies.send(stored);
    }
}

/// Opens the file, replacing it when it is damaged.
fn open(
    path: &Path,
    clock: &Clock,
    replies: &channel::UnboundedSender<Stored>,
) -> Result<Database, Fault> {
    match Database::open(path) {
        Err(fault) if fault.is_damage() => replace(path, clock, replies, &fault),
        result => result,
    }
}

/// Moves a damaged file aside and opens a new one.
fn replace(
    path: &Path,
    clock: &Clock,
    replies: &channel::UnboundedSender<Stored>,
    fault: &Fault,
) -> Result<Database, Fault> {
    let aside = Database::move_aside(path, clock.now())?;
    let database = Database::open(path)?;
    let _ = replies.send(Stored::Problem(format!(
        "{}: {fault}; it was moved to {} and a new one was begun",
        path.display(),
        aside.display()
    )));
    Ok(database)
}
