//! The words of `metric`, `policy` and `contact`. What the service's rules say of a value is not said here: the same
//! check refuses it as for every other way to a change.

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::listing::Listing;
use crate::domain::alarm::{Comparison, PolicyId};
use crate::domain::contact::Reach;
use crate::domain::metric::Statistic;
use crate::domain::rehearse::Trial;

/// What can be done with metrics.
#[derive(Debug, Subcommand)]
pub enum MetricCommand {
    /// List namespaces; with a namespace its custom metrics; with an instance, too, the metrics of the instance
    Ls {
        /// Product namespace such as KEC, or a custom one
        namespace: Option<String>,
        /// Instance id, or key=value with commas between
        instance: Option<String>,
        /// How.
        #[command(flatten)]
        listing: Listing,
    },
    /// Read series: a chart on a terminal, CSV when piped
    Get {
        /// What to read.
        #[command(flatten)]
        what: What,
        /// In which form
        #[arg(short, long, value_enum)]
        output: Option<Form>,
    },
    /// Print the latest values again and again until interrupted
    Watch {
        /// What to read.
        #[command(flatten)]
        what: What,
        /// Seconds between two looks
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=3600))]
        every: u64,
    },
    /// Upload a value of a custom metric
    Put {
        /// NAMESPACE:KEY=VALUE,…:METRIC
        series: String,
        /// The value
        #[arg(allow_negative_numbers = true, value_parser = number)]
        value: f64,
        /// Its unit, in the service's words: Percent, Count, Milliseconds, Bytes/Second, …
        #[arg(long)]
        unit: Option<String>,
        /// When: an instant, or an offset from now such as -5m
        #[arg(long, default_value = "now", allow_hyphen_values = true)]
        at: String,
    },
}

/// Which samples.
#[derive(Debug, Args)]
pub struct What {
    /// NAMESPACE:INSTANCE:METRIC; the instance of custom metrics is KEY=VALUE,…
    #[arg(required = true)]
    pub series: Vec<String>,
    /// How far back: 30m, 6h, 7d
    #[arg(long, default_value = "1h")]
    pub window: String,
    /// How a period is condensed
    #[arg(long, value_enum, default_value = "avg")]
    pub statistic: Stat,
    /// Length of a period in seconds
    #[arg(long, default_value_t = 60)]
    pub period: u32,
    /// Ask Tencent instead of Kingsoft
    #[arg(long)]
    pub tencent: bool,
}

/// In which form samples are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A chart in characters
    Chart,
    /// Comma-separated values
    Csv,
    /// JSON
    Json,
}

/// A statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stat {
    /// Mean
    Avg,
    /// Highest value
    Max,
    /// Lowest value
    Min,
    /// Sum
    Sum,
}

impl Stat {
    /// The one that is meant.
    pub const fn meant(self) -> Statistic {
        match self {
            Self::Avg => Statistic::Average,
            Self::Max => Statistic::Max,
            Self::Min => Statistic::Min,
            Self::Sum => Statistic::Sum,
        }
    }
}

/// A rule.
#[derive(Debug, Args)]
pub struct RuleArgs {
    /// Comparison: > >= < <= = !=
    #[arg(long, default_value = ">", value_parser = comparison)]
    pub op: Comparison,
    /// Threshold
    #[arg(long, allow_negative_numbers = true, value_parser = number)]
    pub threshold: f64,
    /// Periods in a row that must breach: 1 to 10
    #[arg(long, default_value_t = 1)]
    pub cycles: u32,
}

impl RuleArgs {
    /// The rule that is meant.
    pub fn trial(&self) -> Trial {
        Trial {
            comparison: self.op,
            threshold: self.threshold,
            cycles: self.cycles,
        }
    }
}

/// A finite number.
fn number(text: &str) -> Result<f64, String> {
    let number = text
        .trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| format!("must be a number, given {text:?}"))
}

/// The comparison with this sign.
fn comparison(sign: &str) -> Result<Comparison, String> {
    Comparison::parse(sign).ok_or_else(|| {
        let signs = Comparison::ALL.map(Comparison::sign).join(", ");
        format!("comparison must be one of {signs}, given {sign:?}")
    })
}

/// Somebody who is told.
#[derive(Debug, Args)]
pub struct WhoArgs {
    /// Ids of contact groups
    #[arg(long, conflicts_with = "person")]
    pub group: Vec<u64>,
    /// Ids of persons
    #[arg(long)]
    pub person: Vec<u64>,
}

/// How somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Way {
    /// By mail
    Mail,
    /// By text message
    Sms,
    /// By both
    Both,
}

impl Way {
    /// The one that is meant.
    pub const fn meant(self) -> Reach {
        match self {
            Self::Mail => Reach::Mail,
            Self::Sms => Reach::Sms,
            Self::Both => Reach::Both,
        }
    }
}

/// What can be done with alarm policies.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// List policies and where they fire
    Ls {
        /// How.
        #[command(flatten)]
        listing: Listing,
    },
    /// Show one policy in full
    Show {
        /// Its id
        id: PolicyId,
    },
    /// Create a policy for a custom metric
    New {
        /// Its name
        name: String,
        /// Namespace of the metric
        #[arg(long)]
        namespace: String,
        /// The metric
        #[arg(long)]
        metric: String,
        /// Its dimensions, KEY=VALUE,…; all when absent
        #[arg(long, default_value = "")]
        dimensions: String,
        /// The rule.
        #[command(flatten)]
        rule: RuleArgs,
        /// Minutes of a period: 1, 5, 15 or 60
        #[arg(long, default_value_t = 1)]
        minutes: u32,
        /// Statistic
        #[arg(long, value_enum, default_value = "avg")]
        method: Stat,
        /// Whom it tells.
        #[command(flatten)]
        who: WhoArgs,
        /// How
        #[arg(long, value_enum, default_value = "both")]
        way: Way,
    },
    /// Say how often a rule would have fired
    Rehearse {
        /// On which samples.
        #[command(flatten)]
        what: What,
        /// The rule.
        #[command(flatten)]
        rule: RuleArgs,
    },
    /// Add or remove receivers
    Receivers {
        /// What to do.
        #[command(subcommand)]
        command: ReceiversCommand,
    },
}

/// What can be done with the receivers of a policy.
#[derive(Debug, Subcommand)]
pub enum ReceiversCommand {
    /// Tell more
    Add {
        /// Policy
        policy: PolicyId,
        /// Whom.
        #[command(flatten)]
        who: WhoArgs,
        /// How
        #[arg(long, value_enum, default_value = "both")]
        way: Way,
    },
    /// Tell fewer
    Rm {
        /// Policy
        policy: PolicyId,
        /// Whom.
        #[command(flatten)]
        who: WhoArgs,
    },
}

/// What can be done with contacts.
#[derive(Debug, Subcommand)]
pub enum ContactCommand {
    /// List groups and people
    Ls {
        /// Do not mask addresses and numbers
        #[arg(long)]
        reveal: bool,
        /// How.
        #[command(flatten)]
        listing: Listing,
    },
    /// Switch people on
    Enable {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<u64>,
    },
    /// Switch people off: no policy tells them any more
    Disable {
        /// Their ids
        #[arg(required = true)]
        ids: Vec<u64>,
    },
}
