//! One field of a form: how it is edited, and what is right for it.

use std::fmt;

use serde_json::Value as Json;
use tui_textarea::{CursorMove, Input as AreaInput, Key as AreaKey, TextArea, WrapMode};

use crate::cloud::declare::{Kind, Param};
use crate::ui::keys::{Key, KeyCode, KeyModifiers};
use crate::ui::lang::Lang;
use crate::ui::widgets::prompt::{Prompt, Typed};

/// What a field's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// One of its options.
    Choice,
    /// True or false.
    Bool,
    /// A list of texts, one on each line.
    Texts,
    /// A list of whole numbers, one on each line.
    Integers,
    /// Anything that JSON can say.
    Json,
}

/// Where the user edits.
#[derive(Clone)]
pub(super) enum Editor {
    /// One line.
    Line(Prompt),
    /// Several lines. Boxed, because it is large and rare.
    Lines(Box<TextArea<'static>>),
    /// The number of the option chosen.
    Choice(usize),
}

impl fmt::Debug for Editor {
    /// Never shows what was typed: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line(_) => "Line",
            Self::Lines(_) => "Lines",
            Self::Choice(_) => "Choice",
        })
    }
}

/// What is wrong with the value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// It must be given.
    Required,
    /// It has so many characters, which is not within the bounds.
    Characters(Span, u32),
    /// It has so many elements, which is not within the bounds.
    Elements(Span, u32),
    /// It is not a whole number.
    NotInteger,
    /// It is not a number.
    NotNumber,
    /// It is not within these bounds.
    Range(Option<f64>, Option<f64>),
    /// It is not a multiple of this.
    NotMultiple(u32),
    /// It cannot be read as JSON, because of this.
    NotJson(String),
    /// Something that the one who owns the form has found, in the user's language.
    Other(String),
}

/// Fewest and most of something.
pub type Span = (Option<u32>, Option<u32>);

/// Bounds in the user's language: `1 to 10`, `at least 1`, `at most 10`.
fn span<T: ToString>(min: Option<T>, max: Option<T>, lang: Lang) -> String {
    let text = |bound: Option<T>| bound.map(|bound| bound.to_string());
    let (min, max) = (text(min), text(max));
    let values = [
        ("min", min.as_deref().unwrap_or_default()),
        ("max", max.as_deref().unwrap_or_default()),
    ];
    let key = match (&min, &max) {
        (Some(_), Some(_)) => "form.between",
        (Some(_), None) => "form.at_least",
        _ => "form.at_most",
    };
    lang.tf(key, &values)
}

impl Problem {
    /// What is wrong, in the user's language: the rule, in the words in which every other place names it.
    pub fn text(&self, lang: Lang) -> String {
        let with = |key: &str, value: &str| lang.tf(key, &[("value", value)]);
        let counted = |key: &str, (min, max): Span, has: u32| {
            let values = [("value", span(min, max, lang)), ("has", has.to_string())];
            lang.tf(
                key,
                &values.each_ref().map(|(name, text)| (*name, text.as_str())),
            )
        };
        match self {
            Self::Required => lang.t("form.required").into_owned(),
            Self::Characters(bounds, has) => counted("form.characters", *bounds, *has),
            Self::Elements(bounds, has) => counted("form.elements", *bounds, *has),
            Self::NotInteger => lang.t("form.not_integer").into_owned(),
            Self::NotNumber => lang.t("form.not_number").into_owned(),
            Self::Range(min, max) => with("form.range", &span(*min, *max, lang)),
            Self::NotMultiple(n) => with("form.not_multiple", &n.to_string()),
            Self::NotJson(error) => with("form.not_json", error),
            Self::Other(text) => text.clone(),
        }
    }
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) help: String,
    pub(super) shape: Shape,
    pub(super) editor: Editor,
    /// Values and what the user reads for them.
    pub(super) options: Vec<(String, String)>,
    pub(super) required: bool,
    pub(super) min_len: Option<u32>,
    pub(super) max_len: Option<u32>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) multiple_of: Option<u32>,
    pub(super) height: u16,
    /// Has the user left it once? Only then is it told what is wrong.
    pub(super) touched: bool,
    /// What the owner of the form has found.
    pub(super) rejected: Option<String>,
}

