//! A course of values in one line: how it moves, where nothing is known, and where it is over the limit.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::alarm::Comparison;
use crate::domain::metric::Sample;
use crate::ui::glyphs::Glyphs;
use crate::ui::theme::Theme;
use crate::ui::width;

/// Values from left (oldest) to right (newest). `None` is a gap and is drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Sparkline<'a> {
    values: Cow<'a, [Option<f64>]>,
    range: Option<(f64, f64)>,
    breach: Option<(Comparison, f64, &'static str)>,
    role: &'static str,
}

impl<'a> Sparkline<'a> {
    /// A sparkline of these values, scaled from zero (or the lowest value, when that is below) to the highest.
    pub fn new(values: impl Into<Cow<'a, [Option<f64>]>>) -> Self {
        Self {
            values: values.into(),
            range: None,
            breach: None,
            role: "series.0",
        }
    }

    /// Scaled from `low` to `high`.
    #[must_use]
    pub const fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Scaled as values in this unit are: percentages from 0 to 100.
    #[must_use]
    pub fn in_unit(self, unit: &str) -> Self {
        if unit == "%" {
            self.range(0.0, 100.0)
        } else {
            self
        }
    }

    /// Values that breach the threshold are drawn in `role`, for example `severity.critical`.
    #[must_use]
    pub const fn breach(
        mut self,
        comparison: Comparison,
        threshold: f64,
        role: &'static str,
    ) -> Self {
        self.breach = Some((comparison, threshold, role));
        self
    }

    /// Drawn in this role where nothing is wrong.
    #[must_use]
    pub const fn role(mut self, role: &'static str) -> Self {
        self.role = role;
        self
    }

    /// Draws it into the first row of `area`: newest at the right, of too many values the highest of each cell.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let signs = self.signs(theme.glyphs(), usize::from(area.width));
        for (x, sign) in (area.x..area.right()).zip(signs) {
            let Some((sign, role)) = sign else { continue };
            width::put_sign(buf, x, area.y, sign, theme.style(role));
        }
    }

    /// The sign of each of `cells` cells with its role; gaps and what is left of the first value are `None`.
    pub fn signs(
        &self,
        glyphs: &Glyphs,
        cells: usize,
    ) -> impl Iterator<Item = Option<(&'static str, &'static str)>> {
        let values = condense(&self.values, cells);
        let (low, high) = self.range.unwrap_or_else(|| bounds(&values));
        let (ramp, breach, role) = (glyphs.ramp, self.breach, self.role);
        let before = std::iter::repeat_n(None, cells.saturating_sub(values.len()));
        let sign = move |value: f64| {
            let breached = breach.filter(|(comparison, limit, _)| comparison.holds(value, *limit));
            let role = breached.map_or(role, |(_, _, breached)| breached);
            (level(ramp, value, low, high), role)
        };
        before.chain(values.into_iter().map(move |value| value.map(sign)))
    }
}

/// At most `cells` values: of each group the highest, so that no peak is lost.
fn condense(values: &[Option<f64>], cells: usize) -> Vec<Option<f64>> {
    if values.len() <= cells {
        return values.to_vec();
    }
    (0..cells)
        .map(|cell| {
            let start = cell * values.len() / cells;
            let end = (cell + 1) * values.len() / cells;
            let group = values.get(start..end).unwrap_or_default();
            group.iter().flatten().copied().reduce(f64::max)
        })
        .collect()
}

/// Zero or the lowest value, and the highest.
fn bounds(values: &[Option<f64>]) -> (f64, f64) {
    values
        .iter()
        .flatten()
        .fold((0.0, 0.0), |(low, high), value| {
            (f64::min(low, *value), f64::max(high, *value))
        })
}

/// The sign of `ramp` for `value` between `low` and `high`.
fn level(ramp: &'static [&'static str], value: f64, low: f64, high: f64) -> &'static str {
    let part = if high > low {
        ((value - low) / (high - low)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let top = ramp.len().saturating_sub(1);
    ramp.get(round_index(part * top as f64).min(top))
        .copied()
        .unwrap_or(" ")
}

/// A number that is not negative as an index.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped before; `as` saturates"
)]
pub(crate) fn round_index(value: f64) -> usize {
    value.round().max(0.0) as usize
}

