//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::listing::Listing;
use super::response::args::{
    IncidentCommand, OrderCommand, PatchCommand, ResourceCommand, ScriptCommand, WarRoomCommand,
};

/// The on-call engineer's console: alarm, metric, incident, script and the proof that it helped, on one screen.
///
/// Without a command the dashboard opens on the configured profile. `watchkeeper demo` opens it on a built-in
/// simulator, without any account.
#[derive(Debug, Parser)]
#[command(name = "watchkeeper", version, max_term_width = 100)]
pub struct Cli {
    /// What applies to every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do; the dashboard when absent.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a command line, independent of each other"
)]
pub struct Global {
    /// Profile of the configuration
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Refuse everything that changes something
    #[arg(long, alias = "readonly", global = true)]
    pub read_only: bool,
    /// Language of the screen: en or zh
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<String>,
    /// Theme: dark, light, high-contrast, mono, or the name of a file in the themes folder
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// Time zone of the screen: local, utc, or a name such as Asia/Shanghai
    #[arg(long, global = true, value_name = "ZONE")]
    pub tz: Option<String>,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// For a bad line: two frames a second, slower polling, bytes counted in the status line
    #[arg(long, global = true)]
    pub low_traffic: bool,
    /// Send no colours, whatever the terminal can do
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Configuration file, instead of the one in the XDG folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write a log of what happens: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<String>,
}

/// What can be done without the screen, and the demo.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the dashboard on the built-in simulator, in which something has just gone wrong
    Demo(DemoArgs),
    /// Serve the simulator of the five APIs on a local port until told to stop
    Sim(SimArgs),
    /// List the operations of the five APIs
    Ops(OpsArgs),
    /// Call one operation
    Call(CallArgs),
    /// Alarms of all systems
    Alarm {
        /// What to do with them.
        #[command(subcommand)]
        command: AlarmCommand,
    },
    /// How full the pools of a site are, fullest first
    Capacity(Listing),
    /// What was done at a site, and by whom
    Audit {
        /// What to do with the log.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Physical devices of a site
    Asset {
        /// What to do with them.
        #[command(subcommand)]
        command: AssetCommand,
    },
    /// Physical hosts of a site
    Host {
        /// What to do with them.
        #[command(subcommand)]
        command: HostCommand,
    },
    /// Metering records of a site
    Metering {
        /// What to do with them.
        #[command(subcommand)]
        command: MeteringCommand,
    },
    /// Incidents: list, show, create, accept, solve, confirm
    Incident {
        /// What to do with them.
        #[command(subcommand)]
        command: IncidentCommand,
    },
    /// WarRooms: list, open
    Warroom {
        /// What to do with them.
        #[command(subcommand)]
        command: WarRoomCommand,
    },
    /// Scripts: list, show, apply, pull, delete, run
    Script {
        /// What to do with them.
        #[command(subcommand)]
        command: ScriptCommand,
    },
    /// Patches of machines: list, show
    Patch {
        /// What to do with them.
        #[command(subcommand)]
        command: PatchCommand,
    },
    /// Work orders: list, show, wait for, pause, continue, cancel
    Order {
        /// What to do with them.
        #[command(subcommand)]
        command: OrderCommand,
    },
    /// Machines that scripts can run on
    Resource {
        /// What to do with them.
        #[command(subcommand)]
        command: ResourceCommand,
    },
    /// List, read, follow and upload metrics
    Metric {
        /// What to do with them.
        #[command(subcommand)]
        command: super::monitor::args::MetricCommand,
    },
    /// List, show, rehearse and create alarm policies, and change whom they tell
    Policy {
        /// What to do with them.
        #[command(subcommand)]
        command: super::monitor::args::PolicyCommand,
    },
    /// List contacts, and switch them on or off
    Contact {
        /// What to do with them.
        #[command(subcommand)]
        command: super::monitor::args::ContactCommand,
    },
    /// Scaling groups: list, show, change, and what belongs to them
    Scaling {
        /// What to do.
        #[command(subcommand)]
        command: crate::cli::scaling::args::ScalingCommand,
    },
    /// Print the shift report in Markdown: what is open, what was done, what still runs
    Handover {
        /// How long the shift was: 8h, 90m, 1d
        #[arg(long, default_value = "8h", value_name = "SPAN")]
        since: String,
        /// The language of the report: en or zh
        #[arg(long = "in", value_name = "LANG", default_value = "en")]
        lang: String,
    },
    /// Write everything that is known of an incident into a new folder: time line, orders with outputs, charts, request
    /// ids, without secrets and with checksums
    Bundle {
        /// The incident's number
        incident: String,
        /// The folder in which the new one is made
        #[arg(long, default_value = ".", value_name = "FOLDER")]
        into: std::path::PathBuf,
    },
    /// Show what this user changed, newest first
    Journal(JournalArgs),
    /// Look after the configuration
    Config {
        /// What to do with it.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Examine credentials, clock, reachability and the terminal
    Doctor(DoctorArgs),
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Scenario by name, or a TOML file
    #[arg(long, default_value = "demo", value_name = "NAME|FILE")]
    pub scenario: String,
}

/// Options of `sim`.
#[derive(Debug, Args)]
pub struct SimArgs {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Scenario by name, or a TOML file
    #[arg(long, default_value = "demo", value_name = "NAME|FILE")]
    pub scenario: String,
    /// Also write a configuration that points at it (mode 0600)
    #[arg(long, value_name = "FILE")]
    pub write_config: Option<PathBuf>,
}

/// Options of `ops`.
#[derive(Debug, Args)]
pub struct OpsArgs {
    /// Only those of this system
    pub system: Option<String>,
    /// As JSON, with every parameter
    #[arg(long)]
    pub json: bool,
}

/// How to print an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Indented JSON
    Json,
    /// A table of the answer's rows, or name and value
    Table,
    /// The body as it came
    Raw,
}

