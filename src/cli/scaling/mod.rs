//! `watchkeeper scaling`: scaling groups without a screen. Changes are journalled before they are sent, and sent once.

pub mod args;
mod print;
mod wait;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use crate::cli::args::Global;
use crate::cli::change::carry_out_typed;
use crate::cli::exit::Failure;
use crate::cli::setup;
use crate::cloud::client::Client;
use crate::cloud::ksc_autoscaling::requests;
use crate::domain::account::SystemId;
use crate::domain::action::Action;
use crate::domain::query::{Facts, Query};
use crate::domain::scaling::{
    Adjustment, Binding, Change, Config, ConfigDraft, Function, Group, GroupDetail, GroupDraft,
    MetricRule, PolicyDraft, TaskDraft,
};
use crate::domain::text::SafeText;
use args::{
    ConfigArgs, ConfigurationCommand, Doing, GroupArgs, PolicyArgs, PolicyCommand, ScalingCommand,
    TaskArgs, TaskCommand,
};

/// Carries a command out.
pub fn run(global: &Global, command: &ScalingCommand) -> Result<ExitCode, Failure> {
    let client = setup::client(global, SystemId::KscAutoscaling)?;
    let desk = Desk { client, global };
    let runtime = setup::runtime()?;
    runtime.block_on(desk.run(command))
}

/// The account's client and what applies to every command.
struct Desk<'a> {
    client: Client,
    global: &'a Global,
}

