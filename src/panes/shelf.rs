//! A list that shows the answers to one question and nothing else: capacity, devices, hosts, the audit log. What it
//! lists says how ([`Shelved`]); the rest is alike for all.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::list::{List, Row};
use super::{frame, wants};
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, View};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::query::{Query, Want};
use crate::ui::lang::Lang;
use crate::ui::widgets::table::Column;

/// The systems that have a site.
pub const SYSTEMS: [SystemId; 1] = [SystemId::HuaweiEsm];

/// What a shelf lists.
pub trait Shelved: Row + Sized + Send + 'static {
    /// What is always true of its pane.
    const ABOUT: About;
    /// Locale key of what stands there without rows.
    const EMPTY: &'static str;
    /// How old the answer may get.
    const EVERY: Duration;
    /// The command line that shows the same.
    const REPEAT: &'static str;
    /// Locale key of how many rows are remarkable, and its role; it stands in the title and in the summary.
    const REMARK: Option<(&'static str, &'static str)> = None;
    /// Are the rows made of the answers to the question and of nothing else? Then they stay until the next ones, and
    /// filtering and sorting them is made ready: there may be a hundred thousand.
    const ALONE: bool = false;

    /// Its columns.
    fn columns(lang: Lang) -> Vec<Column>;
    /// The question to each account.
    fn question(account: AccountId) -> Query;
    /// Further questions, for what is shown beside the answers; `selected` is the row under the cursor.
    fn further(rows: &[Self], selected: Option<&Self>, ctx: &Context) -> Vec<Want> {
        let _ = (rows, selected, ctx);
        Vec::new()
    }
    /// The rows, in their natural order.
    fn rows(ctx: &Context) -> Vec<Self>;
    /// Everything that is known of a row.
    fn document(&self, ctx: &Context) -> Document;
    /// What opening a row shows, where that is not its description.
    fn opened(&self) -> Option<Request> {
        None
    }
    /// Is something wrong with it?
    fn is_remarkable(&self) -> bool {
        false
    }
}

/// A list of answers.
pub struct Shelf<R> {
    list: List<R>,
    /// Of which facts and which minute the rows are.
    made_of: Option<(u64, i64)>,
    /// How many rows are remarkable. Counted when the rows are made: there may be a hundred thousand.
    remarkable: usize,
}

impl<R: Shelved> Shelf<R> {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            list: List::new(R::columns),
            made_of: None,
            remarkable: 0,
        }
    }

    /// Makes the rows anew, unless neither the facts nor the minute have changed.
    fn refresh(&mut self, ctx: &Context) {
        let made_of = made_of::<R>(ctx);
        match self.made_of {
            Some(old) if old == made_of => {}
            Some((facts, _)) if R::ALONE && facts == made_of.0 => {
                self.made_of = Some(made_of);
                self.list.review(ctx);
            }
            _ => self.rebuild(ctx),
        }
    }

    fn rebuild(&mut self, ctx: &Context) {
        self.made_of = Some(made_of::<R>(ctx));
        let rows = R::rows(ctx);
        self.remarkable = rows.iter().filter(|row| row.is_remarkable()).count();
        self.list.replace(rows, ctx);
    }

    /// How many rows are remarkable, in words, with its role.
    fn remark(&self, view: &View) -> Option<(String, &'static str)> {
        let (key, role) = R::REMARK.filter(|_| self.remarkable > 0)?;
        let count = self.remarkable.to_string();
        Some((view.lang.tf(key, &[("count", &count)]), role))
    }

    fn describe(&self, ctx: &Context) -> Vec<Request> {
        self.list
            .selected()
            .map(|row| Request::Document(row.document(ctx)))
            .into_iter()
            .collect()
    }

    fn open(&self, ctx: &Context) -> Vec<Request> {
        match self.list.selected().and_then(Shelved::opened) {
            Some(request) => vec![request],
            None => self.describe(ctx),
        }
    }
}

/// A number that changes whenever the facts do of which rows are made, and the minute.
fn made_of<R: Shelved>(ctx: &Context) -> (u64, i64) {
    let minute = ctx.at.as_second() / 60;
    if !R::ALONE {
        return (ctx.world.version(), minute);
    }
    let accounts = ctx.world.accounts.iter();
    let questions = accounts.map(|account| R::question(account.id.clone()));
    let answers = questions.filter_map(|question| ctx.world.known(&question)?.at);
    let facts = answers.fold(0_u64, |facts, at| {
        facts
            .wrapping_mul(31)
            .wrapping_add(at.as_millisecond().unsigned_abs())
    });
    (facts, minute)
}

impl<R: Shelved> Default for Shelf<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Shelved> Pane for Shelf<R> {
    fn about(&self) -> &'static About {
        &R::ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let mut needed = wants::of_each(ctx, &SYSTEMS, R::EVERY, R::question);
        needed.extend(R::further(self.list.rows(), self.list.selected(), ctx));
        needed
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if self.list.event(event, ctx) {
            return Vec::new();
        }
        match event {
            Event::Opened { subject, .. } => {
                if let Some(subject) = subject {
                    self.list.select((*subject).clone());
                }
                self.rebuild(ctx);
                if subject.is_some() {
                    return self.describe(ctx);
                }
                Vec::new()
            }
            Event::Changed => {
                self.refresh(ctx);
                Vec::new()
            }
            Event::Command { name: "open", .. } => self.open(ctx),
            Event::Command {
                name: "describe", ..
            } => self.describe(ctx),
            _ => Vec::new(),
        }
    }

    fn prepare(&mut self, ctx: &Context) -> bool {
        R::ALONE && self.list.prepare(ctx)
    }

    fn back(&mut self) -> bool {
        self.list.back()
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(&self.list)
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        Some(R::REPEAT.to_owned())
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs = wants::of_each(&view.context(area), &SYSTEMS, R::EVERY, R::question);
        let mut totals = frame::counted(&self.list.info(view.lang), view.lang);
        if let Some((remark, _)) = self.remark(view) {
            totals = format!("{totals} · {remark}");
        }
        let inner = frame::draw(view, R::ABOUT.title, &totals, &needs, area, buf);
        self.list.draw(view, &needs, &view.t(R::EMPTY), inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        if let Some((remark, role)) = self.remark(view) {
            return Line::styled(remark, view.theme.style(role));
        }
        let counted = frame::counted(&self.list.info(view.lang), view.lang);
        Line::styled(counted, view.theme.style("text"))
    }
}
