//! How an order looks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::fold::{self, hosts};
use super::{Cockpit, Progress, odd};
use crate::app::pane::View;
use crate::app::verify::{self, Judged, NEEDED, Verdict};
use crate::domain::account::AccountId;
use crate::domain::script::{Batch, Order, RunStatus};
use crate::domain::trail::{Linked, Watched};
use crate::panes::{course, wants, words};
use crate::ui::format;
use crate::ui::widgets::gauge::Gauge;
use crate::ui::widgets::grid::Grid;
use crate::ui::widgets::sparkline::Sparkline;
use crate::ui::width;

/// Cells of the course of the watched metric.
const COURSE: u16 = 30;
/// From so many rows on that are left, a line of ticks stands below the course.
const TICKS_FROM: u16 = 14;
/// Groups of outputs that are named in the cockpit; all of them stand in the document.
const GROUPS: usize = 4;

/// A part of the screen that is filled from the top.
struct Sheet<'a, 'b> {
    rest: Rect,
    view: &'a View<'a>,
    buf: &'b mut Buffer,
}

impl Sheet<'_, '_> {
    /// The next line, when there is room for one.
    fn line(&mut self) -> Option<Rect> {
        let line = Rect {
            height: 1,
            ..self.rest
        };
        (self.rest.height > 0).then(|| {
            self.skip(1);
            line
        })
    }

    fn skip(&mut self, rows: u16) {
        let rows = rows.min(self.rest.height);
        self.rest.y += rows;
        self.rest.height -= rows;
    }

    fn put(&mut self, text: &str, role: &str) {
        if let Some(line) = self.line() {
            self.write(text, role, line);
        }
    }

    /// Writes into a line, cut where it ends; gives how many cells it took.
    fn write(&mut self, text: &str, role: &str, line: Rect) -> u16 {
        let theme = self.view.theme;
        let cut = width::truncate(text, line.width.into(), theme.glyphs().ellipsis);
        width::put(
            self.buf,
            line.x,
            line.y,
            &cut,
            line.width,
            theme.style(role),
        )
    }
}

impl Cockpit {
    pub(super) fn draw(
        &self,
        account: &AccountId,
        order: &Order,
        view: &View,
        area: Rect,
        buf: &mut Buffer,
    ) {
        let mut sheet = Sheet {
            rest: area,
            view,
            buf,
        };
        let (state, role) = state_line(order, view);
        sheet.put(&state, role);
        sheet.put(&facts_line(order, view), "muted");
        for line in odd::lines(account, order, view) {
            sheet.put(&line, "state.warn");
        }
        if let Some((of, id)) = incident_of(account, order, view) {
            let text = view.lang.tf("order.for_incident", &[("id", &id)]);
            sheet.put(&format!("{text} {of}"), "muted");
        }
        if let Some(watched) = self.watched(view.world) {
            draw_watched(account, order, watched, &mut sheet);
        }
        draw_batches(order, &mut sheet);
        self.draw_grid(order, &mut sheet);
        draw_groups(order, &mut sheet);
        self.draw_log(order, &mut sheet);
    }

    fn draw_grid(&self, order: &Order, sheet: &mut Sheet) {
        let glyphs = sheet.view.theme.glyphs();
        let signs: Vec<_> = hosts(order)
            .map(|host| words::run_sign(&host.status, glyphs))
            .collect();
        let area = sheet.rest;
        let rows = u16::try_from(Grid::rows(signs.len(), area.width)).unwrap_or(u16::MAX);
        let height = rows.min(area.height / 2);
        let grid = Grid {
            states: &signs,
            selected: Some(self.cursor),
        };
        grid.draw(sheet.view.theme, Rect { height, ..area }, sheet.buf);
        sheet.skip(height);
    }

    /// The end of what the machine under the cursor said: it is what matters, and it grows there.
    fn draw_log(&self, order: &Order, sheet: &mut Sheet) {
        let Some(host) = self.host(order) else {
            return;
        };
        let status = words::run_word(&host.status, sheet.view.lang);
        let mut head = format!("{} {} · {status}", host.name, host.ip);
        if let Some(started) = host.started {
            let until = host.finished.unwrap_or(sheet.view.at);
            let seconds = until.as_second() - started.as_second();
            head.push_str(" · ");
            head.push_str(&format::duration(sheet.view.lang, seconds));
        }
        sheet.put(&head, "title");
        let room = usize::from(sheet.rest.height);
        let mut tail: Vec<String> = host
            .output
            .raw()
            .lines()
            .rev()
            .take(room)
            // A line may be megabytes long, and is cut at the edge anyway.
            .map(|line| words::cut(line, usize::from(sheet.rest.width)))
            .collect();
        tail.reverse();
        for line in fold::text_lines(&tail.join("\n")) {
            sheet.put(&line.plain(), "text");
        }
    }
}

