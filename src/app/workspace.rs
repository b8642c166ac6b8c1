//! The pinned incident: what one is working on. Its machines, its orders and its time are what the other views begin
//! with, and everything that is done from here is attached to it, until it is unpinned.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use crate::domain::account::{AccountId, SystemId};
use crate::domain::incident::IncidentId;
use crate::domain::query::{Priority, Query, Want};
use crate::domain::record::Record;
use crate::domain::trail::Linked;
use crate::ui::width;

use super::App;
use super::effect::Effect;
use super::pane::{Event, Tone};
use super::subject::{Kind, Subject};
use super::world::World;

/// The setting with the pinned incident: this, a dot and the profile's name.
const PINNED: &str = "pinned";
/// How much earlier than its incident trouble is taken to have begun.
const BEFORE: SignedDuration = SignedDuration::from_mins(30);
/// How old the pinned incident may get.
const EVERY: Duration = Duration::from_secs(60);
/// Names in a filter at most.
const NAMES: usize = 12;
/// Cells of the incident's title in the status line.
const TITLE: usize = 22;

/// What is worked on.
impl World {
    /// When the trouble of the pinned incident began: half an hour before it was created.
    pub fn pinned_since(&self) -> Option<Timestamp> {
        let (account, id) = self.pinned.as_ref()?;
        Some(self.incident(account, id.raw())?.created? - BEFORE)
    }

    /// The names of the machines that the pinned incident is about: those of its alarms and of its orders.
    pub fn pinned_names(&self) -> Vec<String> {
        let Some((account, id)) = &self.pinned else {
            return Vec::new();
        };
        let incident = Subject::Incident(account.clone(), id.clone());
        let link = self.link(&Linked::Incident(account.clone(), id.clone()));
        let watched = link.and_then(|link| link.alarm.as_ref());
        let mut names: Vec<String> = watched
            .map(|alarm| alarm.resource.raw().to_owned())
            .into_iter()
            .collect();
        for subject in self.related(&incident, Kind::Alarm) {
            if let Subject::Alarm(of, alarm) = subject
                && let Some(alarm) = self.alarm(&of, alarm.raw())
            {
                names.push(alarm.resource.raw().to_owned());
            }
        }
        for subject in self.related(&incident, Kind::Order) {
            if let Subject::Order(of, order) = subject
                && let Some(order) = self.order(&of, order.raw())
            {
                let hosts = order.batches.iter().flat_map(|batch| &batch.hosts);
                names.extend(hosts.map(|host| host.name.raw().to_owned()));
            }
        }
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| !name.is_empty() && seen.insert(name.clone()));
        names
    }

    /// The ids of the orders that were run for the pinned incident.
    fn pinned_orders(&self) -> Vec<String> {
        let Some((account, id)) = &self.pinned else {
            return Vec::new();
        };
        let incident = Subject::Incident(account.clone(), id.clone());
        let orders = self.related(&incident, Kind::Order);
        orders.iter().map(Subject::id).collect()
    }
}

/// A filter that lets any of these words through; none when there are none that a filter can hold.
fn any_of(words: &[String]) -> Option<String> {
    let plain = |word: &&String| {
        !word
            .chars()
            .any(|c| c.is_whitespace() || "\"|=<>!~".contains(c))
    };
    let words: Vec<&str> = words
        .iter()
        .filter(plain)
        .take(NAMES)
        .map(String::as_str)
        .collect();
    (!words.is_empty()).then(|| words.join("|"))
}

impl App {
    /// `m`: pins the incident of what is selected; the pinned one is unpinned.
    pub(super) fn pin(&mut self, on: &[Subject]) {
        let incident = on
            .iter()
            .flat_map(|subject| self.world.related(subject, Kind::Incident))
            .next();
        let Some(Subject::Incident(account, id)) = incident else {
            self.say(Tone::Info, self.t("workspace.needs"));
            return;
        };
        if self.world.pinned == Some((account.clone(), id.clone())) {
            self.unpin();
            return;
        }
        self.take_off_filters();
        let said = self.tf("workspace.pinned", &[("id", id.shown())]);
        self.track(account.clone(), id.clone());
        self.world.pin(Some((account, id)));
        self.keep_pin();
        self.say(Tone::Info, said);
    }

    /// Works on nothing in particular.
    pub(super) fn unpin(&mut self) {
        let Some((_, id)) = self.world.pinned.clone() else {
            self.say(Tone::Info, self.t("workspace.none"));
            return;
        };
        self.take_off_filters();
        self.world.pin(None);
        self.keep_pin();
        self.say(
            Tone::Info,
            self.tf("workspace.unpinned", &[("id", id.shown())]),
        );
    }

