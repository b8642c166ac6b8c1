//! Metrics, alarm policies and contacts without a screen: `metric`, `policy` and `contact`.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::args::{Global, Listing};
use super::change::carry_out_typed;
use super::exit::Failure;
use super::{output, setup, values};
use crate::clock::Clock;
use crate::cloud::client::Client;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, NewPolicy, UPLOAD_UNITS, Upload};
use crate::domain::alarm::{AlarmPolicy, Comparison, PolicyId};
use crate::domain::contact::Reach;
use crate::domain::error::ApiError;
use crate::domain::metric::{KSC_NAMESPACES, Series, SeriesKey, Statistic, Window};
use crate::domain::query::{Facts, Query};
use crate::domain::rehearse::{Trial, rehearse};
use crate::ui::format;
use crate::ui::lang::Lang;

/// Width of the chart on a terminal, in cells.
const CHART_CELLS: usize = 72;
/// Its height in rows.
const CHART_ROWS: usize = 12;

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
        #[arg(allow_negative_numbers = true)]
        value: f64,
        /// Its unit
        #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(UPLOAD_UNITS))]
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
    const fn meant(self) -> Statistic {
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
    /// Comparison
    #[arg(long, default_value = ">", value_parser = [">", ">=", "<", "<=", "=", "!="])]
    pub op: String,
    /// Threshold
    #[arg(long, allow_negative_numbers = true)]
    pub threshold: f64,
    /// Periods in a row that must breach
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub cycles: u32,
}

