//! How a form looks: labels at the left, inputs at the right, messages below the input they belong to.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;
use tui_textarea::TextArea;

use super::Form;
use super::field::{Editor, Field};
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;
use crate::ui::widgets::dialog::centered;
use crate::ui::widgets::pane::Frame;
use crate::ui::width::{self, Align};

/// Where the parts of a form are in its lines, before scrolling.
struct Plan {
    /// First line and number of lines of each field, messages included.
    fields: Vec<(usize, usize)>,
    /// Lines of all fields.
    lines: usize,
    /// Cells for the labels.
    labels: usize,
}

impl Form {
    /// Draws the form in the middle of `screen`, never beyond it, and says where the cursor is.
    pub fn draw(
        &self,
        theme: &Theme,
        lang: Lang,
        screen: Rect,
        buf: &mut Buffer,
    ) -> Option<(u16, u16)> {
        let cells = usize::from(screen.width.saturating_sub(4).min(96));
        let plan = self.plan(lang, cells.saturating_sub(4));
        let area = centered(screen, cells, plan.lines + 4);
        width::clear(area, buf);
        let inner = Frame {
            title: &self.title,
            focused: true,
            error: &if self.leaving {
                lang.t("form.leave")
            } else {
                "".into()
            },
            ..Frame::default()
        }
        .draw(theme, area, buf);
        let body = Rect {
            x: inner.x.saturating_add(1),
            width: inner.width.saturating_sub(2),
            height: inner.height.saturating_sub(2),
            ..inner
        };
        let cursor = self.draw_fields(&plan, theme, lang, body, buf);
        self.draw_buttons(theme, lang, inner, buf);
        cursor
    }

    fn plan(&self, lang: Lang, cells: usize) -> Plan {
        let longest = self
            .fields
            .iter()
            .map(|field| width::width(&field.label) + 2)
            .max();
        let labels = longest.unwrap_or(0).min(cells * 2 / 5);
        let mut lines = 0;
        let fields = self
            .fields
            .iter()
            .enumerate()
            .map(|(at, field)| {
                let notes = notes(field, at == self.focus, lang, cells.saturating_sub(labels));
                let count = usize::from(field.height) + notes.len();
                let start = lines;
                lines += count;
                (start, count)
            })
            .collect();
        Plan {
            fields,
            lines,
            labels,
        }
    }

    /// The first line to show, so that the field with the keyboard is seen whole; on the buttons, the end is shown.
    fn scroll(&self, plan: &Plan, height: usize) -> usize {
        match plan.fields.get(self.focus) {
            Some((start, count)) => (start + count).saturating_sub(height).min(*start),
            None => plan.lines.saturating_sub(height),
        }
    }

    fn draw_fields(
        &self,
        plan: &Plan,
        theme: &Theme,
        lang: Lang,
        body: Rect,
        buf: &mut Buffer,
    ) -> Option<(u16, u16)> {
        let scroll = self.scroll(plan, usize::from(body.height));
        let mut cursor = None;
        for (at, (field, (start, count))) in self.fields.iter().zip(&plan.fields).enumerate() {
            // A field that is not seen whole at the top is left out; it comes back when it is reached.
            let Some(top) = start.checked_sub(scroll) else {
                continue;
            };
            let Ok(top) = u16::try_from(top) else {
                continue;
            };
            if top >= body.height {
                break;
            }
            let place = Rect {
                y: body.y + top,
                height: u16::try_from(*count)
                    .unwrap_or(u16::MAX)
                    .min(body.height - top),
                ..body
            };
            let focused = at == self.focus;
            let found = draw_field(field, focused, plan.labels, theme, lang, place, buf);
            cursor = cursor.or(found);
        }
        let bar = Rect {
            width: body.width + 1,
            ..body
        };
        crate::ui::widgets::table::draw_thumb(theme, bar, scroll, plan.lines, buf);
        cursor
    }

