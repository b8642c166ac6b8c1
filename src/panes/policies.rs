//! `:policies`: alarm policies; one of them with its rules as sentences, what it watches, who is told, where it fires.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::list::{List, Look, Row, heading};
use super::policy_words::{reach, sentence, short_rule};
use super::{frame, policy_forms, wants};
use crate::app::command::Command;
use crate::app::pane::{
    About, Choice, Context, Event, ListInfo, Listing, Pane, Picking, Request, Tone, View,
};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::{AlarmPolicy, PolicyId};
use crate::domain::contact::Receiver;
use crate::domain::query::{Query, Want};
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::document::{self, DocumentState};
use crate::ui::widgets::table::Column;

/// How old the list may get. Reading it costs a call for each policy.
const EVERY: Duration = Duration::from_secs(60);
/// How old the list of those who can be told may get.
const PEOPLE_EVERY: Duration = Duration::from_secs(300);
/// From this width on the pane is a view of its own.
const FULL: u16 = 60;
/// The systems that have policies.
const SYSTEMS: [SystemId; 1] = [SystemId::KscMonitor];

const ABOUT: About = About::new("policies", "policies.title", COMMANDS)
    .aliases(&["policy", "po"])
    .opens(&[Kind::Policy]);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"])
        .on(&[Kind::Policy])
        .hinted(),
    Command::changes("policy.receiver_add", &["a"])
        .on(&[Kind::Policy])
        .hinted(),
    Command::changes("policy.receiver_remove", &["D"]).on(&[Kind::Policy]),
    Command::changes("policy.new", &["o"]).hinted(),
    Command::new("policy.rehearse", &["t r"]).on(&[Kind::Policy]),
    Command::new("match.next", &["n"]),
    Command::new("match.prev", &["N"]),
];

/// The alarm policies.
pub struct Policies {
    list: List<Entry>,
    /// The policy that is shown in full.
    detail: Option<(AccountId, PolicyId)>,
    reading: DocumentState,
    /// Lines of it that match the search.
    found: usize,
    /// The policy that a form or a choice was opened for.
    asked: Option<(AccountId, PolicyId)>,
}

/// A receiver in a choice: groups and persons are separate number spaces.
fn word_of(receiver: &Receiver) -> String {
    let kind = if receiver.is_group { 'g' } else { 'p' };
    format!("{kind}{}", receiver.id)
}

/// Lets the user choose whom a policy shall no longer tell.
fn remove_receiver(policy: &AlarmPolicy, lang: Lang) -> Vec<Request> {
    if policy.receivers.is_empty() {
        let words = lang.t("policies.tells_nobody").into_owned();
        return vec![Request::Toast(Tone::Warn, words)];
    }
    let items = policy.receivers.iter().map(|receiver| Choice {
        id: word_of(receiver),
        label: receiver.name.shown().to_owned(),
        note: reach(receiver.reach, lang),
        ..Choice::default()
    });
    vec![Request::Pick(Picking {
        tag: "policy.receiver_remove",
        title: lang.tf("policies.remove_title", &[("name", policy.name.shown())]),
        items: items.collect(),
        many: false,
    })]
}

/// The chart of the worst or the first series that a policy is about: rules are rehearsed there.
fn rehearse(account: &AccountId, policy: &AlarmPolicy, lang: Lang) -> Vec<Request> {
    if let Some(key) = &policy.series {
        vec![Request::Show(Subject::Series(account.clone(), key.clone()))]
    } else {
        let words = lang.t("policies.no_series").into_owned();
        vec![Request::Toast(Tone::Warn, words)]
    }
}

/// One policy.
struct Entry {
    account: AccountId,
    policy: AlarmPolicy,
}

