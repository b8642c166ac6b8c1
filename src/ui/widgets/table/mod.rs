//! The list: the one widget behind every list of the program.
//!
//! A pane keeps a [`TableState`], describes its [`Column`]s, and hands over its rows as [`Rows`]. Only rows that can
//! be seen are formatted. The selection belongs to an id, not to a line: when the data changes, it stays with its
//! object, and when the object is gone, nothing is selected until the user moves.

mod index;
mod layout;
mod sorting;
mod state;

use std::borrow::Cow;
use std::hash::Hash;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::cell::{Cell, Value};
use layout::{Place, layout, visible};
pub use state::TableState;

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
        even_out(line, buf);
        let head = head(places, line);
        if !self.state.marks.is_empty() && self.state.marks.contains(&self.rows.id(row)) {
            let style = theme.style("marked");
            width::put(buf, line.x, line.y, theme.glyphs().mark, 1, style);
        }
        if position != self.state.cursor {
            return;
        }
        if !self.state.present {
            // The cursor stands here, but its object is gone: a hollow mark, and no selection.
            let style = theme.style("muted");
            width::put(buf, line.x, line.y, theme.glyphs().more[1], 1, style);
        } else if self.focused {
            buf.set_style(head, theme.style("selected"));
        } else {
            buf.set_style(head, theme.style("selected.inactive"));
        }
    }
}

/// How many cells of a row show the selection at most.
const HEAD: u16 = 44;

/// The part of a row that shows the selection: its first columns, whole ones. Each key sends what it covers twice over
/// the link, so it is not the whole row (`a_key_costs_few_bytes`).
fn head(places: &[Place], line: Rect) -> Rect {
    let ends = places.iter().map(|place| place.x + place.width - line.x);
    let end = ends.take_while(|end| *end <= HEAD).last();
    Rect {
        width: end.map_or(HEAD, |end| end + 1).min(line.width),
        ..line
    }
}

