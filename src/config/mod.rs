//! Settings and accounts, from a TOML file that only its owner may write.
//!
//! Nothing in the file can keep the program from starting: what cannot be read is reported with file, line and the
//! nearest valid key ([`Problem`]), and the default is used instead.

mod accounts;
pub mod paths;
mod read;
pub mod secrets;
mod section;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::alarm::Severity;
use crate::domain::connection::{Account, Connection};
use crate::domain::metric::Watched;

pub use secrets::CredentialSpec;

/// The sample configuration, as `watchkeeper config sample` prints it.
pub const SAMPLE: &str = include_str!("../../docs/config.sample.toml");

/// Everything the configuration says.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Language of the interface: `en` or `zh-CN`; from the environment when absent.
    pub lang: Option<String>,
    /// Name of the theme.
    pub theme: Option<String>,
    /// Time zone of the screen: `local`, `utc` or a name such as `Asia/Shanghai`.
    pub timezone: Option<String>,
    /// In which unit rates of data are shown: `as-sent`, `bits` or `bytes`.
    pub rates: Option<String>,
    /// Profile to open when the command line names none.
    pub profile: Option<String>,
    /// Every profile is read-only.
    pub read_only: bool,
    /// Ask before quitting from the first screen.
    pub confirm_quit: Option<bool>,
    /// Draw with ASCII characters only.
    pub ascii: Option<bool>,
    /// New alarms of these severities ring the terminal's bell.
    pub bell: Vec<Severity>,
    /// New alarms of these severities are told as a notification of the desktop (OSC 9), where the terminal can.
    pub notify: Vec<Severity>,
    /// Own keys: command name and the keys that run it; an empty list unbinds it.
    pub keys: Vec<(String, Vec<String>)>,
    /// The profiles, in the file's order of names.
    pub profiles: Vec<Profile>,
}

/// Accounts that are opened together.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// One account for each system it names.
    pub accounts: Vec<AccountSpec>,
}

/// One account of a profile.
#[derive(Debug, Clone)]
pub struct AccountSpec {
    /// How to reach it.
    pub connection: Connection,
    /// Where its credentials come from.
    pub credentials: CredentialSpec,
    /// The series to keep on the dashboard besides those of the alarm policies.
    pub watch: Vec<Watched>,
}

impl AccountSpec {
    /// What everybody may know of it.
    pub fn account(&self) -> &Account {
        &self.connection.account
    }
}

/// Something in the configuration that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; 0 when it concerns the whole file.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    /// `config.toml:12: unknown key "regoin" (did you mean "region"?)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Environment variables, as a function so that tests need not touch the process.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads the configuration at `path`. A file that does not exist is an empty one.
pub fn load(path: &Path, env: Env<'_>) -> (Config, Vec<Problem>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            let problem = Problem {
                file: path.to_owned(),
                line: 0,
                message: format!("cannot be read: {error}"),
                hint: Some("the defaults are used".to_owned()),
            };
            return (with_environment(Config::default(), env), vec![problem]);
        }
    };
    let private = secrets::is_private(path).is_ok();
    let (config, problems) = read::read(path, &text, private, env);
    (with_environment(config, env), problems)
}

/// Adds the profile `env` when the file names no profile and the usual variables hold credentials, and lets
/// `WATCHKEEPER_READ_ONLY` tighten (never loosen) the file.
fn with_environment(mut config: Config, env: Env<'_>) -> Config {
    if config.profiles.is_empty() {
        let accounts = secrets::accounts_from_environment(env);
        if !accounts.is_empty() {
            config.profiles.push(Profile {
                name: "env".to_owned(),
                accounts,
            });
        }
    }
    if env("WATCHKEEPER_READ_ONLY").is_some_and(|value| !value.is_empty() && value != "0") {
        config.read_only = true;
    }
    if let Some(profile) = env("WATCHKEEPER_PROFILE").filter(|name| !name.is_empty()) {
        config.profile = Some(profile);
    }
    if config.read_only {
        config.make_read_only();
    }
    config
}

impl Config {
    /// Makes every account of every profile read-only.
    pub fn make_read_only(&mut self) {
        self.read_only = true;
        let accounts = self.profiles.iter_mut().flat_map(|p| &mut p.accounts);
        for spec in accounts {
            spec.connection.account.read_only = true;
        }
    }

