//! How many calls may leave: one [`Budget`] for each account and limit group. Pure: whoever asks says what time it is.
//!
//! The services count calls in a window that slides, and they count a call when it *arrives*. A call therefore
//! takes up its place from the moment it is started until one window after it *ended*: wherever on the way the
//! service counted it, no window ever holds more calls than the published limit.
//!
//! A service whose clock runs slower than ours has a longer window. For a twentieth of the window longer a call is
//! therefore *remembered*: what the screen and the background ask for never makes the remembered calls more than the
//! limit. Their own share is free again as soon as the published window is over, so that this costs nothing until the
//! limit itself is reached. Changes do not wait for it: they are few, and a person waits for them.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

use crate::cloud::Limit;
use crate::domain::query::Priority;

/// Who asks for a place. Later variants may use more of the budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Nobody looks at the answer: three fifths of the budget.
    Background,
    /// It is on the screen: four fifths.
    Screen,
    /// The user changes something: all of it. A fifth is thus kept for actions, whatever the screen asks for.
    Action,
}

impl From<Priority> for Lane {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Background => Self::Background,
            Priority::Visible | Priority::Focused => Self::Screen,
        }
    }
}

impl Lane {
    /// Its share of `places`: at least one, so that nobody starves for good.
    fn share(self, places: u32) -> u32 {
        let fifth = places.div_ceil(5);
        let kept_from_it = match self {
            Self::Background => 2 * fifth,
            Self::Screen => fifth,
            Self::Action => 0,
        };
        places.saturating_sub(kept_from_it).max(1)
    }
}

/// The least share of a published limit that is used after the service throttled us although we kept to it.
const SMALLEST_SCALE: f64 = 0.05;

/// Counts the calls of one limit group.
#[derive(Debug)]
pub struct Budget {
    limit: Limit,
    /// When each remembered call ended, ascending.
    ended: VecDeque<Timestamp>,
    under_way: u32,
    /// Nothing leaves before this: the service said so.
    closed_until: Option<Timestamp>,
    /// The part of the published limit that the service seems to grant, 0.05 to 1.
    scale: f64,
    /// Since when `scale` grows again.
    scaled_at: Option<Timestamp>,
    /// When `scale` shrank last.
    refused_at: Option<Timestamp>,
}

impl Budget {
    /// A full budget for `limit`.
    pub fn new(limit: Limit) -> Self {
        Self {
            limit,
            ended: VecDeque::new(),
            under_way: 0,
            closed_until: None,
            scale: 1.0,
            scaled_at: None,
            refused_at: None,
        }
    }

    /// Takes a place for one call, or says when it is worth asking again: an instant, or `None` when that
    /// depends on a call under way.
    pub fn take(&mut self, lane: Lane, now: Timestamp) -> Result<(), Option<Timestamp>> {
        self.pass_time(now);
        if let Some(until) = self.closed_until {
            return Err(Some(until));
        }
        if self.under_way >= lane.share(self.limit.concurrent) {
            return Err(None);
        }
        let free = match (self.free_in_window(lane, now), self.free_in_memory(lane)) {
            (Ok(()), Ok(())) => {
                self.under_way += 1;
                return Ok(());
            }
            (Err(when), Ok(())) | (Ok(()), Err(when)) => when,
            (Err(one), Err(other)) => one.zip(other).map(|(one, other)| one.max(other)),
        };
        Err(free)
    }

    /// Has the published window a place for this lane? Otherwise when it has.
    fn free_in_window(&self, lane: Lane, now: Timestamp) -> Result<(), Option<Timestamp>> {
        let (share, used) = (lane.share(self.most()), self.used(now));
        if used < share {
            return Ok(());
        }
        // So many of the ended calls have to stop counting before the lane has a place again.
        let surplus = usize::try_from(used - share).unwrap_or(usize::MAX);
        let at = self.over(now).saturating_add(surplus);
        Err(self.ended.get(at).map(|end| *end + self.limit.per))
    }

    /// Are fewer calls remembered than the limit allows? Otherwise when they are.
    fn free_in_memory(&self, lane: Lane) -> Result<(), Option<Timestamp>> {
        let (most, remembered) = (self.most(), self.remembered());
        if lane == Lane::Action || remembered < most {
            return Ok(());
        }
        let surplus = usize::try_from(remembered - most).unwrap_or(usize::MAX);
        Err(self
            .ended
            .get(surplus)
            .map(|end| *end + memory(self.limit.per)))
    }

    /// A call that had a place has ended, well or badly.
    pub fn give_back(&mut self, now: Timestamp) {
        self.under_way = self.under_way.saturating_sub(1);
        self.ended.push_back(now);
    }

