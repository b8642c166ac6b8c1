//! All integration tests in one binary, which links once.

mod catalogue;
mod layers;
mod registry;
mod sign;

use std::collections::BTreeSet;

/// A file in this folder without its line above would never run.
#[test]
fn no_file_is_forgotten() {
    let files: BTreeSet<String> =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.ends_with("main.rs"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
    let listed: BTreeSet<String> = include_str!("main.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        files, listed,
        "files in tests/it and `mod` lines in main.rs"
    );
}
