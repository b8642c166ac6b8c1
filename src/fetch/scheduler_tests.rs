use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::account::SystemId;
use crate::domain::error::Class;
use crate::domain::health::Lamp;
use crate::domain::query::Priority;

const MINUTE: i64 = 60_000;

fn account(name: &str) -> AccountId {
    AccountId::new(name, SystemId::KscMonitor)
}

fn query(account_name: &str, number: usize) -> Query {
    Query::Metrics {
        account: account(account_name),
        namespace: "KEC".to_owned(),
        instance: number.to_string(),
    }
}

fn want(query: Query, priority: Priority, seconds: u64) -> Want {
    Want {
        query,
        priority,
        every: Duration::from_secs(seconds),
    }
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + milliseconds).expect("in range")
}

fn limit(calls: u32, concurrent: u32) -> Limit {
    Limit {
        group: "",
        calls,
        per: Duration::from_secs(60),
        concurrent,
    }
}

fn scheduler(limit: Limit) -> Scheduler {
    let mut scheduler = Scheduler::new(7);
    scheduler.add(account("a"), &[limit]);
    scheduler.add(account("b"), &[limit]);
    scheduler
}

fn error(class: Class) -> ApiError {
    ApiError::new(class, SystemId::KscMonitor, "", "it did not work")
}

/// What is started at this moment.
fn started(scheduler: &mut Scheduler, ms: i64) -> Vec<Job> {
    match scheduler.step(at(ms)) {
        Step::Start(jobs) => jobs,
        Step::SleepUntil(_) | Step::Idle => Vec::new(),
    }
}

/// A job's only call ends, and the job with it.
fn finish(scheduler: &mut Scheduler, job: &Job, result: Result<(), &ApiError>, ms: i64) {
    scheduler.give_back(job.query.account(), "", at(ms));
    scheduler.finished(job.id, result, at(ms));
}

#[test]
fn equal_questions_are_one_job_with_the_highest_priority_and_the_shortest_interval() {
    let mut scheduler = scheduler(limit(60, 10));
    let wants = [
        want(query("a", 1), Priority::Background, 300),
        want(query("a", 2), Priority::Visible, 60),
        want(query("a", 1), Priority::Focused, 10),
    ];
    assert_eq!(scheduler.want(&wants, at(0)), [0; 0]);
    let jobs = started(&mut scheduler, 0);
    let asked: Vec<&Query> = jobs.iter().map(|job| &job.query).collect();
    assert_eq!(asked, [&query("a", 1), &query("a", 2)]);
    finish(&mut scheduler, &jobs[0], Ok(()), 100);
    assert_eq!(started(&mut scheduler, 9_000), []);
    assert_eq!(
        started(&mut scheduler, 11_000).len(),
        1,
        "due after ten seconds"
    );
}

#[test]
fn what_nobody_looks_at_any_more_is_cancelled() {
    let mut scheduler = scheduler(limit(60, 10));
    scheduler.want(
        &[
            want(query("a", 1), Priority::Visible, 60),
            want(query("b", 1), Priority::Visible, 60),
        ],
        at(0),
    );
    let jobs = started(&mut scheduler, 0);
    let cancelled = scheduler.want(&[want(query("a", 1), Priority::Visible, 60)], at(10));
    assert_eq!(cancelled, [jobs[1].id]);
    assert!(
        !scheduler.finished(jobs[1].id, Ok(()), at(20)),
        "it is forgotten"
    );
    assert!(scheduler.finished(jobs[0].id, Ok(()), at(20)));
}

#[test]
fn a_fresh_answer_is_not_asked_for_again_when_the_pane_comes_back() {
    let mut scheduler = scheduler(limit(60, 10));
    let wants = [want(query("a", 1), Priority::Visible, 60)];
    scheduler.want(&wants, at(0));
    let jobs = started(&mut scheduler, 0);
    finish(&mut scheduler, &jobs[0], Ok(()), 100);
    scheduler.want(&[], at(1_000));
    scheduler.want(&wants, at(2_000));
    assert_eq!(scheduler.step(at(2_000)), Step::SleepUntil(at(60_100)));
}

