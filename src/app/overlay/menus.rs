//! The core's own menus, made from what there is at the moment.

use crate::app::App;
use crate::app::Bound;
use crate::app::command::{ANYWHERE, GLOBAL};
use crate::app::pane::{Choice, Tone};
use crate::app::subject::{Kind, Subject};
use crate::domain::text::SafeText;
use crate::ui::widgets::dialog::{Dialog, Strength};

use super::choose::{Chooser, Purpose};
use super::confirm::Decision;
use super::prompt::FilterPrompt;
use super::{Layer, Overlay};

/// Commands that the action menu and the palette need not list: they move, or lead to these menus.
const PLAIN: [&str; 6] = ["move.", "view.", "focus.", "palette", "actions", "help"];

/// How many filters are remembered.
const FILTERS_KEPT: usize = 50;

impl Overlay {
    /// Every view and every command, found while typing.
    pub fn palette(app: &App) -> Self {
        let mut items = app.views();
        items.extend(
            app.usable()
                .filter(|bound| !is_plain(bound.command.name))
                .map(|bound| app.command_choice(bound)),
        );
        let title = app.t("app.palette");
        Self::Choose(Chooser::new(Purpose::Palette, title, items, false))
    }

    /// Every command with its sentence and key, those of the focused pane first; what is chosen is run.
    pub fn help(app: &App) -> Self {
        let mut bounds: Vec<&Bound> = app.usable().collect();
        // What is particular to the view first, what every list can do last.
        bounds.sort_by_key(|bound| {
            let common = matches!(bound.chapter, "move" | "mark");
            (
                bound.pane != Some(app.here.focus),
                bound.pane.is_none(),
                common,
            )
        });
        let mut items: Vec<Choice> = bounds
            .into_iter()
            .map(|bound| app.command_choice(bound))
            .collect();
        items.extend(app.views());
        let title = app.t("app.help");
        Self::Choose(Chooser::new(Purpose::Commands, title, items, false))
    }

    /// What can be done with the selection; what cannot says why.
    pub fn actions(app: &App) -> Self {
        let items: Vec<Choice> = app
            .usable()
            .filter(|bound| !is_plain(bound.command.name))
            .filter(|bound| bound.pane.is_some() || SELECTION.contains(&bound.command.name))
            .map(|bound| app.command_choice(bound))
            .collect();
        let on = app.targets();
        let title = match on.as_slice() {
            [] => app.t("app.actions"),
            [one] => app.tf("app.actions_on", &[("what", &app.world.title(one))]),
            many => app.tf("app.actions_on_many", &[("count", &many.len().to_string())]),
        };
        Self::Choose(Chooser::new(Purpose::Commands, title, items, false))
    }

    /// The question before quitting.
    pub fn quit(app: &App) -> Self {
        let mut dialog = Dialog::new(app.t("app.quit_title"), app.t("app.quit"), Strength::Light);
        dialog = dialog.line(app.t("app.quit_text"));
        if let Some((count, _)) = app.under_way() {
            let count = count.to_string();
            dialog = dialog.styled(
                app.tf("app.quit_under_way", &[("count", &count)]),
                "dialog.danger",
            );
        }
        Self::Dialog(Box::new(Decision::quit(dialog)))
    }
}

/// Commands of the core that are about the selection.
const SELECTION: [&str; 13] = [
    "open",
    "describe",
    "copy.id",
    "copy.field",
    "copy.command",
    "raw",
    "related",
    "go.incident",
    "go.metric",
    "go.policy",
    "go.warroom",
    "workspace.pin",
    "mark",
];

fn is_plain(name: &str) -> bool {
    PLAIN.iter().any(|plain| name.starts_with(plain))
}