impl Field {
    fn new(
        name: impl Into<String>,
        label: impl Into<String>,
        shape: Shape,
        editor: Editor,
    ) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            help: String::new(),
            shape,
            height: if matches!(editor, Editor::Lines(_)) {
                4
            } else {
                1
            },
            editor,
            options: Vec::new(),
            required: false,
            min_len: None,
            max_len: None,
            min: None,
            max: None,
            multiple_of: None,
            touched: false,
            rejected: None,
        }
    }

    fn line(name: impl Into<String>, label: impl Into<String>, shape: Shape) -> Self {
        Self::new(name, label, shape, Editor::Line(Prompt::default()))
    }

    fn area(name: impl Into<String>, label: impl Into<String>, shape: Shape) -> Self {
        Self::new(name, label, shape, Editor::Lines(Box::new(text_area(""))))
    }

    /// A line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(name, label, Shape::Text)
    }

    /// Text of several lines.
    pub fn lines(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::area(name, label, Shape::Text)
    }

    /// A line of text that is not shown.
    pub fn secret(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, Shape::Text, Editor::Line(Prompt::secret()))
    }

    /// A whole number.
    pub fn integer(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(name, label, Shape::Integer)
    }

    /// A number.
    pub fn number(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::line(name, label, Shape::Number)
    }

    /// A list of texts, one on each line.
    pub fn texts(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::area(name, label, Shape::Texts)
    }

    /// One of several values, each with what the user reads for it. An empty value means: not given.
    pub fn choice(
        name: impl Into<String>,
        label: impl Into<String>,
        options: Vec<(String, String)>,
    ) -> Self {
        Self {
            options,
            ..Self::new(name, label, Shape::Choice, Editor::Choice(0))
        }
    }

    /// Yes or no.
    pub fn bool(
        name: impl Into<String>,
        label: impl Into<String>,
        lang: Lang,
        value: bool,
    ) -> Self {
        let options = ["false", "true"]
            .map(|word| (word.to_owned(), lang.t(yes_no(word)).into_owned()))
            .to_vec();
        Self {
            options,
            ..Self::new(name, label, Shape::Bool, Editor::Choice(usize::from(value)))
        }
    }

    /// With a sentence that is shown while the field is edited.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// It must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// With the fewest and most characters (of a list: elements) allowed; the count is shown while typing.
    #[must_use]
    pub const fn len(mut self, min: u32, max: u32) -> Self {
        self.min_len = Some(min);
        self.max_len = Some(max);
        self
    }

    /// With the smallest and largest number allowed.
    #[must_use]
    pub const fn range(mut self, min: f64, max: f64) -> Self {
        self.min = Some(min);
        self.max = Some(max);
        self
    }

    /// With so many lines on the screen.
    #[must_use]
    pub const fn height(mut self, lines: u16) -> Self {
        self.height = lines;
        self
    }

    /// With a value to begin with. For a choice it is the option with this value.
    #[must_use]
    pub fn value(mut self, text: &str) -> Self {
        self.set(text);
        self
    }

    /// Replaces the value.
    pub fn set(&mut self, text: &str) {
        match &mut self.editor {
            Editor::Line(prompt) => prompt.set(text),
            Editor::Lines(area) => **area = text_area(text),
            Editor::Choice(at) => {
                if let Some(found) = self.options.iter().position(|(value, _)| value == text) {
                    *at = found;
                }
            }
        }
    }

    /// A field for a parameter of an operation.
    pub fn of_param(param: &Param, lang: Lang) -> Self {
        let words = match param.kind {
            Kind::Choice(words) => words,
            Kind::Text => param.one_of,
            _ => &[],
        };
        let mut field = if param.secret {
            Self::secret(param.name, param.name)
        } else if !words.is_empty() {
            Self::choice(param.name, param.name, choices(words, param.required))
        } else {
            Self::of_kind(param, lang)
        };
        field.required = param.required;
        (field.min, field.max) = (param.min, param.max);
        field.multiple_of = param.multiple_of;
        (field.min_len, field.max_len) = match param.kind {
            Kind::List(_) => (param.min_items, param.max_items),
            _ => (param.min_len, param.max_len),
        };
        if param.soft {
            // The service accepts more than the document says: nothing is refused here.
            (field.min, field.max, field.multiple_of) = (None, None, None);
            (field.min_len, field.max_len) = (None, None);
        }
        field.help = help(param, lang);
        field
    }

    fn of_kind(param: &Param, lang: Lang) -> Self {
        let name = param.name;
        match param.kind {
            Kind::Text | Kind::Time(_) | Kind::Choice(_) => Self::text(name, name),
            Kind::Integer => Self::integer(name, name),
            Kind::Number => Self::number(name, name),
            Kind::Bool => {
                let mut field = Self::bool(name, name, lang, false);
                if !param.required {
                    field.options.insert(0, (String::new(), "-".to_owned()));
                }
                field
            }
            Kind::List(Kind::Text | Kind::Time(_) | Kind::Choice(_)) => Self::texts(name, name),
            Kind::List(Kind::Integer) => Self::area(name, name, Shape::Integers),
            Kind::Object(_) | Kind::List(_) | Kind::Map(_) | Kind::Any => {
                Self::area(name, name, Shape::Json)
            }
        }
    }

    /// The field's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What has been typed or chosen, as text.
    pub fn content(&self) -> String {
        match &self.editor {
            Editor::Line(prompt) => prompt.text().to_owned(),
            Editor::Lines(area) => area.lines().join("\n"),
            Editor::Choice(at) => self
                .options
                .get(*at)
                .map(|(value, _)| value.clone())
                .unwrap_or_default(),
        }
    }

    /// The value, `None` when nothing was given, or what is wrong with it.
    pub fn read(&self) -> Result<Option<Json>, Problem> {
        if let Some(text) = &self.rejected {
            return Err(Problem::Other(text.clone()));
        }
        let text = self.content();
        if text.trim().is_empty() {
            return if self.required {
                Err(Problem::Required)
            } else {
                Ok(None)
            };
        }
        let value = match self.shape {
            Shape::Text | Shape::Choice => {
                self.check_len(text.chars().count(), Problem::Characters)?;
                Json::String(text)
            }
            Shape::Bool => Json::Bool(text == "true"),
            Shape::Integer => self.integer_of(&text)?,
            Shape::Number => self.number_of(&text)?,
            Shape::Texts => self.list_of(&text, |line| Ok(Json::String(line.to_owned())))?,
            Shape::Integers => self.list_of(&text, |line| self.integer_of(line))?,
            Shape::Json => {
                serde_json::from_str(&text).map_err(|error| Problem::NotJson(error.to_string()))?
            }
        };
        Ok(Some(value))
    }

    fn integer_of(&self, text: &str) -> Result<Json, Problem> {
        let number: i64 = text.trim().parse().map_err(|_| Problem::NotInteger)?;
        self.check_range(number as f64)?;
        match self.multiple_of {
            Some(step) if step > 0 && number % i64::from(step) != 0 => {
                Err(Problem::NotMultiple(step))
            }
            _ => Ok(Json::from(number)),
        }
    }

    fn number_of(&self, text: &str) -> Result<Json, Problem> {
        let number: f64 = text.trim().parse().map_err(|_| Problem::NotNumber)?;
        self.check_range(number)?;
        serde_json::Number::from_f64(number)
            .map(Json::Number)
            .ok_or(Problem::NotNumber)
    }

    fn list_of(
        &self,
        text: &str,
        read: impl Fn(&str) -> Result<Json, Problem>,
    ) -> Result<Json, Problem> {
        let list = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(read)
            .collect::<Result<Vec<_>, _>>()?;
        self.check_len(list.len(), Problem::Elements)?;
        Ok(Json::Array(list))
    }

    fn check_len(&self, count: usize, wrong: fn(Span, u32) -> Problem) -> Result<(), Problem> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let few = self.min_len.is_some_and(|min| count < min);
        if few || self.max_len.is_some_and(|max| count > max) {
            return Err(wrong((self.min_len, self.max_len), count));
        }
        Ok(())
    }

    fn check_range(&self, number: f64) -> Result<(), Problem> {
        let small = self.min.is_some_and(|min| number < min);
        if small || self.max.is_some_and(|max| number > max) {
            return Err(Problem::Range(self.min, self.max));
        }
        Ok(())
    }

    /// How many characters or elements there are, and how many are allowed at most.
    pub(super) fn count(&self) -> Option<(usize, u32)> {
        let max = self.max_len?;
        let text = self.content();
        let count = match self.shape {
            Shape::Text => text.chars().count(),
            Shape::Texts | Shape::Integers => {
                text.lines().filter(|line| !line.trim().is_empty()).count()
            }
            _ => return None,
        };
        Some((count, max))
    }

    /// Takes a key that is not one of the form's own, and says whether it changed the value.
    pub(super) fn key(&mut self, key: Key) -> bool {
        let changed = match &mut self.editor {
            Editor::Line(prompt) => prompt.key(key) == Typed::Changed,
            Editor::Lines(area) => area.input(area_input(key)),
            Editor::Choice(at) => choose(at, &self.options, key),
        };
        if changed {
            self.rejected = None;
        }
        changed
    }

    /// Takes pasted text. Control characters other than line breaks and tabs are left out.
    pub(super) fn paste(&mut self, text: &str) {
        self.rejected = None;
        match &mut self.editor {
            Editor::Line(prompt) => prompt.paste(text),
            Editor::Lines(area) => {
                let text: String = text
                    .replace("\r\n", "\n")
                    .chars()
                    .map(|c| if c == '\r' { '\n' } else { c })
                    .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
                    .collect();
                area.insert_str(text);
            }
            Editor::Choice(_) => {}
        }
    }
}

