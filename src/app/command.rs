//! The command table: the only place where a key is written. Help, hints, palette and docs/keys.md come from it.

use super::subject::Kind;

/// How dangerous a command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// Looks, moves, or changes something on the screen only.
    None,
    /// Opens a dialog or form that can change something in a cloud.
    Changes,
}

/// Where a command works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// While the pane that declares it has the focus.
    Pane,
    /// Whoever has the focus. The pane that declares it is told, with the subjects of the focused pane.
    Anywhere,
}

/// Something a user can do. Its sentence is the text `command.<name>` in `locales/*.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Its name, for example `move.down` or `incident.accept`.
    pub name: &'static str,
    /// Its default keys in the notation of the key map: `j`, `<down>`, `g g`, `<c-d>`.
    pub keys: &'static [&'static str],
    /// How dangerous.
    pub danger: Danger,
    /// Where it works.
    pub scope: Scope,
    /// The sorts of subject it works on; empty when it needs none.
    pub on: &'static [Kind],
    /// Is it named in the line of hints while its pane has the focus?
    pub hinted: bool,
}

impl Command {
    /// A harmless command.
    pub const fn new(name: &'static str, keys: &'static [&'static str]) -> Self {
        Self {
            name,
            keys,
            danger: Danger::None,
            scope: Scope::Pane,
            on: &[],
            hinted: false,
        }
    }

    /// A command that leads to a change.
    pub const fn changes(name: &'static str, keys: &'static [&'static str]) -> Self {
        let mut command = Self::new(name, keys);
        command.danger = Danger::Changes;
        command
    }

    /// The same, working on these sorts of subject only.
    #[must_use]
    pub const fn on(mut self, kinds: &'static [Kind]) -> Self {
        self.on = kinds;
        self
    }

    /// The same, working whoever has the focus.
    #[must_use]
    pub const fn anywhere(mut self) -> Self {
        self.scope = Scope::Anywhere;
        self
    }

    /// The same, named in the line of hints.
    #[must_use]
    pub const fn hinted(mut self) -> Self {
        self.hinted = true;
        self
    }
}

/// A line of the core's own table: a command, the kind of view it works in and the chapter it is listed in.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Chapter of help and docs/keys.md; its title is the text `chapter.<chapter>`.
    pub chapter: &'static str,
    /// The mode of the key map: [`GLOBAL`], [`INPUT`], …
    pub mode: &'static str,
    /// The command.
    pub command: Command,
}

/// Works in every view, unless text is typed or something lies over it.
pub const GLOBAL: &str = "global";
/// Commands of panes that work anywhere.
pub const ANYWHERE: &str = "anywhere";
/// A text to read lies over the view.
pub const DOCUMENT: &str = "document";
/// Something is chosen from a list while its filter is typed: palette, help, pickers, action menu.
pub const CHOICE: &str = "choice";
/// A dialog asks for a decision.
pub const DIALOG: &str = "dialog";
/// A line is typed: the filter, an answer.
pub const INPUT: &str = "input";
/// A form is filled in.
pub const FORM: &str = "form";

const fn row(
    chapter: &'static str,
    mode: &'static str,
    name: &'static str,
    keys: &'static [&'static str],
) -> Row {
    Row {
        chapter,
        mode,
        command: Command::new(name, keys),
    }
}

