//! Random sequences of calls: the simulator and a plain model, written beside it from the document, agree on sizes,
//! members, protection and activities, and a refused call changes nothing (ksc-autoscaling.md, 14).
//!
//! The calls go to the simulator's functions in this process, after the same checks as on arrival. Where the document
//! leaves the choice (who of those that joined in one second leaves) the model takes over what the simulator chose,
//! after looking whether it may. Metric policies are such that their condition always holds while there is a member, so
//! that only their counting, their cool-down and their cancelled activities are left to be compared.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use watchkeeper::cloud::declare::Zone;
use watchkeeper::cloud::sign::Scheme;
use watchkeeper::cloud::{self, wire};
use watchkeeper::sim::chance::scramble;
use watchkeeper::sim::estate::{Cloud, Estate};
use watchkeeper::sim::handlers::{Caller, Handlers};
use watchkeeper::sim::ksc_autoscaling;
use watchkeeper::sim::scenario::Scenario;

/// How many sequences, and how many calls in each.
const SEQUENCES: u64 = 10_000;
const CALLS: u32 = 14;
/// Repeats one sequence: its number.
const ONLY: &str = "SCALING_SEQUENCE";

const SCENARIO: &str = r#"
seed = 7
speed = 1.0
[[fleet]]
name = "pool"
count = 6
role = "web"
clouds = ["ksc"]
application = "a"
[[fleet]]
name = "other"
count = 2
role = "web"
clouds = ["ksc"]
application = "a"
[[scaling_config]]
name = "c"
image = "i"
types = ["N3.2B"]
machine_name = "as"
[[scaling_group]]
name = "g"
config = "c"
fleet = "pool"
members = 3
manual = 1
min = 1
max = 5
[[scaling_group]]
name = "h"
config = "c"
fleet = "other"
members = 1
min = 1
max = 2
"#;

/// Kinds and states of activities, and their errors, by their numbers on the wire (11.7, 14.4).
const OUT: i64 = 0;
const IN: i64 = 1;
const ATTACH: i64 = 2;
const DETACH: i64 = 3;
const RUNNING: i64 = 1;
const SUCCEEDED: i64 = 2;
const FAILED: i64 = 3;
const CANCELLED: i64 = 4;
const BUSY: i64 = 40_000;
const COOLING: i64 = 40_001;

/// A member as the model knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    joined: i64,
    protected: bool,
}

/// What both sides say of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    kind: i64,
    status: i64,
    error: i64,
    started: i64,
    ended: Option<i64>,
    machines: usize,
}

/// The activity that runs.
#[derive(Debug, Clone)]
struct Running {
    ends: i64,
    create: usize,
    leave: Leave,
    cooldown: i64,
}

/// Who leaves at the end of an activity.
#[derive(Debug, Clone)]
enum Leave {
    /// So many: the simulator has not been asked yet.
    Count(usize),
    /// These.
    Members(Vec<String>),
}

/// A task that runs once; `at` is empty when it is over, but it stays listed.
#[derive(Debug, Clone)]
struct Task {
    id: String,
    at: Option<i64>,
    sizes: (i64, i64, i64),
}

/// A metric policy whose condition holds whenever there is a member.
#[derive(Debug, Clone)]
struct Policy {
    id: String,
    period: i64,
    repeat: u32,
    by: i64,
    cooldown: i64,
    seen: i64,
    run: u32,
}

/// The plain model: what the document says of one group.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about one group"
)]
#[derive(Debug, Clone)]
struct Model {
    now: i64,
    min: i64,
    max: i64,
    desired: i64,
    oldest_first: bool,
    active: bool,
    members: BTreeMap<String, Member>,
    activities: Vec<Seen>,
    running: Option<Running>,
    tasks: Vec<Task>,
    policies: Vec<Policy>,
    cooling_until: i64,
    /// A task waits for the end of the rest.
    waits: bool,
    /// Nobody could leave: not tried again until something changes.
    stuck: bool,
}

