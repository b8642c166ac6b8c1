//! Views, the way back, the focus, freezing and refreshing.

use std::time::Duration;

use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::query::{Facts, Priority, Query, Update, Want};
use watchkeeper::domain::record::{Record, Stored};

use super::{Desk, settings};

fn watched(effects: &[Effect]) -> Option<&Vec<Want>> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Watch(wants) => Some(wants),
        _ => None,
    })
}

fn policies() -> Query {
    Query::Policies(AccountId::new("demo", SystemId::KscMonitor))
}

fn answer(desk: &Desk, query: Query, facts: Facts) -> Message {
    Message::Fresh(vec![Update {
        query,
        at: desk.now,
        result: Ok(facts),
    }])
}

#[test]
fn the_start_asks_for_what_is_on_the_screen() {
    let mut desk = Desk::with(watchkeeper::panes::catalog(), settings());
    let mut app = watchkeeper::app::App::new(watchkeeper::panes::catalog(), settings());
    app.update(desk.now, Message::Resize(120, 40));
    let effects = app.start(desk.now);
    assert!(effects.contains(&Effect::LoadJournal));
    let wants = watched(&effects).unwrap();
    assert!(wants.iter().any(|want| want.query == policies()));
    let focused = wants
        .iter()
        .filter(|want| want.priority == Priority::Focused);
    assert!(focused.count() > 0);
    // Only what is on the screen is asked for.
    let effects = desk.press(": j o u r n a l <enter>");
    let wants = watched(&effects).unwrap();
    assert!(
        !wants.iter().any(|want| want.query == policies()),
        "{wants:?}"
    );
}

#[test]
fn p2_51_q_goes_back_one_level_and_asks_once_at_the_root() {
    let mut desk = Desk::new();
    desk.press(": p o l i c i e s <enter>");
    assert_eq!(desk.app.focused(), "policies");
    assert_eq!(
        desk.press("q")
            .iter()
            .filter(|e| matches!(e, Effect::Quit { .. }))
            .count(),
        0
    );
    assert_eq!(desk.app.focused(), "alarms");
    desk.press("q");
    assert!(desk.screen(80, 24).contains("Quit?"));
    assert!(
        desk.press("<enter>")
            .iter()
            .all(|e| !matches!(e, Effect::Quit { .. }))
    );
    desk.press("q");
    assert!(desk.press("y").contains(&Effect::Quit { keep: false }));
}

#[test]
fn p2_55_capital_q_leaves_the_screen_as_text_without_asking() {
    assert_eq!(Desk::new().press("Q"), [Effect::Quit { keep: true }]);
    let mut desk = Desk::new();
    assert!(
        desk.press(": q ! <enter>")
            .contains(&Effect::Quit { keep: false })
    );
}

#[test]
fn the_way_back_has_a_way_forward() {
    let mut desk = Desk::new();
    desk.press(": p o l i c i e s <enter> : c o n t a c t s <enter>");
    desk.press("[ [");
    assert_eq!(desk.app.focused(), "policies");
    desk.press("] ]");
    assert_eq!(desk.app.focused(), "contacts");
    desk.press("-");
    assert_eq!(desk.app.focused(), "policies");
    desk.press("-");
    assert_eq!(desk.app.focused(), "contacts");
    desk.press("<esc> <esc> <esc> <esc> <esc> <esc>");
    assert_eq!(desk.app.focused(), "alarms");
}

#[test]
fn tab_moves_the_focus_over_the_dashboard_and_back() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut desk = Desk::new();
        desk.tell(Message::Resize(width, height));
        let mut seen = vec![desk.app.focused()];
        loop {
            desk.press("<tab>");
            if desk.app.focused() == seen[0] {
                break;
            }
            assert!(!seen.contains(&desk.app.focused()), "{seen:?}");
            seen.push(desk.app.focused());
        }
        assert!(
            seen.contains(&"policies") && seen.contains(&"contacts"),
            "{seen:?}"
        );
        desk.press("<s-tab>");
        assert_eq!(desk.app.focused(), *seen.last().unwrap());
    }
}

#[test]
fn f_shows_the_focused_pane_alone_and_goes_back() {
    let mut desk = Desk::new();
    desk.press("<tab> f");
    let focused = desk.app.focused();
    assert!(!desk.screen(120, 40).contains("Contacts"));
    desk.press("f");
    assert!(desk.screen(120, 40).contains("Contacts"));
    assert_eq!(desk.app.focused(), focused);
}

