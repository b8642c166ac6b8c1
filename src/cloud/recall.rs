//! What a client remembers between calls, so that it does not ask twice: nothing in here is needed, all of it
//! saves calls. It lives and dies with its [`Client`](super::client::Client).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::held::{Held, Plan};
use crate::domain::alarm::AlarmPolicy;
use crate::domain::metric::{Series, SeriesKey, Statistic};

/// A client's memory.
#[derive(Debug, Default)]
pub struct Recall {
    words: Mutex<BTreeMap<String, String>>,
    held: Mutex<Held>,
    /// The account's alarm policies. The lock is held while they are read, so that two questions that need them
    /// at the same time read them once.
    pub policies: tokio::sync::Mutex<Option<KnownPolicies>>,
}

/// Alarm policies as last read.
#[derive(Debug, Clone)]
pub struct KnownPolicies {
    /// The policies with rules, bound instances and receivers, as the service describes them.
    pub described: Vec<AlarmPolicy>,
    /// The same with where they fire.
    pub policies: Vec<AlarmPolicy>,
    /// When rules, instances and receivers were read.
    pub read_at: Timestamp,
    /// When samples were last compared with the rules.
    pub evaluated_at: Timestamp,
}

impl Recall {
    /// A small fact that was found out by trying, for example the name under which an operation is served.
    pub fn word(&self, about: &str) -> Option<String> {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.get(about).cloned()
    }

    /// Remembers such a fact.
    pub fn learn(&self, about: &str, word: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.insert(about.to_owned(), word.to_owned());
    }

    /// Which parts of a window, in seconds since the Unix epoch, have to be asked for.
    pub fn plan(&self, keys: &[SeriesKey], what: (Statistic, u32), window: (i64, i64)) -> Plan {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.plan(keys, what, window)
    }

    /// The whole window of each series, of which what begins at `asked` was read.
    pub fn complete(&self, read: Vec<Series>, asked: i64, window: (i64, i64)) -> Vec<Series> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = read.into_iter();
        whole
            .map(|series| held.complete(series, asked, window))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_word_counts() {
        let recall = Recall::default();
        assert_eq!(recall.word("a"), None);
        recall.learn("a", "1");
        recall.learn("a", "2");
        assert_eq!(recall.word("a").as_deref(), Some("2"));
        assert_eq!(recall.word("b"), None);
    }
}
