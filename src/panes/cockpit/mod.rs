//! The cockpit of a work order: batches as bars, machines as a grid, their outputs folded by sameness, the order's
//! levers, and whether the alarm that led to it is over.

mod draw;
mod fold;
mod levers;
mod odd;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::orders::Progress;
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document, Event, Pane, Request, Tone, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::query::{Query, Want};
use crate::domain::script::{HostRun, Order, OrderId, RunStatus};
use crate::domain::trail::{Linked, Watched};
use crate::ui::lang::Lang;
use crate::ui::widgets::grid::Grid;
use crate::ui::widgets::table::draw_empty;
use fold::hosts;
pub use levers::confirm;

/// How old an order may get that runs, and one that does not change by itself.
const RUNNING_EVERY: Duration = Duration::from_secs(2);
const STILL_EVERY: Duration = Duration::from_secs(60);
/// How old the samples of the watched alarm may get.
const SAMPLES_EVERY: Duration = Duration::from_secs(15);

const ORDER: &[Kind] = &[Kind::Order, Kind::Host];

const ABOUT: About = About::new("cockpit", "order.cockpit", COMMANDS)
    .opens(&[Kind::Order, Kind::Host])
    .unlisted();

const COMMANDS: &[Command] = &[
    Command::changes("order.pause", &["P"]).on(ORDER).hinted(),
    Command::changes("order.continue", &["U"])
        .on(ORDER)
        .hinted(),
    Command::changes("order.cancel", &["K"]).on(ORDER).hinted(),
    Command::changes("order.skip", &["B"]).on(ORDER),
    Command::changes("order.cancel_host", &["H"]).on(ORDER),
    Command::new("host.output", &["<enter>"]).hinted(),
    Command::new("host.diff", &["="]).hinted(),
    Command::new("host.next_failed", &["] f"]).hinted(),
    Command::new("host.prev_failed", &["[ f"]),
];

/// The cockpit.
#[derive(Default)]
pub struct Cockpit {
    order: Option<(AccountId, OrderId)>,
    /// Was the order chosen by the user, or is it just the one that runs?
    chosen: bool,
    cursor: usize,
}

impl Cockpit {
    /// A cockpit of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    fn show(&mut self, subject: &Subject, world: &World) {
        let (Subject::Order(account, id) | Subject::Host(account, id, _)) = subject else {
            return;
        };
        let next = Some((account.clone(), id.clone()));
        if self.order != next {
            self.cursor = 0;
        }
        self.order = next;
        self.chosen = true;
        if let Subject::Host(_, _, wanted) = subject
            && let Some((_, order)) = self.of(world)
            && let Some(at) = hosts(order).position(|host| host.id == *wanted)
        {
            self.cursor = at;
        }
    }

    fn of<'w>(&self, world: &'w World) -> Option<(&AccountId, &'w Order)> {
        let (account, id) = self.order.as_ref()?;
        Some((account, world.order(account, id.raw())?))
    }

    /// Takes the order that runs when none was chosen.
    fn refresh(&mut self, world: &World) {
        if !self.chosen {
            let running = world
                .orders()
                .find(|(_, order)| !order.status.is_final_for_order());
            let any = running.or_else(|| world.orders().next());
            self.order = any.map(|(account, order)| (account.clone(), order.id.clone()));
        }
        let Some((_, order)) = self.of(world) else {
            return;
        };
        let count = hosts(order).count();
        self.cursor = self.cursor.min(count.saturating_sub(1));
    }

    /// The alarm that the order was run for.
    fn watched<'w>(&self, world: &'w World) -> Option<&'w Watched> {
        let (account, id) = self.order.clone()?;
        world.link(&Linked::Order(account, id))?.alarm.as_ref()
    }

    fn host<'o>(&self, order: &'o Order) -> Option<&'o HostRun> {
        hosts(order).nth(self.cursor)
    }

    fn move_by(&mut self, by: isize, world: &World) {
        let count = self.of(world).map_or(0, |(_, order)| hosts(order).count());
        self.cursor = self
            .cursor
            .saturating_add_signed(by)
            .min(count.saturating_sub(1));
    }

    fn jump(&mut self, forward: bool, ctx: &Context) -> Vec<Request> {
        let Some((_, order)) = self.of(ctx.world) else {
            return Vec::new();
        };
        let failed: Vec<usize> = hosts(order)
            .enumerate()
            .filter(|(_, host)| host.status == RunStatus::Abnormal)
            .map(|(at, _)| at)
            .collect();
        match next_of(&failed, self.cursor, forward) {
            Some(at) => {
                self.cursor = at;
                Vec::new()
            }
            None => vec![Request::Toast(
                Tone::Info,
                ctx.lang.t("order.none_failed").into_owned(),
            )],
        }
    }

    fn operate(&self, command: &str, ctx: &Context) -> Vec<Request> {
        let Some((account, order)) = self.of(ctx.world) else {
            return Vec::new();
        };
        let host = self.host(order);
        let Some(step) = levers::step(command, order, host) else {
            return Vec::new();
        };
        let confirm = levers::confirm(account, order, step, host, ctx);
        vec![Request::Confirm(Box::new(confirm))]
    }

    fn command(&mut self, name: &str, ctx: &Context) -> Vec<Request> {
        let row = isize::try_from(Grid::per_row(ctx.area.width.saturating_sub(2))).unwrap_or(1);
        match name {
            "move.left" => self.move_by(-1, ctx.world),
            "move.right" => self.move_by(1, ctx.world),
            "move.up" => self.move_by(-row, ctx.world),
            "move.down" => self.move_by(row, ctx.world),
            "move.top" => self.cursor = 0,
            "move.bottom" => self.move_by(isize::MAX, ctx.world),
            "host.next_failed" => return self.jump(true, ctx),
            "host.prev_failed" => return self.jump(false, ctx),
            "host.output" | "describe" => return self.output(ctx),
            "host.diff" => return self.differences(ctx),
            _ => return self.operate(name, ctx),
        }
        Vec::new()
    }

    fn output(&self, ctx: &Context) -> Vec<Request> {
        let host = self.of(ctx.world).and_then(|(_, order)| self.host(order));
        let order = self.order.as_ref().map_or("", |(_, id)| id.shown());
        host.map(|host| {
            let mut lines: Vec<_> = fold::left_out(order, host, ctx.lang).into_iter().collect();
            lines.extend(fold::text_lines(host.output.raw()));
            Request::Document(Document {
                title: format!("{} {}", host.name, words::run_word(&host.status, ctx.lang)),
                lines,
            })
        })
        .into_iter()
        .collect()
    }

    fn differences(&self, ctx: &Context) -> Vec<Request> {
        let Some((_, order)) = self.of(ctx.world) else {
            return Vec::new();
        };
        vec![Request::Document(Document {
            title: format!("{} {}", ctx.lang.t("fold.title"), order.name),
            lines: fold::document(&order.outputs, ctx.lang),
        })]
    }
}

