//! Did it help? When an order that was run for an alarm is over, the alarm's metric goes on being watched, whatever
//! is on the screen, until it is known whether the alarm is over, and the incident's time line says so.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::account::AccountId;
use crate::domain::alarm::Threshold;
use crate::domain::metric::{Sample, Window};
use crate::domain::query::{Priority, Query, Want};
use crate::domain::script::{Order, OrderId};
use crate::domain::trail::{Link, Linked, Note, NoteKind, Watched};
use crate::ui::format;

use super::App;
use super::pane::Tone;
use super::world::World;

/// Samples in a row, all taken after the order's end, that it takes to say anything.
pub const NEEDED: usize = 3;
/// For how long after an order was started it is followed.
const FOLLOWED: SignedDuration = SignedDuration::from_hours(2);
/// For how long after its end the metric is watched.
const WATCHED: SignedDuration = SignedDuration::from_mins(30);
/// How old the order and the samples may get meanwhile.
const EVERY: Duration = Duration::from_secs(15);
/// How far back samples are asked for, in seconds.
const SPAN: u32 = 3600;
/// Periods without a sample after which a series counts as silent.
const SILENT_AFTER: i64 = 5;

/// What became of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helped {
    /// It is over.
    Yes,
    /// It is not.
    No,
}

/// What the samples taken after an order say about an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Too few samples are of the time after the order: so many in a row were good so far.
    Waiting {
        /// Good samples in a row.
        good: usize,
    },
    /// There have been no samples for so many seconds: the machine may be gone.
    Silent {
        /// Seconds since the last one, or since the order's end.
        seconds: i64,
    },
    /// The latest samples breach.
    Breaching,
    /// For so many seconds, all of them after the order's end, no sample has breached.
    Recovered {
        /// How long.
        seconds: i64,
    },
}

/// A verdict with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The last value of a period that was over when the order began.
    pub before: Option<f64>,
    /// The latest value after it ended.
    pub after: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Judged {
    /// Is it known whether it helped?
    pub const fn helped(&self) -> Option<Helped> {
        match self.verdict {
            Verdict::Recovered { .. } => Some(Helped::Yes),
            Verdict::Breaching => Some(Helped::No),
            Verdict::Waiting { .. } | Verdict::Silent { .. } => None,
        }
    }
}

/// Judges an alarm from the samples of its metric, the order's begin and end, and now, all in seconds since the Unix
/// epoch. A period that began before the order's end proves nothing.
pub fn judge(line: &Threshold, samples: &[Sample], began: i64, ended: i64, now: i64) -> Judged {
    let period = i64::from(line.period.max(1));
    let breaches = |sample: &Sample| line.comparison.holds(sample.value, line.value);
    // A period in which the order began is a mixture.
    let before = samples
        .iter()
        .rev()
        .find(|sample| sample.at + period <= began);
    let after: Vec<&Sample> = samples.iter().filter(|sample| sample.at >= ended).collect();
    let silence = after
        .last()
        .map_or(now - ended, |last| now - last.at - period);
    let in_a_row = |wanted: bool| {
        let latest = after.iter().rev();
        latest
            .take_while(|sample| breaches(sample) == wanted)
            .count()
    };
    let (good, bad) = (in_a_row(false), in_a_row(true));
    let verdict = if silence > SILENT_AFTER * period {
        Verdict::Silent { seconds: silence }
    } else if bad >= NEEDED {
        Verdict::Breaching
    } else if good >= NEEDED {
        let first = after.len().checked_sub(good).and_then(|at| after.get(at));
        let last = after.last();
        let seconds = first
            .zip(last)
            .map_or(0, |(first, last)| last.at + period - first.at);
        Verdict::Recovered { seconds }
    } else {
        Verdict::Waiting { good }
    };
    Judged {
        before: before.map(|sample| sample.value),
        after: after.last().map(|sample| sample.value),
        verdict,
    }
}

