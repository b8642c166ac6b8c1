use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crossterm::event::{KeyCode, KeyModifiers};
use futures_util::future::BoxFuture;
use futures_util::stream;
use ratatui::backend::TestBackend;
use ratatui::text::Line;
use ratatui::{Frame, Terminal};

use super::*;
use crate::cloud::Limit;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::{Action, Receipt};
use crate::domain::error::ApiError;
use crate::domain::journal::Outcome;
use crate::domain::query::{Facts, Priority, Query, Want};
use crate::domain::record::Stored;
use crate::fetch;
use crate::fetch::task::Remote;
use crate::store::Store;
use crate::ui::keys::Key;

/// A core that writes down what it is told and does what a key says.
#[derive(Default)]
struct Probe {
    told: Vec<String>,
    dirty: bool,
    journal: Vec<Outcome>,
    /// Pieces that are still to be made ready.
    pieces: u32,
    draws: Arc<AtomicU32>,
}

fn account() -> AccountId {
    AccountId::new("test", SystemId::HuaweiCoc)
}

fn at() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().expect("a time")
}

impl Core for Probe {
    fn start(&mut self, _at: Timestamp) -> Vec<Effect> {
        self.told.push("start".to_owned());
        vec![Effect::Watch(vec![Want {
            query: Query::Alarms(account()),
            priority: Priority::Visible,
            every: Duration::from_secs(60),
        }])]
    }

    fn update(&mut self, _at: Timestamp, message: Message) -> Vec<Effect> {
        self.dirty = true;
        let (note, effects) = match message {
            Message::Key(key) => match key.text() {
                Some('q') => ("q".to_owned(), vec![Effect::Quit { keep: true }]),
                Some('a') => (
                    "a".to_owned(),
                    vec![Effect::Act {
                        ticket: 7,
                        action: Action::AcceptIncident(account(), "IM1".into()),
                        summary: "accept incident IM1".to_owned(),
                        command: "watchkeeper call …".to_owned(),
                    }],
                ),
                Some('e') => ("e".to_owned(), vec![Effect::Edit("old".to_owned(), ".md")]),
                Some('w') => (
                    "w".to_owned(),
                    vec![Effect::WakeAt(Some(at() + Duration::from_secs(90)))],
                ),
                Some('c') => (
                    "c".to_owned(),
                    vec![Effect::Copy("text".to_owned()), Effect::Bell],
                ),
                Some('p') => {
                    self.pieces = 3;
                    ("p".to_owned(), Vec::new())
                }
                Some('P') => {
                    self.pieces = u32::MAX;
                    ("P".to_owned(), Vec::new())
                }
                _ => ("key".to_owned(), Vec::new()),
            },
            Message::Resize(columns, rows) => (format!("{columns}x{rows}"), Vec::new()),
            Message::Fresh(updates) => (format!("fresh {}", updates.len()), Vec::new()),
            Message::Done(ticket, result) => (
                format!("done {ticket} {}", result.is_ok()),
                vec![Effect::LoadJournal],
            ),
            Message::Stored(Stored::Journal(entries)) => {
                self.journal = entries.iter().map(|entry| entry.outcome).collect();
                ("journal".to_owned(), Vec::new())
            }
            Message::Edited(text) => (format!("edited {text:?}"), Vec::new()),
            Message::Woke => ("woke".to_owned(), Vec::new()),
            Message::Terminate => ("terminate".to_owned(), Vec::new()),
            _ => return Vec::new(),
        };
        self.told.push(note);
        effects
    }

    fn view(&self, frame: &mut Frame) {
        self.draws.fetch_add(1, Ordering::SeqCst);
        let text = self.told.join(" ");
        frame.render_widget(Line::from(text), frame.area());
    }

    fn dirty(&self) -> bool {
        self.dirty
    }

    fn drawn(&mut self) {
        self.dirty = false;
    }

    fn prepare(&mut self) -> bool {
        let Some(left) = self.pieces.checked_sub(1) else {
            return false;
        };
        self.pieces = left;
        if left < 3 {
            self.told.push("piece".to_owned());
        }
        true
    }
}

/// Answers everything at once with nothing.
struct Nothing;

impl Remote for Nothing {
    fn account(&self) -> AccountId {
        account()
    }

    fn limits(&self) -> &[Limit] {
        const LIMITS: &[Limit] = &[Limit {
            group: "",
            calls: 100,
            per: Duration::from_secs(60),
            concurrent: 4,
        }];
        LIMITS
    }

    fn answer<'a>(&'a self, _query: &'a Query) -> BoxFuture<'a, Result<Facts, ApiError>> {
        Box::pin(async { Ok(Facts::Alarms(Vec::new())) })
    }

    fn act<'a>(&'a self, _action: &'a Action) -> BoxFuture<'a, Result<Receipt, ApiError>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok(Receipt::new("accepted", Some("r-1".into()), Vec::new()))
        })
    }
}

fn key(c: char) -> Input {
    Input::Key(Key::new(KeyCode::Char(c), KeyModifiers::NONE))
}

/// Inputs, each so many milliseconds after the one before.
fn script(steps: Vec<(u64, Input)>) -> impl futures_util::Stream<Item = Input> + Unpin + Send {
    Box::pin(stream::unfold(steps.into_iter(), |mut steps| async move {
        let (wait, input) = steps.next()?;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        Some((input, steps))
    }))
}

