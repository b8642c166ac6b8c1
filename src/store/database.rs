//! The database itself: file, tables, queries. Everything is columns or plain text, so that `sqlite3` can read it.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, TransactionBehavior, params};
use rustix::process::{Pid, test_kill_process};

use super::entry::{Intent, JournalId, Settled};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::incident::IncidentId;
use crate::domain::journal::{JournalEntry, Outcome};
use crate::domain::metric::{Sample, Series, SeriesKey, Statistic};
use crate::domain::text::SafeText;
use crate::domain::trail::{Link, Linked, Note, NoteKind};

/// The steps from an empty file to the present form; a file's `user_version` counts those it has taken.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
];

/// How long another process may hold the file before we give up.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long samples are kept.
const RETENTION: Duration = Duration::from_secs(24 * 3600);
/// How long samples of whole days are kept, which are few and make trends.
const RETENTION_OF_DAYS: Duration = Duration::from_secs(400 * 24 * 3600);
/// Periods from this one on, in seconds, are of whole days.
const DAY: u32 = 86_400;
/// How much of them is shown at the start.
const SHOWN: Duration = Duration::from_secs(6 * 3600);

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database said so.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system said so.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A newer version of this program wrote the file: it is left alone.
    #[error("written by a newer version of this program (form {0})")]
    TooNew(i64),
    /// The file is not ours to write to.
    #[error("{0}")]
    Unsafe(String),
    /// The file's content makes no sense.
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

impl Fault {
    /// Is the file itself broken, rather than the disk or the permissions?
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
            ),
            Self::Io(_) | Self::TooNew(_) | Self::Unsafe(_) => false,
        }
    }
}

/// An open database.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    /// The first line of the journal that this run wrote. Lines are never given to two runs, but others may write
    /// between ours; that they are ours is told by the process id.
    first: Option<JournalId>,
}

