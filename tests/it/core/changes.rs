//! Changes: nothing leaves without a dialog, everything that leaves has a ticket, nothing is sent twice.

use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::app::pane::Guard;
use watchkeeper::domain::account::SystemId;
use watchkeeper::domain::action::Receipt;
use watchkeeper::domain::error::{ApiError, Class};

use super::probe::{action, catalog};
use super::{Desk, settings};

fn acts(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Act { .. }))
        .count()
}

fn desk(guard: Guard) -> Desk {
    Desk::with(catalog(guard).0, settings())
}

#[test]
fn p2_01_nothing_is_changed_without_a_dialog() {
    let mut desk = desk(Guard::Button);
    assert_eq!(acts(&desk.press("a")), 0);
    assert!(desk.app.covered());
    let shown = desk.screen(80, 24);
    for part in [
        "Accept IM1?",
        "demo/huawei-coc",
        "cn-north-4",
        "It becomes yours.",
        "Targets: 1",
    ] {
        assert!(shown.contains(part), "{part} is missing:\n{shown}");
    }
}

#[test]
fn p2_02_enter_alone_cancels() {
    for guard in [
        Guard::Low,
        Guard::Button,
        Guard::Name("web".to_owned()),
        Guard::Count(3),
    ] {
        let mut desk = desk(guard);
        desk.press("a");
        assert_eq!(acts(&desk.press("<enter> <enter> <enter>")), 0);
    }
}

#[test]
fn the_button_carries_it_out_once() {
    let mut desk = desk(Guard::Button);
    desk.press("a");
    let effects = desk.press("<tab> <enter>");
    let sent: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Act {
                action,
                summary,
                command,
                ..
            } => Some((action, summary, command)),
            _ => None,
        })
        .collect();
    let [(sent, summary, command)] = sent.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(**sent, action());
    assert_eq!(*summary, "accept incident IM1");
    assert_eq!(*command, "watchkeeper --profile demo incident accept IM1");
    assert_eq!(desk.app.world().pending.len(), 1);
    // The dialog is gone: the same key does not press it again.
    assert_eq!(acts(&desk.press("<enter>")), 0);
}

#[test]
fn y_and_n_answer_only_the_lowest_risk() {
    let mut low = desk(Guard::Low);
    low.press("a");
    assert_eq!(acts(&low.press("n")), 0);
    low.press("a");
    assert_eq!(acts(&low.press("y")), 1);
    let mut button = desk(Guard::Button);
    button.press("a");
    assert_eq!(acts(&button.press("y y y")), 0);
}

#[test]
fn a_name_has_to_be_typed() {
    let mut desk = desk(Guard::Name("restart".to_owned()));
    desk.press("a");
    desk.type_text("restar");
    assert_eq!(acts(&desk.press("<tab> <tab> <enter>")), 0);
    desk.press("<esc> a");
    desk.type_text("restart");
    assert_eq!(acts(&desk.press("<enter> <enter>")), 1);
}

#[test]
fn tickets_ascend_even_when_time_stands_still() {
    let mut desk = desk(Guard::Low);
    let mut tickets = Vec::new();
    for _ in 0..3 {
        desk.press("a");
        tickets.extend(
            desk.press("y")
                .into_iter()
                .filter_map(|effect| match effect {
                    Effect::Act { ticket, .. } => Some(ticket),
                    _ => None,
                }),
        );
    }
    assert_eq!(tickets.len(), 3);
    assert!(tickets.is_sorted_by(|a, b| a < b), "{tickets:?}");
}

fn send(desk: &mut Desk) -> u64 {
    desk.press("a");
    desk.press("<tab> <enter>")
        .into_iter()
        .find_map(|effect| match effect {
            Effect::Act { ticket, .. } => Some(ticket),
            _ => None,
        })
        .unwrap()
}

#[test]
fn an_outcome_reaches_its_pane_the_journal_and_the_user() {
    let (catalog, told) = catalog(Guard::Button);
    let mut desk = Desk::with(catalog, settings());
    let ticket = send(&mut desk);
    let receipt = Receipt {
        summary: "incident IM1 accepted".into(),
        created: None,
        left_out: Vec::new(),
        request_id: Some("r-1".into()),
        refresh: Vec::new(),
        answer: None,
    };
    let effects = desk.tell(Message::Done(ticket, Ok(receipt)));
    assert!(effects.contains(&Effect::LoadJournal));
    assert!(desk.app.world().pending.is_empty());
    assert!(desk.screen(80, 24).contains("Done: accept incident IM1"));
    assert!(told.try_iter().any(|event| event.starts_with("Done")));
}