/// What is known about whether an order helped against the alarm it was run for; `None` while it is not over, or
/// when there is nothing to watch.
pub fn verdict<'w>(
    world: &'w World,
    account: &AccountId,
    order: &Order,
    at: Timestamp,
) -> Option<(Judged, &'w Watched)> {
    let link = world.link(&Linked::Order(account.clone(), order.id.clone()))?;
    let watched = link.alarm.as_ref()?;
    let finished = order.finished?;
    let limit = &watched.line;
    let samples = world
        .series(&watched.account, &limit.series, Some(limit.statistic))
        .map_or(&[][..], |series| &series.samples);
    let began = order.created.unwrap_or(finished);
    let judged = judge(
        limit,
        samples,
        began.as_second(),
        finished.as_second(),
        at.as_second(),
    );
    Some((judged, watched))
}

impl App {
    /// Says it, once, when it becomes known whether an order helped, and when that changes.
    pub(super) fn verify(&mut self) {
        let mut news = Vec::new();
        for link in &self.world.links {
            let Some((order, judged, watched)) = self.judged(link) else {
                continue;
            };
            let Some(helped) = judged.helped() else {
                continue;
            };
            if self.told_of(&order.id, link) != Some(helped) {
                let text = self.verdict_text(order, &judged, watched);
                news.push((order.id.clone(), helped, text, link.incident.clone()));
            }
        }
        for (order, helped, text, incident) in news {
            self.told.retain(|(told, _)| *told != order);
            self.told.push((order, helped));
            let (tone, kind) = match helped {
                Helped::Yes => (Tone::Good, NoteKind::Recovered),
                Helped::No => (Tone::Warn, NoteKind::Breaching),
            };
            self.say(tone, text.clone());
            if let Some((account, incident)) = incident {
                self.add_note(Note {
                    account,
                    incident,
                    at: self.now,
                    kind,
                    text: text.into(),
                });
            }
        }
    }

