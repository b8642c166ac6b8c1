//! What a list remembers: selection, marks, order, filter, scroll position.

use std::collections::HashSet;
use std::hash::Hash;

use super::index::Index;
use super::{Column, Rows, Sort, sorting};
use crate::ui::filter::{Filter, FilterError};

/// What a list remembers between two frames.
#[derive(Debug, Clone)]
pub struct TableState<Id> {
    /// Numbers of the rows that pass the filter, in the order of the screen.
    pub(super) order: Vec<usize>,
    /// The data, sort and filter that `order` was made for; `None`: it has to be made.
    pub(super) version: Option<u64>,
    /// Position of the cursor in `order`.
    pub(super) cursor: usize,
    /// Object under the cursor; kept when it is gone, in case it comes back.
    pub(super) selected: Option<Id>,
    /// Is the object there?
    pub(super) present: bool,
    /// The user has just chosen another filter: what it hides need not stay selected.
    pub(super) refiltered: bool,
    /// First position that is shown.
    pub(super) offset: usize,
    pub(super) sort: Option<Sort>,
    pub(super) filter: Filter,
    /// What is ready for filtering and sorting this version of the data.
    pub(super) index: Option<(u64, Index)>,
    pub(super) marks: HashSet<Id>,
    /// Where the marked range began.
    pub(super) range: Option<Id>,
    pub(super) hidden: Vec<String>,
    /// Columns after the first that are scrolled out at the left.
    pub(super) skipped: usize,
    pub(super) wide: bool,
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
            index: None,
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
        self.forget_others(version);
        let stood = self.order.get(self.cursor).copied();
        self.order = self.matching(rows, columns, version);
        self.sort_order(rows, columns);
        if !self.marks.is_empty() {
            let ids: HashSet<Id> = (0..rows.len()).map(|row| rows.id(row)).collect();
            self.marks.retain(|id| ids.contains(id));
        }
        self.find_selected(rows, stood);
    }

    /// The rows that pass the filter, as the pane has them.
    fn matching<R: Rows<Id = Id>>(
        &mut self,
        rows: &R,
        columns: &[Column],
        version: u64,
    ) -> Vec<usize> {
        if self.filter.is_empty() {
            return (0..rows.len()).collect();
        }
        let (_, index) = self.index.get_or_insert((version, Index::default()));
        let texts = index.texts(rows, columns.len());
        let value = |row, column| rows.value(row, column);
        self.filter.matching(texts, columns.len(), value)
    }

    fn sort_order<R: Rows<Id = Id>>(&mut self, rows: &R, columns: &[Column]) {
        let Some(sort) = self.sort else {
            return;
        };
        let Some(column) = columns.iter().position(|known| known.name == sort.column) else {
            return;
        };
        let index = self.index.as_ref();
        self.order = match index.and_then(|(_, index)| index.ranks(column)) {
            Some(ranks) => ranks.sorted(&self.order, sort.descending),
            None => sorting::sorted(rows, &self.order, column, sort.descending),
        };
    }

    /// Makes a piece ready of what filtering and sorting these rows will need, and says whether there is more. A piece
    /// takes a small part of a frame.
    pub fn prepare<R: Rows<Id = Id>>(
        &mut self,
        rows: &R,
        columns: &[Column],
        version: u64,
    ) -> bool {
        self.forget_others(version);
        let (_, index) = self.index.get_or_insert((version, Index::default()));
        index.prepare(rows, columns.len())
    }

    /// What is ready of other versions of the data is of no use.
    fn forget_others(&mut self, version: u64) {
        self.index = self.index.take().filter(|(of, _)| *of == version);
    }

    /// Puts the cursor on its object again, or leaves it where it is with nothing selected. `stood` is the number that
    /// its row had before: as a rule it still has it, and then no other row needs to say what it is.
    fn find_selected<R: Rows<Id = Id>>(&mut self, rows: &R, stood: Option<usize>) {
        let last = self.order.len().saturating_sub(1);
        match &self.selected {
            None => self.select_at(rows, self.cursor.min(last)),
            Some(id) => {
                let same = stood.filter(|row| *row < rows.len() && rows.id(*row) == *id);
                let found = match same {
                    Some(stood) => self.order.iter().position(|row| *row == stood),
                    None => self.order.iter().position(|row| rows.id(*row) == *id),
                };
                self.present = found.is_some();
                self.cursor = found.unwrap_or(self.cursor.min(last));
            }
        }
        // While nothing fits there is nothing to stand on: the first row that comes is waited for.
        if !self.order.is_empty() && std::mem::take(&mut self.refiltered) && !self.present {
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

    /// The rows have to be looked at again, though none has come or gone and what they say is the same: only their
    /// numbers are others.
    pub fn renumbered(&mut self) {
        if let Some((_, index)) = &mut self.index {
            index.forget_ranks();
        }
        self.touch();
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
    pub(super) fn first_shown(&self, page: usize) -> usize {
        let lowest = (self.cursor + 1).saturating_sub(page);
        let last_page = self.order.len().saturating_sub(page);
        self.offset
            .clamp(lowest, self.cursor.max(lowest))
            .min(last_page.max(lowest))
    }
}
