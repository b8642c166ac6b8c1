//! What every pane draws alike: its frame with totals, age and error, and the lines of a description.

use std::borrow::Cow;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::wants;
use crate::app::pane::{Context, ListInfo, View};
use crate::app::world::Freshness;
use crate::domain::error::{ApiError, Class};
use crate::domain::query::Want;
use crate::domain::text::SafeText;
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::Cell;
use crate::ui::widgets::document::Line;
use crate::ui::widgets::pane::{Frame, freshness};
use crate::ui::width;

/// Cells of a label.
const LABEL: usize = 22;
/// Cells around the lines of a description, which lies over the view.
const AROUND: u16 = 9;

/// Draws the frame of a pane that shows the answers to `needs`, and gives the room inside. Where the last try failed
/// the error stands in the frame, and the age says of when the data is.
pub fn draw(
    view: &View,
    title: &str,
    totals: &str,
    needs: &[Want],
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    titled(view, &view.t(title), totals, needs, area, buf)
}

/// As [`draw`], for a title that is no text of the locale files.
pub fn titled(
    view: &View,
    title: &str,
    totals: &str,
    needs: &[Want],
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    let state = wants::freshness(&view.context(area), needs);
    let age = state
        .oldest
        .map(|at| view.at.duration_since(at).as_secs().max(0));
    let error = state
        .error
        .filter(|error| error.class != Class::NotOffered)
        .map(|error| error_words(view.lang, "pane.error", error))
        .unwrap_or_default();
    // What is kept here itself has no age.
    let footer = if needs.is_empty() {
        String::new()
    } else {
        freshness(view.lang, view.theme, age, None)
    };
    // Before the first answer nothing is known, and nothing is not the same as none.
    let unknown = state.asked > 0 && state.answered == 0;
    let frame = Frame {
        title,
        totals: if unknown { filter_in(totals) } else { totals },
        focused: view.focused,
        footer: &footer,
        error: &error,
        more: " :problems",
    };
    frame.draw(view.theme, area, buf)
}

/// What stands before the filter in the totals.
const FILTER: &str = " · /";

/// The filter that the totals name, without the numbers; empty when they name none.
fn filter_in(totals: &str) -> &str {
    totals.split_once(FILTER).map_or("", |(numbers, _)| {
        let start = numbers.len() + FILTER.len() - 1;
        totals.get(start..).unwrap_or_default()
    })
}

/// What went wrong: what sort of error it is and what helps in the user's language, the service's own words as they are.
fn error_words(lang: Lang, key: &str, error: &ApiError) -> String {
    let of_class = |part: &str| {
        let key = format!("{part}.{}", error.class.name());
        lang.t(&key).into_owned()
    };
    let (class, advice) = (of_class("class"), of_class("advice"));
    let values = [
        ("system", error.system.short()),
        ("class", &class),
        ("advice", &advice),
        ("message", error.message.shown()),
    ];
    lang.tf(key, &values)
}

/// Why there are no rows: `empty` when everything was answered; what went wrong, or that the answer is awaited,
/// otherwise. A service that could not be asked never looks like one that has nothing to say.
pub fn absence<'a>(view: &View<'a>, state: &Freshness, empty: &'a str) -> Cow<'a, str> {
    if let Some(error) = state.error {
        if error.class == Class::NotOffered {
            let system = error.system.short();
            return Cow::Owned(view.lang.tf("pane.not_offered", &[("system", system)]));
        }
        return Cow::Owned(error_words(view.lang, "pane.cannot", error));
    }
    if state.answered < state.asked {
        return Cow::Owned(view.t("pane.waiting"));
    }
    Cow::Borrowed(empty)
}

/// `12`, or `3 of 12` when a filter hides some, and how many are marked.
pub fn counted(info: &ListInfo, lang: Lang) -> String {
    let (shown, total) = (info.shown.to_string(), info.total.to_string());
    let mut text = if info.shown == info.total {
        total
    } else {
        lang.tf("list.shown", &[("shown", &shown), ("total", &total)])
    };
    if info.marked > 0 {
        let marked = info.marked.to_string();
        text.push_str(" · ");
        text.push_str(&lang.tf("list.marked", &[("count", &marked)]));
    }
    if !info.filter.is_empty() {
        text.push_str(FILTER);
        text.push_str(&info.filter);
    }
    text
}