    fn draw_buttons(&self, theme: &Theme, lang: Lang, inner: Rect, buf: &mut Buffer) {
        if inner.is_empty() {
            return;
        }
        let role = |at| {
            if at == self.focus {
                "button.focused"
            } else {
                "button"
            }
        };
        let submit = format!("[ {} ]", self.submit);
        let cancel = format!("[ {} ]", lang.t("dialog.cancel"));
        let used = width::width(&submit) + 2 + width::width(&cancel);
        let used = u16::try_from(used).unwrap_or(u16::MAX);
        let y = inner.bottom() - 1;
        let mut x = inner.right().saturating_sub(used + 1).max(inner.x);
        let hint = lang.t("form.hint");
        let room = x.saturating_sub(inner.x + 3);
        if width::width(&hint) <= usize::from(room) {
            width::put(buf, inner.x + 1, y, &hint, room, theme.style("muted"));
        }
        let left = |x: u16| inner.right().saturating_sub(x);
        x += width::put(
            buf,
            x,
            y,
            &submit,
            left(x),
            theme.style(role(self.submit_at())),
        ) + 2;
        width::put(
            buf,
            x,
            y,
            &cancel,
            left(x),
            theme.style(role(self.cancel_at())),
        );
    }
}

/// What stands below an input: what is wrong, and, while it is edited, what it is for.
fn notes(field: &Field, focused: bool, lang: Lang, cells: usize) -> Vec<(String, &'static str)> {
    let mut notes = Vec::new();
    if field.touched
        && let Err(problem) = field.read()
    {
        let lines = width::wrap(&problem.text(lang), cells);
        notes.extend(lines.into_iter().map(|line| (line, "input.error")));
    }
    if focused && !field.help.is_empty() {
        let lines = width::wrap(&field.help, cells);
        notes.extend(lines.into_iter().map(|line| (line, "input.hint")));
    }
    notes
}

fn draw_field(
    field: &Field,
    focused: bool,
    labels: usize,
    theme: &Theme,
    lang: Lang,
    area: Rect,
    buf: &mut Buffer,
) -> Option<(u16, u16)> {
    let ellipsis = theme.glyphs().ellipsis;
    let star = if field.required { "*" } else { " " };
    let label = width::fit(
        &field.label,
        labels.saturating_sub(2),
        Align::Left,
        ellipsis,
    );
    let label_role = if focused { "title.focused" } else { "muted" };
    let x = area.x
        + width::put(
            buf,
            area.x,
            area.y,
            &label,
            area.width,
            theme.style(label_role),
        );
    width::put(buf, x, area.y, star, 1, theme.style("accent"));
    let indent = u16::try_from(labels).unwrap_or(0).min(area.width);
    let mut input = Rect {
        x: area.x + indent,
        width: area.width - indent,
        height: field.height.min(area.height),
        ..area
    };
    if let Some((count, max)) = field.count() {
        let text = format!("{count}/{max}");
        let cells = u16::try_from(text.len()).unwrap_or(0);
        if cells + 8 < input.width {
            let role = if count > max as usize {
                "input.error"
            } else {
                "muted"
            };
            width::put(
                buf,
                area.right() - cells,
                area.y,
                &text,
                cells,
                theme.style(role),
            );
            input.width -= cells + 1;
        }
    }
    let cursor = draw_editor(field, focused, theme, input, buf);
    let rest = notes(field, focused, lang, usize::from(area.width - indent));
    let below = area.y + field.height..area.bottom();
    for (y, (line, role)) in below.zip(rest) {
        width::put(
            buf,
            area.x + indent,
            y,
            &line,
            area.width - indent,
            theme.style(role),
        );
    }
    cursor
}

fn draw_editor(
    field: &Field,
    focused: bool,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) -> Option<(u16, u16)> {
    match &field.editor {
        Editor::Line(prompt) => prompt.draw(theme, "input", focused, area, buf),
        Editor::Lines(text) => {
            draw_area(text, focused, theme, area, buf);
            None
        }
        Editor::Choice(at) => {
            draw_choice(field, *at, focused, theme, area, buf);
            None
        }
    }
}

fn draw_area(text: &TextArea<'static>, focused: bool, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    // The theme belongs to the moment of drawing; the text area keeps its styles, so a copy gets them.
    let mut text = text.clone();
    text.set_style(theme.style("input"));
    text.set_cursor_line_style(Style::new());
    text.set_cursor_style(if focused {
        Style::new().add_modifier(Modifier::REVERSED)
    } else {
        theme.style("input")
    });
    (&text).render(area, buf);
}

