//! Does what the core asks for outside of the terminal: background task, journal, store.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::writing::Writing;
use crate::app::effect::Effect;
use crate::domain::action::{Action, Receipt};
use crate::domain::error::{ApiError, Class};
use crate::domain::journal::Ticket;
use crate::domain::record::Stored;
use crate::domain::site::MeterExport;
use crate::fetch::{Arrival, Handle, Inbox};
use crate::store::{Intent, JournalId, Replies, Store};

/// Everything outside that the core's effects need.
#[derive(Debug)]
pub struct Ports {
    /// Tells the background task what to do.
    pub fetch: Handle,
    /// What comes from it.
    pub inbox: Inbox,
    /// Keeps things.
    pub store: Store,
    /// What comes from the store.
    pub replies: Replies,
    /// Where files go that the user asks for.
    pub folder: PathBuf,
}

/// Something came that the core has to know.
#[derive(Debug)]
pub enum Arrived {
    /// From the background task.
    Fetched(Arrival),
    /// From the store.
    Stored(Stored),
    /// A change was not sent because its intent could not be written down.
    Refused(Ticket, ApiError),
    /// The background task has ended, which only a fault of ours can make it do.
    Broken,
}

/// An intent on its way to the disk, with the change that waits for it.
type Intended = (Ticket, Action, Result<JournalId, String>);

/// Performs effects. Those that come before the ports are there wait for them.
#[derive(Debug, Default)]
pub struct Performer {
    ports: Option<Ports>,
    waiting: Vec<Effect>,
    intents: FuturesUnordered<BoxFuture<'static, Intended>>,
    /// Lines of the journal whose outcome is still to come.
    open: HashMap<Ticket, JournalId>,
    notes: VecDeque<Stored>,
    exports: FuturesUnordered<BoxFuture<'static, Stored>>,
    /// Records on their way to a file.
    writing: Option<Writing>,
}

impl Performer {
    /// Are the ports there?
    pub const fn is_ready(&self) -> bool {
        self.ports.is_some()
    }

    /// Takes the ports and does what waited for them.
    pub fn connect(&mut self, ports: Ports) {
        self.ports = Some(ports);
        for effect in std::mem::take(&mut self.waiting) {
            self.perform(effect);
        }
    }

    /// Tells the user of a trouble that concerns no question and no change.
    pub fn problem(&mut self, text: String) {
        self.notes.push_back(Stored::Problem(text));
    }

    /// Does an effect, or keeps it until the ports are there. Effects on the terminal are not for here.
    pub fn perform(&mut self, effect: Effect) {
        let Some(ports) = &self.ports else {
            if matches!(effect, Effect::Watch(_)) {
                self.waiting
                    .retain(|effect| !matches!(effect, Effect::Watch(_)));
            }
            self.waiting.push(effect);
            return;
        };
        match effect {
            Effect::Watch(wants) => ports.fetch.watch(wants),
            Effect::Refresh(queries) => ports.fetch.refresh(queries),
            Effect::Resume(account) => ports.fetch.resume(account),
            Effect::Save(record) => ports.store.save(record),
            Effect::LoadJournal => ports.store.load_journal(),
            Effect::Act {
                ticket,
                action,
                summary,
                command,
            } => {
                let written = ports.store.intent(Intent {
                    account: action.account().to_string(),
                    operation: action.operation().to_owned(),
                    summary,
                    command,
                });
                self.intents
                    .push(Box::pin(async move { (ticket, action, written.await) }));
            }
            Effect::Export { folder, files } => {
                let base = ports.folder.clone();
                self.exports.push(Box::pin(export(base, folder, files)));
            }
            Effect::WriteRecords(account, job) if self.writing.is_none() => {
                let fetch = ports.fetch.clone();
                self.writing = Some(Writing::begin(fetch, &ports.folder, account, job));
            }
            Effect::StopRecords => {
                if let Some(writing) = &self.writing {
                    writing.stop();
                }
            }
            Effect::WriteRecords(..)
            | Effect::WakeAt(_)
            | Effect::Copy(_)
            | Effect::Edit(..)
            | Effect::Bell
            | Effect::Notify(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit { .. } => {}
        }
    }

    /// Waits for the next thing the core has to know. A change whose intent is on the disk is sent on the way.
    /// Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Arrived {
        loop {
            if let Some(note) = self.notes.pop_front() {
                return Arrived::Stored(note);
            }
            let Some(ports) = &mut self.ports else {
                return std::future::pending().await;
            };
            tokio::select! {
                biased;
                Some((ticket, action, written)) = self.intents.next() => match written {
                    Ok(line) => {
                        self.open.insert(ticket, line);
                        ports.fetch.act(ticket, action);
                    }
                    Err(reason) => return Arrived::Refused(ticket, unwritten(&action, &reason)),
                },
                Some(written) = self.exports.next() => return Arrived::Stored(written),
                news = news(&mut self.writing) => match news {
                    Some(export) => return Arrived::Stored(Stored::Exporting(Box::new(export))),
                    None => self.writing = None,
                },
                arrival = ports.inbox.next() => {
                    return arrival.map_or(Arrived::Broken, Arrived::Fetched);
                }
                Some(stored) = ports.replies.next() => return Arrived::Stored(stored),
            }
        }
    }

    /// Writes down how a change ended.
    pub fn settle_journal(&mut self, ticket: Ticket, result: &Result<Receipt, ApiError>) {
        if let (Some(ports), Some(line)) = (&self.ports, self.open.remove(&ticket)) {
            ports.store.settle(line, result);
        }
    }

    /// Waits until everything is on the disk.
    pub async fn close(self) {
        if let Some(ports) = self.ports {
            ports.store.close().await;
        }
    }
}

/// What there is to tell of records that are being written; waits for ever while none are.
async fn news(writing: &mut Option<Writing>) -> Option<MeterExport> {
    match writing {
        Some(writing) => writing.news().await,
        None => std::future::pending().await,
    }
}

/// Writes files into the working folder, away from the loop.
async fn export(base: PathBuf, folder: Option<String>, files: Vec<(String, String)>) -> Stored {
    let write = move || super::export::write(&base, folder.as_deref(), &files);
    match tokio::task::spawn_blocking(write).await {
        Ok(Ok(place)) => Stored::Exported(place.display().to_string()),
        Ok(Err(error)) => Stored::Problem(error.to_string()),
        Err(_) => Stored::Problem("the files could not be written".to_owned()),
    }
}

/// Why a change was not sent.
fn unwritten(action: &Action, reason: &str) -> ApiError {
    ApiError::new(
        Class::Unavailable,
        action.account().system,
        action.operation(),
        format!("nothing was sent: the journal could not be written ({reason})"),
    )
}
