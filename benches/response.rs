//! The response side on its worst night: 10,000 incidents, 20,000 orders, and an order of 200 machines with 1 MB of
//! output each. Typing into a filter, sorting, drawing, the cockpit that scrolls and folds, and the most memory that
//! was ever taken. Each step is repeated, and p50, p99 and the worst are printed against a frame at 60 a second. How it
//! is to be read is said in docs/performance.md.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use watchkeeper::app::pane::{Context, Event, Pane, View};
use watchkeeper::app::subject::Subject;
use watchkeeper::app::world::World;
use watchkeeper::domain::account::{Account, AccountId, SystemId};
use watchkeeper::domain::fold;
use watchkeeper::domain::incident::{Incident, IncidentStatus, Level};
use watchkeeper::domain::query::{Facts, Query, Update};
use watchkeeper::domain::script::{Batch, HostRun, Order, RunStatus};
use watchkeeper::panes::cockpit::Cockpit;
use watchkeeper::panes::incidents::Incidents;
use watchkeeper::panes::orders::Orders;
use watchkeeper::ui::keys::Keymap;
use watchkeeper::ui::lang::Lang;
use watchkeeper::ui::theme::Theme;

const INCIDENTS: u32 = 10_000;
const ORDERS: u32 = 20_000;
const BATCHES: u32 = 20;
const HOSTS: u32 = 10;
/// Bytes of a machine's output.
const OUTPUT: usize = 1_000_000;
const TIMES: usize = 300;
const FRAME: Duration = Duration::from_micros(16_666);
const SCREEN: Rect = Rect::new(0, 0, 200, 60);

fn at(ago: u32) -> Timestamp {
    Timestamp::from_second(1_795_000_000 - i64::from(ago)).unwrap_or_default()
}

fn account() -> AccountId {
    AccountId::new("night", SystemId::HuaweiCoc)
}

fn incident(number: u32) -> Incident {
    let states = [
        IncidentStatus::Triggered,
        IncidentStatus::Acknowledged,
        IncidentStatus::Resolved,
        IncidentStatus::Completed,
    ];
    let levels = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
    let turn = number as usize;
    Incident {
        id: format!("IM2026112200{number:06}").as_str().into(),
        title: format!("CPU of web-{} over 90 % 门户 {number}", number % 700)
            .as_str()
            .into(),
        description: "The portal answers slowly.".into(),
        level: Some(levels[turn % levels.len()]),
        status: states[turn % states.len()].clone(),
        kind: "inc_type_p_function_issues".into(),
        source: "incident_source_alarm".into(),
        service: format!("service-{}", number % 40).as_str().into(),
        region: "cn-north-4".into(),
        interrupted: number.is_multiple_of(9),
        assignees: vec![format!("user-{}", number % 60).as_str().into()],
        creator: "demo".into(),
        warroom: None,
        created: Some(at(number * 7)),
        handled: None,
        names: Vec::new(),
    }
}

fn order(number: u32) -> Order {
    let states = [
        RunStatus::Finished,
        RunStatus::Processing,
        RunStatus::Abnormal,
        RunStatus::Cancelled,
    ];
    Order {
        id: format!("SCT20261122{number:014}").as_str().into(),
        name: format!("restart_nginx_{}", number % 90).as_str().into(),
        script: None,
        status: states[number as usize % states.len()].clone(),
        creator: format!("user-{}", number % 60).as_str().into(),
        created: Some(at(number * 5)),
        finished: Some(at(number * 5)),
        current_batch: None,
        timeout: None,
        success_rate: None,
        execute_user: "root".into(),
        params: Vec::new(),
        counts: Vec::new(),
        batches: Vec::new(),
        outputs: Vec::new(),
    }
}

/// What a machine said: all the same but for its name, three of two hundred with a line of their own.
fn output(number: u32) -> String {
    let mut text = String::with_capacity(OUTPUT + 200);
    let mut line = 0_u32;
    while text.len() < OUTPUT {
        line += 1;
        let word = match (number % 67, line) {
            (3, 9_000) => "skipped",
            _ => "done",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "2026-11-22T03:12:{:02} web-{number:03} step {line} of the long way to a clean disk: {word}",
            line % 60
        );
    }
    text
}

fn host(batch: u32, place: u32) -> HostRun {
    let number = batch * HOSTS + place;
    let mut host = HostRun {
        id: i64::from(number),
        batch: batch + 1,
        resource_id: format!("r-{number}").as_str().into(),
        name: format!("web-{number:03}").as_str().into(),
        ip: format!("10.0.{batch}.{place}").as_str().into(),
        status: if number == 77 {
            RunStatus::Abnormal
        } else {
            RunStatus::Finished
        },
        output: output(number).as_str().into(),
        shortened: None,
        started: Some(at(300)),
        finished: Some(at(200)),
    };
    // As the client keeps it.
    fold::shorten(&mut host);
    host
}

/// The order of two hundred machines, not folded yet.
fn large() -> Order {
    let batch = |index: u32| Batch {
        index: index + 1,
        total: HOSTS,
        rotation: None,
        hosts: (0..HOSTS).map(|place| host(index, place)).collect(),
    };
    Order {
        batches: (0..BATCHES).map(batch).collect(),
        ..order(0)
    }
}

fn world() -> World {
    let account = Account {
        id: account(),
        region: "cn-north-4".to_owned(),
        read_only: false,
        production: false,
        operator: String::new(),
        limits: Vec::new(),
    };
    World::new(vec![account], Vec::new())
}

