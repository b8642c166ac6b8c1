//! Changes whose answer never came: what was asked for, and how to find out whether it was carried out. The change is
//! never repeated; what can be seen of it is looked up instead.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::account::{AccountId, SystemId};
use super::action::Action;
use super::draft::Draft;
use super::incident::{Incident, IncidentId, IncidentStatus, WarRoom};
use super::journal::{JournalEntry, Ticket};
use super::query::{Facts, Query};
use super::script::{Order, OrderId, OrderStep, RunStatus, Script, ScriptFilter, ScriptId};
use super::text::SafeText;

/// What is kept until a change is answered is a setting of this name and the change's ticket.
pub const KEPT: &str = "doubt.";

/// The service looks for at most so much of a script's name (huawei-coc.md, 10.3).
const NAME_PART: usize = 32;

/// Between a change and its line in the journal at most so much time passes.
const NEAR: SignedDuration = SignedDuration::from_secs(30);

/// What was read so much later than the change would show it.
pub const LATE: SignedDuration = SignedDuration::from_secs(60);

/// A change of which it is not known whether it was carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// The change's ticket.
    pub ticket: Ticket,
    /// When it was sent.
    pub at: Timestamp,
    /// Where.
    pub account: AccountId,
    /// What it was, in words.
    pub summary: String,
    /// The command line of its line in the journal.
    pub command: String,
    /// What to look for.
    pub trace: Trace,
}

/// What a change leaves behind when it was carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Trace {
    /// An order of this script that was not there before.
    Run {
        /// The script's name, which is the order's, too.
        script: SafeText,
        /// Orders that were known when it was sent.
        known: Vec<OrderId>,
    },
    /// An incident with this title. Most services have no list of incidents: then it is found when its number becomes
    /// known.
    Incident {
        /// The title.
        title: SafeText,
    },
    /// An incident in one of these states.
    Step {
        /// The incident.
        incident: IncidentId,
        /// The state it is in when nothing was done.
        before: IncidentStatus,
    },
    /// A WarRoom of this incident.
    Room {
        /// The incident.
        incident: IncidentId,
    },
    /// An order on which this was done.
    Order {
        /// The order.
        order: OrderId,
        /// What was to be done.
        step: OrderStep,
    },
    /// A script of this name that was not there before: names are unique (huawei-coc.md, 10.2).
    NewScript {
        /// Its name.
        name: SafeText,
    },
    /// A script that says this.
    Wrote {
        /// The script.
        script: ScriptId,
        /// Its file, in which there are no secrets.
        file: String,
    },
    /// A script that is not there any more.
    Gone {
        /// The script.
        script: ScriptId,
        /// Its name.
        name: SafeText,
    },
    /// An alarm that was reported. Nothing reads alarms back; where the service makes an incident of it and lists
    /// incidents, that incident shows that it came (huawei-coc.md, 11.5 and 13).
    Alarm {
        /// The id it was reported with.
        id: SafeText,
        /// Its name, which such an incident has as its title.
        name: SafeText,
    },
    /// Nothing that could be looked up.
    None,
}

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It was carried out; the id of what it made, if it made something.
    Done(Option<SafeText>),
    /// It was not.
    NotDone,
    /// It cannot be told yet.
    Open,
    /// Several things may be it: somebody has to look.
    Several(usize),
}

impl Trace {
    /// What this action leaves behind. `known` are the orders that are there already.
    pub fn of(action: &Action, known: Vec<OrderId>) -> Self {
        let step = |incident: &IncidentId, before| Self::Step {
            incident: incident.clone(),
            before,
        };
        match action {
            Action::RunScript(_, new) => Self::Run {
                script: new.script_name.clone(),
                known,
            },
            Action::CreateIncident(_, new) => Self::Incident {
                title: new.title.as_str().into(),
            },
            Action::AcceptIncident(_, id) => step(id, IncidentStatus::Triggered),
            Action::CommitSolution(_, id, _) => step(id, IncidentStatus::Acknowledged),
            Action::ConfirmIncident { incident, .. } => step(incident, IncidentStatus::Resolved),
            Action::CreateWarRoom(_, new) => Self::Room {
                incident: new.incident.clone(),
            },
            Action::OperateOrder(_, order, step) => Self::Order {
                order: order.clone(),
                step: step.clone(),
            },
            Action::CreateScript(_, draft) => Self::NewScript {
                name: draft.name.as_str().into(),
            },
            Action::UpdateScript(_, script, draft) => Self::Wrote {
                script: script.clone(),
                file: draft.to_file(),
            },
            Action::DeleteScript { script, name, .. } => Self::Gone {
                script: script.clone(),
                name: name.clone(),
            },
            Action::ReportAlarm(_, new) => Self::Alarm {
                id: new.id.as_str().into(),
                name: new.name.as_str().into(),
            },
            // Of everything else no question shows whether it was done.
            _ => Self::None,
        }
    }

