//! Where files are: the XDG base directories. The working directory is never searched, so that a planted file
//! cannot reconfigure a tool that holds credentials.

use std::path::PathBuf;

use super::Env;

/// The places this program reads and writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The configuration file.
    pub config: PathBuf,
    /// Folder of the user's own themes.
    pub themes: PathBuf,
    /// Folder of the database and the log; created with mode 0700.
    pub state: PathBuf,
}

impl Paths {
    /// From the environment: `WATCHKEEPER_CONFIG`, `XDG_CONFIG_HOME`, `XDG_STATE_HOME`, `HOME`.
    pub fn from_env(env: Env<'_>) -> Self {
        let home = env("HOME").filter(|home| !home.is_empty());
        let base = |variable: &str, below_home: &str| {
            let own = env(variable).filter(|path| path.starts_with('/'));
            let fallback = || PathBuf::from(home.as_deref().unwrap_or("/tmp")).join(below_home);
            own.map_or_else(fallback, PathBuf::from).join("watchkeeper")
        };
        let folder = base("XDG_CONFIG_HOME", ".config");
        let config = env("WATCHKEEPER_CONFIG")
            .filter(|path| !path.is_empty())
            .map_or_else(|| folder.join("config.toml"), PathBuf::from);
        Self {
            config,
            themes: folder.join("themes"),
            state: base("XDG_STATE_HOME", ".local/state"),
        }
    }

    /// The database: journal, tracked incidents, metric history, settings.
    pub fn database(&self) -> PathBuf {
        self.state.join("state.db")
    }

    /// The log.
    pub fn log(&self) -> PathBuf {
        self.state.join("watchkeeper.log")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_xdg_rules_are_kept() {
        let env = |name: &str| match name {
            "HOME" => Some("/home/li".to_owned()),
            "XDG_STATE_HOME" => Some("relative/is/ignored".to_owned()),
            _ => None,
        };
        let paths = Paths::from_env(&env);
        assert_eq!(
            paths.config,
            PathBuf::from("/home/li/.config/watchkeeper/config.toml")
        );
        assert_eq!(
            paths.database(),
            PathBuf::from("/home/li/.local/state/watchkeeper/state.db")
        );
    }

    #[test]
    fn the_file_can_be_named() {
        let env = |name: &str| match name {
            "WATCHKEEPER_CONFIG" => Some("/etc/on-call.toml".to_owned()),
            "XDG_STATE_HOME" => Some("/var/state".to_owned()),
            _ => None,
        };
        let paths = Paths::from_env(&env);
        assert_eq!(paths.config, PathBuf::from("/etc/on-call.toml"));
        assert_eq!(paths.state, PathBuf::from("/var/state/watchkeeper"));
    }
}
