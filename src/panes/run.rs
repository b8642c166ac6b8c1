//! Running a script: choose it, choose machines, fill in its form, see how far it reaches, confirm. The pane stands
//! behind those questions and asks the next one as soon as it knows enough.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{
    Asking, Choice, Confirm, Context, Event, Guard, Pane, Picking, Request, View,
};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, NewOrder, Target};
use crate::domain::query::{Query, Want};
use crate::domain::script::{Order, Resource, Risk, Rotation, Script, ScriptId};
use crate::domain::text::SafeText;
use crate::ui::form::{Field, Form};
use crate::ui::lang::Lang;

/// How old scripts and machines may get here.
const EVERY: Duration = Duration::from_secs(60);
/// Machines at most (huawei-coc.md, 8).
const MACHINES: usize = 200;
/// Machines of a batch at most.
const PER_BATCH: usize = 10;
/// Batches at most.
const BATCHES: usize = 20;
/// From so many machines on, their number must be typed.
const MANY: usize = 50;

const COMMANDS: &[Command] = &[
    Command::changes("script.run", &["x"]).anywhere().hinted(),
    Command::new("run.step", &["<enter>"]).hinted(),
];

/// What has been chosen so far.
#[derive(Default)]
pub struct Run {
    script: Option<(AccountId, ScriptId)>,
    /// Machines by the id their cloud service gave them.
    targets: Vec<SafeText>,
    /// The question that stands on the screen, so that it is not put twice.
    asked: Option<&'static str>,
}

impl Run {
    /// Nothing chosen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins anew with what is selected: a script, machines, or the machine an alarm is about.
    fn begin(&mut self, on: &[Subject], world: &World) {
        *self = Self::default();
        for subject in on {
            match subject {
                Subject::Script(account, id) => self.script = Some((account.clone(), id.clone())),
                subject => {
                    let machines = world.related(subject, Kind::Resource);
                    self.targets
                        .extend(machines.into_iter().filter_map(|machine| match machine {
                            Subject::Resource(_, id) => Some(id),
                            _ => None,
                        }));
                }
            }
        }
        self.targets.dedup();
    }

    /// Puts the next question, unless it stands already or something has to be read first.
    fn advance(&mut self, ctx: &Context) -> Vec<Request> {
        let Some((tag, request)) = self.next(ctx) else {
            return Vec::new();
        };
        if self.asked == Some(tag) {
            return Vec::new();
        }
        self.asked = Some(tag);
        vec![request]
    }

    fn next(&self, ctx: &Context) -> Option<(&'static str, Request)> {
        let Some((account, id)) = &self.script else {
            let items: Vec<Choice> = ctx
                .world
                .scripts()
                .map(|(_, script)| offered(script, ctx.lang))
                .collect();
            return (!items.is_empty()).then(|| {
                (
                    "run.script",
                    pick("run.script", "run.pick_script", items, ctx.lang),
                )
            });
        };
        if self.targets.is_empty() {
            let items: Vec<Choice> = ctx
                .world
                .resources()
                .filter(|(of, _)| *of == account)
                .map(|(_, machine)| machine_choice(machine, ctx.lang))
                .collect();
            return (!items.is_empty()).then(|| {
                (
                    "run.targets",
                    pick("run.targets", "run.pick_targets", items, ctx.lang),
                )
            });
        }
        let script = ctx
            .world
            .script(account, id.raw())
            .filter(|script| script.has_detail)?;
        Some(("run.form", Request::Form(Box::new(form(script, ctx.lang)))))
    }

    fn machines<'w>(&self, world: &'w World) -> Vec<&'w Resource> {
        let mut found: Vec<&Resource> = world
            .resources()
            .map(|(_, machine)| machine)
            .filter(|machine| self.targets.contains(&machine.resource_id))
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    fn filled(&self, values: &Json, ctx: &Context) -> Vec<Request> {
        let Some((account, id)) = &self.script else {
            return Vec::new();
        };
        let Some(script) = ctx.world.script(account, id.raw()) else {
            return Vec::new();
        };
        let machines = self.machines(ctx.world);
        match order(script, &machines, values) {
            Ok(new) => vec![Request::Confirm(Box::new(confirm(
                account, script, &machines, new, ctx,
            )))],
            Err((key, count)) => vec![Request::Reject {
                field: "batch".to_owned(),
                why: ctx.lang.tf(key, &[("count", &count.to_string())]),
            }],
        }
    }
}