/// Runs a probe on these inputs; the ports are ready after `building`.
async fn run_probe(
    building: Duration,
    steps: Vec<(u64, Input)>,
) -> (
    Ended<Probe>,
    Headless<TestBackend, impl futures_util::Stream<Item = Input> + Unpin + Send>,
) {
    let clock = Clock::follow_tokio(at());
    let terminal = Terminal::new(TestBackend::new(80, 24)).expect("memory");
    let mut console = Headless::new(terminal, script(steps));
    console.edits.push_back(Some("new".to_owned()));
    let port_clock = clock.clone();
    let ports = async move {
        tokio::time::sleep(building).await;
        let (fetch, inbox) = fetch::spawn_remotes(vec![Arc::new(Nothing)], port_clock.clone(), 1);
        let (store, replies) = Store::in_memory(port_clock);
        Ports {
            fetch,
            inbox,
            store,
            replies,
            folder: std::env::temp_dir(),
        }
    };
    let ended = run(Probe::default(), &mut console, ports, clock).await;
    (ended.expect("no I/O"), console)
}

#[tokio::test(start_paused = true)]
async fn the_first_frame_comes_before_anything_else_is_built() {
    let (ended, console) = run_probe(Duration::from_secs(3600), vec![(5, key('q'))]).await;
    assert_eq!(ended.app.told, ["80x24", "start", "q"]);
    assert_eq!(console.frames, 1);
    assert!(ended.keep);
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_for_before_the_ports_were_ready_is_done_then() {
    let (ended, _) = run_probe(Duration::from_secs(1), vec![(2_000, key('q'))]).await;
    assert_eq!(ended.app.told, ["80x24", "start", "fresh 1", "q"]);
}

#[tokio::test(start_paused = true)]
async fn an_action_is_written_down_before_and_after() {
    let (ended, _) = run_probe(Duration::ZERO, vec![(100, key('a')), (1_000, key('q'))]).await;
    assert_eq!(
        ended.app.told,
        [
            "80x24",
            "start",
            "fresh 1",
            "a",
            "done 7 true",
            "journal",
            "q"
        ]
    );
    assert_eq!(ended.app.journal, [Outcome::Done]);
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_keys_is_one_frame_and_frames_keep_their_distance() {
    let mut steps = vec![(100, key('x'))];
    steps.extend((0..500).map(|_| (0, key('x'))));
    steps.extend((0..100).map(|_| (1, key('x'))));
    steps.push((1_000, key('q')));
    let (_, console) = run_probe(Duration::from_secs(3600), steps).await;
    // The first frame, the first keys, and then one each eight milliseconds for a hundred of keys.
    assert!(
        (10..=16).contains(&console.frames),
        "{} frames",
        console.frames
    );
}

/// A key that comes right after an answer was drawn does not wait until the next answer might be drawn.
#[tokio::test(start_paused = true)]
async fn a_key_does_not_wait_for_the_distance_between_answers() {
    let steps = vec![(1_000, key('w')), (89_010, key('x')), (20, key('q'))];
    let (ended, console) = run_probe(Duration::from_secs(3600), steps).await;
    // The first frame, `w`, what it wakes for, and `x` ten milliseconds later.
    assert_eq!(ended.app.told, ["80x24", "start", "w", "woke", "key", "q"]);
    assert_eq!(console.frames, 4);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_drawn_while_nothing_happens() {
    let (_, console) = run_probe(Duration::from_secs(7_200), vec![(3_600_000, key('q'))]).await;
    assert_eq!(console.frames, 1);
}

#[tokio::test(start_paused = true)]
async fn what_can_be_made_ready_is_when_the_picture_is_there() {
    let steps = vec![(100, key('p')), (1_000, key('x')), (1_000, key('q'))];
    let (ended, console) = run_probe(Duration::from_secs(3600), steps).await;
    let told = ["80x24", "start", "p", "piece", "piece", "piece", "key", "q"];
    assert_eq!(ended.app.told, told);
    // The first frame, and one for each key.
    assert_eq!(console.frames, 3);
}

/// Of what is made ready there is more than will ever be done here.
#[tokio::test]
async fn keys_come_before_what_is_made_ready() {
    let steps = vec![(1, key('P')), (1, key('x')), (1, key('q'))];
    let (ended, _) = run_probe(Duration::from_secs(3600), steps).await;
    assert_eq!(ended.app.told, ["80x24", "start", "P", "key", "q"]);
    assert!(ended.app.pieces > 3);
}

#[tokio::test(start_paused = true)]
async fn the_one_timer_wakes_once() {
    let (ended, _) = run_probe(
        Duration::from_secs(3600),
        vec![(1_000, key('w')), (300_000, key('q'))],
    )
    .await;
    assert_eq!(ended.app.told, ["80x24", "start", "w", "woke", "q"]);
}

#[tokio::test(start_paused = true)]
async fn copy_bell_and_editor_reach_the_console() {
    let steps = vec![(10, key('c')), (0, key('e')), (50, key('q'))];
    let (ended, console) = run_probe(Duration::from_secs(3600), steps).await;
    assert_eq!(console.copied, ["text"]);
    assert_eq!(console.bells, 1);
    assert_eq!(console.edited, [("old".to_owned(), ".md".to_owned())]);
    assert!(ended.app.told.contains(&"edited Some(\"new\")".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_the_program_whatever_the_core_says() {
    let (ended, _) = run_probe(
        Duration::from_secs(3600),
        vec![(10, Input::End(Signal::Terminate))],
    )
    .await;
    assert_eq!(ended.signal, Some(Signal::Terminate));
    assert_eq!(Signal::Terminate.status(), 143);
    assert_eq!(ended.app.told.last().map(String::as_str), Some("terminate"));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_input_is_a_hang_up() {
    let (ended, _) = run_probe(Duration::from_secs(3600), Vec::new()).await;
    assert_eq!(ended.signal, Some(Signal::HangUp));
}
