//! A chart of series over time: axes, threshold, breaches, marks where something happened, a cursor on the values.
//!
//! Everything is computed from the samples and the area at the moment of drawing. Gaps in the data are gaps in the
//! lines.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::sparkline::round_index;
use crate::domain::alarm::Comparison;
use crate::domain::metric::Sample;
use crate::ui::format;
use crate::ui::rates::Rates;
use crate::ui::theme::Theme;
use crate::ui::width::{self, Align};

/// With what the lines are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marker {
    /// Dots of Braille: eight in a cell. In themes with plain signs it is [`Marker::Sign`].
    #[default]
    Braille,
    /// One sign in a cell, another for each series: readable without colours and on every terminal.
    Sign,
}

/// A line of a chart.
#[derive(Debug, Clone, Copy)]
pub struct Plot<'a> {
    /// What it is, for the legend.
    pub label: &'a str,
    /// Its values, ascending in time.
    pub samples: &'a [Sample],
    /// Distance of two values in seconds; where two are further apart, the line has a gap.
    pub period: u32,
}

/// A limit in a chart.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// When a value breaches it.
    pub comparison: Comparison,
    /// The value.
    pub value: f64,
    /// Role of what breaches it, for example `severity.critical`.
    pub role: &'static str,
}

/// A chart, ready to be drawn.
#[derive(Debug, Clone)]
pub struct Chart<'a> {
    /// Its lines; they take the roles `series.0` to `series.7`.
    pub plots: &'a [Plot<'a>],
    /// First second of the time axis, since the epoch.
    pub from: i64,
    /// Last second of the time axis.
    pub to: i64,
    /// The zone in which times are written.
    pub zone: &'a TimeZone,
    /// Unit of the values, for the axis.
    pub unit: &'a str,
    /// In which unit rates of data are shown.
    pub rates: Rates,
    /// Lowest and highest value of the axis; `None`: what the data needs, with zero when it is near.
    pub range: Option<(f64, f64)>,
    /// The limits, each a line. Values that breach the first one take its role.
    pub limits: &'a [Limit],
    /// Seconds since the epoch at which something happened, with the role of its mark.
    pub events: &'a [(i64, &'static str)],
    /// Where the value cursor stands, if it is on.
    pub cursor: Option<i64>,
    /// With what the lines are drawn.
    pub marker: Marker,
    /// What to say when there are no values.
    pub empty: &'a str,
}

/// Signs of the series where one sign stands in a cell.
const SIGNS: [&str; 8] = ["*", "o", "x", "+", "#", "@", "%", "&"];

/// The room of the lines, and what values and times its edges stand for.
#[derive(Debug, Clone, Copy)]
struct Field {
    area: Rect,
    from: i64,
    to: i64,
    low: f64,
    high: f64,
}

impl Field {
    /// The position of an instant, from 0 at the left edge to 1 at the right one.
    fn across(&self, at: i64) -> f64 {
        (at - self.from) as f64 / (self.to - self.from).max(1) as f64
    }