fn yes_no(word: &str) -> &'static str {
    if word == "true" {
        "form.yes"
    } else {
        "form.no"
    }
}

/// The words of a choice; when it need not be given, nothing comes first.
fn choices(words: &[&str], required: bool) -> Vec<(String, String)> {
    let none = (!required).then(|| (String::new(), "-".to_owned()));
    none.into_iter()
        .chain(
            words
                .iter()
                .map(|word| ((*word).to_owned(), (*word).to_owned())),
        )
        .collect()
}

/// What a parameter is, the form of its value, and its default.
fn help(param: &Param, lang: Lang) -> String {
    let mut parts = vec![param.doc.to_owned()];
    match param.kind {
        Kind::Time(zone) => parts.push(zone.form().to_owned()),
        Kind::List(Kind::Text | Kind::Time(_) | Kind::Choice(_) | Kind::Integer) => {
            parts.push(lang.t("form.one_per_line").into_owned());
        }
        Kind::Object(_) | Kind::List(_) | Kind::Map(_) | Kind::Any => {
            parts.push("JSON".to_owned());
        }
        _ => {}
    }
    if let Some(default) = param.default {
        parts.push(lang.tf("form.default", &[("value", default)]));
    }
    parts.join(" · ")
}

fn text_area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_tab_length(4);
    // A line is gone on with; of a longer text the beginning is seen first.
    if !text.contains('\n') {
        area.move_cursor(CursorMove::End);
    }
    area
}

