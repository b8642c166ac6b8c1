//! Where the samples of a series are: there may be tens of thousands of series, and every row of a list asks for its own.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::account::AccountId;
use crate::domain::metric::{Series, SeriesKey, Statistic};
use crate::domain::query::Facts;

/// All series of all answers, by what they are.
#[derive(Debug, Default)]
pub(super) struct Samples {
    by_key: HashMap<AccountId, HashMap<SeriesKey, Vec<Arc<Series>>>>,
}

impl Samples {
    /// Takes over the series of an answer, if it has any.
    pub fn add(&mut self, account: &AccountId, facts: &Facts) {
        let Facts::Series { series, .. } = facts else {
            return;
        };
        let of_account = self.by_key.entry(account.clone()).or_default();
        for one in series {
            let known = of_account.entry(one.key.clone()).or_default();
            known.push(Arc::clone(one));
        }
    }

    /// Forgets the series of an answer that is no more.
    pub fn remove(&mut self, account: &AccountId, facts: &Facts) {
        let (Facts::Series { series, .. }, Some(of_account)) =
            (facts, self.by_key.get_mut(account))
        else {
            return;
        };
        for one in series {
            let Some(known) = of_account.get_mut(&one.key) else {
                continue;
            };
            known.retain(|other| !Arc::ptr_eq(other, one));
            if known.is_empty() {
                of_account.remove(&one.key);
            }
        }
    }

    /// The newest samples of a series; with a statistic, only condensed that way.
    pub fn newest(
        &self,
        account: &AccountId,
        key: &SeriesKey,
        statistic: Option<Statistic>,
    ) -> Option<&Arc<Series>> {
        let known = self.by_key.get(account)?.get(key)?.iter();
        known
            .filter(|one| statistic.is_none_or(|wanted| one.statistic == wanted))
            .max_by_key(|one| (one.last().map(|sample| sample.at), one.samples.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::SystemId;
    use crate::domain::metric::Sample;

    fn answer(metric: &str, statistic: Statistic, last: i64) -> Facts {
        let series = Series {
            key: SeriesKey::new("KEC", "i-1", metric),
            label: None,
            unit: None,
            statistic,
            period: 60,
            samples: [last - 60, last]
                .map(|at| Sample { at, value: 1.0 })
                .to_vec(),
            odd: None,
        };
        Facts::samples(vec![series], Vec::new())
    }

    #[test]
    fn the_newest_answer_is_found_until_it_is_no_more() {
        let account = AccountId::new("main", SystemId::KscMonitor);
        let other = AccountId::new("other", SystemId::KscMonitor);
        let key = SeriesKey::new("KEC", "i-1", "cpu");
        let (old, new) = (
            answer("cpu", Statistic::Average, 600),
            answer("cpu", Statistic::Max, 660),
        );
        let mut samples = Samples::default();
        samples.add(&account, &new);
        samples.add(&account, &old);
        samples.add(&account, &answer("load", Statistic::Average, 900));
        let last = |samples: &Samples, statistic| {
            let found = samples.newest(&account, &key, statistic)?;
            Some(found.last()?.at)
        };
        assert_eq!(last(&samples, None), Some(660));
        assert_eq!(last(&samples, Some(Statistic::Average)), Some(600));
        assert_eq!(last(&samples, Some(Statistic::Sum)), None);
        assert_eq!(samples.newest(&other, &key, None), None);
        samples.remove(&account, &new);
        assert_eq!(last(&samples, None), Some(600));
        samples.remove(&account, &old);
        assert_eq!(last(&samples, None), None);
    }
}
