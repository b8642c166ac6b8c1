//! What can be done to an order while it runs, and what that does to the machines in flight.

use super::fold::hosts;
use crate::app::pane::{Confirm, Context, Guard};
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::action::Action;
use crate::domain::script::{HostRun, Order, OrderStep, RunStatus};
use crate::panes::orders::Progress;
use crate::panes::words;
use crate::ui::lang::Lang;

/// The step that a command is, for this order and the machine under the cursor.
pub fn step(command: &str, order: &Order, host: Option<&HostRun>) -> Option<OrderStep> {
    match command {
        "order.pause" => Some(OrderStep::Pause),
        "order.continue" => Some(OrderStep::Continue),
        "order.cancel" => Some(OrderStep::Cancel),
        "order.skip" => Some(OrderStep::SkipBatch(batch_to_skip(order)?)),
        "order.cancel_host" => Some(OrderStep::CancelHost(host?.id)),
        _ => None,
    }
}

/// Why a command cannot be run now.
pub fn refusal(command: &str, order: &Order, host: Option<&HostRun>, lang: Lang) -> Option<String> {
    let status = words::run_word(&order.status, lang);
    let refused = || Some(lang.tf("order.refuse", &[("status", &status)]));
    let Some(step) = step(command, order, host) else {
        return refused();
    };
    if !order.status.allows(&step) {
        return refused();
    }
    if !matches!(step, OrderStep::CancelHost(_)) {
        return None;
    }
    host.filter(|host| !host.status.is_open_for_host())
        .map(|host| {
            let status = words::run_word(&host.status, lang);
            let values = [("name", host.name.shown()), ("status", &status)];
            lang.tf("order.refuse_host", &values)
        })
}

/// The question before a step.
pub fn confirm(
    account: &AccountId,
    order: &Order,
    step: OrderStep,
    host: Option<&HostRun>,
    ctx: &Context,
) -> Confirm {
    let lang = ctx.lang;
    let (verb, option) = verb(&step);
    let title = lang
        .t(&format!("command.order.{}", verb.replace('-', "_")))
        .into_owned();
    let name = format!("{} {}", order.name, order.id);
    let host = host
        .filter(|_| matches!(step, OrderStep::CancelHost(_)))
        .map(|host| host.name.shown());
    let what = host.map_or_else(|| name.clone(), |host| format!("{name} {host}"));
    Confirm {
        title: format!("{title}?"),
        summary: format!("{title}: {what}"),
        command: format!("order {verb} {}{option}", words::quoted(order.id.raw())),
        targets: vec![host.map_or(name, str::to_owned)],
        consequence: vec![
            Progress::of(order).words(lang),
            consequence(&step, order, lang),
        ],
        button: title,
        risk: Guard::Button,
        subject: Some(Subject::Order(account.clone(), order.id.clone())),
        action: Action::OperateOrder(account.clone(), order.id.clone(), step),
    }
}

/// The verb of a step on the command line, and its option.
fn verb(step: &OrderStep) -> (&'static str, String) {
    match step {
        OrderStep::Pause => ("pause", String::new()),
        OrderStep::Continue => ("continue", String::new()),
        OrderStep::Cancel => ("cancel", String::new()),
        OrderStep::SkipBatch(batch) => ("skip", format!(" --batch {batch}")),
        OrderStep::CancelHost(host) => ("cancel-host", format!(" --host {host}")),
    }
}

/// The batch that can be skipped: the one that runs, or, while the order waits, the first with open machines.
fn batch_to_skip(order: &Order) -> Option<u32> {
    if matches!(order.status, RunStatus::Processing | RunStatus::Abnormal) {
        return order.current_batch;
    }
    order
        .batches
        .iter()
        .find(|batch| {
            batch
                .hosts
                .iter()
                .any(|host| host.status.is_open_for_host())
        })
        .map(|batch| batch.index)
}

/// What a step does to the machines that run and to those that wait.
fn consequence(step: &OrderStep, order: &Order, lang: Lang) -> String {
    let in_batch = |host: &HostRun| match step {
        OrderStep::SkipBatch(batch) => host.batch == *batch,
        _ => true,
    };
    let count = |wanted: &RunStatus| {
        hosts(order)
            .filter(|host| in_batch(host) && &host.status == wanted)
            .count()
            .to_string()
    };
    let (running, waiting) = (count(&RunStatus::Processing), count(&RunStatus::Ready));
    let (key, batch) = match step {
        OrderStep::Pause => ("order.will_pause", String::new()),
        OrderStep::Continue => ("order.will_continue", String::new()),
        OrderStep::Cancel => ("order.will_cancel", String::new()),
        OrderStep::SkipBatch(batch) => ("order.will_skip", batch.to_string()),
        OrderStep::CancelHost(_) => ("order.will_cancel_host", String::new()),
    };
    let values = [
        ("running", running.as_str()),
        ("waiting", waiting.as_str()),
        ("batch", batch.as_str()),
    ];
    lang.tf(key, &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::cockpit::tests::{host, order};

    fn two_batches() -> Order {
        let mut order = order(vec![
            host("a", RunStatus::Finished, ""),
            host("b", RunStatus::Processing, ""),
        ]);
        let mut second = order.batches[0].clone();
        second.index = 2;
        second.hosts = vec![
            host("c", RunStatus::Ready, ""),
            host("d", RunStatus::Ready, ""),
        ];
        second.hosts.iter_mut().for_each(|host| host.batch = 2);
        order.batches.push(second);
        order
    }

    #[test]
    fn a_dialog_says_what_happens_to_the_machines_in_flight() {
        let order = two_batches();
        let cancel = consequence(&OrderStep::Cancel, &order, Lang::En);
        assert!(cancel.contains("(1)") && cancel.contains("(2)"), "{cancel}");
        let skip = consequence(&OrderStep::SkipBatch(2), &order, Lang::En);
        assert!(skip.contains('2'), "{skip}");
    }

    #[test]
    fn what_is_over_cannot_be_operated() {
        let mut order = two_batches();
        let (done, running) = (&order.batches[0].hosts[0], &order.batches[0].hosts[1]);
        assert!(refusal("order.cancel_host", &order, Some(done), Lang::En).is_some());
        assert!(refusal("order.cancel_host", &order, Some(running), Lang::En).is_none());
        assert!(refusal("order.pause", &order, None, Lang::En).is_none());
        order.status = RunStatus::Finished;
        for command in [
            "order.pause",
            "order.continue",
            "order.cancel",
            "order.skip",
        ] {
            assert!(
                refusal(command, &order, None, Lang::En).is_some(),
                "{command}"
            );
        }
    }
}
