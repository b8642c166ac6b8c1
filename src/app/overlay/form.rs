//! Forms that panes ask for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::pane::Asking;
use crate::ui::form::Filled;
use crate::ui::keys::Key;
use crate::ui::theme::Theme;

use super::{Env, Outcome};

/// A form that is being filled in.
#[derive(Debug)]
pub struct Filling {
    asking: Asking,
}

impl Filling {
    /// A form as its pane wants it.
    pub const fn new(asking: Asking) -> Self {
        Self { asking }
    }

    /// Any key.
    pub fn key(&mut self, key: Key) -> Vec<Outcome> {
        match self.asking.form.key(key) {
            Filled::Open | Filled::Changed => Vec::new(),
            Filled::Cancelled => vec![Outcome::Close],
            Filled::Submitted => {
                let values = self.asking.form.values();
                vec![Outcome::Form(self.asking.tag, values)]
            }
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        self.asking.form.paste(text);
    }

    /// The tag of its pane's question.
    pub const fn tag(&self) -> &'static str {
        self.asking.tag
    }

    /// Says at a field what is wrong with it.
    pub fn reject(&mut self, field: &str, text: String) {
        self.asking.form.reject(field, text);
    }

    /// Everything that has been typed.
    pub fn typed(&self) -> String {
        self.asking
            .form
            .fields()
            .iter()
            .map(crate::ui::form::Field::content)
            .collect()
    }

    /// Draws it.
    pub fn draw(&self, theme: &Theme, env: Env, screen: Rect, buf: &mut Buffer) {
        self.asking.form.draw(theme, env.lang, screen, buf);
    }
}
