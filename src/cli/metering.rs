//! Metering records without a screen: a job is created, watched and read into a file, and what was broken off goes on.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use super::args::{Global, MeteringArgs, MeteringCommand};
use super::change::carry_out_typed;
use super::exit::Failure;
use super::setup;
use super::site::site;
use crate::cloud::client::Client;
use crate::domain::action::{Action, NewMeterJob};
use crate::domain::error::Class;
use crate::domain::query::{Facts, Query};
use crate::domain::site::MeterStatus;
use crate::domain::text::SafeText;
use crate::shell::records::{self, Export, Next, Progress};

/// `metering run`.
pub fn run(global: &Global, command: &MeteringCommand) -> Result<(), Failure> {
    let MeteringCommand::Run(args) = command;
    let client = site(global)?;
    let runtime = setup::runtime()?;
    runtime.block_on(async {
        let before = records::unfinished(&args.csv);
        let progress = match (before, &args.job) {
            (Some(progress), job) if job.as_ref().is_none_or(|job| *job == progress.job) => {
                eprintln!(
                    "going on with job {} after {} records",
                    SafeText::from(progress.job.as_str()),
                    progress.records
                );
                progress
            }
            (_, Some(job)) => Progress {
                job: job.clone(),
                ..Progress::default()
            },
            _ => Progress {
                job: created(global, &client, args).await?,
                ..Progress::default()
            },
        };
        let job = SafeText::from(progress.job.as_str());
        let export = Export::open(&args.csv, progress)?;
        let export = until_done(&client, &job, export).await?;
        let done = paged(&client, &job, export).await?;
        let mut out = std::io::stdout().lock();
        for (kind, (records, sum)) in &done.totals {
            writeln!(
                out,
                "{}  {records} records  {sum}",
                SafeText::from(kind.as_str())
            )?;
        }
        writeln!(out, "{} records in {}", done.records, args.csv.display())?;
        Ok(())
    })
}

async fn created(global: &Global, client: &Client, args: &MeteringArgs) -> Result<String, Failure> {
    let (Some(from), Some(to)) = (args.from, args.to) else {
        return Err(Failure::Usage(
            "--from and --to are needed, or --job with the id of a job".to_owned(),
        ));
    };
    if to <= from {
        return Err(Failure::Usage(
            "--to must be a later day than --from; it is excluded".to_owned(),
        ));
    }
    let job = NewMeterJob {
        from,
        to,
        site: args.site.clone(),
        region: args.region.clone(),
    };
    let action = Action::CreateMeterJob(client.account().id.clone(), job);
    let summary = format!("gather metering records of {from} to {to}");
    let receipt = carry_out_typed(global, client, &action, summary).await?;
    eprintln!("{}", receipt.summary);
    Ok(receipt
        .created
        .map(|id| id.raw().to_owned())
        .unwrap_or_default())
}

/// Watches a job: every 2 s for 10 s, then less and less often up to 30 s, for 15 minutes at most (huawei-esm.md, 5).
/// A job that failed leaves no note, so that the next run makes a new one.
async fn until_done(client: &Client, job: &SafeText, export: Export) -> Result<Export, Failure> {
    let account = client.account().id.clone();
    let mut waited = Duration::ZERO;
    let mut wait = Duration::from_secs(2);
    while waited < Duration::from_secs(900) {
        let query = Query::MeterJob(account.clone(), job.clone());
        let Facts::MeterJob(state) = client.answer(&query).await? else {
            return Err(Failure::strange());
        };
        match state.status {
            MeterStatus::Done => return Ok(export),
            MeterStatus::Failed => {
                export.give_up();
                let words = format!("job {job} failed; the service gives no reason");
                return Err(Failure::Job(words));
            }
            MeterStatus::Pending | MeterStatus::Running | MeterStatus::Unknown => {}
        }
        tell(&format!(
            "job {job}: {} {} %",
            state.status_raw, state.progress
        ));
        tokio::time::sleep(wait).await;
        waited += wait;
        if waited >= Duration::from_secs(10) {
            wait = wait.mul_f64(1.5).min(Duration::from_secs(30));
        }
    }
    Err(Failure::Late(format!(
        "job {job} is not done after 15 minutes; go on with --job {job}"
    )))
}

/// Reads page after page. What was written stays when a page is lost: run the same command again to go on.
async fn paged(client: &Client, job: &SafeText, mut export: Export) -> Result<Progress, Failure> {
    let account = client.account().id.clone();
    loop {
        let marker = export.progress.marker.clone();
        let query = Query::MeterPage(account.clone(), job.clone(), marker);
        let page = match client.answer(&query).await {
            Ok(Facts::MeterPage(page)) => page,
            Ok(_) => return Err(Failure::strange()),
            Err(error) => {
                let records = export.progress.records;
                if error.class == Class::NotFound {
                    eprintln!(
                        "\nthe job has expired after {records} records: run the command again to create a new one"
                    );
                    export.give_up();
                } else {
                    eprintln!(
                        "\n{records} records are written; run the same command again to go on"
                    );
                }
                return Err(error.into());
            }
        };
        match export.page(&page)? {
            Next::More => tell(&format!("{} records", export.progress.records)),
            Next::Whole => {
                tell("");
                return Ok(export.finish()?);
            }
            Next::Circle => {
                let words = format!(
                    "the service leads in a circle after {} records; the list may not be complete",
                    export.progress.records
                );
                return Err(Failure::Other(words));
            }
        }
    }
}

