//! Things said in passing.

use crate::ui::widgets::toast;

use super::App;
use super::pane::Tone;

impl App {
    /// Says something in passing.
    pub(super) fn say(&mut self, tone: Tone, text: String) {
        let tone = match tone {
            Tone::Info => toast::Tone::Info,
            Tone::Good => toast::Tone::Ok,
            Tone::Warn | Tone::Bad => toast::Tone::Error,
        };
        self.toasts.push(tone, text, self.now);
    }
}
