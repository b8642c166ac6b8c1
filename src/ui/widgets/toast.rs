//! Short messages at the edge of the screen that go by themselves.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::theme::Theme;
use crate::ui::width;

/// What kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For the record.
    Info,
    /// It worked.
    Ok,
    /// It did not.
    Error,
}

impl Tone {
    fn role(self) -> &'static str {
        match self {
            Self::Info => "toast.info",
            Self::Ok => "toast.ok",
            Self::Error => "toast.error",
        }
    }

    /// For how many seconds it is shown. What went wrong takes longer to read.
    const fn seconds(self) -> i64 {
        match self {
            Self::Info | Self::Ok => 4,
            Self::Error => 10,
        }
    }
}

#[derive(Debug, Clone)]
struct Toast {
    tone: Tone,
    text: String,
    until: Timestamp,
}

/// The messages that are shown, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Toasts(Vec<Toast>);

impl Toasts {
    /// Most messages at a time; the oldest makes room.
    const MOST: usize = 4;

    /// Shows a message from `now` on. The same text again only lasts longer.
    pub fn push(&mut self, tone: Tone, text: impl Into<String>, now: Timestamp) {
        let text = text.into();
        self.0.retain(|toast| toast.text != text);
        if self.0.len() >= Self::MOST {
            self.0.remove(0);
        }
        let until = Timestamp::from_second(now.as_second() + tone.seconds()).unwrap_or(now);
        self.0.push(Toast { tone, text, until });
    }

    /// Takes away what has been shown long enough, and says whether something was.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        let before = self.0.len();
        self.0.retain(|toast| toast.until > now);
        self.0.len() != before
    }

    /// When the next message goes.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.0.iter().map(|toast| toast.until).min()
    }

    /// Takes all messages away, and says whether there were any.
    pub fn clear(&mut self) -> bool {
        let had = !self.0.is_empty();
        self.0.clear();
        had
    }

    /// Is nothing shown?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Draws the messages at the bottom right of `area`, newest at the bottom.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let glyphs = theme.glyphs();
        for (y, toast) in (area.top()..area.bottom()).rev().zip(self.0.iter().rev()) {
            let sign = match toast.tone {
                Tone::Info => glyphs.bullet,
                Tone::Ok => glyphs.ok,
                Tone::Error => glyphs.failed,
            };
            let room = usize::from(area.width).saturating_sub(4);
            let text = width::truncate(&toast.text, room, glyphs.ellipsis);
            let text = format!(" {sign} {text} ");
            let cells = u16::try_from(width::width(&text))
                .unwrap_or(area.width)
                .min(area.width);
            let place = Rect {
                x: area.right() - cells,
                y,
                width: cells,
                height: 1,
            };
            width::clear(place, buf);
            width::put(
                buf,
                place.x,
                y,
                &text,
                cells,
                theme.style(toast.tone.role()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn messages_go_by_themselves() {
        let mut toasts = Toasts::default();
        toasts.push(Tone::Ok, "accepted", at(0));
        toasts.push(Tone::Error, "refused", at(0));
        assert_eq!(toasts.next_expiry(), Some(at(4)));
        assert!(!toasts.expire(at(3)));
        assert!(toasts.expire(at(4)));
        assert!(!toasts.is_empty());
        assert!(toasts.expire(at(10)));
        assert!(toasts.is_empty());
    }

    #[test]
    fn the_same_message_is_shown_once_and_there_are_never_many() {
        let mut toasts = Toasts::default();
        for second in 0..3 {
            toasts.push(Tone::Ok, "same", at(second));
        }
        assert_eq!(toasts.0.len(), 1);
        assert_eq!(toasts.next_expiry(), Some(at(6)));
        for n in 0..9 {
            toasts.push(Tone::Info, format!("n{n}"), at(9));
        }
        assert_eq!(toasts.0.len(), Toasts::MOST);
    }

    #[test]
    fn they_fit_everywhere() {
        let mut toasts = Toasts::default();
        toasts.push(Tone::Error, "磁盘监控 full and more text", at(0));
        toasts.push(Tone::Ok, "x", at(0));
        let theme = Theme::default();
        for width in 0..20 {
            for height in 0..3 {
                let area = Rect::new(0, 0, width, height);
                toasts.draw(&theme, area, &mut Buffer::empty(area));
            }
        }
    }
}
