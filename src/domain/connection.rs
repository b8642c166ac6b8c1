//! Accounts, their credentials, and how to reach them.

use super::account::{AccountId, SystemId};
use super::alarm::LocalLimit;
use super::secret::Secret;

/// What everybody may know of an account; credentials are not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Its name.
    pub id: AccountId,
    /// The region its calls go to, for example `cn-beijing-6`.
    pub region: String,
    /// No mutating call leaves: enforced in the client, shown on the screen.
    pub read_only: bool,
    /// Marked as production on the screen and in every dialog.
    pub production: bool,
    /// Who acts: the user name or id that incident calls carry as operator; empty where it is not known.
    pub operator: String,
    /// Limits that the configuration sets to series of this account, because its service knows no alarm policies.
    pub limits: Vec<LocalLimit>,
}

impl Account {
    /// Can it be asked for alarms?
    pub fn has_alarms(&self) -> bool {
        match self.id.system {
            SystemId::KscMonitor | SystemId::HuaweiEsm => true,
            SystemId::TencentMonitor => !self.limits.is_empty(),
            SystemId::KscAutoscaling | SystemId::HuaweiCoc => false,
        }
    }
}

/// Credentials of one account, already read from wherever they are kept.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// An access key pair: KSC (`AccessKey`/`SecretKey`), Tencent (`SecretId`/`SecretKey`), Huawei (AK/SK).
    AccessKey {
        /// The public half.
        id: String,
        /// The secret half.
        secret: Secret,
        /// A session token of temporary credentials.
        session: Option<Secret>,
    },
    /// A user of Huawei's identity service; a token is obtained with it.
    Password {
        /// User name.
        user: String,
        /// Password.
        password: Secret,
        /// Name of the account (domain) the user belongs to.
        domain: String,
    },
}

/// How to reach one account: everything a client needs besides the transport.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Whose calls these are.
    pub account: Account,
    /// Base URL of the service, for example `https://monitor.api.ksyun.com`; the built-in host when absent.
    pub endpoint: Option<String>,
    /// Base URL of the identity service (Huawei only).
    pub identity_endpoint: Option<String>,
    /// Name of the signature scheme, when not the system's default (`sigv4`, `sigv4-query`, `ksc-simple`,
    /// `hmac-sha1`, `hmac-sha256`, `ak-sk`, `token`).
    pub scheme: Option<String>,
    /// Huawei: the project id, when configured; looked up otherwise.
    pub project_id: Option<String>,
    /// Huawei: the project name a token is scoped to.
    pub project_name: Option<String>,
    /// Huawei: scope tokens to the account (domain) instead of the project.
    pub domain_scope: bool,
    /// Huawei ESM: the codes its gateway asks for besides the token.
    pub app_codes: Option<AppCodes>,
    /// A further certificate authority to trust, as a PEM file.
    pub ca_file: Option<std::path::PathBuf>,
    /// Do not verify the server's certificate: an explicit opt-out for this connection only.
    pub skip_certificate_checks: bool,
}

/// Application codes of the Huawei ESM gateway (huawei-esm.md, 1.3 and 1.4).
#[derive(Debug, Clone)]
pub struct AppCodes {
    /// Sent as `X-APIG-Appcode`.
    pub app_code: Secret,
    /// Sent as `x-hcso-appcode`; the same as `app_code` when not configured.
    pub hcso_app_code: Secret,
    /// Sent as `x-hcso-domainid` when configured.
    pub hcso_domain_id: Option<String>,
}
