//! The cockpit of a work order: batches as bars, machines as a grid, the output of the machine under the cursor, the
//! order's levers, and, when it is over, whether the alarm of its machines is.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::orders::Progress;
use super::{frame, wants, words};
use crate::app::command::Command;
use crate::app::pane::{Confirm, Context, Document, Event, Guard, Pane, Request, Tone, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::action::Action;
use crate::domain::alarm::{Alarm, Comparison};
use crate::domain::metric::Sample;
use crate::domain::query::{Query, Want};
use crate::domain::script::{Batch, HostRun, Order, OrderId, OrderStep, RunStatus};
use crate::ui::format;
use crate::ui::widgets::document;
use crate::ui::widgets::gauge::Gauge;
use crate::ui::widgets::grid::Grid;
use crate::ui::width;

/// How old an order may get that runs, and one that does not change by itself.
const RUNNING_EVERY: Duration = Duration::from_secs(2);
const STILL_EVERY: Duration = Duration::from_secs(60);
/// How old the samples of the watched alarm may get.
const SAMPLES_EVERY: Duration = Duration::from_secs(30);
/// How many orders' alarms are remembered.
const WATCHED: usize = 20;

const ORDER: &[Kind] = &[Kind::Order, Kind::Host];

const COMMANDS: &[Command] = &[
    Command::changes("order.pause", &["P"]).on(ORDER).hinted(),
    Command::changes("order.continue", &["U"])
        .on(ORDER)
        .hinted(),
    Command::changes("order.cancel", &["K"]).on(ORDER).hinted(),
    Command::changes("order.skip", &["B"]).on(ORDER),
    Command::changes("order.cancel_host", &["H"]).on(ORDER),
    Command::new("host.next_failed", &["] f"]).hinted(),
    Command::new("host.prev_failed", &["[ f"]),
    Command::new("host.output", &["<enter>"]).hinted(),
];

/// The cockpit.
pub struct Cockpit {
    order: Option<(AccountId, OrderId)>,
    /// Was the order chosen by the user, or is it just the one that runs?
    chosen: bool,
    cursor: usize,
    /// The alarm each order shall end, as it was when the order was first seen.
    watched: Vec<(OrderId, Alarm)>,
}

impl Cockpit {
    /// A cockpit of nothing.
    pub const fn new() -> Self {
        Self {
            order: None,
            chosen: false,
            cursor: 0,
            watched: Vec::new(),
        }
    }

    fn show(&mut self, subject: &Subject) {
        let (Subject::Order(account, id) | Subject::Host(account, id, _)) = subject else {
            return;
        };
        let next = Some((account.clone(), id.clone()));
        if self.order != next {
            self.cursor = 0;
        }
        self.order = next;
        self.chosen = true;
    }

    fn of<'w>(&self, world: &'w World) -> Option<(&AccountId, &'w Order)> {
        let (account, id) = self.order.as_ref()?;
        Some((account, world.order(account, id.raw())?))
    }

    /// Takes the order that runs when none was chosen, and remembers the alarm of its machines.
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
        let (id, count) = (order.id.clone(), hosts(order).count());
        let alarm = alarm_of(order, world).cloned();
        self.cursor = self.cursor.min(count.saturating_sub(1));
        if let Some(alarm) = alarm
            && !self.watched.iter().any(|(of, _)| *of == id)
        {
            self.watched.insert(0, (id, alarm));
            self.watched.truncate(WATCHED);
        }
    }

    fn alarm(&self) -> Option<&Alarm> {
        let (_, id) = self.order.as_ref()?;
        self.watched
            .iter()
            .find(|(of, _)| of == id)
            .map(|(_, alarm)| alarm)
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

    fn step(&self, command: &str, order: &Order) -> Option<OrderStep> {
        match command {
            "order.pause" => Some(OrderStep::Pause),
            "order.continue" => Some(OrderStep::Continue),
            "order.cancel" => Some(OrderStep::Cancel),
            "order.skip" => Some(OrderStep::SkipBatch(batch_to_skip(order)?)),
            "order.cancel_host" => Some(OrderStep::CancelHost(self.host(order)?.id)),
            _ => None,
        }
    }

    fn operate(&self, command: &str, ctx: &Context) -> Vec<Request> {
        let Some((account, order)) = self.of(ctx.world) else {
            return Vec::new();
        };
        let Some(step) = self.step(command, order) else {
            return Vec::new();
        };
        let lang = ctx.lang;
        let title = lang.t(&format!("command.{command}")).into_owned();
        let name = format!("{} {}", order.name, order.id);
        let id = order.id.clone();
        let verb = command.trim_start_matches("order.").replace('_', "-");
        let mut targets = vec![name.clone(), Progress::of(order).words(lang)];
        let host = match step {
            OrderStep::CancelHost(_) => self.host(order).map(|host| host.name.shown().to_owned()),
            _ => None,
        };
        targets.extend(host.clone());
        let what = host.map_or_else(|| name.clone(), |host| format!("{name} {host}"));
        vec![Request::Confirm(Box::new(Confirm {
            title: title.clone(),
            summary: format!("{title}: {what}"),
            command: format!("order {verb} {}", words::quoted(id.raw())),
            targets,
            consequence: consequence(&step, order, ctx),
            button: title,
            risk: Guard::Button,
            subject: Some(Subject::Order(account.clone(), id.clone())),
            action: Action::OperateOrder(account.clone(), id, step),
        }))]
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
            _ => return self.operate(name, ctx),
        }
        Vec::new()
    }

    fn output(&self, ctx: &Context) -> Vec<Request> {
        let host = self.of(ctx.world).and_then(|(_, order)| self.host(order));
        host.map(|host| {
            Request::Document(Document {
                title: format!("{} {}", host.name, words::run_word(&host.status, ctx.lang)),
                lines: log(host),
            })
        })
        .into_iter()
        .collect()
    }

    /// What came of the alarm, once the order is over.
    fn verdict(&self, order: &Order, world: &World, at: Timestamp) -> Option<(Verdict, &Alarm)> {
        let alarm = self.alarm()?;
        let line = alarm.threshold.as_ref()?;
        let finished = order.finished?;
        let series = world.series(&alarm.account, &line.series, Some(line.statistic))?;
        let judged = judge(
            &series.samples,
            line.comparison,
            line.value,
            order.created.unwrap_or(finished).as_second(),
            finished.as_second(),
            at.as_second(),
        );
        Some((judged, alarm))
    }

    fn verdict_line(&self, order: &Order, view: &View) -> Option<(String, &'static str)> {
        let (verdict, alarm) = self.verdict(order, view.world, view.at)?;
        let unit = alarm
            .threshold
            .as_ref()
            .map_or("", |line| line.unit.shown());
        let shown = |value: Option<f64>| {
            value.map_or_else(|| "-".to_owned(), |value| format::with_unit(value, unit))
        };
        let (key, role) = match verdict.state {
            State::Waiting => ("order.verify_waiting", "muted"),
            State::Breaching => ("order.verify_breaching", "state.crit"),
            State::Recovered(_) => ("order.verify_recovered", "state.ok"),
        };
        let span = match verdict.state {
            State::Recovered(seconds) => format::duration(view.lang, seconds / 60 * 60),
            _ => String::new(),
        };
        let text = view.lang.tf(
            key,
            &[
                ("alarm", alarm.title.shown()),
                ("before", &shown(verdict.before)),
                ("after", &shown(verdict.after)),
                ("span", &span),
            ],
        );
        Some((text, role))
    }
}

