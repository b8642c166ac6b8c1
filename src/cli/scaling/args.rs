//! The words of `watchkeeper scaling`.

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::scaling::{RemovePolicy, Spread};

/// How a change is carried out.
#[derive(Debug, Clone, Copy, Args)]
pub struct Doing {
    /// Print the signed request, secrets masked, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Wait until the group has come to rest; exit code 8 when its activity failed, was cancelled or never began
    #[arg(long)]
    pub wait: bool,
    /// Seconds to wait at most; exit code 10 then
    #[arg(long, default_value_t = 900, value_name = "SECONDS")]
    pub wait_timeout: u64,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, Args)]
pub struct Printing {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Who leaves first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Remove {
    /// Who joined first
    Oldest,
    /// Who joined last
    Newest,
}

impl From<Remove> for RemovePolicy {
    fn from(word: Remove) -> Self {
        match word {
            Remove::Oldest => Self::Oldest,
            Remove::Newest => Self::Newest,
        }
    }
}

/// How members are spread over subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Spreading {
    /// Into the subnet with the fewest members
    Balanced,
    /// Into the first one that works
    First,
}

impl From<Spreading> for Spread {
    fn from(word: Spreading) -> Self {
        match word {
            Spreading::Balanced => Self::Balanced,
            Spreading::First => Self::First,
        }
    }
}

