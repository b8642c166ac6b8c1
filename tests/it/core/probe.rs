//! A pane for tests: one row, one command that changes something, one form.

use std::sync::mpsc::{Receiver, Sender, channel};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use watchkeeper::app::command::Command;
use watchkeeper::app::pane::{
    About, Asking, Confirm, Context, Document, Event, Guard, ListInfo, Pane, Request, View,
};
use watchkeeper::app::settings::Catalog;
use watchkeeper::app::subject::{Kind, Subject};
use watchkeeper::app::world::World;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::action::Action;
use watchkeeper::domain::query::Want;
use watchkeeper::ui::form::{Field, Form};

const ABOUT: About = About::new("probe", "app.name", COMMANDS).opens(&[Kind::Incident]);

const COMMANDS: &[Command] = &[
    Command::changes("probe.act", &["a"]).on(&[Kind::Incident]),
    Command::changes("probe.form", &["e"]),
    Command::new("probe.need", &["x"]).on(&[Kind::Script]),
];

/// The account the probe changes things in.
pub fn account() -> AccountId {
    AccountId::new("demo", SystemId::HuaweiCoc)
}

/// The probe's change.
pub fn action() -> Action {
    Action::AcceptIncident(account(), "IM1".into())
}

/// A pane that tells what it was told.
pub struct Probe {
    heard: Sender<String>,
    guard: Guard,
    filter: String,
    /// Is its only row there?
    present: bool,
}

/// A catalogue with the probe alone, and what it hears.
pub fn catalog(guard: Guard) -> (Catalog, Receiver<String>) {
    let (heard, told) = channel();
    let probe = Probe {
        heard,
        guard,
        filter: String::new(),
        present: true,
    };
    let catalog = Catalog {
        panes: vec![Box::new(probe)],
        boards: Vec::new(),
    };
    (catalog, told)
}

impl Probe {
    fn confirm(&self) -> Confirm {
        Confirm {
            action: action(),
            title: "Accept IM1?".to_owned(),
            summary: "accept incident IM1".to_owned(),
            command: "incident accept IM1".to_owned(),
            targets: vec!["IM1".to_owned()],
            consequence: vec!["It becomes yours.".to_owned()],
            button: "Accept".to_owned(),
            risk: self.guard.clone(),
            subject: Some(Subject::Incident(account(), "IM1".into())),
        }
    }
}

impl Pane for Probe {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, _ctx: &Context) -> Vec<Want> {
        Vec::new()
    }

    fn update(&mut self, event: &Event, _ctx: &Context) -> Vec<Request> {
        // A test that does not listen is no reason to stop.
        let _ = self.heard.send(format!("{event:?}"));
        match event {
            Event::Filter("gone") => self.present = false,
            Event::Filter(text) => (*text).clone_into(&mut self.filter),
            Event::Command {
                name: "probe.act", ..
            } => return vec![Request::Confirm(Box::new(self.confirm()))],
            Event::Command {
                name: "probe.form", ..
            } => {
                let form = Form::new("Note", "Save").field(Field::text("note", "Note"));
                return vec![Request::Form(Box::new(Asking { tag: "note", form }))];
            }
            Event::Command {
                name: "describe", ..
            } => {
                return vec![Request::Document(Document {
                    title: "All about IM1".to_owned(),
                    lines: Vec::new(),
                })];
            }
            Event::Form { values, .. } if values["note"] == "bad" => {
                return vec![Request::Reject {
                    field: "note".to_owned(),
                    why: "not this one".to_owned(),
                }];
            }
            _ => {}
        }
        Vec::new()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        self.present
            .then(|| Subject::Incident(account(), "IM1".into()))
    }

    fn list(&self, _ctx: &Context) -> Option<ListInfo> {
        Some(ListInfo {
            filter: self.filter.clone(),
            total: 1,
            shown: 1,
            ..ListInfo::default()
        })
    }

    fn view(&self, _view: &View, _area: Rect, _buf: &mut Buffer) {}

    fn summary(&self, _view: &View) -> Line<'static> {
        Line::default()
    }
}
