//! No module of these layers uses one that uses it, neither directly nor around: what is below can be read without what
//! is above it, and what a module needs is found by going down.

use std::collections::{BTreeMap, VecDeque};

use super::layers::{branches, names, sources};

/// Layers without circles, to which nothing may add one.
const FREE: &[&str] = &["domain", "store", "fetch", "sim", "shell"];

#[test]
fn no_module_uses_one_that_uses_it() {
    let modules: Modules = sources()
        .into_iter()
        .filter(|source| FREE.contains(&source.module.as_str()))
        .map(|source| (name_of(&source.path), read(&source.code)))
        .collect();
    let found = circles(&modules);
    assert!(
        found.is_empty(),
        "move what both need to where neither is:\n{}",
        found.join("\n")
    );
}

/// Each way in which a module can use another is seen; without this, the test above could pass for being blind.
#[test]
fn circles_are_found_whatever_closes_them() {
    let with = |lower: &str| {
        let files = [
            ("a", "mod b;\nmod c;\npub use b::B;\nfn f() { c::go() }"),
            ("a::b", "pub struct B;"),
            ("a::c", lower),
        ];
        circles(
            &files
                .map(|(name, code)| (name.to_owned(), read(code)))
                .into(),
        )
    };
    assert_eq!(
        with("use super::{B as Other};"),
        [""; 0],
        "a name from below"
    );
    assert_eq!(with("use crate::a::f;"), ["a → a::c → a"]);
    assert_eq!(with("use super::f;"), ["a → a::c → a"]);
    assert_eq!(with("fn g() { super::f() }"), ["a → a::c → a"]);
    assert_eq!(with("pub(in crate::a) fn g() {}"), [""; 0]);
}

/// Modules by their names, such as `sim::estate`.
type Modules = BTreeMap<String, File>;

/// The shortest way from a module back to it, for each circle once.
fn circles(modules: &Modules) -> Vec<String> {
    let edges: BTreeMap<&str, Vec<String>> = modules
        .keys()
        .map(|name| (name.as_str(), used_by(name, modules)))
        .collect();
    let mut told: Vec<Vec<&str>> = Vec::new();
    for start in modules.keys() {
        let Some(way) = way_back(start, &edges) else {
            continue;
        };
        if !told
            .iter()
            .any(|other| way.iter().all(|name| other.contains(name)))
        {
            told.push(way);
        }
    }
    told.iter().map(|way| way.join(" → ")).collect()
}

fn way_back<'a>(start: &'a str, edges: &'a BTreeMap<&str, Vec<String>>) -> Option<Vec<&'a str>> {
    let mut ways = VecDeque::from([vec![start]]);
    let mut seen = Vec::new();
    while let Some(way) = ways.pop_front() {
        for next in &edges[way[way.len() - 1]] {
            let longer: Vec<&str> = way.iter().copied().chain([next.as_str()]).collect();
            if next == start {
                return Some(longer);
            }
            if !seen.contains(next) {
                seen.push(next.clone());
                ways.push_back(longer);
            }
        }
    }
    None
}

/// The modules that a module uses.
fn used_by(name: &str, modules: &Modules) -> Vec<String> {
    let file = &modules[name];
    let handed_on = file.handed_on.iter().filter(|path| {
        let last = path.rsplit("::").next().unwrap_or_default();
        let is_whole = |after: &str| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        names(&file.rest, last).any(is_whole)
    });
    let mut written = Vec::new();
    for root in ["crate::", "super::"] {
        for after in names(&file.rest, root) {
            branches(after, root, &mut written);
        }
    }
    for child in modules.keys().filter_map(|other| child_of(name, other)) {
        if names(&file.rest, &format!("{child}::")).next().is_some() {
            written.push(child.to_owned());
        }
    }
    let paths = file.used.iter().chain(handed_on).chain(&written);
    let mut found: Vec<String> = paths
        .filter_map(|path| home(&absolute(path, name, modules)?, modules, 8))
        .filter(|other| other != name)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What a file says about other modules.
struct File {
    /// Paths it imports for itself.
    used: Vec<String>,
    /// Paths it imports for others, too.
    handed_on: Vec<String>,
    /// Everything else.
    rest: String,
}

/// Reads a file, from which `mod name;` lines and the extent of visibilities are left out: they use nothing.
fn read(code: &str) -> File {
    let mut file = File {
        used: Vec::new(),
        handed_on: Vec::new(),
        rest: String::new(),
    };
    let mut lines = code.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let (list, tree) = match line.split_once("use ") {
            Some(("", tree)) => (&mut file.used, tree),
            Some((before, tree)) if before.starts_with("pub") => (&mut file.handed_on, tree),
            _ => {
                let is_child = line.ends_with(';') && line.contains("mod ");
                let seen = line.strip_prefix("pub(in ");
                let seen = seen.and_then(|extent| extent.split_once(')'));
                if !is_child {
                    file.rest.push_str(seen.map_or(line, |(_, after)| after));
                    file.rest.push('\n');
                }
                continue;
            }
        };
        let mut tree = tree.to_owned();
        while !tree.ends_with(';') {
            tree.push_str(lines.next().unwrap_or(";"));
        }
        branches(&tree, "", list);
    }
    file
}

fn child_of<'a>(parent: &str, other: &'a str) -> Option<&'a str> {
    let child = other.strip_prefix(parent)?.strip_prefix("::")?;
    (!child.contains("::")).then_some(child)
}

/// A path from the root; `None` when it does not lead to one of our modules.
fn absolute(path: &str, from: &str, modules: &Modules) -> Option<String> {
    let (first, after) = path.split_once("::").unwrap_or((path, ""));
    let above = from.rsplit_once("::").map_or("", |(above, _)| above);
    let absolute = match first {
        "crate" => after.to_owned(),
        "super" => format!("{above}::{after}"),
        "self" => format!("{from}::{after}"),
        _ if modules.contains_key(&format!("{from}::{first}")) => format!("{from}::{path}"),
        _ => return None,
    };
    Some(
        absolute
            .trim_end_matches("::self")
            .trim_matches(':')
            .to_owned(),
    )
}

/// The module in which what a path names is written, through those that only hand it on.
fn home(path: &str, modules: &Modules, patience: u8) -> Option<String> {
    let mut module = path;
    while !modules.contains_key(module) {
        module = module.rsplit_once("::")?.0;
    }
    let name = path[module.len()..]
        .trim_start_matches("::")
        .split("::")
        .next()?;
    let mut handed_on = modules[module].handed_on.iter();
    let origin = handed_on.find(|path| path.rsplit("::").next() == Some(name));
    match origin.and_then(|path| absolute(path, module, modules)) {
        Some(origin) if patience > 0 && !name.is_empty() => home(&origin, modules, patience - 1),
        _ => Some(module.to_owned()),
    }
}

fn name_of(path: &str) -> String {
    let name = path.trim_end_matches(".rs").replace('/', "::");
    name.trim_end_matches("::mod").to_owned()
}
