//! `:contacts`: contact groups and people. Addresses and numbers are masked until they are asked for.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation;

use super::list::{List, Look, Row, heading};
use super::{frame, policy_forms, wants};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, Tone, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::contact::{Contact, ContactGroup};
use crate::domain::query::{Query, Want};
use crate::domain::text::SafeText;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document;
use crate::ui::widgets::table::Column;

/// How old the list may get: people change rarely.
const EVERY: Duration = Duration::from_secs(300);
/// The systems that have contacts.
const SYSTEMS: [SystemId; 1] = [SystemId::KscMonitor];

const ABOUT: About = About::new("contacts", "contacts.title", COMMANDS)
    .aliases(&["contact", "ct"])
    .opens(&[Kind::Group, Kind::Contact]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"]).on(&[Kind::Group, Kind::Contact]),
    Command::changes("contact.enable", &["E"])
        .on(&[Kind::Contact])
        .hinted(),
    Command::changes("contact.disable", &["D"])
        .on(&[Kind::Contact])
        .hinted(),
    Command::new("contacts.reveal", &["z r"]).hinted(),
];

/// Contact groups and people.
pub struct Contacts {
    list: List<Entry>,
    /// Are addresses and numbers shown in full?
    revealed: bool,
}

/// A group or a person.
struct Entry {
    account: AccountId,
    who: Who,
    revealed: bool,
}

enum Who {
    Group(ContactGroup),
    Person(Contact),
}

impl Contacts {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            revealed: false,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let groups = ctx.world.groups().map(|(account, group)| Entry {
            account: account.clone(),
            who: Who::Group(group.clone()),
            revealed: self.revealed,
        });
        let people = ctx.world.people().map(|(account, person)| Entry {
            account: account.clone(),
            who: Who::Person(person.clone()),
            revealed: self.revealed,
        });
        let entries = groups.chain(people).collect();
        self.list.replace(entries, ctx);
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        let Some(entry) = self.list.selected() else {
            return Vec::new();
        };
        let document = match &entry.who {
            Who::Group(group) => group_document(&entry.account, group, ctx),
            Who::Person(person) => person_document(entry, person, ctx.lang),
        };
        vec![Request::Document(document)]
    }

    fn count(&self) -> (usize, usize) {
        let groups = self
            .list
            .rows()
            .iter()
            .filter(|entry| matches!(entry.who, Who::Group(_)))
            .count();
        (groups, self.list.rows().len() - groups)
    }

    fn totals(&self, lang: Lang) -> String {
        let info = self.list.info(lang);
        if !info.filter.is_empty() || info.marked > 0 {
            return frame::counted(&info, lang);
        }
        let (groups, people) = self.count();
        lang.tf(
            "contacts.totals",
            &[
                ("groups", &groups.to_string()),
                ("people", &people.to_string()),
            ],
        )
    }
}

