//! Choosing from a list while typing: palette, help, action menu, pickers.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::theme::Theme;
use crate::ui::widgets::prompt::{Prompt, Typed};
use crate::ui::width;

use super::popup::{draw_prompt, popup};
use super::{Env, Outcome};
use crate::app::pane::{Choice, Tone};
use crate::app::subject::Subject;
use crate::ui::keys::Key;

/// What the choice is for.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// A view or a command.
    Palette,
    /// A command to read about and run.
    Help,
    /// A command for the selection.
    Actions,
    /// The column to sort by.
    Sort,
    /// The columns to show.
    Columns,
    /// A pane's own question, by its tag.
    Pane(&'static str),
    /// A text to copy: the ids are the texts.
    Copy,
    /// A subject to open, by its index in the list.
    Related(Vec<Subject>),
}

/// A list to choose from.
#[derive(Debug, Clone)]
pub struct Chooser {
    purpose: Purpose,
    title: String,
    input: Prompt,
    items: Vec<Choice>,
    /// Indices of the items that match, best first.
    order: Vec<usize>,
    cursor: usize,
    many: bool,
}

impl Chooser {
    /// A list with nothing typed yet.
    pub fn new(purpose: Purpose, title: String, items: Vec<Choice>, many: bool) -> Self {
        let order = (0..items.len()).collect();
        Self {
            purpose,
            title,
            input: Prompt::default(),
            items,
            order,
            cursor: 0,
            many,
        }
    }