impl Database {
    /// Opens or makes the file, readable by its owner only, and brings it into the present form.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        prepare_file(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        enter_wal(&connection)?;
        // A commit is on the disk when it returns: an intent must be, before the first byte of a change leaves.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let health: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if health != "ok" {
            return Err(Fault::Damaged(health));
        }
        migrate(&mut connection)?;
        Ok(Self {
            connection,
            first: None,
        })
    }

    /// An empty database in memory.
    ///
    /// # Panics
    ///
    /// When SQLite has no memory for an empty database, or our own migrations are wrong.
    pub fn in_memory() -> Self {
        let mut connection = Connection::open_in_memory().expect("memory for an empty database");
        migrate(&mut connection).expect("the migrations are tested");
        Self {
            connection,
            first: None,
        }
    }

    /// A database in memory with this one's journal as far as it can be read, and with its line numbers.
    pub fn copy_in_memory(&self) -> Self {
        let copy = Self {
            first: self.first,
            ..Self::in_memory()
        };
        for entry in self.journal(1_000).unwrap_or_default() {
            let _ = copy.connection.execute(
                "INSERT INTO journal (id, at, settled, owner, account, operation, summary, command, outcome, request_id, result)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                params![
                    i64::try_from(entry.ticket).unwrap_or(i64::MAX),
                    entry.at.as_millisecond(),
                    entry.settled.map(Timestamp::as_millisecond),
                    own_process(),
                    entry.account,
                    entry.operation,
                    entry.summary.raw(),
                    entry.command.raw(),
                    outcome_name(entry.outcome),
                    entry.request_id.as_ref().map(SafeText::raw),
                    entry.result.as_ref().map(SafeText::raw),
                ],
            );
        }
        copy
    }

    /// Gives a damaged file, with its helpers, another name, and returns that.
    pub fn move_aside(path: &Path, now: Timestamp) -> Result<PathBuf, Fault> {
        let stamp = now.strftime("%Y%m%dT%H%M%S%3f").to_string();
        let aside = with_suffix(path, &format!(".damaged-{stamp}"));
        fs::rename(path, &aside)?;
        for helper in ["-wal", "-shm"] {
            match fs::rename(with_suffix(path, helper), with_suffix(&aside, helper)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(aside)
    }

    /// Writes down an intent. It is on the disk when this returns.
    pub fn intent(&mut self, intent: &Intent, now: Timestamp) -> Result<JournalId, Fault> {
        let line = self.connection.query_row(
            "INSERT INTO journal (at, owner, account, operation, summary, command, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'intent') RETURNING id",
            params![
                now.as_millisecond(),
                own_process(),
                intent.account,
                intent.operation,
                intent.summary,
                intent.command,
            ],
            |row| row.get(0),
        )?;
        self.first.get_or_insert(line);
        Ok(line)
    }

    /// Writes down how a change ended.
    pub fn settle(
        &mut self,
        line: JournalId,
        settled: &Settled,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.connection.execute(
            "UPDATE journal SET settled = ?2, outcome = ?3, request_id = coalesce(?4, request_id), result = ?5 WHERE id = ?1",
            params![
                line,
                now.as_millisecond(),
                outcome_name(settled.outcome),
                settled.request_id.as_ref().map(SafeText::raw),
                settled.result.raw(),
            ],
        )?;
        Ok(())
    }

    /// The latest entries, newest first. An intent of a run that has ended has an unknown outcome.
    pub fn journal(&self, limit: u32) -> Result<Vec<JournalEntry>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, at, settled, owner, account, operation, summary, command, outcome, request_id, result
             FROM journal ORDER BY id DESC LIMIT ?1",
        )?;
        let entries = statement.query_map([limit], |row| self.entry(row))?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    fn entry(&self, row: &Row<'_>) -> rusqlite::Result<JournalEntry> {
        let line: JournalId = row.get(0)?;
        let owner: i64 = row.get(3)?;
        let outcome = match row.get_ref(8)?.as_str()? {
            "done" => Outcome::Done,
            "failed" => Outcome::Failed,
            "intent" if self.is_under_way(line, owner) => Outcome::Intent,
            _ => Outcome::Unknown,
        };
        Ok(JournalEntry {
            ticket: u64::try_from(line).unwrap_or_default(),
            at: instant(row.get(1)?),
            settled: row.get::<_, Option<i64>>(2)?.map(instant),
            account: row.get(4)?,
            operation: row.get(5)?,
            summary: row.get::<_, String>(6)?.into(),
            command: row.get::<_, String>(7)?.into(),
            outcome,
            request_id: row.get::<_, Option<String>>(9)?.map(Into::into),
            result: row.get::<_, Option<String>>(10)?.map(Into::into),
        })
    }

    /// Does the process that wrote an intent still run? A process id may have been used before, ours too: then the
    /// line is older than our first one.
    fn is_under_way(&self, line: JournalId, owner: i64) -> bool {
        if owner == own_process() {
            return self.first.is_some_and(|first| line >= first);
        }
        i32::try_from(owner)
            .ok()
            .and_then(Pid::from_raw)
            .is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
    }

    /// Follows an incident.
    pub fn track(&mut self, account: &AccountId, incident: &IncidentId) -> Result<(), Fault> {
        self.connection.execute(
            "INSERT INTO tracked (profile, system, incident) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            params![&*account.profile, account.system.id(), incident.raw()],
        )?;
        Ok(())
    }

    /// Follows an incident no more.
    pub fn untrack(&mut self, account: &AccountId, incident: &IncidentId) -> Result<(), Fault> {
        self.connection.execute(
            "DELETE FROM tracked WHERE profile = ?1 AND system = ?2 AND incident = ?3",
            params![&*account.profile, account.system.id(), incident.raw()],
        )?;
        Ok(())
    }

    /// The incidents that are followed, in the order in which they were added.
    pub fn tracked(&self) -> Result<Vec<(AccountId, IncidentId)>, Fault> {
        let mut statement = self
            .connection
            .prepare("SELECT profile, system, incident FROM tracked ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut tracked = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(account) = account(row)? {
                tracked.push((account, row.get::<_, String>(2)?.into()));
            }
        }
        Ok(tracked)
    }

    /// Keeps a line of an incident's time line.
    pub fn note(&mut self, note: &Note) -> Result<(), Fault> {
        self.connection.execute(
            "INSERT INTO notes (profile, system, incident, at, kind, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                &*note.account.profile,
                note.account.system.id(),
                note.incident.raw(),
                note.at.as_millisecond(),
                note.kind.name(),
                note.text.raw(),
            ],
        )?;
        Ok(())
    }

    /// The latest lines of time lines, oldest first.
    pub fn notes(&self, limit: u32) -> Result<Vec<Note>, Fault> {
        let mut statement = self.connection.prepare(
            "SELECT profile, system, incident, at, kind, text FROM notes ORDER BY id DESC LIMIT ?1",
        )?;
        let mut rows = statement.query([limit])?;
        let mut notes = Vec::new();
        while let Some(row) = rows.next()? {
            let kind = NoteKind::parse(&row.get::<_, String>(4)?);
            if let (Some(account), Some(kind)) = (account(row)?, kind) {
                notes.push(Note {
                    account,
                    incident: row.get::<_, String>(2)?.into(),
                    at: instant(row.get(3)?),
                    kind,
                    text: row.get::<_, String>(5)?.into(),
                });
            }
        }
        notes.reverse();
        Ok(notes)
    }

    /// Keeps what led to something.
    pub fn link(&mut self, link: &Link) -> Result<(), Fault> {
        let (kind, account, thing) = match &link.of {
            Linked::Incident(account, id) => ("incident", account, id),
            Linked::Order(account, id) => ("order", account, id),
        };
        self.connection.execute(
            "INSERT INTO links (profile, system, kind, thing, cause) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET cause = excluded.cause",
            params![
                &*account.profile,
                account.system.id(),
                kind,
                thing.raw(),
                link.to_json().to_string(),
            ],
        )?;
        Ok(())
    }

    /// What led to what.
    pub fn links(&self) -> Result<Vec<Link>, Fault> {
        let mut statement = self
            .connection
            .prepare("SELECT profile, system, kind, thing, cause FROM links ORDER BY thing")?;
        let mut rows = statement.query([])?;
        let mut links = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(account) = account(row)? else {
                continue;
            };
            let thing: SafeText = row.get::<_, String>(3)?.into();
            let of = if row.get::<_, String>(2)? == "order" {
                Linked::Order(account, thing)
            } else {
                Linked::Incident(account, thing)
            };
            let cause = serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default();
            links.push(Link::from_json(of, &cause));
        }
        Ok(links)
    }

    /// Keeps a setting.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        self.connection.execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
            [name, value],
        )?;
        Ok(())
    }

    /// All settings, by name.
    pub fn settings(&self) -> Result<Vec<(String, String)>, Fault> {
        let mut statement = self
            .connection
            .prepare("SELECT name, value FROM settings ORDER BY name")?;
        let settings = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(settings.collect::<Result<_, _>>()?)
    }

    /// Adds samples to the history; those that are there already are replaced.
    pub fn add_samples(
        &mut self,
        account: &AccountId,
        series: &[Arc<Series>],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut add_series = transaction.prepare_cached(
                "INSERT INTO series (profile, system, namespace, instance, metric, statistic, period, label, unit, written)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT DO UPDATE SET label = excluded.label, unit = excluded.unit, written = excluded.written
                 RETURNING id",
            )?;
            let mut add_sample = transaction.prepare_cached(
                "INSERT OR REPLACE INTO samples (series, at, value) VALUES (?1, ?2, ?3)",
            )?;
            for one in series {
                let id: i64 = add_series.query_row(
                    params![
                        &*account.profile,
                        account.system.id(),
                        one.key.namespace.raw(),
                        one.key.instance.raw(),
                        one.key.metric.raw(),
                        statistic_name(one.statistic),
                        one.period,
                        one.label.as_ref().map(SafeText::raw),
                        one.unit.as_ref().map(SafeText::raw),
                        now.as_second(),
                    ],
                    |row| row.get(0),
                )?;
                for sample in one.samples.iter().filter(|sample| sample.value.is_finite()) {
                    add_sample.execute(params![id, sample.at, sample.value])?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Throws away samples that are older than the retention, and series without samples.
    pub fn prune(&mut self, now: Timestamp) -> Result<(), Fault> {
        let oldest = (now - RETENTION).as_second();
        let oldest_day = (now - RETENTION_OF_DAYS).as_second();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM samples WHERE at < ?1", [oldest_day])?;
        transaction.execute(
            "DELETE FROM samples WHERE at < ?1 AND series IN (SELECT id FROM series WHERE period < ?2)",
            [oldest, i64::from(DAY)],
        )?;
        transaction.execute(
            "DELETE FROM series WHERE written < ?1 AND (period < ?2 OR written < ?3)",
            [oldest, i64::from(DAY), oldest_day],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// The samples of the last hours, and those of whole days however old, by account, each with when its newest series was written.
    pub fn samples(&mut self, now: Timestamp) -> Result<Vec<(AccountId, Vec<Series>, i64)>, Fault> {
        let mut statement = self.connection.prepare(
            "SELECT s.profile, s.system, s.namespace, s.instance, s.metric, s.statistic, s.period, s.label, s.unit,
                    s.written, s.id, p.at, p.value
             FROM series s JOIN samples p ON p.series = s.id
             WHERE p.at >= ?1 OR s.period >= ?2 ORDER BY s.profile, s.system, s.id, p.at",
        )?;
        let mut rows = statement.query([(now - SHOWN).as_second(), i64::from(DAY)])?;
        let mut accounts: Vec<(AccountId, Vec<Series>, i64)> = Vec::new();
        let mut last = None;
        while let Some(row) = rows.next()? {
            let Some(account) = account(row)? else {
                continue;
            };
            if accounts.last().is_none_or(|(last, ..)| *last != account) {
                accounts.push((account, Vec::new(), 0));
            }
            let Some((_, all, written)) = accounts.last_mut() else {
                continue;
            };
            let id: i64 = row.get(10)?;
            if last != Some(id) {
                last = Some(id);
                all.push(series(row)?);
                *written = row.get::<_, i64>(9)?.max(*written);
            }
            if let Some(one) = all.last_mut() {
                one.samples.push(Sample {
                    at: row.get(11)?,
                    value: row.get(12)?,
                });
            }
        }
        Ok(accounts)
    }
}

/// The latest entries of the journal in `path`; the file is not changed, and not made.
pub fn read_journal(path: &Path, limit: u32) -> Result<Vec<JournalEntry>, Fault> {
    if !path.try_exists()? {
        return Ok(Vec::new());
    }
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(PATIENCE)?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 => return Ok(Vec::new()),
        version if version > newest() => return Err(Fault::TooNew(version)),
        _ => {}
    }
    Database {
        connection,
        first: None,
    }
    .journal(limit)
}

/// Makes folder and file if need be, so that nobody else can read them.
fn prepare_file(path: &Path) -> Result<(), Fault> {
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path);
            match made {
                // Another process was faster, with the same mode.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                made => Ok(made.map(drop)?),
            }
        }
        Err(error) => Err(error.into()),
        Ok(meta) if !meta.is_file() => Err(Fault::Unsafe("not a regular file".to_owned())),
        Ok(meta) => {
            if meta.permissions().mode() & 0o077 != 0 {
                fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            }
            Ok(())
        }
    }
}

