//! `:bundle`: everything that is known of an incident as files for those who look into it later: its time line, its
//! orders with their outputs, the metric that led to it, the changes with their request ids. Secrets are taken out,
//! and checksums are added.

mod files;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{frame, incidents, wants, words};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{About, Context, Event, Pane, Request, Tone, View};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::incident::IncidentId;
use crate::domain::query::{Query, Want};
use crate::ui::format;
use crate::ui::widgets::document::{self, DocumentState};
pub use files::{File, collect, folder, needed};

/// How old what goes into it may get.
const EVERY: Duration = Duration::from_secs(60);

const ABOUT: About = About::new("bundle", "bundle.pane", COMMANDS);

const COMMANDS: &[Command] = &[Command::new("bundle.save", &["E"]).hinted()];

/// What would be written of an incident.
#[derive(Default)]
pub struct Bundle {
    incident: Option<(AccountId, IncidentId)>,
    files: Vec<File>,
    lines: Vec<document::Line>,
    state: DocumentState,
}

impl Bundle {
    /// Of no incident yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn rebuild(&mut self, ctx: &Context) {
        let Some((account, id)) = &self.incident else {
            self.files.clear();
            self.lines = vec![ctx.lang.t("bundle.which").as_ref().into()];
            return;
        };
        self.files = collect(account, id, ctx);
        let missing: Vec<Query> = needed(account, id, ctx)
            .into_iter()
            .filter(|query| ctx.world.facts(query).is_none())
            .collect();
        let mut lines = vec![document::Line::styled(id.to_string(), "title")];
        if !missing.is_empty() {
            let count = missing.len().to_string();
            let text = ctx.lang.tf("bundle.missing", &[("count", &count)]);
            lines.push(document::Line::styled(text, "state.warn"));
        }
        lines.push(document::Line::default());
        for file in &self.files {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a size to be read, not to be reckoned with"
            )]
            let size = format::with_unit(file.text.len() as f64, "B");
            lines.push(document::Line::pair(&file.name, 44, size));
        }
        lines.push(document::Line::default());
        let help = ctx.lang.t("bundle.help");
        let sentences = help.split_inclusive(['.', '。', ';', '；']);
        lines.extend(sentences.map(|text| document::Line::styled(text.trim().to_owned(), "muted")));
        self.lines = lines;
    }

    fn save(&self) -> Vec<Request> {
        let Some((_, id)) = &self.incident else {
            return Vec::new();
        };
        let files = self
            .files
            .iter()
            .map(|file| (file.name.clone(), file.text.clone()));
        vec![Request::Effect(Effect::Export {
            folder: Some(folder(id)),
            files: files.collect(),
        })]
    }
}

/// The incident that is named, or else the one that is pinned.
fn chosen(args: &str, ctx: &Context) -> Option<(AccountId, IncidentId)> {
    if args.trim().is_empty() {
        return ctx.world.pinned.clone();
    }
    let account = words::home(ctx)?;
    Some((account.id.clone(), args.trim().into()))
}

impl Pane for Bundle {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let Some((account, id)) = &self.incident else {
            return incidents::questions(ctx);
        };
        let queries = needed(account, id, ctx);
        queries
            .into_iter()
            .map(|query| wants::want(query, EVERY))
            .collect()
    }

    fn refusal(&self, command: &str, _on: &[Subject], ctx: &Context) -> Option<String> {
        (command == "bundle.save" && self.incident.is_none())
            .then(|| ctx.lang.t("bundle.which").into_owned())
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Opened { args, .. } => {
                self.incident = chosen(args, ctx).or_else(|| self.incident.take());
                self.rebuild(ctx);
                return vec![Request::Effect(Effect::LoadJournal)];
            }
            Event::Changed => self.rebuild(ctx),
            Event::Command {
                name: "bundle.save",
                ..
            } => {
                let missing = needed_missing(self.incident.as_ref(), ctx);
                let mut requests = self.save();
                if missing {
                    let text = ctx.lang.t("bundle.incomplete").into_owned();
                    requests.push(Request::Toast(Tone::Warn, text));
                }
                return requests;
            }
            Event::Command { name, .. } => {
                let height = ctx.area.height.saturating_sub(2);
                self.state.command(name, &self.lines, height);
            }
            _ => {}
        }
        Vec::new()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let (account, id) = self.incident.clone()?;
        Some(Subject::Incident(account, id))
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        let (_, id) = self.incident.as_ref()?;
        Some(format!("bundle {}", words::quoted(id.raw())))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let count = self.files.len().to_string();
        let inner = frame::draw(view, ABOUT.title, &count, &needs, area, buf);
        let text = document::Document {
            lines: &self.lines,
            state: &self.state,
            numbers: false,
            empty: "",
        };
        text.draw(view.theme, inner, buf);
    }

    fn summary(&self, _view: &View) -> Line<'static> {
        Line::default()
    }
}

fn needed_missing(incident: Option<&(AccountId, IncidentId)>, ctx: &Context) -> bool {
    incident.is_some_and(|(account, id)| {
        let mut queries = needed(account, id, ctx).into_iter();
        queries.any(|query| ctx.world.facts(&query).is_none())
    })
}