    /// The question whose answer shows it.
    pub fn query(&self, account: &AccountId) -> Option<Query> {
        let account = account.clone();
        match self {
            Self::Run { .. } => Some(Query::Orders(account)),
            Self::Step { incident, .. } => Some(Query::Incidents(account, vec![incident.clone()])),
            Self::Room { .. } => Some(Query::WarRooms(account)),
            Self::Order { order, .. } => Some(Query::Order(account, order.clone())),
            Self::NewScript { name } | Self::Gone { name, .. } => {
                Some(Query::FoundScripts(account, Box::new(called(name))))
            }
            Self::Wrote { script, .. } => Some(Query::Script(account, script.clone())),
            Self::Incident { title } => Some(Query::FoundIncidents(account, title.clone())),
            Self::Alarm { name, .. } => Some(Query::FoundIncidents(account, name.clone())),
            Self::None => None,
        }
    }

    /// The questions whose answers are out of date when it was carried out.
    pub fn concerned(&self, account: &AccountId) -> Vec<Query> {
        let mut queries: Vec<Query> = self.query(account).into_iter().collect();
        if matches!(
            self,
            Self::NewScript { .. } | Self::Wrote { .. } | Self::Gone { .. }
        ) {
            queries.push(Query::Scripts(account.clone()));
        }
        queries
    }

    fn to_json(&self) -> Json {
        match self {
            Self::Run { script, known } => {
                let known: Vec<&str> = known.iter().map(SafeText::raw).collect();
                json!({"run": script.raw(), "known": known})
            }
            Self::Incident { title } => json!({"incident": title.raw()}),
            Self::Step { incident, before } => {
                let before = STEPS.iter().position(|known| known == before);
                json!({"step": incident.raw(), "before": before})
            }
            Self::Room { incident } => json!({"room": incident.raw()}),
            Self::Order { order, step } => {
                let (name, number) = match step {
                    OrderStep::Pause => ("pause", 0),
                    OrderStep::Continue => ("continue", 0),
                    OrderStep::Cancel => ("cancel", 0),
                    OrderStep::SkipBatch(batch) => ("skip", i64::from(*batch)),
                    OrderStep::CancelHost(host) => ("cancel-host", *host),
                };
                json!({"order": order.raw(), "do": name, "number": number})
            }
            Self::NewScript { name } => json!({"new-script": name.raw()}),
            Self::Wrote { script, file } => json!({"wrote": script.raw(), "file": file}),
            Self::Gone { script, name } => json!({"gone": script.raw(), "name": name.raw()}),
            Self::Alarm { id, name } => json!({"alarm": id.raw(), "name": name.raw()}),
            Self::None => Json::Null,
        }
    }

