//! All integration tests in one binary, which links once.

mod api;
mod bad_input;
mod catalogue;
mod catalogue_tree;
mod circles;
mod cli;
mod cli_scaling;
mod cli_site;
mod core;
mod damage;
mod doubts;
mod editor;
mod faults;
mod huawei;
mod huawei_sim;
mod journeys;
mod ksc_schemes;
mod layers;
mod locales;
mod metering;
mod metric_cli;
mod metric_journey;
mod metric_terminal;
mod metric_times;
mod metric_views;
mod monitors;
mod net;
mod night;
mod odd;
mod pty;
mod registry;
mod response;
mod response_cli;
mod runs;
mod samples;
mod scaling;
mod scaling_dialogs;
mod scaling_journeys;
mod scaling_model;
mod screens;
mod screenshots;
mod scripts;
mod sign;
mod sim;
mod site;
mod stage;
mod terminal;
mod triage;
mod verbs;
mod wire;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file in this folder without a `mod` line above it would never run.
#[test]
fn no_file_is_forgotten() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it"));
    assert_eq!(files_in(&root, "main"), listed_in(&root.join("main.rs")));
    for entry in fs::read_dir(&root).unwrap() {
        let folder = entry.unwrap().path();
        if folder.is_dir() {
            let parent = folder.with_extension("rs");
            assert_eq!(files_in(&folder, ""), listed_in(&parent), "{parent:?}");
        }
    }
}

fn files_in(folder: &Path, except: &str) -> BTreeSet<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != except)
        .collect()
}

fn listed_in(file: &Path) -> BTreeSet<String> {
    fs::read_to_string(file)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}
