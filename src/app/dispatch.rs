//! From keys to commands, and what the core's own commands do.

use std::time::Duration;

use crate::domain::command_line;
use crate::ui::keys::{Key, Lookup, sequence_label};

use super::command::{ANYWHERE, Command, Danger, GLOBAL};
use super::effect::Effect;
use super::overlay::{Layer, Outcome, Overlay};
use super::pane::{Event, Tone};
use super::subject::{Kind, Subject};
use super::{App, Bound, Frozen};

/// Within how long a second `ctrl-c` quits.
const TWICE: Duration = Duration::from_secs(2);

impl App {
    /// A key was pressed. What it means depends on the state only, never on what was drawn.
    pub(super) fn key(&mut self, key: Key) {
        if self.layers.is_empty() {
            self.key_in_view(key);
        } else {
            self.key_in_layer(key);
        }
    }

    /// Text was pasted: it is typed where something is typed, and ignored elsewhere.
    pub(super) fn paste(&mut self, text: &str) {
        self.prefix.clear();
        let Some(layer) = self.layers.last_mut() else {
            self.say(Tone::Info, self.t("app.pasted_nowhere"));
            return;
        };
        let outcomes = layer.what.paste(text);
        self.react(outcomes);
    }

    fn key_in_view(&mut self, key: Key) {
        self.prefix.push(key);
        if self.prefix.len() == 1 {
            self.prefix_at = self.now;
        }
        let focused = self.focused();
        match self
            .keymap
            .lookup(&[focused, ANYWHERE, GLOBAL], &self.prefix)
        {
            Lookup::Command(name) => {
                self.prefix.clear();
                self.run(name);
            }
            Lookup::Pending(_) => {}
            Lookup::None => {
                // A sequence that means nothing is swallowed whole: its last key alone might change something.
                let begun = std::mem::take(&mut self.prefix);
                let left = matches!(key.to_string().as_str(), "<esc>" | "<c-c>");
                if begun.len() > 1 && !left {
                    let keys = sequence_label(&begun);
                    self.say(Tone::Info, self.tf("app.no_such_keys", &[("keys", &keys)]));
                }
            }
        }
    }

    fn key_in_layer(&mut self, key: Key) {
        let env = self.env();
        let Some(layer) = self.layers.last() else {
            return;
        };
        let own = layer.what.modes();
        let typed = layer.what.takes_text() && key.text().is_some();
        self.prefix.push(key);
        let lookup = self.keymap.lookup(own, &self.prefix);
        let unknown = !typed && matches!(lookup, Lookup::None);
        if unknown && !own.is_empty() && self.key_beneath() {
            return;
        }
        let Some(layer) = self.layers.last_mut() else {
            return;
        };
        let outcomes = match lookup {
            _ if typed => {
                self.prefix.clear();
                layer.what.key(key, env)
            }
            Lookup::Command(name) => {
                self.prefix.clear();
                layer.what.command(name, env)
            }
            Lookup::Pending(_) => Vec::new(),
            Lookup::None => {
                self.prefix.clear();
                if key.to_string() == "<c-c>" {
                    // Interrupts what is asked, wherever that is.
                    vec![Outcome::Close]
                } else {
                    layer.what.key(key, env)
                }
            }
        };
        self.react(outcomes);
    }

    /// Who reads about something acts on it with the keys of the view it stands in; what was read closes. Says whether
    /// the key means something there.
    fn key_beneath(&mut self) -> bool {
        let modes = [self.focused(), ANYWHERE];
        match self.keymap.lookup(&modes, &self.prefix) {
            Lookup::Command(name) => {
                self.prefix.clear();
                self.layers.pop();
                self.run(name);
                true
            }
            Lookup::Pending(_) => true,
            Lookup::None => false,
        }
    }

    /// Runs a command by its name, as if its key had been pressed in the focused pane.
    pub(super) fn run(&mut self, name: &str) {
        let Some(bound) = self.bound(name) else {
            return;
        };
        let on = self.targets();
        // On a dashboard Enter opens the selected thing in its own view, or the pane when nothing is selected.
        if name == "open" && on.is_empty() && self.on_board() {
            self.full();
            return;
        }
        if let Some(why) = self.refusal(&bound, &on) {
            self.say(Tone::Warn, why);
            return;
        }
        match bound.pane {
            Some(pane) => {
                let name = bound.command.name;
                self.tell(pane, &Event::Command { name, on: &on });
            }
            None => self.run_core(&bound.command, &on),
        }
    }

    /// The command with this name that is nearest: of the focused pane, of any pane, of the core.
    pub(super) fn bound(&self, name: &str) -> Option<Bound> {
        let named = |bound: &&Bound| bound.command.name == name;
        let of_focused = |bound: &&Bound| named(bound) && bound.pane == Some(self.here.focus);
        let everywhere = |bound: &&Bound| named(bound) && bound.mode == ANYWHERE;
        let core = |bound: &&Bound| named(bound) && bound.mode == GLOBAL;
        self.commands
            .iter()
            .find(of_focused)
            .or_else(|| self.commands.iter().find(everywhere))
            .or_else(|| self.commands.iter().find(core))
            .copied()
    }

