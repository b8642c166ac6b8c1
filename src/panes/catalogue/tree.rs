//! The metrics as a tree: account, namespace, instance, metric.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::found::Entry;
use crate::app::subject::Subject;
use crate::domain::account::AccountId;
use crate::domain::text::SafeText;
use crate::panes::list::{Look, Row, heading};
use crate::ui::lang::Lang;
use crate::ui::widgets::cell::{Cell, Value};
use crate::ui::widgets::table::Column;

/// The branches that the user opened or closed; accounts are open at first, everything below them is closed.
#[derive(Default)]
pub struct Folds(BTreeSet<(AccountId, SafeText)>);

impl Folds {
    fn is_open(&self, account: &AccountId, path: &SafeText) -> bool {
        let is_account = path.is_empty();
        self.0.contains(&(account.clone(), path.clone())) != is_account
    }

    /// Opens what is closed.
    pub fn open(&mut self, account: &AccountId, path: &SafeText) {
        if !self.is_open(account, path) {
            self.toggle(account, path);
        }
    }

    /// Opens what is closed and closes what is open.
    pub fn toggle(&mut self, account: &AccountId, path: &SafeText) {
        let fold = (account.clone(), path.clone());
        if !self.0.remove(&fold) {
            self.0.insert(fold);
        }
    }
}

/// One line of the tree.
pub struct Node {
    depth: usize,
    subject: Subject,
    text: SafeText,
    /// What the service or the language calls it.
    label: String,
    unit: Option<SafeText>,
    watched: bool,
    /// Of a branch: whether it is open.
    open: Option<bool>,
    /// Of a branch: how many metrics it holds.
    holds: usize,
}

impl Node {
    /// Of a branch: whether it is open.
    pub fn open(&self) -> Option<bool> {
        self.open
    }

    /// What it stands for.
    pub fn subject(&self) -> Subject {
        self.subject.clone()
    }

    /// How far it is indented: 0 for an account, 3 for a metric.
    pub fn depth(&self) -> usize {
        self.depth
    }
}

/// The lines that are to be seen. `entries` come by account, namespace and instance.
pub fn visible(entries: &[Entry], folds: &Folds, lang: Lang) -> Vec<Node> {
    let mut nodes = Vec::new();
    for of_account in entries.chunk_by(|a, b| a.account == b.account) {
        let account = &of_account[0].account;
        let name = SafeText::from(account.system.short().to_owned());
        let label = account.to_string();
        if !branch(
            &mut nodes,
            of_account,
            folds,
            0,
            (SafeText::default(), name),
            label,
        ) {
            continue;
        }
        for of_namespace in of_account.chunk_by(|a, b| a.key.namespace == b.key.namespace) {
            let namespace = &of_namespace[0].key.namespace;
            let key = format!("namespace.{}", namespace.raw().to_lowercase());
            let label = lang.maybe(&key).unwrap_or_default().into_owned();
            if of_namespace[0].is_place() {
                nodes.push(place(&of_namespace[0]));
                continue;
            }
            let fold = (namespace.clone(), namespace.clone());
            if !branch(&mut nodes, of_namespace, folds, 1, fold, label) {
                continue;
            }
            for of_instance in of_namespace.chunk_by(|a, b| a.key.instance == b.key.instance) {
                let Entry { key, name, .. } = &of_instance[0];
                let path = format!("{}/{}", key.namespace.raw(), key.instance.raw());
                let id = if name == &key.instance {
                    ""
                } else {
                    key.instance.shown()
                };
                let fold = (SafeText::from(path), name.clone());
                if branch(&mut nodes, of_instance, folds, 2, fold, id.to_owned()) {
                    nodes.extend(of_instance.iter().map(leaf));
                }
            }
        }
    }
    nodes
}

/// Adds a branch; says whether it is open. `fold` has its path and what is shown of it.
fn branch(
    nodes: &mut Vec<Node>,
    of: &[Entry],
    folds: &Folds,
    depth: usize,
    (path, text): (SafeText, SafeText),
    label: String,
) -> bool {
    let account = &of[0].account;
    let open = folds.is_open(account, &path);
    nodes.push(Node {
        depth,
        subject: Subject::Branch(account.clone(), path),
        text,
        label,
        unit: None,
        watched: false,
        open: Some(open),
        holds: of.iter().filter(|entry| !entry.is_place()).count(),
    });
    open
}

/// A namespace in which nothing is known.
fn place(entry: &Entry) -> Node {
    Node {
        depth: 1,
        subject: entry.subject(),
        text: entry.key.namespace.clone(),
        ..leaf(entry)
    }
}

