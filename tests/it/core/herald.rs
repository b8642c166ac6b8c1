//! The bell and notices on the desktop: off unless they are asked for, once for each new alarm, never for what burns
//! already or was noted.

use jiff::Timestamp;

use watchkeeper::app::App;
use watchkeeper::app::effect::Effect;
use watchkeeper::app::message::Message;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::alarm::{Alarm, Severity};
use watchkeeper::domain::odd::Odd;
use watchkeeper::domain::query::{Facts, Query, Update};
use watchkeeper::panes;

use super::settings;

fn account() -> AccountId {
    AccountId::new("demo", SystemId::HuaweiEsm)
}

fn at() -> Timestamp {
    "2026-11-22T03:12:08Z".parse().unwrap()
}

fn alarm(id: &str, severity: Severity) -> Alarm {
    Alarm {
        id: id.into(),
        account: account(),
        severity,
        severity_raw: "".into(),
        title: "Disk full".into(),
        resource: format!("web-{id}\u{7}").as_str().into(),
        resource_id: None,
        region: "".into(),
        since: at(),
        latest: at(),
        count: 1,
        cleared: false,
        acknowledged: false,
        threshold: None,
        policy: None,
        detail: Vec::new(),
        odd: Odd::default(),
    }
}

/// What is heralded by an answer with these alarms.
fn heralded(app: &mut App, alarms: &[Alarm]) -> Vec<Effect> {
    let update = Update {
        query: Query::Alarms(account()),
        at: at(),
        result: Ok(Facts::Alarms(alarms.to_vec())),
    };
    let mut effects = app.update(at(), Message::Fresh(vec![update]));
    effects.retain(|effect| matches!(effect, Effect::Bell | Effect::Notify(_)));
    effects
}

fn app(bell: &[Severity], notify: &[Severity]) -> App {
    let mut settings = settings();
    settings.bell = bell.to_vec();
    settings.notify = notify.to_vec();
    let mut app = App::new(panes::catalog(), settings);
    app.update(at(), Message::Resize(120, 40));
    app.start(at());
    app
}

#[test]
fn a_new_alarm_is_heralded_once_for_the_severities_that_were_named() {
    let mut app = app(
        &[Severity::Critical],
        &[Severity::Critical, Severity::Major],
    );
    let old = alarm("1", Severity::Critical);
    // What burns at the start is on the screen.
    assert_eq!(heralded(&mut app, std::slice::from_ref(&old)), []);
    let major = alarm("2", Severity::Major);
    let told = heralded(&mut app, &[old.clone(), major.clone()]);
    // No bell, and no control character of a service in the text.
    let [Effect::Notify(text)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(text.starts_with("MAJ web-2"), "{text:?}");
    assert!(text.ends_with("Disk full"), "{text:?}");
    assert!(!text.contains('\u{7}'), "{text:?}");
    assert_eq!(heralded(&mut app, &[old.clone(), major.clone()]), []);
    let minor = alarm("3", Severity::Minor);
    assert_eq!(heralded(&mut app, &[old.clone(), major, minor]), []);
    // It ended, and came again.
    assert_eq!(heralded(&mut app, &[]), []);
    let told = heralded(&mut app, &[old]);
    assert_eq!(told.first(), Some(&Effect::Bell));
}

#[test]
fn a_storm_rings_once_and_says_how_many() {
    let mut app = app(&[Severity::Minor], &[Severity::Minor]);
    assert_eq!(heralded(&mut app, &[]), []);
    let storm: Vec<Alarm> = (0..5000)
        .map(|id| alarm(&id.to_string(), Severity::Minor))
        .collect();
    let told = heralded(&mut app, &storm);
    let [Effect::Bell, Effect::Notify(text)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(text.ends_with("and 4999 more"), "{text}");
}

#[test]
fn nothing_is_heralded_unless_it_was_asked_for() {
    let mut app = app(&[], &[]);
    assert_eq!(heralded(&mut app, &[]), []);
    let all: Vec<Alarm> = Severity::ALL
        .into_iter()
        .map(|severity| alarm(severity.name(), severity))
        .collect();
    assert_eq!(heralded(&mut app, &all), []);
}