/// What the machines said, a line for each sort of output.
fn draw_groups(order: &Order, sheet: &mut Sheet) {
    let groups = &order.outputs;
    // Half of what is left belongs to the output of the machine under the cursor.
    let room = usize::from(sheet.rest.height / 2).min(GROUPS);
    let shown = if groups.len() > room {
        room.saturating_sub(1)
    } else {
        room
    };
    for (place, group) in groups.iter().take(shown).enumerate() {
        let (sign, role) = words::run_sign(&group.status, sheet.view.theme.glyphs());
        let text = fold::summary(group, place == 0, sheet.view.lang);
        sheet.put(&format!("{sign} {text}"), role);
    }
    let rest = groups.len().saturating_sub(shown);
    if rest > 0 {
        let view = sheet.view;
        let (count, key) = (rest.to_string(), view.key("host.diff"));
        let values = [("count", count.as_str()), ("key", key.as_str())];
        sheet.put(&view.lang.tf("fold.more", &values), "muted");
    }
}

/// The incident that an order was run for: its title and its number.
fn incident_of(account: &AccountId, order: &Order, view: &View) -> Option<(String, String)> {
    let link = view
        .world
        .link(&Linked::Order(account.clone(), order.id.clone()))?;
    let (of, id) = link.incident.as_ref()?;
    let title = view
        .world
        .incident(of, id.raw())
        .map_or(String::new(), |incident| incident.title.to_string());
    Some((title, id.to_string()))
}

/// The course of the metric the order shall bring down, and, once it is over, whether it has.
fn draw_watched(account: &AccountId, order: &Order, watched: &Watched, sheet: &mut Sheet) {
    let (view, limit) = (sheet.view, &watched.line);
    let Some(line) = sheet.line() else {
        return;
    };
    let series = view
        .world
        .series(&watched.account, &limit.series, Some(limit.statistic));
    let name = format!("{} {} ", watched.title, watched.resource);
    let used = sheet.write(&name, "title", line);
    if let Some(series) = series {
        let cells = COURSE.min(line.width.saturating_sub(used + 10));
        let values = wants::spark(series, view.at, cells.into());
        let area = Rect::new(line.x + used, line.y, cells, 1);
        draw_ticks(area, sheet);
        Sparkline::new(values)
            .in_unit(limit.unit.raw())
            .breach(limit.comparison, limit.value, "severity.critical")
            .draw(view.theme, area, sheet.buf);
        if let Some(last) = series.last() {
            let text = format!(" {}", view.rates.text(last.value, limit.unit.shown()));
            let role = if limit.comparison.holds(last.value, limit.value) {
                "state.crit"
            } else {
                "state.ok"
            };
            let x = line.x + used + cells;
            let rest = Rect::new(x, line.y, line.right().saturating_sub(x), 1);
            sheet.write(&text, role, rest);
        }
    }
    if let Some((text, role)) = verdict_line(account, order, view) {
        sheet.put(&text, role);
    }
}

/// Below the course a tick for everything that changed, where the screen has room for such a line.
fn draw_ticks(course: Rect, sheet: &mut Sheet) {
    let now = sheet.view.at.as_second();
    let span = (now - i64::from(wants::SPARK_SECONDS), now);
    let happened = sheet.view.world.happenings(sheet.view.lang, span);
    if happened.is_empty() || sheet.rest.height < TICKS_FROM {
        return;
    }
    let glyphs = sheet.view.theme.glyphs();
    let ticks = course::ticks(&happened, span, course.width.into(), glyphs);
    if let Some(line) = sheet.line() {
        let below = Rect {
            x: course.x,
            width: course.width,
            ..line
        };
        sheet.write(&ticks, "accent", below);
    }
}