/// What happens next, in the order in which things of one instant happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    End,
    Task(usize),
    Policy(usize),
    Rested,
}

impl Model {
    fn of(estate: &Estate) -> Self {
        let group = &estate.scaling.groups[0];
        Self {
            now: estate.now.as_second(),
            min: group.min,
            max: group.max,
            desired: group.desired,
            oldest_first: true,
            active: group.active,
            members: members(estate),
            activities: Vec::new(),
            running: None,
            tasks: Vec::new(),
            policies: Vec::new(),
            cooling_until: 0,
            waits: false,
            stuck: false,
        }
    }

    fn size(&self) -> i64 {
        i64::try_from(self.members.len()).unwrap()
    }

    fn cools(&self) -> bool {
        self.now < self.cooling_until
    }

    /// 14.4: 60 seconds, and 10 for each machine that is created or removed.
    fn begin(&mut self, kind: i64, create: usize, leave: usize, by_hand: usize, cooldown: i64) {
        let each = i64::try_from(create.max(leave)).unwrap();
        self.activities.push(Seen {
            kind,
            status: RUNNING,
            error: 0,
            started: self.now,
            ended: None,
            machines: by_hand,
        });
        self.running = Some(Running {
            ends: self.now + 60 + 10 * each,
            create,
            leave: Leave::Count(leave),
            cooldown,
        });
    }

    fn over(&mut self, kind: i64, status: i64, error: i64) {
        self.activities.push(Seen {
            kind,
            status,
            error,
            started: self.now,
            ended: Some(self.now),
            machines: 0,
        });
    }

    /// 14.5
    fn reconcile(&mut self, cooldown: i64) {
        let rests = self.waits && self.cools();
        if !self.active || self.running.is_some() || self.stuck || rests {
            return;
        }
        self.waits = false;
        let apart = self.desired.clamp(self.min, self.max) - self.size();
        let count = usize::try_from(apart.unsigned_abs()).unwrap();
        if apart > 0 {
            self.begin(OUT, count, 0, 0, cooldown);
        } else if apart < 0 {
            let free = self.members.values().filter(|m| !m.protected).count();
            if free == 0 {
                self.over(IN, FAILED, 0);
                self.stuck = true;
            } else {
                self.begin(IN, 0, free.min(count), 0, cooldown);
            }
        }
    }

    /// What happens next until `to`.
    fn next_event(&self, to: i64) -> Option<(i64, Event)> {
        let end = self.running.iter().map(|one| (one.ends, Event::End));
        let tasks = self.tasks.iter().enumerate();
        let tasks = tasks.filter_map(|(place, task)| Some((task.at?, Event::Task(place))));
        let policies = self.policies.iter().enumerate();
        let policies = policies.map(|(place, one)| (one.seen + one.period, Event::Policy(place)));
        let is_open = self.active && self.running.is_none() && self.waits;
        let rested = is_open.then_some((self.cooling_until, Event::Rested));
        let all = end.chain(tasks).chain(policies).chain(rested);
        all.filter(|(at, _)| *at <= to).min()
    }

    /// 14.8: the sizes at once, the activity when it can be.
    fn run_task(&mut self, place: usize) {
        let task = &mut self.tasks[place];
        task.at = None;
        if !self.active {
            return;
        }
        (self.min, self.desired, self.max) = task.sizes;
        self.stuck = false;
        let kind = if self.desired < self.size() { IN } else { OUT };
        if self.running.is_some() {
            self.over(kind, CANCELLED, BUSY);
        } else if self.cools() && self.desired != self.size() {
            self.waits = true;
            self.over(kind, CANCELLED, COOLING);
        } else {
            self.reconcile(0);
        }
    }

