//! Users, keys, projects and tokens of the three providers' accounts.

use std::time::Duration;

use jiff::Timestamp;

use crate::sim::chance;
use crate::sim::scenario::Cloud;

/// The region of the KSC machines.
pub const KSC_REGION: &str = "cn-beijing-6";
/// The regions that KSC's gateway knows (ksc-monitor.md, 2).
pub const KSC_REGIONS: &[&str] = &[
    "cn-beijing-6",
    "cn-shanghai-2",
    "cn-hongkong-2",
    "cn-guangzhou-1",
    "ap-singapore-1",
    "eu-east-1",
];
/// The region of the Tencent machines.
pub const TENCENT_REGION: &str = "gz";
/// The region, and the name of the project, of the Huawei machines.
pub const HUAWEI_REGION: &str = "cn-north-4";
/// How long a token is good (signing-huawei.md, 1.3).
pub const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);

/// An access key pair and whose it is.
#[derive(Debug, Clone)]
pub struct Key {
    /// Which provider's.
    pub cloud: Cloud,
    /// The public half.
    pub id: String,
    /// The secret half.
    pub secret: String,
    /// Name of the user.
    pub user: String,
}

/// A user of the Huawei account, and of the others by name.
#[derive(Debug, Clone)]
pub struct User {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their password.
    pub password: String,
}

/// A project of the Huawei account.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Calls to one project.
    Project,
    /// Calls to the account.
    Domain,
}

/// A token that was issued.
#[derive(Debug, Clone)]
pub struct Token {
    /// As it travels.
    pub text: String,
    /// Whose it is: a user's id.
    pub user: String,
    /// What it allows.
    pub scope: Scope,
    /// When it was issued.
    pub issued: Timestamp,
}

/// Who exists and what they hold.
#[derive(Debug, Clone)]
pub struct Identity {
    seed: u64,
    /// Id of the Huawei account.
    pub domain_id: String,
    /// Name of the Huawei account.
    pub domain: String,
    /// Its projects; the first is the one the machines are in.
    pub projects: Vec<Project>,
    /// Its users; the first one's credentials are announced.
    pub users: Vec<User>,
    /// Access keys of all providers.
    pub keys: Vec<Key>,
    /// Tokens issued so far.
    pub tokens: Vec<Token>,
    /// ESM's application code, sent as `X-APIG-Appcode`.
    pub app_code: String,
    /// ESM's other application code, sent as `x-hcso-appcode`.
    pub hcso_app_code: String,
    /// Id of the tenant that `x-hcso-domainid` must name.
    pub hcso_domain_id: String,
    /// The key in the path of a custom alarm.
    pub integration_key: String,
}

impl Identity {
    /// The accounts of the pretend cloud.
    pub fn new(seed: u64) -> Self {
        let user = |name: &str| User {
            id: chance::hexadecimal(seed, &["user", name], 32),
            name: name.to_owned(),
            password: format!("pretend-{}", chance::letters(seed, &["password", name], 10)),
        };
        let key = |cloud: Cloud, prefix: &str, length: usize| Key {
            cloud,
            id: format!(
                "{prefix}{}",
                chance::letters(seed, &["key", prefix], length).to_uppercase()
            ),
            secret: chance::letters(seed, &["secret", prefix], 40),
            user: "demo".into(),
        };
        let project = |name: &str| Project {
            id: chance::hexadecimal(seed, &["project", name], 32),
            name: name.to_owned(),
        };
        Self {
            seed,
            domain_id: chance::hexadecimal(seed, &["domain"], 32),
            domain: "watch-demo".into(),
            projects: vec![project(HUAWEI_REGION), project("cn-south-1")],
            users: ["demo", "li.wei", "wang.fang", "dba", "admin"]
                .map(user)
                .to_vec(),
            keys: vec![
                key(Cloud::Ksc, "AKLT", 20),
                key(Cloud::Tencent, "AKID", 32),
                key(Cloud::Huawei, "HPUA", 16),
            ],
            tokens: Vec::new(),
            app_code: chance::hexadecimal(seed, &["appcode"], 32),
            hcso_app_code: chance::hexadecimal(seed, &["hcso-appcode"], 32),
            hcso_domain_id: chance::hexadecimal(seed, &["hcso-domain"], 32),
            integration_key: chance::hexadecimal(seed, &["integration"], 32),
        }
    }

    /// The project the Huawei machines are in.
    pub fn project(&self) -> &Project {
        &self.projects[0]
    }

    /// The key with this public half.
    pub fn key(&self, cloud: Cloud, id: &str) -> Option<&Key> {
        self.keys
            .iter()
            .find(|key| key.cloud == cloud && key.id == id)
    }

    /// The key of a provider whose credentials are announced.
    ///
    /// # Panics
    ///
    /// Never: every provider has one.
    pub fn announced_key(&self, cloud: Cloud) -> &Key {
        self.keys
            .iter()
            .find(|key| key.cloud == cloud)
            .expect("every provider has a key")
    }

    /// The user whose credentials are announced.
    pub fn announced_user(&self) -> &User {
        &self.users[0]
    }

    /// The user with this name.
    pub fn user_named(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    /// The user with this id.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The id of the user with this name; the name itself when there is none.
    pub fn user_id(&self, name: &str) -> String {
        self.user_named(name)
            .map_or_else(|| name.to_owned(), |user| user.id.clone())
    }

    /// Issues a token: opaque text of about 2,000 characters.
    pub fn issue(&mut self, user: &str, scope: Scope, at: Timestamp) -> String {
        let count = self.tokens.len().to_string();
        let text = format!(
            "MIIPAgYJKoZIhvcNAQcCoIIO8zCC{}",
            chance::letters(self.seed, &["token", user, &count], 1972)
        );
        self.tokens.push(Token {
            text: text.clone(),
            user: user.to_owned(),
            scope,
            issued: at,
        });
        text
    }

    /// The token with this text, if it is still good at `at`.
    pub fn token(&self, text: &str, at: Timestamp) -> Option<&Token> {
        self.tokens
            .iter()
            .find(|token| token.text == text && at < token.issued + TOKEN_LIFE)
    }
}
