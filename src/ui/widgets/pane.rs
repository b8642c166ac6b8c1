//! The frame of a pane: title, totals, and below how old its data is and what went wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::width;

/// The frame around a pane.
#[derive(Debug, Clone, Copy, Default)]
pub struct Frame<'a> {
    /// What the pane is.
    pub title: &'a str,
    /// How many there are, in words: `7 in 4 groups`. May be empty.
    pub totals: &'a str,
    /// Does it have the keyboard?
    pub focused: bool,
    /// At the bottom right: age and next refresh, see [`freshness`]. May be empty.
    pub footer: &'a str,
    /// At the bottom left: the last error. May be empty.
    pub error: &'a str,
    /// Where the error stands in full; said when there is no room for all of it.
    pub more: &'a str,
}

/// Cells of an error that say something by themselves.
const LEAST_OF_ERROR: usize = 16;

impl Frame<'_> {
    /// The room inside the frame.
    pub fn inner(area: Rect) -> Rect {
        Rect {
            x: area.x.saturating_add(1),
            y: area.y.saturating_add(1),
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(2),
        }
    }

    /// Draws the frame and gives the room inside.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        let area = area.intersection(buf.area);
        if area.width < 2 || area.height < 2 {
            return Rect {
                width: 0,
                height: 0,
                ..area
            };
        }
        self.draw_lines(theme, area, buf);
        self.draw_title(theme, area, buf);
        self.draw_footer(theme, area, buf);
        Self::inner(area)
    }

    fn draw_lines(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let style = theme.style(if self.focused {
            "border.focused"
        } else {
            "border"
        });
        let [tl, tr, bl, br, horizontal, vertical] = theme.glyphs().frame;
        let (left, right) = (area.left(), area.right() - 1);
        let (top, bottom) = (area.top(), area.bottom() - 1);
        for x in left..=right {
            width::put_sign(buf, x, top, horizontal, style);
            width::put_sign(buf, x, bottom, horizontal, style);
        }
        for y in top..=bottom {
            width::put_sign(buf, left, y, vertical, style);
            width::put_sign(buf, right, y, vertical, style);
        }
        for (x, y, corner) in [
            (left, top, tl),
            (right, top, tr),
            (left, bottom, bl),
            (right, bottom, br),
        ] {
            width::put(buf, x, y, corner, 1, style);
        }
    }

    fn draw_title(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let ellipsis = theme.glyphs().ellipsis;
        let mut room = usize::from(area.width.saturating_sub(4));
        if self.title.is_empty() || room == 0 {
            return;
        }
        let role = if self.focused {
            "title.focused"
        } else {
            "title"
        };
        let title = format!(
            " {} ",
            width::truncate(self.title, room.saturating_sub(2), ellipsis)
        );
        let mut x = area.x + 1;
        x += width::put(buf, x, area.y, &title, area.width - 2, theme.style(role));
        room = room.saturating_sub(width::width(&title) + 2);
        if self.totals.is_empty() || room < 6 {
            return;
        }
        // Two cells of the line stay between title and totals.
        let totals = format!(
            " {} ",
            width::truncate(self.totals, room.saturating_sub(2), ellipsis)
        );
        width::put(
            buf,
            x + 2,
            area.y,
            &totals,
            area.right().saturating_sub(x + 3),
            theme.style("muted"),
        );
    }

    /// The error within `room` cells, with where to read on when it does not fit.
    fn shortened(&self, room: usize, ellipsis: &str) -> String {
        let left = room.saturating_sub(width::width(self.more));
        if width::width(self.error) <= room || left < LEAST_OF_ERROR {
            return width::truncate(self.error, room, ellipsis).into_owned();
        }
        let error = width::truncate(self.error, left, ellipsis);
        format!("{error}{}", self.more)
    }

    fn draw_footer(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let y = area.bottom() - 1;
        let ellipsis = theme.glyphs().ellipsis;
        let room = usize::from(area.width.saturating_sub(4));
        let mut used = 0;
        if !self.footer.is_empty() && room > 6 {
            let text = format!(" {} ", width::truncate(self.footer, room - 2, ellipsis));
            used = width::width(&text);
            let x = area.right() - 2 - u16::try_from(used).unwrap_or(0);
            width::put(buf, x, y, &text, area.width, theme.style("muted"));
        }
        let room = room.saturating_sub(used);
        if !self.error.is_empty() && room > 6 {
            let error = self.shortened(room - 4, ellipsis);
            let text = format!(" {} {error} ", theme.glyphs().failed);
            width::put(
                buf,
                area.x + 2,
                y,
                &text,
                area.width,
                theme.style("state.crit"),
            );
        }
    }
}

