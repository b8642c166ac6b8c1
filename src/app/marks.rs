//! What this user noted about alarms: seen, mine, not before some time. Kept for the next start; the services have
//! nothing for it, so nobody else sees it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::subject::Subject;

/// How long a mark is kept, in seconds: as long as the oldest alarm that is asked for.
const KEPT: i64 = 60 * 86_400;
/// Marks at most; the oldest go first.
const MOST: usize = 5000;

/// What was noted about one alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Looked at.
    pub seen: bool,
    /// This user works on it.
    pub mine: bool,
    /// Not to be shown among the others before this instant, in seconds since 1970.
    pub until: Option<i64>,
    /// When it was noted, in seconds since 1970.
    pub at: i64,
}

impl Mark {
    /// Does it sleep at this instant?
    pub fn sleeps(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now.as_second() < until)
    }

    /// Was it put to sleep, and is that over?
    pub fn woke(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now.as_second() >= until)
    }

    const fn says_nothing(&self) -> bool {
        !self.seen && !self.mine && self.until.is_none()
    }
}

/// All marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks(BTreeMap<String, Mark>);

/// What tells a subject from others, over restarts.
fn key(subject: &Subject) -> String {
    let account = subject.account();
    let account = account.map_or_else(String::new, ToString::to_string);
    format!("{account} {}", subject.id())
}

impl Marks {
    /// What was noted about a subject.
    pub fn of(&self, subject: &Subject) -> Mark {
        if self.0.is_empty() {
            return Mark::default();
        }
        self.0.get(&key(subject)).copied().unwrap_or_default()
    }

    /// Notes something about a subject.
    pub fn set(&mut self, subject: &Subject, mark: Mark) {
        if mark.says_nothing() {
            self.0.remove(&key(subject));
        } else {
            self.0.insert(key(subject), mark);
        }
    }

    /// Takes out what is too old, and the oldest when there are too many.
    pub fn prune(&mut self, now: Timestamp) {
        let oldest = now.as_second() - KEPT;
        self.0.retain(|_, mark| mark.at >= oldest);
        if self.0.len() > MOST {
            let mut times: Vec<i64> = self.0.values().map(|mark| mark.at).collect();
            times.sort_unstable();
            let from = times[times.len() - MOST];
            self.0.retain(|_, mark| mark.at >= from);
        }
    }

    /// As text, to be kept.
    pub fn write(&self) -> String {
        let marks: serde_json::Map<String, Json> = self
            .0
            .iter()
            .map(|(key, mark)| {
                let value = json!([mark.seen, mark.mine, mark.until, mark.at]);
                (key.clone(), value)
            })
            .collect();
        Json::Object(marks).to_string()
    }

    /// From what was kept; what cannot be read is left out.
    pub fn read(kept: &Json) -> Self {
        let marks = kept.as_object().into_iter().flatten();
        let mark = |value: &Json| {
            Some(Mark {
                seen: value.get(0)?.as_bool()?,
                mine: value.get(1)?.as_bool()?,
                until: value.get(2)?.as_i64(),
                at: value.get(3)?.as_i64()?,
            })
        };
        Self(
            marks
                .filter_map(|(key, value)| Some((key.clone(), mark(value)?)))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{AccountId, SystemId};

    fn alarm(id: &str) -> Subject {
        Subject::Alarm(AccountId::new("p", SystemId::HuaweiEsm), id.into())
    }

    #[test]
    fn marks_survive_a_restart() {
        let mut marks = Marks::default();
        let noted = Mark {
            mine: true,
            until: Some(500),
            at: 100,
            ..Mark::default()
        };
        marks.set(&alarm("a"), noted);
        marks.set(&alarm("b"), Mark::default());
        let kept: Json = serde_json::from_str(&marks.write()).unwrap();
        let read = Marks::read(&kept);
        assert_eq!(read, marks);
        assert_eq!(read.of(&alarm("a")), noted);
        assert_eq!(read.of(&alarm("b")), Mark::default());
        assert_eq!(Marks::read(&json!({"x": [1, 2]})), Marks::default());
    }

    #[test]
    fn sleep_ends() {
        let mark = Mark {
            until: Some(500),
            ..Mark::default()
        };
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(mark.sleeps(at(499)) && !mark.woke(at(499)));
        assert!(!mark.sleeps(at(500)) && mark.woke(at(500)));
    }

    #[test]
    fn old_marks_go_and_there_are_never_too_many() {
        let mut marks = Marks::default();
        for second in 0..6000 {
            let mark = Mark {
                seen: true,
                at: second,
                ..Mark::default()
            };
            marks.set(&alarm(&second.to_string()), mark);
        }
        marks.prune(Timestamp::from_second(6000).unwrap());
        assert_eq!(marks.0.len(), MOST);
        marks.prune(Timestamp::from_second(KEPT + 5999).unwrap());
        assert_eq!(marks.0.len(), 1);
    }
}
