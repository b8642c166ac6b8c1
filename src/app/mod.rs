//! The pure core: a message comes in, effects go out. It reads no clock and does no I/O.
//!
//! `App::update` is the only way in which anything changes. It is spread over files by what it is about:
//! `navigate` (views, the way back, focus), `dispatch` (keys and commands), `talk` (panes), `act` (changes),
//! `timing` (what is wanted, and when to wake), `bars` and `draw` (the screen).

mod act;
mod bars;
pub mod board;
pub mod command;
mod dispatch;
mod doubt;
mod draw;
pub mod effect;
pub mod happening;
mod herald;
mod keydoc;
pub mod keymap;
pub mod look;
mod lookup;
pub mod marks;
pub mod message;
mod navigate;
pub mod overlay;
pub mod pane;
mod round;
mod samples;
pub mod scaling;
pub mod setbacks;
pub mod settings;
pub mod site;
pub mod subject;
mod talk;
mod timing;
mod toast;
mod trail;
pub mod verify;
mod workspace;
pub mod world;

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::doubt::Doubt;
use crate::domain::journal::Ticket;
use crate::domain::query::{Facts, Query, Update, Want};
use crate::domain::record::{Record, Stored};
use crate::domain::script::OrderId;
use crate::domain::site::{Capacity, ExportState, MeterExport};
use crate::ui::keys::{Key, Keymap};
use crate::ui::widgets::toast::Toasts;
use jiff::Timestamp;

use act::Sent;
use command::Command;
use effect::Effect;
use message::Message;
pub use navigate::MINIMUM;
use navigate::{Place, Screen};
use overlay::{Layer, Overlay};
use pane::{Event, Tone};
use settings::{Catalog, Settings};
use subject::Subject;
use world::{Problem, What, World};

/// All state of the program's screen. Only [`App::update`] changes it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, not the states of one thing"
)]
pub struct App {
    world: World,
    catalog: Catalog,
    settings: Settings,
    keymap: Keymap,
    /// Every command there is, with the pane that declares it.
    commands: Vec<Bound>,
    /// Columns and rows.
    size: (u16, u16),
    /// The time of the last message.
    now: Timestamp,
    here: Place,
    past: Vec<Place>,
    future: Vec<Place>,
    /// What lies over the view, the topmost last.
    layers: Vec<Layer>,
    /// Keys of a sequence that is not complete.
    prefix: Vec<Key>,
    /// When its first key was pressed.
    prefix_at: Timestamp,
    toasts: Toasts,
    frozen: Option<Frozen>,
    /// Automatic refresh is on.
    auto: bool,
    /// The terminal has the focus.
    attended: bool,
    /// When `ctrl-c` was pressed last.
    interrupted: Option<Timestamp>,
    sent: Vec<Sent>,
    /// The last change to many things at once.
    round: Option<round::Round>,
    /// Changes that were sent and whose answer was lost.
    unsure: Vec<Sent>,
    /// What changes under way would leave behind.
    awaited: Vec<Doubt>,
    /// Changes of which the user was told that no question shows what became of them.
    asked: Vec<Ticket>,
    last_ticket: Ticket,
    /// Orders of which the user was told whether they helped.
    told: Vec<(OrderId, verify::Helped)>,
    /// The pane that waits for the external editor.
    editing: Option<usize>,
    /// The subject that the other panes of the board were told to follow.
    followed: Option<Subject>,
    /// What a pane found wrong with the form it looks at: field and reason.
    rejected: Option<(String, String)>,
    /// Filters that were typed, oldest first.
    filters: Vec<String>,
    /// Views that begin with a filter of the pinned incident, by their panes, and which.
    filtered: Vec<(usize, String)>,
    /// The alarms that burned at the last answer of each account, for the bell.
    burning: herald::Burning,
    /// What was wanted last.
    wants: Vec<Want>,
    /// When waking was asked for last.
    wake: Option<Timestamp>,
    started: bool,
    /// Effects of the message that is being taken in.
    effects: Vec<Effect>,
    dirty: bool,
}

/// A command and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// The command.
    pub command: Command,
    /// Index of the pane that declares it; `None` for the core's own.
    pub pane: Option<usize>,
    /// Mode of the key map in which its keys hold.
    pub mode: &'static str,
    /// Chapter in help.
    pub chapter: &'static str,
}

