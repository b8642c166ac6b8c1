use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;

use super::*;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::error::Class;
use crate::domain::journal::Outcome;
use crate::domain::metric::{Sample, Series, SeriesKey, Statistic};
use crate::domain::trail::{Link, Linked, Note, NoteKind};

fn clock() -> Clock {
    Clock::manual("2026-11-22T12:00:00Z".parse::<Timestamp>().expect("a time"))
}

fn account() -> AccountId {
    AccountId::new("prod", SystemId::HuaweiCoc)
}

fn intent(summary: &str) -> Intent {
    Intent {
        account: account().to_string(),
        operation: "huawei-coc.accept_incident".to_owned(),
        summary: summary.to_owned(),
        command: "watchkeeper call …".to_owned(),
    }
}

fn receipt() -> Receipt {
    Receipt::new("accepted", Some("r-1".into()), Vec::new())
}

/// Everything a store has replied with so far.
async fn replies(store: &Store, replies: &mut Replies) -> Vec<Stored> {
    store.close().await;
    std::iter::from_fn(|| replies.next().now_or_never().flatten()).collect()
}

fn problems(stored: &[Stored]) -> Vec<&String> {
    stored
        .iter()
        .filter_map(|stored| match stored {
            Stored::Problem(text) => Some(text),
            _ => None,
        })
        .collect()
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("state").join("state.db")
}

fn outcomes(path: &Path) -> Vec<Outcome> {
    let entries = read_journal(path, 100).expect("it can be read");
    entries.iter().map(|entry| entry.outcome).collect()
}

#[tokio::test]
async fn an_intent_is_in_the_file_before_it_is_settled_and_its_outcome_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _replies) = Store::open(Some(&file(&folder)), clock());
    let line = store.intent(intent("accept IM1")).await.expect("written");
    // Another process sees it: had ours been killed now, the outcome would be unknown.
    let entries = read_journal(&file(&folder), 10).expect("it can be read");
    assert_eq!(entries[0].summary.raw(), "accept IM1");
    assert_eq!(
        entries[0].outcome,
        Outcome::Unknown,
        "this reader has written nothing itself"
    );
    store.settle(line, &Ok(receipt()));
    store.close().await;
    let entries = read_journal(&file(&folder), 10).expect("it can be read");
    assert_eq!(entries[0].outcome, Outcome::Done);
    assert_eq!(entries[0].request_id, Some("r-1".into()));
    assert_eq!(entries[0].settled, Some(clock().now()));
}

#[tokio::test]
async fn open_intents_of_an_earlier_run_have_an_unknown_outcome_and_our_own_do_not() {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let (store, _replies) = Store::open(Some(&file(&folder)), clock());
        store.intent(intent("first")).await.expect("written");
        // The program ends here, before the answer.
    }
    let (store, mut replied) = Store::open(Some(&file(&folder)), clock());
    store.intent(intent("second")).await.expect("written");
    store.load_journal();
    let stored = replies(&store, &mut replied).await;
    let Some(Stored::Journal(entries)) = stored.last() else {
        panic!("no journal in {stored:?}");
    };
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| (entry.summary.raw(), entry.outcome))
        .collect();
    assert_eq!(
        shown,
        [("second", Outcome::Intent), ("first", Outcome::Unknown)]
    );
}

#[tokio::test]
async fn every_way_to_fail_is_written_down_as_what_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _replies) = Store::open(Some(&file(&folder)), clock());
    let refused = ApiError::new(
        Class::Conflict,
        SystemId::HuaweiCoc,
        "huawei-coc.accept_incident",
        "no",
    );
    let mut lost = ApiError::new(
        Class::Network,
        SystemId::HuaweiCoc,
        "huawei-coc.accept_incident",
        "cut",
    );
    lost.outcome_unknown = true;
    for result in [Ok(receipt()), Err(refused), Err(lost)] {
        let line = store.intent(intent("x")).await.expect("written");
        store.settle(line, &result);
    }
    store.close().await;
    assert_eq!(
        outcomes(&file(&folder)),
        [Outcome::Unknown, Outcome::Failed, Outcome::Done]
    );
}

#[tokio::test]
async fn only_the_owner_can_read_folder_and_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _replies) = Store::open(Some(&file(&folder)), clock());
    store.intent(intent("x")).await.expect("written");
    let mode = |path: &Path| path.metadata().expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(file(&folder).parent().expect("a parent")), 0o700);
    for entry in file(&folder)
        .parent()
        .expect("a parent")
        .read_dir()
        .expect("readable")
    {
        assert_eq!(mode(&entry.expect("readable").path()), 0o600);
    }
    drop(store);
    std::fs::set_permissions(file(&folder), std::fs::Permissions::from_mode(0o644)).expect("ours");
    let (store, _replies) = Store::open(Some(&file(&folder)), clock());
    store.close().await;
    assert_eq!(mode(&file(&folder)), 0o600);
}

