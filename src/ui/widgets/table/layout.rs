//! Which columns of a list fit, and where they stand.

use ratatui::layout::Rect;

use super::{Column, TableState};

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) column: usize,
    pub(super) x: u16,
    pub(super) width: u16,
}

/// The columns that the user wants to see.
pub(super) fn visible<'a, Id>(
    columns: &'a [Column],
    state: &'a TableState<Id>,
) -> impl Iterator<Item = usize> + 'a {
    columns
        .iter()
        .enumerate()
        .filter(|(_, column)| {
            (state.wide || !column.wide) && !state.hidden.iter().any(|name| name == column.name)
        })
        .map(|(index, _)| index)
}

/// Which columns fit into `area`, and where. One cell at the left is for marks and one at the right for the thumb.
pub(super) fn layout<Id>(columns: &[Column], state: &TableState<Id>, area: Rect) -> Vec<Place> {
    let mut chosen: Vec<(usize, &Column)> = visible(columns, state)
        .filter_map(|index| columns.get(index).map(|column| (index, column)))
        .collect();
    if chosen.is_empty() {
        chosen.extend(columns.first().map(|column| (0, column)));
    }
    let scrolled = state.skipped.min(chosen.len().saturating_sub(2));
    if scrolled > 0 {
        chosen.drain(1..=scrolled);
    }
    let room = u32::from(area.width.saturating_sub(2));
    let needed = |chosen: &[(usize, &Column)]| -> u32 {
        chosen
            .iter()
            .map(|(_, column)| u32::from(column.min) + 1)
            .sum::<u32>()
            .saturating_sub(1)
    };
    // Scrolling shows what comes next; otherwise what matters least goes first.
    while chosen.len() > 1 && needed(&chosen) > room {
        let out = if scrolled > 0 || state.wide {
            chosen.len() - 1
        } else {
            least_important(&chosen)
        };
        chosen.remove(out);
    }
    let mut widths: Vec<u32> = chosen
        .iter()
        .map(|(_, column)| u32::from(column.min))
        .collect();
    share(&mut widths, &chosen, room.saturating_sub(needed(&chosen)));
    let mut x = u32::from(area.x) + 1;
    let right = u32::from(area.right());
    let mut places = Vec::with_capacity(chosen.len());
    for ((column, _), width) in chosen.into_iter().zip(widths) {
        let width = width.min(right.saturating_sub(x));
        if width == 0 {
            break;
        }
        places.push(Place {
            column,
            x: u16::try_from(x).unwrap_or(u16::MAX),
            width: u16::try_from(width).unwrap_or(u16::MAX),
        });
        x += width + 1;
    }
    places
}

/// The last of the columns with the highest number, the first column excepted.
fn least_important(chosen: &[(usize, &Column)]) -> usize {
    chosen
        .iter()
        .enumerate()
        .skip(1)
        .max_by_key(|(at, (_, column))| (column.priority, *at))
        .map_or(0, |(at, _)| at)
}

/// Gives the room that is left to the columns that grow, until each is at its most.
fn share(widths: &mut [u32], chosen: &[(usize, &Column)], mut left: u32) {
    loop {
        let can_grow =
            |width: u32, column: &Column| column.grow > 0 && width < u32::from(column.max);
        let shares: u32 = widths
            .iter()
            .zip(chosen)
            .filter(|(width, (_, column))| can_grow(**width, column))
            .map(|(_, (_, column))| u32::from(column.grow))
            .sum();
        if shares == 0 || left == 0 {
            return;
        }
        let round = left;
        for (width, (_, column)) in widths.iter_mut().zip(chosen) {
            if !can_grow(*width, column) {
                continue;
            }
            let part = (round * u32::from(column.grow)).div_ceil(shares);
            let part = part.min(left).min(u32::from(column.max) - *width);
            *width += part;
            left -= part;
        }
        if left == round {
            return;
        }
    }
}