fn answer(world: &mut World, query: Query, facts: Facts) {
    world.apply(Update {
        query,
        at: at(0),
        result: Ok(facts),
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured here is the machine's time"
)]
fn measure(what: &str, times: usize, mut work: impl FnMut(usize)) {
    let mut took: Vec<Duration> = (0..times)
        .map(|turn| {
            let begun = Instant::now();
            work(turn);
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    let of = |share: usize| took[(times * share / 100).min(times - 1)];
    let verdict = if of(99) < FRAME { "within" } else { "over" };
    println!(
        "{what:<52} p50 {:>9.3?}  p99 {:>9.3?}  worst {:>9.3?}  {verdict} a frame",
        of(50),
        of(99),
        of(100)
    );
}

/// The most memory this process ever took, as the system counts it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.map_or_else(
        || "not known here".to_owned(),
        |kib| format!("{} MiB", kib / 1024),
    )
}

fn context<'w>(world: &'w World, zone: &'w TimeZone) -> Context<'w> {
    Context {
        world,
        at: at(0),
        lang: Lang::En,
        zone,
        glyphs: &watchkeeper::ui::glyphs::UNICODE,
        area: SCREEN,
    }
}

/// What the user does with a list: it comes, is filtered letter by letter, sorted, drawn.
fn list(name: &str, pane: &mut dyn Pane, world: &World, words: &[&str], columns: &[&'static str]) {
    let (zone, theme, keys) = (TimeZone::UTC, Theme::default(), Keymap::default());
    let ctx = context(world, &zone);
    measure(
        &format!("{name}: an answer until the list stands"),
        60,
        |_| {
            pane.update(&Event::Changed, &ctx);
        },
    );
    // Every beginning of every text, as it is typed.
    let typed: Vec<String> = words
        .iter()
        .flat_map(|word| {
            let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
            ends.filter_map(|end| word.get(..end).map(str::to_owned))
        })
        .collect();
    let view = View {
        world,
        at: at(0),
        lang: Lang::En,
        zone: &zone,
        theme: &theme,
        focused: true,
        board: false,
        frozen: None,
        keys: &keys,
    };
    let mut buffer = Buffer::empty(SCREEN);
    measure(
        &format!("{name}: a letter of the filter, and the frame"),
        TIMES,
        |turn| {
            pane.update(&Event::Filter(&typed[turn % typed.len()]), &ctx);
            buffer.reset();
            pane.view(&view, SCREEN, &mut buffer);
        },
    );
    pane.update(&Event::Filter(""), &ctx);
    measure(&format!("{name}: sort, and the frame"), TIMES, |turn| {
        pane.update(&Event::Sort(columns[turn % columns.len()]), &ctx);
        buffer.reset();
        pane.view(&view, SCREEN, &mut buffer);
    });
}

fn cockpit(world: &World, id: &Order) {
    let (zone, theme, keys) = (TimeZone::UTC, Theme::default(), Keymap::default());
    let ctx = context(world, &zone);
    let mut pane = Cockpit::new();
    let shown = Subject::Order(account(), id.id.clone());
    pane.update(
        &Event::Opened {
            subject: Some(&shown),
            args: "",
        },
        &ctx,
    );
    let view = View {
        world,
        at: at(0),
        lang: Lang::En,
        zone: &zone,
        theme: &theme,
        focused: true,
        board: false,
        frozen: None,
        keys: &keys,
    };
    let mut buffer = Buffer::empty(SCREEN);
    measure(
        "cockpit: to the next machine, and the frame",
        TIMES,
        |turn| {
            let name = ["move.right", "move.down", "move.left", "host.next_failed"][turn % 4];
            pane.update(&Event::Command { name, on: &[] }, &ctx);
            buffer.reset();
            pane.view(&view, SCREEN, &mut buffer);
        },
    );
    measure(
        "cockpit: the groups as a text with their differences",
        60,
        |_| {
            let name = "host.diff";
            std::hint::black_box(pane.update(&Event::Command { name, on: &[] }, &ctx));
        },
    );
    measure("cockpit: the whole output of a machine", 60, |_| {
        let name = "host.output";
        std::hint::black_box(pane.update(&Event::Command { name, on: &[] }, &ctx));
    });
}

fn main() {
    let mut world = world();
    let incidents: Vec<Incident> = (0..INCIDENTS).map(incident).collect();
    let numbers = incidents.iter().map(|one| one.id.clone()).collect();
    let query = Query::Incidents(account(), numbers);
    answer(&mut world, query, Facts::Incidents(incidents));
    let orders = (0..ORDERS).map(order).collect();
    answer(&mut world, Query::Orders(account()), Facts::Orders(orders));
    list(
        "10,000 incidents",
        &mut Incidents::new(),
        &world,
        &["web-66 门户", "service-3", "user-12"],
        &["age", "level", "title"],
    );
    list(
        "20,000 orders",
        &mut Orders::new(),
        &world,
        &["restart_nginx_7", "user-33"],
        &["age", "name", "creator"],
    );
    println!("most memory with the lists: {}", peak());
    let mut large = large();
    // This is what the background does, never the task of the screen.
    measure(
        "200 machines with 1 MB each folded, in the background",
        3,
        |_| {
            large.outputs = fold::fold(&large);
        },
    );
    let query = Query::Order(account(), large.id.clone());
    answer(&mut world, query, Facts::Orders(vec![large.clone()]));
    cockpit(&world, &large);
    println!("most memory with the order of 200 machines: {}", peak());
}