impl RuleArgs {
    fn trial(&self) -> Trial {
        Trial {
            comparison: match self.op.as_str() {
                ">=" => Comparison::AtLeast,
                "<" => Comparison::Below,
                "<=" => Comparison::AtMost,
                "=" => Comparison::Equal,
                "!=" => Comparison::NotEqual,
                _ => Comparison::Above,
            },
            threshold: self.threshold,
            cycles: self.cycles,
        }
    }
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
    const fn meant(self) -> Reach {
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
        /// Minutes of a period
        #[arg(long, default_value = "1", value_parser = ["1", "5", "15", "60"])]
        minutes: String,
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

async fn ask(client: &Client, query: Query) -> Result<Facts, ApiError> {
    (client.system().answer)(client, &query).await
}

/// Carries out a change, with a line in the journal, and says what came of it.
fn act(global: &Global, client: &Client, action: &Action, summary: String) -> Result<(), Failure> {
    let sent = carry_out_typed(global, client, action, summary);
    let receipt = setup::runtime()?.block_on(sent)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", receipt.summary)?;
    Ok(())
}

fn strange() -> Failure {
    Failure::Other("the answer is of another kind than the question".to_owned())
}

fn print(rows: Vec<Json>, listing: &Listing) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let rows = Json::Array(rows);
    if listing.json {
        output::json(&mut out, &rows)?;
    } else if rows.as_array().is_some_and(Vec::is_empty) {
        writeln!(std::io::stderr(), "nothing to list")?;
    } else {
        output::table(&mut out, &rows)?;
    }
    Ok(())
}

fn monitor(global: &Global) -> Result<Client, Failure> {
    setup::client(global, SystemId::KscMonitor)
}

/// `NAMESPACE:INSTANCE:METRIC`; only the first and the last colon count.
fn series_named(text: &str) -> Result<SeriesKey, Failure> {
    let parts = text
        .split_once(':')
        .and_then(|(namespace, rest)| Some((namespace, rest.rsplit_once(':')?)));
    match parts {
        Some((namespace, (instance, metric))) if !namespace.is_empty() && !metric.is_empty() => {
            Ok(SeriesKey::new(namespace, instance, metric))
        }
        _ => Err(Failure::Usage(format!(
            "{text:?} is not of the form NAMESPACE:INSTANCE:METRIC"
        ))),
    }
}

/// Seconds of `30m`, `6h` or `7d`.
fn seconds(text: &str) -> Result<u32, Failure> {
    let units = [('m', 60), ('h', 3600), ('d', 86_400)];
    let found = units.iter().find_map(|(unit, length)| {
        let number: u32 = text.strip_suffix(*unit)?.parse().ok()?;
        number.checked_mul(*length)
    });
    found
        .filter(|seconds| (60..=2_592_000).contains(seconds))
        .ok_or_else(|| {
            Failure::Usage(format!(
                "the window {text:?} must be 1m to 30d, for example 6h"
            ))
        })
}

fn read(global: &Global, what: &What) -> Result<Vec<Series>, Failure> {
    let system = if what.tencent {
        SystemId::TencentMonitor
    } else {
        SystemId::KscMonitor
    };
    let keys: Vec<SeriesKey> = what
        .series
        .iter()
        .map(|text| series_named(text))
        .collect::<Result<_, _>>()?;
    let client = setup::client(global, system)?;
    let runtime = setup::runtime()?;
    let mut found = Vec::new();
    let mut namespaces: Vec<_> = keys.iter().map(|key| key.namespace.clone()).collect();
    namespaces.sort();
    namespaces.dedup();
    for namespace in namespaces {
        let query = Query::Series {
            account: client.account().id.clone(),
            keys: keys
                .iter()
                .filter(|key| key.namespace == namespace)
                .cloned()
                .collect(),
            statistic: what.statistic.meant(),
            period: what.period,
            window: Window::Last(seconds(&what.window)?),
        };
        let Facts::Series { series, problems } = runtime.block_on(ask(&client, query))? else {
            return Err(strange());
        };
        for problem in problems {
            eprintln!("watchkeeper: {problem}");
        }
        found.extend(series.into_iter().map(Arc::unwrap_or_clone));
    }
    Ok(found)
}

/// `metric`.
pub fn metric(global: &Global, command: &MetricCommand) -> Result<(), Failure> {
    match command {
        MetricCommand::Ls {
            namespace,
            instance,
            listing,
        } => list(global, namespace.as_deref(), instance.as_deref(), listing),
        MetricCommand::Get { what, output } => {
            let series = read(global, what)?;
            let is_terminal = std::io::stdout().is_terminal();
            let form = output.unwrap_or(if is_terminal { Form::Chart } else { Form::Csv });
            get(&series, form)
        }
        MetricCommand::Watch { what, every } => loop {
            let mut out = std::io::stdout().lock();
            for series in read(global, what)? {
                let last = series.last().map_or_else(
                    || "-".to_owned(),
                    |last| format!("{}  {}", instant(last.at), last.value),
                );
                writeln!(out, "{}  {last}", series.key)?;
            }
            out.flush()?;
            drop(out);
            std::thread::sleep(Duration::from_secs(*every));
        },
        MetricCommand::Put {
            series,
            value,
            unit,
            at,
        } => {
            let key = series_named(series)?;
            let at = values::relative(at, Clock::System.now())
                .or_else(|| at.parse().ok())
                .ok_or_else(|| Failure::Usage(format!("{at:?} is no instant")))?;
            let client = monitor(global)?;
            let upload = Upload {
                namespace: key.namespace.raw().to_owned(),
                metric: key.metric.raw().to_owned(),
                dimensions: key.instance.raw().to_owned(),
                at,
                value: *value,
                unit: unit.clone(),
            };
            let action = Action::Upload(client.account().id.clone(), vec![upload]);
            act(global, &client, &action, format!("upload {key} = {value}"))
        }
    }
}

fn instant(at: i64) -> String {
    Timestamp::from_second(at).map_or(String::new(), |at| at.to_string())
}

fn list(
    global: &Global,
    namespace: Option<&str>,
    instance: Option<&str>,
    listing: &Listing,
) -> Result<(), Failure> {
    let client = monitor(global)?;
    let query = Query::Metrics {
        account: client.account().id.clone(),
        namespace: namespace.unwrap_or_default().to_owned(),
        instance: instance.unwrap_or_default().to_owned(),
    };
    let is_product = |name: &str| {
        KSC_NAMESPACES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    if let (Some(name), None) = (namespace, instance)
        && is_product(name)
    {
        let words = format!("{name} is a product: name an instance, too");
        return Err(Failure::Usage(words));
    }
    let Facts::Metrics(found) = setup::runtime()?.block_on(ask(&client, query))? else {
        return Err(strange());
    };
    let mut rows: Vec<Json> = found
        .iter()
        .map(|info| {
            json!({
                "namespace": info.key.namespace.shown(),
                "instance": info.key.instance.shown(),
                "metric": info.key.metric.shown(),
                "name": info.label.as_ref().map(|label| label.shown().to_owned()),
                "unit": info.unit.as_ref().map(|unit| unit.shown().to_owned()),
            })
        })
        .collect();
    if namespace.is_none() {
        let products = KSC_NAMESPACES.iter();
        rows.extend(products.map(|name| json!({"namespace": name})));
    }
    print(rows, listing)
}

fn get(series: &[Series], form: Form) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match form {
        Form::Json => {
            let rows: Json = series
                .iter()
                .map(|one| {
                    let samples: Json = one
                        .samples
                        .iter()
                        .map(|sample| json!([sample.at, sample.value]))
                        .collect();
                    json!({"series": one.key.to_string(), "period": one.period, "samples": samples})
                })
                .collect();
            output::json(&mut out, &rows)?;
        }
        Form::Csv => {
            writeln!(out, "series,time,value")?;
            for one in series {
                let name = one.key.to_string().replace('"', "\"\"");
                for sample in &one.samples {
                    writeln!(out, "\"{name}\",{},{}", instant(sample.at), sample.value)?;
                }
            }
        }
        Form::Chart => {
            for one in series {
                write!(out, "{}", chart(one))?;
            }
        }
    }
    Ok(())
}

/// A chart in characters: values at the left, the first and the last instant below; gaps are gaps.
fn chart(series: &Series) -> String {
    let mut out = format!("{}\n", series.key);
    let (Some(first), Some(last), Some((low, mean, high))) =
        (series.samples.first(), series.last(), series.spread())
    else {
        out.push_str("  no samples\n");
        return out;
    };
    let steps = series.steps(first.at, last.at + i64::from(series.period), CHART_CELLS);
    let room = if high > low { high - low } else { 1.0 };
    for row in 0..CHART_ROWS {
        let from_top = row as f64 / (CHART_ROWS - 1) as f64;
        let level = high - room * from_top;
        let label = match row {
            0 => format::number(high),
            _ if row == CHART_ROWS - 1 => format::number(low),
            _ => String::new(),
        };
        let cells: String = steps
            .iter()
            .map(|step| match step {
                Some(value) if *value >= level - room / 24.0 => '█',
                _ => ' ',
            })
            .collect();
        let _ = writeln!(out, "{label:>10} │{}", cells.trim_end());
    }
    let _ = writeln!(out, "{:>10} └{}", "", "─".repeat(steps.len()));
    let _ = writeln!(
        out,
        "{:>12}{}  to  {}",
        "",
        instant(first.at),
        instant(last.at)
    );
    let unit = series.unit.as_ref().map_or("", |unit| unit.shown());
    let _ = writeln!(
        out,
        "{:>12}now {}   min {}   avg {}   max {}",
        "",
        format::with_unit(last.value, unit),
        format::with_unit(low, unit),
        format::with_unit(mean, unit),
        format::with_unit(high, unit),
    );
    out
}

/// `policy`.
pub fn policy(global: &Global, command: &PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Ls { listing } => {
            let client = monitor(global)?;
            let query = Query::Policies(client.account().id.clone());
            let Facts::Policies(policies) = setup::runtime()?.block_on(ask(&client, query))? else {
                return Err(strange());
            };
            print(policies.iter().map(policy_row).collect(), listing)
        }
        PolicyCommand::Show { id } => {
            let client = monitor(global)?;
            let query = Query::Policy(client.account().id.clone(), *id);
            let Facts::Policies(policies) = setup::runtime()?.block_on(ask(&client, query))? else {
                return Err(strange());
            };
            let policy = policies.first().ok_or_else(strange)?;
            show(policy)
        }
        PolicyCommand::New {
            name,
            namespace,
            metric,
            dimensions,
            rule,
            minutes,
            method,
            who,
            way,
        } => {
            let client = monitor(global)?;
            let trial = rule.trial();
            let reach = way.meant();
            let groups = who.group.iter().map(|id| (*id, true, reach));
            let people = who.person.iter().map(|id| (*id, false, reach));
            let new = NewPolicy {
                name: name.clone(),
                namespace: namespace.clone(),
                metric: metric.clone(),
                dimensions: dimensions.clone(),
                statistic: method.meant(),
                comparison: trial.comparison,
                threshold: trial.threshold,
                minutes: minutes.parse().unwrap_or(1),
                cycles: trial.cycles,
                receivers: groups.chain(people).collect(),
            };
            let action = Action::CreatePolicy(client.account().id.clone(), new);
            act(
                global,
                &client,
                &action,
                format!("create alarm policy {name:?}"),
            )
        }
        PolicyCommand::Rehearse { what, rule } => {
            let mut out = std::io::stdout().lock();
            for series in read(global, what)? {
                let found = rehearse(rule.trial(), &series.samples, series.period);
                writeln!(
                    out,
                    "{}: {} {}, {} in a row: would have fired {} times, {} in all ({} samples)",
                    series.key,
                    rule.op,
                    rule.threshold,
                    rule.cycles,
                    found.burns.len(),
                    format::duration(Lang::En, found.seconds),
                    found.samples,
                )?;
                for burn in found.burns {
                    writeln!(
                        out,
                        "  {}  to  {}  worst {}",
                        instant(burn.from),
                        instant(burn.to),
                        burn.worst
                    )?;
                }
            }
            Ok(())
        }
        PolicyCommand::Receivers { command } => receivers(global, command),
    }
}