impl App {
    /// Commands that have a meaning where the focus is.
    fn usable(&self) -> impl Iterator<Item = &Bound> {
        let of_focused = |bound: &Bound| bound.pane == Some(self.here.focus);
        // What the focused pane declares for itself counts instead of the core's command of that name.
        let own: Vec<&str> = self
            .commands
            .iter()
            .filter(|bound| of_focused(bound))
            .map(|bound| bound.command.name)
            .collect();
        self.commands.iter().filter(move |bound| {
            let shared = bound.mode == GLOBAL || bound.mode == ANYWHERE;
            of_focused(bound) || shared && !own.contains(&bound.command.name)
        })
    }

    /// A command as something to choose: its sentence, its key, and why it cannot be run.
    fn command_choice(&self, bound: &Bound) -> Choice {
        let name = bound.command.name;
        Choice {
            id: format!("={name}"),
            label: self.t(&format!("command.{name}")),
            note: self.key_here(name).unwrap_or_default(),
            refusal: self.refusal(bound, &self.targets()),
            chosen: false,
        }
    }

    /// Every view as something to choose. Its note has its name and aliases.
    fn views(&self) -> Vec<Choice> {
        let boards = self
            .catalog
            .boards
            .iter()
            .map(|board| (board.name, board.title, board.name.to_owned()));
        let panes = self
            .catalog
            .panes
            .iter()
            .map(|pane| pane.about())
            .filter(|about| about.listed)
            .map(|about| {
                let mut names = vec![about.name];
                names.extend(about.aliases);
                (about.name, about.title, names.join(" "))
            });
        boards
            .chain(panes)
            .map(|(name, title, note)| Choice {
                id: format!(":{name}"),
                label: self.t(title),
                note,
                refusal: None,
                chosen: false,
            })
            .collect()
    }

    /// The filter prompt of the focused pane.
    pub(in crate::app) fn open_filter(&mut self) {
        let Some(list) = self.focused_list() else {
            self.say(Tone::Info, self.t("app.no_list"));
            return;
        };
        let prompt = FilterPrompt::new(&list.filter, self.filters.clone());
        self.open(Layer::core(Overlay::Prompt(prompt)));
    }

    /// A filter was typed to its end: it can be recalled.
    pub(in crate::app) fn keep_filter(&mut self, text: String) {
        if text.is_empty() {
            return;
        }
        self.filters.retain(|known| *known != text);
        self.filters.push(text);
        let surplus = self.filters.len().saturating_sub(FILTERS_KEPT);
        self.filters.drain(..surplus);
        self.keep_filters();
    }

    /// What the focused pane says about itself as a list.
    pub(in crate::app) fn focused_list(&self) -> Option<crate::app::pane::ListInfo> {
        let area = self.area_of(self.here.focus);
        self.catalog
            .panes
            .get(self.here.focus)?
            .list(&self.context(area))
    }

    /// The picker of the column to sort by.
    pub(in crate::app) fn open_sort(&mut self) {
        let Some(list) = self.focused_list() else {
            self.say(Tone::Info, self.t("app.no_list"));
            return;
        };
        let [up, down] = self.settings.theme.glyphs().sort;
        let items = list
            .columns
            .into_iter()
            .map(|column| Choice {
                note: match column.sorted {
                    Some(true) => down.to_owned(),
                    Some(false) => up.to_owned(),
                    None => String::new(),
                },
                id: column.key,
                label: column.title,
                ..Choice::default()
            })
            .collect();
        let title = self.t("app.sort_by");
        let chooser = Chooser::new(Purpose::Sort, title, items, false);
        self.open(Layer::core(Overlay::Choose(chooser)));
    }

    /// The picker of the columns to show.
    pub(in crate::app) fn open_columns(&mut self) {
        let Some(list) = self.focused_list() else {
            self.say(Tone::Info, self.t("app.no_list"));
            return;
        };
        let items = list
            .columns
            .into_iter()
            .map(|column| Choice {
                id: column.key,
                label: column.title,
                chosen: column.shown,
                ..Choice::default()
            })
            .collect();
        let title = self.t("app.columns");
        let chooser = Chooser::new(Purpose::Columns, title, items, true);
        self.open(Layer::core(Overlay::Choose(chooser)));
    }

