//! What is made ready of a long list while nobody types, so that the key that filters or sorts it has little left to do.

use super::Rows;
use super::sorting::{Gathered, Ranks};
use crate::ui::filter::Texts;

/// How many rows are looked at in one go: a small part of a frame.
const PIECE: usize = 4096;

/// What the filter searches, and the ranks of the rows in each column.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    texts: Texts,
    /// Of the columns that are ready.
    ranks: Vec<Ranks>,
    /// Of the column that is next.
    gathered: Gathered,
}

impl Index {
    /// What the filter searches in these rows.
    pub(super) fn texts<R: Rows>(&mut self, rows: &R, columns: usize) -> &Texts {
        let value = |row, column| rows.value(row, column);
        self.texts.reach(rows.len(), columns, value);
        &self.texts
    }

    /// The ranks of the rows in a column, if they are ready.
    pub(super) fn ranks(&self, column: usize) -> Option<&Ranks> {
        self.ranks.get(column)
    }

    /// The rows say the same, but their numbers are others.
    pub(super) fn forget_ranks(&mut self) {
        self.ranks.clear();
        self.gathered = Gathered::default();
    }

    /// Makes a piece of it ready and says whether there is more.
    pub(super) fn prepare<R: Rows>(&mut self, rows: &R, columns: usize) -> bool {
        let all = rows.len();
        let texts = self.texts.reached();
        let gathered = self.gathered.len();
        if texts < all {
            let value = |row, column| rows.value(row, column);
            self.texts.reach(all.min(texts + PIECE), columns, value);
        } else if self.ranks.len() == columns {
            return false;
        } else if gathered < all {
            let piece: Vec<usize> = (gathered..all.min(gathered + PIECE)).collect();
            self.gathered.add(rows, self.ranks.len(), &piece);
        } else {
            let gathered = std::mem::take(&mut self.gathered);
            self.ranks.push(gathered.ranks());
        }
        true
    }
}