fn receivers(global: &Global, command: &ReceiversCommand) -> Result<(), Failure> {
    let client = monitor(global)?;
    let account = client.account().id.clone();
    let chosen = |who: &WhoArgs| match (who.group.as_slice(), who.person.as_slice()) {
        ([], []) => Err(Failure::Usage(
            "name somebody with --group or --person".to_owned(),
        )),
        ([], people) => Ok((people.to_vec(), false)),
        (groups, _) => Ok((groups.to_vec(), true)),
    };
    let (action, summary) = match command {
        ReceiversCommand::Add { policy, who, way } => {
            let (ids, is_group) = chosen(who)?;
            let summary = format!("tell {} of alarm policy {policy}", named(&ids, is_group));
            let action = Action::AddReceivers {
                account,
                policy: *policy,
                ids,
                is_group,
                reach: way.meant(),
            };
            (action, summary)
        }
        ReceiversCommand::Rm { policy, who } => {
            let (ids, is_group) = chosen(who)?;
            let whom = named(&ids, is_group);
            let summary = format!("tell {whom} of alarm policy {policy} no more");
            let action = Action::RemoveReceivers {
                account,
                policy: *policy,
                ids,
                is_group,
            };
            (action, summary)
        }
    };
    act(global, &client, &action, summary)
}

