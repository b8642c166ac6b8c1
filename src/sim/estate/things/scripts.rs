//! Scripts and their approval (huawei-coc.md, 11.1).

use std::time::Duration;

use jiff::Timestamp;

use crate::sim::chance;

/// A parameter of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptParam {
    /// Name.
    pub name: String,
    /// Default value.
    pub value: String,
    /// What it is for.
    pub description: String,
    /// Position, from 1.
    pub order: i64,
    /// Is its value a secret?
    pub sensitive: bool,
}

/// A script.
#[derive(Debug, Clone)]
pub struct Script {
    /// Key for paging.
    pub id: i64,
    /// Its id: `SC` and 23 characters.
    pub uuid: String,
    /// Its name, unique.
    pub name: String,
    /// `SHELL`, `PYTHON` or `BAT`.
    pub kind: String,
    /// `LOW`, `MEDIUM` or `HIGH`.
    pub risk: String,
    /// What it is for.
    pub description: String,
    /// Its text.
    pub content: String,
    /// Version.
    pub version: String,
    /// `PENDING_APPROVE`, `APPROVED` or `REJECTED`.
    pub status: String,
    /// Name of its creator.
    pub creator: String,
    /// Who changed it last.
    pub operator: Option<String>,
    /// Names and ids of its reviewers.
    pub reviewers: Vec<(String, String)>,
    /// How they are told.
    pub protocol: Option<String>,
    /// When it was created.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// Its parameters.
    pub params: Vec<ScriptParam>,
    /// How it runs.
    pub course: Course,
}

/// How a script runs on a machine.
#[derive(Debug, Clone)]
pub struct Course {
    /// Shortest and longest run.
    pub seconds: (u32, u32),
    /// Machines of a thousand on which it fails.
    pub fails_per_mille: u32,
    /// Lines it prints, spread over its run.
    pub prints: Vec<String>,
}

impl Course {
    /// How a script runs that somebody has written here.
    pub fn of_content(content: &str) -> Self {
        // What it would echo is all that can be known of it.
        let prints = content
            .lines()
            .filter_map(|line| line.trim().strip_prefix("echo "))
            .map(|text| text.trim_matches(['"', '\'']).to_owned())
            .collect();
        Self {
            seconds: (2, 6),
            fails_per_mille: if content.contains("exit 1") { 1000 } else { 0 },
            prints,
        }
    }

    /// How long it takes on a machine in a run.
    pub fn duration(&self, seed: u64, run: &str, machine: &str) -> Duration {
        let (least, most) = (f64::from(self.seconds.0), f64::from(self.seconds.1));
        let seconds =
            least + (most - least).max(0.0) * chance::fraction(seed, &[run, machine, "duration"]);
        Duration::from_millis(chance::part(seconds, 1000))
    }

    /// Does it fail on a machine in a run?
    pub fn fails(&self, seed: u64, run: &str, machine: &str) -> bool {
        chance::fraction(seed, &[run, machine, "outcome"]) * 1000.0
            < f64::from(self.fails_per_mille)
    }
}

/// May this be the value of a parameter (huawei-coc.md, 10.2)?
pub fn is_param_value(value: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-/.* ?:\"',=+@\\[]{}".contains(c);
    value.chars().all(allowed) && !value.contains("..")
}
