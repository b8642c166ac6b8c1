//! How lists look is kept for the next time: columns, sort order, and the filters that were typed.

use serde_json::{Value as Json, json};

use crate::domain::account::{AccountId, SystemId};
use crate::domain::metric::{SeriesKey, Watched};
use crate::domain::record::Record;
use crate::domain::text::SafeText;
use crate::ui::rates::Rates;

use super::App;
use super::effect::Effect;
use super::marks::{Mark, Marks};
use super::pane::{Event, ListInfo, Tone};
use super::subject::Subject;

/// Name of the setting with the filters that were typed.
const FILTERS: &str = "filters";

/// The setting with which a pane asks for another watch list; kept under its name, a dot and the profile's name.
pub const WATCHED: &str = "watch";

/// The setting with which a pane tells which metering job it is about; kept under its name, a dot and the profile's name.
pub const METERED: &str = "metered";

/// A metering job as it is kept: the profile and the system of its account, and its id.
pub fn metered_text(account: &AccountId, job: &SafeText) -> String {
    json!([&*account.profile, account.system.id(), job.raw()]).to_string()
}

/// A watch list as it is kept: account, namespace, instance, metric and group of each series.
pub fn watch_text(list: &[Watched]) -> String {
    let rows: Json = list
        .iter()
        .map(|one| {
            json!([
                one.account.to_string(),
                one.key.namespace.raw(),
                one.key.instance.raw(),
                one.key.metric.raw(),
                one.group.raw()
            ])
        })
        .collect();
    rows.to_string()
}

/// Name of the setting with the unit in which rates of data are shown.
const RATES: &str = "rates";

/// Name of the setting with what was noted about alarms.
const MARKS: &str = "marks";

/// What the settings of lists are called: this, and the pane's name.
const LIST: &str = "list.";

impl App {
    /// Keeps how the focused list looks.
    pub(super) fn keep_look(&mut self) {
        let Some(list) = self.focused_list() else {
            return;
        };
        let name = format!("{LIST}{}", self.focused());
        let look = look_of(&list).to_string();
        self.effects.push(Effect::Save(Record::Setting(name, look)));
    }

    /// Keeps the filters that were typed.
    pub(super) fn keep_filters(&mut self) {
        let filters = json!(self.filters).to_string();
        let record = Record::Setting(FILTERS.to_owned(), filters);
        self.effects.push(Effect::Save(record));
    }

    /// Shows rates of data in the next unit, and keeps that.
    pub(super) fn next_rates(&mut self) {
        let rates = self.settings.rates.next();
        self.settings.rates = rates;
        let kept = json!(rates.name()).to_string();
        let record = Record::Setting(RATES.to_owned(), kept);
        self.effects.push(Effect::Save(record));
        let said = match rates {
            Rates::AsSent => "app.rates_as_sent",
            Rates::Bits => "app.rates_bits",
            Rates::Bytes => "app.rates_bytes",
        };
        self.say(Tone::Info, self.t(said));
        self.changed();
    }

    /// Watches the series of this list from now on, and keeps it for the profile.
    pub(super) fn watch(&mut self, text: String) {
        if let Ok(kept) = serde_json::from_str::<Json>(&text) {
            self.restore_watch(&kept);
        }
        let name = format!("{WATCHED}.{}", self.settings.profile);
        self.effects.push(Effect::Save(Record::Setting(name, text)));
        self.changed();
    }

    /// Begins with this metering job the next time, too.
    pub(super) fn keep_metered(&mut self, text: String) {
        if let Ok(kept) = serde_json::from_str::<Json>(&text) {
            self.restore_metered(&kept);
        }
        let name = format!("{METERED}.{}", self.settings.profile);
        self.effects.push(Effect::Save(Record::Setting(name, text)));
    }

    /// Takes over the metering job of an earlier session, when its account is still there.
    fn restore_metered(&mut self, kept: &Json) {
        let job = (|| {
            let system = SystemId::parse(kept[1].as_str()?)?;
            let account = AccountId::new(kept[0].as_str()?, system);
            self.world.account(&account)?;
            Some((account, SafeText::from(kept[2].as_str()?)))
        })();
        self.world.meter(job);
    }

    /// The watch list as it was kept; what belongs to accounts that are no more is left out.
    fn restore_watch(&mut self, kept: &Json) {
        let one = |row: &Json| {
            let parts = texts(row);
            // Lists that were kept before there were groups have no fifth part.
            let ([account, namespace, instance, metric, rest @ ..], true) =
                (parts.as_slice(), parts.len() < 6)
            else {
                return None;
            };
            let mut accounts = self.world.accounts.iter();
            let account = accounts.find(|known| known.id.to_string() == *account)?;
            Some(Watched {
                account: account.id.clone(),
                key: SeriesKey::new(namespace, instance, metric),
                group: rest
                    .first()
                    .map(|group| group.as_str().into())
                    .unwrap_or_default(),
            })
        };
        let list = kept
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(one)
            .collect();
        self.world.set_watch(list);
    }

    /// Notes something about alarms, and keeps it.
    pub(super) fn keep_marks(&mut self, marks: Vec<(Subject, Mark)>) {
        let now = self.now;
        self.world.note_marks(marks, now);
        let record = Record::Setting(MARKS.to_owned(), self.world.marks.write());
        self.effects.push(Effect::Save(record));
        self.changed();
    }

    /// Takes over what was kept. What cannot be read, or is about something that is no more, is left alone.
    pub(super) fn restore(&mut self, settings: &[(String, String)]) {
        for (name, text) in settings {
            let Ok(kept) = serde_json::from_str::<Json>(text) else {
                continue;
            };
            if name == FILTERS {
                self.filters = texts(&kept);
            } else if let Some(ticket) = name.strip_prefix(crate::domain::doubt::KEPT) {
                self.restore_doubt(ticket, &kept);
            } else if self.is_pin(name) {
                self.restore_pin(&kept);
            } else if *name == format!("{WATCHED}.{}", self.settings.profile) {
                self.restore_watch(&kept);
            } else if *name == format!("{METERED}.{}", self.settings.profile) {
                self.restore_metered(&kept);
            } else if name == RATES {
                let rates = kept.as_str().and_then(Rates::parse);
                self.settings.rates = rates.unwrap_or(self.settings.rates);
            } else if name == MARKS {
                self.world.set_marks(Marks::read(&kept));
            } else if let Some(pane) = name.strip_prefix(LIST) {
                self.restore_list(pane, &kept);
            }
        }
    }

    fn restore_list(&mut self, name: &str, kept: &Json) {
        let Some(pane) = self.pane_named(name) else {
            return;
        };
        let columns = texts(&kept["columns"]);
        if !columns.is_empty() {
            self.tell(pane, &Event::Columns(&columns));
        }
        if let Some(column) = kept["sort"].as_str() {
            self.tell(pane, &Event::Sort(column));
            if kept["descending"] == true {
                // The second time turns the order around.
                self.tell(pane, &Event::Sort(column));
            }
        }
    }
}

fn look_of(list: &ListInfo) -> Json {
    let columns: Vec<&str> = list
        .columns
        .iter()
        .filter(|column| column.shown)
        .map(|column| column.key.as_str())
        .collect();
    let sorted = list.columns.iter().find(|column| column.sorted.is_some());
    json!({
        "columns": columns,
        "sort": sorted.map(|column| &column.key),
        "descending": sorted.and_then(|column| column.sorted),
    })
}

fn texts(list: &Json) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect()
}