impl Default for Cockpit {
    fn default() -> Self {
        Self::new()
    }
}

/// All machines of an order, batch by batch.
fn hosts(order: &Order) -> impl Iterator<Item = &HostRun> {
    order.batches.iter().flat_map(|batch| &batch.hosts)
}

/// The alarm that burns on one of an order's machines.
fn alarm_of<'w>(order: &Order, world: &'w World) -> Option<&'w Alarm> {
    world
        .alarms()
        .filter(|alarm| alarm.threshold.is_some() && !alarm.resource.is_empty())
        .filter(|alarm| {
            hosts(order).any(|host| {
                host.name == alarm.resource || alarm.resource_id.as_ref() == Some(&host.resource_id)
            })
        })
        // One that burned when the order began, worst first.
        .filter(|alarm| order.created.is_none_or(|created| alarm.since <= created))
        .min_by_key(|alarm| (alarm.cleared, alarm.severity, alarm.since))
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

/// The batch that can be skipped: the one that runs, or, while the order waits, the first with open machines.
fn batch_to_skip(order: &Order) -> Option<u32> {
    if matches!(order.status, RunStatus::Processing | RunStatus::Abnormal) {
        return order.current_batch;
    }
    order
        .batches
        .iter()
        .find(|batch| batch.hosts.iter().any(|host| is_open(&host.status)))
        .map(|batch| batch.index)
}

