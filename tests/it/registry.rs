//! What is declared fits together, and the documentation made from it is up to date.

use std::collections::BTreeSet;

use watchkeeper::cloud::declare::{Kind, Param};
use watchkeeper::cloud::{SYSTEMS, huawei_coc, operation, system};
use watchkeeper::domain::account::SystemId;

#[test]
fn every_system_has_its_constant() {
    for id in SystemId::ALL {
        let system = system(id);
        assert_eq!(system.id, id);
        assert!(!system.schemes.is_empty(), "{id} has no signature scheme");
        assert!(!system.limits.is_empty(), "{id} has no limits");
        if system.operations.is_empty() {
            continue;
        }
        for region in ["cn-north-4", "cn-beijing-6"] {
            let endpoint = (system.endpoint)(region);
            assert!(endpoint.starts_with("https://"), "{id}: {endpoint}");
        }
    }
    assert_eq!(SYSTEMS.len(), SystemId::ALL.len());
}

#[test]
fn operation_ids_are_unique_and_name_their_system() {
    let mut ids = BTreeSet::new();
    for system in SYSTEMS {
        for entry in system.operations {
            assert!(ids.insert(entry.id), "{} is declared twice", entry.id);
            assert_eq!(entry.system(), Some(system.id), "{}", entry.id);
            assert_eq!(operation(entry.id).map(|found| found.id), Some(entry.id));
        }
    }
}

#[test]
fn the_simulator_carries_out_every_operation() {
    let handled: BTreeSet<_> = watchkeeper::sim::handled_ids().into_iter().collect();
    for entry in SYSTEMS.iter().flat_map(|system| system.operations) {
        assert!(
            handled.contains(entry.id),
            "the simulator does not know {}",
            entry.id
        );
    }
    for id in handled {
        let is_beside = huawei_coc::ops::BESIDES.iter().any(|entry| entry.id == id);
        assert!(
            is_beside || operation(id).is_some(),
            "the simulator knows {id}, which is not declared"
        );
    }
}

#[test]
fn calls_are_well_formed() {
    for entry in SYSTEMS.iter().flat_map(|system| system.operations) {
        let call = &entry.call;
        let of_path: BTreeSet<_> = call
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        for name in of_path {
            let param = entry.params.iter().find(|param| param.name == name);
            assert!(
                param.is_some_and(|param| param.required),
                "{}: {{{name}}} in the path is no required parameter",
                entry.id
            );
        }
        let groups: Vec<_> = system(entry.system().unwrap())
            .limits
            .iter()
            .map(|limit| limit.group)
            .collect();
        assert!(
            call.group.is_empty() || groups.contains(&call.group),
            "{}: limit group {} is not among the system's",
            entry.id,
            call.group
        );
        names_are_unique(entry.id, entry.params);
    }
}

/// In one object no name occurs twice, not even as another's alias.
fn names_are_unique(id: &str, params: &[Param]) {
    let mut names = BTreeSet::new();
    for param in params {
        for name in std::iter::once(&param.name).chain(param.aliases) {
            assert!(names.insert(*name), "{id}: {name} occurs twice");
        }
        if let Kind::Object(fields) | Kind::List(&Kind::Object(fields)) = param.kind {
            names_are_unique(id, fields);
        }
    }
}

#[test]
fn the_documentation_of_operations_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let made = watchkeeper::cli::docs::operations();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/operations.md is out of date: UPDATE_DOCS=1 cargo test --test it registry"
    );
}
