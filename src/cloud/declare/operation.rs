//! Operations: typed for code, described for everybody else.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::call::Call;
use super::param::Param;
use crate::domain::account::SystemId;
use crate::domain::error::OperationId;

/// A rule that an input breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field, as a path in wire spelling: `execute_batches[2].batch_index`.
    pub field: String,
    /// The rule, in words: `must be 1 to 100`.
    pub rule: String,
    /// What was given.
    pub given: String,
    /// The service does not enforce it: warn, do not refuse.
    pub soft: bool,
}

impl Violation {
    /// A rule that the service enforces.
    pub fn new(
        field: impl Into<String>,
        rule: impl Into<String>,
        given: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            rule: rule.into(),
            given: given.into(),
            soft: false,
        }
    }

    /// The same, though the service does not enforce it.
    #[must_use]
    pub fn softly(mut self) -> Self {
        self.soft = true;
        self
    }

    /// The field, the rule and what was given, in a sentence: `Cycles must be 1 to 10, given 11`. What was given is
    /// said where that tells more than the rule does.
    pub fn sentence(&self) -> String {
        let Self {
            field, rule, given, ..
        } = self;
        if given == "nothing" || rule.ends_with('?') {
            format!("{field} {rule}")
        } else {
            format!("{field} {rule}, given {given}")
        }
    }
}

/// A typed request.
pub trait Operation: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What a successful answer is decoded into.
    type Output: Serialize + DeserializeOwned + Send + 'static;
    /// Its id in the catalogue, for example `ksc-monitor.list_metrics`.
    const ID: OperationId;
    /// What it does, in a sentence or two.
    const DOC: &'static str;
    /// How it is called.
    const CALL: Call;
    /// Its parameters, in the documents' order.
    const PARAMS: &'static [Param];
    /// Rules across fields; `operation!` takes them as `check = path`, none by default.
    const CHECK: fn(&Json) -> Vec<Violation>;
}

/// The description of an operation, without its types.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its id in the catalogue.
    pub id: OperationId,
    /// What it does.
    pub doc: &'static str,
    /// How it is called.
    pub call: Call,
    /// Its parameters.
    pub params: &'static [Param],
    /// Rules across fields.
    pub check: fn(&Json) -> Vec<Violation>,
}

impl Entry {
    /// The description of `O`.
    pub const fn of<O: Operation>() -> Self {
        Self {
            id: O::ID,
            doc: O::DOC,
            call: O::CALL,
            params: O::PARAMS,
            check: O::CHECK,
        }
    }

    /// The system it belongs to.
    pub fn system(&self) -> Option<SystemId> {
        self.id
            .split_once('.')
            .and_then(|(id, _)| SystemId::parse(id))
    }

    /// The part of the id after the system: `list_metrics`.
    pub fn name(&self) -> &'static str {
        self.id.split_once('.').map_or(self.id, |(_, name)| name)
    }
}

/// No rules across fields.
pub fn no_cross_check(_: &Json) -> Vec<Violation> {
    Vec::new()
}
