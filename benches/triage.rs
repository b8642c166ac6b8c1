//! What a bad night costs: ten thousand alarms ordered and folded, a hundred thousand audit entries
//! sorted and filtered. The figures are in docs/performance.md.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use watchkeeper::app::pane::{Context, Event, Pane};
use watchkeeper::app::site::AUDIT_SPAN;
use watchkeeper::app::world::World;
use watchkeeper::domain::account::{Account, AccountId, SystemId};
use watchkeeper::domain::alarm::{Alarm, Severity};
use watchkeeper::domain::odd::Odd;
use watchkeeper::domain::query::{Facts, Query, Update};
use watchkeeper::domain::site::AuditEntry;
use watchkeeper::panes::alarms::Alarms;
use watchkeeper::panes::audit::Audit;
use watchkeeper::ui::lang::Lang;

fn now() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap_or_default()
}

fn account() -> AccountId {
    AccountId::new("night", SystemId::HuaweiEsm)
}

fn world(query: Query, facts: Facts) -> World {
    let account = Account {
        id: account(),
        region: "cn-north-4".to_owned(),
        read_only: false,
        production: false,
        operator: String::new(),
        limits: Vec::new(),
    };
    let mut world = World::new(vec![account], Vec::new());
    world.apply(Update {
        query,
        at: now(),
        result: Ok(facts),
    });
    world
}

fn context<'w>(world: &'w World, zone: &'w TimeZone) -> Context<'w> {
    Context {
        world,
        at: now(),
        lang: Lang::En,
        zone,
        glyphs: &watchkeeper::ui::glyphs::UNICODE,
        area: Rect::new(0, 0, 200, 60),
    }
}

fn alarm(number: i64) -> Alarm {
    let since = Timestamp::from_second(now().as_second() - number % 3000).unwrap_or_default();
    Alarm {
        id: format!("service/{number}").into(),
        account: account(),
        severity: Severity::Minor,
        severity_raw: "3".into(),
        title: format!("Storage link down {}", number % 50).into(),
        resource: format!("web-{}", number % 500).into(),
        resource_id: None,
        region: "cn-north-4".into(),
        since,
        latest: since,
        count: 1,
        cleared: false,
        acknowledged: false,
        threshold: None,
        policy: None,
        detail: Vec::new(),
        odd: Odd::default(),
    }
}

fn entry(number: i64) -> AuditEntry {
    AuditEntry {
        id: number.to_string().into(),
        what: format!("updateDeployment{}", number % 90).into(),
        user: format!("user-{}", number % 700).into(),
        severity: Severity::Info,
        severity_raw: "1".into(),
        security: false,
        failed: Some(number % 40 == 0),
        resource: format!("web-{}", number % 3000).into(),
        resource_type: "deployment".into(),
        source: "10.0.25.204".into(),
        at: Timestamp::from_second(now().as_second() - number).ok(),
        at_raw: "".into(),
        note: format!("release {number} rolled out").into(),
        detail: Vec::new(),
        odd: Odd::default(),
    }
}

fn queue(criterion: &mut Criterion) {
    let zone = TimeZone::UTC;
    let alarms = (0..10_000).map(alarm).collect();
    let world = world(Query::Alarms(account()), Facts::Alarms(alarms));
    criterion.bench_function("10,000 alarms ordered and folded", |bench| {
        bench.iter(|| {
            let mut pane = Alarms::new();
            let opened = Event::Opened {
                subject: None,
                args: "",
            };
            black_box(pane.update(&opened, &context(&world, &zone)))
        });
    });
}

fn audit(criterion: &mut Criterion) {
    let zone = TimeZone::UTC;
    let entries = (0..100_000).map(entry).collect();
    let facts = Facts::Audit {
        entries,
        total: None,
    };
    let world = world(Query::Audit(account(), AUDIT_SPAN), facts);
    let context = context(&world, &zone);
    let mut pane = Audit::new();
    pane.update(&Event::Changed, &context);
    criterion.bench_function("100,000 audit rows sorted", |bench| {
        bench.iter(|| black_box(pane.update(&Event::Sort("user"), &context)));
    });
    criterion.bench_function("100,000 audit rows filtered", |bench| {
        let mut turn = false;
        bench.iter(|| {
            turn = !turn;
            let text = if turn { "user-77 sev<=1" } else { "web-12" };
            black_box(pane.update(&Event::Filter(text), &context))
        });
    });
}

criterion_group!(benches, queue, audit);
criterion_main!(benches);
