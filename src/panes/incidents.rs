//! `:incidents`: the board of incidents that can be known, those of WarRooms and those that are followed, and every
//! step of an incident's life. The service has no list of incidents, and the board says so.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use serde_json::Value as Json;

use super::list::{List, Look, Row, heading};
use super::{frame, incident_forms as forms, wants, words};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{
    About, Asking, Confirm, Context, Document, Each, Event, Listing, Pane, Request, Tone, View,
};
use crate::app::subject::{Kind, Subject};
use crate::app::world::{Pending, World};
use crate::domain::account::AccountId;
use crate::domain::action::{Action, NewIncident, Receipt};
use crate::domain::alarm::Alarm;
use crate::domain::connection::Account;
use crate::domain::incident::{Incident, IncidentId, IncidentStep, Level};
use crate::domain::query::{Query, Want};
use crate::domain::record::Record;
use crate::domain::text::SafeText;
use crate::domain::trail::{Link, Linked, Note, NoteKind, Watched};
use crate::ui::form::{Field, Form};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;
use crate::ui::width;

/// How old the board may get.
const EVERY: Duration = Duration::from_secs(30);

const ABOUT: About = About::new("incidents", "incident.pane", COMMANDS)
    .aliases(&["incident", "in", "track"])
    .opens(&[Kind::Incident]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Incident])
        .hinted(),
    Command::changes("incident.create", &["c"])
        .anywhere()
        .hinted(),
    Command::changes("incident.accept", &["a"])
        .on(&[Kind::Incident])
        .hinted(),
    Command::changes("incident.solve", &["X"])
        .on(&[Kind::Incident])
        .hinted(),
    Command::changes("incident.confirm", &["V"])
        .on(&[Kind::Incident])
        .hinted(),
    Command::changes("warroom.create", &["W"])
        .on(&[Kind::Incident])
        .hinted(),
    Command::new("incident.note", &["n"])
        .on(&[Kind::Incident])
        .hinted(),
    Command::new("incident.bundle", &["b"]).on(&[Kind::Incident]),
    Command::changes("alarm.report", &["z p"]).anywhere(),
    Command::new("incident.track", &["T"]),
    Command::new("incident.untrack", &["z u"]).on(&[Kind::Incident]),
];

/// The board of incidents.
pub struct Incidents {
    list: List<Entry>,
    /// What the open form is about.
    about: Option<(AccountId, IncidentId)>,
    /// What the open form of a new incident is for.
    cause: Option<Watched>,
    /// Was the open form filled in from an alarm?
    from_alarm: bool,
    /// New incidents that were sent and not answered yet, with the alarm each is for.
    sent: Vec<(NewIncident, Watched)>,
}

struct Entry {
    account: AccountId,
    incident: Incident,
    /// Has the user of this account got it?
    mine: bool,
    /// Is a change of it under way?
    pending: bool,
}

