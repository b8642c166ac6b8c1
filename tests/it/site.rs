//! The site of ESM, told by the client to the simulator: capacity, devices, hosts, samples, the audit log and metering,
//! as they should be and with everything that sites do otherwise.

use std::sync::Arc;
use std::time::Duration;

use watchkeeper::clock::Clock;
use watchkeeper::cloud::client::Client;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::action::{Action, NewMeterJob, Receipt};
use watchkeeper::domain::error::{ApiError, Class};
use watchkeeper::domain::metric::{Series, SeriesKey, Statistic, Window};
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::site::{
    AuditEntry, Capacity, Embedded, MeterPage, MeterStatus, Running, SiteHost, namespace,
};
use watchkeeper::domain::text::SafeText;
use watchkeeper::sim::Sim;
use watchkeeper::sim::scenario::Scenario;

/// A client of the demo's site, in memory, with time that goes by only when all wait.
struct Site {
    client: Client,
    account: AccountId,
}

impl Site {
    fn with(quirks: &str) -> Self {
        Self::of(&format!("like = \"demo\"\nsite_quirk = [{quirks}]"))
    }

    fn of(scenario: &str) -> Self {
        let clock = Clock::follow_tokio("2026-11-22T02:00:00Z".parse().unwrap());
        let sim = Sim::new(Scenario::parse("test", scenario).unwrap(), clock.clone());
        let (connection, credentials) = sim
            .connections("http://127.0.0.1:1")
            .into_iter()
            .find(|(connection, _)| connection.account.id.system == SystemId::HuaweiEsm)
            .unwrap();
        let account = connection.account.id.clone();
        let client = Client::new(connection, Arc::new(credentials), sim.transport(), clock);
        Self { client, account }
    }

    async fn try_ask(&self, query: Query) -> Result<Facts, ApiError> {
        (self.client.system().answer)(&self.client, &query).await
    }

    async fn ask(&self, query: Query) -> Facts {
        let answer = self.try_ask(query.clone()).await;
        answer.unwrap_or_else(|error| panic!("{query:?}: {error}"))
    }

    async fn capacity(&self) -> Vec<Capacity> {
        match self.ask(Query::Capacity(self.account.clone())).await {
            Facts::Capacity { pools, problems } => {
                assert_eq!(problems, []);
                pools
            }
            other => panic!("not capacity: {other:?}"),
        }
    }

    async fn audit(&self, seconds: u32) -> Vec<AuditEntry> {
        let query = Query::Audit(self.account.clone(), Window::Last(seconds));
        match self.ask(query).await {
            Facts::Audit { entries, .. } => entries.iter().map(|entry| (**entry).clone()).collect(),
            other => panic!("not the audit log: {other:?}"),
        }
    }

    async fn hosts(&self) -> Vec<SiteHost> {
        match self.ask(Query::SiteHosts(self.account.clone())).await {
            Facts::SiteHosts(hosts) => hosts,
            other => panic!("not hosts: {other:?}"),
        }
    }

    async fn series(&self, key: SeriesKey, period: u32, seconds: u32) -> Vec<Arc<Series>> {
        let query = Query::Series {
            account: self.account.clone(),
            keys: vec![key].into(),
            statistic: Statistic::Average,
            period,
            window: Window::Last(seconds),
        };
        match self.ask(query).await {
            Facts::Series { series, problems } => {
                assert_eq!(problems, []);
                series
            }
            other => panic!("not series: {other:?}"),
        }
    }

    async fn create(&self, region: Option<&str>) -> Result<Receipt, ApiError> {
        let job = NewMeterJob {
            from: "2026-11-01".parse().unwrap(),
            to: "2026-11-03".parse().unwrap(),
            site: None,
            region: region.map(str::to_owned),
        };
        let action = Action::CreateMeterJob(self.account.clone(), job);
        (self.client.system().act)(&self.client, &action).await
    }

