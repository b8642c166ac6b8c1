//! KSC's two schemes and the words of its gateway (signing-ksc.md, 4).

use super::arrival::Arrival;
use crate::cloud::sign::Scheme;
use crate::cloud::sign::gateway::{Gateway, Rejection, ScopePart};
use crate::cloud::sign::verify;
use crate::domain::account::SystemId;
use crate::domain::secret::Secret;
use crate::sim::estate::identity::{KSC_REGION, KSC_REGIONS};
use crate::sim::estate::{Cloud, Estate};
use crate::sim::handlers::{Caller, Refusal};

const MONITOR: &[Scheme] = &[
    Scheme::SigV4 { service: "monitor" },
    Scheme::SigV4Query { service: "monitor" },
    Scheme::KscSimple { service: "monitor" },
];

const SCALING: &[Scheme] = &[
    Scheme::SigV4 { service: "kec" },
    Scheme::SigV4Query { service: "kec" },
    Scheme::KscSimple { service: "kec" },
];

/// Checks the signature of a request to KSC.
pub fn authenticate(estate: &Estate, arrival: &Arrival<'_>) -> Result<Caller, Refusal> {
    let schemes = match arrival.route.system {
        SystemId::KscAutoscaling => SCALING,
        _ => MONITOR,
    };
    let Some(scheme) = verify::detect(arrival.head, arrival.body, schemes) else {
        return Err(Refusal::gateway(
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token.",
        ));
    };
    let secret_of = |id: &str| {
        let key = estate.identity.key(Cloud::Ksc, id)?;
        Some(Secret::from(key.secret.as_str()))
    };
    let gateway = Gateway {
        now: arrival.now,
        window: verify::usual_window(scheme),
        regions: KSC_REGIONS,
        hosts: &[],
        secret_of: &secret_of,
    };
    let verified = verify::verify(arrival.head, arrival.body, scheme, &gateway)
        .map_err(|rejection| refusal(scheme, &rejection, arrival))?;
    let key = estate.identity.key(Cloud::Ksc, &verified.key_id);
    let user = key.map_or_else(String::new, |key| key.user.clone());
    Ok(Caller {
        user_id: estate.identity.user_id(&user),
        user,
        scheme,
        region: Some(verified.region.unwrap_or_else(|| KSC_REGION.to_owned())),
        request_id: arrival.request_id.to_owned(),
    })
}

fn refusal(scheme: Scheme, rejection: &Rejection, arrival: &Arrival<'_>) -> Refusal {
    let (status, code, message) = match scheme {
        Scheme::KscSimple { .. } => simple(rejection),
        _ => aws(scheme, rejection, arrival),
    };
    Refusal::gateway(status, code, message)
}

/// The table of the simplified scheme.
fn simple(rejection: &Rejection) -> (u16, &'static str, String) {
    let (code, message) = match rejection {
        Rejection::MissingPart("Signature") | Rejection::NoCredentials => (
            "MissingSignature",
            "The Request is missing Signature Parameter",
        ),
        Rejection::MissingPart("Accesskey") => ("MissingAccesskey", "Access Key is Missing"),
        Rejection::MissingPart("Timestamp") | Rejection::MissingDate => (
            "MissingTimestamp",
            "The request is missing timestamp parameter",
        ),
        Rejection::BadDate(_) | Rejection::Expired(_) => {
            ("InvalidTimestamp", "Invalid Timestamp. Pls in 15mins")
        }
        Rejection::UnknownKey => ("InvalidAccesskey", "Invalid Accesskey"),
        Rejection::Mismatch { .. } => ("SignatureNotMatch", "The Signature is not matched"),
        Rejection::Scope(ScopePart::Region, _) => (
            "UnavailableRegion",
            "The region is unavailable for the openapi",
        ),
        _ => ("MissingParameter", "The request is missing parameter"),
    };
    (400, code, message.to_owned())
}

/// The table of SigV4.
fn aws(
    scheme: Scheme,
    rejection: &Rejection,
    arrival: &Arrival<'_>,
) -> (u16, &'static str, String) {
    const TOKEN: &str = "MissingAuthenticationToken";
    const INCOMPLETE: &str = "IncompleteSignature";
    const MISMATCH: &str = "SignatureDoesNotMatch";
    let header = arrival
        .head
        .headers
        .get("authorization")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default();
    let is_query = matches!(scheme, Scheme::SigV4Query { .. });
    match rejection {
        Rejection::NoCredentials => (403, TOKEN, "Request is missing Authentication Token.".into()),
        Rejection::MissingHost => (403, TOKEN, "Request is missing 'Host' header.".into()),
        Rejection::MissingHeader(name) => (403, TOKEN, format!("{name} not in Http Header.")),
        Rejection::Mismatch { .. } | Rejection::MissingPart("X-Amz-Signature") => {
            (403, MISMATCH, DIFFERS.into())
        }
        Rejection::MissingPart(name) if is_query => (
            400,
            INCOMPLETE,
            format!(
                "KSC query-string parameters must include {name}. Re-examine the query-string parameters."
            ),
        ),
        Rejection::MissingPart(name) => (
            400,
            INCOMPLETE,
            format!("Authorization header requires '{name}' parameter. Authorization={header}"),
        ),
        Rejection::MissingDate => (
            400,
            INCOMPLETE,
            format!(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header, \
                 Authorization={header}"
            ),
        ),
        Rejection::BadDate(got) => (
            400,
            INCOMPLETE,
            format!(
                "Date must be in ISO-8601 'basic format'. Got '{got}'. See http://en.wikipedia.org/wiki/ISO_8601 ."
            ),
        ),
        Rejection::Algorithm(name) => (400, INCOMPLETE, format!("Unsupported ksc 'algorithm': {name}.")),
        Rejection::BadCredential(got) => (
            400,
            INCOMPLETE,
            format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 accesskeyid/date/region/service/aws4_request, got: {got}."
            ),
        ),
        Rejection::Scope(ScopePart::Terminator, got) => (
            403,
            MISMATCH,
            format!("Credential should be scoped with a valid terminator: 'aws4_request', not: {got}."),
        ),
        Rejection::Scope(ScopePart::Region, got) => (
            403,
            MISMATCH,
            format!("Credential should be scoped to a valid region, not:{got}."),
        ),
        Rejection::Scope(ScopePart::Service, _) => (
            403,
            MISMATCH,
            format!("Credential should be scoped to correct service: {}.", service(scheme)),
        ),
        Rejection::ScopeDate(_) => (
            403,
            MISMATCH,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.".into(),
        ),
        Rejection::NotSigned(_) => (
            403,
            MISMATCH,
            "'Host' must be a 'SignedHeader' in the Authorization.".into(),
        ),
        Rejection::Expired(at) => (403, MISMATCH, format!("Signature expired:{}.", at.strftime("%Y%m%dT%H%M%SZ"))),
        Rejection::UnknownKey => (
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.".into(),
        ),

        Rejection::Unreadable(_) | Rejection::TwoCredentials | Rejection::BadNonce(_) | Rejection::TooLarge => {
            (400, INCOMPLETE, "Authorization header format error.".into())
        }
    }
}

const DIFFERS: &str =
    "The request signature we calculated does not match the signature you provided.";

fn service(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::SigV4 { service }
        | Scheme::SigV4Query { service }
        | Scheme::KscSimple { service } => service,
        _ => "",
    }
}