    /// The service refused a call because there were too many: the budget is empty until `until`, and half as large
    /// afterwards. It grows back by a twentieth of the limit in each window without another refusal.
    pub fn throttled(&mut self, until: Timestamp, now: Timestamp) {
        self.pass_time(now);
        self.closed_until = Some(self.closed_until.map_or(until, |old| old.max(until)));
        // Calls that were on the way together are refused together; they count as one refusal.
        let together = self
            .refused_at
            .is_some_and(|at| now < at + self.limit.per / 10);
        if !together {
            self.scale = (self.scale * 0.5).max(SMALLEST_SCALE);
            self.scaled_at = Some(now);
            self.refused_at = Some(now);
        }
    }

    /// Calls that the screen may make now.
    pub fn left(&mut self, now: Timestamp) -> u32 {
        self.pass_time(now);
        if self.closed_until.is_some() {
            return 0;
        }
        let in_window = Lane::Screen
            .share(self.most())
            .saturating_sub(self.used(now));
        in_window.min(self.most().saturating_sub(self.remembered()))
    }

    /// The most calls the screen may make in one window.
    pub fn most_left(&self) -> u32 {
        Lane::Screen.share(self.limit.calls)
    }

    /// Calls under way.
    pub fn under_way(&self) -> u32 {
        self.under_way
    }

    /// Was anything asked for within the last window?
    pub fn in_use(&self) -> bool {
        self.remembered() > 0 || self.closed_until.is_some()
    }

    /// How many of the ended calls are out of the published window.
    fn over(&self, now: Timestamp) -> usize {
        self.ended
            .partition_point(|end| *end + self.limit.per <= now)
    }

    /// Calls that count at the moment.
    fn used(&self, now: Timestamp) -> u32 {
        let counting = self.ended.len() - self.over(now);
        self.under_way
            .saturating_add(u32::try_from(counting).unwrap_or(u32::MAX))
    }

    /// Calls that a service with a slow clock may still count.
    fn remembered(&self) -> u32 {
        self.under_way
            .saturating_add(u32::try_from(self.ended.len()).unwrap_or(u32::MAX))
    }

    /// Calls a window may hold.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count between 1 and the limit"
    )]
    fn most(&self) -> u32 {
        ((f64::from(self.limit.calls) * self.scale) as u32).max(1)
    }

    /// Forgets what is over at `now`.
    fn pass_time(&mut self, now: Timestamp) {
        let over = |end: &Timestamp| *end + memory(self.limit.per) <= now;
        while self.ended.front().is_some_and(over) {
            self.ended.pop_front();
        }
        if self.closed_until.is_some_and(|until| until <= now) {
            self.closed_until = None;
        }
        while let Some(at) = self.scaled_at {
            let next = at + self.limit.per;
            if self.scale >= 1.0 {
                self.scaled_at = None;
            } else if next <= now {
                self.scale = (self.scale + 0.05).min(1.0);
                self.scaled_at = Some(next);
            } else {
                break;
            }
        }
    }
}

