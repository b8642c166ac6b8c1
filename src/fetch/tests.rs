use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::cloud::Limit;
use crate::cloud::declare::Entry;
use crate::cloud::gate;
use crate::cloud::ksc_monitor::ops::ListMetrics;
use crate::domain::account::SystemId;
use crate::domain::error::Class;
use crate::domain::health::Lamp;
use crate::domain::query::{Facts, Priority};

const LIMITS: &[Limit] = &[Limit {
    group: "",
    calls: 20,
    per: Duration::from_secs(60),
    concurrent: 10,
}];

/// What a stand-in does when it is asked.
#[derive(Debug, Clone, Copy)]
enum Manner {
    /// Answers after so many calls, each of which takes this long.
    Calls(u32, Duration),
    /// Never answers.
    Dead,
    /// Has nothing to sign with.
    NoCredentials,
}

fn no_credentials() -> ApiError {
    let why = "set WATCHKEEPER_KSC_KEY";
    ApiError::new(Class::Credentials, SystemId::KscMonitor, "", why)
}

/// Something that can be asked and counts.
struct StandIn {
    name: &'static str,
    manner: Manner,
    calls: AtomicU32,
    acts: AtomicU32,
    dropped: Arc<AtomicU32>,
}

/// Counts jobs that were cut off.
struct Guard(Arc<AtomicU32>, bool);

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.1 {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

impl StandIn {
    fn new(name: &'static str, manner: Manner) -> Arc<Self> {
        Arc::new(Self {
            name,
            manner,
            calls: AtomicU32::new(0),
            acts: AtomicU32::new(0),
            dropped: Arc::default(),
        })
    }

    async fn call(&self) {
        let _place = gate::enter(&Entry::of::<ListMetrics>()).await;
        self.calls.fetch_add(1, Ordering::SeqCst);
        match self.manner {
            Manner::Calls(_, time) => tokio::time::sleep(time).await,
            Manner::Dead => std::future::pending().await,
            Manner::NoCredentials => {}
        }
    }
}

impl Remote for StandIn {
    fn account(&self) -> AccountId {
        AccountId::new(self.name, SystemId::KscMonitor)
    }

    fn limits(&self) -> &[Limit] {
        LIMITS
    }

    fn answer<'a>(&'a self, _query: &'a Query) -> BoxFuture<'a, Result<Facts, ApiError>> {
        Box::pin(async {
            let mut guard = Guard(self.dropped.clone(), false);
            let calls = match self.manner {
                Manner::Calls(calls, _) => calls,
                Manner::Dead => 1,
                Manner::NoCredentials => {
                    guard.1 = true;
                    return Err(no_credentials());
                }
            };
            for _ in 0..calls {
                self.call().await;
            }
            guard.1 = true;
            Ok(Facts::Metrics(Vec::new()))
        })
    }

    fn act<'a>(&'a self, _action: &'a Action) -> BoxFuture<'a, Result<Receipt, ApiError>> {
        Box::pin(async {
            let _place = gate::enter(&Entry::of::<ListMetrics>()).await;
            self.acts.fetch_add(1, Ordering::SeqCst);
            if matches!(self.manner, Manner::NoCredentials) {
                return Err(no_credentials());
            }
            let mut lost = ApiError::new(Class::Network, SystemId::KscMonitor, "", "cut off");
            lost.outcome_unknown = true;
            Err(lost)
        })
    }
}

fn want(account: &str, number: u32, every: u64) -> Want {
    Want {
        query: Query::Metrics {
            account: AccountId::new(account, SystemId::KscMonitor),
            namespace: "KEC".to_owned(),
            instance: number.to_string(),
        },
        priority: Priority::Visible,
        every: Duration::from_secs(every),
    }
}

fn action(account: &str) -> Action {
    Action::Raw {
        account: AccountId::new(account, SystemId::KscMonitor),
        operation: "ksc-monitor.put_metric_data",
        input: json!({}),
    }
}

fn clock() -> Clock {
    Clock::follow_tokio("2026-11-22T00:00:00Z".parse::<Timestamp>().expect("a time"))
}

/// Everything that arrives within `span`.
async fn arrivals(inbox: &mut Inbox, span: Duration) -> Vec<Arrival> {
    let mut all = Vec::new();
    let end = tokio::time::sleep(span);
    tokio::pin!(end);
    loop {
        tokio::select! {
            Some(arrival) = inbox.next() => all.push(arrival),
            () = &mut end => return all,
        }
    }
}

fn updates(arrivals: &[Arrival]) -> Vec<&Update> {
    arrivals
        .iter()
        .filter_map(|arrival| match arrival {
            Arrival::Fresh(updates) => Some(updates),
            _ => None,
        })
        .flatten()
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_dead_service_delays_no_other() {
    let dead = StandIn::new("dead", Manner::Dead);
    let good = StandIn::new("good", Manner::Calls(1, Duration::from_millis(50)));
    let (handle, mut inbox) = spawn_remotes(vec![dead, good], clock(), 1);
    handle.watch(
        (0..5)
            .flat_map(|n| [want("dead", n, 60), want("good", n, 60)])
            .collect(),
    );
    let arrivals = arrivals(&mut inbox, Duration::from_millis(100)).await;
    let updates = updates(&arrivals);
    assert_eq!(updates.len(), 5);
    assert!(
        updates
            .iter()
            .all(|update| &*update.query.account().profile == "good")
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_five_pages_costs_five_calls() {
    let five = StandIn::new("five", Manner::Calls(5, Duration::from_millis(10)));
    let (handle, mut inbox) = spawn_remotes(vec![five.clone()], clock(), 1);
    handle.watch((0..10).map(|n| want("five", n, 600)).collect());
    let first = arrivals(&mut inbox, Duration::from_secs(50)).await;
    // Sixteen of twenty: a fifth is kept for actions.
    assert_eq!(five.calls.load(Ordering::SeqCst), 16);
    assert!(updates(&first).len() <= 3);
    let rest = arrivals(&mut inbox, Duration::from_secs(240)).await;
    assert_eq!(
        updates(&first).len() + updates(&rest).len(),
        10,
        "no question is lost"
    );
    assert_eq!(five.calls.load(Ordering::SeqCst), 50);
}

#[tokio::test(start_paused = true)]
async fn an_action_leaves_at_once_whatever_the_screen_asks_for() {
    let busy = StandIn::new("busy", Manner::Calls(1, Duration::from_secs(5)));
    let (handle, mut inbox) = spawn_remotes(vec![busy.clone()], clock(), 1);
    handle.watch((0..100).map(|n| want("busy", n, 5)).collect());
    arrivals(&mut inbox, Duration::from_secs(30)).await;
    handle.act(1, action("busy"));
    let arrivals = arrivals(&mut inbox, Duration::from_millis(20)).await;
    assert!(
        arrivals
            .iter()
            .any(|arrival| matches!(arrival, Arrival::Done(1, _)))
    );
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_passed_on_and_nothing_is_repeated() {
    let remote = StandIn::new("a", Manner::Calls(1, Duration::ZERO));
    let (handle, mut inbox) = spawn_remotes(vec![remote.clone()], clock(), 1);
    handle.act(9, action("a"));
    let arrivals = arrivals(&mut inbox, Duration::from_secs(600)).await;
    let outcomes: Vec<_> = arrivals
        .iter()
        .filter_map(|arrival| match arrival {
            Arrival::Done(ticket, Err(error)) => Some((*ticket, error.outcome_unknown)),
            _ => None,
        })
        .collect();
    assert_eq!(outcomes, [(9, true)]);
    assert_eq!(remote.acts.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn outcomes_are_never_dropped_though_nobody_reads_for_a_while() {
    let remote = StandIn::new("a", Manner::Calls(1, Duration::ZERO));
    let (handle, mut inbox) = spawn_remotes(vec![remote], clock(), 1);
    for ticket in 0..200 {
        handle.act(ticket, action("a"));
    }
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    let arrivals = arrivals(&mut inbox, Duration::from_secs(3_600)).await;
    let done = arrivals
        .iter()
        .filter(|arrival| matches!(arrival, Arrival::Done(..)));
    assert_eq!(done.count(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_job_is_cut_off_when_nobody_looks_any_more() {
    let dead = StandIn::new("dead", Manner::Dead);
    let (handle, mut inbox) = spawn_remotes(vec![dead.clone()], clock(), 1);
    handle.watch(vec![want("dead", 1, 60)]);
    arrivals(&mut inbox, Duration::from_secs(1)).await;
    assert_eq!(dead.calls.load(Ordering::SeqCst), 1);
    handle.watch(Vec::new());
    arrivals(&mut inbox, Duration::from_secs(1)).await;
    assert_eq!(dead.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn an_account_without_credentials_is_shown_and_the_others_work() {
    let good = StandIn::new("good", Manner::Calls(1, Duration::ZERO));
    let bad = StandIn::new("bad", Manner::NoCredentials);
    let (handle, mut inbox) = spawn_remotes(vec![bad, good], clock(), 1);
    handle.watch(vec![want("bad", 1, 60), want("good", 1, 60)]);
    handle.act(1, action("bad"));
    let arrivals = arrivals(&mut inbox, Duration::from_secs(2)).await;
    let results: Vec<bool> = updates(&arrivals)
        .iter()
        .map(|update| update.result.is_ok())
        .collect();
    assert_eq!(results, [false, true]);
    assert_eq!(updates(&arrivals)[0].result, Err(no_credentials()));
    assert!(
        arrivals
            .iter()
            .any(|arrival| matches!(arrival, Arrival::Done(1, Err(_))))
    );
    let health = arrivals.iter().rev().find_map(|arrival| match arrival {
        Arrival::Health(health) => Some(health.clone()),
        _ => None,
    });
    let lamps: Vec<Lamp> = health
        .expect("it was reported")
        .iter()
        .map(|one| one.lamp)
        .collect();
    assert_eq!(lamps, [Lamp::Paused, Lamp::Live]);
}

#[tokio::test(start_paused = true)]
async fn the_task_sleeps_until_something_is_due() {
    let remote = StandIn::new("a", Manner::Calls(1, Duration::from_millis(10)));
    let (handle, mut inbox) = spawn_remotes(vec![remote.clone()], clock(), 1);
    handle.watch(vec![want("a", 1, 60)]);
    let arrivals = arrivals(&mut inbox, Duration::from_secs(601)).await;
    let calls = remote.calls.load(Ordering::SeqCst);
    assert!((10..=11).contains(&calls), "{calls} calls in ten minutes");
    assert_eq!(updates(&arrivals).len(), calls as usize);
}
