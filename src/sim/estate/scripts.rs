//! Scripts and their approval (huawei-coc.md, 11.1).

use std::time::Duration;

use jiff::Timestamp;

use super::{Estate, before};
use crate::sim::chance;
use crate::sim::scenario::{ScriptParamSpec, ScriptSpec};

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

/// Creates the scripts of a scenario.
pub fn build(estate: &mut Estate, specs: &[ScriptSpec]) {
    let mut order: Vec<&ScriptSpec> = specs.iter().collect();
    order.sort_by_key(|spec| std::cmp::Reverse(spec.days_old));
    for spec in order {
        let created = before(estate.start, spec.days_old * 86_400 + 3_333);
        let reviewer = |name: &String| (name.clone(), estate.identity.user_id(name));
        let script = Script {
            id: 0,
            uuid: String::new(),
            name: spec.name.clone(),
            kind: spec.kind.clone(),
            risk: spec.risk.clone(),
            description: spec.description.clone(),
            content: spec.content.trim_start_matches('\n').to_owned(),
            version: spec.version.clone(),
            status: spec.status.clone(),
            creator: spec.creator.clone(),
            operator: None,
            reviewers: spec.reviewer.iter().map(reviewer).collect(),
            protocol: None,
            created,
            modified: None,
            params: (1..).zip(&spec.param).map(param).collect(),
            course: Course {
                seconds: spec.seconds,
                fails_per_mille: spec.fails_per_mille,
                prints: spec.prints.clone(),
            },
        };
        add(estate, script);
    }
}

fn param((order, spec): (i64, &ScriptParamSpec)) -> ScriptParam {
    ScriptParam {
        name: spec.name.clone(),
        value: spec.value.clone(),
        description: spec.about.clone(),
        order,
        sensitive: spec.sensitive,
    }
}

/// Adds a script, which gets its ids here; answers its id.
pub fn add(estate: &mut Estate, mut script: Script) -> String {
    script.id = estate.scripts.last().map_or(6200, |last| last.id) + 1;
    script.uuid = stamped(estate.seed, "SC", script.created, script.id, 9);
    let uuid = script.uuid.clone();
    estate.scripts.push(script);
    uuid
}

/// An id of the form prefix, Beijing's wall clock, hexadecimal digits (huawei-coc.md, 6).
pub fn stamped(seed: u64, prefix: &str, at: Timestamp, number: i64, digits: usize) -> String {
    let wall = beijing_stamp(at);
    let tail = chance::hexadecimal(seed, &[prefix, &number.to_string()], digits);
    format!("{prefix}{wall}{tail}")
}

/// `yyyyMMddHHmmss` in Beijing.
pub fn beijing_stamp(at: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(8));
    at.to_zoned(zone).strftime("%Y%m%d%H%M%S").to_string()
}

impl Estate {
    /// The script with this id.
    pub fn script(&self, uuid: &str) -> Option<&Script> {
        self.scripts.iter().find(|script| script.uuid == uuid)
    }
}

/// May this be the value of a parameter (huawei-coc.md, 10.2)?
pub fn is_param_value(value: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-/.* ?:\"',=+@\\[]{}".contains(c);
    value.chars().all(allowed) && !value.contains("..")
}