/// Options of `call`.
#[derive(Debug, Args)]
pub struct CallArgs {
    /// System: ksc-monitor, ksc-autoscaling, tencent-monitor, huawei-esm or huawei-coc
    pub system: String,
    /// Operation, as `watchkeeper ops` lists it
    pub operation: String,
    /// Parameters in wire spelling, name=value; repeat a name for a list, write objects as JSON; times also as
    /// `now` or `-15m`
    #[arg(value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// Parameters as a JSON object from a file, or from standard input with -
    #[arg(long, visible_alias = "json", value_name = "FILE|-")]
    pub input: Option<String>,
    /// How to print the answer
    #[arg(short, long, value_enum, default_value = "json")]
    pub output: Output,
    /// Print the signed request, secrets masked, and send nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of `journal`.
#[derive(Debug, Args)]
pub struct JournalArgs {
    /// How many entries at most
    #[arg(short = 'n', long, default_value_t = 50)]
    pub limit: u32,
    /// As JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// What to do with it instead of printing it
    #[command(subcommand)]
    pub command: Option<JournalCommand>,
}

/// What can be done with the journal.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Say how a change ended whose outcome is unknown, once you have looked
    Settle {
        /// Its number in the journal
        entry: u64,
        /// How it ended
        #[arg(value_enum)]
        outcome: Verdict,
    },
}

/// How a change ended, by its user's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verdict {
    /// It was carried out
    Done,
    /// It was not
    NotDone,
}

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print a commented example
    Sample,
    /// Say what is wrong with it; exit code 2 when something is
    Check,
    /// Print where everything is kept
    Path,
}

/// Options of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// From which severity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AtLeast {
    /// Only critical ones
    Critical,
    /// Major and critical ones
    Major,
    /// Minor ones and worse
    Minor,
    /// Warnings and worse
    Warning,
    /// All
    Info,
}

impl AtLeast {
    /// The severity that is meant.
    pub const fn meant(self) -> crate::domain::alarm::Severity {
        use crate::domain::alarm::Severity;
        match self {
            Self::Critical => Severity::Critical,
            Self::Major => Severity::Major,
            Self::Minor => Severity::Minor,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

/// What can be done with alarms.
#[derive(Debug, Subcommand)]
pub enum AlarmCommand {
    /// List active alarms of all systems, worst first
    Ls {
        /// How.
        #[command(flatten)]
        listing: Listing,
        /// Also those of the last day that are over
        #[arg(long)]
        all: bool,
        /// Wait until no alarm is active and every system has answered
        #[arg(long)]
        wait_clear: bool,
        /// Seconds to wait at most; exit code 10 then
        #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
        wait_timeout: u64,
    },
    /// Report an alarm of a monitoring system of your own, or that it is over
    Report(Box<crate::cli::response::args::ReportAlarm>),
    /// For monitoring scripts: exit code 12 when an alarm is active, 0 when none is
    Check {
        /// Only alarms of this severity or worse
        #[arg(long, value_enum, default_value = "info")]
        severity: AtLeast,
    },
}

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List what was done, newest first
    Ls {
        /// How.
        #[command(flatten)]
        listing: Listing,
        /// How many hours back
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=1440))]
        hours: u32,
    },
}

/// What can be done with devices.
#[derive(Debug, Subcommand)]
pub enum AssetCommand {
    /// List physical devices
    Ls {
        /// How.
        #[command(flatten)]
        listing: Listing,
    },
}

/// What can be done with hosts.
#[derive(Debug, Subcommand)]
pub enum HostCommand {
    /// List physical hosts
    Ls {
        /// How.
        #[command(flatten)]
        listing: Listing,
    },
    /// Show a host with its processors, memory, disks and virtual machines
    Show {
        /// Its name, id, address or serial number
        name: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// What can be done with metering records.
#[derive(Debug, Subcommand)]
pub enum MeteringCommand {
    /// Create a job, wait for it and write its records to a file; go on with a file that was broken off
    Run(MeteringArgs),
}

/// Options of `metering run`.
#[derive(Debug, Args)]
pub struct MeteringArgs {
    /// First day, for example 2026-11-01
    #[arg(long, value_name = "DAY")]
    pub from: Option<jiff::civil::Date>,
    /// The day after the last one
    #[arg(long, value_name = "DAY")]
    pub to: Option<jiff::civil::Date>,
    /// File to write
    #[arg(long, value_name = "FILE")]
    pub csv: PathBuf,
    /// Read this job instead of creating one
    #[arg(long, value_name = "ID")]
    pub job: Option<String>,
    /// Only this region
    #[arg(long)]
    pub region: Option<String>,
    /// Only this site
    #[arg(long)]
    pub site: Option<String>,
}