/// Spreads samples over `cells` equal spans of time from `from` to `to` (seconds since the epoch). A sample counts
/// from its own second until a period later; of several in a span the highest counts; a span without any is a gap.
pub fn resample(
    samples: &[Sample],
    period: u32,
    from: i64,
    to: i64,
    cells: usize,
) -> Vec<Option<f64>> {
    let mut out = vec![None; cells];
    if to <= from || cells == 0 {
        return out;
    }
    let span = (to - from) as f64;
    let position = |at: i64| (at - from) as f64 / span * cells as f64;
    for sample in samples {
        let end = sample.at + i64::from(period.max(1));
        if end <= from || sample.at >= to {
            continue;
        }
        let first = floor_index(position(sample.at));
        // A cell belongs to the sample when the sample covers its middle, or when it begins there.
        let last = round_index(position(end)).max(first + 1);
        for cell in out.iter_mut().take(last).skip(first) {
            let highest = cell.map_or(sample.value, |old: f64| old.max(sample.value));
            *cell = Some(highest);
        }
    }
    out
}

fn floor_index(value: f64) -> usize {
    round_index(value.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(spark: &Sparkline, theme: &Theme, cells: u16) -> String {
        let area = Rect::new(0, 0, cells, 1);
        let mut buf = Buffer::empty(area);
        spark.draw(theme, area, &mut buf);
        buf.content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect()
    }

    #[test]
    fn values_become_a_ramp() {
        let values: Vec<_> = (0..8).map(|n| Some(f64::from(n))).collect();
        let spark = Sparkline::new(&values);
        assert_eq!(line(&spark, &Theme::default(), 8), "▁▂▃▄▅▆▇█");
        assert_eq!(line(&spark, &Theme::default().ascii(), 8), "_..--==#");
        assert_eq!(line(&spark, &Theme::default(), 10), "  ▁▂▃▄▅▆▇█");
    }

    #[test]
    fn gaps_stay_gaps_and_peaks_survive() {
        let values = [Some(1.0), None, Some(1.0), Some(9.0), Some(1.0), Some(1.0)];
        let spark = Sparkline::new(&values[..]).range(0.0, 9.0);
        assert_eq!(line(&spark, &Theme::default(), 6), "▂ ▂█▂▂");
        assert_eq!(line(&spark, &Theme::default(), 3), "▂█▂");
    }

    #[test]
    fn constant_and_zero_courses_are_flat() {
        let zeros = [Some(0.0); 3];
        assert_eq!(
            line(&Sparkline::new(&zeros[..]), &Theme::default(), 3),
            "▁▁▁"
        );
        let ones = [Some(5.0); 3];
        assert_eq!(
            line(&Sparkline::new(&ones[..]), &Theme::default(), 3),
            "███"
        );
    }

    #[test]
    fn a_breach_has_its_severity_s_look() {
        let theme = Theme::default();
        let values = [Some(50.0), Some(95.0)];
        let spark = Sparkline::new(&values[..]).range(0.0, 100.0).breach(
            Comparison::Above,
            90.0,
            "severity.critical",
        );
        let area = Rect::new(0, 0, 2, 1);
        let mut buf = Buffer::empty(area);
        spark.draw(&theme, area, &mut buf);
        assert_eq!(buf[(0, 0)].fg, theme.style("series.0").fg.unwrap());
        assert_eq!(buf[(1, 0)].fg, theme.style("severity.critical").fg.unwrap());
    }

    #[test]
    fn samples_fill_their_period_and_nothing_else() {
        let sample = |at, value| Sample { at, value };
        let samples = [sample(0, 1.0), sample(60, 2.0), sample(180, 4.0)];
        assert_eq!(
            resample(&samples, 60, 0, 240, 4),
            [Some(1.0), Some(2.0), None, Some(4.0)]
        );
        assert_eq!(
            resample(&samples, 60, 0, 240, 8),
            [
                Some(1.0),
                Some(1.0),
                Some(2.0),
                Some(2.0),
                None,
                None,
                Some(4.0),
                Some(4.0)
            ]
        );
        assert_eq!(resample(&samples, 60, 0, 240, 2), [Some(2.0), Some(4.0)]);
        assert_eq!(resample(&samples, 60, 100, 100, 2), [None, None]);
        assert_eq!(resample(&samples, 60, -1000, -500, 2), [None, None]);
    }
}
