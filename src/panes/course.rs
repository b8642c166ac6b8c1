//! The course of a series as lines of a description: its values in one line, below it a tick wherever something changed,
//! and when it begins and ends.

use jiff::Timestamp;

use super::frame;
use crate::app::happening::Happening;
use crate::app::pane::Context;
use crate::domain::alarm::Comparison;
use crate::domain::metric::{Sample, Series};
use crate::ui::format;
use crate::ui::glyphs::Glyphs;
use crate::ui::widgets::document::Line;
use crate::ui::widgets::sparkline::{Sparkline, resample};
use crate::ui::width;

/// Cells of a course, which fit on a screen of 80 columns with the indent.
const CELLS: usize = 60;
const INDENT: &str = "  ";
/// Seconds of a day: longer courses name days, not times.
const DAY: i64 = 86_400;

/// The course of values over a span of time.
pub struct Course<'a> {
    /// The values, ascending in time.
    pub samples: &'a [Sample],
    /// How long each holds, in seconds.
    pub period: u32,
    /// The span: seconds since 1970.
    pub span: (i64, i64),
    /// Lowest and highest value of the line; `None`: from nought to the highest.
    pub range: Option<(f64, f64)>,
    /// The limit, and the role of what breaches it.
    pub breach: Option<(Comparison, f64, &'static str)>,
}

impl<'a> Course<'a> {
    /// The last so many seconds of a series; of a percentage the line is as high as a hundred.
    pub fn last(series: &'a Series, seconds: i64, ctx: &Context) -> Self {
        let now = ctx.at.as_second();
        let is_share = series.unit.as_ref().is_some_and(|unit| unit.raw() == "%");
        Self {
            samples: &series.samples,
            period: series.period,
            span: (now - seconds, now),
            range: is_share.then_some((0.0, 100.0)),
            breach: None,
        }
    }

    /// The lines, with a blank one before them; none without any value in the span.
    pub fn lines(&self, ctx: &Context) -> Vec<Line> {
        let (from, to) = self.span;
        let values = resample(self.samples, self.period, from, to, CELLS);
        if values.iter().all(Option::is_none) {
            return Vec::new();
        }
        let mut spark = Sparkline::new(values);
        if let Some((low, high)) = self.range {
            spark = spark.range(low, high);
        }
        if let Some((comparison, limit, role)) = self.breach {
            spark = spark.breach(comparison, limit, role);
        }
        let mut drawn = Line::styled(INDENT, "text");
        for sign in spark.signs(ctx.glyphs, CELLS) {
            let (sign, role) = sign.unwrap_or((" ", "text"));
            match drawn.0.last_mut() {
                Some((text, last)) if *last == role => text.push_str(sign),
                _ => drawn.0.push((sign.to_owned(), role)),
            }
        }
        let happened = ctx.world.happenings(ctx.lang, self.span);
        let mut lines = vec![Line::default(), drawn];
        if !happened.is_empty() {
            let ticks = ticks(&happened, self.span, CELLS, ctx.glyphs);
            lines.push(Line::styled(INDENT, "text").then(ticks, "accent"));
        }
        lines.push(self.edges(ctx));
        lines
    }

    /// Both ends, under the first and the last cell.
    fn edges(&self, ctx: &Context) -> Line {
        let (from, to) = self.span;
        let named = |at: i64| {
            let at = Timestamp::from_second(at).unwrap_or(ctx.at);
            if to - from > 2 * DAY {
                format::day(at, ctx.zone)
            } else {
                format::minute(at, ctx.zone)
            }
        };
        let (first, last) = (named(from), named(to));
        let between = CELLS.saturating_sub(width::width(&first) + width::width(&last));
        Line::styled(
            format!("{INDENT}{first}{}{last}", " ".repeat(between)),
            "muted",
        )
    }
}

/// A line of so many cells with a tick wherever something happened.
pub fn ticks(
    happened: &[Happening],
    (from, to): (i64, i64),
    cells: usize,
    glyphs: &Glyphs,
) -> String {
    let count = i64::try_from(cells).unwrap_or(i64::MAX);
    let mut marked = vec![false; cells];
    for event in happened {
        let cell = (event.at - from).saturating_mul(count) / (to - from).max(1);
        let cell = usize::try_from(cell).unwrap_or(0);
        // What happens this very second stands under the last cell.
        if let Some(mark) = marked.get_mut(cell.min(cells.saturating_sub(1))) {
            *mark = true;
        }
    }
    let tick = |marked: bool| if marked { glyphs.event } else { " " };
    let line: String = marked.into_iter().map(tick).collect();
    line.trim_end().to_owned()
}

/// The last hour of a series with what changed in it, and what that was: for the description of a series or an alarm.
pub fn with_changes(course: Option<Course>, since: Timestamp, ctx: &Context) -> Vec<Line> {
    let mut lines = course.map_or_else(Vec::new, |course| course.lines(ctx));
    lines.extend(frame::changes(since, ctx));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::subject::Subject;
    use crate::ui::glyphs::{ASCII, UNICODE};

    fn happening(at: i64) -> Happening {
        Happening {
            at,
            words: String::new(),
            subject: Subject::Entry(1),
        }
    }

    #[test]
    fn ticks_stand_under_the_cells_of_their_time() {
        let happened = [happening(0), happening(300), happening(301), happening(600)];
        assert_eq!(ticks(&happened, (0, 600), 6, &UNICODE), "▴  ▴ ▴");
        let tick = ASCII.event;
        let plain = ticks(&happened[1..2], (0, 600), 6, &ASCII);
        assert_eq!(plain, format!("   {tick}"));
        assert_eq!(ticks(&[], (0, 600), 6, &UNICODE), "");
    }
}