    /// Watches a job until it ends.
    async fn ended(&self, job: &SafeText) -> MeterStatus {
        for _ in 0..60 {
            let query = Query::MeterJob(self.account.clone(), job.clone());
            let Facts::MeterJob(state) = self.ask(query).await else {
                panic!("not a job");
            };
            if matches!(state.status, MeterStatus::Done | MeterStatus::Failed) {
                return state.status;
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        panic!("the job never ended");
    }

    async fn page(&self, job: &SafeText, marker: &str) -> Result<MeterPage, ApiError> {
        let query = Query::MeterPage(self.account.clone(), job.clone(), marker.to_owned());
        match self.try_ask(query).await? {
            Facts::MeterPage(page) => Ok(page),
            other => panic!("not a page: {other:?}"),
        }
    }
}

fn pool<'a>(pools: &'a [Capacity], service: &str, metric: &str) -> &'a Capacity {
    pools
        .iter()
        .find(|pool| !pool.physical && pool.service.raw() == service && pool.metric.raw() == metric)
        .unwrap_or_else(|| panic!("no {service} {metric}"))
}

#[tokio::test(start_paused = true)]
async fn capacity_of_every_service_is_told_with_its_past() {
    let pools = Site::with("").capacity().await;
    assert!(pools.iter().filter(|pool| pool.physical).count() >= 5);
    for service in [
        "ECS_VM", "BMS", "EVS", "OBS", "EIP", "RDS", "DCC", "DEH", "SFS", "VPN", "ELB",
    ] {
        let found = pools.iter().any(|pool| pool.service.raw() == service);
        assert!(found, "{service}");
    }
    let full = pool(&pools, "EVS", "SSD");
    assert!(full.share().unwrap() > 0.85, "{full:?}");
    assert!(full.past.len() >= 10, "{}", full.past.len());
    assert!(full.full_in_days().is_some_and(|days| days > 0.0));
    assert_eq!(pool(&pools, "VPN", "connection").share(), None);
}