/// Gives blanks the colour of what stands before them, where nobody can see it: then the terminal need not be told
/// to change the colour and to change it back.
fn even_out(line: Rect, buf: &mut Buffer) {
    let unseen = Modifier::BOLD | Modifier::DIM | Modifier::ITALIC;
    let mut last: Option<(Color, Modifier)> = None;
    for x in line.left()..line.right() {
        let cell = &mut buf[(x, line.y)];
        if !unseen.contains(cell.modifier) || cell.bg != Color::Reset {
            last = None;
        } else if cell.symbol() != " " {
            last = Some((cell.fg, cell.modifier));
        } else if let Some((colour, modifier)) = last {
            cell.fg = colour;
            cell.modifier = modifier;
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

    #[test]
    fn a_filter_that_nothing_fits_yet_selects_the_first_row_that_comes() {
        let (few, more) = (hosts(0..3), hosts(0..9));
        let mut state = list(&few);
        state.set_filter("web-8", &columns()).unwrap();
        state.sync(&few, &columns(), 2);
        assert_eq!(state.selected(), None);
        state.sync(&more, &columns(), 3);
        assert_eq!(state.selected(), Some(&8));
        // Once there was a row, its going selects nothing else.
        state.sync(&few, &columns(), 4);
        assert_eq!(state.selected(), None);
    }

    #[test]
    fn pieces_come_to_an_end_and_begin_again_with_other_rows() {
        let rows = hosts(0..9);
        let mut state = list(&rows);
        let mut pieces = |version| {
            (0..100)
                .take_while(|_| state.prepare(&rows, &columns(), version))
                .count()
        };
        // The texts, and keys and ranks of each column.
        assert_eq!(pieces(1), 1 + 2 * columns().len());
        assert_eq!(pieces(1), 0);
        assert_eq!(pieces(2), 1 + 2 * columns().len());
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

    /// Alarms as the dashboard shows them.
    struct Alarms;

    impl Rows for Alarms {
        type Id = usize;

        fn len(&self) -> usize {
            10_000
        }

        fn id(&self, row: usize) -> usize {
            row
        }

        fn cell(&self, row: usize, column: usize) -> Cell<'_> {
            match column {
                0 => Cell::styled("▲", "severity.critical").then(" CRIT", "severity.critical"),
                1 => Cell::styled("6m", "muted"),
                2 => Cell::text("CPU over 90 %"),
                3 => Cell::text(format!("web-{row}")),
                4 => Cell::styled("cn-beijing-6", "muted"),
                5 => Cell::spark(crate::ui::widgets::sparkline::Sparkline::new(vec![
                    Some(1.0),
                    Some(2.0),
                    Some(3.0),
                ])),
                _ => Cell::text("96.2 %"),
            }
        }

        fn value(&self, _: usize, _: usize) -> Value<'_> {
            Value::Missing
        }
    }

    /// What eight steps of the cursor send to the terminal.
    fn sent_by_keys(theme: &Theme, width: u16) -> Vec<String> {
        use ratatui::backend::{Backend, CrosstermBackend};
        let columns = vec![
            Column::fixed("severity", "Severity", 8),
            Column::fixed("age", "Age", 4).right(),
            Column::flex("what", "What", 13, 40),
            Column::flex("object", "Object", 8, 20),
            Column::fixed("region", "Region", 12),
            Column::fixed("course", "Course", 12),
            Column::fixed("value", "Value", 8).right(),
        ];
        let mut state = TableState::default();
        state.sync(&Alarms, &columns, 1);
        let area = Rect::new(0, 0, width, 20);
        let mut before: Option<Buffer> = None;
        let mut all = Vec::new();
        for _ in 0..9 {
            let mut buf = Buffer::empty(area);
            let table = Table {
                rows: &Alarms,
                columns: &columns,
                state: &state,
                focused: true,
                empty: "",
            };
            table.draw(theme, area, &mut buf);
            if let Some(before) = before {
                let mut sent = Vec::new();
                let changed = before.diff(&buf);
                CrosstermBackend::new(&mut sent)
                    .draw(changed.into_iter())
                    .unwrap();
                all.push(String::from_utf8(sent).unwrap());
            }
            before = Some(buf);
            state.command("move.down", &Alarms, &columns, area.height);
        }
        all
    }

    fn bytes_of_a_key(theme: &Theme, width: u16) -> usize {
        let sent = sent_by_keys(theme, width);
        sent.iter().map(String::len).sum::<usize>() / sent.len()
    }

    #[test]
    fn without_colours_no_colour_is_written_before_any_text() {
        // A colour that is written under NO_COLOR resets bold and reverse on some terminals.
        for name in crate::ui::theme::BUILT_IN {
            let theme = Theme::built_in(name, crate::ui::theme::Depth::None).unwrap();
            for sent in sent_by_keys(&theme, 120) {
                assert!(sent.contains("\u{1b}[7m"), "{name}: nothing is reversed");
                let (frame, rest) = sent.split_once("\u{1b}[39m").unwrap();
                let styled = frame.split("\u{1b}[").skip(1);
                for sequence in styled {
                    let sign = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap();
                    let code = sequence.get(..=sign).unwrap();
                    let colour = code.ends_with('m')
                        && (code.starts_with('3') || code.starts_with('4') || code == "m");
                    assert!(!colour, "{name}: {code} in {sent:?}");
                }
                assert_eq!(
                    rest, "\u{1b}[49m\u{1b}[59m\u{1b}[0m",
                    "{name}: only the end resets"
                );
            }
        }
    }

    #[test]
    fn a_key_costs_few_bytes() {
        let mono = Theme::built_in("mono", crate::ui::theme::Depth::None).unwrap();
        let costs = |theme| [84, 120, 198].map(|width| bytes_of_a_key(theme, width));
        let (dark, mono) = (costs(&THEME), costs(&mono));
        let most = dark.into_iter().chain(mono).max().unwrap();
        assert!(most <= 190, "{dark:?} bytes, {mono:?} without colours");
    }

    proptest! {
        #[test]
        fn what_is_made_ready_changes_nothing(
            steps in prop::collection::vec((0usize..8, 0usize..12, 0u32..30), 1..30),
        ) {
            let columns = columns();
            let mut ready = TableState::sorted_by("value", true);
            let mut plain = ready.clone();
            let mut rows = hosts(0..9);
            for (version, (step, pieces, count)) in (0u64..).zip(steps) {
                if step > 5 {
                    rows = hosts((0..count).rev());
                }
                // The rows are others in some of the steps only.
                let version = if step > 5 { version } else { ready.version.unwrap_or_default() };
                for state in [&mut ready, &mut plain] {
                    match step {
                        0 => state.set_filter("", &columns).unwrap(),
                        1 => state.set_filter("WEB-2", &columns).unwrap(),
                        2 => state.set_sort(Some(Sort { column: "name", descending: count > 15 })),
                        3 => state.set_sort(Some(Sort { column: "value", descending: count > 15 })),
                        4 => state.renumbered(),
                        _ => {}
                    }
                    state.sync(&rows, &columns, version);
                }
                for _ in 0..pieces {
                    ready.prepare(&rows, &columns, version);
                }
                prop_assert_eq!(ready.order(), plain.order());
            }
        }

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