    /// The position of a value, from 0 at the lower edge to 1 at the upper one.
    fn up(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The column of an instant, if it is within.
    fn column(&self, at: i64) -> Option<u16> {
        let last = self.area.width.checked_sub(1)?;
        let across = self.across(at);
        (0.0..=1.0)
            .contains(&across)
            .then(|| self.area.x + index(across * f64::from(last)))
    }

    /// The row of a value.
    fn row(&self, value: f64) -> u16 {
        let last = self.area.height.saturating_sub(1);
        self.area.y + last - index(self.up(value) * f64::from(last)).min(last)
    }
}

fn index(value: f64) -> u16 {
    u16::try_from(round_index(value)).unwrap_or(u16::MAX)
}

impl Chart<'_> {
    /// Draws the chart: values at the left, times below, the legend above when there are several lines.
    pub fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let values = self.plots.iter().flat_map(|plot| self.visible(plot));
        if values.count() == 0 {
            super::table::draw_empty(self.empty, theme, area, buf);
            return;
        }
        if area.width < 12 || area.height < 4 {
            return;
        }
        let (low, high) = self.bounds();
        let labels = self.value_labels(low, high, area.height.saturating_sub(2));
        let gutter = labels
            .iter()
            .map(|(_, text)| width::width(text))
            .max()
            .unwrap_or(0);
        let gutter = u16::try_from(gutter).unwrap_or(0).min(area.width / 3) + 1;
        let legend = u16::from(self.plots.len() > 1 || self.cursor.is_some());
        let field = Field {
            area: Rect {
                x: area.x + gutter,
                y: area.y + legend,
                width: area.width - gutter,
                height: (area.height - legend).saturating_sub(2).max(1),
            },
            from: self.from,
            to: self.to,
            low,
            high,
        };
        self.draw_axes(theme, &field, &labels, area, buf);
        self.draw_limits(theme, &field, buf);
        for (number, plot) in self.plots.iter().enumerate() {
            self.draw_plot(theme, &field, number, plot, buf);
        }
        self.draw_events(theme, &field, buf);
        if legend > 0 {
            self.draw_legend(theme, &field, Rect { height: 1, ..area }, buf);
        }
        self.draw_cursor(theme, &field, buf);
    }

    /// The samples within the time axis.
    fn visible<'p>(&self, plot: &Plot<'p>) -> &'p [Sample] {
        let start = plot.samples.partition_point(|sample| sample.at < self.from);
        let end = plot.samples.partition_point(|sample| sample.at <= self.to);
        plot.samples.get(start..end).unwrap_or_default()
    }

    /// Lowest and highest value of the axis: those of the data and the limits, a little wider, with zero when it is
    /// not far away.
    fn bounds(&self) -> (f64, f64) {
        if let Some((low, high)) = self.range.filter(|(low, high)| low < high) {
            return (low, high);
        }
        let values = self
            .plots
            .iter()
            .flat_map(|plot| self.visible(plot))
            .map(|sample| sample.value)
            .chain(self.limits.iter().map(|limit| limit.value))
            .filter(|value| value.is_finite());
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return (0.0, 1.0);
        }
        if low > 0.0 && low < high * 0.6 {
            low = 0.0;
        }
        let span = if high > low {
            high - low
        } else {
            high.abs().max(1.0)
        };
        let margin = span * 0.05;
        let low = if low == 0.0 { 0.0 } else { low - margin };
        (low, high + margin)
    }

    fn draw_axes(
        &self,
        theme: &Theme,
        field: &Field,
        labels: &[(f64, String)],
        area: Rect,
        buf: &mut Buffer,
    ) {
        let line = theme.style("border");
        let [tick, below, corner] = theme.glyphs().axis;
        let [.., horizontal, vertical] = theme.glyphs().frame;
        let axis = field.area.x - 1;
        for y in field.area.top()..field.area.bottom() {
            width::put(buf, axis, y, vertical, 1, line);
        }
        let cells = axis.saturating_sub(area.x);
        for (value, text) in labels {
            let y = field.row(*value);
            let text = width::fit(text, usize::from(cells), Align::Right, "");
            width::put(buf, area.x, y, &text, cells, theme.style("muted"));
            width::put(buf, axis, y, tick, 1, line);
        }
        let base = field.area.bottom();
        width::put(buf, axis, base, corner, 1, line);
        for x in field.area.left()..field.area.right() {
            width::put(buf, x, base, horizontal, 1, line);
        }
        let mut free = area.x;
        for (at, text) in self.time_labels(field.area.width) {
            let Some(x) = field.column(at) else { continue };
            width::put(buf, x, base, below, 1, line);
            let cells = u16::try_from(text.len()).unwrap_or(0);
            let start = x
                .saturating_sub(cells / 2)
                .min(area.right().saturating_sub(cells));
            if start >= free && base + 1 < area.bottom() {
                width::put(buf, start, base + 1, &text, cells, theme.style("muted"));
                free = start + cells + 2;
            }
        }
    }

    /// Round times for the axis, with a text for each: about one for every 12 cells.
    fn time_labels(&self, cells: u16) -> Vec<(i64, String)> {
        const STEPS: [i64; 17] = [
            10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
            604_800, 1_209_600, 2_592_000,
        ];
        let most = i64::from(cells / 12).max(1);
        let wanted = (self.to - self.from).max(1) / most;
        let step = STEPS
            .into_iter()
            .find(|step| *step >= wanted)
            .unwrap_or(7_776_000);
        // Round in the zone of the axis, not in UTC: a day begins at midnight there.
        let offset = Timestamp::from_second(self.from)
            .map_or(0, |at| i64::from(self.zone.to_offset(at).seconds()));
        let first = (self.from + offset).div_euclid(step) * step - offset;
        (0..=most + 2)
            .map(|n| first + n * step)
            .filter(|at| (self.from..=self.to).contains(at))
            .filter_map(|at| {
                let instant = Timestamp::from_second(at).ok()?;
                let text = if step < 60 {
                    format::clock(instant, self.zone)
                } else if step >= 86_400 {
                    format::day(instant, self.zone)
                } else {
                    format::minute(instant, self.zone)
                };
                Some((at, text))
            })
            .collect()
    }

    fn draw_limits(&self, theme: &Theme, field: &Field, buf: &mut Buffer) {
        let (sign, style) = (theme.glyphs().threshold, theme.style("threshold"));
        let is_within = |limit: &&Limit| (field.low..=field.high).contains(&limit.value);
        for limit in self.limits.iter().filter(is_within) {
            let y = field.row(limit.value);
            for x in field.area.left()..field.area.right() {
                width::put(buf, x, y, sign, 1, style);
            }
        }
    }

    fn draw_plot(
        &self,
        theme: &Theme,
        field: &Field,
        number: usize,
        plot: &Plot,
        buf: &mut Buffer,
    ) {
        let style = theme.style(Theme::series_role(number));
        let braille = self.marker == Marker::Braille && theme.glyphs().braille;
        // Dots in a cell: across, up.
        let (wide, high) = if braille { (2, 4) } else { (1, 1) };
        let mut dots = Dots::new(field.area, wide, high);
        let mut last: Option<(Sample, (i32, i32))> = None;
        let reach = i64::from(plot.period) * 3 / 2;
        for sample in self
            .visible(plot)
            .iter()
            .filter(|sample| sample.value.is_finite())
        {
            let here = dots.place(field.across(sample.at), field.up(sample.value));
            let breach = self
                .limits
                .first()
                .is_some_and(|limit| limit.comparison.holds(sample.value, limit.value));
            match last {
                Some((before, from)) if sample.at - before.at <= reach.max(1) => {
                    dots.line(from, here, breach);
                }
                _ => dots.dot(here, breach),
            }
            last = Some((*sample, here));
        }
        let first = self.limits.first();
        let breached = first.map_or(style, |limit| theme.style(limit.role));
        let sign = SIGNS.get(number % SIGNS.len()).copied().unwrap_or("*");
        dots.draw(style, breached, (!braille).then_some(sign), buf);
    }

    fn draw_events(&self, theme: &Theme, field: &Field, buf: &mut Buffer) {
        for (at, role) in self.events {
            if let Some(x) = field.column(*at) {
                width::put(
                    buf,
                    x,
                    field.area.bottom(),
                    theme.glyphs().event,
                    1,
                    theme.style(role),
                );
            }
        }
    }

    /// Names of the lines, with the value under the cursor or the last one.
    fn draw_legend(&self, theme: &Theme, field: &Field, line: Rect, buf: &mut Buffer) {
        let braille = self.marker == Marker::Braille && theme.glyphs().braille;
        let mut x = field.area.x;
        if let Some(at) = self.cursor.and_then(|at| Timestamp::from_second(at).ok()) {
            let text = format!("{}  ", format::exact(at, self.zone));
            x += width::put(
                buf,
                x,
                line.y,
                &text,
                line.right().saturating_sub(x),
                theme.style("cursor"),
            );
        }
        for (number, plot) in self.plots.iter().enumerate() {
            let sign = if braille {
                theme.glyphs().lamp
            } else {
                SIGNS.get(number % 8).copied().unwrap_or("*")
            };
            let value = match self.cursor {
                Some(at) => value_at(plot, at),
                None => self.visible(plot).last().map(|sample| sample.value),
            };
            let value =
                value.map_or_else(|| "-".to_owned(), |value| self.rates.text(value, self.unit));
            let left = |x: u16| line.right().saturating_sub(x);
            x += width::put(
                buf,
                x,
                line.y,
                sign,
                left(x),
                theme.style(Theme::series_role(number)),
            );
            let label = width::truncate(plot.label, 28, theme.glyphs().ellipsis);
            x += width::put(
                buf,
                x,
                line.y,
                &format!(" {label} "),
                left(x),
                theme.style("muted"),
            );
            x += width::put(
                buf,
                x,
                line.y,
                &format!("{value}  "),
                left(x),
                theme.style("text"),
            );
        }
    }

    /// Round values for the axis, with a text for each: round in the unit in which they are shown.
    fn value_labels(&self, low: f64, high: f64, rows: u16) -> Vec<(f64, String)> {
        let (factor, shown) = self.rates.of(self.unit);
        let labels = value_labels(low * factor, high * factor, shown, rows).into_iter();
        labels.map(|(value, text)| (value / factor, text)).collect()
    }

    fn draw_cursor(&self, theme: &Theme, field: &Field, buf: &mut Buffer) {
        if let Some(x) = self.cursor.and_then(|at| field.column(at)) {
            let column = Rect {
                x,
                width: 1,
                ..field.area
            };
            buf.set_style(column, theme.style("chart.cursor"));
        }
    }
}

