//! Forms.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::pane::FormSpec;
use crate::ui::keys::Key;
use crate::ui::theme::Theme;

use super::{Env, Outcome};

/// A form that is being filled in.
#[derive(Debug)]
pub struct Form {
    spec: FormSpec,
}

impl Form {
    /// A form as its pane wants it.
    pub fn new(spec: FormSpec) -> Self {
        Self { spec }
    }

    /// Any key.
    pub fn key(&mut self, key: Key, _env: &Env) -> Vec<Outcome> {
        if key.to_string() == "<esc>" {
            return vec![Outcome::Close];
        }
        Vec::new()
    }

    /// Text was pasted.
    pub fn paste(&mut self, _text: &str) {}

    /// What has been typed into the field with the focus.
    pub fn typed(&self) -> Option<String> {
        None
    }

    /// Draws it.
    pub fn draw(&self, theme: &Theme, _env: &Env, screen: Rect, buf: &mut Buffer) {
        super::popup::popup(&self.spec.title, (70, 20), theme, screen, buf);
    }
}
