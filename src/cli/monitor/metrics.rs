//! `metric`: what there is, samples as a chart or as data, and values of one's own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::args::{Form, MetricCommand, What};
use super::{act, monitor};
use crate::cli::args::Global;
use crate::cli::exit::Failure;
use crate::cli::listing::Listing;
use crate::cli::{output, setup, values};
use crate::clock::Clock;
use crate::domain::account::SystemId;
use crate::domain::action::{Action, Upload};
use crate::domain::metric::{KSC_NAMESPACES, Series, SeriesKey, Window};
use crate::domain::query::{Facts, Query};
use crate::ui::format;
use crate::ui::rates::Rates;

/// Width of the chart on a terminal, in cells.
const CHART_CELLS: usize = 72;
/// Its height in rows.
const CHART_ROWS: usize = 12;

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

impl What {
    /// Where the series are.
    const fn system(&self) -> SystemId {
        if self.tencent {
            SystemId::TencentMonitor
        } else {
            SystemId::KscMonitor
        }
    }
}

/// Reads the series that are meant; what was refused is told on standard error.
pub fn read(global: &Global, what: &What) -> Result<Vec<Series>, Failure> {
    let keys: Vec<SeriesKey> = what
        .series
        .iter()
        .map(|text| series_named(text))
        .collect::<Result<_, _>>()?;
    let client = setup::client(global, what.system())?;
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
        let Facts::Series { series, problems } = runtime.block_on(client.answer(&query))? else {
            return Err(Failure::strange());
        };
        for problem in problems {
            eprintln!("watchkeeper: {problem}");
        }
        found.extend(series.into_iter().map(Arc::unwrap_or_clone));
    }
    Ok(found)
}

/// Fills in the units, which the services tell in their lists of metrics, not with the samples. Instances of one
/// namespace have the same metrics, so one of them is asked for each. Samples without a unit are worth having, too.
fn name_units(global: &Global, what: &What, series: &mut [Series]) -> Result<(), Failure> {
    let client = setup::client(global, what.system())?;
    let runtime = setup::runtime()?;
    let mut asked = BTreeMap::new();
    for one in series.iter_mut().filter(|one| one.unit.is_none()) {
        let SeriesKey {
            namespace,
            instance,
            metric,
        } = &one.key;
        // Custom metrics have no units that could be read.
        if !what.tencent && !is_product(namespace.raw()) {
            continue;
        }
        let infos = asked.entry(namespace.clone()).or_insert_with(|| {
            let query = Query::Metrics {
                account: client.account().id.clone(),
                namespace: namespace.raw().to_owned(),
                instance: instance.raw().to_owned(),
            };
            match runtime.block_on(client.answer(&query)) {
                Ok(Facts::Metrics(infos)) => infos,
                _ => Vec::new(),
            }
        });
        let info = infos.iter().find(|info| &info.key.metric == metric);
        one.unit = info.and_then(|info| info.unit.clone());
    }
    Ok(())
}

fn is_product(namespace: &str) -> bool {
    let mut products = KSC_NAMESPACES.iter();
    products.any(|known| known.eq_ignore_ascii_case(namespace))
}

/// `metric`.
pub fn run(global: &Global, command: &MetricCommand) -> Result<(), Failure> {
    match command {
        MetricCommand::Ls {
            namespace,
            instance,
            listing,
        } => list(global, namespace.as_deref(), instance.as_deref(), listing),
        MetricCommand::Get { what, output } => {
            let mut series = read(global, what)?;
            name_units(global, what, &mut series)?;
            let is_terminal = std::io::stdout().is_terminal();
            let form = output.unwrap_or(if is_terminal { Form::Chart } else { Form::Csv });
            get(&series, form, setup::rates(&setup::config(global).0))
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

/// An instant as ISO 8601.
pub fn instant(at: i64) -> String {
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
    if let (Some(name), None) = (namespace, instance)
        && is_product(name)
    {
        let words = format!("{name} is a product: name an instance, too");
        return Err(Failure::Usage(words));
    }
    let Facts::Metrics(found) = setup::runtime()?.block_on(client.answer(&query))? else {
        return Err(Failure::strange());
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
    listing.print(rows)
}

fn get(series: &[Series], form: Form, rates: Rates) -> Result<(), Failure> {
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
                    json!({
                        "series": one.key.to_string(),
                        "unit": one.unit.as_ref().map(|unit| unit.shown().to_owned()),
                        "period": one.period,
                        "samples": samples,
                    })
                })
                .collect();
            output::json(&mut out, &rows)?;
        }
        Form::Csv => {
            writeln!(out, "series,time,value,unit")?;
            for one in series {
                let name = one.key.to_string().replace('"', "\"\"");
                let unit = one.unit.as_ref().map_or("", |unit| unit.shown());
                let unit = unit.replace('"', "\"\"");
                for sample in &one.samples {
                    let at = instant(sample.at);
                    writeln!(out, "\"{name}\",{at},{},\"{unit}\"", sample.value)?;
                }
            }
        }
        Form::Chart => {
            for one in series {
                write!(out, "{}", chart(one, rates))?;
            }
        }
    }
    Ok(())
}

/// A chart in characters: values at the left, the first and the last instant below; gaps are gaps.
fn chart(series: &Series, rates: Rates) -> String {
    let mut out = format!("{}\n", series.key);
    let (Some(first), Some(last), Some((low, mean, high))) =
        (series.samples.first(), series.last(), series.spread())
    else {
        out.push_str("  no samples\n");
        return out;
    };
    let steps = series.steps(first.at, last.at + i64::from(series.period), CHART_CELLS);
    let unit = series.unit.as_ref().map_or("", |unit| unit.shown());
    let factor = rates.of(unit).0;
    let room = if high > low { high - low } else { 1.0 };
    for row in 0..CHART_ROWS {
        let from_top = row as f64 / (CHART_ROWS - 1) as f64;
        let level = high - room * from_top;
        let label = match row {
            0 => format::number(high * factor),
            _ if row == CHART_ROWS - 1 => format::number(low * factor),
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
    let _ = writeln!(
        out,
        "{:>12}now {}   min {}   avg {}   max {}",
        "",
        rates.text(last.value, unit),
        rates.text(low, unit),
        rates.text(mean, unit),
        rates.text(high, unit),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::metric::{Sample, Statistic};

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
        let series = Series {
            key: SeriesKey::new("n", "i", "m"),
            label: None,
            unit: None,
            statistic: Statistic::Average,
            period: 60,
            samples: samples.collect(),
            odd: None,
        };
        let text = chart(&series, Rates::AsSent);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("         9 │"), "{text}");
        assert!(lines[CHART_ROWS].contains("0 │█"), "{text}");
    }
}