#[tokio::test(start_paused = true)]
async fn capacity_is_read_whatever_the_site_does() {
    let usual = Site::with("").capacity().await;
    for quirks in [
        "\"avaliable\"",
        "\"other-place\"",
        "\"later-dcc\"",
        "\"offset-is-page\"",
    ] {
        let pools = Site::with(quirks).capacity().await;
        assert_eq!(pools.len(), usual.len(), "{quirks}");
        let eip = pool(&pools, "EIP", "5_bgp");
        assert_eq!(eip.available, pool(&usual, "EIP", "5_bgp").available);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_site_does_not_offer_is_no_failure_of_the_rest() {
    let site = Site::with("\"fewer\"");
    let pools = site.capacity().await;
    assert!(pools.iter().all(|pool| pool.service.raw() != "ELB"));
    let error = site
        .try_ask(Query::SiteHosts(site.account.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.class, Class::NotOffered);
}

#[tokio::test(start_paused = true)]
async fn the_audit_log_tells_what_was_done_before_it_went_wrong() {
    let site = Site::with("");
    let entries = site.audit(3600).await;
    let times: Vec<_> = entries.iter().map(|entry| entry.at).collect();
    assert!(times.is_sorted_by(|one, other| one >= other));
    let deployment = entries
        .iter()
        .find(|entry| entry.what.raw() == "updateDeployment");
    assert_eq!(deployment.unwrap().resource.raw(), "web-03");
    // What this program does is in it, too.
    site.create(None).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let entries = site.audit(3600).await;
    assert_eq!(entries[0].what.raw(), "createQueryJob");
}

#[tokio::test(start_paused = true)]
async fn hosts_are_told_with_what_is_embedded_even_with_bare_quotes() {
    for quirks in ["", "\"bare-quotes\""] {
        let site = Site::with(quirks);
        let hosts = site.hosts().await;
        assert!(hosts.len() > 20, "{}", hosts.len());
        let Embedded::Read(disks) = &hosts[0].disks else {
            panic!("{quirks}: {:?}", hosts[0].disks);
        };
        assert_eq!(disks.len(), 3);
        let query = Query::HostedVms(site.account.clone(), hosts[0].id.clone());
        let Facts::HostedVms(hosted) = site.ask(query).await else {
            panic!("not machines");
        };
        let Embedded::Read(vms) = &hosted[0].vms else {
            panic!("{quirks}: {:?}", hosted[0].vms);
        };
        assert!(!vms.is_empty() && vms[0].os.raw() == "Euler", "{quirks}");
    }
}

#[tokio::test(start_paused = true)]
async fn devices_say_how_they_do() {
    let site = Site::with("");
    let Facts::Assets(assets) = site.ask(Query::Assets(site.account.clone())).await else {
        panic!("not devices");
    };
    assert!(assets.iter().any(|asset| asset.kind.raw() == "firewall"));
    assert!(assets.iter().any(|asset| asset.running == Running::Well));
}

#[tokio::test(start_paused = true)]
async fn samples_of_all_four_kinds_are_series() {
    let site = Site::with("");
    let host = site.hosts().await.remove(0);
    let Facts::Series { series, .. } = site.ask(Query::Network(site.account.clone())).await else {
        panic!("not series");
    };
    assert_eq!(series.len(), 12 * 8);
    let query = Query::HostedVms(site.account.clone(), host.id.clone());
    let Facts::HostedVms(hosted) = site.ask(query).await else {
        panic!("not machines");
    };
    let Embedded::Read(vms) = &hosted[0].vms else {
        panic!("no machines");
    };
    let cases = [
        (namespace::HOST, host.id.raw(), 60, 3600),
        (namespace::SERVER, host.serial.raw(), 3600, 86_400),
        (namespace::NETWORK, series[0].key.instance.raw(), 60, 3600),
        (namespace::VM, vms[0].id.raw(), 300, 3600),
    ];
    for (namespace, instance, period, seconds) in cases {
        let query = Query::Metrics {
            account: site.account.clone(),
            namespace: namespace.into(),
            instance: instance.into(),
        };
        let Facts::Metrics(metrics) = site.ask(query).await else {
            panic!("not metrics");
        };
        assert!(metrics.len() >= 2, "{namespace}: {metrics:?}");
        let found = site.series(metrics[0].key.clone(), period, seconds).await;
        assert_eq!(found.len(), 1, "{namespace}");
        assert!(
            found[0].samples.len() >= 11,
            "{namespace}: {:?}",
            found[0].samples
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_metering_job_is_created_watched_and_paged() {
    for quirks in ["", "\"other-place\""] {
        let site = Site::with(quirks);
        let job = site.create(None).await.unwrap().created.unwrap();
        let early = site.page(&job, "").await.unwrap_err();
        assert_eq!(early.class, Class::Invalid, "{quirks}");
        assert_eq!(site.ended(&job).await, MeterStatus::Done);
        let (mut records, mut marker, mut blank) = (0, String::new(), 0);
        for _ in 0..200 {
            let page = site.page(&job, &marker).await.unwrap();
            blank += usize::from(page.records.is_empty());
            records += page.records.len();
            marker = page.next;
            if marker.is_empty() {
                break;
            }
        }
        assert!(marker.is_empty());
        // An empty page was not taken for the end.
        assert_eq!(blank, 1);
        assert_eq!(records % 24, 0);
        assert!(records > 2 * 24 * 100, "{records}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_job_says_so_and_an_old_one_is_gone() {
    let site = Site::with("");
    let job = site.create(Some("fail-1")).await.unwrap().created.unwrap();
    assert_eq!(site.ended(&job).await, MeterStatus::Failed);
    tokio::time::sleep(Duration::from_secs(25 * 3600)).await;
    let query = Query::MeterJob(site.account.clone(), job);
    let error = site.try_ask(query).await.unwrap_err();
    assert_eq!(error.class, Class::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_disagrees_is_noticed_without_any_refusal() {
    let agreeing = Site::with("");
    agreeing.capacity().await;
    assert_eq!(agreeing.client.clock_difference(), None);
    let ahead = Site::of("like = \"demo\"\n[clock_ahead]\nhuawei-esm = 300");
    ahead.capacity().await;
    let difference = ahead.client.clock_difference().unwrap();
    assert!((299..=301).contains(&difference.as_secs()), "{difference}");
}
