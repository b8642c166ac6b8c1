//! The site and its alarms without a screen: `alarm`, `capacity`, `audit`, `asset` and `host`.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::args::{AlarmCommand, AssetCommand, AuditCommand, Global, HostCommand};
use super::exit::{self, Failure};
use super::listing::Listing;
use super::{output, setup};
use crate::cloud::client::Client;
use crate::domain::account::SystemId;
use crate::domain::alarm::{Alarm, Severity};
use crate::domain::error::ApiError;
use crate::domain::metric::Window;
use crate::domain::query::{Facts, Query};
use crate::domain::site::{Embedded, SiteHost};

/// How often open alarms are asked for while `--wait-clear` waits.
const WAIT: Duration = Duration::from_secs(30);

/// The site's client.
pub(super) fn site(global: &Global) -> Result<Client, Failure> {
    setup::client(global, SystemId::HuaweiEsm)
}

const fn word(severity: Severity) -> &'static str {
    severity.name()
}

/// `alarm ls` and `alarm check`.
pub fn alarm(global: &Global, command: &AlarmCommand) -> Result<ExitCode, Failure> {
    let runtime = setup::runtime()?;
    let clients = alarm_clients(global)?;
    match command {
        AlarmCommand::Ls {
            listing,
            wait_clear,
            wait_timeout,
            all,
        } => runtime.block_on(async {
            let (alarms, failed) = if *wait_clear {
                until_clear(&clients, Duration::from_secs(*wait_timeout)).await?
            } else {
                alarms(&clients).await
            };
            let rows = alarms.iter().filter(|alarm| *all || !alarm.cleared);
            listing.print(rows.map(alarm_row).collect())?;
            failed.map_or(Ok(ExitCode::SUCCESS), |error| Err(error.into()))
        }),
        // That is the response side's.
        AlarmCommand::Report(_) => Ok(ExitCode::SUCCESS),
        AlarmCommand::Check { severity } => {
            let (alarms, failed) = runtime.block_on(alarms(&clients));
            let worst = alarms
                .iter()
                .filter(|alarm| !alarm.cleared && alarm.severity <= severity.meant())
                .collect::<Vec<_>>();
            for alarm in worst.iter().take(20) {
                let mut out = std::io::stdout().lock();
                writeln!(
                    out,
                    "{}  {}  {}",
                    word(alarm.severity),
                    alarm.title,
                    alarm.resource
                )?;
            }
            match (worst.is_empty(), failed) {
                (false, _) => Ok(ExitCode::from(exit::ALARM)),
                // "No alarm" is claimed only when everybody has answered.
                (true, Some(error)) => Err(error.into()),
                (true, None) => Ok(ExitCode::SUCCESS),
            }
        }
    }
}

/// Asks for alarms until none is active and everybody has answered, saying what is waited for whenever that changes.
async fn until_clear(
    clients: &[Arc<Client>],
    patience: Duration,
) -> Result<(Vec<Alarm>, Option<ApiError>), Failure> {
    let began = tokio::time::Instant::now();
    let mut said = String::new();
    loop {
        let (alarms, failed) = alarms(clients).await;
        let open = alarms.iter().filter(|alarm| !alarm.cleared);
        let what = match (open.clone().next(), &failed) {
            (None, None) => return Ok((alarms, None)),
            (Some(worst), _) => format!(
                "{} active, the worst: {} {} {}",
                open.count(),
                word(worst.severity),
                worst.title,
                worst.resource
            ),
            (None, Some(error)) => format!("an answer: {error}"),
        };
        let left = patience.saturating_sub(began.elapsed());
        if left.is_zero() {
            let seconds = patience.as_secs();
            return Err(Failure::Late(format!("after {seconds} s: {what}")));
        }
        if what != said {
            writeln!(std::io::stderr(), "waiting: {what}")?;
            said = what;
        }
        tokio::time::sleep(WAIT.min(left)).await;
    }
}

