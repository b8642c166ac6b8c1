//! KSC's simplified scheme: an HMAC over the sorted parameters and nothing else (signing-ksc.md, 1).

use http::request::Parts;

use super::raw::{self, Pair, Plus};
use super::{Add, Signed, Signing};
use crate::domain::secret::Secret;

/// Signs the parameters where they are: in a form body, otherwise in the query. A JSON body is not covered
/// (signing-ksc.md, 1.3).
pub(super) fn sign(head: &Parts, body: &[u8], with: &Signing<'_>, service: &str) -> Signed {
    let present = parameters(head, body);
    let mut add = Vec::new();
    let mut offer =
        |name, value: &str| raw::add_missing(&present, &mut add, name, value.to_owned());
    offer("Accesskey", with.key_id);
    offer("Service", service);
    offer("Timestamp", &raw::write_time(with.at, raw::EXTENDED));
    offer("SignatureVersion", "1.0");
    offer("SignatureMethod", "HMAC-SHA256");
    if !with.region.is_empty() {
        offer("Region", with.region);
    }
    if let Some(session) = with.session {
        offer("SecurityToken", session.reveal());
    }
    let to_sign = raw::sorted_after_encoding(&raw::joined(&present, &add));
    let signature = digest(with.secret, &to_sign);
    add.push(("Signature", signature.clone()));
    Signed {
        canonical: to_sign.clone(),
        to_sign,
        signature,
        add: if raw::is_form(head) {
            Add::Form(add)
        } else {
            Add::Query(add)
        },
    }
}

/// All parameters of the request: those of the query, and those of a form body.
fn parameters(head: &Parts, body: &[u8]) -> Vec<Pair> {
    let mut all = raw::query(head, Plus::Space);
    if raw::is_form(head) {
        all.extend(raw::pairs(body, Plus::Space));
    }
    all
}

fn digest(secret: &Secret, to_sign: &str) -> String {
    hex::encode(raw::hmac_sha256(
        secret.reveal().as_bytes(),
        to_sign.as_bytes(),
    ))
}
