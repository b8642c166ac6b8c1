//! What every list pane has in common: rows that are snapshots of facts, and the table's state.
//!
//! A pane turns facts into rows when they change ([`List::replace`]) and hands events to [`List::event`]; drawing
//! reads the rows and formats only those that can be seen.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{frame, wants};
use crate::app::pane::{ColumnInfo, Context, Event, ListInfo, Listing, View};
use crate::app::subject::Subject;
use crate::domain::query::Want;
use crate::ui::lang::Lang;
use crate::ui::rates::Rates;
use crate::ui::theme::Theme;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::pane::dim;
use crate::ui::widgets::table::{Column, Rows, Sort, Table, TableState, draw_empty};

/// One row: a snapshot of what it shows.
pub trait Row {
    /// What it is about; tells rows apart over refreshes.
    fn subject(&self) -> Subject;
    /// What stands in the column of this name.
    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a>;
    /// What that means, for sorting and filtering.
    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a>;
}

/// What a row needs to know to be drawn.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The instant the picture is of.
    pub at: Timestamp,
    /// The language of the interface.
    pub lang: Lang,
    /// The zone in which times are shown.
    pub zone: &'a TimeZone,
    /// In which unit rates of data are shown.
    pub rates: Rates,
    /// Roles and glyphs.
    pub theme: &'a Theme,
}

impl<'a> From<&View<'a>> for Look<'a> {
    fn from(view: &View<'a>) -> Self {
        Self {
            at: view.at,
            lang: view.lang,
            zone: view.zone,
            rates: view.rates,
            theme: view.theme,
        }
    }
}

/// The columns of a list in the user's language.
pub type Columns = fn(Lang) -> Vec<Column>;

/// Rows and what the user did to them: selection, marks, sort order, filter, columns.
pub struct List<R> {
    rows: Vec<R>,
    columns: Columns,
    state: TableState<Subject>,
    filter_error: Option<String>,
    /// Counts replacements, so that the table knows when its order is out of date.
    version: u64,
    /// When the rows were handed over last.
    made_at: Timestamp,
    /// Until when the cursor stays on the first row: answers come one by one at the start, and the worst may come
    /// last. Once the user has touched the list, or it has stood for a while, the cursor stays with its row.
    settling: Option<Timestamp>,
    touched: bool,
}

/// How many seconds after its first rows a list is settled.
const SETTLES: i64 = 10;

impl<R: Row> List<R> {
    /// An empty list, in the order in which rows are handed over.
    pub fn new(columns: Columns) -> Self {
        Self {
            rows: Vec::new(),
            columns,
            state: TableState::default(),
            filter_error: None,
            version: 0,
            made_at: Timestamp::UNIX_EPOCH,
            settling: None,
            touched: false,
        }
    }

    /// Rows as they were last handed over.
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&R> {
        self.state.selected_row().and_then(|row| self.rows.get(row))
    }

    /// Moves the cursor to this subject as soon as it is there.
    pub fn select(&mut self, subject: Subject) {
        self.touched = true;
        self.state.select(subject);
    }

    /// Takes over new rows, in the list's natural order.
    pub fn replace(&mut self, rows: Vec<R>, ctx: &Context) {
        self.rows = rows;
        self.version += 1;
        self.made_at = ctx.at;
        self.sync(ctx);
        if !self.touched && !self.rows.is_empty() {
            self.settle(ctx);
        }
    }

    /// Changes numbers in rows; none of them comes, goes or says anything else, so that what the filter searches
    /// stays as it is.
    pub fn renumber(&mut self, ctx: &Context, change: impl FnOnce(&mut [R])) {
        change(&mut self.rows);
        self.state.renumbered();
        self.sync(ctx);
    }

    /// Looks at the same rows again: time went on, and a filter may ask for ages.
    pub fn review(&mut self, ctx: &Context) {
        self.state.touch();
        self.sync(ctx);
    }

