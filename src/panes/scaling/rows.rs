//! The rows of the list of groups, and of the lists within one group.

use std::sync::Arc;

use jiff::Timestamp;

use super::texts::{self, Motion};
use crate::app::pane::Context;
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::scaling::{
    Activity, Binding, Group, GroupDetail, GroupId, Member, Origin, Policy, Task,
};
use crate::panes::frame;
use crate::panes::list::{Look, Row, heading};
use crate::ui::format;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// Cells of the bar of sizes.
const BAR: usize = 10;

/// A group in the list.
pub struct GroupRow {
    pub account: AccountId,
    pub group: Arc<Group>,
    /// How many metric policies and scheduled tasks it has, when that was read.
    pub counts: Option<(usize, usize)>,
    /// Its latest activity, when that was read.
    pub last: Option<Activity>,
    /// What it does now.
    pub motion: Motion,
}

impl GroupRow {
    pub fn new(account: &AccountId, group: &Group, detail: Option<&GroupDetail>) -> Self {
        Self {
            account: account.clone(),
            group: Arc::new(group.clone()),
            counts: detail.map(|detail| (detail.policies.len(), detail.tasks.len())),
            last: detail.and_then(|detail| detail.activities.first().cloned()),
            motion: Motion::of(group, detail),
        }
    }

    /// Does something happen, or is about to happen?
    pub fn is_live(&self) -> bool {
        self.motion.is_live(&self.group)
    }
}

pub fn group_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("state", title("scaling.col_state"), 10, 12),
        Column::flex("name", title("scaling.col_name"), 8, 32).grow(3),
        Column::flex("size", title("scaling.col_size"), 24, 34).grow(1),
        Column::fixed("policies", title("scaling.col_policies"), 8)
            .right()
            .priority(4),
        Column::fixed("tasks", title("scaling.col_tasks"), 5)
            .right()
            .priority(4),
        Column::flex("last", title("scaling.col_last"), 16, 60)
            .grow(2)
            .priority(2),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("config", title("scaling.col_config"), 8, 24).wide(),
        Column::flex("id", title("scaling.col_id"), 10, 20).wide(),
    ]
}

impl Row for GroupRow {
    fn subject(&self) -> Subject {
        Subject::ScalingGroup(self.account.clone(), self.group.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let (group, lang, glyphs) = (&self.group, look.lang, look.theme.glyphs());
        match column {
            "state" => {
                let (sign, word, role) = texts::state(group, self.motion, glyphs, lang);
                Cell::styled(sign, role).then(" ", role).then(word, role)
            }
            "name" => Cell::text(group.name.shown()),
            "size" => {
                let mut cell = Cell::default();
                for (text, role) in texts::bar(group, BAR, glyphs) {
                    cell = cell.then(text, role);
                }
                cell.then(" ", "text")
                    .then(texts::sizes(group, lang), "text")
            }
            "policies" => self
                .counts
                .map_or_else(Cell::default, |(n, _)| n.to_string().into()),
            "tasks" => self
                .counts
                .map_or_else(Cell::default, |(_, n)| n.to_string().into()),
            "last" => self.last.as_ref().map_or_else(Cell::default, |last| {
                let (sign, role) = texts::activity_sign(last.status, glyphs);
                Cell::styled(sign, role)
                    .then(" ", role)
                    .then(texts::activity_what(last, lang), "text")
                    .then(" · ", "muted")
                    .then(texts::cause(last, lang), "muted")
            }),
            "age" => self
                .last
                .as_ref()
                .and_then(|last| last.started)
                .map_or_else(Cell::default, |at| format::age_of(lang, at, look.at).into()),
            "config" => Cell::styled(group.config_name.shown(), "muted"),
            "id" => Cell::styled(group.id.shown(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let group = &self.group;
        match column {
            "state" if self.motion == Motion::Stuck => Value::text("failing"),
            "state" if self.is_live() => Value::text("moving"),
            "state" => Value::text(match &group.status {
                crate::domain::scaling::GroupStatus::Active => "active",
                _ => "inactive",
            }),
            "name" => Value::text(group.name.raw()),
            "size" => Value::Number(group.members.into()),
            "policies" => number(self.counts.map(|(n, _)| n)),
            "tasks" => number(self.counts.map(|(_, n)| n)),
            "last" => self.last.as_ref().map_or(Value::Missing, |last| {
                Value::text(format!("{} {}", last.status.name(), last.cause.raw()))
            }),
            "age" => self
                .last
                .as_ref()
                .and_then(|last| last.started)
                .map_or(Value::Missing, |started| {
                    Value::Age(at.duration_since(started).as_secs_f64())
                }),
            "config" => Value::text(group.config_name.raw()),
            "id" => Value::text(group.id.raw()),
            _ => Value::Missing,
        }
    }
}

fn number<'a>(count: Option<usize>) -> Value<'a> {
    count.map_or(Value::Missing, |count| Value::Number(count as f64))
}

/// A row within a group.
pub struct PartRow {
    pub account: AccountId,
    pub group: GroupId,
    pub part: Part,
    /// What a task needs the zone and the time for, written when the row is made.
    pub when: String,
}

/// What a row within a group is about.
pub enum Part {
    Member(Member),
    Activity(Activity),
    Policy(Policy),
    Task(Task),
    Binding(Binding),
}

impl PartRow {
    pub fn new(account: &AccountId, group: &GroupId, part: Part, ctx: &Context) -> Self {
        let when = match &part {
            Part::Task(task) => texts::next_run(task, ctx),
            _ => String::new(),
        };
        Self {
            account: account.clone(),
            group: group.clone(),
            part,
            when,
        }
    }

    fn id(&self) -> String {
        match &self.part {
            Part::Member(member) => member.id.raw().to_owned(),
            Part::Activity(activity) => activity.id.raw().to_owned(),
            Part::Policy(policy) => policy.id.raw().to_owned(),
            Part::Task(task) => task.id.raw().to_owned(),
            Part::Binding(binding) => {
                format!("{}/{}", binding.balancer.raw(), binding.listener.raw())
            }
        }
    }
}

pub fn member_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("health", title("scaling.col_health"), 8, 10),
        Column::flex("name", title("scaling.col_member"), 10, 40).grow(3),
        Column::flex("origin", title("scaling.col_origin"), 7, 12).priority(3),
        Column::flex("protected", title("scaling.col_protected"), 9, 12),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("id", title("scaling.col_id"), 12, 36)
            .cut_middle()
            .priority(5),
    ]
}

pub fn activity_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("when", title("scaling.col_when"), 11),
        Column::flex("status", title("scaling.col_state"), 9, 12),
        Column::flex("what", title("scaling.col_what"), 9, 24).grow(1),
        Column::flex("cause", title("scaling.col_cause"), 16, 70).grow(3),
        Column::fixed("took", title("scaling.col_took"), 7)
            .right()
            .priority(2),
    ]
}

