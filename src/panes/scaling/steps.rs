//! What the commands of the pane lead to: refusals, questions, forms, choices, and what follows from them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::detail::{self, Tab};
use super::dialogs::Ask;
use super::rows::Part;
use super::{Scaling, forms, texts};
use crate::app::pane::{
    Asking, Choice, Confirm, Context, Document, Guard, Listing, Picking, Request, Tone,
};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::Action;
use crate::domain::connection::Account;
use crate::domain::scaling::{
    Change, Config, ConfigDraft, Function, Group, GroupDraft, GroupStatus, Member, RemovePolicy,
    Spread,
};
use crate::domain::text::SafeText;
use crate::panes::words::{option, quoted, text};
use crate::ui::form::{Field, Form};
use crate::ui::format;

/// The group a subject is or belongs to.
fn group_of<'w>(on: &[Subject], ctx: &Context<'w>) -> Option<(&'w AccountId, &'w Group)> {
    let (Subject::ScalingGroup(account, id) | Subject::ScalingPart(account, id, _)) = on.first()?
    else {
        return None;
    };
    ctx.world
        .scaling_groups()
        .find(|(of, group)| *of == account && group.id == *id)
}

/// The account a new thing is created in: that of the group the user is at, else the first that may be changed, else
/// the first.
fn home<'w>(on: &[Subject], ctx: &Context<'w>) -> Option<&'w Account> {
    let accounts = || ctx.world.accounts_of(SystemId::KscAutoscaling);
    let own = group_of(on, ctx).map(|(account, _)| account);
    accounts()
        .find(|account| own == Some(&account.id))
        .or_else(|| accounts().find(|account| !account.read_only))
        .or_else(|| accounts().next())
}

fn ask(confirm: Confirm) -> Vec<Request> {
    vec![Request::Confirm(Box::new(confirm))]
}

fn form(asking: Asking) -> Vec<Request> {
    vec![Request::Form(Box::new(asking))]
}

impl Scaling {
    /// Why a command cannot be run now.
    pub(super) fn refuses(&self, command: &str, on: &[Subject], ctx: &Context) -> Option<String> {
        let say = |key: &str| Some(ctx.lang.t(key).into_owned());
        if matches!(command, "scaling.create" | "scaling.config_create") && home(on, ctx).is_none()
        {
            return say("scaling.no_account");
        }
        let (_, group) = group_of(on, ctx)?;
        match command {
            "scaling.more" if group.desired >= group.max => {
                let max = group.max.to_string();
                Some(ctx.lang.tf("scaling.at_max", &[("max", &max)]))
            }
            "scaling.less" if group.desired <= group.min => {
                let min = group.min.to_string();
                Some(ctx.lang.tf("scaling.at_min", &[("min", &min)]))
            }
            "scaling.enable" if group.status == GroupStatus::Active => say("scaling.is_active"),
            "scaling.disable" if group.status == GroupStatus::Inactive => {
                say("scaling.is_inactive")
            }
            "scaling.delete" if group.members > 0 => say("scaling.has_members"),
            "scaling.protect" | "scaling.detach" if self.tab != Tab::Members => {
                say("scaling.on_members")
            }
            "scaling.change" | "scaling.remove"
                if !matches!(self.tab, Tab::Policies | Tab::Tasks) =>
            {
                say("scaling.on_policies_and_tasks")
            }
            _ => None,
        }
    }