    fn judged<'w>(&'w self, link: &'w Link) -> Option<(&'w Order, Judged, &'w Watched)> {
        let order = self.followed_order(link)?;
        let Linked::Order(account, _) = &link.of else {
            return None;
        };
        let (judged, watched) = verdict(&self.world, account, order, self.now)?;
        Some((order, judged, watched))
    }

    /// The order of a link, when it is recent enough to be followed and known.
    fn followed_order(&self, link: &Link) -> Option<&Order> {
        let Linked::Order(account, id) = &link.of else {
            return None;
        };
        let recent = self.now.duration_since(link.at) < FOLLOWED;
        self.world
            .order(account, id.raw())
            .filter(|_| recent)
            .filter(|order| !self.is_old(order))
    }

    fn is_old(&self, order: &Order) -> bool {
        let ended = order.finished;
        ended.is_some_and(|at| self.now.duration_since(at) > WATCHED)
    }

    /// What the user was told already, in this session or, as the time line shows, in an earlier one.
    fn told_of(&self, order: &OrderId, link: &Link) -> Option<Helped> {
        if let Some((_, helped)) = self.told.iter().find(|(told, _)| told == order) {
            return Some(*helped);
        }
        let (account, incident) = link.incident.as_ref()?;
        let notes: Vec<&Note> = self.world.notes_of(account, incident).collect();
        notes.iter().rev().find_map(|note| match note.kind {
            _ if !note.text.raw().contains(order.raw()) => None,
            NoteKind::Recovered => Some(Helped::Yes),
            NoteKind::Breaching => Some(Helped::No),
            _ => None,
        })
    }

    fn verdict_text(&self, order: &Order, judged: &Judged, watched: &Watched) -> String {
        let unit = watched.line.unit.shown();
        let shown = |value: Option<f64>| {
            value.map_or_else(|| "-".to_owned(), |value| format::with_unit(value, unit))
        };
        let key = match judged.helped() {
            Some(Helped::Yes) => "verify.recovered",
            _ => "verify.breaching",
        };
        self.tf(
            key,
            &[
                ("alarm", watched.title.shown()),
                ("name", watched.resource.shown()),
                ("order", order.id.shown()),
                ("script", order.name.shown()),
                ("before", &shown(judged.before)),
                ("after", &shown(judged.after)),
            ],
        )
    }

    /// What has to be known for that, besides what panes want.
    pub(super) fn verification_wants(&self) -> Vec<Want> {
        let mut wants = Vec::new();
        let want = |query| Want {
            query,
            priority: Priority::Background,
            every: EVERY,
        };
        for link in &self.world.links {
            let (Linked::Order(account, id), Some(watched)) = (&link.of, &link.alarm) else {
                continue;
            };
            let order = self.world.order(account, id.raw());
            let recent = self.now.duration_since(link.at) < FOLLOWED;
            if !recent || order.is_some_and(|order| self.is_old(order)) {
                continue;
            }
            // Over is over: what is left is to watch the metric.
            if order.is_none_or(|order| order.finished.is_none()) {
                wants.push(want(Query::Order(account.clone(), id.clone())));
            }
            wants.push(want(Query::Series {
                account: watched.account.clone(),
                keys: vec![watched.line.series.clone()].into(),
                statistic: watched.line.statistic,
                period: watched.line.period,
                window: Window::Last(SPAN),
            }));
        }
        wants
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alarm::Comparison;
    use crate::domain::metric::{SeriesKey, Statistic};

    /// A sample a minute from 0 on; the order ran from 60 to 130.
    fn judged(values: &[f64], now: i64) -> Judged {
        let line = Threshold {
            series: SeriesKey::new("KEC", "i-1", "cpu"),
            statistic: Statistic::Average,
            period: 60,
            comparison: Comparison::Above,
            value: 90.0,
            unit: "%".into(),
        };
        let at = (0..).step_by(60);
        let samples: Vec<Sample> = at
            .zip(values)
            .map(|(at, value)| Sample { at, value: *value })
            .collect();
        judge(&line, &samples, 60, 130, now)
    }

    #[test]
    fn three_good_samples_after_the_end_are_a_recovery() {
        // That of 120 began before the end and does not count.
        let good = judged(&[95.0, 96.0, 97.0, 40.0, 41.0, 42.0], 370);
        assert_eq!((good.before, good.after), (Some(95.0), Some(42.0)));
        assert_eq!(good.verdict, Verdict::Recovered { seconds: 180 });
        assert_eq!(good.helped(), Some(Helped::Yes));
        let more = judged(&[95.0, 96.0, 97.0, 40.0, 41.0, 42.0, 40.0, 40.0], 490);
        assert_eq!(more.verdict, Verdict::Recovered { seconds: 300 });
    }

    #[test]
    fn fewer_prove_nothing() {
        assert_eq!(
            judged(&[95.0, 96.0], 140).verdict,
            Verdict::Waiting { good: 0 }
        );
        let one = judged(&[95.0, 96.0, 97.0, 40.0], 250);
        assert_eq!(one.verdict, Verdict::Waiting { good: 1 });
        assert_eq!(one.helped(), None);
        let bad = judged(&[95.0, 96.0, 97.0, 98.0, 98.0], 310);
        assert_eq!(bad.verdict, Verdict::Waiting { good: 0 });
    }

    #[test]
    fn one_that_comes_back_is_not_over() {
        let back = judged(&[95.0, 96.0, 97.0, 40.0, 40.0, 40.0, 95.0, 95.0, 95.0], 550);
        assert_eq!(back.verdict, Verdict::Breaching);
        let between = judged(&[95.0, 96.0, 97.0, 40.0, 40.0, 40.0, 95.0], 430);
        assert_eq!(between.verdict, Verdict::Waiting { good: 0 });
    }

    #[test]
    fn a_silent_machine_has_not_recovered() {
        assert_eq!(
            judged(&[95.0, 96.0], 700).verdict,
            Verdict::Silent { seconds: 570 }
        );
        let stopped = judged(&[95.0, 96.0, 97.0, 40.0, 41.0, 42.0], 3_600);
        assert!(matches!(stopped.verdict, Verdict::Silent { .. }));
        assert_eq!(stopped.helped(), None);
    }
}
