//! Writes all records of a metering job to a file while the user does something else: page by page, in constant memory,
//! through the background task and its budget. A page that does not arrive is asked for again; what was written stays
//! whatever happens, and the same job goes on after it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::records::{self, Export, Next, Progress};
use crate::domain::account::AccountId;
use crate::domain::error::{ApiError, Class};
use crate::domain::query::{Facts, Query};
use crate::domain::site::{ExportState, MeterExport, MeterPage};
use crate::domain::text::SafeText;
use crate::fetch::Handle;

/// The first wait before a page that did not arrive is asked for again; doubled after each further try.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest such wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How many names of files are tried when one is taken.
const NAMES: u32 = 1000;

/// A file that is being written. Dropping it stops the writing as soon as nothing is half-written.
#[derive(Debug)]
pub struct Writing {
    stop: Arc<Notify>,
    news: watch::Receiver<Option<MeterExport>>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.stop.notify_one();
    }
}

impl Writing {
    /// Begins to write, or goes on where it stopped, in this folder.
    pub fn begin(fetch: Handle, folder: &Path, account: AccountId, job: SafeText) -> Self {
        let stop = Arc::new(Notify::new());
        let (told, news) = watch::channel(None);
        let path = place(folder, &job);
        let export = MeterExport {
            account,
            job,
            file: path.display().to_string(),
            records: 0,
            bytes: 0,
            totals: BTreeMap::new(),
            state: ExportState::Running,
        };
        let scribe = Scribe {
            fetch,
            path,
            export,
            told,
        };
        tokio::spawn(scribe.write(Arc::clone(&stop)));
        Self { stop, news }
    }

    /// Stops it; how it stands then is told as usual.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    /// Waits for news; `None` when there will be none any more. Nothing is lost when the future is dropped, but news
    /// that nobody read are replaced by newer ones.
    pub async fn news(&mut self) -> Option<MeterExport> {
        self.news.changed().await.ok()?;
        self.news.borrow_and_update().clone()
    }
}

/// The file of a job: the one that it was begun with, else one that is not there yet.
fn place(folder: &Path, job: &SafeText) -> PathBuf {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let word: String = job.raw().chars().filter(is_plain).take(64).collect();
    let mut names = (1..NAMES).map(|number| match number {
        1 => folder.join(format!("metering-{word}.csv")),
        number => folder.join(format!("metering-{word}-{number}.csv")),
    });
    let is_free = |path: &PathBuf| match records::unfinished(path) {
        Some(progress) => progress.job == job.raw(),
        None => !path.exists(),
    };
    names
        .find(is_free)
        .unwrap_or_else(|| folder.join("metering.csv"))
}

/// Who reads and writes.
struct Scribe {
    fetch: Handle,
    path: PathBuf,
    export: MeterExport,
    told: watch::Sender<Option<MeterExport>>,
}

impl Scribe {
    /// Until the end, or until it is told to stop, which it never does between the words of a page.
    async fn write(mut self, stop: Arc<Notify>) {
        let progress = records::unfinished(&self.path).unwrap_or_else(|| Progress {
            job: self.export.job.raw().to_owned(),
            ..Progress::default()
        });
        let mut file = match Export::open(&self.path, progress) {
            Ok(file) => file,
            Err(error) => return self.tell(ExportState::Unwritten(error.to_string())),
        };
        self.count(&file.progress);
        self.tell(ExportState::Running);
        let state = loop {
            let page = tokio::select! {
                biased;
                () = stop.notified() => break ExportState::Stopped,
                page = self.page(file.progress.marker.clone()) => page,
            };
            let page = match page {
                Ok(page) => page,
                Err(error) if error.class == Class::NotFound => {
                    file.give_up();
                    return self.tell(ExportState::Gone);
                }
                Err(error) => break ExportState::Refused(error),
            };
            let written = file.page(&page);
            self.count(&file.progress);
            match written {
                Ok(Next::More) => self.tell(ExportState::Running),
                Ok(Next::Circle) => break ExportState::Circle,
                Err(error) => break ExportState::Unwritten(error.to_string()),
                Ok(Next::Whole) => match file.finish() {
                    Ok(_) => return self.tell(ExportState::Whole),
                    Err(error) => return self.tell(ExportState::Unwritten(error.to_string())),
                },
            }
        };
        self.tell(state);
    }

    /// Reads a page, as often as it takes.
    ///
    /// # Errors
    ///
    /// Those that waiting does not mend.
    async fn page(&mut self, marker: String) -> Result<MeterPage, ApiError> {
        let mut wait = FIRST_WAIT;
        loop {
            let query = Query::MeterPage(
                self.export.account.clone(),
                self.export.job.clone(),
                marker.clone(),
            );
            let error = match self.fetch.ask(query).await {
                Ok(Facts::MeterPage(page)) => return Ok(page),
                Ok(_) => {
                    let system = self.export.account.system;
                    let words = "something else was answered than was asked";
                    return Err(ApiError::new(Class::Unreadable, system, "", words));
                }
                Err(error) => error,
            };
            let passes = matches!(
                error.class,
                Class::Network | Class::Unavailable | Class::Throttled | Class::Unreadable
            );
            if !passes {
                return Err(error);
            }
            let asked_to = error.retry_after.unwrap_or_default();
            self.tell(ExportState::Waiting(error));
            tokio::time::sleep(wait.max(asked_to)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    fn count(&mut self, progress: &Progress) {
        self.export.records = progress.records;
        self.export.bytes = progress.bytes;
        self.export.totals.clone_from(&progress.totals);
    }

    fn tell(&mut self, state: ExportState) {
        self.export.state = state;
        // Nobody listens when the program ends.
        let _ = self.told.send(Some(self.export.clone()));
    }
}
