//! Whatever happens, in whatever order: no panic, and the focus is on something.

use jiff::Timestamp;
use proptest::prelude::*;
use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::app::pane::Guard;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::error::{ApiError, Class};
use watchkeeper::domain::query::{Facts, Query, Update};
use watchkeeper::ui::keys::Key;

use super::probe::catalog;
use super::{Desk, settings};

/// Keys that mean something somewhere.
const KEYS: [&str; 64] = [
    "j",
    "k",
    "g",
    "G",
    "<c-d>",
    "<c-u>",
    "<c-f>",
    "<c-b>",
    "h",
    "l",
    "<tab>",
    "<s-tab>",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "0",
    "<enter>",
    "<esc>",
    "q",
    "<c-c>",
    ":",
    "[",
    "]",
    "-",
    "r",
    "J",
    "i",
    "m",
    "p",
    "w",
    "/",
    "S",
    "I",
    "z",
    "c",
    "<space>",
    "v",
    "u",
    "d",
    "y",
    "Y",
    "C",
    "R",
    ".",
    "?",
    "@",
    "!",
    "&",
    "a",
    "e",
    "x",
    "n",
    "f",
    "<up>",
    "<down>",
    "<left>",
    "<right>",
    "<backspace>",
    "告",
    "<c-l>",
];

fn key() -> impl Strategy<Value = Message> {
    prop_oneof![
        9 => (0..KEYS.len()).prop_map(|at| Message::Key(KEYS[at].parse().unwrap())),
        1 => any::<char>()
            .prop_filter("printable", |c| !c.is_control() && *c != ' ')
            .prop_map(|c| Message::Key(format!("<c-{c}>").parse::<Key>().unwrap())),
    ]
}

fn facts() -> impl Strategy<Value = Message> {
    let account = AccountId::new("demo", SystemId::KscMonitor);
    (0..3u8, any::<bool>()).prop_map(move |(which, good)| {
        let (query, facts) = match which {
            0 => (Query::Alarms(account.clone()), Facts::Alarms(Vec::new())),
            1 => (
                Query::Policies(account.clone()),
                Facts::Policies(Vec::new()),
            ),
            _ => (
                Query::Contacts(account.clone()),
                Facts::Contacts {
                    groups: Vec::new(),
                    people: Vec::new(),
                },
            ),
        };
        let result = if good {
            Ok(facts)
        } else {
            Err(ApiError::new(
                Class::Network,
                SystemId::KscMonitor,
                "",
                "cut",
            ))
        };
        Message::Fresh(vec![Update {
            query,
            at: Timestamp::UNIX_EPOCH,
            result,
        }])
    })
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        20 => key(),
        2 => facts(),
        1 => (0u16..250, 0u16..80).prop_map(|(w, h)| Message::Resize(w, h)),
        1 => any::<bool>().prop_map(Message::Focus),
        1 => ".{0,12}".prop_map(Message::Paste),
        1 => Just(Message::Woke),
        1 => any::<u64>().prop_map(|ticket| Message::Done(
            ticket,
            Err(ApiError::new(Class::Network, SystemId::HuaweiCoc, "", "cut")),
        )),
        1 => Just(Message::Edited(Some("text".to_owned()))),
    ]
}

fn run(desk: &mut Desk, messages: Vec<Message>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for message in messages {
        effects.extend(desk.tell(message));
        assert!(!desk.app.focused().is_empty());
    }
    desk.screen(120, 40);
    desk.screen(60, 16);
    effects
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_program_survives_any_sequence(messages in prop::collection::vec(message(), 1..60)) {
        run(&mut Desk::new(), messages);
    }

    /// Without `y` or a way to the button nothing is sent; and it is never sent twice for one dialog.
    #[test]
    fn a_change_needs_its_dialog(messages in prop::collection::vec(message(), 1..60)) {
        let mut desk = Desk::with(catalog(Guard::Button).0, settings());
        let opened = messages.iter().filter(|m| matches!(m, Message::Key(k) if k.text() == Some('a'))).count()
            // Menus and help can run it, too, each with one Enter.
            + messages.iter().filter(|m| matches!(m, Message::Key(k) if k.to_string() == "<enter>")).count();
        let sent = run(&mut desk, messages)
            .into_iter()
            .filter(|effect| matches!(effect, Effect::Act { .. }))
            .count();
        prop_assert!(sent <= opened);
    }
}
