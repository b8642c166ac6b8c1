//! Running a script: choose it, choose machines, fill in its form, see how far it reaches, confirm. The pane stands
//! behind those questions and asks the next one as soon as it knows enough; Esc leads one question back.

mod order;
mod preview;
mod targets;

#[cfg(test)]
pub use {order::tests::script as sample_script, targets::tests::account as sample_account};

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use super::resources::natural;
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::pane::{
    About, Asking, Choice, Confirm, Context, Event, Pane, Picking, Request, Tone, View,
};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, NewOrder, Receipt};
use crate::domain::incident::IncidentId;
use crate::domain::query::{Query, Want};
use crate::domain::record::Record;
use crate::domain::script::{HostRun, Order, Resource, RunStatus, Script, ScriptId};
use crate::domain::text::SafeText;
use crate::domain::trail::{Link, Linked, Note, NoteKind, Watched};
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;
use crate::ui::width;

pub use order::values_to_repeat;

/// How old scripts and machines may get here.
const EVERY: Duration = Duration::from_secs(60);
/// Of so many orders that are not over the machines are read, to tell which ones are busy.
const ACTIVE: usize = 5;

/// Stands for a question where everything was asked and sent.
const SENT: &str = "run.sent";

const ABOUT: About = About::new("run", "run.pane", COMMANDS);

const COMMANDS: &[Command] = &[
    Command::changes("script.run", &["x"]).anywhere().hinted(),
    Command::changes("order.retry", &["F"])
        .anywhere()
        .on(&[Kind::Order, Kind::Host]),
    Command::new("run.step", &["<enter>"]).hinted(),
];

/// What a run is for.
#[derive(Debug, Clone, Default, PartialEq)]
struct Cause {
    alarm: Option<Watched>,
    incident: Option<(AccountId, IncidentId)>,
}

/// What has been chosen so far.
#[derive(Default)]
pub struct Run {
    cause: Cause,
    script: Option<(AccountId, ScriptId)>,
    /// Was the script asked for, rather than selected?
    script_asked: bool,
    /// What was selected, until the machines it is about are known.
    selected: Vec<Subject>,
    /// Machines by the id their cloud service gave them.
    targets: Vec<SafeText>,
    /// Were the machines asked for, rather than selected?
    targets_asked: bool,
    /// Why something that was selected or typed is not among the machines.
    left_out: Vec<String>,
    /// What was typed into the form.
    values: Option<Json>,
    /// The question that stands on the screen, so that it is not put twice.
    asked: Option<&'static str>,
    /// Orders that were sent and not answered yet, with what they are for.
    sent: Vec<(NewOrder, Cause)>,
}

impl Run {
    /// Nothing chosen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins anew with what is selected: a script, machines, or what an alarm or an incident is about.
    fn begin(&mut self, on: &[Subject], world: &World) {
        *self = Self {
            sent: std::mem::take(&mut self.sent),
            cause: cause(on, world),
            ..Self::default()
        };
        for subject in on {
            match subject {
                Subject::Script(account, id) => self.script = Some((account.clone(), id.clone())),
                subject if targets::leads_to_machines(subject) => {
                    self.selected.push(subject.clone());
                }
                _ => {}
            }
        }
    }

    /// Begins anew with the machines on which an order did not succeed, its script and its parameters.
    fn begin_again(&mut self, account: &AccountId, order: &Order, world: &World) {
        let on: Vec<Subject> = left_over(order)
            .map(|host| Subject::Host(account.clone(), order.id.clone(), host.id))
            .collect();
        self.begin(&on, world);
        let id = order.id.clone();
        if let Some(link) = world.link(&Linked::Order(account.clone(), id)) {
            self.cause = Cause {
                alarm: link.alarm.clone(),
                incident: link.incident.clone(),
            };
        }
        self.script = order.script.clone().map(|id| (account.clone(), id));
        self.values = Some(order::values_of(order));
    }

