//! What each operation does: one typed function per operation, kept by its id.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::estate::Estate;
use crate::cloud::declare::Operation;
use crate::cloud::sign::Scheme;
use crate::domain::error::OperationId;

/// Who calls, as the gateway found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Name of the user whose credentials these are.
    pub user: String,
    /// Id of that user, where the provider has ids.
    pub user_id: String,
    /// How the request was signed.
    pub scheme: Scheme,
    /// The region the request is for, where the signature or a parameter names one.
    pub region: Option<String>,
    /// The id the gateway gave the request.
    pub request_id: String,
}

/// A request that was refused: what the provider says, not yet in its form.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The provider's code.
    pub code: String,
    /// Its words.
    pub message: String,
    /// Who refuses: providers whose gateways answer in another form than their services need to know.
    pub by: RefusedBy,
    /// A further code besides, where the provider has one (`codeDesc` of Tencent).
    pub name: Option<&'static str>,
    /// Headers besides, for example `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
}

/// Who refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedBy {
    /// The gateway: authentication, limits, unknown operations.
    Gateway,
    /// The service behind it.
    Service,
}

impl Refusal {
    /// A refusal by the service.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            by: RefusedBy::Service,
            name: None,
            headers: Vec::new(),
        }
    }

    /// A refusal by the gateway.
    pub fn gateway(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            by: RefusedBy::Gateway,
            ..Self::new(status, code, message)
        }
    }

    /// The same with a further code.
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// The same with a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What an operation answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status, 200 unless the document says otherwise.
    pub status: u16,
    /// The body.
    pub body: Json,
    /// Headers besides, for example `X-Subject-Token`.
    pub headers: Vec<(&'static str, String)>,
}

impl From<Json> for Answer {
    fn from(body: Json) -> Self {
        Self {
            status: 200,
            body,
            headers: Vec::new(),
        }
    }
}

/// A request ready to be carried out: who asks, and what, keys in wire spelling.
type Handler = Box<dyn Fn(&mut Estate, &Caller, Json) -> Result<Answer, Refusal> + Send + Sync>;

/// The functions of one system's operations.
#[derive(Default)]
pub struct Handlers(HashMap<OperationId, Handler>);

impl Handlers {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Carries `O` out with a function whose output has the shape that the client decodes.
    #[must_use]
    pub fn on<O: Operation>(
        self,
        f: impl Fn(&mut Estate, &Caller, O) -> Result<O::Output, Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.answering::<O>(move |estate, caller, ask| {
            let output = f(estate, caller, ask)?;
            serde_json::to_value(output)
                .map(Answer::from)
                .map_err(|error| Refusal::new(500, "InternalError", error.to_string()))
        })
    }

    /// Carries `O` out with a function that writes the body itself, as the documents' samples have it: then client and
    /// simulator cannot share a mistake in the shape of an answer.
    #[must_use]
    pub fn on_json<O: Operation>(
        self,
        f: impl Fn(&mut Estate, &Caller, O) -> Result<Json, Refusal> + Send + Sync + 'static,
    ) -> Self {
        self.answering::<O>(move |estate, caller, ask| f(estate, caller, ask).map(Answer::from))
    }

    /// Carries `O` out with a function that also says status and headers.
    #[must_use]
    pub fn answering<O: Operation>(
        mut self,
        f: impl Fn(&mut Estate, &Caller, O) -> Result<Answer, Refusal> + Send + Sync + 'static,
    ) -> Self {
        let handler = move |estate: &mut Estate, caller: &Caller, input: Json| {
            let ask = serde_path_to_error::deserialize(input).map_err(|error| {
                let field = error.path().to_string();
                Refusal::new(400, "", format!("{field}: {}", error.inner()))
            })?;
            f(estate, caller, ask)
        };
        self.0.insert(O::ID, Box::new(handler));
        self
    }

    /// The ids of the operations that are carried out.
    pub fn ids(&self) -> impl Iterator<Item = OperationId> {
        self.0.keys().copied()
    }

    /// Carries an operation out; `None` when nobody has written its function.
    pub fn handle(
        &self,
        id: OperationId,
        estate: &mut Estate,
        caller: &Caller,
        input: Json,
    ) -> Option<Result<Answer, Refusal>> {
        self.0.get(id).map(|handler| handler(estate, caller, input))
    }
}
