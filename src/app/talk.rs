//! Telling panes what happened, and carrying out what they ask for.

use ratatui::layout::Rect;

use crate::domain::record::Record;
use crate::domain::trail::Note;

use super::App;
use super::effect::Effect;
use super::look::{METERED, WATCHED};
use super::overlay::{Layer, Overlay};
use super::pane::{Context, Event, Pane, Request, Tone};

impl App {
    /// What a pane may know when it is told something.
    pub(super) fn context(&self, area: Rect) -> Context<'_> {
        Context {
            world: &self.world,
            at: self.now,
            lang: self.settings.lang,
            zone: &self.settings.zone,
            rates: self.settings.rates,
            glyphs: self.settings.theme.glyphs(),
            area,
        }
    }

    /// A pane, and what it may know.
    fn listener(&mut self, pane: usize) -> Option<(&mut dyn Pane, Context<'_>)> {
        let ctx = Context {
            world: &self.world,
            at: self.now,
            lang: self.settings.lang,
            zone: &self.settings.zone,
            rates: self.settings.rates,
            glyphs: self.settings.theme.glyphs(),
            area: self.area_of(pane),
        };
        let pane = self.catalog.panes.get_mut(pane)?;
        Some((pane.as_mut(), ctx))
    }

    /// Tells a pane something and does what it asks for. Says whether it asked for anything.
    pub(super) fn tell(&mut self, pane: usize, event: &Event) -> bool {
        let Some((listener, ctx)) = self.listener(pane) else {
            return false;
        };
        let requests = listener.update(event, &ctx);
        let wants = !requests.is_empty();
        self.carry_out(pane, requests);
        wants
    }

    /// Nothing is to be done: lets the pane with the focus make a piece ready of what may be asked for next. Says whether
    /// there is more.
    pub fn prepare(&mut self) -> bool {
        let listener = self.listener(self.here.focus);
        listener.is_some_and(|(pane, ctx)| pane.prepare(&ctx))
    }

    /// Does what a pane asks for.
    pub(super) fn carry_out(&mut self, pane: usize, requests: Vec<Request>) {
        for request in requests {
            match request {
                Request::Effect(effect) => self.effect_of_pane(pane, effect),
                Request::Show(subject) => {
                    if !self.show(subject) {
                        self.say(Tone::Info, self.t("app.nothing_to_open"));
                    }
                }
                Request::Go(line) => {
                    if !self.go(&line) {
                        self.say(Tone::Warn, self.tf("app.no_view", &[("name", &line)]));
                    }
                }
                Request::Back => {
                    self.step_back();
                }
                Request::Confirm(confirm) => self.ask(pane, *confirm),
                Request::ConfirmEach(each) => self.ask_for_each(pane, *each),
                Request::Form(asking) => self.open(Layer::of(pane, Overlay::form(*asking))),
                Request::Reject { field, why } => self.rejected = Some((field, why)),
                Request::Write(writing) => self.open(Layer::of(pane, Overlay::write(writing))),
                Request::Pick(picking) => self.open(Layer::of(pane, Overlay::pick(picking))),
                Request::Document(document) => {
                    self.open(Layer::of(pane, Overlay::document(document)));
                }
                Request::Toast(tone, text) => self.say(tone, text),
                Request::Mark(marks) => self.keep_marks(marks),
            }
        }
    }

    /// An effect that a pane wants. Changes and the core's own affairs are not for panes to order.
    fn effect_of_pane(&mut self, pane: usize, effect: Effect) {
        match effect {
            Effect::Act { .. } | Effect::Watch(_) | Effect::WakeAt(_) => {
                debug_assert!(false, "a pane asked for {effect:?}");
            }
            Effect::Copy(text) => self.copy(text),
            Effect::Edit(text, ending) => {
                self.editing = Some(pane);
                self.effects.push(Effect::Edit(text, ending));
            }
            Effect::Save(Record::Track(account, id)) => self.track(account, id),
            Effect::Save(Record::Untrack(account, id)) => {
                self.world.untrack(&account, &id);
                self.effects
                    .push(Effect::Save(Record::Untrack(account, id)));
            }
            Effect::Save(Record::Note(note)) => self.add_note(note),
            Effect::Save(Record::Settled(line, outcome, result)) => {
                self.settled_by_hand(line, outcome, result);
            }
            Effect::Save(Record::Link(link)) => {
                self.world.add_links([(*link).clone()]);
                self.effects.push(Effect::Save(Record::Link(link)));
            }
            Effect::Save(Record::Setting(name, text)) if name == WATCHED => self.watch(text),
            Effect::Save(Record::Setting(name, text)) if name == METERED => self.keep_metered(text),
            other => self.effects.push(other),
        }
    }

    /// Adds a line to an incident's time line.
    pub(super) fn add_note(&mut self, note: Note) {
        self.world.add_notes([note.clone()]);
        self.effects.push(Effect::Save(Record::Note(note)));
    }

    /// Copies a text and says so.
    pub(super) fn copy(&mut self, text: String) {
        let first = text.lines().next().unwrap_or_default().to_owned();
        let shown = crate::domain::text::SafeText::new(&first);
        let said = self.tf("app.copied", &[("text", shown.shown())]);
        self.effects.push(Effect::Copy(text));
        self.say(Tone::Info, said);
    }
}
