//! A stage for the whole program: the real loop, the real panes and the real clients with real signatures, in front of
//! the simulator in memory, in virtual time. A test presses keys and waits for what the screen shows; nothing sleeps.

use std::cell::Cell as Slot;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream;
use http::{Request, Response};
use jiff::tz::{Offset, TimeZone};
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use tokio::sync::{mpsc, watch};
use unicode_width::UnicodeWidthStr;

use watchkeeper::app::App;
use watchkeeper::app::settings::Settings;
use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::transport::{Transport, TransportError};
use watchkeeper::fetch;
use watchkeeper::panes;
use watchkeeper::shell::{self, Headless, Input, Ports};
use watchkeeper::sim::Sim;
use watchkeeper::sim::scenario::Scenario;
use watchkeeper::store::Store;
use watchkeeper::ui::keys::parse_sequence;
use watchkeeper::ui::lang::Lang;
use watchkeeper::ui::theme::{Depth, Theme};

use super::words::said;

/// When every play begins: 03:12 in Beijing.
const CURTAIN: &str = "2026-11-21T19:12:00Z";

/// So much virtual time anything may take to appear.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// How a play is set.
pub struct Setting {
    /// Columns and rows.
    pub size: (u16, u16),
    /// The language of the interface.
    pub lang: Lang,
    /// The theme.
    pub theme: Theme,
    /// A scenario's name, or the text of one.
    pub scenario: String,
    /// What stands between the clients and the simulator.
    pub network: Network,
    /// As if every byte counted.
    pub low_traffic: bool,
}

/// What stands between the clients and the simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Nothing.
    Open,
    /// Nothing is ever answered.
    Silent,
    /// Every answer has no elements in its lists.
    Hollow,
    /// In every list of the site the first row has fields that are not what they should be.
    Odd,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            size: (80, 24),
            lang: Lang::En,
            theme: Theme::built_in("dark", Depth::True).unwrap(),
            scenario: "demo".to_owned(),
            network: Network::Open,
            low_traffic: false,
        }
    }
}

/// The program while it plays.
pub struct Stage {
    /// The simulator.
    pub sim: Arc<Sim>,
    keys: mpsc::UnboundedSender<Input>,
    screen: Screen,
    theme: Theme,
    lang: Lang,
    calls: Arc<AtomicU64>,
    /// Where files go that the user asks for; gone with the play.
    pub folder: PathBuf,
}

/// Plays `script` in front of the program. The program ends when the script does.
pub async fn play<T>(setting: Setting, script: impl AsyncFnOnce(&mut Stage) -> T) -> T {
    DRAWN.set(0);
    let clock = Clock::follow_tokio(CURTAIN.parse().unwrap());
    let scenario = if setting.scenario.contains('\n') {
        Scenario::parse("test", &setting.scenario)
    } else {
        Scenario::load(&setting.scenario)
    };
    let sim = Sim::new(scenario.unwrap(), clock.clone());
    let (keys, mut inputs) = mpsc::unbounded_channel();
    let screen = Screen::new(setting.size);
    let terminal = Terminal::new(screen.clone()).unwrap();
    let input = stream::poll_fn(move |context| inputs.poll_recv(context));
    let mut console = Headless::new(terminal, input);
    let app = App::new(panes::catalog(), settings(&setting, &sim));
    let calls = Arc::new(AtomicU64::new(0));
    let folder = tempfile::tempdir().unwrap();
    let program = shell::run(
        app,
        &mut console,
        async { ports(&sim, setting.network, &clock, &calls, folder.path()) },
        clock.clone(),
    );
    let mut stage = Stage {
        sim: Arc::clone(&sim),
        keys,
        screen,
        theme: setting.theme,
        lang: setting.lang,
        calls: Arc::clone(&calls),
        folder: folder.path().to_owned(),
    };
    tokio::select! {
        biased;
        ended = program => panic!("the program ended: {:?}", ended.map(|ended| ended.signal)),
        result = script(&mut stage) => result,
    }
}

fn settings(setting: &Setting, sim: &Sim) -> Settings {
    let connections = sim.connections(BASE);
    let accounts = connections
        .iter()
        .map(|(connection, _)| connection.account.clone())
        .collect();
    let mut settings = Settings::new(setting.theme.clone(), "demo", accounts);
    settings.lang = setting.lang;
    settings.low_traffic = setting.low_traffic;
    settings.zone = TimeZone::fixed(Offset::constant(8));
    settings.check = watchkeeper::cloud::broken_rules;
    settings.operations = watchkeeper::cloud::operations().collect();
    settings.watch = connections
        .iter()
        .flat_map(|(connection, _)| sim.watch_list(&connection.account.id))
        .collect();
    settings
}

/// Where the simulator would be if it were on a network.
const BASE: &str = "http://127.0.0.1:1";

