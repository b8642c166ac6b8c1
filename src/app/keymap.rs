//! The live key map: the core's table, the panes' commands and the user's own keys.

use crate::ui::keys::{Binding, Keymap, KeymapError};

use super::Bound;
use super::command::{ANYWHERE, CORE, Scope};
use super::settings::Catalog;

/// Every command of the program: the core's own, then the panes'.
pub fn collect(catalog: &Catalog) -> Vec<Bound> {
    let core = CORE.iter().map(|row| Bound {
        command: row.command,
        pane: None,
        mode: row.mode,
        chapter: row.chapter,
    });
    let panes = catalog.panes.iter().enumerate().flat_map(|(index, pane)| {
        let about = pane.about();
        about.commands.iter().map(move |command| Bound {
            command: *command,
            pane: Some(index),
            mode: match command.scope {
                Scope::Pane => about.name,
                Scope::Anywhere => ANYWHERE,
            },
            chapter: about.name,
        })
    });
    core.chain(panes).collect()
}

/// The map of these commands, with the user's own keys instead of the default ones.
pub fn build(commands: &[Bound], own: &[(String, Vec<String>)]) -> (Keymap, Vec<KeymapError>) {
    let bindings: Vec<Binding> = commands
        .iter()
        .map(|bound| Binding {
            mode: bound.mode,
            command: bound.command.name,
            keys: bound.command.keys,
        })
        .collect();
    Keymap::new(&bindings, own)
}