    pub(super) fn command(&mut self, name: &str, on: &[Subject], ctx: &Context) -> Vec<Request> {
        match name {
            "scaling.create" | "scaling.config_create" | "scaling.config_delete" => {
                let Some(account) = home(on, ctx) else {
                    return Vec::new();
                };
                // What is chosen and filled in next is about this account, wherever the cursor goes.
                self.about = Some((account.id.clone(), SafeText::default()));
                return match name {
                    "scaling.create" => pick_config(&account.id, ctx),
                    "scaling.config_create" => config_form(None, ctx),
                    _ => unused_configs(&account.id, ctx),
                };
            }
            _ => {}
        }
        let Some((account, group)) = group_of(on, ctx) else {
            return Vec::new();
        };
        let question = Ask {
            account,
            group,
            ctx,
        };
        match name {
            "scaling.more" => ask(question.desired(group.desired.saturating_add(1).min(group.max))),
            "scaling.less" => ask(question.desired(group.desired.saturating_sub(1).max(group.min))),
            "scaling.desired" => form(forms::desired(group, ctx.lang)),
            "scaling.modify" => form(forms::modify(
                group,
                ctx.world.scaling_configs(account),
                ctx.lang,
            )),
            "scaling.enable" => ask(question.enable()),
            "scaling.disable" => ask(question.disable()),
            "scaling.delete" => ask(question.delete()),
            "scaling.attach" => form(forms::attach(group, ctx.lang)),
            "scaling.balancers" => form(forms::bindings(group, ctx.lang)),
            "scaling.notify" => form(forms::notify(group, &events(account, group, ctx), ctx.lang)),
            "scaling.protect" | "scaling.detach" => members(name, &question, on),
            "scaling.add" => self.add(account, group, ctx),
            "scaling.change" => self.change(account, group, ctx),
            "scaling.remove" => self.remove(&question),
            "scaling.diff" => {
                let own = group.config.clone();
                self.about = Some((account.clone(), own.clone()));
                let others = ctx.world.scaling_configs(account);
                let others = others.filter(|config| config.id != own);
                let items = others.map(|config| choice(config, None, ctx)).collect();
                choose("scaling.diff", "scaling.pick_diff", items, ctx)
            }
            "scaling.config_modify" => {
                let Some(config) = ctx.world.scaling_config(account, &group.config) else {
                    let none = ctx.lang.t("scaling.no_configs").into_owned();
                    return vec![Request::Toast(Tone::Info, none)];
                };
                self.about = Some((account.clone(), config.id.clone()));
                config_form(Some(config), ctx)
            }
            _ => Vec::new(),
        }
    }

    /// A new policy or task, by the tab that is shown.
    fn add(&mut self, account: &AccountId, group: &Group, ctx: &Context) -> Vec<Request> {
        self.shown = Some((account.clone(), group.id.clone()));
        form(match self.tab {
            Tab::Tasks => forms::task(group, None, ctx),
            Tab::Notifications => forms::notify(group, &events(account, group, ctx), ctx.lang),
            Tab::Bindings => forms::bindings(group, ctx.lang),
            Tab::Members => forms::attach(group, ctx.lang),
            Tab::Activities | Tab::Policies | Tab::Config => forms::policy(group, None, ctx.lang),
        })
    }

    fn selected_part(&self) -> Option<&Part> {
        let row = self.part_list()?.selected()?;
        Some(&row.part)
    }

    fn change(&mut self, account: &AccountId, group: &Group, ctx: &Context) -> Vec<Request> {
        let (about, asking) = match self.selected_part() {
            Some(Part::Policy(policy)) => (
                policy.id.clone(),
                forms::policy(group, Some(policy), ctx.lang),
            ),
            Some(Part::Task(task)) => (task.id.clone(), forms::task(group, Some(task), ctx)),
            _ => return Vec::new(),
        };
        self.about = Some((account.clone(), about));
        form(asking)
    }

    fn remove(&self, question: &Ask) -> Vec<Request> {
        let group = question.group.id.clone();
        let id = quoted(group.raw());
        match self.selected_part() {
            Some(Part::Policy(policy)) => ask(question.other(
                "policy_delete",
                Change::DeletePolicy(group, policy.id.clone()),
                &format!("policy delete {id} {}", quoted(policy.id.raw())),
                vec![format!(
                    "{}  {}",
                    policy.name,
                    texts::sentence(policy, question.ctx.lang)
                )],
                vec![
                    question
                        .ctx
                        .lang
                        .t("scaling.policy_delete_consequence")
                        .into_owned(),
                ],
            )),
            Some(Part::Task(task)) => ask(question.other(
                "task_delete",
                Change::DeleteTask(group, task.id.clone()),
                &format!("task delete {id} {}", quoted(task.id.raw())),
                vec![format!(
                    "{}  {}",
                    task.name,
                    texts::repeat(task, question.ctx.lang)
                )],
                vec![
                    question
                        .ctx
                        .lang
                        .t("scaling.task_delete_consequence")
                        .into_owned(),
                ],
            )),
            _ => Vec::new(),
        }
    }

