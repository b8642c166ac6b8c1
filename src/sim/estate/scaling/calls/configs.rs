//! Launch configurations.

use serde_json::{Map, Value as Json};

use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::{Config, Refused};

/// Creates a launch configuration; gives its id.
pub fn create_config(
    estate: &mut Estate,
    name: String,
    types: Vec<String>,
    given: Map<String, Json>,
) -> Result<String, Refused> {
    if types.is_empty() {
        return Err(Refused::Missing("InstanceType"));
    }
    if estate
        .scaling
        .configs
        .iter()
        .any(|config| config.name == name)
    {
        return Err(Refused::NameTaken(name));
    }
    let now = estate.now;
    let id = estate.scaling.new_id(now);
    estate.scaling.configs.push(Config {
        id: id.clone(),
        name,
        types,
        created: now,
        given,
    });
    Ok(id)
}

/// Changes a launch configuration: only what is given. Machines that exist stay as they are.
pub fn modify_config(
    estate: &mut Estate,
    id: &str,
    name: Option<String>,
    types: Vec<String>,
    given: Map<String, Json>,
) -> Result<(), Refused> {
    let place = config_place(estate, id)?;
    if let Some(name) = &name {
        let mut others = estate.scaling.configs.iter().enumerate();
        if others.any(|(other, config)| other != place && config.name == *name) {
            return Err(Refused::NameTaken(name.clone()));
        }
    }
    let config = &mut estate.scaling.configs[place];
    config.name = name.unwrap_or_else(|| config.name.clone());
    if !types.is_empty() {
        config.types = types;
    }
    config.given.extend(given);
    Ok(())
}

fn config_place(estate: &Estate, id: &str) -> Result<usize, Refused> {
    let mut configs = estate.scaling.configs.iter();
    configs
        .position(|config| config.id == id)
        .ok_or_else(|| Refused::NoConfig(id.to_owned()))
}

/// Deletes a launch configuration that no group uses.
pub fn delete_config(estate: &mut Estate, id: &str) -> Result<(), Refused> {
    let place = config_place(estate, id)?;
    if estate.scaling.groups.iter().any(|group| group.config == id) {
        return Err(Refused::ConfigInUse(id.to_owned()));
    }
    estate.scaling.configs.remove(place);
    Ok(())
}
