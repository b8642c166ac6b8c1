//! A bad night: ten thousand alarms in the queue, a hundred thousand entries in the audit log.

use std::sync::Arc;

use watchkeeper::app::site::AUDIT_SPAN;
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::alarm::{Alarm, Severity};
use watchkeeper::domain::odd::Odd;
use watchkeeper::domain::query::{Facts, Query};
use watchkeeper::domain::site::AuditEntry;
use watchkeeper::panes::alarms::Alarms;
use watchkeeper::panes::audit::Audit;

use crate::stage::{at, list, world};

fn account() -> AccountId {
    AccountId::new("night", SystemId::HuaweiEsm)
}

fn alarm(number: u32) -> Alarm {
    let since = at(number % 3000);
    Alarm {
        id: format!("service/{number}").into(),
        account: account(),
        severity: Severity::Minor,
        severity_raw: "3".into(),
        title: format!("Storage link down {}", number % 50).into(),
        resource: format!("web-{}", number % 500).into(),
        resource_id: None,
        region: "cn-north-4".into(),
        since,
        latest: since,
        count: 1,
        cleared: false,
        acknowledged: false,
        threshold: None,
        policy: None,
        detail: Vec::new(),
        odd: Odd::default(),
    }
}

fn entry(number: u32) -> AuditEntry {
    AuditEntry {
        id: number.to_string().into(),
        what: format!("updateDeployment{}", number % 90).into(),
        user: format!("user-{}", number % 700).into(),
        severity: Severity::Info,
        severity_raw: "1".into(),
        security: false,
        failed: Some(number.is_multiple_of(40)),
        resource: format!("web-{}", number % 3000).into(),
        resource_type: "deployment".into(),
        source: "10.0.25.204".into(),
        at: Some(at(number)),
        at_raw: "".into(),
        note: format!("release {number} rolled out").into(),
        detail: Vec::new(),
        odd: Odd::default(),
    }
}

/// Runs this part.
pub fn run() {
    list(
        "10,000 alarms",
        &mut Alarms::new(),
        &mut world(account()),
        (
            Query::Alarms(account()),
            Facts::Alarms((0..10_000).map(alarm).collect()),
        ),
        &["web-77", "link sev<=3"],
        &["age", "alarm", "resource"],
    );
    list(
        "100,000 audit entries",
        &mut Audit::new(),
        &mut world(account()),
        (
            Query::Audit(account(), AUDIT_SPAN),
            Facts::Audit {
                entries: (0..100_000).map(entry).map(Arc::new).collect(),
                total: None,
            },
        ),
        &["user-77 sev<=1", "web-12", "no such"],
        &["age", "user", "note"],
    );
}
