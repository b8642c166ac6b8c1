//! The signs of the interface, each one cell wide, in Unicode and in plain ASCII. Terminals that draw characters of
//! "ambiguous" East Asian width in two cells need the ASCII set.

use crate::domain::alarm::Severity;

/// A set of signs. Every text here is exactly one cell wide, except `ellipsis` of the ASCII set.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Signs of the severities, most severe first.
    severities: [&'static str; 5],
    /// Ramp of a sparkline, lowest first.
    pub ramp: &'static [&'static str],
    /// Filled part of a bar, from an eighth to a whole cell.
    pub bar: &'static [&'static str],
    /// Part of a bar that is being worked at, and one that failed: told apart from what is done without colours, too.
    pub bar_running: &'static str,
    /// See [`Glyphs::bar_running`].
    pub bar_failed: &'static str,
    /// Rest of a bar.
    pub bar_rest: &'static str,
    /// Corners and lines of a frame: top left, top right, bottom left, bottom right, horizontal, vertical.
    pub frame: [&'static str; 6],
    /// Rules inside: vertical with a tick to the left, horizontal with a tick below, both axes' corner.
    pub axis: [&'static str; 3],
    /// Stands for text that was cut off.
    pub ellipsis: &'static str,
    /// Done, good.
    pub ok: &'static str,
    /// Failed.
    pub failed: &'static str,
    /// Running.
    pub running: &'static str,
    /// Paused.
    pub paused: &'static str,
    /// Waiting, not begun.
    pub waiting: &'static str,
    /// Cancelled, skipped.
    pub cancelled: &'static str,
    /// Nobody knows.
    pub unknown: &'static str,
    /// A marked row.
    pub mark: &'static str,
    /// Separates short texts in a line.
    pub bullet: &'static str,
    /// Live.
    pub lamp: &'static str,
    /// Goes up, down, stays.
    pub trend: [&'static str; 3],
    /// Sorted ascending, descending.
    pub sort: [&'static str; 2],
    /// More to the left, to the right.
    pub more: [&'static str; 2],
    /// Leads to the next level.
    pub step: &'static str,
    /// Position of the visible part in a long list.
    pub thumb: &'static str,
    /// A threshold's line.
    pub threshold: &'static str,
    /// A branch that is closed, open.
    pub branch: [&'static str; 2],
    /// Something happened here.
    pub event: &'static str,
    /// Stands for a secret's characters.
    pub secret: &'static str,
    /// Are dots of Braille allowed?
    pub braille: bool,
}

/// Unicode.
pub static UNICODE: Glyphs = Glyphs {
    severities: ["▲", "!", "~", "·", "·"],
    ramp: &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    bar: &["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    bar_running: "▒",
    bar_failed: "▓",
    bar_rest: "░",
    frame: ["╭", "╮", "╰", "╯", "─", "│"],
    axis: ["┤", "┬", "└"],
    ellipsis: "…",
    ok: "✓",
    failed: "✗",
    running: "▸",
    paused: "‖",
    waiting: "∙",
    cancelled: "−",
    unknown: "?",
    mark: "✻",
    bullet: "∙",
    lamp: "●",
    trend: ["↑", "↓", "→"],
    sort: ["▴", "▾"],
    more: ["‹", "›"],
    step: "▸",
    thumb: "▐",
    threshold: "╌",
    branch: ["▸", "▾"],
    event: "▴",
    secret: "•",
    braille: true,
};

/// ASCII.
pub static ASCII: Glyphs = Glyphs {
    severities: ["^", "!", "~", ".", "."],
    ramp: &["_", ".", "-", "=", "#"],
    bar: &["#"],
    bar_running: "=",
    bar_failed: "x",
    bar_rest: ".",
    frame: ["+", "+", "+", "+", "-", "|"],
    axis: ["|", "-", "+"],
    ellipsis: "..",
    ok: "+",
    failed: "x",
    running: ">",
    paused: "=",
    waiting: ".",
    cancelled: "-",
    unknown: "?",
    mark: "*",
    bullet: "-",
    lamp: "o",
    trend: ["^", "v", "-"],
    sort: ["^", "v"],
    more: ["<", ">"],
    step: ">",
    thumb: "#",
    threshold: "-",
    branch: ["+", "-"],
    event: "^",
    secret: "*",
    braille: false,
};

impl Glyphs {
    /// The sign of a severity.
    pub fn severity(&self, severity: Severity) -> &'static str {
        let [critical, major, minor, warning, info] = self.severities;
        match severity {
            Severity::Critical => critical,
            Severity::Major => major,
            Severity::Minor => minor,
            Severity::Warning => warning,
            Severity::Info => info,
        }
    }

    /// The sign of a trend: above zero, below zero, zero.
    pub fn trend(&self, change: f64) -> &'static str {
        let [up, down, level] = self.trend;
        if change > 0.0 {
            up
        } else if change < 0.0 {
            down
        } else {
            level
        }
    }

    /// All signs that must be one cell wide.
    #[cfg(test)]
    fn all(&self) -> Vec<&'static str> {
        let mut all = vec![
            self.bar_running,
            self.bar_failed,
            self.bar_rest,
            self.ok,
            self.failed,
            self.running,
            self.paused,
            self.waiting,
            self.cancelled,
            self.unknown,
            self.mark,
            self.bullet,
            self.lamp,
            self.step,
            self.thumb,
            self.threshold,
            self.event,
            self.secret,
        ];
        all.extend(self.severities);
        all.extend(self.ramp);
        all.extend(self.bar);
        all.extend(self.frame);
        all.extend(self.axis);
        all.extend(self.trend);
        all.extend(self.sort);
        all.extend(self.more);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::width::width;

    #[test]
    fn every_sign_is_one_cell() {
        for glyphs in [&UNICODE, &ASCII] {
            for sign in glyphs.all() {
                assert_eq!(width(sign), 1, "{sign}");
            }
        }
    }

    #[test]
    fn the_plain_set_is_plain() {
        assert!(ASCII.all().iter().all(|sign| sign.is_ascii()));
        assert!(ASCII.ellipsis.is_ascii());
    }

    #[test]
    fn outcomes_are_told_apart_without_colour() {
        for glyphs in [&UNICODE, &ASCII] {
            let mut signs = vec![
                glyphs.ok,
                glyphs.failed,
                glyphs.running,
                glyphs.paused,
                glyphs.waiting,
                glyphs.cancelled,
                glyphs.unknown,
            ];
            signs.sort_unstable();
            signs.dedup();
            assert_eq!(signs.len(), 7);
        }
    }
}
