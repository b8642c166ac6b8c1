//! How scheduled tasks repeat (ksc-autoscaling.md, 14.8): on which days of Beijing's calendar; the time of day is that
//! of the first run.

use cronexpr::{FallbackTimezoneOption, ParseOptions};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan, Zoned};

use crate::domain::text::SafeText;

/// Days that are looked at for one run: a date such as 29 February comes every eight years at worst.
const HORIZON: i32 = 366 * 9;

/// How a task repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repeat {
    /// Not at all.
    Once,
    /// On the days that a crontab text names; its first two fields are `*`.
    Cron(SafeText),
    /// Every so many days.
    Days(u32),
    /// From one day of each month to another.
    Month(u8, u8),
    /// On these days of the week, 1 is Monday.
    Week(Vec<u8>),
    /// In a way this program cannot read.
    Unknown(SafeText),
}

/// A scheduled task: at this time these sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: SafeText,
    /// Its name.
    pub name: SafeText,
    /// Fewest members from then on.
    pub min: u32,
    /// Most members from then on.
    pub max: u32,
    /// Members from then on.
    pub desired: u32,
    /// First run.
    pub start: Option<Timestamp>,
    /// End of the repetition.
    pub end: Option<Timestamp>,
    /// How it repeats.
    pub repeat: Repeat,
    /// When it was created.
    pub created: Option<Timestamp>,
}

/// What is wrong with a crontab text of a task; `None` when nothing is. Minute and hour may not be chosen: the time of
/// day is that of the first run.
pub fn cron_problem(text: &str) -> Option<&'static str> {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    match fields.as_slice() {
        ["*", "*", _, _, _] => crontab(text)
            .is_none()
            .then_some("must be a crontab text such as * * * * 1-5"),
        [_, _, _, _, _] => {
            Some("must have * for minute and hour: the time of day is that of the first run")
        }
        _ => Some("must have five fields: * * day month weekday"),
    }
}

/// The days of a crontab text, as midnights of a clock that shows Beijing's time as if it were UTC.
fn crontab(text: &str) -> Option<cronexpr::Crontab> {
    let days: Vec<&str> = text.split_ascii_whitespace().skip(2).collect();
    // Not `UTC` in the text: a name, even this one, makes the library list the whole zone database.
    let mut options = ParseOptions::default();
    options.fallback_timezone_option = FallbackTimezoneOption::UTC;
    cronexpr::parse_crontab_with(&format!("0 0 {}", days.join(" ")), options).ok()
}

impl Repeat {
    /// Of the three fields in which the service keeps it. Where both forms are given, unit and cycle count.
    pub fn read(cron: &str, unit: &str, cycle: &str) -> Self {
        let unknown = || Self::Unknown(SafeText::new(&format!("{unit} {cycle}")));
        let numbers: Option<Vec<u8>> = cycle
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().ok())
            .collect();
        match (unit.trim(), numbers.as_deref()) {
            ("", _) if cron.trim().is_empty() => Self::Once,
            ("", _) if cron_problem(cron).is_some() => Self::Unknown(SafeText::new(cron)),
            ("", _) => Self::Cron(SafeText::new(cron.trim())),
            (word, Some([days])) if word.eq_ignore_ascii_case("day") && *days > 0 => {
                Self::Days((*days).into())
            }
            (word, Some([from, to])) if word.eq_ignore_ascii_case("month") && from <= to => {
                Self::Month(*from, *to)
            }
            (word, Some([day])) if word.eq_ignore_ascii_case("month") => Self::Month(*day, *day),
            (word, Some(days)) if word.eq_ignore_ascii_case("week") && !days.is_empty() => {
                if days.iter().all(|day| (1..=7).contains(day)) {
                    Self::Week(days.to_vec())
                } else {
                    unknown()
                }
            }
            _ => unknown(),
        }
    }

    /// Is this day one of its days? `first` is the day of the first run.
    fn is_on(&self, day: Date, first: Date) -> bool {
        match self {
            Self::Once => day == first,
            Self::Days(every) => {
                let apart = (day - first).get_days();
                apart >= 0 && apart.cast_unsigned().is_multiple_of((*every).max(1))
            }
            Self::Month(from, to) => (i8::try_from(*from).unwrap_or(i8::MAX)
                ..=i8::try_from(*to).unwrap_or(i8::MAX))
                .contains(&day.day()),
            Self::Week(days) => {
                let weekday = day.weekday().to_monday_one_offset();
                days.iter().any(|known| i8::try_from(*known) == Ok(weekday))
            }
            Self::Cron(_) | Self::Unknown(_) => false,
        }
    }
}

