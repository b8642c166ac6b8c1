//! The command line: reads it, wires everything together, maps failures to exit codes.

pub mod args;
mod call;
mod change;
mod config;
pub mod docs;
mod doctor;
pub mod exit;
mod journal;
pub mod listing;
mod metering;
pub mod monitor;
pub mod ops;
mod output;
mod response;
pub mod scaling;
mod setup;
mod sim;
mod site;
mod tui;
pub mod values;

use std::process::ExitCode;

use clap::Parser as _;

use crate::domain::account::SystemId;
use args::{AlarmCommand, Cli, Command, Output};
use exit::Failure;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let as_json = matches!(&cli.command, Some(Command::Call(call)) if call.output == Output::Json);
    match run(cli) {
        Ok(code) => code,
        Err(failure) => {
            failure.report(as_json);
            failure.into()
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let global = cli.global;
    match cli.command {
        None => tui::configured(&global),
        Some(Command::Demo(args)) => tui::demo(&global, &args),
        Some(Command::Sim(args)) => sim::run(&args).map(done),
        Some(Command::Ops(args)) => ops::run(&args).map(done),
        Some(Command::Call(args)) => call::run(&global, &args).map(done),
        Some(Command::Metric { command }) => monitor::metrics::run(&global, &command).map(done),
        Some(Command::Policy { command }) => monitor::policies::run(&global, &command).map(done),
        Some(Command::Contact { command }) => monitor::contact(&global, &command).map(done),
        Some(Command::Alarm {
            command: AlarmCommand::Report(new),
        }) => response::report_alarm(&global, &new),
        Some(Command::Alarm { command }) => site::alarm(&global, &command),
        Some(Command::Capacity(listing)) => site::capacity(&global, &listing).map(done),
        Some(Command::Audit { command }) => site::audit(&global, &command).map(done),
        Some(Command::Asset { command }) => site::asset(&global, &command).map(done),
        Some(Command::Host { command }) => site::host(&global, &command).map(done),
        Some(Command::Metering { command }) => metering::run(&global, &command).map(done),
        Some(Command::Scaling { command }) => scaling::run(&global, &command),
        Some(Command::Handover { since, lang }) => response::handover(&global, &since, &lang),
        Some(Command::Bundle { incident, into }) => response::bundle(&global, &incident, &into),
        Some(Command::Journal(args)) => journal::run(&global, &args).map(done),
        Some(Command::Config { command }) => config::run(&global, &command),
        Some(Command::Incident { command }) => response::incident(&global, command),
        Some(Command::Warroom { command }) => response::warroom(&global, command),
        Some(Command::Script { command }) => response::script(&global, command),
        Some(Command::Patch { command }) => response::patch(&global, command),
        Some(Command::Order { command }) => response::order(&global, command),
        Some(Command::Resource { command }) => response::resource(&global, &command),
        Some(Command::Doctor(args)) => doctor::run(&global, &args),
    }
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

/// The system with this id.
fn system_named(id: &str) -> Result<SystemId, Failure> {
    SystemId::parse(id).ok_or_else(|| {
        let names = SystemId::ALL.map(SystemId::id).join(", ");
        Failure::Usage(format!("there is no system {id:?}; there are: {names}"))
    })
}
