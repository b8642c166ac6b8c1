//! `script` and `resource`.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::args::{ResourceCommand, RunScript, ScriptCommand};
use super::{Desk, missing, on_runtime, print, rows};
use crate::app::pane::{Confirm, Guard};
use crate::cli::args::Global;
use crate::cli::exit::Failure;
use crate::domain::draft::risk_of;
use crate::domain::query::{Facts, Query};
use crate::domain::script::{Risk, Script, ScriptFilter};
use crate::panes::run;
use crate::ui::widgets::cell::natural_order;

/// `watchkeeper script …`
pub fn script(global: &Global, command: ScriptCommand) -> Result<ExitCode, Failure> {
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        match command {
            ScriptCommand::Ls {
                name,
                creator,
                risk,
                language,
                printed,
            } => {
                let risk = risk.map(|word| risk_named(&word)).transpose()?;
                let filter = ScriptFilter {
                    name,
                    creator,
                    risk,
                    language: language.map(|word| word.to_uppercase()),
                };
                let mut scripts = desk.found(filter).await?;
                scripts.sort_by(|a, b| natural_order(a.name.raw(), b.name.raw()));
                print(printed, &scripts.iter().map(rows::script).collect())
            }
            ScriptCommand::Show { script, printed } => {
                let script = desk.script(&script).await?;
                print(printed, &rows::script_detail(&script))
            }
            ScriptCommand::Apply(args) => desk.apply(&args).await,
            ScriptCommand::Pull(args) => desk.pull(&args).await,
            ScriptCommand::Rm { script, confirm } => desk.remove(&script, confirm.as_deref()).await,
            ScriptCommand::Run(args) => desk.run(&args).await,
        }
    })
}

/// `watchkeeper resource …`
pub fn resource(global: &Global, command: &ResourceCommand) -> Result<ExitCode, Failure> {
    let ResourceCommand::Ls { printed } = *command;
    on_runtime(async {
        let mut desk = Desk::open(global).await?;
        match desk.ask(Query::Resources(desk.account.clone())).await? {
            Facts::Resources(mut all) => {
                all.sort_by(|a, b| natural_order(a.name.raw(), b.name.raw()));
                print(printed, &all.iter().map(rows::resource).collect())
            }
            _ => Ok(ExitCode::SUCCESS),
        }
    })
}

/// What was asked for, as the form on the screen would say it.
fn values(args: &RunScript) -> Result<Json, Failure> {
    let mut values = Map::new();
    for word in &args.params {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| Failure::Usage(format!("--param wants name=value, not {word:?}")))?;
        values.insert(run::param_field(name), value.into());
    }
    let rotation = if args.pause { "pause" } else { "continue" };
    for (name, value) in [
        ("batch", json!(10)),
        ("canary", json!(false)),
        ("sizes", json!(args.sizes)),
        ("rotation", json!(rotation)),
        ("timeout", json!(args.timeout)),
        ("rate", json!(args.rate)),
        ("user", json!(args.user)),
    ] {
        values.insert(name.to_owned(), value);
    }
    Ok(Json::Object(values))
}

/// Says what a run would reach.
fn preview(confirm: &Confirm) -> Result<(), Failure> {
    let mut err = std::io::stderr().lock();
    writeln!(err, "{}", confirm.title)?;
    for target in &confirm.targets {
        writeln!(err, "  {target}")?;
    }
    for line in &confirm.consequence {
        writeln!(err, "{line}")?;
    }
    Ok(())
}

/// Has the run been confirmed as strongly as it has to be?
fn confirmed(confirm: &Confirm, args: &RunScript) -> Result<(), Failure> {
    let word = match &confirm.risk {
        Guard::Low | Guard::Button => None,
        Guard::Name(name) => Some(name.clone()),
        Guard::Count(count) => Some(count.to_string()),
    };
    match word {
        Some(word) if args.confirm.as_deref() != Some(&word) => Err(Failure::Refused(format!(
            "nothing was run: repeat it with --yes --confirm '{word}'"
        ))),
        _ if !args.yes => {
            let words = "nothing was run: repeat it with --yes";
            Err(Failure::Refused(words.to_owned()))
        }
        _ => Ok(()),
    }
}

fn risk_named(word: &str) -> Result<Risk, Failure> {
    risk_of(&word.to_uppercase())
        .ok_or_else(|| Failure::Usage(format!("--risk wants LOW, MEDIUM or HIGH, not {word:?}")))
}

impl Desk {
    /// The scripts that the service finds.
    async fn found(&mut self, filter: ScriptFilter) -> Result<Vec<Script>, Failure> {
        if filter.is_empty() {
            return self.scripts().await;
        }
        let query = Query::FoundScripts(self.account.clone(), Box::new(filter));
        match self.ask(query).await? {
            Facts::Scripts(scripts) => Ok(scripts),
            _ => Ok(Vec::new()),
        }
    }

    pub(super) async fn scripts(&mut self) -> Result<Vec<Script>, Failure> {
        match self.ask(Query::Scripts(self.account.clone())).await? {
            Facts::Scripts(scripts) => Ok(scripts),
            _ => Ok(Vec::new()),
        }
    }

    /// A script with its text, by id or by name.
    pub(super) async fn script(&mut self, name: &str) -> Result<Script, Failure> {
        let scripts = self.scripts().await?;
        let found = scripts
            .iter()
            .find(|script| script.id.raw() == name)
            .or_else(|| scripts.iter().find(|script| script.name.raw() == name))
            .ok_or_else(|| missing("script", name))?;
        match self
            .ask(Query::Script(self.account.clone(), found.id.clone()))
            .await?
        {
            Facts::Scripts(scripts) => scripts.into_iter().next(),
            _ => None,
        }
        .ok_or_else(|| missing("script", name))
    }

    pub(super) async fn run(&mut self, args: &RunScript) -> Result<ExitCode, Failure> {
        let values = values(args)?;
        let script = self.script(&args.script).await?;
        self.ask(Query::Resources(self.account.clone())).await?;
        self.ask(Query::Orders(self.account.clone())).await?;
        for query in run::reads(&self.account, &script, &self.world) {
            self.ask(query).await?;
        }
        let machines = args.machines.join("\n");
        let confirm = run::prepared(&self.account, &script, &machines, &values, &self.context())
            .map_err(Failure::Usage)?;
        preview(&confirm)?;
        confirmed(&confirm, args)?;
        let receipt = self.act(confirm).await?;
        match receipt.created {
            Some(id) if args.wait => {
                self.wait(id.raw(), Duration::from_secs(args.wait_timeout))
                    .await
            }
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}