/// A line of a description: a label from the locale files and its text.
pub fn fact(lang: Lang, key: &str, text: &str) -> Line {
    pair(&calm(&lang.t(key)), text)
}

/// The same, the text in a role.
pub fn fact_in(lang: Lang, key: &str, text: &str, role: &'static str) -> Line {
    let mut line = fact(lang, key, text);
    if let Some(last) = line.0.last_mut() {
        last.1 = role;
    }
    line
}

/// Headings of columns are in capitals, labels of a description are not: `STATE` becomes `State`.
fn calm(heading: &str) -> String {
    let shouted = heading.chars().count() > 2 && !heading.chars().any(char::is_lowercase);
    let mut letters = heading.chars();
    match letters.next() {
        Some(first) if shouted => format!("{first}{}", letters.as_str().to_lowercase()),
        _ => heading.to_owned(),
    }
}

/// A line of a description: a label and its text.
pub fn pair(label: &str, text: &str) -> Line {
    Line::pair(label, LABEL, text)
}

/// The same for a text that may be long: as many lines as it takes.
pub fn long(label: &str, text: &str, cells: usize) -> Vec<Line> {
    let mut parts = width::wrap(text, cells.saturating_sub(LABEL + 1).max(20)).into_iter();
    let first = Line::pair(&calm(label), LABEL, parts.next().unwrap_or_default());
    let rest = parts.map(|part| Line::pair("", LABEL, part));
    std::iter::once(first).chain(rest).collect()
}

/// A sentence in as many lines as it takes.
pub fn sentence(text: &str, cells: usize) -> Vec<Line> {
    let parts = width::wrap(text, cells);
    parts.iter().map(|part| part.as_str().into()).collect()
}

/// How wide a line of a description can be without being cut.
pub fn document_cells(ctx: &Context) -> usize {
    usize::from(ctx.area.width.saturating_sub(AROUND)).max(40)
}

/// What came in place of something that could not be read, in the column where that would stand.
pub fn odd(came: &SafeText) -> Cell<'_> {
    Cell::styled(came.shown(), "state.unknown")
}

/// An instant in full with its age: `2026-11-22 11:00:00 +08:00 (6m ago)`.
pub fn moment(at: Timestamp, ctx: &Context) -> String {
    let age = format::age_of(ctx.lang, at, ctx.at);
    let ago = ctx.lang.tf("pane.ago", &[("age", &age)]);
    format!("{} ({ago})", format::exact(at, ctx.zone))
}

/// What changed in the hour before an instant, and up to now, newest first: lines of a description, none when nothing
/// did.
pub fn changes(since: Timestamp, ctx: &Context) -> Vec<Line> {
    let now = ctx.at.as_second();
    // What is old has its causes elsewhere; what changed lately may still have to do with it.
    let from = (since.as_second() - 3600).max(now - 86_400);
    let mut found = ctx.world.happenings(ctx.lang, (from, now));
    found.reverse();
    found.truncate(CHANGES);
    if found.is_empty() {
        return Vec::new();
    }
    let heading = ctx.lang.t("chart.changes").into_owned();
    let mut lines = vec![Line::default(), Line::styled(heading, "muted")];
    lines.extend(found.iter().map(|change| {
        let at = Timestamp::from_second(change.at).unwrap_or(ctx.at);
        pair(&format::minute(at, ctx.zone), &change.words)
    }));
    lines
}

/// Changes in a description at most.
const CHANGES: usize = 8;

/// The width of a column of ages: `12h`, `23小时`.
pub const fn age_cells(lang: Lang) -> u16 {
    match lang {
        Lang::En => 4,
        Lang::ZhCn => 6,
    }
}