    /// Looks for the group that a machine is a member of.
    pub(super) fn find(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        self.looked_for = on
            .iter()
            .flat_map(|subject| match subject {
                alarm @ Subject::Alarm(..) => names_of(alarm, ctx),
                Subject::Series(_, key) => vec![key.instance.clone()],
                incident @ Subject::Incident(..) => {
                    let alarms = ctx.world.related(incident, Kind::Alarm);
                    alarms
                        .iter()
                        .flat_map(|alarm| names_of(alarm, ctx))
                        .collect()
                }
                Subject::Resource(_, id) => {
                    let machines = ctx.world.resources();
                    let name = machines
                        .filter(|(_, machine)| machine.resource_id == *id)
                        .map(|(_, machine)| machine.name.clone());
                    name.chain([id.clone()]).collect()
                }
                _ => Vec::new(),
            })
            .filter(|name| !name.is_empty())
            .collect();
        let found = self.found(ctx);
        if !found.is_empty() {
            return found;
        }
        vec![Request::Go("scaling".to_owned())]
    }

    /// A form was filled in.
    pub(super) fn filled(&mut self, tag: &str, values: &Json, ctx: &Context) -> Vec<Request> {
        match tag {
            "scaling.create" => return self.create(values, ctx),
            "scaling.config_new" | "scaling.config_change" => return self.config(tag, values, ctx),
            _ => {}
        }
        let Some((account, id)) = self.form_group(ctx) else {
            return Vec::new();
        };
        let Some((account, group)) = ctx
            .world
            .scaling_groups()
            .find(|(of, group)| **of == account && group.id == id)
        else {
            return Vec::new();
        };
        let question = Ask {
            account,
            group,
            ctx,
        };
        let answer = match tag {
            "scaling.desired" => {
                let to = values["desired"]
                    .as_u64()
                    .and_then(|n| u32::try_from(n).ok());
                Ok(question.desired(to.unwrap_or(group.desired)))
            }
            "scaling.modify" => forms::group(values).map(|draft| question.modify(draft)),
            "scaling.attach" => Ok(question.attach(forms::machines(values))),
            "scaling.bindings" => forms::binding_set(values).map(|set| question.bindings(set)),
            "scaling.notify" => {
                let known = !events(account, group, ctx).is_empty();
                let chosen = forms::events(values);
                if chosen.is_empty() && !known {
                    Err(("event1", "scaling.no_event"))
                } else {
                    Ok(notify(&question, chosen))
                }
            }
            "scaling.policy_create" | "scaling.policy_modify" => {
                let known = self.about_part().filter(|_| tag == "scaling.policy_modify");
                forms::policy_draft(values).map(|draft| policy(&question, known, draft))
            }
            "scaling.task_create" | "scaling.task_modify" => {
                let known = self.about_part().filter(|_| tag == "scaling.task_modify");
                forms::task_draft(values, ctx).map(|draft| task(&question, known, draft))
            }
            _ => return Vec::new(),
        };
        match answer {
            Ok(confirm) => ask(confirm),
            Err((field, why)) => vec![Request::Reject {
                field: field.to_owned(),
                why: ctx.lang.t(why).into_owned(),
            }],
        }
    }

    /// The policy or task that a form is about.
    fn about_part(&self) -> Option<SafeText> {
        self.about.as_ref().map(|(_, part)| part.clone())
    }

    /// The group a form is about: the one that is shown, else the one under the cursor.
    fn form_group(&self, ctx: &Context) -> Option<(AccountId, SafeText)> {
        let on: Vec<Subject> = match &self.shown {
            Some((account, id)) => return Some((account.clone(), id.clone())),
            None => self.list.subject().into_iter().collect(),
        };
        group_of(&on, ctx).map(|(account, group)| (account.clone(), group.id.clone()))
    }