/// Clients of all accounts that have alarms.
fn alarm_clients(global: &Global) -> Result<Vec<Arc<Client>>, Failure> {
    let (config, problems) = setup::config(global);
    for problem in &problems {
        eprintln!("watchkeeper: {problem}");
    }
    let profile = setup::profile(global, &config)?;
    let clients: Vec<Arc<Client>> = setup::clients(&profile.accounts)
        .into_iter()
        .filter(|client| client.account().has_alarms())
        .collect();
    if clients.is_empty() {
        return Err(Failure::Usage(format!(
            "profile {:?} has no account with alarms (ksc-monitor, huawei-esm, or tencent-monitor with limits)",
            profile.name
        )));
    }
    Ok(clients)
}

/// The alarms of all systems, worst first, and the first error.
async fn alarms(clients: &[Arc<Client>]) -> (Vec<Alarm>, Option<ApiError>) {
    let asked = clients.iter().map(async |client| {
        let query = Query::Alarms(client.account().id.clone());
        client.answer(&query).await
    });
    let mut found = Vec::new();
    let mut failed = None;
    for answer in futures_util::future::join_all(asked).await {
        match answer {
            Ok(Facts::Alarms(alarms)) => found.extend(alarms),
            Ok(_) => {}
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    found.sort_by(|one, other| {
        let key = |alarm: &Alarm| {
            (
                alarm.cleared,
                alarm.severity,
                std::cmp::Reverse(alarm.since),
            )
        };
        key(one).cmp(&key(other))
    });
    (found, failed)
}

fn alarm_row(alarm: &Alarm) -> Json {
    json!({
        "severity": if alarm.cleared { "cleared" } else { word(alarm.severity) },
        "since": alarm.since.to_string(),
        "alarm": alarm.title.shown(),
        "resource": alarm.resource.shown(),
        "region": alarm.region.shown(),
        "count": alarm.count,
        "account": alarm.account.to_string(),
        "id": alarm.id.shown(),
    })
}

/// `capacity`.
pub fn capacity(global: &Global, listing: &Listing) -> Result<(), Failure> {
    let client = site(global)?;
    let account = client.account().id.clone();
    let facts = setup::runtime()?.block_on(client.answer(&Query::Capacity(account)))?;
    let Facts::Capacity {
        mut pools,
        problems,
    } = facts
    else {
        return Err(Failure::strange());
    };
    for problem in problems {
        eprintln!("watchkeeper: {problem}");
    }
    pools.sort_by(|one, other| {
        let share = |pool: &crate::domain::site::Capacity| pool.share().unwrap_or(-1.0);
        share(other).total_cmp(&share(one))
    });
    let rows = pools.iter().map(|pool| {
        json!({
            "of": if pool.physical { "site" } else { "service" },
            "service": pool.service.shown(),
            "pool": pool.metric.shown(),
            "zone": pool.zone.shown(),
            "percent": pool.share().map(|share| (share * 1000.0).round() / 10.0),
            "allocated": pool.allocated.map(hundredths),
            "total": pool.size().map(hundredths),
            "left": pool.available.map(hundredths),
            "full_in_days": pool.full_in_days().map(f64::round),
            "taken": pool.at.map(|at| at.to_string()),
        })
    });
    listing.print(rows.collect())
}

/// An amount without the digits that nobody reads.
fn hundredths(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// `audit ls`.
pub fn audit(global: &Global, command: &AuditCommand) -> Result<(), Failure> {
    let AuditCommand::Ls { listing, hours } = command;
    let client = site(global)?;
    let query = Query::Audit(client.account().id.clone(), Window::Last(hours * 3600));
    let facts = setup::runtime()?.block_on(client.answer(&query))?;
    let Facts::Audit { entries, total } = facts else {
        return Err(Failure::strange());
    };
    let left = total.unwrap_or(0).saturating_sub(entries.len() as u64);
    if left > 0 {
        eprintln!("watchkeeper: {left} older entries were not read; ask for fewer hours");
    }
    let rows = entries.iter().map(|entry| {
        json!({
            "time": entry.at.map_or_else(|| entry.at_raw.to_string(), |at| at.to_string()),
            "severity": word(entry.severity),
            "what": entry.what.shown(),
            "user": entry.user.shown(),
            "resource": entry.resource.shown(),
            "failed": entry.failed,
            "note": entry.note.shown(),
        })
    });
    listing.print(rows.collect())
}

/// `asset ls`.
pub fn asset(global: &Global, command: &AssetCommand) -> Result<(), Failure> {
    let AssetCommand::Ls { listing } = command;
    let client = site(global)?;
    let query = Query::Assets(client.account().id.clone());
    let Facts::Assets(assets) = setup::runtime()?.block_on(client.answer(&query))? else {
        return Err(Failure::strange());
    };
    let rows = assets.iter().map(|asset| {
        json!({
            "status": asset.status.shown(),
            "name": asset.name.shown(),
            "kind": asset.kind.shown(),
            "model": asset.model.shown(),
            "ip": asset.ip.shown(),
            "os": asset.os.shown(),
            "id": asset.id.shown(),
        })
    });
    listing.print(rows.collect())
}

/// `host ls` and `host show`.
pub fn host(global: &Global, command: &HostCommand) -> Result<(), Failure> {
    let client = site(global)?;
    let runtime = setup::runtime()?;
    let account = client.account().id.clone();
    let Facts::SiteHosts(hosts) =
        runtime.block_on(client.answer(&Query::SiteHosts(account.clone())))?
    else {
        return Err(Failure::strange());
    };
    match command {
        HostCommand::Ls { listing } => {
            let rows = hosts.iter().map(|host| {
                json!({
                    "name": host.name.shown(), "ip": host.ip.shown(), "arch": host.arch.shown(),
                    "place": host.place.shown(), "id": host.id.shown(),
                })
            });
            listing.print(rows.collect())
        }
        HostCommand::Show { name, json } => {
            let found = hosts.iter().find(|host| {
                [&host.name, &host.id, &host.ip, &host.serial]
                    .iter()
                    .any(|word| word.raw() == name)
            });
            let host =
                found.ok_or_else(|| Failure::Missing(format!("there is no host {name:?}")))?;
            let query = Query::HostedVms(account, host.id.clone());
            let Facts::HostedVms(hosted) = runtime.block_on(client.answer(&query))? else {
                return Err(Failure::strange());
            };
            let vms = hosted.first().map_or(Json::Null, |hosted| {
                embedded(&hosted.vms, |vm| {
                    json!({
                        "name": vm.name.shown(), "os": vm.os.shown(), "cpu": vm.cpu.shown(), "id": vm.id.shown(),
                    })
                })
            });
            let mut value = host_value(host);
            value["vms"] = vms;
            let mut out = std::io::stdout().lock();
            if *json {
                output::json(&mut out, &value)?;
            } else {
                output::names(&mut out, &value)?;
            }
            Ok(())
        }
    }
}

fn host_value(host: &SiteHost) -> Json {
    json!({
        "name": host.name.shown(), "id": host.id.shown(), "serial": host.serial.shown(), "ip": host.ip.shown(),
        "arch": host.arch.shown(), "region": host.region.shown(), "place": host.place.shown(),
        "cpu": embedded(&host.cpu, |one| json!({
            "model": one.model.shown(), "sockets": one.sockets, "cores": one.cores, "threads": one.threads,
        })),
        "memory": embedded(&host.memory, |one| json!({
            "size": one.size.shown(), "type": one.kind.shown(), "frequency": one.frequency.shown(),
        })),
        "disks": embedded(&host.disks, |one| json!({"device": one.device.shown(), "size": one.size.shown()})),
    })
}

fn embedded<T>(of: &Embedded<T>, value: impl Fn(&T) -> Json) -> Json {
    match of {
        Embedded::Read(items) => items.iter().map(value).collect(),
        Embedded::Raw(raw) => json!({"raw": raw.shown()}),
        Embedded::Nothing => Json::Null,
    }
}