/// The value that holds at an instant: the last one at or before it, unless that is more than a period ago.
pub fn value_at(plot: &Plot, at: i64) -> Option<f64> {
    let after = plot.samples.partition_point(|sample| sample.at <= at);
    let sample = plot.samples.get(after.checked_sub(1)?)?;
    (at - sample.at <= i64::from(plot.period.max(1)) * 3 / 2).then_some(sample.value)
}

/// The sample next to `at` in a direction: where a value cursor goes.
pub fn next_sample(plot: &Plot, at: i64, forward: bool) -> Option<i64> {
    let found = if forward {
        let after = plot.samples.partition_point(|sample| sample.at <= at);
        plot.samples.get(after)
    } else {
        let before = plot.samples.partition_point(|sample| sample.at < at);
        before
            .checked_sub(1)
            .and_then(|before| plot.samples.get(before))
    };
    found.map(|sample| sample.at)
}

/// Round values for the axis, with a text for each: about one for every three rows.
fn value_labels(low: f64, high: f64, unit: &str, rows: u16) -> Vec<(f64, String)> {
    let most = f64::from((rows / 3).clamp(1, 8));
    let raw = (high - low) / most;
    if !(raw.is_finite() && raw > 0.0) {
        return Vec::new();
    }
    let scale = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * scale)
        .find(|step| *step >= raw)
        .unwrap_or(10.0 * scale);
    let first = (low / step).ceil();
    (0..12)
        .map(|n| (first + f64::from(n)) * step)
        .take_while(|value| *value <= high + step * 1e-9)
        .map(|value| {
            // What is only nearly zero because of binary fractions is zero.
            let value = if value.abs() < step * 1e-6 {
                0.0
            } else {
                value
            };
            (value, format::with_unit(value, unit))
        })
        .collect()
}