fn ports(
    sim: &Arc<Sim>,
    network: Network,
    clock: &Clock,
    calls: &Arc<AtomicU64>,
    folder: &Path,
) -> Ports {
    let clients = sim.connections(BASE).into_iter().map(|(connection, keys)| {
        let transport: Arc<dyn Transport> = Arc::new(Way {
            network,
            behind: sim.transport(),
            calls: Arc::clone(calls),
        });
        Arc::new(Client::with_random(
            connection,
            Arc::new(keys),
            transport,
            clock.clone(),
            next_random,
        ))
    });
    let (fetch, inbox) = fetch::spawn(clients.collect(), clock.clone(), 1);
    let (store, replies) = Store::in_memory(clock.clone());
    Ports {
        fetch,
        inbox,
        store,
        replies,
        folder: folder.to_owned(),
    }
}

thread_local! {
    /// How many random numbers this play has used. A play stays on its thread.
    static DRAWN: Slot<u64> = const { Slot::new(0) };
}

/// Random numbers that are the same in every run.
fn next_random() -> u64 {
    DRAWN.set(DRAWN.get() + 1);
    watchkeeper::sim::chance::scramble(DRAWN.get())
}

/// The way to the simulator.
struct Way {
    network: Network,
    behind: Arc<dyn Transport>,
    calls: Arc<AtomicU64>,
}

impl Transport for Way {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match self.network {
            Network::Silent => Box::pin(std::future::pending()),
            Network::Open => self.behind.send(request),
            Network::Hollow => Box::pin(async {
                let response = self.behind.send(request).await?;
                Ok(response.map(|body| hollow(&body)))
            }),
            Network::Odd => Box::pin(async {
                let response = self.behind.send(request).await?;
                Ok(response.map(|body| odd(&body)))
            }),
        }
    }
}

/// A JSON answer without the elements of its lists; anything else, and answers without lists, as they are.
fn hollow(body: &Bytes) -> Bytes {
    let Ok(mut json) = serde_json::from_slice(body) else {
        return body.clone();
    };
    empty_lists(&mut json);
    serde_json::to_vec(&json).unwrap().into()
}

/// What the fields of the first row of a list are in an odd answer.
fn oddities() -> [(&'static str, serde_json::Value); 11] {
    use serde_json::json;
    [
        ("severity", json!("urgent")),
        ("count", json!("many")),
        ("first_occur_utc", json!("then")),
        ("total", json!("lots")),
        ("allocated", json!({"a": 1})),
        ("available", json!(true)),
        ("operation_result", json!({"code": 1})),
        ("running_status", json!(["odd"])),
        ("CPU", json!("[{\"cores\":\"22\"")),
        (
            "MEMORY",
            json!("[{\"size\":\"32 GB\"},{\"size\":\"some\"}]"),
        ),
        ("DISK", json!("[['/dev/sda'")),
    ]
}

/// A list of the site whose first row is odd; anything else as it is.
fn odd(body: &Bytes) -> Bytes {
    let Ok(mut json) = serde_json::from_slice::<serde_json::Value>(body) else {
        return body.clone();
    };
    let Some(rows) = json["list"].as_array_mut().filter(|rows| !rows.is_empty()) else {
        return body.clone();
    };
    // A pool has a row for each day: all of them are odd.
    let first = rows[0].clone();
    let pool = ["metric_type", "zone_type", "region", "resource_type"];
    let mut is_first = true;
    for row in rows.iter_mut() {
        let is_like =
            first["metric_type"].is_string() && pool.iter().all(|name| row[*name] == first[*name]);
        if is_first || is_like {
            for (name, value) in oddities() {
                if let Some(field) = row.get_mut(name) {
                    *field = value;
                }
            }
        }
        is_first = false;
        // Of one metric of one network device no sample is a number.
        if row["device_ip"] == "10.8.0.1" && row["metric"].as_str() == Some("59") {
            row["value"] = "n/a".into();
        }
    }
    serde_json::to_vec(&json).unwrap().into()
}

fn empty_lists(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Array(list) => list.clear(),
        serde_json::Value::Object(members) => members.values_mut().for_each(empty_lists),
        _ => {}
    }
}

impl Stage {
    /// Presses keys in the notation of the key map, with blanks between them, and waits for the frame that follows.
    pub async fn press(&mut self, keys: &str) {
        let mut frames = self.screen.frames();
        for key in parse_sequence(keys).unwrap() {
            self.keys.send(Input::Key(key)).unwrap();
        }
        frames.changed().await.unwrap();
    }

    /// How many frames were drawn so far.
    pub fn frames(&self) -> u64 {
        *self.screen.frames().borrow()
    }

    /// How many calls were sent so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Presses keys without waiting for anything.
    pub fn hit(&mut self, keys: &str) {
        for key in parse_sequence(keys).unwrap() {
            self.keys.send(Input::Key(key)).unwrap();
        }
    }

