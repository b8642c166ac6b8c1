//! The layers hold: a module uses only what stands in its row here. This table is the rule; other texts describe it.

use std::fs;
use std::path::{Path, PathBuf};

/// One row for each module, from bottom to top: what it may use of ours, as path prefixes after `crate::`, and what of
/// that it may not. `*` stands for one name. Its own contents go without saying.
#[rustfmt::skip]
const LAYERS: &[Layer] = &[
    Layer("clock",  &[], &[]),
    Layer("domain", &[], &[]),
    Layer("config", &["domain"], &[]),
    Layer("cloud",  &["domain", "clock", "operation", "object", "choices"], &[]),
    Layer("store",  &["domain", "clock"], &[]),
    Layer("fetch",  &["domain", "clock", "cloud"], &[]),
    // It may not inherit a misunderstanding of the client: neither its mapping to the domain nor its calls.
    Layer("sim",    &["domain", "clock", "cloud"], &["cloud::client", "cloud::*::answer"]),
    Layer("ui",     &["domain", "cloud::declare", TRANSLATE, TRY_TRANSLATE], &[]),
    Layer("app",    &["domain", "cloud::declare", "ui"], &[]),
    Layer("panes",  &["domain", "cloud::declare", "ui", "app"], &[]),
    Layer("shell",  &["domain", "clock", "config", "cloud", "store", "fetch", "sim", "ui", "app", "panes"], &[]),
    Layer("cli",    &["*"], &[]),
    Layer("main",   &["*"], &[]),
    Layer("lib",    &[], &[]),
];

/// Crates with a place: only files below these paths may name them.
#[rustfmt::skip]
const CRATES: &[(&str, &[&str])] = &[
    ("tokio",    &["clock", "cloud", "store", "fetch", "sim", "shell", "cli", "main"]),
    ("reqwest",  &["cloud/transport.rs"]),
    ("rusqlite", &["store"]),
    ("axum",     &["sim", "cli"]),
    ("ratatui",  &["ui", "app", "panes", "shell", "cli"]),
];

/// What the `i18n!` line in lib.rs makes.
const TRANSLATE: &str = "_rust_i18n_translate";
/// The same.
const TRY_TRANSLATE: &str = "_rust_i18n_try_translate";

/// A module, what it may use, and what of that it may not.
struct Layer(
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

#[test]
fn every_module_uses_only_what_its_layer_allows() {
    let mut broken = Vec::new();
    for source in sources() {
        let layer = LAYERS.iter().find(|layer| layer.0 == source.module);
        let Some(Layer(_, may, never)) = layer else {
            broken.push(format!("{}: no row for `{}`", source.path, source.module));
            continue;
        };
        for used in ours(&source.code) {
            let allowed = matches(&used, source.module.as_str())
                || may.iter().any(|prefix| matches(&used, prefix))
                    && !never.iter().any(|prefix| matches(&used, prefix));
            if !allowed {
                broken.push(format!("{} uses {used}", source.path));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "against the table in tests/it/layers.rs:\n{}",
        broken.join("\n")
    );
}

/// Paths that would slip through the test above.
#[test]
fn nothing_reaches_the_crate_root_by_another_way() {
    let mut broken = Vec::new();
    for source in sources() {
        if source.code.contains("super::super") {
            broken.push(format!("{} uses super::super", source.path));
        }
        let at_the_top = source.path.matches('/').count() == 0 || is_module_root(&source.path);
        if at_the_top && source.code.contains("super::") {
            broken.push(format!("{} uses super::", source.path));
        }
        let may_name_itself = ["lib.rs", "main.rs", "cloud/declare/macros.rs"];
        if !may_name_itself.contains(&source.path.as_str())
            && names(&source.code, "watchkeeper::").next().is_some()
        {
            broken.push(format!("{} uses watchkeeper::", source.path));
        }
    }
    assert!(
        broken.is_empty(),
        "write crate::… instead:\n{}",
        broken.join("\n")
    );
}

#[test]
fn crates_stay_in_their_place() {
    let mut broken = Vec::new();
    for source in sources() {
        for (name, places) in CRATES {
            let allowed = places.iter().any(|place| {
                Path::new(&source.path)
                    .with_extension("")
                    .starts_with(place)
                    || source.path == *place
            });
            if !allowed && names(&source.code, &format!("{name}::")).next().is_some() {
                broken.push(format!("{} uses {name}", source.path));
            }
        }
    }
    assert!(broken.is_empty(), "out of place:\n{}", broken.join("\n"));
}

/// The readers below find what they are to find; without this, the tests above could pass for being blind.
#[test]
fn the_reader_of_sources_is_not_blind() {
    let code = program(
        "use crate::a::{self, b::{C as X, D}, e};\nuse crate::{f, g::H};\n// crate::comment\nlet x = crate::i::j(); // crate::k\n\
         fn f() { mycrate::no() }\n#[cfg(test)]\nmod apart;\nuse crate::l;\n#[cfg(test)]\nmod tests {\n    use crate::test_only;\n}\n",
    );
    assert_eq!(
        ours(&code),
        [
            "a::self", "a::b::C", "a::b::D", "a::e", "f", "g::H", "i::j", "l"
        ]
    );
    assert!(matches("cloud::declare::Kind", "cloud::declare"));
    assert!(matches("cloud::x::answer", "cloud::*::answer"));
    assert!(!matches("cloud::declared", "cloud::declare"));
    let modules: Vec<String> = sources().into_iter().map(|source| source.module).collect();
    for Layer(module, ..) in LAYERS {
        assert!(
            modules.iter().any(|found| found == module),
            "no sources of {module}"
        );
    }
}

/// A source file without its comments and its test module.
pub(super) struct Source {
    /// Below `src`, with slashes.
    pub(super) path: String,
    /// The first name of the path.
    pub(super) module: String,
    pub(super) code: String,
}

pub(super) fn sources() -> Vec<Source> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&root).unwrap();
                let names: Vec<&str> = below.iter().map(|name| name.to_str().unwrap()).collect();
                sources.push(Source {
                    path: names.join("/"),
                    module: names[0].trim_end_matches(".rs").to_owned(),
                    code: program(&fs::read_to_string(&path).unwrap()),
                });
            }
        }
    }
    sources
}

