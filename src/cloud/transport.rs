//! How bytes get to a service: the real network, or a router in memory.

use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use crate::domain::connection::Connection;

/// How long a connection may take to come about, name resolution and TLS included.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a request may take from the first byte sent to the last one read.
const WHOLE: Duration = Duration::from_secs(30);

/// Largest answer that is read.
pub(super) const MAX_ANSWER: usize = 50 * 1024 * 1024;

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

impl TransportError {
    fn unsent(message: String) -> Self {
        Self {
            message,
            sent: false,
            timeout: false,
            too_large: false,
        }
    }
}

/// What makes one HTTP client different from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Tls {
    /// No TLS at all: no roots are loaded, which costs most of a client's start.
    plain: bool,
    ca_file: Option<PathBuf>,
    unchecked: bool,
}

type Shared = Arc<OnceCell<reqwest::Client>>;

/// The network. Connections with equal TLS options share their sockets.
///
/// Proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
#[derive(Default)]
pub struct Net {
    clients: Mutex<HashMap<Tls, Shared>>,
}

impl Net {
    /// The way to one account's service: the platform's certificate authorities and the account's own, or no checks
    /// where the account opts out of them. Nothing is loaded or connected before the first request.
    pub fn transport(self: &Arc<Self>, connection: &Connection) -> Arc<dyn Transport> {
        Arc::new(Route {
            net: Arc::clone(self),
            tls: Tls {
                plain: false,
                ca_file: connection.ca_file.clone(),
                unchecked: connection.skip_certificate_checks,
            },
        })
    }

    fn shared(&self, tls: &Tls) -> Shared {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(clients.entry(tls.clone()).or_default())
    }

    async fn client(&self, tls: Tls) -> Result<reqwest::Client, TransportError> {
        let shared = self.shared(&tls);
        let build = async || {
            // Reading the platform's roots takes a while and blocks.
            match tokio::task::spawn_blocking(move || build(&tls)).await {
                Ok(client) => client.map_err(TransportError::unsent),
                Err(_) => Err(TransportError::unsent(
                    "the network client could not be made".into(),
                )),
            }
        };
        shared.get_or_try_init(build).await.cloned()
    }
}

fn build(tls: &Tls) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .tls_danger_accept_invalid_certs(tls.unchecked);
    if tls.plain {
        builder = builder.tls_certs_only(std::iter::empty());
    }
    if let Some(file) = &tls.ca_file {
        let shown = file.display();
        let pem = std::fs::read(file)
            .map_err(|error| format!("cannot read the CA file {shown}: {error}"))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|error| format!("the CA file {shown} is not PEM: {}", innermost(&error)))?;
        if certificates.is_empty() {
            return Err(format!("the CA file {shown} holds no certificate"));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    builder
        .build()
        .map_err(|error| format!("TLS cannot be set up: {}", innermost(&error)))
}

/// The way of one account.
struct Route {
    net: Arc<Net>,
    tls: Tls,
}

impl Transport for Route {
    fn send(
        &self,
        mut request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let plain = request.uri().scheme_str() == Some("http");
            let tls = if plain {
                Tls {
                    plain,
                    ..Tls::default()
                }
            } else {
                self.tls.clone()
            };
            let host = request
                .uri()
                .authority()
                .map(ToString::to_string)
                .unwrap_or_default();
            let client = self.net.client(tls).await?;
            let has_body = !matches!(
                *request.method(),
                http::Method::GET | http::Method::HEAD | http::Method::DELETE
            );
            if has_body && request.body().is_empty() {
                // Some gateways refuse a body-less POST that does not say so (huawei-esm.md, A1).
                let zero = http::HeaderValue::from_static("0");
                request
                    .headers_mut()
                    .insert(http::header::CONTENT_LENGTH, zero);
            }
            let request = reqwest::Request::try_from(request).map_err(|error| {
                TransportError::unsent(format!("not a usable address: {}", innermost(&error)))
            })?;
            let response = client
                .execute(request)
                .await
                .map_err(|error| explain(&error, &host))?;
            read(response, &host).await
        })
    }
}

/// Reads the whole answer, up to [`MAX_ANSWER`].
async fn read(
    mut response: reqwest::Response,
    host: &str,
) -> Result<http::Response<Bytes>, TransportError> {
    let too_large = || TransportError {
        message: format!(
            "the answer of {host} is larger than {} MiB",
            MAX_ANSWER >> 20
        ),
        sent: true,
        timeout: false,
        too_large: true,
    };
    let announced = response.content_length().unwrap_or_default();
    if announced > MAX_ANSWER as u64 {
        return Err(too_large());
    }
    let mut head = http::Response::new(());
    *head.status_mut() = response.status();
    *head.headers_mut() = std::mem::take(response.headers_mut());
    let mut body = BytesMut::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| explain(&error, host))?
    {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(head.map(|()| body.freeze()))
}

/// The error in words: the host and what failed, never the address with its query.
fn explain(error: &reqwest::Error, host: &str) -> TransportError {
    let reason = innermost(error);
    // Resolution, connection, TLS and the proxy's tunnel: all before the first byte of the request.
    let sent = !(error.is_connect() || error.is_builder());
    let message = if error.is_dns() {
        format!("the name {host} cannot be resolved: {reason}")
    } else if error.is_timeout() && sent {
        format!("{host} did not answer within {} s", WHOLE.as_secs())
    } else if error.is_timeout() {
        format!("no connection to {host} within {} s", CONNECT.as_secs())
    } else if error.is_connect() {
        connect_words(&reason, host)
    } else {
        format!("the connection to {host} broke: {reason}")
    };
    TransportError {
        message,
        sent,
        timeout: error.is_timeout(),
        too_large: false,
    }
}

fn connect_words(reason: &str, host: &str) -> String {
    let lower = reason.to_ascii_lowercase();
    if lower.contains("unknownissuer") {
        format!(
            "TLS with {host} failed: its certificate comes from an unknown authority; \
             name the authority's file as ca_file in the profile"
        )
    } else if ["certificate", "tls", "handshake", "alert"]
        .iter()
        .any(|word| lower.contains(word))
    {
        format!("TLS with {host} failed: {reason}")
    } else if lower.contains("tunnel") || lower.contains("proxy") {
        format!("the proxy does not connect to {host}: {reason}")
    } else {
        format!("cannot connect to {host}: {reason}")
    }
}

/// The words of the first cause; those above it repeat the address.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
