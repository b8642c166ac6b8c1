//! The five APIs, served locally: for the demo, for tests and as a training ground.
//!
//! A request goes the way of a real gateway: route, faults, signature of the received bytes, limits, decode and check,
//! carry out, encode. Refusals get the provider's own status, code, wording and body shape. Everything random comes
//! from the scenario's seed, everything timed from the clock.

mod announce;
mod auth;
pub mod chance;
mod dialect;
pub mod estate;
pub mod faults;
pub mod handlers;
pub mod huawei_coc;
pub mod huawei_esm;
pub mod iam;
pub mod ksc_autoscaling;
pub mod ksc_monitor;
pub mod limits;
mod route;
pub mod samples;
pub mod scenario;
mod serve;
pub mod tencent_monitor;
mod xml;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use jiff::{Span, Timestamp};

use crate::clock::Clock;
use crate::cloud::declare::Entry;
use crate::cloud::wire;
use crate::domain::account::SystemId;
use crate::domain::error::OperationId;

use auth::{Arrival, Memory};
use dialect::Envelope;
use estate::Estate;
use handlers::{Answer, Caller, Handlers, Refusal};
use limits::Limits;
use route::{Given, Miss, Route};
use scenario::{FaultKind, Scenario, SiteQuirk};

pub use serve::serve;

/// The simulator.
pub struct Sim {
    scenario: Scenario,
    clock: Clock,
    start: Timestamp,
    handlers: Vec<Handlers>,
    state: Mutex<State>,
}

/// What changes.
struct State {
    estate: Estate,
    memory: Memory,
    limits: Limits,
    /// Requests so far.
    count: u64,
}

/// The functions of all operations, system by system.
fn all_handlers() -> Vec<Handlers> {
    vec![
        ksc_monitor::handlers(),
        ksc_autoscaling::handlers(),
        tencent_monitor::handlers(),
        huawei_esm::handlers(),
        huawei_coc::handlers(),
        iam::handlers(),
    ]
}

/// The ids of the operations that the simulator carries out, those beside the documents among them.
pub fn handled_ids() -> Vec<OperationId> {
    let mut ids: Vec<OperationId> = all_handlers().iter().flat_map(Handlers::ids).collect();
    ids.sort_unstable();
    ids
}

/// The answer with the quotes of embedded JSON unescaped, as the document prints it.
fn bare_quotes(response: Response<Bytes>) -> Response<Bytes> {
    response.map(|body| Bytes::from(String::from_utf8_lossy(&body).replace("\\\"", "\"")))
}

impl Sim {
    /// The simulator of a scenario that begins now, by this clock.
    pub fn new(scenario: Scenario, clock: Clock) -> Arc<Self> {
        let start = clock.now();
        let state = State {
            estate: Estate::new(&scenario, start),
            memory: Memory::default(),
            limits: Limits::new(&scenario.limit),
            count: 0,
        };
        Arc::new(Self {
            handlers: all_handlers(),
            state: Mutex::new(state),
            scenario,
            clock,
            start,
        })
    }

    /// Looks at the estate, as it is now.
    pub fn with_estate<T>(&self, look: impl FnOnce(&mut Estate) -> T) -> T {
        let now = self.clock.now();
        let mut state = self.locked();
        state.estate.advance(now);
        look(&mut state.estate)
    }