/// All options beside one another when they fit, otherwise the one that is chosen between two arrows.
fn draw_choice(
    field: &Field,
    at: usize,
    focused: bool,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) {
    let chosen = theme.style(if focused { "button.focused" } else { "marked" });
    let needed: usize = field
        .options
        .iter()
        .map(|(_, label)| width::width(label) + 3)
        .sum();
    let mut x = area.x;
    let left = |x: u16| area.right().saturating_sub(x);
    if needed <= usize::from(area.width) {
        for (index, (_, label)) in field.options.iter().enumerate() {
            // Brackets, so that the choice is seen without colours.
            let (text, style) = if index == at {
                (format!("[{label}]"), chosen)
            } else {
                (format!(" {label} "), theme.style("muted"))
            };
            x += width::put(buf, x, area.y, &text, left(x), style) + 1;
        }
        return;
    }
    let [less, more] = theme.glyphs().more;
    let label = field.options.get(at).map_or("", |(_, label)| label);
    let room = usize::from(area.width).saturating_sub(4);
    let label = width::truncate(label, room, theme.glyphs().ellipsis);
    x += width::put(buf, x, area.y, less, left(x), theme.style("key"));
    x += width::put(buf, x, area.y, &format!("[{label}]"), left(x), chosen);
    width::put(buf, x, area.y, more, left(x), theme.style("key"));
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::ui::form::Problem;
    use crate::ui::keys::parse_sequence;

    static THEME: LazyLock<Theme> = LazyLock::new(Theme::default);

    fn form() -> Form {
        Form::new("新建事件", "创建")
            .field(
                Field::text("title", "标题")
                    .required()
                    .len(2, 5)
                    .help("一句话"),
            )
            .field(Field::choice(
                "level",
                "级别",
                vec![("1".into(), "P1".into()), ("2".into(), "P2".into())],
            ))
            .field(Field::bool("force", "Force", Lang::ZhCn, false))
            .field(Field::lines("text", "描述").value("磁盘\n监控"))
            .field(Field::secret("key", "Key"))
    }

    fn screen(form: &Form, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let cursor = form.draw(&THEME, Lang::ZhCn, area, &mut buf);
        assert!(cursor.is_none_or(|(x, y)| x < width && y < height));
        buf.content
            .chunks(usize::from(width))
            .map(|row| {
                row.iter()
                    .map(ratatui::buffer::Cell::symbol)
                    .collect::<String>()
                    + "\n"
            })
            .collect::<String>()
            .replace(' ', "")
    }

    #[test]
    fn messages_and_counts_stand_where_they_belong() {
        let mut form = form();
        for key in parse_sequence("a b c d e f <tab>").unwrap() {
            form.key(key);
        }
        let text = screen(&form, 60, 20);
        assert!(text.contains("abcdef"), "{text}");
        assert!(text.contains("6/5"), "{text}");
        assert!(text.contains("[P1]P2"), "{text}");
        assert!(text.contains("[创建][取消]"), "{text}");
        assert!(
            text.contains(
                &Problem::Characters((Some(2), Some(5)), 6)
                    .text(Lang::ZhCn)
                    .replace(' ', "")
            )
        );
    }

    #[test]
    fn the_field_with_the_keyboard_is_always_seen() {
        let mut form = form();
        for (label, keys) in [
            ("标题", "<home>"),
            ("级别", "<tab>"),
            ("Force", "<tab>"),
            ("描述", "<tab>"),
            ("Key", "<tab>"),
        ] {
            for key in parse_sequence(keys).unwrap() {
                form.key(key);
            }
            let text = screen(&form, 40, 9);
            assert!(text.contains(label), "{label} in {text}");
        }
    }

    #[test]
    fn it_fits_everywhere() {
        let mut form = form();
        for _ in 0..7 {
            for width in (1..60).step_by(3) {
                for height in 1..12 {
                    screen(&form, width, height);
                }
            }
            for key in parse_sequence("<tab>").unwrap() {
                form.key(key);
            }
        }
    }
}