/// `6m ago · next 26s`: how old the data is, and in how many seconds it will be asked for again.
pub fn freshness(lang: Lang, theme: &Theme, age: Option<i64>, next: Option<i64>) -> String {
    let mut parts = Vec::new();
    match age {
        Some(age) => parts.push(lang.tf("pane.ago", &[("age", &format::age(lang, age))])),
        None => parts.push(lang.t("pane.no_data").into_owned()),
    }
    if let Some(next) = next {
        parts.push(lang.tf("pane.next", &[("age", &format::duration(lang, next))]));
    }
    parts.join(&format!(" {} ", theme.glyphs().bullet))
}

/// Makes what is drawn in `area` look old: the last good data of an API that no longer answers.
pub fn dim(theme: &Theme, area: Rect, buf: &mut Buffer) {
    buf.set_style(area.intersection(buf.area), theme.style("stale"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(focused: bool) -> Frame<'static> {
        Frame {
            title: "Alarms",
            totals: "7 in 4 groups",
            focused,
            footer: "4s ago",
            error: "refused: 403",
            more: " :problems",
        }
    }

    fn lines(buf: &Buffer) -> Vec<String> {
        buf.content
            .chunks(usize::from(buf.area.width))
            .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect())
            .collect()
    }

    #[test]
    fn a_frame_says_what_it_is_and_how_old() {
        let area = Rect::new(0, 0, 40, 3);
        let mut buf = Buffer::empty(area);
        let inner = frame(true).draw(&Theme::default(), area, &mut buf);
        assert_eq!(inner, Rect::new(1, 1, 38, 1));
        assert_eq!(
            lines(&buf),
            [
                "╭ Alarms ── 7 in 4 groups ─────────────╮",
                "│                                      │",
                "╰─ ✗ refused: 403 ──────────── 4s ago ─╯",
            ]
            .map(|line| width::fit(line, 40, width::Align::Left, "")),
        );
    }

    #[test]
    fn an_error_that_is_cut_says_where_it_stands_in_full() {
        let bottom = |width| {
            let area = Rect::new(0, 0, width, 3);
            let mut buf = Buffer::empty(area);
            let error = "KSC (network): connection closed";
            Frame {
                error,
                ..frame(true)
            }
            .draw(&Theme::default(), area, &mut buf);
            lines(&buf).pop().unwrap()
        };
        assert_eq!(
            bottom(48),
            "╰─ ✗ KSC (network): connection closed  4s ago ─╯"
        );
        assert_eq!(bottom(46), "╰─ ✗ KSC (network): conn… :problems  4s ago ─╯");
        // There is no room for both.
        assert_eq!(bottom(32), "╰─ ✗ KSC (network): …  4s ago ─╯");
    }

    #[test]
    fn a_frame_fits_everywhere() {
        let theme = Theme::default().ascii();
        for width in 0..30 {
            for height in 0..6 {
                let area = Rect::new(0, 0, width, height);
                let mut buf = Buffer::empty(area);
                let inner = frame(false).draw(&theme, area, &mut buf);
                assert!(inner.right() <= width && inner.bottom() <= height);
            }
        }
    }

    #[test]
    fn freshness_is_said_in_both_languages() {
        let theme = Theme::default();
        assert_eq!(
            freshness(Lang::En, &theme, Some(360), Some(26)),
            "6m ago ∙ next 26s"
        );
        assert_eq!(freshness(Lang::ZhCn, &theme, Some(360), None), "6分前");
        assert_eq!(freshness(Lang::En, &theme, None, None), "no data yet");
    }
}