fn verdict_line(account: &AccountId, order: &Order, view: &View) -> Option<(String, &'static str)> {
    let (judged, watched) = verify::verdict(view.world, account, order, view.at)?;
    let glyphs = view.theme.glyphs();
    let minutes = |seconds: i64| format::duration(view.lang, seconds / 60 * 60);
    let (key, span, sign, role) = match judged.verdict {
        Verdict::Waiting { good } => (
            "order.verify_waiting",
            format!("{good}/{NEEDED}"),
            glyphs.waiting,
            "state.warn",
        ),
        Verdict::Silent { seconds } => (
            "order.verify_silent",
            minutes(seconds),
            glyphs.unknown,
            "state.unknown",
        ),
        Verdict::Breaching => (
            "order.verify_breaching",
            String::new(),
            glyphs.failed,
            "state.crit",
        ),
        Verdict::Recovered { seconds } => (
            "order.verify_recovered",
            minutes(seconds),
            glyphs.ok,
            "state.ok",
        ),
    };
    let said = view.lang.tf(key, &[("span", span.as_str())]);
    let values = verdict_values(&judged, watched, view);
    Some((format!("{sign} {said}{values}"), role))
}

/// The values a verdict rests on, as far as they are known: the one from before the order is forgotten in time.
fn verdict_values(judged: &Judged, watched: &Watched, view: &View) -> String {
    let unit = watched.line.unit.shown();
    let shown = |value: Option<f64>| value.map(|value| view.rates.text(value, unit));
    let (before, after) = (shown(judged.before), shown(judged.after));
    let (before, Some(after)) = (before.as_deref(), after.as_deref()) else {
        return String::new();
    };
    let key = match (judged.verdict, before) {
        (Verdict::Silent { .. }, _) => "order.verify_last",
        (_, Some(_)) => "order.verify_both",
        (_, None) => "order.verify_now",
    };
    let values = [("before", before.unwrap_or_default()), ("after", after)];
    view.lang.tf(key, &values)
}

/// How many seconds the rest takes, when it goes on as it went; `None` before anything is done.
fn remaining(elapsed: i64, done: u32, total: u32) -> Option<i64> {
    let left = total.checked_sub(done).filter(|left| *left > 0)?;
    (done > 0 && elapsed > 0).then(|| elapsed.saturating_mul(left.into()) / i64::from(done))
}

/// State, batch, time passed and the estimate of the rest.
fn state_line(order: &Order, view: &View) -> (String, &'static str) {
    let lang = view.lang;
    let (sign, role) = words::run_sign(&order.status, view.theme.glyphs());
    let mut text = format!("{sign} {}", words::run_word(&order.status, lang));
    if let Some(batch) = order.current_batch.filter(|_| order.batches.len() > 1) {
        let (batch, of) = (batch.to_string(), order.batches.len().to_string());
        let values = [("batch", batch.as_str()), ("of", of.as_str())];
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

/// A bar for each batch, the one that runs among them when there are too many.
fn draw_batches(order: &Order, sheet: &mut Sheet) {
    let height = u16::try_from(order.batches.len())
        .unwrap_or(u16::MAX)
        .min(sheet.rest.height / 3);
    let current = order.current_batch.unwrap_or(1).saturating_sub(1);
    let current = usize::try_from(current).unwrap_or(0);
    let first = (current + 1).saturating_sub(usize::from(height));
    for batch in order.batches.iter().skip(first).take(height.into()) {
        let Some(line) = sheet.line() else {
            return;
        };
        let (parts, ended) = batch_parts(batch);
        let used = sheet.write(&format!("{:>3} ", batch.index), "muted", line);
        let x = line.x + used;
        let room = line.right().saturating_sub(x);
        let bar = room.saturating_sub(8).min(40);
        let gauge = Gauge {
            parts: &parts,
            total: batch.total.into(),
        };
        gauge.draw(sheet.view.theme, Rect::new(x, line.y, bar, 1), sheet.buf);
        let count = Rect::new(x + bar, line.y, room - bar, 1);
        sheet.write(&format!(" {ended}/{}", batch.total), "text", count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_estimated_from_what_is_done() {
        assert_eq!(remaining(100, 50, 200), Some(300));
        assert_eq!(remaining(100, 0, 200), None);
        assert_eq!(remaining(100, 200, 200), None);
        assert_eq!(remaining(0, 1, 2), None);
    }
}
