//! What is wanted of the background task, and when the screen must be looked at again without a message.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::query::{Priority, Query, Want};

use super::App;
use super::effect::Effect;
use super::pane::Event;

/// After how long a begun key sequence shows how it can go on.
pub const WHICH_KEY: Duration = Duration::from_millis(300);

/// How old the alarms behind the count in the title bar may get.
const ALARMS: Duration = Duration::from_secs(60);

/// Interval of questions while automatic refresh is off: they are asked once.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// For how long an answer is kept that nobody looks at any more.
const KEPT: SignedDuration = SignedDuration::from_hours(6);

/// How much rarer everything is asked where every byte counts.
const SLOWER: u32 = 4;
/// By how much intervals are stretched while the terminal does not have the focus.
const UNATTENDED: u32 = 4;

/// How often ages on the screen are brought up to date, in seconds; rarely while nobody looks.
const AGES: (i64, i64) = (10, 60);

impl App {
    /// Brings what follows from the state in line with it: what panes follow, what is wanted, when to wake.
    pub(super) fn settle(&mut self) {
        self.keep_focus();
        self.toasts.expire(self.now);
        self.follow();
        if !self.started {
            return;
        }
        let wants = self.wanted();
        if wants != self.wants {
            let wanted: HashSet<&Query> = wants.iter().map(|want| &want.query).collect();
            let before = self.now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
            self.world.forget(before, |query| wanted.contains(query));
            self.wants.clone_from(&wants);
            self.effects.push(Effect::Watch(wants));
        }
        let wake = self.next_wake();
        if wake != self.wake {
            self.wake = wake;
            self.effects.push(Effect::WakeAt(wake));
        }
    }

    /// The focus is always on something that is on the screen.
    fn keep_focus(&mut self) {
        let slots = self.slots();
        if !slots.iter().any(|(index, _)| *index == self.here.focus)
            && let Some((index, _)) = slots.first()
        {
            self.here.focus = *index;
        }
    }

    /// Tells the other panes of the board when the selection of the focused one changed.
    fn follow(&mut self) {
        let Some(pane) = self.catalog.panes.get(self.here.focus) else {
            return;
        };
        let subject = pane.subject(&self.world);
        if subject == self.followed {
            return;
        }
        self.followed.clone_from(&subject);
        let (Some(subject), true) = (subject, self.on_board()) else {
            return;
        };
        for (index, _) in self.slots() {
            if index != self.here.focus {
                self.tell(index, &Event::Follow(&subject));
            }
        }
    }

    /// The questions of everything on the screen, equal ones merged, and the alarms for the title bar.
    fn wanted(&self) -> Vec<Want> {
        let mut wants = Merged::default();
        for (index, slot) in self.slots() {
            let Some(pane) = self.catalog.panes.get(index) else {
                continue;
            };
            let priority = if index == self.here.focus {
                Priority::Focused
            } else {
                Priority::Visible
            };
            for want in pane.needs(&self.context(slot.area)) {
                wants.add(Want { priority, ..want });
            }
        }
        for account in self.world.alarm_accounts() {
            wants.add(Want {
                query: Query::Alarms(account.id.clone()),
                priority: Priority::Background,
                every: ALARMS,
            });
        }
        for want in self
            .verification_wants()
            .into_iter()
            .chain(self.doubt_wants())
            .chain(self.pinned_wants())
        {
            wants.add(want);
        }
        let mut wants = wants.wants;
        for want in &mut wants {
            if self.settings.low_traffic {
                want.every *= SLOWER;
            }
            if !self.auto {
                want.every = NEVER;
            } else if !self.attended {
                want.every *= UNATTENDED;
            }
        }
        wants
    }

    /// The next instant at which the screen changes by itself.
    fn next_wake(&self) -> Option<Timestamp> {
        let which_key = (!self.prefix.is_empty())
            .then(|| self.prefix_at + WHICH_KEY)
            .filter(|at| *at > self.now);
        let toast = self.toasts.next_expiry();
        // A frozen screen stands still, ages included.
        let ages = self.frozen.is_none().then(|| {
            let step = if self.attended { AGES.0 } else { AGES.1 };
            let second = self.now.as_second();
            Timestamp::from_second(second - second.rem_euclid(step) + step).unwrap_or(self.now)
        });
        [which_key, toast, ages].into_iter().flatten().min()
    }
}

/// Wants, one for each question.
#[derive(Default)]
struct Merged {
    wants: Vec<Want>,
    /// Where the want for a question is: after every key there may be hundreds.
    places: HashMap<Query, usize>,
}

impl Merged {
    /// Adds a want, or strengthens the one for the same question.
    fn add(&mut self, want: Want) {
        let place = self.places.get(&want.query);
        if let Some(known) = place.and_then(|place| self.wants.get_mut(*place)) {
            known.priority = known.priority.max(want.priority);
            known.every = known.every.min(want.every);
            return;
        }
        self.places.insert(want.query.clone(), self.wants.len());
        self.wants.push(want);
    }
}
