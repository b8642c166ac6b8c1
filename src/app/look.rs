//! How lists look is kept for the next time: columns, sort order, and the filters that were typed.

use serde_json::{Value as Json, json};

use crate::domain::record::Record;

use super::App;
use super::effect::Effect;
use super::pane::{Event, ListInfo};

/// Name of the setting with the filters that were typed.
const FILTERS: &str = "filters";

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

    /// Takes over what was kept. What cannot be read, or is about something that is no more, is left alone.
    pub(super) fn restore(&mut self, settings: &[(String, String)]) {
        for (name, text) in settings {
            let Ok(kept) = serde_json::from_str::<Json>(text) else {
                continue;
            };
            if name == FILTERS {
                self.filters = texts(&kept);
            } else if let Some(ticket) = name.strip_prefix(super::doubt::KEPT) {
                self.restore_doubt(ticket, &kept);
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