    /// What commands work on: the marked rows of the focused pane, or else the selected one. The only place where
    /// that is decided.
    pub(super) fn targets(&self) -> Vec<Subject> {
        let Some(pane) = self.catalog.panes.get(self.here.focus) else {
            return Vec::new();
        };
        let marked = pane.marked(&self.world);
        if marked.is_empty() {
            pane.subject(&self.world).into_iter().collect()
        } else {
            marked
        }
    }

    /// Why a command cannot be run now.
    pub(super) fn refusal(&self, bound: &Bound, on: &[Subject]) -> Option<String> {
        let command = &bound.command;
        let changes = command.danger == Danger::Changes;
        if changes && !self.large_enough() {
            return Some(self.t("app.too_small_to_act"));
        }
        if !command.on.is_empty() && !on.iter().any(|s| command.on.contains(&s.kind())) {
            return Some(self.needed(command.on));
        }
        if changes && let Some(why) = self.read_only_for(on) {
            return Some(why);
        }
        let pane = self.catalog.panes.get(bound.pane?)?;
        pane.refusal(command.name, on, &self.context(self.body()))
    }

    fn needed(&self, kinds: &[Kind]) -> String {
        let names: Vec<String> = kinds.iter().map(|kind| self.t(kind.text())).collect();
        let list = names.join(&self.t("app.or"));
        self.tf("app.needs", &[("kinds", &list)])
    }

    /// Why nothing may be changed: the account of these subjects is read-only, or every account is.
    fn read_only_for(&self, on: &[Subject]) -> Option<String> {
        let read_only = |subject: &Subject| {
            let account = self.world.account(subject.account()?)?;
            account.read_only.then(|| account.id.to_string())
        };
        if let Some(account) = on.iter().find_map(read_only) {
            return Some(self.tf("app.read_only", &[("account", &account)]));
        }
        let accounts = &self.world.accounts;
        let all = !accounts.is_empty() && accounts.iter().all(|account| account.read_only);
        all.then(|| self.tf("app.read_only", &[("account", &self.settings.profile)]))
    }

    /// The core's own commands. What is not here is a matter of the focused pane.
    fn run_core(&mut self, command: &Command, on: &[Subject]) {
        match command.name {
            "back" => self.back(),
            "quit" => self.quit(),
            "quit.keep" => self.effects.push(Effect::Quit { keep: true }),
            "interrupt" => self.interrupt(),
            "suspend" => self.effects.push(Effect::Suspend),
            "redraw" => self.effects.push(Effect::Redraw),
            "palette" => self.open(Layer::core(Overlay::palette(self))),
            "help" => self.open(Layer::core(Overlay::help(self))),
            "actions" => self.open(Layer::core(Overlay::actions(self))),
            "filter" => self.open_filter(),
            "sort" => self.open_sort(),
            "columns" => self.open_columns(),
            "history.back" => self.or_say(Self::step_back, "app.no_back"),
            "history.forward" => self.or_say(Self::step_forward, "app.no_forward"),
            "history.last" => self.or_say(Self::last_view, "app.no_back"),
            "focus.next" => self.move_focus(true),
            "focus.prev" => self.move_focus(false),
            "full" => self.full(),
            "related" => self.open_related(on),
            "owner" => self.open_owner(on),
            "go.incident" => self.open_related_kind(on, Kind::Incident),
            "go.metric" => self.open_related_kind(on, Kind::Series),
            "go.policy" => self.open_related_kind(on, Kind::Policy),
            "go.warroom" => self.open_related_kind(on, Kind::WarRoom),
            "round.show" => self.open_round(),
            "workspace.pin" => self.pin(on),
            "workspace.go" => self.go_to_pinned(),
            "workspace.unpin" => self.unpin(),
            "copy.id" => self.copy_ids(on),
            "copy.field" => self.open_fields(on),
            "copy.command" => self.copy_command(),
            "rates" => self.next_rates(),
            "freeze" => self.freeze(),
            "refresh" => self.refresh(),
            "refresh.auto" => self.refresh_auto(),
            "log" => self.go_to_named("journal"),
            "problems" => self.go_to_named("problems"),
            "tasks" => self.go_to_named("budget"),
            "view.all" => self.view_numbered(0),
            name => match name.strip_prefix("view.").and_then(|n| n.parse().ok()) {
                Some(number) => self.view_numbered(number),
                None => self.pass_on(command, on),
            },
        }
    }

