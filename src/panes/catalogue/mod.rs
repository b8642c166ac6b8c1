//! `:catalogue`: every metric that is known to exist, as a tree of accounts, namespaces and instances. With a filter
//! it is one flat list of everything that fits; a metric is charted and watched from both.

mod found;
mod tree;

use std::collections::BTreeSet;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value as Json;

use self::found::{Entry, Named};
use self::tree::{Folds, Node};
use super::list::List;
use super::{frame, metric_forms, wants, words};
use crate::app::command::Command;
use crate::app::pane::{About, Asking, Context, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::query::Want;
use crate::ui::form::{Field, Form};

/// How old the list may get: metrics hardly ever change.
const EVERY: Duration = Duration::from_secs(3600);

const ABOUT: About = About::new("catalogue", "catalogue.title", COMMANDS).aliases(&["catalog"]);

const COMMANDS: &[Command] = &[
    Command::new("catalogue.open", &["<enter>"])
        .on(&[Kind::Series, Kind::Branch])
        .hinted(),
    Command::new("catalogue.watch", &["a"])
        .on(&[Kind::Series])
        .hinted(),
];

/// All metrics.
pub struct Catalogue {
    tree: List<Node>,
    folds: Folds,
    /// Every metric, for the filter.
    found: List<Entry>,
    /// Instances that the user named, since nothing else knows them.
    named: BTreeSet<Named>,
    /// The account whose instance is asked for.
    asking: Option<AccountId>,
    /// A filter is set: the flat list is on the screen.
    searching: bool,
}

impl Catalogue {
    /// An empty catalogue.
    pub fn new() -> Self {
        Self {
            tree: List::new(tree::columns),
            folds: Folds::default(),
            found: List::new(found::columns),
            named: BTreeSet::new(),
            asking: None,
            searching: false,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        self.found
            .replace(found::all(ctx.world, &self.named, ctx.lang), ctx);
        self.grow(ctx);
    }

    /// Brings the tree's visible lines in order.
    fn grow(&mut self, ctx: &Context) {
        let nodes = tree::visible(self.found.rows(), &self.folds, ctx.lang);
        self.tree.replace(nodes, ctx);
    }

    /// Movement, marks, filter and the like. Whether it was one of these.
    fn listed(&mut self, event: &Event, ctx: &Context) -> bool {
        if let Event::Filter(text) = event {
            self.searching = !text.is_empty();
            return self.found.event(event, ctx);
        }
        if self.searching {
            return self.found.event(event, ctx);
        }
        match event {
            // A tree has one order.
            Event::Sort(_) => true,
            Event::Command { name, .. } if name.starts_with("sort.") => true,
            Event::Command {
                name: "move.right", ..
            } => {
                self.step_in(ctx);
                true
            }
            Event::Command {
                name: "move.left", ..
            } => {
                self.step_out(ctx);
                true
            }
            event => self.tree.event(event, ctx),
        }
    }

    /// Opens the branch under the cursor.
    fn step_in(&mut self, ctx: &Context) {
        if self
            .tree
            .selected()
            .is_some_and(|node| node.open() == Some(false))
        {
            self.toggle(ctx);
        }
    }

    /// Closes the branch under the cursor; from anything else it goes to the branch that holds it.
    fn step_out(&mut self, ctx: &Context) {
        let Some(node) = self.tree.selected() else {
            return;
        };
        if node.open() == Some(true) {
            self.toggle(ctx);
            return;
        }
        let (depth, subject) = (node.depth(), node.subject());
        let holder = self
            .tree
            .rows()
            .iter()
            .take_while(|other| other.subject() != subject)
            .filter(|other| other.depth() + 1 == depth)
            .last()
            .map(Node::subject);
        if let Some(holder) = holder {
            self.tree.select(holder);
            self.grow(ctx);
        }
    }

    fn toggle(&mut self, ctx: &Context) {
        if let Some(Subject::Branch(account, path)) = self.tree.subject() {
            self.folds.toggle(&account, &path);
            self.grow(ctx);
        }
    }

    /// The form of an instance, in this namespace or another one.
    fn ask(&mut self, account: &AccountId, namespace: &str, ctx: &Context) -> Request {
        let t = |key: &str| ctx.lang.t(key).into_owned();
        let form = Form::new(t("catalogue.ask_title"), t("catalogue.ask_button"))
            .field(Field::text("instance", t("col.instance")).required())
            .field(
                Field::text("namespace", t("rule.namespace"))
                    .required()
                    .value(namespace)
                    .help(t("metrics.namespace_help")),
            );
        self.asking = Some(account.clone());
        Request::Form(Box::new(Asking {
            tag: "catalogue.instance",
            form,
        }))
    }

    /// The instance that was filled in is looked for, and its place opened.
    fn look_for(&mut self, values: &Json, ctx: &Context) {
        let Some(account) = self.asking.take() else {
            return;
        };
        let [namespace, instance] = ["namespace", "instance"].map(|name| words::text(values, name));
        for path in [namespace.clone(), format!("{namespace}/{instance}")] {
            self.folds.open(&account, &path.into());
        }
        self.named.insert((account, namespace, instance));
        self.rebuild(ctx);
    }

    /// A metric is charted, a branch opened or closed.
    fn open(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        match on.first() {
            Some(Subject::Branch(account, path)) => {
                let is_it = |entry: &&Entry| {
                    &entry.account == account && &entry.key.namespace == path && entry.is_place()
                };
                if self.found.rows().iter().any(|entry| is_it(&entry)) {
                    return vec![self.ask(account, path.raw(), ctx)];
                }
                self.toggle(ctx);
                Vec::new()
            }
            on => on.cloned().map(Request::Show).into_iter().collect(),
        }
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new()
    }
}

impl Pane for Catalogue {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let known = found::instances(ctx.world);
        let known = known
            .iter()
            .map(|((account, namespace), of)| found::question(account, namespace, of));
        let named = self.named.iter();
        let named = named
            .map(|(account, namespace, instance)| found::question_of(account, namespace, instance));
        known
            .chain(named)
            .map(|question| wants::want(question, EVERY))
            .collect()
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.listed(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed | Event::Opened { .. } => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "catalogue.open" | "open",
                on,
            } => self.open(on, ctx),
            Event::Command {
                name: "catalogue.watch",
                on,
            } => vec![metric_forms::watch(on, ctx.world)],
            Event::Form {
                tag: "catalogue.instance",
                values,
            } => {
                self.look_for(values, ctx);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        if self.searching {
            self.searching = false;
            return self.found.back();
        }
        self.tree.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(if self.searching {
            &self.found
        } else {
            &self.tree
        })
    }

    fn repeat(&self, world: &World) -> Option<String> {
        world.accounts_of(SystemId::KscMonitor).next()?;
        Some("metric ls".to_owned())
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = self.needs(&view.context(area));
        let mut info = self.found.info(view.lang);
        if !self.searching {
            // What the last filter left does not count any more, and a namespace is no metric.
            let places = self.found.rows().iter().filter(|entry| entry.is_place());
            info.total -= places.count().min(info.total);
            info.shown = info.total;
        }
        let totals = frame::counted(&info, view.lang);
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        let empty = view.t("catalogue.empty");
        if self.searching {
            self.found.draw(view, &needs, &empty, inner, buf);
        } else {
            self.tree.draw(view, &needs, &empty, inner, buf);
        }
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let count = self.found.rows().len().to_string();
        Line::raw(view.lang.tf("metrics.summary", &[("count", &count)]))
    }
}