    fn from_json(kept: &Json) -> Self {
        let text = |name: &str| kept[name].as_str().map(SafeText::from);
        if let Some(script) = text("run") {
            let known = kept["known"].as_array().into_iter().flatten();
            let known = known.filter_map(Json::as_str).map(SafeText::from).collect();
            return Self::Run { script, known };
        }
        if let Some(title) = text("incident") {
            return Self::Incident { title };
        }
        if let (Some(id), Some(name)) = (text("alarm"), text("name")) {
            return Self::Alarm { id, name };
        }
        if let Some(incident) = text("room") {
            return Self::Room { incident };
        }
        if let Some(name) = text("new-script") {
            return Self::NewScript { name };
        }
        if let (Some(script), Some(file)) = (text("wrote"), kept["file"].as_str()) {
            let file = file.to_owned();
            return Self::Wrote { script, file };
        }
        if let (Some(script), Some(name)) = (text("gone"), text("name")) {
            return Self::Gone { script, name };
        }
        if let Some(incident) = text("step") {
            let at = kept["before"]
                .as_u64()
                .and_then(|at| usize::try_from(at).ok());
            if let Some(before) = at.and_then(|at| STEPS.get(at)) {
                let before = before.clone();
                return Self::Step { incident, before };
            }
        }
        let number = kept["number"].as_i64().unwrap_or(0);
        let step = match kept["do"].as_str() {
            Some("pause") => OrderStep::Pause,
            Some("continue") => OrderStep::Continue,
            Some("cancel") => OrderStep::Cancel,
            Some("skip") => OrderStep::SkipBatch(u32::try_from(number).unwrap_or(0)),
            Some("cancel-host") => OrderStep::CancelHost(number),
            _ => return Self::None,
        };
        text("order").map_or(Self::None, |order| Self::Order { order, step })
    }
}

/// The source of incidents that the service makes of alarms (huawei-coc.md, 9).
const OF_ALARM: &str = "incident_source_alarm";

/// The service's clock and ours may differ by so much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// The states from which a step leads on.
const STEPS: [IncidentStatus; 3] = [
    IncidentStatus::Triggered,
    IncidentStatus::Acknowledged,
    IncidentStatus::Resolved,
];

impl Doubt {
    /// It as it is kept until it is settled.
    pub fn to_json(&self) -> Json {
        json!({
            "at": self.at.as_millisecond(),
            "account": [&*self.account.profile, self.account.system.id()],
            "summary": self.summary,
            "command": self.command,
            "trace": self.trace.to_json(),
        })
    }

    /// What the answer to the question of its trace says, read at `read`. What was read before the change was sent
    /// shows nothing.
    pub fn judge(&self, facts: Option<&Facts>, read: Timestamp) -> Finding {
        if read <= self.at {
            return Finding::Open;
        }
        let late = read.duration_since(self.at) >= LATE;
        match (&self.trace, facts) {
            (Trace::Run { script, known }, Some(Facts::Orders(orders))) => {
                find_run(script, known, self.at, orders, late)
            }
            (Trace::Incident { title }, Some(Facts::Incidents(incidents))) => {
                find_incident(title, self.at, incidents, late)
            }
            (Trace::Alarm { name, .. }, Some(Facts::Incidents(incidents))) => {
                find_alarm(name, self.at, incidents)
            }
            (Trace::Step { before, .. }, Some(Facts::Incidents(incidents))) => incidents
                .first()
                .map_or(Finding::Open, |one| find_step(before, one, late)),
            (Trace::Room { incident }, Some(Facts::WarRooms(rooms))) => {
                find_room(incident, rooms, late)
            }
            (Trace::NewScript { name }, Some(Facts::Scripts(scripts))) => {
                find_new_script(name, self.at, scripts, late)
            }
            (Trace::Wrote { file, .. }, Some(Facts::Scripts(scripts))) => {
                scripts.first().map_or(Finding::Open, |script| {
                    find_written(file, self.at, script, late)
                })
            }
            (Trace::Gone { script, .. }, Some(Facts::Scripts(scripts))) => {
                let is_there = scripts.iter().any(|one| &one.id == script);
                told(!is_there, late)
            }
            (Trace::Order { step, .. }, Some(Facts::Orders(orders))) => orders
                .first()
                .map_or(Finding::Open, |order| find_order_step(step, order, late)),
            _ => Finding::Open,
        }
    }

    /// What was kept in a setting of this name; `None` when it is something else or makes no sense.
    pub fn kept(name: &str, value: &str) -> Option<Self> {
        let ticket = name.strip_prefix(KEPT)?.parse().ok()?;
        Self::from_json(ticket, &serde_json::from_str(value).ok()?)
    }

    /// Is this its line in the journal? The line is written a moment after the change was asked for.
    pub fn is_in(&self, line: &JournalEntry) -> bool {
        line.command.raw() == self.command && line.at.duration_since(self.at).abs() <= NEAR
    }

