//! `:draft`: the script that is being written. Its facts, its parameters in order and its text stand below one another;
//! Enter opens what the cursor is on, `s` shows the difference and sends it. Nothing is lost by going elsewhere.

mod forms;
mod send;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use super::{frame, script_text, wants, words};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{About, Context, Event, Pane, Request, Tone, View, Writing};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::action::Action;
use crate::domain::draft::{CONTENT, Draft, LANGUAGES, PARAMS, Part};
use crate::domain::query::{Query, Want};
use crate::domain::script::{Script, ScriptId};
use crate::ui::lang::Lang;
use crate::ui::syntax::Painter;
use crate::ui::width;

pub use send::{confirm, confirm_delete, flaw_text};

/// How old the script may get that is being changed.
const EVERY: Duration = Duration::from_secs(30);

const ABOUT: About = About::new("draft", "draft.pane", COMMANDS);

const COMMANDS: &[Command] = &[
    Command::changes("script.new", &["g n"]).anywhere(),
    Command::changes("script.edit", &["g e"])
        .anywhere()
        .on(&[Kind::Script]),
    Command::changes("script.edit_outside", &["g E"])
        .anywhere()
        .on(&[Kind::Script]),
    Command::changes("script.delete", &["g D"])
        .anywhere()
        .on(&[Kind::Script]),
    Command::new("draft.open", &["<enter>"]).hinted(),
    Command::new("draft.content", &["e"]).hinted(),
    Command::new("draft.outside", &["E"]).hinted(),
    Command::new("draft.add", &["a"]).hinted(),
    Command::new("draft.down", &["J"]),
    Command::new("draft.up", &["K"]),
    Command::new("draft.remove", &["D"]),
    Command::new("draft.throw", &["z x"]),
    Command::changes("draft.send", &["s"]).hinted(),
];

/// A script that is being written.
struct Work {
    account: AccountId,
    /// The script it changes, as it was when this began; none for a new one.
    base: Option<Script>,
    draft: Draft,
    cursor: Cursor,
    /// A text from outside that could not be read, and why: it is opened again as it is.
    broken: Option<(String, String)>,
    /// It is on its way.
    sent: bool,
}

/// Where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    Facts,
    Param(usize),
    Content,
}

/// What is to be done as soon as a script has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Opening {
    account: AccountId,
    script: ScriptId,
    /// Go on in the editor outside.
    outside: bool,
}

/// The pane.
#[derive(Default)]
pub struct DraftPane {
    work: Option<Work>,
    opening: Option<Opening>,
    /// The parameter that a form is about; none for a new one.
    param: Option<usize>,
}

impl DraftPane {
    /// Nothing is being written.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a new script, unless one is being written.
    fn begin_new(&mut self, ctx: &Context) -> Vec<Request> {
        let Some(account) = words::home(ctx) else {
            let why = ctx.lang.t("incident.no_account").into_owned();
            return vec![Request::Toast(Tone::Warn, why)];
        };
        if let Some(work) = self.work.as_ref().filter(|work| work.is_changed()) {
            return vec![kept(work, ctx.lang)];
        }
        self.work = Some(Work::new(account.id.clone(), None));
        self.ask_facts(ctx)
    }

    /// Takes a script to be changed, as soon as it has been read.
    fn begin(&mut self, opening: Opening, ctx: &Context) -> Vec<Request> {
        if let Some(work) = &self.work {
            if work.is_of(&opening) {
                return if opening.outside {
                    self.outside()
                } else {
                    Vec::new()
                };
            }
            if work.is_changed() {
                return vec![kept(work, ctx.lang)];
            }
        }
        self.work = None;
        self.opening = Some(opening);
        self.take_up(ctx)
    }

    fn take_up(&mut self, ctx: &Context) -> Vec<Request> {
        let Some(opening) = &self.opening else {
            return Vec::new();
        };
        let found = ctx.world.script(&opening.account, opening.script.raw());
        let Some(script) = found.filter(|script| script.has_detail) else {
            return Vec::new();
        };
        self.work = Some(Work::new(opening.account.clone(), Some(script.clone())));
        let outside = opening.outside;
        self.opening = None;
        if outside {
            return self.outside();
        }
        Vec::new()
    }

