//! The dashboard `:watch`: everything that matters on one screen. It draws nothing itself; it says which pane
//! stands where at which size, and the panes are the same objects as in their full-screen views.

use ratatui::layout::Rect;

use crate::app::board::{Board, Slot};

/// The dashboard.
pub const BOARD: Board = Board {
    name: "watch",
    title: "watch.title",
    panes: &[
        "alarms",
        "incidents",
        "orders",
        "metrics",
        "policies",
        "contacts",
        "chart",
        "cockpit",
    ],
    layout,
};

/// Lists that have a place at every size, in the order of the focus.
const LISTS: [&str; 6] = [
    "alarms",
    "incidents",
    "orders",
    "metrics",
    "policies",
    "contacts",
];

/// From this width on, lists stand side by side.
const TWO_COLUMNS: u16 = 100;
/// From this height on, all lists of the right column stand below one another, four rows of policies at least.
const ALL_STACKED: u16 = 34;
/// From this size on, details stand beside the lists.
const DETAILS: (u16, u16) = (180, 40);

/// Where each pane stands: one large list with a line for each other one on small screens, two columns from 100
/// columns on, details beside the lists on very large ones.
fn layout(area: Rect, panes: &[&'static str], focused: &str) -> Vec<Slot> {
    if area.width >= DETAILS.0 && area.height >= DETAILS.1 {
        return with_details(area, panes);
    }
    let lists: Vec<&'static str> = LISTS
        .into_iter()
        .filter(|name| panes.contains(name))
        .collect();
    if area.width >= TWO_COLUMNS && area.height >= 24 {
        two_columns(area, &lists)
    } else {
        one_large(area, &lists, focused)
    }
}

/// The focused list above, a line for each other one below it.
fn one_large(area: Rect, lists: &[&'static str], focused: &str) -> Vec<Slot> {
    let large = lists
        .iter()
        .copied()
        .find(|name| *name == focused)
        .or_else(|| lists.first().copied());
    let Some(large) = large else {
        return Vec::new();
    };
    let others: Vec<&'static str> = lists.iter().copied().filter(|n| *n != large).collect();
    // A large list with fewer than six rows is of no use; then lines go.
    let room = usize::from(area.height.saturating_sub(6));
    let lines = others.len().min(room);
    let height = area.height - u16::try_from(lines).unwrap_or(area.height);
    let mut slots = vec![Slot {
        pane: large,
        area: Rect { height, ..area },
        line: false,
    }];
    for (pane, y) in others.into_iter().take(lines).zip(area.y + height..) {
        slots.push(Slot {
            pane,
            area: Rect {
                y,
                height: 1,
                ..area
            },
            line: true,
        });
    }
    slots
}

/// Alarms and metrics on the left, the rest on the right: one below the other where there are rows enough for all of
/// them, otherwise policies and contacts side by side below.
fn two_columns(area: Rect, lists: &[&'static str]) -> Vec<Slot> {
    let width = area.width * 3 / 5;
    let left = Rect { width, ..area };
    let right = Rect {
        x: area.x + width,
        width: area.width - width,
        ..area
    };
    let mut slots = stack(left, &[("alarms", 5), ("metrics", 5)], lists);
    if area.height >= ALL_STACKED {
        let all = [
            ("incidents", 3),
            ("orders", 3),
            ("policies", 2),
            ("contacts", 2),
        ];
        slots.extend(stack(right, &all, lists));
    } else {
        slots.extend(with_strip(right, lists));
    }
    slots
}

/// Incidents and orders, and below them a strip of policies and contacts.
fn with_strip(area: Rect, lists: &[&'static str]) -> Vec<Slot> {
    let below: Vec<&'static str> = ["policies", "contacts"]
        .into_iter()
        .filter(|name| lists.contains(name))
        .collect();
    // Without anything above it, the strip takes the whole column; without a strip, the lists above do.
    let alone = !lists.contains(&"incidents") && !lists.contains(&"orders");
    let height = match (below.is_empty(), alone) {
        (true, _) => 0,
        (false, true) => area.height,
        (false, false) => area.height * 3 / 10,
    };
    let above = Rect {
        height: area.height - height,
        ..area
    };
    let strip = Rect {
        y: area.y + above.height,
        height,
        ..area
    };
    let mut slots = side_by_side(strip, &below);
    slots.extend(stack(above, &[("incidents", 1), ("orders", 1)], lists));
    slots
}

/// Three columns: alarms and metrics; the other lists; the chart and the cockpit.
fn with_details(area: Rect, panes: &[&'static str]) -> Vec<Slot> {
    let details: Vec<&'static str> = ["chart", "cockpit"]
        .into_iter()
        .filter(|name| panes.contains(name))
        .collect();
    if details.is_empty() {
        return two_columns(area, panes);
    }
    let width = area.width * 2 / 5;
    let lists = Rect {
        width: area.width - width,
        ..area
    };
    let beside = Rect {
        x: area.x + lists.width,
        width,
        ..area
    };
    let mut slots = two_columns(lists, panes);
    slots.extend(stack(beside, &[("chart", 1), ("cockpit", 1)], panes));
    slots
}

/// Panes above one another, heights in these proportions; those that do not exist leave their room to the others.
fn stack(area: Rect, wanted: &[(&'static str, u16)], have: &[&'static str]) -> Vec<Slot> {
    let present: Vec<(&'static str, u16)> = wanted
        .iter()
        .copied()
        .filter(|(name, _)| have.contains(name))
        .collect();
    let mut parts: u16 = present.iter().map(|(_, part)| part).sum();
    let mut rest = area;
    let mut slots = Vec::new();
    for (pane, part) in present {
        let height = rest.height * part / parts.max(1);
        parts -= part;
        slots.push(Slot {
            pane,
            area: Rect { height, ..rest },
            line: false,
        });
        rest.y += height;
        rest.height -= height;
    }
    slots
}

/// Panes beside one another, equally wide.
fn side_by_side(area: Rect, panes: &[&'static str]) -> Vec<Slot> {
    let count = u16::try_from(panes.len()).unwrap_or(1).max(1);
    let width = area.width / count;
    panes
        .iter()
        .zip(0u16..)
        .map(|(pane, at)| {
            let x = area.x + width * at;
            let last = at + 1 == count;
            Slot {
                pane,
                area: Rect {
                    x,
                    width: if last { area.right() - x } else { width },
                    ..area
                },
                line: false,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(width: u16, height: u16, focused: &str) -> Vec<Slot> {
        layout(Rect::new(0, 1, width, height - 2), BOARD.panes, focused)
    }

    #[test]
    fn panes_never_overlap_and_never_leave_the_screen() {
        for (width, height) in [
            (1, 3),
            (60, 16),
            (80, 24),
            (99, 50),
            (100, 24),
            (120, 40),
            (180, 45),
            (200, 60),
        ] {
            for focused in BOARD.panes {
                let slots = at(width, height, focused);
                assert!(!slots.is_empty(), "{width}x{height}");
                for (index, slot) in slots.iter().enumerate() {
                    let area = slot.area;
                    assert!(area.right() <= width && area.bottom() < height, "{slot:?}");
                    assert!(
                        slots[index + 1..]
                            .iter()
                            .all(|other| area.intersection(other.area).is_empty()),
                        "{width}x{height}: {slot:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_small_screen_has_one_list_and_a_line_for_each_other_one() {
        let slots = at(80, 24, "orders");
        assert_eq!(slots.len(), 6);
        assert_eq!(slots[0].pane, "orders");
        assert!(slots[0].area.height >= 16);
        assert!(slots[1..].iter().all(|slot| slot.line));
        // The focus on a detail that has no place here falls back to the alarms.
        assert_eq!(at(80, 24, "chart")[0].pane, "alarms");
    }

    #[test]
    fn a_large_screen_has_all_lists_and_a_very_large_one_the_details_beside_them() {
        let names = |slots: Vec<Slot>| slots.iter().map(|slot| slot.pane).collect::<Vec<_>>();
        let medium = names(at(120, 40, "alarms"));
        assert_eq!(medium.len(), 6);
        assert!(!medium.contains(&"chart"));
        let large = names(at(200, 60, "alarms"));
        assert_eq!(large.len(), 8);
        assert!(large.contains(&"chart") && large.contains(&"cockpit"));
    }
}