    /// The last step of the wizard for a new group.
    fn create(&self, values: &Json, ctx: &Context) -> Vec<Request> {
        let Some((account, config)) = &self.about else {
            return Vec::new();
        };
        let draft = match forms::group(values) {
            Ok(draft) => GroupDraft {
                config: Some(config.raw().to_owned()),
                ..draft
            },
            Err((field, why)) => {
                return vec![Request::Reject {
                    field: field.to_owned(),
                    why: ctx.lang.t(why).into_owned(),
                }];
            }
        };
        let lang = ctx.lang;
        let name = draft.name.clone().unwrap_or_default();
        let known = ctx.world.scaling_config(account, config);
        let config_name = known
            .map_or(config.shown(), |config| config.name.shown())
            .to_owned();
        let number = |value: Option<u32>| value.unwrap_or_default().to_string();
        let mut command = "scaling create".to_owned();
        for (name, value) in [
            ("name", name.as_str()),
            ("launch-config", config.raw()),
            ("min", number(draft.min).as_str()),
            ("desired", number(draft.desired).as_str()),
            ("max", number(draft.max).as_str()),
            ("remove", draft.remove.map_or("oldest", RemovePolicy::name)),
            ("subnets", draft.subnets.join(",").as_str()),
            ("spread", draft.spread.map_or("balanced", Spread::name)),
            (
                "security-group",
                draft.security_group.as_deref().unwrap_or(""),
            ),
        ] {
            option(&mut command, name, value);
        }
        let sizes = lang.tf(
            "scaling.create_sizes",
            &[
                ("min", &number(draft.min)),
                ("desired", &number(draft.desired)),
                ("max", &number(draft.max)),
            ],
        );
        let creates = lang.tf(
            "scaling.creates",
            &[("count", &number(draft.desired)), ("config", &config_name)],
        );
        ask(Confirm {
            title: lang.tf("scaling.create_title", &[("name", &name)]),
            summary: lang.tf("scaling.create_summary", &[("name", &name)]),
            command,
            targets: vec![format!("{name}  {sizes}")],
            consequence: [creates, lang.t("scaling.create_consequence").into_owned()]
                .into_iter()
                .chain(forms::doubtful_sizes(&draft, lang))
                .collect(),
            button: lang.t("scaling.create_button").into_owned(),
            risk: Guard::Button,
            subject: None,
            action: Action::Scaling(account.clone(), Box::new(Change::CreateGroup(draft))),
        })
    }

    fn config(&self, tag: &str, values: &Json, ctx: &Context) -> Vec<Request> {
        let Some((account, id)) = &self.about else {
            return Vec::new();
        };
        let draft = config_draft(values);
        let lang = ctx.lang;
        let name = draft.name.clone().unwrap_or_default();
        let mut words = String::new();
        option(&mut words, "name", &name);
        option(&mut words, "image", draft.image.as_deref().unwrap_or(""));
        option(&mut words, "types", &draft.types.join(","));
        if let Some(machine) = &draft.machine_name {
            option(&mut words, "machine-name", machine);
        }
        let (key, change, command) = match tag {
            "scaling.config_change" => (
                "config_change",
                Change::ModifyConfig(id.clone(), draft.clone()),
                format!("scaling config modify {}{words}", quoted(id.raw())),
            ),
            _ => (
                "config_new",
                Change::CreateConfig(draft.clone()),
                format!("scaling config create{words}"),
            ),
        };
        ask(Confirm {
            title: lang.tf(&format!("scaling.{key}_title"), &[("name", &name)]),
            summary: lang.tf(&format!("scaling.{key}_summary"), &[("name", &name)]),
            command,
            targets: vec![format!("{name}  {}", draft.types.join(", "))],
            consequence: vec![lang.t(&format!("scaling.{key}_consequence")).into_owned()],
            button: lang.t(&format!("scaling.{key}_button")).into_owned(),
            risk: Guard::Button,
            subject: None,
            action: Action::Scaling(account.clone(), Box::new(change)),
        })
    }

