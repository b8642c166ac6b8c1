//! The list: the one widget behind every list of the program.
//!
//! A pane keeps a [`TableState`], describes its [`Column`]s, and hands over its rows as [`Rows`]. Only rows that can
//! be seen are formatted. The selection belongs to an id, not to a line: when the data changes, it stays with its
//! object, and when the object is gone, nothing is selected until the user moves.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::Hash;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cell::{Cell, Value};
use crate::ui::filter::{Filter, FilterError};
use crate::ui::theme::Theme;
use crate::ui::width::{self, Align};

/// A column of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name in filters, sort pickers and settings: lower case, ASCII.
    pub name: &'static str,
    /// Its heading, in the user's language, with the unit where there is one.
    pub title: Cow<'static, str>,
    /// Fewest cells.
    pub min: u16,
    /// Most cells.
    pub max: u16,
    /// Its share of the room that is left; 0: it stays at its fewest.
    pub grow: u16,
    /// Where its texts stand.
    pub align: Align,
    /// Too long texts are cut in the middle, because their ends tell them apart.
    pub cut_middle: bool,
    /// When there is not enough room, the column with the highest number goes first. The first column never goes.
    pub priority: u8,
    /// Shown only in the wide view.
    pub wide: bool,
}

impl Column {
    /// A column of exactly `cells` cells.
    pub fn fixed(name: &'static str, title: impl Into<Cow<'static, str>>, cells: u16) -> Self {
        Self {
            name,
            title: title.into(),
            min: cells,
            max: cells,
            grow: 0,
            align: Align::Left,
            cut_middle: false,
            priority: 1,
            wide: false,
        }
    }

    /// A column of `min` to `max` cells, with one share of the room that is left.
    pub fn flex(
        name: &'static str,
        title: impl Into<Cow<'static, str>>,
        min: u16,
        max: u16,
    ) -> Self {
        Self {
            max: max.max(min),
            grow: 1,
            ..Self::fixed(name, title, min)
        }
    }

    /// With so many shares of the room that is left.
    #[must_use]
    pub const fn grow(mut self, shares: u16) -> Self {
        self.grow = shares;
        self
    }

    /// Texts at the right: numbers and ages.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// Too long texts are cut in the middle: ids, paths.
    #[must_use]
    pub const fn cut_middle(mut self) -> Self {
        self.cut_middle = true;
        self
    }

    /// Goes when there is not enough room: the highest number first.
    #[must_use]
    pub const fn priority(mut self, priority: u8) -> Self {
        self.priority = priority;
        self
    }

    /// Shown only in the wide view.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

/// The rows of a list, as a pane has them: nothing is copied. Rows are numbered in the pane's own order; that is also
/// their order on the screen while the user has not chosen another.
pub trait Rows {
    /// What tells rows apart for ever.
    type Id: Clone + Eq + Hash;
    /// How many there are.
    fn len(&self) -> usize;
    /// The id of a row.
    fn id(&self, row: usize) -> Self::Id;
    /// What stands in a column of a row. Called for rows that can be seen only.
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;
    /// What that means, for sorting and filtering. Called for every row, so it should not format.
    fn value(&self, row: usize, column: usize) -> Value<'_>;
    /// Is there none?
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By which column.
    pub column: &'static str,
    /// Highest first?
    pub descending: bool,
}

/// What a list remembers between two frames.
#[derive(Debug, Clone)]
pub struct TableState<Id> {
    /// Numbers of the rows that pass the filter, in the order of the screen.
    order: Vec<usize>,
    /// The data, sort and filter that `order` was made for; `None`: it has to be made.
    version: Option<u64>,
    /// Position of the cursor in `order`.
    cursor: usize,
    /// Object under the cursor; kept when it is gone, in case it comes back.
    selected: Option<Id>,
    /// Is the object there?
    present: bool,
    /// The user has just chosen another filter: what it hides need not stay selected.
    refiltered: bool,
    /// First position that is shown.
    offset: usize,
    sort: Option<Sort>,
    filter: Filter,
    marks: HashSet<Id>,
    /// Where the marked range began.
    range: Option<Id>,
    hidden: Vec<String>,
    /// Columns after the first that are scrolled out at the left.
    skipped: usize,
    wide: bool,
}

impl<Id> Default for TableState<Id> {
    fn default() -> Self {
        Self {
            order: Vec::new(),
            version: None,
            cursor: 0,
            selected: None,
            present: false,
            refiltered: false,
            offset: 0,
            sort: None,
            filter: Filter::default(),
            marks: HashSet::new(),
            range: None,
            hidden: Vec::new(),
            skipped: 0,
            wide: false,
        }
    }
}

impl<Id: Clone + Eq + Hash> TableState<Id> {
    /// A list that is sorted so until the user wants another order.
    pub fn sorted_by(column: &'static str, descending: bool) -> Self {
        Self {
            sort: Some(Sort { column, descending }),
            ..Self::default()
        }
    }