    /// Puts the next question, unless it stands already or something has to be read first.
    fn advance(&mut self, ctx: &Context) -> Vec<Request> {
        if self.asked.is_some() {
            return Vec::new();
        }
        let mut requests = self.resolve(ctx);
        if let Some((tag, request)) = self.next(ctx) {
            self.asked = Some(tag);
            self.script_asked |= tag == "run.script";
            self.targets_asked |= tag == "run.targets";
            requests.push(request);
        }
        requests
    }

    /// Finds the machines of what was selected, once the machines of the script's account have been read. What is not
    /// among them is said.
    fn resolve(&mut self, ctx: &Context) -> Vec<Request> {
        let Some((account, _)) = &self.script else {
            return Vec::new();
        };
        if self.selected.is_empty() || !targets::are_read(account, ctx.world) {
            return Vec::new();
        }
        let selected = std::mem::take(&mut self.selected);
        let found = targets::of_subjects(&selected, account, ctx.world, ctx.lang);
        self.targets = found.ids;
        self.left_out = found.left_out;
        said(&self.left_out)
    }

    fn next(&self, ctx: &Context) -> Option<(&'static str, Request)> {
        let Some((account, id)) = &self.script else {
            let mut items: Vec<Choice> = ctx
                .world
                .scripts()
                .map(|(_, script)| offered(script, ctx.lang))
                .collect();
            // What can be run stands first.
            items.sort_by(|a, b| {
                let unusable = a.refusal.is_some().cmp(&b.refusal.is_some());
                unusable.then_with(|| a.label.cmp(&b.label))
            });
            let request = pick("run.script", "run.pick_script", items, ctx.lang);
            return Some(("run.script", request?));
        };
        if !self.selected.is_empty() {
            return None;
        }
        if self.targets.is_empty() {
            let items = targets::choices(account, &self.targets, ctx.world, ctx.lang);
            let request = pick("run.targets", "run.pick_targets", items, ctx.lang);
            return Some(("run.targets", request?));
        }
        let script = ctx
            .world
            .script(account, id.raw())
            .filter(|script| script.has_detail)?;
        let form = order::form(script, self.values.as_ref(), ctx.lang);
        Some(("run.form", Request::Form(Box::new(form))))
    }

    /// A question was left: the one before it is put again; before the first there is nothing.
    fn step_back(&mut self, ctx: &Context) -> Vec<Request> {
        match self.asked.take() {
            Some("run.form") if self.targets_asked => {
                let again = std::mem::take(&mut self.targets);
                self.ask_targets(&again, ctx)
            }
            Some("run.list") => self.ask_targets(&[], ctx),
            Some("run.form" | "run.targets") if self.script_asked => {
                self.script = None;
                self.targets.clear();
                self.values = None;
                self.advance(ctx)
            }
            _ => vec![Request::Back],
        }
    }

    fn ask_targets(&mut self, chosen: &[SafeText], ctx: &Context) -> Vec<Request> {
        let Some((account, _)) = &self.script else {
            return Vec::new();
        };
        self.asked = Some("run.targets");
        let items = targets::choices(account, chosen, ctx.world, ctx.lang);
        pick("run.targets", "run.pick_targets", items, ctx.lang)
            .into_iter()
            .collect()
    }

    fn picked_script(&mut self, ids: &[String], ctx: &Context) -> Vec<Request> {
        let chosen = ctx
            .world
            .scripts()
            .find(|(_, script)| ids.iter().any(|id| id == script.id.raw()));
        self.script = chosen.map(|(account, script)| (account.clone(), script.id.clone()));
        self.asked = None;
        self.advance(ctx)
    }

    fn picked_targets(&mut self, ids: &[String], ctx: &Context) -> Vec<Request> {
        let Some((account, _)) = &self.script else {
            return Vec::new();
        };
        self.asked = None;
        if ids.iter().any(|id| id == targets::LIST) {
            self.asked = Some("run.list");
            return vec![Request::Form(Box::new(list_form(ctx.lang)))];
        }
        self.targets = targets::of_choices(ids, account, ctx.world);
        self.advance(ctx)
    }

