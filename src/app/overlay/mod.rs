//! What lies over the view: palette, filter prompt, pickers, help, action menu, dialogs, forms, documents.
//!
//! An overlay owns every key while it is on top. It changes nothing itself; it answers with [`Outcome`]s.

mod choose;
mod confirm;
mod document;
mod form;
mod menus;
mod popup;
mod prompt;
mod write;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value as Json;

use crate::ui::keys::Key;
use crate::ui::lang::Lang;
use crate::ui::theme::Theme;

use super::App;
use super::command::DOCUMENT;
use super::pane::{Asking, Confirm, Document, Each, Event, ListInfo, Picking, Tone, Writing};
use super::subject::Subject;
use super::world::World;

pub use choose::{Chooser, Purpose};
use confirm::Decision;
use document::Reader;
use form::Filling;
use prompt::FilterPrompt;
use write::Writer;

/// An overlay, and the pane that gets its answers.
#[derive(Debug)]
pub struct Layer {
    /// Index of the pane; `None` for the core's own.
    pub owner: Option<usize>,
    /// The overlay.
    pub what: Overlay,
}

impl Layer {
    /// An overlay that a pane asked for.
    pub const fn of(pane: usize, what: Overlay) -> Self {
        Self {
            owner: Some(pane),
            what,
        }
    }

    /// An overlay of the core.
    pub const fn core(what: Overlay) -> Self {
        Self { owner: None, what }
    }
}

/// Something that lies over the view.
#[derive(Debug)]
pub enum Overlay {
    /// Choosing from a list.
    Choose(Chooser),
    /// Typing a filter.
    Prompt(FilterPrompt),
    /// A decision.
    Dialog(Box<Decision>),
    /// Filling in a form.
    Form(Box<Filling>),
    /// Reading a text.
    Document(Reader),
    /// Writing a text.
    Write(Box<Writer>),
}

