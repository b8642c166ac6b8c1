//! A request at the gate, and what the gate remembers.

use std::collections::HashMap;
use std::time::Duration;

use http::request::Parts;
use jiff::Timestamp;

use crate::sim::route::Route;

/// What gateways remember between two requests.
#[derive(Debug, Default)]
pub struct Memory {
    /// Tencent: key, nonce and time of requests, until when they may not come again.
    pub(super) nonces: HashMap<(String, u64, i64), Timestamp>,
    /// Huawei: failures in a row of a key, and until when it is locked.
    pub(super) failures: HashMap<String, (u32, Option<Timestamp>)>,
}

/// A request as it arrived.
pub struct Arrival<'a> {
    /// Line and headers.
    pub head: &'a Parts,
    /// Body.
    pub body: &'a [u8],
    /// Where it goes.
    pub route: &'a Route,
    /// The gateway's time.
    pub now: Timestamp,
    /// The id the gateway gave it.
    pub request_id: &'a str,
}

/// How long Tencent's gateway remembers a nonce (signing-tencent.md, 5).
pub(super) const REPLAY: Duration = Duration::from_secs(4 * 3600);