    /// What was kept under this ticket; `None` when it makes no sense.
    pub fn from_json(ticket: Ticket, kept: &Json) -> Option<Self> {
        let account = &kept["account"];
        let system = SystemId::parse(account[1].as_str()?)?;
        Some(Self {
            ticket,
            at: Timestamp::from_millisecond(kept["at"].as_i64()?).ok()?,
            account: AccountId::new(account[0].as_str()?, system),
            summary: kept["summary"].as_str()?.to_owned(),
            command: kept["command"].as_str()?.to_owned(),
            trace: Trace::from_json(&kept["trace"]),
        })
    }
}

/// Looks for a new order of a script among orders that were read. `late` says that they were read so long after the
/// change that it must be among them.
pub fn find_run(
    script: &SafeText,
    known: &[OrderId],
    at: Timestamp,
    orders: &[Order],
    late: bool,
) -> Finding {
    let since = at - SKEW;
    let found: Vec<&Order> = orders
        .iter()
        .filter(|order| &order.name == script && !known.contains(&order.id))
        .filter(|order| order.created.is_none_or(|created| created >= since))
        .collect();
    match found.as_slice() {
        [] if late => Finding::NotDone,
        [] => Finding::Open,
        [order] => Finding::Done(Some(order.id.clone())),
        several => Finding::Several(several.len()),
    }
}

/// Looks for an incident that was created.
pub fn find_incident(
    title: &SafeText,
    at: Timestamp,
    incidents: &[Incident],
    late: bool,
) -> Finding {
    let is_new = |one: &&Incident| {
        &one.title == title && one.created.is_some_and(|created| created >= at - SKEW)
    };
    let found: Vec<&Incident> = incidents.iter().filter(is_new).collect();
    match found.as_slice() {
        [one] => Finding::Done(Some(one.id.clone())),
        [] => told(false, late),
        several => Finding::Several(several.len()),
    }
}

/// Looks for an incident that the service made of an alarm. That there is none shows nothing: not every alarm becomes
/// one.
pub fn find_alarm(name: &SafeText, at: Timestamp, incidents: &[Incident]) -> Finding {
    let mut of_alarms = incidents.iter().filter(|one| one.source.raw() == OF_ALARM);
    let is_new = |one: &Incident| {
        &one.title == name && one.created.is_some_and(|created| created >= at - SKEW)
    };
    if of_alarms.any(is_new) {
        Finding::Done(None)
    } else {
        Finding::Open
    }
}

/// What the question is answered with that is settled by one sign.
const fn told(shows: bool, late: bool) -> Finding {
    match (shows, late) {
        (true, _) => Finding::Done(None),
        (false, true) => Finding::NotDone,
        (false, false) => Finding::Open,
    }
}

/// Has a script of this name been created?
pub fn find_new_script(name: &SafeText, at: Timestamp, scripts: &[Script], late: bool) -> Finding {
    let is_new = |script: &&Script| script.created.is_none_or(|made| made >= at - SKEW);
    let mut called = scripts.iter().filter(|script| &script.name == name);
    match called.find(is_new) {
        Some(script) => Finding::Done(Some(script.id.clone())),
        None => told(false, late),
    }
}

/// Does a script say what it was to say, and has it been changed since?
pub fn find_written(file: &str, at: Timestamp, script: &Script, late: bool) -> Finding {
    let is_new = script.modified.is_none_or(|changed| changed >= at - SKEW);
    let wanted = Draft::from_file(file).map(|draft| comparable(&draft));
    let says = wanted.is_ok_and(|wanted| wanted == comparable(&Draft::of(script)));
    told(is_new && says, late)
}

/// What of a script can be compared with what was sent: who reviews it and how they are told is the service's to say.
fn comparable(draft: &Draft) -> String {
    let plain = Draft {
        reviewers: Vec::new(),
        protocol: None,
        ..draft.clone()
    };
    plain.to_file()
}

/// What finds a script by its name: the service takes a part of it.
fn called(name: &SafeText) -> ScriptFilter {
    ScriptFilter {
        name: Some(name.raw().chars().take(NAME_PART).collect()),
        ..ScriptFilter::default()
    }
}

/// Has an incident gone on from the state it was in?
pub fn find_step(before: &IncidentStatus, incident: &Incident, late: bool) -> Finding {
    told(&incident.status != before, late)
}