    /// The picker of a field to copy: the texts of the selection.
    pub(in crate::app) fn open_fields(&mut self, on: &[Subject]) {
        let Some(subject) = on.first() else {
            self.say(Tone::Info, self.t("app.nothing_selected"));
            return;
        };
        let items = self
            .world
            .fields(subject)
            .into_iter()
            .map(|(name, value)| Choice {
                label: format!("{}  {}", self.t(name), SafeText::new(&value).shown()),
                id: value,
                ..Choice::default()
            })
            .collect();
        let title = self.t("app.copy_field");
        let chooser = Chooser::new(Purpose::Copy, title, items, false);
        self.open(Layer::core(Overlay::Choose(chooser)));
    }

    /// Everything the selection is related to.
    pub(in crate::app) fn open_related(&mut self, on: &[Subject]) {
        let Some(subject) = on.first() else {
            self.say(Tone::Info, self.t("app.nothing_selected"));
            return;
        };
        let found: Vec<Subject> = Kind::ALL
            .into_iter()
            .filter(|kind| *kind != subject.kind())
            .flat_map(|kind| self.world.related(subject, kind))
            .collect();
        self.choose_subject(found);
    }

    /// What owns the selection: the policy of an alarm, the order of a host, the incident of a WarRoom.
    pub(in crate::app) fn open_owner(&mut self, on: &[Subject]) {
        let owner = on.first().and_then(|subject| {
            let kind = match subject.kind() {
                Kind::Alarm => Kind::Policy,
                Kind::Host => Kind::Order,
                Kind::ScalingPart => Kind::ScalingGroup,
                Kind::Order => Kind::Script,
                Kind::WarRoom => Kind::Incident,
                Kind::Series => Kind::Alarm,
                _ => return None,
            };
            self.world.related(subject, kind).into_iter().next()
        });
        match owner {
            Some(owner) => self.show_or_say(owner),
            None => self.say(Tone::Info, self.t("app.nothing_related")),
        }
    }

    /// Goes to the related thing of this sort; with several, the user chooses.
    pub(in crate::app) fn open_related_kind(&mut self, on: &[Subject], kind: Kind) {
        let found = on
            .first()
            .map(|subject| self.world.related(subject, kind))
            .unwrap_or_default();
        self.choose_subject(found);
    }

    fn choose_subject(&mut self, mut found: Vec<Subject>) {
        match found.len() {
            0 => self.say(Tone::Info, self.t("app.nothing_related")),
            1 => self.show_or_say(found.remove(0)),
            _ => {
                let items = found
                    .iter()
                    .enumerate()
                    .map(|(index, subject)| Choice {
                        id: index.to_string(),
                        label: self.world.title(subject),
                        note: self.t(subject.kind().text()),
                        ..Choice::default()
                    })
                    .collect();
                let title = self.t("app.related");
                let chooser = Chooser::new(Purpose::Related(found), title, items, false);
                self.open(Layer::core(Overlay::Choose(chooser)));
            }
        }
    }

    /// Opens a subject, or says that no view shows it.
    pub(in crate::app) fn show_or_say(&mut self, subject: Subject) {
        if !self.show(subject) {
            self.say(Tone::Info, self.t("app.nothing_to_open"));
        }
    }

    /// Goes to a view, or says that there is none of that name.
    pub(in crate::app) fn go_or_say(&mut self, line: &str) {
        if !self.go(line) {
            self.say(Tone::Warn, self.tf("app.no_view", &[("name", line)]));
        }
    }

    /// How a begun key sequence can go on: each key with its sentence.
    pub(in crate::app) fn continuations(&self) -> Vec<(String, String)> {
        let focused = self.focused();
        match self
            .keymap
            .lookup(&[focused, ANYWHERE, GLOBAL], &self.prefix)
        {
            crate::ui::keys::Lookup::Pending(next) => next
                .into_iter()
                .map(|(key, command)| {
                    let text = command.map_or_else(String::new, |name| self.short_name(name));
                    (key.label(), text)
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}
