//! Which machines a script runs on: those of the alarm, the incident or the order that is selected, those that are
//! picked, or a list that is pasted.

use crate::app::pane::Choice;
use crate::app::subject::{Kind, Subject};
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::script::Resource;
use crate::domain::text::SafeText;
use crate::panes::resources::natural;
use crate::panes::words;
use crate::ui::lang::Lang;

/// Id of the choice "type or paste a list".
pub const LIST: &str = "=list";
/// What ids of the choice "all machines of an application" begin with.
const GROUP: &str = "=all:";
/// Machines at most (huawei-coc.md, 8).
pub const MACHINES: usize = 200;

/// Machines that were found for what was selected or typed, and what could not be found or cannot be used.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Ids of the machines.
    pub ids: Vec<SafeText>,
    /// Why something is not among them, a sentence each.
    pub left_out: Vec<String>,
}

/// Can something of this sort lead to machines?
pub const fn leads_to_machines(subject: &Subject) -> bool {
    matches!(
        subject.kind(),
        Kind::Alarm | Kind::Resource | Kind::Host | Kind::Incident | Kind::Series | Kind::Order
    )
}

/// Have the machines of an account been read?
pub fn are_read(account: &AccountId, world: &World) -> bool {
    let query = crate::domain::query::Query::Resources(account.clone());
    world.facts(&query).is_some()
}

/// The machines of `account` that these subjects are about.
pub fn of_subjects(on: &[Subject], account: &AccountId, world: &World, lang: Lang) -> Found {
    let mut found = Found::default();
    for subject in on {
        let ids: Vec<SafeText> = world
            .related(subject, Kind::Resource)
            .into_iter()
            .filter_map(|machine| match machine {
                Subject::Resource(of, id) if of == *account => Some(id),
                _ => None,
            })
            .collect();
        // Of an incident nobody promised that it is about machines.
        if ids.is_empty() && subject.kind() != Kind::Incident {
            let name = name_of(subject, world);
            let account = account.to_string();
            let values = [("name", name.as_str()), ("account", account.as_str())];
            found.left_out.push(lang.tf("run.not_here", &values));
        }
        for id in ids {
            found.add(&id, account, world, lang);
        }
    }
    found
}

/// What people call the machine that a subject is about.
fn name_of(subject: &Subject, world: &World) -> String {
    match subject {
        Subject::Alarm(account, id) => world.alarm(account, id.raw()).map_or_else(
            || subject.to_string(),
            |alarm| alarm.resource.shown().to_owned(),
        ),
        subject => world.title(subject),
    }
}

/// The machines of `account` that a typed or pasted text names, by name, id or address.
pub fn of_text(text: &str, account: &AccountId, world: &World, lang: Lang) -> Found {
    let mut found = Found::default();
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、');
    for word in text.split(between).filter(|word| !word.is_empty()) {
        let machine = machines(account, world).find(|machine| {
            let ip = machine.ip.as_ref().map_or("", |ip| ip.raw());
            [machine.name.raw(), machine.resource_id.raw(), ip].contains(&word)
        });
        if let Some(machine) = machine {
            found.add(&machine.resource_id, account, world, lang);
        } else {
            let name = SafeText::new(word);
            let account = account.to_string();
            let values = [("name", name.shown()), ("account", account.as_str())];
            found.left_out.push(lang.tf("run.not_here", &values));
        }
    }
    found
}

/// The machines that were picked.
pub fn of_choices(ids: &[String], account: &AccountId, world: &World) -> Vec<SafeText> {
    let mut chosen: Vec<SafeText> = Vec::new();
    for id in ids {
        let of_group = machines(account, world).filter(|machine| {
            let application = machine.application.as_ref().map(SafeText::raw);
            id.strip_prefix(GROUP)
                .is_some_and(|name| application == Some(name))
                && machine.agent.is_some()
        });
        let ids = of_group.map(|machine| machine.resource_id.clone());
        let single = (!id.starts_with('=')).then(|| SafeText::new(id));
        for id in ids.chain(single) {
            if !chosen.contains(&id) {
                chosen.push(id);
            }
        }
    }
    chosen
}

impl Found {
    /// Adds a machine once, unless nothing can run on it.
    fn add(&mut self, id: &SafeText, account: &AccountId, world: &World, lang: Lang) {
        if self.ids.contains(id) {
            return;
        }
        let known = machines(account, world).find(|machine| &machine.resource_id == id);
        match known {
            Some(machine) if machine.agent.is_none() => {
                let values = [("name", machine.name.shown())];
                self.left_out.push(lang.tf("run.left_no_agent", &values));
            }
            Some(_) => self.ids.push(id.clone()),
            None => {
                let account = account.to_string();
                let values = [("name", id.shown()), ("account", account.as_str())];
                self.left_out.push(lang.tf("run.not_here", &values));
            }
        }
    }
}

/// The machines of an account.
pub fn machines<'w>(account: &AccountId, world: &'w World) -> impl Iterator<Item = &'w Resource> {
    let account = account.clone();
    world
        .resources()
        .filter(move |(of, _)| **of == account)
        .map(|(_, machine)| machine)
}

