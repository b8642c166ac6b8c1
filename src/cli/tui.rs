//! The dashboard: on the configured profile, or on the built-in simulator.

use std::path::Path;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use tokio::net::TcpListener;

use super::args::{DemoArgs, Global};
use super::exit::Failure;
use super::setup;
use crate::app::App;
use crate::app::settings::Settings;
use crate::clock::Clock;
use crate::config::{AccountSpec, Config, CredentialSpec};
use crate::fetch;
use crate::panes;
use crate::shell::{Ports, terminal};
use crate::sim::Sim;
use crate::sim::scenario::Scenario;
use crate::store::Store;
use crate::ui::lang::Lang;
use crate::ui::theme::{BUILT_IN, Depth, Theme};

/// Opens the dashboard on the configured profile.
pub fn configured(global: &Global) -> Result<ExitCode, Failure> {
    setup::log(global)?;
    let (config, problems) = setup::config(global);
    let profile = setup::profile(global, &config)?.clone();
    let mut settings = settings(global, &config, &profile.name, &profile.accounts)?;
    settings.problems = problems.iter().map(ToString::to_string).collect();
    let database = setup::paths(global).database();
    let accounts = profile.accounts;
    let app = App::new(panes::catalog(), settings);
    run(
        app,
        move || async move { ports(&accounts, Some(&database)) },
    )
}

/// Opens the dashboard on a simulator in this process, through real HTTP on a loopback port.
pub fn demo(global: &Global, args: &DemoArgs) -> Result<ExitCode, Failure> {
    setup::log(global)?;
    let scenario =
        Scenario::load(&args.scenario).map_err(|error| Failure::Usage(error.to_string()))?;
    let (config, problems) = setup::config(global);
    let sim = Sim::new(scenario, Clock::System);
    // The port must be known before the clients are; the kernel keeps connections waiting until it is served.
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let base = format!("http://{}", listener.local_addr()?);
    let mut accounts = accounts_of(&sim, &base);
    if global.read_only || config.read_only {
        for spec in &mut accounts {
            spec.connection.account.read_only = true;
        }
    }
    let mut settings = settings(global, &config, "demo", &accounts)?;
    settings.problems = problems.iter().map(ToString::to_string).collect();
    let app = App::new(panes::catalog(), settings);
    run(app, move || async move {
        match TcpListener::from_std(listener) {
            Ok(listener) => {
                tokio::spawn(crate::sim::serve(sim, listener, std::future::pending()));
            }
            // Nothing can be reached then, and every pane says so.
            Err(error) => tracing::error!(%error, "the simulator cannot listen"),
        }
        // The journal of a demo is nobody's record: it is kept in memory.
        ports(&accounts, None)
    })
}

fn accounts_of(sim: &Sim, base: &str) -> Vec<AccountSpec> {
    sim.connections(base)
        .into_iter()
        .map(|(connection, credentials)| AccountSpec {
            watch: sim.watch_list(&connection.account.id),
            connection,
            credentials: CredentialSpec::Known(credentials),
        })
        .collect()
}

fn run<F>(app: App, connect: impl FnOnce() -> F) -> Result<ExitCode, Failure>
where
    F: Future<Output = Ports>,
{
    let ended = terminal::run_on_terminal(app, connect, Clock::System)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(ended
        .signal
        .map_or(ExitCode::SUCCESS, |signal| ExitCode::from(signal.status())))
}

/// Builds what takes time, after the first frame.
fn ports(accounts: &[AccountSpec], database: Option<&Path>) -> Ports {
    let clients = setup::clients(accounts);
    // Only spreads refreshes; any number will do where the system has no randomness to give.
    let seed = getrandom::u64().unwrap_or(1);
    let (fetch, inbox) = fetch::spawn(clients, Clock::System, seed);
    let (store, replies) = Store::open(database, Clock::System);
    Ports {
        fetch,
        inbox,
        store,
        replies,
        // Without a working folder writing fails, and says so.
        folder: std::env::current_dir().unwrap_or_default(),
    }
}