#[tokio::test]
async fn what_was_kept_comes_back_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let now = clock().now().as_second();
    let series = Series {
        key: SeriesKey::new("KEC", "i-1", "cpu"),
        label: Some("处理器".into()),
        unit: Some("%".into()),
        statistic: Statistic::Max,
        period: 60,
        samples: vec![
            Sample {
                at: now - 120,
                value: 1.5,
            },
            Sample {
                at: now - 60,
                value: 2.5,
            },
        ],
        odd: None,
    };
    let note = Note {
        account: account(),
        incident: "IM1".into(),
        at: clock().now(),
        kind: NoteKind::Remark,
        text: "已通知\n业务方".into(),
    };
    let link = Link {
        of: Linked::Order(account(), "SCT1".into()),
        at: clock().now(),
        alarm: None,
        incident: Some((account(), "IM1".into())),
    };
    {
        let (store, _replies) = Store::open(Some(&file(&folder)), clock());
        store.save(Record::Track(account(), "IM1".into()));
        store.save(Record::Track(account(), "IM2".into()));
        store.save(Record::Track(account(), "IM1".into()));
        store.save(Record::Untrack(account(), "IM2".into()));
        store.save(Record::Setting("sort".to_owned(), "age".to_owned()));
        store.save(Record::Setting("sort".to_owned(), "level".to_owned()));
        store.save(Record::Note(note.clone()));
        store.save(Record::Link(Box::new(link.clone())));
        store.save(Record::Link(Box::new(link.clone())));
        let mut old = series.clone();
        old.samples.insert(
            0,
            Sample {
                at: now - 90_000,
                value: 0.0,
            },
        );
        store.save(Record::Samples(account(), vec![Arc::new(old.clone())]));
        store.save(Record::Samples(account(), vec![Arc::new(old)]));
        store.close().await;
    }
    let (store, mut replied) = Store::open(Some(&file(&folder)), clock());
    let stored = replies(&store, &mut replied).await;
    assert_eq!(
        stored,
        [
            Stored::Tracked(vec![(account(), "IM1".into())]),
            Stored::Links(vec![link]),
            Stored::Notes(vec![note]),
            Stored::Settings(vec![("sort".to_owned(), "level".to_owned())]),
            Stored::Samples(account(), vec![series], now),
        ]
    );
}

#[tokio::test]
async fn a_damaged_file_is_moved_aside_and_said() {
    let garbage: [&[u8]; 3] = [
        b"this is no database, and was never one; it is only long enough to look at",
        &[0xff; 8_192],
        b"SQLite format 3\0 but no more than that, and then nothing that makes any sense",
    ];
    for content in garbage {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state.db");
        std::fs::write(&path, content).expect("written");
        let (store, mut replied) = Store::open(Some(&path), clock());
        store.intent(intent("works")).await.expect("written");
        let stored = replies(&store, &mut replied).await;
        assert!(
            problems(&stored)[0].contains(".damaged-20261122T120000000"),
            "{stored:?}"
        );
        assert_eq!(outcomes(&path).len(), 1);
        let aside = folder.path().join("state.db.damaged-20261122T120000000");
        assert_eq!(std::fs::read(aside).expect("kept"), content);
    }
}

#[tokio::test]
async fn a_file_with_damaged_pages_never_keeps_the_program_from_starting() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = folder.path().join("good.db");
    {
        let (store, _replies) = Store::open(Some(&good), clock());
        for n in 0..200 {
            store
                .intent(intent(&format!("change {n}")))
                .await
                .expect("written");
        }
        store.close().await;
    }
    // The last connection has gone: everything is in the one file.
    let whole = wait_for_whole(&good);
    for (number, place) in (0..whole.len()).step_by(whole.len() / 40).enumerate() {
        let path = folder.path().join(format!("bad-{number}.db"));
        let mut bytes = whole.clone();
        for byte in bytes.iter_mut().skip(place).take(64) {
            *byte ^= 0x5a;
        }
        std::fs::write(&path, &bytes).expect("written");
        let (store, mut replied) = Store::open(Some(&path), clock());
        store.load_journal();
        let written = store.intent(intent("after")).await;
        let stored = replies(&store, &mut replied).await;
        let readable = stored
            .iter()
            .any(|stored| matches!(stored, Stored::Journal(_)));
        assert!(
            written.is_ok() || !problems(&stored).is_empty(),
            "damage at {place}: {stored:?}"
        );
        assert!(
            readable || !problems(&stored).is_empty(),
            "damage at {place}: {stored:?}"
        );
    }
}

