//! What a client needs to know of a running simulator.

use serde_json::{Value as Json, json};

use super::Sim;
use super::estate::identity::{HUAWEI_REGION, KSC_REGION, TENCENT_REGION};
use super::estate::{Cloud, Estate};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::{Comparison, Condition, LocalLimit, Severity};
use crate::domain::connection::{Account, AppCodes, Connection, Credentials};
use crate::domain::metric::{SeriesKey, Statistic, Watched};
use crate::domain::secret::Secret;

/// The machine the announcement names for KSC: the one whose CPU is too high in the demo.
const STAR: &str = "web-03";

impl Sim {
    /// Endpoints, credentials and some ids that exist, as `watchkeeper sim` prints them.
    pub fn announcement(&self, base_url: &str) -> Json {
        self.with_estate(|estate| {
            json!({
                "ksc": ksc(estate, base_url),
                "tencent": tencent(estate, base_url),
                "huawei_coc": coc(estate, base_url),
                "huawei_esm": esm(estate, base_url),
            })
        })
    }

    /// How to reach each of the five systems, with credentials that work.
    pub fn connections(&self, base_url: &str) -> Vec<(Connection, Credentials)> {
        self.with_estate(|estate| {
            SystemId::ALL
                .into_iter()
                .map(|system| {
                    (
                        connection(estate, system, base_url),
                        credentials(estate, system),
                    )
                })
                .collect()
        })
    }

    /// The series of an account that a demo keeps on its dashboard, those of a role in a group.
    pub fn watch_list(&self, account: &AccountId) -> Vec<Watched> {
        let cloud = match account.system {
            SystemId::KscMonitor => Cloud::Ksc,
            SystemId::TencentMonitor => Cloud::Tencent,
            _ => return Vec::new(),
        };
        self.with_estate(|estate| {
            WATCHED
                .iter()
                .filter(|(of, ..)| *of == cloud)
                .filter_map(|(_, namespace, name, metric)| {
                    let id = estate.machine(name)?.id_in(cloud)?;
                    let role = name.split('-').next().unwrap_or_default();
                    Some(Watched {
                        account: account.clone(),
                        key: SeriesKey::new(namespace, id, metric),
                        group: role.into(),
                    })
                })
                .collect()
        })
    }
}

/// The series a demo keeps on the dashboard: the machine in trouble, its neighbours, and a few in the other cloud.
const WATCHED: &[(Cloud, &str, &str, &str)] = &[
    (Cloud::Ksc, "KEC", "web-03", "cpu.utilization.total"),
    (Cloud::Ksc, "KEC", "web-01", "cpu.utilization.total"),
    (Cloud::Ksc, "KEC", "web-02", "cpu.utilization.total"),
    (Cloud::Ksc, "KEC", "web-03", "system.cpu.load"),
    (Cloud::Ksc, "KEC", "web-03", "memory.utilization.total"),
    (Cloud::Ksc, "KEC", "web-03", "net.if.in"),
    (Cloud::Ksc, "KEC", "web-03", "net.if.out"),
    (Cloud::Ksc, "KEC", "web-01", "net.if.in"),
    (Cloud::Tencent, "qce/cvm", "api-01", "cpu_usage"),
    (Cloud::Tencent, "qce/cvm", "api-01", "mem_usage"),
    (Cloud::Tencent, "qce/cvm", "api-02", "cpu_usage"),
    (Cloud::Tencent, "qce/cvm", "api-02", "lan_intraffic"),
];

/// The limits that a demo's configuration sets in the cloud that knows no alarm policies: machine, metric, per cent,
/// severity.
const LIMITS: &[(&str, &str, f64, Severity)] = &[
    ("api-01", "cpu_usage", 85.0, Severity::Major),
    ("api-02", "mem_usage", 90.0, Severity::Minor),
];

fn limits(estate: &Estate, system: SystemId) -> Vec<LocalLimit> {
    if system != SystemId::TencentMonitor {
        return Vec::new();
    }
    let limit = |(name, metric, threshold, severity): &(&str, &str, f64, Severity)| {
        let id = estate.machine(name)?.id_in(Cloud::Tencent)?;
        Some(LocalLimit {
            series: SeriesKey::new("qce/cvm", id, metric),
            name: Some((*name).into()),
            rule: Condition {
                metric: (*metric).into(),
                label: (*metric).into(),
                statistic: Statistic::Average,
                comparison: Comparison::Above,
                threshold: *threshold,
                unit: "%".into(),
                period: 60,
                points: 3,
                effective: None,
                repeat_every: None,
                max_notifications: None,
            },
            severity: Some(*severity),
        })
    };
    LIMITS.iter().filter_map(limit).collect()
}

