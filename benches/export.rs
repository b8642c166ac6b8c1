//! A million metering records as CSV: `watchkeeper metering run` against `watchkeeper sim`, both as programs of their own.
//! Told are the time beside that of reading the same pages and writing nothing, and the most memory it took. The figures
//! are in docs/performance.md.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::cloud::transport::Net;
use watchkeeper::domain::account::SystemId;
use watchkeeper::domain::action::{Action, NewMeterJob};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::site::MeterStatus;
use watchkeeper::domain::text::SafeText;
use watchkeeper::sim::Sim;
use watchkeeper::sim::scenario::Scenario;

/// The demo without its limit of 60 calls a minute, which a million records would keep busy for an hour and a half.
const SCENARIO: &str = r#"
like = "demo"

[[limit]]
system = "huawei-esm"
calls = 1000000
seconds = 1

[[limit]]
system = "huawei-esm"
group = "wide"
calls = 1000000
seconds = 1
"#;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Ends a program when it goes out of scope.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn watchkeeper(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchkeeper"));
    for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"] {
        command.env(name, folder);
    }
    command
}

/// The client of the site of a simulator at `base`.
fn client(base: &str) -> Outcome<Client> {
    let sim = Sim::new(Scenario::parse("export", SCENARIO)?, Clock::System);
    let (connection, credentials) = sim
        .connections(base)
        .into_iter()
        .find(|(connection, _)| connection.account.id.system == SystemId::HuaweiEsm)
        .ok_or("no site")?;
    let transport = Arc::new(Net::default()).transport(&connection);
    Ok(Client::new(
        connection,
        Arc::new(credentials),
        transport,
        Clock::System,
    ))
}

/// Creates a job of about a million records and waits until it is done.
async fn job(client: &Client) -> Outcome<SafeText> {
    let account = client.account().id.clone();
    let job = NewMeterJob {
        from: "2026-01-01".parse()?,
        to: "2026-09-05".parse()?,
        site: None,
        region: None,
    };
    let action = Action::CreateMeterJob(account.clone(), job);
    let receipt = (client.system().act)(client, &action).await?;
    let job = receipt.created.ok_or("no job")?;
    loop {
        let query = Query::MeterJob(account.clone(), job.clone());
        match (client.system().answer)(client, &query).await? {
            Facts::MeterJob(state) if state.status == MeterStatus::Done => return Ok(job),
            _ => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
}

/// Reads all pages and keeps nothing.
async fn read(client: &Client, job: &SafeText) -> Outcome<usize> {
    let (mut marker, mut records) = (String::new(), 0);
    loop {
        let query = Query::MeterPage(client.account().id.clone(), job.clone(), marker);
        let Facts::MeterPage(page) = (client.system().answer)(client, &query).await? else {
            return Err("not a page".into());
        };
        records += page.records.len();
        if page.next.is_empty() {
            return Ok(records);
        }
        marker = page.next;
    }
}

/// The most memory that a process had, in MiB, as Linux counts it.
fn peak(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured here is the machine's time"
)]
fn main() -> Outcome<()> {
    if std::env::args().any(|arg| arg == "--test") {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (scenario, config) = (folder.path().join("s.toml"), folder.path().join("c.toml"));
    fs::write(&scenario, SCENARIO)?;
    let mut sim = Running(
        watchkeeper(folder.path())
            .args(["sim", "--listen", "127.0.0.1:0", "--scenario"])
            .arg(&scenario)
            .arg("--write-config")
            .arg(&config)
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let mut announced = BufReader::new(sim.0.stdout.take().ok_or("no output")?);
    announced.read_line(&mut String::new())?;
    let text = fs::read_to_string(&config)?;
    let base = text
        .split('"')
        .find(|part| part.starts_with("http://"))
        .ok_or("no address")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = client(base)?;
    let job = runtime.block_on(job(&client))?;
    for run in 1..=3 {
        let began = Instant::now();
        let records = runtime.block_on(read(&client, &job))?;
        let reading = began.elapsed().as_secs_f64();
        let csv = folder.path().join(format!("{run}.csv"));
        let began = Instant::now();
        let mut export = Running(
            watchkeeper(folder.path())
                .arg("--config")
                .arg(&config)
                .args(["metering", "run", "--job", job.raw(), "--csv"])
                .arg(&csv)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?,
        );
        let mut most = 0.0_f64;
        let status = loop {
            if let Some(status) = export.0.try_wait()? {
                break status;
            }
            most = most.max(peak(export.0.id()).unwrap_or(0.0));
            std::thread::sleep(Duration::from_millis(20));
        };
        let exporting = began.elapsed().as_secs_f64();
        let bytes = fs::metadata(&csv)?.len();
        println!(
            "{records} records, {:.0} MB, {status}: read {reading:.1} s, exported {exporting:.1} s \
             (ratio {:.2}), at most {most:.1} MiB",
            bytes as f64 / 1e6,
            reading / exporting,
        );
    }
    Ok(())
}
