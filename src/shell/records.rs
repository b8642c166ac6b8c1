//! Records as CSV, page by page, in constant memory: what was written is flushed and noted after every page, so that a
//! broken run goes on where it stopped.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek as _, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::site::MeterPage;
use crate::domain::text::SafeText;

/// Column for fields that the first page did not have.
const MORE: &str = "more";
/// What the file is called until it is whole, and the note of how far it is.
const PART: &str = ".part";
const NOTE: &str = ".part.json";
/// Sums are kept for so many kinds of resource; the rest is one line.
const KINDS: usize = 200;

/// How far an export is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The job whose records these are.
    pub job: String,
    /// Marker of the next page; empty for the first one.
    pub marker: String,
    /// Records written.
    pub records: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Records and sum for each kind of resource.
    pub totals: BTreeMap<String, (u64, f64)>,
}

/// Empty pages in a row, or markers that come again, after so many of which the service leads in a circle
/// (huawei-esm.md, M3).
const BLANK: u32 = 3;

/// What follows a page that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// There is another page.
    More,
    /// That was the last one.
    Whole,
    /// The service leads in a circle: the list may not be complete.
    Circle,
}

/// An export under way: a file beside the one that is wanted, and a note of how far it is.
#[derive(Debug)]
pub struct Export {
    out: BufWriter<File>,
    path: PathBuf,
    /// Empty pages since the last record.
    blank: u32,
    /// How far it is.
    pub progress: Progress,
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The note of an export that stopped half-way, if there is one.
pub fn unfinished(path: &Path) -> Option<Progress> {
    let text = std::fs::read_to_string(beside(path, NOTE)).ok()?;
    serde_json::from_str(&text).ok()
}

impl Export {
    /// Goes on after `progress`, or begins with an empty one, and notes that: whatever is lost from now on, the same
    /// command goes on with the same job. What was written behind it is cut off.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn open(path: &Path, progress: Progress) -> std::io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(beside(path, PART))?;
        file.set_len(progress.bytes)?;
        file.seek(SeekFrom::End(0))?;
        let export = Self {
            out: BufWriter::new(file),
            path: path.to_owned(),
            blank: 0,
            progress,
        };
        export.note()?;
        Ok(export)
    }

    fn note(&self) -> std::io::Result<()> {
        let note = serde_json::to_vec(&self.progress)?;
        std::fs::write(beside(&self.path, NOTE), note)
    }

    /// Leaves nothing behind: the job has nothing to be gone on with.
    pub fn give_up(self) {
        for ending in [PART, NOTE] {
            // What is not there needs not be taken away.
            let _ = std::fs::remove_file(beside(&self.path, ending));
        }
    }

    /// Writes a page down and says what follows it. An empty page is not the end; three in a row, or a marker that
    /// comes again, are a circle.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn page(&mut self, page: &MeterPage) -> std::io::Result<Next> {
        self.blank = if page.records.is_empty() {
            self.blank + 1
        } else {
            0
        };
        let again = !page.next.is_empty() && page.next == self.progress.marker;
        if self.blank >= BLANK || again {
            return Ok(Next::Circle);
        }
        let mut text = String::new();
        for record in &page.records {
            if self.progress.columns.is_empty() {
                let names = record.iter().map(|(name, _)| name.raw().to_owned());
                self.progress.columns = names.chain([MORE.to_owned()]).collect();
                line(&mut text, self.progress.columns.iter().map(String::as_str));
            }
            let cells = cells(record, &self.progress.columns);
            line(&mut text, cells.iter().map(String::as_str));
            self.count(record);
        }
        self.out.write_all(text.as_bytes())?;
        self.progress.bytes += text.len() as u64;
        self.progress.records += page.records.len() as u64;
        self.progress.marker.clone_from(&page.next);
        self.out.flush()?;
        self.note()?;
        Ok(if page.next.is_empty() {
            Next::Whole
        } else {
            Next::More
        })
    }

    fn count(&mut self, record: &[(SafeText, SafeText)]) {
        let field = |name: &str| {
            let found = record.iter().find(|(known, _)| known.raw() == name);
            found.map_or("", |(_, text)| text.raw())
        };
        let kind = field("resource_type_code");
        let totals = &mut self.progress.totals;
        let kind = if totals.len() < KINDS || totals.contains_key(kind) {
            kind
        } else {
            "..."
        };
        let (records, sum) = totals.entry(kind.to_owned()).or_default();
        *records += 1;
        *sum += field("accumulate_factor_value")
            .parse::<f64>()
            .unwrap_or_default();
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn finish(mut self) -> std::io::Result<Progress> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        std::fs::rename(beside(&self.path, PART), &self.path)?;
        // Without the note there is nothing to go on with, which is right.
        let _ = std::fs::remove_file(beside(&self.path, NOTE));
        Ok(self.progress)
    }
}