    /// Brings the state up to date with the rows. `version` is any number that changes when the rows do; nothing
    /// happens while it and the user's choices stay the same. Call it before anything else in a pane's `update`.
    pub fn sync<R: Rows<Id = Id>>(&mut self, rows: &R, columns: &[Column], version: u64) {
        if self.version == Some(version) {
            return;
        }
        self.version = Some(version);
        self.order = self.make_order(rows, columns);
        if !self.marks.is_empty() {
            let ids: HashSet<Id> = (0..rows.len()).map(|row| rows.id(row)).collect();
            self.marks.retain(|id| ids.contains(id));
        }
        self.find_selected(rows);
    }

    fn make_order<R: Rows<Id = Id>>(&self, rows: &R, columns: &[Column]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        if !self.filter.is_empty() {
            order.retain(|row| {
                self.filter
                    .matches(columns.len(), |column| rows.value(*row, column))
            });
        }
        let sorted = self.sort.and_then(|sort| {
            let column = columns.iter().position(|known| known.name == sort.column)?;
            Some((column, sort.descending))
        });
        if let Some((column, descending)) = sorted {
            let mut keyed: Vec<(Value, usize)> = order
                .iter()
                .map(|row| (rows.value(*row, column), *row))
                .collect();
            keyed.sort_by(|(a, _), (b, _)| directed(a, b, descending));
            order = keyed.into_iter().map(|(_, row)| row).collect();
        }
        order
    }

    /// Puts the cursor on its object again, or leaves it where it is with nothing selected.
    fn find_selected<R: Rows<Id = Id>>(&mut self, rows: &R) {
        let last = self.order.len().saturating_sub(1);
        match &self.selected {
            None => self.select_at(rows, self.cursor.min(last)),
            Some(id) => {
                let found = self.order.iter().position(|row| rows.id(*row) == *id);
                self.present = found.is_some();
                self.cursor = found.unwrap_or(self.cursor.min(last));
            }
        }
        if std::mem::take(&mut self.refiltered) && !self.present {
            self.select_at(rows, 0);
        }
    }

    fn select_at<R: Rows<Id = Id>>(&mut self, rows: &R, position: usize) {
        let row = self.order.get(position).filter(|row| **row < rows.len());
        if let Some(row) = row {
            self.selected = Some(rows.id(*row));
            self.present = true;
        }
        self.cursor = position;
    }

    /// The selected object, if there is one. `None` after it has vanished, until the user moves.
    pub fn selected(&self) -> Option<&Id> {
        self.selected.as_ref().filter(|_| self.present)
    }

    /// The number of the selected row among the pane's rows.
    pub fn selected_row(&self) -> Option<usize> {
        self.present
            .then(|| self.order.get(self.cursor).copied())
            .flatten()
    }

    /// Selects an object, as soon as it is there.
    pub fn select(&mut self, id: Id) {
        self.selected = Some(id);
        self.present = false;
        self.touch();
    }

    /// The objects that an action is for: the marked ones, in the order of the screen and then those that the filter
    /// hides, or else the selected one. The only function that decides this.
    pub fn targets<R: Rows<Id = Id>>(&self, rows: &R) -> Vec<Id> {
        if self.marks.is_empty() {
            return self.selected().cloned().into_iter().collect();
        }
        let mut left = self.marks.clone();
        self.order
            .iter()
            .copied()
            .chain(0..rows.len())
            .filter(|row| *row < rows.len())
            .map(|row| rows.id(row))
            .filter(|id| left.remove(id))
            .collect()
    }

    /// How many rows pass the filter.
    pub fn shown(&self) -> usize {
        self.order.len()
    }

    /// Position of the cursor among the rows that are shown, from 0.
    pub fn position(&self) -> usize {
        self.cursor
    }