/// Switches to a write-ahead log. Two processes that do so at once get in each other's way without SQLite waiting.
fn enter_wal(connection: &Connection) -> Result<(), Fault> {
    let mut tries = 0;
    loop {
        let mode: rusqlite::Result<String> =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0));
        match mode {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries < 100 =>
            {
                tries += 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            // Some file systems cannot: the old journal is slower, and as safe.
            mode => return Ok(mode.map(drop)?),
        }
    }
}

/// Takes the steps that a file has not taken yet; all or none.
fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let steps = usize::try_from(done)
        .ok()
        .and_then(|done| MIGRATIONS.get(done..));
    let Some(steps) = steps else {
        return Err(Fault::TooNew(done));
    };
    for step in steps {
        transaction.execute_batch(step)?;
    }
    if !steps.is_empty() {
        transaction.pragma_update(None, "user_version", newest())?;
    }
    transaction.commit()?;
    Ok(())
}

/// The present form's number.
fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The account in a row's first two columns; `None` for a system that this version does not know.
fn account(row: &Row<'_>) -> rusqlite::Result<Option<AccountId>> {
    let system = SystemId::parse(row.get_ref(1)?.as_str()?);
    let profile = row.get_ref(0)?.as_str()?;
    Ok(system.map(|system| AccountId::new(profile, system)))
}

