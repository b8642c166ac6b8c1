//! A text that is written in the built-in editor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::pane::Writing;
use crate::ui::keys::Key;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::editor::{Editor, Written};
use crate::ui::width;

use super::popup::{draw_prompt, popup};
use super::{Env, Outcome};

/// A text that is being written.
#[derive(Debug)]
pub struct Writer {
    writing: Writing,
    editor: Editor,
    /// What its pane found wrong with it.
    rejected: Option<String>,
}

impl Writer {
    /// The text as its pane gave it.
    pub fn new(writing: Writing) -> Self {
        Self {
            editor: Editor::new(&writing.text, writing.language),
            writing,
            rejected: None,
        }
    }

    /// Any key.
    pub fn key(&mut self, key: Key, env: Env) -> Vec<Outcome> {
        self.rejected = None;
        match self.editor.key(key, room(env.size)) {
            Written::Open => Vec::new(),
            Written::Cancelled => vec![Outcome::Close],
            Written::Done if self.editor.count() > self.writing.limit => {
                let values = [("value", &*self.writing.limit.to_string())];
                self.rejected = Some(env.lang.tf("form.too_long", &values));
                Vec::new()
            }
            Written::Done => vec![Outcome::Written(self.writing.tag, self.editor.text())],
            Written::Outside => vec![Outcome::Outside(self.editor.text(), self.writing.ending)],
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        self.editor.paste(text);
    }

    /// The tag of its pane's question.
    pub const fn tag(&self) -> &'static str {
        self.writing.tag
    }

    /// Takes over the text as it was left outside.
    pub fn replace(&mut self, text: &str) {
        self.editor.replace(text);
    }

    /// Says what is wrong with the text.
    pub fn reject(&mut self, why: String) {
        self.rejected = Some(why);
    }

    /// What has been written.
    pub fn typed(&self) -> String {
        self.editor.text()
    }

    /// Draws it over nearly the whole screen.
    pub fn draw(&self, theme: &Theme, env: Env, screen: Rect, buf: &mut Buffer) {
        let inner = popup(
            &self.writing.title,
            (screen.width, screen.height.saturating_sub(1)),
            theme,
            screen,
            buf,
        );
        let text = Rect {
            height: inner.height.saturating_sub(1),
            ..inner
        };
        self.editor.draw(theme, text, buf);
        let foot = Rect {
            y: inner.bottom().saturating_sub(1),
            height: 1,
            ..inner
        };
        if !inner.is_empty() {
            self.draw_foot(theme, env.lang, foot, buf);
        }
    }

    /// The search, or what is wrong, or the keys; at the right where the cursor is and how much room is used.
    fn draw_foot(&self, theme: &Theme, lang: Lang, area: Rect, buf: &mut Buffer) {
        let (line, column) = self.editor.place();
        let (count, limit) = (self.editor.count(), self.writing.limit);
        let right = format!(" {line}:{column}  {count}/{limit}");
        let role = if count > limit {
            "input.error"
        } else {
            "muted"
        };
        let cells = u16::try_from(width::width(&right)).unwrap_or(u16::MAX);
        let x = area.right().saturating_sub(cells).max(area.x);
        width::put(buf, x, area.y, &right, cells, theme.style(role));
        let left = Rect {
            width: area.width.saturating_sub(cells),
            ..area
        };
        if let Some(prompt) = self.editor.search() {
            draw_prompt("/", prompt, theme, left, buf);
            return;
        }
        let (text, role) = if let Some(why) = &self.rejected {
            (why.clone(), "input.error")
        } else if self.editor.is_leaving() {
            (lang.t("form.leave").into_owned(), "input.error")
        } else {
            (lang.t("editor.hint").into_owned(), "muted")
        };
        let text = width::truncate(&text, left.width.into(), theme.glyphs().ellipsis);
        width::put(buf, left.x, left.y, &text, left.width, theme.style(role));
    }
}

/// The room for the text on a screen of this size: frame, foot and the line of hints taken off.
const fn room(screen: (u16, u16)) -> (u16, u16) {
    (screen.0.saturating_sub(4), screen.1.saturating_sub(4))
}