    /// Numbers of the rows that pass the filter, in the order of the screen: for export.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The marked objects.
    pub fn marks(&self) -> &HashSet<Id> {
        &self.marks
    }

    /// Is a range being marked?
    pub const fn in_range(&self) -> bool {
        self.range.is_some()
    }

    /// Removes all marks and says whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        let had = !self.marks.is_empty() || self.range.is_some();
        self.marks.clear();
        self.range = None;
        had
    }

    /// How the list is sorted.
    pub const fn sort(&self) -> Option<Sort> {
        self.sort
    }

    /// Sorts by a column, or as the pane has its rows.
    pub fn set_sort(&mut self, sort: Option<Sort>) {
        self.sort = sort;
        self.touch();
    }

    /// The filter.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Filters. While the text is wrong, the old filter stays.
    pub fn set_filter(&mut self, text: &str, columns: &[Column]) -> Result<(), FilterError> {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let filter = Filter::parse(text, &names)?;
        if filter != self.filter {
            self.filter = filter;
            self.refiltered = true;
            self.touch();
        }
        Ok(())
    }

    /// Columns that the user does not want to see.
    pub fn hidden(&self) -> &[String] {
        &self.hidden
    }

    /// Hides or shows a column.
    pub fn toggle_column(&mut self, name: &str) {
        match self.hidden.iter().position(|hidden| hidden == name) {
            Some(at) => {
                self.hidden.remove(at);
            }
            None => self.hidden.push(name.to_owned()),
        }
    }

    /// The rows have to be looked at again.
    pub fn touch(&mut self) {
        self.version = None;
    }

    /// Carries out a command of every list: `move.*`, `mark*`, `sort.invert`, `wide`. `height` is that of the list's
    /// area. Says whether it was one. Call [`TableState::sync`] before, and after when something was sorted.
    pub fn command<R: Rows<Id = Id>>(
        &mut self,
        name: &str,
        rows: &R,
        columns: &[Column],
        height: u16,
    ) -> bool {
        let page = usize::from(height).saturating_sub(1).max(1);
        let end = self.order.len();
        match name {
            "move.down" => self.go(rows, self.step(1)),
            "move.up" => self.go(rows, self.cursor.saturating_sub(1)),
            "move.half_down" => self.go(rows, self.step((page / 2).max(1))),
            "move.half_up" => self.go(rows, self.cursor.saturating_sub((page / 2).max(1))),
            "move.page_down" => self.go(rows, self.step(page)),
            "move.page_up" => self.go(rows, self.cursor.saturating_sub(page)),
            "move.top" => self.go(rows, 0),
            "move.bottom" => self.go(rows, end),
            "move.left" => self.skipped = self.skipped.saturating_sub(1),
            "move.right" => {
                self.skipped = (self.skipped + 1).min(columns.len().saturating_sub(2));
            }
            "mark" => self.mark(rows),
            "mark.range" => self.mark_range(rows),
            "mark.clear" => {
                self.clear_marks();
            }
            "sort.invert" => {
                if let Some(sort) = &mut self.sort {
                    sort.descending = !sort.descending;
                    self.touch();
                }
            }
            "wide" => self.wide = !self.wide,
            "center" => self.offset = self.cursor.saturating_sub(page / 2),
            _ => return false,
        }
        self.offset = self.first_shown(page);
        true
    }

    /// `by` positions further down. From a row that has vanished, the first step selects what stands there now.
    fn step(&self, by: usize) -> usize {
        if self.present || by > 1 {
            self.cursor.saturating_add(by)
        } else {
            self.cursor
        }
    }

    /// Moves the cursor; with a range, marks what lies between.
    fn go<R: Rows<Id = Id>>(&mut self, rows: &R, position: usize) {
        self.select_at(rows, position.min(self.order.len().saturating_sub(1)));
        if self.range.is_some() {
            self.mark_to_cursor(rows);
        }
    }

    fn mark<R: Rows<Id = Id>>(&mut self, rows: &R) {
        if let Some(id) = self.selected().cloned() {
            if !self.marks.remove(&id) {
                self.marks.insert(id);
            }
            self.go(rows, self.step(1));
        }
    }

    fn mark_range<R: Rows<Id = Id>>(&mut self, rows: &R) {
        self.range = match self.range.take() {
            Some(_) => None,
            None => self.selected().cloned(),
        };
        if self.range.is_some() {
            self.mark_to_cursor(rows);
        }
    }

