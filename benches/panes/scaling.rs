//! A large fleet: 1,000 scaling groups with 50 members each.

use watchkeeper::app::pane::{Event, Pane as _};
use watchkeeper::app::subject::Subject;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::scaling::{
    Activity, ActivityKind, ActivityStatus, Group, GroupDetail, GroupStatus, Member, Origin,
};
use watchkeeper::panes::scaling::Scaling;

use crate::stage::{Desk, TIMES, answer, at, list, measure, world};

const GROUPS: u32 = 1000;
const MEMBERS: u32 = 50;

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

/// Runs this part.
pub fn run() {
    let groups: Vec<Group> = (0..GROUPS).map(group).collect();
    let mut world = world(account());
    for (number, group) in (0..).zip(&groups) {
        let query = Query::ScalingGroup(account(), group.id.clone());
        let facts = Facts::ScalingGroup(Box::new(detail(number)));
        answer(&mut world, query, facts);
    }
    let mut pane = Scaling::new();
    let middle = groups[500].id.clone();
    list(
        "1,000 groups",
        &mut pane,
        &mut world,
        (
            Query::ScalingGroups(account()),
            Facts::ScalingGroups(groups),
        ),
        &["服务-01", "state=moving", "size>=50 template-3"],
        &["name", "size", "age", "last"],
    );
    let mut desk = Desk::new();
    measure("1,000 groups: what the list asks for", TIMES, |_| {
        std::hint::black_box(pane.needs(&desk.context(&world)));
    });
    let shown = Subject::ScalingGroup(account(), middle);
    let opened = Event::Opened {
        subject: Some(&shown),
        args: "",
    };
    measure(
        "a group with 50 members: open, and the frame",
        TIMES,
        |_| {
            desk.update(&mut pane, &world, &opened);
            desk.draw(&pane, &world);
        },
    );
}
