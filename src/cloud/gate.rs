//! Where a call waits for its turn. Whoever runs several calls at once and answers for the published limits, carries
//! a [`Gate`] around its work ([`carry`]); every call made in there passes it before it is signed, retries and further
//! pages too. Without a gate, as on the command line, calls leave at once.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::declare::{Entry, Host};

/// Lets calls through one after the other.
pub trait Gate: Send + Sync {
    /// Waits for a place for a call of this limit group. The place is given back when it is dropped.
    fn enter(&self, group: &'static str) -> BoxFuture<'_, Place>;
}

/// A place among the calls under way.
pub type Place = Box<dyn Send>;

tokio::task_local! {
    /// The gate of the work that runs.
    static GATE: Arc<dyn Gate>;
}

/// Does `work`, whose calls pass `gate`.
pub async fn carry<T>(gate: Arc<dyn Gate>, work: impl Future<Output = T>) -> T {
    GATE.scope(gate, work).await
}

/// Waits for a place for a call, if there is a gate. The identity service is another host, with limits of its own.
pub async fn enter(entry: &Entry) -> Option<Place> {
    if entry.call.host == Host::Identity {
        return None;
    }
    let gate = GATE.try_with(Arc::clone).ok()?;
    Some(gate.enter(entry.call.group).await)
}
