//! The question before a run: everything it reaches.

use super::order::command;
use super::targets::{agent_word, is_offline};
use crate::app::pane::{Confirm, Context, Guard};
use crate::app::subject::Subject;
use crate::app::world::World;
use crate::domain::account::AccountId;
use crate::domain::action::{Action, NewOrder};
use crate::domain::draft::is_plain_value;
use crate::domain::script::{Order, Resource, Risk, Script};
use crate::domain::text::SafeText;
use crate::panes::words;
use crate::ui::format;
use crate::ui::lang::Lang;

/// From so many machines on, their number must be typed.
const MANY: usize = 50;
/// Up to so many machines are named in a sentence; of more their number is told.
const NAMED: usize = 3;
/// Up to so many names of a difference are told.
const DIFFERENT: usize = 6;

/// The question before the run.
pub fn confirm(
    account: &AccountId,
    script: &Script,
    machines: &[&Resource],
    new: NewOrder,
    ctx: &Context,
) -> Confirm {
    let lang = ctx.lang;
    let place = place(machines, lang);
    let values = [("name", script.name.shown()), ("place", place.as_str())];
    let targets = machines.iter().map(|machine| {
        let address = machine.ip.as_ref().map_or("", |ip| ip.shown());
        format!("{} {address} {}", machine.name, agent_word(machine, lang))
    });
    Confirm {
        title: lang.tf("run.confirm_title", &values),
        summary: lang.tf("run.summary", &values),
        command: command(&new, machines),
        targets: targets.collect(),
        consequence: consequences(account, script, machines, &new, ctx),
        button: lang.t("run.button").into_owned(),
        risk: guard(script, machines.len()),
        subject: Some(Subject::Script(account.clone(), script.id.clone())),
        action: Action::RunScript(account.clone(), new),
    }
}

/// The names of a few machines, the number of many.
pub fn place(machines: &[&Resource], lang: Lang) -> String {
    if machines.len() > NAMED {
        return lang.tf("run.count", &[("count", &machines.len().to_string())]);
    }
    let names: Vec<&str> = machines
        .iter()
        .map(|machine| machine.name.shown())
        .collect();
    names.join(", ")
}

/// How strong the confirmation is: many machines ask for their number, a dangerous script for its name, both for both.
fn guard(script: &Script, count: usize) -> Guard {
    let name = script.name.raw();
    match script.risk {
        Some(Risk::High) | None if count > MANY => Guard::Name(format!("{name} {count}")),
        Some(Risk::High) | None => Guard::Name(name.to_owned()),
        Some(Risk::Low | Risk::Medium) if count > MANY => Guard::Count(count),
        Some(Risk::Low | Risk::Medium) => Guard::Button,
    }
}

fn consequences(
    account: &AccountId,
    script: &Script,
    machines: &[&Resource],
    new: &NewOrder,
    ctx: &Context,
) -> Vec<String> {
    let lang = ctx.lang;
    let mut lines: Vec<String> = batches_line(new, lang).into_iter().collect();
    for (name, count, total) in shares(account, machines, ctx.world) {
        let (count, total) = (count.to_string(), total.to_string());
        let values = [("name", name.shown()), ("count", &count), ("total", &total)];
        lines.push(lang.tf("run.share", &values));
    }
    lines.extend(agents_line(machines, lang));
    lines.extend(busy_lines(account, machines, ctx));
    lines.push(last_run_line(account, script, machines, ctx));
    let (timeout, rate) = (new.timeout.to_string(), new.success_rate.to_string());
    let values = [
        ("user", new.execute_user.as_str()),
        ("timeout", &timeout),
        ("rate", &rate),
    ];
    lines.push(lang.tf("run.as_user", &values));
    lines.extend(new.params.iter().map(|(name, value, secret)| {
        let value = if *secret { "***" } else { value };
        format!("{} = {}", SafeText::new(name), SafeText::new(value))
    }));
    // The service's rule is printed in several ways, so nothing is held back for it.
    let odd = new
        .params
        .iter()
        .filter(|(_, value, _)| !is_plain_value(value));
    lines.extend(odd.map(|(name, ..)| {
        let name = SafeText::new(name);
        lang.tf("run.odd_value", &[("name", name.shown())])
    }));
    let risk = words::risk_word(script.risk, lang).0;
    lines.push(lang.tf("run.effect", &[("risk", &risk)]));
    lines
}

/// `1 + 5 + 5 machines, one batch after the other`; nothing to say about a single machine.
fn batches_line(new: &NewOrder, lang: Lang) -> Option<String> {
    let sizes: Vec<String> = new
        .batches
        .iter()
        .map(|batch| batch.len().to_string())
        .collect();
    match sizes.as_slice() {
        [] => None,
        [one] if one == "1" => None,
        [one] => Some(lang.tf("run.one_batch", &[("count", one)])),
        many => {
            let count = many.len().to_string();
            let key = match new.rotation {
                crate::domain::script::Rotation::Continue => "run.batches",
                crate::domain::script::Rotation::Pause => "run.batches_pause",
            };
            Some(lang.tf(key, &[("count", &count), ("sizes", &many.join(" + "))]))
        }
    }
}

