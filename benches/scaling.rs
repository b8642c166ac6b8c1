//! A large fleet: 1,000 scaling groups with 50 members each. What an answer costs until the list stands, sorting,
//! filtering, and a frame of the list and of a group. Each is repeated, and p50, p99 and the worst are printed against
//! the time of a frame at 30 a second. The figures are in docs/performance.md.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use watchkeeper::app::pane::{Context, Event, Pane, View};
use watchkeeper::app::subject::Subject;
use watchkeeper::app::world::World;
use watchkeeper::domain::account::{Account, AccountId, SystemId};
use watchkeeper::domain::query::{Facts, Query, Update};
use watchkeeper::domain::scaling::{
    Activity, ActivityKind, ActivityStatus, Group, GroupDetail, GroupStatus, Member, Origin,
};
use watchkeeper::panes::scaling::Scaling;
use watchkeeper::ui::keys::Keymap;
use watchkeeper::ui::lang::Lang;
use watchkeeper::ui::theme::Theme;

const GROUPS: u32 = 1000;
const MEMBERS: u32 = 50;
const TIMES: usize = 300;
const FRAME: Duration = Duration::from_micros(33_333);
const SCREEN: Rect = Rect::new(0, 0, 200, 60);

fn at(ago: u32) -> Timestamp {
    Timestamp::from_second(1_795_000_000 - i64::from(ago)).unwrap_or_default()
}

fn account() -> AccountId {
    AccountId::new("large", SystemId::KscAutoscaling)
}

fn group(number: u32) -> Group {
    let id = 424_250_140_171_509_760_u64 + u64::from(number);
    Group {
        id: id.to_string().as_str().into(),
        name: format!("服务-{:03}-{number}", number % 37).as_str().into(),
        config: "1".into(),
        config_name: format!("template-{}", number % 11).as_str().into(),
        min: 10,
        max: 100,
        desired: MEMBERS + u32::from(number.is_multiple_of(50)),
        members: MEMBERS,
        remove: None,
        subnets: vec!["subnet".into()],
        spread: None,
        vpc: "vpc".into(),
        security_groups: Vec::new(),
        bindings: Vec::new(),
        created: Some(at(9_000_000)),
        status: GroupStatus::Active,
        busy: None,
    }
}

fn detail(number: u32) -> GroupDetail {
    let member = |index: u32| Member {
        id: format!("4c5b8053-6245-4824-{number:04}-{index:012}")
            .as_str()
            .into(),
        name: format!("web-{number}-{index}").as_str().into(),
        healthy: Some(!index.is_multiple_of(17)),
        origin: Origin::Auto,
        joined: Some(at(1000 * index + number)),
        protected: index.is_multiple_of(10),
    };
    let activity = |index: u32| Activity {
        id: format!("{number}-{index}").as_str().into(),
        group: number.to_string().as_str().into(),
        kind: ActivityKind::Out,
        status: ActivityStatus::Succeeded,
        cause: "自定义策略触发[grow when hot]".into(),
        description: "1".into(),
        started: Some(at(3600 * index + number)),
        ended: Some(at(3600 * index + number)),
        done: vec!["i".into()],
        failed: Vec::new(),
        error: 0,
    };
    GroupDetail {
        members: (0..MEMBERS).map(member).collect(),
        activities: (1..21).map(activity).collect(),
        ..GroupDetail::default()
    }
}

fn world() -> World {
    let account = Account {
        id: account(),
        region: "cn-beijing-6".to_owned(),
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
fn measure(what: &str, mut work: impl FnMut(usize)) {
    let mut took: Vec<Duration> = (0..TIMES)
        .map(|turn| {
            let begun = Instant::now();
            work(turn);
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    let of = |share: usize| took[(TIMES * share / 100).min(TIMES - 1)];
    let verdict = if of(99) < FRAME { "within" } else { "over" };
    println!(
        "{what:<44} p50 {:>9.3?}  p99 {:>9.3?}  worst {:>9.3?}  {verdict} a frame",
        of(50),
        of(99),
        of(100)
    );
}

fn main() {
    let groups: Vec<Group> = (0..GROUPS).map(group).collect();
    let mut world = world();
    answer(
        &mut world,
        Query::ScalingGroups(account()),
        Facts::ScalingGroups(groups.clone()),
    );
    for (number, group) in (0..).zip(&groups) {
        let query = Query::ScalingGroup(account(), group.id.clone());
        let facts = Facts::ScalingGroup(Box::new(detail(number)));
        answer(&mut world, query, facts);
    }
    let zone = TimeZone::UTC;
    let theme = Theme::default();
    let keys = Keymap::default();
    let mut pane = Scaling::new();

    // Another answer each time: some sizes have changed.
    measure("load: an answer until the list stands", |turn| {
        let mut fresh = groups.clone();
        for group in fresh.iter_mut().skip(turn % 7).step_by(7) {
            group.desired += 1;
        }
        let query = Query::ScalingGroups(account());
        answer(&mut world, query, Facts::ScalingGroups(fresh));
        pane.update(&Event::Changed, &context(&world, &zone));
    });
    let ctx = context(&world, &zone);
    measure("sort", |turn| {
        let column = ["name", "size", "age", "last"][turn % 4];
        pane.update(&Event::Sort(column), &ctx);
    });
    measure("filter", |turn| {
        let text = ["服务-01", "state=moving", "size>=50 template-3", ""][turn % 4];
        pane.update(&Event::Filter(text), &ctx);
    });
    pane.update(&Event::Filter(""), &ctx);
    let view = View {
        world: &world,
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
    measure("draw: the list, 200x60", |_| {
        buffer.reset();
        pane.view(&view, SCREEN, &mut buffer);
    });
    measure("the wants of the list", |_| {
        std::hint::black_box(pane.needs(&ctx));
    });
    let shown = Subject::ScalingGroup(account(), groups[500].id.clone());
    let opened = Event::Opened {
        subject: Some(&shown),
        args: "",
    };
    measure("open a group", |_| {
        pane.update(&opened, &ctx);
    });
    measure("draw: a group with 50 members, 200x60", |_| {
        buffer.reset();
        pane.view(&view, SCREEN, &mut buffer);
    });
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