    /// The profile with this name; without a name the configured one, else the only or first one.
    ///
    /// # Errors
    /// A sentence that names the profiles there are.
    pub fn choose(&self, name: Option<&str>) -> Result<&Profile, String> {
        let wanted = name.or(self.profile.as_deref());
        let found = match wanted {
            Some(name) => self.profiles.iter().find(|profile| profile.name == name),
            None => self.profiles.first(),
        };
        found.ok_or_else(|| match wanted {
            Some(name) if !self.profiles.is_empty() => {
                let names: Vec<&str> = self.profiles.iter().map(|p| p.name.as_str()).collect();
                format!("there is no profile {name:?}; there are: {}", names.join(", "))
            }
            _ => "no profile is configured: run `watchkeeper config sample` for a start, or `watchkeeper demo` \
                  to look around without an account"
                .to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::SystemId;

    fn no_env(_: &str) -> Option<String> {
        None
    }

    fn read(text: &str) -> (Config, Vec<Problem>) {
        read::read(Path::new("config.toml"), text, true, &no_env)
    }

    #[test]
    fn the_sample_is_valid_and_complete() {
        let env = |name: &str| Some(format!("value of {name}"));
        let (config, problems) = read::read(Path::new("sample.toml"), SAMPLE, true, &env);
        assert_eq!(problems, []);
        let systems: Vec<_> = config.profiles[0]
            .accounts
            .iter()
            .map(|spec| spec.account().id.system)
            .collect();
        for system in SystemId::ALL {
            assert!(
                systems.contains(&system),
                "{system} is missing in the sample"
            );
        }
    }

    #[test]
    fn an_unknown_key_names_file_line_and_the_nearest_key() {
        let (config, problems) =
            read("theme = \"dark\"\n[profiles.prod.ksc-monitor]\nregoin = \"cn-beijing-6\"\n");
        assert_eq!(config.theme.as_deref(), Some("dark"));
        assert_eq!(
            problems[0].to_string(),
            "config.toml:3: unknown key \"regoin\" (did you mean \"region\"?)"
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_reported_and_the_default_used() {
        let (config, problems) = read("read_only = \"yes\"\nlang = \"zh-CN\"\n");
        assert!(!config.read_only);
        assert_eq!(config.lang.as_deref(), Some("zh-CN"));
        assert_eq!(problems[0].line, 1);
        assert!(problems[0].message.contains("must be true or false"));
    }

    #[test]
    fn broken_toml_keeps_what_can_be_read() {
        let (config, problems) = read("theme = \"light\"\nlang = \n");
        assert_eq!(config.theme.as_deref(), Some("light"));
        assert_eq!(problems[0].line, 2);
    }

    #[test]
    fn credentials_in_the_environment_make_a_profile() {
        let env = |name: &str| match name {
            "KSYUN_ACCESS_KEY" => Some("AK".to_owned()),
            "KSYUN_SECRET_KEY" => Some("SK".to_owned()),
            "KSYUN_REGION" => Some("cn-shanghai-3".to_owned()),
            _ => None,
        };
        let config = with_environment(Config::default(), &env);
        let profile = config.choose(None).expect("a profile");
        assert_eq!(profile.name, "env");
        assert_eq!(profile.accounts[0].account().region, "cn-shanghai-3");
    }

    #[test]
    fn the_environment_tightens_read_only() {
        let (config, _) = read("[profiles.a.ksc-monitor]\nregion = \"cn-beijing-6\"\n");
        let env = |name: &str| (name == "WATCHKEEPER_READ_ONLY").then(|| "1".to_owned());
        let config = with_environment(config, &env);
        assert!(config.profiles[0].accounts[0].account().read_only);
    }

    #[test]
    fn a_profile_that_is_not_there_is_named_with_those_that_are() {
        let (config, _) = read("[profiles.a.ksc-monitor]\n[profiles.b.huawei-coc]\n");
        let error = config.choose(Some("c")).expect_err("no such profile");
        assert_eq!(error, "there is no profile \"c\"; there are: a, b");
    }

    #[test]
    fn limits_are_read_and_mistakes_in_them_named() {
        let (config, problems) = read(concat!(
            "bell = [\"critical\", \"fatal\"]\nnotify = \"major\"\n",
            "[profiles.a.tencent-monitor]\nlimits = [\n",
            "{ namespace = \"qce/cvm\", instance = \"i\", metric = \"cpu\", above = 90.5, points = 5, severity = \"minor\" },\n",
            "{ namespace = \"qce/cvm\", instance = \"i\", metric = \"mem\", below = 1, unti = \"%\" },\n",
            "{ namespace = \"qce/cvm\", instance = \"i\", metric = \"disk\" },\n",
            "{ namespace = \"qce/cvm\", metric = \"disk\", above = \"much\" },\n",
            "]\n[profiles.a.ksc-monitor]\nlimits = []\n",
        ));
        assert_eq!(config.bell, [Severity::Critical]);
        assert_eq!(config.notify, [Severity::Major]);
        let accounts = &config.profiles[0].accounts;
        let tencent = accounts
            .iter()
            .map(AccountSpec::account)
            .find(|account| account.id.system == SystemId::TencentMonitor)
            .expect("an account");
        let [cpu, mem] = tencent.limits.as_slice() else {
            panic!("{:?}", tencent.limits);
        };
        assert!((cpu.rule.threshold - 90.5).abs() < f64::EPSILON);
        assert_eq!((cpu.rule.points, cpu.rule.period), (5, 60));
        assert_eq!(cpu.severity, Some(Severity::Minor));
        assert_eq!(mem.rule.comparison.sign(), "<");
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 6, 7, 8, 8, 11], "{told:#?}");
        assert!(told[1].contains("did you mean \"unit\""), "{}", told[1]);
        assert!(told[5].contains("unknown key \"limits\""), "{}", told[5]);
    }
}
