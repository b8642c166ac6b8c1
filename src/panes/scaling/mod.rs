//! `:scaling`: scaling groups; one of them with members, activities, policies, tasks, notifications, launch configuration
//! and load balancers. Everything that can be changed about them is changed from here.

mod detail;
mod dialogs;
mod forms;
mod rows;
mod steps;
mod texts;

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use detail::Tab;
use rows::{GroupRow, Part, PartRow};
use texts::Motion;

use super::list::List;
use super::{frame, wants};
use crate::app::command::Command;
use crate::app::pane::{About, Context, Document, Event, Listing, Pane, Request, Tone, View};
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::Action;
use crate::domain::query::{Query, Want};
use crate::domain::scaling::{Change, Group, GroupDetail, GroupId};
use crate::domain::text::SafeText;
use crate::ui::widgets::document::{self, DocumentState};

/// The systems that have scaling groups.
const SYSTEMS: [SystemId; 1] = [SystemId::KscAutoscaling];
/// How old things may get while something moves, and otherwise: a list is one call, a group five.
const MOVING_EVERY: Duration = Duration::from_secs(5);
const CALM_EVERY: Duration = Duration::from_secs(30);
/// How old the details of the groups in the list may get that nobody looks at.
const ROW_EVERY: Duration = Duration::from_secs(180);
/// Launch configurations change rarely.
const CONFIGS_EVERY: Duration = Duration::from_secs(120);
/// Groups of the list, around the cursor, whose details are read.
const AROUND: usize = 24;

const GROUP: &[Kind] = &[Kind::ScalingGroup, Kind::ScalingPart];
const PART: &[Kind] = &[Kind::ScalingPart];

const ABOUT: About = About::new("scaling", "scaling.title", COMMANDS)
    .aliases(&["groups", "asg", "sg"])
    .opens(GROUP);

const COMMANDS: &[Command] = &[
    Command::new("open", &["<enter>"]).on(GROUP),
    Command::changes("scaling.more", &["+"]).on(GROUP).hinted(),
    // Not `-`: that is the way back to the last view, and this is no harmless key.
    Command::changes("scaling.less", &["_"]).on(GROUP).hinted(),
    Command::changes("scaling.desired", &["="]).on(GROUP),
    Command::changes("scaling.protect", &["P"])
        .on(PART)
        .hinted(),
    Command::changes("scaling.detach", &["D"]).on(PART),
    Command::changes("scaling.attach", &["A"]).on(GROUP),
    Command::changes("scaling.create", &["n"]).hinted(),
    Command::changes("scaling.modify", &["e"]).on(GROUP),
    Command::changes("scaling.add", &["o"]).on(GROUP),
    Command::changes("scaling.change", &["E"]).on(PART),
    Command::changes("scaling.remove", &["<del>"]).on(PART),
    Command::changes("scaling.enable", &["z e"]).on(GROUP),
    Command::changes("scaling.disable", &["z d"]).on(GROUP),
    Command::changes("scaling.delete", &["z x"]).on(GROUP),
    Command::changes("scaling.notify", &["z n"]).on(GROUP),
    Command::changes("scaling.balancers", &["z b"]).on(GROUP),
    Command::changes("scaling.config_create", &["z o"]),
    Command::changes("scaling.config_modify", &["z m"]).on(GROUP),
    Command::changes("scaling.config_delete", &["z k"]),
    Command::new("scaling.diff", &["z ="]).on(GROUP),
    Command::new("scaling.find", &["g s"])
        .on(&[Kind::Alarm, Kind::Resource, Kind::Series, Kind::Incident])
        .anywhere(),
];

/// The scaling groups.
pub struct Scaling {
    list: List<GroupRow>,
    /// The group that is shown in full.
    shown: Option<(AccountId, GroupId)>,
    tab: Tab,
    parts: Vec<List<PartRow>>,
    reading: DocumentState,
    /// A machine whose group is looked for: names and ids it may have.
    looked_for: Vec<SafeText>,
    /// What the form on the screen is about, and what was chosen on the way to it.
    about: Option<(AccountId, SafeText)>,
}

