//! Look-ups in the [`World`]: facts of several accounts joined, and how one thing leads to another.

use std::collections::HashSet;

use crate::domain::account::AccountId;
use crate::domain::alarm::{Alarm, AlarmPolicy, PolicyId, Severity};
use crate::domain::connection::Account;
use crate::domain::contact::{Contact, ContactGroup};
use crate::domain::error::{ApiError, Class};
use crate::domain::incident::{Incident, IncidentId, WarRoom};
use crate::domain::metric::SeriesKey;
use crate::domain::patch::PatchReport;
use crate::domain::query::{Facts, Query};
use crate::domain::scaling::{Config, Group, GroupDetail, GroupId};
use crate::domain::script::{Order, Resource, Script};
use crate::domain::text::SafeText;
use crate::domain::trail::Linked;

use super::subject::{Kind, Subject};
use super::world::World;

/// Look-ups that join the answers of several accounts.
impl World {
    /// The alarms of all accounts, unordered, cleared ones too.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.each(|account| Query::Alarms(account.clone()))
            .flat_map(|(_, facts)| match facts {
                Facts::Alarms(alarms) => alarms.as_slice(),
                _ => &[],
            })
    }

    /// How many critical alarms burn; `None` while there is none and somebody has not told yet: that nothing is known is
    /// not that nothing burns.
    pub fn criticals(&self) -> Option<usize> {
        let burn = |alarm: &&Alarm| !alarm.cleared && alarm.severity == Severity::Critical;
        let count = self.alarms().filter(burn).count();
        let asked: Vec<&Account> = self.alarm_accounts().collect();
        let all_told = !asked.is_empty() && asked.iter().all(|account| self.has_told(&account.id));
        (count > 0 || all_told).then_some(count)
    }

    /// Has this account told its alarms, or that it has none to tell?
    fn has_told(&self, account: &AccountId) -> bool {
        let not_offered = |error: &ApiError| error.class == Class::NotOffered;
        self.known(&Query::Alarms(account.clone()))
            .is_some_and(|known| {
                known.facts.is_some() || known.error.as_ref().is_some_and(not_offered)
            })
    }

    /// One alarm.
    pub fn alarm(&self, account: &AccountId, id: &str) -> Option<&Alarm> {
        self.alarms()
            .find(|alarm| &alarm.account == account && alarm.id.raw() == id)
    }

    /// The policies of all accounts.
    pub fn policies(&self) -> impl Iterator<Item = (&AccountId, &AlarmPolicy)> {
        self.each(|account| Query::Policies(account.clone()))
            .flat_map(|(account, facts)| {
                let policies: &[AlarmPolicy] = match facts {
                    Facts::Policies(policies) => policies,
                    _ => &[],
                };
                policies.iter().map(move |policy| (account, policy))
            })
    }

    /// One policy, in full when that was read.
    pub fn policy(&self, account: &AccountId, id: PolicyId) -> Option<&AlarmPolicy> {
        if let Some(Facts::Policies(policies)) = self.facts(&Query::Policy(account.clone(), id))
            && let Some(policy) = policies.first()
        {
            return Some(policy);
        }
        self.policies()
            .find(|(of, policy)| *of == account && policy.id == id)
            .map(|(_, policy)| policy)
    }

    /// The contact groups of all accounts.
    pub fn groups(&self) -> impl Iterator<Item = (&AccountId, &ContactGroup)> {
        self.each(|account| Query::Contacts(account.clone()))
            .flat_map(|(account, facts)| {
                let groups: &[ContactGroup] = match facts {
                    Facts::Contacts { groups, .. } => groups,
                    _ => &[],
                };
                groups.iter().map(move |group| (account, group))
            })
    }

    /// The people of all accounts.
    pub fn people(&self) -> impl Iterator<Item = (&AccountId, &Contact)> {
        self.each(|account| Query::Contacts(account.clone()))
            .flat_map(|(account, facts)| {
                let people: &[Contact] = match facts {
                    Facts::Contacts { people, .. } => people,
                    _ => &[],
                };
                people.iter().map(move |person| (account, person))
            })
    }

    /// The WarRooms of all accounts.
    pub fn warrooms(&self) -> impl Iterator<Item = (&AccountId, &WarRoom)> {
        self.each(|account| Query::WarRooms(account.clone()))
            .flat_map(|(account, facts)| {
                let rooms: &[WarRoom] = match facts {
                    Facts::WarRooms(rooms) => rooms,
                    _ => &[],
                };
                rooms.iter().map(move |room| (account, room))
            })
    }

    /// The numbers of the incidents of an account that can be known: those followed, then those of its WarRooms.
    /// This is the list to put into [`Query::Incidents`].
    pub fn incident_ids(&self, account: &AccountId) -> Vec<IncidentId> {
        let followed = self
            .tracked
            .iter()
            .filter(|(of, _)| of == account)
            .map(|(_, id)| id);
        let of_rooms = self
            .warrooms()
            .filter(|(of, _)| *of == account)
            .filter_map(|(_, room)| room.incident.as_ref());
        let mut seen = HashSet::new();
        followed
            .chain(of_rooms)
            .filter(|id| !id.is_empty() && seen.insert(id.raw()))
            .cloned()
            .collect()
    }

    /// All incidents that have been read: each once, from its newest answer.
    pub fn incidents(&self) -> Vec<(&AccountId, &Incident)> {
        let mut answers: Vec<_> = self
            .all_known()
            .filter_map(|(query, known)| match (query, &known.facts) {
                (Query::Incidents(account, _), Some(Facts::Incidents(incidents))) => {
                    Some((known.at, account, incidents))
                }
                _ => None,
            })
            .collect();
        answers.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
        let mut seen = HashSet::new();
        let mut found: Vec<(&AccountId, &Incident)> = Vec::new();
        for (_, account, incidents) in answers {
            for incident in incidents {
                if seen.insert((account, &incident.id)) {
                    found.push((account, incident));
                }
            }
        }
        found
    }

    /// One incident.
    pub fn incident(&self, account: &AccountId, id: &str) -> Option<&Incident> {
        let answers = self
            .all_known()
            .filter_map(|(query, known)| match (query, &known.facts) {
                (Query::Incidents(of, _), Some(Facts::Incidents(incidents))) if of == account => {
                    let found = incidents.iter().find(|incident| incident.id.raw() == id)?;
                    Some((known.at, found))
                }
                _ => None,
            });
        let newest = answers.max_by_key(|(at, _)| *at);
        newest.map(|(_, incident)| incident)
    }

    /// The scripts of all accounts.
    pub fn scripts(&self) -> impl Iterator<Item = (&AccountId, &Script)> {
        self.each(|account| Query::Scripts(account.clone()))
            .flat_map(|(account, facts)| {
                let scripts: &[Script] = match facts {
                    Facts::Scripts(scripts) => scripts,
                    _ => &[],
                };
                scripts.iter().map(move |script| (account, script))
            })
    }

    /// One script, with content and parameters when they were read.
    pub fn script(&self, account: &AccountId, id: &str) -> Option<&Script> {
        if let Some(Facts::Scripts(scripts)) =
            self.facts(&Query::Script(account.clone(), id.into()))
            && let Some(script) = scripts.first()
        {
            return Some(script);
        }
        self.scripts()
            .find(|(of, script)| *of == account && script.id.raw() == id)
            .map(|(_, script)| script)
    }

    /// The work orders of all accounts.
    pub fn orders(&self) -> impl Iterator<Item = (&AccountId, &Order)> {
        self.each(|account| Query::Orders(account.clone()))
            .flat_map(|(account, facts)| {
                let orders: &[Order] = match facts {
                    Facts::Orders(orders) => orders,
                    _ => &[],
                };
                orders.iter().map(move |order| (account, order))
            })
    }

    /// One order, with batches when they were read.
    pub fn order(&self, account: &AccountId, id: &str) -> Option<&Order> {
        if let Some(Facts::Orders(orders)) = self.facts(&Query::Order(account.clone(), id.into()))
            && let Some(order) = orders.first()
        {
            return Some(order);
        }
        self.orders()
            .find(|(of, order)| *of == account && order.id.raw() == id)
            .map(|(_, order)| order)
    }

    /// The machines of all accounts.
    pub fn resources(&self) -> impl Iterator<Item = (&AccountId, &Resource)> {
        self.each(|account| Query::Resources(account.clone()))
            .flat_map(|(account, facts)| {
                let resources: &[Resource] = match facts {
                    Facts::Resources(resources) => resources,
                    _ => &[],
                };
                resources.iter().map(move |resource| (account, resource))
            })
    }

    /// A report on the patches of a machine, whatever was asked for when it came.
    pub fn patch_report(&self, account: &AccountId, id: &SafeText) -> Option<&PatchReport> {
        let reports =
            self.all_known()
                .filter_map(|(query, known)| match (query, known.facts.as_ref()?) {
                    (Query::Patches(of, _), Facts::Patches(reports)) if of == account => {
                        Some(reports)
                    }
                    _ => None,
                });
        reports.flatten().find(|report| &report.id == id)
    }

    /// The scaling groups of all accounts.
    pub fn scaling_groups(&self) -> impl Iterator<Item = (&AccountId, &Group)> {
        self.each(|account| Query::ScalingGroups(account.clone()))
            .flat_map(|(account, facts)| {
                let groups: &[Group] = match facts {
                    Facts::ScalingGroups(groups) => groups,
                    _ => &[],
                };
                groups.iter().map(move |group| (account, group))
            })
    }

    /// One scaling group.
    pub fn scaling_group(&self, account: &AccountId, id: &GroupId) -> Option<&Group> {
        self.scaling_groups()
            .find(|(of, group)| *of == account && group.id == *id)
            .map(|(_, group)| group)
    }

    /// Members, activities, policies, tasks and notifications of a scaling group, when they were read. Activities that
    /// are over are what changed the group when, those that failed are trouble.
    pub fn scaling_detail(&self, account: &AccountId, id: &GroupId) -> Option<&GroupDetail> {
        match self.facts(&Query::ScalingGroup(account.clone(), id.clone()))? {
            Facts::ScalingGroup(detail) => Some(detail),
            _ => None,
        }
    }

    /// Every scaling group of which the detail was read, with it.
    pub fn scaling_details(&self) -> impl Iterator<Item = (&AccountId, &Group, &GroupDetail)> {
        self.scaling_groups().filter_map(|(account, group)| {
            Some((account, group, self.scaling_detail(account, &group.id)?))
        })
    }

    /// The launch configurations of an account.
    pub fn scaling_configs(&self, account: &AccountId) -> impl Iterator<Item = &Config> + use<'_> {
        let configs: &[Config] = match self.facts(&Query::ScalingConfigs(account.clone())) {
            Some(Facts::ScalingConfigs(configs)) => configs,
            _ => &[],
        };
        configs.iter()
    }

    /// One launch configuration.
    pub fn scaling_config(&self, account: &AccountId, id: &SafeText) -> Option<&Config> {
        self.scaling_configs(account)
            .find(|config| config.id == *id)
    }

    /// The scaling group that a machine is a member of, by the machine's id or name: account, group, the member's id.
    pub fn scaling_group_of(&self, machine: &SafeText) -> Option<(&AccountId, GroupId, SafeText)> {
        self.scaling_details().find_map(|(account, group, detail)| {
            let mut members = detail.members.iter();
            let member = members.find(|member| member.id == *machine || member.name == *machine)?;
            Some((account, group.id.clone(), member.id.clone()))
        })
    }

    /// What a subject is related to, of one sort: the policy and the metric of an alarm, the incident of a
    /// WarRoom, the alarms of a machine, …
    pub fn related(&self, subject: &Subject, kind: Kind) -> Vec<Subject> {
        if subject.kind() == kind {
            return vec![subject.clone()];
        }
        match subject {
            Subject::Alarm(account, id) => self
                .alarm(account, id.raw())
                .map(|alarm| self.related_to_alarm(alarm, kind))
                .unwrap_or_default(),
            Subject::Policy(account, id) => self.related_to_policy(account, *id, kind),
            Subject::Incident(account, id) if kind == Kind::WarRoom => self
                .warrooms()
                .filter(|(of, room)| *of == account && room.incident.as_ref() == Some(id))
                .map(|(of, room)| Subject::WarRoom(of.clone(), room.number.clone()))
                .collect(),
            Subject::WarRoom(account, number) if kind == Kind::Incident => self
                .warrooms()
                .filter(|(of, room)| *of == account && &room.number == number)
                .filter_map(|(of, room)| {
                    Some(Subject::Incident(of.clone(), room.incident.clone()?))
                })
                .collect(),
            Subject::Order(account, id) if kind == Kind::Script => self
                .order(account, id.raw())
                .and_then(|order| order.script.clone())
                .map(|script| Subject::Script(account.clone(), script))
                .into_iter()
                .collect(),
            Subject::ScalingPart(account, group, _) if kind == Kind::ScalingGroup => {
                vec![Subject::ScalingGroup(account.clone(), group.clone())]
            }
            Subject::Host(account, order, _) if kind == Kind::Order => {
                vec![Subject::Order(account.clone(), order.clone())]
            }
            Subject::Incident(account, id) if kind == Kind::Alarm => {
                self.alarms_of_incident(account, id.raw())
            }
            Subject::Incident(account, id) if kind == Kind::Order => self
                .links
                .iter()
                .filter(|link| link.incident.as_ref() == Some(&(account.clone(), id.clone())))
                .filter_map(|link| match &link.of {
                    Linked::Order(of, order) => Some(Subject::Order(of.clone(), order.clone())),
                    Linked::Incident(..) => None,
                })
                .collect(),
            Subject::Order(account, id) if kind == Kind::Incident => self
                .link(&Linked::Order(account.clone(), id.clone()))
                .and_then(|link| link.incident.clone())
                .map(|(of, incident)| Subject::Incident(of, incident))
                .into_iter()
                .collect(),
            Subject::Incident(..) | Subject::Series(..) if kind == Kind::Resource => {
                self.machines_of_alarms(subject)
            }
            Subject::Order(account, id) | Subject::Host(account, id, _)
                if kind == Kind::Resource =>
            {
                let only = match subject {
                    Subject::Host(_, _, host) => Some(*host),
                    _ => None,
                };
                self.machines_of_order(account, id.raw(), only)
            }
            Subject::Patch(account, report, _) if kind == Kind::Resource => self
                .patch_report(account, report)
                .map(|report| Subject::Resource(account.clone(), report.machine.clone()))
                .into_iter()
                .collect(),
            Subject::Series(account, key) if kind == Kind::Alarm => self
                .alarms()
                .filter(|alarm| {
                    &alarm.account == account
                        && alarm
                            .threshold
                            .as_ref()
                            .is_some_and(|line| &line.series == key)
                })
                .map(|alarm| Subject::Alarm(alarm.account.clone(), alarm.id.clone()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The alarms an incident is about: the one it was created for, else those on a machine that its text names.
    fn alarms_of_incident(&self, account: &AccountId, id: &str) -> Vec<Subject> {
        let link = self.link(&Linked::Incident(account.clone(), id.into()));
        let watched = link.and_then(|link| link.alarm.as_ref());
        let Some(incident) = self.incident(account, id) else {
            return Vec::new();
        };
        let is_about = |alarm: &&Alarm| match watched {
            Some(watched) => {
                watched.account == alarm.account
                    && alarm.threshold.as_ref().map(|line| &line.series)
                        == Some(&watched.line.series)
            }
            None => {
                names(incident.title.raw(), alarm.resource.raw())
                    || names(incident.description.raw(), alarm.resource.raw())
            }
        };
        self.alarms()
            .filter(is_about)
            .map(|alarm| Subject::Alarm(alarm.account.clone(), alarm.id.clone()))
            .collect()
    }

    fn machines_of_alarms(&self, subject: &Subject) -> Vec<Subject> {
        let mut machines = Vec::new();
        for alarm in self.related(subject, Kind::Alarm) {
            for machine in self.related(&alarm, Kind::Resource) {
                if !machines.contains(&machine) {
                    machines.push(machine);
                }
            }
        }
        machines
    }

    /// The machines of an order, or the one with this id in it.
    fn machines_of_order(&self, account: &AccountId, id: &str, only: Option<i64>) -> Vec<Subject> {
        let hosts = self.order(account, id).into_iter();
        hosts
            .flat_map(|order| order.batches.iter().flat_map(|batch| &batch.hosts))
            .filter(|host| only.is_none_or(|only| host.id == only))
            .map(|host| Subject::Resource(account.clone(), host.resource_id.clone()))
            .collect()
    }

    fn related_to_alarm(&self, alarm: &Alarm, kind: Kind) -> Vec<Subject> {
        match kind {
            Kind::Policy => alarm
                .policy
                .map(|id| Subject::Policy(alarm.account.clone(), id))
                .into_iter()
                .collect(),
            Kind::Series => alarm
                .threshold
                .iter()
                .map(|line| Subject::Series(alarm.account.clone(), line.series.clone()))
                .collect(),
            Kind::Resource => self
                .resources()
                .filter(|(_, resource)| {
                    resource.name == alarm.resource
                        || alarm.resource_id.as_ref() == Some(&resource.resource_id)
                })
                .map(|(of, resource)| Subject::Resource(of.clone(), resource.resource_id.clone()))
                .collect(),
            Kind::ScalingPart => std::iter::once(&alarm.resource)
                .chain(&alarm.resource_id)
                .find_map(|machine| self.scaling_group_of(machine))
                .map(|(of, group, member)| Subject::ScalingPart(of.clone(), group, member))
                .into_iter()
                .collect(),
            Kind::Incident => self
                .incidents()
                .into_iter()
                .filter(|(_, incident)| {
                    let name = alarm.resource.raw();
                    incident.status.is_open()
                        && (names(incident.title.raw(), name)
                            || names(incident.description.raw(), name))
                })
                .map(|(of, incident)| Subject::Incident(of.clone(), incident.id.clone()))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn related_to_policy(&self, account: &AccountId, id: PolicyId, kind: Kind) -> Vec<Subject> {
        let Some(policy) = self.policy(account, id) else {
            return Vec::new();
        };
        match kind {
            Kind::Series => policy
                .firing
                .iter()
                .map(|firing| Subject::Series(account.clone(), firing.series.clone()))
                .collect(),
            Kind::Alarm => self
                .alarms()
                .filter(|alarm| &alarm.account == account && alarm.policy == Some(id))
                .map(|alarm| Subject::Alarm(alarm.account.clone(), alarm.id.clone()))
                .collect(),
            Kind::Group => policy
                .receivers
                .iter()
                .filter(|receiver| receiver.is_group)
                .map(|receiver| Subject::Group(account.clone(), receiver.id))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What to call a subject: its name or title where it is known, its id otherwise.
    pub fn title(&self, subject: &Subject) -> String {
        let name = match subject {
            Subject::Alarm(account, id) => self
                .alarm(account, id.raw())
                .map(|alarm| format!("{} {}", alarm.title, alarm.resource)),
            Subject::Policy(account, id) => self.policy(account, *id).map(|p| p.name.to_string()),
            Subject::Incident(account, id) => self
                .incident(account, id.raw())
                .map(|incident| format!("{id} {}", incident.title)),
            Subject::WarRoom(account, number) => self
                .warrooms()
                .find(|(of, room)| *of == account && &room.number == number)
                .map(|(_, room)| format!("{number} {}", room.title)),
            Subject::Script(account, id) => {
                self.script(account, id.raw()).map(|s| s.name.to_string())
            }
            Subject::Order(account, id) => self
                .order(account, id.raw())
                .map(|order| format!("{} {id}", order.name)),
            Subject::Resource(account, id) => self
                .resources()
                .find(|(of, resource)| *of == account && &resource.resource_id == id)
                .map(|(_, resource)| resource.name.to_string()),
            Subject::Group(account, id) => self
                .groups()
                .find(|(of, group)| *of == account && group.id == *id)
                .map(|(_, group)| group.name.to_string()),
            Subject::Contact(account, id) => self
                .people()
                .find(|(of, person)| *of == account && person.id == *id)
                .map(|(_, person)| person.name.to_string()),
            Subject::Series(account, key) => {
                let label = self
                    .series(account, key, None)
                    .and_then(|series| series.label.clone())
                    .unwrap_or_else(|| key.metric.clone());
                Some(format!("{label} {}", self.instance_name(account, key)))
            }
            Subject::Asset(account, id) => self
                .assets()
                .find(|(of, asset)| *of == account && &asset.id == id)
                .map(|(_, asset)| asset.name.to_string()),
            Subject::SiteHost(account, id) => self
                .site_hosts()
                .find(|(of, host)| *of == account && &host.id == id)
                .map(|(_, host)| host.name.to_string()),
            Subject::Deed(account, id) => self
                .audit()
                .find(|(of, deed)| *of == account && &deed.id == id)
                .map(|(_, deed)| format!("{} {}", deed.what, deed.resource)),
            Subject::Patch(account, report, title) if title.is_empty() => self
                .patch_report(account, report)
                .map(|report| report.name.to_string()),
            Subject::Branch(..)
            | Subject::Host(..)
            | Subject::Patch(..)
            | Subject::Pool(..)
            | Subject::MeterJob(..)
            | Subject::Entry(_)
            | Subject::Account(_)
            | Subject::Operation(..)
            | Subject::Problem(_) => None,
            Subject::ScalingGroup(account, id) => self
                .scaling_group(account, id)
                .map(|group| group.name.to_string()),
            Subject::ScalingPart(account, group, id) => self
                .scaling_detail(account, group)
                .and_then(|detail| part_name(detail, id)),
        };
        name.unwrap_or_else(|| subject.to_string())
    }

    /// What an instance of a metric is called where a policy watches it; its id otherwise.
    fn instance_name(&self, account: &AccountId, key: &SeriesKey) -> SafeText {
        self.policies()
            .filter(|(of, _)| *of == account)
            .flat_map(|(_, policy)| &policy.bound)
            .find(|bound| bound.id == key.instance)
            .map_or_else(|| key.instance.clone(), |bound| bound.name.clone())
    }

    /// The texts of a subject that are worth copying: the locale key of what each is, and its original spelling.
    pub fn fields(&self, subject: &Subject) -> Vec<(&'static str, String)> {
        let mut fields = vec![("field.id", subject.id())];
        if let Some(account) = subject.account() {
            fields.push(("field.account", account.to_string()));
        }
        let mut add = |name, text: &SafeText| fields.push((name, text.raw().to_owned()));
        match subject {
            Subject::Alarm(account, id) => {
                if let Some(alarm) = self.alarm(account, id.raw()) {
                    add("field.title", &alarm.title);
                    add("field.resource", &alarm.resource);
                    if let Some(id) = &alarm.resource_id {
                        add("field.resource_id", id);
                    }
                    add("field.region", &alarm.region);
                }
            }
            Subject::Policy(account, id) => {
                if let Some(policy) = self.policy(account, *id) {
                    add("field.name", &policy.name);
                }
            }
            Subject::Incident(account, id) => {
                if let Some(incident) = self.incident(account, id.raw()) {
                    add("field.title", &incident.title);
                    add("field.description", &incident.description);
                    incident
                        .warroom
                        .iter()
                        .for_each(|number| add("field.warroom", number));
                }
            }
            Subject::Script(account, id) => {
                if let Some(script) = self.script(account, id.raw()) {
                    add("field.name", &script.name);
                    add("field.content", &script.content);
                }
            }
            Subject::Order(account, id) => {
                if let Some(order) = self.order(account, id.raw()) {
                    add("field.name", &order.name);
                }
            }
            Subject::Resource(account, id) => {
                let found = self
                    .resources()
                    .find(|(of, resource)| *of == account && &resource.resource_id == id);
                if let Some((_, resource)) = found {
                    add("field.name", &resource.name);
                    add("field.region", &resource.region);
                    resource.ip.iter().for_each(|ip| add("field.ip", ip));
                    resource
                        .agent
                        .iter()
                        .for_each(|agent| add("field.agent", agent));
                }
            }
            Subject::Series(_, key) => {
                add("field.namespace", &key.namespace);
                add("field.instance", &key.instance);
                add("field.metric", &key.metric);
            }
            Subject::Entry(ticket) => {
                if let Some(entry) = self.journal.iter().find(|entry| entry.ticket == *ticket) {
                    add("field.command", &entry.command);
                    entry
                        .request_id
                        .iter()
                        .for_each(|id| add("field.request_id", id));
                    entry
                        .result
                        .iter()
                        .for_each(|text| add("field.result", text));
                }
            }
            Subject::Branch(..)
            | Subject::Group(..)
            | Subject::Contact(..)
            | Subject::WarRoom(..)
            | Subject::Host(..)
            | Subject::Patch(..)
            | Subject::Pool(..)
            | Subject::Asset(..)
            | Subject::SiteHost(..)
            | Subject::Deed(..)
            | Subject::MeterJob(..)
            | Subject::ScalingGroup(..)
            | Subject::ScalingPart(..)
            | Subject::Account(_)
            | Subject::Operation(..)
            | Subject::Problem(_) => fields.push(("field.name", self.title(subject))),
        }
        fields.retain(|(_, text)| !text.is_empty());
        fields
    }
}

/// Does a text name this thing as a word of its own? `web-1` is not named by `web-12`.
fn names(text: &str, name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    !name.is_empty()
        && text.match_indices(name).any(|(at, found)| {
            let before = text.get(..at).and_then(|rest| rest.chars().next_back());
            let after = text
                .get(at + found.len()..)
                .and_then(|rest| rest.chars().next());
            !before.is_some_and(inside) && !after.is_some_and(inside)
        })
}

/// What a part of a scaling group is called.
fn part_name(detail: &GroupDetail, id: &SafeText) -> Option<String> {
    let members = detail.members.iter().map(|one| (&one.id, &one.name));
    let policies = detail.policies.iter().map(|one| (&one.id, &one.name));
    let tasks = detail.tasks.iter().map(|one| (&one.id, &one.name));
    members
        .chain(policies)
        .chain(tasks)
        .find(|(known, _)| *known == id)
        .map(|(_, name)| name.to_string())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::account::SystemId;
    use crate::domain::query::Update;

    #[test]
    fn no_critical_alarm_is_claimed_only_when_everybody_has_told() {
        let id = |profile| AccountId::new(profile, SystemId::HuaweiEsm);
        let accounts = ["one", "other"].map(|profile| Account {
            id: id(profile),
            region: String::new(),
            read_only: false,
            production: false,
            operator: String::new(),
            limits: Vec::new(),
        });
        let mut world = World::new(accounts.to_vec(), Vec::new());
        let mut told = |profile, result| {
            world.apply(Update {
                query: Query::Alarms(id(profile)),
                at: Timestamp::UNIX_EPOCH,
                result,
            });
            world.criticals()
        };
        let error = |class| ApiError::new(class, SystemId::HuaweiEsm, "", "");
        assert_eq!(told("one", Ok(Facts::Alarms(Vec::new()))), None);
        assert_eq!(told("other", Err(error(Class::Network))), None);
        assert_eq!(told("other", Err(error(Class::NotOffered))), Some(0));
        assert_eq!(told("other", Ok(Facts::Alarms(Vec::new()))), Some(0));
    }

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert!(names("CPU of web-1 is high", "web-1"));
        assert!(names("web-1", "web-1"));
        assert!(!names("CPU of web-12 is high", "web-1"));
        assert!(!names("anything", ""));
        assert!(names("主机（支付-1）告警", "支付-1"));
    }
}
