//! What several commands need: the configuration, clients of its accounts, a runtime, the log.

use std::sync::Arc;

use jiff::tz::TimeZone;
use tokio::runtime::Runtime;

use super::args::Global;
use super::exit::Failure;
use crate::clock::Clock;
use crate::cloud::client::Client;
use crate::cloud::credentials::CredentialSource;
use crate::cloud::transport::Net;
use crate::config::paths::Paths;
use crate::config::{AccountSpec, Config, CredentialSpec, Problem, Profile};
use crate::domain::account::SystemId;
use crate::domain::connection::Credentials;
use crate::ui::rates::Rates;

/// The process's environment.
pub fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The machine's time zone.
///
/// `/etc/localtime` is read by itself: the library would look its name up, and for that list the whole zone database
/// first, which is a fifth of the time to the first frame. Where `TZ` or another habit of the system decides, the
/// library does.
pub fn local_zone() -> TimeZone {
    if env("TZ").is_some() {
        return TimeZone::system();
    }
    std::fs::read("/etc/localtime")
        .ok()
        .and_then(|data| TimeZone::tzif("local", &data).ok())
        .unwrap_or_else(TimeZone::system)
}

/// Where everything is kept.
pub fn paths(global: &Global) -> Paths {
    let mut paths = Paths::from_env(&env);
    if let Some(config) = &global.config {
        paths.config.clone_from(config);
    }
    paths
}

/// The configuration, tightened by the command line, and what is wrong with it.
pub fn config(global: &Global) -> (Config, Vec<Problem>) {
    let (mut config, problems) = crate::config::load(&paths(global).config, &env);
    if global.read_only {
        config.make_read_only();
    }
    (config, problems)
}

/// In which unit rates of data are shown.
pub fn rates(config: &Config) -> Rates {
    let chosen = config.rates.as_deref().and_then(Rates::parse);
    chosen.unwrap_or_default()
}

/// The profile that the command line or the configuration names.
pub fn profile<'c>(global: &Global, config: &'c Config) -> Result<&'c Profile, Failure> {
    config
        .choose(global.profile.as_deref())
        .map_err(Failure::Usage)
}

/// A client for one system of the chosen profile, for one call.
pub fn client(global: &Global, system: SystemId) -> Result<Client, Failure> {
    let (config, problems) = config(global);
    for problem in &problems {
        eprintln!("watchkeeper: {problem}");
    }
    let profile = profile(global, &config)?;
    let spec = profile
        .accounts
        .iter()
        .find(|spec| spec.account().id.system == system)
        .ok_or_else(|| {
            Failure::Usage(format!(
                "profile {:?} has no account for {system}: add [profiles.{}.{system}] to {}",
                profile.name,
                profile.name,
                paths(global).config.display()
            ))
        })?;
    Ok(client_of(spec, &Arc::new(Net::default()), Clock::System))
}

/// The client of an account.
pub fn client_of(spec: &AccountSpec, net: &Arc<Net>, clock: Clock) -> Client {
    let transport = net.transport(&spec.connection);
    let credentials = Arc::new(Source(spec.credentials.clone()));
    Client::new(spec.connection.clone(), credentials, transport, clock)
}

/// Clients for all accounts, which share their sockets.
pub fn clients(specs: &[AccountSpec]) -> Vec<Arc<Client>> {
    let net = Arc::new(Net::default());
    let client = |spec| Arc::new(client_of(spec, &net, Clock::System));
    specs.iter().map(client).collect()
}

/// Credentials as the configuration names them, found when they are first needed.
struct Source(CredentialSpec);

impl CredentialSource for Source {
    fn ready(&self) -> Option<Credentials> {
        None
    }

    fn load(&self) -> Result<Credentials, String> {
        self.0.resolve(&env)
    }
}

/// A runtime for a command without a screen.
pub fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("the runtime cannot be started: {error}")))
}

/// Starts the log, when one is wanted. It is a file below the state folder and never the screen.
pub fn log(global: &Global) -> Result<(), Failure> {
    let wanted = global.log_level.clone().or_else(|| env("WATCHKEEPER_LOG"));
    let Some(level) = wanted else { return Ok(()) };
    let path = paths(global).log();
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::Usage(format!(
            "the log {} cannot be written: {error}",
            path.display()
        ))
    };
    let filter = tracing_subscriber::EnvFilter::try_new(format!("watchkeeper={level}"))
        .map_err(|error| Failure::Usage(format!("--log-level {level}: {error}")))?;
    let folder = path.parent().unwrap_or(&path);
    std::os::unix::fs::DirBuilderExt::mode(std::fs::DirBuilder::new().recursive(true), 0o700)
        .create(folder)
        .map_err(|error| cannot(&error))?;
    let file = std::os::unix::fs::OpenOptionsExt::mode(
        std::fs::OpenOptions::new().append(true).create(true),
        0o600,
    )
    .open(&path)
    .map_err(|error| cannot(&error))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Arc::new(file))
        .init();
    Ok(())
}