    /// Something was chosen.
    pub(super) fn picked(&mut self, tag: &str, ids: &[String], ctx: &Context) -> Vec<Request> {
        let Some((account, own)) = self.about.clone() else {
            return Vec::new();
        };
        let Some(config) = ids
            .first()
            .and_then(|id| ctx.world.scaling_config(&account, &id.as_str().into()))
        else {
            return Vec::new();
        };
        match tag {
            "scaling.create_config" => {
                let groups = || {
                    let all = ctx.world.scaling_groups();
                    all.filter(|(of, _)| **of == account)
                        .map(|(_, group)| group)
                };
                let like = groups()
                    .find(|group| group.config == config.id)
                    .or_else(|| groups().next());
                self.about = Some((account.clone(), config.id.clone()));
                form(forms::create(config, like, ctx.lang))
            }
            "scaling.diff" => diff(&account, &own, config, ctx),
            "scaling.config_delete" => ask(delete_config(&account, config, ctx)),
            _ => Vec::new(),
        }
    }
}

/// What differs between a group's configuration and another.
fn diff(account: &AccountId, own: &SafeText, other: &Config, ctx: &Context) -> Vec<Request> {
    let own = ctx.world.scaling_config(account, own);
    own.map(|own| {
        Request::Document(Document {
            title: ctx.lang.tf(
                "scaling.diff_title",
                &[("one", own.name.shown()), ("other", other.name.shown())],
            ),
            lines: detail::config_diff(own, other, ctx.lang),
        })
    })
    .into_iter()
    .collect()
}

/// The names that the machine of an alarm may have.
fn names_of(alarm: &Subject, ctx: &Context) -> Vec<SafeText> {
    let Subject::Alarm(account, id) = alarm else {
        return Vec::new();
    };
    let alarm = ctx.world.alarm(account, id.raw()).into_iter();
    alarm
        .flat_map(|alarm| std::iter::once(alarm.resource.clone()).chain(alarm.resource_id.clone()))
        .collect()
}

/// Events the contacts of a group are told of.
fn events(account: &AccountId, group: &Group, ctx: &Context) -> BTreeSet<u8> {
    ctx.world
        .scaling_detail(account, &group.id)
        .and_then(|detail| detail.subscriptions.first())
        .map(|subscription| subscription.events.clone())
        .unwrap_or_default()
}

/// The members that a command is about, and the question for them.
fn members(command: &str, question: &Ask, on: &[Subject]) -> Vec<Request> {
    let Some(detail) = question
        .ctx
        .world
        .scaling_detail(question.account, &question.group.id)
    else {
        return Vec::new();
    };
    let chosen: Vec<&Member> = detail
        .members
        .iter()
        .filter(|member| {
            on.iter().any(
                |subject| matches!(subject, Subject::ScalingPart(_, _, id) if *id == member.id),
            )
        })
        .collect();
    if chosen.is_empty() {
        return Vec::new();
    }
    if command == "scaling.detach" {
        return ask(question.detach(&chosen));
    }
    // Protects unless all of them are protected.
    let on = chosen.iter().any(|member| !member.protected);
    ask(question.protect(&chosen, on))
}

fn notify(question: &Ask, events: BTreeSet<u8>) -> Confirm {
    let lang = question.ctx.lang;
    let group = question.group.id.clone();
    let known = question
        .ctx
        .world
        .scaling_detail(question.account, &group)
        .and_then(|detail| detail.subscriptions.first());
    let numbers: Vec<String> = events.iter().map(ToString::to_string).collect();
    let words = if events.is_empty() {
        format!("notify {} --none", quoted(group.raw()))
    } else {
        format!("notify {} {}", quoted(group.raw()), numbers.join(" "))
    };
    let told: Vec<String> = events
        .iter()
        .map(|event| lang.t(&format!("scaling.event_{event}")).into_owned())
        .collect();
    // A group has one subscription: it is changed where there is one.
    let change = match known {
        Some(known) => Change::ModifyNotification(group, known.id.clone(), events),
        None => Change::CreateNotification(group, events),
    };
    question.other(
        "notify",
        change,
        &words,
        told,
        vec![lang.t("scaling.notify_consequence").into_owned()],
    )
}