/// What there is to choose from: the machines, then whole applications, then a list to be typed.
pub fn choices(account: &AccountId, chosen: &[SafeText], world: &World, lang: Lang) -> Vec<Choice> {
    let mut all: Vec<&Resource> = machines(account, world).collect();
    all.sort_by(|a, b| natural(a, b));
    let mut choices: Vec<Choice> = all
        .into_iter()
        .map(|machine| choice(machine, chosen, lang))
        .collect();
    if choices.is_empty() {
        return choices;
    }
    let mut groups: Vec<(&SafeText, usize)> = Vec::new();
    for machine in machines(account, world).filter(|machine| machine.agent.is_some()) {
        let Some(name) = &machine.application else {
            continue;
        };
        match groups.iter_mut().find(|group| group.0 == name) {
            Some(group) => group.1 += 1,
            None => groups.push((name, 1)),
        }
    }
    choices.extend(groups.into_iter().map(|(name, count)| {
        let number = count.to_string();
        Choice {
            id: format!("{GROUP}{}", name.raw()),
            label: lang.tf("run.all_of", &[("name", name.shown())]),
            note: lang.tf("run.count", &[("count", &number)]),
            refusal: (count > MACHINES).then(|| lang.tf("run.too_many", &[("count", &number)])),
            chosen: false,
        }
    }));
    choices.push(Choice {
        id: LIST.to_owned(),
        label: lang.t("run.type_list").into_owned(),
        ..Choice::default()
    });
    choices
}

fn choice(machine: &Resource, chosen: &[SafeText], lang: Lang) -> Choice {
    let application = machine.application.as_ref().map_or("", |name| name.shown());
    let address = machine.ip.as_ref().map_or("", |ip| ip.shown());
    let tags = machine
        .tags
        .iter()
        .map(|(key, value)| format!(" {key}={value}"));
    Choice {
        id: machine.resource_id.raw().to_owned(),
        label: machine.name.shown().to_owned(),
        note: format!(
            "{address} {application}{} {}",
            tags.collect::<String>(),
            agent_word(machine, lang)
        ),
        refusal: machine
            .agent
            .is_none()
            .then(|| lang.t("run.no_agent").into_owned()),
        chosen: chosen.contains(&machine.resource_id),
    }
}

/// The state of a machine's agent in words.
pub fn agent_word(machine: &Resource, lang: Lang) -> String {
    match (&machine.agent, &machine.agent_state) {
        (None, _) => lang.t("run.no_agent").into_owned(),
        (Some(_), None) => lang.t("run.agent_unknown").into_owned(),
        (Some(_), Some(state)) => lang.tf(
            "run.agent_state",
            &[("state", &words::agent_word(state, lang))],
        ),
    }
}

/// Is the agent known not to be there?
pub fn is_offline(machine: &Resource) -> bool {
    machine
        .agent_state
        .as_ref()
        .is_some_and(|state| state.raw() != "ONLINE")
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::domain::account::SystemId;
    use crate::domain::query::{Facts, Query, Update};
    use jiff::Timestamp;

    /// The account of the tests.
    pub fn account() -> AccountId {
        AccountId::new("demo", SystemId::HuaweiCoc)
    }

    /// A machine with an agent.
    pub fn machine(number: usize) -> Resource {
        let name = format!("web-{number:03}");
        Resource {
            id: name.as_str().into(),
            resource_id: format!("id-{number:03}").into(),
            name: name.as_str().into(),
            provider: "ecs".into(),
            kind: "cloudservers".into(),
            project: "p".into(),
            region: "r".into(),
            ip: Some(format!("10.0.0.{number}").into()),
            agent: Some("a".into()),
            agent_state: Some("ONLINE".into()),
            application: Some("portal".into()),
            tags: Vec::new(),
            properties: Vec::new(),
        }
    }

    /// A world in which these machines are known.
    pub fn world(machines: Vec<Resource>) -> World {
        let account = crate::domain::connection::Account {
            id: account(),
            region: "cn-north-4".to_owned(),
            read_only: false,
            production: false,
            operator: String::new(),
            limits: Vec::new(),
        };
        let mut world = World::new(vec![account.clone()], Vec::new());
        world.apply(Update {
            query: Query::Resources(account.id),
            at: Timestamp::UNIX_EPOCH,
            result: Ok(Facts::Resources(machines)),
        });
        world
    }

    fn ids(found: &[SafeText]) -> Vec<&str> {
        found.iter().map(SafeText::raw).collect()
    }

    #[test]
    fn a_pasted_list_is_taken_by_name_id_or_address_and_says_what_it_does_not_know() {
        let mut deaf = machine(3);
        deaf.agent = None;
        let world = world(vec![machine(1), machine(2), deaf]);
        let text = "web-001, id-002\n10.0.0.1；web-003 web-999";
        let found = of_text(text, &account(), &world, Lang::En);
        assert_eq!(ids(&found.ids), ["id-001", "id-002"]);
        assert_eq!(found.left_out.len(), 2, "{:?}", found.left_out);
        assert!(found.left_out[0].contains("web-003"));
        assert!(found.left_out[1].contains("web-999"));
    }

    #[test]
    fn what_is_selected_is_never_dropped_silently() {
        let world = world(vec![machine(1)]);
        let here = Subject::Resource(account(), "id-001".into());
        let gone = Subject::Resource(account(), "id-009".into());
        let other = AccountId::new("prod", SystemId::HuaweiCoc);
        let elsewhere = Subject::Resource(other, "id-001".into());
        let found = of_subjects(
            &[here.clone(), gone, elsewhere, here],
            &account(),
            &world,
            Lang::En,
        );
        assert_eq!(ids(&found.ids), ["id-001"]);
        assert_eq!(found.left_out.len(), 2, "{:?}", found.left_out);
    }

    #[test]
    fn a_whole_application_can_be_chosen() {
        let mut other = machine(3);
        other.application = None;
        let world = world(vec![machine(1), machine(2), other]);
        let offered = choices(&account(), &["id-002".into()], &world, Lang::En);
        assert_eq!(offered.len(), 5);
        assert!(offered[1].chosen);
        assert_eq!(offered[4].id, LIST);
        let chosen = of_choices(
            &[offered[3].id.clone(), "id-001".into()],
            &account(),
            &world,
        );
        assert_eq!(ids(&chosen), ["id-001", "id-002"]);
    }
}