/// Updates withheld while the view is frozen.
#[derive(Debug, Default)]
struct Frozen {
    since: Timestamp,
    held: HashMap<Query, Update>,
}

impl App {
    /// The program at rest: the start view is open, nothing has been asked yet.
    pub fn new(catalog: Catalog, settings: Settings) -> Self {
        let commands = keymap::collect(&catalog);
        let (keymap, errors) = keymap::build(&commands, &settings.keys);
        let mut app = Self {
            world: World::new(settings.accounts.clone(), settings.watch.clone())
                .with_operations(settings.operations.clone()),
            keymap,
            commands,
            size: (80, 24),
            now: Timestamp::UNIX_EPOCH,
            here: Place {
                screen: Screen::Pane(0),
                focus: 0,
                subject: None,
                args: String::new(),
            },
            past: Vec::new(),
            future: Vec::new(),
            layers: Vec::new(),
            prefix: Vec::new(),
            prefix_at: Timestamp::UNIX_EPOCH,
            toasts: Toasts::default(),
            frozen: None,
            auto: true,
            attended: true,
            interrupted: None,
            sent: Vec::new(),
            round: None,
            unsure: Vec::new(),
            awaited: Vec::new(),
            asked: Vec::new(),
            last_ticket: 0,
            told: Vec::new(),
            editing: None,
            followed: None,
            rejected: None,
            filters: Vec::new(),
            filtered: Vec::new(),
            burning: herald::Burning::new(),
            wants: Vec::new(),
            wake: None,
            started: false,
            effects: Vec::new(),
            dirty: true,
            catalog,
            settings,
        };
        let first = app.catalog.boards.first().map(|board| board.name);
        let place = app
            .place_of(&app.settings.start)
            .or_else(|| app.place_of(first?));
        if let Some(place) = place {
            app.here = place;
        }
        for error in errors {
            app.world.note(Problem {
                at: Timestamp::UNIX_EPOCH,
                account: None,
                what: What::Words(error.to_string()),
            });
        }
        app
    }

    /// The first effects: what the start view wants to know, and what was kept. Call it once, before the first
    /// frame.
    pub fn start(&mut self, at: Timestamp) -> Vec<Effect> {
        self.now = at;
        self.started = true;
        self.effects.push(Effect::LoadJournal);
        let problems = std::mem::take(&mut self.settings.problems);
        if !problems.is_empty() {
            let count = problems.len().to_string();
            let text = self.tf("app.config_problems", &[("count", &count)]);
            self.say(Tone::Warn, text);
        }
        for words in problems {
            self.world.note(Problem {
                at,
                account: None,
                what: What::Words(words),
            });
        }
        self.enter();
        self.settle();
        std::mem::take(&mut self.effects)
    }

    /// Takes in what happened and says what to do about it. Never blocks, never panics.
    pub fn update(&mut self, at: Timestamp, message: Message) -> Vec<Effect> {
        self.now = at.max(self.now);
        let before = self.dirty;
        self.dirty = true;
        match message {
            Message::Key(key) => self.key(key),
            Message::Paste(text) => self.paste(&text),
            Message::Resize(columns, rows) => {
                self.size = (columns, rows);
                self.changed();
            }
            Message::Focus(attended) => self.attended = attended,
            Message::Fresh(updates) => self.fresh(updates),
            Message::Health(health) => {
                self.dirty = before || health != self.world.health;
                if self.dirty {
                    self.world.set_health(health);
                    self.changed();
                }
            }
            Message::Done(ticket, result) => self.done(ticket, &result),
            Message::Stored(stored) => self.stored(stored),
            Message::Woke => {
                self.wake = None;
                self.changed();
            }
            Message::Edited(text) => self.edited(text),
            Message::Terminate => self.effects.push(Effect::Quit { keep: false }),
        }
        self.settle();
        std::mem::take(&mut self.effects)
    }

    /// Has anything changed since [`App::drawn`]?
    pub const fn dirty(&self) -> bool {
        self.dirty
    }

    /// The screen shows the present state. The shell calls it after drawing.
    pub const fn drawn(&mut self) {
        self.dirty = false;
    }

    /// Does every byte count?
    pub const fn low_traffic(&self) -> bool {
        self.settings.low_traffic
    }

