//! What the list of work orders says of an order that an answer contradicts.

use jiff::Timestamp;

use watchkeeper::app::message::Message;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::query::{Facts, Query, Update};
use watchkeeper::domain::script::{Order, RunStatus};

use super::Desk;

fn order(id: &str, status: RunStatus) -> Order {
    Order {
        id: id.into(),
        name: format!("run {id}").into(),
        script: None,
        status,
        creator: "li.wei".into(),
        created: Some("2026-11-22T03:00:00Z".parse().unwrap()),
        finished: None,
        current_batch: None,
        timeout: None,
        success_rate: None,
        execute_user: "".into(),
        params: Vec::new(),
        counts: Vec::new(),
        batches: Vec::new(),
        outputs: Vec::new(),
    }
}

fn answer(desk: &mut Desk, at: &str, first: RunStatus) {
    let at: Timestamp = at.parse().unwrap();
    let account = AccountId::new("demo", SystemId::HuaweiCoc);
    let orders = vec![order("one", first), order("two", RunStatus::Paused)];
    desk.tell(Message::Fresh(vec![Update {
        query: Query::Orders(account),
        result: Ok(Facts::Orders(orders)),
        at,
    }]));
}

/// An order that leaves a state that nothing leads out of is marked, also where nobody has opened it.
#[test]
fn an_order_that_goes_back_is_marked_in_the_list_at_80_columns() {
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("orders");
    desk.press("<enter>");
    desk.tell(Message::Resize(80, 24));
    answer(&mut desk, "2026-11-22T03:12:00Z", RunStatus::Finished);
    let shown = desk.screen(80, 24);
    assert!(
        shown.contains("run one") && !shown.contains("? run one"),
        "{shown}"
    );
    answer(&mut desk, "2026-11-22T03:12:05Z", RunStatus::Processing);
    let shown = desk.screen(80, 24);
    assert!(shown.contains("? run one"), "{shown}");
    assert!(!shown.contains("? run two"), "{shown}");
    assert!(shown.contains("1 ? went back"), "{shown}");
    // Read again it is the same one; what goes on afterwards does not unmake it.
    answer(&mut desk, "2026-11-22T03:12:10Z", RunStatus::Processing);
    answer(&mut desk, "2026-11-22T03:12:15Z", RunStatus::Finished);
    let shown = desk.screen(80, 24);
    assert!(shown.contains("1 ? went back"), "{shown}");
}