    fn mark_to_cursor<R: Rows<Id = Id>>(&mut self, rows: &R) {
        let start = self.range.as_ref().and_then(|id| {
            self.order
                .iter()
                .position(|row| *row < rows.len() && rows.id(*row) == *id)
        });
        let Some(start) = start else {
            self.range = None;
            return;
        };
        let (from, to) = (start.min(self.cursor), start.max(self.cursor));
        let between = self.order.get(from..=to).unwrap_or_default();
        self.marks.extend(
            between
                .iter()
                .filter(|row| **row < rows.len())
                .map(|row| rows.id(*row)),
        );
    }

    /// The first position to show so that the cursor is among `page` rows, moving as little as possible.
    fn first_shown(&self, page: usize) -> usize {
        let lowest = (self.cursor + 1).saturating_sub(page);
        let last_page = self.order.len().saturating_sub(page);
        self.offset
            .clamp(lowest, self.cursor.max(lowest))
            .min(last_page.max(lowest))
    }
}

/// The order of two values; `Missing` stands at the end in both directions.
fn directed(a: &Value, b: &Value, descending: bool) -> Ordering {
    let order = a.order(b);
    let known = !matches!((a, b), (Value::Missing, _) | (_, Value::Missing));
    if descending && known {
        order.reverse()
    } else {
        order
    }
}

/// A list, ready to be drawn.
#[derive(Debug)]
pub struct Table<'a, R: Rows> {
    /// Its rows.
    pub rows: &'a R,
    /// Its columns.
    pub columns: &'a [Column],
    /// What it remembers.
    pub state: &'a TableState<R::Id>,
    /// Does it have the keyboard?
    pub focused: bool,
    /// What to say when there are no rows: why, and which key helps.
    pub empty: &'a str,
}

impl<R: Rows> Table<'_, R> {
    /// Draws the heading and the rows that fit.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let places = layout(self.columns, self.state, area);
        let body = if area.height > 1 {
            self.draw_header(theme, &places, Rect { height: 1, ..area }, buf);
            Rect {
                y: area.y + 1,
                height: area.height - 1,
                ..area
            }
        } else {
            area
        };
        if self.count() == 0 {
            draw_empty(self.empty, theme, body, buf);
            return;
        }
        let page = usize::from(body.height);
        let first = self.state.first_shown(page);
        for (y, position) in (body.top()..body.bottom()).zip(first..self.count()) {
            let line = Rect {
                y,
                height: 1,
                ..body
            };
            self.draw_row(theme, &places, position, line, buf);
        }
        draw_thumb(theme, body, first, self.count(), buf);
    }

    /// How many rows there are to show; before the first `sync` all of them, in the pane's order.
    fn count(&self) -> usize {
        if self.state.version.is_none() && self.state.order.is_empty() {
            self.rows.len()
        } else {
            self.state.order.len()
        }
    }

    fn draw_header(&self, theme: &Theme, places: &[Place], line: Rect, buf: &mut Buffer) {
        let style = theme.style("header");
        let glyphs = theme.glyphs();
        for place in places {
            let Some(column) = self.columns.get(place.column) else {
                continue;
            };
            let sign = self
                .state
                .sort
                .filter(|sort| sort.column == column.name)
                .map(|sort| {
                    let [up, down] = glyphs.sort;
                    if sort.descending { down } else { up }
                });
            let room = usize::from(place.width);
            let text = match sign {
                Some(sign) => {
                    let title =
                        width::truncate(&column.title, room.saturating_sub(1), glyphs.ellipsis);
                    Cow::Owned(format!("{title}{sign}"))
                }
                None => Cow::Borrowed(column.title.as_ref()),
            };
            let text = width::fit(&text, room, column.align, glyphs.ellipsis);
            width::put(buf, place.x, line.y, &text, place.width, style);
        }
        let [left, right] = glyphs.more;
        if self.state.skipped > 0 {
            width::put(buf, line.x, line.y, left, 1, style);
        }
        if places.len() < self.visible_columns() {
            width::put(buf, line.right() - 1, line.y, right, 1, style);
        }
    }

    fn visible_columns(&self) -> usize {
        visible(self.columns, self.state)
            .count()
            .saturating_sub(self.state.skipped)
    }

    fn draw_row(
        &self,
        theme: &Theme,
        places: &[Place],
        position: usize,
        line: Rect,
        buf: &mut Buffer,
    ) {
        let row = self.state.order.get(position).copied().unwrap_or(position);
        if row >= self.rows.len() {
            return;
        }
        for place in places {
            let Some(column) = self.columns.get(place.column) else {
                continue;
            };
            let area = Rect {
                x: place.x,
                width: place.width,
                ..line
            };
            self.rows.cell(row, place.column).draw(
                theme,
                area,
                column.align,
                column.cut_middle,
                buf,
            );
        }
        let marked = !self.state.marks.is_empty() && self.state.marks.contains(&self.rows.id(row));
        if marked {
            buf.set_style(line, theme.style("marked"));
            width::put(
                buf,
                line.x,
                line.y,
                theme.glyphs().mark,
                1,
                theme.style("marked"),
            );
        }
        if position != self.state.cursor {
            return;
        }
        if !self.state.present {
            // The cursor stands here, but its object is gone: a hollow mark, and no selection.
            width::put(
                buf,
                line.x,
                line.y,
                theme.glyphs().more[1],
                1,
                theme.style("muted"),
            );
        } else if self.focused {
            buf.set_style(line, theme.style("selected"));
        } else {
            buf.set_style(line, theme.style("selected.inactive"));
        }
    }
}

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    column: usize,
    x: u16,
    width: u16,
}

