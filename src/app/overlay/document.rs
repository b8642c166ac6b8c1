//! A text to read: scrolled, searched, copied.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::pane::Document;
use crate::ui::keys::Key;
use crate::ui::theme::Theme;
use crate::ui::widgets::prompt::{Prompt, Typed};
use crate::ui::width;

use super::popup::{draw_prompt, popup};
use super::{Env, Outcome};

/// A document on the screen.
#[derive(Debug)]
pub struct Reader {
    document: Document,
    /// First line shown.
    top: usize,
    /// The search that is being typed.
    search: Option<Prompt>,
    /// What was searched last.
    wanted: String,
}

impl Reader {
    /// A document from its beginning.
    pub const fn new(document: Document) -> Self {
        Self {
            document,
            top: 0,
            search: None,
            wanted: String::new(),
        }
    }

    /// Is a search being typed?
    pub const fn searching(&self) -> bool {
        self.search.is_some()
    }

    /// What has been typed.
    pub fn typed(&self) -> Option<String> {
        self.search.as_ref().map(|input| input.text().to_owned())
    }

    /// A key that types.
    pub fn key(&mut self, key: Key) {
        let Some(input) = &mut self.search else {
            return;
        };
        match input.key(key) {
            Typed::Submitted => {
                input.text().clone_into(&mut self.wanted);
                self.search = None;
                self.find(true, self.top);
            }
            Typed::Cancelled => self.search = None,
            Typed::Changed | Typed::Moved | Typed::Ignored => {}
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        if let Some(input) = &mut self.search {
            input.paste(text);
        }
    }

    /// A command of the mode `document`.
    pub fn command(&mut self, name: &str, env: &Env) -> Vec<Outcome> {
        let page = usize::from(env.size.1.saturating_sub(6)).max(1);
        let last = self.document.lines.len().saturating_sub(1);
        match name {
            "move.down" => self.top = (self.top + 1).min(last),
            "move.up" => self.top = self.top.saturating_sub(1),
            "move.half_down" => self.top = (self.top + page / 2).min(last),
            "move.half_up" => self.top = self.top.saturating_sub(page / 2),
            "move.page_down" => self.top = (self.top + page).min(last),
            "move.page_up" => self.top = self.top.saturating_sub(page),
            "move.top" => self.top = 0,
            "move.bottom" => self.top = self.document.lines.len().saturating_sub(page),
            "filter" => self.search = Some(Prompt::default()),
            "match.next" => self.find(true, self.top + 1),
            "match.prev" => self.find(false, self.top),
            "copy.id" => return vec![Outcome::Copy(self.plain())],
            "back" => return vec![Outcome::Close],
            _ => {}
        }
        Vec::new()
    }

    fn plain(&self) -> String {
        let lines: Vec<String> = self.document.lines.iter().map(plain).collect();
        lines.join("\n")
    }

    fn find(&mut self, forward: bool, from: usize) {
        if self.wanted.is_empty() {
            return;
        }
        let wanted = self.wanted.to_lowercase();
        let hits: Vec<usize> = self
            .document
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| plain(line).to_lowercase().contains(&wanted))
            .map(|(index, _)| index)
            .collect();
        let found = if forward {
            hits.iter().find(|at| **at >= from).or(hits.first())
        } else {
            hits.iter().rfind(|at| **at < from).or(hits.last())
        };
        if let Some(at) = found {
            self.top = *at;
        }
    }

    /// Draws it over nearly the whole screen.
    pub fn draw(&self, theme: &Theme, env: &Env, screen: Rect, buf: &mut Buffer) {
        let lines = u16::try_from(self.document.lines.len()).unwrap_or(u16::MAX);
        let size = (
            screen.width.saturating_sub(4).min(120),
            lines
                .saturating_add(2)
                .clamp(6, screen.height.saturating_sub(2).max(6)),
        );
        let inner = popup(&self.document.title, size, theme, screen, buf);
        if inner.is_empty() {
            return;
        }
        let wanted = self.wanted.to_lowercase();
        for (y, line) in (inner.y..inner.bottom()).zip(self.document.lines.iter().skip(self.top)) {
            buf.set_line(inner.x, y, line, inner.width);
            if !wanted.is_empty() && plain(line).to_lowercase().contains(&wanted) {
                buf.set_style(
                    Rect {
                        y,
                        height: 1,
                        ..inner
                    },
                    theme.style("match"),
                );
            }
        }
        let bottom = inner.bottom();
        if let Some(input) = &self.search {
            let line = Rect {
                y: bottom,
                height: 1,
                ..inner
            };
            draw_prompt("/", input, theme, line, buf);
        } else {
            let seen = (self.top + usize::from(inner.height)).min(self.document.lines.len());
            let text = env.lang.tf(
                "app.lines",
                &[
                    ("seen", &seen.to_string()),
                    ("all", &self.document.lines.len().to_string()),
                ],
            );
            let text = format!(" {text} ");
            let cells = u16::try_from(width::width(&text)).unwrap_or(0);
            let x = inner.right().saturating_sub(cells);
            width::put(buf, x, bottom, &text, cells, theme.style("muted"));
        }
    }
}

fn plain(line: &Line) -> String {
    line.spans
        .iter()
        .map(|span| span.content.as_ref())
        .collect()
}
