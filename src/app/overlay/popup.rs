//! A frame in the middle of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::theme::Theme;
use crate::ui::widgets::pane::Frame;
use crate::ui::widgets::prompt::Prompt;
use crate::ui::width;

/// Draws a frame of this size over what is there, never beyond the screen, and gives the room inside.
pub fn popup(title: &str, size: (u16, u16), theme: &Theme, screen: Rect, buf: &mut Buffer) -> Rect {
    let width = size.0.min(screen.width);
    let height = size.1.min(screen.height);
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 3,
        width,
        height,
    };
    width::clear(area, buf);
    buf.set_style(area, theme.style("dialog"));
    let inner = Frame {
        title,
        focused: true,
        ..Frame::default()
    }
    .draw(theme, area, buf);
    Rect {
        x: inner.x.saturating_add(1),
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

/// Draws a line that is being typed behind a sign.
pub fn draw_prompt(sign: &str, prompt: &Prompt, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let used = width::put(buf, area.x, area.y, sign, area.width, theme.style("accent"));
    let line = Rect {
        x: area.x + used,
        width: area.width.saturating_sub(used),
        height: 1,
        ..area
    };
    prompt.draw(theme, "input", true, line, buf);
}