fn is_module_root(path: &str) -> bool {
    path.matches('/').count() == 1 && path.ends_with("/mod.rs")
}

/// The program without comments and without the test module at a file's end, which may use more.
fn program(text: &str) -> String {
    let code: Vec<&str> = text
        .lines()
        .map(|line| match line.find("//") {
            // A comment, unless it is the `//` of an address.
            Some(at) if line.get(..at).is_some_and(|before| !before.ends_with(':')) => {
                line.get(..at).unwrap_or_default()
            }
            _ => line,
        })
        .collect();
    let test_module = code.iter().enumerate().position(|(at, line)| {
        *line == "#[cfg(test)]"
            && code[at..]
                .iter()
                .find(|line| !line.starts_with("#["))
                .is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    });
    code[..test_module.unwrap_or(code.len())].join("\n")
}

/// The rest of the code after every `name` that does not continue another name.
pub(super) fn names<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(name).filter_map(move |(at, _)| {
        let before = code.get(..at)?.chars().next_back();
        let continues = before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        (!continues).then(|| code.get(at + name.len()..)).flatten()
    })
}

/// Every path after `crate::`, with the trees of `use` written out.
fn ours(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in names(code, "crate::") {
        branches(rest, "", &mut found);
    }
    found
}

/// Reads one path or tree of paths; what follows it is returned.
pub(super) fn branches<'a>(text: &'a str, prefix: &str, found: &mut Vec<String>) -> &'a str {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':' || c == '*'))
        .unwrap_or(text.len());
    let (path, mut rest) = text.split_at(end);
    let whole = format!("{prefix}{path}");
    if !rest.starts_with('{') {
        found.push(whole);
        // Another name for it is no path.
        return rest.strip_prefix(" as ").map_or(rest, |name| {
            name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
        });
    }
    while let Some(inner) = rest.strip_prefix(['{', ',']) {
        let inner = inner.trim_start();
        if inner.starts_with('}') {
            rest = inner;
            break;
        }
        rest = branches(inner, &whole, found).trim_start();
    }
    rest.strip_prefix('}').unwrap_or(rest)
}

fn matches(used: &str, prefix: &str) -> bool {
    let mut names = used.split("::");
    prefix.split("::").all(|wanted| {
        names
            .next()
            .is_some_and(|name| wanted == "*" || wanted == name)
    })
}