#[test]
fn a_refresh_during_a_job_asks_once_more_after_it() {
    let mut scheduler = scheduler(limit(60, 10));
    scheduler.want(&[want(query("a", 1), Priority::Visible, 60)], at(0));
    let jobs = started(&mut scheduler, 0);
    scheduler.refresh(&[query("a", 1)], at(50));
    assert_eq!(started(&mut scheduler, 50), []);
    finish(&mut scheduler, &jobs[0], Ok(()), 100);
    assert_eq!(started(&mut scheduler, 100).len(), 1);
}

#[test]
fn what_happened_to_one_incident_makes_the_whole_board_ask_again() {
    let mut scheduler = scheduler(limit(60, 10));
    let incidents =
        |ids: &[&str]| Query::Incidents(account("a"), ids.iter().map(|id| (*id).into()).collect());
    let board = want(incidents(&["IM1", "IM2"]), Priority::Visible, 60);
    scheduler.want(&[board], at(0));
    let jobs = started(&mut scheduler, 0);
    finish(&mut scheduler, &jobs[0], Ok(()), 100);
    scheduler.refresh(&[incidents(&["IM3"])], at(1_000));
    assert_eq!(started(&mut scheduler, 1_000), []);
    scheduler.refresh(&[incidents(&["IM2"])], at(2_000));
    assert_eq!(started(&mut scheduler, 2_000).len(), 1);
}

#[test]
fn an_account_that_does_not_answer_is_tried_with_one_question_at_a_time_and_delays_nobody() {
    let mut scheduler = scheduler(limit(600, 50));
    let wants: Vec<Want> = (0..10)
        .flat_map(|n| ["a", "b"].map(|name| want(query(name, n), Priority::Visible, 5)))
        .collect();
    scheduler.want(&wants, at(0));
    let network = error(Class::Network);
    let mut good = 0;
    let mut most_at_once = 0;
    for second in 0..60 {
        let jobs = started(&mut scheduler, second * 1_000);
        let bad = jobs
            .iter()
            .filter(|job| job.query.account() == &account("a"))
            .count();
        if second > 1 {
            most_at_once = most_at_once.max(bad);
        }
        for job in &jobs {
            let result = if job.query.account() == &account("a") {
                Err(&network)
            } else {
                Ok(())
            };
            good += usize::from(result.is_ok());
            finish(&mut scheduler, job, result, second * 1_000 + 100);
        }
    }
    assert!(most_at_once <= 1, "{most_at_once} at once");
    assert!(
        good >= 100,
        "{good} answers of the healthy account in a minute"
    );
    let health = scheduler.health(at(MINUTE));
    assert_eq!(
        [health[0].lamp, health[1].lamp],
        [Lamp::Failing, Lamp::Live]
    );
    assert!(health[0].next_try.is_some());
}

#[test]
fn refused_credentials_pause_the_account_until_it_is_resumed() {
    let mut scheduler = scheduler(limit(60, 1));
    scheduler.want(
        &[
            want(query("a", 1), Priority::Visible, 5),
            want(query("a", 2), Priority::Visible, 5),
        ],
        at(0),
    );
    let jobs = started(&mut scheduler, 0);
    let refusal = error(Class::Credentials);
    finish(&mut scheduler, &jobs[0], Err(&refusal), 100);
    assert_eq!(
        scheduler.refused(),
        [(query("a", 2), refusal)],
        "the other question is told why"
    );
    assert_eq!(scheduler.refused(), []);
    assert_eq!(scheduler.step(at(3_600_000)), Step::Idle);
    assert_eq!(scheduler.health(at(200))[0].lamp, Lamp::Paused);
    scheduler.resume(&account("a"), at(3_600_000));
    assert_eq!(started(&mut scheduler, 3_600_000).len(), 1);
}

#[test]
fn a_throttled_account_waits_as_long_as_it_is_told() {
    let mut scheduler = scheduler(limit(60, 10));
    scheduler.want(
        &[
            want(query("a", 1), Priority::Focused, 5),
            want(query("a", 2), Priority::Visible, 5),
        ],
        at(0),
    );
    let jobs = started(&mut scheduler, 0);
    let mut throttled = error(Class::Throttled);
    throttled.retry_after = Some(Duration::from_secs(20));
    finish(&mut scheduler, &jobs[0], Err(&throttled), 100);
    finish(&mut scheduler, &jobs[1], Ok(()), 100);
    assert_eq!(started(&mut scheduler, 20_000), []);
    assert_eq!(started(&mut scheduler, 22_000).len(), 2);
}

