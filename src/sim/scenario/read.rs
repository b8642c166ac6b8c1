//! Scenarios from their texts.

use std::path::Path;

use super::{FleetSpec, OrderSpec, PolicySpec, ScalingGroupSpec, Scenario, TroubleSpec};

/// The built-in scenarios: name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("demo", include_str!("built_in/demo.toml")),
    ("rush", include_str!("built_in/rush.toml")),
    ("quiet", include_str!("built_in/quiet.toml")),
    ("throttled", include_str!("built_in/throttled.toml")),
    ("skewed-clock", include_str!("built_in/skewed-clock.toml")),
    ("slow", include_str!("built_in/slow.toml")),
    ("dead", include_str!("built_in/dead.toml")),
    ("storm", include_str!("built_in/storm.toml")),
];

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// No built-in scenario has this name and no file has this path.
    #[error("there is no scenario and no file called {name}; built-in scenarios are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The file cannot be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the operating system says.
        why: std::io::Error,
    },
    /// The text is not a scenario.
    #[error("scenario {name}: {why}")]
    Invalid {
        /// Which scenario.
        name: String,
        /// Where and what.
        why: toml::de::Error,
    },
    /// Something in it names something that is not in it.
    #[error("scenario {name}: {why}")]
    Dangling {
        /// Which scenario.
        name: String,
        /// What names what.
        why: String,
    },
    /// Scenarios build upon each other in a circle.
    #[error("scenario {0} builds upon itself")]
    Circular(String),
}

impl Scenario {
    /// A built-in scenario by its name, or one from a file.
    pub fn load(name_or_path: &str) -> Result<Self, ScenarioError> {
        Self::from_table(name_or_path, table_of(name_or_path, &mut Vec::new())?)
    }

    /// A scenario from its text; `name` is for errors.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let table = merged(name, text, &mut vec![name.to_owned()])?;
        Self::from_table(name, table)
    }

    fn from_table(name: &str, table: toml::Table) -> Result<Self, ScenarioError> {
        let invalid = |why| ScenarioError::Invalid {
            name: name.to_owned(),
            why,
        };
        let scenario: Self = table.try_into().map_err(invalid)?;
        match scenario.dangling() {
            None => Ok(scenario),
            Some(why) => Err(ScenarioError::Dangling {
                name: name.to_owned(),
                why,
            }),
        }
    }

    /// The first name in it that names nothing.
    fn dangling(&self) -> Option<String> {
        let troubles = self.trouble.iter().filter_map(|it| self.in_trouble(it));
        let policies = self.policy.iter().filter_map(|it| self.in_policy(it));
        let groups = self.scaling_group.iter();
        let groups = groups.filter_map(|it| self.in_scaling_group(it));
        let orders = self.order.iter().filter_map(|it| self.in_order(it));
        troubles.chain(policies).chain(groups).chain(orders).next()
    }

    fn is_fleet(&self, name: &str) -> bool {
        self.fleet.iter().any(|fleet| fleet.name == name)
    }

    fn is_machine(&self, name: &str) -> bool {
        let mut names = self.fleet.iter().flat_map(FleetSpec::names);
        names.any(|known| known == name)
    }

    fn in_trouble(&self, trouble: &TroubleSpec) -> Option<String> {
        let mut names = trouble.on.iter();
        let name = names.find(|name| !self.is_machine(name) && !self.is_fleet(name))?;
        Some(format!("a trouble is on {name}, which is in no fleet"))
    }

    fn in_policy(&self, policy: &PolicySpec) -> Option<String> {
        let PolicySpec { id, fleets, .. } = policy;
        if let Some(name) = fleets.iter().find(|name| !self.is_fleet(name)) {
            return Some(format!("policy {id} is bound to {name}, which is no fleet"));
        }
        let is_group = |group: &u64| self.group.iter().any(|known| known.id == *group);
        let group = policy.groups.iter().find(|group| !is_group(group))?;
        Some(format!("policy {id} tells {group}, which is no group"))
    }

    fn in_scaling_group(&self, group: &ScalingGroupSpec) -> Option<String> {
        let ScalingGroupSpec {
            name,
            fleet,
            config,
            ..
        } = group;
        if !self.is_fleet(fleet) {
            return Some(format!(
                "scaling group {name} is made of {fleet}, which is no fleet"
            ));
        }
        let mut configs = self.scaling_config.iter();
        let is_there = configs.any(|known| &known.name == config);
        (!is_there).then(|| {
            format!("scaling group {name} uses {config}, which is no launch configuration")
        })
    }

    fn in_order(&self, order: &OrderSpec) -> Option<String> {
        let OrderSpec { script, fleets, .. } = order;
        if !self.script.iter().any(|known| &known.name == script) {
            return Some(format!("an order runs {script}, which is no script"));
        }
        let name = fleets.iter().find(|name| !self.is_fleet(name))?;
        Some(format!("an order runs on {name}, which is no fleet"))
    }
}

fn table_of(name: &str, seen: &mut Vec<String>) -> Result<toml::Table, ScenarioError> {
    if seen.iter().any(|other| other == name) {
        return Err(ScenarioError::Circular(name.to_owned()));
    }
    seen.push(name.to_owned());
    if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
        return merged(name, text, seen);
    }
    if !Path::new(name).exists() {
        let known: Vec<_> = BUILT_IN.iter().map(|(known, _)| *known).collect();
        return Err(ScenarioError::Unknown {
            name: name.to_owned(),
            known: known.join(", "),
        });
    }
    let text = std::fs::read_to_string(name).map_err(|why| ScenarioError::Unreadable {
        path: name.to_owned(),
        why,
    })?;
    merged(name, &text, seen)
}

fn merged(name: &str, text: &str, seen: &mut Vec<String>) -> Result<toml::Table, ScenarioError> {
    let mut table: toml::Table = text.parse().map_err(|why| ScenarioError::Invalid {
        name: name.to_owned(),
        why,
    })?;
    let Some(like) = table.remove("like") else {
        return Ok(table);
    };
    let mut below = table_of(like.as_str().unwrap_or_default(), seen)?;
    below.extend(table);
    Ok(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_can_be_read() {
        for (name, _) in BUILT_IN {
            let scenario = Scenario::load(name).unwrap_or_else(|error| panic!("{error}"));
            assert!(!scenario.fleet.is_empty(), "{name} has machines");
        }
    }

    #[test]
    fn unknown_keys_and_names_are_refused() {
        let error = Scenario::parse("x", "seed = 1\nspeeed = 2").unwrap_err();
        assert!(error.to_string().contains("speeed"), "{error}");
        let error = Scenario::load("no-such").unwrap_err();
        assert!(error.to_string().contains("demo, rush, quiet"), "{error}");
    }

    #[test]
    fn names_that_name_nothing_are_refused() {
        let error = Scenario::parse("x", "like = \"demo\"\nfleet = []").unwrap_err();
        assert!(error.to_string().contains("web-03"), "{error}");
        let error = Scenario::parse("x", "like = \"demo\"\nscript = []").unwrap_err();
        assert!(error.to_string().contains("no script"), "{error}");
    }

    #[test]
    fn a_scenario_replaces_only_what_it_names() {
        let scenario = Scenario::parse("x", "like = \"demo\"\nseed = 5").unwrap();
        let demo = Scenario::load("demo").unwrap();
        assert_eq!(scenario.seed, 5);
        assert_eq!(scenario.fleet.len(), demo.fleet.len());
    }
}
