//! Huawei's tokens and signatures, ESM's application codes, and the words of both gateways (signing-huawei.md, 1.4,
//! 2.6 and 2.7; huawei-esm.md, 7.2).

use std::time::Duration;

use http::request::Parts;

use super::arrival::{Arrival, Memory};
use crate::cloud::sign::Scheme;
use crate::cloud::sign::gateway::{Gateway, Rejection};
use crate::cloud::sign::verify;
use crate::domain::secret::Secret;
use crate::sim::estate::identity::{HUAWEI_REGION, Scope};
use crate::sim::estate::{Cloud, Estate};
use crate::sim::handlers::{Caller, Refusal};

/// So many failures in a row lock a key, for so long.
const FAILURES: u32 = 5;
const LOCKED: Duration = Duration::from_secs(300);

const SCHEMES: &[Scheme] = &[Scheme::HuaweiSdk, Scheme::Token];

/// Whoever logs in has not said yet who that is.
pub fn nobody(arrival: &Arrival<'_>) -> Caller {
    Caller {
        user: String::new(),
        user_id: String::new(),
        scheme: Scheme::None,
        region: None,
        request_id: arrival.request_id.to_owned(),
    }
}

/// Checks a request to COC or to the identity service: a token or a signature.
pub fn cloud(
    estate: &Estate,
    memory: &mut Memory,
    arrival: &Arrival<'_>,
) -> Result<Caller, Refusal> {
    let Some(scheme) = verify::detect(arrival.head, arrival.body, SCHEMES) else {
        return Err(unauthorized("x-auth-token not found"));
    };
    let key_id = locked(memory, arrival)?;
    let caller = verified(estate, arrival, scheme);
    if let Some(key_id) = key_id {
        let failures = memory.failures.entry(key_id).or_default();
        match caller {
            Ok(_) => *failures = (0, None),
            Err(_) => failures.0 += 1,
        }
        if failures.0 > FAILURES {
            *failures = (0, Some(arrival.now + LOCKED));
        }
    }
    let caller = caller?;
    let known = |project: &str| {
        estate
            .identity
            .projects
            .iter()
            .any(|known| known.id == project)
    };
    match header(arrival.head, "x-project-id") {
        Some(project) if !known(project) => {
            Err(unauthorized("the project does not belong to the account"))
        }
        _ => Ok(caller),
    }
}

/// The key of a signed request, unless it is locked.
fn locked(memory: &mut Memory, arrival: &Arrival<'_>) -> Result<Option<String>, Refusal> {
    let key_id = header(arrival.head, "authorization")
        .and_then(|text| text.split_once("Access="))
        .and_then(|(_, rest)| rest.split(',').next())
        .map(|id| id.trim().to_owned());
    let Some(key_id) = key_id else {
        return Ok(None);
    };
    let failures = memory.failures.entry(key_id.clone()).or_default();
    match failures.1 {
        Some(until) if arrival.now < until => Err(unauthorized(
            "AK access failed to reach the limit,forbidden",
        )),
        _ => {
            failures.1 = None;
            Ok(Some(key_id))
        }
    }
}

fn verified(estate: &Estate, arrival: &Arrival<'_>, scheme: Scheme) -> Result<Caller, Refusal> {
    let is_token = scheme == Scheme::Token;
    let secret_of = |id: &str| {
        if is_token {
            let token = estate.identity.token(id, estate.now);
            return token.map(|_| Secret::from(id));
        }
        let key = estate.identity.key(Cloud::Huawei, id)?;
        Some(Secret::from(key.secret.as_str()))
    };
    let gateway = Gateway {
        now: arrival.now,
        window: verify::usual_window(scheme),
        regions: &[],
        hosts: &[],
        secret_of: &secret_of,
    };
    let verified = verify::verify(arrival.head, arrival.body, scheme, &gateway)
        .map_err(|rejection| refused(scheme, &rejection, arrival))?;
    let identity = &estate.identity;
    let user = if is_token {
        let token = identity.token(&verified.key_id, estate.now);
        token.and_then(|token| identity.user(&token.user))
    } else {
        let key = identity.key(Cloud::Huawei, &verified.key_id);
        key.and_then(|key| identity.user_named(&key.user))
    };
    Ok(Caller {
        user: user.map_or_else(String::new, |user| user.name.clone()),
        user_id: user.map_or_else(String::new, |user| user.id.clone()),
        scheme,
        region: Some(HUAWEI_REGION.to_owned()),
        request_id: arrival.request_id.to_owned(),
    })
}