impl Incidents {
    /// An empty board.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            about: None,
            cause: None,
            from_alarm: false,
            sent: Vec::new(),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = ctx
            .world
            .incidents()
            .into_iter()
            .map(|(account, incident)| Entry {
                account: account.clone(),
                incident: incident.clone(),
                mine: is_mine(account, incident, ctx.world),
                pending: pending_of(account, incident, ctx.world).is_some(),
            })
            .collect();
        entries.sort_by(|a, b| rank(&a.incident).cmp(&rank(&b.incident)));
        self.list.replace(entries, ctx);
    }

    /// Asks for a new incident, filled in from the alarm that is selected.
    fn create(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        let Some(account) = words::home(ctx) else {
            return Vec::new();
        };
        let alarm = alarm_of(on, ctx.world);
        self.from_alarm = alarm.is_some();
        self.cause = alarm.and_then(Watched::of);
        vec![ask(forms::create(alarm, account, ctx))]
    }

    /// One question for all of them; each is accepted by itself.
    fn accept(on: &[Subject], ctx: &Context) -> Vec<Request> {
        let mut changes: Vec<Confirm> = incidents(on, ctx.world)
            .filter(|(_, incident)| incident.status.allows(IncidentStep::Accept))
            .map(|(account, incident)| forms::confirm_accept(&account.id, incident, ctx.lang))
            .collect();
        if changes.len() < 2 {
            let one = changes.pop().map(Box::new);
            return one.map(Request::Confirm).into_iter().collect();
        }
        let count = changes.len().to_string();
        let left_out = on.len().saturating_sub(changes.len());
        let title = ctx.lang.tf("incident.accept_many", &[("count", &count)]);
        if left_out > 0
            && let Some(last) = changes.last_mut()
        {
            let count = left_out.to_string();
            let text = ctx
                .lang
                .tf("incident.accept_left_out", &[("count", &count)]);
            last.consequence.push(text);
        }
        vec![Request::ConfirmEach(Box::new(Each {
            title,
            button: ctx.lang.t("incident.accept_button").into_owned(),
            changes,
        }))]
    }

    fn ask_about(&mut self, name: &str, on: &[Subject], ctx: &Context) -> Vec<Request> {
        let Some((account, incident)) = incidents(on, ctx.world).next() else {
            return Vec::new();
        };
        self.about = Some((account.id.clone(), incident.id.clone()));
        vec![ask(match name {
            "incident.note" => note_form(incident, ctx.lang),
            "incident.solve" => forms::solve(incident, ctx.lang),
            "incident.confirm" => {
                let notes: Vec<&Note> = ctx.world.notes_of(&account.id, &incident.id).collect();
                let mut newest_first = notes.into_iter().rev();
                let proof = newest_first.find(|note| note.kind == NoteKind::Recovered);
                forms::verify(incident, proof, ctx.lang)
            }
            _ => forms::warroom(account, incident, ctx),
        })]
    }

    /// A form is complete: the question before the change follows.
    fn filled(&self, tag: &str, values: &Json, ctx: &Context) -> Vec<Request> {
        let lang = ctx.lang;
        match tag {
            "incident.create" => {
                let Some(account) = words::home(ctx) else {
                    return Vec::new();
                };
                let new = forms::created(values, self.from_alarm);
                let confirm = forms::confirm_create(&account.id, new, lang);
                return vec![Request::Confirm(Box::new(confirm))];
            }
            "incident.track" => return track(&words::text(values, "number"), ctx),
            "alarm.report" => {
                let Some(account) = words::home(ctx) else {
                    return Vec::new();
                };
                let new = forms::reported(values, ctx.at);
                let confirm = forms::confirm_report(&account.id, new, lang);
                return vec![Request::Confirm(Box::new(confirm))];
            }
            _ => {}
        }
        let Some((account, id)) = &self.about else {
            return Vec::new();
        };
        let Some(incident) = ctx.world.incident(account, id.raw()) else {
            return Vec::new();
        };
        if tag == "incident.note" {
            return vec![note(account, id, &words::text(values, "text"), ctx)];
        }
        let confirm = match tag {
            "incident.solve" => forms::confirm_solve(account, incident, values, lang),
            "incident.confirm" => forms::confirm_verify(account, incident, values, lang),
            _ => match forms::new_warroom(values, id) {
                Ok(new) => forms::confirm_warroom(account, incident, new, lang),
                Err((field, why)) => {
                    return vec![Request::Reject {
                        field: field.to_owned(),
                        why: lang.t(why).into_owned(),
                    }];
                }
            },
        };
        vec![Request::Confirm(Box::new(confirm))]
    }

    /// A new incident is there: what it is for is kept, and the board shows it.
    fn opened(
        &mut self,
        account: &AccountId,
        id: &IncidentId,
        alarm: Option<Watched>,
        ctx: &Context,
    ) -> Vec<Request> {
        let subject = Subject::Incident(account.clone(), id.clone());
        self.list.select(subject);
        let link = alarm.map(|alarm| {
            Request::Effect(Effect::Save(Record::Link(Box::new(Link {
                of: Linked::Incident(account.clone(), id.clone()),
                at: ctx.at,
                alarm: Some(alarm),
                incident: None,
            }))))
        });
        let mut requests: Vec<Request> = link.into_iter().collect();
        requests.push(Request::Go("incidents".to_owned()));
        requests
    }

    fn command(&mut self, name: &str, on: &[Subject], ctx: &Context) -> Vec<Request> {
        match name {
            "open" | "describe" => self.describe(ctx),
            "incident.create" => self.create(on, ctx),
            "incident.accept" => Self::accept(on, ctx),
            "incident.solve" | "incident.confirm" | "incident.note" | "warroom.create" => {
                self.ask_about(name, on, ctx)
            }
            "incident.bundle" => incidents(on, ctx.world)
                .take(1)
                .map(|(_, incident)| Request::Go(format!("bundle {}", incident.id.raw())))
                .collect(),
            "incident.track" => vec![ask(track_form(ctx.lang))],
            "alarm.report" => words::home(ctx)
                .map(|account| ask(forms::report(account, ctx)))
                .into_iter()
                .collect(),
            "incident.untrack" => on
                .iter()
                .filter_map(|subject| match subject {
                    Subject::Incident(account, id) => Some(Request::Effect(Effect::Save(
                        Record::Untrack(account.clone(), id.clone()),
                    ))),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        self.list
            .selected()
            .map(|entry| document(&entry.account, &entry.incident, ctx))
            .into_iter()
            .collect()
    }
}

impl Default for Incidents {
    fn default() -> Self {
        Self::new()
    }
}

fn ask(asking: Asking) -> Request {
    Request::Form(Box::new(asking))
}

fn document(account: &AccountId, incident: &Incident, ctx: &Context) -> Request {
    Request::Document(Document {
        title: format!("{} {}", incident.id, incident.title),
        lines: forms::describe(account, incident, ctx),
    })
}

/// The incidents among these subjects, with their accounts.
fn incidents<'a>(
    on: &'a [Subject],
    world: &'a World,
) -> impl Iterator<Item = (&'a Account, &'a Incident)> {
    on.iter().filter_map(|subject| match subject {
        Subject::Incident(account, id) => {
            Some((world.account(account)?, world.incident(account, id.raw())?))
        }
        _ => None,
    })
}

/// Has the user of the account got this incident?
fn is_mine(account: &AccountId, incident: &Incident, world: &World) -> bool {
    let operator = world.account(account).map_or("", |known| &known.operator);
    let has = |assignee: &SafeText| assignee.raw() == operator;
    !operator.is_empty() && incident.assignees.iter().any(has)
}

/// The change of this incident that is under way.
fn pending_of<'w>(
    account: &AccountId,
    incident: &Incident,
    world: &'w World,
) -> Option<&'w Pending> {
    let subject = Subject::Incident(account.clone(), incident.id.clone());
    world
        .pending
        .iter()
        .find(|pending| pending.subject.as_ref() == Some(&subject))
}