fn policy(
    question: &Ask,
    known: Option<SafeText>,
    draft: crate::domain::scaling::PolicyDraft,
) -> Confirm {
    let lang = question.ctx.lang;
    let group = question.group.id.clone();
    let id = quoted(group.raw());
    let sentence = forms::policy_sentence(&draft, lang);
    let target = vec![format!("{}  {sentence}", draft.name)];
    let (kind, value) = match draft.adjustment {
        crate::domain::scaling::Adjustment::Total(value) => ("total", value),
        crate::domain::scaling::Adjustment::Count(value) => ("count", value),
        crate::domain::scaling::Adjustment::Percent(value) => ("percent", value),
    };
    let rule = &draft.rule;
    let function = match rule.function {
        Some(Function::Min) => "min",
        Some(Function::Max) => "max",
        _ => "avg",
    };
    let mut options = String::new();
    for (name, value) in [
        ("name", draft.name.as_str()),
        ("metric", rule.metric.raw()),
        ("comparison", rule.comparison.raw()),
        ("threshold", rule.threshold.to_string().as_str()),
        ("function", function),
        ("repeat", rule.repeat.to_string().as_str()),
        ("period", rule.period.to_string().as_str()),
        ("by", kind),
        ("value", value.to_string().as_str()),
        ("cooldown", draft.cooldown.to_string().as_str()),
    ] {
        option(&mut options, name, value);
    }
    let mut consequence = vec![lang.t("scaling.policy_consequence").into_owned()];
    consequence.extend(forms::doubtful_value(draft.adjustment, lang));
    if let Some(policy) = known {
        let words = format!("policy modify {id} {}{options}", quoted(policy.raw()));
        let change = Change::ModifyPolicy(group, policy, draft);
        question.other("policy_modify", change, &words, target, consequence)
    } else {
        let words = format!("policy create {id}{options}");
        let change = Change::CreatePolicy(group, draft);
        question.other("policy_create", change, &words, target, consequence)
    }
}

fn task(
    question: &Ask,
    known: Option<SafeText>,
    draft: crate::domain::scaling::TaskDraft,
) -> Confirm {
    let ctx = question.ctx;
    let lang = ctx.lang;
    let group = question.group.id.clone();
    let id = quoted(group.raw());
    let as_task = forms::task_of(&draft);
    let target = vec![format!(
        "{}  {}  {}",
        draft.name,
        texts::task_sizes(&as_task, lang),
        texts::repeat(&as_task, lang)
    )];
    let mut consequence: Vec<String> = as_task
        .next_runs(ctx.at, 3)
        .iter()
        .map(|at| lang.tf("scaling.runs_at", &[("at", &format::exact(*at, ctx.zone))]))
        .collect();
    consequence.push(lang.t("scaling.task_consequence").into_owned());
    let mut options = String::new();
    option(&mut options, "name", &draft.name);
    option(&mut options, "min", &draft.min.to_string());
    option(&mut options, "desired", &draft.desired.to_string());
    option(&mut options, "max", &draft.max.to_string());
    option(&mut options, "start", &draft.start.to_string());
    if let Some(end) = draft.end {
        option(&mut options, "end", &end.to_string());
    }
    if let Some(cron) = &draft.cron {
        option(&mut options, "cron", cron);
    }
    if let Some((unit, cycle)) = &draft.unit {
        option(&mut options, "every", &unit.to_lowercase());
        option(&mut options, "cycle", &cycle.join(","));
    }
    if let Some(task) = known {
        let words = format!("task modify {id} {}{options}", quoted(task.raw()));
        let change = Change::ModifyTask(group, task, draft);
        question.other("task_modify", change, &words, target, consequence)
    } else {
        let words = format!("task create {id}{options}");
        question.other(
            "task_create",
            Change::CreateTask(group, draft),
            &words,
            target,
            consequence,
        )
    }
}

/// Lets the user choose the launch configuration of a new group.
fn pick_config(account: &AccountId, ctx: &Context) -> Vec<Request> {
    let known = ctx.world.scaling_configs(account);
    let items = known.map(|config| choice(config, None, ctx)).collect();
    choose("scaling.create_config", "scaling.pick_config", items, ctx)
}