fn refused(scheme: Scheme, rejection: &Rejection, arrival: &Arrival<'_>) -> Refusal {
    match rejection {
        // As COC itself reports it; its gateway has other words for the same.
        Rejection::UnknownKey if scheme == Scheme::Token && is_incident(arrival) => {
            Refusal::new(401, "common.01010001", "Token missing or invalid.")
        }
        Rejection::UnknownKey if scheme == Scheme::Token => unauthorized("decrypt token fail"),
        Rejection::UnknownKey => unauthorized("Get secretKey failed,err:ak not exist"),
        Rejection::NoCredentials => unauthorized("x-auth-token not found"),
        Rejection::TwoCredentials => {
            unauthorized("both Authorization and X-Auth-Token are present")
        }
        Rejection::TooLarge => Refusal::gateway(413, "APIGW.0201", "Request entity too large"),
        Rejection::Expired(at) => unauthorized(&format!(
            "signature expired, signature time:{}, server time:{}",
            at.strftime("%Y%m%dT%H%M%SZ"),
            arrival.now.strftime("%Y%m%dT%H%M%SZ")
        )),
        Rejection::Mismatch { canonical, .. } => unauthorized(&format!(
            "verify aksk signature fail,canonicalRequest:{}",
            canonical.replace('\n', "|")
        )),
        Rejection::Algorithm(name) => unauthorized(&format!("unsupported algorithm {name}")),
        Rejection::MissingDate => unauthorized("x-sdk-date not found"),
        Rejection::BadDate(text) => unauthorized(&format!("x-sdk-date {text} is malformed")),
        Rejection::NotSigned(name) => unauthorized(&format!("{name} must be signed")),
        Rejection::MissingHeader(name) => unauthorized(&format!("signed header {name} not found")),
        Rejection::MissingPart(name) => unauthorized(&format!("Authorization has no {name}")),
        _ => unauthorized("Authorization format incorrect"),
    }
}

/// The paths whose 401 has four fields (huawei-coc.md, 10.22).
fn is_incident(arrival: &Arrival<'_>) -> bool {
    let path = arrival.head.uri.path();
    path.starts_with("/v1/external/") || path.starts_with("/v1/event/")
}

fn unauthorized(why: &str) -> Refusal {
    Refusal::gateway(
        401,
        "APIGW.0301",
        format!("Incorrect IAM authentication information: {why}"),
    )
}

/// Checks a request to ESM: token, application codes, tenant (huawei-esm.md, 7.2).
pub fn site(estate: &Estate, arrival: &Arrival<'_>) -> Result<Caller, Refusal> {
    let denied = |status, code, message: &str| Err(Refusal::gateway(status, code, message));
    let token = header(arrival.head, "x-auth-token")
        .and_then(|text| estate.identity.token(text, estate.now));
    let Some(token) = token else {
        return denied(
            401,
            "APIG.0301",
            "Incorrect IAM authentication information: decrypt token fail",
        );
    };
    if token.scope == Scope::Domain {
        return denied(
            403,
            "APIG.0302",
            "The IAM user is not authorized: project scope is needed",
        );
    }
    // The metering family shows the token only (huawei-esm.md, 1.4).
    if arrival.head.uri.path().starts_with("/rest/") {
        let codes = [
            ("x-apig-appcode", &estate.identity.app_code),
            ("x-hcso-appcode", &estate.identity.hcso_app_code),
        ];
        let is_right =
            |(name, code): &(&str, &String)| header(arrival.head, name) == Some(code.as_str());
        // Public clients send one code in both headers.
        let one_for_both = codes
            .iter()
            .any(|(name, _)| header(arrival.head, name) == Some(estate.identity.app_code.as_str()));
        if !codes.iter().any(is_right) && !one_for_both {
            return denied(
                401,
                "APIG.0303",
                "Incorrect app authentication information: app not found",
            );
        }
        match header(arrival.head, "x-hcso-domainid") {
            Some(domain) if domain == estate.identity.hcso_domain_id => {}
            Some(_) => return denied(403, "APIG.0306", "Access denied: the tenant is unknown"),
            None => {
                return denied(
                    403,
                    "APIG.0306",
                    "Access denied: x-hcso-domainid is missing",
                );
            }
        }
    }
    let user = estate.identity.user(&token.user);
    Ok(Caller {
        user: user.map_or_else(String::new, |user| user.name.clone()),
        user_id: token.user.clone(),
        scheme: Scheme::Token,
        region: Some(HUAWEI_REGION.to_owned()),
        request_id: arrival.request_id.to_owned(),
    })
}

fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name).and_then(|value| value.to_str().ok())
}
