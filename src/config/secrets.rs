//! Where credentials come from: the environment, a file only its owner can read, a command, or the configuration
//! itself when it is as private. Nothing here prints or logs a secret.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde::Deserialize;

use super::{AccountSpec, Env};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::connection::{Account, Connection, Credentials};
use crate::domain::secret::Secret;

/// How long a credential command may take.
const COMMAND_LIMIT: Duration = Duration::from_secs(10);
/// How much a secret file or a credential command may hold, in bytes.
const SIZE_LIMIT: u64 = 64 * 1024;

/// A value that is written down somewhere.
#[derive(Debug, Clone)]
pub enum Reference {
    /// `env:NAME`
    Env(String),
    /// `file:PATH`; refused when others can read or change it.
    File(String),
    /// `cmd:PROGRAM ARGUMENT …`; run without a shell, its output without the last line break is the value.
    Command(String),
    /// The value itself.
    Plain(Secret),
}

impl Reference {
    /// Reads the notation of the configuration.
    pub fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("env", name)) => Self::Env(name.to_owned()),
            Some(("file", path)) => Self::File(path.to_owned()),
            Some(("cmd", line)) => Self::Command(line.to_owned()),
            _ => Self::Plain(text.into()),
        }
    }

    /// The value. May read a file or run a command, so it may block for up to 10 seconds.
    ///
    /// # Errors
    /// What is missing or refused, and what to do about it.
    pub fn resolve(&self, env: Env<'_>) -> Result<Secret, String> {
        match self {
            Self::Env(name) => env(name)
                .filter(|value| !value.is_empty())
                .map(Secret::new)
                .ok_or_else(|| format!("the environment variable {name} is not set")),
            Self::File(path) => read_private(Path::new(path)),
            Self::Command(line) => run(line).map(|out| trimmed(&out)),
            Self::Plain(secret) => Ok(secret.clone()),
        }
    }
}

/// Where an account's credentials come from.
#[derive(Debug, Clone)]
pub enum CredentialSpec {
    /// An access key pair.
    AccessKey {
        /// Public half.
        id: Reference,
        /// Secret half.
        secret: Reference,
        /// Session token.
        session: Option<Reference>,
    },
    /// A user of the identity service.
    Password {
        /// User name.
        user: Reference,
        /// Password.
        password: Reference,
        /// Account (domain) name.
        domain: Reference,
    },
    /// A command that prints JSON: `access_key`, `secret_key`, `session_token`, or `user`, `password`, `domain`.
    Command(String),
    /// The variables that users of this cloud already have.
    Environment(SystemId),
    /// This field is missing in the configuration.
    Missing(&'static str),
    /// They are known: those of the built-in simulator.
    Known(Credentials),
}

impl CredentialSpec {
    /// The credentials. May block for up to 10 seconds.
    ///
    /// # Errors
    /// Which variable, field, file or command is missing or refused, and what to do about it.
    pub fn resolve(&self, env: Env<'_>) -> Result<Credentials, String> {
        match self {
            Self::AccessKey {
                id,
                secret,
                session,
            } => Ok(Credentials::AccessKey {
                id: id.resolve(env)?.reveal().to_owned(),
                secret: secret.resolve(env)?,
                session: session
                    .as_ref()
                    .map(|session| session.resolve(env))
                    .transpose()?,
            }),
            Self::Password {
                user,
                password,
                domain,
            } => Ok(Credentials::Password {
                user: user.resolve(env)?.reveal().to_owned(),
                password: password.resolve(env)?,
                domain: domain.resolve(env)?.reveal().to_owned(),
            }),
            Self::Command(line) => from_command(line),
            Self::Environment(system) => from_environment(*system, env),
            Self::Known(credentials) => Ok(credentials.clone()),
            Self::Missing(field) => Err(format!("{field} is missing in the configuration")),
        }
    }
}

/// The variables of each cloud: key, secret and session token, each with the spellings in use.
const fn variables(system: SystemId) -> [&'static [&'static str]; 3] {
    match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => [
            &["KSYUN_ACCESS_KEY", "KS_ACCESS_KEY_ID"],
            &["KSYUN_SECRET_KEY", "KS_SECRET_ACCESS_KEY"],
            &["KSYUN_SECURITY_TOKEN", "KS_SECURITY_TOKEN"],
        ],
        SystemId::TencentMonitor => [
            &["TENCENTCLOUD_SECRET_ID"],
            &["TENCENTCLOUD_SECRET_KEY"],
            &["TENCENTCLOUD_TOKEN"],
        ],
        SystemId::HuaweiCoc | SystemId::HuaweiEsm => [
            &["HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"],
            &["HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"],
            &["HUAWEICLOUD_SDK_SECURITY_TOKEN"],
        ],
    }
}

