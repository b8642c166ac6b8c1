//! `watchkeeper config`: sample, check, path.

use std::io::Write as _;
use std::process::ExitCode;

use super::args::{ConfigCommand, Global};
use super::exit::{self, Failure};
use super::setup;

/// Looks after the configuration.
pub fn run(global: &Global, command: &ConfigCommand) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    let paths = setup::paths(global);
    match command {
        ConfigCommand::Sample => out.write_all(crate::config::SAMPLE.as_bytes())?,
        ConfigCommand::Path => {
            writeln!(out, "config    {}", paths.config.display())?;
            writeln!(out, "themes    {}", paths.themes.display())?;
            writeln!(out, "state     {}", paths.database().display())?;
            writeln!(out, "log       {}", paths.log().display())?;
        }
        ConfigCommand::Check => {
            let (config, problems) = setup::config(global);
            for problem in &problems {
                writeln!(std::io::stderr(), "{problem}")?;
            }
            if !problems.is_empty() {
                return Ok(ExitCode::from(exit::USAGE));
            }
            let exists = if paths.config.exists() {
                ""
            } else {
                " (does not exist)"
            };
            writeln!(out, "{}{exists}: no problems", paths.config.display())?;
            for profile in &config.profiles {
                let systems: Vec<&str> = profile
                    .accounts
                    .iter()
                    .map(|spec| spec.account().id.system.id())
                    .collect();
                writeln!(out, "profile {}: {}", profile.name, systems.join(", "))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
