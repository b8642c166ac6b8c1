//! What the core is told once, at the start.

use jiff::tz::TimeZone;

use crate::cloud::declare::{Entry, Violation};
use crate::domain::action::Action;
use crate::domain::alarm::Severity;
use crate::domain::connection::Account;
use crate::domain::metric::Watched;
use crate::ui::lang::Lang;
use crate::ui::rates::Rates;
use crate::ui::theme::Theme;

use super::board::Board;
use super::pane::Pane;

/// The panes and dashboards of the program. `panes::catalog` makes it; the core knows none of them by itself.
pub struct Catalog {
    /// Every pane, in the order in which the palette lists them.
    pub panes: Vec<Box<dyn Pane>>,
    /// Every dashboard. The first one is the start view unless the settings name another.
    pub boards: Vec<Board>,
}

/// The user's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The language of the interface.
    pub lang: Lang,
    /// Roles, glyphs and what the terminal can show.
    pub theme: Theme,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// In which unit rates of data are shown.
    pub rates: Rates,
    /// The profile's name, shown in the title bar.
    pub profile: String,
    /// The accounts in use, in the order in which they are shown.
    pub accounts: Vec<Account>,
    /// Series to keep on the dashboard, besides those that the alarm policies are about.
    pub watch: Vec<Watched>,
    /// What is wrong with the configuration, for `:problems`.
    pub problems: Vec<String>,
    /// The user's own keys: command name and its keys, which replace the default ones.
    pub keys: Vec<(String, Vec<String>)>,
    /// Ask before quitting with `q`.
    pub confirm_quit: bool,
    /// The view to start with, as in the palette; empty for the dashboard.
    pub start: String,
    /// Ring the bell when an alarm of one of these severities comes in.
    pub bell: Vec<Severity>,
    /// Tell an alarm of one of these severities on the desktop when it comes in.
    pub notify: Vec<Severity>,
    /// The operations of all systems, for the explorer.
    pub operations: Vec<&'static Entry>,
    /// The rules that a change breaks: such a change is refused before the user is asked.
    pub check: fn(&Action) -> Vec<Violation>,
    /// Every byte counts: few frames, slow polling, and a count of bytes in the status line.
    pub low_traffic: bool,
}

impl Settings {
    /// Settings with these accounts and defaults for the rest: English, UTC, the dashboard.
    pub fn new(theme: Theme, profile: &str, accounts: Vec<Account>) -> Self {
        Self {
            lang: Lang::En,
            theme,
            zone: TimeZone::UTC,
            rates: Rates::default(),
            profile: profile.to_owned(),
            accounts,
            watch: Vec::new(),
            problems: Vec::new(),
            keys: Vec::new(),
            confirm_quit: true,
            start: String::new(),
            bell: Vec::new(),
            notify: Vec::new(),
            operations: Vec::new(),
            check: |_| Vec::new(),
            low_traffic: false,
        }
    }
}