    fn typed_targets(&mut self, values: &Json, ctx: &Context) -> Vec<Request> {
        let Some((account, _)) = &self.script else {
            return Vec::new();
        };
        let found = targets::of_text(&words::text(values, "list"), account, ctx.world, ctx.lang);
        if let Some(why) = found.left_out.first() {
            return vec![Request::Reject {
                field: "list".to_owned(),
                why: why.clone(),
            }];
        }
        self.targets = found.ids;
        self.asked = None;
        self.advance(ctx)
    }

    fn machines<'w>(&self, world: &'w World) -> Vec<&'w Resource> {
        let Some((account, _)) = &self.script else {
            return Vec::new();
        };
        let mut found: Vec<&Resource> = targets::machines(account, world)
            .filter(|machine| self.targets.contains(&machine.resource_id))
            .collect();
        found.sort_by(|a, b| natural(a, b));
        found
    }

    fn filled(&mut self, values: &Json, ctx: &Context) -> Vec<Request> {
        let found = self
            .script
            .as_ref()
            .and_then(|(account, id)| Some((account, ctx.world.script(account, id.raw())?)));
        let Some((account, script)) = found else {
            return Vec::new();
        };
        let machines = self.machines(ctx.world);
        if machines.len() < self.targets.len() {
            // Between the choice and now a machine has left the inventory.
            let count = (self.targets.len() - machines.len()).to_string();
            return vec![Request::Reject {
                field: "batch".to_owned(),
                why: ctx.lang.tf("run.vanished", &[("count", &count)]),
            }];
        }
        match order::order(script, &machines, values, ctx.lang) {
            Ok(new) => {
                let confirm = preview::confirm(account, script, &machines, new, ctx);
                self.values = Some(values.clone());
                vec![Request::Confirm(Box::new(confirm))]
            }
            Err(wrong) => vec![Request::Reject {
                field: wrong.field.to_owned(),
                why: wrong.text(ctx.lang),
            }],
        }
    }

    /// The order was created: what it is for is kept, the incident's time line says so, and the cockpit opens.
    fn started(
        &mut self,
        account: &AccountId,
        new: &NewOrder,
        receipt: &Receipt,
        ctx: &Context,
    ) -> Vec<Request> {
        let at = self.sent.iter().position(|(sent, _)| sent == new);
        let cause = at.map_or_else(Cause::default, |at| self.sent.remove(at).1);
        let Some(id) = receipt.created.clone() else {
            return Vec::new();
        };
        let mut requests = Vec::new();
        if cause != Cause::default() {
            requests.push(Request::Effect(Effect::Save(Record::Link(Box::new(
                Link {
                    of: Linked::Order(account.clone(), id.clone()),
                    at: ctx.at,
                    alarm: cause.alarm,
                    incident: cause.incident.clone(),
                },
            )))));
        }
        if let Some((account, incident)) = cause.incident {
            let machines = new.batches.iter().map(Vec::len).sum::<usize>().to_string();
            let text = ctx.lang.tf(
                "trail.run",
                &[
                    ("script", new.script_name.shown()),
                    ("count", &machines),
                    ("order", id.shown()),
                ],
            );
            requests.push(Request::Effect(Effect::Save(Record::Note(Note {
                account,
                incident,
                at: ctx.at,
                kind: NoteKind::Run,
                text: text.into(),
            }))));
        }
        if self.waits() {
            *self = Self {
                sent: std::mem::take(&mut self.sent),
                ..Self::default()
            };
            if !ctx.area.is_empty() {
                requests.push(Request::Show(Subject::Order(account.clone(), id)));
            }
        }
        requests
    }

    /// Nothing was started: the form comes back with everything that was typed, unless the user has gone elsewhere.
    fn refused(&mut self, new: &NewOrder, ctx: &Context) -> Vec<Request> {
        self.sent.retain(|(sent, _)| sent != new);
        if !self.waits() {
            return Vec::new();
        }
        self.asked = None;
        if ctx.area.is_empty() {
            return Vec::new();
        }
        self.advance(ctx)
    }

    /// Has everything been asked and sent, so that only the answer is missing?
    fn waits(&self) -> bool {
        self.asked == Some(SENT)
    }
}