/// Contacts in words, by their ids.
fn named(ids: &[u64], is_group: bool) -> String {
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    let kind = if is_group { "group" } else { "person" };
    format!("{kind} {}", ids.join(", "))
}

fn policy_row(policy: &AlarmPolicy) -> Json {
    let state = match (policy.enabled, policy.firing.len()) {
        (false, _) => "off".to_owned(),
        (true, 0) => "ok".to_owned(),
        (true, count) => format!("firing on {count}"),
    };
    json!({
        "id": policy.id,
        "state": state,
        "name": policy.name.shown(),
        "rules": policy.rule_count,
        "objects": policy.bound_count,
        "receivers": policy.receiver_count,
    })
}

fn show(policy: &AlarmPolicy) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}  {}", policy.id, policy.name)?;
    for rule in &policy.rules {
        writeln!(
            out,
            "rule      {}",
            crate::panes::policies::sentence(rule, Lang::En)
        )?;
    }
    for firing in &policy.firing {
        writeln!(
            out,
            "firing    {}  {}  since {}",
            firing.series, firing.value, firing.since
        )?;
    }
    for unchecked in &policy.unchecked {
        writeln!(out, "unknown   {unchecked}")?;
    }
    for receiver in &policy.receivers {
        let kind = if receiver.is_group { "group" } else { "person" };
        writeln!(out, "receiver  {kind} {}  {}", receiver.id, receiver.name)?;
    }
    for bound in &policy.bound {
        writeln!(out, "object    {}  {}", bound.id, bound.name)?;
    }
    Ok(())
}