/// The columns that the user wants to see.
fn visible<'a, Id>(
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
fn layout<Id>(columns: &[Column], state: &TableState<Id>, area: Rect) -> Vec<Place> {
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

/// Says in the middle of `area` why there is nothing.
pub fn draw_empty(text: &str, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let lines = width::wrap(text, usize::from(area.width.saturating_sub(2)));
    let top = usize::from(area.height).saturating_sub(lines.len()) / 2;
    let style = theme.style("muted");
    for (y, line) in (area.top()..area.bottom()).skip(top).zip(lines) {
        let line = width::fit(&line, usize::from(area.width), Align::Center, "");
        width::put(buf, area.x, y, &line, area.width, style);
    }
}

/// Shows at the right edge which part of a long list is seen.
pub fn draw_thumb(theme: &Theme, area: Rect, first: usize, count: usize, buf: &mut Buffer) {
    let height = usize::from(area.height);
    if count <= height || height == 0 || area.width < 3 {
        return;
    }
    let size = (height * height / count).max(1);
    let room = height - size;
    let top = (first * room).div_ceil((count - height).max(1)).min(room);
    for y in (area.top()..area.bottom()).skip(top).take(size) {
        width::put(
            buf,
            area.right() - 1,
            y,
            theme.glyphs().thumb,
            1,
            theme.style("border"),
        );
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static THEME: LazyLock<Theme> = LazyLock::new(Theme::default);

    /// Rows of an id and a number.
    struct Hosts(Vec<(u32, f64)>);

    impl Rows for Hosts {
        type Id = u32;

        fn len(&self) -> usize {
            self.0.len()
        }

        fn id(&self, row: usize) -> u32 {
            self.0[row].0
        }

        fn cell(&self, row: usize, column: usize) -> Cell<'_> {
            let (id, value) = self.0[row];
            match column {
                0 => Cell::text(format!("web-{id}")),
                1 => Cell::text(format!("磁盘 {id}")),
                _ => Cell::text(format!("{value:.1}")),
            }
        }

        fn value(&self, row: usize, column: usize) -> Value<'_> {
            let (id, value) = self.0[row];
            match column {
                0 => Value::text(format!("web-{id}")),
                1 => Value::text(format!("磁盘 {id}")),
                _ if value < 0.0 => Value::Missing,
                _ => Value::Number(value),
            }
        }
    }

    fn columns() -> Vec<Column> {
        vec![
            Column::flex("name", "Name", 6, 12),
            Column::flex("what", "磁盘", 8, 20).priority(3),
            Column::fixed("value", "Value", 6).right().priority(2),
        ]
    }

    fn hosts(ids: impl IntoIterator<Item = u32>) -> Hosts {
        Hosts(ids.into_iter().map(|id| (id, f64::from(id % 7))).collect())
    }

    fn list(rows: &Hosts) -> TableState<u32> {
        let mut state = TableState::default();
        state.sync(rows, &columns(), 1);
        state
    }

    fn press(state: &mut TableState<u32>, rows: &Hosts, names: &[&str]) {
        for name in names {
            assert!(state.command(name, rows, &columns(), 6), "{name}");
        }
    }

    fn lines(rows: &Hosts, state: &TableState<u32>, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let table = Table {
            rows,
            columns: &columns(),
            state,
            focused: true,
            empty: "No hosts. r asks again.",
        };
        table.draw(&THEME, area, &mut buf);
        let row = |cells: &[ratatui::buffer::Cell]| -> String {
            let mut text = String::new();
            let mut skip = 0;
            for cell in cells {
                if skip == 0 {
                    text.push_str(cell.symbol());
                    skip = width::width(cell.symbol()).max(1);
                }
                skip -= 1;
            }
            text.trim_end().to_owned()
        };
        buf.content.chunks(usize::from(width)).map(row).collect()
    }

    #[test]
    fn columns_stand_under_their_headings() {
        let rows = hosts([3, 10]);
        assert_eq!(
            lines(&rows, &list(&rows), 36, 3),
            [
                " Name         磁盘            Value",
                " web-3        磁盘 3            3.0",
                " web-10       磁盘 10           3.0",
            ]
        );
    }

    #[test]
    fn narrow_lists_drop_what_matters_least() {
        let rows = hosts([3]);
        assert_eq!(lines(&rows, &list(&rows), 20, 2)[0], " Name         Value›");
        assert_eq!(lines(&rows, &list(&rows), 10, 2)[1], " web-3");
        let mut state = list(&rows);
        press(&mut state, &rows, &["move.right"]);
        assert_eq!(lines(&rows, &state, 20, 2)[0], "‹Name         Value");
    }

    #[test]
    fn p2_08_selection_survives_refresh() {
        let rows = hosts(0..10);
        let mut state = list(&rows);
        press(&mut state, &rows, &["move.down", "move.down"]);
        assert_eq!(state.selected(), Some(&2));
        let shuffled = hosts([9, 8, 2, 1]);
        state.sync(&shuffled, &columns(), 2);
        assert_eq!((state.selected(), state.position()), (Some(&2), 2));
        // Gone: the cursor stays in its place, and nothing is selected.
        let gone = hosts([9, 8, 1, 0]);
        state.sync(&gone, &columns(), 3);
        assert_eq!((state.selected(), state.position()), (None, 2));
        assert!(state.targets(&gone).is_empty());
        assert_eq!(state.selected_row(), None);
        press(&mut state, &gone, &["mark"]);
        assert!(state.marks().is_empty());
        // Back again: it is the one that was meant.
        state.sync(&shuffled, &columns(), 4);
        assert_eq!(state.selected(), Some(&2));
        // Gone, and the user moves: what stands there is selected.
        state.sync(&gone, &columns(), 5);
        press(&mut state, &gone, &["move.down"]);
        assert_eq!(state.selected(), Some(&1));
    }

    #[test]
    fn p2_07_targets_are_the_marked_rows_or_else_the_selected_one() {
        let rows = hosts(0..10);
        let mut state = list(&rows);
        assert_eq!(state.targets(&rows), [0]);
        press(&mut state, &rows, &["mark", "move.down", "mark"]);
        assert_eq!(state.selected(), Some(&3));
        assert_eq!(state.targets(&rows), [0, 2]);
        // What the filter hides stays marked.
        state.set_filter("web-5", &columns()).unwrap();
        state.sync(&rows, &columns(), 1);
        assert_eq!((state.shown(), state.selected()), (1, Some(&5)));
        assert_eq!(state.targets(&rows), [0, 2]);
        // What is gone is not marked any more.
        state.sync(&hosts([2, 3]), &columns(), 2);
        assert_eq!(state.targets(&hosts([2, 3])), [2]);
        assert!(state.clear_marks());
        assert!(!state.clear_marks());
    }

    #[test]
    fn a_range_is_marked_while_moving() {
        let rows = hosts(0..10);
        let mut state = list(&rows);
        press(
            &mut state,
            &rows,
            &[
                "move.down",
                "mark.range",
                "move.down",
                "move.down",
                "mark.range",
                "move.down",
            ],
        );
        assert_eq!(state.targets(&rows), [1, 2, 3]);
        assert!(!state.in_range());
    }

    #[test]
    fn sorting_keeps_equal_rows_in_order_and_unknown_values_last() {
        let rows = Hosts(vec![(1, 2.0), (2, -1.0), (3, 1.0), (4, 2.0)]);
        let mut state = list(&rows);
        for (descending, order) in [(false, [2, 0, 3, 1]), (true, [0, 3, 2, 1])] {
            state.set_sort(Some(Sort {
                column: "value",
                descending,
            }));
            state.sync(&rows, &columns(), 1);
            assert_eq!(state.order(), order);
        }
        press(&mut state, &rows, &["sort.invert"]);
        state.sync(&rows, &columns(), 1);
        assert_eq!(state.order(), [2, 0, 3, 1]);
        assert_eq!(state.selected(), Some(&1));
    }

    #[test]
    fn only_rows_that_are_seen_are_formatted() {
        struct Counting(std::cell::Cell<usize>);
        impl Rows for Counting {
            type Id = usize;
            fn len(&self) -> usize {
                10_000
            }
            fn id(&self, row: usize) -> usize {
                row
            }
            fn cell(&self, _: usize, _: usize) -> Cell<'_> {
                self.0.set(self.0.get() + 1);
                Cell::text("x")
            }
            fn value(&self, _: usize, _: usize) -> Value<'_> {
                Value::Missing
            }
        }
        let rows = Counting(std::cell::Cell::new(0));
        let mut state = TableState::default();
        state.sync(&rows, &columns(), 1);
        let area = Rect::new(0, 0, 80, 21);
        let columns = columns();
        let table = Table {
            rows: &rows,
            columns: &columns,
            state: &state,
            focused: true,
            empty: "",
        };
        table.draw(&THEME, area, &mut Buffer::empty(area));
        assert_eq!(rows.0.get(), 20 * 3);
    }

    #[test]
    fn an_empty_list_says_why() {
        let rows = hosts([]);
        assert!(
            lines(&rows, &list(&rows), 30, 5)
                .concat()
                .contains("No hosts. r asks again.")
        );
    }

    #[test]
    fn marks_and_the_selection_are_seen_without_colours() {
        let rows = hosts(0..3);
        let mut state = list(&rows);
        press(&mut state, &rows, &["mark"]);
        let theme = Theme::built_in("mono", crate::ui::theme::Depth::None).unwrap();
        let area = Rect::new(0, 0, 30, 4);
        let mut buf = Buffer::empty(area);
        let columns = columns();
        let table = Table {
            rows: &rows,
            columns: &columns,
            state: &state,
            focused: true,
            empty: "",
        };
        table.draw(&theme, area, &mut buf);
        assert_eq!(buf[(0, 1)].symbol(), theme.glyphs().mark);
        assert!(
            buf[(1, 2)]
                .modifier
                .contains(ratatui::style::Modifier::REVERSED)
        );
    }

    proptest! {
        #[test]
        fn the_selection_is_always_an_object_that_is_there(
            steps in prop::collection::vec((0usize..16, prop::collection::vec(0u32..20, 0..12)), 1..30),
            width in 1u16..60,
            height in 1u16..12,
        ) {
            let names = ["move.down", "move.up", "move.half_down", "move.half_up", "move.page_down", "move.page_up",
                "move.top", "move.bottom", "mark", "mark.range", "mark.clear", "sort.invert", "wide", "move.right", "center"];
            let columns = columns();
            let mut state = TableState::sorted_by("value", true);
            for (version, (at, mut ids)) in (0u64..).zip(steps) {
                ids.sort_unstable();
                ids.dedup();
                let rows = hosts(ids.clone());
                let before = state.selected().copied();
                state.sync(&rows, &columns, version);
                if let Some(id) = state.selected() {
                    prop_assert!(ids.contains(id));
                    prop_assert_eq!(rows.id(state.selected_row().unwrap()), *id);
                    // A refresh never moves the selection to another object.
                    prop_assert!(before.is_none_or(|before| before == *id));
                }
                if let Some(name) = names.get(at) {
                    state.command(name, &rows, &columns, height);
                } else {
                    state.set_filter("web-1", &columns).unwrap();
                }
                state.sync(&rows, &columns, version);
                prop_assert!(state.targets(&rows).iter().all(|id| ids.contains(id)));
                prop_assert!(state.position() <= state.shown());
                let first = state.first_shown(usize::from(height).max(2) - 1);
                prop_assert!(state.shown() == 0 || (first..first + usize::from(height)).contains(&state.position()));
                lines(&rows, &state, width, height);
            }
        }
    }
}