    /// Types a text, key by key.
    pub async fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(&match c {
                ' ' => "<space>".to_owned(),
                '<' => "<lt>".to_owned(),
                c => c.to_string(),
            })
            .await;
        }
    }

    /// Pastes a text.
    pub async fn paste(&mut self, text: &str) {
        let mut frames = self.screen.frames();
        self.keys.send(Input::Paste(text.to_owned())).unwrap();
        frames.changed().await.unwrap();
    }

    /// Opens a view by its name in the palette.
    pub async fn go(&mut self, view: &str) {
        self.press(":").await;
        self.type_text(view).await;
        self.press("<enter>").await;
    }

    /// Waits, in virtual time, until the screen fulfils a condition.
    pub async fn wait_until(&self, what: &str, condition: impl Fn(&str) -> bool) {
        let late = tokio::time::sleep(PATIENCE);
        tokio::pin!(late);
        let mut frames = self.screen.frames();
        while !condition(&self.text()) {
            tokio::select! {
                biased;
                () = &mut late => panic!("never came: {what}\n{}", self.text()),
                changed = frames.changed() => changed.unwrap(),
            }
        }
    }

    /// Waits until the screen shows a text.
    pub async fn sees(&self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text)).await;
    }

    /// Sends a form off from its field with this number: backwards, the second stop before the first field is the
    /// button that does it.
    pub async fn send_form(&mut self, from: usize) {
        self.press(&"<s-tab> ".repeat(from + 2)).await;
        self.press("<enter>").await;
    }

    /// Confirms the dialog that asks, once it is seen to stand on Cancel.
    pub async fn confirm(&mut self, button: &str) {
        let button = format!("[ {button} ]");
        self.sees(&button).await;
        let cancel = format!("[ {} ]", said(self.lang, "Cancel"));
        assert!(self.has_focus(&cancel), "{}", self.text());
        self.press("<tab>").await;
        assert!(self.has_focus(&button), "{}", self.text());
        self.press("<enter>").await;
    }

    /// Does this button look like the one with the focus?
    pub fn has_focus(&self, button: &str) -> bool {
        let buffer = self.buffer();
        let focused = self.theme.style("button.focused");
        let is_focused = |x, y| {
            let cell: &Cell = &buffer[(x, y)];
            Some(cell.bg) == focused.bg && cell.modifier.contains(focused.add_modifier)
        };
        (0..buffer.area.height).any(|y| {
            let mut worn = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if is_focused(x, y) {
                    worn.push_str(symbol);
                }
                // The second cell of a wide letter is none of its own.
                x += u16::try_from(symbol.width()).unwrap().max(1);
            }
            worn.trim() == button
        })
    }

    /// Is this text, narrow letters all of it, somewhere on the screen in the colour of a role?
    pub fn wears(&self, text: &str, role: &str) -> bool {
        let buffer = self.buffer();
        let colour = self.theme.style(role).fg;
        let letters: Vec<String> = text.chars().map(String::from).collect();
        (0..buffer.area.height).any(|y| {
            let row: Vec<&Cell> = (0..buffer.area.width).map(|x| &buffer[(x, y)]).collect();
            row.windows(letters.len()).any(|cells| {
                let mut both = cells.iter().zip(&letters);
                both.all(|(cell, letter)| cell.symbol() == letter && Some(cell.fg) == colour)
            })
        })
    }

    /// Lets virtual time go by: what is due until then happens.
    pub async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// The screen as text, without blanks at the ends of lines.
    pub fn text(&self) -> String {
        text_of(&self.buffer())
    }

    /// The screen's cells.
    pub fn buffer(&self) -> Buffer {
        self.screen.backend().buffer().clone()
    }

    /// The line that shows a text.
    pub fn line_with(&self, text: &str) -> String {
        let screen = self.text();
        let line = screen.lines().find(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("no line shows {text:?}:\n{screen}"))
            .to_owned()
    }

    /// Does the screen show this text?
    pub fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }
}

/// Cells as text: one line for each row, without blanks at its end. The second cell of a wide letter is left out.
pub fn text_of(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(symbol.width()).unwrap().max(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A screen in memory that the test looks at while the program draws on it.
#[derive(Clone)]
pub struct Screen {
    backend: Arc<Mutex<TestBackend>>,
    frames: watch::Sender<u64>,
}

impl Screen {
    fn new((columns, rows): (u16, u16)) -> Self {
        Self {
            backend: Arc::new(Mutex::new(TestBackend::new(columns, rows))),
            frames: watch::Sender::new(0),
        }
    }

    fn backend(&self) -> MutexGuard<'_, TestBackend> {
        self.backend.lock().unwrap()
    }

    fn frames(&self) -> watch::Receiver<u64> {
        self.frames.subscribe()
    }
}

impl Backend for Screen {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.backend().draw(std::iter::once((x, y, cell)))?;
            // As in a terminal, a wide letter covers whatever was in its second cell.
            let mut covered = cell.clone();
            covered.set_symbol(" ");
            let cells = u16::try_from(cell.symbol().width()).unwrap();
            for x in x + 1..x + cells {
                self.backend().draw(std::iter::once((x, y, &covered)))?;
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.backend().hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.backend().show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.backend().get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.backend().set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.backend().clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Infallible> {
        self.backend().clear_region(clear_type)
    }

    fn size(&self) -> Result<Size, Infallible> {
        self.backend().size()
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.backend().window_size()
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        self.frames.send_modify(|frames| *frames += 1);
        self.backend().flush()
    }
}