#[test]
fn the_palette_takes_names_aliases_filters_and_says_what_it_does_not_know() {
    let mut desk = Desk::new();
    desk.press(": p o <enter>");
    assert_eq!(desk.app.focused(), "policies");
    desk.press(":");
    desk.type_text("contacts /wang");
    desk.press("<enter>");
    assert_eq!(desk.app.focused(), "contacts");
    assert!(desk.screen(120, 40).contains("/wang"));
    desk.press(":");
    desk.type_text("zzzz");
    desk.press("<enter>");
    assert!(desk.screen(120, 40).contains("Nothing matches"));
}

#[test]
fn p2_49_help_is_searched_and_run_and_menus_say_why_not() {
    let mut desk = Desk::new();
    desk.press("?");
    desk.type_text("went wrong");
    desk.press("<enter>");
    assert_eq!(desk.app.focused(), "problems");
    desk.press(".");
    let shown = desk.screen(120, 40);
    assert!(shown.contains("This needs"), "{shown}");
}

#[test]
fn p2_53_a_frozen_view_holds_updates_back_and_takes_them_in_later() {
    let mut desk = Desk::new();
    desk.press("p");
    let message = answer(&desk, policies(), Facts::Policies(Vec::new()));
    desk.tell(message);
    assert!(desk.app.world().facts(&policies()).is_none());
    assert!(
        desk.screen(120, 40).contains("1 held back"),
        "{}",
        desk.screen(120, 40)
    );
    desk.press("p");
    assert!(desk.app.world().facts(&policies()).is_some());
}

#[test]
fn a_frozen_screen_wakes_for_nothing() {
    let mut desk = Desk::new();
    let effects = desk.press("p");
    assert!(effects.contains(&Effect::WakeAt(None)), "{effects:?}");
}

#[test]
fn refresh_asks_again_and_capital_r_stops_asking() {
    let mut desk = Desk::new();
    let effects = desk.press("r");
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Refresh(q) if !q.is_empty()))
    );
    let effects = desk.press("R");
    let wants = watched(&effects).unwrap();
    assert!(
        wants
            .iter()
            .all(|want| want.every >= Duration::from_secs(3600))
    );
    assert!(desk.screen(120, 40).contains("NO REFRESH"));
}

#[test]
fn p2_34_without_the_terminals_focus_less_is_asked() {
    let mut desk = Desk::new();
    let effects = desk.tell(Message::Focus(false));
    let slow = watched(&effects)
        .unwrap()
        .iter()
        .map(|w| w.every)
        .min()
        .unwrap();
    let effects = desk.tell(Message::Focus(true));
    let fast = watched(&effects)
        .unwrap()
        .iter()
        .map(|w| w.every)
        .min()
        .unwrap();
    assert_eq!(slow, fast * 4);
}

#[test]
fn the_other_keys_do_what_they_say() {
    let mut desk = Desk::new();
    assert!(desk.press("<c-z>").contains(&Effect::Suspend));
    assert!(desk.press("<c-l>").contains(&Effect::Redraw));
    desk.press("@");
    assert_eq!(desk.app.focused(), "journal");
    desk.press("@");
    assert_eq!(desk.app.focused(), "alarms");
    desk.press("!");
    assert_eq!(desk.app.focused(), "problems");
    desk.press("&");
    assert_eq!(desk.app.focused(), "budget");
    desk.press("0");
    assert_eq!(desk.app.focused(), "alarms");
    desk.press("2");
    assert_eq!(desk.app.focused(), "alarms");
    assert!(!desk.screen(120, 40).contains("Contacts"));
}

#[test]
fn p2_20_sort_order_columns_and_filters_are_kept_for_the_next_time() {
    let mut desk = Desk::new();
    desk.press(": p o <enter>");
    let mut effects = desk.press("z h S");
    desk.type_text("name");
    effects.extend(desk.press("<enter> I /"));
    desk.type_text("cpu");
    effects.extend(desk.press("<enter>"));
    let mut kept: Vec<(String, String)> = Vec::new();
    for effect in effects {
        if let Effect::Save(Record::Setting(name, text)) = effect {
            kept.retain(|(known, _)| *known != name);
            kept.push((name, text));
        }
    }
    assert_eq!(kept.len(), 2, "{kept:?}");
    let mut next = Desk::new();
    next.tell(Message::Stored(Stored::Settings(kept)));
    next.press(": p o <enter> /");
    next.press("<up>");
    assert_eq!(next.app.typed().as_deref(), Some("cpu"));
    next.press("<esc>");
    let shown = next.screen(120, 40);
    assert!(
        shown.contains("NAME▾") && !shown.contains("OBJECTS"),
        "{shown}"
    );
}

#[test]
fn health_that_is_the_same_draws_nothing() {
    let mut desk = Desk::new();
    desk.app.drawn();
    desk.tell(Message::Health(Vec::new()));
    assert!(!desk.app.dirty());
    desk.press("j");
    assert!(desk.app.dirty());
}
