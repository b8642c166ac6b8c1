//! `:handover`: the shift report in Markdown: what is open, what was done, what still runs.

mod report;

use jiff::SignedDuration;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{frame, incidents, wants, words};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{About, Context, Event, Pane, Request, Tone, View};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::query::{Query, Want};
use crate::ui::filter;
use crate::ui::widgets::document::{self, DocumentState, plain_lines};
pub use report::markdown;

/// How long a shift is when nobody says.
const SHIFT: SignedDuration = SignedDuration::from_hours(8);
/// How old its facts may get.
const EVERY: std::time::Duration = std::time::Duration::from_secs(60);

const ABOUT: About = About::new("handover", "handover.pane", COMMANDS).aliases(&["ho", "shift"]);

const COMMANDS: &[Command] = &[
    Command::new("handover.copy", &["y"]).hinted(),
    Command::new("handover.save", &["E"]).hinted(),
];

/// The shift report.
pub struct Handover {
    shift: SignedDuration,
    text: String,
    lines: Vec<document::Line>,
    state: DocumentState,
}

impl Handover {
    /// The report of a shift of eight hours.
    pub fn new() -> Self {
        Self {
            shift: SHIFT,
            text: String::new(),
            lines: Vec::new(),
            state: DocumentState::default(),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let text = markdown(ctx, ctx.at - self.shift);
        if text != self.text {
            self.lines = text.lines().map(styled).collect();
            self.text = text;
        }
    }
}

impl Default for Handover {
    fn default() -> Self {
        Self::new()
    }
}

/// A line of Markdown, its headings told apart.
fn styled(line: &str) -> document::Line {
    let role = if line.starts_with('#') {
        "title"
    } else if line.starts_with("  ") {
        "muted"
    } else {
        "text"
    };
    document::Line::styled(line.to_owned(), role)
}

/// A span as it is typed: `8h`, `90m`.
fn span(text: &str) -> Option<SignedDuration> {
    let seconds = filter::seconds(text.trim()).filter(|seconds| *seconds >= 60.0)?;
    SignedDuration::try_from_secs_f64(seconds.min(31.0 * 86_400.0)).ok()
}

impl Pane for Handover {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needed = incidents::questions(ctx);
        needed.extend(wants::of_each(ctx, &words::SYSTEMS, EVERY, Query::Orders));
        needed
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Opened { args, .. } => {
                let mut requests = vec![Request::Effect(Effect::LoadJournal)];
                match (args.is_empty(), span(args)) {
                    (true, _) => self.shift = SHIFT,
                    (false, Some(span)) => self.shift = span,
                    (false, None) => {
                        let text = ctx.lang.tf("handover.no_span", &[("text", args)]);
                        requests.push(Request::Toast(Tone::Warn, text));
                    }
                }
                self.rebuild(ctx);
                return requests;
            }
            Event::Changed => self.rebuild(ctx),
            Event::Command {
                name: "handover.copy",
                ..
            } => return vec![Request::Effect(Effect::Copy(self.text.clone()))],
            Event::Command {
                name: "handover.save",
                ..
            } => {
                let stamp = ctx.at.to_zoned(ctx.zone.clone()).strftime("%Y%m%d-%H%M");
                return vec![Request::Effect(Effect::Export {
                    folder: None,
                    files: vec![(format!("handover-{stamp}.md"), self.text.clone())],
                })];
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
        None
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        Some(format!("handover --since {}m", self.shift.as_mins()))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let hours = crate::ui::format::duration(view.lang, self.shift.as_secs());
        let inner = frame::draw(view, ABOUT.title, &hours, &needs, area, buf);
        let empty = plain_lines("");
        let text = document::Document {
            lines: if self.lines.is_empty() {
                &empty
            } else {
                &self.lines
            },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_as_long_as_is_typed() {
        assert_eq!(span("8h"), Some(SignedDuration::from_hours(8)));
        assert_eq!(span(" 90m "), Some(SignedDuration::from_mins(90)));
        assert_eq!(span("1s"), None);
        assert_eq!(span("soon"), None);
    }
}