/// The name under which a parameter's value stands among the values of [`prepared`].
pub fn param_field(name: &str) -> String {
    order::field_name(name)
}

/// What has to be read, besides machines and orders, to tell what a run reaches.
pub fn reads(account: &AccountId, script: &Script, world: &World) -> Vec<Query> {
    let last = preview::last_run(account, script, world);
    let mut queries: Vec<Query> = Vec::new();
    for order in active_orders(account, world).chain(last) {
        let query = Query::Order(account.clone(), order.id.clone());
        if !queries.contains(&query) {
            queries.push(query);
        }
    }
    queries
}

/// A run without questions: the same limits and the same preview as on the screen.
///
/// # Errors
/// A sentence about what cannot be used.
pub fn prepared(
    account: &AccountId,
    script: &Script,
    machines: &str,
    values: &Json,
    ctx: &Context,
) -> Result<Confirm, String> {
    if let Some(why) = offered(script, ctx.lang).refusal {
        return Err(why);
    }
    let found = targets::of_text(machines, account, ctx.world, ctx.lang);
    if !found.left_out.is_empty() {
        return Err(found.left_out.join("; "));
    }
    let mut machines: Vec<&Resource> = targets::machines(account, ctx.world)
        .filter(|machine| found.ids.contains(&machine.resource_id))
        .collect();
    machines.sort_by(|a, b| natural(a, b));
    let new =
        order::order(script, &machines, values, ctx.lang).map_err(|wrong| wrong.text(ctx.lang))?;
    Ok(preview::confirm(account, script, &machines, new, ctx))
}

/// The machines of an order on which the script did not end well, or never began.
pub fn left_over(order: &Order) -> impl Iterator<Item = &HostRun> {
    let over = order.status.is_final_for_order();
    order
        .batches
        .iter()
        .flat_map(|batch| &batch.hosts)
        .filter(move |host| match host.status {
            RunStatus::Abnormal | RunStatus::Cancelled | RunStatus::RolledBack => true,
            // While the order goes on, they may still begin by themselves.
            RunStatus::Ready => over,
            _ => false,
        })
}

/// The order among these subjects.
fn order_of<'w>(on: &[Subject], world: &'w World) -> Option<(AccountId, &'w Order)> {
    on.iter().find_map(|subject| match subject {
        Subject::Order(account, id) | Subject::Host(account, id, _) => {
            Some((account.clone(), world.order(account, id.raw())?))
        }
        _ => None,
    })
}

/// What is said in passing of what was left out: a few sentences, the rest stands in the view.
fn said(left_out: &[String]) -> Vec<Request> {
    left_out
        .iter()
        .take(2)
        .map(|why| Request::Toast(Tone::Warn, why.clone()))
        .collect()
}

/// The alarm and the incident that these subjects are about or lead to.
fn cause(on: &[Subject], world: &World) -> Cause {
    let first = |kind| {
        on.iter()
            .flat_map(|subject| world.related(subject, kind))
            .next()
    };
    let incident = match first(Kind::Incident) {
        Some(Subject::Incident(account, id)) => Some((account, id)),
        _ => world.pinned.clone(),
    };
    let alarm = match first(Kind::Alarm) {
        Some(Subject::Alarm(account, id)) => world.alarm(&account, id.raw()).and_then(Watched::of),
        _ => None,
    };
    // An alarm that is gone from the list may still be known as what led to the incident.
    let of_incident = incident.as_ref().and_then(|(account, id)| {
        let link = world.link(&Linked::Incident(account.clone(), id.clone()))?;
        link.alarm.clone()
    });
    Cause {
        alarm: alarm.or(of_incident),
        incident,
    }
}

/// Orders of an account that are not over, newest first, as many as are looked into.
fn active_orders<'w>(account: &AccountId, world: &'w World) -> impl Iterator<Item = &'w Order> {
    let account = account.clone();
    world
        .orders()
        .filter(move |(of, order)| **of == account && !order.status.is_final_for_order())
        .map(|(_, order)| order)
        .take(ACTIVE)
}

