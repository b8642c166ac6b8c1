//! How bytes get to a service: the real network, or a router in memory.

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// Sends one request and brings back the whole answer. Never repeats, never follows redirects.
pub trait Transport: Send + Sync {
    /// Sends `request`, whose URI is absolute, and reads the answer up to the size limit.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    /// What happened, in words, with the host.
    pub message: String,
    /// Whether any byte of the request may have left: then a mutating call has an unknown outcome.
    pub sent: bool,
    /// It was a time-out.
    pub timeout: bool,
    /// The answer was larger than the limit.
    pub too_large: bool,
}