/// What an overlay wants done.
#[derive(Debug)]
pub enum Outcome {
    /// It is over.
    Close,
    /// Run this command.
    Run(String),
    /// Go to this view.
    Go(String),
    /// Open this subject.
    Show(Subject),
    /// The filter reads so now.
    Filter(String),
    /// The filter is typed and stays.
    Filtered(String),
    /// Sort by this column.
    Sort(String),
    /// Show these columns.
    Columns(Vec<String>),
    /// This was chosen, for the pane's question with this tag.
    Picked(&'static str, Vec<String>),
    /// The form with this tag was completed.
    Form(&'static str, Json),
    /// The text with this tag was written.
    Written(&'static str, String),
    /// Go on writing this text in an editor outside, in a file with this ending.
    Outside(String, &'static str),
    /// The user said yes to this change.
    Confirmed(Box<Confirm>),
    /// The user said yes to these changes.
    ConfirmedEach(Box<Each>),
    /// Quit without asking.
    Quit,
    /// Copy this text.
    Copy(String),
    /// Say this.
    Say(Tone, String),
}

/// What an overlay may know.
#[derive(Debug, Clone, Copy)]
pub struct Env {
    /// The language of the interface.
    pub lang: Lang,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
}

impl Overlay {
    /// A form that a pane asked for.
    pub fn form(asking: Asking) -> Self {
        Self::Form(Box::new(Filling::new(asking)))
    }

    /// A choice that a pane asked for.
    pub fn pick(picking: Picking) -> Self {
        Self::Choose(Chooser::new(
            Purpose::Pane(picking.tag),
            picking.title,
            picking.items,
            picking.many,
        ))
    }

    /// A text to read.
    pub fn document(document: Document) -> Self {
        Self::Document(Reader::new(document))
    }

    /// A text that a pane wants written.
    pub fn write(writing: Writing) -> Self {
        Self::Write(Box::new(Writer::new(writing)))
    }

    /// A dialog before a change.
    pub fn confirm(confirm: Confirm, world: &World, lang: Lang) -> Self {
        Self::Dialog(Box::new(Decision::new(confirm, world, lang)))
    }

    /// A dialog before several changes.
    pub fn confirm_each(each: Each, world: &World, lang: Lang) -> Self {
        Self::Dialog(Box::new(Decision::each(each, world, lang)))
    }

    /// Takes over the text of a document of the same title, where it is scrolled to.
    pub fn renew(&mut self, document: &Document) {
        if let Self::Document(reader) = self {
            reader.renew(document);
        }
    }

    /// The modes of the key map that hold. None: it takes every key as it is.
    pub const fn modes(&self) -> &'static [&'static str] {
        match self {
            Self::Document(reader) if !reader.searching() => &[DOCUMENT],
            _ => &[],
        }
    }

    /// Does every printable key type?
    pub const fn takes_text(&self) -> bool {
        match self {
            Self::Choose(_)
            | Self::Prompt(_)
            | Self::Dialog(_)
            | Self::Form(_)
            | Self::Write(_) => true,
            Self::Document(reader) => reader.searching(),
        }
    }

    /// A key that is no command of its mode.
    pub fn key(&mut self, key: Key, env: Env) -> Vec<Outcome> {
        match self {
            Self::Choose(chooser) => chooser.key(key, env),
            Self::Prompt(prompt) => prompt.key(key),
            Self::Dialog(dialog) => dialog.key(key),
            Self::Form(form) => form.key(key),
            Self::Document(reader) => reader.key(key, env),
            Self::Write(writer) => writer.key(key, env),
        }
    }

    /// A command of its mode.
    pub fn command(&mut self, name: &str, env: Env) -> Vec<Outcome> {
        match self {
            Self::Document(reader) => reader.command(name, env),
            _ => Vec::new(),
        }
    }

    /// Text was pasted.
    pub fn paste(&mut self, text: &str) -> Vec<Outcome> {
        match self {
            Self::Choose(chooser) => chooser.paste(text),
            Self::Prompt(prompt) => return prompt.paste(text),
            Self::Dialog(dialog) => dialog.paste(text),
            Self::Form(form) => form.paste(text),
            Self::Document(reader) => reader.paste(text),
            Self::Write(writer) => writer.paste(text),
        }
        Vec::new()
    }

    /// Draws it. `list` is what the focused pane says about itself, for the filter prompt.
    pub fn draw(
        &self,
        theme: &Theme,
        env: Env,
        list: Option<&ListInfo>,
        screen: Rect,
        buf: &mut Buffer,
    ) {
        match self {
            Self::Choose(chooser) => chooser.draw(theme, env, screen, buf),
            Self::Prompt(prompt) => prompt.draw(theme, env, list, screen, buf),
            Self::Dialog(dialog) => dialog.draw(theme, env, screen, buf),
            Self::Form(form) => form.draw(theme, env, screen, buf),
            Self::Document(reader) => reader.draw(theme, env, screen, buf),
            Self::Write(writer) => writer.draw(theme, env, screen, buf),
        }
    }

    /// What has been typed, where something is typed: for tests.
    pub fn typed(&self) -> Option<String> {
        match self {
            Self::Choose(chooser) => Some(chooser.typed().to_owned()),
            Self::Prompt(prompt) => Some(prompt.typed().to_owned()),
            Self::Dialog(_) => None,
            Self::Form(form) => Some(form.typed()),
            Self::Document(reader) => reader.typed(),
            Self::Write(writer) => Some(writer.typed()),
        }
    }
}

impl App {
    /// What overlays may know.
    pub(super) const fn env(&self) -> Env {
        Env {
            lang: self.settings.lang,
            size: self.size,
        }
    }

    /// Puts an overlay on top.
    pub(super) fn open(&mut self, layer: Layer) {
        self.prefix.clear();
        self.layers.push(layer);
    }

    /// Does what an overlay wants.
    pub(super) fn react(&mut self, outcomes: Vec<Outcome>) {
        let owner = self.layers.last().and_then(|layer| layer.owner);
        let given_up = matches!(outcomes[..], [Outcome::Close]);
        for outcome in outcomes {
            match outcome {
                Outcome::Close => {
                    let closed = self.layers.pop();
                    if given_up
                        && let Some(Layer {
                            owner: Some(pane),
                            what,
                        }) = closed
                    {
                        self.given_up(pane, &what);
                    }
                }
                Outcome::Run(name) => self.run(&name),
                Outcome::Go(line) => self.go_or_say(&line),
                Outcome::Show(subject) => self.show_or_say(subject),
                Outcome::Filter(text) => {
                    self.tell(self.here.focus, &Event::Filter(&text));
                }
                Outcome::Filtered(text) => self.keep_filter(text),
                Outcome::Sort(column) => {
                    self.tell(self.here.focus, &Event::Sort(&column));
                    self.keep_look();
                }
                Outcome::Columns(columns) => {
                    self.tell(self.here.focus, &Event::Columns(&columns));
                    self.keep_look();
                }
                Outcome::Picked(tag, ids) => {
                    if let Some(pane) = owner {
                        self.tell(pane, &Event::Picked { tag, ids: &ids });
                    }
                }
                Outcome::Form(tag, values) => {
                    if let Some(pane) = owner {
                        self.form_done(pane, tag, &values);
                    }
                }
                Outcome::Written(tag, text) => {
                    if let Some(pane) = owner {
                        self.written(pane, tag, &text);
                    }
                }
                Outcome::Outside(text, ending) => {
                    // It comes back to the overlay, not to its pane.
                    self.editing = None;
                    self.effects.push(super::effect::Effect::Edit(text, ending));
                }
                Outcome::Confirmed(confirm) => {
                    if let Some(pane) = owner {
                        self.act(pane, *confirm);
                    }
                }
                Outcome::ConfirmedEach(each) => {
                    if let Some(pane) = owner {
                        self.act_on_each(pane, *each);
                    }
                }
                Outcome::Quit => self
                    .effects
                    .push(super::effect::Effect::Quit { keep: false }),
                Outcome::Copy(text) => self.copy(text),
                Outcome::Say(tone, text) => self.say(tone, text),
            }
        }
    }

    /// Something that a pane had asked was left without an answer.
    fn given_up(&mut self, pane: usize, what: &Overlay) {
        let tag = match what {
            Overlay::Form(form) => Some(form.tag()),
            Overlay::Choose(chooser) => chooser.tag(),
            Overlay::Write(writer) => Some(writer.tag()),
            Overlay::Dialog(_) => None,
            Overlay::Document(_) | Overlay::Prompt(_) => return,
        };
        self.tell(pane, &Event::GaveUp { tag });
    }

    /// A form was completed: its pane looks at the values. Unless it rejects one, the form closes.
    fn form_done(&mut self, pane: usize, tag: &'static str, values: &Json) {
        let Some(form) = self.layers.pop() else {
            return;
        };
        self.rejected = None;
        self.tell(pane, &Event::Form { tag, values });
        let Some((field, why)) = self.rejected.take() else {
            return;
        };
        self.layers.push(form);
        if let Some(Layer {
            what: Overlay::Form(form),
            ..
        }) = self.layers.last_mut()
        {
            form.reject(&field, why);
        }
    }

    /// A text was written: its pane looks at it. Unless it rejects it, the editor closes.
    fn written(&mut self, pane: usize, tag: &'static str, text: &str) {
        let Some(writer) = self.layers.pop() else {
            return;
        };
        self.rejected = None;
        self.tell(pane, &Event::Written { tag, text });
        let Some((_, why)) = self.rejected.take() else {
            return;
        };
        self.layers.push(writer);
        if let Some(Layer {
            what: Overlay::Write(writer),
            ..
        }) = self.layers.last_mut()
        {
            writer.reject(why);
        }
    }

    /// Draws what lies over the view.
    pub(super) fn draw_layers(&self, screen: Rect, buf: &mut Buffer) {
        let list = self
            .catalog
            .panes
            .get(self.here.focus)
            .and_then(|pane| pane.list(&self.context(self.area_of(self.here.focus))));
        for layer in &self.layers {
            layer
                .what
                .draw(&self.settings.theme, self.env(), list.as_ref(), screen, buf);
        }
    }
}