/// The file's bytes, once the store's thread has closed it and removed the log beside it.
fn wait_for_whole(path: &Path) -> Vec<u8> {
    let log = path.with_extension("db-wal");
    while log.exists() {
        std::thread::yield_now();
    }
    std::fs::read(path).expect("readable")
}

#[tokio::test]
async fn without_a_folder_it_works_in_memory_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let blocker = folder.path().join("file");
    std::fs::write(&blocker, "not a folder").expect("written");
    let (store, mut replied) = Store::open(Some(&blocker.join("state.db")), clock());
    let line = store.intent(intent("x")).await.expect("in memory");
    store.settle(line, &Ok(receipt()));
    store.load_journal();
    let stored = replies(&store, &mut replied).await;
    assert!(
        problems(&stored)[0].contains("in memory only"),
        "{stored:?}"
    );
    assert!(
        matches!(stored.last(), Some(Stored::Journal(entries)) if entries[0].outcome == Outcome::Done)
    );
}

#[tokio::test]
async fn a_file_of_a_newer_version_and_a_link_are_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let newer = folder.path().join("newer.db");
    let connection = rusqlite::Connection::open(&newer).expect("opened");
    connection
        .pragma_update(None, "user_version", 99)
        .expect("set");
    drop(connection);
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&newer, &link).expect("linked");
    for (path, reason) in [(&newer, "newer version"), (&link, "not a regular file")] {
        let before = std::fs::read(&newer).expect("readable");
        let (store, mut replied) = Store::open(Some(path), clock());
        store.intent(intent("x")).await.expect("in memory");
        let stored = replies(&store, &mut replied).await;
        assert!(problems(&stored)[0].contains(reason), "{stored:?}");
        let after = rusqlite::Connection::open(&newer).expect("opened");
        let tables: i64 = after
            .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
            .expect("readable");
        assert_eq!(tables, 0);
        assert_eq!(std::fs::read(&newer).expect("readable").len(), before.len());
    }
    assert!(
        matches!(read_journal(&newer, 1), Err(Unreadable { reason, .. }) if reason.contains("newer"))
    );
}

#[tokio::test]
async fn when_the_disk_fails_the_change_is_refused_and_the_next_one_is_kept_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, mut replied) = Store::open(Some(&file(&folder)), clock());
    store.intent(intent("before")).await.expect("written");
    // Nobody can write while another holds the file for good: as a full disk, it fails and does not go away.
    let other = rusqlite::Connection::open(file(&folder)).expect("opened");
    other
        .execute_batch("DROP TABLE journal; CREATE VIEW journal AS SELECT 1 AS id")
        .expect("ruined");
    assert!(store.intent(intent("refused")).await.is_err());
    store.intent(intent("kept")).await.expect("in memory");
    let stored = replies(&store, &mut replied).await;
    assert!(
        problems(&stored)[0].contains("in memory only"),
        "{stored:?}"
    );
}

#[test]
fn a_journal_that_does_not_exist_is_empty_and_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    assert_eq!(read_journal(&path, 10).expect("empty"), []);
    assert!(!path.exists());
}

#[test]
fn many_at_once_lose_nothing() {
    const WRITERS: usize = 4;
    const LINES: usize = 100;
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder);
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let path = &path;
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    // Each has a connection of its own, as processes have.
                    let (store, mut replied) = Store::open(Some(path), clock());
                    for line in 0..LINES {
                        let id = store
                            .intent(intent(&format!("{writer}-{line}")))
                            .await
                            .expect("written");
                        store.settle(id, &Ok(receipt()));
                    }
                    let stored = replies(&store, &mut replied).await;
                    assert_eq!(problems(&stored), [""; 0]);
                });
            });
        }
    });
    let entries = read_journal(&path, 10_000).expect("readable");
    let names: std::collections::HashSet<&str> =
        entries.iter().map(|entry| entry.summary.raw()).collect();
    assert_eq!(names.len(), WRITERS * LINES);
    assert!(entries.iter().all(|entry| entry.outcome == Outcome::Done));
}

#[tokio::test(start_paused = true)]
async fn the_store_in_memory_needs_no_thread_and_no_time() {
    let (store, mut replied) = Store::open(None, clock());
    let line = store
        .intent(intent("x"))
        .now_or_never()
        .expect("at once")
        .expect("written");
    store.settle(line, &Ok(receipt()));
    store.load_journal();
    let stored = replied.next().now_or_never().flatten();
    assert!(matches!(stored, Some(Stored::Journal(entries)) if entries.len() == 1));
    tokio::time::timeout(Duration::ZERO, store.close())
        .await
        .expect("at once");
}