impl Desk<'_> {
    async fn groups(&self) -> Result<Vec<Group>, Failure> {
        let account = self.client.account().id.clone();
        match self.client.answer(&Query::ScalingGroups(account)).await? {
            Facts::ScalingGroups(groups) => Ok(groups),
            _ => Err(Failure::strange()),
        }
    }

    async fn detail(&self, group: &Group) -> Result<GroupDetail, Failure> {
        let account = self.client.account().id.clone();
        let query = Query::ScalingGroup(account, group.id.clone());
        match self.client.answer(&query).await? {
            Facts::ScalingGroup(detail) => Ok(*detail),
            _ => Err(Failure::strange()),
        }
    }

    async fn configs(&self) -> Result<Vec<Config>, Failure> {
        let account = self.client.account().id.clone();
        match self.client.answer(&Query::ScalingConfigs(account)).await? {
            Facts::ScalingConfigs(configs) => Ok(configs),
            _ => Err(Failure::strange()),
        }
    }

    /// The group with this id or, where only one has it, this name.
    async fn group(&self, name: &str) -> Result<Group, Failure> {
        let groups = self.groups().await?;
        let fits = |group: &&Group| group.id.raw() == name || group.name.raw() == name;
        let mut found: Vec<&Group> = groups.iter().filter(fits).collect();
        match (found.pop(), found.is_empty()) {
            (Some(group), true) => Ok(group.clone()),
            (None, _) => Err(Failure::Missing(format!(
                "there is no scaling group {name:?}"
            ))),
            (Some(_), false) => Err(Failure::Usage(format!(
                "several scaling groups are called {name:?}: give the id"
            ))),
        }
    }

    /// The ids of members given by id or name; what is neither is left to the service.
    async fn members(&self, group: &Group, words: &[String]) -> Result<Vec<SafeText>, Failure> {
        let detail = self.detail(group).await?;
        let known = || detail.members.iter().map(|one| (&one.id, &one.name));
        words.iter().map(|word| named(word, known())).collect()
    }

    /// The id of a policy given by id or name.
    async fn policy_id(&self, group: &Group, word: &str) -> Result<SafeText, Failure> {
        let detail = self.detail(group).await?;
        named(word, detail.policies.iter().map(|one| (&one.id, &one.name)))
    }

    /// The id of a task given by id or name.
    async fn task_id(&self, group: &Group, word: &str) -> Result<SafeText, Failure> {
        let detail = self.detail(group).await?;
        named(word, detail.tasks.iter().map(|one| (&one.id, &one.name)))
    }

    async fn run(&self, command: &ScalingCommand) -> Result<ExitCode, Failure> {
        match command {
            ScalingCommand::Ls(printing) => print::groups(&self.groups().await?, *printing),
            ScalingCommand::Show { group, printing } => {
                let group = self.group(group).await?;
                print::group(&group, &self.detail(&group).await?, *printing)
            }
            ScalingCommand::Activities { group, printing } => {
                let group = self.group(group).await?;
                print::activities(&self.detail(&group).await?, *printing)
            }
            ScalingCommand::Policy { command } => return self.policy(command).await,
            ScalingCommand::Task { command } => return self.task(command).await,
            ScalingCommand::Config { command } => return self.config(command).await,
            _ => return self.change(command).await,
        }
        .map(|()| ExitCode::SUCCESS)
    }

    /// Changes of groups and members.
    async fn change(&self, command: &ScalingCommand) -> Result<ExitCode, Failure> {
        let (change, doing) = match command {
            ScalingCommand::Create {
                group,
                security_group,
                balancers,
                doing,
            } => {
                let mut draft = draft(group);
                draft.security_group = Some(security_group.clone());
                draft.bindings = bindings(balancers)?;
                (Change::CreateGroup(draft), doing)
            }
            ScalingCommand::Modify {
                group_name,
                group,
                doing,
            } => {
                let known = self.group(group_name).await?;
                (Change::ModifyGroup(known.id, draft(group)), doing)
            }
            ScalingCommand::SetDesired {
                group,
                count,
                doing,
            } => {
                let draft = GroupDraft {
                    desired: Some(*count),
                    ..GroupDraft::default()
                };
                (
                    Change::ModifyGroup(self.group(group).await?.id, draft),
                    doing,
                )
            }
            ScalingCommand::Enable { group, doing } => {
                (Change::EnableGroup(self.group(group).await?.id), doing)
            }
            ScalingCommand::Disable { group, doing } => {
                (Change::DisableGroup(self.group(group).await?.id), doing)
            }
            ScalingCommand::Delete { group, doing } => {
                (Change::DeleteGroup(self.group(group).await?.id), doing)
            }
            ScalingCommand::Attach {
                group,
                machines,
                doing,
            } => (
                Change::Attach(self.group(group).await?.id, ids(machines)),
                doing,
            ),
            ScalingCommand::Detach {
                group,
                members,
                doing,
            } => {
                let group = self.group(group).await?;
                let members = self.members(&group, members).await?;
                (Change::Detach(group.id, members), doing)
            }
            ScalingCommand::Protect {
                group,
                switch,
                members,
                doing,
            } => {
                let group = self.group(group).await?;
                let change = Change::Protect {
                    members: self.members(&group, members).await?,
                    group: group.id,
                    on: switch == "on",
                };
                (change, doing)
            }
            ScalingCommand::Balancers {
                group, set, doing, ..
            } => {
                let set = bindings(set)?;
                (Change::SetBindings(self.group(group).await?.id, set), doing)
            }
            ScalingCommand::Notify {
                group,
                events,
                doing,
                ..
            } => {
                let group = self.group(group).await?;
                (self.notification(group, events).await?, doing)
            }
            _ => return Err(Failure::strange()),
        };
        self.carry_out(change, *doing).await
    }

    /// A group has one subscription: it is changed where there is one.
    async fn notification(&self, group: Group, events: &[u8]) -> Result<Change, Failure> {
        let events = events.iter().copied().collect();
        let known = self.detail(&group).await?.subscriptions.into_iter().next();
        match known {
            Some(known) => Ok(Change::ModifyNotification(group.id, known.id, events)),
            None if events.is_empty() => Err(Failure::Usage(format!(
                "nothing is told of {}: there is nothing to end",
                group.name
            ))),
            None => Ok(Change::CreateNotification(group.id, events)),
        }
    }

    async fn policy(&self, command: &PolicyCommand) -> Result<ExitCode, Failure> {
        let (change, doing) = match command {
            PolicyCommand::Ls { group, printing } => {
                let group = self.group(group).await?;
                print::policies(&self.detail(&group).await?, *printing)?;
                return Ok(ExitCode::SUCCESS);
            }
            PolicyCommand::Create {
                group,
                policy,
                doing,
            } => {
                let group = self.group(group).await?.id;
                (Change::CreatePolicy(group, policy_draft(policy)), doing)
            }
            PolicyCommand::Modify {
                group,
                id,
                policy,
                doing,
            } => {
                let group = self.group(group).await?;
                let id = self.policy_id(&group, id).await?;
                (
                    Change::ModifyPolicy(group.id, id, policy_draft(policy)),
                    doing,
                )
            }
            PolicyCommand::Delete { group, id, doing } => {
                let group = self.group(group).await?;
                let id = self.policy_id(&group, id).await?;
                (Change::DeletePolicy(group.id, id), doing)
            }
        };
        self.carry_out(change, *doing).await
    }

    async fn task(&self, command: &TaskCommand) -> Result<ExitCode, Failure> {
        let (change, doing) = match command {
            TaskCommand::Ls { group, printing } => {
                let group = self.group(group).await?;
                print::tasks(&self.detail(&group).await?, self.client.now(), *printing)?;
                return Ok(ExitCode::SUCCESS);
            }
            TaskCommand::Create { group, task, doing } => {
                let group = self.group(group).await?.id;
                (Change::CreateTask(group, task_draft(task)), doing)
            }
            TaskCommand::Modify {
                group,
                id,
                task,
                doing,
            } => {
                let group = self.group(group).await?;
                let id = self.task_id(&group, id).await?;
                (Change::ModifyTask(group.id, id, task_draft(task)), doing)
            }
            TaskCommand::Delete { group, id, doing } => {
                let group = self.group(group).await?;
                let id = self.task_id(&group, id).await?;
                (Change::DeleteTask(group.id, id), doing)
            }
        };
        self.carry_out(change, *doing).await
    }

    async fn config(&self, command: &ConfigurationCommand) -> Result<ExitCode, Failure> {
        let (change, doing) = match command {
            ConfigurationCommand::Ls(printing) => {
                print::configs(&self.configs().await?, *printing)?;
                return Ok(ExitCode::SUCCESS);
            }
            ConfigurationCommand::Diff { one, other } => {
                let configs = self.configs().await?;
                let find = |name: &str| {
                    let mut known = configs.iter();
                    known
                        .find(|config| config.id.raw() == name || config.name.raw() == name)
                        .ok_or_else(|| {
                            Failure::Missing(format!("there is no launch configuration {name:?}"))
                        })
                };
                print::diff(find(one)?, find(other)?)?;
                return Ok(ExitCode::SUCCESS);
            }
            ConfigurationCommand::Create { config, doing } => {
                (Change::CreateConfig(config_draft(config)), doing)
            }
            ConfigurationCommand::Modify { id, config, doing } => {
                let change = Change::ModifyConfig(id.as_str().into(), config_draft(config));
                (change, doing)
            }
            ConfigurationCommand::Delete { ids: which, doing } => {
                (Change::DeleteConfigs(ids(which)), doing)
            }
        };
        self.carry_out(change, *doing).await
    }

    /// Warns, writes the intent down, sends once, writes down what came of it, and waits if that is asked for.
    async fn carry_out(&self, change: Change, doing: Doing) -> Result<ExitCode, Failure> {
        let (entry, input) = requests::call(&change);
        for warning in crate::cloud::wire::check_entry(&entry, &input) {
            if warning.soft {
                let (field, rule) = (&warning.field, &warning.rule);
                writeln!(
                    std::io::stderr(),
                    "warning: {field} {rule} ({})",
                    warning.given
                )?;
            }
        }
        if doing.dry_run {
            let explained = self.client.explain(&entry, &input).await?;
            write!(std::io::stdout(), "{explained}")?;
            return Ok(ExitCode::SUCCESS);
        }
        let group = change.group().cloned();
        let sent = self.client.now();
        let action = Action::Scaling(self.client.account().id.clone(), Box::new(change));
        let summary = entry.doc.trim_end_matches('.').to_owned();
        let receipt = carry_out_typed(self.global, &self.client, &action, summary).await?;
        let mut out = std::io::stdout().lock();
        match &receipt.created {
            Some(id) => writeln!(out, "{} {id}", receipt.summary)?,
            None => writeln!(out, "{}", receipt.summary)?,
        }
        drop(out);
        match group.or(receipt.created) {
            Some(group) if doing.wait => {
                let patience = Duration::from_secs(doing.wait_timeout);
                self.wait(&group, sent, patience).await
            }
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

/// The id of what has this id or, alone, this name. A word that is neither is taken for an id: the service decides.
fn named<'k>(
    word: &str,
    known: impl Iterator<Item = (&'k SafeText, &'k SafeText)>,
) -> Result<SafeText, Failure> {
    let mut ids: Vec<&SafeText> = known
        .filter(|(id, name)| id.raw() == word || name.raw() == word)
        .map(|(id, _)| id)
        .collect();
    match (ids.pop(), ids.is_empty()) {
        (Some(id), true) => Ok(id.clone()),
        (None, _) => Ok(word.into()),
        (Some(_), false) => Err(Failure::Usage(format!(
            "several are called {word:?}: give the id"
        ))),
    }
}

fn ids(words: &[String]) -> Vec<SafeText> {
    words.iter().map(|word| word.as_str().into()).collect()
}

fn draft(group: &GroupArgs) -> GroupDraft {
    GroupDraft {
        name: group.name.clone(),
        config: group.launch_config.clone(),
        min: group.min,
        max: group.max,
        desired: group.desired,
        remove: group.remove.map(Into::into),
        subnets: group.subnets.clone(),
        spread: group.spread.map(Into::into),
        security_group: None,
        bindings: Vec::new(),
    }
}

fn bindings(words: &[String]) -> Result<Vec<Binding>, Failure> {
    words
        .iter()
        .map(|word| {
            Binding::parse(word).ok_or_else(|| {
                Failure::Usage(format!(
                    "{word:?} is not of the form balancer/listener:80,81@20"
                ))
            })
        })
        .collect()
}

fn policy_draft(policy: &PolicyArgs) -> PolicyDraft {
    PolicyDraft {
        name: policy.name.clone(),
        rule: MetricRule {
            metric: policy.metric.as_str().into(),
            comparison: policy.comparison.as_str().into(),
            threshold: policy.threshold,
            repeat: policy.repeat,
            period: policy.period,
            function: Some(match policy.function.as_str() {
                "min" => Function::Min,
                "max" => Function::Max,
                _ => Function::Average,
            }),
        },
        adjustment: match policy.by.as_str() {
            "total" => Adjustment::Total(policy.value),
            "percent" => Adjustment::Percent(policy.value),
            _ => Adjustment::Count(policy.value),
        },
        cooldown: policy.cooldown,
    }
}

fn task_draft(task: &TaskArgs) -> TaskDraft {
    let unit = task.every.as_ref().map(|unit| {
        let word = match unit.as_str() {
            "week" => "Week",
            "month" => "Month",
            _ => "Day",
        };
        (word.to_owned(), task.cycle.clone())
    });
    TaskDraft {
        name: task.name.clone(),
        min: task.min,
        max: task.max,
        desired: task.desired,
        start: task.start,
        end: task.end,
        cron: task.cron.clone(),
        unit,
    }
}

fn config_draft(config: &ConfigArgs) -> ConfigDraft {
    ConfigDraft {
        name: config.name.clone(),
        image: config.image.clone(),
        types: config.types.clone(),
        machine_name: config.machine_name.clone(),
        ..ConfigDraft::default()
    }
}
