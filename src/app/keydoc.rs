//! `docs/keys.md`, made from the command table.

use std::fmt::Write as _;

use crate::ui::keys::sequence_label;

use super::command::{ANYWHERE, Danger, GLOBAL};
use super::{App, Bound};

/// What stands above the tables.
const HEAD: &str = "\
<!-- Made from the command table: UPDATE_DOCS=1 cargo test --test it keys_document -->

# Keys

Every command has a name; the keys of a name can be changed in the configuration (`[keys]`). Each is also in the
palette (`:`), in help (`?`) and, where it concerns the selection, in the action menu (`.`). What changes something in
a cloud (*) only ever opens a form or a dialog whose focus is on Cancel.
";

impl App {
    /// Every command with its keys and its sentence in the interface's language, as Markdown.
    pub fn keys_document(&self) -> String {
        let mut out = HEAD.to_owned();
        let mut chapters: Vec<&str> = Vec::new();
        for bound in &self.commands {
            if !chapters.contains(&bound.chapter) {
                chapters.push(bound.chapter);
            }
        }
        for chapter in chapters {
            let rows: Vec<&Bound> = self
                .commands
                .iter()
                .filter(|bound| bound.chapter == chapter && !self.is_said_before(bound))
                .collect();
            if !rows.is_empty() {
                self.write_chapter(&mut out, chapter, &rows);
            }
        }
        out
    }

    /// A pane may declare one of the core's commands to say on what it works: one line is enough.
    fn is_said_before(&self, bound: &Bound) -> bool {
        bound.pane.is_some()
            && self
                .commands
                .iter()
                .any(|other| other.mode == GLOBAL && other.command.name == bound.command.name)
    }

    fn write_chapter(&self, out: &mut String, chapter: &str, rows: &[&Bound]) {
        let title = match rows.first().and_then(|bound| bound.pane) {
            Some(pane) => self
                .catalog
                .panes
                .get(pane)
                .map_or_else(String::new, |pane| {
                    format!("{} (`:{}`)", self.t(pane.about().title), pane.about().name)
                }),
            None => self.t(&format!("chapter.{chapter}")),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "\n## {title}\n\n| Keys | Command | Name |\n|---|---|---|"
        );
        for bound in rows {
            let keys: Vec<String> = self
                .keymap
                .keys_for(bound.command.name)
                .iter()
                .filter(|(mode, _)| *mode == bound.mode)
                .map(|(_, keys)| format!("`{}`", sequence_label(keys).replace('|', "\\|")))
                .collect();
            let star = match bound.command.danger {
                Danger::Changes => " *",
                Danger::None => "",
            };
            let anywhere = if bound.mode == ANYWHERE {
                format!(" ({})", self.t("chapter.anywhere"))
            } else {
                String::new()
            };
            let sentence = self.t(&format!("command.{}", bound.command.name));
            let _ = writeln!(
                out,
                "| {} | {sentence}{star}{anywhere} | `{}` |",
                keys.join(" "),
                bound.command.name
            );
        }
    }
}
