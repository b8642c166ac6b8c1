//! What the gateway's half of every scheme is built from: what a gateway knows, what it finds out, why it refuses.

use std::time::Duration;

use jiff::Timestamp;

use super::{Scheme, raw};
use crate::domain::secret::Secret;

/// What a gateway knows.
pub struct Gateway<'a> {
    /// Its time.
    pub now: Timestamp,
    /// How far a request's time may be from it, either way.
    pub window: Duration,
    /// Regions that it serves (SigV4 scope, KSC's `Region`). Empty: any.
    pub regions: &'a [&'a str],
    /// Hosts that a Tencent client may have signed besides the one it sent (signing-tencent.md, 4).
    pub hosts: &'a [&'a str],
    /// The secret of a key id; for [`Scheme::Token`] anything when the token is good.
    pub secret_of: &'a dyn Fn(&str) -> Option<Secret>,
}

/// A request whose signature holds, with the intermediate steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedBy {
    /// How it was signed.
    pub scheme: Scheme,
    /// With which key; the token itself for [`Scheme::Token`].
    pub key_id: String,
    /// When, as the client says. The gateway's own time for [`Scheme::Token`].
    pub at: Timestamp,
    /// The region that the request is for, where the scheme names one.
    pub region: Option<String>,
    /// The number used once (Tencent). Whether it was used before is for the caller to know.
    pub nonce: Option<u64>,
    /// The canonical form.
    pub canonical: String,
    /// What was signed.
    pub to_sign: String,
}

/// Why a gateway refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// Nothing to authenticate with.
    NoCredentials,
    /// A signature and a token at once (signing-huawei.md, top).
    TwoCredentials,
    /// No `Host`.
    MissingHost,
    /// A header is listed as signed and absent.
    MissingHeader(String),
    /// The `Authorization` header has another shape.
    Unreadable(String),
    /// A part of the `Authorization` header, or a parameter of the scheme, is missing.
    MissingPart(&'static str),
    /// No header says when.
    MissingDate,
    /// The time is not written as the scheme demands.
    BadDate(String),
    /// The nonce is not a number.
    BadNonce(String),
    /// Another algorithm than this scheme's.
    Algorithm(String),
    /// The credential has not five parts.
    BadCredential(String),
    /// The scope names something else than this gateway serves.
    Scope(ScopePart, String),
    /// The day of the scope is not that of the request.
    ScopeDate(String),
    /// A header that must be signed is not.
    NotSigned(&'static str),
    /// Signed too long ago, or too far in the future.
    Expired(Timestamp),
    /// No such key, or no such token.
    UnknownKey,
    /// The body is larger than may be signed (12 MiB, signing-huawei.md, 2.6).
    TooLarge,
    /// The signature is not that of this request.
    Mismatch {
        /// The canonical form as received.
        canonical: String,
        /// What should have been signed.
        to_sign: String,
    },
}

/// A part of a SigV4 scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopePart {
    /// `aws4_request`.
    Terminator,
    /// The region.
    Region,
    /// The service.
    Service,
}

impl Gateway<'_> {
    pub(super) fn secret(&self, key_id: &str) -> Result<Secret, Rejection> {
        (self.secret_of)(key_id).ok_or(Rejection::UnknownKey)
    }

    pub(super) fn in_time(&self, at: Timestamp) -> Result<(), Rejection> {
        if self.now.duration_since(at).unsigned_abs() <= self.window {
            Ok(())
        } else {
            Err(Rejection::Expired(at))
        }
    }

    pub(super) fn serves(&self, region: &str) -> Result<(), Rejection> {
        if self.regions.is_empty() || self.regions.contains(&region) {
            Ok(())
        } else {
            Err(Rejection::Scope(ScopePart::Region, region.to_owned()))
        }
    }
}

/// An `Authorization` header: an algorithm and named parts, separated by commas with or without a blank.
pub(super) struct Authorization {
    pub(super) algorithm: String,
    parts: Vec<(String, String)>,
}

impl Authorization {
    pub(super) fn read(text: &str) -> Result<Self, Rejection> {
        let unreadable = || Rejection::Unreadable(text.to_owned());
        let (algorithm, rest) = text.trim().split_once(' ').ok_or_else(unreadable)?;
        let parts = rest
            .split(',')
            .map(|part| {
                let (name, value) = part.trim().split_once('=')?;
                Some((name.to_owned(), value.to_owned()))
            })
            .collect::<Option<_>>()
            .ok_or_else(unreadable)?;
        Ok(Self {
            algorithm: algorithm.to_owned(),
            parts,
        })
    }

    pub(super) fn part(&self, name: &'static str) -> Result<&str, Rejection> {
        self.parts
            .iter()
            .find(|(candidate, value)| candidate == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .ok_or(Rejection::MissingPart(name))
    }

    /// The names in `SignedHeaders`, in the order given, in lower case.
    pub(super) fn signed_headers(&self) -> Result<Vec<String>, Rejection> {
        self.part("SignedHeaders").map(header_names)
    }
}

/// A list of header names.
pub(super) fn header_names(list: &str) -> Vec<String> {
    list.split(';').map(str::to_lowercase).collect()
}

/// Every listed header must be there.
pub(super) fn present(headers: &raw::Headers<'_>, names: &[String]) -> Result<(), Rejection> {
    match names.iter().find(|name| headers.value(name).is_none()) {
        Some(name) => Err(Rejection::MissingHeader(name.clone())),
        None => Ok(()),
    }
}