/// A raster of dots within cells.
struct Dots {
    area: Rect,
    wide: i32,
    high: i32,
    /// For each cell the dots, as Braille counts them, and whether one of them is a breach.
    cells: Vec<(u8, bool)>,
}

impl Dots {
    fn new(area: Rect, wide: i32, high: i32) -> Self {
        let count = usize::from(area.width) * usize::from(area.height);
        Self {
            area,
            wide,
            high,
            cells: vec![(0, false); count],
        }
    }

    /// The dot at these parts of the width and the height, counted from the upper left.
    fn place(&self, across: f64, up: f64) -> (i32, i32) {
        let columns = i32::from(self.area.width) * self.wide - 1;
        let rows = i32::from(self.area.height) * self.high - 1;
        let at = |part: f64, last: i32| {
            i32::try_from(round_index(part.clamp(0.0, 1.0) * f64::from(last))).unwrap_or(0)
        };
        (at(across, columns), rows - at(up, rows))
    }

    fn dot(&mut self, (x, y): (i32, i32), breach: bool) {
        // Bits of a Braille cell by row and column (Unicode 15, section 21.1).
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let cell = i32::from(self.area.width) * (y / self.high) + x / self.wide;
        let bit = usize::try_from(y % self.high)
            .ok()
            .zip(usize::try_from(x % self.wide).ok())
            .and_then(|(row, column)| BITS.get(row)?.get(column));
        let cell = usize::try_from(cell)
            .ok()
            .and_then(|at| self.cells.get_mut(at));
        if let (Some((bits, breached)), Some(bit)) = (cell, bit) {
            *bits |= bit;
            *breached |= breach;
        }
    }