fn choose(tag: &'static str, title: &str, items: Vec<Choice>, ctx: &Context) -> Vec<Request> {
    if items.is_empty() {
        let none = ctx.lang.t("scaling.no_configs").into_owned();
        return vec![Request::Toast(Tone::Info, none)];
    }
    vec![Request::Pick(Picking {
        tag,
        title: ctx.lang.t(title).into_owned(),
        items,
        many: false,
    })]
}

fn choice(config: &Config, refusal: Option<String>, ctx: &Context) -> Choice {
    let types: Vec<&str> = config
        .types
        .iter()
        .map(crate::domain::text::SafeText::shown)
        .collect();
    let age = config
        .created
        .map_or(String::new(), |at| format::age_of(ctx.lang, at, ctx.at));
    Choice {
        id: config.id.raw().to_owned(),
        label: config.name.shown().to_owned(),
        note: format!("{} · {age}", types.join(", ")),
        refusal,
        chosen: false,
    }
}

/// Launch configurations to delete: those that a group uses cannot be chosen.
fn unused_configs(account: &AccountId, ctx: &Context) -> Vec<Request> {
    let items: Vec<Choice> = ctx
        .world
        .scaling_configs(account)
        .map(|config| {
            let user = ctx
                .world
                .scaling_groups()
                .find(|(of, group)| *of == account && group.config == config.id);
            let refusal = user.map(|(_, group)| {
                ctx.lang
                    .tf("scaling.config_used", &[("name", group.name.shown())])
            });
            choice(config, refusal, ctx)
        })
        .collect();
    choose("scaling.config_delete", "scaling.pick_delete", items, ctx)
}

fn delete_config(account: &AccountId, config: &Config, ctx: &Context) -> Confirm {
    let lang = ctx.lang;
    let name = config.name.shown();
    Confirm {
        title: lang.tf("scaling.config_delete_title", &[("name", name)]),
        summary: lang.tf("scaling.config_delete_summary", &[("name", name)]),
        command: format!("scaling config delete {}", quoted(config.id.raw())),
        targets: vec![format!("{name}  {}", config.id)],
        consequence: vec![lang.t("scaling.config_delete_consequence").into_owned()],
        button: lang.t("scaling.config_delete_button").into_owned(),
        risk: Guard::Button,
        subject: None,
        action: Action::Scaling(
            account.clone(),
            Box::new(Change::DeleteConfigs(vec![config.id.clone()])),
        ),
    }
}

/// The form of a launch configuration, new or known.
fn config_form(known: Option<&Config>, ctx: &Context) -> Vec<Request> {
    let lang = ctx.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let (tag, title) = match known {
        Some(_) => ("scaling.config_change", "scaling.config_change_form"),
        None => ("scaling.config_new", "scaling.config_new_form"),
    };
    let types: Vec<&str> = known
        .map(|config| {
            config
                .types
                .iter()
                .map(crate::domain::text::SafeText::raw)
                .collect()
        })
        .unwrap_or_default();
    let machine = known
        .and_then(|config| {
            config
                .properties
                .iter()
                .find(|(name, _)| *name == "InstanceName")
        })
        .map_or("", |(_, value)| value.raw());
    let asking = Form::new(t(title), t("scaling.go_on"))
        .field(
            Field::text("name", t("scaling.field_name"))
                .required()
                .value(known.map_or("", |config| config.name.raw())),
        )
        .field(
            Field::text("image", t("scaling.field_image"))
                .required()
                .value(known.map_or("", |config| config.image.raw())),
        )
        .field(
            Field::texts("types", t("scaling.field_types"))
                .required()
                .value(&types.join("\n"))
                .help(t("scaling.types_help")),
        )
        .field(Field::text("machine", t("scaling.field_machine")).value(machine));
    form(Asking { tag, form: asking })
}

fn config_draft(values: &Json) -> ConfigDraft {
    let given = |name: &str| Some(text(values, name)).filter(|text| !text.is_empty());
    let types = values["types"].as_array().into_iter().flatten();
    ConfigDraft {
        name: given("name"),
        image: given("image"),
        types: types
            .filter_map(Json::as_str)
            .map(|kind| kind.trim().to_owned())
            .filter(|kind| !kind.is_empty())
            .collect(),
        machine_name: given("machine"),
        ..ConfigDraft::default()
    }
}
