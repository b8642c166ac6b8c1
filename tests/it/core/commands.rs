//! The command table: complete, described in both languages, without conflicts, and the documentation made from it.

use std::collections::BTreeMap;

use watchkeeper::app::command::{ANYWHERE, Danger, GLOBAL};
use watchkeeper::ui::keys::parse_sequence;
use watchkeeper::ui::lang::Lang;

use super::Desk;

/// What the default keys must do, of the recommended key map: what has a meaning so far.
const RECOMMENDED: &[(&str, &str)] = &[
    ("j", "move.down"),
    ("k", "move.up"),
    ("<down>", "move.down"),
    ("<up>", "move.up"),
    ("g g", "move.top"),
    ("G", "move.bottom"),
    ("<home>", "move.top"),
    ("<end>", "move.bottom"),
    ("<c-d>", "move.half_down"),
    ("<c-u>", "move.half_up"),
    ("<c-f>", "move.page_down"),
    ("<c-b>", "move.page_up"),
    ("<pagedown>", "move.page_down"),
    ("<pageup>", "move.page_up"),
    ("h", "move.left"),
    ("l", "move.right"),
    ("<left>", "move.left"),
    ("<right>", "move.right"),
    ("<tab>", "focus.next"),
    ("<s-tab>", "focus.prev"),
    ("1", "view.1"),
    ("9", "view.9"),
    ("0", "view.all"),
    ("<enter>", "open"),
    ("<esc>", "back"),
    ("q", "quit"),
    ("Q", "quit.keep"),
    ("<c-c>", "interrupt"),
    ("<c-z>", "suspend"),
    (":", "palette"),
    ("[ [", "history.back"),
    ("] ]", "history.forward"),
    ("-", "history.last"),
    ("g r", "related"),
    ("J", "owner"),
    ("g i", "go.incident"),
    ("g m", "go.metric"),
    ("g p", "go.policy"),
    ("g w", "go.warroom"),
    ("/", "filter"),
    ("S", "sort"),
    ("I", "sort.invert"),
    ("w", "wide"),
    ("z c", "columns"),
    ("z h", "column.hide"),
    ("z z", "center"),
    ("<space>", "mark"),
    ("v", "mark.range"),
    ("<s-down>", "mark.down"),
    ("<s-up>", "mark.up"),
    ("u", "mark.clear"),
    ("d", "describe"),
    ("y", "copy.id"),
    ("Y", "copy.field"),
    ("C", "copy.command"),
    ("i", "raw"),
    ("p", "freeze"),
    ("r", "refresh"),
    ("<c-r>", "refresh"),
    ("R", "refresh.auto"),
    (".", "actions"),
    ("<menu>", "actions"),
    ("?", "help"),
    ("<f1>", "help"),
    ("@", "log"),
    ("!", "problems"),
    ("&", "tasks"),
    ("<c-l>", "redraw"),
];

#[test]
fn the_default_keys_are_the_recommended_ones() {
    let desk = Desk::new();
    for (keys, name) in RECOMMENDED {
        let keys = parse_sequence(keys).unwrap();
        let bound = desk.app.keymap().keys_for(name);
        assert!(
            bound.contains(&(GLOBAL, keys.clone())),
            "{name} is not on {keys:?}"
        );
    }
}

#[test]
fn every_command_has_a_sentence_in_both_languages() {
    let desk = Desk::new();
    for bound in desk.app.commands() {
        let key = format!("command.{}", bound.command.name);
        for lang in [Lang::En, Lang::ZhCn] {
            assert_ne!(lang.t(&key), key, "{lang:?} has no {key}");
        }
    }
}

#[test]
fn no_key_has_two_meanings_in_one_view() {
    let desk = Desk::new();
    let mut modes: Vec<&str> = desk.app.commands().iter().map(|bound| bound.mode).collect();
    modes.dedup();
    for mode in modes {
        let mut meanings: BTreeMap<Vec<String>, &str> = BTreeMap::new();
        let together =
            |of: &str| of == mode || (is_pane(&desk, mode) && (of == GLOBAL || of == ANYWHERE));
        for bound in desk
            .app
            .commands()
            .iter()
            .filter(|bound| together(bound.mode))
        {
            for keys in bound.command.keys {
                let keys: Vec<String> = keys.split(' ').map(str::to_owned).collect();
                let name = bound.command.name;
                let other = *meanings.entry(keys.clone()).or_insert(name);
                // A view of another kind may give a key of the core a meaning of its own, but a harmless one.
                let shadows = mode == bound.mode
                    && bound.command.danger == Danger::None
                    && is_core(&desk, other);
                assert!(
                    other == name || shadows,
                    "{keys:?} in {mode}: {other}, {name}"
                );
            }
        }
        for (keys, name) in &meanings {
            for length in 1..keys.len() {
                let prefix = &keys[..length];
                assert_eq!(
                    meanings.get(prefix),
                    None,
                    "{prefix:?} begins {name} in {mode}"
                );
            }
        }
    }
}

fn is_core(desk: &Desk, name: &str) -> bool {
    desk.app
        .commands()
        .iter()
        .any(|bound| bound.command.name == name && bound.mode == GLOBAL)
}

fn is_pane(desk: &Desk, mode: &str) -> bool {
    desk.app
        .commands()
        .iter()
        .any(|bound| bound.mode == mode && bound.pane.is_some())
}

#[test]
fn every_default_key_is_in_the_map() {
    let desk = Desk::new();
    assert_eq!(desk.app.world().problems(), [], "the key map has mistakes");
}

#[test]
fn own_keys_replace_the_default_ones() {
    let mut settings = super::settings();
    settings.keys = vec![("help".to_owned(), vec!["<c-h>".to_owned()])];
    let mut desk = Desk::with(watchkeeper::panes::catalog(), settings);
    desk.press("?");
    assert!(!desk.app.covered());
    desk.press("<c-h>");
    assert!(desk.app.covered());
}

#[test]
fn the_keys_document_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
    let made = Desk::new().app.keys_document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/keys.md is out of date: UPDATE_DOCS=1 cargo test --test it keys_document"
    );
}