pub fn policy_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("name", title("scaling.col_policy"), 10, 24).grow(1),
        Column::flex("sentence", title("scaling.col_sentence"), 24, 120).grow(4),
    ]
}

pub fn task_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("name", title("scaling.col_task"), 8, 24).grow(1),
        Column::flex("sizes", title("scaling.col_sets"), 10, 26).grow(1),
        Column::flex("repeat", title("scaling.col_repeat"), 8, 30).grow(1),
        Column::flex("next", title("scaling.col_next"), 19, 26),
    ]
}

pub fn binding_columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("balancer", title("scaling.col_balancer"), 12, 36)
            .cut_middle()
            .grow(1),
        Column::flex("listener", title("scaling.col_listener"), 12, 36)
            .cut_middle()
            .grow(1),
        Column::flex("ports", title("scaling.col_ports"), 6, 24),
        Column::fixed("weight", title("scaling.col_weight"), 6).right(),
    ]
}

impl Row for PartRow {
    fn subject(&self) -> Subject {
        Subject::ScalingPart(
            self.account.clone(),
            self.group.clone(),
            self.id().as_str().into(),
        )
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        match &self.part {
            Part::Member(member) => member_cell(member, column, look),
            Part::Activity(activity) => activity_cell(activity, column, look),
            Part::Policy(policy) => match column {
                "name" => Cell::text(policy.name.shown()),
                _ => Cell::styled(texts::sentence(policy, look.lang), "text"),
            },
            Part::Task(task) => match column {
                "name" => Cell::text(task.name.shown()),
                "sizes" => Cell::text(texts::task_sizes(task, look.lang)),
                "repeat" => Cell::text(texts::repeat(task, look.lang)),
                _ => Cell::styled(self.when.as_str(), "muted"),
            },
            Part::Binding(binding) => match column {
                "balancer" => Cell::text(binding.balancer.shown()),
                "listener" => Cell::text(binding.listener.shown()),
                "ports" => Cell::text(ports(binding)),
                _ => binding
                    .weight
                    .map_or_else(Cell::default, |weight| weight.to_string().into()),
            },
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let age = |from: Option<Timestamp>| {
            from.map_or(Value::Missing, |from| {
                Value::Age(at.duration_since(from).as_secs_f64())
            })
        };
        match (&self.part, column) {
            (Part::Member(member), "age") => age(member.joined),
            (Part::Member(member), "name") => Value::text(member.name.raw()),
            (Part::Member(member), "id") => Value::text(member.id.raw()),
            (Part::Member(member), "health") => Value::text(match member.healthy {
                Some(true) => "healthy",
                Some(false) => "unhealthy",
                None => "unknown",
            }),
            (Part::Member(member), "origin") => Value::text(match &member.origin {
                Origin::Auto => "auto",
                Origin::Manual => "manual",
                Origin::Other(raw) => raw.raw(),
            }),
            (Part::Member(member), "protected") => {
                Value::text(if member.protected { "yes" } else { "no" })
            }
            (Part::Activity(activity), "when") => age(activity.started),
            (Part::Activity(activity), "status") => Value::text(activity.status.name()),
            (Part::Activity(activity), "what") => Value::text(activity.kind.name()),
            (Part::Activity(activity), "cause") => Value::text(activity.cause.raw()),
            (Part::Activity(activity), "took") => match (activity.started, activity.ended) {
                (Some(from), Some(to)) => Value::Number(to.duration_since(from).as_secs_f64()),
                _ => Value::Missing,
            },
            (Part::Policy(policy), "name") => Value::text(policy.name.raw()),
            (Part::Policy(policy), _) => Value::text(policy.rule.metric.raw()),
            (Part::Task(task), "name") => Value::text(task.name.raw()),
            (Part::Task(task), "sizes") => Value::Number(task.desired.into()),
            (Part::Task(_), _) => Value::text(self.when.as_str()),
            (Part::Binding(binding), "balancer") => Value::text(binding.balancer.raw()),
            (Part::Binding(binding), "listener") => Value::text(binding.listener.raw()),
            (Part::Binding(binding), "ports") => Value::text(ports(binding)),
            (Part::Binding(binding), "weight") => binding
                .weight
                .map_or(Value::Missing, |weight| Value::Number(weight.into())),
            _ => Value::Missing,
        }
    }
}

fn ports(binding: &Binding) -> String {
    let ports: Vec<String> = binding.ports.iter().map(ToString::to_string).collect();
    ports.join(", ")
}

fn member_cell<'a>(member: &'a Member, column: &'static str, look: &Look<'a>) -> Cell<'a> {
    let (lang, glyphs) = (look.lang, look.theme.glyphs());
    match column {
        "health" => {
            let (sign, key, role) = match member.healthy {
                Some(true) => (glyphs.ok, "scaling.healthy", "state.ok"),
                Some(false) => (glyphs.failed, "scaling.unhealthy", "state.crit"),
                None => (glyphs.unknown, "scaling.unknown", "state.unknown"),
            };
            Cell::styled(sign, role)
                .then(" ", role)
                .then(lang.t(key).into_owned(), role)
        }
        "name" => Cell::text(member.name.shown()),
        "origin" => match &member.origin {
            Origin::Auto => Cell::styled(lang.t("scaling.auto").into_owned(), "muted"),
            Origin::Manual => Cell::text(lang.t("scaling.manual").into_owned()),
            Origin::Other(raw) => Cell::text(raw.shown()),
        },
        "protected" if member.protected => {
            Cell::styled(lang.t("scaling.protected").into_owned(), "accent")
        }
        "age" => member
            .joined
            .map_or_else(Cell::default, |at| format::age_of(lang, at, look.at).into()),
        "id" => Cell::styled(member.id.shown(), "muted"),
        _ => Cell::default(),
    }
}

fn activity_cell<'a>(activity: &'a Activity, column: &'static str, look: &Look<'a>) -> Cell<'a> {
    let lang = look.lang;
    match column {
        "when" => activity.started.map_or_else(Cell::default, |at| {
            let day = format::day(at, look.zone);
            let text = format!("{day} {}", format::minute(at, look.zone));
            Cell::styled(text, "muted")
        }),
        "status" => {
            let (sign, role) = texts::activity_sign(activity.status, look.theme.glyphs());
            Cell::styled(sign, role)
                .then(" ", role)
                .then(texts::activity_status(activity.status, lang), role)
        }
        "what" => Cell::text(texts::activity_what(activity, lang)),
        "cause" => {
            let cell = Cell::text(texts::cause(activity, lang));
            let error = texts::error(activity, lang);
            if error.is_empty() {
                cell
            } else {
                cell.then(" · ", "muted").then(error, "state.warn")
            }
        }
        "took" => Cell::styled(texts::took(activity, look.at, lang), "muted"),
        _ => Cell::default(),
    }
}
