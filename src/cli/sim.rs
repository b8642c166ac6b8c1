//! `watchkeeper sim`: the simulator alone, on a local port.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use tokio::signal::unix::{SignalKind, signal};

use super::args::SimArgs;
use super::exit::Failure;
use super::setup;
use crate::clock::Clock;
use crate::domain::alarm::{LocalLimit, Severity};
use crate::domain::connection::{Connection, Credentials};
use crate::domain::text::SafeText;
use crate::sim::Sim;
use crate::sim::scenario::Scenario;

/// Serves the simulator until SIGTERM or SIGINT.
pub fn run(args: &SimArgs) -> Result<(), Failure> {
    let scenario =
        Scenario::load(&args.scenario).map_err(|error| Failure::Usage(error.to_string()))?;
    if !args.listen.ip().is_loopback() {
        let message = format!(
            "{} is not a loopback address: the simulator is for this machine only",
            args.listen
        );
        return Err(Failure::Usage(message));
    }
    let sim = Sim::new(scenario, Clock::System);
    setup::runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(args.listen)
            .await
            .map_err(|error| {
                Failure::Other(format!("cannot listen on {}: {error}", args.listen))
            })?;
        let base = format!("http://{}", listener.local_addr()?);
        // Signals are caught before anybody is told that we are ready.
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        if let Some(path) = &args.write_config {
            write_private(path, &config(&sim.connections(&base))).map_err(|error| {
                Failure::Other(format!("{} cannot be written: {error}", path.display()))
            })?;
        }
        let mut out = std::io::stdout();
        writeln!(out, "{}", sim.announcement(&base))?;
        out.flush()?;
        let told_to_stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        crate::sim::serve(sim, listener, told_to_stop).await?;
        Ok(())
    })
}

/// Writes a file that only its owner can read, also when it exists with another mode.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// A configuration with one profile `sim` that reaches these accounts.
fn config(connections: &[(Connection, Credentials)]) -> String {
    let mut text = String::from(
        "# Points at a running simulator; its keys open nothing else.\n\nprofile = \"sim\"\n",
    );
    for (connection, credentials) in connections {
        let account = &connection.account;
        let _ = write!(text, "\n[profiles.sim.{}]\n", account.id.system);
        let mut set = |key: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
            }
        };
        set("region", &account.region);
        set("operator", &account.operator);
        set(
            "endpoint",
            connection.endpoint.as_deref().unwrap_or_default(),
        );
        set(
            "identity_endpoint",
            connection.identity_endpoint.as_deref().unwrap_or_default(),
        );
        set("scheme", connection.scheme.as_deref().unwrap_or_default());
        set(
            "project_id",
            connection.project_id.as_deref().unwrap_or_default(),
        );
        set(
            "project_name",
            connection.project_name.as_deref().unwrap_or_default(),
        );
        set(
            "scope",
            if connection.domain_scope {
                "domain"
            } else {
                ""
            },
        );
        match credentials {
            Credentials::AccessKey {
                id,
                secret,
                session,
            } => {
                set("access_key", id);
                set("secret_key", secret.reveal());
                set(
                    "session_token",
                    session.as_ref().map_or("", |token| token.reveal()),
                );
            }
            Credentials::Password {
                user,
                password,
                domain,
            } => {
                set("user", user);
                set("password", password.reveal());
                set("domain", domain);
            }
        }
        if let Some(codes) = &connection.app_codes {
            set("app_code", codes.app_code.reveal());
            set("hcso_app_code", codes.hcso_app_code.reveal());
            set(
                "hcso_domain_id",
                codes.hcso_domain_id.as_deref().unwrap_or_default(),
            );
        }
        text.push_str(&limits(&account.limits));
    }
    text
}

/// The limits of an account as its configuration writes them.
fn limits(limits: &[LocalLimit]) -> String {
    let mut text = String::new();
    for limit in limits {
        let key = &limit.series;
        let word = |text: &str| toml::Value::from(text).to_string();
        let severity = limit.severity.unwrap_or(Severity::Major).name();
        let _ = writeln!(
            text,
            "    {{ namespace = {}, instance = {}, metric = {}, name = {}, above = {}, unit = {}, severity = {} }},",
            word(key.namespace.raw()),
            word(key.instance.raw()),
            word(key.metric.raw()),
            word(
                limit
                    .name
                    .as_ref()
                    .map_or(key.instance.raw(), SafeText::raw)
            ),
            limit.rule.threshold,
            word(limit.rule.unit.raw()),
            word(severity),
        );
    }
    if text.is_empty() {
        return text;
    }
    format!("limits = [\n{text}]\n")
}