/// Runs a scheduler against a service for a while, each call taking `latency`. Returns calls and good answers.
fn serve(
    scheduler: &mut Scheduler,
    from: i64,
    until: i64,
    latency: i64,
    mut answer: impl FnMut(i64, &Query) -> Result<(), ApiError>,
) -> (u32, u32) {
    let (mut calls, mut good) = (0, 0);
    let mut now = from;
    let mut running: Vec<(i64, Job)> = Vec::new();
    while now < until {
        let due = running
            .extract_if(.., |(end, _)| *end <= now)
            .collect::<Vec<_>>();
        for (_, job) in due {
            let result = answer(now, &job.query);
            good += u32::from(result.is_ok());
            finish(scheduler, &job, result.as_ref().copied(), now);
        }
        let next = match scheduler.step(at(now)) {
            Step::Start(jobs) => {
                calls += u32::try_from(jobs.len()).expect("few");
                running.extend(jobs.into_iter().map(|job| (now + latency, job)));
                now
            }
            Step::SleepUntil(then) => (then.as_millisecond() - 1_700_000_000_000).max(now + 1),
            Step::Idle => until,
        };
        now = running
            .iter()
            .map(|(end, _)| *end)
            .min()
            .map_or(next, |end| end.min(next))
            .max(now);
    }
    for (_, job) in running {
        scheduler.give_back(job.query.account(), "", at(until));
        scheduler.finished(job.id, Ok(()), at(until));
    }
    (calls, good)
}

/// Ten questions, each to be answered every half minute.
fn ten() -> Vec<Want> {
    (0..10)
        .map(|n| want(query("a", n), Priority::Visible, 30))
        .collect()
}

#[test]
fn retries_do_not_make_an_outage_worse() {
    for seed in 0..20 {
        let mut scheduler = Scheduler::new(seed);
        scheduler.add(account("a"), &[limit(3_600, 50)]);
        scheduler.want(&ten(), at(0));
        let (calls, _) = serve(&mut scheduler, 0, 10 * MINUTE, 50, |_, _| {
            Err(error(Class::Unavailable))
        });
        // Ten questions twice a minute for ten minutes, and once at the start.
        assert!(
            calls <= 210 * 11 / 10,
            "{calls} calls in an outage, seed {seed}"
        );
    }
}

#[test]
fn random_failures_cost_at_most_three_calls_in_ten_more() {
    for seed in 0..20 {
        let mut scheduler = Scheduler::new(seed);
        scheduler.add(account("a"), &[limit(3_600, 50)]);
        scheduler.want(&ten(), at(0));
        let mut dice = seed;
        let (calls, good) = serve(&mut scheduler, 0, 60 * MINUTE, 50, |_, _| {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            if (dice >> 33) % 10 < 3 {
                Err(error(Class::Unavailable))
            } else {
                Ok(())
            }
        });
        assert!(calls <= 1_210 * 13 / 10, "{calls} calls, seed {seed}");
        assert!(good >= 700, "{good} good answers, seed {seed}");
    }
}

#[test]
fn after_an_outage_everything_is_asked_again_within_seconds() {
    let mut scheduler = Scheduler::new(3);
    scheduler.add(account("a"), &[limit(3_600, 50)]);
    scheduler.want(&ten(), at(0));
    serve(&mut scheduler, 0, 5 * MINUTE, 50, |_, _| {
        Err(error(Class::Network))
    });
    let (_, good) = serve(
        &mut scheduler,
        5 * MINUTE,
        6 * MINUTE + 5_000,
        50,
        |_, _| Ok(()),
    );
    assert!(good >= 10, "{good} answers");
}

#[test]
fn a_limit_that_shrinks_without_notice_is_met_after_few_refusals() {
    let mut scheduler = Scheduler::new(3);
    scheduler.add(account("a"), &[limit(60, 1)]);
    let wants: Vec<Want> = (0..100)
        .map(|n| want(query("a", n), Priority::Visible, 60))
        .collect();
    scheduler.want(&wants, at(0));
    let mut counted: Vec<i64> = Vec::new();
    let mut refusals = 0;
    serve(&mut scheduler, 0, 8 * MINUTE, 20, |now, _| {
        counted.retain(|then| now - then < MINUTE);
        if counted.len() >= 30 {
            refusals += 1;
            return Err(error(Class::Throttled));
        }
        counted.push(now);
        Ok(())
    });
    assert!((1..=3).contains(&refusals), "{refusals} refusals");
}

