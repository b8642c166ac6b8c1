//! `order`.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value as Json;

use super::args::{OrderCommand, RetryOrder, RunScript};
use super::{Desk, missing, on_runtime, print, rows};
use crate::cli::args::Global;
use crate::cli::exit::{self, Failure};
use crate::cloud::huawei_coc::answer;
use crate::domain::query::{Facts, Query};
use crate::domain::script::{HostRun, Order, OrderStep, Rotation, RunStatus};
use crate::domain::text::SafeText;
use crate::panes::{cockpit, run, words};
use crate::ui::lang::Lang;

/// How often an order is looked at while it is waited for.
const EVERY: Duration = Duration::from_secs(3);

/// `watchkeeper order …`
pub fn order(global: &Global, command: OrderCommand) -> Result<ExitCode, Failure> {
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        let (id, step) = match command {
            OrderCommand::Ls { printed } => {
                let Facts::Orders(orders) = desk.ask(Query::Orders(desk.account.clone())).await?
                else {
                    return Ok(ExitCode::SUCCESS);
                };
                return print(printed, &orders.iter().map(rows::order).collect());
            }
            OrderCommand::Show { id, printed } => {
                let order = desk.order(&id).await?;
                let mut all = rows::order(&order);
                all["hosts"] = hosts(&order).map(rows::host).collect();
                return print(printed, &all);
            }
            OrderCommand::Logs { id, host } => {
                let id = SafeText::new(&id);
                let order = answer::whole_order(&desk.client, &id).await?;
                return logs(&order, host.as_deref());
            }
            OrderCommand::Watch { id, timeout } => {
                return desk.wait(&id, Duration::from_secs(timeout)).await;
            }
            OrderCommand::Retry(args) => return desk.retry(args).await,
            OrderCommand::Pause { id } => (id, OrderStep::Pause),
            OrderCommand::Continue { id } => (id, OrderStep::Continue),
            OrderCommand::Cancel { id } => (id, OrderStep::Cancel),
            OrderCommand::Skip { id, batch } => (id, OrderStep::SkipBatch(batch)),
            OrderCommand::CancelHost { id, host } => (id, OrderStep::CancelHost(host)),
        };
        let order = desk.order(&id).await?;
        if !order.status.allows(&step) {
            let status = words::run_word(&order.status, Lang::En);
            return Err(Failure::Refused(format!(
                "order {} is {status}: nothing was sent",
                order.id
            )));
        }
        let host = match &step {
            OrderStep::CancelHost(wanted) => hosts(&order).find(|host| host.id == *wanted),
            _ => None,
        };
        let confirm = cockpit::confirm(&desk.account, &order, step, host, &desk.context());
        desk.act(confirm).await?;
        Ok(ExitCode::SUCCESS)
    })
}

fn hosts(order: &Order) -> impl Iterator<Item = &HostRun> {
    order.batches.iter().flat_map(|batch| &batch.hosts)
}

/// Prints what the machines said, nothing in it alive.
fn logs(order: &Order, only: Option<&str>) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    let mut found = false;
    for host in hosts(order).filter(|host| only.is_none_or(|name| name == host.name.raw())) {
        found = true;
        for line in host.output.raw().lines() {
            writeln!(out, "{}\t{}", host.name, SafeText::new(line))?;
        }
    }
    match only {
        Some(name) if !found => Err(missing("machine", name)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

impl Desk {
    async fn order(&mut self, id: &str) -> Result<Order, Failure> {
        let query = Query::Order(self.account.clone(), SafeText::new(id));
        match self.ask(query).await? {
            Facts::Orders(orders) => orders.into_iter().next(),
            _ => None,
        }
        .ok_or_else(|| missing("order", id))
    }

    /// Runs the script of an order again where it did not end well, as it was run before.
    async fn retry(&mut self, args: RetryOrder) -> Result<ExitCode, Failure> {
        let order = self.order(&args.id).await?;
        let machines: Vec<String> = run::left_over(&order)
            .map(|host| host.resource_id.raw().to_owned())
            .collect();
        let id = order.script.as_ref().filter(|_| !machines.is_empty());
        let Some(id) = id else {
            return Err(Failure::Refused(format!(
                "order {} leaves no machine over that failed, was cancelled or never began",
                order.id
            )));
        };
        let script = self.script(id.raw()).await?;
        let mut params = args.params;
        let is_given = |params: &[String], name: &SafeText| {
            let names = params.iter().filter_map(|param| param.split_once('='));
            names.into_iter().any(|(given, _)| given == name.raw())
        };
        for (name, value) in run::values_to_repeat(&order) {
            // What the script does not know any more is not repeated.
            let is_known = script.params.iter().any(|param| &param.name == name);
            if is_known && !is_given(&params, name) {
                params.push(format!("{}={}", name.raw(), value.raw()));
            }
        }
        let mut secrets = script.params.iter().filter(|param| param.sensitive);
        if let Some(secret) = secrets.find(|param| !is_given(&params, &param.name)) {
            return Err(Failure::Usage(format!(
                "the secret {name} has to be given again: --param {name}=…",
                name = secret.name
            )));
        }
        let pauses = |batch: &crate::domain::script::Batch| batch.rotation == Some(Rotation::Pause);
        let again = RunScript {
            script: id.raw().to_owned(),
            machines,
            params,
            sizes: args.sizes,
            timeout: order.timeout.unwrap_or(300),
            rate: order.success_rate.unwrap_or(100.0),
            user: order.execute_user.raw().to_owned(),
            pause: order.batches.iter().any(pauses),
            yes: args.yes,
            confirm: args.confirm,
            wait: args.wait,
            wait_timeout: args.wait_timeout,
        };
        self.run(&again).await
    }

    /// Waits for an order's end, saying what changes. Exit code 8 when it did not end well, 10 when it takes too long.
    pub(super) async fn wait(&mut self, id: &str, patience: Duration) -> Result<ExitCode, Failure> {
        let began = self.client.now();
        let mut last = Json::Null;
        loop {
            let order = self.order(id).await?;
            let row = rows::order(&order);
            if row != last {
                let status = words::run_word(&order.status, Lang::En);
                let words = cockpit::progress(&order, Lang::En);
                writeln!(std::io::stderr(), "{} {status} {words}", order.id)?;
                last = row;
            }
            match order.status {
                RunStatus::Finished => return Ok(ended(&order)),
                // An order that failed waits for its operator: nothing more happens by itself.
                RunStatus::Cancelled | RunStatus::RolledBack | RunStatus::Abnormal => {
                    return Ok(ExitCode::from(exit::JOB));
                }
                _ => {}
            }
            let waited = self.client.now().duration_since(began);
            if waited.unsigned_abs() >= patience {
                return Ok(ExitCode::from(exit::LATE));
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}

fn ended(order: &Order) -> ExitCode {
    if hosts(order).any(|host| host.status == RunStatus::Abnormal) {
        ExitCode::from(exit::JOB)
    } else {
        ExitCode::SUCCESS
    }
}