impl Default for Contacts {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks before contacts are switched: all of one account, groups left out.
fn switch(on: &[Subject], enabled: bool, ctx: &Context) -> Vec<Request> {
    let Some(account) = on.iter().find_map(|subject| match subject {
        Subject::Contact(account, _) => Some(account),
        _ => None,
    }) else {
        return Vec::new();
    };
    let is_meant = |person: &&Contact| on.contains(&Subject::Contact(account.clone(), person.id));
    let people = ctx.world.people().filter(|(of, _)| *of == account);
    let changed: Vec<&Contact> = people
        .map(|(_, person)| person)
        .filter(is_meant)
        .filter(|person| person.enabled != enabled)
        .collect();
    if changed.is_empty() {
        let key = if enabled {
            "contacts.on_already"
        } else {
            "contacts.off_already"
        };
        return vec![Request::Toast(Tone::Info, ctx.lang.t(key).into_owned())];
    }
    let confirm = policy_forms::confirm_switch(account, &changed, enabled, ctx);
    vec![Request::Confirm(Box::new(confirm))]
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("kind", title("contacts.kind"), 7),
        Column::flex("name", title("contacts.name"), 10, 30).grow(2),
        Column::flex("groups", title("contacts.groups"), 8, 40).priority(3),
        Column::flex("email", title("contacts.email"), 10, 34).priority(4),
        Column::flex("phone", title("contacts.phone"), 11, 16).priority(5),
        Column::fixed("state", title("contacts.state"), 6).priority(2),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        match &self.who {
            Who::Group(group) => Subject::Group(self.account.clone(), group.id),
            Who::Person(person) => Subject::Contact(self.account.clone(), person.id),
        }
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let lang = look.lang;
        match (column, &self.who) {
            ("kind", Who::Group(_)) => {
                Cell::styled(lang.t("contacts.group").into_owned(), "accent")
            }
            ("kind", Who::Person(_)) => {
                Cell::styled(lang.t("contacts.person").into_owned(), "muted")
            }
            ("name", Who::Group(group)) => Cell::text(group.name.shown()),
            ("name", Who::Person(person)) => Cell::text(person.name.shown()),
            ("groups", Who::Group(group)) => {
                let count = group.members.to_string();
                Cell::styled(lang.tf("contacts.members", &[("count", &count)]), "muted")
            }
            ("groups", Who::Person(person)) => Cell::text(joined(&person.groups)),
            ("email", Who::Person(person)) => Cell::text(self.shown(&person.email)),
            ("phone", Who::Person(person)) => Cell::text(self.shown(&person.phone)),
            ("state", Who::Person(person)) => {
                let (key, role) = if person.enabled {
                    ("contacts.on", "state.ok")
                } else {
                    ("contacts.off", "muted")
                };
                Cell::styled(lang.t(key).into_owned(), role)
            }
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        match (column, &self.who) {
            ("kind", Who::Group(_)) => Value::text("group"),
            ("kind", Who::Person(_)) => Value::text("person"),
            ("name", Who::Group(group)) => Value::text(group.name.raw()),
            ("name", Who::Person(person)) => Value::text(person.name.raw()),
            ("groups", Who::Group(group)) => Value::Number(group.members.into()),
            ("groups", Who::Person(person)) => Value::text(joined(&person.groups)),
            // What is masked cannot be found by what it hides.
            ("email", Who::Person(person)) => Value::text(self.shown(&person.email)),
            ("phone", Who::Person(person)) => Value::text(self.shown(&person.phone)),
            ("state", Who::Person(person)) => {
                Value::text(if person.enabled { "on" } else { "off" })
            }
            _ => Value::Missing,
        }
    }
}

impl Entry {
    fn shown(&self, text: &SafeText) -> String {
        if self.revealed {
            text.shown().to_owned()
        } else {
            masked(text.shown())
        }
    }
}

fn joined(groups: &[SafeText]) -> String {
    let names: Vec<&str> = groups.iter().map(SafeText::shown).collect();
    names.join(", ")
}

/// Enough of an address or a number to recognise it, and no more: `l***@example.com`, `138****78`.
pub fn masked(text: &str) -> String {
    if let Some((name, host)) = text.split_once('@') {
        let first: String = name.graphemes(true).take(1).collect();
        return format!("{first}***@{host}");
    }
    let all: Vec<&str> = text.graphemes(true).collect();
    if all.len() < 7 {
        return "*".repeat(all.len());
    }
    let head: String = all[..3].concat();
    let tail: String = all[all.len() - 2..].concat();
    format!("{head}****{tail}")
}

fn group_document(account: &AccountId, group: &ContactGroup, ctx: &Context) -> Document {
    let lang = ctx.lang;
    let mut lines = vec![
        frame::fact(lang, "contacts.name", group.name.shown()),
        frame::fact(lang, "contacts.id", &group.id.to_string()),
        frame::fact(lang, "contacts.account", &account.to_string()),
        document::Line::default(),
    ];
    let members = ctx
        .world
        .people()
        .filter(|(of, person)| *of == account && person.groups.contains(&group.name));
    lines.extend(
        members.map(|(_, person)| document::Line::styled(format!("  {}", person.name), "text")),
    );
    Document {
        title: group.name.shown().to_owned(),
        lines,
    }
}

fn person_document(entry: &Entry, person: &Contact, lang: Lang) -> Document {
    let lines = vec![
        frame::fact(lang, "contacts.name", person.name.shown()),
        frame::fact(lang, "contacts.id", &person.id.to_string()),
        frame::fact(lang, "contacts.account", &entry.account.to_string()),
        frame::fact(lang, "contacts.groups", &joined(&person.groups)),
        frame::fact(lang, "contacts.email", &entry.shown(&person.email)),
        frame::fact(lang, "contacts.phone", &entry.shown(&person.phone)),
    ];
    Document {
        title: person.name.shown().to_owned(),
        lines,
    }
}

impl Pane for Contacts {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        wants::of_each(ctx, &SYSTEMS, EVERY, Query::Contacts)
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Opened { subject, .. } => {
                // Whoever looked over the shoulder before shall not see them now.
                self.revealed = false;
                if let Some(subject) = subject {
                    self.list.select((*subject).clone());
                }
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Changed => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                ..
            } => self.describe(ctx),
            Event::Command {
                name: name @ ("contact.enable" | "contact.disable"),
                on,
            } => switch(on, *name == "contact.enable", ctx),
            Event::Command {
                name: "contacts.reveal",
                ..
            } => {
                self.revealed = !self.revealed;
                self.rebuild(ctx);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn repeat(&self, world: &World) -> Option<String> {
        world.accounts_of(SystemId::KscMonitor).next()?;
        Some("contact ls".to_owned())
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let totals = self.totals(view.lang);
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        self.list
            .draw(view, &needs, &view.t("contacts.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        Line::styled(self.totals(view.lang), view.theme.style("text"))
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn addresses_and_numbers_can_be_recognised_and_not_read() {
        assert_eq!(masked("li.wei@example.com"), "l***@example.com");
        assert_eq!(masked("13812345678"), "138****78");
        assert_eq!(masked("12345"), "*****");
        assert_eq!(masked("王五@例子.中国"), "王***@例子.中国");
        assert_eq!(masked(""), "");
    }
}
