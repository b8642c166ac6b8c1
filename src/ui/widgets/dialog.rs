//! The question before a change. It names what will happen to what; the focus starts on Cancel.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::Frame;
use super::prompt::{Prompt, Typed};
use crate::ui::keys::{Key, KeyCode};
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::width;

/// How much it takes to say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strength {
    /// The lowest risk class: `y` and `n` answer too.
    Light,
    /// The button has to be reached and pressed.
    Button,
    /// This word has to be typed first: a name, or a number of targets.
    Type(String),
}

/// What a key did to a [`Dialog`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Still open.
    Open,
    /// Yes.
    Accepted,
    /// No.
    Cancelled,
}

/// Where the keyboard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    Input,
    Cancel,
    Accept,
}

/// A question with two buttons.
#[derive(Debug, Clone)]
pub struct Dialog {
    title: String,
    lines: Vec<(String, &'static str)>,
    accept: String,
    strength: Strength,
    prompt: Prompt,
    focus: Focus,
    scroll: usize,
}

impl Dialog {
    /// A dialog with a title and the label of its accepting button (`Restart 3 hosts`, not `OK`).
    pub fn new(title: impl Into<String>, accept: impl Into<String>, strength: Strength) -> Self {
        Self {
            title: title.into(),
            lines: Vec::new(),
            accept: accept.into(),
            focus: match strength {
                Strength::Type(_) => Focus::Input,
                Strength::Light | Strength::Button => Focus::Cancel,
            },
            strength,
            prompt: Prompt::default(),
            scroll: 0,
        }
    }

    /// With a line that says something; long ones are wrapped.
    #[must_use]
    pub fn line(self, text: impl Into<String>) -> Self {
        self.styled(text, "text")
    }

    /// With a line in a role: `dialog.danger` for consequences, `muted` for remarks.
    #[must_use]
    pub fn styled(mut self, text: impl Into<String>, role: &'static str) -> Self {
        self.lines.push((text.into(), role));
        self
    }

