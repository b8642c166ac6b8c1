//! The filter prompt: a line at the bottom, in force while it is typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::pane::ListInfo;
use crate::ui::keys::Key;
use crate::ui::theme::Theme;
use crate::ui::widgets::prompt::{Prompt, Typed};
use crate::ui::width;

use super::popup::draw_prompt;
use super::{Env, Outcome};

/// A filter that is being typed.
#[derive(Debug)]
pub struct FilterPrompt {
    input: Prompt,
    /// The filter before, for Esc.
    before: String,
}

impl FilterPrompt {
    /// A prompt with the filter in force, and earlier ones, oldest first.
    pub fn new(filter: &str, history: Vec<String>) -> Self {
        Self {
            input: Prompt::new(filter).with_history(history),
            before: filter.to_owned(),
        }
    }

    /// What has been typed.
    pub fn typed(&self) -> &str {
        self.input.text()
    }

    /// Any key.
    pub fn key(&mut self, key: Key) -> Vec<Outcome> {
        let text = self.input.text().to_owned();
        match self.input.key(key) {
            Typed::Changed => vec![self.filter()],
            Typed::Submitted => vec![Outcome::Close, Outcome::Filtered(text)],
            Typed::Cancelled => vec![Outcome::Close, Outcome::Filter(self.before.clone())],
            Typed::Moved | Typed::Ignored => Vec::new(),
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) -> Vec<Outcome> {
        self.input.paste(text);
        vec![self.filter()]
    }

    fn filter(&self) -> Outcome {
        Outcome::Filter(self.input.text().to_owned())
    }

    /// Draws it over the status line, with what it finds or what is wrong with it.
    pub fn draw(
        &self,
        theme: &Theme,
        env: Env,
        list: Option<&ListInfo>,
        screen: Rect,
        buf: &mut Buffer,
    ) {
        let area = Rect {
            y: screen.bottom().saturating_sub(1),
            height: 1,
            ..screen
        };
        width::clear(area, buf);
        let error = list.and_then(|list| list.filter_error.clone());
        let (note, role) = match (&error, list) {
            (Some(error), _) => (error.clone(), "input.error"),
            (None, Some(list)) if self.input.text().is_empty() => (
                format!("{}  {}", env.lang.t("app.filter_hint"), list.total),
                "input.hint",
            ),
            (None, Some(list)) => (format!("{}/{}", list.shown, list.total), "input.hint"),
            (None, None) => (String::new(), "input.hint"),
        };
        let half = usize::from(area.width) * 3 / 5;
        let note = width::truncate(&note, half, theme.glyphs().ellipsis);
        let cells = u16::try_from(width::width(&note)).unwrap_or(0);
        let x = area.right().saturating_sub(cells + 1);
        width::put(buf, x, area.y, &note, cells, theme.style(role));
        let line = Rect {
            x: area.x + 1,
            width: x.saturating_sub(area.x + 2),
            ..area
        };
        draw_prompt("/", &self.input, theme, line, buf);
    }
}