/// What can be done with scaling groups. A group is named by its id or its name.
#[derive(Debug, Subcommand)]
pub enum ScalingCommand {
    /// List groups
    Ls(Printing),
    /// Show one group with members, policies, tasks and notifications
    Show {
        /// Id or name of the group
        group: String,
        /// How to print it.
        #[command(flatten)]
        printing: Printing,
    },
    /// List activities of a group, newest first
    Activities {
        /// Id or name of the group
        group: String,
        /// How to print them.
        #[command(flatten)]
        printing: Printing,
    },
    /// Create a group; it goes to work at once
    Create {
        /// Its properties.
        #[command(flatten)]
        group: GroupArgs,
        /// Security group
        #[arg(long)]
        security_group: String,
        /// Load balancers: balancer/listener:80,81@20
        #[arg(long = "balancer", value_name = "SET")]
        balancers: Vec<String>,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Change a group: only what is given
    Modify {
        /// Id or name of the group
        group_name: String,
        /// What changes.
        #[command(flatten)]
        group: GroupArgs,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Set how many members a group shall have
    SetDesired {
        /// Id or name of the group
        group: String,
        /// How many
        count: u32,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Put a group to work
    Enable {
        /// Id or name of the group
        group: String,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Stop the automatic work of a group; members stay
    Disable {
        /// Id or name of the group
        group: String,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Delete a group that has no members
    Delete {
        /// Id or name of the group
        group: String,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Add machines to a group
    Attach {
        /// Id or name of the group
        group: String,
        /// Ids of the machines
        #[arg(required = true)]
        machines: Vec<String>,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Take members out of a group
    Detach {
        /// Id or name of the group
        group: String,
        /// Ids or names of the members
        #[arg(required = true)]
        members: Vec<String>,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Protect members from leaving when the group becomes smaller, or end that
    Protect {
        /// Id or name of the group
        group: String,
        /// on or off
        #[arg(value_parser = ["on", "off"])]
        switch: String,
        /// Ids or names of the members
        #[arg(required = true)]
        members: Vec<String>,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Replace the whole set of load balancers
    Balancers {
        /// Id or name of the group
        group: String,
        /// The new set: balancer/listener:80,81@20
        #[arg(required_unless_present = "none")]
        set: Vec<String>,
        /// Take all of them away
        #[arg(long, conflicts_with = "set")]
        none: bool,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Choose the events the account's contacts are told of: 1 grown, 2 growing failed, 3 shrunk, 4 shrinking failed,
    /// 5 member replaced, 6 replacing failed
    Notify {
        /// Id or name of the group
        group: String,
        /// The events
        #[arg(required_unless_present = "none", value_parser = clap::value_parser!(u8).range(1..=6))]
        events: Vec<u8>,
        /// Tell nothing any more
        #[arg(long, conflicts_with = "events")]
        none: bool,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Metric policies
    Policy {
        /// What to do.
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Scheduled tasks
    Task {
        /// What to do.
        #[command(subcommand)]
        command: TaskCommand,
    },
    /// Launch configurations
    Config {
        /// What to do.
        #[command(subcommand)]
        command: ConfigurationCommand,
    },
}

/// Properties of a group.
#[derive(Debug, Clone, Args)]
pub struct GroupArgs {
    /// Name
    #[arg(long)]
    pub name: Option<String>,
    /// Id of the launch configuration
    #[arg(long)]
    pub launch_config: Option<String>,
    /// Fewest members
    #[arg(long)]
    pub min: Option<u32>,
    /// Members it shall have
    #[arg(long)]
    pub desired: Option<u32>,
    /// Most members
    #[arg(long)]
    pub max: Option<u32>,
    /// Who leaves first
    #[arg(long, value_enum)]
    pub remove: Option<Remove>,
    /// Subnets, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub subnets: Vec<String>,
    /// How members are spread over them
    #[arg(long, value_enum)]
    pub spread: Option<Spreading>,
}

/// What can be done with metric policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// List the policies of a group
    Ls {
        /// Id or name of the group
        group: String,
        /// How to print them.
        #[command(flatten)]
        printing: Printing,
    },
    /// Create a policy
    Create {
        /// Id or name of the group
        group: String,
        /// The policy.
        #[command(flatten)]
        policy: PolicyArgs,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Change a policy; everything is given anew
    Modify {
        /// Id or name of the group
        group: String,
        /// Id or name of the policy
        id: String,
        /// The policy.
        #[command(flatten)]
        policy: PolicyArgs,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Delete a policy
    Delete {
        /// Id or name of the group
        group: String,
        /// Id or name of the policy
        id: String,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
}

/// A metric policy.
#[derive(Debug, Clone, Args)]
pub struct PolicyArgs {
    /// Name
    #[arg(long)]
    pub name: String,
    /// `cpu_usage`, `mem_usage`, `net_outtraffic`, `net_intraffic`, `listener_outtraffic` or `listener_intraffic`
    #[arg(long, default_value = "cpu_usage")]
    pub metric: String,
    /// Greater, `EqualOrGreater`, Less, `EqualOrLess`, Equal or `NotEqual`
    #[arg(long, default_value = "Greater")]
    pub comparison: String,
    /// Per cent, or MB/s for traffic
    #[arg(long)]
    pub threshold: i64,
    /// How the members' values become one
    #[arg(long, default_value = "avg", value_parser = ["avg", "min", "max"])]
    pub function: String,
    /// Periods in a row
    #[arg(long, default_value_t = 3)]
    pub repeat: u32,
    /// Length of a period in seconds
    #[arg(long, default_value_t = 60)]
    pub period: u32,
    /// How the size changes
    #[arg(long, default_value = "count", value_parser = ["count", "percent", "total"])]
    pub by: String,
    /// By how much, or to what; negative takes away
    #[arg(long, allow_hyphen_values = true)]
    pub value: i64,
    /// Seconds of rest afterwards
    #[arg(long, default_value_t = 300)]
    pub cooldown: u32,
}

/// What can be done with scheduled tasks.
#[derive(Debug, Subcommand)]
pub enum TaskCommand {
    /// List the tasks of a group with their next runs
    Ls {
        /// Id or name of the group
        group: String,
        /// How to print them.
        #[command(flatten)]
        printing: Printing,
    },
    /// Create a task
    Create {
        /// Id or name of the group
        group: String,
        /// The task.
        #[command(flatten)]
        task: TaskArgs,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Change a task; everything is given anew
    Modify {
        /// Id or name of the group
        group: String,
        /// Id or name of the task
        id: String,
        /// The task.
        #[command(flatten)]
        task: TaskArgs,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Delete a task
    Delete {
        /// Id or name of the group
        group: String,
        /// Id or name of the task
        id: String,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
}

/// A scheduled task.
#[derive(Debug, Clone, Args)]
pub struct TaskArgs {
    /// Name
    #[arg(long)]
    pub name: String,
    /// Fewest members from then on
    #[arg(long)]
    pub min: u32,
    /// Members from then on
    #[arg(long)]
    pub desired: u32,
    /// Most members from then on
    #[arg(long)]
    pub max: u32,
    /// First run, with its offset: 2026-11-23T08:00:00+08:00
    #[arg(long)]
    pub start: jiff::Timestamp,
    /// End of the repetition
    #[arg(long)]
    pub end: Option<jiff::Timestamp>,
    /// Days as crontab has them, with * for minute and hour
    #[arg(long, conflicts_with = "every")]
    pub cron: Option<String>,
    /// Unit of the repetition
    #[arg(long, value_parser = ["day", "week", "month"], requires = "cycle")]
    pub every: Option<String>,
    /// Every so many days; days of the week from 1 for Monday; days of the month from and to
    #[arg(long, value_delimiter = ',', requires = "every")]
    pub cycle: Vec<String>,
}

/// What can be done with launch configurations.
#[derive(Debug, Subcommand)]
pub enum ConfigurationCommand {
    /// List launch configurations
    Ls(Printing),
    /// Say what differs between two
    Diff {
        /// Id or name
        one: String,
        /// Id or name
        other: String,
    },
    /// Create one
    Create {
        /// Its properties.
        #[command(flatten)]
        config: ConfigArgs,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Change one: only what is given
    Modify {
        /// Its id
        id: String,
        /// What changes.
        #[command(flatten)]
        config: ConfigArgs,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
    /// Delete some
    Delete {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<String>,
        /// How.
        #[command(flatten)]
        doing: Doing,
    },
}

/// Properties of a launch configuration.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// Name
    #[arg(long)]
    pub name: Option<String>,
    /// Image
    #[arg(long)]
    pub image: Option<String>,
    /// Types of machine, separated by commas; the first with stock wins
    #[arg(long, value_delimiter = ',')]
    pub types: Vec<String>,
    /// Names of new machines begin with this
    #[arg(long)]
    pub machine_name: Option<String>,
}
