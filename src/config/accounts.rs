//! Profiles and their accounts, from TOML: where each is, how it is reached, who it is, what is watched.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::secrets::{self, CredentialSpec, Reference};
use super::section::{Reader, Section};
use super::{AccountSpec, Profile};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::alarm::{Comparison, Condition, LocalLimit, Severity};
use crate::domain::connection::{Account, AppCodes, Connection};
use crate::domain::metric::{SeriesKey, Statistic, Watched};

/// What the accounts of a profile share.
struct Shared<'a> {
    profile: &'a str,
    read_only: bool,
    production: bool,
    operator: Option<String>,
}

impl Reader<'_> {
    /// A profile with the accounts of its systems.
    pub fn profile(&mut self, name: &str, table: &DeTable<'_>, at: usize) -> Profile {
        let mut section = Section::new(table, at);
        let shared = Shared {
            profile: name,
            read_only: section.flag(self, "read_only").unwrap_or(false),
            production: section.flag(self, "production").unwrap_or(false),
            operator: section.text(self, "operator"),
        };
        let mut accounts = Vec::new();
        for system in SystemId::ALL {
            if let Some((table, at)) = section.table(self, system.id()) {
                accounts.push(self.account(system, &shared, table, at));
            }
        }
        section.finish(self);
        Profile {
            name: name.to_owned(),
            accounts,
        }
    }

    fn account(
        &mut self,
        system: SystemId,
        shared: &Shared<'_>,
        table: &DeTable<'_>,
        at: usize,
    ) -> AccountSpec {
        let mut section = Section::new(table, at);
        let region = section
            .text(self, "region")
            .or_else(|| secrets::region_from_environment(system, self.env))
            .unwrap_or_default();
        let operator = section.text(self, "operator").or(shared.operator.clone());
        let read_only = section.flag(self, "read_only").unwrap_or(false);
        let credentials = self.credentials(system, &mut section);
        let connection = Connection {
            account: Account {
                id: AccountId::new(shared.profile, system),
                region,
                read_only: shared.read_only || read_only,
                production: shared.production,
                operator: operator.unwrap_or_default(),
                limits: self.limits(system, &mut section),
            },
            endpoint: section.url(self, "endpoint"),
            identity_endpoint: section.url(self, "identity_endpoint"),
            scheme: section.word(self, "scheme", schemes(system)),
            project_id: section.text(self, "project_id"),
            project_name: section.text(self, "project_name"),
            domain_scope: section
                .word(self, "scope", &["project", "domain"])
                .as_deref()
                == Some("domain"),
            app_codes: self.app_codes(&mut section),
            ca_file: section.text(self, "ca_file").map(Into::into),
            skip_certificate_checks: section
                .flag(self, "skip_certificate_checks")
                .unwrap_or(false),
        };
        let watch = self.watch(&connection.account.id, &mut section);
        section.finish(self);
        AccountSpec {
            connection,
            credentials,
            watch,
        }
    }

    fn credentials(&mut self, system: SystemId, section: &mut Section<'_>) -> CredentialSpec {
        let id = self.reference(section, "access_key");
        let secret = self.reference(section, "secret_key");
        let session = self.reference(section, "session_token");
        let user = self.reference(section, "user");
        let password = self.reference(section, "password");
        let domain = self.reference(section, "domain");
        let command = section.text(self, "credential_command");
        if let Some(command) = command {
            return CredentialSpec::Command(command);
        }
        match (id, secret, user, password) {
            (Some(id), Some(secret), _, _) => CredentialSpec::AccessKey {
                id,
                secret,
                session,
            },
            (_, _, Some(user), Some(password)) => CredentialSpec::Password {
                user,
                password,
                domain: domain.unwrap_or(Reference::Plain(String::new().as_str().into())),
            },
            (None, None, None, None) => CredentialSpec::Environment(system),
            (id, secret, user, _) => {
                let missing = match (id, secret, user) {
                    (Some(_), None, _) => "secret_key",
                    (None, Some(_), _) => "access_key",
                    (_, _, Some(_)) => "password",
                    _ => "user",
                };
                let message = format!("{missing} is missing for {system}");
                self.problem(section.at, message, None);
                CredentialSpec::Missing(missing)
            }
        }
    }

    fn reference(&mut self, section: &mut Section<'_>, key: &'static str) -> Option<Reference> {
        let (text, at) = section.text_at(self, key)?;
        let reference = Reference::parse(&text);
        let is_secret = !matches!(key, "access_key" | "user" | "domain");
        if is_secret && matches!(reference, Reference::Plain(_)) && !self.private {
            self.problem(
                at,
                format!("{key} is written in a file that others can read, so it is not used"),
                Some(format!(
                    "run: chmod 600 {}; or write env:NAME, file:PATH or cmd:PROGRAM",
                    self.file.display()
                )),
            );
            return None;
        }
        Some(reference)
    }

    fn app_codes(&mut self, section: &mut Section<'_>) -> Option<AppCodes> {
        let app_code = self.reference(section, "app_code");
        let hcso_app_code = self.reference(section, "hcso_app_code");
        let hcso_domain_id = section.text(self, "hcso_domain_id");
        let app_code = self.resolved(section, &app_code?)?;
        let hcso_app_code = hcso_app_code
            .and_then(|reference| self.resolved(section, &reference))
            .unwrap_or_else(|| app_code.clone());
        Some(AppCodes {
            app_code,
            hcso_app_code,
            hcso_domain_id,
        })
    }

    fn resolved(
        &mut self,
        section: &Section<'_>,
        reference: &Reference,
    ) -> Option<crate::domain::secret::Secret> {
        match reference.resolve(self.env) {
            Ok(secret) => Some(secret),
            Err(message) => {
                self.problem(section.at, message, None);
                None
            }
        }
    }

    fn watch(&mut self, account: &AccountId, section: &mut Section<'_>) -> Vec<Watched> {
        let Some(value) = section.take("watch") else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.problem(value.span().start, "watch must be a list".to_owned(), None);
            return Vec::new();
        };
        let mut watched = Vec::new();
        for item in list {
            let Some(table) = item.get_ref().as_table() else {
                let message =
                    "an entry of watch must be { namespace, instance, metric, group }".to_owned();
                self.problem(item.span().start, message, None);
                continue;
            };
            let mut entry = Section::new(table, item.span().start);
            let parts = ["namespace", "instance", "metric"].map(|key| entry.text(self, key));
            let group = entry.text(self, "group").unwrap_or_default();
            entry.finish(self);
            match parts {
                [Some(namespace), Some(instance), Some(metric)] => watched.push(Watched {
                    account: account.clone(),
                    key: SeriesKey::new(&namespace, &instance, &metric),
                    group: group.as_str().into(),
                }),
                _ => self.problem(
                    item.span().start,
                    "an entry of watch needs namespace, instance and metric".to_owned(),
                    None,
                ),
            }
        }
        watched
    }

    /// The limits of an account whose service knows no alarm policies. For the others the key is unknown.
    fn limits(&mut self, system: SystemId, section: &mut Section<'_>) -> Vec<LocalLimit> {
        if system != SystemId::TencentMonitor {
            return Vec::new();
        }
        let Some(value) = section.take("limits") else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.problem(value.span().start, "limits must be a list".to_owned(), None);
            return Vec::new();
        };
        list.iter().filter_map(|item| self.limit(item)).collect()
    }

    fn limit(&mut self, item: &Spanned<DeValue<'_>>) -> Option<LocalLimit> {
        let at = item.span().start;
        let Some(table) = item.get_ref().as_table() else {
            let message = "an entry of limits must be { namespace, instance, metric, above }";
            self.problem(at, message.to_owned(), None);
            return None;
        };
        let mut entry = Section::new(table, at);
        let parts = ["namespace", "instance", "metric"].map(|key| entry.text(self, key));
        let above = entry.number(self, "above");
        let below = entry.number(self, "below");
        let points = entry.count(self, "points", 60).unwrap_or(3);
        let period = entry.count(self, "period", 86_400).unwrap_or(60);
        let unit = entry.text(self, "unit").unwrap_or_default();
        let name = entry.text(self, "name");
        let severity = entry.word(self, "severity", &Severity::ALL.map(Severity::name));
        entry.finish(self);
        let [Some(namespace), Some(instance), Some(metric)] = parts else {
            let message = "an entry of limits needs namespace, instance and metric";
            self.problem(at, message.to_owned(), None);
            return None;
        };
        let (comparison, threshold) = match (above, below) {
            (Some(value), None) => (Comparison::Above, value),
            (None, Some(value)) => (Comparison::Below, value),
            _ => {
                let message = "an entry of limits needs either above or below";
                self.problem(at, message.to_owned(), None);
                return None;
            }
        };
        Some(LocalLimit {
            series: SeriesKey::new(&namespace, &instance, &metric),
            name: name.map(|name| name.as_str().into()),
            rule: Condition {
                metric: metric.as_str().into(),
                label: metric.as_str().into(),
                statistic: Statistic::Average,
                comparison,
                threshold,
                unit: unit.as_str().into(),
                period,
                points,
                effective: None,
                repeat_every: None,
                max_notifications: None,
            },
            severity: severity.as_deref().and_then(Severity::parse),
        })
    }
}

/// The names of the signature schemes a system accepts in the configuration.
const fn schemes(system: SystemId) -> &'static [&'static str] {
    match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => &["sigv4", "sigv4-query", "ksc-simple"],
        SystemId::TencentMonitor => &["hmac-sha256", "hmac-sha1"],
        SystemId::HuaweiEsm => &["token"],
        SystemId::HuaweiCoc => &["ak-sk", "token"],
    }
}
