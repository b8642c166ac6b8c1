//! Faults of the gateways: what a scenario says goes wrong between the request and the answer.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use super::chance;
use super::scenario::{FaultKind, FaultSpec};
use crate::domain::account::SystemId;

/// How long a stalled request stalls.
pub const STALLED: Duration = Duration::from_secs(120);
/// Size of an answer that is too large.
pub const HUGE: usize = 50 * 1024 * 1024;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plan {
    /// It waits so long first.
    pub delay: Duration,
    /// And then this, instead of or to the answer.
    pub damage: Option<FaultKind>,
}

/// How much of an answer arrives. The simulator puts it into the answer's extensions; whoever delivers it obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The connection is cut before the first byte.
    Nothing,
    /// The connection is cut after half of the body.
    Half,
}

/// What happens to request number `number` of a system, `since` after the start.
pub fn plan(
    seed: u64,
    specs: &[FaultSpec],
    system: SystemId,
    operation: &str,
    number: u64,
    since: Duration,
) -> Plan {
    let mut plan = Plan::default();
    let after = |spec: &FaultSpec| Duration::from_secs(spec.after.into());
    let is_on = |spec: &FaultSpec| {
        let over = spec
            .lasts
            .map(|lasts| after(spec) + Duration::from_secs(lasts.into()));
        after(spec) <= since && over.is_none_or(|over| since < over)
    };
    // The identity service serves two systems: what breaks one of them leaves it alone, unless it is named.
    let is_identity = operation.contains(".iam_");
    let is_meant = |spec: &FaultSpec| match spec.system {
        None => true,
        Some(other) => other == system && (!is_identity || spec.operation.contains("iam")),
    };
    let concerned = specs
        .iter()
        .enumerate()
        .filter(|(_, spec)| is_meant(spec) && operation.contains(&spec.operation) && is_on(spec));
    for (index, spec) in concerned {
        let words = [system.id(), &index.to_string(), &number.to_string()];
        if chance::fraction(seed, &words) * 100.0 >= spec.percent {
            continue;
        }
        let (least, most) = spec.millis;
        let spread = chance::part(
            chance::fraction(seed ^ 1, &words),
            most.saturating_sub(least),
        );
        plan.delay += Duration::from_millis(least + spread);
        if spec.kind != FaultKind::Latency && plan.damage.is_none() {
            plan.damage = Some(spec.kind);
        }
    }
    plan
}

/// The answer of a fault that leaves the service out; `None` when the service answers.
pub fn instead(kind: FaultKind) -> Option<Response<Bytes>> {
    let with = |status: StatusCode, kind: &'static str, body: Bytes| {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    };
    Some(match kind {
        FaultKind::Kill | FaultKind::Stall => cut(Response::new(Bytes::new()), Delivery::Nothing),
        FaultKind::Html => with(
            StatusCode::BAD_GATEWAY,
            "text/html",
            Bytes::from_static(
                b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>\
                  </center><hr><center>nginx</center></body></html>",
            ),
        ),
        FaultKind::Empty => with(StatusCode::OK, "application/json", Bytes::new()),
        FaultKind::Huge => with(StatusCode::OK, "application/json", Bytes::from(vec![b' '; HUGE])),
        FaultKind::WrongType => with(
            StatusCode::OK,
            "application/json",
            Bytes::from_static(b"[\"unexpected\", 17, {\"data\": \"not what you think\"}]"),
        ),
        FaultKind::Latency | FaultKind::Error | FaultKind::KillAfter | FaultKind::Truncated => return None,
    })
}

/// What a fault does to an answer.
pub fn after(kind: FaultKind, response: Response<Bytes>) -> Response<Bytes> {
    match kind {
        FaultKind::KillAfter => cut(response, Delivery::Nothing),
        FaultKind::Truncated => cut(response, Delivery::Half),
        _ => response,
    }
}

fn cut(mut response: Response<Bytes>, delivery: Delivery) -> Response<Bytes> {
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response.extensions_mut().insert(delivery);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(kind: FaultKind, percent: f64) -> FaultSpec {
        FaultSpec {
            system: Some(SystemId::HuaweiEsm),
            operation: "alarms".into(),
            kind,
            percent,
            millis: (100, 200),
            after: 10,
            lasts: Some(10),
        }
    }

    #[test]
    fn a_fault_hits_its_system_its_operations_and_its_time() {
        let specs = [spec(FaultKind::Error, 100.0)];
        let hit = |system, operation, since| {
            plan(1, &specs, system, operation, 1, Duration::from_secs(since))
                .damage
                .is_some()
        };
        assert!(hit(SystemId::HuaweiEsm, "query_device_alarms", 10));
        assert!(!hit(SystemId::HuaweiEsm, "query_device_alarms", 9));
        assert!(!hit(SystemId::HuaweiEsm, "query_device_alarms", 20));
        assert!(!hit(SystemId::HuaweiEsm, "query_audit_logs", 10));
        assert!(!hit(SystemId::HuaweiCoc, "query_device_alarms", 10));
    }

    #[test]
    fn a_fault_hits_about_as_many_calls_as_it_says_and_always_the_same() {
        let specs = [spec(FaultKind::Error, 20.0)];
        let hits = || {
            let hit = |number| {
                plan(
                    7,
                    &specs,
                    SystemId::HuaweiEsm,
                    "alarms",
                    number,
                    Duration::from_secs(15),
                )
            };
            (0..1000)
                .filter(|number| hit(*number).damage.is_some())
                .collect::<Vec<_>>()
        };
        assert!((150..250).contains(&hits().len()), "{}", hits().len());
        assert_eq!(hits(), hits());
    }

    #[test]
    fn latency_lies_between_its_bounds() {
        let specs = [spec(FaultKind::Latency, 100.0)];
        for number in 0..50 {
            let plan = plan(
                7,
                &specs,
                SystemId::HuaweiEsm,
                "alarms",
                number,
                Duration::from_secs(15),
            );
            assert!((100..=200).contains(&plan.delay.as_millis()));
            assert_eq!(plan.damage, None);
        }
    }
}
