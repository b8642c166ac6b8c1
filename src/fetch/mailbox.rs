//! Facts on their way to the screen: at most one unread update for each question, the newest wins.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::domain::query::{Query, Update};

/// A letter box for updates. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Mailbox {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    unread: Mutex<Unread>,
    bell: Notify,
}

#[derive(Debug, Default)]
struct Unread {
    /// Where in `letters` the update of a question lies.
    places: HashMap<Query, usize>,
    letters: Vec<Update>,
    superseded: u64,
}

impl Mailbox {
    /// Puts an update in; an unread one for the same question is thrown away and counted.
    pub fn put(&self, update: Update) {
        {
            let mut unread = self.lock();
            if let Some(place) = unread.places.get(&update.query).copied() {
                unread.letters[place] = update;
                unread.superseded += 1;
            } else {
                let place = unread.letters.len();
                unread.places.insert(update.query.clone(), place);
                unread.letters.push(update);
            }
        }
        self.inner.bell.notify_one();
    }

    /// Takes everything that is in the box, in the order in which the questions were first answered.
    pub fn take(&self) -> Vec<Update> {
        let mut unread = self.lock();
        unread.places.clear();
        std::mem::take(&mut unread.letters)
    }

    /// Waits until something is in the box and takes all of it. Nothing is lost when the future is dropped.
    pub async fn taken(&self) -> Vec<Update> {
        loop {
            let letters = self.take();
            if !letters.is_empty() {
                return letters;
            }
            self.inner.bell.notified().await;
        }
    }

    /// How many updates were thrown away unread because a newer one came.
    pub fn superseded(&self) -> u64 {
        self.lock().superseded
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Unread> {
        self.inner
            .unread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::account::{AccountId, SystemId};
    use crate::domain::query::Facts;

    fn update(profile: &str, second: i64) -> Update {
        Update {
            query: Query::Alarms(AccountId::new(profile, SystemId::HuaweiEsm)),
            at: Timestamp::from_second(second).expect("in range"),
            result: Ok(Facts::Alarms(Vec::new())),
        }
    }

    #[test]
    fn the_newest_update_of_a_question_wins() {
        let mailbox = Mailbox::default();
        for second in 0..1_000 {
            mailbox.put(update("a", second));
            mailbox.put(update("b", second));
        }
        let seconds: Vec<i64> = mailbox.take().iter().map(|u| u.at.as_second()).collect();
        assert_eq!(seconds, [999, 999]);
        assert_eq!(mailbox.superseded(), 1_998);
        assert!(mailbox.take().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_with_the_first_letter() {
        let mailbox = Mailbox::default();
        let reader = mailbox.clone();
        let read = tokio::spawn(async move { reader.taken().await });
        tokio::task::yield_now().await;
        mailbox.put(update("a", 1));
        assert_eq!(read.await.expect("no panic").len(), 1);
    }
}