/// `contact`.
pub fn contact(global: &Global, command: &ContactCommand) -> Result<(), Failure> {
    let client = monitor(global)?;
    let account = client.account().id.clone();
    let (ids, enabled) = match command {
        ContactCommand::Ls { reveal, listing } => {
            let query = Query::Contacts(account);
            let Facts::Contacts { groups, people } =
                setup::runtime()?.block_on(ask(&client, query))?
            else {
                return Err(strange());
            };
            let shown = |text: &str| {
                if *reveal {
                    text.to_owned()
                } else {
                    crate::panes::contacts::masked(text)
                }
            };
            let groups = groups.iter().map(|group| {
                json!({"kind": "group", "id": group.id, "name": group.name.shown(), "members": group.members})
            });
            let people = people.iter().map(|person| {
                let of: Vec<&str> = person
                    .groups
                    .iter()
                    .map(crate::domain::text::SafeText::shown)
                    .collect();
                json!({
                    "kind": "person",
                    "id": person.id,
                    "name": person.name.shown(),
                    "state": if person.enabled { "on" } else { "off" },
                    "groups": of.join(", "),
                    "email": shown(person.email.shown()),
                    "phone": shown(person.phone.shown()),
                })
            });
            return print(groups.chain(people).collect(), listing);
        }
        ContactCommand::Enable { ids } => (ids, true),
        ContactCommand::Disable { ids } => (ids, false),
    };
    let verb = if enabled { "enable" } else { "disable" };
    let summary = format!("{verb} {}", named(ids, false));
    let action = Action::SwitchContacts {
        account,
        ids: ids.clone(),
        enabled,
    };
    act(global, &client, &action, summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::metric::Sample;

    #[test]
    fn a_series_is_named_by_its_first_and_last_colon() {
        let key = series_named("shop:service=checkout,zone=a:latency").expect("a series");
        assert_eq!(
            key,
            SeriesKey::new("shop", "service=checkout,zone=a", "latency")
        );
        let key = series_named("KEC:a:b:net.if.in[eth0,packets]").expect("a series");
        assert_eq!(key.instance.raw(), "a:b");
        for bad in ["KEC", "KEC:i", ":i:m", "KEC:i:"] {
            assert!(series_named(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn windows_are_minutes_hours_and_days() {
        assert_eq!(seconds("30m").ok(), Some(1800));
        assert_eq!(seconds("30d").ok(), Some(2_592_000));
        for bad in ["", "31d", "0m", "h", "5", "99999999999d"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_chart_has_its_extremes_at_its_edges() {
        let samples = (0..10).map(|i| Sample {
            at: i * 60,
            value: i as f64,
        });
        let text = chart(&Series {
            key: SeriesKey::new("n", "i", "m"),
            label: None,
            unit: None,
            statistic: Statistic::Average,
            period: 60,
            samples: samples.collect(),
            odd: None,
        });
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("         9 │"), "{text}");
        assert!(lines[CHART_ROWS].contains("0 │█"), "{text}");
    }
}