    /// 14.7
    fn look_at_policy(&mut self, place: usize) {
        let holds = self.active && !self.members.is_empty();
        let now = self.now;
        let policy = &mut self.policies[place];
        policy.seen = now;
        policy.run = if holds { policy.run + 1 } else { 0 };
        if policy.run < policy.repeat {
            return;
        }
        policy.run = 0;
        let (by, cooldown) = (policy.by, policy.cooldown);
        let wanted = (self.size() + by).clamp(self.min, self.max);
        if wanted == self.size() {
            return;
        }
        let kind = if wanted < self.size() { IN } else { OUT };
        if self.running.is_some() {
            self.over(kind, CANCELLED, BUSY);
        } else if self.cools() {
            self.over(kind, CANCELLED, COOLING);
        } else {
            if self.desired != wanted {
                self.stuck = false;
            }
            self.desired = wanted;
            self.reconcile(cooldown);
        }
    }

    /// The running activity ends. Who came is what the simulator says, if it may be.
    fn end(&mut self, actual: &BTreeMap<String, Member>) {
        let running = self.running.take().unwrap();
        let last = self
            .activities
            .iter()
            .rposition(|one| one.status == RUNNING);
        let activity = &mut self.activities[last.unwrap()];
        activity.status = SUCCEEDED;
        activity.ended = Some(self.now);
        let Leave::Members(leave) = running.leave else {
            panic!("nobody looked who leaves");
        };
        if matches!(activity.kind, OUT | IN) {
            activity.machines = running.create + leave.len();
        }
        let started = activity.started;
        for id in &leave {
            self.members.remove(id);
        }
        let come: BTreeMap<String, Member> = actual
            .iter()
            .filter(|(id, _)| !self.members.contains_key(*id))
            .map(|(id, member)| (id.clone(), *member))
            .collect();
        // One after the other: the last one ends the activity.
        let create = i64::try_from(running.create).unwrap();
        let mut joined: Vec<i64> = come.values().map(|member| member.joined).collect();
        joined.sort_unstable();
        let expected: Vec<i64> = (0..create)
            .map(|number| (self.now - (create - 1 - number)).max(started))
            .collect();
        assert_eq!(joined, expected, "who comes, and when");
        assert!(come.values().all(|member| !member.protected));
        self.members.extend(come);
        if running.cooldown > 0 {
            self.cooling_until = self.now + running.cooldown;
        }
    }

    /// An activity has begun: are those chosen to leave that may, as many as must, in the policy's order?
    fn look_who_leaves(&mut self, chosen: Vec<String>) {
        let (members, oldest_first) = (&self.members, self.oldest_first);
        let Some(running) = &mut self.running else {
            assert!(chosen.is_empty(), "nothing runs, but {chosen:?} leave");
            return;
        };
        let Leave::Count(count) = running.leave else {
            return;
        };
        assert_eq!(chosen.len(), count, "so many leave");
        let order = |id: &String| {
            let joined = members[id].joined;
            if oldest_first { joined } else { -joined }
        };
        assert!(chosen.iter().all(|id| !members[id].protected));
        let last = chosen.iter().map(order).max().unwrap_or(i64::MIN);
        for (id, member) in members {
            let stays = !chosen.contains(id);
            assert!(
                !stays || member.protected || order(id) >= last,
                "{id} should have left before {chosen:?}"
            );
        }
        running.leave = Leave::Members(chosen);
    }

    fn resize(&mut self, (min, desired, max): (i64, i64, i64)) {
        if (self.min, self.desired, self.max) != (min, desired, max) {
            (self.min, self.desired, self.max) = (min, desired, max);
            self.stuck = false;
            self.waits = false;
        }
        self.reconcile(0);
    }

    /// May machines be added or taken out now?
    fn is_open(&self) -> bool {
        self.active && self.running.is_none()
    }