/// How long a call is remembered after its end: the published window and a twentieth, for a service whose clock runs
/// slower than ours.
fn memory(per: Duration) -> Duration {
    per + per / 20
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limit(calls: u32, seconds: u64, concurrent: u32) -> Limit {
        Limit {
            group: "",
            calls,
            per: Duration::from_secs(seconds),
            concurrent,
        }
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + milliseconds).expect("in range")
    }

    #[test]
    fn the_screen_leaves_a_fifth_to_actions_and_the_background_another() {
        let mut budget = Budget::new(limit(10, 60, 100));
        let mut took = |lane| (0..20).filter(|_| budget.take(lane, at(0)).is_ok()).count();
        assert_eq!(took(Lane::Background), 6);
        assert_eq!(took(Lane::Screen), 2);
        assert_eq!(took(Lane::Action), 2);
    }

    #[test]
    fn a_call_counts_until_one_window_after_its_end() {
        let mut budget = Budget::new(limit(1, 10, 1));
        assert!(budget.take(Lane::Action, at(0)).is_ok());
        assert_eq!(budget.take(Lane::Action, at(1)), Err(None));
        budget.give_back(at(4_000));
        assert_eq!(budget.take(Lane::Action, at(9_999)), Err(Some(at(14_000))));
        assert!(budget.take(Lane::Action, at(14_000)).is_ok());
    }

    #[test]
    fn the_screen_waits_for_slow_clocks_only_when_the_limit_is_reached() {
        let mut budget = Budget::new(limit(10, 60, 100));
        let mut sweep = |lane, now, most: usize| {
            let took = (0..most).filter(|_| budget.take(lane, at(now)).is_ok());
            let took = took.count();
            (0..took).for_each(|_| budget.give_back(at(now)));
            took
        };
        assert_eq!(sweep(Lane::Screen, 0, 20), 8);
        // The window is over; two more make ten within a window that is a twentieth longer.
        assert_eq!(sweep(Lane::Screen, 60_000, 20), 2);
        // Whoever changes something does not wait for that.
        assert_eq!(sweep(Lane::Action, 60_001, 1), 1);
        assert_eq!(sweep(Lane::Screen, 62_999, 20), 0);
        assert_eq!(sweep(Lane::Screen, 63_000, 20), 5);
    }

    #[test]
    fn a_refusal_empties_the_budget_and_makes_it_smaller_for_a_while() {
        let mut budget = Budget::new(limit(100, 60, 100));
        budget.throttled(at(5_000), at(0));
        budget.throttled(at(5_000), at(10));
        assert_eq!(budget.take(Lane::Action, at(4_999)), Err(Some(at(5_000))));
        assert_eq!(budget.left(at(4_999)), 0);
        assert_eq!(budget.left(at(5_000)), 40, "four fifths of 50");
        assert_eq!(budget.left(at(60_000)), 44, "four fifths of 55");
        assert_eq!(budget.left(at(3_600_000)), 80);
        assert_eq!(budget.most_left(), 80);
    }

    /// What can happen to a budget.
    #[derive(Debug, Clone, Copy)]
    enum Event {
        Take(Lane),
        /// The oldest call ends.
        End,
        Throttled,
        Wait(i64),
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => prop_oneof![Just(Lane::Background), Just(Lane::Screen), Just(Lane::Action)].prop_map(Event::Take),
            3 => Just(Event::End),
            1 => Just(Event::Throttled),
            3 => (0i64..5_000).prop_map(Event::Wait),
        ]
    }

    proptest! {
        #[test]
        fn no_history_exceeds_the_limit_wherever_the_service_counts(
            calls in 1u32..12, seconds in 1u64..6, concurrent in 1u32..6,
            arrival in 0.0f64..=1.0,
            events in proptest::collection::vec(event(), 0..300),
        ) {
            let mut budget = Budget::new(limit(calls, seconds, concurrent));
            let mut now = 0;
            let mut running = VecDeque::new();
            let mut arrived: Vec<i64> = Vec::new();
            for event in events {
                match event {
                    Event::Wait(ms) => now += ms,
                    Event::Take(lane) => {
                        if budget.take(lane, at(now)).is_ok() {
                            running.push_back(now);
                        }
                        prop_assert!(running.len() <= concurrent as usize);
                    }
                    Event::End => if let Some(start) = running.pop_front() {
                        budget.give_back(at(now));
                        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a short test")]
                        arrived.push(start + ((now - start) as f64 * arrival) as i64);
                    },
                    Event::Throttled => budget.throttled(at(now + 700), at(now)),
                }
            }
            arrived.extend(running);
            arrived.sort_unstable();
            let window = i64::try_from(seconds * 1_000).expect("small");
            for (i, start) in arrived.iter().enumerate() {
                let inside = arrived[i..].iter().take_while(|at| **at < start + window).count();
                prop_assert!(inside <= calls as usize, "{inside} calls in a window of {calls}");
            }
        }

        /// A clock that runs a twentieth slower or faster than ours: its window is so much longer or shorter.
        #[test]
        fn the_screen_exceeds_no_limit_of_a_clock_that_runs_differently(
            calls in 1u32..12, seconds in 1u64..6, rate in 0.95f64..=1.05,
            steps in proptest::collection::vec((0i64..1_500, 0i64..300, any::<bool>()), 0..300),
        ) {
            let mut budget = Budget::new(limit(calls, seconds, 100));
            let mut now = 0;
            let mut arrived: Vec<i64> = Vec::new();
            for (wait, latency, is_screen) in steps {
                now += wait;
                let lane = if is_screen { Lane::Screen } else { Lane::Background };
                if budget.take(lane, at(now)).is_ok() {
                    arrived.push(now);
                    now += latency;
                    budget.give_back(at(now));
                }
            }
            #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a short test")]
            let window = (f64::from(u32::try_from(seconds).expect("small")) * 1_000.0 * rate) as i64;
            for (i, start) in arrived.iter().enumerate() {
                let inside = arrived[i..].iter().take_while(|at| **at < start + window).count();
                prop_assert!(inside <= calls as usize, "{inside} calls in a window of {calls}");
            }
        }

        #[test]
        fn an_action_always_gets_a_place_whatever_the_screen_took(
            calls in 2u32..200, taken in 0usize..500,
        ) {
            let mut budget = Budget::new(limit(calls, 60, 1_000));
            for i in 0..taken {
                let lane = if i % 2 == 0 { Lane::Screen } else { Lane::Background };
                let _ = budget.take(lane, at(0));
            }
            prop_assert!(budget.take(Lane::Action, at(0)).is_ok());
        }

        #[test]
        fn a_refused_place_is_free_when_promised(
            calls in 1u32..20, took in 1u32..20, wait in 0i64..3_000,
        ) {
            let mut budget = Budget::new(limit(calls, 2, 100));
            for _ in 0..took {
                if budget.take(Lane::Screen, at(0)).is_ok() {
                    budget.give_back(at(0));
                }
            }
            if let Err(when) = budget.take(Lane::Screen, at(wait)) {
                let when = when.expect("nothing is under way");
                prop_assert!(budget.take(Lane::Screen, when).is_ok());
            }
        }
    }
}
