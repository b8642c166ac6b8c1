//! New alarms are heralded: by the bell or on the desktop, for the severities that the settings name.

use std::collections::{HashMap, HashSet};

use crate::domain::account::AccountId;
use crate::domain::alarm::Alarm;
use crate::domain::text::SafeText;

use super::App;
use super::effect::Effect;
use super::subject::Subject;

/// The alarms that burned at the last answer of each account.
pub(super) type Burning = HashMap<AccountId, HashSet<SafeText>>;

impl App {
    /// An account answered which alarms burn. What burns already at its first answer is heralded by nothing but the
    /// queue; so is what was noted as seen or put to sleep.
    pub(super) fn herald(&mut self, account: &AccountId) {
        if self.settings.bell.is_empty() && self.settings.notify.is_empty() {
            return;
        }
        let burning: Vec<&Alarm> = self
            .world
            .alarms()
            .filter(|alarm| &alarm.account == account && !alarm.cleared)
            .collect();
        let now = burning.iter().map(|alarm| alarm.id.clone()).collect();
        let new = self.burning.get(account).map(|before| {
            let is_new = |alarm: &&&Alarm| {
                let mark = self
                    .world
                    .marks
                    .of(&Subject::Alarm(account.clone(), alarm.id.clone()));
                !before.contains(&alarm.id) && !mark.seen && !mark.sleeps(self.now)
            };
            let mut new: Vec<&Alarm> = burning.iter().filter(is_new).copied().collect();
            new.sort_by_key(|alarm| alarm.severity);
            self.tidings(&new)
        });
        self.burning.insert(account.clone(), now);
        self.effects.extend(new.into_iter().flatten());
    }

    /// One ring and one text at most, however many alarms came at once: the worst, and how many more.
    fn tidings(&self, new: &[&Alarm]) -> Vec<Effect> {
        let mut tidings = Vec::new();
        let rings = |alarm: &&Alarm| self.settings.bell.contains(&alarm.severity);
        if new.iter().any(rings) {
            tidings.push(Effect::Bell);
        }
        let mut told = new
            .iter()
            .filter(|alarm| self.settings.notify.contains(&alarm.severity));
        if let Some(worst) = told.next() {
            let word = self.t(&format!("severity.{}", worst.severity.name()));
            let mut text = format!("{word} {} {}", worst.resource, worst.title);
            let more = told.count();
            if more > 0 {
                text.push(' ');
                text.push_str(&self.tf("alarms.and_more", &[("count", &more.to_string())]));
            }
            tidings.push(Effect::Notify(text));
        }
        tidings
    }
}