/// How far an order is, in words: `142/200 ok 2 failed`.
pub fn progress(order: &Order, lang: Lang) -> String {
    Progress::of(order).words(lang)
}

/// The next of some positions after `from`, going round; `None` when there are none.
fn next_of(positions: &[usize], from: usize, forward: bool) -> Option<usize> {
    if forward {
        let after = positions.iter().find(|at| **at > from);
        after.or(positions.first()).copied()
    } else {
        let before = positions.iter().rev().find(|at| **at < from);
        before.or(positions.last()).copied()
    }
}

impl Pane for Cockpit {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let Some((account, id)) = &self.order else {
            return wants::of_each(ctx, &words::SYSTEMS, STILL_EVERY, Query::Orders);
        };
        let runs = self.of(ctx.world).is_none_or(|(_, order)| {
            matches!(order.status, RunStatus::Processing | RunStatus::Ready)
        });
        let every = if runs { RUNNING_EVERY } else { STILL_EVERY };
        let order = Query::Order(account.clone(), id.clone());
        let mut needed = vec![wants::want(order, every)];
        let watched = self.watched(ctx.world).map(|alarm| wants::Wanted {
            account: alarm.account.clone(),
            key: alarm.line.series.clone(),
            statistic: alarm.line.statistic,
            period: alarm.line.period,
        });
        needed.extend(wants::series(watched, SAMPLES_EVERY));
        needed
    }

    fn refusal(&self, command: &str, _on: &[Subject], ctx: &Context) -> Option<String> {
        let (_, order) = self.of(ctx.world)?;
        if !command.starts_with("order.") {
            return None;
        }
        levers::refusal(command, order, self.host(order), ctx.lang)
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Opened { subject, .. } => {
                if let Some(subject) = subject {
                    self.show(subject, ctx.world);
                }
                self.refresh(ctx.world);
            }
            Event::Follow(subject) => {
                self.show(subject, ctx.world);
                self.refresh(ctx.world);
            }
            Event::Changed => self.refresh(ctx.world),
            Event::Command { name, .. } => return self.command(name, ctx),
            _ => {}
        }
        Vec::new()
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let (account, id) = self.order.clone()?;
        Some(Subject::Order(account, id))
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        let (_, id) = self.order.as_ref()?;
        Some(format!("order show {}", words::quoted(id.raw())))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs: Vec<Want> = self
            .needs(&view.context(area))
            .into_iter()
            .take(1)
            .collect();
        let found = self.of(view.world);
        let title = found.map_or_else(|| view.t(ABOUT.title), |(_, order)| order.name.to_string());
        let totals = found.map_or(String::new(), |(_, order)| {
            Progress::of(order).words(view.lang)
        });
        let inner = frame::titled(view, &title, &totals, &needs, area, buf);
        match found {
            Some((account, order)) => self.draw(account, order, view, inner, buf),
            None => draw_empty(&view.t("order.none"), view.theme, inner, buf),
        }
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let text = self.of(view.world).map_or_else(
            || view.t("order.none"),
            |(_, order)| format!("{} {}", order.name, Progress::of(order).words(view.lang)),
        );
        Line::styled(text, view.theme.style("text"))
    }
}

/// The tests, and the order that other panes' tests use.
#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::domain::script::Batch;

    /// A machine of an order.
    pub fn host(name: &str, status: RunStatus, output: &str) -> HostRun {
        HostRun {
            id: 1,
            batch: 1,
            resource_id: "".into(),
            name: name.into(),
            ip: "".into(),
            status,
            output: output.into(),
            shortened: None,
            started: None,
            finished: None,
        }
    }

    /// An order that runs on these machines in one batch.
    pub fn order(hosts: Vec<HostRun>) -> Order {
        Order {
            id: "SCT1".into(),
            name: "restart".into(),
            script: None,
            status: RunStatus::Processing,
            creator: "demo".into(),
            created: None,
            finished: None,
            current_batch: Some(1),
            timeout: None,
            success_rate: None,
            execute_user: "root".into(),
            params: Vec::new(),
            counts: Vec::new(),
            batches: vec![Batch {
                index: 1,
                total: 1,
                rotation: None,
                hosts,
            }],
            outputs: Vec::new(),
        }
    }

    #[test]
    fn failed_machines_are_visited_in_a_circle() {
        assert_eq!(next_of(&[3, 7], 0, true), Some(3));
        assert_eq!(next_of(&[3, 7], 7, true), Some(3));
        assert_eq!(next_of(&[3, 7], 3, false), Some(7));
        assert_eq!(next_of(&[], 3, true), None);
    }
}