fn leaf(entry: &Entry) -> Node {
    let label = entry.label.as_ref().map_or("", SafeText::shown);
    Node {
        depth: 3,
        subject: Subject::Series(entry.account.clone(), entry.key.clone()),
        text: entry.key.metric.clone(),
        label: label.to_owned(),
        unit: entry.unit.clone(),
        watched: entry.watched,
        open: None,
        holds: 0,
    }
}

/// The columns of the tree.
pub fn columns(lang: Lang) -> Vec<Column> {
    let title = |key| heading(lang, key);
    vec![
        Column::flex("name", title("catalogue.name"), 24, 52)
            .grow(3)
            .cut_middle(),
        Column::flex("label", title("catalogue.label"), 8, 40)
            .grow(2)
            .priority(2),
        Column::flex("unit", title("col.unit"), 4, 10).priority(3),
        Column::fixed("holds", title("catalogue.holds"), 7)
            .right()
            .priority(1),
    ]
}

impl Row for Node {
    fn subject(&self) -> Subject {
        Self::subject(self)
    }

    fn cell<'a>(&'a self, column: &'static str, look: &Look<'a>) -> Cell<'a> {
        let glyphs = look.theme.glyphs();
        match column {
            "name" => {
                let sign = match self.open {
                    Some(true) => glyphs.branch[1],
                    Some(false) => glyphs.branch[0],
                    None if self.watched => glyphs.ok,
                    None => " ",
                };
                let indent = "  ".repeat(self.depth);
                let role = match self.open {
                    Some(_) => "title",
                    None if self.depth == 3 => "text",
                    None => "muted",
                };
                Cell::styled(format!("{indent}{sign} {}", self.text.shown()), role)
            }
            "label" => Cell::styled(self.label.as_str(), "muted"),
            "unit" => Cell::styled(self.unit.as_ref().map_or("", SafeText::shown), "muted"),
            "holds" if self.open.is_some() => Cell::styled(self.holds.to_string(), "muted"),
            _ => Cell::default(),
        }
    }

    fn value<'a>(&'a self, column: &'static str, _at: Timestamp) -> Value<'a> {
        match column {
            "name" => Value::text(self.text.raw()),
            "label" => Value::text(&self.label),
            "unit" => self
                .unit
                .as_ref()
                .map_or(Value::Missing, |unit| Value::text(unit.raw())),
            _ => Value::Missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::SystemId;
    use crate::domain::metric::SeriesKey;

    fn entry(namespace: &str, instance: &str, metric: &str) -> Entry {
        Entry {
            account: AccountId::new("p", SystemId::KscMonitor),
            key: SeriesKey::new(namespace, instance, metric),
            name: format!("name of {instance}").into(),
            label: None,
            unit: None,
            watched: metric == "load",
        }
    }

    fn lines(folds: &Folds) -> Vec<String> {
        let entries = [
            entry("KEC", "i-1", "cpu"),
            entry("KEC", "i-1", "load"),
            entry("KEC", "i-2", "cpu"),
            entry("NEW", "x", "y"),
        ];
        visible(&entries, folds, Lang::En)
            .iter()
            .map(|node| {
                let sign = match node.open {
                    Some(true) => "-",
                    Some(false) => "+",
                    None if node.watched => "*",
                    None => " ",
                };
                format!(
                    "{}{sign}{} {}",
                    " ".repeat(node.depth),
                    node.text,
                    node.label
                )
            })
            .collect()
    }

    #[test]
    fn namespaces_are_closed_at_first_and_named_where_they_are_known() {
        assert_eq!(
            lines(&Folds::default()),
            ["-KSC p/ksc-monitor", " +KEC cloud servers", " +NEW "]
        );
    }

    #[test]
    fn a_namespace_without_instances_is_a_line_that_does_not_open() {
        let entries = [entry("KAD", "", ""), entry("KEC", "i-1", "cpu")];
        let nodes = visible(&entries, &Folds::default(), Lang::En);
        let shown: Vec<_> = nodes
            .iter()
            .map(|node| (node.text.raw(), node.open, node.holds))
            .collect();
        let expected = [
            ("KSC", Some(true), 1),
            ("KAD", None, 0),
            ("KEC", Some(false), 1),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_branch_opens_by_itself_and_keeps_what_was_open_below_it() {
        let mut folds = Folds::default();
        let account = AccountId::new("p", SystemId::KscMonitor);
        folds.toggle(&account, &"KEC/i-1".into());
        folds.toggle(&account, &"KEC".into());
        assert_eq!(
            lines(&folds),
            [
                "-KSC p/ksc-monitor",
                " -KEC cloud servers",
                "  -name of i-1 i-1",
                "    cpu ",
                "   *load ",
                "  +name of i-2 i-2",
                " +NEW ",
            ]
        );
        folds.toggle(&account, &SafeText::default());
        assert_eq!(lines(&folds), ["+KSC p/ksc-monitor"]);
    }
}
