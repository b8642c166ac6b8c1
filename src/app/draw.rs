//! Drawing: a pure function of the state.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::ui::keys::sequence_label;
use crate::ui::widgets::pane::Frame;
use crate::ui::width;

use super::App;
use super::board::Slot;
use super::navigate::MINIMUM;
use super::pane::View;
use super::timing::WHICH_KEY;
use super::world::since;

impl App {
    /// Draws the whole screen as it is at the time of the last message.
    pub fn view(&self, frame: &mut ratatui::Frame) {
        let area = frame.area();
        self.draw(area, frame.buffer_mut());
    }

    /// Draws into a buffer of any size.
    pub fn draw(&self, area: Rect, buf: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        buf.set_style(area, self.settings.theme.style("text"));
        if area.width < MINIMUM.0 || area.height < MINIMUM.1 {
            self.draw_too_small(area, buf);
            return;
        }
        self.draw_title(Rect { height: 1, ..area }, buf);
        for (pane, slot) in self.slots() {
            let clipped = slot.area.intersection(area);
            if !clipped.is_empty() {
                self.draw_pane(
                    pane,
                    Slot {
                        area: clipped,
                        ..slot
                    },
                    buf,
                );
            }
        }
        let status = Rect {
            y: area.bottom() - 1,
            height: 1,
            ..area
        };
        self.draw_status(status, buf);
        self.draw_which_key(area, buf);
        self.draw_layers(area, buf);
        let above = Rect {
            height: area.height - 1,
            ..area
        };
        self.toasts.draw(&self.settings.theme, above, buf);
    }

    /// After a moment, a begun key sequence shows how it can go on.
    fn draw_which_key(&self, screen: Rect, buf: &mut Buffer) {
        if self.prefix.is_empty() || since(self.prefix_at, self.now) < WHICH_KEY {
            return;
        }
        let next = self.continuations();
        if next.is_empty() {
            return;
        }
        let theme = &self.settings.theme;
        let cell = 26;
        let columns = usize::from(screen.width / cell).max(1);
        let rows = next.len().div_ceil(columns);
        let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
        let area = Rect {
            y: screen.bottom().saturating_sub(height + 1),
            height: height.min(screen.height),
            ..screen
        };
        width::clear(area, buf);
        let inner = Frame {
            title: &sequence_label(&self.prefix),
            focused: true,
            ..Frame::default()
        }
        .draw(theme, area, buf);
        for (index, (key, text)) in next.iter().enumerate() {
            let row = u16::try_from(index % rows).unwrap_or(0);
            let column = u16::try_from(index / rows).unwrap_or(0);
            let (x, y) = (inner.x + 1 + column * cell, inner.y + row);
            if y >= inner.bottom() || x >= inner.right() {
                continue;
            }
            let room = cell.min(inner.right() - x);
            let used = width::put(buf, x, y, key, room, theme.style("key"));
            let room = room.saturating_sub(used + 2);
            let text = width::truncate(text, usize::from(room), theme.glyphs().ellipsis);
            width::put(buf, x + used + 1, y, &text, room, theme.style("text"));
        }
    }

    /// How a pane is drawn.
    pub(super) fn pane_view(&self, pane: usize) -> View<'_> {
        View {
            world: &self.world,
            at: self.frozen.as_ref().map_or(self.now, |frozen| frozen.since),
            lang: self.settings.lang,
            zone: &self.settings.zone,
            rates: self.settings.rates,
            theme: &self.settings.theme,
            focused: pane == self.here.focus && self.layers.is_empty(),
            board: self.on_board(),
            frozen: self.frozen.as_ref().map(|frozen| frozen.since),
            keys: &self.keymap,
        }
    }

    /// What a pane's line says while nothing of what it shows is known: no number, which would look like one.
    fn unanswered(&self, pane: usize, area: Rect) -> Option<Line<'static>> {
        let needs = self.catalog.panes.get(pane)?.needs(&self.context(area));
        let state = self.world.state_of(needs.iter().map(|want| &want.query));
        if state.asked == 0 || state.answered > 0 {
            return None;
        }
        let theme = &self.settings.theme;
        Some(match state.error {
            Some(error) => {
                let text = format!("{}: {}", error.system.short(), error.message.shown());
                Line::styled(text, theme.style("state.warn"))
            }
            None => Line::styled(self.t("pane.no_data"), theme.style("muted")),
        })
    }

    fn draw_pane(&self, index: usize, slot: Slot, buf: &mut Buffer) {
        let Some(pane) = self.catalog.panes.get(index) else {
            return;
        };
        let view = self.pane_view(index);
        if slot.line {
            let title = view.t(pane.about().title);
            let style = view.theme.style("title");
            let area = slot.area;
            let used = width::put(buf, area.x + 1, area.y, &title, area.width, style);
            let line = self
                .unanswered(index, area)
                .unwrap_or_else(|| pane.summary(&view));
            let x = (area.x + 2 + used).max(area.x + 14).min(area.right());
            buf.set_line(x, area.y, &line, area.right() - x);
        } else {
            pane.view(&view, slot.area, buf);
        }
    }

    /// Says which size is needed. Everything goes on; only changes are refused.
    fn draw_too_small(&self, area: Rect, buf: &mut Buffer) {
        let text = self.tf(
            "app.too_small",
            &[
                ("columns", &MINIMUM.0.to_string()),
                ("rows", &MINIMUM.1.to_string()),
                ("has_columns", &area.width.to_string()),
                ("has_rows", &area.height.to_string()),
            ],
        );
        let style = self.settings.theme.style("text");
        for (line, y) in width::wrap(&text, usize::from(area.width))
            .iter()
            .zip(area.y..area.bottom())
        {
            width::put(buf, area.x, y, line, area.width, style);
        }
    }
}
