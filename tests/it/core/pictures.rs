//! The screen at every size, and what the bars say.

use watchkeeper::app::message::Message;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::health::{AccountHealth, Lamp};
use watchkeeper::ui::lang::Lang;

use super::{Desk, settings};

#[test]
fn drawing_never_fails_at_any_size() {
    let mut desk = Desk::new();
    for keys in ["", ":", "?", ".", "/", "q", "S"] {
        if !keys.is_empty() {
            desk.press(keys);
        }
        for width in [1, 2, 3, 7, 20, 59, 60, 61, 80, 100, 120, 200] {
            for height in [1, 2, 3, 5, 15, 16, 17, 24, 40, 60] {
                desk.tell(Message::Resize(width, height));
                desk.screen(width, height);
            }
        }
        desk.tell(Message::Resize(120, 40));
        desk.press("<esc>");
    }
}

#[test]
fn below_the_minimum_the_needed_size_is_said() {
    let shown = Desk::new().screen(40, 10);
    assert!(
        shown.contains("60x16") && shown.contains("40x10"),
        "{shown}"
    );
}

#[test]
fn the_bars_name_profile_regions_accounts_and_calls_left() {
    let mut desk = Desk::new();
    let health = |system, left, limit| AccountHealth {
        traffic: 0,
        account: AccountId::new("demo", system),
        lamp: Lamp::Live,
        left,
        limit,
        in_flight: 0,
        error: None,
        next_try: None,
        clock_offset: None,
    };
    desk.tell(Message::Health(vec![
        health(SystemId::KscMonitor, 171, 180),
        health(SystemId::HuaweiEsm, 52, 60),
        health(SystemId::HuaweiCoc, 0, 0),
    ]));
    let shown = desk.screen(160, 40);
    for part in [
        "watchkeeper",
        "demo",
        "ksc cn-beijing-6",
        "tc gz",
        "3/3 live",
        "03:12 +00",
        "KSC 171/180",
        "ESM 52/60",
        "COC ok",
        "? help",
    ] {
        assert!(shown.contains(part), "{part} is missing:\n{shown}");
    }
    // The account is always on the screen.
    assert!(desk.screen(60, 16).lines().next().unwrap().contains("demo"));
}

#[test]
fn production_and_read_only_are_marked() {
    let mut settings = settings();
    settings.accounts[0].production = true;
    settings.accounts[1].read_only = true;
    let desk = Desk::with(watchkeeper::panes::catalog(), settings);
    let title = desk.screen(120, 24);
    assert!(title.contains("PROD") && title.contains("READ-ONLY"));
}

#[test]
fn hints_name_the_keys_of_the_live_map() {
    let mut settings = settings();
    settings.keys = vec![("help".to_owned(), vec!["<f2>".to_owned()])];
    let desk = Desk::with(watchkeeper::panes::catalog(), settings);
    assert!(desk.screen(160, 40).contains("F2 help"));
}

#[test]
fn every_view_is_drawn_in_both_languages_without_missing_texts() {
    for lang in [Lang::En, Lang::ZhCn] {
        let mut settings = settings();
        settings.lang = lang;
        let mut desk = Desk::with(watchkeeper::panes::catalog(), settings);
        let names: Vec<&str> = watchkeeper::panes::catalog()
            .panes
            .iter()
            .map(|pane| pane.about().name)
            .collect();
        for name in names {
            desk.press(":");
            desk.type_text(name);
            desk.press("<enter>");
            let shown = desk.screen(160, 40);
            for section in ["app.", "command.", "hint.", "chapter.", "kind.", "lamp."] {
                let missing = shown
                    .split_whitespace()
                    .find(|word| word.starts_with(section));
                assert_eq!(missing, None, "{lang:?} {name}");
            }
        }
    }
}