    /// What becomes of a call: is it accepted? One that is refused changes nothing.
    fn call(&mut self, name: &str, input: &Json) -> bool {
        let named = names(input);
        let count = i64::try_from(named.len()).unwrap();
        let known = count > 0 && named.iter().all(|id| self.members.contains_key(id));
        match name {
            "modify_scaling_group" => {
                let size = |key: &str, now: i64| input[key].as_i64().unwrap_or(now);
                let sizes = (
                    size("MinSize", self.min),
                    size("DesiredCapacity", self.desired),
                    size("MaxSize", self.max),
                );
                if !in_order(sizes) {
                    return false;
                }
                if let Some(word) = input["RemovePolicy"].as_str() {
                    self.oldest_first = word == "RemoveOldestInstance";
                }
                self.resize(sizes);
            }
            "enable_scaling_group" => self.enable(),
            "disable_scaling_group" => self.active = false,
            "set_kvm_protected_detach" => {
                if !known {
                    return false;
                }
                self.protect(&named, input["ProtectedFromDetach"] == json!(1));
            }
            "attach_instance" => {
                let is_fresh = count > 0 && !named.iter().any(|id| self.is_taken(id));
                let fits = self.size().max(self.desired) + count <= self.max;
                if !self.is_open() || !is_fresh || !fits {
                    return false;
                }
                let joined = self.now;
                let protected = false;
                let joining = named.into_iter();
                self.members
                    .extend(joining.map(|id| (id, Member { joined, protected })));
                self.by_hand(ATTACH, count);
            }
            "detach_instance" => {
                let fits = self.size().min(self.desired) - count >= self.min;
                if !self.is_open() || !known || !fits {
                    return false;
                }
                for id in &named {
                    self.members.remove(id);
                }
                self.by_hand(DETACH, -count);
            }
            "delete_scaling_group" => return self.members.is_empty() && self.running.is_none(),
            _ => unreachable!("{name}"),
        }
        true
    }

    /// A machine of the other group, or none at all.
    fn is_taken(&self, id: &str) -> bool {
        self.members.contains_key(id) || id.starts_with('!')
    }

    fn by_hand(&mut self, kind: i64, by: i64) {
        self.desired += by;
        self.stuck = false;
        let count = usize::try_from(by.unsigned_abs()).unwrap();
        self.begin(kind, 0, 0, count, 0);
    }

    fn enable(&mut self) {
        if self.active {
            return;
        }
        self.active = true;
        self.stuck = false;
        for policy in &mut self.policies {
            policy.run = 0;
        }
        self.reconcile(0);
    }

    fn protect(&mut self, ids: &[String], on: bool) {
        let mut changed = false;
        for id in ids {
            let member = self.members.get_mut(id).unwrap();
            changed |= member.protected != on;
            member.protected = on;
        }
        if changed && self.stuck {
            self.stuck = false;
            self.reconcile(0);
        }
    }

    /// 14.3: a new task.
    fn add_task(&mut self, at: i64, sizes: (i64, i64, i64)) -> bool {
        let clashes = self.tasks.iter().any(|task| task.at == Some(at));
        let accepted = in_order(sizes) && !clashes && self.tasks.len() < 10;
        if accepted {
            let id = String::new();
            let at = Some(at);
            self.tasks.push(Task { id, at, sizes });
        }
        accepted
    }
}

/// `0 <= MinSize <= DesiredCapacity <= MaxSize` and `MaxSize >= 1` (14.1).
fn in_order((min, desired, max): (i64, i64, i64)) -> bool {
    max >= 1 && 0 <= min && min <= desired && desired <= max
}

fn names(input: &Json) -> Vec<String> {
    let all = input["ScalingInstanceId.N"].as_array();
    all.into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect()
}

/// A small generator of numbers, so that a failure can be repeated from its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(1);
        scramble(self.0) % sides
    }

    fn number(&mut self, sides: u64) -> i64 {
        i64::try_from(self.roll(sides)).unwrap()
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// One sequence on both sides.
struct Play<'h> {
    handlers: &'h Handlers,
    caller: Caller,
    estate: Estate,
    model: Model,
    dice: Dice,
    group: String,
    said: Vec<String>,
}