    /// What stands behind the view's name: `new`, `edit PROFILE ID`, `outside PROFILE ID`; nothing: what there is.
    fn opened(&mut self, args: &str, ctx: &Context) -> Vec<Request> {
        let mut args = args.split_whitespace();
        let (verb, profile, id) = (args.next(), args.next(), args.next());
        match (verb, profile, id) {
            (Some("new"), ..) => self.begin_new(ctx),
            (Some(verb @ ("edit" | "outside")), Some(profile), Some(id)) => {
                let mut accounts = words::SYSTEMS
                    .iter()
                    .flat_map(|system| ctx.world.accounts_of(*system));
                let Some(account) = accounts.find(|account| &*account.id.profile == profile) else {
                    return Vec::new();
                };
                let opening = Opening {
                    account: account.id.clone(),
                    script: id.into(),
                    outside: verb == "outside",
                };
                self.begin(opening, ctx)
            }
            _ => Vec::new(),
        }
    }

    fn ask_facts(&self, ctx: &Context) -> Vec<Request> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let form = forms::facts(&work.draft, work.base.is_none(), ctx.lang);
        vec![Request::Form(Box::new(form))]
    }

    fn ask_param(&mut self, at: Option<usize>, ctx: &Context) -> Vec<Request> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        if at.is_none() && work.draft.params.len() >= PARAMS {
            let values = [("value", &*PARAMS.to_string())];
            let why = ctx.lang.tf("draft.flaw_too_many", &values);
            return vec![Request::Toast(Tone::Warn, why)];
        }
        self.param = at;
        vec![Request::Form(Box::new(forms::param(
            &work.draft.params,
            at,
            ctx.lang,
        )))]
    }

    fn ask_content(&self, ctx: &Context) -> Vec<Request> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let draft = &work.draft;
        vec![Request::Write(Writing {
            tag: "draft.content",
            title: ctx.lang.tf("draft.content_of", &[("name", &draft.name)]),
            text: draft.content.clone(),
            language: script_text::language(&draft.language),
            ending: dotted(draft),
            limit: CONTENT,
        })]
    }

    /// The whole file in the editor outside; one that could not be read comes back as it was left.
    fn outside(&self) -> Vec<Request> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let text = match &work.broken {
            Some((text, _)) => text.clone(),
            None => work.draft.to_file(),
        };
        vec![Request::Effect(Effect::Edit(text, dotted(&work.draft)))]
    }

    fn open(&mut self, ctx: &Context) -> Vec<Request> {
        match self.work.as_ref().map(|work| work.cursor) {
            Some(Cursor::Facts) => self.ask_facts(ctx),
            Some(Cursor::Param(at)) => self.ask_param(Some(at), ctx),
            Some(Cursor::Content) => self.ask_content(ctx),
            None => Vec::new(),
        }
    }

    fn command(&mut self, name: &str, ctx: &Context) -> Vec<Request> {
        match name {
            "draft.open" => return self.open(ctx),
            "draft.content" => return self.ask_content(ctx),
            "draft.outside" => return self.outside(),
            "draft.add" => return self.ask_param(None, ctx),
            "draft.send" => return self.send(ctx),
            _ => {}
        }
        let Some(work) = &mut self.work else {
            return Vec::new();
        };
        match name {
            "move.down" => work.step(1),
            "move.up" => work.step(-1),
            "move.top" => work.cursor = Cursor::Facts,
            "move.bottom" => work.cursor = Cursor::Content,
            "draft.down" => work.shift(1),
            "draft.up" => work.shift(-1),
            "draft.remove" => work.remove(),
            "draft.throw" => {
                let name = work.draft.name.clone();
                self.work = None;
                let text = ctx.lang.tf("draft.thrown", &[("name", &name)]);
                return vec![Request::Toast(Tone::Info, text), Request::Back];
            }
            _ => {}
        }
        Vec::new()
    }

    /// Puts the question before sending, or goes to the first thing that is wrong.
    fn send(&mut self, ctx: &Context) -> Vec<Request> {
        let Some(work) = &mut self.work else {
            return Vec::new();
        };
        let flaws = work.flaws();
        if let Some(flaw) = flaws.iter().find(|flaw| !flaw.soft) {
            work.cursor = match flaw.part {
                Part::Param(at) => Cursor::Param(at),
                Part::Content => Cursor::Content,
                _ => Cursor::Facts,
            };
            let why = flaw_text(flaw, ctx.lang);
            return vec![Request::Toast(Tone::Warn, why)];
        }
        if let Some(base) = &work.base
            && work.draft.says_the_same(&Draft::of(base))
        {
            let why = ctx.lang.t("draft.unchanged").into_owned();
            return vec![Request::Toast(Tone::Info, why)];
        }
        // The newest that has been read is what will be overwritten.
        let now = work
            .base
            .as_ref()
            .and_then(|base| ctx.world.script(&work.account, base.id.raw()))
            .filter(|script| script.has_detail);
        let moved = match (&work.base, now) {
            (Some(base), Some(now)) => !Draft::of(now).says_the_same(&Draft::of(base)),
            _ => false,
        };
        let base = now.or(work.base.as_ref());
        let mut confirm = send::confirm(&work.account, base, &work.draft, ctx.lang);
        if moved {
            let who = now.map_or("", |now| now.creator.shown());
            let text = ctx.lang.tf("draft.moved", &[("who", who)]);
            confirm.consequence.insert(0, text);
        }
        vec![Request::Confirm(Box::new(confirm))]
    }

    fn filled(&mut self, tag: &str, values: &Json, ctx: &Context) -> Vec<Request> {
        let Some(work) = &mut self.work else {
            return Vec::new();
        };
        let read = if tag == "draft.facts" {
            forms::read_facts(&mut work.draft, values)
        } else {
            forms::read_param(&mut work.draft, self.param, values).map(|at| {
                work.cursor = Cursor::Param(at);
            })
        };
        match read {
            Ok(()) if tag == "draft.facts" && work.draft.content.is_empty() => {
                self.ask_content(ctx)
            }
            Ok(()) => Vec::new(),
            Err((field, flaw)) => vec![Request::Reject {
                field: field.to_owned(),
                why: flaw_text(&flaw, ctx.lang),
            }],
        }
    }

    /// The file came back from outside.
    fn edited(&mut self, text: &str, ctx: &Context) -> Vec<Request> {
        let Some(work) = &mut self.work else {
            return Vec::new();
        };
        match Draft::from_file(text) {
            Ok(mut draft) => {
                draft.keep_secrets_of(&work.draft);
                work.draft = draft;
                work.broken = None;
                work.step(0);
                Vec::new()
            }
            Err(why) => {
                let said = ctx.lang.tf("draft.broken", &[("why", &why)]);
                work.broken = Some((text.to_owned(), why));
                vec![Request::Toast(Tone::Bad, said)]
            }
        }
    }
}

