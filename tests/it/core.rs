//! The pure core: keys in, effects and pictures out. No clock, no network, no terminal.

mod changes;
mod commands;
mod herald;
mod keys;
mod navigation;
mod orders;
mod pictures;
mod probe;
mod properties;
mod watching;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use watchkeeper::app::App;
use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::app::settings::{Catalog, Settings};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::connection::Account;
use watchkeeper::ui::keys::parse_sequence;
use watchkeeper::ui::lang::Lang;
use watchkeeper::ui::theme::{Depth, Theme};

/// The program with a hand on its clock.
pub struct Desk {
    app: App,
    now: Timestamp,
}

impl Desk {
    /// The whole program at 120x40.
    pub fn new() -> Self {
        Self::with(watchkeeper::panes::catalog(), settings())
    }

    /// These panes with these settings, started at 120x40.
    pub fn with(catalog: Catalog, settings: Settings) -> Self {
        let now = "2026-11-22T03:12:08Z".parse().unwrap();
        let mut desk = Self {
            app: App::new(catalog, settings),
            now,
        };
        desk.tell(Message::Resize(120, 40));
        desk.app.start(now);
        desk
    }

    /// Something happens.
    pub fn tell(&mut self, message: Message) -> Vec<Effect> {
        self.app.update(self.now, message)
    }

    /// Keys in the notation of the key map, with blanks between them.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        parse_sequence(keys)
            .unwrap()
            .into_iter()
            .flat_map(|key| self.tell(Message::Key(key)))
            .collect()
    }

    /// A text, typed key by key.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            let name = match c {
                ' ' => "<space>".to_owned(),
                '<' => "<lt>".to_owned(),
                c => c.to_string(),
            };
            self.press(&name);
        }
    }

    /// Time goes by.
    pub fn wait(&mut self, seconds: i64) {
        self.now = Timestamp::from_second(self.now.as_second() + seconds).unwrap();
    }

    /// The screen as text.
    pub fn screen(&self, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        self.app.draw(area, &mut buffer);
        (0..height)
            .map(|y| {
                let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
                line.trim_end().to_owned() + "\n"
            })
            .collect()
    }
}

/// English, three accounts, no bell.
pub fn settings() -> Settings {
    let account = |profile, system, region: &str| Account {
        id: AccountId::new(profile, system),
        region: region.to_owned(),
        read_only: false,
        production: false,
        operator: "li.wei".to_owned(),
        limits: Vec::new(),
    };
    let accounts = vec![
        account("demo", SystemId::KscMonitor, "cn-beijing-6"),
        account("demo", SystemId::TencentMonitor, "gz"),
        account("demo", SystemId::HuaweiEsm, "cn-north-4"),
        account("demo", SystemId::HuaweiCoc, "cn-north-4"),
    ];
    let mut settings = Settings::new(
        Theme::built_in("dark", Depth::True).unwrap(),
        "demo",
        accounts,
    );
    settings.lang = Lang::En;
    settings
}