    /// Has the word been typed, where one is needed?
    fn is_unlocked(&self) -> bool {
        match &self.strength {
            Strength::Type(word) => self.prompt.text().trim() == word,
            Strength::Light | Strength::Button => true,
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) -> Answer {
        if key.code == KeyCode::Esc {
            return Answer::Cancelled;
        }
        match key.code {
            KeyCode::Tab | KeyCode::Right | KeyCode::Left
                if key.code == KeyCode::Tab || self.focus != Focus::Input =>
            {
                self.turn(key);
                return Answer::Open;
            }
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll += 1,
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(10),
            KeyCode::PageDown => self.scroll += 10,
            _ => return self.answer(key),
        }
        self.scroll = self.scroll.min(self.lines.len() * 8);
        Answer::Open
    }

    fn answer(&mut self, key: Key) -> Answer {
        if self.focus == Focus::Input {
            return match self.prompt.key(key) {
                // Enter goes on to the button; it never presses it from the input.
                Typed::Submitted if self.is_unlocked() => {
                    self.focus = Focus::Accept;
                    Answer::Open
                }
                Typed::Cancelled => Answer::Cancelled,
                _ => Answer::Open,
            };
        }
        let light = self.strength == Strength::Light;
        match (key.code, self.focus) {
            (KeyCode::Enter, Focus::Accept) if self.is_unlocked() => Answer::Accepted,
            (KeyCode::Enter, Focus::Cancel) => Answer::Cancelled,
            (KeyCode::Char('y'), _) if light => Answer::Accepted,
            (KeyCode::Char('n'), _) if light => Answer::Cancelled,
            _ => Answer::Open,
        }
    }

    /// Takes pasted text; only the input for the word can use it.
    pub fn paste(&mut self, text: &str) {
        if self.focus == Focus::Input {
            self.prompt.paste(text);
        }
    }

    fn turn(&mut self, key: Key) {
        let typed = matches!(self.strength, Strength::Type(_));
        let back = key.code == KeyCode::Left || !key.mods.is_empty();
        let around = typed && key.code == KeyCode::Tab;
        self.focus = match (self.focus, back) {
            (Focus::Cancel, true) | (Focus::Accept, false) if around => Focus::Input,
            (Focus::Cancel, _) | (Focus::Input, true) => Focus::Accept,
            (Focus::Accept, _) | (Focus::Input, false) => Focus::Cancel,
        };
    }

    /// Draws the dialog in the middle of `screen`, never beyond it. Says where the cursor of the input is.
    pub fn draw(
        &self,
        theme: &Theme,
        lang: Lang,
        screen: Rect,
        buf: &mut Buffer,
    ) -> Option<(u16, u16)> {
        let cells = usize::from(screen.width.saturating_sub(8).clamp(1, 72));
        let lines: Vec<(String, &'static str)> = self
            .lines
            .iter()
            .flat_map(|(text, role)| {
                width::wrap(text, cells)
                    .into_iter()
                    .map(move |line| (line, *role))
            })
            .collect();
        let typed = matches!(self.strength, Strength::Type(_));
        // Frame, a blank line above the buttons, the buttons, and two lines for the word.
        let rest = 4 + if typed { 2 } else { 0 };
        let area = centered(screen, cells + 4, lines.len() + rest);
        width::clear(area, buf);
        let inner = Frame {
            title: &self.title,
            focused: true,
            ..Frame::default()
        }
        .draw(theme, area, buf);
        let text = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            height: inner
                .height
                .saturating_sub(u16::try_from(rest - 2).unwrap_or(0)),
            ..inner
        };
        let hidden = lines.len().saturating_sub(usize::from(text.height));
        let scroll = self.scroll.min(hidden);
        for (y, (line, role)) in (text.top()..text.bottom()).zip(lines.iter().skip(scroll)) {
            width::put(buf, text.x, y, line, text.width, theme.style(role));
        }
        super::table::draw_thumb(
            theme,
            Rect {
                width: inner.width,
                x: inner.x,
                ..text
            },
            scroll,
            lines.len(),
            buf,
        );
        let cursor = typed
            .then(|| self.draw_input(theme, lang, text, buf))
            .flatten();
        self.draw_buttons(theme, lang, inner, buf);
        cursor
    }

    /// Below the text, the word that has to be typed and the line to type it into.
    fn draw_input(
        &self,
        theme: &Theme,
        lang: Lang,
        text: Rect,
        buf: &mut Buffer,
    ) -> Option<(u16, u16)> {
        let Strength::Type(word) = &self.strength else {
            return None;
        };
        let ask = lang.tf("dialog.type", &[("word", word)]);
        width::put(
            buf,
            text.x,
            text.bottom(),
            &ask,
            text.width,
            theme.style("muted"),
        );
        let line = Rect {
            y: text.bottom() + 1,
            height: 1,
            ..text
        };
        let role = if self.is_unlocked() {
            "state.ok"
        } else {
            "input"
        };
        self.prompt
            .draw(theme, role, self.focus == Focus::Input, line, buf)
    }

    fn draw_buttons(&self, theme: &Theme, lang: Lang, inner: Rect, buf: &mut Buffer) {
        if inner.is_empty() {
            return;
        }
        let y = inner.bottom() - 1;
        let cancel = format!("[ {} ]", lang.t("dialog.cancel"));
        let room = usize::from(inner.width).saturating_sub(width::width(&cancel) + 9);
        let accept = width::truncate(&self.accept, room, theme.glyphs().ellipsis);
        let accept = format!("[ {accept} ]");
        let role = |focus| {
            if self.focus == focus {
                "button.focused"
            } else {
                "button"
            }
        };
        let used =
            u16::try_from(width::width(&cancel) + 2 + width::width(&accept)).unwrap_or(u16::MAX);
        let mut x = inner.right().saturating_sub(used + 1).max(inner.x);
        let left = |x: u16| inner.right().saturating_sub(x);
        x += width::put(
            buf,
            x,
            y,
            &cancel,
            left(x),
            theme.style(role(Focus::Cancel)),
        ) + 2;
        let accept_role = if self.is_unlocked() {
            role(Focus::Accept)
        } else {
            "muted"
        };
        width::put(buf, x, y, &accept, left(x), theme.style(accept_role));
    }
}

/// A rectangle of this size in the middle of `screen`, made smaller where it does not fit.
pub fn centered(screen: Rect, width: usize, height: usize) -> Rect {
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(screen.width);
    let height = u16::try_from(height).unwrap_or(u16::MAX).min(screen.height);
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::keys::parse_sequence;

    fn press(dialog: &mut Dialog, keys: &str) -> Answer {
        let keys = parse_sequence(keys).unwrap();
        keys.into_iter()
            .fold(Answer::Open, |_, key| dialog.key(key))
    }

    #[test]
    fn enter_alone_never_accepts() {
        for strength in [Strength::Light, Strength::Button] {
            let mut dialog = Dialog::new("Delete", "Delete it", strength);
            assert_eq!(press(&mut dialog, "<enter>"), Answer::Cancelled);
        }
        let mut dialog = Dialog::new("Delete", "Delete it", Strength::Type("db-01".into()));
        assert_eq!(press(&mut dialog, "<enter> <enter> <enter>"), Answer::Open);
    }

    #[test]
    fn the_button_has_to_be_reached() {
        for keys in [
            "<tab> <enter>",
            "<right> <enter>",
            "<left> <enter>",
            "<s-tab> <enter>",
        ] {
            let mut dialog = Dialog::new("Delete", "Delete it", Strength::Button);
            assert_eq!(press(&mut dialog, keys), Answer::Accepted, "{keys}");
        }
        let mut dialog = Dialog::new("Delete", "Delete it", Strength::Button);
        assert_eq!(press(&mut dialog, "y"), Answer::Open);
        let mut dialog = Dialog::new("Refresh", "Refresh", Strength::Light);
        assert_eq!(press(&mut dialog, "y"), Answer::Accepted);
        assert_eq!(press(&mut dialog, "<tab> <tab> <enter>"), Answer::Cancelled);
    }

    #[test]
    fn a_name_has_to_be_typed_exactly() {
        let new = || Dialog::new("Run", "Run", Strength::Type("db-01".into()));
        assert_eq!(
            press(&mut new(), "d b - 0 1 <enter> <enter>"),
            Answer::Accepted
        );
        assert_eq!(press(&mut new(), "d b - 0 2 <enter> <enter>"), Answer::Open);
        assert_eq!(
            press(&mut new(), "d b - 0 2 <tab> <tab> <enter>"),
            Answer::Open
        );
        assert_eq!(
            press(&mut new(), "d b - 0 1 <tab> <tab> <enter>"),
            Answer::Accepted
        );
        assert_eq!(press(&mut new(), "y y <esc>"), Answer::Cancelled);
    }

    #[test]
    fn it_stays_on_the_screen_with_its_buttons() {
        let mut dialog = Dialog::new("重启三台主机", "重启", Strength::Type("3".into()))
            .line("账号 prod · 区域 cn-north-4 的三台主机将立即重启，期间服务不可用。")
            .styled("This cannot be undone.", "dialog.danger");
        for key in parse_sequence("<down> <pagedown> <up>").unwrap() {
            dialog.key(key);
        }
        let theme = Theme::default();
        for width in 1..90 {
            for height in 1..16 {
                let area = Rect::new(0, 0, width, height);
                let mut buf = Buffer::empty(area);
                dialog.draw(&theme, Lang::ZhCn, area, &mut buf);
                if width >= 40 && height >= 6 {
                    let text: String = buf
                        .content
                        .iter()
                        .map(ratatui::buffer::Cell::symbol)
                        .collect();
                    assert!(text.replace(' ', "").contains("[取消]"), "{width}x{height}");
                }
            }
        }
    }
}