const fn is_open(status: &RunStatus) -> bool {
    matches!(status, RunStatus::Ready | RunStatus::Processing)
}

/// What a step does to the machines that run and to those that wait.
fn consequence(step: &OrderStep, order: &Order, ctx: &Context) -> Vec<String> {
    let count = |wanted: &RunStatus| {
        order
            .counts
            .iter()
            .filter(|one| &one.status == wanted)
            .map(|one| one.count)
            .sum::<u32>()
            .to_string()
    };
    let (running, waiting) = (count(&RunStatus::Processing), count(&RunStatus::Ready));
    let batch = match step {
        OrderStep::SkipBatch(batch) => batch.to_string(),
        _ => String::new(),
    };
    let key = match step {
        OrderStep::Pause => "order.will_pause",
        OrderStep::Continue => "order.will_continue",
        OrderStep::Cancel => "order.will_cancel",
        OrderStep::SkipBatch(_) => "order.will_skip",
        OrderStep::CancelHost(_) => "order.will_cancel_host",
    };
    let values = [
        ("running", running.as_str()),
        ("waiting", waiting.as_str()),
        ("batch", batch.as_str()),
    ];
    vec![ctx.lang.tf(key, &values)]
}

/// How many seconds the rest takes, when it goes on as it went; `None` before anything is done.
fn remaining(elapsed: i64, done: u32, total: u32) -> Option<i64> {
    let left = total.checked_sub(done).filter(|left| *left > 0)?;
    (done > 0 && elapsed > 0).then(|| elapsed.saturating_mul(left.into()) / i64::from(done))
}

/// Whether outputs of machines that are done agree: how many say what most say, how many say something else, and how
/// many failed. The machine's own name and address do not count.
fn fold<'h>(hosts: impl Iterator<Item = &'h HostRun>) -> (usize, usize, usize) {
    let (mut groups, mut failed) = (BTreeMap::<String, usize>::new(), 0);
    for host in hosts {
        match host.status {
            RunStatus::Finished => *groups.entry(impersonal(host)).or_default() += 1,
            RunStatus::Abnormal => failed += 1,
            _ => {}
        }
    }
    let same = groups.values().copied().max().unwrap_or(0);
    (same, groups.values().sum::<usize>() - same, failed)
}

/// The output of a machine without what is its own.
fn impersonal(host: &HostRun) -> String {
    let mut text = host.output.raw().to_owned();
    for own in [host.name.raw(), host.ip.raw(), host.resource_id.raw()] {
        if !own.is_empty() {
            text = text.replace(own, "*");
        }
    }
    text
}

/// The output of a machine, line by line, nothing in it interpreted.
fn log(host: &HostRun) -> Vec<document::Line> {
    host.output
        .raw()
        .lines()
        .map(|line| {
            let line = crate::domain::text::SafeText::new(&line.replace('\t', "    "));
            document::Line::from(line.shown())
        })
        .collect()
}

/// What the samples say about an alarm after an order.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Verdict {
    /// The last value before the order began.
    before: Option<f64>,
    /// The latest value after it ended.
    after: Option<f64>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No sample is of the time after the order.
    Waiting,
    /// The latest value breaches.
    Breaching,
    /// For so many seconds no value has breached.
    Recovered(i64),
}

/// Judges whether an alarm is over: from the samples, the order's begin and end, and now, all in seconds.
fn judge(
    samples: &[Sample],
    comparison: Comparison,
    threshold: f64,
    began: i64,
    ended: i64,
    now: i64,
) -> Verdict {
    let breaches = |sample: &Sample| comparison.holds(sample.value, threshold);
    let value = |sample: &Sample| sample.value;
    let before = samples.iter().rev().find(|sample| sample.at <= began);
    let last = samples.last().filter(|sample| sample.at >= ended);
    let state = match last {
        None => State::Waiting,
        Some(last) if breaches(last) => State::Breaching,
        Some(_) => {
            let good = samples.iter().rev().take_while(|sample| !breaches(sample));
            let since = good.last().map_or(now, |sample| sample.at).max(began);
            State::Recovered((now - since).max(0))
        }
    };
    Verdict {
        before: before.map(value),
        after: last.map(value),
        state,
    }
}