fn in_beijing(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::fixed(Offset::constant(8)))
}

impl Task {
    /// Its first run after `after`; `None` when there is none, or when it cannot be told.
    pub fn next_run(&self, after: Timestamp) -> Option<Timestamp> {
        let start = self.start?;
        if start > after {
            // The first run is on the first day that fits, which need not be that of the start.
            let before = start.checked_sub(1.second()).ok()?;
            return self.run_after(start, before);
        }
        self.run_after(start, after)
    }

    /// Its next runs after `after`, at most `count`.
    pub fn next_runs(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        let mut runs = Vec::new();
        let mut at = after;
        while runs.len() < count {
            let Some(next) = self.next_run(at) else { break };
            runs.push(next);
            at = next;
        }
        runs
    }

    fn run_after(&self, start: Timestamp, after: Timestamp) -> Option<Timestamp> {
        let first = in_beijing(start);
        let at = match &self.repeat {
            Repeat::Once => Some(start).filter(|at| *at > after),
            Repeat::Cron(text) => by_crontab(text.raw(), &first, after),
            Repeat::Unknown(_) => None,
            repeat => {
                let from = in_beijing(after.max(start)).date();
                // The time of day may have passed today, so today is looked at, too.
                (0..=HORIZON)
                    .filter_map(|days| from.checked_add(days.days()).ok())
                    .filter(|day| repeat.is_on(*day, first.date()))
                    .filter_map(|day| on(day, &first))
                    .find(|at| *at > after && *at >= start)
            }
        }?;
        self.end.is_none_or(|end| at <= end).then_some(at)
    }
}

/// The instant on this day at which `first` has its time of day.
fn on(day: Date, first: &Zoned) -> Option<Timestamp> {
    let zone = first.time_zone().clone();
    let zoned = day.to_datetime(first.time()).to_zoned(zone).ok()?;
    Some(zoned.timestamp())
}