/// Id of a machine in a cloud: the named one, or the first there is.
fn machine(estate: &Estate, cloud: Cloud, name: &str) -> String {
    estate
        .machine(name)
        .and_then(|machine| machine.id_in(cloud))
        .or_else(|| {
            estate
                .machines
                .iter()
                .find_map(|machine| machine.id_in(cloud))
        })
        .unwrap_or_default()
        .to_owned()
}

fn ksc(estate: &Estate, base_url: &str) -> Json {
    let key = estate.identity.announced_key(Cloud::Ksc);
    let policy = estate.policies.first();
    let metric = policy.and_then(|policy| policy.rules.first());
    json!({
        "endpoint": base_url,
        "access_key": key.id,
        "secret_key": key.secret,
        "region": KSC_REGION,
        "instance_id": machine(estate, Cloud::Ksc, STAR),
        "namespace": "KEC",
        "metric": metric.map_or("cpu.utilization.total", |rule| rule.key.as_str()),
        "policy_id": policy.map_or(0, |policy| policy.id),
    })
}

fn tencent(estate: &Estate, base_url: &str) -> Json {
    let key = estate.identity.announced_key(Cloud::Tencent);
    json!({
        "endpoint": base_url,
        "secret_id": key.id,
        "secret_key": key.secret,
        "region": TENCENT_REGION,
        "instance_id": machine(estate, Cloud::Tencent, "api-01"),
    })
}

fn coc(estate: &Estate, base_url: &str) -> Json {
    let identity = &estate.identity;
    let key = identity.announced_key(Cloud::Huawei);
    let user = identity.announced_user();
    json!({
        "endpoint": base_url,
        "iam_endpoint": base_url,
        "ak": key.id,
        "sk": key.secret,
        "project_id": identity.project().id,
        "project_name": identity.project().name,
        "user": user.name,
        "password": user.password,
        "domain": identity.domain,
        "domain_id": identity.domain_id,
        "application_id": estate.applications.first().map_or("", |known| known.id.as_str()),
        "user_id": user.id,
        "integration_key": identity.integration_key,
    })
}

fn esm(estate: &Estate, base_url: &str) -> Json {
    let identity = &estate.identity;
    let user = identity.announced_user();
    json!({
        "endpoint": base_url,
        "iam_endpoint": base_url,
        "user": user.name,
        "password": user.password,
        "domain": identity.domain,
        "domain_id": identity.domain_id,
        "project_name": identity.project().name,
        "appcode": identity.app_code,
        "hcso_appcode": identity.hcso_app_code,
        "hcso_domain_id": identity.hcso_domain_id,
        "host_id": estate.physical_host(STAR),
        "vm_id": machine(estate, Cloud::Huawei, STAR),
    })
}

fn connection(estate: &Estate, system: SystemId, base_url: &str) -> Connection {
    let identity = &estate.identity;
    let is_huawei = matches!(system, SystemId::HuaweiCoc | SystemId::HuaweiEsm);
    let region = match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => KSC_REGION,
        SystemId::TencentMonitor => TENCENT_REGION,
        SystemId::HuaweiCoc | SystemId::HuaweiEsm => HUAWEI_REGION,
    };
    Connection {
        account: Account {
            id: AccountId::new("demo", system),
            region: region.to_owned(),
            read_only: false,
            production: false,
            operator: if is_huawei {
                identity.announced_user().id.clone()
            } else {
                String::new()
            },
            limits: limits(estate, system),
        },
        endpoint: Some(base_url.to_owned()),
        identity_endpoint: is_huawei.then(|| base_url.to_owned()),
        scheme: None,
        project_id: is_huawei.then(|| identity.project().id.clone()),
        project_name: is_huawei.then(|| identity.project().name.clone()),
        domain_scope: false,
        app_codes: (system == SystemId::HuaweiEsm).then(|| AppCodes {
            app_code: Secret::from(identity.app_code.as_str()),
            hcso_app_code: Secret::from(identity.hcso_app_code.as_str()),
            hcso_domain_id: Some(identity.hcso_domain_id.clone()),
        }),
        ca_file: None,
        skip_certificate_checks: false,
    }
}

fn credentials(estate: &Estate, system: SystemId) -> Credentials {
    let key = |cloud: Cloud| {
        let key = estate.identity.announced_key(cloud);
        Credentials::AccessKey {
            id: key.id.clone(),
            secret: Secret::from(key.secret.as_str()),
            session: None,
        }
    };
    match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => key(Cloud::Ksc),
        SystemId::TencentMonitor => key(Cloud::Tencent),
        SystemId::HuaweiCoc => key(Cloud::Huawei),
        SystemId::HuaweiEsm => {
            let user = estate.identity.announced_user();
            Credentials::Password {
                user: user.name.clone(),
                password: Secret::from(user.password.as_str()),
                domain: estate.identity.domain.clone(),
            }
        }
    }
}