fn agents_line(machines: &[&Resource], lang: Lang) -> Option<String> {
    let offline: Vec<&str> = machines
        .iter()
        .filter(|machine| is_offline(machine))
        .map(|machine| machine.name.shown())
        .collect();
    let count = offline.len().to_string();
    let names = some_of(&offline, lang);
    (!offline.is_empty())
        .then(|| lang.tf("run.offline_count", &[("count", &count), ("names", &names)]))
}

/// The first few of some names.
fn some_of(names: &[&str], lang: Lang) -> String {
    let mut text = names
        .iter()
        .take(DIFFERENT)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(rest) = names.len().checked_sub(DIFFERENT).filter(|rest| *rest > 0) {
        text.push_str(&lang.tf("run.and_more", &[("count", &rest.to_string())]));
    }
    text
}

/// How many machines of each application are reached, and how many it has.
fn shares<'m>(
    account: &AccountId,
    machines: &[&'m Resource],
    world: &World,
) -> Vec<(&'m SafeText, usize, usize)> {
    let mut shares: Vec<(&SafeText, usize, usize)> = Vec::new();
    let applications = machines
        .iter()
        .filter_map(|machine| machine.application.as_ref());
    for application in applications {
        if let Some(share) = shares.iter_mut().find(|share| share.0 == application) {
            share.1 += 1;
        } else {
            let total = super::targets::machines(account, world)
                .filter(|machine| machine.application.as_ref() == Some(application))
                .count();
            shares.push((application, 1, total));
        }
    }
    shares
}

/// What is known of orders that are not over: those that hold one of these machines, and those of which nobody can
/// tell, because their machines have not been read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Busy {
    /// Names of orders, each with one of the machines it holds.
    reached: Vec<(String, String)>,
    /// Names of orders whose machines are not known.
    unknown: Vec<String>,
}

fn busy(account: &AccountId, machines: &[&Resource], world: &World) -> Option<Busy> {
    let query = crate::domain::query::Query::Orders(account.clone());
    world.facts(&query)?;
    let mut busy = Busy::default();
    for order in super::active_orders(account, world) {
        let detail = world.order(account, order.id.raw()).unwrap_or(order);
        let name = format!("{} {}", order.name, order.id);
        if detail.batches.is_empty() {
            busy.unknown.push(name);
            continue;
        }
        let hosts = || detail.batches.iter().flat_map(|batch| &batch.hosts);
        let held = machines.iter().find(|machine| {
            hosts().any(|host| {
                host.resource_id == machine.resource_id && host.status.is_open_for_host()
            })
        });
        if let Some(machine) = held {
            busy.reached.push((name, machine.name.shown().to_owned()));
        }
    }
    Some(busy)
}

fn busy_lines(account: &AccountId, machines: &[&Resource], ctx: &Context) -> Vec<String> {
    let lang = ctx.lang;
    let Some(busy) = busy(account, machines, ctx.world) else {
        return vec![lang.t("run.busy_not_read").into_owned()];
    };
    let mut lines: Vec<String> = busy
        .reached
        .iter()
        .map(|(order, machine)| lang.tf("run.busy", &[("order", order), ("machine", machine)]))
        .collect();
    if !busy.unknown.is_empty() {
        let names: Vec<&str> = busy.unknown.iter().map(String::as_str).collect();
        lines.push(lang.tf("run.busy_unknown", &[("orders", &some_of(&names, lang))]));
    }
    if lines.is_empty() {
        lines.push(lang.t("run.not_busy").into_owned());
    }
    lines
}

/// The latest order of a script, read with its machines when that was possible.
pub fn last_run<'w>(account: &AccountId, script: &Script, world: &'w World) -> Option<&'w Order> {
    let latest = world
        .orders()
        .filter(|(of, order)| *of == account && order.name == script.name)
        .max_by_key(|(_, order)| order.created)?;
    world.order(account, latest.1.id.raw())
}

