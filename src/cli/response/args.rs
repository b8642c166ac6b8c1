//! The command lines of incidents, WarRooms, scripts, orders and machines.

use clap::{Args, Subcommand, ValueEnum};

/// How to print what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A table
    Table,
    /// Indented JSON
    Json,
}

/// How to print what was read.
#[derive(Debug, Clone, Copy, Args)]
pub struct Printed {
    /// How to print it
    #[arg(short, long, value_enum, default_value = "table")]
    pub output: Form,
}

/// What can be done with incidents.
#[derive(Debug, Subcommand)]
pub enum IncidentCommand {
    /// List those that are known: of WarRooms, and those that are followed
    Ls {
        /// Only those that are not closed
        #[arg(long)]
        open: bool,
        /// How to print them.
        #[command(flatten)]
        printed: Printed,
    },
    /// Show one
    Show {
        /// Its number
        id: String,
        /// How to print it.
        #[command(flatten)]
        printed: Printed,
    },
    /// Create one; it is followed from then on
    Create(CreateIncident),
    /// Accept some, each by itself
    Accept {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Commit the solution of one
    Solve {
        /// Its number
        id: String,
        /// What the cause was
        #[arg(long)]
        cause: String,
        /// What solved it
        #[arg(long)]
        solution: String,
        /// Kind of trouble, by its key; that of the incident when absent
        #[arg(long)]
        kind: Option<String>,
        /// The service was interrupted
        #[arg(long)]
        interrupted: bool,
    },
    /// Say whether one is solved
    Confirm {
        /// Its number
        id: String,
        /// Is it?
        #[arg(long, value_enum)]
        solved: Answer,
        /// Why
        #[arg(long)]
        comment: String,
    },
    /// Follow one, so that it is listed
    Track {
        /// Its number
        id: String,
    },
    /// Add a remark to the time line that is kept here
    Note {
        /// Its number
        id: String,
        /// The remark
        text: String,
    },
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// Yes
    Yes,
    /// No
    No,
}

/// A new incident.
#[derive(Debug, Args)]
pub struct CreateIncident {
    /// What happened, in a line
    #[arg(long)]
    pub title: String,
    /// What happened, at length
    #[arg(long)]
    pub description: String,
    /// P1 to P5
    #[arg(long, default_value = "P3")]
    pub level: String,
    /// Kind of trouble, by its key
    #[arg(long, default_value = "inc_type_p_function_issues")]
    pub kind: String,
    /// How it came to be, by its key
    #[arg(long, default_value = "incident_source_manual")]
    pub source: String,
    /// Id of the application concerned
    #[arg(long)]
    pub service: String,
    /// Region concerned
    #[arg(long)]
    pub region: Option<String>,
    /// Who shall have it, by user id; you when absent
    #[arg(long)]
    pub assignee: Option<String>,
    /// The service is interrupted
    #[arg(long)]
    pub interrupted: bool,
}

/// An alarm of a monitoring system of one's own.
#[derive(Debug, Args)]
pub struct ReportAlarm {
    /// Where the integration's key comes from: `env:NAME` or `file:PATH`
    #[arg(long, value_name = "SOURCE")]
    pub key: String,
    /// Id of the alarm; the same id with --over clears it
    #[arg(long)]
    pub id: String,
    /// Its name
    #[arg(long)]
    pub name: String,
    /// critical, major, minor or info
    #[arg(long, default_value = "major")]
    pub level: String,
    /// What is wrong
    #[arg(long)]
    pub description: String,
    /// Namespace of the resource
    #[arg(long)]
    pub namespace: String,
    /// Id of the application
    #[arg(long)]
    pub application: String,
    /// Which system reports it
    #[arg(long, default_value = "watchkeeper")]
    pub source: String,
    /// Name of the resource
    #[arg(long)]
    pub resource: Option<String>,
    /// Id of the resource
    #[arg(long)]
    pub resource_id: Option<String>,
    /// Region
    #[arg(long)]
    pub region: Option<String>,
    /// Where to read more
    #[arg(long)]
    pub url: Option<String>,
    /// It is over
    #[arg(long)]
    pub over: bool,
}

/// What can be done with WarRooms.
#[derive(Debug, Subcommand)]
pub enum WarRoomCommand {
    /// List those of the last months
    Ls {
        /// Only those that go on
        #[arg(long)]
        open: bool,
        /// How to print them.
        #[command(flatten)]
        printed: Printed,
    },
    /// Open one for an incident
    Create {
        /// The incident's number
        incident: String,
        /// Its name; the incident's title when absent
        #[arg(long)]
        title: Option<String>,
        /// What it is about
        #[arg(long, default_value = "")]
        description: String,
        /// Id of an application concerned; repeat it
        #[arg(long, required = true)]
        application: Vec<String>,
        /// Who leads it, by user id; you when absent
        #[arg(long, default_value = "")]
        admin: String,
        /// A schedule group to call in, as role/scene; repeat it
        #[arg(long)]
        schedule: Vec<String>,
        /// Enterprise project
        #[arg(long, default_value = "0")]
        project: String,
    },
}

/// What can be done with scripts.
#[derive(Debug, Subcommand)]
pub enum ScriptCommand {
    /// List them
    Ls {
        /// Only those whose name has this part; the service looks
        #[arg(long)]
        name: Option<String>,
        /// Only those that this user created
        #[arg(long)]
        creator: Option<String>,
        /// Only those of this risk: LOW, MEDIUM, HIGH
        #[arg(long)]
        risk: Option<String>,
        /// Only those in this language: SHELL, PYTHON, BAT
        #[arg(long)]
        language: Option<String>,
        /// How to print them.
        #[command(flatten)]
        printed: Printed,
    },
    /// Show one with its text
    Show {
        /// Its id or name
        script: String,
        /// How to print it.
        #[command(flatten)]
        printed: Printed,
    },
    /// Make a script what a file says; one that does not exist is created
    Apply(ApplyScript),
    /// Write scripts into files, one for each: the text below a head in TOML
    Pull(PullScripts),
    /// Delete one
    Rm {
        /// Its id or name
        script: String,
        /// Its name once more; without it nothing is deleted
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
    },
    /// Run one. Without --yes it only says what it would reach
    Run(RunScript),
}

/// A file that a script shall be like.
#[derive(Debug, Args)]
pub struct ApplyScript {
    /// The file, as `script pull` writes it
    #[arg(value_name = "FILE")]
    pub file: std::path::PathBuf,
    /// Where the value of a secret parameter is, as in the configuration (`env:NAME`); repeat it. Secrets are never in
    /// the file and cannot be read back
    #[arg(long = "secret", value_name = "PARAMETER=WHERE")]
    pub secrets: Vec<String>,
    /// Show the difference and send nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Scripts that shall be in files.
#[derive(Debug, Args)]
pub struct PullScripts {
    /// Their ids or names; all when none is given
    pub scripts: Vec<String>,
    /// The folder for the files
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub dir: std::path::PathBuf,
    /// Overwrite files that say something else
    #[arg(long)]
    pub force: bool,
    /// Show the difference and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// A run of a script.
#[derive(Debug, Args)]
pub struct RunScript {
    /// Its id or name
    pub script: String,
    /// A machine, by name, id or address; repeat it
    #[arg(long = "on", required = true, value_name = "MACHINE")]
    pub machines: Vec<String>,
    /// A parameter; repeat it
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// Sizes of the batches, the last one repeated: 1,5,10
    #[arg(long, default_value = "")]
    pub sizes: String,
    /// Seconds a machine may take
    #[arg(long, default_value_t = 300)]
    pub timeout: u32,
    /// Per cent of a batch that must succeed
    #[arg(long, default_value_t = 100.0)]
    pub rate: f64,
    /// User it runs as
    #[arg(long, default_value = "root")]
    pub user: String,
    /// Wait for you after every batch
    #[arg(long)]
    pub pause: bool,
    /// Do it
    #[arg(long)]
    pub yes: bool,
    /// The script's name, where it is dangerous, or the number of machines, where they are many
    #[arg(long, value_name = "WORD")]
    pub confirm: Option<String>,
    /// Wait for its end; exit code 8 when a machine failed
    #[arg(long)]
    pub wait: bool,
    /// Seconds to wait at most; exit code 10 then
    #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
    pub wait_timeout: u64,
}

/// What can be done with work orders.
#[derive(Debug, Subcommand)]
pub enum OrderCommand {
    /// List those of the last days
    Ls {
        /// How to print them.
        #[command(flatten)]
        printed: Printed,
    },
    /// Show one with its machines
    Show {
        /// Its id
        id: String,
        /// How to print it.
        #[command(flatten)]
        printed: Printed,
    },
    /// Print what the machines said
    Logs {
        /// The order's id
        id: String,
        /// Only of this machine, by name
        #[arg(long)]
        host: Option<String>,
    },
    /// Wait for its end; exit code 8 when a machine failed
    Watch {
        /// Its id
        id: String,
        /// Seconds to wait at most; exit code 10 then
        #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
        timeout: u64,
    },
    /// Stop before the next batch
    Pause {
        /// Its id
        id: String,
    },
    /// Go on with the next batch
    Continue {
        /// Its id
        id: String,
    },
    /// Cancel everything that is open
    Cancel {
        /// Its id
        id: String,
    },
    /// Cancel what is open in a batch and go on
    Skip {
        /// The order's id
        id: String,
        /// The batch, from 1
        #[arg(long)]
        batch: u32,
    },
    /// Run the script again, as a new order, where it failed, was cancelled or never began. Without --yes it only says
    /// what it would reach
    Retry(RetryOrder),
    /// Cancel one machine
    CancelHost {
        /// The order's id
        id: String,
        /// The machine's number in the order
        #[arg(long)]
        host: i64,
    },
}

/// What is left over of an order, to be run again.
#[derive(Debug, Args)]
pub struct RetryOrder {
    /// The order's id
    pub id: String,
    /// A parameter that shall be otherwise than it was; secrets have to be given again. Repeat it
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// Sizes of the batches, the last one repeated: 1,5,10
    #[arg(long, default_value = "")]
    pub sizes: String,
    /// Do it
    #[arg(long)]
    pub yes: bool,
    /// The script's name, where it is dangerous, or the number of machines, where they are many
    #[arg(long, value_name = "WORD")]
    pub confirm: Option<String>,
    /// Wait for its end; exit code 8 when a machine failed
    #[arg(long)]
    pub wait: bool,
    /// Seconds to wait at most; exit code 10 then
    #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
    pub wait_timeout: u64,
}

/// What can be done with machines.
#[derive(Debug, Subcommand)]
pub enum ResourceCommand {
    /// List them
    Ls {
        /// How to print them.
        #[command(flatten)]
        printed: Printed,
    },
}

/// What can be done with reports on patches.
#[derive(Debug, Subcommand)]
pub enum PatchCommand {
    /// List the reports of machines; the service looks
    Ls(Box<PatchList>),
    /// Show the patches of a machine
    Show(PatchShow),
}

/// Which reports are listed.
#[derive(Debug, Args)]
pub struct PatchList {
    /// Name of the machine
    #[arg(long)]
    pub name: Option<String>,
    /// Id of the machine
    #[arg(long)]
    pub machine: Option<String>,
    /// Address in the network
    #[arg(long)]
    pub ip: Option<String>,
    /// Address on the internet
    #[arg(long)]
    pub public_ip: Option<String>,
    /// Operating system: `HuaweiCloudEulerOS`, `CentOS`, `EulerOS`
    #[arg(long)]
    pub system: Option<String>,
    /// Region
    #[arg(long)]
    pub region: Option<String>,
    /// Group
    #[arg(long)]
    pub group: Option<String>,
    /// Only those that lack something, or only those that do not
    #[arg(long, value_enum)]
    pub lacking: Option<Answer>,
    /// Order that made the report
    #[arg(long)]
    pub order: Option<String>,
    /// Kind of machine: ECS, CCE
    #[arg(long)]
    pub kind: Option<String>,
    /// Id of the container cluster
    #[arg(long)]
    pub cluster: Option<String>,
    /// Enterprise project
    #[arg(long)]
    pub project: Option<String>,
    /// Oldest reports first
    #[arg(long)]
    pub oldest_first: bool,
    /// How to print them.
    #[command(flatten)]
    pub printed: Printed,
}

/// Which patches of a machine are shown.
#[derive(Debug, Args)]
pub struct PatchShow {
    /// Id of the report, or name of the machine
    pub report: String,
    /// Part of the patch's name
    #[arg(long)]
    pub title: Option<String>,
    /// State: `INSTALLED`, `INSTALLED_OTHER`, `MISSING`, `REJECT`, `FAILED`, `PENDING_REBOOT`
    #[arg(long)]
    pub status: Option<String>,
    /// Class
    #[arg(long)]
    pub class: Option<String>,
    /// Severity
    #[arg(long)]
    pub severity: Option<String>,
    /// How bad it is to lack it
    #[arg(long)]
    pub compliance: Option<String>,
    /// How to print them.
    #[command(flatten)]
    pub printed: Printed,
}