impl Policies {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
            detail: None,
            reading: DocumentState::default(),
            found: 0,
            asked: None,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = ctx
            .world
            .policies()
            .map(|(account, policy)| Entry {
                account: account.clone(),
                policy: policy.clone(),
            })
            .collect();
        // What fires stands on top.
        entries.sort_by(|a, b| {
            (b.policy.firing.len().cmp(&a.policy.firing.len()))
                .then_with(|| a.policy.name.cmp(&b.policy.name))
                .then_with(|| a.policy.id.cmp(&b.policy.id))
        });
        self.list.replace(entries, ctx);
    }

    fn opened(&mut self, subject: Option<&Subject>, ctx: &Context) {
        self.detail = match subject {
            Some(Subject::Policy(account, id)) => Some((account.clone(), *id)),
            _ => None,
        };
        self.reading = DocumentState::default();
        if let Some(subject) = subject {
            self.list.select(subject.clone());
        }
        self.rebuild(ctx);
    }

    /// The policy a command is about: the one in full, or the first of those it works on.
    fn meant<'w>(&self, on: &[Subject], ctx: &Context<'w>) -> Option<(AccountId, &'w AlarmPolicy)> {
        let found = match (&self.detail, on.first()) {
            (Some((account, id)), _) | (None, Some(Subject::Policy(account, id))) => {
                (account.clone(), *id)
            }
            _ => return None,
        };
        let policy = ctx.world.policy(&found.0, found.1)?;
        Some((found.0, policy))
    }

    /// What changes something, and what leads to it.
    fn command(&mut self, name: &str, on: &[Subject], ctx: &Context) -> Vec<Request> {
        if name == "policy.new" {
            let Some(account) = policy_forms::home(ctx) else {
                return Vec::new();
            };
            let asking = policy_forms::new_policy(None, None, &account, ctx);
            return vec![Request::Form(Box::new(asking))];
        }
        let Some((account, policy)) = self.meant(on, ctx) else {
            return Vec::new();
        };
        self.asked = Some((account.clone(), policy.id));
        match name {
            "policy.receiver_add" => {
                if let Some(asking) = policy_forms::add_receiver(&account, policy, ctx) {
                    vec![Request::Form(Box::new(asking))]
                } else {
                    let words = ctx.lang.t("policies.nobody_known").into_owned();
                    vec![Request::Toast(Tone::Warn, words)]
                }
            }
            "policy.receiver_remove" => remove_receiver(policy, ctx.lang),
            "policy.rehearse" => rehearse(&account, policy, ctx.lang),
            _ => Vec::new(),
        }
    }

    /// The policy that the last form or choice was about.
    fn asked<'w>(&self, ctx: &Context<'w>) -> Option<(AccountId, &'w AlarmPolicy)> {
        let (account, id) = self.asked.clone()?;
        let policy = ctx.world.policy(&account, id)?;
        Some((account, policy))
    }

    fn filled(&self, tag: &str, values: &serde_json::Value, ctx: &Context) -> Vec<Request> {
        let confirm = match tag {
            "policy.receiver_add" => self.asked(ctx).and_then(|(account, policy)| {
                policy_forms::confirm_add(&account, policy, values, ctx)
            }),
            "policy.new" => policy_forms::home(ctx)
                .map(|account| policy_forms::confirm_new(&account, values, ctx)),
            _ => None,
        };
        confirm
            .map(|confirm| Request::Confirm(Box::new(confirm)))
            .into_iter()
            .collect()
    }

    fn picked(&self, ids: &[String], ctx: &Context) -> Vec<Request> {
        let Some((account, policy)) = self.asked(ctx) else {
            return Vec::new();
        };
        let receiver = policy
            .receivers
            .iter()
            .find(|receiver| ids.first() == Some(&word_of(receiver)));
        receiver
            .map(|receiver| policy_forms::confirm_remove(&account, policy, receiver, ctx.lang))
            .map(|confirm| Request::Confirm(Box::new(confirm)))
            .into_iter()
            .collect()
    }

    /// The policy in full, as lines.
    fn lines(&self, ctx: &Context) -> Option<Vec<document::Line>> {
        let (account, id) = self.detail.as_ref()?;
        let policy = ctx.world.policy(account, *id)?;
        Some(description(account, policy, ctx))
    }
}

impl Default for Policies {
    fn default() -> Self {
        Self::new()
    }
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::fixed("state", title("policies.state"), 9),
        Column::flex("name", title("policies.name"), 8, 48).grow(3),
        Column::flex("rule", title("policies.rule"), 12, 60)
            .grow(2)
            .priority(3),
        Column::fixed("objects", title("policies.objects"), 7)
            .right()
            .priority(2),
        Column::fixed("rules", title("policies.rules"), 5)
            .right()
            .wide(),
        Column::fixed("receivers", title("policies.receivers"), 9)
            .right()
            .wide(),
        Column::fixed("id", title("policies.id"), 10).right().wide(),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Policy(self.account.clone(), self.policy.id)
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let policy = &self.policy;
        match column {
            "state" => state_cell(policy, look),
            "name" => Cell::text(policy.name.shown()),
            "rule" => match policy.rules.first() {
                Some(rule) => Cell::styled(short_rule(rule, look.rates), "muted"),
                None => Cell::default(),
            },
            "objects" => policy.bound_count.to_string().into(),
            "rules" => policy.rule_count.to_string().into(),
            "receivers" => policy.receiver_count.to_string().into(),
            "id" => policy.id.to_string().into(),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        let policy = &self.policy;
        match column {
            "state" => Value::text(match state(policy) {
                State::Off => "off",
                State::Firing => "firing",
                State::Unclear => "unclear",
                State::Ok => "ok",
            }),
            "name" => Value::text(policy.name.raw()),
            "rule" => policy
                .rules
                .first()
                .map_or(Value::Missing, |rule| Value::text(rule.metric.raw())),
            "objects" => Value::Number(policy.bound_count.into()),
            "rules" => Value::Number(policy.rule_count.into()),
            "receivers" => Value::Number(policy.receiver_count.into()),
            "id" => Value::text(policy.id.to_string()),
            _ => Value::Missing,
        }
    }
}