fn pick(tag: &'static str, title: &str, items: Vec<Choice>, lang: Lang) -> Option<Request> {
    let picking = Picking {
        tag,
        title: lang.t(title).into_owned(),
        many: tag == "run.targets",
        items,
    };
    (!picking.items.is_empty()).then_some(Request::Pick(picking))
}

/// A script to choose: with its risk, and why it cannot be run.
fn offered(script: &Script, lang: Lang) -> Choice {
    let status = words::approval_word(script.status.shown(), lang);
    let (risk, _) = words::risk_word(script.risk, lang);
    let approved = script.status.raw() == "APPROVED";
    Choice {
        id: script.id.raw().to_owned(),
        label: script.name.shown().to_owned(),
        note: format!("{risk} · {} · {status}", script.language),
        refusal: (!approved).then(|| lang.tf("run.not_approved", &[("status", &status)])),
        chosen: false,
    }
}

fn list_form(lang: Lang) -> Asking {
    let field = Field::lines("list", lang.t("run.list"))
        .required()
        .len(1, 10_000)
        .height(8)
        .help(lang.t("run.list_help"));
    Asking {
        tag: "run.list",
        form: Form::new(lang.t("run.type_list"), lang.t("incident.go_on")).field(field),
    }
}

impl Pane for Run {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let systems = &words::SYSTEMS;
        let mut needed = wants::of_each(ctx, systems, EVERY, Query::Scripts);
        needed.extend(wants::of_each(ctx, systems, EVERY, Query::Resources));
        needed.extend(wants::of_each(ctx, systems, EVERY, Query::Orders));
        let Some((account, id)) = &self.script else {
            return needed;
        };
        let script = Query::Script(account.clone(), id.clone());
        needed.push(wants::want(script, EVERY));
        // Whose machines are busy, and where the script ran last.
        if let Some(script) = ctx.world.script(account, id.raw()) {
            let reads = reads(account, script, ctx.world);
            needed.extend(reads.into_iter().map(|query| wants::want(query, EVERY)));
        }
        needed
    }

    fn refusal(&self, command: &str, on: &[Subject], ctx: &Context) -> Option<String> {
        if command == "order.retry" {
            let (_, order) = order_of(on, ctx.world)?;
            // Of an order in a list the machines have not been read: opening it reads them.
            let nothing = order.script.is_none() || left_over(order).next().is_none();
            return nothing.then(|| ctx.lang.t("run.nothing_to_retry").into_owned());
        }
        if command != "script.run" {
            return None;
        }
        if words::home(ctx).is_none() {
            return Some(ctx.lang.t("incident.no_account").into_owned());
        }
        on.iter().find_map(|subject| match subject {
            Subject::Script(account, id) => {
                offered(ctx.world.script(account, id.raw())?, ctx.lang).refusal
            }
            _ => None,
        })
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Command {
                name: "script.run",
                on,
            } => {
                self.begin(on, ctx.world);
                vec![Request::Go("run".to_owned())]
            }
            Event::Command {
                name: "order.retry",
                on,
            } => {
                let Some((account, order)) = order_of(on, ctx.world) else {
                    return Vec::new();
                };
                self.begin_again(&account, order, ctx.world);
                vec![Request::Go("run".to_owned())]
            }
            Event::Opened { .. } => {
                if !self.waits() {
                    self.asked = None;
                }
                self.advance(ctx)
            }
            Event::Changed => self.advance(ctx),
            Event::Picked { tag, ids } => match *tag {
                "run.script" => self.picked_script(ids, ctx),
                _ => self.picked_targets(ids, ctx),
            },
            Event::Form { tag, values } => match *tag {
                "run.list" => self.typed_targets(values, ctx),
                _ => self.filled(values, ctx),
            },
            // The preview was left: back to the form, with everything that was typed.
            Event::GaveUp { tag: None }
            | Event::Command {
                name: "run.step", ..
            } => {
                self.asked = None;
                self.advance(ctx)
            }
            Event::GaveUp { .. } => self.step_back(ctx),
            Event::Sent {
                action: Action::RunScript(_, new),
            } => {
                self.sent.push((new.clone(), self.cause.clone()));
                self.asked = Some(SENT);
                Vec::new()
            }
            Event::Done {
                action: Action::RunScript(account, new),
                result,
                ..
            } => match result {
                Ok(receipt) => self.started(account, new, receipt, ctx),
                // Of an unknown outcome the cause is kept: the order may still turn up.
                Err(error) if error.outcome_unknown => Vec::new(),
                Err(_) => self.refused(new, ctx),
            },
            _ => Vec::new(),
        }
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let (account, id) = self.script.clone()?;
        Some(Subject::Script(account, id))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let inner = frame::draw(view, ABOUT.title, "", &needs, area, buf);
        let lines = self.lines(view);
        for ((line, role), y) in lines.iter().zip(inner.y..inner.bottom()) {
            let cut = width::truncate(line, inner.width.into(), view.theme.glyphs().ellipsis);
            width::put(buf, inner.x, y, &cut, inner.width, view.theme.style(role));
        }
    }

    fn summary(&self, view: &View) -> Line<'static> {
        Line::styled(self.targets.len().to_string(), view.theme.style("muted"))
    }
}