/// The region variable of each cloud.
pub(super) fn region_from_environment(system: SystemId, env: Env<'_>) -> Option<String> {
    let names: &[&str] = match system {
        SystemId::KscMonitor | SystemId::KscAutoscaling => &["KSYUN_REGION", "KS_REGION"],
        SystemId::TencentMonitor => &["TENCENTCLOUD_REGION"],
        SystemId::HuaweiCoc | SystemId::HuaweiEsm => &["HUAWEICLOUD_SDK_REGION", "HW_REGION_NAME"],
    };
    first_of(names, env)
}

fn first_of(names: &[&str], env: Env<'_>) -> Option<String> {
    names
        .iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
}

fn from_environment(system: SystemId, env: Env<'_>) -> Result<Credentials, String> {
    if system == SystemId::HuaweiEsm {
        let get = |name: &str| {
            first_of(&[name], env).ok_or_else(|| {
                format!("user and password are not configured and {name} is not set")
            })
        };
        return Ok(Credentials::Password {
            user: get("HUAWEICLOUD_SDK_USERNAME")?,
            password: Secret::new(get("HUAWEICLOUD_SDK_PASSWORD")?),
            domain: get("HUAWEICLOUD_SDK_DOMAIN_NAME")?,
        });
    }
    let [ids, secrets, sessions] = variables(system);
    let missing = |names: &[&str], field: &str| {
        format!(
            "{field} is not configured and {} is not set",
            names.join(" or ")
        )
    };
    Ok(Credentials::AccessKey {
        id: first_of(ids, env).ok_or_else(|| missing(ids, "access_key"))?,
        secret: first_of(secrets, env)
            .map(Secret::new)
            .ok_or_else(|| missing(secrets, "secret_key"))?,
        session: first_of(sessions, env).map(Secret::new),
    })
}

/// Accounts for every cloud whose variables hold a key.
pub(super) fn accounts_from_environment(env: Env<'_>) -> Vec<AccountSpec> {
    SystemId::ALL
        .into_iter()
        .filter(|system| from_environment(*system, env).is_ok())
        .map(|system| AccountSpec {
            connection: Connection {
                account: Account {
                    id: AccountId::new("env", system),
                    region: region_from_environment(system, env).unwrap_or_default(),
                    read_only: false,
                    production: false,
                    operator: String::new(),
                    limits: Vec::new(),
                },
                endpoint: None,
                identity_endpoint: None,
                scheme: None,
                project_id: None,
                project_name: None,
                domain_scope: false,
                app_codes: None,
                ca_file: None,
                skip_certificate_checks: false,
            },
            credentials: CredentialSpec::Environment(system),
            watch: Vec::new(),
        })
        .collect()
}

/// Can only its owner, who is us, read and change this file?
///
/// # Errors
/// What is wrong with it, and the command that mends it.
pub fn is_private(path: &Path) -> Result<(), String> {
    open_private(path).map(drop)
}