/// The alarm among these subjects.
fn alarm_of<'w>(on: &[Subject], world: &'w World) -> Option<&'w Alarm> {
    on.iter().find_map(|subject| match subject {
        Subject::Alarm(account, id) => world.alarm(account, id.raw()),
        _ => None,
    })
}

fn note_form(incident: &Incident, lang: Lang) -> Asking {
    let field = Field::lines("text", lang.t("incident.note"))
        .required()
        .len(1, 2_000)
        .height(5)
        .help(lang.t("incident.note_help"));
    let title = lang.tf("incident.note_title", &[("id", incident.id.shown())]);
    Asking {
        tag: "incident.note",
        form: Form::new(title, lang.t("incident.note_button")).field(field),
    }
}

/// Keeps a remark in an incident's time line. The service is not told.
fn note(account: &AccountId, incident: &IncidentId, text: &str, ctx: &Context) -> Request {
    Request::Effect(Effect::Save(Record::Note(Note {
        account: account.clone(),
        incident: incident.clone(),
        at: ctx.at,
        kind: NoteKind::Remark,
        text: text.into(),
    })))
}

fn track_form(lang: Lang) -> Asking {
    let field = Field::text("number", lang.t("incident.number"))
        .required()
        .len(3, 255)
        .help(lang.t("incident.track_help"));
    Asking {
        tag: "incident.track",
        form: Form::new(
            lang.t("incident.track_title"),
            lang.t("incident.track_button"),
        )
        .field(field),
    }
}

/// Follows an incident whose number was typed in.
fn track(number: &str, ctx: &Context) -> Vec<Request> {
    let Some(account) = words::home(ctx) else {
        return Vec::new();
    };
    let id = IncidentId::from(number.trim());
    let said = ctx.lang.tf("incident.tracked", &[("id", id.shown())]);
    vec![
        Request::Effect(Effect::Save(Record::Track(account.id.clone(), id))),
        Request::Toast(Tone::Info, said),
    ]
}

/// Open ones first, by level, then oldest first: those have waited longest.
fn rank(incident: &Incident) -> (bool, Level, Option<Timestamp>, Reverse<&str>) {
    (
        !incident.status.is_open(),
        incident.level.unwrap_or(Level::P5),
        incident.created,
        Reverse(incident.id.raw()),
    )
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    // The heading is wider than what stands below it, in Chinese.
    let level = if lang == Lang::ZhCn { 4 } else { 3 };
    vec![
        Column::fixed("level", title("incident.col_level"), level),
        Column::flex("status", title("incident.col_status"), 8, 10),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("title", title("incident.col_title"), 12, 60).grow(3),
        Column::flex("assignee", title("incident.col_assignee"), 10, 14).priority(3),
        Column::flex("number", title("incident.col_number"), 10, 28)
            .cut_middle()
            .priority(4),
        Column::flex("warroom", title("incident.col_warroom"), 8, 28)
            .cut_middle()
            .priority(5),
        Column::flex("service", title("incident.col_service"), 6, 20).wide(),
        Column::flex("region", title("col.region"), 7, 14).wide(),
    ]
}

