//! Keys where something is typed, and keys that begin a sequence.

use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::app::pane::Guard;

use super::probe::catalog;
use super::{Desk, settings};

/// Every printable character of ASCII.
fn printable() -> String {
    (' '..='~').collect()
}

fn desk() -> Desk {
    Desk::with(catalog(Guard::Name("x".to_owned())).0, settings())
}

#[test]
fn p2_10_every_character_typed_in_an_input_lands_in_it() {
    let inputs = [
        ("/", "filter"),
        (":", "palette"),
        ("?", "help"),
        (".", "actions"),
        ("e", "form"),
        ("a", "dialog with a name"),
    ];
    for (key, input) in inputs {
        let mut desk = desk();
        desk.press(key);
        for c in printable().chars() {
            desk.type_text(&c.to_string());
            assert!(desk.app.covered(), "{c:?} closed {input}");
            let shown = desk.screen(120, 40);
            assert!(!shown.contains("Quit?"), "{c:?} in {input} ran a command");
        }
        if let Some(typed) = desk.app.typed() {
            assert_eq!(typed, printable(), "{input}");
        } else {
            assert_eq!(input, "dialog with a name");
        }
    }
}

#[test]
fn pasted_text_runs_no_keys() {
    let mut desk = desk();
    let effects = desk.tell(Message::Paste("qQ:q!\n".to_owned()));
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Quit { .. }))
    );
    desk.press(":");
    desk.tell(Message::Paste("q!\n".to_owned()));
    assert!(desk.app.covered());
    assert_eq!(desk.app.typed().unwrap().trim(), "q!");
}

#[test]
fn escape_takes_a_filter_back_that_was_being_typed() {
    let (catalog, told) = catalog(Guard::Low);
    let mut desk = Desk::with(catalog, settings());
    desk.press("/");
    desk.type_text("ab");
    desk.press("<esc>");
    let heard: Vec<String> = told
        .try_iter()
        .filter(|event| event.starts_with("Filter"))
        .collect();
    assert_eq!(
        heard,
        [r#"Filter("a")"#, r#"Filter("ab")"#, r#"Filter("")"#]
    );
}

#[test]
fn a_begun_sequence_shows_how_it_goes_on_after_a_moment() {
    let mut desk = desk();
    let effects = desk.press("g");
    let wakes = effects.iter().any(|effect| match effect {
        Effect::WakeAt(Some(at)) => at.duration_since(desk.now).as_millis() == 300,
        _ => false,
    });
    assert!(wakes, "{effects:?}");
    assert!(!desk.screen(120, 40).contains("incident"));
    desk.wait(1);
    desk.tell(Message::Woke);
    let shown = desk.screen(120, 40);
    assert!(
        shown.contains("i incident") && shown.contains("g top"),
        "{shown}"
    );
    desk.press("<esc>");
    assert!(!desk.screen(120, 40).contains("i incident"));
}

#[test]
fn a_sequence_that_means_nothing_is_swallowed_whole() {
    let mut desk = desk();
    // `a` alone would ask before it changes something.
    desk.press("g a");
    assert!(!desk.app.covered());
    assert!(desk.screen(80, 24).contains("ga does nothing"));
    desk.press("a");
    assert!(desk.app.covered());
}

#[test]
fn who_reads_about_something_can_act_on_it() {
    let mut desk = desk();
    desk.press("d");
    assert!(desk.app.covered());
    desk.press("a");
    let asked = desk.screen(80, 24);
    assert!(asked.contains("Cancel"), "{asked}");
    desk.press("<esc>");
    assert!(!desk.app.covered());
}

#[test]
fn ctrl_c_twice_within_two_seconds_quits_and_changes_nothing() {
    let mut desk = desk();
    assert!(!desk.press("<c-c>").contains(&Effect::Quit { keep: false }));
    desk.wait(3);
    assert!(!desk.press("<c-c>").contains(&Effect::Quit { keep: false }));
    desk.wait(1);
    assert!(desk.press("<c-c>").contains(&Effect::Quit { keep: false }));
}

#[test]
fn ctrl_c_closes_what_asks() {
    let mut desk = desk();
    desk.press(": <c-c>");
    assert!(!desk.app.covered());
}

#[test]
fn p2_03_control_keys_change_nothing() {
    let program = Desk::new();
    let dangerous = program
        .app
        .commands()
        .iter()
        .filter(|bound| bound.command.danger == watchkeeper::app::command::Danger::Changes);
    for bound in dangerous {
        for key in bound.command.keys {
            assert!(!key.contains("<c-"), "{} on {key}", bound.command.name);
        }
    }
}