    /// Answers a request. How the answer is to be delivered, when not as usual, is in its extensions
    /// ([`faults::Delivery`]).
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let Some(route) = route::find(&head, &body) else {
            return dialect::not_ours(self.clock.now());
        };
        let number = self.next_number();
        let plan = faults::plan(
            self.scenario.seed,
            &self.scenario.fault,
            route.system,
            route.entry.as_ref().map_or("", |entry| entry.id),
            number,
            self.clock.now().duration_since(self.start).unsigned_abs(),
        );
        if !plan.delay.is_zero() {
            tokio::time::sleep(plan.delay).await;
        }
        if plan.damage == Some(FaultKind::Stall) {
            tokio::time::sleep(faults::STALLED).await;
        }
        if let Some(response) = plan.damage.and_then(faults::instead) {
            return response;
        }
        let fails = plan.damage == Some(FaultKind::Error);
        let response = self.respond(&head, &body, &route, number, fails);
        match plan.damage {
            Some(kind) => faults::after(kind, response),
            None => response,
        }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        // A handler that panicked has left plain data behind, not half a pointer.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_number(&self) -> u64 {
        let mut state = self.locked();
        state.count += 1;
        state.count
    }

    fn respond(
        &self,
        head: &Parts,
        body: &[u8],
        route: &Route,
        number: u64,
        fails: bool,
    ) -> Response<Bytes> {
        let request_id = chance::uuid(self.scenario.seed, &["request", &number.to_string()]);
        let arrival = Arrival {
            head,
            body,
            route,
            now: self.gateway_time(route.system),
            request_id: &request_id,
        };
        let result = if fails {
            Err(dialect::broken(route.system))
        } else {
            self.carry_out(&arrival)
        };
        let envelope = Envelope {
            head,
            body,
            route,
            now: arrival.now,
            request_id: &request_id,
        };
        match result {
            Ok(answer) if self.has_bare_quotes(route) => {
                bare_quotes(dialect::answered(&envelope, answer))
            }
            Ok(answer) => dialect::answered(&envelope, answer),
            Err(refusal) => dialect::refused(&envelope, &refusal),
        }
    }

    fn has_bare_quotes(&self, route: &Route) -> bool {
        let embeds = matches!(&route.entry, Ok(entry) if !entry.call.embeds.is_empty());
        embeds && self.has(SiteQuirk::BareQuotes)
    }

    fn has(&self, quirk: SiteQuirk) -> bool {
        self.scenario.site_quirk.contains(&quirk)
    }

    /// Is nothing served at the place that a request goes to, because the site serves the operation elsewhere or not
    /// at all?
    fn is_elsewhere(&self, route: &Route, head: &Parts) -> bool {
        let Ok(entry) = &route.entry else {
            return false;
        };
        let first = head.method == entry.call.method
            && wire::match_path(entry.call.path, head.uri.path()).is_some();
        let moved = self.has(SiteQuirk::OtherPlace) && !entry.call.or.is_empty() && first;
        let gone = self.has(SiteQuirk::Fewer)
            && route.system == SystemId::HuaweiEsm
            && entry.call.path.starts_with("/rest/")
            && entry.call.group == crate::cloud::huawei_esm::ops::WIDE;
        moved || gone
    }

    /// The time that a system's gateway believes it is.
    fn gateway_time(&self, system: SystemId) -> Timestamp {
        let now = self.clock.now();
        let ahead = self.scenario.clock_ahead.get(&system).copied().unwrap_or(0);
        now.checked_add(Span::new().seconds(ahead)).unwrap_or(now)
    }

    fn carry_out(&self, arrival: &Arrival<'_>) -> Result<Answer, Refusal> {
        let route = arrival.route;
        let now = self.clock.now();
        let mut guard = self.locked();
        let state = &mut *guard;
        state.estate.advance(now);
        let is_rest = matches!(route.system, SystemId::HuaweiCoc | SystemId::HuaweiEsm);
        if let (true, Err(miss)) = (
            is_rest && iam::extra(route, arrival.head).is_none(),
            &route.entry,
        ) {
            return Err(dialect::missed(route, miss, arrival.head));
        }
        if self.is_elsewhere(route, arrival.head) {
            return Err(dialect::missed(route, &Miss::Path, arrival.head));
        }
        let caller = auth::authenticate(&state.estate, &mut state.memory, arrival)?;
        if let Some(answer) = iam::extra(route, arrival.head) {
            return Ok(answer(&state.estate));
        }
        let entry = match &route.entry {
            Ok(entry) => *entry,
            Err(miss) => return Err(dialect::missed(route, miss, arrival.head)),
        };
        state
            .limits
            .take(route.system, entry, &caller.user, now)
            .map_err(|exceeded| dialect::throttled(route.system, caller.scheme, &exceeded))?;
        self.ask(arrival, entry, &caller, &mut state.estate)
    }

    /// Decodes and checks the parameters and hands them to the operation's function.
    fn ask(
        &self,
        arrival: &Arrival<'_>,
        entry: &'static Entry,
        caller: &Caller,
        estate: &mut Estate,
    ) -> Result<Answer, Refusal> {
        let route = arrival.route;
        let path = arrival.head.uri.path();
        let invalid = |violations: &[_]| dialect::invalid(route, path, violations);
        if route.system == SystemId::TencentMonitor {
            auth::check_region(caller)?;
        }
        let input = wire::decode_request(entry, arrival.head, arrival.body)
            .map_err(|violations| invalid(&violations))?;
        let mut violations = wire::check_entry(entry, &input);
        violations.retain(|violation| !violation.soft);
        if !violations.is_empty() {
            return Err(invalid(&violations));
        }
        let is_ksc = matches!(
            route.system,
            SystemId::KscMonitor | SystemId::KscAutoscaling
        );
        if is_ksc && Given::read(arrival.head, arrival.body).text("DryRun") == "true" {
            return Err(dialect::dry_run(caller.scheme));
        }
        self.handlers
            .iter()
            .find_map(|handlers| handlers.handle(entry.id, estate, caller, input.clone()))
            .unwrap_or_else(|| Err(dialect::broken(route.system)))
    }
}
