//! How rows are printed, for every command that lists something.

use std::io::Write as _;

use clap::Args;
use serde_json::Value as Json;

use super::exit::Failure;
use super::output;

/// How rows are printed.
#[derive(Debug, Clone, Args)]
pub struct Listing {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

impl Listing {
    /// Prints rows as a table, or as JSON.
    ///
    /// # Errors
    ///
    /// Standard output takes no more.
    pub fn print(&self, rows: Vec<Json>) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        let none = rows.is_empty();
        let rows = Json::Array(rows);
        if self.json {
            output::json(&mut out, &rows)?;
        } else if none {
            writeln!(std::io::stderr(), "nothing to list")?;
        } else {
            output::table(&mut out, &rows)?;
        }
        Ok(())
    }
}
