//! Many states at a glance: one sign for each host of a work order.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::theme::Theme;
use crate::ui::width;

/// Signs in rows, each two cells apart.
#[derive(Debug, Clone, Copy)]
pub struct Grid<'a> {
    /// Sign and role of each.
    pub states: &'a [(&'static str, &'static str)],
    /// The one under the cursor.
    pub selected: Option<usize>,
}

impl Grid<'_> {
    /// How many stand in a row of this many cells.
    pub fn per_row(cells: u16) -> usize {
        usize::from(cells).div_ceil(2).max(1)
    }

    /// How many rows `count` states need in this many cells.
    pub fn rows(count: usize, cells: u16) -> usize {
        count.div_ceil(Self::per_row(cells))
    }

    /// Draws the rows that fit, the selected one among them.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let per_row = Self::per_row(area.width);
        let page = usize::from(area.height);
        let row = self.selected.unwrap_or(0) / per_row;
        let first = (row + 1).saturating_sub(page) * per_row;
        let shown = self
            .states
            .iter()
            .enumerate()
            .skip(first)
            .take(page * per_row);
        for (at, (sign, role)) in shown {
            let place = at - first;
            let x = area.x + u16::try_from(place % per_row * 2).unwrap_or(0);
            let y = area.y + u16::try_from(place / per_row).unwrap_or(0);
            let mut style = theme.style(role);
            if self.selected == Some(at) {
                style = style.patch(theme.style("grid.selected"));
            }
            width::put(buf, x, y, sign, 1, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_state_is_seen() {
        let states = [("+", "state.ok"); 20];
        let area = Rect::new(0, 0, 7, 2);
        let mut buf = Buffer::empty(area);
        assert_eq!(Grid::per_row(7), 4);
        assert_eq!(Grid::rows(20, 7), 5);
        Grid {
            states: &states,
            selected: Some(17),
        }
        .draw(&Theme::default(), area, &mut buf);
        let text: String = buf
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(text, "+ + + ++ + + +");
        let marked = buf
            .content
            .iter()
            .filter(|cell| !cell.modifier.is_empty())
            .count();
        assert_eq!(marked, 1);
    }

    #[test]
    fn it_fits_everywhere() {
        let theme = Theme::default();
        let states = [("+", "state.ok"); 20];
        for width in 0..9 {
            for height in 0..5 {
                let area = Rect::new(0, 0, width, height);
                Grid {
                    states: &states,
                    selected: Some(19),
                }
                .draw(&theme, area, &mut Buffer::empty(area));
            }
        }
    }
}