    /// All facts.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Every command there is, with its keys in [`App::keymap`].
    pub fn commands(&self) -> &[Bound] {
        &self.commands
    }

    /// The live key map.
    pub const fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// The name of the pane with the focus.
    pub fn focused(&self) -> &'static str {
        self.catalog
            .panes
            .get(self.here.focus)
            .map_or("", |pane| pane.about().name)
    }

    /// Does something lie over the view?
    pub const fn covered(&self) -> bool {
        !self.layers.is_empty()
    }

    /// What has been typed where something is typed at the moment; a dialog keeps it to itself.
    pub fn typed(&self) -> Option<String> {
        self.layers.last()?.what.typed()
    }

    fn fresh(&mut self, updates: Vec<Update>) {
        if let Some(frozen) = &mut self.frozen {
            for update in updates {
                frozen.held.insert(update.query.clone(), update);
            }
            return;
        }
        for update in &updates {
            // Samples are kept for the start without a network.
            if let Ok(Facts::Series { series, .. }) = &update.result
                && !series.is_empty()
            {
                let account = update.query.account().clone();
                let record = Record::Samples(account, series.clone());
                self.effects.push(Effect::Save(record));
            }
            // Days are kept for trends that reach further back than the service does.
            if let Ok(Facts::Capacity { pools, .. }) = &update.result {
                let account = update.query.account().clone();
                let days = pools.iter().map(Capacity::history).map(Arc::new).collect();
                self.effects
                    .push(Effect::Save(Record::Samples(account, days)));
            }
        }
        for update in updates {
            let is_news = matches!(update.result, Ok(Facts::Alarms(_)));
            let account = update.query.account().clone();
            self.world.apply(update);
            if is_news {
                self.herald(&account);
            }
        }
        self.changed();
    }

    /// Tells the panes on the screen that facts changed or time went on.
    fn changed(&mut self) {
        self.settle_doubts();
        self.verify();
        for (pane, _) in self.slots() {
            self.tell(pane, &Event::Changed);
        }
    }

    fn stored(&mut self, stored: Stored) {
        match stored {
            Stored::Journal(entries) => self.world.set_journal(entries),
            Stored::Tracked(tracked) => {
                self.world.track(tracked);
            }
            Stored::Samples(account, series, at) => {
                let at = Timestamp::from_second(at).unwrap_or(self.now);
                self.world.remember(account, series, at);
            }
            Stored::Notes(notes) => self.world.add_notes(notes),
            Stored::Links(links) => self.world.add_links(links),
            Stored::Settings(settings) => self.restore(&settings),
            Stored::Exported(place) => {
                let said = self.tf("app.exported", &[("place", &place)]);
                self.say(Tone::Good, said);
            }
            Stored::Exporting(export) => self.exporting(*export),
            Stored::Problem(text) => {
                self.say(Tone::Bad, text.clone());
                self.world.note(Problem {
                    at: self.now,
                    account: None,
                    what: What::Words(text),
                });
            }
        }
        self.changed();
    }

    /// Whoever looks at something else is told when it ends.
    fn exporting(&mut self, export: MeterExport) {
        match &export.state {
            ExportState::Running | ExportState::Waiting(_) | ExportState::Stopped => {}
            ExportState::Whole => {
                let said = self.tf("app.exported", &[("place", &export.file)]);
                self.say(Tone::Good, said);
            }
            ExportState::Refused(_)
            | ExportState::Gone
            | ExportState::Circle
            | ExportState::Unwritten(_) => {
                let said = self.tf("metering.broken_off", &[("file", &export.file)]);
                self.say(Tone::Bad, said);
            }
        }
        self.world.set_export(export);
    }

    fn edited(&mut self, text: Option<String>) {
        let pane = self.editing.take();
        let Some(text) = text else {
            self.say(Tone::Info, self.t("app.not_edited"));
            return;
        };
        match (pane, self.layers.last_mut()) {
            (Some(pane), _) => self.tell(pane, &Event::Edited(&text)),
            (
                None,
                Some(Layer {
                    what: Overlay::Write(writer),
                    ..
                }),
            ) => {
                writer.replace(&text);
                false
            }
            (None, _) => false,
        };
        self.changed();
    }

    fn t(&self, key: &str) -> String {
        self.settings.lang.t(key).into_owned()
    }

    fn tf(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.settings.lang.tf(key, values)
    }
}