/// When the script ran last, and how its machines then differ from these.
fn last_run_line(
    account: &AccountId,
    script: &Script,
    machines: &[&Resource],
    ctx: &Context,
) -> String {
    let lang = ctx.lang;
    let Some(last) = last_run(account, script, ctx.world) else {
        return lang.t("run.first_time").into_owned();
    };
    let age = last
        .created
        .map_or_else(|| "-".to_owned(), |at| format::age_of(lang, at, ctx.at));
    let before: Vec<&crate::domain::script::HostRun> =
        last.batches.iter().flat_map(|batch| &batch.hosts).collect();
    let count = before.len().to_string();
    let status = words::run_word(&last.status, lang);
    let values = [
        ("age", age.as_str()),
        ("who", last.creator.shown()),
        ("count", &count),
        ("status", &status),
    ];
    if before.is_empty() {
        return lang.tf("run.last_time", &values);
    }
    let mut text = lang.tf("run.last_time_on", &values);
    let new: Vec<&str> = machines
        .iter()
        .filter(|machine| {
            !before
                .iter()
                .any(|host| host.resource_id == machine.resource_id)
        })
        .map(|machine| machine.name.shown())
        .collect();
    let gone: Vec<&str> = before
        .iter()
        .filter(|host| {
            !machines
                .iter()
                .any(|machine| machine.resource_id == host.resource_id)
        })
        .map(|host| host.name.shown())
        .collect();
    for (key, names) in [("run.new_now", &new), ("run.not_now", &gone)] {
        if !names.is_empty() {
            text.push_str(&lang.tf(key, &[("names", &some_of(names, lang))]));
        }
    }
    if new.is_empty() && gone.is_empty() {
        text.push_str(&lang.t("run.same_machines"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::query::{Facts, Query, Update};
    use crate::domain::script::{Batch, HostRun, RunStatus};
    use crate::panes::run::order::tests::script;
    use crate::panes::run::targets::tests::{account, machine, world};
    use jiff::Timestamp;

    fn running(id: &str, hosts: &[usize]) -> Order {
        let host = |number: &usize| HostRun {
            id: 1,
            batch: 1,
            resource_id: machine(*number).resource_id,
            name: machine(*number).name,
            ip: "".into(),
            status: RunStatus::Processing,
            output: "".into(),
            shortened: None,
            started: None,
            finished: None,
        };
        let batches = vec![Batch {
            index: 1,
            total: 1,
            rotation: None,
            hosts: hosts.iter().map(host).collect(),
        }];
        Order {
            id: id.into(),
            name: "restart-nginx".into(),
            script: None,
            status: RunStatus::Processing,
            creator: "demo".into(),
            created: Some(Timestamp::UNIX_EPOCH),
            finished: None,
            current_batch: None,
            timeout: None,
            success_rate: None,
            execute_user: "".into(),
            params: Vec::new(),
            counts: Vec::new(),
            batches: if hosts.is_empty() {
                Vec::new()
            } else {
                batches
            },
            outputs: Vec::new(),
        }
    }

    fn knows(world: &mut World, query: Query, orders: Vec<Order>) {
        world.apply(Update {
            query,
            at: Timestamp::UNIX_EPOCH,
            result: Ok(Facts::Orders(orders)),
        });
    }

    #[test]
    fn it_says_which_orders_hold_a_machine_and_of_which_it_cannot_tell() {
        let (one, two) = (machine(1), machine(2));
        let machines = [&one, &two];
        let mut world = world(vec![one.clone(), two.clone()]);
        assert_eq!(busy(&account(), &machines, &world), None);
        let orders = vec![running("A", &[]), running("B", &[]), running("C", &[])];
        knows(&mut world, Query::Orders(account()), orders);
        for (id, hosts) in [("A", [2]), ("B", [7])] {
            let query = Query::Order(account(), id.into());
            knows(&mut world, query, vec![running(id, &hosts)]);
        }
        let found = busy(&account(), &machines, &world).unwrap();
        let reached = ("restart-nginx A".to_owned(), "web-002".to_owned());
        assert_eq!(found.reached, [reached]);
        assert_eq!(found.unknown, ["restart-nginx C"]);
    }

    #[test]
    fn it_says_what_is_different_from_the_last_time() {
        let (one, two) = (machine(1), machine(2));
        let mut world = world(vec![one.clone(), two.clone()]);
        let script = script(Some(Risk::Low));
        let zone = jiff::tz::TimeZone::UTC;
        let line = |world: &World| {
            let ctx = Context {
                world,
                at: Timestamp::from_second(7200).unwrap(),
                lang: Lang::En,
                zone: &zone,
                rates: crate::ui::rates::Rates::AsSent,
                glyphs: &crate::ui::glyphs::UNICODE,
                area: ratatui::layout::Rect::ZERO,
            };
            last_run_line(&account(), &script, &[&one, &two], &ctx)
        };
        let first = line(&world);
        knows(
            &mut world,
            Query::Orders(account()),
            vec![running("A", &[])],
        );
        let query = Query::Order(account(), "A".into());
        knows(&mut world, query, vec![running("A", &[1, 9])]);
        let later = line(&world);
        assert_ne!(first, later);
        assert!(
            later.contains("web-002") && later.contains("web-009"),
            "{later}"
        );
        assert!(!later.contains("web-001"), "{later}");
    }

    #[test]
    fn p2_danger_asks_for_a_stronger_word() {
        let name = |text: &str| Guard::Name(text.to_owned());
        assert_eq!(guard(&script(Some(Risk::Low)), 3), Guard::Button);
        assert_eq!(guard(&script(Some(Risk::High)), 3), name("restart-nginx"));
        assert_eq!(guard(&script(None), 3), name("restart-nginx"));
        assert_eq!(guard(&script(Some(Risk::Low)), 51), Guard::Count(51));
        assert_eq!(
            guard(&script(Some(Risk::High)), 51),
            name("restart-nginx 51")
        );
    }
}