    /// `'`: opens the pinned incident.
    pub(super) fn go_to_pinned(&mut self) {
        match self.world.pinned.clone() {
            Some((account, id)) => {
                self.show(Subject::Incident(account, id));
            }
            None => self.say(Tone::Info, self.t("workspace.none")),
        }
    }

    fn keep_pin(&mut self) {
        let kept = self
            .world
            .pinned
            .as_ref()
            .map(|(account, id)| json!([&*account.profile, account.system.id(), id.raw()]));
        let name = format!("{PINNED}.{}", self.settings.profile);
        let text = kept.unwrap_or_default().to_string();
        self.effects.push(Effect::Save(Record::Setting(name, text)));
    }

    /// Is this the setting with the pinned incident of this profile?
    pub(super) fn is_pin(&self, setting: &str) -> bool {
        setting == format!("{PINNED}.{}", self.settings.profile)
    }

    /// Takes over what was pinned in an earlier session, when its account is still there.
    pub(super) fn restore_pin(&mut self, kept: &Json) {
        let pinned = (|| {
            let system = SystemId::parse(kept[1].as_str()?)?;
            let account = AccountId::new(kept[0].as_str()?, system);
            self.world.account(&account)?;
            Some((account, IncidentId::from(kept[2].as_str()?)))
        })();
        self.world.pin(pinned);
    }

    /// What the status line says of the pinned incident.
    pub(super) fn pinned_label(&self) -> Option<String> {
        let (account, id) = self.world.pinned.as_ref()?;
        let title = self
            .world
            .incident(account, id.raw())
            .map_or_else(|| id.to_string(), |incident| incident.title.to_string());
        let ellipsis = self.settings.theme.glyphs().ellipsis;
        let title = width::truncate(&title, TITLE, ellipsis).into_owned();
        Some(self.tf("workspace.label", &[("title", &title)]))
    }

    /// The pinned incident is kept up to date wherever one is.
    pub(super) fn pinned_wants(&self) -> Option<Want> {
        let (account, id) = self.world.pinned.clone()?;
        Some(Want {
            query: Query::Incidents(account, vec![id]),
            priority: Priority::Background,
            every: EVERY,
        })
    }

    /// The summary of a change, with the incident it is attached to.
    pub(super) fn attached(&self, summary: String) -> String {
        match &self.world.pinned {
            Some((_, id)) if !summary.contains(id.shown()) => format!("{summary} ({id})"),
            _ => summary,
        }
    }

    /// What a view begins with while an incident is pinned.
    fn begins_with(&self, pane: &str) -> Option<String> {
        let (_, id) = self.world.pinned.as_ref()?;
        match pane {
            "alarms" | "resources" | "hosts" | "metrics" | "audit" => {
                any_of(&self.world.pinned_names())
            }
            "orders" => any_of(&self.world.pinned_orders()),
            "journal" | "warrooms" => Some(id.raw().to_owned()),
            _ => None,
        }
    }

    /// A view is entered without a filter: it gets that of the pinned incident, which Esc takes off as any other. One
    /// that the user typed stays. `plain`: it is entered as a part of a dashboard, or on something in particular, and
    /// nothing may be hidden.
    pub(super) fn begin_filtered(&mut self, index: usize, plain: bool) {
        let area = self.area_of(index);
        let Some(pane) = self.catalog.panes.get(index) else {
            return;
        };
        let name = pane.about().name;
        let Some(list) = pane.list(&self.context(area)) else {
            return;
        };
        let ours = self.filtered.iter().position(|(at, _)| *at == index);
        let ours = ours.map(|at| self.filtered.remove(at).1);
        if !list.filter.is_empty() && ours.as_ref() != Some(&list.filter) {
            return;
        }
        let wanted = if plain { None } else { self.begins_with(name) };
        let text = wanted.clone().unwrap_or_default();
        if text != list.filter {
            self.tell(index, &Event::Filter(&text));
        }
        self.filtered.extend(wanted.map(|text| (index, text)));
    }

    /// Takes the filters of the pinned incident off every view.
    fn take_off_filters(&mut self) {
        let all: Vec<usize> = self.filtered.iter().map(|(index, _)| *index).collect();
        for index in all {
            self.begin_filtered(index, true);
        }
    }
}