impl Scaling {
    /// Nothing read yet.
    pub fn new() -> Self {
        Self {
            list: List::new(rows::group_columns),
            shown: None,
            tab: Tab::default(),
            parts: vec![
                List::new(rows::member_columns),
                List::new(rows::activity_columns),
                List::new(rows::policy_columns),
                List::new(rows::task_columns),
                List::new(rows::binding_columns),
            ],
            reading: DocumentState::default(),
            looked_for: Vec::new(),
            about: None,
        }
    }

    /// The list of a tab, where it is one.
    fn place(tab: Tab) -> Option<usize> {
        match tab {
            Tab::Members => Some(0),
            Tab::Activities => Some(1),
            Tab::Policies => Some(2),
            Tab::Tasks => Some(3),
            Tab::Bindings => Some(4),
            Tab::Notifications | Tab::Config => None,
        }
    }

    fn part_list(&self) -> Option<&List<PartRow>> {
        self.parts.get(Self::place(self.tab)?)
    }

    fn group<'w>(&self, world: &'w World) -> Option<(&'w AccountId, &'w Group)> {
        let (account, id) = self.shown.as_ref()?;
        world
            .scaling_groups()
            .find(|(of, group)| *of == account && group.id == *id)
    }

    /// Is the group that is shown not among those that there are? Then nobody is asked for it any more.
    fn is_gone(&self, world: &World) -> bool {
        let Some((account, _)) = &self.shown else {
            return false;
        };
        let listed = world.facts(&Query::ScalingGroups(account.clone()));
        listed.is_some() && self.group(world).is_none()
    }

    fn rebuild(&mut self, ctx: &Context) {
        let world = ctx.world;
        let mut entries: Vec<GroupRow> = world
            .scaling_groups()
            .map(|(account, group)| {
                GroupRow::new(account, group, world.scaling_detail(account, &group.id))
            })
            .collect();
        // What cannot do what it shall stands on top, then what moves.
        entries.sort_by_cached_key(|row| {
            let stuck = row.motion == Motion::Stuck;
            (!stuck, !row.is_live(), row.group.name.clone())
        });
        self.list.replace(entries, ctx);
        if let Some((account, group)) = self.group(world)
            && let Some(detail) = world.scaling_detail(account, &group.id)
            && let Some(place) = Self::place(self.tab)
        {
            let rows = detail::rows(self.tab, account, group, detail, ctx);
            self.parts[place].replace(rows, ctx);
        }
    }

    fn opened(&mut self, subject: Option<&Subject>, ctx: &Context) {
        match subject {
            Some(Subject::ScalingGroup(account, id)) => {
                self.shown = Some((account.clone(), id.clone()));
                self.tab = Tab::default();
                self.list
                    .select(Subject::ScalingGroup(account.clone(), id.clone()));
            }
            Some(part @ Subject::ScalingPart(account, id, which)) => {
                self.shown = Some((account.clone(), id.clone()));
                let detail = ctx.world.scaling_detail(account, id);
                self.tab = detail.map_or_else(Tab::default, |detail| detail::tab_of(detail, which));
                if let Some(place) = Self::place(self.tab) {
                    self.parts[place].select(part.clone());
                }
            }
            _ => self.shown = None,
        }
        self.reading = DocumentState::default();
        self.rebuild(ctx);
    }

    fn switch(&mut self, forward: bool, ctx: &Context) {
        self.tab = self.tab.next(forward);
        self.reading = DocumentState::default();
        self.rebuild(ctx);
    }

    /// The lines of a tab that is a text.
    fn lines(&self, ctx: &Context) -> Option<Vec<document::Line>> {
        let (account, group) = self.group(ctx.world)?;
        match self.tab {
            Tab::Config => {
                let config = ctx.world.scaling_config(account, &group.config)?;
                Some(detail::config_lines(config, ctx))
            }
            _ => None,
        }
    }

    /// How often the list is asked for: fast only while something moves.
    fn pace(world: &World) -> Duration {
        let moves = world
            .scaling_groups()
            .any(|(account, group)| Self::is_live(world, account, group));
        if moves { MOVING_EVERY } else { CALM_EVERY }
    }

    fn is_live(world: &World, account: &AccountId, group: &Group) -> bool {
        Motion::of(group, world.scaling_detail(account, &group.id)).is_live(group)
    }

    /// The details of groups near the cursor, for the columns that the list of groups does not answer.
    fn around(&self) -> Vec<Want> {
        let rows = self.list.rows();
        let selected = self.list.subject();
        let at = rows
            .iter()
            .position(|row| Some(super::list::Row::subject(row)) == selected)
            .unwrap_or(0);
        let from = at.saturating_sub(AROUND / 2);
        rows.iter()
            .skip(from)
            .take(AROUND)
            .map(|row| {
                let every = if row.is_live() {
                    MOVING_EVERY * 2
                } else {
                    ROW_EVERY
                };
                let query = Query::ScalingGroup(row.account.clone(), row.group.id.clone());
                wants::want(query, every)
            })
            .collect()
    }

    /// While the group of a machine is looked for: the details of groups nobody has read yet, some at a time.
    fn unread(world: &World) -> impl Iterator<Item = Query> {
        world.scaling_groups().filter_map(|(account, group)| {
            let query = Query::ScalingGroup(account.clone(), group.id.clone());
            let tried = world
                .known(&query)
                .is_some_and(|known| known.tried.is_some());
            (!tried).then_some(query)
        })
    }

    /// The machine that is looked for is a member of a group by now: show it.
    fn found(&mut self, ctx: &Context) -> Vec<Request> {
        if self.looked_for.is_empty() {
            return Vec::new();
        }
        let found = self
            .looked_for
            .iter()
            .find_map(|machine| ctx.world.scaling_group_of(machine));
        let Some((account, group, member)) = found else {
            let asked = ctx
                .world
                .accounts_of(SystemId::KscAutoscaling)
                .all(|account| {
                    let known = ctx.world.known(&Query::ScalingGroups(account.id.clone()));
                    known.is_some_and(|known| known.tried.is_some())
                });
            if !asked || Self::unread(ctx.world).next().is_some() {
                return Vec::new();
            }
            let name = self.looked_for.swap_remove(0);
            self.looked_for.clear();
            let words = ctx
                .lang
                .tf("scaling.in_no_group", &[("name", name.shown())]);
            return vec![Request::Toast(Tone::Info, words)];
        };
        self.looked_for.clear();
        vec![Request::Show(Subject::ScalingPart(
            account.clone(),
            group,
            member,
        ))]
    }

    fn open(&self, on: &[Subject], ctx: &Context) -> Vec<Request> {
        if self.shown.is_none() {
            return on.first().cloned().map(Request::Show).into_iter().collect();
        }
        let Some(row) = self.part_list().and_then(List::selected) else {
            return Vec::new();
        };
        match &row.part {
            Part::Activity(activity) => {
                let Some(detail) = ctx.world.scaling_detail(&row.account, &row.group) else {
                    return Vec::new();
                };
                vec![Request::Document(Document {
                    title: texts::activity_what(activity, ctx.lang),
                    lines: detail::activity_lines(activity, detail, ctx),
                })]
            }
            Part::Member(member) => ctx
                .world
                .accounts_of(SystemId::KscMonitor)
                .find(|account| account.id.profile == row.account.profile)
                .map(|account| {
                    let key = crate::domain::metric::SeriesKey::new(
                        "KEC",
                        member.id.raw(),
                        "cpu.utilization.total",
                    );
                    Request::Show(Subject::Series(account.id.clone(), key))
                })
                .into_iter()
                .collect(),
            Part::Policy(policy) => {
                vec![Request::Document(detail::policy_document(policy, ctx))]
            }
            Part::Task(task) => vec![Request::Document(detail::task_document(task, ctx))],
            Part::Binding(_) => Vec::new(),
        }
    }

    fn counts(&self) -> (usize, usize) {
        let rows = self.list.rows();
        let moving = rows.iter().filter(|row| row.is_live());
        (rows.len(), moving.count())
    }

    fn draw_detail(&self, view: &View, area: Rect, buf: &mut Buffer) {
        let ctx = view.context(area);
        let needs = self.needs(&ctx);
        let found = self.group(view.world);
        let title = found.map_or_else(
            || view.t(ABOUT.title),
            |(_, group)| format!("{} · {}", view.t(ABOUT.title), group.name),
        );
        let inner = frame::titled(view, &title, "", &needs, area, buf);
        let Some((account, group)) = found else {
            let empty = view.t("scaling.gone");
            self.list.draw_absence(view, &needs, &empty, inner, buf);
            return;
        };
        let known = view.world.scaling_detail(account, &group.id);
        let parts = detail::layout(self.tab, inner);
        detail::draw_head(view, group, known, parts.head, buf);
        detail::draw_tabs(view, self.tab, group, known, parts.tabs, buf);
        match (self.part_list(), known) {
            (Some(list), _) => {
                let empty = match self.tab {
                    Tab::Policies => "scaling.no_policies",
                    Tab::Tasks => "scaling.no_tasks",
                    Tab::Bindings => "scaling.no_bindings",
                    Tab::Activities => "scaling.no_activities",
                    _ => "scaling.no_members",
                };
                let empty = view.lang.tf(empty, &[("key", &view.key("scaling.add"))]);
                list.draw(view, &needs, &empty, parts.list, buf);
                self.draw_below(view, account, known, parts.below, buf);
            }
            (None, Some(known)) => {
                let lines = match self.tab {
                    Tab::Notifications => detail::notification_lines(known, view),
                    _ => self.lines(&ctx).unwrap_or_else(|| {
                        vec![document::Line::styled(view.t("pane.waiting"), "muted")]
                    }),
                };
                document::Document {
                    lines: &lines,
                    state: &self.reading,
                    numbers: false,
                    empty: "",
                }
                .draw(view.theme, parts.list, buf);
            }
            (None, None) => {
                let waiting = view.t("pane.waiting");
                self.list
                    .draw_absence(view, &needs, &waiting, parts.list, buf);
            }
        }
    }

    fn draw_below(
        &self,
        view: &View,
        account: &AccountId,
        known: Option<&GroupDetail>,
        area: Rect,
        buf: &mut Buffer,
    ) {
        if area.height < 3 {
            return;
        }
        let row = self.part_list().and_then(List::selected);
        match (row.map(|row| &row.part), known) {
            (Some(Part::Task(task)), _) => detail::draw_runs(view, task, area, buf),
            (Some(Part::Policy(policy)), Some(known)) => {
                detail::draw_chart(view, account, known, policy, area, buf);
            }
            _ => {}
        }
    }
}

