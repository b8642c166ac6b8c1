//! `watchkeeper doctor`: what stands between this machine and the five APIs, without secrets.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::args::{DoctorArgs, Global};
use super::exit::Failure;
use super::setup;
use crate::clock::Clock;
use crate::cloud::transport::Net;
use crate::config::AccountSpec;
use crate::domain::account::SystemId;
use crate::domain::error::Class;
use crate::ui::theme::Depth;

/// How a finding is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// As it should be.
    Ok,
    /// Works, but look at it.
    Warn,
    /// Does not work.
    Fail,
}

struct Finding {
    verdict: Verdict,
    topic: String,
    words: String,
}

/// Examines everything and prints what it found. The exit code is 1 when something does not work.
pub fn run(global: &Global, args: &DoctorArgs) -> Result<ExitCode, Failure> {
    let mut findings = vec![version()];
    findings.extend(terminal());
    let (config, problems) = setup::config(global);
    let path = setup::paths(global).config;
    findings.extend(
        problems
            .iter()
            .map(|problem| finding(Verdict::Fail, "config", problem.to_string())),
    );
    match config.choose(global.profile.as_deref()) {
        Err(words) => findings.push(finding(Verdict::Warn, "config", words)),
        Ok(profile) => {
            let words = format!("{}, profile {}", path.display(), profile.name);
            findings.push(finding(Verdict::Ok, "config", words));
            let examined = setup::runtime()?.block_on(accounts(&profile.accounts));
            findings.extend(examined);
        }
    }
    print(&findings, args.json)?;
    let failed = findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Fail);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn finding(verdict: Verdict, topic: &str, words: impl Into<String>) -> Finding {
    Finding {
        verdict,
        topic: topic.to_owned(),
        words: words.into(),
    }
}

fn version() -> Finding {
    let words = format!("{} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    finding(Verdict::Ok, "version", words)
}

fn terminal() -> Vec<Finding> {
    let env = |name: &str| setup::env(name).unwrap_or_default();
    let depth = Depth::choose(
        &env("WATCHKEEPER_COLOR"),
        &env("NO_COLOR"),
        &env("COLORTERM"),
        &env("TERM"),
    );
    let size = crossterm::terminal::size();
    let is_terminal = std::io::stdout().is_terminal();
    let mut findings = vec![match size {
        Ok((columns, rows)) if is_terminal => {
            let small = columns < 80 || rows < 24;
            let verdict = if small { Verdict::Warn } else { Verdict::Ok };
            finding(
                verdict,
                "terminal",
                format!("{columns}x{rows}, TERM={}, colours: {depth:?}", env("TERM")),
            )
        }
        _ => finding(
            Verdict::Warn,
            "terminal",
            "standard output is no terminal: the dashboard cannot be opened here",
        ),
    }];
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .map(env)
        .into_iter()
        .find(|value| !value.is_empty());
    findings.push(match locale {
        Some(locale) => finding(Verdict::Ok, "locale", locale),
        None => finding(
            Verdict::Warn,
            "locale",
            "LANG is not set: UTF-8 is taken for granted",
        ),
    });
    findings
}

async fn accounts(specs: &[AccountSpec]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for spec in specs {
        findings.extend(account(spec).await);
    }
    findings
}

/// Credentials, reachability, clock and permission of one account.
async fn account(spec: &AccountSpec) -> Vec<Finding> {
    let topic = spec.account().id.to_string();
    let client = setup::client_of(spec, &Arc::new(Net::default()), Clock::System);
    let system = client.system();
    let endpoint = spec
        .connection
        .endpoint
        .clone()
        .unwrap_or_else(|| (system.endpoint)(&spec.account().region));
    let Some((operation, input)) = probe(system.id) else {
        return vec![finding(
            Verdict::Ok,
            &topic,
            format!("{endpoint}: no operation to try yet"),
        )];
    };
    let entry = crate::cloud::operation(operation);
    let Some(entry) = entry else {
        return vec![finding(
            Verdict::Warn,
            &topic,
            format!("{operation} is not known"),
        )];
    };
    let mut findings = vec![match client.call_raw(entry, input).await {
        Ok(_) => finding(
            Verdict::Ok,
            &topic,
            format!("{endpoint}: {operation} answered"),
        ),
        Err(error) => {
            // What is refused for other reasons than these was understood: the way there and the key are good.
            let verdict = match error.class {
                Class::Denied
                | Class::NotFound
                | Class::NotOffered
                | Class::Throttled
                | Class::Conflict => Verdict::Warn,
                _ => Verdict::Fail,
            };
            finding(verdict, &topic, format!("{endpoint}: {error}"))
        }
    }];
    let offset = client.clock_offset().as_secs();
    if offset != 0 {
        let words = format!("this machine's clock is {offset} s behind the service's: set it");
        findings.push(finding(Verdict::Warn, &topic, words));
    }
    if spec.connection.skip_certificate_checks {
        findings.push(finding(
            Verdict::Warn,
            &topic,
            "certificates are not checked (skip_certificate_checks)",
        ));
    }
    findings
}

/// A cheap reading operation of each system.
fn probe(system: SystemId) -> Option<(&'static str, Json)> {
    match system {
        SystemId::KscMonitor => Some((
            "ksc-monitor.list_alarm_policy",
            json!({"PageIndex": 1, "PageSize": 1}),
        )),
        SystemId::TencentMonitor => Some((
            "tencent-monitor.describe_metrics",
            json!({"namespace": "qce/cvm"}),
        )),
        SystemId::HuaweiCoc => Some(("huawei-coc.list_scripts", json!({"limit": 1}))),
        SystemId::HuaweiEsm => {
            let now = Clock::System.now();
            let zone = crate::cloud::declare::Zone::BeijingPlain;
            let hour_ago = zone.write(now - std::time::Duration::from_secs(3600));
            Some((
                "huawei-esm.query_cloud_service_alarms",
                json!({"begin_time": hour_ago, "end_time": zone.write(now), "page_size": 1, "offset_value": 0}),
            ))
        }
        SystemId::KscAutoscaling => None,
    }
}

fn print(findings: &[Finding], as_json: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let word = |verdict| match verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
    };
    if as_json {
        let rows: Vec<Json> = findings
            .iter()
            .map(|f| json!({"verdict": word(f.verdict), "topic": f.topic, "message": f.words}))
            .collect();
        serde_json::to_writer_pretty(&mut out, &rows).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for found in findings {
        writeln!(
            out,
            "{:<5} {:<22} {}",
            word(found.verdict),
            found.topic,
            found.words
        )?;
    }
    Ok(())
}