    /// Makes a piece ready of what filtering and sorting will need ([`TableState::prepare`]).
    pub fn prepare(&mut self, ctx: &Context) -> bool {
        let columns = (self.columns)(ctx.lang);
        let rows = Shown {
            rows: &self.rows,
            columns: &columns,
            look: None,
            // The ages of all pieces are as of one instant.
            at: self.made_at,
        };
        self.state.prepare(&rows, &columns, self.version)
    }

    /// Puts the cursor on the first row while the list is filling.
    fn settle(&mut self, ctx: &Context) {
        let end = Timestamp::from_second(ctx.at.as_second() + SETTLES).unwrap_or(ctx.at);
        if ctx.at > *self.settling.get_or_insert(end) {
            self.touched = true;
            return;
        }
        let columns = (self.columns)(ctx.lang);
        let rows = Shown {
            rows: &self.rows,
            columns: &columns,
            look: None,
            at: ctx.at,
        };
        self.state.command("move.top", &rows, &columns, 0);
    }

    fn sync(&mut self, ctx: &Context) {
        let columns = (self.columns)(ctx.lang);
        let rows = Shown {
            rows: &self.rows,
            columns: &columns,
            look: None,
            at: ctx.at,
        };
        self.state.sync(&rows, &columns, self.version);
    }

    /// Carries out what concerns the list: movement, marks, sort order, filter, columns. Says whether it did.
    pub fn event(&mut self, event: &Event, ctx: &Context) -> bool {
        let columns = (self.columns)(ctx.lang);
        self.touched |= matches!(event, Event::Command { .. } | Event::Filter(_));
        let done = match event {
            Event::Command { name, .. } => {
                let rows = Shown {
                    rows: &self.rows,
                    columns: &columns,
                    look: None,
                    at: ctx.at,
                };
                // The frame takes two rows, the heading one.
                let height = ctx.area.height.saturating_sub(2);
                let mut command = |name| self.state.command(name, &rows, &columns, height);
                match *name {
                    "mark.down" => command("mark"),
                    // Marking moves down: once back to the row, once up.
                    "mark.up" => command("mark") && command("move.up") && command("move.up"),
                    "column.hide" => {
                        self.hide_sorted(&columns);
                        true
                    }
                    name => command(name),
                }
            }
            Event::Filter(text) => {
                let parsed = self.state.set_filter(text, &columns);
                self.filter_error = parsed.err().map(|error| error.text(ctx.lang));
                true
            }
            Event::Sort(name) => {
                self.sort_by(name, &columns);
                true
            }
            Event::Columns(names) => {
                self.show_columns(names, &columns);
                true
            }
            _ => false,
        };
        if done {
            self.sync(ctx);
        }
        done
    }

    /// Hides the column that the list is sorted by, or else the last one shown; the first one stays.
    fn hide_sorted(&mut self, columns: &[Column]) {
        let sorted = self.state.sort().map(|sort| sort.column);
        let mut chosen = None;
        for column in columns.iter().skip(1) {
            let hidden = self.state.hidden().iter().any(|name| name == column.name);
            let candidate = !column.wide || Some(column.name) == sorted;
            if !hidden && candidate && (chosen.is_none() || chosen != sorted) {
                chosen = Some(column.name);
            }
        }
        if let Some(name) = chosen {
            self.state.toggle_column(name);
        }
    }

    fn sort_by(&mut self, name: &str, columns: &[Column]) {
        let Some(column) = columns.iter().find(|column| column.name == name) else {
            return;
        };
        let descending = self
            .state
            .sort()
            .is_some_and(|sort| sort.column == column.name && !sort.descending);
        self.state.set_sort(Some(Sort {
            column: column.name,
            descending,
        }));
    }

    fn show_columns(&mut self, names: &[String], columns: &[Column]) {
        for column in columns {
            let hidden = self.state.hidden().iter().any(|name| name == column.name);
            let wanted = names.iter().any(|name| name == column.name);
            if hidden == wanted {
                self.state.toggle_column(column.name);
            }
        }
    }

