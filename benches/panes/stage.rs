//! What the parts have in common: a world, a desk from which a pane is worked, and a watch.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use watchkeeper::app::pane::{Context, Event, Pane, View};
use watchkeeper::app::world::World;
use watchkeeper::domain::account::AccountId;
use watchkeeper::domain::connection::Account;
use watchkeeper::domain::query::{Facts, Query, Update};
use watchkeeper::ui::glyphs::UNICODE;
use watchkeeper::ui::keys::Keymap;
use watchkeeper::ui::lang::Lang;
use watchkeeper::ui::rates::Rates;
use watchkeeper::ui::theme::Theme;

/// How often a step is repeated, so that one in a hundred says something.
pub const TIMES: usize = 300;
/// How often a step is repeated that takes long or is rare.
pub const FEW: usize = 60;

const FRAME: Duration = Duration::from_micros(16_666);
const SCREEN: Rect = Rect::new(0, 0, 200, 60);

/// So many seconds before now.
pub fn at(ago: u32) -> Timestamp {
    Timestamp::from_second(1_795_000_000 - i64::from(ago)).unwrap_or_default()
}

/// A world of one account.
pub fn world(id: AccountId) -> World {
    let account = Account {
        id,
        region: "cn-north-4".to_owned(),
        read_only: false,
        production: false,
        operator: String::new(),
        limits: Vec::new(),
    };
    World::new(vec![account], Vec::new())
}

/// An answer comes now.
pub fn answer(world: &mut World, query: Query, facts: Facts) {
    answer_at(at(0), world, query, facts);
}

/// An answer comes at this instant.
fn answer_at(at: Timestamp, world: &mut World, query: Query, facts: Facts) {
    world.apply(Update {
        query,
        at,
        result: Ok(facts),
    });
}

/// What a pane needs besides the world, and the picture that it draws.
pub struct Desk {
    zone: TimeZone,
    theme: Theme,
    keys: Keymap,
    buffer: Buffer,
}

impl Desk {
    /// A large screen.
    pub fn new() -> Self {
        Self {
            zone: TimeZone::UTC,
            theme: Theme::default(),
            keys: Keymap::default(),
            buffer: Buffer::empty(SCREEN),
        }
    }

    /// What a pane decides by.
    pub fn context<'a>(&'a self, world: &'a World) -> Context<'a> {
        Context {
            world,
            at: at(0),
            lang: Lang::En,
            zone: &self.zone,
            rates: Rates::AsSent,
            glyphs: &UNICODE,
            area: SCREEN,
        }
    }

    /// Something happens to a pane.
    pub fn update(&self, pane: &mut dyn Pane, world: &World, event: &Event) {
        std::hint::black_box(pane.update(event, &self.context(world)));
    }

    /// Nothing happens: a pane makes a piece ready of what may be asked for next. Says whether there is more.
    pub fn prepare(&self, pane: &mut dyn Pane, world: &World) -> bool {
        pane.prepare(&self.context(world))
    }

    /// A frame of a pane.
    pub fn draw(&mut self, pane: &dyn Pane, world: &World) {
        let view = View {
            world,
            at: at(0),
            lang: Lang::En,
            zone: &self.zone,
            rates: Rates::AsSent,
            theme: &self.theme,
            focused: true,
            board: false,
            frozen: None,
            keys: &self.keys,
        };
        self.buffer.reset();
        pane.view(&view, SCREEN, &mut self.buffer);
    }
}

/// Repeats a step and prints what it takes; `prepare` is not counted.
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured here is the machine's time"
)]
pub fn measure_each<T>(
    what: &str,
    times: usize,
    mut prepare: impl FnMut(usize) -> T,
    mut work: impl FnMut(usize, T),
) {
    let took = (0..times).map(|turn| {
        let prepared = prepare(turn);
        let begun = Instant::now();
        work(turn, prepared);
        begun.elapsed()
    });
    print(what, took.collect());
}

/// Repeats a step as long as it says that there is more, and prints what each takes.
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured here is the machine's time"
)]
fn measure_while(what: &str, mut work: impl FnMut() -> bool) {
    let mut took = Vec::new();
    loop {
        let begun = Instant::now();
        let more = work();
        took.push(begun.elapsed());
        if !more {
            break;
        }
    }
    print(what, took);
}

fn print(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let of = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    let verdict = if of(99) < FRAME { "within" } else { "over" };
    println!(
        "  {what:<54} p50 {:>9.3?}  p99 {:>9.3?}  worst {:>9.3?}  {verdict} a frame",
        of(50),
        of(99),
        of(100)
    );
}

/// Repeats a step and prints what it takes.
pub fn measure(what: &str, times: usize, mut work: impl FnMut(usize)) {
    measure_each(what, times, |_| (), |turn, ()| work(turn));
}

/// What the user does with a list: it comes, is filtered letter by letter, sorted, drawn. `words` are typed, `columns`
/// sorted by.
pub fn list(
    name: &str,
    pane: &mut dyn Pane,
    world: &mut World,
    (query, facts): (Query, Facts),
    words: &[&str],
    columns: &[&'static str],
) {
    let mut desk = Desk::new();
    measure_each(
        &format!("{name}: an answer until the list stands"),
        FEW,
        |turn| (turn, query.clone(), facts.clone()),
        |_, (turn, query, facts)| {
            // Each at another time, or the rows would be taken for the same.
            let at = at(u32::try_from(FEW - turn).unwrap_or_default());
            answer_at(at, world, query, facts);
            desk.update(pane, world, &Event::Changed);
        },
    );
    let sort = |desk: &mut Desk, pane: &mut dyn Pane, world: &World, turn: usize| {
        desk.update(pane, world, &Event::Sort(columns[turn % columns.len()]));
        desk.draw(pane, world);
    };
    measure_each(
        &format!("{name}: sort right after an answer, and the frame"),
        FEW,
        |_| (),
        |turn, ()| {
            sort(&mut desk, pane, world, turn);
        },
    );
    // As the loop does before it sleeps.
    measure_while(&format!("{name}: a piece made ready"), || {
        desk.prepare(pane, world)
    });
    // Every beginning of every text, as it is typed.
    let typed: Vec<String> = words
        .iter()
        .flat_map(|word| {
            let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
            ends.filter_map(|end| word.get(..end).map(str::to_owned))
        })
        .collect();
    measure(
        &format!("{name}: a letter of the filter, and the frame"),
        TIMES,
        |turn| {
            desk.update(pane, world, &Event::Filter(&typed[turn % typed.len()]));
            desk.draw(pane, world);
        },
    );
    desk.update(pane, world, &Event::Filter(""));
    measure(&format!("{name}: sort, and the frame"), TIMES, |turn| {
        sort(&mut desk, pane, world, turn);
    });
}

/// The most memory this process ever took, as the system counts it.
pub fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.map_or_else(
        || "not known here".to_owned(),
        |kib| format!("{} MiB", kib / 1024),
    )
}