#[test]
fn what_was_done_in_part_names_the_rest_and_what_was_created_its_id() {
    let receipt = |created: Option<&str>, left_out: &[&str]| Receipt {
        summary: "2 of 3".into(),
        created: created.map(Into::into),
        left_out: left_out.iter().map(|name| (*name).into()).collect(),
        request_id: None,
        refresh: Vec::new(),
        answer: None,
    };
    for (receipt, said) in [
        (receipt(Some("IM9"), &[]), "Done, IM9: accept incident IM1"),
        (
            receipt(None, &["Li Wei", "77"]),
            "Done only in part: accept incident IM1. Not for: Li Wei, 77",
        ),
    ] {
        let mut desk = Desk::with(catalog(Guard::Button).0, settings());
        let ticket = send(&mut desk);
        desk.tell(Message::Done(ticket, Ok(receipt)));
        let shown = desk.screen(80, 24);
        assert!(shown.contains(said), "{shown}");
    }
}

#[test]
fn an_unknown_outcome_is_shown_as_unknown_and_never_repeated() {
    let mut desk = desk(Guard::Button);
    let ticket = send(&mut desk);
    let mut error = ApiError::new(
        Class::Network,
        SystemId::HuaweiCoc,
        "huawei-coc.x",
        "time-out",
    );
    error.outcome_unknown = true;
    let effects = desk.tell(Message::Done(ticket, Err(error)));
    assert_eq!(acts(&effects), 0);
    assert!(
        desk.screen(120, 24)
            .contains("Outcome unknown: accept incident IM1")
    );
    assert_eq!(desk.app.world().problems().len(), 1);
}

#[test]
fn p2_04_a_read_only_account_refuses_before_the_dialog() {
    let mut settings = settings();
    for account in &mut settings.accounts {
        account.read_only = true;
    }
    let mut desk = Desk::with(catalog(Guard::Low).0, settings);
    desk.press("a");
    assert!(!desk.app.covered());
    let shown = desk.screen(120, 24);
    assert!(shown.contains("read-only: nothing was sent"), "{shown}");
    assert!(shown.contains("READ-ONLY"));
}

#[test]
fn p2_08_what_vanished_is_not_acted_upon() {
    let mut desk = desk(Guard::Low);
    desk.press("/");
    desk.type_text("gone");
    desk.press("<enter> a");
    assert!(!desk.app.covered());
    assert!(desk.screen(80, 24).contains("This needs an incident"));
}

#[test]
fn p2_09_dialogs_stay_on_the_screen_and_too_small_screens_refuse() {
    let mut desk = desk(Guard::Button);
    desk.press("a");
    for (width, height) in [(60, 16), (61, 17), (80, 24)] {
        let shown = desk.screen(width, height);
        assert!(
            shown.contains("[ Cancel ]") && shown.contains("[ Accept ]"),
            "{shown}"
        );
    }
    desk.press("<esc>");
    desk.tell(Message::Resize(59, 15));
    desk.press("a");
    assert!(!desk.app.covered());
    assert!(desk.screen(59, 15).contains("Watchkeeper needs 60x16"));
}

#[test]
fn a_form_goes_to_its_pane_and_a_rejected_value_keeps_it_open() {
    let (catalog, told) = catalog(Guard::Low);
    let mut desk = Desk::with(catalog, settings());
    desk.press("e");
    desk.type_text("bad");
    desk.press("<enter> <enter>");
    assert!(desk.app.covered(), "a rejected value closes nothing");
    assert!(desk.screen(80, 24).contains("not this one"));
    desk.press("<c-u>");
    desk.type_text("qQ?.:/");
    desk.press("<enter> <enter>");
    assert!(!desk.app.covered());
    let heard: Vec<String> = told.try_iter().collect();
    assert!(
        heard.iter().any(|event| event.contains("qQ?.:/")),
        "{heard:?}"
    );
}
