//! What the user watches, in which groups and units, is kept for the next time; what could not be watched is said.

use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::domain::record::{Record, Stored};

use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::alarm::AlarmPolicy;
use watchkeeper::domain::query::{Facts, Query, Update};

use super::Desk;

/// The settings that were kept, the latest of each name.
fn kept(effects: Vec<Effect>) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = Vec::new();
    for effect in effects {
        if let Effect::Save(Record::Setting(name, text)) = effect {
            kept.retain(|(known, _)| *known != name);
            kept.push((name, text));
        }
    }
    kept
}

/// Watches a series by its name, in a group.
fn add(desk: &mut Desk, instance: &str, group: &str) -> Vec<Effect> {
    desk.press("a <tab>");
    desk.type_text("KEC");
    desk.press("<tab>");
    desk.type_text(instance);
    desk.press("<tab>");
    desk.type_text("cpu");
    desk.press("<tab>");
    desk.type_text(group);
    desk.press("<tab> <enter>")
}

fn metrics() -> Desk {
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("metrics");
    desk.press("<enter>");
    desk
}

#[test]
fn groups_are_made_shown_one_by_one_and_kept() {
    let mut desk = metrics();
    desk.press("] g");
    assert!(desk.screen(120, 40).contains("There are no groups yet"));
    add(&mut desk, "i-web", "web");
    add(&mut desk, "i-db", "");
    let effects = add(&mut desk, "i-api", "api");
    let shown = desk.screen(120, 40);
    assert!(shown.contains(" all  web  api"), "{shown}");
    for (keys, here, there) in [
        ("] g", "i-web", "i-api"),
        ("] g", "i-api", "i-web"),
        ("[ g", "i-web", "i-db"),
    ] {
        desk.press(keys);
        let shown = desk.screen(120, 40);
        assert!(
            shown.contains(here) && !shown.contains(there),
            "{keys}: {shown}"
        );
    }
    // The first row of it is selected: its keys work at once.
    desk.press("z g");
    assert!(desk.screen(120, 40).contains("Group of 1 series"));
    desk.press("<esc>");
    // What is added while a group is shown is in it, without a word.
    desk.press("a <tab>");
    desk.type_text("KEC");
    desk.press("<tab>");
    desk.type_text("i-web-2");
    desk.press("<tab>");
    desk.type_text("cpu");
    desk.press("<tab> <tab> <enter>");
    assert!(desk.screen(120, 40).contains("i-web-2"));
    // Escape shows everything.
    desk.press("<esc>");
    let shown = desk.screen(120, 40);
    assert!(
        shown.contains("i-db") && shown.contains("i-web-2"),
        "{shown}"
    );

    let mut next = metrics();
    next.tell(Message::Stored(Stored::Settings(kept(effects))));
    let shown = next.screen(120, 40);
    assert!(
        shown.contains(" all  web  api") && shown.contains("i-db"),
        "{shown}"
    );
}

#[test]
fn marked_series_are_put_into_a_group_and_taken_out_again() {
    let mut desk = metrics();
    for instance in ["i-1", "i-2", "i-3"] {
        add(&mut desk, instance, "");
    }
    desk.press("<space> <space> z g");
    assert!(desk.screen(120, 40).contains("Group of 2 series"));
    desk.type_text("night");
    desk.press("<tab> <enter> u ] g");
    let shown = desk.screen(120, 40);
    assert!(
        shown.contains("i-1") && shown.contains("i-2") && !shown.contains("i-3"),
        "{shown}"
    );
    desk.press("g g v G z g <c-u> <tab> <enter>");
    let shown = desk.screen(120, 40);
    assert!(
        shown.contains("i-3") && !shown.contains(" night "),
        "{shown}"
    );
}

#[test]
fn a_watch_list_from_before_there_were_groups_is_read() {
    let mut desk = metrics();
    let text = r#"[["demo/ksc-monitor","KEC","i-old","cpu"],["demo/ksc-monitor","KEC"],["x","y","z","a","b"]]"#;
    let settings = vec![("watch.demo".to_owned(), text.to_owned())];
    desk.tell(Message::Stored(Stored::Settings(settings)));
    let shown = desk.screen(120, 40);
    assert!(shown.contains("i-old"), "{shown}");
}

