//! Dashboards: several panes on one screen.

use ratatui::layout::Rect;

/// A dashboard. Its layout is a pure function of the size and the focus, used by both update and draw.
#[derive(Debug, Clone, Copy)]
pub struct Board {
    /// Its name in the palette.
    pub name: &'static str,
    /// The locale key of its title.
    pub title: &'static str,
    /// The panes on it, by name, in the order of the focus. Panes the program does not have are left out.
    pub panes: &'static [&'static str],
    /// Where each pane stands.
    pub layout: Layout,
}

/// From the area, the panes there are and the focused one to places. Panes without a place are not shown.
pub type Layout = fn(area: Rect, panes: &[&'static str], focused: &str) -> Vec<Slot>;

/// A place on a dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The pane's name.
    pub pane: &'static str,
    /// Where it stands.
    pub area: Rect,
    /// As its one-line summary?
    pub line: bool,
}