    /// A line from one dot to another, the first of which is there already.
    fn line(&mut self, from: (i32, i32), to: (i32, i32), breach: bool) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = dx.abs().max(dy.abs()).max(1);
        for step in 1..=steps {
            // Rounded half away from zero, in whole numbers.
            let part = |d: i32| (2 * d * step + steps * d.signum()) / (2 * steps);
            self.dot((from.0 + part(dx), from.1 + part(dy)), breach);
        }
    }

    fn draw(&self, style: Style, breached: Style, sign: Option<&str>, buf: &mut Buffer) {
        let mut symbol = [0; 4];
        for (at, (bits, breach)) in self.cells.iter().enumerate() {
            if *bits == 0 {
                continue;
            }
            let column = at % usize::from(self.area.width.max(1));
            let row = at / usize::from(self.area.width.max(1));
            let x = self.area.x + u16::try_from(column).unwrap_or(0);
            let y = self.area.y + u16::try_from(row).unwrap_or(0);
            let braille = char::from_u32(0x2800 + u32::from(*bits)).unwrap_or('*');
            let text = sign.unwrap_or_else(|| braille.encode_utf8(&mut symbol));
            let style = if *breach { breached } else { style };
            width::put(buf, x, y, text, 1, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static THEME: LazyLock<Theme> = LazyLock::new(Theme::default);
    static UTC: TimeZone = TimeZone::UTC;

    fn samples(values: &[(i64, f64)]) -> Vec<Sample> {
        values
            .iter()
            .map(|(at, value)| Sample {
                at: *at,
                value: *value,
            })
            .collect()
    }

    fn chart<'a>(plots: &'a [Plot<'a>], to: i64) -> Chart<'a> {
        Chart {
            plots,
            from: 0,
            to,
            zone: &UTC,
            unit: "%",
            rates: Rates::AsSent,
            range: Some((0.0, 100.0)),
            limits: &[],
            events: &[],
            cursor: None,
            marker: Marker::Sign,
            empty: "no values",
        }
    }

    fn lines(chart: &Chart, theme: &Theme, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        chart.draw(theme, area, &mut buf);
        buf.content
            .chunks(usize::from(width))
            .map(|row| {
                row.iter()
                    .map(ratatui::buffer::Cell::symbol)
                    .collect::<String>()
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn a_rise_is_drawn_with_axes() {
        let samples = samples(&[(0, 0.0), (1200, 50.0), (2400, 100.0), (3600, 100.0)]);
        let plots = [Plot {
            label: "cpu",
            samples: &samples,
            period: 1200,
        }];
        assert_eq!(
            lines(&chart(&plots, 3600), &THEME.clone().ascii(), 36, 8),
            [
                "100 %|                 *************",
                "     |             ****",
                " 50 %|         ****",
                "     |     ****",
                "     |  ***",
                "  0 %|**",
                "     +------------------------------",
                "    00:00          00:30       01:00",
            ]
        );
    }

    #[test]
    fn gaps_are_gaps() {
        let samples = samples(&[(0, 50.0), (60, 50.0), (300, 50.0), (360, 50.0)]);
        let plots = [Plot {
            label: "cpu",
            samples: &samples,
            period: 60,
        }];
        let drawn = lines(&chart(&plots, 360), &THEME.clone().ascii(), 42, 7);
        let row = drawn.iter().find(|line| line.contains('*')).unwrap();
        let marks = row.matches('*').count();
        assert!((10..20).contains(&marks), "{drawn:#?}");
    }

    #[test]
    fn a_breach_has_its_severity_s_look() {
        let samples = samples(&[(0, 50.0), (60, 95.0), (120, 95.0)]);
        let plots = [Plot {
            label: "cpu",
            samples: &samples,
            period: 60,
        }];
        let mut chart = chart(&plots, 120);
        let limits = [90.0, 70.0].map(|value| Limit {
            comparison: Comparison::Above,
            value,
            role: "severity.critical",
        });
        chart.limits = &limits;
        chart.marker = Marker::Braille;
        let area = Rect::new(0, 0, 40, 10);
        let mut buf = Buffer::empty(area);
        chart.draw(&THEME, area, &mut buf);
        let colour = THEME.style("severity.critical").fg.unwrap();
        assert!(buf.content.iter().any(|cell| cell.fg == colour));
        // Both limits are lines.
        let is_limit = |row: &&[ratatui::buffer::Cell]| {
            row.iter()
                .any(|cell| cell.symbol() == THEME.glyphs().threshold)
        };
        assert_eq!(buf.content.chunks(40).filter(is_limit).count(), 2);
    }

    #[test]
    fn the_axis_is_round_in_the_unit_that_is_preferred() {
        let samples = samples(&[(0, 0.0), (60, 1_250_000.0)]);
        let plots = [Plot {
            label: "in",
            samples: &samples,
            period: 60,
        }];
        let mut chart = chart(&plots, 60);
        (chart.unit, chart.range, chart.rates) = ("B/s", None, Rates::Bits);
        let drawn = lines(&chart, &THEME, 40, 9).join("\n");
        assert!(drawn.contains("10 Mbit/s"), "{drawn}");
    }

    #[test]
    fn the_cursor_reads_values() {
        let samples = samples(&[(0, 1.0), (60, 2.0), (600, 3.0)]);
        let plot = Plot {
            label: "cpu",
            samples: &samples,
            period: 60,
        };
        assert_eq!(value_at(&plot, 60), Some(2.0));
        assert_eq!(value_at(&plot, 90), Some(2.0));
        assert_eq!(value_at(&plot, 300), None);
        assert_eq!(value_at(&plot, -1), None);
        assert_eq!(next_sample(&plot, 60, true), Some(600));
        assert_eq!(next_sample(&plot, 60, false), Some(0));
        assert_eq!(next_sample(&plot, 600, true), None);
        let plots = [plot];
        let mut chart = chart(&plots, 600);
        chart.cursor = Some(60);
        let top = lines(&chart, &THEME, 60, 8).remove(0);
        assert!(
            top.contains("1970-01-01 00:01:00 +00:00") && top.contains("2 %"),
            "{top}"
        );
    }

    #[test]
    fn axis_values_are_round() {
        let texts = |low, high, unit, rows| -> Vec<String> {
            value_labels(low, high, unit, rows)
                .into_iter()
                .map(|(_, text)| text)
                .collect()
        };
        assert_eq!(texts(0.0, 100.0, "%", 9), ["0 %", "50 %", "100 %"]);
        assert_eq!(
            texts(0.0, 1_400_000.0, "B/s", 9),
            ["0 B/s", "500 kB/s", "1 MB/s"]
        );
        assert_eq!(texts(-1.0, 1.0, "", 6), ["-1", "0", "1"]);
        assert!(texts(1.0, 1.0, "", 6).is_empty());
    }

    #[test]
    fn without_values_it_says_why() {
        let plots = [Plot {
            label: "cpu",
            samples: &[],
            period: 60,
        }];
        assert!(
            lines(&chart(&plots, 600), &THEME, 30, 6)
                .concat()
                .contains("no values")
        );
    }

    proptest! {
        #[test]
        fn it_never_panics(
            values in prop::collection::vec((0i64..5000, -1e12f64..1e12), 0..50),
            span in (-100i64..6000, 0i64..6000),
            size in (1u16..60, 1u16..20),
            braille in any::<bool>(),
        ) {
            let mut samples = samples(&values);
            samples.sort_by_key(|sample| sample.at);
            samples.dedup_by_key(|sample| sample.at);
            let plots = [Plot { label: "磁盘", samples: &samples, period: 60 }; 2];
            let mut chart = chart(&plots, span.0 + span.1);
            chart.from = span.0;
            chart.range = None;
            chart.cursor = Some(2500);
            chart.events = &[(100, "event"), (9999, "event")];
            chart.marker = if braille { Marker::Braille } else { Marker::Sign };
            let limits = [Limit { comparison: Comparison::Above, value: 5.0, role: "breach" }];
            chart.limits = &limits;
            let area = Rect::new(0, 0, size.0, size.1);
            chart.draw(&THEME, area, &mut Buffer::empty(area));
        }
    }
}
