//! A bar of one line: the batches of a work order, capacity, progress.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sparkline::round_index;
use crate::ui::theme::Theme;
use crate::ui::width;

/// A bar with one or more parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge<'a> {
    /// Sizes of the parts, each with its role; what is left up to `total` is drawn as rest.
    pub parts: &'a [(f64, &'static str)],
    /// What the whole bar stands for.
    pub total: f64,
}

impl Gauge<'_> {
    /// A bar of one part.
    pub const fn of<'a>(part: &'a [(f64, &'static str); 1], total: f64) -> Gauge<'a> {
        Gauge { parts: part, total }
    }

    /// Draws it into the first row of `area`. A part that is not zero gets at least a sign; the bar is full only when
    /// everything is done.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let glyphs = theme.glyphs();
        let steps = glyphs.bar.len();
        let width = usize::from(area.width);
        for x in area.x..area.right() {
            width::put(buf, x, area.y, glyphs.bar_rest, 1, theme.style("border"));
        }
        // In steps of a cell's eighth, so that slow progress is seen too.
        let all = (width * steps) as f64;
        let (mut done, mut sum) = (0, 0.0);
        for (size, role) in self.parts {
            if !size.is_finite() || *size <= 0.0 || self.total <= 0.0 {
                continue;
            }
            sum += size;
            let mut end = round_index(sum / self.total * all).max(done + 1);
            if sum < self.total {
                end = end.min(width * steps - 1).max(done);
            }
            let end = end.min(width * steps);
            self.draw_part(theme, area, (done, end), role, buf);
            done = end;
        }
    }

    fn draw_part(
        &self,
        theme: &Theme,
        area: Rect,
        (from, to): (usize, usize),
        role: &str,
        buf: &mut Buffer,
    ) {
        let glyphs = theme.glyphs();
        let bar = glyphs.bar;
        let steps = bar.len();
        let style = theme.style(role);
        let whole = match role {
            "state.running" => glyphs.bar_running,
            "state.crit" if self.parts.len() > 1 => glyphs.bar_failed,
            _ => bar.last().copied().unwrap_or("#"),
        };
        for cell in from / steps..to.div_ceil(steps) {
            let filled = (to - cell * steps).min(steps);
            // Within the bar a part begins at a whole cell; only its end shows eighths.
            let last = cell + 1 == to.div_ceil(steps) && self.parts.len() == 1;
            let sign = match bar.get(filled.saturating_sub(1)) {
                Some(sign) if last => sign,
                _ => whole,
            };
            let x = area.x + u16::try_from(cell).unwrap_or(0);
            width::put(buf, x, area.y, sign, 1, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(theme: &Theme, parts: &[(f64, &'static str)], total: f64, cells: u16) -> String {
        let area = Rect::new(0, 0, cells, 1);
        let mut buf = Buffer::empty(area);
        Gauge { parts, total }.draw(theme, area, &mut buf);
        buf.content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect()
    }

    #[test]
    fn progress_is_shown_in_eighths() {
        let theme = Theme::default();
        assert_eq!(bar(&theme, &[(0.0, "state.ok")], 10.0, 4), "░░░░");
        assert_eq!(bar(&theme, &[(5.0, "state.ok")], 10.0, 4), "██░░");
        assert_eq!(bar(&theme, &[(0.01, "state.ok")], 10.0, 4), "▏░░░");
        assert_eq!(bar(&theme, &[(9.99, "state.ok")], 10.0, 4), "███▉");
        assert_eq!(bar(&theme, &[(10.0, "state.ok")], 10.0, 4), "████");
        assert_eq!(bar(&theme.ascii(), &[(5.0, "state.ok")], 10.0, 4), "##..");
    }

    #[test]
    fn parts_stand_beside_one_another() {
        let theme = Theme::default();
        let parts = [(2.0, "state.ok"), (1.0, "state.crit")];
        let area = Rect::new(0, 0, 4, 1);
        let mut buf = Buffer::empty(area);
        Gauge {
            parts: &parts,
            total: 4.0,
        }
        .draw(&theme, area, &mut buf);
        let colours: Vec<_> = buf.content.iter().map(|cell| cell.fg).collect();
        let of = |role: &str| theme.style(role).fg.unwrap();
        assert_eq!(
            colours,
            [
                of("state.ok"),
                of("state.ok"),
                of("state.crit"),
                of("border")
            ]
        );
    }

    #[test]
    fn nonsense_is_drawn_without_harm() {
        let theme = Theme::default();
        for (size, total) in [
            (f64::NAN, 1.0),
            (1.0, 0.0),
            (5.0, 1.0),
            (-1.0, 2.0),
            (f64::INFINITY, 1.0),
            (1.0, f64::NAN),
        ] {
            for cells in 1..5 {
                bar(
                    &theme,
                    &[(size, "state.ok"), (size, "state.crit")],
                    total,
                    cells,
                );
            }
        }
    }
}
