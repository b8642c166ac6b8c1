//! Tencent's signature, its nonces and its codes (signing-tencent.md, 5 and 8).

use super::arrival::{Arrival, Memory, REPLAY};
use crate::cloud::sign::Scheme;
use crate::cloud::sign::gateway::{Gateway, Rejection};
use crate::cloud::sign::verify;
use crate::domain::secret::Secret;
use crate::sim::estate::{Cloud, Estate};
use crate::sim::handlers::{Caller, Refusal};

/// Regions by their short and their long name (signing-tencent.md, 7).
const REGIONS: &[(&str, &str)] = &[
    ("gz", "ap-guangzhou"),
    ("sh", "ap-shanghai"),
    ("bj", "ap-beijing"),
    ("cd", "ap-chengdu"),
    ("cq", "ap-chongqing"),
    ("hk", "ap-hongkong"),
    ("shjr", "ap-shanghai-fsi"),
    ("szjr", "ap-shenzhen-fsi"),
    ("gzopen", "ap-guangzhou-open"),
    ("sg", "ap-singapore"),
    ("th", "ap-bangkok"),
    ("in", "ap-mumbai"),
    ("kr", "ap-seoul"),
    ("jp", "ap-tokyo"),
    ("usw", "na-siliconvalley"),
    ("use", "na-ashburn"),
    ("ca", "na-toronto"),
    ("de", "eu-frankfurt"),
    ("ru", "eu-moscow"),
];

/// Checks the signature of a request to Tencent. The caller's region is the short name, or what was sent when there
/// is no such region.
pub fn authenticate(
    estate: &Estate,
    memory: &mut Memory,
    arrival: &Arrival<'_>,
) -> Result<Caller, Refusal> {
    let scheme = verify::detect(arrival.head, arrival.body, &[Scheme::TencentSha1])
        .ok_or_else(|| refusal(4000, "InvalidParameter", "缺少参数SecretId"))?;
    let secret_of = |id: &str| {
        let key = estate.identity.key(Cloud::Tencent, id)?;
        Some(Secret::from(key.secret.as_str()))
    };
    let gateway = Gateway {
        now: arrival.now,
        window: verify::usual_window(scheme),
        regions: &[],
        hosts: &["monitor.api.qcloud.com"],
        secret_of: &secret_of,
    };
    let verified = verify::verify(arrival.head, arrival.body, scheme, &gateway)
        .map_err(|rejection| refused(&rejection))?;
    let seen = (
        verified.key_id.clone(),
        verified.nonce.unwrap_or_default(),
        verified.at.as_second(),
    );
    memory.nonces.retain(|_, until| *until > arrival.now);
    if memory.nonces.insert(seen, arrival.now + REPLAY).is_some() {
        return Err(refusal(4500, "ReplayAttack", "重放攻击错误，Nonce重复"));
    }
    let short = verified.region.map(|region| {
        REGIONS
            .iter()
            .find(|(short, long)| region == *short || region == *long)
            .map_or(region.clone(), |(short, _)| (*short).to_owned())
    });
    let key = estate.identity.key(Cloud::Tencent, &verified.key_id);
    let user = key.map_or_else(String::new, |key| key.user.clone());
    Ok(Caller {
        user_id: estate.identity.user_id(&user),
        user,
        scheme,
        region: short,
        request_id: arrival.request_id.to_owned(),
    })
}

/// Is this the short name of a region?
pub fn is_region(short: &str) -> bool {
    REGIONS.iter().any(|(known, _)| *known == short)
}

fn refused(rejection: &Rejection) -> Refusal {
    match rejection {
        Rejection::UnknownKey => refusal(4104, "SecretIdNotFound", "SecretId不存在"),
        Rejection::Mismatch { .. } => {
            refusal(4100, "AuthFailure", "身份认证失败，用户身份验证失败")
        }
        Rejection::Expired(_) | Rejection::BadDate(_) | Rejection::BadNonce(_) => refusal(
            4500,
            "ReplayAttack",
            "重放攻击错误，请求时间戳与服务器时间相差超过2小时或Nonce不合法",
        ),
        Rejection::MissingPart(name) => {
            Refusal::gateway(200, "4000", format!("缺少参数{name}")).named("InvalidParameter")
        }
        _ => refusal(4100, "AuthFailure", "身份认证失败"),
    }
}

fn refusal(code: u32, name: &'static str, message: &str) -> Refusal {
    Refusal::gateway(200, code.to_string(), message).named(name)
}
