//! Writes files that the user asked for: into the working folder, readable by the user only, nothing ever overwritten.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// How many names are tried when one is taken.
const TRIES: u32 = 1_000;

/// Writes files into `base`, or into a new folder of this name in it. Says where they are.
///
/// # Errors
///
/// What the file system says. Names with a part that leads upwards are refused.
pub fn write(base: &Path, folder: Option<&str>, files: &[(String, String)]) -> io::Result<PathBuf> {
    let place = match folder {
        Some(name) => make_folder(base, name)?,
        None => base.to_owned(),
    };
    let mut last = place.clone();
    for (name, text) in files {
        if Path::new(name)
            .components()
            .any(|part| !matches!(part, std::path::Component::Normal(_)))
        {
            return Err(io::Error::other(format!(
                "{name:?} is no name of a file here"
            )));
        }
        let path = place.join(name);
        if let Some(parent) = path.parent() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(parent)?;
        }
        last = write_new(&path, text)?;
    }
    Ok(if folder.is_some() { place } else { last })
}

/// Makes a folder that is not there yet: `name`, `name-2`, …
fn make_folder(base: &Path, name: &str) -> io::Result<PathBuf> {
    for number in 1..TRIES {
        let path = base.join(numbered(name, "", number));
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| path),
        }
    }
    Err(io::Error::other(format!("{name} is there too often")))
}

/// Writes a file that is not there yet: `name.md`, `name-2.md`, …
fn write_new(path: &Path, text: &str) -> io::Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or(String::new(), |ending| {
        format!(".{}", ending.to_string_lossy())
    });
    for number in 1..TRIES {
        let path = path.with_file_name(numbered(&stem, &ending, number));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
        {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                return Ok(path);
            }
        }
    }
    Err(io::Error::other(format!("{stem} is there too often")))
}

fn numbered(stem: &str, ending: &str, number: u32) -> String {
    match number {
        1 => format!("{stem}{ending}"),
        number => format!("{stem}-{number}{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn nothing_is_overwritten_and_nobody_else_reads() {
        let base = tempfile::tempdir().unwrap();
        let files = [("charts/a.txt".to_owned(), "x".to_owned())];
        let first = write(base.path(), Some("b"), &files).unwrap();
        let second = write(base.path(), Some("b"), &files).unwrap();
        assert_ne!(first, second);
        let meta = std::fs::metadata(first.join("charts/a.txt")).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o600);
        let one = [("a.md".to_owned(), "x".to_owned())];
        assert!(write(base.path(), None, &one).unwrap().ends_with("a.md"));
        assert!(write(base.path(), None, &one).unwrap().ends_with("a-2.md"));
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        let base = tempfile::tempdir().unwrap();
        for name in ["../x", "/x", "a/../../x"] {
            assert!(write(base.path(), None, &[(name.to_owned(), String::new())]).is_err());
        }
    }
}