impl Entry {
    /// The application concerned, by name where the service tells.
    fn service(&self, lang: Lang) -> &SafeText {
        let id = &self.incident.service;
        self.incident.named(id, lang == Lang::ZhCn).unwrap_or(id)
    }

    /// Who has it, by name where the service tells.
    fn assignee(&self, lang: Lang) -> Option<&SafeText> {
        let mut people = self.incident.people(lang == Lang::ZhCn);
        people.next()
    }
}

/// How bad a level is among the severities of alarms.
const fn grade(level: Level) -> f64 {
    match level {
        Level::P1 | Level::P2 => 4.0,
        Level::P3 => 3.0,
        Level::P4 => 2.0,
        Level::P5 => 1.0,
    }
}

const fn level_role(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::P1 | Level::P2) => "severity.critical",
        Some(Level::P3) => "severity.major",
        Some(Level::P4) => "severity.minor",
        Some(Level::P5) | None => "muted",
    }
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Incident(self.account.clone(), self.incident.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let incident = &self.incident;
        let open = incident.status.is_open();
        match column {
            "level" => {
                let role = if open {
                    level_role(incident.level)
                } else {
                    "muted"
                };
                Cell::styled(incident.level.map_or("?", Level::name), role)
            }
            "status" if self.pending => {
                Cell::styled(look.lang.t("incident.changing"), "state.running")
            }
            "status" => {
                let role = if open { "text" } else { "muted" };
                Cell::styled(words::incident_word(&incident.status, look.lang), role)
            }
            "age" => incident.created.map_or_else(Cell::default, |at| {
                format::age_of(look.lang, at, look.at).into()
            }),
            "title" => Cell::text(incident.title.shown()),
            "assignee" if self.mine => Cell::text(look.lang.t("incident.you")),
            "assignee" => self
                .assignee(look.lang)
                .map_or_else(Cell::default, |name| Cell::text(name.shown())),
            "number" => Cell::styled(incident.id.shown(), "muted"),
            "warroom" => incident
                .warroom
                .as_ref()
                .map_or_else(Cell::default, |room| Cell::styled(room.shown(), "muted")),
            "service" => Cell::text(self.service(look.lang).shown()),
            "region" => Cell::styled(incident.region.shown(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let incident = &self.incident;
        match column {
            "level" => incident.level.map_or(Value::Missing, |level| {
                Value::Grade(grade(level), level.name().into())
            }),
            "status" => Value::text(words::incident_word(&incident.status, Lang::En)),
            "age" => incident.created.map_or(Value::Missing, |created| {
                Value::Age(at.duration_since(created).as_secs_f64())
            }),
            "title" => Value::text(incident.title.raw()),
            "assignee" => self
                .assignee(Lang::En)
                .map_or(Value::Missing, |name| Value::text(name.raw())),
            "number" => Value::text(incident.id.raw()),
            "warroom" => incident
                .warroom
                .as_ref()
                .map_or(Value::Missing, |room| Value::text(room.raw())),
            "service" => Value::text(self.service(Lang::En).raw()),
            "region" => Value::text(incident.region.raw()),
            _ => Value::Missing,
        }
    }
}

/// Questions behind the board.
pub fn questions(ctx: &Context) -> Vec<Want> {
    let mut needed = wants::of_each(ctx, &words::SYSTEMS, EVERY, Query::WarRooms);
    for system in words::SYSTEMS {
        for account in ctx.world.accounts_of(system) {
            let ids = ctx.world.incident_ids(&account.id);
            if !ids.is_empty() {
                needed.push(wants::want(
                    Query::Incidents(account.id.clone(), ids),
                    EVERY,
                ));
            }
        }
    }
    // What the groups of its machines did belongs to an incident's time line.
    needed.extend(wants::groups(ctx));
    needed
}

/// The step in an incident's life that a command is.
fn step_of(command: &str) -> Option<IncidentStep> {
    match command {
        "incident.accept" => Some(IncidentStep::Accept),
        "incident.solve" => Some(IncidentStep::CommitSolution),
        "incident.confirm" => Some(IncidentStep::Confirm),
        "warroom.create" => Some(IncidentStep::OpenWarRoom),
        _ => None,
    }
}

impl Pane for Incidents {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        questions(ctx)
    }

    fn refusal(&self, command: &str, on: &[Subject], ctx: &Context) -> Option<String> {
        if matches!(
            command,
            "incident.create" | "incident.track" | "alarm.report"
        ) {
            return words::home(ctx)
                .is_none()
                .then(|| ctx.lang.t("incident.no_account").into_owned());
        }
        let step = step_of(command)?;
        let mut found = incidents(on, ctx.world).peekable();
        let (_, first) = found.peek()?;
        let status = words::incident_word(&first.status, ctx.lang);
        let under_way = |(account, incident): &(&Account, &Incident)| {
            pending_of(&account.id, incident, ctx.world).map(|pending| pending.summary.clone())
        };
        if let Some(what) = incidents(on, ctx.world).find_map(|one| under_way(&one)) {
            return Some(ctx.lang.tf("incident.under_way", &[("what", &what)]));
        }
        if step == IncidentStep::OpenWarRoom && first.warroom.is_some() {
            return Some(ctx.lang.t("warroom.has_one").into_owned());
        }
        (!found.any(|(_, incident)| incident.status.allows(step))).then(|| {
            let key = match step {
                IncidentStep::Accept => "incident.refuse_accept",
                IncidentStep::CommitSolution => "incident.refuse_solve",
                IncidentStep::Confirm => "incident.refuse_confirm",
                IncidentStep::OpenWarRoom => "warroom.refuse",
            };
            ctx.lang.tf(key, &[("status", &status)])
        })
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed => self.rebuild(ctx),
            Event::Opened { subject, args } => {
                self.rebuild(ctx);
                if !args.trim().is_empty() {
                    return track(args, ctx);
                }
                if let Some(subject @ Subject::Incident(account, id)) = subject {
                    self.list.select((*subject).clone());
                    self.rebuild(ctx);
                    if let Some(incident) = ctx.world.incident(account, id.raw()) {
                        return vec![document(account, incident, ctx)];
                    }
                }
            }
            Event::Command { name, on } => return self.command(name, on, ctx),
            Event::Form { tag, values } => return self.filled(tag, values, ctx),
            Event::Sent {
                action: Action::CreateIncident(_, new),
            } => {
                let cause = self.cause.take().map(|alarm| (new.clone(), alarm));
                self.sent.extend(cause);
            }
            Event::Done {
                action: Action::CreateIncident(account, new),
                result,
                ..
            } => {
                let sent = self.sent.iter().position(|(sent, _)| sent == new);
                let cause = sent.map(|at| self.sent.remove(at).1);
                if let Ok(Receipt {
                    created: Some(id), ..
                }) = result
                {
                    return self.opened(account, id, cause, ctx);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        Some("incident ls".to_owned())
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = questions(&view.context(area));
        let open = self.open_count().to_string();
        let counted = frame::counted(&self.list.info(view.lang), view.lang);
        let mut totals = format!(
            "{counted} · {}",
            view.lang.tf("incident.open_count", &[("count", &open)])
        );
        // WarRooms come first, and the incidents they name after them: until then nothing is known.
        let state = wants::freshness(&view.context(area), &needs);
        if self.list.rows().is_empty() && state.answered < state.asked {
            totals.clear();
        }
        let mut inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        let key = view.key("incident.track");
        let empty = view.lang.tf("incident.empty", &[("key", &key)]);
        // An empty board says it in the middle.
        let rows = self.list.rows().len();
        if rows > 0 && usize::from(inner.height) > rows + 2 {
            inner.height -= 1;
            let cells = inner.width.saturating_sub(2);
            let mut text = view.lang.tf("incident.not_all", &[("key", &key)]);
            if width::width(&text) > usize::from(cells) {
                text = view.t("incident.not_whole");
            }
            let line = Line::styled(text, view.theme.style("muted"));
            buf.set_line(inner.x + 1, inner.y + inner.height, &line, cells);
        }
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let open = self.open_count();
        let role = if open == 0 { "muted" } else { "text" };
        let text = view
            .lang
            .tf("incident.open_count", &[("count", &open.to_string())]);
        Line::from(Span::styled(text, view.theme.style(role)))
    }
}

impl Incidents {
    fn open_count(&self) -> usize {
        self.list
            .rows()
            .iter()
            .filter(|entry| entry.incident.status.is_open())
            .count()
    }
}
