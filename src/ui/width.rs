//! Text and cells. This is the only module that cuts strings: by grapheme and by what the terminal draws, so that
//! a wide character is never halved and a column is exactly as wide as it was asked to be.

use std::borrow::Cow;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// On which side of its column a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left.
    #[default]
    Left,
    /// At the right: numbers.
    Right,
    /// In the middle.
    Center,
}

/// How many cells a grapheme takes on the screen. Control characters are not drawn and take none.
fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) {
        return 0;
    }
    usize::from(grapheme.cell_width())
}

/// Is every character of `text` one cell wide and a grapheme of its own?
fn is_simple(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// How many cells `text` takes on the screen.
pub fn width(text: &str) -> usize {
    if is_simple(text) {
        return text.len();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// The longest beginning of `text` that fits into `max` cells.
pub fn prefix(text: &str, max: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme_width(grapheme);
        if used > max {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// The longest end of `text` that fits into `max` cells.
pub fn suffix(text: &str, max: usize) -> &str {
    let mut used = 0;
    let mut start = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme_width(grapheme);
        if used > max {
            break;
        }
        start = at;
    }
    text.get(start..).unwrap_or_default()
}

/// `text` without the graphemes that its first `cells` cells are drawn by; one that is cut in half goes too, and
/// comes back as blanks, so that the rest stays where it was.
pub fn skip(text: &str, cells: usize) -> Cow<'_, str> {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if used >= cells {
            let rest = text.get(at..).unwrap_or_default();
            return match used - cells {
                0 => Cow::Borrowed(rest),
                over => Cow::Owned(format!("{}{rest}", " ".repeat(over))),
            };
        }
        used += grapheme_width(grapheme);
    }
    Cow::Owned(" ".repeat(used.saturating_sub(cells)))
}

/// `text`, cut at its end so that it fits into `max` cells; `ellipsis` stands for what is missing, if it fits.
pub fn truncate<'t>(text: &'t str, max: usize, ellipsis: &str) -> Cow<'t, str> {
    if is_simple(text) && text.len() <= max || width(text) <= max {
        return Cow::Borrowed(text);
    }
    let mark = width(ellipsis);
    if mark > max {
        return Cow::Borrowed(prefix(text, max));
    }
    Cow::Owned(format!("{}{ellipsis}", prefix(text, max - mark)))
}

/// `text`, cut in its middle so that it fits into `max` cells: for ids and paths, whose ends tell them apart.
pub fn middle<'t>(text: &'t str, max: usize, ellipsis: &str) -> Cow<'t, str> {
    if width(text) <= max {
        return Cow::Borrowed(text);
    }
    let mark = width(ellipsis);
    if mark + 2 > max {
        return truncate(text, max, ellipsis);
    }
    let room = max - mark;
    let tail = suffix(text, room / 2);
    let head = prefix(text, room - width(tail));
    Cow::Owned(format!("{head}{ellipsis}{tail}"))
}

/// `text` in exactly `cells` cells: cut with `ellipsis` or filled with blanks.
pub fn fit(text: &str, cells: usize, align: Align, ellipsis: &str) -> String {
    let cut = truncate(text, cells, ellipsis);
    let missing = cells.saturating_sub(width(&cut));
    let (left, right) = match align {
        Align::Left => (0, missing),
        Align::Right => (missing, 0),
        Align::Center => (missing / 2, missing - missing / 2),
    };
    format!("{}{cut}{}", " ".repeat(left), " ".repeat(right))
}

/// Breaks `text` into lines of at most `cells` cells where the rules of writing allow it (Unicode Standard Annex #14:
/// after blanks, between Chinese characters, never before a comma), between graphemes where a word is longer than a
/// line. Line breaks of the text are kept. There is always at least one line.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph.trim_end_matches('\r'), cells, &mut lines);
    }
    lines
}