/// The series in a row of [`Database::samples`], without samples.
fn series(row: &Row<'_>) -> rusqlite::Result<Series> {
    let text = |column| row.get::<_, String>(column);
    Ok(Series {
        key: SeriesKey::new(&text(2)?, &text(3)?, &text(4)?),
        label: row.get::<_, Option<String>>(7)?.map(Into::into),
        unit: row.get::<_, Option<String>>(8)?.map(Into::into),
        statistic: statistic(&text(5)?),
        period: row.get(6)?,
        samples: Vec::new(),
        odd: None,
    })
}

const STATISTICS: [(Statistic, &str); 5] = [
    (Statistic::Average, "average"),
    (Statistic::Max, "max"),
    (Statistic::Min, "min"),
    (Statistic::Sum, "sum"),
    (Statistic::Last, "last"),
];

fn statistic_name(statistic: Statistic) -> &'static str {
    STATISTICS
        .iter()
        .find(|(known, _)| *known == statistic)
        .map_or("average", |(_, name)| name)
}

fn statistic(name: &str) -> Statistic {
    STATISTICS
        .iter()
        .find(|(_, known)| *known == name)
        .map_or_else(Statistic::default, |(statistic, _)| *statistic)
}

const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Intent => "intent",
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    }
}

fn own_process() -> i64 {
    std::process::id().into()
}

fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