/// Has a WarRoom been opened?
pub fn find_room(incident: &IncidentId, rooms: &[WarRoom], late: bool) -> Finding {
    let of = rooms
        .iter()
        .find(|room| room.incident.as_ref() == Some(incident) && room.is_open());
    match of {
        Some(room) => Finding::Done(Some(room.number.clone())),
        None if late => Finding::NotDone,
        None => Finding::Open,
    }
}

/// Does an order show what was to be done to it?
pub fn find_order_step(step: &OrderStep, order: &Order, late: bool) -> Finding {
    let hosts = || order.batches.iter().flat_map(|batch| &batch.hosts);
    let over = order.status.is_final_for_order();
    let shows = match step {
        OrderStep::Pause => order.status == RunStatus::Paused,
        OrderStep::Continue => !matches!(order.status, RunStatus::Paused | RunStatus::Abnormal),
        OrderStep::Cancel => order.status == RunStatus::Cancelled,
        OrderStep::SkipBatch(batch) => {
            !hosts().any(|host| host.batch == *batch && host.status.is_open_for_host())
        }
        OrderStep::CancelHost(id) => {
            hosts().any(|host| host.id == *id && host.status == RunStatus::Cancelled)
        }
    };
    match (shows, over) {
        (true, _) => Finding::Done(None),
        (false, true) => Finding::NotDone,
        // A pause takes effect between two batches: until then nothing can be told.
        (false, false) if late && *step != OrderStep::Pause => Finding::NotDone,
        (false, false) => Finding::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: &str, name: &str, at: i64) -> Order {
        Order {
            id: id.into(),
            name: name.into(),
            script: None,
            status: RunStatus::Processing,
            creator: "demo".into(),
            created: Some(Timestamp::from_second(at).unwrap()),
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

    #[test]
    fn a_run_is_found_by_what_was_not_there_before() {
        let at = Timestamp::from_second(1_000_000).unwrap();
        let find =
            |orders: &[Order], late| find_run(&"restart".into(), &["A".into()], at, orders, late);
        let before = order("A", "restart", 999_990);
        let old = order("C", "restart", 900_000);
        let other = order("D", "clean", 1_000_001);
        let none = [before.clone(), old, other];
        assert_eq!(find(&none, false), Finding::Open);
        assert_eq!(find(&none, true), Finding::NotDone);
        let ours = order("B", "restart", 1_000_001);
        let done = Finding::Done(Some("B".into()));
        assert_eq!(find(&[before, ours.clone()], false), done);
        let second = order("E", "restart", 1_000_002);
        assert_eq!(find(&[ours, second], true), Finding::Several(2));
    }

    #[test]
    fn an_order_shows_what_was_done_to_it() {
        let mut running = order("A", "restart", 0);
        let find = |order: &Order, step: &OrderStep, late| find_order_step(step, order, late);
        assert_eq!(find(&running, &OrderStep::Cancel, false), Finding::Open);
        assert_eq!(find(&running, &OrderStep::Cancel, true), Finding::NotDone);
        assert_eq!(find(&running, &OrderStep::Pause, true), Finding::Open);
        assert_eq!(
            find(&running, &OrderStep::Continue, false),
            Finding::Done(None)
        );
        running.status = RunStatus::Cancelled;
        assert_eq!(
            find(&running, &OrderStep::Cancel, false),
            Finding::Done(None)
        );
        assert_eq!(find(&running, &OrderStep::Pause, false), Finding::NotDone);
    }

    fn script(draft: &Draft, at: i64) -> Script {
        let instant = Timestamp::from_second(at).unwrap();
        Script {
            id: "SC1".into(),
            name: draft.name.as_str().into(),
            language: draft.language.as_str().into(),
            risk: Some(draft.risk),
            status: "APPROVED".into(),
            version: draft.version.as_str().into(),
            reviewers: vec![("li".into(), "1".into())],
            protocol: None,
            creator: "demo".into(),
            created: Some(instant),
            modified: Some(instant),
            description: draft.description.as_str().into(),
            content: draft.content.as_str().into(),
            params: Vec::new(),
            has_detail: true,
        }
    }

    #[test]
    fn a_script_shows_that_it_was_written() {
        let at = Timestamp::from_second(1_000_000).unwrap();
        let wanted = Draft {
            name: "tidy".to_owned(),
            content: "echo new".to_owned(),
            ..Draft::new()
        };
        let other = Draft {
            content: "echo old".to_owned(),
            ..wanted.clone()
        };
        let file = wanted.to_file();
        let find = |script: &Script, late| find_written(&file, at, script, late);
        assert_eq!(
            find(&script(&wanted, 1_000_001), false),
            Finding::Done(None)
        );
        // It said so before already.
        assert_eq!(find(&script(&wanted, 900_000), true), Finding::NotDone);
        assert_eq!(find(&script(&other, 1_000_001), false), Finding::Open);
        assert_eq!(find(&script(&other, 1_000_001), true), Finding::NotDone);
        let new = |at_second: i64, late| {
            let there = [script(&wanted, at_second)];
            find_new_script(&"tidy".into(), at, &there, late)
        };
        assert_eq!(new(1_000_001, false), Finding::Done(Some("SC1".into())));
        assert_eq!(new(900_000, true), Finding::NotDone);
        let none =
            |late| find_new_script(&"tidier".into(), at, &[script(&wanted, 1_000_001)], late);
        assert_eq!((none(false), none(true)), (Finding::Open, Finding::NotDone));
    }

    #[test]
    fn a_script_that_is_gone_was_deleted() {
        let at = Timestamp::from_second(1_000_000).unwrap();
        let draft = Draft {
            name: "tidy".to_owned(),
            ..Draft::new()
        };
        let doubt = Doubt {
            ticket: 1,
            at,
            account: AccountId::new("prod", SystemId::HuaweiCoc),
            summary: "delete".to_owned(),
            command: String::new(),
            trace: Trace::Gone {
                script: "SC1".into(),
                name: "tidy".into(),
            },
        };
        let read = |second: i64, scripts: Vec<Script>| {
            let read = Timestamp::from_second(second).unwrap();
            doubt.judge(Some(&Facts::Scripts(scripts)), read)
        };
        let there = || vec![script(&draft, 900_000)];
        assert_eq!(read(1_000_005, there()), Finding::Open);
        assert_eq!(read(1_000_060, there()), Finding::NotDone);
        assert_eq!(read(1_000_005, Vec::new()), Finding::Done(None));
        // What was read before shows nothing.
        assert_eq!(read(999_999, Vec::new()), Finding::Open);
    }

    #[test]
    fn a_doubt_survives_a_restart() {
        let traces = [
            Trace::Run {
                script: "重启".into(),
                known: vec!["A".into()],
            },
            Trace::Incident { title: "t".into() },
            Trace::Alarm {
                id: "a-1".into(),
                name: "disk".into(),
            },
            Trace::Room {
                incident: "IM1".into(),
            },
            Trace::Step {
                incident: "IM1".into(),
                before: IncidentStatus::Resolved,
            },
            Trace::Order {
                order: "A".into(),
                step: OrderStep::Pause,
            },
            Trace::Order {
                order: "A".into(),
                step: OrderStep::Continue,
            },
            Trace::Order {
                order: "A".into(),
                step: OrderStep::Cancel,
            },
            Trace::Order {
                order: "A".into(),
                step: OrderStep::SkipBatch(2),
            },
            Trace::Order {
                order: "A".into(),
                step: OrderStep::CancelHost(7),
            },
            Trace::NewScript {
                name: "tidy".into(),
            },
            Trace::Wrote {
                script: "SC1".into(),
                file: Draft::new().to_file(),
            },
            Trace::Gone {
                script: "SC1".into(),
                name: "tidy".into(),
            },
            Trace::None,
        ];
        for trace in traces {
            let doubt = Doubt {
                ticket: 7,
                at: Timestamp::from_second(1_000_000).unwrap(),
                account: AccountId::new("prod", SystemId::HuaweiCoc),
                summary: "run".to_owned(),
                command: "watchkeeper script run".to_owned(),
                trace,
            };
            assert_eq!(Doubt::from_json(7, &doubt.to_json()), Some(doubt));
        }
        assert_eq!(Doubt::from_json(7, &json!(null)), None);
    }
}
