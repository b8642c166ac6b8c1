//! Two ways to the simulator: a port for people, a transport in memory for tests.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::serve::ListenerExt;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue, Request, Response, StatusCode};
use tokio::net::TcpListener;

use super::Sim;
use super::faults::Delivery;
use crate::cloud::transport::{Transport, TransportError};

/// A request larger than this is not read: more than any gateway takes (signing-huawei.md, 2.6).
const MAX_REQUEST: usize = 16 * 1024 * 1024;
/// What a client in memory reads of an answer, like the one on the network.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

impl Sim {
    /// The simulator as a service that a server can offer on a port.
    pub fn router(self: &Arc<Self>) -> Router {
        let sim = Arc::clone(self);
        Router::new().fallback(move |request: Request<Body>| {
            let sim = Arc::clone(&sim);
            async move { over_http(&sim, request).await }
        })
    }

    /// The simulator in memory: no port, and time that a test may pause.
    pub fn transport(self: &Arc<Self>) -> Arc<dyn Transport> {
        Arc::new(InMemory(Arc::clone(self)))
    }
}

/// Serves the simulator until `stop` is done.
pub async fn serve(
    sim: Arc<Sim>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // Small answers must not wait for the acknowledgement of the one before.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, sim.router())
        .with_graceful_shutdown(stop)
        .await
}

async fn over_http(sim: &Sim, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_REQUEST).await else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return response;
    };
    let response = sim.handle(Request::from_parts(head, body)).await;
    let (mut head, body) = response.into_parts();
    let body = match head.extensions.get::<Delivery>() {
        None => Body::from(body),
        Some(Delivery::Nothing) => {
            // A promised length of nothing would be kept at once, and the answer whole.
            head.headers.remove(CONTENT_LENGTH);
            broken_off(Bytes::new())
        }
        Some(Delivery::Half) => broken_off(body.slice(..body.len() / 2)),
    };
    Response::from_parts(head, body)
}

/// A body whose connection is cut after so much of it.
fn broken_off(part: Bytes) -> Body {
    let cut = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    if part.is_empty() {
        return Body::from_stream(stream::iter([Err::<Bytes, _>(cut())]));
    }
    // What was written before a break only leaves if the server gets time to send it.
    let rest = stream::once(async move {
        tokio::time::sleep(FLUSHED).await;
        Err(cut())
    });
    Body::from_stream(stream::iter([Ok(part)]).chain(rest))
}

/// Long enough for half an answer to leave.
const FLUSHED: Duration = Duration::from_millis(30);

struct InMemory(Arc<Sim>);

impl Transport for InMemory {
    fn send(
        &self,
        mut request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let host = request.uri().authority().map(ToString::to_string);
        let url = request.uri().to_string();
        // On the network an HTTP library does this.
        if let (false, Some(Ok(host))) = (
            request.headers().contains_key(HOST),
            host.as_deref().map(HeaderValue::from_str),
        ) {
            request.headers_mut().insert(HOST, host);
        }
        if !request.body().is_empty() {
            let length = HeaderValue::from(request.body().len());
            request.headers_mut().insert(CONTENT_LENGTH, length);
        }
        let broken = move |message: &str, too_large| TransportError {
            message: format!("{}: {message}", url.split('?').next().unwrap_or_default()),
            sent: true,
            timeout: false,
            too_large,
        };
        Box::pin(async move {
            let response = self.0.handle(request).await;
            match response.extensions().get::<Delivery>() {
                Some(Delivery::Nothing) => {
                    Err(broken("connection closed before an answer came", false))
                }
                Some(Delivery::Half) => Err(broken(
                    "connection closed in the middle of the answer",
                    false,
                )),
                None if response.body().len() > MAX_ANSWER => {
                    Err(broken("the answer is too large", true))
                }
                None => Ok(response),
            }
        })
    }
}
