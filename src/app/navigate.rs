//! Views, the way back, and the focus.

use ratatui::layout::Rect;

use super::App;
use super::board::Slot;
use super::overlay::{Layer, Overlay};
use super::pane::Event;
use super::subject::Subject;

/// The smallest screen on which something can be done.
pub const MINIMUM: (u16, u16) = (60, 16);

/// How many views the way back has.
const HISTORY: usize = 100;

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// A dashboard, by its index.
    Board(usize),
    /// One pane, by its index.
    Pane(usize),
}

/// A view and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// What fills the screen.
    pub screen: Screen,
    /// Index of the pane with the focus.
    pub focus: usize,
    /// What it was opened on.
    pub subject: Option<Subject>,
    /// Words from the palette.
    pub args: String,
}

impl App {
    /// Is the screen large enough to work on?
    pub(super) const fn large_enough(&self) -> bool {
        self.size.0 >= MINIMUM.0 && self.size.1 >= MINIMUM.1
    }

    /// The screen between the title bar and the status line.
    pub(super) const fn body(&self) -> Rect {
        Rect {
            x: 0,
            y: 1,
            width: self.size.0,
            height: self.size.1.saturating_sub(2),
        }
    }

    /// Index of the pane with this name.
    pub(super) fn pane_named(&self, name: &str) -> Option<usize> {
        self.catalog
            .panes
            .iter()
            .position(|pane| pane.about().name == name || pane.about().aliases.contains(&name))
    }