fn by_crontab(text: &str, first: &Zoned, after: Timestamp) -> Option<Timestamp> {
    let days = crontab(text)?;
    let after = after.max(first.timestamp().checked_sub(1.second()).ok()?);
    // From the midnight before: today counts when the time of day is still to come.
    let mut midnight = in_beijing(after)
        .date()
        .to_zoned(TimeZone::UTC)
        .ok()?
        .checked_sub(1.second())
        .ok()?;
    for _ in 0..3 {
        midnight = days.find_next(midnight.timestamp()).ok()?;
        if let Some(at) = on(midnight.date(), first).filter(|at| *at > after) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(start: &str, end: Option<&str>, repeat: Repeat) -> Task {
        let read = |text: &str| text.parse::<Timestamp>().expect("a time");
        Task {
            id: "1".into(),
            name: "t".into(),
            min: 0,
            max: 1,
            desired: 0,
            start: Some(read(start)),
            end: end.map(read),
            repeat,
            created: None,
        }
    }

    fn runs(task: &Task, after: &str, count: usize) -> Vec<String> {
        task.next_runs(after.parse().expect("a time"), count)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_single_run_is_over_when_it_is_over() {
        let once = task("2026-11-22T03:00:00Z", None, Repeat::Once);
        assert_eq!(
            runs(&once, "2026-11-22T02:00:00Z", 5),
            ["2026-11-22T03:00:00Z"]
        );
        assert!(runs(&once, "2026-11-22T03:00:00Z", 5).is_empty());
    }

    #[test]
    fn the_time_of_day_is_that_of_the_start_and_the_days_are_beijings() {
        // 06:30:15 on Monday in Beijing is still Sunday in UTC.
        let mondays = task(
            "2026-11-22T22:30:15Z",
            None,
            Repeat::read("* * * * 1", "", ""),
        );
        assert_eq!(
            runs(&mondays, "2026-11-22T00:00:00Z", 3),
            [
                "2026-11-22T22:30:15Z",
                "2026-11-29T22:30:15Z",
                "2026-12-06T22:30:15Z"
            ]
        );
        let same = task(
            "2026-11-22T22:30:15Z",
            None,
            Repeat::read("", "Week", "[\"1\"]"),
        );
        assert_eq!(
            runs(&same, "2026-11-22T00:00:00Z", 3),
            runs(&mondays, "2026-11-22T00:00:00Z", 3)
        );
    }

    #[test]
    fn units_repeat_until_the_end() {
        let days = task(
            "2026-11-22T03:00:00Z",
            Some("2026-11-27T00:00:00Z"),
            Repeat::read("", "Day", "[\"2\"]"),
        );
        assert_eq!(
            runs(&days, "2026-11-22T03:00:00Z", 5),
            ["2026-11-24T03:00:00Z", "2026-11-26T03:00:00Z"]
        );
        let month = task(
            "2026-11-22T03:00:00Z",
            None,
            Repeat::read("", "Month", "2,5"),
        );
        assert_eq!(
            runs(&month, "2026-11-22T03:00:00Z", 5),
            [
                "2026-12-02T03:00:00Z",
                "2026-12-03T03:00:00Z",
                "2026-12-04T03:00:00Z",
                "2026-12-05T03:00:00Z",
                "2027-01-02T03:00:00Z"
            ]
        );
    }

    #[test]
    fn days_of_month_and_week_are_joined_as_crontab_does() {
        let either = task(
            "2026-11-22T03:00:00Z",
            None,
            Repeat::read("* * 1 * 1", "", ""),
        );
        assert_eq!(
            runs(&either, "2026-11-22T03:00:00Z", 3),
            [
                "2026-11-23T03:00:00Z",
                "2026-11-30T03:00:00Z",
                "2026-12-01T03:00:00Z"
            ]
        );
        let daily = task(
            "2026-11-22T03:00:00Z",
            None,
            Repeat::read("* * * * *", "", ""),
        );
        assert_eq!(
            runs(&daily, "2026-11-23T03:00:00Z", 1),
            ["2026-11-24T03:00:00Z"]
        );
        let leap = task(
            "2026-11-22T03:00:00Z",
            None,
            Repeat::read("* * 29 2 *", "", ""),
        );
        assert_eq!(
            runs(&leap, "2026-11-23T03:00:00Z", 1),
            ["2028-02-29T03:00:00Z"]
        );
        let never = task(
            "2026-11-22T03:00:00Z",
            None,
            Repeat::read("* * 30 2 *", "", ""),
        );
        assert!(runs(&never, "2026-11-23T03:00:00Z", 1).is_empty());
    }

    #[test]
    fn minute_and_hour_may_not_be_chosen() {
        assert_eq!(cron_problem("* * 1 * *"), None);
        assert!(cron_problem("0 3 1 * *").is_some_and(|rule| rule.contains("minute and hour")));
        assert!(cron_problem("* * *").is_some_and(|rule| rule.contains("five fields")));
        assert!(cron_problem("* * 32 * *").is_some());
        assert!(matches!(
            Repeat::read("", "Week", "[8]"),
            Repeat::Unknown(_)
        ));
        assert_eq!(Repeat::read("", "", ""), Repeat::Once);
    }
}