/// The parts of a batch's bar and how many machines of it are over.
fn batch_parts(batch: &Batch) -> ([(f64, &'static str); 4], usize) {
    let count = |wanted: fn(&RunStatus) -> bool| {
        batch
            .hosts
            .iter()
            .filter(|host| wanted(&host.status))
            .count()
    };
    let good = count(|status| *status == RunStatus::Finished);
    let failed = count(|status| *status == RunStatus::Abnormal);
    let cancelled = count(|s| matches!(s, RunStatus::Cancelled | RunStatus::RolledBack));
    let running = count(|status| *status == RunStatus::Processing);
    let parts = [
        (good as f64, "state.ok"),
        (failed as f64, "state.crit"),
        (cancelled as f64, "muted"),
        (running as f64, "state.running"),
    ];
    (parts, good + failed + cancelled)
}

impl Pane for Cockpit {
    fn name(&self) -> &'static str {
        "cockpit"
    }

    fn title(&self) -> &'static str {
        "order.cockpit"
    }

    fn listed(&self) -> bool {
        false
    }

    fn opens(&self) -> &'static [Kind] {
        &[Kind::Order, Kind::Host]
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let Some((account, id)) = &self.order else {
            return wants::of_each(ctx, &words::SYSTEMS, STILL_EVERY, Query::Orders);
        };
        let runs = self.of(ctx.world).is_none_or(|(_, order)| {
            matches!(order.status, RunStatus::Processing | RunStatus::Ready)
        });
        let every = if runs { RUNNING_EVERY } else { STILL_EVERY };
        let mut needed = vec![wants::want(
            Query::Order(account.clone(), id.clone()),
            every,
        )];
        let watched = self.alarm().and_then(|alarm| {
            let line = alarm.threshold.as_ref()?;
            Some(wants::Wanted {
                account: alarm.account.clone(),
                key: line.series.clone(),
                statistic: line.statistic,
                period: line.period,
            })
        });
        needed.extend(wants::series(watched, SAMPLES_EVERY));
        needed
    }

    fn commands(&self) -> &'static [Command] {
        COMMANDS
    }

    fn refusal(&self, command: &str, _on: &[Subject], ctx: &Context) -> Option<String> {
        if !command.starts_with("order.") {
            return None;
        }
        let lang = ctx.lang;
        let (_, order) = self.of(ctx.world)?;
        let status = words::run_word(&order.status, lang);
        let refused = || Some(lang.tf("order.refuse", &[("status", &status)]));
        let Some(step) = self.step(command, order) else {
            return refused();
        };
        if !order.status.allows(&step) {
            return refused();
        }
        match step {
            OrderStep::CancelHost(_) => {
                self.host(order)
                    .filter(|host| !is_open(&host.status))
                    .map(|host| {
                        let status = words::run_word(&host.status, lang);
                        lang.tf(
                            "order.refuse_host",
                            &[("name", host.name.shown()), ("status", &status)],
                        )
                    })
            }
            _ => None,
        }
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        match event {
            Event::Opened { subject, .. } => {
                if let Some(subject) = subject {
                    self.show(subject);
                }
                self.refresh(ctx.world);
                Vec::new()
            }
            Event::Follow(subject) => {
                self.show(subject);
                self.refresh(ctx.world);
                Vec::new()
            }
            Event::Changed => {
                self.refresh(ctx.world);
                Vec::new()
            }
            Event::Command { name, .. } => self.command(name, ctx),
            _ => Vec::new(),
        }
    }

    fn subject(&self, _world: &World) -> Option<Subject> {
        let (account, id) = self.order.clone()?;
        Some(Subject::Order(account, id))
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let needs: Vec<Want> = self
            .needs(&view.context(area))
            .into_iter()
            .take(1)
            .collect();
        let found = self.of(view.world);
        let title = found.map_or_else(|| view.t(self.title()), |(_, order)| order.name.to_string());
        let totals = found.map_or(String::new(), |(_, order)| {
            Progress::of(order).words(view.lang)
        });
        let inner = frame::titled(view, &title, &totals, &needs, area, buf);
        match found {
            Some((_, order)) => self.draw(order, view, inner, buf),
            None => {
                crate::ui::widgets::table::draw_empty(
                    &view.t("order.none"),
                    view.theme,
                    inner,
                    buf,
                );
            }
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

impl Cockpit {
    fn draw(&self, order: &Order, view: &View, area: Rect, buf: &mut Buffer) {
        let mut rest = area;
        let mut put = |text: &str, role: &str, rest: &mut Rect| {
            if rest.height > 0 {
                let cut = width::truncate(text, rest.width.into(), view.theme.glyphs().ellipsis);
                width::put(
                    buf,
                    rest.x,
                    rest.y,
                    &cut,
                    rest.width,
                    view.theme.style(role),
                );
                rest.y += 1;
                rest.height -= 1;
            }
        };
        let (state, role) = state_line(order, view);
        put(&state, role, &mut rest);
        put(&facts_line(order, view), "muted", &mut rest);
        if let Some((text, role)) = self.verdict_line(order, view) {
            put(&text, role, &mut rest);
        }
        rest = draw_batches(order, view, rest, buf);
        rest = self.draw_grid(order, view, rest, buf);
        self.draw_log(order, view, rest, buf);
    }

    fn draw_grid(&self, order: &Order, view: &View, area: Rect, buf: &mut Buffer) -> Rect {
        let signs: Vec<_> = hosts(order)
            .map(|host| words::run_sign(&host.status, view.theme.glyphs()))
            .collect();
        let rows = u16::try_from(Grid::rows(signs.len(), area.width)).unwrap_or(u16::MAX);
        let height = rows.min(area.height / 2);
        let grid = Grid {
            states: &signs,
            selected: Some(self.cursor),
        };
        grid.draw(view.theme, Rect { height, ..area }, buf);
        below(area, height)
    }

    fn draw_log(&self, order: &Order, view: &View, area: Rect, buf: &mut Buffer) {
        let Some(host) = self.host(order) else {
            return;
        };
        let (same, other, failed) = fold(hosts(order));
        let folded = view.lang.tf(
            "order.folded",
            &[
                ("same", &same.to_string()),
                ("other", &other.to_string()),
                ("failed", &failed.to_string()),
            ],
        );
        let status = words::run_word(&host.status, view.lang);
        let head = format!("{} {} · {status}", host.name, host.ip);
        let mut lines = vec![(folded, "muted"), (head, "title")];
        let log = log(host);
        let room = usize::from(area.height).saturating_sub(lines.len());
        // The end of the output is what matters, and it grows there.
        let tail = log.iter().skip(log.len().saturating_sub(room));
        lines.extend(tail.map(|line| (line.plain(), "text")));
        for ((text, role), y) in lines.iter().zip(area.y..area.bottom()) {
            let cut = width::truncate(text, area.width.into(), view.theme.glyphs().ellipsis);
            width::put(buf, area.x, y, &cut, area.width, view.theme.style(role));
        }
    }
}

const fn below(area: Rect, height: u16) -> Rect {
    Rect {
        x: area.x,
        y: area.y + height,
        width: area.width,
        height: area.height - height,
    }
}

/// State, batch, time passed and the estimate of the rest.
fn state_line(order: &Order, view: &View) -> (String, &'static str) {
    let lang = view.lang;
    let (sign, role) = words::run_sign(&order.status, view.theme.glyphs());
    let mut text = format!("{sign} {}", words::run_word(&order.status, lang));
    if let Some(batch) = order.current_batch.filter(|_| !order.batches.is_empty()) {
        let of = order.batches.len().to_string();
        let values = [("batch", batch.to_string()), ("of", of)];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        text.push_str(" · ");
        text.push_str(&lang.tf("order.batch_of", &values));
    }
    if let Some(created) = order.created {
        let until = order.finished.unwrap_or(view.at);
        let elapsed = until.as_second() - created.as_second();
        text.push_str(" · ");
        text.push_str(&format::duration(lang, elapsed));
        let progress = Progress::of(order);
        if order.status == RunStatus::Processing
            && let Some(left) = remaining(elapsed, progress.ended(), progress.total)
        {
            let left = format::duration(lang, left);
            text.push_str(" · ");
            text.push_str(&lang.tf("order.left", &[("left", &left)]));
        }
    }
    (text, role)
}

/// Who runs what how.
fn facts_line(order: &Order, view: &View) -> String {
    let timeout = order
        .timeout
        .map_or_else(|| "-".to_owned(), |s| format::duration(view.lang, s.into()));
    let rate = order
        .success_rate
        .map_or_else(|| "-".to_owned(), |rate| format!("{rate} %"));
    view.lang.tf(
        "order.facts",
        &[
            ("creator", order.creator.shown()),
            ("user", order.execute_user.shown()),
            ("timeout", &timeout),
            ("rate", &rate),
        ],
    )
}

/// A bar for each batch, the one that runs among them when there are too many.
fn draw_batches(order: &Order, view: &View, area: Rect, buf: &mut Buffer) -> Rect {
    let height = u16::try_from(order.batches.len())
        .unwrap_or(u16::MAX)
        .min(area.height / 3);
    let current = order.current_batch.unwrap_or(1).saturating_sub(1);
    let current = usize::try_from(current).unwrap_or(0);
    let first = (current + 1).saturating_sub(usize::from(height));
    for (batch, y) in order
        .batches
        .iter()
        .skip(first)
        .zip(area.y..area.y + height)
    {
        let (parts, ended) = batch_parts(batch);
        let label = format!("{:>3} ", batch.index);
        let x = area.x
            + width::put(
                buf,
                area.x,
                y,
                &label,
                area.width,
                view.theme.style("muted"),
            );
        let count = format!(" {ended}/{}", batch.total);
        let room = area.right().saturating_sub(x);
        let bar = room.saturating_sub(8).min(40);
        let gauge = Gauge {
            parts: &parts,
            total: batch.total.into(),
        };
        gauge.draw(view.theme, Rect::new(x, y, bar, 1), buf);
        width::put(
            buf,
            x + bar,
            y,
            &count,
            room - bar,
            view.theme.style("text"),
        );
    }
    below(area, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, status: RunStatus, output: &str) -> HostRun {
        HostRun {
            id: 1,
            batch: 1,
            resource_id: "".into(),
            name: name.into(),
            ip: "".into(),
            status,
            output: output.into(),
            started: None,
            finished: None,
        }
    }

    fn samples(values: &[f64]) -> Vec<Sample> {
        let at = (0..).step_by(60);
        at.zip(values)
            .map(|(at, value)| Sample { at, value: *value })
            .collect()
    }

    #[test]
    fn outputs_are_folded_by_sameness_without_the_machines_own_names() {
        let all = [
            host(
                "web-01",
                RunStatus::Finished,
                "web-01 restarted\nexit code 0",
            ),
            host(
                "web-02",
                RunStatus::Finished,
                "web-02 restarted\nexit code 0",
            ),
            host("web-03", RunStatus::Finished, "nothing to do\nexit code 0"),
            host("web-04", RunStatus::Abnormal, "exit code 1"),
            host("web-05", RunStatus::Processing, "…"),
        ];
        assert_eq!(fold(all.iter()), (2, 1, 1));
        assert_eq!(fold([].iter()), (0, 0, 0));
    }

    #[test]
    fn an_alarm_is_over_when_its_samples_say_so() {
        let judged = |values: &[f64], ended, now| {
            judge(&samples(values), Comparison::Above, 90.0, 60, ended, now)
        };
        // The order began at 60 s and ended at 120 s.
        let good = judged(&[95.0, 96.0, 97.0, 40.0, 41.0], 120, 480);
        assert_eq!(good.before, Some(96.0));
        assert_eq!(good.after, Some(41.0));
        assert_eq!(good.state, State::Recovered(300));
        assert_eq!(
            judged(&[95.0, 96.0, 97.0, 98.0], 120, 240).state,
            State::Breaching
        );
        assert_eq!(judged(&[95.0, 96.0], 120, 130).state, State::Waiting);
        assert_eq!(judged(&[], 120, 130).state, State::Waiting);
        // One that comes back is not over.
        assert_eq!(
            judged(&[95.0, 40.0, 40.0, 95.0], 120, 240).state,
            State::Breaching
        );
    }

    #[test]
    fn the_rest_is_estimated_from_what_is_done() {
        assert_eq!(remaining(100, 50, 200), Some(300));
        assert_eq!(remaining(100, 0, 200), None);
        assert_eq!(remaining(100, 200, 200), None);
        assert_eq!(remaining(0, 1, 2), None);
    }

    #[test]
    fn failed_machines_are_visited_in_a_circle() {
        assert_eq!(next_of(&[3, 7], 0, true), Some(3));
        assert_eq!(next_of(&[3, 7], 7, true), Some(3));
        assert_eq!(next_of(&[3, 7], 3, false), Some(7));
        assert_eq!(next_of(&[], 3, true), None);
    }
}