/// A key as the text area knows it.
pub fn area_input(key: Key) -> AreaInput {
    AreaInput {
        key: match key.code {
            KeyCode::Char(c) => AreaKey::Char(c),
            KeyCode::Backspace => AreaKey::Backspace,
            KeyCode::Enter => AreaKey::Enter,
            KeyCode::Tab => AreaKey::Tab,
            KeyCode::Left => AreaKey::Left,
            KeyCode::Right => AreaKey::Right,
            KeyCode::Up => AreaKey::Up,
            KeyCode::Down => AreaKey::Down,
            KeyCode::Delete => AreaKey::Delete,
            KeyCode::Home => AreaKey::Home,
            KeyCode::End => AreaKey::End,
            KeyCode::PageUp => AreaKey::PageUp,
            KeyCode::PageDown => AreaKey::PageDown,
            _ => AreaKey::Null,
        },
        ctrl: key.mods.contains(KeyModifiers::CONTROL),
        alt: key.mods.contains(KeyModifiers::ALT),
        shift: key.mods.contains(KeyModifiers::SHIFT),
    }
}

/// Chooses with left, right and space, or by an option's first character.
fn choose(at: &mut usize, options: &[(String, String)], key: Key) -> bool {
    let count = options.len().max(1);
    let before = *at;
    match key.code {
        KeyCode::Left => *at = (*at + count - 1) % count,
        KeyCode::Right | KeyCode::Char(' ') => *at = (*at + 1) % count,
        KeyCode::Home => *at = 0,
        KeyCode::End => *at = count - 1,
        KeyCode::Char(c) if key.mods.is_empty() => {
            let wanted = c.to_lowercase().next();
            let found = (1..=count).map(|step| (before + step) % count).find(|at| {
                options.get(*at).is_some_and(|(_, label)| {
                    label.chars().next().and_then(|c| c.to_lowercase().next()) == wanted
                })
            });
            *at = found.unwrap_or(before);
        }
        _ => {}
    }
    *at != before
}
