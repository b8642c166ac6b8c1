//! Exit codes, and what is printed with them.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use crate::domain::error::{ApiError, Class};
use crate::domain::text::SafeText;

// The exit codes are a contract with scripts, which the README lists: none is ever given another meaning. A program
// that a signal ends adds 128 to the signal's number.

/// What no other code says.
pub const OTHER: u8 = 1;
/// The command line or the configuration is wrong.
pub const USAGE: u8 = 2;
/// The credentials are wrong, or a permission is missing.
pub const DENIED: u8 = 3;
/// It does not exist, or the site does not offer it.
pub const MISSING: u8 = 4;
/// The service wants fewer calls.
pub const THROTTLED: u8 = 5;
/// There was no way to the service.
pub const NETWORK: u8 = 6;
/// The service answered with an error, or with what is no answer.
pub const SERVICE: u8 = 7;
/// What was waited for failed.
pub const JOB: u8 = 8;
/// Some of several changes failed, others did not.
pub const SOME: u8 = 9;
/// What was waited for takes longer than it may.
pub const LATE: u8 = 10;
/// Refused here: read-only, not confirmed, or not possible in the present state. Nothing was sent.
pub const REFUSED: u8 = 11;
/// An alarm is active (`alarm check`).
pub const ALARM: u8 = 12;

/// How a command ends when it does not end well.
#[derive(Debug)]
pub enum Failure {
    /// The command line or the configuration is wrong: [`USAGE`].
    Usage(String),
    /// A call failed: the code is that of its class.
    Api(Box<ApiError>),
    /// Something does not exist: [`MISSING`].
    Missing(String),
    /// What was waited for has failed: [`JOB`].
    Job(String),
    /// What was waited for takes longer than it may: [`LATE`].
    Late(String),
    /// It was not confirmed, or cannot be done in the present state; nothing was sent: [`REFUSED`].
    Refused(String),
    /// Anything else: [`OTHER`].
    Other(String),
    /// Standard output was closed: ends quietly.
    Pipe,
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Pipe,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl Failure {
    /// An answer of another kind than asked for: a mistake of this program.
    pub fn strange() -> Self {
        Self::Other("the answer is of another kind than the question".to_owned())
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Pipe => 0,
            Self::Other(_) => OTHER,
            Self::Usage(_) => USAGE,
            Self::Missing(_) => MISSING,
            Self::Job(_) => JOB,
            Self::Late(_) => LATE,
            Self::Refused(_) => REFUSED,
            Self::Api(error) => code_of(error),
        }
    }

    /// Says what is wrong on standard error; with `as_json` as one JSON object.
    pub fn report(&self, as_json: bool) {
        let mut err = std::io::stderr().lock();
        // Nobody is left to be told when this fails.
        let _ = match self {
            Self::Pipe => Ok(()),
            Self::Api(error) if as_json => writeln!(
                err,
                "{}",
                json!({"error": {
                    "kind": error.class.name(),
                    "code": error.code.as_ref().map(SafeText::shown),
                    "message": error.message.shown(),
                    "request_id": error.request_id.as_ref().map(SafeText::shown),
                    "operation": error.operation,
                    "param": error.param,
                    "outcome_unknown": error.outcome_unknown,
                    "hint": hint(error),
                }})
            ),
            Self::Usage(message)
            | Self::Missing(message)
            | Self::Job(message)
            | Self::Late(message)
            | Self::Refused(message)
            | Self::Other(message)
                if as_json =>
            {
                let kind = match self {
                    Self::Usage(_) => "usage",
                    Self::Missing(_) => "not-found",
                    Self::Job(_) => "job-failed",
                    Self::Late(_) => "timeout",
                    Self::Refused(_) => "refused",
                    _ => "other",
                };
                writeln!(
                    err,
                    "{}",
                    json!({"error": {"kind": kind, "message": message}})
                )
            }
            Self::Api(error) => writeln!(err, "watchkeeper: {error}\n  {}", hint(error)),
            Self::Usage(message)
            | Self::Missing(message)
            | Self::Job(message)
            | Self::Late(message)
            | Self::Refused(message)
            | Self::Other(message) => writeln!(err, "watchkeeper: {message}"),
        };
    }
}

impl From<Failure> for ExitCode {
    fn from(failure: Failure) -> Self {
        Self::from(failure.code())
    }
}

fn code_of(error: &ApiError) -> u8 {
    match error.class {
        Class::Credentials | Class::Denied => DENIED,
        Class::NotFound | Class::NotOffered => MISSING,
        Class::Throttled => THROTTLED,
        Class::Network => NETWORK,
        // Refused here, before anything was sent: a mistake in the command.
        Class::Invalid if error.code.is_none() && error.request_id.is_none() => USAGE,
        Class::Invalid
        | Class::Conflict
        | Class::Unavailable
        | Class::Unreadable
        | Class::ClockSkew => SERVICE,
        Class::ReadOnly => REFUSED,
    }
}

/// What to do next.
fn hint(error: &ApiError) -> &'static str {
    if error.outcome_unknown {
        return "the call may have been carried out: look before you repeat it (`watchkeeper journal`)";
    }
    match error.class {
        Class::Credentials => "check the account's credentials: `watchkeeper doctor`",
        Class::Denied => "ask for the permission this operation needs",
        Class::Throttled => "wait a minute; the published limit was reached",
        Class::NotFound => "check the id; it may have been deleted",
        Class::NotOffered => "this site does not offer it; nothing is wrong with the account",
        Class::Invalid => "see `watchkeeper ops` for the operation's parameters",
        Class::Conflict => "its state has changed: read it again",
        Class::Unavailable => "the service cannot answer now: try again later",
        Class::Network => "check endpoint, proxy and certificate: `watchkeeper doctor`",
        Class::Unreadable => {
            "something between here and the service answered: check endpoint and proxy"
        }
        Class::ReadOnly => "the profile is read-only; nothing was sent",
        Class::ClockSkew => "set this machine's clock: `watchkeeper doctor` shows the offset",
    }
}
