//! A text to read: scrolled, searched, copied.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::pane::{Document, Tone};
use crate::ui::keys::Key;
use crate::ui::theme::Theme;
use crate::ui::widgets::document::{self, DocumentState, Line};
use crate::ui::widgets::prompt::{Prompt, Typed};
use crate::ui::width;

use super::popup::{draw_prompt, popup};
use super::{Env, Outcome};

/// A document on the screen.
#[derive(Debug)]
pub struct Reader {
    document: Document,
    state: DocumentState,
    /// The search that is being typed.
    search: Option<Prompt>,
}

impl Reader {
    /// A document from its beginning.
    pub fn new(document: Document) -> Self {
        Self {
            document,
            state: DocumentState::default(),
            search: None,
        }
    }

    /// Takes over the text of a document of the same title.
    pub fn renew(&mut self, document: &Document) {
        if self.document.title == document.title {
            self.document.lines.clone_from(&document.lines);
        }
    }

    /// Is a search being typed?
    pub const fn searching(&self) -> bool {
        self.search.is_some()
    }

    /// What has been typed.
    pub fn typed(&self) -> Option<String> {
        self.search.as_ref().map(|prompt| prompt.text().to_owned())
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        if let Some(prompt) = &mut self.search {
            prompt.paste(text);
        }
    }

    /// A key while a search is typed.
    pub fn key(&mut self, key: Key, env: Env) -> Vec<Outcome> {
        let Some(prompt) = &mut self.search else {
            return Vec::new();
        };
        match prompt.key(key) {
            Typed::Submitted => {
                let text = prompt.text().to_owned();
                self.search = None;
                let height = rows(env.size.1);
                if self.state.search(&text, &self.document.lines, height) == 0 {
                    let text = env.lang.t("app.no_match").into_owned();
                    return vec![Outcome::Say(Tone::Info, text)];
                }
            }
            Typed::Cancelled => self.search = None,
            Typed::Changed | Typed::Moved | Typed::Ignored => {}
        }
        Vec::new()
    }

    /// A command of the mode `document`.
    pub fn command(&mut self, name: &str, env: Env) -> Vec<Outcome> {
        match name {
            "filter" => self.search = Some(Prompt::new(self.state.query())),
            "copy.id" => return vec![Outcome::Copy(self.plain())],
            "back" => return vec![Outcome::Close],
            "help" => return vec![Outcome::Close, Outcome::Run("help".to_owned())],
            name => {
                self.state
                    .command(name, &self.document.lines, rows(env.size.1));
            }
        }
        Vec::new()
    }

    fn plain(&self) -> String {
        let lines: Vec<String> = self.document.lines.iter().map(Line::plain).collect();
        lines.join("\n")
    }

    /// Draws it over nearly the whole screen.
    pub fn draw(&self, theme: &Theme, env: Env, screen: Rect, buf: &mut Buffer) {
        let lines = u16::try_from(self.document.lines.len()).unwrap_or(u16::MAX);
        let most = rows(screen.height).saturating_add(2);
        let size = (
            screen.width.saturating_sub(4).min(120),
            lines.saturating_add(2).max(6).min(most),
        );
        let inner = popup(&self.document.title, size, theme, screen, buf);
        let text = document::Document {
            lines: &self.document.lines,
            state: &self.state,
            numbers: false,
            empty: &env.lang.t("app.nothing_said"),
        };
        text.draw(theme, inner, buf);
        if let Some(prompt) = &self.search {
            let line = Rect {
                y: inner.bottom(),
                height: 1,
                ..inner
            };
            width::clear(line.intersection(screen), buf);
            draw_prompt("/", prompt, theme, line, buf);
        }
    }
}

/// Rows of text that fit on a screen of so many rows.
const fn rows(screen: u16) -> u16 {
    screen.saturating_sub(4)
}