/// The core's commands with their default keys.
pub const CORE: &[Row] = &[
    row("move", GLOBAL, "move.down", &["j", "<down>"]),
    row("move", GLOBAL, "move.up", &["k", "<up>"]),
    row("move", GLOBAL, "move.top", &["g g", "<home>"]),
    row("move", GLOBAL, "move.bottom", &["G", "<end>"]),
    row("move", GLOBAL, "move.half_down", &["<c-d>"]),
    row("move", GLOBAL, "move.half_up", &["<c-u>"]),
    row("move", GLOBAL, "move.page_down", &["<c-f>", "<pagedown>"]),
    row("move", GLOBAL, "move.page_up", &["<c-b>", "<pageup>"]),
    row("move", GLOBAL, "move.left", &["h", "<left>"]),
    row("move", GLOBAL, "move.right", &["l", "<right>"]),
    row("move", GLOBAL, "focus.next", &["<tab>"]),
    row("move", GLOBAL, "focus.prev", &["<s-tab>"]),
    row("move", GLOBAL, "view.1", &["1"]),
    row("move", GLOBAL, "view.2", &["2"]),
    row("move", GLOBAL, "view.3", &["3"]),
    row("move", GLOBAL, "view.4", &["4"]),
    row("move", GLOBAL, "view.5", &["5"]),
    row("move", GLOBAL, "view.6", &["6"]),
    row("move", GLOBAL, "view.7", &["7"]),
    row("move", GLOBAL, "view.8", &["8"]),
    row("move", GLOBAL, "view.9", &["9"]),
    row("move", GLOBAL, "view.all", &["0"]),
    row("go", GLOBAL, "open", &["<enter>"]),
    row("go", GLOBAL, "full", &["f"]),
    row("go", GLOBAL, "back", &["<esc>"]),
    row("go", GLOBAL, "quit", &["q"]),
    row("go", GLOBAL, "quit.keep", &["Q"]),
    row("go", GLOBAL, "interrupt", &["<c-c>"]),
    row("go", GLOBAL, "suspend", &["<c-z>"]),
    row("go", GLOBAL, "palette", &[":"]),
    row("go", GLOBAL, "history.back", &["[ ["]),
    row("go", GLOBAL, "history.forward", &["] ]"]),
    row("go", GLOBAL, "history.last", &["-"]),
    row("go", GLOBAL, "related", &["g r"]),
    row("go", GLOBAL, "owner", &["J"]),
    row("go", GLOBAL, "go.incident", &["g i"]),
    row("go", GLOBAL, "go.metric", &["g m"]),
    row("go", GLOBAL, "go.policy", &["g p"]),
    row("go", GLOBAL, "go.warroom", &["g w"]),
    row("find", GLOBAL, "filter", &["/"]),
    row("find", GLOBAL, "sort", &["S"]),
    row("find", GLOBAL, "sort.invert", &["I"]),
    row("find", GLOBAL, "wide", &["w"]),
    row("find", GLOBAL, "columns", &["z c"]),
    row("find", GLOBAL, "column.hide", &["z h"]),
    row("find", GLOBAL, "center", &["z z"]),
    row("mark", GLOBAL, "mark", &["<space>"]),
    row("mark", GLOBAL, "mark.range", &["v"]),
    row("mark", GLOBAL, "mark.down", &["<s-down>"]),
    row("mark", GLOBAL, "mark.up", &["<s-up>"]),
    row("mark", GLOBAL, "mark.clear", &["u"]),
    row("look", GLOBAL, "describe", &["d"]),
    row("look", GLOBAL, "copy.id", &["y"]),
    row("look", GLOBAL, "copy.field", &["Y"]),
    row("look", GLOBAL, "copy.command", &["C"]),
    row("look", GLOBAL, "raw", &["i"]),
    row("look", GLOBAL, "rates", &["z u"]),
    row("look", GLOBAL, "freeze", &["p"]),
    row("look", GLOBAL, "refresh", &["r", "<c-r>"]),
    row("look", GLOBAL, "refresh.auto", &["R"]),
    row("act", GLOBAL, "actions", &[".", "<menu>"]),
    row("act", GLOBAL, "round.show", &["z l"]),
    row("act", GLOBAL, "workspace.pin", &["m"]),
    row("act", GLOBAL, "workspace.go", &["'"]),
    row("act", GLOBAL, "workspace.unpin", &["M"]),
    row("tool", GLOBAL, "help", &["?", "<f1>"]),
    row("tool", GLOBAL, "log", &["@"]),
    row("tool", GLOBAL, "problems", &["!"]),
    row("tool", GLOBAL, "tasks", &["&"]),
    row("tool", GLOBAL, "redraw", &["<c-l>"]),
    row("document", DOCUMENT, "move.down", &["j", "<down>"]),
    row("document", DOCUMENT, "move.up", &["k", "<up>"]),
    row("document", DOCUMENT, "move.top", &["g g", "<home>"]),
    row("document", DOCUMENT, "move.bottom", &["G", "<end>"]),
    row("document", DOCUMENT, "move.half_down", &["<c-d>"]),
    row("document", DOCUMENT, "move.half_up", &["<c-u>"]),
    row(
        "document",
        DOCUMENT,
        "move.page_down",
        &["<c-f>", "<pagedown>", "<space>"],
    ),
    row("document", DOCUMENT, "move.page_up", &["<c-b>", "<pageup>"]),
    row("document", DOCUMENT, "filter", &["/"]),
    row("document", DOCUMENT, "match.next", &["n"]),
    row("document", DOCUMENT, "match.prev", &["N"]),
    row("document", DOCUMENT, "copy.id", &["y"]),
    row("document", DOCUMENT, "back", &["<esc>", "q", "<enter>"]),
    row("document", DOCUMENT, "help", &["?", "<f1>"]),
    row("choice", CHOICE, "move.down", &["<down>", "<c-n>"]),
    row("choice", CHOICE, "move.up", &["<up>", "<c-p>"]),
    row("choice", CHOICE, "move.page_down", &["<pagedown>"]),
    row("choice", CHOICE, "move.page_up", &["<pageup>"]),
    row("choice", CHOICE, "open", &["<enter>"]),
    row("choice", CHOICE, "complete", &["<tab>"]),
    row("choice", CHOICE, "back", &["<esc>"]),
    row("input", INPUT, "open", &["<enter>"]),
    row("input", INPUT, "back", &["<esc>"]),
    row("input", INPUT, "input.older", &["<up>"]),
    row("input", INPUT, "input.newer", &["<down>"]),
    row("dialog", DIALOG, "dialog.next", &["<tab>", "<right>"]),
    row("dialog", DIALOG, "dialog.prev", &["<s-tab>", "<left>"]),
    row("dialog", DIALOG, "open", &["<enter>"]),
    row("dialog", DIALOG, "dialog.yes", &["y"]),
    row("dialog", DIALOG, "dialog.no", &["n"]),
    row("dialog", DIALOG, "move.down", &["<down>", "<pagedown>"]),
    row("dialog", DIALOG, "move.up", &["<up>", "<pageup>"]),
    row("dialog", DIALOG, "back", &["<esc>"]),
];

/// The core's command with this name in [`GLOBAL`], or in any mode.
pub fn core(name: &str) -> Option<&'static Command> {
    CORE.iter()
        .find(|row| row.command.name == name)
        .map(|row| &row.command)
}