impl Default for Scaling {
    fn default() -> Self {
        Self::new()
    }
}

impl Pane for Scaling {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self, ctx: &Context) -> Vec<Want> {
        let pace = Self::pace(ctx.world);
        let mut needed = wants::of_each(ctx, &SYSTEMS, pace, Query::ScalingGroups);
        needed.extend(wants::of_each(
            ctx,
            &SYSTEMS,
            CONFIGS_EVERY,
            Query::ScalingConfigs,
        ));
        let Some((account, id)) = &self.shown else {
            needed.extend(self.around());
            if !self.looked_for.is_empty() {
                let unread = Self::unread(ctx.world).take(AROUND);
                needed.extend(unread.map(|query| wants::want(query, ROW_EVERY)));
            }
            return needed;
        };
        if self.is_gone(ctx.world) {
            return needed;
        }
        let known = ctx.world.scaling_detail(account, id);
        let moves = self
            .group(ctx.world)
            .is_some_and(|(account, group)| Self::is_live(ctx.world, account, group));
        let every = if moves { MOVING_EVERY } else { CALM_EVERY };
        needed.push(wants::want(
            Query::ScalingGroup(account.clone(), id.clone()),
            every,
        ));
        if let (Tab::Policies, Some(detail)) = (self.tab, known) {
            let row = self.part_list().and_then(List::selected);
            if let Some(Part::Policy(policy)) = row.map(|row| &row.part) {
                needed.extend(detail::chart_want(ctx.world, account, detail, policy));
            }
        }
        needed
    }

    fn refusal(&self, command: &str, on: &[Subject], ctx: &Context) -> Option<String> {
        self.refuses(command, on, ctx)
    }

    fn update(&mut self, event: &Event, ctx: &Context) -> Vec<Request> {
        if let Event::Command { name, .. } = event
            && self.shown.is_some()
            && let "move.left" | "move.right" = *name
        {
            self.switch(*name == "move.right", ctx);
            return Vec::new();
        }
        if let Event::Command { name, .. } = event
            && self.shown.is_some()
            && let Some(lines) = self.lines(ctx)
        {
            let height = detail::layout(self.tab, ctx.area)
                .list
                .height
                .saturating_sub(2);
            if self.reading.command(name, &lines, height) {
                return Vec::new();
            }
        }
        let taken = match (self.shown.is_some(), Self::place(self.tab)) {
            (true, Some(place)) => {
                let list = detail::layout(self.tab, ctx.area).list;
                self.parts[place].event(event, &Context { area: list, ..*ctx })
            }
            (true, None) => false,
            (false, _) => self.list.event(event, ctx),
        };
        if taken {
            return Vec::new();
        }
        match event {
            Event::Opened { subject, .. } => {
                self.opened(*subject, ctx);
                self.found(ctx)
            }
            Event::Changed => {
                self.rebuild(ctx);
                self.found(ctx)
            }
            Event::Command {
                name: "open" | "describe",
                on,
            } => self.open(on, ctx),
            Event::Command {
                name: "scaling.find",
                on,
            } => self.find(on, ctx),
            Event::Command { name, on } => self.command(name, on, ctx),
            Event::Form { tag, values } => self.filled(tag, values, ctx),
            Event::Picked { tag, ids } => self.picked(tag, ids, ctx),
            Event::Done {
                action: Action::Scaling(account, change),
                result: Ok(receipt),
                ..
            } if matches!(**change, Change::CreateGroup(_)) => receipt
                .created
                .iter()
                .map(|id| Request::Show(Subject::ScalingGroup(account.clone(), id.clone())))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn back(&mut self) -> bool {
        match (self.shown.is_some(), Self::place(self.tab)) {
            (true, Some(place)) => self.parts[place].back(),
            (true, None) => false,
            (false, _) => self.list.back(),
        }
    }

    fn subject(&self, world: &World) -> Option<Subject> {
        let Some((account, id)) = &self.shown else {
            return self.list.subject();
        };
        self.group(world)?;
        let part = self.part_list().and_then(Listing::subject);
        Some(part.unwrap_or_else(|| Subject::ScalingGroup(account.clone(), id.clone())))
    }

    fn listing(&self) -> Option<&dyn Listing> {
        match self.shown {
            Some(_) => self.part_list().map(|list| list as &dyn Listing),
            None => Some(&self.list),
        }
    }

    fn repeat(&self, _world: &World) -> Option<String> {
        Some(match (&self.shown, self.tab) {
            (None, _) => "scaling ls".to_owned(),
            (Some((_, id)), Tab::Activities) => format!("scaling activities {}", id.raw()),
            (Some((_, id)), _) => format!("scaling show {}", id.raw()),
        })
    }

    fn view(&self, view: &View, area: Rect, buf: &mut Buffer) {
        if self.shown.is_some() {
            self.draw_detail(view, area, buf);
            return;
        }
        let needs: Vec<Want> = wants::of_each(
            &view.context(area),
            &SYSTEMS,
            CALM_EVERY,
            Query::ScalingGroups,
        );
        let counted = frame::counted(&self.list.info(view.lang), view.lang);
        let (_, moving) = self.counts();
        let totals = if moving == 0 {
            counted
        } else {
            let moving = view
                .lang
                .tf("scaling.moving_count", &[("count", &moving.to_string())]);
            format!("{counted} · {moving}")
        };
        let inner = frame::draw(view, ABOUT.title, &totals, &needs, area, buf);
        let empty = view
            .lang
            .tf("scaling.empty", &[("key", &view.key("scaling.create"))]);
        self.list.draw(view, &needs, &empty, inner, buf);
    }

    fn summary(&self, view: &View) -> Line<'static> {
        let (all, moving) = self.counts();
        let text = view.lang.tf(
            "scaling.summary",
            &[("count", &all.to_string()), ("moving", &moving.to_string())],
        );
        let role = if moving == 0 {
            "muted"
        } else {
            "state.running"
        };
        Line::from(Span::styled(text, view.theme.style(role)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::connection::Account;
    use crate::domain::query::{Facts, Update};
    use crate::domain::scaling::{Activity, ActivityKind, ActivityStatus};
    use crate::ui::lang::Lang;

    const NOW: i64 = 1_795_000_000;

    fn account() -> AccountId {
        AccountId::new("p", SystemId::KscAutoscaling)
    }

    fn world(desired: u32) -> World {
        let account = Account {
            id: account(),
            region: String::new(),
            read_only: false,
            production: false,
            operator: String::new(),
            limits: Vec::new(),
        };
        let mut world = World::new(vec![account.clone()], Vec::new());
        let group = Group::sample(3, desired);
        let query = Query::ScalingGroups(account.id);
        tell(&mut world, query, Facts::ScalingGroups(vec![group]));
        world
    }

    fn tell(world: &mut World, query: Query, facts: Facts) {
        world.apply(Update {
            query,
            at: Timestamp::from_second(NOW).unwrap(),
            result: Ok(facts),
        });
    }

    fn activity(world: &mut World, status: ActivityStatus) {
        let activity = Activity::sample(ActivityKind::Out, status, NOW - 60);
        let detail = GroupDetail {
            activities: vec![activity],
            ..GroupDetail::default()
        };
        let query = Query::ScalingGroup(account(), "1".into());
        tell(world, query, Facts::ScalingGroup(Box::new(detail)));
    }

    /// How often the list and the group that is shown are asked for.
    fn paces(world: &World) -> Vec<Duration> {
        let ctx = Context {
            world,
            at: Timestamp::from_second(NOW).unwrap(),
            lang: Lang::En,
            zone: &TimeZone::UTC,
            rates: crate::ui::rates::Rates::AsSent,
            glyphs: &crate::ui::glyphs::UNICODE,
            area: Rect::new(0, 0, 80, 24),
        };
        let mut pane = Scaling::new();
        let shown = Subject::ScalingGroup(account(), "1".into());
        let opened = Event::Opened {
            subject: Some(&shown),
            args: "",
        };
        pane.update(&opened, &ctx);
        let wants = pane.needs(&ctx).into_iter();
        let of_groups = wants.filter(|want| {
            matches!(
                want.query,
                Query::ScalingGroups(_) | Query::ScalingGroup(..)
            )
        });
        of_groups.map(|want| want.every).collect()
    }

    #[test]
    fn questions_are_frequent_only_while_something_moves() {
        assert_eq!(paces(&world(3)), [CALM_EVERY; 2]);
        let mut grows = world(5);
        assert_eq!(paces(&grows), [MOVING_EVERY; 2]);
        activity(&mut grows, ActivityStatus::Running);
        assert_eq!(paces(&grows), [MOVING_EVERY; 2]);
        // What fails again and again is no reason to hurry.
        activity(&mut grows, ActivityStatus::Failed);
        assert_eq!(paces(&grows), [CALM_EVERY; 2]);
    }
}