fn pick(tag: &'static str, title: &str, items: Vec<Choice>, lang: Lang) -> Request {
    Request::Pick(Picking {
        tag,
        title: lang.t(title).into_owned(),
        items,
        many: tag == "run.targets",
    })
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

fn machine_choice(machine: &Resource, lang: Lang) -> Choice {
    let application = machine.application.as_ref().map_or("", |name| name.shown());
    let address = machine.ip.as_ref().map_or("", |ip| ip.shown());
    Choice {
        id: machine.resource_id.raw().to_owned(),
        label: machine.name.shown().to_owned(),
        note: format!("{address} {application} {}", agent_word(machine, lang)),
        refusal: machine
            .agent
            .is_none()
            .then(|| lang.t("run.no_agent").into_owned()),
        chosen: false,
    }
}

/// The state of a machine's agent in words.
fn agent_word(machine: &Resource, lang: Lang) -> String {
    match (&machine.agent, &machine.agent_state) {
        (None, _) => lang.t("run.no_agent").into_owned(),
        (Some(_), None) => String::new(),
        (Some(_), Some(state)) => lang.tf("run.offline", &[("state", state.shown())]),
    }
}

/// Is the agent known not to be there?
fn is_offline(machine: &Resource) -> bool {
    machine
        .agent_state
        .as_ref()
        .is_some_and(|state| state.raw() != "ONLINE")
}

/// Parameters first, then how it is run.
fn form(script: &Script, lang: Lang) -> Asking {
    let t = |key: &str| lang.t(key).into_owned();
    let title = lang.tf("run.form_title", &[("name", script.name.shown())]);
    let mut form = Form::new(title, t("run.preview"));
    for param in &script.params {
        let (name, label) = (field_name(param.name.raw()), param.name.shown());
        let field = if param.sensitive {
            Field::secret(name, label).required()
        } else {
            Field::text(name, label).value(param.default.raw())
        };
        form = form.field(field.help(param.description.shown()));
    }
    let rotations = vec![
        ("continue".to_owned(), t("run.rotation_continue")),
        ("pause".to_owned(), t("run.rotation_pause")),
    ];
    let form = form
        .field(
            Field::integer("batch", t("run.batch"))
                .required()
                .range(1.0, 10.0)
                .value("10"),
        )
        .field(Field::bool("canary", t("run.canary"), lang, true))
        .field(Field::choice("rotation", t("run.rotation"), rotations))
        .field(
            Field::integer("timeout", t("run.timeout"))
                .required()
                .range(5.0, 1800.0)
                .value("300"),
        )
        .field(
            Field::number("rate", t("run.rate"))
                .required()
                .range(1.0, 100.0)
                .value("100"),
        )
        .field(
            Field::text("user", t("run.user"))
                .required()
                .len(1, 32)
                .value("root"),
        );
    Asking {
        tag: "run.form",
        form,
    }
}

/// Parameters have names of their own, which must not meet those of the other fields.
fn field_name(param: &str) -> String {
    format!("param:{param}")
}

/// Sizes of the batches of so many machines: a single one first where that is wanted.
fn sizes(count: usize, per_batch: usize, canary: bool) -> Vec<usize> {
    let mut sizes = Vec::new();
    let mut left = count;
    if canary && left > 1 {
        sizes.push(1);
        left -= 1;
    }
    let per_batch = per_batch.clamp(1, PER_BATCH);
    while left > 0 {
        let size = left.min(per_batch);
        sizes.push(size);
        left -= size;
    }
    sizes
}

/// What the form asks for, within the service's limits; the key and the number of what is too large otherwise.
fn order(
    script: &Script,
    machines: &[&Resource],
    values: &Json,
) -> Result<NewOrder, (&'static str, usize)> {
    if machines.is_empty() {
        return Err(("run.nothing", 0));
    }
    if machines.len() > MACHINES {
        return Err(("run.too_many", machines.len()));
    }
    let whole = |name: &str| values[name].as_u64();
    let per_batch = whole("batch")
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(PER_BATCH);
    let sizes = sizes(machines.len(), per_batch, words::is_yes(values, "canary"));
    if sizes.len() > BATCHES {
        return Err(("run.too_many_batches", sizes.len()));
    }
    let mut rest = machines.iter().map(|machine| Target {
        resource_id: machine.resource_id.raw().to_owned(),
        agent: machine
            .agent
            .as_ref()
            .map_or("", |agent| agent.raw())
            .to_owned(),
        project: machine.project.raw().to_owned(),
        region: machine.region.raw().to_owned(),
    });
    let batches = sizes
        .iter()
        .map(|size| rest.by_ref().take(*size).collect())
        .collect();
    let params = script.params.iter().filter_map(|param| {
        let value = values[field_name(param.name.raw())].as_str()?;
        Some((
            param.name.raw().to_owned(),
            value.to_owned(),
            param.sensitive,
        ))
    });
    Ok(NewOrder {
        script: script.id.clone(),
        script_name: script.name.clone(),
        timeout: whole("timeout")
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(300),
        success_rate: values["rate"].as_f64().unwrap_or(100.0),
        execute_user: words::text(values, "user"),
        params: params.collect(),
        batches,
        rotation: if words::text(values, "rotation") == "pause" {
            Rotation::Pause
        } else {
            Rotation::Continue
        },
    })
}

/// How strong the confirmation is: many machines ask for their number, a dangerous script for its name.
fn guard(script: &Script, count: usize) -> Guard {
    match script.risk {
        _ if count > MANY => Guard::Count(count),
        Some(Risk::High) | None => Guard::Name(script.name.raw().to_owned()),
        Some(Risk::Low | Risk::Medium) => Guard::Button,
    }
}

/// The question before the run, with everything it reaches.
fn confirm(
    account: &AccountId,
    script: &Script,
    machines: &[&Resource],
    new: NewOrder,
    ctx: &Context,
) -> Confirm {
    let lang = ctx.lang;
    let count = machines.len().to_string();
    let values = [("name", script.name.shown()), ("count", count.as_str())];
    let targets = machines.iter().map(|machine| {
        let address = machine.ip.as_ref().map_or("", |ip| ip.shown());
        format!("{} {address} {}", machine.name, agent_word(machine, lang))
    });
    Confirm {
        title: lang.tf("run.confirm_title", &values),
        summary: lang.tf("run.summary", &values),
        command: command(&new),
        targets: targets.collect(),
        consequence: consequences(script, machines, &new, ctx),
        button: lang.t("run.button").into_owned(),
        risk: guard(script, machines.len()),
        subject: Some(Subject::Script(account.clone(), script.id.clone())),
        action: Action::RunScript(account.clone(), new),
    }
}

/// The command line that repeats it; values of secrets are placeholders.
fn command(new: &NewOrder) -> String {
    let mut line = format!("script run {}", words::quoted(new.script.raw()));
    for target in new.batches.iter().flatten() {
        line.push_str(" --target ");
        line.push_str(&words::quoted(&target.resource_id));
    }
    for (name, value, secret) in &new.params {
        let value = if *secret { "***" } else { value };
        line.push_str(" --param ");
        line.push_str(&words::quoted(&format!("{name}={value}")));
    }
    line
}

fn consequences(
    script: &Script,
    machines: &[&Resource],
    new: &NewOrder,
    ctx: &Context,
) -> Vec<String> {
    let lang = ctx.lang;
    let say = |key: &str, values: &[(&str, String)]| {
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        lang.tf(key, &values)
    };
    let largest = new.batches.iter().map(Vec::len).max().unwrap_or(0);
    let mut lines = vec![say(
        "run.batches",
        &[
            ("batches", new.batches.len().to_string()),
            ("first", new.batches.first().map_or(0, Vec::len).to_string()),
            ("size", largest.to_string()),
        ],
    )];
    lines.extend(
        shares(machines, ctx.world)
            .into_iter()
            .map(|(name, count, total)| {
                say(
                    "run.share",
                    &[
                        ("name", name.to_string()),
                        ("count", count.to_string()),
                        ("total", total.to_string()),
                    ],
                )
            }),
    );
    let offline = machines
        .iter()
        .filter(|machine| is_offline(machine))
        .count();
    if offline > 0 {
        lines.push(say("run.offline_count", &[("count", offline.to_string())]));
    }
    let busy = busy(machines, ctx.world);
    if !busy.is_empty() {
        lines.push(say("run.busy", &[("names", busy.join(", "))]));
    }
    lines.push(say(
        "run.as_user",
        &[
            ("user", new.execute_user.clone()),
            ("timeout", new.timeout.to_string()),
            ("rate", new.success_rate.to_string()),
        ],
    ));
    lines.extend(new.params.iter().map(|(name, value, secret)| {
        let value = if *secret { "***" } else { value };
        format!("{} = {}", SafeText::new(name), SafeText::new(value))
    }));
    lines.push(say(
        "run.effect",
        &[("risk", words::risk_word(script.risk, lang).0)],
    ));
    lines
}

/// How many machines of each application are reached, and how many it has.
fn shares<'m>(machines: &[&'m Resource], world: &World) -> Vec<(&'m SafeText, usize, usize)> {
    let mut shares: Vec<(&SafeText, usize, usize)> = Vec::new();
    for application in machines
        .iter()
        .filter_map(|machine| machine.application.as_ref())
    {
        if let Some(share) = shares.iter_mut().find(|share| share.0 == application) {
            share.1 += 1;
        } else {
            let total = world
                .resources()
                .filter(|(_, machine)| machine.application.as_ref() == Some(application))
                .count();
            shares.push((application, 1, total));
        }
    }
    shares
}