impl Run {
    /// What is behind the questions: what has been settled so far, and what is waited for.
    fn lines(&self, view: &View) -> Vec<(String, &'static str)> {
        let lang = view.lang;
        let mut lines = Vec::new();
        if let Some(alarm) = &self.cause.alarm {
            let what = format!("{} {}", alarm.title, alarm.resource);
            lines.push((lang.tf("run.for", &[("what", &what)]), "text"));
        }
        if let Some((account, id)) = &self.cause.incident {
            let incident = Subject::Incident(account.clone(), id.clone());
            let what = view.world.title(&incident);
            lines.push((lang.tf("run.for", &[("what", &what)]), "text"));
        }
        if let Some((account, id)) = &self.script {
            let script = Subject::Script(account.clone(), id.clone());
            let name = view.world.title(&script);
            lines.push((lang.tf("run.script", &[("name", &name)]), "text"));
        }
        let machines = self.machines(view.world);
        if !machines.is_empty() {
            let place = preview::place(&machines, lang);
            lines.push((lang.tf("run.on", &[("place", &place)]), "text"));
        }
        lines.extend(self.left_out.iter().map(|why| (why.clone(), "state.warn")));
        let (text, role) = match self.asked {
            Some(SENT) => (view.t("run.sent"), "text"),
            Some(_) => (
                lang.tf("run.help", &[("key", &view.key("run.step"))]),
                "muted",
            ),
            None => (view.t("run.reading"), "muted"),
        };
        lines.push((text, role));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::cockpit::tests::{host, order};

    #[test]
    fn a_retry_takes_what_failed_was_cancelled_or_never_began() {
        let mut order = order(vec![
            host("a", RunStatus::Finished, ""),
            host("b", RunStatus::Abnormal, ""),
            host("c", RunStatus::Cancelled, ""),
            host("d", RunStatus::Ready, ""),
            host("e", RunStatus::Processing, ""),
        ]);
        let names = |order: &Order| -> Vec<String> {
            left_over(order).map(|host| host.name.to_string()).collect()
        };
        assert_eq!(names(&order), ["b", "c"]);
        order.status = RunStatus::Cancelled;
        assert_eq!(names(&order), ["b", "c", "d"]);
    }

    #[test]
    fn a_retry_begins_with_the_parameters_of_the_order() {
        let mut order = order(Vec::new());
        order.params = vec![("port".into(), "80".into())];
        order.timeout = Some(60);
        let values = order::values_of(&order);
        assert_eq!(values["param:port"], "80");
        assert_eq!(
            (&values["timeout"], &values["user"]),
            (&60.into(), &"root".into())
        );
    }
}