/// How a policy stands.
enum State {
    /// It is not in force.
    Off,
    /// It fires somewhere.
    Firing,
    /// It fires nowhere as far as it could be compared with samples, which it could not be everywhere.
    Unclear,
    /// It fires nowhere.
    Ok,
}

fn state(policy: &AlarmPolicy) -> State {
    if !policy.enabled {
        State::Off
    } else if !policy.firing.is_empty() {
        State::Firing
    } else if !policy.unchecked.is_empty() {
        State::Unclear
    } else {
        State::Ok
    }
}

fn state_cell<'a>(policy: &AlarmPolicy, look: &Look<'a>) -> Cell<'a> {
    let glyphs = look.theme.glyphs();
    let (sign, key, role) = match state(policy) {
        State::Off => (glyphs.cancelled, "policies.off", "muted"),
        State::Firing => (glyphs.failed, "policies.firing", "state.crit"),
        State::Unclear => (glyphs.unknown, "policies.unclear", "state.unknown"),
        State::Ok => (glyphs.ok, "policies.ok", "state.ok"),
    };
    Cell::styled(sign, role)
        .then(" ", role)
        .then(look.lang.t(key).into_owned(), role)
}

/// Why a policy that is in force could not be compared with samples everywhere.
fn not_compared(policy: &AlarmPolicy, room: usize) -> Vec<String> {
    let texts = policy.unchecked.iter().filter(|_| policy.enabled);
    texts
        .flat_map(|text| crate::ui::width::wrap(text.shown(), room))
        .collect()
}

/// A policy in full: rules as sentences, where it fires, what it watches, who is told.
fn description(account: &AccountId, policy: &AlarmPolicy, ctx: &Context) -> Vec<document::Line> {
    let lang = ctx.lang;
    let state = if policy.enabled {
        "policies.on"
    } else {
        "policies.off"
    };
    let mut lines = vec![
        frame::fact(lang, "policies.name", policy.name.shown()),
        frame::fact(lang, "policies.id", &policy.id.to_string()),
        frame::fact(lang, "policies.account", &account.to_string()),
        frame::fact(lang, "policies.state", &lang.t(state)),
    ];
    if let Some(callback) = &policy.callback {
        lines.push(frame::fact(lang, "policies.callback", callback.shown()));
    }
    let mut chapter = |key: &str, count: usize, read: usize, items: Vec<String>| {
        lines.push(document::Line::default());
        lines.push(
            document::Line::styled(lang.t(key), "header").then(format!("  {count}"), "muted"),
        );
        if read == 0 && count > 0 {
            let text = format!("  {}", lang.t("policies.not_read"));
            lines.push(document::Line::styled(text, "muted"));
        }
        lines.extend(
            items
                .into_iter()
                .map(|item| document::Line::styled(format!("  {item}"), "text")),
        );
    };
    let room = usize::from(ctx.area.width.saturating_sub(8).max(20));
    let rules = policy
        .rules
        .iter()
        .flat_map(|rule| crate::ui::width::wrap(&sentence(rule, ctx.rates, lang), room))
        .collect();
    chapter(
        "policies.rules",
        policy.rule_count as usize,
        policy.rules.len(),
        rules,
    );
    let firing: Vec<String> = policy
        .firing
        .iter()
        .map(|firing| {
            let unit = policy
                .rules
                .get(firing.rule)
                .map_or("", |rule| rule.unit.shown());
            lang.tf(
                "policies.fires",
                &[
                    ("instance", firing.instance.name.shown()),
                    ("value", &ctx.rates.text(firing.value, unit)),
                    ("since", &frame::moment(firing.since, ctx)),
                ],
            )
        })
        .collect();
    chapter("policies.firing_now", firing.len(), firing.len(), firing);
    let unclear = not_compared(policy, room);
    if !unclear.is_empty() {
        chapter("policies.unchecked", policy.unchecked.len(), 1, unclear);
    }
    let bound = policy
        .bound
        .iter()
        .map(|object| {
            let ip = object.ip.as_ref().map_or("", |ip| ip.shown());
            format!("{}  {}  {ip}", object.name, object.id)
        })
        .collect();
    chapter(
        "policies.objects",
        policy.bound_count as usize,
        policy.bound.len(),
        bound,
    );
    let receivers = policy
        .receivers
        .iter()
        .map(|receiver| {
            let key = if receiver.is_group {
                "policies.group"
            } else {
                "policies.person"
            };
            let how = reach(receiver.reach, lang);
            format!("{}  {}  {how}", lang.t(key), receiver.name)
        })
        .collect();
    chapter(
        "policies.receivers",
        policy.receiver_count as usize,
        policy.receivers.len(),
        receivers,
    );
    lines
}

