//! The pure core: a message comes in, effects go out. It reads no clock and does no I/O.

pub mod board;
pub mod command;
pub mod effect;
pub mod message;
pub mod pane;
pub mod settings;
pub mod subject;
pub mod world;

use jiff::Timestamp;
use ratatui::Frame;

use effect::Effect;
use message::Message;
use settings::{Catalog, Settings};
use world::World;

/// All state of the program's screen. Only [`App::update`] changes it.
pub struct App {
    world: World,
    catalog: Catalog,
    settings: Settings,
    dirty: bool,
}

impl App {
    /// The program at rest: the start view is open, nothing has been asked yet.
    pub fn new(catalog: Catalog, settings: Settings) -> Self {
        let world = World::new(settings.accounts.clone());
        Self {
            world,
            catalog,
            settings,
            dirty: true,
        }
    }

    /// The first effects: what the start view wants to know, and the journal. Call it once, after the size is
    /// known from a first [`Message::Resize`].
    pub fn start(&mut self, at: Timestamp) -> Vec<Effect> {
        let _ = at;
        vec![Effect::LoadJournal]
    }

    /// Takes in what happened and says what to do about it. Never blocks, never panics.
    pub fn update(&mut self, at: Timestamp, message: Message) -> Vec<Effect> {
        let _ = at;
        self.dirty = true;
        match message {
            Message::Terminate => vec![Effect::Quit { keep: false }],
            Message::Fresh(updates) => {
                for update in updates {
                    self.world.apply(update);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Draws the whole screen as it is at the time of the last message.
    pub fn view(&self, frame: &mut Frame) {
        let _ = (frame, &self.catalog.panes, &self.settings);
    }

    /// Has anything changed since [`App::drawn`]?
    pub const fn dirty(&self) -> bool {
        self.dirty
    }

    /// The screen shows the present state. The shell calls it after drawing.
    pub const fn drawn(&mut self) {
        self.dirty = false;
    }

    /// All facts.
    pub const fn world(&self) -> &World {
        &self.world
    }
}
