//! Questions before something about a group changes: each says what will happen, to whom, and who stays.

use std::fmt::Write as _;

use crate::app::pane::{Confirm, Context, Guard};
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::action::Action;
use crate::domain::scaling::{
    BindingDiff, Change, Config, Group, GroupDetail, GroupDraft, Member, Origin, leaving,
};
use crate::domain::text::SafeText;
use crate::panes::words::{option as command_option, quoted};
use crate::ui::format;
use crate::ui::lang::Lang;

use super::texts;

/// Members named one by one in a dialog; the rest are counted.
const NAMED: usize = 8;

/// A question being put together.
pub struct Ask<'a> {
    pub account: &'a AccountId,
    pub group: &'a Group,
    pub ctx: &'a Context<'a>,
}

impl Ask<'_> {
    fn lang(&self) -> Lang {
        self.ctx.lang
    }

    fn t(&self, key: &str) -> String {
        self.lang().t(key).into_owned()
    }

    fn named(&self, key: &str) -> String {
        self.lang().tf(key, &[("name", self.group.name.shown())])
    }

    fn detail(&self) -> Option<&GroupDetail> {
        self.ctx.world.scaling_detail(self.account, &self.group.id)
    }

    fn config(&self) -> Option<&Config> {
        self.ctx
            .world
            .scaling_config(self.account, &self.group.config)
    }

    /// The question; `key` is the stem of its texts.
    fn confirm(&self, key: &str, change: Change, words: &str, risk: Guard) -> Confirm {
        Confirm {
            action: Action::Scaling(self.account.clone(), Box::new(change)),
            title: self.named(&format!("scaling.{key}_title")),
            summary: self.named(&format!("scaling.{key}_summary")),
            command: format!("scaling {words}"),
            targets: vec![self.line()],
            consequence: Vec::new(),
            button: self.t(&format!("scaling.{key}_button")),
            risk,
            subject: Some(Subject::ScalingGroup(
                self.account.clone(),
                self.group.id.clone(),
            )),
        }
    }

    /// The group in a line.
    fn line(&self) -> String {
        format!(
            "{}  {}",
            self.group.name,
            texts::sizes(self.group, self.lang())
        )
    }

    fn id(&self) -> String {
        quoted(self.group.id.raw())
    }

    /// Another number of members, with who comes and who goes.
    pub fn desired(&self, to: u32) -> Confirm {
        let change = Change::ModifyGroup(
            self.group.id.clone(),
            GroupDraft {
                desired: Some(to),
                ..GroupDraft::default()
            },
        );
        let words = format!("set-desired {} {to}", self.id());
        let mut confirm = self.confirm("desired", change, &words, Guard::Button);
        let numbers = [
            ("name", self.group.name.shown().to_owned()),
            ("from", self.group.desired.to_string()),
            ("to", to.to_string()),
        ];
        let values: Vec<(&str, &str)> = numbers.iter().map(|(k, v)| (*k, v.as_str())).collect();
        confirm.title = self.lang().tf("scaling.desired_title", &values);
        confirm.summary = self.lang().tf("scaling.desired_summary", &values);
        confirm.consequence = self.resized(to);
        confirm
    }

    /// What happens when the group shall have this many members.
    fn resized(&self, to: u32) -> Vec<String> {
        let mut lines = Vec::new();
        if self.group.status != crate::domain::scaling::GroupStatus::Active {
            lines.push(self.t("scaling.only_when_active"));
        }
        let now = self.group.members;
        match to.cmp(&now) {
            std::cmp::Ordering::Equal => lines.push(self.t("scaling.nothing_moves")),
            std::cmp::Ordering::Greater => lines.extend(self.created(to - now)),
            std::cmp::Ordering::Less => lines.extend(self.leavers((now - to) as usize)),
        }
        if let Some(running) = self.detail().and_then(GroupDetail::running) {
            let what = texts::activity_what(running, self.lang());
            lines.push(self.lang().tf("scaling.waits_for", &[("what", &what)]));
        }
        lines
    }

    fn created(&self, count: u32) -> Vec<String> {
        let types = self.config().map_or_else(String::new, |config| {
            let types: Vec<&str> = config
                .types
                .iter()
                .map(crate::domain::text::SafeText::shown)
                .collect();
            types.join(", ")
        });
        let mut line = self.lang().tf(
            "scaling.creates",
            &[
                ("count", &count.to_string()),
                ("config", self.group.config_name.shown()),
            ],
        );
        if !types.is_empty() {
            let _ = write!(line, " ({types})");
        }
        let mut lines = vec![line];
        if !self.group.bindings.is_empty() {
            let count = self.group.bindings.len().to_string();
            lines.push(self.lang().tf("scaling.registered", &[("count", &count)]));
        }
        lines
    }

    fn leavers(&self, count: usize) -> Vec<String> {
        let Some(detail) = self.detail() else {
            let count = count.to_string();
            return vec![self.lang().tf("scaling.some_leave", &[("count", &count)])];
        };
        let going = leaving(&detail.members, self.group.remove, count);
        let mut lines = self.members(&going, "scaling.leaves");
        if going.len() < count {
            let missing = (count - going.len()).to_string();
            lines.push(
                self.lang()
                    .tf("scaling.too_few_free", &[("count", &missing)]),
            );
        }
        let kept: Vec<&str> = detail
            .members
            .iter()
            .filter(|member| member.protected)
            .map(|member| member.name.shown())
            .collect();
        if !kept.is_empty() {
            let names = kept.join(", ");
            lines.push(
                self.lang()
                    .tf("scaling.protected_stay", &[("names", &names)]),
            );
        }
        lines
    }

    fn members(&self, members: &[&Member], key: &str) -> Vec<String> {
        let lang = self.lang();
        let mut lines: Vec<String> = members
            .iter()
            .take(NAMED)
            .map(|member| {
                let age = member
                    .joined
                    .map_or_else(String::new, |at| format::age_of(lang, at, self.ctx.at));
                let fate = match member.origin {
                    Origin::Auto => "scaling.destroyed",
                    _ => "scaling.lives_on",
                };
                lang.tf(
                    key,
                    &[
                        ("name", member.name.shown()),
                        ("age", &age),
                        ("fate", &lang.t(fate)),
                    ],
                )
            })
            .collect();
        if members.len() > NAMED {
            let more = (members.len() - NAMED).to_string();
            lines.push(lang.tf("scaling.and_more", &[("count", &more)]));
        }
        lines
    }

    /// To work, with what moves at once.
    pub fn enable(&self) -> Confirm {
        let change = Change::EnableGroup(self.group.id.clone());
        let words = format!("enable {}", self.id());
        let mut confirm = self.confirm("enable", change, &words, Guard::Low);
        confirm.consequence = vec![self.t("scaling.enable_consequence")];
        let (now, to) = (self.group.members, self.group.desired);
        if to > now {
            confirm.consequence.extend(self.created(to - now));
        } else if to < now {
            confirm
                .consequence
                .extend(self.leavers((now - to) as usize));
        }
        confirm
    }

    /// No automatic work any longer.
    pub fn disable(&self) -> Confirm {
        let change = Change::DisableGroup(self.group.id.clone());
        let words = format!("disable {}", self.id());
        let mut confirm = self.confirm("disable", change, &words, Guard::Button);
        confirm.consequence = vec![
            self.t("scaling.disable_consequence"),
            self.t("scaling.disable_members_stay"),
        ];
        confirm
    }

    /// Deletes the group.
    pub fn delete(&self) -> Confirm {
        let change = Change::DeleteGroup(self.group.id.clone());
        let words = format!("delete {}", self.id());
        let name = Guard::Name(self.group.name.raw().to_owned());
        let mut confirm = self.confirm("delete", change, &words, name);
        let (policies, tasks) = self
            .detail()
            .map_or((0, 0), |detail| (detail.policies.len(), detail.tasks.len()));
        confirm.consequence = vec![self.lang().tf(
            "scaling.delete_consequence",
            &[
                ("policies", &policies.to_string()),
                ("tasks", &tasks.to_string()),
            ],
        )];
        confirm
    }

    /// Protects members, or ends that.
    pub fn protect(&self, members: &[&Member], on: bool) -> Confirm {
        let ids: Vec<SafeText> = members.iter().map(|member| member.id.clone()).collect();
        let flag = if on { "on" } else { "off" };
        let words = format!("protect {} {flag} {}", self.id(), joined(&ids));
        let change = Change::Protect {
            group: self.group.id.clone(),
            members: ids,
            on,
        };
        let key = if on { "protect" } else { "unprotect" };
        let mut confirm = self.confirm(key, change, &words, Guard::Low);
        confirm.targets = names(members);
        confirm.consequence = vec![self.t(&format!("scaling.{key}_consequence"))];
        confirm
    }

    /// Takes members out.
    pub fn detach(&self, members: &[&Member]) -> Confirm {
        let ids: Vec<SafeText> = members.iter().map(|member| member.id.clone()).collect();
        let words = format!("detach {} {}", self.id(), joined(&ids));
        let change = Change::Detach(self.group.id.clone(), ids);
        let guard = if members.len() > 1 {
            Guard::Count(members.len())
        } else {
            Guard::Button
        };
        let mut confirm = self.confirm("detach", change, &words, guard);
        confirm.targets = names(members);
        confirm.consequence = self.members(members, "scaling.taken_out");
        let left = self.group.desired.saturating_sub(count(members.len()));
        let left = left.to_string();
        confirm.consequence.push(
            self.lang()
                .tf("scaling.desired_becomes", &[("count", &left)]),
        );
        if members.iter().any(|member| member.protected) {
            confirm.consequence.push(self.t("scaling.detach_protected"));
        }
        confirm
    }

    /// Adds machines by their ids.
    pub fn attach(&self, machines: Vec<SafeText>) -> Confirm {
        let words = format!("attach {} {}", self.id(), joined(&machines));
        let targets: Vec<String> = machines.iter().map(ToString::to_string).collect();
        let desired = self.group.desired.saturating_add(count(machines.len()));
        let over = desired > self.group.max;
        let change = Change::Attach(self.group.id.clone(), machines);
        let mut confirm = self.confirm("attach", change, &words, Guard::Button);
        confirm.targets = targets;
        confirm.consequence = vec![
            self.t("scaling.attach_consequence"),
            self.lang().tf(
                "scaling.desired_becomes",
                &[("count", &desired.to_string())],
            ),
        ];
        if over {
            let max = self.group.max.to_string();
            confirm
                .consequence
                .push(self.lang().tf("scaling.over_max", &[("max", &max)]));
        }
        confirm
    }

    /// Changes of a group, old and new side by side.
    pub fn modify(&self, draft: GroupDraft) -> Confirm {
        let group = self.group;
        let lang = self.lang();
        let mut lines = Vec::new();
        let mut words = format!("modify {}", self.id());
        let mut row = |label: &str, option: &str, from: String, to: Option<String>| {
            if let Some(to) = to.filter(|to| *to != from) {
                lines.push(format!("{}: {from} → {to}", lang.t(label)));
                command_option(&mut words, option, &to);
            }
        };
        let number = |value: Option<u32>| value.map(|value| value.to_string());
        row(
            "scaling.field_name",
            "name",
            group.name.to_string(),
            draft.name.clone(),
        );
        row(
            "scaling.field_min",
            "min",
            group.min.to_string(),
            number(draft.min),
        );
        row(
            "scaling.field_max",
            "max",
            group.max.to_string(),
            number(draft.max),
        );
        row(
            "scaling.field_desired",
            "desired",
            group.desired.to_string(),
            number(draft.desired),
        );
        row(
            "scaling.field_config",
            "launch-config",
            group.config.raw().to_owned(),
            draft.config.clone(),
        );
        row(
            "scaling.field_remove",
            "remove",
            group.remove.map_or("?", |policy| policy.name()).to_owned(),
            draft.remove.map(|policy| policy.name().to_owned()),
        );
        let to = draft.desired.unwrap_or(group.desired);
        let change = Change::ModifyGroup(group.id.clone(), draft);
        let mut confirm = self.confirm("modify", change, &words, Guard::Button);
        confirm.consequence = lines;
        if to != group.members {
            confirm.consequence.extend(self.resized(to));
        }
        confirm
    }

    /// Replaces the whole set of load balancers.
    pub fn bindings(&self, after: Vec<crate::domain::scaling::Binding>) -> Confirm {
        let diff = BindingDiff::between(&self.group.bindings, &after);
        let guard = if after.is_empty() {
            Guard::Name(self.group.name.raw().to_owned())
        } else {
            Guard::Button
        };
        let set: Vec<String> = after.iter().map(|one| quoted(&one.to_string())).collect();
        let words = if set.is_empty() {
            format!("balancers {} --none", self.id())
        } else {
            format!("balancers {} {}", self.id(), set.join(" "))
        };
        let change = Change::SetBindings(self.group.id.clone(), after);
        let mut confirm = self.confirm("bindings", change, &words, guard);
        let mut lines = vec![self.t("scaling.bindings_whole")];
        let mut say = |key: &str, all: &[crate::domain::scaling::Binding]| {
            for binding in all {
                let what = binding.to_string();
                lines.push(self.lang().tf(key, &[("what", &what)]));
            }
        };
        say("scaling.binding_removed", &diff.removed);
        say("scaling.binding_kept", &diff.kept);
        say("scaling.binding_added", &diff.added);
        for (before, after) in &diff.changed {
            let values = [("from", before.to_string()), ("to", after.to_string())];
            let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
            lines.push(self.lang().tf("scaling.binding_changed", &values));
        }
        confirm.consequence = lines;
        confirm
    }

    /// Another change of something that belongs to the group, with its own words.
    pub fn other(
        &self,
        key: &str,
        change: Change,
        words: &str,
        targets: Vec<String>,
        consequence: Vec<String>,
    ) -> Confirm {
        let mut confirm = self.confirm(key, change, words, Guard::Button);
        confirm.targets = targets;
        confirm.consequence = consequence;
        confirm
    }
}

fn names(members: &[&Member]) -> Vec<String> {
    members
        .iter()
        .map(|member| format!("{}  {}", member.name, member.id))
        .collect()
}

fn joined(ids: &[SafeText]) -> String {
    let words: Vec<String> = ids.iter().map(|id| quoted(id.raw())).collect();
    words.join(" ")
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