impl Pane for Policies {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needed = wants::of_each(ctx, &SYSTEMS, EVERY, Query::Policies);
        if ctx.area.width >= FULL {
            needed.extend(wants::of_each(ctx, &SYSTEMS, PEOPLE_EVERY, Query::Contacts));
        }
        if let Some((account, id)) = &self.detail {
            needed.push(wants::want(Query::Policy(account.clone(), *id), EVERY));
        }
        needed
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if let Event::Command { name, .. } = event
            && let Some(lines) = self.lines(ctx)
            && self
                .reading
                .command(name, &lines, ctx.area.height.saturating_sub(2))
        {
            return Vec::new();
        }
        if let (Event::Filter(text), Some(lines)) = (event, self.lines(ctx)) {
            let height = ctx.area.height.saturating_sub(2);
            self.found = self.reading.search(text, &lines, height);
            return Vec::new();
        }
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Opened { subject, .. } => {
                self.opened(*subject, ctx);
                Vec::new()
            }
            Event::Changed => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                on,
            } if self.detail.is_none() => {
                on.first().cloned().map(Request::Show).into_iter().collect()
            }
            Event::Command { name, on } => self.command(name, on, ctx),
            Event::Form { tag, values } => self.filled(tag, values, ctx),
            Event::Picked { ids, .. } => self.picked(ids, ctx),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.detail.is_none() && self.list.back()
    }

    fn subject(&self, world: &World) -> Option<Subject> {
        match &self.detail {
            Some((account, id)) => {
                world.policy(account, *id)?;
                Some(Subject::Policy(account.clone(), *id))
            }
            None => self.list.subject(),
        }
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn list(&self, ctx: &Context) -> Option<ListInfo> {
        match self.lines(ctx) {
            // The text is searched with the same key as the list is filtered.
            Some(lines) => Some(ListInfo {
                filter: self.reading.query().to_owned(),
                shown: self.found,
                total: lines.len(),
                ..ListInfo::default()
            }),
            None => Some(self.list.info(ctx.lang)),
        }
    }

    fn repeat(&self, world: &World) -> Option<String> {
        world.accounts_of(SystemId::KscMonitor).next()?;
        Some(match &self.detail {
            Some((_, id)) => format!("policy show {id}"),
            None => "policy ls".to_owned(),
        })
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let ctx = view.context(area);
        let needs = self.needs(&ctx);
        if let (Some(lines), false) = (self.lines(&ctx), view.board) {
            let inner = frame::draw(view, ABOUT.title, "", &needs, area, buf);
            let text = document::Document {
                lines: &lines,
                state: &self.reading,
                numbers: false,
                empty: "",
            };
            text.draw(view.theme, inner, buf);
            return;
        }
        let totals = frame::counted(&self.list.info(view.lang), view.lang);
        let firing = self.firing();
        let totals = if firing == 0 {
            totals
        } else {
            let text = view
                .lang
                .tf("policies.count_firing", &[("count", &firing.to_string())]);
            format!("{totals} {} {text}", view.theme.glyphs().bullet)
        };
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        self.list
            .draw(view, &needs, &view.t("policies.empty"), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let count = self.list.rows().len().to_string();
        let firing = self.firing();
        let mut spans = vec![Span::styled(count, view.theme.style("text"))];
        if firing > 0 {
            let text = view
                .lang
                .tf("policies.count_firing", &[("count", &firing.to_string())]);
            spans.push(Span::raw("  "));
            spans.push(Span::styled(text, view.theme.style("state.crit")));
        }
        Line::from(spans)
    }
}

impl Policies {
    fn firing(&self) -> usize {
        self.list
            .rows()
            .iter()
            .filter(|entry| !entry.policy.firing.is_empty())
            .count()
    }
}