    /// The names of the panes of a board that the program has.
    pub(super) fn members(&self, board: usize) -> Vec<&'static str> {
        let Some(board) = self.catalog.boards.get(board) else {
            return Vec::new();
        };
        board
            .panes
            .iter()
            .copied()
            .filter(|name| self.pane_named(name).is_some())
            .collect()
    }

    /// What stands where at this size: the pane's index and its place.
    pub(super) fn slots(&self) -> Vec<(usize, Slot)> {
        let body = self.body();
        match self.here.screen {
            Screen::Pane(index) => self
                .catalog
                .panes
                .get(index)
                .map(|pane| {
                    let slot = Slot {
                        pane: pane.about().name,
                        area: body,
                        line: false,
                    };
                    (index, slot)
                })
                .into_iter()
                .collect(),
            Screen::Board(index) => {
                let Some(board) = self.catalog.boards.get(index) else {
                    return Vec::new();
                };
                let focused = self
                    .catalog
                    .panes
                    .get(self.here.focus)
                    .map_or("", |pane| pane.about().name);
                (board.layout)(body, &self.members(index), focused)
                    .into_iter()
                    .filter_map(|slot| Some((self.pane_named(slot.pane)?, slot)))
                    .collect()
            }
        }
    }

    /// Where a pane is drawn; empty when it is not on the screen.
    pub(super) fn area_of(&self, pane: usize) -> Rect {
        self.slots()
            .into_iter()
            .find(|(index, _)| *index == pane)
            .map_or(Rect::ZERO, |(_, slot)| slot.area)
    }

    /// Is a dashboard on the screen?
    pub(super) const fn on_board(&self) -> bool {
        matches!(self.here.screen, Screen::Board(_))
    }

    /// The place of a view by its name in the palette, and what follows it.
    pub(super) fn place_of(&self, line: &str) -> Option<Place> {
        let line = line.trim();
        let (name, args) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let screen = match self.catalog.boards.iter().position(|b| b.name == name) {
            Some(board) => Screen::Board(board),
            None => Screen::Pane(self.pane_named(name)?),
        };
        Some(Place {
            screen,
            focus: self.first_focus(screen)?,
            subject: None,
            args: args.trim().to_owned(),
        })
    }

    /// The pane that has the focus when a screen is opened.
    fn first_focus(&self, screen: Screen) -> Option<usize> {
        match screen {
            Screen::Pane(index) => Some(index),
            Screen::Board(board) => self
                .members(board)
                .first()
                .and_then(|name| self.pane_named(name)),
        }
    }

    /// Goes to a view by name. `false` when there is none.
    pub(super) fn go(&mut self, line: &str) -> bool {
        if matches!(line.trim(), "help" | "h") {
            self.open(Layer::core(Overlay::help(self)));
            return true;
        }
        let Some(place) = self.place_of(line) else {
            return false;
        };
        self.visit(place);
        true
    }

    /// Opens a subject in the pane that shows its sort. `false` when none does.
    pub(super) fn show(&mut self, subject: Subject) -> bool {
        let kind = subject.kind();
        let Some(index) = self
            .catalog
            .panes
            .iter()
            .position(|pane| pane.about().opens.contains(&kind))
        else {
            return false;
        };
        self.visit(Place {
            screen: Screen::Pane(index),
            focus: index,
            subject: Some(subject),
            args: String::new(),
        });
        true
    }

    /// Goes to a place; the way back leads here.
    pub(super) fn visit(&mut self, place: Place) {
        if place == self.here {
            self.enter();
            return;
        }
        self.future.clear();
        self.past.push(self.here.clone());
        if self.past.len() > HISTORY {
            self.past.remove(0);
        }
        self.here = place;
        self.enter();
    }

    /// One view back. `false` at the root.
    pub(super) fn step_back(&mut self) -> bool {
        let Some(place) = self.past.pop() else {
            return false;
        };
        self.future.push(std::mem::replace(&mut self.here, place));
        self.enter();
        true
    }

    /// One view forward again. `false` at the end.
    pub(super) fn step_forward(&mut self) -> bool {
        let Some(place) = self.future.pop() else {
            return false;
        };
        self.past.push(std::mem::replace(&mut self.here, place));
        self.enter();
        true
    }

    /// The view before this one, and with the same key this one again. `false` when there is none.
    pub(super) fn last_view(&mut self) -> bool {
        match self.past.last().cloned() {
            Some(place) => {
                self.visit(place);
                true
            }
            None => self.step_forward(),
        }
    }

    /// Tells the panes of the view that they are on the screen now.
    pub(super) fn enter(&mut self) {
        let place = self.here.clone();
        match place.screen {
            Screen::Pane(index) => {
                let (args, filter) = split_filter(&place.args);
                self.tell(
                    index,
                    &Event::Opened {
                        subject: place.subject.as_ref(),
                        args,
                    },
                );
                match filter {
                    Some(filter) => {
                        self.tell(index, &Event::Filter(filter));
                    }
                    None => self.begin_filtered(index, place.subject.is_some()),
                }
            }
            Screen::Board(board) => {
                for name in self.members(board) {
                    if let Some(index) = self.pane_named(name) {
                        self.tell(
                            index,
                            &Event::Opened {
                                subject: None,
                                args: "",
                            },
                        );
                        self.begin_filtered(index, true);
                    }
                }
            }
        }
        self.followed = None;
    }

    /// Moves the focus over what is on the screen.
    pub(super) fn move_focus(&mut self, forward: bool) {
        let slots = match self.here.screen {
            Screen::Pane(_) => return,
            // The order of the board, not of the layout: the layout may put the focused one first.
            Screen::Board(board) => {
                let shown = self.slots();
                self.members(board)
                    .into_iter()
                    .filter_map(|name| self.pane_named(name))
                    .filter(|index| shown.iter().any(|(other, _)| other == index))
                    .collect::<Vec<_>>()
            }
        };
        if slots.is_empty() {
            return;
        }
        let at = slots.iter().position(|index| *index == self.here.focus);
        let next = match (at, forward) {
            (None, _) => 0,
            (Some(at), true) => (at + 1) % slots.len(),
            (Some(at), false) => (at + slots.len() - 1) % slots.len(),
        };
        self.here.focus = slots[next];
    }
}

/// Splits `words /filter` into words and filter.
fn split_filter(args: &str) -> (&str, Option<&str>) {
    match args.split_once('/') {
        Some((before, filter)) if before.is_empty() || before.ends_with(' ') => {
            (before.trim(), Some(filter))
        }
        _ => (args, None),
    }
}

#[cfg(test)]
mod tests {
    use super::split_filter;

    #[test]
    fn a_filter_may_follow_the_words_of_the_palette() {
        assert_eq!(split_filter("/cpu"), ("", Some("cpu")));
        assert_eq!(split_filter("kec /web 3"), ("kec", Some("web 3")));
        assert_eq!(split_filter("qce/cvm ins-1"), ("qce/cvm ins-1", None));
        assert_eq!(split_filter(""), ("", None));
    }
}