/// Why another script is not taken up.
fn kept(work: &Work, lang: Lang) -> Request {
    let why = lang.tf("draft.kept", &[("name", &work.draft.name)]);
    Request::Toast(Tone::Warn, why)
}

/// The ending of the file, with its dot.
fn dotted(draft: &Draft) -> &'static str {
    match draft.ending() {
        "sh" => ".sh",
        "py" => ".py",
        "bat" => ".bat",
        _ => ".txt",
    }
}

impl Work {
    fn new(account: AccountId, base: Option<Script>) -> Self {
        Self {
            account,
            draft: base.as_ref().map_or_else(Draft::new, Draft::of),
            base,
            cursor: Cursor::Facts,
            broken: None,
            sent: false,
        }
    }

    fn is_of(&self, opening: &Opening) -> bool {
        self.account == opening.account
            && self.base.as_ref().map(|base| &base.id) == Some(&opening.script)
    }

    /// Is there something that would be lost?
    fn is_changed(&self) -> bool {
        let before = self.base.as_ref().map_or_else(Draft::new, Draft::of);
        self.broken.is_some() || !self.draft.says_the_same(&before)
    }

    fn flaws(&self) -> Vec<crate::domain::draft::Flaw> {
        let mut flaws = self.draft.flaws();
        flaws.extend(
            self.base
                .iter()
                .flat_map(|base| self.draft.flaws_against(base)),
        );
        flaws
    }

    /// Moves the cursor, never beyond the ends.
    fn step(&mut self, by: isize) {
        let count = self.draft.params.len();
        let at = match self.cursor {
            Cursor::Facts => 0,
            Cursor::Param(at) => at + 1,
            Cursor::Content => count + 1,
        };
        self.cursor = match at.saturating_add_signed(by).min(count + 1) {
            0 => Cursor::Facts,
            at if at > count => Cursor::Content,
            at => Cursor::Param(at - 1),
        };
    }

    /// Moves the parameter under the cursor.
    fn shift(&mut self, by: isize) {
        let Cursor::Param(at) = self.cursor else {
            return;
        };
        let to = at.saturating_add_signed(by);
        if to < self.draft.params.len() {
            self.draft.params.swap(at, to);
            self.cursor = Cursor::Param(to);
        }
    }