/// Says how far it is, on a terminal only.
fn tell(words: &str) {
    let mut err = std::io::stderr().lock();
    if err.is_terminal() {
        // Nobody minds when this cannot be said.
        let _ = write!(err, "\r\u{1b}[K{words}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use futures_util::future::BoxFuture;
    use http::{Request, Response};

    use super::*;
    use crate::clock::Clock;
    use crate::cloud::transport::{Transport, TransportError};
    use crate::domain::account::SystemId;
    use crate::sim::Sim;
    use crate::sim::scenario::Scenario;

    /// A way to the simulator on which no page of records arrives while it is down.
    struct Way {
        behind: Arc<dyn Transport>,
        /// So many pages arrive, then none.
        left: AtomicUsize,
    }

    impl Transport for Way {
        fn send(
            &self,
            request: Request<Bytes>,
        ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
            let is_page = request.uri().path().ends_with("/sdr");
            let lost = is_page
                && self
                    .left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                        left.checked_sub(1)
                    })
                    .is_err();
            if lost {
                let error = TransportError {
                    message: "the connection was lost".to_owned(),
                    sent: true,
                    timeout: false,
                    too_large: false,
                };
                return Box::pin(std::future::ready(Err(error)));
            }
            self.behind.send(request)
        }
    }

    /// A client of the demo's site, and the way to it.
    fn place() -> (Client, Arc<Way>) {
        let clock = Clock::follow_tokio("2026-11-22T02:00:00Z".parse().unwrap());
        let sim = Sim::new(Scenario::load("demo").unwrap(), clock.clone());
        let (connection, credentials) = sim
            .connections("http://127.0.0.1:1")
            .into_iter()
            .find(|(connection, _)| connection.account.id.system == SystemId::HuaweiEsm)
            .unwrap();
        let way = Arc::new(Way {
            behind: sim.transport(),
            left: AtomicUsize::new(usize::MAX),
        });
        let transport = Arc::clone(&way) as Arc<dyn Transport>;
        let client = Client::new(connection, Arc::new(credentials), transport, clock);
        (client, way)
    }

    async fn new_job(client: &Client, region: Option<&str>) -> Progress {
        let job = NewMeterJob {
            from: "2026-11-01".parse().unwrap(),
            to: "2026-11-02".parse().unwrap(),
            site: None,
            region: region.map(str::to_owned),
        };
        let action = Action::CreateMeterJob(client.account().id.clone(), job);
        let receipt = client.act(&action).await.unwrap();
        Progress {
            job: receipt.created.unwrap().raw().to_owned(),
            ..Progress::default()
        }
    }

    async fn read(client: &Client, path: &Path, progress: Progress) -> Result<Progress, Failure> {
        let job = SafeText::from(progress.job.as_str());
        let export = Export::open(path, progress).unwrap();
        let export = until_done(client, &job, export).await?;
        paged(client, &job, export).await
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_lost_page_the_same_job_goes_on_and_nothing_is_there_twice() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, broken) = (
            folder.path().join("whole.csv"),
            folder.path().join("broken.csv"),
        );
        let (client, way) = place();
        let progress = new_job(&client, None).await;
        let done = read(&client, &whole, progress.clone()).await.unwrap();
        assert!(done.records > 1000, "{}", done.records);
        for pages in [0, 3, 1] {
            way.left.store(pages, Ordering::Relaxed);
            let before = records::unfinished(&broken).unwrap_or_else(|| progress.clone());
            let failed = read(&client, &broken, before.clone()).await.unwrap_err();
            assert_eq!(failed.code(), 6, "{failed:?}");
            let noted = records::unfinished(&broken).expect("a note of how far it is");
            assert_eq!(noted.job, progress.job);
            assert_eq!(noted.records > before.records, pages > 0, "{noted:?}");
            assert!(!broken.exists(), "it is not whole");
        }
        way.left.store(usize::MAX, Ordering::Relaxed);
        let noted = records::unfinished(&broken).unwrap();
        let resumed = read(&client, &broken, noted).await.unwrap();
        assert_eq!(resumed.totals, done.totals);
        let text = |path| std::fs::read_to_string(path).unwrap();
        assert_eq!(text(&broken), text(&whole));
        assert!(records::unfinished(&broken).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_failed_leaves_nothing_to_go_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let (client, _) = place();
        let progress = new_job(&client, Some("fail-1")).await;
        let failed = read(&client, &path, progress).await.unwrap_err();
        assert_eq!(failed.code(), 8, "{failed:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_takes_too_long_can_be_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let (client, _) = place();
        let progress = new_job(&client, Some("slow-1")).await;
        let failed = read(&client, &path, progress.clone()).await.unwrap_err();
        assert_eq!(failed.code(), 10, "{failed:?}");
        assert_eq!(records::unfinished(&path), Some(progress));
    }
}
