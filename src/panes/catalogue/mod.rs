//! `:catalogue`: every metric that is known to exist, as a tree of accounts, namespaces and instances. With a filter
//! it is one flat list of everything that fits; a metric is charted and watched from both.

mod found;
mod tree;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use self::found::Entry;
use self::tree::{Folds, Node};
use super::list::List;
use super::{frame, metric_forms, wants};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::SystemId;
use crate::domain::query::Want;

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
            searching: false,
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        self.found.replace(found::all(ctx.world), ctx);
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

    /// A metric is charted, a branch opened or closed.
    fn open(&mut self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        match on.first() {
            Some(Subject::Branch(..)) => {
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
        found::instances(ctx.world)
            .iter()
            .map(|((account, namespace), of)| {
                wants::want(found::question(account, namespace, of), EVERY)
            })
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
            // What the last filter left does not count any more.
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