fn open_private(path: &Path) -> Result<File, String> {
    let shown = path.display();
    // Neither follows a link nor waits for the other end of a pipe.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(|error| format!("{shown} cannot be opened: {error}"))?;
    let meta = file
        .metadata()
        .map_err(|error| format!("{shown} cannot be examined: {error}"))?;
    if !meta.is_file() {
        return Err(format!("{shown} is not a plain file"));
    }
    let us = rustix::process::geteuid().as_raw();
    if meta.uid() != us {
        return Err(format!(
            "{shown} belongs to another user; run: chown {us} {shown}"
        ));
    }
    if meta.mode() & 0o077 != 0 {
        return Err(format!("others can read {shown}; run: chmod 600 {shown}"));
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let writable =
        std::fs::metadata(folder).map(|meta| (meta.mode() & 0o022, meta.mode() & 0o1000));
    // Others may write into /tmp, but its sticky bit keeps them from replacing our file.
    if let Ok((others, sticky)) = writable
        && others != 0
        && sticky == 0
    {
        let folder = folder.display();
        return Err(format!(
            "others can replace {shown}; run: chmod go-w {folder}"
        ));
    }
    Ok(file)
}

fn read_private(path: &Path) -> Result<Secret, String> {
    let file = open_private(path)?;
    let mut text = String::new();
    file.take(SIZE_LIMIT)
        .read_to_string(&mut text)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(trimmed(&text))
}

fn trimmed(text: &str) -> Secret {
    Secret::from(text.trim_end_matches(['\r', '\n']))
}

/// What a credential command prints.
#[derive(Deserialize)]
struct Printed {
    access_key: Option<String>,
    secret_key: Option<String>,
    session_token: Option<String>,
    user: Option<String>,
    password: Option<String>,
    domain: Option<String>,
}

fn from_command(line: &str) -> Result<Credentials, String> {
    let name = line.split_whitespace().next().unwrap_or_default();
    let out = run(line)?;
    let printed: Printed = serde_json::from_str(&out)
        .map_err(|_| format!("credential command {name} did not print a JSON object"))?;
    match printed {
        Printed {
            access_key: Some(id),
            secret_key: Some(secret),
            session_token,
            ..
        } => Ok(Credentials::AccessKey {
            id,
            secret: Secret::new(secret),
            session: session_token.map(Secret::new),
        }),
        Printed {
            user: Some(user),
            password: Some(password),
            domain,
            ..
        } => Ok(Credentials::Password {
            user,
            password: Secret::new(password),
            domain: domain.unwrap_or_default(),
        }),
        _ => Err(format!(
            "credential command {name} printed neither access_key and secret_key nor user and password"
        )),
    }
}

/// Runs a command without a shell and returns what it prints. Its output is never logged.
fn run(line: &str) -> Result<String, String> {
    let mut words = line.split_whitespace();
    let name = words.next().ok_or("the credential command is empty")?;
    let mut child = Command::new(name)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("credential command {name} cannot be run: {error}"))?;
    let stdout = child.stdout.take();
    let (done, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = stdout.map_or(Ok(0), |out| {
            out.take(SIZE_LIMIT + 1).read_to_string(&mut text)
        });
        // Nobody listens any more after a time-out.
        let _ = done.send(read.map(|_| text));
    });
    let printed = output.recv_timeout(COMMAND_LIMIT);
    if !matches!(&printed, Ok(Ok(text)) if text.len() as u64 <= SIZE_LIMIT) {
        let _ = child.kill();
    }
    let status = child.wait();
    match printed {
        Err(_) => Err(format!(
            "credential command {name} took more than 10 seconds"
        )),
        Ok(Err(_)) => Err(format!("credential command {name} did not print text")),
        Ok(Ok(text)) if text.len() as u64 > SIZE_LIMIT => Err(format!(
            "credential command {name} printed more than 64 KiB"
        )),
        Ok(Ok(text)) => match status {
            Ok(status) if status.success() => Ok(text),
            Ok(status) => Err(format!("credential command {name} failed: {status}")),
            Err(error) => Err(format!("credential command {name} failed: {error}")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn no_env(_: &str) -> Option<String> {
        None
    }

    fn file_with_mode(mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "s3cret\n").expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("mode set");
        (folder, path)
    }

    #[test]
    fn a_private_file_is_read_without_its_line_break() {
        let (_folder, path) = file_with_mode(0o600);
        assert_eq!(read_private(&path).expect("readable").reveal(), "s3cret");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_command_that_mends_it() {
        for mode in [0o640, 0o604, 0o660, 0o666, 0o601, 0o610] {
            let (_folder, path) = file_with_mode(mode);
            let error = read_private(&path).expect_err("refused");
            assert!(
                error.contains(&format!("chmod 600 {}", path.display())),
                "{error}"
            );
        }
    }

    #[test]
    fn links_folders_and_replaceable_files_are_refused() {
        let (folder, path) = file_with_mode(0o600);
        let link = folder.path().join("link");
        symlink(&path, &link).expect("linked");
        assert!(read_private(&link).is_err());
        assert!(read_private(folder.path()).is_err());
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777))
            .expect("mode");
        let error = read_private(&path).expect_err("refused");
        assert!(error.contains("chmod go-w"), "{error}");
    }

    #[test]
    fn missing_credentials_name_field_and_variable() {
        let error = CredentialSpec::Environment(SystemId::KscMonitor)
            .resolve(&no_env)
            .expect_err("nothing is set");
        assert_eq!(
            error,
            "access_key is not configured and KSYUN_ACCESS_KEY or KS_ACCESS_KEY_ID is not set"
        );
    }

    #[test]
    fn a_command_gives_credentials() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        std::fs::write(&path, r#"{"access_key": "AK", "secret_key": "SK"}"#).expect("written");
        let line = format!("cat {}", path.display());
        let credentials = from_command(&line).expect("credentials");
        assert!(matches!(credentials, Credentials::AccessKey { id, .. } if id == "AK"));
    }

    #[test]
    fn a_command_that_fails_says_so_without_its_output() {
        for (line, expected) in [
            ("false", "failed"),
            ("echo not-json", "JSON object"),
            ("/no/such/program", "cannot be run"),
            ("head -c 100000 /dev/zero", "64 KiB"),
        ] {
            let error = from_command(line).expect_err(line);
            assert!(error.contains(expected), "{line}: {error}");
            assert!(!error.contains("not-json"));
        }
    }

    #[test]
    fn references_are_told_apart() {
        let env = |name: &str| (name == "KEY").then(|| "from env".to_owned());
        assert_eq!(
            Reference::parse("env:KEY")
                .resolve(&env)
                .expect("set")
                .reveal(),
            "from env"
        );
        assert_eq!(
            Reference::parse("plain")
                .resolve(&env)
                .expect("plain")
                .reveal(),
            "plain"
        );
        assert_eq!(
            Reference::parse("cmd:echo x")
                .resolve(&env)
                .expect("run")
                .reveal(),
            "x"
        );
        assert!(Reference::parse("env:OTHER").resolve(&env).is_err());
    }
}