#[test]
fn hours_at_full_load_never_exceeds_a_sliding_window() {
    let mut scheduler = Scheduler::new(5);
    scheduler.add(account("a"), &[limit(60, 8)]);
    let wants: Vec<Want> = (0..200)
        .map(|n| want(query("a", n), Priority::Visible, 20))
        .collect();
    scheduler.want(&wants, at(0));
    let mut counted = std::collections::VecDeque::new();
    let mut most = 0;
    serve(&mut scheduler, 0, 4 * 60 * MINUTE, 300, |now, _| {
        counted.push_back(now);
        while counted.front().is_some_and(|then| now - then >= MINUTE) {
            counted.pop_front();
        }
        most = most.max(counted.len());
        Ok(())
    });
    assert!((40..=60).contains(&most), "{most} calls in a window");
}

/// What can happen to a scheduler.
#[derive(Debug, Clone)]
enum Event {
    /// These questions of account `a` are wanted.
    Want(Vec<usize>),
    Refresh(usize),
    /// The oldest job ends like this; `None` is good.
    End(Option<Class>),
    Resume,
    Wait(i64),
}

fn event() -> impl Strategy<Value = Event> {
    let class = prop_oneof![
        4 => Just(None),
        1 => prop_oneof![
            Just(Class::Network), Just(Class::Unavailable), Just(Class::Throttled), Just(Class::Denied),
            Just(Class::Credentials), Just(Class::Unreadable), Just(Class::ClockSkew), Just(Class::NotFound),
        ].prop_map(Some),
    ];
    prop_oneof![
        2 => proptest::collection::vec(0usize..8, 0..8).prop_map(Event::Want),
        1 => (0usize..8).prop_map(Event::Refresh),
        6 => class.prop_map(Event::End),
        1 => Just(Event::Resume),
        5 => (0i64..20_000).prop_map(Event::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_question_is_lost_and_no_budget_exceeded_whatever_happens(
        calls in 2u32..20, concurrent in 1u32..6,
        events in proptest::collection::vec(event(), 0..120),
    ) {
        let mut scheduler = Scheduler::new(11);
        scheduler.add(account("a"), &[limit(calls, concurrent)]);
        let mut now = 0;
        let mut running: std::collections::VecDeque<(i64, Job)> = std::collections::VecDeque::new();
        let mut sent: Vec<i64> = Vec::new();
        let mut wanted: Vec<usize> = Vec::new();
        for event in events {
            match event {
                Event::Wait(ms) => now += ms,
                Event::Want(numbers) => {
                    let wants: Vec<Want> = numbers.iter().map(|n| want(query("a", *n), Priority::Visible, 10)).collect();
                    wanted = numbers;
                    for job in scheduler.want(&wants, at(now)) {
                        let place = running.iter().position(|(_, one)| one.id == job);
                        prop_assert!(place.is_some(), "only running jobs are cancelled");
                        running.remove(place.unwrap_or_default());
                        scheduler.give_back(&account("a"), "", at(now));
                    }
                }
                Event::Refresh(n) => scheduler.refresh(&[query("a", n)], at(now)),
                Event::Resume => scheduler.resume(&account("a"), at(now)),
                Event::End(class) => if let Some((_, job)) = running.pop_front() {
                    let result = class.map(error).map_or(Ok(()), Err);
                    finish(&mut scheduler, &job, result.as_ref().copied(), now);
                },
            }
            for job in started(&mut scheduler, now) {
                prop_assert!(running.iter().all(|(_, one)| one.query != job.query), "asked twice at once");
                sent.push(now);
                running.push_back((now, job));
            }
            prop_assert!(running.len() <= concurrent as usize);
        }
        for (i, first) in sent.iter().enumerate() {
            let inside = sent[i..].iter().take_while(|then| **then < first + MINUTE).count();
            prop_assert!(inside <= calls as usize);
        }
        // The service recovers: whatever is still wanted is answered before long.
        for (_, job) in running {
            finish(&mut scheduler, &job, Ok(()), now);
        }
        scheduler.resume(&account("a"), at(now));
        let mut answered = std::collections::HashSet::new();
        serve(&mut scheduler, now, now + 45 * MINUTE, 10, |_, query| {
            answered.insert(query.clone());
            Ok(())
        });
        for n in wanted {
            prop_assert!(answered.contains(&query("a", n)), "question {n} was lost");
        }
    }
}
