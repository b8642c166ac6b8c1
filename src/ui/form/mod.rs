//! Forms: fields with labels, help, limits and messages where the mistake is. Tab and shift-Tab move; Enter goes on
//! and, on the button, submits; ctrl-d submits from anywhere; Esc leaves, and asks once more when something was typed.

mod draw;
mod field;

use serde_json::{Map, Value as Json};

use field::Editor;
pub(super) use field::area_input;
pub use field::{Field, Problem};

use super::keys::{Key, KeyCode, KeyModifiers};
use super::lang::Lang;
use crate::cloud::declare::Param;

/// What a key did to a [`Form`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// Still open.
    Open,
    /// A value is another one now.
    Changed,
    /// Everything is right and the user is done: ask for [`Form::values`].
    Submitted,
    /// The user gave up.
    Cancelled,
}

/// A form.
#[derive(Debug, Clone)]
pub struct Form {
    title: String,
    submit: String,
    fields: Vec<Field>,
    /// The field with the keyboard; after the last come the two buttons: submit, cancel.
    focus: usize,
    /// Something was typed.
    changed: bool,
    /// Esc was pressed once.
    leaving: bool,
}

impl Form {
    /// A form with a title and the label of its submitting button.
    pub fn new(title: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            submit: submit.into(),
            fields: Vec::new(),
            focus: 0,
            changed: false,
            leaving: false,
        }
    }

    /// With another field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// A form for the parameters of an operation; required ones first.
    pub fn from_params(
        title: impl Into<String>,
        submit: impl Into<String>,
        params: &[Param],
        lang: Lang,
    ) -> Self {
        let mut form = Self::new(title, submit);
        let (required, optional): (Vec<_>, Vec<_>) =
            params.iter().partition(|param| param.required);
        form.fields = required
            .into_iter()
            .chain(optional)
            .map(|param| Field::of_param(param, lang))
            .collect();
        form
    }

    /// What has been filled in: numbers as numbers, lists as lists; what was left empty is not in it. Fields that are
    /// not right are not in it either.
    pub fn values(&self) -> Json {
        let values: Map<String, Json> = self
            .fields
            .iter()
            .filter_map(|field| Some((field.name.clone(), field.read().ok()??)))
            .collect();
        Json::Object(values)
    }

    /// What has been typed or chosen in a field.
    pub fn content(&self, name: &str) -> Option<String> {
        self.find(name).map(|(_, field)| field.content())
    }

    /// Replaces the value of a field.
    pub fn set(&mut self, name: &str, text: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.set(text);
        }
    }

    /// The fields.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Says at a field what is wrong with it, in the user's language, and goes there. It stays until the value is
    /// changed. For rules across fields and for answers of the service.
    pub fn reject(&mut self, name: &str, text: impl Into<String>) {
        if let Some(at) = self.find(name).map(|(at, _)| at)
            && let Some(field) = self.fields.get_mut(at)
        {
            field.rejected = Some(text.into());
            field.touched = true;
            self.focus = at;
        }
    }

    /// Has something been typed?
    pub const fn is_changed(&self) -> bool {
        self.changed
    }

    fn find(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields
            .iter()
            .enumerate()
            .find(|(_, field)| field.name == name)
    }

    fn submit_at(&self) -> usize {
        self.fields.len()
    }

    fn cancel_at(&self) -> usize {
        self.fields.len() + 1
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) -> Filled {
        if key.code == KeyCode::Esc {
            return self.leave();
        }
        self.leaving = false;
        // The end of the input, as everywhere in a terminal: from any field straight to what comes next.
        if key.code == KeyCode::Char('d') && key.mods == KeyModifiers::CONTROL {
            return self.submit();
        }
        let multi_line = matches!(
            self.fields.get(self.focus).map(|field| &field.editor),
            Some(Editor::Lines(_))
        );
        match key.code {
            KeyCode::Tab => self.go(key.mods.is_empty()),
            KeyCode::Up if !multi_line => self.go(false),
            KeyCode::Enter if self.focus == self.submit_at() => return self.submit(),
            KeyCode::Enter if self.focus == self.cancel_at() => return Filled::Cancelled,
            KeyCode::Enter | KeyCode::Down if !multi_line => self.go(true),
            KeyCode::Left | KeyCode::Right if self.focus >= self.submit_at() => {
                self.focus = self.submit_at() + self.cancel_at() - self.focus;
            }
            _ => {
                let field = self.fields.get_mut(self.focus);
                if field.is_some_and(|field| field.key(key)) {
                    self.changed = true;
                    return Filled::Changed;
                }
            }
        }
        Filled::Open
    }

    /// Takes pasted text: it goes into the field with the keyboard and never runs keys.
    pub fn paste(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.paste(text);
            self.changed = true;
        }
    }

    fn go(&mut self, forward: bool) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.touched = true;
        }
        let stops = self.fields.len() + 2;
        self.focus = if forward {
            (self.focus + 1) % stops
        } else {
            (self.focus + stops - 1) % stops
        };
    }

    fn leave(&mut self) -> Filled {
        if self.changed && !self.leaving {
            self.leaving = true;
            return Filled::Open;
        }
        Filled::Cancelled
    }

    /// Submits, or goes to the first field that is not right.
    fn submit(&mut self) -> Filled {
        for field in &mut self.fields {
            field.touched = true;
        }
        match self.fields.iter().position(|field| field.read().is_err()) {
            Some(wrong) => {
                self.focus = wrong;
                Filled::Open
            }
            None => Filled::Submitted,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::declare::{Kind, Zone};
    use crate::ui::keys::parse_sequence;

    fn press(form: &mut Form, keys: &str) -> Filled {
        let keys = parse_sequence(keys).unwrap();
        keys.into_iter().fold(Filled::Open, |_, key| form.key(key))
    }

    fn form() -> Form {
        Form::new("New", "Create")
            .field(Field::text("title", "Title").required().len(2, 5))
            .field(Field::integer("count", "Count").range(1.0, 9.0))
            .field(Field::choice(
                "level",
                "Level",
                vec![("1".into(), "P1".into()), ("2".into(), "P2".into())],
            ))
            .field(Field::lines("text", "Text"))
    }

    #[test]
    fn a_form_is_filled_by_keyboard() {
        let mut form = form();
        press(
            &mut form,
            "d b <enter> 3 <tab> <right> <tab> a <enter> b <tab>",
        );
        assert_eq!(press(&mut form, "<enter>"), Filled::Submitted);
        assert_eq!(
            form.values(),
            json!({"title": "db", "count": 3, "level": "2", "text": "a\nb"})
        );
    }

    #[test]
    fn the_end_of_the_input_submits_from_anywhere() {
        let mut form = form();
        assert_eq!(
            press(&mut form, "d b <tab> <tab> <tab> a <c-d>"),
            Filled::Submitted
        );
        assert_eq!(form.values()["text"], json!("a"));
        let mut wrong = super::tests::form();
        assert_eq!(press(&mut wrong, "<tab> <c-d>"), Filled::Open);
        assert_eq!(wrong.focus, 0);
    }

    #[test]
    fn mistakes_hold_it_back_and_are_shown_in_place() {
        let mut form = form();
        assert_eq!(press(&mut form, "<s-tab> <s-tab> <enter>"), Filled::Open);
        assert_eq!(form.focus, 0);
        assert_eq!(form.fields[0].read(), Err(Problem::Required));
        press(&mut form, "a b c d e f <tab> 0");
        assert_eq!(
            form.fields[0].read(),
            Err(Problem::Characters((Some(2), Some(5)), 6))
        );
        assert_eq!(
            form.fields[1].read(),
            Err(Problem::Range(Some(1.0), Some(9.0)))
        );
        press(&mut form, "<backspace> x");
        assert_eq!(form.fields[1].read(), Err(Problem::NotInteger));
        assert_eq!(form.values(), json!({"level": "1"}));
    }

    #[test]
    fn what_the_owner_rejects_stays_until_it_is_changed() {
        let mut form = form();
        press(&mut form, "a b");
        form.reject("title", "taken");
        assert_eq!(form.fields[0].read(), Err(Problem::Other("taken".into())));
        press(&mut form, "c");
        assert!(form.fields[0].read().is_ok());
    }

    #[test]
    fn escape_asks_once_when_something_was_typed() {
        assert_eq!(press(&mut form(), "<esc>"), Filled::Cancelled);
        let mut form = form();
        assert_eq!(press(&mut form, "a <esc>"), Filled::Open);
        assert_eq!(press(&mut form, "b <esc>"), Filled::Open);
        assert_eq!(press(&mut form, "<esc>"), Filled::Cancelled);
    }

    #[test]
    fn a_paste_never_submits() {
        let mut form = form();
        form.paste("ab\n\n\ncd\u{1b}");
        assert_eq!(form.focus, 0);
        assert_eq!(form.content("title").unwrap(), "ab   cd");
        form.focus = 3;
        form.paste("line 1\r\nline 2\u{7}");
        assert_eq!(form.content("text").unwrap(), "line 1\nline 2");
    }

    #[test]
    fn parameters_become_fields() {
        const PARAMS: &[Param] = &[
            Param::new("Limit", "How many.", Kind::Integer, false)
                .range(1, 100)
                .default("10"),
            Param::new("Name", "Name.", Kind::Text, true).max_len(3),
            Param::new("Ids.N", "Which.", Kind::List(&Kind::Text), false).items(0, 2),
            Param::new("Mode", "How.", Kind::Choice(&["A", "B"]), false),
            Param::new("Force", "Really.", Kind::Bool, false),
            Param::new("Start", "From.", Kind::Time(Zone::Utc), false),
            Param::new("Extra", "More.", Kind::Any, false),
            Param::new("Key", "Key.", Kind::Text, false).secret(),
        ];
        let mut form = Form::from_params("ListThings", "Send", PARAMS, Lang::En);
        assert_eq!(form.fields[0].name(), "Name");
        form.set("Name", "web");
        form.set("Limit", "5");
        form.set("Ids.N", "i-1\n\ni-2\n");
        form.set("Mode", "B");
        form.set("Extra", "{\"a\": [1]}");
        assert_eq!(
            form.values(),
            json!({"Name": "web", "Limit": 5, "Ids.N": ["i-1", "i-2"], "Mode": "B", "Extra": {"a": [1]}})
        );
        form.set("Force", "true");
        form.set("Ids.N", "1\n2\n3");
        form.set("Extra", "{");
        assert!(matches!(
            form.find("Extra").unwrap().1.read(),
            Err(Problem::NotJson(_))
        ));
        assert_eq!(
            form.find("Ids.N").unwrap().1.read(),
            Err(Problem::Elements((Some(0), Some(2)), 3))
        );
        assert_eq!(form.values()["Force"], json!(true));
        assert!(format!("{form:?}").contains("Line"));
    }
}
