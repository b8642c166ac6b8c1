//! Who calls: signatures, tokens and application codes, and how each provider says that they are wrong.

mod arrival;
mod huawei;
mod ksc;
mod tencent;

use super::estate::Estate;
use super::handlers::{Caller, Refusal};
use super::route::Route;
use crate::cloud::declare::Host;
use crate::domain::account::SystemId;

pub use arrival::{Arrival, Memory};

/// Finds out who calls.
pub fn authenticate(
    estate: &Estate,
    memory: &mut Memory,
    arrival: &Arrival<'_>,
) -> Result<Caller, Refusal> {
    match arrival.route.system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => ksc::authenticate(estate, arrival),
        SystemId::TencentMonitor => tencent::authenticate(estate, memory, arrival),
        SystemId::HuaweiEsm => huawei::site(estate, arrival),
        SystemId::HuaweiCoc if is_login(arrival.route) => Ok(huawei::nobody(arrival)),
        SystemId::HuaweiCoc => huawei::cloud(estate, memory, arrival),
    }
}

/// The call that obtains a token: the only one that needs no credentials, and ignores those that come along
/// (signing-huawei.md, 1.1).
fn is_login(route: &Route) -> bool {
    route
        .entry
        .as_ref()
        .is_ok_and(|entry| entry.call.host == Host::Identity && entry.call.method == "POST")
}

/// Refuses a region that Tencent does not have; none at all is taken (tencent-monitor.md, 6).
pub fn check_region(caller: &Caller) -> Result<(), Refusal> {
    match &caller.region {
        Some(region) if !tencent::is_region(region) => {
            let message = format!("(-503) Region {region} 不存在");
            Err(Refusal::gateway(200, "4000", message).named("InvalidParameter"))
        }
        _ => Ok(()),
    }
}