    /// A key that types.
    pub fn key(&mut self, key: Key) {
        if self.input.key(key) == Typed::Changed {
            self.search();
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        self.input.paste(text);
        self.search();
    }

    /// What has been typed.
    pub fn typed(&self) -> &str {
        self.input.text()
    }

    /// A command of the mode `choice`.
    pub fn command(&mut self, name: &str, env: &Env) -> Vec<Outcome> {
        let last = self.order.len().saturating_sub(1);
        let page = usize::from(env.size.1 / 2);
        match name {
            "move.down" => {
                self.cursor = if self.cursor >= last {
                    0
                } else {
                    self.cursor + 1
                }
            }
            "move.up" => {
                self.cursor = if self.cursor == 0 {
                    last
                } else {
                    self.cursor - 1
                }
            }
            "move.page_down" => self.cursor = (self.cursor + page).min(last),
            "move.page_up" => self.cursor = self.cursor.saturating_sub(page),
            "complete" => self.complete(),
            "open" => return self.choose(env),
            "back" => return vec![Outcome::Close],
            _ => {}
        }
        Vec::new()
    }

    /// Tab: marks the item where several may be chosen, completes its name in the palette.
    fn complete(&mut self) {
        let Some(index) = self.order.get(self.cursor).copied() else {
            return;
        };
        if self.many {
            let item = &mut self.items[index];
            if item.refusal.is_none() {
                item.chosen = !item.chosen;
            }
            self.cursor = (self.cursor + 1).min(self.order.len().saturating_sub(1));
        } else if matches!(self.purpose, Purpose::Palette) {
            let id = self.items[index].id.clone();
            self.input
                .set(&format!("{} ", id.trim_start_matches([':', '='])));
            self.search();
        }
    }

    fn choose(&mut self, env: &Env) -> Vec<Outcome> {
        let chosen = self.order.get(self.cursor).map(|index| &self.items[*index]);
        if let Some(refusal) = chosen.and_then(|item| item.refusal.clone()) {
            return vec![Outcome::Say(Tone::Warn, refusal)];
        }
        let id = chosen.map(|item| item.id.clone());
        let outcome = match (&self.purpose, id) {
            (Purpose::Palette, id) => return self.palette(id, env),
            (_, None) => return Vec::new(),
            (Purpose::Help | Purpose::Actions, Some(id)) => run_or_go(&id, ""),
            (Purpose::Sort, Some(id)) => Outcome::Sort(id),
            (Purpose::Columns, _) => Outcome::Columns(self.chosen()),
            (Purpose::Pane(tag), Some(id)) => {
                let mut ids = if self.many { self.chosen() } else { Vec::new() };
                if ids.is_empty() {
                    ids.push(id);
                }
                Outcome::Picked(tag, ids)
            }
            (Purpose::Copy, Some(id)) => Outcome::Copy(id),
            (Purpose::Related(subjects), Some(id)) => {
                match id.parse::<usize>().ok().and_then(|at| subjects.get(at)) {
                    Some(subject) => Outcome::Show(subject.clone()),
                    None => return Vec::new(),
                }
            }
        };
        vec![Outcome::Close, outcome]
    }

    /// The palette takes a line: a view with arguments, the editor's habits, or the best match.
    fn palette(&self, id: Option<String>, env: &Env) -> Vec<Outcome> {
        let line = self.input.text().trim();
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let close = |outcome| vec![Outcome::Close, outcome];
        match first {
            "q" | "quit" => return close(Outcome::Run("quit".to_owned())),
            "q!" | "qa" | "qa!" => return close(Outcome::Quit),
            "w" | "set" | "e" | "wq" => {
                let text = env.lang.tf("app.not_here", &[("command", first)]);
                return close(Outcome::Say(Tone::Info, text));
            }
            _ => {}
        }
        let exact = self
            .items
            .iter()
            .find(|item| is_name(item, first))
            .map(|item| item.id.clone());
        match exact.or(id) {
            Some(id) => close(run_or_go(&id, rest.trim())),
            None => {
                let text = env.lang.tf("app.no_view", &[("name", first)]);
                vec![Outcome::Say(Tone::Warn, text)]
            }
        }
    }

    fn chosen(&self) -> Vec<String> {
        self.items
            .iter()
            .filter(|item| item.chosen)
            .map(|item| item.id.clone())
            .collect()
    }

    fn search(&mut self) {
        let text = self.input.text();
        // Behind the first word of the palette stand arguments, which choose nothing.
        let wanted = match (&self.purpose, text.split_once(' ')) {
            (Purpose::Palette, Some((first, _))) => first,
            _ => text,
        };
        let pattern = Pattern::new(
            wanted,
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Fuzzy,
        );
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut ranked: Vec<(u32, usize)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                let name = item.id.trim_start_matches([':', '=']);
                let exact = u32::from(name == wanted) * 1_000;
                let whole = format!("{name} {} {}", item.label, item.note);
                let of_name = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher);
                let of_whole = pattern.score(Utf32Str::new(&whole, &mut buffer), &mut matcher)?;
                // A hit in the name counts more than one anywhere in the sentence.
                Some((exact + of_whole + of_name.unwrap_or(0) * 2, index))
            })
            .collect();
        ranked.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
        self.order = ranked.into_iter().map(|(_, index)| index).collect();
        self.cursor = 0;
    }

    /// Draws it in the middle of the screen.
    pub fn draw(&self, theme: &Theme, env: &Env, screen: Rect, buf: &mut Buffer) {
        let height = u16::try_from(self.items.len())
            .unwrap_or(u16::MAX)
            .saturating_add(4);
        let height = height.clamp(8, screen.height.saturating_sub(4).max(8));
        let inner = popup(&self.title, (76, height), theme, screen, buf);
        if inner.height < 2 {
            return;
        }
        let count = format!("{}/{}", self.order.len(), self.items.len());
        let x = inner
            .right()
            .saturating_sub(u16::try_from(count.len()).unwrap_or(0));
        let line = Rect {
            width: x.saturating_sub(inner.x + 1),
            height: 1,
            ..inner
        };
        draw_prompt("> ", &self.input, theme, line, buf);
        width::put(
            buf,
            x,
            inner.y,
            &count,
            inner.right() - x,
            theme.style("muted"),
        );
        let list = Rect {
            y: inner.y + 1,
            height: inner.height - 1,
            ..inner
        };
        if self.order.is_empty() {
            let text = env.lang.t("app.no_match");
            width::put(buf, list.x, list.y, &text, list.width, theme.style("muted"));
            return;
        }
        let rows = usize::from(list.height);
        let offset = (self.cursor + 1).saturating_sub(rows);
        for (y, index) in (list.y..list.bottom()).zip(self.order.iter().skip(offset)) {
            let selected = usize::from(y - list.y) + offset == self.cursor;
            self.draw_item(
                &self.items[*index],
                selected,
                theme,
                Rect {
                    y,
                    height: 1,
                    ..list
                },
                buf,
            );
        }
    }

    fn draw_item(
        &self,
        item: &Choice,
        selected: bool,
        theme: &Theme,
        area: Rect,
        buf: &mut Buffer,
    ) {
        let role = if item.refusal.is_some() {
            "muted"
        } else {
            "text"
        };
        let mut style = theme.style(role);
        if selected {
            buf.set_style(area, theme.style("selected"));
            style = style.patch(theme.style("selected"));
        }
        let ellipsis = theme.glyphs().ellipsis;
        let mark = match (self.many, item.chosen) {
            (true, true) => theme.glyphs().ok,
            (true, false) => " ",
            (false, _) => "",
        };
        let note = item.refusal.as_deref().unwrap_or(&item.note);
        let half = usize::from(area.width) * 3 / 5;
        let label = width::truncate(&item.label, half, ellipsis);
        let x = area.x + width::put(buf, area.x, area.y, mark, 2, style);
        let x = if self.many { x + 1 } else { x };
        let x = x + width::put(buf, x, area.y, &label, area.right() - x, style);
        let room = usize::from(area.right().saturating_sub(x)).saturating_sub(2);
        let note = width::truncate(note, room, ellipsis);
        let start = area
            .right()
            .saturating_sub(u16::try_from(width::width(&note)).unwrap_or(0));
        let style = theme.style("muted");
        let style = if selected {
            style.patch(theme.style("selected"))
        } else {
            style
        };
        width::put(buf, start, area.y, &note, area.right() - start, style);
    }
}

/// Views have ids that begin with a colon, commands have ids that begin with an equals sign.
fn run_or_go(id: &str, args: &str) -> Outcome {
    match id.strip_prefix(':') {
        Some(view) if args.is_empty() => Outcome::Go(view.to_owned()),
        Some(view) => Outcome::Go(format!("{view} {args}")),
        None => Outcome::Run(id.trim_start_matches('=').to_owned()),
    }
}

/// Is this what the item is called? Aliases of views stand in its note, after a blank.
fn is_name(item: &Choice, word: &str) -> bool {
    item.id
        .strip_prefix(':')
        .is_some_and(|name| name == word || item.note.split(' ').any(|alias| alias == word))
}