fn wrap_paragraph(text: &str, cells: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut used = 0;
    let mut start = 0;
    for (end, _) in unicode_linebreak::linebreaks(text) {
        let word = text.get(start..end).unwrap_or_default();
        start = end;
        // Blanks at the end of a line may hang over: they are not drawn.
        let letters = word.trim_end();
        let blanks = word.get(letters.len()..).unwrap_or_default();
        let size = width(letters);
        if used + size > cells && used > 0 {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        for grapheme in letters.graphemes(true) {
            let size = grapheme_width(grapheme);
            if used + size > cells && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if size <= cells {
                line.push_str(grapheme);
                used += size;
            }
        }
        line.push_str(blanks);
        used += width(blanks);
    }
    lines.push(line.trim_end().to_owned());
}

/// The position of the grapheme before the byte position `at`; 0 at the beginning.
pub fn before(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or_default();
    head.grapheme_indices(true)
        .next_back()
        .map_or(0, |(start, _)| start)
}

/// The position after the grapheme at the byte position `at`; the text's length at its end.
pub fn after(text: &str, at: usize) -> usize {
    let tail = text.get(at..).unwrap_or_default();
    tail.graphemes(true)
        .next()
        .map_or(text.len(), |grapheme| at + grapheme.len())
}

/// Draws `text` at `x`, `y` in at most `max` cells, within the buffer, and says how many cells it took.
pub fn put(buf: &mut Buffer, x: u16, y: u16, text: &str, max: u16, style: Style) -> u16 {
    let area = buf.area;
    if x < area.x || y < area.y || x >= area.right() || y >= area.bottom() {
        return 0;
    }
    if is_simple(text) {
        return put_simple(buf, x, y, text, max, style);
    }
    let (end, _) = buf.set_stringn(x, y, text, usize::from(max), style);
    end - x
}

/// [`put`] for text in which every byte is a cell: nearly all of it, and without looking for graphemes.
fn put_simple(buf: &mut Buffer, x: u16, y: u16, text: &str, max: u16, style: Style) -> u16 {
    let mut end = x;
    let last = buf.area.right().min(x.saturating_add(max));
    for c in text.chars() {
        if end >= last {
            break;
        }
        if let Some(cell) = buf.cell_mut((end, y)) {
            cell.set_char(c).set_style(style);
        }
        end += 1;
    }
    end - x
}

/// Draws a sign that is known to be one cell wide, as those of [`Glyphs`](super::glyphs::Glyphs) are.
pub fn put_sign(buf: &mut Buffer, x: u16, y: u16, sign: &str, style: Style) {
    if let Some(cell) = buf.cell_mut((x, y)) {
        cell.set_symbol(sign).set_style(style);
    }
}

/// Empties `area` for something that is drawn on top of what is there. A wide character that the left edge would
/// halve is taken away, because a terminal draws whole characters only.
pub fn clear(area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    for y in area.top()..area.bottom() {
        if let Some(left) = area.left().checked_sub(1)
            && let Some(cell) = buf.cell_mut((left, y))
            && cell.symbol().cell_width() > 1
        {
            cell.set_symbol(" ");
        }
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLES: [&str; 12] = [
        "",
        "web-03",
        "磁盘监控告警",
        "a磁b盘c",
        "e\u{301}t\u{e9}",
        "👩‍👩‍👧 family",
        "🇨🇳🇺🇸",
        "ｱﾞｶﾞ half",
        "नमस्ते",
        "\u{1b}[31mred",
        "ไทยภาษา",
        "한국어 텍스트",
    ];

    /// What the buffer really fills.
    fn drawn(text: &str) -> usize {
        let mut buf = Buffer::empty(Rect::new(0, 0, 200, 1));
        usize::from(put(&mut buf, 0, 0, text, 200, Style::new()))
    }

    #[test]
    fn width_is_what_the_buffer_draws() {
        for text in SAMPLES {
            assert_eq!(width(text), drawn(text), "{text:?}");
        }
    }

    #[test]
    fn every_code_point_takes_what_we_say() {
        // All of Unicode, alone, after a letter and before a wide character.
        for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let alone = c.to_string();
            let text = format!("a{c}盘");
            if !matches!(c, '\u{300}'..='\u{3000}' | '\u{fe00}'..='\u{ffff}')
                && u32::from(c) % 97 != 0
            {
                continue;
            }
            assert_eq!(width(&alone), drawn(&alone), "{c:?}");
            assert_eq!(width(&text), drawn(&text), "{c:?}");
            for cells in 0..5 {
                assert_eq!(width(&fit(&text, cells, Align::Left, "~")), cells, "{c:?}");
            }
        }
    }

    #[test]
    fn fitting_is_exact_for_every_sample_and_width() {
        for text in SAMPLES {
            for cells in 0..24 {
                for align in [Align::Left, Align::Right, Align::Center] {
                    assert_eq!(width(&fit(text, cells, align, "…")), cells, "{text:?}");
                    assert_eq!(width(&fit(text, cells, align, "...")), cells, "{text:?}");
                }
                assert!(width(&middle(text, cells, "…")) <= cells, "{text:?}");
                assert!(width(&truncate(text, cells, "…")) <= cells, "{text:?}");
                assert!(width(prefix(text, cells)) <= cells);
                assert!(width(suffix(text, cells)) <= cells);
            }
        }
    }

    #[test]
    fn a_wide_character_is_never_halved() {
        assert_eq!(prefix("磁盘", 3), "磁");
        assert_eq!(suffix("磁盘", 3), "盘");
        assert_eq!(truncate("磁盘监控", 5, "…"), "磁盘…");
        assert_eq!(truncate("磁盘监控", 4, "…"), "磁…");
        assert_eq!(middle("ins-0123456789", 9, "…"), "ins-…6789");
        assert_eq!(skip("磁盘x", 1), " 盘x");
        assert_eq!(skip("磁盘x", 2), "盘x");
        assert_eq!(fit("磁盘", 3, Align::Right, "…"), "磁…");
    }

    #[test]
    fn wrapping_keeps_words_and_breaks_chinese_anywhere() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrap("磁盘监控告警", 5), ["磁盘", "监控", "告警"]);
        assert_eq!(wrap("a\n\nb", 10), ["a", "", "b"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("abcdef   x", 3), ["abc", "def", "x"]);
        assert_eq!(wrap("are missing, wrong", 11), ["are", "missing,", "wrong"]);
        // No line begins with a full stop.
        assert_eq!(wrap("磁盘监控。告警", 8), ["磁盘监", "控。告警"]);
    }

    #[test]
    fn clearing_leaves_no_half_character() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
        put(&mut buf, 0, 0, "磁盘监", 6, Style::new());
        clear(Rect::new(1, 0, 2, 1), &mut buf);
        assert_eq!(buf[(0, 0)].symbol(), " ");
        assert_eq!(buf[(1, 0)].symbol(), " ");
        assert_eq!(buf[(4, 0)].symbol(), "监");
    }

    proptest! {
        #[test]
        fn any_text_fits_exactly(text in any::<String>(), cells in 0usize..40) {
            prop_assert_eq!(width(&fit(&text, cells, Align::Left, "…")), cells);
            prop_assert!(width(&middle(&text, cells, "…")) <= cells);
            for line in wrap(&text, cells) {
                prop_assert!(width(&line) <= cells.max(1));
            }
        }
    }
}