/// Orders that run now, with those of these machines that are known to be in them.
fn busy(machines: &[&Resource], world: &World) -> Vec<String> {
    let reaches = |order: &Order| {
        order
            .batches
            .iter()
            .flat_map(|batch| &batch.hosts)
            .any(|host| {
                machines
                    .iter()
                    .any(|machine| machine.resource_id == host.resource_id)
            })
    };
    world
        .orders()
        .filter(|(_, order)| !order.status.is_final_for_order())
        .filter_map(|(account, order)| world.order(account, order.id.raw()))
        // Of an order whose machines have not been read nobody can tell.
        .filter(|order| order.batches.is_empty() || reaches(order))
        .map(|order| order.name.to_string())
        .collect()
}

impl Pane for Run {
    fn name(&self) -> &'static str {
        "run"
    }

    fn title(&self) -> &'static str {
        "run.pane"
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let systems = &words::SYSTEMS;
        let mut needed = wants::of_each(ctx, systems, EVERY, Query::Scripts);
        needed.extend(wants::of_each(ctx, systems, EVERY, Query::Resources));
        needed.extend(wants::of_each(ctx, systems, EVERY, Query::Orders));
        if let Some((account, id)) = &self.script {
            needed.push(wants::want(
                Query::Script(account.clone(), id.clone()),
                EVERY,
            ));
        }
        needed
    }

    fn commands(&self) -> &'static [Command] {
        COMMANDS
    }

    fn refusal(&self, command: &str, on: &[Subject], ctx: &Context) -> Option<String> {
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
                name: "run.step", ..
            } => {
                self.asked = None;
                self.advance(ctx)
            }
            Event::Opened { .. } | Event::Changed => self.advance(ctx),
            Event::Picked {
                tag: "run.script",
                ids,
            } => {
                let chosen = ctx
                    .world
                    .scripts()
                    .find(|(_, script)| ids.iter().any(|id| id == script.id.raw()));
                self.script = chosen.map(|(account, script)| (account.clone(), script.id.clone()));
                self.asked = None;
                self.advance(ctx)
            }
            Event::Picked {
                tag: "run.targets",
                ids,
            } => {
                self.targets = ids.iter().map(|id| SafeText::new(id)).collect();
                self.asked = None;
                self.advance(ctx)
            }
            Event::Form {
                tag: "run.form",
                values,
            } => self.filled(values, ctx),
            Event::Done {
                action: Action::RunScript(account, _),
                result: Ok(receipt),
                ..
            } => {
                *self = Self::default();
                receipt
                    .created
                    .iter()
                    .map(|id| Request::Show(Subject::Order(account.clone(), id.clone())))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let (account, id) = self.script.clone()?;
        Some(Subject::Script(account, id))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let inner = frame::draw(view, self.title(), "", &needs, area, buf);
        let mut lines = Vec::new();
        if let Some((account, id)) = &self.script {
            lines.push(
                view.world
                    .title(&Subject::Script(account.clone(), id.clone())),
            );
        }
        lines.extend(
            self.machines(view.world)
                .iter()
                .map(|machine| machine.name.to_string()),
        );
        if self.asked.is_none() {
            lines.push(view.t("run.reading"));
        }
        lines.push(view.lang.tf("run.help", &[("key", &view.key("run.step"))]));
        for (line, y) in lines.iter().zip(inner.y..inner.bottom()) {
            let cut =
                crate::ui::width::truncate(line, inner.width.into(), view.theme.glyphs().ellipsis);
            crate::ui::width::put(buf, inner.x, y, &cut, inner.width, view.theme.style("text"));
        }
    }

    fn summary(&self, view: &View) -> Line<'static> {
        Line::styled(self.targets.len().to_string(), view.theme.style("muted"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::script::ScriptParam;

    fn script(risk: Option<Risk>) -> Script {
        let param = |name: &str, sensitive| ScriptParam {
            name: name.into(),
            default: "".into(),
            description: "".into(),
            order: 1,
            sensitive,
        };
        Script {
            id: "SC1".into(),
            name: "restart-nginx".into(),
            language: "SHELL".into(),
            risk,
            status: "APPROVED".into(),
            version: "1".into(),
            creator: "demo".into(),
            created: None,
            modified: None,
            description: "".into(),
            content: "".into(),
            params: vec![param("batch", false), param("token", true)],
            has_detail: true,
        }
    }

    fn machine(number: usize) -> Resource {
        let name = format!("web-{number:03}");
        Resource {
            id: name.as_str().into(),
            resource_id: name.as_str().into(),
            name: name.as_str().into(),
            provider: "ecs".into(),
            kind: "cloudservers".into(),
            project: "p".into(),
            region: "r".into(),
            ip: None,
            agent: Some("a".into()),
            agent_state: Some("ONLINE".into()),
            application: None,
            tags: Vec::new(),
        }
    }

    fn filled(batch: u64) -> Json {
        json!({"batch": batch, "canary": true, "rotation": "pause", "timeout": 60, "rate": 99.5,
            "user": "app", "param:batch": "7", "param:token": "s3cret"})
    }

    #[test]
    fn batches_begin_with_a_canary_and_hold_every_machine_once() {
        assert_eq!(sizes(1, 10, true), [1]);
        assert_eq!(sizes(12, 5, true), [1, 5, 5, 1]);
        assert_eq!(sizes(12, 5, false), [5, 5, 2]);
        assert_eq!(sizes(30, 99, false), [10, 10, 10]);
        assert_eq!(sizes(2, 0, false), [1, 1]);
        assert!(sizes(0, 5, true).is_empty());
    }

    #[test]
    fn the_form_becomes_an_order() {
        let all: Vec<Resource> = (0..12).map(machine).collect();
        let all: Vec<&Resource> = all.iter().collect();
        let new = order(&script(Some(Risk::Low)), &all, &filled(5)).unwrap();
        assert_eq!(
            new.batches.iter().map(Vec::len).collect::<Vec<_>>(),
            [1, 5, 5, 1]
        );
        assert_eq!(
            (new.timeout, new.execute_user.as_str(), new.rotation),
            (60, "app", Rotation::Pause)
        );
        assert_eq!(new.params[0], ("batch".to_owned(), "7".to_owned(), false));
        let line = command(&new);
        assert!(
            line.contains("token=***") && !line.contains("s3cret"),
            "{line}"
        );
    }

    #[test]
    fn the_limits_of_the_service_are_kept_before_anything_is_sent() {
        let all: Vec<Resource> = (0..201).map(machine).collect();
        let all: Vec<&Resource> = all.iter().collect();
        let script = script(Some(Risk::Low));
        assert_eq!(
            order(&script, &all, &filled(10)).unwrap_err(),
            ("run.too_many", 201)
        );
        assert_eq!(
            order(&script, &all[..50], &filled(1)).unwrap_err(),
            ("run.too_many_batches", 50)
        );
        assert!(order(&script, &[], &filled(1)).is_err());
    }

    #[test]
    fn p2_danger_asks_for_a_stronger_word() {
        assert_eq!(guard(&script(Some(Risk::Low)), 3), Guard::Button);
        assert_eq!(
            guard(&script(Some(Risk::High)), 3),
            Guard::Name("restart-nginx".to_owned())
        );
        assert_eq!(
            guard(&script(None), 3),
            Guard::Name("restart-nginx".to_owned())
        );
        assert_eq!(guard(&script(Some(Risk::Low)), 51), Guard::Count(51));
    }
}
