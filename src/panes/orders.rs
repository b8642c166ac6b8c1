//! `:orders`: the work orders of the last days, those that run first.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::list::{List, Look, Row, heading};
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Event, Listing, Pane, Request, View};
use crate::app::subject::{Kind, Subject};
use crate::domain::account::AccountId;
use crate::domain::query::{Query, Want};
use crate::domain::script::{Order, RunStatus};
use crate::ui::format;
use crate::ui::glyphs::Glyphs;
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// How old the list may get while something runs, and otherwise.
const RUNNING_EVERY: Duration = Duration::from_secs(5);
const IDLE_EVERY: Duration = Duration::from_secs(30);
/// Cells of the bar of progress.
const BAR: usize = 8;

const ABOUT: About = About::new("orders", "order.pane", COMMANDS).aliases(&["order", "or"]);

const COMMANDS: &[Command] = &[Command::new("open", &["<enter>"])
    .on(&[Kind::Order])
    .hinted()];

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Machines in all.
    pub total: u32,
    /// Machines that are done well.
    pub good: u32,
    /// Machines that failed.
    pub failed: u32,
    /// Machines that were cancelled.
    pub cancelled: u32,
}

impl Progress {
    /// Of an order's machines per state.
    pub fn of(order: &Order) -> Self {
        let mut progress = Self::default();
        for one in &order.counts {
            progress.total = progress.total.saturating_add(one.count);
            let part = match one.status {
                RunStatus::Finished => &mut progress.good,
                RunStatus::Abnormal => &mut progress.failed,
                RunStatus::Cancelled | RunStatus::RolledBack => &mut progress.cancelled,
                _ => continue,
            };
            *part = part.saturating_add(one.count);
        }
        progress
    }

    /// Machines on which nothing more will happen.
    pub const fn ended(self) -> u32 {
        self.good
            .saturating_add(self.failed)
            .saturating_add(self.cancelled)
    }

    /// `142/200 ok 2 failed`; empty when nothing is known.
    pub fn words(self, lang: Lang) -> String {
        if self.total == 0 {
            return String::new();
        }
        let numbers = [
            ("good", self.good.to_string()),
            ("total", self.total.to_string()),
        ];
        let values: Vec<(&str, &str)> = numbers.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let mut text = lang.tf("order.good", &values);
        if self.failed > 0 {
            text.push(' ');
            text.push_str(&lang.tf("order.failed", &[("count", &self.failed.to_string())]));
        }
        if self.cancelled > 0 {
            text.push(' ');
            text.push_str(&lang.tf("order.cancelled", &[("count", &self.cancelled.to_string())]));
        }
        text
    }

    /// A bar of so many cells: done well, failed or cancelled, rest.
    fn bar(self, cells: usize, glyphs: &Glyphs) -> [String; 3] {
        let full = glyphs.bar.last().copied().unwrap_or("#");
        let total = usize::try_from(self.total).unwrap_or(0).max(1);
        let ended = usize::try_from(self.ended()).unwrap_or(0).min(total);
        let good = usize::try_from(self.good).unwrap_or(0).min(ended);
        let upto = |count: usize| count * cells / total;
        let (good, ended) = (upto(good), upto(ended));
        [
            full.repeat(good),
            full.repeat(ended - good),
            glyphs.bar_rest.repeat(cells - ended),
        ]
    }
}

/// The list of work orders.
pub struct Orders {
    list: List<Entry>,
}

struct Entry {
    account: AccountId,
    order: Order,
    progress: Progress,
    /// Has an answer contradicted the one before it?
    contradicted: bool,
}

impl Orders {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            list: List::new(columns),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        let mut entries: Vec<Entry> = ctx
            .world
            .orders()
            .map(|(account, order)| Entry {
                account: account.clone(),
                progress: Progress::of(order),
                contradicted: !ctx.world.setbacks.of(account, &order.id).is_empty(),
                order: order.clone(),
            })
            .collect();
        entries.sort_by_key(|entry| (rank(&entry.order.status), Reverse(entry.order.created)));
        self.list.replace(entries, ctx);
    }

    fn active(&self) -> usize {
        self.list
            .rows()
            .iter()
            .filter(|entry| !entry.order.status.is_final_for_order())
            .count()
    }
}

impl Default for Orders {
    fn default() -> Self {
        Self::new()
    }
}

/// What runs, then what waits for somebody, then what is over.
const fn rank(status: &RunStatus) -> u8 {
    match status {
        RunStatus::Processing => 0,
        RunStatus::Abnormal | RunStatus::Paused => 1,
        RunStatus::Ready | RunStatus::Other(_) => 2,
        RunStatus::Finished | RunStatus::Cancelled | RunStatus::RolledBack => 3,
    }
}

/// Questions behind the list.
fn questions(ctx: &Context) -> Vec<Want> {
    let runs = ctx
        .world
        .orders()
        .any(|(_, order)| matches!(order.status, RunStatus::Processing | RunStatus::Ready));
    let every = if runs { RUNNING_EVERY } else { IDLE_EVERY };
    wants::of_each(ctx, &words::SYSTEMS, every, Query::Orders)
}

fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("status", title("order.col_status"), 11, 12),
        Column::flex("name", title("order.col_name"), 10, 40).grow(3),
        // Failures stand at its end, so it is never narrower than a bar with them.
        Column::flex("progress", title("order.col_progress"), 27, 44).grow(1),
        Column::fixed("age", title("col.age"), frame::age_cells(lang)).right(),
        Column::flex("creator", title("order.col_creator"), 9, 14).priority(3),
        Column::flex("id", title("order.col_id"), 10, 36)
            .cut_middle()
            .wide(),
    ]
}

impl Row for Entry {
    fn subject(&self) -> Subject {
        Subject::Order(self.account.clone(), self.order.id.clone())
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let order = &self.order;
        match column {
            "status" => {
                let (sign, role) = words::run_sign(&order.status, look.theme.glyphs());
                Cell::styled(sign, role)
                    .then(" ", role)
                    .then(words::run_word(&order.status, look.lang), role)
            }
            "name" if self.contradicted => Cell::styled(look.theme.glyphs().unknown, "state.warn")
                .then(" ", "text")
                .then(order.name.shown(), "text"),
            "name" => Cell::text(order.name.shown()),
            "progress" if self.progress.total == 0 => Cell::default(),
            "progress" => {
                let [good, bad, rest] = self.progress.bar(BAR, look.theme.glyphs());
                Cell::styled(good, "state.ok")
                    .then(bad, "state.crit")
                    .then(rest, "border")
                    .then(" ", "text")
                    .then(self.progress.words(look.lang), "text")
            }
            "age" => order.created.map_or_else(Cell::default, |at| {
                format::age_of(look.lang, at, look.at).into()
            }),
            "creator" => Cell::styled(order.creator.shown(), "muted"),
            "id" => Cell::styled(order.id.shown(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, at: Timestamp) -> Value<'a> {
        let order = &self.order;
        match column {
            "status" => Value::text(words::run_word(&order.status, Lang::En)),
            "name" => Value::text(order.name.raw()),
            "progress" if self.progress.total > 0 => {
                Value::Number(f64::from(self.progress.ended()) / f64::from(self.progress.total))
            }
            "age" => order.created.map_or(Value::Missing, |created| {
                Value::Age(at.duration_since(created).as_secs_f64())
            }),
            "creator" => Value::text(order.creator.raw()),
            "id" => Value::text(order.id.raw()),
            _ => Value::Missing,
        }
    }
}

impl Pane for Orders {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        questions(ctx)
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Changed | Event::Opened { .. } => {
                self.rebuild(ctx);
                Vec::new()
            }
            Event::Command {
                name: "open" | "describe",
                on,
            } => on.first().cloned().map(Request::Show).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = questions(&view.context(area));
        let counted = frame::counted(&self.list.info(view.lang), view.lang);
        let active = self.active().to_string();
        let mut totals = format!(
            "{counted} · {}",
            view.lang.tf("order.active", &[("count", &active)])
        );
        let rows = self.list.rows().iter();
        let contradicted = rows.filter(|entry| entry.contradicted).count();
        if contradicted > 0 {
            let numbers = [
                ("count", &*contradicted.to_string()),
                ("sign", view.theme.glyphs().unknown),
            ];
            totals.push_str(" · ");
            totals.push_str(&view.lang.tf("order.contradicted", &numbers));
        }
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        let empty = view
            .lang
            .tf("order.empty", &[("key", &view.key("script.run"))]);
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let active = self.active();
        let role = if active == 0 {
            "muted"
        } else {
            "state.running"
        };
        let text = view
            .lang
            .tf("order.active", &[("count", &active.to_string())]);
        Line::from(Span::styled(text, view.theme.style(role)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::glyphs::ASCII;

    #[test]
    fn progress_is_said_and_drawn() {
        let progress = Progress {
            total: 200,
            good: 142,
            failed: 2,
            cancelled: 0,
        };
        assert_eq!(progress.words(Lang::En), "142/200 ok 2 failed");
        assert_eq!(progress.ended(), 144);
        assert_eq!(Progress::default().words(Lang::En), "");
        let bar = Progress {
            total: 4,
            good: 2,
            failed: 1,
            cancelled: 0,
        }
        .bar(8, &ASCII);
        assert_eq!(bar, ["####", "##", ".."]);
        for total in 0..4 {
            let odd = Progress {
                total,
                good: 3,
                failed: 3,
                cancelled: 3,
            };
            let cells: usize = odd.bar(8, &ASCII).iter().map(String::len).sum();
            assert_eq!(cells, 8);
        }
    }

    #[test]
    fn what_runs_comes_first() {
        assert!(rank(&RunStatus::Processing) < rank(&RunStatus::Abnormal));
        assert!(rank(&RunStatus::Abnormal) < rank(&RunStatus::Finished));
    }
}
