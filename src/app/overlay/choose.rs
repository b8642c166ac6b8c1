//! Choosing from a list while typing: palette, help, action menu, pickers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::pane::{Choice, Tone};
use crate::app::subject::Subject;
use crate::ui::keys::{Key, KeyCode};
use crate::ui::theme::Theme;
use crate::ui::widgets::picker::{Item, Picked, Picker};

use super::{Env, Outcome};

/// What the choice is for.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// A view or a command.
    Palette,
    /// A command to run.
    Commands,
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
#[derive(Debug)]
pub struct Chooser {
    purpose: Purpose,
    picker: Picker,
    choices: Vec<Choice>,
    /// May several be chosen?
    many: bool,
}

impl Chooser {
    /// A list with nothing typed yet; the cursor is on the first that was chosen before.
    pub fn new(purpose: Purpose, title: String, choices: Vec<Choice>, many: bool) -> Self {
        let items = choices.iter().map(|choice| item(choice, many)).collect();
        let first = choices.iter().position(|choice| choice.chosen && !many);
        Self {
            purpose,
            picker: Picker::new(title, items).at(first.unwrap_or(0)),
            choices,
            many,
        }
    }

    /// The tag of its pane's question.
    pub const fn tag(&self) -> Option<&'static str> {
        match self.purpose {
            Purpose::Pane(tag) => Some(tag),
            _ => None,
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) {
        self.picker.paste(text);
    }

    /// What has been typed.
    pub fn typed(&self) -> &str {
        self.picker.text()
    }

    /// Any key.
    pub fn key(&mut self, key: Key, env: Env) -> Vec<Outcome> {
        if self.many && key.code == KeyCode::Tab {
            self.mark();
            return Vec::new();
        }
        match self.picker.key(key) {
            Picked::Open | Picked::Typed => Vec::new(),
            Picked::Cancelled => vec![Outcome::Close],
            Picked::Chosen(at) => self.chosen(Some(at), env),
            Picked::Entered => self.chosen(None, env),
        }
    }

    /// Tab, where several may be chosen: takes the item in or out and goes on.
    fn mark(&mut self) {
        let Some(at) = self.picker.current() else {
            return;
        };
        if let Some(choice) = self.choices.get_mut(at)
            && choice.refusal.is_none()
        {
            choice.chosen = !choice.chosen;
        }
        let items = self
            .choices
            .iter()
            .map(|choice| item(choice, true))
            .collect();
        self.picker.set_items(items);
        self.picker
            .key(Key::new(KeyCode::Down, crate::ui::keys::KeyModifiers::NONE));
    }

    /// Enter, on an item or with nothing that matches.
    fn chosen(&self, at: Option<usize>, env: Env) -> Vec<Outcome> {
        if matches!(self.purpose, Purpose::Palette)
            && let Some(outcomes) = self.line(env)
        {
            return outcomes;
        }
        let Some(choice) = at.and_then(|at| self.choices.get(at)) else {
            let text = env.lang.t("app.no_match").into_owned();
            return vec![Outcome::Say(Tone::Info, text)];
        };
        if let Some(refusal) = &choice.refusal {
            return vec![Outcome::Say(Tone::Warn, refusal.clone())];
        }
        let id = choice.id.clone();
        let outcome = match &self.purpose {
            Purpose::Palette | Purpose::Commands => run_or_go(&id, ""),
            Purpose::Sort => Outcome::Sort(id),
            Purpose::Columns => Outcome::Columns(self.marked()),
            Purpose::Pane(tag) => {
                let mut ids = if self.many { self.marked() } else { Vec::new() };
                if ids.is_empty() {
                    ids.push(id);
                }
                Outcome::Picked(tag, ids)
            }
            Purpose::Copy => Outcome::Copy(id),
            Purpose::Related(subjects) => {
                match id.parse().ok().and_then(|at: usize| subjects.get(at)) {
                    Some(subject) => Outcome::Show(subject.clone()),
                    None => return Vec::new(),
                }
            }
        };
        vec![Outcome::Close, outcome]
    }

    /// The palette takes whole lines, too: the name of a view with arguments, and what editors have taught us.
    fn line(&self, env: Env) -> Option<Vec<Outcome>> {
        let line = self.picker.text().trim();
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let outcome = match first {
            "q" | "quit" => Outcome::Run("quit".to_owned()),
            "q!" | "qa" | "qa!" => Outcome::Quit,
            "w" | "wq" | "set" | "e" => {
                let text = env.lang.tf("app.not_here", &[("command", first)]);
                Outcome::Say(Tone::Info, text)
            }
            _ => {
                let named = self.choices.iter().find(|choice| is_view(choice, first))?;
                run_or_go(&named.id, rest.trim())
            }
        };
        Some(vec![Outcome::Close, outcome])
    }

    fn marked(&self) -> Vec<String> {
        self.choices
            .iter()
            .filter(|choice| choice.chosen)
            .map(|choice| choice.id.clone())
            .collect()
    }

    /// Draws it in the middle of the screen.
    pub fn draw(&self, theme: &Theme, env: Env, screen: Rect, buf: &mut Buffer) {
        self.picker.draw(theme, env.lang, screen, buf);
    }
}

/// What stands in the list for a choice. One that cannot be taken says why.
fn item(choice: &Choice, many: bool) -> Item {
    let sign = match (many, choice.chosen) {
        (true, true) => "[x] ",
        (true, false) => "[ ] ",
        (false, _) => "",
    };
    let item = match &choice.refusal {
        Some(refusal) => Item::new(format!("{sign}{}: {refusal}", choice.label)).role("muted"),
        None => Item::new(format!("{sign}{}", choice.label)),
    };
    let name = choice.id.trim_start_matches([':', '=']);
    item.hint(&choice.note)
        .also(format!("{name} {}", choice.note))
}

/// Views have ids that begin with a colon, commands have ids that begin with an equals sign.
fn run_or_go(id: &str, args: &str) -> Outcome {
    match id.strip_prefix(':') {
        Some(view) if args.is_empty() => Outcome::Go(view.to_owned()),
        Some(view) => Outcome::Go(format!("{view} {args}")),
        None => Outcome::Run(id.trim_start_matches('=').to_owned()),
    }
}

/// Is this the view's name or one of its aliases, which stand in its note?
fn is_view(choice: &Choice, word: &str) -> bool {
    choice.id.starts_with(':') && choice.note.split(' ').any(|name| name == word)
}