    fn pass_on(&mut self, command: &Command, on: &[Subject]) {
        let event = Event::Command {
            name: command.name,
            on,
        };
        let answered = self.tell(self.here.focus, &event);
        match command.name {
            "describe" | "raw" if !answered => {
                let why = if on.is_empty() {
                    "app.nothing_selected"
                } else {
                    "app.nothing_more"
                };
                self.say(Tone::Info, self.t(why));
            }
            "sort.invert" | "column.hide" => self.keep_look(),
            _ => {}
        }
    }

    /// The focused pane fills the screen; when it does already, back to where it was.
    fn full(&mut self) {
        if self.on_board() {
            let name = self.focused();
            self.go(name);
        } else {
            self.step_back();
        }
    }

    fn or_say(&mut self, step: fn(&mut Self) -> bool, otherwise: &str) {
        if !step(self) {
            self.say(Tone::Info, self.t(otherwise));
        }
    }

    fn go_to_named(&mut self, name: &str) {
        if self.focused() == name && !self.on_board() {
            self.step_back();
        } else {
            self.go(name);
        }
    }

    fn view_numbered(&mut self, number: usize) {
        let boards = self.catalog.boards.iter().map(|board| board.name);
        let panes = self
            .catalog
            .panes
            .iter()
            .map(|pane| pane.about())
            .filter(|about| about.listed)
            .map(|about| about.name);
        if let Some(name) = boards.chain(panes).nth(number.saturating_sub(1)) {
            self.go(name);
        }
    }

    /// Esc: the pane closes its innermost thing; when there is none, one view back.
    fn back(&mut self) {
        let closed = self
            .catalog
            .panes
            .get_mut(self.here.focus)
            .is_some_and(|pane| pane.back());
        if closed {
            // What the pane shows may be more now, and it has not seen the facts.
            self.tell(self.here.focus, &Event::Changed);
        } else if !self.step_back() {
            self.say(Tone::Info, self.t("app.at_root"));
        }
    }

    /// `q`: one level back; at the root it asks once.
    fn quit(&mut self) {
        if self.step_back() {
            return;
        }
        if self.settings.confirm_quit {
            self.open(Layer::core(Overlay::quit(self)));
        } else {
            self.effects.push(Effect::Quit { keep: false });
        }
    }

    fn interrupt(&mut self) {
        let twice = self
            .interrupted
            .is_some_and(|at| super::world::since(at, self.now) <= TWICE);
        if twice {
            self.effects.push(Effect::Quit { keep: false });
        } else {
            self.interrupted = Some(self.now);
            self.say(Tone::Info, self.t("app.interrupt_again"));
        }
    }

    fn freeze(&mut self) {
        match self.frozen.take() {
            None => {
                self.frozen = Some(Frozen {
                    since: self.now,
                    ..Frozen::default()
                });
            }
            Some(frozen) => {
                let held = frozen.held.into_values().collect();
                self.fresh(held);
            }
        }
    }

    fn refresh(&mut self) {
        let area = self.area_of(self.here.focus);
        let Some(pane) = self.catalog.panes.get(self.here.focus) else {
            return;
        };
        let queries: Vec<_> = pane
            .needs(&self.context(area))
            .into_iter()
            .map(|want| want.query)
            .collect();
        // Accounts that were given up are tried again: the user asks for it.
        for health in &self.world.health {
            let paused = health.lamp == crate::domain::health::Lamp::Paused;
            if paused && queries.iter().any(|q| q.account() == &health.account) {
                self.effects.push(Effect::Resume(health.account.clone()));
            }
        }
        if !queries.is_empty() {
            self.effects.push(Effect::Refresh(queries));
        }
    }

    fn refresh_auto(&mut self) {
        self.auto = !self.auto;
        let said = if self.auto {
            "app.auto_on"
        } else {
            "app.auto_off"
        };
        self.say(Tone::Info, self.t(said));
    }

    fn copy_ids(&mut self, on: &[Subject]) {
        if on.is_empty() {
            self.say(Tone::Info, self.t("app.nothing_selected"));
            return;
        }
        let ids: Vec<String> = on.iter().map(Subject::id).collect();
        self.copy(ids.join("\n"));
    }

    fn copy_command(&mut self) {
        let repeat = self
            .catalog
            .panes
            .get(self.here.focus)
            .and_then(|pane| pane.repeat(&self.world));
        match repeat {
            Some(line) => {
                let line = Self::command_line(&self.settings.profile, &line);
                self.copy(line);
            }
            None => self.say(Tone::Info, self.t("app.no_command")),
        }
    }

    /// The whole command line: the program's name, the profile where it is not the default, and `rest`.
    pub(super) fn command_line(profile: &str, rest: &str) -> String {
        if profile.is_empty() || profile == "default" {
            format!("watchkeeper {rest}")
        } else {
            let mut line = "watchkeeper".to_owned();
            command_line::option(&mut line, "profile", profile);
            format!("{line} {rest}")
        }
    }
}