#[test]
fn the_unit_of_rates_is_kept() {
    let mut desk = metrics();
    let effects = desk.press("z u");
    assert!(
        desk.screen(120, 40)
            .contains("Rates of data are shown in bit/s")
    );
    let kept = kept(effects);
    assert_eq!(kept, [("rates".to_owned(), "\"bits\"".to_owned())]);
    let mut next = metrics();
    next.tell(Message::Stored(Stored::Settings(kept)));
    next.press("z u");
    assert!(
        next.screen(120, 40)
            .contains("Rates of data are shown in B/s")
    );
}

#[test]
fn a_policy_that_cannot_be_compared_is_not_called_well() {
    let policy = |id, name: &str, unchecked: &[&str]| AlarmPolicy {
        id,
        name: name.into(),
        product: None,
        enabled: true,
        bound_count: 1,
        rule_count: 1,
        receiver_count: 0,
        rules: Vec::new(),
        bound: Vec::new(),
        receivers: Vec::new(),
        series: None,
        firing: Vec::new(),
        unchecked: unchecked.iter().map(|text| (*text).into()).collect(),
        callback: None,
    };
    let odd = "CPU: the statistic \"p99\" is not understood";
    let account = AccountId::new("demo", SystemId::KscMonitor);
    let mut desk = Desk::new();
    desk.press(":");
    desk.type_text("policies");
    desk.press("<enter>");
    desk.tell(Message::Fresh(vec![Update {
        query: Query::Policies(account),
        at: "2026-11-22T03:12:08Z".parse().unwrap(),
        result: Ok(Facts::Policies(vec![
            policy(1, "plain", &[]),
            policy(2, "strange", &[odd]),
        ])),
    }]));
    let shown = desk.screen(120, 40);
    let state_of = |name: &str| {
        shown
            .lines()
            .find(|line| line.contains(name))
            .unwrap()
            .to_owned()
    };
    assert!(state_of("plain").contains("ok"), "{shown}");
    assert!(state_of("strange").contains("? unclear"), "{shown}");
    // In full it says why, in the service's own word.
    desk.press("g g j <enter>");
    let shown = desk.screen(120, 40);
    assert!(shown.contains(odd), "{shown}");
}

/// A metering job is there again after a restart, and is asked about at once.
#[test]
fn the_last_metering_job_is_kept() {
    let metering = || {
        let mut desk = Desk::new();
        desk.press(":");
        desk.type_text("metering");
        desk
    };
    let mut desk = metering();
    desk.press("<enter> n <tab> <tab> <tab> <tab>");
    desk.type_text("job-7");
    let kept = kept(desk.press("<tab> <enter>"));
    let account = AccountId::new("demo", SystemId::HuaweiEsm);
    let asks = |effects: &[Effect]| {
        let mut wants = effects.iter().filter_map(|effect| match effect {
            Effect::Watch(wants) => Some(wants),
            _ => None,
        });
        wants.any(|wants| {
            let query = Query::MeterJob(account.clone(), "job-7".into());
            wants.iter().any(|want| want.query == query)
        })
    };
    for (settings, there) in [(kept, true), (Vec::new(), false)] {
        let mut next = metering();
        next.tell(Message::Stored(Stored::Settings(settings)));
        let effects = next.press("<enter>");
        assert_eq!(asks(&effects), there, "{}", next.screen(120, 40));
    }
    // One of an account that is no more is left alone.
    let mut next = metering();
    let gone = (
        "metered.demo".to_owned(),
        r#"["gone","huawei-esm","j"]"#.to_owned(),
    );
    next.tell(Message::Stored(Stored::Settings(vec![gone])));
    next.press("<enter>");
    assert!(
        next.screen(120, 40).contains("No job."),
        "{}",
        next.screen(120, 40)
    );
}