/// The texts of a record in the order of the columns; fields without a column together as JSON in the last one.
fn cells(record: &[(SafeText, SafeText)], columns: &[String]) -> Vec<String> {
    let mut cells = vec![String::new(); columns.len()];
    let mut more = serde_json::Map::new();
    for (at, (name, text)) in record.iter().enumerate() {
        // Records mostly have their fields in the same order.
        let place = match columns.get(at) {
            Some(column) if column == name.raw() => Some(at),
            _ => columns.iter().position(|column| column == name.raw()),
        };
        match place {
            Some(place) => text.raw().clone_into(&mut cells[place]),
            None => drop(more.insert(name.raw().to_owned(), text.raw().into())),
        }
    }
    if let (false, Some(last)) = (more.is_empty(), cells.last_mut()) {
        *last = serde_json::Value::Object(more).to_string();
    }
    cells
}

/// One line of CSV (RFC 4180).
fn line<'t>(text: &mut String, cells: impl Iterator<Item = &'t str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        let is_plain = !cell.contains(['"', ',', '\n', '\r']);
        if is_plain && !cell.starts_with(['=', '+', '-', '@']) {
            text.push_str(cell);
        } else {
            text.push('"');
            // A spreadsheet must not take it for a formula.
            if cell.starts_with(['=', '+', '@']) {
                text.push('\'');
            }
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(records: &[&[(&str, &str)]], next: &str) -> MeterPage {
        let record = |fields: &&[(&str, &str)]| {
            let field = |(name, text): &(&str, &str)| ((*name).into(), (*text).into());
            fields.iter().map(field).collect()
        };
        MeterPage {
            records: records.iter().map(record).collect(),
            next: next.to_owned(),
        }
    }

    #[test]
    fn pages_become_lines_and_new_fields_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut export = Export::open(&path, Progress::default()).unwrap();
        export
            .page(&page(&[&[("a", "1"), ("b", "x,\"y\"")]], "m"))
            .unwrap();
        export.page(&page(&[], "n")).unwrap();
        export
            .page(&page(&[&[("b", "2"), ("c", "=cmd()")]], ""))
            .unwrap();
        let progress = export.finish().unwrap();
        assert_eq!(progress.records, 2);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "a,b,more\r\n1,\"x,\"\"y\"\"\",\r\n,2,\"{\"\"c\"\":\"\"=cmd()\"\"}\"\r\n"
        );
        assert!(unfinished(&path).is_none());
    }

    #[test]
    fn a_broken_export_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut export = Export::open(&path, Progress::default()).unwrap();
        export.page(&page(&[&[("a", "1")]], "m1")).unwrap();
        drop(export);
        // Half a line that nobody noted.
        let part = beside(&path, PART);
        let mut file = OpenOptions::new().append(true).open(&part).unwrap();
        file.write_all(b"2,hal").unwrap();
        let progress = unfinished(&path).unwrap();
        assert_eq!(progress.marker, "m1");
        let mut export = Export::open(&path, progress).unwrap();
        export.page(&page(&[&[("a", "2")]], "")).unwrap();
        export.finish().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "a,more\r\n1,\r\n2,\r\n");
    }

    #[test]
    fn kinds_are_summed_and_do_not_grow_without_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut export = Export::open(&path, Progress::default()).unwrap();
        for number in 0..1000 {
            let kind = format!("kind-{number}");
            let record: &[(&str, &str)] = &[
                ("resource_type_code", &kind),
                ("accumulate_factor_value", "3600"),
            ];
            export.page(&page(&[record], "")).unwrap();
        }
        assert!(export.progress.totals.len() <= KINDS + 1);
        let sum: f64 = export.progress.totals.values().map(|(_, sum)| sum).sum();
        assert!((sum - 3_600_000.0).abs() < 1e-6);
    }
}