fn members(estate: &Estate) -> BTreeMap<String, Member> {
    let group = &estate.scaling.groups[0];
    let known = group.members.iter().map(|member| {
        let known = Member {
            joined: member.joined.as_second(),
            protected: member.protected,
        };
        (member.id.clone(), known)
    });
    known.collect()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

impl<'h> Play<'h> {
    fn begin(scenario: &Scenario, handlers: &'h Handlers, number: u64) -> Self {
        let estate = Estate::new(scenario, at(1_795_000_000));
        Self {
            handlers,
            caller: Caller {
                user: "model".into(),
                user_id: "1".into(),
                scheme: Scheme::None,
                region: None,
                request_id: "r".into(),
            },
            model: Model::of(&estate),
            group: estate.scaling.groups[0].id.clone(),
            estate,
            dice: Dice(scramble(number)),
            said: Vec::new(),
        }
    }

    /// Calls an operation of the simulator, with the checks of arrival.
    fn ask(&mut self, name: &str, input: Json) -> Result<Json, String> {
        let id = format!("ksc-autoscaling.{name}");
        let entry = cloud::operation(&id).unwrap();
        let broken = wire::check_entry(entry, &input);
        if let Some(rule) = broken.iter().find(|violation| !violation.soft) {
            return Err(format!("{} {}", rule.field, rule.rule));
        }
        let answer = self
            .handlers
            .handle(entry.id, &mut self.estate, &self.caller, input);
        match answer.unwrap() {
            Ok(answer) => Ok(answer.body),
            Err(refusal) => Err(refusal.code),
        }
    }

    /// Calls it on both sides; what is refused leaves everything as it was.
    fn both(&mut self, name: &str, input: Json, accepted: bool) -> Option<Json> {
        let before = (!accepted).then(|| self.estate.scaling.clone());
        let word = format!("{} {name} {input}", self.model.now);
        self.said.push(word);
        let answer = self.ask(name, input);
        assert_eq!(
            answer.is_ok(),
            accepted,
            "{answer:?} to the last of {:#?}",
            self.said
        );
        if let Some(before) = before {
            let is_same = self.estate.scaling == before;
            assert!(is_same, "the last of {:#?}", self.said);
        }
        self.model.look_who_leaves(self.leavers());
        answer.ok()
    }

    fn leavers(&self) -> Vec<String> {
        self.estate.scaling.groups[0].leavers()
    }

    /// Lets time go by on both sides, event by event.
    fn pass(&mut self, seconds: i64) {
        let to = self.model.now + seconds;
        while let Some((second, event)) = self.model.next_event(to) {
            self.model.now = second;
            // Everything of this instant happens at once on the other side, so who leaves is asked at its end.
            self.estate.advance(at(second));
            match event {
                Event::End => {
                    self.model.end(&members(&self.estate));
                    self.model.reconcile(0);
                }
                Event::Task(place) => self.model.run_task(place),
                Event::Policy(place) => self.model.look_at_policy(place),
                Event::Rested => {
                    self.model.waits = false;
                    self.model.reconcile(0);
                }
            }
            if self.model.next_event(second).is_none() {
                self.model.look_who_leaves(self.leavers());
            }
        }
        self.model.now = to;
        self.estate.advance(at(to));
    }

    /// Both sides say the same.
    fn compare(&self) {
        let (group, model) = (&self.estate.scaling.groups[0], &self.model);
        let said = &self.said;
        let sizes = (group.min, group.desired, group.max, group.active);
        let expected = (model.min, model.desired, model.max, model.active);
        assert_eq!(sizes, expected, "{said:#?}");
        assert_eq!(members(&self.estate), model.members, "{said:#?}");
        let activities: Vec<Seen> = group
            .activities
            .iter()
            .map(|activity| Seen {
                kind: activity.kind as i64,
                status: activity.status as i64,
                error: activity.error,
                started: activity.started.as_second(),
                ended: activity.ended.map(Timestamp::as_second),
                machines: activity.done.len(),
            })
            .collect();
        assert_eq!(activities, model.activities, "{said:#?}");
        let running = activities.iter().filter(|one| one.status == RUNNING);
        assert!(running.count() <= 1, "one at a time: {said:#?}");
    }

    /// Some members, now and then somebody who is none.
    fn some_members(&mut self) -> Vec<String> {
        let ids: Vec<String> = self.model.members.keys().cloned().collect();
        let mut chosen: Vec<String> = ids.into_iter().filter(|_| self.dice.one_in(3)).collect();
        if self.dice.one_in(12) {
            chosen.push("!none".to_owned());
        }
        chosen
    }

    /// Machines that could be added, now and then one that cannot.
    fn some_machines(&mut self) -> Vec<String> {
        let count = 1 + self.dice.number(2);
        let other = &self.estate.scaling.groups[1].members;
        let taken: Vec<String> = other.iter().map(|member| member.id.clone()).collect();
        let mut ids: Vec<String> = self
            .estate
            .machines
            .iter()
            .filter(|machine| machine.fleet != "other")
            .filter_map(|machine| machine.id_in(Cloud::Ksc))
            .filter(|id| !self.model.members.contains_key(*id))
            .take(usize::try_from(count).unwrap())
            .map(str::to_owned)
            .collect();
        match self.dice.roll(12) {
            0 => ids.push("!none".to_owned()),
            1 => ids.extend(taken),
            2 => ids.extend(self.model.members.keys().next().cloned()),
            _ => {}
        }
        ids
    }

    fn resize(&mut self) {
        let mut input = json!({
            "ScalingGroupId": self.group, "DesiredCapacity": self.dice.roll(7),
        });
        if self.dice.one_in(3) {
            input["MinSize"] = json!(self.dice.roll(4));
            input["MaxSize"] = json!(self.dice.roll(7));
        }
        if self.dice.one_in(4) {
            let words = ["RemoveOldestInstance", "RemoveNewestInstance"];
            input["RemovePolicy"] = json!(words[usize::from(self.dice.one_in(2))]);
        }
        self.plain("modify_scaling_group", input);
    }

    /// A call that the model knows by its name.
    fn plain(&mut self, name: &str, input: Json) {
        let accepted = self.model.call(name, &input);
        self.both(name, input, accepted);
    }

    fn new_task(&mut self) {
        let at_second = self.model.now + 31 + self.dice.number(400);
        let sizes = (
            self.dice.number(4),
            self.dice.number(6),
            self.dice.number(7),
        );
        let name = format!("t{}", self.said.len());
        let input = json!({
            "ScalingGroupId": self.group, "ScalingScheduledTaskName": name,
            "StartTime": Zone::BeijingPlain.write(at(at_second)),
            "ReadjustMinSize": sizes.0, "ReadjustExpectSize": sizes.1, "ReadjustMaxSize": sizes.2,
        });
        let accepted = self.model.add_task(at_second, sizes);
        if let Some(answer) = self.both("create_scheduled_task", input, accepted) {
            let task = self.model.tasks.last_mut().unwrap();
            task.id = answer["ReturnSet"].to_string();
        }
    }

    fn delete_task(&mut self) {
        let place = usize::try_from(self.dice.roll(3)).unwrap();
        let accepted = place < self.model.tasks.len();
        let id = if accepted {
            self.model.tasks.remove(place).id
        } else {
            "1".to_owned()
        };
        let input = json!({"ScalingGroupId": self.group, "ScalingScheduledTaskId": id});
        self.both("delete_scheduled_task", input, accepted);
    }

    fn new_policy(&mut self) {
        let by = self.dice.number(5) - 2;
        let policy = Policy {
            id: String::new(),
            period: 60 + 30 * self.dice.number(3),
            repeat: 1 + u32::try_from(self.dice.roll(3)).unwrap(),
            by: if by == 0 { 3 } else { by },
            cooldown: 60 + 60 * self.dice.number(4),
            seen: self.model.now,
            run: 0,
        };
        let metric = json!({
            "dimensionName": "cpu_usage", "comparisonOperator": "EqualOrGreater", "threshold": 0,
            "repeatTimes": policy.repeat, "function": "max", "period": policy.period,
        });
        let input = json!({
            "ScalingGroupId": self.group, "ScalingPolicyName": format!("p{}", self.said.len()),
            "Metric": metric, "AdjustmentType": "QuantityChangeInCapacity",
            "AdjustmentValue": policy.by, "CoolDown": policy.cooldown,
        });
        let answer = self.both("create_scaling_policy", input, true).unwrap();
        let id = answer["ScalingPolicyId"].to_string();
        self.model.policies.push(Policy { id, ..policy });
    }

    fn delete_policy(&mut self) {
        let accepted = !self.model.policies.is_empty();
        let id = if accepted {
            self.model.policies.remove(0).id
        } else {
            "1".to_owned()
        };
        let input = json!({"ScalingGroupId": self.group, "ScalingPolicyId": id});
        self.both("delete_scaling_policy", input, accepted);
    }

    /// One call. Says whether the group is still there.
    fn step(&mut self) -> bool {
        let group = json!({"ScalingGroupId": self.group});
        let with = |more: Json| {
            let mut input = group.clone();
            for (name, value) in more.as_object().unwrap() {
                input[name] = value.clone();
            }
            input
        };
        match self.dice.roll(18) {
            0..=4 => self.resize(),
            5 => self.plain("enable_scaling_group", group),
            6 => self.plain("disable_scaling_group", group),
            7 | 8 => {
                let input = with(json!({
                    "ScalingInstanceId.N": self.some_members(),
                    "ProtectedFromDetach": self.dice.roll(2),
                }));
                self.plain("set_kvm_protected_detach", input);
            }
            9 | 10 => {
                let input = with(json!({"ScalingInstanceId.N": self.some_machines()}));
                // The model knows those of nobody and of the other group by a sign of their own.
                let other = &self.estate.scaling.groups[1].members;
                let marked: Vec<String> = names(&input)
                    .into_iter()
                    .map(|id| {
                        let is_taken = other.iter().any(|member| member.id == id);
                        if is_taken { format!("!{id}") } else { id }
                    })
                    .collect();
                let known = with(json!({ "ScalingInstanceId.N": marked }));
                let accepted = self.model.call("attach_instance", &known);
                self.both("attach_instance", input, accepted);
            }
            11 | 12 => {
                let input = with(json!({"ScalingInstanceId.N": self.some_members()}));
                self.plain("detach_instance", input);
            }
            13 => {
                let accepted = self.model.call("delete_scaling_group", &group);
                self.both("delete_scaling_group", group, accepted);
                return !accepted;
            }
            14 => self.new_task(),
            15 => self.delete_task(),
            16 => self.new_policy(),
            _ => self.delete_policy(),
        }
        true
    }
}

fn sequence(scenario: &Scenario, handlers: &Handlers, number: u64) {
    let mut play = Play::begin(scenario, handlers, number);
    for _ in 0..CALLS {
        if !play.step() {
            assert_eq!(play.estate.scaling.groups.len(), 1, "{:#?}", play.said);
            return;
        }
        play.compare();
        let seconds = play.dice.number(200);
        play.pass(seconds);
        play.compare();
    }
}

/// Runs every sequence; a failure names the number by which `SCALING_SEQUENCE` repeats it alone.
#[test]
fn the_simulator_and_a_plain_model_agree() {
    let scenario = Scenario::parse("model", SCENARIO).unwrap();
    let handlers = ksc_autoscaling::handlers();
    if let Ok(only) = std::env::var(ONLY) {
        sequence(&scenario, &handlers, only.parse().unwrap());
        return;
    }
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    std::thread::scope(|scope| {
        for first in 0..threads {
            let (scenario, handlers) = (&scenario, &handlers);
            scope.spawn(move || {
                for number in (first..SEQUENCES).step_by(usize::try_from(threads).unwrap()) {
                    let run = AssertUnwindSafe(|| sequence(scenario, handlers, number));
                    assert!(
                        catch_unwind(run).is_ok(),
                        "sequence {number} failed: repeat it with {ONLY}={number}"
                    );
                }
            });
        }
    });
}