/// The settings of the screen: command line before configuration before environment.
fn settings(
    global: &Global,
    config: &Config,
    profile: &str,
    accounts: &[AccountSpec],
) -> Result<Settings, Failure> {
    let theme = theme(global, config)?;
    let known = accounts.iter().map(|spec| spec.account().clone()).collect();
    let mut settings = Settings::new(theme, profile, known);
    settings.lang = lang(global, config)?;
    settings.zone = zone(global.tz.as_deref().or(config.timezone.as_deref()))?;
    settings.rates = setup::rates(config);
    settings.check = crate::cloud::broken_rules;
    settings.operations = crate::cloud::operations().collect();
    settings.keys.clone_from(&config.keys);
    settings.low_traffic = global.low_traffic;
    settings.bell.clone_from(&config.bell);
    settings.notify.clone_from(&config.notify);
    settings.confirm_quit = config.confirm_quit.unwrap_or(true);
    settings.watch = accounts
        .iter()
        .flat_map(|spec| spec.watch.iter().cloned())
        .collect();
    Ok(settings)
}

fn lang(global: &Global, config: &Config) -> Result<Lang, Failure> {
    let chosen = global.lang.clone().or_else(|| config.lang.clone());
    match chosen.as_deref() {
        None => {
            let names = ["WATCHKEEPER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
            let values = names.map(|name| setup::env(name).unwrap_or_default());
            Ok(Lang::choose(&values.each_ref().map(String::as_str)))
        }
        Some("en") => Ok(Lang::En),
        Some("zh" | "zh-CN") => Ok(Lang::ZhCn),
        Some(name) => Err(Failure::Usage(format!(
            "--lang must be en or zh, not {name:?}"
        ))),
    }
}

fn zone(name: Option<&str>) -> Result<TimeZone, Failure> {
    match name {
        None | Some("local") => Ok(setup::local_zone()),
        Some("utc" | "UTC") => Ok(TimeZone::UTC),
        Some(name) => TimeZone::get(name).map_err(|_| {
            Failure::Usage(format!(
                "there is no time zone {name:?}; try utc or Asia/Shanghai"
            ))
        }),
    }
}

fn theme(global: &Global, config: &Config) -> Result<Theme, Failure> {
    let env = |name: &str| setup::env(name).unwrap_or_default();
    let setting = if global.no_color {
        "never".to_owned()
    } else {
        env("WATCHKEEPER_COLOR")
    };
    let depth = Depth::choose(&setting, &env("NO_COLOR"), &env("COLORTERM"), &env("TERM"));
    let name = global
        .theme
        .as_deref()
        .or(config.theme.as_deref())
        .unwrap_or("dark");
    let theme = if BUILT_IN.contains(&name) {
        Theme::built_in(name, depth)
    } else {
        let file = setup::paths(global).themes.join(format!("{name}.toml"));
        let text = std::fs::read_to_string(&file).map_err(|error| {
            let shown = file.display();
            let built_in = BUILT_IN.join(", ");
            Failure::Usage(format!(
                "theme {name:?} is none of {built_in}, and {shown} cannot be read: {error}"
            ))
        })?;
        Theme::parse(name, &text, depth)
    };
    let theme = theme.map_err(|error| Failure::Usage(format!("theme {name:?}: {error}")))?;
    let ascii = global.ascii || config.ascii.unwrap_or(false) || !is_utf8(&env);
    Ok(if ascii { theme.ascii() } else { theme })
}

/// Can the terminal's locale show more than ASCII? Without any locale it is taken for granted, as most terminals can.
fn is_utf8(env: &dyn Fn(&str) -> String) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(env);
    match locale.iter().find(|value| !value.is_empty()) {
        None => true,
        Some(value) => {
            let value = value.to_lowercase();
            value.contains("utf-8")
                || value.contains("utf8")
                || !matches!(value.as_str(), "c" | "posix")
        }
    }
}