    /// Clears the filter, else the marks; `false` when there is neither.
    pub fn back(&mut self) -> bool {
        if !self.state.filter().is_empty() {
            // The empty filter has no errors and needs no columns.
            let _ = self.state.set_filter("", &[]);
            self.filter_error = None;
            return true;
        }
        self.state.clear_marks()
    }
}

impl<R: Row> Listing for List<R> {
    fn subject(&self) -> Option<Subject> {
        self.state.selected().cloned()
    }

    fn marked(&self) -> Vec<Subject> {
        if self.state.marks().is_empty() {
            return Vec::new();
        }
        self.state.targets(&Shown {
            rows: &self.rows,
            columns: &[],
            look: None,
            at: Timestamp::UNIX_EPOCH,
        })
    }

    fn info(&self, lang: Lang) -> ListInfo {
        let sort = self.state.sort();
        let columns = (self.columns)(lang)
            .into_iter()
            .map(|column| ColumnInfo {
                key: column.name.to_owned(),
                shown: !self.state.hidden().iter().any(|name| name == column.name),
                sorted: sort
                    .filter(|sort| sort.column == column.name)
                    .map(|sort| sort.descending),
                title: column.title.into_owned(),
            })
            .collect();
        ListInfo {
            columns,
            filter: self.state.filter().text().to_owned(),
            filter_error: self.filter_error.clone(),
            shown: self.state.shown(),
            total: self.rows.len(),
            marked: self.state.marks().len(),
        }
    }
}

impl<R: Row> List<R> {
    /// Says why there is nothing, where there are no rows to be drawn at all.
    pub fn draw_absence(
        &self,
        view: &View,
        needs: &[Want],
        empty: &str,
        area: Rect,
        buf: &mut Buffer,
    ) {
        let state = wants::freshness(&view.context(area), needs);
        draw_empty(&frame::absence(view, &state, empty), view.theme, area, buf);
    }

    /// Draws heading and rows, the answers to `needs`, into `area`, inside the pane's frame. Without rows it says
    /// why: `empty` when everything was answered, else what is missing. Rows that could not be renewed are dimmed.
    pub fn draw(&self, view: &View, needs: &[Want], empty: &str, area: Rect, buf: &mut Buffer) {
        let state = wants::freshness(&view.context(area), needs);
        let filter = self.state.filter().text();
        let unmatched = (!filter.is_empty() && !self.rows.is_empty())
            .then(|| view.lang.tf("list.unmatched", &[("filter", filter)]));
        let empty = frame::absence(view, &state, unmatched.as_deref().unwrap_or(empty));
        let columns = (self.columns)(view.lang);
        let rows = Shown {
            rows: &self.rows,
            columns: &columns,
            look: Some(Look::from(view)),
            at: view.at,
        };
        let table = Table {
            rows: &rows,
            columns: &columns,
            state: &self.state,
            focused: view.focused,
            empty: &empty,
        };
        table.draw(view.theme, area, buf);
        if state.error.is_some() && !self.rows.is_empty() {
            dim(view.theme, area, buf);
        }
    }
}

/// Rows with the names of their columns, as the table wants them.
struct Shown<'a, R> {
    rows: &'a [R],
    columns: &'a [Column],
    /// Absent while nothing is drawn.
    look: Option<Look<'a>>,
    at: Timestamp,
}

impl<R: Row> Rows for Shown<'_, R> {
    type Id = Subject;

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn id(&self, row: usize) -> Subject {
        self.rows[row].subject()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match &self.look {
            Some(look) => self.rows[row].cell(self.columns[column].name, look),
            None => Cell::default(),
        }
    }

    fn value(&self, row: usize, column: usize) -> Value<'_> {
        self.rows[row].value(self.columns[column].name, self.at)
    }
}

/// A title from the locale files, as a column wants it.
pub fn heading(lang: Lang, key: &str) -> Cow<'static, str> {
    Cow::Owned(lang.t(key).into_owned())
}