    fn remove(&mut self) {
        if let Cursor::Param(at) = self.cursor
            && at < self.draft.params.len()
        {
            self.draft.params.remove(at);
            self.step(0);
            if at >= self.draft.params.len() {
                self.step(-1);
            }
        }
    }
}

/// A line on the screen: where it belongs, and its pieces with their roles.
type Shown = (Option<Cursor>, Vec<(String, &'static str)>);

impl Work {
    fn lines(&self, view: &View) -> Vec<Shown> {
        let lang = view.lang;
        let draft = &self.draft;
        let flaws = self.flaws();
        let wrong = |parts: &dyn Fn(&Part) -> bool| -> Vec<Shown> {
            let of = flaws.iter().filter(|flaw| parts(&flaw.part));
            of.map(|flaw| {
                let role = if flaw.soft {
                    "state.warn"
                } else {
                    "input.error"
                };
                (None, vec![(format!("    {}", flaw_text(flaw, lang)), role)])
            })
            .collect()
        };
        let mut lines = Vec::new();
        if let Some((_, why)) = &self.broken {
            let text = lang.tf("draft.broken", &[("why", why)]);
            lines.push((None, vec![(text, "input.error")]));
        }
        lines.extend(
            forms::shown_facts(draft, self.base.as_ref(), lang)
                .into_iter()
                .map(|(label, value, role)| {
                    let label = width::fit(&label, 14, width::Align::Left, "");
                    (Some(Cursor::Facts), vec![(label, "muted"), (value, role)])
                }),
        );
        lines.extend(wrong(&|part| {
            !matches!(part, Part::Param(_) | Part::Params | Part::Content)
        }));
        lines.push((None, Vec::new()));
        let (count, most) = (draft.params.len().to_string(), PARAMS.to_string());
        let values = [("count", count.as_str()), ("most", &most)];
        lines.push((None, vec![(lang.tf("draft.params", &values), "header")]));
        for (at, param) in draft.params.iter().enumerate() {
            let text = forms::shown_param(param, lang);
            let place = format!("{:>2}  ", at + 1);
            lines.push((
                Some(Cursor::Param(at)),
                vec![(place, "muted"), (text, "text")],
            ));
            lines.extend(wrong(&|part| *part == Part::Param(at)));
        }
        lines.extend(wrong(&|part| *part == Part::Params));
        if draft.params.is_empty() {
            let text = lang.tf("draft.no_params", &[("key", &view.key("draft.add"))]);
            lines.push((None, vec![(text, "muted")]));
        }
        lines.push((None, Vec::new()));
        let (count, most) = (
            draft.content.chars().count().to_string(),
            CONTENT.to_string(),
        );
        let values = [("count", count.as_str()), ("most", &most)];
        let text = lang.tf("draft.text", &values);
        lines.push((Some(Cursor::Content), vec![(text, "header")]));
        lines.extend(wrong(&|part| *part == Part::Content));
        let mut painter = Painter::new(script_text::language(&draft.language));
        for (number, line) in (1..).zip(draft.content.lines()) {
            let mut pieces = vec![(format!("{number:>4}  "), "muted")];
            pieces.extend(script_text::pieces(&mut painter, line));
            lines.push((None, pieces));
        }
        lines
    }
}

impl Pane for DraftPane {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let _ = ctx;
        let of_work = self
            .work
            .as_ref()
            .and_then(|work| Some((&work.account, &work.base.as_ref()?.id)));
        let of_opening = self
            .opening
            .as_ref()
            .map(|opening| (&opening.account, &opening.script));
        of_opening
            .or(of_work)
            .map(|(account, id)| wants::want(Query::Script(account.clone(), id.clone()), EVERY))
            .into_iter()
            .collect()
    }

    fn refusal(&self, command: &str, on: &[Subject], ctx: &Context) -> Option<String> {
        let _ = on;
        let needs_work = command.starts_with("draft.");
        if needs_work && self.work.is_none() {
            let key = if self.opening.is_some() {
                "draft.reading"
            } else {
                "draft.nothing"
            };
            return Some(ctx.lang.t(key).into_owned());
        }
        let work = self.work.as_ref().filter(|_| needs_work)?;
        if work.sent {
            return Some(ctx.lang.t("draft.on_its_way").into_owned());
        }
        let on_param = matches!(work.cursor, Cursor::Param(_));
        let wants_param = matches!(command, "draft.down" | "draft.up" | "draft.remove");
        (wants_param && !on_param).then(|| ctx.lang.t("draft.choose_param").into_owned())
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Command {
                name: name @ ("script.edit" | "script.edit_outside" | "script.delete"),
                on,
            } => {
                let Some(Subject::Script(account, id)) = on.first() else {
                    return Vec::new();
                };
                if *name == "script.delete" {
                    let script = ctx.world.script(account, id.raw());
                    return script
                        .map(|script| send::confirm_delete(account, script, ctx.lang))
                        .map(|confirm| Request::Confirm(Box::new(confirm)))
                        .into_iter()
                        .collect();
                }
                let verb = if *name == "script.edit" {
                    "edit"
                } else {
                    "outside"
                };
                let line = format!("draft {verb} {} {}", account.profile, id.raw());
                vec![Request::Go(line)]
            }
            Event::Command {
                name: "script.new", ..
            } => vec![Request::Go("draft new".to_owned())],
            Event::Opened { args, .. } => self.opened(args, ctx),
            Event::Changed => self.take_up(ctx),
            Event::Command { name, .. } => self.command(name, ctx),
            Event::Form { tag, values } => self.filled(tag, values, ctx),
            Event::Written { text, .. } => {
                if let Some(work) = &mut self.work {
                    (*text).clone_into(&mut work.draft.content);
                    work.cursor = Cursor::Content;
                }
                Vec::new()
            }
            Event::Edited(text) => self.edited(text, ctx),
            Event::Sent {
                action: Action::CreateScript(..) | Action::UpdateScript(..),
            } => {
                if let Some(work) = &mut self.work {
                    work.sent = true;
                }
                Vec::new()
            }
            Event::Done {
                action: Action::CreateScript(..) | Action::UpdateScript(..),
                result,
                ..
            } => {
                if let Some(work) = &mut self.work {
                    work.sent = false;
                }
                if result.is_err() {
                    return Vec::new();
                }
                self.work = None;
                if ctx.area.is_empty() {
                    return Vec::new();
                }
                vec![Request::Go("scripts".to_owned())]
            }
            _ => Vec::new(),
        }
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let work = self.work.as_ref()?;
        let base = work.base.as_ref()?;
        Some(Subject::Script(work.account.clone(), base.id.clone()))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let Some(work) = &self.work else {
            let inner = frame::draw(view, ABOUT.title, "", &needs, area, buf);
            let key = if self.opening.is_some() {
                "draft.reading"
            } else {
                "draft.nothing"
            };
            let text = view.t(key);
            width::put(
                buf,
                inner.x,
                inner.y,
                &text,
                inner.width,
                view.theme.style("muted"),
            );
            return;
        };
        let title = send::title(work.base.as_ref(), &work.draft, view.lang);
        let totals = if work.sent {
            view.t("draft.on_its_way")
        } else if work.is_changed() {
            view.t("draft.changed")
        } else {
            String::new()
        };
        let inner = frame::titled(view, &title, &totals, &needs, area, buf);
        let lines = work.lines(view);
        let height = usize::from(inner.height);
        let at = lines
            .iter()
            .position(|(of, _)| *of == Some(work.cursor))
            .unwrap_or(0);
        // On the text, as much of it as fits; elsewhere only as far as the cursor needs.
        let top = match work.cursor {
            Cursor::Content => at.min(lines.len().saturating_sub(height)),
            _ => (at + 2).saturating_sub(height),
        };
        for ((of, pieces), y) in lines.iter().skip(top).zip(inner.y..inner.bottom()) {
            let row = Rect {
                y,
                height: 1,
                ..inner
            };
            let mut x = row.x;
            for (text, role) in pieces {
                let left = row.right().saturating_sub(x);
                let cut = width::truncate(text, left.into(), view.theme.glyphs().ellipsis);
                x += width::put(buf, x, y, &cut, left, view.theme.style(role));
            }
            if *of == Some(work.cursor) {
                let role = if view.focused {
                    "selected"
                } else {
                    "selected.inactive"
                };
                buf.set_style(row, view.theme.style(role));
            }
        }
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let name = self.work.as_ref().map(|work| work.draft.name.clone());
        Line::styled(name.unwrap_or_default(), view.theme.style("muted"))
    }
}

/// What the languages are called.
fn languages() -> Vec<(String, String)> {
    LANGUAGES
        .iter()
        .map(|(word, _)| ((*word).to_owned(), (*word).to_owned()))
        .collect()
}
